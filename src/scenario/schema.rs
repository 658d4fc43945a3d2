//! The register of keys as a JSON Schema for editors, and as the reference page. Dates use a pattern and alternatives
//! use `anyOf`, because not all editors know `format`, `prefixItems`, `unevaluatedProperties` and `dependentRequired`.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::document::UNSET;
use super::keys::{KeySpec, Kind, TABLES, TableSpec};
use super::uncertain::DRAWS;

/// The JSON Schema (2020-12) of a scenario file.
#[must_use]
pub fn schema() -> Json {
    let mut properties = Map::new();
    for table in TABLES {
        let body = table_schema(table);
        match (table.name.is_empty(), table.is_list()) {
            (true, _) => {
                for key in table.keys {
                    properties.insert(key.name.into(), key_schema(key));
                }
            }
            (false, true) => {
                let rows = json!({ "type": "array", "items": body });
                let list =
                    json!({ "description": table.doc, "anyOf": [rows, csv(&[]), workbook(&[]), unset()] });
                properties.insert(table.name.into(), list);
            }
            (false, false) => {
                let once = json!({ "description": table.doc, "anyOf": [body, unset()] });
                properties.insert(table.name.into(), once);
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dormouse scenario",
        "description": "A migration programme that queues for a daily capacity behind gates.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": definitions(),
    })
}

fn table_schema(table: &TableSpec) -> Json {
    let mut properties: Map<String, Json> =
        table.keys.iter().map(|key| (key.name.into(), key_schema(key))).collect();
    if table.is_list() {
        let doc = "Takes the entry out that an extended file has.";
        properties.insert(UNSET.into(), json!({ "const": true, "description": doc }));
    }
    let mut schema = object(Json::Object(properties), &[]);
    schema["description"] = json!(table.doc);
    schema
}

fn object(properties: impl Into<Json>, required: &[&str]) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": properties.into(), "required": required })
}

/// A table in a CSV file, with more keys beside it.
fn csv(more: &[&str]) -> Json {
    file_of_table("csv", "A table in CSV.", &[], more)
}

/// A table in a sheet of a workbook, with more keys beside it.
fn workbook(more: &[&str]) -> Json {
    file_of_table("workbook", "A workbook, .xlsx or .ods.", &["sheet"], more)
}

fn file_of_table(file: &str, doc: &str, optional: &[&str], more: &[&str]) -> Json {
    let text = |name: &&str| ((*name).to_owned(), json!({ "type": "string" }));
    let mut properties: Map<String, Json> = optional.iter().chain(more).map(text).collect();
    properties.insert(file.to_owned(), json!({ "type": "string", "description": doc }));
    let required: Vec<&str> = std::iter::once(&file).chain(more).copied().collect();
    object(properties, &required)
}

/// The word that removes a value of an extended file.
fn unset() -> Json {
    json!({ "const": UNSET })
}

fn key_schema(key: &KeySpec) -> Json {
    let mut schema = kind_schema(key.kind);
    if schema["type"] != "string" {
        schema = json!({ "anyOf": [schema, unset()] });
    }
    let default = if key.default.is_empty() { String::new() } else { format!(" Default: {}.", key.default) };
    schema["description"] = json!(format!("{}{default}", key.doc));
    schema
}

fn kind_schema(kind: Kind) -> Json {
    let defined = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match kind {
        Kind::Text | Kind::Name(_) => json!({ "type": "string" }),
        Kind::Paths => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }] })
        }
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Positive => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Date => defined("date"),
        Kind::Dates => json!({ "type": "array", "items": defined("date") }),
        Kind::Weekdays => {
            json!({ "type": "array", "items": { "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] } })
        }
        Kind::Periods => {
            let period =
                json!({ "from": defined("date"), "to": defined("date"), "reason": { "type": "string" } });
            json!({ "type": "array", "items": object(period, &["from", "to"]) })
        }
        Kind::DateOrNever => json!({ "anyOf": [{ "const": "never" }, defined("date")] }),
        Kind::Days(..) | Kind::Pct | Kind::Factor => defined("uncertain"),
        Kind::PctByAttempt => {
            json!({ "anyOf": [defined("uncertain"), { "type": "array", "items": defined("uncertain"), "minItems": 1 }] })
        }
        Kind::Dated | Kind::DatedPct => defined("dated"),
        Kind::Priority => {
            let share = json!({ "up_to_pct": { "type": "number", "minimum": 0, "maximum": 100 } });
            json!({ "anyOf": [{ "const": "strict" }, object(share, &["up_to_pct"])] })
        }
    }
}

fn definitions() -> Json {
    let number = json!({ "type": "number" });
    let three = object(json!({ "low": number, "mode": number, "high": number }), &["low", "mode", "high"]);
    let weighed = object(
        json!({ "value": number, "weight": { "type": "number", "minimum": 0 } }),
        &["value", "weight"],
    );
    let distribution = object(
        json!({
            "uniform": object(json!({ "low": number, "high": number }), &["low", "high"]),
            "triangular": three,
            "pert": three,
            "lognormal": object(json!({ "median": number, "p90": number }), &["median", "p90"]),
            "discrete": { "type": "array", "items": weighed, "minItems": 1 },
            "link": { "type": "string", "description": "A factor shared with other inputs; \"none\" gives up the link of the value that this one replaces." },
            "draw": { "enum": DRAWS, "description": "How often a value that holds for many is drawn: for each of them, or once for all." },
            "weight": { "type": "number", "minimum": -1, "maximum": 1, "description": "Correlation with it. Default: 1." },
        }),
        &[],
    );
    let uncertain = json!({ "$ref": "#/$defs/uncertain" });
    let steps = json!({
        "type": "array",
        "minItems": 1,
        "items": object(
            json!({ "from": { "$ref": "#/$defs/date" }, "value": uncertain, "ramp": { "type": "boolean" } }),
            &["from", "value"],
        ),
    });
    json!({
        "date": { "description": "A TOML date such as 2020-09-11.", "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" },
        "uncertain": { "description": "A number, or a distribution.", "anyOf": [number, distribution] },
        "dated": {
            "description": "A value for the whole run, dated steps, either with an uncertain factor, or a column of a table.",
            "anyOf": [
                uncertain,
                steps,
                object(json!({ "value": number, "factor": uncertain }), &["value"]),
                object(json!({ "steps": steps, "factor": uncertain }), &["steps"]),
                csv(&["column"]),
                workbook(&["column"]),
            ],
        },
    })
}

/// The register as Markdown: a heading a table, a row a key.
#[must_use]
pub fn reference_markdown() -> String {
    let mut page = String::new();
    for table in TABLES {
        let heading = match (table.name, table.is_list()) {
            ("", _) => "Before the first table".to_string(),
            (name, true) => format!("`[[{name}]]`"),
            (name, false) => format!("`[{name}]`"),
        };
        let _ = write!(
            page,
            "### {heading}\n\n{}\n\n| key | holds | default | what it says |\n| --- | --- | --- | --- |\n",
            table.doc
        );
        for key in table.keys {
            let default = if key.default.is_empty() { "must be said" } else { key.default };
            let expects = key.kind.expects().replace('|', "\\|");
            let _ = writeln!(page, "| `{}` | {expects} | {default} | {} |", key.name, key.doc);
        }
        page.push('\n');
    }
    page
}
