//! A scenario as one document: what its files, tables and overrides say together.

use serde_json::{Map, Value as Json};

use super::document::{Entry, Item, Node, Table};
use super::keys::{self, Kind, TABLES, TableSpec};
use super::problem::{Place, Problem};
use super::register::Later;
use super::uncertain::{FORMS, NO_LINK};

/// A scenario after merging: tables that occur once, and lists.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// By table name; the empty name holds the keys before the first table.
    pub(super) tables: Vec<(&'static str, Table)>,
    pub(super) lists: Vec<(&'static str, Vec<Table>)>,
    /// The values that counts replaced, if there are counts.
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

    /// Whether any file has the list, even if it could not be read.
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

    /// Writes the words of tables in their known case, so that later code need not look for `DORMANT`.
    pub(super) fn write_words_as_known(&mut self) {
        let tables = self.tables.iter_mut().map(|(name, table)| (*name, table));
        let entries =
            self.lists.iter_mut().flat_map(|(name, list)| list.iter_mut().map(|entry| (*name, entry)));
        for (name, table) in tables.chain(entries) {
            let Some(spec) = keys::table(name) else { continue };
            for entry in &mut table.entries {
                let Some(Kind::Choice(words)) = spec.key(&entry.key).map(|key| key.kind) else { continue };
                if let Node::Cell(text) = &mut entry.item.node
                    && let Some(word) = words.iter().find(|word| word.eq_ignore_ascii_case(text))
                {
                    (*word).clone_into(text);
                }
            }
        }
    }

    /// Keeps the register true where a key is given another value.
    pub(super) fn correct(&mut self, later: &Later, place: &Place) {
        later.correct(self.list_mut("assumption"), place);
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

/// The values of a scenario before counts replaced them.
#[derive(Clone, Debug)]
pub(super) struct BeforeCounts {
    pub(super) programme: Table,
    pub(super) stock: Vec<Table>,
}

/// Replaces all earlier stock of the same cells, whatever its stage: counts of a later day are not added to those of an
/// earlier one.
pub(super) fn replace_cells(list: &mut Vec<Table>, rows: Vec<Table>) {
    // A status may be written in capitals in a table.
    let of = |row: &Table, key: &str| row.item(key).map(Item::plain);
    let cell = |row: &Table| {
        [of(row, "cohort"), of(row, "supplier"), of(row, "status").map(|status| status.to_lowercase())]
    };
    let said: std::collections::HashSet<_> = rows.iter().map(cell).collect();
    list.retain(|row| !said.contains(&cell(row)));
    list.extend(rows);
}

/// Returns the identity of an entry of a list: the values of its identity keys that are set.
pub(super) fn identity(spec: &TableSpec, entry: &Table) -> Vec<String> {
    spec.identity.iter().filter_map(|key| entry.item(key).map(Item::plain)).collect()
}

/// Whether two values of an identity are the same, however they were written.
fn same(a: Option<&Item>, b: Option<&Item>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => match (&a.node, &b.node) {
            (Node::Text(a) | Node::Cell(a), Node::Text(b) | Node::Cell(b)) => a == b,
            _ => a.plain() == b.plain(),
        },
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Lays an entry over the one with the same identity, or adds it. Gives what is wrong with that.
pub(super) fn lay_over(list: &mut Vec<Table>, spec: &TableSpec, row: Table) -> Vec<Problem> {
    let alike = |known: &Table| spec.identity.iter().all(|key| same(known.item(key), row.item(key)));
    let source = row.place.source;
    let mut problems = Vec::new();
    // Two alike in one file are a slip, which is reported later; only another file's entry is replaced.
    let at = list.iter().position(|known| known.place.source != source && alike(known));
    let Some(known) = at.map(|at| &mut list[at]) else {
        let said = |entry: &Entry| spec.identity.contains(&entry.key.as_str()) || !entry.item.is_unset();
        list.push(Table { entries: row.entries.into_iter().filter(said).collect(), ..row });
        return problems;
    };
    known.place = row.place;
    for entry in row.entries {
        let named = spec.identity.contains(&entry.key.as_str());
        problems.extend(lost_links(known.item(&entry.key), &entry));
        if entry.item.is_unset() && !named {
            known.entries.retain(|other| other.key != entry.key);
        } else {
            known.set(entry);
        }
    }
    problems
}

/// Distributions in a value that replaces a linked one without stating its link.
pub(super) fn lost_links(before: Option<&Item>, now: &Entry) -> Vec<Problem> {
    let linked = before.map_or_else(Vec::new, |item| distributions(item));
    let linked = linked.into_iter().find(|table| table.text("link").is_some_and(|link| link != NO_LINK));
    let Some((linked, factor)) = linked.and_then(|table| Some((table, table.text("link")?))) else {
        return Vec::new();
    };
    let weight =
        linked.item("weight").map_or_else(String::new, |item| format!(", weight = {}", item.plain()));
    let silent = |table: &&Table| table.item("link").is_none();
    let problem = |table: &Table| {
        let message = format!("`{}` replaces a linked value and does not state its link", now.key);
        Problem::new(message, Some(&table.place), format!("is it still linked to `{factor}`?"))
            .related(Some(linked.place_of("link")), "the link of the value that it replaces")
            .help(format!(
                "add link = \"{factor}\"{weight} to keep the link, or link = \"{NO_LINK}\" to give it up"
            ))
    };
    distributions(&now.item).into_iter().filter(silent).map(problem).collect()
}

/// Every distribution in a value.
fn distributions(item: &Item) -> Vec<&Table> {
    match &item.node {
        Node::Table(table) if table.entries.iter().any(|entry| FORMS.contains(&entry.key.as_str())) => {
            vec![table]
        }
        Node::Table(table) => table.entries.iter().flat_map(|entry| distributions(&entry.item)).collect(),
        Node::List(items) => items.iter().flat_map(distributions).collect(),
        _ => Vec::new(),
    }
}
