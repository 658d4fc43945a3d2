//! The study file: which scenarios are compared, what is asked, and what is tried because nobody has published it. Says what
//! is wrong in it with its place; the scenarios it names are read by `inputs`.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow};
use dormouse::fingerprint::sha256;
use dormouse::output::SourceFile;
use dormouse::replications::Threshold;
use dormouse::scenario::keys::{self, TableSpec};
use dormouse::scenario::{self, Place, Problem, Problems, Source};
use jiff::civil::Date;
use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::failure::{Failure, Found};
use super::{args, text};

/// A study as its file says it.
#[derive(Debug, Deserialize)]
pub(crate) struct StudyFile {
    /// What it is to answer.
    pub(crate) question: String,
    baseline: PathBuf,
    scenarios: Spanned<Vec<PathBuf>>,
    /// Replications of each scenario.
    pub(crate) replications: Option<u32>,
    precision: Option<Spanned<Value>>,
    /// Most replications for a precision.
    pub(crate) budget: Option<u32>,
    threshold: Option<Spanned<Value>>,
    /// Runs of each scenario that tell the layers of chance apart.
    layer_runs: Option<Spanned<u32>>,
    grid: Option<Grid>,
    /// What is tried one value at a time.
    sensitivity: Option<Grid>,
}

/// Values that nobody has published, of one key or several.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Grid {
    /// Replications of each scenario under each set of values.
    replications: Option<Spanned<u32>>,
    /// What is varied.
    #[serde(default)]
    pub(crate) axis: Vec<Axis>,
}

/// One key and the values it is given in turn.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Axis {
    /// What reports call it, with its unit.
    pub(crate) name: String,
    /// The key of the scenario file.
    pub(crate) key: Spanned<String>,
    values: Spanned<Vec<Value>>,
    /// What reports call each value, where that is not the value itself.
    labels: Option<Spanned<Vec<String>>>,
}

/// A key and the value that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// The axis, as reports call it.
    pub(crate) name: String,
    /// The value, as reports call it.
    pub(crate) label: String,
    /// Key and value as `--set` takes them.
    pub(crate) set: (String, String),
}

/// A study that holds together.
pub(crate) struct Study {
    pub(crate) file: StudyFile,
    /// The bytes of the file.
    pub(crate) text: String,
    dir: PathBuf,
    /// Scenario files, the baseline first.
    pub(crate) scenarios: Vec<PathBuf>,
    pub(crate) precision: Option<Threshold>,
    pub(crate) threshold: Option<Threshold>,
}

/// Replications of a combination where the study does not say how many.
const FEW: u32 = 20;

/// Neither the governance lag nor the day of re-designation is public, so a study that does not say otherwise tries these.
fn unpublished() -> Grid {
    let axis = |name: &str, key: &str, values: Vec<Value>| Axis {
        name: name.to_owned(),
        key: Spanned::new(0..0, key.to_owned()),
        values: Spanned::new(0..0, values),
        labels: None,
    };
    let date = |text: &str| Value::String(text.to_owned());
    Grid {
        replications: None,
        axis: vec![
            axis(
                "governance lag [days]",
                "cohort_defaults.governance_lag_days",
                [20, 40, 60].map(Value::Integer).into(),
            ),
            axis(
                "re-designation",
                "firmware.redesignation",
                ["2020-09-04", "2020-09-11", "2020-10-04"].map(date).into(),
            ),
        ],
    }
}

/// Keys of a study, of its grid or sensitivity, and of an axis of those.
const KEYS: [&str; 10] = [
    "question",
    "baseline",
    "scenarios",
    "replications",
    "precision",
    "budget",
    "threshold",
    "layer_runs",
    "grid",
    "sensitivity",
];
const OF_GRID: [&str; 2] = ["replications", "axis"];
const OF_AXIS: [&str; 4] = ["name", "key", "values", "labels"];

/// Something wrong in a study file: what, where and what to do.
struct Slip {
    message: String,
    span: Option<Range<usize>>,
    help: String,
}

