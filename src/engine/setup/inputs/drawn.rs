//! What one replication drew before its first day: every uncertain input, and what these came to for cohorts and groups. For people
//! who ask what replications have in common; the run itself draws the same values by [`Inputs::draw`](super::Inputs::draw).

use std::collections::HashSet;
use std::sync::Arc;

use super::{CohortDays, Draw, Drawn, Draws, Source, fates};
use crate::model::{Commitment, Dated, Entry, Model, Planned, Redesignation, Uncertain, Written};
use crate::random::{Purpose, join, normal_quantile};

/// The inputs of a model that a replication draws once each, ready to be drawn for one replication after another.
#[derive(Debug)]
pub struct UncertainInputs<'m> {
    model: &'m Model,
    inputs: Vec<Uncertain>,
}

/// What one replication drew.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnInputs {
    /// Of each factor of [`Model::factors`], its score: a standard normal number.
    pub factors: Vec<f64>,
    /// Of each input of [`UncertainInputs::written`], its value in the unit of the scenario file.
    pub values: Vec<f64>,
    /// Of each cohort its days, and whether its entry asks for other firmware.
    pub cohorts: Vec<(CohortDays, bool)>,
    /// Of each group the days of the run with an outage, where it may have one.
    pub outage_days: Vec<Option<u32>>,
}

impl<'m> UncertainInputs<'m> {
    /// The uncertain inputs of a model, in the order of its parts; one that several parts share comes once.
    #[must_use]
    pub fn of(model: &'m Model) -> Self {
        let mut seen = HashSet::new();
        let mut inputs = all(model);
        let mut is_new = |input: &Uncertain| {
            let written = input.written.as_deref();
            written.is_some_and(|written| seen.insert((input.key, written.of.clone(), written.what.clone())))
        };
        inputs.retain(|input| input.known().is_none() && is_new(input));
        Self { model, inputs }
    }

    /// Each as the scenario says it.
    pub fn written(&self) -> impl Iterator<Item = &Written> {
        self.inputs.iter().filter_map(|input| input.written.as_deref())
    }

    /// What a replication draws of them.
    #[must_use]
    pub fn draw(&self, replication: u32) -> DrawnInputs {
        let model = self.model;
        let draws = Draws::new(model.seed, replication);
        let drawn = model.layers.parametric.then_some(Drawn { shared: draws, own: draws });
        let source = Source { model, drawn };
        let rework = drawn.map_or(Draws::new(model.seed, 0), |drawn| drawn.own);
        let fates = fates(model, Draw::from(replication));
        let score = |key: u64| normal_quantile(source.uniform(|drawn| drawn.shared, Purpose::Factor, key));
        let value = |input: &Uncertain| {
            let written = input.written.as_deref();
            written.map_or(0.0, |written| source.value_of(&written.distribution, input))
        };
        let days = source.cohort_days();
        let last = model.calendar.last();
        let outage_days = |group: &crate::model::Group| {
            let within = source
                .outages(group, &fates)
                .into_iter()
                .map(|(from, after)| after.0.min(last.0 + 1).saturating_sub(from.0).unsigned_abs());
            group.outage.is_some().then(|| within.sum())
        };
        DrawnInputs {
            factors: model.factors.iter().map(|factor| score(factor.key)).collect(),
            values: self.inputs.iter().map(value).collect(),
            cohorts: (model.cohorts.iter().zip(days))
                .map(|(cohort, days)| (days, source.rework_strikes(cohort, days, &rework)))
                .collect(),
            outage_days: model.groups.iter().map(outage_days).collect(),
        }
    }
}

/// Every input that is drawn once in a replication, certain or not.
fn all(model: &Model) -> Vec<Uncertain> {
    let mut all = Vec::new();
    let slip = |planned: &Planned| planned.slip.clone();
    all.extend(model.capacity.iter().flat_map(dated));
    all.extend(dated(&model.allocation.dmin));
    if let Redesignation::On(planned) = &model.firmware.redesignation {
        all.push(slip(planned));
    }
    let rework = &model.firmware.rework;
    all.extend([&rework.confidence, &rework.equivalence, &rework.tested].map(Clone::clone));
    for group in &model.groups {
        all.extend(dated(&group.capacity));
        all.extend(group.firmware_capacity.iter().flat_map(dated));
        all.extend(group.outage.iter().map(|outage| outage.start_probability.clone()));
    }
    for cohort in &model.cohorts {
        all.push(slip(&cohort.gate));
        all.push(cohort.objection_delay.clone());
        all.push(match &cohort.entry {
            Entry::On(planned) => slip(planned),
            Entry::AfterGate(lag) => lag.clone(),
        });
        all.extend(cohort.confidence.iter().map(slip));
        let firmware = &cohort.firmware;
        let of_firmware = [&firmware.no_update_share, &firmware.success, &firmware.wait];
        let own = [&cohort.supplier_delay, &cohort.notice, &cohort.take_up, &cohort.retry_delay];
        all.extend(of_firmware.into_iter().chain(own).chain(&cohort.success).cloned());
        all.extend(cohort.ramp_up.iter().flat_map(dated));
    }
    for supplier in &model.suppliers {
        all.extend(supplier.dcc_user_from.iter().map(slip));
        all.extend(model.commitment.iter().map(|commitment| of_supplier(commitment, supplier)));
        all.extend(supplier.limits.iter().flat_map(|limit| dated(&limit.per_day)));
    }
    all.extend(model.change_of_supplier.iter().map(|change| change.goes_dormant.clone()));
    all
}

