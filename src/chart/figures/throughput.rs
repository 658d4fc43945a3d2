//! Throughput: migrations per migration day, week by week, against the capacity offered.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::layout::axis::{NumberAxis, days_between};
use crate::chart::layout::frame::{Across, Frame, Mark, Words};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Label, Sign};
use crate::chart::layout::plot_area::Plot;
use crate::chart::surface::canvas::{Canvas, Marker, Point};
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, ALL, DORMANT, THEME};
use crate::chart::{Caption, Figure};
use crate::findings::{Findings, WeekFlow};
use crate::model::Model;
use crate::output::{Cell, Results, ResultsError, ResultsRun, Table};
use crate::wording::numbers;

const ID: &str = "fig-throughput";
/// How far labels reach above their plot, and the height of the one of the capacity.
const ABOVE: f64 = 6.0;
const CAPACITY: f64 = 26.0;

/// How much migrated week by week, and what was offered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// First day of the run.
    pub first: Date,
    /// Last day of the run.
    pub last: Date,
    /// The plan date.
    pub plan: Option<Date>,
    /// One entry a calendar week with a day of the run, in order.
    pub weeks: Vec<Week>,
}

/// One week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its Monday, which may lie before the run.
    pub monday: Date,
    /// Migration days \[days\].
    pub migration_days: u64,
    /// Capacity offered \[installations\].
    pub offered: u64,
    /// Migrated, Dormant then Active \[installations\].
    pub migrated: [u64; 2],
    /// Attempts that failed \[installations\].
    pub failed: u64,
    /// Slots allocated and not used \[installations\].
    pub unused: u64,
}

impl Flow {
    /// Reads the weeks off a run.
    #[must_use]
    pub fn of(model: &Model, findings: &Findings) -> Self {
        let week = |week: &WeekFlow| Week {
            monday: model.calendar.date(week.monday),
            migration_days: week.migration_days,
            offered: week.offered,
            migrated: week.migrated,
            failed: week.failed,
            unused: week.unused,
        };
        Self {
            first: findings.first,
            last: findings.last,
            plan: model.plan_day.map(|day| model.calendar.date(day)),
            weeks: findings.throughput.weeks.iter().map(week).collect(),
        }
    }

    /// Reads the weeks off a results folder.
    pub(crate) fn read(results: &Results, run: &ResultsRun) -> Result<Self, ResultsError> {
        let sheet = results.sheet_of(run, &format!("{ID}.csv"))?;
        let mut weeks = Vec::new();
        for row in sheet.rows() {
            weeks.push(Week {
                monday: row.date("week_commencing")?.unwrap_or(run.first),
                migration_days: row.count("migration_days")?,
                offered: row.count("offered_installations")?,
                migrated: [
                    row.count("dormant_migrated_installations")?,
                    row.count("active_migrated_installations")?,
                ],
                failed: row.count("failed_installations")?,
                unused: row.count("unused_installations")?,
            });
        }
        Ok(Self { first: run.first, last: run.last, plan: run.plan, weeks })
    }

    fn sum(&self, of: fn(&Week) -> u64) -> u64 {
        self.weeks.iter().map(of).sum()
    }

    /// Days from the first day of the run.
    fn day(&self, date: Date) -> f64 {
        days_between(self.first, date)
    }
}

/// Weekly means per migration day in up to three plots on one scale: all, Dormant, Active, each under the capacity
/// offered.
///
/// Lines of their own plots cannot hide one another, however they zigzag. A mean per migration day, unlike a weekly
/// total, does not dip for a bank holiday or a week cut by the run's ends.
#[must_use]
pub fn throughput(flow: &Flow, caption: &Caption) -> Figure {
    let panels = panels_of(flow);
    let highest = |w: &Week| [mean(w, |w| w.offered), mean(w, all)].into_iter().flatten().fold(0.0, f64::max);
    let most = flow.weeks.iter().map(highest).fold(0.0, f64::max);
    let axis = NumberAxis::up_to(most, if panels.len() > 1 { 2 } else { 6 });
    let title = title(flow);
    let words = Words {
        title: &title,
        measure: "Weekly mean per migration day, installations, by status",
        caption,
        first: flow.first,
        last: flow.last,
        names: &[],
    };
    let frame = Frame {
        words,
        across: Across::Dates(flow.first, flow.last),
        mark: Mark::plan(flow.plan, (flow.first, flow.last)),
        key: &[],
        axis: &axis,
        unit: "installations per migration day",
        panels: if panels.len() > 1 { 3 } else { 1 },
        below: None,
    };
    let mut raw = String::new();
    let tallest = panels.iter().map(|panel| panel.label().height()).fold(0.0, f64::max);
    let least = CAPACITY + tallest - ABOVE - THEME.panel_gap;
    let canvas = Canvas::new(&mut raw, words.height(frame.room(least)));
    let plots = frame.draw(&canvas);
    for (index, (panel, plot)) in panels.iter().zip(&plots).enumerate() {
        draw_panel(&canvas, plot, panel, flow);
        label_panel(&canvas, plot, panel, index == 0);
    }
    canvas.finish();
    let description = describe(flow);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(flow), description }
}

/// One plot of the figure.
struct Panel {
    name: &'static str,
    colour: RGBColor,
    of: fn(&Week) -> u64,
    migrated: u64,
}

