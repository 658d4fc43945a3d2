//! The checker of certificates: it accepts what the rules give, and notices every slot put elsewhere and every claim
//! that is not true.

use dormouse::allocate::{Allocator, BranchGrant, Day, Grants, Leaf, Limit, Rules, Shape, verify};
use dormouse::model::{AllocationPolicy, Rounding};

use super::allocation_by_hand::RULES;

fn one_branch() -> Shape {
    Shape::new(vec![Leaf { group: 0, supplier: 0, cohort: 0 }], &[1], 1)
}

fn given(slots: u32) -> Grants {
    let branches = vec![BranchGrant { dormant: slots, ..BranchGrant::default() }];
    Grants { dormant: vec![slots], active: vec![0], branches, idle_by_rule: vec![0], ..Grants::default() }
}

#[test]
fn slots_above_demand_or_a_limit_are_noticed() {
    let limits = [Some(Limit { per_day: 7, covers_both: true })];
    let day = Day { groups: &[8], limits: &[None], dormant: &[8], active: &[0], ..Day::default() };
    let over_all = [Some(Limit { per_day: 7, covers_both: true })];
    assert_eq!(verify(&one_branch(), &RULES, &day, &given(8)).unwrap().allocated, 8);
    let slips = [
        (Day { dormant: &[7], ..day }, "more slots than it demands"),
        (Day { groups: &[7], ..day }, "group 0 got 8 slots within 7"),
        (Day { programme: Some(7), ..day }, "the programme got 8 slots within 7"),
        (Day { limits: &limits, ..day }, "supplier 0 in group 0 got 8 slots within 7"),
        (Day { cohorts: &[7], ..day }, "cohort 0 got 8 slots within 7"),
        (Day { suppliers: &over_all, ..day }, "supplier 0 over all groups got 8 slots within 7"),
    ];
    for (day, says) in slips {
        let what = verify(&one_branch(), &RULES, &day, &given(8)).unwrap_err().to_string();
        assert!(what.contains(says), "{what}");
        let mut own = Grants::default();
        Allocator::new(one_branch(), RULES).allocate(&day, &mut own);
        assert_eq!(own.dormant, [7], "the allocator itself keeps it");
    }
}

#[test]
fn an_idle_slot_that_a_claimant_could_use_is_noticed() {
    let day = Day { groups: &[8], limits: &[None], dormant: &[8], active: &[0], ..Day::default() };
    let what = verify(&one_branch(), &RULES, &day, &given(7)).unwrap_err().to_string();
    assert!(what.contains("could have used an idle slot"), "{what}");
}

/// Two suppliers, two cohorts: a supplier over all groups and a cohort in a group both have limits.
fn crossing() -> (Shape, [Option<Limit>; 2]) {
    let leaves = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1)];
    let leaf = |(group, supplier, cohort)| Leaf { group, supplier, cohort };
    (Shape::new(leaves.map(leaf).to_vec(), &[2], 2), [Some(Limit { per_day: 40, covers_both: false }), None])
}

#[test]
fn every_unit_moved_elsewhere_is_noticed() {
    let (shape, suppliers) = crossing();
    let (dormant, active) = ([10, 20, 30, 5], [50, 30, 20, 70]);
    for crosses in [false, true] {
        let mut day = Day {
            groups: &[110],
            limits: &[None; 2],
            dmin: 10,
            dormant: &dormant,
            active: &active,
            ..Day::default()
        };
        if crosses {
            day = Day { groups: &[200], suppliers: &suppliers, cohorts: &[60, u32::MAX], ..day };
        }
        let mut grants = Grants::default();
        Allocator::new(shape.clone(), RULES).allocate(&day, &mut grants);
        verify(&shape, &RULES, &day, &grants).unwrap();
        assert_eq!(grants.certificate.prices.is_empty(), !crosses);
        // One Dormant slot given to Active instead, in the same branch.
        let mut swapped = grants.clone();
        swapped.dormant[1] -= 1;
        swapped.active[1] += 1;
        swapped.branches[0].dormant -= 1;
        swapped.branches[0].remainder += 1;
        verify(&shape, &RULES, &day, &swapped).unwrap_err();
        // One slot left idle.
        let mut idle = grants.clone();
        let last = idle.active.iter().rposition(|n| *n > 0).unwrap();
        idle.active[last] -= 1;
        idle.branches[1].remainder -= 1;
        verify(&shape, &RULES, &day, &idle).unwrap_err();
        // A rule that says what the cells do not.
        let mut told = grants.clone();
        told.branches[1].flat += 1;
        assert!(verify(&shape, &RULES, &day, &told).unwrap_err().to_string().contains("by rule"));
    }
}

