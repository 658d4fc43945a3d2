//! How the headline settled: its running mean and interval by the number of replications, and where they stopped.

use plotters::style::RGBColor;

use crate::chart::data::replication_outcomes::{Sampled, period};
use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Across, Frame, Mark, Words, beside, capitalised};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Label, Look, Sign, scenario_look};
use crate::chart::layout::plot_area::Plot;
use crate::chart::marks::bars::small;
use crate::chart::surface::canvas::{Canvas, Point};
use crate::chart::surface::svg;
use crate::chart::surface::theme::THEME;
use crate::chart::{Caption, Figure};
use crate::findings::kpi;
use crate::output::{Cell, Table};
use crate::replications::gives_claim;
use crate::statistics::{Estimate, Level};
use crate::wording::numbers::{self, Ends};

const ID: &str = "fig-convergence";
/// Most numbers of replications of which the estimate is drawn and written.
const POINTS: usize = 120;
/// From this number of replications on, an interval has to fit into the plot; wider ones leave it.
const FITS_FROM: usize = 10;

/// How far a label may reach above its plot and below it.
const ABOVE: f64 = 8.0;
const BELOW: f64 = 4.0;

/// The running estimate of one scenario's headline.
#[derive(Clone)]
struct Running<'s> {
    scenario: &'s str,
    /// How words call it.
    title: &'s str,
    /// By number of replications.
    estimates: Vec<(usize, Estimate)>,
}

/// The headline of replications, as its estimate runs.
pub(crate) struct Headline<'s> {
    /// The baseline, where there is one to compare with.
    pub baseline: Option<&'s Sampled>,
    /// The scenarios compared with it, or the single one.
    pub scenarios: &'s [Sampled],
    /// How many scenarios were compared with the baseline: their intervals hold together.
    pub family: usize,
    /// Which of the scenarios are drawn.
    pub chosen: Chosen,
    /// Why there are no more replications.
    pub stopped: &'s str,
}

/// The running estimate of the days avoided, or of the days lost where there is nothing to compare with.
pub(crate) fn figure(headline: &Headline, caption: &Caption) -> Figure {
    let all: Vec<Running> = headline.scenarios.iter().map(|of| running(headline, of)).collect();
    let drawn = headline.chosen.pick(&all);
    let baseline = headline.baseline.map(|of| of.scenario.as_str());
    let caption = &caption.drawing(baseline.into_iter().chain(drawn.iter().map(|of| of.scenario)));
    let n = headline.scenarios.first().map_or(0, Sampled::n);
    let (first, last) = period(headline.scenarios);
    let title = title(headline, &all, n);
    let known = || {
        let all = drawn.iter().flat_map(|r| &r.estimates);
        all.filter(|(at, _)| *at >= FITS_FROM.min(n)).map(|(_, estimate)| estimate)
    };
    let ends = || known().flat_map(|e| [e.interval.low, Some(e.value), e.interval.high]).flatten();
    let steps = if drawn.len() > 1 { 2 } else { 4 };
    let axis = NumberAxis::spanning(ends().fold(0.0, f64::min), ends().fold(0.0, f64::max), steps, 1.0);
    let along = NumberAxis::up_to(small(n), 5);
    let intervals = if headline.family > 1 { "intervals that hold together at 95%" } else { "95% interval" };
    let measure = match headline.baseline {
        Some(base) => format!("Mean Dormant days avoided against {}", base.title),
        None => "Mean Dormant days lost".to_owned(),
    };
    let note = headline.chosen.note();
    let measure = format!("{measure} with {intervals}, by number of replications{note}");
    let frame = Frame {
        words: Words { title: &title, measure: &measure, caption, first, last, names: &[] },
        across: Across::Numbers(&along),
        mark: Some(Mark {
            at: small(n),
            label: format!("Stopped at {} replications", numbers::count(n)),
            beyond: None,
        }),
        key: &[],
        axis: &axis,
        unit: "installation-days",
        panels: u8::try_from(drawn.len()).unwrap_or(u8::MAX),
        below: None,
    };
    let mut raw = String::new();
    let tallest = drawn.iter().map(|running| running.label(THEME.text).height()).fold(0.0, f64::max);
    let canvas = Canvas::new(&mut raw, frame.words.height(frame.room(tallest - ABOVE - BELOW)));
    let looks = (usize::from(headline.baseline.is_some())..).map(scenario_look);
    for ((running, look), plot) in drawn.iter().zip(looks).zip(frame.draw(&canvas)) {
        draw(&canvas, &plot, running, look);
    }
    canvas.finish();
    let description = describe(headline, &drawn, n);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(headline, &all), description }
}

fn running<'s>(headline: &Headline<'s>, of: &'s Sampled) -> Running<'s> {
    let values = match headline.baseline {
        Some(base) => base.lost.less(&of.lost).expect("they were replicated alike"),
        None => of.lost.clone(),
    };
    let level = Level::P95.each_of(headline.family);
    let n_all = of.lost.n();
    let step = n_all.div_ceil(POINTS);
    let shown = (1..=n_all).filter(|n| (n_all - n).is_multiple_of(step.max(1)) || *n <= FITS_FROM);
    let estimate = |n: usize| values.first(n).mean(level).map(|estimate| (n, estimate));
    Running { scenario: &of.scenario, title: &of.title, estimates: shown.filter_map(estimate).collect() }
}

