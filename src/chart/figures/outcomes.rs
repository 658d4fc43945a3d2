//! What single replications come to: how often each number of Dormant days is avoided, in a plot a scenario, beside what matters.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::data::replication_outcomes::Sampled;
use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::layout::axis::{NumberAxis, round_step};
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::{self, Heading, Key, Sign, scenario_look};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::{Canvas, Marker};
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, CAPTION, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::findings::kpi;
use crate::output::{Cell, Table};
use crate::replications::{Comparison, Extent, OutcomeRange, gives_percentile};
use crate::statistics::{Chance, Level, Probability, Values};
use crate::wording::numbers::{self, Ends, PLACES};
use crate::wording::{enough, titles};

const ID: &str = "fig-outcomes";
/// Least room for the words beside the plots.
const NAMES: f64 = 200.0;
/// Height of the line that says what is counted, and least height of a plot.
const UNIT: f64 = 26.0;
const PLOT: f64 = 92.0;
/// Height below the bars of a plot, for the range.
const RANGE: f64 = 16.0;
/// Space above the bars of a plot.
const ABOVE: f64 = 5.0;
/// Height of a line beside a plot.
const LINE: f64 = 17.0;
const BESIDE: Type = Type { colour: THEME.text, ..CAPTION };
/// Fewest and most bars from the least to the most.
const BARS: (f64, f64) = (6.0, 24.0);

/// The replications of one scenario.
struct Outcomes<'c> {
    of: &'c Comparison,
    /// How often more is avoided than the threshold, and how often days are added.
    enough: Chance,
    adds: Chance,
    range: OutcomeRange,
    /// The least and the most that any of them avoids \[installation-days\].
    ends: (f64, f64),
    /// P10, P50 and P90, each where there are enough replications for it.
    percentiles: [Option<f64>; 3],
    /// The share of replications in each bar \[0..=1\].
    shares: Vec<f64>,
}

/// How often each number of days is avoided.
pub(crate) fn figure(
    baseline: &Sampled,
    scenarios: &[Sampled],
    comparisons: &[Comparison],
    (first, last): (Date, Date),
    caption: &Caption,
) -> Figure {
    let avoided: Vec<Values> = scenarios
        .iter()
        .map(|of| baseline.lost.less(&of.lost).expect("they were replicated alike"))
        .collect();
    let threshold = comparisons.iter().map(|one| one.threshold).fold(0.0, f64::max);
    let edges = edges(&avoided, threshold);
    let all: Vec<Outcomes> =
        comparisons.iter().zip(&avoided).map(|(of, values)| outcomes(of, values, &edges)).collect();
    let chosen = Chosen::among(comparisons, LAID_OVER);
    let drawn = chosen.pick(&(0..all.len()).collect::<Vec<_>>());
    let drawn: Vec<(usize, &Outcomes)> = drawn.into_iter().map(|at| (at, &all[at])).collect();
    let base = comparisons.first().map_or("", titles::baseline);
    let caption = &caption.drawing_compared(comparisons, drawn.iter().map(|(_, of)| of.of.scenario.as_str()));
    let shares: Vec<[Chance; 2]> = all.iter().map(|of| [of.enough, of.adds]).collect();
    let title = titles::outcomes(comparisons, &shares);
    let measure = format!(
        "Dormant days avoided against {base} in single runs; height: share of the runs, [ ]: its 95% interval{}",
        chosen.note()
    );
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let mut raw = String::new();
    let n = small(drawn.len());
    let axis = NumberAxis::spanning(edges[0], edges[edges.len() - 1], 6, 1.0);
    let unit = format!(
        "{}Dormant days avoided; grey: fewer than the {} that matter",
        axis.factor,
        numbers::three_digits(threshold)
    );
    let key = key(all.first().map(|of| of.range.extent));
    let heading = Heading { unit: capitalised(&unit), key: &key };
    let above = UNIT + heading.more();
    let canvas = Canvas::new(&mut raw, words.height(above + Rows::room(n, PLOT)));
    let (top, foot) = words.draw(&canvas);
    heading.draw(&canvas, top);
    let beside = drawn.iter().flat_map(|(_, of)| of.beside(&axis));
    let room = beside.map(|line| font::width(&line, BESIDE.size, false) + 12.0).fold(NAMES, f64::max);
    let margins = Margins { left: room, right: 24.0 };
    let rows = Rows::draw(&canvas, n, (top + above, foot), &margins, Scale::Numbers(&axis));
    let tallest = drawn.iter().flat_map(|(_, of)| &of.shares).copied().fold(0.0, f64::max);
    for (row, (at, of)) in drawn.iter().enumerate() {
        let scale = (&axis, edges.as_slice(), tallest, threshold);
        of.draw(&canvas, (&rows, row), scale, scenario_look(at + 1).colour);
    }
    canvas.dashed(rows.at(&axis, threshold), rows.edges.top, rows.edges.bottom);
    canvas.finish();
    let description = describe(&drawn, base, (first, last), &chosen);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(&all, &edges), description }
}

