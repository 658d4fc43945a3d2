//! One integration test binary, a module a topic.

mod allocation_by_hand;
