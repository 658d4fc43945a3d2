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
pub(super) fn of_supplier(commitment: &Commitment, supplier: &crate::model::Supplier) -> Uncertain {
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
