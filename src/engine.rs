//! Simulates one replication of one programme: a pure function of the model and the replication's number.
//!
//! No files, clock, threads or dates: days are numbers, and every draw is made at its address. The day loop in
//! `Run::one_day` reads as the specification does. Conservation is checked every day of every run.

mod day;
mod explain;
mod memory;
mod setup;
mod snapshot;
mod stock;

pub use explain::{Account, Layer, LimitUse, More, Scope, account, accounts};
pub use memory::Memory;
pub use setup::inputs::{
    CohortDays, CohortInputs, Draw, DrawnInputs, GroupInputs, Inputs, SupplierInputs, UncertainInputs,
};
pub use snapshot::Snapshot;

use crate::allocate::{Allocator, Rules, Shape};
use crate::model::{Day, Model, Status};
use crate::trace::{CellRecord, CohortRecord, DayRecord, GroupDay, Movement, Slots, Stages, Trace, Waits};
use day::allocation::Market;
use day::attempts::{Attempts, SlotRecords};
use day::conservation::{self, Totals};
use day::firmware_starts;
use day::returns::Returns;
use day::supplier_change::{Churn, Moves};
use setup::opening_stock;
use setup::run_layout::RunLayout;
use stock::state::State;
use stock::substage;

/// A conservation check that failed: the program is wrong, not the scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}, on day {} of replication {replication} under seed {seed}", day.0)]
pub struct Violation {
    /// What did not add up, with the numbers.
    pub what: String,
    /// The day.
    pub day: Day,
    /// The replication.
    pub replication: u32,
    /// The seed.
    pub seed: u64,
}

/// What a day looked like at its end, for observers.
pub trait DayView {
    /// The day.
    fn day(&self) -> Day;
    /// Stages of one cell; `place` is a position in [`Model::places`].
    fn stages(&self, place: usize, status: Status) -> Stages;
    /// Slots of every cell that demanded any, by group, supplier and cohort, then status.
    fn movements(&self) -> &[Movement];
}

/// Simulates one replication.
///
/// # Errors
/// When a conservation check fails.
///
/// # Panics
/// When a model built by hand opens with stock before an attempt that its cohort does not have.
pub fn simulate(model: &Model, replication: u32) -> Result<Trace, Violation> {
    simulate_observed(model, replication, &mut |_| {})
}

/// Simulates one run of many, whose layers of chance may be drawn from different replications; its trace goes by the number of its
/// fates, without [`Trace::branch_weeks`] and [`Trace::allocations`].
///
/// # Errors
/// When a conservation check fails.
pub fn simulate_draw(model: &Model, draw: Draw) -> Result<Trace, Violation> {
    let mut run = Run { movements: None, ..Run::new(model, draw) };
    run.go(model.calendar.last(), &mut |_| {})?;
    run.finish()
}

/// Simulates one replication and shows each day's end to an observer.
///
/// # Errors
/// When a conservation check fails.
pub fn simulate_observed(
    model: &Model,
    replication: u32,
    observer: &mut dyn FnMut(&dyn DayView),
) -> Result<Trace, Violation> {
    let mut run = Run::new(model, replication.into());
    run.go(model.calendar.last(), observer)?;
    run.finish()
}

/// Simulates up to the end of a day.
///
/// # Errors
/// When a conservation check fails.
pub fn run_until(model: &Model, replication: u32, last: Day) -> Result<Snapshot, Violation> {
    let mut run = Run::new(model, replication.into());
    run.go(last.min(model.calendar.last()), &mut |_| {})?;
    Ok(run.into_snapshot())
}

/// Goes on from a snapshot to the end.
///
/// # Errors
/// When a conservation check fails.
///
/// # Panics
/// When the snapshot is of another model, or was edited; see [`Snapshot::check`].
pub fn resume(model: &Model, snapshot: Snapshot) -> Result<Trace, Violation> {
    let mut run = Run::from_snapshot(model, snapshot);
    run.go(model.calendar.last(), &mut |_| {})?;
    run.finish()
}

/// One replication in progress.
struct Run<'a> {
    layout: RunLayout<'a>,
    state: State,
    allocator: Allocator,
    market: Market,
    attempts: Attempts,
    returns: Returns,
    totals: Totals,
    churn: Churn,
    moves: Moves,
    firmware: firmware_starts::Scratch,
    /// The slots of the day's cells; not of a run of many.
    movements: Option<Vec<Movement>>,
    trace: Trace,
}

