//! The chance of an event, counted or corrected by pairs.

use super::distribution::normal_two_sided;
use super::proportion::apart;
use super::{Interval, Level, Proportion};

/// The chance of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chance {
    /// Counted over replications.
    Counted(Proportion),
    /// Counted over many replications of a cheap model, and corrected by those that the full model ran too.
    Corrected(CorrectedShare),
}

/// A share of a cheap model, and in how many pairs the full one differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrectedShare {
    /// In how many replications of the cheap model it held.
    pub cheap: Proportion,
    /// In how many pairs it held in the full model only.
    pub gained: Proportion,
    /// In how many pairs it held in the cheap model only.
    pub lost: Proportion,
}

impl Chance {
    /// Total of replications.
    #[must_use]
    pub fn n(&self) -> usize {
        match self {
            Self::Counted(counted) => counted.n(),
            Self::Corrected(corrected) => corrected.cheap.n(),
        }
    }

    /// Replications of the full model; without them there is no result.
    #[must_use]
    pub fn n_full(&self) -> usize {
        match self {
            Self::Counted(counted) => counted.n(),
            Self::Corrected(corrected) => corrected.gained.n(),
        }
    }

    /// The share \[0..=1\]; `None` without replications.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        match self {
            Self::Counted(counted) => counted.share(),
            Self::Corrected(corrected) => corrected.share(),
        }
    }

    /// Whether it held in no replication.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.share().is_none_or(|share| share <= 0.0)
    }

    /// Whether it held in every replication.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.share().is_some_and(|share| share >= 1.0)
    }

    /// The interval of the true chance of the full model.
    #[must_use]
    pub fn interval(&self, level: Level) -> Interval {
        match self {
            Self::Counted(counted) => counted.interval(level),
            Self::Corrected(corrected) => corrected.interval(level),
        }
    }

    /// The interval of the true chance of this one minus that of an independent other, see [`Proportion::less`].
    #[must_use]
    pub fn less(&self, other: &Self, level: Level) -> Interval {
        let Some((p, q)) = self.share().zip(other.share()) else { return Interval::open(level) };
        apart((p, &self.interval(level)), (q, &other.interval(level)), level)
    }
}

impl CorrectedShare {
    /// # Formula
    /// Shares gained and lost are each by Wilson (1927), and combined with that of the cheap model by squares as in
    /// Newcombe (1998). So pairs that never differ still widen it. Within a pair a share and its correction have
    /// opposite signs. This is ignored, which can only make the interval wider.
    pub(super) fn interval(&self, level: Level) -> Interval {
        let Some(share) = self.share() else { return Interval::open(level) };
        let (low, high) = self.ends(share, normal_two_sided(level));
        Interval { low: Some(low), high: Some(high), level }
    }

    /// The ends of its interval, `z` standard errors from a share.
    pub(super) fn ends(&self, share: f64, z: f64) -> (f64, f64) {
        let reach = |of: &Proportion| {
            let p = of.share().unwrap_or(0.0);
            let (low, high) = of.wilson(p, z);
            (p - low, high - p)
        };
        let [cheap, gained, lost] = [&self.cheap, &self.gained, &self.lost].map(reach);
        let square = |of: [f64; 3]| libm::sqrt(of.into_iter().map(|x| x * x).sum());
        let low = (share - square([cheap.0, gained.0, lost.1])).max(0.0);
        (low, (share + square([cheap.1, gained.1, lost.0])).min(1.0))
    }

    /// The share of the cheap model plus gains and losses of pairs, cut to possible values; `None` without
    /// replications.
    pub(super) fn share(&self) -> Option<f64> {
        let by = self.gained.share()? - self.lost.share()?;
        Some((self.cheap.share()? + by).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::ends;
    use super::*;

    fn corrected(cheap: (usize, usize), [gained, lost, pairs]: [usize; 3]) -> Chance {
        let of = |(held, n)| Proportion::new(held, n).unwrap();
        Chance::Corrected(CorrectedShare {
            cheap: of(cheap),
            gained: of((gained, pairs)),
            lost: of((lost, pairs)),
        })
    }

    /// `statsmodels.stats.proportion.proportion_confint(held, n, 0.05, method="wilson")` of each of the three, statsmodels 0.15.0, and the
    /// squares by hand.
    #[test]
    fn a_corrected_share_puts_three_intervals_together() {
        let chance = corrected((160, 200), [3, 1, 50]);
        let wilson = |held, n| Proportion::new(held, n).unwrap().interval(Level::P95);
        let [cheap, gained, lost] = [wilson(160, 200), wilson(3, 50), wilson(1, 50)];
        let below = [0.8 - cheap.low.unwrap(), 0.06 - gained.low.unwrap(), lost.high.unwrap() - 0.02];
        let above = [cheap.high.unwrap() - 0.8, gained.high.unwrap() - 0.06, 0.02 - lost.low.unwrap()];
        let root = |of: [f64; 3]| of.iter().map(|x| x * x).sum::<f64>().sqrt();
        ends(&chance.interval(Level::P95), 0.84 - root(below), 0.84 + root(above));
        assert!((chance.share().unwrap() - 0.84).abs() < 1e-12);
        assert_eq!((chance.n(), chance.n_full()), (200, 50));
    }

    #[test]
    fn pairs_that_never_differ_still_widen_it_and_it_stays_within_0_to_1() {
        let counted = Chance::Counted(Proportion::new(1000, 1000).unwrap()).interval(Level::P95);
        let corrected = corrected((1000, 1000), [0, 0, 100]);
        let found = corrected.interval(Level::P95);
        assert!(found.low.unwrap() < counted.low.unwrap() - 0.03, "{found:?}");
        assert_eq!(found.high, Some(1.0));
        assert!(corrected.is_all() && !corrected.is_none());
    }
}
