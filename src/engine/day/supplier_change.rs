//! Step 2 of a day, first half: Active installations change supplier, some becoming Dormant.

use crate::engine::setup::hazard_clock::{Hazard, Strikes};
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::pools::{Pools, What};
use crate::engine::stock::state::{Batch, State, Wait};
use crate::engine::stock::substage;
use crate::model::{CohortIdx, Status};
use crate::random::{Purpose, Stream};

/// What step 2 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Churn {
    pub(in crate::engine) strikes: Strikes,
    pub(in crate::engine) pools: Pools,
    arrivals: Arrivals,
    pub(in crate::engine) leaving: Hazard,
    pub(in crate::engine) removal: [Hazard; 2],
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
pub(in crate::engine) struct Moves {
    pub(in crate::engine) lost: Vec<u64>,
    pub(in crate::engine) gained: [Vec<u64>; 2],
}

impl State {
    /// Step 2, first half: leavers are drawn on the stock before anybody moves.
    pub(in crate::engine) fn change_supplier(
        &mut self,
        layout: &RunLayout<'_>,
        churn: &mut Churn,
        moves: &mut Moves,
    ) {
        let Some(change) = &layout.model.change_of_supplier else { return };
        let Churn { strikes, pools, arrivals, leaving, .. } = churn;
        let Some(leaving) = leaving.of(&change.probability, self.day) else { return };
        arrivals.rows.resize(2 * (2 + layout.max_attempts), false);
        arrivals.counts.resize(arrivals.rows.len() * layout.model.suppliers.len(), 0);
        let cells = (layout.cells(Status::Active), &self.cells[..]);
        self.leaving.wear(layout, (Purpose::Leaving, leaving), cells, strikes);
        for of_cohort in
            strikes.struck().chunk_by_mut(|a, b| layout.cohort_of(a.cell) == layout.cohort_of(b.cell))
        {
            let cohort = layout.cohort_of(of_cohort[0].cell);
            for strike in of_cohort {
                moves.lost[layout.place_of(strike.cell)] += u64::from(strike.count);
                let cell = strike.cell;
                let one = |state: &mut Self, lane, position, draws: &mut Stream| {
                    let batch = state
                        .leave_batch(layout, cell, lane, position)
                        .expect("an Active installation waits");
                    arrivals.send_waiting(layout, cell, batch, draws);
                };
                pools.strike(layout, self, strike, one);
                for struck in pools.struck() {
                    self.leave_supplier(layout, cell, struck, &mut strike.draws, arrivals);
                }
            }
            self.settle(layout, cohort, arrivals, moves);
        }
    }

    /// Takes leavers who were doing one thing out of a cell, and draws where they arrive.
    fn leave_supplier(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        (what, n): (What, u32),
        draws: &mut Stream,
        arrivals: &mut Arrivals,
    ) {
        let kind = match what {
            What::Attempt(attempt) => {
                self.leave_eligible(layout, cell, attempt, n);
                Kind::Updated { attempt }
            }
            What::Lane(lane) => {
                self.leave(layout, cell, lane, n);
                if lane == substage::GATE { Kind::NotUpdated } else { Kind::BeingUpdated }
            }
            What::Try(_) => unreachable!("a Dormant installation does not change supplier"),
        };
        let dormant = layout.inputs.goes_dormant.count(n, draws.number());
        arrivals.send(layout, cell, dormant, (kind, Status::Dormant), draws);
        arrivals.send(layout, cell, n - dormant, (kind, Status::Active), draws);
    }

    /// Moves the leavers of one cohort to where they arrive.
    fn settle(
        &mut self,
        layout: &RunLayout<'_>,
        cohort: CohortIdx,
        arrivals: &mut Arrivals,
        moves: &mut Moves,
    ) {
        let n_suppliers = layout.model.suppliers.len();
        let kinds = [Kind::NotUpdated, Kind::BeingUpdated].into_iter();
        let attempts =
            (1..=layout.model.cohorts[cohort].max_attempts).map(|attempt| Kind::Updated { attempt });
        for kind in kinds.chain(attempts) {
            for status in Status::ALL {
                if !std::mem::take(&mut arrivals.rows[kind.position(status)]) {
                    continue;
                }
                let row = &mut arrivals.counts[kind.position(status) * n_suppliers..][..n_suppliers];
                for place in layout.cohort_places[cohort].clone() {
                    let n = std::mem::take(&mut row[layout.places[place].supplier]);
                    moves.gained[status as usize][place] += u64::from(n);
                    // Most gain some Active ones, so that nobody is as quick as a look whether there is anybody.
                    if n > 0 || status == Status::Active {
                        self.arrive_leavers(layout, place, status, kind, n);
                    }
                }
            }
        }
        for (supplier, status, batch) in arrivals.waiting.drain(..) {
            let place = layout.place_at(cohort, supplier);
            moves.gained[status as usize][place] += 1;
            self.arrive_from_waiting(layout, place, status, batch);
        }
    }

