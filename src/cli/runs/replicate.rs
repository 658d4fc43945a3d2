//! `dormouse run --replications`: many replications of the same scenarios on all cores, reduced as they come, and their
//! results.

use std::fmt;
use std::path::Path;

use anyhow::anyhow;
use dormouse::chart::{self, Caption};
use dormouse::engine::Draw;
use dormouse::findings::Population;
use dormouse::model::Model;
use dormouse::output::{
    self, Described, Earlier, Extra, MachineRecord, Provenance, Reserved, Results, Since, SourceFile, Study,
    StudyLevels, Table,
};
use dormouse::replications::{self, Comparison, Replications, Spread, Threshold, Tried};
use dormouse::scenario;
use dormouse::shell::{quoted_beside, quoted_path};
use dormouse::statistics::{Level, Precision, Progress};
use dormouse::wording::numbers;
use indicatif::ProgressBar;
use serde_json::{Value as Json, json};

use crate::cli::args::RunArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::input::scenarios::{Read, THRESHOLD};
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::checkpoint;
use crate::cli::runs::checkpoint::{Kind, Part, Unfinished};
use crate::cli::runs::levels::{Levels, PILOT, Plan};
use crate::cli::runs::machine::Stopwatch;
use crate::cli::runs::progress;
use crate::cli::runs::series::{BATCH, Cast, Known, Ran, Series, told_of};
use crate::cli::runs::shared_runs;
use crate::cli::runs::shared_runs::SharedRuns;
use crate::cli::runs::simulate;

/// Default for the largest number of replications of a study with a precision.
const BUDGET: u32 = 1000;

/// Default for the largest number of runs that separate the layers of chance.
const LAYER_RUNS: usize = 192;

/// Default for the least replications with which the layers of chance are separated.
const LAYERS_FROM: usize = 100;

/// The number of replications wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// So many.
    Exactly(u32),
    /// Until half the interval of the headline is this small, within a budget.
    Until(Threshold, u32),
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = numbers::count(self.most());
        match self {
            Self::Exactly(_) => write!(f, "{most} replications"),
            Self::Until(target, _) => write!(f, "at most {most} replications, for a precision of {target}"),
        }
    }
}

impl Wanted {
    /// Returns the number that the flags ask for; `None` if they ask for one run.
    pub(crate) fn of(args: &RunArgs) -> Option<Self> {
        let exactly = args.replications.filter(|n| *n > 1).map(Self::Exactly);
        args.precision.map(|target| Self::until(target, args.budget)).or(exactly)
    }

    /// As many as a precision needs.
    pub(crate) fn until(target: Threshold, budget: Option<u32>) -> Self {
        Self::Until(target, budget.unwrap_or(BUDGET))
    }

    /// Returns the flags for it.
    fn flags(self) -> String {
        match self {
            Self::Exactly(n) => format!("--replications {n}"),
            Self::Until(target, budget) => format!("--precision {target} --budget {budget}"),
        }
    }

    /// The most there can be.
    pub(crate) fn most(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::Until(_, n) => n,
        }
    }

    /// Returns how many of those done to use, and why it ends there; `None` while more are needed.
    ///
    /// Looks at each number of replications as it would have been looked at alone, so batches do not matter.
    fn judge(self, runs: &[Replications]) -> Option<(usize, String)> {
        let Self::Until(target, budget) = self else {
            let Self::Exactly(n) = self else { return None };
            return (runs[0].n() == n as usize).then(|| (n as usize, "as many as were asked for".to_owned()));
        };
        let others = &runs[1..];
        let rule = Precision {
            level: Level::P95.each_of(others.len()),
            budget: budget as usize,
            ..Precision::to(target.as_target())
        };
        let headlines = Comparison::headlines(runs);
        let certain = |at: usize| match others.get(at) {
            Some(other) => runs[0].differs_for_sure(other),
            None => runs[0].is_certain(),
        };
        let mut used = 0;
        for (at, headline) in headlines.iter().enumerate() {
            let rule = if certain(at) { Precision { unlike: 0, ..rule } } else { rule };
            match rule.judge(headline) {
                Progress::GoOn { .. } => return None,
                Progress::Met { n } => used = used.max(n),
                Progress::OutOfBudget { n } => {
                    let seen = headline.first(n).mean(Level::P95).is_some_and(|mean| !mean.is_constant());
                    let words = if seen {
                        format!("out of budget before half the interval was within {target}")
                    } else {
                        "out of budget, and the same in every replication: there is no interval to judge by"
                            .to_owned()
                    };
                    return Some((n, words));
                }
            }
        }
        Some((used, format!("half the interval is within {target}, and stayed so")))
    }
}

