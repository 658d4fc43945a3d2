#![allow(missing_docs)]
use dormouse::model::*;
fn fixed(v: f64) -> Uncertain {
    Uncertain::fixed(v)
}
fn dated(v: f64) -> Dated {
    Dated { steps: vec![Step { from: Day(0), value: fixed(v), ramp: false }] }
}
fn uniform(low: f64, high: f64, key: u64) -> Uncertain {
    Uncertain { distribution: Distribution::Uniform { low, high }, link: None, key }
}
const COHORTS: usize = 44;
const SUPPLIERS: usize = 28;
const DAYS: usize = 914;
fn model(scale: f64, moving: bool) -> Model {
    let n = (9_200_000.0 * scale) as u64;
    let w = |c: usize, s: usize, t: usize| {
        ((COHORTS - c) * (SUPPLIERS - s) * (if t == 0 { 3 } else { 7 })) as u64
    };
    let total: u64 =
        (0..COHORTS).flat_map(|c| (0..SUPPLIERS).flat_map(move |s| (0..2).map(move |t| w(c, s, t)))).sum();
    let (mut cum, mut stock, mut cohorts) = (0u64, vec![], vec![]);
    for c in 0..COHORTS {
        cohorts.push(Cohort {
            name: format!("C{c}"),
            key: key_of(&format!("C{c}")),
            group: c % 4,
            route: Route::MtSit,
            equivalent_to: None,
            gate: Planned { day: Day((c * DAYS / COHORTS) as i32), slip: fixed(0.0) },
            objection_delay: fixed(0.0),
            entry: Entry::AfterGate(fixed(0.0)),
            confidence: None,
            supplier_delay: fixed(0.0),
            firmware: Firmware {
                no_update_share: fixed(0.0),
                length: uniform(6.5, 28.5, 1),
                success: fixed(0.95),
                wait: fixed(10.0),
                max_tries: 3,
            },
            notice: fixed(14.0),
            success: vec![fixed(0.9)],
            take_up: fixed(0.97),
            retry_delay: fixed(10.0),
            max_attempts: 5,
            meters_per_installation: 1.7,
        });
        for s in 0..SUPPLIERS {
            for t in 0..2 {
                let before = n * cum / total;
                cum += w(c, s, t);
                stock.push(Stock {
                    cohort: c,
                    supplier: s,
                    status: Status::ALL[t],
                    installations: (n * cum / total - before) as u32,
                    stage: OpeningStage::Unmigrated,
                });
            }
        }
    }
    let migration: Vec<bool> = (0..DAYS).map(|d| (d + 2) % 7 < 5).collect();
    let daily = 1.0 - (1.0_f64 - 0.017).powf(12.0 / 365.25);
    let removed = 1.0 - (1.0_f64 - 0.002).powf(12.0 / 365.25);
    Model {
        name: "national".into(),
        question: String::new(),
        calendar: Calendar {
            first: jiff::civil::date(2020, 1, 1),
            firmware: migration.clone(),
            migration,
            closures: vec![],
            holidays: vec![],
        },
        plan_day: None,
        capacity: Some(dated(20_000.0 * scale)),
        groups: (0..4)
            .map(|g| Group {
                name: format!("G{g}"),
                key: key_of(&format!("G{g}")),
                capacity: dated((9_000.0 - 1_000.0 * g as f64) * scale),
                firmware_capacity: None,
                outage: None,
            })
            .collect(),
        cohorts,
        suppliers: (0..SUPPLIERS)
            .map(|s| Supplier {
                name: format!("S{s}"),
                key: key_of(&format!("S{s}")),
                market_share: (SUPPLIERS - s) as f64,
                dcc_user_from: None,
                limits: vec![],
                obligation: None,
            })
            .collect(),
        factors: vec![],
        stock,
        firmware: FirmwareRules {
            policy: FirmwarePolicy::Existing,
            redesignation: Redesignation::Never,
            order: FirmwareOrder::EarliestOpening,
            rework: Rework { tested: fixed(0.0), equivalence: fixed(0.0), confidence: fixed(0.0) },
        },
        allocation: Allocation {
            policy: AllocationPolicy::Msm,
            dormant_priority: DormantPriority::Strict,
            precedence: Precedence::PriorityFirst,
            dmin: dated(50.0 * scale),
            dmin_scope: DminScope::PerGroup,
            dmin_covers: DminCovers::Both,
            remainder: Remainder::UnmetDemand,
            unused_flat: UnusedFlat::SharedAgain,
            rounding: Rounding::CarriedCredit,
        },
        change_of_supplier: moving
            .then(|| ChangeOfSupplier { probability: vec![daily; DAYS], goes_dormant: fixed(0.7) }),
        removal: moving.then(|| Removal { dormant: vec![removed; DAYS], active: vec![removed; DAYS] }),
        commitment: None,
        layers: Layers { parametric: true, stochastic: true },
        seed: 1,
        assumptions: vec![],
    }
}
/// Models that differ in every rule, to prove that nothing changes.
fn variants() -> Vec<Model> {
    let mut all = vec![];
    let roundings =
        [Rounding::LargestRemainder, Rounding::CarriedCredit, Rounding::Webster, Rounding::Systematic];
    let policies = [AllocationPolicy::Msm, AllocationPolicy::ActiveFirst, AllocationPolicy::Pooled];
    let remainders = [Remainder::UnmetDemand, Remainder::WholeDemand, Remainder::LowerBound];
    for i in 0..24usize {
        let mut m = model([0.003, 0.03, 0.3][i % 3], i % 2 == 0);
        m.seed = i as u64;
        let a = &mut m.allocation;
        a.rounding = roundings[i % 4];
        a.policy = policies[if i < 14 { 0 } else { i % 3 }];
        a.precedence = if i / 2 % 2 == 0 { Precedence::FlatFirst } else { Precedence::PriorityFirst };
        a.dormant_priority = if i / 3 % 3 == 0 {
            DormantPriority::UpToShare { ppm: 600_000 }
        } else {
            DormantPriority::Strict
        };
        a.dmin_scope = if i / 4 % 2 == 0 { DminScope::PerGroup } else { DminScope::InAll };
        a.dmin_covers = if i / 5 % 2 == 0 { DminCovers::Both } else { DminCovers::Active };
        a.remainder = remainders[i / 2 % 3];
        a.unused_flat = if i / 3 % 2 == 0 { UnusedFlat::SharedAgain } else { UnusedFlat::Lost };
        m.firmware.policy = [FirmwarePolicy::Existing, FirmwarePolicy::Early][i / 2 % 2];
        m.firmware.redesignation =
            Redesignation::On(Planned { day: Day(100), slip: uniform(-20.0, 20.0, 77) });
        m.firmware.order = [
            FirmwareOrder::EarliestOpening,
            FirmwareOrder::EarliestExpectedEntry,
            FirmwareOrder::EnteredFirst,
        ][i % 3];
        m.firmware.rework = Rework { tested: fixed(0.3), equivalence: fixed(0.3), confidence: fixed(0.3) };
        for (c, cohort) in m.cohorts.iter_mut().enumerate() {
            cohort.entry = Entry::AfterGate(uniform(0.0, 60.0, c as u64));
            cohort.firmware.no_update_share = fixed(0.2);
            cohort.supplier_delay = fixed((c % 5) as f64 * 10.0);
            cohort.notice = fixed((c % 3) as f64 * 7.0);
            cohort.max_attempts = 2 + (c % 3) as u8;
            cohort.take_up = fixed(if c % 2 == 0 { 1.0 } else { 0.8 });
            if c % 3 == 0 {
                cohort.firmware.success = fixed(1.0);
            }
            if c % 11 == 0 {
                cohort.firmware.wait = fixed(1.0);
            }
        }
        for (s, supplier) in m.suppliers.iter_mut().enumerate() {
            if s % 3 == 0 {
                supplier.limits.push(SupplierLimit {
                    group: s % 4,
                    covers_both: i % 2 == 0,
                    per_day: dated(40.0),
                });
            }
            if s % 4 == 1 {
                supplier.dcc_user_from = Some(Planned { day: Day(50 * s as i32 / 4), slip: fixed(3.0) });
            }
            if i % 5 == 0 && s % 7 == 0 {
                supplier.market_share = 0.0;
            }
        }
        for group in &mut m.groups {
            if i % 2 == 1 {
                group.firmware_capacity = Some(dated(500.0));
            }
            if i % 3 == 1 {
                group.outage = Some(Outage {
                    start_probability: fixed(0.02),
                    length_days: uniform(0.5, 5.5, 5),
                    stops_firmware: i % 2 == 0,
                });
            }
        }
        if i % 4 == 3 {
            m.commitment = Some(Commitment { factor: uniform(0.7, 1.0, 3), cutoff_days: 3 });
        }
        if i % 5 == 1 {
            m.capacity = None;
        }
        for (r, stock) in m.stock.iter_mut().enumerate() {
            if i % 6 == 5 {
                stock.stage = match r % 11 {
                    0 => OpeningStage::FirmwareUnderWay,
                    1 => OpeningStage::FirmwareWait,
                    2 => OpeningStage::Ready,
                    3 => OpeningStage::Eligible { attempt: 2 },
                    4 => OpeningStage::RetryWait { attempt: 2 },
                    5 => OpeningStage::Migrated,
                    6 => OpeningStage::NeedsFirmware,
                    _ => OpeningStage::Unmigrated,
                };
            }
        }
        all.push(m);
    }
    all
}
fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |h, b| (h ^ b as u64).wrapping_mul(0x100_0000_01b3))
}
fn main() {
    let mode = std::env::args().nth(1).unwrap_or("plain".into());
    let scale: f64 = std::env::args().nth(2).map_or(1.0, |a| a.parse().unwrap());
    let reps: u32 = std::env::args().nth(3).map_or(10, |a| a.parse().unwrap());
    let start = 0xcbf2_9ce4_8422_2325_u64;
    if mode == "variants" {
        for (i, m) in variants().iter().enumerate() {
            let hash = match dormouse::engine::simulate(m, 1) {
                Ok(trace) => fnv(start, &serde_json::to_string(&trace).unwrap()),
                Err(e) => {
                    println!("{e}");
                    0
                }
            };
            println!("{i} {hash:016x}");
        }
        return;
    }
    let m = model(scale, mode == "moves");
    let hashing = std::env::var("HASH").is_ok();
    let t = std::time::Instant::now();
    let mut hash = start;
    for r in 0..reps {
        let trace = dormouse::engine::simulate(&m, r).unwrap();
        if hashing {
            hash = fnv(hash, &serde_json::to_string(&trace).unwrap());
        }
        if r == 0 {
            let end = trace.days.last().unwrap().stages;
            println!("movements {} migrated {} {}", trace.movements.len(), end[0].migrated, end[1].migrated);
        }
    }
    println!("hash {hash:016x} {:.3} ms/rep", t.elapsed().as_secs_f64() * 1e3 / reps as f64);
}
