//! The first screen of a report, and the one page of a brief: the answer, who gains and who pays, what could change the decision.

use super::document::{Block, Grid, Item, Tile, Words, words};
use super::result_tables::{
    ACTIVE, Blocks, DORMANT, Evidence, Figures, Told, WHOLE, difference, ends_of_grid, in_grid,
};
use crate::findings::{Dimension, Kpi, kpi};
use crate::output::{AS_GIVEN, ResultsError};
use crate::replications::Comparison;
use crate::statistics::Finding;
use crate::wording::answer::{self, Against};
use crate::wording::bases::Portion;
use crate::wording::{headings, notes, numbers, verdict};

/// The scenario that the summary speaks of: the one that avoids most; the only one where there is no other.
fn focus<'e>(evidence: &'e Evidence) -> &'e str {
    let avoided = |one: &&Comparison| one.avoided.value;
    let most = evidence.comparisons.iter().max_by(|a, b| avoided(a).total_cmp(&avoided(b)));
    most.map_or(evidence.names()[0], |one| &one.scenario)
}

pub(super) fn summary(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let focus = focus(evidence);
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
    let focus = focus(evidence);
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
    if let Some(against) = evidence.against(focus)? {
        let mut lead = words(format!("{} ", against.verdict()));
        lead.extend(against.avoided());
        lead.extend(against.outcomes().into_iter().flat_map(|outcomes| [words(" "), outcomes].concat()));
        blocks.push(Block::Lead(lead));
        blocks.push(Block::Paragraph(how_much(evidence, &against, bound)));
        blocks.push(Block::List(gain_and_pay(evidence, against.comparison)?));
    }
    blocks.extend(evidence.whose()?.1.map(|sentence| Block::Paragraph(words(sentence))));
    blocks.push(Block::Tiles(tiles(evidence, focus)?));
    Ok(blocks)
}

/// What was to count as enough, and the most that anybody could expect.
fn how_much(evidence: &Evidence, against: &Against, bound: bool) -> Words {
    let mut told = against.threshold();
    if let Some(bound) = against.bound().filter(|_| bound) {
        told.push(Item::words(" "));
        told.extend(bound);
    }
    told.push(Item::words(format!(
        " All is counted up to {}; what is not migrated by then goes on waiting.",
        evidence.last_day()
    )));
    told
}

/// Who gains by route and group, what Active installations pay, and which parts of any scenario lose, a line each.
fn gain_and_pay(evidence: &Evidence, focus: &Comparison) -> Result<Vec<Words>, ResultsError> {
    let mut gains = Vec::new();
    for (title, by) in [
        ("Dormant days avoided by route, with 95% intervals: ", Dimension::Route),
        (". By group: ", Dimension::Group),
    ] {
        gains.push(Item::words(title));
        for (at, (part, days)) in answer::parts(focus, by).into_iter().enumerate() {
            gains.push(Item::words(format!("{}{part} ", if at == 0 { "" } else { ", " })));
            gains.extend(days);
        }
    }
    gains.push(Item::words("."));
    let mut pays = words("Effect on Active installations, scenario minus baseline, with 95% intervals:");
    let mut before = " ";
    for kpi in &answer::PAID[..2] {
        // Where no supplier has an obligation there is no number of those who miss it.
        let baseline = evidence.number(&focus.baseline, kpi, ACTIVE)?;
        let Some(paid) = answer::paid(focus, kpi, baseline) else { continue };
        pays.push(Item::words(format!("{before}{} ", kpi.title.trim_start_matches("Active "))));
        pays.extend(paid);
        before = ", ";
    }
    pays.push(Item::words(if before == " " { " nothing that is measured here." } else { "." }));
    Ok([gains, pays].into_iter().chain(answer::losers(&evidence.comparisons)).collect())
}

fn tiles(evidence: &Evidence, focus: &str) -> Result<Vec<Tile>, ResultsError> {
    let baseline = evidence.names()[0];
    let p80 = Told::Percentile("p80");
    let whose = evidence.whose()?.0;
    let rows: [(String, Kpi, (&str, &str), Told); 4] = [
        (headings::mean(&kpi::DORMANT_DAYS_LOST), kpi::DORMANT_DAYS_LOST, WHOLE, Told::Mean),
        (format!("{}, P80", headings::migrated(whose, Portion::of(50))), kpi::COMPLETION_50, DORMANT, p80),
        (
            format!("{} [% of replications]", headings::plan_date_met(whose)),
            kpi::PLAN_DATE_MET,
            DORMANT,
            Told::Mean,
        ),
        (headings::mean(&kpi::ACTIVE_LATE), kpi::ACTIVE_LATE, ACTIVE, Told::Mean),
    ];
    let tile = |(name, kpi, scope, told): &(String, Kpi, (&str, &str), Told)| {
        let mut note = words(format!("under {focus}"));
        if focus != baseline {
            note.push(Item::words(format!("; under {baseline} ")));
            note.extend(evidence.outcome(baseline, kpi, *scope, *told)?);
        }
        Ok(Tile { name: name.clone(), value: evidence.outcome(focus, kpi, *scope, *told)?, note })
    };
    rows.iter().map(tile).collect()
}

