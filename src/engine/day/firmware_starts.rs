//! Step 4 of a day: firmware updates start for Dormant installations whose firmware is open, up to the group's capacity.

use crate::allocate::sharing::{Claim, Odd, Turn, pro_rata};
use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::inputs::CohortInputs;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::engine::stock::substage;
use crate::model::{CohortIdx, FirmwareOrder};
use crate::random::Purpose;
use crate::trace::{CohortRecord, GroupDay};

/// Columns reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Scratch {
    queue: Vec<CohortIdx>,
    claims: BranchlessVec<Claim>,
    odd: Vec<Odd>,
    starts: Vec<u32>,
    begun: BranchlessVec<Begun>,
}

/// Updates of a place that start, with the number of their try.
#[derive(Clone, Copy, Debug, Default)]
struct Begun {
    place: u32,
    number: u8,
    n: u32,
}

impl State {
    /// Step 4, for all groups.
    pub(in crate::engine) fn start_updates(
        &mut self,
        layout: &RunLayout<'_>,
        scratch: &mut Scratch,
        groups: &mut [GroupDay],
        records: &mut [CohortRecord],
    ) {
        let day = self.day.index().expect("a run starts on day 0");
        scratch.starts.resize(layout.places.len(), 0);
        scratch.begun.clear();
        self.queue_up(layout, &mut scratch.queue);
        for (index, (group, inputs)) in groups.iter_mut().zip(&layout.inputs.groups).enumerate() {
            let stopped =
                !layout.model.calendar.firmware[day] || (inputs.stops_firmware && self.outage[index]);
            let limit = inputs.firmware.as_ref().map(|limit| limit[day]);
            group.firmware_limit = if stopped { Some(0) } else { limit };
        }
        for position in 0..scratch.queue.len() {
            let cohort = scratch.queue[position];
            let group = &mut groups[layout.model.cohorts[cohort].group];
            let left = group.firmware_limit.map_or(u32::MAX, |limit| limit - group.firmware_started);
            let started = self.start_cohort(layout, cohort, left, scratch);
            group.firmware_started += started;
            records[cohort].firmware_started += u64::from(started);
            if started > 0 {
                records[cohort].first_update.get_or_insert(self.day);
            }
        }
        self.draw_lengths(layout, scratch.begun.items());
    }

    /// Cohorts whose firmware is open, in the order in which their updates start.
    fn queue_up(&self, layout: &RunLayout<'_>, queue: &mut Vec<CohortIdx>) {
        queue.clear();
        // Most cohorts have none on most days: they are passed over eight at a time.
        for (at, waiting) in self.waiting_firmware.chunks(8).enumerate() {
            if waiting.iter().fold(0, |any, n| any | n) > 0 {
                queue.extend((8 * at..).zip(waiting).filter(|(_, n)| **n > 0).map(|(cohort, _)| cohort));
            }
        }
        let inputs = |cohort: CohortIdx| -> &CohortInputs { &layout.inputs.cohorts[cohort] };
        match layout.model.firmware.order {
            FirmwareOrder::EarliestOpening => queue.sort_by_key(|c| inputs(*c).days.opens),
            FirmwareOrder::EarliestExpectedEntry => queue.sort_by_key(|c| inputs(*c).expected_entry),
            FirmwareOrder::EnteredFirst => queue.sort_by_key(|c| (!self.entered[*c], inputs(*c).days.opens)),
        }
    }

    /// Starts up to `left` updates of a cohort, shared over its Dormant cells by the pro-rata rule.
    fn start_cohort(
        &mut self,
        layout: &RunLayout<'_>,
        cohort: CohortIdx,
        left: u32,
        scratch: &mut Scratch,
    ) -> u32 {
        let places = layout.cohort_places[cohort].clone();
        let amount = self.waiting_firmware[cohort].min(left);
        if amount == 0 {
            return 0;
        }
        scratch.claims.clear();
        scratch.starts[places.clone()].fill(0);
        let cells = self.cells[places.clone()].iter().zip(&mut self.firmware_credit[places.clone()]);
        let of_cohort = cells.zip(&layout.places[places.clone()]).enumerate();
        scratch.claims.extend(of_cohort.map(|(at, ((cell, credit), place))| {
            let n = cell[substage::WAITING_FIRMWARE];
            *credit = if n == 0 { 0 } else { *credit };
            let k = u32::try_from(place.supplier).expect("suppliers are few");
            (Claim::whole(places.start + at, k, n), n > 0)
        }));
        let n_suppliers = u32::try_from(layout.model.suppliers.len()).expect("suppliers are few");
        let turn = Turn::of(self.turn, n_suppliers);
        let (rounding, credit) = (layout.model.allocation.rounding, &mut self.firmware_credit);
        let Scratch { claims, odd, starts, begun, .. } = scratch;
        pro_rata(amount, claims.items(), turn, rounding, credit, odd, starts);
        for claim in claims.items() {
            self.start_cell(layout, claim.id, starts[claim.id as usize], begun);
        }
        amount
    }

    /// Starts updates in one cell: those tried most often first.
    fn start_cell(&mut self, layout: &RunLayout<'_>, claimed: u32, n: u32, begun: &mut BranchlessVec<Begun>) {
        let place = claimed as usize;
        let mut left = n;
        let pools = &mut self.by_try[layout.try_at(place, 1)..][..layout.max_tries];
        begun.extend(pools.iter_mut().enumerate().rev().map(|(index, pool)| {
            let n = left.min(*pool);
            *pool -= n;
            left -= n;
            #[expect(clippy::cast_possible_truncation, reason = "tries have at most two digits")]
            (Begun { place: claimed, number: index as u8 + 1, n }, n > 0)
        }));
        self.waiting_firmware[layout.cohort_of(place)] -= n;
        self.shift(layout, place, substage::WAITING_FIRMWARE, substage::UNDER_WAY, n);
    }

    /// Draws how long each update takes that starts today, those of all cells together, so that their first draws are made side by side.
    fn draw_lengths(&mut self, layout: &RunLayout<'_>, begun: &[Begun]) {
        let of = |Begun { place, number, .. }: Begun| (place, number.into());
        layout.streams(
            Purpose::UpdateLength,
            self.day,
            begun,
            of,
            |Begun { place, number, n }, mut draws| {
                let cohort = layout.cohort_of(place as usize);
                let mut ends =
                    self.under_way.begin(&layout.rings, (place as usize, cohort), number, self.day, n);
                layout.inputs.cohorts[cohort]
                    .update_length
                    .spread(n, &mut draws, |days, count| ends.put(days, count));
            },
        );
    }
}
