//! What the allocator is held against: the memory's own pace, the rule as one would first write it, and solvers of
//! somebody else's, which find the totals and know nothing of shares.

use dormouse::allocate::{Day, Leaf, Shape};
use microlp::{ComparisonOp, OptimizationDirection, Problem};
use petgraph::algo::dinics;
use petgraph::graph::DiGraph;

/// Reads what an allocation reads and writes what it writes, and decides nothing.
pub(crate) fn memory(day: &Day<'_>, dormant: &mut [u32], active: &mut [u32]) {
    for ((wanted, also), (got, too)) in day.dormant.iter().zip(day.active).zip(dormant.iter_mut().zip(active))
    {
        *got = wanted / 2;
        *too = also / 2;
    }
}

/// `model.md`'s rule with fresh lists and a full sort at every sharing, no limits but the groups', no credit and no
/// certificate. Returns slots of every place, Dormant and Active.
pub(crate) fn sorted(shape: &Shape, day: &Day<'_>) -> [Vec<u32>; 2] {
    let mut slots = [vec![0; shape.n_places()], vec![0; shape.n_places()]];
    let n_groups = shape.cohorts_by_group().count();
    for group in 0..n_groups {
        let places: Vec<usize> =
            (0..shape.n_places()).filter(|p| shape.leaves()[*p].group == group).collect();
        let dormant: Vec<u32> = places.iter().map(|p| day.dormant[*p]).collect();
        for (place, got) in places.iter().zip(by_sort(day.groups[group], &dormant)) {
            slots[0][*place] = got;
        }
        let left = day.groups[group]
            - slots[0]
                .iter()
                .zip(shape.leaves())
                .filter(|(_, l)| l.group == group)
                .map(|(n, _)| n)
                .sum::<u32>();
        let mut suppliers: Vec<(usize, Vec<usize>)> = Vec::new();
        for place in places {
            let Leaf { supplier, .. } = shape.leaves()[place];
            match suppliers.last_mut() {
                Some((last, of)) if *last == supplier => of.push(place),
                _ => suppliers.push((supplier, vec![place])),
            }
        }
        let wanted: Vec<u32> =
            suppliers.iter().map(|(_, of)| of.iter().map(|place| day.active[*place]).sum()).collect();
        let mut flats: Vec<u32> = wanted.iter().map(|wanted| day.dmin.min(*wanted)).collect();
        if flats.iter().sum::<u32>() > left {
            flats = by_sort(left, &flats);
        }
        let unmet: Vec<u32> = wanted.iter().zip(&flats).map(|(wanted, flat)| wanted - flat).collect();
        let rest = by_sort(left - flats.iter().sum::<u32>(), &unmet);
        for ((_, of), amount) in suppliers.iter().zip(flats.iter().zip(rest).map(|(flat, more)| flat + more))
        {
            let cells: Vec<u32> = of.iter().map(|place| day.active[*place]).collect();
            for (place, got) in of.iter().zip(by_sort(amount, &cells)) {
                slots[1][*place] = got;
            }
        }
    }
    slots
}

/// Largest remainders by a sort of all.
fn by_sort(amount: u32, weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    if u64::from(amount) >= total {
        return weights.to_vec();
    }
    let product = |weight: &u32| u64::from(amount) * u64::from(*weight);
    let mut parts: Vec<u32> = weights.iter().map(|w| (product(w) / total) as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(product(&weights[*at]) % total), *at));
    let left = amount - parts.iter().sum::<u32>();
    order.iter().take(left as usize).for_each(|at| parts[*at] += 1);
    parts
}

/// The most slots there are, as a flow from the groups through suppliers to cells.
pub(crate) fn flow(shape: &Shape, day: &Day<'_>) -> u32 {
    let mut network: DiGraph<(), u32> = DiGraph::new();
    let (from, to) = (network.add_node(()), network.add_node(()));
    let groups: Vec<_> = day.groups.iter().map(|_| network.add_node(())).collect();
    for (group, limit) in groups.iter().zip(day.groups) {
        network.add_edge(from, *group, *limit);
    }
    for (place, leaf) in shape.leaves().iter().enumerate() {
        for demand in [day.dormant[place], day.active[place]] {
            let cell = network.add_node(());
            network.add_edge(groups[leaf.group], cell, demand);
            network.add_edge(cell, to, demand);
        }
    }
    dinics(&network, from, to).0
}

/// The same as a linear program.
pub(crate) fn program(shape: &Shape, day: &Day<'_>) -> f64 {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let mut of_groups = vec![Vec::new(); day.groups.len()];
    for (place, leaf) in shape.leaves().iter().enumerate() {
        for demand in [day.dormant[place], day.active[place]] {
            of_groups[leaf.group].push((problem.add_var(1.0, (0.0, f64::from(demand))), 1.0));
        }
    }
    for (cells, limit) in of_groups.iter().zip(day.groups) {
        problem.add_constraint(cells.as_slice(), ComparisonOp::Le, f64::from(*limit));
    }
    let solved = problem.solve().ok().and_then(|outcome| outcome.into_solution().ok());
    solved.expect("a day has a solution").objective()
}
