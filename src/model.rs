//! The validated programme: what the scenario file means, with every default filled and every name resolved.
//!
//! Owns the nouns the engine works on. Knows nothing of files, randomness or output. Start at [`Model`].
//! Days are counted from the programme's first day; dates exist only in [`Calendar`] and at the edges.

use serde::{Deserialize, Serialize};

mod calendar;
mod chance;
mod cohort;
mod dated;
pub(crate) mod decimal;
mod merged;
mod policy;
mod uncertain;
mod uncertain_inputs;

pub use calendar::{Calendar, Closure, Day};
pub use cohort::{Cohort, Entry, Firmware, Planned, Route};
pub use dated::{Dated, Step};
pub use merged::NotMerged;
pub use policy::{
    Allocation, AllocationPolicy, DminCovers, DminScope, DormantPriority, FirmwareOrder, FirmwarePolicy,
    Precedence, Redesignation, Remainder, Rework, Rounding, UnusedFlat,
};
pub use uncertain::{Distribution, Link, Uncertain, Written};
pub use uncertain_inputs::{InputRow, Occasion};

/// The position of a group in [`Model::groups`].
pub type GroupIdx = usize;
/// The position of a cohort in [`Model::cohorts`].
pub type CohortIdx = usize;
/// The position of a supplier in [`Model::suppliers`].
pub type SupplierIdx = usize;
/// The position of a factor in [`Model::factors`].
pub type FactorIdx = usize;

/// A whole programme, ready to be simulated.
///
/// Invariants (kept by the `scenario` module, relied on by the engine):
///
/// 1. Every index stored in the model is in range.
/// 2. Every [`Dated`] has its first step on or before day 0, its steps in strictly rising order of day.
/// 3. Probabilities of fixed inputs lie in 0..=1; success lists are not empty; `max_attempts` and `max_tries` are at least 1.
/// 4. Equivalence has no cycle.
/// 5. All installations together are fewer than 2^31.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// Short name of the scenario; names the results folder.
    pub name: String,
    /// Its name in the middle of a sentence, such as "early firmware"; the short name where the file gives no title.
    pub title: String,
    /// The question the scenario answers, one sentence.
    pub question: String,
    /// Days of the run and which of them are worked.
    pub calendar: Calendar,
    /// The day by which the plan promises completion.
    pub plan_day: Option<Day>,
    /// Days from the one from which the draws of days are numbered to the first of the run.
    pub draws_before: u16,
    /// Programme limit \[installations per migration day\]; `None` never binds.
    pub capacity: Option<Dated>,
    /// Capacity domains, in declared order.
    pub groups: Vec<Group>,
    /// Device Model Combinations or families of them, in declared order.
    pub cohorts: Vec<Cohort>,
    /// Responsible Suppliers, in declared order.
    pub suppliers: Vec<Supplier>,
    /// Named factors that move several uncertain inputs together.
    pub factors: Vec<Factor>,
    /// Opening stock; rows of the same place add up.
    pub stock: Vec<Stock>,
    /// When firmware opens, in which order it is sent, and what rework costs.
    pub firmware: FirmwareRules,
    /// How a day's capacity is shared.
    pub allocation: Allocation,
    /// Active installations changing supplier.
    pub change_of_supplier: Option<ChangeOfSupplier>,
    /// Installations leaving the programme.
    pub removal: Option<Removal>,
    /// Active demand as a weekly commitment; `None`: demand is the eligible stock.
    pub commitment: Option<Commitment>,
    /// Which layers of chance are on.
    pub layers: Layers,
    /// Seed of every draw.
    pub seed: u64,
    /// The assumption register, as written.
    pub assumptions: Vec<Assumption>,
}

