//! Cohort timeline: gate, firmware, EPCL entry and migration of each cohort, in one scenario or in two side by side.

mod rows;

use jiff::civil::Date;
use plotters::style::text_anchor::HPos;

use rows::Cohort;

use crate::chart::Figure;
use crate::chart::data::figure_source::Shown;
use crate::chart::layout::axis::days_between;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Key, Sign};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, ALL, CAPTION, DORMANT, THEME, Type};
use crate::output::{Cell, ResultsError, Table};
use crate::wording::numbers;

const ID: &str = "fig-cohorts";
/// Most cohorts in one figure, of one scenario and of two: so many that each row is as tall as its words.
const MOST: [usize; 2] = [12, 8];
/// Room for the names of the cohorts: the least, the most, and what stands free behind them.
const NAMES: f64 = 62.0;
const MOST_NAMES: f64 = 190.0;
const NAME_GAP: f64 = 12.0;
/// Most room for the names of the scenarios.
const LANES: f64 = 118.0;
/// Least room for what is written behind a cohort, and the space between its two parts.
const NOTES: f64 = 198.0;
const NOTES_GAP: f64 = 12.0;
/// Colour of the time between gate and entry.
const GATE: plotters::style::RGBColor = THEME.idle;
/// Migration that was on less than so many days before the end goes on after it.
const STILL: f64 = 14.0;
/// Words at the right and in the key.
const WORDS: Type = Type { colour: THEME.text, ..CAPTION };

/// The timeline of the scenarios shown: the first and, side by side with it, the second.
pub(crate) fn figure(shown: &Shown) -> Result<Figure, ResultsError> {
    let mut scenarios = Vec::new();
    for run in &shown.runs {
        scenarios.push(rows::read(shown.results, run)?);
    }
    let shared = shared(scenarios);
    if let (Some(run), Some([])) = (shown.runs.last(), shared.first().map(Vec::as_slice)) {
        return Err(ResultsError::Cell {
            file: format!("{}/cohorts.csv", run.folder),
            line: 2,
            column: "cohort".to_owned(),
            found: String::new(),
            expected: "a cohort that every scenario of the figure has",
        });
    }
    Ok(draw(shown, &shared))
}

/// The cohorts that all scenarios have, in the order of the first, so that a row is one cohort in each.
fn shared(mut scenarios: Vec<Vec<Cohort>>) -> Vec<Vec<Cohort>> {
    let names = |cohorts: &[Cohort]| -> Vec<String> { cohorts.iter().map(|c| c.name.clone()).collect() };
    let all: Vec<Vec<String>> = scenarios.iter().map(|cohorts| names(cohorts)).collect();
    let order: Vec<&String> = all
        .first()
        .into_iter()
        .flatten()
        .filter(|name| all.iter().all(|names| names.contains(name)))
        .collect();
    for cohorts in &mut scenarios {
        cohorts.retain(|cohort| order.contains(&&cohort.name));
        cohorts.sort_by_key(|cohort| order.iter().position(|name| **name == cohort.name));
        cohorts.dedup_by(|a, b| a.name == b.name);
    }
    scenarios
}

/// Positions of the cohorts to draw, by EPCL entry in the first scenario.
///
/// Where there are too many: of one scenario those with most Dormant installations, of two those whose Dormant days differ most.
fn chosen(shown: &Shown, scenarios: &[Vec<Cohort>]) -> Vec<usize> {
    let cohorts = &scenarios[0];
    let mut order: Vec<usize> = (0..cohorts.len()).collect();
    let most = MOST[shown.runs.len() - 1];
    if cohorts.len() > most {
        let size = |at: usize| match scenarios.get(1) {
            Some(others) => cohorts[at].waited.abs_diff(others[at].waited),
            None => cohorts[at].dormant,
        };
        order.sort_by_key(|&at| std::cmp::Reverse(size(at)));
        order.truncate(most);
    }
    order.sort_by_key(|&at| (cohorts[at].entry.is_none(), cohorts[at].entry, at));
    order
}

