//! `dormouse run --replications`: many draws of the same scenarios on all cores, reduced as they come.
//!
//! Replications are run in batches and taken up in order, so that nothing depends on how many threads there are, and stopping
//! between batches leaves whole replications.

use std::fmt;
use std::path::Path;

use anyhow::{Context, anyhow};
use dormouse::chart::{self, Caption, Ranges};
use dormouse::engine;
use dormouse::findings::Findings;
use dormouse::output::{self, Described, Extra, Provenance, Study};
use dormouse::replications::{Comparison, Record, Replications, Threshold};
use dormouse::statistics::{Level, Precision, Progress, Sample};
use indicatif::ProgressBar;
use jiff::civil::Date;
use rayon::prelude::*;
use serde_json::json;

use super::args::{Format, RunArgs};
use super::exit::Failure;
use super::inputs::{self, Read};
use super::progress;
use super::simulate::{self, broken};
use super::terminal::{self, Terminal};
use super::unfinished::{self, Unfinished};

/// Replications in a batch; enough that cores do not wait for each other for long.
const BATCH: u32 = 32;

/// Replications after which a study that asks for a precision ends at the latest, unless the user says otherwise.
const BUDGET: u32 = 1000;

/// How many replications are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// So many.
    Exactly(u32),
    /// Until half the interval of the headline is this small; at most so many.
    Until(Threshold, u32),
}

/// What of a baseline's dormant days does not matter in practice, unless the user says otherwise.
pub(crate) const THRESHOLD: Threshold = Threshold::Percent(1.0);

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = output::thousands(&self.most().to_string());
        match self {
            Self::Exactly(_) => write!(f, "{most} replications"),
            Self::Until(target, _) => write!(f, "at most {most} replications, for a precision of {target}"),
        }
    }
}

impl Wanted {
    /// What the flags ask for; none where they ask for one draw.
    pub(crate) fn of(args: &RunArgs) -> Option<Self> {
        let exactly = args.replications.filter(|n| *n > 1).map(Self::Exactly);
        args.precision.map(|target| Self::until(target, args.budget)).or(exactly)
    }

    /// As many as a precision takes.
    pub(crate) fn until(target: Threshold, budget: Option<u32>) -> Self {
        Self::Until(target, budget.unwrap_or(BUDGET))
    }

    /// The flags that ask for it.
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

    /// How many of those done are to be used, and why it ends there; none while more are needed.
    ///
    /// Looks at each number of replications as it would have been looked at alone, so batches do not matter.
    fn judge(self, runs: &[Replications]) -> Option<(usize, String)> {
        let Self::Until(target, budget) = self else {
            let Self::Exactly(n) = self else { return None };
            return (runs[0].n() == n as usize).then(|| (n as usize, "as many as were asked for".to_owned()));
        };
        let family = runs.len().saturating_sub(1);
        let rule = Precision {
            level: Level::P95.each_of(family),
            budget: budget as usize,
            ..Precision::to(target.as_target())
        };
        let headlines = Comparison::headlines(runs);
        let mut used = 0;
        for headline in &headlines {
            match rule.judge(Sample::new(headline).expect("days lost are finite")) {
                Progress::GoOn { .. } => return None,
                Progress::Met { n } => used = used.max(n),
                Progress::OutOfBudget { n } => {
                    let words = format!("out of budget before half the interval was within {target}");
                    return Some((n, words));
                }
            }
        }
        Some((used, format!("half the interval is within {target}, and stayed so")))
    }
}

/// Runs scenarios many times and writes what that tells.
pub(crate) fn run(
    args: &RunArgs,
    wanted: Wanted,
    reads: &[Read],
    dir: &Path,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let threads = args.threads.map_or(0, usize::from);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let unfinished = Unfinished::open(dir, args.resume.as_deref(), args.place.force, reads)?;
    unfinished::heed_interrupts();
    let bar = progress::bar(terminal, wanted.most() as usize);
    let outcome = pool.install(|| replicate(reads, wanted, &unfinished, &bar));
    bar.finish_and_clear();
    let command = format!("{} {} -o {}", inputs::command(reads), wanted.flags(), dir.display());
    let (runs, stopped) = outcome.map_err(|failure| unfinished.how_to_go_on(failure, &command))?;
    let runs: Vec<&Replications> = runs.iter().collect();
    let comparisons = comparisons(&runs, args.threshold.unwrap_or(THRESHOLD));
    let told = output::answer(&runs, &comparisons);
    write(dir, args.place.force, reads, &runs, &comparisons, (&stopped, &told), Vec::new())?;
    unfinished.remove()?;
    terminal::print(&answer(&runs, &comparisons, args.look.format, dir))?;
    let n = runs[0].n();
    if matches!(wanted, Wanted::Until(..)) {
        let n = output::thousands(&n.to_string());
        terminal.say(format_args!("Stopped after {n} replications: {stopped}."));
    }
    terminal.say(closing(reads, n, dir));
    Ok(())
}

