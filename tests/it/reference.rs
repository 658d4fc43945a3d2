//! A plain simulator of one installation at a time, against which the engine is held. It is written from the
//! specification, shares no code with the engine but the model it reads and the stages it fills, and tosses its own
//! coins. Where the specification leaves a choice, a comment says "decided".

mod agreement;
mod allocate;
mod measure;
pub(crate) mod random_model;

use dormouse::model::{
    Day, Distribution, Entry, FirmwareOrder, FirmwarePolicy, Model, OpeningStage, Planned, Redesignation,
    Status, Uncertain,
};
use dormouse::trace::{Stages, Waits};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// Where one installation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Needs firmware (Dormant) or its supplier's update (Active).
    NotUpdated,
    UnderWay {
        back: i32,
    },
    FirmwareWait {
        back: i32,
    },
    /// Firmware done; `updated` tells those that rework can strike. Eligible from a day on.
    Done {
        updated: bool,
        since: i32,
    },
    RetryWait {
        back: i32,
    },
    Migrated,
    NoWan,
    Exhausted,
    Removed,
}

#[derive(Clone, Copy, Debug)]
struct Installation {
    cohort: usize,
    supplier: usize,
    status: Status,
    stage: Stage,
    /// Number of its next update and of its next attempt.
    number: u8,
    attempt: u8,
}

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
fn dated(dated: &dormouse::model::Dated, day: i32) -> u64 {
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
        (self.gate[c], self.entry[c], self.opens[c]) = (gate, entry, opens);
    }

    fn coin(&mut self, p: f64) -> bool {
        p >= 1.0 || (p > 0.0 && self.rng.random::<f64>() < p)
    }

    fn opening(&mut self, row: &dormouse::model::Stock) -> Installation {
        let cohort = &self.model.cohorts[row.cohort];
        let mut one = Installation {
            cohort: row.cohort,
            supplier: row.supplier,
            status: row.status,
            stage: Stage::NotUpdated,
            number: 1,
            attempt: 1,
        };
        match row.stage {
            OpeningStage::Unmigrated => {
                if row.status == Status::Dormant && self.coin(known(&cohort.firmware.no_update_share)) {
                    one.stage = Stage::Done { updated: false, since: 0 };
                }
            }
            OpeningStage::NeedsFirmware => {}
            OpeningStage::Eligible { attempt } => {
                // decided: who is eligible at the start has the entry behind them, and with it what it may have
                // asked to be sent again.
                one.stage = Stage::Done { updated: false, since: i32::MIN / 2 };
                one.attempt = attempt;
            }
            OpeningStage::Migrated => one.stage = Stage::Migrated,
            OpeningStage::ExcludedNoWan => one.stage = Stage::NoWan,
            OpeningStage::ExcludedAttempts => one.stage = Stage::Exhausted,
            other => panic!("the reference does not begin with {other:?}"),
        }
        one
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

    /// Step 1: entries, rework, and Active updates that end with their delay.
    fn enter(&mut self, day: i32) {
        for c in 0..self.model.cohorts.len() {
            let entered_today = self.entry[c].max(0) == day;
            if entered_today && self.opens[c] < self.entry[c] && self.rework(c) {
                for one in self.all.iter_mut().filter(|o| o.cohort == c && o.status == Status::Dormant) {
                    let begun = matches!(one.stage, Stage::UnderWay { .. } | Stage::FirmwareWait { .. });
                    if begun || matches!(one.stage, Stage::Done { updated: true, .. }) {
                        // decided: other firmware is another matter, so its tries count from 1.
                        (one.stage, one.number) = (Stage::NotUpdated, 1);
                        self.updates[c][2] += 1;
                    }
                }
            }
            if self.supplier_updated(c).max(0) == day {
                for one in self.all.iter_mut().filter(|o| o.cohort == c && o.status == Status::Active) {
                    if one.stage == Stage::NotUpdated {
                        one.stage = Stage::Done { updated: true, since: day };
                    }
                }
            }
        }
    }

    fn rework(&mut self, c: usize) -> bool {
        let rework = &self.model.firmware.rework;
        let evidence = if self.opens[c] < self.gate[c] {
            &rework.confidence
        } else if self.model.cohorts[c].equivalent_to.is_some() {
            &rework.equivalence
        } else {
            &rework.tested
        };
        let p = known(evidence);
        self.coin(p)
    }

    /// Step 2, first half. Nobody moves twice a day, and everybody's chance is on the stock before anybody moves.
    fn change_supplier(&mut self, day: i32) {
        let Some(change) = &self.model.change_of_supplier else { return };
        let (p, dormant) = (change.probability[usize::try_from(day).unwrap()], known(&change.goes_dormant));
        for i in 0..self.all.len() {
            let one = self.all[i];
            let others: f64 = self.shares_but(one.supplier).iter().sum();
            if one.status == Status::Active && unmigrated(one.stage) && others > 0.0 && self.coin(p) {
                let supplier = self.gaining(one.supplier);
                let goes_dormant = self.coin(dormant);
                self.all[i].supplier = supplier;
                if goes_dormant {
                    self.all[i] = self.made_dormant(self.all[i], day);
                }
            }
        }
    }

    fn shares_but(&self, supplier: usize) -> Vec<f64> {
        let share = |(s, supplier_of): (usize, &dormouse::model::Supplier)| {
            if s == supplier { 0.0 } else { supplier_of.market_share }
        };
        self.model.suppliers.iter().enumerate().map(share).collect()
    }

    fn gaining(&mut self, from: usize) -> usize {
        let shares = self.shares_but(from);
        let mut point = self.rng.random::<f64>() * shares.iter().sum::<f64>();
        for (s, share) in shares.iter().enumerate() {
            point -= share;
            if point < 0.0 {
                return s;
            }
        }
        shares.iter().rposition(|s| *s > 0.0).unwrap()
    }

    fn made_dormant(&mut self, mut one: Installation, day: i32) -> Installation {
        one.status = Status::Dormant;
        match one.stage {
            Stage::NotUpdated => {
                if self.coin(known(&self.model.cohorts[one.cohort].firmware.no_update_share)) {
                    one.stage = Stage::Done { updated: false, since: day };
                }
            }
            Stage::RetryWait { back } => {
                // decided: it goes on waiting, and its notice runs beside the wait.
                one.stage = Stage::RetryWait { back: back.max(day + self.notice(one.cohort)) };
            }
            _ => one.stage = Stage::Done { updated: true, since: day },
        }
        one
    }

    /// Step 2, second half.
    fn remove(&mut self, day: i32) {
        let Some(removal) = &self.model.removal else { return };
        let day = usize::try_from(day).unwrap();
        for i in 0..self.all.len() {
            let p = if self.all[i].status == Status::Dormant {
                removal.dormant[day]
            } else {
                removal.active[day]
            };
            if unmigrated(self.all[i].stage) && self.coin(p) {
                self.all[i].stage = Stage::Removed;
            }
        }
    }

    /// Step 3.
    fn come_back(&mut self, day: i32) {
        for i in 0..self.all.len() {
            let one = self.all[i];
            let firmware = &self.model.cohorts[one.cohort].firmware;
            self.all[i].stage = match one.stage {
                Stage::UnderWay { back } if back == day => {
                    if self.coin(known(&firmware.success)) {
                        Stage::Done { updated: true, since: day }
                    } else if one.number >= firmware.max_tries {
                        self.updates[one.cohort][1] += 1;
                        Stage::NoWan
                    } else {
                        self.updates[one.cohort][1] += 1;
                        self.all[i].number += 1;
                        Stage::FirmwareWait { back: day + days(&firmware.wait).max(1) }
                    }
                }
                Stage::FirmwareWait { back } if back == day => Stage::NotUpdated,
                Stage::RetryWait { back } if back == day => {
                    Stage::Done { updated: true, since: i32::MIN / 2 }
                }
                other => other,
            };
        }
    }

    /// Step 4.
    fn start_updates(&mut self, day: i32, turn: u64) {
        let at = usize::try_from(day).unwrap();
        let mut queue: Vec<usize> = (0..self.model.cohorts.len()).filter(|c| self.opens[*c] <= day).collect();
        match self.model.firmware.order {
            FirmwareOrder::EarliestOpening => queue.sort_by_key(|c| self.opens[*c]),
            // Everything is certain here, so the expected entry is the entry.
            FirmwareOrder::EarliestExpectedEntry => queue.sort_by_key(|c| self.entry[*c]),
            FirmwareOrder::EnteredFirst => queue.sort_by_key(|c| (self.entry[*c] > day, self.opens[*c])),
        }
        for (g, group) in self.model.groups.iter().enumerate() {
            let mut left = match &group.firmware_capacity {
                _ if !self.model.calendar.firmware[at] => 0,
                Some(capacity) => dated(capacity, day),
                None => u64::MAX,
            };
            for &c in queue.iter().filter(|c| self.model.cohorts[**c].group == g) {
                let waiting = |o: &&Installation| {
                    o.cohort == c && o.status == Status::Dormant && o.stage == Stage::NotUpdated
                };
                let weights: Vec<u64> = (0..self.model.suppliers.len())
                    .map(|s| self.all.iter().filter(waiting).filter(|o| o.supplier == s).count() as u64)
                    .collect();
                let amount = left.min(weights.iter().sum());
                for (s, starts) in allocate::shares(amount, &weights, turn).into_iter().enumerate() {
                    self.start(c, s, starts, day);
                }
                left -= amount;
                self.updates[c][0] += amount;
                self.today[g].firmware_started += amount;
            }
        }
    }

    /// decided: within a cell those tried most often go first.
    fn start(&mut self, c: usize, s: usize, starts: u64, day: i32) {
        let mut waiting: Vec<usize> = (0..self.all.len())
            .filter(|i| {
                let one = &self.all[*i];
                (one.cohort, one.supplier, one.status, one.stage)
                    == (c, s, Status::Dormant, Stage::NotUpdated)
            })
            .collect();
        waiting.sort_by_key(|i| std::cmp::Reverse(self.all[*i].number));
        for i in waiting.into_iter().take(starts as usize) {
            let length = match &self.model.cohorts[c].firmware.length.distribution {
                Distribution::Fixed(length) => *length,
                Distribution::Uniform { low, high } => low + self.rng.random::<f64>() * (high - low),
                other => panic!("the reference does not draw {other:?}"),
            };
            self.all[i].stage = Stage::UnderWay { back: day + ((length + 0.5).floor() as i32).max(1) };
        }
    }

    /// Step 5: whether an installation may be attempted today.
    fn eligible(&self, one: &Installation, day: i32) -> bool {
        let Stage::Done { since, .. } = one.stage else { return false };
        match one.status {
            Status::Dormant => {
                let done = since.max(self.entry[one.cohort]).max(0) + self.notice(one.cohort);
                let ready = if since < 0 { 0 } else { done };
                self.entry[one.cohort] <= day && ready <= day
            }
            Status::Active => self.user_from(one.supplier) <= day,
        }
    }

    fn active_stock(&self, day: i32) -> Vec<Vec<u64>> {
        let mut stock = vec![vec![0; self.model.suppliers.len()]; self.model.cohorts.len()];
        for one in self.all.iter().filter(|o| o.status == Status::Active && self.eligible(o, day)) {
            stock[one.cohort][one.supplier] += 1;
        }
        stock
    }

    fn commit(&mut self, day: i32) {
        let calendar = &self.model.calendar;
        if self.model.commitment.is_none() || (day != 0 && calendar.weekday(Day(day)) != 0) {
            return;
        }
        let last = day + 6 - calendar.weekday(Day(day));
        let worked = |d: &i32| calendar.migration.get(usize::try_from(*d).unwrap()).copied().unwrap_or(false);
        let n = (day..=last).filter(worked).count() as f64;
        let stock = self.at_cutoff.take().unwrap_or_else(|| self.active_stock(day));
        let factor = known(&self.model.commitment.as_ref().unwrap().factor);
        let of = |stock: u64| if n > 0.0 { (factor * stock as f64 / n + 0.5).floor() as u64 } else { 0 };
        self.committed = stock.iter().map(|row| row.iter().map(|s| of(*s)).collect()).collect();
    }

    fn read_cutoff(&mut self, day: i32) {
        let Some(commitment) = &self.model.commitment else { return };
        if self.model.calendar.weekday(Day(day + commitment.cutoff_days as i32)) == 0 {
            self.at_cutoff = Some(self.active_stock(day));
        }
    }

    /// Steps 5 to 7.
    fn migrate(&mut self, day: i32, turn: u64) -> Vec<[[u64; 4]; 2]> {
        let model = self.model;
        let n_suppliers = model.suppliers.len();
        let members: Vec<Vec<usize>> = (0..model.groups.len())
            .map(|g| (0..model.cohorts.len()).filter(|c| model.cohorts[*c].group == g).collect())
            .collect();
        let mut demand = [self.committed.clone(), self.committed.clone()];
        demand[0] = vec![vec![0; n_suppliers]; model.cohorts.len()];
        if model.commitment.is_none() {
            demand[1] = self.active_stock(day);
        }
        for one in self.all.iter().filter(|o| o.status == Status::Dormant && self.eligible(o, day)) {
            demand[0][one.cohort][one.supplier] += 1;
        }
        let table = |rows: &[Vec<u64>]| -> Vec<Vec<Vec<u64>>> {
            members.iter().map(|cohorts| cohorts.iter().map(|c| rows[*c].clone()).collect()).collect()
        };
        let limit = |g: usize, s: usize| {
            let limit = model.suppliers[s].limits.iter().find(|l| l.group == g)?;
            Some((dated(&limit.per_day, day), limit.covers_both))
        };
        let today = allocate::Day {
            rules: &model.allocation,
            dmin: dated(&model.allocation.dmin, day),
            turn,
            programme: model.capacity.as_ref().map(|c| dated(c, day)),
            groups: model.groups.iter().map(|g| dated(&g.capacity, day)).collect(),
            limits: (0..members.len()).map(|g| (0..n_suppliers).map(|s| limit(g, s)).collect()).collect(),
            n_suppliers,
            dormant: table(&demand[0]),
            active: table(&demand[1]),
        };
        let given = allocate::allocate(&today);
        self.measure_use(&today, &given);
        let mut slots = vec![[[0; 4]; 2]; members.len()];
        for (g, cohorts) in members.iter().enumerate() {
            for (position, &c) in cohorts.iter().enumerate() {
                for s in 0..n_suppliers {
                    let granted = [given.dormant[g][position][s], given.active[g][position][s]];
                    for (at, status) in Status::ALL.into_iter().enumerate() {
                        let (succeeded, failed) = self.attempt(c, s, status, granted[at], day);
                        let unused = granted[at] - succeeded - failed;
                        let new = [granted[at], succeeded, failed, unused];
                        slots[g][at].iter_mut().zip(new).for_each(|(sum, n)| *sum += n);
                    }
                }
            }
        }
        slots
    }

    /// Step 7 in one cell: slots to the highest attempt first; unused ones leave the installation eligible.
    fn attempt(&mut self, c: usize, s: usize, status: Status, slots: u64, day: i32) -> (u64, u64) {
        let mut line: Vec<usize> = (0..self.all.len())
            .filter(|i| {
                let one = &self.all[*i];
                (one.cohort, one.supplier, one.status) == (c, s, status) && self.eligible(one, day)
            })
            .collect();
        line.sort_by_key(|i| std::cmp::Reverse(self.all[*i].attempt));
        let cohort = &self.model.cohorts[c];
        let (mut succeeded, mut failed) = (0, 0);
        for i in line.into_iter().take(slots as usize) {
            if !self.coin(known(&cohort.take_up)) {
                continue;
            }
            let attempt = self.all[i].attempt;
            let p = known(&cohort.success[usize::from(attempt - 1).min(cohort.success.len() - 1)]);
            if self.coin(p) {
                self.all[i].stage = Stage::Migrated;
                succeeded += 1;
                continue;
            }
            failed += 1;
            if attempt >= cohort.max_attempts {
                self.all[i].stage = Stage::Exhausted;
            } else {
                self.all[i].stage = Stage::RetryWait { back: day + days(&cohort.retry_delay).max(1) };
                self.all[i].attempt += 1;
            }
        }
        (succeeded, failed)
    }

    /// Step 8: every installation in the stage the specification names.
    fn count(&self, day: i32) -> Vec<[Stages; 2]> {
        let places = self.model.places();
        let mut counts = vec![[Stages::default(); 2]; places.len()];
        for one in &self.all {
            let place =
                places.iter().position(|p| (p.cohort, p.supplier) == (one.cohort, one.supplier)).unwrap();
            let stages = &mut counts[place][usize::from(one.status == Status::Active)];
            let dormant = one.status == Status::Dormant;
            let count = match one.stage {
                Stage::NotUpdated if dormant && self.opens[one.cohort] <= day => &mut stages.waiting_firmware,
                Stage::NotUpdated if !dormant && self.entry[one.cohort] <= day => {
                    &mut stages.firmware_under_way
                }
                Stage::NotUpdated => &mut stages.waiting_gate,
                Stage::UnderWay { .. } => &mut stages.firmware_under_way,
                Stage::FirmwareWait { .. } => &mut stages.firmware_wait,
                Stage::Done { .. } if self.eligible(one, day) => &mut stages.eligible,
                Stage::Done { .. } => &mut stages.ready,
                Stage::RetryWait { .. } => &mut stages.retry_wait,
                Stage::Migrated => &mut stages.migrated,
                Stage::NoWan => &mut stages.excluded_no_wan,
                Stage::Exhausted => &mut stages.excluded_attempts,
                Stage::Removed => &mut stages.removed,
            };
            *count += 1;
        }
        counts
    }
}

fn unmigrated(stage: Stage) -> bool {
    !matches!(stage, Stage::Migrated | Stage::NoWan | Stage::Exhausted | Stage::Removed)
}
