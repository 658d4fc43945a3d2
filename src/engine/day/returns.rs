//! Step 3 of a day: updates and waits that end today.

use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::fate_tables::FateTables;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait, eligible_lane};
use crate::engine::stock::substage;
use crate::engine::stock::wait_ring::Waiter;
use crate::model::{CohortIdx, Status};
use crate::random::{Block, CountTables, Purpose, TableOf};
use crate::trace::CohortRecord;

/// What step 3 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Returns {
    /// Places of which an update ends.
    places: BranchlessVec<u32>,
    /// Cohorts of which any update is under way, and up to where the list of places is theirs.
    cohorts: Vec<(CohortIdx, usize)>,
    /// The tens of tries of every place, which share a block of draws, and the block.
    tens: BranchlessVec<(u32, u16)>,
    blocks: Vec<Block>,
    /// How many updates succeed, by place of a cohort.
    succeeded: Vec<u32>,
    /// Waits that end, as places of the day's row and how many.
    waits: Vec<(u32, u32)>,
}

/// Tries whose draws come from one word, and from one block.
const FIVE: usize = Block::A_WORD;
const TEN: usize = 2 * FIVE;

impl State {
    /// Step 3: updates and waits that end today.
    pub(in crate::engine) fn returns(
        &mut self,
        layout: &RunLayout<'_>,
        fates: &mut FateTables,
        returns: &mut Returns,
        records: &mut [CohortRecord],
    ) -> Result<(), String> {
        self.updates_end(layout, fates, returns, records);
        let taken = self.waits_end(layout, &mut returns.waits);
        self.waiting.check_taken(self.day, taken)?;
        self.suppliers_join(layout);
        Ok(())
    }

    /// What becomes of those whose wait ends today, kind after kind; returns how many there are.
    fn waits_end(&mut self, layout: &RunLayout<'_>, waits: &mut Vec<(u32, u32)>) -> u32 {
        let today = self.day;
        let who = |at: u32| {
            let Waiter { cell, number } = layout.wait_columns.waiter(at);
            (cell as usize, number)
        };
        let mut taken = self.waiting.take_due(Wait::UpdateWait, today, waits);
        for &(at, n) in &*waits {
            let (place, number) = who(at);
            self.try_again(layout, place, number, n);
        }
        taken += self.waiting.take_due(Wait::Notice, today, waits);
        self.all_become_eligible(layout, Wait::Notice, waits);
        taken += self.waiting.take_due(Wait::Retry, today, waits);
        // One that changed supplier while it waited may have come to one that is not yet a DCC user.
        if layout.inputs.suppliers.iter().any(|supplier| supplier.user_from > today) {
            let is_early =
                |cell: usize| layout.status_of(cell) == Status::Active && layout.user_from(cell) > today;
            waits.retain(|&(at, n)| {
                let (cell, attempt) = who(at);
                let early = is_early(cell);
                if early {
                    self.leave(layout, cell, Wait::Retry.lane(), n);
                    self.arrive_active_ready(layout, cell, attempt, n);
                }
                !early
            });
        }
        self.all_become_eligible(layout, Wait::Retry, waits);
        taken
    }

    /// As [`State::become_eligible`] for many cells, with what it does written out: most of all that happens on a day is this.
    fn all_become_eligible(&mut self, layout: &RunLayout<'_>, wait: Wait, waits: &[(u32, u32)]) {
        let (from, days_left) = (wait.lane(), layout.days_left(self.day));
        for &(at, n) in waits {
            let Waiter { cell, number } = layout.wait_columns.waiter(at);
            let cell = cell as usize;
            let to = eligible_lane(number);
            let days = u64::from(n) * days_left;
            let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
            counts[from] -= n;
            counts[to] += n;
            waits[from] -= days;
            waits[to] += days;
            self.by_attempt[layout.attempt_at(cell, number)] += n;
            self.eligible[layout.demand_at(cell)] += n;
            self.became_eligible[cell] += if number == 1 { u64::from(n) } else { 0 };
            self.changed[layout.cohort_of(cell)] = true;
        }
        if self.line.is_kept() {
            for &(at, n) in waits {
                self.line.join(layout.wait_columns.waiter(at).cell as usize, self.day, n);
            }
        }
    }

    /// Suppliers that become DCC users today: their Active installations have waited for them.
    fn suppliers_join(&mut self, layout: &RunLayout<'_>) {
        if layout.inputs.suppliers.iter().all(|supplier| supplier.user_from != self.day) {
            return;
        }
        let today = self.day;
        for cell in layout.cells(Status::Active).filter(|cell| layout.user_from(*cell) == today) {
            let users: Vec<(u8, u32)> = self.waiting.take_users(&layout.wait_columns[cell]).collect();
            for (attempt, n) in users {
                self.become_eligible(layout, cell, Wait::User, attempt, n);
            }
        }
    }

