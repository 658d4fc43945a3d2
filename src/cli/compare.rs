//! `dormouse compare`: a study. Its scenarios under the same draws, the difference and how sure it is, a ranking where there
//! are several, and the same difference under every combination of what nobody has published. What is there already is
//! compared by `folders`.

use std::path::{Path, PathBuf};

use dormouse::chart;
use dormouse::model::{Assumption, Quality};
use dormouse::output::{self, Extra, SourceFile, Table, Tried};
use dormouse::replications::{Comparison, Threshold};
use dormouse::scenario::{Problem, Problems};
use dormouse::wording::numbers;
use indicatif::ProgressBar;
use serde_json::json;

use super::args::{Changes, CompareArgs, Counted};
use super::failure::Failure;
use super::folders;
use super::inputs::{self, Read, THRESHOLD};
use super::look::Format;
use super::progress;
use super::replicate::{self, Asked, Besides, Replicated, Wanted};
use super::simulate;
use super::study::{self, Axis, Given, Grid, Study};
use super::terminal::{self, Terminal};
use super::unfinished::{Part, Unfinished};

/// Runs a study, or compares results folders, and writes what that tells.
pub(crate) fn compare(args: &CompareArgs, terminal: &Terminal) -> Result<(), Failure> {
    match args.of.as_slice() {
        [study] if !study.is_dir() => answer(args, study, terminal),
        folders => folders::compare(args, folders, terminal),
    }
}

/// Runs a study and writes what it tells.
fn answer(args: &CompareArgs, path: &Path, terminal: &Terminal) -> Result<(), Failure> {
    let study = study::read(path)?;
    let counted = Changes { counted: args.counted.clone(), ..Changes::default() };
    let mut reads = inputs::read_all(&study.scenarios, &counted)?;
    for warnings in inputs::warnings(&reads) {
        terminal.warn(&warnings);
    }
    simulate::say_boxes(&reads, terminal);
    inputs::ensure_comparable(&reads)?;
    replicate::need_dormant(&reads, "a study compares Dormant days")?;
    let first_day = reads[0].scenario.model.calendar.first;
    let grid = study.grid(first_day, |key| reads.iter().any(|read| read.sets(key)));
    let designs = Design::both(&study, &grid, &args.counted).map_err(|failure| study.blame(path, failure))?;
    for warnings in warnings_of_values(&designs) {
        terminal.warn(&warnings);
    }
    register(&mut reads, &study, &grid, path);
    let wanted = wanted(args, path, &study)?;
    let name = path.file_stem().unwrap_or_default();
    let dir = args.place.dir.clone().unwrap_or_else(|| PathBuf::from("results").join(name));
    output::ensure_free(&dir, args.place.force)?;
    let earlier = args.since.as_deref().map(|dir| replicate::earlier(dir, &reads)).transpose()?;
    terminal.say(format_args!("{}: {} scenarios, {wanted}", path.display(), reads.len()));
    let [combinations, alone] = &designs;
    if !combinations.points.is_empty() {
        let (n, each, axes) = (combinations.points.len(), grid.each(), numbers::list(&axis_names(&grid)));
        terminal.say(format_args!("{n} combinations of {axes}, {each} replications each"));
    }
    if !alone.points.is_empty() {
        let (n, each) = (alone.points.len() - 1, alone.each);
        terminal.say(format_args!("{n} other values, one at a time, {each} replications each"));
    }
    let threshold = args.threshold.or(study.threshold).unwrap_or(THRESHOLD);
    let asked = Asked { wanted, threshold, layer_runs: args.layers.layer_runs.or(study.layer_runs()) };
    let unfinished = Unfinished::open(&dir, args.resume.as_deref(), args.place.force, &reads)?;
    let besides: usize = designs.iter().map(|design| design.points.len() * design.each as usize).sum();
    let bar = progress::bar(terminal, wanted.most() as usize + besides);
    let outcome = replicate::on_threads(args.threads, || {
        let done = Replicated::of(&reads, asked, &unfinished, &bar)?;
        let [combinations, alone] = &designs;
        let tried = |design: &Design| design.tried(threshold, &unfinished, &bar);
        Ok((done, tried(combinations)?, tried(alone)?))
    });
    bar.finish_and_clear();
    let (mut done, tried, alone) =
        outcome.map_err(|failure| unfinished.how_to_go_on(failure, &command(args, path, &reads, &dir)))?;
    done.hold_against(earlier.as_ref());
    let told = Told {
        grid: output::grid_table(&axis_names(&grid), &tried),
        ranking: (reads.len() > 2).then(|| output::ranking_table(&done.runs(), &done.comparisons)),
        study: &study,
        done: &done,
        tried: &tried,
        alone: &alone,
        taken: taken(&reads, grid.axis.iter().chain(study.sensitivity().into_iter().flat_map(|s| &s.axis))),
    };
    let (force, answer, mut files) = (args.place.force, told.answer(), told.files());
    let [of_grid, of_alone] =
        [&designs[0], &designs[1]].map(|design| replicate::caption(&reads, design.each as usize));
    let figures = [
        (!tried.is_empty()).then(|| chart::of_grid(&tried, &done.runs(), &of_grid)),
        (!alone.is_empty()).then(|| chart::of_sensitivity(&alone, &done.runs(), &of_alone)),
    ];
    files.extend(simulate::files(&figures.into_iter().flatten().collect::<Vec<_>>())?);
    let also_read = also_read(&reads, &designs);
    done.write(&dir, force, &answer, Besides { extras: files, also_read, study: Some(study.source(path)) })?;
    let (stopped, worst, printed) = (
        done.stopped.clone(),
        done.runs[0].worst(),
        match args.look.format {
            Format::Table => answer,
            Format::Csv => String::from_utf8_lossy(&told.difference().to_csv()).into_owned(),
            Format::Json => told.json(&dir),
        },
    );
    // What is kept of the replications lies in the folder that is removed.
    drop(done);
    unfinished.remove()?;
    terminal::print(&printed)?;
    let whole = replicate::whole(&dir, worst);
    terminal
        .say(format_args!("Stopped: {stopped}.\nResults: {}; look at answer.txt\n{whole}", dir.display()));
    Ok(())
}

