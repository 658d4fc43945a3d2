//! Dormant days lost by each scenario over replications: the mean as a bar from zero, the range of outcomes as a whisker.

use jiff::civil::Date;

use crate::chart::data::replication_outcomes::{Sampled, period};
use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::{Look, Sign, scenario_look};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{CAPTION, LABEL, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::output::{Cell, Table};
use crate::replications::{Comparison, Extent, OutcomeRange, gives_percentile};
use crate::statistics::{Estimate, Level, Probability};
use crate::wording::{enough, numbers, titles};

const ID: &str = "fig-detriment";
/// Room for the names of the rows.
const NAMES: f64 = 180.0;
/// Least room for the numbers of a row, what stands free before them, and how they look.
const NUMBERS: f64 = 170.0;
const NUMBER_GAP: f64 = 12.0;
const NUMBER: Type = Type { colour: THEME.text, ..CAPTION };
/// Height of the line that says what is counted.
const UNIT: f64 = 26.0;
/// Least height of a row.
const ROW: f64 = 20.0;
/// Most a bar is tall.
const TALLEST: f64 = 34.0;

/// What one scenario loses \[installation-days\].
#[derive(Clone)]
struct Loss<'s> {
    scenario: &'s str,
    /// How words call it.
    title: &'s str,
    mean: Estimate,
    /// From where to where single replications go.
    range: OutcomeRange,
    /// P10, P50 and P90, each where there are enough replications for it.
    percentiles: [Option<f64>; 3],
    least: f64,
    most: f64,
}

/// Dormant days lost by scenario. `comparisons` are those of the scenarios against the baseline among them, and say what the title
/// may claim.
pub(crate) fn figure(
    sampled: &[Sampled],
    comparisons: &[Comparison],
    chosen: &Chosen,
    caption: &Caption,
) -> Figure {
    let all: Vec<Loss> = sampled.iter().map(loss).collect();
    let losses = chosen.pick(&all);
    let caption = &caption.drawing(losses.iter().map(|loss| loss.scenario));
    let (first, last) = period(sampled);
    let title = title(&all, comparisons);
    let axis = NumberAxis::up_to(
        losses.iter().map(|loss| loss.mean.value.max(loss.range.high)).fold(0.0, f64::max),
        5,
    );
    let ends = enough::ends(Extent::of(sampled.iter().map(Sampled::n).min().unwrap_or(0)));
    let measure = format!("Mean Dormant days lost; whiskers: {ends} of outcomes{}", chosen.note());
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(UNIT + Rows::room(small(losses.len()), ROW)));
    let (top, foot) = words.draw(&canvas);
    let unit = capitalised(&format!("{}installation-days", axis.factor));
    canvas.text(&unit, (THEME.margin, top), LABEL);
    let told = |loss: &Loss| {
        let [low, high] = [loss.range.low, loss.range.high].map(|x| axis.told(x));
        format!("{} ({low} to {high})", axis.told(loss.mean.value))
    };
    let widths = losses.iter().map(|loss| font::width(&told(loss), NUMBER.size, NUMBER.bold));
    let margins =
        Margins { left: NAMES, right: widths.map(|wide| wide + NUMBER_GAP).fold(NUMBERS, f64::max) };
    let place = (top + UNIT, foot);
    let rows = Rows::draw(&canvas, small(losses.len()), place, &margins, Scale::Numbers(&axis));
    let behind = rows.edges.right + NUMBER_GAP;
    canvas.text(&format!("Mean ({ends})"), (behind, top + 1.0), NUMBER);
    for (at, loss) in losses.iter().enumerate() {
        let middle = rows.top(small(at) + 0.5);
        rows.name(&canvas, &capitalised(loss.title), middle, false);
        bar(&canvas, &rows, &axis, loss, (middle, scenario_look(at)));
        canvas.text(&told(loss), (behind, middle - NUMBER.size * 0.37), NUMBER);
    }
    canvas.finish();
    let description = describe(period(sampled), &losses, chosen);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(&all), description }
}

fn loss(of: &Sampled) -> Loss<'_> {
    let known = "days lost of at least one replication";
    let outcome = |p| of.lost.percentile(p).filter(|_| gives_percentile(p, of.n()));
    let percentiles = [Probability::P10, Probability::P50, Probability::P90].map(outcome);
    let range = OutcomeRange::of(&of.lost).expect(known);
    let (least, most) = of.lost.ends().expect(known);
    let mean = of.lost.mean(Level::P95).expect(known);
    Loss { scenario: &of.scenario, title: &of.title, mean, range, percentiles, least, most }
}

