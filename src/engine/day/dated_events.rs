//! Step 1 of a day: firmware opens, cohorts enter the EPCL, rework strikes, outages begin and end. Also the event list: what is known to happen on a later day. Ties on a day go first in, first out. What happens to
//! many installations at once, the end of an update or a wait, stands in rings of days instead.

use serde::{Deserialize, Serialize};

use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait, Waiting};
use crate::engine::stock::substage;
use crate::model::{CohortIdx, Day, GroupIdx, Status};
use crate::trace::CohortRecord;

/// Something that happens at step 1 of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) enum Event {
    /// Firmware opens for a cohort's Dormant installations.
    FirmwareOpens(CohortIdx),
    /// A cohort is entered on the EPCL.
    Enters(CohortIdx),
    /// A cohort's Active installations have been updated by their suppliers.
    SuppliersUpdated(CohortIdx),
    /// An outage of a group begins.
    OutageBegins(GroupIdx),
    /// An outage of a group is over.
    OutageEnds(GroupIdx),
}

/// Events by day. Those beyond the last day are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Events {
    dated: Vec<Vec<Event>>,
}

impl Events {
    pub(in crate::engine) fn new(n_days: usize) -> Self {
        Self { dated: vec![Vec::new(); n_days] }
    }

    /// Puts an event on the list; one dated before the first day happens on it.
    pub(in crate::engine) fn schedule(&mut self, day: Day, event: Event) {
        if let Some(events) = self.dated.get_mut(day.max(Day(0)).index().unwrap_or(usize::MAX)) {
            events.push(event);
        }
    }

    pub(in crate::engine) fn take(&mut self, day: usize) -> Vec<Event> {
        std::mem::take(&mut self.dated[day])
    }
}

impl State {
    /// Step 1: what is dated today.
    pub(in crate::engine) fn dated_events(&mut self, layout: &RunLayout<'_>, records: &mut [CohortRecord]) {
        for event in self.events.take(self.day.index().expect("a run starts on day 0")) {
            match event {
                Event::FirmwareOpens(cohort) => self.firmware_opens(layout, cohort),
                Event::Enters(cohort) => self.enters(layout, cohort, &mut records[cohort]),
                Event::SuppliersUpdated(cohort) => self.suppliers_updated(layout, cohort),
                Event::OutageBegins(group) => self.outage[group] = true,
                Event::OutageEnds(group) => self.outage[group] = false,
            }
        }
    }

    fn firmware_opens(&mut self, layout: &RunLayout<'_>, cohort: CohortIdx) {
        self.opened[cohort] = true;
        for place in layout.cohort_places[cohort].clone() {
            let n = self.cells[place][substage::GATE];
            self.leave(layout, place, substage::GATE, n);
            self.arrive_waiting_firmware(layout, place, 1, n);
        }
    }

    fn enters(&mut self, layout: &RunLayout<'_>, cohort: CohortIdx, record: &mut CohortRecord) {
        self.entered[cohort] = true;
        for place in layout.cohort_places[cohort].clone() {
            if layout.inputs.cohorts[cohort].rework {
                record.reworked += u64::from(self.rework(layout, place));
            }
            for ready in [substage::READY_UNTOUCHED, substage::READY_UPDATED] {
                let n = self.cells[place][ready];
                self.leave(layout, place, ready, n);
                self.arrive_dormant_ready(layout, place, 1, n);
            }
            let active = layout.cell(place, Status::Active);
            self.shift(
                layout,
                active,
                substage::GATE,
                substage::UNDER_WAY,
                self.cells[active][substage::GATE],
            );
        }
    }

    /// Sends a Dormant cell's updated installations, updates under way and firmware waits back to waiting for firmware.
    fn rework(&mut self, layout: &RunLayout<'_>, place: usize) -> u32 {
        let updated = self.cells[place][substage::READY_UPDATED];
        self.leave(layout, place, substage::READY_UPDATED, updated);
        let under_way = self.under_way.take_all(&layout.rings, (place, layout.cohort_of(place)));
        self.leave(layout, place, substage::UNDER_WAY, under_way);
        let waiting = self.waiting.take_update_waits(&layout.wait_columns[place]);
        self.leave(layout, place, substage::FIRMWARE_WAIT, waiting);
        let again = updated + under_way + waiting;
        self.arrive_waiting_firmware(layout, place, 1, again);
        again
    }

    fn suppliers_updated(&mut self, layout: &RunLayout<'_>, cohort: CohortIdx) {
        self.suppliers_updated[cohort] = true;
        for place in layout.cohort_places[cohort].clone() {
            let cell = layout.cell(place, Status::Active);
            let n = self.cells[cell][substage::UNDER_WAY];
            self.leave(layout, cell, substage::UNDER_WAY, n);
            self.arrive_active_ready(layout, cell, 1, n);
        }
    }

    /// Dormant installations whose firmware is done: eligible after notice, from EPCL entry.
    pub(in crate::engine) fn arrive_dormant_ready(
        &mut self,
        layout: &RunLayout<'_>,
        place: usize,
        attempt: u8,
        n: u32,
    ) {
        let cohort = layout.places[place].cohort;
        if n == 0 {
        } else if !self.entered[cohort] {
            self.arrive(layout, place, substage::READY_UPDATED, n);
        } else if layout.inputs.cohorts[cohort].notice == 0 {
            self.arrive_eligible(layout, place, attempt, n);
        } else {
            let due = self.day.plus(layout.inputs.cohorts[cohort].notice);
            self.arrive_waiting(
                layout,
                place,
                Waiting { due, wait: Wait::Notice, number: attempt, count: n },
            );
        }
    }

    /// Updated Active installations: eligible once their supplier is a DCC user.
    pub(in crate::engine) fn arrive_active_ready(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        attempt: u8,
        n: u32,
    ) {
        let due = layout.user_from(cell);
        if due <= self.day {
            self.arrive_eligible(layout, cell, attempt, n);
        } else {
            self.arrive_waiting(layout, cell, Waiting { due, wait: Wait::User, number: attempt, count: n });
        }
    }
}
