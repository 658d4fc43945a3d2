//! `summary.csv`: every measure of a run in one tidy list, with its unit and the kind of spread it carries.

use super::{Cell, Table};
use crate::findings::{Findings, Value};

/// Every measure, one row a measure and scope.
#[must_use]
pub fn summary_table(findings: &Findings) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("kpi", ""),
        ("scope_kind", ""),
        ("scope", ""),
        ("value", ""),
        ("unit", ""),
        ("better", ""),
        ("spread", ""),
        ("note", ""),
    ]);
    for measure in findings.measures() {
        table.push(vec![
            findings.scenario.as_str().into(),
            measure.kpi.id.into(),
            measure.scope.kind.into(),
            measure.scope.member.as_str().into(),
            value_cell(measure.value),
            measure.kpi.unit.into(),
            measure.kpi.better.name().into(),
            "one run".into(),
            measure.value.note().into(),
        ]);
    }
    table
}

/// A value as files hold it; quotients with four decimal places.
pub(super) fn value_cell(value: Value) -> Cell {
    match value {
        Value::Count(count) => count.into(),
        Value::Quotient { .. } => value.number().map_or(Cell::Empty, |x| Cell::Decimal(x, 4)),
        Value::Date(date) => date.into(),
        Value::Flag(flag) => flag.into(),
        Value::NotByEnd | Value::None(_) => Cell::Empty,
    }
}

/// A value as people read it; quotients with one decimal place, and words where there is no value.
///
/// A percentage never reads 100 while something is missing.
pub(super) fn value_words(value: Value, unit: &str) -> Cell {
    match value {
        Value::Quotient { num, den } if unit == "%" && num < 100 * den => {
            value.number().map_or(Cell::Empty, |x| Cell::Decimal(x.min(99.9), 1))
        }
        Value::Quotient { .. } => value.number().map_or(Cell::Empty, |x| Cell::Decimal(x, 1)),
        Value::NotByEnd => "not by the end".into(),
        Value::None(_) => "-".into(),
        other => value_cell(other),
    }
}
