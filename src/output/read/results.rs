//! A results folder read back: what its manifest says, and its files, each only as the run wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::Value as Json;

use crate::fingerprint::sha256;
use crate::output::write::{machine, manifest, staging};
use crate::output::{Provenance, Sheet, Source};
use crate::replications::Threshold;
use crate::shell::{flag, quoted_path};

/// A results folder of one run or of several under the same draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// The folder, as the caller gave it.
    pub dir: PathBuf,
    /// Version and commit of the program that wrote it.
    pub program: (String, String),
    /// Its runs, the baseline first.
    pub runs: Vec<ResultsRun>,
    /// What a run of one scenario can be run again from.
    pub again: Option<Again>,
    /// SHA-256 of every file by its name in the folder.
    files: BTreeMap<String, String>,
    body: Json,
}

/// What a run can be run again from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// The resolved scenario.
    pub resolved: Json,
    /// Which replication it was.
    pub replication: u32,
}

/// What the manifest says of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultsRun {
    /// Name of the scenario.
    pub name: String,
    /// Its title; its name where it has none.
    pub title: String,
    /// Fingerprint of the resolved scenario.
    pub fingerprint: String,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// The plan date, where there is one.
    pub plan: Option<Date>,
    /// Where the programme is, as its scenario says it for figures; empty where it does not.
    pub area: String,
    /// What its inputs rest on, the same way.
    pub basis: String,
    /// Folder of its files inside the results folder; empty where it is the only run.
    pub folder: String,
}

