//! Whole runs of random programmes in which limits cross, under every policy: the checks of every run hold, among them
//! the certificate of every day.

use dormouse::engine::simulate;
use dormouse::model::{AllocationPolicy, Dated, Model, SupplierLimit};

use crate::reference::random_model::chancy;

const PROGRAMMES: u64 = 600;

/// A random programme with a ramp-up limit for every other cohort and a limit over all groups for every other supplier.
fn crossing(seed: u64) -> Model {
    let mut model = chancy(seed);
    let at = |i: usize| u32::try_from(i).unwrap() + u32::try_from(seed % 7).unwrap();
    for (i, cohort) in model.cohorts.iter_mut().enumerate().step_by(2) {
        cohort.ramp_up = Some(Dated::constant(3 + at(i)));
    }
    let covers_both = seed.is_multiple_of(2);
    for (i, supplier) in model.suppliers.iter_mut().enumerate().step_by(2) {
        supplier.limits.retain(|limit| !limit.covers_both || covers_both);
        supplier.limits.push(SupplierLimit {
            group: None,
            covers_both,
            per_day: Dated::constant(5 + 2 * at(i)),
        });
    }
    model
}

#[test]
fn every_check_holds_on_every_day_where_limits_cross() {
    let (mut exchanges, mut idle) = (0, 0);
    for seed in 0..PROGRAMMES {
        let mut model = crossing(seed);
        let policies = AllocationPolicy::ALL;
        model.allocation.policy = policies[usize::try_from(seed).unwrap() % policies.len()].1;
        let trace = simulate(&model, 0).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"));
        let limits: u32 = trace.days.iter().map(|day| day.most_possible).sum();
        exchanges += u64::from(limits > 0);
        idle += trace.days.iter().map(|day| u64::from(day.idle_by_rule)).sum::<u64>();
    }
    assert!(
        exchanges > PROGRAMMES / 2 && idle > 0,
        "{exchanges} programmes moved anybody, {idle} slots idle by rule"
    );
}

#[test]
fn limits_that_cross_and_never_bind_change_nothing() {
    for seed in 0..60 {
        let plain = chancy(seed);
        let mut model = plain.clone();
        model.cohorts.iter_mut().for_each(|cohort| cohort.ramp_up = Some(Dated::constant(1_000_000)));
        for supplier in &mut model.suppliers {
            supplier.limits.push(SupplierLimit {
                group: None,
                covers_both: true,
                per_day: Dated::constant(1_000_000),
            });
        }
        assert_eq!(simulate(&plain, 0), simulate(&model, 0), "seed {seed}");
    }
}

#[test]
fn first_ready_keeps_a_place_in_line_for_every_eligible_installation() {
    for seed in 0..200 {
        let mut model = chancy(seed);
        model.allocation.policy = AllocationPolicy::FirstReady;
        // A run checks every day that places in line and eligible installations agree.
        simulate(&model, 0).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"));
    }
}
