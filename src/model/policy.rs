//! The closed lists of rules a scenario may choose from. One variant is one documented rule.

use serde::{Deserialize, Serialize};

use super::{Dated, Uncertain};

/// Which event opens firmware for Dormant installations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirmwarePolicy {
    /// EPCL entry (TMAD V6.0).
    Existing,
    /// The gate, once re-designated, never later than EPCL entry (TMAD V7.0).
    Early,
    /// As `early`, but a cohort on substantive equivalence waits for EPCL entry.
    EarlyTestedOnly,
    /// The cohort's confidence day, once re-designated, never later than EPCL entry.
    SmsoConfidence,
}

/// When early firmware becomes lawful.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redesignation {
    /// On a planned day, with a slip.
    On(super::Planned),
    /// It does not happen.
    Never,
}

/// Which cohort's updates start first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirmwareOrder {
    /// By the day firmware opened.
    EarliestOpening,
    /// By the planned day of EPCL entry (slips at their medians).
    EarliestExpectedEntry,
    /// Cohorts on the EPCL before those that are not; then by the day firmware opened.
    EnteredFirst,
}

/// Probability that the entry needs another firmware than the one sent early \[0..=1\], by evidence.
#[derive(Clone, Debug, Serialize)]
pub struct Rework {
    /// Firmware opened on testing of the cohort itself.
    pub tested: Uncertain,
    /// Firmware opened on substantive equivalence.
    pub equivalence: Uncertain,
    /// Firmware opened on confidence alone, before the gate.
    pub confidence: Uncertain,
}

/// How a day's capacity is shared.
#[derive(Clone, Debug, Serialize)]
pub struct Allocation {
    /// The rule of sharing.
    pub policy: AllocationPolicy,
    /// How far Dormant installations go first.
    pub dormant_priority: DormantPriority,
    /// Which of priority and flat allocation goes first.
    pub precedence: Precedence,
    /// The flat allocation \[installations per supplier and migration day\].
    pub dmin: Dated,
    /// Whether DMIN counts in each group or over all.
    pub dmin_scope: DminScope,
    /// The demand that DMIN serves.
    pub dmin_covers: DminCovers,
    /// How slots left after the flat allocation are shared.
    pub remainder: Remainder,
    /// The use of a part of a flat allocation that its supplier cannot use.
    pub unused_flat: UnusedFlat,
    /// How fractions of an installation are rounded.
    pub rounding: Rounding,
}

/// The rule of sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllocationPolicy {
    /// Migration Scaling Methodology: Dormant first, then the flat allocation, then pro rata.
    Msm,
    /// As `msm` with the statuses changed round: Active's flat allocation and remainder, then Dormant.
    ActiveFirst,
    /// Pro rata over all demand, no priority and no flat allocation.
    Pooled,
    /// Equal shares over the suppliers of a group, none above its demand; no priority and no flat allocation.
    MaxMin,
    /// The programme's limit in equal parts to all groups, theirs to all suppliers, with no reuse: the naive spreadsheet.
    EvenSplit,
    /// By the day demand became eligible, oldest first, whatever its status and supplier.
    FirstReady,
}

impl AllocationPolicy {
    /// Every policy with its name in files and flags and what it does in a few words; the first is the default.
    pub const ALL: [(&str, Self, &str); 6] = [
        ("msm", Self::Msm, "Dormant first, flat allocation, pro rata"),
        ("active-first", Self::ActiveFirst, "Active first, then Dormant"),
        ("pooled", Self::Pooled, "pro rata over all demand"),
        ("max-min", Self::MaxMin, "equal parts over a group's suppliers, up to demand"),
        ("even-split", Self::EvenSplit, "equal parts over groups and suppliers, no reuse"),
        ("first-ready", Self::FirstReady, "by the day it became eligible, oldest first"),
    ];

    /// The names of all policies.
    pub const NAMES: &[&str] = &{
        let mut names = [""; Self::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].0;
            at += 1;
        }
        names
    };
}

/// How far Dormant installations go first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DormantPriority {
    /// All usable Dormant demand before any Active.
    Strict,
    /// Dormant installations go first up to this share of each limit; the rest is open to both.
    UpToShare {
        /// The share \[parts in a million, 0..=1,000,000\].
        ppm: u32,
    },
}

/// Which of priority and flat allocation goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precedence {
    /// Dormant priority, then the flat allocation.
    PriorityFirst,
    /// The flat allocation, then Dormant priority.
    FlatFirst,
}

/// Whether DMIN counts in each group or over all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DminScope {
    /// Each supplier may have DMIN in each group.
    PerGroup,
    /// Each supplier has one DMIN, spread over its groups pro rata to its demand there.
    InAll,
}

/// The demand that DMIN serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DminCovers {
    /// Active demand only.
    Active,
    /// Both; slots a supplier's Dormant installations got count towards its DMIN.
    Both,
}

/// How slots left after the flat allocation are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remainder {
    /// Pro rata to the demand not yet met.
    UnmetDemand,
    /// Pro rata to the whole demand of those not yet met, cut at what they still need.
    WholeDemand,
    /// DMIN is a lower bound: each gets the larger of DMIN and its share pro rata to whole demand.
    LowerBound,
}

/// The use of a part of a flat allocation that its supplier cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnusedFlat {
    /// It returns to the remainder.
    SharedAgain,
    /// It stays reserved and is lost: idle by rule.
    Lost,
}

/// How fractions of an installation are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Largest remainder, with the fraction carried to the next day as credit.
    CarriedCredit,
    /// Largest remainder, each day for itself.
    LargestRemainder,
    /// Webster's divisor method.
    Webster,
    /// Systematic rounding with an offset that turns by the golden ratio each migration day.
    Systematic,
}
