//! How many are expected to have migrated at the end of each of the first days: what a later week's counts are held against.

use jiff::civil::Date;

use crate::model::Status;
use crate::output::{Results, ResultsError, ResultsRun, Table};
use crate::replications::{Extent, Range, Replications};

/// Name of the file in the folder of a scenario.
pub(crate) const NAME: &str = "expected.csv";
const PERCENTILES: [&str; 3] = ["migrated_p10", "migrated_p50", "migrated_p90"];

/// One row a day and status; none where there are too few replications for a range.
pub(crate) fn table(replications: &Replications) -> Table {
    let mut table = Table::new(&[("date", ""), ("status", "")]);
    table.columns.extend(PERCENTILES.map(|name| crate::output::Column::new(name, "installations")));
    for (date, counts) in replications.migrated() {
        for (status, counts) in Status::ALL.iter().zip(counts) {
            let range = Range::of(&counts).filter(|_| Extent::of(counts.n()) == Extent::EightInTen);
            if let Some(Range { p10, p50, p90 }) = range {
                table.push(vec![date.into(), status.name().into(), p10.into(), p50.into(), p90.into()]);
            }
        }
    }
    table
}

/// The ranges of a day in an earlier folder, Dormant and Active; none where it keeps none of that day.
pub(crate) fn on(
    results: &Results,
    run: &ResultsRun,
    date: Date,
) -> Result<Option<[Range; 2]>, ResultsError> {
    if !results.holds(&format!("{}/{NAME}", run.folder)) {
        return Ok(None);
    }
    let sheet = results.sheet_of(run, NAME)?;
    let mut found = [None; 2];
    for row in sheet.rows() {
        let status = row.text("status")?;
        let at = Status::ALL.iter().position(|known| known.name() == status);
        let day = row.date("date")?;
        if let Some(at) = at.filter(|_| day == Some(date)) {
            let count = |name| row.count(name).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            let [p10, p50, p90] = PERCENTILES.map(count);
            found[at] = Some(Range { p10: p10?, p50: p50?, p90: p90? });
        }
    }
    Ok(found[0].zip(found[1]).map(|(dormant, active)| [dormant, active]))
}