/// What a study tells, and the forms it takes.
struct Told<'a> {
    study: &'a Study,
    done: &'a Replicated<'a>,
    tried: &'a [Tried],
    alone: &'a [Tried],
    grid: Table,
    /// Of which scenarios a value takes the place of what sets them apart, a line a key.
    taken: String,
    /// Where there are several scenarios beside the baseline.
    ranking: Option<Table>,
}

impl Told<'_> {
    fn answer(&self) -> String {
        let ranking = self.ranking.as_ref().map_or_else(String::new, output::ranking_text);
        let answer = self.done.answer();
        let (grid, alone) = (output::grid_text(self.tried), output::sensitivity_text(self.alone));
        format!("{}\n\n{answer}{grid}{alone}{}{ranking}", self.study.file.question, self.taken)
    }

    /// Files that a study has beside those of any replications.
    fn files(&self) -> Vec<Extra> {
        let file = |name: &str, bytes| Extra { name: name.to_owned(), bytes };
        let mut files = vec![file("study.toml", self.study.text.clone().into_bytes())];
        files.extend(self.ranking.as_ref().map(|table| file("ranking.csv", table.to_csv())));
        files
    }

    fn difference(&self) -> Table {
        output::study_difference_table(&self.done.comparisons)
    }

    fn json(&self, dir: &Path) -> String {
        let mut body = self.done.to_json(dir);
        body["question"] = json!(self.study.file.question);
        body["grid"] = self.grid.to_json();
        body["sensitivity"] = output::sensitivity_table(self.alone).to_json();
        body["ranking"] = json!(self.ranking.as_ref().map(Table::to_json));
        format!("{body:#}\n")
    }
}

/// What the command line asks for, or else the file.
fn wanted(args: &CompareArgs, path: &Path, study: &Study) -> Result<Wanted, Failure> {
    let exactly = args.replications.map(Wanted::Exactly);
    let until = || study.precision.map(|target| Wanted::until(target, study.file.budget));
    let of_file = || study.file.replications.map(Wanted::Exactly);
    exactly.or_else(until).or_else(of_file).ok_or_else(|| study::none_asked(path))
}

fn command(args: &CompareArgs, path: &Path, reads: &[Read], dir: &Path) -> String {
    let n = args.replications.map_or_else(String::new, |n| format!(" --replications {n}"));
    let threshold = args.threshold.map_or_else(String::new, |amount| format!(" --threshold {amount}"));
    let (counted, layers) = (inputs::changes(reads), args.layers.flag());
    let (since, study, dir) = (replicate::since_flag(args.since.as_deref()), path.display(), dir.display());
    format!("dormouse compare {study}{counted}{n}{threshold}{layers}{since} -o {dir}")
}

/// Scenarios that differ from the baseline in a key that values are tried of: every value takes the place of the difference.
fn taken<'a>(reads: &[Read], axes: impl Iterator<Item = &'a Axis>) -> String {
    let (baseline, others) = reads.split_first().expect("a study has scenarios");
    let told = axes.filter_map(|axis| {
        let key = axis.key.get_ref();
        let apart = others.iter().filter(|read| read.value(key) != baseline.value(key));
        let apart: Vec<&str> = apart.map(|read| read.scenario.model.name.as_str()).collect();
        let differ = if apart.len() == 1 { "differs" } else { "differ" };
        let (who, base) = (numbers::list(&apart), &baseline.scenario.model.name);
        (!apart.is_empty()).then(|| {
            format!(
                "{who} {differ} from {base} in `{key}`: values of {} take the place of that.\n",
                axis.name
            )
        })
    });
    let told: String = told.collect();
    if told.is_empty() { told } else { format!("{told}\n") }
}

