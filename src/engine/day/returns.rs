//! Step 3 of a day: updates and waits that end today.

use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{Batch, State, Wait};
use crate::engine::stock::substage;
use crate::model::Status;
use crate::random::{Number, Purpose};
use crate::trace::CohortRecord;

/// Updates that end on a day, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Updates {
    ended: BranchlessVec<Ended>,
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
    /// Step 3: updates and waits that end today.
    pub(in crate::engine) fn returns(
        &mut self,
        layout: &RunLayout<'_>,
        updates: &mut Updates,
        records: &mut [CohortRecord],
    ) {
        self.updates_end(layout, updates, records);
        let mut counts = Vec::new();
        for word in 0..self.waiting.words() {
            for cell in self.waiting.take_cells(word, self.day) {
                self.waiting.take_due(&layout.rooms[cell], self.day, &mut counts);
                self.waits_end(layout, cell, &counts);
            }
        }
        self.suppliers_join(layout, &mut counts);
    }

    /// What becomes of those of a cell whose wait ends, whatever they waited for.
    fn waits_end(&mut self, layout: &RunLayout<'_>, cell: usize, counts: &[u32]) {
        let ended = |wait| layout.rooms[cell].ended(counts, wait);
        let retries = ended(Wait::Retry);
        match layout.status_of(cell) {
            Status::Dormant => {
                self.try_again(layout, cell, ended(Wait::UpdateWait));
                self.become_eligible(layout, cell, Wait::Notice, ended(Wait::Notice));
                self.become_eligible(layout, cell, Wait::Retry, retries);
            }
            // One that changed supplier while it waited may have come to one that is not yet a DCC user.
            Status::Active if layout.user_from(cell) > self.day => {
                for (attempt, n) in (1..).zip(retries.iter().copied()).filter(|(_, n)| *n > 0) {
                    self.leave(layout, cell, Wait::Retry.lane(), n);
                    self.arrive_active_ready(layout, cell, attempt, n);
                }
            }
            Status::Active => self.become_eligible(layout, cell, Wait::Retry, retries),
        }
    }

    /// Suppliers that become DCC users today: their Active installations have waited for them.
    fn suppliers_join(&mut self, layout: &RunLayout<'_>, counts: &mut Vec<u32>) {
        if layout.inputs.suppliers.iter().all(|supplier| supplier.user_from != self.day) {
            return;
        }
        let today = self.day;
        for cell in layout.cells(Status::Active).filter(|cell| layout.user_from(*cell) == today) {
            let room = &layout.rooms[cell];
            self.waiting.take_users(room, counts);
            self.become_eligible(layout, cell, Wait::User, room.ended(counts, Wait::User));
        }
    }

    /// Updates that end today, of all places before any draw, so that those are made side by side.
    fn updates_end(&mut self, layout: &RunLayout<'_>, updates: &mut Updates, records: &mut [CohortRecord]) {
        let Updates { ended, numbers } = updates;
        ended.clear();
        for (cohort, places) in layout.cohort_places.iter().enumerate() {
            if !self.under_way.any(cohort) {
                continue;
            }
            let tries = layout.model.cohorts[cohort].firmware.max_tries;
            for place in places.clone().filter(|place| self.cells[*place][substage::UNDER_WAY] > 0) {
                let mut space = ended.space(tries.into());
                for number in 1..=tries {
                    let count = self.under_way.take_due(&layout.rings, (place, cohort), number, self.day);
                    let place = u32::try_from(place).expect("places are few");
                    space.add(Ended { place, number, count }, count > 0);
                }
                let stayed = space.stayed();
                ended.keep(stayed);
            }
        }
        let of = |ended: Ended| (ended.place, ended.number.into());
        layout.pairs(Purpose::UpdateSuccess, self.day, ended.items(), of, numbers);
        let mut drawn = ended.items();
        let mut numbers = &numbers[..];
        while let Some(first) = drawn.first() {
            let n_tries = drawn.iter().take_while(|ended| ended.place == first.place).count();
            let (of_place, rest) = drawn.split_at(n_tries);
            let (draws, rest_of_numbers) = numbers.split_at(n_tries);
            let place = first.place as usize;
            let failed = self.tries_end(layout, place, of_place.iter().zip(draws));
            records[layout.cohort_of(place)].firmware_failed += u64::from(failed);
            (drawn, numbers) = (rest, rest_of_numbers);
        }
    }

    /// Updates of a place end, whatever the number of their try; returns how many failed.
    fn tries_end<'a>(
        &mut self,
        layout: &RunLayout<'_>,
        place: usize,
        tries: impl Iterator<Item = (&'a Ended, &'a [Number; 2])>,
    ) -> u32 {
        let cohort = layout.cohort_of(place);
        let inputs = &layout.inputs.cohorts[cohort];
        let last = layout.model.cohorts[cohort].firmware.max_tries;
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
                self.waiting.put(&layout.rooms[place], place, again);
            }
        }
        let ways = [(substage::FIRMWARE_WAIT, failed - given_up), (substage::NO_WAN, given_up)];
        self.shift_to(layout, place, substage::UNDER_WAY, ways);
        self.leave(layout, place, substage::UNDER_WAY, all - failed);
        self.arrive_dormant_ready(layout, place, 1, all - failed);
        failed
    }
}
