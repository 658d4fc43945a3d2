//! The study file: which scenarios are compared, what is asked, and what is tried because nobody has published it. Says what
//! is wrong in it with its place; the scenarios it names are read by `inputs`.

use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow};
use dormouse::replications::Threshold;
use dormouse::scenario::{Place, Problem, Problems, Source};
use serde::Deserialize;
use toml::{Spanned, Value};

use super::args;
use super::exit::{Failure, Found};

/// A study as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StudyFile {
    /// What it is to answer.
    pub(crate) question: String,
    baseline: PathBuf,
    scenarios: Spanned<Vec<PathBuf>>,
    /// Replications of each scenario.
    pub(crate) replications: Option<u32>,
    precision: Option<Spanned<String>>,
    /// Most replications for a precision.
    pub(crate) budget: Option<u32>,
    threshold: Option<Spanned<String>>,
    /// Runs of each scenario that tell the layers of chance apart.
    layer_runs: Option<Spanned<u32>>,
    grid: Option<Grid>,
}

/// Values that nobody has published: every combination of them is tried.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grid {
    /// Replications of each combination.
    #[serde(default = "few")]
    pub(crate) replications: u32,
    /// What is varied.
    #[serde(default)]
    pub(crate) axis: Vec<Axis>,
}

/// One key and the values it is given in turn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Axis {
    /// What reports call it, with its unit.
    pub(crate) name: String,
    /// The key of the scenario file.
    pub(crate) key: String,
    values: Spanned<Vec<Value>>,
}

/// A study that holds together.
pub(crate) struct Study {
    pub(crate) file: StudyFile,
    /// The bytes of the file.
    pub(crate) text: String,
    /// Scenario files, the baseline first.
    pub(crate) scenarios: Vec<PathBuf>,
    pub(crate) precision: Option<Threshold>,
    pub(crate) threshold: Option<Threshold>,
}

fn few() -> u32 {
    20
}

/// Neither the governance lag nor the day of re-designation is public, so a study that does not say otherwise tries these.
fn unpublished() -> Grid {
    let axis = |name: &str, key: &str, values: Vec<Value>| Axis {
        name: name.to_owned(),
        key: key.to_owned(),
        values: Spanned::new(0..0, values),
    };
    let date = |text: &str| Value::String(text.to_owned());
    Grid {
        replications: few(),
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

/// Reads a study file.
pub(crate) fn read(path: &Path) -> Result<Study, Failure> {
    let shown = path.display().to_string();
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`")).map_err(Failure::Usage)?;
    let wrong = |message: String, span: Option<Range<usize>>, help: &str| {
        let place = span.map(|span| Place { source: 0, span });
        let help = Some(help.to_owned()).filter(|help| !help.is_empty());
        let problem = Problem { message, place, label: String::new(), related: Vec::new(), help };
        let sources = vec![Source { path: shown.clone(), text: text.clone() }];
        Failure::Problems(vec![Found {
            subject: shown.clone(),
            problems: Problems { problems: vec![problem], sources },
        }])
    };
    let file: StudyFile = toml::from_str(&text).map_err(|error| {
        wrong(
            error.message().to_owned(),
            error.span(),
            "see docs/reference/study-file.md for the keys of a study",
        )
    })?;
    let amount = |given: &Option<Spanned<String>>| {
        given
            .as_ref()
            .map(|text| {
                text.get_ref().parse::<Threshold>().map_err(|what| wrong(what, Some(text.span()), ""))
            })
            .transpose()
    };
    let (precision, threshold) = (amount(&file.precision)?, amount(&file.threshold)?);
    if file.scenarios.get_ref().is_empty() {
        let help = "name at least one scenario to compare with the baseline";
        return Err(wrong("`scenarios` is empty".to_owned(), Some(file.scenarios.span()), help));
    }
    if let (Some(_), Some(precision)) = (file.replications, &file.precision) {
        let help = "keep one of them: a number, or when to stop";
        return Err(wrong(
            "`precision` stands beside `replications`".to_owned(),
            Some(precision.span()),
            help,
        ));
    }
    if file.replications.is_some_and(|n| n < 2) {
        return Err(wrong("`replications` is below 2, which tells no interval".to_owned(), None, ""));
    }
    if let Some(runs) = &file.layer_runs {
        args::enough_layer_runs(*runs.get_ref())
            .map_err(|what| wrong(format!("`layer_runs`: {what}"), Some(runs.span()), ""))?;
    }
    let grid = file.grid.iter().flat_map(|grid| &grid.axis);
    if let Some(axis) = grid.into_iter().find(|axis| axis.values.get_ref().is_empty()) {
        return Err(wrong(format!("axis `{}` has no values", axis.name), Some(axis.values.span()), ""));
    }
    let beside = |scenario: &PathBuf| plain(&path.parent().unwrap_or(Path::new("")).join(scenario));
    let scenarios = std::iter::once(&file.baseline).chain(file.scenarios.get_ref()).map(beside).collect();
    Ok(Study { file, text, scenarios, precision, threshold })
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
    /// `is_set` finds in a scenario.
    pub(crate) fn grid(&self, is_set: impl Fn(&str) -> bool) -> Grid {
        let usual = || {
            let mut grid = unpublished();
            grid.axis.retain(|axis| is_set(&axis.key));
            grid
        };
        self.file.grid.clone().unwrap_or_else(usual)
    }
}

impl Grid {
    /// Every combination: of each axis its value as `--set` takes it. None without an axis.
    pub(crate) fn combinations(&self) -> Vec<Vec<String>> {
        if self.axis.is_empty() {
            return Vec::new();
        }
        self.axis.iter().fold(vec![Vec::new()], |so_far, axis| {
            let values = || axis.values.get_ref().iter().map(as_typed);
            let with = |before: &Vec<String>, value| before.iter().cloned().chain([value]).collect();
            so_far
                .iter()
                .flat_map(|before| values().map(|value| with(before, value)).collect::<Vec<_>>())
                .collect()
        })
    }
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
