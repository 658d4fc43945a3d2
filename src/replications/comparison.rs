//! A scenario against its baseline over replications with the same draws.

use super::enough::{OutcomeRange, gives_claim, least_for_claim};
use super::{Replications, Threshold, is_of_suppliers, reached};
use crate::findings::{Dimension, Kpi, Scope, kpi};
use crate::statistics::{
    DayShift, Estimate, Finding, Interval, Level, Pairing, Pairs, Probability, Reached, Sample, Values,
    Verdict, day_shift, pairing, verdict,
};

/// The changes of a scenario against its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Name of the baseline.
    pub baseline: String,
    /// Title of the baseline.
    pub baseline_title: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Title of the scenario.
    pub scenario_title: String,
    /// Dormant days avoided, baseline minus scenario \[installation-days\]. Its interval holds together with those of all
    /// scenarios compared with this baseline.
    pub avoided: Estimate,
    /// Days avoided in single replications; `None` if they are not known.
    pub outcomes: Option<OutcomeRange>,
    /// Below this the difference does not matter in practice \[installation-days\].
    pub threshold: f64,
    /// The finding on the days avoided; above is better.
    pub verdict: Verdict,
    /// Mean of the bound a reviewer can make by hand, see [`kpi::AVOIDED_BOUND`] \[installation-days\]; `None` if the
    /// scenario opens firmware no earlier than the baseline.
    pub bound: Option<f64>,
    /// The avoided days split in each way; the parts of a split sum to the whole.
    pub splits: Vec<PairedSplit>,
    /// The gain of pairing for the days avoided, in the full programme; `None` if nothing varies.
    pub pairing: Option<Pairing>,
    /// Every measure both have, in the order of reports: supporting, each interval at 95% by itself.
    pub measures: Vec<PairedMeasure>,
}

/// Estimates of a set of few replications that are made together with other sets.
#[derive(Clone, Debug, PartialEq)]
pub struct FewRuns {
    /// Days avoided by each scenario but the first.
    avoided: Vec<Values>,
    /// By how much longer its Active installations wait; `None` if there are none.
    paid: Vec<Option<Values>>,
    /// Whether no further replication can change the difference.
    certain: Vec<bool>,
    /// Whether they are of two levels.
    two_levels: bool,
}

impl FewRuns {
    /// Returns those of scenarios, the baseline first.
    ///
    /// # Panics
    /// When they have not the same number of replications.
    #[must_use]
    pub fn of(runs: &[Replications]) -> Self {
        let (kpi, scope) = (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active());
        let waited = |run: &Replications| run.position(&kpi, &scope).map(|at| run.values(at));
        let before = runs.first().and_then(waited);
        let others = || runs.iter().skip(1);
        Self {
            avoided: if runs.len() > 1 { Comparison::headlines(runs) } else { Vec::new() },
            paid: others().map(|run| waited(run)?.less(before.as_ref()?)).collect(),
            certain: others().map(|run| runs[0].differs_for_sure(run)).collect(),
            two_levels: runs.iter().any(Replications::has_two_levels),
        }
    }
}

/// One way to split the avoided days.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedSplit {
    /// The way.
    pub by: Dimension,
    /// Its parts.
    pub parts: Vec<PairedPart>,
}

/// One part of the avoided days.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedPart {
    /// Its name.
    pub name: String,
    /// Days avoided, baseline minus scenario \[installation-days\]; its interval is at 95% by itself.
    pub avoided: Estimate,
}

/// One measure in both.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedMeasure {
    /// The measure.
    pub kpi: Kpi,
    /// Its scope.
    pub scope: Scope,
    /// Scenario minus baseline over the pairs in which both have a number; `None` without such a pair, or if a day is
    /// "not by the end" in any. For yes or no, the change of its share of replications \[percentage points\].
    pub change: Option<Estimate>,
    /// For a day, the shift of its P80; `None` for other measures, or if no replication has the day.
    pub p80: Option<DayShift>,
    /// Pairs in which one or both have no value \[replications\].
    pub without: usize,
    /// Pairs in which one or both are "not by the end" \[replications\].
    pub not_by_end: usize,
}

