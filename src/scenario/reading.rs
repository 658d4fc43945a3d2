//! Reading in progress: texts and tables, the fingerprint of every file, and all that was wrong with them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::InputFile;
use super::document::{Item, Node, Table};
use super::keys::{KeySpec, TableSpec};
use super::problem::{Form, Place, Problem, Source};
use super::suggest::nearest;
use super::table::workbook::{self, Refusal};
use super::table::{self, Columns, Grid, Remarks, Sheet};
use crate::fingerprint::sha256;
use crate::model::Status;

/// Reading in progress: the texts, the files, and what was wrong with them.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) sources: Vec<Source>,
    pub(super) files: Vec<InputFile>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    grids: Vec<(TableFile, Option<Grid>)>,
}

/// A file that holds a table, and the sheet of it where it is a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableFile {
    pub(super) path: PathBuf,
    pub(super) sheet: Option<String>,
}

impl TableFile {
    /// The file that a flag names: `FILE`, or `FILE#SHEET` where no file has the whole of it for a name.
    pub(super) fn of_flag(named: &str) -> Self {
        let whole = Self { path: PathBuf::from(named), sheet: None };
        if whole.path.exists() {
            return whole;
        }
        let parts = named.match_indices('#').map(|(at, _)| (&named[..at], &named[at + 1..]));
        let mut of_file = parts.filter(|(path, _)| Path::new(path).is_file());
        of_file
            .next()
            .map_or(whole, |(path, sheet)| Self { path: path.into(), sheet: Some(sheet.to_owned()) })
    }

    /// The way to name a sheet of it, on the command line or in a file.
    fn how(&self, on_command_line: bool) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        if on_command_line {
            format!("as in {}#SHEET", self.path.display())
        } else {
            format!("as in {{ workbook = \"{name}\", sheet = \"SHEET\" }}")
        }
    }
}

/// Keys that name the file of a table, and keys that may be used with them.
const FILE_KEYS: [&str; 2] = ["csv", "workbook"];
const BESIDE_FILE: [&str; 4] = ["csv", "workbook", "sheet", "column"];

/// Whether a table of the scenario file names a file: `{ csv = ... }` or `{ workbook = ... }`.
pub(super) fn names_file(table: &Table) -> bool {
    FILE_KEYS.iter().any(|key| table.item(key).is_some())
}

impl Reading {
    /// A reading of one text that is not in a file.
    pub(super) fn of(source: Source) -> Self {
        Self { sources: vec![source], ..Self::default() }
    }

