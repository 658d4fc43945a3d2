//! A table with units: the one shape behind CSV files, JSON and what a terminal shows.
//!
//! Owns formatting of cells. Decides nothing about what a table holds.

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::formula::guarded;
use crate::wording::letters::{columns, fold};
use crate::wording::numbers;

/// Most columns of a terminal that words take in a line of a cell.
const WIDEST: usize = 60;
/// The same of the name of a column that is not wider itself.
const WIDEST_HEADER: usize = 40;
/// What stands before a line that goes on.
const INDENT: &str = "  ";

/// Columns and rows; every row has one cell a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Columns, left to right.
    pub columns: Vec<Column>,
    /// Rows, top to bottom.
    pub rows: Vec<Vec<Cell>>,
}

/// A column: its name in files and what its numbers count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name in the header, with the unit at its end where it holds numbers of one unit.
    pub name: String,
    /// Unit of its values; empty for words and for columns of mixed units.
    pub unit: &'static str,
}

/// How files write yes and no: so that R, pandas, Polars, `DuckDB` and spreadsheets read them as such by default.
pub(super) const TRUE: &str = "TRUE";
pub(super) const FALSE: &str = "FALSE";

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with so many decimal places.
    Decimal(f64, usize),
    /// A date.
    Date(Date),
    /// Yes or no.
    Flag(bool),
    /// No value.
    Empty,
}

impl Column {
    /// A column of this name and unit.
    #[must_use]
    pub fn new(name: impl Into<String>, unit: &'static str) -> Self {
        Self { name: name.into(), unit }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<u64> for Cell {
    /// Counts of a run are far below 2^63; a larger one would be a mistake and stands at that bound.
    fn from(count: u64) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Int(i64::from(count))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl Cell {
    /// The cell as a file holds it: ISO dates, `TRUE` and `FALSE`, no thousands separators, nothing for no value.
    ///
    /// Words that a spreadsheet would take for a formula get an apostrophe before them.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => guarded(text).into_owned(),
            Self::Int(n) => n.to_string(),
            Self::Decimal(x, places) => numbers::decimal(*x, *places),
            Self::Date(date) => date.to_string(),
            Self::Flag(flag) => if *flag { TRUE } else { FALSE }.to_owned(),
            Self::Empty => String::new(),
        }
    }

    /// The cell as people read it: `14 Mar 2022`, `1,234,567`, `yes`.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Date(date) => numbers::date(*date),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            number => numbers::thousands(&number.plain()),
        }
    }

    fn json(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Int(n) => json!(n),
            Self::Decimal(x, places) => {
                numbers::decimal(*x, *places).parse::<f64>().map_or(Json::Null, |x| json!(x))
            }
            Self::Date(date) => json!(date.to_string()),
            Self::Flag(flag) => json!(flag),
            Self::Empty => Json::Null,
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

impl Table {
    /// An empty table with these columns, given as (name, unit).
    #[must_use]
    pub fn new(columns: &[(&str, &'static str)]) -> Self {
        Self { columns: columns.iter().map(|&(name, unit)| Column::new(name, unit)).collect(), rows: vec![] }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When it has not one cell a column.
    pub fn push(&mut self, row: Vec<Cell>) {
        assert_eq!(row.len(), self.columns.len(), "a row has one cell a column");
        self.rows.push(row);
    }

    /// The table as RFC 4180 has it: one header row, CRLF, UTF-8 without a byte order mark.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail and rows are as long as the header.
    #[must_use]
    pub fn to_csv(&self) -> Vec<u8> {
        let mut writer = csv_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|c| &c.name)).expect("memory takes a header");
        for row in &self.rows {
            writer
                .write_record(row.iter().map(Cell::plain))
                .expect("memory takes a row as long as the header");
        }
        writer.into_inner().expect("memory can be flushed")
    }

    /// The table as JSON: its columns with their units, and one object a row.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let object = |row: &Vec<Cell>| -> Json {
            let cells = self.columns.iter().zip(row);
            Json::Object(
                cells.map(|(column, cell)| (column.name.clone(), cell.json())).collect::<Map<_, _>>(),
            )
        };
        let columns = self.columns.iter().map(|c| json!({ "name": c.name, "unit": c.unit }));
        json!({
            "columns": columns.collect::<Vec<_>>(),
            "rows": self.rows.iter().map(object).collect::<Vec<_>>(),
        })
    }

    /// The table for a terminal: words to the left, everything else to the right, two spaces between. Words that are longer than a line
    /// of their column may be fold into more lines, so that every name is whole; numbers never do.
    #[must_use]
    pub fn to_text(&self) -> String {
        let shown = |cell: &Cell| {
            if cell.is_text() { folded(&cell.display(), WIDEST) } else { vec![cell.display()] }
        };
        let body: Vec<Vec<Vec<String>>> =
            self.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
        let widest = |lines: &[String]| lines.iter().map(|line| columns(line)).max().unwrap_or(0);
        let (mut header, mut widths) = (Vec::new(), Vec::new());
        for (i, column) in self.columns.iter().enumerate() {
            let of_body = body.iter().map(|row| widest(&row[i])).max().unwrap_or(0);
            let name = folded(&column.name.replace('_', " "), of_body.max(WIDEST_HEADER));
            widths.push(of_body.max(widest(&name)));
            header.push(name);
        }
        let left: Vec<bool> = (0..header.len()).map(|i| self.is_left(i)).collect();
        let line = |row: &Vec<Vec<String>>, at: usize| {
            let cell = |(i, cell): (usize, &Vec<String>)| {
                pad(cell.get(at).map_or("", String::as_str), widths[i], left[i])
            };
            format!("{}\n", row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end())
        };
        let lines = |row: &Vec<Vec<String>>| -> String {
            let most = row.iter().map(Vec::len).max().unwrap_or(0);
            (0..most).map(|at| line(row, at)).collect()
        };
        let rule = widths.iter().map(|width| vec!["-".repeat(*width)]).collect::<Vec<_>>();
        [&header, &rule].into_iter().chain(&body).map(lines).collect()
    }

    /// Whether a column holds words only, so that it reads from the left; the first column always does.
    fn is_left(&self, column: usize) -> bool {
        let cells = || self.rows.iter().map(|row| &row[column]).filter(|cell| **cell != Cell::Empty);
        column == 0 || (cells().count() > 0 && cells().all(Cell::is_text))
    }
}

