//! The answer to "may I rely on this?": a rating, and each reason for it in a sentence.

use super::{numbers, tried, verdict};
use crate::replications::Tried;
use crate::statistics::Finding;

/// Most sets of values that a sentence names; it counts the others.
const MOST_NAMED: usize = 3;

/// The facts from which an answer is rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reliance {
    /// Inputs in the register.
    pub inputs: usize,
    /// Those of them that a published document states.
    pub documented: usize,
    /// The verdict on the scenario.
    pub finding: Finding,
    /// Each other set of values that was tried, in words, and the verdict under it.
    pub tried: Vec<(String, Finding)>,
    /// How the model was compared with what happened.
    pub back_test: BackTest,
}

/// Whether the model was compared with what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackTest {
    /// It was not.
    None,
    /// The study says how, and the program did not check it.
    Stated,
}

/// How far an answer may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// Neither test is passed.
    Low,
    /// One test is passed.
    Medium,
    /// Both tests are passed, and the study states a back-test.
    High,
}

impl Rating {
    /// As a word: `low`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Reliance {
    /// The facts about a scenario: the register's counts, and the verdicts under all that was tried.
    #[must_use]
    pub fn of(
        (documented, inputs): (usize, usize),
        scenario: &str,
        finding: Finding,
        tried: &[&[Tried]],
        back_test: BackTest,
    ) -> Self {
        let points = tried.iter().copied().flatten().filter(|point| !point.is_as_given());
        let found = |point: &Tried| Some((tried::values(point), point.of(scenario)?.verdict.finding));
        Self { inputs, documented, finding, tried: points.filter_map(found).collect(), back_test }
    }

    /// Whether the replications settle what the scenario does.
    fn is_settled(&self) -> bool {
        !matches!(self.finding, Finding::NotSettled | Finding::NotSeen)
    }

    /// The rating. It is low where the replications settle nothing. Else two tests decide: a published document states at least half of
    /// the inputs, and the verdict holds under every value tried, of which there are some. High takes a back-test too.
    #[must_use]
    pub fn rating(&self) -> Rating {
        if !self.is_settled() {
            return Rating::Low;
        }
        let tests = [
            self.inputs > 0 && 2 * self.documented >= self.inputs,
            !self.tried.is_empty() && self.held() == self.tried.len(),
        ];
        match tests.into_iter().filter(|passed| *passed).count() {
            0 => Rating::Low,
            2 if self.back_test == BackTest::Stated => Rating::High,
            _ => Rating::Medium,
        }
    }

    /// The rating and its reasons, a sentence each.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let caution = match self.rating() {
            Rating::Low | Rating::Medium => "Use it to compare plans, not as a forecast.",
            Rating::High => "It rests on documents and holds under the other values tried.",
        };
        let mut said = vec![format!("Reliance is {}. {caution}", self.rating().word())];
        said.push(format!(
            "Published documents state {} of the {}; the others are inferred or assumed.",
            numbers::count(self.documented),
            numbers::plural(self.inputs, "input")
        ));
        if self.is_settled() {
            said.extend(self.holds());
        } else {
            said.push("The runs of the model do not settle the answer.".to_owned());
        }
        let back_test = match self.back_test {
            BackTest::None => "The model was not compared with what happened.",
            BackTest::Stated => {
                "The program made no comparison with what happened. The study says what it knows of one."
            }
        };
        said.push(back_test.to_owned());
        said
    }

    /// The number of sets of values under which the verdict holds, then the sets that lead to another, a sentence a verdict.
    fn holds(&self) -> Vec<String> {
        let (held, all) = (self.held(), self.tried.len());
        if all == 0 {
            return vec!["No other values of the inputs were tried.".to_owned()];
        }
        let sets = numbers::plural(all, "other set");
        if held == all {
            return vec![format!("The verdict holds under all {sets} of values tried.")];
        }
        let mut said = vec![format!("The verdict holds under {held} of {sets} of values tried.")];
        for (finding, values) in verdict::others(self.finding, self.tried.iter().cloned()) {
            let more = values.len().saturating_sub(MOST_NAMED);
            let mut named: Vec<String> = values.into_iter().take(MOST_NAMED).collect();
            named.extend((more > 0).then(|| format!("{} more", numbers::count(more))));
            said.push(format!(
                "It becomes \"{}\" with {}.",
                verdict::dormant(finding),
                numbers::list(&named)
            ));
        }
        said
    }

    fn held(&self) -> usize {
        self.tried.iter().filter(|(_, finding)| *finding == self.finding).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Side;

    const GAIN: Finding = Finding::Differs(Side::Above);

    fn reliance(documented: usize, tried: &[(&str, Finding)], back_test: BackTest) -> Reliance {
        let tried = tried.iter().map(|(words, finding)| ((*words).to_owned(), *finding)).collect();
        Reliance { inputs: 10, documented, finding: GAIN, tried, back_test }
    }

    #[test]
    fn a_rating_counts_the_tests_that_are_passed() {
        let changed = [("notice 14", GAIN), ("notice 28", Finding::NotSettled)];
        assert_eq!(reliance(4, &changed, BackTest::None).rating(), Rating::Low);
        assert_eq!(reliance(5, &changed, BackTest::None).rating(), Rating::Medium);
        assert_eq!(reliance(4, &[], BackTest::None).rating(), Rating::Low);
        let unsettled = Reliance { finding: Finding::NotSettled, ..reliance(9, &[], BackTest::Stated) };
        assert_eq!(unsettled.rating(), Rating::Low);
        assert_eq!(reliance(9, &changed[..1], BackTest::Stated).rating(), Rating::High);
    }

    #[test]
    fn each_reason_is_a_sentence() {
        let changed = [("notice 14", GAIN), ("notice 28", Finding::NotSettled)];
        let said = reliance(4, &changed, BackTest::None).sentences();
        assert_eq!(said[0], "Reliance is low. Use it to compare plans, not as a forecast.");
        assert_eq!(
            said[1],
            "Published documents state 4 of the 10 inputs; the others are inferred or assumed."
        );
        assert_eq!(said[2], "The verdict holds under 1 of 2 other sets of values tried.");
        assert_eq!(said[3], "It becomes \"no settled difference in Dormant days\" with notice 28.");
        assert_eq!(said[4], "The model was not compared with what happened.");
    }
}