fn draw(canvas: &Canvas, plot: &Plot, running: &Running, Look { colour, .. }: Look) {
    let edge = |of: fn(&Estimate) -> Option<f64>| -> Vec<Point> {
        let point = |(n, e): &(usize, Estimate)| Some(plot.at(small(*n), of(e)?));
        running.estimates.iter().filter_map(point).collect()
    };
    let [low, value, high] = [edge(|e| e.interval.low), edge(|e| Some(e.value)), edge(|e| e.interval.high)];
    if low.len() > 1 {
        let around: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
        canvas.band(&around, colour);
        canvas.line(&low, colour, 1.0);
        canvas.line(&high, colour, 1.0);
    }
    canvas.line(&value, colour, THEME.line_width);
    let (Some(at), label) = (value.last(), running.label(colour)) else { return };
    let room = (plot.edges.top - ABOVE, plot.edges.bottom + BELOW);
    labels::draw(canvas, plot, &label, beside(at.1 - 6.0, room, label.height()));
}

impl Running<'_> {
    /// What stands beside its line.
    fn label(&self, colour: RGBColor) -> Label {
        let outcome = self.estimates.last().map_or_else(String::new, |(_, end)| {
            let words = numbers::estimate(*end, kpi::DORMANT_DAYS_AVOIDED.unit);
            match words.ends {
                Ends::Between([low, high]) => format!("{low} to {high}"),
                Ends::Same | Ends::SameIn(_) | Ends::Unknown => words.value,
            }
        });
        Label { sign: Sign::Line, colour, name: capitalised(self.title), outcome }
    }
}

/// How well the last estimates are known.
fn title(headline: &Headline, running: &[Running], n: usize) -> String {
    let last = || running.iter().filter_map(|r| r.estimates.last().map(|(_, end)| end));
    let halves: Vec<f64> = last().filter_map(|e| e.interval.half_width()).collect();
    let constant = last().filter(|e| e.is_constant()).count();
    let (what, same) = match (headline.baseline, running) {
        (None, _) => {
            ("the mean Dormant days lost is".to_owned(), "The same number of Dormant days is lost".to_owned())
        }
        (Some(_), [one]) => {
            let name = one.title;
            (
                format!("the days {name} avoids are"),
                format!("{} avoids the same number of Dormant days", capitalised(name)),
            )
        }
        _ => {
            let what = "all differences in Dormant days are";
            (what.to_owned(), "Each scenario avoids the same number of Dormant days".to_owned())
        }
    };
    let runs = numbers::count(n);
    match halves.into_iter().fold(0.0, f64::max) {
        _ if !gives_claim(n) => {
            let verb = if n == 1 { "does" } else { "do" };
            format!("{} {verb} not say how well the mean is known", numbers::plural(n, "replication"))
        }
        0.0 => format!("{same} in all {runs} replications"),
        half => {
            let what = if constant == 0 { what } else { "the differences that vary are".to_owned() };
            format!("After {runs} replications {what} known to within {}, given the inputs", up_to(half))
        }
    }
}

/// A number of two digits that is not below another, in words.
fn up_to(amount: f64) -> String {
    let unit = libm::pow(10.0, libm::floor(libm::log10(amount)) - 1.0);
    let amount = unit * libm::ceil(amount / unit - 1e-9);
    if amount >= 1e6 {
        return format!("{} million", numbers::decimal(amount / 1e6, usize::from(amount < 1e7)));
    }
    numbers::whole(libm::ceil(amount))
}

fn describe(headline: &Headline, running: &[Running], n: usize) -> String {
    let (first, last) = period(headline.scenarios);
    let of = |r: &Running| {
        let words =
            r.estimates.last().map(|(_, end)| numbers::estimate(*end, kpi::DORMANT_DAYS_AVOIDED.unit));
        format!("{}: {}.", capitalised(r.title), words.map_or_else(String::new, |words| words.to_string()))
    };
    let what = match headline.baseline {
        Some(base) => format!("Dormant days avoided against {}", base.title),
        None => "Dormant days lost".to_owned(),
    };
    format!(
        "Line chart of the running mean of {what} in installation-days and its interval, by number of replications, {}. \
         After {} replications, {}: {}{}",
        numbers::period(first, last),
        numbers::count(n),
        headline.stopped,
        running.iter().map(of).collect::<Vec<_>>().join(" "),
        headline.chosen.sentence(),
    )
}

fn data(headline: &Headline, running: &[Running]) -> Table {
    const UNIT: &str = "installation-days";
    let mut table = Table::new(&[
        ("scenario", ""),
        ("baseline", ""),
        ("kpi", ""),
        ("replications", ""),
        ("mean", UNIT),
        ("lower", UNIT),
        ("upper", UNIT),
        ("level_pct", "%"),
    ]);
    let kpi = if headline.baseline.is_some() { kpi::DORMANT_DAYS_AVOIDED } else { kpi::DORMANT_DAYS_LOST };
    let baseline = headline.baseline.map_or("", |base| base.scenario.as_str());
    let days = |x: f64| Cell::Decimal(x, 0);
    for r in running {
        for (n, e) in &r.estimates {
            let mut row: Vec<Cell> = [r.scenario, baseline, kpi.id].map(Cell::from).into();
            row.push(Cell::from(*n as u64));
            row.push(days(e.value));
            row.extend([e.interval.low, e.interval.high].map(|end| end.map_or(Cell::Empty, days)));
            row.push(Cell::Decimal(100.0 * e.interval.level.get(), 3));
            table.push(row);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_rounded_up_to_two_digits() {
        let told = [1_234_567.0, 12_300_000.0, 45_210.0, 99_900.0, 7.2, 0.03].map(up_to);
        assert_eq!(told, ["1.3 million", "13 million", "46,000", "100,000", "8", "1"]);
    }
}
