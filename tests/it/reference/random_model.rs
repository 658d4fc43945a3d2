//! Small programmes of every shape, made from a seed.

use dormouse::model::{
    Allocation, AllocationPolicy, Calendar, ChangeOfSupplier, Cohort, Commitment, Dated, Day, Distribution,
    DminCovers, DminScope, DormantPriority, Entry, Firmware, FirmwareOrder, FirmwarePolicy, FirmwareRules,
    Group, Layers, Model, OpeningStage, Planned, Precedence, Redesignation, Remainder, Removal, Rework,
    Rounding, Route, Status, Step, Stock, Supplier, SupplierLimit, Uncertain, UnusedFlat, key_of,
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

pub(crate) fn fixed(value: f64) -> Uncertain {
    Uncertain::fixed(value)
}

/// Picks one of several, each as likely.
fn one_of<T: Copy>(rng: &mut ChaCha8Rng, all: &[T]) -> T {
    all[rng.random_range(0..all.len())]
}

/// A limit that may change on dates, in steps or ramps.
fn limit(rng: &mut ChaCha8Rng, most: u32) -> Dated {
    // The first step holds on day 0; others may begin before it as well, and a ramp may lie over it.
    let mut steps = vec![Step { from: Day(-rng.random_range(0..20)), value: fixed(0.0), ramp: false }];
    for _ in 0..rng.random_range(0..4) {
        let from = steps[steps.len() - 1].from.plus(rng.random_range(1..30));
        steps.push(Step { from, value: fixed(0.0), ramp: rng.random_bool(0.4) });
    }
    steps.iter_mut().for_each(|step| step.value = fixed(f64::from(rng.random_range(0..=most))));
    Dated::of(steps)
}

/// A rare certainty: 1 about once in eight times.
fn sure(rng: &mut ChaCha8Rng) -> f64 {
    f64::from(u8::from(rng.random_bool(0.125)))
}

/// A programme in which nothing is left to chance: probabilities are 0 or 1 and durations fixed.
pub(crate) fn certain(seed: u64) -> Model {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let rng = &mut rng;
    let n_days = rng.random_range(30..=100);
    let (n_groups, n_cohorts, n_suppliers) =
        (rng.random_range(1..=4), rng.random_range(1..=6), rng.random_range(1..=5));
    let open = |rng: &mut ChaCha8Rng, p: f64| (0..n_days).map(|_| rng.random_bool(p)).collect::<Vec<bool>>();
    let calendar = Calendar {
        first: jiff::civil::date(2020, 7, 1),
        migration: open(rng, 0.75),
        firmware: open(rng, 0.9),
        closures: vec![],
        holidays: vec![],
    };
    let groups = (0..n_groups)
        .map(|g| Group {
            name: format!("G{g}"),
            key: key_of(&format!("G{g}")),
            capacity: limit(rng, 60),
            firmware_capacity: rng.random_bool(0.6).then(|| limit(rng, 50)),
            outage: None,
        })
        .collect();
    let cohorts: Vec<Cohort> = (0..n_cohorts).map(|c| cohort(rng, c, n_groups)).collect();
    let moving = rng.random_bool(0.15);
    let mut suppliers: Vec<Supplier> = (0..n_suppliers)
        .map(|s| supplier(rng, s, n_groups, if moving { f64::from(u8::from(s == 0)) } else { 0.0 }))
        .collect();
    if moving {
        suppliers.truncate(2);
    }
    let stock = stock(rng, &cohorts, suppliers.len());
    let mut model = Model {
        name: format!("certain-{seed}"),
        title: format!("certain-{seed}"),
        question: "Do the two agree?".into(),
        calendar,
        plan_day: None,
        draws_before: 0,
        capacity: rng.random_bool(0.5).then(|| limit(rng, 120)),
        groups,
        cohorts,
        suppliers,
        factors: vec![],
        stock,
        firmware: firmware_rules(rng),
        allocation: allocation(rng),
        change_of_supplier: moving.then(|| ChangeOfSupplier {
            probability: (0..n_days).map(|_| sure(rng)).collect(),
            goes_dormant: fixed(f64::from(u8::from(rng.random_bool(0.6)))),
        }),
        removal: rng.random_bool(0.1).then(|| {
            let mut late = |_| (0..n_days).map(|d| if d > n_days / 2 { sure(rng) } else { 0.0 }).collect();
            Removal { dormant: late(0), active: late(1) }
        }),
        commitment: rng.random_bool(0.25).then(|| Commitment {
            factor: fixed(one_of(rng, &[0.5, 0.7, 0.9, 1.0, 1.3])),
            for_each: true,
            cutoff_days: rng.random_range(1..=7),
            rest_of_last_week: (0..6).map(|_| rng.random_bool(0.75)).collect(),
        }),
        layers: Layers { parametric: true, stochastic: true },
        seed,
        assumptions: vec![],
    };
    let begun = eligible_stock(rng, &model);
    model.stock.extend(begun);
    model
}

/// Opening stock that is under way already: eligible, with one or more attempts behind it, where the cohort is on the
/// EPCL and its suppliers' updates are done by day 0.
fn eligible_stock(rng: &mut ChaCha8Rng, model: &Model) -> Vec<Stock> {
    let mut stock = Vec::new();
    for (cohort, updated) in super::supplier_updated_days(model).into_iter().enumerate() {
        for supplier in 0..model.suppliers.len() {
            for status in Status::ALL {
                if updated <= 0 && rng.random_bool(0.4) {
                    let attempt = rng.random_range(1..=model.cohorts[cohort].max_attempts);
                    let stage = OpeningStage::Eligible { attempt };
                    let installations = rng.random_range(0..40);
                    stock.push(Stock { cohort, supplier, status, installations, stage });
                }
            }
        }
    }
    stock
}

fn cohort(rng: &mut ChaCha8Rng, c: usize, n_groups: usize) -> Cohort {
    let gate = rng.random_range(-20..40);
    let planned = |day: i32| Planned { day: Day(day), slip: fixed(0.0) };
    let equivalent_to = (c > 0 && rng.random_bool(0.3)).then(|| rng.random_range(0..c));
    let entry = if rng.random_bool(0.5) {
        Entry::On(Planned {
            day: Day(gate + rng.random_range(0..30)),
            slip: fixed(f64::from(rng.random_range(-3..6))),
        })
    } else {
        Entry::AfterGate(fixed(f64::from(rng.random_range(0..30))))
    };
    let certain = |rng: &mut ChaCha8Rng, p: f64| fixed(f64::from(u8::from(rng.random_bool(p))));
    Cohort {
        name: format!("C{c}"),
        key: key_of(&format!("C{c}")),
        group: rng.random_range(0..n_groups),
        route: if equivalent_to.is_some() { Route::Dmct } else { Route::MtSit },
        equivalent_to,
        gate: Planned { day: Day(gate), slip: fixed(f64::from(rng.random_range(-2..8))) },
        objection_delay: fixed(f64::from(rng.random_range(0..10))),
        entry,
        confidence: rng.random_bool(0.7).then(|| planned(gate - rng.random_range(-5..25))),
        supplier_delay: fixed(f64::from(rng.random_range(0..12))),
        firmware: Firmware {
            no_update_share: certain(rng, 0.2),
            length: fixed(f64::from(rng.random_range(1..15))),
            success: certain(rng, 0.85),
            wait: fixed(f64::from(rng.random_range(1..9))),
            max_tries: rng.random_range(1..4),
        },
        notice: fixed(f64::from(rng.random_range(0..9))),
        success: (0..rng.random_range(1..4)).map(|_| certain(rng, 0.6)).collect(),
        take_up: certain(rng, 0.95),
        retry_delay: fixed(f64::from(rng.random_range(1..10))),
        ramp_up: None,
        head_start: if rng.random_bool(0.2) { rng.random_range(1..20) } else { 0 },
        max_attempts: rng.random_range(1..6),
        meters_per_installation: 1.7,
    }
}

fn supplier(rng: &mut ChaCha8Rng, s: usize, n_groups: usize, market_share: f64) -> Supplier {
    let mut limits = Vec::new();
    for group in 0..n_groups {
        if rng.random_bool(0.25) {
            limits.push(SupplierLimit {
                group: Some(group),
                covers_both: rng.random_bool(0.5),
                per_day: limit(rng, 30),
            });
        }
    }
    let late = rng.random_bool(0.2);
    Supplier {
        name: format!("S{s}"),
        key: key_of(&format!("S{s}")),
        market_share,
        dcc_user_from: late.then(|| Planned {
            day: Day(rng.random_range(-5..40)),
            slip: fixed(f64::from(rng.random_range(0..5))),
        }),
        limits,
        obligation: None,
    }
}

fn stock(rng: &mut ChaCha8Rng, cohorts: &[Cohort], n_suppliers: usize) -> Vec<Stock> {
    let mut stock = Vec::new();
    for cohort in 0..cohorts.len() {
        for supplier in 0..n_suppliers {
            for status in Status::ALL {
                if rng.random_bool(0.8) {
                    let most = one_of(rng, &[5, 30, 120]);
                    let installations = rng.random_range(0..most);
                    let stage = one_of(rng, &[OpeningStage::Unmigrated; 8]);
                    stock.push(Stock { cohort, supplier, status, installations, stage });
                }
                if rng.random_bool(0.1) {
                    let stage = one_of(
                        rng,
                        &[
                            OpeningStage::NeedsFirmware { attempt: 1 },
                            OpeningStage::Migrated,
                            OpeningStage::ExcludedAttempts,
                            OpeningStage::ExcludedNoWan,
                        ],
                    );
                    stock.push(Stock {
                        cohort,
                        supplier,
                        status,
                        installations: rng.random_range(0..20),
                        stage,
                    });
                }
            }
        }
    }
    stock.push(Stock {
        cohort: 0,
        supplier: 0,
        status: Status::Dormant,
        installations: 3,
        stage: OpeningStage::NeedsFirmware { attempt: 1 },
    });
    stock
}

fn firmware_rules(rng: &mut ChaCha8Rng) -> FirmwareRules {
    use FirmwarePolicy::{Early, EarlyTestedOnly, Existing, SmsoConfidence};
    let on = Redesignation::On(Planned { day: Day(rng.random_range(-10..30)), slip: fixed(0.0) });
    FirmwareRules {
        policy: one_of(rng, &[Existing, Early, EarlyTestedOnly, SmsoConfidence]),
        redesignation: if rng.random_bool(0.9) { on } else { Redesignation::Never },
        order: one_of(
            rng,
            &[
                FirmwareOrder::EarliestOpening,
                FirmwareOrder::EarliestExpectedEntry,
                FirmwareOrder::EnteredFirst,
            ],
        ),
        rework: Rework {
            tested: fixed(sure(rng)),
            equivalence: fixed(sure(rng)),
            confidence: fixed(sure(rng)),
        },
    }
}

/// Every option of sharing; a flat amount that is lost goes with the defaults only.
fn allocation(rng: &mut ChaCha8Rng) -> Allocation {
    let mut allocation = Allocation {
        policy: one_of(
            rng,
            &[
                AllocationPolicy::Msm,
                AllocationPolicy::Msm,
                AllocationPolicy::ActiveFirst,
                AllocationPolicy::Pooled,
                AllocationPolicy::MaxMin,
                AllocationPolicy::EvenSplit,
            ],
        ),
        dormant_priority: DormantPriority::Strict,
        precedence: Precedence::PriorityFirst,
        dmin: limit(rng, 12),
        dmin_scope: DminScope::PerGroup,
        dmin_covers: DminCovers::Active,
        remainder: Remainder::UnmetDemand,
        unused_flat: UnusedFlat::SharedAgain,
        rounding: Rounding::LargestRemainder,
    };
    if rng.random_bool(0.15) {
        allocation.policy = AllocationPolicy::Msm;
        allocation.unused_flat = UnusedFlat::Lost;
        return allocation;
    }
    if rng.random_bool(0.3) {
        let ppm = one_of(rng, &[0, 250_000, 600_000, 1_000_000]);
        allocation.dormant_priority = DormantPriority::UpToShare { ppm };
    }
    if rng.random_bool(0.35) {
        allocation.precedence = Precedence::FlatFirst;
    }
    if rng.random_bool(0.35) {
        allocation.dmin_scope = DminScope::InAll;
    }
    if rng.random_bool(0.35) {
        allocation.dmin_covers = DminCovers::Both;
    }
    allocation.remainder = one_of(
        rng,
        &[Remainder::UnmetDemand, Remainder::UnmetDemand, Remainder::WholeDemand, Remainder::LowerBound],
    );
    allocation
}

/// A programme with chance everywhere: updates and attempts fail, slots lie idle, customers move, meters go.
pub(crate) fn chancy(seed: u64) -> Model {
    let mut model = certain(seed);
    let n_days = 70;
    model.calendar.migration = (0..n_days).map(|d| d % 7 < 5).collect();
    model.calendar.firmware = vec![true; n_days];
    model.commitment = None;
    model.capacity = None;
    model.firmware.policy = FirmwarePolicy::Early;
    for cohort in &mut model.cohorts {
        cohort.firmware.no_update_share = fixed(0.3);
        cohort.firmware.length = Uncertain {
            distribution: Distribution::Uniform { low: 2.5, high: 9.5 },
            link: None,
            key: 1,
            written: None,
        };
        cohort.firmware.success = fixed(0.8);
        cohort.firmware.max_tries = 2;
        cohort.success = vec![fixed(0.85), fixed(0.5)];
        cohort.take_up = fixed(0.9);
        cohort.max_attempts = 3;
    }
    // Nobody begins with an attempt that the cohort no longer allows.
    for row in &mut model.stock {
        if let OpeningStage::Eligible { attempt } = &mut row.stage {
            *attempt = (*attempt).min(3);
        }
    }
    for (s, supplier) in model.suppliers.iter_mut().enumerate() {
        supplier.market_share = (s + 1) as f64;
    }
    model.groups.iter_mut().for_each(|g| g.capacity = Dated::constant(25));
    model.change_of_supplier =
        Some(ChangeOfSupplier { probability: vec![0.02; n_days], goes_dormant: fixed(0.5) });
    model.removal = Some(Removal { dormant: vec![0.01; n_days], active: vec![0.005; n_days] });
    model
}
