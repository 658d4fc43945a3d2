//! The use of the capacity offered.

use crate::trace::Trace;

/// Where offered capacity went, summed over the run \[installations\].
///
/// `offered = succeeded + failed + unused + idle_by_rule + no_usable_demand`, as the engine checks every day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utilisation {
    /// Capacity offered.
    pub offered: u64,
    /// Attempts that succeeded.
    pub succeeded: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Allocated and not used.
    pub unused: u64,
    /// Left idle by a rule although demand could have used it.
    pub idle_by_rule: u64,
    /// More than demand could use within every limit.
    pub no_usable_demand: u64,
    /// Migration days \[days\].
    pub migration_days: u64,
    /// Migration days on which some usable demand was not met \[days\].
    pub rule_needed_days: u64,
}

impl Utilisation {
    /// Sums a run.
    #[must_use]
    pub(super) fn of(trace: &Trace) -> Self {
        let mut sum = Self::default();
        for day in &trace.days {
            sum.offered += u64::from(day.offered);
            sum.idle_by_rule += u64::from(day.idle_by_rule);
            sum.no_usable_demand += u64::from(day.offered.saturating_sub(day.most_possible));
            sum.migration_days += u64::from(day.migration_day);
            sum.rule_needed_days += u64::from(day.migration_day && day.rule_needed);
        }
        for slots in trace.group_days.iter().flat_map(|g| g.slots) {
            sum.succeeded += u64::from(slots.succeeded);
            sum.failed += u64::from(slots.failed);
            sum.unused += u64::from(slots.unused);
        }
        sum
    }

    /// Slots used, whether the attempt succeeded or not \[installations\].
    #[must_use]
    pub fn attempted(&self) -> u64 {
        self.succeeded + self.failed
    }

    /// Capacity that migrated nothing, by reason \[installations\].
    #[must_use]
    pub fn wasted(&self) -> [(&'static str, u64); 4] {
        [
            ("failed", self.failed),
            ("unused", self.unused),
            ("idle_by_rule", self.idle_by_rule),
            ("no_usable_demand", self.no_usable_demand),
        ]
    }
}