fn dated(dated: &Dated) -> Vec<Uncertain> {
    std::iter::once(&dated.factor).chain(dated.steps.iter().map(|step| &step.value)).cloned().collect()
}

/// The factor of a supplier's commitments: its own, or the one that all suppliers share.
pub(in crate::engine) fn of_supplier(
    commitment: &Commitment,
    supplier: &crate::model::Supplier,
) -> Uncertain {
    let input = &commitment.factor;
    if !commitment.for_each {
        return input.clone();
    }
    let named = |written: &Arc<Written>| {
        let of = Some(("supplier".to_owned(), supplier.name.clone()));
        Arc::new(Written { of, ..Written::clone(written) })
    };
    Uncertain {
        key: join(input.key, supplier.key),
        written: input.written.as_ref().map(named),
        ..input.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value as Json;

    use super::*;
    use crate::scenario::{self, Override};

    /// Keys of every-key.toml whose values are uncertain or can be, each within 1 and 2 but for those of which that is too little or
    /// too much.
    const KEYS: [&str; 20] = [
        "programme.capacity_factor",
        "programme.capacity_per_day",
        "firmware.capacity_factor",
        "firmware.redesignation_slip_days",
        "firmware.rework_tested_pct",
        "firmware.rework_equivalence_pct",
        "firmware.rework_confidence_pct",
        "allocation.dmin_per_day",
        "change_of_supplier.goes_dormant_pct",
        "group.IOC.firmware_capacity_per_day",
        "group.IOC.outage_start_pct_per_day",
        "cohort.IOC-01.entry_slip_days",
        "cohort.IOC-01.confidence_slip_days",
        "cohort.IOC-01.no_update_pct",
        "cohort.IOC-01.update_success_pct",
        "cohort.IOC-01.update_wait_days",
        "cohort.IOC-01.notice_days",
        "cohort.IOC-01.take_up_pct",
        "cohort.IOC-01.retry_days",
        "supplier.Aster.dcc_user_delay_days",
    ];

    /// Keys of every draw of an uncertain value, wherever it hangs in the model.
    fn keys(json: &Json, found: &mut BTreeSet<u64>) {
        match json {
            Json::Object(map) => {
                let uncertain = map.get("distribution").is_some_and(|d| d.get("fixed").is_none());
                found.extend(map.get("key").filter(|_| uncertain).and_then(Json::as_u64));
                map.values().for_each(|json| keys(json, found));
            }
            Json::Array(list) => list.iter().for_each(|json| keys(json, found)),
            _ => {}
        }
    }

    #[test]
    fn every_uncertain_value_of_a_model_is_an_input_but_for_those_drawn_again_and_again() {
        let set = |key: &str| Override {
            key: key.to_owned(),
            value: "{ uniform = { low = 1, high = 2 } }".to_owned(),
        };
        let overrides: Vec<Override> = KEYS.into_iter().map(set).collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference/every-key.toml");
        let scenario = scenario::load(&path, &overrides).unwrap_or_else(|problems| panic!("{problems}"));
        let model = &scenario.model;
        let mut expected = BTreeSet::new();
        keys(&serde_json::to_value(model).unwrap(), &mut expected);
        let lengths = model.groups.iter().filter_map(|group| group.outage.as_ref());
        let lengths = lengths.map(|outage| &outage.length_days);
        for again in lengths.chain(model.cohorts.iter().map(|cohort| &cohort.firmware.length)) {
            expected.remove(&again.key);
        }
        let shared = &model.commitment.as_ref().unwrap().factor;
        assert!(expected.remove(&shared.key));
        expected.extend(model.suppliers.iter().map(|supplier| join(shared.key, supplier.key)));
        let inputs = UncertainInputs::of(model);
        let found: BTreeSet<u64> = inputs.inputs.iter().map(|input| input.key).collect();
        assert_eq!(found, expected);
        let drawn = inputs.draw(3);
        let all = inputs.written().zip(&drawn.values);
        let named: Vec<(String, f64)> = all
            .map(|(written, value)| match &written.of {
                Some((list, name)) => (format!("{list}.{name}.{}", written.what), *value),
                None => (written.what.clone(), *value),
            })
            .collect();
        for key in KEYS {
            // A dated value has a step.
            let of = |(name, _): &&(String, f64)| name == key || *name == format!("{key}.0");
            let (_, value) = named.iter().find(of).unwrap_or_else(|| panic!("{key} is not among {named:?}"));
            assert!((1.0..=2.0).contains(value), "{key}: {value}");
        }
    }
}