impl Comparison {
    /// Compares two scenarios of the same replications; `family` is the number of scenarios compared with this
    /// baseline.
    ///
    /// # Panics
    /// When they have not the same number of replications, or none.
    #[must_use]
    pub fn between(
        baseline: &Replications,
        scenario: &Replications,
        threshold: Threshold,
        family: usize,
    ) -> Self {
        assert_eq!(baseline.n(), scenario.n(), "both were replicated alike");
        let [base, other] = [baseline, scenario].map(|r| lost(r, &Scope::whole()));
        let days = base.less(&other).expect("both were replicated alike");
        let certain = baseline.differs_for_sure(scenario);
        let avoided = known_only_if_certain(estimate(&days, Level::P95.each_of(family)), certain);
        let threshold = threshold.amount(estimate(&base, Level::P95).value);
        let mean_of = |r: &Replications, kpi: &Kpi| {
            r.position(kpi, &Scope::whole()).map(|at| estimate(&r.values(at), Level::P95).value)
        };
        let [led, leads] = [baseline, scenario].map(|r| mean_of(r, &kpi::FIRMWARE_LEAD).unwrap_or(0.0));
        let queued = mean_of(baseline, &kpi::FIRMWARE_QUEUE).filter(|_| leads > led);
        Self {
            baseline: baseline.scenario.clone(),
            baseline_title: baseline.title.clone(),
            scenario: scenario.scenario.clone(),
            scenario_title: scenario.title.clone(),
            avoided,
            threshold,
            outcomes: OutcomeRange::of(&days),
            verdict: judged(&avoided, threshold, days.n()),
            bound: queued.map(|queued| leads + queued),
            splits: Dimension::ALL.map(|by| split(baseline, scenario, by)).into(),
            pairing: of_pairs(&base, &other),
            measures: measures(baseline, scenario),
        }
    }

    /// Whether no further replication can change the difference.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.avoided.is_constant() && self.avoided.interval.half_width().is_some()
    }

    /// Returns the values whose precision is checked, one a replication \[installation-days\]: days avoided by each
    /// scenario against the first, or days lost of a single scenario.
    ///
    /// # Panics
    /// When they have not the same number of replications.
    #[must_use]
    pub fn headlines(runs: &[Replications]) -> Vec<Values> {
        let all: Vec<Values> = runs.iter().map(|run| lost(run, &Scope::whole())).collect();
        match all.split_first() {
            Some((baseline, others)) if !others.is_empty() => {
                let against = |other| baseline.less(other).expect("they were replicated alike");
                others.iter().map(against).collect()
            }
            _ => all,
        }
    }

    /// By how much more scenarios avoid under several sets of values than they did, replication by replication. All intervals of `family` such
    /// changes hold together.
    ///
    /// # Panics
    /// When they have not the same number of replications.
    #[must_use]
    pub fn changes(before: &FewRuns, now: &[FewRuns], family: usize) -> Vec<Vec<Estimate>> {
        let level = Level::P95.each_of(family);
        let mut changes = vec![Vec::new(); now.len()];
        for (scenario, before) in before.avoided.iter().enumerate() {
            let change =
                |set: &FewRuns| set.avoided[scenario].less(before).expect("they were replicated alike");
            let all: Vec<Values> = now.iter().map(change).collect();
            let estimates = Values::means_of_few(&all, level).expect("each has replications");
            changes.iter_mut().zip(estimates).for_each(|(of, estimate)| of.push(estimate));
        }
        changes
    }

    /// Estimates the days avoided and the Active days waited of several sets of few replications again, so that those of two levels lend
    /// each other the spread of their corrections: a list of comparisons a set, in the order of `runs`.
    ///
    /// # Panics
    /// When a set has not as many comparisons as scenarios compared.
    pub fn pool(sets: &mut [Vec<Self>], runs: &[FewRuns], family: usize) {
        if !runs.iter().any(|set| set.two_levels) {
            return;
        }
        let n = runs.first().map_or(0, |set| set.avoided.len());
        for scenario in 0..n {
            let of = |values: &dyn Fn(&FewRuns) -> Option<Values>, level: Level| {
                let all: Option<Vec<Values>> = runs.iter().map(values).collect();
                all.and_then(|all| Values::means_of_few(&all, level))
            };
            let avoided = of(&|set| Some(set.avoided[scenario].clone()), Level::P95.each_of(family));
            for ((set, runs), avoided) in sets.iter_mut().zip(runs).zip(avoided.into_iter().flatten()) {
                let one = &mut set[scenario];
                one.avoided = known_only_if_certain(avoided, runs.certain[scenario]);
                one.verdict = judged(&one.avoided, one.threshold, runs.avoided[scenario].n());
            }
            let paid = of(&|set| set.paid[scenario].clone(), Level::P95);
            for ((set, runs), paid) in sets.iter_mut().zip(runs).zip(paid.into_iter().flatten()) {
                let (kpi, scope) = (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active());
                let known = |m: &&mut PairedMeasure| m.kpi.id == kpi.id && m.scope == scope;
                if let Some(measure) = set[scenario].measures.iter_mut().find(known) {
                    measure.change = Some(known_only_if_certain(paid, runs.certain[scenario]));
                }
            }
        }
    }

    /// Returns the change of a measure in a scope, scenario minus baseline; `None` if it is not known.
    #[must_use]
    pub fn change(&self, kpi: &Kpi, scope: &Scope) -> Option<Estimate> {
        self.measures.iter().find(|m| m.kpi.id == kpi.id && m.scope == *scope)?.change
    }

    /// Returns the change of the days that Active installations wait from EPCL entry; `None` if there are none.
    #[must_use]
    pub fn active_waiting(&self) -> Option<Estimate> {
        self.change(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &Scope::active())
    }

    /// The parts of one split.
    #[must_use]
    pub fn by(&self, dimension: Dimension) -> &[PairedPart] {
        self.splits.iter().find(|s| s.by == dimension).map_or(&[], |s| &s.parts)
    }
}

