//! From the Dormant days that the baseline loses to those of a scenario, cause by cause: a step a row, a column a scenario.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{WIDE, Words, below_plot, capitalised};
use crate::chart::layout::labels;
use crate::chart::layout::plot_area::Edges;
use crate::chart::marks::bars::small;
use crate::chart::marks::interval;
use crate::chart::marks::rows::{Rows, Scale, name_room};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, CAPTION, DORMANT, LABEL, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::findings::kpi;
use crate::output::{Cell, Table};
use crate::replications::Comparison;
use crate::statistics::Estimate;
use crate::wording::causes::{self, Step, turned};
use crate::wording::numbers::{self, PLACES};
use crate::wording::titles;

const ID: &str = "fig-waterfall";
/// Most scenarios that have a column.
const MOST: usize = 3;
/// Least room for the names of the rows.
const NAMES: f64 = 130.0;
/// Space between columns, and between a column's bars and its numbers.
const GAP: f64 = 20.0;
const NUMBER_GAP: f64 = 8.0;
const NUMBER: Type = Type { colour: THEME.text, ..CAPTION };
/// Height of the line that says what is counted.
const UNIT: f64 = 26.0;
/// Least height of a row, and the most that a bar takes of it.
const ROW: f64 = 22.0;
const BAR: f64 = 0.62;
/// Below this share of the largest step what the causes leave is a rounding error of the computer.
const REST: f64 = 1e-6;

/// A row of one scenario.
struct Fall {
    /// Name in files.
    id: &'static str,
    /// Name for people.
    name: &'static str,
    /// Scenario minus baseline \[installation-days\].
    change: Estimate,
    /// Where its bar begins and ends, as days more than the baseline's \[installation-days\].
    from: f64,
    to: f64,
}

/// The steps of one scenario.
struct Column<'c> {
    of: &'c Comparison,
    falls: Vec<Fall>,
}

/// The step in which all causes are together.
const WHOLE: &str = "scenario";

/// How the days lost change by cause. `lost` is the mean of the baseline \[installation-days\].
pub(crate) fn figure(
    comparisons: &[Comparison],
    lost: f64,
    (first, last): (Date, Date),
    caption: &Caption,
) -> Figure {
    let chosen = Chosen::among(comparisons, MOST);
    let all: Vec<Column> = comparisons.iter().map(column).collect();
    let drawn = chosen.pick(&(0..all.len()).collect::<Vec<_>>());
    let drawn: Vec<&Column> = drawn.into_iter().map(|at| &all[at]).collect();
    let base = comparisons.first().map_or("", titles::baseline);
    let caption =
        &caption.drawing_compared(comparisons, drawn.iter().map(|column| column.of.scenario.as_str()));
    let title = titles::causes(comparisons);
    let against = match drawn.as_slice() {
        [one] => format!("{} against {base}", titles::scenario(one.of)),
        _ => format!("against {base}"),
    };
    let measure = format!(
        "Mean change in Dormant days lost by cause, {against}; lines: 95% intervals that hold together{}",
        chosen.note()
    );
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let rows = rows_of(&drawn);
    let heading = if drawn.len() > 1 { labels::TWO_LINES } else { 0.0 };
    let mut raw = String::new();
    let room = UNIT + heading + small(rows.len()) * ROW + below_plot();
    let canvas = Canvas::new(&mut raw, words.height(room));
    let (top, foot) = words.draw(&canvas);
    draw(&canvas, (top, foot - below_plot()), (&drawn, &rows), (base, lost));
    canvas.finish();
    let description = describe(&drawn, lost, (first, last), &chosen);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(&all, lost), description }
}

/// The steps of a scenario, and what they come to.
fn column(of: &Comparison) -> Column<'_> {
    let mut at = 0.0;
    let mut next = |id, name, change: Estimate| {
        let from = at;
        at += change.value;
        Fall { id, name, change, from, to: at }
    };
    let steps = causes::steps(of);
    let mut falls: Vec<Fall> =
        steps.iter().map(|Step { cause, change }| next(cause.id, cause.title, *change)).collect();
    let whole = turned(of.avoided);
    let largest = steps.iter().map(|step| step.change.value.abs()).fold(1.0, f64::max);
    let rest = whole.value - falls.last().map_or(0.0, |fall| fall.to);
    if rest.abs() > REST * largest + 1.0 {
        let change = Estimate::told(rest, None, whole.interval.level, whole.n);
        falls.push(next("rest", "All other causes", change));
    }
    falls.push(Fall { id: WHOLE, name: "In all", change: whole, from: 0.0, to: whole.value });
    Column { of, falls }
}