/// Puts what the study tries into the assumption register of every scenario.
fn register(reads: &mut [Read], study: &Study, grid: &Grid, path: &Path) {
    let axes = |grid: &Grid| grid.axis.clone();
    let alone = study.sensitivity().map_or_else(Vec::new, axes);
    let all = [(grid.axis.clone(), "in every combination"), (alone, "one at a time")];
    for (axis, how) in all.iter().flat_map(|(axes, how)| axes.iter().map(move |axis| (axis, how))) {
        let line = Assumption {
            about: axis.key.get_ref().clone(),
            value: numbers::list(&axis.labels(study.dir())),
            source: format!("tried {how} by {}", path.display()),
            quality: Quality::Assumed,
            note: format!("{}; the main answer keeps the value of each scenario", axis.name),
        };
        reads.iter_mut().for_each(|read| read.scenario.register(line.clone()));
    }
}

/// What is odd about the values that a study tries, each once.
fn warnings_of_values(designs: &[Design]) -> Vec<Problems> {
    let mut all: Vec<Problems> = Vec::new();
    for warnings in
        designs.iter().flat_map(|design| &design.points).flat_map(|point| inputs::warnings(&point.reads))
    {
        let of_value = |problem: &Problem| {
            let place = problem.place.as_ref();
            place.is_some_and(|place| warnings.sources[place.source].path.starts_with("--set "))
        };
        for problem in warnings.problems.iter().filter(|problem| of_value(problem)) {
            let one = Problems { problems: vec![problem.clone()], sources: warnings.sources.clone() };
            if all.iter().all(|known| known.to_string() != one.to_string()) {
                all.push(one);
            }
        }
    }
    all
}

fn axis_names(grid: &Grid) -> Vec<&str> {
    grid.axis.iter().map(|axis| axis.name.as_str()).collect()
}

/// What a study tries beside its scenarios as they stand.
struct Design {
    points: Vec<Point>,
    /// Replications of each scenario under each set of values.
    each: u32,
    /// What keeps them, by their number.
    part: fn(usize) -> Part,
    /// Whether values are tried by themselves, the first point being the scenarios as the files say them.
    alone: bool,
}

/// The scenarios under some values.
struct Point {
    /// The values, as a table names them.
    values: Vec<(String, String)>,
    reads: Vec<Read>,
}

impl Design {
    /// The grid and what is tried one value at a time, all read before anything is simulated.
    fn both(study: &Study, grid: &Grid, counted: &Counted) -> Result<[Self; 2], Failure> {
        let read = |values, given: Vec<Given>| {
            let set = given.into_iter().map(|one| one.set).collect();
            let changes = Changes { set, counted: counted.clone(), ..Changes::default() };
            Ok(Point { values, reads: inputs::read_all(&study.scenarios, &changes)? })
        };
        let combination = |given: Vec<Given>| {
            read(given.iter().map(|one| (one.name.clone(), one.label.clone())).collect(), given)
        };
        let combinations: Result<Vec<Point>, Failure> =
            grid.combinations(study.dir()).into_iter().map(combination).collect();
        let mut alone = Vec::new();
        if let Some(sensitivity) = study.sensitivity() {
            alone.push(read(output::alone(output::AS_GIVEN, ""), Vec::new())?);
            for one in sensitivity.alone(study.dir()) {
                alone.push(read(output::alone(&one.name, &one.label), vec![one])?);
            }
        }
        let each = study.sensitivity().map_or(0, Grid::each);
        Ok([
            Self { points: combinations?, each: grid.each(), part: Part::Combination, alone: false },
            Self { points: alone, each, part: Part::Alone, alone: true },
        ])
    }

    /// The difference under each set of values; the intervals of all of them hold together.
    fn tried(
        &self,
        threshold: Threshold,
        unfinished: &Unfinished,
        bar: &ProgressBar,
    ) -> Result<Vec<Tried>, Failure> {
        let mut given: Option<Vec<Vec<f64>>> = None;
        let one = |(at, Point { values, reads }): (usize, &Point)| {
            let kept = unfinished.part((self.part)(at), reads)?;
            let firsts = replicate::firsts(reads)?;
            let (runs, _) = replicate::replicate(reads, &firsts, Wanted::Exactly(self.each), &kept, bar)?;
            let family = (reads.len() - 1) * self.points.len();
            let against = |run| Comparison::between(&runs[0], run, threshold, family);
            let comparisons = runs[1..].iter().map(against).collect();
            let headlines = Comparison::headlines(&runs);
            let changes = given.as_deref().map(|given| Comparison::changes(given, &headlines, family));
            if self.alone {
                given.get_or_insert(headlines);
            }
            Ok(Tried { values: values.clone(), comparisons, changes: changes.unwrap_or_default() })
        };
        self.points.iter().enumerate().map(one).collect()
    }
}

/// The files that values of a study name, which the scenarios by themselves do not read.
fn also_read(reads: &[Read], designs: &[Design]) -> Vec<SourceFile> {
    let files = |reads: &[Read]| reads.iter().flat_map(|read| read.provenance().files).collect::<Vec<_>>();
    let known = files(reads);
    let mut also: Vec<SourceFile> = Vec::new();
    for file in designs.iter().flat_map(|design| &design.points).flat_map(|point| files(&point.reads)) {
        if !known.contains(&file) && !also.contains(&file) {
            also.push(file);
        }
    }
    also
}
