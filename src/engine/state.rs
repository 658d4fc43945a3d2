//! Where every installation stands: counts per cell and stage, and those who wait for a day. The only mutable thing
//! in a run; every change goes through the few verbs here, so that stock and waits cannot drift apart.

use serde::{Deserialize, Serialize};

use super::events::Events;
use super::hazard::Exposure;
use super::lane::{self, Cell};
use super::line::Line;
use super::plan::Plan;
use super::under_way::UnderWay;
pub(super) use super::waits::{Batch, Wait, Waits};
use crate::model::Day;
use crate::random::Purpose;

/// All that changes in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The same of all tries, by cohort.
    pub(super) waiting_firmware: Vec<u32>,
    /// Updates under way.
    pub(super) under_way: UnderWay,
    /// Those who wait until a day or for their supplier.
    pub(super) waiting: Waits,
    pub(super) events: Events,
    /// What cells still withstand of change of supplier, and of removal.
    pub(super) leaving: Exposure,
    pub(super) removal: Exposure,
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
    /// The most that was, by cell.
    pub(super) longest_without_slot: Vec<u32>,
    /// Since when they have been eligible, where the policy asks.
    pub(super) line: Line,
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
            waiting_firmware: vec![0; n_cohorts],
            under_way: UnderWay::new(&plan.rings),
            waiting: Waits::new(&plan.rooms),
            events: Events::new(plan.n_days),
            leaving: Exposure::new(plan, Purpose::Leaving, |cell| plan.may_leave(cell)),
            removal: Exposure::new(plan, Purpose::Removal, |_| true),
            opened: vec![false; n_cohorts],
            entered: vec![false; n_cohorts],
            suppliers_updated: vec![false; n_cohorts],
            outage: vec![false; plan.model.groups.len()],
            committed: vec![0; if plan.model.commitment.is_some() { n_places } else { 0 }],
            read_at_cutoff: None,
            firmware_credit: vec![0; n_places],
            became_eligible: vec![0; n_cells],
            without_slot: vec![0; n_cells],
            longest_without_slot: vec![0; n_cells],
            line: Line::new(plan.model, n_cells),
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
        self.shift_to(plan, cell, from, [(to, n)]);
    }

    /// Moves installations of a cell from one lane to others.
    pub(super) fn shift_to<const N: usize>(
        &mut self,
        plan: &Plan<'_>,
        cell: usize,
        from: usize,
        to: [(usize, u32); N],
    ) {
        let days = plan.days_left(self.day);
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        for (to, n) in to {
            counts[from] -= n;
            counts[to] += n;
            waits[from] -= u64::from(n) * days;
            waits[to] += u64::from(n) * days;
        }
        self.changed[plan.cohort_of(cell)] = true;
    }

    /// Makes installations that arrive from outside a lane eligible for an attempt.
    pub(super) fn arrive_eligible(&mut self, plan: &Plan<'_>, cell: usize, attempt: u8, n: u32) {
        self.by_attempt[plan.attempt_at(cell, attempt)] += n;
        self.eligible[plan.demand_at(cell)] += n;
        self.line.join(cell, self.day, n);
        self.became_eligible[cell] += if attempt == 1 { u64::from(n) } else { 0 };
        self.arrive(plan, cell, eligible_lane(attempt), n);
    }

    /// Makes installations eligible that waited, by the number of their next attempt.
    pub(super) fn become_eligible(&mut self, plan: &Plan<'_>, cell: usize, wait: Wait, counts: &[u32]) {
        let all = add(counts, &mut self.by_attempt[plan.attempt_at(cell, 1)..]);
        if all == 0 {
            return;
        }
        self.eligible[plan.demand_at(cell)] += all;
        self.line.join(cell, self.day, all);
        self.became_eligible[cell] += u64::from(counts[0]);
        self.shift_to(
            plan,
            cell,
            wait.lane(),
            [(lane::ELIGIBLE_FIRST, counts[0]), (lane::ELIGIBLE_LATER, all - counts[0])],
        );
    }

    /// Sends Dormant installations whose updates failed back to wait for firmware, by the number of their next try.
    pub(super) fn try_again(&mut self, plan: &Plan<'_>, place: usize, counts: &[u32]) {
        let all = add(counts, &mut self.by_try[plan.try_at(place, 1)..]);
        if all > 0 {
            self.waiting_firmware[plan.cohort_of(place)] += all;
            self.shift(plan, place, lane::FIRMWARE_WAIT, lane::WAITING_FIRMWARE, all);
        }
    }

    /// Takes eligible installations out.
    pub(super) fn leave_eligible(&mut self, plan: &Plan<'_>, cell: usize, attempt: u8, n: u32) {
        self.by_attempt[plan.attempt_at(cell, attempt)] -= n;
        self.eligible[plan.demand_at(cell)] -= n;
        self.line.leave(cell, n);
        self.leave(plan, cell, eligible_lane(attempt), n);
    }

    /// Puts installations that arrive into a wait.
    pub(super) fn arrive_waiting(&mut self, plan: &Plan<'_>, cell: usize, batch: Batch) {
        if batch.count > 0 {
            self.arrive(plan, cell, batch.wait.lane(), batch.count);
            self.waiting.put(&plan.rooms[cell], cell, batch);
        }
    }

    /// Sends Dormant installations to wait for firmware with their next try.
    pub(super) fn arrive_waiting_firmware(&mut self, plan: &Plan<'_>, place: usize, attempt: u8, n: u32) {
        self.by_try[plan.try_at(place, attempt)] += n;
        self.waiting_firmware[plan.cohort_of(place)] += n;
        self.arrive(plan, place, lane::WAITING_FIRMWARE, n);
    }

    /// Takes Dormant installations out that wait for firmware with their next try.
    pub(super) fn leave_waiting_firmware(&mut self, plan: &Plan<'_>, place: usize, number: u8, n: u32) {
        self.by_try[plan.try_at(place, number)] -= n;
        self.waiting_firmware[plan.cohort_of(place)] -= n;
        self.leave(plan, place, lane::WAITING_FIRMWARE, n);
    }
}

/// Adds counts to pools that stand in the same order; returns the sum of the counts.
pub(super) fn add(counts: &[u32], pools: &mut [u32]) -> u32 {
    let counts = counts.iter().zip(pools);
    counts.fold(0, |all, (n, pool)| {
        *pool += n;
        all + n
    })
}

/// The lane of eligible installations by the number of their next attempt.
pub(super) fn eligible_lane(attempt: u8) -> usize {
    if attempt == 1 { lane::ELIGIBLE_FIRST } else { lane::ELIGIBLE_LATER }
}
