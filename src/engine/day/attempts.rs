//! Step 7 of a day: what becomes of the slots.

use crate::engine::day::allocation::Market;
use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait};
use crate::engine::stock::substage;
use crate::engine::stock::wait_ring::RingDay;
use crate::model::{Day, Place, Status};
use crate::random::{Block, Purpose};
use crate::trace::{CohortRecord, GroupDay, Movement, Slots};

/// Where the trace keeps a day's slots.
pub(in crate::engine) struct SlotRecords<'t> {
    /// Of the day, by group.
    pub(in crate::engine) groups: &'t mut [GroupDay],
    /// Of the day, by supplier, Dormant then Active.
    pub(in crate::engine) suppliers: &'t mut [[Slots; 2]],
    /// Of all days, by cohort.
    pub(in crate::engine) cohorts: &'t mut [CohortRecord],
    /// Of the day, by cell, where they are asked for.
    pub(in crate::engine) movements: Option<&'t mut Vec<Movement>>,
}

/// What step 7 works with, reused from day to day. Cells are listed, then their draws made side by side, then applied; where it is a toss-up
/// whether a count is 0, nothing turns on it.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Attempts {
    turns: Vec<Turn>,
    fives: BranchlessVec<Five>,
    /// The draws of each five.
    blocks: Vec<Block>,
    offers: BranchlessVec<Offer>,
}

/// A cell with demand today, its slots, and what becomes of these.
#[derive(Clone, Copy, Debug)]
struct Turn {
    cell: u32,
    slots: Slots,
    /// Slots not yet offered.
    left: u32,
    n_offers: u32,
    /// Slots used for a first attempt.
    used_first: u32,
    /// Last attempts that failed.
    exhausted: u32,
    /// The number of the last attempt.
    last: u32,
    /// Until when those wait who fail, and where those with a second attempt do.
    retry: RingDay,
    second_attempt_at: u32,
    /// Where the cohort's chances stand.
    chances: u32,
}

/// Five attempt numbers of a cell, which share a block of draws: the first five have index 0.
#[derive(Clone, Copy, Debug, Default)]
struct Five {
    turn: u32,
    cell: u32,
    index: u16,
}

/// Slots offered to the installations of a cell that make the same attempt: one of a five, by its position there.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    five: u32,
    at: u32,
    n: u32,
}

impl State {
    /// Step 7: what becomes of every cell's slots.
    pub(in crate::engine) fn attempt(
        &mut self,
        layout: &RunLayout<'_>,
        market: &Market,
        attempts: &mut Attempts,
        records: &mut SlotRecords<'_>,
    ) {
        self.list_cells(layout, market, attempts);
        let Attempts { turns, fives, blocks, offers } = attempts;
        layout.blocks(Purpose::Attempt, self.day, fives.items(), |five| (five.cell, five.index), blocks);
        self.offer_slots(layout, turns, fives.items(), offers);
        let (mut first, mut left) = (0, offers.items());
        for alike in turns.chunk_by_mut(|a, b| a.retry == b.retry) {
            let n_offers: u32 = alike.iter().map(|turn| turn.n_offers).sum();
            let (of_alike, rest) = left.split_at(n_offers as usize);
            self.use_slots(layout, (first, alike), (fives.items(), blocks), of_alike);
            (first, left) = (first + alike.len(), rest);
        }
        for turn in turns {
            turn.slots.unused = turn.slots.allocated - turn.slots.succeeded - turn.slots.failed;
            self.settle_attempts(layout, turn);
            let cell = turn.cell as usize;
            let (place, status) = (layout.place_of(cell), layout.status_of(cell));
            let Place { cohort, supplier } = layout.places[place];
            let row = status as usize;
            records.cohorts[cohort].note_migration(status, self.day, turn.slots.succeeded);
            records.groups[layout.model.cohorts[cohort].group].slots[row].add(&turn.slots);
            records.suppliers[supplier][row].add(&turn.slots);
            if let Some(movements) = &mut records.movements {
                let place = u32::try_from(place).expect("places are few");
                movements.push(Movement { day: self.day, place, status, slots: turn.slots });
            }
        }
    }

    /// Lists the cells with demand, and the fives of attempts for which those with slots have anybody.
    #[expect(clippy::cast_possible_truncation, reason = "cells are few, attempts have at most two digits")]
    #[expect(clippy::needless_bitwise_bool, reason = "no turn to guess")]
    fn list_cells(&mut self, layout: &RunLayout<'_>, market: &Market, attempts: &mut Attempts) {
        let Attempts { turns, fives, .. } = attempts;
        turns.clear();
        fives.clear();
        for &leaf in market.live.items() {
            let place = layout.places_by_leaf[leaf];
            let granted = [market.grants.dormant[leaf], market.grants.active[leaf]];
            for (status, allocated) in Status::ALL.into_iter().zip(granted) {
                let demand = self.demand(layout)[status as usize][leaf];
                if demand == 0 {
                    continue;
                }
                let cell = layout.cell(place, status);
                let without = &mut self.without_slot[cell];
                *without = if allocated > 0 { 0 } else { *without + 1 };
                self.longest_without_slot[cell] = self.longest_without_slot[cell].max(*without);
                let pools = &self.by_attempt[layout.attempt_at(cell, 1)..][..layout.attempt_stride];
                for (index, pools) in pools.chunks_exact(Block::A_WORD).enumerate().rev() {
                    let five = Five { turn: turns.len() as u32, cell: cell as u32, index: index as u16 };
                    fives.add(five, (pools.iter().fold(0, |any, n| any | n) > 0) & (allocated > 0));
                }
                let cohort = layout.cohort_of(cell);
                turns.push(Turn {
                    cell: cell as u32,
                    slots: Slots { demand, allocated, ..Slots::default() },
                    left: allocated,
                    n_offers: 0,
                    used_first: 0,
                    exhausted: 0,
                    last: layout.model.cohorts[cohort].max_attempts.into(),
                    retry: self.waiting.ring_day(self.day.plus(layout.inputs.cohorts[cohort].retry_delay)),
                    second_attempt_at: layout.wait_columns[cell].at(Wait::Retry, 2) as u32,
                    chances: layout.fate_tables.first_attempt(cohort),
                });
            }
        }
    }

