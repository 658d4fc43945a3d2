//! What each rounding is known to do wrong, or never does: kept, with the numbers found, so that nobody is surprised
//! twice. Suppliers of one group, Active demand alone.

use dormouse::allocate::Rules;
use dormouse::model::{Remainder, Rounding};
use proptest::prelude::*;

use super::day::{STATELESS, ShareOut, Today, Tree};
use super::random::config;

fn shared_on(turn: u32, rounding: Rounding, capacity: u32, demand: &[u32]) -> Vec<u32> {
    let today = Today { turn, ..Today::flat(capacity, &vec![0; demand.len()], demand) };
    today.shared(&Tree::flat(demand.len()), Rules { rounding, ..STATELESS }).active
}

fn shared(rounding: Rounding, capacity: u32, demand: &[u32]) -> Vec<u32> {
    shared_on(0, rounding, capacity, demand)
}

/// Every capacity that does not meet all of some demands of 1 to `most`.
fn every_scarce_day<const N: usize>(most: u32) -> Vec<(u32, [u32; N])> {
    let demands =
        (0..most.pow(N as u32)).map(|code| std::array::from_fn(|k| 1 + code / most.pow(k as u32) % most));
    demands
        .flat_map(|demand: [u32; N]| (0..demand.iter().sum()).map(move |capacity| (capacity, demand)))
        .collect()
}

/// On how many of those days something happens, by largest remainder, Webster and systematic rounding.
fn days_on_which<const N: usize>(most: u32, happens: impl Fn(Rounding, u32, [u32; N]) -> bool) -> [usize; 3] {
    let days = every_scarce_day(most);
    [Rounding::LargestRemainder, Rounding::Webster, Rounding::Systematic].map(|rounding| {
        days.iter().filter(|(capacity, demand)| happens(rounding, *capacity, *demand)).count()
    })
}

fn anybody_loses(before: &[u32], after: &[u32]) -> bool {
    before.iter().zip(after).any(|(before, after)| after < before)
}

#[test]
fn one_slot_more_takes_one_away_except_by_webster() {
    // Alabama: of 11, 14, 5 and 2, with 3 flat to each, the third has 4 of 17 slots and 3 of 18.
    let tree = Tree::flat(4);
    let day = |capacity| Today { dmin: 3, ..Today::flat(capacity, &[0; 4], &[11, 14, 5, 2]) };
    assert_eq!(day(17).shared(&tree, STATELESS).active, [5, 6, 4, 2]);
    assert_eq!(day(18).shared(&tree, STATELESS).active, [6, 7, 3, 2]);
    let lost = days_on_which(6, |rounding, capacity, demand: [u32; 3]| {
        anybody_loses(&shared(rounding, capacity, &demand), &shared(rounding, capacity + 1, &demand))
    });
    // Of 2,268 days.
    assert_eq!(lost, [33, 0, 149]);
}

#[test]
fn a_newcomer_can_give_a_slot_to_a_third_claimant_except_by_webster() {
    let gains = days_on_which(6, |rounding, capacity, demand: [u32; 4]| {
        let [others @ .., _] = demand;
        let (alone, among) = (shared(rounding, capacity, &others), shared(rounding, capacity, &demand));
        anybody_loses(&among[..3], &alone)
    });
    // Of 18,144 days.
    assert_eq!(gains, [181, 0, 650]);
}

#[test]
fn more_demand_never_costs_a_slot() {
    let lost = days_on_which(6, |rounding, capacity, demand: [u32; 3]| {
        let before = shared(rounding, capacity, &demand);
        (0..3).any(|k| {
            let mut more = demand;
            more[k] += 1;
            shared(rounding, capacity, &more)[k] < before[k]
        })
    });
    assert_eq!(lost, [0, 0, 0]);
}

