//! Which scenarios may be the best, under common random numbers.

use super::distribution::one_sided;
use super::sample::count;
use super::{BadSample, Interval, Level, Pairs, Sample};

/// What best means.
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
    /// Its true mean less that of the best of the others. One end is 0 or beyond: at 0 where it is settled on which side it
    /// lies; open where one replication or no other scenario says nothing.
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

/// Ranks scenarios that were run under the same draws.
///
/// # Guarantee
/// At `level`, all of this holds together, however the scenarios depend on each other and however near they are, if
/// differences of means are near normal: the best scenario is among those that may be the best, and every
/// `from_best_of_others` holds its truth.
///
/// # Formula
/// Constrained multiple comparisons with the best (Edwards & Hsu 1983; Hsu 1996, 4.2), with the halves wᵢⱼ = t(1 - α/(k - 1), n - 1) sᵢⱼ/√n
/// of paired differences: only the best has to beat each of the k - 1 others, so k - 1 one-sided statements are enough.
///
/// # Errors
/// - Two scenarios differ in their number of replications.
pub fn rank(scenarios: &[Sample], goal: Goal, level: Level) -> Result<Ranking, BadSample> {
    let n = runs_of(scenarios)?;
    let spreads = Spreads::of(scenarios)?;
    let t = if n > 1 { critical(level, scenarios.len(), n) } else { f64::INFINITY };
    let width = |i: usize, j: usize| match spreads.variance(i, j) {
        Some(variance) => t * libm::sqrt(variance / count(n)),
        None => f64::INFINITY,
    };
    Ok(Ranking { scenarios: compare(scenarios, goal, level, width), n })
}

/// How many replications every one of them has; 0 of no scenarios.
pub(super) fn runs_of(scenarios: &[Sample]) -> Result<usize, BadSample> {
    let Some((first, others)) = scenarios.split_first() else { return Ok(0) };
    match others.iter().find(|other| other.n() != first.n()) {
        Some(other) => Err(BadSample::Lengths { baseline: first.n(), scenario: other.n() }),
        None => Ok(first.n()),
    }
}

/// The one-sided critical value of each of k - 1 comparisons of n pairs.
pub(super) fn critical(level: Level, k: usize, n: usize) -> f64 {
    one_sided(level.each_of(k.saturating_sub(1)), n - 1)
}

/// Variances of the differences of all pairs.
pub(super) struct Spreads {
    k: usize,
    variances: Vec<Option<f64>>,
}

impl Spreads {
    /// All k(k - 1)/2 of them, both ways round.
    pub(super) fn of(scenarios: &[Sample]) -> Result<Self, BadSample> {
        let k = scenarios.len();
        let mut variances = vec![None; k * k];
        for i in 0..k {
            for j in i + 1..k {
                let variance = Pairs::new(scenarios[i], scenarios[j])?.differences().variance();
                variances[i * k + j] = variance;
                variances[j * k + i] = variance;
            }
        }
        Ok(Self { k, variances })
    }

    fn variance(&self, i: usize, j: usize) -> Option<f64> {
        self.variances[i * self.k + j]
    }

    /// The greatest; none where there is none.
    pub(super) fn greatest(&self) -> Option<f64> {
        self.variances.iter().flatten().copied().max_by(f64::total_cmp)
    }
}

