//! Tables as people keep them: a CSV text or a sheet of a workbook. [`Grid`] is the content of the file.
//! [`Grid::sheet`] finds the header in it and leaves out additions around the table. Each cell keeps its place.

mod delimited;
mod furniture;
pub(super) mod workbook;

use std::collections::HashMap;
use std::ops::Range;

use super::document::{Entry, Item, Node, Table, read_value};
use super::keys::{KeySpec, Kind, TableSpec};
use super::problem::{Place, Problem};
use super::unseen::{refused, unseen};
use crate::formula::unguarded;

pub(super) use delimited::{decoded, read as read_delimited, separator};

/// A table before it is interpreted: the cells of every row that is not blank.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Position of its text among those that problems point into.
    pub(super) source: usize,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell and its place in the text \[bytes\].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its text, without quotes and surrounding space.
    pub(super) text: String,
    /// Its place, quotes included.
    pub(super) span: Range<usize>,
}

/// A table with its header: each row holds the cells that are not empty, by the names of their columns.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) header: Vec<(String, Place)>,
    pub(super) rows: Vec<Table>,
}

/// The known columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Columns<'a> {
    /// Names of columns that it may have.
    pub(super) known: Vec<&'a str>,
    /// The column of counts by status, for which there may be a column a status instead.
    pub(super) count: Option<&'a str>,
}

/// The problems and warnings of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Remarks {
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

/// Whether a cell shows an error value of a spreadsheet, in any language, or a column that is too narrow: `#N/A`,
/// `#NV`, `#BEZUG!`, `Err:502`, `####`.
fn is_error(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else {
        return text.strip_prefix("Err:").is_some_and(|n| n.parse::<u16>().is_ok());
    };
    let of_error = |c: char| c.is_uppercase() || "/!?_0\u{a1}\u{bf}".contains(c);
    let no_room = rest.len() >= 2 && rest.bytes().all(|b| b == b'#');
    no_room || rest.chars().count() >= 2 && rest.chars().all(of_error) && rest.contains(char::is_uppercase)
}

impl Grid {
    /// Finds the header and reads the rows below it.
    pub(super) fn sheet(&self, columns: &Columns<'_>, remarks: &mut Remarks) -> Option<Sheet> {
        let place = |span: Range<usize>| Place { source: self.source, span };
        let Some(at) = furniture::header(&self.rows, columns) else {
            let message = "the table is empty";
            let expected = "expected a header row with the names of keys";
            remarks.problems.push(Problem::new(message, Some(&place(0..0)), expected));
            return None;
        };
        for title in &self.rows[..at] {
            let warning = Problem::new("a row above the header is left out", Some(&place(whole(title))), "")
                .help("remove it from the table, or leave it: the names of the columns are below it");
            remarks.warnings.push(warning);
        }
        let before = remarks.problems.len();
        self.rows[at..].iter().flatten().for_each(|cell| self.check_cell(cell, &mut remarks.problems));
        let body = &self.rows[at + 1..];
        let header = self.header(&self.rows[at], body, columns, remarks);
        let mut rows = Vec::with_capacity(body.len());
        for cells in body {
            if cells.iter().map(|cell| &cell.text).eq(self.rows[at].iter().map(|cell| &cell.text)) {
                let warning = Problem::new("the header is repeated", Some(&place(whole(cells))), "left out");
                remarks.warnings.push(warning);
                continue;
            }
            rows.push(self.row(&header, cells, &mut remarks.problems));
        }
        let mut sheet = Sheet { header, rows };
        sheet.rows = furniture::without_totals(std::mem::take(&mut sheet.rows), remarks);
        if let Some(count) = columns.count {
            furniture::refuse_notes(&mut sheet, remarks);
            sheet = furniture::a_row_a_status(sheet, count);
        }
        sheet.header.retain(|(name, _)| !name.is_empty());
        (remarks.problems.len() == before).then_some(sheet)
    }

    /// No cell may hold invisible characters, or a mark that a spreadsheet shows in place of a value.
    fn check_cell(&self, cell: &Cell, problems: &mut Vec<Problem>) {
        let place = Place { source: self.source, span: cell.span.clone() };
        problems.extend(unseen(&cell.text).map(|(_, c)| refused("a cell", c, &place)));
        if is_error(&cell.text) {
            let label = format!("found `{}`", cell.text);
            problems.push(
                Problem::new("a spreadsheet shows an error in place of a value", Some(&place), label)
                    .help("correct the formula, or make the column wide enough, and save the table again"),
            );
        }
    }

