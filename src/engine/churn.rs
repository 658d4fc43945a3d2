//! Step 2 of a day: Active installations change supplier, some becoming Dormant; then installations are removed. One
//! binomial draw a cell and pool; who gains is drawn for the leavers together.

use rand::RngExt;

use super::plan::{DrawsOf, Plan};
use super::state::{Batch, State, Wait, lane};
use crate::model::{CohortIdx, Day, Status};
use crate::random::{Chance, Purpose, Stream};

/// Pools of a cell in the order their draws are numbered: lanes first, then tries, then attempts.
const FIRST_TRY: usize = 16;
const FIRST_ATTEMPT: usize = 116;
const FIRST_GAINING: usize = 512;

/// Where leavers of a change of supplier arrive, and how many, before anybody is moved: `[kind * n_suppliers + to]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    counts: Vec<u32>,
    /// Whether anybody arrives, by kind.
    rows: Vec<bool>,
    /// Leavers out of a batch: they go on waiting at their new supplier.
    waiting: Vec<(usize, Status, Batch)>,
    any: bool,
}

/// What leavers were doing.
#[derive(Clone, Copy)]
enum Kind {
    NotUpdated,
    BeingUpdated,
    Updated { attempt: u8 },
}

impl Kind {
    fn position(self, status: Status) -> usize {
        let kind = match self {
            Self::NotUpdated => 0,
            Self::BeingUpdated => 1,
            Self::Updated { attempt } => 1 + usize::from(attempt),
        };
        2 * kind + usize::from(status == Status::Active)
    }
}

/// Installations that moved between cells: left, gained, and became Dormant on the way, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    pub(super) lost: Vec<u64>,
    pub(super) gained: [Vec<u64>; 2],
}

impl State {
    /// Step 2, first half: leavers are drawn on the stock before anybody moves.
    pub(super) fn change_supplier(&mut self, plan: &Plan<'_>, arrivals: &mut Arrivals, moves: &mut Moves) {
        let Some(change) = &plan.model.change_of_supplier else { return };
        let leaving = Chance::new(change.probability[self.day.index().expect("a run starts on day 0")]);
        if leaving.probability() <= 0.0 {
            return;
        }
        let n_suppliers = plan.model.suppliers.len();
        arrivals.rows.resize(2 * (2 + plan.max_attempts), false);
        arrivals.counts.resize(arrivals.rows.len() * n_suppliers, 0);
        for cohort in 0..plan.model.cohorts.len() {
            for place in plan.cohort_places[cohort].clone() {
                let from = plan.places[place].supplier;
                let somebody = self.has_unmigrated(plan.cell(place, Status::Active));
                if somebody && plan.destinations.as_ref().is_some_and(|d| d.exist_without(from)) {
                    self.leave_supplier(plan, place, &leaving, arrivals, moves);
                }
            }
            if std::mem::take(&mut arrivals.any) {
                self.settle(plan, cohort, arrivals, moves);
            }
        }
    }

    fn leave_supplier(
        &mut self,
        plan: &Plan<'_>,
        place: usize,
        leaving: &Chance,
        arrivals: &mut Arrivals,
        moves: &mut Moves,
    ) {
        let cell = plan.cell(place, Status::Active);
        let draws = plan.draws_of(Purpose::Leaving, cell, self.day);
        let mut ask = Leavers { plan, cell, day: self.day, draws, leaving, arrivals, moves };
        for (lane, kind) in [(lane::GATE, Kind::NotUpdated), (lane::UNDER_WAY, Kind::BeingUpdated)] {
            let n = ask.draw(lane, self.cells[cell][lane], kind);
            if n > 0 {
                self.leave(plan, cell, lane, n);
            }
        }
        if self.eligible[plan.demand_at(cell)] > 0 {
            for attempt in 1..=plan.model.cohorts[plan.cohort_of(cell)].max_attempts {
                let pool = self.by_attempt[plan.attempt_at(cell, attempt)];
                let n = ask.draw(FIRST_ATTEMPT + usize::from(attempt), pool, Kind::Updated { attempt });
                if n > 0 {
                    self.leave_eligible(plan, cell, attempt, n);
                }
            }
        }
        for wait in [Wait::User, Wait::Retry] {
            ask.draw_waiting(self, wait);
        }
    }

    /// Moves the leavers of one cohort to where they arrive.
    fn settle(&mut self, plan: &Plan<'_>, cohort: CohortIdx, arrivals: &mut Arrivals, moves: &mut Moves) {
        let n_suppliers = plan.model.suppliers.len();
        let kinds = [Kind::NotUpdated, Kind::BeingUpdated].into_iter();
        let attempts = (1..=plan.model.cohorts[cohort].max_attempts).map(|attempt| Kind::Updated { attempt });
        for kind in kinds.chain(attempts) {
            for status in Status::ALL {
                if !std::mem::take(&mut arrivals.rows[kind.position(status)]) {
                    continue;
                }
                let row = kind.position(status) * n_suppliers;
                for supplier in 0..n_suppliers {
                    let n = std::mem::take(&mut arrivals.counts[row + supplier]);
                    if n > 0 {
                        let place = plan.place_at(cohort, supplier);
                        moves.gained[usize::from(status == Status::Active)][place] += u64::from(n);
                        self.arrive_leavers(plan, place, status, kind, n);
                    }
                }
            }
        }
        for (supplier, status, batch) in arrivals.waiting.drain(..) {
            let place = plan.place_at(cohort, supplier);
            moves.gained[usize::from(status == Status::Active)][place] += 1;
            self.arrive_from_waiting(plan, place, status, batch);
        }
    }

