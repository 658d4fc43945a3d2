//! Several runs side by side: the table a planner reads, and `difference.csv`.

use crate::findings::{Change, Difference, Dimension, Findings, Kpi, Population, Scope, kpi};
use crate::output::tables::summary::{number_cell, value_cells, value_words};
use crate::output::{Cell, Column, Table};
use crate::wording::bases::Whose;
use crate::wording::numbers;

/// The short table at the end of a command: scenarios as columns, main measures as rows, then the difference.
///
/// With several runs the first is the baseline.
#[must_use]
pub fn comparison(runs: &[&Findings]) -> String {
    let mut table = Table::new(&[("measure", "")]);
    table.columns.extend(runs.iter().map(|run| Column::new(run.scenario.as_str(), "")));
    let nobody_dormant = runs.iter().all(|run| run.nobody_is_dormant());
    let told_of = if nobody_dormant { Population::All } else { Population::Dormant };
    for (title, kpi, scope) in main_measures(told_of, runs) {
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
    for other in others.iter().filter(|_| !nobody_dormant) {
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
pub(crate) const BOUND_NOTE: &str = "where the firmware policy is all that differs";

fn avoided_lines(difference: &Difference) -> String {
    let days = |n: i64| numbers::count(n);
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

/// Title, measure and scope of each row: what the programme is told by, then all installations where that is another, then the rest.
fn main_measures(told_of: Population, runs: &[&Findings]) -> Vec<(String, Kpi, Scope)> {
    let headline = match told_of {
        Population::Dormant => (kpi::DORMANT_DAYS_LOST, Scope::whole()),
        Population::All => (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::of("status", "active")),
    };
    let of_population = [
        ("half migrated on", kpi::COMPLETION_50),
        ("95% migrated on", kpi::COMPLETION_95),
        ("all migrated on", kpi::COMPLETION_100),
        ("migrated by the end", kpi::MIGRATED_SHARE),
        ("plan date met", kpi::PLAN_DATE_MET),
    ];
    let left_out = [("excluded by the end", kpi::EXCLUDED), ("removed by the end", kpi::REMOVED)];
    let of_all = [1, 2, 3].map(|at: usize| of_population[at]);
    let rest = [
        (kpi::ACTIVE_MIGRATED, Scope::of("status", "active")),
        (kpi::MIGRATED_PER_DAY, Scope::whole()),
        (kpi::ATTEMPTED_SHARE, Scope::whole()),
        (kpi::EFFECTIVE_SHARE, Scope::whole()),
        (kpi::RULE_NEEDED, Scope::whole()),
        (kpi::REWORK, Scope::whole()),
    ];
    let by_title = |(kpi, scope): (Kpi, Scope)| (kpi.title.to_owned(), kpi, scope);
    let completion = |run: &&Findings, population| match population {
        Population::Dormant => run.dormant.left_out(),
        Population::All => run.all.left_out(),
    };
    let of = |population: Population| {
        let whose = Whose::of(population, runs.iter().map(|run| completion(run, population)));
        move |(words, kpi): (&str, Kpi)| {
            (format!("{}: {words}", whose.title()), kpi, Scope::population(population))
        }
    };
    // Nobody excluded is told, nobody removed only where somebody is.
    let removed = runs.iter().any(|run| completion(run, told_of).removed > 0.0);
    let left_out = left_out
        .into_iter()
        .take(1 + usize::from(removed))
        .map(|(words, kpi)| (format!("{}: {words}", told_of.title()), kpi, Scope::population(told_of)));
    let whole = of_all.into_iter().filter(|_| told_of != Population::All).map(of(Population::All));
    let rows = std::iter::once(by_title(headline)).chain(of_population.map(of(told_of))).chain(left_out);
    rows.chain(whole).chain(rest.map(by_title)).collect()
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
        ("baseline_date", ""),
        ("baseline_flag", ""),
        ("baseline_note", ""),
        ("scenario_value", ""),
        ("scenario_date", ""),
        ("scenario_flag", ""),
        ("scenario_note", ""),
        ("difference", ""),
        ("difference_unit", ""),
        ("spread", ""),
        ("note", ""),
    ]);
    // Parts of a sum have no value of either scenario beside them.
    let neither = || vec![Cell::Empty; 8];
    for difference in differences {
        let names = || vec![difference.scenario.as_str().into(), difference.baseline.as_str().into()];
        for (kind, member, days) in avoided_rows(difference) {
            let mut row: Vec<Cell> = names();
            row.extend([kpi::DORMANT_DAYS_AVOIDED.id.into(), kind.into(), member.into()]);
            row.extend(neither());
            row.extend([
                number(days),
                kpi::DORMANT_DAYS_AVOIDED.unit.into(),
                "one draw".into(),
                "baseline minus scenario".into(),
            ]);
            table.push(row);
        }
        let mut bound: Vec<Cell> = names();
        bound.extend([kpi::AVOIDED_BOUND.id.into(), "whole".into(), "all".into()]);
        bound.extend(neither());
        let most = i64::try_from(difference.bound);
        bound.extend([most.map_or(Cell::Empty, number), kpi::AVOIDED_BOUND.unit.into()]);
        bound.extend(["one draw".into(), BOUND_NOTE.into()]);
        table.push(bound);
        for row in &difference.kpis {
            let (change, unit) = change_cells(row.change, row.kpi.unit);
            let mut cells = names();
            cells.extend([row.kpi.id.into(), row.scope.kind.into(), row.scope.member.as_str().into()]);
            for value in [row.baseline, row.scenario] {
                cells.extend(value_cells(value, row.kpi.unit));
                cells.push(value.note().into());
            }
            cells.extend([change, unit.into(), "one draw".into(), "scenario minus baseline".into()]);
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
        Change::Count(n) => (number(n), unit),
        Change::Number(x) => (number_cell(x, unit), if unit == "%" { "percentage points" } else { unit }),
        Change::Days(n) => (number(n), "days"),
        Change::None => (Cell::Empty, ""),
    }
}

/// A whole number in a column in which others have decimal places.
fn number(n: i64) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "installation-days are far below 2^53")]
    let n = n as f64;
    Cell::Decimal(n, numbers::PLACES)
}