    /// The names of the columns as the register writes them, empty for a column of row numbers or of nothing.
    fn header(
        &self,
        names: &[Cell],
        body: &[Vec<Cell>],
        columns: &Columns<'_>,
        remarks: &mut Remarks,
    ) -> Vec<(String, Place)> {
        let mut header: Vec<(String, Place)> = Vec::with_capacity(names.len());
        let mut first: HashMap<String, usize> = HashMap::new();
        for (at, cell) in names.iter().enumerate() {
            let place = Place { source: self.source, span: cell.span.clone() };
            let name = columns.name_of(unguarded(&cell.text), names);
            if name.is_empty() {
                self.check_nameless(at, &place, body, remarks);
            } else if let Some(first) = first.insert(name.clone(), at) {
                let message = format!("the column `{name}` is listed twice");
                let problem = Problem::new(message, Some(&place), "again here");
                remarks.problems.push(problem.related(Some(&header[first].1), "first here"));
            }
            header.push((name, place));
        }
        header
    }

    /// A column without a name may hold nothing, or the numbers of the rows.
    fn check_nameless(&self, at: usize, place: &Place, body: &[Vec<Cell>], remarks: &mut Remarks) {
        let cell = |row: &'_ Vec<Cell>| row.get(at).map_or("", |cell| cell.text.as_str()).to_owned();
        let numbers_rows =
            |from: usize| body.iter().enumerate().all(|(index, row)| cell(row).parse() == Ok(index + from));
        let filled = body.iter().filter_map(|row| row.get(at)).find(|cell| !cell.text.is_empty());
        if let Some(filled) = filled.filter(|_| !(at == 0 && (numbers_rows(0) || numbers_rows(1)))) {
            let filled = Place { source: self.source, span: filled.span.clone() };
            let shown = if place.span.is_empty() { &filled } else { place };
            let problem = Problem::new("a column has no name", Some(shown), "and is not empty");
            let problem = problem.related(Some(&filled).filter(|_| shown != &filled), "filled here");
            remarks.problems.push(problem.help(
                "name the column, or empty it; where cells of the header are merged, each column needs its own name",
            ));
        }
    }

    fn row(&self, header: &[(String, Place)], cells: &[Cell], problems: &mut Vec<Problem>) -> Table {
        let place = |span: Range<usize>| Place { source: self.source, span };
        let mut table = Table::new(place(whole(cells)));
        let beyond = cells.get(header.len()..).and_then(|beyond| beyond.iter().find(|c| !c.text.is_empty()));
        if let Some(beyond) = beyond {
            let expected =
                format!("cell {} of a row in a table of {} columns", header.len() + 1, header.len());
            problems.push(
                Problem::new(
                    "the row has more cells than the header",
                    Some(&place(beyond.span.clone())),
                    expected,
                )
                .help("put cells that contain a comma in quotes"),
            );
        }
        for (cell, (name, column)) in cells.iter().zip(header) {
            let text = unguarded(&cell.text);
            if text.is_empty() || name.is_empty() {
                continue;
            }
            let at = place(cell.span.clone());
            let as_written = || Item { node: Node::Cell(text.to_string()), place: at.clone() };
            let item = if text.starts_with(['{', '[']) {
                read_value(text, &|_| at.clone()).unwrap_or_else(|problem| {
                    problems.push(problem);
                    as_written()
                })
            } else {
                as_written()
            };
            let key_place = if item.place.span.is_empty() { column.clone() } else { at };
            table.entries.push(Entry { key: name.clone(), place: key_place, item });
        }
        table
    }
}

impl Columns<'static> {
    /// The columns of a table of the register: its keys.
    pub(super) fn of(spec: &'static TableSpec) -> Self {
        let counts = |key: &&KeySpec| key.must_be_said() && matches!(key.kind, Kind::Whole(..));
        let by_status = spec.key("status").is_some();
        Self {
            known: spec.keys.iter().map(|key| key.name).collect(),
            count: spec.keys.iter().find(counts).filter(|_| by_status).map(|key| key.name),
        }
    }
}

impl Columns<'_> {
    /// Returns the known name of a column, whatever its case and blanks; other names as written.
    fn name_of(&self, written: &str, header: &[Cell]) -> String {
        if self.known.contains(&written) {
            return written.to_owned();
        }
        let is_there = |known: &str| header.iter().any(|cell| unguarded(&cell.text) == known);
        let like = |known: &&&str| plainly(known) == plainly(written) && !is_there(known);
        self.known.iter().find(like).map_or(written, |known| known).to_owned()
    }

    /// Whether a column of this name is known.
    fn knows(&self, written: &str) -> bool {
        self.known.iter().any(|known| plainly(known) == plainly(written))
    }
}

