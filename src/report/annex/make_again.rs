//! How to make a report again: the commands, and every file that was read.

use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::Evidence;

/// The annex; `again` are the commands.
pub(in crate::report) fn make_again(evidence: &Evidence, again: &[String]) -> Vec<Block> {
    let mut rows: Vec<Vec<Words>> = Vec::new();
    let of_scenarios =
        evidence.of_each("scenarios").iter().filter_map(|one| one["inputs"].as_array()).flatten();
    let study = Some(&evidence.results.manifest()["study"]).filter(|study| study.is_object());
    for input in study.into_iter().chain(of_scenarios).chain(evidence.of_each("also_read")) {
        let row: Vec<Words> =
            ["path", "sha256"].map(|key| words(input[key].as_str().unwrap_or_default())).into();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    vec![
        Block::Command(again.join("\n")),
        Block::Table(Grid {
            caption: "Every file that was read".to_owned(),
            header: vec!["File".to_owned(), "SHA-256".to_owned()],
            rows,
        }),
    ]
}
