//! Limits that cross the tree: a cohort's ramp-up limit, a supplier's limit over all groups. The tree rule runs on
//! demand that is cut wherever such a limit was passed, until none is; then exchanges along the network of limits
//! raise the totals to the most that any split could reach.

use crate::model::{AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Rounding};

use super::network::{Layout, Network, Worth};
use super::phases::total;
use super::share::{Claim, Odd, Turn, index, pro_rata};
use super::{Allocator, BranchGrant, Credits, Day, Grants, Limit, Rules, Shape};

/// Demand as far as the limits that cross let it count, and the network. Reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossing {
    /// Demand of every place, Dormant, then Active.
    demand: [Vec<u32>; 2],
    /// Credit at the day's start: only the last run of the tree rule counts.
    credits: Credits,
    /// Credit after the first helping, which is the day's.
    owed: Credits,
    /// Active slots due to every branch as its flat amount, before any limit but its supplier's own.
    flats: Vec<u32>,
    left: Left,
    /// What a later helping gave.
    more: Grants,
    network: Network,
    /// Cells that count against the limit at hand: status and place.
    counted: Vec<(usize, usize)>,
    claims: Vec<Claim>,
    odd: Vec<Odd>,
    shares: Vec<u32>,
    no_credit: Vec<i64>,
}

/// Helpings after the first; each serves most of what is left, and exchanges find the rest.
const MORE_HELPINGS: usize = 4;

impl Allocator {
    /// The rule where limits cross; where none of those that cross is passed, it is the tree rule.
    pub(super) fn share_crossing(&mut self, day: &Day<'_>, grants: &mut Grants) {
        let mut crossing = std::mem::take(&mut self.crossing);
        let passed = self.helping(&mut crossing, day, grants);
        if passed {
            note_first(&crossing, grants);
        }
        if passed && let Some(worth) = worth(self.rules, &self.shape) {
            // Credit is what rounding owes on the day's own quotas; later helpings leave it alone.
            crossing.owed.clone_from(&self.credits);
            for _ in 0..MORE_HELPINGS {
                if worth.slot == 0 || !self.serve_again(&mut crossing, day, grants) {
                    break;
                }
            }
            self.credits.clone_from(&crossing.owed);
            note_again(grants);
            crossing.set_flats(&self.shape, self.rules, day, &grants.certificate.steps.branches);
            crossing.exchange(&self.shape, self.rules, day, worth, grants);
        }
        self.crossing = crossing;
    }

    /// The tree rule on demand that is cut until no limit that crosses is passed; says whether any was.
    fn helping(&mut self, crossing: &mut Crossing, day: &Day<'_>, grants: &mut Grants) -> bool {
        crossing.credits.clone_from(&self.credits);
        self.share_on_tree(day, grants);
        crossing.begin(day);
        let mut passed = false;
        while crossing.cut(&self.shape, self.rules, day, grants) {
            passed = true;
            self.credits.clone_from(&crossing.credits);
            let [dormant, active] = &crossing.demand;
            self.share_on_tree(&Day { dormant, active, ..*day }, grants);
        }
        passed
    }

    /// Shares what the limits still let through among those who still want it, flat amounts apart; says whether that
    /// was anything.
    fn serve_again(&mut self, crossing: &mut Crossing, day: &Day<'_>, grants: &mut Grants) -> bool {
        let mut left = std::mem::take(&mut crossing.left);
        let mut more = std::mem::take(&mut crossing.more);
        left.set(&self.shape, day, grants);
        self.helping(crossing, &left.day(day), &mut more);
        let rows = [(&mut grants.dormant, &more.dormant), (&mut grants.active, &more.active)];
        let mut served = false;
        for (slots, more) in rows.into_iter().flat_map(|(slots, more)| slots.iter_mut().zip(more)) {
            *slots += more;
            served |= *more > 0;
        }
        (crossing.left, crossing.more) = (left, more);
        served
    }
}

/// Writes down what the first sharing came to.
fn note_first(crossing: &Crossing, grants: &mut Grants) {
    let steps = &mut grants.certificate.steps;
    for (counted, demand) in steps.counted.iter_mut().zip(&crossing.demand) {
        counted.clone_from(demand);
    }
    steps.first[0].clone_from(&grants.dormant);
    steps.first[1].clone_from(&grants.active);
    steps.branches.clone_from(&grants.branches);
    note_again(grants);
}

