//! The possible chance of an event that no replication has shown.

use super::Level;
use super::sample::count;

/// The greatest chance \[0..=1 per replication\] that an outcome may still have which none of `n` replications showed: 1 of none.
///
/// # Formula
/// 1 - α^(1/n), the upper bound of Clopper & Pearson (1934) for 0 of n; about 3/n at 95% (Hanley & Lippman-Hand 1983).
#[must_use]
pub fn unseen(n: usize, level: Level) -> f64 {
    1.0 - libm::pow(level.miss(), 1.0 / count(n))
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::near;
    use super::*;

    /// `scipy.stats.beta.ppf(0.95, 1, n)`, `SciPy` 1.17.1.
    #[test]
    fn the_bound_is_that_of_clopper_and_pearson() {
        for (n, chance) in [
            (1, 0.95),
            (20, 0.139_108_340_668_265_16),
            (55, 0.053_011_054_951_253_76),
            (1000, 0.002_991_249_545_095_295),
        ] {
            near(unseen(n, Level::P95), chance);
        }
        near(unseen(0, Level::P95), 1.0);
    }
}
