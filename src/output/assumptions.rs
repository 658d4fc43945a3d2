//! `assumptions.csv`: the assumption register of the scenario, as written.

use super::Table;
use crate::model::{Model, Quality};

/// One row an assumption, in declared order.
pub(super) fn table(model: &Model) -> Table {
    let mut table =
        Table::new(&[("about", ""), ("value", ""), ("source", ""), ("quality", ""), ("note", "")]);
    for line in &model.assumptions {
        let quality = match line.quality {
            Quality::Documented => "documented",
            Quality::Inferred => "inferred",
            Quality::Assumed => "assumed",
        };
        let words = [line.about.as_str(), &line.value, &line.source, quality, &line.note];
        table.push(words.map(Into::into).into());
    }
    table
}
