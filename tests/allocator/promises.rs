//! What every policy promises, on random days with any of its options. Everything is added up again here.

use std::collections::BTreeSet;

use dormouse::allocate::{Allocator, Among, Bound, Day, Grants, Limit, Rules, Split, most_possible, verify};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, UnusedFlat,
};
use proptest::prelude::*;

use super::day::{ShareOut, Today, Tree};
use super::random::{Scope, config, days, rules};

/// A day that was shared out, and the allocator just before.
struct Shared<'a> {
    tree: &'a Tree,
    rules: Rules,
    today: &'a Today,
    before: Allocator,
    grants: Grants,
}

fn hold(tree: &Tree, days: &[Today], rules: Rules) -> Result<(), TestCaseError> {
    let (mut allocator, mut reused) = (tree.allocator(rules), Grants::default());
    for today in days {
        let before = allocator.clone();
        let grants = today.shared_by(&mut allocator);
        before.clone().allocate(&today.day(), &mut reused);
        prop_assert_eq!(&reused, &grants, "what an earlier day left behind shows");
        let shared = Shared { tree, rules, today, before, grants };
        shared.nobody_gets_more_than_it_may()?;
        shared.nothing_idle_could_be_used()?;
        shared.the_certificate_stands()?;
        shared.shares_are_within_one_unit()?;
        shared.claims_are_of_who_they_say()?;
        shared.only_today_and_credit_count(&allocator)?;
        if !today.day().crosses() {
            shared.totals_are_the_largest_there_are()?;
            shared.flat_amounts_are_given_where_they_fit()?;
            shared.cells_without_demand_change_nobody()?;
        }
    }
    Ok(())
}

