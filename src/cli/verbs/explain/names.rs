//! The names of the positions of an explained day.

use dormouse::allocate::{Among, Rule, Rules, Settled, Sharing};
use dormouse::engine::{LimitUse, Scope};
use dormouse::model::{AllocationPolicy, DormantPriority, Precedence, Remainder, Status};
use dormouse::wording::numbers::count;

use crate::cli::verbs::explain::explanation::Argument;

impl Argument<'_> {
    pub(super) fn group(&self, group: usize) -> &str {
        &self.model.groups[group].name
    }

    pub(super) fn supplier(&self, supplier: usize) -> &str {
        &self.model.suppliers[supplier].name
    }

    pub(super) fn cohort(&self, cohort: usize) -> &str {
        &self.model.cohorts[cohort].name
    }

    /// Group and supplier of a branch.
    pub(super) fn branch(&self, branch: usize) -> (usize, usize) {
        self.account.shape.branches().nth(branch).unwrap_or_default()
    }

    pub(super) fn group_of(&self, place: usize) -> usize {
        self.account.shape.leaves()[place].group
    }

    /// Place and status of a cell as certificates number them.
    pub(super) fn cell(&self, id: u32) -> (usize, Status) {
        let n = self.account.places.len();
        let status = if (id as usize) < n { Status::Dormant } else { Status::Active };
        (id as usize % n, status)
    }

    /// A limit, as part of a sentence.
    pub(super) fn limit(&self, scope: Scope) -> String {
        match scope {
            Scope::Programme => "the programme".to_owned(),
            Scope::Group(group) => self.group(group).to_owned(),
            Scope::SupplierIn(branch) => {
                let (group, supplier) = self.branch(branch);
                format!("{}'s own in {}", self.supplier(supplier), self.group(group))
            }
            Scope::Cohort(cohort) => format!("cohort {}", self.cohort(cohort)),
            Scope::Supplier(supplier) => format!("{} over all groups", self.supplier(supplier)),
        }
    }

    /// The same with how much of it was used.
    pub(super) fn limit_use(&self, limit: &LimitUse) -> String {
        format!("{} ({} of {})", self.limit(limit.scope), count(limit.used), count(limit.limit))
    }

    /// Limits with their use, cohorts that used the same together.
    pub(super) fn limit_uses(&self, limits: &[&LimitUse]) -> String {
        let same = |a: &&LimitUse, b: &&LimitUse| {
            matches!((a.scope, b.scope), (Scope::Cohort(_), Scope::Cohort(_)))
                && (a.used, a.limit) == (b.used, b.limit)
        };
        let together = |alike: &[&LimitUse]| {
            if let [one] = alike {
                return self.limit_use(one);
            }
            let name = |limit: &&LimitUse| match limit.scope {
                Scope::Cohort(cohort) => Some(self.cohort(cohort)),
                _ => None,
            };
            let names: Vec<&str> = alike.iter().filter_map(name).collect();
            let (used, limit) = (count(alike[0].used), count(alike[0].limit));
            format!("cohorts {} ({used} of {limit} each)", names.join(", "))
        };
        limits.chunk_by(same).map(together).collect::<Vec<_>>().join(", ")
    }

    /// A claimant.
    pub(super) fn who(&self, among: Among, id: u32) -> String {
        match among {
            Among::Groups => self.group(id as usize).to_owned(),
            Among::SuppliersOf(_) => self.supplier(self.branch(id as usize).1).to_owned(),
            Among::GroupsOf(_) => self.group(self.branch(id as usize).0).to_owned(),
            Among::CellsOfGroup(_) | Among::CellsOf(_) => {
                let (at, status) = self.cell(id);
                let place = self.account.places[at];
                let (supplier, cohort) = (self.supplier(place.supplier), self.cohort(place.cohort));
                let status = if status == Status::Dormant { "Dormant" } else { "Active" };
                format!("{supplier}, {cohort}, {status}")
            }
        }
    }

    /// Returns the claimants.
    pub(super) fn among(&self, among: Among) -> String {
        match among {
            Among::Groups => "groups".to_owned(),
            Among::CellsOfGroup(group) => format!("cells of {}", self.group(group)),
            Among::SuppliersOf(group) => format!("suppliers of {}", self.group(group)),
            Among::GroupsOf(supplier) => format!("groups of {}", self.supplier(supplier)),
            Among::CellsOf(branch) => {
                let (group, supplier) = self.branch(branch);
                format!("cells of {} in {}", self.supplier(supplier), self.group(group))
            }
        }
    }

    /// Claims of a sharing, each with what it was owed.
    pub(super) fn claims<'s>(
        &'s self,
        sharing: &'s Sharing,
    ) -> impl Iterator<Item = (&'s Settled, &'s dormouse::allocate::Owed)> + Clone {
        let claims = self.account.grants.certificate.claims_of(sharing);
        claims.iter().zip(&self.owed[sharing.claims.clone()])
    }
}

