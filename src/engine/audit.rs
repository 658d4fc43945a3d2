//! The checks that stay on in every run. Each adds up again, from the counts themselves, what the day loop claims.

use super::plan::Plan;
use super::state::{Cell, State, lane};
use crate::trace::{DayRecord, GroupDay, Stages};

/// Stages of each cohort and of the whole, added up from the cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// Opening installations of each cohort.
    opening: Vec<u64>,
    /// Lanes of each cohort when it last changed, Dormant then Active.
    cohorts: Vec<[Lanes; 2]>,
    whole: [Lanes; 2],
}

type Lanes = [u32; 16];

impl Totals {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let mut opening = vec![0; plan.model.cohorts.len()];
        for stock in &plan.model.stock {
            opening[stock.cohort] += u64::from(stock.installations);
        }
        Self { cohorts: vec![[[0; 16]; 2]; opening.len()], whole: [[0; 16]; 2], opening }
    }

    /// Stock: every installation of every cohort is in exactly one stage. Cohorts that have not changed since they
    /// were last added up are not added up again.
    pub(super) fn check_stock(&mut self, plan: &Plan<'_>, state: &mut State) -> Result<(), String> {
        for (cohort, changed) in state.changed.iter_mut().enumerate() {
            if !std::mem::take(changed) {
                continue;
            }
            let places = plan.cohort_places[cohort].clone();
            let n_places = plan.places.len();
            let (dormant, active) = (places.clone(), places.start + n_places..places.end + n_places);
            let now = [add_up(&state.cells[dormant]), add_up(&state.cells[active])];
            let stock: u64 = add_up(&now).iter().map(|n| u64::from(*n)).sum();
            if stock != self.opening[cohort] {
                let (name, opening) = (&plan.model.cohorts[cohort].name, self.opening[cohort]);
                return Err(format!(
                    "cohort `{name}` began with {opening} installations and now has {stock}"
                ));
            }
            for ((whole, before), now) in self.whole.iter_mut().zip(&mut self.cohorts[cohort]).zip(now) {
                for ((whole, before), now) in whole.iter_mut().zip(before.iter_mut()).zip(now) {
                    *whole = whole.wrapping_add(now).wrapping_sub(*before);
                    *before = now;
                }
            }
        }
        Ok(())
    }

    /// Stages of the whole programme, Dormant then Active.
    pub(super) fn stages(&self) -> [Stages; 2] {
        self.whole.map(|lanes| stages(&lanes.map(u64::from)))
    }
}

fn add_up(cells: &[Cell]) -> Lanes {
    let mut sums = [0; 16];
    for cell in cells {
        for (sum, count) in sums.iter_mut().zip(cell) {
            *sum += count;
        }
    }
    sums
}

/// Lanes as the stages of the trace.
pub(super) fn stages(lanes: &[u64; 16]) -> Stages {
    Stages {
        waiting_gate: lanes[lane::GATE],
        waiting_firmware: lanes[lane::WAITING_FIRMWARE],
        firmware_under_way: lanes[lane::UNDER_WAY],
        firmware_wait: lanes[lane::FIRMWARE_WAIT],
        ready: lanes[lane::READY_UNTOUCHED] + lanes[lane::READY_UPDATED] + lanes[lane::NOTICE],
        eligible: lanes[lane::ELIGIBLE_FIRST] + lanes[lane::ELIGIBLE_LATER],
        retry_wait: lanes[lane::RETRY_WAIT],
        migrated: lanes[lane::MIGRATED],
        excluded_no_wan: lanes[lane::NO_WAN],
        excluded_attempts: lanes[lane::EXHAUSTED],
        removed: lanes[lane::REMOVED],
    }
}

/// Slots of the day: offered = succeeded + failed + unused + idle by rule + no usable demand.
pub(super) fn check_slots(record: &DayRecord, groups: &[GroupDay]) -> Result<(), String> {
    let used = |group: &GroupDay| group.slots.iter().map(|s| s.succeeded + s.failed + s.unused).sum::<u32>();
    let outcomes: u64 = groups.iter().map(|g| u64::from(used(g))).sum();
    let no_usable_demand = i64::from(record.offered) - i64::from(record.most_possible);
    let accounted =
        i64::try_from(outcomes).unwrap_or(i64::MAX) + i64::from(record.idle_by_rule) + no_usable_demand;
    if no_usable_demand < 0 || accounted != i64::from(record.offered) {
        return Err(format!(
            "{} slots were offered, but {outcomes} outcomes, {} idle by rule and {no_usable_demand} without usable \
             demand make {accounted}",
            record.offered, record.idle_by_rule
        ));
    }
    Ok(())
}

/// Slots of one group: the same, with what the programme's limit withheld. Withheld slots of all groups together are
/// what the groups could use less what the programme lets through.
pub(super) fn check_group_slots(record: &DayRecord, groups: &mut [GroupDay]) -> Result<(), String> {
    let mut withheld = 0;
    for (index, group) in groups.iter_mut().enumerate() {
        let used: u32 = group.slots.iter().map(|s| s.succeeded + s.failed + s.unused).sum();
        let Some(left) =
            group.usable.checked_sub(used + group.idle_by_rule).filter(|_| group.usable <= group.limit)
        else {
            return Err(format!(
                "group {index} used {used} slots and left {} idle by rule where {} were usable within {}",
                group.idle_by_rule, group.usable, group.limit
            ));
        };
        group.withheld = left;
        withheld += u64::from(left);
    }
    let usable: u64 = groups.iter().map(|g| u64::from(g.usable)).sum();
    if usable - withheld.min(usable) != u64::from(record.most_possible) {
        return Err(format!(
            "{withheld} of {usable} usable slots were withheld where the programme lets {} through",
            record.most_possible
        ));
    }
    Ok(())
}
