//! Cohort timeline: gate, firmware, EPCL entry and migration of each cohort, in one scenario or in two side by side.

mod rows;

use rows::Cohort;

use super::bars::small;
use super::canvas::{Canvas, Type};
use super::font;
use super::frame::{Words, in_words, period};
use super::kind::Shown;
use super::labels::{self, Key, Sign};
use super::rows::{Margins, Rows, Scale};
use super::theme::{ACTIVE, ALL, CAPTION, DORMANT, THEME};
use super::{Figure, svg};
use crate::output::{Cell, ResultsError, Table, thousands};

const ID: &str = "fig-cohorts";
/// Most cohorts in one figure.
const MOST: usize = 12;
/// Room for the names of the cohorts.
const NAMES: f64 = 104.0;
/// Room for what is written behind a cohort.
const NOTES: f64 = 158.0;
/// Colour of the time between gate and entry.
const GATE: plotters::style::RGBColor = THEME.idle;

/// The timeline of the scenarios shown: the first and, side by side with it, the second.
pub(super) fn figure(shown: &Shown) -> Result<Figure, ResultsError> {
    let mut scenarios = Vec::new();
    for run in shown.runs.iter().take(2) {
        scenarios.push(rows::read(shown.results, run)?);
    }
    Ok(draw(shown, &scenarios))
}

/// Positions of the cohorts to draw, by EPCL entry in the first scenario.
///
/// Where there are too many: those that enter in the period, the largest by Dormant installations.
fn chosen(shown: &Shown, cohorts: &[Cohort]) -> Vec<usize> {
    let (first, last) = shown.period();
    let mut order: Vec<usize> = (0..cohorts.len()).collect();
    if cohorts.len() > MOST {
        let inside = |c: &Cohort| c.entry.is_some_and(|entry| entry >= first && entry <= last);
        order.sort_by_key(|&at| (!inside(&cohorts[at]), std::cmp::Reverse(cohorts[at].dormant)));
        order.truncate(MOST);
    }
    order.sort_by_key(|&at| (cohorts[at].entry.is_none(), cohorts[at].entry, at));
    order
}

fn draw(shown: &Shown, scenarios: &[Vec<Cohort>]) -> Figure {
    let mut caption = shown.caption();
    caption.scenarios.truncate(scenarios.len());
    let (first, last) = shown.period();
    let cohorts = &scenarios[0];
    let chosen = chosen(shown, cohorts);
    let title = title(scenarios);
    let which = if chosen.len() < cohorts.len() {
        format!("{} largest of {} cohorts that enter in the period", chosen.len(), cohorts.len())
    } else {
        format!("{} cohorts", cohorts.len())
    };
    let lanes = match scenarios.len() {
        1 => String::new(),
        _ => format!(", upper row {}, lower row {}", shown.runs[0].name, shown.runs[1].name),
    };
    let measure = format!("Firmware, EPCL entry and migration, dates, {which}{lanes}");
    let words = Words { title: &title, measure: &measure, caption: &caption, first, last };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw);
    let (top, foot) = words.draw(&canvas);
    labels::key(&canvas, &key(), (THEME.margin, top));
    let margins = Margins { left: NAMES, right: NOTES };
    let n = small(chosen.len());
    let rows = Rows::draw(&canvas, n, (top + 24.0, foot), &margins, Scale::Dates(first, last));
    for (row, &at) in chosen.iter().enumerate() {
        let middle = rows.top(small(row) + 0.5);
        if row > 0 {
            let y = rows.top(small(row));
            canvas.line(&[(THEME.margin, y), (rows.edges.right, y)], THEME.grid, 1.0);
        }
        rows.name(&canvas, &cohorts[at].name, middle, false);
        let height = (rows.height * 0.86 / small(scenarios.len())).min(24.0);
        for (lane, scenario) in scenarios.iter().enumerate() {
            let top = middle + height * (small(lane) - small(scenarios.len()) / 2.0);
            draw_lane(&canvas, &rows, (first, last), &scenario[at], (top, height));
        }
        let look = Type { colour: THEME.text, ..CAPTION };
        let note = font::fit(&note(scenarios, at), look.size, false, NOTES - 10.0);
        canvas.text(&note, (rows.edges.right + 10.0, middle - look.size * 0.37), look);
    }
    canvas.finish();
    let description = describe(shown, scenarios);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(shown, scenarios), description }
}

fn key() -> [Key<'static>; 5] {
    let key = |sign, colour, name| Key { sign, colour, name };
    [
        key(Sign::Line, GATE, "Gate to entry"),
        key(Sign::Bar, ALL, "Firmware before entry"),
        key(Sign::Stroke, THEME.text, "EPCL entry"),
        key(Sign::Bar, DORMANT, "Dormant migrate"),
        key(Sign::Line, ACTIVE, "Active migrate"),
    ]
}

