//! Uncertain inputs: a number, or a distribution that may share a factor with others.

use std::ops::Range;
use std::sync::Arc;

use super::document::{Item, Node, Table};
use super::keys::{KeySpec, Kind};
use super::problem::Problem;
use super::suggest::nearest;
use super::value::Desk;
use crate::model::{Distribution, Factor, Link, Uncertain, Written, key_of};

/// How an uncertain input is read: its path in the scenario, its limits and its unit.
pub(super) struct Input<'a> {
    pub(super) key: &'static KeySpec,
    /// Dotted path of the input, by names: its draw follows it.
    pub(super) path: &'a str,
    /// Least and greatest value, as written.
    pub(super) range: (f64, f64),
    /// The factor of the written value: 0.01 for per cent.
    pub(super) unit: f64,
    pub(super) factors: &'a [Factor],
    pub(super) holds: Holds<'a>,
}

/// The things that a value applies to, which decide how often it can be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds<'a> {
    /// The whole programme: it is drawn once.
    Programme,
    /// One entry of a list, by the list and its name: it has its own draw, unless it states that it shares the others'
    /// draw.
    One(&'static str, &'a str),
    /// An entry of a list that uses a default: the value states whether all such entries share a draw.
    Many(&'static str, &'a str),
    /// Every one of many events, such as updates: each has a draw of its own.
    Events(&'static str),
}

/// The words for how often a value is drawn.
pub(super) const DRAWS: [&str; 2] = ["for each", "for all"];
/// The word that removes a link.
pub(super) const NO_LINK: &str = "none";

/// Shares in per cent, and from where on they usually lie: one below was perhaps meant as a fraction.
const USUALLY_FROM: [(f64, &[&str]); 2] = [
    (
        1.0,
        &[
            "success_pct",
            "take_up_pct",
            "update_success_pct",
            "no_update_pct",
            "goes_dormant_pct",
            "rework_tested_pct",
            "rework_equivalence_pct",
            "rework_confidence_pct",
            "dormant_priority",
        ],
    ),
    (
        0.05,
        &[
            "outage_start_pct_per_day",
            "leaving_pct_per_month",
            "dormant_pct_per_month",
            "active_pct_per_month",
        ],
    ),
];
/// A factor from here on was perhaps meant as a percentage.
const LARGE_FACTOR: f64 = 10.0;

/// Keys beside the distribution.
const BESIDE: [&str; 3] = ["link", "weight", "draw"];

pub(super) const FORMS: [&str; 5] = ["uniform", "triangular", "pert", "lognormal", "discrete"];

impl Desk {
    /// Reads an uncertain input.
    pub(super) fn uncertain(&mut self, input: &Input<'_>, item: &Item) -> Option<Uncertain> {
        let Node::Table(table) = &item.node else {
            let value = self.number_of(input.key, item)?;
            self.within(input, item, (value, value))?;
            return Some(Uncertain::fixed(value * input.unit));
        };
        let distribution = self.distribution(input, table)?;
        self.within(input, item, distribution.range())?;
        let link = self.link(input, table)?;
        let in_model = Uncertain::of(scaled(distribution.clone(), input.unit));
        if in_model.known().is_some() {
            return Some(in_model);
        }
        let path = self.path_of_draw(input, table)?;
        // A value of many entries is named by all of them where they share its draw, one of a single entry by that.
        let named = if matches!(input.holds, Holds::Many(..)) { path.as_str() } else { input.path };
        let written = Some(Arc::new(Written::at(named, input.key.name, distribution)));
        Some(Uncertain { link, key: key_of(&path), written, ..in_model })
    }

