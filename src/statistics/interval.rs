//! An interval, and how often its kind holds the truth.

/// The share of repetitions in which an interval of this kind holds the truth, between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95%, the level of every interval that does not say otherwise.
    pub const P95: Self = Self(0.95);

    /// Makes a level strictly between 0 and 1; `None` for another number.
    #[must_use]
    pub fn new(level: f64) -> Option<Self> {
        (level > 0.0 && level < 1.0).then_some(Self(level))
    }

    /// The share \[0..1\].
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns one minus the level: the chance that an interval misses.
    #[must_use]
    pub fn miss(self) -> f64 {
        1.0 - self.0
    }

    /// The level each of `n` intervals needs so that all of them hold together at this level, however they depend
    /// on each other. One interval needs no more than the level itself, and so does an empty family.
    ///
    /// # Formula
    /// Bonferroni: 1 - (1 - level)/n.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a family is far smaller than 2^53")]
    pub fn each_of(self, n: usize) -> Self {
        if n <= 1 { self } else { Self(1.0 - self.miss() / n as f64) }
    }
}

/// From `low` to `high`, both included. An end that the values cannot give is missing: the interval is open there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval<T = f64> {
    /// Lower end, in the unit of the estimate.
    pub low: Option<T>,
    /// Upper end, in the unit of the estimate.
    pub high: Option<T>,
    /// The level it was made for.
    pub level: Level,
}

impl<T> Interval<T> {
    /// The interval without ends.
    #[must_use]
    pub fn open(level: Level) -> Self {
        Self { low: None, high: None, level }
    }
}

impl<T: PartialOrd> Interval<T> {
    /// Whether `value` lies in it.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        self.low.as_ref().is_none_or(|low| low <= value)
            && self.high.as_ref().is_none_or(|high| value <= high)
    }
}

impl Interval {
    /// Returns the symmetric interval around `centre`.
    #[must_use]
    pub fn around(centre: f64, half_width: f64, level: Level) -> Self {
        Self { low: Some(centre - half_width), high: Some(centre + half_width), level }
    }

    /// Half the distance of its ends; `None` if one is open.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_between_none_and_all() {
        for no in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(Level::new(no), None, "{no}");
        }
        assert_eq!(Level::new(0.95), Some(Level::P95));
    }

    #[test]
    fn a_family_shares_what_may_be_missed() {
        assert_eq!(Level::P95.each_of(0), Level::P95);
        assert_eq!(Level::P95.each_of(1), Level::P95);
        assert!((Level::P95.each_of(5).get() - 0.99).abs() < 1e-15);
    }

    #[test]
    fn an_open_end_excludes_nothing() {
        let from = Interval { low: Some(1.0), high: None, level: Level::P95 };
        assert!(from.contains(&1.0) && from.contains(&1e300) && !from.contains(&0.9));
        assert_eq!(from.half_width(), None);
        assert!(Interval::open(Level::P95).contains(&0.0));
    }
}
