//! A model in a planner's words: days, stock, capacity, rules, and how much of it is uncertain or assumed.

use std::collections::HashSet;

use dormouse::model::{
    Allocation, AllocationPolicy, Dated, DminCovers, DminScope, DormantPriority, FirmwareOrder,
    FirmwarePolicy, InputRow, Model, Precedence, Quality, Redesignation, Remainder, Rounding, Route, Status,
};
use dormouse::output::{Cell, Table};
use dormouse::wording::numbers::{count, date, plural};
use serde_json::{Value as Json, json};

use crate::cli::input::scenarios::Read;
use crate::cli::input::study_file::Design;

/// Columns of a terminal that text is wrapped to.
const WIDTH: usize = 96;
/// Columns of a label and the gap after it.
const INDENT: usize = 16;

/// Summary of one scenario, as it was read.
#[derive(Debug)]
pub(crate) struct Understood {
    path: String,
    name: String,
    question: String,
    facts: Vec<(&'static str, String)>,
    groups: Table,
    uncertain: Table,
    warnings: Vec<String>,
}

impl Understood {
    /// Puts a scenario into words.
    pub(crate) fn of(read: &Read) -> Self {
        let model = &read.scenario.model;
        let inputs = model.uncertain_inputs();
        let facts = [
            ("Days", days(model)),
            ("Plan date", plan_date(model)),
            ("Closed", closed(model)),
            ("Installations", installations(model)),
            ("Cohorts", cohorts(model)),
            ("Suppliers", suppliers(model)),
            ("Capacity", capacity(model)),
            ("Firmware", firmware(model)),
            ("Allocation", allocation(model)),
            ("Also", also(model)),
            ("Chance", chance(model, &inputs)),
            ("Assumptions", assumptions(model)),
        ];
        Self {
            path: read.path.clone(),
            name: model.name.clone(),
            question: model.question.clone(),
            facts: facts.into_iter().filter(|(_, words)| !words.is_empty()).collect(),
            groups: groups(model),
            uncertain: uncertain(&inputs),
            warnings: read.warnings(),
        }
    }

    /// For people.
    pub(crate) fn to_text(&self) -> String {
        let facts = self.facts.iter().map(|(label, words)| wrapped(label, words)).collect::<String>();
        let title = format!("{}: {}", self.name, self.question);
        let groups = self.groups.to_text();
        let title = title.trim_end_matches([':', ' ']);
        let uncertain = if self.uncertain.rows.is_empty() {
            String::new()
        } else {
            format!("\n{}", self.uncertain.to_text())
        };
        format!("{}: sound\n{title}\n\n{facts}\n{groups}{uncertain}", self.path)
    }

    /// For spreadsheets: one row a fact, groups too.
    pub(crate) fn table(all: &[Self]) -> Table {
        let mut table = Table::new(&[("scenario", ""), ("about", ""), ("what", ""), ("understood", "")]);
        for one in all {
            let mut push = |about: &str, what: &str, words: &str| {
                table.push(vec![one.name.as_str().into(), about.into(), what.into(), words.into()]);
            };
            one.facts.iter().for_each(|(label, words)| push("programme", &label.to_lowercase(), words));
            for of in [&one.groups, &one.uncertain] {
                for row in &of.rows {
                    let cells = of.columns.iter().zip(row).skip(1);
                    cells.for_each(|(column, cell)| push(&row[0].plain(), &column.name, &cell.plain()));
                }
            }
        }
        table
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Json {
        let facts = self.facts.iter().map(|(label, words)| (label.to_lowercase(), json!(words)));
        json!({
            "path": self.path,
            "name": self.name,
            "question": self.question,
            "understood": facts.collect::<serde_json::Map<_, _>>(),
            "groups": self.groups.to_json(),
            "uncertain_inputs": self.uncertain.to_json(),
            "warnings": self.warnings,
        })
    }
}

/// Summary of a study, as it was read.
#[derive(Debug)]
pub(crate) struct UnderstoodStudy {
    path: String,
    question: String,
    facts: Vec<(&'static str, String)>,
}

impl UnderstoodStudy {
    /// Puts a study into words.
    pub(crate) fn of(design: &Design) -> Self {
        let names: Vec<&str> = design.reads.iter().map(|read| read.scenario.model.name.as_str()).collect();
        let facts = vec![
            ("Baseline", names[0].to_owned()),
            ("Scenarios", names[1..].join(", ")),
            ("Replications", design.wanted.to_string()),
            ("Simulations", design.size().join("\n")),
        ];
        Self { path: design.study.path(), question: design.study.file.question.clone(), facts }
    }

