//! A run stopped at a day's end, and whether its parts fit the model and each other: a file that was edited is found out
//! before anything is looked up in it.

mod snapshot_stock;
pub(in crate::engine) mod sparse;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allocate::{Credits, Shape};
use crate::engine::day::conservation;
use crate::engine::day::dated_events::Event;
use crate::engine::setup::opening_stock;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::engine::stock::substage::{self, unmigrated};
use crate::engine::stock::wait_ring::Wait;
use crate::model::{Day, Model, Status};
use crate::trace::{BranchWeek, Checks, Slots, Trace, allocation_fingerprint};

/// A run stopped at a day's end, complete enough to go on to the same bytes as one that was not stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(super) seed: u64,
    pub(super) state: State,
    pub(super) credits: Credits,
    pub(super) moves: (Vec<u64>, [Vec<u64>; 2]),
    pub(super) trace: Trace,
}

/// More than any count of a run comes to.
const MOST: u64 = 1 << 53;

impl Snapshot {
    /// The day at whose end the run was stopped.
    #[must_use]
    pub fn day(&self) -> Day {
        self.state.day.plus(-1)
    }

    /// The replication that was stopped.
    #[must_use]
    pub fn replication(&self) -> u32 {
        self.trace.replication
    }

    /// Whether a run of this model can have stopped so: every length is the model's, every installation stands in one
    /// place, and what was kept of the days adds up.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn check(&self, model: &Model) -> Result<(), String> {
        if self.seed != model.seed {
            return Err(format!("it is of seed {}, the scenario of {}", self.seed, model.seed));
        }
        if !(Day(0)..=model.calendar.last().plus(1)).contains(&self.state.day) {
            return Err(format!("it is of day {}, which is not one of the run", self.state.day.0));
        }
        let (layout, shape) = RunLayout::new(model, self.trace.replication.into());
        self.check_lengths(&layout, &shape)?;
        self.credits.check(&shape)?;
        check_dated(&layout, &self.state)?;
        check_stock(&layout, &self.state)?;
        check_pools(&layout, &self.state)?;
        self.check_days(&layout)?;
        self.check_weeks(&layout)?;
        self.check_waits(&layout)
    }

    fn check_lengths(&self, layout: &RunLayout<'_>, shape: &Shape) -> Result<(), String> {
        let (state, fresh) = (&self.state, State::empty(layout));
        let (n_places, n_days) = (layout.places.len(), self.state.day.index().unwrap_or(0));
        let model = layout.model;
        let lengths = [
            ("cells", state.cells.len(), fresh.cells.len()),
            ("waits", state.waits.len(), fresh.waits.len()),
            ("unmigrated", state.unmigrated.len(), fresh.unmigrated.len()),
            ("by_attempt", state.by_attempt.len(), fresh.by_attempt.len()),
            ("eligible", state.eligible.len(), fresh.eligible.len()),
            ("by_try", state.by_try.len(), fresh.by_try.len()),
            ("waiting_firmware", state.waiting_firmware.len(), fresh.waiting_firmware.len()),
            ("opened", state.opened.len(), fresh.opened.len()),
            ("entered", state.entered.len(), fresh.entered.len()),
            ("suppliers_updated", state.suppliers_updated.len(), fresh.suppliers_updated.len()),
            ("outage", state.outage.len(), fresh.outage.len()),
            ("committed", state.committed.len(), fresh.committed.len()),
            ("firmware_credit", state.firmware_credit.len(), fresh.firmware_credit.len()),
            ("became_eligible", state.became_eligible.len(), fresh.became_eligible.len()),
            ("without_slot", state.without_slot.len(), fresh.without_slot.len()),
            ("longest_without_slot", state.longest_without_slot.len(), fresh.longest_without_slot.len()),
            ("changed", state.changed.len(), fresh.changed.len()),
            ("moves, lost", self.moves.0.len(), n_places),
            ("moves, Dormant gained", self.moves.1[0].len(), n_places),
            ("moves, Active gained", self.moves.1[1].len(), n_places),
            ("days", self.trace.days.len(), n_days),
            ("group_days", self.trace.group_days.len(), n_days * model.groups.len()),
            ("supplier_days", self.trace.supplier_days.len(), n_days * model.suppliers.len()),
            ("cohorts", self.trace.cohorts.len(), model.cohorts.len()),
            ("finals", self.trace.finals.len(), 0),
            ("places of the tree", shape.n_places(), n_places),
        ];
        if let Some((name, found, expected)) = lengths.into_iter().find(|(_, n, expected)| n != expected) {
            return Err(format!("`{name}` has {found} entries, expected {expected}"));
        }
        let read = state.read_at_cutoff.as_ref();
        if read.is_some_and(|read| model.commitment.is_none() || read.len() != n_places) {
            return Err("`read_at_cutoff` is not of the scenario's commitments".to_owned());
        }
        state.under_way.check_lengths(&fresh.under_way)?;
        state.waiting.check_lengths(&fresh.waiting)?;
        state.line.check_lengths(&fresh.line)?;
        state.leaving.check("leaving", &fresh.leaving, state.day)?;
        state.removal.check("removal", &fresh.removal, state.day)?;
        self.check_bounds()
    }

    /// Counts that the run only adds to are none beyond reason.
    fn check_bounds(&self) -> Result<(), String> {
        let state = &self.state;
        let days = state.day.0.unsigned_abs();
        let in_a_row = state.without_slot.iter().chain(&state.longest_without_slot);
        if in_a_row.copied().max().is_some_and(|most| most > days) {
            return Err("more days without a slot than days".to_owned());
        }
        let (lost, gained) = &self.moves;
        let cohorts = self.trace.cohorts.iter();
        let of_cohorts =
            cohorts.flat_map(|cohort| [cohort.reworked, cohort.firmware_started, cohort.firmware_failed]);
        let counts = lost.iter().chain(gained.iter().flatten()).chain(&state.became_eligible).copied();
        let waits = state.waits.iter().flatten().copied();
        let owed = state.firmware_credit.iter().chain([&self.trace.largest_credit]).map(|n| n.unsigned_abs());
        let sharings = [self.trace.checks.sharings];
        if counts.chain(of_cohorts).chain(waits).chain(owed).chain(sharings).any(|n| n > MOST) {
            return Err(format!("a count above {MOST}"));
        }
        let demand = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
        let read = state.read_at_cutoff.as_deref().unwrap_or_default();
        if demand(&state.committed) > u64::from(u32::MAX) / 2 || demand(read) > u64::from(u32::MAX) / 2 {
            return Err("commitments of 2^31 installations or more".to_owned());
        }
        Ok(())
    }

    /// What was kept of the days adds up, and is of the scenario's calendar, cohorts and checks.
    fn check_days(&self, layout: &RunLayout<'_>) -> Result<(), String> {
        let (model, trace) = (layout.model, &self.trace);
        let (n_groups, n_suppliers) = (model.groups.len(), model.suppliers.len());
        let stock: u64 = model.stock.iter().map(|stock| u64::from(stock.installations)).sum();
        for (day, record) in trace.days.iter().enumerate() {
            let say = |what: String| format!("day {day}: {what}");
            if record.migration_day != model.calendar.migration[day] {
                return Err(say("it is not a migration day of the calendar, or is one".to_owned()));
            }
            let total = record.stages.iter().flat_map(stages).map(u128::from).sum::<u128>();
            if total != u128::from(stock) {
                return Err(say(format!("{total} installations in all stages, expected {stock}")));
            }
            let groups = &trace.group_days[day * n_groups..][..n_groups];
            let suppliers = &trace.supplier_days[day * n_suppliers..][..n_suppliers];
            for status in 0..2 {
                let of_groups = add_up(groups.iter().map(|group| group.slots[status])).map_err(say)?;
                let of_suppliers = add_up(suppliers.iter().map(|slots| slots[status])).map_err(say)?;
                if of_groups != of_suppliers {
                    return Err(say("slots by group and by supplier differ".to_owned()));
                }
            }
            let held: u64 = groups.iter().flat_map(|group| held(&group.held)).map(u64::from).sum();
            let unmigrated: u64 = record.stages.iter().map(crate::trace::Stages::unmigrated).sum();
            if held != unmigrated {
                return Err(say(format!("{held} installations held back of {unmigrated} not migrated")));
            }
            if groups
                .iter()
                .any(|group| group.firmware_limit.is_some_and(|most| group.firmware_started > most))
            {
                return Err(say("more firmware updates started than the limit allows".to_owned()));
            }
            let mut again = groups.to_vec();
            conservation::check_slots(record, groups).map_err(say)?;
            conservation::check_group_slots(record, &mut again).map_err(say)?;
            if again != groups {
                return Err(say("other slots were withheld than the limits say".to_owned()));
            }
        }
        for (cohort, record) in trace.cohorts.iter().enumerate() {
            let inputs = &layout.inputs.cohorts[cohort];
            let drawn = (record.gate, record.entry, record.opens, record.rework_struck);
            let expected = (inputs.days.gate, inputs.days.entry, inputs.days.opens, inputs.rework);
            let days = [
                record.first_update,
                record.first_dormant_migration,
                record.last_dormant_migration,
                record.first_active_migration,
                record.last_active_migration,
            ];
            let in_run = |day: &Day| (Day(0)..self.state.day).contains(day);
            if drawn != expected || !days.iter().flatten().all(in_run) {
                return Err(format!("cohort `{}` has other days", model.cohorts[cohort].name));
            }
        }
        let (n_days, turn) = (trace.days.len() as u64, u64::from(self.state.turn));
        let expected = Checks {
            slots: n_days,
            group_slots: n_days * n_groups as u64,
            stock: n_days * model.cohorts.len() as u64,
            allocations: turn,
            sharings: trace.checks.sharings,
        };
        if trace.checks == expected { Ok(()) } else { Err("other checks than days".to_owned()) }
    }

    /// Weeks are of the run's suppliers and groups, in order, and add up to the slots of both; every migration day has a fingerprint.
    fn check_weeks(&self, layout: &RunLayout<'_>) -> Result<(), String> {
        let (model, trace) = (layout.model, &self.trace);
        let order = |week: &BranchWeek| (week.monday, week.supplier, week.group, week.status);
        if !trace.branch_weeks.is_sorted_by(|a, b| order(a) < order(b)) {
            return Err("weeks are not in order".to_owned());
        }
        let mut by_group =
            WeekSums::of(model, trace.group_days.iter().map(|group| &group.slots), model.groups.len());
        let mut by_supplier = WeekSums::of(model, trace.supplier_days.iter(), model.suppliers.len());
        for week in &trace.branch_weeks {
            by_group.take(week, week.group)?;
            by_supplier.take(week, week.supplier)?;
        }
        if !(by_group.is_empty() && by_supplier.is_empty()) {
            return Err("weeks do not add up to the slots of groups and suppliers".to_owned());
        }
        let is_fingerprint = |text: &String| {
            text.len() == allocation_fingerprint(&[]).len() && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if trace.allocations.len() != self.state.turn as usize
            || !trace.allocations.iter().all(is_fingerprint)
        {
            return Err("other fingerprints than migration days".to_owned());
        }
        Ok(())
    }

    /// The days waited, and those to come if nothing more happens, are those of the stages so far and of the cells now.
    fn check_waits(&self, layout: &RunLayout<'_>) -> Result<(), String> {
        let state = &self.state;
        let left = layout.days_left(state.day);
        for (at, status) in Status::ALL.into_iter().enumerate() {
            let mut waited = 0_u128;
            let mut expected: u128 = 0;
            for cell in layout.cells(status) {
                for (lane, (wait, n)) in state.waits[cell].iter().zip(&state.cells[cell]).enumerate() {
                    let to_come = u64::from(*n) * left;
                    if *wait < to_come {
                        return Err(format!("cell {cell} has waited fewer days than are to come"));
                    }
                    if ![substage::MIGRATED, substage::REMOVED].contains(&lane) {
                        waited += u128::from(*wait);
                        expected += u128::from(to_come);
                    }
                }
            }
            for day in &self.trace.days {
                expected += u128::from(day.stages[at].unmigrated() + day.stages[at].excluded());
            }
            if waited != expected {
                return Err(format!(
                    "{} installations waited {waited} days by cell and {expected} by day",
                    status.name()
                ));
            }
        }
        Ok(())
    }
}

