//! How much memory a run takes, worked out before it begins.

use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::model::{Day, Model};
use crate::trace::{BranchWeek, CellRecord, CohortRecord, DayRecord, GroupDay, Slots};

/// What a place takes beside its state and its record: where it stands in the run, in the allocator and in the market \[bytes\].
const A_PLACE: usize = 700;
/// What a run takes whatever its size: tables of chances, lists of a day \[bytes\].
const A_RUN: usize = 4 << 20;
/// What a fingerprint of a day takes \[bytes\].
const A_FINGERPRINT: usize = 48;

/// Memory of one replication \[bytes\], a little more rather than less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// While it runs.
    pub running: usize,
    /// What is left of it: its trace.
    pub kept: usize,
}

impl Memory {
    /// What a replication of a model takes that keeps all that its tables need.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let (layout, _) = RunLayout::new(model, 0.into());
        let (n_places, n_days) = (layout.places.len(), model.calendar.n_days());
        let (n_groups, n_suppliers) = (model.groups.len(), model.suppliers.len());
        let last = model.calendar.last();
        let weeks = (last.0 - model.calendar.monday(Day(0)).0) / 7 + 1;
        let branches = usize::try_from(weeks).unwrap_or(0) * 2 * n_groups * n_suppliers.min(n_places);
        let kept = n_places * size_of::<[CellRecord; 2]>()
            + n_days * (size_of::<DayRecord>() + A_FINGERPRINT)
            + n_days * n_groups * size_of::<GroupDay>()
            + n_days * n_suppliers * size_of::<[Slots; 2]>()
            + branches * size_of::<BranchWeek>()
            + model.cohorts.len() * size_of::<CohortRecord>();
        Self { running: kept + State::empty(&layout).bytes() + n_places * A_PLACE + A_RUN, kept }
    }
}
