//! Every table and figure that the main part has no room for.

use super::super::document::{Block, Grid, Item, Words, words};
use super::super::main_part::why::causes;
use super::super::result_tables::{Blocks, Evidence, Figures, count, in_grid, paid_in_grid, tried_in};
use crate::output::{ResultsError, Row, Sheet, Tried, replications_tried};
use crate::statistics::RANKED_FROM;
use crate::wording::letters::capitalised;
use crate::wording::numbers;

/// Figures that the main part may leave out, in the order of the annex.
const MORE_FIGURES: [&str; 2] = ["fig-difference", "fig-finish-ecdf"];

/// The annex.
pub(in crate::report) fn tables(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let mut blocks = Vec::new();
    if !evidence.others().is_empty() {
        blocks.push(Block::Table(causes(evidence)?));
    }
    for id in MORE_FIGURES {
        blocks.extend(figures.take(id)?);
    }
    if let Some(sheet) = &evidence.sensitivity {
        let caption = format!(
            "One input changed at a time, {}, to values that the study chose; they are not a range of what is likely [installation-days]. Brackets: 95% confidence interval, of the days avoided and the change for all rows together",
            each(&evidence.alone)
        );
        blocks.push(Block::Table(one_at_a_time(evidence, sheet, &caption)?));
    }
    if let Some(sheet) = &evidence.grid {
        let caption = format!(
            "Inputs that nobody has published, tried in every combination, {} [installation-days]. Brackets: 95% confidence interval, of the days avoided for all rows together",
            each(&evidence.combinations)
        );
        blocks.push(Block::Table(combinations(evidence, sheet, &caption)?));
    }
    if let Some(sheet) = &evidence.ranking {
        blocks.push(Block::Table(ranking(evidence, sheet)?));
    }
    blocks.extend(bound_by_hand(evidence)?);
    Ok(blocks)
}

/// How many replications each set of values rests on, which may be other than those of the answer.
fn each(tried: &[Tried]) -> String {
    format!("{} each", numbers::plural(replications_tried(tried), "replication"))
}

const TRIED: [&str; 3] = ["Scenario", "Finding", "Dormant days avoided"];
const ACTIVE_WAIT: &str = "Days that Active installations wait longer";

/// The difference in every combination, and its price for Active installations.
fn combinations(evidence: &Evidence, sheet: &Sheet, caption: &str) -> Result<Grid, ResultsError> {
    let axes = tried_in(sheet);
    let header = axes.iter().copied().chain(TRIED).chain([ACTIVE_WAIT]).map(str::to_owned).collect();
    let cells = |row: Row| -> Result<Vec<Words>, ResultsError> {
        let mut cells = values_tried(row, &axes)?;
        cells.extend([
            evidence.scenario_of(row)?,
            words(capitalised(row.text("verdict")?)),
            in_grid(row)?,
            paid_in_grid(row)?,
        ]);
        Ok(cells)
    };
    let rows = sheet.rows().map(cells).collect::<Result<_, _>>()?;
    Ok(Grid { caption: caption.to_owned(), header, rows })
}

/// The same with one input changed at a time, and by how much each change moves the difference.
fn one_at_a_time(evidence: &Evidence, sheet: &Sheet, caption: &str) -> Result<Grid, ResultsError> {
    let axes = tried_in(sheet);
    let header = axes.iter().copied().chain(TRIED).chain(["Change by this value", ACTIVE_WAIT]);
    let cells = |row: Row| -> Result<Vec<Words>, ResultsError> {
        let mut cells = values_tried(row, &axes)?;
        cells.extend([evidence.scenario_of(row)?, words(capitalised(row.text("verdict")?)), in_grid(row)?]);
        cells.extend([Evidence::change_of_value(row)?, paid_in_grid(row)?]);
        Ok(cells)
    };
    let rows = sheet.rows().map(cells).collect::<Result<_, _>>()?;
    let header = header.map(capitalised).collect();
    Ok(Grid { caption: caption.to_owned(), header, rows })
}

fn values_tried(row: Row, axes: &[&str]) -> Result<Vec<Words>, ResultsError> {
    axes.iter().map(|name| Ok(words(row.text(name)?))).collect()
}

/// The scenarios by the days they lose, and which may be the best.
fn ranking(evidence: &Evidence, sheet: &Sheet) -> Result<Grid, ResultsError> {
    let cells = |row: Row| {
        let best = row.flag("may_be_best")? == Some(true);
        let near = row.flag("within_threshold_of_best")? == Some(true);
        let finding = match (best, near) {
            (true, _) => "may be the best",
            (false, true) => "not the best, but close enough",
            (false, false) => "not the best",
        };
        let most = row.text("to")?;
        Ok(vec![
            evidence.scenario_of(row)?,
            count(row, "days_lost")?,
            words(finding),
            if most.is_empty() { words("not known") } else { count(row, "to")? },
        ])
    };
    let few = sheet.rows().next().map(|row| row.count("replications")).transpose()?.unwrap_or(0)
        < RANKED_FROM as u64;
    let promise = if few {
        format!("With fewer than {RANKED_FROM} replications it holds less often than 95 times in 100")
    } else {
        "With 95% confidence the best is among those that may be the best".to_owned()
    };
    Ok(Grid {
        caption: format!("Ranking by Dormant days lost [installation-days]. {promise}"),
        header: ["Scenario", "Dormant days lost, mean", "Finding", "At most so many more than the best"]
            .map(str::to_owned)
            .into(),
        rows: sheet.rows().map(cells).collect::<Result<_, _>>()?,
    })
}

/// The most that early opening could avoid, which a reviewer can work out by hand.
fn bound_by_hand(evidence: &Evidence) -> Blocks {
    let mut points: Vec<Words> = Vec::new();
    for name in evidence.others() {
        if let Some(bound) = evidence.against(name)?.and_then(|against| against.bound()) {
            points.push(
                [vec![Item::words(format!("{}: ", capitalised(evidence.title_of(name))))], bound].concat(),
            );
        }
    }
    let list = if points.is_empty() { None } else { Some(Block::List(points)) };
    Ok(list.into_iter().collect())
}
