//! The register of assumptions: every input that moves the answer has a line in it. A line does not vouch for a value that another
//! file, the command line or counts have replaced, and what no file registers gets a line from here.

use serde_json::Value as Json;

use super::document::{Entry, Item, Node, Table, as_float};
use super::keys::TableSpec;
use super::merged::identity;
use super::problem::Place;
use super::words::in_words;
use crate::model::{Assumption, InputRow, Model, Quality};

/// Who has the last word.
pub(super) const COMMAND_LINE: &str = "the command line";
/// Keys that name a scenario or control its draws: they are not inputs.
const NO_INPUTS: [&str; 7] =
    ["name", "title", "question", "extends", "seed", "programme.area", "programme.basis"];
/// Factors, and the capacities that each multiplies.
const MULTIPLIES: [(&str, &[&str]); 2] = [
    ("programme.capacity_factor", &["programme.capacity_per_day", "group.*.capacity_per_day"]),
    ("firmware.capacity_factor", &["group.*.firmware_capacity_per_day"]),
];

/// An input that is given another value than the one it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Later {
    /// Such as `allocation.dmin_per_day`, `group.*.capacity_per_day` of several entries of a list, or `stock`.
    key: String,
    /// Its value now, in words.
    now: String,
    /// Its value before, in words; empty if it had none.
    before: String,
    /// Who gives it.
    by: String,
}

/// How many of the keys of a register line have another value now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Nothing,
    Part,
    Whole,
}

impl Later {
    /// Records a key of a table that is set or removed; `None` if that changes nothing.
    pub(super) fn of(
        (table, key): (&TableSpec, &str),
        before: Option<&Item>,
        now: Option<&Item>,
        by: &str,
    ) -> Option<Self> {
        let default = table.key(key).map_or("", |key| key.default);
        let json = |item: Option<&Item>| match item.map(Item::to_plain_json) {
            None => default_value(default),
            Some(Json::Array(list)) if list.is_empty() => Json::Null,
            Some(json) => json,
        };
        if json(before) == json(now) {
            return None;
        }
        let told = |item: Option<&Item>| match item {
            Some(item) => in_words(item),
            None => default.trim_matches('"').to_owned(),
        };
        let key = if table.name.is_empty() { key.to_owned() } else { format!("{}.{key}", table.name) };
        Some(Self { key, now: told(now), before: told(before), by: by.to_owned() })
    }

    /// List entries that override existing ones: one change for each key, whether one entry or several have it.
    pub(super) fn of_rows(spec: &TableSpec, rows: &[Table], known: &[Table], by: &str) -> Vec<Self> {
        if spec.name == "stock" {
            return Self::of_stock(rows, known, by).into_iter().collect();
        }
        let mut later: Vec<Self> = Vec::new();
        let mut added: Vec<String> = Vec::new();
        for row in rows {
            let name = identity(spec, row).join(".");
            let Some(known) = known.iter().find(|known| identity(spec, known) == identity(spec, row)) else {
                // A factor has its own line, which names the inputs it moves.
                added.extend(Some(name).filter(|_| spec.name != "factor"));
                continue;
            };
            for said in row.entries.iter().filter(|said| !spec.identity.contains(&said.key.as_str())) {
                let now = Some(&said.item).filter(|item| !item.is_unset());
                let Some(one) = Self::of((spec, &said.key), known.item(&said.key), now, by) else { continue };
                let key = |entry: &str| format!("{}.{entry}.{}", spec.name, said.key);
                match later.iter_mut().find(|other| other.key.ends_with(&format!(".{}", said.key))) {
                    Some(other) => other.join(&key("*"), &name, &one),
                    None => later.push(Self { key: key(&name), ..one }),
                }
            }
        }
        if !added.is_empty() {
            let now = format!("{} more: {}", added.len(), shortened(&added));
            later.push(Self { key: spec.name.to_owned(), now, before: String::new(), by: by.to_owned() });
        }
        later
    }

