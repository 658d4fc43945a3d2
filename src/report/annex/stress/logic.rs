//! Items 2.1 to 2.4: what happens to an installation and on a day, what sets the scenarios apart, and how slots are shared.

use super::super::super::changes::changes;
use super::{Block, Subject, diagram, list, paragraph, profiles, steps, table};
use crate::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, FirmwareOrder, FirmwarePolicy, Precedence,
    Remainder, Rounding, UnusedFlat,
};

pub(super) fn overview(_: &Subject) -> Vec<Block> {
    vec![Block::Diagram(diagram::overview())]
}

pub(super) fn base_logic(_: &Subject) -> Vec<Block> {
    vec![
        paragraph(
            "The unit is an installation. Installations are counted by cell: a cohort, at one supplier, Dormant or Active. Every installation is in exactly one stage on every day. A Dormant one needs new firmware, sent within the group's capacity, and then notice. An Active one is updated by its own supplier after entry. Both need a slot to migrate, and nobody migrates before the entry of the cohort.",
        ),
        paragraph("Order of a day; each step works on the result of the steps before it:"),
        steps([
            "Dated events: gates, entries and rework, changes of capacity, outages, suppliers that become users of the national operator.",
            "Change of supplier, then removal. A weekly hazard takes its toll on the first day of the week.",
            "Returns: updates that end, and waits that end.",
            "Firmware starts, within the group's firmware capacity, in the order of item 2.5.4.",
            "Eligibility: entered, updated, and notice over; for an Active one, its supplier has updated it and is a user.",
            "Sharing of the day's slots, on days of migration only.",
            "Attempts: some slots are not taken up; of the others some succeed and some fail.",
            "Record of the day, and the checks of item 5.3.",
        ]),
    ]
}

pub(super) fn scenario_logic(subject: &Subject) -> Vec<Block> {
    let evidence = subject.evidence;
    let policies = [
        (FirmwarePolicy::Existing, "existing", "firmware opens on the day of entry"),
        (
            FirmwarePolicy::Early,
            "early",
            "firmware opens on the later of gate and re-designation, but not after entry",
        ),
        (
            FirmwarePolicy::EarlyTestedOnly,
            "early-tested-only",
            "as early; a cohort that rests on equivalence waits for entry",
        ),
        (
            FirmwarePolicy::SmsoConfidence,
            "smso-confidence",
            "firmware opens on the later of confidence day and re-designation, but not after entry",
        ),
    ];
    let used = |id: &str| {
        let of =
            |one: &serde_json::Value| one["firmware"]["policy"].as_str().unwrap_or("existing").to_owned();
        evidence.of_each("resolved").iter().any(|one| of(one) == id)
    };
    let meanings = policies
        .iter()
        .filter(|(_, id, _)| used(id))
        .map(|(_, id, does)| format!("Firmware policy {id}: {does}."));
    let mut blocks = vec![list(meanings)];
    let resolved = evidence.of_each("resolved");
    for (scenario, says) in evidence.titles().iter().zip(resolved).skip(1) {
        let (found, more) = changes(&resolved[0], says);
        if found.is_empty() {
            blocks.push(paragraph(format!("{scenario} has the same inputs as the baseline.")));
            continue;
        }
        let rest = if more > 0 { format!("; {more} more are in manifest.json") } else { String::new() };
        blocks.push(table(
            &format!("Inputs of {scenario} that differ from the baseline{rest}"),
            ["Input", "Baseline", "Scenario"],
            found.into_iter().map(|change| [change.key, change.baseline, change.scenario]),
        ));
    }
    if resolved.len() == 1 {
        blocks.push(paragraph("One scenario was run, so nothing sets scenarios apart."));
    }
    blocks
}

pub(super) fn algorithms(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let rules = &model.allocation;
    let mut blocks = vec![
        paragraph(
            "Sharing of a day's slots. Limits nest: programme, groups, suppliers within a group. Demand counts only as far as it fits its own limit. Where all usable demand fits, every demand is met and no rule is needed. Otherwise:",
        ),
        steps(rule(subject)),
        paragraph(
            "Formula of a share in proportion: quota(k) = amount x demand(k) / (demand(1) + ... + demand(n)). Quotas are fractions of whole numbers and are compared exactly; no floating-point number decides who gets a slot.",
        ),
        paragraph(format!("Rounding: {}.", rounding(rules.rounding))),
        paragraph(
            "Ties: equal fractions go by the declared order, turned by one place each day of migration. With n claimants, and t days of migration before today, claimant k (counted from 0) comes at place (k - t) mod n.",
        ),
        paragraph(
            "Limits that cross, such as a limit of a cohort over all suppliers, are met by exchanges within all limits. Each day's result carries a proof, which a separate checker verifies.",
        ),
        paragraph(
            "Outcomes are counts, drawn by inversion of the exact binomial distribution: the smallest k with P(X <= k) >= u. Lengths of updates and new suppliers are multinomial, made of binomials. Hazards are drawn by the day on which they strike, which has the same distribution as a draw for each installation and day.",
        ),
    ];
    if let Some(commitment) = &model.commitment {
        blocks.push(paragraph(format!(
            "Active demand is committed a week ahead, {} days before the Monday: the committed share of the eligible stock, spread evenly over the week's days of migration, rounded half up.",
            commitment.cutoff_days
        )));
    }
    blocks
}

