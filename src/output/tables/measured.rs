//! The values of measures as a row of columns, one kind of value a column: what `replications.csv` and `layer-runs.csv` hold.
//!
//! Owns the names of those columns and the form of their cells, both to write and to read.

use jiff::civil::Date;

use crate::findings::{Kpi, NOTHING_MIGRATABLE, Scope, kpi};
use crate::output::Cell;
use crate::output::table::{FALSE, TRUE};
use crate::replications::{Replications, reached};
use crate::statistics::Reached;
use crate::wording::numbers::{NOT_BY_END, PERCENT_PLACES, PLACES};

/// The end of a name whose column says whether a day came.
const OUTCOME: &str = "_outcome";
/// The words for a day that came.
const BY_END: &str = "by the end";

/// A column of a measure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MeasureColumn {
    /// Its values; of a day, the dates.
    Value(Kpi, Scope),
    /// Whether a day came, in words.
    Outcome(Kpi, Scope),
}

/// A name of what a column holds and of whom: `WHAT`, or `WHAT/KIND/MEMBER`. A `/` of the member is written `%2F` and a `%` as `%25`, so
/// that every name splits at `/` into one part or three.
pub(crate) fn name_of(what: &str, kind: &str, member: &str) -> String {
    let member = member.replace('%', "%25").replace('/', "%2F");
    format!("{what}/{kind}/{member}")
}

/// The parts of such a name; none where it is not one.
fn parts_of(name: &str) -> Option<(&str, Option<(&str, String)>)> {
    let mut parts = name.split('/');
    let what = parts.next()?;
    let of = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => None,
        (Some(kind), Some(member), None) => Some((kind, member.replace("%2F", "/").replace("%25", "%"))),
        _ => return None,
    };
    Some((what, of))
}

impl MeasureColumn {
    /// The columns of a measure, left to right.
    fn of(kpi: &Kpi, scope: &Scope) -> impl Iterator<Item = Self> {
        let outcome = is_day(kpi).then(|| Self::Outcome(*kpi, scope.clone()));
        std::iter::once(Self::Value(*kpi, scope.clone())).chain(outcome)
    }

    /// The column of a name; none where this version knows no such measure.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (what, of) = parts_of(name)?;
        let scope = match of {
            None => Scope::whole(),
            Some((kind, member)) => Scope::named(kind, &member)?,
        };
        match (kpi::named(what), what.strip_suffix(OUTCOME).and_then(kpi::named)) {
            (Some(kpi), _) => Some(Self::Value(kpi, scope)),
            (None, Some(kpi)) if is_day(&kpi) => Some(Self::Outcome(kpi, scope)),
            _ => None,
        }
    }

    /// Its name.
    fn name(&self) -> String {
        let (what, scope) = match self {
            Self::Value(kpi, scope) => (kpi.id.to_owned(), scope),
            Self::Outcome(kpi, scope) => (format!("{}{OUTCOME}", kpi.id), scope),
        };
        if scope.kind == Scope::whole().kind { what } else { name_of(&what, scope.kind, &scope.member) }
    }
}

fn is_day(kpi: &Kpi) -> bool {
    kpi.unit == "date"
}

/// The names of the columns of measures, left to right.
pub(crate) fn header(replications: &Replications) -> impl Iterator<Item = String> {
    let measures = replications.measures().iter();
    measures.flat_map(|(kpi, scope)| MeasureColumn::of(kpi, scope).map(|column| column.name()))
}

/// The cells of one run in those columns; `values` are kept as [`crate::replications::Record`] says.
pub(crate) fn cells<'a>(
    replications: &'a Replications,
    values: &'a [f64],
) -> impl Iterator<Item = String> + 'a {
    let measures = replications.measures().iter().zip(values);
    measures.flat_map(|((kpi, _), value)| {
        let outcome = is_day(kpi).then(|| outcome(*value).to_owned());
        std::iter::once(cell(replications, kpi, *value).plain()).chain(outcome)
    })
}

fn cell(replications: &Replications, kpi: &Kpi, value: f64) -> Cell {
    match kpi.unit {
        _ if value.is_nan() => Cell::Empty,
        "date" => match reached(value) {
            Reached::On(day) => replications.date(day).into(),
            Reached::NotByEnd => Cell::Empty,
        },
        "yes or no" => Cell::Flag(value > 0.0),
        "%" => Cell::Decimal(value, PERCENT_PLACES),
        _ if kpi.is_whole() => Cell::Decimal(value, 0),
        _ => Cell::Decimal(value, PLACES),
    }
}

fn outcome(value: f64) -> &'static str {
    match () {
        () if value.is_nan() => NOTHING_MIGRATABLE,
        () if value.is_finite() => BY_END,
        () => NOT_BY_END,
    }
}

