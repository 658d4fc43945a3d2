//! The manifest: what a results folder was made from, with which program, and what it holds.
//!
//! Nothing here changes with the clock, the machine, the number of threads or where the folder lies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::findings::kpi;
use crate::fingerprint::sha256;
use crate::model::Model;
use crate::output::write::machine;
use crate::output::{COMMIT, Content, File, Provenance, ResultsError, Run, SourceFile, VERSION, basis};

/// Name of the manifest in its folder.
pub(crate) const NAME: &str = "manifest.json";
/// Name of the manifest's schema, by which a results folder is known as ours.
pub const SCHEMA: &str = "dormouse-results";
/// Version of the schema; rises when a reader would have to change.
pub(crate) const SCHEMA_VERSION: u32 = 3;

/// A scenario and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// The programme.
    pub model: &'a Model,
    /// Where it came from.
    pub provenance: &'a Provenance,
}

/// The manifest of one run whose other files are `files`.
pub(crate) fn of_run(run: &Run, files: &[File]) -> File {
    let checks = &run.trace.checks;
    let body = json!({
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "kind": "run",
        "program": program(),
        "scenario": scenario(&run.described()),
        "seed": run.model.seed,
        "replication": run.trace.replication,
        "layers": run.model.layers,
        "spread": "one run; no uncertainty shown",
        "checks": {
            "slots_by_day": checks.slots,
            "slots_by_day_and_group": checks.group_slots,
            "stock_by_day_and_cohort": checks.stock,
            "allocations": checks.allocations,
            "sharings": checks.sharings,
            "total": checks.total(),
            "failed": 0,
        },
        "assumptions": run.model.assumptions,
        "measures": kpi::ALL.iter().map(definition).collect::<Vec<_>>(),
        "files": listing(files),
    });
    to_file(&body, Some(&run.provenance.resolved))
}

/// The manifest at the top of a comparison.
pub(crate) fn of_comparison(runs: &[Run], in_folders: &[File], at_top: &[File]) -> File {
    let body = json!({
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "kind": "comparison",
        "program": program(),
        "baseline": runs.first().map(|run| &run.model.name),
        "scenarios": runs.iter().map(|run| scenario(&run.described())).collect::<Vec<_>>(),
        "basis": basis(runs.iter().map(|run| run.provenance.resolved.as_ref())),
        "replication": runs.first().map(|run| run.trace.replication),
        "seeds": runs.iter().map(|run| run.model.seed).collect::<Vec<_>>(),
        "spread": "one draw, not a forecast; no uncertainty shown",
        "files": listing(in_folders.iter().chain(at_top)),
    });
    to_file(&body, None)
}

/// What a manifest says of replicated scenarios, one each, the baseline first.
pub(crate) struct Entries {
    pub(crate) scenarios: Vec<Json>,
    pub(crate) seeds: Vec<Json>,
    pub(crate) layers: Vec<Json>,
    pub(crate) resolved: Vec<Json>,
}

impl Entries {
    /// Those of scenarios that were simulated.
    pub(crate) fn of(runs: &[&Described]) -> Self {
        Self {
            scenarios: runs.iter().map(|run| scenario(run)).collect(),
            seeds: runs.iter().map(|run| json!(run.model.seed)).collect(),
            layers: runs.iter().map(|run| json!(run.model.layers)).collect(),
            resolved: runs.iter().map(|run| run.provenance.resolved.as_ref().clone()).collect(),
        }
    }
}

/// The manifest of replicated scenarios, with what `body` says of the replications.
pub(crate) fn of_replications(entries: Entries, body: &Json, files: &[File]) -> File {
    let Entries { scenarios, seeds, layers, resolved } = entries;
    let mut whole = json!({
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "kind": "replications",
        "program": program(),
        "baseline": scenarios.first().map(|one| one["name"].clone()),
        "scenarios": scenarios,
        "seeds": seeds,
        "layers": layers,
        "resolved": resolved,
        "measures": kpi::ALL.iter().map(definition).collect::<Vec<_>>(),
        "files": listing(files),
    });
    if let (Json::Object(whole), Json::Object(body)) = (&mut whole, body) {
        whole.extend(body.clone());
    }
    to_file(&whole, None)
}

/// The manifest in a folder, or nothing where there is none of ours.
pub(crate) fn read(dir: &Path) -> Option<Json> {
    let text = std::fs::read_to_string(dir.join(NAME)).ok()?;
    let body: Json = serde_json::from_str(&text).ok()?;
    (body["schema"] == SCHEMA).then_some(body)
}