/// All, Dormant and Active; all alone where only one of the statuses migrates, or none.
fn panels_of(flow: &Flow) -> Vec<Panel> {
    let (dormant, active) = (flow.sum(|w| w.migrated[0]), flow.sum(|w| w.migrated[1]));
    let dormant_panel = Panel { name: "Dormant", colour: DORMANT, of: |w| w.migrated[0], migrated: dormant };
    let active_panel = Panel { name: "Active", colour: ACTIVE, of: |w| w.migrated[1], migrated: active };
    match (dormant, active) {
        (0, 0) => vec![Panel { name: "All", colour: ALL, of: all, migrated: 0 }],
        (_, 0) => vec![dormant_panel],
        (0, _) => vec![active_panel],
        _ => {
            let both = Panel { name: "All", colour: ALL, of: all, migrated: dormant + active };
            vec![both, dormant_panel, active_panel]
        }
    }
}

fn all(week: &Week) -> u64 {
    week.migrated[0] + week.migrated[1]
}

fn draw_panel(canvas: &Canvas, plot: &Plot, panel: &Panel, flow: &Flow) {
    let last = flow.day(flow.last);
    let step =
        |monday: f64, value: f64| vec![plot.at(monday, value), plot.at((monday + 7.0).min(last), value)];
    for piece in segments(flow, |w| w.offered, step) {
        canvas.line(&piece, THEME.baseline, THEME.reference_width);
    }
    // A week's mean stands at its middle.
    let middle = |monday: f64, value: f64| vec![plot.at((monday + 3.0).min(last), value)];
    for piece in segments(flow, panel.of, middle) {
        match piece[..] {
            [only] => canvas.marker(Marker::Circle, only, panel.colour),
            _ => canvas.line(&piece, panel.colour, THEME.line_width),
        }
    }
}

/// Points of a line, cut where a week has no migration day.
fn segments(flow: &Flow, of: fn(&Week) -> u64, points: impl Fn(f64, f64) -> Vec<Point>) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = vec![vec![]];
    for week in &flow.weeks {
        match mean(week, of) {
            Some(value) => {
                let piece = pieces.last_mut().expect("there is always a piece");
                piece.extend(points(flow.day(week.monday), value));
            }
            None => pieces.push(vec![]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn label_panel(canvas: &Canvas, plot: &Plot, panel: &Panel, names_capacity: bool) {
    let mut top = plot.edges.top - ABOVE;
    if names_capacity {
        let capacity = Label {
            sign: Sign::Line,
            colour: THEME.baseline,
            name: "Capacity offered".to_owned(),
            outcome: String::new(),
        };
        labels::draw(canvas, plot, &capacity, top);
        top += CAPACITY;
    }
    labels::draw(canvas, plot, &panel.label(), top);
}

impl Panel {
    /// What stands beside its line.
    fn label(&self) -> Label {
        let outcome = format!("{} migrated", numbers::count(self.migrated));
        Label { sign: Sign::Line, colour: self.colour, name: self.name.to_owned(), outcome }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
fn mean(week: &Week, of: fn(&Week) -> u64) -> Option<f64> {
    (week.migration_days > 0).then(|| of(week) as f64 / week.migration_days as f64)
}

fn title(flow: &Flow) -> String {
    let (offered, migrated) = (flow.sum(|w| w.offered), flow.sum(all));
    match (offered, migrated) {
        (0, _) => "In this run no capacity is offered".to_owned(),
        (_, 0) => "In this run nothing migrates".to_owned(),
        _ => format!(
            "In this run {} of the capacity offered migrates an installation",
            numbers::percent(migrated, offered)
        ),
    }
}

fn describe(flow: &Flow) -> String {
    let number = |n: u64| numbers::count(n);
    // The first of the weeks that tie.
    let best = flow.weeks.iter().rev().max_by_key(|w| all(w)).filter(|w| all(w) > 0);
    let best = best.map_or(String::new(), |week| {
        format!(" The best week, from {}, migrates {}.", numbers::long_date(week.monday), number(all(week)))
    });
    format!(
        "Line chart of installations migrated per migration day, weekly means: all, Dormant and Active one above the \
         other where both migrate, each with the capacity offered as a step, {}. In all {} Dormant and {} Active \
         installations migrate on {} migration days; {} slots are offered.{best} \
        ",
        numbers::period(flow.first, flow.last),
        number(flow.sum(|w| w.migrated[0])),
        number(flow.sum(|w| w.migrated[1])),
        number(flow.sum(|w| w.migration_days)),
        number(flow.sum(|w| w.offered)),
    )
}

fn data(flow: &Flow) -> Table {
    let mut table = Table::new(&[
        ("week_commencing", ""),
        ("migration_days", "days"),
        ("offered_installations", "installations"),
        ("dormant_migrated_installations", "installations"),
        ("active_migrated_installations", "installations"),
        ("failed_installations", "installations"),
        ("unused_installations", "installations"),
        ("offered_per_migration_day", "installations per migration day"),
        ("dormant_migrated_per_migration_day", "installations per migration day"),
        ("active_migrated_per_migration_day", "installations per migration day"),
    ]);
    for week in &flow.weeks {
        let counts =
            [week.migration_days, week.offered, week.migrated[0], week.migrated[1], week.failed, week.unused];
        let means: [fn(&Week) -> u64; 3] = [|w| w.offered, |w| w.migrated[0], |w| w.migrated[1]];
        let mut row = vec![week.monday.into()];
        row.extend(counts.map(Cell::from));
        row.extend(means.map(|of| mean(week, of).map_or(Cell::Empty, |x| Cell::Decimal(x, 2))));
        table.push(row);
    }
    table
}
