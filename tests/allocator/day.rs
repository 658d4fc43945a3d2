//! A tree and its days, owned, so that they can be made up, shrunk, and read where a test fails.

use dormouse::allocate::{Allocator, Grants, Leaf, Rules, Shape};

pub(crate) use dormouse::allocate::OwnedDay as Today;
use dormouse::model::Rounding;

/// The default rule, each day for itself.
pub(crate) const STATELESS: Rules = Rules { rounding: Rounding::LargestRemainder, ..Rules::DEFAULT };

/// Which cells are declared: groups, their cohorts, suppliers.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) n_suppliers: usize,
    /// By group.
    pub(crate) n_cohorts: Vec<usize>,
    /// By group, supplier, cohort.
    pub(crate) leaves: Vec<Leaf>,
}

impl Tree {
    /// Keeps those of all combinations, by group, then supplier, then cohort, for which `declared` is true.
    pub(crate) fn new(n_suppliers: usize, n_cohorts: &[usize], declared: impl Fn(usize) -> bool) -> Self {
        let mut leaves = Vec::new();
        for (group, cohorts) in n_cohorts.iter().enumerate() {
            for supplier in 0..n_suppliers {
                leaves.extend((0..*cohorts).map(|cohort| Leaf { group, supplier, cohort }));
            }
        }
        let leaves = leaves.into_iter().enumerate().filter(|(at, _)| declared(*at)).map(|(_, leaf)| leaf);
        Self { n_suppliers, n_cohorts: n_cohorts.to_vec(), leaves: leaves.collect() }
    }

    /// One group, one cohort: suppliers alone.
    pub(crate) fn flat(n_suppliers: usize) -> Self {
        Self::new(n_suppliers, &[1], |_| true)
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape::new(self.leaves.clone(), &self.n_cohorts, self.n_suppliers)
    }

    pub(crate) fn allocator(&self, rules: Rules) -> Allocator {
        Allocator::new(self.shape(), rules)
    }

    /// Suppliers in groups that have any cell: (group, supplier).
    pub(crate) fn branches(&self) -> Vec<(usize, usize)> {
        let mut branches: Vec<_> = self.leaves.iter().map(|leaf| (leaf.group, leaf.supplier)).collect();
        branches.dedup();
        branches
    }

    /// Position of a leaf's cohort among the cohorts of all groups.
    pub(crate) fn cohort_of(&self, leaf: &Leaf) -> usize {
        self.n_cohorts[..leaf.group].iter().sum::<usize>() + leaf.cohort
    }

    pub(crate) fn place_of(&self, group: usize, cohort: usize, supplier: usize) -> Option<usize> {
        self.leaves.iter().position(|leaf| *leaf == Leaf { group, supplier, cohort })
    }
}

/// A day shared out, and the smallest of trees.
pub(crate) trait ShareOut {
    /// One group of suppliers with a capacity, and nothing else that binds.
    fn flat(capacity: u32, dormant: &[u32], active: &[u32]) -> Self;

    /// Shared out by an allocator without a past.
    fn shared(&self, tree: &Tree, rules: Rules) -> Grants;

    fn shared_by(&self, allocator: &mut Allocator) -> Grants;
}

impl ShareOut for Today {
    fn flat(capacity: u32, dormant: &[u32], active: &[u32]) -> Self {
        Self {
            groups: vec![capacity],
            limits: vec![None; active.len()],
            dormant: dormant.to_vec(),
            active: active.to_vec(),
            ..Self::default()
        }
    }

    fn shared(&self, tree: &Tree, rules: Rules) -> Grants {
        self.shared_by(&mut tree.allocator(rules))
    }

    fn shared_by(&self, allocator: &mut Allocator) -> Grants {
        let mut grants = Grants::default();
        allocator.allocate(&self.day(), &mut grants);
        grants
    }
}