/// Draws one cohort in one scenario into a lane.
fn draw_lane(
    canvas: &Canvas,
    rows: &Rows,
    period: (jiff::civil::Date, jiff::civil::Date),
    cohort: &Cohort,
    (top, height): (f64, f64),
) {
    let x = |date| rows.on(period, date);
    let bar = (top + height * 0.1, top + height * 0.62);
    let middle = f64::midpoint(bar.0, bar.1);
    let between = |from, to| Some((x(from?), x(to?))).filter(|(from, to): &(f64, f64)| to > from);
    if let Some((from, to)) = between(cohort.gate, cohort.entry) {
        canvas.line(&[(from, middle), (to, middle)], GATE, THEME.reference_width);
    }
    if let Some((from, to)) = between(cohort.opens, cohort.entry) {
        canvas.rect((from, bar.0), (to, bar.1), ALL);
    }
    if let [Some(from), Some(to)] = cohort.dormant_migrates {
        canvas.rect((x(from), bar.0), (x(to).max(x(from) + 2.0), bar.1), DORMANT);
    }
    if let [Some(from), Some(to)] = cohort.active_migrates {
        let y = top + height * 0.8;
        canvas.line(&[(x(from), y), (x(to).max(x(from) + 2.0), y)], ACTIVE, THEME.reference_width);
    }
    if let Some(entry) = cohort.entry.filter(|&entry| entry >= period.0 && entry <= period.1) {
        canvas.line(&[(x(entry), bar.0 - 1.0), (x(entry), bar.1 + 1.0)], THEME.text, THEME.line_width);
    }
}

/// What is written behind a cohort: how far it came, or how the second scenario differs.
fn note(scenarios: &[Vec<Cohort>], at: usize) -> String {
    let number = |n: u64| thousands(&n.to_string());
    let one = &scenarios[0][at];
    let Some(other) = scenarios.get(1).map(|cohorts| &cohorts[at]) else {
        return match (one.migrated, one.unmigrated) {
            (0, 0) => "no Dormant to migrate".to_owned(),
            (all, 0) => format!("all {} migrate", number(all)),
            (0, left) => format!("none of {}", number(left)),
            (some, left) => format!("{} of {}", number(some), number(some + left)),
        };
    };
    match (one.dormant_migrates[1], other.dormant_migrates[1]) {
        (Some(before), Some(after)) if one.unmigrated == 0 && other.unmigrated == 0 => {
            let days = after.until(before).map_or(0, |span| span.get_days());
            let noun = if days.abs() == 1 { "day" } else { "days" };
            match days {
                0 => "ends the same day".to_owned(),
                days if days > 0 => format!("ends {days} {noun} sooner"),
                days => format!("ends {} {noun} later", -days),
            }
        }
        _ => match (one.migrated, other.migrated) {
            (a, b) if b > a => format!("{} more migrate", number(b - a)),
            (a, b) if b < a => format!("{} fewer migrate", number(a - b)),
            _ => "as many migrate".to_owned(),
        },
    }
}

fn title(scenarios: &[Vec<Cohort>]) -> String {
    let before = |cohorts: &Vec<Cohort>| cohorts.iter().filter(|c| c.opens_early()).count();
    let n = scenarios[0].len();
    match scenarios {
        [one, other, ..] => format!(
            "In this draw firmware opens before EPCL entry in {} of {n} cohorts, against {}",
            before(other),
            before(one)
        ),
        _ => format!(
            "In this run firmware opens before EPCL entry in {} of {n} cohorts",
            before(&scenarios[0])
        ),
    }
}

fn describe(shown: &Shown, scenarios: &[Vec<Cohort>]) -> String {
    let (first, last) = shown.period();
    let of = |(run, cohorts): (&&crate::output::ResultsRun, &Vec<Cohort>)| {
        let early = cohorts.iter().filter(|c| c.opens_early()).count();
        let whole = cohorts.iter().filter(|c| c.unmigrated == 0 && c.migrated > 0).count();
        format!(
            "In {} firmware opens before entry in {early} of {} cohorts, and {whole} have no migratable Dormant \
             installation left by {}.",
            run.name,
            cohorts.len(),
            in_words(run.last)
        )
    };
    let more = shown.runs.len() + shown.more - scenarios.len();
    let left_out = match more {
        0 => String::new(),
        n => format!(" {n} further scenarios are left out of the figure."),
    };
    format!(
        "Timeline, a row a cohort in the order of EPCL entry, {}: from gate to entry, firmware open before entry, \
         entry, and first to last migration of Dormant and of Active. {}{left_out} All cohorts are in {ID}.csv.",
        period(first, last),
        shown.runs.iter().zip(scenarios).map(of).collect::<Vec<_>>().join(" "),
    )
}

fn data(shown: &Shown, scenarios: &[Vec<Cohort>]) -> Table {
    const DATES: [&str; 7] = [
        "gate_date",
        "firmware_opens_date",
        "epcl_entry_date",
        "dormant_first_migration_date",
        "dormant_last_migration_date",
        "active_first_migration_date",
        "active_last_migration_date",
    ];
    let mut columns = vec![("scenario", ""), ("cohort", "")];
    columns.extend(DATES.map(|name| (name, "")));
    columns.extend([
        ("dormant_migrated_installations", "installations"),
        ("dormant_unmigrated_installations", "installations"),
    ]);
    let mut table = Table::new(&columns);
    for (run, cohorts) in shown.runs.iter().zip(scenarios) {
        for cohort in cohorts {
            let mut row: Vec<Cell> = vec![run.name.as_str().into(), cohort.name.as_str().into()];
            let ends = cohort.dormant_migrates.into_iter().chain(cohort.active_migrates);
            row.extend([cohort.gate, cohort.opens, cohort.entry].into_iter().chain(ends).map(Cell::from));
            row.extend([cohort.migrated, cohort.unmigrated].map(Cell::from));
            table.push(row);
        }
    }
    table
}
