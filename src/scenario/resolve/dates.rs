//! Dates that nothing in the run looks at: those after its last day, and holidays that lie outside it.

use jiff::civil::Date;

use crate::model::{Calendar, Day, FirmwarePolicy, Model, Status, Stock};
use crate::scenario::document::{Item, Node, Table};
use crate::scenario::keys::{Kind, TABLES, TableSpec};
use crate::scenario::merged::{Document, identity};
use crate::scenario::problem::{Place, Problem};
use crate::scenario::value::Desk;

/// Keys with a separate warning for a date outside the run.
const REPORTED: [&str; 4] = ["first_day", "last_day", "plan_date", "draws_from"];
/// Most dates that a warning names.
const NAMED: usize = 6;

/// A date that nothing looks at.
struct Idle<'d> {
    key: String,
    date: Date,
    place: &'d Place,
}

/// Warns of every date without effect in the run, in one warning, the farthest first; and of late suppliers whose date
/// affects no installation.
pub(super) fn check(model: &Model, document: &Document, desk: &mut Desk) {
    check_users(model, document, desk);
    let mut idle = Vec::new();
    for spec in TABLES {
        let tables = if spec.is_list() {
            document.list(spec.name)
        } else {
            document.table(spec.name).map_or(&[][..], std::slice::from_ref)
        };
        for table in tables {
            in_table(model, (spec, table), document.before_counts.is_some(), &mut idle);
        }
    }
    let Some(last) = idle.iter().map(|one| one.date).max() else { return };
    let calendar = &model.calendar;
    let days = format!("{} to {}", calendar.first, calendar.date(calendar.last()));
    idle.sort_by_key(|one| std::cmp::Reverse(one.date));
    let named: Vec<String> = idle.iter().take(NAMED).map(|one| format!("{} {}", one.key, one.date)).collect();
    let more = match idle.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let message = match idle.len() {
        1 => format!("nothing in the run looks at a date: {last}"),
        n => format!("nothing in the run looks at {n} dates, the farthest {last}"),
    };
    let label = format!("the run goes from {days}");
    let warning = Problem::new(message, Some(idle[0].place), label);
    desk.warning(warning.help(format!(
        "correct a wrong year in {}{more}; a date that is meant for a longer run may stay",
        named.join(", ")
    )));
}

/// Warns of a supplier that becomes a DCC user late and has no Active installation that this affects.
fn check_users(model: &Model, document: &Document, desk: &mut Desk) {
    if model.change_of_supplier.is_some() {
        return;
    }
    for (at, supplier) in model.suppliers.iter().enumerate() {
        let is_late = supplier.dcc_user_from.as_ref().is_some_and(|planned| planned.day > Day(0));
        let has = |status: Status| {
            let of_supplier = |row: &&Stock| row.supplier == at && row.status == status;
            model.stock.iter().filter(of_supplier).any(|row| row.installations > 0)
        };
        if is_late && has(Status::Dormant) && !has(Status::Active) {
            let named = |table: &&Table| table.text("name") == Some(supplier.name.as_str());
            let table = document.list("supplier").iter().find(named);
            let message = format!("`dcc_user_from` holds for no installation of `{}`", supplier.name);
            let label = "it holds for Active installations, and all of this supplier's are Dormant";
            let warning = Problem::new(message, table.map(|table| table.place_of("dcc_user_from")), label);
            desk.warning(warning.help(
                "Dormant installations migrate from their EPCL entry, whatever their supplier; remove the date, or give them the status \"active\"",
            ));
        }
    }
}

fn in_table<'d>(
    model: &Model,
    (spec, table): (&TableSpec, &'d Table),
    from_counts: bool,
    idle: &mut Vec<Idle<'d>>,
) {
    let calendar = &model.calendar;
    let last = calendar.date(calendar.last());
    let name = identity(spec, table).join(".");
    let path: Vec<&str> = [spec.name, &name].into_iter().filter(|part| !part.is_empty()).collect();
    for entry in &table.entries {
        let Some(key) = spec.key(&entry.key).filter(|key| !REPORTED.contains(&key.name)) else { continue };
        let unread = entry.key == "redesignation" && model.firmware.policy == FirmwarePolicy::Existing;
        let dates: Vec<&Item> = match (key.kind, &entry.item.node) {
            (Kind::Date | Kind::DateOrNever, _) if !unread => vec![&entry.item],
            (Kind::Dates, Node::List(items)) => items.iter().collect(),
            (Kind::Dated | Kind::DatedPct, _) => late_steps(&entry.item, last),
            _ => Vec::new(),
        };
        for item in dates {
            let Some(date) = date_of(item) else { continue };
            let before = key.kind == Kind::Dates && date < calendar.first && !from_counts;
            if date > last || before {
                let key = [&path[..], &[entry.key.as_str()]].concat().join(".");
                idle.push(Idle { key, date, place: &item.place });
            }
        }
    }
}

/// The dates of steps after the last day; one that the run approaches in a straight line is looked at.
fn late_steps(item: &Item, last: Date) -> Vec<&Item> {
    let steps = match &item.node {
        Node::Table(table) => table.item("steps").unwrap_or(item),
        _ => item,
    };
    let Node::List(steps) = &steps.node else { return Vec::new() };
    let from = |step: &'_ Item| step.as_table().and_then(|step| step.item("from")).and_then(date_of);
    let ramp = |step: &Item| {
        step.as_table().and_then(|step| step.item("ramp")).is_some_and(|ramp| ramp.plain() == "true")
    };
    let late: Vec<&Item> = steps.iter().filter(|step| from(step).is_some_and(|from| from > last)).collect();
    let approached = late.first().is_some_and(|first| ramp(first));
    late.into_iter()
        .skip(usize::from(approached))
        .filter_map(|step| step.as_table().and_then(|step| step.item("from")))
        .collect()
}

fn date_of(item: &Item) -> Option<Date> {
    item.plain().trim_matches('"').parse().ok()
}

/// Warns of holidays that are added or removed without effect. `is_worked` says whether a day would be worked were it no holiday.
pub(super) fn check_holidays(
    desk: &mut Desk,
    calendar: &Calendar,
    [added, removed]: [&[(Date, Place)]; 2],
    built_in: &[Date],
    is_worked: impl Fn(Date) -> bool,
) {
    let last = calendar.date(Day(i32::try_from(calendar.migration.len()).unwrap_or(1) - 1));
    let within = |date: Date| (calendar.first..=last).contains(&date);
    for (date, place) in added.iter().filter(|(date, _)| within(*date)) {
        let why =
            if built_in.contains(date) { "is a public holiday already" } else { "is not worked anyway" };
        if built_in.contains(date) || !is_worked(*date) {
            let message = format!("`add_holidays` changes nothing on {date}");
            desk.warning(Problem::new(message, Some(place), format!("this {} {why}", date.strftime("%A"))));
        }
    }
    for (date, place) in removed.iter().filter(|(date, _)| within(*date)) {
        if !built_in.contains(date) && added.iter().all(|(other, _)| other != date) {
            let message = format!("`remove_holidays` changes nothing on {date}");
            let label = format!("this {} is no holiday", date.strftime("%A"));
            desk.warning(Problem::new(message, Some(place), label));
        }
    }
}
