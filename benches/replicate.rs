//! One replication, with every daily check on. Ids are paths: workload, then what is on.
//!
//! The reference workload stands beside other simulators; the national programme is what users run. Ten times the
//! installations (and capacity) shows that cost follows cells and days, not installations. Each bench checks its
//! answer once, and walks through replications, so that no run repeats the one before it.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use dormouse::engine::simulate;
use dormouse::model::{Dated, Distribution, Model};
use dormouse::scenario::{Override, load};

fn model(path: &str, overrides: &[(&str, &str)]) -> Model {
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|(key, value)| Override { key: (*key).into(), value: (*value).into() })
        .collect();
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(path);
    load(&full, &overrides).unwrap_or_else(|problems| panic!("{path}:\n{problems}")).model
}

/// The national programme without change of supplier and removal, or with both stepped daily.
fn national(daily: bool) -> Model {
    let steps = [("change_of_supplier.step", "daily"), ("removal.step", "daily")];
    let mut model = model("smets1-2020/existing.toml", &steps);
    if !daily {
        model.change_of_supplier = None;
        model.removal = None;
    }
    model
}

/// Ten times the installations and everything that is counted in them.
fn ten_times(mut model: Model) -> Model {
    let scale = |dated: &mut Dated| {
        for step in &mut dated.steps {
            let Distribution::Fixed(value) = &mut step.value.distribution else {
                panic!("capacity is certain here")
            };
            *value *= 10.0;
        }
    };
    model.stock.iter_mut().for_each(|s| s.installations *= 10);
    model.capacity.as_mut().map(scale);
    scale(&mut model.allocation.dmin);
    for group in &mut model.groups {
        scale(&mut group.capacity);
        group.firmware_capacity.as_mut().map(scale);
    }
    model.suppliers.iter_mut().flat_map(|s| &mut s.limits).for_each(|limit| scale(&mut limit.per_day));
    model
}

fn bench(criterion: &mut Criterion, id: &str, model: &Model, expected_percent: std::ops::Range<u64>) {
    let trace = simulate(model, 0).expect("every check holds");
    let last = trace.days.last().expect("a run has days");
    let migrated: u64 = last.stages.iter().map(|s| s.migrated).sum();
    let percent = 100 * migrated / model.installations();
    assert!(expected_percent.contains(&percent), "{id}: {percent}% migrated");
    let mut replication = 0;
    criterion.bench_function(id, |bencher| {
        bencher.iter(|| {
            replication += 1;
            black_box(simulate(model, replication).expect("every check holds"))
        });
    });
}

fn replicate(criterion: &mut Criterion) {
    bench(criterion, "replicate/reference/1m", &model("reference/peer-workload.toml", &[]), 99..101);
    let (still, daily) = (national(false), national(true));
    bench(criterion, "replicate/national/still", &still, 60..100);
    bench(criterion, "replicate/national/daily", &daily, 60..100);
    bench(criterion, "replicate/national/still/ten-times", &ten_times(still), 60..100);
    bench(criterion, "replicate/national/daily/ten-times", &ten_times(daily), 60..100);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5));
    targets = replicate
}
criterion_main!(benches);
