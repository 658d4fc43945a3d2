//! The allocator is its specification, slot for slot: on every day of a small box, and on many days at random.

use std::collections::BTreeMap;

use dormouse::allocate::{Grants, Rules};
use dormouse::model::Rounding;
use proptest::prelude::*;

use super::day::{STATELESS, ShareOut, Today, Tree};
use super::random::{Scope, config, days};
use super::specification::{Fractions, Slots, cells, msm};

fn slots(tree: &Tree, grants: &Grants) -> Slots {
    Slots { dormant: cells(tree, &grants.dormant), active: cells(tree, &grants.active) }
}

/// Shares days out one after the other both ways; says where they part.
fn compare(tree: &Tree, days: &[Today], rounding: Rounding) -> Result<(), String> {
    let (rules, mut fractions) = match rounding {
        Rounding::CarriedCredit => (Rules::DEFAULT, Fractions::Carried(BTreeMap::new())),
        _ => (STATELESS, Fractions::Largest),
    };
    let mut allocator = tree.allocator(rules);
    let mut grants = Grants::default();
    for (at, today) in days.iter().enumerate() {
        allocator.allocate(&today.day(), &mut grants);
        let (found, expected) = (slots(tree, &grants), msm(tree, today, &mut fractions));
        if found != expected {
            return Err(format!("day {at}, {rounding:?}: {today:?}\ngave {found:?}\nnot  {expected:?}"));
        }
    }
    Ok(())
}

fn compare_both(tree: &Tree, days: &[Today]) -> Result<(), TestCaseError> {
    for rounding in [Rounding::LargestRemainder, Rounding::CarriedCredit] {
        compare(tree, days, rounding).map_err(TestCaseError::fail)?;
    }
    Ok(())
}

/// All lists of `n` numbers up to `most`.
fn all(n: usize, most: u32) -> impl Iterator<Item = Vec<u32>> {
    let base = most + 1;
    (0..base.pow(n as u32)).map(move |code| (0..n).map(|at| code / base.pow(at as u32) % base).collect())
}

/// Three suppliers, each demand up to `most`, capacity up to 12, DMIN up to 2.
fn every_day_of_three_suppliers(most: u32) -> usize {
    let tree = Tree::flat(3);
    let mut n = 0;
    for demand in all(6, most) {
        for capacity in 0..=12 {
            for dmin in 0..=2 {
                let today =
                    Today { dmin, turn: n as u32 % 3, ..Today::flat(capacity, &demand[..3], &demand[3..]) };
                compare(&tree, &[today], Rounding::LargestRemainder).unwrap();
                n += 1;
            }
        }
    }
    n
}

#[test]
fn on_every_day_of_three_suppliers() {
    assert_eq!(every_day_of_three_suppliers(2), 28_431);
}

#[test]
#[ignore = "a minute or so"]
fn on_every_day_of_three_larger_suppliers() {
    assert_eq!(every_day_of_three_suppliers(4), 609_375);
}

#[test]
fn on_every_two_days_of_two_suppliers() {
    let tree = Tree::flat(2);
    let days: Vec<Today> = all(4, 2)
        .flat_map(|demand| {
            [1, 2, 3].map(|capacity| Today { dmin: 1, ..Today::flat(capacity, &demand[..2], &demand[2..]) })
        })
        .collect();
    for first in &days {
        for second in &days {
            let second = Today { turn: 1, ..second.clone() };
            compare(&tree, &[first.clone(), second], Rounding::CarriedCredit).unwrap();
        }
    }
}

#[test]
fn on_every_day_of_two_groups() {
    let tree = Tree::new(2, &[1, 1], |_| true);
    for demand in all(8, 1) {
        for limits in all(3, 3) {
            let today = Today {
                programme: Some(limits[2] + 1),
                groups: limits[..2].to_vec(),
                limits: vec![None; 4],
                dmin: limits[0] % 2,
                ..Today::flat(0, &demand[..4], &demand[4..])
            };
            compare(&tree, &[today], Rounding::LargestRemainder).unwrap();
        }
    }
}

const SCOPE: Scope = Scope { n_days: 3, crossing: false, huge: true };

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn on_days_at_random((tree, days) in days(SCOPE)) {
        compare_both(&tree, &days)?;
    }
}

#[test]
#[ignore = "a million days: run nightly"]
fn on_a_million_days_at_random() {
    let mut runner = proptest::test_runner::TestRunner::new(proptest::test_runner::Config {
        cases: 340_000,
        failure_persistence: None,
        ..Default::default()
    });
    runner.run(&days(SCOPE), |(tree, days)| compare_both(&tree, &days)).unwrap();
}
