//! Titles of the figures that set scenarios against a baseline: what the verdicts and intervals allow to say, and how much it is.
//! At most 15 words, and names as they are.

use super::answer;
use super::causes::{self, Moved, Step};
use super::letters::capitalised;
use super::verdict::{self, Price};
use super::{enough, numbers};
use crate::findings::kpi;
use crate::replications::{Comparison, gives_claim};
use crate::statistics::{Chance, Estimate, Finding, Level, Probability, Side};

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
    let (name, avoided) = (capitalised(scenario(one)), &one.avoided);
    let days = size(avoided);
    let verb = if avoided.value < 0.0 { "adds" } else { "avoids" };
    match one.verdict.finding {
        Finding::Differs(_) => format!("{name} {verb} {days} Dormant days{}", price(one)),
        Finding::DiffersPerhapsTooLittle(_) => {
            format!("{name} {verb} {days} Dormant days, perhaps too few to matter")
        }
        Finding::NoPracticalDifference if avoided.value == 0.0 => format!("{name} changes no Dormant days"),
        Finding::NoPracticalDifference => {
            let matter = numbers::three_digits(one.threshold);
            format!("{name} {verb} {days} Dormant days, fewer than the {matter} that matter here")
        }
        Finding::NotSettled => format!("Whether {} avoids Dormant days is not settled", scenario(one)),
        Finding::NotSeen if avoided.value == 0.0 => {
            let n = numbers::plural(avoided.n, "replication");
            format!("None of {n} shows {} to change Dormant days", scenario(one))
        }
        Finding::NotSeen => {
            format!("{name} {verb} {days} Dormant days in each of {} replications", numbers::count(avoided.n))
        }
    }
}

/// What the verdicts allow to say of several scenarios: how many avoid enough and how much; and who loses, so that the gain of the whole
/// hides no loss of a scenario or of a part.
fn days_avoided_by_several(several: &[Comparison]) -> String {
    let all = several.len();
    let mut enough: Vec<&Comparison> = several.iter().filter(|one| avoids_enough(one)).collect();
    enough.sort_by(|a, b| a.avoided.value.total_cmp(&b.avoided.value));
    let pay = enough.iter().filter(|one| verdict::price(one) == Some(Price::MoreWaiting)).count();
    let add = several.iter().filter(|one| one.verdict.finding == Finding::Differs(Side::Below)).count();
    let is_uneven = enough.iter().any(|one| answer::losers(one).is_some());
    let but = match (add, pay) {
        (1, _) => "; 1 adds many".to_owned(),
        (2.., _) => format!("; {add} add many"),
        _ if is_uneven => "; not every part gains".to_owned(),
        (0, 0) => String::new(),
        (0, _) => "; Active installations wait longer".to_owned(),
    };
    let (Some(least), Some(most)) = (enough.first(), enough.last()) else {
        return format!("None of {all} scenarios is shown to avoid enough Dormant days to matter{but}");
    };
    let (who, verb) = match enough.len() {
        n if n == all => (capitalised(&all_scenarios(all)), "avoid"),
        1 => (format!("1 of {all} scenarios"), "avoids"),
        n => (format!("{n} of {all} scenarios"), "avoid"),
    };
    format!("{who} {verb} {} Dormant days{but}", range([&least.avoided, &most.avoided]))
}

/// From one size to another, the word `million` once.
fn range(of: [&Estimate; 2]) -> String {
    match of.map(size) {
        [least, most] if least == most => most,
        [least, most] if most.ends_with(" million") => {
            format!("{} to {most}", least.trim_end_matches(" million"))
        }
        [least, most] => format!("{least} to {most}"),
    }
}