/// What is known of days so far, and of those to come, is what the scenario's draws say.
fn check_dated(layout: &RunLayout<'_>, state: &State) -> Result<(), String> {
    let mut expected = State::empty(layout);
    opening_stock::schedule(layout, &mut expected);
    let days = state.day.index().unwrap_or(0);
    for day in 0..days {
        for event in expected.events.take(day) {
            match event {
                Event::FirmwareOpens(cohort) => expected.opened[cohort] = true,
                Event::Enters(cohort) => expected.entered[cohort] = true,
                Event::SuppliersUpdated(cohort) => expected.suppliers_updated[cohort] = true,
                Event::OutageBegins(group) => expected.outage[group] = true,
                Event::OutageEnds(group) => expected.outage[group] = false,
            }
        }
    }
    let flags = |state: &State| {
        let State { opened, entered, suppliers_updated, outage, .. } = state;
        [opened.clone(), entered.clone(), suppliers_updated.clone(), outage.clone()]
    };
    let worked = layout.model.calendar.migration[..days].iter().filter(|worked| **worked).count();
    if expected.events != state.events {
        return Err("other events are to come than the scenario's draws say".to_owned());
    }
    if flags(&expected) != flags(state) {
        return Err("cohorts are open or entered, or outages on, otherwise than the draws say".to_owned());
    }
    if worked != state.turn as usize {
        return Err(format!("{} migration days, expected {worked}", state.turn));
    }
    Ok(())
}

