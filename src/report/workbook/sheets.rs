//! The sheets of a workbook, made of the tables of a results folder.

use jiff::civil::Date;

use super::spoken::{heading, is_code, word};
use super::{ColumnKind, Tab, TabCell, TabColumn, TabTable, Workbook};
use crate::output::{Results, ResultsError, Sheet};
use crate::report::annex::assumptions::whole_register;
use crate::report::annex::measures::measures;
use crate::report::document::{Block, Grid, Words};
use crate::report::result_tables::Evidence;
use crate::report::study_record::{ASSURANCE, NOT_STATED, PrintedKey};
use crate::report::summary;
use crate::wording::letters::capitalised;
use crate::wording::{notes, numbers, text};

/// Which rows of a file become a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    /// Those of measures that are days, without the columns of numbers.
    Days,
    /// Those of other measures, without the columns of days.
    Numbers,
}

/// A file that becomes a sheet.
struct FileSheet {
    file: &'static str,
    rows: Rows,
    name: &'static str,
    title: &'static str,
    /// What a row is, and what has to be known to read it.
    about: &'static str,
}

const FILES: [FileSheet; 8] = [
    FileSheet {
        file: "summary.csv",
        rows: Rows::Numbers,
        name: "Outcomes",
        title: "Outcomes of each scenario over its replications",
        about: "A row for each scenario, measure and part. Days have a sheet of their own.",
    },
    FileSheet {
        file: "summary.csv",
        rows: Rows::Days,
        name: "Days of completion",
        title: "Days of completion of each scenario over its replications",
        about: "A row for each scenario, day and part. A day that does not come by the end of the run has no date; its note says so.",
    },
    FileSheet {
        file: "difference.csv",
        rows: Rows::All,
        name: "Differences",
        title: "Differences from the baseline, paired by replication",
        about: "A row for each scenario, measure and part. The level of an interval differs by row: that of all Dormant days avoided holds for all scenarios together. A finding stands where the measure decides.",
    },
    FileSheet {
        file: "pairs.csv",
        rows: Rows::All,
        name: "Scenarios compared",
        title: "Scenarios against each other, without the baseline",
        about: "A row for each pair. The intervals of the Dormant days avoided hold for all pairs together.",
    },
    FileSheet {
        file: "spread.csv",
        rows: Rows::All,
        name: "Where the spread comes from",
        title: "Parts of the spread by layer of chance",
        about: "A row for each scenario, measure and layer.",
    },
    FileSheet {
        file: "ranking.csv",
        rows: Rows::All,
        name: "Ranking",
        title: "Scenarios by Dormant days lost",
        about: "A row for each scenario, in installation-days.",
    },
    FileSheet {
        file: "fig-grid.csv",
        rows: Rows::All,
        name: "Combinations tried",
        title: "Dormant days avoided under combinations of values that nobody has published",
        about: "A row for each combination and scenario, in installation-days. The intervals of the days avoided hold for all rows together.",
    },
    FileSheet {
        file: "fig-sensitivity.csv",
        rows: Rows::All,
        name: "Values tried one at a time",
        title: "Dormant days avoided with one input changed at a time, to values that the study chose",
        about: "A row for each value and scenario, in installation-days. The intervals of the days avoided hold for all rows together.",
    },
];

