//! The slots that a run keeps: sums by week, supplier, group and status, and a fingerprint of each day. Keeping every
//! cell of every day would take more memory than everything else.

use serde::{Deserialize, Serialize};

use super::{Movement, Slots, Trace};
use crate::fingerprint::sha256;
use crate::model::{Day, Model, Place, Status};

/// Slots of one supplier, group and status in a week in which something was demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchWeek {
    /// The week's Monday; may lie before the first day of the run.
    pub monday: Day,
    /// Position in [`Model::suppliers`].
    pub supplier: u32,
    /// Position in [`Model::groups`].
    pub group: u32,
    /// Dormant or Active.
    pub status: Status,
    /// Demand \[installation-days\], then allocated, succeeded, failed and unused \[installations\].
    pub slots: [u64; 5],
}

impl Trace {
    /// Keeps a migration day's slots; days come in order.
    ///
    /// # Panics
    /// When there are more than 2^32 suppliers or groups.
    pub fn keep_slots(&mut self, model: &Model, day: Day, movements: &[Movement]) {
        self.allocations.push(allocation_fingerprint(movements));
        if movements.is_empty() {
            return;
        }
        let monday = model.calendar.monday(day);
        let n_groups = model.groups.len();
        let mut sums: Vec<Option<[u64; 5]>> = vec![None; model.suppliers.len() * n_groups * 2];
        let mut add = |(supplier, group, status): (usize, usize, Status), slots: [u64; 5]| {
            let sum = sums[(supplier * n_groups + group) * 2 + status as usize].get_or_insert_default();
            sum.iter_mut().zip(slots).for_each(|(sum, n)| *sum += n);
        };
        let begun = self.branch_weeks.partition_point(|week| week.monday < monday);
        for week in self.branch_weeks.drain(begun..) {
            add((week.supplier as usize, week.group as usize, week.status), week.slots);
        }
        for movement in movements {
            let Place { cohort, supplier } = self.places[movement.place as usize];
            add((supplier, model.cohorts[cohort].group, movement.status), movement.slots.map(u64::from));
        }
        let few = |n: usize| u32::try_from(n).expect("suppliers and groups are few");
        let week = |(at, slots): (usize, Option<[u64; 5]>)| {
            let (branch, status) = (at / 2, Status::ALL[at % 2]);
            let (supplier, group) = (few(branch / n_groups), few(branch % n_groups));
            Some(BranchWeek { monday, supplier, group, status, slots: slots? })
        };
        self.branch_weeks.extend(sums.into_iter().enumerate().filter_map(week));
    }
}

impl Slots {
    /// The five counts in the order of tables, each through `f`.
    pub(crate) fn map<T>(&self, f: impl Fn(u32) -> T) -> [T; 5] {
        [self.demand, self.allocated, self.succeeded, self.failed, self.unused].map(f)
    }
}

/// Returns a fingerprint of one day's allocation, its demand and its slots: `x` and 16 hexadecimal digits, so that none
/// reads as a number.
#[must_use]
pub fn allocation_fingerprint(movements: &[Movement]) -> String {
    let words =
        |m: &Movement| [m.place, m.status as u32, m.slots.demand, m.slots.allocated].map(u32::to_le_bytes);
    let bytes: Vec<u8> = movements.iter().flat_map(words).flatten().collect();
    let mut fingerprint = sha256(bytes);
    fingerprint.truncate(16);
    fingerprint.insert(0, 'x');
    fingerprint
}
