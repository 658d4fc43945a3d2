//! Where everybody stands in a snapshot, in the words of opening stock: what a count of that day would say. Ages are lost.

use std::collections::HashSet;

use super::Snapshot;
use super::lane;
use super::plan::Plan;
use super::state::{Wait, add};
use crate::model::{Model, OpeningStage, Status, Stock};

impl Snapshot {
    /// The stock of every cell by stage, from which a scenario may start on the next day. Removed installations are gone; a
    /// cell that holds nobody any more has one row of 0.
    ///
    /// # Panics
    /// When the snapshot is of another model; see [`Snapshot::fits`].
    #[must_use]
    pub fn stock(&self, model: &Model) -> Vec<Stock> {
        assert!(self.fits(model), "the snapshot is of another model");
        let (plan, _) = Plan::new(model, self.replication().into());
        let held: HashSet<_> = model.stock.iter().map(|s| (s.cohort, s.supplier, s.status)).collect();
        let cells = (0..plan.places.len()).flat_map(|place| Status::ALL.map(|status| (place, status)));
        let of = |(at, status): (usize, Status)| {
            let place = plan.places[at];
            let mut stages = self.stages_of(&plan, at, status);
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
    fn stages_of(&self, plan: &Plan<'_>, place: usize, status: Status) -> Vec<(OpeningStage, u32)> {
        use OpeningStage as To;
        let cell = plan.cell(place, status);
        let of = |lanes: &[usize]| lanes.iter().map(|lane| self.state.cells[cell][*lane]).sum::<u32>();
        let before_update = if status == Status::Dormant { To::NeedsFirmware } else { To::Unmigrated };
        let mut stages = vec![
            (before_update, of(&[lane::GATE, lane::WAITING_FIRMWARE])),
            (To::FirmwareUnderWay, of(&[lane::UNDER_WAY])),
            (To::FirmwareWait, of(&[lane::FIRMWARE_WAIT])),
            (To::Ready, of(&[lane::READY_UNTOUCHED, lane::READY_UPDATED, lane::NOTICE])),
        ];
        let attempts = 1..=plan.model.cohorts[plan.cohort_of(cell)].max_attempts;
        let eligible =
            |attempt| (To::Eligible { attempt }, self.state.by_attempt[plan.attempt_at(cell, attempt)]);
        stages.extend(attempts.map(eligible));
        stages.extend(self.retry_waits(plan, cell));
        stages.extend([
            (To::Migrated, of(&[lane::MIGRATED])),
            (To::ExcludedNoWan, of(&[lane::NO_WAN])),
            (To::ExcludedAttempts, of(&[lane::EXHAUSTED])),
        ]);
        stages.retain(|(_, installations)| *installations > 0);
        stages
    }

    /// Those of a cell who wait after a failed attempt, by the next one.
    fn retry_waits(&self, plan: &Plan<'_>, cell: usize) -> Vec<(OpeningStage, u32)> {
        let (room, mut waiting) = (&plan.rooms[cell], self.state.waiting.clone());
        let mut left = self.state.cells[cell][lane::RETRY_WAIT];
        let mut by_attempt = vec![0; plan.max_attempts];
        let (mut day, mut counts) = (self.state.day, Vec::new());
        while left > 0 {
            waiting.take_due(room, day, &mut counts);
            left -= add(room.ended(&counts, Wait::Retry), &mut by_attempt);
            day = day.plus(1);
        }
        (1..).zip(by_attempt).map(|(attempt, n)| (OpeningStage::RetryWait { attempt }, n)).collect()
    }
}
