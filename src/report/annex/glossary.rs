//! The words that a report uses and a reader may not know.

use super::super::document::{Block, Grid, Meaning, Section};
use crate::wording::text;

/// Every word that needs a meaning, in the order in which the glossary lists them.
const WORDS: [(&str, &str); 27] = [
    ("Active", "An installation without a Dormant device: its supplier still has the smart service."),
    ("attempt", "One try at migrating one installation. It may fail, and is then tried again after a wait."),
    ("baseline", "The plan that the others are compared with. It is not a forecast."),
    (
        "cohort",
        "A device model combination, or a family of them, that is approved together and so can migrate from the same day.",
    ),
    (
        "confidence interval",
        "How well the runs of the model pin an average down. It is not the range of what may happen.",
    ),
    ("DCC", "Data Communications Company, the national operator that serves smart meters after migration."),
    ("DMCT", "Device Model Combination Testing, one of the two routes to the EPCL."),
    ("DMIN", "A fixed number of slots a day for each supplier with Active installations to migrate."),
    (
        "Dormant",
        "An installation with a device that nobody operates for its supplier, so its smart service is lost until it migrates.",
    ),
    (
        "Dormant days",
        "The sum over days of Dormant installations that have not migrated by the end of the day.",
    ),
    (
        "EPCL",
        "Eligible Product Combinations List. A cohort may migrate from the day it is entered on this list.",
    ),
    ("equivalence", "Approval of one cohort that rests on the tests of a similar one."),
    ("excluded", "Will not migrate: it has no radio link, or all its attempts failed."),
    ("firmware", "The program inside a device. A Dormant installation needs a new one before it migrates."),
    ("gate", "The day on which testing has given its evidence for a cohort."),
    ("group", "Installations that share one daily capacity because the same operator runs them."),
    ("installation", "The devices at one premises that migrate together."),
    ("installation-days", "The unit of waiting: one installation that waits for one day counts as one."),
    ("MSM", "Migration Scaling Methodology, the rule that shares slots when they are short."),
    ("MT/SIT", "Migration Testing and Systems Integration Testing, one of the two routes to the EPCL."),
    ("P10", "One run in ten gives this value or a lower one; for a date, this day or one before it."),
    ("P80", "Eight runs in ten give this value or a lower one; for a date, this day or one before it."),
    ("P90", "Nine runs in ten give this value or a lower one; for a date, this day or one before it."),
    ("re-designation", "The day from which firmware may lawfully be sent before a cohort is on the EPCL."),
    ("replication", "One run of the model over the whole period, with its own random draws."),
    ("slot", "The chance of one attempt at migration on one day."),
    ("threshold", "The difference below which this study says that a change does not matter."),
];

/// The meanings of those words that some sections use.
pub(in crate::report) fn words_used(sections: &[Section]) -> Vec<Meaning> {
    let texts: Vec<String> = sections.iter().flat_map(|section| &section.blocks).flat_map(texts_of).collect();
    let used = |word: &str| texts.iter().any(|text| holds(text, word));
    let known = WORDS.iter().filter(|(word, _)| used(word));
    known.map(|(word, means)| Meaning { word: (*word).to_owned(), means: (*means).to_owned() }).collect()
}

/// Whether a text holds a word, alone or in the plural.
fn holds(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !letter(before) && !letter(after.filter(|c| *c != 's'))
    })
}

/// The texts of a part of a section.
fn texts_of(block: &Block) -> Vec<String> {
    match block {
        Block::Lead(words) | Block::Paragraph(words) => vec![text(words)],
        Block::List(points) | Block::Steps(points) => points.iter().map(|point| text(point)).collect(),
        Block::Tiles(tiles) => {
            tiles.iter().flat_map(|tile| [tile.name.clone(), text(&tile.value), text(&tile.note)]).collect()
        }
        Block::Table(Grid { caption, header, rows }) => {
            let cells = rows.iter().flatten().map(|cell| text(cell));
            std::iter::once(caption.clone()).chain(header.iter().cloned()).chain(cells).collect()
        }
        Block::Figure(picture) => vec![picture.title.clone(), picture.description.clone()],
        Block::Heading(title) => vec![title.clone()],
        Block::Diagram(diagram) => vec![diagram.title.clone(), diagram.description.clone()],
        Block::Meanings(_) | Block::Command(_) => Vec::new(),
    }
}
