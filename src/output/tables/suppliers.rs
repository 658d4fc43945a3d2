//! `suppliers.csv`: how each supplier was served, one row a supplier and status.

use crate::findings::{kpi, supplier_sizes};
use crate::model::{Status, SupplierIdx};
use crate::output::tables::cohorts::{WAITS, cell_counts};
use crate::output::tables::summary;
use crate::output::{Cell, Column, Run, Table};

const INSTALLATIONS: &str = "installations";

/// Slots, where its installations ended and why they waited; service and obligation on Active rows.
pub(crate) fn table(run: &Run) -> Table {
    let mut table = Table::new(&[("supplier", ""), ("supplier_size", ""), ("status", "")]);
    let slots = ["allocated", "succeeded", "failed", "unused"];
    table.columns.extend(slots.map(|name| Column::new(format!("{name}_installations"), INSTALLATIONS)));
    let counts = ["opening", "gained", "lost", "migrated", "unmigrated", "excluded", "removed"];
    table.columns.extend(counts.map(|name| Column::new(format!("{name}_installations"), INSTALLATIONS)));
    table
        .columns
        .extend(WAITS.map(|cause| Column::new(format!("{cause}_installation_days"), "installation-days")));
    table.columns.extend([
        Column::new("became_eligible_installations", INSTALLATIONS),
        Column::new("slots_to_demand_ratio", "ratio"),
        Column::new("longest_without_slot_migration_days", "migration days"),
        Column::new("obligation_date", ""),
        Column::new("migrated_by_obligation_installations", INSTALLATIONS),
        Column::new("has_limits_of_its_own", ""),
    ]);
    let slots = slots_by_supplier(run);
    let sizes = supplier_sizes(run.model);
    for supplier in 0..run.model.suppliers.len() {
        for status in Status::ALL {
            let mut row = vec![
                run.model.suppliers[supplier].name.as_str().into(),
                sizes[supplier].name().into(),
                status.name().into(),
            ];
            row.extend(slots[supplier][status as usize][1..].iter().map(|&n| Cell::from(n)));
            let mine = run.trace.places.iter().zip(&run.trace.finals).filter(|(p, _)| p.supplier == supplier);
            row.extend(cell_counts(mine.map(|(_, cell)| &cell[status as usize])));
            row.extend(service(run, supplier, status));
            row.push(Cell::Flag(!run.model.suppliers[supplier].limits.is_empty()));
            table.push(row);
        }
    }
    table
}

fn slots_by_supplier(run: &Run) -> Vec<[[u64; 5]; 2]> {
    let mut sums = vec![[[0; 5]; 2]; run.model.suppliers.len()];
    for day in run.trace.suppliers_by_day() {
        for (sum, slots) in sums.iter_mut().flatten().zip(day.iter().flatten()) {
            let slots = slots.map(u64::from);
            *sum = std::array::from_fn(|i| sum[i] + slots[i]);
        }
    }
    sums
}

fn service(run: &Run, supplier: SupplierIdx, status: Status) -> [Cell; 5] {
    if status == Status::Dormant {
        return std::array::from_fn(|_| Cell::Empty);
    }
    let served = &run.findings.suppliers[supplier];
    let obligation = run.findings.active.obligations.iter().find(|o| o.supplier == supplier);
    [
        served.became_eligible.into(),
        summary::value_cell(served.ratio, kpi::SERVICE_RATIO.unit),
        served.longest_without_slot.into(),
        obligation.map(|o| o.date).into(),
        obligation.filter(|o| o.share.note().is_empty()).map(|o| o.migrated).into(),
    ]
}
