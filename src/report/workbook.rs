//! A study as a workbook: a summary, a contact, contents and notes, then one table a sheet, laid out as the government's guidance on
//! accessible spreadsheets asks. [`to_xlsx`] and [`to_ods`] write it.

#[cfg(feature = "workbook")]
mod layout;
#[cfg(feature = "workbook")]
mod ods;
mod sheets;
mod spoken;
#[cfg(feature = "workbook")]
mod xlsx;

use jiff::civil::Date;

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
    /// No value; shown as `[x]`.
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
const NO_VALUE: &str = "[x]";
