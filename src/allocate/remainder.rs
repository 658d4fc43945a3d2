//! How a group's part is divided: flat amounts and their cuts, the remainder rules, and a supplier's amount over its
//! cells.

use crate::model::{Remainder, Status};

use super::certificate::{Among, Divider, Rule, Split};
use super::phases::{Pass, add, claim_places, is_lower_bound, narrow, take_up, total};
use super::share::{self, Claim, Turn, equal_cut, index, saturate};
use super::{BranchGrant, Pool};

impl Pass<'_> {
    /// Gives every supplier of a group its flat amount, cut equally where they do not fit; returns what is left.
    pub(super) fn give_flats(&mut self, group: usize, amount: u32) -> u32 {
        if is_lower_bound(self.rules) && self.flats_fit(group, amount) {
            return amount;
        }
        self.cut_flats(Rule::Flat, group, amount);
        let mut left = amount;
        for at in self.live_branches_of(group) {
            left -= self.give_flat(self.work.live_branches[at]);
        }
        left
    }

    /// As [`Self::give_flats`] where DMIN stays reserved for those who cannot use all of it; the unused part of a
    /// reserve is kept empty. `room` is what the group may have within its limit and the programme's.
    pub(super) fn reserve_flats(&mut self, group: usize, amount: u32, room: u32, pool: Pool) -> u32 {
        let branches = self.live_branches_of(group);
        let mut reserved = 0;
        self.work.claims.clear();
        for at in branches.clone() {
            let branch = self.work.live_branches[at];
            let reserve = if self.want(branch, pool) > 0 { self.dmin_left(branch) } else { 0 };
            if reserve > 0 {
                let k = index(self.shape.branches[branch].supplier);
                self.work.claims.push(Claim::whole(branch, k, reserve));
                self.work.shares[branch] = 0;
                reserved += u64::from(reserve);
            }
        }
        if reserved > u64::from(room) {
            let work = &mut *self.work;
            let turn = Turn::of(self.day.turn, self.shape.n_suppliers);
            equal_cut(room, &mut work.claims, turn, &mut work.shares);
            let what = (Rule::Flat, Among::SuppliersOf(group), Split::Equal);
            self.grants.certificate.note(
                what,
                room,
                share::total(&work.claims),
                &work.claims,
                &work.shares,
                |branch| branch,
            );
            for claim in &work.claims {
                let branch = claim.id as usize;
                work.flat[branch] = work.flat[branch].min(work.shares[branch]);
            }
        }
        let given: u32 = branches.map(|at| self.give_flat(self.work.live_branches[at])).sum();
        let rest = narrow(u64::from(room).saturating_sub(reserved)).min(amount - given);
        self.keep_empty(group, narrow(reserved.min(u64::from(room))) - given);
        rest
    }

    fn give_flat(&mut self, branch: usize) -> u32 {
        let flat = self.work.flat[branch];
        self.grants.branches[branch].flat += flat;
        self.take(branch, flat);
        flat
    }

    fn flats_fit(&self, group: usize, amount: u32) -> bool {
        let flats = self.branches_of(group).iter().map(|b| u64::from(self.work.flat[*b]));
        flats.sum::<u64>() <= u64::from(amount)
    }

    /// Cuts the flat amounts of a group equally where they do not fit.
    pub(super) fn cut_flats(&mut self, rule: Rule, group: usize, amount: u32) {
        if self.flats_fit(group, amount) {
            return;
        }
        let branches = self.live_branches_of(group);
        let (shape, work) = (self.shape, &mut *self.work);
        work.claims.clear();
        for &branch in work.live_branches[branches].iter().filter(|b| work.flat[**b] > 0) {
            work.claims.push(Claim::whole(branch, index(shape.branches[branch].supplier), work.flat[branch]));
        }
        work.claims.iter().for_each(|c| work.flat[c.id as usize] = 0);
        let turn = Turn::of(self.day.turn, shape.n_suppliers);
        equal_cut(amount, &mut work.claims, turn, &mut work.flat);
        let what = (rule, Among::SuppliersOf(group), Split::Equal);
        self.grants.certificate.note(
            what,
            amount,
            share::total(&work.claims),
            &work.claims,
            &work.flat,
            |branch| branch,
        );
    }

    /// Gives a supplier's Dormant cells a part of its flat amount.
    pub(super) fn give_dormant_of(&mut self, branch: usize, amount: u32) {
        if amount == 0 {
            return;
        }
        let places = self.places_of(branch);
        let (shape, work) = (self.shape, &mut *self.work);
        work.shares[places.clone()].fill(0);
        claim_places(&mut work.claims, shape, branch, &work.dormant);
        let turn = Turn::of(self.day.turn, shape.groups[shape.branches[branch].group].n_cohorts);
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, credit) = ((Rule::HandDown, Among::CellsOf(branch)), &mut self.credits.cells[0]);
        by.divide(what, amount, &work.claims, credit, &mut work.shares, |place| place);
        let slots = &mut self.grants.dormant[places.clone()];
        take_up(&mut work.dormant[places.clone()], slots, &work.shares[places]);
        work.branches[branch].dormant -= amount;
        self.grants.branches[branch].dormant += amount;
    }

    /// Shares what is left in a group among its suppliers by the remainder rule.
    pub(super) fn give_remainder(&mut self, group: usize, amount: u32, pool: Pool) {
        let branches = self.live_branches_of(group);
        let whole = self.claim_remainder(group, pool);
        if whole <= u64::from(amount) {
            let work = &mut *self.work;
            work.claims.iter().for_each(|c| work.shares[c.id as usize] = c.cap);
        } else {
            self.share_remainder(group, amount);
        }
        let flat_is_due = is_lower_bound(self.rules) && self.flat_is_due;
        for at in branches {
            let branch = self.work.live_branches[at];
            let share = self.work.shares[branch];
            let flat = if flat_is_due { share.min(self.work.flat[branch]) } else { 0 };
            self.grants.branches[branch].flat += flat;
            self.grants.branches[branch].remainder += share - flat;
            self.take(branch, share);
        }
    }

    /// Puts every supplier with unmet demand in line; returns their unmet demand together.
    fn claim_remainder(&mut self, group: usize, pool: Pool) -> u64 {
        self.work.claims.clear();
        let mut whole = 0;
        for at in self.live_branches_of(group) {
            let branch = self.work.live_branches[at];
            let unmet = self.want(branch, pool);
            self.work.shares[branch] = 0;
            if unmet > 0 {
                let given = match self.rules.remainder {
                    Remainder::UnmetDemand => 0,
                    Remainder::WholeDemand | Remainder::LowerBound => self.grants.branches[branch].flat,
                };
                let k = index(self.shape.branches[branch].supplier);
                self.work.claims.push(Claim { id: index(branch), k, weight: unmet + given, cap: unmet });
                whole += u64::from(unmet);
            }
        }
        whole
    }

    /// Shares an amount that does not meet all of the remainder.
    fn share_remainder(&mut self, group: usize, amount: u32) {
        let amount = match self.rules.remainder {
            Remainder::UnmetDemand => amount,
            Remainder::WholeDemand => saturate(amount, &mut self.work.claims, &mut self.work.shares),
            Remainder::LowerBound => self.keep_lower_bounds(amount),
        };
        let turn = Turn::of(self.day.turn, self.shape.n_suppliers);
        let branches = self.live_branches_of(group);
        let work = &mut *self.work;
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, credit) = ((Rule::Remainder, Among::SuppliersOf(group)), &mut self.credits.remainder);
        by.divide(what, amount, &work.claims, credit, &mut work.shares, |branch| branch);
        if is_lower_bound(self.rules) {
            // Shares hold whole amounts here; what was given as a flat amount before is not given twice.
            for &branch in &work.live_branches[branches] {
                work.shares[branch] = work.shares[branch].saturating_sub(self.grants.branches[branch].flat);
            }
        }
    }

    /// Fixes those whose share of the whole would be below their lower bound at that bound, and returns what is left
    /// for the others. Shares then hold whole amounts, flat amounts given before included.
    fn keep_lower_bounds(&mut self, amount: u32) -> u32 {
        let flat_is_due = self.flat_is_due;
        let (work, grants) = (&mut *self.work, &*self.grants);
        let mut left = amount + work.claims.iter().map(|c| grants.branches[c.id as usize].flat).sum::<u32>();
        loop {
            let total: u128 = work.claims.iter().map(|c| u128::from(c.weight)).sum();
            let (before, whole) = (work.claims.len(), u128::from(left));
            let (flat, shares) = (&work.flat, &mut work.shares);
            work.claims.retain(|claim| {
                let branch = claim.id as usize;
                let bound = if flat_is_due { flat[branch] } else { grants.branches[branch].flat };
                let below = whole * u128::from(claim.weight) < u128::from(bound) * total;
                if below {
                    shares[branch] = bound;
                    left -= bound;
                }
                !below
            });
            if work.claims.len() == before {
                work.claims.iter_mut().for_each(|c| c.cap = c.weight);
                return left;
            }
        }
    }

    /// Hands every supplier's amount, flat and remainder, to its cells.
    pub(super) fn hand_down(&mut self) {
        for at in 0..self.work.live_branches.len() {
            let branch = self.work.live_branches[at];
            let BranchGrant { flat, remainder, .. } = self.grants.branches[branch];
            match (flat + remainder, self.both) {
                (0, _) => {}
                (amount, false) => self.hand_down_active(branch, amount),
                (amount, true) => self.hand_down_both(branch, amount),
            }
        }
    }

    fn hand_down_active(&mut self, branch: usize, amount: u32) {
        let places = self.places_of(branch);
        let (shape, work) = (self.shape, &mut *self.work);
        let wanted = match self.day.limits[branch] {
            None => work.branches[branch].active,
            Some(_) => total(&work.active[places.clone()]),
        };
        if amount == wanted {
            self.grants.active[places.clone()].copy_from_slice(&work.active[places]);
            return;
        }
        claim_places(&mut work.claims, shape, branch, &work.active);
        let turn = Turn::of(self.day.turn, shape.groups[shape.branches[branch].group].n_cohorts);
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, credit) = ((Rule::HandDown, Among::CellsOf(branch)), &mut self.credits.cells[1]);
        let n_places = index(shape.n_places());
        let number = |place| n_places + place;
        by.divide(what, amount, &work.claims, credit, &mut self.grants.active, number);
    }

    /// Cells of both statuses share an amount: claimants are the Dormant cells, then the Active ones.
    fn hand_down_both(&mut self, branch: usize, amount: u32) {
        self.cut_active(branch);
        let places = self.places_of(branch);
        let (shape, work) = (self.shape, &mut *self.work);
        let n_cohorts = shape.groups[shape.branches[branch].group].n_cohorts;
        let n = places.len();
        work.claims.clear();
        work.pair_credit.clear();
        work.pair_shares.clear();
        work.pair_shares.resize(2 * n, 0);
        for (status, demand) in [&work.dormant, &work.active].into_iter().enumerate() {
            for (i, place) in places.clone().enumerate() {
                let k = index(status) * n_cohorts + index(shape.leaves[place].cohort);
                if demand[place] > 0 {
                    work.claims.push(Claim::whole(status * n + i, k, demand[place]));
                }
                work.pair_credit.push(self.credits.cells[status][place]);
            }
        }
        let turn = Turn::of(self.day.turn, 2 * n_cohorts);
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, credit) = ((Rule::HandDown, Among::CellsOf(branch)), &mut work.pair_credit);
        let (first, of_each, n_places) = (index(places.start), index(n), index(shape.n_places()));
        let number = |id| if id < of_each { first + id } else { n_places + first + id - of_each };
        by.divide(what, amount, &work.claims, credit, &mut work.pair_shares, number);
        let (shares, credit) = (work.pair_shares.split_at(n), work.pair_credit.split_at(n));
        add(&mut self.grants.dormant[places.clone()], shares.0);
        add(&mut self.grants.active[places.clone()], shares.1);
        self.credits.cells[0][places.clone()].copy_from_slice(credit.0);
        self.credits.cells[1][places].copy_from_slice(credit.1);
    }

    /// Cuts a supplier's Active cells at its limit where only they count against it.
    fn cut_active(&mut self, branch: usize) {
        let usable = self.work.branches[branch].active;
        let places = self.places_of(branch);
        if self.day.limits[branch].is_none_or(|l| l.covers_both)
            || total(&self.work.active[places.clone()]) <= usable
        {
            return;
        }
        let demand = std::mem::take(&mut self.work.active);
        self.share_among_places(Status::Active, branch, usable, &demand);
        self.work.active = demand;
        self.work.active[places.clone()].copy_from_slice(&self.work.shares[places]);
    }
}
