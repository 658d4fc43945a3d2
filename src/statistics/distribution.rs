//! Critical values: those that `statrs` has, and the one place where it loses digits mended.

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

use super::Level;
use super::sample::count;
use crate::random::normal_quantile;

/// Degrees of freedom from which the expansion is better than the inverted beta function of `statrs`, which loses
/// digits as they grow (1.8266 in place of 1.9600 at 10^7).
const MANY: f64 = 500.0;

/// The distance from the centre, in standard errors, that a two-sided interval needs with `df` degrees of freedom.
pub(super) fn two_sided(level: Level, df: usize) -> f64 {
    two_sided_of(level, count(df))
}

/// The same with degrees of freedom that need not be whole.
pub(super) fn two_sided_of(level: Level, df: f64) -> f64 {
    upper_tail(level.miss() / 2.0, df)
}

/// The value that Student's t with `df` degrees of freedom, at least 1, exceeds with probability `tail`, below a half.
///
/// # Formula
/// From [`MANY`] degrees of freedom on, [`expansion`].
fn upper_tail(tail: f64, df: f64) -> f64 {
    let nu = df.max(1.0);
    if nu >= MANY {
        return expansion(-normal_quantile(tail), nu);
    }
    match StudentsT::new(0.0, 1.0, nu) {
        Ok(t) => -t.inverse_cdf(tail),
        Err(_) => unreachable!("a t distribution has at least one degree of freedom"),
    }
}

/// Student's quantile from the normal one.
///
/// # Formula
/// Abramowitz & Stegun 26.7.5, four terms in 1/nu.
fn expansion(x: f64, nu: f64) -> f64 {
    let y = x * x;
    let first = x * (y + 1.0) / 4.0;
    let second = x * ((5.0 * y + 16.0) * y + 3.0) / 96.0;
    let third = x * (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
    let fourth = x * ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92_160.0;
    x + (first + (second + (third + fourth / nu) / nu) / nu) / nu
}

/// P(X <= k) for X binomial (n, p); 0 for no k.
pub(super) fn binomial_cdf(n: usize, p: f64, k: Option<usize>) -> f64 {
    let Some(k) = k else { return 0.0 };
    match Binomial::new(p, n as u64) {
        Ok(binomial) => binomial.cdf(k as u64),
        Err(_) => unreachable!("a probability is between 0 and 1"),
    }
}

/// The distance from the centre, in standard errors, of a two-sided interval of a normal estimate.
pub(super) fn normal_two_sided(level: Level) -> f64 {
    -normal_quantile(level.miss() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.isf(tail, df)`, `SciPy` 1.17.1.
    /// The expansion is at its worst with 500 degrees far in the tail.
    #[test]
    #[rustfmt::skip]
    fn critical_values_agree_with_another_package() {
        let cases = [
            (0.05, 1, 6.313_751_514_675_044), (0.05, 10, 1.812_461_122_811_676), (0.05, 199, 1.652_546_746_166_563_5),
            (0.025, 1, 12.706_204_736_174_705), (0.025, 2, 4.302_652_729_749_464), (0.025, 5, 2.570_581_835_636_315_5),
            (0.025, 30, 2.042_272_456_301_238), (0.025, 49, 2.009_575_237_129_239_7), (0.025, 199, 1.971_956_544_251_753_7),
            (0.025, 200, 1.971_896_223_633_909_3), (0.025, 999, 1.962_341_461_133_449_8), (0.025, 1_000_000, 1.959_966_356_814_107_2),
            (0.005, 3, 5.840_909_309_733_357), (0.005, 200, 2.600_634_436_191_558_3), (0.0005, 10, 4.586_893_858_702_636),
            (0.0005, 200, 3.339_835_406_275_678_8), (1e-6, 100, 5.048_830_877_228_346), (1e-6, 200, 4.897_302_102_826_782),
            (0.025, 499, 1.964_729_390_987_689), (0.025, 500, 1.964_719_837_467_367_8), (0.0005, 500, 3.310_091_151_522_670_3),
            (1e-6, 499, 4.810_199_888_572_041), (1e-6, 500, 4.810_085_161_637_655), (1e-6, 1_000_000, 4.753_452_348_279_68),
        ];
        for (tail, df, expected) in cases {
            let t = upper_tail(tail, count(df));
            assert!((t / expected - 1.0).abs() < 1e-9, "tail {tail}, df {df}: {t} and not {expected}");
        }
        for (df, expected) in [(19.0 / 3.0, 2.416_030_520_054_985_4), (31.0 / 3.0, 2.218_434_561_727_207_7)] {
            let t = two_sided_of(Level::P95, df);
            assert!((t / expected - 1.0_f64).abs() < 1e-9, "df {df}: {t} and not {expected}");
        }
        assert!((normal_two_sided(Level::P95) - 1.959_963_984_540_054).abs() < 1e-14);
    }
}