#[test]
fn a_sharing_that_is_not_within_one_unit_is_noticed() {
    let shape = Shape::new((0..3).map(|supplier| Leaf { group: 0, supplier, cohort: 0 }).collect(), &[1], 3);
    for rounding in
        [Rounding::CarriedCredit, Rounding::LargestRemainder, Rounding::Webster, Rounding::Systematic]
    {
        for policy in [AllocationPolicy::Msm, AllocationPolicy::MaxMin] {
            let rules = Rules { rounding, policy, ..RULES };
            let day = Day {
                groups: &[20],
                limits: &[None; 3],
                dormant: &[0; 3],
                active: &[11, 14, 30],
                ..Day::default()
            };
            let mut grants = Grants::default();
            Allocator::new(shape.clone(), rules).allocate(&day, &mut grants);
            verify(&shape, &rules, &day, &grants).unwrap();
            let last = grants.certificate.sharings.first().unwrap().claims.clone();
            for (from, to) in [(0, 1), (1, 2), (2, 0)] {
                let mut moved = grants.clone();
                moved.certificate.claims[last.clone()][from].got -= 2;
                moved.certificate.claims[last.clone()][to].got += 2;
                let what = verify(&shape, &rules, &day, &moved).unwrap_err().to_string();
                assert!(what.contains("quotas") || what.contains("claim of"), "{what}");
            }
            let mut less = grants.clone();
            less.certificate.sharings[0].amount += 1;
            assert!(verify(&shape, &rules, &day, &less).unwrap_err().to_string().contains("were given"));
        }
    }
}

#[test]
fn a_flat_amount_withheld_where_it_fitted_is_noticed() {
    let shape = Shape::new((0..2).map(|supplier| Leaf { group: 0, supplier, cohort: 0 }).collect(), &[1], 2);
    let day = Day {
        groups: &[30],
        limits: &[None; 2],
        dmin: 10,
        dormant: &[0; 2],
        active: &[10, 90],
        ..Day::default()
    };
    let part = |flat, remainder| BranchGrant { flat, remainder, ..BranchGrant::default() };
    let grants = Grants {
        dormant: vec![0; 2],
        active: vec![9, 21],
        branches: vec![part(9, 0), part(10, 11)],
        idle_by_rule: vec![0],
        ..Grants::default()
    };
    let what = verify(&shape, &RULES, &day, &grants).unwrap_err().to_string();
    assert!(what.contains("got 9 slots of a flat amount of 10"), "{what}");
}

/// Where limits cross, a certificate says what exchanges are worth, what they would change and which flat amounts were due; none is
/// taken at its word.
#[test]
fn what_a_certificate_of_crossing_limits_says_is_held_against_the_day() {
    let (shape, suppliers) = crossing();
    let day = Day {
        groups: &[200],
        limits: &[None; 2],
        dmin: 10,
        dormant: &[10, 20, 30, 5],
        active: &[50, 30, 20, 70],
        suppliers: &suppliers,
        cohorts: &[60, u32::MAX],
        ..Day::default()
    };
    let mut grants = Grants::default();
    Allocator::new(shape.clone(), RULES).allocate(&day, &mut grants);
    verify(&shape, &RULES, &day, &grants).unwrap();
    let noticed = |rules: &Rules, change: &dyn Fn(&mut Grants), says: &str| {
        let mut changed = grants.clone();
        change(&mut changed);
        let what = verify(&shape, rules, &day, &changed).unwrap_err().to_string();
        assert!(what.contains(says), "{what}");
    };
    let pooled = Rules { policy: AllocationPolicy::Pooled, ..RULES };
    noticed(&pooled, &|_| {}, "weighs exchanges otherwise");
    noticed(&RULES, &|of| of.certificate.flats[0] += 1, "the certificate counts");
    noticed(&RULES, &|of| of.certificate.flats.truncate(1), "does not have a flat amount for every supplier");
    for node in 0..grants.certificate.prices.len() {
        for off in [-1_000_000, 1_000_000] {
            let changed = |of: &mut Grants| of.certificate.prices[node] += off;
            let mut moved = grants.clone();
            changed(&mut moved);
            if verify(&shape, &RULES, &day, &moved).is_err() {
                noticed(&RULES, &changed, "an exchange would help");
            }
        }
    }
    noticed(&RULES, &|of| of.certificate.prices.fill(0), "an exchange would help");
}

#[test]
fn a_slot_of_others_that_those_who_go_first_could_use_is_noticed() {
    let day = Day { groups: &[8], limits: &[None], dormant: &[8], active: &[8], ..Day::default() };
    let branches = vec![BranchGrant { dormant: 7, remainder: 1, ..BranchGrant::default() }];
    let grants =
        Grants { dormant: vec![7], active: vec![1], branches, idle_by_rule: vec![0], ..Grants::default() };
    let what = verify(&one_branch(), &RULES, &day, &grants).unwrap_err().to_string();
    assert!(what.contains("goes first and could have used a slot of others"), "{what}");
}

#[test]
fn what_does_not_hold_is_said_with_names() {
    let day = Day { groups: &[8], limits: &[None], dormant: &[8], active: &[0], ..Day::default() };
    let unproven = verify(&one_branch(), &RULES, &day, &given(7)).unwrap_err();
    let (groups, suppliers) = (["IOC".to_owned()], ["Aster".to_owned()]);
    let named = unproven.named(&groups, &suppliers);
    assert_eq!(named, "supplier `Aster` in group `IOC` could have used an idle slot");
    assert_eq!(unproven.to_string(), "supplier 0 in group 0 could have used an idle slot");
}
