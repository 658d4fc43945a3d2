//! Titles of the figures that set scenarios against a baseline: what the verdicts and intervals allow to say, and how much it is.
//! At most 15 words, and names as they are.

use super::letters::capitalised;
use super::numbers;
use super::verdict::{self, Price};
use crate::findings::kpi;
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Estimate, Finding, Side};

/// All of several scenarios, in words.
#[must_use]
pub fn all_scenarios(n: usize) -> String {
    if n == 2 { "both scenarios".to_owned() } else { format!("all {n} scenarios") }
}

/// Whether a scenario avoids enough Dormant days to matter.
#[must_use]
pub fn avoids_enough(of: &Comparison) -> bool {
    of.verdict.finding == Finding::Differs(Side::Above)
}

/// Dormant days avoided by scenarios against their baseline.
#[must_use]
pub fn days_avoided(comparisons: &[Comparison]) -> String {
    let [one] = comparisons else { return days_avoided_by_several(comparisons) };
    let Comparison { scenario: name, avoided, threshold, .. } = one;
    let days = size(avoided);
    match one.verdict.finding {
        Finding::Differs(side) => {
            let verb = if side == Side::Above { "avoids" } else { "adds" };
            format!("{name} {verb} {days} Dormant days{}", price(one))
        }
        Finding::DiffersPerhapsTooLittle(side) => {
            let verb = if side == Side::Above { "avoids" } else { "adds" };
            format!("{name} {verb} {days} Dormant days, perhaps too few to matter")
        }
        Finding::NoPracticalDifference if avoided.value == 0.0 => format!("{name} changes no Dormant days"),
        Finding::NoPracticalDifference => {
            let verb = if avoided.value > 0.0 { "avoids" } else { "adds" };
            let matter = numbers::three_digits(*threshold);
            format!("{name} {verb} {days} Dormant days, fewer than the {matter} that matter here")
        }
        Finding::NotSettled => format!("Whether {name} avoids Dormant days is not settled"),
        Finding::NotSeen if avoided.value == 0.0 => {
            format!(
                "None of {} shows {name} to change Dormant days",
                numbers::plural(avoided.n, "replication")
            )
        }
        Finding::NotSeen => {
            let verb = if avoided.value > 0.0 { "avoids" } else { "adds" };
            format!("{name} {verb} {days} Dormant days in each of {} replications", numbers::count(avoided.n))
        }
    }
}

/// What the verdicts allow to say of several scenarios.
fn days_avoided_by_several(several: &[Comparison]) -> String {
    let all = several.len();
    let enough: Vec<&Comparison> = several.iter().filter(|one| avoids_enough(one)).collect();
    let pay = enough.iter().filter(|one| verdict::price(one) == Some(Price::MoreWaiting)).count();
    let add = several.iter().filter(|one| one.verdict.finding == Finding::Differs(Side::Below)).count();
    let (who, verb) = match enough.len() {
        0 => (format!("None of {all} scenarios"), "is shown to avoid"),
        n if n == all => (capitalised(&all_scenarios(all)), "avoid"),
        1 => (format!("1 of {all} scenarios"), "avoids"),
        n => (format!("{n} of {all} scenarios"), "avoid"),
    };
    let but = match (add, pay) {
        (1, _) => "; 1 adds many".to_owned(),
        (2.., _) => format!("; {add} add many"),
        (0, 0) => String::new(),
        (0, n) => format!("; under {n} the Active wait longer"),
    };
    format!("{who} {verb} enough Dormant days to matter{but}")
}

/// Dormant days lost by scenarios and their baseline.
#[must_use]
pub fn days_lost(comparisons: &[Comparison]) -> String {
    let Some(Comparison { baseline: base, .. }) = comparisons.first() else { return String::new() };
    if let [one] = comparisons {
        let Comparison { scenario: name, avoided, threshold, .. } = one;
        let (days, less) = (size(avoided), if avoided.value > 0.0 { "fewer" } else { "more" });
        return match one.verdict.finding {
            Finding::Differs(_) => format!("{name} loses {days} {less} Dormant days than {base}"),
            Finding::DiffersPerhapsTooLittle(_) => {
                format!("{name} loses {days} {less} Dormant days than {base}, perhaps too few to matter")
            }
            Finding::NoPracticalDifference if avoided.value == 0.0 => {
                format!("{name} loses as many Dormant days as {base}")
            }
            Finding::NoPracticalDifference => {
                let matter = numbers::three_digits(*threshold);
                format!("{name} loses {days} {less} Dormant days than {base}; {matter} would matter")
            }
            Finding::NotSettled => {
                format!("Whether {name} loses fewer Dormant days than {base} is not settled")
            }
            Finding::NotSeen if avoided.value == 0.0 => {
                let n = numbers::plural(avoided.n, "replication");
                format!("{name} loses as many Dormant days as {base} in each of {n}")
            }
            Finding::NotSeen => {
                let n = numbers::plural(avoided.n, "replication");
                format!("{name} loses {days} {less} Dormant days than {base} in each of {n}")
            }
        };
    }
    let (n, all) = (comparisons.iter().filter(|one| avoids_enough(one)).count(), comparisons.len());
    let (who, verb) = match n {
        0 => return format!("None of {all} scenarios is shown to save enough Dormant days to matter"),
        n if n == all => (capitalised(&all_scenarios(all)), "lose"),
        1 => (format!("1 of {all} scenarios"), "loses"),
        n => (format!("{n} of {all} scenarios"), "lose"),
    };
    format!("{who} {verb} fewer Dormant days than {base} by enough to matter")
}