fn draw(shown: &Shown, scenarios: &[Vec<Cohort>]) -> Figure {
    let mut caption = shown.caption();
    caption.scenarios.truncate(scenarios.len());
    let (first, last) = shown.period();
    let cohorts = &scenarios[0];
    let chosen = chosen(shown, scenarios);
    let title = title(shown, scenarios);
    let which = match (cohorts.len(), chosen.len()) {
        (all, some) if some < all && scenarios.len() > 1 => {
            format!("{some} most changed of {all} cohorts")
        }
        (all, some) if some < all => {
            format!("{some} of {all} device cohorts, those with most Dormant installations")
        }
        (all, _) => format!("{all} device cohorts"),
    };
    let measure = format!("Length is time, not number; {which}");
    let names: Vec<String> = chosen.iter().map(|at| cohorts[*at].name.clone()).collect();
    let words = Words { title: &title, measure: &measure, caption: &caption, first, last, names: &names };
    let n = small(chosen.len());
    let least = ROW[scenarios.len() - 1];
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(HEAD + Rows::room(n, least)));
    let (top, foot) = words.draw(&canvas);
    let lines = [top, top + KEY_LINE];
    key().iter().zip(lines).for_each(|(signs, top)| labels::key(&canvas, signs, (THEME.margin, top)));
    let lanes = if scenarios.len() == 1 {
        8.0
    } else {
        let names = shown.runs.iter().map(|run| font::width(&run.title, WORDS.size, false));
        names.fold(0.0, f64::max).min(LANES) + 10.0
    };
    let names = chosen.iter().map(|at| font::width(&cohorts[*at].name, WORDS.size, false) + NAME_GAP);
    let behind = chosen.iter().map(|at| {
        let [left, right] = notes(scenarios, *at).map(|words| font::width(&words, WORDS.size, WORDS.bold));
        NOTE_GAP + left + if right > 0.0 { NOTES_GAP + right } else { 0.0 }
    });
    let right = behind.fold(NOTES, f64::max);
    let margins = Margins { left: names.fold(NAMES, f64::max).min(MOST_NAMES) + lanes, right };
    let scale = Scale::Dates(first, last);
    let rows = Rows::draw(&canvas, n, (top + HEAD, foot), &margins, scale);
    let keys = key().iter().map(|signs| labels::key_width(signs)).fold(0.0, f64::max);
    let left = (rows.edges.right + NOTE_GAP).max(THEME.margin + keys + NOTE_GAP);
    heading(&canvas, (left, lines), shown, scenarios.len());
    for (row, &at) in chosen.iter().enumerate() {
        let middle = rows.top(small(row) + 0.5);
        let y = rows.top(small(row));
        canvas.line(&[(THEME.margin, y), (THEME.width - THEME.margin, y)], THEME.grid, 1.0);
        let name = canvas.name(&cohorts[at].name, WORDS, rows.edges.left - THEME.margin - lanes);
        let baseline = WORDS.size * 0.37;
        canvas.text(&name, (THEME.margin, middle - baseline), WORDS);
        let height = (rows.height * 0.96 / small(scenarios.len())).min(24.0);
        for (lane, (run, scenario)) in shown.runs.iter().zip(scenarios).enumerate() {
            let top = middle + height * (small(lane) - small(scenarios.len()) / 2.0);
            draw_lane(&canvas, &rows, (first, last), &scenario[at], (top, height));
            if scenarios.len() > 1 {
                let name = canvas.name(&run.title, WORDS, LANES);
                let place = (rows.edges.left - lanes, top + height * BAR_MIDDLE + 1.0 - baseline);
                canvas.text(&name, place, WORDS);
            }
        }
        let [left, right] = notes(scenarios, at);
        canvas.text(&left, (rows.edges.right + NOTE_GAP, middle - baseline), WORDS);
        let end = Type { anchor: HPos::Right, ..WORDS };
        canvas.text(&right, (THEME.width - THEME.margin, middle - baseline), end);
    }
    canvas.finish();
    let description = describe(shown, scenarios);
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(shown, scenarios), description }
}

