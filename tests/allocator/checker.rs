//! The checker of certificates, held to plain definitions and to a solver: whatever slots it is shown, and whatever
//! certificate, it accepts what is within the limits, divided as its rule says and as large as can be, and nothing else.

use dormouse::allocate::{
    Among, Bound, BranchGrant, Certificate, Day, Grants, Leaf, Limit, OwnedDay, Rule, Rules, Settled, Shape,
    Sharing, Split, most_possible, verify,
};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, UnusedFlat,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::day::{STATELESS, ShareOut, Today, Tree};
use super::oracle::{Aim, aims, any_rules, reached, solved};
use super::promises::within_limits;
use super::random::{ROUNDINGS, Scope, config, days, rules};

/// A slot taken from a cell, and given to another or to nobody.
type Move = (Index, Option<Index>);

fn moves() -> impl Strategy<Value = Vec<Move>> {
    vec((any::<Index>(), prop::option::weighted(0.7, any::<Index>())), 0..4)
}

/// The slots after some moves, told as if all went by the same rules, and nothing said of why.
fn moved(tree: &Tree, grants: &Grants, moves: &[Move]) -> Grants {
    let n = tree.leaves.len();
    let mut cells = [&grants.dormant[..], &grants.active[..]].concat();
    for (from, to) in moves.iter().filter(|_| n > 0) {
        let from = from.index(2 * n);
        if cells[from] > 0 {
            cells[from] -= 1;
            to.iter().for_each(|to| cells[to.index(2 * n)] += 1);
        }
    }
    let (dormant, active) = cells.split_at(n);
    let of = |row: &[u32], branch| {
        let own = tree.leaves.iter().zip(row).filter(|(leaf, _)| (leaf.group, leaf.supplier) == branch);
        own.map(|(_, slots)| slots).sum()
    };
    let branch =
        |at| BranchGrant { dormant: of(dormant, at), remainder: of(active, at), ..BranchGrant::default() };
    Grants {
        dormant: dormant.to_vec(),
        active: active.to_vec(),
        branches: tree.branches().into_iter().map(branch).collect(),
        ..Grants::default()
    }
}

fn accepts(tree: &Tree, today: &Today, rules: Rules, grants: &Grants) -> bool {
    verify(&tree.shape(), &rules, &today.day(), grants).is_ok()
}

const POLICIES: [AllocationPolicy; 6] = [
    AllocationPolicy::Msm,
    AllocationPolicy::ActiveFirst,
    AllocationPolicy::Pooled,
    AllocationPolicy::MaxMin,
    AllocationPolicy::EvenSplit,
    AllocationPolicy::FirstReady,
];

fn any_policy() -> impl Strategy<Value = Rules> {
    select(POLICIES.to_vec()).prop_flat_map(rules)
}

/// Totals that a policy makes as large as they can be where limits nest.
fn largest(rules: Rules) -> Vec<Aim> {
    let reserved = rules.unused_flat == UnusedFlat::Lost && rules.remainder != Remainder::LowerBound;
    let strict = rules.dormant_priority == DormantPriority::Strict;
    match (rules.policy, rules.precedence) {
        (AllocationPolicy::EvenSplit, _) => vec![],
        (AllocationPolicy::ActiveFirst, _) => {
            if reserved {
                vec![]
            } else {
                vec![Aim::Active, Aim::Slots]
            }
        }
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => match (strict, reserved) {
            (true, true) => vec![Aim::Dormant],
            (true, false) => vec![Aim::Dormant, Aim::Slots],
            (false, true) => vec![],
            (false, false) => vec![Aim::Slots],
        },
        _ => vec![Aim::Slots],
    }
}

/// Slots and demand of a branch, Dormant and Active.
struct OfBranch {
    group: usize,
    supplier: usize,
    got: [u32; 2],
    demand: [u32; 2],
    limit: Option<Limit>,
}

fn of_branches(tree: &Tree, today: &Today, grants: &Grants) -> Vec<OfBranch> {
    let of_branch = |((group, supplier), limit): ((usize, usize), &Option<Limit>)| {
        let sum = |row: &[u32]| {
            let own = tree.leaves.iter().zip(row);
            own.filter(|(leaf, _)| (leaf.group, leaf.supplier) == (group, supplier)).map(|(_, n)| n).sum()
        };
        let got = [sum(&grants.dormant), sum(&grants.active)];
        OfBranch { group, supplier, got, demand: [sum(&today.dormant), sum(&today.active)], limit: *limit }
    };
    tree.branches().into_iter().zip(&today.limits).map(of_branch).collect()
}

