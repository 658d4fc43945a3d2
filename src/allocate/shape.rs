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
    /// The cohort of every leaf, side by side.
    pub(super) cohorts: Vec<u32>,
    pub(super) groups: Vec<Node>,
    pub(super) branches: Vec<Branch>,
    /// The branch of every place.
    pub(super) branches_of_places: Vec<u32>,
}

/// A group in the tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) n_cohorts: u32,
    /// Position of its first cohort among the cohorts of all groups.
    pub(super) first_cohort: usize,
    /// Its branches, by supplier.
    pub(super) branches: Range<usize>,
    /// Its places by cohort, then supplier: the order in which its cells are declared.
    pub(super) declared: Vec<usize>,
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
        let groups = n_cohorts.iter().enumerate().map(|(group, n)| {
            let within = |before: &dyn Fn(usize) -> bool| branches.partition_point(|b| before(b.group));
            let places = leaves.partition_point(|leaf| leaf.group < group)
                ..leaves.partition_point(|leaf| leaf.group <= group);
            let mut declared: Vec<usize> = places.collect();
            declared.sort_by_key(|place| leaves[*place].cohort);
            Node {
                n_cohorts: super::share::index(*n),
                first_cohort: n_cohorts[..group].iter().sum(),
                branches: within(&|of| of < group)..within(&|of| of <= group),
                declared,
            }
        });
        let n_suppliers = super::share::index(n_suppliers);
        let groups = groups.collect();
        let cohorts = leaves.iter().map(|leaf| super::share::index(leaf.cohort)).collect();
        let of_branch =
            |(at, branch): (usize, &Branch)| branch.places.clone().map(move |_| super::share::index(at));
        let branches_of_places = branches.iter().enumerate().flat_map(of_branch).collect();
        Self { n_suppliers, leaves, cohorts, groups, branches, branches_of_places }
    }

    /// The tree of a model's places, and the position among `places` of each leaf.
    #[must_use]
    pub fn of(model: &Model, places: &[Place]) -> (Self, Vec<usize>) {
        let (n_cohorts, position) = within_groups(model);
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

    /// Position of each cohort of a model among the cohorts of all groups, as [`super::Day::cohorts`] wants them.
    #[must_use]
    pub fn cohort_positions(model: &Model) -> Vec<usize> {
        let (n_cohorts, position) = within_groups(model);
        let first = |group: usize| n_cohorts[..group].iter().sum::<usize>();
        model.cohorts.iter().zip(position).map(|(cohort, at)| first(cohort.group) + at).collect()
    }

    /// Where every place hangs.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Cohorts declared in each group.
    pub fn cohorts_by_group(&self) -> impl Iterator<Item = usize> {
        self.groups.iter().map(|group| group.n_cohorts as usize)
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
    /// Cohorts of all groups.
    pub(super) fn n_cohorts(&self) -> usize {
        self.groups.last().map_or(0, |node| node.first_cohort + node.n_cohorts as usize)
    }

    /// The cohort of a place among the cohorts of all groups.
    pub(super) fn cohort_of(&self, place: usize) -> usize {
        let leaf = self.leaves[place];
        self.groups[leaf.group].first_cohort + leaf.cohort
    }

    /// The branch of a place.
    pub(super) fn branch_of(&self, place: usize) -> usize {
        self.branches_of_places[place] as usize
    }

    /// All places of a group: its branches stand side by side.
    pub(super) fn places_of(&self, group: &Node) -> Range<usize> {
        let branches = &self.branches[group.branches.clone()];
        branches.first().map_or(0, |b| b.places.start)..branches.last().map_or(0, |b| b.places.end)
    }
}

/// Cohorts of each group, and the position of every cohort among those of its group.
fn within_groups(model: &Model) -> (Vec<usize>, Vec<usize>) {
    let mut n_cohorts = vec![0; model.groups.len()];
    let position = model.cohorts.iter().map(|cohort| {
        n_cohorts[cohort.group] += 1;
        n_cohorts[cohort.group] - 1
    });
    let position = position.collect();
    (n_cohorts, position)
}

/// Installations of a run of cells.
pub(super) fn sum(counts: &[u32]) -> u64 {
    counts.iter().map(|n| u64::from(*n)).sum()
}

/// Longest run of a column that is written at once \[cells\]: more than a kilobyte is left to the processor's string instructions, which are
/// slow to begin.
const AT_ONCE: usize = 256;

/// Makes a column one of so many zeros.
pub(super) fn set_zeros(column: &mut Vec<u32>, n: usize) {
    if column.len() == n {
        column.chunks_mut(AT_ONCE).for_each(|some| some.fill(0));
    } else {
        column.clear();
        column.resize(n, 0);
    }
}

/// Makes a column a copy of another.
pub(super) fn set_copy(column: &mut Vec<u32>, of: &[u32]) {
    column.resize(of.len(), 0);
    column.chunks_mut(AT_ONCE).zip(of.chunks(AT_ONCE)).for_each(|(some, of)| some.copy_from_slice(of));
}
