//! Step 5 of a day: the demand of each place, and the commitments that stand for Active demand.

use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::model::Day;
use crate::model::decimal::Decimal;

impl State {
    /// Demand of each place, Dormant then Active.
    pub(in crate::engine) fn demand(&self, layout: &RunLayout<'_>) -> [&[u32]; 2] {
        let (dormant, active) = self.eligible.split_at(layout.places.len());
        [dormant, if layout.model.commitment.is_some() { &self.committed } else { active }]
    }

    /// Step 5, where Active demand is a commitment: sets the week's commitments on its Monday, from the stock read at the
    /// cut-off; those of the run's first week on the first day, from the stock of that day.
    pub(in crate::engine) fn commit_week(&mut self, layout: &RunLayout<'_>) {
        let calendar = &layout.model.calendar;
        let Some(commitment) = &layout.model.commitment else { return };
        if self.day != Day(0) && calendar.weekday(self.day) != 0 {
            return;
        }
        let migration_days = commitment.migration_days(calendar, self.day);
        let stock = self.read_at_cutoff.take().unwrap_or_else(|| self.active_eligible(layout));
        self.committed.fill(0);
        if migration_days == 0 {
            return;
        }
        let factors: Vec<Decimal> =
            layout.inputs.suppliers.iter().map(|supplier| Decimal::of(supplier.commitment)).collect();
        for (slot, stock) in stock.into_iter().enumerate() {
            let supplier = layout.places[layout.places_by_leaf[slot]].supplier;
            self.committed[slot] = factors[supplier].times(stock, migration_days);
        }
    }

    /// At the end of the cut-off day before a Monday: reads the Active stock for that week's commitments.
    pub(in crate::engine) fn read_cutoff(&mut self, layout: &RunLayout<'_>) {
        let Some(commitment) = &layout.model.commitment else { return };
        let monday = self.day.plus(i32::try_from(commitment.cutoff_days).expect("a cut-off is a few days"));
        if layout.model.calendar.weekday(monday) == 0 {
            self.read_at_cutoff = Some(self.active_eligible(layout));
        }
    }

    fn active_eligible(&self, layout: &RunLayout<'_>) -> Vec<u32> {
        self.eligible[layout.places.len()..].to_vec()
    }
}
