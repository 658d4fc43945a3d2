//! Differences over replications as figures need them: to the digits that files hold, and read back from those.

use super::payers;
use crate::findings::{Dimension, Scope, kpi};
use crate::output::{CHANGED, PAID, Results, ResultsError, Row, Tried, finding_of_words};
use crate::replications::{Comparison, PairedMeasure, PairedPart, PairedSplit};
use crate::statistics::{Estimate, Interval, Level, Verdict};
use crate::wording::numbers::{self, PLACES};

/// To how many decimal places a file of combinations does.
const GRID_PLACES: usize = 0;

/// Differences with their numbers as the file holds them, so that a figure is the same from either.
pub(super) fn written(comparisons: &[Comparison]) -> Vec<Comparison> {
    comparisons.iter().map(|comparison| to_places(comparison, PLACES)).collect()
}

/// The same of what a study tries.
pub(super) fn tried_written(points: &[Tried]) -> Vec<Tried> {
    let point = |point: &Tried| Tried {
        values: point.values.clone(),
        comparisons: point.comparisons.iter().map(|c| to_places(c, GRID_PLACES)).collect(),
        changes: point.changes.iter().map(|change| rounded(*change, GRID_PLACES)).collect(),
    };
    points.iter().map(point).collect()
}

fn rounded(mut estimate: Estimate, places: usize) -> Estimate {
    let Interval { low, high, level } = estimate.interval;
    let [low, high] = [low, high].map(|end| end.map(|x| numbers::as_written(x, places)));
    estimate.value = numbers::as_written(estimate.value, places);
    estimate.interval = Interval { low, high, level };
    estimate
}

fn to_places(of: &Comparison, places: usize) -> Comparison {
    let mut of = of.clone();
    let round = |estimate: &mut Estimate| *estimate = rounded(*estimate, places);
    round(&mut of.avoided);
    of.splits.iter_mut().flat_map(|split| &mut split.parts).for_each(|part| round(&mut part.avoided));
    of.measures.iter_mut().filter_map(|measure| measure.change.as_mut()).for_each(round);
    of.threshold = numbers::as_written(of.threshold, places);
    of
}

/// The differences that a folder's own figure shows, scenario by scenario; only what is needed to draw it is filled in.
pub(super) fn read(results: &Results) -> Result<Vec<Comparison>, ResultsError> {
    let mut comparisons: Vec<Comparison> = Vec::new();
    for row in results.sheet("difference.csv")?.rows() {
        let id = row.text("kpi")?;
        if let Some(kpi) = payers::MEASURES.into_iter().find(|kpi| kpi.id == id) {
            let change = row.number("difference")?.map(|_| estimate(row, "difference")).transpose()?;
            let kind = row.text("scope_kind")?;
            let Some(kind) = payers::SCOPES.into_iter().find(|known| *known == kind) else { continue };
            let scope = Scope::of(kind, row.text("scope")?);
            let measure = PairedMeasure { kpi, scope, change, p80: None, without: 0, not_by_end: 0 };
            comparisons.last_mut().into_iter().for_each(|c| c.measures.push(measure.clone()));
            continue;
        }
        if id != kpi::DORMANT_DAYS_AVOIDED.id {
            continue;
        }
        let avoided = estimate(row, "difference")?;
        match (row.text("scope_kind")?, comparisons.last_mut()) {
            ("whole", _) => comparisons.push(comparison(row, avoided)?),
            (kind, Some(comparison)) => {
                let Some(by) = Dimension::ALL.into_iter().find(|by| by.name() == kind) else { continue };
                if comparison.splits.last().is_none_or(|split| split.by != by) {
                    comparison.splits.push(PairedSplit { by, parts: Vec::new() });
                }
                let part = PairedPart { name: row.text("scope")?.to_owned(), avoided };
                comparison.splits.last_mut().into_iter().for_each(|split| split.parts.push(part.clone()));
            }
            _ => {}
        }
    }
    Ok(comparisons)
}

/// What a study tried, as a file of its folder holds it.
pub(super) fn read_tried(results: &Results, file: &str) -> Result<Vec<Tried>, ResultsError> {
    let sheet = results.sheet(file)?;
    let axes: Vec<&String> = sheet.header().iter().take_while(|name| *name != "scenario").collect();
    let mut points: Vec<Tried> = Vec::new();
    for row in sheet.rows() {
        let value = |axis: &&String| Ok(((*axis).clone(), row.text(axis)?.to_owned()));
        let values = axes.iter().map(value).collect::<Result<Vec<_>, ResultsError>>()?;
        if points.last().is_none_or(|point| point.values != values) {
            points.push(Tried { values, comparisons: Vec::new(), changes: Vec::new() });
        }
        let paid = row.number(PAID[0])?.map(|value| {
            let interval =
                Interval { low: row.number(PAID[1])?, high: row.number(PAID[2])?, level: Level::P95 };
            Ok::<_, ResultsError>(Estimate { value, standard_error: None, interval, n: 0 })
        });
        let change = paid.transpose()?;
        let (kpi, scope) = (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active());
        let comparison = Comparison {
            measures: vec![PairedMeasure { kpi, scope, change, p80: None, without: 0, not_by_end: 0 }],
            ..comparison(row, estimate(row, kpi::DORMANT_DAYS_AVOIDED.id)?)?
        };
        let tried_alone = sheet.header().iter().any(|name| name == CHANGED[0]);
        let moved = if tried_alone { moved_by(row, comparison.avoided.n)? } else { None };
        points.last_mut().into_iter().for_each(|point| {
            point.comparisons.push(comparison.clone());
            point.changes.extend(moved);
        });
    }
    Ok(points)
}

/// What a value tried by itself changes; none of the scenarios as the files say them.
fn moved_by(row: Row, n: usize) -> Result<Option<Estimate>, ResultsError> {
    let Some(value) = row.number(CHANGED[0])? else { return Ok(None) };
    let ends = row.number(CHANGED[1])?.zip(row.number(CHANGED[2])?);
    Ok(Some(Estimate::told(value, ends, row.level()?.unwrap_or(Level::P95), n)))
}

fn comparison(row: Row, avoided: Estimate) -> Result<Comparison, ResultsError> {
    let words = row.text("verdict")?;
    let finding = finding_of_words(words).ok_or_else(|| row.wrong("verdict", words, "a verdict"))?;
    Ok(Comparison {
        baseline: row.text("baseline")?.to_owned(),
        scenario: row.text("scenario")?.to_owned(),
        avoided,
        threshold: row.number("threshold")?.unwrap_or_default(),
        verdict: Verdict { finding, runs_to_settle: None },
        bound: None,
        splits: Vec::new(),
        pairing: None,
        measures: Vec::new(),
    })
}

fn estimate(row: Row, column: &str) -> Result<Estimate, ResultsError> {
    let interval = Interval {
        low: row.number("lower")?,
        high: row.number("upper")?,
        level: row.level()?.unwrap_or(Level::P95),
    };
    let n = usize::try_from(row.count("replications")?).unwrap_or(usize::MAX);
    let value = row.number(column)?.unwrap_or_default();
    let ends = interval.low.zip(interval.high);
    Ok(Estimate { interval, ..Estimate::told(value, ends, interval.level, n) })
}
