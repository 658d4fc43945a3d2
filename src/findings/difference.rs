//! Two runs with the same draws, and the changes of one against the other.
//!
//! One pair of runs is one draw, not a forecast; how sure a difference is takes many replications.

use super::{Dimension, Findings, Kpi, Measure, Part, Scope, Value};

/// A scenario against its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Name of the baseline.
    pub baseline: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Dormant days avoided: baseline minus scenario \[installation-days\].
    pub avoided: i64,
    /// A bound that a reviewer can make by hand, see [`AVOIDED_BOUND`](super::kpi::AVOIDED_BOUND)
    /// \[installation-days\].
    pub bound: u64,
    /// The avoided days split in each way; the parts of a split sum to the whole.
    pub splits: Vec<Split>,
    /// Every measure that both runs have, in the order of reports.
    pub kpis: Vec<KpiDifference>,
}

/// One way to split the avoided days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The way.
    pub by: Dimension,
    /// Its parts: name and days avoided \[installation-days\].
    pub parts: Vec<(String, i64)>,
}

/// One measure in two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct KpiDifference {
    /// The measure.
    pub kpi: Kpi,
    /// Its scope.
    pub scope: Scope,
    /// In the baseline.
    pub baseline: Value,
    /// In the scenario.
    pub scenario: Value,
    /// Scenario minus baseline.
    pub change: Change,
}

/// Scenario minus baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A whole number, in the unit of the measure.
    Count(i64),
    /// A difference of quotients, in the unit of the measure; percentages differ by percentage points.
    Number(f64),
    /// Days between two dates \[days\]; negative is sooner.
    Days(i64),
    /// Two values that have no difference, or the same answer to a yes-or-no question.
    None,
}

impl Difference {
    /// Compares a scenario with its baseline.
    #[must_use]
    pub fn between(baseline: &Findings, scenario: &Findings) -> Self {
        let splits = Dimension::ALL.map(|by| {
            let parts = subtract(baseline.dormant_days.by(by), scenario.dormant_days.by(by));
            Split { by, parts }
        });
        Self {
            baseline: baseline.scenario.clone(),
            scenario: scenario.scenario.clone(),
            avoided: minus(baseline.dormant_days.total, scenario.dormant_days.total),
            bound: scenario.firmware_lead + baseline.firmware_queue,
            splits: splits.into(),
            kpis: kpis(&baseline.measures(), &scenario.measures()),
        }
    }

    /// The parts of one split.
    #[must_use]
    pub fn by(&self, dimension: Dimension) -> &[(String, i64)] {
        self.splits.iter().find(|s| s.by == dimension).map_or(&[], |s| &s.parts)
    }
}

/// Baseline minus scenario by name; a name that one of them lacks counts as 0 there.
fn subtract(baseline: &[Part], scenario: &[Part]) -> Vec<(String, i64)> {
    let days = |parts: &[Part], name: &str| parts.iter().find(|p| p.name == name).map_or(0, |p| p.days);
    let only_there = scenario.iter().filter(|p| baseline.iter().all(|b| b.name != p.name));
    baseline
        .iter()
        .chain(only_there)
        .map(|p| (p.name.clone(), minus(days(baseline, &p.name), days(scenario, &p.name))))
        .collect()
}

fn kpis(baseline: &[Measure], scenario: &[Measure]) -> Vec<KpiDifference> {
    let same = |m: &Measure, other: &&Measure| other.kpi.id == m.kpi.id && other.scope == m.scope;
    let pairs = baseline.iter().filter_map(|m| scenario.iter().find(|o| same(m, o)).map(|o| (m, o)));
    pairs
        .map(|(m, other)| KpiDifference {
            kpi: m.kpi,
            scope: m.scope.clone(),
            baseline: m.value,
            scenario: other.value,
            change: change(m.value, other.value),
        })
        .collect()
}

fn change(baseline: Value, scenario: Value) -> Change {
    match (baseline, scenario) {
        (Value::Count(a), Value::Count(b)) => Change::Count(minus(b, a)),
        (Value::Date(a), Value::Date(b)) => {
            let span = a.until(b).expect("two civil dates have a distance");
            Change::Days(i64::from(span.get_days()))
        }
        _ => match (baseline.number(), scenario.number()) {
            (Some(a), Some(b)) => Change::Number(b - a),
            _ => Change::None,
        },
    }
}

fn minus(a: u64, b: u64) -> i64 {
    let whole = i128::from(a) - i128::from(b);
    i64::try_from(whole).expect("installation-days of a run are far fewer than 2^63")
}
