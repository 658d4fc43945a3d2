//! `machine.json`: the build, the machine and the time of a run. It is the only file of a results folder that differs from machine to
//! machine and from run to run, so the manifest does not list it and no fingerprint covers it.

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::output::File;

/// Name of the file in its folder.
pub(crate) const NAME: &str = "machine.json";

/// The machine and the time of a run, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineRecord {
    /// Name of the processor.
    pub processor: Option<String>,
    /// Cores that the run could use.
    pub cores: usize,
    /// Memory of the machine \[bytes\].
    pub memory_bytes: Option<u64>,
    /// Threads that the run was asked to use.
    pub threads: usize,
    /// From the first simulation to the last \[s\].
    pub seconds: f64,
    /// Time of all threads together \[s\].
    pub processor_seconds: Option<f64>,
    /// The most memory that the process used \[bytes\].
    pub peak_memory_bytes: Option<u64>,
    /// Whether it went on with a run that was interrupted, whose time is not counted.
    pub resumed: bool,
    /// The day on which it ended, in universal time.
    pub finished: Date,
}

impl MachineRecord {
    pub(in crate::output) fn file(&self) -> File {
        let crates = env!("DORMOUSE_CRATES").split(", ").filter_map(|one| one.split_once(' '));
        let crates: Map<String, Json> =
            crates.map(|(name, version)| (name.to_owned(), json!(version))).collect();
        let body = json!({
            "schema": "dormouse-machine",
            "schema_version": 1,
            "note": "this file differs from machine to machine and from run to run; no other file of the folder does",
            "program": {
                "rustc": env!("DORMOUSE_RUSTC"),
                "target": env!("DORMOUSE_TARGET"),
                "features": env!("DORMOUSE_FEATURES"),
                "crates": crates,
            },
            "system": {
                "processor": self.processor,
                "cores": self.cores,
                "memory_bytes": self.memory_bytes,
                "os": std::env::consts::OS,
                "architecture": std::env::consts::ARCH,
            },
            "run": {
                "threads": self.threads,
                "seconds": self.seconds,
                "processor_seconds": self.processor_seconds,
                "peak_memory_bytes": self.peak_memory_bytes,
                "resumed": self.resumed,
                "finished": self.finished.to_string(),
            },
        });
        let mut bytes = serde_json::to_vec_pretty(&body).expect("memory takes a document");
        bytes.push(b'\n');
        File::new(NAME, bytes)
    }
}
