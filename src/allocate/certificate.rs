//! Why a day's slots went where they went: every sharing in which somebody did not get all it asked, in the order they
//! were made, and where limits cross a price at every limit that shows no exchange would help. Written by the rules;
//! read by `verify`, which trusts none of it, and by whoever explains a day.

use std::ops::Range;

use serde::Serialize;

use crate::model::Rounding;

use super::BranchGrant;
use super::network::Worth;
use super::share::{Claim, Odd, Turn, divide, total};

/// The proof that goes with [`Grants`](super::Grants). Reused from day to day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Sharings in which not everybody got all it asked, in order.
    pub sharings: Vec<Sharing>,
    /// Claims of all sharings, one sharing after the other.
    pub claims: Vec<Settled>,
    /// A price at every node of the network of limits, by the layout of the network; empty where the sharings alone
    /// hold, because no limit that crosses was passed.
    pub prices: Vec<i64>,
    /// The largest credit that a claimant of today has after it, owed or ahead, in units of 2^-32 installation.
    pub largest_credit: i64,
    /// What those prices count an exchange worth.
    pub(super) worth: Worth,
    /// Flat amounts that were due by branch where limits cross \[installations\].
    pub flats: Vec<u32>,
    /// How the slots came about where a limit that crosses was passed.
    pub steps: Steps,
}

/// Steps to the slots of a day on which a limit that crosses was passed; empty on any other day. Columns hold Dormant,
/// then Active cells by place \[installations\].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Demand as far as the limits that cross let it count in the first sharing.
    pub counted: [Vec<u32>; 2],
    /// Slots by the first sharing, to which the certificate's sharings belong.
    pub first: [Vec<u32>; 2],
    /// What each branch got by which rule in the first sharing.
    pub branches: Vec<BranchGrant>,
    /// Slots when what was left had been shared again, before exchanges.
    pub again: [Vec<u32>; 2],
}

impl Steps {
    /// Whether no limit that crosses was passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }

    fn clear(&mut self) {
        let Self { counted, first, branches, again } = self;
        counted.iter_mut().chain(first).chain(again).for_each(Vec::clear);
        branches.clear();
    }
}

/// One amount shared among claimants who together asked for more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The rule it was made by.
    pub rule: Rule,
    /// Who shared.
    pub among: Among,
    /// How it was divided.
    pub split: Split,
    /// What there was to share \[installations\].
    pub amount: u32,
    /// Sum of all weights: every quota is `amount * weight / of`.
    pub of: u64,
    /// Its claims in [`Certificate::claims`].
    pub claims: Range<usize>,
}

/// What one claimant asked and got \[installations\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// A group, a branch, or a cell: Dormant cells by place, then Active cells by place.
    pub id: u32,
    /// What its quota is in proportion to.
    pub weight: u32,
    /// The most it could take.
    pub cap: u32,
    /// What it got.
    pub got: u32,
}

/// A rule by which slots are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Demand cut at a supplier's limit.
    Limit,
    /// Dormant goes first.
    DormantFirst,
    /// The flat allocation.
    Flat,
    /// What is left.
    Remainder,
    /// Equal parts of what is left, nobody above its demand.
    Equal,
    /// Who has queued longest.
    Queue,
    /// A supplier's amount over its cells.
    HandDown,
}

/// Who shared an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// The groups, what the programme's limit lets through.
    Groups,
    /// Cells of a group.
    CellsOfGroup(usize),
    /// Suppliers of a group.
    SuppliersOf(usize),
    /// Groups of a supplier: branches.
    GroupsOf(usize),
    /// Cells of a branch.
    CellsOf(usize),
}

/// How an amount is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// In proportion to weights, fractions settled by a rounding.
    ProRata(Rounding),
    /// In equal parts up to what each can take.
    Equal,
}

impl Certificate {
    pub(super) fn clear(&mut self) {
        self.sharings.clear();
        self.claims.clear();
        self.prices.clear();
        self.flats.clear();
        self.steps.clear();
        (self.largest_credit, self.worth) = (0, Worth::default());
    }

    /// Notes a sharing by weights of `of` together, unless everybody got all; `got` is by the claims' ids, `number` says what an id stands for.
    pub(super) fn note(
        &mut self,
        (rule, among, split): (Rule, Among, Split),
        amount: u32,
        of: u64,
        claims: &[Claim],
        got: &[u32],
        number: impl Fn(u32) -> u32,
    ) {
        if u64::from(amount) >= of {
            return;
        }
        let start = self.claims.len();
        self.claims.extend(claims.iter().map(|claim| Settled {
            id: number(claim.id),
            weight: claim.weight,
            cap: claim.cap,
            got: got[claim.id as usize],
        }));
        self.sharings.push(Sharing { rule, among, split, amount, of, claims: start..self.claims.len() });
    }

    /// Claims of one sharing.
    #[must_use]
    pub fn claims_of(&self, sharing: &Sharing) -> &[Settled] {
        &self.claims[sharing.claims.clone()]
    }
}

/// Divides amounts pro rata and writes down how.
pub(super) struct Divider<'a> {
    pub(super) rounding: Rounding,
    pub(super) turn: Turn,
    pub(super) odd: &'a mut Vec<Odd>,
    pub(super) certificate: &'a mut Certificate,
}

impl Divider<'_> {
    /// Adds to `got`, by the claims' ids; `got` is 0 before.
    pub(super) fn divide(
        self,
        (rule, among): (Rule, Among),
        amount: u32,
        claims: &[Claim],
        credit: &mut [i64],
        got: &mut [u32],
        number: impl Fn(u32) -> u32,
    ) {
        let of = total(claims);
        let credit = divide(amount, of, claims, self.turn, self.rounding, credit, self.odd, got);
        self.certificate.largest_credit = self.certificate.largest_credit.max(credit);
        self.certificate.note((rule, among, Split::ProRata(self.rounding)), amount, of, claims, got, number);
    }
}
