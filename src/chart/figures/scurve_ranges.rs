//! The S-curve of many replications: the median of each scenario, the range of outcomes around it, and how far each is ahead of the
//! baseline replication by replication.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, capitalised, explained};
use crate::chart::marks::curves::{Band, Curve, Curves};
use crate::chart::marks::lead_panel::{Difference, FIRMWARE, Lead, Leads, firmware, is_early};
use crate::chart::surface::svg;
use crate::chart::surface::theme::STROKES;
use crate::chart::{Caption, Figure, Ranges};
use crate::findings::{LeftOut, Population};
use crate::output::{Cell, Column, Results, ResultsError, ResultsRun, Row, Table};
use crate::replications::{Extent, Replications, gives_percentile};
use crate::statistics::{Level, Probability, Values};
use crate::wording::bases::{Portion, Whose};
use crate::wording::enough;
use crate::wording::numbers::{self, PLACES};

/// Most ranges in one figure; a third would hide the others.
const MOST_RANGES: usize = 2;
/// Least height of a range, at its widest, that is seen at the scale of the figure \[%\].
const SEEN: f64 = 4.0;
/// What is drawn and written of each day: the outer range, the inner one, and the median in the middle.
const SHOWN: [Probability; 5] =
    [Probability::P10, Probability::P25, Probability::P50, Probability::P75, Probability::P90];
/// Where the file holds their mean and their ends.
const AROUND_COLUMNS: [&str; 3] = [
    "migrated_of_migratable_mean_pct",
    "migrated_of_migratable_least_pct",
    "migrated_of_migratable_most_pct",
];
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
const APART_AROUND_COLUMNS: [&str; 3] = [
    "ahead_of_baseline_mean_installations",
    "ahead_of_baseline_least_installations",
    "ahead_of_baseline_most_installations",
];
/// Where the file holds who counts in none of the shares: excluded and removed, on average.
const LEFT_OUT: [&str; 2] = ["excluded_mean_installations", "removed_mean_installations"];
const ID: &str = "fig-scurve";

/// The percentiles of one scenario's curve, as its file holds them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fan {
    scenario: String,
    /// How words call it.
    title: String,
    replications: u64,
    plan: Option<Date>,
    early_firmware: bool,
    /// Whose curve it is, and who counts in none of its shares, on average.
    population: Population,
    left_out: LeftOut,
    period: (Date, Date),
    days: Vec<Day>,
}

/// A day.
#[derive(Clone, Debug, PartialEq)]
struct Day {
    date: Date,
    /// The share migrated \[%\].
    shares: Spread<{ SHOWN.len() }>,
    /// The installations left in the baseline less those left here, in the same replication; none for the baseline.
    ahead: Option<Spread<{ APART.len() }>>,
}

/// What the replications come to on a day, as the file holds it: percentiles from the lowest to the highest, the median in the middle;
/// their mean, their least and their most.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread<const N: usize> {
    percentiles: [f64; N],
    around: [f64; 3],
}

impl<const N: usize> Spread<N> {
    fn of(values: &Values, of: [Probability; N], places: usize) -> Self {
        let written = |x| numbers::as_written(x, places);
        let known = "at least one replication";
        let (least, most) = values.ends().expect(known);
        // A corrected mean may leave what is possible by a little.
        let mean = values.mean(Level::P95).expect(known).value.clamp(least, most);
        Self {
            percentiles: of.map(|p| written(values.percentile(p).expect(known))),
            around: [mean, least, most].map(written),
        }
    }

    /// Reads them off a file; none where it holds none.
    fn read(row: Row, columns: [&str; N], around: [&str; 3]) -> Result<Option<Self>, ResultsError> {
        let (mut percentiles, mut of_all) = ([0.0; N], [0.0; 3]);
        for (value, column) in percentiles.iter_mut().zip(columns) {
            *value = row.number(column)?.unwrap_or_default();
        }
        for (value, column) in of_all.iter_mut().zip(around) {
            let Some(found) = row.number(column)? else { return Ok(None) };
            *value = found;
        }
        Ok(Some(Self { percentiles, around: of_all }))
    }

