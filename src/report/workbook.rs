//! The tables of a study for people who work in a spreadsheet: a cover, contents and notes, then one table a sheet, laid out
//! as guidance on accessible spreadsheets asks.

use super::annex::assumptions::whole_register;
use super::annex::measures::{measures, title_of};
use super::document::{Block, Grid, Words};
use super::result_tables::Evidence;
use super::summary;
use crate::output::{Results, ResultsError, Sheet};
use crate::wording::{notes, numbers};

/// One sheet: everything stands from the first cell down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its name, of letters, digits and underscores, so that a link can go there.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What has to be known before the table, a line each.
    pub notes: Vec<String>,
    /// Headings of the table's columns; none on a sheet of words.
    pub header: Vec<String>,
    /// Its rows. A column whose cells are all dates, numbers, or yes and no, where they have a value, is one of dates, numbers, or yes and
    /// no; any other is one of words.
    pub rows: Vec<Vec<String>>,
}

/// The sheet whose first column leads to the others.
pub(super) const CONTENTS: &str = "Contents";

/// What stands in a cell without a value.
pub(super) const NO_VALUE: &str = "[x]";

/// Which rows of a file become a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    /// Those of measures that are days, without the columns of numbers.
    Days,
    /// Those of other measures, without the columns of days.
    Numbers,
}

/// The files of a folder that become tables: file, which of its rows, name of the sheet, title, what a row is.
const FILES: [(&str, Rows, &str, &str, &str); 7] = [
    (
        "summary.csv",
        Rows::Numbers,
        "Outcomes",
        "Outcomes of each scenario over its replications",
        "A row for each scenario, measure and what it is measured of; days have a table of their own.",
    ),
    (
        "summary.csv",
        Rows::Days,
        "Days",
        "Days of each scenario over its replications",
        "A row for each scenario, day and what it is measured of. A day that does not come by the end of the run has no date; the note \
         beside it says so.",
    ),
    (
        "difference.csv",
        Rows::All,
        "Differences",
        "Differences from the baseline, paired by replication",
        "A row for each scenario, measure and what it is measured of. A verdict stands where the measure decides.",
    ),
    (
        "spread.csv",
        Rows::All,
        "Spread",
        "Which layer of chance each spread comes from",
        "A row for each scenario, measure and layer.",
    ),
    (
        "ranking.csv",
        Rows::All,
        "Ranking",
        "Scenarios by Dormant days lost",
        "A row for each scenario, in installation-days.",
    ),
    (
        "fig-grid.csv",
        Rows::All,
        "Grid",
        "Dormant days avoided under other values of what nobody has published",
        "A row for each scenario and combination, in installation-days.",
    ),
    (
        "fig-sensitivity.csv",
        Rows::All,
        "Sensitivity",
        "Dormant days avoided with one assumption changed at a time, to values that the study chose",
        "A row for each scenario and value, in installation-days.",
    ),
];

/// The sheets of a folder of replications, the cover first; `again` are the commands that make them again.
///
/// # Errors
/// A file of the folder is missing, changed or damaged.
pub fn workbook(results: &Results, again: &[String]) -> Result<Vec<Tab>, ResultsError> {
    let evidence = Evidence::of(results)?;
    let mut tables = Vec::new();
    for (file, rows, name, title, what) in FILES {
        if results.holds(file) {
            let note = format!("{what} The same as {file} of the results folder.");
            tables.push(([name, title], note, of_sheet(&results.sheet(file)?, rows)));
        }
    }
    for (names, blocks) in [
        (["Assumptions", "Assumptions and their sources"], vec![Block::Table(whole_register(&evidence))]),
        (["Measures", "What the measures are"], measures()),
    ] {
        tables.extend(blocks.into_iter().filter_map(|block| of_block(names, block)));
    }
    let tables: Vec<Tab> =
        (1..).zip(tables).map(|(n, (names, note, table))| tab(n, names, &note, table)).collect();
    let mut tabs = vec![cover(&evidence, again)?, contents(&tables), notes()];
    tabs.extend(tables);
    Ok(tabs)
}

/// Heading and rows.
type Table = (Vec<String>, Vec<Vec<String>>);

fn tab(n: usize, [name, title]: [&str; 2], note: &str, (header, rows): Table) -> Tab {
    let count = numbers::count(rows.len());
    Tab {
        name: name.to_owned(),
        title: format!("Table {n}: {title}"),
        notes: vec![format!("This sheet holds one table of {count} rows. {note} {NO_VALUE}: no value.")],
        header,
        rows,
    }
}

