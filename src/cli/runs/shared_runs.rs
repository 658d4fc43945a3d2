//! Runs that sets of values of a study share: where a value changes nothing of a scenario, it is not simulated again.

use std::collections::HashMap;

use dormouse::fingerprint::sha256;

use crate::cli::input::scenarios::Read;
use crate::cli::runs::series::{Known, told_of};

/// Runs of models that come again in a study, kept until they have come for the last time.
#[derive(Debug, Default)]
pub(crate) struct SharedRuns {
    /// How often each model will still be needed.
    to_come: HashMap<String, usize>,
    known: HashMap<String, Known>,
}

/// Returns the fingerprint of the inputs of each scenario, without its name, in hexadecimal. Equal models have the
/// same.
pub(crate) fn keys(reads: &[Read]) -> Vec<String> {
    let population = told_of(reads).name();
    let key = |read: &Read| sha256(format!("{population}\n{}", read.scenario.model.nameless()));
    reads.iter().map(key).collect()
}

impl SharedRuns {
    /// Makes the store for models that are needed in this order.
    pub(crate) fn of<'k>(keys: impl IntoIterator<Item = &'k String>) -> Self {
        let mut to_come = HashMap::new();
        keys.into_iter().for_each(|key| *to_come.entry(key.clone()).or_default() += 1);
        Self { to_come, known: HashMap::new() }
    }

    /// Returns the stored runs of the next model.
    pub(crate) fn take(&mut self, key: &str) -> Option<Known> {
        let left = self.to_come.get_mut(key)?;
        *left = left.saturating_sub(1);
        if *left == 0 { self.known.remove(key) } else { self.known.get(key).cloned() }
    }

    /// Whether a model is to come again.
    pub(crate) fn comes_again(&self, key: &str) -> bool {
        self.to_come.get(key).is_some_and(|left| *left > 0)
    }

    /// Keeps runs of a model that is to come again, unless more are known.
    pub(crate) fn keep(&mut self, key: &str, known: impl FnOnce() -> Known) {
        if self.comes_again(key) {
            let known = known();
            let more = self.known.get(key).is_none_or(|before| before.ran.len() < known.ran.len());
            if more {
                self.known.insert(key.to_owned(), known);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::runs::series::Ran;

    fn runs(n: u32) -> Known {
        let record = || dormouse::replications::Record::decode(&mut [0_u8; 36].as_slice()).unwrap();
        let ran = |k: u32| Ran {
            draw: k.into(),
            programme: dormouse::replications::Programme::Full,
            record: record(),
        };
        Known { measures: Vec::new(), ran: (0..n).map(ran).collect() }
    }

    #[test]
    fn runs_are_kept_while_their_model_is_to_come_again_and_no_longer() {
        let [twice, once] = ["twice", "once"].map(str::to_owned);
        let mut shared = SharedRuns::of([&twice, &once, &twice, &twice]);
        assert!(shared.take(&twice).is_none() && shared.comes_again(&twice));
        shared.keep(&twice, || runs(3));
        shared.keep(&twice, || runs(2));
        assert!(shared.take(&once).is_none() && !shared.comes_again(&once));
        shared.keep(&once, || panic!("nobody needs it"));
        assert_eq!(shared.take(&twice).unwrap().ran.len(), 3);
        assert_eq!(shared.take(&twice).unwrap().ran.len(), 3);
        assert!(shared.known.is_empty());
    }
}
