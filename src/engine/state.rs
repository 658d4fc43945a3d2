//! Where every installation stands: counts per cell and stage, and batches that wait for a day. The only mutable thing
//! in a run; every change goes through the few verbs here, so that stock and waits cannot drift apart.

use serde::{Deserialize, Serialize};

use super::events::Events;
use super::plan::Plan;
use crate::model::Day;

/// The stages of model and trace, split where the cause of waiting differs. Positions in [`Cell`].
pub(super) mod lane {
    pub(crate) const GATE: usize = 0;
    pub(crate) const WAITING_FIRMWARE: usize = 1;
    pub(crate) const UNDER_WAY: usize = 2;
    pub(crate) const FIRMWARE_WAIT: usize = 3;
    /// Ready before EPCL entry; needed no update.
    pub(crate) const READY_UNTOUCHED: usize = 4;
    /// Ready before EPCL entry; was updated, so rework can strike it.
    pub(crate) const READY_UPDATED: usize = 5;
    /// In notice, or Active whose supplier is not yet a DCC user.
    pub(crate) const NOTICE: usize = 6;
    pub(crate) const ELIGIBLE_FIRST: usize = 7;
    pub(crate) const ELIGIBLE_LATER: usize = 8;
    pub(crate) const RETRY_WAIT: usize = 9;
    pub(crate) const MIGRATED: usize = 10;
    pub(crate) const NO_WAN: usize = 11;
    pub(crate) const EXHAUSTED: usize = 12;
    pub(crate) const REMOVED: usize = 13;
    /// Lanes in use; a cell is padded to a cache line.
    pub(crate) const COUNT: usize = 14;
}

/// Installations of one cell by lane.
pub(super) type Cell = [u32; 16];

/// What a batch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wait {
    /// Its update to end; the number is that of the try.
    Update,
    /// The next try of a failed update.
    UpdateWait,
    /// The end of notice, or its supplier; the number is that of the next attempt.
    Notice,
    /// The next attempt.
    Retry,
}

impl Wait {
    pub(super) fn lane(self) -> usize {
        match self {
            Self::Update => lane::UNDER_WAY,
            Self::UpdateWait => lane::FIRMWARE_WAIT,
            Self::Notice => lane::NOTICE,
            Self::Retry => lane::RETRY_WAIT,
        }
    }
}

/// Installations of one cell that wait for the same thing until the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batch {
    pub(super) due: Day,
    pub(super) wait: Wait,
    /// Number of the try or of the attempt, from 1.
    pub(super) number: u8,
    pub(super) count: u32,
}

/// All that changes in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The day being simulated.
    pub(super) day: Day,
    /// Migration days before it.
    pub(super) turn: u32,
    /// Cells by status (Dormant first), then place.
    pub(super) cells: Vec<Cell>,
    /// Days that installations have spent, and will spend if nothing more happens, in each lane of each cell.
    pub(super) waits: Vec<[u64; 16]>,
    /// Eligible installations by attempt: `[cell * max_attempts + attempt - 1]`.
    pub(super) by_attempt: Vec<u32>,
    /// Eligible installations of every cell, all attempts, where [`Plan::demand_at`] says: the day's demand.
    pub(super) eligible: Vec<u32>,
    /// Installations waiting for firmware by try: `[place * max_tries + try - 1]`.
    pub(super) by_try: Vec<u32>,
    /// Batches of each cell.
    pub(super) batches: Vec<Vec<Batch>>,
    pub(super) events: Events,
    /// By cohort: firmware open, entered on the EPCL, Active updated.
    pub(super) opened: Vec<bool>,
    pub(super) entered: Vec<bool>,
    pub(super) suppliers_updated: Vec<bool>,
    /// By group.
    pub(super) outage: Vec<bool>,
    /// Active demand a migration day of this week, by slot, where it is a commitment.
    pub(super) committed: Vec<u32>,
    /// Active stock read at the cut-off for next week's commitment, by slot.
    pub(super) read_at_cutoff: Option<Vec<u32>>,
    /// Fractions of an update owed, by place.
    pub(super) firmware_credit: Vec<i64>,
    /// Installations that became eligible for their first attempt, by cell.
    pub(super) became_eligible: Vec<u64>,
    /// Migration days in a row with demand and no slot, by cell.
    pub(super) without_slot: Vec<u32>,
    /// Cohorts whose cells changed since they were last added up.
    pub(super) changed: Vec<bool>,
}

impl State {
    pub(super) fn empty(plan: &Plan<'_>) -> Self {
        let (n_places, n_cohorts) = (plan.places.len(), plan.model.cohorts.len());
        let n_cells = 2 * n_places;
        Self {
            day: Day(0),
            turn: 0,
            cells: vec![[0; 16]; n_cells],
            waits: vec![[0; 16]; n_cells],
            by_attempt: vec![0; n_cells * plan.max_attempts],
            eligible: vec![0; n_cells],
            by_try: vec![0; n_places * plan.max_tries],
            batches: vec![Vec::new(); n_cells],
            events: Events::new(plan.n_days),
            opened: vec![false; n_cohorts],
            entered: vec![false; n_cohorts],
            suppliers_updated: vec![false; n_cohorts],
            outage: vec![false; plan.model.groups.len()],
            committed: vec![0; if plan.model.commitment.is_some() { n_places } else { 0 }],
            read_at_cutoff: None,
            firmware_credit: vec![0; n_places],
            became_eligible: vec![0; n_cells],
            without_slot: vec![0; n_cells],
            changed: vec![true; n_cohorts],
        }
    }

