//! Scenarios simulated draw after draw on all cores, in batches that are kept as they are done.
//!
//! Batches are taken up in order, so that nothing depends on how many threads there are, and stopping between batches leaves whole
//! replications. What is known already, from a run of a model that is the same, is not simulated again.

use std::fmt::Display;

use dormouse::engine::{self, Draw};
use dormouse::findings::{Findings, Kpi, Population, Scope};
use dormouse::model::Model;
use dormouse::output::{self, Table};
use dormouse::replications::{Programme, Record, Replications};
use indicatif::ProgressBar;
use rayon::prelude::*;

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::Failure;
use crate::cli::runs::checkpoint;
use crate::cli::runs::checkpoint::Batches;
use crate::cli::runs::levels::{Plan, Runs};
use crate::cli::runs::simulate::broken;

/// Replications in a batch; enough that cores do not wait for each other for long.
pub(crate) const BATCH: usize = 32;

/// The draw of replication 0.
const FIRST: Draw = Draw { shared: 0, own: 0, fates: 0 };

/// A run of a scenario that was made.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) draw: Draw,
    pub(crate) programme: Programme,
    pub(crate) record: Record,
}

/// A scenario with the measures of all its runs, and some of its runs.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) measures: Vec<(Kpi, Scope)>,
    pub(crate) ran: Vec<Ran>,
}

/// Scenarios that are simulated together.
pub(crate) struct Cast<'a> {
    reads: &'a [Read],
    /// Their headline population.
    population: Population,
    /// The merged programme of each, where it is run.
    merged: Option<&'a [Model]>,
    known: Vec<Known>,
    /// The dates and counts of each cohort in replication 0, for each simulated scenario.
    pub(crate) cohorts: Vec<Option<Table>>,
}

/// A run that is to be made.
#[derive(Clone, Copy)]
struct Job {
    scenario: usize,
    draw: Draw,
    programme: Programme,
}

/// A series of draws of scenarios.
pub(crate) struct Series<'a> {
    pub(crate) cast: &'a Cast<'a>,
    pub(crate) batches: &'a Batches,
    pub(crate) bar: &'a ProgressBar,
}

/// The runs of a batch, draw by draw, then scenario by scenario, the merged programme before the full one.
pub(crate) struct Batch(Vec<(Job, Record)>);

/// Returns the headline population of the scenarios.
pub(crate) fn told_of(reads: &[Read]) -> Population {
    Population::told_of(reads.iter().map(|read| &read.scenario.model))
}

impl<'a> Cast<'a> {
    /// Simulates replication 0 of each new scenario; it shows the measures of all its replications.
    pub(crate) fn of(
        reads: &'a [Read],
        merged: Option<&'a [Model]>,
        known: Vec<Option<Known>>,
    ) -> Result<Self, Failure> {
        let population = told_of(reads);
        let one = |(read, known): (&Read, Option<Known>)| match known {
            Some(known) => Ok((known, None)),
            None => first(read, population).map(|(known, cohorts)| (known, Some(cohorts))),
        };
        // All are collected before failures are sought, so that the first failure in order is reported, not the first
        // in time.
        let firsts: Vec<_> = reads.par_iter().zip(known).map(one).collect();
        let firsts = firsts.into_iter().collect::<Result<Vec<_>, Failure>>()?;
        let (known, cohorts) = firsts.into_iter().unzip();
        Ok(Self { reads, population, merged, known, cohorts })
    }

    /// Returns the measures of a scenario.
    pub(crate) fn measures(&self, scenario: usize) -> &[(Kpi, Scope)] {
        &self.known[scenario].measures
    }

    fn simulate(&self, job: &Job) -> Result<Record, Failure> {
        let Job { scenario, draw, programme } = *job;
        let Known { measures, ran } = &self.known[scenario];
        if let Some(ran) = ran.iter().find(|ran| ran.draw == draw && ran.programme == programme) {
            return Ok(ran.record.clone());
        }
        let read = &self.reads[scenario];
        let merged = self.merged.map(|merged| &merged[scenario]).filter(|_| programme == Programme::Merged);
        let model = merged.unwrap_or(&read.scenario.model);
        let trace = engine::simulate_draw(model, draw).map_err(|violation| broken(read, violation))?;
        Ok(match merged {
            Some(merged) => Record::of_merged(merged, &trace, self.population, measures),
            None => Record::of(model, &trace, self.population),
        })
    }
}

