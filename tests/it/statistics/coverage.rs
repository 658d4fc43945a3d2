//! The rows of the table of coverage.

use dormouse::statistics::{
    Estimate, Finding, Goal, Level, Pairs, Precision, Probability, Progress, Proportion, RUNS, Reached,
    Sample, Selection, Target, against_baseline, components, day_quantile, difference, mean, pairing,
    quantile, rank, select, verdict,
};

use super::draws::{Draws, sample};

/// How often something held, and how often it ought to.
pub(crate) struct Row {
    name: String,
    n: String,
    held: Proportion,
    /// Lowest and highest share that is wanted \[%\].
    wanted: (f64, f64),
}

impl Row {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn held(&self) -> f64 {
        100.0 * self.held.share().unwrap()
    }

    pub(crate) fn is_as_wanted(&self) -> bool {
        self.wanted.0 <= self.held() && self.held() <= self.wanted.1
    }

    /// Whether so few repetitions leave it possible.
    pub(crate) fn may_be_as_wanted(&self) -> bool {
        let interval = self.held.interval(Level::new(0.9999).unwrap());
        100.0 * interval.low.unwrap() <= self.wanted.1 && self.wanted.0 <= 100.0 * interval.high.unwrap()
    }

    pub(crate) fn line(&self) -> String {
        let (low, high) = self.wanted;
        let wanted = if high < 100.0 { format!("{low} to {high}") } else { format!("{low} or more") };
        format!("{:<52}{:>7}{:>9.2}  {wanted}", self.name, self.n, self.held())
    }
}

/// Every row, each of so many repetitions.
pub(crate) fn rows(repetitions: usize) -> Vec<Row> {
    let mut table = Table { repetitions, rows: Vec::new() };
    means(&mut table);
    quantiles(&mut table);
    shares(&mut table);
    pairings(&mut table);
    families(&mut table);
    stopping(&mut table);
    splits(&mut table);
    claims(&mut table);
    table.rows
}

/// What an interval of level 95% is wanted to do.
const NEAR: (f64, f64) = (93.0, 97.0);
/// What one is wanted to do that may only err on the safe side.
const SAFE: (f64, f64) = (93.0, 100.0);
/// What an approximate one of something that is hard to estimate is wanted to do.
const ROUGH: (f64, f64) = (90.0, 98.0);

struct Table {
    repetitions: usize,
    rows: Vec<Row>,
}

impl Table {
    fn add(&mut self, name: &str, n: usize, wanted: (f64, f64), holds: impl Fn(Draws) -> bool) {
        let row = self.rows.len();
        let held =
            Proportion::count((0..self.repetitions).map(|repetition| holds(Draws::of(row, repetition))));
        self.rows.push(Row { name: name.to_owned(), n: n.to_string(), held, wanted });
    }
}

fn means(table: &mut Table) {
    let holds = |values: &[f64], truth| mean(sample(values), Level::P95).interval.contains(&truth);
    for n in [10, 50, 200] {
        table.add("mean, normal", n, NEAR, |mut d| holds(&d.many(n, Draws::normal), 0.0));
    }
    for n in [100, 1000] {
        table.add("mean, exponential", n, NEAR, |mut d| holds(&d.many(n, Draws::exponential), 1.0));
    }
    for n in [50, 200] {
        table.add("paired difference, normal, correlation 0.9", n, NEAR, |d| {
            paired(d, n, Draws::normal).is_some_and(|estimate| estimate.interval.contains(&0.5))
        });
        table.add("paired difference, exponential, correlation 0.9", n, NEAR, |d| {
            paired(d, n, Draws::exponential).is_some_and(|estimate| estimate.interval.contains(&0.5))
        });
    }
}

/// Two scenarios that share nine tenths of their variance, the second half a unit above the first.
fn two(mut draws: Draws, n: usize, one: fn(&mut Draws) -> f64) -> [Vec<f64>; 2] {
    let shared = draws.many(n, |d| 3.0 * one(d));
    [0.0, 0.5].map(|shift| shared.iter().map(|x| x + one(&mut draws) + shift).collect())
}

fn paired(draws: Draws, n: usize, one: fn(&mut Draws) -> f64) -> Option<Estimate> {
    let [baseline, scenario] = two(draws, n, one);
    let pairs = Pairs::new(sample(&baseline), sample(&scenario)).ok()?;
    Some(difference(&pairs, Level::P95))
}

