//! What does not change in a run: the model, one replication's inputs, and positions worked out once.

use std::ops::Range;

use crate::allocate::Shape;
use crate::engine::setup::fate_tables::FateTables;
use crate::engine::setup::hazard_clock::Struck;
use crate::engine::setup::inputs::{Draw, Inputs, address_day, cell_key, fates};
use crate::engine::stock::update_ring::Rings;
use crate::engine::stock::wait_ring::{WaitColumns, WaitLayout};
use crate::model::{CohortIdx, Day, Model, Place, Status, SupplierIdx};
use crate::random::{Address, Block, Destinations, Draws, Number, Purpose, Stream};

/// Everything a run reads.
#[derive(Clone, Debug)]
pub(in crate::engine) struct RunLayout<'a> {
    pub(in crate::engine) model: &'a Model,
    pub(in crate::engine) inputs: Inputs,
    pub(in crate::engine) places: Vec<Place>,
    /// Places of each cohort.
    pub(in crate::engine) cohort_places: Vec<Range<usize>>,
    pub(in crate::engine) n_days: usize,
    pub(in crate::engine) max_attempts: usize,
    pub(in crate::engine) max_tries: usize,
    /// Attempts for which a cell has room: whole fives, since five share a block of draws.
    pub(in crate::engine) attempt_stride: usize,
    pub(in crate::engine) fate_tables: FateTables,
    /// Where updates under way stand.
    pub(in crate::engine) rings: Rings,
    /// Where those who wait stand, by cell.
    pub(in crate::engine) wait_columns: WaitLayout,
    /// Where those who change supplier go, if anybody does.
    pub(in crate::engine) destinations: Option<Destinations>,
    /// Place of each slot of the allocation's tree.
    pub(in crate::engine) places_by_leaf: Vec<usize>,
    /// Cohort of each cell, and where its demand stands.
    cohorts: Vec<CohortIdx>,
    demand_at: Vec<usize>,
    keys: Vec<u64>,
    draws: Draws,
    /// Place of each cohort at each supplier: `[cohort * n_suppliers + supplier]`, `usize::MAX` for none.
    place_at: Vec<usize>,
}

impl<'a> RunLayout<'a> {
    /// The plan of a run, and the tree its allocations run down.
    pub(in crate::engine) fn new(model: &'a Model, draw: Draw) -> (Self, Shape) {
        let places = model.places();
        let (shape, places_by_leaf) = Shape::of(model, &places);
        let mut slots = vec![0; places.len()];
        places_by_leaf.iter().enumerate().for_each(|(slot, place)| slots[*place] = slot);
        let n_suppliers = model.suppliers.len();
        let mut place_at = vec![usize::MAX; model.cohorts.len() * n_suppliers];
        for (at, place) in places.iter().enumerate() {
            place_at[place.cohort * n_suppliers + place.supplier] = at;
        }
        let from = |cohort| places.partition_point(|p| p.cohort < cohort);
        let cohorts = places.iter().map(|p| p.cohort);
        let cohorts: Vec<CohortIdx> = cohorts.clone().chain(cohorts).collect();
        let demand_at = slots.iter().copied().chain(slots.iter().map(|slot| slot + places.len())).collect();
        let keys = |status| places.iter().map(move |p| cell_key(model, *p, status));
        let most =
            |of: fn(&crate::model::Cohort) -> u8| model.cohorts.iter().map(of).max().unwrap_or(1).max(1);
        let inputs = Inputs::draw(model, draw);
        let longest: Vec<u32> = inputs.cohorts.iter().map(|c| c.update_length.longest()).collect();
        let tries: Vec<u8> = model.cohorts.iter().map(|c| c.firmware.max_tries).collect();
        let max_attempts = usize::from(most(|c| c.max_attempts));
        let attempt_stride = max_attempts.next_multiple_of(Block::A_WORD);
        let layout = Self {
            fate_tables: FateTables::new(&inputs, attempt_stride),
            attempt_stride,
            rings: Rings::new(&places, &longest, &tries),
            wait_columns: wait_columns(model, &inputs, &places),
            inputs,
            cohort_places: (0..model.cohorts.len()).map(|c| from(c)..from(c + 1)).collect(),
            n_days: model.calendar.n_days(),
            max_attempts,
            max_tries: usize::from(most(|c| c.firmware.max_tries)),
            destinations: model.change_of_supplier.as_ref().map(|_| {
                let shares: Vec<f64> = model.suppliers.iter().map(|s| s.market_share).collect();
                Destinations::new(&shares)
            }),
            keys: keys(Status::Dormant).chain(keys(Status::Active)).collect(),
            draws: fates(model, from_day_one(draw)),
            place_at,
            places_by_leaf,
            cohorts,
            demand_at,
            places,
            model,
        };
        (layout, shape)
    }