/// A capacity domain: an SMSO or S1SP group such as IOC, MOC or FOC.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Name, unique among groups.
    pub name: String,
    /// Stable key of the name for addressing draws.
    pub key: u64,
    /// Migration capacity \[installations per migration day\].
    pub capacity: Dated,
    /// Firmware updates that may start \[installations per firmware day\]; `None` never binds.
    pub firmware_capacity: Option<Dated>,
    /// Random stoppages.
    pub outage: Option<Outage>,
}

impl Group {
    /// The same with its capacities multiplied, each by its own factor.
    #[must_use]
    pub fn scaled(self, migration: &Uncertain, firmware: &Uncertain) -> Self {
        let by = |dated: Dated, factor: &Uncertain| Dated { factor: factor.clone(), ..dated };
        Self {
            capacity: by(self.capacity, migration),
            firmware_capacity: self.firmware_capacity.map(|dated| by(dated, firmware)),
            ..self
        }
    }
}

/// Random stoppages of a group, independent of policy.
#[derive(Clone, Debug, Serialize)]
pub struct Outage {
    /// Chance that an outage starts on a day without one \[0..=1 per calendar day\].
    pub start_probability: Uncertain,
    /// Length \[calendar days\], drawn afresh for each outage; at least 1.
    pub length_days: Uncertain,
    /// Whether firmware updates cannot start either.
    pub stops_firmware: bool,
}

/// A Responsible Supplier.
#[derive(Clone, Debug, Serialize)]
pub struct Supplier {
    /// Name, unique among suppliers.
    pub name: String,
    /// Stable key of the name for addressing draws.
    pub key: u64,
    /// Weight with which it gains installations that change supplier; only ratios matter.
    pub market_share: f64,
    /// First day as a DCC user, when its Active installations may migrate; `None`: from the start.
    pub dcc_user_from: Option<Planned>,
    /// Daily limits, at most one a group and one over all groups.
    pub limits: Vec<SupplierLimit>,
    /// Day by which its Active installations ought to be enrolled.
    pub obligation: Option<Day>,
}

/// A supplier's daily limit in one group, or over all.
#[derive(Clone, Debug, Serialize)]
pub struct SupplierLimit {
    /// The group it holds in; `None`: over all groups.
    pub group: Option<GroupIdx>,
    /// Whether Dormant installations count against it as well.
    pub covers_both: bool,
    /// The limit \[installations per migration day\].
    pub per_day: Dated,
}

/// A named source of uncertainty that several inputs share, such as a governance board.
#[derive(Clone, Debug, Serialize)]
pub struct Factor {
    /// Name, unique among factors.
    pub name: String,
    /// Stable key of the name for addressing draws.
    pub key: u64,
}

/// Whether an installation contains a Dormant device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// At least one Dormant device.
    Dormant,
    /// No Dormant device.
    Active,
}

impl Status {
    /// Both statuses, Dormant first.
    pub const ALL: [Self; 2] = [Self::Dormant, Self::Active];

    /// The name used in files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dormant => "dormant",
            Self::Active => "active",
        }
    }
}

/// Opening stock of one cell in one stage.
#[derive(Clone, Debug, Serialize)]
pub struct Stock {
    /// Cohort of the installations.
    pub cohort: CohortIdx,
    /// Their lead supplier.
    pub supplier: SupplierIdx,
    /// Dormant or Active.
    pub status: Status,
    /// How many \[installations\].
    pub installations: u32,
    /// Their stage at the start of day 0.
    pub stage: OpeningStage,
}

