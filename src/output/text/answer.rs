//! The screen that answers a replicated study: the difference and how sure it is, when it is done, who pays.

use jiff::civil::Date;

use crate::findings::{Dimension, Kpi, Population, Scope, kpi};
use crate::output::{Cell, Column, Table};
use crate::replications;
use crate::replications::{
    Comparison, Outcome, Replications, Spread, Summary, Tried, gives_percentile, summarise,
};
use crate::statistics::{Level, Probability, QuantileEstimate, Reached};
use crate::wording::answer::{self, Against, BaselineMeans};
use crate::wording::bases::{Portion, Whose};
use crate::wording::letters::{capitalised, columns};
use crate::wording::numbers::{self, Ends};
use crate::wording::{self, Words, enough, headings, notes};

/// The answer as people read it: each scenario against the baseline, then outcomes side by side. `tried` are the combinations of values of a
/// study, and the values that it tries alone.
///
/// The first scenario is the baseline; with one there are only its outcomes.
#[must_use]
pub fn answer(
    runs: &[&Replications],
    comparisons: &[Comparison],
    spreads: &[Spread],
    tried: [&[Tried]; 2],
) -> String {
    let told_of = replications::told_of(runs);
    let headline = |comparison: &Comparison| match told_of {
        Population::Dormant => headline(&against(comparison, runs[0], comparisons.len(), tried), runs[0]),
        Population::All => format!("{}\n", of_active(comparison, runs[0])),
    };
    let mut text: String = comparisons.iter().map(headline).collect();
    text.push_str(&outcomes(runs, told_of).to_text());
    let whose = Whose::of(told_of, runs.iter().map(|run| run.left_out(told_of)));
    let left_out = runs.iter().map(|run| (run.title.as_str(), run.left_out(told_of)));
    text.push('\n');
    text.extend(whose.left_out(left_out, true).map(|sentence| format!("{sentence}\n")));
    text.extend([notes::P80, "\n", notes::INTERVAL, " ", notes::NOT_A_FORECAST, "\n"]);
    let n = runs[0].n();
    if text.contains(&Ends::SameIn(n).to_string()) {
        let (n, most) = (numbers::count(n), numbers::most_unseen(n));
        text.extend([format!(
            "Where all {n} are the same, what strikes in up to {most} of replications may not have shown.\n"
        )]);
    }
    text.push_str(&crate::output::tables::levels::text(runs, comparisons));
    text.push('\n');
    text.push_str(&crate::output::spread_text(spreads));
    text
}

/// A comparison with the facts of its study.
fn against<'c>(
    comparison: &'c Comparison,
    base: &Replications,
    family: usize,
    [combinations, alone]: [&'c [Tried]; 2],
) -> Against<'c> {
    let mean = |kpi: &Kpi, scope: &Scope| mean_of(base, kpi, scope);
    let base = BaselineMeans {
        lost: mean(&kpi::DORMANT_DAYS_LOST, &Scope::whole()),
        queueing: mean(&kpi::DORMANT_DAYS_LOST, &Scope::of(Dimension::Cause.name(), answer::QUEUEING)),
        waited: mean(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &Scope::active()),
    };
    Against { comparison, base, family, combinations, alone }
}

/// The mean of a measure of a run; none where it has none.
fn mean_of(run: &Replications, kpi: &Kpi, scope: &Scope) -> Option<f64> {
    run.values(run.position(kpi, scope)?).mean(Level::P95).map(|mean| mean.value)
}

