//! What one assumption at a time changes of the days that a scenario avoids: a row an assumption, those that move it most first, and
//! where the verdict changes on the way to a value.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::figures::difference_ranges::baseline;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{WIDE, Words, below_plot, capitalised};
use crate::chart::layout::plot_area::Edges;
use crate::chart::marks::bars::small;
use crate::chart::marks::interval;
use crate::chart::marks::rows::{Rows, Scale};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, CAPTION, DORMANT, LABEL, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::output::{Tried, sensitivity_table};
use crate::replications::Comparison;
use crate::statistics::{Estimate, Interval, Side};
use crate::wording::switching::{self, Try};
use crate::wording::{numbers, titles};

const ID: &str = "fig-sensitivity";
/// Most assumptions that have a row.
const MOST: usize = 8;
/// Most room for the words beside the rows.
const WORDS: f64 = 262.0;
const WORD_GAP: f64 = 14.0;
/// Height of the line that says what is counted, of a line of words, and of a bar.
const UNIT: f64 = 26.0;
const LINE: f64 = 17.0;
const LANE: f64 = 21.0;
/// Space between rows, and between a bar and its words.
const GAP: f64 = 9.0;
const BESIDE: f64 = 6.0;
const TOLD: Type = Type { colour: THEME.text, ..CAPTION };
/// Height of a bar in its lane.
const BAR: f64 = 13.0;

/// One value of an assumption.
struct Value<'t> {
    label: &'t str,
    /// By how much more is avoided than as the files say \[installation-days\].
    change: Estimate,
    colour: RGBColor,
}

/// An assumption and the values tried for it.
struct Assumption<'t> {
    name: &'t str,
    values: Vec<Value<'t>>,
    /// Where the verdict changes.
    switch: String,
}

impl Assumption<'_> {
    /// The largest change of any of its values.
    fn most(&self) -> f64 {
        self.values.iter().map(|value| value.change.value.abs()).fold(0.0, f64::max)
    }

    /// Whether any of its values is shown to change anything.
    fn is_known(&self) -> bool {
        self.values.iter().any(|value| titles::is_claim(&value.change))
    }

    /// The values on one side of none.
    fn on(&self, side: Side) -> impl Iterator<Item = &Value<'_>> {
        let is_above = side == Side::Above;
        self.values.iter().filter(move |value| (value.change.value >= 0.0) == is_above)
    }

    /// How many bars lie one below the other.
    fn lanes(&self) -> usize {
        self.on(Side::Above).count().max(self.on(Side::Below).count()).max(1)
    }

    fn lines(&self) -> Vec<String> {
        font::wrap(&self.switch, CAPTION, WORDS)
    }

    /// How wide its words are, none wider than there is room for.
    fn width(&self) -> f64 {
        let lines = self.lines().into_iter().map(|line| font::width(&line, CAPTION.size, false));
        let name = font::width(&capitalised(self.name), TOLD.size, true).min(WORDS);
        lines.fold(name, f64::max)
    }

    fn height(&self) -> f64 {
        (LINE * small(1 + self.lines().len())).max(LANE * small(self.lanes()))
    }
}

/// How far each assumption moves what a scenario avoids: the one that avoids most of those at hand.
pub(crate) fn figure(points: &[Tried], (first, last): (Date, Date), caption: &Caption) -> Figure {
    let at = points.first().map_or(0, Tried::leading);
    let focus = &points[0].comparisons[at];
    let (who, base) = (titles::scenario(focus), baseline(&points[0].comparisons));
    let mut all = assumptions(points, at);
    all.sort_by(|a, b| b.most().total_cmp(&a.most()));
    let known = all.iter().filter(|one| one.is_known()).count();
    let n = all.len();
    // Where nothing is known, what was tried is drawn all the same.
    let shown = if known == 0 { n } else { known }.min(MOST);
    let mut drawn = all;
    drawn.sort_by_key(|one| known > 0 && !one.is_known());
    let rest = drawn.split_off(shown);
    let most = drawn.first();
    let changes: Vec<f64> = most.iter().flat_map(|one| &one.values).map(|value| value.change.value).collect();
    let title = titles::sensitivity(focus, most.map_or("", |one| bare(one.name)), &changes, (known, n));
    let names: Vec<String> = drawn.iter().chain(&rest).map(|one| one.name.to_owned()).collect();
    let caption = &caption.drawing_compared(&points[0].comparisons, [focus.scenario.as_str()].into_iter());
    let others = match points[0].comparisons.len() {
        1 => String::new(),
        n => format!(", the one of {n} scenarios that avoids most"),
    };
    let measure = format!(
        "Change in the Dormant days that {who} avoids against {base}{others}; lines: 95% intervals that hold together; verdicts change on straight lines between the values tried"
    );
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &names };
    let rest_words = rest_words(&rest);
    let rest_lines = if rest.is_empty() { Vec::new() } else { font::wrap(&rest_words, CAPTION, WIDE) };
    let rows = drawn.iter().map(|one| one.height() + GAP).sum::<f64>();
    let below = LINE * small(rest_lines.len());
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(UNIT + rows + below + below_plot()));
    canvas.know(names.clone());
    let (top, foot) = words.draw(&canvas);
    let bottom = foot - below_plot() - below;
    draw(&canvas, (top, bottom), &drawn, who);
    for (at, line) in (0..).map(f64::from).zip(&rest_lines) {
        canvas.text(line, (THEME.margin, foot - below - 4.0 + LINE * at), TOLD);
    }
    canvas.finish();
    let description = describe(&drawn, (who, base), &rest_words, (first, last));
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: sensitivity_table(points), description }
}

