//! One day's capacity shared out: a pure function of the day's limits, the demand of every cell, the policy, and the
//! credit carried from earlier days. Knows no dates and no names. Start at [`Allocator`].
//!
//! A policy is a short list of phases run in order over the same tree, each taking from what the ones before left.

mod bound;
mod certificate;
mod cross;
mod equal;
mod network;
mod owed;
mod phases;
mod ready;
mod remainder;
mod shape;
mod share;
mod unproven;
mod verify;
/// Sharing whole units, for other parts of the engine that share by the same rule.
pub(crate) mod sharing {
    pub(crate) use super::share::{Claim, Odd, Turn, pro_rata};
}

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use bound::{Bound, most_possible};
pub use certificate::{Among, Certificate, Rule, Settled, Sharing, Split, Steps};
pub use equal::{EvenPart, even_part};
pub use owed::{Owed, owed};
pub use shape::{Leaf, Shape};
pub use unproven::Unproven;
pub use verify::{Proven, verify};

use crate::model::{
    Allocation, AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding,
    Status, UnusedFlat,
};
use cross::Crossing;
use phases::{Pass, Work};

/// One day, borrowed; `..Day::default()` fills in what it does not have. Counts are \[installations\]; slices follow the places and branches of the [`Shape`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Day<'a> {
    /// Migration days before today: whose turn it is among equals.
    pub turn: u32,
    /// Limit of the whole programme; `None` never binds.
    pub programme: Option<u32>,
    /// Limit of each group.
    pub groups: &'a [u32],
    /// Limit of each branch (supplier in a group), if it has one.
    pub limits: &'a [Option<Limit>],
    /// The flat allocation \[installations per supplier\].
    pub dmin: u32,
    /// Dormant demand of each place.
    pub dormant: &'a [u32],
    /// Active demand of each place.
    pub active: &'a [u32],
    /// Ramp-up limit of each cohort over its suppliers, `u32::MAX` for none, by group, then declared order; empty where
    /// no cohort has one.
    pub cohorts: &'a [u32],
    /// Limit of each supplier over all groups, if it has one; empty where no supplier has one.
    pub suppliers: &'a [Option<Limit>],
    /// Places outside which nobody demands anything, in order; `None` where nobody has listed them. What is shared out is the same, and
    /// sooner where most places have no demand.
    pub listed: Option<&'a [usize]>,
    /// Demand by how long it has queued, longest first. Only `first-ready` reads it: demand that does not stand here
    /// queues last.
    pub queue: &'a [Queued],
}

/// Some of a cell's demand and since when it has queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Rises with time; what is equal queues side by side.
    pub since: i32,
    /// The place.
    pub place: u32,
    /// Dormant or Active.
    pub status: Status,
    /// How many \[installations\].
    pub count: u32,
}

impl Day<'_> {
    /// Whether any limit does not nest in the tree: a cohort's, or a supplier's over all groups.
    #[must_use]
    pub fn crosses(&self) -> bool {
        self.cohorts.iter().any(|limit| *limit != u32::MAX) || self.suppliers.iter().any(Option::is_some)
    }
}

/// A [`Day`] with columns of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedDay {
    /// As [`Day::turn`].
    pub turn: u32,
    /// As [`Day::programme`].
    pub programme: Option<u32>,
    /// As [`Day::groups`].
    pub groups: Vec<u32>,
    /// As [`Day::limits`].
    pub limits: Vec<Option<Limit>>,
    /// As [`Day::dmin`].
    pub dmin: u32,
    /// As [`Day::dormant`].
    pub dormant: Vec<u32>,
    /// As [`Day::active`].
    pub active: Vec<u32>,
    /// As [`Day::cohorts`].
    pub cohorts: Vec<u32>,
    /// As [`Day::suppliers`].
    pub suppliers: Vec<Option<Limit>>,
    /// As [`Day::queue`].
    pub queue: Vec<Queued>,
}

impl OwnedDay {
    /// The day as the allocator wants it.
    #[must_use]
    pub fn day(&self) -> Day<'_> {
        Day {
            turn: self.turn,
            programme: self.programme,
            groups: &self.groups,
            limits: &self.limits,
            dmin: self.dmin,
            dormant: &self.dormant,
            active: &self.active,
            cohorts: &self.cohorts,
            suppliers: &self.suppliers,
            listed: None,
            queue: &self.queue,
        }
    }
}