    fn arrive_leavers(&mut self, plan: &Plan<'_>, place: usize, status: Status, kind: Kind, n: u32) {
        let active = plan.cell(place, Status::Active);
        match (status, kind) {
            (Status::Active, Kind::NotUpdated) => self.arrive(plan, active, lane::GATE, n),
            (Status::Active, Kind::BeingUpdated) => self.arrive(plan, active, lane::UNDER_WAY, n),
            (Status::Active, Kind::Updated { attempt }) => self.arrive_active_ready(plan, active, attempt, n),
            (Status::Dormant, Kind::Updated { attempt }) => {
                self.arrive_dormant_ready(plan, place, attempt, n);
            }
            (Status::Dormant, _) => self.arrive_dormant_not_updated(plan, place, n, kind.position(status)),
        }
    }

    /// Newly Dormant installations that no supplier had updated: the cohort's share needs no update.
    fn arrive_dormant_not_updated(&mut self, plan: &Plan<'_>, place: usize, n: u32, pool: usize) {
        let cohort = plan.cohort_of(place);
        let u = plan.draws_of(Purpose::NoUpdate, place, self.day).uniform(1 + pool);
        let untouched = plan.inputs.cohorts[cohort].no_update.count(n, u);
        if self.entered[cohort] {
            self.arrive_dormant_ready(plan, place, 1, untouched);
        } else {
            self.arrive(plan, place, lane::READY_UNTOUCHED, untouched);
        }
        if self.opened[cohort] {
            self.arrive_waiting_firmware(plan, place, 1, n - untouched);
        } else {
            self.arrive(plan, place, lane::GATE, n - untouched);
        }
    }

    /// A leaver out of a wait: it goes on waiting; if it became Dormant its notice runs beside.
    fn arrive_from_waiting(&mut self, plan: &Plan<'_>, place: usize, status: Status, batch: Batch) {
        match (status, batch.wait) {
            (Status::Active, Wait::Retry) => self.arrive_waiting(plan, plan.cell(place, status), batch),
            (Status::Active, _) => self.arrive_active_ready(plan, plan.cell(place, status), batch.number, 1),
            (Status::Dormant, Wait::Retry) => {
                let notice = self.day.plus(plan.inputs.cohorts[plan.cohort_of(place)].notice);
                self.arrive_waiting(plan, place, Batch { due: batch.due.max(notice), ..batch });
            }
            (Status::Dormant, _) => self.arrive_dormant_ready(plan, place, batch.number, 1),
        }
    }

    /// Step 2, second half: removals from every unmigrated, unexcluded stage.
    pub(super) fn remove(&mut self, plan: &Plan<'_>) {
        let Some(removal) = &plan.model.removal else { return };
        let day = self.day.index().expect("a run starts on day 0");
        for status in Status::ALL {
            let probability =
                if status == Status::Dormant { removal.dormant[day] } else { removal.active[day] };
            if probability <= 0.0 {
                continue;
            }
            let chance = Chance::new(probability);
            for cell in plan.cells(status) {
                if self.has_unmigrated(cell) {
                    self.remove_from_cell(plan, cell, &chance);
                }
            }
        }
    }

