//! `dormouse compare` answers a study. It runs the scenarios with the same draws, and gives their differences with
//! intervals. With several scenarios it gives a ranking. It repeats the differences for every combination of
//! unpublished values. `compare_folders` compares existing folders.

use std::path::Path;

use dormouse::chart;
use dormouse::output::{self, Extra, Table, Tried};
use dormouse::shell::quoted_path;
use dormouse::wording::numbers;
use serde_json::json;

use crate::cli::args::CompareArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::input::scenarios::{Read, THRESHOLD};
use crate::cli::input::study_file;
use crate::cli::input::study_file::{Axis, Design, Study, Trials};
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::checkpoint;
use crate::cli::runs::checkpoint::{Part, Unfinished};
use crate::cli::runs::levels::Levels;
use crate::cli::runs::machine::Stopwatch;
use crate::cli::runs::memory;
use crate::cli::runs::memory::Runs;
use crate::cli::runs::progress;
use crate::cli::runs::replicate;
use crate::cli::runs::replicate::{Asked, Besides, Replicated};
use crate::cli::runs::series::BATCH;
use crate::cli::runs::shared_runs;
use crate::cli::runs::shared_runs::SharedRuns;
use crate::cli::runs::simulate;
use crate::cli::verbs::compare_folders;

/// Runs a study, or compares results folders, and writes the answer.
pub(crate) fn compare(args: &CompareArgs, terminal: &Terminal) -> Result<(), Failure> {
    match args.of.as_slice() {
        [study] if !study.is_dir() => answer(args, study, terminal),
        folders => compare_folders::compare(args, folders, terminal),
    }
}

/// Runs a study and writes its answer.
fn answer(args: &CompareArgs, path: &Path, terminal: &Terminal) -> Result<(), Failure> {
    let mut design = Design::read(path, &args.counted, args.replications)?;
    for warnings in scenarios::warnings(&design.reads) {
        terminal.warn(&warnings);
    }
    simulate::say_boxes(&design.reads, terminal);
    design.register();
    let Design { study, reads, wanted, .. } = &design;
    let wanted = *wanted;
    let dir = args.place.dir.clone().map_or_else(|| study_file::default_dir(path), Ok)?;
    let earlier = args.since.as_deref().map(|dir| replicate::earlier(dir, reads)).transpose()?;
    scenarios::ensure_no_source(&dir, args.since.as_slice())?;
    memory::ensure_enough(reads, Runs::Many, args.threads)?;
    let reserved = output::reserve(&dir, args.place.force)?;
    terminal.say(format_args!("{}: {} scenarios, {wanted}", path.display(), reads.len()));
    design.size().iter().for_each(|line| terminal.say(line));
    let trials = design.trials()?;
    for warnings in trials.iter().flat_map(|trials| &trials.warnings) {
        terminal.warn(warnings);
    }
    let threshold = args.threshold.or(study.threshold).unwrap_or(THRESHOLD);
    let levels = Levels::of(reads, wanted.most(), args.layers.levels)?;
    let layer_runs = args.layers.layer_runs.or(study.layer_runs());
    let asked = Asked { wanted, threshold, layer_runs, levels };
    let parts: Vec<(Part, u32)> = trials.iter().flat_map(Trials::parts).collect();
    let (resume, force) = (args.resume.as_deref(), args.place.force);
    let unfinished =
        Unfinished::open(&reserved, resume, force, (reads, asked.levels.number()), wanted.most(), &parts)?;
    unfinished.notes.iter().for_each(|note| terminal.caution(note));
    let besides: usize = trials.iter().map(|trials| trials.points.len() * trials.each as usize).sum();
    let bar = progress::bar(terminal, wanted.most() as usize + besides);
    checkpoint::heed_interrupts(&reserved);
    let stopwatch = Stopwatch::start(args.threads, !unfinished.begun_anew());
    let outcome = replicate::on_threads(args.threads, BATCH * reads.len(), || {
        let [combinations, alone] = &trials;
        let own = shared_runs::keys(reads);
        let mut shared = SharedRuns::of(own.iter().chain(combinations.keys()).chain(alone.keys()));
        let keep = combinations.each.max(alone.each);
        let mut done = Replicated::of(reads, &asked, &unfinished, &bar, (&mut shared, keep))?;
        let has_two = done.runs[0].has_two_levels();
        let mut tried =
            |trials: &Trials| trials.tried(&design, threshold, &unfinished, &bar, (&mut shared, has_two));
        let both = (tried(combinations)?, tried(alone)?);
        if has_two {
            done.tried = [combinations.full(), alone.full()];
        }
        Ok((done, both.0, both.1))
    });
    bar.finish_and_clear();
    let go_on = || command(args, path, reads, &dir);
    let (mut done, tried, alone) = outcome.map_err(|failure| unfinished.how_to_go_on(failure, &go_on()))?;
    done.hold_against(earlier.as_ref());
    let study_answer = StudyAnswer {
        grid: output::grid_table(&design.axis_names(), &tried),
        ranking: (reads.len() > 2).then(|| output::ranking_table(&done.runs(), &done.comparisons)),
        study,
        done: &done,
        tried: &tried,
        alone: &alone,
        taken: taken(
            reads,
            design.grid.axis.iter().chain(study.sensitivity().into_iter().flat_map(|s| &s.axis)),
        ),
    };
    let (answer, mut files) = (study_answer.answer(), study_answer.files());
    let [of_grid, of_alone] = [0, 1].map(|at| {
        let each = trials[at].each as usize;
        let full = if done.tried[at] > 0 { done.tried[at] as usize } else { each };
        replicate::caption(reads, each, full)
    });
    let figures = [
        (!tried.is_empty()).then(|| chart::of_grid(&tried, &done.runs(), &of_grid)),
        (!alone.is_empty()).then(|| chart::of_sensitivity(&alone, &done.runs(), &of_alone)),
    ];
    files.extend(simulate::files(&figures.into_iter().flatten().collect::<Vec<_>>())?);
    let also_read = design.also_read(&trials);
    checkpoint::ignore_interrupts();
    let besides =
        Besides { extras: files, also_read, study: Some(study.source()), machine: Some(stopwatch.stop()) };
    done.write(&reserved, &answer, besides).map_err(|failure| unfinished.how_to_go_on(failure, &go_on()))?;
    replicate::say_levels(&done.levels, done.n(), terminal);
    let (stopped, worst, printed) = (
        done.stopped.clone(),
        done.runs[0].worst(),
        match args.look.format {
            Format::Table => answer,
            Format::Csv => String::from_utf8_lossy(&study_answer.difference().to_csv()).into_owned(),
            Format::Json => study_answer.json(&dir),
        },
    );
    // The kept replications are in the folder that is removed.
    drop(done);
    unfinished.discard(&reserved)?;
    terminal::print(&printed)?;
    let whole = replicate::whole(&dir, worst);
    terminal
        .say(format_args!("Stopped: {stopped}.\nResults: {}; look at answer.txt\n{whole}", dir.display()));
    Ok(())
}

