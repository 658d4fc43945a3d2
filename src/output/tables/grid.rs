//! What a study shows beside its answer: the difference under every combination of what nobody has published, and with one
//! assumption changed at a time.

use crate::findings::kpi;
use crate::output::write::study::three;
use crate::output::{Cell, Column, Table};
use crate::replications::{ALONE, AS_GIVEN, Comparison, Tried, replications_tried};
use crate::statistics::{Estimate, Finding};
use crate::wording::letters::capitalised;
use crate::wording::{numbers, verdict};

/// One row a value that is tried by itself and scenario.
#[must_use]
pub fn sensitivity_table(points: &[Tried]) -> Table {
    let mut table = grid_table(&ALONE, points);
    table.columns.extend(CHANGED.map(|name| Column::new(name, kpi::DORMANT_DAYS_AVOIDED.unit)));
    table.columns.extend(NUMBERS.map(|name| Column::new(name, "")));
    let changes = points
        .iter()
        .flat_map(|point| (0..point.comparisons.len()).map(|at| (point.changes.get(at), point.numbers)));
    for (row, (change, numbers)) in table.rows.iter_mut().zip(changes) {
        row.extend(match change {
            Some(change) => three(&change.value, &change.interval, |x| Cell::Decimal(*x, 0)),
            None => vec![Cell::Empty; CHANGED.len()],
        });
        row.extend(numbers.map(|x| x.map_or(Cell::Empty, |x| Cell::Decimal(x, NUMBER_PLACES))));
    }
    table
}

/// Columns of the number that the files give and the one tried by itself; empty where it is no number.
pub const NUMBERS: [&str; 2] = ["given_number", "tried_number"];
/// Decimal places of such a number.
const NUMBER_PLACES: usize = 6;

/// Columns of what a value tried by itself changes of the days avoided.
pub const CHANGED: [&str; 3] = ["change", "change_lower", "change_upper"];

/// One row a combination and scenario.
#[must_use]
pub fn grid_table(axes: &[&str], points: &[Tried]) -> Table {
    let mut table = Table::new(&[]);
    table.columns.extend(axes.iter().map(|name| Column::new(*name, "")));
    table.columns.extend(["scenario", "baseline"].map(|name| Column::new(name, "")));
    let avoided = ["dormant_days_avoided", "lower", "upper"]
        .map(|name| Column::new(name, kpi::DORMANT_DAYS_AVOIDED.unit));
    table.columns.extend(avoided);
    table
        .columns
        .extend(["level_pct", "replications", "verdict_id", "verdict"].map(|name| Column::new(name, "")));
    table.columns.push(Column::new("threshold", kpi::DORMANT_DAYS_AVOIDED.unit));
    table.columns.extend(PAID.map(|name| Column::new(name, kpi::ACTIVE_DAYS_SINCE_ENTRY.unit)));
    for point in points {
        for comparison in &point.comparisons {
            let estimate = &comparison.avoided;
            let mut row: Vec<Cell> =
                point.values.iter().map(|(_, value)| Cell::from(value.as_str())).collect();
            row.extend([&comparison.scenario, &comparison.baseline].map(|name| Cell::from(name.as_str())));
            row.extend(three(&estimate.value, &estimate.interval, |x| Cell::Decimal(*x, 0)));
            row.push(Cell::Decimal(100.0 * estimate.interval.level.get(), 3));
            row.push(Cell::from(estimate.n as u64));
            let finding = comparison.verdict.finding;
            row.extend([verdict::id(finding), verdict::dormant(finding)].map(Cell::from));
            row.push(Cell::Decimal(comparison.threshold, 0));
            row.extend(match comparison.active_waiting() {
                Some(paid) => three(&paid.value, &paid.interval, |x| Cell::Decimal(*x, 0)),
                None => vec![Cell::Empty; PAID.len()],
            });
            table.push(row);
        }
    }
    table
}

/// Columns of what Active installations pay.
pub const PAID: [&str; 3] = ["active_days_waited_change", "active_lower_95", "active_upper_95"];