/// Replications of scenarios and their results.
pub(crate) struct Replicated<'a> {
    reads: &'a [Read],
    /// The dates and counts of each cohort in replication 0.
    cohorts: Vec<Table>,
    pub(crate) runs: Vec<Replications>,
    pub(crate) comparisons: Vec<Comparison>,
    threshold: Threshold,
    pub(crate) spreads: Vec<Spread>,
    /// The runs that mix layers of chance, for each scenario; empty if no variance is split.
    mixed: Vec<Replications>,
    /// The changes since an earlier folder, if one was named.
    since: Option<Since>,
    /// The reason for their number.
    pub(crate) stopped: String,
    /// The programmes that they run.
    pub(crate) levels: StudyLevels,
    /// The number of full replications beside merged ones, of all values that a study tries; 0 if there are only full
    /// ones.
    pub(crate) tried: [u32; 2],
}

/// The options of replications beside their number.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) wanted: Wanted,
    /// The threshold.
    pub(crate) threshold: Threshold,
    /// Runs of each scenario that separate the layers of chance; `None` for the default.
    pub(crate) layer_runs: Option<u32>,
    /// The programmes that they run.
    pub(crate) levels: Levels,
}

/// Runs scenarios many times and writes the results.
pub(crate) fn run(
    args: &RunArgs,
    wanted: Wanted,
    reads: &[Read],
    reserved: &Reserved,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let dir = reserved.dir();
    let threshold = args.threshold.unwrap_or(THRESHOLD);
    let levels = Levels::of(reads, wanted.most(), args.layers.levels)?;
    let asked = Asked { wanted, threshold, layer_runs: args.layers.layer_runs, levels };
    let earlier = args.since.as_deref().map(|dir| earlier(dir, reads)).transpose()?;
    let unfinished = Unfinished::open(
        reserved,
        args.resume.as_deref(),
        args.place.force,
        (reads, asked.levels.number()),
        wanted.most(),
        &[],
    )?;
    unfinished.notes.iter().for_each(|note| terminal.caution(note));
    let bar = progress::bar(terminal, wanted.most() as usize);
    checkpoint::heed_interrupts(reserved);
    let stopwatch = Stopwatch::start(args.threads, !unfinished.begun_anew());
    let outcome = on_threads(args.threads, BATCH * reads.len(), || {
        Replicated::of(reads, &asked, &unfinished, &bar, (&mut SharedRuns::default(), 0))
    });
    bar.finish_and_clear();
    let since = since_flag(args.since.as_deref());
    let threshold = args.threshold.map_or_else(String::new, |amount| format!(" --threshold {amount}"));
    let go_on = || {
        let (layers, to) = (args.layers.flags(), args.place.flags(dir));
        format!("{} {}{threshold}{layers}{since}{to}", scenarios::command(reads), wanted.flags())
    };
    let written = outcome.and_then(|mut done| {
        done.hold_against(earlier.as_ref());
        checkpoint::ignore_interrupts();
        let besides = Besides { machine: Some(stopwatch.stop()), ..Besides::default() };
        done.write(reserved, &done.answer([&[], &[]]), besides)?;
        Ok((
            done.n(),
            done.stopped.clone(),
            (done.answer_text(args.look.format, dir), done.levels.clone()),
            (done.varies(), done.is_certain(), done.runs[0].worst()),
        ))
    });
    let (n, stopped, (told, levels), (varies, certain, worst)) =
        written.map_err(|failure| unfinished.how_to_go_on(failure, &go_on()))?;
    unfinished.discard(reserved)?;
    terminal::print(&told)?;
    if matches!(wanted, Wanted::Until(..)) {
        let most = numbers::most_unseen(n);
        let blind = if certain {
            String::new()
        } else {
            format!(" What strikes in up to {most} of replications may not have shown.")
        };
        terminal.say(format_args!("Stopped after {} replications: {stopped}.{blind}", numbers::count(n)));
    }
    say_levels(&levels, n, terminal);
    let flags = format!("{threshold}{}{since}", args.layers.levels_flag());
    let next = match () {
        () if certain => "All replications are alike: more would say the same.".to_owned(),
        () if varies => format!("Next, intervals half as wide:\n{}", again(reads, 4 * n, &flags, dir)),
        () => format!(
            "All are alike so far; more may show what strikes rarely:\n{}",
            again(reads, 4 * n, &flags, dir)
        ),
    };
    terminal.say(format!("{}\n{next}", closing(reads, worst, dir)));
    Ok(())
}