/// The answer of a study, in its forms.
struct StudyAnswer<'a> {
    study: &'a Study,
    done: &'a Replicated<'a>,
    tried: &'a [Tried],
    alone: &'a [Tried],
    grid: Table,
    /// A line for each key whose values replace a difference between scenarios.
    taken: String,
    /// Present if there are several scenarios beside the baseline.
    ranking: Option<Table>,
}

impl StudyAnswer<'_> {
    fn answer(&self) -> String {
        let ranking = self.ranking.as_ref().map_or_else(String::new, output::ranking_text);
        let answer = self.done.answer([self.tried, self.alone]);
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

fn command(args: &CompareArgs, path: &Path, reads: &[Read], dir: &Path) -> String {
    let n = args.replications.map_or_else(String::new, |n| format!(" --replications {n}"));
    let threshold = args.threshold.map_or_else(String::new, |amount| format!(" --threshold {amount}"));
    let (counted, layers) = (scenarios::changes(reads), args.layers.flags());
    let (since, study, to) =
        (replicate::since_flag(args.since.as_deref()), quoted_path(path), args.place.flags(dir));
    format!("dormouse compare {study}{counted}{n}{threshold}{layers}{since}{to}")
}

/// Scenarios that differ from the baseline in a key whose values are tried: every value replaces the difference.
fn taken<'a>(reads: &[Read], axes: impl Iterator<Item = &'a Axis>) -> String {
    let (baseline, others) = reads.split_first().expect("a study has scenarios");
    let notes = axes.filter_map(|axis| {
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
    let notes: String = notes.collect();
    if notes.is_empty() { notes } else { format!("{notes}\n") }
}