/// Dormant days lost by scenarios and their baseline.
#[must_use]
pub fn days_lost(comparisons: &[Comparison]) -> String {
    let Some(Comparison { baseline_title: base, .. }) = comparisons.first() else { return String::new() };
    if let [one] = comparisons {
        let Comparison { avoided, threshold, .. } = one;
        let name = &capitalised(scenario(one));
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
                format!("Whether {} loses fewer Dormant days than {base} is not settled", scenario(one))
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

/// Who pays for what scenarios change: the wait of Active installations, with its share of what the baseline has (`waited`), and the net of
/// all. Of several scenarios the intervals hold together.
#[must_use]
pub fn payers(comparisons: &[Comparison], waited: Option<f64>) -> String {
    let Some(first) = comparisons.first() else { return String::new() };
    let [one] = comparisons else { return payers_of_several(comparisons, baseline(first)) };
    let (name, base) = (scenario(one), baseline(one));
    let Some(change) = one.active_waiting() else { return of_dormant(one) };
    if is_nothing(&one.avoided) && is_nothing(&change) {
        return format!("Under {name} Dormant and Active installations wait as long as under {base}");
    }
    let share = waited
        .filter(|_| is_claim(&change))
        .and_then(|waited| numbers::percent_of(change.value.abs(), waited))
        .map_or_else(String::new, |share| format!(", {share}"));
    let of_active = match Price::of(&change) {
        Price::MoreWaiting => format!("Active installations wait {} days longer{share}", size(&change)),
        Price::LessWaiting => format!("Active installations wait {} days less{share}", size(&change)),
        Price::SameWaiting => "Active installations wait as long".to_owned(),
        Price::NotSeen if change.value == 0.0 => {
            "No run shows Active installations to wait longer".to_owned()
        }
        Price::NotSeen => {
            let longer = if change.value > 0.0 { "longer" } else { "less" };
            format!("Active installations wait {} days {longer} in all runs", size(&change))
        }
        Price::NotSettled => "Whether Active installations wait longer is not settled".to_owned(),
    };
    let net = one.change(&kpi::WAITED_BY_ALL, &crate::findings::Scope::whole());
    match net.filter(|net| is_claim(net) && !is_nothing(&one.avoided)) {
        Some(net) => {
            let less = if net.value < 0.0 { "less" } else { "longer" };
            format!("{of_active}; all together {} {less}", size(&net))
        }
        None => of_active,
    }
}

/// What Dormant installations wait, where there are no others.
fn of_dormant(one: &Comparison) -> String {
    let (name, days) = (scenario(one), size(&one.avoided));
    match one.avoided.interval.side().filter(|_| gives_claim(one.avoided.n)) {
        Some(Side::Above) => format!("Under {name} Dormant installations wait {days} days less"),
        Some(Side::Below) => format!("Under {name} Dormant installations wait {days} days longer"),
        None if is_nothing(&one.avoided) => format!("Under {name} Dormant installations wait as long"),
        None => format!("Whether Dormant installations wait less under {name} is not settled"),
    }
}

fn payers_of_several(comparisons: &[Comparison], base: &str) -> String {
    let all = comparisons.len();
    let level = Level::P95.each_of(all);
    let changes = comparisons.iter().filter_map(|one| Some(one.active_waiting()?.at(level)));
    let mut longer: Vec<Estimate> = changes.filter(|change| is_claim(change) && change.value > 0.0).collect();
    longer.sort_by(|a, b| a.value.total_cmp(&b.value));
    let add = comparisons
        .iter()
        .filter(|one| one.avoided.interval.side() == Some(Side::Below) && gives_claim(one.avoided.n));
    let but = match add.count() {
        0 => String::new(),
        1 => "; 1 adds Dormant days".to_owned(),
        n => format!("; {n} add Dormant days"),
    };
    let (Some(least), Some(most)) = (longer.first(), longer.last()) else {
        return format!(
            "Under none of {all} scenarios are Active installations shown to wait longer than under {base}{but}"
        );
    };
    let range = range([least, most]);
    let under = match longer.len() {
        n if n == all => all_scenarios(all),
        n => format!("{n} of {all} scenarios"),
    };
    format!("Active installations wait {range} days longer under {under}{but}")
}

/// Which of several assumptions moves most what a scenario avoids, and by how much under its values; `known` of `all` are shown to move it.
#[must_use]
pub fn sensitivity(of: &Comparison, most: &str, changes: &[f64], (known, all): (usize, usize)) -> String {
    let (who, most) = (scenario(of), capitalised(most));
    let ends = [f64::min, f64::max].map(|end| changes.iter().copied().reduce(end).unwrap_or(0.0));
    let by = match ends.map(numbers::signed_three_digits) {
        [least, most] if least == most => least,
        [least, most] if most.ends_with(" million") => {
            format!("{} to {most}", least.trim_end_matches(" million"))
        }
        [least, most] => format!("{least} to {most}"),
    };
    match known {
        0 => format!("None of {} is shown to change what {who} avoids", numbers::plural(all, "assumption")),
        1 if all > 1 => format!("{most} alone of {all} assumptions changes what {who} avoids: by {by}"),
        _ => format!("{most} matters most: it changes what {who} avoids by {by}"),
    }
}

/// Whether a change is shown: its interval lies on one side of none, and there are enough replications to say so.
#[must_use]
pub fn is_claim(change: &Estimate) -> bool {
    change.interval.side().is_some() && gives_claim(change.n)
}

/// Under how many combinations scenarios avoid enough to matter, and under how many one adds days. Of each combination its comparisons.
#[must_use]
pub fn grid(combinations: &[&[Comparison]]) -> String {
    let all = combinations.len();
    let enough = combinations.iter().filter(|of| of.iter().all(avoids_enough)).count();
    let is_added =
        |of: &&&[Comparison]| of.iter().any(|one| one.verdict.finding == Finding::Differs(Side::Below));
    let adds = combinations.iter().filter(is_added).count();
    let scenarios = combinations.first().map_or(&[][..], |of| of);
    let who = match scenarios {
        [one] => scenario(one).to_owned(),
        several => all_scenarios(several.len()),
    };
    let avoid = if scenarios.len() == 1 { "avoids" } else { "avoid" };
    match adds {
        0 => format!("In {enough} of {all} combinations {who} {avoid} enough Dormant days to matter"),
        adds => format!(
            "In {enough} of {all} combinations {who} {avoid} enough Dormant days; in {adds} days are added"
        ),
    }
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
    &of.scenario_title
}

/// How figures call the baseline of a scenario.
#[must_use]
pub fn baseline(of: &Comparison) -> &str {
    &of.baseline_title
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
    if answer::losers(one).is_some() {
        return "; not every part gains".to_owned();
    }
    match one.active_waiting().as_ref().map(|change| (Price::of(change), size(change))) {
        Some((Price::MoreWaiting, days)) => format!("; Active installations wait {days} longer"),
        Some((Price::LessWaiting, days)) => format!("; Active installations wait {days} less"),
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
