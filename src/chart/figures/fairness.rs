//! Fairness: slots for demand by supplier, as a ratio to the whole, in a row for each size and scenario.

use std::collections::BTreeSet;

use crate::chart::Figure;
use crate::chart::data::figure_source::Shown;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, beside, capitalised};
use crate::chart::layout::labels::scenario_look;
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{CAPTION, LABEL, THEME, Type};
use crate::output::{Cell, ResultsError, Table};
use crate::wording::numbers;

const ID: &str = "fig-fairness";
/// Sizes as files name them, from the top.
const SIZES: [&str; 3] = ["large", "medium", "small"];
/// Room for the names of the rows.
const NAMES: f64 = 204.0;
/// Height of the line that says what is counted, and least height of a row: a name, and the strokes under it.
const UNIT: f64 = 30.0;
const LANE: f64 = 27.0;

/// Most suppliers with limits of their own that are named.
const MOST_LIMITED: usize = 4;

/// One supplier in one scenario.
struct Served {
    scenario: usize,
    supplier: String,
    size: String,
    /// Active slots to newly eligible Active installations, over the same for all suppliers.
    ratio: Option<f64>,
    /// Whether its scenario limits it alone, so that a low ratio need not come from how capacity is shared.
    limited: bool,
}

impl Served {
    /// The ratio as it is shown.
    fn rounded(&self) -> Option<String> {
        self.ratio.map(|ratio| format!("{ratio:.2}"))
    }
}

/// How the suppliers were served in the scenarios shown.
pub(crate) fn figure(shown: &Shown) -> Result<Figure, ResultsError> {
    let mut served = Vec::new();
    for (scenario, run) in shown.runs.iter().enumerate() {
        for row in shown.results.sheet_of(run, "suppliers.csv")?.rows() {
            if row.text("status")? == "active" {
                served.push(Served {
                    scenario,
                    supplier: row.text("supplier")?.to_owned(),
                    size: row.text("supplier_size")?.to_owned(),
                    ratio: row.number("slots_to_demand_ratio")?,
                    limited: row.flag("has_limits_of_its_own")? == Some(true),
                });
            }
        }
    }
    Ok(draw(shown, &served))
}

fn draw(shown: &Shown, served: &[Served]) -> Figure {
    let caption = shown.caption();
    let (first, last) = shown.period();
    let title = title(shown, served);
    let limits = own_limits(served).map_or_else(String::new, |(_, who)| format!("; own limit: {who}"));
    let note = shown.chosen.note();
    let measure = format!(
        "Slots for each Active installation that becomes eligible, by supplier and size; all suppliers together are 1{limits}{note}"
    );
    let suppliers: BTreeSet<&String> = served.iter().map(|s| &s.supplier).collect();
    let suppliers: Vec<String> = suppliers.into_iter().cloned().collect();
    let words = Words { title: &title, measure: &measure, caption: &caption, first, last, names: &suppliers };
    let most = served.iter().filter_map(|s| s.ratio).fold(1.1, f64::max);
    let axis = NumberAxis::spanning(0.0, most, 6, 0.1);
    let unit = "Slots per newly eligible installation; all suppliers together are 1";
    let names: Vec<&str> = shown.runs.iter().map(|run| run.title.as_str()).collect();
    let sizes: Vec<&str> = SIZES.into_iter().filter(|size| served.iter().any(|s| s.size == *size)).collect();
    let lanes = small(sizes.len() * names.len());
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(UNIT + Rows::room(lanes, LANE)));
    let (top, foot) = words.draw(&canvas);
    canvas.text(unit, (THEME.margin, top), LABEL);
    let margins = Margins { left: NAMES, right: 24.0 };
    let rows = Rows::draw(&canvas, lanes, (top + UNIT, foot), &margins, Scale::Numbers(&axis));
    canvas.dashed(rows.at(&axis, 1.0), rows.edges.top, rows.edges.bottom);
    for (at, size) in sizes.iter().enumerate() {
        for (scenario, name) in names.iter().enumerate() {
            let mine = served.iter().filter(|s| s.scenario == scenario && s.size == *size);
            let lane = Lane { at: small(at * names.len() + scenario), served: mine.collect() };
            let mut of = format!("{} ({})", capitalised(size), lane.served.len());
            if names.len() > 1 {
                of.push_str(", ");
                let room = rows.name_room() - font::width(&of, CAPTION.size, CAPTION.bold);
                of.push_str(&canvas.name(name, CAPTION, room));
            }
            rows.name(&canvas, &of, rows.top(lane.at + 0.65), false);
            lane.draw(&canvas, &rows, &axis);
        }
    }
    canvas.finish();
    let description = describe(shown, served);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(shown, served), description }
}

/// The suppliers of one size in one scenario, in a row.
struct Lane<'s> {
    /// Its rows from the top.
    at: f64,
    served: Vec<&'s Served>,
}