fn quantiles(table: &mut Table) {
    for (name, p) in [("P50", Probability::P50), ("P80", Probability::P80), ("P90", Probability::P90)] {
        let truth = -(1.0 - p.get()).ln();
        for n in [100, 200, 1000] {
            table.add(&format!("{name} of a continuous value, exponential"), n, NEAR, |mut d| {
                let values = d.many(n, Draws::exponential);
                quantile(sample(&values), p, Level::P95).interval.contains(&truth)
            });
        }
    }
    // Days with a standard deviation of 4, so that many replications tie.
    for (name, p, truth) in [("P50", Probability::P50, 100), ("P80", Probability::P80, 104)] {
        for n in [100, 200, 1000] {
            table.add(&format!("{name} of whole days, ties"), n, SAFE, |mut d| {
                let days: Vec<Reached> = (0..n).map(|_| day(&mut d)).collect();
                day_quantile(&days, p, Level::P95).unwrap().interval.contains(&Reached::On(truth))
            });
        }
    }
    table.add("P80 of whole days, true value not by the end", 200, SAFE, |mut d| {
        let days: Vec<Reached> =
            (0..200).map(|_| if d.uniform() < 0.21 { Reached::NotByEnd } else { day(&mut d) }).collect();
        day_quantile(&days, Probability::P80, Level::P95).unwrap().interval.contains(&Reached::NotByEnd)
    });
}

/// The day before the end of which it is done: P(<= 104) = P(z <= 1.125) = 0.870, P(<= 103) = 0.809, P(<= 102) = 0.734.
fn day(draws: &mut Draws) -> Reached {
    Reached::On((99.5 + 4.0 * draws.normal()).round() as i32)
}

fn shares(table: &mut Table) {
    for p in [0.5, 0.8] {
        for n in [200, 1000] {
            table.add(&format!("share, Wilson, truth {p}"), n, NEAR, |mut d| {
                let held = Proportion::count((0..n).map(|_| d.uniform() < p));
                held.interval(Level::P95).contains(&p)
            });
        }
    }
}

fn pairings(table: &mut Table) {
    // Variance 10 each, of the difference 2.
    for n in [50, 200, 1000] {
        for (name, one) in
            [("normal", Draws::normal as fn(&mut Draws) -> f64), ("exponential", Draws::exponential)]
        {
            table.add(&format!("what pairing bought, tenfold, {name}"), n, ROUGH, |d| {
                let [baseline, scenario] = two(d, n, one);
                let pairs = Pairs::new(sample(&baseline), sample(&scenario)).unwrap();
                pairing(&pairs, Level::P95).unwrap().gain.interval.contains(&10.0)
            });
        }
    }
}

/// Scenarios under common random numbers, one for each mean.
fn scenarios(mut draws: Draws, n: usize, means: &[f64]) -> Vec<Vec<f64>> {
    let shared = draws.many(n, |d| 3.0 * d.normal());
    means.iter().map(|mean| shared.iter().map(|x| x + mean + draws.normal()).collect()).collect()
}

fn families(table: &mut Table) {
    let samples =
        |all: &[Vec<f64>]| -> Vec<_> { all.iter().map(|values| Sample::new(values).unwrap()).collect() };
    table.add("four scenarios less a baseline, all together", 100, SAFE, |d| {
        let all = scenarios(d, 100, &[0.0; 5]);
        let all = samples(&all);
        let family = against_baseline(all[0], &all[1..], Level::P95).unwrap();
        family.iter().all(|estimate| estimate.interval.contains(&0.0))
    });
    for (name, means) in [("equal", [0.0; 5]), ("spread", [0.0, 0.2, 0.4, 0.6, 0.8])] {
        table.add(&format!("ranking of five, {name} means, all together"), 100, SAFE, |d| {
            let all = scenarios(d, 100, &means);
            let ranking = rank(&samples(&all), Goal::Least, Level::P95).unwrap();
            ranking.scenarios.iter().all(|ranked| {
                let of_others = (0..5).filter(|&j| j != ranked.scenario).map(|j| means[j]);
                let truth = means[ranked.scenario] - of_others.fold(f64::INFINITY, f64::min);
                (ranked.scenario != 0 || ranked.may_be_best) && ranked.from_best_of_others.contains(&truth)
            })
        });
    }
    table.add("selection of five, best ahead by the indifference", 50, SAFE, |d| {
        let all = scenarios(d, 1000, &[0.0, 0.3, 0.3, 0.3, 0.3]);
        let Ok(Selection::Selected(ranking)) = select(&samples(&all), Goal::Least, 0.3, 50, Level::P95)
        else {
            panic!("a thousand are enough");
        };
        ranking.scenarios[0].scenario == 0
    });
}

