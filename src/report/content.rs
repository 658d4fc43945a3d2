//! What a report says, section by section, from the tables of a results folder.

use serde_json::Value as Json;

use super::changes::changes;
use super::document::{Block, Document, Grid, Picture, Section, Words, words};
use super::result_tables::{
    ACTIVE, Blocks, DORMANT, Evidence, Figures, Told, count, difference, in_grid, mean, paid_in_grid,
    tried_in,
};
use super::summary::summary;
use crate::findings::{Dimension, Kpi, kpi};
use crate::output::{Results, ResultsError, Row, Sheet, Source, Tried, replications_tried};
use crate::statistics::RANKED_FROM;
use crate::wording::answer;
use crate::wording::{self, headings, notes, numbers};

/// The report of a folder of replications. `timeline` is the figure of what each cohort lived through, where one was drawn; `again`
/// are the commands that make the report again.
///
/// # Errors
/// A file of the folder is missing, changed or damaged.
pub fn report(
    results: &Results,
    question: Option<&str>,
    timeline: Option<Picture>,
    again: &[String],
) -> Result<Document, ResultsError> {
    let evidence = Evidence::of(results)?;
    let mut figures = Figures::of(results);
    let of = |id, title, blocks: Blocks| Ok(Section { id, title, blocks: blocks? });
    let mut sections = vec![of("summary", "Summary", summary(&evidence))?];
    if evidence.difference.is_some() {
        sections.push(of(
            "changes",
            "What differs between the scenarios",
            Ok(differs(&evidence, timeline, &mut figures)),
        )?);
        sections.push(of("gains", "Who gains", gains(&evidence, &mut figures))?);
        sections.push(of("pays", "Who pays", pays(&evidence, &mut figures))?);
    }
    sections.push(of("when", "When it is done", when(&evidence, &mut figures))?);
    sections.push(of("sure", "How sure this is", sure(&evidence, &mut figures))?);
    sections.push(of("assumptions", "Assumptions and their sources", assumptions(&evidence))?);
    sections.push(of("limits", "Limits of use", Ok(limits()))?);
    sections.push(of("method", "Method", Ok(method(&evidence, question)))?);
    sections.push(of("measures", "What the measures are", Ok(measures()))?);
    sections.push(of("again", "Make this report again", Ok(reproduce(&evidence, again)))?);
    Ok(Document { title: evidence.title(question), status: evidence.status(), one_page: false, sections })
}

fn differs(evidence: &Evidence, timeline: Option<Picture>, figures: &mut Figures) -> Vec<Block> {
    let resolved = evidence.of_each("resolved");
    let mut blocks = Vec::new();
    for (name, scenario) in evidence.names().iter().zip(resolved).skip(1) {
        let (found, more) = changes(&resolved[0], scenario);
        let row =
            |change: super::changes::Change| [change.key, change.baseline, change.scenario].map(words).into();
        let seeds = evidence.of_each("seeds");
        let draws = if seeds.iter().all(|seed| *seed == seeds[0]) { ", and so are the draws" } else { "" };
        let rest = if more > 0 { format!("; {more} more are in manifest.json") } else { String::new() };
        if found.is_empty() {
            blocks.push(Block::Paragraph(words(format!("{name} has the same inputs as the baseline."))));
            continue;
        }
        blocks.push(Block::Table(Grid {
            caption: format!(
                "Inputs of {name} that differ from the baseline; all others are the same{draws}{rest}"
            ),
            header: vec!["Input".to_owned(), evidence.names()[0].to_owned(), (*name).to_owned()],
            rows: found.into_iter().map(row).collect(),
        }));
    }
    if let Some(picture) = timeline {
        blocks.push(Block::Paragraph(words(
            "The next figure shows the effect cohort by cohort, for one replication of each scenario under the same draws. Its numbers are those of that replication; the means elsewhere are over all replications and differ from them.",
        )));
        blocks.push(Block::Paragraph(words(
            "How to read it: a cohort is a family of devices that is approved together. Its gate is the day on which testing has given its evidence; after the governance that follows it is entered on the Eligible Product Combinations List (EPCL), the black stroke, and none of it migrates before that day. Dormant installations need new firmware first. Green left of the stroke is time in which that firmware may already be sent; without green it waits for the stroke. The dark blue bar is the first to the last Dormant migration, the orange line the same of the Active installations: their length is time, not number. A bar that ends in an arrow is not finished at the end. At the right stands what the lower row changes: when the last Dormant installation of the cohort migrates, and how many Dormant days that avoids, the measure of this report.",
        )));
        blocks.push(figures.number(picture));
    }
    blocks
}