    /// Updates that end today: their places are listed, then their draws made side by side, then applied.
    fn updates_end(
        &mut self,
        layout: &RunLayout<'_>,
        fates: &mut FateTables,
        returns: &mut Returns,
        records: &mut [CohortRecord],
    ) {
        self.list_ended(layout, returns);
        let Returns { places, cohorts, tens, blocks, succeeded, .. } = returns;
        layout.blocks(Purpose::UpdateSuccess, self.day, tens.items(), |ten| ten, blocks);
        let (mut from, mut left) = (0, &blocks[..]);
        for &(cohort, upto) in &*cohorts {
            let places = &places.items()[from..upto];
            let (blocks, rest) = left.split_at(places.len() * tens_of(layout, cohort));
            let of_updates = fates.of_updates(cohort);
            let (all, failures) = self.cohort_ends(layout, cohort, of_updates, (places, blocks), succeeded);
            self.under_way.end(cohort, all);
            records[cohort].firmware_failed += u64::from(failures);
            (from, left) = (upto, rest);
        }
    }

    /// Lists the places of which an update ends today, and the tens of their tries.
    fn list_ended(&mut self, layout: &RunLayout<'_>, returns: &mut Returns) {
        let Returns { places, cohorts, tens, .. } = returns;
        places.clear();
        cohorts.clear();
        tens.clear();
        for (cohort, of_cohort) in layout.cohort_places.iter().enumerate() {
            if !self.under_way.any(cohort) {
                continue;
            }
            let from = places.items().len();
            self.under_way.list_due(&layout.rings, (of_cohort.clone(), cohort), self.day, places);
            let n_tens = u16::try_from(tens_of(layout, cohort)).expect("tries have at most two digits");
            for place in &places.items()[from..] {
                (0..n_tens).for_each(|ten| tens.add((*place, ten), true));
            }
            cohorts.push((cohort, places.items().len()));
        }
    }

    /// Updates of a cohort end; returns how many there are and how many fail.
    fn cohort_ends(
        &mut self,
        layout: &RunLayout<'_>,
        cohort: CohortIdx,
        (tables, fails): (&mut CountTables, TableOf),
        (places, blocks): (&[u32], &[Block]),
        succeeded: &mut Vec<u32>,
    ) -> (u32, u32) {
        let inputs = &layout.inputs.cohorts[cohort];
        let tries = usize::from(layout.model.cohorts[cohort].firmware.max_tries);
        let days_left = layout.days_left(self.day);
        let goal = match (self.entered[cohort], inputs.notice) {
            (false, _) => substage::READY_UPDATED,
            (true, 0) => substage::ELIGIBLE_FIRST,
            (true, _) => substage::NOTICE,
        };
        let until = self.waiting.ring_day(self.day.plus(inputs.update_wait));
        let mut update_waits = self.waiting.until(Wait::UpdateWait, until);
        let (mut all_ended, mut all_failed) = (0, 0);
        let fails = [fails; FIVE];
        succeeded.clear();
        for (&place, blocks) in places.iter().zip(blocks.chunks_exact(tries.div_ceil(TEN))) {
            let mut due = self.under_way.take_due(&layout.rings, (place as usize, cohort), self.day);
            let second_try_at = layout.wait_columns[place as usize].at(Wait::UpdateWait, 1) + 1;
            let (mut ended, mut failed, mut given_up) = (0, 0, 0);
            for five in 0..tries.div_ceil(FIVE) {
                let (block, lead_at) = (&blocks[five / 2], five % 2 * FIVE);
                let mut of_tries = [0; FIVE];
                for n in &mut of_tries {
                    *n = due.next().unwrap_or(0);
                }
                let failures = tables.count_five(&fails, &of_tries, block.fives()[five % 2], |lead, word| {
                    let ten = u16::try_from(five / 2).expect("tries have at most two digits");
                    layout.behind(Purpose::UpdateSuccess, self.day, (place, ten), lead_at + lead, word)
                });
                for at in 0..FIVE {
                    ended += of_tries[at];
                    failed += failures[at];
                }
                // Of whom the last try failed nobody tries again.
                let first = five * FIVE;
                let again = (tries - 1 - first).min(FIVE);
                update_waits.put_row(second_try_at + first, &failures[..again]);
                given_up += failures.get(again).copied().unwrap_or(0);
            }
            let place = place as usize;
            let (counts, waits) = (&mut self.cells[place], &mut self.waits[place]);
            counts[substage::UNDER_WAY] -= ended;
            waits[substage::UNDER_WAY] -= u64::from(ended) * days_left;
            for (lane, n) in [
                (substage::FIRMWARE_WAIT, failed - given_up),
                (substage::NO_WAN, given_up),
                (goal, ended - failed),
            ] {
                counts[lane] += n;
                waits[lane] += u64::from(n) * days_left;
            }
            self.unmigrated[place] -= given_up;
            succeeded.push(ended - failed);
            (all_ended, all_failed) = (all_ended + ended, all_failed + failed);
        }
        let succeeded = places.iter().map(|place| *place as usize).zip(succeeded.iter().copied());
        if goal == substage::NOTICE {
            let until = self.waiting.ring_day(self.day.plus(inputs.notice));
            let mut notices = self.waiting.until(Wait::Notice, until);
            succeeded.for_each(|(place, n)| notices.put(layout.wait_columns[place].at(Wait::Notice, 1), n));
        } else if goal == substage::ELIGIBLE_FIRST {
            succeeded.for_each(|(place, n)| self.join_eligible(layout, place, 1, n));
        }
        self.changed[cohort] = true;
        (all_ended, all_failed)
    }
}

/// Tens of tries of a cohort.
fn tens_of(layout: &RunLayout<'_>, cohort: CohortIdx) -> usize {
    usize::from(layout.model.cohorts[cohort].firmware.max_tries).div_ceil(TEN)
}
