//! The proof of the allocator, a module an argument: it is held to an exact specification, to what its policies
//! promise on random days, and to a solver of somebody else's. `PROPTEST_CASES=20000` makes the random days many.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the numbers of a test are small"
)]

mod against_specification;
mod checker;
mod credit;
mod day;
mod every_option;
mod oracle;
mod paradoxes;
mod pinned;
#[path = "../it/reference/allocate.rs"]
mod plain;
mod promises;
mod quotas;
mod random;
mod specification;