    /// Puts installations into a lane from outside the cell.
    pub(super) fn arrive(&mut self, plan: &Plan<'_>, cell: usize, lane: usize, n: u32) {
        self.cells[cell][lane] += n;
        self.waits[cell][lane] += u64::from(n) * plan.days_left(self.day);
        self.changed[plan.cohort_of(cell)] = true;
    }

    /// Takes installations out of a lane.
    pub(super) fn leave(&mut self, plan: &Plan<'_>, cell: usize, lane: usize, n: u32) {
        self.cells[cell][lane] -= n;
        self.waits[cell][lane] -= u64::from(n) * plan.days_left(self.day);
        self.changed[plan.cohort_of(cell)] = true;
    }

    /// Moves installations of a cell from one lane to another.
    pub(super) fn shift(&mut self, plan: &Plan<'_>, cell: usize, from: usize, to: usize, n: u32) {
        let days = u64::from(n) * plan.days_left(self.day);
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        counts[from] -= n;
        counts[to] += n;
        waits[from] -= days;
        waits[to] += days;
        self.changed[plan.cohort_of(cell)] = true;
    }

    /// Makes installations that arrive from outside a lane eligible for an attempt.
    pub(super) fn arrive_eligible(&mut self, plan: &Plan<'_>, cell: usize, attempt: u8, n: u32) {
        self.by_attempt[plan.attempt_at(cell, attempt)] += n;
        self.eligible[plan.demand_at(cell)] += n;
        self.became_eligible[cell] += if attempt == 1 { u64::from(n) } else { 0 };
        self.arrive(plan, cell, eligible_lane(attempt), n);
    }

    /// Takes eligible installations out.
    pub(super) fn leave_eligible(&mut self, plan: &Plan<'_>, cell: usize, attempt: u8, n: u32) {
        self.by_attempt[plan.attempt_at(cell, attempt)] -= n;
        self.eligible[plan.demand_at(cell)] -= n;
        self.leave(plan, cell, eligible_lane(attempt), n);
    }

    /// Puts installations that arrive into a batch until a day.
    pub(super) fn arrive_batch(&mut self, plan: &Plan<'_>, cell: usize, batch: Batch) {
        if batch.count == 0 {
            return;
        }
        self.arrive(plan, cell, batch.wait.lane(), batch.count);
        let alike = |b: &&mut Batch| b.due == batch.due && b.wait == batch.wait && b.number == batch.number;
        if let Some(same) = self.batches[cell].iter_mut().find(alike) {
            same.count += batch.count;
        } else {
            self.batches[cell].push(batch);
            self.events.schedule_return(batch.due, cell);
        }
    }

    /// Takes all batches of a kind out of a cell; returns how many installations they held.
    pub(super) fn leave_batches(&mut self, plan: &Plan<'_>, cell: usize, wait: Wait) -> u32 {
        let mut count = 0;
        self.batches[cell].retain(|batch| {
            let taken = batch.wait == wait;
            count += if taken { batch.count } else { 0 };
            !taken
        });
        self.leave(plan, cell, wait.lane(), count);
        count
    }

    /// Takes one of the batches that end today out of a cell, if there is one.
    pub(super) fn leave_due(&mut self, plan: &Plan<'_>, cell: usize) -> Option<Batch> {
        let today = self.day;
        let at = self.batches[cell].iter().position(|batch| batch.due <= today)?;
        let batch = self.batches[cell].swap_remove(at);
        self.leave(plan, cell, batch.wait.lane(), batch.count);
        Some(batch)
    }

    /// Takes one installation out of a cell's batches of a kind: the one at `position` among them.
    pub(super) fn leave_one(&mut self, plan: &Plan<'_>, cell: usize, wait: Wait, mut position: u32) -> Batch {
        for at in 0..self.batches[cell].len() {
            let batch = self.batches[cell][at];
            if batch.wait != wait {
                continue;
            }
            if position < batch.count {
                self.batches[cell][at].count -= 1;
                if batch.count == 1 {
                    self.batches[cell].remove(at);
                }
                self.leave(plan, cell, wait.lane(), 1);
                return Batch { count: 1, ..batch };
            }
            position -= batch.count;
        }
        unreachable!("the position is below the lane's count")
    }

    /// Sends Dormant installations to wait for firmware with their next try.
    pub(super) fn arrive_waiting_firmware(&mut self, plan: &Plan<'_>, place: usize, attempt: u8, n: u32) {
        self.by_try[plan.try_at(place, attempt)] += n;
        self.arrive(plan, place, lane::WAITING_FIRMWARE, n);
    }
}

/// The lane of eligible installations by the number of their next attempt.
pub(super) fn eligible_lane(attempt: u8) -> usize {
    if attempt == 1 { lane::ELIGIBLE_FIRST } else { lane::ELIGIBLE_LATER }
}