/// Returns the reason for one level, if the user did not ask for it.
pub(crate) fn say_levels(levels: &StudyLevels, n: usize, terminal: &Terminal) {
    if let (StudyLevels::One(Some(why)), true) = (levels, n >= LAYERS_FROM) {
        terminal.say(format_args!("One level, all replications of the full programme: {why}."));
    }
}

/// The earlier folder that these scenarios are compared with.
pub(crate) fn earlier(dir: &Path, reads: &[Read]) -> Result<Earlier, Failure> {
    let results = replicated(dir)?;
    let shown = dir.display();
    let earlier = Earlier::read(&results, &models(reads))?;
    if earlier.holds_any() {
        return Ok(earlier);
    }
    let names: Vec<String> = results.runs.iter().map(|run| run.name.clone()).collect();
    Err(Failure::Usage(anyhow!(
        "`{shown}` holds none of these scenarios; it holds {}, and a scenario is known by its `name`",
        scenario::some_of(&names)
    )))
}

/// Opens a folder that has to hold replications.
pub(crate) fn replicated(dir: &Path) -> Result<Results, Failure> {
    let results = Results::open(dir)?;
    if results.replicated() {
        return Ok(results);
    }
    let (shown, run) = (dir.display(), results.command());
    Err(Failure::Usage(anyhow!(
        "`{shown}` holds single draws; expected replications, as `dormouse compare` or `dormouse run --replications` writes \
         them: {run} --replications 100"
    )))
}

fn models(reads: &[Read]) -> Vec<&Model> {
    reads.iter().map(|read| &read.scenario.model).collect()
}

/// The flag that names an earlier folder, with a space before.
pub(crate) fn since_flag(since: Option<&Path>) -> String {
    since.map_or_else(String::new, |dir| format!(" --since {}", quoted_path(dir)))
}

/// Does work on at most `threads` threads, and never more than there are tasks.
pub(crate) fn on_threads<T: Send>(
    threads: Option<u16>,
    at_once: usize,
    work: impl FnOnce() -> Result<T, Failure> + Send,
) -> Result<T, Failure> {
    simulate::pool(threads, at_once)?.install(work)
}

/// Replications of scenarios as they were made.
struct Made {
    runs: Vec<Replications>,
    /// The reason for their number.
    stopped: String,
    levels: StudyLevels,
    /// The programmes that were run.
    plan: Plan,
    /// Their first runs, scenario by scenario, where they come again.
    first: Vec<Vec<Ran>>,
}

