//! Which scenarios may be the best, under common random numbers.

use super::distribution::two_sided_of;
use super::skewed::Reach;
use super::{BadSample, Interval, Level, Values};

/// The direction that is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The least mean is best.
    Least,
    /// The greatest mean is best.
    Greatest,
}

/// One scenario among those that are ranked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its place in the list that was ranked, from 0.
    pub scenario: usize,
    /// Its mean.
    pub mean: f64,
    /// The interval of its true mean minus that of the best of the others. One end is 0 or beyond: at 0 if the side is
    /// settled; open with one replication or no other scenario.
    pub from_best_of_others: Interval,
    /// Whether it may be the best.
    pub may_be_best: bool,
}

/// Scenarios from the best mean on.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Best first; of equal means the one that came first.
    pub scenarios: Vec<Ranked>,
    /// Replications of each.
    pub n: usize,
}

/// Fewest replications from which a ranking keeps its promise in a skewed world.
pub const RANKED_FROM: usize = 20;

/// Ranks scenarios with the same draws; `certain` says for which two, by their indices, no further replication can
/// change the difference.
///
/// # Guarantee
/// Two things hold together at `level` from [`RANKED_FROM`] replications on. The best scenario is among those that may
/// be the best, and every `from_best_of_others` holds its true value. This holds for any dependence of the scenarios,
/// however near they are, and for differences that are skewed or mostly 0. Two that never differed by another amount
/// are not ranked against each other, unless that is certain.
///
/// # Formula
/// Constrained multiple comparisons with the best (Edwards & Hsu 1983; Hsu 1996, 4.2) of paired differences: only the best has to beat
/// each of the k - 1 others, so k - 1 statements are enough. Each is two-sided at 1 - α/(k - 1) and corrected for skewness (Hall 1992), see
/// `docs/reference/statistics.md`.
///
/// # Errors
/// - Two scenarios differ in their number of replications.
pub fn rank(
    scenarios: &[Values],
    goal: Goal,
    level: Level,
    certain: impl Fn(usize, usize) -> bool,
) -> Result<Ranking, BadSample> {
    let n = scenarios.first().map_or(0, Values::n);
    let reaches = Reaches::of(scenarios, level, certain)?;
    Ok(Ranking { scenarios: compare(scenarios, goal, level, &reaches), n })
}

/// The possible distance of the true value from the mean difference of each two scenarios.
struct Reaches {
    k: usize,
    all: Vec<Reach>,
}

impl Reaches {
    /// Returns those of all k(k - 1)/2 pairs, in both directions.
    fn of(
        scenarios: &[Values],
        level: Level,
        certain: impl Fn(usize, usize) -> bool,
    ) -> Result<Self, BadSample> {
        let k = scenarios.len();
        let mut all = vec![Reach::NONE; k * k];
        for i in 0..k {
            for j in i + 1..k {
                let (baseline, scenario) = (scenarios[i].n(), scenarios[j].n());
                let apart =
                    scenarios[j].less(&scenarios[i]).ok_or(BadSample::Lengths { baseline, scenario })?;
                let reach = match apart.spread() {
                    _ if certain(i, j) => Reach::NONE,
                    None => Reach::ENDLESS,
                    Some(spread) => Reach::of(&spread, two_sided_of(level.each_of(k - 1), spread.df)),
                };
                // They are the second minus the first.
                (all[j * k + i], all[i * k + j]) = (reach, reach.turned());
            }
        }
        Ok(Self { k, all })
    }

    /// Returns that of the first minus the second.
    fn between(&self, first: usize, second: usize) -> Reach {
        self.all[first * self.k + second]
    }
}

/// Constrained comparisons with the best.
fn compare(scenarios: &[Values], goal: Goal, level: Level, reaches: &Reaches) -> Vec<Ranked> {
    let sign = if goal == Goal::Least { -1.0 } else { 1.0 };
    let reach = |i: usize, j: usize| {
        let reach = reaches.between(i, j);
        if goal == Goal::Least { reach.turned() } else { reach }
    };
    let mean = |values: &Values| values.mean(level).map_or(0.0, |mean| mean.value);
    let means: Vec<f64> = scenarios.iter().map(mean).collect();
    let scores: Vec<f64> = means.iter().map(|mean| sign * mean).collect();
    let others = |i: usize| (0..scores.len()).filter(move |&j| j != i);
    let least = |values: &mut dyn Iterator<Item = f64>| values.min_by(f64::total_cmp);
    let ahead = |i: usize| least(&mut others(i).map(|j| scores[i] - scores[j] + reach(i, j).above));
    let aheads: Vec<Option<f64>> = (0..scores.len()).map(ahead).collect();
    let may_be_best: Vec<bool> = aheads.iter().map(|ahead| ahead.is_none_or(|ahead| ahead >= 0.0)).collect();
    let ranked = |i: usize| {
        let rivals = others(i).filter(|&j| may_be_best[j]);
        let behind = least(&mut rivals.map(|j| scores[i] - scores[j] - reach(i, j).below));
        let ends = aheads[i].map(|ahead| (behind.map_or(0.0, |behind| behind.min(0.0)), ahead.max(0.0)));
        Ranked {
            scenario: i,
            mean: means[i],
            from_best_of_others: turned(goal, ends, level),
            may_be_best: may_be_best[i],
        }
    };
    let mut all: Vec<Ranked> = (0..scores.len()).map(ranked).collect();
    all.sort_by(|a, b| scores[b.scenario].total_cmp(&scores[a.scenario]));
    all
}

