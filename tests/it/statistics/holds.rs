//! One repetition: a sample from a world, and whether what is said of it is true.

use dormouse::statistics::{
    Components, DESIGN, Estimate, Goal, LAYERS, Level, Pairs, Precision, Probability, Progress, Proportion,
    RUNS, Reached, Sample, Target, Values, against_baseline, components, day_quantile, day_shift, difference,
    mean, pairing, quantile, rank, unseen, verdict,
};

use super::national;
use super::worlds::World::{Exponential, Lognormal, Normal};
use super::worlds::{Chance, Days, World};

pub(super) const P95: Level = Level::P95;

pub(super) fn mean_holds(chance: &mut Chance, world: World, n: usize) -> bool {
    let values = chance.many(world, n);
    mean(sample(&values), P95).interval.contains(&world.mean())
}

/// A factor that both scenarios share, in full in one and in most in the other, and noise of their own.
pub(super) fn difference_holds(chance: &mut Chance, n: usize) -> bool {
    let shared = Lognormal(0.5);
    let both = |chance: &mut Chance| {
        let factor = chance.one(shared);
        (100.0 * factor + 5.0 * chance.one(Exponential), 95.0 * factor + 5.0 * chance.one(Exponential))
    };
    let (baseline, scenario): (Vec<f64>, Vec<f64>) = (0..n).map(|_| both(chance)).unzip();
    let pairs = Pairs::new(sample(&baseline), sample(&scenario)).unwrap();
    difference(&pairs, P95).interval.contains(&(-5.0 * shared.mean()))
}

/// Variance 10 each, 9 of it shared: 20 against 2.
pub(super) fn gain_holds(chance: &mut Chance, world: World) -> bool {
    let both = |chance: &mut Chance| {
        let factor = 3.0 * chance.one(world);
        (factor + chance.one(world), factor + chance.one(world))
    };
    let (baseline, scenario): (Vec<f64>, Vec<f64>) = (0..200).map(|_| both(chance)).unzip();
    let pairs = Pairs::new(sample(&baseline), sample(&scenario)).unwrap();
    pairing(&pairs, P95).unwrap().gain.interval.contains(&10.0)
}

pub(super) fn quantile_holds(chance: &mut Chance, p: f64, n: usize) -> bool {
    let world = Lognormal(1.0);
    let values = chance.many(world, n);
    let estimate = quantile(sample(&values), Probability::new(p).unwrap(), P95);
    estimate.interval.contains(&world.value(p))
}

pub(super) fn day_holds(chance: &mut Chance, days: Days, p: f64) -> bool {
    let values: Vec<_> = (0..200).map(|_| days.one(chance)).collect();
    let estimate = day_quantile(&values, Probability::new(p).unwrap(), P95).unwrap();
    estimate.interval.contains(&days.quantile(p))
}

pub(super) fn share_holds(chance: &mut Chance, p: f64, n: usize) -> bool {
    Proportion::count((0..n).map(|_| chance.uniform() < p)).interval(P95).contains(&p)
}

/// Scenarios that share a factor of three standard deviations and differ from the first by `effects`.
fn shared(chance: &mut Chance, effects: &[f64], n: usize) -> Vec<Vec<f64>> {
    let mut scenarios = vec![Vec::with_capacity(n); effects.len()];
    for _ in 0..n {
        let factor = 3.0 * chance.one(Normal);
        for (values, effect) in scenarios.iter_mut().zip(effects) {
            values.push(factor + effect + chance.one(Normal));
        }
    }
    scenarios
}

pub(super) fn family_holds(chance: &mut Chance) -> bool {
    let effects = [0.0, -0.3, 0.0, 0.1, 1.0];
    let values = shared(chance, &effects, 50);
    let samples: Vec<Sample> = values.iter().map(|values| sample(values)).collect();
    let estimates = against_baseline(samples[0], &samples[1..], P95).unwrap();
    estimates.iter().zip(&effects[1..]).all(|(estimate, effect)| estimate.interval.contains(effect))
}