/// Reads a study file; all that is wrong in it is told at once, but for values of another type, of which the first is.
pub(crate) fn read(path: &Path) -> Result<Study, Failure> {
    let shown = path.display().to_string();
    let text = text::read(path)?;
    let tree = DeTable::parse(&text).ok();
    let mut slips = tree.as_ref().map_or_else(Vec::new, |tree| unknown_keys(tree.get_ref()));
    slips.extend(scenario::unseen_in_toml(&text).into_iter().map(Slip::from));
    let file = toml::from_str::<StudyFile>(&text);
    if let Err(error) = &file {
        let help = "see docs/reference/study-file.md for the keys of a study".to_owned();
        slips.push(Slip { message: in_plain_words(error.message()), span: error.span(), help });
    }
    let of_scenario = |tree: &Spanned<DeTable<'_>>| {
        ["programme", "extends"].iter().any(|key| tree.get_ref().contains_key(*key))
    };
    if tree.as_ref().is_some_and(of_scenario) {
        slips.truncate(1);
        "this looks like a scenario; `dormouse run` takes it, and a study names it"
            .clone_into(&mut slips[0].help);
    }
    let [precision, threshold] = match &file {
        Ok(file) => file.check(&mut slips),
        Err(_) => [None, None],
    };
    match file {
        Ok(file) if slips.is_empty() => {
            let beside = |scenario: &PathBuf| plain(&path.parent().unwrap_or(Path::new("")).join(scenario));
            let scenarios = std::iter::once(&file.baseline).chain(file.scenarios.get_ref());
            let (scenarios, dir) =
                (scenarios.map(beside).collect(), path.parent().unwrap_or(Path::new("")).to_path_buf());
            Ok(Study { file, text, dir, scenarios, precision, threshold })
        }
        _ => {
            slips.sort_by_key(|slip| slip.span.as_ref().map(|span| span.start));
            let problems = slips.into_iter().map(Problem::from).collect();
            let sources = vec![Source::new(shown.clone(), text)];
            Err(Failure::Problems(vec![Found { subject: shown, problems: Problems { problems, sources } }]))
        }
    }
}

impl From<Problem> for Slip {
    fn from(Problem { message, place, label, help, .. }: Problem) -> Self {
        let message = format!("{message}: {label}");
        Self { message, span: place.map(|place| place.span), help: help.unwrap_or_default() }
    }
}

impl From<Slip> for Problem {
    fn from(Slip { message, span, help }: Slip) -> Self {
        let place = span.map(|span| Place { source: 0, span });
        let help = Some(help).filter(|help| !help.is_empty());
        Self { message, place, label: String::new(), related: Vec::new(), help }
    }
}

/// Every key of a file that a study does not have.
fn unknown_keys(file: &DeTable<'_>) -> Vec<Slip> {
    let mut slips = Vec::new();
    let mut check = |table: &DeTable<'_>, known: &[&str], what: &str| {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let near = scenario::nearest_name(key.get_ref(), known.iter().copied());
            let help = near.map_or_else(
                || format!("expected one of `{}`", known.join("`, `")),
                |near| format!("a key with a similar name exists: `{near}`"),
            );
            let message = format!("unknown key `{}` in {what}", key.get_ref());
            slips.push(Slip { message, span: Some(key.span()), help });
        }
    };
    check(file, &KEYS, "a study");
    for name in ["grid", "sensitivity"] {
        let Some(DeValue::Table(grid)) = file.get(name).map(Spanned::get_ref) else { continue };
        check(grid, &OF_GRID, &format!("`{name}`"));
        let Some(DeValue::Array(axes)) = grid.get("axis").map(Spanned::get_ref) else { continue };
        for axis in axes {
            if let DeValue::Table(axis) = axis.get_ref() {
                check(axis, &OF_AXIS, &format!("an axis of `{name}`"));
            }
        }
    }
    slips
}

