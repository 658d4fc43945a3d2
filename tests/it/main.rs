//! One integration test binary, a module a topic.
mod output;

mod allocation_by_hand;
mod scenarios;
