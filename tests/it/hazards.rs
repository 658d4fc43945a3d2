//! Removal as it strikes a small cell, against the distribution that a draw for every installation and day would have: a cell makes no draw
//! until its number is worn away, so this is what could go wrong unseen.

use dormouse::engine::simulate_observed;
use dormouse::model::{Model, OpeningStage, Removal, Status, Stock};
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};

use crate::reference::random_model::{chancy, fixed};

const RUNS: u32 = 8_000;

/// One Dormant cell, of which some wait for the gate and some are being updated for longer than anybody looks; nothing happens but removal.
fn programme(stock: [u32; 2], chances: &[f64]) -> Model {
    let mut model = chancy(3);
    model.calendar.migration = vec![false; chances.len()];
    model.calendar.firmware = vec![false; chances.len()];
    model.cohorts[0].firmware.length = fixed(900.0);
    model.change_of_supplier = None;
    model.removal = Some(Removal { dormant: chances.to_vec(), active: vec![0.0; chances.len()] });
    let row = |stage, installations| Stock {
        cohort: 0,
        supplier: 0,
        status: Status::Dormant,
        installations,
        stage,
    };
    model.stock = vec![
        row(OpeningStage::NeedsFirmware { attempt: 1 }, stock[0]),
        row(OpeningStage::FirmwareUnderWay { attempt: 1 }, stock[1]),
    ];
    model
}

/// Removed on each day, and on the first day of those under way.
fn removed(model: &Model, replication: u32) -> (Vec<u64>, u64) {
    let place = model.places().iter().position(|p| (p.cohort, p.supplier) == (0, 0)).unwrap();
    let (mut by_day, mut no_update_yet) = (vec![], vec![]);
    let seen = simulate_observed(model, replication, &mut |view| {
        let stages = view.stages(place, Status::Dormant);
        by_day.push(stages.removed - by_day.iter().sum::<u64>());
        no_update_yet.push(stages.waiting_gate + stages.waiting_firmware);
    });
    seen.unwrap();
    let of_gate = u64::from(model.stock[0].installations) - no_update_yet[0];
    let of_under_way = by_day[0] - of_gate;
    (by_day, of_under_way)
}

fn binomial(n: u32, p: f64, k: u64) -> f64 {
    Binomial::new(p, n.into()).unwrap().pmf(k)
}

/// Holds counts of outcomes against their probabilities by Pearson's statistic; what is expected fewer than five times is one outcome.
fn assert_fits(what: &str, outcomes: impl IntoIterator<Item = (u32, f64)>) {
    let (mut rest, mut statistic, mut kinds) = ((0, 0.0), 0.0, 0);
    let mut add = |seen: u32, expected: f64| {
        statistic += (f64::from(seen) - expected).powi(2) / expected;
        kinds += 1;
    };
    for (seen, probability) in outcomes {
        let expected = probability * f64::from(RUNS);
        if expected < 5.0 {
            rest = (rest.0 + seen, rest.1 + expected);
        } else {
            add(seen, expected);
        }
    }
    if rest.1 > 0.5 {
        add(rest.0, rest.1);
    } else {
        assert!(rest.0 < 8, "{what}: {} runs of what hardly ever happens", rest.0);
    }
    if kinds > 1 {
        let chance = ChiSquared::new(f64::from(kinds - 1)).unwrap().sf(statistic);
        assert!(
            chance > 0.001,
            "{what}: a statistic of {statistic:.1} of {kinds} outcomes, chance {chance:.5}"
        );
    }
}

/// Three days, of which the second is without hazard: whoever is struck on the first and the third is as by independent draws.
#[test]
fn a_day_is_struck_as_by_a_draw_for_every_installation_whatever_was_before() {
    for (n, p, q) in
        [(1, 0.3, 0.3), (6, 0.02, 0.1), (6, 0.25, 0.25), (5, 0.6, 0.9), (40, 0.05, 0.02), (3, 1.0, 0.5)]
    {
        let model = programme([n, 0], &[p, 0.0, q]);
        let size = n as usize + 1;
        let mut seen = vec![0; size * size];
        for replication in 0..RUNS {
            let (days, _) = removed(&model, replication);
            assert_eq!(days[1], 0);
            seen[days[0] as usize * size + days[2] as usize] += 1;
        }
        let outcomes = seen.iter().enumerate().map(|(at, seen)| {
            let (first, third) = (at / size, at % size);
            let possible = first + third <= n as usize;
            let chance = |()| binomial(n, p, first as u64) * binomial(n - first as u32, q, third as u64);
            (*seen, possible.then_some(()).map_or(0.0, chance))
        });
        assert_fits(&format!("{n} installations at {p} and {q}"), outcomes);
    }
}

/// Those struck are any of the cell: each pool loses by draws of its own.
#[test]
fn pools_of_a_cell_are_struck_alike() {
    for (stock, p) in [([4, 5], 0.1), ([1, 12], 0.3), ([3, 3], 0.7), ([20, 2], 0.02)] {
        let model = programme(stock, &[p]);
        let [gate, under_way] = stock;
        let width = under_way as usize + 1;
        let mut seen = vec![0; (gate as usize + 1) * width];
        for replication in 0..RUNS {
            let (days, of_under_way) = removed(&model, replication);
            seen[(days[0] - of_under_way) as usize * width + of_under_way as usize] += 1;
        }
        let outcomes = seen.iter().enumerate().map(|(at, seen)| {
            let (of_gate, of_under_way) = ((at / width) as u64, (at % width) as u64);
            (*seen, binomial(gate, p, of_gate) * binomial(under_way, p, of_under_way))
        });
        assert_fits(&format!("{stock:?} installations at {p}"), outcomes);
    }
}

/// A longer row of days at a small hazard: what is left of a cell's number is kept from day to day.
#[test]
fn many_days_of_a_small_hazard_take_as_many_as_one_of_a_large_one() {
    let (n, p) = (8, 0.004);
    let model = programme([n, 0], &[p; 60]);
    let mut seen = vec![0; n as usize + 1];
    for replication in 0..RUNS {
        seen[removed(&model, replication).0.iter().sum::<u64>() as usize] += 1;
    }
    let all = 1.0 - (1.0_f64 - p).powi(60);
    assert_fits("sixty days", seen.iter().zip(0..).map(|(seen, k)| (*seen, binomial(n, all, k))));
}