    /// The path by which a value is drawn: those with one path share a draw.
    fn path_of_draw(&mut self, input: &Input<'_>, table: &Table) -> Option<String> {
        let own = input.path.to_owned();
        let name = input.key.name;
        let said = table.entry("draw");
        let word = said.and_then(|_| table.text("draw"));
        if let Some(said) = said.filter(|_| !word.is_some_and(|word| DRAWS.contains(&word))) {
            let message = format!("`draw` of `{name}` is neither of its words");
            let problem = Problem::new(message, Some(&said.item.place), said.item.found());
            self.problem(problem.help("expected \"for each\" or \"for all\""));
            return None;
        }
        match (input.holds, word, said) {
            (Holds::Events(events), Some(_), Some(said)) => {
                let message = format!("`{name}` is drawn for every {events}");
                let problem = Problem::new(message, Some(&said.place), "`draw` cannot change that");
                self.problem(problem.help("remove `draw`"));
                None
            }
            (Holds::Programme, Some("for each"), Some(said)) => {
                let message = format!("`{name}` is one number of the whole programme");
                let problem = Problem::new(message, Some(&said.item.place), "drawn once for all");
                self.problem(
                    problem.help("remove `draw`; to draw more often, give the value to each of them"),
                );
                None
            }
            (Holds::Many(list, _), None, _) => {
                self.ask_for_draw(name, list, table);
                None
            }
            (Holds::One(list, entry) | Holds::Many(list, entry), Some("for all"), _) => {
                let rest = own.strip_prefix(&format!("{list}.{entry}"));
                Some(rest.map_or(own.clone(), |rest| format!("{list}.*{rest}")))
            }
            _ => Some(own),
        }
    }

    /// Notes that a value which holds for many does not state how often it is drawn, and shows both forms.
    fn ask_for_draw(&mut self, name: &str, list: &str, table: &Table) {
        let forms = DRAWS.map(|word| self.with_draw(table, word));
        let message = format!("`{name}` does not state how often it is drawn");
        let label = format!("holds for every {list} that does not have its own");
        let [each, all] = forms;
        self.problem(Problem::new(message, Some(&table.place), label).help(format!(
            "write {each} where every {list} has a draw of its own, or {all} where one draw holds for all of them"
        )));
    }

    /// A value as it is written, with how often it is drawn.
    fn with_draw(&self, table: &Table, word: &str) -> String {
        let Range { start, end } = table.place.span.clone();
        let text = self.source_text(table.place.source);
        let written = text.get(start..end).and_then(|text| text.trim().strip_suffix('}'));
        match written.filter(|text| text.starts_with('{') && !text.contains('\n')) {
            Some(written) => format!("`{}, draw = \"{word}\" }}`", written.trim_end().trim_end_matches(',')),
            None => format!("`draw = \"{word}\"`"),
        }
    }

    /// A value, or every value a distribution can give, lies within the input's range.
    fn within(&mut self, input: &Input<'_>, item: &Item, (least, most): (f64, f64)) -> Option<()> {
        let (low, high) = input.range;
        let lognormal = most.is_infinite();
        if least >= low && (most <= high || lognormal && high > 100.0) {
            self.check_unit(input.key, item, (least, most));
            return Some(());
        }
        let found = if lognormal {
            "found a lognormal, which has no upper end".to_string()
        } else if item.as_table().is_none() {
            self.found(item)
        } else {
            format!("found values from {least} to {most}")
        };
        let message = format!("`{}` is out of its range", input.key.name);
        self.problem(
            Problem::new(message, Some(&item.place), found).help(format!("expected {low} to {high}")),
        );
        None
    }

    /// Warns of a percentage that looks like a fraction, and of a factor that looks like a percentage.
    pub(super) fn check_unit(&mut self, key: &KeySpec, item: &Item, (least, most): (f64, f64)) {
        let usual = USUALLY_FROM.iter().find(|(_, keys)| keys.contains(&key.name)).map(|(least, _)| *least);
        let (message, help) = if usual.is_some_and(|usual| most > 0.0 && most < usual) {
            let usual = usual.unwrap_or_default();
            let help = "percentages are out of 100: 95 for 95%, not 0.95; if you mean it, leave it";
            (format!("`{}` is less than {usual}%", key.name), help.to_owned())
        } else if key.kind == Kind::Factor && least >= LARGE_FACTOR {
            let help = "a factor of 1 changes nothing, and 95% is 0.95; if you mean it, leave it".to_owned();
            (format!("`{}` multiplies by {least} or more", key.name), help)
        } else {
            return;
        };
        self.warning(Problem::new(message, Some(&item.place), item.found()).help(help));
    }

