//! The simulations of a study: its scenarios as they are, every combination of its grid, and every value tried alone.
//! All are read before anything is simulated.

use std::collections::HashMap;
use std::path::Path;

use anyhow::anyhow;
use dormouse::engine::Draw;
use dormouse::model::{Assumption, Quality};
use dormouse::output::{self, SourceFile, Tried};
use dormouse::replications::{Comparison, FewRuns, Threshold};
use dormouse::scenario::{Problem, Problems, keys};
use dormouse::wording::numbers;
use indicatif::ProgressBar;

use crate::cli::args::{Changes, Counted};
use crate::cli::input::scenarios;
use crate::cli::input::scenarios::Read;
use crate::cli::input::study_file::{Axis, Given, Grid, Study, none_asked, read};
use crate::cli::present::failure::Failure;
use crate::cli::runs::checkpoint::{Kind, Part, Unfinished};
use crate::cli::runs::levels;
use crate::cli::runs::levels::{Plan, Runs};
use crate::cli::runs::replicate;
use crate::cli::runs::replicate::Wanted;
use crate::cli::runs::series::{Cast, Known, Series};
use crate::cli::runs::shared_runs;
use crate::cli::runs::shared_runs::SharedRuns;

/// A study with its scenarios read, and the number of its simulations.
pub(crate) struct Design {
    pub(crate) study: Study,
    /// The scenarios as they are, the baseline first.
    pub(crate) reads: Vec<Read>,
    /// Replications of those.
    pub(crate) wanted: Wanted,
    /// The unpublished values.
    pub(crate) grid: Grid,
    counted: Counted,
}

/// Sets of values that a study tries beside its scenarios.
pub(crate) struct Trials {
    kind: Kind,
    pub(crate) points: Vec<Point>,
    /// Replications of each scenario under each set of values.
    pub(crate) each: u32,
    /// The files that values name.
    pub(crate) files: Vec<SourceFile>,
    /// Warnings about the values, each once.
    pub(crate) warnings: Vec<Problems>,
}

/// Values that the scenarios are given. The scenarios are read twice: before anything is simulated, so that all that is wrong
/// is found, and again for their simulations, so that memory does not follow the number of sets.
pub(crate) struct Point {
    /// The values, as a table names them.
    values: Vec<(String, String)>,
    /// The values, as the scenarios take them.
    given: Vec<Given>,
    /// For a value tried by itself, the number in the scenarios and the number tried; `None` if they are not numbers.
    numbers: [Option<f64>; 2],
    /// The name of its kept replications, which depends on the scenarios that the values give.
    part: Part,
    /// Fingerprints of the inputs of each scenario's runs, see [`shared_runs::keys`].
    keys: Vec<String>,
}

impl Design {
    /// Reads a study and its scenarios; `replications` has the last word on how many of those are wanted.
    pub(crate) fn read(path: &Path, counted: &Counted, replications: Option<u32>) -> Result<Self, Failure> {
        let study = read(path)?;
        let changes = Changes { counted: counted.clone(), ..Changes::default() };
        let reads = scenarios::read_all(&study.scenarios, &changes)?;
        scenarios::ensure_comparable(&reads, "give both the same `seed` in their files")?;
        replicate::need_dormant(&reads, "a study compares Dormant days")?;
        let until = || study.precision.map(|target| Wanted::until(target, study.file.budget));
        let of_file = || study.file.replications.map(Wanted::Exactly);
        let wanted = replications.map(Wanted::Exactly).or_else(until).or_else(of_file);
        let wanted = wanted.ok_or_else(|| none_asked(path))?;
        let first_day = reads[0].scenario.model.calendar.first;
        let grid = study.grid(first_day, |key| reads.iter().any(|read| read.sets(key)));
        let mut design = Self { study, reads, wanted, grid, counted: counted.clone() };
        design.leave_out_what_has_no_effect()?;
        Ok(design)
    }

    /// Without a grid in the file, an axis of the usual grid that changes nothing is left out.
    fn leave_out_what_has_no_effect(&mut self) -> Result<(), Failure> {
        if self.study.file.grid.is_some() {
            return Ok(());
        }
        let mut kept = Vec::new();
        for axis in std::mem::take(&mut self.grid.axis) {
            let mut trials = Trials::none(Kind::Alone, 0);
            for given in axis.given(self.study.dir()) {
                trials.add(self, Vec::new(), vec![given])?;
            }
            if trials.alike(0).is_none() {
                kept.push(axis);
            }
        }
        self.grid.axis = kept;
        Ok(())
    }

    /// Puts what the study tries into the assumption register of every scenario.
    pub(crate) fn register(&mut self) {
        let alone = self.study.sensitivity().map_or(&[][..], |grid| &grid.axis);
        let of_grid = self.grid.axis.iter().map(|axis| (axis, "in every combination"));
        let all = of_grid.chain(alone.iter().map(|axis| (axis, "one at a time")));
        let line = |(axis, how): (&Axis, &str)| Assumption {
            about: axis.key.get_ref().clone(),
            value: numbers::list(&axis.labels(self.study.dir())),
            source: format!("tried {how} by {}", self.study.path()),
            quality: Quality::Assumed,
            note: format!("{}; the main answer keeps the value of each scenario", axis.name),
        };
        let lines: Vec<Assumption> = all.map(line).collect();
        for read in &mut self.reads {
            lines.iter().for_each(|line| read.scenario.register(line.clone()));
        }
    }

