//! The assumption register of the scenario: `assumptions.csv`, and what of it stands at the foot of a figure.

use serde_json::Value as Json;

use super::Table;
use crate::model::{Model, Quality};

/// One row an assumption, in declared order.
pub(super) fn table(model: &Model) -> Table {
    let mut table =
        Table::new(&[("about", ""), ("value", ""), ("source", ""), ("quality", ""), ("note", "")]);
    for line in &model.assumptions {
        let quality = match line.quality {
            Quality::Documented => "documented",
            Quality::Inferred => "inferred",
            Quality::Assumed => "assumed",
        };
        let words = [line.about.as_str(), &line.value, &line.source, quality, &line.note];
        table.push(words.map(Into::into).into());
    }
    table
}

/// What the inputs of a resolved scenario rest on, for the foot of a figure: what the scenario says of that, and how good the sources in
/// its register are.
#[must_use]
pub fn basis(resolved: &Json) -> String {
    let said = resolved["programme"]["basis"].as_str().unwrap_or_default();
    let register = resolved["assumption"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |quality: &str| register.iter().filter(|line| line["quality"] == quality).count();
    let [documented, inferred, assumed] = ["documented", "inferred", "assumed"].map(of);
    let counted = match register {
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
