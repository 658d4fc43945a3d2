//! The phases a policy is made of: who may take from what is left, in which order. How a part is divided among
//! suppliers and cells is in `remainder`.

use std::ops::Range;

use crate::model::{DminCovers, DminScope, Remainder, Rounding, Status};

use super::certificate::{Among, Divider, Rule};
use super::shape::{set_copy, set_zeros};
use super::share::{Claim, Odd, Turn, index};
use super::{ALL, BranchGrant, Credits, Day, Grants, Phase, Pool, Queued, Rules, Shape};

/// What is still wanted and what is still left. Reused from day to day; counts are \[installations\].
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    /// `u64::MAX` where the programme never binds.
    pub(super) programme_left: u64,
    pub(super) group_left: Vec<u32>,
    /// Dormant demand of each place not yet met, cut at its supplier's limit where that covers both.
    pub(super) dormant: Vec<u32>,
    /// Active demand of each place, cut at its supplier's limit where cells of both statuses share.
    pub(super) active: Vec<u32>,
    /// By branch.
    pub(super) branches: Vec<BranchWork>,
    /// Flat amount due to each branch.
    pub(super) flat: Vec<u32>,
    /// Amounts of the groups in a phase.
    pub(super) amounts: Vec<u32>,
    pub(super) claims: Vec<Claim>,
    pub(super) odd: Vec<Odd>,
    /// Results by place or by branch, before they are taken up.
    pub(super) shares: Vec<u32>,
    pub(super) no_credit: Vec<i64>,
    /// Branches with any demand, and where each group's stand. Most days most places have none.
    pub(super) live_branches: Vec<usize>,
    pub(super) live_branches_of: Vec<Range<usize>>,
    pub(super) pair_shares: Vec<u32>,
    pub(super) pair_credit: Vec<i64>,
    /// Demand that has queued equally long, by place, then status.
    pub(super) layer: Vec<Queued>,
    /// Whether each group has room for all that is asked of it, so that nothing need be set aside.
    pub(super) roomy: Vec<bool>,
    /// Slots of each group that were set aside and stay empty.
    pub(super) kept_empty: Vec<u32>,
}

/// What a supplier still wants in a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BranchWork {
    /// Usable Active demand at the start.
    pub(super) active: u32,
    /// Dormant demand not yet met.
    pub(super) dormant: u32,
    /// What it may still take under a limit that covers both; `u32::MAX` without one.
    pub(super) room: u32,
}

impl Work {
    pub(super) fn new(shape: &Shape) -> Self {
        let (n_places, n_branches) = (shape.n_places(), shape.branches.len());
        let longest = n_places.max(n_branches).max(shape.groups.len());
        Self {
            dormant: vec![0; n_places],
            active: vec![0; n_places],
            branches: vec![BranchWork::default(); n_branches],
            flat: vec![0; n_branches],
            shares: vec![0; longest],
            no_credit: vec![0; longest],
            ..Self::default()
        }
    }
}

/// Puts a branch's places in line for an amount, each for what it demands.
pub(super) fn claim_places(claims: &mut Vec<Claim>, shape: &Shape, branch: usize, demand: &[u32]) {
    let places = shape.branches[branch].places.clone();
    let first = index(places.start);
    claims.clear();
    for (at, (&k, &wanted)) in (0..).zip(shape.cohorts[places.clone()].iter().zip(&demand[places])) {
        if wanted > 0 {
            claims.push(Claim { id: first + at, k, weight: wanted, cap: wanted });
        }
    }
}

/// One day's pass over the tree: what is read, then what is written.
pub(super) struct Pass<'a> {
    pub(super) shape: &'a Shape,
    pub(super) rules: &'a Rules,
    pub(super) day: &'a Day<'a>,
    pub(super) credits: &'a mut Credits,
    pub(super) work: &'a mut Work,
    pub(super) grants: &'a mut Grants,
    /// Whether a supplier's amount is for cells of both statuses.
    pub(super) both: bool,
    /// Whether the flat amount is taken together with the remainder.
    pub(super) flat_is_due: bool,
}

