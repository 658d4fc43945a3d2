//! What a run is given before its first day, and the tools of its loop.

pub(in crate::engine) mod branchless_vec;
pub(in crate::engine) mod fate_tables;
pub(in crate::engine) mod hazard_clock;
pub(in crate::engine) mod inputs;
pub(in crate::engine) mod opening_stock;
pub(in crate::engine) mod run_layout;
