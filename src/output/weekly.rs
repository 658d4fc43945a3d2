//! `weekly.csv`: what a planner sends a supplier. One row a week, supplier, group and status with any demand.

use std::collections::BTreeMap;

use super::daily::slot_cells;
use super::{Run, Table};
use crate::model::Day;

const INSTALLATIONS: &str = "installations";

/// Slots summed by week (from Monday), supplier, group and status, in that order.
pub(super) fn table(run: &Run) -> Table {
    let mut table = Table::new(&[
        ("week_commencing", ""),
        ("supplier", ""),
        ("group", ""),
        ("status", ""),
        // A demand not met stays for the next day, so its sum counts it again, hence the unit.
        ("demand_installation_days", "installation-days"),
        ("allocated_installations", INSTALLATIONS),
        ("migrated_installations", INSTALLATIONS),
        ("failed_installations", INSTALLATIONS),
        ("unused_installations", INSTALLATIONS),
    ]);
    let model = run.model;
    let mut sums: BTreeMap<_, [u64; 5]> = BTreeMap::new();
    for movement in &run.trace.movements {
        let place = run.trace.places[movement.place as usize];
        let group = model.cohorts[place.cohort].group;
        let monday: Day = model.calendar.monday(movement.day);
        let sum = sums.entry((monday, place.supplier, group, movement.status)).or_default();
        let slots = movement.slots.map(u64::from);
        *sum = std::array::from_fn(|i| sum[i] + slots[i]);
    }
    for ((monday, supplier, group, status), slots) in sums {
        let mut row = vec![
            model.calendar.date(monday).into(),
            model.suppliers[supplier].name.as_str().into(),
            model.groups[group].name.as_str().into(),
            status.name().into(),
        ];
        row.extend(slot_cells(slots));
        table.push(row);
    }
    table
}
