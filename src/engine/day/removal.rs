//! Step 2 of a day, second half: removals.

use crate::engine::day::supplier_change::Churn;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::pools::What;
use crate::engine::stock::state::State;
use crate::engine::stock::substage;
use crate::model::Status;
use crate::random::{Purpose, Stream};

impl State {
    /// Step 2, second half: removals from every unmigrated, unexcluded stage.
    pub(in crate::engine) fn remove(&mut self, layout: &RunLayout<'_>, churn: &mut Churn) {
        let Some(removal) = &layout.model.removal else { return };
        let Churn { strikes, pools, removal: hazards, .. } = churn;
        let by_status = Status::ALL.into_iter().zip([&removal.dormant, &removal.active]).zip(hazards);
        for ((status, by_day), hazard) in by_status {
            let Some(hazard) = hazard.of(by_day, self.day) else { continue };
            let cells = (layout.cells(status), &self.cells[..]);
            self.removal.wear(layout, (Purpose::Removal, hazard), cells, strikes);
            for strike in strikes.struck() {
                let (cell, count) = (strike.cell, strike.count);
                let one = |state: &mut Self, lane, position, _: &mut Stream| {
                    state.leave_batch(layout, cell, lane, position);
                };
                pools.strike(layout, self, strike, one);
                pools.struck().for_each(|struck| self.remove_from(layout, cell, struck));
                self.arrive(layout, cell, substage::REMOVED, count);
            }
        }
    }

    /// Takes removed installations who were doing one thing out of a cell.
    fn remove_from(&mut self, layout: &RunLayout<'_>, cell: usize, (what, n): (What, u32)) {
        match what {
            What::Lane(lane) => self.leave(layout, cell, lane, n),
            What::Try(number) => self.leave_waiting_firmware(layout, cell, number, n),
            What::Attempt(attempt) => self.leave_eligible(layout, cell, attempt, n),
        }
    }
}
