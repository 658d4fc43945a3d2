//! The record of one run, in plain columns with units. It has no statistics; see `findings` for those.

mod branch_weeks;

pub use branch_weeks::{BranchWeek, allocation_fingerprint};

use serde::{Deserialize, Serialize};

use crate::model::{Day, Place, Status};

/// Everything one replication of one scenario did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Which replication this is, from 0.
    pub replication: u32,
    /// The places of [`Trace::finals`] and [`Movement::place`], by cohort, then supplier.
    #[serde(skip)]
    pub places: Vec<Place>,
    /// One record a day, in order.
    pub days: Vec<DayRecord>,
    /// One record a day and group: `group_days[day * n_groups + group]`.
    pub group_days: Vec<GroupDay>,
    /// Slots and their outcomes by day and supplier, Dormant then Active: `supplier_days[day * n_suppliers + supplier]`.
    pub supplier_days: Vec<[Slots; 2]>,
    /// The same by week, then supplier, group and status. Empty of a run of many: see [`crate::engine::simulate_draw`].
    pub branch_weeks: Vec<BranchWeek>,
    /// A fingerprint of each migration day's slots by cell, see [`allocation_fingerprint`]. Empty of a run of many.
    pub allocations: Vec<String>,
    /// The dates and counts of each cohort.
    pub cohorts: Vec<CohortRecord>,
    /// The state of each cell at the end and the cost of its waiting: `finals[place][status]`.
    pub finals: Vec<[CellRecord; 2]>,
    /// The largest credit that rounding ever carried for anybody, owed or ahead, in units of 2^-32 installation.
    pub largest_credit: i64,
    /// Checks made on the way.
    pub checks: Checks,
}

impl Trace {
    /// Slots by supplier, Dormant then Active, day by day.
    pub fn suppliers_by_day(&self) -> impl Iterator<Item = &[[Slots; 2]]> {
        let n_suppliers = self.supplier_days.len().checked_div(self.days.len()).unwrap_or_default();
        self.supplier_days.chunks(n_suppliers.max(1))
    }
}

/// Installations by stage. All fields are \[installations\] at a day's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    /// Firmware not open (Dormant), or not on the EPCL (Active).
    pub waiting_gate: u64,
    /// Firmware open, update not begun.
    pub waiting_firmware: u64,
    /// Update under way; for Active, its supplier's update after entry.
    pub firmware_under_way: u64,
    /// Waiting after a failed update.
    pub firmware_wait: u64,
    /// Firmware done, not yet eligible: before entry, in notice, or its supplier is not yet a DCC user.
    pub ready: u64,
    /// Eligible for an attempt.
    pub eligible: u64,
    /// Waiting after a failed attempt.
    pub retry_wait: u64,
    /// Migrated.
    pub migrated: u64,
    /// Excluded: no WAN before migration.
    pub excluded_no_wan: u64,
    /// Excluded: attempts exhausted.
    pub excluded_attempts: u64,
    /// Removed from the programme.
    pub removed: u64,
}

impl Stages {
    /// Installations in all stages and ends.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.unmigrated() + self.migrated + self.excluded() + self.removed
    }

    /// Installations that may still migrate.
    #[must_use]
    pub fn unmigrated(&self) -> u64 {
        self.waiting_gate
            + self.waiting_firmware
            + self.firmware_under_way
            + self.firmware_wait
            + self.ready
            + self.eligible
            + self.retry_wait
    }

    /// Excluded installations, whatever the reason.
    #[must_use]
    pub fn excluded(&self) -> u64 {
        self.excluded_no_wan + self.excluded_attempts
    }
}

/// One day of the whole programme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRecord {
    /// Whether it was a migration day.
    pub migration_day: bool,
    /// Programme limit \[installations\]; `None` where it never binds, 0 on a closed day.
    pub programme_limit: Option<u32>,
    /// min(programme limit, sum of group limits) on a migration day, else 0 \[installations\].
    pub offered: u32,
    /// Most that demand could use within every limit, computed apart from the policy \[installations\].
    pub most_possible: u32,
    /// Left idle by a rule of the policy \[installations\].
    pub idle_by_rule: u32,
    /// Whether some usable demand was not met, so that the rule of sharing mattered.
    pub rule_needed: bool,
    /// Stages at the day's end, Dormant then Active.
    pub stages: [Stages; 2],
}

/// One day of one group. Counts are \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDay {
    /// The group's limit today; 0 on a closed day or in an outage.
    pub limit: u32,
    /// Whether an outage stopped it.
    pub outage: bool,
    /// Most that its demand could use within its own limits.
    pub usable: u32,
    /// Left idle by a rule of the policy.
    pub idle_by_rule: u32,
    /// Usable but withheld by the programme's limit.
    pub withheld: u32,
    /// Slots and outcomes, Dormant then Active.
    pub slots: [Slots; 2],
    /// Firmware updates that may start today; `None` where there is no limit.
    pub firmware_limit: Option<u32>,
    /// Firmware updates started.
    pub firmware_started: u32,
    /// Installations not migrated at the end of the day, by the cause that held them.
    pub held: Held,
}