    /// Records stock that replaces other stock or joins it; `None` if every cell is as it was.
    fn of_stock(rows: &[Table], known: &[Table], by: &str) -> Option<Self> {
        let cells = |rows: &[Table]| -> std::collections::HashSet<String> {
            rows.iter().map(|row| row.to_json("stock").to_string()).collect()
        };
        if cells(rows).is_subset(&cells(known)) {
            return None;
        }
        let now = format!(
            "{} {} in place of those of the same cells or beside others",
            rows.len(),
            if rows.len() == 1 { "row" } else { "rows" }
        );
        Some(Self { key: "stock".to_owned(), now, before: String::new(), by: by.to_owned() })
    }

    /// A table, a list or an entry that is taken out.
    pub(super) fn taken_out(key: &str, by: &str) -> Self {
        Self { key: key.to_owned(), now: "taken out".to_owned(), before: String::new(), by: by.to_owned() }
    }

    /// Takes the same key of another entry in; the first is known by its key.
    fn join(&mut self, key: &str, entry: &str, other: &Self) {
        if self.key != key {
            let first = entry_of(&self.key);
            self.now = format!("{first}: {}", self.now);
            self.before = String::new();
            key.clone_into(&mut self.key);
        }
        if !self.now.ends_with("and others") {
            let more = format!("{}; {entry}: {}", self.now, other.now);
            self.now = if more.chars().count() > 200 { format!("{}; and others", self.now) } else { more };
        }
    }

    /// Corrects every line of the register that is about the key, and adds one where none is about it alone.
    pub(super) fn correct(&self, register: &mut Vec<Table>, place: &Place) {
        if NO_INPUTS.contains(&self.key.as_str()) {
            return;
        }
        let said = |line: &Table, key: &str| line.text(key).unwrap_or_default().to_owned();
        let mut alone = false;
        register.retain_mut(|line| {
            let [about, value, source, quality, note] =
                ["about", "value", "source", "quality", "note"].map(|key| said(line, key));
            let own = about == self.key && source.starts_with("set by ");
            match if own { Reach::Whole } else { reach(&about, &self.key) } {
                Reach::Nothing => {
                    if let Some(note) = self.multiplied(&about, &note) {
                        put(line, "note", note);
                    }
                    return true;
                }
                // Several lines may be about one key, each about some of its steps: one is kept.
                Reach::Whole if alone => return false,
                Reach::Whole => {
                    alone = true;
                    put(line, "about", self.key.clone());
                    put(line, "value", self.now.clone());
                    put(line, "source", format!("set by {}", self.by));
                    put(line, "said_by", self.by.clone());
                    put(line, "note", format!("in place of {value} ({quality}: {source})"));
                }
                Reach::Part => {
                    let part = format!("changed later: {} is {}, set by {}", self.key, self.now, self.by);
                    put(line, "value", format!("{value}; {} has a line of its own", self.key));
                    put(line, "note", if note.is_empty() { part } else { format!("{part}; {note}") });
                }
            }
            put(line, "quality", "assumed".to_owned());
            true
        });
        if !alone {
            let note = match self.before.as_str() {
                "" => String::new(),
                before => format!("in place of {before}"),
            };
            let says = [
                ("about", self.key.clone()),
                ("value", self.now.clone()),
                ("source", format!("set by {}", self.by)),
                ("quality", "assumed".to_owned()),
                ("note", note),
            ];
            let mut own = line(says, place);
            said_by(&mut own, &self.by);
            register.push(own);
        }
    }

    /// The note of a line about capacities that the key multiplies.
    fn multiplied(&self, about: &str, note: &str) -> Option<String> {
        let (_, capacities) = MULTIPLIES.iter().find(|(factor, _)| *factor == self.key)?;
        capacities.iter().any(|capacity| reach(about, capacity) != Reach::Nothing).then(|| {
            let by = format!("multiplied by {}, {}, set by {}", self.key, self.now, self.by);
            if note.is_empty() { by } else { format!("{by}; {note}") }
        })
    }
}

