//! The stock at the start of day 0, and the events that are known from the start. Ages that a count cannot say are
//! spread evenly over their length.

use crate::engine::day::dated_events::Event;
use crate::engine::setup::inputs::whole_days;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::{State, Wait, Waiting};
use crate::engine::stock::substage::{self, unmigrated};
use crate::model::{Day, OpeningStage, Status, Stock};
use crate::random::Purpose;

/// The state at the start of day 0.
pub(in crate::engine) fn open(layout: &RunLayout<'_>) -> State {
    let mut state = State::empty(layout);
    schedule(layout, &mut state);
    for (stock, phase) in layout.model.stock.iter().zip(phases(&layout.model.stock)) {
        let place = layout.place_at(stock.cohort, stock.supplier);
        let cell = layout.cell(place, stock.status);
        if let Some(attempt) = stock.stage.attempt() {
            let last = layout.model.cohorts[stock.cohort].most_attempts(stock.stage);
            assert!((1..=last).contains(&attempt), "stock opens before attempt {attempt} of 1 to {last}");
        }
        match stock.status {
            Status::Dormant => open_dormant(layout, &mut state, cell, stock, phase),
            Status::Active => open_active(layout, &mut state, cell, stock, phase),
        }
    }
    state.unmigrated = state.cells.iter().map(unmigrated).collect();
    state
}

pub(in crate::engine) fn schedule(layout: &RunLayout<'_>, state: &mut State) {
    for (index, cohort) in layout.inputs.cohorts.iter().enumerate() {
        state.events.schedule(cohort.days.opens, Event::FirmwareOpens(index));
        state.events.schedule(cohort.days.entry, Event::Enters(index));
        state.events.schedule(cohort.days.entry.plus(cohort.supplier_delay), Event::SuppliersUpdated(index));
    }
    for (index, group) in layout.inputs.groups.iter().enumerate() {
        for (begins, ends) in &group.outages {
            state.events.schedule(*begins, Event::OutageBegins(index));
            state.events.schedule(*ends, Event::OutageEnds(index));
        }
    }
}

fn open_dormant(layout: &RunLayout<'_>, state: &mut State, cell: usize, stock: &Stock, phase: Phase) {
    let (inputs, n) = (&layout.inputs.cohorts[stock.cohort], stock.installations);
    let entered = inputs.days.entry <= Day(0);
    match stock.stage {
        OpeningStage::Unmigrated => {
            let untouched = inputs.no_update.count(n, layout.number(Purpose::NoUpdate, cell, Day(0), 0));
            state.arrive(layout, cell, substage::READY_UNTOUCHED, untouched);
            state.arrive(layout, cell, substage::GATE, n - untouched);
        }
        OpeningStage::NeedsFirmware { attempt } if attempt > 1 && inputs.days.opens <= Day(0) => {
            state.arrive_waiting_firmware(layout, cell, attempt, n);
        }
        OpeningStage::NeedsFirmware { .. } => state.arrive(layout, cell, substage::GATE, n),
        OpeningStage::FirmwareUnderWay { attempt } => {
            let mut ends = state.under_way.begin(&layout.rings, (cell, stock.cohort), attempt, Day(0), n);
            for (due, count) in phase.evenly(n, whole_days(inputs.update_length.mean())) {
                ends.put(due, count);
            }
            state.arrive(layout, cell, substage::UNDER_WAY, n);
        }
        OpeningStage::FirmwareWait { attempt } => {
            spread(layout, state, cell, phase, (n, Wait::UpdateWait, attempt), inputs.update_wait);
        }
        OpeningStage::Ready { attempt } if entered => {
            spread(layout, state, cell, phase, (n, Wait::Notice, attempt), inputs.notice);
        }
        OpeningStage::Eligible { attempt } if entered => state.arrive_eligible(layout, cell, attempt, n),
        OpeningStage::RetryWait { attempt } if entered => {
            spread(layout, state, cell, phase, (n, Wait::Retry, attempt), inputs.retry_delay);
        }
        OpeningStage::Ready { .. } | OpeningStage::Eligible { .. } | OpeningStage::RetryWait { .. } => {
            state.arrive(layout, cell, substage::READY_UPDATED, n);
        }
        OpeningStage::Migrated => state.arrive(layout, cell, substage::MIGRATED, n),
        OpeningStage::ExcludedNoWan => state.arrive(layout, cell, substage::NO_WAN, n),
        OpeningStage::ExcludedAttempts => state.arrive(layout, cell, substage::EXHAUSTED, n),
    }
}

fn open_active(layout: &RunLayout<'_>, state: &mut State, cell: usize, stock: &Stock, phase: Phase) {
    let (inputs, n) = (&layout.inputs.cohorts[stock.cohort], stock.installations);
    let updated = inputs.days.entry.plus(inputs.supplier_delay) <= Day(0);
    match stock.stage {
        OpeningStage::RetryWait { attempt } if updated => {
            spread(layout, state, cell, phase, (n, Wait::Retry, attempt), inputs.retry_delay);
        }
        OpeningStage::Eligible { attempt } | OpeningStage::Ready { attempt } if updated => {
            state.arrive_active_ready(layout, cell, attempt, n);
        }
        OpeningStage::Migrated => state.arrive(layout, cell, substage::MIGRATED, n),
        OpeningStage::ExcludedNoWan => state.arrive(layout, cell, substage::NO_WAN, n),
        OpeningStage::ExcludedAttempts => state.arrive(layout, cell, substage::EXHAUSTED, n),
        // The entry and the supplier delay after it say when those are ready whose update is under way.
        _ => state.arrive(layout, cell, substage::GATE, n),
    }
}