/// Installations not migrated at the end of a day, both statuses, by the cause that holds them \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Dormant, firmware not open.
    pub gate: u32,
    /// Firmware not sent, under way or waiting after a failure; Active, its supplier's update after entry.
    pub firmware: u32,
    /// Not on the EPCL: firmware done, or Active.
    pub entry: u32,
    /// In notice, or Active whose supplier is not yet a DCC user.
    pub notice: u32,
    /// Eligible for an attempt.
    pub eligible: u32,
    /// Waiting after a failed attempt.
    pub retrying: u32,
}

/// The use of allocated slots \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// Demand: eligible stock, or the commitment.
    pub demand: u32,
    /// Slots allocated.
    pub allocated: u32,
    /// Attempts that succeeded.
    pub succeeded: u32,
    /// Attempts that failed.
    pub failed: u32,
    /// Allocated and not used: not taken up, or a commitment without eligible stock.
    pub unused: u32,
}

/// Slots of one cell on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The day.
    pub day: Day,
    /// Position in [`Trace::places`].
    pub place: u32,
    /// Dormant or Active.
    pub status: Status,
    /// Demand and what became of it.
    pub slots: Slots,
}

/// The dates and counts of one cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortRecord {
    /// Gate day, slips included; may lie outside the run.
    pub gate: Day,
    /// EPCL entry day, slips included; may lie outside the run.
    pub entry: Day,
    /// Day firmware opened for Dormant installations; may lie outside the run.
    pub opens: Day,
    /// Whether the entry asked for other firmware than the one sent early.
    pub rework_struck: bool,
    /// Installations whose update was sent again because the entry changed \[installations\].
    pub reworked: u64,
    /// Firmware updates started \[installations, repeats counted\].
    pub firmware_started: u64,
    /// Firmware updates failed \[installations, repeats counted\].
    pub firmware_failed: u64,
    /// Day of the first update started.
    pub first_update: Option<Day>,
    /// Day of the first migration of a Dormant installation.
    pub first_dormant_migration: Option<Day>,
    /// Day of the last migration of a Dormant installation.
    pub last_dormant_migration: Option<Day>,
    /// Day of the first migration of an Active installation.
    pub first_active_migration: Option<Day>,
    /// Day of the last migration of an Active installation.
    pub last_active_migration: Option<Day>,
}

/// The state of one cell at the end and the cost of its waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRecord {
    /// Installations at the start of day 0 \[installations\].
    pub opening: u32,
    /// Stages at the end of the run.
    pub stages: Stages,
    /// Installations that came from other cells by change of supplier \[installations\].
    pub gained: u64,
    /// Installations that left for other cells by change of supplier \[installations\].
    pub lost: u64,
    /// Days waited, by cause \[installation-days\]: every calendar day's unmigrated, unremoved stock at the day's end.
    pub waits: Waits,
    /// Days waited while eligible or in a retry wait, any cause \[installation-days\].
    pub eligible_days: u64,
    /// Installations that became eligible for their first attempt here \[installations\].
    pub became_eligible: u64,
    /// Longest run of migration days with demand and no slot \[migration days\].
    pub longest_without_slot: u32,
}

/// Days waited, by the first cause that applies \[installation-days\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Excluded, whatever the reason.
    pub excluded: u64,
    /// In a retry wait, or eligible after a failed attempt.
    pub retrying: u64,
    /// Firmware not open, or the cohort not on the EPCL.
    pub gate_or_epcl: u64,
    /// Firmware open and not done.
    pub firmware: u64,
    /// Of these, in the queue for an update to start.
    pub firmware_queue: u64,
    /// In notice, or (Active) waiting for its supplier to become a DCC user.
    pub notice: u64,
    /// Eligible and queueing for a slot, closed days included.
    pub queueing: u64,
}

impl Waits {
    /// All days waited \[installation-days\]; for Dormant cells, the headline.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.excluded + self.retrying + self.gate_or_epcl + self.firmware + self.notice + self.queueing
    }
}

/// Conservation checks made in a run; each one that fails stops the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// `offered = succeeded + failed + unused + idle by rule + no usable demand`, one a day.
    pub slots: u64,
    /// The same in each group with `withheld by the programme`, one a day and group.
    pub group_slots: u64,
    /// Stock of each cohort over all stages and ends, one a day and cohort.
    pub stock: u64,
    /// Certificate of the day's allocation, by an independent checker: demand, every limit, quotas, flat amounts, and
    /// that nothing more could have been given; one a migration day.
    pub allocations: u64,
    /// Sharings of those certificates, each within one unit of its quotas or within the bound of its rounding.
    pub sharings: u64,
}

impl Checks {
    /// Checks of every kind.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.slots + self.group_slots + self.stock + self.allocations + self.sharings
    }
}
