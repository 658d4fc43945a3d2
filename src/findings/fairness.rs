//! How suppliers were served: slots against demand, and the longest wait for the first one.

use super::Value;
use crate::model::Model;
use crate::trace::Trace;

/// The service of one supplier's Active installations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierService {
    /// Name of the supplier.
    pub name: String,
    /// Slots allocated to its Active installations \[installations\].
    pub slots: u64,
    /// Its Active installations that became eligible for a first attempt \[installations\].
    pub became_eligible: u64,
    /// Its slots per newly eligible installation, as a ratio to the same over all suppliers.
    pub ratio: Value,
    /// Longest run of migration days with Active demand and no slot \[migration days\].
    pub longest_without_slot: u32,
}

/// Reads the service of every supplier off a run, in declared order.
pub(super) fn of(model: &Model, trace: &Trace) -> Vec<SupplierService> {
    let n = model.suppliers.len();
    let (mut slots, mut eligible) = (vec![0_u64; n], vec![0_u64; n]);
    for suppliers in trace.suppliers_by_day() {
        slots.iter_mut().zip(suppliers).for_each(|(sum, [_, active])| *sum += u64::from(active.allocated));
    }
    for (place, cell) in trace.places.iter().zip(&trace.finals) {
        eligible[place.supplier] += cell[1].became_eligible;
    }
    let whole = (u128::from(slots.iter().sum::<u64>()), u128::from(eligible.iter().sum::<u64>()));
    let runs = longest_runs(model, trace);
    (0..n)
        .map(|s| SupplierService {
            name: model.suppliers[s].name.clone(),
            slots: slots[s],
            became_eligible: eligible[s],
            ratio: Value::quotient(u128::from(slots[s]) * whole.1, u128::from(eligible[s]) * whole.0),
            longest_without_slot: runs[s],
        })
        .collect()
}

/// Longest runs without a slot; a migration day without demand ends a run, as does a slot.
fn longest_runs(model: &Model, trace: &Trace) -> Vec<u32> {
    let n = model.suppliers.len();
    let (mut running, mut longest) = (vec![0_u32; n], vec![0_u32; n]);
    let days = trace.days.iter().zip(trace.suppliers_by_day());
    for (_, suppliers) in days.filter(|(day, _)| day.migration_day) {
        for (supplier, [_, active]) in suppliers.iter().enumerate() {
            let unserved = active.demand > 0 && active.allocated == 0;
            running[supplier] = if unserved { running[supplier] + 1 } else { 0 };
            longest[supplier] = longest[supplier].max(running[supplier]);
        }
    }
    longest
}
