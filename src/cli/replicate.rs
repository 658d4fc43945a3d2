//! `dormouse run --replications`: many draws of the same scenarios on all cores, reduced as they come.
//!
//! Replications are run in batches and taken up in order, so that nothing depends on how many threads there are, and stopping
//! between batches leaves whole replications.

use std::fmt;
use std::path::Path;

use anyhow::{Context, anyhow};
use dormouse::chart::{self, Caption};
use dormouse::engine;
use dormouse::findings::Findings;
use dormouse::output::{self, Described, Provenance, Study};
use dormouse::replications::{Comparison, Record, Replications, Threshold};
use dormouse::statistics::{Level, Precision, Progress, Sample};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde_json::json;

use super::args::{Format, RunArgs};
use super::exit::Failure;
use super::inputs::{self, Read};
use super::progress;
use super::simulate::{self, broken};
use super::terminal::{self, Terminal};

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
const THRESHOLD: Threshold = Threshold::Percent(1.0);

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
        args.precision.map(|target| Self::Until(target, args.budget.unwrap_or(BUDGET))).or(exactly)
    }

    /// The most there can be.
    fn most(self) -> u32 {
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
    let bar = progress::bar(terminal, wanted.most() as usize);
    let (runs, stopped) = pool.install(|| replicate(reads, wanted, &bar))?;
    bar.finish_and_clear();
    let runs: Vec<&Replications> = runs.iter().collect();
    let threshold = args.threshold.unwrap_or(THRESHOLD);
    let family = runs.len() - 1;
    let comparisons: Vec<Comparison> =
        runs[1..].iter().map(|run| Comparison::between(runs[0], run, threshold, family)).collect();
    write(dir, args.place.force, reads, &runs, &comparisons, &stopped)?;
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
fn replicate(
    reads: &[Read],
    wanted: Wanted,
    bar: &ProgressBar,
) -> Result<(Vec<Replications>, String), Failure> {
    let n = wanted.most();
    let mut runs: Vec<Replications> = Vec::new();
    for first in (0..n).step_by(BATCH as usize) {
        let batch: Vec<(u32, usize)> =
            (first..n.min(first + BATCH)).flat_map(|r| (0..reads.len()).map(move |s| (r, s))).collect();
        let one = |&(replication, scenario): &(u32, usize)| {
            let read = &reads[scenario];
            let trace = engine::simulate(&read.scenario.model, replication);
            let trace = trace.map_err(|violation| broken(read, violation))?;
            if scenario + 1 == reads.len() {
                bar.inc(1);
            }
            let model = &read.scenario.model;
            let measures = (replication == 0).then(|| Findings::of(model, &trace).measures());
            Ok((Record::of(model, &trace), measures))
        };
        // Collected whole before looking for failures, so that the first in order is told, not the first in time.
        let outcomes: Vec<Result<_, Failure>> = batch.par_iter().map(one).collect();
        for (&(_, scenario), outcome) in batch.iter().zip(outcomes) {
            let (record, measures) = outcome?;
            if let Some(measures) = measures {
                runs.push(Replications::new(&reads[scenario].scenario.model, measures));
            }
            runs[scenario].push(record);
        }
        if let Some((used, why)) = wanted.judge(&runs) {
            runs.iter_mut().for_each(|run| run.truncate(used));
            return Ok((runs, why));
        }
    }
    Err(Failure::World(anyhow!("no replication was asked for")))
}

fn write(
    dir: &Path,
    force: bool,
    reads: &[Read],
    runs: &[&Replications],
    comparisons: &[Comparison],
    stopped: &str,
) -> Result<(), Failure> {
    let provenances: Vec<Provenance> = reads.iter().map(Read::provenance).collect();
    let scenarios: Vec<(Described, &Replications)> = reads
        .iter()
        .zip(&provenances)
        .zip(runs)
        .map(|((read, provenance), run)| (Described { model: &read.scenario.model, provenance }, *run))
        .collect();
    let source =
        |(described, _): &(Described, _)| (described.model.name.clone(), described.provenance.fingerprint());
    let caption = Caption { scenarios: scenarios.iter().map(source).collect(), replications: runs[0].n() };
    let extras = simulate::files(&[chart::fan(runs, &caption)])?;
    let study = Study { scenarios: &scenarios, comparisons, stopped, extras: &extras };
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
         Next, intervals half as wide:\n  dormouse run {} \\\n    --replications {more} -o {dir}-{more}",
        inputs::paths(reads.iter())
    )
}