fn gains(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let mut blocks: Vec<Block> = figures.take("fig-difference")?.into_iter().collect();
    blocks.extend(figures.take("fig-detriment")?);
    let mut header = vec!["Part".to_owned()];
    header.extend(evidence.others().iter().map(|name| format!("{name} [installation-days]")));
    for (title, by) in
        [("route", Dimension::Route), ("group", Dimension::Group), ("supplier size", Dimension::SupplierSize)]
    {
        let mut rows = Vec::new();
        for part in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, by.name())? {
            let mut row = vec![words(part)];
            for name in evidence.others() {
                let found = evidence.change(name, kpi::DORMANT_DAYS_AVOIDED.id, (by.name(), part))?;
                row.push(found.map_or_else(|| Ok(words("no such part")), difference)?);
            }
            rows.push(row);
        }
        let caption =
            format!("Dormant days avoided by {title}; below 0 it loses. Intervals at 95% by themselves");
        blocks.push(Block::Table(Grid { caption, header: header.clone(), rows }));
    }
    blocks.push(Block::Table(causes(evidence)?));
    Ok(blocks)
}

/// What the Dormant wait for in each scenario.
fn causes(evidence: &Evidence) -> Result<Grid, ResultsError> {
    let mut header = vec!["Waiting for".to_owned()];
    header.extend(evidence.names().iter().map(|name| format!("{name} [installation-days]")));
    let mut rows = Vec::new();
    for cause in evidence.members(&kpi::DORMANT_DAYS_AVOIDED, Dimension::Cause.name())? {
        let mut row = vec![words(wording::causes::title(cause))];
        for name in evidence.names() {
            let scope = (Dimension::Cause.name(), cause);
            row.push(evidence.outcome(name, &kpi::DORMANT_DAYS_LOST, scope, Told::Mean)?);
        }
        rows.push(row);
    }
    let caption = "What the Dormant wait for: mean Dormant days lost by the first cause that applies, with 95% intervals";
    Ok(Grid { caption: caption.to_owned(), header, rows })
}

fn pays(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let measures = answer::PAID.into_iter().chain([kpi::BECAME_DORMANT]);
    let mut header = vec!["Measure".to_owned()];
    header.extend(evidence.others().iter().map(|name| (*name).to_owned()));
    let change = |name: &str, id: &str, scope| -> Result<Words, ResultsError> {
        evidence.change(name, id, scope)?.map_or_else(|| Ok(words("no such measure")), difference)
    };
    let mut rows = Vec::new();
    for kpi in measures {
        let mut row = vec![words(headings::measure(&kpi))];
        for name in evidence.others() {
            row.push(change(name, kpi.id, ACTIVE)?);
        }
        rows.push(row);
    }
    let whole = Grid {
        caption: "Effect on Active installations: scenario minus baseline, with 95% intervals".to_owned(),
        header: header.clone(),
        rows,
    };
    let mut rows = Vec::new();
    for supplier in evidence.members(&kpi::ACTIVE_LATE, "supplier")? {
        let mut row = vec![words(supplier)];
        for name in evidence.others() {
            row.push(change(name, kpi::ACTIVE_LATE.id, ("supplier", supplier))?);
        }
        rows.push(row);
    }
    "Supplier".clone_into(&mut header[0]);
    let by_supplier = Grid {
        caption: "Active not migrated by each supplier's obligation date [installations]: scenario minus baseline, with 95% intervals".to_owned(),
        header,
        rows,
    };
    let mut blocks: Vec<Block> = figures.take("fig-payers")?.into_iter().collect();
    let grids = [whole, by_supplier].into_iter().filter(|grid| !grid.rows.is_empty());
    blocks.extend(grids.map(Block::Table));
    Ok(blocks)
}

