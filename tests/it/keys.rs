//! The files that are shipped against the list of keys and the schemas: each holds what it says it holds, in the TOML that every tool reads.

use std::path::{Path, PathBuf};

use crate::command::{Case, Workshop, repository};
use dormouse::scenario::keys::{Kind, TABLES};
use serde_json::Value as Json;

fn shipped(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = ["scenarios", "studies"].map(|folder| repository().join(folder)).into();
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|end| end == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A TOML file as the JSON that an editor holds against a schema: dates are texts.
fn as_json(path: &Path) -> Json {
    fn json(value: toml::Value) -> Json {
        match value {
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(json).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    json(toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

#[test]
fn every_file_that_is_shipped_is_valid_under_its_schema() {
    let workshop = Workshop::new();
    let validator = |words: &str| {
        let (out, _) = Case::new(&workshop, words).run();
        jsonschema::validator_for(&serde_json::from_str(&out).unwrap()).unwrap()
    };
    let [scenario, study] = ["schema", "schema study"].map(validator);
    for path in shipped("toml") {
        let (own, other) = if path.parent().unwrap().ends_with("studies") {
            (&study, &scenario)
        } else {
            (&scenario, &study)
        };
        let json = as_json(&path);
        let problems: Vec<String> = own.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        assert!(!other.is_valid(&json), "{}", path.display());
    }
    let wrong = serde_json::json!({ "firmware": { "redesignation": "nevr" } });
    assert!(!scenario.is_valid(&wrong));
    let out = serde_json::json!({
        "extends": ["a.toml", "b.toml"],
        "removal": "unset",
        "programme": { "plan_date": "unset" },
        "group": [{ "name": "IOC", "unset": true }],
        "cohort_defaults": { "notice_days": { "uniform": { "low": 1, "high": 2 }, "draw": "for all", "link": "none" } },
    });
    assert!(scenario.is_valid(&out));
}

/// `every-key.toml` holds every table, every key, every word of a choice and every form of a value, in use or in a comment.
#[test]
fn every_key_is_complete() {
    let path = repository().join("scenarios/reference/every-key.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let file: toml::Table = toml::from_str(&text).unwrap();
    let mut missing = Vec::new();
    for table in TABLES {
        let entries: Vec<&toml::Table> = match file.get(table.name) {
            None if table.name.is_empty() => vec![&file],
            Some(toml::Value::Array(list)) => list.iter().filter_map(toml::Value::as_table).collect(),
            Some(toml::Value::Table(table)) => vec![table],
            _ => Vec::new(),
        };
        let of_cohort = |key: &str| {
            let cohorts = file["cohort"].as_array().unwrap();
            let either =
                cohorts.iter().filter_map(toml::Value::as_table).chain(file["cohort_defaults"].as_table());
            table.name.starts_with("cohort") && either.into_iter().any(|cohort| cohort.contains_key(key))
        };
        for key in table.keys {
            let in_comment = text
                .lines()
                .any(|line| line.trim_start().starts_with('#') && line.contains(&format!("{} = ", key.name)));
            let held = entries.iter().any(|entry| entry.contains_key(key.name));
            if !held && !in_comment && !of_cohort(key.name) {
                missing.push(format!("{}.{}", table.name, key.name));
            }
            if let Kind::Choice(words) = key.kind {
                let unsaid = words.iter().filter(|word| !text.contains(**word));
                missing.extend(unsaid.map(|word| format!("{}.{} = {word}", table.name, key.name)));
            }
        }
    }
    let forms = [
        "uniform",
        "triangular",
        "pert",
        "lognormal",
        "discrete",
        "for each",
        "for all",
        "unset",
        "link = \"none\"",
        "steps = ",
        "workbook",
        "2000 to 2099",
    ];
    missing.extend(forms.iter().filter(|form| !text.contains(**form)).map(|form| (*form).to_owned()));
    assert!(missing.is_empty(), "{missing:?}");
    let limits = file["supplier_limit"].as_array().unwrap();
    assert!(limits.iter().any(|limit| limit.get("group").is_none()), "a limit over all groups");
}

/// Line breaks and trailing commas in inline tables, and the escapes `\x` and `\e`, are TOML 1.1.
fn toml_1_1(text: &str) -> Option<String> {
    let (mut open, mut chars, mut comma) = (Vec::new(), text.chars().peekable(), false);
    let mut line = 1;
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                line += 1;
                if open.last() == Some(&'{') {
                    return Some(format!("line {line}: a line break in an inline table"));
                }
            }
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' | '\'' => {
                comma = false;
                while let Some(inner) = chars.next() {
                    if inner == '\\' && c == '"' {
                        if chars.next().is_some_and(|escape| "xe".contains(escape)) {
                            return Some(format!("line {line}: an escape of TOML 1.1"));
                        }
                    } else if inner == c || inner == '\n' {
                        break;
                    }
                }
            }
            '[' | '{' => {
                open.push(c);
                comma = false;
            }
            '}' if comma => return Some(format!("line {line}: a comma at the end of an inline table")),
            ']' | '}' => {
                open.pop();
                comma = false;
            }
            ',' => comma = true,
            c if c.is_whitespace() => {}
            _ => comma = false,
        }
    }
    None
}

#[test]
fn shipped_files_keep_to_toml_1_0() {
    assert!(toml_1_1("a = { b = 1,\n c = 2 }").is_some() && toml_1_1("a = { b = 1, }").is_some());
    assert!(toml_1_1("a = \"\\x41\"").is_some() && toml_1_1("a = [1,\n 2,\n] # { b,\n}").is_none());
    let files = shipped("toml");
    assert!(files.len() > 15, "{}", files.len());
    for path in files {
        let found = toml_1_1(&std::fs::read_to_string(&path).unwrap());
        assert_eq!(found, None, "{}", path.display());
    }
}
