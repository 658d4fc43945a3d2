//! A plain simulator of one installation at a time, against which the engine is held. It is written from the
//! specification, shares no code with the engine but the model it reads and the stages it fills, and tosses its own
//! coins. Where the specification leaves a choice, a comment says "decided".

mod agreement;
mod allocate;
mod day;
mod installation;
mod measure;
mod migration;
pub(crate) mod random_model;

use dormouse::model::{Dated, Entry, FirmwarePolicy, Model, Planned, Redesignation, Uncertain};
use dormouse::trace::{Stages, Waits};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use installation::Installation;

/// A run: what happened by day.
pub(crate) struct Run {
    /// By day, then place, then status.
    pub(crate) stages: Vec<Vec<[Stages; 2]>>,
    /// By day, then group, then status: allocated, succeeded, failed, unused.
    pub(crate) slots: Vec<Vec<[[u64; 4]; 2]>>,
    /// By day, then group.
    pub(crate) groups: Vec<Vec<GroupFacts>>,
    /// By day: capacity offered, and the most that demand could use of it.
    pub(crate) offered: Vec<[u64; 2]>,
    /// Days waited by cause, by place, then status.
    pub(crate) waits: Vec<[Waits; 2]>,
    /// By cohort: gate, entry and opening days.
    pub(crate) approvals: Vec<[i32; 3]>,
    /// By cohort: updates started, updates failed, installations reworked.
    pub(crate) updates: Vec<[u64; 3]>,
}

/// One group on one day, slots apart \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupFacts {
    pub(crate) usable: u64,
    pub(crate) idle_by_rule: u64,
    pub(crate) firmware_started: u64,
}

struct World<'a> {
    model: &'a Model,
    rng: ChaCha8Rng,
    all: Vec<Installation>,
    gate: Vec<i32>,
    entry: Vec<i32>,
    opens: Vec<i32>,
    /// Active demand a migration day this week by (cohort, supplier), and the stock read at the cut-off.
    committed: Vec<Vec<u64>>,
    at_cutoff: Option<Vec<Vec<u64>>>,
    /// By cohort: updates started, updates failed, installations reworked.
    updates: Vec<[u64; 3]>,
    /// Today's groups, and what was offered and could be used.
    today: Vec<GroupFacts>,
    offered: [u64; 2],
}

fn known(uncertain: &Uncertain) -> f64 {
    uncertain.known().expect("the reference takes certain inputs")
}

fn days(uncertain: &Uncertain) -> i32 {
    (known(uncertain) + 0.5).floor() as i32
}

fn on(planned: &Planned) -> i32 {
    planned.day.0.saturating_add(days(&planned.slip))
}

/// The value of a dated number on a day: that of the last step begun, or on the way to the next if that is a ramp.
fn dated(dated: &Dated, day: i32) -> u64 {
    let begun = dated.steps.iter().rposition(|step| step.from.0 <= day).expect("a step holds on day 0");
    let (from, value) = (dated.steps[begun].from.0, days(&dated.steps[begun].value));
    let Some(next) = dated.steps.get(begun + 1).filter(|next| next.ramp) else { return value as u64 };
    let (rise, length) = (days(&next.value) - value, next.from.0 - from);
    (value + (rise * (day - from)).div_euclid(length)) as u64
}

pub(crate) fn simulate(model: &Model, seed: u64) -> Run {
    let mut world = World::new(model, seed);
    let mut run = Run {
        stages: vec![],
        slots: vec![],
        groups: vec![],
        offered: vec![],
        waits: vec![[Waits::default(); 2]; model.places().len()],
        approvals: (0..model.cohorts.len())
            .map(|c| [world.gate[c], world.entry[c], world.opens[c]])
            .collect(),
        updates: vec![],
    };
    let mut turn = 0;
    for day in 0..=model.calendar.last().0 {
        (world.today, world.offered) = (vec![GroupFacts::default(); model.groups.len()], [0; 2]);
        world.enter(day);
        world.change_supplier(day);
        world.remove(day);
        world.come_back(day);
        world.start_updates(day, turn);
        world.commit(day);
        let open = model.calendar.migration[usize::try_from(day).unwrap()];
        run.slots.push(if open { world.migrate(day, turn) } else { vec![[[0; 4]; 2]; model.groups.len()] });
        world.read_cutoff(day);
        run.stages.push(world.count(day));
        run.groups.push(world.today.clone());
        run.offered.push(world.offered);
        world.add_waits(day, &mut run.waits);
        turn += u64::from(open);
    }
    run.updates = world.updates;
    run
}

/// The day on which each cohort's Active installations have been updated, by the rules of approval alone.
fn supplier_updated_days(model: &Model) -> Vec<i32> {
    let world = World::new(model, 0);
    (0..model.cohorts.len()).map(|c| world.supplier_updated(c)).collect()
}

impl<'a> World<'a> {
    fn new(model: &'a Model, seed: u64) -> Self {
        let n = model.cohorts.len();
        let table = vec![vec![0; model.suppliers.len()]; n];
        let mut world = Self {
            model,
            rng: ChaCha8Rng::seed_from_u64(seed),
            all: vec![],
            gate: vec![i32::MIN; n],
            entry: vec![0; n],
            opens: vec![0; n],
            committed: table,
            at_cutoff: None,
            updates: vec![[0; 3]; n],
            today: vec![],
            offered: [0; 2],
        };
        (0..n).for_each(|c| world.approve(c));
        let stock = model.stock.clone();
        for row in stock {
            for _ in 0..row.installations {
                let one = world.opening(&row);
                world.all.push(one);
            }
        }
        world
    }

    fn approve(&mut self, c: usize) {
        let cohort = &self.model.cohorts[c];
        let mut gate = on(&cohort.gate);
        if let Some(tested) = cohort.equivalent_to {
            if self.gate[tested] == i32::MIN {
                self.approve(tested);
            }
            gate = gate.max(self.gate[tested] + days(&cohort.objection_delay));
        }
        let entry = match &cohort.entry {
            Entry::On(planned) => on(planned).max(gate),
            Entry::AfterGate(lag) => gate + days(lag),
        };
        let lawful = match &self.model.firmware.redesignation {
            Redesignation::On(planned) => on(planned),
            Redesignation::Never => i32::MAX,
        };
        let confidence = cohort.confidence.as_ref().map_or(gate, on);
        let opens = match self.model.firmware.policy {
            FirmwarePolicy::Existing => entry,
            FirmwarePolicy::EarlyTestedOnly if cohort.equivalent_to.is_some() => entry,
            FirmwarePolicy::Early | FirmwarePolicy::EarlyTestedOnly => gate.max(lawful).min(entry),
            FirmwarePolicy::SmsoConfidence => confidence.max(lawful).min(entry),
        };
        (self.gate[c], self.entry[c], self.opens[c]) =
            (gate, entry, opens - self.model.cohorts[c].head_start as i32);
    }

    fn coin(&mut self, p: f64) -> bool {
        p >= 1.0 || (p > 0.0 && self.rng.random::<f64>() < p)
    }

    fn supplier_updated(&self, c: usize) -> i32 {
        self.entry[c].saturating_add(days(&self.model.cohorts[c].supplier_delay))
    }

    fn notice(&self, c: usize) -> i32 {
        days(&self.model.cohorts[c].notice)
    }

    fn user_from(&self, s: usize) -> i32 {
        self.model.suppliers[s].dcc_user_from.as_ref().map_or(0, on)
    }
}
