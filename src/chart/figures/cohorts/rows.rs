//! The dates of each cohort, read from `cohorts.csv`.

use jiff::civil::Date;

use crate::output::{Results, ResultsError, ResultsRun};

/// What one cohort lived through in one scenario.
pub(super) struct Cohort {
    /// Its name.
    pub name: String,
    /// Its gate.
    pub gate: Option<Date>,
    /// Firmware opens for its Dormant installations.
    pub opens: Option<Date>,
    /// Its EPCL entry.
    pub entry: Option<Date>,
    /// First and last migration of a Dormant installation.
    pub dormant_migrates: [Option<Date>; 2],
    /// First and last migration of an Active installation.
    pub active_migrates: [Option<Date>; 2],
    /// Dormant installations, those gained in the run included.
    pub dormant: u64,
    /// Days that Dormant installations waited \[installation-days\].
    pub waited: u64,
    /// Dormant installations migrated at the end.
    pub migrated: u64,
    /// Installations migratable and not migrated at the end, Dormant and Active.
    pub unmigrated: [u64; 2],
}

impl Cohort {
    /// Whether its firmware opens before its entry.
    pub(super) fn opens_early(&self) -> bool {
        self.opens.is_some_and(|opens| self.entry.is_none_or(|entry| opens < entry))
    }
}

/// Reads the cohorts of a run, in declared order.
pub(super) fn read(results: &Results, run: &ResultsRun) -> Result<Vec<Cohort>, ResultsError> {
    let sheet = results.sheet_of(run, "cohorts.csv")?;
    let is_wait = |name: &&String| name.starts_with("dormant_waited_");
    let waits: Vec<&String> = sheet.header().iter().filter(is_wait).collect();
    let cohort = |row: crate::output::Row| {
        let migrates = |status: &str| {
            let end = |end: &str| row.date(&format!("{status}_{end}_migration_date"));
            Ok::<_, ResultsError>([end("first")?, end("last")?])
        };
        let count = |name: &str| row.count(&format!("dormant_{name}_installations"));
        let waited = waits.iter().map(|name| row.count(name)).sum::<Result<_, _>>()?;
        Ok(Cohort {
            name: row.text("cohort")?.to_owned(),
            gate: row.date("gate_date")?,
            opens: row.date("firmware_opens_date")?,
            entry: row.date("epcl_entry_date")?,
            dormant_migrates: migrates("dormant")?,
            active_migrates: migrates("active")?,
            dormant: count("opening")? + count("gained")?,
            waited,
            migrated: count("migrated")?,
            unmigrated: [count("unmigrated")?, row.count("active_unmigrated_installations")?],
        })
    };
    sheet.rows().map(cohort).collect()
}
