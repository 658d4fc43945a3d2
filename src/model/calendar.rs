//! Days of the run. The only place in the model where a civil date becomes a day and back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

/// A day of the programme, counted from its first day (0). Days before it are negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// A day that never comes.
    pub const NEVER: Self = Self(i32::MAX);

    /// This day and `days` more; `NEVER` stays `NEVER`.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The index of this day in dense arrays, if it is not before the first day.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }
}

/// The days of the run, both ends included, and which of them are worked.
#[derive(Clone, Debug, Serialize)]
pub struct Calendar {
    /// Day 0.
    #[serde(serialize_with = "as_iso")]
    pub first: Date,
    /// Whether installations migrate, by day.
    pub migration: Vec<bool>,
    /// Whether firmware updates may start, by day.
    pub firmware: Vec<bool>,
    /// Closed periods, for the record.
    pub closures: Vec<Closure>,
    /// Holidays inside the run, for the record.
    pub holidays: Vec<Day>,
}

/// A period without migrations, with its reason.
#[derive(Clone, Debug, Serialize)]
pub struct Closure {
    /// First closed day.
    pub from: Day,
    /// Last closed day.
    pub to: Day,
    /// Why.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
fn as_iso<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

impl Calendar {
    /// Number of days in the run.
    #[must_use]
    pub fn n_days(&self) -> usize {
        self.migration.len()
    }

    /// Last day of the run.
    ///
    /// # Panics
    /// Never for a calendar made by the `scenario` module, whose runs are far shorter than 2^31 days.
    #[must_use]
    pub fn last(&self) -> Day {
        Day(i32::try_from(self.n_days()).expect("a run is shorter than 2^31 days") - 1)
    }

    /// The civil date of a day.
    ///
    /// # Panics
    /// When the date lies outside the years -9999 to 9999.
    #[must_use]
    pub fn date(&self, day: Day) -> Date {
        self.first.checked_add(jiff::Span::new().days(day.0)).expect("days of a run lie in civil years")
    }

    /// The day of a civil date; negative before the first day.
    ///
    /// # Panics
    /// Never: any two civil dates are fewer than 2^31 days apart.
    #[must_use]
    pub fn day(&self, date: Date) -> Day {
        let span = self.first.until(date).expect("two civil dates have a distance");
        Day(span.get_days())
    }

    /// Days since Monday of the week a day lies in: 0 on a Monday, 6 on a Sunday.
    #[must_use]
    pub fn weekday(&self, day: Day) -> i32 {
        let first = i32::from(self.first.weekday().to_monday_zero_offset());
        (first + day.0).rem_euclid(7)
    }

    /// The Monday of the week a day lies in.
    #[must_use]
    pub fn monday(&self, day: Day) -> Day {
        day.plus(-self.weekday(day))
    }
}