#[test]
fn webster_goes_beyond_quota() {
    // Quotas 8.6 and seven of 0.2: the first gets 10, or 9 by largest remainder.
    let demand = [86, 2, 2, 2, 2, 2, 2, 2];
    assert_eq!(shared(Rounding::Webster, 10, &demand), [10, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(shared(Rounding::LargestRemainder, 10, &demand)[0], 9);
}

#[test]
fn declared_order_decides_by_systematic_rounding() {
    let reordered = days_on_which(6, |rounding, capacity, demand: [u32; 3]| {
        let [a, b, c] = demand;
        let mut turned = shared(rounding, capacity, &[c, b, a]);
        turned.reverse();
        // Equal demands may change places, whoever decides.
        let pairs = |slots: &[u32]| {
            let mut pairs: Vec<(u32, u32)> = demand.into_iter().zip(slots.iter().copied()).collect();
            pairs.sort_unstable();
            pairs
        };
        pairs(&turned) != pairs(&shared(rounding, capacity, &demand))
    });
    // Of 2,268 days. By the first two, only where fractions are equal.
    assert_eq!(reordered, [94, 154, 1_654]);
}

#[test]
fn turns_favour_the_claimant_after_an_absent_one() {
    // Only the first and the last of four have demand; the turn of the two between them is the last one's.
    let mut slots = [0; 4];
    for turn in 0..4 {
        let today = shared_on(turn, Rounding::LargestRemainder, 1, &[5, 0, 0, 5]);
        slots.iter_mut().zip(today).for_each(|(sum, slots)| *sum += slots);
    }
    assert_eq!(slots, [1, 0, 0, 3]);
}

/// How many of 60 suppliers, of sizes from 5 to 2,000, get nothing in 500 days of 40 slots.
fn starved(rounding: Rounding) -> usize {
    let demand: Vec<u32> =
        (0..60).map(|k| (5.0 * 400_f64.powf(f64::from(k) / 59.0)).round() as u32).collect();
    let tree = Tree::flat(60);
    let mut allocator = tree.allocator(Rules { rounding, ..STATELESS });
    let mut slots = vec![0; 60];
    for turn in 0..500 {
        let today = Today { turn, ..Today::flat(40, &[0; 60], &demand) };
        let active = today.shared_by(&mut allocator).active;
        slots.iter_mut().zip(active).for_each(|(sum, slots)| *sum += slots);
    }
    slots.iter().filter(|slots| **slots == 0).count()
}

#[test]
fn small_suppliers_starve_unless_credit_is_carried_or_the_offset_moves() {
    let roundings =
        [Rounding::LargestRemainder, Rounding::Webster, Rounding::Systematic, Rounding::CarriedCredit];
    assert_eq!(roundings.map(starved), [37, 39, 0, 0]);
}

/// The running sum of quotas goes through the cohorts as declared, and through the suppliers of each: of four that want
/// one each, two units fall to the second and the fourth.
#[test]
fn systematic_goes_in_declared_order() {
    let tree = Tree::new(2, &[2], |_| true);
    let today = Today { limits: vec![None; 2], ..Today::flat(2, &[1; 4], &[0; 4]) };
    let rules = Rules { rounding: Rounding::Systematic, ..Rules::default() };
    let grants = today.shared(&tree, rules);
    let got = |cohort, supplier| grants.dormant[tree.place_of(0, cohort, supplier).unwrap()];
    assert_eq!([got(0, 0), got(0, 1), got(1, 0), got(1, 1)], [0, 1, 0, 1]);
}

/// Webster as it is told: one unit after the other to whoever has the largest weight / (2 slots + 1) and can take one more,
/// among equals by turn.
fn webster_unit_by_unit(turn: u32, amount: u32, weights: &[u32], caps: &[u32]) -> Vec<u32> {
    let (n, mut slots) = (weights.len(), vec![0; weights.len()]);
    for _ in 0..amount {
        let wants = (0..n).filter(|k| slots[*k] < caps[*k]);
        let first = wants.min_by(|a, b| {
            let product = |weight: usize, slots: u32| u64::from(weights[weight]) * u64::from(2 * slots + 1);
            let by_turn = |k: usize| (k + n - turn as usize % n) % n;
            product(*b, slots[*a]).cmp(&product(*a, slots[*b])).then(by_turn(*a).cmp(&by_turn(*b)))
        });
        slots[first.unwrap()] += 1;
    }
    slots
}

/// Flat amounts, then what is left by whole demand: whose share would reach what it can take gets that, the others by
/// Webster.
fn webster_by_whole_demand(turn: u32, capacity: u32, dmin: u32, demand: &[u32]) -> Vec<u32> {
    let mut slots: Vec<u32> = demand.iter().map(|demand| *demand.min(&dmin)).collect();
    let unmet = |slots: &[u32], k: usize| demand[k] - slots[k];
    let mut open: Vec<usize> = (0..demand.len()).filter(|k| unmet(&slots, *k) > 0).collect();
    loop {
        let amount = capacity - slots.iter().sum::<u32>();
        let total: u32 = open.iter().map(|k| demand[*k]).sum();
        let full = |k: &usize| amount * demand[*k] >= unmet(&slots, *k) * total;
        let (reached, rest): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(full);
        if reached.is_empty() {
            let only = |k: usize, count: u32| if open.contains(&k) { count } else { 0 };
            let caps: Vec<u32> = (0..demand.len()).map(|k| only(k, unmet(&slots, k))).collect();
            let more = webster_unit_by_unit(turn, amount, demand, &caps);
            slots.iter_mut().zip(more).for_each(|(slots, more)| *slots += more);
            return slots;
        }
        reached.iter().for_each(|k| slots[*k] = demand[*k]);
        open = rest;
    }
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn webster_gives_one_unit_after_the_other(
        turn in 0..9_u32,
        part in 0..=64_u32,
        demand in prop_oneof![
            prop::collection::vec(0..40_u32, 1..40),
            // Quotas of one half, whose first guess is furthest off, and one that all others together weigh as much as.
            prop::collection::vec(1..=2_u32, 1..40),
            prop::collection::vec(1..=3_u32, 1..40).prop_map(|mut demand| {
                demand[0] = demand.iter().sum();
                demand
            }),
        ],
    ) {
        let capacity = demand.iter().sum::<u32>() * part / 64;
        let plain = webster_unit_by_unit(turn, capacity, &demand, &demand);
        prop_assert_eq!(shared_on(turn, Rounding::Webster, capacity, &demand), plain);
    }

    #[test]
    fn webster_gives_no_claimant_more_than_it_can_take(
        turn in 0..9_u32,
        part in 0..64_u32,
        dmin in 0..6_u32,
        demand in prop::collection::vec(1..20_u32, 1..12),
    ) {
        let flats: u32 = demand.iter().map(|demand| demand.min(&dmin)).sum();
        let capacity = flats + (demand.iter().sum::<u32>() - flats) * part / 64;
        let rules = Rules { rounding: Rounding::Webster, remainder: Remainder::WholeDemand, ..STATELESS };
        let today = Today { turn, dmin, ..Today::flat(capacity, &vec![0; demand.len()], &demand) };
        let plain = webster_by_whole_demand(turn, capacity, dmin, &demand);
        prop_assert_eq!(today.shared(&Tree::flat(demand.len()), rules).active, plain);
    }
}

/// Systematic as it is told: whole numbers that the running sum of quotas passes, from the turn times the golden ratio.
fn systematic_in_fractions(turn: u32, capacity: u32, demand: &[u32]) -> Vec<u32> {
    let of: u64 = demand.iter().map(|demand| u64::from(*demand)).sum();
    // As a part of one slot, cut to parts of the sum of demands.
    let offset = (f64::from(turn.wrapping_mul(2_654_435_769)) / 2_f64.powi(32) * of as f64) as u64;
    let (mut sum, mut passed, mut slots) = (0, 0, Vec::new());
    for demand in demand {
        sum += u64::from(*demand);
        let passes = (offset + u64::from(capacity) * sum) / of;
        slots.push((passes - passed) as u32);
        passed = passes;
    }
    slots
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn systematic_starts_elsewhere_every_day(
        turn in 0..1_000_u32,
        capacity in 1..30_u32,
        demand in prop::collection::vec(1..9_u32, 30),
    ) {
        let plain = systematic_in_fractions(turn, capacity, &demand);
        prop_assert_eq!(shared_on(turn, Rounding::Systematic, capacity, &demand), plain);
    }
}
