//! Step 7 of a day: what becomes of the slots.

use crate::engine::day::allocation::Market;
use crate::engine::setup::branchless_vec::{BranchlessVec, Space, Stayed};
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait};
use crate::engine::stock::substage;
use crate::model::{Day, Place, Status};
use crate::random::{Number, Purpose};
use crate::trace::{CohortRecord, GroupDay, Movement, Slots};

/// What is kept of a day's slots.
pub(in crate::engine) struct Kept<'t> {
    /// Of the day, by group.
    pub(in crate::engine) groups: &'t mut [GroupDay],
    /// Of the day, by supplier, Dormant then Active.
    pub(in crate::engine) suppliers: &'t mut [[Slots; 2]],
    /// Of all days, by cohort.
    pub(in crate::engine) cohorts: &'t mut [CohortRecord],
    /// Of the day, by cell, where they are asked for.
    pub(in crate::engine) movements: Option<&'t mut Vec<Movement>>,
}

/// What step 7 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Attempts {
    turns: Vec<Turn>,
    offers: BranchlessVec<Offer>,
    /// The draws of each offer.
    numbers: Vec<[Number; 2]>,
}

/// A cell with demand today, and its slots.
#[derive(Clone, Copy, Debug)]
struct Turn {
    place: usize,
    status: Status,
    slots: Slots,
    n_offers: usize,
}

/// Slots offered to the installations of a cell that make the same attempt.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    cell: u32,
    attempt: u8,
    n: u32,
}

impl State {
    /// Step 7: what becomes of every cell's slots. All are offered before any is used, so that their draws are made side by side.
    pub(in crate::engine) fn attempt(
        &mut self,
        layout: &RunLayout<'_>,
        market: &Market,
        attempts: &mut Attempts,
        kept: &mut Kept<'_>,
    ) {
        self.offer_slots(layout, market, attempts);
        let Attempts { turns, offers, numbers } = attempts;
        let of = |offer: Offer| (offer.cell, offer.attempt.into());
        layout.pairs(Purpose::Attempt, self.day, offers.items(), of, numbers);
        let mut drawn = offers.items().iter().copied().zip(numbers.iter().copied());
        for turn in turns {
            let Place { cohort, supplier } = layout.places[turn.place];
            let row = turn.status as usize;
            if turn.slots.allocated > 0 {
                let cell = layout.cell(turn.place, turn.status);
                self.use_slots(layout, cell, &mut turn.slots, drawn.by_ref().take(turn.n_offers));
                kept.cohorts[cohort].note_migration(turn.status, self.day, turn.slots.succeeded);
            }
            kept.groups[layout.model.cohorts[cohort].group].slots[row].add(&turn.slots);
            kept.suppliers[supplier][row].add(&turn.slots);
            if let Some(movements) = &mut kept.movements {
                let place = u32::try_from(turn.place).expect("places are few");
                movements.push(Movement { day: self.day, place, status: turn.status, slots: turn.slots });
            }
        }
    }

    /// Offers every cell's slots to the highest attempt number first.
    fn offer_slots(&mut self, layout: &RunLayout<'_>, market: &Market, attempts: &mut Attempts) {
        attempts.turns.clear();
        attempts.offers.clear();
        for &slot in &market.live {
            let place = layout.places_by_leaf[slot];
            let granted = [market.grants.dormant[slot], market.grants.active[slot]];
            for (status, allocated) in Status::ALL.into_iter().zip(granted) {
                let demand = self.demand(layout)[status as usize][slot];
                if demand == 0 {
                    continue;
                }
                let cell = layout.cell(place, status);
                self.without_slot[cell] = if allocated > 0 { 0 } else { self.without_slot[cell] + 1 };
                self.longest_without_slot[cell] =
                    self.longest_without_slot[cell].max(self.without_slot[cell]);
                let mut n_offers = 0;
                if allocated > 0 {
                    let stayed =
                        self.offer(layout, cell, allocated, attempts.offers.space(layout.max_attempts));
                    n_offers = attempts.offers.keep(stayed);
                }
                let slots = Slots { demand, allocated, ..Slots::default() };
                attempts.turns.push(Turn { place, status, slots, n_offers });
            }
        }
    }

    fn offer(
        &self,
        layout: &RunLayout<'_>,
        cell: usize,
        allocated: u32,
        mut offers: Space<'_, Offer>,
    ) -> Stayed {
        let pools = &self.by_attempt[layout.attempt_at(cell, 1)..][..layout.max_attempts];
        let last = u8::try_from(layout.max_attempts).expect("attempts have at most two digits");
        let cell = u32::try_from(cell).expect("cells are few");
        let mut left = allocated;
        for (attempt, pool) in (1..=last).rev().zip(pools.iter().rev()) {
            let n = left.min(*pool);
            left -= n;
            offers.add(Offer { cell, attempt, n }, n > 0);
        }
        offers.stayed()
    }

    /// What becomes of a cell's slots: each is used, then succeeds, by its chances.
    fn use_slots(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        slots: &mut Slots,
        offers: impl Iterator<Item = (Offer, [Number; 2])>,
    ) {
        let cohort = layout.cohort_of(cell);
        let inputs = &layout.inputs.cohorts[cohort];
        let last = layout.model.cohorts[cohort].max_attempts;
        let (mut used_by_lane, mut exhausted) = ([0; 2], 0);
        let pools = &mut self.by_attempt[layout.attempt_at(cell, 1)..][..usize::from(last)];
        let due = self.day.plus(inputs.retry_delay);
        let mut retries = self.waiting.begin(&layout.rooms[cell], cell, Wait::Retry, due);
        for (Offer { attempt, n, .. }, [u, v]) in offers {
            let used = inputs.take_up.count(n, u);
            let succeeded = inputs.success(attempt).count(used, v);
            let failed = used - succeeded;
            pools[usize::from(attempt) - 1] -= used;
            slots.succeeded += succeeded;
            slots.failed += failed;
            used_by_lane[usize::from(attempt > 1)] += used;
            if attempt == last {
                exhausted = failed;
            } else if failed > 0 {
                retries.put(attempt + 1, failed);
            }
        }
        slots.unused = slots.allocated - slots.succeeded - slots.failed;
        self.settle_attempts(layout, cell, slots, used_by_lane, exhausted);
    }

    /// Moves those who attempted to the lanes of what became of them, all attempts of a cell at once.
    fn settle_attempts(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        slots: &Slots,
        used_by_lane: [u32; 2],
        exhausted: u32,
    ) {
        let retrying = slots.failed - exhausted;
        let days_left = layout.days_left(self.day);
        self.eligible[layout.demand_at(cell)] -= slots.succeeded + slots.failed;
        self.line.served(cell, slots.succeeded + slots.failed);
        self.changed[layout.cohort_of(cell)] = true;
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        for (lane, n) in
            [(substage::ELIGIBLE_FIRST, used_by_lane[0]), (substage::ELIGIBLE_LATER, used_by_lane[1])]
        {
            counts[lane] -= n;
            waits[lane] -= u64::from(n) * days_left;
        }
        for (lane, n) in [
            (substage::MIGRATED, slots.succeeded),
            (substage::RETRY_WAIT, retrying),
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
