//! The sections of a report before its annexes, but for the first: a file a section, in the order of the page.

pub(super) mod assurance;
pub(super) mod left_out;
pub(super) mod past;
pub(super) mod what_would_change_it;
pub(super) mod when;
pub(super) mod who;
pub(super) mod why;