/// Scenarios by the measures that decide, the baseline first.
fn league(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let (whose, left_out) = evidence.whose()?;
    let mut header = vec![
        "Scenario".to_owned(),
        "Verdict".to_owned(),
        headings::measure(&kpi::DORMANT_DAYS_AVOIDED),
        headings::mean(&kpi::DORMANT_DAYS_LOST),
        format!("{}, P80", headings::migrated(whose, Portion::of(50))),
        format!("{}, P80", headings::migrated(whose, Portion::All)),
        format!("{} [% of replications]", headings::plan_date_met(whose)),
    ];
    // Nobody left out needs no column.
    header.extend(
        left_out.is_some().then(|| format!("Dormant: {}", headings::mean(&kpi::EXCLUDED).to_lowercase())),
    );
    header.push(headings::mean(&kpi::ACTIVE_LATE));
    let mut rows = Vec::new();
    for name in evidence.names() {
        let (verdict, avoided) = match (evidence.against(name)?, evidence.avoided(name)?) {
            (Some(against), Some(row)) => (words(verdict::of(against.comparison)), difference(row)?),
            _ => (words("baseline"), words("-")),
        };
        let of = |kpi: &Kpi, scope, told| evidence.outcome(name, kpi, scope, told);
        let p80 = Told::Percentile("p80");
        let mut row = vec![
            words(name),
            verdict,
            avoided,
            of(&kpi::DORMANT_DAYS_LOST, WHOLE, Told::Mean)?,
            of(&kpi::COMPLETION_50, DORMANT, p80)?,
            of(&kpi::COMPLETION_100, DORMANT, p80)?,
            of(&kpi::PLAN_DATE_MET, DORMANT, Told::Mean)?,
        ];
        if left_out.is_some() {
            row.push(of(&kpi::EXCLUDED, DORMANT, Told::Mean)?);
        }
        row.push(of(&kpi::ACTIVE_LATE, ACTIVE, Told::Mean)?);
        rows.push(row);
    }
    Ok(Grid {
        caption: "The scenarios by the measures that decide; in brackets the interval of each estimate, that of the days avoided for all scenarios together and the others at 95%; P80 is the day by which four in five replications are done".to_owned(),
        header,
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
            let findings = Evidence::findings(&evidence.combinations, focus);
            let counted = verdict::counted(findings.map(|(_, finding)| finding));
            let mut point = words(format!(
                "With other values of {axes} alone, Dormant days avoided by {focus} go from "
            ));
            point.extend(in_grid(least)?);
            point.push(Item::words(" to "));
            point.extend(in_grid(most)?);
            point.push(Item::words(format!(
                " installation-days: {counted} combinations{}.{}",
                see("How sure this is"),
                if evidence.sensitivity.is_some() { "" } else { " Other assumptions may move it more." }
            )));
            point
        }
        None => words(
            "Other values of inputs that nobody has published were not tried here; a study with a grid tries them.",
        ),
    });
    points.extend(tried_alone(evidence, focus, &see("How sure this is")));
    points.push(words(format!("{}{}.", notes::INTERVAL_IS_OF_THE_MODEL, see("Limits of use"))));
    Ok(points)
}

/// What one assumption changed at a time does to the verdict, where that was tried.
fn tried_alone(evidence: &Evidence, focus: &str, see: &str) -> Option<Words> {
    let mut tried: Vec<(String, Finding)> = Evidence::findings(&evidence.alone, focus).collect();
    let at = tried.iter().position(|(value, _)| value == AS_GIVEN)?;
    let (_, given) = tried.remove(at);
    let (n, words_of) = (tried.len(), verdict::dormant(given));
    let alike = tried.iter().filter(|(_, finding)| *finding == given).count();
    let told = match verdict::others(given, tried) {
        none if none.is_empty() => format!("{words_of} with each"),
        others if alike == 0 => others.join("; "),
        others => format!("{}; {words_of} with all others", others.join("; ")),
    };
    Some(words(format!(
        "{focus}, of {n} values of assumptions that the study tried one at a time: {told}{see}."
    )))
}
