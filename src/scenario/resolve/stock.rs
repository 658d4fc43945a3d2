//! Opening stock: the stage of every installation at the start of the first day.

use crate::model::{Cohort, OpeningStage, Status, Stock, Supplier};
use crate::scenario::document::Table;
use crate::scenario::merged::Document;
use crate::scenario::problem::Problem;
use crate::scenario::value::Desk;

const SPEC: &str = "stock";
/// A model holds fewer installations than this.
const MOST: u64 = 1 << 31;

pub(super) fn read(
    document: &Document,
    cohorts: &[Cohort],
    suppliers: &[Supplier],
    desk: &mut Desk,
) -> Vec<Stock> {
    let (cohort_names, supplier_names) = names(cohorts, suppliers);
    let mut stock: Vec<(Stock, &Table)> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for table in document.list(SPEC) {
        let Some(row) = row(table, cohorts, (&cohort_names, &supplier_names), desk) else { continue };
        let place = (row.cohort, row.supplier, row.status, row.stage);
        if let Some(first) = seen.insert(place, table) {
            let message = format!(
                "the {} stock of `{}` at `{}` is listed twice",
                row.status.name(),
                cohort_names[row.cohort],
                supplier_names[row.supplier]
            );
            let problem = Problem::new(message, Some(&table.place), "again here");
            desk.problem(
                problem.related(Some(&first.place), "first here").help("put the two counts into one row"),
            );
        }
        stock.push((row, table));
    }
    check_total(document, &stock, desk);
    let mut stock: Vec<Stock> = stock.into_iter().map(|(row, _)| row).collect();
    // The order of rows in a file means nothing: the model's order is that of its cohorts and suppliers.
    stock.sort_by_key(|s| (s.cohort, s.supplier, s.status, order(s.stage)));
    stock
}

/// The rows that counts took the place of.
pub(super) fn before_counts(
    rows: &[Table],
    cohorts: &[Cohort],
    suppliers: &[Supplier],
    desk: &mut Desk,
) -> Vec<Stock> {
    let (cohort_names, supplier_names) = names(cohorts, suppliers);
    rows.iter().filter_map(|table| row(table, cohorts, (&cohort_names, &supplier_names), desk)).collect()
}

fn names(cohorts: &[Cohort], suppliers: &[Supplier]) -> (Vec<String>, Vec<String>) {
    (cohorts.iter().map(|c| c.name.clone()).collect(), suppliers.iter().map(|s| s.name.clone()).collect())
}

fn row(table: &Table, cohorts: &[Cohort], names: (&[String], &[String]), desk: &mut Desk) -> Option<Stock> {
    desk.require(table, SPEC, &["cohort", "supplier", "status", "installations"]);
    let cohort = desk.named(table, SPEC, "cohort", names.0);
    let supplier = desk.named(table, SPEC, "supplier", names.1);
    let status = desk.choice(table, SPEC, "status").map(|choice| Status::ALL[choice]);
    let installations = desk.whole(table, SPEC, "installations");
    let stage = desk.choice(table, SPEC, "stage");
    let attempt = desk.whole(table, SPEC, "attempt").and_then(|n| u8::try_from(n).ok());
    if table.item("stage").is_some() && stage.is_none() {
        return None;
    }
    let (cohort, supplier, status) = (cohort?, supplier?, status?);
    let installations = u32::try_from(installations?).ok()?;
    let stage = stage_of(table, stage.unwrap_or(0), attempt, (&cohorts[cohort], status), desk)?;
    if status == Status::Active && matches!(stage, OpeningStage::FirmwareWait { .. }) {
        let message = "updates of Active installations are their supplier's, and do not fail in this model";
        let problem =
            Problem::new(message, Some(table.place_of("stage")), "a stage of Dormant installations");
        desk.problem(problem.help(
            "write \"firmware-under-way\" or \"unmigrated\": the supplier delay gives the day on which they are ready",
        ));
        return None;
    }
    Some(Stock { cohort, supplier, status, installations, stage })
}

