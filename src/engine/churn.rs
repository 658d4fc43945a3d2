//! Step 2 of a day: Active installations change supplier, some becoming Dormant; then installations are removed.

use super::hazard::{Hazard, Strikes};
use super::lane;
use super::plan::Plan;
use super::pools::{Pools, What};
use super::state::{Batch, State, Wait};
use crate::model::{CohortIdx, Status};
use crate::random::{Purpose, Stream};

/// What step 2 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Churn {
    strikes: Strikes,
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
    fn number(self) -> u16 {
        match self {
            Self::NotUpdated => 0,
            Self::BeingUpdated => 1,
            Self::Updated { attempt } => 1 + u16::from(attempt),
        }
    }

    fn position(self, status: Status) -> usize {
        2 * usize::from(self.number()) + usize::from(status == Status::Active)
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
        let Churn { strikes, pools, arrivals, leaving, .. } = churn;
        let Some(leaving) = leaving.of(&change.probability, self.day) else { return };
        arrivals.rows.resize(2 * (2 + plan.max_attempts), false);
        arrivals.counts.resize(arrivals.rows.len() * plan.model.suppliers.len(), 0);
        let cells = (plan.cells(Status::Active), &self.cells[..]);
        self.leaving.wear(plan, (Purpose::Leaving, leaving), cells, strikes);
        for of_cohort in
            strikes.struck().chunk_by_mut(|a, b| plan.cohort_of(a.cell) == plan.cohort_of(b.cell))
        {
            let cohort = plan.cohort_of(of_cohort[0].cell);
            for strike in of_cohort {
                moves.lost[plan.place_of(strike.cell)] += u64::from(strike.count);
                let cell = strike.cell;
                let one = |state: &mut Self, lane, position, draws: &mut Stream| {
                    let batch =
                        state.leave_batch(plan, cell, lane, position).expect("an Active installation waits");
                    arrivals.send_waiting(plan, cell, batch, draws);
                };
                pools.strike(plan, self, strike, one);
                for struck in pools.struck() {
                    self.leave_supplier(plan, cell, struck, &mut strike.draws, arrivals);
                }
            }
            self.settle(plan, cohort, arrivals, moves);
        }
    }

    /// Takes leavers who were doing one thing out of a cell, and draws where they arrive.
    fn leave_supplier(
        &mut self,
        plan: &Plan<'_>,
        cell: usize,
        (what, n): (What, u32),
        draws: &mut Stream,
        arrivals: &mut Arrivals,
    ) {
        let kind = match what {
            What::Attempt(attempt) => {
                self.leave_eligible(plan, cell, attempt, n);
                Kind::Updated { attempt }
            }
            What::Lane(lane) => {
                self.leave(plan, cell, lane, n);
                if lane == lane::GATE { Kind::NotUpdated } else { Kind::BeingUpdated }
            }
            What::Try(_) => unreachable!("a Dormant installation does not change supplier"),
        };
        let dormant = plan.inputs.goes_dormant.count(n, draws.number());
        arrivals.send(plan, cell, dormant, (kind, Status::Dormant), draws);
        arrivals.send(plan, cell, n - dormant, (kind, Status::Active), draws);
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
            (Status::Dormant, _) => self.arrive_dormant_not_updated(plan, place, n, kind.number()),
        }
    }

    /// Newly Dormant installations that no supplier had updated: the cohort's share needs no update.
    fn arrive_dormant_not_updated(&mut self, plan: &Plan<'_>, place: usize, n: u32, kind: u16) {
        let cohort = plan.cohort_of(place);
        let u = plan.number(Purpose::NoUpdate, place, self.day, 1 + kind);
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
        let Churn { strikes, pools, removal: hazards, .. } = churn;
        let by_status = Status::ALL.into_iter().zip([&removal.dormant, &removal.active]).zip(hazards);
        for ((status, by_day), hazard) in by_status {
            let Some(hazard) = hazard.of(by_day, self.day) else { continue };
            let cells = (plan.cells(status), &self.cells[..]);
            self.removal.wear(plan, (Purpose::Removal, hazard), cells, strikes);
            for strike in strikes.struck() {
                let (cell, count) = (strike.cell, strike.count);
                let one = |state: &mut Self, lane, position, _: &mut Stream| {
                    state.leave_batch(plan, cell, lane, position);
                };
                pools.strike(plan, self, strike, one);
                pools.struck().for_each(|struck| self.remove_from(plan, cell, struck));
                self.arrive(plan, cell, lane::REMOVED, count);
            }
        }
    }

    /// Takes removed installations who were doing one thing out of a cell.
    fn remove_from(&mut self, plan: &Plan<'_>, cell: usize, (what, n): (What, u32)) {
        match what {
            What::Lane(lane) => self.leave(plan, cell, lane, n),
            What::Try(number) => self.leave_waiting_firmware(plan, cell, number, n),
            What::Attempt(attempt) => self.leave_eligible(plan, cell, attempt, n),
        }
    }

    /// Takes one installation of a cell, by its position, out of a lane in which installations stand day by day; returns the wait it was in,
    /// if it was one.
    fn leave_batch(&mut self, plan: &Plan<'_>, cell: usize, lane: usize, position: u32) -> Option<Batch> {
        self.leave(plan, cell, lane, 1);
        let Some(wait) = Wait::in_lane(plan.status_of(cell), lane) else {
            self.under_way.take_one(&plan.rings, (cell, plan.cohort_of(cell)), self.day, position);
            return None;
        };
        Some(self.waiting.take_one(&plan.rooms[cell], wait, self.day, position))
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
        draws: &mut Stream,
    ) {
        if n == 0 {
            return;
        }
        let row = kind.position(status) * plan.model.suppliers.len();
        self.rows[kind.position(status)] = true;
        let (from, destinations) = plan.leaving(cell);
        destinations.send(from, n, draws, |to, count| self.counts[row + to] += count);
    }

    /// Sends one leaver of a cell out of a batch to where it arrives.
    fn send_waiting(&mut self, plan: &Plan<'_>, cell: usize, batch: Batch, draws: &mut Stream) {
        let dormant = plan.inputs.goes_dormant.count(1, draws.number()) > 0;
        let status = if dormant { Status::Dormant } else { Status::Active };
        let (from, destinations) = plan.leaving(cell);
        destinations.send(from, 1, draws, |to, n| {
            self.waiting.extend((n > 0).then_some((to, status, batch)));
        });
    }
}