/// Ends of a score as ends of the measure, open where infinite.
fn turned(goal: Goal, ends: Option<(f64, f64)>, level: Level) -> Interval {
    let Some((low, high)) = ends else { return Interval::open(level) };
    let (low, high) = if goal == Goal::Least { (-high, -low) } else { (low, high) };
    let end = |x: f64| x.is_finite().then_some(x + 0.0);
    Interval { low: end(low), high: end(high), level }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Sample;
    use super::super::mean::tests::{ends, near};
    use super::*;

    /// Four designs under common random numbers, ten replications: the example of KSL's `MultipleComparisonAnalyzer`.
    pub(in crate::statistics) const FOUR: [[f64; 10]; 4] = [
        [63.72, 32.24, 40.28, 36.94, 36.29, 56.94, 34.10, 63.36, 49.29, 87.20],
        [63.06, 31.78, 40.32, 37.71, 36.79, 57.93, 33.39, 62.92, 47.67, 80.79],
        [57.74, 29.65, 36.52, 35.71, 33.81, 51.54, 31.39, 57.24, 42.63, 67.27],
        [62.63, 31.56, 39.87, 37.35, 36.65, 57.15, 33.30, 62.21, 47.46, 79.60],
    ];

    pub(in crate::statistics) fn samples<const N: usize>(values: &[[f64; N]]) -> Vec<Sample<'_>> {
        values.iter().map(|values| Sample::new(values).unwrap()).collect()
    }

    fn values<const N: usize>(scenarios: &[[f64; N]]) -> Vec<Values> {
        scenarios.iter().map(|values| Values::one(values.to_vec())).collect()
    }

    /// No difference is certain.
    fn never(_: usize, _: usize) -> bool {
        false
    }

    fn order(ranking: &Ranking) -> Vec<usize> {
        ranking.scenarios.iter().map(|ranked| ranked.scenario).collect()
    }

    /// Worked in `NumPy` 2.4.6 with `numpy.roots` for the cubic, `scipy.stats.skew` and `scipy.stats.t.isf(0.05/6, 9)`, `SciPy` 1.17.1.
    #[test]
    fn the_best_of_four_is_settled_and_the_others_are_that_far_behind() {
        let ranking = rank(&values(&FOUR), Goal::Least, Level::P95, never).unwrap();
        assert_eq!(order(&ranking), [2, 3, 1, 0]);
        let [best, second, third, last] = &ranking.scenarios[..] else { panic!("four") };
        near(best.mean, 44.35);
        assert!(best.may_be_best && !second.may_be_best && !third.may_be_best && !last.may_be_best);
        ends(&best.from_best_of_others, -14.867_123_718_333_376, 0.0);
        ends(&second.from_best_of_others, 0.0, 14.867_123_718_333_376);
        ends(&third.from_best_of_others, 0.0, 16.410_952_349_135_545);
        ends(&last.from_best_of_others, 0.0, 21.071_799_579_658_904);
    }

    #[test]
    fn the_greatest_of_values_is_the_least_of_their_negatives() {
        let negatives = FOUR.map(|values| values.map(|x| -x));
        let least = rank(&values(&FOUR), Goal::Least, Level::P95, never).unwrap();
        let greatest = rank(&values(&negatives), Goal::Greatest, Level::P95, never).unwrap();
        assert_eq!(order(&least), order(&greatest));
        for (a, b) in least.scenarios.iter().zip(&greatest.scenarios) {
            let (a, b) = (a.from_best_of_others, b.from_best_of_others);
            ends(&a, -b.high.unwrap(), -b.low.unwrap());
        }
    }

    #[test]
    fn copies_may_both_be_best_and_a_single_run_settles_nothing() {
        let alike = values(&[FOUR[0], FOUR[0]]);
        for (copies, certain) in [
            (rank(&alike, Goal::Least, Level::P95, |_, _| true), true),
            (rank(&alike, Goal::Least, Level::P95, never), false),
        ] {
            let copies = copies.unwrap();
            assert_eq!(order(&copies), [0, 1]);
            for ranked in &copies.scenarios {
                assert!(ranked.may_be_best);
                let known = Interval::around(0.0, 0.0, Level::P95);
                let expected = if certain { known } else { Interval::open(Level::P95) };
                assert_eq!(ranked.from_best_of_others, expected);
            }
        }
        let single = rank(&values(&[[2.0], [1.0]]), Goal::Least, Level::P95, never).unwrap();
        assert_eq!(order(&single), [1, 0]);
        assert!(
            single
                .scenarios
                .iter()
                .all(|r| r.may_be_best && r.from_best_of_others == Interval::open(Level::P95))
        );
        let alone = rank(&values(&FOUR[..1]), Goal::Least, Level::P95, never).unwrap();
        assert!(alone.scenarios[0].may_be_best);
        assert_eq!(rank(&[], Goal::Least, Level::P95, never), Ok(Ranking { scenarios: vec![], n: 0 }));
    }
}
