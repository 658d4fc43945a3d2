//! `pairs.csv`: the scenarios against each other, the baseline left out.

use crate::findings::kpi;
use crate::output::write::study::three;
use crate::output::{Cell, Table};
use crate::replications::ScenarioPair;
use crate::statistics::Estimate;
use crate::wording::numbers::PLACES;
use crate::wording::verdict;

/// Name of the file.
pub(crate) const NAME: &str = "pairs.csv";

/// Columns of the days avoided, and of the days that Active installations wait longer.
pub(crate) const AVOIDED: [&str; 3] = ["dormant_days_avoided", "lower", "upper"];
pub(crate) const WAITED: [&str; 3] = ["active_days_waited_more", "active_lower_95", "active_upper_95"];

/// One row a pair.
pub(crate) fn table(pairs: &[ScenarioPair], threshold: f64) -> Table {
    let mut table = Table::new(&[("scenario", ""), ("against", "")]);
    let unit = kpi::DORMANT_DAYS_AVOIDED.unit;
    let mut add = |name: &str, unit: &'static str| table.columns.push(crate::output::Column::new(name, unit));
    AVOIDED.iter().for_each(|name| add(name, unit));
    ["level_pct", "replications", "verdict_id", "verdict"].iter().for_each(|name| add(name, ""));
    add("threshold", unit);
    WAITED.iter().for_each(|name| add(name, unit));
    for pair in pairs {
        let days = |of: &Estimate| three(&of.value, &of.interval, |x| Cell::Decimal(*x, PLACES));
        let mut row: Vec<Cell> = [&pair.scenario, &pair.against].map(|name| Cell::from(name.as_str())).into();
        row.extend(days(&pair.avoided));
        row.push(Cell::Decimal(100.0 * pair.avoided.interval.level.get(), 3));
        row.push(Cell::from(pair.avoided.n as u64));
        row.extend([verdict::id(pair.finding), verdict::dormant(pair.finding)].map(Cell::from));
        row.push(Cell::Decimal(threshold, PLACES));
        row.extend(pair.active_wait.as_ref().map_or_else(|| vec![Cell::Empty; WAITED.len()], days));
        table.push(row);
    }
    table
}
