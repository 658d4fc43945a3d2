//! Verdicts in words and in files: what a scenario does to Dormant days, and what Active installations pay or gain by it.
//!
//! A verdict names its measure. It is about Dormant days alone, so the wait of the Active installations is said with it.

use super::numbers;
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Estimate, Finding, Side};

/// Every finding and its name in files.
const IDS: [(Finding, &str); 7] = [
    (Finding::Differs(Side::Above), "fewer-days"),
    (Finding::DiffersPerhapsTooLittle(Side::Above), "fewer-days-perhaps-too-few-to-matter"),
    (Finding::NoPracticalDifference, "no-practical-difference"),
    (Finding::DiffersPerhapsTooLittle(Side::Below), "more-days-perhaps-too-few-to-matter"),
    (Finding::Differs(Side::Below), "more-days"),
    (Finding::NotSettled, "not-settled"),
    (Finding::NotSeen, "not-seen"),
];

/// The name of a finding in files.
#[must_use]
pub fn id(finding: Finding) -> &'static str {
    IDS.iter().find(|(known, _)| *known == finding).map_or("", |(_, id)| id)
}

/// The finding of a name in files; none where there is no such name.
#[must_use]
pub fn of_id(id: &str) -> Option<Finding> {
    IDS.iter().find(|(_, known)| *known == id).map(|(finding, _)| *finding)
}

/// What a finding says of Dormant days, as part of a sentence or in a table.
#[must_use]
pub fn dormant(finding: Finding) -> &'static str {
    match finding {
        Finding::Differs(Side::Above) => "fewer Dormant days",
        Finding::Differs(Side::Below) => "more Dormant days",
        Finding::DiffersPerhapsTooLittle(Side::Above) => "fewer Dormant days (perhaps too few to matter)",
        Finding::DiffersPerhapsTooLittle(Side::Below) => "more Dormant days (perhaps too few to matter)",
        Finding::NoPracticalDifference => "no practical difference in Dormant days",
        Finding::NotSettled => "no settled difference in Dormant days",
        Finding::NotSeen => "no verdict on Dormant days (never varied)",
    }
}

/// The same in a few letters, as in a cell that says how many days are avoided.
#[must_use]
pub fn short(finding: Finding) -> &'static str {
    match finding {
        Finding::Differs(Side::Above) => "enough",
        Finding::Differs(Side::Below) => "adds days",
        Finding::DiffersPerhapsTooLittle(Side::Above) => "perhaps too few",
        Finding::DiffersPerhapsTooLittle(Side::Below) => "adds perhaps few",
        Finding::NoPracticalDifference => "too few",
        Finding::NotSettled => "not settled",
        Finding::NotSeen => "never varied",
    }
}

/// What the Active installations pay or gain: their wait since EPCL entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// They wait longer.
    MoreWaiting,
    /// They wait less.
    LessWaiting,
    /// They wait as long, and always will.
    SameWaiting,
    /// The change was the same in every replication, and need not be in others.
    NotSeen,
    /// The interval of the change contains none.
    NotSettled,
}

impl Price {
    /// That of a change of the days waited, scenario minus baseline.
    #[must_use]
    pub fn of(change: &Estimate) -> Self {
        match change.interval.side() {
            _ if !gives_claim(change.n) => Self::NotSettled,
            Some(Side::Above) => Self::MoreWaiting,
            Some(Side::Below) => Self::LessWaiting,
            None if change.value == 0.0 && change.interval.half_width() == Some(0.0) => Self::SameWaiting,
            None if change.is_constant() => Self::NotSeen,
            None => Self::NotSettled,
        }
    }

    /// As the second half of a verdict.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::MoreWaiting => "more Active waiting",
            Self::LessWaiting => "less Active waiting",
            Self::SameWaiting => "as much Active waiting",
            Self::NotSeen => "Active waiting never varied",
            Self::NotSettled => "Active waiting not settled",
        }
    }
}

/// The price of a scenario; none where no installation is Active.
#[must_use]
pub fn price(comparison: &Comparison) -> Option<Price> {
    comparison.active_waiting().as_ref().map(Price::of)
}

/// A verdict with its price: `fewer Dormant days, more Active waiting`.
#[must_use]
pub fn with_price(finding: Finding, price: Option<Price>) -> String {
    match price {
        Some(price) => format!("{}, {}", dormant(finding), price.words()),
        None => dormant(finding).to_owned(),
    }
}

/// The verdict of a comparison with its price.
#[must_use]
pub fn of(comparison: &Comparison) -> String {
    with_price(comparison.verdict.finding, price(comparison))
}

/// How often each of several verdicts was reached, the most frequent first: `fewer Dormant days in 6, not seen in 3 of 9`.
#[must_use]
pub fn counted(findings: impl IntoIterator<Item = Finding>) -> String {
    let mut counts: Vec<(Finding, usize)> = Vec::new();
    let mut all = 0;
    for finding in findings {
        all += 1;
        match counts.iter_mut().find(|(known, _)| *known == finding) {
            Some((_, n)) => *n += 1,
            None => counts.push((finding, 1)),
        }
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let counts: Vec<String> = counts.iter().map(|(of, n)| format!("{} in {n}", dormant(*of))).collect();
    format!("{} of {all}", numbers::list(&counts))
}

/// The verdicts other than the given one that values lead to, each with those values.
#[must_use]
pub fn others(
    given: Finding,
    tried: impl IntoIterator<Item = (String, Finding)>,
) -> Vec<(Finding, Vec<String>)> {
    let mut others: Vec<(Finding, Vec<String>)> = Vec::new();
    for (value, finding) in tried.into_iter().filter(|(_, finding)| *finding != given) {
        match others.iter_mut().find(|(known, _)| *known == finding) {
            Some((_, values)) => values.push(value),
            None => others.push((finding, vec![value])),
        }
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_name_of_its_own_and_gives_it_back() {
        for (finding, name) in IDS {
            assert_eq!((id(finding), of_id(name)), (name, Some(finding)));
            assert!(dormant(finding).contains("Dormant"), "{name} names its measure");
        }
        assert_eq!(of_id("better"), None);
    }

    #[test]
    fn a_verdict_names_its_price() {
        let of = |finding, price| with_price(finding, Some(price));
        assert_eq!(
            of(Finding::Differs(Side::Above), Price::MoreWaiting),
            "fewer Dormant days, more Active waiting"
        );
        assert_eq!(with_price(Finding::NotSettled, None), "no settled difference in Dormant days");
    }

    #[test]
    fn all_verdicts_are_counted_and_values_of_one_are_taken_together() {
        use Finding::{Differs, NotSettled};
        let (fewer, more) = (Differs(Side::Above), Differs(Side::Below));
        assert_eq!(
            counted([NotSettled, fewer, fewer]),
            "fewer Dormant days in 2 and no settled difference in Dormant days in 1 of 3"
        );
        let tried = [("a: 1", fewer), ("a: 2", more), ("b: 1", NotSettled), ("b: 2", more)];
        let of = others(fewer, tried.map(|(value, finding)| (value.to_owned(), finding)));
        let values = |of: &[&str]| of.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert_eq!(of, [(more, values(&["a: 2", "b: 2"])), (NotSettled, values(&["b: 1"]))]);
    }
}
