//! Items 2.5.1 to 2.5.5: entities, activities, resources, queues, and the points of entry and exit.

use std::collections::BTreeMap;

use super::logic::firmware_order;
use super::{Block, Subject, list, paragraph, profiles, table};
use crate::model::{Dated, OpeningStage, Route, Status};
use crate::wording::numbers;

pub(super) fn entities(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let mut stock: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    let mut all = [0_u64; 2];
    for row in &model.stock {
        let at = usize::from(row.status == Status::Active);
        stock.entry(row.stage.name()).or_default()[at] += u64::from(row.installations);
        all[at] += u64::from(row.installations);
    }
    let row = |(stage, [dormant, active]): (&&str, &[u64; 2])| {
        [stage.replace('-', " "), numbers::count(*dormant), numbers::count(*active)]
    };
    let total = ["all".to_owned(), numbers::count(all[0]), numbers::count(all[1])];
    vec![
        list([
            "Installation: the entity that migrates. Its attributes are its cohort, its supplier, its status (Dormant or Active), its stage, the number of its next attempt and of its next update. Installations of a cell and stage are alike and are counted.".to_owned(),
            format!("Cohort ({}): route, gate, entry, chances and lengths of updates and attempts.", model.cohorts.len()),
            format!("Supplier ({}): market share, first day as a user, day of obligation, limits.", model.suppliers.len()),
            format!("Group ({}): capacity for migration and for firmware, outages.", model.groups.len()),
        ]),
        table("Installations at the start, by stage", ["Stage", "Dormant", "Active"], stock.iter().map(row).chain([total])),
    ]
}

pub(super) fn activities(subject: &Subject) -> Vec<Block> {
    let of = |key: &str| subject.of_cohorts(key);
    let rows = [
        (
            "Firmware update (Dormant)",
            format!("{} days", of("update_days")),
            format!(
                "chance of success [%]: {}; excluded after so many tries: {}",
                of("update_success_pct"),
                of("update_tries")
            ),
        ),
        (
            "Wait after a failed update",
            format!("{} days", of("update_wait_days")),
            "the update is tried again".to_owned(),
        ),
        (
            "Notice (Dormant)",
            format!("{} days", of("notice_days")),
            "from the later of entry and update; then eligible".to_owned(),
        ),
        (
            "Update by the supplier (Active)",
            format!("{} days after entry", of("supplier_delay_days")),
            "then eligible, once its supplier is a user".to_owned(),
        ),
        (
            "Attempt at migration",
            "within the day".to_owned(),
            format!(
                "takes a slot; slots that are used [%]: {}; chance of success by number of the attempt [%]: {}; excluded after so many attempts: {}",
                of("take_up_pct"),
                of("success_pct"),
                of("max_attempts")
            ),
        ),
        (
            "Wait after a failed attempt",
            format!("{} days", of("retry_days")),
            "then eligible again".to_owned(),
        ),
        (
            "Governance of a cohort",
            format!("{} days after the gate, or a date", of("governance_lag_days")),
            "ends with the entry of the cohort".to_owned(),
        ),
    ];
    vec![
        table(
            "Activities of an installation and of a cohort",
            ["Activity", "Length", "Result"],
            rows.map(|(what, length, result)| [what.to_owned(), length, result]),
        ),
        paragraph(format!(
            "Dormant installations that need no update [%]: {}. Item 3.3 lists every distribution.",
            of("no_update_pct")
        )),
    ]
}

pub(super) fn resources(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let words = |dated: Option<&Dated>| {
        dated.map_or_else(|| "never binds".to_owned(), |dated| profiles::profile(dated, &model.calendar))
    };
    let mut rows = vec![[
        "Whole programme".to_owned(),
        "slots a day of migration".to_owned(),
        words(model.capacity.as_ref()),
    ]];
    for group in &model.groups {
        rows.push([group.name.clone(), "slots a day of migration".to_owned(), words(Some(&group.capacity))]);
        rows.push([
            group.name.clone(),
            "updates that may start a day".to_owned(),
            words(group.firmware_capacity.as_ref()),
        ]);
    }
    for supplier in &model.suppliers {
        for limit in &supplier.limits {
            let place = limit.group.map_or("all groups", |group| model.groups[group].name.as_str());
            let whose = if limit.covers_both { "both statuses" } else { "Active" };
            rows.push([
                format!("{} in {place}", supplier.name),
                format!("most slots a day, {whose}"),
                words(Some(&limit.per_day)),
            ]);
        }
    }
    for cohort in model.cohorts.iter().filter(|cohort| cohort.ramp_up.is_some()) {
        rows.push([
            cohort.name.clone(),
            "most slots a day, over all suppliers".to_owned(),
            words(cohort.ramp_up.as_ref()),
        ]);
    }
    let mut blocks = vec![table(
        "Resources and their capacity by date [installations a day]",
        ["Of", "Resource", "Capacity"],
        rows,
    )];
    let outages: Vec<String> = model
        .groups
        .iter()
        .filter_map(|group| {
            let outage = group.outage.as_ref()?;
            Some(format!(
                "{}: an outage starts with a chance of {} on a day outside one, and lasts {}; firmware {}.",
                group.name,
                outage.start_probability.distribution.in_words(100.0, "%"),
                outage.length_days.distribution.in_words(1.0, " days"),
                if outage.stops_firmware { "stops too" } else { "goes on" }
            ))
        })
        .collect();
    blocks.push(if outages.is_empty() { paragraph("No group has outages.") } else { list(outages) });
    let closed: Vec<String> = model
        .calendar
        .closures
        .iter()
        .map(|c| {
            let [from, to] = [c.from, c.to].map(|day| numbers::long_date(model.calendar.date(day)));
            format!("{from} to {to} ({})", c.reason)
        })
        .collect();
    blocks.push(paragraph(if closed.is_empty() {
        "No period is closed beside weekends and holidays.".to_owned()
    } else {
        format!("Closed to migration beside weekends and holidays: {}.", numbers::list(&closed))
    }));
    blocks
}

