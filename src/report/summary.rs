//! The first screen of a report, and the one page of a brief: the answer, who gains and who pays, what could change the decision.

use super::document::{Block, Grid, Item, Tile, Words, words};
use super::evidence::{
    ACTIVE, Blocks, DORMANT, Evidence, Figures, Told, WHOLE, difference, ends_of_grid, in_grid,
};
use crate::findings::{Dimension, Kpi, kpi};
use crate::output::{AS_GIVEN, ResultsError, Row, other_verdicts};
use crate::statistics::Level;
use crate::wording::numbers;

/// The scenario that the summary speaks of: the one that avoids most; the only one where there is no other.
fn focus<'e>(evidence: &'e Evidence) -> Result<&'e str, ResultsError> {
    let mut best = (evidence.names()[0], f64::NEG_INFINITY);
    for name in evidence.others() {
        let avoided = evidence.avoided(name)?.map(|row| row.number("difference")).transpose()?.flatten();
        if let Some(avoided) = avoided.filter(|avoided| *avoided > best.1) {
            best = (name, avoided);
        }
    }
    Ok(best.0)
}

pub(super) fn summary(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let focus = focus(evidence)?;
    let mut blocks = answer(evidence, focus, true)?;
    blocks.push(Block::Table(league(evidence)?));
    if let Some(figure) = figures.take("fig-scurve")? {
        let shaded =
            if evidence.names().len() == 2 { " Shaded is where 8 in 10 replications lie." } else { "" };
        blocks.push(Block::Paragraph(words(format!(
            "How to read the figure: an installation, the devices at one home, is Dormant where nobody operates some of them for its supplier, and migrated once DCC serves it. A line in the upper plot is one scenario, the middle of its replications; the dashed one is the baseline, and they run together where they do not differ. The lower plot is what sets them apart: how many fewer Dormant installations are left on a day, neither migrated nor removed, than under the baseline in the same replication; below zero, how many more. What lies under that line is the Dormant days avoided.{shaded} Firmware after entry waits until the devices are on the list of those that may migrate; firmware before entry does not. The plan date is the day by which the plan wants all of them migrated.",
        ))));
        blocks.push(figure);
    }
    blocks.push(Block::List(caveats(evidence, focus, |section| format!(": see {section}"))?));
    Ok(blocks)
}

/// As the summary, without the table and with one figure, that of the differences where there are any: what fits one printed page.
pub(super) fn summary_in_brief(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let focus = focus(evidence)?;
    let mut blocks = answer(evidence, focus, false)?;
    let figure = if evidence.difference.is_some() { "fig-difference" } else { "fig-scurve" };
    blocks.extend(figures.take(figure)?);
    blocks.push(Block::List(caveats(evidence, focus, |_| String::new())?));
    Ok(blocks)
}

/// What changes, by how much, how sure, against what; who gains and who pays.
///
/// With the `bound` that a reviewer can make by hand, where there is room for it.
fn answer(evidence: &Evidence, focus: &str, bound: bool) -> Blocks {
    let mut blocks = Vec::new();
    if let Some(row) = evidence.avoided(focus)? {
        let baseline = row.text("baseline")?;
        let mut lead =
            words(format!("{focus} against {baseline}: {}. Dormant days avoided: ", row.text("verdict")?));
        lead.extend(difference(row)?);
        let level = numbers::level(row.level()?.unwrap_or(Level::P95));
        let together = match evidence.others().len() {
            1 => String::new(),
            n => format!(", 95% for all {n} scenarios together"),
        };
        lead.push(Item::words(format!(
            " installation-days; in brackets the {level}% interval of the mean{together}."
        )));
        blocks.push(Block::Lead(lead));
        blocks.push(Block::Paragraph(how_much(evidence, row, bound)?));
    }
    if evidence.difference.is_some() {
        blocks.push(Block::List(gain_and_pay(evidence, focus)?));
    }
    blocks.push(Block::Tiles(tiles(evidence, focus)?));
    Ok(blocks)
}

/// How large that is against the baseline, what was to count as enough, and the most that anybody could expect.
fn how_much(evidence: &Evidence, row: Row, bound: bool) -> Result<Words, ResultsError> {
    let (avoided, threshold) = (row.number("difference")?, row.number("threshold")?);
    let lost = evidence.number(row.text("baseline")?, &kpi::DORMANT_DAYS_LOST, WHOLE)?;
    let of = |days: Option<f64>| days.zip(lost).and_then(|(days, lost)| numbers::percent_of(days, lost));
    let mut told = Words::new();
    if let Some(share) = of(avoided) {
        told.push(Item::words(format!("That is {share} of the baseline's Dormant days. ")));
    }
    if let (Some(days), Some(share)) = (threshold, of(threshold)) {
        told.push(Item::words("Less than "));
        told.push(Item::number(numbers::three_digits(days), row.text("threshold")?));
        told.push(Item::words(format!(
            " ({share} of them) was to count as too little to matter: this study's own threshold. "
        )));
    }
    if bound
        && let Some(most) = evidence.change(row.text("scenario")?, kpi::AVOIDED_BOUND.id, WHOLE)?
        && let Some(days) = most.number("difference")?
    {
        told.push(Item::words("By hand, early opening alone could avoid at most "));
        told.push(Item::number(numbers::three_digits(days), most.text("difference")?));
        told.push(Item::words(
            " installation-days: installations times days from opening to entry, plus the baseline's days in the firmware queue. ",
        ));
    }
    told.push(Item::words(format!(
        "All is counted up to {}; what is not migrated by then goes on waiting.",
        evidence.last_day()
    )));
    Ok(told)
}