/// Replicates scenarios until there are as many as are wanted. The first of two levels say how many of the others are of both
/// programmes. Of each scenario the runs of the first `keep` replications are kept apart.
fn replicate(series: &Series, wanted: Wanted, levels: &Levels, keep: u32) -> Result<Made, Failure> {
    let draws: Vec<Draw> = (0..wanted.most()).map(Draw::from).collect();
    let mut plan = levels.pilot();
    let mut told = match levels {
        Levels::One(why) => StudyLevels::One(why.clone()),
        Levels::Two(_) => StudyLevels::Two { first: PILOT, every: PILOT },
    };
    let mut runs = series.none_yet(plan);
    let mut first = vec![Vec::new(); runs.len()];
    for (number, draws) in (0..).zip(draws.chunks(BATCH)) {
        let batch = series.batch((number, draws), plan, &wanted, runs[0].n())?;
        series.take_up(&mut runs, &batch, plan)?;
        first.iter_mut().enumerate().for_each(|(scenario, ran)| ran.extend(batch.ran(scenario, keep)));
        if let (0, Levels::Two(two)) = (number, levels) {
            match two.choose(&runs) {
                Ok(every) => {
                    plan = Plan::Two(PILOT, Some(every));
                    told = StudyLevels::Two { first: PILOT, every };
                }
                Err(why) => {
                    (plan, told) = (Plan::Full, StudyLevels::One(Some(why)));
                    runs = series.none_yet(plan);
                    series.take_up(&mut runs, &batch, plan)?;
                }
            }
        }
        if let Some((used, stopped)) = wanted.judge(&runs) {
            runs.iter_mut().for_each(|run| run.truncate(used));
            return Ok(Made { runs, stopped, levels: told, plan, first });
        }
    }
    Err(Failure::World(anyhow!("no replication was asked for")))
}

/// Refuses what is about Dormant days where no scenario has any.
pub(crate) fn need_dormant(reads: &[Read], what: &str) -> Result<(), Failure> {
    if told_of(reads) == Population::Dormant { Ok(()) } else { Err(nobody_is_dormant(what)) }
}

/// The same, where it is known that no scenario has any.
pub(crate) fn nobody_is_dormant(what: &str) -> Failure {
    Failure::Usage(anyhow!(
        "{what}, and there are no Dormant installations; with only one class, set `status = \"dormant\"` for all of it, or see how long Active \
         ones wait: dormouse run SCENARIO... --replications N"
    ))
}

/// Returns the default number of runs of each scenario that separate the layers of chance.
fn layer_runs(n: usize) -> usize {
    if n < LAYERS_FROM {
        0
    } else {
        (replications::MIXED * (n / 10)).clamp(replications::LEAST_MIXTURES, LAYER_RUNS)
    }
}

/// Runs that mix the layers of replications, and the split of the variance from them. With two levels they run the
/// merged programme.
fn spreads(
    cast: &Cast,
    reads: &[Read],
    made: &Made,
    asked: Option<u32>,
    unfinished: &Unfinished,
    bar: &ProgressBar,
) -> Result<(Vec<Spread>, Vec<Replications>), Failure> {
    let n = made.runs[0].n();
    let budget = asked.map_or_else(|| layer_runs(n), |runs| runs as usize);
    let draws = replications::mixtures(replications::blocks(n, budget));
    if draws.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    bar.inc_length(draws.len() as u64);
    let batches = unfinished.part(&Part::of(Kind::Layers, reads))?;
    let of = format!("{} runs that tell layers of chance apart", draws.len());
    let series = Series { cast, batches: &batches, bar };
    let plan = if made.plan.has_two() { Plan::Merged } else { Plan::Full };
    let (mixed, _) = series.all(&draws, plan, &of)?;
    Ok((replications::spreads(&made.runs.iter().collect::<Vec<_>>(), &mixed), mixed))
}

