//! `dormouse run --of RESULTS` simulates a replication of a folder again, from the scenarios kept there, and compares
//! it with its row.

use std::path::Path;

use anyhow::anyhow;
use dormouse::engine;
use dormouse::output::{self, Results, ResultsRun};
use dormouse::replications::Programme;
use dormouse::scenario::{self, InputFile, Override, Problem, Problems, Scenario};

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::{Failure, Found};
use crate::cli::runs::replicate;
use crate::cli::runs::simulate::{Finished, broken};

/// A replication of a folder.
pub(crate) struct Kept {
    results: Results,
    replication: u32,
}

impl Kept {
    /// Opens a folder that has to hold the replication.
    pub(crate) fn open(dir: &Path, replication: u32) -> Result<Self, Failure> {
        let results = replicate::replicated(dir)?;
        let n = results.replications();
        if u64::from(replication) >= n {
            let (shown, last) = (dir.display(), n.saturating_sub(1));
            return Err(Failure::Usage(anyhow!(
                "`{shown}` holds replications 0 to {last}, found --replication {replication}"
            )));
        }
        Ok(Self { results, replication })
    }

    /// The scenarios of the folder, as they were when it was written.
    pub(crate) fn reads(&self) -> Result<Vec<Read>, Failure> {
        self.results.runs.iter().enumerate().map(|(at, run)| self.read(at, run)).collect()
    }

    fn read(&self, at: usize, run: &ResultsRun) -> Result<Read, Failure> {
        let manifest = || self.results.dir.join("manifest.json").display().to_string();
        let Some(origin) = self.results.origin(at) else {
            return Err(Failure::Usage(anyhow!(
                "`{}` does not say where `{}` came from",
                manifest(),
                run.name
            )));
        };
        let mut scenario = scenario::from_resolved(&origin.resolved, &run.name)
            .map_err(|problems| Failure::Problems(vec![Found { subject: manifest(), problems }]))?;
        // A comparison of folders may have given it another name.
        scenario.model.name.clone_from(&run.name);
        scenario.model.title.clone_from(&run.title);
        let file =
            |file: output::SourceFile| InputFile { path: file.path, sha256: file.sha256, bytes: file.bytes };
        let warning = |message: String| Problem {
            message,
            place: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
        };
        let overrides = origin.overrides.into_iter().map(|(key, value)| Override { key, value });
        Ok(Read {
            path: origin.scenario_path,
            scenario: Scenario {
                files: origin.files.into_iter().map(file).collect(),
                overrides: overrides.collect(),
                warnings: Problems {
                    problems: origin.warnings.into_iter().map(warning).collect(),
                    sources: Vec::new(),
                },
                ..scenario
            },
        })
    }

    /// Checks that the replication simulated again gives its row. If the folder has it only for the merged programme,
    /// that is simulated too and compared.
    pub(crate) fn ensure_same(&self, finished: &[Finished]) -> Result<(), Failure> {
        for (run, again) in self.results.runs.iter().zip(finished) {
            let name = format!("{}/{}", run.folder, output::EVERY);
            let sheet = self.results.sheet(&name)?;
            let of = |programme| output::row_of_programme(&sheet, self.replication, programme);
            let (row, cells) = match of(Programme::Full)? {
                None if of(Programme::Merged)?.is_some() => {
                    (of(Programme::Merged)?, self.merged_cells(again)?)
                }
                full => (full, output::replication_row(again.model(), &again.trace)),
            };
            let differs = |(column, cell): &(String, String)| {
                row.is_none_or(|row| row.text(column).map_or(true, |kept| kept != cell))
            };
            if let Some((column, cell)) = cells.iter().find(|one| differs(one)) {
                let found = row.and_then(|row| row.text(column).ok()).unwrap_or("no such column");
                let (version, commit) = &self.results.program;
                return Err(Failure::Usage(anyhow!(
                    "replication {} gives `{cell}` in `{column}`, but `{}` has `{found}`: that was written by dormouse \
                     {version} ({commit}), this is {} ({}); run the scenarios again with this version",
                    self.replication,
                    self.results.dir.join(name).display(),
                    output::VERSION,
                    output::COMMIT
                )));
            }
        }
        Ok(())
    }

    /// Returns the measures of the merged programme in the replication.
    fn merged_cells(&self, again: &Finished) -> Result<Vec<(String, String)>, Failure> {
        let model = again.model();
        let merged = model.merged().map_err(|why| {
            Failure::World(anyhow!("`{}` is kept as merged, but {}", model.name, why.words()))
        })?;
        let trace = engine::simulate_draw(&merged, self.replication.into())
            .map_err(|violation| broken(&again.read, violation))?;
        Ok(output::merged_row(model, &again.trace, &merged, &trace))
    }
}
