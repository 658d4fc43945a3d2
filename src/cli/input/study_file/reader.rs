//! Reads a study file: every key against its type and range, every problem at the value it is about, all at once.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use dormouse::replications::Threshold;
use dormouse::report::{ASSURANCE, PrintedKey, RATIONALE};
use dormouse::scenario::{self, Place, Problem, Problems, Source};
use dormouse::shell::quoted_path;
use dormouse::wording::numbers;
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use crate::cli::args;
use crate::cli::input::file_or_stdin;
use crate::cli::input::study_file::{Axis, Grid, Study, StudyFile, as_typed, plain};
use crate::cli::present::failure::{Failure, Found};

/// Keys of a study, of its grid or sensitivity, and of an axis of those.
pub(super) const KEYS: [&str; 14] = [
    "question",
    "purpose",
    "decision",
    "baseline",
    "scenarios",
    "replications",
    "precision",
    "budget",
    "threshold",
    "layer_runs",
    "grid",
    "sensitivity",
    "rationale",
    "assurance",
];
pub(super) const OF_GRID: [&str; 2] = ["replications", "axis"];
pub(super) const OF_AXIS: [&str; 4] = ["name", "key", "values", "labels"];

/// Most combinations of a grid, or values that are tried alone: more would take days to simulate and gigabytes to hold.
const MOST_SETS: u64 = 10_000;
/// Replications that an interval can be worked out of, and most that are simulated.
const REPLICATIONS: (i64, i64) = (2, 1_000_000);

/// Reads a study file.
pub(super) fn read(path: &Path) -> Result<Study, Failure> {
    let text = file_or_stdin::read(path)?;
    let mut reader = Reader { problems: Vec::new() };
    let file = reader.file(&text, path);
    match file {
        Some(file) if reader.problems.is_empty() => {
            let dir = path.parent().unwrap_or(Path::new(""));
            let named = std::iter::once(&file.baseline).chain(&file.scenarios);
            let scenarios = named.map(|scenario| plain(&dir.join(scenario.get_ref()))).collect();
            let (precision, threshold) = (file.precision, file.threshold);
            Ok(Study { file, text, path: path.to_owned(), scenarios, precision, threshold })
        }
        _ => {
            let mut problems = reader.problems;
            problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
            let subject = file_or_stdin::shown(path);
            let sources = vec![Source::new(subject.clone(), text)];
            Err(Failure::Problems(vec![Found { subject, problems: Problems { problems, sources } }]))
        }
    }
}

/// Whether a file is a study, and no scenario: by the keys that only a study has.
pub(crate) fn is_study(path: &Path) -> bool {
    let table = fs::read_to_string(path).ok().and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
    let has = |keys: [&str; 2]| keys.iter().any(|key| table.contains_key(*key));
    has(["baseline", "scenarios"]) && !has(["programme", "extends"])
}

/// A table of the file: its values and their places.
#[derive(Clone, Copy)]
struct Node<'t> {
    values: &'t Table,
    places: &'t DeTable<'t>,
    /// Its name in messages.
    named: &'static str,
}

/// A value of the file and its place.
#[derive(Clone)]
struct Item<'t> {
    key: &'static str,
    value: &'t Value,
    place: &'t Spanned<DeValue<'t>>,
}

impl<'t> Node<'t> {
    fn item(&self, key: &'static str) -> Option<Item<'t>> {
        let (_, place) = self.places.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Item { key, value: self.values.get(key)?, place })
    }
}

impl<'t> Item<'t> {
    fn span(&self) -> Range<usize> {
        self.place.span()
    }

    /// Describes the value found.
    fn found(&self) -> String {
        let kind = match self.value {
            Value::String(text) => return format!("found the text \"{}\"", shortened(text)),
            Value::Integer(_) | Value::Float(_) => "the number",
            Value::Boolean(_) => "the word",
            Value::Datetime(_) => "the date",
            Value::Array(_) => return "found a list".to_owned(),
            Value::Table(_) => return "found a table".to_owned(),
        };
        format!("found {kind} {}", self.value)
    }

    /// The entries of a list.
    fn entries(&self) -> Option<Vec<Item<'t>>> {
        let (Value::Array(values), DeValue::Array(places)) = (self.value, self.place.get_ref()) else {
            return None;
        };
        let one = |(value, place)| Item { key: self.key, value, place };
        Some(values.iter().zip(places.iter()).map(one).collect())
    }

    fn table(&self, named: &'static str) -> Option<Node<'t>> {
        let (Value::Table(values), DeValue::Table(places)) = (self.value, self.place.get_ref()) else {
            return None;
        };
        Some(Node { values, places, named })
    }
}

