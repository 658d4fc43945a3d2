//! Cohorts: their own keys, the defaults they share, and the approval path that must make sense.

use super::{DELAY, PCT, SLIP, WAIT, named, planned, uncertain};
use crate::model::{Cohort, Entry, Firmware, Planned, Route, Uncertain, key_of};
use crate::scenario::dated::{Dates, path};
use crate::scenario::document::{Node, Table};
use crate::scenario::merged::{Document, lost_links};
use crate::scenario::problem::Problem;
use crate::scenario::uncertain::{Holds, Input};
use crate::scenario::value::{Desk, key};

const SPEC: &str = "cohort";

pub(super) fn read(
    document: &Document,
    dates: &Dates<'_>,
    groups: &[String],
    desk: &mut Desk,
) -> Vec<Cohort> {
    let defaults = document.table("cohort_defaults");
    if let Some(entry) = defaults.and_then(|table| table.entry("name")) {
        let message = "`cohort_defaults` cannot have `name`";
        desk.problem(
            Problem::new(message, Some(&entry.place), "each cohort has its own").help("take it out"),
        );
    }
    let entries = named(document, SPEC, desk);
    let names: Vec<String> = entries.iter().map(|(name, _)| name.clone()).collect();
    for (_, table) in &entries {
        for own in &table.entries {
            let default = defaults.and_then(|defaults| defaults.item(&own.key));
            lost_links(default, own).into_iter().for_each(|problem| desk.problem(problem));
        }
    }
    let merged: Vec<Table> = entries.iter().map(|(_, table)| with_defaults(table, defaults)).collect();
    let mut cohorts = Vec::new();
    for ((name, own), table) in entries.iter().zip(&merged) {
        cohorts.push(Reader { desk, dates, table, own, name }.cohort(groups, &names));
    }
    check_equivalence(&cohorts, &merged, desk);
    share_slips(&mut cohorts, &entries);
    cohorts
}

/// Returns the keys of a cohort, and the defaults of keys that it does not set. A cohort that sets one way to its entry
/// does not take the other from the defaults.
fn with_defaults(table: &Table, defaults: Option<&Table>) -> Table {
    let mut merged = table.clone();
    let says = |key: &str| table.item(key).is_some();
    let replaced = |key: &str| {
        (key == "governance_lag_days" && says("entry"))
            || (["entry", "entry_slip_days"].contains(&key) && says("governance_lag_days"))
    };
    for entry in defaults.into_iter().flat_map(|table| &table.entries) {
        if !says(&entry.key) && !replaced(&entry.key) {
            merged.entries.push(entry.clone());
        }
    }
    merged
}

struct Reader<'a, 'b> {
    desk: &'a mut Desk,
    dates: &'a Dates<'b>,
    /// Its values, defaults included.
    table: &'a Table,
    /// Its own values.
    own: &'a Table,
    name: &'a str,
}

