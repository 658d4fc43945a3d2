//! Slot use: what became of the capacity offered, week by week, one plot for each fate.

use plotters::style::RGBColor;

use crate::chart::layout::axis::days_between;
use crate::chart::layout::frame::Words;
use crate::chart::layout::labels::{Key, Sign};
use crate::chart::marks::panels::{Line, Panel, Panels, steps};
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, ALL, DORMANT, THEME};
use crate::chart::{Caption, Figure};
use crate::output::{Cell, Results, ResultsError, ResultsRun, Row, Table};
use crate::wording::numbers;
use jiff::civil::Date;

const ID: &str = "fig-slots";

/// What becomes of a slot: name for people, name in files, colour.
const FATES: [(&str, &str, RGBColor); 5] = [
    ("Migrated", "migrated", DORMANT),
    ("Attempt failed", "failed", ACTIVE),
    ("Not used", "unused", THEME.series[2]),
    ("Idle by rule", "idle_by_rule", ALL),
    ("No usable demand", "no_usable_demand", THEME.idle),
];

/// One week of slots \[installations\].
struct Week {
    monday: Date,
    migration_days: u64,
    offered: u64,
    /// In the order of [`FATES`]; they add up to what is offered.
    fates: [u64; 5],
}

/// The slot use of one run.
pub(crate) fn figure(results: &Results, run: &ResultsRun, caption: &Caption) -> Result<Figure, ResultsError> {
    let sheet = results.sheet_of(run, "daily.csv")?;
    let mut weeks: Vec<Week> = Vec::new();
    for row in sheet.rows() {
        let date = row.date("date")?.unwrap_or(run.first);
        let monday = monday(date);
        if weeks.last().is_none_or(|week| week.monday != monday) {
            weeks.push(Week { monday, migration_days: 0, offered: 0, fates: [0; 5] });
        }
        let week = weeks.last_mut().expect("a week was just added");
        week.migration_days += u64::from(row.flag("migration_day")? == Some(true));
        week.offered += row.count("offered_installations")?;
        let today = fates(&row)?;
        week.fates = std::array::from_fn(|i| week.fates[i] + today[i]);
    }
    Ok(draw(run, &weeks, caption))
}

fn fates(row: &Row) -> Result<[u64; 5], ResultsError> {
    let both = |name: &str| {
        let of = |status: &str| row.count(&format!("{status}_{name}_today_installations"));
        Ok::<u64, ResultsError>(of("dormant")? + of("active")?)
    };
    Ok([
        both("migrated")?,
        both("failed")?,
        both("unused")?,
        row.count("idle_by_rule_installations")?,
        row.count("no_usable_demand_installations")?,
    ])
}

/// The Monday on or before a date.
pub(crate) fn monday(date: Date) -> Date {
    let past = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(jiff::Span::new().days(past)).unwrap_or(date)
}

fn draw(run: &ResultsRun, weeks: &[Week], caption: &Caption) -> Figure {
    let sums: [u64; 5] = std::array::from_fn(|i| weeks.iter().map(|w| w.fates[i]).sum());
    let offered: u64 = weeks.iter().map(|w| w.offered).sum();
    let title = title(offered, sums);
    let measure = "Slots by what became of them, weekly mean per migration day";
    let words = Words { title: &title, measure, caption, first: run.first, last: run.last, names: &[] };
    let line = |of: &dyn Fn(&Week) -> u64, colour, filled| {
        let points = weeks.iter().map(|w| (days_between(run.first, w.monday), mean(w, of(w))));
        Line { colour, filled, pieces: steps(&points.collect::<Vec<_>>(), days_between(run.first, run.last)) }
    };
    let panel = |(at, (name, _, colour)): (usize, (&'static str, &str, RGBColor))| Panel {
        name,
        outcome: format!("{} ({})", numbers::count(sums[at]), numbers::percent(sums[at], offered)),
        lines: vec![
            line(&|w: &Week| w.fates[at], colour, true),
            line(&|w: &Week| w.offered, THEME.baseline, false),
        ],
    };
    let figure = Panels {
        words,
        plan: run.plan,
        key: &[Key { sign: Sign::Line, colour: THEME.baseline, name: "Capacity offered" }],
        unit: "slots per migration day",
        plots: FATES.into_iter().enumerate().map(panel).collect(),
    };
    let description = describe(run, offered, sums);
    let svg = svg::finish(&figure.draw(), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(run, weeks), description }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
fn mean(week: &Week, slots: u64) -> Option<f64> {
    (week.migration_days > 0).then(|| slots as f64 / week.migration_days as f64)
}

fn title(offered: u64, sums: [u64; 5]) -> String {
    const LOST: [&str; 5] = [
        "",
        "go to failed attempts",
        "are allocated and not used",
        "are left idle by the rule",
        "find no usable demand",
    ];
    if offered == 0 {
        return "In this run no slots are offered".to_owned();
    }
    let lost = (1..5).rev().max_by_key(|&at| sums[at]).unwrap_or(1);
    if sums[lost] == 0 {
        return "In this run every slot offered migrates an installation".to_owned();
    }
    format!("In this run {} of the slots offered {}", numbers::percent(sums[lost], offered), LOST[lost])
}

fn describe(run: &ResultsRun, offered: u64, sums: [u64; 5]) -> String {
    let number = |n: u64| numbers::count(n);
    let parts =
        FATES.iter().zip(sums).map(|((name, ..), n)| format!("{} {}", name.to_lowercase(), number(n)));
    format!(
        "Five area charts one above the other, slots per migration day, weekly means, {}, each with the capacity \
         offered as a line. Of {} slots offered in {}: {}.",
        numbers::period(run.first, run.last),
        number(offered),
        run.name,
        parts.collect::<Vec<_>>().join(", "),
    )
}

fn data(run: &ResultsRun, weeks: &[Week]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("week_commencing", ""),
        ("migration_days", "days"),
        ("fate", ""),
        ("slots_installations", "installations"),
        ("slots_per_migration_day", "installations per migration day"),
    ]);
    for week in weeks {
        let fates = FATES.iter().map(|(_, name, _)| *name).zip(week.fates);
        for (fate, slots) in fates.chain([("offered", week.offered)]) {
            table.push(vec![
                run.name.as_str().into(),
                week.monday.into(),
                week.migration_days.into(),
                fate.into(),
                slots.into(),
                mean(week, slots).map_or(Cell::Empty, |x| Cell::Decimal(x, 2)),
            ]);
        }
    }
    table
}
