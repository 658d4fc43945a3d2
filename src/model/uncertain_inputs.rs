//! The uncertain inputs of a model as a reader of its files knows them: by key, with how often each is drawn and what moves it.

use super::{
    ChangeOfSupplier, Cohort, Dated, Distribution, Entry, Group, Model, Planned, Redesignation, Supplier,
    Uncertain,
};

/// The uncertain inputs under one key that have the same distribution and the same link.
#[derive(Clone, Debug, PartialEq)]
pub struct InputRow {
    /// The key as a scenario file names it, such as `cohort.*.gate_slip_days`, with the attempt or the step where there are several.
    pub about: String,
    /// Its distribution in words, with the unit.
    pub value: String,
    /// The things it holds for, such as `44 cohorts`; empty for a value of the whole programme.
    pub holds_for: String,
    /// The event that it is drawn for.
    pub occasion: Occasion,
    /// Independent draws in each replication, where it is drawn for a replication; 1 where it moves wholly with a factor.
    pub draws: usize,
    /// The factor that moves it, and its weight.
    pub moved_by: Option<(String, f64)>,
    things: usize,
}

/// The event that an uncertain input is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A replication.
    Replication,
    /// A firmware update.
    Update,
    /// An outage.
    Outage,
}

impl InputRow {
    /// How often it is drawn, in words.
    #[must_use]
    pub fn draws_in_words(&self) -> String {
        match (self.occasion, &self.moved_by) {
            _ if self.draws == 0 => "none: it stays at its median".to_owned(),
            (Occasion::Update, _) => "one for each update".to_owned(),
            (Occasion::Outage, _) => "one for each outage".to_owned(),
            (_, Some((_, weight))) if wholly(*weight) => "1, that of the factor".to_owned(),
            _ if self.things < 2 => self.draws.to_string(),
            _ if self.draws == 1 => "1 for all".to_owned(),
            _ if self.draws == self.things => format!("{}, one for each", self.draws),
            _ => format!("{}, some shared", self.draws),
        }
    }

    /// Its own draws in each replication: none if the factor decides everything.
    #[must_use]
    pub fn own_draws(&self) -> usize {
        let by_factor = self.moved_by.as_ref().is_some_and(|(_, weight)| wholly(*weight));
        if by_factor || self.occasion != Occasion::Replication { 0 } else { self.draws }
    }

    /// Its factor with its weight, in words; empty without a factor.
    #[must_use]
    pub fn moved_by_in_words(&self) -> String {
        self.moved_by
            .as_ref()
            .map_or_else(String::new, |(factor, weight)| format!("{factor}, weight {weight}"))
    }
}

impl Model {
    /// Every uncertain input, those of one key with one distribution and one link in one row, in the order of the scenario file.
    #[must_use]
    pub fn uncertain_inputs(&self) -> Vec<InputRow> {
        let mut rows: Vec<Rows<'_>> = Vec::new();
        for found in self.found() {
            let known = rows.iter_mut().find(|row| row.first.is_like(&found));
            let (entry, key) = (found.entry.clone(), found.uncertain.key);
            match known {
                Some(row) => {
                    row.entries.extend(entry);
                    row.keys.push(key);
                }
                None => {
                    rows.push(Rows { first: found, entries: entry.into_iter().collect(), keys: vec![key] });
                }
            }
        }
        rows.into_iter().map(|row| row.into_row(self)).collect()
    }

    fn found(&self) -> Vec<Found<'_>> {
        let mut inputs = Inputs { list: Vec::new(), at: ("programme", None) };
        // Every group holds the factor of the programme, which is listed once.
        if let Some(group) = self.groups.first() {
            inputs.push("capacity_factor", Unit::Times, &group.capacity.factor);
        }
        inputs.dated("capacity_per_day", self.capacity.as_ref());
        self.found_in_rules(&mut inputs);
        for group in &self.groups {
            inputs.at = ("group", Some(group.name.clone()));
            inputs.group(group);
        }
        for cohort in &self.cohorts {
            inputs.at = ("cohort", Some(cohort.name.clone()));
            inputs.cohort(cohort);
        }
        for supplier in &self.suppliers {
            inputs.supplier(supplier, self);
        }
        inputs.list.retain(|found| found.uncertain.known().is_none());
        inputs.list
    }

    fn found_in_rules<'m>(&'m self, inputs: &mut Inputs<'m>) {
        inputs.at = ("firmware", None);
        if let Redesignation::On(planned) = &self.firmware.redesignation {
            inputs.push("redesignation_slip_days", Unit::Days, &planned.slip);
        }
        if let Some(dated) = self.groups.iter().find_map(|group| group.firmware_capacity.as_ref()) {
            inputs.push("capacity_factor", Unit::Times, &dated.factor);
        }
        let rework = &self.firmware.rework;
        inputs.push("rework_tested_pct", Unit::Percent, &rework.tested);
        inputs.push("rework_equivalence_pct", Unit::Percent, &rework.equivalence);
        inputs.push("rework_confidence_pct", Unit::Percent, &rework.confidence);
        inputs.at = ("allocation", None);
        inputs.dated("dmin_per_day", Some(&self.allocation.dmin));
        inputs.at = ("change_of_supplier", None);
        if let Some(ChangeOfSupplier { goes_dormant, .. }) = &self.change_of_supplier {
            inputs.push("goes_dormant_pct", Unit::Percent, goes_dormant);
        }
        inputs.at = ("commitment", None);
        if let Some(commitment) = &self.commitment {
            inputs.push("factor", Unit::Times, &commitment.factor);
        }
    }
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Percent,
    Times,
    PerDay,
}

