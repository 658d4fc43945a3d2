//! Files, what they extend, the tables they keep in other files, and overrides, laid together into one document.

use std::path::{Path, PathBuf};

use super::Override;
use super::counts;
use super::document::{Entry, Item, Node, Table, read_toml, read_value};
use super::keys::{self, TABLES, TableSpec};
use super::merged::{Document, lay_over, replace_cells};
use super::problem::{Place, Problem, Source};
use super::reading::{Reading, TableFile, names_file};
use super::register::{COMMAND_LINE, Later};
use super::suggest::nearest;
use super::table::Columns;
use super::unseen;

impl Reading {
    /// Reads a file with all it extends, then applies the overrides.
    pub(super) fn document(&mut self, path: &Path, overrides: &[Override]) -> Option<Document> {
        let mut document = self.file(path, None, &mut Vec::new())?;
        for one in overrides {
            self.apply(one, &mut document);
        }
        counts::go_on_from_the_plan(&mut document);
        Some(document)
    }

    /// Reads one file and what it extends. `from` is where another file names it; `chain` the files being read.
    fn file(&mut self, path: &Path, from: Option<&Place>, chain: &mut Vec<PathBuf>) -> Option<Document> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if chain.contains(&real) {
            let message = format!("`{}` extends itself", path.display());
            let label = format!("this closes a circle of {} files", chain.len());
            self.problems.push(
                Problem::new(message, from, label)
                    .help("take `extends` out of one of them, or put what they share in a third"),
            );
            return None;
        }
        chain.push(real);
        let (source, text) = self.text(path, from)?;
        let place = |span| Place { source, span };
        let table = match read_toml(&text, &place) {
            Ok(table) => table,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        unseen::check(&table, &mut self.problems);
        let mut document = match table.item("extends") {
            Some(Item { node: Node::Text(base), place }) => {
                self.file(&path.parent().unwrap_or(Path::new("")).join(base), Some(place), chain)?
            }
            Some(item) => {
                self.problems.push(Problem::new("`extends` is not a path", Some(&item.place), item.found()));
                return None;
            }
            None => Document::new(&table.place),
        };
        chain.pop();
        self.merge(&mut document, table, path);
        Some(document)
    }

    /// Lays a file over what it extends; the register comes last, as it has the last word on what the file says.
    fn merge(&mut self, document: &mut Document, file: Table, path: &Path) {
        let by = path.file_name().unwrap_or_default().to_string_lossy();
        let (register, entries): (Vec<Entry>, Vec<Entry>) =
            file.entries.into_iter().partition(|entry| entry.key == "assumption");
        for entry in entries.into_iter().chain(register) {
            let Some(spec) = keys::table(&entry.key).filter(|spec| !spec.name.is_empty()) else {
                self.check_key(&entry, &TABLES[0], "");
                document.tables[0].1.set(entry);
                continue;
            };
            if spec.is_list() {
                self.merge_list(document, spec, entry, (path, &by));
            } else if let Node::Table(mut table) = entry.item.node {
                for said in &table.entries {
                    let key = format!("{}.{}", spec.name, said.key);
                    document.correct(&Later::of(key, &said.item, &by));
                }
                self.read_columns(&mut table, path);
                let known = document.table_mut(spec.name, &table.place);
                for entry in table.entries {
                    self.check_key(&entry, spec, spec.name);
                    known.set(entry);
                }
            } else {
                let message = format!("`{}` is not a table", entry.key);
                let help = format!("write a line `[{}]` and its keys below it", entry.key);
                self.problems
                    .push(Problem::new(message, Some(&entry.item.place), entry.item.found()).help(help));
            }
        }
    }

    /// Lays the entries of a list over those that are there; `path` is of the file that names it, `by` what people call that.
    fn merge_list(
        &mut self,
        document: &mut Document,
        spec: &'static TableSpec,
        entry: Entry,
        (path, by): (&Path, &str),
    ) {
        let mut rows = self.rows(spec, entry, path);
        rows.iter_mut().for_each(|row| self.read_columns(row, path));
        if spec.name != "assumption" {
            let later = Later::of_rows(spec, &rows, document.list(spec.name), by);
            later.iter().for_each(|one| document.correct(one));
        }
        let list = document.list_mut(spec.name);
        if spec.name == "stock" {
            replace_cells(list, rows);
        } else {
            rows.into_iter().for_each(|row| lay_over(list, spec, row));
        }
    }