/// A supplier's limit today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The limit \[installations\].
    pub per_day: u32,
    /// Whether Dormant installations count against it as well.
    pub covers_both: bool,
}

/// Who gets what. Counts are \[installations\].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Slots of each place's Dormant cell.
    pub dormant: Vec<u32>,
    /// Slots of each place's Active cell.
    pub active: Vec<u32>,
    /// What each branch got by which rule, in the order of [`Shape::branches`].
    pub branches: Vec<BranchGrant>,
    /// Left idle by a rule of the policy, by group.
    pub idle_by_rule: Vec<u32>,
    /// Why it is so, for [`verify`] and for people.
    pub certificate: Certificate,
}

/// What one supplier got in one group, by rule \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BranchGrant {
    /// What its Dormant cells got: by Dormant priority, and of its flat amount.
    pub dormant: u32,
    /// How much of that is of its flat amount.
    pub flat_dormant: u32,
    /// What its Active cells got by the flat allocation.
    pub flat: u32,
    /// By the share of the remainder.
    pub remainder: u32,
}

/// The rules of sharing, without the dated values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// The rule of sharing.
    pub policy: AllocationPolicy,
    /// How far Dormant goes first.
    pub dormant_priority: DormantPriority,
    /// Which of priority and flat allocation goes first.
    pub precedence: Precedence,
    /// Whether DMIN counts in each group or over all.
    pub dmin_scope: DminScope,
    /// Whose demand DMIN serves.
    pub dmin_covers: DminCovers,
    /// How what is left after the flat allocation is shared.
    pub remainder: Remainder,
    /// What happens to the unused part of a flat allocation.
    pub unused_flat: UnusedFlat,
    /// How fractions are settled.
    pub rounding: Rounding,
}

impl Default for Rules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Rules {
    /// The MSM with every option at its default.
    pub const DEFAULT: Self = Self {
        policy: AllocationPolicy::Msm,
        dormant_priority: DormantPriority::Strict,
        precedence: Precedence::PriorityFirst,
        dmin_scope: DminScope::PerGroup,
        dmin_covers: DminCovers::Active,
        remainder: Remainder::UnmetDemand,
        unused_flat: UnusedFlat::SharedAgain,
        rounding: Rounding::CarriedCredit,
    };

    /// Whether the unused part of a flat amount stays reserved; a lower bound sets nothing aside.
    fn keeps_reserves(&self) -> bool {
        let flat_with_share = match self.policy {
            AllocationPolicy::Msm => self.precedence == Precedence::PriorityFirst,
            AllocationPolicy::ActiveFirst => true,
            AllocationPolicy::Pooled
            | AllocationPolicy::MaxMin
            | AllocationPolicy::EvenSplit
            | AllocationPolicy::FirstReady => false,
        };
        flat_with_share && self.unused_flat == UnusedFlat::Lost && self.remainder != Remainder::LowerBound
    }
}

impl From<&Allocation> for Rules {
    fn from(allocation: &Allocation) -> Self {
        Self {
            policy: allocation.policy,
            dormant_priority: allocation.dormant_priority,
            precedence: allocation.precedence,
            dmin_scope: allocation.dmin_scope,
            dmin_covers: allocation.dmin_covers,
            remainder: allocation.remainder,
            unused_flat: allocation.unused_flat,
            rounding: allocation.rounding,
        }
    }
}

/// Fractions owed from earlier days, in units of 2^-32 installation: one for each (node, stage, claimant).
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credits {
    /// Groups sharing the programme's limit, by stage.
    programme: [Vec<i64>; 4],
    /// Dormant cells sharing their group's part.
    dormant: Vec<i64>,
    /// Branches sharing the remainder of their group.
    remainder: Vec<i64>,
    /// Cells sharing their branch's amount, Dormant then Active.
    cells: [Vec<i64>; 2],
}

/// Shares out one day after another, carrying credit where the rounding says so. Asks for no memory once
/// its buffers have held as large a day.
#[derive(Clone, Debug)]
pub struct Allocator {
    shape: Shape,
    rules: Rules,
    phases: Vec<Phase>,
    credits: Credits,
    work: Work,
    crossing: Crossing,
    /// Places outside which nobody has credit, if they are known: those that the day before listed.
    credited: Option<Vec<usize>>,
}

