//! Days on which something is reached, or not before the run ends.

use super::quantile::order_interval;
use super::{Level, Probability, Proportion, QuantileEstimate};

/// The day on which something was reached. "Not by the end" comes after every day and is never dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reached {
    /// On this day, counted in whole days from any start.
    On(i32),
    /// Not before the run ended.
    NotByEnd,
}

/// Returns the quantile of a day: the first day by which at least a share p of the replications has reached it. It may
/// be "not by the end", and so may the upper end of its interval. `None` without replications.
///
/// # Formula
/// The value of rank np rounded up, type 1 of Hyndman & Fan (1996); interval by [`super::Ranks::of`], which covers at least at
/// its level however the days tie (Scheffé & Tukey 1945).
#[must_use]
pub fn day_quantile(days: &[Reached], p: Probability, level: Level) -> Option<QuantileEstimate<Reached>> {
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    let n = sorted.len();
    let value = *sorted.get(p.rank(n) - 1)?;
    let (interval, achieved) = order_interval(&sorted, p, level);
    Some(QuantileEstimate { p, value, interval, achieved, n })
}

/// In how many replications it was reached on `day` or before.
#[must_use]
pub fn reached_by(days: &[Reached], day: i32) -> Proportion {
    Proportion::count(days.iter().map(|&reached| reached <= Reached::On(day)))
}

#[cfg(test)]
mod tests {
    use super::Reached::{NotByEnd, On};
    use super::*;

    fn p80(days: &[Reached]) -> QuantileEstimate<Reached> {
        day_quantile(days, Probability::P80, Level::P95).unwrap()
    }

    #[test]
    fn p80_is_the_first_day_by_which_four_of_five_are_done() {
        let days: Vec<Reached> = (1..=10).rev().map(On).collect();
        assert_eq!(p80(&days).value, On(8));
        assert_eq!(reached_by(&days, 8), Proportion::new(8, 10).unwrap());
        assert_eq!(reached_by(&days, 7), Proportion::new(7, 10).unwrap());
        assert_eq!(day_quantile(&[], Probability::P80, Level::P95), None);
    }

    #[test]
    fn not_by_the_end_is_kept_as_a_value_and_as_an_end() {
        let mut days = vec![On(5); 790];
        days.extend([NotByEnd; 210]);
        assert_eq!(p80(&days).value, NotByEnd);
        assert_eq!((p80(&days).interval.low, p80(&days).interval.high), (Some(On(5)), Some(NotByEnd)));
        days[795..].fill(NotByEnd);
        days[790..795].fill(On(6));
        assert_eq!(p80(&days[..500]).value, On(5));
        assert_eq!(reached_by(&days, i32::MAX), Proportion::new(795, 1000).unwrap());
    }

    #[test]
    fn too_few_runs_leave_an_end_open_which_is_not_the_same_as_not_by_the_end() {
        let days: Vec<Reached> = (1..=16).map(On).collect();
        assert_eq!((p80(&days).interval.low, p80(&days).interval.high), (Some(On(9)), None));
    }
}