fn bar(canvas: &Canvas, rows: &Rows, axis: &NumberAxis, loss: &Loss, (middle, look): (f64, Look)) {
    let half = (rows.height * 0.6).min(TALLEST) / 2.0;
    let [zero, end] = [0.0, loss.mean.value].map(|x| rows.at(axis, x));
    let (from, to) = ((zero, middle - half), (end, middle + half));
    match look.sign {
        _ if loss.mean.value == 0.0 => {}
        Sign::Outline => canvas.outlined(from, to, look.colour),
        _ => canvas.rect(from, to, look.colour),
    }
    let [low, high] = [loss.range.low, loss.range.high].map(|x| rows.at(axis, x));
    let cap = half * 0.45;
    let strokes = [
        [(low, middle), (high, middle)],
        [(low, middle - cap), (low, middle + cap)],
        [(high, middle - cap), (high, middle + cap)],
    ];
    // First all of the halo, so that it covers none of the whisker.
    for (colour, width) in
        [(THEME.background, THEME.reference_width + 3.0), (THEME.text, THEME.reference_width)]
    {
        strokes.iter().for_each(|stroke| canvas.line(stroke, colour, width));
    }
}

/// What the verdicts allow to say.
fn title(losses: &[Loss], comparisons: &[Comparison]) -> String {
    if losses.iter().all(|loss| loss.mean.value <= 0.0) {
        return "No Dormant days are lost in any replication".to_owned();
    }
    match comparisons {
        [] if losses.len() > 1 => format!("Dormant days lost under {} scenarios", losses.len()),
        [] => {
            let Some(Loss { title: scenario, range, .. }) = losses.first() else {
                return String::new();
            };
            let axis = NumberAxis::up_to(range.high, 5);
            let [low, high] = [range.low, range.high].map(|x| axis.told(x));
            let (which, factor) = (capitalised(&enough::replications(range.extent)), axis.factor);
            format!("{which} {scenario} loses {low} to {high} {factor}Dormant days")
        }
        several => titles::days_lost(several),
    }
}

fn describe((first, last): (Date, Date), losses: &[Loss], chosen: &Chosen) -> String {
    let whole = |x: f64| numbers::whole(x);
    let of = |loss: &Loss| {
        let [low, high] = [loss.range.low, loss.range.high].map(whole);
        let which = enough::replications(loss.range.extent);
        format!(
            "{} loses {} on average, {which} {low} to {high}.",
            capitalised(loss.title),
            whole(loss.mean.value)
        )
    };
    format!(
        "Bar chart of the mean Dormant days lost in installation-days, {}, a bar from zero a scenario, with a whisker from {} of the \
         outcomes. {}{}",
        numbers::period(first, last),
        losses.first().map_or("", |loss| enough::ends(loss.range.extent)),
        losses.iter().map(of).collect::<Vec<_>>().join(" "),
        chosen.sentence(),
    )
}

fn data(losses: &[Loss]) -> Table {
    const UNIT: &str = "installation-days";
    let mut table = Table::new(&[
        ("scenario", ""),
        ("dormant_days_lost_mean", UNIT),
        ("mean_lower_95", UNIT),
        ("mean_upper_95", UNIT),
        ("dormant_days_lost_p10", UNIT),
        ("dormant_days_lost_p50", UNIT),
        ("dormant_days_lost_p90", UNIT),
        ("replications", ""),
        ("dormant_days_lost_least", UNIT),
        ("dormant_days_lost_most", UNIT),
    ]);
    let days = |x: f64| Cell::Decimal(x, 0);
    for loss in losses {
        let interval = &loss.mean.interval;
        let mut row = vec![Cell::from(loss.scenario), days(loss.mean.value)];
        row.extend([interval.low, interval.high].map(|end| end.map_or(Cell::Empty, days)));
        row.extend(loss.percentiles.map(|percentile| percentile.map_or(Cell::Empty, days)));
        row.push(Cell::from(loss.mean.n as u64));
        row.extend([loss.least, loss.most].map(days));
        table.push(row);
    }
    table
}