impl Shared<'_> {
    fn got(&self, below: impl Fn(usize) -> bool) -> [u64; 2] {
        got(&self.grants, below)
    }

    fn is_of(&self, branch: (usize, usize)) -> impl Fn(usize) -> bool {
        is_of(self.tree, branch)
    }

    fn limits(&self) -> Vec<(u64, u32)> {
        limits(self.tree, self.today, &self.grants)
    }

    fn demand(&self) -> [&[u32]; 2] {
        [&self.today.dormant, &self.today.active]
    }

    fn nobody_gets_more_than_it_may(&self) -> Result<(), TestCaseError> {
        for (demand, got) in self.demand().iter().zip([&self.grants.dormant, &self.grants.active]) {
            prop_assert!(demand.iter().zip(got).all(|(demand, got)| got <= demand), "above demand");
        }
        for (got, limit) in self.limits() {
            prop_assert!(got <= u64::from(limit), "{got} slots within {limit}");
        }
        Ok(())
    }

    /// Policies by which slots stay empty although somebody could use them.
    fn leaves_idle(&self) -> bool {
        let Rules { policy, precedence, unused_flat, remainder, .. } = self.rules;
        let reserves = unused_flat == UnusedFlat::Lost && remainder != Remainder::LowerBound;
        match policy {
            AllocationPolicy::EvenSplit => true,
            AllocationPolicy::Msm => reserves && precedence == Precedence::PriorityFirst,
            AllocationPolicy::ActiveFirst => reserves,
            _ => false,
        }
    }

    /// One slot more for any cell would pass its demand or a limit.
    fn nothing_idle_could_be_used(&self) -> Result<(), TestCaseError> {
        if self.leaves_idle() {
            return Ok(());
        }
        for place in 0..self.tree.leaves.len() {
            for (status, demand) in self.demand().into_iter().enumerate() {
                let mut more = self.grants.clone();
                let slots = if status == 0 { &mut more.dormant } else { &mut more.active };
                slots[place] += 1;
                if slots[place] <= demand[place] {
                    let more = Shared { grants: more, before: self.before.clone(), ..*self };
                    let within = more.limits().iter().all(|(got, limit)| *got <= u64::from(*limit));
                    prop_assert!(!within, "place {place}, status {status} could have one more");
                }
            }
        }
        Ok(())
    }

    fn the_certificate_stands(&self) -> Result<(), TestCaseError> {
        let (shape, day) = (self.tree.shape(), self.today.day());
        let proven = verify(&shape, &self.rules, &day, &self.grants);
        let proven = proven.map_err(|unproven| TestCaseError::fail(unproven.to_string()))?;
        let given: u64 = self.got(|_| true).iter().sum();
        prop_assert_eq!(proven.allocated, given);
        let mut bound = Bound::default();
        most_possible(&shape, &day, &self.grants, &mut bound);
        let idle: u64 = bound.idle_by_rule.iter().map(|idle| u64::from(*idle)).sum();
        prop_assert_eq!(u64::from(bound.total), given + idle);
        prop_assert_eq!(bound.demand, self.within_own_limits());
        for (group, idle) in bound.idle_by_rule.iter().enumerate() {
            let used: u64 = self.got(|p| self.tree.leaves[p].group == group).iter().sum();
            prop_assert!(used + u64::from(*idle) <= u64::from(bound.groups[group]), "{idle} idle in {group}");
        }
        if idle > 0 {
            // What a group could use is told apart from the programme's limit.
            let mut apart = Bound::default();
            most_possible(&shape, &Day { programme: None, ..day }, &self.grants, &mut apart);
            prop_assert_eq!(apart.groups, bound.groups);
        }
        Ok(())
    }

    /// What suppliers could use within their own limits, in a group and over all.
    fn within_own_limits(&self) -> u64 {
        let today = self.today;
        let mut suppliers = vec![[0, 0]; self.tree.n_suppliers];
        for (branch, limit) in self.tree.branches().into_iter().zip(&today.limits) {
            let [dormant, active] = self.demand().map(|row| total(row, self.is_of(branch)));
            let usable = cut([dormant, active], *limit);
            // Of what is usable, what counts against a limit over Active alone.
            suppliers[branch.1][0] += dormant.min(usable);
            suppliers[branch.1][1] += usable - dormant.min(usable);
        }
        let over_all = |supplier: usize| today.suppliers.get(supplier).copied().flatten();
        (0..suppliers.len()).map(|supplier| cut(suppliers[supplier], over_all(supplier))).sum()
    }

    /// Where quotas were cut to whole slots, everybody has the whole part of its own, and less than one slot more. Credit
    /// may give the one slot more on top of a whole quota; Webster promises less.
    fn shares_are_within_one_unit(&self) -> Result<(), TestCaseError> {
        let certificate = &self.grants.certificate;
        for sharing in &certificate.sharings {
            let claims = certificate.claims_of(sharing);
            let given: u64 = claims.iter().map(|claim| u64::from(claim.got)).sum();
            prop_assert_eq!(given, u64::from(sharing.amount));
            for claim in claims {
                let quota = u128::from(sharing.amount) * u128::from(claim.weight);
                let got = u128::from(claim.got) * u128::from(sharing.of);
                match sharing.split {
                    Split::Equal | Split::ProRata(Rounding::Webster) => prop_assert!(claim.got <= claim.cap),
                    Split::ProRata(rounding) => {
                        let more = u128::from(rounding == Rounding::CarriedCredit);
                        let (floor, of) = (quota / u128::from(sharing.of), u128::from(sharing.of));
                        let within = u128::from(claim.got) >= floor && got < quota + of + more;
                        prop_assert!(within, "{sharing:?} {claim:?}");
                    }
                }
            }
        }
        Ok(())
    }

    /// A claim names somebody among those who shared, nobody twice, and a cell claims no more than it demands.
    fn claims_are_of_who_they_say(&self) -> Result<(), TestCaseError> {
        let (certificate, leaves) = (&self.grants.certificate, &self.tree.leaves);
        let branches = self.tree.branches();
        let branch_of = |place: usize| (leaves[place].group, leaves[place].supplier);
        for sharing in &certificate.sharings {
            let claims = certificate.claims_of(sharing);
            for claim in claims {
                let id = claim.id as usize;
                let (status, place) = (id / leaves.len(), id % leaves.len());
                let (belongs, demand) = match sharing.among {
                    Among::Groups => (id < self.today.groups.len(), u32::MAX),
                    Among::SuppliersOf(group) => (branches[id].0 == group, u32::MAX),
                    Among::GroupsOf(supplier) => (branches[id].1 == supplier, u32::MAX),
                    Among::CellsOfGroup(group) => {
                        (leaves[place].group == group, self.demand()[status][place])
                    }
                    Among::CellsOf(branch) => {
                        (branch_of(place) == branches[branch], self.demand()[status][place])
                    }
                };
                prop_assert!(belongs, "{sharing:?} {claim:?}");
                prop_assert!(claim.weight <= demand, "{claim:?} of a cell that demands {demand}");
            }
            let ids: BTreeSet<u32> = claims.iter().map(|claim| claim.id).collect();
            prop_assert_eq!(ids.len(), claims.len(), "{:?}", sharing);
        }
        Ok(())
    }

    /// An allocator that comes to the day with nothing but the credit does the same.
    fn only_today_and_credit_count(&self, after: &Allocator) -> Result<(), TestCaseError> {
        let mut fresh = self.tree.allocator(self.rules);
        fresh.set_credits(self.before.credits().clone());
        prop_assert_eq!(&self.today.shared_by(&mut fresh), &self.grants);
        prop_assert_eq!(fresh.credits(), after.credits());
        Ok(())
    }

    /// The most that demand of some statuses could use: cut at every limit, from the leaves up.
    fn most(&self, statuses: [bool; 2]) -> u64 {
        let today = self.today;
        let wanted = |status: usize, branch| {
            if statuses[status] { total(self.demand()[status], self.is_of(branch)) } else { 0 }
        };
        let mut groups = vec![0; today.groups.len()];
        for (branch, limit) in self.tree.branches().into_iter().zip(&today.limits) {
            groups[branch.0] += cut([wanted(0, branch), wanted(1, branch)], *limit);
        }
        let groups = groups.iter().zip(&today.groups).map(|(usable, limit)| *usable.min(&u64::from(*limit)));
        groups.sum::<u64>().min(today.programme.map_or(u64::MAX, u64::from))
    }

    fn totals_are_the_largest_there_are(&self) -> Result<(), TestCaseError> {
        let [dormant, active] = self.got(|_| true);
        let idle: u64 = self.grants.idle_by_rule.iter().map(|idle| u64::from(*idle)).sum();
        prop_assert_eq!(dormant + active + idle, self.most([true, true]), "in all");
        prop_assert!(idle == 0 || self.leaves_idle(), "{idle} idle");
        match (self.rules.policy, self.rules.dormant_priority, self.rules.precedence) {
            (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::PriorityFirst) => {
                prop_assert_eq!(dormant, self.most([true, false]), "Dormant first");
            }
            (AllocationPolicy::ActiveFirst, ..) if !self.leaves_idle() => {
                prop_assert_eq!(active, self.most([false, true]), "Active first");
            }
            _ => {}
        }
        Ok(())
    }

    /// The flat amount due to each branch of a group: Active demand up to DMIN, to its limit, and to what Dormant left.
    fn flats_due(&self, group: usize) -> Vec<((usize, usize), u64)> {
        let dormant_before =
            self.rules.policy == AllocationPolicy::Msm && self.rules.precedence == Precedence::PriorityFirst;
        let branches = self.tree.branches().into_iter().zip(&self.today.limits);
        let due = branches.filter(|(branch, _)| branch.0 == group).map(|(branch, limit)| {
            let dormant = if dormant_before { self.got(self.is_of(branch))[0] } else { 0 };
            let counted = |counts: bool| if counts { dormant } else { 0 };
            let room = limit.map_or(u64::MAX, |limit| u64::from(limit.per_day) - counted(limit.covers_both));
            let used = counted(self.rules.dmin_covers == DminCovers::Both);
            let dmin = u64::from(self.today.dmin).saturating_sub(used);
            (branch, total(&self.today.active, self.is_of(branch)).min(dmin).min(room))
        });
        due.collect()
    }

    fn flat_amounts_are_given_where_they_fit(&self) -> Result<(), TestCaseError> {
        let Rules { policy, dormant_priority, precedence, dmin_scope, dmin_covers, .. } = self.rules;
        let strict = dormant_priority == DormantPriority::Strict;
        let first = precedence == Precedence::FlatFirst;
        let due: Vec<_> = (0..self.today.groups.len()).map(|group| self.flats_due(group)).collect();
        let sums = due.iter().map(|due| due.iter().map(|(_, due)| due).sum::<u64>());
        let fits_first = first && {
            let in_groups = sums.zip(&self.today.groups).map(|(sum, limit)| sum.min(u64::from(*limit)));
            in_groups.sum::<u64>() <= self.today.programme.map_or(u64::MAX, u64::from)
        };
        match (policy, first) {
            _ if dmin_scope == DminScope::InAll || self.leaves_idle() => return Ok(()),
            (AllocationPolicy::Msm, false) if strict => {}
            (AllocationPolicy::Msm, true) if strict && fits_first && dmin_covers == DminCovers::Active => {}
            (AllocationPolicy::ActiveFirst, _) => {}
            _ => return Ok(()),
        }
        for (group, due) in due.into_iter().enumerate() {
            let room = if policy == AllocationPolicy::Msm && first {
                u64::from(self.today.groups[group])
            } else {
                self.got(|p| self.tree.leaves[p].group == group)[1]
            };
            let got: Vec<(u64, u64)> =
                due.iter().map(|(branch, due)| (self.got(self.is_of(*branch))[1], *due)).collect();
            if due.iter().map(|(_, due)| due).sum::<u64>() <= room {
                prop_assert!(got.iter().all(|(got, due)| got >= due), "flat amounts fit: {got:?}");
            } else if !first {
                let level = got.iter().filter(|(got, due)| got < due).map(|(got, _)| *got).min().unwrap();
                let cut = got.iter().all(|(got, due)| got <= due && *got <= level + 1);
                prop_assert!(cut, "flat amounts are cut equally: {got:?}");
            }
        }
        Ok(())
    }

    /// With every combination declared that was not, all get what they got.
    fn cells_without_demand_change_nobody(&self) -> Result<(), TestCaseError> {
        let (tree, today) = (self.tree, self.today);
        let whole = Tree::new(tree.n_suppliers, &tree.n_cohorts, |_| true);
        let place_of: Vec<usize> =
            tree.leaves.iter().map(|leaf| whole.leaves.iter().position(|l| l == leaf).unwrap()).collect();
        let spread = |column: &[u32]| {
            let mut spread = vec![0; whole.leaves.len()];
            place_of.iter().zip(column).for_each(|(place, count)| spread[*place] = *count);
            spread
        };
        let mut more = Today {
            dormant: spread(&today.dormant),
            active: spread(&today.active),
            limits: vec![None; whole.branches().len()],
            ..today.clone()
        };
        for (branch, limit) in tree.branches().iter().zip(&today.limits) {
            more.limits[whole.branches().iter().position(|b| b == branch).unwrap()] = *limit;
        }
        more.queue.iter_mut().for_each(|queued| queued.place = place_of[queued.place as usize] as u32);
        let (alone, among) = (today.shared(tree, self.rules), more.shared(&whole, self.rules));
        prop_assert_eq!(&spread(&alone.dormant), &among.dormant);
        prop_assert_eq!(&spread(&alone.active), &among.active);
        Ok(())
    }
}