    fn remove_from_cell(&mut self, plan: &Plan<'_>, cell: usize, chance: &Chance) {
        let draws = plan.draws_of(Purpose::Removal, cell, self.day);
        let draw = |pool: usize, n: u32| if n == 0 { 0 } else { chance.count(n, draws.uniform(pool)) };
        let dormant = plan.status_of(cell) == Status::Dormant;
        for lane in [lane::GATE, lane::READY_UNTOUCHED, lane::READY_UPDATED] {
            let n = draw(lane, self.cells[cell][lane]);
            if n > 0 {
                self.shift(plan, cell, lane, lane::REMOVED, n);
            }
        }
        if dormant && self.cells[cell][lane::WAITING_FIRMWARE] > 0 {
            for number in 1..=plan.model.cohorts[plan.cohort_of(cell)].firmware.max_tries {
                let at = plan.try_at(cell, number);
                let n = draw(FIRST_TRY + usize::from(number), self.by_try[at]);
                if n > 0 {
                    self.by_try[at] -= n;
                    self.waiting_firmware[plan.cohort_of(cell)] -= n;
                    self.shift(plan, cell, lane::WAITING_FIRMWARE, lane::REMOVED, n);
                }
            }
        }
        if self.eligible[plan.demand_at(cell)] > 0 {
            for attempt in 1..=plan.model.cohorts[plan.cohort_of(cell)].max_attempts {
                let pool = self.by_attempt[plan.attempt_at(cell, attempt)];
                let n = draw(FIRST_ATTEMPT + usize::from(attempt), pool);
                if n > 0 {
                    self.leave_eligible(plan, cell, attempt, n);
                    self.arrive(plan, cell, lane::REMOVED, n);
                }
            }
        }
        if !dormant {
            let n = draw(lane::UNDER_WAY, self.cells[cell][lane::UNDER_WAY]);
            if n > 0 {
                self.shift(plan, cell, lane::UNDER_WAY, lane::REMOVED, n);
            }
        }
        if dormant {
            let n = draw(lane::UNDER_WAY, self.cells[cell][lane::UNDER_WAY]);
            let mut which = plan.draws_of(Purpose::Batch, cell, self.day).stream(lane::UNDER_WAY);
            for _ in 0..n {
                let position = which.random_range(0..self.cells[cell][lane::UNDER_WAY]);
                self.under_way.take_one(&plan.rings, (cell, plan.cohort_of(cell)), self.day, position);
                self.shift(plan, cell, lane::UNDER_WAY, lane::REMOVED, 1);
            }
        }
        for &wait in Wait::of(plan.status_of(cell)) {
            let n = draw(wait.lane(), self.cells[cell][wait.lane()]);
            if n > 0 {
                let mut which = plan.draws_of(Purpose::Batch, cell, self.day).stream(wait.lane());
                for _ in 0..n {
                    self.leave_any(plan, cell, wait, &mut which);
                }
                self.arrive(plan, cell, lane::REMOVED, n);
            }
        }
    }

    /// Takes one installation, any as likely as another, of a cell out of a wait.
    fn leave_any(&mut self, plan: &Plan<'_>, cell: usize, wait: Wait, which: &mut Stream) -> Batch {
        let position = which.random_range(0..self.cells[cell][wait.lane()]);
        self.leave_waiting(plan, cell, wait, position)
    }
}

/// One Active cell being asked who leaves.
struct Leavers<'a, 'b> {
    plan: &'a Plan<'b>,
    cell: usize,
    day: Day,
    draws: DrawsOf,
    leaving: &'a Chance,
    arrivals: &'a mut Arrivals,
    moves: &'a mut Moves,
}

impl Leavers<'_, '_> {
    /// Draws how many of a pool leave and where they arrive; returns how many.
    fn draw(&mut self, pool: usize, n: u32, kind: Kind) -> u32 {
        let (leavers, dormant) = self.how_many(pool, n);
        if leavers > 0 {
            self.send(pool, dormant, kind, Status::Dormant);
            self.send(pool, leavers - dormant, kind, Status::Active);
        }
        leavers
    }

    /// How many of a pool leave, and how many of those become Dormant.
    fn how_many(&mut self, pool: usize, n: u32) -> (u32, u32) {
        if n == 0 {
            return (0, 0);
        }
        let (u, v) = self.draws.pair(pool);
        let leavers = self.leaving.count(n, u);
        self.arrivals.any |= leavers > 0;
        self.moves.lost[self.plan.place_of(self.cell)] += u64::from(leavers);
        (leavers, self.plan.inputs.goes_dormant.count(leavers, v))
    }

    fn send(&mut self, pool: usize, n: u32, kind: Kind, status: Status) {
        if n == 0 {
            return;
        }
        let row = kind.position(status) * self.plan.model.suppliers.len();
        self.arrivals.rows[kind.position(status)] = true;
        let mut stream = self.gaining(pool, status);
        let counts = &mut self.arrivals.counts;
        let from = self.plan.places[self.plan.place_of(self.cell)].supplier;
        let destinations = self.plan.destinations.as_ref().expect("somebody changes supplier");
        destinations.send(from, n, &mut stream, |to, count| counts[row + to] += count);
    }

    fn gaining(&self, pool: usize, status: Status) -> Stream {
        let pool = if status == Status::Dormant { pool } else { FIRST_GAINING + pool };
        self.plan.draws_of(Purpose::Gaining, self.cell, self.day).stream(pool)
    }

    /// As `draw` for those in a wait: each leaver is any of those waiting.
    fn draw_waiting(&mut self, state: &mut State, wait: Wait) {
        let (leavers, dormant) = self.how_many(wait.lane(), state.cells[self.cell][wait.lane()]);
        if leavers == 0 {
            return;
        }
        let (plan, from) = (self.plan, self.plan.places[self.plan.place_of(self.cell)].supplier);
        let mut which =
            plan.draws_of(Purpose::Batch, self.cell, self.day).stream(FIRST_GAINING + wait.lane());
        let mut gaining = self.gaining(wait.lane(), Status::Dormant);
        let destinations = plan.destinations.as_ref().expect("somebody changes supplier");
        for leaver in 0..leavers {
            let batch = state.leave_any(plan, self.cell, wait, &mut which);
            let status = if leaver < dormant { Status::Dormant } else { Status::Active };
            let waiting = &mut self.arrivals.waiting;
            destinations.send(from, 1, &mut gaining, |to, _| waiting.push((to, status, batch)));
        }
    }
}
