//! The register of assumptions after a later word: a line of it must not vouch for a value that another file, the command line or
//! counts have taken the place of.

use super::document::{Entry, Item, Node, Table};
use super::keys::TableSpec;
use super::problem::Place;

/// Who has the last word.
pub(super) const COMMAND_LINE: &str = "the command line";
/// Longest value that a line repeats \[characters\], and what it says in place of a longer one or of several.
const LONGEST: usize = 60;
const MANY: &str = "another table of values";

/// A key that is given another value than the register may vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Later {
    /// Such as `allocation.dmin_per_day`, `group.*.capacity_per_day` of several entries of a list, or `stock`.
    key: String,
    /// What it is given.
    now: String,
    /// Where that stands, for people.
    by: String,
}

/// How much of what a line of the register is about has another value now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Nothing,
    Part,
    Whole,
}

impl Later {
    /// A key that is given a value.
    pub(super) fn of(key: String, item: &Item, by: &str) -> Self {
        let now = match item.plain() {
            long if long.chars().count() > LONGEST => MANY.to_owned(),
            short => short.trim_matches('"').to_owned(),
        };
        Self { key, now, by: by.to_owned() }
    }

    /// Entries of a list that are laid over others of those that stand there.
    pub(super) fn of_rows(spec: &TableSpec, rows: &[Table], known: &[Table], by: &str) -> Vec<Self> {
        if spec.name == "stock" {
            let now = format!("that of {} rows", rows.len());
            return vec![Self { key: spec.name.to_owned(), now, by: by.to_owned() }];
        }
        let name = spec.identity[0];
        let stands = |row: &&Table| known.iter().any(|known| known.text(name) == row.text(name));
        let over: Vec<&Table> = rows.iter().filter(stands).collect();
        let mut later: Vec<Self> = Vec::new();
        for row in &over {
            let entry = if over.len() == 1 { row.text(name).unwrap_or("*") } else { "*" };
            for said in row.entries.iter().filter(|said| !spec.identity.contains(&said.key.as_str())) {
                let key = format!("{}.{entry}.{}", spec.name, said.key);
                match later.iter_mut().find(|one| one.key == key) {
                    Some(one) => MANY.clone_into(&mut one.now),
                    None => later.push(Self::of(key, &said.item, by)),
                }
            }
        }
        later
    }

    /// Corrects every line of the register that is about the key.
    pub(super) fn correct(&self, register: &mut [Table]) {
        for line in register {
            let said = |line: &Table, key: &str| line.text(key).unwrap_or_default().to_owned();
            let [about, value, source, quality, note] =
                ["about", "value", "source", "quality", "note"].map(|key| said(line, key));
            let now = &self.now;
            match reach(&about, &self.key) {
                Reach::Nothing => continue,
                Reach::Whole => {
                    put(line, "value", now.clone());
                    put(line, "source", format!("set by {}", self.by));
                    put(line, "note", format!("in place of {value} ({quality}: {source})"));
                }
                Reach::Part => {
                    let part = format!("not as said here: {} is {now}, set by {}", self.key, self.by);
                    put(line, "note", if note.is_empty() { part } else { format!("{part}; {note}") });
                }
            }
            put(line, "quality", "assumed".to_owned());
        }
    }
}

/// Takes the lines on the stock out of the register, which counts have taken the place of, and says how many there were.
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

fn put(line: &mut Table, key: &str, text: String) {
    let place = line.place.clone();
    let item = Item { node: Node::Text(text), place: place.clone() };
    line.set(Entry { key: key.to_owned(), place, item });
}

/// How far what a line is about is the key.
///
/// A line is about the keys among its words: `cohort_defaults.update_*, no_update_pct` of two, the second without the table that it
/// shares with the first.
fn reach(about: &str, key: &str) -> Reach {
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

/// Whether a key may be meant by a pattern, of whose parts `*` is any; a default is meant by every entry that it holds for.
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