/// Space between the plot, with room for an arrow, and the notes.
const NOTE_GAP: f64 = 14.0;
/// Length of an arrow.
const ARROW: f64 = 8.0;
/// Where in a lane the middle of its bar is; the line below it is for Active.
const BAR_MIDDLE: f64 = 0.36;
/// Height of a line of the key.
const KEY_LINE: f64 = 20.0;
/// Height of the key.
const HEAD: f64 = 2.0 * KEY_LINE + 2.0;
/// Least height of a cohort: the words of one scenario, or of two.
const ROW: [f64; 2] = [16.0, 27.0];

/// What the signs mean, in two lines.
fn key() -> [Vec<Key<'static>>; 2] {
    let key = |sign, colour, name| Key { sign, colour, name };
    [
        vec![
            key(Sign::Line, GATE, "Tests passed, waits for entry"),
            key(Sign::Bar, ALL, "Firmware may go out before entry"),
        ],
        vec![
            key(Sign::Upright, THEME.text, "Entry on the list (EPCL)"),
            key(Sign::Bar, DORMANT, "Dormant migrate"),
            key(Sign::Line, ACTIVE, "Active migrate"),
            key(Sign::Arrow, DORMANT, "unfinished"),
        ],
    ]
}

/// Says in two lines what the notes behind the cohorts are.
fn heading(canvas: &Canvas, (left, [above, below]): (f64, [f64; 2]), shown: &Shown, scenarios: usize) {
    let right = THEME.width - THEME.margin;
    if scenarios == 1 {
        canvas.text("Dormant migrated", (left, above), WORDS);
        return canvas.text("by the end", (left, below), WORDS);
    }
    let named = format!("Dormant under {}", shown.runs[1].title);
    let fits = font::width(&named, WORDS.size, false) <= right - left;
    canvas.text(if fits { &named } else { "Change for Dormant" }, (left, above), WORDS);
    canvas.text("last one", (left, below), CAPTION);
    canvas.text("days avoided", (right, below), Type { anchor: HPos::Right, ..CAPTION });
}

/// Draws one cohort in one scenario into a lane.
fn draw_lane(canvas: &Canvas, rows: &Rows, period: (Date, Date), cohort: &Cohort, (top, height): (f64, f64)) {
    let x = |date| rows.on(period, date);
    let middle = top + height * BAR_MIDDLE;
    let half = height * 0.26;
    let bar = (middle - half, middle + half);
    let between = |from, to| Some((x(from?), x(to?))).filter(|(from, to): &(f64, f64)| to > from);
    if let Some((from, to)) = between(cohort.gate, cohort.entry) {
        canvas.line(
            &[(from + THEME.reference_width / 2.0, middle), (to, middle)],
            GATE,
            THEME.reference_width,
        );
    }
    if let Some((from, to)) = between(cohort.opens, cohort.entry) {
        canvas.rect((from, bar.0), (to, bar.1), ALL);
    }
    // Migration that goes on after the period ends in an arrow beyond the plot.
    let goes_on = |to, status: usize| cohort.unmigrated[status] > 0 && days_between(to, period.1) < STILL;
    let tip = |half: f64, y: f64, colour| {
        let from = rows.edges.right;
        canvas.area(&[(from, y - half), (from + ARROW, y), (from, y + half)], colour);
    };
    let end = |from, to, goes_on: bool| if goes_on { rows.edges.right } else { x(to).max(x(from) + 2.0) };
    if let [Some(from), Some(to)] = cohort.dormant_migrates {
        canvas.rect((x(from), bar.0), (end(from, to, goes_on(to, 0)), bar.1), DORMANT);
        if goes_on(to, 0) {
            tip(half * 1.3, middle, DORMANT);
        }
    }
    if let [Some(from), Some(to)] = cohort.active_migrates {
        let y = top + height * 0.8;
        canvas.line(&[(x(from), y), (end(from, to, goes_on(to, 1)), y)], ACTIVE, THEME.reference_width);
        if goes_on(to, 1) {
            tip(3.0, y, ACTIVE);
        }
    }
    if let Some(entry) = cohort.entry.filter(|&entry| entry >= period.0 && entry <= period.1) {
        canvas.line(&[(x(entry), bar.0), (x(entry), bar.1)], THEME.text, THEME.line_width);
    }
}