impl<'a> Run<'a> {
    fn new(model: &'a Model, draw: Draw) -> Self {
        let (layout, shape) = RunLayout::new(model, draw);
        let state = opening_stock::open(&layout);
        let trace = Trace {
            replication: draw.fates,
            places: layout.places.clone(),
            cohorts: layout.inputs.cohorts.iter().map(|c| CohortRecord::new(c.days, c.rework)).collect(),
            days: Vec::with_capacity(layout.n_days),
            group_days: Vec::with_capacity(layout.n_days * model.groups.len()),
            supplier_days: Vec::with_capacity(layout.n_days * model.suppliers.len()),
            ..Trace::default()
        };
        let n = layout.places.len();
        let moves = Moves { lost: vec![0; n], gained: [vec![0; n], vec![0; n]] };
        Self::with(layout, shape, state, moves, trace)
    }

    fn with(layout: RunLayout<'a>, shape: Shape, state: State, moves: Moves, trace: Trace) -> Self {
        let allocator = Allocator::new(shape, Rules::from(&layout.model.allocation));
        Self {
            market: Market::new(&layout, &allocator),
            attempts: Attempts::default(),
            returns: Returns::default(),
            totals: Totals::new(&layout),
            churn: Churn::default(),
            firmware: firmware_starts::Scratch::default(),
            movements: Some(Vec::new()),
            layout,
            state,
            allocator,
            moves,
            trace,
        }
    }

    fn from_snapshot(model: &'a Model, snapshot: Snapshot) -> Self {
        let (layout, shape) = RunLayout::new(model, snapshot.trace.replication.into());
        let (lost, gained) = snapshot.moves;
        let trace = Trace { places: layout.places.clone(), ..snapshot.trace };
        let mut state = snapshot.state;
        // Sums are kept between days; a fresh run has none yet.
        state.changed.fill(true);
        state.waiting.make_lists(&layout.wait_columns);
        let mut run = Self::with(layout, shape, state, Moves { lost, gained }, trace);
        run.allocator.set_credits(snapshot.credits);
        run
    }

    fn into_snapshot(mut self) -> Snapshot {
        self.state.waiting.clear_lists();
        Snapshot {
            seed: self.layout.model.seed,
            credits: self.allocator.credits().clone(),
            moves: (self.moves.lost, self.moves.gained),
            state: self.state,
            trace: self.trace,
        }
    }

    fn go(&mut self, last: Day, observer: &mut dyn FnMut(&dyn DayView)) -> Result<(), Violation> {
        while self.state.day <= last {
            let day = self.state.day;
            self.one_day().map_err(|what| self.violation(day, what))?;
            let movements = self.movements.as_deref().unwrap_or_default();
            observer(&View { day, layout: &self.layout, state: &self.state, movements });
        }
        Ok(())
    }

    /// One day, in the order of the specification.
    fn one_day(&mut self) -> Result<(), String> {
        let Self { layout, state, trace, movements, .. } = self;
        movements.iter_mut().for_each(Vec::clear);
        let day = state.day.index().ok_or("a run starts on day 0")?;
        let migration_day = layout.model.calendar.migration[day];
        let mut record = DayRecord { migration_day, ..DayRecord::default() };
        record.programme_limit = layout.inputs.programme.as_ref().map(|_| 0);
        let first_group = trace.group_days.len();
        trace.group_days.resize(first_group + layout.model.groups.len(), GroupDay::default());
        let groups = &mut trace.group_days[first_group..];
        let first_supplier = trace.supplier_days.len();
        trace.supplier_days.resize(first_supplier + layout.model.suppliers.len(), <[Slots; 2]>::default());
        let suppliers = &mut trace.supplier_days[first_supplier..];

        state.dated_events(layout, &mut trace.cohorts);
        state.change_supplier(layout, &mut self.churn, &mut self.moves);
        state.remove(layout, &mut self.churn);
        state.returns(layout, &mut self.returns, &mut trace.cohorts)?;
        state.start_updates(layout, &mut self.firmware, groups, &mut trace.cohorts);
        state.commit_week(layout);
        if migration_day {
            let proven =
                state.allocate(layout, &mut self.market, &mut self.allocator, &mut record, groups)?;
            trace.checks.allocations += 1;
            trace.checks.sharings += proven.sharings;
            trace.largest_credit = trace.largest_credit.max(self.market.grants.certificate.largest_credit);
            let mut records =
                SlotRecords { groups, suppliers, cohorts: &mut trace.cohorts, movements: movements.as_mut() };
            state.attempt(layout, &self.market, &mut self.attempts, &mut records);
        }
        state.read_cutoff(layout);

        groups.iter_mut().zip(&state.outage).for_each(|(group, outage)| group.outage = *outage);
        conservation::check_slots(&record, groups)?;
        conservation::check_group_slots(&record, groups)?;
        self.totals.check_stock(layout, state)?;
        state.line.check(layout, &state.eligible)?;
        trace.checks.slots += 1;
        trace.checks.group_slots += groups.len() as u64;
        trace.checks.stock += layout.model.cohorts.len() as u64;
        self.totals.held(groups);
        record.stages = self.totals.stages();
        trace.days.push(record);
        if let (true, Some(movements)) = (migration_day, movements) {
            trace.keep_slots(layout.model, state.day, movements);
        }
        state.turn += u32::from(migration_day);
        state.day = state.day.plus(1);
        Ok(())
    }

