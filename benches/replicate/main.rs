//! One replication, with every daily check on. Ids are paths: workload, then what is on.
//!
//! The reference workload stands beside other simulators; the national programme is what users run. Ten times the
//! installations (and capacity) shows that cost follows cells and days, not installations. Each bench checks its
//! answer once, and walks through replications, so that no run repeats the one before it.

mod programmes;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use dormouse::engine::simulate;

fn bench(criterion: &mut Criterion, name: &str) {
    let model = programmes::named(name);
    let id = format!("replicate/{name}");
    let trace = simulate(&model, 0).expect("every check holds");
    let last = trace.days.last().expect("a run has days");
    let migrated: u64 = last.stages.iter().map(|s| s.migrated).sum();
    let percent = 100 * migrated / model.installations();
    assert!((60..=100).contains(&percent), "{id}: {percent}% migrated");
    let mut replication = 0;
    criterion.bench_function(&id, |bencher| {
        bencher.iter(|| {
            replication += 1;
            black_box(simulate(&model, replication).expect("every check holds"))
        });
    });
}

fn replicate(criterion: &mut Criterion) {
    programmes::NAMES.into_iter().for_each(|name| bench(criterion, name));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5));
    targets = replicate
}
criterion_main!(benches);
