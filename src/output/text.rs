//! The texts of a results folder that people read.

pub(crate) mod answer;
pub(crate) mod comparison;
