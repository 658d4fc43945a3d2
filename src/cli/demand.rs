//! The demand of one day as a CSV: `supplier, status, demand` and, if wanted, `group` and `cohort`.
//!
//! Owns the columns and every complaint about them, with line and column; knows nothing of sharing.

use std::collections::BTreeMap;
use std::ops::Range;

use dormouse::model::Status;
use dormouse::scenario::{Cell, Place, Problem, cells};

/// One line of demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The Responsible Supplier.
    pub(crate) supplier: String,
    /// The group; empty where the table has no such column.
    pub(crate) group: String,
    /// The cohort; empty where the table has no such column.
    pub(crate) cohort: String,
    /// Dormant or Active.
    pub(crate) status: Status,
    /// Demand \[installations\].
    pub(crate) demand: u32,
}

/// The columns, and whether a table must have them.
const COLUMNS: [(&str, bool); 5] =
    [("supplier", true), ("status", true), ("demand", true), ("group", false), ("cohort", false)];
/// Demand of all rows together stays below this \[installations\], as in a scenario.
const MOST: u64 = 1 << 31;

/// Reads a table of demand; all problems at once, in file order.
pub(crate) fn read(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let mut records = cells(text, 0).map_err(|problem| vec![*problem])?.into_iter();
    let Some(header) = records.next() else {
        return Err(vec![problem(
            0..0,
            "the table is empty",
            "",
            Some("the first row names the columns: supplier,status,demand"),
        )]);
    };
    let columns = columns(&header)?;
    let (mut rows, mut problems, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for record in records {
        let row = row(&record, &columns, header.len());
        match row.and_then(|row| ensure_first(&mut seen, &row, &record).map(|()| row)) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(*problem),
        }
    }
    let total: u64 = rows.iter().map(|row| u64::from(row.demand)).sum();
    if total >= MOST {
        let message = format!("demand is {total} installations in all, expected fewer than {MOST}");
        problems.push(problem(0..0, &message, "", None));
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(problem(0..0, "the table has no rows below its header", "", None));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Position of each known column, in the order of [`COLUMNS`].
fn columns(header: &[Cell]) -> Result<[Option<usize>; 5], Vec<Problem>> {
    let known = || COLUMNS.map(|(name, _)| format!("`{name}`")).join(", ");
    let mut problems = Vec::new();
    let mut at = [None; 5];
    for (position, Cell { text: name, span }) in header.iter().enumerate() {
        let name = name.to_lowercase();
        match COLUMNS.iter().position(|(column, _)| *column == name) {
            Some(column) if at[column].is_none() => at[column] = Some(position),
            Some(_) => problems.push(problem(
                span.clone(),
                &format!("column `{name}` stands twice"),
                "again here",
                None,
            )),
            None => {
                let help = format!("the columns are {}", known());
                problems.push(problem(
                    span.clone(),
                    &format!("unknown column `{name}`"),
                    "not a column",
                    Some(&help),
                ));
            }
        }
    }
    for ((name, needed), at) in COLUMNS.iter().zip(at) {
        // An unknown column is most likely the missing one misspelt; one slip is told once.
        if *needed && at.is_none() && problems.is_empty() {
            let end = header.last().map_or(0, |cell| cell.span.end);
            let help = format!("the columns are {}; `group` and `cohort` may be left out", known());
            let message = format!("column `{name}` is missing");
            problems.push(problem(0..end, &message, "the columns of this table", Some(&help)));
        }
    }
    if problems.is_empty() { Ok(at) } else { Err(problems) }
}

fn row(record: &[Cell], columns: &[Option<usize>; 5], width: usize) -> Result<Row, Box<Problem>> {
    if record.len() != width {
        let span = record[0].span.start..record[record.len() - 1].span.end;
        let message = format!("row has {} fields, expected {width} as in the header", record.len());
        let help = "a number with a comma in it stands in quotes: \"1,200\"";
        return Err(problem(span, &message, "this row", Some(help)).into());
    }
    let field = |column: usize| columns[column].map(|at| &record[at]);
    let name = |column: usize| -> Result<String, Box<Problem>> {
        match field(column) {
            Some(Cell { text, span }) if text.is_empty() => {
                let message = format!("`{}` is empty", COLUMNS[column].0);
                Err(problem(span.clone(), &message, "expected a name", None).into())
            }
            field => Ok(field.map_or(String::new(), |cell| cell.text.clone())),
        }
    };
    let needed = |column: usize| field(column).expect("`columns` refused a table without it");
    Ok(Row {
        supplier: name(0)?,
        status: status(needed(1))?,
        demand: demand(needed(2))?,
        group: name(3)?,
        cohort: name(4)?,
    })
}

fn status(Cell { text, span }: &Cell) -> Result<Status, Box<Problem>> {
    let known = Status::ALL.into_iter().find(|status| status.name() == text.to_lowercase());
    let message = format!("status is `{text}`, expected `dormant` or `active`");
    known.ok_or_else(|| problem(span.clone(), &message, "not a status", None).into())
}

/// A whole number, as Excel writes it: thousands may be separated.
fn demand(Cell { text, span }: &Cell) -> Result<u32, Box<Problem>> {
    let message = format!("demand is `{text}`, expected a whole number of installations, 0 or more");
    text.replace(',', "").parse().map_err(|_| problem(span.clone(), &message, "not a count", None).into())
}

/// Two rows of one cell are more likely a slip than a sum.
fn ensure_first(
    seen: &mut BTreeMap<(String, String, String, Status), Range<usize>>,
    row: &Row,
    record: &[Cell],
) -> Result<(), Box<Problem>> {
    let span = record[0].span.start..record[record.len() - 1].span.end;
    let cell = (row.supplier.clone(), row.group.clone(), row.cohort.clone(), row.status);
    let Some(first) = seen.get(&cell) else {
        seen.insert(cell, span);
        return Ok(());
    };
    let message = format!("{} demand of `{}` stands twice", row.status.name(), row.supplier);
    let mut problem = problem(span, &message, "again here", Some("give the sum in one row"));
    problem.related.push((place(first.clone()), "first given here".to_owned()));
    Err(problem.into())
}

fn place(span: Range<usize>) -> Place {
    Place { source: 0, span }
}

fn problem(span: Range<usize>, message: &str, label: &str, help: Option<&str>) -> Problem {
    Problem {
        message: message.to_owned(),
        place: Some(place(span)),
        label: label.to_owned(),
        related: vec![],
        help: help.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_as_excel_saves_it_is_understood() {
        let rows =
            read("\u{feff}Supplier,status,Demand\r\n\"A, B & Co\",Dormant,\"1,200\"\r\n\r\nC,active,0\r\n")
                .unwrap();
        let demands: Vec<(&str, u32)> = rows.iter().map(|r| (r.supplier.as_str(), r.demand)).collect();
        assert_eq!(demands, [("A, B & Co", 1200), ("C", 0)]);
    }

    #[test]
    fn all_problems_come_at_once_with_their_places() {
        let text = "supplier,status,demand\nA,dormnt,3\nB,active,-1\nC,active,1\nC,active,2\nD,active\n";
        let found: Vec<String> = read(text)
            .unwrap_err()
            .into_iter()
            .map(|p| format!("{}: {}", &text[p.place.unwrap().span], p.message))
            .collect();
        let expected = [
            "dormnt: status is `dormnt`, expected `dormant` or `active`",
            "-1: demand is `-1`, expected a whole number of installations, 0 or more",
            "C,active,2: active demand of `C` stands twice",
            "D,active: row has 2 fields, expected 3 as in the header",
        ];
        assert_eq!(found, expected);
    }
}
