//! Scenarios simulated side by side on several threads; the order and the bytes of the outcome never depend on how many.

use anyhow::{Context, anyhow};
use dormouse::chart::{self, Caption, Figure, Flow, Series};
use dormouse::engine::{self, Snapshot, Violation};
use dormouse::findings::Findings;
use dormouse::model::Model;
use dormouse::output::{Extra, Provenance, Run};
use dormouse::trace::Trace;
use indicatif::ProgressBar;
use rayon::prelude::*;

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::{Broken, Failure};
use crate::cli::present::terminal::Terminal;

/// A simulated scenario with all that its results folder is made from.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The scenario.
    pub(crate) read: Read,
    /// The trace of the run.
    pub(crate) trace: Trace,
    /// Its findings.
    pub(crate) findings: Findings,
    provenance: Provenance,
    figures: Vec<Extra>,
}

/// The replication that a single run shows unless it is asked for another.
pub(crate) const REPLICATION: u32 = 0;

/// Runs a replication of every scenario from its first day, in the order given.
pub(crate) fn simulate_all(
    reads: Vec<Read>,
    replication: u32,
    threads: Option<u16>,
    bar: &ProgressBar,
) -> Result<Vec<Finished>, Failure> {
    let pool = pool(threads, reads.len())?;
    let one = |read: Read| {
        let trace = engine::simulate(&read.scenario.model, replication);
        let finished =
            trace.map_err(|violation| broken(&read, violation)).and_then(|trace| Finished::of(read, trace));
        bar.inc(1);
        finished
    };
    // All are collected before failures are sought, so that the first failure in order is reported, not the first in
    // time.
    let outcomes: Vec<_> = pool.install(|| reads.into_par_iter().map(one).collect());
    outcomes.into_iter().collect()
}

/// So many threads, but no more than can be busy at once; one a core where the user does not say.
pub(crate) fn pool(threads: Option<u16>, at_once: usize) -> Result<rayon::ThreadPool, Failure> {
    let threads = threads.map_or(0, |threads| usize::from(threads).min(at_once.max(1)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.context("cannot start threads")?)
}

/// Goes on from a snapshot that belongs to the scenario.
pub(crate) fn resume(read: Read, snapshot: Snapshot) -> Result<Finished, Failure> {
    let trace =
        engine::resume(&read.scenario.model, snapshot).map_err(|violation| broken(&read, violation))?;
    Finished::of(read, trace)
}

/// Returns a broken invariant as a failure, with the command that shows it again.
pub(crate) fn broken(read: &Read, violation: Violation) -> Failure {
    let date = read.scenario.model.calendar.date(violation.day);
    let reproduce = read.command() + &which(violation.replication);
    Failure::Invariant(Broken { violation, date, reproduce })
}

/// The flag for a replication, with a space before; nothing for the one that a run shows without it.
fn which(replication: u32) -> String {
    if replication == REPLICATION { String::new() } else { format!(" --replication {replication}") }
}

impl Finished {
    /// Works out findings and figures of a run.
    pub(crate) fn of(read: Read, trace: Trace) -> Result<Self, Failure> {
        let model = &read.scenario.model;
        let findings = Findings::of(model, &trace);
        let provenance = read.provenance();
        let caption = Caption::new(vec![(model.name.clone(), provenance.fingerprint())]);
        let caption =
            Caption { replication: trace.replication, ..caption.about([read.scenario.resolved.as_ref()]) };
        let flow = Flow::of(model, &findings);
        let drawn =
            [chart::throughput(&flow, &caption), chart::scurve(&Series::both(model, &trace), &caption)];
        let figures = files(&drawn)?;
        Ok(Self { read, trace, findings, provenance, figures })
    }

    /// The flag for its replication, with a space before, where it is not the first.
    pub(crate) fn which(&self) -> String {
        which(self.trace.replication)
    }

    /// The programme.
    pub(crate) fn model(&self) -> &Model {
        &self.read.scenario.model
    }

    /// The data of the results folder.
    pub(crate) fn as_run(&self) -> Run<'_> {
        Run {
            model: self.model(),
            provenance: &self.provenance,
            trace: &self.trace,
            findings: &self.findings,
            extras: &self.figures,
        }
    }
}

/// Returns the figures that show several runs together.
pub(crate) fn overlaid(finished: &[Finished]) -> Result<Vec<Extra>, Failure> {
    let source = |run: &Finished| (run.model().name.clone(), run.provenance.fingerprint());
    let caption = Caption::new(finished.iter().map(source).collect());
    let caption = caption.about(finished.iter().map(|run| run.read.scenario.resolved.as_ref()));
    let replication = finished.first().map_or(0, |run| run.trace.replication);
    let caption = Caption { replication, ..caption };
    let curves = finished.iter().map(|run| Series::both(run.model(), &run.trace)).collect();
    files(&[chart::scurves(curves, &caption)])
}

/// Says which letters of their names figures of some scenarios show as empty boxes.
pub(crate) fn say_boxes(reads: &[Read], terminal: &Terminal) {
    let names = reads.iter().map(|read| &read.scenario.model).flat_map(|model| {
        let groups = model.groups.iter().map(|group| &group.name);
        let suppliers = model.suppliers.iter().map(|supplier| &supplier.name);
        [&model.name].into_iter().chain(groups).chain(suppliers)
    });
    terminal.boxes(&names.flat_map(|name| chart::boxes(name)).collect());
}

/// The files of figures.
pub(crate) fn files(figures: &[Figure]) -> Result<Vec<Extra>, Failure> {
    let mut files = Vec::new();
    for figure in figures {
        let made =
            figure.files().map_err(|error| anyhow!(error).context(format!("cannot draw `{}`", figure.id)));
        files.extend(made.map_err(Failure::World)?);
    }
    Ok(files)
}