/// The workbook of a folder of replications; `again` are the commands that make it again.
///
/// # Errors
/// A file of the folder is missing, changed or damaged.
pub fn workbook(results: &Results, again: &[String]) -> Result<Workbook, ResultsError> {
    let evidence = Evidence::of(results)?;
    let mut found: Vec<(&'static str, &str, String, Cells)> = Vec::new();
    for FileSheet { file, rows, name, title, about } in FILES {
        if results.holds(file) {
            let about = format!("{about} The numbers are those of {file} in the results folder.");
            found.push((name, title, about, of_file(&evidence, &results.sheet(file)?, rows)));
        }
    }
    let register = whole_register(&evidence);
    found.push((
        "Assumptions",
        "Assumptions and their sources",
        register.caption.clone() + ".",
        of_grid(&register),
    ));
    for block in measures() {
        if let Block::Table(grid) = &block {
            found.push((
                "Measures",
                "Measures and their definitions",
                grid.caption.clone() + ".",
                of_grid(grid),
            ));
        }
    }
    let tables: Vec<Tab> =
        (1..).zip(found).map(|(n, (name, title, about, cells))| tab(n, name, title, &about, cells)).collect();
    let mut tabs = vec![summary_tab(&evidence)?, contact(&evidence, again), contents(&tables), notes()];
    tabs.extend(tables);
    let made = results.machine().and_then(|machine| machine["run"]["finished"].as_str()?.parse().ok());
    Ok(Workbook { title: evidence.title(), made, tabs })
}

/// Headings and the cells below them, as words.
type Cells = (Vec<String>, Vec<Vec<String>>);

fn tab(n: usize, name: &'static str, title: &str, about: &str, cells: Cells) -> Tab {
    let rows = numbers::plural(cells.1.len(), "row");
    Tab {
        name,
        title: format!("Table {n}: {title}"),
        lines: vec![
            format!("This sheet holds one table of {rows}. {about}"),
            format!("{} means that there is no value.", super::NO_VALUE),
        ],
        wraps: false,
        table: Some(table(name, cells)),
    }
}

/// A table with the type of each column found from its cells.
fn table(name: &str, (headings, rows): Cells) -> TabTable {
    let columns: Vec<TabColumn> = headings
        .into_iter()
        .enumerate()
        .map(|(at, heading)| TabColumn { heading, kind: kind_of(&rows.iter().map(|row| row[at].as_str())) })
        .collect();
    let cell = |(text, column): (String, &TabColumn)| match column.kind {
        _ if text.is_empty() => TabCell::Nothing,
        ColumnKind::Days => text.parse().map_or(TabCell::Nothing, TabCell::Day),
        ColumnKind::Whole | ColumnKind::Decimal => number(&text).map_or(TabCell::Nothing, TabCell::Number),
        ColumnKind::Words => TabCell::Words(text),
    };
    let rows = rows.into_iter().map(|row| row.into_iter().zip(&columns).map(cell).collect()).collect();
    TabTable { name: name.replace(' ', "_"), columns, rows }
}

fn kind_of<'c>(cells: &(impl Iterator<Item = &'c str> + Clone)) -> ColumnKind {
    let cells = || cells.clone().filter(|cell| !cell.is_empty());
    let all = |is: fn(&str) -> bool| cells().next().is_some() && cells().all(is);
    match () {
        () if all(|cell| number(cell).is_some() && !cell.contains('.')) => ColumnKind::Whole,
        () if all(|cell| number(cell).is_some()) => ColumnKind::Decimal,
        // A spreadsheet counts days from 1900.
        () if all(|cell| cell.parse::<Date>().is_ok_and(|day| day.year() > 1900)) => ColumnKind::Days,
        () => ColumnKind::Words,
    }
}