/// Every cohort has the installations it opened with, none in a lane that its status does not have.
fn check_stock(layout: &RunLayout<'_>, state: &State) -> Result<(), String> {
    let mut stock = vec![0_u64; layout.model.cohorts.len()];
    for row in &layout.model.stock {
        stock[row.cohort] += u64::from(row.installations);
    }
    let mut now = vec![0_u64; stock.len()];
    for (cell, lanes) in state.cells.iter().enumerate() {
        now[layout.cohort_of(cell)] += lanes.iter().map(|n| u64::from(*n)).sum::<u64>();
        let foreign: &[usize] = match layout.status_of(cell) {
            Status::Dormant => &[14, 15],
            Status::Active => &[
                substage::WAITING_FIRMWARE,
                substage::FIRMWARE_WAIT,
                substage::READY_UNTOUCHED,
                substage::READY_UPDATED,
                14,
                15,
            ],
        };
        if let Some(lane) = foreign.iter().find(|lane| lanes[**lane] > 0) {
            return Err(format!("cell {cell} has installations in lane {lane}, which it does not have"));
        }
    }
    match (0..stock.len()).find(|cohort| stock[*cohort] != now[*cohort]) {
        None => Ok(()),
        Some(cohort) => Err(format!(
            "cohort `{}` has {} installations, expected {}",
            layout.model.cohorts[cohort].name, now[cohort], stock[cohort]
        )),
    }
}

