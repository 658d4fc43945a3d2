//! Equal parts for suppliers, whatever their demand: up to it (max-min), or with what they cannot use left idle.

use super::Pool;
use super::certificate::Rule;
use super::phases::Pass;
use super::share::{Turn, index};

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
        let groups = Turn::of(self.day.turn, index(self.shape.groups.len()));
        let suppliers = Turn::of(self.day.turn, self.shape.n_suppliers);
        for group in 0..self.shape.groups.len() {
            let of_programme = self.day.programme.map_or(u32::MAX, |limit| groups.part(limit, index(group)));
            let of_group = of_programme.min(self.day.groups[group]);
            for at in self.live_branches_of(group) {
                let branch = self.work.live_branches[at];
                let part = suppliers.part(of_group, index(self.shape.branches[branch].supplier));
                let used = part.min(self.want(branch, Pool::Both));
                self.give_part(branch, used);
            }
        }
        // What was used, and what stays idle because a limit is reached, is taken off at the end of the day.
        self.grants.idle_by_rule.copy_from_slice(&self.work.amounts);
    }

    fn give_part(&mut self, branch: usize, part: u32) {
        self.grants.branches[branch].remainder += part;
        self.take(branch, part);
    }
}