/// The assumptions in the order in which they were tried, of the scenario at a position.
fn assumptions(points: &[Tried], at: usize) -> Vec<Assumption<'_>> {
    let mut all: Vec<(&str, Vec<&Tried>)> = Vec::new();
    for point in points.iter().skip(1) {
        let Some((_, name)) = point.values.first() else { continue };
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(point),
            None => all.push((name, vec![point])),
        }
    }
    let given = &points[0].comparisons[at];
    let mut found = Vec::new();
    for (name, tried) in all {
        let values = (0..)
            .zip(&tried)
            .filter_map(|(index, point)| {
                let change = *point.changes.get(at)?;
                Some(Value { label: label(point), change, colour: colour(index) })
            })
            .collect();
        found.push(Assumption { name, values, switch: switch(given, &tried, at) });
    }
    found
}

/// What reports call the value of a point.
fn label(point: &Tried) -> &str {
    point.values.get(1).map_or("", |(_, label)| label)
}

/// The name of an assumption without its unit.
fn bare(name: &str) -> &str {
    name.split(" [").next().unwrap_or(name)
}

/// Where the verdict on a scenario changes.
fn switch(given: &Comparison, tried: &[&Tried], at: usize) -> String {
    let mut all = Vec::new();
    for point in tried {
        let Some(comparison) = point.comparisons.get(at) else { continue };
        let [of_files, number] = point.numbers;
        all.push(Try { label: label(point), given: of_files, tried: number, comparison });
    }
    switching::words(given, &all)
}

/// The colour of the value at a position; its words stand beside its bar.
fn colour(index: usize) -> RGBColor {
    [DORMANT, ACTIVE, THEME.series[1], THEME.series[2]][index % 4]
}

