//! Migrations by day and by week, for the whole and by status.

use crate::model::{Day, Model};
use crate::trace::{GroupDay, Trace};

/// Migration days in the trailing mean.
const TRAIL: usize = 5;

/// Migrations by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throughput {
    /// One entry a migration day, in order.
    pub days: Vec<DayFlow>,
    /// One entry a calendar week with a day of the run, in order.
    pub weeks: Vec<WeekFlow>,
    /// Migrated in the run, Dormant then Active \[installations\].
    pub migrated: [u64; 2],
}

/// One migration day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayFlow {
    /// The day.
    pub day: Day,
    /// Migrated, Dormant then Active \[installations\].
    pub migrated: [u64; 2],
    /// Migrated on this and the four migration days before \[installations\]; `None` until there are five.
    pub trailing_sum: Option<u64>,
}

/// One week, Monday to Sunday, as far as it lies in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekFlow {
    /// The Monday; in the first week it may lie before the run.
    pub monday: Day,
    /// Migration days \[days\].
    pub migration_days: u64,
    /// Capacity offered \[installations\].
    pub offered: u64,
    /// Migrated, Dormant then Active \[installations\].
    pub migrated: [u64; 2],
    /// Attempts that failed \[installations\].
    pub failed: u64,
    /// Slots allocated and not used \[installations\].
    pub unused: u64,
}

impl Throughput {
    /// Sums a run by day and week.
    #[must_use]
    pub(super) fn of(model: &Model, trace: &Trace) -> Self {
        let mut flow = Self::default();
        let groups = model.groups.len();
        for (index, record) in trace.days.iter().enumerate() {
            let day = Day(i32::try_from(index).expect("a run is shorter than 2^31 days"));
            let today = &trace.group_days[index * groups..(index + 1) * groups];
            let migrated = migrated_of(today);
            flow.migrated = add(flow.migrated, migrated);
            flow.add_to_week(model.calendar.monday(day), record.migration_day, record.offered, today);
            if record.migration_day {
                flow.days.push(DayFlow { day, migrated, trailing_sum: None });
                let trail = flow.days.len().checked_sub(TRAIL).map(|from| &flow.days[from..]);
                let sum = trail.map(|days| days.iter().flat_map(|d| d.migrated).sum());
                flow.days.last_mut().expect("one was just added").trailing_sum = sum;
            }
        }
        flow
    }

    fn add_to_week(&mut self, monday: Day, migration_day: bool, offered: u32, today: &[GroupDay]) {
        if self.weeks.last().is_none_or(|week| week.monday != monday) {
            let empty =
                WeekFlow { monday, migration_days: 0, offered: 0, migrated: [0; 2], failed: 0, unused: 0 };
            self.weeks.push(empty);
        }
        let week = self.weeks.last_mut().expect("one was just added");
        week.migration_days += u64::from(migration_day);
        week.offered += u64::from(offered);
        week.migrated = add(week.migrated, migrated_of(today));
        week.failed += today.iter().flat_map(|g| g.slots).map(|s| u64::from(s.failed)).sum::<u64>();
        week.unused += today.iter().flat_map(|g| g.slots).map(|s| u64::from(s.unused)).sum::<u64>();
    }

    /// The largest sum over five migration days in a row \[installations\], if there were five.
    #[must_use]
    pub fn best_five_days(&self) -> Option<u64> {
        self.days.iter().filter_map(|d| d.trailing_sum).max()
    }
}

fn migrated_of(today: &[GroupDay]) -> [u64; 2] {
    [0, 1].map(|status| today.iter().map(|g| u64::from(g.slots[status].succeeded)).sum())
}

fn add(a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}