    /// Where a cell's demand stands: slots of Dormant cells, then of Active ones.
    pub(in crate::engine) fn demand_at(&self, cell: usize) -> usize {
        self.demand_at[cell]
    }

    /// Cells of a status: Dormant cells stand at their places, Active ones behind them.
    pub(in crate::engine) fn cell(&self, place: usize, status: Status) -> usize {
        match status {
            Status::Dormant => place,
            Status::Active => self.places.len() + place,
        }
    }

    /// The cells of a status.
    pub(in crate::engine) fn cells(&self, status: Status) -> Range<usize> {
        let from = self.cell(0, status);
        from..from + self.places.len()
    }

    pub(in crate::engine) fn place_of(&self, cell: usize) -> usize {
        if cell < self.places.len() { cell } else { cell - self.places.len() }
    }

    pub(in crate::engine) fn status_of(&self, cell: usize) -> Status {
        if cell < self.places.len() { Status::Dormant } else { Status::Active }
    }

    pub(in crate::engine) fn cohort_of(&self, cell: usize) -> CohortIdx {
        self.cohorts[cell]
    }

    /// The place of a cohort at a supplier that can gain.
    pub(in crate::engine) fn place_at(&self, cohort: CohortIdx, supplier: SupplierIdx) -> usize {
        self.place_at[cohort * self.model.suppliers.len() + supplier]
    }

    pub(in crate::engine) fn attempt_at(&self, cell: usize, attempt: u8) -> usize {
        cell * self.attempt_stride + usize::from(attempt) - 1
    }

    pub(in crate::engine) fn try_at(&self, place: usize, number: u8) -> usize {
        place * self.max_tries + usize::from(number) - 1
    }

    /// Day ends from this day's to the last one's.
    pub(in crate::engine) fn days_left(&self, day: Day) -> u64 {
        self.n_days as u64 - u64::from(day.0.unsigned_abs())
    }

    /// First day on which an Active cell's installations may be eligible.
    pub(in crate::engine) fn user_from(&self, cell: usize) -> Day {
        self.inputs.suppliers[self.supplier_of(cell)].user_from
    }

    /// The draws of one purpose and day for each of some items, by cell and index, in order.
    pub(in crate::engine) fn streams<T: Copy>(
        &self,
        purpose: Purpose,
        day: Day,
        of: &[T],
        cell_and_index: impl Fn(T) -> (u32, u16),
        mut each: impl FnMut(T, Stream),
    ) {
        let day = address_day(self.model, day);
        let address = |at: usize| {
            let (cell, index) = cell_and_index(of[at]);
            Address { purpose, entity: self.keys[cell as usize], day, index }
        };
        self.draws.streams(of.len(), address, |at, draws| each(of[at], draws));
    }

    /// Two numbers for each of some draws of strikes, by strike and index.
    pub(in crate::engine) fn strike_numbers<T>(
        &self,
        purpose: Purpose,
        of: &[T],
        strike_and_index: impl Fn(&T) -> (Struck, u16),
        numbers: &mut Vec<[Number; 2]>,
    ) {
        let at = |at: usize| {
            let (strike, index) = strike_and_index(&of[at]);
            self.strike_address(purpose, strike, index)
        };
        self.draws.pairs(of.len(), at, numbers);
    }

