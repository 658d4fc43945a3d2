//! Groups and suppliers, with their limits.

use super::{DELAY, PCT, named, planned, uncertain};
use crate::model::{Dated, Group, Outage, Supplier, SupplierLimit, key_of};
use crate::scenario::dated::{Dates, path};
use crate::scenario::document::Table;
use crate::scenario::merged::Document;
use crate::scenario::problem::Problem;
use crate::scenario::uncertain::Holds;
use crate::scenario::value::{Desk, key};

pub(super) fn groups(document: &Document, dates: &Dates<'_>, desk: &mut Desk) -> Vec<Group> {
    let groups = named(document, "group", desk);
    if document.list("group").is_empty() {
        let place = document.table("programme").or(document.table("")).map(|table| &table.place);
        let help = "add a `[[group]]` with `name` and `capacity_per_day`; one is enough";
        desk.problem(Problem::new("there is no group", place, "capacity belongs to groups").help(help));
    }
    groups.into_iter().map(|(name, table)| group(name, table, dates, desk)).collect()
}

fn group(name: String, table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> Group {
    const SPEC: &str = "group";
    desk.require(table, SPEC, &["capacity_per_day"]);
    let own = Holds::One(SPEC, &name);
    let counts =
        |desk: &mut Desk, key: &str| dates.counts(desk, (table, SPEC, key), (&path(SPEC, &name, key), own));
    let capacity = counts(desk, "capacity_per_day").unwrap_or_else(nothing);
    let firmware_capacity = counts(desk, "firmware_capacity_per_day");
    let value = |desk: &mut Desk, key: &str, holds, range, default| {
        uncertain(desk, dates.factors, (table, SPEC, key), (&path(SPEC, &name, key), holds), range, default)
    };
    let start_probability = value(desk, "outage_start_pct_per_day", own, PCT, 0.0);
    let length = (1.0, 36_500.0, 1.0);
    let length_days = value(desk, "outage_length_days", Holds::Events("outage"), length, 1.0);
    let stops_firmware = desk.flag(table, SPEC, "outage_stops_firmware").unwrap_or(false);
    let outage = table.item("outage_start_pct_per_day").map(|_| Outage {
        start_probability,
        length_days,
        stops_firmware,
    });
    if outage.is_none()
        && let Some(entry) = table.entries.iter().find(|entry| entry.key.starts_with("outage_"))
    {
        let message = format!("`{}` without `outage_start_pct_per_day` means nothing", entry.key);
        desk.problem(
            Problem::new(message, Some(&entry.place), "no outage ever starts")
                .help("add `outage_start_pct_per_day`"),
        );
    }
    Group { key: key_of(&name), name, capacity, firmware_capacity, outage }
}

/// A limit of nothing, in place of one that could not be read.
fn nothing() -> Dated {
    Dated::constant(0)
}

pub(super) fn suppliers(
    document: &Document,
    dates: &Dates<'_>,
    groups: &[String],
    desk: &mut Desk,
) -> Vec<Supplier> {
    let entries = named(document, "supplier", desk);
    if document.list("supplier").is_empty() && (desk.is_clean() || !document.says("supplier")) {
        let place = document.table("").map(|table| &table.place);
        let help = "add a `[[supplier]]` with its `name`";
        desk.problem(Problem::new("there is no supplier", place, "every installation has one").help(help));
    }
    let mut suppliers: Vec<Supplier> =
        entries.into_iter().map(|(name, table)| supplier(name, table, dates, desk)).collect();
    limits(document, dates, groups, &mut suppliers, desk);
    suppliers
}

fn supplier(name: String, table: &Table, dates: &Dates<'_>, desk: &mut Desk) -> Supplier {
    const SPEC: &str = "supplier";
    let share = table.item("market_share_pct").and_then(|item| {
        let key = key(SPEC, "market_share_pct");
        let share = desk.number_of(key, item)?;
        if !(0.0..=100.0).contains(&share) {
            desk.unfit(key, item, None);
        }
        Some(share)
    });
    let delay = path(SPEC, &name, "dcc_user_delay_days");
    let names = ("dcc_user_from", "dcc_user_delay_days");
    let dcc_user_from = planned(desk, dates, (table, SPEC), names, (&delay, Holds::One(SPEC, &name)), DELAY);
    if let Some(entry) = table.entry("dcc_user_delay_days").filter(|_| table.item("dcc_user_from").is_none())
    {
        let message = "`dcc_user_delay_days` without `dcc_user_from` means nothing";
        desk.problem(Problem::new(message, Some(&entry.place), "delay of what?").help("add `dcc_user_from`"));
    }
    let obligation = desk.date(table, SPEC, "obligation").map(|date| dates.calendar.day(date));
    Supplier {
        key: key_of(&name),
        name,
        market_share: share.unwrap_or(0.0),
        dcc_user_from,
        limits: Vec::new(),
        obligation,
    }
}

fn limits(
    document: &Document,
    dates: &Dates<'_>,
    groups: &[String],
    suppliers: &mut [Supplier],
    desk: &mut Desk,
) {
    const SPEC: &str = "supplier_limit";
    let names: Vec<String> = suppliers.iter().map(|s| s.name.clone()).collect();
    let mut seen: Vec<Seen> = Vec::new();
    for table in document.list(SPEC) {
        desk.require(table, SPEC, &["supplier", "per_day"]);
        let supplier = desk.named(table, SPEC, "supplier", &names);
        let group = desk.named(table, SPEC, "group", groups);
        let covers_both = desk.choice(table, SPEC, "covers") == Some(1);
        let Some(supplier) = supplier else { continue };
        if group.is_none() && table.item("group").is_some() {
            continue;
        }
        let scope = group.map_or("all groups", |group| groups[group].as_str());
        let name = format!("{}.{scope}", names[supplier]);
        let drawn = (&*path(SPEC, &name, "per_day"), Holds::One(SPEC, &name));
        let per_day = dates.counts(desk, (table, SPEC, "per_day"), drawn);
        if let Some(first) = seen.iter().find(|s| (s.supplier, s.group) == (supplier, group)) {
            let message = format!("`{}` has two limits in `{scope}`", names[supplier]);
            let problem = Problem::new(message, Some(&table.place), "again here");
            desk.problem(
                problem
                    .related(Some(&first.table.place), "first here")
                    .help("put dated values into one limit"),
            );
            continue;
        }
        let this = Seen { supplier, group, covers_both, table };
        if let Some(other) = seen.iter().find(|other| this.overlaps(other)) {
            let message = format!("two limits of `{}` cannot hold together", names[supplier]);
            let problem = Problem::new(message, Some(&table.place), this.covers());
            desk.problem(problem.related(Some(&other.table.place), other.covers()).help(
                "give both `covers = \"both\"`, or the limit in the group `covers = \"active\"`; otherwise no whole-number \
                 optimum can be proven",
            ));
            continue;
        }
        seen.push(this);
        suppliers[supplier].limits.extend(per_day.map(|per_day| SupplierLimit {
            group,
            covers_both,
            per_day,
        }));
    }
}

/// A supplier's limit that was read before.
struct Seen<'a> {
    supplier: usize,
    group: Option<usize>,
    covers_both: bool,
    table: &'a Table,
}

impl Seen<'_> {
    /// Whether neither limit's installations are all among the other's: one in a group over both statuses, one over
    /// all groups over Active alone.
    fn overlaps(&self, other: &Self) -> bool {
        let crosses = |inner: &Self, outer: &Self| {
            inner.group.is_some() && outer.group.is_none() && inner.covers_both && !outer.covers_both
        };
        self.supplier == other.supplier && (crosses(self, other) || crosses(other, self))
    }

    fn covers(&self) -> String {
        let statuses = if self.covers_both { "both statuses" } else { "Active alone" };
        let scope = if self.group.is_some() { "in a group" } else { "over all groups" };
        format!("{scope}, over {statuses}")
    }
}
