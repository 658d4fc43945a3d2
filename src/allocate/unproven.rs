//! Why a certificate does not hold: a sentence in which suppliers, groups and cohorts stand as positions, so that whoever
//! knows their names can say them.

use std::fmt;

/// A sentence about a day's slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unproven(Vec<Said>);

/// A piece of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Words(String),
    Supplier(usize),
    Group(usize),
    Cohort(usize),
}

impl Unproven {
    pub(super) fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Said::Words(words.into()));
        self
    }

    pub(super) fn supplier(mut self, supplier: usize) -> Self {
        self.0.push(Said::Supplier(supplier));
        self
    }

    pub(super) fn group(mut self, group: usize) -> Self {
        self.0.push(Said::Group(group));
        self
    }

    /// A cohort among those of all groups.
    pub(super) fn cohort(mut self, cohort: usize) -> Self {
        self.0.push(Said::Cohort(cohort));
        self
    }

    /// A supplier in a group.
    pub(super) fn branch(self, supplier: usize, group: usize) -> Self {
        self.supplier(supplier).words(" in ").group(group)
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The sentence with names, by the positions of groups and suppliers; what has none goes by number.
    #[must_use]
    pub fn named(&self, groups: &[String], suppliers: &[String]) -> String {
        let name = |what: &str, names: &[String], at: usize| {
            names.get(at).map_or_else(|| format!("{what} {at}"), |name| format!("{what} `{name}`"))
        };
        let piece = |said: &Said| match said {
            Said::Words(words) => words.clone(),
            Said::Supplier(at) => name("supplier", suppliers, *at),
            Said::Group(at) => name("group", groups, *at),
            Said::Cohort(at) => name("cohort", &[], *at),
        };
        self.0.iter().map(piece).collect()
    }
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.named(&[], &[]))
    }
}

impl From<String> for Unproven {
    fn from(words: String) -> Self {
        Self::default().words(words)
    }
}
