//! `weekly.csv`: what a planner sends a supplier. One row a week, supplier, group and status with any demand.

use std::io::{self, Write};

use crate::output::table::csv_writer;
use crate::output::tables::daily::slot_cells;
use crate::output::{Cell, Run};

/// Name of the file.
pub(crate) const NAME: &str = "weekly.csv";

const HEADER: [&str; 10] = [
    "week_commencing",
    "migration_days",
    "supplier",
    "group",
    "status",
    // A demand not met stays for the next day, so its sum counts it again, hence the unit.
    "demand_installation_days",
    "allocated_installations",
    "migrated_installations",
    "failed_installations",
    "unused_installations",
];

/// Writes slots by week (from Monday), supplier, group and status, in that order. Row by row, because there may be very many.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let model = run.model;
    let mut rows = csv_writer(out);
    rows.write_record(HEADER)?;
    for week in run.trace.branch_weeks.chunk_by(|a, b| a.monday == b.monday) {
        let monday = week[0].monday;
        let worked = run.findings.throughput.weeks.iter().find(|week| week.monday == monday);
        let worked = worked.map_or(0, |week| week.migration_days);
        let week_cells = [Cell::from(model.calendar.date(monday)), worked.into()].map(|cell| cell.plain());
        for branch in week {
            let words = [
                model.suppliers[branch.supplier as usize].name.as_str(),
                model.groups[branch.group as usize].name.as_str(),
                branch.status.name(),
            ];
            let cells = words.map(Cell::from).into_iter().chain(slot_cells(branch.slots));
            rows.write_record(week_cells.iter().cloned().chain(cells.map(|cell| cell.plain())))?;
        }
    }
    rows.flush()
}
