//! A JSON value with one thing changed: what somebody who edits a file by hand might make of it.

use serde_json::{Value, json};

/// Every single edit of a value: each number and word replaced by odd ones, each list a bit shorter, longer, or turned
/// round, each key left out.
pub(crate) fn mutants(whole: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    collect(whole, String::new(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        let original = whole.pointer(&path).unwrap();
        for edited in edits(original) {
            let mut mutant = whole.clone();
            *mutant.pointer_mut(&path).unwrap() = edited;
            all.push(mutant);
        }
    }
    all
}

/// Where every value stands. Of a long list the first, one in the middle and the last are enough.
fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                collect(value, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) => {
            let mut at = vec![0, items.len() / 2, items.len().saturating_sub(1)];
            at.dedup();
            for at in at.into_iter().filter(|at| *at < items.len()) {
                collect(&items[at], format!("{path}/{at}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}

fn edits(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!(0), json!([0])],
        Value::Bool(is) => vec![json!(!is), Value::Null],
        Value::Number(number) => {
            let mut odd = vec![json!(0), json!(1), json!(-1), json!(2_147_483_647), json!(4_294_967_295_u64)];
            odd.extend([json!(4_294_967_296_u64), json!(u64::MAX), json!(i64::MIN), json!(0.5), Value::Null]);
            odd.extend(
                number
                    .as_i64()
                    .and_then(|n| Some([json!(n.checked_add(1)?), json!(n.checked_sub(1)?)]))
                    .into_iter()
                    .flatten(),
            );
            odd
        }
        Value::String(_) => vec![json!("x"), json!(""), json!(7)],
        Value::Array(items) => {
            let mut edits = vec![json!([])];
            if let (Some(first), Some(last)) = (items.first(), items.last()) {
                edits.push(json!(items[1..]));
                edits.push(json!(items[..items.len() - 1]));
                edits.push([items.as_slice(), std::slice::from_ref(last)].concat().into());
                edits.push([std::slice::from_ref(first), items.as_slice()].concat().into());
                edits.push(items.iter().rev().cloned().collect());
            }
            edits
        }
        Value::Object(entries) => {
            let without = |key: &String| {
                let mut fewer = entries.clone();
                fewer.remove(key);
                Value::Object(fewer)
            };
            entries.keys().map(without).collect()
        }
    }
}
