//! One more look at an explained day: the same demand and credit shared again with one limit raised.

use super::Account;
use super::limits::{Scope, raised};
use crate::allocate::{Allocator, Grants, OwnedDay};
use crate::model::{Model, Status};

/// What a higher limit would have done on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// The limit that was raised.
    pub scope: Scope,
    /// By how much \[installations\].
    pub by: u32,
    /// Slots then less slots given, by branch, Dormant and Active \[installations\].
    pub moved: Vec<[i64; 2]>,
}

impl Account {
    /// The day shared again with one limit raised.
    #[must_use]
    pub fn more(&self, model: &Model, scope: Scope, by: u32) -> More {
        let then = self.shared_again(&raised(&self.today, model, scope, by));
        let mut moved = vec![[0; 2]; self.grants.branches.len()];
        let branches: Vec<_> = self.shape.branches().collect();
        for (place, leaf) in self.shape.leaves().iter().enumerate() {
            let branch = branches.partition_point(|at| *at < (leaf.group, leaf.supplier));
            let now = [then.dormant[place], then.active[place]];
            for status in Status::ALL {
                moved[branch][status as usize] +=
                    i64::from(now[status as usize]) - i64::from(self.slots(place, status));
            }
        }
        More { scope, by, moved }
    }

    /// Another day's limits and demand shared by this day's rules, with the credit it began with.
    #[must_use]
    pub fn shared_again(&self, day: &OwnedDay) -> Grants {
        let mut allocator = Allocator::new(self.shape.clone(), self.rules);
        allocator.set_credits(self.credits.clone());
        let mut grants = Grants::default();
        allocator.allocate(&day.day(), &mut grants);
        grants
    }
}
