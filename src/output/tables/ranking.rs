//! Which scenario may be the best, and how far the others are from it.

use crate::findings::{Scope, kpi};
use crate::output::{Cell, Table};
use crate::replications::{Comparison, Replications};
use crate::statistics::{Goal, Level, RANKED_FROM, Values, rank};
use crate::wording::numbers;

/// Columns that a person is shown as a table.
const SHOWN: usize = 6;
/// From so many days lost on they are told in millions.
const LARGE: f64 = 1e7;

/// Scenarios by Dormant days lost, the fewest first, which of them may be the best, and which are so near to it that the
/// difference does not matter by the threshold of the `comparisons` with the baseline.
///
/// # Panics
/// When they have not the same number of replications.
#[must_use]
pub fn ranking_table(runs: &[&Replications], comparisons: &[Comparison]) -> Table {
    let threshold = comparisons.first().map_or(0.0, |comparison| comparison.threshold);
    let lost = |run: &&Replications| {
        let at = run.position(&kpi::DORMANT_DAYS_LOST, &Scope::whole());
        at.map_or_else(|| Values::one(Vec::new()), |at| run.values(at))
    };
    let lost: Vec<Values> = runs.iter().map(lost).collect();
    let certain = |one: usize, other: usize| runs[one].differs_for_sure(runs[other]);
    let ranking = rank(&lost, Goal::Least, Level::P95, certain).expect("they were replicated alike");
    let unit = kpi::DORMANT_DAYS_LOST.unit;
    let mut table = Table::new(&[
        ("place", ""),
        ("scenario", ""),
        ("days_lost", unit),
        ("more_than_best_of_others_from", unit),
        ("to", unit),
        ("may_be_best", ""),
        ("threshold", unit),
        ("within_threshold_of_best", ""),
        ("replications", ""),
    ]);
    for (place, ranked) in (1..).zip(&ranking.scenarios) {
        let end = |end: Option<f64>| end.map_or(Cell::Empty, |x| Cell::Decimal(x, 0));
        table.push(vec![
            Cell::Int(place),
            runs[ranked.scenario].scenario.as_str().into(),
            Cell::Decimal(ranked.mean, 0),
            end(ranked.from_best_of_others.low),
            end(ranked.from_best_of_others.high),
            Cell::Flag(ranked.may_be_best),
            Cell::Decimal(threshold, 0),
            Cell::Flag(ranked.from_best_of_others.high.is_some_and(|most| most < threshold)),
            Cell::from(ranking.n as u64),
        ]);
    }
    table
}

/// The ranking with what it guarantees.
#[must_use]
pub fn ranking_text(table: &Table) -> String {
    let (mut told, mut near, mut threshold, mut n) = (table.clone(), Vec::new(), 0.0, 0);
    let large =
        table.rows.iter().flatten().any(|cell| matches!(cell, Cell::Decimal(days, _) if *days >= LARGE));
    for row in &mut told.rows {
        // What is the same in all rows, or said below, is not shown in the table.
        let said = row.split_off(SHOWN);
        if let [Cell::Decimal(days, _), Cell::Flag(is_near), Cell::Int(runs)] = said.as_slice() {
            (threshold, n) = (*days, *runs);
            if let (true, Some(Cell::Flag(false)), Cell::Text(scenario)) = (*is_near, row.last(), &row[1]) {
                near.push(scenario.clone());
            }
        }
        for cell in row {
            if let Cell::Decimal(days, _) = cell {
                *cell = Cell::Text(if large {
                    numbers::whole_or_tenths_of_millions(*days)
                } else {
                    numbers::whole(*days)
                });
            }
        }
    }
    told.columns.truncate(SHOWN);
    let near = match near.len() {
        0 => String::new(),
        1 => format!("; {} is closer to the best than that", near[0]),
        _ => format!("; {} are closer to the best than that", numbers::list(&near)),
    };
    let promise = if usize::try_from(n).is_ok_and(|n| n < RANKED_FROM) {
        format!("Fewer than {RANKED_FROM} replications: the ranges hold less often than 95 times in 100.")
    } else {
        "With 95% confidence the best is among those that may be best, and every range contains the true value."
            .to_owned()
    };
    format!(
        "Ranking by Dormant days lost, fewest first. {promise}\n\
         A difference of less than {} is treated as too small to matter{near}.\n{}",
        numbers::three_digits(threshold),
        told.to_text()
    )
}
