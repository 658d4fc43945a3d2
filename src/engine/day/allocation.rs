//! Step 6 of a day: the capacity is shared out, and the sharing is checked.

use crate::allocate::{
    Allocator, Bound, Day as AllocationDay, Grants, Limit, Proven, Queued, Shape, most_possible, verify,
};
use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::state::State;
use crate::trace::{DayRecord, GroupDay};

/// Limits and results of one day's allocation, reused.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Market {
    pub(in crate::engine) groups: Vec<u32>,
    pub(in crate::engine) limits: Vec<Option<Limit>>,
    /// Which of a supplier's limits holds for each branch: (supplier, position among its limits).
    limit_of: Vec<Option<(usize, usize)>>,
    /// The same over all groups, by supplier.
    over_all_of: Vec<Option<(usize, usize)>>,
    pub(in crate::engine) over_all: Vec<Option<Limit>>,
    pub(in crate::engine) cohorts: Vec<u32>,
    /// Cohorts with a ramp-up limit, with their position among the cohorts of all groups.
    ramped: Vec<(usize, usize)>,
    n_cohorts: usize,
    pub(in crate::engine) queue: Vec<Queued>,
    pub(in crate::engine) grants: Grants,
    pub(in crate::engine) bound: Bound,
    /// Places of the tree with any demand today.
    pub(in crate::engine) live: BranchlessVec<usize>,
}

impl Market {
    pub(in crate::engine) fn new(layout: &RunLayout<'_>, allocator: &Allocator) -> Self {
        let find = |supplier: usize, group: Option<usize>| {
            let limits = &layout.inputs.suppliers[supplier].limits;
            limits.iter().position(|l| l.0 == group).map(|position| (supplier, position))
        };
        let limit_of = allocator.shape().branches().map(|(group, supplier)| find(supplier, Some(group)));
        let over_all = (0..layout.model.suppliers.len()).map(|supplier| find(supplier, None));
        let ramped = (0..layout.model.cohorts.len()).filter(|c| layout.inputs.cohorts[*c].ramp_up.is_some());
        let positions = Shape::cohort_positions(layout.model);
        Self {
            limit_of: limit_of.collect(),
            over_all_of: over_all.collect(),
            ramped: ramped.map(|cohort| (cohort, positions[cohort])).collect(),
            n_cohorts: positions.len(),
            ..Self::default()
        }
    }

    /// Today's limits of groups and suppliers.
    fn read_limits(&mut self, layout: &RunLayout<'_>, day: usize, outage: &[bool]) {
        self.groups.clear();
        let groups = layout.inputs.groups.iter().zip(outage);
        self.groups.extend(groups.map(|(group, out)| if *out { 0 } else { group.capacity[day] }));
        let limit = |at: &Option<(usize, usize)>| {
            at.map(|(supplier, position)| {
                let (_, covers_both, per_day) = &layout.inputs.suppliers[supplier].limits[position];
                Limit { per_day: per_day[day], covers_both: *covers_both }
            })
        };
        self.limits.clear();
        self.limits.extend(self.limit_of.iter().map(limit));
        self.over_all.clear();
        if self.over_all_of.iter().any(Option::is_some) {
            self.over_all.extend(self.over_all_of.iter().map(limit));
        }
        self.cohorts.clear();
        if !self.ramped.is_empty() {
            self.cohorts.resize(self.n_cohorts, u32::MAX);
            for (cohort, position) in &self.ramped {
                let ramp_up = layout.inputs.cohorts[*cohort].ramp_up.as_ref();
                self.cohorts[*position] = ramp_up.map_or(u32::MAX, |limit| limit[day]);
            }
        }
    }
}

impl State {
    /// Step 6: shares the day's capacity out, and checks that no limit was passed.
    pub(in crate::engine) fn allocate(
        &self,
        layout: &RunLayout<'_>,
        market: &mut Market,
        allocator: &mut Allocator,
        record: &mut DayRecord,
        groups: &mut [GroupDay],
    ) -> Result<Proven, String> {
        let day = self.day.index().expect("a run starts on day 0");
        market.read_limits(layout, day, &self.outage);
        self.line.read(layout, &mut market.queue);
        let [dormant, active] = self.demand(layout);
        read_live(dormant, active, &mut market.live);
        let today = AllocationDay {
            turn: self.turn,
            programme: layout.inputs.programme.as_ref().map(|limit| limit[day]),
            groups: &market.groups,
            limits: &market.limits,
            dmin: layout.inputs.dmin[day],
            dormant,
            active,
            cohorts: &market.cohorts,
            suppliers: &market.over_all,
            listed: Some(market.live.items()),
            queue: &market.queue,
        };
        allocator.allocate(&today, &mut market.grants);
        most_possible(allocator.shape(), &today, &market.grants, &mut market.bound);
        let proven = verify(allocator.shape(), allocator.rules(), &today, &market.grants);
        let proven = proven.map_err(|unproven| {
            let groups: Vec<String> = layout.model.groups.iter().map(|group| group.name.clone()).collect();
            let suppliers: Vec<String> = layout.model.suppliers.iter().map(|s| s.name.clone()).collect();
            unproven.named(&groups, &suppliers)
        })?;
        record.programme_limit = today.programme;
        let offered: u64 = today.groups.iter().map(|g| u64::from(*g)).sum();
        record.offered = u32::try_from(offered).unwrap_or(u32::MAX).min(today.programme.unwrap_or(u32::MAX));
        record.most_possible = market.bound.total;
        record.idle_by_rule = market.bound.idle_by_rule.iter().sum();
        record.rule_needed = record.offered > 0 && proven.allocated < market.bound.demand;
        for (index, group) in groups.iter_mut().enumerate() {
            group.limit = today.groups[index];
            group.usable = market.bound.groups[index];
            group.idle_by_rule = market.bound.idle_by_rule[index];
        }
        Ok(proven)
    }
}

/// Places with any demand. Most have none; which have is a toss-up, so that nothing turns on it.
fn read_live(dormant: &[u32], active: &[u32], live: &mut BranchlessVec<usize>) {
    live.clear();
    let mut space = live.space(dormant.len());
    for (place, (dormant, active)) in dormant.iter().zip(active).enumerate() {
        space.add(place, dormant | active > 0);
    }
    let stayed = space.stayed();
    live.keep(stayed);
}

#[cfg(test)]
mod tests {
    use super::{BranchlessVec, read_live};

    #[test]
    fn places_with_demand_of_either_status_are_live() {
        let mut live = BranchlessVec::default();
        for n in [0, 1, 15, 16, 17, 40] {
            let of = |modulus: usize, rest: usize| -> Vec<u32> {
                (0..n).map(|place| u32::from(place % modulus == rest)).collect()
            };
            let (dormant, active) = (of(5, 4), of(7, 0));
            read_live(&dormant, &active, &mut live);
            let expected: Vec<usize> = (0..n).filter(|place| place % 5 == 4 || place % 7 == 0).collect();
            assert_eq!(live.items(), expected, "of {n}");
        }
        read_live(&[0; 40], &[0; 40], &mut live);
        assert!(live.items().is_empty());
    }
}
