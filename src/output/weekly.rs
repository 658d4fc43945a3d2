//! `weekly.csv`: what a planner sends a supplier. One row a week, supplier, group and status with any demand.

use super::daily::slot_cells;
use super::{Run, Table};
use crate::model::{Day, Place, Status};

const INSTALLATIONS: &str = "installations";

/// Slots summed by week (from Monday), supplier, group and status, in that order.
pub(super) fn table(run: &Run) -> Table {
    let mut table = Table::new(&[
        ("week_commencing", ""),
        ("migration_days", "migration days"),
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
    let (n_groups, n_suppliers) = (model.groups.len(), model.suppliers.len());
    for week in
        run.trace.movements.chunk_by(|a, b| model.calendar.monday(a.day) == model.calendar.monday(b.day))
    {
        let monday: Day = model.calendar.monday(week[0].day);
        let worked = run.findings.throughput.weeks.iter().find(|week| week.monday == monday);
        let worked = worked.map_or(0, |week| week.migration_days);
        // By supplier, group and status; none where nothing was demanded.
        let mut sums: Vec<Option<[u64; 5]>> = vec![None; n_suppliers * n_groups * 2];
        for movement in week {
            let Place { cohort, supplier } = run.trace.places[movement.place as usize];
            let group = model.cohorts[cohort].group;
            let sum = &mut sums[(supplier * n_groups + group) * 2 + movement.status as usize];
            let (before, slots) = (sum.unwrap_or_default(), movement.slots.map(u64::from));
            *sum = Some(std::array::from_fn(|i| before[i] + slots[i]));
        }
        for (at, slots) in sums.into_iter().enumerate().filter_map(|(at, sum)| Some((at, sum?))) {
            let (branch, status) = (at / 2, Status::ALL[at % 2]);
            let (supplier, group) = (branch / n_groups, branch % n_groups);
            let mut row = vec![
                model.calendar.date(monday).into(),
                worked.into(),
                model.suppliers[supplier].name.as_str().into(),
                model.groups[group].name.as_str().into(),
                status.name().into(),
            ];
            row.extend(slot_cells(slots));
            table.push(row);
        }
    }
    table
}
