//! Steps 5 to 7 of a day: what is demanded, what is allocated, and what becomes of the slots.

use super::lane;
use super::listed::{Listed, Space, Stayed};
use super::plan::Plan;
use super::state::{State, Wait};
use crate::allocate::{
    Allocator, Bound, Day as AllocationDay, Grants, Limit, Proven, Queued, Shape, most_possible, verify,
};
use crate::model::decimal::Decimal;
use crate::model::{Day, Place, Status};
use crate::random::{Number, Purpose};
use crate::trace::{CohortRecord, DayRecord, GroupDay, Movement, Slots};

/// Limits and results of one day's allocation, reused.
#[derive(Clone, Debug, Default)]
pub(super) struct Market {
    pub(super) groups: Vec<u32>,
    pub(super) limits: Vec<Option<Limit>>,
    /// Which of a supplier's limits holds for each branch: (supplier, position among its limits).
    limit_of: Vec<Option<(usize, usize)>>,
    /// The same over all groups, by supplier.
    over_all_of: Vec<Option<(usize, usize)>>,
    pub(super) over_all: Vec<Option<Limit>>,
    pub(super) cohorts: Vec<u32>,
    /// Cohorts with a ramp-up limit, with their position among the cohorts of all groups.
    ramped: Vec<(usize, usize)>,
    n_cohorts: usize,
    pub(super) queue: Vec<Queued>,
    pub(super) grants: Grants,
    pub(super) bound: Bound,
    /// Places of the tree with any demand today.
    live: Vec<usize>,
}

impl Market {
    pub(super) fn new(plan: &Plan<'_>, allocator: &Allocator) -> Self {
        let find = |supplier: usize, group: Option<usize>| {
            let limits = &plan.inputs.suppliers[supplier].limits;
            limits.iter().position(|l| l.0 == group).map(|position| (supplier, position))
        };
        let limit_of = allocator.shape().branches().map(|(group, supplier)| find(supplier, Some(group)));
        let over_all = (0..plan.model.suppliers.len()).map(|supplier| find(supplier, None));
        let ramped = (0..plan.model.cohorts.len()).filter(|c| plan.inputs.cohorts[*c].ramp_up.is_some());
        let positions = Shape::cohort_positions(plan.model);
        Self {
            limit_of: limit_of.collect(),
            over_all_of: over_all.collect(),
            ramped: ramped.map(|cohort| (cohort, positions[cohort])).collect(),
            n_cohorts: positions.len(),
            ..Self::default()
        }
    }

    /// Today's limits of groups and suppliers.
    fn read_limits(&mut self, plan: &Plan<'_>, day: usize, outage: &[bool]) {
        self.groups.clear();
        let groups = plan.inputs.groups.iter().zip(outage);
        self.groups.extend(groups.map(|(group, out)| if *out { 0 } else { group.capacity[day] }));
        let limit = |at: &Option<(usize, usize)>| {
            at.map(|(supplier, position)| {
                let (_, covers_both, per_day) = &plan.inputs.suppliers[supplier].limits[position];
                Limit { per_day: per_day[day], covers_both: *covers_both }
            })
        };
        self.limits.clear();
        self.limits.extend(self.limit_of.iter().map(limit));
        self.over_all.clear();
        if self.over_all_of.iter().any(Option::is_some) {
            self.over_all.extend(self.over_all_of.iter().map(limit));
        }
        self.cohorts.clear();
        if !self.ramped.is_empty() {
            self.cohorts.resize(self.n_cohorts, u32::MAX);
            for (cohort, position) in &self.ramped {
                let ramp_up = plan.inputs.cohorts[*cohort].ramp_up.as_ref();
                self.cohorts[*position] = ramp_up.map_or(u32::MAX, |limit| limit[day]);
            }
        }
    }
}

/// What is kept of a day's slots.
pub(super) struct Kept<'t> {
    /// Of the day, by group.
    pub(super) groups: &'t mut [GroupDay],
    /// Of the day, by supplier, Dormant then Active.
    pub(super) suppliers: &'t mut [[Slots; 2]],
    /// Of all days, by cohort.
    pub(super) cohorts: &'t mut [CohortRecord],
    /// Every cell's, where they are asked for.
    pub(super) movements: Option<&'t mut Vec<Movement>>,
}

