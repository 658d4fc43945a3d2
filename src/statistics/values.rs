//! The values of one measure over replications: of the full model alone, or of a cheap one with the full one beside it in some.

use super::sample::count;
use super::skewed::Spread;
use super::{
    Chance, Estimate, Level, Probability, Proportion, QuantileEstimate, Reached, Sample, two_levels,
};
use super::{day_quantile, mean, quantile};

/// The values of one measure, in replication order.
///
/// Invariant: there are as many places for full values as cheap ones, where there are cheap ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Values<T = f64> {
    /// Values of the cheap model in every replication; `None` at one level.
    cheap: Option<Vec<T>>,
    /// Values of the full model, in the replications that have it.
    full: Vec<Option<T>>,
}

/// Fewest replications of a kind, with the full model or without, that show a spread.
const LEAST: usize = 2;

impl<T: Copy> Values<T> {
    /// Values of the full model in every replication.
    #[must_use]
    pub fn one(full: Vec<T>) -> Self {
        Self { cheap: None, full: full.into_iter().map(Some).collect() }
    }

    /// Values of the full model in some replications.
    #[must_use]
    pub fn few(full: Vec<Option<T>>) -> Self {
        Self { cheap: None, full }
    }

    /// Values of the cheap model in every replication, and of the full one beside it in some.
    #[must_use]
    pub fn two(rows: impl IntoIterator<Item = (T, Option<T>)>) -> Self {
        let (cheap, full) = rows.into_iter().unzip();
        Self { cheap: Some(cheap), full }
    }

    /// The number of replications with any value.
    #[must_use]
    pub fn n(&self) -> usize {
        self.cheap.as_ref().map_or_else(|| self.full.iter().flatten().count(), Vec::len)
    }

    /// Whether none has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n() == 0
    }

    /// The values of the full model.
    #[must_use]
    pub fn full(&self) -> Vec<T> {
        self.full.iter().flatten().copied().collect()
    }

    /// The same without the cheap model.
    #[must_use]
    pub fn of_full(&self) -> Self {
        Self { cheap: None, full: self.full.clone() }
    }

    /// Every value of either level.
    pub fn all(&self) -> impl Iterator<Item = T> + '_ {
        self.cheap.iter().flatten().chain(self.full.iter().flatten()).copied()
    }

    /// Each replication that has a value: the cheap one, or at one level the full one, and the full one where there is one.
    pub(super) fn rows(&self) -> impl Iterator<Item = (T, Option<T>)> + '_ {
        let cheap = self.cheap.as_deref();
        let row = move |(at, full): (usize, &Option<T>)| {
            let first = cheap.map_or(*full, |cheap| Some(cheap[at]));
            Some((first?, *full))
        };
        self.full.iter().enumerate().filter_map(row)
    }

    /// The same by a rule that looks at one value at a time.
    #[must_use]
    pub fn map<U>(&self, rule: impl Fn(T) -> U) -> Values<U> {
        Values {
            cheap: self.cheap.as_ref().map(|cheap| cheap.iter().map(|x| rule(*x)).collect()),
            full: self.full.iter().map(|full| full.map(&rule)).collect(),
        }
    }

    /// The first `n` replications.
    #[must_use]
    pub fn first(&self, n: usize) -> Self {
        let n = n.min(self.full.len());
        Self { cheap: self.cheap.as_ref().map(|cheap| cheap[..n].to_vec()), full: self.full[..n].to_vec() }
    }

    /// Both by replication: the cheap model where both have it in every one, and the full model where both have it. None where
    /// their numbers of replications differ.
    #[must_use]
    pub fn zip<U: Copy>(&self, other: &Values<U>) -> Option<Values<(T, U)>> {
        let cheap = self.cheap.as_ref().zip(other.cheap.as_ref());
        let cheap = cheap.map(|(these, others)| these.iter().copied().zip(others.iter().copied()).collect());
        let full = self.full.iter().zip(&other.full).map(|(this, other)| this.zip(*other)).collect();
        (self.full.len() == other.full.len()).then_some(Values { cheap, full })
    }

    /// Returns the values that meet a condition. If the two levels differ on it in any replication, returns those of
    /// the full model alone.
    #[must_use]
    pub fn retain(&self, holds: impl Fn(&T) -> bool) -> Self {
        let full = || Self::few(self.full.iter().map(|full| full.filter(&holds)).collect());
        let Some(cheap) = &self.cheap else { return full() };
        let agree = |(cheap, full): (&T, &Option<T>)| full.is_none_or(|full| holds(&full) == holds(cheap));
        if !cheap.iter().zip(&self.full).all(agree) {
            return full();
        }
        Self::two(self.rows().filter(|(cheap, _)| holds(cheap)))
    }

    /// The number of replications in which something holds, at either level.
    #[must_use]
    pub fn count(&self, holds: impl Fn(&T) -> bool) -> usize {
        self.rows().filter(|(cheap, full)| holds(cheap) || full.as_ref().is_some_and(&holds)).count()
    }

    /// The two levels, where there are enough replications of each kind for both; else the values of the full model.
    fn levels(&self) -> Result<Vec<(T, Option<T>)>, Vec<T>> {
        let pairs = self.full.iter().flatten().count();
        if self.cheap.is_some() && pairs >= LEAST && self.full.len() - pairs >= LEAST {
            Ok(self.rows().collect())
        } else {
            Err(self.full())
        }
    }
}

