//! The sections of a report in their order: the answer, what stands behind it, and annexes for readers who check it.

use super::annex::{self, assumptions, glossary, make_again, measures, method, stress, tables};
use super::document::{Block, Document, Picture, Section};
use super::main_part::{assurance, left_out, past, what_would_change_it, when, who, why};
use super::result_tables::{Blocks, Evidence, Figures};
use super::summary::summary;
use crate::output::{Results, ResultsError};

/// The report of a folder of replications. `timeline` is the figure of the dates of each cohort, where one was drawn; `again` are the
/// commands that make the report again.
///
/// # Errors
/// A file of the folder is missing, changed or damaged.
pub fn report(
    results: &Results,
    timeline: Option<Picture>,
    again: &[String],
) -> Result<Document, ResultsError> {
    let evidence = Evidence::of(results)?;
    let figures = &mut Figures::of(results);
    let compared = !evidence.others().is_empty();
    let part = |id, title: &str, blocks: Blocks| {
        Ok(Section { id, title: title.to_owned(), annex: false, blocks: blocks? })
    };
    let annex_of =
        |id, blocks: Blocks| Ok(Section { id, title: annex::title(id), annex: true, blocks: blocks? });

    let mut sections = vec![part("summary", "Summary", summary(&evidence))?];
    if compared {
        sections.push(part("why", "Why the plans differ", why::why(&evidence, figures))?);
        sections.push(part("who", "Who gains and who pays", who::who(&evidence, figures))?);
    } else {
        sections.push(part("why", "What installations wait for", why::why(&evidence, figures))?);
    }
    let timeline = timeline.map(Block::Figure);
    sections.push(part("when", "When the work is done", when::when(&evidence, figures, timeline))?);
    if compared {
        let blocks = what_would_change_it::what_would_change_it(&evidence, figures);
        sections.push(part("change", "What would change the answer", blocks)?);
    }
    sections.push(part("past", "How the model fits what happened", past::past(&evidence))?);
    sections.push(part("left-out", "What the model leaves out", Ok(left_out::left_out()))?);
    sections.push(part("assurance", "Assurance", Ok(assurance::assurance(&evidence)))?);

    sections.push(annex_of("tables", tables::tables(&evidence, figures))?);
    sections.push(annex_of("assumptions", assumptions::assumptions(&evidence))?);
    sections.push(annex_of("method", method::method(&evidence, figures))?);
    sections.push(annex_of("stress", stress::stress(&evidence))?);
    sections.push(annex_of("measures", Ok(measures::measures()))?);
    let meanings = glossary::words_used(&sections);
    sections.push(annex_of("glossary", Ok(vec![Block::Meanings(meanings)]))?);
    sections.push(annex_of("again", Ok(make_again::make_again(&evidence, again)))?);
    let document = Document { title: evidence.title(), status: evidence.status(), one_page: false, sections };
    Ok(document.with_figures_numbered())
}
