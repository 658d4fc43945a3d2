//! The unmigrated installations of a cell by what they are doing, for a hazard that strikes any of them as likely as another.

use crate::engine::setup::hazard_clock::{Strike, WHO};
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::engine::stock::substage;
use crate::random::{Purpose, Repeated, Stream};

/// Lanes of the unmigrated, which stand before all others.
const LANES: usize = substage::MIGRATED;

/// Installations by lane.
type Lanes = [u32; LANES];

/// The lanes of a cell that hold anybody, side by side.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    /// One more than there may be, so that the next is written before it is known to hold anybody.
    lanes: [(u32, u8); LANES + 1],
    n: usize,
}

/// So many expected strikes of a cell are drawn lane by lane. Fewer are drawn together, and each is found by its position, which is
/// quicker.
const MANY: f64 = 16.0;

/// Whether installations stand day by day in each lane of a Dormant cell and of an Active one, so that it matters which of them is struck.
const BY_DAY: [[bool; LANES]; 2] = {
    let mut by_day = [[false; LANES]; 2];
    by_day[0][substage::UNDER_WAY] = true;
    by_day[0][substage::FIRMWARE_WAIT] = true;
    let mut status = 0;
    while status < 2 {
        by_day[status][substage::NOTICE] = true;
        by_day[status][substage::RETRY_WAIT] = true;
        status += 1;
    }
    by_day
};

/// What installations are doing of whom one is as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum What {
    /// Standing in a lane.
    Lane(usize),
    /// Waiting for firmware, with their next try.
    Try(u8),
    /// Eligible, with their next attempt.
    Attempt(u8),
}

/// Those of a cell who are struck; reused from cell to cell.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Victims {
    /// How many who do the same.
    together: Vec<(What, u32)>,
    /// Those who stand day by day: the lane, and the position there among those not struck before.
    singles: Vec<(usize, u32)>,
    /// Those of a lane who are left, by number.
    left: Vec<u32>,
}

impl Victims {
    /// Draws who of a cell's unmigrated installations is struck; returns how many are.
    pub(in crate::engine) fn draw(
        &mut self,
        layout: &RunLayout<'_>,
        state: &State,
        (purpose, hazard): (Purpose, &Repeated),
        strike: &Strike,
    ) -> u32 {
        let Strike { of, among, count } = *strike;
        let cell = of.cell as usize;
        let by_day = &BY_DAY[layout.status_of(cell) as usize];
        let stock = &state.cells[cell];
        self.singles.clear();
        self.together.clear();
        let mut draws = layout.strike_stream(purpose, of, WHO);
        // Most cells stand in one lane: nobody need be looked for.
        if let Some(lane) = (0..LANES).find(|lane| stock[*lane] == among && !by_day[*lane]) {
            self.note(layout, state, cell, (lane, count), &mut draws);
            return count;
        }
        let lanes: Lanes = std::array::from_fn(|lane| stock[lane]);
        let many = f64::from(among) * hazard.chance().rate() >= MANY;
        if count == 1 && !many {
            let (lane, position) = Held::of(&lanes).take(draws.number().among(among));
            if by_day[lane] {
                self.singles.push((lane, position));
            } else {
                self.note(layout, state, cell, (lane, 1), &mut draws);
            }
            return 1;
        }
        let struck = if many {
            self.draw_by_lane(by_day, &lanes, hazard, &mut draws)
        } else {
            self.draw_one_by_one(by_day, &lanes, (among, count), &mut draws)
        };
        for of_lane in struck.into_iter().enumerate().filter(|(_, n)| *n > 0) {
            self.note(layout, state, cell, of_lane, &mut draws);
        }
        struck.iter().sum::<u32>() + u32::try_from(self.singles.len()).expect("fewer than the cell has")
    }

    /// Each by its position among those who are left; returns those who do not stand day by day.
    fn draw_one_by_one(
        &mut self,
        by_day: &[bool; LANES],
        lanes: &Lanes,
        (among, count): (u32, u32),
        draws: &mut Stream,
    ) -> Lanes {
        let (mut struck, mut held) = ([0; LANES], Held::of(lanes));
        for left in (among - count + 1..=among).rev() {
            let (lane, position) = held.take(draws.number().among(left));
            if by_day[lane] {
                self.singles.push((lane, position));
            } else {
                struck[lane] += 1;
            }
        }
        struck
    }

