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
use crate::model::Day;
use crate::random::{Chance, Number, Purpose, Repeated};

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
    cells: BranchlessVec<u32>,
    list: Vec<Strike>,
    numbers: Vec<[Number; 2]>,
}

/// A cell that was struck, and how often it was until now: the address of the strike's draws.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Struck {
    pub(in crate::engine) cell: u32,
    pub(in crate::engine) times: u16,
}

/// A strike: how many of a cell's unmigrated installations.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Strike {
    pub(in crate::engine) of: Struck,
    pub(in crate::engine) among: u32,
    pub(in crate::engine) count: u32,
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
        let mut numbers = Vec::new();
        let cells = (0..).take(n_cells).map(|cell| Struck { cell, times: 0 }).collect::<Vec<_>>();
        layout.strike_numbers(purpose, &cells, |of| (*of, WHEN_AND_HOW_MANY), &mut numbers);
        for (cell, [when, _]) in numbers.into_iter().enumerate().filter(|(cell, _)| may_be(*cell)) {
            left[cell] = exponential(when);
        }
        Self { left, strikes: vec![0; n_cells] }
    }

    /// Whether there is a number above 0 for each cell, and nobody is struck who cannot be or more often than there were days.
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
        // Whoever has nothing left was struck on the day, and withstands something again.
        if self.left.iter().any(|left| left.is_nan() || *left <= 0.0) {
            return Err(format!("`{name}` has a cell that withstands nothing"));
        }
        Ok(())
    }

    /// A day on which the unmigrated installations of some cells run a hazard; returns the strikes in order of cells. `unmigrated` is by cell.
    pub(in crate::engine) fn wear<'s>(
        &mut self,
        layout: &RunLayout<'_>,
        (purpose, hazard): (Purpose, &Repeated),
        cells: Range<usize>,
        unmigrated: &[u32],
        strikes: &'s mut Strikes,
    ) -> &'s [Strike] {
        let Strikes { cells: worn, list, numbers } = strikes;
        let rate = hazard.chance().rate();
        // Two passes without a turn: the first is worked out for several cells at a time.
        let left = &mut self.left[cells.clone()];
        left.iter_mut().zip(&unmigrated[cells.clone()]).for_each(|(left, n)| *left -= rate * f64::from(*n));
        worn.clear();
        let mut space = worn.space(cells.len());
        let first = u32::try_from(cells.start).expect("cells are few");
        for (cell, left) in (first..).zip(&*left) {
            space.add(cell, *left <= 0.0);
        }
        let stayed = space.stayed();
        worn.keep(stayed);
        list.clear();
        list.extend(worn.items().iter().map(|&cell| {
            let (times, among) = (&mut self.strikes[cell as usize], unmigrated[cell as usize]);
            *times += 1;
            Strike { of: Struck { cell, times: *times }, among, count: 0 }
        }));
        layout.strike_numbers(purpose, list, |strike| (strike.of, WHEN_AND_HOW_MANY), numbers);
        for (strike, [when, how_many]) in list.iter_mut().zip(numbers) {
            self.left[strike.of.cell as usize] = exponential(*when);
            strike.count = hazard.count_of_some(strike.among, *how_many);
        }
        list
    }
}

/// Index of the draws of a strike that say how much the cell withstands until the next, and how many are struck.
const WHEN_AND_HOW_MANY: u16 = 0;
/// Who they are.
pub(in crate::engine) const WHO: u16 = 1;

/// An exponential number of mean 1, by inversion.
fn exponential(number: Number) -> f64 {
    -libm::log(number.value())
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