/// Writes down what there is before exchanges.
fn note_again(grants: &mut Grants) {
    let steps = &mut grants.certificate.steps;
    steps.again[0].clone_from(&grants.dormant);
    steps.again[1].clone_from(&grants.active);
}

/// What every limit still lets through, and who still wants it.
#[derive(Clone, Debug, Default)]
struct Left {
    programme: Option<u32>,
    groups: Vec<u32>,
    limits: Vec<Option<Limit>>,
    cohorts: Vec<u32>,
    suppliers: Vec<Option<Limit>>,
    demand: [Vec<u32>; 2],
}

impl Left {
    fn set(&mut self, shape: &Shape, day: &Day<'_>, grants: &Grants) {
        self.programme = day.programme;
        self.groups.clear();
        self.groups.extend_from_slice(day.groups);
        self.limits.clear();
        self.limits.extend_from_slice(day.limits);
        self.cohorts.clear();
        self.cohorts.extend_from_slice(day.cohorts);
        self.suppliers.clear();
        self.suppliers.extend_from_slice(day.suppliers);
        for (left, demand) in self.demand.iter_mut().zip([day.dormant, day.active]) {
            left.clear();
            left.extend_from_slice(demand);
        }
        for (at, branch) in shape.branches.iter().enumerate() {
            for place in branch.places.clone() {
                let got = [grants.dormant[place], grants.active[place]];
                let both = got[0] + got[1];
                self.demand[0][place] -= got[0];
                self.demand[1][place] -= got[1];
                self.programme = self.programme.map(|limit| limit - both);
                self.groups[branch.group] -= both;
                if let Some(limit) = self.cohorts.get_mut(shape.cohort_of(place)).filter(|n| **n != u32::MAX)
                {
                    *limit -= both;
                }
                let of_supplier = [self.limits.get_mut(at), self.suppliers.get_mut(branch.supplier)];
                for limit in of_supplier.into_iter().flatten().flatten() {
                    limit.per_day -= if limit.covers_both { both } else { got[1] };
                }
            }
        }
    }

    fn day<'a>(&'a self, day: &Day<'a>) -> Day<'a> {
        Day {
            turn: day.turn,
            programme: self.programme,
            groups: &self.groups,
            limits: &self.limits,
            dmin: 0,
            dormant: &self.demand[0],
            active: &self.demand[1],
            cohorts: &self.cohorts,
            suppliers: &self.suppliers,
            listed: day.listed,
            queue: day.queue,
        }
    }
}

impl Crossing {
    fn begin(&mut self, day: &Day<'_>) {
        for (copy, demand) in self.demand.iter_mut().zip([day.dormant, day.active]) {
            copy.clear();
            copy.extend_from_slice(demand);
        }
    }

    /// Works out the flat amount due to every branch: its Active demand up to DMIN, whatever the limits that cross leave
    /// room for. `first` is what the first sharing came to; Dormant slots in it count where DMIN is for both.
    fn set_flats(&mut self, shape: &Shape, rules: Rules, day: &Day<'_>, first: &[BranchGrant]) {
        self.flats.clear();
        self.flats.resize(shape.branches.len(), 0);
        // Where cells of both statuses share a supplier's amount, no Active slot is its flat amount.
        if tiers(rules).len() == 1 {
            return;
        }
        let counts_dormant = rules.dmin_covers == DminCovers::Both && rules.policy == AllocationPolicy::Msm;
        let flat_first = counts_dormant && rules.precedence == Precedence::FlatFirst;
        let used = |branch: usize| if counts_dormant && !flat_first { first[branch].dormant } else { 0 };
        for (at, branch) in shape.branches.iter().enumerate() {
            let own = day.limits[at].map_or(u32::MAX, |limit| limit.per_day);
            let active = total(&day.active[branch.places.clone()]).min(own);
            let dormant = if flat_first { total(&day.dormant[branch.places.clone()]) } else { 0 };
            self.flats[at] = active + dormant;
        }
        match rules.dmin_scope {
            DminScope::PerGroup => {
                for (at, flat) in self.flats.iter_mut().enumerate() {
                    *flat = (*flat).min(day.dmin.saturating_sub(used(at)));
                }
            }
            DminScope::InAll => self.spread_dmin(shape, day, used),
        }
        if flat_first {
            // A flat amount that goes first is a supplier's Dormant cells' before it is its Active ones'.
            for (flat, branch) in self.flats.iter_mut().zip(&shape.branches) {
                *flat = flat.saturating_sub(total(&day.dormant[branch.places.clone()]));
            }
        }
    }

