//! A study: its question, its scenarios, and the values it tries for unpublished inputs. `reader` reads the file, and
//! `design` lists its simulations.

mod design;
mod reader;
mod schema;

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use anyhow::anyhow;
use dormouse::file_name;
use dormouse::fingerprint::sha256;
use dormouse::output::SourceFile;
use dormouse::replications::Threshold;
use dormouse::scenario::keys::{self, TableSpec};
use dormouse::scenario::{Place, Problem, Problems, Source};
use jiff::civil::Date;
use toml::{Spanned, Value};

use crate::cli::present::failure::{Failure, Found};
pub(crate) use design::{Design, Trials};
pub(crate) use reader::is_study;
use reader::read;
pub(crate) use schema::study_schema;

/// A study as written in its file.
#[derive(Debug)]
pub(crate) struct StudyFile {
    /// Its question.
    pub(crate) question: String,
    baseline: Spanned<String>,
    scenarios: Vec<Spanned<String>>,
    /// Replications of each scenario.
    pub(crate) replications: Option<u32>,
    precision: Option<Threshold>,
    /// Most replications for a precision.
    pub(crate) budget: Option<u32>,
    threshold: Option<Threshold>,
    /// Runs of each scenario that separate the layers of chance.
    layer_runs: Option<u32>,
    grid: Option<Grid>,
    /// The values tried one at a time.
    sensitivity: Option<Grid>,
}

/// Unpublished values, of one key or several.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// Replications of each scenario under each set of values.
    replications: Option<u32>,
    /// The keys that vary.
    pub(crate) axis: Vec<Axis>,
}

/// One key and the values it is given in turn.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Name in reports, with its unit.
    pub(crate) name: String,
    /// The key of the scenario file.
    pub(crate) key: Spanned<String>,
    values: Vec<Spanned<Value>>,
    /// Names of the values in reports, if they differ from the values.
    labels: Option<Vec<String>>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// The axis, as reports call it.
    pub(crate) name: String,
    /// The value, as reports call it.
    pub(crate) label: String,
    /// Key and value as `--set` takes them.
    pub(crate) set: (String, String),
    /// Places of key and values in the file; `None` if the file does not have them.
    places: Option<[Range<usize>; 2]>,
}

/// A study that holds together.
pub(crate) struct Study {
    pub(crate) file: StudyFile,
    /// The bytes of the file.
    pub(crate) text: String,
    path: PathBuf,
    /// Scenario files, the baseline first.
    pub(crate) scenarios: Vec<PathBuf>,
    pub(crate) precision: Option<Threshold>,
    pub(crate) threshold: Option<Threshold>,
}

/// Replications of a combination where the study does not say how many.
const FEW: u32 = 20;

/// Neither the governance lag nor the day of re-designation is public, so a study that does not say otherwise tries these.
fn unpublished() -> Grid {
    let axis = |name: &str, key: &str, values: [Value; 3]| Axis {
        name: name.to_owned(),
        key: Spanned::new(0..0, key.to_owned()),
        values: values.map(|value| Spanned::new(0..0, value)).into(),
        labels: None,
    };
    let date = |text: &str| Value::String(text.to_owned());
    Grid {
        replications: None,
        axis: vec![
            axis(
                "governance lag [days]",
                "cohort_defaults.governance_lag_days",
                [20, 40, 60].map(Value::Integer),
            ),
            axis(
                "re-designation",
                "firmware.redesignation",
                ["2020-09-04", "2020-09-11", "2020-10-04"].map(date),
            ),
        ],
    }
}

/// The folder of a study's results unless another is named: `results/` and the name of its file.
pub(crate) fn default_dir(path: &Path) -> Result<PathBuf, Failure> {
    let name = path.file_stem().unwrap_or_default();
    match file_name::fault(&name.to_string_lossy()) {
        None => Ok(PathBuf::from("results").join(name)),
        Some(why) => Err(Failure::Usage(anyhow!(
            "the results of `{}` cannot have a folder of that name: {why}; name another folder with -o",
            path.display()
        ))),
    }
}

impl Study {
    /// Runs of each scenario that separate the layers of chance, if the file has the key.
    pub(crate) fn layer_runs(&self) -> Option<u32> {
        self.file.layer_runs
    }

    /// Returns the grid of unpublished values. Without one in the file, it has the usual keys that `is_set` finds in a
    /// scenario. Days are included if one is after the scenario's first day.
    pub(crate) fn grid(&self, first_day: Date, is_set: impl Fn(&str) -> bool) -> Grid {
        let usual = || {
            let mut grid = unpublished();
            let comes = |value: &Value| {
                let day = value.as_str().and_then(|text| text.parse::<Date>().ok());
                day.is_none_or(|day| day > first_day)
            };
            let any_comes = |axis: &Axis| axis.values.iter().any(|value| comes(value.get_ref()));
            grid.axis.retain(|axis| is_set(axis.key.get_ref()) && any_comes(axis));
            grid
        };
        self.file.grid.clone().unwrap_or_else(usual)
    }
}

