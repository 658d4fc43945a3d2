//! What a study shows beside its answer: the difference under every combination of what nobody has published, and which
//! scenario may be the best.

use super::replicated::{three, verdict_words};
use super::replicated_text::{told_mean, whole_or_tenths_of_millions};
use super::{Cell, Column, Table};
use crate::findings::{Scope, kpi};
use crate::replications::{Comparison, PairedMeasure, Replications};
use crate::statistics::{Estimate, Goal, Level, Sample, rank};

/// What a study calls its scenarios as their files say them, beside what it tries one value at a time.
pub const AS_GIVEN: &str = "as the files say";
/// Columns that say what was tried one value at a time.
const ALONE: [&str; 2] = ["assumption", "value"];

/// The scenarios of a study against its baseline under values that the study gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Of each axis its name and its value; of a value that is tried by itself what [`alone`] makes of it.
    pub values: Vec<(String, String)>,
    /// Each scenario against the baseline.
    pub comparisons: Vec<Comparison>,
}

/// The values of something that is tried by itself: what it is, and what it is made.
#[must_use]
pub fn alone(assumption: &str, value: &str) -> Vec<(String, String)> {
    ALONE.into_iter().zip([assumption, value]).map(|(name, of)| (name.to_owned(), of.to_owned())).collect()
}

/// One row a value that is tried by itself and scenario.
#[must_use]
pub fn sensitivity_table(points: &[Tried]) -> Table {
    grid_table(&ALONE, points)
}

/// One row a combination and scenario.
#[must_use]
pub fn grid_table(axes: &[&str], points: &[Tried]) -> Table {
    let mut table = Table::new(&[]);
    table.columns.extend(axes.iter().map(|name| Column::new(*name, "")));
    table.columns.extend(["scenario", "baseline"].map(|name| Column::new(name, "")));
    let avoided = ["dormant_days_avoided", "lower", "upper"]
        .map(|name| Column::new(name, kpi::DORMANT_DAYS_AVOIDED.unit));
    table.columns.extend(avoided);
    table.columns.extend(["level_pct", "replications", "verdict"].map(|name| Column::new(name, "")));
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
            row.push(verdict_words(comparison.verdict.finding).into());
            row.push(Cell::Decimal(comparison.threshold, 0));
            row.extend(match paid(comparison) {
                Some(paid) => three(&paid.value, &paid.interval, |x| Cell::Decimal(*x, 0)),
                None => vec![Cell::Empty; PAID.len()],
            });
            table.push(row);
        }
    }
    table
}

/// Columns of what the Active ones pay.
pub const PAID: [&str; 3] = ["active_days_waited_change", "active_lower_95", "active_upper_95"];

/// What the Active ones pay: scenario less baseline of the days waited since EPCL entry.
fn paid(comparison: &Comparison) -> Option<Estimate> {
    let scope = Scope::active();
    let of = |m: &&PairedMeasure| m.kpi.id == kpi::ACTIVE_DAYS_SINCE_ENTRY.id && m.scope == scope;
    comparison.measures.iter().find(of)?.change
}

/// The same as a person reads it: a row a combination, a column a scenario, and what the Active ones pay under the one that avoids most.
#[must_use]
pub fn grid_text(points: &[Tried]) -> String {
    let Some(first) = points.first() else { return String::new() };
    format!(
        "Not published, so each is tried: Dormant days avoided against {}, {} replications a combination.\n{}{}\n",
        first.comparisons.first().map_or("", |c| c.baseline.as_str()),
        first.comparisons.first().map_or(0, |c| c.avoided.n),
        rows_and_intervals(points),
        verdicts(points),
    )
}

/// What is tried one value at a time, as a person reads it, the first being the scenarios as their files say them.
#[must_use]
pub fn sensitivity_text(points: &[Tried]) -> String {
    let Some((first, others)) = points.split_first() else { return String::new() };
    let changed = |at: usize| {
        let finding = first.comparisons[at].verdict.finding;
        let other = |point: &&Tried| point.comparisons[at].verdict.finding != finding;
        let told = |point: &Tried| {
            let words: Vec<&str> = point.values.iter().map(|(_, of)| of.as_str()).collect();
            format!("{} ({})", words.join(" "), verdict_words(point.comparisons[at].verdict.finding))
        };
        let changed: Vec<String> = others.iter().filter(other).map(told).collect();
        let changed = if changed.is_empty() { "none of them".to_owned() } else { changed.join("; ") };
        let (name, verdict) = (&first.comparisons[at].scenario, verdict_words(finding));
        format!("{name}: {verdict} as the files say; the verdict changes with {changed}.\n")
    };
    format!(
        "One assumption at a time, which misses what they do together: Dormant days avoided against {}, {} replications each.\n{}{}\n",
        first.comparisons.first().map_or("", |c| c.baseline.as_str()),
        first.comparisons.first().map_or(0, |c| c.avoided.n),
        rows_and_intervals(points),
        (0..first.comparisons.len()).map(changed).collect::<String>(),
    )
}

/// How often each verdict was reached, a line a scenario.
fn verdicts(points: &[Tried]) -> String {
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
    let scenarios = points.first().map_or(&[][..], |point| &point.comparisons);
    scenarios.iter().enumerate().map(told).collect()
}

/// A row a set of values: what each scenario avoids, and what the Active ones pay under the one that avoids most.
fn rows_and_intervals(points: &[Tried]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let avoided = |at: &usize| first.comparisons[*at].avoided.value;
    let most = (0..first.comparisons.len()).max_by(|a, b| avoided(a).total_cmp(&avoided(b))).unwrap_or(0);
    let mut table = Table::new(&[]);
    table.columns.extend(first.values.iter().map(|(name, _)| Column::new(name.as_str(), "")));
    table.columns.extend(first.comparisons.iter().map(|c| Column::new(c.scenario.as_str(), "")));
    let payer = &first.comparisons[most].scenario;
    table.columns.push(Column::new(format!("Active wait more, {payer}"), ""));
    for point in points {
        let avoided = point.comparisons.iter().map(|comparison| Cell::Text(told_mean(comparison.avoided)));
        let paid = paid(&point.comparisons[most]).map_or(Cell::Empty, |paid| Cell::Text(told_mean(paid)));
        let values = point.values.iter().map(|(_, value)| Cell::from(value.as_str()));
        table.push(values.chain(avoided).chain([paid]).collect());
    }
    format!(
        "{}\nThe {} intervals of days avoided hold together at 95%; those of the Active hold at 95% each.\n",
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
