//! A scenario as it was written: values with their places, before they are interpreted.

use serde_json::{Map, Value as Json, json};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, value::Datetime};

use super::keys;
use super::problem::{Place, Problem};
use super::written::{Marks, number};

/// The word that takes a key, an entry of a list or a whole table out.
pub(super) const UNSET: &str = "unset";

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) node: Node,
    pub(super) place: Place,
}

/// A value as written.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    /// A cell of a table or a bare word of an override: what it is depends on what is wanted.
    Cell(String),
    Whole(i64),
    Number(f64),
    Bool(bool),
    Date(Datetime),
    List(Vec<Item>),
    Table(Table),
}

/// Keys and values, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) place: Place,
    pub(super) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Place,
    pub(super) item: Item,
}

impl Table {
    pub(super) fn new(place: Place) -> Self {
        Self { place, entries: Vec::new() }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn item(&self, key: &str) -> Option<&Item> {
        self.entry(key).map(|entry| &entry.item)
    }

    /// Returns the place of a key's value, or of the table if the key is missing.
    pub(super) fn place_of(&self, key: &str) -> &Place {
        self.item(key).map_or(&self.place, |item| &item.place)
    }

    /// Sets a key, in place of its earlier value.
    pub(super) fn set(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// The text under a key, however it was written.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.item(key)?.node {
            Node::Text(text) | Node::Cell(text) => Some(text),
            _ => None,
        }
    }

    /// The table as an entry of one of the register: words stay words, and numbers are the same however a spreadsheet
    /// shows them.
    pub(super) fn to_json(&self, name: &str) -> Json {
        let spec = keys::table(name);
        let is_words = |key: &str| spec.and_then(|spec| spec.key(key)).is_some_and(|key| key.kind.is_words());
        let json = |entry: &Entry| match &entry.item.node {
            Node::Cell(text) if is_words(&entry.key) => json!(text),
            _ => entry.item.to_json(),
        };
        Json::Object(self.entries.iter().map(|e| (e.key.clone(), json(e))).collect::<Map<_, _>>())
    }
}

impl Item {
    /// Describes the value for error messages.
    pub(super) fn found(&self) -> String {
        match &self.node {
            Node::Text(text) => format!("found the text \"{text}\""),
            Node::Cell(text) => format!("found `{text}`"),
            Node::Whole(n) => format!("found {n}"),
            Node::Number(n) => format!("found {n}"),
            Node::Bool(b) => format!("found {b}"),
            Node::Date(date) => format!("found {date}"),
            Node::List(_) => "found a list".into(),
            Node::Table(_) => "found a table".into(),
        }
    }

    /// The value without the marks of how it was written, to compare names and numbers of TOML and CSV.
    pub(super) fn plain(&self) -> String {
        match &self.node {
            Node::Text(text) | Node::Cell(text) => text.clone(),
            other => Self { node: other.clone(), place: self.place.clone() }.to_json().to_string(),
        }
    }

    /// Whether the value is the word that removes a key.
    pub(super) fn is_unset(&self) -> bool {
        matches!(&self.node, Node::Text(word) | Node::Cell(word) if word == UNSET)
    }

    /// The value as JSON, in which numbers and dates are the same however they were written.
    pub(super) fn to_plain_json(&self) -> Json {
        as_float(self.to_json())
    }

    pub(super) fn as_table(&self) -> Option<&Table> {
        match &self.node {
            Node::Table(table) => Some(table),
            _ => None,
        }
    }

    fn to_json(&self) -> Json {
        match &self.node {
            Node::Text(text) => json!(text),
            Node::Cell(text) => {
                number(text, Marks::English).map_or_else(|_| json!(text), |number| shortest(number.value))
            }
            Node::Whole(n) => json!(n),
            Node::Number(n) => json!(n),
            Node::Bool(b) => json!(b),
            Node::Date(date) => json!(date.to_string()),
            Node::List(items) => items.iter().map(Self::to_json).collect(),
            Node::Table(table) => table.to_json(""),
        }
    }
}

/// Returns JSON in which whole numbers have no fraction, so that 1 and 1.0 are the same.
pub(super) fn as_float(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map_or(Json::Number(number), |float| json!(float)),
        Json::Array(items) => items.into_iter().map(as_float).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, as_float(value))).collect(),
        other => other,
    }
}

/// A number as in TOML: a whole number has no fraction.
fn shortest(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of a few digits")]
    let whole = number as i64;
    if number.fract() == 0.0 && whole.unsigned_abs() < 1 << 53 { json!(whole) } else { json!(number) }
}

/// Reads TOML text; places are `place(bytes)`.
pub(super) fn read_toml(
    text: &str,
    place: &dyn Fn(std::ops::Range<usize>) -> Place,
) -> Result<Table, Problem> {
    match DeTable::parse(text) {
        Ok(table) => Ok(read_table(table.get_ref(), place(table.span()), place)),
        Err(error) => Err(syntax(&error, place)),
    }
}

/// Reads one TOML value; places are `place(bytes)`.
pub(super) fn read_value(
    text: &str,
    place: &dyn Fn(std::ops::Range<usize>) -> Place,
) -> Result<Item, Problem> {
    match DeValue::parse(text) {
        Ok(value) => Ok(read_item(&value, place)),
        Err(error) => Err(syntax(&error, place)),
    }
}

/// Only the first syntax error is shown: what follows one is rarely true.
fn syntax(error: &toml::de::Error, place: &dyn Fn(std::ops::Range<usize>) -> Place) -> Problem {
    let at = error.span().map(place);
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    Problem::new("this is not TOML", at.as_ref(), message)
}

type At<'a> = &'a dyn Fn(std::ops::Range<usize>) -> Place;

fn read_table(table: &DeTable<'_>, at: Place, place: At<'_>) -> Table {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        place: place(key.span()),
        item: read_item(value, place),
    };
    let mut entries: Vec<Entry> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.place.span.start);
    Table { place: at, entries }
}

fn read_item(value: &Spanned<DeValue<'_>>, place: At<'_>) -> Item {
    let at = place(value.span());
    let node = match value.get_ref() {
        DeValue::String(text) => Node::Text(text.to_string()),
        // One that is too large is kept as it was written, for messages.
        DeValue::Integer(whole) => i64::from_str_radix(whole.as_str(), whole.radix())
            .map_or_else(|_| Node::Cell(whole.as_str().to_owned()), Node::Whole),
        DeValue::Float(number) => Node::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Node::Bool(*b),
        DeValue::Datetime(date) => Node::Date(*date),
        DeValue::Array(items) => Node::List(items.iter().map(|item| read_item(item, place)).collect()),
        DeValue::Table(table) => Node::Table(read_table(table, at.clone(), place)),
    };
    Item { node, place: at }
}

#[cfg(test)]
mod tests {
    use super::{Marks, number, shortest};

    #[test]
    fn a_cell_is_kept_as_the_number_that_it_shows() {
        let kept = |text: &str| shortest(number(text, Marks::English).unwrap().value).to_string();
        assert_eq!([kept("1,006"), kept("1006"), kept("0.50"), kept("-7")], ["1006", "1006", "0.5", "-7"]);
    }
}
