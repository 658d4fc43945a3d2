//! What no rule could beat: the most that demand can use within every limit, worked out apart from any policy.

use std::ops::Range;

use super::network::{Network, Worth};
use super::shape::sum;
use super::{Day, Grants, Limit, Shape};

/// The most that demand could use \[installations\], and what a policy left of it.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Of each group, within its own limit and its suppliers' limits.
    pub groups: Vec<u32>,
    /// Of all suppliers within their own limits, before any group's.
    pub demand: u64,
    /// Of the programme, within its limit as well.
    pub total: u32,
    /// Left idle by a rule of the policy, by group.
    pub idle_by_rule: Vec<u32>,
    /// Demand by branch, Dormant and Active.
    branches: Vec<[u64; 2]>,
    network: Network,
}

/// Works the bound out: where limits nest, from the leaves up; where they cross, as the largest flow through them, for
/// which `grants` is only where to start. Both are the maximum, not only a bound.
pub fn most_possible(shape: &Shape, day: &Day<'_>, grants: &Grants, bound: &mut Bound) {
    bound.groups.clear();
    bound.demand = 0;
    bound.add_up(shape, day);
    for (node, limit) in shape.groups.iter().zip(day.groups) {
        let usable: u64 =
            node.branches.clone().map(|branch| of_branch(day, branch, bound.branches[branch])).sum();
        bound.demand += usable;
        bound.groups.push(u32::try_from(usable.min(u64::from(*limit))).unwrap_or(*limit));
    }
    bound.idle_by_rule.clone_from(&grants.idle_by_rule);
    bound.set_total(day);
    if day.crosses() {
        for (supplier, limit) in day.suppliers.iter().enumerate() {
            bound.demand -= limit.map_or(0, |limit| bound.beyond(shape, day, supplier, limit));
        }
        bound.cross(shape, day, grants);
    }
}

/// What a branch can use of its demand, Dormant and Active, within its own limit.
fn of_branch(day: &Day<'_>, branch: usize, [dormant, active]: [u64; 2]) -> u64 {
    match day.limits[branch] {
        None => dormant + active,
        Some(limit) if limit.covers_both => (dormant + active).min(u64::from(limit.per_day)),
        Some(limit) => dormant + active.min(u64::from(limit.per_day)),
    }
}

impl Bound {
    /// Adds demand up by branch.
    fn add_up(&mut self, shape: &Shape, day: &Day<'_>) {
        self.branches.clear();
        if let Some(listed) = day.listed {
            self.branches.resize(shape.branches.len(), [0; 2]);
            for &place in listed {
                let of_branch = &mut self.branches[shape.branch_of(place)];
                of_branch[0] += u64::from(day.dormant[place]);
                of_branch[1] += u64::from(day.active[place]);
            }
        } else {
            let of_branch =
                |places: &Range<usize>| [day.dormant, day.active].map(|demand| sum(&demand[places.clone()]));
            self.branches.extend(shape.branches.iter().map(|branch| of_branch(&branch.places)));
        }
    }

    /// What a supplier could use in its groups beyond its limit over all of them.
    fn beyond(&self, shape: &Shape, day: &Day<'_>, supplier: usize, limit: Limit) -> u64 {
        let branches = shape.branches.iter().enumerate().filter(|(_, branch)| branch.supplier == supplier);
        let counted = branches.map(|(at, _)| {
            let demand = self.branches[at];
            of_branch(day, at, demand) - if limit.covers_both { 0 } else { demand[0] }
        });
        counted.sum::<u64>().saturating_sub(limit.per_day.into())
    }

    fn set_total(&mut self, day: &Day<'_>) {
        let total: u64 = self.groups.iter().map(|g| u64::from(*g)).sum();
        let limit = day.programme.unwrap_or(u32::MAX);
        self.total = u32::try_from(total.min(u64::from(limit))).unwrap_or(limit);
    }

    /// Goes on from what was given along every way that is still open, the programme's limit apart, and counts what
    /// that leaves the policy to answer for.
    fn cross(&mut self, shape: &Shape, day: &Day<'_>, grants: &Grants) {
        let given: u64 = sum(&grants.dormant) + sum(&grants.active);
        if given == u64::from(self.total) {
            self.idle_by_rule.fill(0);
            return;
        }
        let unbound = Day { programme: None, ..*day };
        self.network.build(shape, &unbound, grants, Worth { slot: 1, ..Worth::default() }, &[]);
        self.network.exchange();
        self.network.read_groups(shape, &mut self.groups);
        self.set_total(day);
        let mut idle = u64::from(self.total) - given;
        for (group, node) in shape.groups.iter().enumerate() {
            let places = shape.places_of(node);
            let used = sum(&grants.dormant[places.clone()]) + sum(&grants.active[places]);
            let of_group = idle.min(u64::from(self.groups[group]) - used);
            self.idle_by_rule[group] = u32::try_from(of_group).unwrap_or(u32::MAX);
            idle -= of_group;
        }
    }
}