/// Who gains by route and group, what the Active ones pay, and which parts of any scenario lose, a line each.
fn gain_and_pay(evidence: &Evidence, focus: &str) -> Result<Vec<Words>, ResultsError> {
    let mut gains = Vec::new();
    for (title, by) in [
        ("Dormant days avoided by route, with 95% intervals: ", Dimension::Route),
        (". By group: ", Dimension::Group),
    ] {
        gains.push(Item::words(title));
        for (at, part) in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, by.name())?.into_iter().enumerate() {
            let row = evidence.change(focus, kpi::DORMANT_DAYS_AVOIDED.id, (by.name(), part))?;
            let told = row.map_or_else(|| Ok(words("none")), difference)?;
            gains.push(Item::words(format!("{}{part} ", if at == 0 { "" } else { ", " })));
            gains.extend(told);
        }
    }
    gains.push(Item::words("."));
    let mut pays = words("What the Active ones pay, scenario less baseline, with 95% intervals:");
    let costs = [
        (kpi::ACTIVE_DAYS_SINCE_ENTRY, "installation-days of waiting since entry"),
        (kpi::ACTIVE_LATE, "not migrated by their supplier's obligation date"),
    ];
    let mut before = " ";
    for (kpi, what) in costs {
        // Where no supplier has an obligation there is no number of those who miss it.
        let Some(row) = evidence.change(focus, kpi.id, ACTIVE)? else { continue };
        if row.number("difference")?.is_some() {
            pays.push(Item::words(before));
            pays.extend(difference(row)?);
            pays.push(Item::words(format!(" {what}")));
            before = ", ";
        }
    }
    pays.push(Item::words(if before == " " { " nothing that is measured here." } else { "." }));
    Ok([gains, pays].into_iter().chain(lose(evidence)?).collect())
}

/// The parts that lose, under any scenario, by surely more than is to count as too little in the whole; a smaller loss could be chance,
/// as there are many parts.
fn lose(evidence: &Evidence) -> Result<Option<Words>, ResultsError> {
    let mut told = Words::new();
    for name in evidence.others() {
        let threshold = evidence.avoided(name)?.map(|row| row.number("threshold")).transpose()?.flatten();
        let mut before = format!("{}under {name} ", if told.is_empty() { "" } else { "; " });
        for by in [Dimension::Route, Dimension::Group, Dimension::SupplierSize] {
            for part in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, by.name())? {
                let row = evidence.change(name, kpi::DORMANT_DAYS_AVOIDED.id, (by.name(), part))?;
                let most = row.map(|row| row.number("upper")).transpose()?.flatten();
                if let (Some(row), Some(true)) = (row, most.zip(threshold).map(|(most, least)| most < -least))
                {
                    told.push(Item::words(format!("{before}{part} ")));
                    told.extend(difference(row)?);
                    ", ".clone_into(&mut before);
                }
            }
        }
    }
    let lead = words(
        "Parts that wait longer than under the baseline by more than is too little to matter, in Dormant days avoided: ",
    );
    Ok((!told.is_empty()).then(|| [lead, told, words(".")].concat()))
}

fn tiles(evidence: &Evidence, focus: &str) -> Result<Vec<Tile>, ResultsError> {
    let baseline = evidence.names()[0];
    let p80 = Told::Percentile("p80");
    let rows: [(&str, Kpi, (&str, &str), Told); 4] = [
        ("Dormant days lost, mean [installation-days]", kpi::DORMANT_DAYS_LOST, WHOLE, Told::Mean),
        ("Half of the Dormant migrated, P80", kpi::COMPLETION_50, DORMANT, p80),
        ("Plan date met for the Dormant [% of replications]", kpi::PLAN_DATE_MET, DORMANT, Told::Mean),
        ("Active not migrated by the obligation, mean [installations]", kpi::ACTIVE_LATE, ACTIVE, Told::Mean),
    ];
    let tile = |(name, kpi, scope, told): &(&str, Kpi, (&str, &str), Told)| {
        let mut note = words(if focus == baseline { "" } else { "baseline: " });
        if focus != baseline {
            note.extend(evidence.outcome(baseline, kpi, *scope, *told)?);
        }
        Ok(Tile { name: (*name).to_owned(), value: evidence.outcome(focus, kpi, *scope, *told)?, note })
    };
    rows.iter().map(tile).collect()
}

