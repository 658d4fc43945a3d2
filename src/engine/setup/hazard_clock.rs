//! Hazards that strike installations one by one, as a binomial draw for every cell and day would, drawn only for cells that are struck.
//!
//! On a day on which n installations run a hazard of p each, nobody is struck with probability (1 - p)^n. An exponential number of mean 1
//! that wears by -n ln(1 - p) a day lasts through the day with that very probability, whatever it has withstood before. So a cell needs no
//! draw until its number is worn away; on that day somebody is struck, and how many is binomial, given that it is not nobody. Then the cell
//! gets a new number. Draws go by the number of the strike, so that two scenarios in which a cell is struck a day apart stay in step.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::substage::{Cell, unmigrated};
use crate::model::Day;
use crate::random::{Chance, Purpose, Repeated, Stream};

/// What each cell still withstands of a hazard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct Exposure {
    /// The cell's number as far as it is not worn away: expected strikes.
    left: Vec<f64>,
    /// How often the cell was struck.
    strikes: Vec<u16>,
}

/// Cells that a day's hazard strikes; reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Strikes {
    cells: BranchlessVec<(u32, u32)>,
    struck: Vec<Strike>,
}

/// A cell that was struck.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Strike {
    pub(in crate::engine) cell: usize,
    /// How many of its installations.
    pub(in crate::engine) count: u32,
    /// Draws of who they are and what becomes of them.
    pub(in crate::engine) draws: Stream,
}

impl Exposure {
    /// A number for each cell that may be struck.
    pub(in crate::engine) fn new(
        layout: &RunLayout<'_>,
        purpose: Purpose,
        may_be: impl Fn(usize) -> bool,
    ) -> Self {
        let n_cells = 2 * layout.places.len();
        let mut left = vec![f64::MAX; n_cells];
        let number = |cell: usize, mut draws: Stream| {
            if may_be(cell) {
                left[cell] = exponential(&mut draws);
            }
        };
        layout.strikes(purpose, n_cells, |cell| (cell, 0), number);
        Self { left, strikes: vec![0; n_cells] }
    }

    /// Whether there is a number for each cell, and nobody is struck who cannot be or more often than there were days.
    pub(in crate::engine) fn check(&self, name: &str, fresh: &Self, today: Day) -> Result<(), String> {
        let lengths = [self.left.len(), self.strikes.len()];
        if lengths.iter().any(|n| *n != fresh.left.len()) {
            return Err(format!("`{name}` has {lengths:?} cells, expected {}", fresh.left.len()));
        }
        let never = |left: f64| left.to_bits() == f64::MAX.to_bits();
        let spared = |at: usize| never(fresh.left[at]) && (!never(self.left[at]) || self.strikes[at] > 0);
        let often = |strikes: u16| u32::from(strikes) > today.0.unsigned_abs();
        if (0..self.left.len()).any(spared) || self.strikes.iter().any(|strikes| often(*strikes)) {
            return Err(format!("`{name}` has strikes that there cannot have been"));
        }
        Ok(())
    }

    /// A day on which the unmigrated installations of some cells run a hazard, and whom it strikes.
    pub(in crate::engine) fn wear(
        &mut self,
        layout: &RunLayout<'_>,
        (purpose, hazard): (Purpose, &Repeated),
        (cells, lanes): (Range<usize>, &[Cell]),
        strikes: &mut Strikes,
    ) {
        let Strikes { cells: worn, struck } = strikes;
        let rate = hazard.chance().rate();
        worn.clear();
        let mut space = worn.space(cells.len());
        let numbers = self.left[cells.clone()].iter_mut().zip(&lanes[cells.clone()]);
        for (cell, (left, lanes)) in (0..).zip(numbers) {
            let n = unmigrated(lanes);
            *left -= rate * f64::from(n);
            space.add((cell, n), n > 0 && *left <= 0.0);
        }
        let stayed = space.stayed();
        worn.keep(stayed);
        struck.clear();
        let worn = worn.items();
        let cell = |at: usize| cells.start + worn[at].0 as usize;
        let (left, times) = (&mut self.left, &mut self.strikes);
        for &(cell, _) in worn {
            times[cells.start + cell as usize] += 1;
        }
        let draw = |at: usize, mut draws: Stream| {
            let (cell, n) = (cell(at), worn[at].1);
            let count = hazard.count_of_some(n, draws.number());
            left[cell] = exponential(&mut draws);
            struck.push(Strike { cell, count, draws });
        };
        layout.strikes(purpose, worn.len(), |at| (cell(at), times[cell(at)]), draw);
    }
}

impl Strikes {
    /// The cells struck, in order.
    pub(in crate::engine) fn struck(&mut self) -> &mut [Strike] {
        &mut self.struck
    }
}

/// An exponential number of mean 1, by inversion.
fn exponential(draws: &mut Stream) -> f64 {
    -libm::log(draws.number().value())
}

/// A hazard by day, with what its draws need worked out once for as long as it stays the same.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Hazard(Option<Repeated>);

impl Hazard {
    /// That of a day; none where nobody can be struck.
    pub(in crate::engine) fn of(&mut self, by_day: &[f64], day: Day) -> Option<&Repeated> {
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