/// One uncertain input and where a scenario file has it.
struct Found<'m> {
    table: &'static str,
    entry: Option<String>,
    key: &'static str,
    /// The attempt or the step that it is for.
    part: String,
    unit: Unit,
    uncertain: &'m Uncertain,
    occasion: Occasion,
}

impl Found<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let link = |found: &Self| found.uncertain.link.map(|link| (link.factor, link.weight.to_bits()));
        (self.table, self.key, &self.part) == (other.table, other.key, &other.part)
            && link(self) == link(other)
            && self.uncertain.distribution == other.uncertain.distribution
    }
}

struct Inputs<'m> {
    list: Vec<Found<'m>>,
    /// Table and entry of what is listed now.
    at: (&'static str, Option<String>),
}

impl<'m> Inputs<'m> {
    fn push(&mut self, key: &'static str, unit: Unit, uncertain: &'m Uncertain) {
        self.part(key, String::new(), unit, uncertain);
    }

    fn part(&mut self, key: &'static str, part: String, unit: Unit, uncertain: &'m Uncertain) {
        let (table, entry) = self.at.clone();
        let occasion = match key {
            "update_days" => Occasion::Update,
            "outage_length_days" => Occasion::Outage,
            _ => Occasion::Replication,
        };
        self.list.push(Found { table, entry, key, part, unit, uncertain, occasion });
    }

    /// Each uncertain step; of steps that share a draw, since a factor multiplies them all, the one with the widest range.
    fn dated(&mut self, key: &'static str, dated: Option<&'m Dated>) {
        let width = |uncertain: &Uncertain| {
            let (low, high) = uncertain.distribution.range();
            high - low
        };
        let steps = dated.map_or(&[][..], |dated| &dated.steps);
        for (at, step) in steps.iter().enumerate() {
            let shares = |other: &&super::Step| other.value.key == step.value.key;
            let alike: Vec<_> = steps.iter().filter(shares).collect();
            let widest = alike.iter().all(|other| width(&other.value) <= width(&step.value));
            let first =
                steps[..at].iter().filter(shares).all(|other| width(&other.value) < width(&step.value));
            if widest && first {
                let part = match (steps.len(), alike.len()) {
                    (1, _) => String::new(),
                    (_, 1) => format!(", step {}", at + 1),
                    _ => ", all steps by one draw, the widest".to_owned(),
                };
                self.part(key, part, Unit::PerDay, &step.value);
            }
        }
    }

    fn planned(&mut self, key: &'static str, planned: &'m Planned) {
        self.push(key, Unit::Days, &planned.slip);
    }

    fn group(&mut self, group: &'m Group) {
        self.dated("capacity_per_day", Some(&group.capacity));
        self.dated("firmware_capacity_per_day", group.firmware_capacity.as_ref());
        if let Some(outage) = &group.outage {
            self.push("outage_start_pct_per_day", Unit::Percent, &outage.start_probability);
            self.push("outage_length_days", Unit::Days, &outage.length_days);
        }
    }

    fn cohort(&mut self, cohort: &'m Cohort) {
        if cohort.equivalent_to.is_some() {
            self.push("objection_delay_days", Unit::Days, &cohort.objection_delay);
        }
        self.planned("gate_slip_days", &cohort.gate);
        match &cohort.entry {
            Entry::On(planned) => self.planned("entry_slip_days", planned),
            Entry::AfterGate(lag) => self.push("governance_lag_days", Unit::Days, lag),
        }
        if let Some(confidence) = &cohort.confidence {
            self.planned("confidence_slip_days", confidence);
        }
        self.push("supplier_delay_days", Unit::Days, &cohort.supplier_delay);
        let firmware = &cohort.firmware;
        self.push("no_update_pct", Unit::Percent, &firmware.no_update_share);
        self.push("update_days", Unit::Days, &firmware.length);
        self.push("update_success_pct", Unit::Percent, &firmware.success);
        self.push("update_wait_days", Unit::Days, &firmware.wait);
        self.push("notice_days", Unit::Days, &cohort.notice);
        for (at, success) in cohort.success.iter().enumerate() {
            let part = if cohort.success.len() > 1 { format!(", attempt {}", at + 1) } else { String::new() };
            self.part("success_pct", part, Unit::Percent, success);
        }
        self.push("take_up_pct", Unit::Percent, &cohort.take_up);
        self.push("retry_days", Unit::Days, &cohort.retry_delay);
        self.dated("ramp_up_per_day", cohort.ramp_up.as_ref());
    }

