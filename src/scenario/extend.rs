//! Merges files, the files they extend, their tables in other files, and overrides into one document.

use std::path::{Path, PathBuf};

use super::Override;
use super::counts;
use super::document::{Entry, Item, Node, Table, UNSET, read_toml, read_value};
use super::keys::{self, TABLES, TableSpec};
use super::merged::{Document, identity, lay_over, lost_links, replace_cells};
use super::problem::{Place, Problem, Source};
use super::reading::{Reading, TableFile, names_file};
use super::register::{self, COMMAND_LINE, Later};
use super::suggest::nearest;
use super::table::Columns;
use super::unseen;
use crate::shell::quoted_path;

/// Most files that may extend each other in one chain.
const DEEPEST: usize = 100;

/// The files merged so far.
#[derive(Default)]
struct Laid {
    document: Option<Document>,
    /// Files that are in it; a file that several others extend is merged once.
    files: Vec<PathBuf>,
    /// Files that are being read, each named by the one before.
    chain: Vec<PathBuf>,
}

/// The source of a value, and whether others were read before.
#[derive(Clone, Copy)]
struct Author<'a> {
    /// Its name for people.
    name: &'a str,
    /// The file, from which paths are seen.
    path: &'a Path,
    /// Whether it changes an earlier value.
    is_later: bool,
}

impl Reading {
    /// Reads a file with all it extends, then applies the overrides.
    pub(super) fn document(&mut self, path: &Path, overrides: &[Override]) -> Option<Document> {
        let mut laid = Laid::default();
        self.lay_file(path, None, &mut laid)?;
        let mut document = laid.document?;
        for one in overrides {
            self.apply(one, &mut document);
        }
        document.write_words_as_known();
        counts::go_on_from_the_plan(&mut document);
        Some(document)
    }

