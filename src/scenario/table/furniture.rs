//! Handles the additions that people make to a table: titles above the header, totals and notes below the rows, a
//! column for each status in place of a row.

use super::{Cell, Columns, Remarks, Sheet};
use crate::model::Status;
use crate::scenario::document::{Entry, Item, Node, Table};
use crate::scenario::problem::{Place, Problem};
use crate::scenario::written::{Marks, number};

/// Rows among which the header is looked for.
const LOOKED_AT: usize = 40;
/// Totals that are sought in a table.
const TOTALS: usize = 20;
/// Names of a total row; those of the second list count only if the row is the sum of the others.
const NAMES_OF_TOTALS: [&str; 7] =
    ["total", "totals", "grand total", "subtotal", "sub-total", "sub total", "sum"];
const PERHAPS_TOTALS: [&str; 6] = ["all", "overall", "great britain", "gb", "uk", "national"];

/// The row that names the columns: of the first rows the one with most known names, and of several alike the first.
pub(super) fn header(rows: &[Vec<Cell>], columns: &Columns<'_>) -> Option<usize> {
    // A status is a column only in tables without a status in every row.
    let known = |row: &Vec<Cell>| {
        let known = row.iter().filter(|cell| columns.knows(&cell.text)).count();
        let statuses = row.iter().filter(|cell| status_named(&cell.text).is_some()).count();
        if columns.count.is_some() && known > 0 { known + statuses } else { known }
    };
    (0..rows.len().min(LOOKED_AT)).rev().max_by_key(|at| known(&rows[*at]))
}

/// The rows without those that hold the sum of others. A row that is called a total and is none is a problem.
pub(super) fn without_totals(rows: Vec<Table>, remarks: &mut Remarks) -> Vec<Table> {
    let named = |row: &Table| row.entries.first().and_then(|first| row.text(&first.key)).map(name_of_total);
    let is_total = |row: &Table, names: &[&str]| {
        row.entries.len() > 1 && named(row).is_some_and(|name| names.contains(&name.as_str()))
    };
    let candidates: Vec<usize> = (0..rows.len())
        .filter(|at| is_total(&rows[*at], &NAMES_OF_TOTALS) || is_total(&rows[*at], &PERHAPS_TOTALS))
        .take(TOTALS)
        .collect();
    let mut gone = Vec::new();
    for &at in &candidates {
        let row = &rows[at];
        let others = |other: &usize| !candidates.contains(other);
        let since = gone.last().map_or(0, |last| last + 1);
        let all: Vec<&Table> = (0..rows.len()).filter(others).map(|other| &rows[other]).collect();
        let block: Vec<&Table> = (since..at).filter(others).map(|other| &rows[other]).collect();
        let name = row.text(&row.entries[0].key).unwrap_or_default();
        if is_sum(row, &all) || is_sum(row, &block) {
            let message = format!("the row of `{name}` is left out");
            remarks.warnings.push(
                Problem::new(message, Some(&row.place), "it is the sum of other rows")
                    .help("remove it from the table, or leave it"),
            );
            gone.push(at);
        } else if is_total(row, &NAMES_OF_TOTALS) && numbers(row).next().is_some() {
            let message =
                format!("`{name}` is the name of a total, but the row is not the sum of the others");
            remarks.problems.push(
                Problem::new(message, Some(&row.place), "expected the sum of the rows above")
                    .help("remove the row, or correct the sum; a total is not needed"),
            );
            gone.push(at);
        }
    }
    let mut at = 0..;
    rows.into_iter().filter(|_| at.next().is_none_or(|at| gone.binary_search(&at).is_err())).collect()
}

/// Possible names of a total row, in small letters.
fn name_of_total(text: &str) -> String {
    text.trim_end_matches(':').trim_end().to_lowercase()
}

/// The numbers of a row by column.
fn numbers(row: &Table) -> impl Iterator<Item = (&str, f64)> {
    row.entries.iter().skip(1).filter_map(|entry| {
        let Node::Cell(text) = &entry.item.node else { return None };
        Some((entry.key.as_str(), number(text, Marks::English).ok()?.value))
    })
}

/// Whether some number of a row is the sum of that column over other rows: over all of them, or over those that say the same
/// in every other column that the row fills with words.
fn is_sum(row: &Table, others: &[&Table]) -> bool {
    let words: Vec<&Entry> = row
        .entries
        .iter()
        .skip(1)
        .filter(|entry| matches!(&entry.item.node, Node::Cell(text) if number(text, Marks::English).is_err()))
        .collect();
    let alike = |other: &&&Table| words.iter().all(|entry| other.text(&entry.key) == row.text(&entry.key));
    let like: Vec<&Table> = others.iter().filter(alike).copied().collect();
    numbers(row).any(|(column, total)| {
        let is_sum_of = |rows: &[&Table]| {
            let of_column = |other: &&Table| numbers(other).find(|(name, _)| *name == column).map(|(_, n)| n);
            let values: Vec<f64> = rows.iter().filter_map(of_column).collect();
            let sum: f64 = values.iter().sum();
            !values.is_empty() && total != 0.0 && (sum - total).abs() <= 1e-9 * total.abs()
        };
        is_sum_of(others) || is_sum_of(&like)
    })
}

/// Refuses rows with one filled cell in a table of counts: they are notes or headings.
pub(super) fn refuse_notes(sheet: &mut Sheet, remarks: &mut Remarks) {
    sheet.rows.retain(|row| {
        let is_note = row.entries.len() == 1;
        if is_note {
            remarks.problems.push(
                Problem::new(
                    "the row has one cell only",
                    Some(&row.place),
                    "a note or a heading, not a row of the table",
                )
                .help("remove it from the table, or fill in the other cells"),
            );
        }
        !is_note
    });
}

/// The table with a row for each status, where it has a column for each instead.
pub(super) fn a_row_a_status(sheet: Sheet, count: &str) -> Sheet {
    let statuses: Vec<(Status, String, Place)> = sheet
        .header
        .iter()
        .filter_map(|(name, place)| Some((status_named(name)?, name.clone(), place.clone())))
        .collect();
    let is_long = sheet.header.iter().any(|(name, _)| name == "status" || name == count);
    if statuses.is_empty() || is_long {
        return sheet;
    }
    let rows = sheet.rows.iter().flat_map(|row| {
        let of_status = |(status, column, at): &(Status, String, Place)| {
            let counted = row.item(column)?;
            let mut long = row.clone();
            long.entries.retain(|entry| status_named(&entry.key).is_none());
            let said = Item { node: Node::Cell(status.name().to_owned()), place: at.clone() };
            long.entries.push(Entry { key: "status".to_owned(), place: at.clone(), item: said });
            let place = counted.place.clone();
            long.entries.push(Entry { key: count.to_owned(), place, item: counted.clone() });
            Some(long)
        };
        statuses.iter().filter_map(of_status).collect::<Vec<_>>()
    });
    let rows = rows.collect();
    let first = statuses[0].2.clone();
    let mut header = sheet.header;
    header.retain(|(name, _)| status_named(name).is_none());
    header.extend(["status", count].map(|name| (name.to_owned(), first.clone())));
    Sheet { header, rows }
}

fn status_named(name: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.name() == super::plainly(name))
}
