//! The assumption register of the scenario: `assumptions.csv`, and what of it stands at the foot of a figure.

use serde_json::Value as Json;

use crate::model::Model;
use crate::output::Table;

/// One row an assumption, in declared order.
pub(crate) fn table(model: &Model) -> Table {
    let mut table =
        Table::new(&[("about", ""), ("value", ""), ("source", ""), ("quality", ""), ("note", "")]);
    for line in &model.assumptions {
        let words = [line.about.as_str(), &line.value, &line.source, line.quality.name(), &line.note];
        table.push(words.map(Into::into).into());
    }
    table
}

/// The registers of resolved scenarios together, each line once.
#[must_use]
pub fn register<'r>(resolved: impl IntoIterator<Item = &'r Json>) -> Vec<&'r Json> {
    let mut lines: Vec<&Json> = Vec::new();
    for line in resolved.into_iter().filter_map(|one| one["assumption"].as_array()).flatten() {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What the inputs of resolved scenarios rest on, for the foot of a figure: what the first scenario says of that, and how good the
/// sources in their register are.
#[must_use]
pub fn basis<'r>(resolved: impl IntoIterator<Item = &'r Json> + Clone) -> String {
    let first = resolved.clone().into_iter().next();
    let said = first.and_then(|first| first["programme"]["basis"].as_str()).unwrap_or_default();
    let register = register(resolved);
    let of = |quality: &str| register.iter().filter(|line| line["quality"] == quality).count();
    let [documented, inferred, assumed] = ["documented", "inferred", "assumed"].map(of);
    let counted = match &register[..] {
        [] => String::new(),
        [only] => format!("The one registered input is {}.", only["quality"].as_str().unwrap_or_default()),
        _ => format!(
            "Of {} registered inputs {documented} {} documented, {inferred} inferred, {assumed} assumed.",
            register.len(),
            if documented == 1 { "is" } else { "are" }
        ),
    };
    [said, &counted].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}
