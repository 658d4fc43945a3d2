//! Why the plans differ: the inputs that set them apart, and the causes of waiting that they move.

use super::super::annex;
use super::super::changes::{Change, changes};
use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::{Blocks, Evidence, Figures, Told, difference};
use crate::findings::{Dimension, kpi};
use crate::output::ResultsError;
use crate::wording;

/// Most inputs that the main part lists one by one.
const MOST: usize = 15;

/// The section, for a folder of one scenario as for several.
pub(in crate::report) fn why(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    if evidence.others().is_empty() {
        return Ok(vec![Block::Table(causes(evidence)?)]);
    }
    let mut blocks = inputs_that_differ(evidence);
    blocks.extend(figures.take("fig-waterfall")?);
    blocks.push(Block::Table(avoided_by_cause(evidence)?));
    Ok(blocks)
}

/// The inputs that set the scenarios apart, side by side.
fn inputs_that_differ(evidence: &Evidence) -> Vec<Block> {
    let resolved = evidence.of_each("resolved");
    let (titles, seeds) = (evidence.titles(), evidence.of_each("seeds"));
    let found: Vec<(Vec<Change>, usize)> =
        resolved.iter().skip(1).map(|one| changes(&resolved[0], one)).collect();
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for change in found.iter().flat_map(|(changes, _)| changes) {
        if !keys.iter().any(|(key, _)| *key == change.key) {
            keys.push((&change.key, &change.baseline));
        }
    }
    let more = keys.len().saturating_sub(MOST) + found.iter().map(|(_, more)| more).sum::<usize>();
    let row = |(key, before): &(&str, &str)| {
        let mut cells: Vec<Words> = vec![words(*key), words(*before)];
        for (changes, _) in &found {
            let own = changes.iter().find(|change| change.key == *key);
            cells.push(words(own.map_or("as the baseline", |change| &change.scenario)));
        }
        cells
    };
    let mut header = vec!["Input".to_owned(), format!("{} (baseline)", titles[0])];
    header.extend(titles[1..].iter().cloned());
    let mut blocks = Vec::new();
    for ((changes, _), name) in found.iter().zip(&titles[1..]) {
        if changes.is_empty() {
            blocks.push(Block::Paragraph(words(format!("{name} has the same inputs as the baseline."))));
        }
    }
    if !keys.is_empty() {
        let draws =
            if seeds.iter().all(|seed| *seed == seeds[0]) { ", and so are the random draws" } else { "" };
        let rest =
            if more > 0 { format!("; {more} more are in {}", annex::name("stress")) } else { String::new() };
        blocks.push(Block::Table(Grid {
            caption: format!(
                "Inputs that differ between the scenarios; all others are the same{draws}{rest}"
            ),
            header,
            rows: keys.iter().take(MOST).map(row).collect(),
        }));
    }
    blocks
}

/// The days that each scenario avoids or adds, by the cause of waiting.
fn avoided_by_cause(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut header = vec!["Waiting for".to_owned()];
    header.extend(evidence.other_titles());
    let mut rows = Vec::new();
    for cause in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, Dimension::Cause.name())? {
        let mut row = vec![words(wording::causes::title(cause))];
        for name in evidence.others() {
            let found =
                evidence.change(name, kpi::DORMANT_DAYS_AVOIDED.id, (Dimension::Cause.name(), cause))?;
            row.push(found.map_or_else(|| Ok(words("no such cause")), difference)?);
        }
        rows.push(row);
    }
    Ok(Grid {
        caption: "Dormant days avoided by cause of waiting [installation-days]; below 0 the scenario adds days. Brackets: 95% confidence interval".to_owned(),
        header,
        rows,
    })
}

/// The days lost in each scenario, by the cause of waiting.
pub(in crate::report) fn causes(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut header = vec!["Waiting for".to_owned()];
    header.extend(evidence.titles());
    let mut rows = Vec::new();
    for cause in evidence.causes()? {
        let mut row = vec![words(wording::causes::title(cause))];
        for name in evidence.names() {
            let scope = (Dimension::Cause.name(), cause);
            row.push(evidence.outcome(name, &kpi::DORMANT_DAYS_LOST, scope, Told::Mean)?);
        }
        rows.push(row);
    }
    let caption = "Dormant days lost by cause of waiting [installation-days]. A day counts for the first cause that applies. Brackets: 95% confidence interval of the mean";
    Ok(Grid { caption: caption.to_owned(), header, rows })
}