/// The stage a row means, with the attempt it names.
fn stage_of(
    table: &Table,
    stage: usize,
    attempt: Option<u8>,
    (cohort, status): (&Cohort, Status),
    desk: &mut Desk,
) -> Option<OpeningStage> {
    let least = if stage == 6 { 2 } else { 1 };
    let number = attempt.unwrap_or(least);
    let meant = match stage {
        0 => OpeningStage::Unmigrated,
        1 => OpeningStage::NeedsFirmware { attempt: number },
        2 => OpeningStage::FirmwareUnderWay { attempt: number },
        3 => OpeningStage::FirmwareWait { attempt: number },
        4 => OpeningStage::Ready { attempt: number },
        5 => OpeningStage::Eligible { attempt: number },
        6 => OpeningStage::RetryWait { attempt: number },
        7 => OpeningStage::Migrated,
        8 => OpeningStage::ExcludedNoWan,
        _ => OpeningStage::ExcludedAttempts,
    };
    // The updates of Active installations are their supplier's, which are not counted.
    let counted = meant.attempt().is_some() && !(status == Status::Active && meant.is_update());
    if attempt.is_some() && !counted {
        let message = "`attempt` is for installations that have an update or an attempt before them";
        let problem = Problem::new(message, Some(table.place_of("attempt")), "means nothing in this stage");
        desk.problem(problem.help("remove it, or add `stage`"));
        return Some(meant);
    }
    let most = cohort.most_attempts(meant);
    if meant.attempt().is_some() && !(least..=most).contains(&number) {
        let message =
            format!("attempt {number} is not possible for installations in the stage `{}`", meant.name());
        let key = if meant.is_update() { "update_tries" } else { "max_attempts" };
        let label = format!("`{key}` of `{}` is {most}", cohort.name);
        let problem = Problem::new(message, Some(table.place_of("attempt")), label);
        desk.problem(problem.help(format!("expected {least} to {most}")));
        return None;
    }
    Some(meant)
}

fn check_total(document: &Document, stock: &[(Stock, &Table)], desk: &mut Desk) {
    let total: u64 = stock.iter().map(|(row, _)| u64::from(row.installations)).sum();
    let nobody = document.list(SPEC).is_empty() || (total == 0 && stock.len() == document.list(SPEC).len());
    // A table that could not be read has been reported.
    if nobody && (desk.is_clean() || !document.says(SPEC)) {
        let place =
            stock.first().map(|(_, table)| &table.place).or(document.table("").map(|table| &table.place));
        let help = "add `[[stock]]` rows with `cohort`, `supplier`, `status` and `installations`";
        desk.problem(
            Problem::new("the population is empty", place, "there is nothing to migrate").help(help),
        );
    }
    if total >= MOST {
        let place = stock
            .iter()
            .max_by_key(|(row, _)| row.installations)
            .map(|(_, table)| table.place_of("installations"));
        let label = format!("all rows together hold {total} installations");
        let problem = Problem::new("the population is too large", place, label);
        desk.problem(problem.help(format!("expected fewer than {MOST}")));
    }
}

fn order(stage: OpeningStage) -> (u8, u8) {
    match stage {
        OpeningStage::Unmigrated => (0, 0),
        OpeningStage::NeedsFirmware { attempt } => (1, attempt),
        OpeningStage::FirmwareUnderWay { attempt } => (2, attempt),
        OpeningStage::FirmwareWait { attempt } => (3, attempt),
        OpeningStage::Ready { attempt } => (4, attempt),
        OpeningStage::Eligible { attempt } => (5, attempt),
        OpeningStage::RetryWait { attempt } => (6, attempt),
        OpeningStage::Migrated => (7, 0),
        OpeningStage::ExcludedNoWan => (8, 0),
        OpeningStage::ExcludedAttempts => (9, 0),
    }
}