/// The change that a scenario makes; `base` are the replications of the baseline.
fn headline(against: &Against, base: &Replications) -> String {
    let comparison = against.comparison;
    let line = |words: &Words| format!("{}\n", wording::text(words));
    let mut text = line(&against.sentence());
    let cost = against.cost();
    text.extend((!cost.is_empty()).then(|| line(&cost)));
    text.extend(answer::losers(comparison).as_ref().map(line));
    text.extend(against.why().as_ref().map(|why| format!("Why: {}", line(why))));
    let ranges = against.ranges();
    if !ranges.is_empty() {
        let n = if ranges.len() == 1 { "one range" } else { "each range by its name" };
        text.extend([against.measure(), ", ", n, ":\n"]);
    }
    text.extend(ranges.iter().map(|range| format!("  {}\n", answer::line(range))));
    for (title, by) in
        [("route", Dimension::Route), ("group", Dimension::Group), ("supplier size", Dimension::SupplierSize)]
    {
        text.extend(["Dormant days avoided by ", title, ", 95% intervals:\n"]);
        for (name, days) in answer::parts(comparison, by) {
            let gap = " ".repeat(20_usize.saturating_sub(columns(name)));
            text.extend([format!("    {name}{gap} {}\n", wording::text(&days))]);
        }
    }
    text.push_str(&shift_lines(comparison, Population::Dormant));
    text.push_str("Effect on Active installations (scenario minus baseline):\n");
    text.push_str(&active_lines(comparison, base));
    text.push_str(&line(&against.threshold()));
    text.extend([against.pairing(), "\n".to_owned()]);
    text.extend(against.bound().as_ref().map(line));
    text.push('\n');
    text
}

/// What a scenario changed where nobody is Dormant.
fn of_active(comparison: &Comparison, base: &Replications) -> String {
    let Comparison { baseline_title: base_title, scenario_title, avoided, .. } = comparison;
    format!(
        "{} compared with {base_title}, {} under the same draws. No installation is Dormant, so there are no Dormant days to avoid.\n\
         {}Effect on Active installations (scenario minus baseline):\n{}",
        capitalised(scenario_title),
        numbers::plural(avoided.n, "replication"),
        shift_lines(comparison, Population::All),
        active_lines(comparison, base)
    )
}

/// By how many days the P80 of half, of 90% and of all moves, from pairs; nothing where none is a day in both, or of too few pairs.
fn shift_lines(comparison: &Comparison, population: Population) -> String {
    let scope = Scope::population(population);
    let mut text = String::new();
    for kpi in [kpi::COMPLETION_50, kpi::COMPLETION_90, kpi::COMPLETION_100] {
        let measure = comparison.measures.iter().find(|m| m.kpi.id == kpi.id && m.scope == scope);
        let Some(shift) = measure.and_then(|m| m.p80) else { continue };
        let Some(days) = shift.days.filter(|_| gives_percentile(Probability::P80, shift.n)) else { continue };
        let signed = |days: i32| numbers::signed(days.into());
        let ends = match (shift.interval.low, shift.interval.high) {
            (Some(low), Some(high)) => format!(" [{} to {}]", signed(low), signed(high)),
            _ => " [unknown]".to_owned(),
        };
        text.extend([format!("    {:<20} {} days{ends}\n", kpi.title.trim_end_matches(" on"), signed(days))]);
    }
    if text.is_empty() { text } else { format!("P80 day (scenario minus baseline), from pairs:\n{text}") }
}

/// What a scenario changed for the Active installations.
fn active_lines(comparison: &Comparison, base: &Replications) -> String {
    let mut text = String::new();
    for kpi in answer::PAID {
        let title = kpi.title.trim_start_matches("Active ");
        let told = answer::paid(comparison, &kpi, mean_of(base, &kpi, &Scope::active()));
        let told = told.map_or_else(|| "no such date in the run".to_owned(), |words| wording::text(&words));
        text.extend([format!("    {title:<30} {told}\n")]);
    }
    text
}

/// What is estimated of a measure.
#[derive(Clone, Copy)]
enum Told {
    Mean,
    /// From where to where single replications go.
    Range,
    /// A position in [`crate::replications::PERCENTILES`].
    Percentile(usize),
    Share,
}

fn outcomes(runs: &[&Replications], told_of: Population) -> Table {
    let mut table = Table::new(&[("measure", "")]);
    table.columns.extend(runs.iter().map(|run| Column::new(capitalised(&run.title), "")));
    let summaries: Vec<_> = runs.iter().map(|run| summarise(run)).collect();
    for (title, kpi, scope, told) in rows(told_of, runs) {
        let cells = runs.iter().zip(&summaries).map(|(run, summaries)| {
            let found = summaries.iter().find(|s| s.kpi.id == kpi.id && s.scope == scope);
            found.map_or_else(|| "-".to_owned(), |s| outcome_words(run, s, told))
        });
        let row: Vec<Cell> = std::iter::once(title).chain(cells).map(Cell::Text).collect();
        table.push(row);
    }
    table
}

