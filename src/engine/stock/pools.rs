//! The unmigrated installations of a cell by what they are doing, for a hazard that strikes any of them as likely as another.

use rand::RngExt;

use crate::engine::setup::hazard_clock::Strike;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait};
use crate::engine::stock::substage;
use crate::model::Status;
use crate::random::Stream;

/// Lanes that are pools: of Dormant cells, of Active ones. Those who wait for firmware or are eligible are so by number.
const DORMANT: [usize; 7] = [
    substage::GATE,
    substage::READY_UNTOUCHED,
    substage::READY_UPDATED,
    substage::UNDER_WAY,
    substage::FIRMWARE_WAIT,
    substage::NOTICE,
    substage::RETRY_WAIT,
];
const ACTIVE: [usize; 4] = [substage::GATE, substage::UNDER_WAY, substage::NOTICE, substage::RETRY_WAIT];

/// What the installations of a pool are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum What {
    /// Standing in a lane.
    Lane(usize),
    /// Waiting for firmware, with their next try.
    Try(u8),
    /// Eligible, with their next attempt.
    Attempt(u8),
}

/// Some installations of a cell that do the same.
#[derive(Clone, Copy, Debug)]
struct Pool {
    what: What,
    n: u32,
    /// How many of them were struck.
    struck: u32,
}

/// The pools of a cell; reused from cell to cell.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Pools(Vec<Pool>);

impl What {
    /// Whether installations of a status stand day by day in what they do, so that it matters which of them is struck.
    fn by_day(self, status: Status) -> bool {
        let Self::Lane(lane) = self else { return false };
        Wait::in_lane(status, lane).is_some() || (status == Status::Dormant && lane == substage::UNDER_WAY)
    }
}

impl Pools {
    /// Says of those struck in a cell what they were doing. One that stands in a pool day by day is handed to `one`, with the pool's lane and
    /// its position there; the rest are counted, see [`Pools::struck`].
    pub(in crate::engine) fn strike(
        &mut self,
        layout: &RunLayout<'_>,
        state: &mut State,
        strike: &mut Strike,
        mut one: impl FnMut(&mut State, usize, u32, &mut Stream),
    ) {
        let Strike { cell, count, draws } = strike;
        let status = layout.status_of(*cell);
        self.list(layout, state, *cell);
        if let [pool] = &mut self.0[..]
            && !pool.what.by_day(status)
        {
            pool.struck = *count;
            return;
        }
        let mut left: u32 = self.0.iter().map(|pool| pool.n).sum();
        for _ in 0..*count {
            let mut position = draws.random_range(0..left);
            left -= 1;
            let mut among = self.0.iter_mut();
            let pool = among.find(|pool| {
                let here = position < pool.n;
                position -= if here { 0 } else { pool.n };
                here
            });
            let pool = pool.expect("the position is below the pools' sum");
            pool.n -= 1;
            match pool.what {
                What::Lane(lane) if pool.what.by_day(status) => one(state, lane, position, draws),
                _ => pool.struck += 1,
            }
        }
    }

    /// What those were doing who were struck and counted, and how many.
    pub(in crate::engine) fn struck(&self) -> impl Iterator<Item = (What, u32)> {
        self.0.iter().filter(|pool| pool.struck > 0).map(|pool| (pool.what, pool.struck))
    }

    /// Lists the pools of a cell that hold anybody.
    fn list(&mut self, layout: &RunLayout<'_>, state: &State, cell: usize) {
        let lanes = &state.cells[cell];
        self.0.clear();
        let mut add = |what: What, n: u32| {
            if n > 0 {
                self.0.push(Pool { what, n, struck: 0 });
            }
        };
        add(What::Attempt(1), lanes[substage::ELIGIBLE_FIRST]);
        match layout.status_of(cell) {
            Status::Dormant => DORMANT.into_iter().for_each(|lane| add(What::Lane(lane), lanes[lane])),
            Status::Active => ACTIVE.into_iter().for_each(|lane| add(What::Lane(lane), lanes[lane])),
        }
        if lanes[substage::WAITING_FIRMWARE] > 0 {
            let tries = &state.by_try[layout.try_at(cell, 1)..][..layout.max_tries];
            (1..).zip(tries).for_each(|(number, n)| add(What::Try(number), *n));
        }
        if lanes[substage::ELIGIBLE_LATER] > 0 {
            let attempts = &state.by_attempt[layout.attempt_at(cell, 2)..][..layout.max_attempts - 1];
            (2..).zip(attempts).for_each(|(attempt, n)| add(What::Attempt(attempt), *n));
        }
    }
}