impl Values {
    /// The mean of the full model; `None` without values, or if one is not finite.
    #[must_use]
    pub fn mean(&self, level: Level) -> Option<Estimate> {
        if self.all().any(|value| !value.is_finite()) {
            return None;
        }
        match self.levels() {
            Ok(rows) => Some(two_levels::mean(&rows, level)),
            Err(full) => Sample::new(&full).ok().map(|sample| mean(sample, level)),
        }
    }

    /// The means of the full model under several sets of inputs of few replications each. Their corrections share one
    /// estimate of spread. For a set of one level it is [`Self::mean`]. `None` if a set has no values.
    #[must_use]
    pub fn means_of_few(sets: &[Self], level: Level) -> Option<Vec<Estimate>> {
        let two: Vec<Vec<(f64, Option<f64>)>> = sets.iter().filter_map(|set| set.levels().ok()).collect();
        let mut pooled = two_levels::means_of_few(&two, level).into_iter();
        let one = |set: &Self| if set.levels().is_ok() { pooled.next() } else { set.mean(level) };
        sets.iter().map(one).collect()
    }

    /// A quantile of the full model on a continuous scale; `None` without values.
    #[must_use]
    pub fn quantile(&self, p: Probability, level: Level) -> Option<QuantileEstimate> {
        match self.levels() {
            Ok(rows) => Some(two_levels::quantile(&rows, p, level)),
            Err(full) => Sample::new(&full).ok().map(|sample| quantile(sample, p, level)),
        }
    }

    /// The same without its interval.
    #[must_use]
    pub fn percentile(&self, p: Probability) -> Option<f64> {
        match self.levels() {
            Ok(rows) => Some(two_levels::percentile(&rows, p)),
            Err(full) => Sample::new(&full).ok().map(|sample| quantile(sample, p, Level::P95).value),
        }
    }

    /// The least and the greatest of all values; `None` without values.
    #[must_use]
    pub fn ends(&self) -> Option<(f64, f64)> {
        let least = self.all().fold(f64::INFINITY, f64::min);
        (!self.is_empty()).then(|| (least, self.all().fold(f64::NEG_INFINITY, f64::max)))
    }

    /// These minus others, replication by replication, see [`Values::zip`]; `None` if their numbers differ.
    #[must_use]
    pub fn less(&self, other: &Self) -> Option<Self> {
        Some(self.zip(other)?.map(|(this, other)| this - other))
    }

    /// The variation of the mean; `None` for fewer than two values.
    pub(super) fn spread(&self) -> Option<Spread> {
        let alone = |full: &[f64]| Sample::new(full).ok().filter(|sample| sample.n() > 1).map(Spread::of);
        match self.levels() {
            Ok(rows) => match two_levels::spread(&rows) {
                Some((_, spread)) => Some(spread),
                None => alone(&self.full()),
            },
            Err(full) => alone(&full),
        }
    }