/// One pass over the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Dormant cells take up to this share of every limit \[parts in a million\].
    Dormant { ppm: u32 },
    /// Every supplier takes its flat amount.
    Flat,
    /// What is left goes by the remainder rule; the flat amount comes first if it was not taken before.
    Share { pool: Pool, flat_first: bool },
    /// What is left goes in equal parts to the suppliers of each group, nobody above what it can use of both statuses.
    Equal,
    /// The programme's limit in equal parts to groups, theirs to suppliers; what they cannot use stays idle.
    EvenSplit,
    /// Who has queued longest, status and supplier alike.
    FirstReady,
}

/// Whose demand a phase serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pool {
    Active,
    Both,
}

const ALL: u32 = 1_000_000;

impl Allocator {
    /// An allocator for a tree and its rules, without credit.
    #[must_use]
    pub fn new(shape: Shape, rules: Rules) -> Self {
        let (n_groups, n_places, n_branches) = (shape.groups.len(), shape.n_places(), shape.branches.len());
        let credits = Credits {
            programme: std::array::from_fn(|_| vec![0; n_groups]),
            dormant: vec![0; n_places],
            remainder: vec![0; n_branches],
            cells: std::array::from_fn(|_| vec![0; n_places]),
        };
        let (work, crossing) = (Work::new(&shape), Crossing::default());
        Self { phases: phases_of(rules), work, crossing, shape, rules, credits, credited: None }
    }

    /// The rules it shares by.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The credit carried so far.
    #[must_use]
    pub fn credits(&self) -> &Credits {
        &self.credits
    }

    /// Goes on from credit carried by an earlier run over the same tree.
    pub fn set_credits(&mut self, credits: Credits) {
        self.credits = credits;
        self.credited = None;
    }

    /// The tree.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Shares out one day. Demand of all cells together is fewer than 2^32 \[installations\].
    pub fn allocate(&mut self, day: &Day<'_>, grants: &mut Grants) {
        if self.rules.rounding == Rounding::CarriedCredit {
            let credited = self.credited.take();
            self.credits.forget_those_without_demand(
                &self.shape,
                &self.phases,
                self.rules,
                day,
                credited.as_deref(),
            );
            self.credited = day.listed.map(|listed| {
                let mut credited = credited.unwrap_or_default();
                credited.clear();
                credited.extend_from_slice(listed);
                credited
            });
        }
        if day.crosses() { self.share_crossing(day, grants) } else { self.share_on_tree(day, grants) }
    }

    /// The rule where all limits nest; it looks at no limit that crosses.
    fn share_on_tree(&mut self, day: &Day<'_>, grants: &mut Grants) {
        let Self { shape, rules, phases, credits, work, .. } = self;
        Pass { shape, rules, day, credits, work, grants, both: false, flat_is_due: false }.run(phases);
    }
}

impl Clone for Credits {
    fn clone(&self) -> Self {
        let Self { programme, dormant, remainder, cells } = self;
        Self {
            programme: programme.clone(),
            dormant: dormant.clone(),
            remainder: remainder.clone(),
            cells: cells.clone(),
        }
    }

    /// Into the columns that are there: the rule where limits cross starts a day over several times.
    fn clone_from(&mut self, from: &Self) {
        let Self { programme, dormant, remainder, cells } = from;
        self.programme.clone_from(programme);
        self.dormant.clone_from(dormant);
        self.remainder.clone_from(remainder);
        self.cells.clone_from(cells);
    }
}

/// More than any rounding ever carries for anybody, in units of 2^-32 installation: a million slots.
const MOST_CREDIT: u64 = 1 << 52;

