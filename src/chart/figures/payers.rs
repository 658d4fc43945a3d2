//! Who pays for what a scenario changes: the days that Dormant and Active installations wait, on one scale, and the Active ones
//! that miss their supplier's obligation day, by supplier.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::figures::difference_ranges::{baseline, ends, whisker};
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{WIDE, Words, capitalised};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Key, Look, scenario_look};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale, name_room};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::theme::{CAPTION, LABEL, THEME, Type};
use crate::chart::surface::{font, svg};
use crate::chart::{Caption, Figure};
use crate::findings::{Kpi, Scope, kpi};
use crate::output::{Cell, study_difference_table};
use crate::replications::Comparison;
use crate::statistics::{Estimate, Interval, Level};
use crate::wording::{numbers, titles};

/// Suppliers that have a row: of few scenarios, and of more, whose rows are taller.
const MOST_SUPPLIERS: [usize; 2] = [4, 2];
/// Least and most a row is tall.
const LEAST: f64 = 18.0;
const TALLEST: f64 = 44.0;
/// Least height of the marker of a scenario in a row.
const MARKER: f64 = 9.0;
/// Least room for the names of the rows.
const NAMES: f64 = 180.0;
/// Least room for the numbers of a row, where there is one scenario, what stands free before them, and how they look.
const NUMBERS: f64 = 210.0;
const NUMBER_GAP: f64 = 12.0;
const NUMBER: Type = Type { colour: THEME.text, ..CAPTION };
/// Height of the line above a plot.
const HEADING: f64 = 24.0;
/// Height of the scale below one.
const SCALE: f64 = 40.0;

/// What the figure draws beside the days avoided, as files name it.
pub(crate) const MEASURES: [Kpi; 2] = [kpi::ACTIVE_DAYS_SINCE_ENTRY, kpi::ACTIVE_LATE];
/// What it draws them of: all Active installations, and each supplier's.
pub(crate) const SCOPES: [&str; 2] = ["status", "supplier"];

/// One plot: what its axis counts, and of each row its name and a change a scenario.
struct Panel {
    unit: &'static str,
    note: String,
    rows: Vec<(String, Vec<Estimate>)>,
}

/// What each scenario changes for the Dormant and for the Active.
pub(crate) fn figure(comparisons: &[Comparison], (first, last): (Date, Date), caption: &Caption) -> Figure {
    let chosen = Chosen::among(comparisons, LAID_OVER);
    let shown = &chosen.pick(comparisons);
    let panels = [waits(shown), late(shown)];
    let title = titles::payers(comparisons);
    let together = shown.iter().any(|c| c.avoided.interval.level != Level::P95);
    let of = if together { "of Dormant days for all scenarios together" } else { "each by itself" };
    let left = chosen.note();
    let measure = format!("Mean change against {}; 95% intervals, {of}{left}", baseline(shown));
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let looks: Vec<Look> = (1..).map(scenario_look).take(shown.len()).collect();
    let key: Vec<Key> = looks.iter().zip(shown).map(|(look, c)| look.point_key(&c.scenario)).collect();
    let key = if shown.len() > 1 { labels::key_lines(&key) } else { Vec::new() };
    let drawn: Vec<&Panel> = panels.iter().filter(|panel| !panel.rows.is_empty()).collect();
    let n: f64 = drawn.iter().map(|panel| small(panel.rows.len())).sum();
    let around = (HEADING + SCALE) * small(drawn.len());
    let least = LEAST.max(4.0 + MARKER * small(shown.len()));
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(HEADING * small(key.len()) + around + n * least));
    canvas.know(drawn.iter().flat_map(|panel| &panel.rows).map(|(name, _)| name.clone()));
    let (mut top, foot) = words.draw(&canvas);
    for line in key {
        labels::key(&canvas, line, (THEME.margin, top));
        top += HEADING;
    }
    let row = ((foot - top - around) / n.max(1.0)).min(TALLEST);
    for panel in drawn {
        let bottom = top + HEADING + SCALE + row * small(panel.rows.len());
        panel.draw(&canvas, (top, bottom), &looks);
        top = bottom;
    }
    canvas.finish();
    let mut data = study_difference_table(comparisons);
    let kept: Vec<Cell> =
        [kpi::DORMANT_DAYS_AVOIDED, MEASURES[0], MEASURES[1]].map(|kpi| Cell::from(kpi.id)).into();
    let whole = Cell::from(Scope::whole().kind);
    data.rows.retain(|row| kept.contains(&row[2]) && (row[2] != kept[0] || row[3] == whole));
    let description = format!("{}{}", describe(shown, &panels, (first, last)), chosen.sentence());
    let svg = svg::finish(&raw, "fig-payers", &title, &description);
    Figure { id: "fig-payers".to_owned(), title, svg, data, description }
}

/// Days waited by the Dormant and by the Active, on one scale.
fn waits(shown: &[Comparison]) -> Panel {
    let dormant = shown.iter().map(|c| turned(&c.avoided)).collect();
    let rows = [
        ("Dormant, until migrated".to_owned(), dormant),
        ("Active, from EPCL entry".to_owned(), changes(shown, &MEASURES[0], &Scope::active())),
    ];
    Panel {
        unit: "installation-days waited",
        note: "; below 0: less waiting".to_owned(),
        rows: rows.into_iter().filter(|(_, changes)| changes.len() == shown.len()).collect(),
    }
}

