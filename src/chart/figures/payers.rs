//! Gains against costs: by how much Dormant installations wait less and Active ones more, in all and by supplier, and the net of the whole.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::figures::difference_ranges::{baseline, ends};
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{WIDE, Words, below_plot, capitalised};
use crate::chart::layout::labels::{self, Key, Sign};
use crate::chart::layout::plot_area::Edges;
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Rows, Scale, name_room};
use crate::chart::surface::canvas::{Canvas, Marker};
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, CAPTION, DORMANT, LABEL, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::findings::{Dimension, Kpi, Scope, kpi};
use crate::output::{Cell, study_difference_table};
use crate::replications::Comparison;
use crate::statistics::{Estimate, Level};
use crate::wording::causes::turned;
use crate::wording::{numbers, titles};

const ID: &str = "fig-payers";
/// Most scenarios that have a column, and most suppliers that have a row.
const MOST: usize = 3;
const MOST_SUPPLIERS: usize = 6;
/// Least room for the names of the rows.
const NAMES: f64 = 100.0;
/// Space between columns, and between a column's bars and its numbers.
const GAP: f64 = 20.0;
const NUMBER_GAP: f64 = 8.0;
const NUMBER: Type = Type { colour: THEME.text, ..CAPTION };
/// Height of the line that says what is counted, of the key, and of a line below the plot.
const UNIT: f64 = 24.0;
const KEY: f64 = 24.0;
const LINE: f64 = 17.0;
/// Least height of a row.
const ROW: f64 = 26.0;
/// What a bar takes of its row.
const BAR: f64 = 0.36;

/// What the data of the figure hold beside the days avoided, as files name it.
const MEASURES: [Kpi; 3] = [kpi::ACTIVE_DAYS_SINCE_ENTRY, kpi::ACTIVE_LATE, kpi::WAITED_BY_ALL];

/// Gains and costs of one supplier, or of all \[installation-days\].
struct Row {
    name: String,
    /// Days that Dormant installations wait less.
    gain: Estimate,
    /// Days that Active installations wait less: below 0 where they wait longer.
    cost: Option<Estimate>,
    /// Days that both together wait less; with an interval of the whole only.
    net: Estimate,
}

/// What one scenario brings and costs.
struct Column<'c> {
    of: &'c Comparison,
    rows: Vec<Row>,
}

/// Gains and costs under each scenario. `waited` is the mean of the Active days waited in the baseline \[installation-days\].
pub(crate) fn figure(
    comparisons: &[Comparison],
    waited: Option<f64>,
    (first, last): (Date, Date),
    caption: &Caption,
) -> Figure {
    let chosen = Chosen::among(comparisons, MOST);
    let suppliers = suppliers(comparisons);
    let drawn: Vec<Column> = chosen
        .pick(&(0..comparisons.len()).collect::<Vec<_>>())
        .into_iter()
        .map(|at| column(&comparisons[at], &suppliers))
        .collect();
    let base = baseline(comparisons);
    let caption =
        &caption.drawing_compared(comparisons, drawn.iter().map(|column| column.of.scenario.as_str()));
    let title = titles::payers(comparisons, waited);
    let left = chosen.note();
    let measure = format!(
        "Mean change in days waited against {base}, in all and by supplier; lines: 95% intervals{left}"
    );
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let below = below_words(&drawn);
    let lines = if below.is_empty() { Vec::new() } else { font::wrap(&below, CAPTION, WIDE) };
    let n = drawn.first().map_or(0, |column| column.rows.len());
    let heading = if drawn.len() > 1 { labels::TWO_LINES } else { 0.0 };
    let mut raw = String::new();
    let room = UNIT + KEY + heading + ROW * small(n) + below_plot() + LINE * small(lines.len());
    let canvas = Canvas::new(&mut raw, words.height(room));
    canvas.know(drawn.iter().flat_map(|column| &column.rows).map(|row| row.name.clone()));
    let (top, foot) = words.draw(&canvas);
    let under = foot - LINE * small(lines.len());
    draw(&canvas, (top, under - below_plot()), &drawn, base);
    for (at, line) in (0..).map(f64::from).zip(&lines) {
        canvas.text(line, (THEME.margin, under - 4.0 + LINE * at), NUMBER);
    }
    canvas.finish();
    let mut data = study_difference_table(comparisons);
    let measures = MEASURES.map(|kpi| Cell::from(kpi.id));
    let avoided = Cell::from(kpi::DORMANT_DAYS_AVOIDED.id);
    let parts = [Scope::whole().kind, Dimension::Supplier.name()].map(Cell::from);
    data.rows.retain(|row| measures.contains(&row[2]) || (row[2] == avoided && parts.contains(&row[3])));
    let description = describe(&drawn, base, &below, (first, last), &chosen);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data, description }
}