    fn distribution(&mut self, input: &Input<'_>, table: &Table) -> Option<Distribution> {
        let known = |key: &str| FORMS.contains(&key) || BESIDE.contains(&key);
        if let Some(entry) = table.entries.iter().find(|entry| !known(&entry.key)) {
            let all = FORMS.into_iter().chain(BESIDE);
            let help = nearest(&entry.key, all).map_or_else(
                || format!("expected one of: {}", FORMS.join(", ")),
                |near| format!("one with a similar name exists: `{near}`"),
            );
            let message = format!("unknown distribution `{}` for `{}`", entry.key, input.key.name);
            self.problem(Problem::new(message, Some(&entry.place), "not a distribution").help(help));
            return None;
        }
        let forms: Vec<_> =
            table.entries.iter().filter(|entry| FORMS.contains(&entry.key.as_str())).collect();
        let [form] = forms[..] else {
            let message = format!("`{}` needs exactly one distribution", input.key.name);
            let found = format!("found {}", forms.len());
            self.problem(
                Problem::new(message, Some(&table.place), found)
                    .help(format!("expected one of: {}", FORMS.join(", "))),
            );
            return None;
        };
        if form.key == "discrete" {
            return self.discrete(input, &form.item);
        }
        let Some(numbers) = form.item.as_table() else {
            let help =
                format!("write {} = {{ {} }}", form.key, shape_of(&form.key).join(" = ..., ") + " = ...");
            let message = format!("`{}` is not a table", form.key);
            self.problem(Problem::new(message, Some(&form.item.place), form.item.found()).help(help));
            return None;
        };
        self.shape(input, &form.key, numbers)
    }

    /// A distribution given by two or three numbers in rising order.
    fn shape(&mut self, input: &Input<'_>, form: &str, numbers: &Table) -> Option<Distribution> {
        let names = shape_of(form);
        if let Some(entry) = numbers.entries.iter().find(|entry| !names.contains(&entry.key.as_str())) {
            let message = format!("unknown key `{}` in `{form}`", entry.key);
            let expected = format!("expected {}", names.join(", "));
            self.problem(Problem::new(message, Some(&entry.place), expected));
            return None;
        }
        let mut values = Vec::new();
        for name in names {
            let Some(item) = numbers.item(name) else {
                let message = format!("`{form}` needs `{name}`");
                let expected = format!("expected {}", names.join(", "));
                self.problem(Problem::new(message, Some(&numbers.place), expected));
                return None;
            };
            values.push(self.number_of(input.key, item)?);
        }
        if let Some(at) = (1..values.len()).find(|at| values[*at] < values[*at - 1]) {
            let message = format!("`{}` is below `{}`", names[at], names[at - 1]);
            let label = format!("{} is less than {}", values[at], values[at - 1]);
            let problem = Problem::new(message, Some(numbers.place_of(names[at])), label);
            self.problem(problem.help(format!("expected {} in rising order", names.join(", "))));
            return None;
        }
        Some(match (form, &values[..]) {
            ("uniform", &[low, high]) => Distribution::Uniform { low, high },
            ("triangular", &[low, mode, high]) => Distribution::Triangular { low, mode, high },
            ("pert", &[low, mode, high]) => Distribution::Pert { low, mode, high },
            (_, &[median, p90]) if median > 0.0 => Distribution::Lognormal { median, p90 },
            _ => {
                let message = "the median of a lognormal is above 0";
                self.problem(Problem::new(message, Some(numbers.place_of("median")), "found 0 or less"));
                return None;
            }
        })
    }