/// A cell's number; dates, fingerprints and names are none.
fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is { cell.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

/// The rows and columns of a file that are wanted, in words where the file has codes.
fn of_file(evidence: &Evidence, sheet: &Sheet, rows: Rows) -> Cells {
    let header = sheet.header();
    let at = |name: &str| header.iter().position(|column| column == name);
    let (unit, kind) = (at("unit"), at("scope_kind"));
    let mut cells = sheet.cells();
    cells.remove(0);
    let wanted = |row: &Vec<String>| {
        unit.is_none_or(|unit| match rows {
            Rows::All => true,
            Rows::Days => row[unit] == "date",
            Rows::Numbers => row[unit] != "date",
        })
    };
    cells.retain(wanted);
    let used = |(at, column): &(usize, &String)| {
        !is_code(column) && (rows == Rows::All || cells.iter().any(|row| !row[*at].is_empty()))
    };
    let columns: Vec<(usize, &String)> = header.iter().enumerate().filter(used).collect();
    let told = |row: &Vec<String>, at: usize, column: &str| match column {
        "scenario" | "baseline" | "against" => capitalised(evidence.title_of(&row[at])),
        _ => word(column, kind.map_or("", |kind| &row[kind]), &row[at]),
    };
    let body = cells.iter().map(|row| columns.iter().map(|(at, column)| told(row, *at, column)).collect());
    (columns.iter().map(|(_, column)| heading(column)).collect(), body.collect())
}

/// A table of the report.
fn of_grid(grid: &Grid) -> Cells {
    let row = |row: &Vec<Words>| row.iter().map(|cell| text(cell)).collect();
    (grid.header.clone(), grid.rows.iter().map(row).collect())
}

/// The first sheet: the answer in sentences, and the ranges of its number.
fn summary_tab(evidence: &Evidence) -> Result<Tab, ResultsError> {
    let mut lines = evidence.status();
    lines.extend(summary::sentences(evidence)?);
    lines.extend(evidence.whose()?.1);
    let mut rows = Vec::new();
    if let Some(against) = evidence.leading().map(|name| evidence.against(name)).transpose()?.flatten() {
        for range in against.ranges() {
            let mut ends = range.value.iter().filter_map(|item| item.exact.clone());
            let [from, to] = [(); 2].map(|()| ends.next().unwrap_or_default());
            rows.push(vec![range.name.to_owned(), from, to, format!("{}.", capitalised(&range.meaning))]);
        }
        lines.push(format!(
            "This sheet holds one table: the ranges of the {} by {} [installation-days].",
            against.measure(),
            against.comparison.scenario_title
        ));
    }
    let headings = ["Range", "From", "To", "Meaning"].map(str::to_owned).into();
    let ranges = (!rows.is_empty()).then(|| table("Summary", (headings, rows)));
    Ok(Tab { name: "Summary", title: evidence.title(), lines, wraps: true, table: ranges })
}

/// Whom to ask, who answers for the study, and how the workbook is made again.
fn contact(evidence: &Evidence, again: &[String]) -> Tab {
    let row = |key: &PrintedKey| {
        let stated = evidence.study.assurance(key.name).unwrap_or_else(|| NOT_STATED.to_owned());
        vec![key.title.to_owned(), stated]
    };
    let mut lines = vec![
        "This sheet holds one table: who answers for the study, and until when it may be used.".to_owned(),
        "The commands that make this workbook again:".to_owned(),
    ];
    lines.extend(again.iter().cloned());
    let headings = ["Role or fact", "This study"].map(str::to_owned).into();
    Tab {
        name: "Contact and assurance",
        title: "Contact and assurance".to_owned(),
        lines,
        wraps: false,
        table: Some(table("Contact and assurance", (headings, ASSURANCE.iter().map(row).collect()))),
    }
}

fn contents(tables: &[Tab]) -> Tab {
    let columns = ["Sheet", "Content"]
        .map(|heading| TabColumn { heading: heading.to_owned(), kind: ColumnKind::Words });
    let row = |tab: &Tab| vec![TabCell::Link(tab.name), TabCell::Words(tab.title.clone())];
    Tab {
        name: "Contents",
        title: "Contents".to_owned(),
        lines: vec![
            "This sheet holds one table: each sheet with a table of results, and a link to it.".to_owned(),
        ],
        wraps: false,
        table: Some(TabTable {
            name: "Contents".to_owned(),
            columns: columns.into(),
            rows: tables.iter().map(row).collect(),
        }),
    }
}

fn notes() -> Tab {
    let lines = [
        "Cells hold the full numbers of the results folder and show them rounded.",
        "Installation-days are the unit of waiting: one installation that waits for one day counts as one.",
        notes::INTERVAL,
        notes::INTERVAL_IS_OF_THE_MODEL,
        notes::RANGE,
        notes::NOT_BY_END,
        "[x] marks a cell without a value, such as a percentile that needs more replications. Where there is more to say, a column of notes says it.",
    ];
    let lines = lines.map(|line| if line.ends_with('.') { line.to_owned() } else { format!("{line}.") });
    Tab { name: "Notes", title: "Notes".to_owned(), lines: lines.into(), wraps: true, table: None }
}