/// Every replication of every scenario, in order, and why there are so many.
pub(crate) fn replicate(
    reads: &[Read],
    wanted: Wanted,
    unfinished: &Unfinished,
    bar: &ProgressBar,
) -> Result<(Vec<Replications>, String), Failure> {
    let n = wanted.most();
    let mut runs = reads.iter().map(measured).collect::<Result<Vec<Replications>, Failure>>()?;
    for (batch, first) in (0..).zip((0..n).step_by(BATCH as usize)) {
        let of_batch = first..n.min(first + BATCH);
        let records = match unfinished.kept(batch, of_batch.len() * reads.len()) {
            Some(records) => records,
            None if unfinished::interrupted() => return Err(unfinished.stopped(first, &wanted)),
            None => simulated(reads, of_batch, unfinished, batch)?,
        };
        for (at, record) in records.into_iter().enumerate() {
            runs[at % reads.len()].push(record);
        }
        bar.inc(u64::from((n - first).min(BATCH)));
        if let Some((used, why)) = wanted.judge(&runs) {
            runs.iter_mut().for_each(|run| run.truncate(used));
            return Ok((runs, why));
        }
    }
    Err(Failure::World(anyhow!("no replication was asked for")))
}

/// No replication yet of a scenario, and what is measured of each.
fn measured(read: &Read) -> Result<Replications, Failure> {
    let model = &read.scenario.model;
    let trace = engine::simulate(model, 0).map_err(|violation| broken(read, violation))?;
    Ok(Replications::new(model, Findings::of(model, &trace).measures()))
}

/// Simulates some replications of every scenario and keeps them: replication by replication, then scenario by scenario.
fn simulated(
    reads: &[Read],
    replications: std::ops::Range<u32>,
    unfinished: &Unfinished,
    batch: u32,
) -> Result<Vec<Record>, Failure> {
    let pairs: Vec<(u32, &Read)> =
        replications.flat_map(|r| reads.iter().map(move |read| (r, read))).collect();
    let one = |&(replication, read): &(u32, &Read)| {
        let model = &read.scenario.model;
        let trace = engine::simulate(model, replication).map_err(|violation| broken(read, violation))?;
        Ok(Record::of(model, &trace))
    };
    // Collected whole before looking for failures, so that the first in order is told, not the first in time.
    let outcomes: Vec<Result<Record, Failure>> = pairs.par_iter().map(one).collect();
    let records = outcomes.into_iter().collect::<Result<Vec<Record>, Failure>>()?;
    unfinished.keep(batch, records.iter())?;
    Ok(records)
}

/// Every other scenario against the first; their intervals hold together.
pub(crate) fn comparisons(runs: &[&Replications], threshold: Threshold) -> Vec<Comparison> {
    let family = runs.len() - 1;
    runs[1..].iter().map(|run| Comparison::between(runs[0], run, threshold, family)).collect()
}

/// What a figure says of where it came from.
pub(crate) fn caption(reads: &[Read], replications: usize, ranges: Ranges) -> Caption {
    let source = |read: &Read| (read.scenario.model.name.clone(), read.provenance().fingerprint());
    Caption { replications, ranges, ..Caption::new(reads.iter().map(source).collect()) }
}

/// From the first day of any run to the last.
pub(crate) fn period(runs: &[&Replications]) -> (Date, Date) {
    let first = runs.iter().map(|run| run.first).min().unwrap_or_default();
    (first, runs.iter().map(|run| run.last).max().unwrap_or_default())
}

/// Writes the results folder: why it stopped, what it comes to, and files made elsewhere.
pub(crate) fn write(
    dir: &Path,
    force: bool,
    reads: &[Read],
    runs: &[&Replications],
    comparisons: &[Comparison],
    (stopped, answer): (&str, &str),
    mut extras: Vec<Extra>,
) -> Result<(), Failure> {
    let provenances: Vec<Provenance> = reads.iter().map(Read::provenance).collect();
    let scenarios: Vec<(Described, &Replications)> = reads
        .iter()
        .zip(&provenances)
        .zip(runs)
        .map(|((read, provenance), run)| (Described { model: &read.scenario.model, provenance }, *run))
        .collect();
    let (n, period) = (runs[0].n(), period(runs));
    let mut figures = vec![chart::fan(runs, &caption(reads, n, Ranges::Outcomes))];
    if !comparisons.is_empty() {
        figures.push(chart::difference_forest(comparisons, period, &caption(reads, n, Ranges::Means)));
    }
    extras.extend(simulate::files(&figures)?);
    let study = Study { scenarios: &scenarios, comparisons, stopped, answer, extras: &extras };
    output::write_study(dir, force, &study)?;
    Ok(())
}

fn answer(runs: &[&Replications], comparisons: &[Comparison], format: Format, dir: &Path) -> String {
    match format {
        Format::Table => output::answer(runs, comparisons),
        Format::Csv => String::from_utf8_lossy(&output::study_summary_table(runs).to_csv()).into_owned(),
        Format::Json => {
            let body = json!({
                "schema": "dormouse-study",
                "version": 1,
                "results": dir.display().to_string(),
                "replications": runs[0].n(),
                "summary": output::study_summary_table(runs).to_json(),
                "difference": output::study_difference_table(comparisons).to_json(),
            });
            format!("{body:#}\n")
        }
    }
}

fn closing(reads: &[Read], n: usize, dir: &Path) -> String {
    let dir = dir.display();
    let first = match reads {
        [_] => "summary.csv",
        _ => "answer.txt, fig-scurve.png",
    };
    let more = 4 * n;
    format!(
        "Results: {dir}; look at {first}\n\
         Next, intervals half as wide:\n  {} \\\n    --replications {more} -o {dir}-{more}",
        inputs::command(reads)
    )
}
