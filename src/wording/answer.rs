//! The sentences of an answer: what a scenario changes, how sure that is, what it may come to, and who pays. The terminal, the
//! report and the brief all say them.

use super::enough;
use super::numbers::{self, EstimateWords, PLACES};
use super::words::{self, Item, Words, words};
use super::{titles, verdict};
use crate::findings::{Dimension, Kpi, Scope, kpi};
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Estimate, Finding, Level, Side};

/// Unit of days lost and avoided.
const DAYS: &str = kpi::DORMANT_DAYS_AVOIDED.unit;

/// What Active installations may pay or gain.
pub const PAID: [Kpi; 3] = [kpi::ACTIVE_DAYS_SINCE_ENTRY, kpi::ACTIVE_LATE, kpi::ACTIVE_MIGRATED];

/// A scenario against its baseline, and what it takes to say how large the difference is.
#[derive(Clone, Copy, Debug)]
pub struct Against<'c> {
    /// The comparison.
    pub comparison: &'c Comparison,
    /// Mean Dormant days lost in the baseline \[installation-days\].
    pub lost: Option<f64>,
    /// How many scenarios are compared with this baseline.
    pub family: usize,
}

impl Against<'_> {
    /// `early against existing, 100 replications under the same draws: fewer Dormant days, more Active waiting.`
    #[must_use]
    pub fn verdict(&self) -> String {
        let Comparison { baseline, scenario, avoided, .. } = self.comparison;
        format!(
            "{scenario} against {baseline}, {} under the same draws: {}.",
            numbers::plural(avoided.n, "replication"),
            verdict::in_full(self.comparison)
        )
    }

    /// The days avoided with their interval.
    #[must_use]
    pub fn avoided(&self) -> Words {
        let avoided = self.comparison.avoided;
        let mut told = words("Dormant days avoided: ");
        told.extend(estimate(avoided, DAYS));
        let level = numbers::level(avoided.interval.level);
        let interval = match avoided.interval.level {
            // What never varied has no interval to speak of.
            _ if avoided.is_constant() => String::new(),
            level_of if level_of == Level::P95 => format!(", {level}% interval of the mean"),
            _ => format!(
                ", {level}% interval of the mean, 95% for {} together",
                titles::all_scenarios(self.family)
            ),
        };
        let share = self
            .of_lost(avoided.value)
            .map_or_else(String::new, |share| format!("; {share} of the baseline's"));
        told.push(Item::words(format!(" installation-days{interval}{share}.")));
        told
    }

    /// What the days avoided come to in single replications.
    #[must_use]
    pub fn outcomes(&self) -> Option<Words> {
        let range = self.comparison.outcomes?;
        let mut told = words(format!("{} they are ", capitalised(&enough::replications(range.extent))));
        told.push(number(range.low));
        if range.low < range.high {
            told.extend([Item::words(" to "), number(range.high)]);
            told.push(Item::words("; more replications do not narrow that."));
        } else {
            told.push(Item::words("."));
        }
        Some(told)
    }

    /// Below which difference nothing matters.
    #[must_use]
    pub fn threshold(&self) -> Words {
        let days = self.comparison.threshold;
        let mut told = words("A difference of less than ");
        told.push(number(days));
        let share = self
            .of_lost(days)
            .map_or_else(String::new, |share| format!(" ({share} of the baseline's Dormant days)"));
        told.push(Item::words(format!(
            "{share} is treated as too small to matter: this study's own choice."
        )));
        told
    }

    /// The most that anybody could expect, where a reviewer can make it by hand.
    #[must_use]
    pub fn bound(&self) -> Option<Words> {
        let days = self.comparison.bound?;
        let mut told = words("Early opening alone can avoid at most ");
        told.push(number(days));
        told.push(Item::words(
            " installation-days. This bound can be worked out by hand: installations times days from opening to entry, plus the baseline's days in the firmware queue.",
        ));
        Some(told)
    }

    /// What common draws did.
    #[must_use]
    pub fn pairing(&self) -> String {
        let Comparison { pairing, avoided, .. } = self.comparison;
        let Some(pairing) = pairing else {
            let why = if self.comparison.is_certain() {
                "The difference is certain, so using the same random draws for both plans is worth nothing more."
            } else if avoided.n < 3 {
                "From 3 replications on it is known what using the same random draws for both plans is worth."
            } else {
                "The difference did not vary, so it is not known what using the same random draws for both plans is worth."
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

    fn of_lost(&self, days: f64) -> Option<String> {
        self.lost.and_then(|lost| numbers::percent_of(days, lost))
    }
}

/// The days avoided of each part of a split, under its name.
#[must_use]
pub fn parts(comparison: &Comparison, by: Dimension) -> Vec<(&str, Words)> {
    comparison.by(by).iter().map(|part| (part.name.as_str(), estimate(part.avoided, DAYS))).collect()
}

/// What Active installations pay or gain in a measure, scenario minus baseline, and what share of the baseline's that is where it is not
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

/// The parts that lose under any scenario, by more than is treated as too small in the whole; a smaller loss could be chance, as
/// there are many parts. None where no part does.
#[must_use]
pub fn losers(comparisons: &[Comparison]) -> Option<Words> {
    let mut told = Words::new();
    for comparison in comparisons.iter().filter(|one| gains(one)) {
        let mut before = format!("{}under {} ", if told.is_empty() { "" } else { "; " }, comparison.scenario);
        for by in [Dimension::Route, Dimension::Group, Dimension::SupplierSize] {
            let loses = |most: Option<f64>| most.is_some_and(|most| most < -comparison.threshold);
            for part in comparison.by(by).iter().filter(|part| loses(part.avoided.interval.high)) {
                told.push(Item::words(format!("{before}{} ", part.name)));
                told.extend(estimate(part.avoided, DAYS));
                ", ".clone_into(&mut before);
            }
        }
    }
    let lead = words(
        "Not everybody gains. Parts that wait longer than under the baseline, in Dormant days avoided: ",
    );
    (!told.is_empty()).then(|| [lead, told, words(".")].concat())
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

/// A number without an interval.
fn number(x: f64) -> Item {
    Item::number(numbers::three_digits(x), &in_file(x))
}

fn in_file(x: f64) -> String {
    numbers::decimal(x, PLACES)
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
