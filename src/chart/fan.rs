//! The S-curve of many replications: the median of each scenario, the range of outcomes around it, and how far each is ahead of the
//! baseline replication by replication.

use jiff::civil::Date;

use super::axis::NumberAxis;
use super::chosen::Chosen;
use super::curves::{Band, Curve, Curves};
use super::frame::{Words, capitalised, explained};
use super::lead::{Difference, FIRMWARE, Lead, Leads, firmware, is_early};
use super::theme::STROKES;
use super::{Caption, Figure, Ranges, svg};
use crate::findings::{LeftOut, Population};
use crate::output::{Cell, Column, Results, ResultsError, ResultsRun, Table};
use crate::replications::Replications;
use crate::statistics::{Level, Probability, Sample, quantile};
use crate::wording::bases::Whose;
use crate::wording::numbers::{self, PLACES};

/// Most ranges in one figure; a third would hide the others.
const MOST_RANGES: usize = 2;
/// Least height of a range, at its widest, that is seen at the scale of the figure \[%\].
const SEEN: f64 = 4.0;
/// What is drawn and written of each day: the outer range, the inner one, and the median in the middle.
const SHOWN: [Probability; 5] =
    [Probability::P10, Probability::P25, Probability::P50, Probability::P75, Probability::P90];
const MEDIAN: usize = 2;
/// Where the file holds them.
const COLUMNS: [&str; SHOWN.len()] = [
    "migrated_of_migratable_p10_pct",
    "migrated_of_migratable_p25_pct",
    "migrated_of_migratable_p50_pct",
    "migrated_of_migratable_p75_pct",
    "migrated_of_migratable_p90_pct",
];
/// What is drawn and written of the difference from the baseline.
const APART: [Probability; 3] = [Probability::P10, Probability::P50, Probability::P90];
/// Where the file holds it; empty for the baseline itself.
const APART_COLUMNS: [&str; APART.len()] = [
    "ahead_of_baseline_p10_installations",
    "ahead_of_baseline_p50_installations",
    "ahead_of_baseline_p90_installations",
];
/// Where the file holds who counts in none of the shares: excluded and removed, on average.
const LEFT_OUT: [&str; 2] = ["excluded_mean_installations", "removed_mean_installations"];
const ID: &str = "fig-scurve";

/// The percentiles of one scenario's curve, as its file holds them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fan {
    scenario: String,
    replications: u64,
    plan: Option<Date>,
    early_firmware: bool,
    /// Whose curve it is, and who counts in none of its shares, on average.
    population: Population,
    left_out: LeftOut,
    period: (Date, Date),
    days: Vec<Day>,
}

/// The percentiles of a day.
#[derive(Clone, Debug, PartialEq)]
struct Day {
    date: Date,
    /// Of the share migrated \[%\].
    shares: [f64; SHOWN.len()],
    /// Of the installations left in the baseline less those left here, in the same replication; none for the baseline.
    ahead: Option<Difference>,
}

/// A day and the installations left at its end in each replication.
type Kept = (Date, Vec<u32>);

impl Fan {
    /// Reads a curve off replications, and how far it is ahead of the same replications of the baseline.
    pub(super) fn of(run: &Replications, baseline: Option<&Replications>) -> Self {
        // Scenarios over other dates have no day in common that is kept.
        let before = baseline.into_iter().flat_map(Replications::left);
        let before = before.map(Some).chain(std::iter::repeat(None));
        let day = |((shares, left), before): ((_, Kept), Option<Kept>)| {
            let ((date, shares), (_, left)): ((Date, Vec<f64>), Kept) = (shares, left);
            let ahead = before.filter(|(day, _)| *day == date).map(|(_, before)| {
                let pairs = left.iter().zip(&before);
                let apart: Vec<f64> = pairs.map(|(n, before)| f64::from(*before) - f64::from(*n)).collect();
                percentiles(&apart, APART, 0)
            });
            Day { date, shares: percentiles(&shares, SHOWN, PLACES), ahead }
        };
        Self {
            scenario: run.scenario.clone(),
            replications: run.n() as u64,
            plan: run.plan,
            early_firmware: run.early_firmware().unwrap_or_default(),
            population: run.population().unwrap_or(Population::Dormant),
            left_out: {
                let LeftOut { excluded, removed } =
                    run.left_out(run.population().unwrap_or(Population::Dormant));
                let [excluded, removed] = [excluded, removed].map(|n| numbers::as_written(n, PLACES));
                LeftOut { excluded, removed }
            },
            period: (run.first, run.last),
            days: run.curves().zip(run.left()).zip(before).map(day).collect(),
        }
    }