impl StudyFile {
    /// Notes what does not hold together, and reads the precision and the threshold.
    fn check(&self, slips: &mut Vec<Slip>) -> [Option<Threshold>; 2] {
        let mut wrong = |message: String, span: Option<Range<usize>>, help: &str| {
            slips.push(Slip { message, span, help: help.to_owned() });
        };
        let amounts = [&self.precision, &self.threshold].map(|given| {
            let given = given.as_ref()?;
            as_typed(given.get_ref()).parse().map_err(|what| wrong(what, Some(given.span()), "")).ok()
        });
        if self.scenarios.get_ref().is_empty() {
            let help = "name at least one scenario to compare with the baseline";
            wrong("`scenarios` is empty".to_owned(), Some(self.scenarios.span()), help);
        }
        if let (Some(_), Some(precision)) = (self.replications, &self.precision) {
            let help = "keep one of them: a number, or when to stop";
            wrong("`precision` stands beside `replications`".to_owned(), Some(precision.span()), help);
        }
        if self.replications.is_some_and(|n| n < 2) {
            wrong("`replications` is below 2, which tells no interval".to_owned(), None, "");
        }
        if let Some(runs) = &self.layer_runs
            && let Err(what) = args::enough_layer_runs(*runs.get_ref())
        {
            wrong(format!("`layer_runs`: {what}"), Some(runs.span()), "");
        }
        for (name, grid) in [("grid", &self.grid), ("sensitivity", &self.sensitivity)] {
            let Some(grid) = grid else { continue };
            if let Some(few) = grid.replications.as_ref().filter(|n| *n.get_ref() < 2) {
                let found = format!("`replications` of `[{name}]` is {}", few.get_ref());
                wrong(found, Some(few.span()), "expected 2 or more: fewer tell no interval");
            }
            for axis in &grid.axis {
                let (n, labels) = (axis.values.get_ref().len(), axis.labels.as_ref());
                if n == 0 {
                    wrong(format!("axis `{}` has no values", axis.name), Some(axis.values.span()), "");
                }
                if let Some(labels) = labels.filter(|labels| labels.get_ref().len() != n) {
                    let found =
                        format!("axis `{}` has {n} values and {} labels", axis.name, labels.get_ref().len());
                    wrong(found, Some(labels.span()), "give every value its label, or none");
                }
            }
        }
        amounts
    }
}

/// What a study that was answered asked.
pub(crate) fn question(text: &str) -> Result<String, Failure> {
    let file: StudyFile = toml::from_str(text).context("the study kept in the folder cannot be read")?;
    Ok(file.question)
}

impl Study {
    /// Runs of each scenario that tell the layers of chance apart, where the file says how many.
    pub(crate) fn layer_runs(&self) -> Option<u32> {
        self.file.layer_runs.as_ref().map(|runs| *runs.get_ref())
    }

    /// What is tried because nobody has published it; where the file does not say, those of the usual keys that
    /// `is_set` finds in a scenario, and of days those of which one is after its first.
    pub(crate) fn grid(&self, first_day: Date, is_set: impl Fn(&str) -> bool) -> Grid {
        let usual = || {
            let mut grid = unpublished();
            let comes = |value: &Value| {
                let day = value.as_str().and_then(|text| text.parse::<Date>().ok());
                day.is_none_or(|day| day > first_day)
            };
            grid.axis.retain(|axis| is_set(axis.key.get_ref()) && axis.values.get_ref().iter().any(comes));
            grid
        };
        self.file.grid.clone().unwrap_or_else(usual)
    }
}

impl Study {
    /// What is tried one value at a time; nothing where the file does not say.
    pub(crate) fn sensitivity(&self) -> Option<&Grid> {
        self.file.sensitivity.as_ref().filter(|alone| !alone.axis.is_empty())
    }

    /// The folder that paths of the study are relative to.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Grid {
    /// Replications of each scenario under each set of values.
    pub(crate) fn each(&self) -> u32 {
        self.replications.as_ref().map_or(FEW, |n| *n.get_ref())
    }

    /// Every combination: a value of each axis. None without an axis. Paths among the values are relative to `dir`.
    pub(crate) fn combinations(&self, dir: &Path) -> Vec<Vec<Given>> {
        if self.axis.is_empty() {
            return Vec::new();
        }
        self.axis.iter().fold(vec![Vec::new()], |so_far, axis| {
            let with = |before: &Vec<Given>, value| before.iter().cloned().chain([value]).collect();
            so_far
                .iter()
                .flat_map(|before| {
                    axis.given(dir).into_iter().map(|value| with(before, value)).collect::<Vec<_>>()
                })
                .collect()
        })
    }

