//! From written values to meant ones: each kind of value read once, with every slip noted instead of stopping. A
//! value that could not be read is replaced by one that does no further harm.

use jiff::civil::Date;

use super::InputFile;
use super::document::{Item, Node, Table, number};
use super::keys::{self, KeySpec, Kind};
use super::problem::{Place, Problem, Problems, Source};
use super::reading::Reading;
use super::suggest::{nearest, some_of};

/// Where problems and warnings are noted while values are read.
pub(super) struct Desk {
    sources: Vec<Source>,
    files: Vec<InputFile>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Desk {
    pub(super) fn new(reading: Reading) -> Self {
        Self {
            sources: reading.sources,
            files: reading.files,
            problems: reading.problems,
            warnings: Vec::new(),
        }
    }

    /// Problems in the order of the files; and warnings with the files that were read.
    pub(super) fn close(mut self) -> (Problems, (Problems, Vec<InputFile>)) {
        let order = |p: &Problem| p.place.as_ref().map(|place| (place.source, place.span.start));
        self.problems.sort_by_key(order);
        self.problems.dedup();
        let warnings = Problems { problems: self.warnings, sources: self.sources.clone() };
        (Problems { problems: self.problems, sources: self.sources }, (warnings, self.files))
    }

    /// Whether nothing is wrong so far: what is missing altogether may be missing for another reason.
    pub(super) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn warning(&mut self, warning: Problem) {
        // A default is read for every cohort that does not say otherwise.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes that a value is not of its key's kind.
    pub(super) fn unfit(&mut self, key: &KeySpec, item: &Item, help: Option<String>) {
        let message = format!("`{}` is not {}", key.name, article(key.kind));
        let label = item.found();
        let mut problem = Problem::new(message, Some(&item.place), label);
        problem.help = help.or_else(|| Some(format!("expected {}", key.kind.expects())));
        self.problems.push(problem);
    }

    /// Notes keys that must be said and are not.
    pub(super) fn require(&mut self, table: &Table, table_name: &str, names: &[&str]) {
        for name in names.iter().filter(|name| table.item(name).is_none()) {
            let expects = key(table_name, name).kind.expects();
            let message = format!("`{name}` is missing in `{table_name}`");
            let problem = Problem::new(message, Some(&table.place), "it is not said here");
            self.problems.push(problem.help(format!("add `{name}`: {expects}")));
        }
    }

    pub(super) fn text(&mut self, table: &Table, table_name: &str, name: &str) -> Option<String> {
        let item = table.item(name)?;
        match &item.node {
            Node::Text(text) | Node::Cell(text) => Some(text.clone()),
            _ => {
                self.unfit(key(table_name, name), item, None);
                None
            }
        }
    }

    /// One of the words of a key: its position among them.
    pub(super) fn choice(&mut self, table: &Table, table_name: &str, name: &str) -> Option<usize> {
        let item = table.item(name)?;
        let key = key(table_name, name);
        let Kind::Choice(words) = key.kind else { return None };
        let found = self.text(table, table_name, name)?;
        let position = words.iter().position(|word| *word == found);
        if position.is_none() {
            let near = nearest(&found, words.iter().copied());
            let help = near.map(|near| format!("a word with a similar name exists: \"{near}\""));
            let problem =
                Problem::new(format!("`{name}` cannot be \"{found}\""), Some(&item.place), item.found());
            self.problems
                .push(problem.help(help.unwrap_or_else(|| format!("expected {}", key.kind.expects()))));
        }
        position
    }

    pub(super) fn flag(&mut self, table: &Table, table_name: &str, name: &str) -> Option<bool> {
        let item = table.item(name)?;
        let read = match &item.node {
            Node::Bool(flag) => Some(*flag),
            Node::Cell(text) => text.to_lowercase().parse().ok(),
            _ => None,
        };
        if read.is_none() {
            self.unfit(key(table_name, name), item, None);
        }
        read
    }

    /// A whole number within the ends of its kind.
    pub(super) fn whole(&mut self, table: &Table, table_name: &str, name: &str) -> Option<i64> {
        let item = table.item(name)?;
        let key = key(table_name, name);
        let Kind::Whole(low, high) = key.kind else { return None };
        let number = self.number_of(key, item)?;
        #[expect(clippy::cast_precision_loss, reason = "the ends are compared, not counted with")]
        let within = number >= low as f64 && number <= high as f64 && number.fract() == 0.0;
        if !within {
            self.unfit(key, item, None);
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the ends")]
        let whole = number as i64;
        Some(whole)
    }

    /// Any number, with thousands separated by commas in a CSV cell.
    pub(super) fn number_of(&mut self, key: &KeySpec, item: &Item) -> Option<f64> {
        let read = match &item.node {
            #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are refused by their range")]
            Node::Whole(whole) => Some(*whole as f64),
            Node::Number(number) => Some(*number),
            Node::Cell(text) => number(text),
            _ => None,
        };
        match read {
            Some(number) if number.is_finite() => Some(number),
            _ => {
                let help = match &item.node {
                    Node::Text(text) if number(text).is_some() => {
                        Some("numbers are written without quotes".to_string())
                    }
                    Node::Cell(text) if text.ends_with('%') => {
                        Some("write per cent without the sign: 1.7".to_string())
                    }
                    _ => None,
                };
                self.unfit(key, item, help);
                None
            }
        }
    }

    pub(super) fn date(&mut self, table: &Table, table_name: &str, name: &str) -> Option<Date> {
        let item = table.item(name)?;
        self.date_of(key(table_name, name), item)
    }

    pub(super) fn date_of(&mut self, key: &KeySpec, item: &Item) -> Option<Date> {
        let read = match &item.node {
            Node::Date(stamp) if stamp.time.is_none() => stamp.date.and_then(|d| {
                let (year, month, day) =
                    (i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?);
                Date::new(year, month, day).ok()
            }),
            Node::Cell(text) => text.parse().ok().filter(|_| text.len() == 10),
            _ => None,
        };
        if read.is_none() {
            let help = match &item.node {
                Node::Text(text) if text.parse::<Date>().is_ok() => {
                    Some(format!("dates are written without quotes: {text}"))
                }
                Node::Text(text) | Node::Cell(text) => british_date(text).map(|date| {
                    format!("dates are written year-month-day; if day/month/year was meant, this is {date}")
                }),
                _ => None,
            };
            self.unfit(key, item, help);
        }
        read
    }

    /// The entries of a list, each read by `read`.
    pub(super) fn list<T>(
        &mut self,
        table: &Table,
        table_name: &str,
        name: &str,
        mut read: impl FnMut(&mut Self, &'static KeySpec, &Item) -> Option<T>,
    ) -> Vec<T> {
        let key = key(table_name, name);
        match table.item(name).map(|item| (item, &item.node)) {
            None => Vec::new(),
            Some((_, Node::List(items))) => items.iter().filter_map(|item| read(self, key, item)).collect(),
            Some((item, _)) => {
                self.unfit(key, item, None);
                Vec::new()
            }
        }
    }

    /// The position of the entry that a name means, or a problem with the near name.
    pub(super) fn named(
        &mut self,
        table: &Table,
        table_name: &str,
        name: &str,
        known: &[String],
    ) -> Option<usize> {
        let found = self.text(table, table_name, name)?;
        let position = known.iter().position(|known| *known == found);
        if position.is_none() {
            let Kind::Name(what) = key(table_name, name).kind else { return None };
            let help = match nearest(&found, known.iter().map(String::as_str)) {
                Some(near) => format!("a {what} with a similar name exists: `{near}`"),
                None => format!("declare it as a `[[{what}]]`, or use one of: {}", some_of(known)),
            };
            let message = format!("there is no {what} `{found}`");
            self.problems.push(Problem::new(message, Some(table.place_of(name)), "named here").help(help));
        }
        position
    }
}

/// A key of the register.
///
/// # Panics
/// When the register does not hold it: every caller names keys of the register.
pub(super) fn key(table: &str, name: &str) -> &'static KeySpec {
    keys::table(table).and_then(|spec| spec.key(name)).expect("the register holds every key that is read")
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Name(_) => "a name",
        Kind::Choice(_) => "one of its words",
        Kind::Whole(..) => "a whole number in its range",
        Kind::Positive | Kind::Factor => "a number",
        Kind::Bool => "true or false",
        Kind::Date | Kind::DateOrNever => "a date",
        Kind::Dates => "a list of dates",
        Kind::Weekdays => "a list of weekdays",
        Kind::Periods => "a list of periods",
        Kind::Days(..) => "a number of days",
        Kind::Pct | Kind::PctByAttempt => "a share in per cent",
        Kind::Dated | Kind::DatedPct => "a dated value",
        Kind::Priority => "a priority",
    }
}

/// The date that `04/09/2020` means in Britain.
#[must_use]
pub fn british_date(text: &str) -> Option<Date> {
    let mut parts = text.split(['/', '.', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Whether a place stands in a table's own words, for problems about a whole table.
pub(super) fn first_place<'a>(table: &'a Table, names: &[&str]) -> &'a Place {
    names.iter().find_map(|name| table.item(name)).map_or(&table.place, |item| &item.place)
}

#[cfg(test)]
mod tests {
    use super::british_date;

    #[test]
    fn british_dates_are_understood_to_be_refused_helpfully() {
        assert_eq!(british_date("04/09/2020").map(|d| d.to_string()).as_deref(), Some("2020-09-04"));
        assert_eq!(british_date("2020/09/04"), None);
    }
}