/// The assumptions that have no row.
fn rest_words(rest: &[Assumption]) -> String {
    let names = |known: bool| -> Vec<&str> {
        rest.iter().filter(|one| one.is_known() == known).map(|one| bare(one.name)).collect()
    };
    let one = |names: &[&str], lead: &str| {
        if names.is_empty() { String::new() } else { format!("{lead} {}.", numbers::list(names)) }
    };
    let both = [one(&names(true), "Less change:"), one(&names(false), "No change shown:")];
    both.iter().filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

/// A bar's words: its value and what it changes.
fn told(axis: &NumberAxis, value: &Value, largest: f64) -> String {
    let words = axis.told_beside(value.change.value, largest);
    let sign = if value.change.value > 0.0 && words.contains(|c| matches!(c, '1'..='9')) { "+" } else { "" };
    format!("{} {sign}{words}", value.label)
}

fn draw(canvas: &Canvas, (top, bottom): (f64, f64), drawn: &[Assumption], who: &str) {
    let values = || drawn.iter().flat_map(|one| &one.values);
    let reach = || {
        values().flat_map(|value| {
            let Interval { low, high, .. } = value.change.interval;
            [low, Some(value.change.value), high].into_iter().flatten()
        })
    };
    let axis = NumberAxis::spanning(reach().fold(0.0, f64::min), reach().fold(0.0, f64::max), 4, 1.0);
    let unit = capitalised(&format!("{}Dormant days more (+) or fewer (-) avoided by {who}", axis.factor));
    canvas.text(&canvas.line_of(&unit, LABEL, WIDE), (THEME.margin, top), LABEL);
    let largest = values().map(|value| value.change.value.abs()).fold(0.0, f64::max);
    let room = |side: Side| {
        let words = drawn.iter().flat_map(|one| one.on(side)).map(|value| told(&axis, value, largest));
        words.map(|words| font::width(&words, TOLD.size, false) + 2.0 * BESIDE).fold(0.0, f64::max)
    };
    let words_room = drawn.iter().map(Assumption::width).fold(0.0, f64::max);
    let most = (WIDE - words_room - WORD_GAP) * 0.32;
    let [left_room, right_room] = [room(Side::Below), room(Side::Above)].map(|room| room.min(most).max(16.0));
    let edges = Edges {
        left: THEME.margin + words_room + WORD_GAP + left_room,
        top: top + UNIT,
        right: THEME.width - THEME.margin - right_room,
        bottom,
    };
    let plot = Rows::within(canvas, small(drawn.len()), edges, Scale::Numbers(&axis));
    let tall: f64 = drawn.iter().map(|one| one.height() + GAP).sum();
    let spare = ((edges.bottom - edges.top - tall) / small(drawn.len().max(1))).max(0.0);
    let mut y = edges.top + GAP / 2.0;
    for one in drawn {
        let height = one.height();
        let middle = y + f64::midpoint(height, spare);
        words(canvas, one, middle);
        for side in [Side::Below, Side::Above] {
            let lanes = one.on(side).count();
            for (lane, value) in one.on(side).enumerate() {
                let at = middle + LANE * (small(lane) - (small(lanes.max(1)) - 1.0) / 2.0);
                let room = if side == Side::Below { left_room } else { right_room };
                bar(canvas, (&plot, &axis), value, at, (&told(&axis, value, largest), room));
            }
        }
        y += height + GAP + spare;
    }
}

/// The name of an assumption and where the verdict changes, the middle of both at a height.
fn words(canvas: &Canvas, one: &Assumption, middle: f64) {
    let lines = one.lines();
    let mut y = middle - LINE * small(1 + lines.len()) / 2.0;
    let name = Type { bold: true, ..TOLD };
    canvas.text(&canvas.name(&capitalised(one.name), name, WORDS), (THEME.margin, y), name);
    for line in &lines {
        y += LINE;
        canvas.text(line, (THEME.margin, y), CAPTION);
    }
}

/// A bar from none to what a value changes, with its interval, and its words behind it.
fn bar(
    canvas: &Canvas,
    (plot, axis): (&Rows, &NumberAxis),
    value: &Value,
    middle: f64,
    (words, room): (&str, f64),
) {
    let [zero, end] = [0.0, value.change.value].map(|x| plot.at(axis, x));
    let (left, right) = (zero.min(end), zero.max(end));
    canvas.rect((left, middle - BAR / 2.0), (right.max(left + 1.0), middle + BAR / 2.0), value.colour);
    let Interval { low, high, .. } = value.change.interval;
    let ends = low.zip(high).map(|(low, high)| [low, high].map(|x| plot.at(axis, x)));
    if let Some([low, high]) = ends {
        interval::draw(canvas, [low, high], middle, BAR * 0.3);
    }
    let [low, high] = ends.unwrap_or([end, end]);
    let width = font::width(words, TOLD.size, false);
    // Words that have too little room on their side are cut at their label, which is a name.
    let words = if width <= room.max(plot.edges.right - high) {
        words.to_owned()
    } else {
        canvas.line_of(words, TOLD, room)
    };
    let width = font::width(&words, TOLD.size, false);
    let x = if value.change.value < 0.0 {
        (low.min(end) - BESIDE - width).max(plot.edges.left - room)
    } else {
        (high.max(end) + BESIDE).min(THEME.width - 8.0 - width)
    };
    let y = middle - TOLD.size * 0.37;
    canvas.rect((x - 2.0, y - 2.0), (x + width + 2.0, y + TOLD.size), THEME.background);
    canvas.text(&words, (x, y), TOLD);
}

fn describe(
    drawn: &[Assumption],
    (who, base): (&str, &str),
    rest: &str,
    (first, last): (Date, Date),
) -> String {
    let of = |one: &Assumption| {
        let value =
            |value: &Value| format!("{} {}", value.label, numbers::signed_three_digits(value.change.value));
        let values: Vec<String> = one.values.iter().map(value).collect();
        format!("{}: {}.", capitalised(bare(one.name)), values.join(", "))
    };
    let rows: Vec<String> = drawn.iter().take(3).map(of).collect();
    format!(
        "Tornado chart of the change in the Dormant days that {who} avoids against {base}, one assumption at a time, {}. {} {rest}",
        numbers::period(first, last),
        rows.join(" ")
    )
    .trim_end()
    .to_owned()
}
