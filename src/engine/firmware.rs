//! Step 4 of a day: firmware updates start for Dormant installations whose firmware is open, up to the group's capacity.

use super::inputs::CohortInputs;
use super::lane;
use super::plan::Plan;
use super::state::State;
use crate::allocate::sharing::{Claim, Odd, Turn, pro_rata};
use crate::model::{CohortIdx, FirmwareOrder};
use crate::random::Purpose;
use crate::trace::{CohortRecord, GroupDay};

/// Columns reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    queue: Vec<CohortIdx>,
    claims: Vec<Claim>,
    odd: Vec<Odd>,
    starts: Vec<u32>,
    begun: Vec<Begun>,
}

/// Updates of a place that start, with the number of their try.
#[derive(Clone, Copy, Debug)]
struct Begun {
    place: u32,
    number: u8,
    n: u32,
}

impl State {
    /// Step 4, for all groups.
    pub(super) fn start_updates(
        &mut self,
        plan: &Plan<'_>,
        scratch: &mut Scratch,
        groups: &mut [GroupDay],
        records: &mut [CohortRecord],
    ) {
        let day = self.day.index().expect("a run starts on day 0");
        scratch.starts.resize(plan.places.len(), 0);
        scratch.begun.clear();
        self.queue_up(plan, &mut scratch.queue);
        for (index, (group, inputs)) in groups.iter_mut().zip(&plan.inputs.groups).enumerate() {
            let stopped = !plan.model.calendar.firmware[day] || (inputs.stops_firmware && self.outage[index]);
            let limit = inputs.firmware.as_ref().map(|limit| limit[day]);
            group.firmware_limit = if stopped { Some(0) } else { limit };
        }
        for position in 0..scratch.queue.len() {
            let cohort = scratch.queue[position];
            let group = &mut groups[plan.model.cohorts[cohort].group];
            let left = group.firmware_limit.map_or(u32::MAX, |limit| limit - group.firmware_started);
            let started = self.start_cohort(plan, cohort, left, scratch);
            group.firmware_started += started;
            records[cohort].firmware_started += u64::from(started);
            if started > 0 {
                records[cohort].first_update.get_or_insert(self.day);
            }
        }
        self.draw_lengths(plan, &scratch.begun);
    }

    /// Cohorts whose firmware is open, in the order in which their updates start.
    fn queue_up(&self, plan: &Plan<'_>, queue: &mut Vec<CohortIdx>) {
        queue.clear();
        // Most cohorts have none on most days: they are passed over eight at a time.
        for (at, waiting) in self.waiting_firmware.chunks(8).enumerate() {
            if waiting.iter().fold(0, |any, n| any | n) > 0 {
                queue.extend((8 * at..).zip(waiting).filter(|(_, n)| **n > 0).map(|(cohort, _)| cohort));
            }
        }
        let inputs = |cohort: CohortIdx| -> &CohortInputs { &plan.inputs.cohorts[cohort] };
        match plan.model.firmware.order {
            FirmwareOrder::EarliestOpening => queue.sort_by_key(|c| inputs(*c).days.opens),
            FirmwareOrder::EarliestExpectedEntry => queue.sort_by_key(|c| inputs(*c).expected_entry),
            FirmwareOrder::EnteredFirst => queue.sort_by_key(|c| (!self.entered[*c], inputs(*c).days.opens)),
        }
    }

    /// Starts up to `left` updates of a cohort, shared over its Dormant cells by the pro-rata rule.
    fn start_cohort(&mut self, plan: &Plan<'_>, cohort: CohortIdx, left: u32, scratch: &mut Scratch) -> u32 {
        let places = plan.cohort_places[cohort].clone();
        let amount = self.waiting_firmware[cohort].min(left);
        if amount == 0 {
            return 0;
        }
        scratch.claims.clear();
        for place in places.clone() {
            let n = self.cells[place][lane::WAITING_FIRMWARE];
            scratch.starts[place] = 0;
            if n == 0 {
                self.firmware_credit[place] = 0;
                continue;
            }
            let k = u32::try_from(plan.places[place].supplier).expect("suppliers are few");
            scratch.claims.push(Claim::whole(place, k, n));
        }
        let n_suppliers = u32::try_from(plan.model.suppliers.len()).expect("suppliers are few");
        let turn = Turn::of(self.turn, n_suppliers);
        let (rounding, credit) = (plan.model.allocation.rounding, &mut self.firmware_credit);
        pro_rata(amount, &scratch.claims, turn, rounding, credit, &mut scratch.odd, &mut scratch.starts);
        for place in places {
            if scratch.starts[place] > 0 {
                self.start_cell(plan, place, scratch.starts[place], &mut scratch.begun);
            }
        }
        amount
    }

    /// Starts updates in one cell: those tried most often first.
    fn start_cell(&mut self, plan: &Plan<'_>, place: usize, n: u32, begun: &mut Vec<Begun>) {
        let cohort = plan.cohort_of(place);
        let mut left = n;
        for number in (1..=plan.model.cohorts[cohort].firmware.max_tries).rev() {
            let at = plan.try_at(place, number);
            let starts = self.by_try[at].min(left);
            if starts == 0 {
                continue;
            }
            self.by_try[at] -= starts;
            left -= starts;
            let place = u32::try_from(place).expect("places are few");
            begun.push(Begun { place, number, n: starts });
        }
        self.waiting_firmware[cohort] -= n;
        self.shift(plan, place, lane::WAITING_FIRMWARE, lane::UNDER_WAY, n);
    }

    /// Draws how long each update takes that starts today, those of all cells together, so that their first draws are made side by side.
    fn draw_lengths(&mut self, plan: &Plan<'_>, begun: &[Begun]) {
        let of = |Begun { place, number, .. }: Begun| (place, number.into());
        plan.streams(Purpose::UpdateLength, self.day, begun, of, |Begun { place, number, n }, mut draws| {
            let cohort = plan.cohort_of(place as usize);
            let mut ends = self.under_way.begin(&plan.rings, (place as usize, cohort), number, self.day, n);
            plan.inputs.cohorts[cohort]
                .update_length
                .spread(n, &mut draws, |days, count| ends.put(days, count));
        });
    }
}
