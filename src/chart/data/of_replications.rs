//! The figures of replications: drawn as they come, or from the folder they were written to, to the same bytes.

use jiff::civil::Date;

use crate::chart::data::replication_outcomes::{Sampled, period};
use crate::chart::data::scenarios_shown::{Chosen, IN_ROWS, LAID_OVER};
use crate::chart::data::{figure_source, written_differences};
use crate::chart::figures::convergence::Headline;
use crate::chart::figures::scurve_ranges::Fan;
use crate::chart::figures::{
    convergence, detriment, difference_ranges, finish_ecdf, finish_range, grid, outcomes, payers,
    scurve_ranges, sensitivity, timeline, waterfall,
};
use crate::chart::{Caption, ChartError, Figure, Form, Kind, Ranges};
use crate::findings::Population;
use crate::model::Model;
use crate::output;
use crate::output::{CohortDates, Results, ResultsRun, Tried};
use crate::replications::{Comparison, Replications, told_of};

/// Every figure of replications of scenarios, the baseline first, that needs nothing beside them. `stopped` says why there are so
/// many; `caption` says where they came from.
#[must_use]
pub fn of_replications(
    runs: &[&Replications],
    comparisons: &[Comparison],
    stopped: &str,
    caption: &Caption,
) -> Vec<Figure> {
    let baseline = runs.first().copied();
    let before = |at: usize| baseline.filter(|_| at > 0);
    // Of replications read back from a folder there are no curves.
    let curves = runs.iter().all(|run| run.early_firmware().is_some());
    let fans: Vec<Fan> = if curves {
        runs.iter().enumerate().map(|(at, run)| Fan::of(run, before(at))).collect()
    } else {
        Vec::new()
    };
    let sampled: Vec<Sampled> = runs.iter().map(|run| Sampled::of(run)).collect();
    let comparisons = written_differences::written(comparisons);
    let caption = &titled(runs, caption);
    let (outcomes, means) = (caption.of(Ranges::Outcomes), caption.of(Ranges::Means));
    let names = || runs.iter().map(|run| &run.scenario);
    let [over, in_rows] = [LAID_OVER, IN_ROWS].map(|room| chosen(names(), &comparisons, room));
    let mut figures: Vec<Figure> =
        curves.then(|| scurve_ranges::fan(&fans, &over, &outcomes)).into_iter().collect();
    // Where nobody is Dormant there are no Dormant days to tell of.
    let lost = told_of(runs) == Population::Dormant;
    if !comparisons.is_empty() {
        figures.extend(
            lost.then(|| difference_ranges::difference_forest(&comparisons, period(&sampled), &means)),
        );
        let waited = sampled.first().and_then(|baseline| baseline.waited);
        figures.push(payers::figure(&comparisons, waited, period(&sampled), &means));
        if let Some((baseline, others)) = sampled.split_first().filter(|_| lost) {
            let days = period(&sampled);
            figures.push(waterfall::figure(&comparisons, baseline.mean_lost(), days, &means));
            figures.push(outcomes::figure(baseline, others, &comparisons, days, &outcomes));
        }
    }
    figures.extend(lost.then(|| detriment::figure(&sampled, &comparisons, &in_rows, &outcomes)));
    figures.push(finish_ecdf::figure(&sampled, &over, &outcomes));
    figures.push(finish_range::figure(&sampled, &in_rows, &outcomes));
    figures.extend(lost.then(|| {
        convergence::figure(&headline(&sampled, true, &comparisons, comparisons.len(), stopped), &means)
    }));
    figures
}

/// Which scenarios a figure shows that has room for some.
fn chosen<'s>(
    scenarios: impl Iterator<Item = &'s String>,
    comparisons: &[Comparison],
    room: usize,
) -> Chosen {
    let avoided = |name: &String| comparisons.iter().find(|c| c.scenario == *name).map(|c| c.avoided.value);
    Chosen::of(&scenarios.map(avoided).collect::<Vec<_>>(), room)
}

/// The difference of scenarios under every combination of what nobody has published.
#[must_use]
pub fn of_grid(points: &[Tried], runs: &[&Replications], caption: &Caption) -> Figure {
    grid::grid_forest(
        &written_differences::tried_written(points),
        period_of(runs),
        &titled(runs, caption).of(Ranges::Means),
    )
}

/// The difference of scenarios with one assumption changed at a time, the first being none.
#[must_use]
pub fn of_sensitivity(points: &[Tried], runs: &[&Replications], caption: &Caption) -> Figure {
    sensitivity::figure(
        &written_differences::tried_written(points),
        period_of(runs),
        &titled(runs, caption).of(Ranges::Means),
    )
}

/// Where figures come from, with what words call their scenarios.
fn titled(runs: &[&Replications], caption: &Caption) -> Caption {
    Caption { titles: runs.iter().map(|run| run.title.clone()).collect(), ..caption.clone() }
}

/// The days on which the cohorts of a scenario pass their gate and enter in each replication.
#[must_use]
pub fn of_cohort_dates(model: &Model, dates: &[CohortDates], caption: &Caption) -> Figure {
    let period = (model.calendar.first, model.calendar.date(model.calendar.last()));
    let caption = Caption { titles: vec![model.title.clone()], ..caption.of(Ranges::Outcomes) };
    timeline::figure((&model.name, &model.title), dates, period, &caption)
}