fn got(grants: &Grants, below: impl Fn(usize) -> bool) -> [u64; 2] {
    [&grants.dormant, &grants.active].map(|row| total(row, &below))
}

fn is_of(tree: &Tree, branch: (usize, usize)) -> impl Fn(usize) -> bool {
    move |place| (tree.leaves[place].group, tree.leaves[place].supplier) == branch
}

/// Every limit with what counts against it.
fn limits(tree: &Tree, today: &Today, grants: &Grants) -> Vec<(u64, u32)> {
    let both = |[dormant, active]: [u64; 2]| dormant + active;
    let counts = |limit: Limit, [dormant, active]: [u64; 2]| {
        (if limit.covers_both { dormant + active } else { active }, limit.per_day)
    };
    let mut limits = vec![(both(got(grants, |_| true)), today.programme.unwrap_or(u32::MAX))];
    for (group, limit) in today.groups.iter().enumerate() {
        limits.push((both(got(grants, |p| tree.leaves[p].group == group)), *limit));
    }
    for (cohort, limit) in today.cohorts.iter().enumerate() {
        limits.push((both(got(grants, |p| tree.cohort_of(&tree.leaves[p]) == cohort)), *limit));
    }
    for (branch, limit) in tree.branches().into_iter().zip(&today.limits) {
        limits.extend(limit.map(|limit| counts(limit, got(grants, is_of(tree, branch)))));
    }
    for (supplier, limit) in today.suppliers.iter().enumerate() {
        let got = got(grants, |p| tree.leaves[p].supplier == supplier);
        limits.extend(limit.map(|limit| counts(limit, got)));
    }
    limits
}

