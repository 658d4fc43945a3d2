//! Reads each kind of value in one place. Every mistake is recorded, and reading continues. A value that could not be
//! read is replaced by one that causes no further problem.

use std::collections::HashSet;

use jiff::civil::Date;

use super::InputFile;
use super::document::{Item, Node, Table};
use super::keys::{self, DEMAND, KeySpec, Kind, MOST_EXACT};
use super::problem::{Form, Place, Problem, Problems, Source};
use super::reading::Reading;
use super::suggest::{nearest, some_of};
use super::written::{Marks, Number, count, date, number, per_cent};

/// Unknown names for which a near one is sought.
const NAMES_HELPED: usize = 100;

/// The list of problems and warnings while values are read.
pub(super) struct Desk {
    sources: Vec<Source>,
    files: Vec<InputFile>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// The same, to know whether one is new.
    warned: HashSet<Problem>,
    /// Unknown names so far.
    unknown: usize,
}

impl Desk {
    pub(super) fn new(reading: Reading) -> Self {
        Self {
            sources: reading.sources,
            files: reading.files,
            problems: reading.problems,
            warned: reading.warnings.iter().cloned().collect(),
            warnings: reading.warnings,
            unknown: 0,
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

    /// The text of a source.
    pub(super) fn source_text(&self, source: usize) -> &str {
        self.sources.get(source).map_or("", |source| source.text.as_str())
    }

    /// Whether there are no problems so far. If there are, a missing value may be missing because of them.
    pub(super) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn warning(&mut self, warning: Problem) {
        // A default is read for every cohort that does not say otherwise.
        if self.warned.insert(warning.clone()) {
            self.warnings.push(warning);
        }
    }

    /// Notes that a value is not of its key's kind.
    pub(super) fn unfit(&mut self, key: &KeySpec, item: &Item, help: Option<String>) {
        let message = format!("`{}` is not {}", key.name, article(key.kind));
        let label = self.found(item);
        let mut problem = Problem::new(message, Some(&item.place), label);
        problem.help = help.or_else(|| Some(format!("expected {}", key.kind.expects())));
        self.problems.push(problem);
    }

    /// The value for an error message; a number as it was written.
    pub(super) fn found(&self, item: &Item) -> String {
        let written = self.source_text(item.place.source).get(item.place.span.clone());
        match (&item.node, written.map(str::trim)) {
            (Node::Whole(_) | Node::Number(_), Some(written)) if !written.is_empty() => {
                format!("found {written}")
            }
            _ => item.found(),
        }
    }

    /// Reports required keys that are missing.
    pub(super) fn require(&mut self, table: &Table, table_name: &str, names: &[&str]) {
        for name in names.iter().filter(|name| table.item(name).is_none()) {
            let kind = key(table_name, name).kind;
            let message = format!("`{name}` is missing in `{table_name}`");
            let problem = Problem::new(message, Some(&table.place), "this table does not have it");
            let in_table = self.sources[table.place.source].form != Form::Text;
            let every_row = if in_table && matches!(kind, Kind::Name(_)) {
                "; a blank below a name, as merged cells leave it, is not filled in: write the name in every row"
            } else {
                ""
            };
            self.problems.push(problem.help(format!("add `{name}`: {}{every_row}", kind.expects())));
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
        let in_table = matches!(item.node, Node::Cell(_));
        let same = |word: &str| word == found || in_table && word.eq_ignore_ascii_case(&found);
        let position = words.iter().position(|word| same(word));
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
        let number = self.read_number(key, item)?;
        if let Some(whole) = number.whole.filter(|whole| (low..=high).contains(whole)) {
            return Some(whole);
        }
        let is_whole = number.value.fract() == 0.0;
        let message =
            format!("`{name}` is {}", if is_whole { "out of its range" } else { "not a whole number" });
        let problem = Problem::new(message, Some(&item.place), self.found(item));
        #[expect(clippy::cast_precision_loss, reason = "the end is exact")]
        let is_inexact = high == MOST_EXACT && number.value > high as f64;
        let why = if is_inexact {
            ": beyond it programs that read the results do not keep whole numbers exactly"
        } else {
            ""
        };
        self.problems.push(problem.help(format!("expected {}{why}", key.kind.expects())));
        None
    }

    /// Any number.
    pub(super) fn number_of(&mut self, key: &KeySpec, item: &Item) -> Option<f64> {
        self.read_number(key, item).map(|number| number.value)
    }

    /// A number as it is written in a file, or as a spreadsheet shows it in a cell.
    fn read_number(&mut self, key: &KeySpec, item: &Item) -> Option<Number> {
        let form = &self.sources[item.place.source].form;
        let marks = if *form == Form::Delimited(';') { Marks::Unclear } else { Marks::English };
        let is_share = matches!(key.kind, Kind::Pct | Kind::PctByAttempt | Kind::DatedPct);
        let is_count = matches!(key.kind, Kind::Whole(..) | Kind::Dated | Kind::Days(..));
        let read = match &item.node {
            #[expect(clippy::cast_precision_loss, reason = "the exact value stands beside it")]
            Node::Whole(whole) => Ok(Number { value: *whole as f64, whole: Some(*whole) }),
            Node::Number(number) => Ok(Number::of(*number)),
            Node::Cell(text) if is_share && text.ends_with('%') => {
                per_cent(text, marks).map(Number::of).ok_or_else(|| number(text, marks).err().flatten())
            }
            Node::Cell(text) if is_count => count(text, marks),
            Node::Cell(text) => number(text, marks),
            Node::Text(text) if number(text, Marks::English).is_ok() => {
                Err(Some("numbers are written without quotes".to_owned()))
            }
            _ => Err(None),
        };
        match read {
            Ok(number) if number.value.is_finite() => {
                let unsaid = matches!(form, Form::Sheet { says_per_cent: false, .. });
                if is_share && unsaid && number.value > 0.0 && number.value <= 1.0 {
                    let message = format!("`{}` may be a share or per cent", key.name);
                    let label = format!("{}; a cell that shows 95% holds 0.95", item.found());
                    self.problems.push(Problem::new(message, Some(&item.place), label).help(
                        "an .ods does not say which it is: write 95 in a cell that shows a number, or save the workbook as .xlsx",
                    ));
                    return None;
                }
                Some(number)
            }
            read => {
                self.unfit(key, item, read.err().flatten());
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
            Node::Text(text) | Node::Cell(text) => date(text).ok(),
            _ => None,
        };
        if read.is_none() {
            let help = match &item.node {
                Node::Text(text) | Node::Cell(text) => date(text).err().flatten(),
                Node::Whole(number) => date(&number.to_string()).err().flatten(),
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
            // Only a few of many unknown names are shown, so near names are sought only for a few.
            self.unknown += 1;
            let known = if self.unknown > NAMES_HELPED { &[] } else { known };
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
    let spec = keys::table(table).or(Some(&DEMAND).filter(|demand| demand.name == table));
    spec.and_then(|spec| spec.key(name)).expect("the register holds every key that is read")
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Paths => "a path",
        Kind::Name(_) => "a name",
        Kind::Choice(_) => "one of its words",
        Kind::Whole(..) => "a whole number",
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

/// Returns the place of the first named key of a table, for problems of a whole table.
pub(super) fn first_place<'a>(table: &'a Table, names: &[&str]) -> &'a Place {
    names.iter().find_map(|name| table.item(name)).map_or(&table.place, |item| &item.place)
}