/// A cell as it was kept, with the outcome beside it where it is a day; none where it holds something else.
pub(crate) fn value(kpi: &Kpi, text: &str, outcome: &str, (first, last): (Date, Date)) -> Option<f64> {
    if is_day(kpi) {
        return match (text, outcome) {
            ("", NOT_BY_END) => Some(f64::INFINITY),
            ("", NOTHING_MIGRATABLE) => Some(f64::NAN),
            (date, BY_END) => {
                let date: Date = date.parse().ok().filter(|date| (first..=last).contains(date))?;
                Some(f64::from(first.until(date).ok()?.get_days()))
            }
            _ => None,
        };
    }
    match (kpi.unit, text) {
        // Differences and their bound rest on these, so every replication has them.
        (_, "") => {
            let always = [kpi::DORMANT_DAYS_LOST.id, kpi::FIRMWARE_LEAD.id, kpi::FIRMWARE_QUEUE.id];
            (!always.contains(&kpi.id)).then_some(f64::NAN)
        }
        ("yes or no", TRUE) => Some(1.0),
        ("yes or no", FALSE) => Some(0.0),
        ("yes or no", _) => None,
        _ => text.parse::<f64>().ok().filter(|number| number.is_finite()),
    }
}

/// What a column of such values may hold, in words.
pub(crate) fn expected(kpi: &Kpi) -> &'static str {
    match kpi.unit {
        "date" => {
            "a day of the run, as 2021-01-04, or an empty cell with the reason in the column whose name has `_outcome`"
        }
        "yes or no" => "TRUE or FALSE",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_column_gives_its_measure_back_and_its_name_has_one_part_or_three() {
        for (kpi, scope, name) in [
            (kpi::DORMANT_DAYS_LOST, Scope::whole(), "dormant_days_lost"),
            (kpi::DORMANT_DAYS_LOST, Scope::of("route", "MT/SIT"), "dormant_days_lost/route/MT%2FSIT"),
            (kpi::WASTED, Scope::of("reason", "failed"), "wasted_slots/reason/failed"),
            (
                kpi::SERVICE_RATIO,
                Scope::of("supplier", "a/b %2F c"),
                "slots_to_demand_ratio/supplier/a%2Fb %252F c",
            ),
        ] {
            let columns: Vec<MeasureColumn> = MeasureColumn::of(&kpi, &scope).collect();
            assert_eq!(columns, [MeasureColumn::Value(kpi, scope)]);
            assert_eq!(columns[0].name(), name);
            assert_eq!(MeasureColumn::named(name).as_ref(), Some(&columns[0]));
        }
        let day: Vec<String> = MeasureColumn::of(&kpi::COMPLETION_100, &Scope::of("status", "dormant"))
            .map(|c| c.name())
            .collect();
        assert_eq!(
            day,
            ["completion_day_100_pct/status/dormant", "completion_day_100_pct_outcome/status/dormant"]
        );
        assert!(matches!(MeasureColumn::named(&day[1]), Some(MeasureColumn::Outcome(..))));
        for stranger in [
            "",
            "no_such",
            "migrated/nobody/x",
            "migrated/status",
            "migrated/route/MT/SIT",
            "migrated_outcome",
        ] {
            assert_eq!(MeasureColumn::named(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn a_cell_is_what_it_was_or_nothing() {
        let period = (date(2020, 9, 7), date(2020, 10, 23));
        let of = |kpi: Kpi, text: &str| value(&kpi, text, "", period);
        let day = |text: &str, outcome: &str| value(&kpi::COMPLETION_100, text, outcome, period);
        assert_eq!(day("2020-09-10", BY_END), Some(3.0));
        assert_eq!(day("", NOT_BY_END), Some(f64::INFINITY));
        assert!(day("", NOTHING_MIGRATABLE).is_some_and(f64::is_nan));
        assert_eq!(of(kpi::PLAN_DATE_MET, "TRUE"), Some(1.0));
        assert_eq!(of(kpi::MIGRATED_SHARE, "34.4762"), Some(34.4762));
        assert!(of(kpi::SERVICE_RATIO, "").is_some_and(f64::is_nan));
        for (text, outcome) in [
            ("2020-09-06", BY_END),
            ("2020-10-24", BY_END),
            ("3", BY_END),
            ("", BY_END),
            ("", ""),
            ("2020-09-10", NOT_BY_END),
            (NOT_BY_END, NOT_BY_END),
        ] {
            assert_eq!(day(text, outcome), None, "{text}: {outcome}");
        }
        for (kpi, text) in [
            (kpi::PLAN_DATE_MET, "yes"),
            (kpi::MIGRATED, "inf"),
            (kpi::MIGRATED, NOT_BY_END),
            (kpi::DORMANT_DAYS_LOST, ""),
            (kpi::FIRMWARE_LEAD, ""),
        ] {
            assert_eq!(of(kpi, text), None, "{}: {text}", kpi.id);
        }
    }
}
