//! Where every installation stands: counts per cell and stage, and those who wait for a day. The only mutable thing
//! in a run; every change goes through the few verbs here, so that stock and waits cannot drift apart.

use serde::{Deserialize, Serialize};

use crate::engine::day::dated_events::Events;
use crate::engine::setup::hazard_clock::Exposure;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::fifo_queue::FifoQueue;
use crate::engine::stock::substage::{self, Cell};
use crate::engine::stock::update_ring::UnderWay;
pub(in crate::engine) use crate::engine::stock::wait_ring::{Wait, Waiting, Waits};
use crate::model::Day;
use crate::random::Purpose;

/// All that changes in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct State {
    /// The day being simulated.
    pub(in crate::engine) day: Day,
    /// Migration days before it.
    pub(in crate::engine) turn: u32,
    /// Cells by status (Dormant first), then place.
    pub(in crate::engine) cells: Vec<Cell>,
    /// Days that installations have spent, and will spend if nothing more happens, in each lane of each cell.
    pub(in crate::engine) waits: Vec<[u64; 16]>,
    /// Installations of each cell that may still migrate: those of its lanes before [`substage::MIGRATED`]. Changed where any come, go, migrate
    /// or are excluded; added up again every day.
    pub(in crate::engine) unmigrated: Vec<u32>,
    /// Eligible installations by attempt: see [`RunLayout::attempt_at`].
    pub(in crate::engine) by_attempt: Vec<u32>,
    /// Eligible installations of every cell, all attempts, where [`RunLayout::demand_at`] says: the day's demand.
    pub(in crate::engine) eligible: Vec<u32>,
    /// Installations waiting for firmware by try: `[place * max_tries + try - 1]`.
    pub(in crate::engine) by_try: Vec<u32>,
    /// The same of all tries, by cohort.
    pub(in crate::engine) waiting_firmware: Vec<u32>,
    /// Updates under way.
    pub(in crate::engine) under_way: UnderWay,
    /// Those who wait until a day or for their supplier.
    pub(in crate::engine) waiting: Waits,
    pub(in crate::engine) events: Events,
    /// What cells still withstand of change of supplier, and of removal.
    pub(in crate::engine) leaving: Exposure,
    pub(in crate::engine) removal: Exposure,
    /// By cohort: firmware open, entered on the EPCL, Active updated.
    pub(in crate::engine) opened: Vec<bool>,
    pub(in crate::engine) entered: Vec<bool>,
    pub(in crate::engine) suppliers_updated: Vec<bool>,
    /// By group.
    pub(in crate::engine) outage: Vec<bool>,
    /// Active demand a migration day of this week, by slot, where it is a commitment.
    pub(in crate::engine) committed: Vec<u32>,
    /// Active stock read at the cut-off for next week's commitment, by slot.
    pub(in crate::engine) read_at_cutoff: Option<Vec<u32>>,
    /// Fractions of an update owed, by place.
    pub(in crate::engine) firmware_credit: Vec<i64>,
    /// Installations that became eligible for their first attempt, by cell.
    pub(in crate::engine) became_eligible: Vec<u64>,
    /// Migration days in a row with demand and no slot, by cell.
    pub(in crate::engine) without_slot: Vec<u32>,
    /// The most that was, by cell.
    pub(in crate::engine) longest_without_slot: Vec<u32>,
    /// Since when they have been eligible, where the policy asks.
    pub(in crate::engine) line: FifoQueue,
    /// Cohorts whose cells changed since they were last added up.
    pub(in crate::engine) changed: Vec<bool>,
}

impl State {
    pub(in crate::engine) fn empty(layout: &RunLayout<'_>) -> Self {
        let (n_places, n_cohorts) = (layout.places.len(), layout.model.cohorts.len());
        let n_cells = 2 * n_places;
        Self {
            day: Day(0),
            turn: 0,
            cells: vec![[0; 16]; n_cells],
            waits: vec![[0; 16]; n_cells],
            unmigrated: vec![0; n_cells],
            by_attempt: vec![0; n_cells * layout.attempt_stride],
            eligible: vec![0; n_cells],
            by_try: vec![0; n_places * layout.max_tries],
            waiting_firmware: vec![0; n_cohorts],
            under_way: UnderWay::new(&layout.rings),
            waiting: Waits::new(&layout.wait_columns),
            events: Events::new(layout.n_days),
            leaving: Exposure::new(layout, Purpose::Leaving, |cell| layout.may_leave(cell)),
            removal: Exposure::new(layout, Purpose::Removal, |_| true),
            opened: vec![false; n_cohorts],
            entered: vec![false; n_cohorts],
            suppliers_updated: vec![false; n_cohorts],
            outage: vec![false; layout.model.groups.len()],
            committed: vec![0; if layout.model.commitment.is_some() { n_places } else { 0 }],
            read_at_cutoff: None,
            firmware_credit: vec![0; n_places],
            became_eligible: vec![0; n_cells],
            without_slot: vec![0; n_cells],
            longest_without_slot: vec![0; n_cells],
            line: FifoQueue::new(layout.model, n_cells),
            changed: vec![true; n_cohorts],
        }
    }

    /// Bytes of its columns. Whoever queues by age, where a policy asks for it, comes on top.
    pub(in crate::engine) fn bytes(&self) -> usize {
        let of_cells = size_of_val(self.cells.as_slice()) + size_of_val(self.waits.as_slice());
        let counts = [
            &self.unmigrated,
            &self.by_attempt,
            &self.eligible,
            &self.by_try,
            &self.without_slot,
            &self.longest_without_slot,
        ];
        let counts: usize = counts.iter().map(|counts| size_of_val(counts.as_slice())).sum();
        let wide =
            size_of_val(self.firmware_credit.as_slice()) + size_of_val(self.became_eligible.as_slice());
        of_cells + counts + wide + self.under_way.bytes() + self.waiting.bytes()
    }