    /// For people.
    pub(crate) fn to_text(&self) -> String {
        let facts = self.facts.iter().map(|(label, words)| wrapped(label, words)).collect::<String>();
        format!("{}: sound\n{}\n\n{facts}", self.path, self.question)
    }

    /// Adds a row a fact to the table of the scenarios.
    pub(crate) fn add_to(&self, table: &mut Table) {
        for (label, words) in &self.facts {
            let label = label.to_lowercase();
            table.push([self.path.as_str(), "study", &label, words].map(Cell::from).into());
        }
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Json {
        let facts = self.facts.iter().map(|(label, words)| (label.to_lowercase(), json!(words)));
        json!({
            "path": self.path,
            "question": self.question,
            "understood": facts.collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// A label and its words, wrapped under themselves; lines of the words stay lines.
fn wrapped(label: &str, words: &str) -> String {
    let lines = words.lines().flat_map(|line| folded(line, WIDTH - INDENT));
    let labels = [label].into_iter().chain(std::iter::repeat(""));
    labels.zip(lines).map(|(label, line)| format!("{label:<INDENT$}{line}\n")).collect::<Vec<_>>().concat()
}

fn folded(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn days(model: &Model) -> String {
    let calendar = &model.calendar;
    let (first, last) = (calendar.first, calendar.date(calendar.last()));
    let migration = calendar.migration.iter().filter(|open| **open).count();
    format!(
        "{} to {}: {}, {migration} of them for migration",
        date(first),
        date(last),
        plural(calendar.n_days(), "day")
    )
}

fn plan_date(model: &Model) -> String {
    model.plan_day.map_or_else(String::new, |day| date(model.calendar.date(day)))
}

/// A line a closed period.
fn closed(model: &Model) -> String {
    let day = |day| date(model.calendar.date(day));
    let closures =
        model.calendar.closures.iter().map(|c| format!("{} to {}: {}", day(c.from), day(c.to), c.reason));
    closures.collect::<Vec<_>>().join("\n")
}

fn installations(model: &Model) -> String {
    let [dormant, active] = by_status(model, |_| true);
    format!("{}: {} Dormant and {} Active", count(dormant + active), count(dormant), count(active))
}

fn cohorts(model: &Model) -> String {
    let dmct = model.cohorts.iter().filter(|c| c.route == Route::Dmct).count();
    let resting = model.cohorts.iter().filter(|c| c.equivalent_to.is_some()).count();
    let n = model.cohorts.len();
    let counts = [(n - dmct, "by MT/SIT"), (dmct, "by DMCT"), (resting, "of all on equivalence")];
    format!("{n} in {}: {}", plural(model.groups.len(), "group"), counted(&counts))
}

fn suppliers(model: &Model) -> String {
    let later = model.suppliers.iter().filter(|s| s.dcc_user_from.is_some()).count();
    let limited = model.suppliers.iter().filter(|s| !s.limits.is_empty()).count();
    let obliged = model.suppliers.iter().filter(|s| s.obligation.is_some()).count();
    let counts = [
        (later, "with a first day as DCC user"),
        (limited, "with daily limits"),
        (obliged, "with an obligation date"),
    ];
    let listed = counted(&counts);
    format!("{}{}{listed}", model.suppliers.len(), if listed.is_empty() { "" } else { ": " })
}

fn capacity(model: &Model) -> String {
    let n_days = model.calendar.n_days();
    let mut sum = vec![0_u64; n_days];
    for group in &model.groups {
        let days = at_median(&group.capacity, n_days);
        sum.iter_mut().zip(days).for_each(|(sum, limit)| *sum += u64::from(limit));
    }
    let programme = model.capacity.as_ref().map(|dated| at_median(dated, n_days));
    let limit = programme.map_or_else(
        || "no limit of the programme".to_owned(),
        |days| format!("limit of the programme {}", range(days.into_iter().map(u64::from))),
    );
    format!("groups together {} installations a migration day; {limit}", range(sum.into_iter()))
}

fn firmware(model: &Model) -> String {
    let rules = &model.firmware;
    let opens = match rules.policy {
        FirmwarePolicy::Existing => "existing: opens at EPCL entry",
        FirmwarePolicy::Early => "early: opens at the gate, once re-designated",
        FirmwarePolicy::EarlyTestedOnly => {
            "early-tested-only: opens at the gate, once re-designated, but not on equivalence"
        }
        FirmwarePolicy::SmsoConfidence => "smso-confidence: opens on the confidence day, once re-designated",
    };
    let redesignation = match (&rules.policy, &rules.redesignation) {
        (FirmwarePolicy::Existing, _) => String::new(),
        (_, Redesignation::Never) => "; re-designation never".to_owned(),
        (_, Redesignation::On(planned)) => {
            format!("; re-designation {}", date(model.calendar.date(planned.day)))
        }
    };
    let order = match rules.order {
        FirmwareOrder::EarliestOpening => "earliest opening first",
        FirmwareOrder::EarliestExpectedEntry => "earliest expected EPCL entry first",
        FirmwareOrder::EnteredFirst => "entered cohorts first",
    };
    format!("{opens}{redesignation}; {order}")
}

fn allocation(model: &Model) -> String {
    let rules = &model.allocation;
    let (flat, remainder) = (flat(model), remainder(rules));
    let dormant = match rules.dormant_priority {
        DormantPriority::Strict => "Dormant".to_owned(),
        DormantPriority::UpToShare { ppm } => format!("Dormant up to {}%", f64::from(ppm) / 10_000.0),
    };
    let order = match (rules.policy, rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => {
            format!("msm: {dormant}, then {flat}, then {remainder}")
        }
        (AllocationPolicy::Msm, Precedence::FlatFirst) => {
            format!("msm: {flat}, then {dormant}, then {remainder}")
        }
        (AllocationPolicy::ActiveFirst, _) => format!("active-first: {flat}, then {remainder}, then Dormant"),
        (policy, _) => {
            let known = AllocationPolicy::ALL.into_iter().find(|known| known.1 == policy);
            known.map_or_else(String::new, |(name, _, words)| format!("{name}: {words}"))
        }
    };
    let rounding = match rules.rounding {
        Rounding::CarriedCredit => "carried credit",
        Rounding::LargestRemainder => "largest remainder",
        Rounding::Webster => "Webster",
        Rounding::Systematic => "systematic",
    };
    format!("{order}; rounding by {rounding}")
}

fn flat(model: &Model) -> String {
    let rules = &model.allocation;
    let dmin = range(at_median(&rules.dmin, model.calendar.n_days()).into_iter().map(u64::from));
    let scope = match rules.dmin_scope {
        DminScope::PerGroup => "a supplier in each group",
        DminScope::InAll => "a supplier in all",
    };
    let covers = match rules.dmin_covers {
        DminCovers::Active => "",
        DminCovers::Both => ", both statuses",
    };
    format!("DMIN {dmin} {scope}{covers}")
}

fn remainder(rules: &Allocation) -> &'static str {
    match rules.remainder {
        Remainder::UnmetDemand => "the rest pro rata to unmet demand",
        Remainder::WholeDemand => "the rest pro rata to whole demand",
        Remainder::LowerBound => "the rest pro rata to whole demand with DMIN as a lower bound",
    }
}

/// The parts of a model that many scenarios leave out.
fn also(model: &Model) -> String {
    let parts = [
        ("change of supplier", model.change_of_supplier.is_some()),
        ("removals", model.removal.is_some()),
        ("weekly commitments", model.commitment.is_some()),
        ("outages", model.groups.iter().any(|group| group.outage.is_some())),
    ];
    parts.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Returns the number of uncertain inputs, and how often they are drawn.
fn chance(model: &Model, inputs: &[InputRow]) -> String {
    let factors: HashSet<&str> =
        inputs.iter().filter_map(|row| row.moved_by.as_ref()).map(|(factor, _)| factor.as_str()).collect();
    let own: usize = inputs.iter().map(InputRow::own_draws).sum();
    let off = match (model.layers.parametric, model.layers.stochastic) {
        (true, true) => "",
        (false, true) => "; each stands at its median",
        (true, false) => "; the same fates in every replication",
        (false, false) => "; each stands at its median, the same fates in every replication",
    };
    let draws = match (model.layers.parametric, factors.len()) {
        (false, _) => String::new(),
        (true, 0) => format!(", {} in each replication", plural(own, "independent draw")),
        (true, n) => format!(
            ", {} in each replication and {} of factors that several share",
            plural(own, "independent draw"),
            n
        ),
    };
    let inputs = match inputs.len() {
        0 => "no uncertain input".to_owned(),
        n => format!("{}{draws}", plural(n, "uncertain input")),
    };
    format!("{inputs}{off}; seed {}", model.seed)
}

/// Every uncertain input with how often it is drawn and what moves it.
fn uncertain(inputs: &[InputRow]) -> Table {
    let columns = ["uncertain input", "value", "holds for", "independent draws", "moved by factor"];
    let mut table = Table::new(&columns.map(|name| (name, "")));
    for row in inputs {
        let words = [
            row.about.clone(),
            row.value.clone(),
            row.holds_for.clone(),
            row.draws_in_words(),
            row.moved_by_in_words(),
        ];
        table.push(words.iter().map(|words| words.as_str().into()).collect());
    }
    table
}

fn assumptions(model: &Model) -> String {
    let count = |quality: Quality| model.assumptions.iter().filter(|a| a.quality == quality).count();
    let [documented, inferred, assumed] =
        [Quality::Documented, Quality::Inferred, Quality::Assumed].map(count);
    let counts = counted(&[(documented, "documented"), (inferred, "inferred"), (assumed, "assumed")]);
    if counts.is_empty() { "none registered".to_owned() } else { counts }
}

fn groups(model: &Model) -> Table {
    let mut table = Table::new(&[
        ("group", ""),
        ("cohorts", "cohorts"),
        ("dormant", "installations"),
        ("active", "installations"),
        ("capacity_per_day", "installations per migration day"),
        ("firmware_per_day", "updates per firmware day"),
    ]);
    let n_days = model.calendar.n_days();
    let words = |dated: &Dated| range(at_median(dated, n_days).into_iter().map(u64::from));
    for (at, group) in model.groups.iter().enumerate() {
        let cohorts = model.cohorts.iter().filter(|c| c.group == at).count();
        let [dormant, active] = by_status(model, |cohort| model.cohorts[cohort].group == at);
        let firmware = group.firmware_capacity.as_ref().map_or_else(|| "no limit".to_owned(), words);
        let counts = [cohorts as u64, dormant, active].map(Cell::from);
        let mut row: Vec<Cell> = vec![group.name.as_str().into()];
        row.extend(counts);
        row.extend([words(&group.capacity).as_str().into(), firmware.as_str().into()]);
        table.push(row);
    }
    table
}

fn by_status(model: &Model, of_cohort: impl Fn(usize) -> bool) -> [u64; 2] {
    Status::ALL.map(|status| {
        let stock = model.stock.iter().filter(|row| row.status == status && of_cohort(row.cohort));
        stock.map(|row| u64::from(row.installations)).sum()
    })
}

/// The values of the run's days with every uncertain step at its median.
fn at_median(dated: &Dated, n_days: usize) -> Vec<u32> {
    let medians: Vec<f64> = dated.steps.iter().map(|step| step.value.distribution.quantile(0.5)).collect();
    dated.dense(&medians, dated.factor.distribution.quantile(0.5), n_days)
}

fn range(values: impl Iterator<Item = u64>) -> String {
    let (least, most) =
        values.fold((u64::MAX, 0), |(least, most), value| (least.min(value), most.max(value)));
    if least >= most { count(most) } else { format!("{} to {}", count(least), count(most)) }
}

/// Counts that are not 0, each with what it counts.
fn counted(counts: &[(usize, &str)]) -> String {
    let some = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    some.collect::<Vec<_>>().join(", ")
}
