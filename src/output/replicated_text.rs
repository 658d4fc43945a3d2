//! The screen that answers a replicated study: the difference and how sure it is, when it is done, who pays.

use jiff::civil::Date;

use super::replicated::verdict_words;
use super::{Cell, Column, Table};
use crate::findings::{Dimension, Kpi, Population, Scope, kpi};
use crate::replications::{self, Comparison, Outcome, Replications, Spread, Summary, summarise};
use crate::statistics::{Estimate, Finding, Level, QuantileEstimate, Reached, Sample, least_runs};
use crate::wording::letters::columns;
use crate::wording::numbers::{self, Ends};

/// Unit of days lost and avoided.
const DAYS: &str = kpi::DORMANT_DAYS_AVOIDED.unit;

/// What a planner would put into a letter: the headline with its interval, then outcomes side by side.
///
/// The first scenario is the baseline; with one there are only its outcomes.
#[must_use]
pub fn answer(runs: &[&Replications], comparisons: &[Comparison], spreads: &[Spread]) -> String {
    let told_of = replications::told_of(runs);
    let headline = |comparison: &Comparison| match told_of {
        Population::Dormant => headline(comparison, runs[0]),
        Population::All => format!("{}\n", of_active(comparison, runs[0])),
    };
    let mut text: String = comparisons.iter().map(headline).collect();
    text.push_str(&outcomes(runs, told_of).to_text());
    text.push_str("\nP80: the day by which four in five replications are done; its range of outcomes does not narrow with more replications.\n");
    text.push_str("[ ]: 95% interval of the estimate before it, which does. Simulated under assumed inputs, not a forecast.\n");
    let n = runs[0].n();
    if text.contains(&Ends::SameIn(n).to_string()) {
        let (n, most) = (numbers::count(n), numbers::most_unseen(n));
        text.extend([format!(
            "Where all {n} are the same, what strikes in up to {most} of replications may not have shown.\n"
        )]);
    }
    text.push('\n');
    text.push_str(&super::spread_text(spreads));
    text
}

/// The mean of a measure of a run; no number where it has none.
fn mean_of(run: &Replications, kpi: &Kpi, scope: &Scope) -> f64 {
    let values = run.position(kpi, scope).map(|at| run.numbers(at));
    values.and_then(|values| Sample::new(&values).ok().map(|values| values.mean())).unwrap_or(f64::NAN)
}

/// What a scenario changed; `base` are the replications of the baseline.
fn headline(comparison: &Comparison, base: &Replications) -> String {
    let Comparison { baseline, scenario, avoided, threshold, .. } = comparison;
    let lost = mean_of(base, &kpi::DORMANT_DAYS_LOST, &Scope::whole());
    let of_lost = |days: f64| numbers::percent_of(days, lost).unwrap_or_else(|| "no share".to_owned());
    let words = match comparison.verdict.finding {
        Finding::NotSettled => {
            let more = comparison.verdict.runs_to_settle;
            let more = more.map_or(String::new(), |n| format!("; some {} might be", numbers::count(n)));
            format!("{}{more}", verdict_words(Finding::NotSettled))
        }
        Finding::NotSeen => not_seen(avoided),
        finding => verdict_words(finding).to_owned(),
    };
    let mut text = format!(
        "{scenario} against {baseline}, {} replications under the same draws: {words}.\n\
         Dormant days avoided: {} installation-days{}; {} of the baseline's.\n",
        numbers::count(avoided.n),
        numbers::estimate(*avoided, DAYS),
        interval_words(avoided),
        of_lost(avoided.value),
    );
    for (title, by) in
        [("route", Dimension::Route), ("group", Dimension::Group), ("supplier size", Dimension::SupplierSize)]
    {
        text.extend(["  by ", title, ", 95% intervals\n"]);
        for part in comparison.by(by) {
            let gap = " ".repeat(20_usize.saturating_sub(columns(&part.name)));
            text.extend([format!("    {}{gap} {}\n", part.name, numbers::estimate(part.avoided, DAYS))]);
        }
    }
    text.push_str("What the Active ones pay, scenario less baseline:\n");
    text.push_str(&active_lines(comparison, base));
    let pairing = comparison.pairing.map_or_else(
        || without_gain(comparison).to_owned(),
        |pairing| {
            let [gain, low, high] =
                [Some(pairing.gain.value), pairing.gain.interval.low, pairing.gain.interval.high]
                    .map(|x| x.map_or_else(|| "?".to_owned(), numbers::times));
            format!("the same draws did the work of {gain} times as many independent ones [{low} to {high}]")
        },
    );
    text.extend([format!(
        "  less than {} would not matter ({} of the baseline's Dormant days); {pairing}\n",
        numbers::three_digits(*threshold),
        of_lost(*threshold),
    )]);
    if let Some(bound) = comparison.bound {
        text.extend([format!(
            "  most that early opening alone could avoid, by hand: {}\n",
            numbers::three_digits(bound)
        )]);
    }
    text.push('\n');
    text
}

/// What is said of an interval behind its estimate; nothing where there is none.
fn interval_words(of: &Estimate) -> String {
    if of.is_constant() {
        return String::new();
    }
    format!(", {}% interval of the mean", numbers::level(of.interval.level))
}

/// The verdict on a difference that never varied.
fn not_seen(avoided: &Estimate) -> String {
    let (n, most) = (numbers::count(avoided.n), numbers::most_unseen(avoided.n));
    let seen = verdict_words(Finding::NotSeen);
    if avoided.value == 0.0 {
        format!("{seen} in {n}; may strike in up to {most}")
    } else {
        format!("the same in all {n}; anything else {seen}, may strike in up to {most}")
    }
}