/// Who stands in a lane of a cell is kept once more by number, by day, or in line: both are the same.
fn check_pools(layout: &RunLayout<'_>, state: &State) -> Result<(), String> {
    let sum = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
    let mut by_cohort = vec![[0_u64; 2]; layout.model.cohorts.len()];
    for cell in 0..state.cells.len() {
        let (lanes, status) = (&state.cells[cell], layout.status_of(cell));
        let cohort = layout.cohort_of(cell);
        let of_cohort = &layout.model.cohorts[cohort];
        let same = |what: &str, lane: usize, kept: u64| {
            let n = u64::from(lanes[lane]);
            if n == kept { Ok(()) } else { Err(format!("cell {cell}: {n} {what}, kept as {kept}")) }
        };
        if state.unmigrated[cell] != unmigrated(lanes) {
            let (found, kept) = (unmigrated(lanes), state.unmigrated[cell]);
            return Err(format!("cell {cell}: {found} not migrated, kept as {kept}"));
        }
        let attempts = &state.by_attempt[layout.attempt_at(cell, 1)..][..layout.max_attempts];
        let (of_cell, beyond) = attempts.split_at(of_cohort.max_attempts.into());
        same("eligible for a first attempt", substage::ELIGIBLE_FIRST, sum(&of_cell[..1]))?;
        same("eligible for a later attempt", substage::ELIGIBLE_LATER, sum(&of_cell[1..]))?;
        let eligible = u64::from(state.eligible[layout.demand_at(cell)]);
        if sum(beyond) > 0 || eligible != sum(of_cell) {
            return Err(format!("cell {cell}: {eligible} eligible, by attempt {attempts:?}"));
        }
        let columns = &layout.wait_columns[cell];
        let kept = |wait| state.waiting.of_cell(columns, wait);
        same("in a retry wait", substage::RETRY_WAIT, kept(Wait::Retry))?;
        match status {
            Status::Dormant => {
                let tries = &state.by_try[layout.try_at(cell, 1)..][..layout.max_tries];
                let (of_cell, beyond) = tries.split_at(of_cohort.firmware.max_tries.into());
                same("waiting for firmware", substage::WAITING_FIRMWARE, sum(of_cell))?;
                let under_way = state.under_way.of_place(&layout.rings, cell);
                same("under way", substage::UNDER_WAY, under_way)?;
                same("in a firmware wait", substage::FIRMWARE_WAIT, kept(Wait::UpdateWait))?;
                same("in notice", substage::NOTICE, kept(Wait::Notice))?;
                if sum(beyond) > 0 || state.waiting.of_cell(columns, Wait::User) > 0 {
                    return Err(format!("cell {cell} has installations of tries or waits it does not have"));
                }
                by_cohort[cohort][0] += sum(of_cell);
                by_cohort[cohort][1] += under_way;
            }
            Status::Active => same("waiting for their supplier", substage::NOTICE, kept(Wait::User))?,
        }
    }
    state.waiting.check_days()?;
    state.line.check(layout, &state.eligible)?;
    state.line.check_days(state.day)?;
    for (cohort, [waiting, under_way]) in by_cohort.into_iter().enumerate() {
        let kept = [u64::from(state.waiting_firmware[cohort]), state.under_way.of_cohort(cohort)];
        if kept != [waiting, under_way] {
            return Err(format!(
                "cohort {cohort} has {waiting} waiting for firmware and {under_way} under way, kept as {kept:?}"
            ));
        }
    }
    Ok(())
}