    /// The entries of a list: tables, or the rows of a file.
    fn rows(&mut self, spec: &'static TableSpec, entry: Entry, path: &Path) -> Vec<Table> {
        let rows = match entry.item.node {
            Node::List(items) if items.iter().all(|item| item.as_table().is_some()) => {
                items.into_iter().filter_map(|item| item.as_table().cloned()).collect()
            }
            Node::Table(table) if names_file(&table) => {
                let Some(sheet) = self.sheet(&table, path, &Columns::of(spec)) else { return Vec::new() };
                self.check_columns(&sheet, spec);
                return if self.has_columns(&sheet, spec) { sheet.rows } else { Vec::new() };
            }
            _ => {
                let message = format!("`{}` is a list", spec.name);
                let help = format!(
                    "write `[[{0}]]` before each entry, or `{0} = {{ csv = \"{0}.csv\" }}` before the first table",
                    spec.name
                );
                let found = entry.item.found();
                self.problems.push(Problem::new(message, Some(&entry.item.place), found).help(help));
                return Vec::new();
            }
        };
        let rows: Vec<Table> = rows;
        for row in &rows {
            row.entries.iter().for_each(|entry| self.check_key(entry, spec, spec.name));
        }
        rows
    }

    /// A key that no table has is an error, with the near name.
    fn check_key(&mut self, entry: &Entry, spec: &TableSpec, table: &str) {
        if spec.key(&entry.key).is_some() {
            return;
        }
        let known = spec.keys.iter().map(|key| key.name);
        let (message, near) = if table.is_empty() {
            let tables = TABLES.iter().map(|table| table.name).filter(|name| !name.is_empty());
            (format!("unknown key or table `{}`", entry.key), nearest(&entry.key, known.chain(tables)))
        } else {
            (format!("unknown key `{}` in `{table}`", entry.key), nearest(&entry.key, known))
        };
        let help = match near {
            _ if table.is_empty() && ["baseline", "scenarios"].contains(&entry.key.as_str()) => {
                "this looks like a study: `dormouse compare` takes it".to_owned()
            }
            Some(_) if table.is_empty() && keys::table(&entry.key).is_some() => format!(
                "`{0}` is a table: change one key of it, as in `{0}.KEY`, or write a file that `extends` this one",
                entry.key
            ),
            Some(near) => format!("a key with a similar name exists: `{near}`"),
            None if table.is_empty() => "`dormouse schema` lists every table and key".into(),
            None => {
                let all: Vec<&str> = spec.keys.iter().map(|key| key.name).collect();
                format!("`{table}` may hold: {}", all.join(", "))
            }
        };
        self.problems.push(Problem::new(message, Some(&entry.place), "not a key of a scenario").help(help));
    }

    /// Replaces `{ csv = "file.csv", column = "IOC" }`, or the same of a workbook, by the dated values of that column.
    fn read_columns(&mut self, table: &mut Table, path: &Path) {
        for entry in &mut table.entries {
            if let Some(values) = self.column_of(&entry.item, path) {
                entry.item = values;
            }
        }
    }

    /// The dated values of the column that a value names, if it does.
    fn column_of(&mut self, item: &Item, path: &Path) -> Option<Item> {
        let from = item.as_table().filter(|table| names_file(table))?;
        // A column that cannot be read has been reported; nothing stands in for it without further harm.
        let nothing = Item { node: Node::Whole(0), place: from.place.clone() };
        Some(self.column(from, path).unwrap_or(nothing))
    }

    fn column(&mut self, from: &Table, path: &Path) -> Option<Item> {
        let Some(column) = from.text("column") else {
            let message = "a dated table needs the name of its column";
            let help = "write { csv = \"capacity.csv\", column = \"IOC\" }";
            self.problems.push(Problem::new(message, Some(&from.place), "`column` is missing").help(help));
            return None;
        };
        let columns = Columns { known: vec!["from", "ramp", column], count: None };
        let sheet = self.sheet(from, path, &columns)?;
        let names = || sheet.header.iter().map(|(name, _)| name.as_str());
        for wanted in ["from", column] {
            if names().all(|name| name != wanted) {
                let message = format!("the table has no column `{wanted}`");
                let help = nearest(wanted, names()).map_or_else(
                    || format!("its columns are: {}", names().collect::<Vec<_>>().join(", ")),
                    |near| format!("a column with a similar name exists: `{near}`"),
                );
                self.problems
                    .push(Problem::new(message, Some(from.place_of("column")), "asked for here").help(help));
                return None;
            }
        }
        let steps = sheet.rows.iter().filter(|row| row.item(column).is_some()).map(|row| {
            let mut step = Table::new(row.place.clone());
            for (key, name) in [("from", "from"), ("value", column), ("ramp", "ramp")] {
                step.entries.extend(row.entry(name).cloned().map(|entry| Entry { key: key.into(), ..entry }));
            }
            Item { place: row.place.clone(), node: Node::Table(step) }
        });
        Some(Item { node: Node::List(steps.collect()), place: from.place.clone() })
    }

