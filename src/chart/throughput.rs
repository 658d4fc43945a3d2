//! Throughput: migrations per migration day, week by week, against the capacity offered.

use plotters::style::RGBColor;

use super::axis::NumberAxis;
use super::canvas::{Canvas, Marker, Point};
use super::frame::{Frame, Plot, in_words, period};
use super::labels::{self, Label, Sign};
use super::theme::{ACTIVE, ALL, DORMANT, THEME};
use super::{Caption, Figure, svg};
use crate::findings::{Findings, Value, WeekFlow};
use crate::model::{Day, Model};
use crate::output::{Cell, Table, thousands};

const ID: &str = "fig-throughput";

/// Weekly means per migration day in up to three plots on one scale: all, Dormant, Active, each under the capacity
/// offered.
///
/// Lines of their own plots cannot hide one another, however they zigzag. A mean per migration day, unlike a weekly
/// total, does not dip for a bank holiday or a week cut by the run's ends.
#[must_use]
pub fn throughput(model: &Model, findings: &Findings, caption: &Caption) -> Figure {
    let weeks = &findings.throughput.weeks;
    let panels = panels_of(findings);
    let highest =
        |w: &WeekFlow| [mean(w, |w| w.offered), mean(w, all)].into_iter().flatten().fold(0.0, f64::max);
    let most = weeks.iter().map(highest).fold(0.0, f64::max);
    let axis = NumberAxis::up_to(most, if panels.len() > 1 { 2 } else { 6 });
    let title = title(findings);
    let frame = Frame {
        title: &title,
        measure: "Weekly mean per migration day, installations, by status",
        caption,
        first: findings.first,
        last: findings.last,
        plan: model.plan_day.map(|day| model.calendar.date(day)),
        axis: &axis,
        unit: "installations per migration day",
        panels: if panels.len() > 1 { 3 } else { 1 },
    };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw);
    let plots = frame.draw(&canvas);
    let last = f64::from(model.calendar.last().0);
    for (index, (panel, plot)) in panels.iter().zip(&plots).enumerate() {
        draw_panel(&canvas, plot, panel, weeks, last);
        label_panel(&canvas, plot, panel, index == 0);
    }
    canvas.finish();
    let description = describe(findings, &frame);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(model, weeks), description }
}

/// One plot of the figure.
struct Panel {
    name: &'static str,
    colour: RGBColor,
    of: fn(&WeekFlow) -> u64,
    migrated: u64,
}

/// All, Dormant and Active; all alone where only one of the statuses migrates, or none.
fn panels_of(findings: &Findings) -> Vec<Panel> {
    let [dormant, active] = findings.throughput.migrated;
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

fn all(week: &WeekFlow) -> u64 {
    week.migrated[0] + week.migrated[1]
}

fn draw_panel(canvas: &Canvas, plot: &Plot, panel: &Panel, weeks: &[WeekFlow], last: f64) {
    let step =
        |monday: f64, value: f64| vec![plot.at(monday, value), plot.at((monday + 7.0).min(last), value)];
    for piece in segments(weeks, |w| w.offered, step) {
        canvas.line(&piece, THEME.baseline, THEME.reference_width);
    }
    // A week's mean stands at its middle.
    let middle = |monday: f64, value: f64| vec![plot.at((monday + 3.0).min(last), value)];
    for piece in segments(weeks, panel.of, middle) {
        match piece[..] {
            [only] => canvas.marker(Marker::Circle, only, panel.colour),
            _ => canvas.line(&piece, panel.colour, THEME.line_width),
        }
    }
}

/// Points of a line, cut where a week has no migration day.
fn segments(
    weeks: &[WeekFlow],
    of: fn(&WeekFlow) -> u64,
    points: impl Fn(f64, f64) -> Vec<Point>,
) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = vec![vec![]];
    for week in weeks {
        match mean(week, of) {
            Some(value) => {
                let piece = pieces.last_mut().expect("there is always a piece");
                piece.extend(points(f64::from(week.monday.0), value));
            }
            None => pieces.push(vec![]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn label_panel(canvas: &Canvas, plot: &Plot, panel: &Panel, names_capacity: bool) {
    let mut top = plot.edges.top - 6.0;
    if names_capacity {
        let capacity =
            Label { sign: Sign::Line, colour: THEME.baseline, name: "Capacity offered", outcome: "" };
        labels::draw(canvas, plot, &capacity, top);
        top += 26.0;
    }
    let outcome = format!("{} migrated", thousands(&panel.migrated.to_string()));
    let label = Label { sign: Sign::Line, colour: panel.colour, name: panel.name, outcome: &outcome };
    labels::draw(canvas, plot, &label, top);
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
fn mean(week: &WeekFlow, of: fn(&WeekFlow) -> u64) -> Option<f64> {
    (week.migration_days > 0).then(|| of(week) as f64 / week.migration_days as f64)
}

fn title(findings: &Findings) -> String {
    let used = &findings.utilisation;
    let share = || Value::percent_in_words(used.succeeded, used.offered);
    match (used.offered, used.succeeded) {
        (0, _) => "In this run no capacity is offered".to_owned(),
        (_, 0) => "In this run nothing migrates".to_owned(),
        _ => format!("In this run {} of the capacity offered migrates an installation", share()),
    }
}

fn describe(findings: &Findings, frame: &Frame) -> String {
    let flow = &findings.throughput;
    let number = |n: u64| thousands(&n.to_string());
    let best = flow.best_week().filter(|w| w.migrated != [0, 0]).map_or(String::new(), |week| {
        let monday = i64::from(week.monday.0);
        let date = findings.first.checked_add(jiff::Span::new().days(monday)).unwrap_or(findings.first);
        let total = number(week.migrated[0] + week.migrated[1]);
        format!(" The best week, from {}, migrates {total}.", in_words(date))
    });
    format!(
        "Line chart of installations migrated per migration day, weekly means: all, Dormant and Active one above the \
         other where both migrate, each with the capacity offered as a step, {}. In all {} Dormant and {} Active installations migrate \
         on {} migration days; {} slots are offered.{best} \
         The numbers are in {ID}.csv.",
        period(frame.first, frame.last),
        number(flow.migrated[0]),
        number(flow.migrated[1]),
        number(findings.utilisation.migration_days),
        number(findings.utilisation.offered),
    )
}

fn data(model: &Model, weeks: &[WeekFlow]) -> Table {
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
    for week in weeks {
        let monday: Day = week.monday;
        let counts =
            [week.migration_days, week.offered, week.migrated[0], week.migrated[1], week.failed, week.unused];
        let means: [fn(&WeekFlow) -> u64; 3] = [|w| w.offered, |w| w.migrated[0], |w| w.migrated[1]];
        let mut row = vec![model.calendar.date(monday).into()];
        row.extend(counts.map(Cell::from));
        row.extend(means.map(|of| mean(week, of).map_or(Cell::Empty, |x| Cell::Decimal(x, 2))));
        table.push(row);
    }
    table
}