/// Whether everybody has its flat amount, or those of its group who have more than it have no more than theirs, nor
/// more than one slot above what it got.
fn has_flats(tree: &Tree, today: &Today, rules: Rules, grants: &Grants) -> bool {
    let (flat_first, promised) = match rules.policy {
        AllocationPolicy::Msm => {
            (rules.precedence == Precedence::FlatFirst, rules.dormant_priority == DormantPriority::Strict)
        }
        policy => (true, policy == AllocationPolicy::ActiveFirst),
    };
    if !promised || today.dmin == 0 {
        return true;
    }
    let msm = rules.policy == AllocationPolicy::Msm;
    let both = rules.dmin_covers == DminCovers::Both;
    let for_both = flat_first && msm && both;
    let all = of_branches(tree, today, grants);
    let got = |of: &OfBranch| if for_both { of.got[0] + of.got[1] } else { of.got[1] };
    let wanted = |of: &OfBranch| {
        let before = if flat_first { 0 } else { of.got[0] };
        let (active, own) = (of.demand[1], of.limit.map_or(u32::MAX, |limit| limit.per_day));
        let all = active.min(own) + if for_both { of.demand[0] } else { 0 };
        let covered = of.limit.filter(|limit| limit.covers_both);
        all.min(covered.map_or(u32::MAX, |limit| limit.per_day - before))
    };
    let counted = |of: &OfBranch| if both && msm && !flat_first { of.got[0] } else { 0 };
    // DMIN times a part of the whole: between which whole numbers a flat amount must be.
    let due = |of: &OfBranch| {
        let own = |other: &&OfBranch| match rules.dmin_scope {
            DminScope::PerGroup => (other.group, other.supplier) == (of.group, of.supplier),
            DminScope::InAll => other.supplier == of.supplier,
        };
        let dmin = today.dmin.saturating_sub(all.iter().filter(own).map(counted).sum());
        let whole: u32 = all.iter().filter(own).map(wanted).sum();
        let product = u64::from(dmin.min(whole)) * u64::from(wanted(of));
        let whole = u64::from(whole.max(1));
        ((product / whole) as u32, product.div_ceil(whole) as u32)
    };
    let holds = |less: &OfBranch, more: &OfBranch| {
        got(less) >= due(less).0
            || (got(more) <= due(more).1
                && got(more) <= got(less) + 1
                && (!flat_first || for_both || more.got[0] == 0))
    };
    all.iter().all(|less| all.iter().filter(|more| more.group == less.group).all(|more| holds(less, more)))
}

/// Whether nobody goes without in a group that has room for all, where all that groups could use fits the programme.
fn serves_all_where_all_fits(tree: &Tree, today: &Today, rules: Rules, grants: &Grants) -> bool {
    let all = of_branches(tree, today, grants);
    let usable = |of: &OfBranch| match of.limit {
        Some(limit) if limit.covers_both => limit.per_day.min(of.demand[0] + of.demand[1]),
        limit => of.demand[0] + of.demand[1].min(limit.map_or(u32::MAX, |limit| limit.per_day)),
    };
    let in_group = |group: usize| {
        let own = || all.iter().filter(move |of| of.group == group);
        (own().map(usable).sum::<u32>(), own().map(|of| of.got[0] + of.got[1]).sum::<u32>())
    };
    let used: u32 = today.groups.iter().enumerate().map(|(g, limit)| in_group(g).0.min(*limit)).sum();
    rules.policy == AllocationPolicy::EvenSplit
        || today.programme.is_some_and(|limit| used > limit)
        || today.groups.iter().enumerate().all(|(g, limit)| {
            let (asked, got) = in_group(g);
            asked > *limit || got == asked
        })
}

