//! A cohort: a Device Model Combination, or a family of them that shares one approval path.

use serde::Serialize;

use super::{CohortIdx, Dated, Day, GroupIdx, OpeningStage, Uncertain};

/// A Device Model Combination, or a family sharing one approval path; in exactly one group.
#[derive(Clone, Debug, Serialize)]
pub struct Cohort {
    /// Name, unique among cohorts.
    pub name: String,
    /// Stable key of the name for addressing draws.
    pub key: u64,
    /// The capacity domain it is in.
    pub group: GroupIdx,
    /// How it reaches the EPCL.
    pub route: Route,
    /// The cohort whose testing it relies on, if it is on substantive equivalence.
    pub equivalent_to: Option<CohortIdx>,
    /// Gate: MT/SIT completion, or issue of the DMCT EPCL Report. An equivalent cohort without a slip of its own
    /// takes that of the cohort it rests on (the two slips then carry one key).
    pub gate: Planned,
    /// Days after the testing of the cohort it rests on before which its gate cannot be \[days\].
    pub objection_delay: Uncertain,
    /// EPCL entry; never before the gate.
    pub entry: Entry,
    /// Days by which firmware opens before the event of the policy \[days\], to find the effect of earlier firmware.
    pub head_start: u32,
    /// Day from which the SMSO is confident in the firmware; `None`: the gate.
    pub confidence: Option<Planned>,
    /// Days from EPCL entry until its suppliers have updated Active installations \[days\].
    pub supplier_delay: Uncertain,
    /// Updates of Dormant installations.
    pub firmware: Firmware,
    /// Days between a Dormant installation being ready and eligible \[days\].
    pub notice: Uncertain,
    /// Probability that an attempt succeeds \[0..=1\], by attempt number; the last holds for all later ones.
    pub success: Vec<Uncertain>,
    /// Probability that an allocated slot is used \[0..=1\].
    pub take_up: Uncertain,
    /// Days from a failed attempt until the next is possible \[days\], at least 1.
    pub retry_delay: Uncertain,
    /// Ramp-up limit over all its suppliers \[installations per migration day\]; `None` never binds.
    pub ramp_up: Option<Dated>,
    /// Attempts before an installation is excluded, at least 1.
    pub max_attempts: u8,
    /// Meters in one installation \[meters\].
    pub meters_per_installation: f64,
}

/// How a cohort reaches the EPCL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Route {
    /// Migration Testing and Systems Integration Testing.
    #[serde(rename = "MT/SIT")]
    MtSit,
    /// Device Model Combination Testing.
    #[serde(rename = "DMCT")]
    Dmct,
}

impl Cohort {
    /// The largest number that the next attempt or update of installations in a stage can have.
    #[must_use]
    pub fn most_attempts(&self, stage: OpeningStage) -> u8 {
        if stage.is_update() { self.firmware.max_tries } else { self.max_attempts }
    }
}

/// A planned day and how late it may come.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// The planned day; may lie outside the run.
    pub day: Day,
    /// Slip \[days\], drawn once per replication and rounded half up; negative is early.
    pub slip: Uncertain,
}

/// When a cohort is entered on the EPCL.
#[derive(Clone, Debug, Serialize)]
pub enum Entry {
    /// On a planned day with its own slip, or on the gate day if that is later.
    On(Planned),
    /// A governance lag after the gate \[days\], at least 0.
    AfterGate(Uncertain),
}

/// How Dormant installations of a cohort are updated.
#[derive(Clone, Debug, Serialize)]
pub struct Firmware {
    /// Share that needs no update \[0..=1\].
    pub no_update_share: Uncertain,
    /// Length of one update \[days, at least 1\]; each update draws its own.
    pub length: Uncertain,
    /// Probability that an update succeeds \[0..=1\].
    pub success: Uncertain,
    /// Days from a failed update until it may be tried again \[days, at least 1\].
    pub wait: Uncertain,
    /// Updates tried before an installation is excluded: no WAN before migration.
    pub max_tries: u8,
}
