//! Who gains and who pays: Dormant days avoided part by part, the effect on Active installations, and the plans against each other.

use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::{ACTIVE, Blocks, Evidence, Figures, difference};
use crate::findings::{Dimension, kpi};
use crate::output::{PAIR_AVOIDED, PAIR_WAITED, ResultsError};
use crate::wording::letters::capitalised;
use crate::wording::{answer, headings};

/// The ways in which the days avoided are split, and the name of a part of each.
const SPLITS: [(Dimension, &str); 3] =
    [(Dimension::Route, "Route"), (Dimension::Group, "Group"), (Dimension::SupplierSize, "Supplier size")];

/// The section, where scenarios are compared.
pub(in crate::report) fn who(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let mut blocks: Vec<Block> = figures.take("fig-payers")?.into_iter().collect();
    blocks.push(Block::Table(gains(evidence)?));
    let losers: Vec<Words> = evidence.comparisons.iter().filter_map(answer::losers).collect();
    if !losers.is_empty() {
        blocks.push(Block::List(losers));
    }
    blocks.push(Block::Table(effect_on_active(evidence)?));
    blocks.extend(against_each_other(evidence)?);
    Ok(blocks)
}

fn others(evidence: &Evidence, first: &str) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(evidence.other_titles()).collect()
}

fn gains(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut rows = Vec::new();
    for (by, title) in SPLITS {
        for part in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, by.name())? {
            let mut row = vec![words(format!("{title}: {part}"))];
            for name in evidence.others() {
                let found = evidence.change(name, kpi::DORMANT_DAYS_AVOIDED.id, (by.name(), part))?;
                row.push(found.map_or_else(|| Ok(words("no such part")), difference)?);
            }
            rows.push(row);
        }
    }
    Ok(Grid {
        caption: "Dormant days avoided by each part [installation-days]; below 0 the part loses. Brackets: 95% confidence interval".to_owned(),
        header: others(evidence, "Part"),
        rows,
    })
}

fn effect_on_active(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut rows = Vec::new();
    for kpi in answer::PAID.into_iter().chain([kpi::BECAME_DORMANT]) {
        let mut row: Vec<Words> = vec![words(headings::measure(&kpi))];
        for name in evidence.others() {
            let found = evidence.change(name, kpi.id, ACTIVE)?;
            row.push(found.map_or_else(|| Ok(words("not measured here")), difference)?);
        }
        rows.push(row);
    }
    Ok(Grid {
        caption: "Effect on Active installations: scenario minus baseline. Brackets: 95% confidence interval"
            .to_owned(),
        header: others(evidence, "Measure"),
        rows,
    })
}

/// Each scenario against each other, the baseline left out.
fn against_each_other(evidence: &Evidence) -> Result<Option<Block>, ResultsError> {
    let Some(sheet) = &evidence.pairs else { return Ok(None) };
    let mut rows = Vec::new();
    for row in sheet.rows() {
        let [one, other] = [row.text("scenario")?, row.text("against")?].map(|name| evidence.title_of(name));
        let pair = format!("{} against {other}", capitalised(one));
        rows.push(vec![
            words(pair),
            words(capitalised(row.text("verdict")?)),
            Evidence::in_pair(row, PAIR_AVOIDED)?,
            Evidence::in_pair(row, PAIR_WAITED)?,
        ]);
    }
    Ok(Some(Block::Table(Grid {
        caption: "The scenarios against each other, under the same random draws [installation-days]. Brackets: 95% confidence interval, of the Dormant days for all pairs together".to_owned(),
        header: ["Pair", "Finding", "Dormant days avoided by the first", "Days that Active installations wait longer"]
            .map(str::to_owned)
            .into(),
        rows,
    })))
}
