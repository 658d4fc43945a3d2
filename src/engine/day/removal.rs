//! Step 2 of a day, second half: removals.

use crate::engine::day::supplier_change::Churn;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::engine::stock::substage;
use crate::model::Status;
use crate::random::Purpose;

impl State {
    /// Step 2, second half: removals from every unmigrated, unexcluded stage.
    pub(in crate::engine) fn remove(&mut self, layout: &RunLayout<'_>, churn: &mut Churn) {
        let Some(removal) = &layout.model.removal else { return };
        let Churn { strikes, victims, removal: hazards, .. } = churn;
        let by_status = Status::ALL.into_iter().zip([&removal.dormant, &removal.active]).zip(hazards);
        for ((status, by_day), hazard) in by_status {
            let Some(hazard) = hazard.of(by_day, self.day) else { continue };
            let what = (Purpose::Removal, hazard);
            for strike in self.removal.wear(layout, what, layout.cells(status), &self.unmigrated, strikes) {
                let cell = strike.of.cell as usize;
                let count = victims.draw(layout, self, what, strike);
                for (doing, n) in victims.together() {
                    self.leave_together(layout, cell, doing, n);
                }
                for (lane, position) in victims.singles() {
                    self.leave_one(layout, cell, lane, position);
                }
                self.arrive(layout, cell, substage::REMOVED, count);
                self.unmigrated[cell] -= count;
            }
        }
    }
}