/// Replication 0 of a scenario, and what each cohort lived through in it.
fn first(read: &Read, population: Population) -> Result<(Known, Table), Failure> {
    let model = &read.scenario.model;
    let trace = engine::simulate_draw(model, FIRST).map_err(|violation| broken(read, violation))?;
    let record = Record::of(model, &trace, population);
    let ran = vec![Ran { draw: FIRST, programme: Programme::Full, record }];
    let measures = Findings::of(model, &trace).measured();
    Ok((Known { measures, ran }, output::cohorts_table(model, &trace)))
}

impl Series<'_> {
    /// No replication yet of any scenario.
    pub(crate) fn none_yet(&self, plan: Plan) -> Vec<Replications> {
        let none = |(read, known): (&Read, &Known)| {
            let (model, measures) = (&read.scenario.model, known.measures.clone());
            let none = Replications::new(model, self.cast.population, measures, Some(self.batches.folder()));
            if plan.has_two() { none.at_two_levels() } else { none }
        };
        self.cast.reads.iter().zip(&self.cast.known).map(none).collect()
    }

    /// Simulates every replication of every scenario; `of` describes them in the message of an interruption.
    pub(crate) fn all(
        &self,
        draws: &[Draw],
        plan: Plan,
        of: &dyn Display,
    ) -> Result<(Vec<Replications>, Vec<Batch>), Failure> {
        let (mut runs, mut made) = (self.none_yet(plan), Vec::new());
        for (number, draws) in (0..).zip(draws.chunks(BATCH)) {
            let batch = self.batch((number, draws), plan, of, runs[0].n())?;
            self.take_up(&mut runs, &batch, plan)?;
            made.push(batch);
        }
        Ok((runs, made))
    }

    /// A batch of draws of every scenario, as it was kept or simulated; `done` are the replications before it.
    pub(crate) fn batch(
        &self,
        (number, draws): (u32, &[Draw]),
        plan: Plan,
        of: &dyn Display,
        done: usize,
    ) -> Result<Batch, Failure> {
        let jobs = self.jobs(number, draws, plan);
        let records = match self.batches.kept(number, jobs.len())? {
            Some(records) => records,
            None if checkpoint::interrupted() => return Err(checkpoint::stopped(done, &of)),
            None => {
                // All are collected before failures are sought, so that the first failure in order is reported, not the
                // first in time.
                let outcomes: Vec<_> = jobs.par_iter().map(|job| self.cast.simulate(job)).collect();
                let records = outcomes.into_iter().collect::<Result<Vec<Record>, Failure>>()?;
                self.batches.keep(number, draws.len(), &records)?;
                records
            }
        };
        self.bar.inc(draws.len() as u64);
        Ok(Batch(jobs.into_iter().zip(records).collect()))
    }

    fn jobs(&self, number: u32, draws: &[Draw], plan: Plan) -> Vec<Job> {
        let first = number * u32::try_from(BATCH).unwrap_or(u32::MAX);
        let mut jobs = Vec::new();
        for (at, draw) in (first..).zip(draws) {
            let programmes: &[Programme] = match plan.of(at) {
                Runs::Full => &[Programme::Full],
                Runs::Merged => &[Programme::Merged],
                Runs::Both => &[Programme::Merged, Programme::Full],
            };
            for scenario in 0..self.cast.reads.len() {
                jobs.extend(programmes.iter().map(|&programme| Job { scenario, draw: *draw, programme }));
            }
        }
        jobs
    }

    /// Adds a batch to the replications of every scenario; of one level those of one programme.
    pub(crate) fn take_up(
        &self,
        runs: &mut [Replications],
        batch: &Batch,
        plan: Plan,
    ) -> Result<(), Failure> {
        for (job, record) in &batch.0 {
            let run = &mut runs[job.scenario];
            let pushed = match (plan, job.programme) {
                (Plan::Two(..), Programme::Full) => run.push_full(record),
                (Plan::Full, Programme::Merged) => Ok(()),
                _ => run.push(record),
            };
            pushed.map_err(|error| self.batches.refused(error))?;
        }
        Ok(())
    }
}

impl Batch {
    /// Its runs of a scenario in the first `n` replications.
    pub(crate) fn ran(&self, scenario: usize, n: u32) -> impl Iterator<Item = Ran> + '_ {
        let of = move |(job, _): &&(Job, Record)| job.scenario == scenario && job.draw.fates < n;
        self.0.iter().filter(of).map(|(job, record)| Ran {
            draw: job.draw,
            programme: job.programme,
            record: record.clone(),
        })
    }
}