    /// Their cells in a file; a percentile that so few replications do not give is left out.
    fn cells(&self, of: [Probability; N], n: usize, places: usize) -> Vec<Cell> {
        let known = |(p, value): (Probability, &f64)| {
            if gives_percentile(p, n) { Cell::Decimal(*value, places) } else { Cell::Empty }
        };
        let percentiles = of.into_iter().zip(&self.percentiles).map(known);
        percentiles.chain(self.around.map(|x| Cell::Decimal(x, places))).collect()
    }

    /// The range of outcomes.
    fn range(&self, n: usize) -> [f64; 2] {
        match Extent::of(n) {
            Extent::EightInTen => [self.percentiles[0], self.percentiles[N - 1]],
            Extent::All(_) => [self.around[1], self.around[2]],
        }
    }

    /// The median; the mean where so few replications do not give it.
    fn middle(&self, n: usize) -> f64 {
        if gives_percentile(Probability::P50, n) { self.percentiles[N / 2] } else { self.around[0] }
    }

    /// The range with its middle.
    fn difference(&self, n: usize) -> Difference {
        let [low, high] = self.range(n);
        [low, self.middle(n), high]
    }
}

/// What the middle of so many replications is.
fn middle(n: usize) -> &'static str {
    if gives_percentile(Probability::P50, n) { "median" } else { "mean" }
}

/// A day and the installations left at its end in each replication.
type Kept = (Date, Values);

impl Fan {
    /// Reads a curve off replications, and how far it is ahead of the same replications of the baseline.
    pub(crate) fn of(run: &Replications, baseline: Option<&Replications>) -> Self {
        // Scenarios over other dates have no day in common that is kept.
        let before = baseline.into_iter().flat_map(Replications::left);
        let before = before.map(Some).chain(std::iter::repeat(None));
        let day = |((shares, left), before): ((Kept, Kept), Option<Kept>)| {
            let ((date, shares), (_, left)): (Kept, Kept) = (shares, left);
            let ahead = before.filter(|(day, _)| *day == date).map(|(_, before)| {
                let apart = before.less(&left).expect("they were replicated alike");
                Spread::of(&apart, APART, 0)
            });
            Day { date, shares: Spread::of(&shares, SHOWN, PLACES), ahead }
        };
        Self {
            scenario: run.scenario.clone(),
            title: run.title.clone(),
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
    pub(crate) fn read(results: &Results, run: &ResultsRun) -> Result<Self, ResultsError> {
        let (mut days, mut early_firmware, mut population) = (Vec::new(), false, Population::Dormant);
        let mut left_out = LeftOut::default();
        for row in results.sheet(&format!("{ID}.csv"))?.rows() {
            if row.text("scenario")? == run.name {
                early_firmware = is_early(row.text(FIRMWARE)?);
                population = Population::named(row.text("population")?).unwrap_or(population);
                let [excluded, removed] = LEFT_OUT.map(|column| row.number(column));
                left_out = LeftOut { excluded: excluded?.unwrap_or(0.0), removed: removed?.unwrap_or(0.0) };
                days.push(Day {
                    date: row.date("date")?.unwrap_or_default(),
                    shares: Spread::read(row, COLUMNS, AROUND_COLUMNS)?.unwrap_or(NONE),
                    ahead: Spread::read(row, APART_COLUMNS, APART_AROUND_COLUMNS)?,
                });
            }
        }
        Ok(Self {
            scenario: run.name.clone(),
            title: run.title.clone(),
            replications: results.replications(),
            plan: run.plan,
            early_firmware,
            population,
            left_out,
            period: (run.first, run.last),
            days,
        })
    }

    fn n(&self) -> usize {
        usize::try_from(self.replications).unwrap_or(usize::MAX)
    }

    fn last(&self) -> Spread<{ SHOWN.len() }> {
        self.days.last().map_or(NONE, |day| day.shares)
    }

    /// Its lead, where it is not the baseline.
    fn lead(&self) -> Option<Lead<'_>> {
        let day = |day: &Day| Some((day.date, day.ahead?.difference(self.n())));
        let days: Vec<_> = self.days.iter().filter_map(day).collect();
        (!days.is_empty()).then_some(Lead { scenario: &self.title, days })
    }

    /// The edges of its outer range, and of its inner one where there are enough replications for it.
    fn bands(&self, colour: plotters::style::RGBColor) -> Vec<Band> {
        let n = self.n();
        let outer = |day: &Day| day.shares.range(n);
        let inner = |day: &Day| [day.shares.percentiles[1], day.shares.percentiles[3]];
        let band = |of: &dyn Fn(&Day) -> [f64; 2]| {
            let edges = self.days.iter().map(|day| (day.date, of(day)[0], of(day)[1]));
            Band { colour, edges: edges.collect() }
        };
        let half = gives_percentile(Probability::P25, n).then(|| band(&inner));
        std::iter::once(band(&outer)).chain(half).collect()
    }
}

/// Nothing known of a day.
const NONE: Spread<{ SHOWN.len() }> = Spread { percentiles: [0.0; SHOWN.len()], around: [0.0; 3] };

/// How far the others are ahead of the first, where that is the baseline.
fn leads(fans: &[Fan]) -> Option<Leads<'_>> {
    let (baseline, others) = fans.split_first()?;
    let leads: Vec<Lead> = others.iter().filter_map(Fan::lead).collect();
    let comparable = baseline.lead().is_none() && !leads.is_empty() && leads.len() == others.len();
    let Fan { title: baseline, population, .. } = baseline;
    let replications = Some(fans[0].n());
    comparable.then_some(Leads { baseline, others: leads, replications, population: *population })
}

