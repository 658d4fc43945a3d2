//! Wait by cause: Dormant days lost, split by what held the installations up, for one scenario or several.

use crate::chart::Figure;
use crate::chart::data::figure_source::Shown;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::{Look, scenario_look};
use crate::chart::marks::bars::{BarRow, Bars, Block};
use crate::chart::surface::svg;
use crate::chart::surface::theme::DORMANT;
use crate::findings::{Dimension, Value, kpi};
use crate::output::{Cell, ResultsError, Table};
use crate::wording::causes::{self, Cause};
use crate::wording::numbers;

const ID: &str = "fig-wait";

/// Dormant days lost of one scenario by cause, in the order of [`causes::ALL`] \[installation-days\].
struct Waits<'r> {
    scenario: &'r str,
    /// How words call it.
    title: String,
    days: [u64; 6],
}

impl Waits<'_> {
    fn total(&self) -> u64 {
        self.days.iter().sum()
    }
}

/// The wait by cause of the scenarios shown.
pub(crate) fn figure(shown: &Shown) -> Result<Figure, ResultsError> {
    let mut waits = Vec::new();
    for run in &shown.runs {
        let sheet = shown.results.sheet_of(run, "summary.csv")?;
        let mut days = [0; 6];
        for row in sheet.rows() {
            if (row.text("kpi")?, row.text("scope_kind")?)
                == (kpi::DORMANT_DAYS_LOST.id, Dimension::Cause.name())
            {
                let cause = row.text("scope")?;
                if let Some(at) = causes::ALL.iter().position(|known| known.id == cause) {
                    days[at] = row.count("value")?;
                }
            }
        }
        waits.push(Waits { scenario: &run.name, title: capitalised(&run.title), days });
    }
    Ok(draw(shown, &waits))
}

fn draw(shown: &Shown, waits: &[Waits]) -> Figure {
    let caption = shown.caption();
    let (first, last) = shown.period();
    let title = title(waits, shown.chosen.every());
    let measure = format!("Dormant days lost by cause, installation-days, Dormant{}", shown.chosen.note());
    let words = Words { title: &title, measure: &measure, caption: &caption, first, last, names: &[] };
    let look = |index: usize| match waits.len() {
        1 => Look { colour: DORMANT, ..scenario_look(1) },
        _ => scenario_look(index),
    };
    let row = |(at, cause): (usize, &Cause)| BarRow {
        name: cause.title,
        values: waits.iter().map(|w| i64::try_from(w.days[at]).unwrap_or(i64::MAX)).collect(),
        notes: waits.iter().map(|w| format!(" ({})", share(w.days[at], w.total()))).collect(),
    };
    let bars = Bars {
        series: waits.iter().enumerate().map(|(i, w)| (w.title.as_str(), look(i))).collect(),
        blocks: vec![Block { heading: "", rows: causes::ALL.iter().enumerate().map(row).collect() }],
        unit: "installation-days",
    };
    let description = describe(shown, waits);
    let svg = svg::finish(&bars.draw(&words), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(waits), description }
}

fn share(part: u64, whole: u64) -> String {
    numbers::percent(part, whole)
}

/// Position of the cause that takes most days.
fn largest(waits: &Waits) -> usize {
    // The first of those that tie.
    (0..causes::ALL.len()).rev().max_by_key(|&at| waits.days[at]).unwrap_or(0)
}

fn title(waits: &[Waits], every: &str) -> String {
    let Some(first) = waits.first().filter(|w| w.total() > 0) else {
        return "In this draw no Dormant days are lost".to_owned();
    };
    let at = largest(first);
    let same = waits.iter().all(|w| largest(w) == at);
    let cause = causes::ALL[at].waiting;
    match (waits, same) {
        ([only], _) => {
            format!("In this run {} of Dormant days are lost {cause}", share(only.days[at], only.total()))
        }
        (_, true) => {
            format!("In this draw {every} loses most Dormant days {cause}")
        }
        (_, false) => {
            "In this draw the cause that loses most Dormant days differs between scenarios".to_owned()
        }
    }
}

fn describe(shown: &Shown, waits: &[Waits]) -> String {
    let (first, last) = shown.period();
    let of = |w: &Waits| {
        let parts = causes::ALL
            .iter()
            .zip(w.days)
            .map(|(cause, days)| format!("{} {}", numbers::count(days), cause.waiting));
        let total = numbers::count(w.total());
        format!("{} loses {total} installation-days: {}.", w.title, parts.collect::<Vec<_>>().join(", "))
    };
    format!(
        "Bar chart of Dormant days lost by cause, {}, a bar a scenario. {}{}",
        numbers::period(first, last),
        waits.iter().map(of).collect::<Vec<_>>().join(" "),
        shown.chosen.sentence(),
    )
}

fn data(waits: &[Waits]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("cause", ""),
        ("dormant_days_lost", "installation-days"),
        ("share_of_lost_pct", "%"),
    ]);
    for w in waits {
        for (cause, days) in causes::ALL.iter().zip(w.days) {
            let share = Value::percent(days, w.total()).number();
            let share = share.map_or(Cell::Empty, |x| Cell::Decimal(x, 4));
            table.push(vec![w.scenario.into(), cause.id.into(), days.into(), share]);
        }
    }
    table
}