/// Why the answer does not give what pairing did.
fn without_gain(comparison: &Comparison) -> &'static str {
    if comparison.is_certain() {
        "the difference is certain, so pairing had nothing to do"
    } else if comparison.avoided.n < 3 {
        "from 3 replications on it is known how much work the same draws did"
    } else {
        "the difference did not vary, so it is not known how much work the same draws did"
    }
}

/// What a scenario changed where nobody is Dormant.
fn of_active(comparison: &Comparison, base: &Replications) -> String {
    let Comparison { baseline, scenario, avoided, .. } = comparison;
    format!(
        "{scenario} against {baseline}, {} replications under the same draws. Nobody is Dormant: no Dormant days to avoid.\n\
         For the Active ones, scenario less baseline:\n{}",
        numbers::count(avoided.n),
        active_lines(comparison, base)
    )
}

/// What a scenario changed for the Active installations.
fn active_lines(comparison: &Comparison, base: &Replications) -> String {
    let mut text = String::new();
    for (title, kpi) in [
        ("days waited since entry", kpi::ACTIVE_DAYS_SINCE_ENTRY),
        ("not migrated by the obligation", kpi::ACTIVE_LATE),
        ("migrated by the end", kpi::ACTIVE_MIGRATED),
    ] {
        let scope = Scope::of("status", "active");
        let change = comparison.measures.iter().find(|m| m.kpi.id == kpi.id && m.scope == scope);
        // A change that may be none has no share to tell.
        let told = |change: Estimate| match numbers::percent_of(change.value, mean_of(base, &kpi, &scope)) {
            Some(share) if change.interval.side().is_some() => {
                format!("{}; {share} of the baseline's", numbers::estimate(change, kpi.unit))
            }
            _ => numbers::estimate(change, kpi.unit).to_string(),
        };
        let change = change.and_then(|m| m.change).map_or_else(|| "no such date in the run".to_owned(), told);
        text.extend([format!("    {title:<30} {change}\n")]);
    }
    text
}

/// What is estimated of a measure.
#[derive(Clone, Copy)]
enum Told {
    Mean,
    /// A position in [`crate::replications::PERCENTILES`].
    Percentile(usize),
    Share,
}

fn outcomes(runs: &[&Replications], told_of: Population) -> Table {
    let mut table = Table::new(&[("measure", "")]);
    table.columns.extend(runs.iter().map(|run| Column::new(run.scenario.as_str(), "")));
    let summaries: Vec<_> = runs.iter().map(|run| summarise(run)).collect();
    for (title, kpi, scope, told) in rows(told_of) {
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
fn rows(told_of: Population) -> Vec<(String, Kpi, Scope, Told)> {
    let active = || Scope::of("status", "active");
    let (p50, p80) = (Told::Percentile(1), Told::Percentile(2));
    let of_population = [
        ("half migrated, P80", kpi::COMPLETION_50, p80),
        ("90% migrated, P80", kpi::COMPLETION_90, p80),
        ("all migrated, P50", kpi::COMPLETION_100, p50),
        ("all migrated, P80", kpi::COMPLETION_100, p80),
        ("plan date met, % of replications", kpi::PLAN_DATE_MET, Told::Share),
        ("migrated by the end %, mean", kpi::MIGRATED_SHARE, Told::Mean),
    ];
    let rest = [
        ("All: all migrated, P80", kpi::COMPLETION_100, Scope::whole(), p80),
        ("Active days waited since entry, mean", kpi::ACTIVE_DAYS_SINCE_ENTRY, active(), Told::Mean),
        ("Active not migrated by the obligation, mean", kpi::ACTIVE_LATE, active(), Told::Mean),
        ("Active migrated by the end, mean", kpi::ACTIVE_MIGRATED, active(), Told::Mean),
    ];
    let is_dormant = told_of == Population::Dormant;
    let lost = ("Dormant days lost, mean".to_owned(), kpi::DORMANT_DAYS_LOST, Scope::whole(), Told::Mean);
    let of =
        |(words, kpi, told)| (format!("{}: {words}", told_of.title()), kpi, Scope::population(told_of), told);
    let rest = rest.into_iter().skip(usize::from(!is_dormant));
    let rest = rest.map(|(title, kpi, scope, told)| (title.to_owned(), kpi, scope, told));
    is_dormant.then_some(lost).into_iter().chain(of_population.map(of)).chain(rest).collect()
}

fn outcome_words(run: &Replications, summary: &Summary, told: Told) -> String {
    match (&summary.outcome, told) {
        (Outcome::Numbers { mean, .. }, Told::Mean) => numbers::estimate(*mean, summary.kpi.unit).to_string(),
        (Outcome::Days { percentiles, .. }, Told::Percentile(at)) => {
            told_day(&percentiles[at], &|day| run.date(day))
        }
        (Outcome::Share(share), Told::Share) => numbers::share(*share).to_string(),
        _ => "-".to_owned(),
    }
}

/// A percentile of days with its interval, as people read it.
pub(super) fn told_day(percentile: &QuantileEstimate<Reached>, date: &dyn Fn(i32) -> Date) -> String {
    if percentile.n < least_runs(percentile.p, Level::P95) {
        return format!("needs {} replications", least_runs(percentile.p, Level::P95));
    }
    let day = |day| numbers::day(day, date);
    match (percentile.interval.low, percentile.interval.high) {
        (Some(low), Some(high)) if low < high => {
            format!("{} [{} to {}]", day(percentile.value), day(low), day(high))
        }
        _ => day(percentile.value),
    }
}