/// Demand, slots, and the three outcomes of some cells together; each cell's slots are within its demand, and all have
/// an outcome.
fn add_up(slots: impl Iterator<Item = Slots>) -> Result<[u64; 5], String> {
    let mut sums = [0; 5];
    for Slots { demand, allocated, succeeded, failed, unused } in slots {
        let outcomes = u64::from(succeeded) + u64::from(failed) + u64::from(unused);
        if allocated > demand || outcomes != u64::from(allocated) {
            return Err(format!("{allocated} slots for a demand of {demand} had {outcomes} outcomes"));
        }
        for (sum, n) in sums.iter_mut().zip([demand, allocated, succeeded, failed, unused]) {
            *sum += u64::from(n);
        }
    }
    Ok(sums)
}

/// Slots of the days of groups or of suppliers, by week, member and status.
struct WeekSums(BTreeMap<(Day, u32, Status), [u64; 5]>);

impl WeekSums {
    /// The sums of days of so many members, one after another.
    fn of<'a>(model: &Model, days: impl Iterator<Item = &'a [Slots; 2]>, members: usize) -> Self {
        let mut sums: BTreeMap<(Day, u32, Status), [u64; 5]> = BTreeMap::new();
        let each = (0..).map(Day).flat_map(|day| (0_u32..).take(members).map(move |member| (day, member)));
        for ((day, member), slots) in each.zip(days) {
            let demanded = Status::ALL.into_iter().zip(slots).filter(|(_, slots)| slots.demand > 0);
            for (status, slots) in demanded {
                let sum = sums.entry((model.calendar.monday(day), member, status)).or_default();
                sum.iter_mut().zip(slots.map(u64::from)).for_each(|(sum, n)| *sum += n);
            }
        }
        Self(sums)
    }

    /// Takes a week of a member off its sums.
    fn take(&mut self, week: &BranchWeek, member: u32) -> Result<(), String> {
        let key = (week.monday, member, week.status);
        let sums = self.0.get_mut(&key).ok_or("a week of a supplier or group without demand")?;
        for (sum, n) in sums.iter_mut().zip(week.slots) {
            *sum = sum.checked_sub(n).ok_or("a week has more slots than its days")?;
        }
        if *sums == [0; 5] {
            self.0.remove(&key);
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn held(held: &crate::trace::Held) -> [u32; 6] {
    let crate::trace::Held { gate, firmware, entry, notice, eligible, retrying } = *held;
    [gate, firmware, entry, notice, eligible, retrying]
}

fn stages(stages: &crate::trace::Stages) -> [u64; 11] {
    let crate::trace::Stages {
        waiting_gate,
        waiting_firmware,
        firmware_under_way,
        firmware_wait,
        ready,
        eligible,
        retry_wait,
        migrated,
        excluded_no_wan,
        excluded_attempts,
        removed,
    } = *stages;
    [
        waiting_gate,
        waiting_firmware,
        firmware_under_way,
        firmware_wait,
        ready,
        eligible,
        retry_wait,
        migrated,
        excluded_no_wan,
        excluded_attempts,
        removed,
    ]
}
