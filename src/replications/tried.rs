//! The scenarios of a study under the values that it tries: every combination of unpublished values, or one assumption
//! at a time.

use super::Comparison;
use crate::statistics::Estimate;

/// The name of the scenarios as their files give them, beside values that are tried one at a time.
pub const AS_GIVEN: &str = "as the files say";
/// Names of the two parts of a value that is tried by itself.
pub const ALONE: [&str; 2] = ["assumption", "value"];

/// The scenarios of a study against its baseline under values that the study gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The name and the value of each axis; for a value tried by itself, as [`alone`] gives them.
    pub values: Vec<(String, String)>,
    /// Each scenario against the baseline.
    pub comparisons: Vec<Comparison>,
    /// By how much more each scenario avoids than without the value, replication by replication \[installation-days\];
    /// empty for a combination, and for the scenarios as written.
    pub changes: Vec<Estimate>,
    /// For a value tried by itself, the number in the files and the one tried; `None` if they are not numbers.
    pub numbers: [Option<f64>; 2],
}

impl Tried {
    /// The values in one piece, such as `notice [days]: 14`.
    #[must_use]
    pub fn named(&self) -> String {
        let words: Vec<&str> =
            self.values.iter().map(|(_, of)| of.as_str()).filter(|of| !of.is_empty()).collect();
        words.join(": ")
    }

    /// Whether these are the scenarios as their files give them.
    #[must_use]
    pub fn is_as_given(&self) -> bool {
        self.values.first().is_some_and(|(name, of)| name == ALONE[0] && of == AS_GIVEN)
    }

    /// Position of the scenario that avoids most.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn leading(&self) -> usize {
        let avoided = |at: &usize| self.comparisons[*at].avoided.value;
        (0..self.comparisons.len()).max_by(|a, b| avoided(a).total_cmp(&avoided(b))).expect("a scenario")
    }

    /// A scenario against the baseline under these values; `None` if the study has no such scenario.
    #[must_use]
    pub fn of(&self, scenario: &str) -> Option<&Comparison> {
        self.comparisons.iter().find(|one| one.scenario == scenario)
    }
}

/// The number of replications of each set of values; a difference that never varied may rest on fewer.
#[must_use]
pub fn replications_tried(points: &[Tried]) -> usize {
    points.iter().flat_map(|point| &point.comparisons).map(|one| one.avoided.n).max().unwrap_or(0)
}

/// A value tried by itself: the assumption and its value.
#[must_use]
pub fn alone(assumption: &str, value: &str) -> Vec<(String, String)> {
    ALONE.into_iter().zip([assumption, value]).map(|(name, of)| (name.to_owned(), of.to_owned())).collect()
}