/// Title, measure and scope of each row, and what is told of it: what the replications are told by, then the rest.
fn rows(told_of: Population, runs: &[&Replications]) -> Vec<(String, Kpi, Scope, Told)> {
    let whose = |population| Whose::of(population, runs.iter().map(|run| run.left_out(population)));
    let (p50, p80) = (Told::Percentile(1), Told::Percentile(2));
    let day = |population, percent, kpi, told, name: &str| {
        let title = format!("{}, {name}", headings::migrated(whose(population), Portion::of(percent)));
        (title, kpi, Scope::population(population), told)
    };
    let mean = |kpi: Kpi, scope| (format!("{}, mean", kpi.title), kpi, scope, Told::Mean);
    let is_dormant = told_of == Population::Dormant;
    let scope = || Scope::population(told_of);
    let mut rows = vec![
        day(told_of, 50, kpi::COMPLETION_50, p80, "P80"),
        day(told_of, 90, kpi::COMPLETION_90, p80, "P80"),
        day(told_of, 100, kpi::COMPLETION_100, p50, "P50"),
        day(told_of, 100, kpi::COMPLETION_100, p80, "P80"),
        (
            format!("{}, % of replications", headings::plan_date_met(whose(told_of))),
            kpi::PLAN_DATE_MET,
            scope(),
            Told::Share,
        ),
        (
            format!("{} %, mean", headings::migrated_by_the_end(whose(told_of))),
            kpi::MIGRATED_SHARE,
            scope(),
            Told::Mean,
        ),
    ];
    // Nobody excluded is said, nobody removed only where somebody is.
    let removed = runs.iter().any(|run| run.left_out(told_of).removed > 0.0);
    let left_out = [("excluded by the end", kpi::EXCLUDED), ("removed by the end", kpi::REMOVED)];
    rows.extend(
        left_out
            .into_iter()
            .take(1 + usize::from(removed))
            .map(|(words, kpi)| (format!("{}: {words}, mean", told_of.title()), kpi, scope(), Told::Mean)),
    );
    if is_dormant {
        rows.insert(0, mean(kpi::DORMANT_DAYS_LOST, Scope::whole()));
        rows.insert(
            1,
            (
                "Dormant days lost, range of outcomes".to_owned(),
                kpi::DORMANT_DAYS_LOST,
                Scope::whole(),
                Told::Range,
            ),
        );
        rows.push(day(Population::All, 100, kpi::COMPLETION_100, p80, "P80"));
    }
    rows.extend(answer::PAID.map(|kpi| mean(kpi, Scope::active())));
    rows
}

fn outcome_words(run: &Replications, summary: &Summary, told: Told) -> String {
    match (&summary.outcome, told) {
        (Outcome::Numbers { mean, .. }, Told::Mean) => numbers::estimate(*mean, summary.kpi.unit).to_string(),
        (Outcome::Numbers { range, .. }, Told::Range) => {
            let [low, high] = [range.low, range.high].map(numbers::three_digits);
            if low == high {
                format!("{low} {}", enough::replications(range.extent))
            } else {
                format!("{low} to {high}, {}", enough::ends(range.extent))
            }
        }
        (Outcome::Days { percentiles, .. }, Told::Percentile(at)) => {
            told_day(&percentiles[at], &|day| run.date(day))
        }
        // A share of fewer replications than there are says so.
        (Outcome::Share(share), Told::Share) if share.n() < run.n() => {
            format!(
                "{}, of {} of {}",
                numbers::share(*share),
                numbers::count(share.n()),
                numbers::count(run.n())
            )
        }
        (Outcome::Share(share), Told::Share) => numbers::share(*share).to_string(),
        _ => "-".to_owned(),
    }
}

/// A percentile of days with its interval, as people read it.
pub(crate) fn told_day(percentile: &QuantileEstimate<Reached>, date: &dyn Fn(i32) -> Date) -> String {
    if !gives_percentile(percentile.p, percentile.n) {
        return enough::needs(percentile.p);
    }
    let day = |day| numbers::day(day, date);
    match (percentile.interval.low, percentile.interval.high) {
        (Some(low), Some(high)) if low < high => {
            format!("{} [{} to {}]", day(percentile.value), day(low), day(high))
        }
        _ => day(percentile.value),
    }
}
