//! Sharing out a day. Ids are paths: what runs, circumstance, cells. Plain `cargo bench` runs each policy and rounding at
//! one size and the default at every size; `DORMOUSE_BENCH=full` runs the whole grid. Each pool is checked once against
//! its certificates and the largest totals there are.
#![allow(clippy::cast_possible_truncation, reason = "a day's sums are below 2^32")]

mod contrast;
mod pool;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use dormouse::allocate::{Allocator, Bound, Day, Grants, Rules, most_possible, verify};
use dormouse::model::{AllocationPolicy, Rounding};
use pool::{Circumstance, Pool, SIZES};

/// Roundings and policies by id.
fn rules() -> Vec<(String, Rules)> {
    let roundings = [
        ("carried-credit", Rounding::CarriedCredit),
        ("largest-remainder", Rounding::LargestRemainder),
        ("webster", Rounding::Webster),
        ("systematic", Rounding::Systematic),
    ];
    let by_rounding =
        roundings.map(|(id, rounding)| (format!("msm-{id}"), Rules { rounding, ..Rules::DEFAULT }));
    let others = AllocationPolicy::ALL.into_iter().filter(|(_, policy, _)| *policy != AllocationPolicy::Msm);
    let by_policy = others.map(|(name, policy, _)| (name.to_owned(), Rules { policy, ..Rules::DEFAULT }));
    by_rounding.into_iter().chain(by_policy).collect()
}

/// Shares every day out once, and holds each against its certificate and what no rule could beat.
fn check(pool: &Pool, rules: Rules) {
    let mut allocator = Allocator::new(pool.shape.clone(), rules);
    let (mut grants, mut bound) = (Grants::default(), Bound::default());
    for owned in &pool.days {
        let day = owned.day();
        allocator.allocate(&day, &mut grants);
        let proven = verify(&pool.shape, &rules, &day, &grants);
        let proven = proven.unwrap_or_else(|what| panic!("{rules:?}: {what}"));
        most_possible(&pool.shape, &day, &grants, &mut bound);
        let idle: u64 = bound.idle_by_rule.iter().map(|idle| u64::from(*idle)).sum();
        assert_eq!(proven.allocated + idle, u64::from(bound.total), "{rules:?}");
    }
}

/// Times something on one day of a pool after another.
fn on_days(bencher: &mut Bencher<'_>, pool: &Pool, mut share: impl FnMut(&Day<'_>)) {
    let mut days = pool.days.iter().cycle();
    bencher.iter(|| share(&days.next().expect("a cycle has no end").day()));
}

fn bench(criterion: &mut Criterion, id: &str, pool: &Pool, rules: Rules) {
    let mut group = criterion.benchmark_group("allocate");
    group.throughput(Throughput::Elements(pool.cells()));
    let (mut allocator, mut grants) = (Allocator::new(pool.shape.clone(), rules), Grants::default());
    group.bench_function(id, |bencher| {
        on_days(bencher, pool, |day| {
            allocator.allocate(day, &mut grants);
            black_box(&grants);
        });
    });
}

fn made(criterion: &mut Criterion) {
    let full = std::env::var("DORMOUSE_BENCH").is_ok_and(|value| value == "full");
    for (cells, _) in SIZES {
        for (circumstance, kind) in Circumstance::ALL {
            let pool = Pool::made(kind, cells);
            for (at, (id, rules)) in rules().into_iter().enumerate() {
                let chosen = matches!(
                    (at, kind, cells),
                    (0, Circumstance::Contested, _) | (0, _, 4_096) | (_, Circumstance::Contested, 4_096)
                );
                if chosen || full {
                    check(&pool, rules);
                    bench(criterion, &format!("{id}/{circumstance}/{cells}"), &pool, rules);
                }
            }
        }
    }
}

fn recorded(criterion: &mut Criterion) {
    for name in ["existing", "early", "crossing-limits", "first-ready", "systematic"] {
        let (pool, rules) = Pool::recorded(name);
        bench(criterion, &format!("recorded/{name}/{}", pool.cells()), &pool, rules);
    }
}

/// What stands beside it: the checker, the memory, the first way to write it, and solvers.
fn beside(criterion: &mut Criterion) {
    let pool = Pool::made(Circumstance::Contested, 4_096);
    let (mut allocator, mut grants) = (Allocator::new(pool.shape.clone(), Rules::DEFAULT), Grants::default());
    for owned in &pool.days {
        let day = owned.day();
        allocator.allocate(&day, &mut grants);
        let total = |slots: &[u32]| slots.iter().sum::<u32>();
        let ours = [total(&grants.dormant), total(&grants.active)];
        assert_eq!(contrast::sorted(&pool.shape, &day).map(|slots| total(&slots)), ours);
        assert_eq!(contrast::flow(&pool.shape, &day), ours[0] + ours[1]);
        assert!((contrast::program(&pool.shape, &day) - f64::from(ours[0] + ours[1])).abs() < 0.5);
    }
    let mut group = criterion.benchmark_group("beside");
    group.throughput(Throughput::Elements(pool.cells()));
    group.bench_function("verify/contested/4096", |bencher| {
        // Each day with its own grants, made before the clock starts.
        let grants = pool.days.iter().map(|owned| {
            let mut grants = Grants::default();
            Allocator::new(pool.shape.clone(), Rules::DEFAULT).allocate(&owned.day(), &mut grants);
            grants
        });
        let grants: Vec<Grants> = grants.collect();
        let mut both = pool.days.iter().zip(&grants).cycle();
        bencher.iter(|| {
            let (day, grants) = both.next().expect("a cycle has no end");
            black_box(verify(&pool.shape, &Rules::DEFAULT, &day.day(), grants).expect("it holds"))
        });
    });
    let mut slots = [vec![0; pool.shape.n_places()], vec![0; pool.shape.n_places()]];
    group.bench_function("memory/contested/4096", |bencher| {
        on_days(bencher, &pool, |day| {
            let [dormant, active] = &mut slots;
            contrast::memory(day, dormant, active);
            black_box(&slots);
        });
    });
    group.bench_function("sorted/contested/4096", |bencher| {
        on_days(bencher, &pool, |day| drop(black_box(contrast::sorted(&pool.shape, day))));
    });
    group.sample_size(10);
    group.bench_function("max-flow/contested/4096", |bencher| {
        on_days(bencher, &pool, |day| {
            black_box(contrast::flow(&pool.shape, day));
        });
    });
    group.bench_function("linear-program/contested/4096", |bencher| {
        on_days(bencher, &pool, |day| {
            black_box(contrast::program(&pool.shape, day));
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = made, recorded, beside
}
criterion_main!(benches);
