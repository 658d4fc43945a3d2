//! Where everybody stands in a snapshot, in the words of opening stock: what a count of that day would say. Ages are lost.

use std::collections::HashSet;

use super::Snapshot;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::Wait;
use crate::engine::stock::substage;
use crate::model::{Model, OpeningStage, Status, Stock};

impl Snapshot {
    /// The stock of every cell by stage, from which a scenario may start on the next day. Removed installations are gone; a
    /// cell that holds nobody any more has one row of 0.
    ///
    /// # Panics
    /// When the snapshot is of another model, or was edited; see [`Snapshot::check`].
    #[must_use]
    pub fn stock(&self, model: &Model) -> Vec<Stock> {
        let (layout, _) = RunLayout::new(model, self.replication().into());
        let held: HashSet<_> = model.stock.iter().map(|s| (s.cohort, s.supplier, s.status)).collect();
        let cells = (0..layout.places.len()).flat_map(|place| Status::ALL.map(|status| (place, status)));
        let of = |(at, status): (usize, Status)| {
            let place = layout.places[at];
            let mut stages = self.stages_of(&layout, at, status);
            if stages.is_empty() && held.contains(&(place.cohort, place.supplier, status)) {
                stages.push((OpeningStage::Unmigrated, 0));
            }
            let row = move |(stage, installations)| Stock {
                cohort: place.cohort,
                supplier: place.supplier,
                status,
                installations,
                stage,
            };
            stages.into_iter().map(row)
        };
        cells.flat_map(of).collect()
    }

    /// The stages that somebody of a cell is in.
    fn stages_of(&self, layout: &RunLayout<'_>, place: usize, status: Status) -> Vec<(OpeningStage, u32)> {
        use OpeningStage as To;
        let cell = layout.cell(place, status);
        let of = |lanes: &[usize]| lanes.iter().map(|lane| self.state.cells[cell][*lane]).sum::<u32>();
        let mut stages = match status {
            Status::Dormant => self.updates(layout, place),
            Status::Active => vec![
                (To::Unmigrated, of(&[substage::GATE])),
                (To::FirmwareUnderWay { attempt: 1 }, of(&[substage::UNDER_WAY])),
            ],
        };
        let mut ready =
            self.waiting_for(layout, cell, if status == Status::Dormant { Wait::Notice } else { Wait::User });
        ready[0] += of(&[substage::READY_UNTOUCHED, substage::READY_UPDATED]);
        stages.extend((1..).zip(ready).map(|(attempt, n)| (To::Ready { attempt }, n)));
        let attempts = 1..=layout.model.cohorts[layout.cohort_of(cell)].max_attempts;
        let eligible =
            |attempt| (To::Eligible { attempt }, self.state.by_attempt[layout.attempt_at(cell, attempt)]);
        stages.extend(attempts.map(eligible));
        let retries = self.waiting_for(layout, cell, Wait::Retry);
        stages.extend((1..).zip(retries).map(|(attempt, n)| (To::RetryWait { attempt }, n)));
        stages.extend([
            (To::Migrated, of(&[substage::MIGRATED])),
            (To::ExcludedNoWan, of(&[substage::NO_WAN])),
            (To::ExcludedAttempts, of(&[substage::EXHAUSTED])),
        ]);
        stages.retain(|(_, installations)| *installations > 0);
        stages
    }

    /// The Dormant installations of a place before, in and between updates, by the number of the try.
    fn updates(&self, layout: &RunLayout<'_>, place: usize) -> Vec<(OpeningStage, u32)> {
        use OpeningStage as To;
        let cohort = layout.cohort_of(place);
        let before_gate = self.state.cells[place][substage::GATE];
        let tries = 1..=layout.model.cohorts[cohort].firmware.max_tries;
        let needs = tries.clone().map(|attempt| {
            let waiting = self.state.by_try[layout.try_at(place, attempt)];
            (To::NeedsFirmware { attempt }, waiting + if attempt == 1 { before_gate } else { 0 })
        });
        let under_way = tries.map(|attempt| {
            let n = self.state.under_way.of_try(&layout.rings, (place, cohort), attempt);
            (To::FirmwareUnderWay { attempt }, n)
        });
        let waits = self.waiting_for(layout, place, Wait::UpdateWait);
        let waits = (1..).zip(waits).map(|(attempt, n)| (To::FirmwareWait { attempt }, n));
        needs.chain(under_way).chain(waits).collect()
    }

    /// Those of a cell who wait for one thing, by the number of their next attempt or try.
    fn waiting_for(&self, layout: &RunLayout<'_>, cell: usize, wait: Wait) -> Vec<u32> {
        let mut by_number = self.state.waiting.by_number(&layout.wait_columns[cell], wait);
        by_number.resize(layout.max_attempts.max(layout.max_tries), 0);
        by_number
    }
}
