//! What would change the answer: single runs, other values of inputs that nobody knows, and another threshold.

use super::super::annex;
use super::super::document::{Block, Item, words};
use super::super::result_tables::{Blocks, Evidence, Figures};
use crate::output::ResultsError;
use crate::wording::numbers;

/// The section.
pub(in crate::report) fn what_would_change_it(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let mut blocks: Vec<Block> = Vec::new();
    blocks.extend(figures.take("fig-outcomes")?);
    blocks.extend(threshold(evidence)?);
    blocks.extend(figures.take("fig-sensitivity")?);
    blocks.extend(figures.take("fig-grid")?);
    let untried = evidence.grid.is_none() && evidence.sensitivity.is_none();
    blocks.push(Block::Paragraph(words(if untried {
        "Other values of inputs that nobody has published were not tried here. A study with a grid or a sensitivity tries them.".to_owned()
    } else {
        format!(
            "{} ranks every assumption by how far it moves the answer, and names those that were not tried. {} holds the numbers.",
            annex::name("assumptions"),
            annex::name("tables")
        )
    })));
    Ok(blocks)
}

/// How large the threshold could be before the finding changes, for each scenario that avoids days.
fn threshold(evidence: &Evidence) -> Result<Option<Block>, ResultsError> {
    let mut told = Vec::new();
    let mut n = 0;
    for name in evidence.others() {
        let Some(against) = evidence.against(name)? else { continue };
        let interval = against.comparison.avoided.interval;
        let Some(row) = evidence.avoided(name)? else { continue };
        let Some(least) = interval.low.filter(|low| *low > against.comparison.threshold) else { continue };
        told.push(Item::words(if n == 0 {
            "The finding holds for any threshold up to "
        } else {
            ", and up to "
        }));
        told.push(Item::number(numbers::three_digits(least), row.text("lower")?));
        let share = against.base.lost.and_then(|lost| numbers::percent_of(least, lost));
        let share = share.map_or_else(String::new, |share| format!(" ({share} of the baseline)"));
        told.push(Item::words(format!(
            "{} for {}{share}",
            if n == 0 { " installation-days" } else { "" },
            evidence.title_of(name)
        )));
        n += 1;
    }
    if told.is_empty() {
        return Ok(None);
    }
    told.push(Item::words(". With a higher one the gain may be too small to matter."));
    Ok(Some(Block::Paragraph(told)))
}
