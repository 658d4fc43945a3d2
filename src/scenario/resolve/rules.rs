//! The rules of the run: firmware, allocation, commitments, change of supplier, removal.

use super::calendar::steps;
use super::{PCT, SLIP, planned, uncertain};
use crate::model::{
    Allocation, AllocationPolicy, Calendar, ChangeOfSupplier, Commitment, Dated, DminCovers, DminScope,
    DormantPriority, FirmwareOrder, FirmwarePolicy, FirmwareRules, Precedence, Redesignation, Remainder,
    Removal, Rework, Rounding, UnusedFlat,
};
use crate::scenario::dated::Dates;
use crate::scenario::document::{Item, Table};
use crate::scenario::problem::Problem;
use crate::scenario::uncertain::Holds;
use crate::scenario::value::{Desk, key};

pub(super) fn firmware(table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> FirmwareRules {
    const SPEC: &str = "firmware";
    let pct = |desk: &mut Desk, name: &str| {
        let (path, holds) = (format!("{SPEC}.{name}"), Holds::Programme);
        uncertain(desk, dates.factors, (table, SPEC, name), (&path, holds), PCT, 0.0)
    };
    let rework = Rework {
        tested: pct(desk, "rework_tested_pct"),
        equivalence: pct(desk, "rework_equivalence_pct"),
        confidence: pct(desk, "rework_confidence_pct"),
    };
    FirmwareRules {
        policy: match desk.choice(table, SPEC, "policy") {
            Some(1) => FirmwarePolicy::Early,
            Some(2) => FirmwarePolicy::EarlyTestedOnly,
            Some(3) => FirmwarePolicy::SmsoConfidence,
            _ => FirmwarePolicy::Existing,
        },
        redesignation: redesignation(table, dates, desk),
        order: match desk.choice(table, SPEC, "order") {
            Some(1) => FirmwareOrder::EarliestExpectedEntry,
            Some(2) => FirmwareOrder::EnteredFirst,
            _ => FirmwareOrder::EarliestOpening,
        },
        rework,
    }
}

fn redesignation(table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> Redesignation {
    if table.item("redesignation").is_none() || table.text("redesignation") == Some("never") {
        return Redesignation::Never;
    }
    let names = ("redesignation", "redesignation_slip_days");
    let drawn = ("firmware.redesignation_slip_days", Holds::Programme);
    planned(desk, dates, (table, "firmware"), names, drawn, SLIP)
        .map_or(Redesignation::Never, Redesignation::On)
}

pub(super) fn allocation(table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> Allocation {
    const SPEC: &str = "allocation";
    let policy = desk.choice(table, SPEC, "policy");
    let dmin =
        dates.counts(desk, (table, SPEC, "dmin_per_day"), ("allocation.dmin_per_day", Holds::Programme));
    let second = |desk: &mut Desk, name: &str| desk.choice(table, SPEC, name) == Some(1);
    Allocation {
        policy: AllocationPolicy::ALL[policy.unwrap_or(0)].1,
        dormant_priority: dormant_priority(table, desk),
        precedence: if second(desk, "precedence") {
            Precedence::FlatFirst
        } else {
            Precedence::PriorityFirst
        },
        dmin: dmin.unwrap_or_else(|| Dated::constant(0)),
        dmin_scope: if second(desk, "dmin_scope") { DminScope::InAll } else { DminScope::PerGroup },
        dmin_covers: if second(desk, "dmin_covers") { DminCovers::Both } else { DminCovers::Active },
        remainder: match desk.choice(table, SPEC, "remainder") {
            Some(1) => Remainder::WholeDemand,
            Some(2) => Remainder::LowerBound,
            _ => Remainder::UnmetDemand,
        },
        unused_flat: if second(desk, "unused_flat") { UnusedFlat::Lost } else { UnusedFlat::SharedAgain },
        rounding: match desk.choice(table, SPEC, "rounding") {
            Some(1) => Rounding::LargestRemainder,
            Some(2) => Rounding::Webster,
            Some(3) => Rounding::Systematic,
            _ => Rounding::CarriedCredit,
        },
    }
}

fn dormant_priority(table: &Table, desk: &mut Desk) -> DormantPriority {
    let Some(item) = table.item("dormant_priority") else { return DormantPriority::Strict };
    let key = key("allocation", "dormant_priority");
    if table.text("dormant_priority") == Some("strict") {
        return DormantPriority::Strict;
    }
    let share = item.as_table().filter(|t| t.entries.len() == 1).and_then(|t| t.item("up_to_pct"));
    let Some(share) = share else {
        desk.unfit(key, item, None);
        return DormantPriority::Strict;
    };
    match desk.number_of(key, share) {
        Some(pct) if (0.0..=100.0).contains(&pct) => {
            desk.check_unit(key, share, (pct, pct));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and a million"
            )]
            let ppm = (pct * 10_000.0).round() as u32;
            DormantPriority::UpToShare { ppm }
        }
        Some(pct) => {
            let problem =
                Problem::new("`up_to_pct` is out of its range", Some(&share.place), format!("found {pct}"));
            desk.problem(problem.help("expected 0 to 100"));
            DormantPriority::Strict
        }
        None => DormantPriority::Strict,
    }
}

pub(super) fn commitment(
    table: &Table,
    dates: &Dates<'_>,
    rest_of_last_week: Vec<bool>,
    desk: &mut Desk,
) -> Commitment {
    const SPEC: &str = "commitment";
    let range = (0.0, 1_000.0, 1.0);
    let drawn = ("commitment.factor", Holds::Many("supplier", ""));
    let factor = uncertain(desk, dates.factors, (table, SPEC, "factor"), drawn, range, 1.0);
    let word = table.item("factor").and_then(Item::as_table).and_then(|factor| factor.text("draw"));
    let for_each = word != Some("for all");
    let cutoff = desk.whole(table, SPEC, "cutoff_days_before_week").unwrap_or(3);
    Commitment { factor, for_each, cutoff_days: u32::try_from(cutoff).unwrap_or(3), rest_of_last_week }
}

pub(super) fn change_of_supplier(
    table: &Table,
    dates: &Dates<'_>,
    desk: &mut Desk,
) -> Option<ChangeOfSupplier> {
    const SPEC: &str = "change_of_supplier";
    desk.require(table, SPEC, &["leaving_pct_per_month", "goes_dormant_pct"]);
    let drawn = ("change_of_supplier.goes_dormant_pct", Holds::Programme);
    let goes_dormant = uncertain(desk, dates.factors, (table, SPEC, "goes_dormant_pct"), drawn, PCT, 0.0);
    let weekly = desk.choice(table, SPEC, "step") == Some(1);
    let monthly = dates.shares(desk, table, SPEC, "leaving_pct_per_month")?;
    Some(ChangeOfSupplier { probability: stepped(&monthly, weekly, dates.calendar), goes_dormant })
}

pub(super) fn removal(table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> Removal {
    const SPEC: &str = "removal";
    let weekly = desk.choice(table, SPEC, "step") == Some(1);
    let mut of = |name: &str| {
        let monthly = dates.shares(desk, table, SPEC, name);
        stepped(&monthly.unwrap_or_else(|| vec![0.0; dates.calendar.n_days()]), weekly, dates.calendar)
    };
    Removal { dormant: of("dormant_pct_per_month"), active: of("active_pct_per_month") }
}

/// Daily probabilities from monthly shares; with a weekly step, each step day carries all the days to the next.
///
/// # Formula
/// A month's share m is 1 - (1 - m)^(12/365.25) a day; days together are 1 - product(1 - p).
fn stepped(monthly: &[f64], weekly: bool, calendar: &Calendar) -> Vec<f64> {
    let daily = |m: f64| 1.0 - libm::pow(1.0 - m, 12.0 / 365.25);
    let days = steps(calendar, weekly);
    let mut probability = vec![0.0; monthly.len()];
    for (at, from) in days.iter().enumerate() {
        let to = days.get(at + 1).copied().unwrap_or(monthly.len());
        let stays: f64 = monthly[*from..to].iter().map(|m| 1.0 - daily(*m)).product();
        probability[*from] = 1.0 - stays;
    }
    probability
}
