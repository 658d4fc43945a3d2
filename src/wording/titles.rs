//! Titles of the figures that set scenarios against a baseline: what the verdicts and intervals allow to say, and how much it is.
//! At most 15 words, and names as they are.

use super::causes::{self, Moved, Step};
use super::letters::capitalised;
use super::verdict::{self, Price};
use super::{enough, numbers};
use crate::findings::kpi;
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Chance, Estimate, Finding, Probability, Side};

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

/// The causes by which the scenario that avoids most comes to its days: the largest saving and the largest loss that are shown.
#[must_use]
pub fn causes(comparisons: &[Comparison]) -> String {
    let Some(most) = leading(comparisons) else { return String::new() };
    let (n, name) = (most.avoided.n, capitalised(scenario(most)));
    if !gives_claim(n) {
        return enough::too_few("saying which causes change", Probability::P50, n);
    }
    let days = |step: &Step| size(&step.change);
    let Moved { saved, lost } = causes::moved(most);
    let finding = match (&saved, &lost) {
        (Some(saved), Some(lost)) if saved.change.value.abs() >= lost.change.value.abs() => {
            let (there, back) = (saved.cause.there, lost.cause.there);
            format!("{name} saves {} days {there}; {} come back {back}", days(saved), days(lost))
        }
        (Some(saved), Some(lost)) => {
            let (there, added) = (saved.cause.there, lost.cause.there);
            format!("{name} adds {} days {added} and saves {} {there}", days(lost), days(saved))
        }
        (Some(saved), None) => format!("{name} saves {} days {}", days(saved), saved.cause.there),
        (None, Some(lost)) => format!("{name} adds {} days {}", days(lost), lost.cause.there),
        (None, None) if causes::steps(most).iter().all(Step::is_nothing) => {
            format!("{name} changes no Dormant days")
        }
        (None, None) => format!("No cause of waiting is shown to change under {}", scenario(most)),
    };
    format!("{finding}{}", others_add(comparisons, most))
}

/// What single replications avoid: how many avoid enough to matter, and how many add days. Of each scenario, in the order of
/// `comparisons`, the share of its replications that avoids more than the threshold and the share that adds days.
#[must_use]
pub fn outcomes(comparisons: &[Comparison], shares: &[[Chance; 2]]) -> String {
    let n = comparisons.first().map_or(0, |one| one.avoided.n);
    if !gives_claim(n) {
        return enough::too_few("a range of outcomes", Probability::P50, n);
    }
    let share = |of: &Chance| of.share().unwrap_or(0.0);
    if let ([one], [[enough, adds]]) = (comparisons, shares) {
        let (name, matters) = (scenario(one), numbers::three_digits(one.threshold));
        return match () {
            () if is_nothing(&one.avoided) => {
                format!("In none of {} {name} changes Dormant days", numbers::plural(n, "run"))
            }
            () if share(adds) > 0.5 => {
                format!("In {} of runs {name} adds Dormant days", numbers::chance(*adds))
            }
            () => {
                let enough = numbers::chance(*enough);
                format!("In {enough} of runs {name} avoids more than the {matters} Dormant days that matter")
            }
        };
    }
    let mut enough: Vec<Chance> = shares.iter().map(|[enough, _]| *enough).collect();
    enough.sort_by(|a, b| share(a).total_cmp(&share(b)));
    let (Some(least), Some(most)) = (enough.first(), enough.last()) else { return String::new() };
    let range = match [*least, *most].map(numbers::chance) {
        [least, most] if least == most => least,
        [least, most] => format!("{least} to {most}"),
    };
    let losers = shares.iter().filter(|[_, adds]| share(adds) > 0.5).count();
    let but = match losers {
        0 => String::new(),
        1 => "; 1 scenario mostly adds days".to_owned(),
        n => format!("; {n} scenarios mostly add days"),
    };
    let all = capitalised(&all_scenarios(comparisons.len()));
    format!("{all} avoid enough Dormant days to matter in {range} of runs{but}")
}

/// The scenario that avoids most Dormant days; none of none.
#[must_use]
pub fn leading(comparisons: &[Comparison]) -> Option<&Comparison> {
    let further = |best, next: &'_ Comparison| -> bool { next.avoided.value > best };
    comparisons.iter().reduce(|best, next| if further(best.avoided.value, next) { next } else { best })
}

/// How figures call a scenario.
#[must_use]
pub fn scenario(of: &Comparison) -> &str {
    &of.scenario
}

/// How figures call the baseline of a scenario.
#[must_use]
pub fn baseline(of: &Comparison) -> &str {
    &of.baseline
}

/// That scenarios beside the one that is spoken of add days, where that is shown, so that its gain does not hide their loss.
fn others_add(comparisons: &[Comparison], beside: &Comparison) -> String {
    let adds = |one: &&Comparison| {
        one.scenario != beside.scenario
            && gives_claim(one.avoided.n)
            && one.avoided.interval.side() == Some(Side::Below)
    };
    match comparisons.iter().filter(adds).count() {
        0 => String::new(),
        1 => "; 1 other adds days".to_owned(),
        n => format!("; {n} others add days"),
    }
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