/// Days that a scenario avoids against another, at a level.
pub(super) fn between_lost(against: &Replications, scenario: &Replications, level: Level) -> Estimate {
    let [base, other] = [against, scenario].map(|r| lost(r, &Scope::whole()));
    let days = base.less(&other).expect("both were replicated alike");
    known_only_if_certain(estimate(&days, level), against.differs_for_sure(scenario))
}

/// Returns by how much longer Active installations wait than under another scenario; `None` if there are none.
pub(super) fn wait_of_active(against: &Replications, scenario: &Replications) -> Option<Estimate> {
    let waited = |run: &Replications| {
        run.position(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &Scope::active()).map(|at| run.values(at))
    };
    let more = waited(scenario)?.less(&waited(against)?)?;
    Some(known_only_if_certain(estimate(&more, Level::P95), against.differs_for_sure(scenario)))
}

/// Returns the finding on days avoided.
pub(super) fn finding_of(avoided: &Estimate, threshold: f64) -> Finding {
    judged(avoided, threshold, avoided.n).finding
}

fn judged(avoided: &Estimate, threshold: f64, n: usize) -> Verdict {
    if gives_claim(n) { verdict(avoided, threshold) } else { too_few(avoided, threshold) }
}

/// The verdict of so few replications that nothing may be claimed.
fn too_few(avoided: &Estimate, threshold: f64) -> Verdict {
    let settled = verdict(avoided, threshold).runs_to_settle.unwrap_or(0);
    Verdict { finding: Finding::NotSettled, runs_to_settle: Some(settled.max(least_for_claim())) }
}

/// Dormant days lost in each replication; 0 where the scenario has no such part.
fn lost(replications: &Replications, scope: &Scope) -> Values {
    match replications.position(&kpi::DORMANT_DAYS_LOST, scope) {
        Some(at) => replications.values(at),
        None if is_of_suppliers(&kpi::DORMANT_DAYS_LOST, scope) => {
            lost(replications, &Scope::whole()).of_full().map(|_| 0.0)
        }
        None => lost(replications, &Scope::whole()).map(|_| 0.0),
    }
}

/// Returns the gain of pairing in the full programme.
fn of_pairs(baseline: &Values, scenario: &Values) -> Option<Pairing> {
    let both = scenario.zip(baseline)?.full();
    let (scenario, baseline): (Vec<f64>, Vec<f64>) = both.into_iter().unzip();
    let sample = |values| Sample::new(values).ok();
    pairing(&Pairs::new(sample(&scenario)?, sample(&baseline)?).ok()?, Level::P95)
}