fn stopping(table: &mut Table) {
    let stopped = |values: &[f64], precision: Precision, truth: f64| {
        let n = match precision.judge(sample(values)) {
            Progress::Met { n } | Progress::OutOfBudget { n } => n,
            Progress::GoOn { .. } => panic!("the budget is there"),
        };
        mean(sample(&values[..n]), Level::P95).interval.contains(&truth)
    };
    let precision =
        |absolute, pilot| Precision { pilot, ..Precision::to(Target { absolute, relative: 0.0 }) };
    // Half-widths that about 60, 100 and 400 replications give.
    for (needed, half_width) in [(60, 0.2583), (100, 0.1984), (400, 0.0983)] {
        table.add(&format!("mean when stopped, normal, about {needed} needed"), needed, NEAR, |mut d| {
            stopped(&d.many(1000, Draws::normal), precision(half_width, 50), 0.0)
        });
        table.add(
            &format!("mean when stopped, exponential, about {needed} needed"),
            needed,
            ROUGH,
            |mut d| stopped(&d.many(1000, Draws::exponential), precision(half_width, 50), 1.0),
        );
    }
}

fn splits(table: &mut Table) {
    // Variances 4, 1, 0.25 and, of the first two together, 0.25.
    let block = |d: &mut Draws| -> [f64; RUNS] {
        let draws: [[f64; 2]; 3] = std::array::from_fn(|_| [d.normal(), d.normal()]);
        dormouse::statistics::DESIGN.map(|[f, i, t]| {
            let (f, i, t) = (draws[0][f], draws[1][i], draws[2][t]);
            2.0 * f + i + 0.5 * t + 0.5 * f * i
        })
    };
    for n in [50, 100] {
        for (name, which, truth) in [
            ("greatest layer", 0, 4.0 / 5.5),
            ("second layer", 1, 1.0 / 5.5),
            ("least layer", 2, 0.25 / 5.5),
            ("interaction", 3, 0.25 / 5.5),
        ] {
            table.add(&format!("share of a variance, {name}, runs are blocks"), n, ROUGH, |mut d| {
                let blocks: Vec<[f64; RUNS]> = (0..n).map(|_| block(&mut d)).collect();
                let split = components(&blocks, Level::P95).unwrap();
                let part = if which < 3 { split.layers[which] } else { split.interaction };
                part.share.unwrap().interval.contains(&truth)
            });
        }
    }
}

fn claims(table: &mut Table) {
    let none = |one: fn(&mut Draws) -> f64, shared: f64| {
        move |mut d: Draws| {
            let common = d.many(100, |d| shared * one(d));
            let [a, b] = [0, 1].map(|_| common.iter().map(|x| x + one(&mut d)).collect::<Vec<f64>>());
            let pairs = Pairs::new(sample(&a), sample(&b)).unwrap();
            !verdict(&difference(&pairs, Level::P95), 0.0).finding.claims_a_difference()
        }
    };
    let wanted = (93.0, 100.0);
    table.add("no claim, two copies, other seeds, normal", 100, wanted, none(Draws::normal, 0.0));
    table.add("no claim, two copies, other seeds, exponential", 100, wanted, none(Draws::exponential, 0.0));
    table.add("no claim, two copies, shared factors, normal", 100, wanted, none(Draws::normal, 3.0));
    table.add("no claim, same seed: no difference at all", 100, (100.0, 100.0), |mut d| {
        let values = d.many(100, Draws::normal);
        let pairs = Pairs::new(sample(&values), sample(&values)).unwrap();
        verdict(&difference(&pairs, Level::P95), 0.0).finding == Finding::NoPracticalDifference
    });
}