/// Puts installations whose wait began at unknown times into it.
fn spread(
    layout: &RunLayout<'_>,
    state: &mut State,
    cell: usize,
    phase: Phase,
    (n, wait, number): (u32, Wait, u8),
    length: i32,
) {
    for (due, count) in phase.evenly(n, length) {
        let due = Day(0).plus(i32::try_from(due).expect("a wait is short"));
        state.arrive_waiting(layout, cell, Waiting { due, wait, number, count });
    }
}

/// Where in its part of a length each installation of a row stands, in parts of 2^64: a row of n is spread by one
/// installation to each n-th of the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Phase(u64);

/// Phases of all rows of stock: the first row of a stage stands in the middle of its parts, and each further one a
/// golden section on, so that many small rows together are spread evenly as well. Rows go by stage, status, cohort,
/// supplier and attempt as declared, whatever their order in a file.
fn phases(stock: &[Stock]) -> Vec<Phase> {
    let mut rows: Vec<_> = stock.iter().enumerate().filter_map(|(at, row)| Some((order(row)?, at))).collect();
    rows.sort_unstable();
    let mut phases = vec![Phase::MIDDLE; stock.len()];
    for of_stage in rows.chunk_by(|a, b| a.0.0 == b.0.0) {
        let mut phase = Phase::MIDDLE;
        for (_, at) in of_stage {
            phases[*at] = phase;
            phase = phase.next();
        }
    }
    phases
}

type Order = (u8, (Status, usize, usize, u8));

/// Where a row comes among those whose ages are spread; `None` for a stage without an age.
fn order(row: &Stock) -> Option<Order> {
    let (stage, attempt) = match row.stage {
        OpeningStage::FirmwareUnderWay { attempt } => (0, attempt),
        OpeningStage::FirmwareWait { attempt } => (1, attempt),
        OpeningStage::Ready { attempt } => (2, attempt),
        OpeningStage::RetryWait { attempt } => (3, attempt),
        OpeningStage::Unmigrated
        | OpeningStage::NeedsFirmware { .. }
        | OpeningStage::Eligible { .. }
        | OpeningStage::Migrated
        | OpeningStage::ExcludedNoWan
        | OpeningStage::ExcludedAttempts => return None,
    };
    Some((stage, (row.status, row.cohort, row.supplier, attempt)))
}

impl Phase {
    const MIDDLE: Self = Self(1 << 63);

    /// A golden section on: no two of many lie close.
    fn next(self) -> Self {
        Self(self.0.wrapping_add(0x9E37_79B9_7F4A_7C15))
    }

    /// Spreads what began at unknown times evenly over the days on which it may end, 0 to `length - 1`: the j-th of n,
    /// counted from 0, ends on day `(j + phase) * length / n`, rounded down.
    fn evenly(self, n: u32, length: i32) -> impl Iterator<Item = (u32, u32)> {
        let length = length.max(1).unsigned_abs();
        let whole = u128::from(length) << 64;
        // How many end before a day: the whole numbers below its share of n less the phase.
        let before = move |day: u32| {
            let share = (u128::from(day) * u128::from(n)) << 64;
            let count = share.saturating_sub(u128::from(self.0) * u128::from(length)).div_ceil(whole);
            u32::try_from(count).expect("no more than there are")
        };
        (0..length).map(move |due| (due, before(due + 1) - before(due)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(phase: Phase, n: u32, length: i32) -> Vec<u32> {
        phase.evenly(n, length).flat_map(|(due, count)| (0..count).map(move |_| due)).collect()
    }

    #[test]
    fn a_few_are_spread_over_the_whole_length() {
        assert_eq!(ends(Phase::MIDDLE, 3, 28), [4, 14, 23]);
        assert_eq!(ends(Phase::MIDDLE, 1, 28), [14]);
        assert_eq!(ends(Phase::MIDDLE, 2, 1), [0, 0]);
        assert_eq!(ends(Phase::MIDDLE, 0, 28), [0; 0]);
    }

    #[test]
    fn what_is_left_over_is_spread_too() {
        let counts: Vec<u32> = Phase::MIDDLE.evenly(45, 30).map(|(_, count)| count).collect();
        assert_eq!(counts.iter().sum::<u32>(), 45);
        assert!(counts.chunks(2).all(|pair| pair.iter().sum::<u32>() == 3), "{counts:?}");
    }

    #[test]
    fn the_jth_ends_where_its_part_says() {
        let mut phase = Phase::MIDDLE;
        for n in [1, 2, 3, 5, 29, 30, 31, 1_000] {
            for length in [1, 2, 7, 30, 365] {
                phase = phase.next();
                let part = |j: u32| ((u128::from(j) << 64) + u128::from(phase.0)) * length / u128::from(n);
                let expected: Vec<u32> = (0..n).map(|j| u32::try_from(part(j) >> 64).unwrap()).collect();
                assert_eq!(ends(phase, n, i32::try_from(length).unwrap()), expected);
            }
        }
    }

    #[test]
    fn many_rows_of_one_have_no_side() {
        let row = |supplier| Stock {
            cohort: 0,
            supplier,
            status: Status::Dormant,
            stage: OpeningStage::FirmwareWait { attempt: 1 },
            installations: 1,
        };
        let stock: Vec<Stock> = (0..300).map(row).collect();
        let mut by_day = [0; 30];
        for phase in phases(&stock) {
            ends(phase, 1, 30).into_iter().for_each(|due| by_day[due as usize] += 1);
        }
        assert!(by_day.iter().all(|n| (9..=11).contains(n)), "{by_day:?}");
        let mut backwards = stock.clone();
        backwards.reverse();
        let mut of_backwards = phases(&backwards);
        of_backwards.reverse();
        assert_eq!(phases(&stock), of_backwards, "the order of rows does not matter");
    }
}
