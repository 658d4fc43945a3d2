//! One integration test binary, a module a topic.
mod output;
