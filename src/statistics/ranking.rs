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
    let spreads = Spreads::of(scenarios)?;
    let n = scenarios.first().map_or(0, Sample::n);
    let t = if n > 1 { critical(level, scenarios.len(), n) } else { f64::INFINITY };
    let width = |i: usize, j: usize| match spreads.variance(i, j) {
        Some(variance) => t * libm::sqrt(variance / count(n)),
        None => f64::INFINITY,
    };
    Ok(Ranking { scenarios: compare(scenarios, goal, level, width), n })
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