    /// The correlation of the two levels over the replications that have both; `None` at one level, or if one does not
    /// vary.
    #[must_use]
    pub fn pair_correlation(&self) -> Option<f64> {
        self.cheap.as_ref()?;
        two_levels::correlation(&self.rows().collect::<Vec<_>>())
    }

    /// The average of full minus cheap; `None` at one level.
    #[must_use]
    pub fn correction(&self) -> Option<f64> {
        Some(two_levels::correction(&self.levels().ok()?))
    }
}

impl Values<Reached> {
    /// A quantile of the day of the full model, see [`super::day_quantile`]; `None` without values.
    #[must_use]
    pub fn day_quantile(&self, p: Probability, level: Level) -> Option<QuantileEstimate<Reached>> {
        match self.levels() {
            Ok(rows) => Some(two_levels::day_quantile(&rows, p, level)),
            Err(full) => day_quantile(&full, p, level),
        }
    }

    /// The number of replications in which it does not come; at two levels the corrected chance of that times all of
    /// them, rounded.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n")]
    pub fn not_by_end(&self) -> usize {
        match self.reached_by(i32::MAX) {
            Chance::Counted(counted) => counted.n() - counted.held(),
            corrected @ Chance::Corrected(_) => {
                let without = 1.0 - corrected.share().unwrap_or(1.0);
                libm::round(without * count(corrected.n())) as usize
            }
        }
    }

    /// The chance that it comes on `day` or before.
    #[must_use]
    pub fn reached_by(&self, day: i32) -> Chance {
        self.map(|reached| reached <= Reached::On(day)).chance()
    }
}

impl Values<bool> {
    /// The chance of it in the full model.
    #[must_use]
    pub fn chance(&self) -> Chance {
        match self.levels() {
            Ok(rows) => two_levels::chance(&rows),
            Err(full) => Chance::Counted(Proportion::count(full)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_differ_meet_where_both_have_the_full_model() {
        let one = Values::one(vec![1.0, 2.0, 3.0]);
        let other = Values::two([(10.0, Some(11.0)), (20.0, None), (30.0, Some(33.0))]);
        assert_eq!(one.less(&other), Some(Values::few(vec![Some(-10.0), None, Some(-30.0)])));
        assert_eq!(other.less(&one).map(|by| (by.n(), by.full())), Some((2, vec![10.0, 30.0])));
        let third = Values::two([(1.0, Some(1.0)), (1.0, Some(1.0)), (1.0, None)]);
        assert_eq!(other.less(&third), Some(Values::two([(9.0, Some(10.0)), (19.0, None), (29.0, None)])));
        assert_eq!(one.less(&one.first(2)), None);
    }

    #[test]
    fn a_value_that_one_level_has_and_the_other_has_not_leaves_the_full_model_alone() {
        let nan = f64::NAN;
        let agree = Values::two([(nan, Some(nan)), (1.0, Some(2.0)), (3.0, None), (nan, None)]);
        assert_eq!(agree.retain(|x| !x.is_nan()), Values::two([(1.0, Some(2.0)), (3.0, None)]));
        let differ = Values::two([(nan, Some(5.0)), (1.0, Some(2.0)), (3.0, None)]);
        let found = differ.retain(|x| !x.is_nan());
        assert_eq!((found.n(), found.full(), found.correction()), (2, vec![5.0, 2.0], None));
    }

    #[test]
    fn too_few_of_a_kind_leave_the_full_model_alone() {
        let rows = Values::two([(1.0, Some(2.0)), (2.0, Some(4.0)), (9.0, None)]);
        assert_eq!(rows.mean(Level::P95), Values::one(vec![2.0, 4.0]).mean(Level::P95));
        assert_eq!(rows.correction(), None);
        assert_eq!(Values::one(Vec::new()).mean(Level::P95), None);
        assert_eq!(Values::two([(f64::NAN, Some(f64::NAN)); 9]).mean(Level::P95), None);
        assert_eq!((rows.ends(), rows.n(), rows.count(|x| *x > 1.0)), (Some((1.0, 9.0)), 3, 3));
    }
}
