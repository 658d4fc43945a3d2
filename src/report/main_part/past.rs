//! How the model fits what happened: a comparison with published counts, or the plain statement that none was made.

use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::{Blocks, Evidence};
use crate::output::{ResultsError, Row};

/// The section.
pub(in crate::report) fn past(evidence: &Evidence) -> Blocks {
    let mut blocks = Vec::new();
    let reason = evidence.study.reason("back_test");
    match &evidence.since {
        Some(sheet) => {
            blocks.push(Block::Paragraph(words(
                "These results were held against an earlier results folder. The table shows what changed since, and whether counted installations lie in the range that was expected.",
            )));
            blocks.push(Block::Table(Grid {
                caption: "Then and now".to_owned(),
                header: ["Scenario", "Measure", "Then", "Now", "Finding"].map(str::to_owned).into(),
                rows: sheet.rows().map(then_and_now).collect::<Result<_, _>>()?,
            }));
        }
        None => blocks.push(Block::Paragraph(words("This results folder holds no back-test."))),
    }
    blocks.push(Block::Paragraph(words(match reason {
        Some(reason) => format!("The study says: {reason}"),
        None => {
            "Why there is no comparison with published counts, or what it showed, is not stated by the study."
                .to_owned()
        }
    })));
    blocks.push(Block::Paragraph(words(
        "Trust the direction of a difference more than its size, and its size more than any level.",
    )));
    Ok(blocks)
}

fn then_and_now(row: Row) -> Result<Vec<Words>, ResultsError> {
    let of = |name: &str| -> Result<Words, ResultsError> {
        let number = row.text(name)?;
        let text = if number.is_empty() { row.text(&format!("{name}_date"))? } else { number };
        Ok(words(text))
    };
    Ok(vec![
        words(row.text("scenario")?),
        words(row.text("measure")?),
        of("then")?,
        of("now")?,
        words(row.text("finding")?),
    ])
}
