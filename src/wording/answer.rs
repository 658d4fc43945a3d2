//! The answer of a study, sentence by sentence: what a scenario changes, how far it may be relied on, why, who gains and who pays.
//! The terminal, the report, the brief and the workbook all take their sentences from here.

use super::causes::{self, Moved, Step};
use super::letters::capitalised;
use super::numbers::{self, EstimateWords, PLACES};
use super::verdict::Price;
use super::words::{self, Item, Words, text, words};
use super::{titles, tried};
use crate::findings::{Dimension, Kpi, Scope, kpi};
use crate::replications::{Comparison, Extent, PairedMeasure, Tried, gives_claim};
use crate::statistics::{Estimate, Finding, Level, Side};

/// Unit of days lost and avoided.
const DAYS: &str = kpi::DORMANT_DAYS_AVOIDED.unit;

/// The cause of waiting for firmware, as files name it.
const FIRMWARE: &str = "firmware";
/// The cause of waiting for a slot, as files name it.
pub const QUEUEING: &str = "queueing";

/// Share of the days avoided from which on the waits that a reason does not name are said.
const LEAST_REST: f64 = 0.05;
/// Share of all Dormant days below which waiting for a slot is said to matter little.
const FEW_SLOTS: f64 = 0.01;
/// Share of the largest gain below which a part is not named among those that gain.
const LEAST_GAIN: f64 = 0.01;
/// Most suppliers that a sentence names.
const MOST_SUPPLIERS: usize = 2;

/// The measures of what a scenario does to Active installations.
pub const PAID: [Kpi; 3] = [kpi::ACTIVE_DAYS_SINCE_ENTRY, kpi::ACTIVE_LATE, kpi::ACTIVE_MIGRATED];

/// A scenario against its baseline, and the facts that say how large the difference is.
#[derive(Clone, Copy, Debug)]
pub struct Against<'c> {
    /// The comparison.
    pub comparison: &'c Comparison,
    /// Means of the baseline.
    pub base: BaselineMeans,
    /// Number of scenarios compared with this baseline.
    pub family: usize,
    /// The same comparison under each combination of values that the study tries.
    pub combinations: &'c [Tried],
    /// The same with one assumption changed at a time.
    pub alone: &'c [Tried],
}

/// Means of the baseline over its replications \[installation-days\]; none where a results folder does not have them.
#[derive(Clone, Copy, Debug, Default)]
pub struct BaselineMeans {
    /// Dormant days lost.
    pub lost: Option<f64>,
    /// Those of them lost in waiting for a slot.
    pub queueing: Option<f64>,
    /// Days that Active installations waited since entry.
    pub waited: Option<f64>,
}

/// One of the three ranges of an answer, under its own name so that no reader takes one for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its name: `Runs of the model differ`.
    pub name: &'static str,
    /// From where to where it goes.
    pub value: Words,
    /// Its meaning, in sentences.
    pub meaning: String,
}

