//! What two scenarios differ in, key by key.

use serde_json::Value as Json;

/// Keys that say who a scenario is, not what it does.
const NAMES: [&str; 5] = ["name", "title", "question", "extends", "assumption"];

/// Most changes that are listed one by one.
const MOST: usize = 60;

/// One input that differs.
pub(super) struct Change {
    /// Where it stands in the scenario file, with the name of the entry.
    pub(super) key: String,
    pub(super) baseline: String,
    pub(super) scenario: String,
}

/// Every input in which a resolved scenario differs from its baseline, in the order of keys, and how many more there are.
pub(super) fn changes(baseline: &Json, scenario: &Json) -> (Vec<Change>, usize) {
    let mut found = Vec::new();
    compare("", baseline, scenario, &mut found);
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    (found, more)
}

fn compare(key: &str, a: &Json, b: &Json, found: &mut Vec<Change>) {
    match (a, b) {
        _ if a == b => {}
        (Json::Object(x), Json::Object(y)) => {
            let mut keys: Vec<&String> = x.keys().chain(y.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for name in keys {
                if !(key.is_empty() && NAMES.contains(&name.as_str())) {
                    compare(&join(key, name), &a[name.as_str()], &b[name.as_str()], found);
                }
            }
        }
        (Json::Array(x), Json::Array(y)) if told_apart(x) && told_apart(y) => {
            let of = |list: &[Json], name: &str| list.iter().find(|e| identity(e) == name).cloned();
            let only_there = y.iter().filter(|e| of(x, &identity(e)).is_none());
            for entry in x.iter().chain(only_there) {
                let name = identity(entry);
                let [before, after] = [x, y].map(|list| of(list, &name).unwrap_or(Json::Null));
                compare(&join(key, &name), &before, &after, found);
            }
        }
        _ => found.push(Change { key: key.to_owned(), baseline: told(a), scenario: told(b) }),
    }
}

fn join(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

/// What tells an entry of a list apart: its name, or the cell and stage that it counts.
fn identity(entry: &Json) -> String {
    let words = |key: &&str| match &entry[*key] {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let own: Vec<String> =
        ["name", "cohort", "supplier", "status", "stage", "attempt"].iter().filter_map(words).collect();
    own.join(", ")
}

/// Whether every entry of a list is told apart from the others.
fn told_apart(list: &[Json]) -> bool {
    let mut all: Vec<String> = list.iter().map(identity).collect();
    all.sort_unstable();
    let n = all.len();
    all.dedup();
    all.len() == n && all.iter().all(|name| !name.is_empty())
}

fn told(value: &Json) -> String {
    match value {
        Json::Null => "not given".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(list) if list.iter().all(|entry| !entry.is_object()) => {
            list.iter().map(told).collect::<Vec<_>>().join(", ")
        }
        Json::Array(list) => list.iter().map(told).collect::<Vec<_>>().join("; "),
        Json::Object(entry) => {
            entry.iter().map(|(key, value)| format!("{key} {}", told(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_are_compared_by_name_and_titles_are_no_change() {
        let a = json!({"name": "a", "cohort": [{"name": "X", "gate": 1}, {"name": "Y"}], "n": [1, 2]});
        let b = json!({"name": "b", "cohort": [{"name": "Y"}, {"name": "X", "gate": 2}], "n": [1, 3]});
        let (found, more) = changes(&a, &b);
        let lines: Vec<String> =
            found.iter().map(|c| format!("{}: {} -> {}", c.key, c.baseline, c.scenario)).collect();
        assert_eq!(
            (lines, more),
            (vec!["cohort.X.gate: 1 -> 2".to_owned(), "n: 1, 2 -> 1, 3".to_owned()], 0)
        );
    }

    #[test]
    fn a_count_that_changed_is_named_by_its_cell() {
        let stock = |n: u32| {
            json!({"stock": [
                {"cohort": "X", "supplier": "S", "status": "dormant", "installations": 7},
                {"cohort": "X", "supplier": "S", "status": "active", "installations": n},
            ]})
        };
        let (found, _) = changes(&stock(1), &stock(2));
        let told = (found[0].key.as_str(), found[0].baseline.as_str(), found[0].scenario.as_str());
        assert_eq!(told, ("stock.X, S, active.installations", "1", "2"));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_is_given_in_one_only_says_so() {
        let (found, _) = changes(&json!({}), &json!({"removal": {"step": "weekly"}}));
        assert_eq!((found[0].baseline.as_str(), found[0].scenario.as_str()), ("not given", "step weekly"));
    }
}