/// The values read so far, and all problems.
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    /// Notes a problem: what is wrong, where, what was found there, and what to do.
    fn wrong(
        &mut self,
        message: impl Into<String>,
        span: Option<Range<usize>>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = span.map(|span| Place { source: 0, span });
        let help = Some(help.into()).filter(|help| !help.is_empty());
        self.problems.push(Problem {
            message: message.into(),
            place,
            label: label.into(),
            related: Vec::new(),
            help,
        });
    }

    /// Reports a value that is listed twice.
    fn twice(&mut self, message: String, first: Range<usize>, second: Range<usize>, help: &str) {
        self.wrong(message, Some(second), "again here", help);
        let related = (Place { source: 0, span: first }, "first here".to_owned());
        self.problems.last_mut().into_iter().for_each(|problem| problem.related.push(related.clone()));
    }

    fn file(&mut self, text: &str, path: &Path) -> Option<StudyFile> {
        let (places, values) = match (DeTable::parse(text), toml::from_str::<Table>(text)) {
            (Ok(places), Ok(values)) => (places, values),
            (Err(error), _) | (_, Err(error)) => {
                self.wrong("the file cannot be read as TOML", error.span(), error.message(), "");
                return None;
            }
        };
        let node = Node { values: &values, places: places.get_ref(), named: "a study" };
        if let Some(key) = ["programme", "extends"].iter().find_map(|key| node.item(key)) {
            let word = quoted_path(path);
            let help = format!("run it with `dormouse run {word}`, or list it under `scenarios` in a study");
            self.wrong(
                "this is a scenario, expected a study",
                Some(key.span()),
                "only a scenario has this",
                help,
            );
            return None;
        }
        self.problems.extend(scenario::unseen_in_toml(text));
        self.known_keys(&node, &KEYS);
        let question =
            self.required(&node, "question", "question = \"Which plan loses fewer Dormant days?\"");
        let question = question.and_then(|item| self.text(&item));
        let baseline = self.required(
            &node,
            "baseline",
            "baseline = \"existing.toml\", the scenario that others are compared with",
        );
        let baseline = baseline.and_then(|item| Some(Spanned::new(item.span(), self.text(&item)?)));
        let scenarios = self.required(
            &node,
            "scenarios",
            "scenarios = [\"early.toml\"], those to compare with the baseline",
        );
        let scenarios =
            scenarios.map(|item| self.texts(&item, "a list of scenario files, such as [\"early.toml\"]"));
        if let Some(item) =
            node.item("scenarios").filter(|item| item.value.as_array().is_some_and(Vec::is_empty))
        {
            let help = "name at least one scenario to compare with the baseline";
            self.wrong("`scenarios` is empty", Some(item.span()), "found an empty list", help);
        }
        let scenarios = scenarios.unwrap_or_default();
        self.scenarios_are_there(path, baseline.iter().chain(&scenarios));
        let whole =
            |reader: &mut Self, key, range| node.item(key).and_then(|item| reader.whole(&item, range));
        let replications = whole(self, "replications", REPLICATIONS);
        let budget = whole(self, "budget", REPLICATIONS);
        let layer_runs = node.item("layer_runs").and_then(|item| self.layer_runs(&item));
        let [precision, threshold] =
            ["precision", "threshold"].map(|key| node.item(key).and_then(|item| self.amount(&item)));
        self.go_together(&node);
        for item in ["purpose", "decision"].into_iter().filter_map(|key| node.item(key)) {
            self.text(&item);
        }
        for (key, keys) in [("rationale", &RATIONALE[..]), ("assurance", &ASSURANCE)] {
            if let Some(item) = node.item(key) {
                self.printed(&item, keys);
            }
        }
        let [grid, sensitivity] =
            ["grid", "sensitivity"].map(|key| node.item(key).and_then(|item| self.grid(&item)));
        let (question, baseline) = question.zip(baseline)?;
        Some(StudyFile {
            question,
            baseline,
            scenarios,
            replications,
            precision,
            budget,
            threshold,
            layer_runs,
            grid,
            sensitivity,
        })
    }

    /// `[rationale]` or `[assurance]`: words and dates that a report prints.
    fn printed(&mut self, item: &Item, keys: &[PrintedKey]) {
        let named = if item.key == "rationale" { "`rationale`" } else { "`assurance`" };
        let Some(node) = item.table(named) else {
            let help = format!("write a line `[{}]` and its keys below it", item.key);
            self.wrong(format!("`{}` is not a table", item.key), Some(item.span()), item.found(), help);
            return;
        };
        self.known_keys(&node, &keys.iter().map(|key| key.name).collect::<Vec<_>>());
        let mut days: Vec<(&str, Date, Range<usize>)> = Vec::new();
        for (key, item) in keys.iter().filter_map(|key| Some((key, node.item(key.name)?))) {
            if !key.is_date {
                self.text(&item);
                continue;
            }
            if let Ok(day) = as_typed(item.value).trim().parse::<Date>() {
                days.push((key.name, day, item.span()));
            } else {
                let message = format!("`{}` is not a date", item.key);
                let expected = "expected a date such as 2027-01-31";
                self.wrong(message, Some(item.span()), item.found(), expected);
            }
        }
        if let [(_, date, _), (_, sunset, span)] = &days[..]
            && sunset < date
        {
            let help = "the day after which the answer must not be used comes after its assurance";
            self.wrong("`sunset` is before `date`", Some(span.clone()), format!("found {sunset}"), help);
        }
    }

    /// Notes every key that a table does not have.
    fn known_keys(&mut self, node: &Node, known: &[&str]) {
        for key in node.places.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let near = scenario::nearest_name(key.get_ref(), known.iter().copied());
            let help = near.map_or_else(
                || format!("expected one of `{}`", known.join("`, `")),
                |near| format!("a key with a similar name exists: `{near}`"),
            );
            let message = format!("unknown key `{}` in {}", key.get_ref(), node.named);
            self.wrong(message, Some(key.span()), "", help);
        }
    }

    /// Reads a required key; `line` is an example of it.
    fn required<'t>(&mut self, node: &Node<'t>, key: &'static str, line: &str) -> Option<Item<'t>> {
        let item = node.item(key);
        if item.is_none() {
            self.wrong(format!("{} has no `{key}`", node.named), None, "", format!("add {line}"));
        }
        item
    }

    fn text(&mut self, item: &Item) -> Option<String> {
        match item.value {
            Value::String(text) if text.trim().is_empty() => {
                self.wrong(format!("`{}` is empty", item.key), Some(item.span()), "found nothing", "");
                None
            }
            Value::String(text) => Some(text.clone()),
            _ => {
                self.wrong(
                    format!("`{}` is not a text", item.key),
                    Some(item.span()),
                    item.found(),
                    "expected a text in quotes",
                );
                None
            }
        }
    }

    /// The texts of a list, each with its place.
    fn texts(&mut self, item: &Item, expected: &str) -> Vec<Spanned<String>> {
        let Some(entries) = item.entries() else {
            let message = format!("`{}` is not a list", item.key);
            self.wrong(message, Some(item.span()), item.found(), format!("expected {expected}"));
            return Vec::new();
        };
        entries.iter().filter_map(|entry| Some(Spanned::new(entry.span(), self.text(entry)?))).collect()
    }

    /// A whole number from the first to the last of a range.
    fn whole(&mut self, item: &Item, (least, most): (i64, i64)) -> Option<u32> {
        let number = item.value.as_integer();
        let found = number.filter(|n| (least..=most).contains(n));
        if found.is_none() {
            let why = match number {
                None => "is not a whole number".to_owned(),
                Some(n) if n < least => format!("is below {least}, too few for an interval"),
                Some(_) => "is too large".to_owned(),
            };
            let [least, most] = [least, most].map(numbers::count::<i64>);
            let help = format!("expected a whole number from {least} to {most}");
            self.wrong(format!("`{}` {why}", item.key), Some(item.span()), item.found(), help);
        }
        found.and_then(|n| u32::try_from(n).ok())
    }

    fn layer_runs(&mut self, item: &Item) -> Option<u32> {
        let whole = item.value.as_integer().and_then(|n| u32::try_from(n).ok());
        let runs =
            whole.ok_or_else(|| "expected a whole number".to_owned()).and_then(args::enough_layer_runs);
        runs.map_err(|what| {
            self.wrong("`layer_runs` cannot split a range", Some(item.span()), item.found(), what);
        })
        .ok()
    }

    /// An amount of installation-days or a share.
    fn amount(&mut self, item: &Item) -> Option<Threshold> {
        let amount = match item.value {
            Value::String(_) | Value::Integer(_) | Value::Float(_) => {
                as_typed(item.value).parse::<Threshold>()
            }
            _ => Err("expected a number above 0, such as 500000, or a share, such as \"5%\"".to_owned()),
        };
        amount
            .map_err(|what| {
                self.wrong(format!("`{}` is not an amount", item.key), Some(item.span()), item.found(), what);
            })
            .ok()
    }

    /// Checks keys that exclude or need each other.
    fn go_together(&mut self, node: &Node) {
        let [replications, precision, budget] =
            ["replications", "precision", "budget"].map(|key| node.item(key));
        if let (Some(replications), Some(precision)) = (&replications, &precision) {
            let help = "keep one of them: a number, or when to stop";
            self.wrong("`precision` and `replications` are both set", Some(precision.span()), "", help);
            let related = (Place { source: 0, span: replications.span() }, "the number".to_owned());
            self.problems.last_mut().into_iter().for_each(|problem| problem.related.push(related.clone()));
        }
        if let (None, Some(budget)) = (&precision, &budget) {
            let help = "add a `precision`, or remove `budget`";
            self.wrong("`budget` is set without a `precision`", Some(budget.span()), "", help);
        }
    }

    /// Notes scenarios that are no files, and those that are named twice.
    fn scenarios_are_there<'n>(&mut self, path: &Path, named: impl Iterator<Item = &'n Spanned<String>>) {
        let dir = path.parent().unwrap_or(Path::new(""));
        let mut seen: Vec<(PathBuf, Range<usize>)> = Vec::new();
        for scenario in named {
            let file = plain(&dir.join(scenario.get_ref()));
            if !file.is_file() {
                let found = if file.is_dir() { "found a folder" } else { "there is no such file" };
                let message = format!("cannot read the scenario `{}`", file.display());
                self.wrong(
                    message,
                    Some(scenario.span()),
                    found,
                    "paths are relative to the folder of the study",
                );
                continue;
            }
            let whole = fs::canonicalize(&file).unwrap_or(file);
            match seen.iter().find(|(known, _)| *known == whole) {
                Some((_, first)) => {
                    let message = format!("the scenario `{}` is listed twice", scenario.get_ref());
                    self.twice(message, first.clone(), scenario.span(), "name each scenario once");
                }
                None => seen.push((whole, scenario.span())),
            }
        }
    }

    /// `[grid]` or `[sensitivity]`.
    fn grid(&mut self, item: &Item) -> Option<Grid> {
        let named = if item.key == "grid" { "`grid`" } else { "`sensitivity`" };
        let Some(node) = item.table(named) else {
            let help = format!("write a line `[{}]` and its keys below it", item.key);
            self.wrong(format!("`{}` is not a table", item.key), Some(item.span()), item.found(), help);
            return None;
        };
        self.known_keys(&node, &OF_GRID);
        let replications = node.item("replications").and_then(|item| self.whole(&item, REPLICATIONS));
        let axes = node.item("axis").map(|axes| {
            let entries = axes.entries().filter(|entries| entries.iter().all(|entry| entry.value.is_table()));
            entries.unwrap_or_else(|| {
                let help = format!("write `[[{}.axis]]` before the keys of each axis", item.key);
                self.wrong("`axis` is not a list of tables", Some(axes.span()), axes.found(), help);
                Vec::new()
            })
        });
        let axes = axes.unwrap_or_default();
        let read: Vec<(Axis, Range<usize>)> =
            axes.iter().filter_map(|axis| self.axis(axis, item.key)).collect();
        self.axes_differ(&read);
        let grid = Grid { replications, axis: read.into_iter().map(|(axis, _)| axis).collect() };
        self.few_enough(&grid, item);
        Some(grid)
    }

    /// An axis and the place of its name.
    fn axis(&mut self, item: &Item, of: &str) -> Option<(Axis, Range<usize>)> {
        let node = item.table(if of == "grid" { "an axis of `grid`" } else { "an axis of `sensitivity`" })?;
        self.known_keys(&node, &OF_AXIS);
        let mut required = |key, line: &str| {
            let found = node.item(key);
            if found.is_none() {
                let message = format!("{} has no `{key}`", node.named);
                self.wrong(message, Some(item.span()), "", format!("add {line}"));
            }
            found
        };
        let name = required("name", "name = \"notice [days]\", as reports call it");
        let key = required("key", "key = \"cohort_defaults.notice_days\", as `--set` takes it");
        let values = required("values", "values = [1, 5], those to try");
        let at = name.as_ref().map(Item::span);
        let name = name.and_then(|item| self.text(&item));
        let key = key.and_then(|item| Some(Spanned::new(item.span(), self.text(&item)?.trim().to_owned())));
        let entries = values.map(|values| {
            let entries = values.entries();
            if entries.as_ref().is_none_or(Vec::is_empty) {
                let found = if entries.is_some() { "found an empty list".to_owned() } else { values.found() };
                let message = format!("an axis of `{of}` has no values");
                self.wrong(
                    message,
                    Some(values.span()),
                    found,
                    "expected a list of values to try, such as [1, 5]",
                );
            }
            entries.unwrap_or_default()
        });
        let entries = entries.unwrap_or_default();
        self.values_differ(&entries);
        let labels = node.item("labels").map(|item| {
            (item.span(), self.texts(&item, "a label for each value, such as [\"low\", \"high\"]"))
        });
        if let Some((span, labels)) = &labels {
            if labels.len() != entries.len() {
                let found = format!("found {} labels for {} values", labels.len(), entries.len());
                self.wrong(
                    "the numbers of labels and values differ",
                    Some(span.clone()),
                    found,
                    "give every value its label, or none",
                );
            }
            self.labels_differ(labels);
        }
        let values = entries.iter().map(|entry| Spanned::new(entry.span(), entry.value.clone())).collect();
        let labels = labels.map(|(_, labels)| labels.into_iter().map(Spanned::into_inner).collect());
        let ((name, key), at) = name.zip(key).zip(at)?;
        Some((Axis { name, key, values, labels }, at))
    }

    /// Notes values of one axis that are the same.
    fn values_differ(&mut self, entries: &[Item]) {
        let mut seen: HashMap<String, Range<usize>> = HashMap::new();
        for entry in entries {
            if let Some(first) = seen.insert(identity(entry.value), entry.span()) {
                let message = format!("the value `{}` is listed twice", as_typed(entry.value));
                self.twice(message, first, entry.span(), "list every value once");
            }
        }
    }

    /// Notes labels of one axis that are the same.
    fn labels_differ(&mut self, labels: &[Spanned<String>]) {
        let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
        for label in labels {
            if let Some(first) = seen.insert(label.get_ref(), label.span()) {
                let message = format!("the label `{}` is listed twice", label.get_ref());
                self.twice(message, first, label.span(), "give every value a label of its own");
            }
        }
    }

    /// Notes axes of one key or of one name.
    fn axes_differ(&mut self, axes: &[(Axis, Range<usize>)]) {
        for (at, (axis, place)) in axes.iter().enumerate() {
            let before = &axes[..at];
            if let Some((first, _)) =
                before.iter().find(|(first, _)| first.key.get_ref() == axis.key.get_ref())
            {
                let message = format!("two axes have the key `{}`", axis.key.get_ref());
                let help = "the second replaces the first; put all values into one axis";
                self.twice(message, first.key.span(), axis.key.span(), help);
            }
            let is_it =
                |(first, _): &&(Axis, Range<usize>)| first.name.trim().eq_ignore_ascii_case(axis.name.trim());
            if let Some((_, first)) = before.iter().find(is_it) {
                let message = format!("two axes have the name `{}`", axis.name);
                self.twice(
                    message,
                    first.clone(),
                    place.clone(),
                    "reports show the name of an axis; give each its own name",
                );
            }
        }
    }

    /// Notes more sets of values than can be simulated and held.
    fn few_enough(&mut self, grid: &Grid, item: &Item) {
        let all = item.key == "grid";
        let n = if all { grid.n_combinations() } else { grid.n_values() };
        if n <= MOST_SETS {
            return;
        }
        let sizes = grid.axis.iter().map(|axis| numbers::count(axis.values.len()));
        let sizes = sizes.collect::<Vec<_>>().join(if all { " by " } else { " and " });
        let (what, [n, most]) =
            (if all { "combinations" } else { "values" }, [n, MOST_SETS].map(numbers::count));
        let n = if n.starts_with("18,446,744") { "more than can be counted".to_owned() } else { n };
        let help = format!(
            "expected at most {most}, each simulated {} times in every scenario; remove values",
            grid.each()
        );
        let span = grid.axis.first().map(|axis| axis.key.span());
        self.wrong(format!("`[{}]` has {n} {what}", item.key), span, format!("found {sizes} values"), help);
    }
}

/// Returns a value in one form, however it is written: 70 and 70.0 are equal.
fn identity(value: &Value) -> String {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a value of a key has few digits")]
        Value::Integer(n) => format!("{:?}", *n as f64),
        Value::Float(n) => format!("{n:?}"),
        other => as_typed(other),
    }
}

/// A text as messages repeat it: not in full where it is long.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(40).chain(['…']).collect() }
}
