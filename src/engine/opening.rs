//! The stock at the start of day 0, and the events that are known from the start. Ages that a count cannot say are
//! spread evenly over their length.

use super::events::Event;
use super::lane;
use super::plan::Plan;
use super::state::{Batch, State, Wait};
use crate::model::{Day, OpeningStage, Status, Stock};
use crate::random::Purpose;

/// The state at the start of day 0.
pub(super) fn open(plan: &Plan<'_>) -> State {
    let mut state = State::empty(plan);
    schedule(plan, &mut state);
    for stock in &plan.model.stock {
        let place = plan.place_at(stock.cohort, stock.supplier);
        let cell = plan.cell(place, stock.status);
        if let OpeningStage::Eligible { attempt } | OpeningStage::RetryWait { attempt } = stock.stage {
            let last = plan.model.cohorts[stock.cohort].max_attempts;
            assert!((1..=last).contains(&attempt), "stock opens before attempt {attempt} of 1 to {last}");
        }
        match stock.status {
            Status::Dormant => open_dormant(plan, &mut state, cell, stock),
            Status::Active => open_active(plan, &mut state, cell, stock),
        }
    }
    state
}

fn schedule(plan: &Plan<'_>, state: &mut State) {
    for (index, cohort) in plan.inputs.cohorts.iter().enumerate() {
        state.events.schedule(cohort.days.opens, Event::FirmwareOpens(index));
        state.events.schedule(cohort.days.entry, Event::Enters(index));
        state.events.schedule(cohort.days.entry.plus(cohort.supplier_delay), Event::SuppliersUpdated(index));
    }
    for (index, group) in plan.inputs.groups.iter().enumerate() {
        for (begins, ends) in &group.outages {
            state.events.schedule(*begins, Event::OutageBegins(index));
            state.events.schedule(*ends, Event::OutageEnds(index));
        }
    }
}

fn open_dormant(plan: &Plan<'_>, state: &mut State, cell: usize, stock: &Stock) {
    let (inputs, n) = (&plan.inputs.cohorts[stock.cohort], stock.installations);
    let entered = inputs.days.entry <= Day(0);
    match stock.stage {
        OpeningStage::Unmigrated => {
            let untouched = inputs.no_update.count(n, plan.number(Purpose::NoUpdate, cell, Day(0), 0));
            state.arrive(plan, cell, lane::READY_UNTOUCHED, untouched);
            state.arrive(plan, cell, lane::GATE, n - untouched);
        }
        OpeningStage::NeedsFirmware => state.arrive(plan, cell, lane::GATE, n),
        OpeningStage::FirmwareUnderWay => {
            let mut ends = state.under_way.begin(&plan.rings, (cell, stock.cohort), 1, Day(0), n);
            for (due, count) in evenly(n, mean_length(inputs.update_length.mean())) {
                ends.put(due, count);
            }
            state.arrive(plan, cell, lane::UNDER_WAY, n);
        }
        OpeningStage::FirmwareWait => spread(plan, state, cell, n, Wait::UpdateWait, 1, inputs.update_wait),
        OpeningStage::Ready if entered => spread(plan, state, cell, n, Wait::Notice, 1, inputs.notice),
        OpeningStage::Eligible { attempt } if entered => state.arrive_eligible(plan, cell, attempt, n),
        OpeningStage::RetryWait { attempt } if entered => {
            spread(plan, state, cell, n, Wait::Retry, attempt, inputs.retry_delay);
        }
        OpeningStage::Ready | OpeningStage::Eligible { .. } | OpeningStage::RetryWait { .. } => {
            state.arrive(plan, cell, lane::READY_UPDATED, n);
        }
        OpeningStage::Migrated => state.arrive(plan, cell, lane::MIGRATED, n),
        OpeningStage::ExcludedNoWan => state.arrive(plan, cell, lane::NO_WAN, n),
        OpeningStage::ExcludedAttempts => state.arrive(plan, cell, lane::EXHAUSTED, n),
    }
}

fn open_active(plan: &Plan<'_>, state: &mut State, cell: usize, stock: &Stock) {
    let (inputs, n) = (&plan.inputs.cohorts[stock.cohort], stock.installations);
    let updated = inputs.days.entry.plus(inputs.supplier_delay) <= Day(0);
    match stock.stage {
        OpeningStage::RetryWait { attempt } if updated => {
            spread(plan, state, cell, n, Wait::Retry, attempt, inputs.retry_delay);
        }
        OpeningStage::Eligible { attempt } if updated => state.arrive_active_ready(plan, cell, attempt, n),
        OpeningStage::Ready if updated => state.arrive_active_ready(plan, cell, 1, n),
        OpeningStage::Migrated => state.arrive(plan, cell, lane::MIGRATED, n),
        OpeningStage::ExcludedNoWan => state.arrive(plan, cell, lane::NO_WAN, n),
        OpeningStage::ExcludedAttempts => state.arrive(plan, cell, lane::EXHAUSTED, n),
        // The entry and the supplier delay after it say when those are ready whose update is under way.
        _ => state.arrive(plan, cell, lane::GATE, n),
    }
}

/// Puts installations whose wait began at unknown times into it.
fn spread(plan: &Plan<'_>, state: &mut State, cell: usize, n: u32, wait: Wait, number: u8, length: i32) {
    for (due, count) in evenly(n, length) {
        let due = Day(0).plus(i32::try_from(due).expect("a wait is short"));
        state.arrive_waiting(plan, cell, Batch { due, wait, number, count });
    }
}

/// Spreads what began at unknown times evenly over the days on which it may end, 0 to `length - 1`.
fn evenly(n: u32, length: i32) -> impl Iterator<Item = (u32, u32)> {
    let length = length.max(1).unsigned_abs();
    (0..length).map(move |due| (due, n / length + u32::from(due < n % length)))
}

fn mean_length(days: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a mean of at most a thousand days")]
    let whole = (days + 0.5).floor() as i32;
    whole
}