fn when(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let levels = [("P10", "p10"), ("P50", "p50"), ("P80", "p80"), ("P90", "p90")]
        .map(|(name, column)| (name, Told::Percentile(column)));
    let shares = [
        ("half", kpi::COMPLETION_50),
        ("90%", kpi::COMPLETION_90),
        ("95%", kpi::COMPLETION_95),
        ("all", kpi::COMPLETION_100),
    ];
    let mut rows = Vec::new();
    for name in evidence.names() {
        for (share, kpi) in &shares {
            let mut row = vec![words(name), words(*share)];
            for (_, told) in levels {
                row.push(evidence.outcome(name, kpi, DORMANT, told)?);
            }
            rows.push(row);
        }
    }
    let (whose, left_out) = evidence.whose()?;
    let mut header = vec!["Scenario".to_owned(), format!("{} migrated", whose.title())];
    header.extend(levels.map(|(name, _)| name.to_owned()));
    let note = format!(
        "{} {} The interval in brackets is how well a percentile is known; more replications do narrow it. {}",
        notes::P80,
        notes::RANGE,
        notes::NOT_BY_END
    );
    let caption =
        format!("Days by which {} are migrated, by percentile of replications", whose.installations());
    let mut blocks = vec![Block::Paragraph(words(note))];
    blocks.extend(left_out.map(|sentence| Block::Paragraph(words(sentence))));
    blocks.extend(figures.take("fig-finish-range")?);
    blocks.extend(figures.take("fig-finish-ecdf")?);
    blocks.push(Block::Table(Grid { caption, header, rows }));
    Ok(blocks)
}

fn sure(evidence: &Evidence, figures: &mut Figures) -> Blocks {
    let mut blocks: Vec<Block> = figures.take("fig-convergence")?.into_iter().collect();
    if let Some(sheet) = &evidence.spread {
        blocks.push(Block::Table(spread(sheet)?));
    }
    for name in evidence.others() {
        if let Some(against) = evidence.against(name)? {
            blocks.push(Block::Paragraph(words(format!("{name}: {}", against.pairing()))));
        }
    }
    if let Some(sheet) = &evidence.grid {
        blocks.extend(figures.take("fig-grid")?);
        let caption = format!(
            "Inputs that nobody has published, tried in every combination, {}; the intervals of days avoided hold together at 95%, those of the Active at 95% each",
            each(&evidence.combinations)
        );
        blocks.push(Block::Table(tried(sheet, &caption)?));
    }
    if let Some(sheet) = &evidence.sensitivity {
        blocks.extend(figures.take("fig-sensitivity")?);
        let caption = format!(
            "One assumption changed at a time, {}, to values that the study chose, which are not a range of what is likely; the intervals of days avoided hold together at 95%, those of the Active at 95% each",
            each(&evidence.alone)
        );
        blocks.push(Block::Table(tried(sheet, &caption)?));
    }
    if let Some(sheet) = &evidence.ranking {
        blocks.push(Block::Table(ranking(sheet)?));
    }
    Ok(blocks)
}

/// How many replications what a study tries rests on, which may be other than those of the answer.
fn each(tried: &[Tried]) -> String {
    let n = replications_tried(tried);
    format!("{} each", numbers::plural(n, "replication"))
}

/// Which layer of chance each range comes from.
fn spread(sheet: &Sheet) -> Result<Grid, ResultsError> {
    let mut rows: Vec<Vec<Words>> = Vec::new();
    let mut of = String::new();
    for row in sheet.rows() {
        if row.text("layer")? == "all" {
            continue;
        }
        let name = format!("{}: {}", row.text("scenario")?, title_of(row.text("kpi")?));
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
        caption: "Where the spread comes from: shares of the variance [%], with 95% intervals but for the rest, what they do only together; one below 0 is too small to tell".to_owned(),
        header: header.map(str::to_owned).into(),
        rows,
    })
}

/// The difference under values that were tried, and what it costs Active installations.
fn tried(sheet: &Sheet, caption: &str) -> Result<Grid, ResultsError> {
    let of = tried_in(sheet);
    let mut header: Vec<String> = of.iter().map(|name| (*name).to_owned()).collect();
    header.extend(
        [
            "Scenario",
            "Dormant days avoided [installation-days]",
            "Verdict",
            "Days the Active wait more since entry [installation-days]",
        ]
        .map(str::to_owned),
    );
    let cells = |row: Row| -> Result<Vec<Words>, ResultsError> {
        let values = of.iter().map(|name| Ok(words(row.text(name)?)));
        let mut cells = values.collect::<Result<Vec<Words>, ResultsError>>()?;
        let (scenario, verdict) = (words(row.text("scenario")?), words(row.text("verdict")?));
        cells.extend([scenario, in_grid(row)?, verdict, paid_in_grid(row)?]);
        Ok(cells)
    };
    let rows = sheet.rows().map(cells).collect::<Result<_, ResultsError>>()?;
    Ok(Grid { caption: caption.to_owned(), header, rows })
}

