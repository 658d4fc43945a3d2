//! The study file as a JSON Schema for editors. Dates use a pattern and alternatives use `anyOf`, because not all
//! editors know `format`, `prefixItems`, `unevaluatedProperties` and `dependentRequired`.

use dormouse::report::{ASSURANCE, PrintedKey, RATIONALE};
use serde_json::{Map, Value as Json, json};

/// The JSON Schema (2020-12) of a study file.
pub(crate) fn study_schema() -> Json {
    let whole = |least: u32, doc: &str| json!({ "type": "integer", "minimum": least, "description": doc });
    let text = |doc: &str| json!({ "type": "string", "description": doc });
    let amount = |doc: &str| {
        json!({
            "description": doc,
            "anyOf": [
                { "type": "number", "minimum": 1 },
                { "type": "string", "pattern": "^[0-9.]+ *%?$" },
            ],
        })
    };
    let axis = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "key", "values"],
        "properties": {
            "name": text("Name in reports, with its unit."),
            "key": text("A key of the scenario file, as `--set` takes it."),
            "values": {
                "type": "array",
                "minItems": 1,
                "description": "Values to try; \"unset\" removes the key.",
            },
            "labels": {
                "type": "array",
                "items": { "type": "string" },
                "description": "Name of each value in reports. Default: the value itself.",
            },
        },
    });
    let tried = |doc: &str| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "description": doc,
            "properties": {
                "replications": whole(2, "Replications of each scenario under each set of values. Default: 20."),
                "axis": { "type": "array", "items": axis, "description": "What is varied." },
            },
        })
    };
    let printed = |doc: &str, keys: &[PrintedKey]| {
        let one = |key: &PrintedKey| {
            let mut schema = text(key.doc);
            if key.is_date {
                schema["pattern"] = json!("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
            }
            (key.name.to_owned(), schema)
        };
        let properties: Map<String, Json> = keys.iter().map(one).collect();
        json!({ "type": "object", "additionalProperties": false, "description": doc, "properties": properties })
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dormouse study",
        "description": "The scenarios to compare, and the values to try. Paths are relative to the file.",
        "type": "object",
        "additionalProperties": false,
        "required": ["question", "baseline", "scenarios"],
        "properties": {
            "question": text("The question of the study."),
            "purpose": text("Background and objectives; printed in the report."),
            "decision": text("The decision asked of the reader; printed on the first page of the report."),
            "baseline": text("The scenario that the others are compared with."),
            "scenarios": {
                "type": "array",
                "minItems": 1,
                "items": { "type": "string" },
                "description": "The other scenarios.",
            },
            "replications": whole(2, "Replications of each scenario."),
            "precision": amount("In place of replications: stop when half the 95% interval of every difference is at most this, in installation-days or as a share such as \"5%\"."),
            "budget": whole(2, "Most replications for a precision. Default: 1000."),
            "threshold": amount("A smaller difference in Dormant days does not matter; in installation-days or as a share such as \"1%\". Default: 1%."),
            "layer_runs": whole(0, "Runs of each scenario that separate the layers of chance; 0 for none."),
            "grid": tried("Every combination of the values of its axes is tried."),
            "sensitivity": tried("One value at a time is tried."),
            "rationale": printed("Reasons for the choices of the study; printed in the report.", &RATIONALE),
            "assurance": printed("Who answers for the study, and until when it may be used; printed in the report.", &ASSURANCE),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::{ASSURANCE, RATIONALE, study_schema};
    use crate::cli::input::study_file::reader::{KEYS, OF_AXIS, OF_GRID};

    #[test]
    fn the_schema_has_every_key_of_a_study() {
        let schema = study_schema();
        let axis = &schema["properties"]["grid"]["properties"]["axis"]["items"];
        for (name, keys) in [("rationale", &RATIONALE[..]), ("assurance", &ASSURANCE)] {
            let known = schema["properties"][name]["properties"].as_object().unwrap();
            assert!(
                known.len() == keys.len() && keys.iter().all(|key| known.contains_key(key.name)),
                "{name}"
            );
        }
        for (schema, keys) in
            [(&schema, &KEYS[..]), (&schema["properties"]["grid"], &OF_GRID), (axis, &OF_AXIS)]
        {
            let mut known: Vec<&str> =
                schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let mut keys = keys.to_vec();
            known.sort_unstable();
            keys.sort_unstable();
            assert_eq!(known, keys);
        }
    }
}