impl Against<'_> {
    /// One sentence that answers the question: what the scenario does to Dormant days, and how much.
    #[must_use]
    pub fn sentence(&self) -> Words {
        let Comparison { avoided, threshold, scenario_title, baseline_title, .. } = self.comparison;
        let (who, base) = (capitalised(scenario_title), baseline_title.as_str());
        let verb = if avoided.value < 0.0 { "adds" } else { "avoids" };
        let days = size_of(*avoided);
        let share = || self.share_of_lost(avoided.value);
        let on_average = if avoided.is_constant() { "" } else { " on average" };
        let said = |rest: String| [words(format!("{who} {verb} ")), vec![days.clone()], words(rest)].concat();
        let n = numbers::plural(avoided.n, "run");
        match self.comparison.verdict.finding {
            Finding::Differs(_) => said(format!(" Dormant days{on_average}{}.", share())),
            Finding::DiffersPerhapsTooLittle(_) => {
                said(format!(" Dormant days{on_average}{}. That may be too few to matter.", share()))
            }
            Finding::NoPracticalDifference if avoided.value == 0.0 => {
                words(format!("{who} changes no Dormant days compared with {base}."))
            }
            Finding::NoPracticalDifference => said(format!(
                " Dormant days{on_average}. That is fewer than the {} that this study treats as enough to matter.",
                numbers::three_digits(*threshold)
            )),
            Finding::NotSettled => {
                let more = self.comparison.verdict.runs_to_settle.map_or_else(String::new, |runs| {
                    format!(" About {} might settle it.", numbers::count(runs))
                });
                words(format!(
                    "{n} of the model {} too few to say whether {scenario_title} avoids Dormant days.{more}",
                    if avoided.n == 1 { "is" } else { "are" }
                ))
            }
            Finding::NotSeen => {
                let unseen = format!(
                    " A different effect in up to {} of runs may not have shown.",
                    numbers::most_unseen(avoided.n)
                );
                if avoided.value == 0.0 {
                    words(format!("{who} changes no Dormant days in any of {n} of the model.{unseen}"))
                } else {
                    said(format!(" Dormant days in each of {n} of the model.{unseen}"))
                }
            }
        }
    }

    /// The effect on Active installations and on all together, a sentence each; empty where no installation is Active.
    #[must_use]
    pub fn cost(&self) -> Words {
        let Some(change) = self.comparison.active_waiting() else { return Words::new() };
        let base = &self.comparison.baseline_title;
        let share = self
            .base
            .waited
            .filter(|_| gives_claim(change.n))
            .and_then(|waited| numbers::percent_of(change.value.abs(), waited))
            .map_or_else(String::new, |share| format!(", {share} of their waiting"));
        let wait = |days: Words, how: &str| [words("Active installations wait "), days, words(how)].concat();
        let days = || vec![size_of(change), Item::words(" days")];
        let mut said = match Price::of(&change) {
            Price::MoreWaiting => wait(days(), &format!(" longer{share}.")),
            Price::LessWaiting => wait(days(), &format!(" less{share}.")),
            Price::SameWaiting => words(format!("Active installations wait as long as under {base}.")),
            Price::NotSeen if change.value == 0.0 => {
                words(format!("In no run do Active installations wait longer than under {base}."))
            }
            Price::NotSeen => {
                wait(days(), if change.value > 0.0 { " longer in each run." } else { " less in each run." })
            }
            Price::NotSettled => words("Whether Active installations wait longer is not settled."),
        };
        if let Some(net) = self.net().filter(|net| net.interval.side().is_some() && gives_claim(net.n)) {
            let less = if net.value < 0.0 { "less" } else { "longer" };
            said.extend([Item::words(" Dormant and Active installations together wait "), size_of(net)]);
            said.push(Item::words(format!(
                " days {less}; that sum counts a Dormant day and an Active day alike."
            )));
        }
        said
    }

    /// The change of the days that Dormant and Active installations wait, scenario minus baseline \[installation-days\].
    #[must_use]
    pub fn net(&self) -> Option<Estimate> {
        self.comparison.change(&kpi::WAITED_BY_ALL, &Scope::whole())
    }

    /// The measure of the ranges: `Dormant days avoided`, or `Dormant days added` where the average is a loss.
    #[must_use]
    pub fn measure(&self) -> &'static str {
        if self.adds() { "Dormant days added" } else { "Dormant days avoided" }
    }

    fn adds(&self) -> bool {
        self.comparison.avoided.value < 0.0
    }

    /// A range of days avoided from its ends; of days added, turned about.
    fn turned<T>(&self, [low, high]: [T; 2]) -> [T; 2] {
        if self.adds() { [high, low] } else { [low, high] }
    }

    /// A number of days avoided; of days added without its minus. Its text in the file stays as it is.
    fn days(&self, x: f64, exact: &str) -> Item {
        let sign = if self.adds() { -1.0 } else { 1.0 };
        Item::number(numbers::three_digits(sign * x), exact)
    }

    /// The three ranges of the days avoided, or added: how runs differ, what other assumptions give, how well the average is known. A range
    /// that is not known is left out.
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        let avoided = self.comparison.avoided;
        let mut ranges = Vec::new();
        if let Some(range) = self.comparison.outcomes.filter(|range| range.low < range.high) {
            let n = numbers::count(avoided.n);
            let [low, high] = self.turned([range.low, range.high]).map(|x| self.days(x, &in_file(x)));
            ranges.push(Range {
                name: "Runs of the model differ",
                value: vec![low, Item::words(" to "), high],
                meaning: match range.extent {
                    Extent::EightInTen => {
                        format!("Eight in ten of {n} runs lie in this range. More runs do not narrow it.")
                    }
                    Extent::All(_) => format!("All {n} runs lie in this range."),
                },
            });
        }
        ranges.extend(self.range_of_assumptions());
        if let (Some(low), Some(high)) = (avoided.interval.low, avoided.interval.high)
            && low < high
            && gives_claim(avoided.n)
        {
            let told = if self.adds() { causes::turned(avoided) } else { avoided };
            let told = numbers::estimate(told, DAYS);
            let together = match avoided.interval.level {
                level if level == Level::P95 => "This is the 95% confidence interval".to_owned(),
                _ => format!(
                    "This is the 95% confidence interval for {} together",
                    titles::all_scenarios(self.family)
                ),
            };
            ranges.push(Range {
                name: "The average lies between",
                value: words::ends(&told, self.turned([low, high]).map(in_file)),
                meaning: format!("{together}. More runs narrow it."),
            });
        }
        ranges
    }

    /// The averages under other values of inputs that are not published, from the least to the most.
    fn range_of_assumptions(&self) -> Option<Range> {
        let name = &self.comparison.scenario;
        let points = self.combinations.iter().chain(self.alone).filter(|point| !point.is_as_given());
        let mut all: Vec<(&Tried, f64)> =
            points.filter_map(|point| Some((point, point.of(name)?.avoided.value))).collect();
        all.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let ((least, low), (most, high)) = (*all.first()?, *all.last()?);
        let [(least, low), (most, high)] = self.turned([(least, low), (most, high)]);
        let number = |x: f64| self.days(x, &numbers::decimal(x, 0));
        Some(Range {
            name: "Other assumptions give",
            value: vec![number(low), Item::words(" to "), number(high)],
            meaning: format!(
                "These are the averages under {} of values. The least is with {}. The most is with {}.",
                numbers::plural(all.len(), "other set"),
                tried::values(least),
                tried::values(most)
            ),
        })
    }

    /// The reason for the size of the effect, from the waits that it shortens and those that it lengthens; none where that is not known.
    #[must_use]
    pub fn why(&self) -> Option<Words> {
        let Moved { saved, lost } = causes::moved(self.comparison);
        let moves = |step: &Step, verb: &str| {
            let who = causes::wait(step.cause.id);
            [Item::words(format!("{who} {verb} by ")), size_of(step.change)]
        };
        let mut said = Words::new();
        match (saved, lost) {
            (Some(saved), Some(lost)) => {
                said.extend(moves(&saved, "falls"));
                said.push(Item::words(" Dormant days, but "));
                said.extend(moves(&lost, "rises"));
                said.push(Item::words("."));
            }
            (Some(step), None) | (None, Some(step)) => {
                said.extend(moves(&step, if saved.is_some() { "falls" } else { "rises" }));
                said.push(Item::words(" Dormant days."));
            }
            (None, None) => return None,
        }
        said[0].text = capitalised(&said[0].text);
        let rest = self.comparison.avoided.value
            + [saved, lost].into_iter().flatten().map(|step| step.change.value).sum::<f64>();
        if saved.is_some() && lost.is_some() && rest.abs() >= LEAST_REST * self.comparison.avoided.value.abs()
        {
            let (verb, days) = if rest < 0.0 { ("rise", -rest) } else { ("fall", rest) };
            said.push(Item::words(format!(" Other waits {verb} by {} in all.", numbers::two_digits(days))));
        }
        // Only a gain can be limited.
        let gains = self.comparison.avoided.interval.side() == Some(Side::Above);
        if gains && saved.is_some() && lost.is_some_and(|step| step.cause.id == FIRMWARE) {
            said.push(Item::words(" So firmware capacity limits the gain."));
        }
        if let Some((queueing, lost)) = self.base.queueing.zip(self.base.lost)
            && let Some(share) = numbers::percent_of(queueing, lost)
        {
            let little = if queueing < FEW_SLOTS * lost { ", so more slots would change little" } else { "" };
            said.push(Item::words(format!(
                " Under {} waiting for a slot makes up {share} of all Dormant days{little}.",
                self.comparison.baseline_title
            )));
        }
        Some(said)
    }

    /// The amount below which the study treats a difference as too small to matter.
    #[must_use]
    pub fn threshold(&self) -> Words {
        let days = self.comparison.threshold;
        let share = self.base.lost.and_then(|lost| numbers::percent_of(days, lost));
        let share = share.map_or_else(String::new, |share| format!(" ({share})"));
        let noun = if numbers::three_digits(days) == "1" { "day" } else { "days" };
        vec![
            Item::words("We treat a difference below "),
            number(days),
            Item::words(format!(
                " {noun}{share} as too small to matter. That line is the study's own choice."
            )),
        ]
    }

    /// The most that anybody could expect, where a reviewer can work it out by hand.
    #[must_use]
    pub fn bound(&self) -> Option<Words> {
        let days = self.comparison.bound?;
        let mut told = words("Early opening alone can avoid at most ");
        told.push(number(days));
        told.push(Item::words(
            " days. This bound can be worked out by hand: installations times days from opening to entry, plus the baseline's days in the firmware queue.",
        ));
        Some(told)
    }

    /// The gain from common draws.
    #[must_use]
    pub fn pairing(&self) -> String {
        let Comparison { pairing, avoided, .. } = self.comparison;
        let Some(pairing) = pairing else {
            let why = if self.comparison.is_certain() {
                "The difference is certain, so using the same random draws for both plans gains nothing."
            } else if avoided.n < 3 {
                "It takes 3 replications to say what using the same random draws for both plans gains."
            } else {
                "The difference did not vary, so it is not known what using the same random draws for both plans gains."
            };
            return why.to_owned();
        };
        let [gain, low, high] =
            [Some(pairing.gain.value), pairing.gain.interval.low, pairing.gain.interval.high]
                .map(|x| x.map_or_else(|| "?".to_owned(), numbers::times));
        format!(
            "Using the same random draws for both plans is as precise as {gain} [{low} to {high}] times as many independent replications."
        )
    }

    /// Behind a number of Dormant days: its share of those lost in the baseline, where that is known.
    fn share_of_lost(&self, days: f64) -> String {
        let base = &self.comparison.baseline_title;
        match self.base.lost.and_then(|lost| numbers::percent_of(days.abs(), lost)) {
            Some(share) => format!(", {share} of those lost under {base}"),
            None => format!(" compared with {base}"),
        }
    }
}

