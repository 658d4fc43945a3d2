//! Values that a study tries, in a sentence.

use jiff::civil::Date;

use super::numbers;
use crate::replications::{ALONE, Tried};

/// A set of values: `governance lag 20 days and re-designation 4 Oct 2020`, or `firmware capacity 30% less`.
#[must_use]
pub fn values(of: &Tried) -> String {
    let words: Vec<String> = match of.values.as_slice() {
        [(name, assumption), (_, value)] if name == ALONE[0] => vec![one(assumption, value)],
        values => values.iter().map(|(axis, value)| one(axis, value)).collect(),
    };
    numbers::list(&words)
}

/// One input and its value. The unit in brackets behind its name goes behind the value, and a date is written as a date.
fn one(name: &str, value: &str) -> String {
    let shown = value.parse::<Date>().map_or_else(|_| value.to_owned(), numbers::date);
    match name.strip_suffix(']').and_then(|name| name.rsplit_once(" [")) {
        Some((name, unit)) => format!("{name} {shown} {unit}"),
        None => format!("{name} {shown}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replications::alone;

    #[test]
    fn units_and_dates_read_as_in_a_sentence() {
        let of = |values: Vec<(String, String)>| {
            super::values(&Tried { values, comparisons: Vec::new(), changes: Vec::new(), numbers: [None; 2] })
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let grid = vec![pair("governance lag [days]", "20"), pair("re-designation", "2020-10-04")];
        assert_eq!(of(grid), "governance lag 20 days and re-designation 4 Oct 2020");
        assert_eq!(of(alone("firmware capacity", "30% less")), "firmware capacity 30% less");
        assert_eq!(of(alone("notice [days]", "14")), "notice 14 days");
    }
}