/// The suppliers that have a row: those whose days change most under any scenario.
fn suppliers(comparisons: &[Comparison]) -> Vec<String> {
    let mut most: Vec<(String, f64)> = Vec::new();
    for of in comparisons {
        for part in of.by(Dimension::Supplier) {
            let cost = cost(of, &part.name).map_or(0.0, |cost| cost.value.abs());
            let size = part.avoided.value.abs().max(cost);
            match most.iter_mut().find(|(name, _)| *name == part.name) {
                Some((_, known)) => *known = known.max(size),
                None => most.push((part.name.clone(), size)),
            }
        }
    }
    most.retain(|(_, size)| *size > 0.0);
    most.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    most.truncate(MOST_SUPPLIERS);
    // One supplier alone is the whole.
    if most.len() < 2 { Vec::new() } else { most.into_iter().map(|(name, _)| name).collect() }
}

/// Days that the Active installations of a supplier wait less.
fn cost(of: &Comparison, supplier: &str) -> Option<Estimate> {
    let scope = Scope::of(Dimension::Supplier.name(), supplier);
    of.change(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &scope).map(turned)
}

fn column<'c>(of: &'c Comparison, suppliers: &[String]) -> Column<'c> {
    let sum = |gain: &Estimate, cost: Option<&Estimate>| {
        let value = gain.value + cost.map_or(0.0, |cost| cost.value);
        Estimate::told(value, None, Level::P95, gain.n)
    };
    let cost_of_all = of.active_waiting().map(turned);
    let net = of.change(&kpi::WAITED_BY_ALL, &Scope::whole()).map(turned);
    let whole = Row {
        name: "In all".to_owned(),
        gain: of.avoided,
        cost: cost_of_all,
        net: net.unwrap_or_else(|| sum(&of.avoided, cost_of_all.as_ref())),
    };
    let part = |name: &String| {
        let gain = of.by(Dimension::Supplier).iter().find(|part| part.name == *name)?.avoided;
        let cost = cost(of, name);
        Some(Row { name: name.clone(), gain, cost, net: sum(&gain, cost.as_ref()) })
    };
    let rows = std::iter::once(whole).chain(suppliers.iter().filter_map(part)).collect();
    Column { of, rows }
}

/// How many more Active installations miss their supplier's obligation day, where any day lies in the run.
fn below_words(drawn: &[Column]) -> String {
    let late = |column: &Column| {
        let change = column.of.change(&kpi::ACTIVE_LATE, &Scope::active())?;
        let told = numbers::signed_three_digits(change.value);
        Some(if drawn.len() > 1 { format!("{} {told}", titles::scenario(column.of)) } else { told })
    };
    let late: Vec<String> = drawn.iter().filter_map(late).collect();
    if late.is_empty() {
        return String::new();
    }
    format!("Active installations that miss their supplier's obligation day: {}.", late.join(", "))
}

/// A number with its sign, as an axis says it, with the decimal places of the largest of those beside it.
fn signed(axis: &NumberAxis, value: f64, largest: f64) -> String {
    let words = axis.told_beside(value, largest);
    let sign = if value > 0.0 && words.contains(|c| matches!(c, '1'..='9')) { "+" } else { "" };
    format!("{sign}{words}")
}

/// The net of a row, of the whole with its interval where there is room.
fn told(axis: &NumberAxis, row: &Row, largest: f64, with_interval: bool) -> String {
    let net = signed(axis, row.net.value, largest);
    match (with_interval, row.net.interval.low, row.net.interval.high) {
        (true, Some(low), Some(high)) if low < high => {
            format!("{net} [{} to {}]", signed(axis, low, largest), signed(axis, high, largest))
        }
        _ => net,
    }
}

