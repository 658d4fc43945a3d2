//! What a study shows beside its answer: the difference under every combination of what nobody has published, and which
//! scenario may be the best.

use super::replicated::{three, verdict_words};
use super::replicated_text::{told_mean, whole_or_tenths_of_millions};
use super::{Cell, Column, Table};
use crate::findings::{Scope, kpi};
use crate::replications::{Comparison, Replications};
use crate::statistics::{Goal, Level, Sample, rank};

/// The scenarios of a study against its baseline under one combination of values.
#[derive(Clone, Debug, PartialEq)]
pub struct GridPoint {
    /// Of each axis its name and its value.
    pub values: Vec<(String, String)>,
    /// Each scenario against the baseline.
    pub comparisons: Vec<Comparison>,
}

/// One row a combination and scenario.
#[must_use]
pub fn grid_table(axes: &[&str], points: &[GridPoint]) -> Table {
    let mut table = Table::new(&[]);
    table.columns.extend(axes.iter().map(|name| Column::new(*name, "")));
    table.columns.extend(["scenario", "baseline"].map(|name| Column::new(name, "")));
    let avoided = ["dormant_days_avoided", "lower", "upper"]
        .map(|name| Column::new(name, kpi::DORMANT_DAYS_AVOIDED.unit));
    table.columns.extend(avoided);
    table.columns.extend(["level_pct", "replications", "verdict"].map(|name| Column::new(name, "")));
    table.columns.push(Column::new("threshold", kpi::DORMANT_DAYS_AVOIDED.unit));
    for point in points {
        for comparison in &point.comparisons {
            let estimate = &comparison.avoided;
            let mut row: Vec<Cell> =
                point.values.iter().map(|(_, value)| Cell::from(value.as_str())).collect();
            row.extend([&comparison.scenario, &comparison.baseline].map(|name| Cell::from(name.as_str())));
            row.extend(three(&estimate.value, &estimate.interval, |x| Cell::Decimal(*x, 0)));
            row.push(Cell::Decimal(100.0 * estimate.interval.level.get(), 3));
            row.push(Cell::from(estimate.n as u64));
            row.push(verdict_words(comparison.verdict.finding).into());
            row.push(Cell::Decimal(comparison.threshold, 0));
            table.push(row);
        }
    }
    table
}

/// The same as a person reads it: a row a combination, a column a scenario.
#[must_use]
pub fn grid_text(points: &[GridPoint]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut table = Table::new(&[]);
    table.columns.extend(first.values.iter().map(|(name, _)| Column::new(name.as_str(), "")));
    table.columns.extend(first.comparisons.iter().map(|c| Column::new(c.scenario.as_str(), "")));
    for point in points {
        let avoided = point.comparisons.iter().map(|comparison| Cell::Text(told_mean(comparison.avoided)));
        table.push(point.values.iter().map(|(_, value)| Cell::from(value.as_str())).chain(avoided).collect());
    }
    let told = |(at, of): (usize, &Comparison)| {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for words in points.iter().map(|point| verdict_words(point.comparisons[at].verdict.finding)) {
            match counts.iter_mut().find(|(known, _)| *known == words) {
                Some((_, n)) => *n += 1,
                None => counts.push((words, 1)),
            }
        }
        let counts: Vec<String> = counts.iter().map(|(words, n)| format!("{words} in {n}")).collect();
        format!("{}: {} of {}.\n", of.scenario, counts.join(", "), points.len())
    };
    let verdicts: String = first.comparisons.iter().enumerate().map(told).collect();
    format!(
        "Not published, so each is tried: Dormant days avoided against {}, {} replications a combination.\n{}\n{verdicts}The {} intervals hold together at 95%.\n\n",
        first.comparisons.first().map_or("", |c| c.baseline.as_str()),
        first.comparisons.first().map_or(0, |c| c.avoided.n),
        table.to_text(),
        points.len() * first.comparisons.len(),
    )
}

/// Scenarios by Dormant days lost, the fewest first, and which of them may be the best.
///
/// # Panics
/// When they have not the same number of replications.
#[must_use]
pub fn ranking_table(runs: &[&Replications]) -> Table {
    let lost: Vec<Vec<f64>> = runs
        .iter()
        .map(|run| {
            run.position(&kpi::DORMANT_DAYS_LOST, &Scope::whole()).map_or_else(Vec::new, |at| run.numbers(at))
        })
        .collect();
    let samples: Vec<Sample> =
        lost.iter().map(|lost| Sample::new(lost).expect("days lost are finite")).collect();
    let ranking = rank(&samples, Goal::Least, Level::P95).expect("they were replicated alike");
    let unit = kpi::DORMANT_DAYS_LOST.unit;
    let mut table = Table::new(&[
        ("place", ""),
        ("scenario", ""),
        ("days_lost", unit),
        ("more_than_best_of_others_from", unit),
        ("to", unit),
        ("may_be_best", ""),
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
        ]);
    }
    table
}

/// The ranking with what it guarantees.
#[must_use]
pub fn ranking_text(table: &Table) -> String {
    let mut told = table.clone();
    let days =
        told.columns.iter().enumerate().filter(|(_, column)| column.unit == kpi::DORMANT_DAYS_LOST.unit);
    let days: Vec<usize> = days.map(|(at, _)| at).collect();
    for row in &mut told.rows {
        for at in &days {
            if let Cell::Decimal(number, _) = row[*at] {
                row[*at] = Cell::Text(whole_or_tenths_of_millions(number));
            }
        }
    }
    format!(
        "Ranking by Dormant days lost, fewest first. With 95% confidence the best is among those that may be best, and every range holds its truth.\n{}",
        told.to_text()
    )
}
