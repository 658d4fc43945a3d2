//! Repetitions at two levels: many values of a cheap model, the full one beside some, and what is said of the full one.

use dormouse::random::normal_cdf;
use dormouse::statistics::{Goal, Level, Precision, Probability, Progress, Values, rank};

use super::holds::P95;
use super::national;
use super::worlds::World::{self, Normal};
use super::worlds::{Chance, Days};

/// Replications of both models, and how many of them have the full one too: the first of both kinds, or one in so many.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) n: usize,
    pub(super) first: usize,
    pub(super) every: usize,
}

impl Sizes {
    /// One full run in so many.
    pub(super) const fn every(n: usize, every: usize) -> Self {
        Self { n, first: 0, every }
    }

    /// As the program has it: the first 32, and one in ten after that.
    pub(super) const fn usual(n: usize) -> Self {
        Self { n, first: 32, every: 10 }
    }

    fn is_full(self, at: usize) -> bool {
        at < self.first || at.is_multiple_of(self.every)
    }

    /// Values of both models, the full one where it is run.
    pub(super) fn values<T: Copy>(self, mut pair: impl FnMut() -> (T, T)) -> Values<T> {
        let row = |at| {
            let (cheap, full) = pair();
            (cheap, self.is_full(at).then_some(full))
        };
        Values::two((0..self.n).map(row).collect::<Vec<_>>())
    }
}

/// Two chances between 0 and 1 whose normal scores have this correlation.
fn scores(chance: &mut Chance, correlation: f64) -> (f64, f64) {
    let (shared, own) = (chance.one(Normal), chance.one(Normal));
    let other = correlation * shared + (1.0 - correlation * correlation).sqrt() * own;
    (normal_cdf(shared), normal_cdf(other))
}

/// Values of a world, whose normal scores have a correlation.
fn of(chance: &mut Chance, world: World, correlation: f64, sizes: Sizes) -> Values {
    sizes.values(|| {
        let (cheap, full) = scores(chance, correlation);
        (world.value(cheap), world.value(full))
    })
}

fn holds(values: &Values, level: Level, truth: f64) -> bool {
    values.mean(level).unwrap().interval.contains(&truth)
}

pub(super) fn mean_holds(chance: &mut Chance, world: World, correlation: f64, sizes: Sizes) -> bool {
    holds(&of(chance, world, correlation, sizes), P95, world.mean())
}

/// The first of nine points of a grid, at the level of one of 27 differences; the corrections of the others vary by up to half more or less.
pub(super) fn point_holds(chance: &mut Chance, correlation: f64, sizes: Sizes) -> bool {
    let point = |chance: &mut Chance, at: usize| {
        let apart = 1.0 - correlation * correlation;
        let apart = apart * (0.5 + at as f64 / 8.0);
        of(chance, Normal, (1.0 - apart).sqrt(), sizes)
    };
    let points: Vec<Values> = (0..9).map(|at| point(chance, at)).collect();
    let found = Values::means_of_few(&points, P95.each_of(27)).unwrap();
    [found[0], found[8]].iter().all(|of| of.interval.contains(&0.0))
}

/// The full model jumps in one of fifty, where the cheap one does not.
pub(super) fn jump_holds(chance: &mut Chance, sizes: Sizes) -> bool {
    let values = sizes.values(|| {
        let cheap = chance.one(Normal);
        (cheap, cheap + if chance.uniform() < 0.02 { 20.0 } else { 0.0 })
    });
    holds(&values, P95, 0.4)
}

pub(super) fn quantile_holds(chance: &mut Chance, world: World, correlation: f64, sizes: Sizes) -> bool {
    let p80 = of(chance, world, correlation, sizes).quantile(Probability::P80, P95).unwrap();
    p80.interval.contains(&world.value(0.8))
}

pub(super) fn day_holds(chance: &mut Chance, days: Days, correlation: f64, sizes: Sizes) -> bool {
    let values = sizes.values(|| {
        let (cheap, full) = scores(chance, correlation);
        (days.of(cheap), days.of(full))
    });
    values.day_quantile(Probability::P80, P95).unwrap().interval.contains(&days.quantile(0.8))
}

pub(super) fn share_holds(chance: &mut Chance, p: f64, correlation: f64, sizes: Sizes) -> bool {
    let values = sizes.values(|| {
        let (cheap, full) = scores(chance, correlation);
        (cheap < p, full < p)
    });
    values.chance().interval(P95).contains(&p)
}

pub(super) fn stopped_holds(chance: &mut Chance, correlation: f64, rule: Precision) -> bool {
    let values = of(chance, Normal, correlation, Sizes::usual(rule.budget));
    match rule.judge(&values) {
        Progress::Met { n } | Progress::OutOfBudget { n } => holds(&values.first(n), rule.level, 0.0),
        Progress::GoOn { .. } => panic!("the budget was run"),
    }
}

/// Days lost of each scenario of the national study, drawn with replacement from replications of both programmes.
fn national(chance: &mut Chance, sizes: Sizes) -> Vec<Values> {
    let rows = national::drawn_of_both(chance, sizes.n);
    (0..national::SCENARIOS)
        .map(|scenario| {
            let mut rows = rows.iter();
            sizes.values(|| rows.next().map(|row| row[scenario]).unwrap())
        })
        .collect()
}

pub(super) fn national_family_holds(chance: &mut Chance, sizes: Sizes) -> bool {
    let (values, truth) = (national(chance, sizes), national::true_lost_of_both());
    let level = P95.each_of(national::SCENARIOS - 1);
    values[1..]
        .iter()
        .zip(&truth[1..])
        .all(|(of, truth_of)| holds(&of.less(&values[0]).unwrap(), level, truth_of - truth[0]))
}

pub(super) fn national_ranking_holds(chance: &mut Chance, sizes: Sizes) -> bool {
    let (values, truth) = (national(chance, sizes), national::true_lost_of_both());
    let ranking = rank(&values, Goal::Least, P95, |_, _| false).unwrap();
    let least = truth.iter().copied().fold(f64::INFINITY, f64::min);
    ranking.scenarios.iter().all(|ranked| {
        let others = truth.iter().enumerate().filter(|&(at, _)| at != ranked.scenario);
        let best = others.map(|(_, &days)| days).fold(f64::INFINITY, f64::min);
        (ranked.may_be_best || truth[ranked.scenario] > least)
            && ranked.from_best_of_others.contains(&(truth[ranked.scenario] - best))
    })
}
