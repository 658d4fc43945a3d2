//! Step 3 of a day: updates and waits that end today.

use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait, eligible_lane};
use crate::engine::stock::substage;
use crate::engine::stock::wait_ring::Waiter;
use crate::model::{CohortIdx, Status};
use crate::random::{Block, Purpose};
use crate::trace::CohortRecord;

/// What step 3 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Returns {
    ended: BranchlessVec<Ended>,
    /// Cohorts of which any update ends, and up to where the list is theirs.
    cohorts: Vec<(CohortIdx, usize)>,
    /// Places and tens of tries, which share a block of draws, and the block.
    tens: BranchlessVec<(u32, u16)>,
    blocks: Vec<Block>,
    /// How many fail, in the order of `ended`.
    failed: Vec<u32>,
    /// Waits that end, as places of the day's row and how many.
    waits: Vec<(u32, u32)>,
}

/// Updates of a place that end, with the position of their try among the ten that share a block of draws, and of that block.
#[derive(Clone, Copy, Debug, Default)]
struct Ended {
    place: u32,
    at: u8,
    count: u32,
    block: u32,
}

/// Tries whose draws come from one block.
const TEN: usize = 2 * Block::A_WORD;

impl State {
    /// Step 3: updates and waits that end today.
    pub(in crate::engine) fn returns(
        &mut self,
        layout: &RunLayout<'_>,
        returns: &mut Returns,
        records: &mut [CohortRecord],
    ) -> Result<(), String> {
        self.updates_end(layout, returns, records);
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

    /// Updates that end today: all are listed, then their draws made side by side, then applied.
    fn updates_end(&mut self, layout: &RunLayout<'_>, returns: &mut Returns, records: &mut [CohortRecord]) {
        self.list_ended(layout, returns);
        let Returns { ended, cohorts, tens, blocks, failed, .. } = returns;
        layout.blocks(Purpose::UpdateSuccess, self.day, tens.items(), |ten| ten, blocks);
        failed.clear();
        let mut from = 0;
        for &(cohort, upto) in &*cohorts {
            let fails = layout.fate_tables.update_fails(cohort);
            failed.extend(ended.items()[from..upto].iter().map(|ended| {
                let (at, block) = (usize::from(ended.at), ended.block as usize);
                let behind =
                    |word| layout.behind(Purpose::UpdateSuccess, self.day, tens.items()[block], at, word);
                fails.count_by_lead(ended.count, blocks[block].lead(at), behind)
            }));
            let of_cohort = (&ended.items()[from..upto], &failed[from..]);
            let (all, failures) = self.cohort_ends(layout, cohort, tens.items(), of_cohort);
            self.under_way.end(cohort, all);
            records[cohort].firmware_failed += u64::from(failures);
            from = upto;
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "places are few, tries have at most two digits")]
    fn list_ended(&mut self, layout: &RunLayout<'_>, returns: &mut Returns) {
        let Returns { ended, cohorts, tens, .. } = returns;
        ended.clear();
        cohorts.clear();
        tens.clear();
        for (cohort, places) in layout.cohort_places.iter().enumerate() {
            if !self.under_way.any(cohort) {
                continue;
            }
            let tries = usize::from(layout.model.cohorts[cohort].firmware.max_tries);
            for place in places.clone().filter(|place| self.cells[*place][substage::UNDER_WAY] > 0) {
                let mut due = self.under_way.take_due(&layout.rings, (place, cohort), self.day);
                for ten in 0..tries.div_ceil(TEN) as u16 {
                    let (mut any, block) = (0, tens.items().len() as u32);
                    let mut space = ended.space(TEN);
                    for (at, count) in (0..).zip(due.by_ref().take(TEN)) {
                        any |= count;
                        space.add(Ended { place: place as u32, at, count, block }, count > 0);
                    }
                    let stayed = space.stayed();
                    ended.keep(stayed);
                    tens.add((place as u32, ten), any > 0);
                }
            }
            cohorts.push((cohort, ended.items().len()));
        }
    }

    /// Updates of a cohort end; returns how many there are and how many fail.
    fn cohort_ends(
        &mut self,
        layout: &RunLayout<'_>,
        cohort: CohortIdx,
        tens: &[(u32, u16)],
        (ended, failed): (&[Ended], &[u32]),
    ) -> (u32, u32) {
        let inputs = &layout.inputs.cohorts[cohort];
        let last = usize::from(layout.model.cohorts[cohort].firmware.max_tries);
        let days_left = layout.days_left(self.day);
        let notice_ends = self.waiting.ring_day(self.day.plus(inputs.notice));
        let goal = match (self.entered[cohort], inputs.notice) {
            (false, _) => substage::READY_UPDATED,
            (true, 0) => substage::ELIGIBLE_FIRST,
            (true, _) => substage::NOTICE,
        };
        let until = self.waiting.ring_day(self.day.plus(inputs.update_wait));
        let mut update_waits = self.waiting.until(Wait::UpdateWait, until);
        let (mut all, mut all_failed) = (0, 0);
        for (ended, &failed) in ended.iter().zip(failed) {
            let (place, n, good) = (ended.place as usize, ended.count, ended.count - failed);
            let number = usize::from(tens[ended.block as usize].1) * TEN + usize::from(ended.at) + 1;
            let is_last = number == last;
            all += n;
            all_failed += failed;
            let (counts, waits) = (&mut self.cells[place], &mut self.waits[place]);
            counts[substage::UNDER_WAY] -= n;
            waits[substage::UNDER_WAY] -= u64::from(n) * days_left;
            let failed_lane = if is_last { substage::NO_WAN } else { substage::FIRMWARE_WAIT };
            for (lane, n) in [(failed_lane, failed), (goal, good)] {
                counts[lane] += n;
                waits[lane] += u64::from(n) * days_left;
            }
            // Nobody waits for a try after the last.
            let again = if is_last { 0 } else { failed };
            self.unmigrated[place] -= failed - again;
            let at = layout.wait_columns[place].at(Wait::UpdateWait, 1) + number - usize::from(is_last);
            update_waits.put(at, again);
        }
        let good =
            ended.iter().zip(failed).map(|(ended, failed)| (ended.place as usize, ended.count - failed));
        if goal == substage::NOTICE {
            let mut notices = self.waiting.until(Wait::Notice, notice_ends);
            good.for_each(|(place, n)| notices.put(layout.wait_columns[place].at(Wait::Notice, 1), n));
        } else if goal == substage::ELIGIBLE_FIRST {
            good.for_each(|(place, n)| self.join_eligible(layout, place, 1, n));
        }
        self.changed[cohort] = true;
        (all, all_failed)
    }
}