    /// Offers every cell's slots to the highest attempt number first.
    #[expect(clippy::cast_possible_truncation, reason = "a five has five")]
    fn offer_slots(
        &self,
        layout: &RunLayout<'_>,
        turns: &mut [Turn],
        fives: &[Five],
        offers: &mut BranchlessVec<Offer>,
    ) {
        offers.clear();
        for (number, five) in (0..).zip(fives) {
            let turn = &mut turns[five.turn as usize];
            let first = usize::from(five.index) * Block::A_WORD;
            let from = layout.attempt_at(five.cell as usize, 1) + first;
            let (pools, _) = self.by_attempt[from..].as_chunks::<{ Block::A_WORD }>();
            let (pools, mut left) = (pools[0], turn.left);
            let mut space = offers.space(Block::A_WORD);
            for at in (0..Block::A_WORD).rev() {
                let n = left.min(pools[at]);
                left -= n;
                space.add(Offer { five: number, at: at as u32, n }, n > 0);
            }
            turn.left = left;
            let stayed = space.stayed();
            turn.n_offers += offers.keep(stayed) as u32;
        }
    }

    /// Draws what becomes of slots offered in cells that have the same day for those who fail, and counts it: those who used one are no
    /// longer eligible, and those who failed and may try again wait.
    #[expect(clippy::cast_possible_truncation, reason = "a five has five")]
    fn use_slots(
        &mut self,
        layout: &RunLayout<'_>,
        (first, turns): (usize, &mut [Turn]),
        (fives, blocks): (&[Five], &[Block]),
        offers: &[Offer],
    ) {
        let Some(Turn { retry, .. }) = turns.first() else { return };
        let mut retries = self.waiting.until(Wait::Retry, *retry);
        for Offer { five: number, at, n } in offers {
            let (five, at) = (fives[*number as usize], *at as usize);
            let turn = &mut turns[five.turn as usize - first];
            let attempt = u32::from(five.index) * Block::A_WORD as u32 + at as u32;
            let behind = |lead: usize, word: u32| {
                layout.behind(Purpose::Attempt, self.day, (five.cell, five.index), lead, word)
            };
            let chances = layout.fate_tables.of_slot(turn.chances + attempt);
            let [of_success, of_failure] = blocks[*number as usize].leads(at);
            let no_success = chances.no_success.count_by_lead(*n, of_success, |word| behind(at, word));
            let failed =
                chances.fails.count_by_lead(no_success, of_failure, |word| behind(Block::A_WORD + at, word));
            let (succeeded, used) = (n - no_success, n - no_success + failed);
            let is_last = attempt + 1 == turn.last;
            let again = if is_last { 0 } else { failed };
            self.by_attempt[layout.attempt_at(five.cell as usize, 1) + attempt as usize] -= used;
            turn.slots.succeeded += succeeded;
            turn.slots.failed += failed;
            turn.used_first += if attempt == 0 { used } else { 0 };
            turn.exhausted += failed - again;
            // Nobody waits for an attempt after the last: there is no room for them, and nobody is put into the room before.
            retries.put((turn.second_attempt_at + attempt - u32::from(is_last)) as usize, again);
        }
    }

    /// Moves those who attempted to the lanes of what became of them, all attempts of a cell at once.
    fn settle_attempts(&mut self, layout: &RunLayout<'_>, turn: &Turn) {
        let Turn { slots: Slots { succeeded, failed, .. }, used_first, exhausted, .. } = *turn;
        let (cell, used) = (turn.cell as usize, succeeded + failed);
        let days_left = layout.days_left(self.day);
        self.eligible[layout.demand_at(cell)] -= used;
        self.line.served(cell, used);
        self.unmigrated[cell] -= succeeded + exhausted;
        self.changed[layout.cohort_of(cell)] = true;
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        for (lane, n) in
            [(substage::ELIGIBLE_FIRST, used_first), (substage::ELIGIBLE_LATER, used - used_first)]
        {
            counts[lane] -= n;
            waits[lane] -= u64::from(n) * days_left;
        }
        for (lane, n) in [
            (substage::MIGRATED, succeeded),
            (substage::RETRY_WAIT, failed - exhausted),
            (substage::EXHAUSTED, exhausted),
        ] {
            counts[lane] += n;
            waits[lane] += u64::from(n) * days_left;
        }
    }
}

impl Slots {
    fn add(&mut self, other: &Self) {
        self.demand += other.demand;
        self.allocated += other.allocated;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.unused += other.unused;
    }
}

impl CohortRecord {
    fn note_migration(&mut self, status: Status, day: Day, succeeded: u32) {
        if succeeded == 0 {
            return;
        }
        let (first, last) = match status {
            Status::Dormant => (&mut self.first_dormant_migration, &mut self.last_dormant_migration),
            Status::Active => (&mut self.first_active_migration, &mut self.last_active_migration),
        };
        first.get_or_insert(day);
        *last = Some(day);
    }
}
