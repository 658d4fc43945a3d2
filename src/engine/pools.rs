//! The unmigrated installations of cells, in pools that a day's hazard strikes alike: a lane, a try or an attempt. They are listed
//! before anybody is drawn, so that their draws are made side by side.

use super::listed::{Listed, Space, Stayed};
use super::plan::Plan;
use super::state::{State, lane};
use crate::model::{Day, Status};
use crate::random::{Chance, Purpose, Repeated, Struck};

/// Lanes are numbered by themselves, then tries, then attempts; the numbers are part of the draws' addresses.
const FIRST_TRY: usize = 16;
const FIRST_ATTEMPT: usize = 116;

/// Lanes that are pools: of Dormant cells, of Active ones. Those who wait for firmware or are eligible are so by number.
const DORMANT: [usize; 7] = [
    lane::GATE,
    lane::UNDER_WAY,
    lane::FIRMWARE_WAIT,
    lane::READY_UNTOUCHED,
    lane::READY_UPDATED,
    lane::NOTICE,
    lane::RETRY_WAIT,
];
const ACTIVE: [usize; 4] = [lane::GATE, lane::UNDER_WAY, lane::NOTICE, lane::RETRY_WAIT];

/// Some installations of one cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellPool {
    pub(super) cell: u32,
    /// What they are, as a number; see [`CellPool::what`].
    pub(super) index: u16,
    pub(super) n: u32,
}

/// What the installations of a pool are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Standing in a lane.
    Lane(usize),
    /// Waiting for firmware, with their next try.
    Try(u8),
    /// Eligible, with their next attempt.
    Attempt(u8),
}

impl CellPool {
    pub(super) fn what(self) -> What {
        let number =
            |first: usize| u8::try_from(usize::from(self.index) - first).expect("numbers have two digits");
        match usize::from(self.index) {
            lane if lane < FIRST_TRY => What::Lane(lane),
            index if index < FIRST_ATTEMPT => What::Try(number(FIRST_TRY)),
            _ => What::Attempt(number(FIRST_ATTEMPT)),
        }
    }
}

/// Pools, and which of them a day's hazard struck; reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Pools {
    listed: Listed<CellPool>,
    struck: Vec<Struck>,
}

impl Pools {
    /// Lists the pools of some cells.
    pub(super) fn list(&mut self, plan: &Plan<'_>, state: &State, cells: impl Iterator<Item = usize>) {
        let widest = lane::REMOVED + plan.max_tries + plan.max_attempts;
        self.listed.clear();
        for cell in cells {
            if state.has_unmigrated(cell) {
                let stayed = list_cell(plan, state, cell, self.listed.space(widest));
                self.listed.keep(stayed);
            }
        }
    }

    /// Draws how many of each are struck.
    pub(super) fn strike(&mut self, plan: &Plan<'_>, purpose: Purpose, day: Day, hazard: &Repeated) {
        plan.strike(purpose, day, hazard, self.listed.items(), &mut self.struck);
    }

    /// Pools that were struck, in order, with what they lost.
    pub(super) fn struck(&self) -> impl ExactSizeIterator<Item = (CellPool, Struck)> {
        self.struck.iter().map(|struck| (self.listed.items()[struck.pool], *struck))
    }
}

/// Lists the pools of a cell that hold anybody.
fn list_cell(plan: &Plan<'_>, state: &State, cell: usize, mut space: Space<'_, CellPool>) -> Stayed {
    let lanes = &state.cells[cell];
    let mut add = |index: usize, n: u32| {
        #[expect(clippy::cast_possible_truncation, reason = "cells and pools are few")]
        let pool = CellPool { cell: cell as u32, index: index as u16, n };
        space.add(pool, n > 0);
    };
    match plan.status_of(cell) {
        Status::Dormant => DORMANT.into_iter().for_each(|lane| add(lane, lanes[lane])),
        Status::Active => ACTIVE.into_iter().for_each(|lane| add(lane, lanes[lane])),
    }
    add(FIRST_ATTEMPT + 1, lanes[lane::ELIGIBLE_FIRST]);
    if lanes[lane::WAITING_FIRMWARE] > 0 {
        let tries = &state.by_try[plan.try_at(cell, 1)..][..plan.max_tries];
        (1..).zip(tries).for_each(|(number, n)| add(FIRST_TRY + number, *n));
    }
    if lanes[lane::ELIGIBLE_LATER] > 0 {
        let attempts = &state.by_attempt[plan.attempt_at(cell, 2)..][..plan.max_attempts - 1];
        (2..).zip(attempts).for_each(|(attempt, n)| add(FIRST_ATTEMPT + attempt, *n));
    }
    space.stayed()
}

/// A hazard by day, with what its draws need worked out once for as long as it stays the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Hazard(Option<Repeated>);

impl Hazard {
    /// That of a day; none where nobody can be struck.
    pub(super) fn of(&mut self, by_day: &[f64], day: Day) -> Option<&Repeated> {
        let chance = Chance::new(by_day[day.index().expect("a run starts on day 0")]);
        if chance.probability() <= 0.0 {
            return None;
        }
        if self.0.as_ref().is_none_or(|known| *known.chance() != chance) {
            self.0 = Some(chance.into());
        }
        self.0.as_ref()
    }
}
