//! The first screen of a report, and the one page of a brief: the answer and its three ranges, why, who gains and who pays, how far
//! to rely on it, and the decision that is asked for.

use super::document::{Block, Grid, Item, Tile, Words, words};
use super::result_tables::{ACTIVE, Blocks, DORMANT, Evidence, Figures, Told, difference};
use crate::findings::{Dimension, kpi};
use crate::output::ResultsError;
use crate::replications::Comparison;
use crate::statistics::{Finding, Side};
use crate::wording::answer::{self, Against, Range};
use crate::wording::bases::Portion;
use crate::wording::letters::capitalised;
use crate::wording::reliance::{BackTest, Reliance};
use crate::wording::{headings, notes, numbers, text, verdict};

/// The scenario that the first screen is about: the one that avoids most; the only one where there is no other.
fn focus<'e>(evidence: &'e Evidence) -> &'e str {
    let avoided = |one: &&Comparison| one.avoided.value;
    let most = evidence.comparisons.iter().max_by(|a, b| avoided(a).total_cmp(&avoided(b)));
    most.map_or(evidence.names()[0], |one| &one.scenario)
}

/// The unit of the first screen, for a reader who meets it first.
const WORDS_USED: &str = "An installation is Dormant where no one operates one of its devices for its supplier. A Dormant day is one such installation waiting one day. No costs in money are modelled. ";

/// The first screen.
pub(super) fn summary(evidence: &Evidence) -> Blocks {
    let focus = focus(evidence);
    let Some(against) = evidence.against(focus)? else { return alone(evidence, focus) };
    let mut blocks = answer(&against);
    let mut points: Vec<Words> = Vec::new();
    points.extend(against.why().map(|why| named("Why", why)));
    points.extend(gain_and_pay(evidence, &against)?);
    points.extend(evidence.comparisons.iter().filter_map(answer::losers));
    points.extend(others_that_lose(evidence, focus)?);
    points.extend(done_by_the_end(evidence, against.comparison)?.map(|done| named("When", done)));
    points.push(named("May I rely on it", words(reliance(evidence, &against).sentences().join(" "))));
    points.push(named("Asked of you", words(asked(evidence))));
    blocks.push(Block::List(points));
    if evidence.comparisons.len() > 1 {
        blocks.push(Block::Table(league(evidence)?));
    }
    let mut note = words(WORDS_USED);
    note.extend(against.threshold());
    note.push(Item::words(format!(
        " All is counted up to {}. {}.",
        evidence.last_day(),
        notes::INTERVAL_IS_OF_THE_MODEL
    )));
    blocks.push(Block::Paragraph(note));
    Ok(blocks)
}

/// The page of a brief: the answer, its ranges, one figure, three caveats and the decision.
pub(super) fn summary_in_brief(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let focus = focus(evidence);
    let Some(against) = evidence.against(focus)? else { return alone(evidence, focus) };
    let mut blocks = answer(&against);
    blocks.extend(against.why().map(|why| Block::Paragraph(named("Why", why))));
    let figure = match figures.take("fig-waterfall")? {
        None => figures.take("fig-difference")?,
        waterfall => waterfall,
    };
    blocks.extend(figure);
    let mut points = gain_and_pay(evidence, &against)?;
    points.extend(evidence.comparisons.iter().filter_map(answer::losers));
    points.extend(done_by_the_end(evidence, against.comparison)?.map(|done| named("When", done)));
    let said = reliance(evidence, &against).sentences();
    points.extend(said.into_iter().take(3).map(words));
    blocks.push(Block::List(points));
    blocks.push(Block::Paragraph(named("Asked of you", words(asked(evidence)))));
    Ok(blocks)
}

/// The sentences that answer the question, and the ranges of their number.
fn answer(against: &Against) -> Vec<Block> {
    let cost = against.cost();
    let lead =
        if cost.is_empty() { against.sentence() } else { [against.sentence(), words(" "), cost].concat() };
    let of = format!("{} by {}", against.measure(), against.comparison.scenario_title);
    let tile = |Range { name, value, meaning }: Range| Tile {
        name: name.to_owned(),
        value,
        note: words(format!("{of}. {meaning}")),
    };
    let tiles: Vec<Tile> = against.ranges().into_iter().map(tile).collect();
    let mut blocks = vec![Block::Lead(lead)];
    if !tiles.is_empty() {
        blocks.push(Block::Tiles(tiles));
    }
    blocks
}

/// A sentence under its name: `Why: ...`.
fn named(name: &str, said: Words) -> Words {
    [words(format!("{name}: ")), said].concat()
}

/// The parts that gain and lose, and what Active installations pay.
fn gain_and_pay(evidence: &Evidence, against: &Against) -> Result<Vec<Words>, ResultsError> {
    let of = against.comparison;
    let mut points = Vec::new();
    let gain = |by| answer::gainers(of, by);
    if let Some(routes) = gain(Dimension::Route) {
        let mut said = named("Who gains, in Dormant days", routes);
        if let Some(groups) = gain(Dimension::Group) {
            said.extend([words("; by group "), groups].concat());
        }
        said.push(Item::words("."));
        points.push(said);
    }
    let missed = evidence.number(&of.baseline, &kpi::ACTIVE_LATE, ACTIVE)?;
    if let Some(late) = answer::late(of, missed) {
        points.push(named("Who pays", late));
    }
    Ok(points)
}

