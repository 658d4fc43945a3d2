//! Several runs side by side: the table a planner reads, and `difference.csv`.

use super::summary::{value_cell, value_words};
use super::{Cell, Column, Table, thousands};
use crate::findings::{Change, Difference, Dimension, Findings, Kpi, Population, Scope, kpi};

/// The short table at the end of a command: scenarios as columns, main measures as rows, then the difference.
///
/// With several runs the first is the baseline.
#[must_use]
pub fn comparison(runs: &[&Findings]) -> String {
    let mut table = Table::new(&[("measure", "")]);
    table.columns.extend(runs.iter().map(|run| Column::new(run.scenario.as_str(), "")));
    for (title, kpi, scope) in main_measures() {
        let mut row = vec![Cell::from(format!("{title}{}", unit_words(kpi.unit)).as_str())];
        row.extend(
            runs.iter()
                .map(|run| run.value(&kpi, &scope).map_or(Cell::Empty, |value| value_words(value, kpi.unit))),
        );
        table.push(row);
    }
    let mut text = table.to_text();
    let Some((baseline, others)) = runs.split_first() else {
        return text;
    };
    text.push('\n');
    for other in others {
        text.push_str(&avoided_lines(&Difference::between(baseline, other)));
    }
    text.push_str(if others.is_empty() {
        "One run, not a forecast. No uncertainty shown.\n"
    } else {
        "One draw, not a forecast: the same draws in every column, no uncertainty shown.\n"
    });
    text
}

/// When the bound of the days avoided is one.
pub(super) const BOUND_NOTE: &str = "where the firmware policy is all that differs";

fn avoided_lines(difference: &Difference) -> String {
    let days = |n: i64| thousands(&n.to_string());
    let mut text = format!(
        "Dormant days avoided, {} against {} (one draw, not a forecast):\n  in all: {} installation-days\n",
        difference.scenario,
        difference.baseline,
        days(difference.avoided)
    );
    for (words, by) in [("by route", Dimension::Route), ("by supplier size", Dimension::SupplierSize)] {
        let parts = difference.by(by).iter().map(|(name, part)| format!("{name} {}", days(*part)));
        text.extend(["  ", words, ": ", &parts.collect::<Vec<_>>().join("; "), "\n"]);
    }
    text
}

/// The unit as it stands behind a title; dates and answers need none, and what a title says is not said again.
fn unit_words(unit: &str) -> String {
    match unit {
        "date" | "yes or no" => String::new(),
        "%" => " %".to_owned(),
        _ => format!(" [{}]", unit.trim_end_matches(" per migration day")),
    }
}

fn main_measures() -> Vec<(String, Kpi, Scope)> {
    let dormant = || Scope::population(Population::Dormant);
    let rows = [
        ("", kpi::DORMANT_DAYS_LOST, Scope::whole()),
        ("Dormant: half migrated on", kpi::COMPLETION_50, dormant()),
        ("Dormant: 95% migrated on", kpi::COMPLETION_95, dormant()),
        ("Dormant: all migrated on", kpi::COMPLETION_100, dormant()),
        ("Dormant: migrated by the end", kpi::MIGRATED_SHARE, dormant()),
        ("Dormant: excluded by the end", kpi::EXCLUDED, dormant()),
        ("Dormant: plan date met", kpi::PLAN_DATE_MET, dormant()),
        ("All: 95% migrated on", kpi::COMPLETION_95, Scope::whole()),
        ("All: all migrated on", kpi::COMPLETION_100, Scope::whole()),
        ("All: migrated by the end", kpi::MIGRATED_SHARE, Scope::whole()),
        ("", kpi::ACTIVE_MIGRATED, Scope::of("status", "active")),
        ("", kpi::MIGRATED_PER_DAY, Scope::whole()),
        ("", kpi::ATTEMPTED_SHARE, Scope::whole()),
        ("", kpi::EFFECTIVE_SHARE, Scope::whole()),
        ("", kpi::RULE_NEEDED, Scope::whole()),
        ("", kpi::REWORK, Scope::whole()),
    ];
    let title = |words: &str, kpi: &Kpi| if words.is_empty() { kpi.title } else { words }.to_owned();
    rows.map(|(words, kpi, scope)| (title(words, &kpi), kpi, scope)).into()
}

/// Differences as a tidy table: the avoided days and their parts, then every other measure.
#[must_use]
pub fn difference_table(differences: &[Difference]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("baseline", ""),
        ("kpi", ""),
        ("scope_kind", ""),
        ("scope", ""),
        ("baseline_value", ""),
        ("scenario_value", ""),
        ("difference", ""),
        ("difference_unit", ""),
        ("spread", ""),
        ("note", ""),
    ]);
    for difference in differences {
        let names = || vec![difference.scenario.as_str().into(), difference.baseline.as_str().into()];
        for (kind, member, days) in avoided_rows(difference) {
            let mut row: Vec<Cell> = names();
            row.extend([kpi::DORMANT_DAYS_AVOIDED.id.into(), kind.into(), member.into()]);
            row.extend([Cell::Empty, Cell::Empty, Cell::Int(days)]);
            row.extend([
                kpi::DORMANT_DAYS_AVOIDED.unit.into(),
                "one draw".into(),
                "baseline minus scenario".into(),
            ]);
            table.push(row);
        }
        let mut bound: Vec<Cell> = names();
        bound.extend([kpi::AVOIDED_BOUND.id.into(), "whole".into(), "all".into()]);
        bound.extend([Cell::Empty, Cell::Empty, difference.bound.into(), kpi::AVOIDED_BOUND.unit.into()]);
        bound.extend(["one draw".into(), BOUND_NOTE.into()]);
        table.push(bound);
        for row in &difference.kpis {
            let (change, unit) = change_cells(row.change, row.kpi.unit);
            let note = if row.scenario.note().is_empty() { row.baseline.note() } else { row.scenario.note() };
            let mut cells = names();
            cells.extend([row.kpi.id.into(), row.scope.kind.into(), row.scope.member.as_str().into()]);
            cells.extend([value_cell(row.baseline), value_cell(row.scenario), change, unit.into()]);
            cells.extend(["one draw".into(), note.into()]);
            table.push(cells);
        }
    }
    table
}

fn avoided_rows(difference: &Difference) -> Vec<(&str, &str, i64)> {
    let parts = difference
        .splits
        .iter()
        .flat_map(|split| split.parts.iter().map(|(name, days)| (split.by.name(), name.as_str(), *days)));
    std::iter::once(("whole", "all", difference.avoided)).chain(parts).collect()
}

fn change_cells(change: Change, unit: &'static str) -> (Cell, &'static str) {
    match change {
        Change::Count(n) => (Cell::Int(n), unit),
        Change::Number(x) => (Cell::Decimal(x, 4), if unit == "%" { "percentage points" } else { unit }),
        Change::Days(n) => (Cell::Int(n), "days"),
        Change::None => (Cell::Empty, ""),
    }
}