    /// Reads a curve off a results folder.
    pub(super) fn read(results: &Results, run: &ResultsRun) -> Result<Self, ResultsError> {
        let (mut days, mut early_firmware, mut population) = (Vec::new(), false, Population::Dormant);
        let mut left_out = LeftOut::default();
        for row in results.sheet(&format!("{ID}.csv"))?.rows() {
            if row.text("scenario")? == run.name {
                early_firmware = is_early(row.text(FIRMWARE)?);
                population = Population::named(row.text("population")?).unwrap_or(population);
                let [excluded, removed] = LEFT_OUT.map(|column| row.number(column));
                left_out = LeftOut { excluded: excluded?.unwrap_or(0.0), removed: removed?.unwrap_or(0.0) };
                let mut shares = [0.0; SHOWN.len()];
                for (share, column) in shares.iter_mut().zip(COLUMNS) {
                    *share = row.number(column)?.unwrap_or_default();
                }
                let [low, median, high] = APART_COLUMNS.map(|column| row.number(column));
                let ahead = low?.zip(median?).zip(high?).map(|((low, median), high)| [low, median, high]);
                days.push(Day { date: row.date("date")?.unwrap_or_default(), shares, ahead });
            }
        }
        Ok(Self {
            scenario: run.name.clone(),
            replications: results.replications(),
            plan: run.plan,
            early_firmware,
            population,
            left_out,
            period: (run.first, run.last),
            days,
        })
    }

    fn last(&self) -> [f64; SHOWN.len()] {
        self.days.last().map_or([0.0; SHOWN.len()], |day| day.shares)
    }

    /// Its lead, where it is not the baseline.
    fn lead(&self) -> Option<Lead<'_>> {
        let days: Vec<_> = self.days.iter().filter_map(|day| Some((day.date, day.ahead?))).collect();
        (!days.is_empty()).then_some(Lead { scenario: &self.scenario, days })
    }

    /// The edges of its outer and of its inner range.
    fn bands(&self, colour: plotters::style::RGBColor) -> [Band; 2] {
        [(0, 4), (1, 3)].map(|(low, high)| {
            let edges = self.days.iter().map(|day| (day.date, day.shares[low], day.shares[high]));
            Band { colour, edges: edges.collect() }
        })
    }
}

/// Percentiles as a file holds them with so many decimal places.
fn percentiles<const N: usize>(values: &[f64], of: [Probability; N], places: usize) -> [f64; N] {
    let sample = Sample::new(values).expect("at least one replication");
    of.map(|p| numbers::as_written(quantile(sample, p, Level::P95).value, places))
}

/// How far the others are ahead of the first, where that is the baseline.
fn leads(fans: &[Fan]) -> Option<Leads<'_>> {
    let (baseline, others) = fans.split_first()?;
    let leads: Vec<Lead> = others.iter().filter_map(Fan::lead).collect();
    let comparable = baseline.lead().is_none() && !leads.is_empty() && leads.len() == others.len();
    let Fan { scenario: baseline, population, .. } = baseline;
    comparable.then_some(Leads { baseline, others: leads, ranged: true, population: *population })
}

