//! Checks counts against the stock of the scenario: no new installations, losses only by removal, and no installation
//! beyond an entry that is still to come.

use std::collections::{BTreeMap, BTreeSet};

use super::stock;
use crate::model::{Cohort, Entry, Model, OpeningStage, Status, Stock, Uncertain};
use crate::scenario::merged::Document;
use crate::scenario::problem::Problem;
use crate::scenario::suggest::some_of;
use crate::scenario::value::Desk;

/// Deviations by which chance may take more than removal does on average.
const DEVIATIONS: f64 = 3.0;
/// A slip in a thousand is later than the latest that counts here.
const LATEST: f64 = 0.999;

/// Warns of counts that do not go with the scenario.
pub(super) fn check(model: &Model, document: &Document, desk: &mut Desk) {
    let Some(before) = &document.before_counts else { return };
    let known = stock::before_counts(&before.stock, &model.cohorts, &model.suppliers, desk);
    let since = desk.date(&before.programme, "programme", "first_day");
    let days = since.map_or(0, |first| -model.calendar.day(first).0);
    let warnings = [
        (left_out(model, &known), "give every cell a row, with 0 if no installation is left"),
        (
            totals(model, &known, days),
            "installations change supplier and status, but leave a cohort by removal only",
        ),
        (
            beyond_entry(model),
            "for events that have happened, set the days in `gate` and `entry`, and their slips to 0",
        ),
    ];
    let place = document.list("stock").first().map(|row| &row.place);
    for (message, help) in warnings {
        if let Some(message) = message {
            desk.warning(Problem::new(message, place, "the counts begin here").help(help));
        }
    }
}

/// Cells that held installations and are not named.
fn left_out(model: &Model, known: &[Stock]) -> Option<String> {
    let cell = |stock: &Stock| (stock.cohort, stock.supplier, stock.status);
    let named: BTreeSet<_> = model.stock.iter().map(cell).collect();
    let mut missing: BTreeMap<_, u64> = BTreeMap::new();
    for stock in known.iter().filter(|stock| stock.installations > 0 && !named.contains(&cell(stock))) {
        *missing.entry(cell(stock)).or_default() += u64::from(stock.installations);
    }
    let told = |((cohort, supplier, status), n): (&(usize, usize, Status), &u64)| {
        let (cohort, supplier) = (&model.cohorts[*cohort].name, &model.suppliers[*supplier].name);
        format!("{n} {} of `{cohort}` at `{supplier}`", status.name())
    };
    let cells: Vec<String> = missing.iter().map(told).collect();
    let (n, noun) = (cells.len(), if cells.len() == 1 { "cell" } else { "cells" });
    (n > 0).then(|| format!("the counts leave out {n} {noun} that held installations: {}", some_of(&cells)))
}

/// Cohorts that hold more than they did, or fewer than removal explains.
fn totals(model: &Model, known: &[Stock], days: i32) -> Option<String> {
    let total = |stock: &[Stock]| stock.iter().map(|s| u64::from(s.installations)).sum::<u64>();
    let told = |(index, cohort): (usize, &Cohort)| {
        let of = |stock: &[Stock]| stock.iter().filter(|s| s.cohort == index).cloned().collect::<Vec<_>>();
        let (before, now) = (of(known), of(&model.stock));
        let most = removable(model, &before, days);
        let (before, now) = (total(&before), total(&now));
        let explained = now <= before && before - now <= most;
        let removed =
            if most == 0 { String::new() } else { format!(", of which removal takes {most} at most") };
        (!explained).then(|| format!("`{}` {now} of {before}{removed}", cohort.name))
    };
    let wrong: Vec<String> = model.cohorts.iter().enumerate().filter_map(told).collect();
    let (now, before) = (total(&model.stock), total(known));
    (!wrong.is_empty()).then(|| {
        format!("the counts hold {now} installations where the scenario has {before}: {}", some_of(&wrong))
    })
}

/// Returns the most that removal takes within a number of days, at the rates from the first day on: the mean and three
/// deviations.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a count of installations"
)]
fn removable(model: &Model, stock: &[Stock], days: i32) -> u64 {
    let Some(removal) = &model.removal else { return 0 };
    let days = usize::try_from(days).unwrap_or(0);
    let leaves = |daily: &[f64]| 1.0 - daily.iter().take(days).map(|p| 1.0 - p).product::<f64>();
    let shares = [leaves(&removal.dormant), leaves(&removal.active)];
    let share = |s: &Stock| f64::from(s.installations) * shares[usize::from(s.status == Status::Active)];
    let mean: f64 = stock.iter().map(share).sum();
    libm::ceil(mean + DEVIATIONS * libm::sqrt(mean)) as u64
}

/// Cohorts with installations that need an entry which may come after the first day.
fn beyond_entry(model: &Model) -> Option<String> {
    let told = |(index, cohort): (usize, &Cohort)| {
        let beyond = |s: &&Stock| s.cohort == index && needs_entry(s);
        let n: u64 = model.stock.iter().filter(beyond).map(|s| u64::from(s.installations)).sum();
        (n > 0 && latest_entry(cohort) > 0.0).then(|| format!("{n} of `{}`", cohort.name))
    };
    let early: Vec<String> = model.cohorts.iter().enumerate().filter_map(told).collect();
    (!early.is_empty()).then(|| {
        format!(
            "installations are counted that only an EPCL entry allows, and it may come after the first day: {}",
            some_of(&early)
        )
    })
}

/// Whether installations can only be where they are counted once their cohort is entered on the EPCL.
fn needs_entry(stock: &Stock) -> bool {
    use OpeningStage::{Eligible, ExcludedAttempts, FirmwareUnderWay, Migrated, RetryWait};
    match stock.stage {
        Eligible { .. } | RetryWait { .. } | Migrated | ExcludedAttempts => true,
        FirmwareUnderWay { .. } => stock.status == Status::Active,
        _ => false,
    }
}

/// Returns the largest number of days after the first one on which the entry may come; shared factors do not change it.
fn latest_entry(cohort: &Cohort) -> f64 {
    let latest = |input: &Uncertain| input.distribution.quantile(LATEST);
    let gate = f64::from(cohort.gate.day.0) + latest(&cohort.gate.slip);
    match &cohort.entry {
        Entry::On(planned) => gate.max(f64::from(planned.day.0) + latest(&planned.slip)),
        Entry::AfterGate(lag) => gate + latest(lag),
    }
}
