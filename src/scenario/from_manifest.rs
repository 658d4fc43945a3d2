//! A scenario read again from the resolved document that its results keep: the same model, without the files.

use serde_json::{Map, Value as Json};

use crate::scenario::document::{Entry, Item, Node, Table};
use crate::scenario::keys::TABLES;
use crate::scenario::merged::Document;
use crate::scenario::problem::{Place, Problems, Source};
use crate::scenario::reading::Reading;
use crate::scenario::{Scenario, resolve, understood, value, words};

/// Reads the resolved document of a manifest; `name` is the scenario's where the document does not say it.
///
/// # Errors
/// The problems in it. One that this version wrote has none.
pub fn from_resolved(resolved: &Json, name: &str) -> Result<Scenario, Problems> {
    let place = Place { source: 0, span: 0..0 };
    let source = Source::new("the resolved scenario", "");
    let mut document = Document::new(&place);
    for spec in TABLES {
        match (spec.name, &resolved[spec.name]) {
            ("", _) => {
                let top = resolved.as_object().into_iter().flatten();
                let own = top.filter(|(key, _)| spec.keys.iter().any(|known| known.name == *key));
                let own: Map<String, Json> = own.map(|(key, json)| (key.clone(), json.clone())).collect();
                *document.table_mut("", &place) = table(&own, &place);
            }
            (name, Json::Object(keys)) => *document.table_mut(name, &place) = table(keys, &place),
            (name, Json::Array(entries)) => {
                let entries = entries.iter().filter_map(Json::as_object);
                *document.list_mut(name) = entries.map(|keys| table(keys, &place)).collect();
            }
            _ => {}
        }
    }
    let mut desk = value::Desk::new(Reading::of(source));
    let model = resolve::model(&document, Some(name), &mut desk);
    understood(model.map(|model| (model, resolved.clone())), &[], desk)
}

/// A value of a resolved scenario in words.
#[must_use]
pub fn value_in_words(value: &Json) -> String {
    words::whole(&item(value, &Place { source: 0, span: 0..0 }))
}

fn table(keys: &Map<String, Json>, place: &Place) -> Table {
    let entry = |(key, json): (&String, &Json)| Entry {
        key: key.clone(),
        place: place.clone(),
        item: item(json, place),
    };
    Table { place: place.clone(), entries: keys.iter().map(entry).collect() }
}

/// Texts are read as cells of a table are: what they mean depends on what is wanted.
fn item(json: &Json, place: &Place) -> Item {
    let node = match json {
        Json::String(text) => Node::Cell(text.clone()),
        Json::Bool(flag) => Node::Bool(*flag),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Node::Number(number.as_f64().unwrap_or(f64::NAN)), Node::Whole)
        }
        Json::Array(items) => Node::List(items.iter().map(|json| item(json, place)).collect()),
        Json::Object(keys) => Node::Table(table(keys, place)),
        Json::Null => Node::Cell(String::new()),
    };
    Item { node, place: place.clone() }
}
