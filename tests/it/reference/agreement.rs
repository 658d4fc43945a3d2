//! Engine and reference side by side: the same number in every cell on every day where nothing is left to chance, and
//! the same distribution where it is.

use dormouse::engine::simulate_observed;
use dormouse::model::{Model, OpeningStage, Status};
use dormouse::trace::{GroupDay, Slots, Stages, Trace};

use crate::allocation_by_hand::RULES;

use super::random_model::{certain, chancy};
use super::{GroupFacts, Run, allocate, simulate};

/// The engine's run in the reference's shape.
fn engine(model: &Model, replication: u32) -> Run {
    let n_places = model.places().len();
    let mut stages: Vec<Vec<[Stages; 2]>> = vec![];
    let trace = simulate_observed(model, replication, &mut |view| {
        stages
            .push((0..n_places).map(|place| Status::ALL.map(|status| view.stages(place, status))).collect());
    });
    let trace = trace.unwrap_or_else(|violation| panic!("{}: {violation}", model.name));
    in_shape(stages, &trace, model.groups.len())
}

fn in_shape(stages: Vec<Vec<[Stages; 2]>>, trace: &Trace, n_groups: usize) -> Run {
    let slots = |s: &Slots| [s.allocated, s.succeeded, s.failed, s.unused].map(u64::from);
    let facts = |g: &GroupDay| GroupFacts {
        usable: u64::from(g.usable),
        idle_by_rule: u64::from(g.idle_by_rule),
        firmware_started: u64::from(g.firmware_started),
    };
    let by_day = trace.group_days.chunks(n_groups);
    Run {
        stages,
        slots: by_day
            .clone()
            .map(|day| day.iter().map(|g| g.slots.each_ref().map(slots)).collect())
            .collect(),
        groups: by_day.map(|day| day.iter().map(facts).collect()).collect(),
        offered: trace.days.iter().map(|d| [d.offered, d.most_possible].map(u64::from)).collect(),
        waits: trace.finals.iter().map(|cells| [cells[0].waits, cells[1].waits]).collect(),
        approvals: trace.cohorts.iter().map(|c| [c.gate.0, c.entry.0, c.opens.0]).collect(),
        updates: trace.cohorts.iter().map(|c| [c.firmware_started, c.firmware_failed, c.reworked]).collect(),
    }
}

#[test]
fn the_worked_example_comes_out_of_the_reference_too() {
    let day = |capacity| allocate::Day {
        rules: RULES,
        dmin: 100,
        turn: 0,
        programme: None,
        groups: vec![capacity],
        limits: vec![vec![None; 4]],
        n_suppliers: 4,
        dormant: vec![vec![vec![300, 150, 0, 0]]],
        active: vec![vec![vec![900, 80, 420, 40]]],
    };
    assert_eq!(allocate::allocate(&day(1_000)).active, [[[264, 80, 166, 40]]]);
    assert_eq!(allocate::allocate(&day(700)).active, [[[70, 70, 70, 40]]]);
}

/// Probabilities 0 or 1, fixed durations, stateless rounding: 2,000 random programmes of every shape. Every cell and
/// group on every day, then what the run leaves behind: approvals, updates and the causes of waiting.
#[test]
fn same_number_in_every_cell_on_every_day() {
    let mut seen = Seen::default();
    for seed in 0..2000 {
        let model = certain(seed);
        let ours = engine(&model, 0);
        let reference = simulate(&model, seed);
        assert_eq!(ours.approvals, reference.approvals, "gate, entry and opening of seed {seed}");
        for day in 0..ours.stages.len() {
            let what = || format!("seed {seed}, day {day}: {:?}", model.allocation);
            assert_eq!(ours.groups[day], reference.groups[day], "groups of {}", what());
            assert_eq!(ours.slots[day], reference.slots[day], "slots of {}", what());
            assert_eq!(ours.offered[day], reference.offered[day], "offered and usable of {}", what());
            for (place, (ours, reference)) in ours.stages[day].iter().zip(&reference.stages[day]).enumerate()
            {
                assert_eq!(ours, reference, "place {place} of {}", what());
            }
        }
        assert_eq!(ours.updates, reference.updates, "updates started, failed and reworked of seed {seed}");
        for (place, (ours, reference)) in ours.waits.iter().zip(&reference.waits).enumerate() {
            assert_eq!(ours, reference, "waits at place {place} of seed {seed}");
        }
        seen.add(&model, &reference);
    }
    seen.check();
}

/// What the random programmes went through, so that agreement about nothing does not pass for agreement.
#[derive(Debug, Default)]
struct Seen {
    migrated: u64,
    excluded: u64,
    removed: u64,
    retrying: u64,
    in_notice: u64,
    unused: u64,
    idle_by_rule: u64,
    updates_failed: u64,
    reworked: u64,
    programme_bound_days: usize,
    began_after_failures: u64,
}

