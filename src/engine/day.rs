//! The steps of a day, a file a step, in the order of the model page.

pub(in crate::engine) mod allocation;
pub(in crate::engine) mod attempts;
pub(in crate::engine) mod conservation;
pub(in crate::engine) mod dated_events;
pub(in crate::engine) mod eligibility;
pub(in crate::engine) mod firmware_starts;
pub(in crate::engine) mod removal;
pub(in crate::engine) mod returns;
pub(in crate::engine) mod supplier_change;
