//! The difference split: Dormant days avoided against the baseline, by route, group and supplier size.

use crate::chart::Figure;
use crate::chart::data::figure_source::{Shown, days_avoided};
use crate::chart::kind::{ChartError, Kind};
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::scenario_look;
use crate::chart::marks::bars::{BarRow, Bars, Block};
use crate::chart::surface::svg;
use crate::output::{Results, ResultsError, Table};
use crate::wording::numbers;

const ID: &str = "fig-difference";

/// Ways to split, as files name them, and their headings.
const SPLITS: [(&str, &str); 3] =
    [("route", "By route"), ("group", "By group"), ("supplier_size", "By supplier size")];

/// The heading of a way to split, where it is shown.
pub(crate) fn heading(split: &str) -> Option<&'static str> {
    SPLITS.iter().find(|(name, _)| *name == split).map(|(_, heading)| *heading)
}

/// Dormant days that one scenario avoids.
struct Avoided {
    scenario: String,
    /// How words call it.
    title: String,
    /// In all \[installation-days\].
    whole: i64,
    /// Way to split, member, days avoided \[installation-days\].
    parts: Vec<(String, String, i64)>,
}

impl Avoided {
    fn of(&self, split: &str, member: &str) -> i64 {
        self.parts.iter().find(|(by, name, _)| by == split && name == member).map_or(0, |(.., days)| *days)
    }
}

/// The avoided days of the scenarios shown, against the baseline of the folder.
pub(crate) fn figure(shown: &Shown) -> Result<Figure, ChartError> {
    let baseline = &shown.results.runs[0].name;
    let others: Vec<_> = shown.runs.iter().filter(|run| run.name != *baseline).collect();
    if others.is_empty() || others.len() == shown.runs.len() {
        return Err(ChartError::NothingToCompare(Kind::Difference.name(), baseline.clone()));
    }
    let avoided: Result<Vec<Avoided>, _> =
        others.iter().map(|run| avoided(shown.results, &run.name)).collect();
    Ok(draw(shown, baseline, &avoided?))
}

fn avoided(results: &Results, scenario: &str) -> Result<Avoided, ResultsError> {
    let title = results.title_of(scenario).to_owned();
    let mut avoided = Avoided { scenario: scenario.to_owned(), title, whole: 0, parts: Vec::new() };
    for row in days_avoided(&results.sheet("difference.csv")?) {
        let row = row?;
        if row.text("scenario")? != scenario {
            continue;
        }
        let (kind, days) = (row.text("scope_kind")?, row.whole("difference")?);
        if kind == "whole" {
            avoided.whole = days;
        } else if SPLITS.iter().any(|(split, _)| *split == kind) {
            avoided.parts.push((kind.to_owned(), row.text("scope")?.to_owned(), days));
        }
    }
    Ok(avoided)
}

fn draw(shown: &Shown, baseline: &str, avoided: &[Avoided]) -> Figure {
    let caption = shown.caption();
    let (first, last) = shown.period();
    let title = title(avoided);
    let note = shown.chosen.note();
    let measure = format!("Dormant days avoided against {baseline}, installation-days, Dormant{note}");
    let words = Words { title: &title, measure: &measure, caption: &caption, first, last, names: &[] };
    let block = |(split, heading): &(&'static str, &'static str)| {
        let members = avoided.first().map(|a| a.parts.iter().filter(|(by, ..)| by == split));
        let row = |(_, member, _): &'_ (String, String, i64)| -> (String, Vec<i64>) {
            (capitalised(member), avoided.iter().map(|a| a.of(split, member)).collect())
        };
        (*heading, members.into_iter().flatten().map(row).collect::<Vec<_>>())
    };
    let blocks: Vec<_> = SPLITS.iter().map(block).collect();
    let added = avoided.iter().flat_map(|a| &a.parts).any(|(.., days)| *days < 0);
    let bars = Bars {
        series: avoided.iter().enumerate().map(|(i, a)| (a.title.as_str(), scenario_look(i + 1))).collect(),
        blocks: blocks
            .iter()
            .map(|(heading, rows)| Block {
                heading,
                rows: rows
                    .iter()
                    .map(|(name, values)| BarRow { name, values: values.clone(), notes: vec![] })
                    .collect(),
            })
            .collect(),
        unit: if added { "installation-days avoided; below 0: added" } else { "installation-days avoided" },
    };
    let description = describe(shown, baseline, avoided);
    let svg = svg::finish(&bars.draw(&words), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(baseline, avoided), description }
}

fn title(avoided: &[Avoided]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are said")]
    let number = |n: i64| numbers::three_digits(n as f64);
    match avoided {
        [one] if one.whole > 0 => {
            format!("In this draw {} avoids {} Dormant days", one.title, number(one.whole))
        }
        [one] if one.whole < 0 => {
            format!("In this draw {} adds {} Dormant days", one.title, number(-one.whole))
        }
        [_] => "In this draw Dormant days are the same in both scenarios".to_owned(),
        several => match several.iter().rev().max_by_key(|a| a.whole).filter(|a| a.whole > 0) {
            Some(best) => format!("In this draw {} avoids most Dormant days", best.title),
            None => "In this draw no scenario avoids Dormant days".to_owned(),
        },
    }
}

fn describe(shown: &Shown, baseline: &str, avoided: &[Avoided]) -> String {
    let (first, last) = shown.period();
    let number = |n: i64| numbers::count(n);
    let of = |a: &Avoided| {
        let parts = a.parts.iter().map(|(_, member, days)| format!("{member} {}", number(*days)));
        let parts = parts.collect::<Vec<_>>().join(", ");
        format!("{}: {} in all; {parts}.", capitalised(&a.title), number(a.whole))
    };
    format!(
        "Bar chart of Dormant days avoided against {baseline}, {}, split by route, by group and by supplier size; each \
         split adds up to the whole. {}{}",
        numbers::period(first, last),
        avoided.iter().map(of).collect::<Vec<_>>().join(" "),
        shown.chosen.sentence(),
    )
}

fn data(baseline: &str, avoided: &[Avoided]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("baseline", ""),
        ("split", ""),
        ("member", ""),
        ("dormant_days_avoided", "installation-days"),
    ]);
    for a in avoided {
        let whole = ("whole".to_owned(), "all".to_owned(), a.whole);
        for (split, member, days) in std::iter::once(&whole).chain(&a.parts) {
            let mut row: Vec<_> =
                [a.scenario.as_str(), baseline, split.as_str(), member.as_str()].map(Into::into).into();
            row.push(crate::output::Cell::Int(*days));
            table.push(row);
        }
    }
    table
}
