//! The chances by which updates and attempts fail, each with its tables once, however many cohorts and attempts have it.

use crate::engine::setup::inputs::{CohortInputs, Inputs};
use crate::model::CohortIdx;
use crate::random::{Chance, Repeated};

/// Tables of a replication's chances.
#[derive(Clone, Debug)]
pub(in crate::engine) struct FateTables {
    tables: Vec<Repeated>,
    /// Whether an update fails, by cohort.
    update_fails: Vec<usize>,
    /// What becomes of a slot, by cohort and attempt.
    slots: Vec<[usize; 2]>,
    attempt_stride: usize,
}

/// What becomes of an allocated slot, the rarer ends first: so both draws count few.
pub(in crate::engine) struct SlotChances<'a> {
    /// That nobody migrates by it: the slot is not taken up, or the attempt fails.
    pub(in crate::engine) no_success: &'a Repeated,
    /// That one of these is a failed attempt.
    pub(in crate::engine) fails: &'a Repeated,
}

impl FateTables {
    /// The tables of all cohorts, with room for some attempts of each.
    pub(in crate::engine) fn new(inputs: &Inputs, attempt_stride: usize) -> Self {
        let mut tables: Vec<Repeated> = Vec::new();
        let mut position = |probability: f64| {
            let chance = Chance::new(probability);
            tables.iter().position(|known| *known.chance() == chance).unwrap_or_else(|| {
                tables.push(chance.into());
                tables.len() - 1
            })
        };
        let update_fails = |cohort: &CohortInputs| position(1.0 - cohort.update_success.probability());
        let update_fails = inputs.cohorts.iter().map(update_fails).collect();
        let attempts = (1..).take(attempt_stride);
        let mut of = |cohort: &CohortInputs, attempt: u8| {
            let (used, succeeds) = (cohort.take_up.probability(), cohort.success(attempt).probability());
            let failed = used * (1.0 - succeeds);
            let no_success = 1.0 - used + failed;
            let fails = if no_success > 0.0 { failed / no_success } else { 0.0 };
            [position(no_success), position(fails)]
        };
        let pairs = inputs.cohorts.iter().flat_map(|cohort| attempts.clone().map(move |a| (cohort, a)));
        let slots = pairs.map(|(cohort, attempt)| of(cohort, attempt)).collect();
        Self { tables, update_fails, slots, attempt_stride }
    }

    /// That an update of a cohort fails.
    pub(in crate::engine) fn update_fails(&self, cohort: CohortIdx) -> &Repeated {
        &self.tables[self.update_fails[cohort]]
    }

    /// Where the chances of a cohort's first attempt stand; those of the others follow.
    pub(in crate::engine) fn first_attempt(&self, cohort: CohortIdx) -> u32 {
        u32::try_from(cohort * self.attempt_stride).expect("cohorts are few")
    }

    /// The chances of an attempt, by where they stand.
    pub(in crate::engine) fn of_slot(&self, at: u32) -> SlotChances<'_> {
        let [no_success, fails] = self.slots[at as usize];
        SlotChances { no_success: &self.tables[no_success], fails: &self.tables[fails] }
    }
}
