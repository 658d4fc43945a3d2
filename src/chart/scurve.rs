//! The S-curve: the share of the migratable that is migrated, by date, for one scenario or several.

use jiff::civil::Date;
use plotters::style::RGBColor;

use super::axis::{NumberAxis, days_between};
use super::canvas::{Canvas, Marker, Point};
use super::frame::{self, Across, Frame, Mark, Plot, in_words, left_out, period};
use super::labels::{self, HEIGHT, Label, Sign, spread};
use super::theme::{ALL, DORMANT, THEME};
use super::{Caption, Figure, svg};
use crate::findings::{Population, Value};
use crate::model::Model;
use crate::output::{Cell, Results, ResultsError, ResultsRun, Table};
use crate::trace::Trace;

const ID: &str = "fig-scurve";
/// Most scenarios in one figure; more would need small multiples.
pub(super) const MOST: usize = 4;

/// How far one population of one scenario came, day by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The scenario.
    pub scenario: String,
    /// Whose curve it is.
    pub population: Population,
    /// Its first day.
    pub first: Date,
    /// Migrated at each day's end \[installations\].
    pub migrated: Vec<u64>,
    /// Migratable: what 100% is \[installations\].
    pub migratable: u64,
    /// The plan date.
    pub plan: Option<Date>,
}

impl Series {
    /// Reads a curve off a run.
    #[must_use]
    pub fn of(model: &Model, trace: &Trace, population: Population) -> Self {
        Self {
            scenario: model.name.clone(),
            population,
            first: model.calendar.first,
            migrated: trace.days.iter().map(|day| population.migrated(day)).collect(),
            migratable: population.migratable(trace),
            plan: model.plan_day.map(|day| model.calendar.date(day)),
        }
    }

    /// Reads a curve off a results folder.
    pub(super) fn read(
        results: &Results,
        run: &ResultsRun,
        population: Population,
    ) -> Result<Self, ResultsError> {
        let sheet = results.sheet_of(run, &format!("{ID}.csv"))?;
        let (mut migrated, mut migratable) = (Vec::new(), 0);
        for row in sheet.rows() {
            if row.text("population")? == population.name() {
                migrated.push(row.count("migrated_installations")?);
                migratable = row.count("migratable_installations")?;
            }
        }
        Ok(Self {
            scenario: run.name.clone(),
            population,
            first: run.first,
            migrated,
            migratable,
            plan: run.plan,
        })
    }

    fn share(&self, index: usize) -> f64 {
        if self.migratable == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
        let share = 100.0 * self.migrated[index] as f64 / self.migratable as f64;
        share
    }

    fn last(&self) -> Date {
        self.date(self.migrated.len().saturating_sub(1))
    }

    fn date(&self, index: usize) -> Date {
        let days = i64::try_from(index).unwrap_or(0);
        self.first.checked_add(jiff::Span::new().days(days)).unwrap_or(self.first)
    }

    /// Position of the day on which the last one migrated.
    fn complete(&self) -> Option<usize> {
        let done = |migrated: &u64| self.migratable > 0 && *migrated >= self.migratable;
        self.migrated.iter().position(done)
    }

    /// How far it came by the end.
    fn reached(&self) -> String {
        Value::percent_in_words(self.migrated.last().copied().unwrap_or(0), self.migratable)
    }

    /// The second line of its label.
    fn outcome(&self) -> String {
        match self.complete() {
            _ if self.migratable == 0 => "nothing to migrate".to_owned(),
            Some(index) => format!("all by {}", self.date(index).strftime("%-d %b %Y")),
            None => format!("{} by the end", self.reached()),
        }
    }

    /// The same in a sentence.
    fn sentence(&self, subject: &str) -> String {
        match self.complete() {
            _ if self.migratable == 0 => format!("{subject}: nothing is migratable."),
            Some(index) => format!("{subject}: all migrated by {}.", in_words(self.date(index))),
            None => format!("{subject}: {} migrated by {}.", self.reached(), in_words(self.last())),
        }
    }
}

/// The S-curve of one run: Dormant installations and all of them.
#[must_use]
pub fn scurve(dormant: &Series, all: &Series, caption: &Caption) -> Figure {
    let title = match dormant.complete() {
        _ if dormant.migratable == 0 => "In this run no Dormant installation can migrate".to_owned(),
        Some(index) => {
            format!("In this run the last Dormant installation migrates on {}", in_words(dormant.date(index)))
        }
        None if dormant.migrated.last() == Some(&0) => {
            "In this run no Dormant installation migrates".to_owned()
        }
        None => format!(
            "In this run {} of migratable Dormant installations migrate by {}",
            dormant.reached(),
            in_words(dormant.last())
        ),
    };
    let words = Words {
        title,
        measure: "Share migrated, % of migratable installations, Dormant and all",
        caption,
        left_out: 0,
    };
    let curves = [
        Curve { series: all, name: "All", colour: ALL, marker: Marker::Square },
        Curve { series: dormant, name: "Dormant", colour: DORMANT, marker: Marker::Circle },
    ];
    draw(&words, &curves)
}

/// The S-curves of several scenarios under the same draws, Dormant only, the baseline first and dark grey.
///
/// Shows the first four; the description says how many are left out.
#[must_use]
pub fn scurves(series: &[Series], caption: &Caption) -> Figure {
    let shown = &series[..series.len().min(MOST)];
    let words = Words {
        title: format!("Dormant installations migrated under {} scenarios, one draw each", shown.len()),
        measure: "Share migrated, % of migratable installations, Dormant",
        caption,
        left_out: series.len() - shown.len(),
    };
    let looks = Marker::of_scenarios();
    let curves: Vec<Curve> = shown
        .iter()
        .zip(looks)
        .map(|(series, (colour, marker))| Curve { series, name: &series.scenario, colour, marker })
        .collect();
    draw(&words, &curves)
}

