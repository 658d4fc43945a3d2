//! Step 7 of a day: what becomes of the slots. In passes: the cells with slots are listed, their draws made side by side, then each cell's
//! slots go through its attempts. Where it is a toss-up whether a count is 0, nothing turns on it.

use crate::engine::day::allocation::Market;
use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::fate_tables::FateTables;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait};
use crate::engine::stock::substage;
use crate::model::{CohortIdx, Day, Status};
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

/// What step 7 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Attempts {
    offers: BranchlessVec<Offer>,
    /// The fives of attempts of every offer, which share a block of draws, and the block.
    fives: Vec<(u32, u16)>,
    blocks: Vec<Block>,
}

/// Attempts that share a block of draws.
const FIVE: usize = Block::A_WORD;

/// Slots of a cell, how many, and the leaf of its place.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    leaf: u32,
    cell: u32,
    slots: u32,
}

impl State {
    /// Step 7: what becomes of every cell's slots.
    pub(in crate::engine) fn attempt(
        &mut self,
        layout: &RunLayout<'_>,
        market: &Market,
        fates: &mut FateTables,
        attempts: &mut Attempts,
        records: &mut SlotRecords<'_>,
    ) {
        self.list_offers(layout, market, &mut attempts.offers, records);
        let (Attempts { offers, fives, blocks }, offers_of) = (attempts, layout.attempt_stride / FIVE);
        fives.clear();
        for offer in offers.items() {
            fives.extend((0..).take(offers_of).map(|five| (offer.cell, five)));
        }
        layout.blocks(Purpose::Attempt, self.day, fives, |five| five, blocks);
        let served = records.movements.iter_mut().flat_map(|all| all.iter_mut());
        let mut served = served.filter(|movement| movement.slots.allocated > 0);
        for (&Offer { leaf, cell, slots }, blocks) in
            offers.items().iter().zip(blocks.chunks_exact(offers_of))
        {
            let (leaf, cell) = (&layout.leaves[leaf as usize], cell as usize);
            let status = layout.status_of(cell);
            let outcome = self.use_slots(layout, fates, (leaf.cohort, cell), slots, blocks);
            records.groups[leaf.group].slots[status as usize].add_outcome(&outcome);
            records.suppliers[leaf.supplier][status as usize].add_outcome(&outcome);
            records.cohorts[leaf.cohort].note_migration(status, self.day, outcome.succeeded);
            if let Some(movement) = served.next() {
                movement.slots.add_outcome(&outcome);
            }
        }
    }

    /// Records the demand of all cells, and lists those with slots.
    #[expect(clippy::cast_possible_truncation, reason = "leaves and cells are few")]
    fn list_offers(
        &mut self,
        layout: &RunLayout<'_>,
        market: &Market,
        offers: &mut BranchlessVec<Offer>,
        records: &mut SlotRecords<'_>,
    ) {
        offers.clear();
        let mut space = offers.space(2 * market.live.items().len());
        for &leaf in market.live.items() {
            let of_leaf = &layout.leaves[leaf];
            let granted = [market.grants.dormant[leaf], market.grants.active[leaf]];
            for (status, allocated) in Status::ALL.into_iter().zip(granted) {
                let demand = self.demand(layout)[status as usize][leaf];
                let cell = layout.cell(of_leaf.place, status);
                let without = &mut self.without_slot[cell];
                let days = if allocated > 0 { 0 } else { *without + 1 };
                *without = if demand > 0 { days } else { *without };
                self.longest_without_slot[cell] = self.longest_without_slot[cell].max(*without);
                for slots in [
                    &mut records.groups[of_leaf.group].slots[status as usize],
                    &mut records.suppliers[of_leaf.supplier][status as usize],
                ] {
                    slots.demand += demand;
                    slots.allocated += allocated;
                }
                space.add(Offer { leaf: leaf as u32, cell: cell as u32, slots: allocated }, allocated > 0);
                if let Some(movements) = records.movements.as_mut().filter(|_| demand > 0) {
                    let slots = Slots { demand, allocated, ..Slots::default() };
                    movements.push(Movement { day: self.day, place: of_leaf.place as u32, status, slots });
                }
            }
        }
        let stayed = space.stayed();
        offers.keep(stayed);
    }

