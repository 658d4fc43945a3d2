//! Levels of replications: which programmes they are of, how the share was chosen, and what correcting the merged one by the full one
//! comes to.

use serde_json::{Value as Json, json};

use crate::findings::{Kpi, Population, Scope, kpi};
use crate::replications::{Comparison, Replications, told_of};
use crate::statistics::Values;
use crate::wording::numbers;

/// How many levels replications have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StudyLevels {
    /// One: all are of the full programme. Why, where nobody asked for that.
    One(Option<String>),
    /// Two: all are of the merged programme; the first so many, and from there on one in so many, of the full one as well.
    Two {
        /// The first so many.
        first: u32,
        /// One in so many.
        every: u32,
    },
}

/// How the share of full runs was chosen, for whoever reads a manifest.
const METHOD: &str = "two-level Monte Carlo (Giles 2008): of at least one full run in ten, the share with the greatest gain by the variances \
                      of the first replications and by what runs cost in cells";

/// What the manifest says of the levels; `tried` are the full runs at each point of a grid and of values tried alone.
pub(crate) fn to_json(runs: &[&Replications], levels: &StudyLevels, tried: [u32; 2]) -> Json {
    match levels {
        StudyLevels::One(why) => json!({ "levels": 1, "why": why }),
        StudyLevels::Two { first, every } => json!({
            "levels": 2,
            "replications": runs.first().map_or(0, |run| run.n()),
            "full": runs.first().map_or(0, |run| run.full_at().len()),
            "first_of_both": first,
            "then_one_full_in": every,
            "method": METHOD,
            "full_in_combinations": tried[0],
            "full_in_sensitivity": tried[1],
            "corrections": corrections(runs).iter().map(|one| json!({
                "scenario": one.scenario,
                "kpi": one.kpi.id,
                "unit": one.kpi.unit,
                "correction": numbers::as_written(one.by, numbers::PLACES),
                "correlation": one.correlation.map(|of| numbers::as_written(of, 6)),
            })).collect::<Vec<_>>(),
        }),
    }
}

/// The same of scenarios that other folders hold: the fewest full replications of any of them.
pub(crate) fn of_folders(runs: &[&Replications]) -> Json {
    let full = runs.iter().map(|run| run.full_at().len()).min();
    if runs.iter().any(|run| run.has_two_levels()) {
        json!({ "levels": 2, "full": full })
    } else {
        json!({ "levels": 1 })
    }
}

/// What correcting the merged programme comes to.
struct Correction<'r> {
    scenario: &'r str,
    kpi: Kpi,
    by: f64,
    /// What it is a share of: the corrected mean.
    mean: f64,
    correlation: Option<f64>,
}

/// Of the headline of each scenario, and of what each avoids against the first; of those that have two levels.
fn corrections<'r>(runs: &[&'r Replications]) -> Vec<Correction<'r>> {
    let headline = match told_of(runs) {
        Population::Dormant => (kpi::DORMANT_DAYS_LOST, Scope::whole()),
        Population::All => (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active()),
    };
    let values = |run: &Replications| {
        run.position(&headline.0, &headline.1).map_or_else(|| Values::one(Vec::new()), |at| run.values(at))
    };
    let of = |scenario: &'r str, kpi: Kpi, values: &Values| {
        Some(Correction {
            scenario,
            kpi,
            by: values.correction()?,
            mean: values.mean(crate::statistics::Level::P95)?.value,
            correlation: values.pair_correlation(),
        })
    };
    let Some((baseline, others)) = runs.split_first() else { return Vec::new() };
    let base = values(baseline);
    let own = runs.iter().filter_map(|run| of(&run.scenario, headline.0, &values(run)));
    let dormant = headline.0.id == kpi::DORMANT_DAYS_LOST.id;
    let avoided = others
        .iter()
        .filter(|_| dormant)
        .filter_map(|run| of(&run.scenario, kpi::DORMANT_DAYS_AVOIDED, &base.less(&values(run))?));
    own.chain(avoided).collect()
}

/// What a reader has to know where replications are of the merged programme: both sizes, and the correction of the headline. Nothing of
/// one level.
pub(crate) fn text(runs: &[&Replications], comparisons: &[Comparison]) -> String {
    let Some(run) = runs.iter().find(|run| run.has_two_levels()) else { return String::new() };
    let (n, full) = (run.n(), run.full_at().len());
    let mut text = format!(
        "{} of the programme with its suppliers merged, corrected by {} of the full programme under the same draws. Every interval is of the full programme.\n",
        numbers::plural(n, "replication"),
        numbers::count(full),
    );
    let corrections = corrections(runs);
    let avoided = |one: &&Correction| one.kpi.id == kpi::DORMANT_DAYS_AVOIDED.id;
    let shown: Vec<&Correction> = if comparisons.is_empty() {
        corrections.iter().collect()
    } else {
        corrections.iter().filter(avoided).collect()
    };
    for one in shown {
        let title = one.kpi.title;
        let share = numbers::percent_of(one.by, one.mean.abs());
        let share = share.map_or_else(String::new, |share| format!(" ({share})"));
        let follows = one
            .correlation
            .map_or_else(String::new, |of| format!(", correlation {}", numbers::decimal(of, 4)));
        text.extend([format!(
            "  {title}, {}: corrected by {}{share}{follows}\n",
            one.scenario,
            numbers::signed_three_digits(one.by),
        )]);
    }
    text.extend([format!(
        "Numbers by supplier and supplier size, the gain of pairing and the moves of P80 days rest on the {} full replications alone.\n",
        numbers::count(full)
    )]);
    text
}
