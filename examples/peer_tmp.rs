#![allow(missing_docs)]
use dormouse::model::*;
fn fixed(v: f64) -> Uncertain {
    Uncertain::fixed(v)
}
fn dated(v: f64) -> Dated {
    Dated { steps: vec![Step { from: Day(0), value: fixed(v), ramp: false }] }
}
fn main() {
    let scale: f64 = std::env::args().nth(1).map_or(1.0, |a| a.parse().unwrap());
    let n: u64 = (1_000_000.0 * scale) as u64;
    let (s_n, m_n) = (20u64, 10u64);
    let w = |s: u64, m: u64, t: u64| (20 - s) * (10 - m) * (if t == 0 { 3 } else { 7 });
    let total: u64 = (0..s_n).flat_map(|s| (0..m_n).flat_map(move |m| (0..2).map(move |t| w(s, m, t)))).sum();
    let mut cum = 0u64;
    let mut cohorts = vec![];
    let mut stock = vec![];
    for s in 0..s_n {
        for m in 0..m_n {
            let c = cohorts.len();
            let day = ((30 * m + 7 * s) % 300) as i32;
            cohorts.push(Cohort {
                name: format!("S{s}-M{m}"),
                key: key_of(&format!("S{s}-M{m}")),
                group: 0,
                route: Route::MtSit,
                equivalent_to: None,
                gate: Planned { day: Day(day), slip: fixed(0.0) },
                objection_delay: fixed(0.0),
                entry: Entry::AfterGate(fixed(0.0)),
                confidence: None,
                supplier_delay: fixed(0.0),
                firmware: Firmware {
                    no_update_share: fixed(0.0),
                    length: Uncertain {
                        distribution: Distribution::Uniform { low: 6.5, high: 28.5 },
                        link: None,
                        key: 1,
                    },
                    success: fixed(1.0),
                    wait: fixed(1.0),
                    max_tries: 1,
                },
                notice: fixed(0.0),
                success: vec![fixed(0.9)],
                take_up: fixed(1.0),
                retry_delay: fixed(5.0),
                max_attempts: 5,
                meters_per_installation: 1.7,
            });
            for t in 0..2 {
                let before = n * cum / total;
                cum += w(s, m, t);
                let size = n * cum / total - before;
                stock.push(Stock {
                    cohort: c,
                    supplier: s as usize,
                    status: if t == 0 { Status::Dormant } else { Status::Active },
                    installations: size as u32,
                    stage: OpeningStage::Unmigrated,
                });
            }
        }
    }
    let model = Model {
        name: "peer".into(),
        question: String::new(),
        calendar: Calendar {
            first: jiff::civil::date(2020, 1, 1),
            migration: vec![true; 400],
            firmware: vec![true; 400],
            closures: vec![],
            holidays: vec![],
        },
        plan_day: None,
        capacity: None,
        groups: vec![Group {
            name: "G".into(),
            key: 7,
            capacity: dated((n / 200) as f64),
            firmware_capacity: None,
            outage: None,
        }],
        cohorts,
        suppliers: (0..20)
            .map(|s| Supplier {
                name: format!("S{s}"),
                key: key_of(&format!("S{s}")),
                market_share: 0.0,
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
            precedence: Precedence::FlatFirst,
            dmin: dated((n / 10_000) as f64),
            dmin_scope: DminScope::PerGroup,
            dmin_covers: DminCovers::Both,
            remainder: Remainder::UnmetDemand,
            unused_flat: UnusedFlat::SharedAgain,
            rounding: Rounding::LargestRemainder,
        },
        change_of_supplier: None,
        removal: None,
        commitment: None,
        layers: Layers { parametric: true, stochastic: true },
        seed: 1,
        assumptions: vec![],
    };
    let t = std::time::Instant::now();
    let reps: u32 = std::env::args().nth(2).map_or(200, |a| a.parse().unwrap());
    let hashing = std::env::var("HASH").is_ok();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut att = 0u64;
    for r in 0..reps {
        let trace = dormouse::engine::simulate(&model, r).unwrap();
        if hashing {
            hash = serde_json::to_string(&trace)
                .unwrap()
                .bytes()
                .fold(hash, |h, b| (h ^ b as u64).wrapping_mul(0x100_0000_01b3));
        }
        att += trace
            .group_days
            .iter()
            .map(|g| {
                (g.slots[0].succeeded + g.slots[0].failed + g.slots[1].succeeded + g.slots[1].failed) as u64
            })
            .sum::<u64>();
        if r == 0 {
            let mut cum = 0u64;
            let mut k = 0;
            for (d, _) in trace.days.iter().enumerate() {
                let g = &trace.group_days[d];
                cum += (g.slots[0].succeeded + g.slots[1].succeeded) as u64;
                while k < 3 && cum * 100 >= n * [50, 90, 99][k] {
                    println!("{}% day {d}", [50, 90, 99][k]);
                    k += 1;
                }
            }
            println!("movements {}", trace.movements.len());
        }
    }
    println!("hash {hash:016x}");
    println!("attempts {} ; {:.3} ms/rep", att / reps as u64, t.elapsed().as_secs_f64() * 1e3 / reps as f64);
}