/// The rows that any of some scenarios changes, and the last one; a cause that changes under none is left out.
fn rows_of(drawn: &[&Column]) -> Vec<&'static str> {
    let mut rows: Vec<&'static str> = Vec::new();
    for fall in drawn.iter().flat_map(|column| &column.falls) {
        let changes = fall.change.value != 0.0 || !fall.change.is_constant();
        if fall.id != WHOLE && changes && !rows.contains(&fall.id) {
            rows.push(fall.id);
        }
    }
    let place = |id: &str| causes::ALL.iter().position(|cause| cause.id == id).unwrap_or(causes::ALL.len());
    rows.sort_by_key(|id| place(id));
    rows.push(WHOLE);
    rows
}

impl Column<'_> {
    fn fall(&self, id: &str) -> Option<&Fall> {
        self.falls.iter().find(|fall| fall.id == id)
    }
}

impl Fall {
    /// From where to where its interval reaches, as days more than the baseline's.
    fn ends(&self) -> Option<[f64; 2]> {
        let (low, high) = self.change.interval.low.zip(self.change.interval.high)?;
        Some([self.from + low, self.from + high])
    }

    /// Its number as an axis says it, with its interval where it has room.
    fn words(&self, axis: &NumberAxis, largest: f64, with_interval: bool) -> String {
        let told = |value| signed(axis, value, largest);
        let change = told(self.change.value);
        match (with_interval, self.change.interval.low, self.change.interval.high) {
            (true, Some(low), Some(high)) if low < high => {
                format!("{change} [{} to {}]", told(low), told(high))
            }
            _ => change,
        }
    }
}

/// A number with its sign, as an axis says it, with the decimal places of the largest of those beside it.
fn signed(axis: &NumberAxis, value: f64, largest: f64) -> String {
    let words = axis.told_beside(value, largest);
    let sign = if value > 0.0 && words.contains(|c| matches!(c, '1'..='9')) { "+" } else { "" };
    format!("{sign}{words}")
}