    /// Merges a file into the one it extends, which is read first. `from` is the place where another file names it.
    fn lay_file(&mut self, path: &Path, from: Option<&Place>, laid: &mut Laid) -> Option<()> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if laid.files.contains(&real) {
            return Some(());
        }
        self.check_chain(path, &real, from, &laid.chain)?;
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
        if let Some(item) = ["baseline", "scenarios"].into_iter().find_map(|key| table.item(key))
            && table.item("programme").is_none()
        {
            let help = format!("answer it: dormouse compare {}", quoted_path(path));
            let problem = Problem::new(
                "this is a study, expected a scenario",
                Some(&item.place),
                "only a study has this",
            );
            self.problems.push(problem.help(help));
            return None;
        }
        laid.chain.push(real.clone());
        for (base, place) in self.bases(&table)? {
            self.lay_file(&path.parent().unwrap_or(Path::new("")).join(base), Some(&place), laid)?;
        }
        laid.chain.pop();
        laid.files.push(real);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let author = Author { name: &name, path, is_later: laid.document.is_some() };
        let document = laid.document.get_or_insert_with(|| Document::new(&table.place));
        self.merge(document, table, author);
        Some(())
    }

    /// A file extends neither itself nor too long a chain of others.
    fn check_chain(
        &mut self,
        path: &Path,
        real: &PathBuf,
        from: Option<&Place>,
        chain: &[PathBuf],
    ) -> Option<()> {
        let problem = if chain.contains(real) {
            let message = format!("`{}` extends itself", path.display());
            let label = format!("this closes a circle of {} files", chain.len());
            let help = "take `extends` out of one of them, or put what they share in a third";
            Problem::new(message, from, label).help(help)
        } else if chain.len() >= DEEPEST {
            let message = format!("more than {DEEPEST} files extend each other");
            let help = format!("expected a chain of at most {DEEPEST} files; merge some of them");
            Problem::new(message, from, "this one is too many").help(help)
        } else {
            return Some(());
        };
        self.problems.push(problem);
        None
    }

    /// The files that a file extends, in their order, each with the place that names it.
    fn bases(&mut self, file: &Table) -> Option<Vec<(String, Place)>> {
        let Some(item) = file.item("extends") else { return Some(Vec::new()) };
        let items = match &item.node {
            Node::List(items) => items.as_slice(),
            _ => std::slice::from_ref(item),
        };
        let mut bases = Vec::new();
        for item in items {
            let Node::Text(base) = &item.node else {
                let problem = Problem::new("`extends` is not a path", Some(&item.place), item.found());
                self.problems.push(problem.help("expected a file, or a list of files in order"));
                return None;
            };
            bases.push((base.clone(), item.place.clone()));
        }
        Some(bases)
    }

    /// Merges a file into what was read before. The register comes last, because it may override the file's other keys.
    fn merge(&mut self, document: &mut Document, file: Table, author: Author<'_>) {
        // A question and a title are those of the file that gives them, and of those that have no name of their own.
        if file.item("name").is_some() {
            let inherited = |key: &str| !["question", "title"].contains(&key);
            document.tables[0].1.entries.retain(|entry| inherited(&entry.key));
        }
        let (register, entries): (Vec<Entry>, Vec<Entry>) =
            file.entries.into_iter().partition(|entry| entry.key == "assumption");
        for entry in entries.into_iter().chain(register) {
            let Some(spec) = keys::table(&entry.key).filter(|spec| !spec.name.is_empty()) else {
                self.lay_key(document, &TABLES[0], entry, author);
                continue;
            };
            if spec.is_list() {
                self.merge_list(document, spec, entry, author);
            } else if entry.item.is_unset() {
                take_table_out(document, spec, &entry.place, author);
            } else if let Node::Table(mut table) = entry.item.node {
                self.read_columns(&mut table, author.path);
                document.table_mut(spec.name, &table.place);
                for entry in table.entries {
                    self.lay_key(document, spec, entry, author);
                }
            } else {
                let message = format!("`{}` is not a table", entry.key);
                let help = format!("write a line `[{}]` and its keys below it", entry.key);
                self.problems
                    .push(Problem::new(message, Some(&entry.item.place), entry.item.found()).help(help));
            }
        }
    }

    /// Sets or removes a key of a table that occurs once.
    fn lay_key(
        &mut self,
        document: &mut Document,
        spec: &'static TableSpec,
        entry: Entry,
        author: Author<'_>,
    ) {
        self.check_key(&entry, spec, spec.name);
        let before = document.table(spec.name).and_then(|table| table.item(&entry.key));
        self.problems.extend(lost_links(before, &entry));
        let now = Some(&entry.item).filter(|item| !item.is_unset());
        let later = Later::of((spec, &entry.key), before, now, author.name);
        if let Some(later) = later.filter(|_| author.is_later) {
            document.correct(&later, &entry.place);
        }
        let table = document.table_mut(spec.name, &entry.place);
        if entry.item.is_unset() {
            table.entries.retain(|known| known.key != entry.key);
        } else {
            table.set(entry);
        }
    }

    /// Lays the entries of a list over those that are there; an empty list empties it.
    fn merge_list(
        &mut self,
        document: &mut Document,
        spec: &'static TableSpec,
        entry: Entry,
        author: Author<'_>,
    ) {
        let empties = matches!(&entry.item.node, Node::List(items) if items.is_empty());
        if empties || entry.item.is_unset() {
            let known = document.list_mut(spec.name);
            if !std::mem::take(known).is_empty() && spec.name != "assumption" {
                document.correct(&Later::taken_out(spec.name, author.name), &entry.place);
            }
            return;
        }
        let place = entry.place.clone();
        let mut rows = self.rows(spec, entry, author.path);
        rows.iter_mut().for_each(|row| self.read_columns(row, author.path));
        let (out, mut rows): (Vec<Table>, Vec<Table>) =
            rows.into_iter().partition(|row| row.item(UNSET).is_some());
        for row in out {
            self.take_entry_out(document, spec, &row, author);
        }
        if spec.name == "assumption" {
            rows.iter_mut().for_each(|line| register::said_by(line, author.name));
        } else if author.is_later {
            let later = Later::of_rows(spec, &rows, document.list(spec.name), author.name);
            later.iter().for_each(|one| document.correct(one, &place));
        }
        let list = document.list_mut(spec.name);
        if spec.name == "stock" {
            replace_cells(list, rows);
        } else {
            for row in rows {
                self.problems.extend(lay_over(list, spec, row));
            }
        }
    }

    /// Takes an entry out of a list, of stock every row of its cell.
    fn take_entry_out(
        &mut self,
        document: &mut Document,
        spec: &'static TableSpec,
        row: &Table,
        author: Author<'_>,
    ) {
        let own = identity(spec, row);
        let more = row
            .entries
            .iter()
            .find(|entry| entry.key != UNSET && !spec.identity.contains(&entry.key.as_str()));
        let flag = row.entry(UNSET).map(|entry| &entry.item);
        if let Some(item) = flag.filter(|item| !matches!(item.node, Node::Bool(true))) {
            let problem = Problem::new("`unset` is not true", Some(&item.place), item.found());
            self.problems.push(problem.help("write unset = true to take the entry out, or leave it away"));
            return;
        }
        if let Some(entry) = more {
            let message = format!("an entry that is taken out has no `{}`", entry.key);
            let problem = Problem::new(message, Some(&entry.place), "beside `unset`");
            self.problems.push(problem.help(format!(
                "keep {} and `unset`; to take one key out, write {} = \"{UNSET}\" without `unset = true`",
                listed(spec.identity),
                entry.key
            )));
            return;
        }
        let list = document.list_mut(spec.name);
        let before = list.len();
        list.retain(|known| identity(spec, known) != own);
        if list.len() < before {
            let key = format!("{}.{}", spec.name, own.join("."));
            document.correct(&Later::taken_out(&key, author.name), &row.place);
            return;
        }
        let names: Vec<String> = list.iter().map(|known| identity(spec, known).join(".")).collect();
        let own = own.join(".");
        let message = format!("there is no {} `{own}` to remove", spec.name);
        let help = match nearest(&own, names.iter().map(String::as_str)) {
            Some(near) => format!("one with a similar name exists: `{near}`"),
            None => format!("give {} as the file that is extended has them", listed(spec.identity)),
        };
        self.problems.push(Problem::new(message, Some(&row.place), "named here").help(help));
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
            // One entry in single brackets.
            Node::Table(table) if table.entries.iter().all(|entry| spec.key(&entry.key).is_some()) => {
                let message = format!("`[{}]` is one entry of a list", spec.name);
                let help = format!("write `[[{}]]`, in double brackets, before each entry", spec.name);
                self.problems
                    .push(Problem::new(message, Some(&entry.place), "in single brackets").help(help));
                vec![table]
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
            let keys = row.entries.iter().filter(|entry| entry.key != UNSET);
            keys.for_each(|entry| self.check_key(entry, spec, spec.name));
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
        // A column that cannot be read has been reported, so any value will do in its place.
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
        let value = one.value.trim();
        if value.is_empty() {
            let message = format!("`{}` is given no value", one.key);
            let help = format!("write {0}=VALUE, or {0}={UNSET} to remove it", one.key);
            self.problems.push(Problem::new(message, Some(&key_place), "nothing after `=`").help(help));
            return;
        }
        let author = Author { name: COMMAND_LINE, path: Path::new(""), is_later: true };
        if let Some(spec) = keys::table(&one.key).filter(|spec| spec.is_list()) {
            let node = match value {
                UNSET | "[]" => Node::List(Vec::new()),
                _ if one.key == "stock" => {
                    return self.count(&TableFile::of_flag(value), (&key_place, &whole), document);
                }
                // The value names a table of its entries.
                _ => {
                    let TableFile { path, sheet } = TableFile::of_flag(value);
                    let said = |(key, text): (&str, String)| Entry {
                        key: key.to_owned(),
                        place: key_place.clone(),
                        item: Item { node: Node::Text(text), place: whole.clone() },
                    };
                    let file = [("csv", path.display().to_string())].into_iter();
                    let entries = file.chain(sheet.map(|sheet| ("sheet", sheet))).map(said).collect();
                    Node::Table(Table { place: whole.clone(), entries })
                }
            };
            let entry = Entry { key: one.key.clone(), place: key_place, item: Item { node, place: whole } };
            return self.merge_list(document, spec, entry, author);
        }
        let item = read_value(value, &place)
            .unwrap_or_else(|_| Item { node: Node::Cell(value.to_string()), place: whole });
        let said = Entry { key: one.key.clone(), place: key_place.clone(), item: item.clone() };
        unseen::check(&Table { place: key_place.clone(), entries: vec![said] }, &mut self.problems);
        if let Some(spec) = keys::table(&one.key).filter(|spec| !spec.name.is_empty() && item.is_unset()) {
            return take_table_out(document, spec, &key_place, author);
        }
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
            return self.lay_key(document, spec, entry(rest), author);
        }
        let names: Vec<Vec<String>> =
            document.list(spec.name).iter().map(|row| identity(spec, row)).collect();
        let whole_entry = || names.iter().find(|name| name.join(".") == rest);
        if let Some(name) = whole_entry().filter(|_| item.is_unset()) {
            let said = spec.identity.iter().zip(name).map(|(key, name)| Entry {
                key: (*key).to_owned(),
                place: key_place.clone(),
                item: Item { node: Node::Cell(name.clone()), place: key_place.clone() },
            });
            let flag = Item { node: Node::Bool(true), place: key_place.clone() };
            let flag = Entry { key: UNSET.to_owned(), place: key_place.clone(), item: flag };
            let row = Table { place: key_place.clone(), entries: said.chain([flag]).collect() };
            return self.take_entry_out(document, spec, &row, author);
        }
        let (name, key) = rest.rsplit_once('.').unwrap_or(("", rest));
        self.check_key(&entry(key), spec, spec.name);
        if let Some(at) = self.entry_named(&names, spec, (name, key), &key_place) {
            self.lay_key_of_entry(document, (spec, at), entry(key), author);
        }
    }

    /// Returns the index of the entry that an override names: by all its identity keys, or by the first if that is
    /// enough.
    fn entry_named(
        &mut self,
        names: &[Vec<String>],
        spec: &TableSpec,
        (name, key): (&str, &str),
        place: &Place,
    ) -> Option<usize> {
        let at = |is: &dyn Fn(&Vec<String>) -> bool| -> Vec<usize> {
            names.iter().enumerate().filter(|(_, name)| is(name)).map(|(at, _)| at).collect()
        };
        let exact = at(&|known| known.join(".") == name);
        let by_first = at(&|known| known.first().is_some_and(|first| first == name));
        let found = if exact.is_empty() { by_first } else { exact };
        let (message, help) = match found[..] {
            [only] => return Some(only),
            [] => {
                let known: Vec<String> = names.iter().map(|name| name.join(".")).collect();
                let help = nearest(name, known.iter().map(String::as_str)).map_or_else(
                    || format!("write `{}.NAME.{key}`, with the name of one that is declared", spec.name),
                    |near| format!("one with a similar name exists: `{near}`"),
                );
                (format!("there is no {} `{name}` to set", spec.name), help)
            }
            _ => {
                let known: Vec<String> = found
                    .iter()
                    .map(|at| format!("`{}.{}.{key}`", spec.name, names[*at].join(".")))
                    .collect();
                let message = format!("{} entries of `{}` are named `{name}`", found.len(), spec.name);
                (message, format!("write one of {}", known.join(", ")))
            }
        };
        self.problems.push(Problem::new(message, Some(place), "named here").help(help));
        None
    }

    /// Gives a key of an entry its value, or takes it out.
    fn lay_key_of_entry(
        &mut self,
        document: &mut Document,
        (spec, at): (&'static TableSpec, usize),
        entry: Entry,
        author: Author<'_>,
    ) {
        let row = &document.list(spec.name)[at];
        self.problems.extend(lost_links(row.item(&entry.key), &entry));
        let laid = Table {
            place: entry.place.clone(),
            entries: row
                .entries
                .iter()
                .filter(|known| spec.identity.contains(&known.key.as_str()) && known.key != entry.key)
                .chain([&entry])
                .cloned()
                .collect(),
        };
        if spec.name != "assumption" {
            let later = Later::of_rows(spec, &[laid], document.list(spec.name), author.name);
            later.iter().for_each(|one| document.correct(one, &entry.place));
        }
        let row = &mut document.list_mut(spec.name)[at];
        if entry.item.is_unset() && !spec.identity.contains(&entry.key.as_str()) {
            row.entries.retain(|known| known.key != entry.key);
        } else {
            row.set(entry);
        }
    }
}

/// Takes a whole table out.
fn take_table_out(document: &mut Document, spec: &TableSpec, place: &Place, author: Author<'_>) {
    if document.tables.iter().any(|(name, _)| *name == spec.name) {
        document.tables.retain(|(name, _)| *name != spec.name);
        document.correct(&Later::taken_out(spec.name, author.name), place);
    }
}

/// Keys as a sentence names them.
fn listed(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