    fn arrive_leavers(&mut self, layout: &RunLayout<'_>, place: usize, status: Status, kind: Kind, n: u32) {
        let active = layout.cell(place, Status::Active);
        match (status, kind) {
            (Status::Active, Kind::NotUpdated) => self.arrive(layout, active, substage::GATE, n),
            (Status::Active, Kind::BeingUpdated) => self.arrive(layout, active, substage::UNDER_WAY, n),
            (Status::Active, Kind::Updated { attempt }) => {
                self.arrive_active_ready(layout, active, attempt, n)
            }
            (Status::Dormant, Kind::Updated { attempt }) => {
                self.arrive_dormant_ready(layout, place, attempt, n);
            }
            (Status::Dormant, _) => self.arrive_dormant_not_updated(layout, place, n, kind.number()),
        }
    }

    /// Newly Dormant installations that no supplier had updated: the cohort's share needs no update.
    fn arrive_dormant_not_updated(&mut self, layout: &RunLayout<'_>, place: usize, n: u32, kind: u16) {
        let cohort = layout.cohort_of(place);
        let u = layout.number(Purpose::NoUpdate, place, self.day, 1 + kind);
        let untouched = layout.inputs.cohorts[cohort].no_update.count(n, u);
        if self.entered[cohort] {
            self.arrive_dormant_ready(layout, place, 1, untouched);
        } else {
            self.arrive(layout, place, substage::READY_UNTOUCHED, untouched);
        }
        if self.opened[cohort] {
            self.arrive_waiting_firmware(layout, place, 1, n - untouched);
        } else {
            self.arrive(layout, place, substage::GATE, n - untouched);
        }
    }

    /// A leaver out of a wait: it goes on waiting; if it became Dormant its notice runs beside.
    fn arrive_from_waiting(&mut self, layout: &RunLayout<'_>, place: usize, status: Status, batch: Batch) {
        match (status, batch.wait) {
            (Status::Active, Wait::Retry) => self.arrive_waiting(layout, layout.cell(place, status), batch),
            (Status::Active, _) => {
                self.arrive_active_ready(layout, layout.cell(place, status), batch.number, 1)
            }
            (Status::Dormant, Wait::Retry) => {
                let notice = self.day.plus(layout.inputs.cohorts[layout.cohort_of(place)].notice);
                self.arrive_waiting(layout, place, Batch { due: batch.due.max(notice), ..batch });
            }
            (Status::Dormant, _) => self.arrive_dormant_ready(layout, place, batch.number, 1),
        }
    }
}

impl Arrivals {
    /// Sends leavers of a cell, who were doing one thing, to where they arrive.
    fn send(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        n: u32,
        (kind, status): (Kind, Status),
        draws: &mut Stream,
    ) {
        if n == 0 {
            return;
        }
        let row = kind.position(status) * layout.model.suppliers.len();
        self.rows[kind.position(status)] = true;
        let (from, destinations) = layout.leaving(cell);
        destinations.send(from, n, draws, |to, count| self.counts[row + to] += count);
    }

    /// Sends one leaver of a cell out of a batch to where it arrives.
    fn send_waiting(&mut self, layout: &RunLayout<'_>, cell: usize, batch: Batch, draws: &mut Stream) {
        let dormant = layout.inputs.goes_dormant.count(1, draws.number()) > 0;
        let status = if dormant { Status::Dormant } else { Status::Active };
        let (from, destinations) = layout.leaving(cell);
        destinations.send(from, 1, draws, |to, n| {
            self.waiting.extend((n > 0).then_some((to, status, batch)));
        });
    }
}
