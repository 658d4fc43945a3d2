//! A day shared out, in names, and how it reads: a row a cell with what it got and by which rule, then the rules in the order they were applied.

use dormouse::allocate::{BranchGrant, Rules};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Status,
};
use dormouse::output::{Cell, Table};
use dormouse::scenario::DemandRow as Row;
use dormouse::wording::numbers;
use serde_json::json;

use crate::cli::args::output_options::Format;

/// A day shared out, in names.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The rules it was shared by.
    pub(crate) rules: Rules,
    /// Migration days before the day, which set the turn among equals.
    pub(crate) turn: u32,
    /// The flat allocation \[installations per supplier\].
    pub(crate) dmin: u32,
    /// Capacity of the programme \[installations\].
    pub(crate) capacity: Option<u32>,
    /// Groups in alphabetical order, with their capacity \[installations\].
    pub(crate) groups: Vec<(String, u32)>,
    /// Cells, by group, then status, supplier and cohort.
    pub(crate) cells: Vec<SharedCell>,
    /// Suppliers in groups.
    pub(crate) branches: Vec<SharedBranch>,
}

/// A line of demand and its slots.
#[derive(Debug)]
pub(crate) struct SharedCell {
    /// The line.
    pub(crate) row: Row,
    /// Its slots \[installations\].
    pub(crate) slots: u32,
    /// Its supplier in its group: position in [`Shared::branches`].
    pub(crate) branch: usize,
}

/// The slots of one supplier in one group, by rule.
#[derive(Debug)]
pub(crate) struct SharedBranch {
    /// The supplier.
    pub(crate) supplier: String,
    /// The group.
    pub(crate) group: String,
    /// By rule \[installations\].
    pub(crate) by_rule: BranchGrant,
}

/// Reads a name off a cell.
type Name = fn(&SharedCell) -> &str;

/// The answer in the form asked for.
pub(crate) fn answer(shared: &Shared, format: Format) -> String {
    match format {
        Format::Table => format!("{}\n{}", for_people(shared).to_text(), steps(shared).join("\n")) + "\n",
        Format::Csv => String::from_utf8_lossy(&tidy(shared).to_csv()).into_owned(),
        Format::Json => format!("{:#}\n", as_json(shared)),
    }
}

fn for_people(shared: &Shared) -> Table {
    let mut table = cells(shared, ["demand", "slots", "not met"]);
    let last = table.columns.len() - 4;
    let sum = |count: fn(&SharedCell) -> u32| Cell::from(shared.sum(count));
    let mut total = vec![Cell::Empty; last];
    total[0] = "all".into();
    total.extend([sum(|c| c.row.demand), sum(|c| c.slots), sum(|c| c.row.demand - c.slots), Cell::Empty]);
    table.push(total);
    table
}

fn tidy(shared: &Shared) -> Table {
    cells(shared, ["demand_installations", "slots_installations", "not_met_installations"])
}

