//! The S-curve of many replications: the median of each scenario, and for two of them the range of outcomes around it.

use jiff::civil::Date;
use plotters::style::RGBColor;

use super::axis::{NumberAxis, days_between};
use super::canvas::{Canvas, Marker, Point};
use super::frame::{Across, Frame, Mark, Plot, Words, period};
use super::labels::{self, HEIGHT, Label, Sign, spread};
use super::scurve::MOST;
use super::theme::THEME;
use super::{Caption, Figure, as_written, font, svg};
use crate::output::{Cell, Column, Results, ResultsError, ResultsRun, Table};
use crate::replications::Replications;
use crate::statistics::{Level, Probability, Sample, quantile};

/// Most ranges in one figure; a third would hide the others.
const MOST_RANGES: usize = 2;
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
/// To how many decimal places the file holds a share.
const PLACES: usize = 4;
const ID: &str = "fig-scurve";

/// The percentiles of one scenario's curve, as its file holds them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fan {
    scenario: String,
    replications: u64,
    plan: Option<Date>,
    period: (Date, Date),
    days: Vec<(Date, [f64; SHOWN.len()])>,
}

impl Fan {
    /// Reads a curve off replications.
    pub(super) fn of(run: &Replications) -> Self {
        let percentiles = |shares: Vec<f64>| {
            let sample = Sample::new(&shares).expect("shares of at least one replication");
            SHOWN.map(|p| as_written(quantile(sample, p, Level::P95).value, PLACES))
        };
        Self {
            scenario: run.scenario.clone(),
            replications: run.n() as u64,
            plan: run.plan,
            period: (run.first, run.last),
            days: run.curves().map(|(date, shares)| (date, percentiles(shares))).collect(),
        }
    }

    /// Reads a curve off a results folder; none where the file does not hold this one.
    pub(super) fn read(results: &Results, run: &ResultsRun) -> Result<Option<Self>, ResultsError> {
        let mut days = Vec::new();
        for row in results.sheet(&format!("{ID}.csv"))?.rows() {
            if row.text("scenario")? == run.name {
                let mut shares = [0.0; SHOWN.len()];
                for (share, column) in shares.iter_mut().zip(COLUMNS) {
                    *share = row.number(column)?.unwrap_or_default();
                }
                days.push((row.date("date")?.unwrap_or_default(), shares));
            }
        }
        Ok((!days.is_empty()).then(|| Self {
            scenario: run.name.clone(),
            replications: results.replications(),
            plan: run.plan,
            period: (run.first, run.last),
            days,
        }))
    }

    fn last(&self) -> [f64; SHOWN.len()] {
        self.days.last().map_or([0.0; SHOWN.len()], |day| day.1)
    }

    fn points(&self, plot: &Plot, first: Date, which: usize) -> Vec<Point> {
        self.days.iter().map(|(date, p)| plot.at(days_between(first, *date), p[which])).collect()
    }
}

