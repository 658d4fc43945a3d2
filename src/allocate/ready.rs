//! First ready, first served: whoever has queued longest, whatever its status and supplier. Cells whose demand has
//! queued equally long share pro rata; demand without a place in the queue comes last, together.

use std::ops::Range;

use crate::model::{Rounding, Status};

use super::Queued;
use super::certificate::{Among, Divider, Rule};
use super::phases::Pass;
use super::share::{Claim, Turn, index};

impl Pass<'_> {
    /// Serves the queue, one day of arrival after the other, until nothing is left.
    pub(super) fn first_ready(&mut self, stage: usize) {
        let queue = self.day.queue;
        for layer in queue.chunk_by(|a, b| a.since == b.since) {
            if self.work.programme_left == 0 {
                return;
            }
            self.work.layer.clear();
            for queued in layer {
                self.join(*queued);
            }
            self.serve(stage);
        }
        self.work.layer.clear();
        for place in 0..self.shape.n_places() {
            for status in Status::ALL {
                self.join(Queued { since: i32::MAX, place: index(place), status, count: u32::MAX });
            }
        }
        self.serve(stage);
    }

    /// Takes what a place in the queue stands for out of the demand not yet served, and into the layer.
    fn join(&mut self, queued: Queued) {
        let place = queued.place as usize;
        let left = match queued.status {
            Status::Dormant => &mut self.work.dormant[place],
            Status::Active => &mut self.work.active[place],
        };
        let count = queued.count.min(*left);
        if count > 0 {
            *left -= count;
            self.work.layer.push(Queued { count, ..queued });
        }
    }

    /// Shares what is left over one layer: over groups, then over the cells of each.
    fn serve(&mut self, stage: usize) {
        self.cut_layer();
        self.work.amounts.clear();
        self.work.amounts.resize(self.shape.groups.len(), 0);
        for queued in &self.work.layer {
            let group = self.shape.leaves[queued.place as usize].group;
            self.work.amounts[group] += queued.count;
        }
        for (amount, left) in self.work.amounts.iter_mut().zip(&self.work.group_left) {
            *amount = (*amount).min(*left);
        }
        self.share_over_groups(Rule::Queue, self.work.programme_left, stage);
        let mut first = 0;
        while let Some(queued) = self.work.layer.get(first) {
            let group = self.shape.leaves[queued.place as usize].group;
            let of_group = |queued: &&Queued| self.shape.leaves[queued.place as usize].group == group;
            let end = first + self.work.layer[first..].iter().take_while(of_group).count();
            self.serve_group(group, first..end);
            first = end;
        }
    }

    /// Cuts the layer where it passes what a supplier's limit leaves, pro rata within the supplier.
    fn cut_layer(&mut self) {
        let mut first = 0;
        while let Some(queued) = self.work.layer.get(first) {
            let branch = self.shape.branch_of(queued.place as usize);
            let places = &self.shape.branches[branch].places;
            let same = |queued: &&Queued| places.contains(&(queued.place as usize));
            let end = first + self.work.layer[first..].iter().take_while(same).count();
            if let Some(limit) = self.day.limits[branch] {
                let granted = self.grants.branches[branch];
                let used = if limit.covers_both { granted.dormant } else { 0 } + granted.remainder;
                self.cut_run(branch, first..end, limit.per_day - used, limit.covers_both);
            }
            first = end;
        }
        self.work.layer.retain(|queued| queued.count > 0);
    }

    /// Cuts a supplier's part of the layer at `room`.
    fn cut_run(&mut self, branch: usize, run: Range<usize>, room: u32, covers_both: bool) {
        let (shape, work) = (self.shape, &mut *self.work);
        work.claims.clear();
        work.pair_shares.clear();
        work.pair_shares.resize(run.len(), 0);
        for (i, queued) in work.layer[run.clone()].iter().enumerate() {
            if covers_both || queued.status == Status::Active {
                work.claims.push(Claim::whole(i, index(i), queued.count));
            }
        }
        let wanted: u64 = work.claims.iter().map(|claim| u64::from(claim.weight)).sum();
        if wanted <= u64::from(room) {
            return;
        }
        work.pair_credit.clear();
        work.pair_credit.resize(run.len(), 0);
        let turn = Turn::of(self.day.turn, index(run.len()));
        let (rounding, certificate) = (Rounding::LargestRemainder, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (layer, n_places) = (&work.layer[run.clone()], index(shape.n_places()));
        let number = |i| layer[i as usize].status as u32 * n_places + layer[i as usize].place;
        let what = (Rule::Limit, Among::CellsOf(branch));
        by.divide(what, room, &work.claims, &mut work.pair_credit, &mut work.pair_shares, number);
        for claim in &work.claims {
            let i = claim.id as usize;
            work.layer[run.start + i].count = work.pair_shares[i];
        }
    }

    fn serve_group(&mut self, group: usize, run: Range<usize>) {
        let (shape, work) = (self.shape, &mut *self.work);
        let (node, n) = (&shape.groups[group], run.len());
        let layer = &work.layer[run];
        work.claims.clear();
        work.pair_credit.clear();
        work.pair_shares.clear();
        work.pair_shares.resize(n, 0);
        let cells = node.n_cohorts * shape.n_suppliers;
        for (i, queued) in layer.iter().enumerate() {
            let leaf = shape.leaves[queued.place as usize];
            let status = index(queued.status as usize);
            let k = status * cells + index(leaf.cohort) * shape.n_suppliers + index(leaf.supplier);
            work.claims.push(Claim::whole(i, k, queued.count));
            work.pair_credit.push(self.credits.cells[queued.status as usize][queued.place as usize]);
        }
        let turn = Turn::of(self.day.turn, 2 * cells);
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let n_places = index(shape.n_places());
        let number = |i| layer[i as usize].status as u32 * n_places + layer[i as usize].place;
        let what = (Rule::Queue, Among::CellsOfGroup(group));
        let amount = work.amounts[group];
        by.divide(what, amount, &work.claims, &mut work.pair_credit, &mut work.pair_shares, number);
        let mut total = 0;
        for (i, queued) in layer.iter().enumerate() {
            let (row, place, got) = (queued.status as usize, queued.place as usize, work.pair_shares[i]);
            self.credits.cells[row][place] = work.pair_credit[i];
            let branch = &mut self.grants.branches[shape.branch_of(place)];
            let (slots, by_rule) = match queued.status {
                Status::Dormant => (&mut self.grants.dormant[place], &mut branch.dormant),
                Status::Active => (&mut self.grants.active[place], &mut branch.remainder),
            };
            *slots += got;
            *by_rule += got;
            total += got;
        }
        work.group_left[group] -= total;
        if work.programme_left != u64::MAX {
            work.programme_left -= u64::from(total);
        }
    }
}
