//! The event list: what is known to happen on a later day. Ties on a day go first in, first out.

use serde::{Deserialize, Serialize};

use crate::model::{CohortIdx, Day, GroupIdx};

/// Something that happens at step 1 of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
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

/// Events and returns, by day. Those beyond the last day are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Events {
    dated: Vec<Vec<Event>>,
    /// Cells with a batch that ends on that day (step 3).
    returns: Vec<Vec<u32>>,
}

/// Room made for the returns of a day at the first of them.
const RETURNS: usize = 64;

impl Events {
    pub(super) fn new(n_days: usize) -> Self {
        Self { dated: vec![Vec::new(); n_days], returns: vec![Vec::new(); n_days] }
    }

    /// Puts an event on the list; one dated before the first day happens on it.
    pub(super) fn schedule(&mut self, day: Day, event: Event) {
        if let Some(events) = self.dated.get_mut(day.max(Day(0)).index().unwrap_or(usize::MAX)) {
            events.push(event);
        }
    }

    /// Notes that a batch of a cell ends on a day.
    pub(super) fn schedule_return(&mut self, day: Day, cell: usize) {
        if let Some(cells) = day.index().and_then(|day| self.returns.get_mut(day)) {
            if cells.capacity() == 0 {
                cells.reserve_exact(RETURNS);
            }
            cells.push(u32::try_from(cell).expect("a model has fewer than 2^32 cells"));
        }
    }

    pub(super) fn take_dated(&mut self, day: usize) -> Vec<Event> {
        std::mem::take(&mut self.dated[day])
    }

    pub(super) fn take_returns(&mut self, day: usize) -> Vec<u32> {
        std::mem::take(&mut self.returns[day])
    }
}