    /// Reads a file and notes its fingerprint; gives its name in messages and its bytes.
    fn bytes(&mut self, path: &Path, from: Option<&Place>) -> Option<(String, Vec<u8>)> {
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        };
        let shown = if path == Path::new("-") { "<stdin>".to_string() } else { path.display().to_string() };
        match bytes {
            Ok(bytes) => {
                let file =
                    InputFile { path: shown.clone(), sha256: sha256(&bytes), bytes: bytes.len() as u64 };
                // Of a workbook several sheets may be read.
                if !self.files.contains(&file) {
                    self.files.push(file);
                }
                Some((shown, bytes))
            }
            Err(error) => {
                let problem = self.unreadable(path, &shown, &error, from);
                self.problems.push(problem);
                None
            }
        }
    }

    /// Reads a text and notes its fingerprint.
    pub(super) fn text(&mut self, path: &Path, from: Option<&Place>) -> Option<(usize, String)> {
        let (shown, bytes) = self.bytes(path, from)?;
        if workbook::is_workbook(&bytes) || workbook::is_closed(&bytes) {
            let message = format!("`{shown}` is a workbook, not a scenario");
            let help = format!(
                "name it in a scenario file, as in stock = {{ workbook = \"{shown}\" }}; `dormouse init` writes one to begin with"
            );
            self.problems.push(Problem::new(message, from, "").help(help));
            return None;
        }
        let text = self.decoded(&shown, bytes)?;
        self.sources.push(Source::new(shown, text.clone()));
        Some((self.sources.len() - 1, text))
    }

    /// The text of a file; a problem shows the first byte that is none.
    fn decoded(&mut self, shown: &str, bytes: Vec<u8>) -> Option<String> {
        match table::decoded(bytes) {
            Ok(text) => Some(text),
            Err((good, bytes)) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.sources.push(Source::new(shown, text));
                // The replacement character in the shown text is longer than the byte.
                let mark = good..good + char::REPLACEMENT_CHARACTER.len_utf8();
                let place = Place { source: self.sources.len() - 1, span: mark };
                self.problems.push(
                    Problem::new(format!("`{shown}` is not UTF-8"), Some(&place), "this byte is not")
                        .help("save the file as UTF-8; in a spreadsheet, as `CSV UTF-8` or as a workbook"),
                );
                None
            }
        }
    }

    /// Returns the problem of a file that cannot be read, with its place and a remedy.
    fn unreadable(&self, path: &Path, shown: &str, error: &std::io::Error, from: Option<&Place>) -> Problem {
        let message = format!("cannot read `{shown}`");
        let reason = error.to_string();
        let label = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
        let Some(place) = from else {
            let problem = Problem::new(format!("{message}: {label}"), None, "");
            let help = "expected a file; a folder of results is for `dormouse chart`, `report` and `compare`";
            return if path.is_dir() { problem.help(help) } else { problem };
        };
        let set = self.sources[place.source].path.strip_prefix("--set ");
        let help = match set.and_then(|set| set.split('=').next()) {
            Some(key) if key.contains('.') || key == "stock" => {
                "expected a table, CSV or a workbook, as seen from the working directory".to_owned()
            }
            Some(list) => format!(
                "expected a table, CSV or a workbook, as seen from the working directory; to change one key of an entry, write {list}.NAME.KEY=VALUE"
            ),
            None => "paths are relative to the file that names them".to_owned(),
        };
        Problem::new(message, Some(place), label).help(help)
    }

    /// The table that `{ csv = ... }` or `{ workbook = ..., sheet = ... }` names.
    pub(super) fn sheet(&mut self, from: &Table, path: &Path, columns: &Columns<'_>) -> Option<Sheet> {
        let named: Vec<&Item> = FILE_KEYS.iter().filter_map(|key| from.item(key)).collect();
        let item = *named.first()?;
        if let Some(other) = named.get(1) {
            let message = "a table is in one file";
            let problem = Problem::new(message, Some(&other.place), "and here another is named");
            self.problems.push(problem.help("write `csv` for a text, or `workbook` for .xlsx and .ods"));
            return None;
        }
        for entry in from.entries.iter().filter(|e| !BESIDE_FILE.contains(&e.key.as_str())) {
            let message = format!("unknown key `{}` beside the file of a table", entry.key);
            let expected = "expected `sheet` of a workbook and, for dated values, `column`";
            self.problems.push(Problem::new(message, Some(&entry.place), expected));
        }
        let (Node::Text(name) | Node::Cell(name)) = &item.node else {
            self.problems.push(Problem::new(
                "the file of a table is not a path",
                Some(&item.place),
                item.found(),
            ));
            return None;
        };
        let sheet = match from.item("sheet") {
            None => None,
            Some(Item { node: Node::Text(sheet) | Node::Cell(sheet), .. }) => Some(sheet.clone()),
            Some(item) => {
                self.problems.push(Problem::new("`sheet` is not a name", Some(&item.place), item.found()));
                return None;
            }
        };
        let file = TableFile { path: path.parent().unwrap_or(Path::new("")).join(name), sheet };
        self.table(&file, Some(&item.place), columns)
    }

    /// Reads the table of a file; `from` is where it is named.
    pub(super) fn table(
        &mut self,
        file: &TableFile,
        from: Option<&Place>,
        columns: &Columns<'_>,
    ) -> Option<Sheet> {
        let known = self.grids.iter().find(|(known, _)| known == file).map(|(_, grid)| grid.clone());
        let grid = known.unwrap_or_else(|| {
            let mut remarks = Remarks::default();
            let grid = self.grid(file, from, &mut remarks);
            self.remark(remarks);
            self.grids.push((file.clone(), grid.clone()));
            grid
        });
        let mut remarks = Remarks::default();
        let sheet = grid?.sheet(columns, &mut remarks);
        self.remark(remarks);
        sheet
    }

    fn remark(&mut self, remarks: Remarks) {
        self.problems.extend(remarks.problems);
        self.warnings.extend(remarks.warnings);
    }

    /// The cells of a file, which is read as what it is, whatever its name ends in.
    fn grid(&mut self, file: &TableFile, from: Option<&Place>, remarks: &mut Remarks) -> Option<Grid> {
        let (shown, bytes) = self.bytes(&file.path, from)?;
        let mut refuse = |message: String, help: String| {
            remarks
                .problems
                .push(Problem::new(format!("`{shown}`: {message}"), from, "named here").help(help));
            None
        };
        if workbook::is_closed(&bytes) {
            let message = "it is a workbook of the old form, or one with a password".to_owned();
            return refuse(message, "save it as .xlsx or .ods without a password".to_owned());
        }
        if workbook::is_workbook(&bytes) {
            let on_command_line = from.is_none_or(|place| self.sources[place.source].is_flag());
            return match workbook::read(&bytes, file.sheet.as_deref(), &file.how(on_command_line)) {
                Ok(read) => {
                    let source = self.sources.len();
                    read.remark(source, remarks);
                    let form = Form::Sheet { name: read.name, says_per_cent: read.says_per_cent };
                    self.sources.push(Source { form, ..Source::new(shown, read.text) });
                    Some(Grid { source, rows: read.rows })
                }
                Err(Refusal { message, help }) => refuse(message, help),
            };
        }
        if let Some(sheet) = &file.sheet {
            let message = format!("it is a text, so it has no sheet `{sheet}`");
            return refuse(message, "leave the sheet out, or name the workbook".to_owned());
        }
        let text = self.decoded(&shown, bytes)?;
        let source = self.sources.len();
        let grid = table::read_delimited(&text, source);
        let form = Form::Delimited(table::separator(&text).0);
        self.sources.push(Source { form, ..Source::new(shown, text) });
        grid.map_err(|problem| remarks.problems.push(*problem)).ok()
    }

    /// Reads the file of a table and checks that its columns are keys of it.
    pub(super) fn check_table(&mut self, path: &Path, spec: &'static TableSpec) -> Option<Sheet> {
        let file = TableFile { path: path.to_owned(), sheet: None };
        let sheet = self.table(&file, None, &Columns::of(spec))?;
        self.check_columns(&sheet, spec);
        self.has_columns(&sheet, spec);
        Some(sheet)
    }

    /// Whether a sheet has the columns that every row needs: its identity keys and, for a table of counts, whose rows
    /// are not merged into others, all required keys.
    pub(super) fn has_columns(&mut self, sheet: &Sheet, spec: &'static TableSpec) -> bool {
        let whole_rows = Columns::of(spec).count.is_some();
        let needed = spec
            .keys
            .iter()
            .filter(|key| key.must_be_said() && (whole_rows || spec.identity.contains(&key.name)));
        let missing: Vec<&KeySpec> =
            needed.filter(|key| sheet.header.iter().all(|(name, _)| name != key.name)).collect();
        // A misspelt column gets its own problem.
        let is_key = |name: &str| spec.key(name).is_some();
        let misspelt = |key: &KeySpec| {
            let unknown = sheet.header.iter().map(|(name, _)| name.as_str()).filter(|name| !is_key(name));
            unknown.into_iter().any(|name| nearest(name, spec.keys.iter().map(|k| k.name)) == Some(key.name))
        };
        for key in missing.iter().filter(|key| !misspelt(key)) {
            let message = format!("the table of `{}` has no column `{}`", spec.name, key.name);
            let place = sheet.header.first().map(|(_, place)| place);
            let found: Vec<&str> = sheet.header.iter().map(|(name, _)| name.as_str()).collect();
            let problem = Problem::new(message, place, format!("its columns are: {}", found.join(", ")));
            self.problems.push(problem.help(format!("add `{}`: {}", key.name, key.kind.expects())));
        }
        missing.is_empty()
    }

    pub(super) fn check_columns(&mut self, sheet: &Sheet, spec: &TableSpec) {
        for (name, place) in
            sheet.header.iter().filter(|(name, _)| !name.is_empty() && spec.key(name).is_none())
        {
            let is_status = Status::ALL.iter().any(|status| status.name() == name.to_lowercase());
            let help = if is_status && spec.key("status").is_some() {
                "a table has a column `status` and one of counts, or a column of counts for each status"
                    .to_owned()
            } else if let Some(near) = nearest(name, spec.keys.iter().map(|key| key.name)) {
                format!("a column with a similar name exists: `{near}`")
            } else {
                let all: Vec<&str> = spec.keys.iter().map(|key| key.name).collect();
                format!("columns of `{}` may be: {}", spec.name, all.join(", "))
            };
            let message = format!("unknown column `{name}` in the table of `{}`", spec.name);
            self.problems.push(Problem::new(message, Some(place), "not a key of this table").help(help));
        }
    }
}
