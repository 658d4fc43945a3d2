//! The effect of a run on Active installations, which give way to Dormant installations.

use jiff::civil::Date;

use super::Value;
use crate::model::{Day, Model, SupplierIdx};
use crate::trace::Trace;

/// Migrations and waits of Active installations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveImpact {
    /// Migrated at the end of the run \[installations\].
    pub migrated: u64,
    /// Days waited on the EPCL, neither migrated, excluded nor removed \[installation-days\].
    pub days_since_entry: u64,
    /// The same by supplier, in declared order \[installation-days\].
    pub days_since_entry_of: Vec<u64>,
    /// Became Dormant on changing supplier \[installations\].
    pub became_dormant: u64,
    /// Obligations of suppliers that have one, in declared order.
    pub obligations: Vec<Obligation>,
}

/// The state of a supplier on its obligation day, by which its Active installations should be enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The supplier.
    pub supplier: SupplierIdx,
    /// Its obligation date.
    pub date: Date,
    /// Active installations migrated by it \[installations\]; at the run's end where that is earlier.
    pub migrated: u64,
    /// Active installations that are migratable at the end \[installations\].
    pub migratable: u64,
    /// Migrated as a share of the migratable, or why there is no value.
    pub share: Value,
}

impl Obligation {
    /// Migratable and not migrated by the date \[installations\]; no value where the date is after the run.
    #[must_use]
    pub fn late(&self) -> Value {
        match self.share {
            Value::None(reason) if self.migratable > 0 => Value::None(reason),
            _ => Value::Count(self.migratable - self.migrated),
        }
    }
}

impl ActiveImpact {
    /// Migratable and not migrated by their supplier's obligation date, over all suppliers with a date in the run
    /// \[installations\].
    #[must_use]
    pub fn late(&self) -> Value {
        let counts = self.obligations.iter().filter_map(|o| match o.late() {
            Value::Count(late) => Some(late),
            _ => None,
        });
        let sum = counts.fold(None, |sum: Option<u64>, late| Some(sum.unwrap_or(0) + late));
        sum.map_or(Value::None("no obligation date lies in the run"), Value::Count)
    }

    /// Sums a run.
    #[must_use]
    pub(super) fn of(model: &Model, trace: &Trace) -> Self {
        let active = || trace.finals.iter().map(|cell| &cell[1]);
        let on_epcl = |w: &crate::trace::Waits| w.total() - w.excluded - w.gate_or_epcl;
        let mut days_since_entry_of = vec![0; model.suppliers.len()];
        for (place, cell) in trace.places.iter().zip(&trace.finals) {
            days_since_entry_of[place.supplier] += on_epcl(&cell[1].waits);
        }
        Self {
            migrated: active().map(|c| c.stages.migrated).sum(),
            days_since_entry: days_since_entry_of.iter().sum(),
            days_since_entry_of,
            became_dormant: trace.finals.iter().map(|cell| cell[0].gained).sum(),
            obligations: obligations(model, trace),
        }
    }
}

fn obligations(model: &Model, trace: &Trace) -> Vec<Obligation> {
    let n = model.suppliers.len();
    let (mut at_end, mut waiting, mut after) = (vec![0; n], vec![0; n], vec![0; n]);
    for (place, cell) in trace.places.iter().zip(&trace.finals) {
        at_end[place.supplier] += cell[1].stages.migrated;
        waiting[place.supplier] += cell[1].stages.unmigrated();
    }
    for (day, suppliers) in (0..).map(Day).zip(trace.suppliers_by_day()) {
        for (supplier, [_, active]) in suppliers.iter().enumerate() {
            if model.suppliers[supplier].obligation.is_some_and(|obligation| day > obligation) {
                after[supplier] += u64::from(active.succeeded);
            }
        }
    }
    let of = |supplier: SupplierIdx| {
        let day = model.suppliers[supplier].obligation?;
        let (migrated, migratable) =
            (at_end[supplier] - after[supplier], at_end[supplier] + waiting[supplier]);
        let share = if day > model.calendar.last() {
            Value::None("the obligation date is after the run")
        } else {
            Value::percent(migrated, migratable)
        };
        Some(Obligation { supplier, date: model.calendar.date(day), migrated, migratable, share })
    };
    (0..n).filter_map(of).collect()
}
