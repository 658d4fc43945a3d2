//! Equal parts for suppliers, whatever their demand: up to it (max-min), or with what they cannot use left idle.

use super::certificate::Rule;
use super::phases::Pass;
use super::share::{Turn, index};
use super::{Day, Pool, Shape};

impl Pass<'_> {
    /// What is left goes to the suppliers of each group in equal parts, nobody above what it can use.
    pub(super) fn equal(&mut self, stage: usize) {
        self.both = true;
        for at in 0..self.work.live_branches.len() {
            let branch = self.work.live_branches[at];
            self.work.flat[branch] = self.want(branch, Pool::Both);
        }
        self.amounts_of_groups(Rule::Equal, Pool::Both, stage);
        for group in 0..self.shape.groups.len() {
            self.cut_flats(Rule::Equal, group, self.work.amounts[group]);
            for at in self.live_branches_of(group) {
                let branch = self.work.live_branches[at];
                self.give_part(branch, self.work.flat[branch]);
            }
        }
    }

    /// The programme's limit in equal parts to all groups, each group's in equal parts to all suppliers; what a
    /// supplier cannot use stays idle.
    pub(super) fn even_split(&mut self) {
        self.both = true;
        self.usable_of_groups(Pool::Both);
        for at in 0..self.work.live_branches.len() {
            let branch = self.work.live_branches[at];
            let used = even_part(self.shape, self.day, branch).of_supplier.min(self.want(branch, Pool::Both));
            self.give_part(branch, used);
        }
        // What was used, and what stays idle because a limit is reached, is taken off at the end of the day.
        self.grants.idle_by_rule.copy_from_slice(&self.work.amounts);
    }

    fn give_part(&mut self, branch: usize, part: u32) {
        self.grants.branches[branch].remainder += part;
        self.take(branch, part);
    }
}

/// The equal parts that `even-split` sets aside for a supplier in a group \[installations\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvenPart {
    /// Of the programme's limit, for the group; `None` where the programme never binds.
    pub of_programme: Option<u32>,
    /// What the group may use: that, within its own limit.
    pub of_group: u32,
    /// The supplier's part of it.
    pub of_supplier: u32,
}

/// The parts of one branch.
#[must_use]
pub fn even_part(shape: &Shape, day: &Day<'_>, branch: usize) -> EvenPart {
    let node = &shape.branches[branch];
    let groups = Turn::of(day.turn, index(shape.groups.len()));
    let suppliers = Turn::of(day.turn, shape.n_suppliers);
    let of_programme = day.programme.map(|limit| groups.part(limit, index(node.group)));
    let of_group = day.groups[node.group].min(of_programme.unwrap_or(u32::MAX));
    EvenPart { of_programme, of_group, of_supplier: suppliers.part(of_group, index(node.supplier)) }
}