/// The days avoided of each part of a split, under its name.
#[must_use]
pub fn parts(comparison: &Comparison, by: Dimension) -> Vec<(&str, Words)> {
    comparison.by(by).iter().map(|part| (part.name.as_str(), estimate(part.avoided, DAYS))).collect()
}

/// The parts that gain by more than chance explains, largest first: `MT/SIT 15.2 million, DMCT tested 7.1 million`. Parts that gain less than
/// a hundredth of the largest are left out.
#[must_use]
pub fn gainers(comparison: &Comparison, by: Dimension) -> Option<Words> {
    let mut gain: Vec<_> = comparison
        .by(by)
        .iter()
        .filter(|part| gives_claim(part.avoided.n) && part.avoided.interval.side() == Some(Side::Above))
        .collect();
    gain.sort_by(|a, b| b.avoided.value.total_cmp(&a.avoided.value));
    let least = gain.first().map_or(0.0, |most| LEAST_GAIN * most.avoided.value);
    gain.retain(|part| part.avoided.value >= least);
    let mut said = Words::new();
    for part in &gain {
        let before = if said.is_empty() { "" } else { ", " };
        said.push(Item::words(format!("{before}{} ", part.name)));
        said.push(size_of(part.avoided));
    }
    (!said.is_empty()).then_some(said)
}

