//! `summary.csv`: every measure of a run in one tidy list, with its unit and the kind of spread it carries.

use crate::findings::{Findings, Value};
use crate::output::{Cell, Table};
use crate::wording::numbers::{self, NOT_BY_END, PLACES};

/// Every measure, one row a measure and scope.
#[must_use]
pub fn summary_table(findings: &Findings) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("kpi", ""),
        ("scope_kind", ""),
        ("scope", ""),
        ("value", ""),
        ("value_date", ""),
        ("value_flag", ""),
        ("unit", ""),
        ("better", ""),
        ("spread", ""),
        ("note", ""),
    ]);
    for measure in findings.measures() {
        let names =
            [findings.scenario.as_str(), measure.kpi.id, measure.scope.kind, measure.scope.member.as_str()];
        let mut row: Vec<Cell> = names.map(Cell::from).into();
        row.extend(value_cells(measure.value, measure.kpi.unit));
        row.extend(
            [measure.kpi.unit, measure.kpi.better.name(), "one run", measure.value.note()].map(Cell::from),
        );
        table.push(row);
    }
    table
}

/// A value in three columns, each of one kind: numbers with decimal places in every row, see [`number_cell`], dates, and yes or no.
pub(crate) fn value_cells(value: Value, unit: &str) -> [Cell; 3] {
    let [none, date, flag] = [Cell::Empty, Cell::Empty, Cell::Empty];
    match value {
        Value::Date(day) => [none, day.into(), flag],
        Value::Flag(held) => [none, date, held.into()],
        number => [number.number().map_or(none, |x| number_cell(x, unit)), date, flag],
    }
}

/// A value as a column of its kind holds it; quotients with four decimal places, see [`number_cell`].
pub(crate) fn value_cell(value: Value, unit: &str) -> Cell {
    match value {
        Value::Count(count) => count.into(),
        Value::Quotient { .. } => value.number().map_or(Cell::Empty, |x| number_cell(x, unit)),
        Value::Date(date) => date.into(),
        Value::Flag(flag) => flag.into(),
        Value::NotByEnd | Value::None(_) => Cell::Empty,
    }
}

/// A number that is not a count as files hold it; a percentage with as many decimal places as it needs not to read 100 or 0 unless it is.
pub(crate) fn number_cell(x: f64, unit: &str) -> Cell {
    Cell::Decimal(x, if unit.starts_with('%') { numbers::percent_places(x, PLACES) } else { PLACES })
}

/// A value as people read it; quotients with one decimal place, and words where there is no value.
pub(crate) fn value_words(value: Value, unit: &str) -> Cell {
    match value {
        Value::Quotient { .. } if unit == "%" => {
            value.number().map_or(Cell::Empty, |x| Cell::Text(numbers::percentage(x)))
        }
        Value::Quotient { .. } => value.number().map_or(Cell::Empty, |x| Cell::Decimal(x, 1)),
        Value::NotByEnd => NOT_BY_END.into(),
        Value::None(_) => "-".into(),
        other => value_cell(other, unit),
    }
}