pub(super) fn queues(subject: &Subject) -> Vec<Block> {
    let order = firmware_order(subject.model.firmware.order);
    let rows = [
        (
            "Waiting for firmware",
            "firmware capacity of the group",
            format!("cohorts {order}; within a cohort its suppliers share in proportion to demand"),
            "change of supplier, removal",
        ),
        (
            "Wait after a failed update",
            "the end of the wait",
            "none: each ends its own wait".to_owned(),
            "change of supplier, removal",
        ),
        (
            "Ready",
            "entry of the cohort, and notice",
            "none: a date ends it".to_owned(),
            "change of supplier, removal",
        ),
        (
            "Eligible",
            "a slot",
            "the sharing rule of item 2.4; within a cell the highest attempt number goes first".to_owned(),
            "change of supplier, removal",
        ),
        (
            "Wait after a failed attempt",
            "the end of the wait",
            "none: each ends its own wait".to_owned(),
            "change of supplier, removal",
        ),
    ];
    vec![
        table(
            "Queues",
            ["Queue", "Waits for", "Order of service", "Leaves early by"],
            rows.map(|(queue, waits, order, leaves)| {
                [queue.to_owned(), waits.to_owned(), order, leaves.to_owned()]
            }),
        ),
        paragraph(
            "No queue has a longest length. Ties go by the declared order, turned by one place each day of migration.",
        ),
    ]
}

pub(super) fn entry_and_exit(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let before = model
        .stock
        .iter()
        .filter(|row| row.stage == OpeningStage::Migrated)
        .map(|row| u64::from(row.installations));
    let before: u64 = before.sum();
    let mut points = vec![
        "Entry: all installations are there at the start of the first day. None joins later.".to_owned(),
        "Exit by migration: an attempt succeeds.".to_owned(),
        format!(
            "Exit by exclusion, without a radio link: all updates failed; tries: {}.",
            subject.of_cohorts("update_tries")
        ),
        format!(
            "Exit by exclusion, attempts used up: all attempts failed; attempts: {}.",
            subject.of_cohorts("max_attempts")
        ),
    ];
    let month = |table: &str, key: &str| subject.said(table, key).unwrap_or_else(|| "0".to_owned());
    points.push(if model.removal.is_some() {
        format!(
            "Exit by removal, from every stage before migration [% a month]: Dormant {}; Active {}.",
            month("removal", "dormant_pct_per_month"),
            month("removal", "active_pct_per_month")
        )
    } else {
        "Nobody is removed.".to_owned()
    });
    points.push(if model.change_of_supplier.is_some() {
        format!(
            "Change of supplier moves Active installations between cells [% a month]: {}. Of those become Dormant at the new supplier [%]: {}. The new supplier is drawn by market share.",
            month("change_of_supplier", "leaving_pct_per_month"),
            month("change_of_supplier", "goes_dormant_pct")
        )
    } else {
        "Nobody changes supplier.".to_owned()
    });
    let equivalent = model.cohorts.iter().filter(|cohort| cohort.equivalent_to.is_some()).count();
    let dmct = model.cohorts.iter().filter(|cohort| cohort.route == Route::Dmct).count();
    points.push(format!(
        "Approval of cohorts: {} by MT/SIT, {} by DMCT, of which {equivalent} on equivalence. {} installations had migrated before the first day.",
        model.cohorts.len() - dmct,
        dmct,
        numbers::count(before)
    ));
    vec![list(points)]
}