/// The change of a measure for Active installations, scenario minus baseline, and its share of the baseline's where it is not
/// none; none where no such number is known.
#[must_use]
pub fn paid(comparison: &Comparison, kpi: &Kpi, baseline: Option<f64>) -> Option<Words> {
    let change = comparison.change(kpi, &Scope::active())?;
    let mut told = estimate(change, kpi.unit);
    let claimed = change.interval.side().is_some() && gives_claim(change.n);
    let share = baseline.filter(|_| claimed).and_then(|baseline| numbers::percent_of(change.value, baseline));
    told.extend(share.map(|share| Item::words(format!("; {share} of the baseline's"))));
    Some(told)
}

/// The change of the number of Active installations that miss their supplier's obligation, the number that misses it anyway, and the
/// suppliers that bear most of it; none where the change is not shown. `missed` is the number under the baseline.
#[must_use]
pub fn late(comparison: &Comparison, missed: Option<f64>) -> Option<Words> {
    let change = comparison.change(&kpi::ACTIVE_LATE, &Scope::active())?;
    if change.interval.side().is_none() || !gives_claim(change.n) {
        return None;
    }
    let more = if change.value > 0.0 { "more" } else { "fewer" };
    let mut said = vec![
        size_of(change),
        Item::words(format!(" {more} Active installations miss the day of their supplier's obligation")),
    ];
    match missed.filter(|missed| *missed > 0.0 && change.value > 0.0) {
        Some(missed) => {
            said.extend([Item::words(", on top of "), number(missed), Item::words(" that miss it anyway.")]);
        }
        None => said.push(Item::words(".")),
    }
    said.extend(bearers(comparison, change.value));
    Some(said)
}

