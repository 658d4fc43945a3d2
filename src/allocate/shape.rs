//! The tree that capacity runs down: programme, groups, suppliers in a group, cells. Fixed for a run.

use std::ops::Range;

use crate::model::{Model, Place};

/// Where a place hangs in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its group.
    pub group: usize,
    /// Its supplier.
    pub supplier: usize,
    /// Position of its cohort among the group's cohorts, in declared order.
    pub cohort: usize,
}

/// The tree of a run. Places stand by group, then supplier, then cohort, so that every branch is one run of places.
#[derive(Clone, Debug)]
pub struct Shape {
    pub(super) n_suppliers: u32,
    pub(super) leaves: Vec<Leaf>,
    pub(super) groups: Vec<Node>,
    pub(super) branches: Vec<Branch>,
}

/// A group in the tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) n_cohorts: u32,
    /// Its branches, by supplier.
    pub(super) branches: Range<usize>,
}

/// A supplier in a group.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) group: usize,
    pub(super) supplier: usize,
    pub(super) places: Range<usize>,
}

impl Shape {
    /// The tree over `leaves`; `n_cohorts` counts the declared cohorts of each group.
    ///
    /// # Panics
    /// When the leaves are not in rising order of group, supplier, cohort, each once, or a group is not declared.
    #[must_use]
    pub fn new(leaves: Vec<Leaf>, n_cohorts: &[usize], n_suppliers: usize) -> Self {
        let order = |leaf: &Leaf| (leaf.group, leaf.supplier, leaf.cohort);
        assert!(leaves.is_sorted_by(|a, b| order(a) < order(b)), "leaves stand by group, supplier, cohort");
        let mut branches: Vec<Branch> = Vec::new();
        for (at, leaf) in leaves.iter().enumerate() {
            match branches.last_mut() {
                Some(last) if (last.group, last.supplier) == (leaf.group, leaf.supplier) => {
                    last.places.end = at + 1;
                }
                _ => branches.push(Branch { group: leaf.group, supplier: leaf.supplier, places: at..at + 1 }),
            }
        }
        let groups = n_cohorts.iter().enumerate().map(|(group, n)| Node {
            n_cohorts: super::share::index(*n),
            branches: branches.partition_point(|b| b.group < group)
                ..branches.partition_point(|b| b.group <= group),
        });
        let n_suppliers = super::share::index(n_suppliers);
        Self { n_suppliers, groups: groups.collect(), branches, leaves }
    }

    /// The tree of a model's places, and the position among `places` of each leaf.
    #[must_use]
    pub fn of(model: &Model, places: &[Place]) -> (Self, Vec<usize>) {
        let mut n_cohorts = vec![0; model.groups.len()];
        let position: Vec<usize> = model
            .cohorts
            .iter()
            .map(|cohort| {
                n_cohorts[cohort.group] += 1;
                n_cohorts[cohort.group] - 1
            })
            .collect();
        let leaf = |place: &Place| Leaf {
            group: model.cohorts[place.cohort].group,
            supplier: place.supplier,
            cohort: position[place.cohort],
        };
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by_key(|p| (leaf(&places[*p]).group, places[*p].supplier, places[*p].cohort));
        let leaves = order.iter().map(|p| leaf(&places[*p])).collect();
        (Self::new(leaves, &n_cohorts, model.suppliers.len()), order)
    }

    /// Number of places.
    #[must_use]
    pub fn n_places(&self) -> usize {
        self.leaves.len()
    }

    /// Suppliers in groups, in the order of [`super::Grants::branches`]: (group, supplier).
    pub fn branches(&self) -> impl Iterator<Item = (usize, usize)> {
        self.branches.iter().map(|b| (b.group, b.supplier))
    }
}

impl Shape {
    /// Checks that no cell gets more than it demands and that no limit is passed, adding everything up again from the
    /// cells; returns what was allocated in all \[installations\].
    ///
    /// # Errors
    /// Says what was passed, by how much.
    pub fn check(&self, day: &super::Day<'_>, grants: &super::Grants) -> Result<u64, String> {
        let mut total = 0;
        for (group, node) in self.groups.iter().enumerate() {
            let places = self.places_of(node);
            let rows = [(day.dormant, &grants.dormant), (day.active, &grants.active)];
            if rows.iter().any(|(demand, got)| above(&demand[places.clone()], &got[places.clone()])) {
                return Err(format!("a cell of group {group} got more slots than it demands"));
            }
            for branch in node.branches.clone() {
                self.check_limit(day, grants, branch)?;
            }
            let sum = sum(&grants.dormant[places.clone()]) + sum(&grants.active[places]);
            if sum > u64::from(day.groups[group]) {
                return Err(format!("group {group} got {sum} slots within {}", day.groups[group]));
            }
            total += sum;
        }
        match day.programme {
            Some(limit) if total > u64::from(limit) => {
                Err(format!("the programme got {total} slots within {limit}"))
            }
            _ => Ok(total),
        }
    }

    fn check_limit(&self, day: &super::Day<'_>, grants: &super::Grants, branch: usize) -> Result<(), String> {
        let Some(limit) = day.limits[branch] else { return Ok(()) };
        let Branch { supplier, group, places } = &self.branches[branch];
        let dormant = if limit.covers_both { sum(&grants.dormant[places.clone()]) } else { 0 };
        let counted = dormant + sum(&grants.active[places.clone()]);
        if counted > u64::from(limit.per_day) {
            let within = limit.per_day;
            return Err(format!("supplier {supplier} got {counted} slots in group {group} within {within}"));
        }
        Ok(())
    }

    /// All places of a group: its branches stand side by side.
    pub(super) fn places_of(&self, group: &Node) -> Range<usize> {
        let branches = &self.branches[group.branches.clone()];
        branches.first().map_or(0, |b| b.places.start)..branches.last().map_or(0, |b| b.places.end)
    }
}

/// Whether any cell got more than it demands, without a stop at the first, so that eight are compared at a time.
fn above(demand: &[u32], grants: &[u32]) -> bool {
    demand.iter().zip(grants).fold(false, |above, (want, got)| above || (got > want))
}

/// Installations of a run of cells.
pub(super) fn sum(counts: &[u32]) -> u64 {
    counts.iter().map(|n| u64::from(*n)).sum()
}
