//! The model by the items of STRESS-DES, the guideline for reports of discrete-event simulations (Monks and others, 2019): every item
//! under its number, filled from the scenario, the manifest and what the model does.

mod components;
mod data;
mod diagram;
mod experimentation;
mod implementation;
mod logic;
mod objectives;
mod profiles;

use serde_json::Value as Json;

use super::super::document::{Block, Grid, words};
use super::super::result_tables::{Blocks, Evidence};
use crate::model::Model;
use crate::output::ResultsError;
use crate::scenario;

/// The baseline of a study, as every item asks for it.
struct Subject<'e> {
    evidence: &'e Evidence<'e>,
    /// The programme, every default filled.
    model: Model,
    /// What the scenario file says.
    resolved: &'e Json,
}

/// An item: its number, its name, and how it is filled.
type Item = (&'static str, &'static str, fn(&Subject) -> Vec<Block>);

/// Every item, in the order of the guideline.
const ITEMS: [Item; 24] = [
    ("1.1", "Purpose of the model", objectives::purpose),
    ("1.2", "Model outputs", objectives::outputs),
    ("1.3", "Experimentation aims", objectives::aims),
    ("2.1", "Base model overview diagram", logic::overview),
    ("2.2", "Base model logic", logic::base_logic),
    ("2.3", "Scenario logic", logic::scenario_logic),
    ("2.4", "Algorithms", logic::algorithms),
    ("2.5.1", "Components: entities", components::entities),
    ("2.5.2", "Components: activities", components::activities),
    ("2.5.3", "Components: resources", components::resources),
    ("2.5.4", "Components: queues", components::queues),
    ("2.5.5", "Components: entry and exit points", components::entry_and_exit),
    ("3.1", "Data sources", data::sources),
    ("3.2", "Pre-processing", data::pre_processing),
    ("3.3", "Input parameters", data::parameters),
    ("3.4", "Assumptions", data::assumptions),
    ("4.1", "Initialisation", experimentation::initialisation),
    ("4.2", "Run length", experimentation::run_length),
    ("4.3", "Estimation approach", experimentation::estimation),
    ("5.1", "Software and programming language", implementation::software),
    ("5.2", "Random sampling", implementation::sampling),
    ("5.3", "Model execution", implementation::execution),
    ("5.4", "System specification", implementation::system),
    ("6.1", "Computer model sharing statement", implementation::sharing),
];

/// The annex.
pub(in crate::report) fn stress(evidence: &Evidence) -> Blocks {
    let damaged = || ResultsError::Damaged { dir: evidence.results.dir.clone(), what: "resolved scenario" };
    let resolved = evidence.of_each("resolved").first().ok_or_else(damaged)?;
    let model = scenario::from_resolved(resolved, evidence.names()[0]).map_err(|_| damaged())?.model;
    let subject = Subject { evidence, model, resolved };
    let mut blocks = vec![paragraph(
        "The guideline asks for these 24 items, so that others can build the model again. The program fills them.",
    )];
    for (number, name, fill) in ITEMS {
        blocks.push(Block::Heading(format!("{number} {name}")));
        blocks.extend(fill(&subject));
    }
    Ok(blocks)
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(words(text))
}

fn list<S: Into<String>>(points: impl IntoIterator<Item = S>) -> Block {
    Block::List(points.into_iter().map(words).collect())
}

fn steps<S: Into<String>>(points: impl IntoIterator<Item = S>) -> Block {
    Block::Steps(points.into_iter().map(words).collect())
}

fn table<const N: usize>(
    caption: &str,
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Block {
    Block::Table(Grid {
        caption: caption.to_owned(),
        header: header.map(str::to_owned).into(),
        rows: rows.into_iter().map(|row| row.map(words).into()).collect(),
    })
}

impl Subject<'_> {
    /// What the scenario file says under a key, as `cohort_defaults.notice_days`; none where it is silent.
    fn said(&self, table: &str, key: &str) -> Option<String> {
        let value = &self.resolved[table][key];
        (!value.is_null()).then(|| scenario::value_in_words(value))
    }

    /// What holds for cohorts under a key: what the scenario says for all of them, or the default, and how many have their own.
    fn of_cohorts(&self, key: &str) -> String {
        let default = scenario::keys::table("cohort_defaults")
            .and_then(|table| table.key(key))
            .map_or("", |key| key.default);
        let for_all = self.said("cohort_defaults", key).unwrap_or_else(|| default.to_owned());
        let own = self.resolved["cohort"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| !one[key].is_null())
            .count();
        match own {
            0 => for_all,
            1 => format!("{for_all}; 1 cohort has its own"),
            n => format!("{for_all}; {n} cohorts have their own"),
        }
    }
}
