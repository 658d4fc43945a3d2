//! Days of allocation worked out by hand, one for each rule or option.

use dormouse::allocate::{Allocator, Day, Grants, Leaf, Limit, Queued, Rules, Shape, most_possible, verify};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, Status,
    UnusedFlat,
};

use crate::command::{self, Workshop};

/// The default rules, each day for itself.
pub(crate) const RULES: Rules = Rules { rounding: Rounding::LargestRemainder, ..Rules::DEFAULT };

/// One day, written as a planner would: one cohort a group, suppliers in columns.
struct Case {
    rules: Rules,
    turn: u32,
    programme: Option<u32>,
    groups: Vec<u32>,
    dmin: u32,
    /// By group, then supplier.
    dormant: Vec<Vec<u32>>,
    active: Vec<Vec<u32>>,
    /// (group, supplier, limit).
    limits: Vec<(usize, usize, Limit)>,
}

impl Case {
    fn one_group(capacity: u32, dmin: u32, dormant: &[u32], active: &[u32]) -> Self {
        Self {
            rules: RULES,
            turn: 0,
            programme: None,
            groups: vec![capacity],
            dmin,
            dormant: vec![dormant.to_vec()],
            active: vec![active.to_vec()],
            limits: vec![],
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(&mut self.rules);
        self
    }

    fn run(&self) -> Grants {
        self.allocator_and_grants().1
    }

    fn allocator_and_grants(&self) -> (Allocator, Grants) {
        let n_suppliers = self.dormant[0].len();
        let leaf = |i: usize| Leaf { group: i / n_suppliers, cohort: 0, supplier: i % n_suppliers };
        let n_groups = self.groups.len();
        let shape =
            Shape::new((0..n_groups * n_suppliers).map(leaf).collect(), &vec![1; n_groups], n_suppliers);
        let mut limits = vec![None; n_groups * n_suppliers];
        self.limits.iter().for_each(|(g, s, limit)| limits[g * n_suppliers + s] = Some(*limit));
        let (dormant, active) = (self.dormant.concat(), self.active.concat());
        let day = Day {
            turn: self.turn,
            programme: self.programme,
            groups: &self.groups,
            limits: &limits,
            dmin: self.dmin,
            dormant: &dormant,
            active: &active,
            ..Day::default()
        };
        let mut grants = Grants::default();
        let mut allocator = Allocator::new(shape, self.rules);
        allocator.allocate(&day, &mut grants);
        let mut bound = dormouse::allocate::Bound::default();
        most_possible(allocator.shape(), &day, &grants, &mut bound);
        verify(allocator.shape(), &self.rules, &day, &grants).expect("the certificate holds");
        let given: u32 = grants.dormant.iter().chain(&grants.active).sum();
        assert_eq!(given + grants.idle_by_rule.iter().sum::<u32>(), bound.total, "nothing usable stays idle");
        (allocator, grants)
    }
}

/// Suppliers A, B, C, D of the worked example.
fn worked_example(capacity: u32) -> Case {
    Case::one_group(capacity, 100, &[300, 150, 0, 0], &[900, 80, 420, 40])
}

#[test]
fn worked_example_with_capacity_1000() {
    let grants = worked_example(1_000).run();
    assert_eq!(grants.dormant, [300, 150, 0, 0]);
    assert_eq!(grants.active, [264, 80, 166, 40]);
}

#[test]
fn worked_example_with_capacity_700_cuts_the_flat_amounts_equally() {
    let grants = worked_example(700).run();
    assert_eq!(grants.dormant, [300, 150, 0, 0]);
    assert_eq!(grants.active, [70, 70, 70, 40]);
}

#[test]
fn dormant_shares_pro_rata_when_it_does_not_fit() {
    // 100 over 300 and 150: 66.67 and 33.33; the unit left goes to the larger remainder.
    let grants = worked_example(100).run();
    assert_eq!(grants.dormant, [67, 33, 0, 0]);
    assert_eq!(grants.active, [0; 4]);
}

#[test]
fn equal_remainders_take_turns() {
    // 1 over three equal claims of 1/3: supplier k with the least (k - t) mod 3 is served.
    for (turn, served) in [(0, 0), (1, 1), (2, 2), (3, 0)] {
        let case = Case { turn, ..Case::one_group(1, 0, &[5, 5, 5], &[0; 3]) };
        let mut expected = [0; 3];
        expected[served] = 1;
        assert_eq!(case.run().dormant, expected);
    }
}

#[test]
fn units_left_over_in_an_equal_cut_take_turns() {
    // 11 over flat amounts of 100: 3 each and two left; on migration day 1 they go to the second and the third.
    let case = Case { turn: 1, ..Case::one_group(11, 100, &[0; 3], &[500, 600, 700]) };
    assert_eq!(case.run().active, [3, 4, 4]);
}

#[test]
fn dormant_priority_up_to_a_share_opens_the_rest_to_both() {
    // 60% of 1,000 is 600: Dormant A 450, B 150 of 900 and 300. 400 left, open to both; no DMIN.
    // Unmet: A 450 + 600, B 150 + 200: 300 and 100. A's 300 over Dormant 450 and Active 600: 128.57 and 171.43.
    let case = Case::one_group(1_000, 0, &[900, 300], &[600, 200])
        .with(|rules| rules.dormant_priority = DormantPriority::UpToShare { ppm: 600_000 });
    let grants = case.run();
    assert_eq!(grants.dormant, [450 + 129, 150 + 43]);
    assert_eq!(grants.active, [171, 57]);
}

#[test]
fn flat_first_serves_the_small_even_on_a_dormant_day() {
    // 500: flat A 100, B 80, C 100, D 40 = 320; Dormant gets 180 of 450: 120 and 60; nothing is left.
    let case = worked_example(500).with(|rules| rules.precedence = Precedence::FlatFirst);
    let grants = case.run();
    assert_eq!(grants.dormant, [120, 60, 0, 0]);
    assert_eq!(grants.active, [100, 80, 100, 40]);
}

#[test]
fn dmin_for_both_counts_dormant_slots() {
    // A's 300 and B's 150 Dormant slots exceed DMIN already: flat only for C 100 and D 40; 410 left over
    // unmet A 900, B 80, C 320: quotas 283.85, 25.23, 100.92.
    let case = worked_example(1_000).with(|rules| rules.dmin_covers = DminCovers::Both);
    assert_eq!(case.run().active, [284, 25, 100 + 101, 40]);
}

#[test]
fn dmin_for_both_with_flat_first_serves_dormant_inside_it() {
    // 250: A flat 100 (all Dormant), B 50 Dormant + 50 Active, D 50 Active: nothing is left.
    let case = Case::one_group(250, 100, &[150, 50, 0], &[40, 80, 50]).with(|rules| {
        rules.dmin_covers = DminCovers::Both;
        rules.precedence = Precedence::FlatFirst;
    });
    let grants = case.run();
    assert_eq!(grants.dormant, [100, 50, 0]);
    assert_eq!(grants.active, [0, 50, 50]);
}

#[test]
fn dmin_in_all_is_spread_over_groups_by_demand() {
    // DMIN 100 over demands 300 and 100: flat 75 and 25; then 125 left in group 1 and 175 in group 2.
    let case = Case {
        groups: vec![200, 200],
        dormant: vec![vec![0, 0]; 2],
        active: vec![vec![300, 1_000], vec![100, 1_000]],
        ..Case::one_group(0, 100, &[0, 0], &[0, 0])
    }
    .with(|rules| rules.dmin_scope = DminScope::InAll);
    let grants = case.run();
    let flats: Vec<u32> = grants.branches.iter().map(|b| b.flat).collect();
    assert_eq!(flats, [75, 50, 25, 50]);
    // Group 1: 75 left over unmet 225 and 950: 14.36 and 60.64. Group 2: 125 over 75 and 950: 9.15 and 115.85.
    assert_eq!(grants.active, [75 + 14, 50 + 61, 25 + 9, 50 + 116]);
}

#[test]
fn remainder_pro_rata_to_unmet_demand() {
    let case = Case::one_group(1_000, 100, &[0; 3], &[50, 500, 5_000]);
    // 750 over unmet 400 and 4,900: 56.60 and 693.40.
    assert_eq!(case.run().active, [50, 157, 793]);
}

#[test]
fn remainder_pro_rata_to_whole_demand() {
    let case = Case::one_group(1_000, 100, &[0; 3], &[50, 500, 5_000])
        .with(|rules| rules.remainder = Remainder::WholeDemand);
    // 750 over 500 and 5,000: 68.18 and 681.82.
    assert_eq!(case.run().active, [50, 168, 782]);
}

#[test]
fn whole_demand_never_exceeds_what_is_unmet() {
    // Flat 100 each, 110 left over whole demands 110 and 1,000: 10.90 exceeds the unmet 10, so 10 and 100.
    let case = Case::one_group(310, 100, &[0; 2], &[110, 1_000])
        .with(|rules| rules.remainder = Remainder::WholeDemand);
    assert_eq!(case.run().active, [110, 200]);
}

#[test]
fn dmin_as_a_lower_bound_only() {
    let case = Case::one_group(1_000, 100, &[0; 3], &[50, 500, 5_000])
        .with(|rules| rules.remainder = Remainder::LowerBound);
    assert_eq!(case.run().active, [50, 100, 850]);
}

#[test]
fn unused_flat_is_lost() {
    // 550 left after Dormant; 4 x 100 reserved, of which B wastes 20 and D 60; 150 over unmet 800 and 320.
    let case = worked_example(1_000).with(|rules| rules.unused_flat = UnusedFlat::Lost);
    let grants = case.run();
    assert_eq!(grants.active, [100 + 107, 80, 100 + 43, 40]);
    assert_eq!(grants.idle_by_rule, [80]);
}

#[test]
fn what_active_first_sets_aside_is_not_dormants() {
    // 4 x 100 reserved of 1,000; B wastes 20 and D 60; 600 over unmet 800 and 320. The 80 stay empty.
    for programme in [None, Some(1_000)] {
        let case = Case { programme, ..worked_example(1_000) };
        let case = case.with(|rules| {
            rules.policy = AllocationPolicy::ActiveFirst;
            rules.unused_flat = UnusedFlat::Lost;
        });
        let grants = case.run();
        assert_eq!(grants.active, [100 + 429, 80, 100 + 171, 40]);
        assert_eq!(grants.dormant, [0; 4]);
        assert_eq!(grants.idle_by_rule, [80]);
    }
}

#[test]
fn what_is_set_aside_holds_the_programmes_limit_as_well() {
    // 100 for two groups, one with a limit of 50 and all the Active demand, the other with 80 Dormant.
    let case = Case {
        programme: Some(100),
        groups: vec![50, 80],
        dormant: vec![vec![0, 0], vec![80, 0]],
        active: vec![vec![0, 90], vec![0, 0]],
        ..Case::one_group(0, 20, &[0], &[0])
    };
    let case = case.with(|rules| {
        rules.policy = AllocationPolicy::ActiveFirst;
        rules.unused_flat = UnusedFlat::Lost;
    });
    let all_used = case.run();
    assert_eq!(all_used.active, [0, 50, 0, 0], "nobody else is there to set anything aside for");
    assert_eq!(all_used.dormant, [0, 0, 50, 0]);
    // Now 40 of the 50 are reserved, of which 15 stay empty; 10 go over an unmet 70.
    let case = Case { active: vec![vec![5, 90], vec![0, 0]], ..case };
    let grants = case.run();
    assert_eq!(grants.active, [5, 20 + 10, 0, 0]);
    assert_eq!(grants.dormant, [0, 0, 50, 0]);
    assert_eq!(grants.idle_by_rule, [15, 0]);
    let case = Case { programme: Some(60), ..case };
    let grants = case.run();
    assert_eq!(grants.active, [5, 30, 0, 0]);
    assert_eq!(grants.dormant, [0, 0, 10, 0], "15 of the programme's limit stay empty");
    assert_eq!(grants.idle_by_rule, [15, 0]);
}

#[test]
fn nothing_is_set_aside_where_all_fits() {
    for policy in [AllocationPolicy::Msm, AllocationPolicy::ActiveFirst] {
        let case = Case::one_group(100, 20, &[5, 0], &[10, 85]).with(|rules| {
            rules.policy = policy;
            rules.unused_flat = UnusedFlat::Lost;
        });
        let grants = case.run();
        assert_eq!((&grants.dormant[..], &grants.active[..]), (&[5, 0][..], &[10, 85][..]), "{policy:?}");
        assert_eq!(grants.idle_by_rule, [0]);
    }
}

#[test]
fn a_supplier_limit_cuts_active_only() {
    // A's Active is cut at 200: flat 320, 230 left over unmet 100 and 320: 54.76 and 175.24. All of that is usable.
    let limit = Limit { per_day: 200, covers_both: false };
    let case = Case { limits: vec![(0, 0, limit)], ..worked_example(1_000) };
    assert_eq!(case.run().active, [155, 80, 275, 40]);
    assert_eq!(case.run().dormant, [300, 150, 0, 0]);
}

#[test]
fn a_supplier_limit_over_both_counts_dormant_first() {
    // A may have 350 in all: Dormant 300, so Active at most 50: flat 50 + 80 + 100 + 40 = 270, 280 left, all for C.
    let limit = Limit { per_day: 350, covers_both: true };
    let case = Case { limits: vec![(0, 0, limit)], ..worked_example(1_000) };
    assert_eq!(case.run().active, [50, 80, 380, 40]);
}

#[test]
fn a_programme_limit_is_shared_by_usable_demand_dormant_first() {
    // Limits 100 and 100, programme 120. Dormant 90 and 30: all 120 fit, nothing for Active.
    let two = |dormant: [u32; 2], active: [u32; 2], programme| Case {
        programme: Some(programme),
        groups: vec![100, 100],
        dormant: dormant.iter().map(|d| vec![*d]).collect(),
        active: active.iter().map(|a| vec![*a]).collect(),
        ..Case::one_group(0, 0, &[0], &[0])
    };
    assert_eq!(two([90, 30], [50, 50], 120).run().dormant, [90, 30]);
    // Programme 60: 45 and 15.
    assert_eq!(two([90, 30], [50, 50], 60).run().dormant, [45, 15]);
    // Programme 150: 30 left; Active usable min(50, 10) and min(50, 70): 10 and 50; shared 5 and 25.
    assert_eq!(two([90, 30], [50, 50], 150).run().active, [5, 25]);
}

#[test]
fn active_first_serves_dormant_last() {
    // 1,000: flat 320, 680 over unmet 800 and 320: 485.71 and 194.29. Nothing is left for Dormant.
    let grants = worked_example(1_000).with(|rules| rules.policy = AllocationPolicy::ActiveFirst).run();
    assert_eq!(grants.active, [100 + 486, 80, 100 + 194, 40]);
    assert_eq!(grants.dormant, [0; 4]);
    let grants = worked_example(1_500).with(|rules| rules.policy = AllocationPolicy::ActiveFirst).run();
    assert_eq!(grants.active, [900, 80, 420, 40]);
    assert_eq!(grants.dormant, [40, 20, 0, 0]);
}

#[test]
fn pooled_knows_no_priority() {
    // 945 is half of all demand: everybody gets half; A's 600 over 300 and 900, B's 115 over 150 and 80.
    let grants = worked_example(945).with(|rules| rules.policy = AllocationPolicy::Pooled).run();
    assert_eq!(grants.dormant, [150, 75, 0, 0]);
    assert_eq!(grants.active, [450, 40, 210, 20]);
}

#[test]
fn max_min_gives_equal_parts() {
    // 945 over A 1,200, B 230, C 420, D 40: D 40 and B 230 fit under the level; 675 over A and C are 337 and 338 less
    // the odd one, which is A's turn. A's 338 over 300 and 900, B's 230 are all of it.
    let grants = worked_example(945).with(|rules| rules.policy = AllocationPolicy::MaxMin).run();
    assert_eq!(grants.dormant, [85, 150, 0, 0]);
    assert_eq!(grants.active, [253, 80, 337, 40]);
}

#[test]
fn an_even_split_leaves_idle_what_its_owner_cannot_use() {
    // 1,000 in four parts of 250: A's over 300 and 900, where the odd one is Dormant's turn; B and D use 230 and 40.
    let grants = worked_example(1_000).with(|rules| rules.policy = AllocationPolicy::EvenSplit).run();
    assert_eq!(grants.dormant, [63, 150, 0, 0]);
    assert_eq!(grants.active, [187, 80, 250, 40]);
    assert_eq!(grants.idle_by_rule, [230]);
}

#[test]
fn no_rule_is_needed_when_everything_fits() {
    let others = [AllocationPolicy::ActiveFirst, AllocationPolicy::Pooled, AllocationPolicy::MaxMin];
    for policy in [AllocationPolicy::Msm].into_iter().chain(others) {
        let grants = worked_example(2_000).with(|rules| rules.policy = policy).run();
        assert_eq!((grants.dormant, grants.active), (vec![300, 150, 0, 0], vec![900, 80, 420, 40]));
    }
}

#[test]
fn webster_never_takes_back_when_capacity_grows() {
    // The shortest Alabama case: 11, 14, 5, 2 with DMIN 3. Largest remainder takes a unit from C as capacity rises.
    let case = |capacity, rounding| {
        Case::one_group(capacity, 3, &[0; 4], &[11, 14, 5, 2])
            .with(|rules| rules.rounding = rounding)
            .run()
            .active
    };
    assert_eq!(case(17, Rounding::LargestRemainder), [5, 6, 4, 2]);
    assert_eq!(case(18, Rounding::LargestRemainder), [6, 7, 3, 2]);
    let (before, after) = (case(17, Rounding::Webster), case(18, Rounding::Webster));
    assert!(before.iter().zip(&after).all(|(b, a)| a >= b), "{before:?} {after:?}");
}

#[test]
fn carried_credit_feeds_the_small() {
    // 10 a day over 90 + 9 x 10: 5 and 9 x 0.556. Largest remainder starves nobody here for long only with credit.
    let mut demand = vec![90];
    demand.extend([10; 9]);
    let case =
        Case::one_group(10, 0, &demand, &[0; 10]).with(|rules| rules.rounding = Rounding::CarriedCredit);
    let (mut allocator, mut grants) = case.allocator_and_grants();
    let mut total: Vec<u32> = grants.dormant.clone();
    for turn in 1..90 {
        let (groups, limits) = ([10], [None; 10]);
        let (dormant, active) = (demand.clone(), [0; 10]);
        let day = Day {
            turn,
            programme: None,
            groups: &groups,
            limits: &limits,
            dmin: 0,
            dormant: &dormant,
            active: &active,
            ..Day::default()
        };
        allocator.allocate(&day, &mut grants);
        total.iter_mut().zip(&grants.dormant).for_each(|(t, g)| *t += g);
    }
    // 90 days of exact quotas: 450 and 50 each.
    assert!(total[0].abs_diff(450) <= 1 && total[1..].iter().all(|t| t.abs_diff(50) <= 1), "{total:?}");
}

#[test]
fn systematic_rounding_keeps_the_total_and_the_quota() {
    for turn in 0..50 {
        let case = Case { turn, ..Case::one_group(17, 0, &[0; 4], &[11, 14, 5, 2]) }
            .with(|rules| rules.rounding = Rounding::Systematic);
        let active = case.run().active;
        assert_eq!(active.iter().sum::<u32>(), 17);
        for (got, demand) in active.iter().zip([11.0, 14.0, 5.0, 2.0]) {
            assert!((f64::from(*got) - 17.0 * demand / 32.0).abs() < 1.0);
        }
    }
}

/// One group, two suppliers with the same two cohorts each: cells by supplier, then cohort.
fn two_by_two() -> Shape {
    let leaf = |(supplier, cohort)| Leaf { group: 0, supplier, cohort };
    Shape::new([(0, 0), (0, 1), (1, 0), (1, 1)].map(leaf).to_vec(), &[2], 2)
}

fn allocated(rules: Rules, shape: &Shape, day: &Day<'_>) -> (Grants, u32) {
    let mut grants = Grants::default();
    Allocator::new(shape.clone(), rules).allocate(day, &mut grants);
    verify(shape, &rules, day, &grants).expect("the certificate holds");
    let mut bound = dormouse::allocate::Bound::default();
    most_possible(shape, day, &grants, &mut bound);
    let given: u32 = grants.dormant.iter().chain(&grants.active).sum();
    assert_eq!(given + bound.idle_by_rule.iter().sum::<u32>(), bound.total);
    (grants, bound.total)
}

#[test]
fn a_cohorts_limit_sends_slots_to_the_other_cohort() {
    // The tree rule shares 100 pro rata, 25 a cell; cohort 0 may have 20, 10 of each supplier's. That is all of its
    // demand that counts, so each supplier's 50 go over 10 and 50.
    let day = Day {
        groups: &[100],
        limits: &[None; 2],
        dormant: &[0; 4],
        active: &[50; 4],
        cohorts: &[20, u32::MAX],
        ..Day::default()
    };
    let (grants, _) = allocated(RULES, &two_by_two(), &day);
    assert_eq!(grants.active, [8, 42, 8, 42]);
}

#[test]
fn limits_that_cross_give_what_no_order_of_serving_would_miss() {
    // Cohort 0 takes 10, supplier 0 takes 10. Whoever serves supplier 0 from cohort 0 first leaves half of it idle.
    let suppliers = [Some(Limit { per_day: 10, covers_both: false }), None];
    let day = Day {
        groups: &[100],
        limits: &[None; 2],
        dormant: &[0; 4],
        active: &[10, 10, 10, 0],
        cohorts: &[10, u32::MAX],
        suppliers: &suppliers,
        ..Day::default()
    };
    let (grants, most) = allocated(RULES, &two_by_two(), &day);
    assert_eq!((grants.active.iter().sum::<u32>(), most), (20, 20));
    assert_eq!(grants.active, [0, 10, 10, 0]);
}

#[test]
fn dormant_first_costs_throughput_where_a_limit_over_both_statuses_crosses() {
    // Cohort 0 may have 10, supplier 0 may have 10 of both. Dormant first: supplier 0 fills both with its Dormant of
    // cohort 0 and nothing else fits; without priority, cohort 0 serves supplier 1 and supplier 0 goes to cohort 1.
    let suppliers = [Some(Limit { per_day: 10, covers_both: true }), None];
    let day = Day {
        groups: &[100],
        limits: &[None; 2],
        dormant: &[10, 0, 0, 0],
        active: &[0, 10, 10, 0],
        cohorts: &[10, u32::MAX],
        suppliers: &suppliers,
        ..Day::default()
    };
    let (grants, most) = allocated(RULES, &two_by_two(), &day);
    assert_eq!((grants.dormant, grants.active), (vec![10, 0, 0, 0], vec![0; 4]));
    assert_eq!(most, 20);
    let pooled = Rules { policy: AllocationPolicy::Pooled, ..RULES };
    let (grants, _) = allocated(pooled, &two_by_two(), &day);
    assert_eq!((grants.dormant, grants.active), (vec![0; 4], vec![0, 10, 10, 0]));
    // The same limit over Active alone costs nothing.
    let suppliers = [Some(Limit { per_day: 10, covers_both: false }), None];
    let (grants, most) = allocated(RULES, &two_by_two(), &Day { suppliers: &suppliers, ..day });
    assert_eq!((grants.dormant, grants.active, most), (vec![10, 0, 0, 0], vec![0, 10, 0, 0], 20));
}

#[test]
fn flat_amounts_hold_where_limits_cross() {
    // Supplier 0 may have 60 over all. DMIN 15 fits for both; the rest goes pro rata as far as cohort 0 lets it.
    let suppliers = [Some(Limit { per_day: 60, covers_both: false }), None];
    let day = Day {
        groups: &[80],
        limits: &[None; 2],
        dmin: 15,
        dormant: &[0; 4],
        active: &[300, 100, 12, 3],
        cohorts: &[30, u32::MAX],
        suppliers: &suppliers,
        ..Day::default()
    };
    let (grants, _) = allocated(RULES, &two_by_two(), &day);
    assert_eq!(grants.active[2..], [12, 3]);
    assert_eq!(grants.active.iter().sum::<u32>(), 75);
    assert_eq!(grants.branches[1].flat, 15);
}

#[test]
fn first_ready_serves_the_longest_queue_first_whatever_the_status() {
    let place = |since, place, status, count| Queued { since, place, status, count };
    let queue = [
        place(3, 1, Status::Active, 20),
        place(5, 0, Status::Dormant, 30),
        place(5, 2, Status::Active, 60),
        place(9, 3, Status::Dormant, 40),
    ];
    let rules = Rules { policy: AllocationPolicy::FirstReady, ..RULES };
    let day = Day {
        groups: &[80],
        limits: &[None; 2],
        dormant: &[30, 0, 0, 40],
        active: &[0, 20, 60, 0],
        queue: &queue,
        ..Day::default()
    };
    // 20 of day 3; then 60 over 30 and 60 of day 5: 20 and 40.
    let (grants, _) = allocated(rules, &two_by_two(), &day);
    assert_eq!((grants.dormant, grants.active), (vec![20, 0, 0, 0], vec![0, 20, 40, 0]));
    // With room for all but 10, the newest 10 wait.
    let (grants, _) = allocated(rules, &two_by_two(), &Day { groups: &[140], ..day });
    assert_eq!((grants.dormant, grants.active), (vec![30, 0, 0, 30], vec![0, 20, 60, 0]));
    // Nobody's supplier passes its limit.
    let limits = [Some(Limit { per_day: 25, covers_both: true }), None];
    let (grants, _) = allocated(rules, &two_by_two(), &Day { limits: &limits, ..day });
    assert_eq!((grants.dormant, grants.active), (vec![5, 0, 0, 0], vec![0, 20, 55, 0]));
}

#[test]
fn the_day_says_whose_turn_it_is() {
    let workshop = Workshop::new();
    workshop.write("d.csv", "supplier,status,demand\nA,active,10\nB,active,10\nC,active,10\n");
    let slots = |words: &str| -> Vec<u64> {
        let words = format!("allocate d.csv --capacity 10 --format json {words}");
        let (out, _) = command::Case::new(&workshop, &words).run();
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        let suppliers = answer["suppliers"].as_array().unwrap();
        suppliers.iter().map(|s| s["remainder_installations"].as_u64().unwrap()).collect()
    };
    assert_eq!(slots(""), [4, 3, 3]);
    assert_eq!(slots("--turn 1"), [3, 4, 3]);
    assert_eq!(slots("--turn 2 --rounding largest-remainder"), [3, 3, 4]);
    // A week of weekdays: five days, each with the next one's turn; the weekend has Monday's.
    let of = |day: u32| slots(&format!("--date 2020-11-{day}"));
    let week: Vec<usize> =
        (16..=20).map(|day| of(day).iter().position(|slots| *slots == 4).unwrap()).collect();
    assert!(week.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 3), "{week:?}");
    assert_eq!((of(21), of(22)), (of(23), of(23)));
    let (_, err) = command::Case::new(&workshop, "allocate d.csv --capacity 10 --date 2020-11-16 --turn 3")
        .exit(2)
        .run();
    assert!(err.contains("--turn"), "{err}");
}