proptest! {
    #![proptest_config(config(6_000))]

    #[test]
    fn accepts_only_the_largest_totals_and_flat_amounts_on_trees(
        (tree, days) in days(Scope { n_days: 1, crossing: false, huge: false }),
        rules in any_policy(),
        other in prop::option::of(any_policy()),
        moves in moves(),
    ) {
        let today = &days[0];
        let grants = moved(&tree, &today.shared(&tree, other.unwrap_or(rules)), &moves);
        let largest = largest(rules).into_iter().all(|aim| {
            let flats = vec![0; tree.branches().len()];
            reached(&tree, &grants, &flats, &[aim]) == solved(&tree, today, &flats, &[aim])
        });
        let holds = within_limits(&tree, today, &grants)
            && largest
            && serves_all_where_all_fits(&tree, today, rules, &grants)
            && has_flats(&tree, today, rules, &grants);
        let found = verify(&tree.shape(), &rules, &today.day(), &grants);
        prop_assert_eq!(found.is_ok(), holds, "{:?}: {:?}", found, grants);
    }

    #[test]
    fn accepts_only_the_largest_totals_where_limits_cross(
        (tree, days) in days(Scope { n_days: 1, crossing: true, huge: false }),
        rules in any_rules(),
        moves in moves(),
    ) {
        let today = &days[0];
        let shared = today.shared(&tree, rules);
        let Certificate { prices, flats, .. } = &shared.certificate;
        if prices.is_empty() {
            return Ok(());
        }
        let mut grants = moved(&tree, &shared, &moves);
        grants.certificate = shared.certificate.clone();
        let totals = |grants: &Grants| reached(&tree, grants, flats, &aims(rules));
        let holds = within_limits(&tree, today, &grants) && totals(&grants) == totals(&shared);
        prop_assert_eq!(accepts(&tree, today, rules, &grants), holds, "{:?}", grants);
        // Prices of no meaning prove nothing.
        for node in 0..prices.len() {
            for off in [-1, 1, prices.iter().min().unwrap() - 1, prices.iter().max().unwrap() + 1] {
                grants.certificate.prices[node] = prices[node] + off;
                prop_assert!(!accepts(&tree, today, rules, &grants) || holds, "node {node}, {off}: {grants:?}");
            }
            grants.certificate.prices[node] = prices[node];
        }
    }
}

/// An empty day that shows one sharing.
fn shown(sharing: Sharing, claims: Vec<Settled>) -> Result<u64, String> {
    let shape = Shape::new(vec![Leaf { group: 0, supplier: 0, cohort: 0 }], &[1], 1);
    let today = OwnedDay {
        groups: vec![0],
        limits: vec![None],
        dormant: vec![0],
        active: vec![0],
        ..OwnedDay::default()
    };
    let mut grants = today.shared(&Tree::flat(1), STATELESS);
    (grants.certificate.sharings, grants.certificate.claims) = (vec![sharing], claims);
    let proven = verify(&shape, &STATELESS, &today.day(), &grants);
    proven.map(|proven| proven.sharings).map_err(|unproven| unproven.to_string())
}

/// Whether an amount was divided as the rule of its split says: no unit would be better elsewhere.
fn divided(split: Split, amount: u32, claims: &[Settled]) -> bool {
    let of: u32 = claims.iter().map(|claim| claim.weight).sum();
    let better = |from: &Settled, to: &Settled| match split {
        Split::Equal => from.got > to.got + 1,
        Split::ProRata(Rounding::Webster) => to.weight * (2 * from.got - 1) > from.weight * (2 * to.got + 1),
        Split::ProRata(Rounding::LargestRemainder) => {
            let rest = |claim: &Settled| amount * claim.weight - amount * claim.weight / of * of;
            let above = |claim: &Settled| claim.got > amount * claim.weight / of;
            above(from) && !above(to) && rest(to) > rest(from)
        }
        Split::ProRata(Rounding::Systematic | Rounding::CarriedCredit) => false,
    };
    let near = |claim: &Settled| {
        let (floor, whole) = (amount * claim.weight / of, (amount * claim.weight).is_multiple_of(of));
        match split {
            Split::Equal | Split::ProRata(Rounding::Webster) => true,
            Split::ProRata(Rounding::Systematic) => {
                claim.got >= floor && claim.got <= floor + u32::from(!whole)
            }
            Split::ProRata(_) => claim.got >= floor && claim.got <= floor + 1,
        }
    };
    claims.iter().map(|claim| claim.got).sum::<u32>() == amount
        && claims.iter().all(|claim| claim.got <= claim.cap && near(claim))
        && claims
            .iter()
            .filter(|from| from.got > 0)
            .all(|from| claims.iter().filter(|to| to.got < to.cap).all(|to| !better(from, to)))
}