/// The steps of the sharing rule that the scenario chose.
fn rule(subject: &Subject) -> Vec<String> {
    let rules = &subject.model.allocation;
    let priority = match rules.dormant_priority {
        DormantPriority::Strict => "Dormant first: the programme's slots go over the groups in proportion to usable Dormant demand, and in a group over its cells in proportion to demand.".to_owned(),
        DormantPriority::UpToShare { ppm } => format!(
            "Dormant first up to {}% of each limit; the rest is open to both.",
            f64::from(ppm) / 10_000.0
        ),
    };
    let scope = match rules.dmin_scope {
        DminScope::PerGroup => "each supplier with such demand in a group",
        DminScope::InAll => "each supplier with such demand, over all its groups",
    };
    let covers = match rules.dmin_covers {
        DminCovers::Active => "Active demand",
        DminCovers::Both => "demand of both statuses",
    };
    let flat = format!(
        "Flat amount (DMIN) for {covers}: {scope} gets the lesser of its demand and {} slots a day. Where that does not fit, all are cut to the same amount.",
        profiles::profile(&rules.dmin, &subject.model.calendar)
    );
    let unused = match rules.unused_flat {
        UnusedFlat::SharedAgain => "A part of the flat amount that finds no demand joins the remainder.",
        UnusedFlat::Lost => "A part of the flat amount that finds no demand stays empty.",
    };
    let remainder = match rules.remainder {
        Remainder::UnmetDemand => "Remainder: in proportion to the demand that is not yet met.",
        Remainder::WholeDemand => {
            "Remainder: in proportion to the whole demand of those whose demand is not yet met."
        }
        Remainder::LowerBound => {
            "Remainder: each gets the larger of the flat amount and its share in proportion."
        }
    };
    let last = "A supplier's amount goes over its cohorts in proportion to their demand.".to_owned();
    let flat_and_rest = [flat, unused.to_owned(), remainder.to_owned()];
    let order: Vec<String> = match (rules.policy, rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => {
            std::iter::once(priority).chain(flat_and_rest).collect()
        }
        (AllocationPolicy::Msm, Precedence::FlatFirst) => {
            let [flat, unused, remainder] = flat_and_rest;
            vec![flat, unused, priority, remainder]
        }
        (AllocationPolicy::ActiveFirst, _) => flat_and_rest
            .into_iter()
            .chain(["Dormant demand last: in proportion to what is still wanted.".to_owned()])
            .collect(),
        (policy, _) => {
            let known = AllocationPolicy::ALL.into_iter().find(|(_, known, _)| *known == policy);
            vec![known.map_or_else(String::new, |(id, _, does)| format!("{id}: {does}."))]
        }
    };
    order.into_iter().chain([last]).collect()
}

fn rounding(rule: Rounding) -> &'static str {
    match rule {
        Rounding::CarriedCredit => {
            "everybody gets the whole part of the quota; odd slots go by the fraction plus the credit carried from earlier days. Credit grows by the quota less the slots given, and ends on a day without demand"
        }
        Rounding::LargestRemainder => {
            "everybody gets the whole part of the quota; odd slots go by the largest fraction, each day for itself"
        }
        Rounding::Webster => "Webster's divisor method",
        Rounding::Systematic => {
            "one offset against the running sum of quotas, turned by the golden ratio each day of migration"
        }
    }
}

/// Whose updates start first, in words.
pub(super) fn firmware_order(order: FirmwareOrder) -> &'static str {
    match order {
        FirmwareOrder::EarliestOpening => "by the day on which firmware opened for the cohort",
        FirmwareOrder::EarliestExpectedEntry => "by the planned day of entry",
        FirmwareOrder::EnteredFirst => "entered cohorts first, then by the day on which firmware opened",
    }
}