/// The S-curves of replicated scenarios, of one population, the baseline first and dark grey.
///
/// Shows those that are chosen, and ranges of outcomes where there are at most two and the ranges are wide enough to be seen; the data
/// hold all, and the title speaks of all.
pub(crate) fn fan(all: &[Fan], chosen: &Chosen, caption: &Caption) -> Figure {
    let (fans, plan) = (&chosen.pick(all), all.first().and_then(|fan| fan.plan));
    let n = fans.first().map_or(0, |fan| fan.replications);
    let few = fans.first().map_or(0, Fan::n);
    let (middle, extent) = (middle(few), Extent::of(few));
    let width = |[low, high]: [f64; 2]| high - low;
    let widest = fans.iter().flat_map(|fan| fan.days.iter().map(|day| width(day.shares.range(few))));
    let ranges = fans.len() <= MOST_RANGES && widest.fold(0.0, f64::max) >= SEEN;
    let leads = leads(fans);
    let whose = whose(all);
    let left_out = all.iter().map(|fan| (fan.title.as_str(), fan.left_out));
    let caption = caption.leaving_out(whose.left_out(left_out, true).unwrap_or_default());
    let caption = &caption.drawing(fans.iter().map(|fan| fan.scenario.as_str()));
    let medians = fans.len() > MOST_RANGES && leads.is_none();
    let caption = &if medians { caption.of(Ranges::Medians) } else { caption.clone() };
    let title = self::leads(all).as_ref().map_or_else(|| title(fans), Leads::title);
    let first = fans.iter().map(|fan| fan.period.0).min().unwrap_or_default();
    let last = fans.iter().map(|fan| fan.period.1).max().unwrap_or_default();
    let population = all.first().map_or(Population::Dormant, |fan| fan.population);
    let (installations, what) = (capitalised(population.installations()), explained(population));
    let measure = match &leads {
        Some(leads) => {
            let whose = population.installations();
            format!(
                "How far scenarios lead in {whose} migrated, {middle} of replications{}{}",
                leads.shaded(),
                chosen.note()
            )
        }
        None if fans.len() > MOST_RANGES => {
            format!("{installations} migrated, {middle} of replications{}", chosen.note())
        }
        None if ranges => match extent {
            Extent::EightInTen => {
                format!("{what} migrated: median; shaded, half of the replications and 8 in 10")
            }
            Extent::All(n) => format!("{what} migrated: {middle}; shaded, all {n} replications"),
        },
        None => format!("{what} migrated, {middle} of replications"),
    };
    let line = |(fan, stroke): (&'_ Fan, _)| {
        let [low, median, high] = fan.last().difference(few);
        let outcome = if leads.is_some() {
            percent(median)
        } else if fans.len() <= MOST_RANGES {
            format!("{} by the end\n({} to {})", percent(median), percent(low), percent(high))
        } else {
            format!("{} by the end", percent(median))
        };
        let points = fan.days.iter().map(|day| (day.date, day.shares.middle(few))).collect();
        Curve { name: capitalised(&fan.title), outcome, stroke, points }
    };
    let bands = fans.iter().zip(STROKES).filter(|_| ranges);
    let sentence = if leads.is_some() { short_sentence } else { sentence };
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
        words: Words { title: &title, measure: &measure, caption, first, last, names: &[] },
        span: (first, last),
        plan,
        axis: NumberAxis::percent(),
        unit: &format!("% of migratable {} migrated", population.installations()),
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
            let extent = Extent::of(one.n());
            let [low, high] = one.last().range(one.n()).map(percent);
            let range = if low == high { low.clone() } else { format!("{low} to {high}") };
            let of = match one.population {
                Population::Dormant => "Dormant",
                Population::All => "installations",
            };
            let (which, done) = (enough::replications(extent), whose(fans).done());
            match whose(fans).that_can() {
                _ if low == high && low == "100%" => {
                    let all = capitalised(&whose(fans).portion(Portion::All));
                    format!("{all} are {done} by the end {which}")
                }
                "" => format!("{} {range} of {of} are {done} by the end", capitalised(&which)),
                that_can if low == high => format!("{low} of {of}{that_can} by the end, {which}"),
                that_can => {
                    format!("{} by the end: {range} of {of}{that_can}", capitalised(enough::ends(extent)))
                }
            }
        }
        several => {
            let whose = several.first().map_or(Population::Dormant, |fan| fan.population).installations();
            let middle = middle(several[0].n());
            format!("{} migrated under {} scenarios: {middle}s", capitalised(whose), several.len())
        }
    }
}

