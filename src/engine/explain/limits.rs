//! Every limit of an explained day: how much of it was used, and whom it stopped.

use super::Account;
use crate::allocate::{OwnedDay, Shape};
use crate::model::{Model, Status};

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of the programme.
    Programme,
    /// Of a group.
    Group(usize),
    /// A supplier's own in a group: a branch of the tree.
    SupplierIn(usize),
    /// A cohort's ramp-up limit.
    Cohort(usize),
    /// A supplier's over all groups.
    Supplier(usize),
}

/// A limit and what was used of it \[installations\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitUse {
    /// Which limit.
    pub scope: Scope,
    /// The limit.
    pub limit: u32,
    /// Slots that count against it.
    pub used: u32,
    /// Demand that counts against it.
    pub asked: u32,
    /// Whether Dormant installations count against it as well.
    pub covers_both: bool,
}

impl LimitUse {
    /// Whether all of it was used while somebody under it went without.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.used >= self.limit && self.asked > self.used
    }
}

impl Account {
    /// Every limit of the day: the programme's, the groups', suppliers' own, cohorts', suppliers' over all groups.
    #[must_use]
    pub fn limits(&self, model: &Model) -> Vec<LimitUse> {
        let today = &self.today;
        let mut limits = Vec::new();
        let mut add = |scope, limit, covers_both| {
            let (mut used, mut asked) = (0, 0);
            for place in 0..self.places.len() {
                for status in Status::ALL {
                    if self.counts(scope, covers_both, place, status) {
                        used += self.slots(place, status);
                        asked += self.demand(place, status);
                    }
                }
            }
            limits.push(LimitUse { scope, limit, used, asked, covers_both });
        };
        if let Some(limit) = today.programme {
            add(Scope::Programme, limit, true);
        }
        today.groups.iter().enumerate().for_each(|(group, limit)| add(Scope::Group(group), *limit, true));
        for (branch, limit) in today.limits.iter().enumerate() {
            if let Some(limit) = limit {
                add(Scope::SupplierIn(branch), limit.per_day, limit.covers_both);
            }
        }
        for (cohort, at) in Shape::cohort_positions(model).into_iter().enumerate() {
            if let Some(&limit) = today.cohorts.get(at).filter(|limit| **limit != u32::MAX) {
                add(Scope::Cohort(cohort), limit, true);
            }
        }
        for (supplier, limit) in today.suppliers.iter().enumerate() {
            if let Some(limit) = limit {
                add(Scope::Supplier(supplier), limit.per_day, limit.covers_both);
            }
        }
        limits
    }

    /// Whether a cell counts against a limit.
    #[must_use]
    pub fn counts(&self, scope: Scope, covers_both: bool, place: usize, status: Status) -> bool {
        let leaf = self.shape.leaves()[place];
        let above = match scope {
            Scope::Programme => true,
            Scope::Group(group) => leaf.group == group,
            Scope::SupplierIn(branch) => {
                self.shape.branches().nth(branch) == Some((leaf.group, leaf.supplier))
            }
            Scope::Cohort(cohort) => self.places[place].cohort == cohort,
            Scope::Supplier(supplier) => leaf.supplier == supplier,
        };
        above && (covers_both || status == Status::Active)
    }

    /// Demand of a cell \[installations\].
    #[must_use]
    pub fn demand(&self, place: usize, status: Status) -> u32 {
        [&self.today.dormant, &self.today.active][status as usize][place]
    }

    /// Slots of a cell \[installations\].
    #[must_use]
    pub fn slots(&self, place: usize, status: Status) -> u32 {
        [&self.grants.dormant, &self.grants.active][status as usize][place]
    }
}

/// The day with one limit raised.
pub(super) fn raised(day: &OwnedDay, model: &Model, scope: Scope, by: u32) -> OwnedDay {
    let mut day = day.clone();
    let up = |limit: &mut u32| *limit = limit.saturating_add(by);
    match scope {
        Scope::Programme => day.programme.iter_mut().for_each(up),
        Scope::Group(group) => up(&mut day.groups[group]),
        Scope::SupplierIn(branch) => {
            day.limits[branch].iter_mut().for_each(|limit| up(&mut limit.per_day));
        }
        Scope::Cohort(cohort) => {
            day.cohorts.get_mut(Shape::cohort_positions(model)[cohort]).into_iter().for_each(up);
        }
        Scope::Supplier(supplier) => {
            day.suppliers[supplier].iter_mut().for_each(|limit| up(&mut limit.per_day));
        }
    }
    day
}
