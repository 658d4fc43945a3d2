//! The demand of one day as a table: `supplier`, `status`, `demand` and, if wanted, `group` and `cohort`; read as the
//! tables of a scenario are.

use std::collections::HashMap;
use std::path::Path;

use super::document::Table;
use super::keys::DEMAND;
use super::problem::{Place, Problem, Problems};
use super::reading::{Reading, TableFile};
use super::table::Columns;
use super::value::Desk;
use crate::model::Status;

/// The demand of one day, and the warnings of its table.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Its rows, in the order of the table.
    pub rows: Vec<DemandRow>,
    /// Warnings.
    pub warnings: Problems,
}

/// One row of demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemandRow {
    /// The Responsible Supplier.
    pub supplier: String,
    /// The group; empty where the table has no such column.
    pub group: String,
    /// The cohort; empty where the table has no such column.
    pub cohort: String,
    /// Dormant or Active.
    pub status: Status,
    /// Demand \[installations\].
    pub demand: u32,
}

const SPEC: &str = DEMAND.name;
/// Demand of all rows together stays below this \[installations\], as in a scenario.
const MOST: u64 = 1 << 31;

/// Reads a table of demand: `FILE`, or `FILE#SHEET` of a workbook; `-` is standard input.
///
/// # Errors
/// Every problem found, in the order of the table.
pub fn demand(named: &Path) -> Result<Demand, Problems> {
    let mut reading = Reading::default();
    let file = TableFile::of_flag(&named.to_string_lossy());
    let sheet = reading.table(&file, None, &Columns::of(&DEMAND));
    let sheet = sheet.filter(|sheet| {
        reading.check_columns(sheet, &DEMAND);
        reading.has_columns(sheet, &DEMAND)
    });
    let mut desk = Desk::new(reading);
    let tables = sheet.map(|sheet| sheet.rows).unwrap_or_default();
    let rows = rows(&tables, &mut desk);
    let (problems, (warnings, _)) = desk.close();
    if problems.problems.is_empty() { Ok(Demand { rows, warnings }) } else { Err(problems) }
}

fn rows(tables: &[Table], desk: &mut Desk) -> Vec<DemandRow> {
    let (mut rows, mut seen, mut names) = (Vec::new(), HashMap::new(), HashMap::new());
    let has = ["group", "cohort"].map(|column| tables.iter().any(|table| table.item(column).is_some()));
    let needed = ["supplier", "status", "demand"].into_iter().chain(has[0].then_some("group"));
    let needed: Vec<&str> = needed.chain(has[1].then_some("cohort")).collect();
    for table in tables {
        desk.require(table, SPEC, &needed);
        for column in ["supplier", "group", "cohort"] {
            ensure_one_spelling(&mut names, table, column, desk);
        }
        let Some(row) = row(table, desk) else { continue };
        let cell = (row.supplier.clone(), row.group.clone(), row.cohort.clone(), row.status);
        if let Some(first) = seen.insert(cell, &table.place) {
            let message = format!("the {} demand of `{}` is listed twice", row.status.name(), row.supplier);
            let problem = Problem::new(message, Some(&table.place), "again here");
            desk.problem(problem.related(Some(first), "first here").help("give the sum in one row"));
        }
        rows.push(row);
    }
    let total: u64 = rows.iter().map(|row| u64::from(row.demand)).sum();
    if total >= MOST {
        let message = format!("demand is {total} installations in all");
        let place = tables.first().map(|table| &table.place);
        desk.problem(Problem::new(message, place, "too many").help(format!("expected fewer than {MOST}")));
    }
    if tables.is_empty() && desk.is_clean() {
        let help = "write a row for each supplier and status below it";
        desk.problem(Problem::new("the table has no rows below its header", None, "").help(help));
    }
    rows
}

fn row(table: &Table, desk: &mut Desk) -> Option<DemandRow> {
    let status = desk.choice(table, SPEC, "status").map(|choice| Status::ALL[choice]);
    let demand = desk.whole(table, SPEC, "demand");
    let mut name = |column: &str| desk.text(table, SPEC, column);
    let (supplier, group, cohort) = (name("supplier"), name("group"), name("cohort"));
    Some(DemandRow {
        supplier: supplier?,
        group: group.unwrap_or_default(),
        cohort: cohort.unwrap_or_default(),
        status: status?,
        demand: u32::try_from(demand?).ok()?,
    })
}

/// Two names that differ in nothing but case are more likely one that is written in two ways.
fn ensure_one_spelling<'t>(
    names: &mut HashMap<(&'static str, String), (String, &'t Place)>,
    table: &'t Table,
    column: &'static str,
    desk: &mut Desk,
) {
    let Some(name) = table.text(column) else { return };
    let place = table.place_of(column);
    let (first, at) =
        names.entry((column, name.to_lowercase())).or_insert_with(|| (name.to_owned(), place)).clone();
    if first != name {
        let message = format!("the {column}s `{first}` and `{name}` differ in case only");
        let problem = Problem::new(message, Some(place), "written so here");
        desk.problem(problem.related(Some(at), "and so here").help("write one name in one way"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Demand, Problems> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        demand(file.path())
    }

    #[test]
    fn a_table_as_a_spreadsheet_saves_it_is_understood() {
        let text = "\u{feff}Supplier;status;Demand\r\n\"A; B & Co\";Dormant;1 200\r\n;;\r\nC;ACTIVE;0\r\n";
        let rows = read(text).unwrap().rows;
        let demands: Vec<(&str, u32)> = rows.iter().map(|r| (r.supplier.as_str(), r.demand)).collect();
        assert_eq!(demands, [("A; B & Co", 1200), ("C", 0)]);
    }

    #[test]
    fn all_problems_come_at_once_with_their_places() {
        let text = "supplier,status,demand\nA,dormnt,3\nB,active,-1\nC,active,1\nC,active,2\nD,active\nc,dormant,4\n";
        let Problems { problems, .. } = read(text).unwrap_err();
        let found: Vec<String> = problems
            .iter()
            .map(|p| format!("{}: {}", &text[p.place.clone().unwrap().span], p.message))
            .collect();
        let expected = [
            "dormnt: `status` cannot be \"dormnt\"",
            "-1: `demand` is out of its range",
            "C,active,2: the active demand of `C` is listed twice",
            "D,active: `demand` is missing in `demand`",
            "c: the suppliers `C` and `c` differ in case only",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_number_that_may_mean_two_things_is_no_demand() {
        for demand in
            ["\"12,00\"", "\"1,2\"", "\"12,34,567\"", "\"1,,200\"", "\",5\"", "\"5,\"", "9000000000", "1.5"]
        {
            assert!(read(&format!("supplier,status,demand\nA,active,{demand}\n")).is_err(), "{demand}");
        }
        for demand in ["\"1,200\"", "1200.0", "1 200", "1'200"] {
            let rows = read(&format!("supplier,status,demand\nA,active,{demand}\n")).unwrap().rows;
            assert_eq!(rows[0].demand, 1_200, "{demand}");
        }
    }
}