    /// Returns the numbers of simulations, one line each.
    pub(crate) fn size(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut simulations = u64::from(self.wanted.most());
        let combinations = self.grid.n_combinations();
        if combinations > 0 {
            let axes = numbers::list(&self.axis_names());
            let n = counted(combinations, "combination");
            lines.push(format!("{n} of {axes}, {} replications each", self.grid.each()));
            simulations += combinations * u64::from(self.grid.each());
        }
        if let Some(sensitivity) = self.study.sensitivity() {
            let n = sensitivity.n_values();
            let each = sensitivity.each();
            lines
                .push(format!("{} other values, one at a time, {each} replications each", numbers::count(n)));
            // The scenarios as they are given are simulated beside them.
            simulations += (n + 1) * u64::from(each);
        }
        let simulations = simulations * self.reads.len() as u64;
        lines.push(format!("{} simulations in all", numbers::count(simulations)));
        lines
    }

    /// Returns the names of the axes of the grid.
    pub(crate) fn axis_names(&self) -> Vec<&str> {
        self.grid.axis.iter().map(|axis| axis.name.as_str()).collect()
    }

    /// The grid, and what is tried one value at a time.
    pub(crate) fn trials(&self) -> Result<[Trials; 2], Failure> {
        self.read_trials().map_err(|failure| self.study.blame(failure))
    }

    fn read_trials(&self) -> Result<[Trials; 2], Failure> {
        let mut combinations = Trials::none(Kind::Combination, self.grid.each());
        for given in self.grid.combinations(self.study.dir()) {
            let values = given.iter().map(|one| (one.name.clone(), one.label.clone())).collect();
            combinations.add(self, values, given)?;
        }
        let mut alone = Trials::none(Kind::Alone, self.study.sensitivity().map_or(0, Grid::each));
        if let Some(sensitivity) = self.study.sensitivity() {
            alone.add(self, output::alone(output::AS_GIVEN, ""), Vec::new())?;
            for one in sensitivity.alone(self.study.dir()) {
                alone.add(self, output::alone(&one.name, &one.label), vec![one])?;
            }
        }
        // A value that is tried alone may be the one that the scenarios have anyhow.
        let alike = combinations.alike(0).or_else(|| alone.alike(1));
        if let Some((first, second)) = alike {
            return Err(self.study.no_effect(&first.given, &second.given));
        }
        Ok([combinations, alone])
    }

    /// Returns the number that all scenarios have for a key; `None` if it is uncertain, dated, no number or not the
    /// same in all.
    fn number(&self, key: &str) -> Option<f64> {
        let default = || {
            let (table, name) = key.split_once('.')?;
            keys::table(table)?.key(name)?.default.parse().ok()
        };
        let of = |read: &Read| match read.value(key) {
            said if said.is_null() => default(),
            said => said.as_f64(),
        };
        let first = of(self.reads.first()?)?;
        self.reads
            .iter()
            .all(|read| of(read).is_some_and(|x| x.to_bits() == first.to_bits()))
            .then_some(first)
    }

    /// The scenarios under some values.
    fn under(&self, given: &[Given]) -> Result<Vec<Read>, Failure> {
        let set = given.iter().map(|one| one.set.clone()).collect();
        let changes = Changes { set, counted: self.counted.clone(), ..Changes::default() };
        scenarios::read_all(&self.study.scenarios, &changes)
    }

    /// The files that values of the study name, which the scenarios by themselves do not read.
    pub(crate) fn also_read(&self, trials: &[Trials]) -> Vec<SourceFile> {
        let known: Vec<SourceFile> = self.reads.iter().flat_map(|read| read.provenance().files).collect();
        let mut also: Vec<SourceFile> = Vec::new();
        for file in trials.iter().flat_map(|trials| &trials.files) {
            if !known.contains(file) && !also.contains(file) {
                also.push(file.clone());
            }
        }
        also
    }
}

impl Trials {
    fn none(kind: Kind, each: u32) -> Self {
        Self { kind, points: Vec::new(), each, files: Vec::new(), warnings: Vec::new() }
    }