/// A name without its case, and with one sign for blanks and dashes.
fn plainly(name: &str) -> String {
    let words = name.split(|c: char| c.is_whitespace() || "-_".contains(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase()
}

/// From the first to the last filled cell of a row.
fn whole(cells: &[Cell]) -> Range<usize> {
    let mut filled = cells.iter().filter(|cell| !cell.text.is_empty());
    let first = filled.next().map_or(0..0, |cell| cell.span.clone());
    let last = filled.next_back().map_or(first.end, |cell| cell.span.end);
    first.start..last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, known: &[&str]) -> (Option<Sheet>, Remarks) {
        let mut remarks = Remarks::default();
        let columns = Columns {
            known: known.to_vec(),
            count: known.contains(&"installations").then_some("installations"),
        };
        let sheet = read_delimited(text, 0).unwrap().sheet(&columns, &mut remarks);
        (sheet, remarks)
    }

    fn sound(text: &str, known: &[&str]) -> Sheet {
        let (sheet, remarks) = read(text, known);
        sheet.unwrap_or_else(|| panic!("{:?}", remarks.problems))
    }

    fn wrong(text: &str, known: &[&str]) -> String {
        let (sheet, remarks) = read(text, known);
        assert!(sheet.is_none(), "{text}");
        remarks.problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>().join("; ")
    }

    const STOCK: &[&str] = &["cohort", "supplier", "status", "installations", "stage"];

    #[test]
    fn spreadsheet_habits_are_read() {
        let text = "\u{feff}name,value,note\r\nA,\"1,000\",\"say \"\"so\"\"\"\r\n,,\r\nB,2,\r\n\r\n";
        let sheet = sound(text, &["name", "value", "note"]);
        assert_eq!(sheet.rows.len(), 2);
        assert_eq!(sheet.rows[0].text("value"), Some("1,000"));
        assert_eq!(sheet.rows[0].text("note"), Some("say \"so\""));
        assert_eq!(sheet.rows[1].text("note"), None);
        let place = &sheet.rows[1].item("value").unwrap().place;
        assert_eq!(&text[place.span.clone()], "2");
    }

    #[test]
    fn names_of_columns_are_known_in_any_case_and_a_better_match_goes_first() {
        let sheet = sound("Name,MARKET SHARE PCT,other\nA,1,x\n", &["name", "market_share_pct"]);
        let names: Vec<&str> = sheet.header.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["name", "market_share_pct", "other"]);
        let sheet = sound("from,ioc,IOC\n2020-09-01,1,2\n", &["from", "ramp", "IOC"]);
        assert_eq!(sheet.rows[0].text("IOC"), Some("2"));
        assert!(wrong("Name,NAME\nA,B\n", &["name"]).contains("is listed twice"));
    }

    #[test]
    fn titles_blank_columns_and_totals_are_left_out_with_a_word() {
        let text = "Stock of 28 September,,,\n,,,\ncohort,supplier,status,,installations\nA,X,dormant,,5\nA,X,active,,7\nTotal,,,,12\n";
        let (sheet, remarks) = read(text, STOCK);
        assert_eq!(sheet.unwrap().rows.len(), 2);
        assert_eq!(remarks.warnings.len(), 2, "{:?}", remarks.warnings);
    }

    #[test]
    fn a_total_that_is_none_a_note_and_a_nameless_column_are_refused() {
        let head = "cohort,supplier,status,installations\nA,X,dormant,5\n";
        assert!(wrong(&format!("{head}Total,,,12\n"), STOCK).contains("is not the sum"));
        assert!(wrong(&format!("{head}Source: the board\n"), STOCK).contains("one cell"));
        assert!(
            wrong("cohort,supplier,status,installations,\nA,X,dormant,5,see note\n", STOCK)
                .contains("no name")
        );
        assert!(
            wrong("cohort,supplier,status,installations\nA,#N/A,dormant,5\n", STOCK)
                .contains("shows an error")
        );
        assert!(
            wrong("cohort,supplier,status,installations\nA,\u{200b}X,dormant,5\n", STOCK)
                .contains("an invisible character")
        );
    }

    #[test]
    fn row_numbers_without_a_name_are_passed_over() {
        for first in [0, 1] {
            let text = format!(",name\n{first},A\n{},B\n", first + 1);
            assert_eq!(sound(&text, &["name"]).rows.len(), 2);
        }
    }

    #[test]
    fn a_column_a_status_is_a_row_a_status() {
        let sheet = sound("Cohort,Supplier,Dormant,Active\nA,X,5,7\nA,Y,,0\n", STOCK);
        let rows: Vec<_> = sheet
            .rows
            .iter()
            .map(|row| ["supplier", "status", "installations"].map(|key| row.text(key).unwrap()))
            .collect();
        assert_eq!(rows, [["X", "dormant", "5"], ["X", "active", "7"], ["Y", "active", "0"]]);
    }
}