    /// Every value of every axis by itself.
    pub(crate) fn alone(&self, dir: &Path) -> Vec<Given> {
        self.axis.iter().flat_map(|axis| axis.given(dir)).collect()
    }
}

impl Axis {
    /// What reports call each of its values.
    pub(crate) fn labels(&self, dir: &Path) -> Vec<String> {
        self.given(dir).into_iter().map(|given| given.label).collect()
    }

    /// Its values; paths are relative to `dir`.
    fn given(&self, dir: &Path) -> Vec<Given> {
        let key = self.key.get_ref();
        let labels = self.labels.as_ref().map(Spanned::get_ref);
        let one = |(at, value): (usize, &Value)| {
            let written = as_typed(value);
            let from_here = |path: &str| plain(&dir.join(path)).display().to_string();
            let typed = match value {
                Value::String(path) if keys::table(key).is_some_and(TableSpec::is_list) => from_here(path),
                Value::Table(table) if table.contains_key("csv") => {
                    let mut table = table.clone();
                    table
                        .get_mut("csv")
                        .into_iter()
                        .for_each(|path| *path = from_here(&as_typed(path)).into());
                    Value::Table(table).to_string()
                }
                _ => written.clone(),
            };
            let label = labels.map_or(written, |labels| labels[at].clone());
            Given { name: self.name.clone(), label, set: (key.clone(), typed) }
        };
        self.values.get_ref().iter().enumerate().map(one).collect()
    }
}

impl Study {
    /// Its file.
    pub(crate) fn source(&self, path: &Path) -> SourceFile {
        let (path, sha256) = (path.display().to_string(), sha256(&self.text));
        SourceFile { path, sha256, bytes: self.text.len() as u64 }
    }

    /// What is wrong with the scenarios under values of the grid, told of the axis that says them; as it is where something else
    /// is wrong.
    pub(crate) fn blame(&self, path: &Path, failure: Failure) -> Failure {
        let Failure::Problems(found_all) = failure else { return failure };
        let all =
            || found_all.iter().flat_map(|found| found.problems.problems.iter().map(move |p| (found, p)));
        let axes = self.file.grid.iter().chain(&self.file.sensitivity).flat_map(|grid| &grid.axis);
        let axes: Vec<&Axis> = axes.collect();
        let of = |found: &Found, problem: &Problem| {
            let said = &found.problems.sources[problem.place.as_ref()?.source].path;
            let key = said.strip_prefix("--set ")?.split_once('=')?.0;
            axes.iter().find(|axis| axis.key.get_ref() == key).copied()
        };
        let mut problems: Vec<Problem> = Vec::new();
        for (found, problem) in all() {
            let Some(axis) = of(found, problem) else { return Failure::Problems(found_all) };
            let place = Place { source: 0, span: axis.key.span() };
            let problem = Problem { place: Some(place), related: Vec::new(), ..problem.clone() };
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        let subject = path.display().to_string();
        let sources = vec![Source::new(subject.clone(), self.text.clone())];
        Failure::Problems(vec![Found { subject, problems: Problems { problems, sources } }])
    }
}

/// What serde says of a type, in the words of the reference page.
fn in_plain_words(message: &str) -> String {
    [("expected u32", "expected a whole number"), ("expected a string", "expected a text in quotes")]
        .iter()
        .fold(message.to_owned(), |said, (word, plain)| said.replace(word, plain))
}

/// A path without steps forth and back, as a person would type it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match (step, plain.components().next_back()) {
            (Component::ParentDir, Some(Component::Normal(_))) => {
                plain.pop();
            }
            _ => plain.push(step),
        }
    }
    plain
}

fn as_typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The replications a study asks for have to be asked for somewhere.
pub(crate) fn none_asked(study: &Path) -> Failure {
    Failure::Usage(anyhow!(
        "`{}` says neither `replications` nor `precision`; add one, or say --replications",
        study.display()
    ))
}
