//! Several comparisons that have to hold together.

use super::{BadSample, Estimate, Level, Pairs, Sample, difference};

/// Every scenario less the baseline, so that all intervals hold together at `level`.
///
/// # Formula
/// Paired t intervals at 1 - α/k each (Bonferroni). Common random numbers make the comparisons depend on each other in
/// an unknown way; this holds whatever it is, and pays little for that: with four scenarios the intervals are about 4% wider
/// than the best that knew the dependence could make them.
///
/// # Errors
/// - A scenario has another number of replications than the baseline.
pub fn against_baseline(
    baseline: Sample,
    scenarios: &[Sample],
    level: Level,
) -> Result<Vec<Estimate>, BadSample> {
    let each = level.each_of(scenarios.len());
    scenarios.iter().map(|&scenario| Ok(difference(&Pairs::new(baseline, scenario)?, each))).collect()
}

/// Every later scenario less every earlier one, so that all intervals hold together at `level`: (0, 1), (0, 2), ..., (1, 2), ...
/// with both indexes.
///
/// # Errors
/// - Two scenarios differ in their number of replications.
pub fn all_pairs(scenarios: &[Sample], level: Level) -> Result<Vec<(usize, usize, Estimate)>, BadSample> {
    let k = scenarios.len();
    let each = level.each_of(k * k.saturating_sub(1) / 2);
    let later = |i: usize| (i + 1..k).map(move |j| (i, j));
    (0..k)
        .flat_map(later)
        .map(|(i, j)| Ok((i, j, difference(&Pairs::new(scenarios[i], scenarios[j])?, each))))
        .collect()
}