/// The S-curves of replicated scenarios, of one population, the baseline first and dark grey.
///
/// Shows those that are chosen, and ranges of outcomes where there are at most two and the ranges are wide enough to be seen; the data
/// hold all, and the title speaks of all.
pub(super) fn fan(all: &[Fan], chosen: &Chosen, caption: &Caption) -> Figure {
    let (fans, plan) = (&chosen.pick(all), all.first().and_then(|fan| fan.plan));
    let n = fans.first().map_or(0, |fan| fan.replications);
    let widest = fans.iter().flat_map(|fan| &fan.days).map(|day| day.shares[4] - day.shares[0]);
    let ranges = fans.len() <= MOST_RANGES && widest.fold(0.0, f64::max) >= SEEN;
    let leads = leads(fans);
    let whose = whose(all);
    let left_out = all.iter().map(|fan| (fan.scenario.as_str(), fan.left_out));
    let caption = caption.leaving_out(whose.left_out(left_out, true).unwrap_or_default());
    let caption = &caption.drawing(fans.iter().map(|fan| fan.scenario.as_str()));
    let caption = &if fans.len() > MOST_RANGES { caption.of(Ranges::Medians) } else { caption.clone() };
    let title = self::leads(all).as_ref().map_or_else(|| title(fans), Leads::title);
    let first = fans.iter().map(|fan| fan.period.0).min().unwrap_or_default();
    let last = fans.iter().map(|fan| fan.period.1).max().unwrap_or_default();
    let population = all.first().map_or(Population::Dormant, |fan| fan.population);
    let (installations, what) = (capitalised(population.installations()), explained(population));
    let measure = if fans.len() > MOST_RANGES {
        &format!("{installations} migrated, median of replications{}", chosen.note())
    } else if ranges {
        &format!("{what} migrated: median; shaded, half of the replications and 8 in 10")
    } else {
        &format!("{what} migrated, median of replications")
    };
    let line = |(fan, stroke): (&'_ Fan, _)| {
        let [low, _, median, _, high] = fan.last();
        let range = if fans.len() <= MOST_RANGES {
            format!("\n({} to {})", percent(low), percent(high))
        } else {
            String::new()
        };
        let firmware = match fans.len() {
            2 => format!("firmware {}\n", firmware(fan.early_firmware)),
            _ => String::new(),
        };
        let outcome = format!("{firmware}{} by the end{range}", percent(median));
        let points = fan.days.iter().map(|day| (day.date, day.shares[MEDIAN])).collect();
        Curve { name: fan.scenario.clone(), outcome, stroke, points }
    };
    let bands = fans.iter().zip(STROKES).filter(|_| ranges);
    let sentences: Vec<String> = fans.iter().map(sentence).collect();
    let apart = leads.as_ref().map_or_else(String::new, Leads::sentences);
    let description = format!(
        "Line chart of the cumulative share of migratable {} that are migrated, 0% to 100%, by day, {}, over {n} \
         replications. {}{apart}{}{}",
        population.installations(),
        numbers::period(first, last),
        sentences.join(" "),
        caption.left_out_sentence(),
        chosen.sentence()
    );
    let curves = Curves {
        words: Words { title: &title, measure, caption, first, last, names: &[] },
        span: (first, last),
        plan,
        axis: NumberAxis::percent(),
        unit: &format!("% of migratable {}", population.installations()),
        bands: bands.flat_map(|(fan, stroke)| fan.bands(stroke.colour)).collect(),
        lines: fans.iter().zip(STROKES).map(line).collect(),
        leads,
    };
    let svg = svg::finish(&curves.draw(), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(all), description }
}

fn percent(share: f64) -> String {
    format!("{}%", numbers::percentage(share))
}

/// Whose shares they are.
fn whose(fans: &[Fan]) -> Whose {
    let population = fans.first().map_or(Population::Dormant, |fan| fan.population);
    Whose::of(population, fans.iter().map(|fan| fan.left_out))
}

fn title(fans: &[Fan]) -> String {
    match fans {
        [one] => {
            let [low, .., high] = one.last().map(percent);
            let range = if low == high { low } else { format!("{low} to {high}") };
            let of = match one.population {
                Population::Dormant => "Dormant",
                Population::All => "installations",
            };
            match whose(fans).that_can() {
                "" => format!("In four of five replications {range} of {of} are migrated by the end"),
                that_can => format!("P10 to P90 by the end: {range} of {of}{that_can}"),
            }
        }
        several => {
            let whose = several.first().map_or(Population::Dormant, |fan| fan.population).installations();
            format!("{} migrated under {} scenarios: medians", capitalised(whose), several.len())
        }
    }
}

fn sentence(fan: &Fan) -> String {
    let [low, _, median, _, high] = fan.last();
    let name = &fan.scenario;
    format!(
        "{name}: by the end a median of {}, in four of five replications {} to {}.",
        percent(median),
        percent(low),
        percent(high)
    )
}

fn data(fans: &[Fan]) -> Table {
    let mut table =
        Table::new(&["scenario", FIRMWARE, "population", "date", "replications"].map(|name| (name, "")));
    table.columns.extend(COLUMNS.map(|name| Column::new(name, "%")));
    table.columns.extend(APART_COLUMNS.map(|name| Column::new(name, "installations")));
    table.columns.extend(LEFT_OUT.map(|name| Column::new(name, "installations")));
    for fan in fans {
        for Day { date, shares, ahead } in &fan.days {
            let words = [fan.scenario.as_str(), firmware(fan.early_firmware), fan.population.name()];
            let mut row: Vec<Cell> = words.map(Cell::from).into();
            row.extend([(*date).into(), fan.replications.into()]);
            row.extend(shares.map(|share| Cell::Decimal(share, PLACES)));
            let apart = ahead.map_or(APART.map(|_| Cell::Empty), |of| of.map(|x| Cell::Decimal(x, 0)));
            row.extend(apart);
            row.extend([fan.left_out.excluded, fan.left_out.removed].map(|n| Cell::Decimal(n, PLACES)));
            table.push(row);
        }
    }
    table
}
