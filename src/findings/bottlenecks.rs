//! The cause that stopped the next installation, by group and month. Every migration day of every group has one cause.

use jiff::civil::Date;

use crate::model::{Day, Model};
use crate::trace::{GroupDay, Held, Trace};

/// Why the next installation of a group did not migrate on a day, in the order in which causes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bottleneck {
    /// An outage.
    Outage,
    /// Somebody usable went without: the group's limit was used up.
    GroupLimit,
    /// Somebody usable went without: the programme's limit was used up.
    ProgrammeLimit,
    /// Somebody went without under a limit of its supplier or cohort, or a rule that leaves slots idle.
    OtherLimit,
    /// Slots were left; most of those left are eligible, and their supplier did not ask, or did not use its slots.
    SupplierDemand,
    /// Slots were left; most of those left wait for firmware to open.
    Gate,
    /// Slots were left; most of those left wait for firmware to be sent, and all that could be sent today was.
    FirmwareLimit,
    /// Slots were left; most of those left have an update to wait for.
    Firmware,
    /// Slots were left; most of those left wait for EPCL entry.
    Entry,
    /// Slots were left; most of those left are in notice, or their supplier is not yet a DCC user.
    Notice,
    /// Slots were left; most of those left wait after a failed attempt.
    Retry,
    /// Nobody was left.
    NobodyLeft,
}

impl Bottleneck {
    /// Every cause, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Outage,
        Self::GroupLimit,
        Self::ProgrammeLimit,
        Self::OtherLimit,
        Self::SupplierDemand,
        Self::Gate,
        Self::FirmwareLimit,
        Self::Firmware,
        Self::Entry,
        Self::Notice,
        Self::Retry,
        Self::NobodyLeft,
    ];

    /// The word used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::GroupLimit => "group_limit",
            Self::ProgrammeLimit => "programme_limit",
            Self::OtherLimit => "other_limit",
            Self::SupplierDemand => "supplier_demand",
            Self::Gate => "firmware_gate",
            Self::FirmwareLimit => "firmware_limit",
            Self::Firmware => "firmware_under_way",
            Self::Entry => "epcl_entry",
            Self::Notice => "notice",
            Self::Retry => "retry",
            Self::NobodyLeft => "nobody_left",
        }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Outage => "an outage",
            Self::GroupLimit => "the group's limit",
            Self::ProgrammeLimit => "the programme's limit",
            Self::OtherLimit => "a supplier's or cohort's limit, or a rule that leaves slots idle",
            Self::SupplierDemand => "eligible, not asked for or not used by the supplier",
            Self::Gate => "firmware not open",
            Self::FirmwareLimit => "firmware capacity",
            Self::Firmware => "firmware under way",
            Self::Entry => "EPCL entry",
            Self::Notice => "notice, or a supplier not yet a DCC user",
            Self::Retry => "the wait after a failed attempt",
            Self::NobodyLeft => "nobody left",
        }
    }
}

/// One month of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BottleneckMonth {
    /// Name of the group.
    pub group: String,
    /// First day of the month.
    pub month: Date,
    /// Migration days by cause, in the order of [`Bottleneck::ALL`]; they sum to the month's migration days.
    pub days: [u32; Bottleneck::ALL.len()],
}

impl BottleneckMonth {
    /// The cause on most of its days, the first in order among equals; `None` in a month without migration days.
    #[must_use]
    pub fn most(&self) -> Option<Bottleneck> {
        let most = self.days.iter().copied().max().filter(|days| *days > 0)?;
        let at = self.days.iter().position(|days| *days == most)?;
        Some(Bottleneck::ALL[at])
    }
}

/// Reads the bottleneck of every migration day off a run, by group, then month.
#[must_use]
pub fn bottlenecks(model: &Model, trace: &Trace) -> Vec<BottleneckMonth> {
    let mut months: Vec<BottleneckMonth> = Vec::new();
    let n_groups = model.groups.len();
    for (group, of_group) in model.groups.iter().enumerate() {
        let records = trace.days.iter().zip(trace.group_days.chunks_exact(n_groups));
        for (day, (record, today)) in (0..).map(Day).zip(records) {
            let month = model.calendar.date(day).first_of_month();
            if months.last().is_none_or(|last| (last.month, &last.group) != (month, &of_group.name)) {
                months.push(BottleneckMonth {
                    group: of_group.name.clone(),
                    month,
                    days: [0; Bottleneck::ALL.len()],
                });
            }
            let cause = of_day(&today[group]);
            if let Some(last) = months.last_mut().filter(|_| record.migration_day) {
                last.days[cause as usize] += 1;
            }
        }
    }
    months
}

/// The bottleneck of a group on a migration day.
fn of_day(day: &GroupDay) -> Bottleneck {
    let allocated: u32 = day.slots.iter().map(|slots| slots.allocated).sum();
    let demand: u32 = day.slots.iter().map(|slots| slots.demand).sum();
    if day.outage {
        return Bottleneck::Outage;
    }
    if demand > allocated {
        return match (allocated >= day.limit, day.withheld > 0) {
            (true, _) => Bottleneck::GroupLimit,
            (false, true) => Bottleneck::ProgrammeLimit,
            (false, false) => Bottleneck::OtherLimit,
        };
    }
    let Held { gate, firmware, entry, notice, eligible, retrying } = day.held;
    let sent = day.firmware_limit.is_some_and(|limit| day.firmware_started >= limit);
    let waits = [
        (gate, Bottleneck::Gate),
        (firmware, if sent { Bottleneck::FirmwareLimit } else { Bottleneck::Firmware }),
        (entry, Bottleneck::Entry),
        (notice, Bottleneck::Notice),
        (eligible, Bottleneck::SupplierDemand),
        (retrying, Bottleneck::Retry),
    ];
    let most = waits.iter().map(|(n, _)| *n).max().unwrap_or(0);
    let cause = waits.iter().find(|(n, _)| *n == most && most > 0).map(|(_, cause)| *cause);
    cause.unwrap_or(Bottleneck::NobodyLeft)
}
