//! One supplier, one cohort, or one supplier in one cohort, argued in full.

use dormouse::allocate::{Among, BranchGrant, Rule, Sharing};
use dormouse::engine::{LimitUse, Scope};
use dormouse::model::{AllocationPolicy, Remainder, Status};
use dormouse::wording::numbers::{count, list};

use crate::cli::verbs::explain::explanation::{Argument, Sums};
use crate::cli::verbs::explain::names::{has_flat, shares_both};
use crate::cli::verbs::explain::words::indented;

impl Argument<'_> {
    /// Every supplier in a group that the focus covers, and why it got what it got.
    pub(crate) fn in_full(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for branch in 0..self.account.grants.branches.len() {
            let sums = self.sum(|place| self.is_in(branch, place));
            if sums.asked() > 0 {
                lines.push(self.headline(branch, sums));
                lines.extend(indented(self.reasons(branch, sums), 2));
            }
        }
        if lines.is_empty() {
            let supplier = self.focus.supplier.map(|at| self.supplier(at).to_owned());
            let cohort = self.focus.cohort.map(|at| self.cohort(at).to_owned());
            let who = supplier.into_iter().chain(cohort).collect::<Vec<_>>().join(" in ");
            return vec![format!("{who}: nothing was asked for.")];
        }
        match self.focus.supplier {
            Some(supplier) => lines.extend(self.over_all(supplier)),
            None => lines.extend(self.stopped(|place| self.focus.covers(&self.account.places[place]))),
        }
        lines
    }

    /// Whether a place is in a branch and in focus.
    fn is_in(&self, branch: usize, place: usize) -> bool {
        let leaf = self.account.shape.leaves()[place];
        self.branch(branch) == (leaf.group, leaf.supplier) && self.focus.covers(&self.account.places[place])
    }

    fn headline(&self, branch: usize, sums: Sums) -> String {
        let (group, supplier) = self.branch(branch);
        let at = self.focus.cohort.map_or(self.group(group), |cohort| self.cohort(cohort));
        let status = |status: Status| {
            let row = status as usize;
            let word = if status == Status::Dormant { "Dormant" } else { "Active" };
            (sums.demand[row] > 0)
                .then(|| format!("{} of {} {word}", count(sums.slots[row]), count(sums.demand[row])))
        };
        let got: Vec<String> = Status::ALL.into_iter().filter_map(status).collect();
        format!("{} in {at} got {}{}.", self.supplier(supplier), list(&got), self.parts(branch))
    }

    /// Returns the slots of a branch by rule, if there is more than one.
    fn parts(&self, branch: usize) -> String {
        let BranchGrant { dormant, flat, remainder, .. } = self.account.grants.branches[branch];
        let rules = self.account.rules;
        if !self.account.record.rule_needed || !has_flat(rules) || self.focus.cohort.is_some() || flat == 0 {
            return String::new();
        }
        let mut parts = vec![(flat, "flat"), (remainder, "of the remainder")];
        if shares_both(rules) {
            parts.insert(0, (dormant, "by Dormant priority"));
        }
        let parts = parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", count(*n)));
        format!(" ({})", list(&parts.collect::<Vec<_>>()))
    }

    fn reasons(&self, branch: usize, sums: Sums) -> Vec<String> {
        let (group, _) = self.branch(branch);
        if self.account.groups[group].outage {
            return vec![format!("{} was stopped by an outage.", self.group(group))];
        }
        let mut lines = Vec::new();
        if sums.not_met() > 0 {
            lines.extend(self.own_limit(branch));
        }
        lines.extend(self.of_policy(branch));
        let certificate = &self.account.grants.certificate;
        lines.extend(certificate.sharings.iter().flat_map(|sharing| self.of_sharing(sharing, branch)));
        if sums.not_met() > 0 {
            lines.extend(self.moved(branch));
            let of_supplier = self.focus.supplier.is_some();
            lines.extend(of_supplier.then(|| self.stopped(|place| self.is_in(branch, place))).flatten());
        }
        lines
    }

    /// Returns the demand that a supplier's own limits allow, before any arithmetic.
    fn own_limit(&self, branch: usize) -> Option<String> {
        let (group, supplier) = self.branch(branch);
        let limit = self.limits.iter().find(|limit| limit.scope == Scope::SupplierIn(branch))?;
        let of = if limit.covers_both { "Dormant and Active" } else { "Active" };
        let counts = if limit.asked > limit.limit {
            format!("; of the {} asked, no more counts", count(limit.asked))
        } else {
            String::new()
        };
        Some(format!(
            "{}'s own limit in {}: {} {of} a day{counts}.",
            self.supplier(supplier),
            self.group(group),
            count(limit.limit)
        ))
    }

    /// Returns the parts that are not among the sharings: the queue, and equal parts.
    fn of_policy(&self, branch: usize) -> Option<String> {
        match self.account.rules.policy {
            AllocationPolicy::FirstReady => {
                let words = self.reached(|place| self.is_in(branch, place))?;
                Some(format!("by the queue, {words}"))
            }
            AllocationPolicy::EvenSplit => Some(format!("equal part: {}.", self.even_part(branch))),
            _ => None,
        }
    }

    /// Returns the lines of one sharing for a branch or its cells.
    fn of_sharing(&self, sharing: &Sharing, branch: usize) -> Vec<String> {
        let (group, supplier) = self.branch(branch);
        let of_supplier = matches!(sharing.among, Among::SuppliersOf(_) | Among::GroupsOf(_));
        if of_supplier && self.focus.supplier.is_none() {
            // A cohort is argued from its suppliers' amounts downwards.
            return Vec::new();
        }
        let ours = |id: u32| match sharing.among {
            Among::SuppliersOf(of) => of == group && id as usize == branch,
            Among::GroupsOf(of) => of == supplier && id as usize == branch,
            Among::CellsOfGroup(of) => of == group && self.is_in(branch, self.cell(id).0),
            Among::CellsOf(of) => of == branch && self.is_in(branch, self.cell(id).0),
            Among::Groups => false,
        };
        if sharing.amount == 0 {
            let nothing = of_supplier && self.claims(sharing).any(|(claim, _)| ours(claim.id));
            let words = crate::cli::verbs::explain::names::rule(self.account.rules, sharing.rule);
            return if nothing { vec![format!("{words}: nothing was left for it.")] } else { Vec::new() };
        }
        if matches!(sharing.among, Among::CellsOf(_)) && self.focus.cohort.is_none() {
            return self.cells_of(sharing, branch).into_iter().collect();
        }
        let mut lines = Vec::new();
        for (claim, owed) in self.claims(sharing).filter(|(claim, _)| claim.weight > 0 && ours(claim.id)) {
            let why = self.why(sharing, claim, owed);
            match sharing.among {
                Among::CellsOfGroup(_) | Among::CellsOf(_) => {
                    let (at, status) = self.cell(claim.id);
                    let word = if status == Status::Dormant { "Dormant" } else { "Active" };
                    let (asked, counted) = (self.account.demand(at, status), self.counted(at, status));
                    let kept = if counted < asked {
                        format!(
                            " (of {} asked, limits that cross let {} count)",
                            count(asked),
                            count(counted)
                        )
                    } else {
                        String::new()
                    };
                    lines
                        .push(format!("{} {word}{kept}, {why}", self.cohort(self.account.places[at].cohort)));
                }
                _ => {
                    lines.extend(self.basis(sharing, branch, claim.weight));
                    lines.push(why);
                }
            }
        }
        lines
    }

    /// Returns the sharing of a supplier's amount over its cells, in one line.
    fn cells_of(&self, sharing: &Sharing, branch: usize) -> Option<String> {
        if sharing.among != Among::CellsOf(branch) || sharing.claims.len() < 2 {
            return None;
        }
        let cells = self.claims(sharing).map(|(claim, _)| {
            let (at, status) = self.cell(claim.id);
            let word = if shares_both(self.account.rules) {
                if status == Status::Dormant { " Dormant" } else { " Active" }
            } else {
                ""
            };
            let cohort = self.cohort(self.account.places[at].cohort);
            format!("{cohort}{word} {} of {}", count(claim.got), count(claim.weight))
        });
        let cells: Vec<String> = cells.collect();
        let what =
            if sharing.rule == Rule::Limit { "its limit, over its cohorts" } else { "over its cohorts" };
        Some(format!("{what}, pro rata: {}.", cells.join(", ")))
    }

    /// Explains the amount still wanted in a remainder.
    fn basis(&self, sharing: &Sharing, branch: usize, wanted: u32) -> Option<String> {
        let rules = self.account.rules;
        if sharing.rule != Rule::Remainder || shares_both(rules) || rules.remainder != Remainder::UnmetDemand
        {
            return None;
        }
        let whole = |place: &usize| {
            let leaf = self.account.shape.leaves()[*place];
            self.branch(branch) == (leaf.group, leaf.supplier)
        };
        let (mut asked, mut counted) = (0, 0);
        for place in (0..self.account.places.len()).filter(whole) {
            asked += self.account.demand(place, Status::Active);
            counted += self.counted(place, Status::Active);
        }
        let own = self.account.today.limits[branch].map_or(u32::MAX, |limit| limit.per_day);
        let usable = counted.min(own);
        let flat = self.first_grants()[branch].flat;
        if usable.checked_sub(flat) != Some(wanted) || (usable == asked && flat == 0) {
            return None;
        }
        let from = if usable == asked {
            "asked"
        } else if usable == own {
            "of its own limit"
        } else {
            "that limits which cross let count"
        };
        Some(format!("still wanted: {} {from} - {} flat = {}.", count(usable), count(flat), count(wanted)))
    }

    /// Returns the changes after the first sharing of a branch, where limits cross.
    fn moved(&self, branch: usize) -> Option<String> {
        if !self.crosses() {
            return None;
        }
        let line = |status: Status| {
            let way = self.way_of(status, |place| self.is_in(branch, place));
            let word = if status == Status::Dormant { "Dormant" } else { "Active" };
            (way.again > 0 || way.exchanged != 0).then(|| {
                format!(
                    "{word} {} + {} shared again {} {} by exchange = {}",
                    count(way.first),
                    count(way.again),
                    if way.exchanged < 0 { "-" } else { "+" },
                    count(way.exchanged.unsigned_abs()),
                    count(way.slots)
                )
            })
        };
        let lines: Vec<String> = Status::ALL.into_iter().filter_map(line).collect();
        (!lines.is_empty()).then(|| format!("From the first sharing: {}.", lines.join("; ")))
    }

    /// Returns the used-up limits over demand that was not met.
    fn stopped(&self, chosen: impl Fn(usize) -> bool) -> Option<String> {
        let without = |place: usize, status: Status| {
            self.account.demand(place, status) > self.account.slots(place, status)
        };
        let stops = |limit: &&LimitUse| {
            (0..self.account.places.len()).filter(|place| chosen(*place)).any(|place| {
                Status::ALL
                    .into_iter()
                    .any(|status| without(place, status) && self.stops(limit, place, status))
            })
        };
        let by: Vec<&LimitUse> = self.limits.iter().filter(stops).collect();
        (!by.is_empty()).then(|| format!("Used up above it: {}.", self.limit_uses(&by)))
    }
}
