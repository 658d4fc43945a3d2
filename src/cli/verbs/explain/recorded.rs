//! The recorded run behind an explained day: opening its folder, and making sure that the day run again is the day that
//! was recorded.

use std::path::Path;

use anyhow::anyhow;
use dormouse::output::{Again, Results};
use dormouse::scenario::{self, Scenario};
use jiff::civil::Date;

use crate::cli::input::scenarios;
use crate::cli::present::failure::{Failure, Found};

/// A recorded run, and the scenario it is run again from.
pub(super) struct Recorded {
    pub(super) results: Results,
    pub(super) scenario: Scenario,
    pub(super) replication: u32,
}

impl Recorded {
    /// Opens a results folder; of several scenarios, the one named.
    pub(super) fn open(dir: &Path, name: Option<&str>) -> Result<Self, Failure> {
        let results = match Results::open(dir) {
            Ok(results) => results,
            Err(error) => return Err(folders_within(dir).unwrap_or_else(|| error.into())),
        };
        scenarios::ensure_days(&results)?;
        let shown = dir.display();
        let run = match (name, results.runs.as_slice()) {
            (None, [_]) => 0,
            (name, runs) => {
                let at = runs.iter().position(|run| Some(run.name.as_str()) == name);
                at.ok_or_else(|| {
                    let asked = name.map_or_else(String::new, |name| format!("`{name}` is not among them; "));
                    let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
                    let list = names.join("`, `");
                    Failure::Usage(anyhow!(
                        "`{shown}` holds several scenarios; {asked}add --scenario with one of `{list}`"
                    ))
                })?
            }
        };
        let results = results.alone(run)?;
        let Some(Again { resolved, replication }) = &results.again else {
            return Err(Failure::Usage(anyhow!(
                "`{shown}` does not hold the run of one scenario; expected what `dormouse run` writes"
            )));
        };
        let scenario = scenario::from_resolved(resolved, &results.runs[0].name).map_err(|problems| {
            let subject = results.dir.join("manifest.json").display().to_string();
            Failure::Problems(vec![Found { subject, problems }])
        })?;
        let replication = *replication;
        Ok(Self { results, scenario, replication })
    }

    /// Makes sure that the day run again is the day that was recorded.
    pub(super) fn agrees(&self, date: Date, fingerprint: &str) -> Result<(), Failure> {
        let daily = self.results.sheet("daily.csv")?;
        for row in daily.rows() {
            if row.date("date")? == Some(date) && row.text("allocation_fingerprint")? == fingerprint {
                return Ok(());
            }
        }
        let (version, commit) = &self.results.program;
        Err(Failure::Usage(anyhow!(
            "the day differs from `{}`: that was written by dormouse {version} ({commit}), this is {} \
             ({}); run the scenario again with this version",
            self.results.dir.join("daily.csv").display(),
            dormouse::output::VERSION,
            dormouse::output::COMMIT
        )))
    }
}

/// A folder that is not of a run, but holds such folders, is reported with their names.
fn folders_within(dir: &Path) -> Option<Failure> {
    let inside = std::fs::read_dir(dir).ok()?.filter_map(Result::ok);
    let mut runs: Vec<String> = inside
        .filter(|entry| entry.path().join("manifest.json").is_file())
        .map(|entry| format!("`{}`", entry.path().display()))
        .collect();
    if runs.is_empty() || dir.join("manifest.json").exists() {
        return None;
    }
    runs.sort_unstable();
    let list = scenario::some_of(&runs);
    Some(Failure::Usage(anyhow!("`{}` is not the folder of one run; it holds {list}", dir.display())))
}
