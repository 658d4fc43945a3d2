//! The steps from the first sharing to the slots, if a limit that crosses was passed.

use std::collections::BTreeMap;

use dormouse::engine::{LimitUse, Scope};
use dormouse::model::{AllocationPolicy, DormantPriority, Status};
use dormouse::output::{Cell, Table};
use dormouse::wording::numbers::{count, list};

use crate::cli::verbs::explain::explanation::Argument;

/// Slots of some cells at each step \[installations\].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    pub(super) first: u32,
    pub(super) again: u32,
    pub(super) exchanged: i64,
    pub(super) slots: u32,
}

impl Argument<'_> {
    /// Each step to the slots of the cells in focus, by group and status, and what looks odd in it.
    pub(super) fn way(&self) -> Vec<String> {
        if !self.crosses() || !self.account.record.rule_needed {
            return Vec::new();
        }
        let steps = &self.account.grants.certificate.steps;
        let grants = &self.account.grants;
        if steps.first[0] == grants.dormant && steps.first[1] == grants.active {
            let mut lines = vec!["Nothing was left to share again, and no exchange gave more.".to_owned()];
            lines.extend(self.active_before_dormant());
            return lines;
        }
        let exchanged = if self.account.grants.certificate.prices.is_empty() {
            "Nothing is moved after it under these rules:"
        } else {
            "Then what was left was shared again, and slots were exchanged until no exchange gave more:"
        };
        let mut table = Table::new(&[
            ("group", ""),
            ("status", ""),
            ("first sharing", ""),
            ("shared again", ""),
            ("exchanged", ""),
            ("slots", ""),
        ]);
        for group in 0..self.model.groups.len() {
            for status in Status::ALL {
                let way = self.way_of(status, |place| {
                    self.group_of(place) == group && self.focus.covers(&self.account.places[place])
                });
                if way.first + way.slots > 0 {
                    table.push(vec![
                        self.group(group).into(),
                        if status == Status::Dormant { "Dormant" } else { "Active" }.into(),
                        way.first.into(),
                        way.again.into(),
                        Cell::Int(way.exchanged),
                        way.slots.into(),
                    ]);
                }
            }
        }
        let mut lines = vec![exchanged.to_owned(), table.to_text().trim_end().to_owned()];
        if self.focus.is_everybody() {
            lines.extend(self.active_before_dormant());
        }
        lines
    }

    /// The steps of some cells of one status.
    pub(super) fn way_of(&self, status: Status, chosen: impl Fn(usize) -> bool) -> Way {
        let (steps, row) = (&self.account.grants.certificate.steps, status as usize);
        let mut way = Way::default();
        for place in (0..self.account.places.len()).filter(|place| chosen(*place)) {
            let (first, before) = (steps.first[row][place], steps.again[row][place]);
            let slots = self.account.slots(place, status);
            way.first += first;
            way.again += before - first;
            way.exchanged += i64::from(slots) - i64::from(before);
            way.slots += slots;
        }
        way
    }

    /// The reason why Active installations got slots in a group while Dormant ones went without, under Dormant first.
    fn active_before_dormant(&self) -> Vec<String> {
        (0..self.model.groups.len()).filter_map(|group| self.active_before_dormant_in(group)).collect()
    }

    fn active_before_dormant_in(&self, group: usize) -> Option<String> {
        let rules = self.account.rules;
        let strict =
            (rules.policy, rules.dormant_priority) == (AllocationPolicy::Msm, DormantPriority::Strict);
        let sums = self.sum(|place| self.group_of(place) == group);
        let [without, _] = [0, 1].map(|row| sums.demand[row] - sums.slots[row]);
        if !strict || sums.slots[1] == 0 || without == 0 {
            return None;
        }
        // By the limit nearest to the cell.
        let mut stopped: BTreeMap<usize, u32> = BTreeMap::new();
        for place in (0..self.account.places.len()).filter(|place| self.group_of(*place) == group) {
            let left =
                self.account.demand(place, Status::Dormant) - self.account.slots(place, Status::Dormant);
            if left > 0
                && let Some(at) =
                    self.limits.iter().rposition(|limit| self.stops(limit, place, Status::Dormant))
            {
                *stopped.entry(at).or_default() += left;
            }
        }
        let by =
            stopped.iter().map(|(at, n)| format!("{} ({})", self.limit(self.limits[*at].scope), count(*n)));
        Some(format!(
            "{} gave {} slots to Active while {} Dormant went without: their limits were used up, {}.",
            self.group(group),
            count(sums.slots[1]),
            count(without),
            list(&by.collect::<Vec<_>>())
        ))
    }

    /// Whether a cell is under a limit that was used up.
    pub(super) fn stops(&self, limit: &LimitUse, place: usize, status: Status) -> bool {
        limit.is_used_up() && self.account.counts(limit.scope, limit.covers_both, place, status)
    }

    /// Returns the use of a supplier's limit over all groups.
    pub(super) fn over_all(&self, supplier: usize) -> Option<String> {
        let limit = self.limits.iter().find(|limit| limit.scope == Scope::Supplier(supplier))?;
        let in_group = |group: usize| {
            let of_group = |place: usize| {
                let leaf = self.account.shape.leaves()[place];
                (leaf.group, leaf.supplier) == (group, supplier)
            };
            let [dormant, active] = self.sum(of_group).slots;
            let counted = if limit.covers_both { dormant + active } else { active };
            (counted > 0).then(|| format!("{} {}", self.group(group), count(counted)))
        };
        let spent: Vec<String> = (0..self.model.groups.len()).filter_map(in_group).collect();
        let status = if limit.covers_both { "" } else { " Active" };
        Some(format!("{}{status}: {}.", self.limit_use(limit), list(&spent)))
    }
}