impl Lane<'_> {
    /// Draws a stroke a supplier, and the names that have room, those furthest from the whole first.
    fn draw(&self, canvas: &Canvas, rows: &Rows, axis: &NumberAxis) {
        let mut points: Vec<(f64, &Served)> =
            self.served.iter().filter_map(|s| s.ratio.map(|ratio| (ratio, *s))).collect();
        points.sort_by(|a, b| (b.0 - 1.0).abs().total_cmp(&(a.0 - 1.0).abs()));
        let stroke = (rows.top(self.at + 0.44), rows.top(self.at + 0.86));
        let look = Type { colour: THEME.text, ..CAPTION };
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for (ratio, served) in points {
            let x = rows.at(axis, ratio);
            let colour = scenario_look(served.scenario).colour;
            canvas.line(&[(x, stroke.0), (x, stroke.1)], colour, THEME.reference_width);
            let alike = self.served.iter().filter(|s| s.rounded() == served.rounded()).count();
            let sides = (rows.edges.left, THEME.width - THEME.margin);
            let words = match alike {
                1 => {
                    let value = format!(" {ratio:.2}");
                    let room = sides.1 - sides.0 - font::width(&value, look.size, look.bold);
                    canvas.name(&served.supplier, look, room) + &value
                }
                n => format!("{n} at {ratio:.2}"),
            };
            let width = font::width(&words, look.size, false);
            let left = beside(x - width / 2.0, sides, width);
            if taken.iter().all(|(from, to)| left > to + 10.0 || left + width < from - 10.0) {
                let top = stroke.0 - 15.0;
                canvas.rect((left - 2.0, top - 2.0), (left + width + 2.0, top + 13.0), THEME.background);
                canvas.text(&words, (left, top), look);
                taken.push((left, left + width));
            }
        }
    }
}

/// The supplier with the least for its demand in a scenario; the first of several.
fn least(served: &[Served], scenario: usize) -> Option<(&Served, f64)> {
    let mine = served.iter().filter(|s| s.scenario == scenario);
    mine.filter_map(|s| s.ratio.map(|ratio| (s, ratio))).min_by(|a, b| a.1.total_cmp(&b.1))
}

fn title(shown: &Shown, served: &[Served]) -> String {
    let Some((first, ratio)) = least(served, 0) else {
        return "In this draw no supplier has Active demand to compare".to_owned();
    };
    let ratios: BTreeSet<String> = served.iter().filter_map(Served::rounded).collect();
    if ratios.len() == 1 {
        return "In this draw every supplier gets slots in the same proportion to its demand".to_owned();
    }
    let who =
        if first.limited { format!("{}, at its limit,", first.supplier) } else { first.supplier.clone() };
    let same =
        (1..shown.runs.len()).all(|i| least(served, i).is_some_and(|l| l.0.supplier == first.supplier));
    match (shown.runs.len(), same) {
        (1, _) => format!("In this run {who} gets {ratio:.2} times the average share of slots"),
        (_, true) => format!("In this draw {who} gets fewest slots in {}", shown.chosen.every()),
        (_, false) => "In this draw scenarios differ in who gets fewest slots for its demand".to_owned(),
    }
}

fn describe(shown: &Shown, served: &[Served]) -> String {
    let (first, last) = shown.period();
    let of = |scenario: usize| {
        let ratios: Vec<f64> =
            served.iter().filter(|s| s.scenario == scenario).filter_map(|s| s.ratio).collect();
        let name = capitalised(&shown.runs[scenario].title);
        match least(served, scenario) {
            Some((supplier, least)) => {
                let most = ratios.iter().copied().fold(least, f64::max);
                format!(
                    "In {name} the ratio goes from {least:.2} ({}) to {most:.2} over {} suppliers.",
                    supplier.supplier,
                    ratios.len()
                )
            }
            None => format!("In {name} no supplier has newly eligible Active installations."),
        }
    };
    format!(
        "Strip chart of Active slots for each newly eligible Active installation, as a ratio to the same over all \
         suppliers, {}, a stroke a supplier, in rows by supplier size. {}{}",
        numbers::period(first, last),
        (0..shown.runs.len()).map(of).collect::<Vec<_>>().join(" "),
        own_limits(served).map_or_else(String::new, |(whose, who)| format!(" {whose} {who}.")),
    ) + &shown.chosen.sentence()
}

/// That some have limits of their own, and who; nothing where nobody has.
fn own_limits(served: &[Served]) -> Option<(&'static str, String)> {
    let names: BTreeSet<&str> = served.iter().filter(|s| s.limited).map(|s| s.supplier.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names[..] {
        [] => None,
        [only] => Some(("A daily limit of its own holds", only.to_owned())),
        _ if names.len() > MOST_LIMITED => {
            Some(("Daily limits of their own hold", format!("{} suppliers", names.len())))
        }
        _ => Some(("Daily limits of their own hold", numbers::list(&names))),
    }
}

fn data(shown: &Shown, served: &[Served]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("supplier", ""),
        ("supplier_size", ""),
        ("slots_to_demand_ratio", "ratio"),
        ("has_limits_of_its_own", ""),
    ]);
    for s in served {
        let ratio = s.ratio.map_or(Cell::Empty, |x| Cell::Decimal(x, 4));
        let names = [shown.runs[s.scenario].name.as_str(), s.supplier.as_str(), s.size.as_str()];
        table.push(names.map(Into::into).into_iter().chain([ratio, Cell::Flag(s.limited)]).collect());
    }
    table
}