    /// The draws of a strike with an index.
    pub(in crate::engine) fn strike_stream(&self, purpose: Purpose, strike: Struck, index: u16) -> Stream {
        self.draws.stream(self.strike_address(purpose, strike, index))
    }

    /// The same for some strikes, in order.
    pub(in crate::engine) fn strike_streams<T>(
        &self,
        purpose: Purpose,
        of: &[T],
        strike_and_index: impl Fn(&T) -> (Struck, u16),
        mut each: impl FnMut(&T, Stream),
    ) {
        let address = |at: usize| {
            let (strike, index) = strike_and_index(&of[at]);
            self.strike_address(purpose, strike, index)
        };
        self.draws.streams(of.len(), address, |at, draws| each(&of[at], draws));
    }

    fn strike_address(&self, purpose: Purpose, strike: Struck, index: u16) -> Address {
        Address { purpose, entity: self.keys[strike.cell as usize], day: strike.times, index }
    }

    /// A block of short numbers for each of some items, by cell and index, in order.
    pub(in crate::engine) fn blocks<T: Copy>(
        &self,
        purpose: Purpose,
        day: Day,
        of: &[T],
        cell_and_index: impl Fn(T) -> (u32, u16),
        blocks: &mut Vec<Block>,
    ) {
        let day = address_day(self.model, day);
        let address = |at: usize| {
            let (cell, index) = cell_and_index(of[at]);
            Address { purpose, entity: self.keys[cell as usize], day, index }
        };
        self.draws.blocks(of.len(), address, blocks);
    }

    /// A word of the bits behind a lead of a cell's block.
    pub(in crate::engine) fn behind(
        &self,
        purpose: Purpose,
        day: Day,
        (cell, index): (u32, u16),
        lead: usize,
        word: u32,
    ) -> u64 {
        let day = address_day(self.model, day);
        self.draws.behind(Address { purpose, entity: self.keys[cell as usize], day, index }, lead, word)
    }

    /// Whether installations of a cell may change supplier: they are Active, and there is another to go to.
    pub(in crate::engine) fn may_leave(&self, cell: usize) -> bool {
        let elsewhere = |d: &Destinations| d.exist_without(self.supplier_of(cell));
        self.status_of(cell) == Status::Active && self.destinations.as_ref().is_some_and(elsewhere)
    }

    /// The supplier that leavers of a cell leave, and where they may go.
    pub(in crate::engine) fn leaving(&self, cell: usize) -> (SupplierIdx, &Destinations) {
        (self.supplier_of(cell), self.destinations.as_ref().expect("somebody changes supplier"))
    }

    fn supplier_of(&self, cell: usize) -> SupplierIdx {
        self.places[self.place_of(cell)].supplier
    }

    /// One number for a purpose, cell and day, by index: a pool of a cell.
    pub(in crate::engine) fn number(&self, purpose: Purpose, cell: usize, day: Day, index: u16) -> Number {
        let day = address_day(self.model, day);
        self.draws.number(Address { purpose, entity: self.keys[cell], day, index })
    }
}

/// Columns for each cell, and rings for the longest wait of any.
fn wait_columns(model: &Model, inputs: &Inputs, places: &[Place]) -> WaitLayout {
    let mut wait_columns: Vec<WaitColumns> = Vec::with_capacity(2 * places.len());
    for status in Status::ALL {
        for place in places {
            let cohort = &model.cohorts[place.cohort];
            let from = wait_columns.last().map_or(0, WaitColumns::end);
            wait_columns.push(WaitColumns::new(status, from, cohort.firmware.max_tries, cohort.max_attempts));
        }
    }
    let longest = inputs.cohorts.iter().map(|c| c.retry_delay.max(c.notice).max(c.update_wait)).max();
    WaitLayout::new(wait_columns, usize::try_from(longest.unwrap_or(0)).expect("waits are not negative"))
}

/// The draw whose fates hold from day one: its own, but in the build of the same law with other fates, see `benches/law.py`.
fn from_day_one(draw: Draw) -> Draw {
    let other = if cfg!(law_other_fates) { 1 << 31 } else { 0 };
    Draw { fates: draw.fates ^ other, ..draw }
}