/// The scenarios by what they lose, and which may be the best.
fn ranking(sheet: &Sheet) -> Result<Grid, ResultsError> {
    let cells = |row: Row| {
        Ok(vec![
            words(row.text("scenario")?),
            count(row, "days_lost")?,
            end(row, "more_than_best_of_others_from")?,
            end(row, "to")?,
            yes_or_no(row, "may_be_best")?,
            yes_or_no(row, "within_threshold_of_best")?,
        ])
    };
    let header = [
        "Scenario",
        "Dormant days lost, mean",
        "More than the best of the others, from",
        "to",
        "May be the best",
        "Nearer to the best than what matters (95%)",
    ];
    let few = sheet.rows().next().map(|row| row.count("replications")).transpose()?.unwrap_or(0)
        < RANKED_FROM as u64;
    let promise = if few {
        format!("of fewer than {RANKED_FROM} replications it holds less often than 95 times in 100")
    } else {
        "with 95% confidence the best is among those that may be the best".to_owned()
    };
    Ok(Grid {
        caption: format!("Ranking by Dormant days lost [installation-days]: {promise}"),
        header: header.map(str::to_owned).into(),
        rows: sheet.rows().map(cells).collect::<Result<_, ResultsError>>()?,
    })
}

/// The end of a range; it has none where two scenarios never differed in another amount.
fn end(row: Row, column: &str) -> Result<Words, ResultsError> {
    if row.text(column)?.is_empty() { Ok(words("not known")) } else { count(row, column) }
}

fn yes_or_no(row: Row, column: &str) -> Result<Words, ResultsError> {
    Ok(words(if row.flag(column)? == Some(true) { "yes" } else { "no" }))
}

/// The name for people of a measure.
pub(super) fn title_of(id: &str) -> &str {
    kpi::ALL.iter().find(|kpi| kpi.id == id).map_or(id, |kpi| kpi.title)
}

pub(super) fn assumptions(evidence: &Evidence) -> Blocks {
    let row = |line: &&Json| {
        ["about", "value", "quality", "source", "note", "said_by"]
            .map(|key| words(line[key].as_str().unwrap_or_default()))
            .into()
    };
    let header = ["About", "Value", "Quality", "Source", "Note", "Said by"];
    let register = Block::Table(Grid {
        caption: "The assumption register: documented is what a public source says, inferred what follows from one, assumed what we chose".to_owned(),
        header: header.map(str::to_owned).into(),
        rows: evidence.register().iter().map(row).collect(),
    });
    let threshold = evidence.threshold()?.map(|threshold| Block::Paragraph(words(threshold)));
    Ok([register].into_iter().chain(threshold).collect())
}

fn limits() -> Vec<Block> {
    let points = [
        "It is not a DCC forecast and not an actual result of the MSM. Which of its inputs are documented, inferred or assumed stands under Assumptions and their sources; what the register does not name is as the scenario files say it.",
        "Differences between scenarios are safer than levels: assumptions are the same on both sides.",
        "The sharing rule is partly ours: public documents say when it applies, that Dormant goes first, and what DMIN is.",
        "Installations of a cohort, supplier and status are alike; a failed attempt leaves no trace but its number; nobody in the model changes a plan because it is late.",
        "Installations stand for premises: one has one lead supplier, also where gas and electricity are with two.",
    ];
    vec![Block::List(points.map(words).into())]
}

