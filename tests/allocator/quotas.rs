//! What holds of exact quotas, before any rounding: on the specification with its fractions kept.

use dormouse::allocate::{Limit, Rules};
use num_rational::Ratio;
use proptest::prelude::*;

use super::day::{ShareOut, Today, Tree};
use super::random::{Scope, config, days};
use super::specification::{Exact, Fractions, Slots, msm, whole};

const SCOPE: Scope = Scope { n_days: 1, crossing: false, huge: false };

fn quotas(tree: &Tree, today: &Today) -> Slots {
    msm(tree, today, &mut Fractions::Kept)
}

fn all(slots: &Slots) -> impl Iterator<Item = &Exact> {
    slots.dormant.iter().chain(&slots.active).flatten()
}

/// Every installation becomes so many.
fn scaled(today: &Today, by: u32) -> Today {
    let times = |count: &u32| count.saturating_mul(by);
    let limit = |limit: &Option<Limit>| limit.map(|l| Limit { per_day: times(&l.per_day), ..l });
    Today {
        programme: today.programme.as_ref().map(times),
        groups: today.groups.iter().map(times).collect(),
        limits: today.limits.iter().map(limit).collect(),
        dmin: today.dmin * by,
        dormant: today.dormant.iter().map(times).collect(),
        active: today.active.iter().map(times).collect(),
        ..today.clone()
    }
}

/// Suppliers declared in the opposite order, and where each place went.
fn turned_round(tree: &Tree) -> (Tree, Vec<usize>) {
    let other = |supplier: usize| tree.n_suppliers - 1 - supplier;
    let mut turned = tree.clone();
    turned.leaves.iter_mut().for_each(|leaf| leaf.supplier = other(leaf.supplier));
    turned.leaves.sort_by_key(|leaf| (leaf.group, leaf.supplier, leaf.cohort));
    let place = tree.leaves.iter().map(|leaf| turned.place_of(leaf.group, leaf.cohort, other(leaf.supplier)));
    let place = place.map(Option::unwrap).collect();
    (turned, place)
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn a_higher_programme_limit_lowers_no_quota((tree, days) in days(SCOPE), more in 1..60_u32) {
        let today = &days[0];
        let higher = Today { programme: today.programme.map(|limit| limit + more), ..today.clone() };
        let (before, after) = (quotas(&tree, today), quotas(&tree, &higher));
        prop_assert!(all(&before).zip(all(&after)).all(|(before, after)| before <= after));
    }

    #[test]
    fn quotas_scale_with_installations((tree, days) in days(SCOPE), by in 2..6_u32) {
        let (before, after) = (quotas(&tree, &days[0]), quotas(&tree, &scaled(&days[0], by)));
        prop_assert!(all(&before).zip(all(&after)).all(|(before, after)| *before * whole(by) == *after));
    }

    #[test]
    fn declared_order_moves_no_quota((tree, days) in days(SCOPE)) {
        let today = &days[0];
        let (turned, place) = turned_round(&tree);
        let mut other = today.clone();
        for (from, to) in place.iter().enumerate() {
            (other.dormant[*to], other.active[*to]) = (today.dormant[from], today.active[from]);
        }
        for ((group, supplier), limit) in tree.branches().into_iter().zip(&today.limits) {
            let branch = (group, tree.n_suppliers - 1 - supplier);
            other.limits[turned.branches().iter().position(|b| *b == branch).unwrap()] = *limit;
        }
        let (before, mut after) = (quotas(&tree, today), quotas(&turned, &other));
        if tree.n_suppliers > 0 {
            let cells = after.dormant.iter_mut().chain(&mut after.active);
            cells.for_each(|cells| cells.chunks_mut(tree.n_suppliers).for_each(<[Exact]>::reverse));
        }
        prop_assert_eq!(before, after);
    }

    #[test]
    fn a_day_without_shortage_meets_every_demand((tree, days) in days(SCOPE)) {
        let today = &days[0];
        let plenty = Today {
            programme: None,
            groups: vec![u32::MAX; today.groups.len()],
            limits: vec![None; today.limits.len()],
            ..today.clone()
        };
        let grants = plenty.shared(&tree, Rules::DEFAULT);
        prop_assert_eq!((&grants.dormant, &grants.active), (&today.dormant, &today.active));
        prop_assert!(grants.certificate.sharings.is_empty(), "no rule is needed");
    }
}

#[test]
fn a_higher_group_limit_may_lower_another_group() {
    // One supplier, two groups, programme 150. At 100 and 100 both can use 100: 75 each. At 200 the first can use 200.
    let tree = Tree::new(1, &[1, 1], |_| true);
    let day = |first| Today {
        programme: Some(150),
        groups: vec![first, 100],
        limits: vec![None; 2],
        ..Today::flat(0, &[0, 0], &[300, 100])
    };
    assert_eq!(day(100).shared(&tree, Rules::DEFAULT).active, [75, 75]);
    assert_eq!(day(200).shared(&tree, Rules::DEFAULT).active, [100, 50]);
}

#[test]
fn quotas_of_the_worked_example() {
    let today = Today { dmin: 100, ..Today::flat(1_000, &[300, 150, 0, 0], &[900, 80, 420, 40]) };
    let slots = quotas(&Tree::flat(4), &today);
    assert_eq!(slots.dormant[0], [300, 150, 0, 0].map(whole));
    let more = |numerator, denominator| whole(100) + Ratio::new(numerator, denominator);
    assert_eq!(slots.active[0], [more(230 * 800, 1_120), whole(80), more(230 * 320, 1_120), whole(40)]);
}
