//! Choosing the best of several scenarios with a guarantee that was fixed beforehand.

use super::ranking::{Spreads, compare, critical, runs_of};
use super::{BadSample, Goal, Level, Ranking, Sample};

/// What a two-stage selection says.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// The pilot asks for more replications of every scenario than there are.
    MoreRuns {
        /// Replications of each, the pilot included.
        needed: usize,
    },
    /// The first of the ranking is selected.
    Selected(Ranking),
}

/// Selects the best scenario in two stages: the first `pilot` replications, at least 2, say how many are needed; the means of all
/// of those decide. Replications beyond them are not looked at.
///
/// # Guarantee
/// At `level`, if differences are normal, and however the scenarios depend on each other: the selected scenario is the best, or
/// less than `indifference` (in the unit of the measure) worse; and every interval of the ranking holds its truth.
///
/// # Formula
/// Clark & Yang (1986), with intervals by Nelson & Matejcik (1995): N = max(n₀, ⌈(t(1 - α/(k - 1), n₀ - 1)/δ)² max sᵢⱼ²⌉), intervals of
/// multiple comparisons with the best of half-width δ. An indifference that is not above 0 asks for more than any number of runs.
///
/// # Errors
/// - Two scenarios differ in their number of replications.
pub fn select(
    scenarios: &[Sample],
    goal: Goal,
    indifference: f64,
    pilot: usize,
    level: Level,
) -> Result<Selection, BadSample> {
    let pilot = pilot.max(2);
    let n = runs_of(scenarios)?;
    if n < pilot {
        return Ok(Selection::MoreRuns { needed: pilot });
    }
    let first: Vec<Sample> = scenarios.iter().map(|sample| sample.first(pilot)).collect();
    let spread = Spreads::of(&first)?.greatest().unwrap_or(0.0);
    let needed = runs(critical(level, scenarios.len(), pilot), indifference, spread).max(pilot);
    if needed > n {
        return Ok(Selection::MoreRuns { needed });
    }
    let used: Vec<Sample> = scenarios.iter().map(|sample| sample.first(needed)).collect();
    Ok(Selection::Selected(Ranking {
        scenarios: compare(&used, goal, level, |_, _| indifference),
        n: needed,
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, not negative, and saturating"
)]
fn runs(t: f64, indifference: f64, spread: f64) -> usize {
    let ratio = t / indifference.max(0.0);
    libm::ceil(ratio * ratio * spread) as usize
}