    /// Reads the scenarios under some values, and keeps what is to be known of them.
    fn add(
        &mut self,
        design: &Design,
        values: Vec<(String, String)>,
        given: Vec<Given>,
    ) -> Result<(), Failure> {
        let reads = design.under(&given)?;
        for file in reads.iter().flat_map(|read| read.provenance().files) {
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
        self.note_warnings(&reads);
        let part = Part::of(self.kind, &reads);
        let numbers = match given.as_slice() {
            [one] if self.kind == Kind::Alone => [design.number(&one.set.0), one.set.1.parse().ok()],
            _ => [None; 2],
        };
        self.points.push(Point { values, given, numbers, part, keys: shared_runs::keys(&reads) });
        Ok(())
    }

    /// Keeps what is odd about the values that scenarios were read with.
    fn note_warnings(&mut self, reads: &[Read]) {
        for Problems { problems, sources } in scenarios::warnings(reads) {
            let of_value = |problem: &Problem| {
                let place = problem.place.as_ref();
                place.is_some_and(|place| sources[place.source].path.starts_with("--set "))
            };
            for problem in problems.iter().filter(|problem| of_value(problem)) {
                let one = Problems { problems: vec![problem.clone()], sources: sources.clone() };
                if self.warnings.iter().all(|known| known.to_string() != one.to_string()) {
                    self.warnings.push(one);
                }
            }
        }
    }

    /// Two sets of values, from a number on, that make the same models: one of their keys has no effect.
    fn alike(&self, from: usize) -> Option<(&Point, &Point)> {
        let mut seen: HashMap<&[String], &Point> = HashMap::new();
        self.points.iter().skip(from).find_map(|point| Some((seen.insert(&point.keys, point)?, point)))
    }

    /// Returns the names and numbers of the kept replications of each set of values.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, u32)> {
        self.points.iter().map(|point| (point.part.clone(), self.each))
    }

    /// The model keys of every scenario under each set of values, in the order in which they are simulated.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.points.iter().flat_map(|point| &point.keys)
    }

    /// Returns the number of full replications of a set of values, if it also runs the merged programme.
    pub(crate) fn full(&self) -> u32 {
        let plan = Plan::of_few(self.each);
        u32::try_from((0..self.each).filter(|at| plan.of(*at) == Runs::Both).count()).unwrap_or(self.each)
    }

    /// The difference under each set of values; the intervals of all of them hold together. Of two levels, where suppliers can be merged.
    pub(crate) fn tried(
        &self,
        design: &Design,
        threshold: Threshold,
        unfinished: &Unfinished,
        bar: &ProgressBar,
        (shared, has_two): (&mut SharedRuns, bool),
    ) -> Result<Vec<Tried>, Failure> {
        let family = (design.reads.len() - 1) * self.points.len();
        let draws: Vec<Draw> = (0..self.each).map(Draw::from).collect();
        let mut one = |Point { given, part, keys, .. }: &Point| {
            let reads = design.under(given)?;
            if Part::of(self.kind, &reads) != *part {
                let message = "a file of the study has changed since the study began; put it back as it was";
                return Err(Failure::World(anyhow!(message)));
            }
            let batches = unfinished.part(part)?;
            let merged =
                if has_two && self.each >= LEAST_OF_BOTH { levels::merged(&reads).ok() } else { None };
            let plan = if merged.is_some() { Plan::of_few(self.each) } else { Plan::Full };
            let known = keys.iter().map(|key| shared.take(key)).collect();
            let cast = Cast::of(&reads, merged.as_deref(), known)?;
            let series = Series { cast: &cast, batches: &batches, bar };
            let (runs, made) =
                series.all(&draws, plan, &format!("{} replications of a set of values", self.each))?;
            for (scenario, key) in keys.iter().enumerate() {
                shared.keep(key, || Known {
                    measures: cast.measures(scenario).to_vec(),
                    ran: made.iter().flat_map(|batch| batch.ran(scenario, self.each)).collect(),
                });
            }
            let against = |run| Comparison::between(&runs[0], run, threshold, family);
            Ok((runs[1..].iter().map(against).collect::<Vec<_>>(), FewRuns::of(&runs)))
        };
        let all = self.points.iter().map(&mut one).collect::<Result<Vec<_>, Failure>>()?;
        let (mut comparisons, few): (Vec<Vec<Comparison>>, Vec<FewRuns>) = all.into_iter().unzip();
        Comparison::pool(&mut comparisons, &few, family);
        // The first of those that are tried alone are the scenarios as the files say them.
        let mut changes = match few.split_first() {
            Some((given, others)) if self.kind == Kind::Alone => {
                std::iter::once(Vec::new()).chain(Comparison::changes(given, others, family)).collect()
            }
            _ => vec![Vec::new(); few.len()],
        };
        let tried = |(at, (point, comparisons)): (usize, (&Point, Vec<Comparison>))| Tried {
            values: point.values.clone(),
            comparisons,
            changes: std::mem::take(&mut changes[at]),
            numbers: point.numbers,
        };
        Ok(self.points.iter().zip(comparisons).enumerate().map(tried).collect())
    }
}

/// Replications of a set of values from which they are of two levels: of fewer, two full ones are no small part.
const LEAST_OF_BOTH: u32 = 10;

/// Converts a number that a study keeps small enough to count.
fn counted(n: u64, noun: &str) -> String {
    numbers::plural(usize::try_from(n).unwrap_or(usize::MAX), noun)
}
