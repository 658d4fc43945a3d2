//! The measures of one run, computed once from its trace.
//!
//! Every sum over a [`Trace`] is made here. Files, tables and charts only format the results. Days become dates here.
//! This module never calls the engine. Start at [`Findings::of`]. [`Difference::between`] compares two runs with the
//! same draws.

mod active;
mod bottlenecks;
mod completion;
mod difference;
mod dormant;
mod fairness;
pub mod kpi;
mod measures;
mod throughput;
mod utilisation;
mod value;

pub use active::{ActiveImpact, Obligation};
pub use bottlenecks::{Bottleneck, BottleneckMonth, bottlenecks};
pub use completion::{Completion, LeftOut, NOTHING_MIGRATABLE, Population, SHARES};
pub use difference::{Change, Difference, KpiDifference, Split};
pub use dormant::{Dimension, DormantDays, Part, SupplierSize, cohort_route};
pub use fairness::SupplierService;
pub use kpi::{Better, Kpi};
pub use measures::{Measure, Scope};
pub use throughput::{DayFlow, Throughput, WeekFlow};
pub use utilisation::Utilisation;
pub use value::Value;

use jiff::civil::Date;

use crate::model::{Model, SupplierIdx};
use crate::trace::Trace;

/// The measures of one run.
///
/// Invariants: the parts of every split of [`Findings::dormant_days`] sum to its total; the terms of
/// [`Findings::utilisation`] sum to what was offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// Name of the scenario.
    pub scenario: String,
    /// First day of the run.
    pub first: Date,
    /// Last day of the run.
    pub last: Date,
    /// The headline and what it is made of.
    pub dormant_days: DormantDays,
    /// Completion of Dormant installations.
    pub dormant: Completion,
    /// Completion of all installations.
    pub all: Completion,
    /// Migrations by day and week.
    pub throughput: Throughput,
    /// The use of the capacity.
    pub utilisation: Utilisation,
    /// The effect of the run on Active installations.
    pub active: ActiveImpact,
    /// How each supplier was served, in declared order.
    pub suppliers: Vec<SupplierService>,
    /// Dormant installations times the days of the run from firmware opening to EPCL entry \[installation-days\].
    pub firmware_lead: u64,
    /// Dormant days in the firmware queue \[installation-days\].
    pub firmware_queue: u64,
    /// Firmware updates sent again because the entry changed \[installations\].
    pub reworked: u64,
    /// The largest credit that rounding carried for anybody \[installations\].
    pub largest_credit: Value,
}

impl Findings {
    /// Computes every measure of one run.
    #[must_use]
    pub fn of(model: &Model, trace: &Trace) -> Self {
        let throughput = Throughput::of(model, trace);
        Self {
            scenario: model.name.clone(),
            first: model.calendar.first,
            last: model.calendar.date(model.calendar.last()),
            dormant_days: DormantDays::of(model, trace),
            dormant: Completion::of(model, trace, Population::Dormant),
            all: Completion::of(model, trace, Population::All),
            utilisation: Utilisation::of(trace),
            active: ActiveImpact::of(model, trace),
            suppliers: fairness::of(model, trace),
            firmware_lead: dormant::firmware_lead(trace),
            firmware_queue: trace.finals.iter().map(|cell| cell[0].waits.firmware_queue).sum(),
            reworked: trace.cohorts.iter().map(|c| c.reworked).sum(),
            largest_credit: Value::quotient(trace.largest_credit.unsigned_abs().into(), 1 << 32),
            throughput,
        }
    }

    /// Whether no installation is Dormant at the end of any day.
    #[must_use]
    pub fn nobody_is_dormant(&self) -> bool {
        let Completion { migrated, migratable, excluded, removed, .. } = self.dormant;
        self.dormant_days.total == 0 && migrated + migratable + excluded + removed == 0
    }
}

/// Sizes of all suppliers, by their share of the opening stock; see [`SupplierSize`].
#[must_use]
pub fn supplier_sizes(model: &Model) -> Vec<SupplierSize> {
    let mut opening = vec![0_u64; model.suppliers.len()];
    for row in &model.stock {
        opening[row.supplier] += u64::from(row.installations);
    }
    let whole = opening.iter().sum();
    let size = |supplier: SupplierIdx| SupplierSize::of(opening[supplier], whole);
    (0..model.suppliers.len()).map(size).collect()
}
