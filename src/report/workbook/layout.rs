//! The layout of a sheet, alike in both formats: its heading row, the widths of its columns, the places of its numbers.

use super::{NO_VALUE, Tab, TabCell, TabColumn};
use crate::wording::numbers;

/// The row of a table's heading, counted from 0: behind the title and the lines.
pub(super) fn heading_row(tab: &Tab) -> usize {
    1 + tab.lines.len()
}

/// Decimal places with which a number is shown: so many that none is false for a number of its size.
pub(super) fn places(number: f64) -> usize {
    match number.abs() {
        size if size >= 1000.0 || number.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 4,
    }
}

/// Widths of the columns of a sheet \[letters\]: as wide as their cells, within limits.
pub(super) fn widths(tab: &Tab) -> Vec<usize> {
    let Some(table) = &tab.table else { return vec![PAGE] };
    let letters = |cell: &TabCell| match cell {
        TabCell::Nothing => NO_VALUE.len(),
        TabCell::Words(text) => text.chars().count(),
        TabCell::Day(_) => "30 September 2020".len(),
        TabCell::Number(number) => numbers::thousands(&format!("{number:.*}", places(*number))).len(),
        TabCell::Link(name) => name.len(),
    };
    let of = |(at, column): (usize, &TabColumn)| {
        let longest = table.rows.iter().map(|row| letters(&row[at])).max().unwrap_or(0);
        longest.max(column.heading.chars().count() / 2).clamp(8, WIDEST) + 2
    };
    let mut widths: Vec<usize> = table.columns.iter().enumerate().map(of).collect();
    if let (true, Some(first)) = (tab.wraps, widths.first_mut()) {
        *first = PAGE;
    }
    widths
}

/// Columns are no wider than this many letters; longer text wraps.
const WIDEST: usize = 50;
/// Width of a sheet of words \[letters\].
pub(super) const PAGE: usize = 100;
