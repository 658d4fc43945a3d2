//! The names of measures at the head of rows and columns, with their units.

use super::bases::{Portion, Whose};
use crate::findings::Kpi;

/// A measure and its unit: `Active days waited since entry [installation-days]`.
#[must_use]
pub fn measure(kpi: &Kpi) -> String {
    format!("{}{}", kpi.title, unit(kpi))
}

/// The mean of a measure: `Active days waited since entry, mean [installation-days]`.
#[must_use]
pub fn mean(kpi: &Kpi) -> String {
    format!("{}, mean{}", kpi.title, unit(kpi))
}

/// The unit behind a name; dates and answers need none.
fn unit(kpi: &Kpi) -> String {
    match kpi.unit {
        "date" | "yes or no" => String::new(),
        unit => format!(" [{unit}]"),
    }
}

/// The day on which a portion is migrated: `Dormant: half migrated`.
#[must_use]
pub fn migrated(whose: Whose, portion: Portion) -> String {
    let portion = match portion {
        Portion::All => "all".to_owned(),
        Portion::Percent(50) => "half".to_owned(),
        Portion::Percent(percent) => format!("{percent}%"),
    };
    format!("{}: {portion} migrated", whose.title())
}

/// In how many replications the plan date is met: `Dormant: plan date met`.
#[must_use]
pub fn plan_date_met(whose: Whose) -> String {
    format!("{}: plan date met", whose.title())
}

/// The share migrated by the end: `Dormant: migrated by the end`.
#[must_use]
pub fn migrated_by_the_end(whose: Whose) -> String {
    format!("{}: migrated by the end", whose.title())
}
