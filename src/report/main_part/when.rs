//! When the work is done: the days by which shares of the installations are migrated.

use super::super::document::{Block, Grid, words};
use super::super::result_tables::{Blocks, DORMANT, Evidence, Figures, Told};
use crate::findings::kpi;
use crate::output::ResultsError;
use crate::wording::letters::capitalised;
use crate::wording::{notes, numbers};

/// The section. `timeline` is the figure of each cohort's dates, where it was drawn.
pub(in crate::report) fn when(evidence: &Evidence, figures: &mut Figures, timeline: Option<Block>) -> Blocks {
    let levels = [("P10", "p10"), ("P50", "p50"), ("P80", "p80"), ("P90", "p90")]
        .map(|(name, column)| (name, Told::Percentile(column)));
    let shares = [
        ("half", kpi::COMPLETION_50),
        ("90%", kpi::COMPLETION_90),
        ("95%", kpi::COMPLETION_95),
        ("all", kpi::COMPLETION_100),
    ];
    let (mut rows, mut never) = (Vec::new(), Vec::new());
    for (share, kpi) in &shares {
        let mut of_share = Vec::new();
        for name in evidence.names() {
            let mut row = vec![words(*share), words(capitalised(evidence.title_of(name)))];
            for (_, told) in levels {
                row.push(evidence.outcome(name, kpi, DORMANT, told)?);
            }
            of_share.push(row);
        }
        let comes =
            of_share.iter().flat_map(|row| &row[2..]).flatten().any(|item| item.text != numbers::NOT_BY_END);
        if comes {
            rows.extend(of_share);
        } else {
            never.push(*share);
        }
    }
    let (whose, left_out) = evidence.whose()?;
    let mut blocks: Vec<Block> = figures.take("fig-scurve")?.into_iter().collect();
    blocks.extend(figures.take("fig-finish-range")?);
    if !never.is_empty() {
        blocks.push(Block::Paragraph(words(format!(
            "In at least nine of ten runs of every scenario, {} of {} are not migrated by {}, the last day of the run.",
            numbers::list(&never),
            whose.installations(),
            evidence.last_day(),
        ))));
    }
    if !rows.is_empty() {
        let mut header = vec!["Migrated".to_owned(), "Scenario".to_owned()];
        header.extend(levels.map(|(name, _)| name.to_owned()));
        let caption = format!(
            "Days by which {} are migrated, by percentile of the runs. Brackets: 95% confidence interval",
            whose.installations()
        );
        blocks.push(Block::Table(Grid { caption, header, rows }));
        blocks.push(Block::Paragraph(words(format!("{} {}", notes::P80, notes::RANGE))));
    }
    blocks.push(Block::Table(plan_date(evidence)?));
    blocks.extend(left_out.map(|sentence| Block::Paragraph(words(sentence))));
    match figures.take("fig-timeline")? {
        Some(figure) => blocks.push(figure),
        None => blocks.extend(timeline),
    }
    Ok(blocks)
}

/// The chance of the plan date, and the installations that cannot migrate by the end.
fn plan_date(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let (whose, _) = evidence.whose()?;
    let plan = evidence.results.runs[0].plan.map_or_else(
        || "Done by the plan date [% of runs]".to_owned(),
        |day| {
            format!(
                "All {} migrated by the plan date, {} [% of runs]",
                whose.installations(),
                numbers::date(day)
            )
        },
    );
    let mut rows = Vec::new();
    for name in evidence.names() {
        let of = |kpi| evidence.outcome(name, kpi, DORMANT, Told::Mean);
        rows.push(vec![
            words(capitalised(evidence.title_of(name))),
            of(&kpi::PLAN_DATE_MET)?,
            of(&kpi::EXCLUDED)?,
            of(&kpi::REMOVED)?,
        ]);
    }
    Ok(Grid {
        caption: "The plan date, and Dormant installations that cannot migrate by the end, on average. Brackets: 95% confidence interval".to_owned(),
        header: vec![
            "Scenario".to_owned(),
            plan,
            "Excluded [installations]".to_owned(),
            "Removed [installations]".to_owned(),
        ],
        rows,
    })
}
