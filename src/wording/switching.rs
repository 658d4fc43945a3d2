//! Where a verdict changes on the way from what the files say of an assumption to another value of it.
//!
//! Between values that were simulated nothing is known, so the way is taken as straight: estimate, interval and threshold in proportion to
//! the number. Where a value is no number there is no way to it.

use super::{numbers, verdict};
use crate::replications::Comparison;
use crate::statistics::{Finding, changes_at};

/// A value that was tried, and a scenario under it.
#[derive(Clone, Copy, Debug)]
pub struct Try<'t> {
    /// As reports call the value: `30% less`.
    pub label: &'t str,
    /// The number that the files give; none where they give no number, or an uncertain one.
    pub given: Option<f64>,
    /// The number that was tried; none where the value is no number.
    pub tried: Option<f64>,
    /// The scenario against the baseline.
    pub comparison: &'t Comparison,
}

/// A place at which the verdict changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// The verdict there.
    pub finding: Finding,
    /// The value: `about 20% less`, or of what is no number the value that was tried.
    pub value: String,
    /// Whether the value was read off a straight line and not simulated.
    pub interpolated: bool,
}

impl Switch {
    /// `perhaps too few from about 20% less`, `adds days with none`.
    #[must_use]
    pub fn words(&self) -> String {
        let from = if self.interpolated { "from" } else { "with" };
        format!("{} {from} {}", verdict::short(self.finding), self.value)
    }
}

/// What is said of the values of one assumption: where the verdict changes, or that it does not.
#[must_use]
pub fn words(given: &Comparison, tried: &[Try]) -> String {
    let switches = switches(given, tried);
    if switches.is_empty() {
        return "Verdict: the same at every value tried".to_owned();
    }
    format!("Verdict: {}", switches.iter().map(Switch::words).collect::<Vec<_>>().join("; "))
}

/// The places nearest to what the files say at which the verdict changes: one below it and one above it at most, or every value that is
/// no number and has another verdict.
#[must_use]
pub fn switches(given: &Comparison, tried: &[Try]) -> Vec<Switch> {
    let numbered: Option<Vec<(f64, f64, &Try)>> =
        tried.iter().map(|one| Some((one.given?, one.tried?, one))).collect();
    let Some(mut numbered) = numbered else {
        return tried.iter().filter_map(|one| apart(given, one)).collect();
    };
    numbered.sort_by(|(_, a, _), (_, b, _)| a.total_cmp(b));
    let below: Vec<_> = numbered.iter().rev().filter(|(from, to, _)| to < from).copied().collect();
    let above: Vec<_> = numbered.iter().filter(|(from, to, _)| to > from).copied().collect();
    [below, above].iter().filter_map(|way| first_on(given, way)).collect()
}

/// The change of the verdict on the way to one value by itself: how far it is, or that value where it is no number.
fn apart(given: &Comparison, one: &Try) -> Option<Switch> {
    if finding(one.comparison) == finding(given) {
        return None;
    }
    let ends = [given, one.comparison].map(|of| (&of.avoided, of.threshold));
    Some(match one.tried.and_then(|_| changes_at(ends[0], ends[1])) {
        Some((part, finding)) => Switch { finding, value: on_the_way(one.label, part), interpolated: true },
        None => Switch { finding: finding(one.comparison), value: one.label.to_owned(), interpolated: false },
    })
}

fn finding(of: &Comparison) -> Finding {
    of.verdict.finding
}

/// The first change of the verdict on a way away from what the files say.
fn first_on(given: &Comparison, way: &[(f64, f64, &Try)]) -> Option<Switch> {
    let mut before: Option<(f64, &Comparison)> = None;
    for (from, to, one) in way {
        let (start, last) = before.unwrap_or((*from, given));
        let ends = [last, one.comparison].map(|of| (&of.avoided, of.threshold));
        if finding(one.comparison) != finding(given) {
            let Some((part, finding)) = changes_at(ends[0], ends[1]) else {
                let value = one.label.to_owned();
                return Some(Switch { finding: finding(one.comparison), value, interpolated: false });
            };
            let at = start + part * (to - start);
            return Some(Switch { finding, value: named(one.label, [*from, *to], at), interpolated: true });
        }
        before = Some((*to, one.comparison));
    }
    None
}