/// Writes records as RFC 4180 has them.
pub(super) fn csv_writer<W: std::io::Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)
}

/// Words in the lines of a cell, each of so many columns at most; what goes on in a second line stands a little to the right.
fn folded(words: &str, most: usize) -> Vec<String> {
    if columns(words) <= most {
        return vec![words.to_owned()];
    }
    let mut lines = fold(words, |line| columns(line) <= most - INDENT.len());
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, INDENT));
    lines
}

fn pad(cell: &str, width: usize, left: bool) -> String {
    let gap = " ".repeat(width.saturating_sub(columns(cell)));
    if left { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("name", ""), ("slots", "installations"), ("share_pct", "%")]);
        table.push(vec!["a, \"b\"".into(), 1_234_567_u64.into(), Cell::Decimal(-0.001, 1)]);
        table.push(vec!["=1+1".into(), Cell::Empty, Cell::Decimal(99.95, 2)]);
        table
    }

    #[test]
    fn csv_is_rfc_4180_and_no_cell_is_a_formula() {
        let csv = String::from_utf8(table().to_csv()).unwrap();
        assert_eq!(csv, "name,slots,share_pct\r\n\"a, \"\"b\"\"\",1234567,0.0\r\n'=1+1,,99.95\r\n");
    }

    #[test]
    fn text_aligns_numbers_to_the_right() {
        let expected = "name        slots  share pct\n------  ---------  ---------\n\
                        a, \"b\"  1,234,567        0.0\n=1+1                   99.95\n";
        assert_eq!(table().to_text(), expected);
    }

    #[test]
    fn long_names_fold_and_letters_of_any_width_line_up() {
        let mut table = Table::new(&[("name", ""), ("slots", "installations")]);
        let company =
            "Northern Counties Gas and Electricity Supply Company (Scotland) Limited, trading as Lumen";
        table.push(vec![company.into(), 1_234_u64.into()]);
        table.push(vec!["供給者 e\u{301}".into(), 5_u64.into()]);
        let lines = [
            "name                                                  slots",
            "----------------------------------------------------  -----",
            "Northern Counties Gas and Electricity Supply Company  1,234",
            "  (Scotland) Limited, trading as Lumen",
            "供給者 e\u{301}                                                  5",
        ];
        let expected = lines.map(|line| format!("{line}\n")).concat();
        assert_eq!(table.to_text(), expected);
    }

    #[test]
    fn a_long_name_at_the_head_of_a_column_folds() {
        let mut table =
            Table::new(&[("measure", ""), ("Plan for the northern region with capacity of forty", "")]);
        table.push(vec!["days".into(), 5_u64.into()]);
        let lines = [
            "measure  Plan for the northern region with",
            "                         capacity of forty",
            "-------  ---------------------------------",
            "days                                     5",
        ];
        assert_eq!(table.to_text(), lines.map(|line| format!("{line}\n")).concat());
    }

    #[test]
    fn json_keeps_numbers_units_and_gaps() {
        let json = table().to_json();
        assert_eq!(json["columns"][1]["unit"], "installations");
        assert_eq!(json["rows"][0]["slots"], 1_234_567);
        assert!(json["rows"][1]["slots"].is_null());
    }
}