    /// As independent draws for each lane, made again where nobody is struck: then the law is that of a cell of which somebody is.
    fn draw_by_lane(
        &mut self,
        by_day: &[bool; LANES],
        lanes: &Lanes,
        hazard: &Repeated,
        draws: &mut Stream,
    ) -> Lanes {
        loop {
            let mut struck = lanes.map(|n| if n > 0 { hazard.count(n, draws.number()) } else { 0 });
            if struck.iter().all(|n| *n == 0) {
                continue;
            }
            for lane in (0..LANES).filter(|lane| by_day[*lane]) {
                let n = std::mem::take(&mut struck[lane]);
                for left in (lanes[lane] - n + 1..=lanes[lane]).rev() {
                    self.singles.push((lane, draws.number().among(left)));
                }
            }
            return struck;
        }
    }

    /// Notes those of a lane who are struck, by what they do.
    fn note(
        &mut self,
        layout: &RunLayout<'_>,
        state: &State,
        cell: usize,
        (lane, n): (usize, u32),
        draws: &mut Stream,
    ) {
        match lane {
            substage::ELIGIBLE_FIRST => self.together.push((What::Attempt(1), n)),
            substage::ELIGIBLE_LATER => {
                let pools = &state.by_attempt[layout.attempt_at(cell, 2)..][..layout.max_attempts - 1];
                self.by_number(pools, n, draws, |at| What::Attempt(2 + at));
            }
            substage::WAITING_FIRMWARE => {
                let pools = &state.by_try[layout.try_at(cell, 1)..][..layout.max_tries];
                self.by_number(pools, n, draws, |at| What::Try(1 + at));
            }
            _ => self.together.push((What::Lane(lane), n)),
        }
    }

    /// Draws which number those struck of a lane stand with who are counted by number.
    fn by_number(&mut self, pools: &[u32], n: u32, draws: &mut Stream, what: impl Fn(u8) -> What) {
        self.left.clear();
        self.left.extend_from_slice(pools);
        let mut all: u32 = pools.iter().sum();
        if let Some(at) = (0..).zip(pools).find_map(|(at, pool)| (*pool == all).then_some(at)) {
            self.together.push((what(at), n));
            return;
        }
        for _ in 0..n {
            let mut position = draws.number().among(all);
            all -= 1;
            let mut among = (0..).zip(&mut self.left).filter(|(_, pool)| {
                let here = position < **pool;
                position -= if here { 0 } else { **pool };
                here
            });
            let (at, pool) = among.next().expect("the position is below the sum");
            *pool -= 1;
            self.together.push((what(at), 1));
        }
    }

    /// Those of whom one is as another: what they do and how many.
    pub(in crate::engine) fn together(&self) -> impl Iterator<Item = (What, u32)> {
        self.together.iter().copied()
    }

    /// Those who stand day by day, in the order in which they are to be taken out: lane and position.
    pub(in crate::engine) fn singles(&self) -> impl Iterator<Item = (usize, u32)> {
        self.singles.iter().copied()
    }
}

impl Held {
    fn of(lanes: &Lanes) -> Self {
        let mut held = Self::default();
        for (lane, n) in (0..).zip(lanes) {
            held.lanes[held.n] = (*n, lane);
            held.n += usize::from(*n > 0);
        }
        held
    }

    /// Takes the installation at a position out of its lane; returns the lane, and the position there. The loop runs over all lanes, whatever
    /// the position: there is no turn to guess.
    fn take(&mut self, position: u32) -> (usize, u32) {
        let (mut at, mut before, mut upto) = (0, 0, 0);
        for (n, _) in &self.lanes[..self.n] {
            upto += n;
            let beyond = position >= upto;
            at += usize::from(beyond);
            before = if beyond { upto } else { before };
        }
        let (n, lane) = &mut self.lanes[at];
        *n -= 1;
        (usize::from(*lane), position - before)
    }
}