/// What is written behind a cohort: how far it came; or under the second scenario when the last one migrates and how many
/// Dormant days that avoids.
fn notes(scenarios: &[Vec<Cohort>], at: usize) -> [String; 2] {
    let number = |n: u64| numbers::count(n);
    let one = &scenarios[0][at];
    let Some(other) = scenarios.get(1).map(|cohorts| &cohorts[at]) else {
        let far = match (one.migrated, one.unmigrated[0]) {
            (0, 0) => "no Dormant to migrate".to_owned(),
            (all, 0) => format!("all {} that can", number(all)),
            (0, left) => format!("none of {}", number(left)),
            (some, left) => format!("{} of {}", number(some), number(some + left)),
        };
        return [far, String::new()];
    };
    let last = match (
        [one, other].map(|c| c.unmigrated[0] == 0),
        one.dormant_migrates[1],
        other.dormant_migrates[1],
    ) {
        ([true, true], Some(before), Some(after)) => apart(before, after),
        ([false, true], ..) => "now by the end".to_owned(),
        ([true, false], ..) => "no longer by end".to_owned(),
        ([false, false], ..) => "both unfinished".to_owned(),
        _ => "none".to_owned(),
    };
    let sign = if other.waited > one.waited { "-" } else { "" };
    [last, format!("{sign}{}", number(one.waited.abs_diff(other.waited)))]
}

/// How far apart two days are, in words.
fn apart(before: Date, after: Date) -> String {
    let days = after.until(before).map_or(0, |span| span.get_days());
    let noun = if days.abs() == 1 { "day" } else { "days" };
    match days {
        0 => "same day".to_owned(),
        days if days > 0 => format!("{days} {noun} sooner"),
        days => format!("{} {noun} later", -days),
    }
}

fn title(shown: &Shown, scenarios: &[Vec<Cohort>]) -> String {
    let early = |at: usize| scenarios[at].iter().filter(|c| c.opens_early()).count();
    let n = scenarios[0].len();
    let name = |at: usize| &shown.runs[at].title;
    match scenarios.len() {
        1 => format!("Firmware may go out before entry in {} of {n} cohorts", early(0)),
        _ => format!(
            "Firmware before entry: {} of {n} cohorts under {}, {} under {}",
            early(1),
            name(1),
            early(0),
            name(0)
        ),
    }
}

fn describe(shown: &Shown, scenarios: &[Vec<Cohort>]) -> String {
    let (first, last) = shown.period();
    let of = |(run, cohorts): (&&crate::output::ResultsRun, &Vec<Cohort>)| {
        let early = cohorts.iter().filter(|c| c.opens_early()).count();
        let whole = cohorts.iter().filter(|c| c.unmigrated[0] == 0 && c.migrated > 0).count();
        format!(
            "In {} firmware opens before entry in {early} of {} cohorts, and {whole} have no migratable Dormant \
             installation left by {}.",
            capitalised(&run.title),
            cohorts.len(),
            numbers::long_date(run.last)
        )
    };
    format!(
        "Timeline, a row a cohort in the order of EPCL entry, {}: from gate to entry, firmware open before entry, \
         entry, and first to last migration of Dormant and of Active. {} The data hold every cohort.{}",
        numbers::period(first, last),
        shown.runs.iter().zip(scenarios).map(of).collect::<Vec<_>>().join(" "),
        shown.chosen.sentence(),
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
        ("dormant_waited_installation_days", "installation-days"),
        ("dormant_migrated_installations", "installations"),
        ("dormant_unmigrated_installations", "installations"),
        ("active_unmigrated_installations", "installations"),
    ]);
    let mut table = Table::new(&columns);
    for (run, cohorts) in shown.runs.iter().zip(scenarios) {
        for cohort in cohorts {
            let mut row: Vec<Cell> = vec![run.name.as_str().into(), cohort.name.as_str().into()];
            let ends = cohort.dormant_migrates.into_iter().chain(cohort.active_migrates);
            row.extend([cohort.gate, cohort.opens, cohort.entry].into_iter().chain(ends).map(Cell::from));
            row.extend([cohort.waited, cohort.migrated].into_iter().chain(cohort.unmigrated).map(Cell::from));
            table.push(row);
        }
    }
    table
}