    /// Offers a cell's slots to the highest attempt number first, draws what becomes of them, and moves those who used one.
    #[inline]
    fn use_slots(
        &mut self,
        layout: &RunLayout<'_>,
        fates: &mut FateTables,
        (cohort, cell): (CohortIdx, usize),
        slots: u32,
        blocks: &[Block],
    ) -> Slots {
        let inputs = &layout.inputs.cohorts[cohort];
        let again = usize::from(layout.model.cohorts[cohort].max_attempts) - 1;
        let second_attempt_at = layout.wait_columns[cell].at(Wait::Retry, 2);
        let retry_ends = self.waiting.ring_day(self.day.plus(inputs.retry_delay));
        let mut retries = self.waiting.until(Wait::Retry, retry_ends);
        let (tables, of_fives) = fates.of_slots(cohort);
        let pools = &mut self.by_attempt[layout.attempt_at(cell, 1)..][..layout.attempt_stride];
        let (pools, _) = pools.as_chunks_mut::<FIVE>();
        let (mut left, mut outcome, mut used_first, mut exhausted) = (slots, Slots::default(), 0, 0);
        for (index, ((pools, of), block)) in pools.iter_mut().zip(of_fives).zip(blocks).enumerate().rev() {
            let behind = |lead: usize, word: u32| {
                let cell = u32::try_from(cell).expect("cells are few");
                let five = u16::try_from(index).expect("attempts have at most two digits");
                layout.behind(Purpose::Attempt, self.day, (cell, five), lead, word)
            };
            let mut offered = [0; FIVE];
            for (offered, pool) in offered.iter_mut().zip(&*pools).rev() {
                *offered = left.min(*pool);
                left -= *offered;
            }
            let [of_success, of_failure] = block.fives();
            let no_success = tables.count_five(&of.no_success, &offered, of_success, behind);
            let behind_failure = |lead: usize, word: u32| behind(FIVE + lead, word);
            let failed = tables.count_five(&of.fails, &no_success, of_failure, behind_failure);
            for at in 0..FIVE {
                pools[at] -= offered[at] - no_success[at] + failed[at];
                outcome.succeeded += offered[at] - no_success[at];
                outcome.failed += failed[at];
            }
            used_first = offered[0] - no_success[0] + failed[0];
            // Of whom the last attempt failed nobody tries again.
            let first = index * FIVE;
            let again = again.saturating_sub(first).min(FIVE);
            retries.put_row(second_attempt_at + first, &failed[..again]);
            exhausted += failed.get(again).copied().unwrap_or(0);
        }
        outcome.unused = slots - outcome.succeeded - outcome.failed;
        self.settle_attempts(layout, (cohort, cell), &outcome, used_first, exhausted);
        outcome
    }

    /// Moves those who attempted to the lanes of what became of them, all attempts of a cell at once.
    #[inline]
    fn settle_attempts(
        &mut self,
        layout: &RunLayout<'_>,
        (cohort, cell): (CohortIdx, usize),
        outcome: &Slots,
        used_first: u32,
        exhausted: u32,
    ) {
        let Slots { succeeded, failed, .. } = *outcome;
        let (used, days_left) = (succeeded + failed, layout.days_left(self.day));
        self.eligible[layout.demand_at(cell)] -= used;
        self.line.served(cell, used);
        self.unmigrated[cell] -= succeeded + exhausted;
        self.changed[cohort] = true;
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
    /// Adds what became of slots that stand here already.
    fn add_outcome(&mut self, other: &Self) {
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
