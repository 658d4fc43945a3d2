//! Who gets what where limits cross: no rule but our own says how the totals are split over cells, so the split itself is
//! kept. A change of it is either meant, and then the new fingerprints are written down here with the reason in the
//! changelog, or a mistake.

use dormouse::allocate::Rules;
use dormouse::fingerprint::sha256;
use dormouse::model::AllocationPolicy;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::day::ShareOut;
use super::random::{Scope, days};

/// First digits of the fingerprint of 300 random programmes of three days each, by policy.
const SPLITS: [(AllocationPolicy, &str); 6] = [
    (AllocationPolicy::Msm, "15462381a6d302f8"),
    (AllocationPolicy::ActiveFirst, "f151005f8bf9a5fc"),
    (AllocationPolicy::Pooled, "f757afb793494209"),
    (AllocationPolicy::FirstReady, "4ae9a55dd557b970"),
    (AllocationPolicy::MaxMin, "b78dc1707fba68c0"),
    (AllocationPolicy::EvenSplit, "035840f1fac69f7d"),
];

#[test]
fn the_split_where_limits_cross_stays_as_it_is() {
    let found = SPLITS.map(|(policy, _)| (policy, split(Rules { policy, ..Rules::DEFAULT })));
    let expected = SPLITS.map(|(policy, digits)| (policy, digits.to_owned()));
    assert_eq!(found, expected, "somebody gets other slots than before; see the top of this file");
}

fn split(rules: Rules) -> String {
    let scope = Scope { n_days: 3, crossing: true, huge: false };
    let config = Config { rng_seed: RngSeed::Fixed(2020), ..Config::default() };
    let mut runner = TestRunner::new(config);
    let mut all = Vec::new();
    for _ in 0..300 {
        let (tree, days) = days(scope).new_tree(&mut runner).unwrap().current();
        let mut allocator = tree.allocator(rules);
        for today in &days {
            let grants = today.shared_by(&mut allocator);
            let slots = grants.dormant.iter().chain(&grants.active).copied();
            let branches = grants.branches.iter().flat_map(|b| [b.dormant, b.flat, b.remainder]);
            all.extend(slots.chain(branches).flat_map(u32::to_le_bytes));
        }
    }
    sha256(&all)[..16].to_owned()
}