impl<'a> Replicated<'a> {
    /// Replicates scenarios: the runs, every other one against the first, and where their spread comes from. Runs that come again are
    /// kept in `shared`, as many replications as `keep`.
    pub(crate) fn of(
        reads: &'a [Read],
        asked: &Asked,
        unfinished: &Unfinished,
        bar: &ProgressBar,
        (shared, keep): (&mut SharedRuns, u32),
    ) -> Result<Self, Failure> {
        let keys = shared_runs::keys(reads);
        let known = keys.iter().map(|key| shared.take(key)).collect();
        let mut cast = Cast::of(reads, asked.levels.merged(), known)?;
        let batches = unfinished.main();
        let series = Series { cast: &cast, batches: &batches, bar };
        let mut made = replicate(&series, asked.wanted, &asked.levels, keep)?;
        for ((scenario, key), ran) in keys.iter().enumerate().zip(std::mem::take(&mut made.first)) {
            shared.keep(key, || Known { measures: cast.measures(scenario).to_vec(), ran });
        }
        let (spreads, mixed) = spreads(&cast, reads, &made, asked.layer_runs, unfinished, bar)?;
        let cohorts = std::mem::take(&mut cast.cohorts).into_iter().flatten().collect();
        let Made { runs, stopped, levels, .. } = made;
        let against = |run| Comparison::between(&runs[0], run, asked.threshold, runs.len() - 1);
        let comparisons = runs[1..].iter().map(against).collect();
        let threshold = asked.threshold;
        Ok(Self {
            reads,
            cohorts,
            runs,
            comparisons,
            threshold,
            spreads,
            mixed,
            since: None,
            stopped,
            levels,
            tried: [0; 2],
        })
    }

    /// Returns the number of replications.
    pub(crate) fn n(&self) -> usize {
        self.runs[0].n()
    }

    /// Returns the number of full ones.
    pub(crate) fn n_full(&self) -> usize {
        self.runs[0].full_at().len()
    }

    pub(crate) fn runs(&self) -> Vec<&Replications> {
        self.runs.iter().collect()
    }

    /// Whether any two replications of a scenario differ in anything that is measured.
    fn varies(&self) -> bool {
        self.runs.iter().any(|run| (0..run.measures().len()).any(|at| run.varies(at)))
    }

    /// Whether no further replication can differ from these.
    fn is_certain(&self) -> bool {
        self.runs.iter().all(Replications::is_certain)
    }

    /// The screen.
    ///
    /// `tried` are the combinations of values of a study, and the values that it tries alone.
    pub(crate) fn answer(&self, tried: [&[Tried]; 2]) -> String {
        let since = self.since.as_ref().map_or_else(String::new, Since::to_text);
        since + &output::answer(&self.runs(), &self.comparisons, &self.spreads, tried)
    }

    /// Says what has changed since an earlier folder, where there is one.
    pub(crate) fn hold_against(&mut self, earlier: Option<&Earlier>) {
        self.since = earlier.map(|earlier| earlier.since(&models(self.reads), &self.runs()));
    }

    /// The parts of a machine-readable answer.
    pub(crate) fn to_json(&self, dir: &Path) -> Json {
        let mut body = to_json(Some(dir), &self.runs(), &self.comparisons, &self.spreads);
        body["since"] = json!(self.since.as_ref().map(|since| since.table().to_json()));
        body
    }

    fn answer_text(&self, format: Format, dir: &Path) -> String {
        match format {
            Format::Table => self.answer([&[], &[]]),
            Format::Csv => {
                String::from_utf8_lossy(&output::study_summary_table(&self.runs()).to_csv()).into_owned()
            }
            Format::Json => format!("{:#}\n", self.to_json(dir)),
        }
    }

