//! Reading in progress: texts and CSV tables, the fingerprint of every file, and all that was wrong with them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::InputFile;
use super::document::{Node, Table};
use super::keys::{KeySpec, TableSpec};
use super::problem::{Place, Problem, Source};
use super::suggest::nearest;
use super::table::{self, Sheet};
use crate::fingerprint::sha256;

/// Reading in progress: the texts, the files, and what was wrong with them.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) sources: Vec<Source>,
    pub(super) files: Vec<InputFile>,
    pub(super) problems: Vec<Problem>,
    sheets: Vec<(PathBuf, Option<Sheet>)>,
}

impl Reading {
    /// A reading of one text that stands in no file.
    pub(super) fn of(source: Source) -> Self {
        Self { sources: vec![source], ..Self::default() }
    }

    /// Reads a text and notes its fingerprint.
    pub(super) fn text(&mut self, path: &Path, from: Option<&Place>) -> Option<(usize, String)> {
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        };
        let shown = if path == Path::new("-") { "<stdin>".to_string() } else { path.display().to_string() };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                let problem = self.unreadable(path, &shown, &error, from);
                self.problems.push(problem);
                return None;
            }
        };
        self.files.push(InputFile { path: shown.clone(), sha256: sha256(&bytes), bytes: bytes.len() as u64 });
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                self.sources.push(Source { path: shown.clone(), text });
                // What stands for the byte in the text that is shown is longer than a byte.
                let mark = good..good + char::REPLACEMENT_CHARACTER.len_utf8();
                let place = Place { source: self.sources.len() - 1, span: mark };
                self.problems.push(
                    Problem::new(format!("`{shown}` is not UTF-8"), Some(&place), "this byte is not")
                        .help("save the file as UTF-8; in a spreadsheet, as `CSV UTF-8 (comma delimited)`"),
                );
                return None;
            }
        };
        self.sources.push(Source { path: shown, text: text.clone() });
        Some((self.sources.len() - 1, text))
    }

    /// That a file cannot be read, where it is named, and what would help.
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
                "expected a CSV table as seen from the working directory".to_owned()
            }
            Some(list) => format!(
                "expected a CSV table as seen from the working directory; to change one key of an entry, write {list}.NAME.KEY=VALUE"
            ),
            None => "paths are relative to the file that names them".to_owned(),
        };
        Problem::new(message, Some(place), label).help(help)
    }

    /// The sheet that `{ csv = ... }` names; each file is read once.
    pub(super) fn sheet(&mut self, from: &Table, path: &Path) -> Option<Sheet> {
        let item = from.item("csv")?;
        let (Node::Text(name) | Node::Cell(name)) = &item.node else {
            self.problems.push(Problem::new("`csv` is not a path", Some(&item.place), item.found()));
            return None;
        };
        for entry in from.entries.iter().filter(|e| !["csv", "column"].contains(&e.key.as_str())) {
            let message = format!("unknown key `{}` beside `csv`", entry.key);
            self.problems.push(Problem::new(
                message,
                Some(&entry.place),
                "expected `csv` and, for dated values, `column`",
            ));
        }
        let full = path.parent().unwrap_or(Path::new("")).join(name);
        if let Some((_, sheet)) = self.sheets.iter().find(|(known, _)| *known == full) {
            return sheet.clone();
        }
        let sheet =
            self.text(&full, Some(&item.place)).and_then(|(source, text)| match table::read(&text, source) {
                Ok(sheet) => Some(sheet),
                Err(problems) => {
                    self.problems.extend(problems);
                    None
                }
            });
        self.sheets.push((full, sheet.clone()));
        sheet
    }

    /// Reads a CSV file and checks that its columns are keys of a table.
    pub(super) fn check_table(&mut self, path: &Path, spec: &TableSpec) -> Option<Sheet> {
        let (source, text) = self.text(path, None)?;
        match table::read(&text, source) {
            Ok(sheet) => {
                self.check_columns(&sheet, spec);
                self.has_columns(&sheet, spec);
                Some(sheet)
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    /// Whether a sheet has the columns without which no row of it can be read: those that tell its entries apart, and of
    /// stock, whose rows are not laid over others, all that must be said.
    pub(super) fn has_columns(&mut self, sheet: &Sheet, spec: &TableSpec) -> bool {
        let whole_rows = spec.name == "stock";
        let needed = spec
            .keys
            .iter()
            .filter(|key| key.must_be_said() && (whole_rows || spec.identity.contains(&key.name)));
        let missing: Vec<&KeySpec> =
            needed.filter(|key| sheet.header.iter().all(|(name, _)| name != key.name)).collect();
        // One that stands there misspelt is told of as such.
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
            let help = if let Some(near) = nearest(name, spec.keys.iter().map(|key| key.name)) {
                format!("a column with a similar name exists: `{near}`")
            } else {
                let all: Vec<&str> = spec.keys.iter().map(|key| key.name).collect();
                format!("columns of `{}` may be: {}", spec.name, all.join(", "))
            };
            let message = format!("unknown column `{name}` in the table of `{}`", spec.name);
            self.problems.push(Problem::new(message, Some(place), "not a key of a scenario").help(help));
        }
    }
}
