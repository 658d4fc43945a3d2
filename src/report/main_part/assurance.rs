//! The record of assurance: who asked for the study, who did it, who checked it, and until when it may be used.

use super::super::document::{Block, Grid, words};
use super::super::result_tables::Evidence;
use super::super::study_record::{ASSURANCE, NOT_STATED, PrintedKey};
use crate::wording::numbers;

/// The section.
pub(in crate::report) fn assurance(evidence: &Evidence) -> Vec<Block> {
    let row = |key: &PrintedKey| {
        let stated = evidence.study.assurance(key.name);
        vec![words(key.title), words(stated.unwrap_or_else(|| NOT_STATED.to_owned()))]
    };
    let missing: Vec<String> = ["commissioner", "analyst", "assurer"]
        .iter()
        .filter(|name| evidence.study.assurance(name).is_none())
        .map(|name| format!("no {name}"))
        .collect();
    let mut blocks = vec![Block::Table(Grid {
        caption: "Assurance record of this study".to_owned(),
        header: vec!["Role or fact".to_owned(), "This study".to_owned()],
        rows: ASSURANCE.iter().map(row).collect(),
    })];
    if !missing.is_empty() {
        blocks.push(Block::Paragraph(words(format!(
            "The study names {}. Treat the answer as not assured.",
            numbers::list(&missing)
        ))));
    }
    blocks.push(Block::Paragraph(words(
        "The program checks itself on every simulated day of every run: slots given equal slots used, stock adds up, and a proof shows that each sharing kept its rule. One failure ends the run without results.",
    )));
    blocks
}
