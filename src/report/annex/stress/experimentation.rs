//! Items 4.1 to 4.3: how a run starts, how long it is, and how results are estimated.

use super::{Block, Subject, list, paragraph};
use crate::model::OpeningStage;
use crate::report::study_record::NOT_STATED;
use crate::wording::numbers;

pub(super) fn initialisation(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let counted = model
        .stock
        .iter()
        .any(|row| row.stage != OpeningStage::Unmigrated && row.stage != OpeningStage::Migrated);
    vec![
        paragraph(format!(
            "A terminating simulation. It starts from the stock as it stands on the morning of {}, without a warm-up. It ends on the last day, whether or not the work is done.",
            numbers::long_date(model.calendar.first)
        )),
        paragraph(if counted {
            "Stock is given by stage. Ages that a count cannot say are spread evenly over the length of the stage (assumed)."
        } else {
            "The opening stock is not migrated, or migrated before the first day. The model works out the stage of each cell from its dates. Who needs no update is drawn at the start."
        }),
        paragraph(
            "Inputs that are uncertain are drawn once at the start of each replication, and hold for the whole of it.",
        ),
    ]
}

pub(super) fn run_length(subject: &Subject) -> Vec<Block> {
    let calendar = &subject.model.calendar;
    let open = calendar.migration.iter().filter(|open| **open).count();
    let firmware = calendar.firmware.iter().filter(|open| **open).count();
    vec![paragraph(format!(
        "{} to {}, both included: {}. Migration is possible on {} of them, and updates may start on {}. Time moves in whole days.",
        numbers::long_date(calendar.first),
        numbers::long_date(calendar.date(calendar.last())),
        numbers::plural(calendar.n_days(), "day"),
        numbers::count(open),
        numbers::count(firmware)
    ))]
}

pub(super) fn estimation(subject: &Subject) -> Vec<Block> {
    let evidence = subject.evidence;
    let manifest = evidence.results.manifest();
    let (n, full) = (evidence.results.replications(), evidence.results.full_replications());
    let why = evidence.study.reason("replications").unwrap_or_else(|| NOT_STATED.to_owned());
    let family = evidence.comparisons.len();
    let mut points = vec![
        format!(
            "{} replications of each scenario: {}. Why so many: {}.",
            numbers::count(n),
            manifest["stopped"].as_str().unwrap_or_default(),
            why.trim_end_matches('.')
        ),
        "Difference of two scenarios: the mean of the differences of the same replication, with Student's t. Percentiles: order statistics. Shares of replications: Wilson's interval; their differences: Newcombe's.".to_owned(),
    ];
    if full < n {
        points.push(format!(
            "Two levels: all replications are of the programme with suppliers merged, {} of them of the full programme as well. Estimates are those of the merged one plus the mean correction by the full one (two-level Monte Carlo, Giles 2008). Every interval is of the full programme.",
            numbers::count(full)
        ));
    } else {
        points.push("All replications are of the full programme.".to_owned());
    }
    if family > 1 {
        points.push(format!(
            "The intervals of the Dormant days avoided hold together at 95% for all {family} scenarios, by Bonferroni: {:.2}% each. All other intervals hold at 95% each.",
            100.0 - 5.0 / f64::from(u32::try_from(family).unwrap_or(u32::MAX))
        ));
    }
    if let Some(spread) = &evidence.spread {
        let blocks = spread.rows().next().and_then(|row| row.count("blocks").ok()).unwrap_or(0);
        points.push(format!(
            "Where the spread comes from: further runs in {} that mix the layers of chance of two replications, with jackknife intervals.",
            numbers::plural(usize::try_from(blocks).unwrap_or(usize::MAX), "block")
        ));
    }
    vec![list(points)]
}
