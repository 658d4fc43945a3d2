//! Findings as one list of (measure, scope, value), from which summaries, tables and differences are made.

use super::{Completion, Dimension, Findings, Kpi, Population, Value, kpi};

/// One measure of one part of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The measure.
    pub kpi: Kpi,
    /// Its scope.
    pub scope: Scope,
    /// Its value.
    pub value: Value,
}

/// The scope of a measure: the whole run, or one member of a division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The division: `whole`, `status`, `group`, `route`, `supplier`, `supplier_size`, `cause` or `reason`.
    pub kind: &'static str,
    /// The member; for the whole, `all`.
    pub member: String,
}

impl Scope {
    /// The whole run.
    #[must_use]
    pub fn whole() -> Self {
        Self::of("whole", "all")
    }

    /// One member of a division.
    #[must_use]
    pub fn of(kind: &'static str, member: &str) -> Self {
        Self { kind, member: member.to_owned() }
    }

    /// Returns the member of a division that a file names; `None` if there is no such division.
    #[must_use]
    pub fn named(kind: &str, member: &str) -> Option<Self> {
        let others = ["whole", "status", "reason"];
        let mut kinds = Dimension::ALL.into_iter().map(Dimension::name).chain(others);
        kinds.find(|known| *known == kind).map(|kind| Self::of(kind, member))
    }

    /// Dormant or all, as completion is measured.
    #[must_use]
    pub fn population(population: Population) -> Self {
        match population {
            Population::Dormant => Self::of("status", "dormant"),
            Population::All => Self::whole(),
        }
    }

    /// The Active installations.
    #[must_use]
    pub fn active() -> Self {
        Self::of("status", "active")
    }
}

impl Findings {
    /// Every measure of the run, in the order of reports.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        let mut list = List(Vec::new());
        self.add_dormant_days(&mut list);
        add_completion(&mut list, &self.dormant, Population::Dormant);
        add_completion(&mut list, &self.all, Population::All);
        self.add_throughput(&mut list);
        self.add_utilisation(&mut list);
        self.add_active(&mut list);
        for supplier in &self.suppliers {
            let scope = || Scope::of("supplier", &supplier.name);
            list.add(kpi::SERVICE_RATIO, scope(), supplier.ratio);
            list.add(kpi::LONGEST_WITHOUT_SLOT, scope(), Value::Count(supplier.longest_without_slot.into()));
        }
        list.add(kpi::FIRMWARE_LEAD, Scope::whole(), Value::Count(self.firmware_lead));
        list.add(kpi::FIRMWARE_QUEUE, Scope::whole(), Value::Count(self.firmware_queue));
        list.add(kpi::REWORK, Scope::whole(), Value::Count(self.reworked));
        list.add(kpi::LARGEST_CREDIT, Scope::whole(), self.largest_credit);
        list.0
    }

    /// Every measure in the same order, without its value.
    #[must_use]
    pub fn measured(&self) -> Vec<(Kpi, Scope)> {
        self.measures().into_iter().map(|measure| (measure.kpi, measure.scope)).collect()
    }

    /// The value of one measure in one scope.
    #[must_use]
    pub fn value(&self, kpi: &Kpi, scope: &Scope) -> Option<Value> {
        self.measures().into_iter().find(|m| m.kpi.id == kpi.id && m.scope == *scope).map(|m| m.value)
    }

    fn add_dormant_days(&self, list: &mut List) {
        list.add(kpi::DORMANT_DAYS_LOST, Scope::whole(), Value::Count(self.dormant_days.total));
        for by in Dimension::ALL {
            for part in self.dormant_days.by(by) {
                list.add(kpi::DORMANT_DAYS_LOST, Scope::of(by.name(), &part.name), Value::Count(part.days));
            }
        }
    }

    fn add_throughput(&self, list: &mut List) {
        let [dormant, active] = self.throughput.migrated;
        let days = self.utilisation.migration_days;
        let rows = [
            (Scope::whole(), dormant + active),
            (Scope::of("status", "dormant"), dormant),
            (Scope::of("status", "active"), active),
        ];
        for (scope, migrated) in rows.clone() {
            list.add(kpi::MIGRATED, scope, Value::Count(migrated));
        }
        for (scope, migrated) in rows {
            list.add(kpi::MIGRATED_PER_DAY, scope, Value::quotient(migrated.into(), days.into()));
        }
        let best = self.throughput.best_five_days();
        let mean =
            best.map_or(Value::None("fewer than five migration days"), |sum| Value::quotient(sum.into(), 5));
        list.add(kpi::PEAK_DAY_MEAN, Scope::whole(), mean);
    }

    fn add_utilisation(&self, list: &mut List) {
        let used = &self.utilisation;
        list.add(kpi::OFFERED, Scope::whole(), Value::Count(used.offered));
        list.add(kpi::ATTEMPTED_SHARE, Scope::whole(), Value::percent(used.attempted(), used.offered));
        list.add(kpi::EFFECTIVE_SHARE, Scope::whole(), Value::percent(used.succeeded, used.offered));
        for (reason, slots) in used.wasted() {
            list.add(kpi::WASTED, Scope::of("reason", reason), Value::Count(slots));
        }
        let needed = Value::percent(used.rule_needed_days, used.migration_days);
        list.add(kpi::RULE_NEEDED, Scope::whole(), needed);
    }

    fn add_active(&self, list: &mut List) {
        let active = || Scope::of("status", "active");
        list.add(kpi::ACTIVE_MIGRATED, active(), Value::Count(self.active.migrated));
        list.add(kpi::ACTIVE_DAYS_SINCE_ENTRY, active(), Value::Count(self.active.days_since_entry));
        for (supplier, days) in self.suppliers.iter().zip(&self.active.days_since_entry_of) {
            list.add(
                kpi::ACTIVE_DAYS_SINCE_ENTRY,
                Scope::of("supplier", &supplier.name),
                Value::Count(*days),
            );
        }
        let waited = self.dormant_days.total + self.active.days_since_entry;
        list.add(kpi::WAITED_BY_ALL, Scope::whole(), Value::Count(waited));
        list.add(kpi::BECAME_DORMANT, active(), Value::Count(self.active.became_dormant));
        for obligation in &self.active.obligations {
            let scope = Scope::of("supplier", &self.suppliers[obligation.supplier].name);
            list.add(kpi::ACTIVE_BY_OBLIGATION, scope.clone(), obligation.share);
            list.add(kpi::ACTIVE_LATE, scope, obligation.late());
        }
        list.add(kpi::ACTIVE_LATE, active(), self.active.late());
    }
}

struct List(Vec<Measure>);

impl List {
    fn add(&mut self, kpi: Kpi, scope: Scope, value: Value) {
        self.0.push(Measure { kpi, scope, value });
    }
}

fn add_completion(list: &mut List, completion: &Completion, population: Population) {
    let scope = || Scope::population(population);
    let kpis =
        [kpi::COMPLETION_50, kpi::COMPLETION_90, kpi::COMPLETION_95, kpi::COMPLETION_99, kpi::COMPLETION_100];
    for (kpi, day) in kpis.into_iter().zip(completion.days) {
        list.add(kpi, scope(), day);
    }
    let share = Value::percent(completion.migrated, completion.migratable);
    list.add(kpi::MIGRATED_SHARE, scope(), share);
    list.add(kpi::PLAN_DATE_MET, scope(), completion.plan_met);
    list.add(kpi::EXCLUDED, scope(), Value::Count(completion.excluded));
    list.add(kpi::REMOVED, scope(), Value::Count(completion.removed));
}
