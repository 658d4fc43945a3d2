//! The words of an explained day: what was offered, what each rule gave to whom in order, which limit bound, and why
//! a supplier or a cohort got what it got.

use dormouse::allocate::{Among, BranchGrant, Rule, Settled, Sharing, Split};
use dormouse::engine::Account;
use dormouse::model::{DminScope, Model, Rounding, Status};
use dormouse::output::{Cell, Table, thousands};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::explain::long;

/// Whose slots are argued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// Every supplier in a line.
    Everybody,
    /// One supplier in full.
    Supplier(usize),
    /// One cohort in full.
    Cohort(usize),
}

/// A day to be argued.
pub(crate) struct Argument<'a> {
    pub(crate) model: &'a Model,
    pub(crate) date: Date,
    pub(crate) account: &'a Account,
    pub(crate) focus: Focus,
}

/// Demand and slots of some cells, Dormant, then Active \[installations\].
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    demand: [u32; 2],
    slots: [u32; 2],
}

impl Sums {
    fn all(counts: [u32; 2]) -> u32 {
        counts[0] + counts[1]
    }

    fn not_met(self) -> u32 {
        Self::all(self.demand) - Self::all(self.slots)
    }
}

impl Argument<'_> {
    /// The whole argument, for people.
    pub(crate) fn to_text(&self) -> String {
        let mut parts = vec![
            format!("{}: scenario `{}`, seed {}.", long(self.date), self.model.name, self.model.seed),
            self.groups().to_text().trim_end().to_owned(),
        ];
        if self.account.record.rule_needed {
            parts.push(self.rules().join("\n"));
        } else {
            parts.push("No rule was needed: every demand that a supplier could use was met.".to_owned());
        }
        parts.push(self.limits().join("\n"));
        match self.focus {
            Focus::Everybody => parts.push(self.suppliers().to_text().trim_end().to_owned()),
            Focus::Supplier(supplier) => parts.push(self.supplier(supplier).join("\n")),
            Focus::Cohort(cohort) => {
                parts.push(self.cohort(cohort).to_text().trim_end().to_owned());
                parts.push(self.of_cells(|at| self.account.places[at].cohort == cohort).join("\n"));
            }
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n") + "\n"
    }

    /// The same for programs.
    pub(crate) fn to_json(&self) -> Json {
        let record = &self.account.record;
        let sharing = |sharing: &Sharing| {
            let claim = |claim: &Settled| {
                json!({
                    "who": self.who(sharing.among, claim.id),
                    "weight": claim.weight,
                    "most": claim.cap,
                    "quota": quota(sharing, claim),
                    "slots": claim.got,
                })
            };
            let claims = self.account.grants.certificate.claims_of(sharing);
            json!({
                "rule": sharing.rule,
                "among": self.among(sharing.among),
                "amount": sharing.amount,
                "weights_together": sharing.of,
                "split": if sharing.split == Split::Equal { "equal parts" } else { "pro rata" },
                "claims": claims.iter().map(claim).collect::<Vec<_>>(),
            })
        };
        json!({
            "schema": "dormouse-explanation",
            "version": 1,
            "scenario": self.model.name,
            "seed": self.model.seed,
            "date": self.date.to_string(),
            "offered_installations": record.offered,
            "programme_limit_installations": record.programme_limit,
            "most_possible_installations": record.most_possible,
            "idle_by_rule_installations": record.idle_by_rule,
            "rule_needed": record.rule_needed,
            "groups": self.groups().to_json(),
            "sharings": self.account.grants.certificate.sharings.iter().map(sharing).collect::<Vec<_>>(),
            "moved_by_crossing_limits": !self.account.grants.certificate.prices.is_empty(),
            "cells": self.cells().to_json(),
        })
    }

    /// Every cell with any demand, or those of the supplier or cohort asked for.
    pub(crate) fn cells(&self) -> Table {
        let mut table = Table::new(&[
            ("group", ""),
            ("supplier", ""),
            ("cohort", ""),
            ("status", ""),
            ("demand_installations", "installations"),
            ("slots_installations", "installations"),
        ]);
        for (at, place) in self.account.places.iter().enumerate() {
            let asked = match self.focus {
                Focus::Everybody => true,
                Focus::Supplier(supplier) => place.supplier == supplier,
                Focus::Cohort(cohort) => place.cohort == cohort,
            };
            let sums = self.sum(|other| other == at);
            for status in Status::ALL.into_iter().filter(|_| asked) {
                let (demand, slots) = (sums.demand[status as usize], sums.slots[status as usize]);
                if demand > 0 {
                    table.push(vec![
                        self.group_of(at).into(),
                        self.model.suppliers[place.supplier].name.as_str().into(),
                        self.model.cohorts[place.cohort].name.as_str().into(),
                        status.name().into(),
                        demand.into(),
                        slots.into(),
                    ]);
                }
            }
        }
        table
    }

    fn group_of(&self, at: usize) -> &str {
        &self.model.groups[self.model.cohorts[self.account.places[at].cohort].group].name
    }

    fn sum(&self, chosen: impl Fn(usize) -> bool) -> Sums {
        let mut sums = Sums::default();
        let slots = [&self.account.grants.dormant, &self.account.grants.active];
        for (status, (demand, slots)) in
            [&self.account.today.dormant, &self.account.today.active].into_iter().zip(slots).enumerate()
        {
            for at in (0..self.account.places.len()).filter(|at| chosen(*at)) {
                sums.demand[status] += demand[at];
                sums.slots[status] += slots[at];
            }
        }
        sums
    }

    /// What was offered and asked, by group.
    fn groups(&self) -> Table {
        let mut table =
            columns("group", &["limit", "Dormant asked", "got", "Active asked", "got", "not met"]);
        for (group, day) in self.model.groups.iter().zip(&self.account.groups) {
            let of_group = |at: usize| self.group_of(at) == group.name;
            let sums = self.sum(of_group);
            let limit = if day.outage { Cell::from("outage") } else { day.limit.into() };
            table.push(row(&group.name, limit, sums));
        }
        let limit = self.account.record.programme_limit.map_or(Cell::from("no limit"), Cell::from);
        table.push(row("programme", limit, self.sum(|_| true)));
        table
    }

    /// Every supplier in a line.
    fn suppliers(&self) -> Table {
        let mut table = Table::new(&[
            ("supplier", ""),
            ("Dormant asked", ""),
            ("got", ""),
            ("Active asked", ""),
            ("flat", ""),
            ("remainder", ""),
            ("not met", ""),
        ]);
        for (at, supplier) in self.model.suppliers.iter().enumerate() {
            let sums = self.sum(|place| self.account.places[place].supplier == at);
            let by_rule = self.by_rule(|(_, supplier)| supplier == at);
            if Sums::all(sums.demand) > 0 {
                table.push(vec![
                    supplier.name.as_str().into(),
                    sums.demand[0].into(),
                    sums.slots[0].into(),
                    sums.demand[1].into(),
                    by_rule.flat.into(),
                    sums.slots[1].saturating_sub(by_rule.flat).into(),
                    sums.not_met().into(),
                ]);
            }
        }
        table
    }

    fn by_rule(&self, chosen: impl Fn((usize, usize)) -> bool) -> BranchGrant {
        let branches = self.account.shape.branches().zip(&self.account.grants.branches);
        let mut sum = BranchGrant::default();
        for (_, part) in branches.filter(|(branch, _)| chosen(*branch)) {
            sum.dormant += part.dormant;
            sum.flat += part.flat;
            sum.remainder += part.remainder;
        }
        sum
    }

    /// How large a flat amount may be, where anybody had one.
    fn dmin(&self, given: u32) -> String {
        let scope = match self.account.rules.dmin_scope {
            DminScope::PerGroup => "a supplier in each group",
            DminScope::InAll => "a supplier over all groups",
        };
        if given == 0 {
            String::new()
        } else {
            format!(" (up to {} {scope})", number(self.account.today.dmin))
        }
    }

    /// What each rule gave, and where somebody had to share, in the order in which they were applied.
    fn rules(&self) -> Vec<String> {
        let total = self.by_rule(|_| true);
        let mut lines = vec![format!(
            "By rule: Dormant {}, flat {}{}, remainder {}.",
            number(total.dormant),
            number(total.flat),
            self.dmin(total.flat),
            number(total.remainder)
        )];
        let certificate = &self.account.grants.certificate;
        let shown = |sharing: &&Sharing| !matches!(sharing.among, Among::CellsOf(_));
        let shared: Vec<&Sharing> = certificate.sharings.iter().filter(shown).collect();
        if shared.is_empty() {
            lines.push(
                "Nobody had to share: who went without was stopped by an outage or a limit of its own."
                    .to_owned(),
            );
        } else {
            lines.push("Where somebody got less than it asked, in the order of the rules:".to_owned());
        }
        for sharing in shared {
            let n = certificate.claims_of(sharing).iter().filter(|claim| claim.weight > 0).count();
            lines.push(format!(
                "- {}, {}: {} slots for {} asked by {n}, {}.",
                rule(sharing.rule),
                self.among(sharing.among),
                number(sharing.amount),
                thousands(&sharing.of.to_string()),
                split(sharing.split)
            ));
        }
        if !certificate.prices.is_empty() {
            lines.push(
                "- limits that cross were passed: demand was cut there, and slots were then exchanged until no split \
                 could give more."
                    .to_owned(),
            );
        }
        lines
    }

    /// Which limits bound, and what the order of rules cost.
    fn limits(&self) -> Vec<String> {
        let record = &self.account.record;
        let full = |(group, day): (&dormouse::model::Group, &dormouse::trace::GroupDay)| {
            let used: u32 = day.slots.iter().map(|slots| slots.allocated).sum();
            (day.limit > 0 && used >= day.limit).then(|| group.name.clone())
        };
        let full: Vec<String> = self.model.groups.iter().zip(&self.account.groups).filter_map(full).collect();
        let mut lines = Vec::new();
        if !full.is_empty() {
            lines.push(format!("Used up: the limit of {}.", full.join(", ")));
        }
        let withheld: u32 = self.account.groups.iter().map(|group| group.withheld).sum();
        if withheld > 0 {
            lines.push(format!(
                "The programme's limit withheld {} slots that groups could have used. While it binds, a higher limit \
                 of one group takes slots from the others.",
                number(withheld)
            ));
        }
        lines.push(match record.idle_by_rule {
            0 => format!(
                "{} slots were given, the most that any rule could give.",
                number(Sums::all(self.sum(|_| true).slots))
            ),
            idle => format!(
                "{} slots were given; the order of the rules left {} idle that somebody could have used.",
                number(Sums::all(self.sum(|_| true).slots)),
                number(idle)
            ),
        });
        lines
    }

    /// One supplier: what it asked and got in each group, and why not one more.
    fn supplier(&self, supplier: usize) -> Vec<String> {
        let name = &self.model.suppliers[supplier].name;
        let mut lines = Vec::new();
        for (at, (group, _)) in
            self.account.shape.branches().enumerate().filter(|(_, branch)| branch.1 == supplier)
        {
            let group_name = &self.model.groups[group].name;
            let here = |place: usize| {
                self.account.places[place].supplier == supplier && self.group_of(place) == group_name
            };
            let sums = self.sum(here);
            if Sums::all(sums.demand) == 0 {
                continue;
            }
            let part = self.account.grants.branches[at];
            let mut by = vec![(part.dormant, "by Dormant priority"), (part.flat, "flat")];
            by.push((part.remainder, "of the remainder"));
            let by = by.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", number(*n)));
            let by = by.collect::<Vec<_>>().join(", ");
            lines.push(format!(
                "{name} in {group_name} asked {} Dormant and {} Active and got {} and {}{}.",
                number(sums.demand[0]),
                number(sums.demand[1]),
                number(sums.slots[0]),
                number(sums.slots[1]),
                if by.is_empty() { String::new() } else { format!(": {by}") }
            ));
            if sums.not_met() == 0 {
                lines.push("  Everything it asked.".to_owned());
            }
            lines.extend(self.claims(Among::SuppliersOf(group), at).map(|line| format!("  {line}")));
            lines.extend(self.of_cells(here).into_iter().map(|line| format!("  {line}")));
            lines.extend(self.own_limit(at));
        }
        if lines.is_empty() {
            lines.push(format!("{name} asked for nothing."));
        }
        lines
    }

    fn own_limit(&self, branch: usize) -> Option<String> {
        let limit = self.account.today.limits[branch]?;
        let covers = if limit.covers_both { "both statuses" } else { "Active" };
        Some(format!("  Its own limit in the group: {} a day over {covers}.", number(limit.per_day)))
    }

    /// One cohort by supplier.
    fn cohort(&self, cohort: usize) -> Table {
        let mut table =
            columns("supplier", &["group", "Dormant asked", "got", "Active asked", "got", "not met"]);
        for (at, place) in self.account.places.iter().enumerate().filter(|(_, p)| p.cohort == cohort) {
            let sums = self.sum(|other| other == at);
            if Sums::all(sums.demand) > 0 {
                table.push(row(&self.model.suppliers[place.supplier].name, self.group_of(at).into(), sums));
            }
        }
        table
    }

    /// Why one claimant got what it got, of every sharing among these.
    fn claims(&self, among: Among, id: usize) -> impl Iterator<Item = String> {
        let certificate = &self.account.grants.certificate;
        let of_these = certificate.sharings.iter().filter(move |sharing| sharing.among == among);
        of_these.filter_map(move |sharing| {
            let claims = certificate.claims_of(sharing);
            let own = claims.iter().find(|claim| claim.id as usize == id)?;
            Some(self.why(sharing, claims, own))
        })
    }

    /// Why cells got what they got of sharings among cells of their group, one line a cell.
    fn of_cells(&self, chosen: impl Fn(usize) -> bool) -> Vec<String> {
        let certificate = &self.account.grants.certificate;
        let n_places = self.account.places.len();
        let mut lines = Vec::new();
        for sharing in certificate.sharings.iter().filter(|s| matches!(s.among, Among::CellsOfGroup(_))) {
            let claims = certificate.claims_of(sharing);
            let own = claims.iter().filter(|claim| claim.weight > 0 && chosen(claim.id as usize % n_places));
            lines.extend(own.map(|own| {
                format!("{}: {}", self.who(sharing.among, own.id), self.why(sharing, claims, own))
            }));
        }
        lines
    }

    fn why(&self, sharing: &Sharing, claims: &[Settled], own: &Settled) -> String {
        let (amount, of) = (number(sharing.amount), thousands(&sharing.of.to_string()));
        let Split::ProRata(rounding) = sharing.split else {
            let met = if own.got >= own.cap { "all it asked" } else { "an equal part" };
            return format!(
                "{}: {amount} slots for {of} asked, cut equally: {} of {}, {met}.",
                rule(sharing.rule),
                number(own.got),
                number(own.weight)
            );
        };
        let product = u64::from(sharing.amount) * u64::from(own.weight);
        let (whole, rest) = (product / sharing.of, product % sharing.of);
        let line = format!(
            "{}: {amount} slots x {} asked / {of} asked by all = {:.2}, so {}",
            rule(sharing.rule),
            number(own.weight),
            quota(sharing, own),
            thousands(&whole.to_string()),
        );
        if rest == 0 && u64::from(own.got) == whole {
            return line + ".";
        }
        let won = |claim: &&Settled| {
            u64::from(claim.got) > u64::from(sharing.amount) * u64::from(claim.weight) / sharing.of
        };
        let winners: Vec<&Settled> = claims.iter().filter(won).collect();
        let by = match rounding {
            Rounding::CarriedCredit => "fraction plus credit from earlier days",
            Rounding::LargestRemainder => "fraction",
            Rounding::Webster => "Webster's divisors",
            Rounding::Systematic => "the systematic offset",
        };
        let n = winners.len();
        let odd = if u64::from(own.got) > whole {
            let which = if n == 1 { "the one slot".to_owned() } else { format!("one of the {n} slots") };
            format!(" and {which} that whole numbers leave over, by {by}.")
        } else {
            let which = if n == 1 { "not the one slot".to_owned() } else { format!("none of the {n} slots") };
            let fraction =
                |claim: &&&Settled| u64::from(sharing.amount) * u64::from(claim.weight) % sharing.of;
            let last = winners.iter().min_by_key(fraction).map_or_else(String::new, |claim| {
                let (who, at) = (self.who(sharing.among, claim.id), quota(sharing, claim));
                format!("; {who}, at {at:.2}, has one")
            });
            format!(", and {which} that whole numbers leave over, by {by}{last}.")
        };
        line + &odd
    }

    fn who(&self, among: Among, id: u32) -> String {
        let id = id as usize;
        let branch = |at: usize| self.account.shape.branches().nth(at).unwrap_or_default();
        match among {
            Among::Groups => self.model.groups[id].name.clone(),
            Among::SuppliersOf(_) => self.model.suppliers[branch(id).1].name.clone(),
            Among::GroupsOf(_) => self.model.groups[branch(id).0].name.clone(),
            Among::CellsOfGroup(_) | Among::CellsOf(_) => {
                let n = self.account.places.len();
                let (place, status) =
                    (self.account.places[id % n], if id < n { "Dormant" } else { "Active" });
                let (supplier, cohort) =
                    (&self.model.suppliers[place.supplier].name, &self.model.cohorts[place.cohort].name);
                format!("{supplier}, {cohort}, {status}")
            }
        }
    }

    fn among(&self, among: Among) -> String {
        let group = |group: usize| &self.model.groups[group].name;
        match among {
            Among::Groups => "over the groups".to_owned(),
            Among::CellsOfGroup(of) => format!("cells of {}", group(of)),
            Among::SuppliersOf(of) => format!("suppliers of {}", group(of)),
            Among::GroupsOf(supplier) => format!("groups of {}", self.model.suppliers[supplier].name),
            Among::CellsOf(branch) => {
                let (of, supplier) = self.account.shape.branches().nth(branch).unwrap_or_default();
                format!("cells of {} in {}", self.model.suppliers[supplier].name, group(of))
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown to a few places")]
fn quota(sharing: &Sharing, claim: &Settled) -> f64 {
    f64::from(sharing.amount) * f64::from(claim.weight) / sharing.of as f64
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Limit => "cut at a limit",
        Rule::DormantFirst => "Dormant first",
        Rule::Flat => "flat allocation",
        Rule::Remainder => "remainder",
        Rule::Equal => "equal parts",
        Rule::Queue => "longest queue first",
        Rule::HandDown => "over its cells",
    }
}

fn split(split: Split) -> &'static str {
    if split == Split::Equal { "cut equally" } else { "shared pro rata" }
}

fn columns(first: &str, others: &[&str]) -> Table {
    let names: Vec<(&str, &'static str)> =
        std::iter::once(first).chain(others.iter().copied()).map(|name| (name, "")).collect();
    Table::new(&names)
}

fn row(name: &str, second: Cell, sums: Sums) -> Vec<Cell> {
    vec![
        name.into(),
        second,
        sums.demand[0].into(),
        sums.slots[0].into(),
        sums.demand[1].into(),
        sums.slots[1].into(),
        sums.not_met().into(),
    ]
}

fn number(n: u32) -> String {
    thousands(&n.to_string())
}