fn period_of(runs: &[&Replications]) -> (Date, Date) {
    let first = runs.iter().map(|run| run.first).min().unwrap_or_default();
    (first, runs.iter().map(|run| run.last).max().unwrap_or_default())
}

/// A figure of a folder of replications; `runs` are some of the folder's, in its order.
pub(crate) fn draw(
    kind: Kind,
    results: &Results,
    runs: &[&ResultsRun],
    form: Form,
) -> Result<Figure, ChartError> {
    let baseline = &results.runs[0];
    let others: Vec<&str> =
        runs.iter().filter(|run| run.name != baseline.name).map(|run| run.name.as_str()).collect();
    let has_baseline = others.len() < runs.len();
    let comparable = has_baseline && !others.is_empty();
    let n = usize::try_from(results.replications()).unwrap_or(usize::MAX);
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let full = count(results.full_replications());
    let caption = Caption { replications: n, full, ..figure_source::caption(results, runs, form) };
    let (outcomes, means) = (caption.of(Ranges::Outcomes), caption.of(Ranges::Means));
    let among = |all: Vec<Comparison>| -> Vec<Comparison> {
        all.into_iter().filter(|c| comparable && others.contains(&c.scenario.as_str())).collect()
    };
    let comparisons =
        if results.holds("difference.csv") { among(output::comparisons(results)?) } else { Vec::new() };
    let chosen = |room| chosen(runs.iter().map(|run| &run.name), &comparisons, room);
    let sampled = || runs.iter().map(|run| Sampled::read(results, run)).collect::<Result<Vec<_>, _>>();
    let days = || {
        let first = runs.iter().map(|run| run.first).min().unwrap_or_default();
        (first, runs.iter().map(|run| run.last).max().unwrap_or_default())
    };
    let nothing = || ChartError::NothingToCompare(kind.name(), baseline.name.clone());
    Ok(match kind {
        Kind::Difference
        | Kind::Payers
        | Kind::Waterfall
        | Kind::Outcomes
        | Kind::Grid
        | Kind::Sensitivity
            if !comparable =>
        {
            return Err(nothing());
        }
        Kind::Difference => difference_ranges::difference_forest(&comparisons, days(), &means),
        Kind::Payers => {
            let waited = Sampled::read(results, baseline)?.waited;
            payers::figure(&comparisons, waited, days(), &means)
        }
        Kind::Waterfall => {
            let lost = Sampled::read(results, baseline)?.mean_lost();
            waterfall::figure(&comparisons, lost, days(), &means)
        }
        Kind::Timeline => {
            let run = runs[0];
            let dates = output::read_cohort_dates(results, run)?;
            let caption = Caption { titles: vec![run.title.clone()], ..outcomes };
            timeline::figure((&run.name, &run.title), &dates, (run.first, run.last), &caption)
        }
        Kind::Outcomes => {
            let sampled = sampled()?;
            outcomes::figure(&sampled[0], &sampled[1..], &comparisons, days(), &outcomes)
        }
        Kind::Grid | Kind::Sensitivity => {
            let mut points = output::tried(results, &format!("fig-{}.csv", kind.name()))?;
            for point in &mut points {
                let kept = |at: &usize| others.contains(&point.comparisons[*at].scenario.as_str());
                let kept: Vec<usize> = (0..point.comparisons.len()).filter(kept).collect();
                point.changes = kept.iter().filter_map(|at| point.changes.get(*at)).copied().collect();
                point.comparisons = among(std::mem::take(&mut point.comparisons));
            }
            let n = output::replications_tried(&points);
            let full = results.full_tried()[usize::from(kind == Kind::Sensitivity)].map_or(n, count);
            let caption = Caption { replications: n, full, ..means };
            match kind {
                Kind::Grid => grid::grid_forest(&points, days(), &caption),
                _ => sensitivity::figure(&points, days(), &caption),
            }
        }
        Kind::Convergence => {
            let stopped = results.manifest()["stopped"].as_str().unwrap_or_default();
            let family = if comparable { results.runs.len() - 1 } else { 0 };
            let sampled = sampled()?;
            convergence::figure(&headline(&sampled, has_baseline, &comparisons, family, stopped), &means)
        }
        Kind::Detriment => detriment::figure(&sampled()?, &comparisons, &chosen(IN_ROWS), &outcomes),
        Kind::FinishEcdf => finish_ecdf::figure(&sampled()?, &chosen(LAID_OVER), &outcomes),
        Kind::FinishRange => finish_range::figure(&sampled()?, &chosen(IN_ROWS), &outcomes),
        _ => {
            let fans = runs.iter().map(|run| Fan::read(results, run)).collect::<Result<Vec<_>, _>>()?;
            scurve_ranges::fan(&fans, &chosen(LAID_OVER), &outcomes)
        }
    })
}

/// What is to be told of the headline: the others against the baseline where it is the first of them, else each by itself.
fn headline<'s>(
    sampled: &'s [Sampled],
    has_baseline: bool,
    comparisons: &[Comparison],
    family: usize,
    stopped: &'s str,
) -> Headline<'s> {
    let (baseline, scenarios, family) = match sampled.split_first() {
        Some((baseline, others)) if has_baseline && !others.is_empty() => (Some(baseline), others, family),
        _ => (None, sampled, sampled.len()),
    };
    let chosen = chosen(scenarios.iter().map(|of| &of.scenario), comparisons, LAID_OVER);
    Headline { baseline, scenarios, family, chosen, stopped }
}
