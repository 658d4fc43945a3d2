//! Every measure with its unit and its definition.

use super::super::document::{Block, Grid, words};
use crate::findings::{Kpi, kpi};

/// The annex.
pub(in crate::report) fn measures() -> Vec<Block> {
    let row = |kpi: &Kpi| [kpi.title, kpi.unit, kpi.better.name(), kpi.definition].map(words).into();
    vec![Block::Table(Grid {
        caption: "Every measure: its unit, which way is better, and its definition".to_owned(),
        header: ["Measure", "Unit", "Better", "Definition"].map(str::to_owned).into(),
        rows: kpi::ALL.iter().map(row).collect(),
    })]
}

/// The name for people of a measure.
pub(in crate::report) fn title_of(id: &str) -> &str {
    kpi::ALL.iter().find(|kpi| kpi.id == id).map_or(id, |kpi| kpi.title)
}
