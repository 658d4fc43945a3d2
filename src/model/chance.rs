//! Whether a model has chance, and the fingerprint of its inputs without names.

use serde_json::Value as Json;

use super::{Cohort, Model, Uncertain};

/// The names and notes of a model, which no computed value depends on.
const WORDS: [&str; 4] = ["name", "title", "question", "assumptions"];

impl Model {
    /// Whether two replications may differ. False only if no draw can make a difference.
    #[must_use]
    pub fn has_chance(&self) -> bool {
        let uncertain = || has_uncertain(&serde_json::to_value(self).unwrap_or_default());
        (self.layers.stochastic && self.has_fates()) || (self.layers.parametric && uncertain())
    }

    /// Whether anything happens to installations by chance.
    fn has_fates(&self) -> bool {
        let rework = &self.firmware.rework;
        self.change_of_supplier.is_some()
            || self.removal.is_some()
            || self.groups.iter().any(|group| group.outage.is_some())
            || [&rework.tested, &rework.equivalence, &rework.confidence].into_iter().any(is_open)
            || self.cohorts.iter().any(has_fates)
    }

    /// Returns all inputs of a replication: the model without its names and notes.
    #[must_use]
    pub fn nameless(&self) -> Json {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Some(parts) = json.as_object_mut() {
            parts.retain(|name, _| !WORDS.contains(&name.as_str()));
        }
        json
    }
}

fn has_fates(cohort: &Cohort) -> bool {
    let firmware = &cohort.firmware;
    let others = [&cohort.take_up, &firmware.no_update_share, &firmware.success];
    cohort.success.iter().chain(others).any(is_open)
        // Each update draws its own length.
        || firmware.length.known().is_none()
}

/// Whether a probability is not surely 0 or 1.
fn is_open(probability: &Uncertain) -> bool {
    probability.known().is_none_or(|p| p > 0.0 && p < 1.0)
}

/// Whether any input in a serialised model is not known.
fn has_uncertain(value: &Json) -> bool {
    let here = value.get("distribution").is_some_and(|distribution| distribution.get("fixed").is_none());
    here || match value {
        Json::Object(map) => map.values().any(has_uncertain),
        Json::Array(values) => values.iter().any(has_uncertain),
        _ => false,
    }
}