/// Who pays for what scenarios change.
#[must_use]
pub fn payers(comparisons: &[Comparison]) -> String {
    let Some(Comparison { baseline: base, .. }) = comparisons.first() else { return String::new() };
    let [one] = comparisons else {
        let longer = comparisons.iter().filter(|one| verdict::price(one) == Some(Price::MoreWaiting));
        let (n, all) = (longer.count(), comparisons.len());
        return match n {
            0 => format!(
                "Under none of {all} scenarios are Active installations shown to wait longer than under {base}"
            ),
            n if n == all => format!("The Active wait longer under {} than under {base}", all_scenarios(all)),
            n => format!("The Active wait longer under {n} of {all} scenarios than under {base}"),
        };
    };
    let dormant = match one.verdict.finding {
        Finding::Differs(side) | Finding::DiffersPerhapsTooLittle(side) => Some(side),
        _ => one.avoided.interval.side().filter(|_| gives_claim(one.avoided.n)),
    };
    let days = size(&one.avoided);
    let of_dormant = match dormant {
        Some(Side::Above) => format!("the Dormant wait {days} days less"),
        Some(Side::Below) => format!("the Dormant wait {days} days longer"),
        None if is_nothing(&one.avoided) => "the Dormant wait as long".to_owned(),
        None => "the Dormant wait is not settled".to_owned(),
    };
    let change = one.change(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &crate::findings::Scope::active());
    let of_active = change.as_ref().map(|change| match Price::of(change) {
        Price::MoreWaiting => format!("the Active {} longer", size(change)),
        Price::LessWaiting => format!("the Active {} less", size(change)),
        Price::SameWaiting => "the Active as long".to_owned(),
        Price::NotSeen if change.value == 0.0 => "the Active as long in all replications".to_owned(),
        Price::NotSeen => format!(
            "the Active {} {} in all",
            size(change),
            if change.value > 0.0 { "longer" } else { "less" }
        ),
        Price::NotSettled => "the Active not settled".to_owned(),
    });
    match of_active {
        Some(_) if is_nothing(&one.avoided) && change.as_ref().is_some_and(is_nothing) => {
            format!("Under {} Dormant and Active wait as long as under {base}", one.scenario)
        }
        // Where not a day of the Dormant changes, as where nobody is Dormant, the Active alone are spoken of.
        Some(of_active) if is_nothing(&one.avoided) => {
            let of_active = of_active.replacen("the Active", "the Active wait", 1);
            format!("Under {} {of_active}", one.scenario)
        }
        Some(of_active) => format!("Under {} {of_dormant}, {of_active}", one.scenario),
        None => format!("Under {} {of_dormant}", one.scenario),
    }
}

/// Under how many combinations scenarios avoid enough to matter; `findings` has those of each scenario by combination.
#[must_use]
pub fn grid(who: Option<&str>, enough: usize, all: usize) -> String {
    let who = who.unwrap_or("every scenario");
    format!("In {enough} of {all} combinations {who} avoids enough Dormant days to matter")
}

/// What the Active installations pay, behind the days avoided; nothing where it is not known.
fn price(one: &Comparison) -> String {
    let change = one.change(&kpi::ACTIVE_DAYS_SINCE_ENTRY, &crate::findings::Scope::active());
    match change.as_ref().map(|change| (Price::of(change), size(change))) {
        Some((Price::MoreWaiting, days)) => format!("; the Active wait {days} longer"),
        Some((Price::LessWaiting, days)) => format!("; the Active wait {days} less"),
        _ => String::new(),
    }
}

/// How large a difference is, without its sign, to the digits that its error leaves.
fn size(of: &Estimate) -> String {
    numbers::estimate(*of, kpi::DORMANT_DAYS_AVOIDED.unit).value.trim_start_matches('-').to_owned()
}

/// Whether not a day more or less was seen in any replication.
fn is_nothing(change: &Estimate) -> bool {
    change.value == 0.0 && change.is_constant()
}
