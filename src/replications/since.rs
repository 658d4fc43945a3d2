//! Compares two sets of replications of one plan, an earlier and a later one: when the Dormant installations are done
//! in each, and whether the chance of a date has changed. Counts made between them are compared with a range.

use jiff::civil::Date;

use super::{Column, Replications, gives_claim, reached};
use crate::findings::{LeftOut, Population, Scope, kpi};
use crate::statistics::{Chance, Interval, Level, Probability, QuantileEstimate, Reached, Side, Values};

/// When all migratable Dormant installations are migrated, in each replication of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// First day of the run.
    pub first: Date,
    /// Last day of the run.
    pub last: Date,
    /// The day in each replication, counted from the first day.
    pub days: Values<Reached>,
    /// Who counts in none of them, on average.
    pub left_out: LeftOut,
}

/// The comparison of an earlier chance with a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The interval of the difference lies above 0.
    Higher,
    /// It lies below 0.
    Lower,
    /// It contains 0.
    NoClearChange,
}

/// From a lower percentile to an upper one, with the median \[installations\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// P10.
    pub p10: u32,
    /// P50.
    pub p50: u32,
    /// P90.
    pub p90: u32,
}

impl Outlook {
    /// Returns the outlook of replications; without migratable installations it has no chance and no day.
    #[must_use]
    pub fn of(replications: &Replications) -> Self {
        let scope = Scope::population(Population::Dormant);
        let column = replications.position(&kpi::COMPLETION_100, &scope).map(|at| replications.column(at));
        let days = match column {
            Some(Column::Days(days)) => days,
            _ => Values::one(Vec::new()),
        };
        let left_out = replications.left_out(Population::Dormant);
        Self { first: replications.first, last: replications.last, days, left_out }
    }

    /// The chance that they are done by a date; `None` if the run ended before it, or nothing was migratable.
    #[must_use]
    pub fn by(&self, date: Date) -> Option<Chance> {
        let day = self.first.until(date).map_or(0, |span| span.get_days());
        (date <= self.last && !self.days.is_empty()).then(|| self.days.reached_by(day))
    }

    /// A percentile of the day.
    #[must_use]
    pub fn percentile(&self, p: Probability) -> Option<QuantileEstimate<Reached>> {
        self.days.day_quantile(p, Level::P95)
    }

    /// The date of a day counted from the first.
    #[must_use]
    pub fn date(&self, day: i32) -> Date {
        self.first.checked_add(jiff::Span::new().days(day)).unwrap_or(self.last)
    }
}

/// Returns the later chance minus the earlier one, as if the two were independent, and the finding on it.
#[must_use]
pub fn turn(then: &Chance, now: &Chance) -> (Interval, Turn) {
    let interval = now.less(then, Level::P95);
    let few = !gives_claim(then.n().min(now.n()));
    let turn = match interval.side().filter(|_| !few) {
        Some(Side::Above) => Turn::Higher,
        Some(Side::Below) => Turn::Lower,
        None => Turn::NoClearChange,
    };
    (interval, turn)
}

impl Turn {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NoClearChange => "no clear change",
        }
    }
}

impl Range {
    /// The range of counts, one a replication, by rank: type 1 of Hyndman & Fan (1996), corrected at two levels. None of no counts.
    #[must_use]
    pub fn of(counts: &Values) -> Option<Self> {
        let days = counts.map(reached);
        let at = |p: Probability| match days.day_quantile(p, Level::P95)?.value {
            Reached::On(count) => u32::try_from(count).ok(),
            Reached::NotByEnd => None,
        };
        Some(Self { p10: at(Probability::P10)?, p50: at(Probability::P50)?, p90: at(Probability::P90)? })
    }

    /// The position of a count in a range.
    #[must_use]
    pub fn place(&self, count: u64) -> &'static str {
        match count {
            below if below < self.p10.into() => "below",
            above if above > self.p90.into() => "above",
            _ => "inside",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::statistics::Proportion;

    #[test]
    fn a_chance_has_turned_only_where_the_interval_excludes_none() {
        let of = |held| Chance::Counted(Proportion::new(held, 100).unwrap());
        assert_eq!(turn(&of(50), &of(70)).1, Turn::Higher);
        assert_eq!(turn(&of(70), &of(50)).1, Turn::Lower);
        assert_eq!(turn(&of(50), &of(63)).1, Turn::NoClearChange);
        assert_eq!(turn(&of(0), &of(0)).1, Turn::NoClearChange);
        assert_eq!(turn(&Chance::Counted(Proportion::count([])), &of(100)).1, Turn::NoClearChange);
    }

    #[test]
    fn a_count_is_below_inside_or_above() {
        let range = Range::of(&Values::one((1..=100).rev().map(f64::from).collect())).unwrap();
        assert_eq!(range, Range { p10: 10, p50: 50, p90: 90 });
        assert_eq!([9, 10, 90, 91].map(|n| range.place(n)), ["below", "inside", "inside", "above"]);
        assert_eq!(Range::of(&Values::one(Vec::new())), None);
    }

    #[test]
    fn a_run_that_ends_before_the_date_says_nothing_of_it() {
        let days = Values::one(vec![Reached::On(3), Reached::NotByEnd]);
        let outlook =
            Outlook { first: date(2020, 10, 5), last: date(2020, 10, 9), days, left_out: LeftOut::default() };
        let of = |held| Chance::Counted(Proportion::new(held, 2).unwrap());
        assert_eq!(outlook.by(date(2020, 10, 8)), Some(of(1)));
        assert_eq!(outlook.by(date(2020, 10, 7)), Some(of(0)));
        assert_eq!(outlook.by(date(2020, 10, 10)), None);
        assert_eq!(outlook.date(3), date(2020, 10, 8));
    }
}
