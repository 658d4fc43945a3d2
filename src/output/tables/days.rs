//! Days that may not come, as cells of one kind each: dates stand alone in their columns, and why one is missing stands beside them.

use jiff::civil::Date;

use crate::output::{Cell, ResultsError, Row};
use crate::replications::gives_percentile;
use crate::statistics::{QuantileEstimate, Reached};
use crate::wording::enough;
use crate::wording::numbers::NOT_BY_END;

/// Why an interval has no end on a side.
const TOO_FEW: &str = "too few replications";
/// Before the reason of each end of an interval, in the note.
const ENDS: [&str; 2] = ["lower: ", "upper: "];

/// The columns of a percentile of days: the date, both ends of its interval, and why any of these is empty.
pub(crate) fn columns(name: &str) -> [String; 4] {
    ["", "_lower_95", "_upper_95", "_note"].map(|end| format!("{name}_date{end}"))
}

/// A percentile of days in four columns: the date, both ends of its interval, and why any of these is empty; nothing but what it needs
/// where there are too few replications for it.
#[must_use]
pub fn day_cells(percentile: &QuantileEstimate<Reached>, date: impl Fn(i32) -> Date) -> [Cell; 4] {
    if !gives_percentile(percentile.p, percentile.n) {
        return [Cell::Empty, Cell::Empty, Cell::Empty, enough::needs(percentile.p).as_str().into()];
    }
    let (low, high) = (percentile.interval.low, percentile.interval.high);
    let cell = |day: Option<Reached>| match day {
        Some(Reached::On(day)) => date(day).into(),
        Some(Reached::NotByEnd) | None => Cell::Empty,
    };
    let missing = |day: Option<Reached>| match day {
        Some(Reached::On(_)) => None,
        Some(Reached::NotByEnd) => Some(NOT_BY_END),
        None => Some(TOO_FEW),
    };
    let of_ends = ENDS.iter().zip([low, high]);
    let of_ends = of_ends.filter_map(|(end, day)| missing(day).map(|why| format!("{end}{why}")));
    let note: Vec<String> =
        missing(Some(percentile.value)).map(str::to_owned).into_iter().chain(of_ends).collect();
    [cell(Some(percentile.value)), cell(low), cell(high), note.join("; ").as_str().into()]
}

/// A percentile of days read back: the date and both ends of its interval, as files hold them or [`NOT_BY_END`]; empty where there
/// is none.
///
/// # Errors
/// The row has no such columns.
pub(crate) fn day_words<'s>(row: Row<'s>, name: &str) -> Result<[&'s str; 3], ResultsError> {
    let [date, lower, upper, note] = columns(name);
    let reasons: Vec<&str> = row.text(&note)?.split("; ").collect();
    let or_reason = |column: &str, end: &str| {
        let written = row.text(column)?;
        let late = reasons.iter().any(|reason| reason.strip_prefix(end) == Some(NOT_BY_END));
        Ok(if written.is_empty() && late { NOT_BY_END } else { written })
    };
    Ok([or_reason(&date, "")?, or_reason(&lower, ENDS[0])?, or_reason(&upper, ENDS[1])?])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::output::{Sheet, Table};
    use crate::statistics::{Interval, Level, Probability};

    #[test]
    fn an_empty_date_has_its_reason_and_both_come_back() {
        const LATE: Option<Reached> = Some(Reached::NotByEnd);
        let on = |day: i32| Some(Reached::On(day));
        let names = columns("p80");
        let mut table = Table::new(&[]);
        table.columns.extend(names.iter().map(|name| crate::output::Column::new(name.as_str(), "")));
        let cases = [
            ((on(3), on(1), on(5)), "", ["2020-09-10", "2020-09-08", "2020-09-12"]),
            ((on(3), on(1), LATE), "upper: not by the end", ["2020-09-10", "2020-09-08", NOT_BY_END]),
            (
                (LATE, on(1), LATE),
                "not by the end; upper: not by the end",
                [NOT_BY_END, "2020-09-08", NOT_BY_END],
            ),
            (
                (LATE, LATE, LATE),
                "not by the end; lower: not by the end; upper: not by the end",
                [NOT_BY_END; 3],
            ),
            (
                (on(3), None, None),
                "lower: too few replications; upper: too few replications",
                ["2020-09-10", "", ""],
            ),
        ];
        for ((value, low, high), ..) in cases {
            let interval = Interval { low, high, level: Level::P95 };
            let value = value.unwrap();
            let percentile = QuantileEstimate { p: Probability::P80, value, interval, achieved: 0.95, n: 30 };
            let of = |day: i32| date(2020, 9, 7).checked_add(jiff::Span::new().days(day)).unwrap();
            table.push(day_cells(&percentile, of).into());
        }
        let sheet = Sheet::parse("x.csv", &table.to_csv()).unwrap();
        for (row, (_, note, words)) in sheet.rows().zip(cases) {
            assert_eq!(row.text("p80_date_note").unwrap(), note);
            assert_eq!(day_words(row, "p80").unwrap(), words);
        }
    }
}
