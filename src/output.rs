//! From findings to a results folder: every file of a run, its manifest, and the tables people read.
//!
//! Owns file names, columns and the promise that nothing half-written looks complete. Sums nothing that `findings`
//! could; draws nothing, but carries figures along as ready files. Start at [`reserve`], [`fn@write`] and [`write_comparison`]; [`Results`]
//! reads a folder back.

mod read;
mod table;
mod tables;
mod text;
mod write;

pub use crate::replications::{AS_GIVEN, Tried, alone, replications_tried};
pub use read::results::{Again, Results, ResultsError, ResultsRun};
pub use read::sheet::{Row, Sheet};
pub(crate) use read::written_comparisons::{comparisons, tried};
pub use table::{Cell, Column, Table};
pub use tables::assumptions::{basis, register};
pub use tables::cohorts::cohorts_table;
pub use tables::counts::counts_table;
pub use tables::days::day_cells;
pub(crate) use tables::days::day_words;
pub use tables::grid::{CHANGED, NUMBERS, PAID, grid_table, grid_text, sensitivity_table, sensitivity_text};
#[cfg(feature = "charts")]
pub(crate) use tables::inputs::read_cohort_dates;
pub use tables::inputs::{CohortDates, cohort_dates};
pub use tables::levels::StudyLevels;
pub(crate) use tables::pairs::{AVOIDED as PAIR_AVOIDED, WAITED as PAIR_WAITED};
pub use tables::ranking::{ranking_table, ranking_text};
pub use tables::since::{Earlier, Since};
pub use tables::spread::{spread_table, spread_text};
pub use tables::summary::summary_table;
pub use text::answer::answer;
pub use text::comparison::{comparison, difference_table};
pub use write::folder_lock::{FolderLock, LOCK};
pub use write::folder_study::{EVERY, Gathered, GatheredStudy, Source, replications, write_gathered};
pub use write::machine::MachineRecord;
pub use write::manifest::{Described, SCHEMA};
pub use write::reserved::{Release, Reserved, reserve};
pub use write::single_files::{HIDDEN, Loose, reserve_loose};
pub use write::staging::{OutputError, Written};
pub use write::study::{
    Study, merged_row, replication_row, row_of_programme, study_difference_table, study_summary_table,
    write_study,
};

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::findings::{Difference, Findings};
use crate::fingerprint::sha256;
use crate::model::Model;
use crate::trace::Trace;
use tables::cohorts::date_of;
use tables::{assumptions, daily, inputs, suppliers, weekly};
use write::{manifest, staging};

/// Version and commit of the program that wrote the files.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Commit the program was built from, or `unknown` outside a checkout.
pub const COMMIT: &str = env!("DORMOUSE_COMMIT");

/// Everything one results folder is made from.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The programme.
    pub model: &'a Model,
    /// Where it came from.
    pub provenance: &'a Provenance,
    /// What it did.
    pub trace: &'a Trace,
    /// What that tells.
    pub findings: &'a Findings,
    /// Files made elsewhere, such as figures.
    pub extras: &'a [Extra],
}

impl<'a> Run<'a> {
    fn described(&self) -> Described<'a> {
        Described { model: self.model, provenance: self.provenance }
    }
}

/// A file made elsewhere that belongs in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Name in the folder, without directories.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Where a model came from. Holds nothing that changes with the clock, the machine or the number of threads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Path of the scenario as the user gave it; of an absolute path only the file name is written.
    pub scenario_path: String,
    /// Every file read, the scenario first.
    pub files: Vec<SourceFile>,
    /// The scenario with every default filled, as the model understood it.
    pub resolved: Arc<Json>,
    /// One-off changes on top of the files: key and value.
    pub overrides: Vec<(String, String)>,
    /// What was odd though not wrong.
    pub warnings: Vec<String>,
}

impl Provenance {
    /// SHA-256 of the resolved scenario, whatever files and changes it came from, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        sha256(self.resolved.to_string())
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path as the user or the scenario gave it.
    pub path: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its length \[bytes\].
    pub bytes: u64,
}

/// A file about to be written: its name in the folder and its content.
#[derive(Debug)]
struct File {
    name: String,
    content: Content,
}

/// What a file is to hold.
#[derive(Debug)]
enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What lies in a file beside the folder, because it may be long.
    Beside(Beside),
}

/// A file that was written piece by piece.
#[derive(Debug)]
struct Beside {
    path: PathBuf,
    bytes: u64,
    sha256: String,
}

impl File {
    fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes) }
    }
}

/// Writes the results folder of one run.
///
/// The folder appears whole or not at all: it is written beside its place and renamed.
///
/// # Errors
/// - something else was put at the place since it was reserved;
/// - the disk refuses.
pub fn write(reserved: &Reserved, run: &Run) -> Result<Written, OutputError> {
    staging::write(reserved, files_of(reserved, run)?)
}

/// Writes one results folder for several runs under the same draws: a folder a run, and what sets them apart.
///
/// The first run is the baseline; `extras` lie at the top.
///
/// # Errors
/// As [`fn@write`]; and when two runs share a name.
pub fn write_comparison(reserved: &Reserved, runs: &[Run], extras: &[Extra]) -> Result<Written, OutputError> {
    let mut files = Vec::new();
    for run in runs {
        let name = staging::name(&run.model.name)?;
        let in_folder = |file: File| File { name: format!("{name}/{}", file.name), ..file };
        files.extend(files_of(reserved, run)?.into_iter().map(in_folder));
    }
    let findings: Vec<&Findings> = runs.iter().map(|run| run.findings).collect();
    let mut top = vec![File::new("comparison.txt", comparison(&findings).into_bytes())];
    if let Some((baseline, others)) = findings.split_first() {
        let differences: Vec<Difference> = others.iter().map(|f| Difference::between(baseline, f)).collect();
        top.push(File::new("difference.csv", difference_table(&differences).to_csv()));
    }
    top.extend(carried(extras));
    top.push(manifest::of_comparison(runs, &files, &top));
    files.extend(top);
    staging::write(reserved, files)
}

fn files_of(reserved: &Reserved, run: &Run) -> Result<Vec<File>, OutputError> {
    let file = |name: &str, table: &Table| File::new(name, table.to_csv());
    let mut files = vec![
        file("daily.csv", &daily::programme(run)),
        file("daily_groups.csv", &daily::groups(run)),
        staging::beside(reserved, weekly::NAME.to_owned(), |out| weekly::write(run, out))?,
        file("cohorts.csv", &cohorts_table(run.model, run.trace)),
        file("suppliers.csv", &suppliers::table(run)),
        file("summary.csv", &summary_table(run.findings)),
        file("assumptions.csv", &assumptions::table(run.model)),
        File::new(inputs::NAME, inputs::of_one(run.model, run.trace.replication)),
    ];
    files.extend(carried(run.extras));
    files.push(manifest::of_run(run, &files));
    Ok(files)
}

fn carried(extras: &[Extra]) -> Vec<File> {
    extras.iter().map(|extra| File::new(&extra.name, extra.bytes.clone())).collect()
}
