//! One integration test binary, a module a topic.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod allocation_by_hand;
mod cli;
mod command;
mod documents;
mod output;
mod policies;
mod problems;
mod reference;
mod scenarios;