struct Words<'c> {
    title: String,
    measure: &'static str,
    caption: &'c Caption,
    left_out: usize,
}

struct Curve<'s> {
    series: &'s Series,
    name: &'s str,
    colour: RGBColor,
    marker: Marker,
}

fn draw(words: &Words, curves: &[Curve]) -> Figure {
    let first = curves.iter().map(|c| c.series.first).min().unwrap_or_default();
    let last = curves.iter().map(|c| c.series.last()).max().unwrap_or_default();
    let (axis, plan) = (NumberAxis::percent(), curves.first().and_then(|c| c.series.plan));
    let frame = Frame {
        words: frame::Words {
            title: &words.title,
            measure: words.measure,
            caption: words.caption,
            first,
            last,
        },
        key: &[],
        across: Across::Dates(first, last),
        mark: Mark::plan(plan, (first, last)),
        axis: &axis,
        unit: "% of migratable installations",
        panels: 1,
    };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw);
    let plot = frame.draw(&canvas)[0];
    let paths: Vec<Vec<Point>> = curves.iter().map(|curve| line(&canvas, &plot, first, curve)).collect();
    for (curve, place) in curves.iter().zip(apart(&paths)) {
        canvas.marker(curve.marker, place, curve.colour);
    }
    let ends: Vec<Point> = paths.iter().filter_map(|path| path.last().copied()).collect();
    labels(&canvas, &plot, curves, &ends);
    canvas.finish();
    let description = describe(words, curves, plan, (first, last));
    let svg = svg::finish(&raw, ID, &words.title, &description);
    Figure { id: ID.to_owned(), title: words.title.clone(), svg, data: data(curves), description }
}

/// Where markers stand: at the end of each curve, and of curves that end together further back on the later ones, so
/// that none covers another.
pub(super) fn apart(paths: &[Vec<Point>]) -> Vec<Point> {
    let mut places: Vec<Point> = Vec::new();
    for path in paths {
        let free = |p: &&Point| places.iter().all(|q| (p.0 - q.0).hypot(p.1 - q.1) >= 3.0 * THEME.marker);
        places.extend(path.iter().rev().find(free).or(path.last()));
    }
    places
}

/// Draws a curve and returns its points: to completion, or to its last day.
fn line(canvas: &Canvas, plot: &Plot, first: Date, curve: &Curve) -> Vec<Point> {
    let series = curve.series;
    let offset = days_between(first, series.first);
    #[expect(clippy::cast_precision_loss, reason = "a run has some thousand days")]
    let points: Vec<Point> =
        (0..series.migrated.len()).map(|i| plot.at(offset + i as f64, series.share(i))).collect();
    let end = series.complete().unwrap_or(points.len().saturating_sub(1));
    let mut shown = points;
    shown.truncate(end + 1);
    if shown.is_empty() {
        shown.push(plot.at(0.0, 0.0));
    }
    canvas.line(&shown, curve.colour, THEME.line_width);
    shown
}

/// Labels right of the plot: marker, name, and how far it came.
fn labels(canvas: &Canvas, plot: &Plot, curves: &[Curve], ends: &[Point]) {
    let mut order: Vec<usize> = (0..curves.len()).collect();
    // From the top down; of curves that end level, the one that ends last is nearest to the labels and goes first.
    order.sort_by(|&a, &b| ends[a].1.total_cmp(&ends[b].1).then(ends[b].0.total_cmp(&ends[a].0)));
    let wanted: Vec<f64> = order.iter().map(|&i| ends[i].1 - 6.0).collect();
    let tops = spread(&wanted, HEIGHT, plot.edges.top - 8.0, plot.edges.bottom + 18.0);
    for (&index, top) in order.iter().zip(tops) {
        let curve = &curves[index];
        let outcome = curve.series.outcome();
        let sign = Sign::Marker(curve.marker);
        let label = Label { sign, colour: curve.colour, name: curve.name, outcome: &outcome };
        labels::draw(canvas, plot, &label, top);
    }
}

fn describe(words: &Words, curves: &[Curve], plan: Option<Date>, (first, last): (Date, Date)) -> String {
    let of: Vec<String> = curves.iter().map(|c| c.series.sentence(c.name)).collect();
    let plan = plan.map_or(String::new(), |d| format!(" The plan date is {}.", in_words(d)));
    let left_out = left_out(words.left_out, 0);
    format!(
        "Line chart of the cumulative share of migratable installations that are migrated, 0% to 100%, by day, {}. \
         {}{plan}{left_out} The numbers are in fig-scurve.csv.",
        period(first, last),
        of.join(" "),
    )
}

fn data(curves: &[Curve]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("population", ""),
        ("date", ""),
        ("migrated_installations", "installations"),
        ("migratable_installations", "installations"),
        ("migrated_of_migratable_pct", "%"),
    ]);
    for series in curves.iter().map(|c| c.series) {
        for (index, &migrated) in series.migrated.iter().enumerate() {
            let share =
                if series.migratable == 0 { Cell::Empty } else { Cell::Decimal(series.share(index), 4) };
            table.push(vec![
                series.scenario.as_str().into(),
                series.population.name().into(),
                series.date(index).into(),
                migrated.into(),
                series.migratable.into(),
                share,
            ]);
        }
    }
    table
}