impl State {
    /// Takes installations of a cell out who do the same.
    pub(in crate::engine) fn leave_together(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        what: What,
        n: u32,
    ) {
        match what {
            What::Lane(lane) => self.leave(layout, cell, lane, n),
            What::Try(number) => self.leave_waiting_firmware(layout, cell, number, n),
            What::Attempt(attempt) => self.leave_eligible(layout, cell, attempt, n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BY_DAY, Held, LANES, Lanes, Victims};
    use crate::engine::stock::state::Wait;
    use crate::engine::stock::substage::{self, unmigrated};
    use crate::model::Status;
    use crate::random::{Address, Chance, Draws, Purpose, Repeated};

    /// Those of a Dormant cell who are struck by one of the two ways: together, and in all, by lane.
    fn draw(cell: &[u32; 16], p: f64, round: u64, by_lane: bool) -> (Victims, Lanes) {
        let at = Address { purpose: Purpose::Removal, entity: round, day: 1, index: 0 };
        let mut draws = Draws::new(9, 0).stream(at);
        let (mut victims, hazard) = (Victims::default(), Repeated::from(Chance::new(p)));
        let lanes = std::array::from_fn(|lane| cell[lane]);
        let mut struck = if by_lane {
            victims.draw_by_lane(&BY_DAY[0], &lanes, &hazard, &mut draws)
        } else {
            let n = unmigrated(cell);
            let count = hazard.count_of_some(n, draws.number());
            victims.draw_one_by_one(&BY_DAY[0], &lanes, (n, count), &mut draws)
        };
        victims.singles().for_each(|(lane, _)| struck[lane] += 1);
        (victims, struck)
    }

    #[test]
    fn a_position_is_found_in_the_lane_that_holds_it() {
        let held = Held::of(&[2, 0, 1, 0, 0, 0, 0, 3, 0, 0]);
        let found: Vec<_> = (0..6).map(|position| held.clone().take(position)).collect();
        assert_eq!(found, [(0, 0), (0, 1), (2, 0), (7, 0), (7, 1), (7, 2)]);
    }

    /// By either way a lane loses as many as its part of the cell, and they vary as a binomial does; somebody is struck every time.
    #[test]
    fn lanes_are_struck_in_proportion_by_either_way() {
        let mut cell = [0; 16];
        cell[substage::GATE] = 30;
        cell[substage::UNDER_WAY] = 10;
        cell[substage::ELIGIBLE_FIRST] = 60;
        cell[substage::MIGRATED] = 5_000;
        for (p, ways) in [(0.01, [false, true]), (0.3, [false, true])] {
            let some = 1.0 - (1.0_f64 - p).powi(100);
            for way in ways {
                let rounds = 8_000;
                let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
                for round in 0..rounds {
                    let (_, counts) = draw(&cell, p, round, way);
                    assert!(counts.iter().sum::<u32>() > 0);
                    for (lane, n) in counts.into_iter().enumerate() {
                        sums[lane] += f64::from(n);
                        squares[lane] += f64::from(n).powi(2);
                    }
                }
                let rounds = 8_000.0;
                for lane in 0..LANES {
                    let n = f64::from(cell[lane]);
                    // Of a binomial that is known to be part of a sum that is not 0.
                    let mean = n * p / some;
                    let variance = (n * p * (1.0 - p) + (n * p).powi(2)) / some - mean * mean;
                    let found = sums[lane] / rounds;
                    let what = format!("lane {lane} at {p}, by lane: {way}");
                    assert!(
                        (found - mean).abs() <= 4.0 * (variance / rounds).sqrt(),
                        "{what}: {found}, {mean}"
                    );
                    let spread = squares[lane] / rounds - found * found;
                    assert!((spread - variance).abs() <= 0.1 * variance, "{what}: {spread}, {variance}");
                }
            }
        }
    }

    /// One by one they are taken out, so that a position is below what is left of its lane.
    #[test]
    fn positions_are_among_those_not_struck_before() {
        let mut cell = [0; 16];
        cell[substage::RETRY_WAIT] = 40;
        cell[substage::READY_UPDATED] = 3;
        for (p, way) in [(0.2, false), (0.9, false), (0.2, true), (0.9, true)] {
            for round in 0..200 {
                let mut left = cell;
                for (lane, position) in draw(&cell, p, round, way).0.singles() {
                    assert!(position < left[lane]);
                    left[lane] -= 1;
                }
            }
        }
    }

    #[test]
    fn waits_are_listed_day_by_day() {
        for status in Status::ALL {
            for lane in (0..LANES).filter(|lane| Wait::in_lane(status, *lane).is_some()) {
                assert!(BY_DAY[status as usize][lane], "lane {lane}");
            }
        }
    }
}
