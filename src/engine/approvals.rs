//! Step 1 of a day: firmware opens, cohorts enter the EPCL, rework strikes, outages begin and end. Also step 3: what
//! becomes of batches that end today.

use super::events::Event;
use super::lane;
use super::listed::Listed;
use super::plan::Plan;
use super::state::{Batch, State, Wait};
use crate::model::{CohortIdx, Status};
use crate::random::{Number, Purpose};
use crate::trace::CohortRecord;

/// Updates that end on a day, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Updates {
    ended: Listed<Ended>,
    /// The draws of each.
    numbers: Vec<[Number; 2]>,
}

/// Updates of a place that end, with the number of their try.
#[derive(Clone, Copy, Debug, Default)]
struct Ended {
    place: u32,
    number: u8,
    count: u32,
}

impl State {
    /// Step 1: what is dated today.
    pub(super) fn dated_events(&mut self, plan: &Plan<'_>, records: &mut [CohortRecord]) {
        for event in self.events.take(self.day.index().expect("a run starts on day 0")) {
            match event {
                Event::FirmwareOpens(cohort) => self.firmware_opens(plan, cohort),
                Event::Enters(cohort) => self.enters(plan, cohort, &mut records[cohort]),
                Event::SuppliersUpdated(cohort) => self.suppliers_updated(plan, cohort),
                Event::OutageBegins(group) => self.outage[group] = true,
                Event::OutageEnds(group) => self.outage[group] = false,
            }
        }
    }

    fn firmware_opens(&mut self, plan: &Plan<'_>, cohort: CohortIdx) {
        self.opened[cohort] = true;
        for place in plan.cohort_places[cohort].clone() {
            let n = self.cells[place][lane::GATE];
            self.leave(plan, place, lane::GATE, n);
            self.arrive_waiting_firmware(plan, place, 1, n);
        }
    }

    fn enters(&mut self, plan: &Plan<'_>, cohort: CohortIdx, record: &mut CohortRecord) {
        self.entered[cohort] = true;
        for place in plan.cohort_places[cohort].clone() {
            if plan.inputs.cohorts[cohort].rework {
                record.reworked += u64::from(self.rework(plan, place));
            }
            for ready in [lane::READY_UNTOUCHED, lane::READY_UPDATED] {
                let n = self.cells[place][ready];
                self.leave(plan, place, ready, n);
                self.arrive_dormant_ready(plan, place, 1, n);
            }
            let active = plan.cell(place, Status::Active);
            self.shift(plan, active, lane::GATE, lane::UNDER_WAY, self.cells[active][lane::GATE]);
        }
    }

    /// Sends a Dormant cell's updated installations, updates under way and firmware waits back to waiting for firmware.
    fn rework(&mut self, plan: &Plan<'_>, place: usize) -> u32 {
        let updated = self.cells[place][lane::READY_UPDATED];
        self.leave(plan, place, lane::READY_UPDATED, updated);
        let under_way = self.under_way.take_all(&plan.rings, (place, plan.cohort_of(place)));
        self.leave(plan, place, lane::UNDER_WAY, under_way);
        let waiting = self.waiting.take_update_waits(&plan.rooms[place], self.day);
        self.leave(plan, place, lane::FIRMWARE_WAIT, waiting);
        let again = updated + under_way + waiting;
        self.arrive_waiting_firmware(plan, place, 1, again);
        again
    }

    fn suppliers_updated(&mut self, plan: &Plan<'_>, cohort: CohortIdx) {
        self.suppliers_updated[cohort] = true;
        for place in plan.cohort_places[cohort].clone() {
            let cell = plan.cell(place, Status::Active);
            let n = self.cells[cell][lane::UNDER_WAY];
            self.leave(plan, cell, lane::UNDER_WAY, n);
            self.arrive_active_ready(plan, cell, 1, n);
        }
    }

    /// Dormant installations whose firmware is done: eligible after notice, from EPCL entry.
    pub(super) fn arrive_dormant_ready(&mut self, plan: &Plan<'_>, place: usize, attempt: u8, n: u32) {
        let cohort = plan.places[place].cohort;
        if n == 0 {
        } else if !self.entered[cohort] {
            self.arrive(plan, place, lane::READY_UPDATED, n);
        } else if plan.inputs.cohorts[cohort].notice == 0 {
            self.arrive_eligible(plan, place, attempt, n);
        } else {
            let due = self.day.plus(plan.inputs.cohorts[cohort].notice);
            self.arrive_waiting(plan, place, Batch { due, wait: Wait::Notice, number: attempt, count: n });
        }
    }

    /// Updated Active installations: eligible once their supplier is a DCC user.
    pub(super) fn arrive_active_ready(&mut self, plan: &Plan<'_>, cell: usize, attempt: u8, n: u32) {
        let due = plan.user_from(cell);
        if due <= self.day {
            self.arrive_eligible(plan, cell, attempt, n);
        } else {
            self.arrive_waiting(plan, cell, Batch { due, wait: Wait::User, number: attempt, count: n });
        }
    }

