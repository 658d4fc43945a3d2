//! The limits that stopped claimants, the idle slots with their cause, and the effect of a higher limit.

use dormouse::engine::{LimitUse, More, Scope};
use dormouse::model::{AllocationPolicy, UnusedFlat};
use dormouse::wording::numbers::{count, list, signed};

use crate::cli::verbs::explain::explanation::{Argument, MORE};

impl Argument<'_> {
    /// Returns the slots given, and the limits that were used up.
    pub(crate) fn bound(&self) -> Vec<String> {
        let mut lines =
            if self.account.record.rule_needed { vec![self.given()] } else { vec![self.no_rule()] };
        if self.account.record.rule_needed {
            lines.extend(self.used_up());
            lines.extend(self.beyond_own());
            lines.extend(self.withheld());
        }
        lines.extend(self.closed_groups());
        lines
    }

    fn no_rule(&self) -> String {
        let all = self.sum(|_| true);
        if all.asked() == 0 {
            return "No rule was needed: no slots were asked for.".to_owned();
        }
        if all.not_met() == 0 {
            return "No rule was needed: every demand was met.".to_owned();
        }
        if self.account.record.offered == 0 {
            return format!(
                "No rule was needed: there was no capacity, and {} asked for it.",
                count(all.asked())
            );
        }
        let held: Vec<String> = self.own_limits().map(|limit| self.held(limit)).collect();
        format!(
            "No rule was needed: {} of {} went without, all of them beyond a supplier's own limit: {}. All else was met.",
            count(all.not_met()),
            count(all.asked()),
            list(&held)
        )
    }

    fn given(&self) -> String {
        let (rules, record) = (self.account.rules, &self.account.record);
        let given = count(self.sum(|_| true).got());
        let idle = count(record.idle_by_rule);
        let what = match rules.policy {
            _ if record.idle_by_rule == 0 => {
                return format!("{given} slots were given; the limits allow no more.");
            }
            AllocationPolicy::EvenSplit => {
                "they were in equal parts of suppliers or groups that could not use them"
            }
            _ if rules.unused_flat == UnusedFlat::Lost => {
                "they were reserved as flat amounts and not used (`unused_flat = \"lost\"`)"
            }
            AllocationPolicy::ActiveFirst => "that is the cost of Active first where limits cross",
            AllocationPolicy::Msm
            | AllocationPolicy::Pooled
            | AllocationPolicy::MaxMin
            | AllocationPolicy::FirstReady => "that is the cost of Dormant first where limits cross",
        };
        format!("{given} slots were given, {idle} fewer than the limits allow: {what}.")
    }

    fn used_up(&self) -> Option<String> {
        let some = |limit: &&LimitUse| limit.is_used_up() && limit.limit > 0;
        let used: Vec<&LimitUse> = self.limits.iter().filter(some).collect();
        (!used.is_empty()).then(|| format!("Used up, with demand left under it: {}.", self.limit_uses(&used)))
    }

    /// Suppliers with demand that counted only in part.
    fn beyond_own(&self) -> Option<String> {
        let held: Vec<String> =
            self.own_limits().filter(|limit| !limit.is_used_up()).map(|limit| self.held(limit)).collect();
        (!held.is_empty()).then(|| format!("Counted only up to a supplier's own limit: {}.", held.join(", ")))
    }

    /// Limits of single suppliers that their demand passes.
    fn own_limits(&self) -> impl Iterator<Item = &LimitUse> {
        let own = |limit: &&LimitUse| matches!(limit.scope, Scope::SupplierIn(_) | Scope::Supplier(_));
        self.limits.iter().filter(own).filter(|limit| limit.asked > limit.limit)
    }

    fn held(&self, limit: &LimitUse) -> String {
        let (of, whose) = match limit.scope {
            Scope::SupplierIn(branch) => {
                let (group, supplier) = self.branch(branch);
                (format!("{} in {}", self.supplier(supplier), self.group(group)), limit)
            }
            scope => (self.limit(scope), limit),
        };
        let covers = if whose.covers_both { "" } else { " Active" };
        format!("{of} ({} a day, asked {}{covers})", count(whose.limit), count(whose.asked))
    }

    /// Returns the slots that the programme's limit withheld from groups.
    fn withheld(&self) -> Option<String> {
        let full = |limit: &LimitUse| limit.scope == Scope::Programme && limit.is_used_up();
        self.limits.iter().find(|limit| full(limit))?;
        let groups = self.account.groups.iter().enumerate().filter(|(_, day)| day.withheld > 0);
        let kept: Vec<String> =
            groups.map(|(group, day)| format!("{} {}", self.group(group), count(day.withheld))).collect();
        let all: u32 = self.account.groups.iter().map(|day| day.withheld).sum();
        (all > 0).then(|| {
            format!(
                "The programme's limit withheld {} slots that the groups' own limits allow: {}.",
                count(all),
                kept.join(", ")
            )
        })
    }

    /// Groups that could migrate nothing.
    fn closed_groups(&self) -> Vec<String> {
        let closed = self.account.groups.iter().enumerate().filter(|(_, day)| day.limit == 0);
        let line = |(group, day): (usize, &dormouse::trace::GroupDay)| {
            let without = self.sum(|place| self.group_of(place) == group).not_met();
            let name = self.group(group);
            let why = if day.outage { "was stopped by an outage" } else { "had no capacity that day" };
            let then = if without > 0 { format!(": {} went without", count(without)) } else { String::new() };
            format!("{name} {why}{then}.")
        };
        closed.map(line).collect()
    }

    /// Returns the result of the day with one limit higher.
    pub(crate) fn one_more_look(&self) -> Vec<String> {
        let asked = self.sum(|_| true);
        if asked.not_met() == 0 {
            return Vec::new();
        }
        let mut lines =
            vec![format!("The effect of one change: the day shared again with one limit {MORE} higher.")];
        let mut effects: Vec<(String, Vec<String>)> = Vec::new();
        for more in &self.more {
            let effect = self.effect(more);
            let limit = self.limit(more.scope);
            match effects.iter_mut().find(|(known, _)| *known == effect) {
                Some((_, limits)) => limits.push(limit),
                None => effects.push((effect, vec![limit])),
            }
        }
        effects.sort_by_key(|(effect, _)| effect.is_empty());
        for (effect, limits) in effects {
            let effect = if effect.is_empty() { "no slot more for any group" } else { &effect };
            lines.push(format!("- {}: {effect}.", limits.join(", ").replace(", cohort ", ", ")));
        }
        let takes = |more: &More| self.moved_by_group(more).iter().any(|moved| *moved < 0);
        if !self.more.iter().any(takes) {
            lines.push("None of them takes a slot from another group.".to_owned());
        }
        lines
    }

    /// Returns the groups that gain and lose by a higher limit; `None` if there are none.
    fn effect(&self, more: &More) -> String {
        let groups = self.moved_by_group(more);
        let names = |wins: bool| {
            let some = groups.iter().enumerate().filter(move |(_, n)| **n != 0 && (**n > 0) == wins);
            let words = |(at, n): (usize, &i64)| {
                let own = more.scope == Scope::Group(at);
                if own {
                    format!("{} there", signed(*n))
                } else {
                    format!("{} {}", self.group(at), signed(*n))
                }
            };
            list(&some.map(words).collect::<Vec<_>>())
        };
        let (won, lost) = (names(true), names(false));
        if won.is_empty() && lost.is_empty() {
            return String::new();
        }
        let taken = if lost.is_empty() { String::new() } else { format!(", taken from {lost}") };
        let of_focus = self.focus.supplier.map(|supplier| {
            let moved = more.moved.iter().enumerate();
            let own = moved.filter(|(branch, _)| self.branch(*branch).1 == supplier);
            let n: i64 = own.map(|(_, [dormant, active])| dormant + active).sum();
            if n == 0 { String::new() } else { format!("; {} {}", self.supplier(supplier), signed(n)) }
        });
        format!("{won}{taken}{}", of_focus.unwrap_or_default())
    }

    /// Slots that a higher limit moves, by group.
    pub(crate) fn moved_by_group(&self, more: &More) -> Vec<i64> {
        let mut groups = vec![0; self.model.groups.len()];
        for ((group, _), [dormant, active]) in self.account.shape.branches().zip(&more.moved) {
            groups[group] += dormant + active;
        }
        groups
    }
}
