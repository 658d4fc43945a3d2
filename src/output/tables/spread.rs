//! Which layer of chance a range of outcomes comes from, as a table and as a person reads it.

use crate::output::{Cell, Column, Table};
use crate::replications::{MIXED, PARTS, Spread};
use crate::statistics::{Estimate, Interval, Part};
use crate::wording::numbers;

/// One row a measure and layer, the parts of a variance summing to the last row.
#[must_use]
pub fn spread_table(spreads: &[Spread]) -> Table {
    let names = ["scenario", "baseline", "kpi", "scope_kind", "scope", "unit", "layer"];
    let mut table = Table::new(&names.map(|name| (name, "")));
    let numbers = ["variance", "share_pct", "share_pct_lower_95", "share_pct_upper_95", "blocks"];
    table.columns.extend(numbers.map(|name| Column::new(name, "")));
    for spread in spreads {
        let unit = if spread.kpi.unit == "date" { "days" } else { spread.kpi.unit };
        let baseline = spread.baseline.as_deref().unwrap_or_default();
        let (id, scope) = (spread.kpi.id, &spread.scope);
        let mut push = |layer: &str, variance: f64, share: Vec<Cell>| {
            let mut row: Vec<Cell> = [&spread.scenario, baseline, id, scope.kind, &scope.member, unit, layer]
                .map(Cell::from)
                .into();
            row.push(Cell::Decimal(variance, 4));
            row.extend(share);
            row.push((spread.parts.blocks as u64).into());
            table.push(row);
        };
        for (layer, part) in PARTS.iter().zip(parts(spread)) {
            push(layer, part.variance, part.share.map_or_else(|| vec![Cell::Empty; 3], |s| percents(&s)));
        }
        let whole =
            if spread.parts.interaction.share.is_some() { Cell::Decimal(100.0, 4) } else { Cell::Empty };
        push("all", spread.parts.total, vec![whole, Cell::Empty, Cell::Empty]);
    }
    table
}

/// The shares side by side, and how they were found; nothing where nothing was split.
#[must_use]
pub fn spread_text(spreads: &[Spread]) -> String {
    let Some(first) = spreads.first() else { return String::new() };
    let mut table = Table::new(&[("spread of", "")]);
    table.columns.extend(PARTS.map(|part| Column::new(part, "%")));
    for spread in spreads {
        let mut row = vec![Cell::Text(format!("{}: {}", spread.scenario, title(spread)))];
        let none = if spread.parts.total == 0.0 { "does not vary" } else { "not known" };
        row.extend(parts(spread).map(|part| Cell::Text(part.share.map_or_else(|| none.to_owned(), told))));
        table.push(row);
    }
    let blocks = first.parts.blocks;
    format!(
        "Where the spread comes from: shares of the variance, from {} further runs a scenario that mix the layers of {} replications.\n{}\
         [ ]: 95% interval of the share before it. \"Only together\" is the rest and has no interval. Shares are estimates that sum to 100, so a small one can come out below zero.\n\n",
        numbers::count(MIXED * blocks),
        numbers::count(2 * blocks),
        table.to_text(),
    )
}

/// What is measured, and of whom where that is not the whole.
fn title(spread: &Spread) -> String {
    match spread.scope.kind {
        "whole" => spread.kpi.title.to_owned(),
        _ => format!("{}, {}", spread.kpi.title, spread.scope.member),
    }
}

/// The parts in the order of [`PARTS`].
fn parts(spread: &Spread) -> [&Part; PARTS.len()] {
    let [shared, own, fates] = &spread.parts.layers;
    [shared, own, fates, &spread.parts.interaction]
}

fn percents(share: &Estimate) -> Vec<Cell> {
    crate::output::write::study::three(&share.value, &share.interval, |x| Cell::Decimal(100.0 * x, 4))
}

fn told(share: Estimate) -> String {
    let Interval { low, high, .. } = share.interval;
    let words = numbers::percent_interval(100.0 * share.value, [low, high].map(|end| end.map(|x| 100.0 * x)));
    if low.is_none() { words.value } else { words.to_string() }
}
