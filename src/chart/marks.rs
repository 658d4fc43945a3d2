//! Marks that several figures share: bars, curves, intervals, rows, panels.

pub(crate) mod bars;
pub(crate) mod curves;
pub(crate) mod interval;
pub(crate) mod lead_panel;
pub(crate) mod panels;
pub(crate) mod rows;
