//! Values of a scenario in words, as the register and the messages show them.

use super::document::{Item, Node, Table};
use super::uncertain::FORMS;
use crate::model::Distribution;

/// Longest value that is shown whole \[characters\].
const LONGEST: usize = 160;

/// A value in words: short, in one line, without the marks of TOML.
pub(super) fn in_words(item: &Item) -> String {
    let words = whole(item);
    match &item.node {
        Node::List(items) if words.chars().count() > LONGEST => several(items),
        _ if words.chars().count() > LONGEST => {
            let start: String = words.chars().take(LONGEST).collect();
            format!("{start}…")
        }
        _ => words,
    }
}

/// A value in words, however long.
pub(super) fn whole(item: &Item) -> String {
    match &item.node {
        Node::List(items) if items.is_empty() => "none".to_owned(),
        Node::List(items) => items.iter().map(whole).collect::<Vec<_>>().join(", "),
        Node::Table(table) => table_in_words(table),
        _ => item.plain().trim_matches('"').to_owned(),
    }
}

fn table_in_words(table: &Table) -> String {
    let says = |key: &str| table.item(key).map(whole);
    if let Some(distribution) = distribution_of(table) {
        let link = says("link").map(|factor| match says("weight") {
            Some(weight) => format!("moved by {factor} with weight {weight}"),
            None => format!("moved by {factor}"),
        });
        let link = link.filter(|_| table.text("link") != Some(super::uncertain::NO_LINK));
        let draw = says("draw").map(|draw| format!("one draw {draw}"));
        let parts = [Some(distribution.in_words(1.0, "")), link, draw];
        return parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    }
    if let (Some(value), Some(from)) = (says("value"), says("from")) {
        let ramp =
            if says("ramp").as_deref() == Some("true") { ", approached in a straight line" } else { "" };
        return format!("{value} from {from}{ramp}");
    }
    if let (Some(from), Some(to)) = (says("from"), says("to")) {
        return format!("{from} to {to}");
    }
    if let Some(value) = says("value").or(says("steps")) {
        return says("factor").map_or(value.clone(), |factor| format!("{value}, times {factor}"));
    }
    let entries = table.entries.iter().map(|entry| format!("{} {}", entry.key, whole(&entry.item)));
    entries.collect::<Vec<_>>().join(", ")
}

/// How many values a long list has, and its first and last.
fn several(items: &[Item]) -> String {
    let ends = items.first().zip(items.last()).map(|(first, last)| (whole(first), whole(last)));
    ends.map_or_else(String::new, |(first, last)| {
        format!("{} values: {first}; ...; {last}", items.len()).chars().take(LONGEST * 2).collect()
    })
}

/// The distribution that a table holds, where it holds a sound one.
fn distribution_of(table: &Table) -> Option<Distribution> {
    let form = table.entries.iter().find(|entry| FORMS.contains(&entry.key.as_str()))?;
    let number = |table: &Table, key: &str| table.item(key)?.plain().parse::<f64>().ok();
    if form.key == "discrete" {
        let Node::List(entries) = &form.item.node else { return None };
        let pair = |entry: &Item| {
            let entry = entry.as_table()?;
            Some((number(entry, "value")?, number(entry, "weight")?))
        };
        return entries.iter().map(pair).collect::<Option<_>>().map(Distribution::Discrete);
    }
    let numbers = form.item.as_table()?;
    let of = |key: &str| number(numbers, key);
    match form.key.as_str() {
        "uniform" => Some(Distribution::Uniform { low: of("low")?, high: of("high")? }),
        "triangular" => {
            Some(Distribution::Triangular { low: of("low")?, mode: of("mode")?, high: of("high")? })
        }
        "pert" => Some(Distribution::Pert { low: of("low")?, mode: of("mode")?, high: of("high")? }),
        _ => Some(Distribution::Lognormal { median: of("median")?, p90: of("p90")? }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::read_value;
    use super::super::problem::Place;
    use super::in_words;

    #[test]
    fn values_are_shown_without_the_marks_of_toml() {
        let words = |text: &str| in_words(&read_value(text, &|span| Place { source: 0, span }).unwrap());
        let cases = [
            ("2020-09-11", "2020-09-11"),
            ("\"early\"", "early"),
            ("[1, 2]", "1, 2"),
            ("[]", "none"),
            (
                "{ uniform = { low = 15, high = 75 }, link = \"board\", weight = 0.7, draw = \"for all\" }",
                "15 to 75, uniform, moved by board with weight 0.7, one draw for all",
            ),
            ("{ uniform = { low = 1, high = 2 }, link = \"none\" }", "1 to 2, uniform"),
            (
                "[{ from = 2020-07-01, value = 50 }, { from = 2021-01-04, value = 100, ramp = true }]",
                "50 from 2020-07-01, 100 from 2021-01-04, approached in a straight line",
            ),
            (
                "{ value = 4000, factor = { triangular = { low = 0.9, mode = 1, high = 1.05 } } }",
                "4000, times 0.9 to 1.05, most likely 1 (triangular)",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
