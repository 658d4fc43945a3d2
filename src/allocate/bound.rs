//! What no rule could beat: the most that demand can use within every limit, worked out apart from any policy.

use super::shape::sum;
use super::{Day, Shape};

/// The most that demand could use \[installations\].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// Of each group, within its own limit and its suppliers' limits.
    pub groups: Vec<u32>,
    /// Of all suppliers within their own limits, before any group's.
    pub demand: u64,
    /// Of the programme, within its limit as well.
    pub total: u32,
}

/// Works the bound out from the leaves up; where limits nest it is the maximum, not only a bound.
pub fn most_possible(shape: &Shape, day: &Day<'_>, bound: &mut Bound) {
    bound.groups.clear();
    bound.demand = 0;
    for (node, limit) in shape.groups.iter().zip(day.groups) {
        let free = day.limits[node.branches.clone()].iter().all(Option::is_none);
        let usable: u64 = if free {
            let places = shape.places_of(node);
            sum(&day.dormant[places.clone()]) + sum(&day.active[places])
        } else {
            node.branches.clone().map(|branch| of_branch(shape, day, branch)).sum()
        };
        bound.demand += usable;
        bound.groups.push(u32::try_from(usable.min(u64::from(*limit))).unwrap_or(*limit));
    }
    let total: u64 = bound.groups.iter().map(|g| u64::from(*g)).sum();
    let limit = day.programme.unwrap_or(u32::MAX);
    bound.total = u32::try_from(total.min(u64::from(limit))).unwrap_or(limit);
}

fn of_branch(shape: &Shape, day: &Day<'_>, branch: usize) -> u64 {
    let places = &shape.branches[branch].places;
    let (dormant, active) = (sum(&day.dormant[places.clone()]), sum(&day.active[places.clone()]));
    match day.limits[branch] {
        None => dormant + active,
        Some(limit) if limit.covers_both => (dormant + active).min(u64::from(limit.per_day)),
        Some(limit) => dormant + active.min(u64::from(limit.per_day)),
    }
}