/// Scenarios by the measures that decide, the baseline first.
fn league(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let header = [
        "Scenario",
        "Verdict",
        "Dormant days avoided [installation-days]",
        "Dormant days lost, mean [installation-days]",
        "Half of the Dormant migrated, P80",
        "All Dormant migrated, P80",
        "Plan date met [% of replications]",
        "Active not migrated by the obligation, mean [installations]",
    ];
    let mut rows = Vec::new();
    for name in evidence.names() {
        let (verdict, avoided) = match evidence.avoided(name)? {
            Some(row) => (words(row.text("verdict")?), difference(row)?),
            None => (words("baseline"), words("-")),
        };
        let of = |kpi: &Kpi, scope, told| evidence.outcome(name, kpi, scope, told);
        let p80 = Told::Percentile("p80");
        rows.push(vec![
            words(name),
            verdict,
            avoided,
            of(&kpi::DORMANT_DAYS_LOST, WHOLE, Told::Mean)?,
            of(&kpi::COMPLETION_50, DORMANT, p80)?,
            of(&kpi::COMPLETION_100, DORMANT, p80)?,
            of(&kpi::PLAN_DATE_MET, DORMANT, Told::Mean)?,
            of(&kpi::ACTIVE_LATE, ACTIVE, Told::Mean)?,
        ]);
    }
    Ok(Grid {
        caption: "The scenarios by the measures that decide; in brackets the interval of each estimate, that of the days avoided for all scenarios together and the others at 95%; P80 is the day by which four in five replications are done".to_owned(),
        header: header.map(str::to_owned).into(),
        rows,
    })
}

/// What could change the decision; `see` leads on to a section of the document, where it has that.
fn caveats(
    evidence: &Evidence,
    focus: &str,
    see: impl Fn(&str) -> String,
) -> Result<Vec<Words>, ResultsError> {
    let mut points = Vec::new();
    let register = evidence.register();
    let quality = |name: &str| register.iter().filter(|line| line["quality"] == name).count();
    let (assumed, inferred, documented) = (quality("assumed"), quality("inferred"), quality("documented"));
    points.push(words(format!(
        "Inputs in the register{}: {} in all, {documented} documented, {inferred} inferred and {assumed} assumed{}.",
        if evidence.others().is_empty() { "" } else { ", of all scenarios" },
        register.len(),
        see("Assumptions")
    )));
    let grid = evidence.grid.as_ref().map(|grid| ends_of_grid(grid, focus)).transpose()?.flatten();
    points.push(match grid {
        Some([least, most]) => {
            let axes = numbers::list(&evidence.axes_of_grid());
            let (better, all) = evidence.better_in_grid(focus)?;
            let mut point = words(format!(
                "With other values of {axes}, and of nothing else, Dormant days avoided by {focus} go from "
            ));
            point.extend(in_grid(least)?);
            point.push(Item::words(" to "));
            point.extend(in_grid(most)?);
            point.push(Item::words(format!(
                " installation-days, and {focus} is better in {better} of {all} combinations{}.{}",
                see("How sure this is"),
                if evidence.sensitivity.is_some() { "" } else { " Other assumptions may move it more." }
            )));
            point
        }
        None => words(
            "What nobody has published was not tried under other values here: a study with a grid does that.",
        ),
    });
    points.extend(tried_alone(evidence, focus, &see("How sure this is"))?);
    points.push(words(format!(
        "An interval says how well these replications know the number of this model, not how well the model knows the programme{}.",
        see("Limits of use")
    )));
    Ok(points)
}

/// What one assumption changed at a time does to the verdict, where that was tried.
fn tried_alone(evidence: &Evidence, focus: &str, see: &str) -> Result<Option<Words>, ResultsError> {
    let Some(sheet) = &evidence.sensitivity else { return Ok(None) };
    let (mut given, mut tried) = ("", Vec::new());
    for row in sheet.rows() {
        let [of, value, verdict] = [row.text("assumption")?, row.text("value")?, row.text("verdict")?];
        if row.text("scenario")? != focus {
        } else if of == AS_GIVEN {
            given = verdict;
        } else {
            tried.push((format!("{of}: {value}"), verdict));
        }
    }
    let (n, alike) = (tried.len(), tried.iter().filter(|(_, verdict)| *verdict == given).count());
    let told = match other_verdicts(given, tried.into_iter()) {
        none if none.is_empty() => format!("{focus} is {given} with each"),
        others if alike == 0 => format!("{focus} is {}", others.join("; ")),
        others => format!("{focus} is {}; it is {given} with all others", others.join("; ")),
    };
    let told = format!("Of {n} values of assumptions that the study tried one at a time, {told}{see}.");
    Ok(Some(words(told)))
}