    fn supplier(&mut self, supplier: &'m Supplier, model: &Model) {
        self.at = ("supplier", Some(supplier.name.clone()));
        if let Some(planned) = &supplier.dcc_user_from {
            self.planned("dcc_user_delay_days", planned);
        }
        for limit in &supplier.limits {
            let scope = limit.group.map_or("all groups", |group| model.groups[group].name.as_str());
            self.at = ("supplier_limit", Some(format!("{}.{scope}", supplier.name)));
            self.dated("per_day", Some(&limit.per_day));
        }
    }
}

/// Inputs that make one row.
struct Rows<'m> {
    first: Found<'m>,
    entries: Vec<String>,
    keys: Vec<u64>,
}

impl Rows<'_> {
    fn into_row(mut self, model: &Model) -> InputRow {
        let Found { table, key, part, unit, uncertain, occasion, .. } = self.first;
        let (things, all, what) = match (table, &model.commitment) {
            ("commitment", Some(_)) => (model.suppliers.len(), model.suppliers.len(), "supplier"),
            _ => (self.entries.len(), of_all(model, table), table),
        };
        let about = match &self.entries[..] {
            [] => format!("{table}.{key}{part}"),
            [only] => format!("{table}.{only}.{key}{part}"),
            _ => format!("{table}.*.{key}{part}"),
        };
        let holds_for = match (&self.entries[..], things) {
            ([only], _) => only.clone(),
            (_, 0) => String::new(),
            (_, n) if n == all => plural(n, what),
            (_, n) => format!("{n} of {}", plural(all, what)),
        };
        self.keys.sort_unstable();
        self.keys.dedup();
        let for_each = table == "commitment" && model.commitment.as_ref().is_some_and(|one| one.for_each);
        let moved_by = uncertain.link.map(|link| (model.factors[link.factor].name.clone(), link.weight));
        let draws = match &moved_by {
            _ if !model.layers.parametric => 0,
            Some((_, weight)) if wholly(*weight) => 1,
            _ if for_each => things,
            _ => self.keys.len(),
        };
        let value = uncertain.distribution.in_words(unit.scale(), unit.name());
        InputRow { about, value, holds_for, occasion, draws, moved_by, things }
    }
}

/// Whether a weight leaves nothing to a draw of the input's own.
fn wholly(weight: f64) -> bool {
    weight.abs() >= 1.0
}

fn of_all(model: &Model, table: &str) -> usize {
    match table {
        "group" => model.groups.len(),
        "cohort" => model.cohorts.len(),
        "supplier" => model.suppliers.len(),
        "supplier_limit" => model.suppliers.iter().map(|supplier| supplier.limits.len()).sum(),
        _ => 0,
    }
}

fn plural(n: usize, what: &str) -> String {
    let what = what.replace('_', " ");
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

impl Unit {
    /// Returns the factor from a value of the model to the value shown.
    fn scale(self) -> f64 {
        if self == Self::Percent { 100.0 } else { 1.0 }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Days => " days",
            Self::Percent => "%",
            Self::Times => "",
            Self::PerDay => " a day",
        }
    }
}

impl Distribution {
    /// The distribution in words; values are multiplied with `scale` and followed by `unit`.
    #[must_use]
    pub fn in_words(&self, scale: f64, unit: &str) -> String {
        // Whole thousandths of a millionth, so that the last bits of a product do not show.
        let number = |value: f64| (value * scale * 1e9).round() / 1e9;
        let between = |low: f64, high: f64| format!("{} to {}{unit}", number(low), number(high));
        match self {
            Self::Fixed(value) => format!("{}{unit}", number(*value)),
            Self::Uniform { low, high } => format!("{}, uniform", between(*low, *high)),
            Self::Triangular { low, mode, high } => {
                format!("{}, most likely {} (triangular)", between(*low, *high), number(*mode))
            }
            Self::Pert { low, mode, high } => {
                format!("{}, most likely {} (PERT)", between(*low, *high), number(*mode))
            }
            Self::Lognormal { median, p90 } => {
                format!("median {}{unit}, P90 {} (lognormal)", number(*median), number(*p90))
            }
            Self::Discrete(values) => {
                let total: f64 = values.iter().map(|value| value.1).sum();
                let share = |value: &(f64, f64)| (value.1 / total * 1_000.0).round() / 10.0;
                let [each, shares] = [
                    values.iter().map(|value| number(value.0).to_string()).collect::<Vec<_>>(),
                    values.iter().map(|value| share(value).to_string()).collect(),
                ]
                .map(|list| list.join(", "));
                format!("{each}{unit}, with chances {shares}%")
            }
        }
    }
}
