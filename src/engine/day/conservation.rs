//! The checks that stay on in every run. Each adds up again, from the counts themselves, what the day loop claims.

use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::engine::stock::substage::{self, Cell, unmigrated};
use crate::trace::{DayRecord, GroupDay, Held, Slots, Stages};

/// Stages of each cohort and of the whole, added up from the cells.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Totals {
    /// Opening installations of each cohort.
    opening: Vec<u64>,
    /// Lanes of each cohort when it last changed, Dormant then Active.
    cohorts: Vec<[Lanes; 2]>,
    whole: [Lanes; 2],
    groups: Vec<[Lanes; 2]>,
}

type Lanes = [u32; 16];

impl Totals {
    pub(in crate::engine) fn new(layout: &RunLayout<'_>) -> Self {
        let mut opening = vec![0; layout.model.cohorts.len()];
        for stock in &layout.model.stock {
            opening[stock.cohort] += u64::from(stock.installations);
        }
        let groups = vec![[[0; 16]; 2]; layout.model.groups.len()];
        Self { cohorts: vec![[[0; 16]; 2]; opening.len()], whole: [[0; 16]; 2], groups, opening }
    }

    /// Stock: every installation of every cohort is in exactly one stage, and those kept as unmigrated are in a stage of the unmigrated.
    /// Cohorts that have not changed since they were last added up are not added up again.
    pub(in crate::engine) fn check_stock(
        &mut self,
        layout: &RunLayout<'_>,
        state: &mut State,
    ) -> Result<(), String> {
        for (cohort, changed) in state.changed.iter_mut().enumerate() {
            if !std::mem::take(changed) {
                continue;
            }
            let places = layout.cohort_places[cohort].clone();
            let n_places = layout.places.len();
            let (dormant, active) = (places.clone(), places.start + n_places..places.end + n_places);
            let now = [add_up(&state.cells[dormant.clone()]), add_up(&state.cells[active.clone()])];
            let stock: u64 = add_up(&now).iter().map(|n| u64::from(*n)).sum();
            if stock != self.opening[cohort] {
                let (name, opening) = (&layout.model.cohorts[cohort].name, self.opening[cohort]);
                return Err(format!(
                    "cohort `{name}` began with {opening} installations and now has {stock}"
                ));
            }
            for (lanes, cells) in now.iter().zip([dormant, active]) {
                let (found, kept) = (unmigrated(lanes), state.unmigrated[cells].iter().sum::<u32>());
                if found != kept {
                    let name = &layout.model.cohorts[cohort].name;
                    return Err(format!(
                        "cohort `{name}` has {found} unmigrated installations, kept as {kept}"
                    ));
                }
            }
            let group = &mut self.groups[layout.model.cohorts[cohort].group];
            for (status, now) in now.into_iter().enumerate() {
                let before = std::mem::replace(&mut self.cohorts[cohort][status], now);
                for sums in [&mut self.whole[status], &mut group[status]] {
                    replace(sums, &before, &now);
                }
            }
        }
        Ok(())
    }

    /// Who has not migrated, by group and what holds them back.
    pub(in crate::engine) fn held(&self, groups: &mut [GroupDay]) {
        for (group, [dormant, active]) in groups.iter_mut().zip(&self.groups) {
            let both = |lanes: &[usize]| lanes.iter().map(|lane| dormant[*lane] + active[*lane]).sum();
            group.held = Held {
                gate: dormant[substage::GATE],
                firmware: both(&[substage::WAITING_FIRMWARE, substage::UNDER_WAY, substage::FIRMWARE_WAIT]),
                entry: active[substage::GATE] + both(&[substage::READY_UNTOUCHED, substage::READY_UPDATED]),
                notice: both(&[substage::NOTICE]),
                eligible: both(&[substage::ELIGIBLE_FIRST, substage::ELIGIBLE_LATER]),
                retrying: both(&[substage::RETRY_WAIT]),
            };
        }
    }