/// A rule as a line begins with it.
pub(super) fn rule(rules: Rules, rule: Rule) -> &'static str {
    match (rule, rules.policy) {
        (Rule::Limit, _) => "its own limit",
        (Rule::DormantFirst, AllocationPolicy::ActiveFirst) => "Dormant last",
        (Rule::DormantFirst, _) => "Dormant first",
        (Rule::Flat, _) => "flat allocation",
        (Rule::Remainder, AllocationPolicy::Pooled) => "pro rata",
        (Rule::Remainder, _) => "remainder",
        (Rule::Equal, _) => "equal parts",
        (Rule::Queue, _) => "its day's share",
        (Rule::HandDown, _) => "over its cohorts",
    }
}

/// Returns the meaning of the weights of a sharing.
pub(super) fn weight(rules: Rules, sharing: &Sharing) -> &'static str {
    match (sharing.rule, sharing.among) {
        (_, Among::Groups) => "could use",
        (Rule::Remainder, _) if rules.policy == AllocationPolicy::Pooled => "could use",
        (Rule::Remainder, _) if rules.remainder == Remainder::UnmetDemand => "still wanted",
        (Rule::Flat, _) => "due",
        _ => "could use",
    }
}

/// Whether one supplier's amount is for cells of both statuses, so that flat and remainder are not of Active alone.
pub(super) fn shares_both(rules: Rules) -> bool {
    match rules.policy {
        AllocationPolicy::Msm => rules.dormant_priority != DormantPriority::Strict,
        AllocationPolicy::ActiveFirst => false,
        AllocationPolicy::Pooled
        | AllocationPolicy::MaxMin
        | AllocationPolicy::EvenSplit
        | AllocationPolicy::FirstReady => true,
    }
}

/// Whether the policy has a flat allocation.
pub(super) fn has_flat(rules: Rules) -> bool {
    matches!(rules.policy, AllocationPolicy::Msm | AllocationPolicy::ActiveFirst)
}

/// The sharings of a policy in the order in which they are made; `true` for those over the groups, which come before what
/// they let through is shared within each.
pub(super) fn order(rules: Rules) -> &'static [(Rule, bool)] {
    use Rule::{DormantFirst, Equal, Flat, Queue, Remainder};
    match (rules.policy, rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => &[
            (DormantFirst, true),
            (DormantFirst, false),
            (Remainder, true),
            (Flat, false),
            (Remainder, false),
        ],
        (AllocationPolicy::Msm, Precedence::FlatFirst) => &[
            (Flat, true),
            (Flat, false),
            (DormantFirst, true),
            (DormantFirst, false),
            (Remainder, true),
            (Remainder, false),
        ],
        (AllocationPolicy::ActiveFirst, _) => &[
            (Remainder, true),
            (Flat, false),
            (Remainder, false),
            (DormantFirst, true),
            (DormantFirst, false),
        ],
        (AllocationPolicy::Pooled, _) => &[(Remainder, true), (Remainder, false)],
        (AllocationPolicy::MaxMin | AllocationPolicy::EvenSplit, _) => &[(Equal, true), (Equal, false)],
        (AllocationPolicy::FirstReady, _) => &[(Queue, false)],
    }
}