impl<'a> Reader<'a, '_> {
    fn cohort(&mut self, groups: &[String], names: &[String]) -> Cohort {
        self.desk.require(self.table, SPEC, &["group", "route", "gate"]);
        let route = match self.desk.choice(self.table, SPEC, "route") {
            Some(1) => Route::Dmct,
            _ => Route::MtSit,
        };
        let gate = self.planned("gate", "gate_slip_days").unwrap_or_else(|| stand_in(0));
        let confidence = self.planned("confidence", "confidence_slip_days");
        if let Some(confidence) = confidence.as_ref().filter(|c| c.day > gate.day) {
            let days = confidence.day.0 - gate.day.0;
            let label = format!("{days} days after the gate");
            let message = format!("the confidence day of `{}` is after its gate", self.name);
            let warning = Problem::new(message, Some(self.table.place_of("confidence")), label);
            self.desk.warning(warning.help("`smso-confidence` then opens firmware later than `early`"));
        }
        Cohort {
            name: self.name.to_string(),
            key: key_of(self.name),
            group: self.desk.named(self.table, SPEC, "group", groups).unwrap_or(0),
            route,
            equivalent_to: self.equivalent_to(names),
            entry: self.entry(&gate),
            gate,
            objection_delay: self.uncertain("objection_delay_days", DELAY, 0.0),
            confidence,
            supplier_delay: self.uncertain("supplier_delay_days", DELAY, 0.0),
            firmware: self.firmware(),
            notice: self.uncertain("notice_days", DELAY, 0.0),
            success: self.success(),
            take_up: self.uncertain("take_up_pct", PCT, 100.0),
            retry_delay: self.uncertain("retry_days", WAIT, 1.0),
            head_start: self
                .desk
                .whole(self.table, SPEC, "firmware_head_start_days")
                .and_then(|days| u32::try_from(days).ok())
                .unwrap_or(0),
            ramp_up: self.dates.counts(
                self.desk,
                (self.table, SPEC, "ramp_up_per_day"),
                (&path(SPEC, self.name, "ramp_up_per_day"), self.holds("ramp_up_per_day")),
            ),
            max_attempts: self.small("max_attempts", 5),
            meters_per_installation: self.meters(),
        }
    }

    fn firmware(&mut self) -> Firmware {
        let length = self.uncertain("update_days", (1.0, 1_000.0, 1.0), 1.0);
        Firmware {
            no_update_share: self.uncertain("no_update_pct", PCT, 0.0),
            length,
            success: self.uncertain("update_success_pct", PCT, 100.0),
            wait: self.uncertain("update_wait_days", WAIT, 1.0),
            max_tries: self.small("update_tries", 1),
        }
    }

    fn entry(&mut self, gate: &Planned) -> Entry {
        let (date, lag) = (self.table.entry("entry"), self.table.entry("governance_lag_days"));
        match (date, lag) {
            (Some(date), Some(lag)) => {
                let message = format!("`{}` has two ways to its EPCL entry", self.name);
                let problem = Problem::new(message, Some(&lag.place), "a lag after the gate");
                self.desk.problem(
                    problem
                        .related(Some(&date.place), "and a date")
                        .help("set one of `entry` and `governance_lag_days`"),
                );
            }
            (None, None) => {
                let message = format!("`{}` has no EPCL entry", self.name);
                let problem = Problem::new(
                    message,
                    Some(&self.table.place),
                    "neither `entry` nor `governance_lag_days` is set",
                );
                self.desk.problem(
                    problem.help("add `entry` (a date), or `governance_lag_days` (days after the gate)"),
                );
            }
            (None, Some(_)) => {}
            (Some(_), None) => return self.entry_date(gate),
        }
        if let Some(entry) = self.table.entry("entry_slip_days").filter(|_| date.is_none()) {
            let message = "`entry_slip_days` without `entry` means nothing";
            self.desk.problem(
                Problem::new(message, Some(&entry.place), "slip of what?")
                    .help("put it in `governance_lag_days`"),
            );
        }
        Entry::AfterGate(self.uncertain("governance_lag_days", DELAY, 0.0))
    }

    fn entry_date(&mut self, gate: &Planned) -> Entry {
        let planned = self.planned("entry", "entry_slip_days").unwrap_or_else(|| stand_in(0));
        if planned.day < gate.day {
            let days = gate.day.0 - planned.day.0;
            let message = format!("EPCL entry of `{}` is planned before its gate", self.name);
            let problem =
                Problem::new(message, Some(self.table.place_of("entry")), format!("{days} days too early"));
            let problem = problem.related(Some(self.table.place_of("gate")), "the gate");
            self.desk.problem(problem.help(
                "an entry follows MT/SIT completion or the DMCT EPCL Report; correct one of the dates",
            ));
        }
        Entry::On(planned)
    }

    fn equivalent_to(&mut self, names: &[String]) -> Option<usize> {
        let position = self.desk.named(self.table, SPEC, "equivalent_to", names)?;
        let place = self.table.place_of("equivalent_to");
        if names[position] == self.name {
            let message = format!("`{}` rests on equivalence to itself", self.name);
            self.desk.problem(
                Problem::new(message, Some(place), "its own name").help("name the cohort that was tested"),
            );
            return None;
        }
        if self.table.text("route") == Some("MT/SIT") {
            let message = format!("`{}` has the route MT/SIT and is on equivalence", self.name);
            let problem =
                Problem::new(message, Some(place), "only a DMCT cohort may rest on substantive equivalence");
            let related = problem.related(Some(self.table.place_of("route")), "its route");
            self.desk.problem(related.help("make the route \"DMCT\", or take `equivalent_to` out"));
        }
        Some(position)
    }

    /// Success by attempt: one share, or a list of them.
    fn success(&mut self) -> Vec<Uncertain> {
        let Some(item) = self.table.item("success_pct") else { return vec![Uncertain::fixed(1.0)] };
        let key = key(SPEC, "success_pct");
        let items = match &item.node {
            Node::List(items) if items.is_empty() => {
                self.desk.problem(Problem::new(
                    "`success_pct` is an empty list",
                    Some(&item.place),
                    "found nothing",
                ));
                return vec![Uncertain::fixed(1.0)];
            }
            Node::List(items) => items.as_slice(),
            _ => std::slice::from_ref(item),
        };
        let read = items.iter().enumerate().map(|(at, item)| {
            let path = format!("{}.{at}", path(SPEC, self.name, "success_pct"));
            let (factors, holds) = (self.dates.factors, self.holds("success_pct"));
            let input = Input { key, path: &path, range: (0.0, 100.0), unit: 0.01, factors, holds };
            self.desk.uncertain(&input, item).unwrap_or_else(|| Uncertain::fixed(1.0))
        });
        read.collect()
    }

    fn meters(&mut self) -> f64 {
        let Some(item) = self.table.item("meters_per_installation") else { return 1.7 };
        let key = key(SPEC, "meters_per_installation");
        match self.desk.number_of(key, item) {
            Some(meters) if meters > 0.0 && meters <= 100.0 => meters,
            Some(_) => {
                self.desk.unfit(key, item, None);
                1.7
            }
            None => 1.7,
        }
    }

    fn small(&mut self, name: &str, default: u8) -> u8 {
        self.desk.whole(self.table, SPEC, name).and_then(|n| u8::try_from(n).ok()).unwrap_or(default)
    }

    fn uncertain(&mut self, name: &str, range: (f64, f64, f64), default: f64) -> Uncertain {
        let path = path(SPEC, self.name, name);
        let drawn = (&*path, self.holds(name));
        uncertain(self.desk, self.dates.factors, (self.table, SPEC, name), drawn, range, default)
    }

    /// Returns the cohorts that the value of a key applies to: this one, or every cohort that uses the default.
    fn holds(&self, key: &str) -> Holds<'a> {
        match key {
            "update_days" => Holds::Events("update"),
            _ if self.own.item(key).is_some() => Holds::One(SPEC, self.name),
            _ => Holds::Many(SPEC, self.name),
        }
    }

    fn planned(&mut self, name: &str, slip: &str) -> Option<Planned> {
        let path = path(SPEC, self.name, slip);
        let drawn = (&*path, self.holds(slip));
        planned(self.desk, self.dates, (self.table, SPEC), (name, slip), drawn, SLIP)
    }
}