/// Adds lines for uncertain inputs and their factors, if the register has none for them.
pub(super) fn unregistered(model: &Model) -> Vec<Assumption> {
    let mut lines: Vec<Assumption> = Vec::new();
    let rows = model.uncertain_inputs();
    let known = |about: &str| model.assumptions.iter().any(|line| is_about(&line.about, about));
    let file = "the scenario, without a source";
    for row in rows.iter().filter(|row| !known(&row.about)) {
        let by = row.moved_by_in_words();
        let moved = if by.is_empty() { String::new() } else { format!("; moved by {by}") };
        lines.push(Assumption {
            about: row.about.clone(),
            value: row.value.clone(),
            source: file.to_owned(),
            quality: Quality::Assumed,
            note: format!("uncertain; draws in a replication: {}{moved}", row.draws_in_words()),
        });
    }
    for factor in &model.factors {
        let about = format!("factor.{}", factor.name);
        let moves = |row: &&InputRow| row.moved_by.as_ref().is_some_and(|(name, _)| *name == factor.name);
        let moved: Vec<String> = rows
            .iter()
            .filter(moves)
            .map(|row| {
                format!("{} (weight {})", row.about, row.moved_by.as_ref().map_or(0.0, |(_, weight)| *weight))
            })
            .collect();
        let mentioned = |line: &Assumption| {
            line.about == about || line.about == "factor" || line.about.contains(factor.name.as_str())
        };
        if !moved.is_empty() && !model.assumptions.iter().any(mentioned) {
            lines.push(Assumption {
                about,
                value: format!("moves {}", shortened(&moved)),
                source: file.to_owned(),
                quality: Quality::Assumed,
                note: String::new(),
            });
        }
    }
    lines
}

/// Whether a line of the register is about an input as a row of the uncertain inputs names it.
fn is_about(line: &str, row: &str) -> bool {
    let key = row.split(", ").next().unwrap_or(row);
    line == row || line == key || reach(line, key) != Reach::Nothing
}

/// A line of the register as a table of the document.
pub(super) fn line_of(assumption: &Assumption, place: &Place) -> Table {
    let Assumption { about, value, source, quality, note } = assumption.clone();
    let quality = quality.name().to_owned();
    line(
        [("about", about), ("value", value), ("source", source), ("quality", quality), ("note", note)],
        place,
    )
}

/// The first names of many.
fn shortened(names: &[String]) -> String {
    const MOST: usize = 6;
    match names.len().saturating_sub(MOST) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..MOST].join(", ")),
    }
}

/// The value of a default as the register of keys writes it; a text that is no value stays a text.
fn default_value(default: &str) -> Json {
    match default {
        // An empty list means none.
        "" | "none" => Json::Null,
        _ => serde_json::from_str(default).map_or_else(|_| Json::from(default), as_float),
    }
}

/// The name of the entry in a key such as `group.IOC.capacity_per_day`.
fn entry_of(key: &str) -> &str {
    let inner = key.split_once('.').map_or(key, |(_, rest)| rest);
    inner.rsplit_once('.').map_or(inner, |(entry, _)| entry)
}

/// Removes the lines on the stock from the register, because counts replace it, and returns their number.
pub(super) fn without_stock(register: &mut Vec<Table>) -> usize {
    let before = register.len();
    register.retain(|line| !line.text("about").is_some_and(|about| about.starts_with("stock")));
    before - register.len()
}

/// A line of the register.
pub(super) fn line(says: [(&str, String); 5], place: &Place) -> Table {
    let mut line = Table::new(place.clone());
    says.into_iter().for_each(|(key, text)| put(&mut line, key, text));
    line
}