/// The S-curves of replicated scenarios, Dormant only, the baseline first and dark grey.
///
/// Shows the first four, and ranges of outcomes where there are at most two.
pub(super) fn fan(fans: &[Fan], caption: &Caption) -> Figure {
    let (fans, plan) = (&fans[..fans.len().min(MOST)], fans.first().and_then(|fan| fan.plan));
    let n = fans.first().map_or(0, |fan| fan.replications);
    let ranges = fans.len() <= MOST_RANGES;
    let title = title(fans);
    let first = fans.iter().map(|fan| fan.period.0).min().unwrap_or_default();
    let last = fans.iter().map(|fan| fan.period.1).max().unwrap_or_default();
    let axis = NumberAxis::percent();
    let measure = if ranges {
        "Share of Dormant migrated: median; shaded P25 to P75 and P10 to P90"
    } else {
        "Share of Dormant migrated: median over replications"
    };
    let frame = Frame {
        words: Words { title: &title, measure, caption, first, last },
        across: Across::Dates(first, last),
        mark: Mark::plan(plan, (first, last)),
        key: &[],
        axis: &axis,
        unit: "% of migratable installations",
        panels: 1,
    };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw);
    let plot = frame.draw(&canvas)[0];
    let looks: Vec<(RGBColor, Marker)> = Marker::of_scenarios().collect();
    for (fan, (colour, _)) in fans.iter().zip(&looks).filter(|_| ranges) {
        for (low, high) in [(0, 4), (1, 3)] {
            let back = fan.points(&plot, first, high).into_iter().rev();
            let edge: Vec<Point> = fan.points(&plot, first, low).into_iter().chain(back).collect();
            canvas.band(&edge, *colour);
        }
    }
    let mut ends = Vec::new();
    for (fan, (colour, marker)) in fans.iter().zip(&looks) {
        let points = fan.points(&plot, first, MEDIAN);
        canvas.line(&points, *colour, THEME.reference_width);
        let end = points.last().copied().unwrap_or_else(|| plot.at(0.0, 0.0));
        canvas.marker(*marker, end, *colour);
        ends.push(end);
    }
    label(&canvas, &plot, fans, &looks, &ends);
    canvas.finish();
    let sentences: Vec<String> = fans.iter().map(sentence).collect();
    let description = format!(
        "Line chart of the cumulative share of migratable Dormant installations that are migrated, 0% to 100%, by day, {}, over {n} \
         replications. {} The numbers are in fig-scurve.csv.",
        period(first, last),
        sentences.join(" ")
    );
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(fans), description }
}

fn title(fans: &[Fan]) -> String {
    match fans {
        [one] => {
            let [low, .., high] = one.last();
            format!("In four of five replications {low:.1}% to {high:.1}% of Dormant are migrated by the end")
        }
        [baseline, other] => {
            let [from, to] = [baseline, other].map(|fan| fan.last()[MEDIAN]);
            let [base, name] = [baseline, other].map(|fan| font::shorten(&fan.scenario, 20));
            format!("By the end {to:.1}% of Dormant migrated under {name}, {from:.1}% under {base}: medians")
        }
        several => format!("Dormant installations migrated under {} scenarios: medians", several.len()),
    }
}

fn label(canvas: &Canvas, plot: &Plot, fans: &[Fan], looks: &[(RGBColor, Marker)], ends: &[Point]) {
    let mut order: Vec<usize> = (0..fans.len()).collect();
    order.sort_by(|&a, &b| ends[a].1.total_cmp(&ends[b].1));
    let wanted: Vec<f64> = order.iter().map(|&i| ends[i].1 - 6.0).collect();
    let tops = spread(&wanted, HEIGHT, plot.edges.top - 8.0, plot.edges.bottom + 18.0);
    for (&index, top) in order.iter().zip(tops) {
        let (colour, marker) = looks[index];
        let [low, _, median, _, high] = fans[index].last();
        let outcome = format!("{median:.1}% ({low:.1} to {high:.1})");
        let name = &fans[index].scenario;
        labels::draw(
            canvas,
            plot,
            &Label { sign: Sign::Marker(marker), colour, name, outcome: &outcome },
            top,
        );
    }
}

fn sentence(fan: &Fan) -> String {
    let [low, _, median, _, high] = fan.last();
    let name = &fan.scenario;
    format!(
        "{name}: by the end a median of {median:.1}%, in four of five replications {low:.1}% to {high:.1}%."
    )
}

fn data(fans: &[Fan]) -> Table {
    let mut table = Table::new(&["scenario", "population", "date", "replications"].map(|name| (name, "")));
    table.columns.extend(COLUMNS.map(|name| Column::new(name, "%")));
    for fan in fans {
        for (date, percentiles) in &fan.days {
            let mut row: Vec<Cell> =
                vec![fan.scenario.as_str().into(), "dormant".into(), (*date).into(), fan.replications.into()];
            row.extend(percentiles.map(|share| Cell::Decimal(share, PLACES)));
            table.push(row);
        }
    }
    table
}
