//! Every policy and option, slot for slot, as the one-at-a-time simulator's plain arithmetic shares the same day.

use dormouse::allocate::Rules;
use dormouse::model::{AllocationPolicy, Rounding};
use proptest::prelude::*;
use proptest::sample::select;

use super::day::{ShareOut, Today, Tree};
use super::plain;
use super::random::{Scope, config, days, rules};

fn plainly(tree: &Tree, today: &Today, rules: Rules) -> plain::Given {
    let table = |column: &[u32]| {
        let mut table: Vec<Vec<Vec<u64>>> =
            tree.n_cohorts.iter().map(|n| vec![vec![0; tree.n_suppliers]; *n]).collect();
        for (leaf, count) in tree.leaves.iter().zip(column) {
            table[leaf.group][leaf.cohort][leaf.supplier] = u64::from(*count);
        }
        table
    };
    let mut limits = vec![vec![None; tree.n_suppliers]; tree.n_cohorts.len()];
    for ((group, supplier), limit) in tree.branches().into_iter().zip(&today.limits) {
        limits[group][supplier] = limit.map(|limit| (u64::from(limit.per_day), limit.covers_both));
    }
    plain::allocate(&plain::Day {
        rules,
        dmin: today.dmin.into(),
        turn: today.turn.into(),
        programme: today.programme.map(u64::from),
        groups: today.groups.iter().map(|limit| u64::from(*limit)).collect(),
        limits,
        n_suppliers: tree.n_suppliers,
        dormant: table(&today.dormant),
        active: table(&today.active),
    })
}

const FOLLOWED: [AllocationPolicy; 5] = [
    AllocationPolicy::Msm,
    AllocationPolicy::ActiveFirst,
    AllocationPolicy::Pooled,
    AllocationPolicy::MaxMin,
    AllocationPolicy::EvenSplit,
];

proptest! {
    #![proptest_config(config(6_000))]

    #[test]
    fn is_as_plain_arithmetic_says(
        (tree, days) in days(Scope { n_days: 1, crossing: false, huge: false }),
        rules in select(FOLLOWED.to_vec()).prop_flat_map(rules),
    ) {
        let rules = Rules { rounding: Rounding::LargestRemainder, ..rules };
        let (found, expected) = (days[0].shared(&tree, rules), plainly(&tree, &days[0], rules));
        let rows = [(&found.dormant, &expected.dormant), (&found.active, &expected.active)];
        for (status, (found, expected)) in rows.into_iter().enumerate() {
            for (leaf, found) in tree.leaves.iter().zip(found) {
                let expected = expected[leaf.group][leaf.cohort][leaf.supplier];
                prop_assert_eq!(u64::from(*found), expected, "{:?}, status {}", leaf, status);
            }
        }
        let idle: Vec<u64> = found.idle_by_rule.iter().map(|idle| u64::from(*idle)).collect();
        prop_assert_eq!(idle, expected.idle);
    }
}