/// What a reader needs to make the model again, in the order of the STRESS guideline for discrete-event simulation.
fn method(evidence: &Evidence, question: Option<&str>) -> Vec<Block> {
    let manifest = evidence.results.manifest();
    let first = &evidence.results.runs[0];
    let resolved = evidence.of_each("resolved").first().cloned().unwrap_or(Json::Null);
    let entries = |key: &str| resolved[key].as_array().map_or(0, Vec::len);
    let stock: u64 = resolved["stock"]
        .as_array()
        .iter()
        .flat_map(|list| list.iter())
        .filter_map(|s| s["installations"].as_u64())
        .sum();
    let n = manifest["replications"].as_u64().unwrap_or(0);
    let mut seeds: Vec<String> = evidence.of_each("seeds").iter().map(Json::to_string).collect();
    seeds.dedup();
    let (version, commit) = &evidence.results.program;
    let read_back = |Source { folder, program: (version, commit), .. }: Source| {
        format!("; simulated for {folder} by dormouse {version}, commit {commit}")
    };
    let read_back: String = evidence.results.sources().into_iter().map(read_back).collect();
    let rows = [
        ("1.1 Purpose", question.or(resolved["question"].as_str()).unwrap_or("To compare plans of a migration when capacity is short.").to_owned()),
        ("1.2 Outputs", "Dormant days lost and avoided, completion days, use of capacity, effects on Active installations; defined below.".to_owned()),
        ("2.1 Base model", "Installations of cohorts, suppliers and statuses wait for gate, firmware, EPCL entry and notice, then for a slot; each day's capacity is shared by the chosen rule, Dormant first where that is the rule; attempts succeed or fail and are tried again.".to_owned()),
        ("2.2 Time", "Days; migrations on working days of the scenario's calendar; updates, notices and retries take whole days.".to_owned()),
        ("2.3 Scenario logic", format!("{}; their inputs differ as listed under What differs.", evidence.names().join(", "))),
        ("2.4 Components", format!("{} cohorts, {} suppliers, {} groups, {} installations at the start.", entries("cohort"), entries("supplier"), entries("group"), numbers::count(stock))),
        ("3.1 Data and assumptions", format!("{} entries in the register, each with source and quality.", evidence.register().len())),
        ("4.1 Start", format!("A terminating simulation: it starts from the stock of {} as given, without warm-up.", first.first)),
        ("4.2 Length", format!("{} to {}.", first.first, first.last)),
        ("4.3 Estimation", format!("{n} replications ({}). Means and differences: Student's t. Several scenarios: Bonferroni. Percentiles: order statistics. Shares: Wilson.", manifest["stopped"].as_str().unwrap_or_default())),
        ("5.1 Software", format!("dormouse {version}, commit {commit}, in Rust{read_back}.")),
        ("5.2 Random numbers", format!("Counter-based, addressed by replication, entity, purpose and day, so that scenarios share every draw they both need. Seed {}. Counts by inversion.", seeds.join(", "))),
        ("5.3 Execution", "The same bytes on any number of threads. Stock, slots and the proof of every allocation are checked on every day of every run; one failure ends the run.".to_owned()),
        ("6.1 Code", "Open source, MIT or Apache 2.0; the inputs and their SHA-256 are listed below.".to_owned()),
    ];
    vec![Block::Table(Grid {
        caption: "What it takes to make the model again, by the items of STRESS-DES (Monks and others 2019)"
            .to_owned(),
        header: vec!["Item".to_owned(), "This study".to_owned()],
        rows: rows.map(|(item, what)| vec![words(item), words(what)]).into(),
    })]
}

pub(super) fn measures() -> Vec<Block> {
    let row = |kpi: &Kpi| [kpi.title, kpi.unit, kpi.better.name(), kpi.definition].map(words).into();
    vec![Block::Table(Grid {
        caption: "Every measure, with its unit, which way is better, and what it is".to_owned(),
        header: ["Measure", "Unit", "Better", "Definition"].map(str::to_owned).into(),
        rows: kpi::ALL.iter().map(row).collect(),
    })]
}

fn reproduce(evidence: &Evidence, again: &[String]) -> Vec<Block> {
    let mut rows: Vec<Vec<Words>> = Vec::new();
    let of_scenarios =
        evidence.of_each("scenarios").iter().filter_map(|one| one["inputs"].as_array()).flatten();
    let study = Some(&evidence.results.manifest()["study"]).filter(|study| study.is_object());
    for input in study.into_iter().chain(of_scenarios).chain(evidence.of_each("also_read")) {
        let row: Vec<Words> =
            ["path", "sha256"].map(|key| words(input[key].as_str().unwrap_or_default())).into();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    vec![
        Block::Command(again.join("\n")),
        Block::Table(Grid {
            caption: "Every file that was read".to_owned(),
            header: vec!["File".to_owned(), "SHA-256".to_owned()],
            rows,
        }),
    ]
}