    /// Stages of the whole programme, Dormant then Active.
    pub(in crate::engine) fn stages(&self) -> [Stages; 2] {
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

/// Takes what a part was out of the sums of a whole, and puts in what it is now.
fn replace(sums: &mut Lanes, before: &Lanes, now: &Lanes) {
    for (sum, (before, now)) in sums.iter_mut().zip(before.iter().zip(now)) {
        *sum = sum.wrapping_add(now.wrapping_sub(*before));
    }
}

/// Lanes as the stages of the trace.
pub(in crate::engine) fn stages(lanes: &[u64; 16]) -> Stages {
    Stages {
        waiting_gate: lanes[substage::GATE],
        waiting_firmware: lanes[substage::WAITING_FIRMWARE],
        firmware_under_way: lanes[substage::UNDER_WAY],
        firmware_wait: lanes[substage::FIRMWARE_WAIT],
        ready: lanes[substage::READY_UNTOUCHED] + lanes[substage::READY_UPDATED] + lanes[substage::NOTICE],
        eligible: lanes[substage::ELIGIBLE_FIRST] + lanes[substage::ELIGIBLE_LATER],
        retry_wait: lanes[substage::RETRY_WAIT],
        migrated: lanes[substage::MIGRATED],
        excluded_no_wan: lanes[substage::NO_WAN],
        excluded_attempts: lanes[substage::EXHAUSTED],
        removed: lanes[substage::REMOVED],
    }
}

/// Slots of a group that had an outcome.
fn outcomes(group: &GroupDay) -> u64 {
    let of = |slots: &Slots| [slots.succeeded, slots.failed, slots.unused].map(u64::from).iter().sum::<u64>();
    group.slots.iter().map(of).sum()
}

/// Slots of the day: offered = succeeded + failed + unused + idle by rule + no usable demand.
pub(in crate::engine) fn check_slots(record: &DayRecord, groups: &[GroupDay]) -> Result<(), String> {
    let outcomes: u64 = groups.iter().map(outcomes).sum();
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
pub(in crate::engine) fn check_group_slots(
    record: &DayRecord,
    groups: &mut [GroupDay],
) -> Result<(), String> {
    let mut withheld = 0;
    for (index, group) in groups.iter_mut().enumerate() {
        let used = outcomes(group);
        let left = u64::from(group.usable).checked_sub(used + u64::from(group.idle_by_rule));
        let Some(left) =
            left.filter(|_| group.usable <= group.limit).and_then(|left| u32::try_from(left).ok())
        else {
            return Err(format!(
                "group {index} used {used} slots and left {} idle by rule where {} were usable within {}",
                group.idle_by_rule, group.usable, group.limit
            ));
        };
        group.withheld = left;
        withheld += u64::from(left);
    }
    if withheld > 0 && record.programme_limit != Some(record.most_possible) {
        return Err(format!(
            "{withheld} usable slots were withheld where the programme's limit does not bind"
        ));
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

/// Each check is shown a day on which something was broken on purpose.
#[cfg(test)]
mod tests {
    use super::{check_group_slots, check_slots};
    use crate::engine::stock::substage;
    use crate::engine::{Run, run_until, simulate};
    use crate::model::{Day, Model};

    fn model() -> Model {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tutorial/early.toml");
        crate::scenario::load(&path, &[]).unwrap().model
    }

    /// A run taken to the end of a day, and what the day's end looks like.
    fn stopped(model: &Model) -> Run<'_> {
        Run::from_snapshot(model, run_until(model, 0, Day(20)).unwrap())
    }

    fn broken(model: &Model, break_it: impl FnOnce(&mut Run<'_>)) -> String {
        let mut run = stopped(model);
        break_it(&mut run);
        run.go(model.calendar.last(), &mut |_| {}).unwrap_err().what
    }

    #[test]
    fn a_lost_installation_is_missed_on_the_same_day() {
        let model = model();
        let stock = |run: &mut Run<'_>| {
            let cell = run.state.cells.iter_mut().find(|cell| cell[substage::MIGRATED] > 0).unwrap();
            cell[substage::MIGRATED] -= 1;
        };
        let what = broken(&model, stock);
        assert!(what.contains("began with") && what.contains("now has"), "{what}");
    }

    #[test]
    fn an_installation_made_of_nothing_is_noticed() {
        let model = model();
        let what = broken(&model, |run| run.state.cells[0][substage::REMOVED] += 1);
        assert!(what.contains("began with"), "{what}");
    }

    #[test]
    fn unmigrated_installations_that_do_not_add_up_are_noticed() {
        let model = model();
        let kept = |run: &mut Run<'_>| *run.state.unmigrated.iter_mut().find(|n| **n > 0).unwrap() -= 1;
        let what = broken(&model, kept);
        assert!(what.contains("unmigrated installations, kept as"), "{what}");
    }

    #[test]
    fn days_waited_that_do_not_add_up_are_noticed_at_the_end() {
        let model = model();
        let mut run = stopped(&model);
        run.state.waits[0][substage::GATE] += 1;
        run.go(model.calendar.last(), &mut |_| {}).unwrap();
        let what = run.finish().unwrap_err().what;
        assert!(what.contains("waited"), "{what}");
    }

    /// A migration day with everything as it was, to be broken in one place.
    fn a_day(model: &Model) -> (crate::trace::DayRecord, Vec<crate::trace::GroupDay>) {
        let trace = simulate(model, 0).unwrap();
        let n = model.groups.len();
        let busy = |day: &usize| {
            trace.days[*day].offered > trace.days[*day].most_possible && trace.days[*day].most_possible > 0
        };
        let day = (0..trace.days.len()).find(busy).unwrap();
        (trace.days[day], trace.group_days[day * n..(day + 1) * n].to_vec())
    }

    #[test]
    fn a_slot_without_an_outcome_is_missed() {
        let model = model();
        let (record, groups) = a_day(&model);
        assert_eq!(check_slots(&record, &groups), Ok(()));
        let mut lost = groups.clone();
        let used = lost.iter_mut().flat_map(|g| &mut g.slots).find(|s| s.succeeded > 0).unwrap();
        used.succeeded -= 1;
        assert!(check_slots(&record, &lost).unwrap_err().contains("slots were offered"));
        let mut more = record;
        more.most_possible = more.offered + 1;
        assert!(check_slots(&more, &groups).is_err());
    }

    #[test]
    fn a_group_beyond_its_usable_demand_and_a_slot_withheld_without_a_limit_are_noticed() {
        let model = model();
        let (record, groups) = a_day(&model);
        let mut beyond = groups.clone();
        let group = beyond.iter_mut().find(|g| g.usable > 0).unwrap();
        group.usable -= 1;
        assert!(check_group_slots(&record, &mut beyond).is_err());
        let mut withheld = groups.clone();
        withheld.iter_mut().find(|g| g.usable < g.limit).unwrap().usable += 1;
        assert!(check_group_slots(&record, &mut withheld).unwrap_err().contains("withheld"));
    }
}