impl Study {
    /// Returns the values tried one at a time; empty if the file has none.
    pub(crate) fn sensitivity(&self) -> Option<&Grid> {
        self.file.sensitivity.as_ref().filter(|alone| !alone.axis.is_empty())
    }

    /// Its file, as it was named.
    pub(crate) fn path(&self) -> String {
        self.path.display().to_string()
    }

    /// The folder that paths of the study are relative to.
    pub(crate) fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

impl Grid {
    /// Replications of each scenario under each set of values.
    pub(crate) fn each(&self) -> u32 {
        self.replications.unwrap_or(FEW)
    }

    /// Returns the number of combinations, or the largest number of the type if there are more.
    fn n_combinations(&self) -> u64 {
        let sizes = self.axis.iter().map(|axis| axis.values.len() as u64);
        if self.axis.is_empty() { 0 } else { sizes.fold(1, u64::saturating_mul) }
    }

    /// Returns the number of values of all axes.
    fn n_values(&self) -> u64 {
        self.axis.iter().map(|axis| axis.values.len() as u64).sum()
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
    /// Returns the names of its values in reports.
    pub(crate) fn labels(&self, dir: &Path) -> Vec<String> {
        self.given(dir).into_iter().map(|given| given.label).collect()
    }

    /// Its values; paths are relative to `dir`.
    fn given(&self, dir: &Path) -> Vec<Given> {
        let key = self.key.get_ref();
        let one = |(at, spanned): (usize, &Spanned<Value>)| {
            let value = spanned.get_ref();
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
            let label = self.labels.as_ref().map_or(written, |labels| labels[at].clone());
            let places = [self.key.span(), spanned.span()];
            let places = Some(places).filter(|[_, value]| !value.is_empty());
            Given { name: self.name.clone(), label, set: (key.clone(), typed), places }
        };
        self.values.iter().enumerate().map(one).collect()
    }
}

impl Study {
    /// Its file.
    pub(crate) fn source(&self) -> SourceFile {
        let (path, sha256) = (self.path.display().to_string(), sha256(&self.text));
        SourceFile { path, sha256, bytes: self.text.len() as u64 }
    }

    /// Points a problem caused by a grid value to its place in the file. Other failures pass unchanged.
    pub(crate) fn blame(&self, failure: Failure) -> Failure {
        let Failure::Problems(found_all) = failure else { return failure };
        let axes = self.file.grid.iter().chain(&self.file.sensitivity).flat_map(|grid| &grid.axis);
        let given: Vec<Given> = axes.flat_map(|axis| axis.given(self.dir())).collect();
        let mut problems: Vec<Problem> = Vec::new();
        for (found, problem) in
            found_all.iter().flat_map(|found| found.problems.problems.iter().map(move |p| (found, p)))
        {
            let said =
                problem.place.as_ref().map(|place| (&found.problems.sources[place.source].path, &place.span));
            let of = said.and_then(|(path, span)| {
                let (key, value) = path.strip_prefix("--set ")?.split_once('=')?;
                let is_it = |one: &&Given| (one.set.0.as_str(), one.set.1.as_str()) == (key, value);
                let places = given.iter().find(is_it)?.places.clone()?;
                Some(places[usize::from(span.start > key.len())].clone())
            });
            let Some(span) = of else { return Failure::Problems(found_all) };
            let place = Some(Place { source: 0, span });
            let problem = Problem { place, related: Vec::new(), ..problem.clone() };
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
        self.wrong(problems)
    }

    /// Returns the failure of two sets of values that give the same scenarios, so that one of their keys has no effect.
    pub(crate) fn no_effect(&self, first: &[Given], second: &[Given]) -> Failure {
        let words = |set: &[Given]| {
            let one = |given: &Given| format!("{} {}", given.name, given.label);
            set.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let mut differs = first.iter().zip(second).filter(|(one, other)| one.set != other.set);
        let value =
            |given: &Given| given.places.as_ref().map(|[_, value]| Place { source: 0, span: value.clone() });
        let [mut place, mut related] = [None, None];
        if let Some((one, other)) = differs.next_back() {
            (related, place) = (value(one), value(other));
        }
        let problem = Problem {
            message: "two sets of values give the same scenarios".to_owned(),
            place,
            label: words(second),
            related: related.map(|place| (place, words(first))).into_iter().collect(),
            help: Some(
                "one of the keys has no effect beside the others, or two values are equal; remove one"
                    .to_owned(),
            ),
        };
        self.wrong(vec![problem])
    }

    fn wrong(&self, problems: Vec<Problem>) -> Failure {
        let subject = self.path.display().to_string();
        let sources = vec![Source::new(subject.clone(), self.text.clone())];
        Failure::Problems(vec![Found { subject, problems: Problems { problems, sources } }])
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

/// A value as it is typed after `--set KEY=`.
fn as_typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The replications a study asks for have to be asked for somewhere.
fn none_asked(study: &Path) -> Failure {
    Failure::Usage(anyhow!(
        "`{}` has neither `replications` nor `precision`; add one, or use --replications",
        study.display()
    ))
}