/// Active installations not migrated by their supplier's obligation day: in all, and of the suppliers for whom most changes.
fn late(shown: &[Comparison]) -> Panel {
    let mut suppliers: Vec<(String, Vec<Estimate>)> = Vec::new();
    for measure in shown.first().map_or(&[][..], |c| &c.measures) {
        if measure.kpi.id == MEASURES[1].id && measure.scope.kind == SCOPES[1] {
            let of = changes(shown, &MEASURES[1], &measure.scope);
            suppliers.push((measure.scope.member.clone(), of));
        }
    }
    suppliers.retain(|(_, changes)| changes.len() == shown.len());
    let (n, most_rows) = (suppliers.len(), MOST_SUPPLIERS[usize::from(shown.len() > 2)]);
    let most = |changes: &[Estimate]| changes.iter().map(|e| e.value.abs()).fold(0.0, f64::max);
    suppliers.sort_by(|(_, a), (_, b)| most(b).total_cmp(&most(a)));
    suppliers.truncate(most_rows);
    let whole = changes(shown, &MEASURES[1], &Scope::active());
    let mut rows = vec![("In all".to_owned(), whole)];
    rows.retain(|(_, changes)| changes.len() == shown.len());
    let note = if n > most_rows { format!("; most changed of {n} suppliers") } else { String::new() };
    rows.extend(suppliers);
    Panel { unit: "Active installations not migrated by the obligation day", note, rows }
}

/// Scenario less baseline of a measure, for the scenarios that have it.
fn changes(shown: &[Comparison], kpi: &Kpi, scope: &Scope) -> Vec<Estimate> {
    let of = |c: &Comparison| {
        let measure = c.measures.iter().find(|m| m.kpi.id == kpi.id && m.scope == *scope)?;
        measure.change
    };
    shown.iter().filter_map(of).collect()
}

/// Scenario less baseline of what is baseline less scenario.
fn turned(avoided: &Estimate) -> Estimate {
    let Interval { low, high, level } = avoided.interval;
    // Adding 0 makes of -0 what a file says.
    let turn = |x: f64| 0.0 - x;
    Estimate {
        value: turn(avoided.value),
        interval: Interval { low: high.map(turn), high: low.map(turn), level },
        ..*avoided
    }
}

impl Panel {
    fn draw(&self, canvas: &Canvas, (top, bottom): (f64, f64), looks: &[Look]) {
        let spans = || self.rows.iter().flat_map(|(_, changes)| changes).flat_map(ends);
        let axis = NumberAxis::spanning(spans().fold(0.0, f64::min), spans().fold(0.0, f64::max), 5, 1.0);
        let unit = capitalised(&format!("{}{}{}", axis.factor, self.unit, self.note));
        canvas.text(&canvas.line_of(&unit, LABEL, WIDE), (THEME.margin, top), LABEL);
        let wide = |change| font::width(&told(&axis, change), NUMBER.size, NUMBER.bold);
        let widest = self.rows.iter().flat_map(|(_, changes)| changes).map(wide).fold(0.0, f64::max);
        let right = if looks.len() == 1 { NUMBERS.max(widest + NUMBER_GAP) } else { 24.0 };
        // Rows leave room for their scale above what is below them.
        let left = name_room(self.rows.iter().map(|(name, _)| name.as_str()), NAMES);
        let margins = Margins { left, right };
        let place = (top + HEADING, bottom + 6.0);
        let rows = Rows::draw(canvas, small(self.rows.len()), place, &margins, Scale::Numbers(&axis));
        for (at, (name, changes)) in (0..).map(f64::from).zip(&self.rows) {
            let middle = rows.top(at + 0.5);
            rows.name(canvas, name, middle, false);
            for (index, (change, look)) in changes.iter().zip(looks).enumerate() {
                let share = (small(index) + 0.5) / small(changes.len());
                whisker(canvas, &rows, &axis, change, *look, rows.top(at + 0.1 + 0.8 * share));
            }
            if let [change] = changes.as_slice() {
                let place = (rows.edges.right + NUMBER_GAP, middle - NUMBER.size * 0.37);
                canvas.text(&told(&axis, change), place, NUMBER);
            }
        }
    }
}

/// A change and its interval, as the axis says its numbers.
fn told(axis: &NumberAxis, change: &Estimate) -> String {
    let ends = ends(change).map(|end| axis.told(end));
    let words = axis.told(change.value);
    let sign = if change.value > 0.0 && words.contains(|c| matches!(c, '1'..='9')) { "+" } else { "" };
    match (change.interval.low, change.interval.high) {
        (Some(_), Some(_)) => format!("{sign}{words} [{} to {}]", ends[0], ends[1]),
        _ => format!("{sign}{words}"),
    }
}

fn describe(shown: &[Comparison], panels: &[Panel; 2], (first, last): (Date, Date)) -> String {
    let row = |(name, changes): &(String, Vec<Estimate>)| {
        let values: Vec<String> = changes.iter().map(|e| numbers::whole(e.value)).collect();
        format!("{name} {}", values.join(", "))
    };
    let panel = |panel: &Panel| {
        let rows: Vec<String> = panel.rows.iter().map(row).collect();
        format!("{}{}: {}.", capitalised(panel.unit), panel.note, rows.join("; "))
    };
    let names: Vec<&str> = shown.iter().map(|c| c.scenario.as_str()).collect();
    let panels: Vec<String> = panels.iter().filter(|panel| !panel.rows.is_empty()).map(panel).collect();
    format!(
        "Forest of mean changes and their 95% intervals, {} against {}, {}. {}",
        names.join(", "),
        baseline(shown),
        numbers::period(first, last),
        panels.join(" ")
    )
}