/// A row a cell; `group` and `cohort` only where the demand had them.
fn cells(shared: &Shared, counts: [&str; 3]) -> Table {
    let has = |field: Name| shared.cells.iter().any(|cell| !field(cell).is_empty());
    let names: [(&str, Name, bool); 4] = [
        ("supplier", |c| &c.row.supplier, true),
        ("group", |c| &c.row.group, has(|c| &c.row.group)),
        ("cohort", |c| &c.row.cohort, has(|c| &c.row.cohort)),
        ("status", |c| c.row.status.name(), true),
    ];
    let names: Vec<_> = names.into_iter().filter(|(.., shown)| *shown).collect();
    let mut columns: Vec<(&str, &'static str)> = names.iter().map(|(name, ..)| (*name, "")).collect();
    columns.extend(counts.map(|count| (count, "installations")));
    columns.push(("by_rule", ""));
    let mut table = Table::new(&columns);
    for cell in &shared.cells {
        let mut row: Vec<Cell> = names.iter().map(|(_, field, _)| field(cell).into()).collect();
        row.extend([cell.row.demand, cell.slots, cell.row.demand - cell.slots].map(Cell::from));
        row.push(by_rule(shared, cell).as_str().into());
        table.push(row);
    }
    table
}

/// By which rules a cell got its slots; where its supplier has several cohorts, the rule gave to them together.
fn by_rule(shared: &Shared, cell: &SharedCell) -> String {
    if !shared.rule_needed() {
        return if cell.slots > 0 { "met in full".to_owned() } else { String::new() };
    }
    let given = &shared.branches[cell.branch].by_rule;
    let siblings =
        || shared.cells.iter().filter(|c| c.branch == cell.branch && c.row.status == cell.row.status);
    let slots: u32 = siblings().map(|c| c.slots).sum();
    let dormant: u32 = shared
        .cells
        .iter()
        .filter(|c| c.branch == cell.branch && c.row.status == Status::Dormant)
        .map(|c| c.slots)
        .sum();
    let names = shared.names();
    let open = dormant.saturating_sub(given.dormant);
    let parts: Vec<(&str, u32)> = match cell.row.status {
        Status::Dormant => {
            let rest = if given.flat == 0 { names.remainder } else { "flat or remainder" };
            vec![
                ("flat", given.flat_dormant),
                (names.dormant, given.dormant - given.flat_dormant),
                (rest, open),
            ]
        }
        Status::Active if open == 0 => vec![("flat", given.flat), (names.remainder, given.remainder)],
        Status::Active if given.flat == 0 => vec![(names.remainder, slots)],
        Status::Active => vec![("flat or remainder", slots)],
    };
    let parts =
        parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {}", numbers::count(*n)));
    let parts = parts.collect::<Vec<_>>().join(", ");
    if siblings().count() > 1 && slots > 0 { format!("part of {parts}") } else { parts }
}

/// The rules in the order they were applied, with what each gave.
fn steps(shared: &Shared) -> Vec<String> {
    let (demand, slots) = (shared.sum(|c| c.row.demand), shared.sum(|c| c.slots));
    if !shared.rule_needed() {
        let limits = shared
            .capacity
            .map_or_else(String::new, |c| format!(" within a capacity of {}", numbers::count(c)));
        return vec![format!(
            "No rule was needed: all {} installations fit{limits}.",
            numbers::count(demand)
        )];
    }
    let sum = |part: fn(&dormouse::allocate::BranchGrant) -> u32| -> u32 {
        shared.branches.iter().map(|branch| part(&branch.by_rule)).sum()
    };
    let names = shared.names();
    let dormant = line(names.dormant_step, sum(|b| b.dormant - b.flat_dormant), "");
    let flat_name = format!("Flat allocation, up to {} a supplier", numbers::count(shared.dmin));
    let cut = if shared.flat_was_cut() { "; it did not fit, so it was cut equally" } else { "" };
    let flat = line(&flat_name, sum(|b| b.flat + b.flat_dormant), cut);
    let remainder = line(names.remainder_step, sum(|b| b.remainder), "");
    let order = match (shared.rules.policy, shared.rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => vec![dormant, flat, remainder],
        (AllocationPolicy::Msm, Precedence::FlatFirst) => vec![flat, dormant, remainder],
        (AllocationPolicy::ActiveFirst, _) => vec![flat, remainder, dormant],
        (AllocationPolicy::FirstReady, _) => vec![line(names.remainder_step, slots, "")],
        (AllocationPolicy::Pooled | AllocationPolicy::MaxMin | AllocationPolicy::EvenSplit, _) => {
            vec![remainder]
        }
    };
    let mut lines: Vec<String> =
        order.into_iter().enumerate().map(|(i, line)| format!("{}. {line}", i + 1)).collect();
    lines.push(format!(
        "Limit: {} of {} installations got a slot.{}",
        numbers::count(slots),
        numbers::count(demand),
        limits(shared)
    ));
    lines
}

fn line(name: &str, slots: u32, note: &str) -> String {
    format!("{name}: {}{note}.", numbers::count(slots))
}

/// Returns the available capacity and its use.
fn limits(shared: &Shared) -> String {
    let programme = shared.capacity.map(|capacity| format!(" Capacity {}.", numbers::count(capacity)));
    let used =
        |group: &str| shared.cells.iter().filter(|c| c.row.group == group).map(|c| c.slots).sum::<u32>();
    let named = shared.groups.iter().filter(|(name, _)| !name.is_empty());
    let groups = named.map(|(name, limit)| {
        format!(" {name}: {} of {}.", numbers::count(used(name)), numbers::count(*limit))
    });
    programme.into_iter().chain(groups).collect()
}

fn as_json(shared: &Shared) -> serde_json::Value {
    let branch = |b: &SharedBranch| {
        json!({
            "supplier": b.supplier,
            "group": if b.group.is_empty() { None } else { Some(&b.group) },
            "dormant_installations": b.by_rule.dormant - b.by_rule.flat_dormant,
            "flat_installations": b.by_rule.flat + b.by_rule.flat_dormant,
            "remainder_installations": b.by_rule.remainder,
        })
    };
    json!({
        "schema": "dormouse-allocation",
        "version": 1,
        "rule_needed": shared.rule_needed(),
        "capacity_installations": shared.capacity,
        "dmin_installations": shared.dmin,
        "turn": shared.turn,
        "cells": tidy(shared).to_json(),
        "suppliers": shared.branches.iter().map(branch).collect::<Vec<_>>(),
    })
}

/// The names of the rules under a policy.
struct Names {
    dormant: &'static str,
    dormant_step: &'static str,
    remainder: &'static str,
    remainder_step: &'static str,
}

impl Shared {
    /// Whether some demand was not met.
    fn rule_needed(&self) -> bool {
        self.cells.iter().any(|cell| cell.slots < cell.row.demand)
    }

    fn sum(&self, count: fn(&SharedCell) -> u32) -> u32 {
        self.cells.iter().map(count).sum()
    }

    fn names(&self) -> Names {
        let (dormant, dormant_step) = match (self.rules.policy, self.rules.dormant_priority) {
            (AllocationPolicy::ActiveFirst, _) => ("after Active", "Dormant, from what Active left"),
            (AllocationPolicy::FirstReady, _) => ("by place in line", "By place in line, oldest first"),
            (
                AllocationPolicy::Msm
                | AllocationPolicy::Pooled
                | AllocationPolicy::MaxMin
                | AllocationPolicy::EvenSplit,
                DormantPriority::Strict,
            ) => ("dormant first", "Dormant first"),
            (
                AllocationPolicy::Msm
                | AllocationPolicy::Pooled
                | AllocationPolicy::MaxMin
                | AllocationPolicy::EvenSplit,
                DormantPriority::UpToShare { .. },
            ) => ("dormant first", "Dormant first, up to its share"),
        };
        let (remainder, remainder_step) = match (self.rules.policy, self.rules.remainder) {
            (AllocationPolicy::Pooled, _) => ("pro rata", "Pro rata over all demand"),
            (AllocationPolicy::MaxMin, _) => ("equal part", "Equal parts over suppliers, up to their demand"),
            (AllocationPolicy::EvenSplit, _) => {
                ("equal part", "Equal parts over groups and suppliers, what they cannot use left idle")
            }
            (AllocationPolicy::FirstReady, _) => ("by place in line", "By place in line, oldest first"),
            (AllocationPolicy::Msm | AllocationPolicy::ActiveFirst, Remainder::UnmetDemand) => {
                ("remainder", "Remainder, pro rata to unmet demand")
            }
            (AllocationPolicy::Msm | AllocationPolicy::ActiveFirst, Remainder::WholeDemand) => {
                ("remainder", "Remainder, pro rata to whole demand")
            }
            (AllocationPolicy::Msm | AllocationPolicy::ActiveFirst, Remainder::LowerBound) => {
                ("remainder", "Remainder, pro rata to whole demand with DMIN as a lower bound")
            }
        };
        Names { dormant, dormant_step, remainder, remainder_step }
    }

    /// Whether a supplier got less than its flat amount; true only if that amount is certain.
    fn flat_was_cut(&self) -> bool {
        let plain =
            self.rules.dmin_scope == DminScope::PerGroup && self.rules.dmin_covers == DminCovers::Active;
        let demand = |branch: usize| -> u32 {
            let active = self.cells.iter().filter(|c| c.branch == branch && c.row.status == Status::Active);
            active.map(|cell| cell.row.demand).sum()
        };
        let cut = |(at, branch): (usize, &SharedBranch)| branch.by_rule.flat < demand(at).min(self.dmin);
        plain && self.branches.iter().enumerate().any(cut)
    }
}
