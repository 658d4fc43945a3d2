//! The national study as a world whose truth is known: two hundred replications of its four scenarios, drawn from with replacement.

use std::sync::LazyLock;

use dormouse::statistics::{Probability, Reached, Sample, day_quantile};
use jiff::civil::{Date, date};

use super::holds::P95;
use super::worlds::Chance;

/// Scenarios: the existing plan, early, early with rework, early for tested ones only.
pub(super) const SCENARIOS: usize = 4;

static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| include_str!("national/replications.csv").lines().skip(1).map(row).collect());

/// One replication: Dormant days lost, and the day on which half of the Dormant installations are migrated.
#[derive(Clone, Copy)]
pub(super) struct Row {
    lost: [f64; SCENARIOS],
    half: [i32; SCENARIOS],
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split(',').skip(1).collect();
    let day = |text: &str| {
        let day: Date = text.parse().expect("half are migrated in every replication");
        date(2020, 1, 1).until(day).unwrap().get_days()
    };
    Row {
        lost: std::array::from_fn(|s| cells[2 * s].parse().unwrap()),
        half: std::array::from_fn(|s| day(cells[2 * s + 1])),
    }
}

/// So many replications, drawn with replacement.
pub(super) fn drawn(chance: &mut Chance, n: usize) -> Vec<Row> {
    (0..n).map(|_| ROWS[place(chance, ROWS.len())]).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among two hundred")]
fn place(chance: &mut Chance, of: usize) -> usize {
    (chance.uniform() * of as f64) as usize
}

/// Days lost in a replication, of each scenario those of the merged programme and of the full one.
type Both = [(f64, f64); SCENARIOS];

static BOTH: LazyLock<Vec<Both>> = LazyLock::new(|| {
    let number = |cell: &str| cell.parse::<f64>().unwrap();
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').skip(1).map(number).collect();
        std::array::from_fn(|s| (cells[2 * s], cells[2 * s + 1]))
    };
    include_str!("national/levels.csv").lines().skip(1).map(row).collect()
});

/// So many replications of both programmes, drawn with replacement.
pub(super) fn drawn_of_both(chance: &mut Chance, n: usize) -> Vec<Both> {
    (0..n).map(|_| BOTH[place(chance, BOTH.len())]).collect()
}

/// Mean days lost of the full programme of each scenario: the truth.
pub(super) fn true_lost_of_both() -> [f64; SCENARIOS] {
    std::array::from_fn(|s| BOTH.iter().map(|row| row[s].1).sum::<f64>() / BOTH.len() as f64)
}

/// Days lost of each scenario, one value a replication.
pub(super) fn lost(rows: &[Row]) -> [Vec<f64>; SCENARIOS] {
    std::array::from_fn(|s| rows.iter().map(|row| row.lost[s]).collect())
}

/// The days on which half are migrated, one a replication.
pub(super) fn half_migrated(rows: &[Row], scenario: usize) -> Vec<Reached> {
    rows.iter().map(|row| Reached::On(row.half[scenario])).collect()
}

/// Mean days lost of each scenario: the truth.
pub(super) fn true_lost() -> [f64; SCENARIOS] {
    lost(&ROWS).map(|values| Sample::new(&values).unwrap().mean())
}

/// By how many days the P80 of the half-way day moves: the truth.
pub(super) fn true_shift(scenario: usize) -> i32 {
    let p80 = |scenario: usize| match day_quantile(&half_migrated(&ROWS, scenario), Probability::P80, P95)
        .unwrap()
        .value
    {
        Reached::On(day) => day,
        Reached::NotByEnd => unreachable!("half are migrated in every replication"),
    };
    p80(scenario) - p80(0)
}