fn stand_in(day: i32) -> Planned {
    Planned { day: crate::model::Day(day), slip: Uncertain::fixed(0.0) }
}

/// Follows every chain of equivalence; a circle is a problem of each cohort that begins one.
fn check_equivalence(cohorts: &[Cohort], tables: &[Table], desk: &mut Desk) {
    for (start, table) in tables.iter().enumerate() {
        let mut chain = vec![start];
        let mut at = start;
        while let Some(next) = cohorts[at].equivalent_to {
            if next == start {
                let names: Vec<&str> =
                    chain.iter().chain([&start]).map(|c| cohorts[*c].name.as_str()).collect();
                let message = format!("equivalence runs in a circle: {}", names.join(" -> "));
                let place = table.place_of("equivalent_to");
                if chain.iter().min() == Some(&start) {
                    desk.problem(
                        Problem::new(message, Some(place), "back to the beginning")
                            .help("one of them was tested itself: take its `equivalent_to` out"),
                    );
                }
                break;
            }
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
            at = next;
        }
    }
}

/// A cohort resting on another without a slip of its own shares that one's slip, draw and all. A slip that all cohorts
/// have by default is not its own.
fn share_slips(cohorts: &mut [Cohort], entries: &[(String, &Table)]) {
    let own = |at: usize| entries[at].1.item("gate_slip_days").is_some();
    for at in 0..cohorts.len() {
        let mut tested = at;
        // At most as many steps as cohorts: a circle has been reported.
        for _ in 0..cohorts.len() {
            match cohorts[tested].equivalent_to {
                Some(next) if !own(tested) => tested = next,
                _ => break,
            }
        }
        cohorts[at].gate.slip = cohorts[tested].gate.slip.clone();
    }
}
