//! Installations by cell and stage, and those who wait for a day.

pub(in crate::engine) mod fifo_queue;
pub(in crate::engine) mod pools;
pub(in crate::engine) mod state;
pub(in crate::engine) mod substage;
pub(in crate::engine) mod update_ring;
pub(in crate::engine) mod wait_ring;
