//! The tree that capacity runs down: programme, groups, suppliers in a group, cells. Fixed for a run.

use std::ops::Range;

use crate::model::{Model, Place};

/// Where a place hangs in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its group.
    pub group: usize,
    /// Position of its cohort among the group's cohorts, in declared order.
    pub cohort: usize,
    /// Its supplier.
    pub supplier: usize,
}

/// The tree of a run, with places in the order in which demand is given.
#[derive(Clone, Debug)]
pub struct Shape {
    pub(super) n_suppliers: u32,
    pub(super) leaves: Vec<Leaf>,
    pub(super) groups: Vec<Node>,
    pub(super) branches: Vec<Branch>,
    /// Places of each branch, by cohort.
    pub(super) branch_places: Vec<usize>,
}

/// A group in the tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) n_cohorts: u32,
    /// Its places, by cohort, then supplier.
    pub(super) places: Vec<usize>,
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
    #[must_use]
    pub fn new(leaves: Vec<Leaf>, n_cohorts: &[usize], n_suppliers: usize) -> Self {
        let mut shape = Self {
            n_suppliers: super::share::index(n_suppliers),
            groups: Vec::new(),
            branches: Vec::new(),
            branch_places: Vec::new(),
            leaves,
        };
        for (group, n_cohorts) in n_cohorts.iter().enumerate() {
            let mut places: Vec<usize> =
                (0..shape.leaves.len()).filter(|p| shape.leaves[*p].group == group).collect();
            places.sort_unstable_by_key(|p| (shape.leaves[*p].cohort, shape.leaves[*p].supplier));
            let first = shape.branches.len();
            for supplier in 0..n_suppliers {
                let start = shape.branch_places.len();
                let own = places.iter().filter(|p| shape.leaves[**p].supplier == supplier);
                shape.branch_places.extend(own);
                if shape.branch_places.len() > start {
                    shape.branches.push(Branch { group, supplier, places: start..shape.branch_places.len() });
                }
            }
            let branches = first..shape.branches.len();
            shape.groups.push(Node { n_cohorts: super::share::index(*n_cohorts), places, branches });
        }
        shape
    }

    /// The tree of a model's places.
    #[must_use]
    pub fn of(model: &Model, places: &[Place]) -> Self {
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
            cohort: position[place.cohort],
            supplier: place.supplier,
        };
        Self::new(places.iter().map(leaf).collect(), &n_cohorts, model.suppliers.len())
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

    pub(super) fn places_of(&self, branch: usize) -> &[usize] {
        &self.branch_places[self.branches[branch].places.clone()]
    }
}

impl Shape {
    /// Checks that a day's grants pass no limit, adding them up again from the cells.
    ///
    /// # Errors
    /// Says which limit was passed, by how much.
    pub fn check_limits(&self, day: &super::Day<'_>, grants: &super::Grants) -> Result<(), String> {
        let mut groups = vec![0_u64; self.groups.len()];
        for (at, branch) in self.branches.iter().enumerate() {
            let sum = |column: &[u32]| self.places_of(at).iter().map(|p| u64::from(column[*p])).sum::<u64>();
            let (dormant, active) = (sum(&grants.dormant), sum(&grants.active));
            groups[branch.group] += dormant + active;
            if let Some(limit) = day.limits[at] {
                let counted = if limit.covers_both { dormant + active } else { active };
                if counted > u64::from(limit.per_day) {
                    let (supplier, group) = (branch.supplier, branch.group);
                    let limit = limit.per_day;
                    return Err(format!(
                        "supplier {supplier} got {counted} slots in group {group} within {limit}"
                    ));
                }
            }
        }
        if let Some(group) = (0..groups.len()).find(|g| groups[*g] > u64::from(day.groups[*g])) {
            return Err(format!("group {group} got {} slots within {}", groups[group], day.groups[group]));
        }
        let total: u64 = groups.iter().sum();
        match day.programme {
            Some(limit) if total > u64::from(limit) => {
                Err(format!("the programme got {total} slots within {limit}"))
            }
            _ => Ok(()),
        }
    }
}
