//! Throughput: migrations per migration day, week by week, against the capacity offered.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::axis::NumberAxis;
use super::canvas::{Canvas, Marker, Point, Type};
use super::frame::{Frame, Plot, in_words, period};
use super::labels::{Around, Box4, place};
use super::theme::{ACTIVE, ALL, DORMANT, THEME};
use super::{Caption, Figure, font, svg};
use crate::findings::{Findings, Value, WeekFlow};
use crate::model::{Day, Model};
use crate::output::{Cell, Table, thousands};

const ID: &str = "fig-throughput";

/// Weekly means per migration day: capacity as a dark grey step, Dormant, Active and both as lines.
///
/// A mean per migration day, unlike a weekly total, does not dip for a bank holiday or a week cut by the run's ends.
#[must_use]
pub fn throughput(model: &Model, findings: &Findings, caption: &Caption) -> Figure {
    let weeks = &findings.throughput.weeks;
    let lines = lines_of(findings);
    let most = weeks.iter().flat_map(|w| lines.iter().filter_map(|l| mean(w, l.of))).fold(0.0, f64::max);
    let axis = NumberAxis::up_to(most * 1.08);
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
        right: THEME.margin + 14.0,
    };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw);
    let plot = frame.draw(&canvas);
    let last = f64::from(model.calendar.last().0);
    let drawn: Vec<Vec<Vec<Point>>> = lines.iter().map(|l| segments(&plot, weeks, l, last)).collect();
    for (line, pieces) in lines.iter().zip(&drawn) {
        for piece in pieces {
            canvas.line(piece, line.colour, line.width);
        }
    }
    labels(&canvas, &plot, &lines, &drawn);
    canvas.finish();
    let description = describe(findings, &frame);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(model, weeks), description }
}

/// One line of the figure.
struct Line {
    name: &'static str,
    colour: RGBColor,
    width: f64,
    marker: Option<Marker>,
    of: fn(&WeekFlow) -> u64,
    step: bool,
}

/// Capacity, both together where both migrate, Dormant, Active; drawn in this order.
fn lines_of(findings: &Findings) -> Vec<Line> {
    let line = |name, colour, marker, of| Line {
        name,
        colour,
        width: THEME.line_width,
        marker: Some(marker),
        of,
        step: false,
    };
    let [dormant, active] = findings.throughput.migrated;
    let mut lines = vec![Line {
        name: "Capacity offered",
        colour: THEME.baseline,
        width: THEME.reference_width,
        marker: None,
        of: |w| w.offered,
        step: true,
    }];
    if dormant > 0 && active > 0 {
        lines.push(line("All", ALL, Marker::Diamond, |w| w.migrated[0] + w.migrated[1]));
    }
    if active > 0 {
        lines.push(line("Active", ACTIVE, Marker::Square, |w| w.migrated[1]));
    }
    if dormant > 0 {
        lines.push(line("Dormant", DORMANT, Marker::Circle, |w| w.migrated[0]));
    }
    lines
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
fn mean(week: &WeekFlow, of: fn(&WeekFlow) -> u64) -> Option<f64> {
    (week.migration_days > 0).then(|| of(week) as f64 / week.migration_days as f64)
}

/// A line cut where a week has no migration day.
fn segments(plot: &Plot, weeks: &[WeekFlow], line: &Line, last: f64) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = vec![vec![]];
    for week in weeks {
        let monday = f64::from(week.monday.0);
        let piece = pieces.last_mut().expect("there is always a piece");
        match mean(week, line.of) {
            Some(value) if line.step => {
                piece.extend([plot.at(monday, value), plot.at((monday + 7.0).min(last), value)]);
            }
            // A week's mean stands at its middle.
            Some(value) => piece.push(plot.at((monday + 3.0).min(last), value)),
            None => pieces.push(vec![]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Labels beside the lines, each at a marked point where nothing is in its way.
fn labels(canvas: &Canvas, plot: &Plot, lines: &[Line], drawn: &[Vec<Vec<Point>>]) {
    let plan = plot.plan_x.map(|x| vec![(x, plot.edges.1), (x, plot.edges.3)]);
    let look = Type { size: THEME.text_size, bold: true, colour: THEME.text, anchor: HPos::Left };
    let mut taken: Vec<Box4> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let under: Vec<Vec<Point>> = drawn[..index].iter().flatten().chain(&plan).cloned().collect();
        let over: Vec<Vec<Point>> = drawn[index + 1..].iter().flatten().cloned().collect();
        let around = Around { under: &under, over: &over, taken: &taken, plot: plot.edges };
        let size = (font::width(line.name, look.size, true) + 4.0, look.size + 2.0);
        if let Some(spot) = place(size, &drawn[index], &around) {
            if let Some(marker) = line.marker {
                canvas.marker(marker, spot.point, line.colour);
            }
            canvas.text(line.name, (spot.label.0 + 2.0, spot.label.1 + 3.0), look);
            taken.push(spot.label);
        }
    }
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
        "Line chart of installations migrated per migration day, weekly means, with the capacity offered as a step, \
         {}. In all {} Dormant and {} Active installations migrate on {} migration days; {} slots are offered.{best} \
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
