//! `inputs.csv`: what each replication drew before its first day, so that outcomes can be asked what their inputs have in common.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::engine::{DrawnInputs, UncertainInputs};
use crate::model::{Cohort, Model};
use crate::output::table::csv_writer;
use crate::output::tables::cohorts::calendar_date;
use crate::output::tables::measured::name_of;
use crate::output::{Cell, date_of};
#[cfg(feature = "charts")]
use crate::output::{Results, ResultsError, ResultsRun};

/// Name of the file in the folder of a scenario.
pub(crate) const NAME: &str = "inputs.csv";
/// Decimal places of a value drawn.
const PLACES: usize = 6;
/// What is written of each cohort.
const OF_COHORT: [&str; 4] = ["gate_date", "firmware_opens_date", "epcl_entry_date", "rework_struck"];

/// Writes a row a replication: the score of each factor, each uncertain input, what came of them for each cohort, and the days of
/// outage of each group that may have one. Row by row, because there may be very many.
pub(crate) fn write(
    model: &Model,
    replications: impl Iterator<Item = u32>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let inputs = UncertainInputs::of(model);
    let mut rows = csv_writer(out);
    rows.write_record(header(model, &inputs))?;
    for replication in replications {
        let cells = cells(model, &inputs.draw(replication));
        rows.write_record(std::iter::once(replication.to_string()).chain(cells))?;
    }
    rows.flush()
}

/// The table of one replication.
pub(crate) fn of_one(model: &Model, replication: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(model, std::iter::once(replication), &mut bytes).expect("memory takes a table");
    bytes
}

/// The dates on which a cohort passes its gate and enters, one a replication; none where that never comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortDates {
    /// Name of the cohort.
    pub cohort: String,
    /// When it passes its gate.
    pub gate: Vec<Option<Date>>,
    /// When it enters the EPCL.
    pub entry: Vec<Option<Date>>,
}

/// The dates that so many replications draw for each cohort.
#[must_use]
pub fn cohort_dates(model: &Model, replications: u32) -> Vec<CohortDates> {
    let inputs = UncertainInputs::of(model);
    let none =
        |cohort: &Cohort| CohortDates { cohort: cohort.name.clone(), gate: Vec::new(), entry: Vec::new() };
    let mut all: Vec<CohortDates> = model.cohorts.iter().map(none).collect();
    for replication in 0..replications {
        for (of, (days, _)) in all.iter_mut().zip(&inputs.draw(replication).cohorts) {
            of.gate.push(calendar_date(model, days.gate));
            of.entry.push(calendar_date(model, days.entry));
        }
    }
    all
}

/// The same as the folder of a scenario holds them.
///
/// # Errors
/// The file is missing, changed or damaged.
#[cfg(feature = "charts")]
pub(crate) fn read_cohort_dates(
    results: &Results,
    run: &ResultsRun,
) -> Result<Vec<CohortDates>, ResultsError> {
    let sheet = results.sheet_of(run, NAME)?;
    let lead = name_of(OF_COHORT[0], "cohort", "");
    let named = sheet.header().iter().filter_map(|column| column.strip_prefix(lead.as_str()));
    let mut all: Vec<([String; 2], CohortDates)> = Vec::new();
    for member in named {
        let cohort = member.replace("%2F", "/").replace("%25", "%");
        let columns = [OF_COHORT[0], OF_COHORT[2]].map(|what| name_of(what, "cohort", &cohort));
        all.push((columns, CohortDates { cohort, gate: Vec::new(), entry: Vec::new() }));
    }
    for row in sheet.rows() {
        for ([gate, entry], of) in &mut all {
            of.gate.push(row.date(gate)?);
            of.entry.push(row.date(entry)?);
        }
    }
    Ok(all.into_iter().map(|(_, of)| of).collect())
}

fn header(model: &Model, inputs: &UncertainInputs) -> Vec<String> {
    let mut names = vec!["replication".to_owned()];
    names.extend(model.factors.iter().map(|factor| name_of("score", "factor", &factor.name)));
    names.extend(inputs.written().map(|input| match &input.of {
        Some((list, name)) => name_of(&input.what, list, name),
        None => input.what.clone(),
    }));
    for cohort in &model.cohorts {
        names.extend(OF_COHORT.map(|what| name_of(what, "cohort", &cohort.name)));
    }
    let stopped = model.groups.iter().filter(|group| group.outage.is_some());
    names.extend(stopped.map(|group| name_of("outage_days", "group", &group.name)));
    names
}

fn cells(model: &Model, drawn: &DrawnInputs) -> Vec<String> {
    let numbers = drawn.factors.iter().chain(&drawn.values).map(|x| Cell::Decimal(*x, PLACES));
    let cohorts = drawn.cohorts.iter().flat_map(|(days, rework)| {
        let [gate, opens, entry] = [days.gate, days.opens, days.entry].map(|day| date_of(model, day));
        [gate, opens, entry, Cell::Flag(*rework)]
    });
    let outages = drawn.outage_days.iter().flatten().map(|days| Cell::from(*days));
    numbers.chain(cohorts).chain(outages).map(|cell| cell.plain()).collect()
}
