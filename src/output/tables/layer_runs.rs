//! `layer-runs.csv`: the runs from which `spread.csv` is computed, block by block, so that a reviewer can compute it again.

use std::io::{self, Write};

use crate::output::table::csv_writer;
use crate::output::tables::measured;
use crate::replications::{Replications, block_runs};

/// Name of the file in the folder of a scenario.
pub(crate) const NAME: &str = "layer-runs.csv";
/// Before the measures: which run it is, and the replication from whose draws each layer of chance comes.
const RUN: [&str; 5] = [
    "block",
    "run",
    "shared_factors_replication",
    "independent_factors_replication",
    "day_by_day_replication",
];

/// Writes a row a run of every block: the two replications themselves and those that mix them.
pub(crate) fn write(own: &Replications, mixed: &Replications, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv_writer(out);
    rows.write_record(RUN.map(str::to_owned).into_iter().chain(measured::header(own)))?;
    block_runs(own, mixed, |run, values| {
        let layers =
            [run.draw.shared, run.draw.own, run.draw.fates].map(|replication| replication.to_string());
        let which = [run.block.to_string(), run.number.to_string()].into_iter().chain(layers);
        rows.write_record(which.chain(measured::cells(own, values)))
    })?;
    rows.flush()
}
