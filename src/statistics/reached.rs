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

/// The quantile of a day: the first day by which at least a share p of the replications has reached it. It may be "not by
/// the end", and so may the upper end of its interval. None of no replications.
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
