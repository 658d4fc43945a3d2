//! The screen that answers a replicated study: the difference and how sure it is, when it is done, who pays.

use super::replicated::{day_cell, verdict_words};
use super::{Cell, Column, PLACES, Table, as_written, thousands};
use crate::findings::{Dimension, Kpi, Population, Scope, kpi};
use crate::replications::{self, Comparison, Outcome, Replications, Spread, summarise};
use crate::statistics::{
    Estimate, Finding, Interval, Level, Proportion, QuantileEstimate, Reached, Sample, least_runs,
};

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
    text.push_str("[ ]: 95% interval of the estimate before it, which does. Simulated under assumed inputs, not a forecast.\n\n");
    text.push_str(&super::spread_text(spreads));
    text
}

/// How many times, with the digits that say something.
fn times(x: f64) -> String {
    if x < 100.0 { format!("{x:.1}") } else { thousands(&format!("{x:.0}")) }
}

/// The mean of a measure of a run; no number where it has none.
fn mean_of(run: &Replications, kpi: &Kpi, scope: &Scope) -> f64 {
    let values = run.position(kpi, scope).map(|at| run.numbers(at));
    values.and_then(|values| Sample::new(&values).ok().map(|values| values.mean())).unwrap_or(f64::NAN)
}

/// What a scenario changed; `base` are the replications of the baseline.
fn headline(comparison: &Comparison, base: &Replications) -> String {
    let Comparison { baseline, scenario, avoided, threshold, .. } = comparison;
    let place = place_of(avoided);
    let lost = mean_of(base, &kpi::DORMANT_DAYS_LOST, &Scope::whole());
    let of_lost = |days: f64| percent_of(days, lost).unwrap_or_else(|| "no share".to_owned());
    let words = match comparison.verdict.finding {
        Finding::NotSettled => {
            let more = comparison.verdict.runs_to_settle;
            let more =
                more.map_or(String::new(), |n| format!("; some {} might be", thousands(&n.to_string())));
            format!("{}{more}", verdict_words(Finding::NotSettled))
        }
        finding => verdict_words(finding).to_owned(),
    };
    let mut text = format!(
        "{scenario} against {baseline}, {} replications under the same draws: {words}.\n\
         Dormant days avoided: {}{} {} installation-days, {}% interval of the mean; {} of the baseline's.\n",
        thousands(&avoided.n.to_string()),
        rounded(avoided.value, place),
        noun(place),
        interval(&avoided.interval, place),
        level(avoided.interval.level),
        of_lost(avoided.value),
    );
    for (title, by) in
        [("route", Dimension::Route), ("group", Dimension::Group), ("supplier size", Dimension::SupplierSize)]
    {
        text.extend(["  by ", title, ", 95% intervals\n"]);
        for part in comparison.by(by) {
            text.extend([format!("    {:<20} {}\n", part.name, told_mean(part.avoided))]);
        }
    }
    text.push_str("What the Active ones pay, scenario less baseline:\n");
    text.push_str(&active_lines(comparison, base));
    let pairing = comparison.pairing.map_or_else(
        || "nothing varies, so pairing had nothing to do".to_owned(),
        |pairing| {
            let [gain, low, high] =
                [Some(pairing.gain.value), pairing.gain.interval.low, pairing.gain.interval.high]
                    .map(|x| x.map_or_else(|| "?".to_owned(), times));
            format!("the same draws did the work of {gain} times as many independent ones [{low} to {high}]")
        },
    );
    text.extend([format!(
        "  less than {} would not matter ({} of the baseline's Dormant days); {pairing}\n",
        three_digits(*threshold),
        of_lost(*threshold),
    )]);
    if let Some(bound) = comparison.bound {
        text.extend([format!(
            "  most that early opening alone could avoid, by hand: {}\n",
            three_digits(bound)
        )]);
    }
    text.push('\n');
    text
}

