//! Differences over replications read back from a results folder, as the run that wrote it had them.

use crate::findings::{Dimension, Scope, kpi};
use crate::output::{CHANGED, NUMBERS, PAID, Results, ResultsError, Row, Tried};
use crate::replications::{Comparison, Extent, OutcomeRange, PairedMeasure, PairedPart, PairedSplit};
use crate::statistics::{Estimate, Interval, Level, Pairing, Verdict, verdict};
use crate::wording;

/// Every scenario of a folder against its baseline.
///
/// # Errors
/// `difference.csv` is missing, changed or damaged.
pub(crate) fn comparisons(results: &Results) -> Result<Vec<Comparison>, ResultsError> {
    let mut comparisons: Vec<Comparison> = Vec::new();
    for row in results.sheet("difference.csv")?.rows() {
        let (id, kind, member) = (row.text("kpi")?, row.text("scope_kind")?, row.text("scope")?);
        let avoided = id == kpi::DORMANT_DAYS_AVOIDED.id;
        if avoided && kind == Scope::whole().kind {
            comparisons.push(comparison(results, row, estimate(row, "difference")?)?);
            continue;
        }
        let Some(comparison) = comparisons.last_mut() else { continue };
        let change = row.number("difference")?.map(|_| estimate(row, "difference")).transpose()?;
        match change {
            Some(part) if avoided => {
                let Some(by) = Dimension::ALL.into_iter().find(|by| by.name() == kind) else { continue };
                if comparison.splits.last().is_none_or(|split| split.by != by) {
                    comparison.splits.push(PairedSplit { by, parts: Vec::new() });
                }
                let part = PairedPart { name: member.to_owned(), avoided: part };
                comparison.splits.last_mut().into_iter().for_each(|split| split.parts.push(part.clone()));
            }
            Some(bound) if id == kpi::AVOIDED_BOUND.id => comparison.bound = Some(bound.value),
            Some(gain) if id == GAIN => comparison.pairing = Some(Pairing { gain, correlation: None }),
            change => {
                let (Some(kpi), Some(scope)) = (kpi::named(id), Scope::named(kind, member)) else { continue };
                comparison.measures.push(PairedMeasure {
                    kpi,
                    scope,
                    change,
                    p80: None,
                    without: 0,
                    not_by_end: 0,
                });
            }
        }
    }
    Ok(comparisons)
}

/// What files call the gain of pairing.
pub(crate) const GAIN: &str = "variance_ratio";

/// What a study tried, as a file of its folder holds it.
///
/// # Errors
/// The file is missing, changed or damaged.
pub(crate) fn tried(results: &Results, file: &str) -> Result<Vec<Tried>, ResultsError> {
    let sheet = results.sheet(file)?;
    let axes: Vec<&String> = sheet.header().iter().take_while(|name| *name != "scenario").collect();
    let mut points: Vec<Tried> = Vec::new();
    for row in sheet.rows() {
        let value = |axis: &&String| Ok(((*axis).clone(), row.text(axis)?.to_owned()));
        let values = axes.iter().map(value).collect::<Result<Vec<_>, ResultsError>>()?;
        if points.last().is_none_or(|point| point.values != values) {
            let number = |column| if row.has(column) { row.number(column) } else { Ok(None) };
            let numbers = [number(NUMBERS[0])?, number(NUMBERS[1])?];
            points.push(Tried { values, comparisons: Vec::new(), changes: Vec::new(), numbers });
        }
        let n = usize::try_from(row.count("replications")?).unwrap_or(usize::MAX);
        let paid = row.number(PAID[0])?.map(|value| {
            let [low, high] = [row.number(PAID[1])?, row.number(PAID[2])?];
            Ok::<_, ResultsError>(Estimate::told(value, low.zip(high), Level::P95, n))
        });
        let change = paid.transpose()?;
        let (kpi, scope) = (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active());
        let comparison = Comparison {
            measures: vec![PairedMeasure { kpi, scope, change, p80: None, without: 0, not_by_end: 0 }],
            ..comparison(results, row, estimate(row, kpi::DORMANT_DAYS_AVOIDED.id)?)?
        };
        let moved = if row.has(CHANGED[0]) { moved_by(row, comparison.avoided.n)? } else { None };
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

/// A comparison of which the verdict is known, and nothing yet beside the days avoided.
fn comparison(results: &Results, row: Row, avoided: Estimate) -> Result<Comparison, ResultsError> {
    let id = row.text("verdict_id")?;
    let finding =
        wording::verdict::of_id(id).ok_or_else(|| row.wrong("verdict_id", id, "the name of a verdict"))?;
    let threshold = row.number("threshold")?.unwrap_or_default();
    let range = if row.has("range") { row.text("range")? } else { "" };
    let extent = [Extent::EightInTen, Extent::All(avoided.n)];
    let extent = extent.into_iter().find(|extent| wording::enough::ends(*extent) == range);
    let outcomes = match extent {
        Some(extent) => row
            .number("range_low")?
            .zip(row.number("range_high")?)
            .map(|(low, high)| OutcomeRange { low, high, extent }),
        None => None,
    };
    Ok(Comparison {
        baseline: row.text("baseline")?.to_owned(),
        baseline_title: results.title_of(row.text("baseline")?).to_owned(),
        scenario: row.text("scenario")?.to_owned(),
        scenario_title: results.title_of(row.text("scenario")?).to_owned(),
        avoided,
        outcomes,
        threshold,
        verdict: Verdict { finding, ..verdict(&avoided, threshold) },
        bound: None,
        splits: Vec::new(),
        pairing: None,
        measures: Vec::new(),
    })
}

fn estimate(row: Row, column: &str) -> Result<Estimate, ResultsError> {
    let n = usize::try_from(row.count("replications")?).unwrap_or(usize::MAX);
    let ends = row.number("lower")?.zip(row.number("upper")?);
    let level = row.level()?.unwrap_or(Level::P95);
    let told = Estimate::told(row.number(column)?.unwrap_or_default(), ends, level, n);
    let [low, high] = [row.number("lower")?, row.number("upper")?];
    Ok(Estimate { interval: Interval { low, high, level }, ..told })
}