#[test]
fn accepts_only_sharings_that_are_as_their_rule_says() {
    let splits = ROUNDINGS.map(Split::ProRata).into_iter().chain([Split::Equal]);
    let (mut held, mut shown_in_all) = (0, 0);
    for split in splits {
        for [a, b, c] in [[1, 1, 1], [1, 2, 3], [0, 2, 3], [1, 1, 4], [2, 3, 5], [2, 2, 4], [1, 5, 6]] {
            for caps in [[a, b, c], [a + 1, b, c + 2], [1, 1, 2]] {
                for amount in 0..=7 {
                    for code in 0..8_u32.pow(3) {
                        let got = [code % 8, code / 8 % 8, code / 64];
                        let claim = |k: usize| Settled {
                            id: k as u32,
                            weight: [a, b, c][k],
                            cap: caps[k],
                            got: got[k],
                        };
                        let claims = [0, 1, 2].map(claim);
                        let of = u64::from(a + b + c);
                        let sharing = Sharing {
                            rule: Rule::Remainder,
                            among: Among::Groups,
                            split,
                            amount,
                            of,
                            claims: 0..3,
                        };
                        let (found, holds) =
                            (shown(sharing.clone(), claims.to_vec()), divided(split, amount, &claims));
                        assert_eq!(found.is_ok(), holds, "{split:?} of {amount}: {claims:?} {found:?}");
                        held += u32::from(holds);
                        shown_in_all += 1;
                        if holds {
                            assert_eq!(found, Ok(1));
                            shown(Sharing { of: of + 1, ..sharing }, claims.to_vec()).unwrap_err();
                        }
                    }
                }
            }
        }
    }
    println!("{held} of {shown_in_all} sharings hold");
}

proptest! {
    #![proptest_config(config(2_000))]

    /// Whoever lists the places with demand gets the same slots, credit and bound day after day; a list that misses one of them is not proven.
    #[test]
    fn listed_places_change_nothing_and_none_may_be_missing(
        (tree, days) in days(Scope { n_days: 4, crossing: true, huge: false }),
        rules in any_policy(),
        which: Index,
    ) {
        let shape = tree.shape();
        let (mut by_all, mut by_listed) = (tree.allocator(rules), tree.allocator(rules));
        let mut bounds = [Bound::default(), Bound::default()];
        for (at, today) in days.iter().enumerate() {
            let has = |place: &usize| today.dormant[*place] + today.active[*place] > 0;
            // On some days places without demand are listed as well.
            let mut listed: Vec<usize> = (0..shape.n_places()).filter(|place| at % 2 == 1 || has(place)).collect();
            let all = today.day();
            let (mut grants, mut of_listed) = (Grants::default(), Grants::default());
            by_all.allocate(&all, &mut grants);
            by_listed.allocate(&Day { listed: Some(&listed), ..all }, &mut of_listed);
            prop_assert_eq!(&grants, &of_listed);
            prop_assert_eq!(by_all.credits(), by_listed.credits());
            most_possible(&shape, &all, &grants, &mut bounds[0]);
            most_possible(&shape, &Day { listed: Some(&listed), ..all }, &grants, &mut bounds[1]);
            prop_assert_eq!((&bounds[0].groups, bounds[0].demand), (&bounds[1].groups, bounds[1].demand));
            let proven = verify(&shape, &rules, &Day { listed: Some(&listed), ..all }, &grants);
            prop_assert_eq!(proven.is_ok(), verify(&shape, &rules, &all, &grants).is_ok());
            if listed.iter().any(has) {
                let wanting: Vec<usize> = listed.iter().copied().filter(has).collect();
                let one = wanting[which.index(wanting.len())];
                listed.retain(|place| *place != one);
                let missed = verify(&shape, &rules, &Day { listed: Some(&listed), ..all }, &grants);
                prop_assert!(missed.is_err());
            }
        }
    }
}
