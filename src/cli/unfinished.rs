//! Replications kept while they are run, so that Ctrl-C, a full disk or a killed process costs one batch.
//!
//! They lie in `DIR.unfinished` beside the results folder that is to come, which therefore never looks complete before it
//! is: a plan that says whose they are, and a file a batch, each written beside its place and renamed, with its SHA-256 at
//! the end. A file that is cut short or changed is no batch, and is simulated again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, anyhow};
use dormouse::fingerprint::sha256;
use dormouse::output;
use dormouse::replications::Record;
use dormouse::wording::numbers;
use serde_json::{Value as Json, json};

use super::failure::Failure;
use super::inputs::Read;

const PLAN: &str = "plan.json";
/// How the names of batches begin, of files that are being written, and of folders of parts.
const BATCH: &str = "batch-";
const BESIDE: &str = ".writing-";
const LAYERS: &str = "layers";
const GRID: &str = "grid-";
const ALONE: &str = "alone-";

/// Set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// The folder of a run that is not finished.
pub(crate) struct Unfinished {
    dir: PathBuf,
}

/// A part of a run that keeps replications of its own.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// The runs that tell layers of chance apart.
    Layers,
    /// A combination of a study's grid, by its number.
    Combination(usize),
    /// A value that a study tries by itself, by its number.
    Alone(usize),
}

/// From now on Ctrl-C asks for an end after the batch at hand; a second one ends at once.
pub(crate) fn heed_interrupts() {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Without a handler Ctrl-C ends the process, and what is kept is still whole.
    let _ = ctrlc::set_handler(handler);
}

/// Whether Ctrl-C was pressed.
pub(crate) fn interrupted() -> bool {
    STOP.load(Ordering::Relaxed)
}

impl Unfinished {
    /// Where replications for a results folder are kept.
    fn beside(results: &Path) -> PathBuf {
        let mut name = results.file_name().unwrap_or_default().to_os_string();
        name.push(".unfinished");
        results.with_file_name(name)
    }

    /// Starts a folder, or goes on with the one named by `resume`, which has to be of the same scenarios.
    pub(crate) fn open(
        results: &Path,
        resume: Option<&Path>,
        force: bool,
        reads: &[Read],
    ) -> Result<Self, Failure> {
        let dir = resume.map_or_else(|| Self::beside(results), Path::to_path_buf);
        Self::at(dir, resume.is_some(), force, reads)
    }

    fn at(dir: PathBuf, resume: bool, force: bool, reads: &[Read]) -> Result<Self, Failure> {
        let (plan, shown) = (plan(reads), dir.display());
        if resume {
            let text = fs::read_to_string(dir.join(PLAN)).with_context(|| {
                format!("`{shown}` holds no replications to go on with; expected the folder that the interrupted run named")
            });
            let kept: Json = text
                .and_then(|text| {
                    serde_json::from_str(&text).with_context(|| format!("`{shown}` has a damaged plan.json"))
                })
                .map_err(Failure::Usage)?;
            if let Some(what) =
                ["schema", "version", "program", "scenarios"].into_iter().find(|key| kept[key] != plan[key])
            {
                let told = other_run(what, &kept[what], &plan[what]);
                return Err(Failure::Usage(anyhow!(
                    "`{shown}` is of another run: {told}; run what it was begun with, or leave out --resume"
                )));
            }
            return Ok(Self { dir });
        }
        if dir.join(PLAN).exists() && !force {
            return Err(Failure::Usage(anyhow!(
                "`{shown}` holds replications of an earlier run; go on with --resume {shown}, or start again with --force"
            )));
        }
        // A run killed as it began or as it ended leaves a folder without a plan, which is ours all the same.
        if let Some(name) = foreign(&dir)? {
            return Err(Failure::Usage(anyhow!(
                "`{shown}` holds `{name}`, which no run has put there; choose another folder with -o"
            )));
        }
        let unfinished = Self { dir };
        unfinished.remove()?;
        fs::create_dir_all(&unfinished.dir)
            .with_context(|| format!("cannot make the folder `{}`", unfinished.dir.display()))?;
        unfinished.put(PLAN, format!("{plan:#}\n").as_bytes())?;
        Ok(unfinished)
    }

    /// Where a part of the run is kept: under it, begun or gone on with.
    pub(crate) fn part(&self, part: Part, reads: &[Read]) -> Result<Self, Failure> {
        let dir = self.dir.join(match part {
            Part::Layers => LAYERS.to_owned(),
            Part::Combination(at) => format!("{GRID}{at}"),
            Part::Alone(at) => format!("{ALONE}{at}"),
        });
        let begun = Some(dir.as_path()).filter(|dir| dir.join(PLAN).exists());
        Self::at(dir.clone(), begun.is_some(), true, reads)
    }

    /// Adds to an interruption how to go on.
    pub(crate) fn how_to_go_on(&self, failure: Failure, command: &str) -> Failure {
        match failure {
            Failure::Interrupted(words) => {
                Failure::Interrupted(format!("{words}\nGo on: {command} --resume {}", self.dir.display()))
            }
            other => other,
        }
    }