    /// Spreads the DMIN of each supplier over its groups, pro rata to what it wants there.
    fn spread_dmin(&mut self, shape: &Shape, day: &Day<'_>, used: impl Fn(usize) -> u32) {
        self.no_credit.resize(self.no_credit.len().max(shape.branches.len()), 0);
        let turn = Turn::of(day.turn, index(shape.groups.len()));
        for supplier in 0..shape.n_suppliers as usize {
            let (mut dmin, mut wanted) = (day.dmin, 0_u32);
            self.claims.clear();
            for (at, branch) in shape.branches.iter().enumerate().filter(|(_, b)| b.supplier == supplier) {
                dmin = dmin.saturating_sub(used(at));
                wanted += self.flats[at];
                self.claims.push(Claim::whole(at, index(branch.group), self.flats[at]));
                self.flats[at] = 0;
            }
            let (exact, odd) = (Rounding::LargestRemainder, &mut self.odd);
            let no_credit = &mut self.no_credit;
            pro_rata(dmin.min(wanted), &self.claims, turn, exact, no_credit, odd, &mut self.flats);
        }
    }

    /// Cuts demand at every limit that was passed; says whether any was.
    fn cut(&mut self, shape: &Shape, rules: Rules, day: &Day<'_>, grants: &Grants) -> bool {
        let mut passed = false;
        for (cohort, limit) in day.cohorts.iter().enumerate().filter(|(_, limit)| **limit != u32::MAX) {
            let of_cohort = |place: &usize| shape.cohort_of(*place) == cohort;
            passed |= self.cut_at(*limit, (0..shape.n_places()).filter(of_cohort), true, rules, day, grants);
        }
        for (supplier, limit) in day.suppliers.iter().enumerate() {
            let Some(limit) = limit else { continue };
            let of_supplier = |place: &usize| shape.leaves[*place].supplier == supplier;
            let places = (0..shape.n_places()).filter(of_supplier);
            passed |= self.cut_at(limit.per_day, places, limit.covers_both, rules, day, grants);
        }
        passed
    }

    /// Cuts the demand of the cells that count against one limit, if together they got more: who goes first keeps what
    /// it got, the others are cut pro rata to what they got.
    fn cut_at(
        &mut self,
        limit: u32,
        places: impl Iterator<Item = usize>,
        covers_both: bool,
        rules: Rules,
        day: &Day<'_>,
        grants: &Grants,
    ) -> bool {
        let got = |(status, place): (usize, usize)| [&grants.dormant, &grants.active][status][place];
        self.counted.clear();
        for place in places {
            self.counted.extend((usize::from(!covers_both)..2).map(|status| (status, place)));
        }
        let total: u64 = self.counted.iter().map(|cell| u64::from(got(*cell))).sum();
        if total <= u64::from(limit) {
            return false;
        }
        let mut left = limit;
        for tier in tiers(rules) {
            self.claims.clear();
            self.shares.clear();
            self.shares.resize(self.counted.len(), 0);
            self.no_credit.resize(self.counted.len(), 0);
            for (i, cell) in self.counted.iter().enumerate().filter(|(_, cell)| tier[cell.0]) {
                self.claims.push(Claim::whole(i, index(i), got(*cell)));
            }
            let wanted: u64 = self.claims.iter().map(|claim| u64::from(claim.weight)).sum();
            let amount = u32::try_from(wanted).map_or(left, |wanted| wanted.min(left));
            let turn = Turn::of(day.turn, index(self.counted.len()));
            let exact = Rounding::LargestRemainder;
            let (no_credit, odd) = (&mut self.no_credit, &mut self.odd);
            pro_rata(amount, &self.claims, turn, exact, no_credit, odd, &mut self.shares);
            for claim in &self.claims {
                let (status, place) = self.counted[claim.id as usize];
                self.demand[status][place] = self.shares[claim.id as usize];
            }
            left -= amount;
        }
        true
    }