    fn discrete(&mut self, input: &Input<'_>, item: &Item) -> Option<Distribution> {
        let mut values = Vec::new();
        let Node::List(entries) = &item.node else {
            let help = "write discrete = [{ value = 0, weight = 3 }, { value = 21, weight = 1 }]";
            self.problem(
                Problem::new("`discrete` is not a list", Some(&item.place), item.found()).help(help),
            );
            return None;
        };
        for entry in entries {
            let (Some(value), Some(weight)) = (
                entry.as_table().and_then(|t| t.item("value")),
                entry.as_table().and_then(|t| t.item("weight")),
            ) else {
                let message = "a discrete value needs `value` and `weight`";
                self.problem(Problem::new(message, Some(&entry.place), entry.found()));
                return None;
            };
            let (value, weight_place) = (self.number_of(input.key, value)?, &weight.place);
            let weight = self.number_of(input.key, weight)?;
            if weight < 0.0 {
                self.problem(Problem::new(
                    "a weight is below 0",
                    Some(weight_place),
                    format!("found {weight}"),
                ));
                return None;
            }
            values.push((value, weight));
        }
        if values.iter().map(|v| v.1).sum::<f64>() <= 0.0 {
            self.problem(Problem::new(
                "the weights of `discrete` are all 0",
                Some(&item.place),
                "nothing can be drawn",
            ));
            return None;
        }
        values.retain(|(_, weight)| *weight > 0.0);
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        Some(Distribution::Discrete(values))
    }

    /// The factor that an input shares, if any; an outer `None` is a problem.
    #[expect(clippy::option_option, reason = "no link and a wrong link are different things")]
    fn link(&mut self, input: &Input<'_>, table: &Table) -> Option<Option<Link>> {
        let Some(item) = table.item("link") else {
            if let Some(weight) = table.entry("weight") {
                let message = "`weight` without `link` means nothing";
                self.problem(
                    Problem::new(message, Some(&weight.place), "weight of what?")
                        .help("add link = \"FACTOR\""),
                );
            }
            return Some(None);
        };
        let name = table.text("link").unwrap_or_default();
        if let Holds::Events(events) = input.holds {
            let message = format!("`{}` cannot share a factor", input.key.name);
            let problem = Problem::new(message, Some(&item.place), format!("it is drawn for every {events}"));
            self.problem(problem.help("remove `link` and `weight`"));
            return None;
        }
        if name == NO_LINK {
            if let Some(weight) = table.entry("weight") {
                let message = "`weight` without a link means nothing";
                let problem = Problem::new(message, Some(&weight.place), "`link` is \"none\"");
                self.problem(problem.help("remove `weight`, or name a factor in `link`"));
                return None;
            }
            return Some(None);
        }
        let Some(factor) = input.factors.iter().position(|factor| factor.name == name) else {
            let near = nearest(name, input.factors.iter().map(|factor| factor.name.as_str()));
            let help = near.map_or_else(
                || "declare it as a `[[factor]]`".to_string(),
                |near| format!("a factor with a similar name exists: `{near}`"),
            );
            self.problem(
                Problem::new(format!("there is no factor `{name}`"), Some(&item.place), "named here")
                    .help(help),
            );
            return None;
        };
        let weight = match table.item("weight") {
            Some(item) => self.number_of(input.key, item)?,
            None => 1.0,
        };
        if !(-1.0..=1.0).contains(&weight) {
            let place = table.place_of("weight");
            self.problem(
                Problem::new("`weight` is out of its range", Some(place), format!("found {weight}"))
                    .help("expected -1 to 1"),
            );
            return None;
        }
        Some(Some(Link { factor, weight }))
    }
}

fn shape_of(form: &str) -> &'static [&'static str] {
    match form {
        "uniform" => &["low", "high"],
        "lognormal" => &["median", "p90"],
        _ => &["low", "mode", "high"],
    }
}

/// The distribution in the unit of the model.
pub(super) fn scaled(distribution: Distribution, unit: f64) -> Distribution {
    match distribution {
        Distribution::Fixed(value) => Distribution::Fixed(value * unit),
        Distribution::Uniform { low, high } => Distribution::Uniform { low: low * unit, high: high * unit },
        Distribution::Triangular { low, mode, high } => {
            Distribution::Triangular { low: low * unit, mode: mode * unit, high: high * unit }
        }
        Distribution::Pert { low, mode, high } => {
            Distribution::Pert { low: low * unit, mode: mode * unit, high: high * unit }
        }
        Distribution::Lognormal { median, p90 } => {
            Distribution::Lognormal { median: median * unit, p90: p90 * unit }
        }
        Distribution::Discrete(values) => {
            Distribution::Discrete(values.into_iter().map(|(value, weight)| (value * unit, weight)).collect())
        }
    }
}
