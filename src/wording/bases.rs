//! Whose migration a share speaks of: all installations, or those that can migrate; and who is left out of it.
//!
//! A share does not improve in silence because its base shrinks: "all" is said of all only, and who was excluded or removed is
//! said beside every share of those migrated.

use super::numbers;
use crate::findings::{LeftOut, Population};

/// Whose completion is meant, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    population: Population,
    /// Whether anybody of it cannot migrate, in any replication of any scenario that is spoken of.
    some_left_out: bool,
}

/// A share of a population that migrates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portion {
    /// All of it.
    All,
    /// So many per cent.
    Percent(u64),
}

impl Portion {
    /// A share in per cent.
    #[must_use]
    pub fn of(percent: u64) -> Self {
        if percent == 100 { Self::All } else { Self::Percent(percent) }
    }
}

impl Whose {
    /// A population, of which each of several scenarios leaves somebody out or not.
    #[must_use]
    pub fn of(population: Population, left_out: impl IntoIterator<Item = LeftOut>) -> Self {
        Self { population, some_left_out: left_out.into_iter().any(|one| !one.is_nobody()) }
    }

    /// The population.
    #[must_use]
    pub fn population(self) -> Population {
        self.population
    }

    /// What goes behind a noun: ` that can migrate`, or nothing where all can.
    #[must_use]
    pub fn that_can(self) -> &'static str {
        if self.some_left_out { " that can migrate" } else { "" }
    }

    /// Before a colon: `Dormant`, `Dormant that can migrate`.
    #[must_use]
    pub fn title(self) -> String {
        match self.population {
            Population::Dormant => format!("Dormant{}", self.that_can()),
            Population::All if self.some_left_out => "All that can migrate".to_owned(),
            Population::All => "All".to_owned(),
        }
    }

    /// Such a share of them: `all Dormant`, `half of Dormant that can migrate`.
    #[must_use]
    pub fn portion(self, portion: Portion) -> String {
        let (all, some) = match self.population {
            Population::Dormant => ("all Dormant", "of Dormant"),
            Population::All => ("all installations", "of installations"),
        };
        let words = match portion {
            Portion::All => all.to_owned(),
            Portion::Percent(50) => format!("half {some}"),
            Portion::Percent(percent) => format!("{percent}% {some}"),
        };
        format!("{words}{}", self.that_can())
    }

    /// In a sentence: `Dormant installations that can migrate`.
    #[must_use]
    pub fn installations(self) -> String {
        format!("{}{}", self.population.installations(), self.that_can())
    }

    /// What has become of such a portion, behind "are": `migrated`, or `done` where "migrate" was said before.
    #[must_use]
    pub fn done(self) -> &'static str {
        if self.some_left_out { "done" } else { "migrated" }
    }

    /// Who is left out of the shares of scenarios, in a sentence; none where nobody is. `means` says that the numbers are means over
    /// replications.
    #[must_use]
    pub fn left_out<'n>(
        self,
        scenarios: impl IntoIterator<Item = (&'n str, LeftOut)>,
        means: bool,
    ) -> Option<String> {
        let all: Vec<(&str, LeftOut)> = scenarios.into_iter().collect();
        let named = all.len() > 1;
        let words: Vec<String> = all
            .iter()
            .filter(|(_, of)| !of.is_nobody())
            .map(|(name, of)| if named { format!("{name} {}", left_out(*of)) } else { left_out(*of) })
            .collect();
        let means = if means { ", on average" } else { "" };
        (!words.is_empty()).then(|| {
            let whose = self.population.installations();
            format!("Shares are of the {whose} that can migrate; not counted{means}: {}.", words.join("; "))
        })
    }
}

/// That some replications count in no share of replications, because nobody in them can migrate.
#[must_use]
pub fn replications_left_out(scenario: &str, without: usize, n: usize) -> String {
    let (without, n) = (numbers::count(without), numbers::count(n));
    format!(
        "In {without} of {n} replications of {scenario} nobody can migrate; shares of replications are of the others."
    )
}

/// Who is left out: `200 excluded and 3 removed`.
#[must_use]
pub fn left_out(of: LeftOut) -> String {
    let parts = [(of.excluded, "excluded"), (of.removed, "removed")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0.0)
        .map(|(n, what)| format!("{} {what}", numbers::mean_count(*n)))
        .collect();
    numbers::list(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: LeftOut = LeftOut { excluded: 200.06, removed: 3.0 };
    const NOBODY: LeftOut = LeftOut { excluded: 0.0, removed: 0.0 };

    #[test]
    fn all_is_said_of_all_only() {
        let all = Whose::of(Population::Dormant, [NOBODY, NOBODY]);
        let some = Whose::of(Population::Dormant, [NOBODY, SOME]);
        assert_eq!(all.portion(Portion::of(100)), "all Dormant");
        assert_eq!(some.portion(Portion::of(100)), "all Dormant that can migrate");
        assert_eq!(some.portion(Portion::of(50)), "half of Dormant that can migrate");
        assert_eq!(
            Whose::of(Population::All, [SOME]).portion(Portion::of(95)),
            "95% of installations that can migrate"
        );
        assert_eq!(
            (all.title(), some.title()),
            ("Dormant".to_owned(), "Dormant that can migrate".to_owned())
        );
    }

    #[test]
    fn who_is_left_out_is_said_by_scenario() {
        let whose = Whose::of(Population::Dormant, [SOME]);
        assert_eq!(whose.left_out([("a", NOBODY), ("b", NOBODY)], true), None);
        assert_eq!(
            whose.left_out([("a", SOME), ("b", NOBODY)], true).unwrap(),
            "Shares are of the Dormant installations that can migrate; not counted, on average: a 200 excluded and 3 removed."
        );
        assert_eq!(
            whose.left_out([("a", SOME)], false).unwrap(),
            "Shares are of the Dormant installations that can migrate; not counted: 200 excluded and 3 removed."
        );
    }
}