fn sentence(fan: &Fan) -> String {
    let [low, middle_share, high] = fan.last().difference(fan.n()).map(percent);
    let (name, middle, which) =
        (capitalised(&fan.title), middle(fan.n()), enough::replications(Extent::of(fan.n())));
    let range = if low == high { low } else { format!("{low} to {high}") };
    format!("{name}: by the end a {middle} of {middle_share}, {which} {range}.")
}

/// The same where the leads are what is drawn large.
fn short_sentence(fan: &Fan) -> String {
    let [_, share, _] = fan.last().difference(fan.n()).map(percent);
    format!("{}: {share} by the end.", capitalised(&fan.title))
}

fn data(fans: &[Fan]) -> Table {
    let mut table =
        Table::new(&["scenario", FIRMWARE, "population", "date", "replications"].map(|name| (name, "")));
    table.columns.extend(COLUMNS.into_iter().chain(AROUND_COLUMNS).map(|name| Column::new(name, "%")));
    let apart = APART_COLUMNS.into_iter().chain(APART_AROUND_COLUMNS);
    table.columns.extend(apart.map(|name| Column::new(name, "installations")));
    table.columns.extend(LEFT_OUT.map(|name| Column::new(name, "installations")));
    for fan in fans {
        for Day { date, shares, ahead } in &fan.days {
            let words = [fan.scenario.as_str(), firmware(fan.early_firmware), fan.population.name()];
            let mut row: Vec<Cell> = words.map(Cell::from).into();
            row.extend([(*date).into(), fan.replications.into()]);
            row.extend(shares.cells(SHOWN, fan.n(), PLACES));
            let none = || vec![Cell::Empty; APART.len() + APART_AROUND_COLUMNS.len()];
            row.extend(ahead.map_or_else(none, |of| of.cells(APART, fan.n(), 0)));
            row.extend([fan.left_out.excluded, fan.left_out.removed].map(|n| Cell::Decimal(n, PLACES)));
            table.push(row);
        }
    }
    table
}
