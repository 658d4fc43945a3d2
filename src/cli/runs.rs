//! Runs: replications on all cores, their checkpoints, progress, levels and memory.

pub(crate) mod checkpoint;
pub(crate) mod kept_replication;
pub(crate) mod levels;
pub(crate) mod machine;
pub(crate) mod memory;
pub(crate) mod progress;
pub(crate) mod replicate;
pub(crate) mod series;
pub(crate) mod shared_runs;
pub(crate) mod simulate;