/// Why a results folder could not be read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// No manifest, or not one of ours.
    #[error(
        "`{0}` is not a results folder of dormouse: it holds no manifest.json that dormouse wrote; expected the folder that `dormouse run` named at its end"
    )]
    NotOurs(PathBuf),
    /// Written in another format.
    #[error(
        "`{dir}` was written by another version of dormouse: results of format {found}, expected {expected}; run its scenarios again"
    )]
    Version {
        /// The folder.
        dir: PathBuf,
        /// Its format.
        found: String,
        /// The format this version reads.
        expected: u32,
    },
    /// The manifest lacks something.
    #[error("the manifest of `{dir}` has no `{what}`; run its scenarios again")]
    Damaged {
        /// The folder.
        dir: PathBuf,
        /// What is missing.
        what: &'static str,
    },
    /// The folder lacks a file.
    #[error("`{dir}` does not hold `{file}`; run its scenarios again")]
    Missing {
        /// The folder.
        dir: PathBuf,
        /// The file.
        file: String,
    },
    /// A file is not the one that the run wrote.
    #[error(
        "`{file}` is not as the run wrote it: its SHA-256 is not the one in the manifest; put the file back, or run again"
    )]
    Changed {
        /// The file.
        file: PathBuf,
    },
    /// A file does not hold what it should.
    #[error("{file}:{line}: found `{found}` in column `{column}`, expected {expected}")]
    Cell {
        /// The file.
        file: String,
        /// Line in the file, from 1.
        line: usize,
        /// The column.
        column: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The disk refused.
    #[error("cannot read `{path}`")]
    Io {
        /// What was read.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl Results {
    /// Reads the manifest of a results folder.
    ///
    /// # Errors
    /// The folder is not one of ours, was written in another format, or its manifest is damaged.
    pub fn open(dir: &Path) -> Result<Self, ResultsError> {
        let body = manifest::read(dir).ok_or_else(|| ResultsError::NotOurs(dir.to_owned()))?;
        if body["schema_version"] != manifest::SCHEMA_VERSION {
            let (found, expected) = (body["schema_version"].to_string(), manifest::SCHEMA_VERSION);
            return Err(ResultsError::Version { dir: dir.to_owned(), found, expected });
        }
        let missing = |what| ResultsError::Damaged { dir: dir.to_owned(), what };
        let runs = match body["kind"].as_str() {
            Some("run") => run_of(&body["scenario"], false).map(|run| vec![run]),
            Some("comparison" | "replications") => {
                body["scenarios"].as_array().and_then(|all| all.iter().map(|one| run_of(one, true)).collect())
            }
            _ => None,
        };
        let entry =
            |file: &Json| Some((file["name"].as_str()?.to_owned(), file["sha256"].as_str()?.to_owned()));
        let files = body["files"].as_array().and_then(|files| files.iter().map(entry).collect());
        let replication = body["replication"].as_u64().and_then(|n| u32::try_from(n).ok());
        let again = replication.filter(|_| body["resolved"].is_object());
        let word = |name| body["program"][name].as_str().map(str::to_owned);
        Ok(Self {
            dir: dir.to_owned(),
            program: word("version").zip(word("commit")).ok_or_else(|| missing("program"))?,
            runs: runs.filter(|runs| !runs.is_empty()).ok_or_else(|| missing("scenario"))?,
            again: again.map(|replication| Again { resolved: body["resolved"].clone(), replication }),
            files: files.ok_or_else(|| missing("files"))?,
            body,
        })
    }

    /// The results of one run alone: of several under the same draws, those of the one named.
    ///
    /// # Errors
    /// The run's own folder cannot be read back.
    pub fn alone(self, run: usize) -> Result<Self, ResultsError> {
        let folder = &self.runs[run].folder;
        if folder.is_empty() { Ok(self) } else { Self::open(&self.dir.join(folder)) }
    }

    /// What the manifest says.
    pub(crate) fn manifest(&self) -> &Json {
        &self.body
    }

    /// The title of a scenario of the folder; its name where the folder has no such scenario.
    #[must_use]
    pub fn title_of<'n>(&'n self, name: &'n str) -> &'n str {
        self.runs.iter().find(|run| run.name == name).map_or(name, |run| &run.title)
    }

    /// Which replication its runs are; none where it holds many.
    #[must_use]
    pub fn replication(&self) -> Option<u32> {
        self.body["replication"].as_u64().and_then(|n| u32::try_from(n).ok())
    }

    /// Whether it holds replications, and not days.
    #[must_use]
    pub fn replicated(&self) -> bool {
        self.body["kind"] == "replications"
    }

    /// How many replications there are of each scenario; 0 where it holds days.
    #[must_use]
    pub fn replications(&self) -> u64 {
        self.body["replications"].as_u64().unwrap_or(0)
    }

    /// How many of them are of the full programme.
    #[must_use]
    pub fn full_replications(&self) -> u64 {
        self.body["levels"]["full"].as_u64().unwrap_or_else(|| self.replications())
    }

    /// Full runs at each combination of a study and at each value that it tries alone; none where all are full.
    #[must_use]
    pub fn full_tried(&self) -> [Option<u64>; 2] {
        ["full_in_combinations", "full_in_sensitivity"]
            .map(|name| self.body["levels"][name].as_u64().filter(|n| *n > 0))
    }

    /// Runs of each scenario beside them that tell the layers of chance apart.
    #[must_use]
    pub fn layer_runs(&self) -> u64 {
        self.body["layer_runs"].as_u64().unwrap_or(0)
    }

    /// The scenario files, as they were named to the run, each once.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        let several = self.body["scenarios"].as_array().map(Vec::as_slice);
        let scenarios = several.unwrap_or(std::slice::from_ref(&self.body["scenario"]));
        let mut seen = BTreeSet::new();
        let paths = scenarios.iter().filter_map(|one| one["path"].as_str());
        paths.filter(|path| seen.insert(*path)).collect()
    }

    /// The file of the study that was run, as it was named, if one was.
    #[must_use]
    pub fn study(&self) -> Option<&str> {
        self.body["study"]["path"].as_str()
    }

    /// What was asked to count as too little to matter.
    #[must_use]
    pub fn threshold(&self) -> Option<Threshold> {
        self.body["threshold"].as_str()?.parse().ok()
    }

    /// Where its scenarios were found, each folder once, where it is a comparison of results folders.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let mut seen = BTreeSet::new();
        let scenarios = self.body["scenarios"].as_array().map_or(&[][..], Vec::as_slice);
        let sources = scenarios.iter().filter_map(Source::read);
        sources.filter(|source| seen.insert(source.manifest_sha256.clone())).collect()
    }

    /// The changes made to the files of the first scenario: keys and values, in the order in which they were made.
    #[must_use]
    pub fn changes(&self) -> Vec<(&str, &str)> {
        let first = if self.body["scenario"].is_object() {
            &self.body["scenario"]
        } else {
            &self.body["scenarios"][0]
        };
        let changes = first["overrides"].as_array().map_or(&[][..], Vec::as_slice);
        changes.iter().filter_map(|one| Some((one["key"].as_str()?, one["value"].as_str()?))).collect()
    }

    /// Where one of its scenarios came from, by its position; none where the manifest does not say.
    #[must_use]
    pub fn origin(&self, run: usize) -> Option<Provenance> {
        manifest::origin(&self.body["scenarios"][run], &self.body["resolved"][run])
    }

    /// The command that draws its scenarios once, with the changes made to them. Of a file that was named by its whole path
    /// only the name is kept, so `FOLDER` stands for the rest of it.
    #[must_use]
    pub fn command(&self) -> String {
        let word = |path: &str| {
            let elsewhere = !Path::new(path).exists() && !path.contains('/');
            quoted_path(Path::new(&if elsewhere { format!("FOLDER/{path}") } else { path.to_owned() }))
        };
        let paths = self.paths().into_iter().map(word).collect::<Vec<_>>().join(" ");
        let changes: String = self.changes().into_iter().map(|(key, value)| flag(key, value)).collect();
        format!("dormouse run {paths}{changes}")
    }

    /// The record of the build, the machine and the time; none where the folder keeps none.
    pub(crate) fn machine(&self) -> Option<Json> {
        let text = fs::read_to_string(self.dir.join(machine::NAME)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether the run wrote such a file.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A table of the folder, such as `early/daily.csv`.
    ///
    /// # Errors
    /// As [`Results::text`].
    pub fn sheet(&self, name: &str) -> Result<Sheet, ResultsError> {
        Sheet::parse(name, self.text(name)?.as_bytes())
    }

    /// A file of the folder.
    ///
    /// # Errors
    /// The file is not there, cannot be read, or is not the one that the run wrote.
    pub fn text(&self, name: &str) -> Result<String, ResultsError> {
        let missing = || ResultsError::Missing { dir: self.dir.clone(), file: name.to_owned() };
        let sha = self.files.get(name).ok_or_else(missing)?;
        let path = self.dir.join(name);
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => missing(),
            _ => ResultsError::Io { path: path.clone(), source },
        })?;
        if sha256(text.as_bytes()) != *sha {
            return Err(ResultsError::Changed { file: path });
        }
        Ok(text)
    }

    /// A table of one run.
    ///
    /// # Errors
    /// As [`Results::sheet`].
    pub fn sheet_of(&self, run: &ResultsRun, name: &str) -> Result<Sheet, ResultsError> {
        if run.folder.is_empty() { self.sheet(name) } else { self.sheet(&format!("{}/{name}", run.folder)) }
    }
}

fn run_of(scenario: &Json, in_folder: bool) -> Option<ResultsRun> {
    let date = |key: &str| scenario[key].as_str()?.parse().ok();
    let words = |key: &str| scenario[key].as_str().unwrap_or_default().to_owned();
    let name = scenario["name"].as_str()?;
    Some(ResultsRun {
        name: name.to_owned(),
        title: scenario["title"].as_str().unwrap_or(name).to_owned(),
        fingerprint: scenario["fingerprint"].as_str()?.to_owned(),
        first: date("first_day")?,
        last: date("last_day")?,
        plan: date("plan_date"),
        area: words("area"),
        basis: words("basis"),
        folder: if in_folder { staging::name(name).ok()?.to_owned() } else { String::new() },
    })
}
