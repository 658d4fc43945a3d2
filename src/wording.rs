//! Facts put into words: the only place in which a measured number becomes text for people.
//!
//! The terminal, the figures, the report, the brief and the workbook all ask it, so that they say the same of one folder.
//! Computes no fact; [`numbers`] holds the rules by which numbers, shares, dates and lists are written, [`bases`] says whose share a
//! share is, [`verdict`] what a finding is called, [`answer`] and [`titles`] what a study comes to; [`letters`] folds words into lines.

pub mod answer;
pub mod bases;
pub mod causes;
pub mod enough;
pub mod headings;
pub mod letters;
pub mod levels;
pub mod notes;
pub mod numbers;
pub mod reliance;
pub mod switching;
pub mod titles;
pub mod tried;
pub mod verdict;
mod words;

pub use words::{Item, Words, ends, estimate, text, words};
