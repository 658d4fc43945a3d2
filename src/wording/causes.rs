//! The causes for which installations wait, in words, and what a scenario changes by cause.

use crate::findings::Dimension;
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Estimate, Interval, Side};

/// A cause of waiting: its name in files, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Name in files.
    pub id: &'static str,
    /// As the name of a row: `Gate or EPCL entry`.
    pub title: &'static str,
    /// After "days lost": `waiting for gate or entry`.
    pub waiting: &'static str,
    /// After "saves so many days" or "so many days come back": `at the gate`.
    pub there: &'static str,
}

/// Every cause, in the order in which a migration meets them.
pub const ALL: [Cause; 6] = [
    Cause {
        id: "gate_or_epcl",
        title: "Gate or EPCL entry",
        waiting: "waiting for gate or entry",
        there: "at the gate",
    },
    Cause {
        id: "firmware",
        title: "Firmware",
        waiting: "waiting for firmware",
        there: "waiting for firmware",
    },
    Cause { id: "notice", title: "End of notice", waiting: "in notice", there: "in notice" },
    Cause { id: "queueing", title: "A slot", waiting: "queueing for a slot", there: "queueing for a slot" },
    Cause {
        id: "retrying",
        title: "Another attempt",
        waiting: "waiting for another attempt",
        there: "waiting for another attempt",
    },
    Cause {
        id: "excluded",
        title: "Excluded, will not migrate",
        waiting: "by excluded installations",
        there: "among excluded installations",
    },
];

/// The words for a cause that a file names; its name where it is none of ours.
#[must_use]
pub fn title(id: &str) -> &str {
    ALL.iter().find(|cause| cause.id == id).map_or(id, |cause| cause.title)
}

/// The wait for a cause as the subject of a sentence: `waiting for firmware`.
#[must_use]
pub fn wait(id: &str) -> &'static str {
    match id {
        "gate_or_epcl" => "waiting for the gate or EPCL entry",
        "firmware" => "waiting for firmware",
        "notice" => "waiting in notice",
        "queueing" => "waiting for a slot",
        "retrying" => "waiting for another attempt",
        _ => "the wait of excluded installations",
    }
}

/// What a scenario changes in the Dormant days lost to one cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The cause.
    pub cause: Cause,
    /// Scenario minus baseline \[installation-days\].
    pub change: Estimate,
}

impl Step {
    /// Whether not a day of it changes in any replication.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.change.value == 0.0 && self.change.is_constant()
    }
}

/// What leads from the days that a baseline loses to those of a scenario, cause by cause in the order of [`ALL`]. The intervals of all
/// causes of all scenarios compared with the baseline hold together at 95%.
#[must_use]
pub fn steps(comparison: &Comparison) -> Vec<Step> {
    let parts = comparison.by(Dimension::Cause);
    let level = comparison.avoided.interval.level.each_of(parts.len());
    let step = |cause: Cause| {
        let avoided = parts.iter().find(|part| part.name == cause.id)?.avoided.at(level);
        Some(Step { cause, change: turned(avoided) })
    };
    ALL.into_iter().filter_map(step).collect()
}

/// Scenario minus baseline of what is baseline minus scenario.
#[must_use]
pub fn turned(avoided: Estimate) -> Estimate {
    let Interval { low, high, level } = avoided.interval;
    // Adding 0 makes of -0 what a file says.
    let turn = |x: f64| 0.0 - x;
    Estimate {
        value: turn(avoided.value),
        interval: Interval { low: high.map(turn), high: low.map(turn), level },
        ..avoided
    }
}

/// The causes to which a scenario moves most days: the reason for what it changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The largest saving; none where no cause is shown to save any.
    pub saved: Option<Step>,
    /// The largest loss; none where no cause is shown to take more.
    pub lost: Option<Step>,
}

/// The largest saving and the largest loss of a scenario by cause, each only where its interval, which holds together with those of the
/// other causes, excludes none.
#[must_use]
pub fn moved(comparison: &Comparison) -> Moved {
    let steps = steps(comparison);
    let largest = |side: Side| {
        let shown = steps.iter().filter(|step| step.change.interval.side() == Some(side));
        let shown = shown.filter(|step| gives_claim(step.change.n));
        shown.max_by(|a, b| a.change.value.abs().total_cmp(&b.change.value.abs())).copied()
    };
    Moved { saved: largest(Side::Below), lost: largest(Side::Above) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::replications::{PairedPart, PairedSplit};
    use crate::statistics::{Finding, Level, Verdict};

    /// A scenario that avoids days by cause, each with half the width of its interval.
    pub(crate) fn comparison(causes: &[(&str, f64, f64)]) -> Comparison {
        let told = |value: f64, half: f64| {
            let ends = (half > 0.0).then_some((value - half, value + half));
            Estimate::told(value, ends, Level::P95, 100)
        };
        let part = |(name, value, half): &(&str, f64, f64)| PairedPart {
            name: (*name).to_owned(),
            avoided: told(*value, *half),
        };
        Comparison {
            baseline: "existing".to_owned(),
            baseline_title: "existing".to_owned(),
            scenario: "early".to_owned(),
            scenario_title: "early".to_owned(),
            avoided: told(causes.iter().map(|(_, value, _)| value).sum(), 1.0),
            outcomes: None,
            threshold: 10.0,
            verdict: Verdict { finding: Finding::NotSettled, runs_to_settle: None },
            bound: None,
            splits: vec![PairedSplit { by: Dimension::Cause, parts: causes.iter().map(part).collect() }],
            pairing: None,
            measures: Vec::new(),
        }
    }

    #[test]
    fn the_reason_is_the_largest_saving_and_the_largest_loss_that_are_shown() {
        let of = comparison(&[
            ("excluded", -2.0, 0.1),
            ("firmware", -55.0, 3.0),
            ("gate_or_epcl", 89.0, 4.0),
            ("queueing", -500.0, 480.0),
        ]);
        let Moved { saved, lost } = moved(&of);
        assert_eq!(saved.map(|step| (step.cause.id, step.change.value)), Some(("gate_or_epcl", -89.0)));
        // At 95% by itself the queue would be a loss too; together with the other causes it is not.
        assert_eq!(lost.map(|step| (step.cause.id, step.change.value)), Some(("firmware", 55.0)));
        let order: Vec<&str> = steps(&of).iter().map(|step| step.cause.id).collect();
        assert_eq!(order, ["gate_or_epcl", "firmware", "queueing", "excluded"]);
    }

    #[test]
    fn where_no_interval_excludes_none_there_is_no_reason() {
        let of = comparison(&[("firmware", -5.0, 6.0), ("gate_or_epcl", 0.0, 0.0)]);
        assert_eq!(moved(&of), Moved { saved: None, lost: None });
        assert!(steps(&of)[0].is_nothing() && !steps(&of)[1].is_nothing());
    }
}