/// The suppliers that bear most of a change of the installations that miss their obligation.
fn bearers(comparison: &Comparison, whole: f64) -> Words {
    let is_of_supplier = |m: &&PairedMeasure| m.kpi.id == kpi::ACTIVE_LATE.id && m.scope.kind == "supplier";
    let more = |m: &PairedMeasure| Some((m.scope.member.clone(), m.change?));
    let mut all: Vec<(String, Estimate)> =
        comparison.measures.iter().filter(is_of_supplier).filter_map(more).collect();
    all.retain(|(_, change)| change.interval.side() == Some(Side::Above) && gives_claim(change.n));
    all.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
    let n = all.len();
    all.truncate(MOST_SUPPLIERS);
    let sum: f64 = all.iter().map(|(_, change)| change.value).sum();
    if n <= MOST_SUPPLIERS || whole <= 0.0 || sum < whole / 2.0 {
        return Words::new();
    }
    let mut said = words(" Most of them are customers of ");
    for (at, (name, change)) in all.into_iter().enumerate() {
        let before = if at == 0 { "" } else { " and " };
        said.push(Item::words(format!("{before}{name} (")));
        said.push(size_of(change));
        said.push(Item::words(")"));
    }
    said.push(Item::words("."));
    said
}

/// The parts that lose under a scenario, by more than is treated as too small in the whole; a smaller loss could be chance, as
/// there are many parts. None where no part does.
#[must_use]
pub fn losers(comparison: &Comparison) -> Option<Words> {
    if !gains(comparison) {
        return None;
    }
    let mut told = Words::new();
    for by in [Dimension::Route, Dimension::Group, Dimension::SupplierSize] {
        let loses = |most: Option<f64>| most.is_some_and(|most| most < -comparison.threshold);
        for part in comparison.by(by).iter().filter(|part| loses(part.avoided.interval.high)) {
            let before = if told.is_empty() { "" } else { ", " };
            told.push(Item::words(format!("{before}{} ", part.name)));
            told.push(size_of(part.avoided));
        }
    }
    if told.is_empty() {
        return None;
    }
    let title = &comparison.scenario_title;
    let mut said = words(format!("Not everybody gains. Dormant days that parts lose under {title}: "));
    said.extend(told);
    said.push(Item::words("."));
    Some(said)
}

/// Whether the parts of a scenario that lose are worth a word: where the whole loses, it says so itself.
fn gains(of: &Comparison) -> bool {
    gives_claim(of.avoided.n) && of.verdict.finding != Finding::Differs(Side::Below)
}

/// An estimate with its interval, and the texts of `difference.csv` for its numbers.
fn estimate(of: Estimate, unit: &str) -> Words {
    let told: EstimateWords = numbers::estimate(of, unit);
    let exact = |x: Option<f64>| x.map_or_else(String::new, in_file);
    let [value, low, high] = [Some(of.value), of.interval.low, of.interval.high].map(exact);
    words::estimate(told, [&value, &low, &high])
}

/// The size of a difference without its sign, to the digits that its error leaves and three at most.
fn size_of(of: Estimate) -> Item {
    let told = numbers::estimate(of, DAYS).value;
    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    let is_short = digits.trim_matches('0').len() <= 3 || told.contains("million");
    let shown = if is_short { told } else { numbers::three_digits(of.value) };
    Item::number(shown.trim_start_matches('-'), &in_file(of.value))
}

/// A number without an interval.
fn number(x: f64) -> Item {
    Item::number(numbers::three_digits(x), &in_file(x))
}

fn in_file(x: f64) -> String {
    numbers::decimal(x, PLACES)
}

/// A range as a line of text: `Runs of the model differ: 21.0 million to 41.7 million. Eight in ten ...`
#[must_use]
pub fn line(range: &Range) -> String {
    format!("{}: {}. {}", range.name, text(&range.value), range.meaning)
}