    /// Raises the totals as far as any split could, in the order of the policy's aims.
    fn exchange(&mut self, shape: &Shape, rules: Rules, day: &Day<'_>, worth: Worth, grants: &mut Grants) {
        self.network.build(shape, day, grants, worth, &self.flats);
        self.network.exchange();
        self.network.read_cells(grants);
        for (at, branch) in shape.branches.iter().enumerate() {
            let dormant = grants.dormant[branch.places.clone()].iter().sum();
            let active = grants.active[branch.places.clone()].iter().sum();
            grants.branches[at] = by_rule(rules, grants.branches[at], self.flats[at], dormant, active);
        }
        let certificate = &mut grants.certificate;
        certificate.prices.extend_from_slice(self.network.prices());
        certificate.worth = worth;
        certificate.flats.extend_from_slice(&self.flats);
    }
}

/// What a branch's slots count as after an exchange.
fn by_rule(rules: Rules, before: BranchGrant, flat: u32, dormant: u32, active: u32) -> BranchGrant {
    if tiers(rules).len() == 1 && rules.policy != AllocationPolicy::FirstReady {
        // Cells of both statuses share a branch's amount.
        let first = before.dormant.min(dormant);
        let flat = before.flat.min(dormant + active - first);
        let flat_dormant = before.flat_dormant.min(first);
        return BranchGrant {
            dormant: first,
            flat_dormant,
            flat,
            remainder: dormant + active - first - flat,
        };
    }
    let flat = active.min(flat);
    BranchGrant { dormant, flat_dormant: before.flat_dormant.min(dormant), flat, remainder: active - flat }
}

/// Who keeps its slots where a limit cuts: Dormant and Active cells of each tier, the first tier first.
fn tiers(rules: Rules) -> &'static [[bool; 2]] {
    match (rules.policy, rules.dormant_priority) {
        (AllocationPolicy::Msm, DormantPriority::Strict) => &[[true, false], [false, true]],
        (AllocationPolicy::ActiveFirst, _) => &[[false, true], [true, false]],
        (AllocationPolicy::Msm, DormantPriority::UpToShare { .. })
        | (
            AllocationPolicy::Pooled
            | AllocationPolicy::MaxMin
            | AllocationPolicy::EvenSplit
            | AllocationPolicy::FirstReady,
            _,
        ) => &[[true, true]],
    }
}

/// What an exchange is worth under a policy; `None` where slots that somebody could use stay empty by its rule.
fn worth(rules: Rules, shape: &Shape) -> Option<Worth> {
    // An aim outweighs all that a cycle, which passes every node at most once, can lose of those after it.
    let most = i64::try_from(Layout::of(shape).n_nodes(shape)).expect("a tree has fewer than 2^32 nodes") + 1;
    let [first, second, third] = [most * most, most, 1];
    let any_slot = Some(Worth { slot: 1, ..Worth::default() });
    match (rules.policy, rules.dormant_priority, rules.precedence) {
        (AllocationPolicy::EvenSplit, ..) => None,
        (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::PriorityFirst)
            if rules.keeps_reserves() =>
        {
            Some(Worth { dormant: 1, ..Worth::default() })
        }
        (AllocationPolicy::Msm | AllocationPolicy::ActiveFirst, ..) if rules.keeps_reserves() => None,
        (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::PriorityFirst) => {
            Some(Worth { dormant: first, slot: second, flat: third, active: 0 })
        }
        (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::FlatFirst) => {
            Some(Worth { flat: first, dormant: second, slot: third, active: 0 })
        }
        (AllocationPolicy::ActiveFirst, ..) => {
            Some(Worth { active: first, slot: second, flat: third, dormant: 0 })
        }
        (AllocationPolicy::Msm, DormantPriority::UpToShare { .. }, _)
        | (AllocationPolicy::Pooled | AllocationPolicy::MaxMin | AllocationPolicy::FirstReady, ..) => {
            any_slot
        }
    }
}
