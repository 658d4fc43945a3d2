//! Shares of replications in which something held.

use super::distribution::normal_two_sided;
use super::sample::count;
use super::{Interval, Level};

/// How often something held.
///
/// Invariant: `held` is at most `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proportion {
    held: usize,
    n: usize,
}

impl Proportion {
    /// `held` of `n`; none where that is more than all.
    #[must_use]
    pub fn new(held: usize, n: usize) -> Option<Self> {
        (held <= n).then_some(Self { held, n })
    }

    /// Counts how many of the values hold.
    #[must_use]
    pub fn count(values: impl IntoIterator<Item = bool>) -> Self {
        let add = |Self { held, n }, value| Self { held: held + usize::from(value), n: n + 1 };
        values.into_iter().fold(Self { held: 0, n: 0 }, add)
    }

    /// Replications in which it held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Replications in all.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The share \[0..=1\]; none of nothing.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| count(self.held) / count(self.n))
    }

    /// Where the true share lies; open on both sides where nothing was counted. It never leaves 0..=1, and it keeps a
    /// width where all or none held.
    ///
    /// # Formula
    /// Wilson (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    #[must_use]
    pub fn interval(&self, level: Level) -> Interval {
        let Some(p) = self.share() else { return Interval::open(level) };
        let (n, z) = (count(self.n), normal_two_sided(level));
        let pull = z * z / n;
        let centre = (p + pull / 2.0) / (1.0 + pull);
        let half = z * libm::sqrt(p * (1.0 - p) / n + pull / (4.0 * n)) / (1.0 + pull);
        let low = if self.held == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if self.held == self.n { 1.0 } else { (centre + half).min(1.0) };
        Interval { low: Some(low), high: Some(high), level }
    }
}
