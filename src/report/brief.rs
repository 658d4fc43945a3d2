//! The one page for a reader who has two minutes: the answer, one chart, three caveats.

use super::document::{Block, Document, Section};
use super::result_tables::{Evidence, Figures};
use super::summary::summary_in_brief;
use crate::output::{Results, ResultsError};

/// The brief of a folder of replications; `again` are the commands that make it again.
///
/// # Errors
/// A file of the folder is missing, changed or damaged.
pub fn brief(results: &Results, again: &[String]) -> Result<Document, ResultsError> {
    let evidence = Evidence::of(results)?;
    let mut blocks = summary_in_brief(&evidence, &mut Figures::of(results))?;
    blocks.push(Block::Command(again.join("\n")));
    let sections = vec![Section { id: "summary", title: "Brief".to_owned(), annex: false, blocks }];
    let document = Document { title: evidence.title(), status: evidence.status(), one_page: true, sections };
    Ok(document.with_figures_numbered())
}