/// Whether nobody has more than it demands, and no limit is passed.
pub(crate) fn within_limits(tree: &Tree, today: &Today, grants: &Grants) -> bool {
    let within = |demand: &[u32], got: &[u32]| demand.iter().zip(got).all(|(demand, got)| got <= demand);
    within(&today.dormant, &grants.dormant)
        && within(&today.active, &grants.active)
        && limits(tree, today, grants).iter().all(|(got, limit)| *got <= u64::from(*limit))
}

/// Dormant and Active demand together, as far as a limit lets it count.
fn cut([dormant, active]: [u64; 2], limit: Option<Limit>) -> u64 {
    match limit {
        None => dormant + active,
        Some(limit) if limit.covers_both => (dormant + active).min(limit.per_day.into()),
        Some(limit) => dormant + active.min(limit.per_day.into()),
    }
}

fn total(column: &[u32], below: impl Fn(usize) -> bool) -> u64 {
    column.iter().enumerate().filter(|(place, _)| below(*place)).map(|(_, count)| u64::from(*count)).sum()
}

macro_rules! hold_for {
    ($($name:ident: $policy:ident,)*) => { $(
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(config(2_000))]

                #[test]
                fn keeps_its_promises_on_a_tree(
                    (tree, days) in days(Scope { n_days: 2, crossing: false, huge: true }),
                    rules in rules(AllocationPolicy::$policy),
                ) {
                    hold(&tree, &days, rules)?;
                }

                #[test]
                fn keeps_its_promises_where_limits_cross(
                    (tree, days) in days(Scope { n_days: 2, crossing: true, huge: true }),
                    rules in rules(AllocationPolicy::$policy),
                ) {
                    hold(&tree, &days, rules)?;
                }
            }
        }
    )* };
}

hold_for! {
    msm: Msm,
    active_first: ActiveFirst,
    pooled: Pooled,
    max_min: MaxMin,
    even_split: EvenSplit,
    first_ready: FirstReady,
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_shape_gives_back_the_tree_it_was_made_from((tree, _) in days(Scope { n_days: 1, crossing: false, huge: false })) {
        let shape = tree.shape();
        prop_assert_eq!(shape.leaves(), &tree.leaves[..]);
        prop_assert_eq!(shape.n_places(), tree.leaves.len());
        prop_assert_eq!(shape.cohorts_by_group().collect::<Vec<_>>(), tree.n_cohorts.clone());
        prop_assert_eq!(shape.branches().collect::<Vec<_>>(), tree.branches());
        let rules = Rules { rounding: Rounding::Webster, ..Rules::DEFAULT };
        prop_assert_eq!(*tree.allocator(rules).rules(), rules);
    }
}