/// A stage of opening stock. Ages, which a count does not have, are spread evenly over their length (assumed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningStage {
    /// Not migrated; the engine works out the stage from the dates, and the share that needs no update is drawn.
    Unmigrated,
    /// Needs a firmware update that has not begun.
    NeedsFirmware {
        /// Number of the next try, from 1 to the cohort's most.
        attempt: u8,
    },
    /// Firmware under way. Of Active installations until the supplier delay after the entry is over.
    FirmwareUnderWay {
        /// Number of this try, from 1 to the cohort's most.
        attempt: u8,
    },
    /// Waiting after a failed update.
    FirmwareWait {
        /// Number of the next try, from 1 to the cohort's most.
        attempt: u8,
    },
    /// Firmware done; waits for EPCL entry or notice (spread evenly over the notice), or for its supplier.
    Ready {
        /// Number of the next attempt, from 1 to the cohort's most.
        attempt: u8,
    },
    /// Eligible, with the number of its next attempt (1 for the first).
    Eligible {
        /// Number of the next attempt, from 1 to the cohort's most.
        attempt: u8,
    },
    /// Waiting after a failed attempt.
    RetryWait {
        /// Number of the next attempt, from 2 to the cohort's most.
        attempt: u8,
    },
    /// Migrated before the first day.
    Migrated,
    /// Excluded: no WAN before migration.
    ExcludedNoWan,
    /// Excluded: attempts exhausted.
    ExcludedAttempts,
}

impl OpeningStage {
    /// The word of files for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unmigrated => "unmigrated",
            Self::NeedsFirmware { .. } => "needs-firmware",
            Self::FirmwareUnderWay { .. } => "firmware-under-way",
            Self::FirmwareWait { .. } => "firmware-wait",
            Self::Ready { .. } => "ready",
            Self::Eligible { .. } => "eligible",
            Self::RetryWait { .. } => "retry-wait",
            Self::Migrated => "migrated",
            Self::ExcludedNoWan => "excluded-no-wan",
            Self::ExcludedAttempts => "excluded-attempts",
        }
    }

    /// Whether its number is one of updates.
    #[must_use]
    pub fn is_update(self) -> bool {
        matches!(self, Self::NeedsFirmware { .. } | Self::FirmwareUnderWay { .. } | Self::FirmwareWait { .. })
    }

    /// Number of the next attempt at migration, or of the update under way or next, where the stage has one.
    #[must_use]
    pub fn attempt(self) -> Option<u8> {
        match self {
            Self::NeedsFirmware { attempt }
            | Self::FirmwareUnderWay { attempt }
            | Self::FirmwareWait { attempt }
            | Self::Ready { attempt }
            | Self::Eligible { attempt }
            | Self::RetryWait { attempt } => Some(attempt),
            Self::Unmigrated | Self::Migrated | Self::ExcludedNoWan | Self::ExcludedAttempts => None,
        }
    }
}

/// When firmware opens, in which order updates start, and what an entry that asks for other firmware costs.
#[derive(Clone, Debug, Serialize)]
pub struct FirmwareRules {
    /// Which event opens firmware for Dormant installations.
    pub policy: FirmwarePolicy,
    /// When early firmware becomes lawful.
    pub redesignation: Redesignation,
    /// Which cohort's updates start first when firmware capacity is short.
    pub order: FirmwareOrder,
    /// Probability that the entry needs other firmware, by the evidence there was when firmware opened.
    pub rework: Rework,
}

impl FirmwareRules {
    /// Whether firmware may open before EPCL entry.
    #[must_use]
    pub fn is_early(&self) -> bool {
        self.policy != FirmwarePolicy::Existing && !matches!(self.redesignation, Redesignation::Never)
    }
}

/// Active installations changing supplier, some of which become Dormant.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeOfSupplier {
    /// Probability of leaving on each day \[0..=1\], indexed by [`Day`]; zero on days that are not stepped.
    /// A weekly step carries the whole week's probability on its first day.
    pub probability: Vec<f64>,
    /// Probability that a leaver becomes Dormant at its gaining supplier \[0..=1\].
    pub goes_dormant: Uncertain,
}

/// Installations leaving the programme from every unmigrated, unexcluded stage.
#[derive(Clone, Debug, Serialize)]
pub struct Removal {
    /// Probability for a Dormant installation on each day \[0..=1\], indexed by [`Day`].
    pub dormant: Vec<f64>,
    /// Probability for an Active installation on each day \[0..=1\], indexed by [`Day`].
    pub active: Vec<f64>,
}

