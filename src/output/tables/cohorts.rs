//! `cohorts.csv`: what each cohort lived through, one row a cohort.

use jiff::civil::Date;

use crate::findings::cohort_route;
use crate::model::{CohortIdx, Day, Model, Status};
use crate::output::{Cell, Column, Table};
use crate::trace::{CellRecord, CohortRecord, Trace, Waits};

const INSTALLATIONS: &str = "installations";
const DAYS: &str = "installation-days";

/// Dates as realised in this run, firmware, and by status where its installations ended and why they waited.
#[must_use]
pub fn cohorts_table(model: &Model, trace: &Trace) -> Table {
    let mut table = Table::new(&[
        ("cohort", ""),
        ("group", ""),
        ("route", ""),
        ("gate_date", ""),
        ("firmware_opens_date", ""),
        ("epcl_entry_date", ""),
        ("first_update_date", ""),
        ("rework_struck", ""),
        ("reworked_installations", INSTALLATIONS),
        ("updates_started", "updates"),
        ("updates_failed", "updates"),
    ]);
    for status in Status::ALL {
        let name = status.name();
        table
            .columns
            .extend(["first", "last"].map(|end| Column::new(format!("{name}_{end}_migration_date"), "")));
        let counts = ["opening", "gained", "lost", "migrated", "unmigrated", "excluded", "removed"];
        table
            .columns
            .extend(counts.map(|count| Column::new(format!("{name}_{count}_installations"), INSTALLATIONS)));
        let causes = WAITS.iter();
        table
            .columns
            .extend(causes.map(|cause| Column::new(format!("{name}_{cause}_installation_days"), DAYS)));
    }
    for (cohort, record) in trace.cohorts.iter().enumerate() {
        table.push(row(model, trace, cohort, record));
    }
    table
}

fn row(model: &Model, trace: &Trace, cohort: CohortIdx, record: &CohortRecord) -> Vec<Cell> {
    let date = |day: Day| date_of(model, day);
    let optional = |day: Option<Day>| day.map_or(Cell::Empty, date);
    let this = &model.cohorts[cohort];
    let mut row = vec![
        this.name.as_str().into(),
        model.groups[this.group].name.as_str().into(),
        cohort_route(model, cohort).into(),
        date(record.gate),
        date(record.opens),
        date(record.entry),
        optional(record.first_update),
        record.rework_struck.into(),
        record.reworked.into(),
        record.firmware_started.into(),
        record.firmware_failed.into(),
    ];
    let migrations = [
        [record.first_dormant_migration, record.last_dormant_migration],
        [record.first_active_migration, record.last_active_migration],
    ];
    for (status, ends) in migrations.into_iter().enumerate() {
        row.extend(ends.map(optional));
        let mine = trace.places.iter().zip(&trace.finals).filter(|(place, _)| place.cohort == cohort);
        row.extend(cell_counts(mine.map(|(_, cell)| &cell[status])));
    }
    row
}

/// The date of a day; none of one that never comes, or that an absurd slip puts beyond every calendar.
pub(crate) fn calendar_date(model: &Model, day: Day) -> Option<Date> {
    let span = jiff::Span::new().try_days(day.0).ok();
    span.and_then(|span| model.calendar.first.checked_add(span).ok())
}

/// The same as a cell.
pub(crate) fn date_of(model: &Model, day: Day) -> Cell {
    calendar_date(model, day).into()
}

/// Names of the waiting columns, in the order in which causes are asked.
pub(crate) const WAITS: [&str; 6] = [
    "waited_excluded",
    "waited_retrying",
    "waited_gate_or_epcl",
    "waited_firmware",
    "waited_notice",
    "waited_queueing",
];

/// Counts and waits of some cells, summed.
pub(crate) fn cell_counts<'a>(cells: impl Iterator<Item = &'a CellRecord>) -> [Cell; 13] {
    let sums = cells.map(numbers).fold([0; 13], |sum, cell| std::array::from_fn(|i| sum[i] + cell[i]));
    sums.map(Cell::from)
}

fn numbers(cell: &CellRecord) -> [u64; 13] {
    let Waits { excluded, retrying, gate_or_epcl, firmware, notice, queueing, .. } = cell.waits;
    [
        u64::from(cell.opening),
        cell.gained,
        cell.lost,
        cell.stages.migrated,
        cell.stages.unmigrated(),
        cell.stages.excluded(),
        cell.stages.removed,
        excluded,
        retrying,
        gate_or_epcl,
        firmware,
        notice,
        queueing,
    ]
}