fn draw(
    canvas: &Canvas,
    (top, bottom): (f64, f64),
    (drawn, rows): (&[&Column], &[&'static str]),
    (base, lost): (&str, f64),
) {
    let reach = || {
        let falls = drawn.iter().flat_map(|column| &column.falls);
        falls.flat_map(|fall| fall.ends().into_iter().flatten().chain([fall.to]))
    };
    let steps = if drawn.len() > 1 { 3 } else { 5 };
    let axis = NumberAxis::spanning(reach().fold(0.0, f64::min), reach().fold(0.0, f64::max), steps, 1.0);
    let all = numbers::three_digits(lost);
    let in_all = format!("{}days more (+) or fewer (-); {base} loses {all} in all", axis.factor);
    canvas.text(&canvas.line_of(&capitalised(&in_all), LABEL, WIDE), (THEME.margin, top), LABEL);
    let alone = drawn.len() == 1;
    let name = |id: &&'static str| drawn.iter().find_map(|column| Some(column.fall(id)?.name));
    let names: Vec<&str> = rows.iter().filter_map(name).collect();
    let left = THEME.margin + name_room(names.iter().copied(), NAMES);
    let falls = || drawn.iter().flat_map(|column| &column.falls);
    let largest = falls().map(|fall| fall.change.value.abs()).fold(0.0, f64::max);
    let told = falls().map(|fall| fall.words(&axis, largest, alone));
    let numbers = told.map(|words| font::width(&words, NUMBER.size, false)).fold(0.0, f64::max) + NUMBER_GAP;
    let wide = (THEME.width - THEME.margin - left + GAP) / small(drawn.len()) - GAP;
    let bold = Type { bold: true, ..NUMBER };
    let names_above: Vec<Vec<String>> = drawn
        .iter()
        .map(|column| labels::column_name(canvas, &capitalised(titles::scenario(column.of)), bold, wide))
        .collect();
    let heading = if alone { 0.0 } else { labels::column_names_height(&names_above) };
    for (at, column) in drawn.iter().enumerate() {
        let left = left + small(at) * (wide + GAP);
        let edges = Edges { left, top: top + UNIT + heading, right: left + wide - numbers, bottom };
        let plot = Rows::within(canvas, small(rows.len()), edges, Scale::Numbers(&axis));
        if !alone {
            labels::write_column_name(canvas, &names_above[at], bold, (left, top + UNIT));
        }
        if at == 0 {
            for (row, name) in names.iter().enumerate() {
                plot.name(canvas, name, plot.top(small(row) + 0.5), rows[row] == WHOLE);
            }
        }
        let mut before: Option<(f64, f64)> = None;
        for (row, fall) in rows.iter().map(|id| column.fall(id)).enumerate() {
            let Some(fall) = fall else { continue };
            let middle = plot.top(small(row) + 0.5);
            if let Some((x, height)) = before.filter(|_| fall.id != WHOLE) {
                canvas.line(&[(x, height), (x, middle)], THEME.zero, 1.0);
            }
            bar(canvas, &plot, &axis, fall, middle);
            before = Some((plot.at(&axis, fall.to), middle));
            let look = Type { bold: fall.id == WHOLE, ..NUMBER };
            let place = (plot.edges.right + NUMBER_GAP, middle - look.size * 0.37);
            canvas.text(&fall.words(&axis, largest, alone), place, look);
        }
    }
}

/// A step as a bar from where the one before it ended, and its interval.
fn bar(canvas: &Canvas, plot: &Rows, axis: &NumberAxis, fall: &Fall, middle: f64) {
    let half = plot.height * BAR / 2.0;
    let [from, to] = [fall.from, fall.to].map(|x| plot.at(axis, x));
    let colour = match fall.id {
        WHOLE => THEME.baseline,
        _ if fall.change.value > 0.0 => ACTIVE,
        _ => DORMANT,
    };
    // A step that is too short to be seen is still drawn.
    let (left, right) = (from.min(to), from.max(to).max(from.min(to) + 1.5));
    canvas.rect((left, middle - half), (right, middle + half), colour);
    let Some(ends) = fall.ends() else { return };
    let [low, high] = ends.map(|x| plot.at(axis, x));
    // An interval that is narrower than its own ends is no more than a blot.
    if high - low < 4.0 {
        return;
    }
    interval::draw(canvas, [low, high], middle, half * 0.5);
}

fn describe(drawn: &[&Column], lost: f64, (first, last): (Date, Date), chosen: &Chosen) -> String {
    let Some(Column { of, .. }) = drawn.first() else { return String::new() };
    let size = numbers::signed_three_digits;
    let of_one = |column: &&Column| {
        let steps = column.falls.iter().filter(|fall| fall.id != WHOLE && fall.change.value != 0.0);
        let mut steps: Vec<&Fall> = steps.collect();
        steps.sort_by(|a, b| b.change.value.abs().total_cmp(&a.change.value.abs()));
        let most = steps.iter().take(if drawn.len() > 1 { 2 } else { causes::ALL.len() });
        let most: Vec<String> =
            most.map(|fall| format!("{} {}", fall.name, size(fall.change.value))).collect();
        let most = if most.is_empty() { "no change".to_owned() } else { most.join(", ") };
        format!(
            "{}: {most}; in all {}.",
            capitalised(titles::scenario(column.of)),
            size(turned(column.of.avoided).value)
        )
    };
    format!(
        "Waterfall chart of the change in Dormant days lost by cause, {}. {} loses {} days. {}{}",
        numbers::period(first, last),
        capitalised(titles::baseline(of)),
        numbers::three_digits(lost),
        drawn.iter().map(of_one).collect::<Vec<_>>().join(" "),
        chosen.sentence()
    )
}

/// The steps of every scenario, with the days that are lost after each.
fn data(all: &[Column], lost: f64) -> Table {
    const UNIT: &str = kpi::DORMANT_DAYS_LOST.unit;
    let mut table = Table::new(&[
        ("scenario", ""),
        ("baseline", ""),
        ("step", ""),
        ("cause", ""),
        ("change", UNIT),
        ("lower", UNIT),
        ("upper", UNIT),
        ("level_pct", "%"),
        ("dormant_days_lost_after", UNIT),
        ("replications", ""),
    ]);
    for Column { of, falls } in all {
        let names = || [of.scenario.as_str(), of.baseline.as_str()].map(Cell::from);
        let n = Cell::from(of.avoided.n as u64);
        let mut row: Vec<Cell> = names().into();
        row.extend([Cell::from(0_u64), Cell::from("baseline")]);
        row.extend([const { Cell::Empty }; 4]);
        row.extend([Cell::Decimal(lost, PLACES), n.clone()]);
        table.push(row);
        for (step, fall) in (1_u64..).zip(falls) {
            let interval = &fall.change.interval;
            let mut row: Vec<Cell> = names().into();
            row.extend([Cell::from(step), Cell::from(fall.id), Cell::Decimal(fall.change.value, PLACES)]);
            row.extend(
                [interval.low, interval.high]
                    .map(|end| end.map_or(Cell::Empty, |end| Cell::Decimal(end, PLACES))),
            );
            row.extend([
                Cell::Decimal(100.0 * interval.level.get(), 3),
                Cell::Decimal(lost + fall.to, PLACES),
                Cell::from(fall.change.n as u64),
            ]);
            table.push(row);
        }
    }
    table
}