impl Pass<'_> {
    /// Runs the phases in order and hands every supplier's amount to its cells.
    pub(super) fn run(&mut self, phases: &[Phase]) {
        self.begin();
        for (stage, phase) in phases.iter().enumerate() {
            match *phase {
                Phase::Dormant { ppm } => self.dormant_first(ppm, stage),
                Phase::Flat => self.flat_alone(stage),
                Phase::Share { pool, flat_first } => self.share(pool, flat_first, stage),
                Phase::Equal => self.equal(stage),
                Phase::EvenSplit => self.even_split(),
                Phase::FirstReady => self.first_ready(stage),
            }
        }
        self.settle_idle();
        // Who is first ready gets its slot cell by cell.
        if phases != [Phase::FirstReady] {
            self.hand_down();
        }
    }

    /// Idle by rule is only what somebody could still use: of a group's own empty slots first, then of the programme's
    /// limit that empty slots of other groups hold.
    fn settle_idle(&mut self) {
        if self.grants.idle_by_rule.iter().all(|idle| *idle == 0) {
            return;
        }
        let work = &mut *self.work;
        for (left, kept) in work.group_left.iter_mut().zip(&work.kept_empty) {
            *left += kept;
        }
        if let Some(limit) = self.day.programme {
            let slots = |grant: &BranchGrant| grant.dormant + grant.flat + grant.remainder;
            let given: u64 = self.grants.branches.iter().map(|grant| u64::from(slots(grant))).sum();
            work.programme_left = u64::from(limit) - given;
        }
        self.usable_of_groups(Pool::Both);
        let mut left = self.work.programme_left;
        for (idle, usable) in self.grants.idle_by_rule.iter_mut().zip(&mut self.work.amounts) {
            *idle = narrow(u64::from((*idle).min(*usable)).min(left));
            *usable -= *idle;
            left -= u64::from(*idle);
        }
        for (idle, usable) in self.grants.idle_by_rule.iter_mut().zip(&self.work.amounts) {
            let more = narrow(u64::from(*usable).min(left));
            *idle += more;
            left -= u64::from(more);
        }
    }

    /// Empties the grants and cuts demand at the leaves' limits.
    fn begin(&mut self) {
        let (shape, day) = (self.shape, self.day);
        set_zeros(&mut self.grants.dormant, shape.n_places());
        set_zeros(&mut self.grants.active, shape.n_places());
        set_zeros(&mut self.grants.idle_by_rule, shape.groups.len());
        set_zeros(&mut self.work.kept_empty, shape.groups.len());
        self.grants.certificate.clear();
        self.grants.branches.clear();
        self.grants.branches.resize(shape.branches.len(), BranchGrant::default());
        self.work.programme_left = day.programme.map_or(u64::MAX, u64::from);
        set_copy(&mut self.work.group_left, day.groups);
        set_copy(&mut self.work.dormant, day.dormant);
        set_copy(&mut self.work.active, day.active);
        match day.listed {
            Some(listed) => self.add_listed(listed),
            None => self.add_all(),
        }
        self.work.flat.fill(0);
        self.work.live_branches_of.clear();
        let mut first = 0;
        for node in &shape.groups {
            let of_group = |branch: &&usize| **branch < node.branches.end;
            let end = first + self.work.live_branches[first..].iter().take_while(of_group).count();
            self.work.live_branches_of.push(first..end);
            first = end;
        }
        for at in 0..self.work.live_branches.len() {
            self.begin_branch(self.work.live_branches[at]);
        }
    }

    /// Adds the demand of all places up, branch by branch, and lists the branches with any.
    fn add_all(&mut self) {
        let Work { branches, live_branches, .. } = &mut *self.work;
        live_branches.clear();
        for (at, (work, branch)) in branches.iter_mut().zip(&self.shape.branches).enumerate() {
            let sum = |demand: &[u32]| total(&demand[branch.places.clone()]);
            let (dormant, active) = (sum(self.day.dormant), sum(self.day.active));
            *work = BranchWork { active, dormant, room: u32::MAX };
            if dormant | active > 0 {
                live_branches.push(at);
            }
        }
    }

    /// The same from the places that the day lists.
    fn add_listed(&mut self, listed: &[usize]) {
        let Work { branches, live_branches, .. } = &mut *self.work;
        branches.fill(BranchWork { active: 0, dormant: 0, room: u32::MAX });
        live_branches.clear();
        for &place in listed {
            let at = self.shape.branch_of(place);
            let (dormant, active) = (self.day.dormant[place], self.day.active[place]);
            branches[at].dormant += dormant;
            branches[at].active += active;
            if dormant | active > 0 && live_branches.last() != Some(&at) {
                live_branches.push(at);
            }
        }
    }

    /// Branches of a group that have any demand today, in order.
    pub(super) fn branches_of(&self, group: usize) -> &[usize] {
        &self.work.live_branches[self.work.live_branches_of[group].clone()]
    }

    /// Positions of those among all branches with demand.
    pub(super) fn live_branches_of(&self, group: usize) -> Range<usize> {
        self.work.live_branches_of[group].clone()
    }

    /// The places of a branch, by cohort.
    pub(super) fn places_of(&self, branch: usize) -> Range<usize> {
        self.shape.branches[branch].places.clone()
    }

    /// Cuts a branch's demand at its limit.
    fn begin_branch(&mut self, branch: usize) {
        let Some(limit) = self.day.limits[branch] else { return };
        let BranchWork { mut active, mut dormant, mut room } = self.work.branches[branch];
        if limit.covers_both {
            room = limit.per_day;
            dormant = self.cut_dormant(branch, dormant, limit.per_day);
        }
        active = active.min(limit.per_day);
        self.work.branches[branch] = BranchWork { active, dormant, room };
    }

    /// Cuts a supplier's Dormant cells at its limit, pro rata, and returns what is left of their demand.
    fn cut_dormant(&mut self, branch: usize, sum: u32, limit: u32) -> u32 {
        if sum <= limit {
            return sum;
        }
        let demand = std::mem::take(&mut self.work.dormant);
        self.share_among_places(Status::Dormant, branch, limit, &demand);
        self.work.dormant = demand;
        let (places, work) = (self.places_of(branch), &mut *self.work);
        work.dormant[places.clone()].copy_from_slice(&work.shares[places]);
        limit
    }

    /// Shares an amount among a branch's places in proportion to a demand, each day for itself; fills `work.shares`.
    pub(super) fn share_among_places(&mut self, status: Status, branch: usize, amount: u32, demand: &[u32]) {
        let (shape, work) = (self.shape, &mut *self.work);
        work.shares[shape.branches[branch].places.clone()].fill(0);
        claim_places(&mut work.claims, shape, branch, demand);
        let turn = Turn::of(self.day.turn, shape.groups[shape.branches[branch].group].n_cohorts);
        let (rounding, certificate) = (Rounding::LargestRemainder, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, no_credit) = ((Rule::Limit, Among::CellsOf(branch)), &mut work.no_credit);
        let n_places = index(shape.n_places());
        let number = |place| if status == Status::Dormant { place } else { n_places + place };
        by.divide(what, amount, &work.claims, no_credit, &mut work.shares, number);
    }

    /// Usable Dormant demand of a group: what its suppliers' limits still leave room for.
    fn dormant_wanted(&mut self, group: usize) -> u32 {
        let mut wanted = 0;
        for at in self.live_branches_of(group) {
            let branch = self.work.live_branches[at];
            // An earlier phase may have used up part of a limit that covers both.
            let room = self.work.branches[branch].room;
            let cut = self.cut_dormant(branch, self.work.branches[branch].dormant, room);
            self.work.branches[branch].dormant = cut;
            wanted += cut;
        }
        wanted
    }

    /// Dormant cells take their groups' parts pro rata to demand, up to a share of every limit.
    fn dormant_first(&mut self, ppm: u32, stage: usize) {
        let part = |limit: u64| if ppm == ALL { limit } else { limit * u64::from(ppm) / u64::from(ALL) };
        self.work.amounts.clear();
        for group in 0..self.shape.groups.len() {
            let wanted = self.dormant_wanted(group);
            let limit = narrow(part(u64::from(self.work.group_left[group])));
            self.work.amounts.push(wanted.min(limit));
        }
        let unbound = self.work.programme_left == u64::MAX;
        let limit = if unbound { u64::MAX } else { part(self.work.programme_left) };
        self.share_over_groups(Rule::DormantFirst, limit, stage);
        for group in 0..self.shape.groups.len() {
            if self.work.amounts[group] > 0 {
                self.dormant_of_group(group, self.work.amounts[group]);
            }
        }
    }

    fn dormant_of_group(&mut self, group: usize, amount: u32) {
        let wanted: u32 =
            self.branches_of(group).iter().map(|branch| self.work.branches[*branch].dormant).sum();
        if amount < wanted {
            self.share_dormant(group, amount);
        }
        for at in self.live_branches_of(group) {
            let (branch, work) = (self.work.live_branches[at], &mut *self.work);
            let places = self.shape.branches[branch].places.clone();
            let got = if amount < wanted {
                total(&work.shares[places.clone()])
            } else {
                work.branches[branch].dormant
            };
            if got == 0 {
                continue;
            }
            let (left, slots) = (&mut work.dormant[places.clone()], &mut self.grants.dormant[places.clone()]);
            if amount < wanted {
                take_up(left, slots, &work.shares[places]);
            } else {
                add(slots, left);
                left.fill(0);
            }
            work.branches[branch].dormant -= got;
            self.grants.branches[branch].dormant += got;
            self.take(branch, got);
        }
    }

    /// Shares an amount among the Dormant cells of a group that want more; fills `work.shares`.
    fn share_dormant(&mut self, group: usize, amount: u32) {
        let (shape, work) = (self.shape, &mut *self.work);
        let node = &shape.groups[group];
        let claim = |place: usize, wanted: u32| {
            let leaf = shape.leaves[place];
            Claim::whole(place, index(leaf.cohort) * shape.n_suppliers + index(leaf.supplier), wanted)
        };
        work.claims.clear();
        let (dormant, places) = (&work.dormant, shape.places_of(node));
        work.shares[places.clone()].fill(0);
        let claim = |place: usize| (dormant[place] > 0).then(|| claim(place, dormant[place]));
        if self.rules.rounding == Rounding::Systematic {
            // The running sum goes in declared order.
            work.claims.extend(node.declared.iter().filter_map(|place| claim(*place)));
        } else {
            work.claims.extend(places.filter_map(claim));
        }
        let turn = Turn::of(self.day.turn, node.n_cohorts * shape.n_suppliers);
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let what = (Rule::DormantFirst, Among::CellsOfGroup(group));
        by.divide(what, amount, &work.claims, &mut self.credits.dormant, &mut work.shares, |place| place);
    }

    /// Every supplier takes its flat amount before anybody else.
    fn flat_alone(&mut self, stage: usize) {
        let pool = if self.rules.dmin_covers == DminCovers::Both { Pool::Both } else { Pool::Active };
        self.set_flats(pool);
        self.work.amounts.clear();
        for group in 0..self.shape.groups.len() {
            let flats: u32 = self.branches_of(group).iter().map(|b| self.work.flat[*b]).sum();
            self.work.amounts.push(flats.min(self.work.group_left[group]));
        }
        self.share_over_groups(Rule::Flat, self.work.programme_left, stage);
        for group in 0..self.shape.groups.len() {
            self.cut_flats(Rule::Flat, group, self.work.amounts[group]);
            for at in self.live_branches_of(group) {
                let branch = self.work.live_branches[at];
                let flat = self.work.flat[branch];
                let for_dormant =
                    if pool == Pool::Both { flat.min(self.work.branches[branch].dormant) } else { 0 };
                self.take(branch, flat);
                self.give_dormant_of(branch, for_dormant);
                self.grants.branches[branch].flat_dormant += for_dormant;
                self.grants.branches[branch].flat += flat - for_dormant;
            }
        }
    }

    /// What is left goes to suppliers: flat amounts first if they are still due, then the remainder.
    fn share(&mut self, pool: Pool, flat_first: bool, stage: usize) {
        self.both = pool == Pool::Both;
        self.flat_is_due = flat_first;
        if flat_first {
            self.set_flats(if self.rules.dmin_covers == DminCovers::Both { pool } else { Pool::Active });
        }
        let keeps_reserves = flat_first && self.rules.keeps_reserves();
        if keeps_reserves {
            self.set_roomy();
        }
        self.amounts_of_groups(Rule::Remainder, pool, stage);
        let shared: u64 = self.work.amounts.iter().map(|amount| u64::from(*amount)).sum();
        // What the programme's limit leaves when every group has its amount.
        let spare = self.work.programme_left - shared;
        for group in 0..self.shape.groups.len() {
            let amount = self.work.amounts[group];
            let left = if !flat_first {
                amount
            } else if keeps_reserves && !self.work.roomy[group] {
                let room = u64::from(self.work.group_left[group]);
                let room = narrow(room.min(spare.saturating_add(u64::from(amount))));
                self.reserve_flats(group, amount, room, pool)
            } else {
                self.give_flats(group, amount)
            };
            if left > 0 {
                self.give_remainder(group, left, pool);
            }
        }
        if self.work.programme_left != u64::MAX {
            let kept: u64 = self.work.kept_empty.iter().map(|kept| u64::from(*kept)).sum();
            self.work.programme_left = self.work.programme_left.saturating_sub(kept);
        }
    }

    /// Says of every group whether all that is asked of it fits: then no rule is needed there.
    fn set_roomy(&mut self) {
        self.work.roomy.clear();
        let mut used = 0;
        for group in 0..self.shape.groups.len() {
            let wanted: u64 =
                self.branches_of(group).iter().map(|b| u64::from(self.want(*b, Pool::Both))).sum();
            let limit = u64::from(self.work.group_left[group]);
            used += wanted.min(limit);
            self.work.roomy.push(wanted <= limit);
        }
        if used > self.work.programme_left {
            self.work.roomy.fill(false);
        }
    }

    /// Works out the part of every group, cut at the programme's limit.
    pub(super) fn amounts_of_groups(&mut self, rule: Rule, pool: Pool, stage: usize) {
        self.usable_of_groups(pool);
        self.share_over_groups(rule, self.work.programme_left, stage);
    }

    /// Works out what every group could still use within its limit.
    pub(super) fn usable_of_groups(&mut self, pool: Pool) {
        self.work.amounts.clear();
        for group in 0..self.shape.groups.len() {
            let wanted: u64 = self.branches_of(group).iter().map(|b| u64::from(self.want(*b, pool))).sum();
            self.work.amounts.push(narrow(wanted.min(u64::from(self.work.group_left[group]))));
        }
    }

    /// What a branch can still use in a pool.
    pub(super) fn want(&self, branch: usize, pool: Pool) -> u32 {
        let BranchGrant { flat, remainder, .. } = self.grants.branches[branch];
        let BranchWork { active, dormant, room } = self.work.branches[branch];
        let wanted = if pool == Pool::Both { active + dormant } else { active };
        wanted.saturating_sub(flat + remainder).min(room)
    }

    /// Sets the flat amount due to every branch: what it wants, up to its DMIN.
    fn set_flats(&mut self, pool: Pool) {
        let counts_dormant = self.rules.dmin_covers == DminCovers::Both;
        for at in 0..self.work.live_branches.len() {
            let branch = self.work.live_branches[at];
            let dmin = match self.rules.dmin_scope {
                DminScope::PerGroup => self.dmin_left(branch),
                DminScope::InAll => u32::MAX,
            };
            self.work.flat[branch] = self.want(branch, pool).min(dmin);
        }
        if self.rules.dmin_scope == DminScope::InAll {
            for supplier in 0..self.shape.n_suppliers as usize {
                self.spread_dmin(supplier, counts_dormant);
            }
        }
    }

    /// What Dormant slots that count towards a branch's DMIN have left of it.
    pub(super) fn dmin_left(&self, branch: usize) -> u32 {
        let counts_dormant = self.rules.dmin_covers == DminCovers::Both;
        let used = if counts_dormant { self.grants.branches[branch].dormant } else { 0 };
        self.day.dmin.saturating_sub(used)
    }

    /// Spreads one supplier's DMIN over its groups pro rata to what it wants there.
    fn spread_dmin(&mut self, supplier: usize, counts_dormant: bool) {
        let (shape, work) = (self.shape, &mut *self.work);
        let mut dmin = self.day.dmin;
        work.claims.clear();
        for (branch, node) in shape.branches.iter().enumerate().filter(|(_, b)| b.supplier == supplier) {
            if counts_dormant {
                dmin = dmin.saturating_sub(self.grants.branches[branch].dormant);
            }
            work.claims.push(Claim::whole(branch, index(node.group), work.flat[branch]));
            work.flat[branch] = 0;
        }
        let turn = Turn::of(self.day.turn, index(shape.groups.len()));
        let (rounding, certificate) = (Rounding::LargestRemainder, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, no_credit) = ((Rule::Flat, Among::GroupsOf(supplier)), &mut work.no_credit);
        by.divide(what, dmin, &work.claims, no_credit, &mut work.flat, |branch| branch);
    }

    /// Cuts the groups' amounts pro rata where together they exceed the programme's limit.
    pub(super) fn share_over_groups(&mut self, rule: Rule, limit: u64, stage: usize) {
        let work = &mut *self.work;
        let wanted: u64 = work.amounts.iter().map(|a| u64::from(*a)).sum();
        if wanted <= limit {
            return;
        }
        work.claims.clear();
        work.claims.extend(work.amounts.iter().enumerate().map(|(g, a)| Claim::whole(g, index(g), *a)));
        work.amounts.iter_mut().for_each(|a| *a = 0);
        let turn = Turn::of(self.day.turn, index(work.amounts.len()));
        let (rounding, certificate) = (self.rules.rounding, &mut self.grants.certificate);
        let by = Divider { rounding, turn, odd: &mut work.odd, certificate };
        let (what, credit) = ((rule, Among::Groups), &mut self.credits.programme[stage]);
        by.divide(what, narrow(limit), &work.claims, credit, &mut work.amounts, |group| group);
    }

    /// Takes what a branch got out of everything above it.
    pub(super) fn take(&mut self, branch: usize, amount: u32) {
        let work = &mut *self.work;
        let room = &mut work.branches[branch].room;
        if *room != u32::MAX {
            *room -= amount;
        }
        work.group_left[self.shape.branches[branch].group] -= amount;
        if work.programme_left != u64::MAX {
            work.programme_left -= u64::from(amount);
        }
    }

    /// Sets slots of a group aside that stay empty: no later phase has them.
    pub(super) fn keep_empty(&mut self, group: usize, amount: u32) {
        self.work.group_left[group] -= amount;
        self.work.kept_empty[group] += amount;
        self.grants.idle_by_rule[group] += amount;
    }
}

/// Installations of a run of cells; those of all cells are fewer than 2^32.
pub(super) fn total(counts: &[u32]) -> u32 {
    counts.iter().sum()
}

/// Adds shares to slots.
pub(super) fn add(slots: &mut [u32], shares: &[u32]) {
    slots.iter_mut().zip(shares).for_each(|(slots, share)| *slots += share);
}

/// Takes shares out of what is left, and adds them to slots.
pub(super) fn take_up(left: &mut [u32], slots: &mut [u32], shares: &[u32]) {
    left.iter_mut().zip(shares).for_each(|(left, share)| *left -= share);
    add(slots, shares);
}

/// Whether DMIN is a lower bound of a share rather than an amount given before it.
pub(super) fn is_lower_bound(rules: &Rules) -> bool {
    rules.remainder == Remainder::LowerBound
}

pub(super) fn narrow(value: u64) -> u32 {
    u32::try_from(value).expect("an amount is within the limits of a day")
}
