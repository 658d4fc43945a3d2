//! Studies of two copies of one scenario under different seeds, each simulated whole: where nothing differs, a difference is
//! claimed no more often than an interval of 95% misses.

use dormouse::engine::simulate;
use dormouse::findings::{Findings, Population};
use dormouse::model::Model;
use dormouse::replications::{Comparison, Record, Replications, Threshold};
use dormouse::scenario::load;
use rayon::prelude::*;

use crate::command::repository;

const REPLICATIONS: u32 = 40;

/// A small programme with every kind of uncertain input.
fn programme() -> Model {
    load(&repository().join("scenarios/reference/every-key.toml"), &[]).unwrap().model
}

/// One copy under a seed of its own.
fn copy(model: &Model, seed: u64) -> Replications {
    let model = Model { seed, ..model.clone() };
    let measures = Findings::of(&model, &simulate(&model, 0).unwrap()).measured();
    let mut all = Replications::new(&model, Population::Dormant, measures, None);
    for replication in 0..REPLICATIONS {
        all.push(&Record::of(&model, &simulate(&model, replication).unwrap(), Population::Dormant)).unwrap();
    }
    all
}

/// Of so many studies, how many claim a difference, with any practical threshold at all.
fn claims(studies: u64) -> usize {
    let model = programme();
    let claimed = |study: &u64| {
        let [one, other] = [2 * study + 1, 2 * study + 2].map(|seed| copy(&model, seed));
        let comparison = Comparison::between(&one, &other, Threshold::Percent(0.0), 1);
        assert!(comparison.avoided.standard_error.is_some_and(|error| error > 0.0), "chance is at work");
        comparison.verdict.finding.claims_a_difference()
    };
    (0..studies).into_par_iter().filter(claimed).count()
}

#[test]
fn few_studies_of_two_copies_claim_a_difference() {
    let claimed = claims(60);
    assert!(claimed <= 10, "{claimed} of 60");
}

#[test]
#[ignore = "some minutes in release: cargo test --release --test it -- --ignored copies"]
fn at_most_seventy_of_a_thousand_studies_of_two_copies_claim_a_difference() {
    let claimed = claims(1_000);
    println!("{claimed} of 1,000 studies of two copies claim a difference");
    // Rare large outcomes make the interval careful; hardly any claim would mean that nothing varies.
    assert!((5..=70).contains(&claimed), "{claimed} of 1,000");
}
