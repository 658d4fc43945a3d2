//! Step 2 of a day: Active installations change supplier, some becoming Dormant; then installations are removed. One
//! binomial draw a cell and pool; who gains is drawn for the leavers together.

use rand::RngExt;

use super::plan::Plan;
use super::pools::{CellPool, Hazard, Pools, What};
use super::state::{Batch, State, Wait, lane};
use crate::model::{CohortIdx, Status};
use crate::random::{Purpose, Stream, Struck};

/// Draws of who gains stand behind those of who leaves.
const FIRST_GAINING: usize = 512;

/// What step 2 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Churn {
    pools: Pools,
    arrivals: Arrivals,
    leaving: Hazard,
    removal: [Hazard; 2],
}

/// Where leavers of a change of supplier arrive, and how many, before anybody is moved: `[kind * n_suppliers + to]`.
#[derive(Clone, Debug, Default)]
struct Arrivals {
    counts: Vec<u32>,
    /// Whether anybody arrives, by kind.
    rows: Vec<bool>,
    /// Leavers out of a batch: they go on waiting at their new supplier.
    waiting: Vec<(usize, Status, Batch)>,
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
    pub(super) fn change_supplier(&mut self, plan: &Plan<'_>, churn: &mut Churn, moves: &mut Moves) {
        let Some(change) = &plan.model.change_of_supplier else { return };
        let Churn { pools, arrivals, leaving, .. } = churn;
        let Some(leaving) = leaving.of(&change.probability, self.day) else { return };
        arrivals.rows.resize(2 * (2 + plan.max_attempts), false);
        arrivals.counts.resize(arrivals.rows.len() * plan.model.suppliers.len(), 0);
        for cohort in 0..plan.model.cohorts.len() {
            pools.list(plan, self, plan.leavable_cells(cohort));
            pools.strike(plan, Purpose::Leaving, self.day, leaving);
            for (pool, leavers) in pools.struck() {
                self.leave_supplier(plan, pool, leavers, arrivals);
                moves.lost[plan.place_of(pool.cell as usize)] += u64::from(leavers.count);
            }
            if pools.struck().len() > 0 {
                self.settle(plan, cohort, arrivals, moves);
            }
        }
    }

    /// Takes leavers out of a pool and draws where they arrive.
    fn leave_supplier(&mut self, plan: &Plan<'_>, pool: CellPool, leavers: Struck, arrivals: &mut Arrivals) {
        let (cell, n) = (pool.cell as usize, leavers.count);
        let dormant = plan.inputs.goes_dormant.count(n, leavers.second);
        let kind = match pool.what() {
            What::Lane(lane::GATE) => Kind::NotUpdated,
            What::Lane(lane::UNDER_WAY) => Kind::BeingUpdated,
            What::Attempt(attempt) => Kind::Updated { attempt },
            What::Lane(lane) => {
                let wait = Wait::in_lane(Status::Active, lane).expect("an Active installation waits");
                return self.leave_supplier_waiting(plan, pool, wait, (n, dormant), arrivals);
            }
            What::Try(_) => unreachable!("a Dormant installation does not change supplier"),
        };
        match kind {
            Kind::Updated { attempt } => self.leave_eligible(plan, cell, attempt, n),
            Kind::NotUpdated => self.leave(plan, cell, lane::GATE, n),
            Kind::BeingUpdated => self.leave(plan, cell, lane::UNDER_WAY, n),
        }
        let (gaining, index) = (plan.draws_of(Purpose::Gaining, cell, self.day), usize::from(pool.index));
        arrivals.send(plan, cell, dormant, (kind, Status::Dormant), gaining.stream(index));
        arrivals.send(plan, cell, n - dormant, (kind, Status::Active), gaining.stream(FIRST_GAINING + index));
    }

