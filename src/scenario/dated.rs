//! Values that change on dates: one value for the whole run, or steps with optional ramps.

use jiff::civil::Date;

use super::document::{Item, Node, Table};
use super::keys::{KeySpec, Kind};
use super::problem::{Place, Problem};
use super::suggest::nearest;
use super::uncertain::{Holds, Input, scaled};
use super::value::{Desk, key};
use crate::model::{Calendar, Dated, Day, Distribution, Factor, Step, Uncertain};

/// Reads dated values against a calendar.
pub(super) struct Dates<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) factors: &'a [Factor],
}

/// The factor of a dated value, as problems name it.
const FACTOR: &KeySpec = &KeySpec { name: "factor", kind: Kind::Factor, default: "1", doc: "" };

struct Written<'a> {
    from: Day,
    value: &'a Item,
    ramp: bool,
}

impl Dates<'_> {
    /// Reads a dated number of installations; `path` is its path by names, and `holds` the things it applies to.
    pub(super) fn counts(
        &self,
        desk: &mut Desk,
        (table, spec, name): (&Table, &str, &str),
        (path, holds): (&str, Holds<'_>),
    ) -> Option<Dated> {
        let item = table.item(name)?;
        let key = key(spec, name);
        let factor_path = format!("{path}.factor");
        let (body, factor) = self.split_factor(desk, key, item, (&factor_path, holds))?;
        let written = self.steps(desk, key, body)?;
        let mut steps = Vec::new();
        for (at, step) in written.iter().enumerate() {
            let step_path = format!("{path}.{at}");
            let most = f64::from(u32::MAX >> 1);
            let (range, factors) = ((0.0, most), self.factors);
            let input = Input { key, path: &step_path, range, unit: 1.0, factors, holds };
            let value = desk.uncertain(&input, step.value)?;
            let value = multiply(desk, value, factor.as_ref(), step.value)?;
            if let Some(number) = value.known().filter(|n| n.fract() != 0.0) {
                let message = format!("`{name}` counts installations");
                desk.problem(
                    Problem::new(message, Some(&step.value.place), format!("found {number}"))
                        .help("expected a whole number"),
                );
                return None;
            }
            steps.push(Step { from: step.from, value, ramp: step.ramp });
        }
        Some(Dated::of(steps))
    }

    /// A dated share in per cent, spread over the days of the run \[0..=1\].
    pub(super) fn shares(&self, desk: &mut Desk, table: &Table, spec: &str, name: &str) -> Option<Vec<f64>> {
        let item = table.item(name)?;
        let key = key(spec, name);
        let written = self.steps(desk, key, item)?;
        let mut steps = Vec::new();
        for step in written {
            let (range, holds) = ((0.0, 100.0), Holds::Programme);
            let input = Input { key, path: "", range, unit: 0.01, factors: &[], holds };
            let value = desk.uncertain(&input, step.value)?;
            let Some(value) = value.known() else {
                let message = format!("`{name}` cannot be uncertain");
                desk.problem(
                    Problem::new(message, Some(&step.value.place), step.value.found())
                        .help("expected a number"),
                );
                return None;
            };
            steps.push((step.from.0, value, step.ramp));
        }
        Some((0..=self.calendar.last().0).map(|day| share_on(&steps, day)).collect())
    }

    /// Takes the factor out of `{ value = 4000, factor = ... }` or `{ steps = [...], factor = ... }`.
    fn split_factor<'i>(
        &self,
        desk: &mut Desk,
        key: &'static KeySpec,
        item: &'i Item,
        (path, holds): (&str, Holds<'_>),
    ) -> Option<(&'i Item, Option<Uncertain>)> {
        let Some(table) = item.as_table().filter(|t| t.item("value").is_some() || t.item("steps").is_some())
        else {
            return Some((item, None));
        };
        if let Some(entry) =
            table.entries.iter().find(|e| !["value", "steps", "factor"].contains(&e.key.as_str()))
        {
            let near = nearest(&entry.key, ["value", "steps", "factor"]);
            let help = near.map(|near| format!("a key with a similar name exists: `{near}`"));
            let message = format!("unknown key `{}` in `{}`", entry.key, key.name);
            let problem =
                Problem::new(message, Some(&entry.place), "expected `value` or `steps`, and `factor`");
            desk.problem(Problem { help, ..problem });
            return None;
        }
        let factor = match table.item("factor") {
            Some(factor) => {
                let (range, factors) = ((0.0, 1_000.0), self.factors);
                let input = Input { key, path, range, unit: 1.0, factors, holds };
                let read = desk.uncertain(&input, factor)?;
                desk.check_unit(FACTOR, factor, read.distribution.range());
                Some(read)
            }
            None => None,
        };
        Some((table.item("value").or(table.item("steps"))?, factor))
    }

    /// The steps as written: one for a plain value.
    fn steps<'i>(&self, desk: &mut Desk, key: &'static KeySpec, item: &'i Item) -> Option<Vec<Written<'i>>> {
        let Node::List(items) = &item.node else {
            if matches!(item.node, Node::Text(_) | Node::Bool(_) | Node::Date(_)) {
                desk.unfit(key, item, None);
                return None;
            }
            return Some(vec![Written { from: Day(0), value: item, ramp: false }]);
        };
        let mut steps: Vec<Written<'i>> = Vec::new();
        let mut before: Option<(Date, &Place)> = None;
        let mut sound = true;
        for entry in items {
            let Some(table) = entry.as_table() else {
                desk.unfit(key, entry, None);
                return None;
            };
            let Some((from, step)) = self.step(desk, key, table) else {
                sound = false;
                continue;
            };
            if let Some((earlier, place)) = before.filter(|(earlier, _)| *earlier >= from) {
                let message = format!("the dates of `{}` do not rise", key.name);
                let label = format!("{from} is not after {earlier}");
                let problem = Problem::new(message, Some(table.place_of("from")), label);
                desk.problem(
                    problem
                        .related(Some(place), "the step before")
                        .help("put the steps in order of date, each date once"),
                );
                return None;
            }
            before = Some((from, table.place_of("from")));
            steps.push(step);
        }
        if !sound {
            return None;
        }
        self.check_start(desk, key, item, items, &steps)?;
        Some(steps)
    }

    fn step<'i>(
        &self,
        desk: &mut Desk,
        key: &'static KeySpec,
        table: &'i Table,
    ) -> Option<(Date, Written<'i>)> {
        if let Some(entry) =
            table.entries.iter().find(|e| !["from", "value", "ramp"].contains(&e.key.as_str()))
        {
            let message = format!("unknown key `{}` in a step of `{}`", entry.key, key.name);
            desk.problem(Problem::new(message, Some(&entry.place), "expected `from`, `value` and `ramp`"));
            return None;
        }
        let (Some(from), Some(value)) = (table.item("from"), table.item("value")) else {
            let message = format!("a step of `{}` needs `from` and `value`", key.name);
            desk.problem(Problem::new(message, Some(&table.place), "one of them is missing here"));
            return None;
        };
        let from = desk.date_of(&KeySpec { name: "from", kind: Kind::Date, ..*key }, from)?;
        let ramp = match table.item("ramp").map(|item| (&item.node, item)) {
            None => false,
            Some((Node::Bool(ramp), _)) => *ramp,
            Some((Node::Cell(text), _)) if text.to_lowercase().parse::<bool>().is_ok() => {
                text.to_lowercase() == "true"
            }
            Some((_, item)) => {
                desk.problem(Problem::new("`ramp` is not true or false", Some(&item.place), item.found()));
                return None;
            }
        };
        Some((from, Written { from: self.calendar.day(from), value, ramp }))
    }

    /// The first day must have a value.
    fn check_start(
        &self,
        desk: &mut Desk,
        key: &KeySpec,
        item: &Item,
        items: &[Item],
        steps: &[Written<'_>],
    ) -> Option<()> {
        let first_day = self.calendar.first;
        let Some(first) = steps.first() else {
            desk.problem(Problem::new(
                format!("`{}` has no step", key.name),
                Some(&item.place),
                "found an empty list",
            ));
            return None;
        };
        if first.from > Day(0) {
            let place = items[0].as_table().map_or(&item.place, |table| table.place_of("from"));
            let message = format!("`{}` has no value on the first day", key.name);
            let label = format!("begins {} days after the first day, {first_day}", first.from.0);
            let help = format!("add a step {{ from = {first_day}, value = 0 }}, or what held then");
            desk.problem(Problem::new(message, Some(place), label).help(help));
            return None;
        }
        Some(())
    }
}