/// What each of the effects is from the best of the others, the least being best.
fn from_best_of_others(effects: &[f64], of: usize) -> f64 {
    let others = effects.iter().enumerate().filter(|&(i, _)| i != of);
    effects[of] - others.map(|(_, &effect)| effect).fold(f64::INFINITY, f64::min)
}

pub(super) fn ranking_holds(chance: &mut Chance) -> bool {
    let effects = [0.0, 0.0, 0.1, 0.3, 1.0];
    let values = shared(chance, &effects, 50);
    ranking_is_true(&values.into_iter().map(Values::one).collect::<Vec<_>>(), &effects)
}

/// Whether all that a ranking says is true of these means.
fn ranking_is_true(values: &[Values], truth: &[f64]) -> bool {
    let ranking = rank(values, Goal::Least, P95, |_, _| false).unwrap();
    let least = truth.iter().copied().fold(f64::INFINITY, f64::min);
    ranking.scenarios.iter().all(|ranked| {
        let interval = &ranked.from_best_of_others;
        (ranked.may_be_best || truth[ranked.scenario] > least)
            && interval.contains(&from_best_of_others(truth, ranked.scenario))
    })
}

/// Whether the ranking of the national study keeps what it says.
pub(super) fn national_ranking_holds(chance: &mut Chance, n: usize) -> bool {
    let truth = national::true_lost();
    let lost = national::lost(&national::drawn(chance, n));
    ranking_is_true(&lost.into_iter().map(Values::one).collect::<Vec<_>>(), &truth)
}

/// Whether all differences from the existing plan in the national study are right together.
pub(super) fn national_family_holds(chance: &mut Chance, n: usize) -> bool {
    let truth = national::true_lost();
    let lost = national::lost(&national::drawn(chance, n));
    let samples: Vec<Sample> = lost.iter().map(|values| sample(values)).collect();
    let estimates = against_baseline(samples[0], &samples[1..], P95).unwrap();
    estimates
        .iter()
        .zip(&truth[1..])
        .all(|(estimate, truth_of)| estimate.interval.contains(&(truth_of - truth[0])))
}

/// A chance under two scenarios that share their draws.
pub(super) fn change_holds(chance: &mut Chance, (p, q): (f64, f64), n: usize) -> bool {
    let draws: Vec<f64> = (0..n).map(|_| chance.uniform()).collect();
    let [then, now] = [p, q].map(|p| Proportion::count(draws.iter().map(|u| *u < p)));
    now.less(&then, P95).contains(&(q - p))
}

/// A strike that no replication showed is not more likely than is said.
pub(super) fn unseen_holds(chance: &mut Chance, p: f64, n: usize) -> bool {
    let strikes = (0..n).filter(|_| chance.uniform() < p).count();
    strikes > 0 || p <= unseen(n, P95)
}

/// Days of two scenarios, one pair a replication, and by how much the true P80 moves.
type Moved = (Vec<Reached>, Vec<Reached>, i32);

/// The half-way days of the national study.
pub(super) fn national_days(chance: &mut Chance, scenario: usize, n: usize) -> Moved {
    let rows = national::drawn(chance, n);
    let [then, now] = [0, scenario].map(|scenario| national::half_migrated(&rows, scenario));
    (then, now, national::true_shift(scenario))
}

/// Normal days whose correlation is 0.9, the second two days sooner.
pub(super) fn two_days_sooner(chance: &mut Chance, deviation: f64, n: usize) -> Moved {
    let pair = |chance: &mut Chance| {
        let (shared, own) = (chance.one(Normal), chance.one(Normal));
        let other = 0.9 * shared + (1.0_f64 - 0.81).sqrt() * own;
        let on = |mean: f64, x: f64| Reached::On((mean + deviation * x).floor() as i32);
        (on(200.0, shared), on(198.0, other))
    };
    let (then, now) = (0..n).map(|_| pair(chance)).unzip();
    (then, now, -2)
}

/// The first day after any run here.
const AFTER: i32 = 1000;

pub(super) fn shift_holds((then, now, truth): &Moved) -> bool {
    day_shift(then, now, Probability::P80, P95, AFTER).unwrap().interval.contains(truth)
}