impl Credits {
    /// Whether there is one credit for each claimant of a tree, none beyond reason.
    pub(crate) fn check(&self, shape: &Shape) -> Result<(), String> {
        let (n_groups, n_places) = (shape.groups.len(), shape.n_places());
        let Self { programme, dormant, remainder, cells } = self;
        let of_groups = programme.iter().map(|credits| ("programme", credits, n_groups));
        let of_cells = cells.iter().map(|credits| ("cells", credits, n_places));
        let others = [("dormant", dormant, n_places), ("remainder", remainder, shape.branches.len())];
        for (name, credits, n) in of_groups.chain(others).chain(of_cells) {
            if credits.len() != n {
                return Err(format!("{} credits under `{name}`, expected {n}", credits.len()));
            }
            if let Some(credit) = credits.iter().find(|credit| credit.unsigned_abs() > MOST_CREDIT) {
                return Err(format!("a credit of {credit} under `{name}`, beyond a million slots"));
            }
        }
        Ok(())
    }

    /// A claimant whose demand falls to 0 loses its credit: demand of the statuses that its stage serves. No place outside `credited` has any,
    /// where those are known.
    fn forget_those_without_demand(
        &mut self,
        shape: &Shape,
        phases: &[Phase],
        rules: Rules,
        day: &Day<'_>,
        credited: Option<&[usize]>,
    ) {
        let forget = |credits: &mut [i64], demand: &[u32]| {
            // All ones where there is demand: no turn to guess.
            let kept = |demand: u32| -i64::from(demand > 0);
            match credited {
                Some(places) => places.iter().for_each(|place| credits[*place] &= kept(demand[*place])),
                None => credits.iter_mut().zip(demand).for_each(|(credit, demand)| *credit &= kept(*demand)),
            }
        };
        // Columns in which the rules never put credit are passed over.
        let goes_first = |phase: &Phase| matches!(phase, Phase::Dormant { .. });
        if phases.iter().any(goes_first) {
            forget(&mut self.dormant, day.dormant);
        }
        if phases.iter().any(|phase| !goes_first(phase) && phase.serves(rules)[0]) {
            forget(&mut self.cells[0], day.dormant);
        }
        forget(&mut self.cells[1], day.active);
        let wants = |[dormant, active]: [bool; 2], mut places: Range<usize>| {
            places.any(|p| dormant && day.dormant[p] > 0 || active && day.active[p] > 0)
        };
        for (stage, phase) in phases.iter().enumerate() {
            let serves = phase.serves(rules);
            for (credit, node) in self.programme[stage].iter_mut().zip(&shape.groups) {
                if *credit != 0 && !wants(serves, shape.places_of(node)) {
                    *credit = 0;
                }
            }
            if let Phase::Share { .. } = phase {
                for (credit, branch) in self.remainder.iter_mut().zip(&shape.branches) {
                    if *credit != 0 && !wants(serves, branch.places.clone()) {
                        *credit = 0;
                    }
                }
            }
        }
    }
}

impl Phase {
    /// Whether it serves Dormant demand, and whether Active.
    fn serves(self, rules: Rules) -> [bool; 2] {
        match self {
            Self::Dormant { .. } => [true, false],
            Self::Flat => [rules.dmin_covers == DminCovers::Both, true],
            Self::Share { pool, .. } => [pool == Pool::Both, true],
            Self::Equal | Self::EvenSplit | Self::FirstReady => [true, true],
        }
    }
}

/// A policy as the phases it runs.
fn phases_of(rules: Rules) -> Vec<Phase> {
    let (ppm, pool) = match rules.dormant_priority {
        DormantPriority::Strict => (ALL, Pool::Active),
        DormantPriority::UpToShare { ppm } => (ppm, Pool::Both),
    };
    match (rules.policy, rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => {
            vec![Phase::Dormant { ppm }, Phase::Share { pool, flat_first: true }]
        }
        (AllocationPolicy::Msm, Precedence::FlatFirst) => {
            vec![Phase::Flat, Phase::Dormant { ppm }, Phase::Share { pool, flat_first: false }]
        }
        (AllocationPolicy::ActiveFirst, _) => {
            vec![Phase::Share { pool: Pool::Active, flat_first: true }, Phase::Dormant { ppm: ALL }]
        }
        (AllocationPolicy::Pooled, _) => vec![Phase::Share { pool: Pool::Both, flat_first: false }],
        (AllocationPolicy::MaxMin, _) => vec![Phase::Equal],
        (AllocationPolicy::EvenSplit, _) => vec![Phase::EvenSplit],
        (AllocationPolicy::FirstReady, _) => vec![Phase::FirstReady],
    }
}