/// What the marks below the bars are.
fn key(extent: Option<Extent>) -> Vec<Key<'static>> {
    let range = match extent {
        Some(Extent::EightInTen) => "8 in 10 runs",
        _ => "all runs",
    };
    let median = Key { sign: Sign::Marker(Marker::Circle), colour: THEME.text, name: "median" };
    vec![Key { sign: Sign::Line, colour: THEME.text, name: range }, median]
}

/// The edges of the bars, one of which is the threshold: so that a bar lies on one side of it.
fn edges(avoided: &[Values], threshold: f64) -> Vec<f64> {
    let ends: Vec<(f64, f64)> = avoided.iter().filter_map(Values::ends).collect();
    let least = ends.iter().map(|(least, _)| *least).fold(f64::INFINITY, f64::min).min(threshold);
    let most = ends.iter().map(|(_, most)| *most).fold(f64::NEG_INFINITY, f64::max).max(least);
    let n = avoided.iter().map(Values::n).max().unwrap_or(0);
    let bars = libm::ceil(2.0 * libm::cbrt(small(n))).clamp(BARS.0, BARS.1);
    let seen = ends.iter().map(|(least, most)| most - least).fold(0.0, f64::max);
    let step = if seen > 0.0 { round_step(seen / bars) } else { round_step(most.abs().max(1.0) / 20.0) };
    let from = libm::floor((least - threshold) / step);
    let to = libm::ceil((most - threshold) / step).max(from + 1.0);
    let mut edges = vec![threshold + from * step];
    // A bar holds its right edge, so the least value needs one that begins before it.
    if least <= edges[0] && seen_at(avoided, edges[0]) {
        edges.insert(0, edges[0] - step);
    }
    let mut k = from + 1.0;
    while k <= to {
        edges.push(threshold + k * step);
        k += 1.0;
    }
    edges
}

/// Whether any replication comes to a number or to less.
fn seen_at(avoided: &[Values], edge: f64) -> bool {
    avoided.iter().flat_map(Values::all).any(|days| days <= edge)
}

fn outcomes<'c>(of: &'c Comparison, values: &Values, edges: &[f64]) -> Outcomes<'c> {
    let known = "at least one replication";
    let share = |holds: &dyn Fn(f64) -> bool| values.map(holds).chance();
    let within = |pair: &[f64]| share(&|days| pair[0] < days && days <= pair[1]).share().unwrap_or(0.0);
    let percentile = |p| values.percentile(p).filter(|_| gives_percentile(p, values.n()));
    Outcomes {
        of,
        enough: share(&|days| days > of.threshold),
        adds: share(&|days| days < 0.0),
        range: OutcomeRange::of(values).expect(known),
        ends: values.ends().expect(known),
        percentiles: [Probability::P10, Probability::P50, Probability::P90].map(percentile),
        shares: edges.windows(2).map(within).collect(),
    }
}