/// The same as a person reads it: a row a combination, a column a scenario, and what Active installations pay under the one that avoids most.
#[must_use]
pub fn grid_text(points: &[Tried]) -> String {
    let Some(first) = points.first() else { return String::new() };
    format!(
        "These values are not published, so each is tried: Dormant days avoided compared with {}, {} replications a combination.\n{}{}\n",
        first.comparisons.first().map_or("", |c| c.baseline_title.as_str()),
        replications_tried(points),
        rows_and_intervals(points),
        verdicts(points),
    )
}

/// What is tried one value at a time, as a person reads it, the first being the scenarios as their files say them.
#[must_use]
pub fn sensitivity_text(points: &[Tried]) -> String {
    let Some((first, others)) = points.split_first() else { return String::new() };
    let changed = |at: usize| {
        let finding = |point: &Tried| point.comparisons[at].verdict.finding;
        let (name, given) = (capitalised(&first.comparisons[at].scenario_title), finding(first));
        let words = verdict::dormant(given);
        match verdict::others(given, others.iter().map(|point| (point.named(), finding(point)))) {
            none if none.is_empty() => format!("{name}: {words} {AS_GIVEN}, and with every value.\n"),
            others => {
                let with = |(finding, values): &(Finding, Vec<String>)| {
                    format!("{} with {}", verdict::dormant(*finding), numbers::list(values))
                };
                let others: Vec<String> = others.iter().map(with).collect();
                format!("{name}: {words} {AS_GIVEN}; {}.\n", others.join("; "))
            }
        }
    };
    format!(
        "One assumption at a time, at values that the study chose. They are not a range of what is likely, and their joint effect is not tried. Dormant days avoided compared with {}, {} \
         replications each.\n{}{}\n",
        first.comparisons.first().map_or("", |c| c.baseline_title.as_str()),
        replications_tried(points),
        rows_and_intervals(points),
        (0..first.comparisons.len()).map(changed).collect::<String>(),
    )
}

/// How often each verdict was reached, a line a scenario.
fn verdicts(points: &[Tried]) -> String {
    let told = |(at, of): (usize, &Comparison)| {
        let findings = points.iter().map(|point| point.comparisons[at].verdict.finding);
        format!("{}: {}.\n", capitalised(&of.scenario_title), verdict::counted(findings))
    };
    let scenarios = points.first().map_or(&[][..], |point| &point.comparisons);
    scenarios.iter().enumerate().map(told).collect()
}

/// A row a set of values: what each scenario avoids, and what Active installations pay under the one that avoids most.
fn rows_and_intervals(points: &[Tried]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let most = first.leading();
    let days = |of: Estimate| numbers::estimate(of, kpi::DORMANT_DAYS_AVOIDED.unit).to_string();
    let mut table = Table::new(&[]);
    table.columns.extend(first.values.iter().map(|(name, _)| Column::new(name.as_str(), "")));
    table.columns.extend(first.comparisons.iter().map(|c| Column::new(capitalised(&c.scenario_title), "")));
    let payer = &first.comparisons[most].scenario_title;
    let alone = points.iter().any(|point| !point.changes.is_empty());
    if alone {
        table.columns.push(Column::new(format!("More than as the files say, {payer}"), ""));
    }
    table.columns.push(Column::new(format!("Active wait longer by, {payer}"), ""));
    for point in points {
        let avoided = point.comparisons.iter().map(|comparison| Cell::Text(days(comparison.avoided)));
        let paid =
            point.comparisons[most].active_waiting().map_or(Cell::Empty, |paid| Cell::Text(days(paid)));
        let change = point.changes.get(most).map(|change| days(*change));
        let change = alone.then(|| change.map_or(Cell::Empty, Cell::Text));
        let values = point.values.iter().map(|(_, value)| Cell::from(value.as_str()));
        table.push(values.chain(avoided).chain(change).chain([paid]).collect());
    }
    format!(
        "{}\nThe {} intervals of days avoided hold together at 95%. Those of Active installations hold at 95% each.\n",
        table.to_text(),
        points.len() * first.comparisons.len(),
    )
}