/// The share of Dormant installations that is migrated by the end, under the scenario and its baseline.
fn done_by_the_end(evidence: &Evidence, of: &Comparison) -> Result<Option<Words>, ResultsError> {
    let (whose, _) = evidence.whose()?;
    let share = |name: &str| -> Result<Option<Item>, ResultsError> {
        let told = evidence.outcome(name, &kpi::MIGRATED_SHARE, DORMANT, Told::Mean)?;
        let value = evidence.number(name, &kpi::MIGRATED_SHARE, DORMANT)?;
        let item = told.into_iter().next().filter(|item| item.exact.is_some());
        Ok(item.zip(value).map(|(item, value)| Item { text: numbers::percentage(value), ..item }))
    };
    let (Some(now), Some(before)) = (share(&of.scenario)?, share(&of.baseline)?) else { return Ok(None) };
    Ok(Some(vec![
        Item::words(format!("By {} ", evidence.last_day())),
        now,
        Item::words(format!("% of {} are migrated under {}, and ", whose.installations(), of.scenario_title)),
        before,
        Item::words(format!("% under {}.", of.baseline_title)),
    ]))
}

/// Other scenarios that add Dormant days, so that the gain of one does not hide their loss.
fn others_that_lose(evidence: &Evidence, focus: &str) -> Result<Vec<Words>, ResultsError> {
    let loses = |one: &&Comparison| one.verdict.finding == Finding::Differs(Side::Below);
    let others = evidence.comparisons.iter().filter(loses).filter(|one| one.scenario != focus);
    others
        .filter_map(|one| match evidence.against(&one.scenario) {
            Ok(against) => against.map(|against| Ok(named("Not every scenario gains", against.sentence()))),
            Err(error) => Some(Err(error)),
        })
        .collect()
}

/// The facts on which the reader is to decide how far to rely on the answer.
fn reliance(evidence: &Evidence, against: &Against) -> Reliance {
    let register = evidence.register();
    let documented = register.iter().filter(|line| line["quality"] == "documented").count();
    let of = against.comparison;
    let stated = evidence.study.reason("back_test").is_some();
    let back_test = if stated { BackTest::Stated } else { BackTest::None };
    Reliance::of(
        (documented, register.len()),
        &of.scenario,
        of.verdict.finding,
        &[against.combinations, against.alone],
        back_test,
    )
}

/// The decision that the study asks of its reader.
fn asked<'e>(evidence: &'e Evidence) -> &'e str {
    evidence.study.decision().unwrap_or("Nothing. This is for information.")
}

/// The first screen of a single scenario, which is compared with nothing.
fn alone(evidence: &Evidence, name: &str) -> Blocks {
    let (whose, left_out) = evidence.whose()?;
    let title = capitalised(evidence.title_of(name));
    let mut lead = words(format!("{title}: Dormant installations lose "));
    lead.extend(evidence.outcome(name, &kpi::DORMANT_DAYS_LOST, ("whole", "all"), Told::Mean)?);
    lead.push(Item::words(" days. Nothing is compared."));
    let p80 = Told::Percentile("p80");
    let rows = [
        (format!("{}, P80", headings::migrated(whose, Portion::of(50))), kpi::COMPLETION_50, DORMANT, p80),
        (headings::mean(&kpi::ACTIVE_LATE), kpi::ACTIVE_LATE, ACTIVE, Told::Mean),
    ];
    let tile = |(heading, kpi, scope, told)| {
        Ok(Tile {
            name: heading,
            value: evidence.outcome(name, &kpi, scope, told)?,
            note: words(format!("under {}", evidence.title_of(name))),
        })
    };
    let tiles = rows.into_iter().map(tile).collect::<Result<_, ResultsError>>()?;
    let mut blocks = vec![Block::Lead(lead), Block::Tiles(tiles)];
    blocks.extend(left_out.map(|sentence| Block::Paragraph(words(sentence))));
    Ok(blocks)
}

/// Scenarios by the measures that decide, the baseline left out.
fn league(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut rows = Vec::new();
    for name in evidence.others() {
        let (Some(against), Some(avoided)) = (evidence.against(name)?, evidence.avoided(name)?) else {
            continue;
        };
        let longer = evidence.change(name, kpi::ACTIVE_DAYS_SINCE_ENTRY.id, ACTIVE)?;
        rows.push(vec![
            words(capitalised(evidence.title_of(name))),
            difference(avoided)?,
            longer.map_or_else(|| Ok(words("no such measure")), difference)?,
            words(capitalised(&verdict::of(against.comparison))),
        ]);
    }
    let base = evidence.title_of(evidence.names()[0]);
    Ok(Grid {
        caption: format!("The scenarios compared with {base}. Brackets: 95% confidence interval"),
        header: [
            "Scenario",
            "Dormant days avoided [installation-days]",
            "Active installations wait longer [installation-days]",
            "Verdict",
        ]
        .map(str::to_owned)
        .into(),
        rows,
    })
}

/// The sentences of the first screen as plain text, for the workbook's first sheet.
pub(super) fn sentences(evidence: &Evidence) -> Result<Vec<String>, ResultsError> {
    let Some(against) = evidence.against(focus(evidence))? else { return Ok(Vec::new()) };
    let mut said = vec![text(&against.sentence()), text(&against.cost())];
    said.extend(against.why().map(|why| text(&why)));
    said.extend(against.ranges().iter().map(answer::line));
    said.extend(reliance(evidence, &against).sentences());
    said.retain(|sentence| !sentence.is_empty());
    Ok(said)
}
