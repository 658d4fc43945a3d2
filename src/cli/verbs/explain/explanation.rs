//! An explained day in order: slots offered and asked for, the limits that stopped claimants, the rules in the order in
//! which they were applied, the slots of each claimant, and the effect of one change. Each part has its own file.

use dormouse::allocate::{BranchGrant, Owed, owed};
use dormouse::engine::{Account, LimitUse, More, Scope};
use dormouse::model::{Model, Place, Status};
use jiff::civil::Date;

/// The amount by which a limit is raised to find the effect \[installations\].
pub(crate) const MORE: u32 = 100;

/// The claimant whose slots are explained in full; if none is named, every supplier has a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Focus {
    pub(crate) supplier: Option<usize>,
    pub(crate) cohort: Option<usize>,
}

impl Focus {
    pub(crate) fn is_everybody(self) -> bool {
        self == Self::default()
    }

    pub(crate) fn covers(self, place: &Place) -> bool {
        self.supplier.is_none_or(|supplier| place.supplier == supplier)
            && self.cohort.is_none_or(|cohort| place.cohort == cohort)
    }
}

/// A day to be argued.
pub(crate) struct Argument<'a> {
    pub(crate) model: &'a Model,
    pub(crate) date: Date,
    pub(crate) account: &'a Account,
    pub(crate) focus: Focus,
    /// The amount owed to every claim, in the order of the certificate's claims.
    pub(crate) owed: Vec<Owed>,
    pub(crate) limits: Vec<LimitUse>,
    /// The day again with a limit raised: the programme's, the groups', and whichever was used up.
    pub(crate) more: Vec<More>,
}

/// Demand and slots of some cells, Dormant, then Active \[installations\].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) demand: [u32; 2],
    pub(crate) slots: [u32; 2],
}

impl Sums {
    pub(crate) fn asked(self) -> u32 {
        self.demand[0] + self.demand[1]
    }

    pub(crate) fn got(self) -> u32 {
        self.slots[0] + self.slots[1]
    }

    pub(crate) fn not_met(self) -> u32 {
        self.asked() - self.got()
    }
}

impl<'a> Argument<'a> {
    pub(crate) fn new(model: &'a Model, date: Date, account: &'a Account, focus: Focus) -> Self {
        let (today, certificate) = (account.today.day(), &account.grants.certificate);
        let (owed, _) = owed(&account.shape, account.rules, &today, &account.credits, certificate);
        let limits = account.limits(model);
        let stopped = |group: usize| account.groups[group].outage;
        let looked_at = |limit: &&LimitUse| match limit.scope {
            Scope::Programme => true,
            Scope::Group(group) => !stopped(group),
            _ => limit.is_used_up(),
        };
        let more = limits.iter().filter(looked_at).map(|limit| account.more(model, limit.scope, MORE));
        Self { more: more.collect(), model, date, account, focus, owed, limits }
    }

    /// The whole argument, for people.
    pub(crate) fn to_text(&self) -> String {
        let mut parts = vec![
            vec![format!(
                "{}: scenario `{}`, seed {}.",
                crate::cli::verbs::explain::long(self.date),
                self.model.name,
                self.model.seed
            )],
            vec![self.groups_text()],
            self.bound(),
            self.steps(),
            self.way(),
        ];
        parts.push(if self.focus.is_everybody() { vec![self.suppliers_text()] } else { self.in_full() });
        parts.push(self.one_more_look());
        let parts = parts.iter().map(|lines| lines.join("\n").trim_end().to_owned());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
    }

    /// Whether slots were moved, or kept back, because a limit that crosses was passed.
    pub(crate) fn crosses(&self) -> bool {
        !self.account.grants.certificate.steps.is_empty()
    }

    pub(crate) fn sum(&self, chosen: impl Fn(usize) -> bool) -> Sums {
        let mut sums = Sums::default();
        for place in (0..self.account.places.len()).filter(|place| chosen(*place)) {
            for status in Status::ALL {
                sums.demand[status as usize] += self.account.demand(place, status);
                sums.slots[status as usize] += self.account.slots(place, status);
            }
        }
        sums
    }

    /// Slots of some branches by each rule.
    pub(crate) fn by_rule(
        &self,
        grants: &[BranchGrant],
        chosen: impl Fn((usize, usize)) -> bool,
    ) -> BranchGrant {
        let mut sum = BranchGrant::default();
        for (_, part) in self.account.shape.branches().zip(grants).filter(|(branch, _)| chosen(*branch)) {
            sum.dormant += part.dormant;
            sum.flat_dormant += part.flat_dormant;
            sum.flat += part.flat;
            sum.remainder += part.remainder;
        }
        sum
    }

    /// Slots of the branches in the sharing of the certificate, which is the first one if slots were moved after it.
    pub(crate) fn first_grants(&self) -> &[BranchGrant] {
        let steps = &self.account.grants.certificate.steps;
        if self.crosses() { &steps.branches } else { &self.account.grants.branches }
    }

    /// Demand as far as it counted in that sharing.
    pub(crate) fn counted(&self, place: usize, status: Status) -> u32 {
        let steps = &self.account.grants.certificate.steps;
        if self.crosses() {
            steps.counted[status as usize][place]
        } else {
            self.account.demand(place, status)
        }
    }
}