/// Active demand declared a week ahead.
#[derive(Clone, Debug, Serialize)]
pub struct Commitment {
    /// Share of the eligible stock that is committed over the week.
    pub factor: Uncertain,
    /// Whether every supplier draws its own factor; otherwise one draw holds for all of them.
    pub for_each: bool,
    /// Days before the week's Monday at whose end the eligible stock is read (1 = the Sunday).
    pub cutoff_days: u32,
    /// Whether installations would migrate on the days after the run's last, to the Sunday of its week.
    pub rest_of_last_week: Vec<bool>,
}

impl Commitment {
    /// Migration days from a day to the Sunday of its week, inside the run or not.
    #[must_use]
    pub fn migration_days(&self, calendar: &Calendar, from: Day) -> u32 {
        let worked = |day: Day| {
            let Some(index) = day.index() else { return false };
            let of_run = calendar.migration.get(index);
            let after = || self.rest_of_last_week.get(index - calendar.n_days());
            of_run.or_else(after).copied().unwrap_or(false)
        };
        let week = (0..7 - calendar.weekday(from)).map(|ahead| from.plus(ahead));
        week.map(|day| u32::from(worked(day))).sum()
    }
}

/// Which layers of chance are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Layers {
    /// Uncertain inputs are drawn per replication; if off, each has its median.
    pub parametric: bool,
    /// Fates are drawn per replication; off: every replication has the fates of replication 0.
    pub stochastic: bool,
}

/// One line of the assumption register.
#[derive(Clone, Debug, Serialize)]
pub struct Assumption {
    /// Its subject: a key of the scenario, or a few words.
    pub about: String,
    /// The value taken.
    pub value: String,
    /// Where it comes from.
    pub source: String,
    /// How good the source is.
    pub quality: Quality,
    /// Anything a reviewer ought to know.
    pub note: String,
}

/// The quality of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// A public document states it.
    Documented,
    /// Arithmetic or a reading of documented facts.
    Inferred,
    /// Nobody has published it.
    Assumed,
}

impl Quality {
    /// The word of files for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Assumed => "assumed",
        }
    }
}

/// A cohort at a supplier: the place of one Dormant and one Active cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The cohort.
    pub cohort: CohortIdx,
    /// The Responsible Supplier.
    pub supplier: SupplierIdx,
}

impl Model {
    /// Every place that can hold installations, by cohort, then supplier: those with opening stock and, where
    /// customers change supplier, every cohort at every supplier that can gain.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> =
            self.stock.iter().map(|s| Place { cohort: s.cohort, supplier: s.supplier }).collect();
        if self.change_of_supplier.is_some() {
            let stocked: std::collections::BTreeSet<_> = places.iter().map(|p| p.cohort).collect();
            for cohort in stocked {
                let gaining = (0..self.suppliers.len()).filter(|&s| self.suppliers[s].market_share > 0.0);
                places.extend(gaining.map(|supplier| Place { cohort, supplier }));
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Opening installations in all stages \[installations\].
    #[must_use]
    pub fn installations(&self) -> u64 {
        self.stock.iter().map(|s| u64::from(s.installations)).sum()
    }

    /// Whether any installation is Dormant at the start, or may become so on changing supplier.
    #[must_use]
    pub fn has_dormant(&self) -> bool {
        let some_become = self.change_of_supplier.as_ref().is_some_and(|change| {
            change.probability.iter().any(|p| *p > 0.0) && change.goes_dormant.known() != Some(0.0)
        });
        some_become || self.stock.iter().any(|s| s.status == Status::Dormant && s.installations > 0)
    }
}

/// The stable key of a name: FNV-1a finished by a mixer, so that a draw follows its entity and not its position.
#[must_use]
pub fn key_of(name: &str) -> u64 {
    let fnv = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 32)
}
