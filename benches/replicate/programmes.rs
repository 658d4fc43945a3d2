//! The programmes whose replications are timed and counted.

use std::path::Path;

use dormouse::model::{Dated, Distribution, Model};
use dormouse::scenario::{Override, load};

/// Names of all of them. *Still*: nobody changes supplier and nobody is removed.
pub(crate) const NAMES: [&str; 6] = [
    "reference/1m",
    "national/still",
    "national/weekly",
    "national/daily",
    "national/still/ten-times",
    "national/daily/ten-times",
];

/// A programme by its name.
pub(crate) fn named(name: &str) -> Model {
    match name {
        "reference/1m" => model("reference/peer-workload.toml", &[]),
        "national/weekly" => model("smets1-2020/existing.toml", &[]),
        "national/still" => national(false),
        "national/daily" => national(true),
        "national/still/ten-times" => ten_times(national(false)),
        "national/daily/ten-times" => ten_times(national(true)),
        _ => panic!("there is no programme {name}"),
    }
}

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