    /// Writes the results folder: the results, and its other files.
    pub(crate) fn write(&self, reserved: &Reserved, answer: &str, besides: Besides) -> Result<(), Failure> {
        let Besides { mut extras, also_read, study, machine } = besides;
        let Self { reads, comparisons, threshold, spreads, mixed, stopped, levels, tried, .. } = self;
        let provenances: Vec<Provenance> = reads.iter().map(Read::provenance).collect();
        let scenarios: Vec<(Described, &Replications)> = reads
            .iter()
            .zip(&provenances)
            .zip(&self.runs)
            .map(|((read, provenance), run)| (Described { model: &read.scenario.model, provenance }, run))
            .collect();
        let runs = self.runs();
        let figures =
            chart::of_replications(&runs, comparisons, stopped, &caption(reads, self.n(), self.n_full()));
        extras.extend(simulate::files(&figures)?);
        let dates =
            output::cohort_dates(&reads[0].scenario.model, u32::try_from(self.n()).unwrap_or(u32::MAX));
        let timeline = chart::of_cohort_dates(
            &reads[0].scenario.model,
            &dates,
            &caption(reads, self.n(), self.n_full()),
        );
        extras.extend(simulate::files(&[timeline])?);
        let (scenarios, first, since) = (&scenarios, &self.cohorts, self.since.as_ref());
        let (extras, also_read, study) = (&extras, &also_read, study.as_ref());
        let study = Study {
            scenarios,
            first,
            comparisons,
            threshold: *threshold,
            spreads,
            mixed,
            since,
            stopped,
            levels,
            tried: *tried,
            answer,
            extras,
            also_read,
            study,
            machine: machine.as_ref(),
        };
        output::write_study(reserved, &study)?;
        Ok(())
    }
}

/// The extra files and inputs of a results folder: figures, grid values, study file.
#[derive(Default)]
pub(crate) struct Besides {
    /// Files made elsewhere.
    pub(crate) extras: Vec<Extra>,
    /// Files read for other runs than those of the scenarios.
    pub(crate) also_read: Vec<SourceFile>,
    /// The file of the study.
    pub(crate) study: Option<SourceFile>,
    /// The machine and the time of the run.
    pub(crate) machine: Option<MachineRecord>,
}

/// The parts of a machine-readable answer of any replications; `dir` is where they were written.
pub(crate) fn to_json(
    dir: Option<&Path>,
    runs: &[&Replications],
    comparisons: &[Comparison],
    spreads: &[Spread],
) -> Json {
    json!({
        "schema": "dormouse-study",
        "version": 2,
        "results": dir.map(|dir| dir.display().to_string()),
        "replications": runs[0].n(),
        "summary": output::study_summary_table(runs).to_json(),
        "difference": output::study_difference_table(comparisons).to_json(),
        "spread": output::spread_table(spreads).to_json(),
        "since": null,
    })
}

/// The source line of a figure.
pub(crate) fn caption(reads: &[Read], replications: usize, full: usize) -> Caption {
    let source = |read: &Read| (read.scenario.model.name.clone(), read.provenance().fingerprint());
    let caption = Caption { replications, full, ..Caption::new(reads.iter().map(source).collect()) };
    caption.about(reads.iter().map(|read| read.scenario.resolved.as_ref()))
}

/// Returns the names of the files written, and which to read first.
fn closing(reads: &[Read], worst: usize, dir: &Path) -> String {
    let whole = whole(dir, worst);
    let first = match reads {
        [_] => "summary.csv",
        _ => "answer.txt, fig-scurve.png",
    };
    format!("Results: {}; look at {first}\n{whole}", dir.display())
}

/// The command to type next: the same flags, more replications.
fn again(reads: &[Read], more: usize, flags: &str, dir: &Path) -> String {
    let (command, to) = (scenarios::command(reads), quoted_beside(dir, more));
    format!("  {command} \\\n    --replications {more}{flags} -o {to}")
}

/// Returns the command that shows a replication of a folder with its days.
pub(crate) fn whole(dir: &Path, worst: usize) -> String {
    let (of, to) = (quoted_path(dir), quoted_beside(dir, format_args!("r{worst}")));
    format!(
        "The replication that waits longest, day by day:\n  dormouse run --of {of} --replication {worst} -o {to}"
    )
}
