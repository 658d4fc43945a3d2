//! The event list: what is known to happen on a later day. Ties on a day go first in, first out. What happens to
//! many installations at once, the end of an update or a wait, stands in rings of days instead.

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

/// Events by day. Those beyond the last day are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Events {
    dated: Vec<Vec<Event>>,
}

impl Events {
    pub(super) fn new(n_days: usize) -> Self {
        Self { dated: vec![Vec::new(); n_days] }
    }

    /// Puts an event on the list; one dated before the first day happens on it.
    pub(super) fn schedule(&mut self, day: Day, event: Event) {
        if let Some(events) = self.dated.get_mut(day.max(Day(0)).index().unwrap_or(usize::MAX)) {
            events.push(event);
        }
    }

    pub(super) fn take(&mut self, day: usize) -> Vec<Event> {
        std::mem::take(&mut self.dated[day])
    }
}