    fn violation(&self, day: Day, what: String) -> Violation {
        Violation { what, day, replication: self.trace.replication, seed: self.layout.model.seed }
    }

    /// The trace, with where every cell stood at the end.
    fn finish(mut self) -> Result<Trace, Violation> {
        let n = self.layout.places.len();
        let mut opening = vec![0; 2 * n];
        for stock in &self.layout.model.stock {
            let place = self.layout.place_at(stock.cohort, stock.supplier);
            opening[self.layout.cell(place, stock.status)] += stock.installations;
        }
        // Those who wait stand in lanes too. Their rings are most of the state, and the trace grows by every cell here.
        (self.state.waiting, self.state.under_way) = Default::default();
        let finals = (0..n).map(|place| Status::ALL.map(|status| self.final_record(place, status, &opening)));
        self.trace.finals = finals.collect();
        self.check_waits().map_err(|what| self.violation(self.state.day.plus(-1), what))?;
        Ok(self.trace)
    }

    fn final_record(&self, place: usize, status: Status, opening: &[u32]) -> CellRecord {
        let cell = self.layout.cell(place, status);
        let (counts, waits) = (&self.state.cells[cell], &self.state.waits[cell]);
        let at = usize::from(status == Status::Active);
        CellRecord {
            opening: opening[cell],
            stages: conservation::stages(&counts.map(u64::from)),
            gained: self.moves.gained[at][place],
            lost: if status == Status::Active { self.moves.lost[place] } else { 0 },
            waits: Waits {
                excluded: waits[substage::NO_WAN] + waits[substage::EXHAUSTED],
                retrying: waits[substage::RETRY_WAIT] + waits[substage::ELIGIBLE_LATER],
                gate_or_epcl: waits[substage::GATE]
                    + waits[substage::READY_UNTOUCHED]
                    + waits[substage::READY_UPDATED],
                firmware: waits[substage::WAITING_FIRMWARE]
                    + waits[substage::UNDER_WAY]
                    + waits[substage::FIRMWARE_WAIT],
                firmware_queue: waits[substage::WAITING_FIRMWARE],
                notice: waits[substage::NOTICE],
                queueing: waits[substage::ELIGIBLE_FIRST],
            },
            eligible_days: waits[substage::ELIGIBLE_FIRST]
                + waits[substage::ELIGIBLE_LATER]
                + waits[substage::RETRY_WAIT],
            became_eligible: self.state.became_eligible[cell],
            longest_without_slot: self.state.longest_without_slot[cell],
        }
    }

    /// The days waited, kept as installations move, equal the stock added up over the days.
    fn check_waits(&self) -> Result<(), String> {
        for (at, status) in Status::ALL.into_iter().enumerate() {
            let moved: u64 = self.trace.finals.iter().map(|cells| cells[at].waits.total()).sum();
            let days =
                self.trace.days.iter().map(|day| day.stages[at].unmigrated() + day.stages[at].excluded());
            let added_up: u64 = days.sum();
            if moved != added_up {
                let status = status.name();
                return Err(format!(
                    "{status} installations waited {moved} days by cell and {added_up} by day"
                ));
            }
        }
        Ok(())
    }
}

impl CohortRecord {
    fn new(days: CohortDays, rework_struck: bool) -> Self {
        Self {
            gate: days.gate,
            entry: days.entry,
            opens: days.opens,
            rework_struck,
            reworked: 0,
            firmware_started: 0,
            firmware_failed: 0,
            first_update: None,
            first_dormant_migration: None,
            last_dormant_migration: None,
            first_active_migration: None,
            last_active_migration: None,
        }
    }
}

struct View<'a> {
    day: Day,
    layout: &'a RunLayout<'a>,
    state: &'a State,
    movements: &'a [Movement],
}

impl DayView for View<'_> {
    fn day(&self) -> Day {
        self.day
    }

    fn stages(&self, place: usize, status: Status) -> Stages {
        conservation::stages(&self.state.cells[self.layout.cell(place, status)].map(u64::from))
    }
    fn movements(&self) -> &[Movement] {
        self.movements
    }
}