/// SHA-256 of the manifest in a folder, in hexadecimal: of everything that it holds.
pub(crate) fn fingerprint(dir: &Path) -> Result<String, ResultsError> {
    let path = dir.join(NAME);
    std::fs::read(&path).map(sha256).map_err(|source| ResultsError::Io { path, source })
}

/// The files a manifest lists, itself and the record of the machine included, or nothing where it is not one of ours.
pub(crate) fn listed_files(dir: &Path) -> Option<BTreeSet<String>> {
    let body = read(dir)?;
    let names = body["files"].as_array()?.iter().filter_map(|file| file["name"].as_str().map(str::to_owned));
    Some(names.chain([NAME, machine::NAME].map(str::to_owned)).collect())
}

fn program() -> Json {
    json!({ "name": env!("CARGO_PKG_NAME"), "version": VERSION, "commit": COMMIT })
}

fn scenario(run: &Described) -> Json {
    let provenance = run.provenance;
    let overrides = provenance.overrides.iter().map(|(key, value)| json!({ "key": key, "value": value }));
    json!({
        "name": run.model.name,
        "title": run.model.title,
        "question": run.model.question,
        "area": provenance.resolved["programme"]["area"],
        "basis": basis([provenance.resolved.as_ref()]),
        "fingerprint": provenance.fingerprint(),
        "first_day": run.model.calendar.first.to_string(),
        "last_day": run.model.calendar.date(run.model.calendar.last()).to_string(),
        "plan_date": run.model.plan_day.map(|day| run.model.calendar.date(day).to_string()),
        "path": portable(&provenance.scenario_path),
        "inputs": provenance.files.iter().map(input).collect::<Vec<_>>(),
        "overrides": overrides.collect::<Vec<_>>(),
        "warnings": provenance.warnings,
    })
}

/// Where a scenario came from, as its entry in a manifest and its resolved document say; none where these are not whole.
pub(crate) fn origin(entry: &Json, resolved: &Json) -> Option<Provenance> {
    let list = |key: &str| entry[key].as_array();
    let word = |of: &Json| of.as_str().map(str::to_owned);
    let file = |file: &Json| {
        Some(SourceFile {
            path: word(&file["path"])?,
            sha256: word(&file["sha256"])?,
            bytes: file["bytes"].as_u64()?,
        })
    };
    let change = |one: &Json| Some((word(&one["key"])?, word(&one["value"])?));
    let provenance = Provenance {
        scenario_path: word(&entry["path"])?,
        files: list("inputs")?.iter().map(file).collect::<Option<_>>()?,
        resolved: Arc::new(resolved.clone()),
        overrides: list("overrides")?.iter().map(change).collect::<Option<_>>()?,
        warnings: list("warnings")?.iter().map(word).collect::<Option<_>>()?,
    };
    (entry["fingerprint"] == provenance.fingerprint().as_str()).then_some(provenance)
}

/// A file that was read, as a manifest names it.
pub(crate) fn input(file: &SourceFile) -> Json {
    json!({ "path": portable(&file.path), "sha256": file.sha256, "bytes": file.bytes })
}

/// A path that means the same on another machine: as given, or the file name alone where it was absolute.
pub(crate) fn portable(path: &str) -> String {
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    if Path::new(path).is_absolute() { name.unwrap_or_default() } else { path.replace('\\', "/") }
}

fn definition(kpi: &kpi::Kpi) -> Json {
    json!({
        "id": kpi.id,
        "title": kpi.title,
        "unit": kpi.unit,
        "better": kpi.better.name(),
        "definition": kpi.definition,
    })
}

fn listing<'a>(files: impl IntoIterator<Item = &'a File>) -> Vec<Json> {
    let entry = |file: &File| {
        let (bytes, sha256) = match &file.content {
            Content::Bytes(bytes) => (bytes.len() as u64, sha256(bytes)),
            Content::Beside(beside) => (beside.bytes, beside.sha256.clone()),
        };
        json!({ "name": file.name, "sha256": sha256, "bytes": bytes })
    };
    files.into_iter().map(entry).collect()
}

/// A manifest as its file. The resolved scenario of one run is written from where it is: a large programme has a large one.
fn to_file(body: &Json, resolved: Option<&Json>) -> File {
    let of_body = body.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value));
    let entries: BTreeMap<&str, &Json> = of_body.chain(resolved.map(|one| ("resolved", one))).collect();
    let mut bytes = serde_json::to_vec_pretty(&entries).expect("memory takes a document");
    bytes.push(b'\n');
    File::new(NAME, bytes)
}