/// Whether it is seen that the P80 day comes sooner, by pairs.
pub(super) fn shift_is_seen((then, now, _): &Moved) -> bool {
    day_shift(then, now, Probability::P80, P95, AFTER).unwrap().interval.high < Some(0)
}

/// Whether it is seen by two intervals that do not meet.
pub(super) fn shift_is_seen_apart((then, now, _): &Moved) -> bool {
    let each = |days: &[Reached]| day_quantile(days, Probability::P80, P95.each_of(2)).unwrap().interval;
    each(now).high.zip(each(then).low).is_some_and(|(latest, earliest)| latest < earliest)
}

/// The values that a rule uses, or all of its budget.
fn used(rule: Precision, values: &[f64]) -> &[f64] {
    match rule.judge(&Values::one(values.to_vec())) {
        Progress::Met { n } | Progress::OutOfBudget { n } => &values[..n],
        Progress::GoOn { .. } => panic!("the budget was run"),
    }
}

pub(super) fn stopped_holds(chance: &mut Chance, world: World, rule: Precision) -> bool {
    let values = chance.many(world, rule.budget);
    mean(sample(used(rule, &values)), rule.level).interval.contains(&world.mean())
}

const WEIGHTS: [f64; LAYERS] = [3.0, 2.0, 1.0];
pub(super) const TRUTH: [f64; LAYERS] = [9.0, 4.0, 1.0];
const INTERACTION: f64 = 0.25;

/// Layers of standardised chance, the first two of which also work together.
pub(super) fn split(chance: &mut Chance, world: World, n: usize) -> Components {
    let deviation =
        if let Lognormal(sigma) = world { world.mean() * ((sigma * sigma).exp() - 1.0).sqrt() } else { 1.0 };
    let block = |chance: &mut Chance| {
        let draws: [[f64; 2]; LAYERS] =
            std::array::from_fn(|_| std::array::from_fn(|_| (chance.one(world) - world.mean()) / deviation));
        DESIGN.map(|row| {
            let of: [f64; LAYERS] = std::array::from_fn(|l| draws[l][row[l]]);
            let alone: f64 = of.iter().zip(WEIGHTS).map(|(x, weight)| weight * x).sum();
            alone + INTERACTION.sqrt() * of[0] * of[1]
        })
    };
    let blocks: Vec<[f64; RUNS]> = (0..n).map(|_| block(chance)).collect();
    components(&blocks, P95).unwrap()
}

pub(super) fn share_in(share: Option<Estimate>, variance: f64) -> bool {
    let total = TRUTH.iter().sum::<f64>() + INTERACTION;
    share.is_some_and(|share| share.interval.contains(&(variance / total)))
}

/// Independent copies of one scenario, all compared with the first; `threshold` is a share of the true mean.
pub(super) fn nothing_claimed(chance: &mut Chance, copies: usize, threshold: f64) -> bool {
    let world = Lognormal(0.5);
    let baseline = chance.many(world, 200);
    let others: Vec<Vec<f64>> = (0..copies).map(|_| chance.many(world, 200)).collect();
    let samples: Vec<Sample> = others.iter().map(|values| sample(values)).collect();
    let estimates = against_baseline(sample(&baseline), &samples, P95).unwrap();
    !estimates
        .iter()
        .any(|estimate| verdict(estimate, threshold * world.mean()).finding.claims_a_difference())
}

pub(super) fn nothing_claimed_when_stopped(chance: &mut Chance) -> bool {
    let rule = Precision::to(Target { absolute: 0.2, relative: 0.05 });
    let (baseline, other) = (chance.many(Normal, rule.budget), chance.many(Normal, rule.budget));
    let pairs = Pairs::new(sample(&baseline), sample(&other)).unwrap();
    let estimate = mean(sample(used(rule, pairs.differences().values())), rule.level);
    !verdict(&estimate, 0.0).finding.claims_a_difference()
}

fn sample(values: &[f64]) -> Sample<'_> {
    Sample::new(values).unwrap()
}