/// A certain value times an uncertain factor; all steps share the factor's draw.
fn multiply(desk: &mut Desk, value: Uncertain, factor: Option<&Uncertain>, item: &Item) -> Option<Uncertain> {
    let Some(factor) = factor else { return Some(value) };
    let Distribution::Fixed(value) = value.distribution else {
        let message = "a step cannot be uncertain where there is a factor";
        desk.problem(
            Problem::new(message, Some(&item.place), item.found())
                .help("give the uncertainty once: in the factor, or in the steps"),
        );
        return None;
    };
    let scaled = Uncertain::of(scaled(factor.distribution.clone(), value));
    Some(if scaled.known().is_some() {
        scaled
    } else {
        Uncertain { distribution: scaled.distribution, ..factor.clone() }
    })
}

/// The share on a day: that of the last step, or on the way to a ramped one.
fn share_on(steps: &[(i32, f64, bool)], day: i32) -> f64 {
    let next = steps.partition_point(|step| step.0 <= day);
    let (from, value, _) = steps[next.saturating_sub(1)];
    match steps.get(next) {
        Some((to, target, true)) => value + (target - value) * f64::from(day - from) / f64::from(to - from),
        _ => value,
    }
}

/// The path of a key, by names, as draws and overrides use it.
pub(super) fn path(table: &str, name: &str, key: &str) -> String {
    format!("{table}.{name}.{key}")
}