/// Records the file of a line, unless the line names it.
pub(super) fn said_by(line: &mut Table, file: &str) {
    if line.item("said_by").is_none() {
        put(line, "said_by", file.to_owned());
    }
}

fn put(line: &mut Table, key: &str, text: String) {
    let place = line.place.clone();
    let item = Item { node: Node::Text(text), place: place.clone() };
    line.set(Entry { key: key.to_owned(), place, item });
}

/// How closely the subject of a line matches the key.
///
/// A line is about the keys among its words. `cohort_defaults.update_*, no_update_pct` are two keys; the second is
/// without the table that it shares with the first.
fn reach(about: &str, key: &str) -> Reach {
    if about == key && !key.contains('*') {
        return Reach::Whole;
    }
    if key == "stock" {
        return if about.starts_with("stock") { Reach::Part } else { Reach::Nothing };
    }
    let mut table = None;
    let words = || about.split([',', ' ', ':']).filter(|word| !word.is_empty());
    let keys: Vec<String> = words()
        .filter_map(|word| match (word.rsplit_once('.'), table) {
            (Some((before, _)), _) => {
                table = Some(before);
                Some(word.to_owned())
            }
            (None, Some(table)) => Some(format!("{table}.{word}")),
            (None, None) => None,
        })
        .collect();
    let dotted = words().filter(|word| word.contains('.')).count();
    match keys.iter().any(|pattern| alike(pattern, key)) {
        false => Reach::Nothing,
        true if dotted == 1 && !about.contains([',', '*']) && keys[0] == key => Reach::Whole,
        true => Reach::Part,
    }
}

/// Whether a pattern covers a key; `*` stands for any part. A default is covered by every entry that uses it.
fn alike(pattern: &str, key: &str) -> bool {
    let [pattern, key] = [pattern, key].map(parts);
    let part = |(a, b): (&String, &String)| {
        let stem = |of: &str| of.strip_suffix('*').map(str::to_owned);
        match (stem(a), stem(b)) {
            (Some(a), _) => b.starts_with(&a) || b == "*",
            (None, Some(b)) => a.starts_with(&b),
            (None, None) => a == b,
        }
    };
    pattern.iter().zip(&key).all(part)
}

/// Table, entry and key of it.
fn parts(key: &str) -> [String; 3] {
    let (table, rest) = key.split_once('.').unwrap_or(("", key));
    let (entry, key) = rest.rsplit_once('.').unwrap_or(("*", rest));
    let table = if table == "cohort_defaults" { "cohort" } else { table };
    [table, entry, key].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_the_keys_among_its_words() {
        use Reach::{Nothing, Part, Whole};
        let lines = [
            ("allocation.dmin_per_day from 2021-01-04", "allocation.dmin_per_day", Whole),
            ("firmware.redesignation", "firmware.redesignation", Whole),
            ("firmware.redesignation", "firmware.policy", Nothing),
            ("cohort_defaults.update_*, no_update_pct", "cohort_defaults.update_tries", Part),
            ("cohort_defaults.update_*, no_update_pct", "cohort_defaults.no_update_pct", Part),
            ("cohort_defaults.update_*, no_update_pct", "cohort_defaults.notice_days", Nothing),
            ("cohort.*.gate_slip_days, governance_lag_days", "cohort_defaults.governance_lag_days", Part),
            ("group.*.capacity_per_day", "group.FOC.capacity_per_day", Part),
            ("group.*.capacity_per_day", "group.*.capacity_per_day", Part),
            ("group.*.capacity_per_day", "group.FOC.firmware_capacity_per_day", Nothing),
            ("supplier.obligation", "supplier.Curlew.obligation", Part),
            ("cohort.*.route and equivalent_to", "cohort.A.equivalent_to", Part),
            ("cohorts.csv: names, sizes and number", "cohort.A.gate", Nothing),
        ];
        for (about, key, expected) in lines {
            assert_eq!(reach(about, key), expected, "{about} and {key}");
        }
    }
}
