//! Backlog: who is left at each week's end, group by group, eligible for a slot or not yet.

use jiff::civil::Date;

use crate::chart::figures::slots::monday;
use crate::chart::layout::axis::days_between;
use crate::chart::layout::frame::Words;
use crate::chart::layout::labels::{Key, Sign};
use crate::chart::marks::panels::{Line, MOST, Panel, Panels};
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, DORMANT};
use crate::chart::{Caption, Figure};
use crate::output::{Results, ResultsError, ResultsRun, Row, Table};
use crate::wording::numbers;

const ID: &str = "fig-backlog";

/// A group's installations not migrated, Dormant and Active, at the end of each week.
#[derive(Clone)]
struct Group {
    name: String,
    weeks: Vec<Left>,
}

/// Who is left \[installations\].
#[derive(Clone, Copy)]
struct Left {
    /// The last day of the week that lies in the run.
    date: Date,
    /// Firmware, EPCL entry or notice still to come.
    not_yet: u64,
    /// Waiting for a slot, or to try again.
    eligible: u64,
}

impl Group {
    fn last(&self) -> u64 {
        self.weeks.last().map_or(0, |left| left.not_yet + left.eligible)
    }

    fn most(&self) -> u64 {
        self.weeks.iter().map(|left| left.not_yet + left.eligible).max().unwrap_or(0)
    }
}

/// The backlog of one run.
pub(crate) fn figure(results: &Results, run: &ResultsRun, caption: &Caption) -> Result<Figure, ResultsError> {
    let sheet = results.sheet_of(run, "daily_groups.csv")?;
    let mut groups: Vec<Group> = Vec::new();
    for row in sheet.rows() {
        let name = row.text("group")?;
        let left = left(&row, run)?;
        let at = groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            groups.push(Group { name: name.to_owned(), weeks: Vec::new() });
            groups.len() - 1
        });
        match groups[at].weeks.last_mut().filter(|last| monday(last.date) == monday(left.date)) {
            Some(last) => *last = left,
            None => groups[at].weeks.push(left),
        }
    }
    Ok(draw(run, &groups, caption))
}

fn left(row: &Row, run: &ResultsRun) -> Result<Left, ResultsError> {
    let sum = |names: &[&str]| {
        names.iter().map(|name| row.count(&format!("held_{name}_installations"))).sum::<Result<u64, _>>()
    };
    Ok(Left {
        date: row.date("date")?.unwrap_or(run.first),
        not_yet: sum(&["gate", "firmware", "entry", "notice"])?,
        eligible: sum(&["eligible", "retrying"])?,
    })
}

/// The groups to draw: as many as fit, the smaller ones of the rest together.
fn shown(groups: &[Group]) -> Vec<Group> {
    if groups.len() <= MOST {
        return groups.to_vec();
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(groups[at].most()));
    let (largest, rest) = order.split_at(MOST - 1);
    let mut largest = largest.to_vec();
    largest.sort_unstable();
    let mut others = Group { name: format!("{} other groups", rest.len()), ..groups[rest[0]].clone() };
    for (week, left) in others.weeks.iter_mut().enumerate() {
        let of = |count: fn(&Left) -> u64| {
            rest.iter().filter_map(|&at| groups[at].weeks.get(week)).map(count).sum::<u64>()
        };
        (left.not_yet, left.eligible) = (of(|l| l.not_yet), of(|l| l.eligible));
    }
    largest.into_iter().map(|at| groups[at].clone()).chain([others]).collect()
}

fn draw(run: &ResultsRun, groups: &[Group], caption: &Caption) -> Figure {
    let shown = shown(groups);
    let title = title(groups);
    let measure = "Installations not migrated at the week's end, by group, Dormant and Active";
    let names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    let words = Words { title: &title, measure, caption, first: run.first, last: run.last, names: &names };
    let line = |group: &Group, colour, of: fn(&Left) -> u64| {
        let point = |left: &Left| (days_between(run.first, left.date), float(of(left)));
        Line { colour, filled: false, pieces: vec![group.weeks.iter().map(point).collect()] }
    };
    let panels = shown.iter().map(|group| Panel {
        name: &group.name,
        outcome: format!("{} at the end", numbers::count(group.last())),
        lines: vec![line(group, ACTIVE, |l| l.not_yet), line(group, DORMANT, |l| l.eligible)],
    });
    let key = |name, colour| Key { sign: Sign::Line, colour, name };
    let figure = Panels {
        words,
        plan: run.plan,
        key: &[key("Not yet eligible", ACTIVE), key("Eligible or retrying", DORMANT)],
        unit: "installations",
        plots: panels.collect(),
    };
    let description = describe(run, groups);
    let svg = svg::finish(&figure.draw(), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(run, groups), description }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
fn float(installations: u64) -> f64 {
    installations as f64
}

fn title(groups: &[Group]) -> String {
    let all: u64 = groups.iter().map(Group::last).sum();
    match groups.iter().rev().max_by_key(|group| group.last()) {
        Some(_) if groups.len() == 1 && all > 0 => {
            format!("In this run {} installations are left at the end", numbers::count(all))
        }
        Some(group) if all > 0 => format!(
            "In this run {} of the installations left at the end are in {}",
            numbers::percent(group.last(), all),
            group.name
        ),
        _ => "In this run no installation that could migrate is left at the end".to_owned(),
    }
}

fn describe(run: &ResultsRun, groups: &[Group]) -> String {
    let of = |group: &Group| {
        let number = |n: u64| numbers::count(n);
        format!("{} {} at most, {} at the end", group.name, number(group.most()), number(group.last()))
    };
    format!(
        "Line charts one above the other, installations not migrated at each week's end, {}, a group each: those not yet \
         eligible and those eligible or retrying. Left in {} by {}: {}.",
        numbers::period(run.first, run.last),
        run.name,
        numbers::long_date(run.last),
        groups.iter().map(of).collect::<Vec<_>>().join("; "),
    )
}

fn data(run: &ResultsRun, groups: &[Group]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("group", ""),
        ("date", ""),
        ("not_yet_eligible_installations", "installations"),
        ("eligible_or_retrying_installations", "installations"),
    ]);
    for group in groups {
        for left in &group.weeks {
            let names = [run.name.as_str(), group.name.as_str()].map(Into::into);
            let mut row: Vec<_> = names.into();
            row.extend([left.date.into(), left.not_yet.into(), left.eligible.into()]);
            table.push(row);
        }
    }
    table
}