fn estimate(values: &Values, level: Level) -> Estimate {
    values.mean(level).expect("a measure that is always there has a value")
}

/// A difference that never varied is known only where it is certain.
fn known_only_if_certain(difference: Estimate, certain: bool) -> Estimate {
    if certain && difference.is_constant() { difference.certain() } else { difference }
}

fn split(baseline: &Replications, scenario: &Replications, by: Dimension) -> PairedSplit {
    let certain = baseline.differs_for_sure(scenario);
    let names = |r: &Replications| -> Vec<String> {
        let here = |(k, s): &&(Kpi, Scope)| k.id == kpi::DORMANT_DAYS_LOST.id && s.kind == by.name();
        r.measures().iter().filter(here).map(|(_, s)| s.member.clone()).collect()
    };
    let mut all = names(baseline);
    let only_there: Vec<String> = names(scenario).into_iter().filter(|name| !all.contains(name)).collect();
    all.extend(only_there);
    let part = |name: String| {
        let [base, other] = [baseline, scenario].map(|r| lost(r, &Scope::of(by.name(), &name)));
        let days = base.less(&other).expect("both were replicated alike");
        PairedPart { name, avoided: known_only_if_certain(estimate(&days, Level::P95), certain) }
    };
    PairedSplit { by, parts: all.into_iter().map(part).collect() }
}

fn measures(baseline: &Replications, scenario: &Replications) -> Vec<PairedMeasure> {
    let certain = baseline.differs_for_sure(scenario);
    let after = baseline.first.until(baseline.last).map_or(0, |span| span.get_days()) + 1;
    let pair = |(here, (kpi, scope)): (usize, &(Kpi, Scope))| {
        let there = scenario.position(kpi, scope)?;
        let both = baseline.values(here).zip(&scenario.values(there)).expect("both were replicated alike");
        let pairs = both.retain(|(a, b)| !a.is_nan() && !b.is_nan());
        let without = both.count(|(a, b)| a.is_nan() || b.is_nan());
        let not_by_end = pairs.count(|(a, b)| a.is_infinite() || b.is_infinite());
        let [(_, most), (_, most_there)] = [baseline.possible(here), scenario.possible(there)];
        let most = most.max(most_there);
        let change = match kpi.unit {
            "yes or no" => change_of_chance(&pairs, certain),
            _ if not_by_end > 0 || pairs.is_empty() => None,
            unit => {
                let changes = pairs.map(|(a, b)| b - a);
                let change = known_only_if_certain(estimate(&changes, Level::P95), certain);
                Some(if unit == "date" { change } else { change.within(-most, most) })
            }
        };
        let p80 = (kpi.unit == "date").then(|| shift(&pairs.full(), after)).flatten();
        Some(PairedMeasure { kpi: *kpi, scope: scope.clone(), change, p80, without, not_by_end })
    };
    baseline.measures().iter().enumerate().filter_map(pair).collect()
}

/// Returns the change of the share of replications in which something holds \[percentage points\]; `None` without
/// pairs.
fn change_of_chance(pairs: &Values<(f64, f64)>, certain: bool) -> Option<Estimate> {
    let then = pairs.map(|(a, _)| a > 0.0).chance();
    let now = pairs.map(|(_, b)| b > 0.0).chance();
    let value = 100.0 * (now.share()? - then.share()?);
    let interval = now.less(&then, Level::P95);
    let [low, high] = [interval.low, interval.high].map(|end| end.map(|share| 100.0 * share));
    let interval = Interval { low, high, level: interval.level };
    let change = Estimate { value, standard_error: None, interval, n: pairs.n() };
    Some(if certain { change.certain() } else { change })
}

/// Returns the shift of the P80 of a day, from pairs of the full programme.
fn shift(pairs: &[(f64, f64)], after: i32) -> Option<DayShift> {
    let (then, now): (Vec<Reached>, Vec<Reached>) =
        pairs.iter().map(|(a, b)| (reached(*a), reached(*b))).unzip();
    day_shift(&then, &now, Probability::P80, Level::P95, after)
}