/// A number in the words in which a label says another: `about 23 days` for a label of `60 days`, `about 20% less` for `30% less`. Where the
/// label says neither the number nor by how many per cent it differs, how far it is to the label.
fn named(label: &str, [from, to]: [f64; 2], at: f64) -> String {
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let start = label.find(|c: char| c.is_ascii_digit());
    let spoken = start.map(|start| {
        let end = label[start..].find(|c| !digits(c)).map_or(label.len(), |length| start + length);
        (&label[..start], &label[start..end], &label[end..])
    });
    let way = (at - from) / (to - from);
    if let Some((front, number, back)) = spoken
        && let Ok(said) = number.parse::<f64>()
        && !back.contains(|c: char| c.is_ascii_digit())
    {
        let near = |x: f64| (x.abs() - said).abs() < 0.005 * said.max(1.0);
        let told = |x: f64| format!("about {front}{}{back}", numbers::two_digits(x));
        if near(to) && front.is_empty() {
            return told(at);
        }
        if from != 0.0 && near(100.0 * (to - from) / from) {
            return told(way * said);
        }
    }
    on_the_way(label, way)
}

fn on_the_way(label: &str, part: f64) -> String {
    format!("about {}% of the way to {label}", numbers::two_digits(100.0 * part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Level, Side, verdict};
    use crate::wording::causes::tests::comparison;

    fn avoiding(value: f64, half: f64, threshold: f64) -> Comparison {
        let mut of = comparison(&[("firmware", value, half)]);
        of.avoided =
            crate::statistics::Estimate::told(value, Some((value - half, value + half)), Level::P95, 40);
        of.threshold = threshold;
        of.verdict = verdict(&of.avoided, threshold);
        of
    }

    fn said(given: &Comparison, tried: &[(&str, Option<[f64; 2]>, Comparison)]) -> String {
        let mut all = Vec::new();
        for (label, numbers, comparison) in tried {
            let [of_files, tried] = numbers.map_or([None; 2], |numbers| numbers.map(Some));
            all.push(Try { label, given: of_files, tried, comparison });
        }
        words(given, &all)
    }

    #[test]
    fn the_verdict_changes_where_the_line_of_its_interval_meets_the_threshold() {
        // From 30 ± 2 to 10 ± 2 the lower end meets 18 at (28 - 18)/20 = half of the way.
        let given = avoiding(30.0, 2.0, 18.0);
        let less = || avoiding(10.0, 2.0, 18.0);
        assert_eq!(given.verdict.finding, Finding::Differs(Side::Above));
        let of = |label, numbers| said(&given, &[(label, numbers, less())]);
        assert_eq!(of("30% less", Some([1.0, 0.7])), "Verdict: perhaps too few from about 15% less");
        assert_eq!(of("60 days", Some([20.0, 60.0])), "Verdict: perhaps too few from about 40 days");
        assert_eq!(of("0.5", Some([1.0, 0.5])), "Verdict: perhaps too few from about 0.75");
        assert_eq!(
            of("half", Some([1.0, 0.5])),
            "Verdict: perhaps too few from about 50% of the way to half"
        );
        assert_eq!(of("weekdays only", None), "Verdict: too few with weekdays only");
        let uncertain = Try { label: "50%", given: None, tried: Some(50.0), comparison: &less() };
        assert_eq!(words(&given, &[uncertain]), "Verdict: perhaps too few from about 50% of the way to 50%");
    }

    #[test]
    fn values_on_one_way_are_passed_in_turn_and_each_side_has_its_own() {
        let given = avoiding(30.0, 2.0, 18.0);
        let tried = [
            ("4", Some([1.0, 4.0]), avoiding(-40.0, 2.0, 18.0)),
            ("2", Some([1.0, 2.0]), avoiding(30.0, 2.0, 18.0)),
            ("0.5", Some([1.0, 0.5]), avoiding(50.0, 2.0, 18.0)),
        ];
        // From 2 on: (28 - 18)/70 of the way to 4.
        assert_eq!(said(&given, &tried), "Verdict: perhaps too few from about 2.3");
        assert_eq!(said(&given, &tried[1..]), "Verdict: the same at every value tried");
        assert_eq!(said(&given, &[]), "Verdict: the same at every value tried");
    }
}