    /// Applies one override.
    fn apply(&mut self, one: &Override, document: &mut Document) {
        let text = format!("{}={}", one.key, one.value);
        let source = self.sources.len();
        self.sources.push(Source::new(format!("--set {text}"), text));
        let start = one.key.len() + 1;
        let place =
            |span: std::ops::Range<usize>| Place { source, span: start + span.start..start + span.end };
        let key_place = Place { source, span: 0..one.key.len() };
        let whole = place(0..one.value.len());
        if one.key == "stock" {
            self.count(&TableFile::of_flag(one.value.trim()), (&key_place, &whole), document);
            return;
        }
        if let Some(spec) = keys::table(&one.key).filter(|spec| spec.is_list()) {
            // What is named is a table of its entries.
            let TableFile { path, sheet } = TableFile::of_flag(one.value.trim());
            let said = |(key, text): (&str, String)| Entry {
                key: key.to_owned(),
                place: key_place.clone(),
                item: Item { node: Node::Text(text), place: whole.clone() },
            };
            let file = [("csv", path.display().to_string())].into_iter();
            let entries = file.chain(sheet.map(|sheet| ("sheet", sheet))).map(said).collect();
            let table = Node::Table(Table { place: whole.clone(), entries });
            let item = Item { node: table, place: whole };
            let entry = Entry { key: one.key.clone(), place: key_place, item };
            self.merge_list(document, spec, entry, (Path::new(""), COMMAND_LINE));
            return;
        }
        let item = read_value(one.value.trim(), &place)
            .unwrap_or_else(|_| Item { node: Node::Cell(one.value.trim().to_string()), place: whole });
        let said = Entry { key: one.key.clone(), place: key_place.clone(), item: item.clone() };
        unseen::check(&Table { place: key_place.clone(), entries: vec![said] }, &mut self.problems);
        document.correct(&Later::of(one.key.clone(), &item, COMMAND_LINE));
        let item = self.column_of(&item, Path::new("")).unwrap_or(item);
        let entry = |key: &str| Entry { key: key.to_string(), place: key_place.clone(), item: item.clone() };
        let (table, rest) = one.key.split_once('.').unwrap_or(("", &one.key));
        let Some(spec) = keys::table(table) else {
            let tables = TABLES.iter().map(|table| table.name).filter(|name| !name.is_empty());
            let help =
                nearest(table, tables).map(|near| format!("a table with a similar name exists: `{near}`"));
            let problem = Problem::new(
                format!("unknown table `{table}`"),
                Some(&key_place),
                "not a table of a scenario",
            );
            self.problems.push(Problem { help, ..problem });
            return;
        };
        if !spec.is_list() {
            self.check_key(&entry(rest), spec, spec.name);
            document.table_mut(spec.name, &key_place).set(entry(rest));
            return;
        }
        let (name, key) = rest.rsplit_once('.').unwrap_or(("", rest));
        self.check_key(&entry(key), spec, spec.name);
        let identity = spec.identity[0];
        let named = |row: &&mut Table| row.text(identity) == Some(name);
        if let Some(row) = document.list_mut(spec.name).iter_mut().find(named) {
            row.set(entry(key));
            return;
        }
        let names: Vec<String> =
            document.list(spec.name).iter().filter_map(|row| row.text(identity).map(String::from)).collect();
        let help = nearest(name, names.iter().map(String::as_str)).map_or_else(
            || format!("write `{}.NAME.{key}`, with the name of one that is declared", spec.name),
            |near| format!("one with a similar name exists: `{near}`"),
        );
        let message = format!("there is no {} `{name}` to set", spec.name);
        self.problems.push(Problem::new(message, Some(&key_place), "named here").help(help));
    }
}
