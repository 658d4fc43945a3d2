//! The counts beside a snapshot: who stands where at the end of a day, in the columns of a stock table, so that `--counts`
//! reads them back.

use crate::model::{Model, OpeningStage, Stock};
use crate::output::table::Table;

/// Who stands where, a row a cell and stage \[installations\].
#[must_use]
pub fn counts_table(model: &Model, stock: &[Stock]) -> Table {
    let mut table = Table::new(
        &["cohort", "supplier", "status", "stage", "attempt", "installations"].map(|name| (name, "")),
    );
    for row in stock {
        table.push(vec![
            model.cohorts[row.cohort].name.as_str().into(),
            model.suppliers[row.supplier].name.as_str().into(),
            row.status.name().into(),
            row.stage.name().into(),
            told_attempt(row.stage).map(u32::from).into(),
            row.installations.into(),
        ]);
    }
    table
}

/// The number of an attempt or update: of one that is sure to be the first unless said otherwise, only where it is not.
fn told_attempt(stage: OpeningStage) -> Option<u8> {
    let always = matches!(stage, OpeningStage::Eligible { .. } | OpeningStage::RetryWait { .. });
    stage.attempt().filter(|attempt| always || *attempt > 1)
}
