//! The table: how often something held, and how often it has to.

use std::fmt;

use dormouse::statistics::{Level, Proportion};
use rayon::prelude::*;

use super::worlds::Chance;

/// How often something held.
#[derive(Debug)]
pub(super) struct Row {
    what: &'static str,
    of: &'static str,
    runs: &'static str,
    repetitions: u32,
    held: usize,
    promise: Promise,
}

/// How often it has to hold, in per cent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Promise {
    Within(f64, f64),
    AtLeast(f64),
    /// Shown because it fails, and how far.
    Nothing,
}

/// A table in the making; each row has draws of its own.
pub(super) struct Table {
    most: u32,
    pub(super) rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(most: u32) -> Self {
        Self { most, rows: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        (what, of, runs, repetitions): (&'static str, &'static str, &'static str, u32),
        promise: Promise,
        holds: impl Fn(&mut Chance) -> bool + Sync,
    ) {
        let row = self.rows.len() as u64;
        let repetitions = repetitions.min(self.most);
        let held = (0..repetitions).into_par_iter().filter(|&r| holds(&mut Chance::new(row, r))).count();
        self.rows.push(Row { what, of, runs, repetitions, held, promise });
    }
}

impl Row {
    fn per_cent(&self) -> f64 {
        100.0 * self.held as f64 / f64::from(self.repetitions)
    }

    pub(super) fn is_as_promised(&self) -> bool {
        let held = self.per_cent();
        let (low, high) = self.promise.ends();
        low <= held && held <= high
    }

    /// Whether it is not known to be otherwise, so few are the repetitions.
    pub(super) fn may_be_as_promised(&self) -> bool {
        let held = Proportion::new(self.held, self.repetitions as usize).unwrap();
        let share = held.interval(Level::new(0.9999).unwrap());
        let (low, high) = self.promise.ends();
        low <= 100.0 * share.high.unwrap() && 100.0 * share.low.unwrap() <= high
    }
}

impl Promise {
    fn ends(self) -> (f64, f64) {
        match self {
            Self::Within(low, high) => (low, high),
            Self::AtLeast(low) => (low, 100.0),
            Self::Nothing => (0.0, 100.0),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { what, of, runs, promise, .. } = self;
        let repetitions = format!("{},{:03}", self.repetitions / 1000, self.repetitions % 1000);
        write!(f, "| {what} | {of} | {runs} | {repetitions} | {:.1} | {promise} |", self.per_cent())
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Within(low, high) => write!(f, "{low} to {high}"),
            Self::AtLeast(low) => write!(f, "at least {low}"),
            Self::Nothing => f.write_str("not promised"),
        }
    }
}