fn draw(canvas: &Canvas, (top, bottom): (f64, f64), drawn: &[Column], base: &str) {
    let rows = || drawn.iter().flat_map(|column| &column.rows);
    let reach = || {
        rows()
            .flat_map(|row| [Some(row.gain), row.cost, Some(row.net)].into_iter().flatten())
            .flat_map(|of| ends(&of))
    };
    let alone = drawn.len() == 1;
    let steps = if alone { 5 } else { 3 };
    let axis = NumberAxis::spanning(reach().fold(0.0, f64::min), reach().fold(0.0, f64::max), steps, 1.0);
    let unit = capitalised(&format!("{}days waited less (+) or longer (-) than under {base}", axis.factor));
    canvas.text(&canvas.line_of(&unit, LABEL, WIDE), (THEME.margin, top), LABEL);
    let some = |of: fn(&Row) -> bool| rows().any(of);
    let dormant = Key { sign: Sign::Bar, colour: DORMANT, name: "Dormant installations" };
    let active = Key { sign: Sign::Bar, colour: ACTIVE, name: "Active installations" };
    let both =
        Key { sign: Sign::Marker(Marker::Diamond), colour: THEME.text, name: "both together, in numbers" };
    let mut key = Vec::new();
    key.extend(some(|row| row.gain.value != 0.0 || !row.gain.is_constant()).then_some(dormant));
    key.extend(some(|row| row.cost.is_some()).then_some(active));
    key.push(both);
    labels::key(canvas, &key, (THEME.margin, top + UNIT));
    let largest = rows().map(|row| row.net.value.abs()).fold(0.0, f64::max);
    let names: Vec<&str> =
        drawn.first().map_or(&[][..], |column| &column.rows).iter().map(|row| row.name.as_str()).collect();
    let left = THEME.margin + name_room(names.iter().copied(), NAMES);
    let widths = rows().map(|row| font::width(&told(&axis, row, largest, alone), NUMBER.size, true));
    let numbers = widths.fold(0.0, f64::max) + NUMBER_GAP;
    let wide = (THEME.width - THEME.margin - left + GAP) / small(drawn.len().max(1)) - GAP;
    let bold = Type { bold: true, ..NUMBER };
    let names_above: Vec<Vec<String>> = drawn
        .iter()
        .map(|column| labels::column_name(canvas, &capitalised(titles::scenario(column.of)), bold, wide))
        .collect();
    let heading = if alone { 0.0 } else { labels::column_names_height(&names_above) };
    for (at, column) in drawn.iter().enumerate() {
        let left = left + small(at) * (wide + GAP);
        let edges = Edges { left, top: top + UNIT + KEY + heading, right: left + wide - numbers, bottom };
        let plot = Rows::within(canvas, small(column.rows.len()), edges, Scale::Numbers(&axis));
        if !alone {
            labels::write_column_name(canvas, &names_above[at], bold, (left, top + UNIT + KEY));
        }
        for (row_at, row) in column.rows.iter().enumerate() {
            let (middle, is_whole) = (plot.top(small(row_at) + 0.5), row_at == 0);
            if at == 0 {
                plot.name(canvas, &row.name, middle, is_whole);
            }
            let half = plot.height * BAR;
            bar(canvas, (&plot, &axis), (&row.gain, DORMANT), (middle - half, middle - 1.0));
            if let Some(cost) = &row.cost {
                bar(canvas, (&plot, &axis), (cost, ACTIVE), (middle + 1.0, middle + half));
            }
            canvas.small_marker(Marker::Diamond, (plot.at(&axis, row.net.value), middle), THEME.text);
            let look = Type { bold: is_whole, ..NUMBER };
            let place = (plot.edges.right + NUMBER_GAP, middle - look.size * 0.37);
            canvas.text(&told(&axis, row, largest, alone), place, look);
        }
    }
}

/// A bar from none, and its interval.
fn bar(
    canvas: &Canvas,
    (plot, axis): (&Rows, &NumberAxis),
    (of, colour): (&Estimate, plotters::style::RGBColor),
    (top, bottom): (f64, f64),
) {
    let [zero, end] = [0.0, of.value].map(|x| plot.at(axis, x));
    if of.value != 0.0 {
        canvas.rect((zero.min(end), top), (zero.max(end).max(zero.min(end) + 1.0), bottom), colour);
    }
    let (Some(low), Some(high)) = (of.interval.low, of.interval.high) else { return };
    let ([low, high], middle) = ([low, high].map(|x| plot.at(axis, x)), f64::midpoint(top, bottom));
    // An interval that is narrower than its line is no more than a blot.
    if high - low < 4.0 {
        return;
    }
    for (colour, width) in
        [(THEME.background, THEME.reference_width + 1.5), (THEME.text, THEME.reference_width - 0.5)]
    {
        canvas.line(&[(low, middle), (high, middle)], colour, width);
    }
}

fn describe(
    drawn: &[Column],
    base: &str,
    below: &str,
    (first, last): (Date, Date),
    chosen: &Chosen,
) -> String {
    let size = |of: f64| numbers::signed_three_digits(of);
    let of_one = |column: &Column| {
        let Some(whole) = column.rows.first() else { return String::new() };
        let cost = whole
            .cost
            .map_or_else(String::new, |cost| format!(", Active installations {}", size(cost.value)));
        format!(
            "{}: Dormant installations {}{cost}, both together {}.",
            capitalised(titles::scenario(column.of)),
            size(whole.gain.value),
            size(whole.net.value)
        )
    };
    format!(
        "Two-sided bars of the days waited less (+) or longer (-) than under {base}, in all and by supplier, {}. {} {below}{}",
        numbers::period(first, last),
        drawn.iter().map(of_one).collect::<Vec<_>>().join(" "),
        chosen.sentence()
    )
    .trim_end()
    .to_owned()
}
