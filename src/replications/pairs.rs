//! Scenarios against each other, without the baseline: each pair with the same draws.

use super::Replications;
use super::comparison::{between_lost, finding_of, wait_of_active};
use crate::statistics::{Estimate, Finding, Level};

/// One scenario against another, neither of them the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioPair {
    /// The scenario.
    pub scenario: String,
    /// The one that it is compared with.
    pub against: String,
    /// Dormant days that the scenario avoids against the other \[installation-days\]. All pairs' intervals hold together.
    pub avoided: Estimate,
    /// The finding on them; above is better.
    pub finding: Finding,
    /// By how much longer Active installations wait \[installation-days\]; `None` if there are none.
    pub active_wait: Option<Estimate>,
}

impl ScenarioPair {
    /// Every pair of scenarios after the first, which is the baseline; a difference below `threshold` does not matter
    /// \[installation-days\].
    ///
    /// # Panics
    /// When the scenarios have not the same number of replications, or none.
    #[must_use]
    pub fn all(runs: &[&Replications], threshold: f64) -> Vec<Self> {
        let others = runs.get(1..).unwrap_or_default();
        let family = others.len() * others.len().saturating_sub(1) / 2;
        let level = Level::P95.each_of(family.max(1));
        let mut pairs = Vec::with_capacity(family);
        for (at, scenario) in others.iter().enumerate() {
            for against in &others[..at] {
                let avoided = between_lost(against, scenario, level);
                pairs.push(Self {
                    scenario: scenario.scenario.clone(),
                    against: against.scenario.clone(),
                    avoided,
                    finding: finding_of(&avoided, threshold),
                    active_wait: wait_of_active(against, scenario),
                });
            }
        }
        pairs
    }
}