/// What step 7 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempts {
    turns: Vec<Turn>,
    offers: Listed<Offer>,
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
    /// Demand of each place, Dormant then Active.
    fn demand(&self, plan: &Plan<'_>) -> [&[u32]; 2] {
        let (dormant, active) = self.eligible.split_at(plan.places.len());
        [dormant, if plan.model.commitment.is_some() { &self.committed } else { active }]
    }

    /// Step 5, where Active demand is a commitment: sets the week's commitments on its Monday, from the stock read at the
    /// cut-off; those of the run's first week on the first day, from the stock of that day.
    pub(super) fn commit_week(&mut self, plan: &Plan<'_>) {
        let calendar = &plan.model.calendar;
        let Some(commitment) = &plan.model.commitment else { return };
        if self.day != Day(0) && calendar.weekday(self.day) != 0 {
            return;
        }
        let migration_days = commitment.migration_days(calendar, self.day);
        let stock = self.read_at_cutoff.take().unwrap_or_else(|| self.active_eligible(plan));
        self.committed.fill(0);
        if migration_days == 0 {
            return;
        }
        let factors: Vec<Decimal> =
            plan.inputs.suppliers.iter().map(|supplier| Decimal::of(supplier.commitment)).collect();
        for (slot, stock) in stock.into_iter().enumerate() {
            let supplier = plan.places[plan.places_by_slot[slot]].supplier;
            self.committed[slot] = factors[supplier].times(stock, migration_days);
        }
    }

    /// At the end of the cut-off day before a Monday: reads the Active stock for that week's commitments.
    pub(super) fn read_cutoff(&mut self, plan: &Plan<'_>) {
        let Some(commitment) = &plan.model.commitment else { return };
        let monday = self.day.plus(i32::try_from(commitment.cutoff_days).expect("a cut-off is a few days"));
        if plan.model.calendar.weekday(monday) == 0 {
            self.read_at_cutoff = Some(self.active_eligible(plan));
        }
    }

    fn active_eligible(&self, plan: &Plan<'_>) -> Vec<u32> {
        self.eligible[plan.places.len()..].to_vec()
    }

    /// Step 6: shares the day's capacity out, and checks that no limit was passed.
    pub(super) fn allocate(
        &self,
        plan: &Plan<'_>,
        market: &mut Market,
        allocator: &mut Allocator,
        record: &mut DayRecord,
        groups: &mut [GroupDay],
    ) -> Result<Proven, String> {
        let day = self.day.index().expect("a run starts on day 0");
        market.read_limits(plan, day, &self.outage);
        self.line.read(plan, &mut market.queue);
        let [dormant, active] = self.demand(plan);
        read_live(dormant, active, &mut market.live);
        let today = AllocationDay {
            turn: self.turn,
            programme: plan.inputs.programme.as_ref().map(|limit| limit[day]),
            groups: &market.groups,
            limits: &market.limits,
            dmin: plan.inputs.dmin[day],
            dormant,
            active,
            cohorts: &market.cohorts,
            suppliers: &market.over_all,
            queue: &market.queue,
        };
        allocator.allocate(&today, &mut market.grants);
        most_possible(allocator.shape(), &today, &market.grants, &mut market.bound);
        let proven = verify(allocator.shape(), allocator.rules(), &today, &market.grants);
        let proven = proven.map_err(|unproven| {
            let groups: Vec<String> = plan.model.groups.iter().map(|group| group.name.clone()).collect();
            let suppliers: Vec<String> = plan.model.suppliers.iter().map(|s| s.name.clone()).collect();
            unproven.named(&groups, &suppliers)
        })?;
        record.programme_limit = today.programme;
        let offered: u64 = today.groups.iter().map(|g| u64::from(*g)).sum();
        record.offered = u32::try_from(offered).unwrap_or(u32::MAX).min(today.programme.unwrap_or(u32::MAX));
        record.most_possible = market.bound.total;
        record.idle_by_rule = market.bound.idle_by_rule.iter().sum();
        record.rule_needed = record.offered > 0 && proven.allocated < market.bound.demand;
        for (index, group) in groups.iter_mut().enumerate() {
            group.limit = today.groups[index];
            group.usable = market.bound.groups[index];
            group.idle_by_rule = market.bound.idle_by_rule[index];
        }
        Ok(proven)
    }

    /// Step 7: what becomes of every cell's slots. All are offered before any is used, so that their draws are made side by side.
    pub(super) fn attempt(
        &mut self,
        plan: &Plan<'_>,
        market: &Market,
        attempts: &mut Attempts,
        kept: &mut Kept<'_>,
    ) {
        self.offer_slots(plan, market, attempts);
        let Attempts { turns, offers, numbers } = attempts;
        let of = |offer: Offer| (offer.cell, offer.attempt.into());
        plan.pairs(Purpose::Attempt, self.day, offers.items(), of, numbers);
        let mut drawn = offers.items().iter().copied().zip(numbers.iter().copied());
        for turn in turns {
            let Place { cohort, supplier } = plan.places[turn.place];
            let row = turn.status as usize;
            if turn.slots.allocated > 0 {
                let cell = plan.cell(turn.place, turn.status);
                self.use_slots(plan, cell, &mut turn.slots, drawn.by_ref().take(turn.n_offers));
                kept.cohorts[cohort].note_migration(turn.status, self.day, turn.slots.succeeded);
            }
            kept.groups[plan.model.cohorts[cohort].group].slots[row].add(&turn.slots);
            kept.suppliers[supplier][row].add(&turn.slots);
            if let Some(movements) = &mut kept.movements {
                let place = u32::try_from(turn.place).expect("places are few");
                movements.push(Movement { day: self.day, place, status: turn.status, slots: turn.slots });
            }
        }
    }

    /// Offers every cell's slots to the highest attempt number first.
    fn offer_slots(&mut self, plan: &Plan<'_>, market: &Market, attempts: &mut Attempts) {
        attempts.turns.clear();
        attempts.offers.clear();
        for &slot in &market.live {
            let place = plan.places_by_slot[slot];
            let granted = [market.grants.dormant[slot], market.grants.active[slot]];
            for (status, allocated) in Status::ALL.into_iter().zip(granted) {
                let demand = self.demand(plan)[status as usize][slot];
                if demand == 0 {
                    continue;
                }
                let cell = plan.cell(place, status);
                self.without_slot[cell] = if allocated > 0 { 0 } else { self.without_slot[cell] + 1 };
                self.longest_without_slot[cell] =
                    self.longest_without_slot[cell].max(self.without_slot[cell]);
                let mut n_offers = 0;
                if allocated > 0 {
                    let stayed = self.offer(plan, cell, allocated, attempts.offers.space(plan.max_attempts));
                    n_offers = attempts.offers.keep(stayed);
                }
                let slots = Slots { demand, allocated, ..Slots::default() };
                attempts.turns.push(Turn { place, status, slots, n_offers });
            }
        }
    }

    fn offer(&self, plan: &Plan<'_>, cell: usize, allocated: u32, mut offers: Space<'_, Offer>) -> Stayed {
        let pools = &self.by_attempt[plan.attempt_at(cell, 1)..][..plan.max_attempts];
        let last = u8::try_from(plan.max_attempts).expect("attempts have at most two digits");
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
        plan: &Plan<'_>,
        cell: usize,
        slots: &mut Slots,
        offers: impl Iterator<Item = (Offer, [Number; 2])>,
    ) {
        let cohort = plan.cohort_of(cell);
        let inputs = &plan.inputs.cohorts[cohort];
        let last = plan.model.cohorts[cohort].max_attempts;
        let (mut used_by_lane, mut exhausted) = ([0; 2], 0);
        let pools = &mut self.by_attempt[plan.attempt_at(cell, 1)..][..usize::from(last)];
        let due = self.day.plus(inputs.retry_delay);
        let mut retries = self.waiting.begin(&plan.rooms[cell], cell, Wait::Retry, due);
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
        self.settle_attempts(plan, cell, slots, used_by_lane, exhausted);
    }

    /// Moves those who attempted to the lanes of what became of them, all attempts of a cell at once.
    fn settle_attempts(
        &mut self,
        plan: &Plan<'_>,
        cell: usize,
        slots: &Slots,
        used_by_lane: [u32; 2],
        exhausted: u32,
    ) {
        let retrying = slots.failed - exhausted;
        let days_left = plan.days_left(self.day);
        self.eligible[plan.demand_at(cell)] -= slots.succeeded + slots.failed;
        self.line.served(cell, slots.succeeded + slots.failed);
        self.changed[plan.cohort_of(cell)] = true;
        let (counts, waits) = (&mut self.cells[cell], &mut self.waits[cell]);
        for (lane, n) in [(lane::ELIGIBLE_FIRST, used_by_lane[0]), (lane::ELIGIBLE_LATER, used_by_lane[1])] {
            counts[lane] -= n;
            waits[lane] -= u64::from(n) * days_left;
        }
        for (lane, n) in
            [(lane::MIGRATED, slots.succeeded), (lane::RETRY_WAIT, retrying), (lane::EXHAUSTED, exhausted)]
        {
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

/// Places with any demand; most have none, so they are passed over eight at a time.
fn read_live(dormant: &[u32], active: &[u32], live: &mut Vec<usize>) {
    live.clear();
    for (at, (dormant, active)) in dormant.chunks(8).zip(active.chunks(8)).enumerate() {
        let demand = dormant.iter().zip(active);
        if demand.clone().fold(0, |any, (d, a)| any | d | a) > 0 {
            live.extend((8 * at..).zip(demand).filter(|(_, (d, a))| **d | **a > 0).map(|(place, _)| place));
        }
    }
}