impl Seen {
    fn add(&mut self, model: &Model, run: &Run) {
        for stages in run.stages.last().unwrap().iter().flatten() {
            self.migrated += stages.migrated;
            self.excluded += stages.excluded();
            self.removed += stages.removed;
        }
        for waits in run.waits.iter().flatten() {
            self.retrying += waits.retrying;
            self.in_notice += waits.notice;
        }
        self.unused += run.slots.iter().flatten().flatten().map(|slots| slots[3]).sum::<u64>();
        self.idle_by_rule += run.groups.iter().flatten().map(|g| g.idle_by_rule).sum::<u64>();
        self.updates_failed += run.updates.iter().map(|u| u[1]).sum::<u64>();
        self.reworked += run.updates.iter().map(|u| u[2]).sum::<u64>();
        let usable = |day: &Vec<GroupFacts>| day.iter().map(|g| g.usable).sum::<u64>();
        let days = run.groups.iter().zip(&run.offered);
        self.programme_bound_days += days.filter(|(groups, day)| day[1] < usable(groups)).count();
        let late =
            |row: &&dormouse::model::Stock| matches!(row.stage, OpeningStage::Eligible { attempt: 2.. });
        self.began_after_failures +=
            model.stock.iter().filter(late).map(|row| u64::from(row.installations)).sum::<u64>();
    }

    fn check(&self) {
        let counts = [
            self.migrated,
            self.excluded,
            self.removed,
            self.retrying,
            self.in_notice,
            self.unused,
            self.idle_by_rule,
            self.updates_failed,
            self.reworked,
            self.programme_bound_days as u64,
            self.began_after_failures,
        ];
        assert!(counts.iter().all(|n| *n > 1_000), "the programmes do too little: {self:?}");
    }
}

/// What is compared where chance is on, each a sum over the run.
fn measures(model: &Model, run: &Run) -> Vec<f64> {
    let total =
        |day: usize, of: &dyn Fn(&[Stages; 2]) -> u64| run.stages[day].iter().map(of).sum::<u64>() as f64;
    let last = run.stages.len() - 1;
    let waiting = |s: &[Stages; 2]| s[0].unmigrated() + s[0].excluded();
    let supplier = |s: usize| {
        let places = model.places();
        let own = places.iter().zip(&run.stages[last]).filter(|(p, _)| p.supplier == s);
        own.map(|(_, cells)| cells.iter().map(Stages::total).sum::<u64>()).sum::<u64>() as f64
    };
    vec![
        total(last / 2, &|s| s[0].migrated),
        total(last, &|s| s[0].migrated),
        total(last, &|s| s[1].migrated),
        total(last, &|s| s[0].excluded_no_wan),
        total(last, &|s| s[0].excluded_attempts + s[1].excluded_attempts),
        total(last, &|s| s[0].removed + s[1].removed),
        total(last / 3, &|s| s[0].firmware_under_way),
        total(last, &|s| s[0].total()),
        (0..=last).map(|day| total(day, &waiting)).sum(),
        supplier(0),
    ]
}

/// With chance on, ten measures of four programmes, 400 runs of each simulator: the two-sample Kolmogorov-Smirnov
/// statistic stays below its 0.1% point (1.949 sqrt(2/n), conservative for counts), and Welch's t below 3.3, its
/// two-sided 0.1% point. Seeds are fixed, so the test cannot fail by chance once it has passed.
#[test]
fn the_same_distribution_where_chance_is_on() {
    const RUNS: u32 = 400;
    for seed in [3, 8, 21, 34] {
        let model = chancy(seed);
        let ours: Vec<Vec<f64>> = (0..RUNS).map(|r| measures(&model, &engine(&model, r))).collect();
        let theirs: Vec<Vec<f64>> =
            (0..RUNS).map(|r| measures(&model, &simulate(&model, 1_000_000 + u64::from(r)))).collect();
        for measure in 0..ours[0].len() {
            let column = |runs: &[Vec<f64>]| runs.iter().map(|run| run[measure]).collect::<Vec<f64>>();
            let (a, b) = (column(&ours), column(&theirs));
            let (distance, t) = (kolmogorov_smirnov(&a, &b), welch(&a, &b));
            let bound = 1.949 * (2.0 / f64::from(RUNS)).sqrt();
            let means = (mean(&a), mean(&b));
            assert!(distance < bound, "seed {seed} measure {measure}: distance {distance} of {means:?}");
            assert!(t.abs() < 3.3, "seed {seed} measure {measure}: t {t} of {means:?}");
        }
    }
}

fn mean(sample: &[f64]) -> f64 {
    sample.iter().sum::<f64>() / sample.len() as f64
}

fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> f64 {
    let below =
        |sample: &[f64], x: f64| sample.iter().filter(|v| **v <= x).count() as f64 / sample.len() as f64;
    a.iter().chain(b).map(|x| (below(a, *x) - below(b, *x)).abs()).fold(0.0, f64::max)
}

fn welch(a: &[f64], b: &[f64]) -> f64 {
    let variance = |sample: &[f64]| {
        let m = mean(sample);
        sample.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / (sample.len() - 1) as f64
    };
    let spread = (variance(a) / a.len() as f64 + variance(b) / b.len() as f64).sqrt();
    if spread > 0.0 { (mean(a) - mean(b)) / spread } else { 0.0 }
}
