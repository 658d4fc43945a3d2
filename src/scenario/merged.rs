//! A scenario as one document: what its files, tables and overrides say together.

use serde_json::{Map, Value as Json};

use super::document::{Item, Table};
use super::keys::{TABLES, TableSpec};
use super::problem::Place;
use super::register::Later;

/// A scenario after merging: tables that stand once, and lists.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// By table name; the empty name holds the keys before the first table.
    pub(super) tables: Vec<(&'static str, Table)>,
    pub(super) lists: Vec<(&'static str, Vec<Table>)>,
    /// What counts took the place of, where there are any.
    pub(super) before_counts: Option<BeforeCounts>,
}

impl Document {
    pub(super) fn new(place: &Place) -> Self {
        let single = TABLES.iter().filter(|t| t.name.is_empty()).map(|t| (t.name, Table::new(place.clone())));
        Self { tables: single.collect(), lists: Vec::new(), before_counts: None }
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|(known, _)| *known == name).map(|(_, table)| table)
    }

    pub(super) fn list(&self, name: &str) -> &[Table] {
        self.lists.iter().find(|(known, _)| *known == name).map_or(&[], |(_, list)| list)
    }

    /// Whether any file says the list, however much of it could be read.
    pub(super) fn says(&self, name: &str) -> bool {
        self.lists.iter().any(|(known, _)| *known == name)
    }

    pub(super) fn list_mut(&mut self, name: &'static str) -> &mut Vec<Table> {
        let at = self.lists.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.lists.push((name, Vec::new()));
            self.lists.len() - 1
        });
        &mut self.lists[at].1
    }

    pub(super) fn table_mut(&mut self, name: &'static str, place: &Place) -> &mut Table {
        let at = self.tables.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.tables.push((name, Table::new(place.clone())));
            self.tables.len() - 1
        });
        &mut self.tables[at].1
    }

    /// Keeps the register true where a key is given another value.
    pub(super) fn correct(&mut self, later: &Later) {
        let register = self.lists.iter_mut().filter(|(name, _)| *name == "assumption");
        register.for_each(|(_, lines)| later.correct(lines));
    }

    /// The document as JSON, tables and lists by name.
    pub(super) fn to_json(&self) -> Json {
        let mut json = Map::new();
        for (name, table) in &self.tables {
            match (name.is_empty(), table.to_json(name)) {
                (true, Json::Object(top)) => json.extend(top),
                (_, table) => drop(json.insert((*name).to_string(), table)),
            }
        }
        for (name, list) in &self.lists {
            json.insert((*name).to_string(), list.iter().map(|table| table.to_json(name)).collect());
        }
        json.sort_keys();
        Json::Object(json)
    }
}

/// What a scenario knew before counts took its place.
#[derive(Clone, Debug)]
pub(super) struct BeforeCounts {
    pub(super) programme: Table,
    pub(super) stock: Vec<Table>,
}

/// Puts stock in place of all that was said of the same cells before, whatever its stage: counts of a later day are not
/// added to those of an earlier one.
pub(super) fn replace_cells(list: &mut Vec<Table>, rows: Vec<Table>) {
    let cell = |row: &Table| ["cohort", "supplier", "status"].map(|key| row.item(key).map(Item::plain));
    let said: std::collections::HashSet<_> = rows.iter().map(cell).collect();
    list.retain(|row| !said.contains(&cell(row)));
    list.extend(rows);
}

/// Lays an entry over the one with the same identity, or adds it.
pub(super) fn lay_over(list: &mut Vec<Table>, spec: &TableSpec, row: Table) {
    let identity = |table: &Table| -> Vec<Option<String>> {
        spec.identity.iter().map(|key| table.item(key).map(Item::plain)).collect()
    };
    let own = identity(&row);
    let source = row.place.source;
    // Two alike in one file are a slip, which is reported later; only another file's entry is replaced.
    match list.iter_mut().find(|known| known.place.source != source && identity(known) == own) {
        Some(known) => row.entries.into_iter().for_each(|entry| known.set(entry)),
        None => list.push(row),
    }
}