    /// As `leave_supplier` for those in a wait: each leaver is any of those waiting.
    fn leave_supplier_waiting(
        &mut self,
        plan: &Plan<'_>,
        pool: CellPool,
        wait: Wait,
        (leavers, dormant): (u32, u32),
        arrivals: &mut Arrivals,
    ) {
        let (cell, index) = (pool.cell as usize, usize::from(pool.index));
        let mut which = plan.draws_of(Purpose::Batch, cell, self.day).stream(FIRST_GAINING + index);
        let mut gaining = plan.draws_of(Purpose::Gaining, cell, self.day).stream(index);
        let (from, destinations) = plan.leaving(cell);
        for leaver in 0..leavers {
            let batch = self.leave_any(plan, cell, wait, &mut which);
            let status = if leaver < dormant { Status::Dormant } else { Status::Active };
            destinations.send(from, 1, &mut gaining, |to, n| {
                arrivals.waiting.extend((n > 0).then_some((to, status, batch)));
            });
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
                let row = &mut arrivals.counts[kind.position(status) * n_suppliers..][..n_suppliers];
                for place in plan.cohort_places[cohort].clone() {
                    let n = std::mem::take(&mut row[plan.places[place].supplier]);
                    moves.gained[status as usize][place] += u64::from(n);
                    // Most gain some Active ones, so that nobody is as quick as a look whether there is anybody.
                    if n > 0 || status == Status::Active {
                        self.arrive_leavers(plan, place, status, kind, n);
                    }
                }
            }
        }
        for (supplier, status, batch) in arrivals.waiting.drain(..) {
            let place = plan.place_at(cohort, supplier);
            moves.gained[status as usize][place] += 1;
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
    pub(super) fn remove(&mut self, plan: &Plan<'_>, churn: &mut Churn) {
        let Some(removal) = &plan.model.removal else { return };
        let Churn { pools, removal: hazards, .. } = churn;
        let by_status = Status::ALL.into_iter().zip([&removal.dormant, &removal.active]).zip(hazards);
        for ((status, by_day), hazard) in by_status {
            let Some(hazard) = hazard.of(by_day, self.day) else { continue };
            for cohort in 0..plan.model.cohorts.len() {
                pools.list(plan, self, plan.cells_of(cohort, status));
                pools.strike(plan, Purpose::Removal, self.day, hazard);
                for (pool, removed) in pools.struck() {
                    self.remove_from(plan, pool, removed.count);
                    self.arrive(plan, pool.cell as usize, lane::REMOVED, removed.count);
                }
            }
        }
    }

    /// Takes removed installations out of a pool.
    fn remove_from(&mut self, plan: &Plan<'_>, pool: CellPool, n: u32) {
        let (cell, status) = (pool.cell as usize, plan.status_of(pool.cell as usize));
        let lane = match pool.what() {
            What::Lane(lane) => lane,
            What::Try(number) => return self.leave_waiting_firmware(plan, cell, number, n),
            What::Attempt(attempt) => return self.leave_eligible(plan, cell, attempt, n),
        };
        let mut which = plan.draws_of(Purpose::Batch, cell, self.day).stream(lane);
        if let Some(wait) = Wait::in_lane(status, lane) {
            (0..n).for_each(|_| _ = self.leave_any(plan, cell, wait, &mut which));
        } else if status == Status::Dormant && lane == lane::UNDER_WAY {
            for left in (0..n).map(|removed| self.cells[cell][lane] - removed) {
                let position = which.random_range(0..left);
                self.under_way.take_one(&plan.rings, (cell, plan.cohort_of(cell)), self.day, position);
            }
            self.leave(plan, cell, lane, n);
        } else {
            self.leave(plan, cell, lane, n);
        }
    }

    /// Takes one installation, any as likely as another, of a cell out of a wait.
    fn leave_any(&mut self, plan: &Plan<'_>, cell: usize, wait: Wait, which: &mut Stream) -> Batch {
        let position = which.random_range(0..self.cells[cell][wait.lane()]);
        self.leave_waiting(plan, cell, wait, position)
    }
}

impl Arrivals {
    /// Sends leavers of a cell, who were doing one thing, to where they arrive.
    fn send(
        &mut self,
        plan: &Plan<'_>,
        cell: usize,
        n: u32,
        (kind, status): (Kind, Status),
        mut gaining: Stream,
    ) {
        if n == 0 {
            return;
        }
        let row = kind.position(status) * plan.model.suppliers.len();
        self.rows[kind.position(status)] = true;
        let (from, destinations) = plan.leaving(cell);
        destinations.send(from, n, &mut gaining, |to, count| self.counts[row + to] += count);
    }
}