/// The rows and columns of a table that are wanted.
fn chosen(mut cells: Vec<Vec<String>>, rows: Rows) -> Vec<Vec<String>> {
    let Some(unit) = cells.first().and_then(|header| header.iter().position(|name| name == "unit")) else {
        return cells;
    };
    if rows == Rows::All {
        return cells;
    }
    let mut at = 0;
    cells.retain(|row| {
        at += 1;
        at == 1 || (row[unit] == "date") == (rows == Rows::Days)
    });
    let used = |column: usize| cells.iter().skip(1).any(|row| !row[column].is_empty());
    let used: Vec<bool> = (0..cells[0].len()).map(used).collect();
    let kept = |row: Vec<String>| row.into_iter().zip(&used).filter_map(|(cell, used)| used.then_some(cell));
    cells.into_iter().map(|row| kept(row).collect()).collect()
}

/// Headings for people: words, and the unit where the name ends in one.
fn of_sheet(sheet: &Sheet, rows: Rows) -> Table {
    let mut cells = chosen(sheet.cells(), rows).into_iter();
    let header = cells.next().unwrap_or_default();
    let measure = header.iter().position(|name| name == "kpi");
    let spoken = |name: String| {
        let words = name.replace('_', " ").replace(" pct", " [%]").replace("kpi", "measure");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    let told = |(at, cell): (usize, String)| match cell.as_str() {
        "" => NO_VALUE.to_owned(),
        id if Some(at) == measure => title_of(id).to_owned(),
        _ => cell,
    };
    let rows = cells.map(|row| row.into_iter().enumerate().map(told).collect());
    (header.into_iter().map(spoken).collect(), rows.collect())
}

/// A table of the report, its caption as the note.
fn of_block(names: [&'static str; 2], block: Block) -> Option<([&'static str; 2], String, Table)> {
    let Block::Table(Grid { caption, header, rows }) = block else { return None };
    let told = |words: &Words| {
        let text: String = words.iter().map(|item| item.text.as_str()).collect();
        if text.is_empty() { NO_VALUE.to_owned() } else { text }
    };
    let rows = rows.iter().map(|row| row.iter().map(told).collect()).collect();
    Some((names, format!("{caption}."), (header, rows)))
}

fn words_only(name: &str, title: String, notes: Vec<String>) -> Tab {
    Tab { name: name.to_owned(), title, notes, header: Vec::new(), rows: Vec::new() }
}

fn cover(evidence: &Evidence, again: &[String]) -> Result<Tab, ResultsError> {
    let names = evidence.names();
    let mut lines = evidence.status();
    lines.push(match names.as_slice() {
        [only] => format!("Scenario: {only}."),
        [baseline, others @ ..] => format!("Baseline: {baseline}. Compared with it: {}.", others.join(", ")),
        [] => String::new(),
    });
    lines.extend(summary::sentences(evidence)?);
    lines.extend(evidence.whose()?.1);
    lines.push("The commands that make this workbook again:".to_owned());
    lines.extend(again.iter().cloned());
    Ok(words_only("Cover", evidence.title(), lines))
}

fn contents(tables: &[Tab]) -> Tab {
    let row = |tab: &Tab| vec![tab.name.clone(), tab.title.clone()];
    Tab {
        name: CONTENTS.to_owned(),
        title: CONTENTS.to_owned(),
        notes: vec!["This sheet holds one table: every sheet with a table, and what it holds.".to_owned()],
        header: vec!["Sheet".to_owned(), "Holds".to_owned()],
        rows: tables.iter().map(row).collect(),
    }
}

fn notes() -> Tab {
    let lines = [
        "Numbers are shown rounded; each cell holds the full value of its file.",
        "Installation-days: one installation that waits for one day is one. Installations stand for premises.",
        notes::INTERVAL_IS_OF_THE_MODEL,
        notes::RANGE,
        notes::NOT_BY_END,
        "[x] stands where there is no value, such as a percentile that needs more replications; a column with the name note says why where there is more to say.",
    ];
    let lines = lines.map(|line| if line.ends_with('.') { line.to_owned() } else { format!("{line}.") });
    words_only("Notes", "Notes".to_owned(), lines.into())
}
