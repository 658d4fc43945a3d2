//! Counts of a later day, merged into a scenario. They replace its stock, the register of assumptions names them, and
//! closed periods that are over by then are left out.

use std::path::Path;

use jiff::civil::Date;

use super::InputFile;
use super::document::{Entry, Item, Node, Table};
use super::keys;
use super::merged::{BeforeCounts, Document, replace_cells};
use super::problem::Place;
use super::reading::{Reading, TableFile};
use super::register::{self, COMMAND_LINE};
use super::table::Columns;

impl Reading {
    /// Replaces the stock with the counts of a table. The first table replaces all of it, because the stock of the file
    /// is out of date. A further one replaces the cells that it names. The places are those of the key and of the path.
    pub(super) fn count(
        &mut self,
        table: &TableFile,
        (place, named): (&Place, &Place),
        document: &mut Document,
    ) {
        let spec = keys::table("stock").expect("stock is a table");
        let Some(sheet) = self.table(table, Some(named), &Columns::of(spec)) else { return };
        let shown = table.path.display().to_string();
        let (file, mut gone) = (self.files.iter().find(|file| file.path == shown).cloned(), 0);
        self.check_columns(&sheet, spec);
        if document.before_counts.is_none() {
            let programme = document.table_mut("programme", place).clone();
            let stock = std::mem::take(document.list_mut("stock"));
            document.before_counts = Some(BeforeCounts { programme, stock });
            gone = register::without_stock(document.list_mut("assumption"));
        }
        replace_cells(document.list_mut("stock"), sheet.rows);
        document
            .list_mut("assumption")
            .extend(file.map(|file| counted_in(&file, table.sheet.as_deref(), gone, place)));
    }
}

/// Returns the line of the register for the counts that a scenario starts from. A file of counts does not show whether
/// they were counted or simulated, so only their author can vouch for them.
fn counted_in(file: &InputFile, sheet: Option<&str>, gone: usize, place: &Place) -> Table {
    let name = Path::new(&file.path).file_name().unwrap_or_default().to_string_lossy();
    let sheet = sheet.map_or_else(String::new, |sheet| format!(", sheet {sheet}"));
    let place_of = match gone {
        0 => String::new(),
        1 => "in place of 1 line on the stock; ".to_owned(),
        n => format!("in place of {n} lines on the stock; "),
    };
    let says = [
        ("about", "stock".to_owned()),
        ("value", format!("counts in {name}{sheet}")),
        ("source", format!("given on {COMMAND_LINE}; SHA-256 {}", file.sha256)),
        ("quality", "assumed".to_owned()),
        (
            "note",
            format!(
                "{place_of}whether they were counted or simulated is not said in the file; how long updates and waits have lasted is not counted; it is spread evenly"
            ),
        ),
    ];
    register::line(says, place)
}

/// Adapts a plan with counts of a later day. Closed periods that are over are left out. Draws are still numbered from
/// the plan's first day, so that a day has the same draws as in the plan.
pub(super) fn go_on_from_the_plan(document: &mut Document) {
    let Some(before) = &document.before_counts else { return };
    let date = |table: &Table, key: &str| {
        table.item(key).and_then(|item| item.plain().trim_matches('"').parse().ok())
    };
    let planned: Option<Date> = date(&before.programme, "first_day");
    let counted: Option<Date> = document.table("programme").and_then(|table| date(table, "first_day"));
    let Some((planned, counted)) = planned.zip(counted) else { return };
    let numbered = before.programme.entry("draws_from").or_else(|| before.programme.entry("first_day"));
    if let Some(first) = numbered.cloned().filter(|_| planned <= counted) {
        let programme = document.table_mut("programme", &first.place);
        programme.entries.retain(|entry| entry.key != "draws_from");
        programme.entries.push(Entry { key: "draws_from".to_owned(), ..first });
    }
    let is_over = |period: &Item| {
        let end: Option<Date> = period.as_table().and_then(|table| date(table, "to"));
        end.is_some_and(|end| (planned..counted).contains(&end))
    };
    let calendar = document.tables.iter_mut().filter(|(name, _)| *name == "calendar");
    for entry in calendar.flat_map(|(_, table)| &mut table.entries) {
        if let Node::List(periods) = &mut entry.item.node {
            periods.retain(|period| !is_over(period));
        }
    }
}
