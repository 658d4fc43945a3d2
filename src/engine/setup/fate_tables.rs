//! The chances by which updates and attempts fail, each with its table once, however many cohorts and attempts have it.

use std::cell::Cell;

use crate::engine::setup::inputs::{CohortInputs, Inputs};
use crate::model::CohortIdx;
use crate::random::{Block, Chance, CountTables, TableOf};

/// Attempts that share a block of draws.
const FIVE: usize = Block::A_WORD;

/// Tables of a replication's chances. They fill as counts are drawn.
#[derive(Clone, Debug)]
pub(in crate::engine) struct FateTables {
    tables: CountTables,
    /// That an update fails, by cohort.
    update_fails: Vec<TableOf>,
    /// What becomes of slots, by cohort and five attempts.
    slots: Vec<SlotTables>,
    /// Fives of attempts of a cohort.
    n_fives: usize,
}

/// Which tables say what becomes of the slots of five attempts, the rarer ends first: so both draws count few.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct SlotTables {
    /// That nobody migrates by a slot: it is not taken up, or the attempt fails.
    pub(in crate::engine) no_success: [TableOf; FIVE],
    /// That one of these is a failed attempt.
    pub(in crate::engine) fails: [TableOf; FIVE],
}

thread_local! {
    /// Room for the tables of the next replication of this thread: they are large. Nothing that is computed depends on it.
    static SPARE: Cell<CountTables> = Cell::default();
}

impl Drop for FateTables {
    fn drop(&mut self) {
        SPARE.set(std::mem::take(&mut self.tables));
    }
}

impl FateTables {
    /// The tables of all cohorts, with room for some fives of attempts of each.
    pub(in crate::engine) fn new(inputs: &Inputs, n_fives: usize) -> Self {
        let mut tables = SPARE.take();
        tables.clear();
        let update_fails =
            |cohort: &CohortInputs| tables.of(Chance::new(1.0 - cohort.update_success.probability()));
        let update_fails = inputs.cohorts.iter().map(update_fails).collect();
        let mut slots = Vec::with_capacity(inputs.cohorts.len() * n_fives);
        for cohort in &inputs.cohorts {
            let mut attempts = 1..;
            slots.extend((0..n_fives).map(|_| {
                let mut five = SlotTables::default();
                for (no_success, fails) in five.no_success.iter_mut().zip(&mut five.fails) {
                    let succeeds = cohort.success(attempts.next().unwrap_or(u8::MAX)).probability();
                    let used = cohort.take_up.probability();
                    let failed = used * (1.0 - succeeds);
                    let none = 1.0 - used + failed;
                    *no_success = tables.of(Chance::new(none));
                    *fails = tables.of(Chance::new(if none > 0.0 { failed / none } else { 0.0 }));
                }
                five
            }));
        }
        Self { tables, update_fails, slots, n_fives }
    }

    /// All tables, and the one for updates of a cohort that fail.
    pub(in crate::engine) fn of_updates(&mut self, cohort: CohortIdx) -> (&mut CountTables, TableOf) {
        (&mut self.tables, self.update_fails[cohort])
    }

    /// All tables, and those for the slots of a cohort, five attempts after five.
    pub(in crate::engine) fn of_slots(&mut self, cohort: CohortIdx) -> (&mut CountTables, &[SlotTables]) {
        (&mut self.tables, &self.slots[cohort * self.n_fives..][..self.n_fives])
    }
}