/// What a scenario changed where nobody is Dormant.
fn of_active(comparison: &Comparison, base: &Replications) -> String {
    let Comparison { baseline, scenario, avoided, .. } = comparison;
    format!(
        "{scenario} against {baseline}, {} replications under the same draws. Nobody is Dormant: no Dormant days to avoid.\n\
         For the Active ones, scenario less baseline:\n{}",
        thousands(&avoided.n.to_string()),
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
        let told = |change: Estimate| match percent_of(change.value, mean_of(base, &kpi, &scope)) {
            Some(share) if change.interval.side().is_some() => {
                format!("{}; {share} of the baseline's", told_mean(change))
            }
            _ => told_mean(change),
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
            found.map_or_else(|| "-".to_owned(), |s| outcome_words(run, &s.outcome, told))
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

fn outcome_words(run: &Replications, outcome: &Outcome, told: Told) -> String {
    match (outcome, told) {
        (Outcome::Numbers { mean, .. }, Told::Mean) => told_mean(*mean),
        (Outcome::Days { percentiles, .. }, Told::Percentile(at)) => {
            told_day(&percentiles[at], &|day| day_cell(run, day))
        }
        (Outcome::Share(share), Told::Share) => told_share(*share),
        _ => "-".to_owned(),
    }
}

/// A percentile of days with its interval, as people read it.
pub(super) fn told_day(percentile: &QuantileEstimate<Reached>, cell: &dyn Fn(Reached) -> Cell) -> String {
    if percentile.n < least_runs(percentile.p, Level::P95) {
        return format!("needs {} replications", least_runs(percentile.p, Level::P95));
    }
    let day = |day| cell(day).display();
    match (percentile.interval.low, percentile.interval.high) {
        (Some(low), Some(high)) if low < high => {
            format!("{} [{} to {}]", day(percentile.value), day(low), day(high))
        }
        _ => day(percentile.value),
    }
}

/// A share of replications with its interval \[%\].
pub(super) fn told_share(share: Proportion) -> String {
    let percent = |x: f64| format!("{:.1}", 100.0 * x);
    let ends = share.interval(Level::P95);
    let [low, high] = [ends.low, ends.high].map(|end| percent(end.unwrap_or(0.0)));
    format!("{} [{low} to {high}]", percent(share.share().unwrap_or(0.0)))
}

/// An estimate and the ends of its interval as people read them, each to the digits that its error leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstimateParts {
    /// The estimate.
    pub value: String,
    /// The ends, where both are known.
    pub ends: Option<[String; 2]>,
}

/// An estimate in parts, each of which stands by itself.
#[must_use]
pub fn estimate_parts(of: Estimate) -> EstimateParts {
    let place = place_of(&of);
    let told = |text: String| format!("{text}{}", noun(place));
    let ends =
        of.interval.low.zip(of.interval.high).map(|(low, high)| [end(low, place), told(end(high, place))]);
    EstimateParts { value: told(rounded(of.value, place)), ends }
}

pub(super) fn told_mean(mean: Estimate) -> String {
    let place = place_of(&mean);
    format!("{}{} {}", rounded(mean.value, place), noun(place), interval(&mean.interval, place))
}

/// The decimal place to which an estimate is told, as a power of ten: one digit of the standard error.
#[expect(clippy::cast_possible_truncation, reason = "the size of a number's size")]
fn place_of(estimate: &Estimate) -> i32 {
    let place = match estimate.standard_error {
        Some(error) if error > 0.0 => (libm::floor(libm::log10(error)) as i32).max(-2),
        _ => 0,
    };
    // What is far below a million is not told in millions.
    let ends = [estimate.interval.low, estimate.interval.high].into_iter().flatten();
    let size = ends.fold(estimate.value.abs(), |most, end| most.max(end.abs()));
    if size < 5e5 { place.min(MILLIONS - 1) } else { place }
}

/// A number without an error, to three digits.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the size of a number's size")]
pub fn three_digits(value: f64) -> String {
    let place = if value == 0.0 { 0 } else { libm::floor(libm::log10(value.abs())) as i32 - 2 };
    format!("{}{}", rounded(value, place), noun(place))
}

/// A number to the last whole one.
pub(super) fn whole(value: f64) -> String {
    rounded(value, 0)
}

/// A number whose differences matter more than its size: whole, or to tenths of millions.
pub(super) fn whole_or_tenths_of_millions(value: f64) -> String {
    let place = MILLIONS + 1;
    if value.abs() < 5e5 { whole(value) } else { format!("{}{}", rounded(value, place), noun(place)) }
}

/// From this decimal place on numbers are told in millions.
const MILLIONS: i32 = 4;

/// The word behind a number told to a place.
fn noun(place: i32) -> &'static str {
    if place >= MILLIONS { " million" } else { "" }
}

/// A number told to a place, in millions where that place is far from 1; see [`noun`]. What is told is what the files hold, so that a
/// report, which reads them, tells the same.
fn rounded(value: f64, place: i32) -> String {
    let held = as_written(value, PLACES);
    in_units(libm::round(held / libm::pow(10.0, place.into())), place)
}

/// The end of an interval told to a place; one that is not 0 is told so finely that its side of 0 is seen.
fn end(value: f64, place: i32) -> String {
    let finer = (place - 3..=place).rev().filter(|finer| noun(*finer) == noun(place));
    let seen = |finer: &i32| value == 0.0 || libm::round(value / libm::pow(10.0, f64::from(*finer))) != 0.0;
    rounded(value, finer.into_iter().find(seen).unwrap_or(place))
}

fn in_units(units: f64, place: i32) -> String {
    let places = if place >= MILLIONS { 6 - place } else { -place };
    let places = usize::try_from(places).unwrap_or(0);
    let size =
        if place >= MILLIONS { libm::pow(10.0, f64::from(place - 6)) } else { libm::pow(10.0, place.into()) };
    let text = format!("{:.places$}", units * size);
    let zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    thousands(if zero { text.trim_start_matches('-') } else { &text })
}

/// A number as a share of another in per cent; none where the other is 0.
#[must_use]
pub fn percent_of(part: f64, whole: f64) -> Option<String> {
    // No minus before nothing.
    let share = (1000.0 * part / whole).round() / 10.0 + 0.0;
    share.is_finite().then(|| format!("{share:.1}%"))
}

fn interval(interval: &Interval, place: i32) -> String {
    match (interval.low, interval.high) {
        (Some(low), Some(high)) if low < high => {
            format!("[{} to {}]", end(low, place), end(high, place))
        }
        (Some(_), Some(_)) => "[the same in all]".to_owned(),
        _ => "[unknown]".to_owned(),
    }
}

fn level(level: Level) -> String {
    let text = format!("{:.2}", 100.0 * level.get());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_a_report_tells_from_the_files() {
        for value in [-0.025, 0.125, 2.5, -1_234_500.0] {
            for beside in [-1e-13, 0.0, 1e-13] {
                let value = value * (1.0 + beside);
                for place in [-2, 0, 2, 3, 5] {
                    let from_a_file = rounded(as_written(value, PLACES), place);
                    assert_eq!(rounded(value, place), from_a_file, "{value} to {place}");
                }
            }
        }
        assert_eq!(rounded(-0.024_999_999_999_999, -2), "-0.03");
    }

    #[test]
    fn numbers_are_told_to_their_place() {
        assert_eq!(rounded(41.96, -1), "42.0");
        assert_eq!([end(-192.0, 3), end(11_378.0, 3), end(0.0, 3)], ["-200", "11,000", "0"]);
        assert_eq!(rounded(-0.2, 0), "0");
        let shares = [percent_of(-0.01, 100.0), percent_of(31.0, 1_877.0), percent_of(0.0, 0.0)];
        assert_eq!(shares.map(Option::unwrap_or_default), ["0.0%", "1.7%", ""]);
        let told = [610_362_305.0, 18_771_721.0, 28.0, 0.0].map(three_digits);
        assert_eq!(told, ["610 million", "18.8 million", "28.0", "0"]);
        assert_eq!((rounded(31_046_000.0, 5).as_str(), noun(5)), ("31.0", " million"));
        assert_eq!(rounded(1_877_400_000.0, 6), "1,877");
    }
}
