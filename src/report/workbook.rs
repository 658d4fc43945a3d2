//! A study as a workbook: a summary, a contact, contents and notes, then one table a sheet, laid out as the government's guidance on
//! accessible spreadsheets asks. [`to_xlsx`] and [`to_ods`] write it.

#[cfg(feature = "workbook")]
mod ods;
mod sheets;
mod spoken;
#[cfg(feature = "workbook")]
mod xlsx;

use jiff::civil::Date;

use crate::wording::numbers;

#[cfg(feature = "workbook")]
pub use ods::to_ods;
pub use sheets::workbook;
#[cfg(feature = "workbook")]
pub use xlsx::to_xlsx;

/// A workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// Its title.
    pub title: String,
    /// The day on which its results were made, where it is known.
    pub made: Option<Date>,
    /// Its sheets.
    pub tabs: Vec<Tab>,
}

/// One sheet: everything from the first cell down, without a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    /// Its name, in words.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// The lines between its heading and its table.
    pub lines: Vec<String>,
    /// Whether its lines wrap in a first column as wide as a page; else they run over the columns of its table.
    pub wraps: bool,
    /// Its table; none on a sheet of words.
    pub table: Option<TabTable>,
}

/// The table of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct TabTable {
    /// Its name, by which a program finds it: letters, digits and underscores.
    pub name: String,
    /// Its columns.
    pub columns: Vec<TabColumn>,
    /// Its rows.
    pub rows: Vec<Vec<TabCell>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabColumn {
    /// Its heading.
    pub heading: String,
    /// What its cells hold, where they have a value.
    pub kind: ColumnKind,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Words,
    /// Days.
    Days,
    /// Numbers without decimal places.
    Whole,
    /// Numbers of which some have decimal places.
    Decimal,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TabCell {
    /// No value; shown as [`NO_VALUE`].
    Nothing,
    /// Words.
    Words(String),
    /// A day.
    Day(Date),
    /// A number.
    Number(f64),
    /// The name of a sheet, and a link to it.
    Link(&'static str),
}

/// The text of a cell without a value.
pub(super) const NO_VALUE: &str = "[x]";

/// The row of a table's heading, counted from 0: behind the title and the lines.
fn heading_row(tab: &Tab) -> usize {
    1 + tab.lines.len()
}

/// Decimal places with which a number is shown: so many that none is false for a number of its size.
fn places(number: f64) -> usize {
    match number.abs() {
        size if size >= 1000.0 || number.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 4,
    }
}

/// Widths of the columns of a sheet \[letters\]: as wide as their cells, within limits.
fn widths(tab: &Tab) -> Vec<usize> {
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
const PAGE: usize = 100;