    /// The records of a batch as they were kept, so many; none where there is no such batch, or not whole.
    pub(crate) fn kept(&self, batch: u32, n: usize) -> Option<Vec<Record>> {
        let mut all = self.batch(batch).filter(|all| all.len() >= n)?;
        all.truncate(n);
        Some(all)
    }

    /// That a run asks for fewer replications than are kept, so many of each of some scenarios: the others would be lost.
    pub(crate) fn refuse_fewer(&self, most: usize, scenarios: usize) -> Result<(), Failure> {
        let kept = (0..).map_while(|batch| self.batch(batch)).map(|records| records.len()).sum::<usize>();
        let (kept, dir) = (kept / scenarios.max(1), self.dir.display());
        if kept <= most {
            return Ok(());
        }
        let [kept, most] = [kept, most].map(numbers::count);
        Err(Failure::Usage(anyhow!(
            "`{dir}` holds {kept} replications, and {most} are asked for, so that the rest would be lost; ask for {kept} or \
             more, or leave out --resume and start again with --force"
        )))
    }

    /// All records of a batch, if it is whole.
    fn batch(&self, batch: u32) -> Option<Vec<Record>> {
        let bytes = fs::read(self.dir.join(file_name(batch))).ok()?;
        let (mut records, sha) = bytes.split_at_checked(bytes.len().checked_sub(64)?)?;
        if sha256(records).as_bytes() != sha {
            return None;
        }
        let all: Vec<Record> = std::iter::from_fn(|| Record::decode(&mut records)).collect();
        records.is_empty().then_some(all)
    }

    /// Keeps the records of a batch.
    pub(crate) fn keep<'r>(
        &self,
        batch: u32,
        records: impl Iterator<Item = &'r Record>,
    ) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        records.for_each(|record| record.encode(&mut bytes));
        let sha = sha256(&bytes);
        bytes.extend(sha.as_bytes());
        self.put(&file_name(batch), &bytes)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let write = || {
            let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(&self.dir)?;
            beside.write_all(bytes)?;
            beside.persist(self.dir.join(name)).map_err(|error| error.error)
        };
        write().map_err(|error| self.refused(error))?;
        Ok(())
    }

    /// Where it lies.
    pub(crate) fn folder(&self) -> &Path {
        &self.dir
    }

    /// That the disk refused.
    pub(crate) fn refused(&self, error: std::io::Error) -> Failure {
        Failure::World(anyhow!(error).context(format!("cannot write in `{}`", self.dir.display())))
    }

    /// What is said when an interruption is heeded.
    pub(crate) fn stopped(&self, done: usize, of: &impl std::fmt::Display) -> Failure {
        let done = numbers::count(done);
        Failure::Interrupted(format!("Stopped after {done} of {of}, kept in {}", self.dir.display()))
    }

    /// Takes the folder away: the results are written.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir)
                .with_context(|| format!("cannot remove `{}`", self.dir.display()))?;
        }
        Ok(())
    }
}

fn file_name(batch: u32) -> String {
    format!("{BATCH}{batch:06}")
}

/// In which way a folder is of another run.
fn other_run(what: &str, found: &Json, expected: &Json) -> String {
    let names = |scenarios: &Json| -> Vec<String> {
        let all = scenarios.as_array().into_iter().flatten();
        all.map(|scenario| format!("`{}`", scenario["name"].as_str().unwrap_or_default())).collect()
    };
    if what != "scenarios" {
        return format!("its {what} is {found}, expected {expected}");
    }
    let [found, expected] = [names(found), names(expected)];
    if found == expected {
        format!("of {}, but with other inputs: a changed file, seed or --set", found.join(", "))
    } else {
        format!("its scenarios are {}, expected {}", found.join(", "), expected.join(", "))
    }
}

/// Something in a folder that no run keeps there, if the folder exists.
fn foreign(dir: &Path) -> Result<Option<String>, Failure> {
    if !dir.exists() {
        return Ok(None);
    }
    let names = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    });
    let names: Vec<String> = names.with_context(|| format!("cannot look into `{}`", dir.display()))?;
    let ours = |name: &String| {
        name == PLAN || [BATCH, BESIDE, LAYERS, GRID, ALONE].iter().any(|begin| name.starts_with(begin))
    };
    Ok(names.into_iter().filter(|name| !ours(name)).min())
}

/// Whose replications they are. How many are wanted is not part of it: more can be asked for on the way.
fn plan(reads: &[Read]) -> Json {
    let scenario = |read: &Read| json!({ "name": read.scenario.model.name, "fingerprint": read.provenance().fingerprint() });
    json!({
        "schema": "dormouse-unfinished",
        "version": 2,
        "program": format!("dormouse {} ({})", output::VERSION, output::COMMIT),
        "scenarios": reads.iter().map(scenario).collect::<Vec<_>>(),
    })
}