/// Constrained comparisons with the best, from the half-width of each pair.
pub(super) fn compare(
    scenarios: &[Sample],
    goal: Goal,
    level: Level,
    width: impl Fn(usize, usize) -> f64,
) -> Vec<Ranked> {
    let sign = if goal == Goal::Least { -1.0 } else { 1.0 };
    let scores: Vec<f64> = scenarios.iter().map(|sample| sign * sample.mean()).collect();
    let others = |i: usize| (0..scores.len()).filter(move |&j| j != i);
    let least = |values: &mut dyn Iterator<Item = f64>| values.min_by(f64::total_cmp);
    let ahead = |i: usize| least(&mut others(i).map(|j| scores[i] - scores[j] + width(i, j)));
    let aheads: Vec<Option<f64>> = (0..scores.len()).map(ahead).collect();
    let may_be_best: Vec<bool> = aheads.iter().map(|ahead| ahead.is_none_or(|ahead| ahead >= 0.0)).collect();
    let ranked = |i: usize| {
        let rivals = others(i).filter(|&j| may_be_best[j]);
        let behind = least(&mut rivals.map(|j| scores[i] - scores[j] - width(i, j)));
        let ends = aheads[i].map(|ahead| (behind.map_or(0.0, |behind| behind.min(0.0)), ahead.max(0.0)));
        Ranked {
            scenario: i,
            mean: scenarios[i].mean(),
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
    use super::super::mean::tests::{ends, near};
    use super::super::{Selection, select};
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

    fn order(ranking: &Ranking) -> Vec<usize> {
        ranking.scenarios.iter().map(|ranked| ranked.scenario).collect()
    }

    /// Worked in `NumPy` 2.4.6 with `scipy.stats.t.isf(0.05/3, 9)`, `SciPy` 1.17.1.
    #[test]
    fn the_best_of_four_is_settled_and_the_others_are_that_far_behind() {
        let ranking = rank(&samples(&FOUR), Goal::Least, Level::P95).unwrap();
        assert_eq!(order(&ranking), [2, 3, 1, 0]);
        let [best, second, third, last] = &ranking.scenarios[..] else { panic!("four") };
        near(best.mean, 44.35);
        assert!(best.may_be_best && !second.may_be_best && !third.may_be_best && !last.may_be_best);
        ends(&best.from_best_of_others, -6.918_623_235_482_483_5, 0.0);
        ends(&second.from_best_of_others, 0.0, 6.918_623_235_482_483_5);
        ends(&third.from_best_of_others, 0.0, 7.618_727_132_077_431_5);
        ends(&last.from_best_of_others, 0.0, 9.922_525_545_893_082);
    }

    #[test]
    fn the_greatest_of_values_is_the_least_of_their_negatives() {
        let negatives = FOUR.map(|values| values.map(|x| -x));
        let least = rank(&samples(&FOUR), Goal::Least, Level::P95).unwrap();
        let greatest = rank(&samples(&negatives), Goal::Greatest, Level::P95).unwrap();
        assert_eq!(order(&least), order(&greatest));
        for (a, b) in least.scenarios.iter().zip(&greatest.scenarios) {
            let (a, b) = (a.from_best_of_others, b.from_best_of_others);
            ends(&a, -b.high.unwrap(), -b.low.unwrap());
        }
    }

    #[test]
    fn copies_may_both_be_best_and_a_single_run_settles_nothing() {
        let copies = rank(&samples(&[FOUR[0], FOUR[0]]), Goal::Least, Level::P95).unwrap();
        assert_eq!(order(&copies), [0, 1]);
        for ranked in &copies.scenarios {
            assert!(ranked.may_be_best);
            ends(&ranked.from_best_of_others, 0.0, 0.0);
        }
        let single = rank(&samples(&[[2.0], [1.0]]), Goal::Least, Level::P95).unwrap();
        assert_eq!(order(&single), [1, 0]);
        assert!(
            single
                .scenarios
                .iter()
                .all(|r| r.may_be_best && r.from_best_of_others == Interval::open(Level::P95))
        );
        let alone = rank(&samples(&FOUR[..1]), Goal::Least, Level::P95).unwrap();
        assert!(alone.scenarios[0].may_be_best);
        assert_eq!(rank(&[], Goal::Least, Level::P95), Ok(Ranking { scenarios: vec![], n: 0 }));
    }

    /// KSL's `secondStageSampleSizeNM` has the same formula: max(10, ceil(2.5096^2 28.498/2^2)) = 45.
    #[test]
    fn a_pilot_of_ten_asks_for_45() {
        let asked =
            |indifference| select(&samples(&FOUR), Goal::Least, indifference, 10, Level::P95).unwrap();
        assert_eq!(asked(2.0), Selection::MoreRuns { needed: 45 });
        let Selection::Selected(ranking) = asked(5.0) else { panic!("ten are enough") };
        assert_eq!((order(&ranking)[0], ranking.n), (2, 10));
        // 44.35 less 48.778, more or less 5, and never beyond 0.
        ends(&ranking.scenarios[0].from_best_of_others, -9.428, 0.572);
    }

    #[test]
    fn a_selection_looks_at_the_runs_it_asked_for_and_no_others() {
        let longer = FOUR.map(|values| std::array::from_fn::<f64, 30, _>(|i| values[i % 10]));
        let at = |n: usize| {
            let first: Vec<Sample> = samples(&longer).iter().map(|sample| sample.first(n)).collect();
            select(&first, Goal::Least, 3.0, 10, Level::P95).unwrap()
        };
        assert_eq!((at(1), at(10)), (Selection::MoreRuns { needed: 10 }, Selection::MoreRuns { needed: 20 }));
        assert_eq!(at(20), at(30));
        let uneven = [samples(&longer)[0], samples(&longer)[1].first(29)];
        let refused = Err(BadSample::Lengths { baseline: 30, scenario: 29 });
        assert_eq!(select(&uneven, Goal::Least, 3.0, 10, Level::P95), refused);
        assert!(rank(&uneven, Goal::Least, Level::P95).is_err());
        assert!(matches!(at(20), Selection::Selected(Ranking { n: 20, .. })));
    }
}
