//! How the numbers were made, in plain words: runs, draws, intervals, and where the spread comes from.

use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::{Blocks, Evidence, Figures, mean};
use super::measures::title_of;
use crate::output::{ResultsError, Sheet};
use crate::wording::letters::capitalised;
use crate::wording::{notes, numbers, text};

/// The annex.
pub(in crate::report) fn method(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let n = numbers::count(evidence.results.replications());
    let mut points = vec![
        format!("A run simulates the whole programme, day by day. Each scenario was run {n} times, each time with other random draws. Such a run is a replication."),
        "All scenarios meet the same draws in a replication: the same delays, the same failures, the same outages. So their difference shows the plans and little else.".to_owned(),
        notes::RANGE.to_owned(),
        notes::INTERVAL.to_owned(),
        format!("{}.", notes::INTERVAL_IS_OF_THE_MODEL),
        notes::NOT_BY_END.to_owned(),
    ];
    if !evidence.others().is_empty() {
        points.push("A finding compares the interval of a difference with the threshold. It claims a gain only where the whole interval lies beyond the threshold.".to_owned());
    }
    let mut blocks = vec![Block::List(points.into_iter().map(words).collect())];
    blocks.extend(evidence.threshold()?.map(|threshold| Block::Paragraph(words(threshold))));
    blocks.extend(figures.take("fig-convergence")?);
    blocks
        .extend(evidence.spread.as_ref().map(|sheet| spread(evidence, sheet)).transpose()?.map(Block::Table));
    let mut pairing: Vec<Words> = Vec::new();
    for name in evidence.others() {
        if let Some(against) = evidence.against(name)? {
            pairing.push(words(format!("{}: {}", capitalised(evidence.title_of(name)), against.pairing())));
        }
    }
    if !pairing.is_empty() {
        blocks.push(Block::List(pairing));
    }
    Ok(blocks)
}

/// The layer of chance that each range comes from.
fn spread(evidence: &Evidence, sheet: &Sheet) -> Result<Grid, ResultsError> {
    let mut rows: Vec<Vec<Words>> = Vec::new();
    let mut of = String::new();
    for row in sheet.rows() {
        if row.text("layer")? == "all" {
            continue;
        }
        let name = format!("{}: {}", text(&evidence.scenario_of(row)?), title_of(row.text("kpi")?));
        if name != of {
            rows.push(vec![words(name.clone())]);
            of = name;
        }
        let share = mean(
            row,
            "share_pct",
            ["share_pct_lower_95", "share_pct_upper_95"],
            ("% of variance", "blocks"),
        )?;
        // What layers do only together is the rest, and has no interval.
        let known = if row.text("share_pct_lower_95")?.is_empty() { 1 } else { share.len() };
        rows.last_mut().into_iter().for_each(|row| row.push(share[..known].to_vec()));
    }
    let header = ["Spread of", "Shared factors", "Independent factors", "Day by day", "Only together"];
    Ok(Grid {
        caption: "Where the spread comes from: shares of the variance [%]. Shares are estimates, so small ones can come out below zero. Brackets: 95% confidence interval".to_owned(),
        header: header.map(str::to_owned).into(),
        rows,
    })
}
