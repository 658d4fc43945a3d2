//! `daily.csv` and `daily_groups.csv`: every day of the programme, and of each group.

use crate::model::{Day, Status};
use crate::output::{Cell, Column, Run, Table};
use crate::trace::{DayRecord, GroupDay, Held, Stages};

const INSTALLATIONS: &str = "installations";

/// One row a day: capacity, what became of it, and where everybody stood at the day's end.
pub(crate) fn programme(run: &Run) -> Table {
    let mut table = Table::new(&[
        ("date", ""),
        ("migration_day", ""),
        ("programme_limit_installations", INSTALLATIONS),
        ("offered_installations", INSTALLATIONS),
        ("no_usable_demand_installations", INSTALLATIONS),
        ("idle_by_rule_installations", INSTALLATIONS),
        ("rule_needed", ""),
        ("migrated_trailing_5_day_mean_installations", INSTALLATIONS),
    ]);
    for status in Status::ALL {
        let names = SLOT_NAMES.iter().chain(&STAGE_NAMES);
        table.columns.extend(names.map(|name| status_column(status, name)));
    }
    table.columns.push(Column::new("allocation_fingerprint", ""));
    let mut fingerprints = run.trace.allocations.iter();
    let mut flows = run.findings.throughput.days.iter().peekable();
    let groups = run.model.groups.len();
    for (index, record) in run.trace.days.iter().enumerate() {
        let day = day_at(index);
        let trailing = flows.next_if(|flow| flow.day == day).and_then(|flow| flow.trailing_sum);
        let mut row = programme_cells(run, day, record);
        row.push(trailing.map_or(Cell::Empty, mean_of_five));
        let today = &run.trace.group_days[index * groups..(index + 1) * groups];
        for status in 0..2 {
            row.extend(slot_cells(sum_slots(today, status)));
            row.extend(stage_cells(&record.stages[status]));
        }
        let fingerprint = if record.migration_day { fingerprints.next() } else { None };
        row.push(fingerprint.map(String::as_str).into());
        table.push(row);
    }
    table
}

/// One row a day and group: limits, outages, firmware, slots, and who was left at the day's end.
pub(crate) fn groups(run: &Run) -> Table {
    let mut table = Table::new(&[
        ("date", ""),
        ("group", ""),
        ("limit_installations", INSTALLATIONS),
        ("outage", ""),
        ("usable_installations", INSTALLATIONS),
        ("idle_by_rule_installations", INSTALLATIONS),
        ("withheld_by_programme_installations", INSTALLATIONS),
        ("firmware_limit_installations", INSTALLATIONS),
        ("firmware_started_installations", INSTALLATIONS),
    ]);
    for status in Status::ALL {
        table.columns.extend(SLOT_NAMES.iter().map(|name| status_column(status, name)));
    }
    let held = HELD_NAMES.iter().map(|name| Column::new(format!("held_{name}_installations"), INSTALLATIONS));
    table.columns.extend(held);
    let names: Vec<&str> = run.model.groups.iter().map(|g| g.name.as_str()).collect();
    for (index, group_day) in run.trace.group_days.iter().enumerate() {
        let date = run.model.calendar.date(day_at(index / names.len()));
        let mut row = vec![date.into(), names[index % names.len()].into()];
        row.extend(group_cells(group_day));
        row.extend(group_day.slots.iter().flat_map(|slots| slot_cells(slots.map(u64::from))));
        row.extend(held_cells(&group_day.held));
        table.push(row);
    }
    table
}

const SLOT_NAMES: [&str; 5] = ["demand", "allocated", "migrated_today", "failed_today", "unused_today"];
/// What holds a group's installations back, both statuses.
const HELD_NAMES: [&str; 6] = ["gate", "firmware", "entry", "notice", "eligible", "retrying"];
const STAGE_NAMES: [&str; 11] = [
    "waiting_gate",
    "waiting_firmware",
    "firmware_under_way",
    "firmware_wait",
    "ready",
    "eligible",
    "retry_wait",
    "migrated",
    "excluded_no_wan",
    "excluded_attempts",
    "removed",
];

fn status_column(status: Status, name: &str) -> Column {
    Column::new(format!("{}_{name}_installations", status.name()), INSTALLATIONS)
}

fn programme_cells(run: &Run, day: Day, record: &DayRecord) -> Vec<Cell> {
    vec![
        run.model.calendar.date(day).into(),
        record.migration_day.into(),
        record.programme_limit.into(),
        record.offered.into(),
        record.offered.saturating_sub(record.most_possible).into(),
        record.idle_by_rule.into(),
        record.rule_needed.into(),
    ]
}

fn group_cells(group_day: &GroupDay) -> [Cell; 7] {
    [
        group_day.limit.into(),
        group_day.outage.into(),
        group_day.usable.into(),
        group_day.idle_by_rule.into(),
        group_day.withheld.into(),
        group_day.firmware_limit.into(),
        group_day.firmware_started.into(),
    ]
}

/// The slot columns of one status: demand, allocated, migrated, failed, unused.
pub(crate) fn slot_cells(slots: [u64; 5]) -> [Cell; 5] {
    slots.map(Cell::from)
}

fn sum_slots(today: &[GroupDay], status: usize) -> [u64; 5] {
    let all = today.iter().map(|g| g.slots[status].map(u64::from));
    all.fold([0; 5], |sum, slots| std::array::from_fn(|i| sum[i] + slots[i]))
}

fn stage_cells(stages: &Stages) -> [Cell; 11] {
    [
        stages.waiting_gate,
        stages.waiting_firmware,
        stages.firmware_under_way,
        stages.firmware_wait,
        stages.ready,
        stages.eligible,
        stages.retry_wait,
        stages.migrated,
        stages.excluded_no_wan,
        stages.excluded_attempts,
        stages.removed,
    ]
    .map(Cell::from)
}

fn held_cells(held: &Held) -> [Cell; 6] {
    let Held { gate, firmware, entry, notice, eligible, retrying } = *held;
    [gate, firmware, entry, notice, eligible, retrying].map(Cell::from)
}

/// A sum over five days as a mean \[installations per migration day\].
fn mean_of_five(sum: u64) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "a day's migrations are far below 2^53")]
    let mean = sum as f64 / 5.0;
    Cell::Decimal(mean, 1)
}

fn day_at(index: usize) -> Day {
    Day(i32::try_from(index).expect("a run is shorter than 2^31 days"))
}