    /// Puts installations into a lane from outside the cell.
    pub(in crate::engine) fn arrive(&mut self, layout: &RunLayout<'_>, cell: usize, lane: usize, n: u32) {
        self.cells[cell][lane] += n;
        self.waits[cell][lane] += u64::from(n) * layout.days_left(self.day);
        self.changed[layout.cohort_of(cell)] = true;
    }

    /// Takes installations out of a lane.
    pub(in crate::engine) fn leave(&mut self, layout: &RunLayout<'_>, cell: usize, lane: usize, n: u32) {
        self.cells[cell][lane] -= n;
        self.waits[cell][lane] -= u64::from(n) * layout.days_left(self.day);
        self.changed[layout.cohort_of(cell)] = true;
    }

    /// Moves installations of a cell from one lane to another.
    pub(in crate::engine) fn shift(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        from: usize,
        to: usize,
        n: u32,
    ) {
        self.shift_to(layout, cell, from, [(to, n)]);
    }

    /// Moves installations of a cell from one lane to others.
    pub(in crate::engine) fn shift_to<const N: usize>(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        from: usize,
        to: [(usize, u32); N],
    ) {
        let days = layout.days_left(self.day);
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        for (to, n) in to {
            counts[from] -= n;
            counts[to] += n;
            waits[from] -= u64::from(n) * days;
            waits[to] += u64::from(n) * days;
        }
        self.changed[layout.cohort_of(cell)] = true;
    }

    /// Makes installations that arrive from outside a lane eligible for an attempt.
    pub(in crate::engine) fn arrive_eligible(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        attempt: u8,
        n: u32,
    ) {
        self.join_eligible(layout, cell, attempt, n);
        self.arrive(layout, cell, eligible_lane(attempt), n);
    }

    /// Counts installations among those of a cell who are eligible for an attempt; their lane is the caller's.
    #[inline]
    pub(in crate::engine) fn join_eligible(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        attempt: u8,
        n: u32,
    ) {
        self.by_attempt[layout.attempt_at(cell, attempt)] += n;
        self.eligible[layout.demand_at(cell)] += n;
        self.line.join(cell, self.day, n);
        self.became_eligible[cell] += if attempt == 1 { u64::from(n) } else { 0 };
    }

    /// Makes installations eligible that waited.
    #[inline]
    pub(in crate::engine) fn become_eligible(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        wait: Wait,
        attempt: u8,
        n: u32,
    ) {
        self.join_eligible(layout, cell, attempt, n);
        self.shift(layout, cell, wait.lane(), eligible_lane(attempt), n);
    }

    /// Sends Dormant installations whose updates failed back to wait for firmware, with their next try.
    #[inline]
    pub(in crate::engine) fn try_again(&mut self, layout: &RunLayout<'_>, place: usize, number: u8, n: u32) {
        self.by_try[layout.try_at(place, number)] += n;
        self.waiting_firmware[layout.cohort_of(place)] += n;
        self.shift(layout, place, substage::FIRMWARE_WAIT, substage::WAITING_FIRMWARE, n);
    }

    /// Takes eligible installations out.
    pub(in crate::engine) fn leave_eligible(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        attempt: u8,
        n: u32,
    ) {
        self.by_attempt[layout.attempt_at(cell, attempt)] -= n;
        self.eligible[layout.demand_at(cell)] -= n;
        self.line.leave(cell, n);
        self.leave(layout, cell, eligible_lane(attempt), n);
    }

    /// Puts installations that arrive into a wait.
    pub(in crate::engine) fn arrive_waiting(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        waiting: Waiting,
    ) {
        if waiting.count > 0 {
            self.arrive(layout, cell, waiting.wait.lane(), waiting.count);
            self.waiting.put(&layout.wait_columns[cell], waiting);
        }
    }

    /// Sends Dormant installations to wait for firmware with their next try.
    pub(in crate::engine) fn arrive_waiting_firmware(
        &mut self,
        layout: &RunLayout<'_>,
        place: usize,
        attempt: u8,
        n: u32,
    ) {
        self.by_try[layout.try_at(place, attempt)] += n;
        self.waiting_firmware[layout.cohort_of(place)] += n;
        self.arrive(layout, place, substage::WAITING_FIRMWARE, n);
    }

    /// Takes Dormant installations out that wait for firmware with their next try.
    pub(in crate::engine) fn leave_waiting_firmware(
        &mut self,
        layout: &RunLayout<'_>,
        place: usize,
        number: u8,
        n: u32,
    ) {
        self.by_try[layout.try_at(place, number)] -= n;
        self.waiting_firmware[layout.cohort_of(place)] -= n;
        self.leave(layout, place, substage::WAITING_FIRMWARE, n);
    }

    /// Takes one installation of a cell, by its position, out of a lane in which installations stand day by day; returns the wait it was in,
    /// if it was one.
    pub(in crate::engine) fn leave_one(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        lane: usize,
        position: u32,
    ) -> Option<Waiting> {
        self.leave(layout, cell, lane, 1);
        let Some(wait) = Wait::in_lane(layout.status_of(cell), lane) else {
            self.under_way.take_one(&layout.rings, (cell, layout.cohort_of(cell)), self.day, position);
            return None;
        };
        Some(self.waiting.take_one(&layout.wait_columns[cell], wait, self.day, position))
    }
}

/// The lane of eligible installations by the number of their next attempt.
pub(in crate::engine) fn eligible_lane(attempt: u8) -> usize {
    if attempt == 1 { substage::ELIGIBLE_FIRST } else { substage::ELIGIBLE_LATER }
}
