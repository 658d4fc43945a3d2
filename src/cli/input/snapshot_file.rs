//! The file that stops a run at a day's end and takes it up again: the engine's state, and which scenario it belongs to.
//!
//! Owns the form of `snapshot.json` and the check that it is used with the scenario that wrote it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use dormouse::engine::Snapshot;
use dormouse::fingerprint::sha256;
use dormouse::output::{Extra, HIDDEN, Loose, counts_table};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::Failure;

/// Name of the file in its folder.
const NAME: &str = "snapshot.json";
/// Name of the table of counts beside it, for `--counts`.
const COUNTS: &str = "counts.csv";
const SCHEMA: &str = "dormouse-snapshot";
const VERSION: u32 = 2;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    schema: String,
    version: u32,
    program: String,
    scenario: String,
    /// SHA-256 of the resolved scenario, in hexadecimal.
    fingerprint: String,
    /// The last day that was simulated.
    until: String,
    /// SHA-256 of the state as written below, in hexadecimal: a state changed by hand is no state of a run.
    state_sha256: String,
    state: Snapshot,
}

/// Refuses a folder that holds anything but, with `force`, an earlier snapshot.
pub(crate) fn ensure_free(dir: &Path, force: bool) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(());
    };
    let others = |name: &std::ffi::OsStr| name != HIDDEN && (!force || (name != NAME && name != COUNTS));
    let taken = entries.filter_map(Result::ok).any(|entry| others(&entry.file_name()));
    let hint = if force { "" } else { ", or replace an earlier snapshot with --force" };
    let message =
        format!("`{}` already exists and is not empty; choose another folder with -o{hint}", dir.display());
    if taken { Err(Failure::Usage(anyhow!(message))) } else { Ok(()) }
}

/// Paths of the snapshot and its counts.
pub(crate) fn paths(dir: &Path) -> [PathBuf; 2] {
    [dir.join(NAME), dir.join(COUNTS)]
}

/// Writes the snapshot and its counts, each whole or not at all.
pub(crate) fn write(folder: &Loose, read: &Read, until: Date, state: Snapshot) -> Result<(), Failure> {
    let model = &read.scenario.model;
    let counts = counts_table(model, &state.stock(model)).to_csv();
    let stored = Stored {
        schema: SCHEMA.to_owned(),
        version: VERSION,
        program: format!("dormouse {} ({})", dormouse::output::VERSION, dormouse::output::COMMIT),
        scenario: read.scenario.model.name.clone(),
        fingerprint: read.provenance().fingerprint(),
        until: until.to_string(),
        state_sha256: sha256_of_state(&state)?,
        state,
    };
    let mut text = serde_json::to_vec(&stored).context("cannot write the state as JSON")?;
    text.push(b'\n');
    let file = |name: &str, bytes| Extra { name: name.to_owned(), bytes };
    Ok(folder.write(&[file(NAME, text), file(COUNTS, counts)])?)
}

/// Reads a snapshot that belongs to this scenario.
pub(crate) fn load(path: &Path, read: &Read) -> Result<Snapshot, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the snapshot `{shown}`"));
    let stored = text.and_then(|text| {
        let stored = serde_json::from_str::<Stored>(&text);
        stored.with_context(|| format!("`{shown}` is not a snapshot that this version of dormouse wrote"))
    });
    let stored = stored.map_err(Failure::Usage)?;
    if (stored.schema.as_str(), stored.version) != (SCHEMA, VERSION) {
        let found = (stored.schema, stored.version);
        let message =
            format!("`{shown}` is `{}` version {}, expected `{SCHEMA}` version {VERSION}", found.0, found.1);
        return Err(Failure::Usage(anyhow!(message)));
    }
    if stored.fingerprint != read.provenance().fingerprint() {
        let message = "belongs to another scenario, or to other --set, --seed, --firmware or --allocation";
        let help = format!("it was written for `{}`", stored.scenario);
        return Err(Failure::Usage(anyhow!("`{shown}` {message}; {help}")));
    }
    let changed = |what: &str| {
        Failure::Usage(anyhow!(
            "`{shown}` was changed after it was written{what}; write it again with --until"
        ))
    };
    if stored.state_sha256 != sha256_of_state(&stored.state)? {
        return Err(changed(""));
    }
    stored.state.check(&read.scenario.model).map_err(|what| changed(&format!(": {what}")))?;
    Ok(stored.state)
}

fn sha256_of_state(state: &Snapshot) -> Result<String, Failure> {
    let text = serde_json::to_string(state).context("cannot write the state as JSON")?;
    Ok(sha256(text))
}