    /// Step 3: updates and waits that end today.
    pub(super) fn returns(&mut self, plan: &Plan<'_>, updates: &mut Updates, records: &mut [CohortRecord]) {
        self.updates_end(plan, updates, records);
        let mut counts = Vec::new();
        for word in 0..self.waiting.words() {
            for cell in self.waiting.take_cells(word, self.day) {
                self.waiting.take_due(&plan.rooms[cell], self.day, &mut counts);
                self.waits_end(plan, cell, &counts);
            }
        }
        self.suppliers_join(plan, &mut counts);
    }

    /// What becomes of those of a cell whose wait ends, whatever they waited for.
    fn waits_end(&mut self, plan: &Plan<'_>, cell: usize, counts: &[u32]) {
        let ended = |wait| plan.rooms[cell].ended(counts, wait);
        let retries = ended(Wait::Retry);
        match plan.status_of(cell) {
            Status::Dormant => {
                self.try_again(plan, cell, ended(Wait::UpdateWait));
                self.become_eligible(plan, cell, Wait::Notice, ended(Wait::Notice));
                self.become_eligible(plan, cell, Wait::Retry, retries);
            }
            // One that changed supplier while it waited may have come to one that is not yet a DCC user.
            Status::Active if plan.user_from(cell) > self.day => {
                for (attempt, n) in (1..).zip(retries.iter().copied()).filter(|(_, n)| *n > 0) {
                    self.leave(plan, cell, Wait::Retry.lane(), n);
                    self.arrive_active_ready(plan, cell, attempt, n);
                }
            }
            Status::Active => self.become_eligible(plan, cell, Wait::Retry, retries),
        }
    }

    /// Suppliers that become DCC users today: their Active installations have waited for them.
    fn suppliers_join(&mut self, plan: &Plan<'_>, counts: &mut Vec<u32>) {
        if plan.inputs.suppliers.iter().all(|supplier| supplier.user_from != self.day) {
            return;
        }
        let today = self.day;
        for cell in plan.cells(Status::Active).filter(|cell| plan.user_from(*cell) == today) {
            let room = &plan.rooms[cell];
            self.waiting.take_users(room, counts);
            self.become_eligible(plan, cell, Wait::User, room.ended(counts, Wait::User));
        }
    }

    /// Updates that end today, of all places before any draw, so that those are made side by side.
    fn updates_end(&mut self, plan: &Plan<'_>, updates: &mut Updates, records: &mut [CohortRecord]) {
        let Updates { ended, numbers } = updates;
        ended.clear();
        for (cohort, places) in plan.cohort_places.iter().enumerate() {
            if !self.under_way.any(cohort) {
                continue;
            }
            let tries = plan.model.cohorts[cohort].firmware.max_tries;
            for place in places.clone().filter(|place| self.cells[*place][lane::UNDER_WAY] > 0) {
                let mut space = ended.space(tries.into());
                for number in 1..=tries {
                    let count = self.under_way.take_due(&plan.rings, (place, cohort), number, self.day);
                    let place = u32::try_from(place).expect("places are few");
                    space.add(Ended { place, number, count }, count > 0);
                }
                let stayed = space.stayed();
                ended.keep(stayed);
            }
        }
        let of = |ended: Ended| (ended.place, ended.number.into());
        plan.pairs(Purpose::UpdateSuccess, self.day, ended.items(), of, numbers);
        let mut drawn = ended.items();
        let mut numbers = &numbers[..];
        while let Some(first) = drawn.first() {
            let n_tries = drawn.iter().take_while(|ended| ended.place == first.place).count();
            let (of_place, rest) = drawn.split_at(n_tries);
            let (draws, rest_of_numbers) = numbers.split_at(n_tries);
            let place = first.place as usize;
            let failed = self.tries_end(plan, place, of_place.iter().zip(draws));
            records[plan.cohort_of(place)].firmware_failed += u64::from(failed);
            (drawn, numbers) = (rest, rest_of_numbers);
        }
    }

    /// Updates of a place end, whatever the number of their try; returns how many failed.
    fn tries_end<'a>(
        &mut self,
        plan: &Plan<'_>,
        place: usize,
        tries: impl Iterator<Item = (&'a Ended, &'a [Number; 2])>,
    ) -> u32 {
        let cohort = plan.cohort_of(place);
        let inputs = &plan.inputs.cohorts[cohort];
        let last = plan.model.cohorts[cohort].firmware.max_tries;
        let (mut all, mut failed, mut given_up) = (0, 0, 0);
        for (Ended { number, count, .. }, [u, _]) in tries {
            let failures = count - inputs.update_success.count(*count, *u);
            all += count;
            failed += failures;
            if *number == last {
                given_up = failures;
            } else if failures > 0 {
                let due = self.day.plus(inputs.update_wait);
                let again = Batch { due, wait: Wait::UpdateWait, number: number + 1, count: failures };
                self.waiting.put(&plan.rooms[place], place, again);
            }
        }
        let ways = [(lane::FIRMWARE_WAIT, failed - given_up), (lane::NO_WAN, given_up)];
        self.shift_to(plan, place, lane::UNDER_WAY, ways);
        self.leave(plan, place, lane::UNDER_WAY, all - failed);
        self.arrive_dormant_ready(plan, place, 1, all - failed);
        failed
    }
}
