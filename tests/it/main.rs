//! One integration test binary, a module a topic.

mod allocation_by_hand;
mod cli;
mod command;
mod documents;
mod output;
mod policies;
mod problems;
mod reference;
mod scenarios;