impl Outcomes<'_> {
    /// What stands beside its plot, under its name.
    fn beside(&self, axis: &NumberAxis) -> Vec<String> {
        let enough = numbers::share(self.enough);
        let interval = match &enough.ends {
            Ends::Between([low, high]) => format!("[{low} to {high}%]"),
            _ => String::new(),
        };
        let [low, high] = [self.range.low, self.range.high].map(|x| axis.told(x));
        let which = match self.range.extent {
            Extent::EightInTen => "8 in 10:",
            Extent::All(_) => "All:",
        };
        vec![
            format!("Enough in {}% of runs", enough.value),
            interval,
            format!("{which} {low} to {high} {}", axis.factor.trim_end()).trim_end().to_owned(),
        ]
    }

    fn draw(
        &self,
        canvas: &Canvas,
        (rows, row): (&Rows, usize),
        (axis, edges, tallest, threshold): (&NumberAxis, &[f64], f64, f64),
        colour: RGBColor,
    ) {
        let (top, bottom) = (rows.top(small(row)), rows.top(small(row) + 1.0));
        let floor = bottom - RANGE;
        let at = |x: f64| rows.at(axis, x);
        let [from, to] = [-threshold, threshold].map(at);
        canvas.band(&[(from, top), (to, top), (to, bottom), (from, bottom)], THEME.idle);
        for (pair, share) in edges.windows(2).zip(&self.shares).filter(|(_, share)| **share > 0.0) {
            let colour = match () {
                () if pair[0] >= threshold => colour,
                () if pair[1] <= -threshold => ACTIVE,
                () => THEME.idle,
            };
            // A bar that would be too low to be seen is still drawn.
            let height = ((floor - top - ABOVE) * share / tallest).max(1.0);
            canvas.rect((at(pair[0]) + 0.5, floor - height), (at(pair[1]) - 0.5, floor), colour);
        }
        canvas.line(&[(rows.edges.left, floor), (rows.edges.right, floor)], THEME.zero, 1.0);
        let middle = floor + RANGE / 2.0 - 1.0;
        let [low, high] = [self.range.low, self.range.high].map(at);
        canvas.line(&[(low, middle), (high, middle)], THEME.text, THEME.line_width);
        if let Some(median) = self.percentiles[1] {
            canvas.marker(Marker::Circle, (at(median), middle), THEME.text);
        }
        let name = Type { bold: true, ..BESIDE };
        let beside = self.beside(axis);
        let lines: Vec<&String> = beside.iter().filter(|line| !line.is_empty()).collect();
        let names =
            labels::column_name(canvas, &capitalised(titles::scenario(self.of)), name, rows.name_room());
        let mut y = f64::midpoint(top, bottom) - LINE * small(lines.len() + names.len()) / 2.0;
        for (line, look) in
            names.iter().map(|line| (line, name)).chain(lines.into_iter().map(|line| (line, BESIDE)))
        {
            canvas.text(line, (THEME.margin, y), look);
            y += LINE;
        }
    }
}

fn describe(
    drawn: &[(usize, &Outcomes)],
    base: &str,
    (first, last): (Date, Date),
    chosen: &Chosen,
) -> String {
    let of_one = |(_, of): &(usize, &Outcomes)| {
        let [low, high] = [of.range.low, of.range.high].map(numbers::three_digits);
        format!(
            "{}: {low} to {high} {}, enough to matter in {}.",
            capitalised(titles::scenario(of.of)),
            enough::replications(of.range.extent),
            numbers::chance(of.enough)
        )
    };
    format!(
        "Histograms of the Dormant days avoided against {base} in single replications, {}. {}{}",
        numbers::period(first, last),
        drawn.iter().map(of_one).collect::<Vec<_>>().join(" "),
        chosen.sentence()
    )
}

/// The share of the replications of every scenario in each bar, and what all of them come to.
fn data(all: &[Outcomes], edges: &[f64]) -> Table {
    const UNIT: &str = kpi::DORMANT_DAYS_AVOIDED.unit;
    let mut table = Table::new(&[
        ("scenario", ""),
        ("baseline", ""),
        ("above", UNIT),
        ("up_to", UNIT),
        ("replications_pct", "%"),
        ("replications", ""),
        ("threshold", UNIT),
        ("above_threshold_pct", "%"),
        ("above_threshold_lower_95", "%"),
        ("above_threshold_upper_95", "%"),
        ("adds_pct", "%"),
        ("p10", UNIT),
        ("p50", UNIT),
        ("p90", UNIT),
        ("least", UNIT),
        ("most", UNIT),
    ]);
    let percent = |share: f64| Cell::Decimal(100.0 * share, numbers::PERCENT_PLACES);
    let days = |days: f64| Cell::Decimal(days, PLACES);
    for of in all {
        let interval = of.enough.interval(Level::P95);
        for (pair, share) in edges.windows(2).zip(&of.shares) {
            let mut row: Vec<Cell> =
                [of.of.scenario.as_str(), of.of.baseline.as_str()].map(Cell::from).into();
            row.extend([days(pair[0]), days(pair[1]), percent(*share), Cell::from(of.of.avoided.n as u64)]);
            row.extend([days(of.of.threshold), percent(of.enough.share().unwrap_or(0.0))]);
            row.extend([interval.low, interval.high].map(|end| end.map_or(Cell::Empty, percent)));
            row.push(percent(of.adds.share().unwrap_or(0.0)));
            row.extend(of.percentiles.map(|of| of.map_or(Cell::Empty, days)));
            row.extend([of.ends.0, of.ends.1].map(days));
            table.push(row);
        }
    }
    table
}
