//! The inputs of replications: whether they have chance, and the possible values of a measure.

use serde_json::Value as Json;

use crate::findings::{Kpi, Scope};
use crate::model::{Model, Stock};

/// The facts of a model that limit its possible results.
#[derive(Clone, Debug)]
pub(super) struct Inputs {
    /// Whether two replications may differ.
    chance: bool,
    /// All that a replication is computed from.
    nameless: Json,
    /// Opening installations: what division they belong to, its member, and how many. The first is the whole.
    installations: Vec<(Scope, u64)>,
    /// Calendar days of the run.
    days: usize,
}

impl Inputs {
    /// Returns those of a model.
    pub(super) fn of(model: &Model) -> Self {
        let count = |of: &dyn Fn(&Stock) -> bool| {
            model.stock.iter().filter(|s| of(s)).map(|s| u64::from(s.installations)).sum()
        };
        let mut installations: Vec<(Scope, u64)> = vec![(Scope::whole(), count(&|_| true))];
        let groups = model.groups.iter().enumerate();
        installations.extend(groups.map(|(at, group)| {
            (Scope::of("group", &group.name), count(&|s| model.cohorts[s.cohort].group == at))
        }));
        // Who changes supplier may become Dormant, and is another supplier's then.
        if model.change_of_supplier.is_none() {
            let of_status = |status: crate::model::Status| {
                (Scope::of("status", status.name()), count(&|s| s.status == status))
            };
            installations.extend(crate::model::Status::ALL.map(of_status));
            let suppliers = model.suppliers.iter().enumerate();
            installations.extend(
                suppliers.map(|(at, supplier)| {
                    (Scope::of("supplier", &supplier.name), count(&|s| s.supplier == at))
                }),
            );
        }
        let (chance, nameless) = (model.has_chance(), model.nameless());
        Self { chance, nameless, installations, days: model.calendar.n_days() }
    }

    /// Whether no two replications can differ.
    pub(super) fn is_certain(&self) -> bool {
        !self.chance
    }

    /// Whether no further replication can change a difference from others: neither has chance in it, or both are computed from
    /// the same.
    pub(super) fn differs_for_sure(&self, other: &Self) -> bool {
        (self.is_certain() && other.is_certain()) || self.nameless == other.nameless
    }

    /// The largest possible value of a measure.
    fn most(&self, kpi: &Kpi, scope: &Scope) -> f64 {
        let known =
            self.installations.iter().find(|(of, _)| of == scope).or_else(|| self.installations.first());
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 installations times days")]
        let (installations, days) = (known.map_or(f64::INFINITY, |(_, n)| *n as f64), self.days as f64);
        match kpi.unit {
            "installations" if kpi.counts_each_once() => installations,
            "installation-days" => installations * days,
            _ => f64::INFINITY,
        }
    }
}

/// Returns the least and the greatest possible mean of a measure; `seen` is the greatest of its values.
pub(super) fn possible(inputs: Option<&Inputs>, kpi: &Kpi, scope: &Scope, seen: f64) -> (f64, f64) {
    match (kpi.unit, inputs) {
        ("%", _) => (0.0, 100.0),
        (_, Some(inputs)) => (0.0, inputs.most(kpi, scope).max(seen)),
        (_, None) => (0.0, f64::INFINITY),
    }
}
