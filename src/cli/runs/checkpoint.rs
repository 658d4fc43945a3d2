//! Replications kept while they are run, so that Ctrl-C, a full disk or a killed process costs one batch.
//!
//! They are in `DIR.unfinished`, beside the future results folder, which never looks complete before it is. The folder
//! holds a plan, which names the run, and a file for each batch. Each batch names its run and its number, under its
//! SHA-256, so a batch of another run is never used.

mod batch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, anyhow};
use dormouse::fingerprint::sha256;
use dormouse::output::{self, FolderLock, Release, Reserved};
use dormouse::replications::Record;
use dormouse::shell::quoted_path;
use dormouse::wording::numbers;
use serde_json::{Value as Json, json};

use self::batch::Kept;
use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::Failure;
use crate::cli::runs::series::BATCH;

const PLAN: &str = "plan.json";
/// Prefix of a file that is being written.
const BESIDE: &str = ".writing-";
const LAYERS: &str = "layers";
/// Prefixes of folders that keep a study's combinations and single values.
const OF_STUDY: [&str; 2] = ["grid-", "alone-"];
/// Hexadecimal digits of a fingerprint that name such a folder.
const DIGITS: usize = 16;

/// Set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);
/// Files to remove if an interrupt ends the process at once.
static RELEASE: Mutex<Option<Release>> = Mutex::new(None);

/// The folder of a run that is not finished, locked against other processes.
pub(crate) struct Unfinished {
    dir: PathBuf,
    fingerprint: String,
    /// Whether nothing was kept yet when it was opened.
    begun_anew: bool,
    /// Contents that were found and are not used, a sentence each.
    pub(crate) notes: Vec<String>,
    _lock: FolderLock,
}

/// The replications of one part of a run, as they are kept.
pub(crate) struct Batches {
    dir: PathBuf,
    /// The run that they belong to: SHA-256 of the scenarios, the program and the part, in hexadecimal.
    fingerprint: String,
}

/// A part of a study that keeps replications of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    name: String,
    fingerprint: String,
}

/// The replications that a part keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The runs that separate the layers of chance.
    Layers,
    /// A combination of a study's grid.
    Combination,
    /// A value that a study tries by itself.
    Alone,
}

/// From now on Ctrl-C asks for an end after the current batch; a second one ends at once.
pub(crate) fn heed_interrupts(reserved: &Reserved) {
    release_later(reserved);
    // Without a handler Ctrl-C ends the process, and what is kept is still whole.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            end();
        }
    });
}

/// From now on Ctrl-C ends the process at once and releases its folder, until results are written.
pub(crate) fn end_on_interrupt(reserved: &Reserved) {
    release_later(reserved);
    let _ = ctrlc::set_handler(end);
}

fn release_later(reserved: &Reserved) {
    *RELEASE.lock().unwrap_or_else(PoisonError::into_inner) = Some(reserved.release());
}

/// Ends the process, unless results are being written, which takes a moment and is then done.
fn end() {
    let mut release = RELEASE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(release) = release.take() {
        release.now();
        std::process::exit(130);
    }
}

/// From now on an interrupt is ignored: results are being written.
pub(crate) fn ignore_interrupts() {
    RELEASE.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// Whether Ctrl-C was pressed.
pub(crate) fn interrupted() -> bool {
    STOP.load(Ordering::Relaxed)
}

impl Part {
    /// The part of a study that tries something of these scenarios.
    pub(crate) fn of(kind: Kind, reads: &[Read]) -> Self {
        let fingerprint = fingerprint(&plan(reads), kind.name());
        let name = match kind {
            Kind::Layers => LAYERS.to_owned(),
            Kind::Combination | Kind::Alone => format!("{}-{}", kind.name(), &fingerprint[..DIGITS]),
        };
        Self { name, fingerprint }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Layers => LAYERS,
            Self::Combination => "grid",
            Self::Alone => "alone",
        }
    }
}

impl Unfinished {
    /// Whether nothing was kept yet when it was opened.
    pub(crate) fn begun_anew(&self) -> bool {
        self.begun_anew
    }

    /// Returns the folder that keeps replications for a results folder.
    pub(crate) fn beside(results: &Path) -> PathBuf {
        let mut name = results.file_name().unwrap_or_default().to_os_string();
        name.push(".unfinished");
        results.with_file_name(name)
    }

    /// Starts a folder, or continues the one named by `resume`, which must be of the same scenarios. `parts` has the
    /// number of replications wanted for each part of a study, and `most` that of the scenarios themselves, at a number
    /// of `levels`.
    pub(crate) fn open(
        reserved: &Reserved,
        resume: Option<&Path>,
        force: bool,
        (reads, levels): (&[Read], u8),
        most: u32,
        parts: &[(Part, u32)],
    ) -> Result<Self, Failure> {
        let mut plan = plan(reads);
        plan["levels"] = json!(levels);
        let dir = match resume {
            Some(dir) if !dir.join(PLAN).exists() => {
                return Err(Failure::Usage(anyhow!(
                    "`{}` holds no replications to continue; expected the folder that the interrupted run named",
                    dir.display()
                )));
            }
            Some(dir) => dir.to_path_buf(),
            None => Self::beside(reserved.dir()),
        };
        let lock = FolderLock::take(&dir, &dir)?;
        let fingerprint = fingerprint(&plan, "");
        let mut unfinished = Self { dir, fingerprint, begun_anew: true, notes: Vec::new(), _lock: lock };
        unfinished.refuse_strangers()?;
        if resume.is_some() {
            unfinished.begun_anew = false;
            unfinished.refuse_another_plan(&plan)?;
            let of_parts = parts.iter().map(|(part, each)| (unfinished.batches_of(part), *each));
            let layers = (unfinished.batches_of(&Part::of(Kind::Layers, reads)), u32::MAX);
            let wanted: Vec<(Batches, u32)> =
                [(unfinished.main(), most), layers].into_iter().chain(of_parts).collect();
            unfinished.look_through(&wanted)?;
        } else {
            if !force && unfinished.holds_any() {
                unfinished.begun_anew = false;
                let (shown, word) = (unfinished.dir.display(), quoted_path(&unfinished.dir));
                return Err(Failure::Usage(anyhow!(
                    "`{shown}` holds replications of an earlier run; continue with --resume {word}, or start again with --force"
                )));
            }
            unfinished.clear()?;
            unfinished.main().put(PLAN, format!("{plan:#}\n").as_bytes())?;
        }
        Ok(unfinished)
    }

    /// The replications of the scenarios themselves.
    pub(crate) fn main(&self) -> Batches {
        Batches { dir: self.dir.clone(), fingerprint: self.fingerprint.clone() }
    }

    /// The replications of a part of the run, in a folder of their own.
    pub(crate) fn part(&self, part: &Part) -> Result<Batches, Failure> {
        let batches = self.batches_of(part);
        fs::create_dir_all(&batches.dir).map_err(|error| batches.refused(error))?;
        Ok(batches)
    }

    fn batches_of(&self, part: &Part) -> Batches {
        Batches { dir: self.dir.join(&part.name), fingerprint: part.fingerprint.clone() }
    }

    /// Adds to a failure after the first draw what is kept and the command to continue.
    pub(crate) fn how_to_go_on(&self, failure: Failure, command: &str) -> Failure {
        let (shown, word) = (self.dir.display(), quoted_path(&self.dir));
        let go_on = format!("Continue: {command} --resume {word}");
        match failure {
            Failure::Interrupted(words) if self.holds_any() => {
                Failure::Interrupted(format!("{words}, kept in {shown}\n{go_on}"))
            }
            Failure::Interrupted(words) => Failure::Interrupted(format!("{words}; nothing is kept yet")),
            Failure::World(error) | Failure::Usage(error) if self.holds_any() => {
                Failure::Kept(error, format!("What was simulated is kept in {shown}\n{go_on}"))
            }
            other => other,
        }
    }

    /// Refuses a folder that was begun for another plan.
    fn refuse_another_plan(&self, plan: &Json) -> Result<(), Failure> {
        let (path, shown) = (self.dir.join(PLAN), self.dir.display());
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let kept: Json = serde_json::from_str(&text)
            .with_context(|| {
                format!("`{shown}` has a damaged plan.json; start again without --resume, with --force")
            })
            .map_err(Failure::Usage)?;
        let differs = ["schema", "version", "program", "scenarios", "levels"]
            .into_iter()
            .find(|key| kept[key] != plan[key]);
        let Some(what) = differs else { return Ok(()) };
        let how = other_run(what, &kept[what], &plan[what]);
        Err(Failure::Usage(anyhow!(
            "`{shown}` is of another run: {how}; use the same files and flags, or leave out --resume"
        )))
    }

    /// Looks through all that is kept before anything is simulated: batches of others are refused, all by name, and so are
    /// fewer replications than are kept; batches that are missing or damaged are noted.
    fn look_through(&mut self, wanted: &[(Batches, u32)]) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        for (batches, most) in wanted {
            let (mut next, mut kept) = (0, 0);
            for (number, found) in batches.found() {
                if number > next {
                    self.notes.push(format!(
                        "batches {next} to {} of `{}` are missing, and are simulated again",
                        number - 1,
                        batches.dir.display()
                    ));
                }
                next = number + 1;
                let path = batches.dir.join(batch::file_name(number));
                let named = path.display();
                match found {
                    Kept::Whole(n) => kept = number as usize * BATCH + n,
                    Kept::Foreign(whose) => wrong.push(format!("`{named}` is {whose}")),
                    Kept::Damaged => {
                        self.notes.push(format!("`{named}` is cut short or changed, and is simulated again"));
                    }
                }
            }
            if kept > *most as usize {
                let [kept, most] = [kept, *most as usize].map(numbers::count);
                return Err(Failure::Usage(anyhow!(
                    "`{}` holds {kept} replications, and {most} are asked for, so that the rest would be lost; ask for {kept} or \
                     more, or leave out --resume and start again with --force",
                    batches.dir.display()
                )));
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Failure::Usage(anyhow!(
            "{}; move {} away, and continue: missing batches are simulated again",
            wrong.join("; "),
            if wrong.len() == 1 { "it" } else { "them" }
        )))
    }

    /// Whether any replication is kept.
    fn holds_any(&self) -> bool {
        let named = |path: PathBuf| {
            path.file_name().is_some_and(|name| batch::number(&name.to_string_lossy()).is_some())
        };
        let batches = |dir: &Path| entries(dir).into_iter().any(named);
        batches(&self.dir) || entries(&self.dir).iter().any(|path| path.is_dir() && batches(path))
    }

    /// Refuses a folder with files that dormouse did not write: they would be lost when it is deleted.
    fn refuse_strangers(&self) -> Result<(), Failure> {
        let Some(name) = self.stranger() else { return Ok(()) };
        Err(Failure::Usage(anyhow!(
            "`{}` holds `{name}`, which dormouse did not write; move it away, or choose another folder with -o",
            self.dir.display()
        )))
    }

    /// The first thing in the folder that no run keeps there, relative to it.
    fn stranger(&self) -> Option<String> {
        let is_batch = |name: &str| batch::number(name).is_some() || name.starts_with(BESIDE);
        let mut found = Vec::new();
        for path in entries(&self.dir) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_part = name == LAYERS || OF_STUDY.iter().any(|begin| name.starts_with(begin));
            if path.is_dir() && is_part {
                let within =
                    entries(&path).into_iter().map(|path| path.file_name().unwrap_or_default().to_owned());
                let within = within.map(|name| name.to_string_lossy().into_owned());
                found.extend(within.filter(|file| !is_batch(file)).map(|file| format!("{name}/{file}")));
            } else if path.is_dir() || !(is_batch(&name) || name == PLAN || name == output::LOCK) {
                found.push(name);
            }
        }
        found.into_iter().min()
    }

    /// Removes all that is kept, but not the folder and its lock.
    fn clear(&self) -> Result<(), Failure> {
        for path in entries(&self.dir) {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else if path.file_name().is_some_and(|name| name == output::LOCK) {
                Ok(())
            } else {
                fs::remove_file(&path)
            };
            removed.with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
        Ok(())
    }

    /// Takes the folder away: the results are written.
    pub(crate) fn discard(self, reserved: &Reserved) -> Result<(), Failure> {
        if let Some(name) = self.stranger() {
            return Err(Failure::World(anyhow!(
                "the results are written, but `{}` is left where it is: it holds `{name}`, which dormouse did not write",
                self.dir.display()
            )));
        }
        Ok(reserved.discard(&self.dir)?)
    }
}

impl Drop for Unfinished {
    /// Deletes a folder in which nothing was kept.
    fn drop(&mut self) {
        if self.begun_anew && !self.holds_any() && self.stranger().is_none() {
            let _ = self.clear();
            let _ = fs::remove_file(self.dir.join(output::LOCK));
            let _ = fs::remove_dir(&self.dir);
        }
    }
}

impl Batches {
    /// Returns the kept records of a batch; `None` if the batch is missing or incomplete.
    pub(crate) fn kept(&self, number: u32, n: usize) -> Result<Option<Vec<Record>>, Failure> {
        let path = self.dir.join(batch::file_name(number));
        let Ok(bytes) = fs::read(&path) else { return Ok(None) };
        match batch::decode(&bytes, &self.fingerprint, number) {
            Ok((_, mut records)) if records.len() >= n => {
                records.truncate(n);
                Ok(Some(records))
            }
            Ok(_) | Err(Kept::Damaged | Kept::Whole(_)) => Ok(None),
            Err(Kept::Foreign(whose)) => {
                Err(Failure::World(anyhow!("`{}` is {whose}; move it away", path.display())))
            }
        }
    }

    /// Every batch by its number, as it lies there.
    fn found(&self) -> BTreeMap<u32, Kept> {
        let number = |path: &PathBuf| batch::number(&path.file_name()?.to_string_lossy());
        let look = |path: PathBuf| {
            let number = number(&path)?;
            let bytes = fs::read(&path).unwrap_or_default();
            let found = batch::decode(&bytes, &self.fingerprint, number);
            Some((number, found.map_or_else(|kept| kept, |(replications, _)| Kept::Whole(replications))))
        };
        entries(&self.dir).into_iter().filter_map(look).collect()
    }

    /// Keeps the records of a batch of replications.
    pub(crate) fn keep(&self, number: u32, replications: usize, records: &[Record]) -> Result<(), Failure> {
        let bytes = batch::encode((replications, records), &self.fingerprint, number);
        self.put(&batch::file_name(number), &bytes)
    }

    /// Writes a file under another name and renames it. The folder is locked, so no other process writes there.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let beside = self.dir.join(format!("{BESIDE}{name}"));
        let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, self.dir.join(name)));
        written.map_err(|error| self.refused(error))
    }

    /// Their folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.dir
    }

    /// Returns the failure of a disk.
    pub(crate) fn refused(&self, error: std::io::Error) -> Failure {
        Failure::World(anyhow!(error).context(format!("cannot write in `{}`", self.dir.display())))
    }
}

/// Returns the message for an interruption.
pub(crate) fn stopped(done: usize, of: &impl std::fmt::Display) -> Failure {
    let done = numbers::count(done);
    Failure::Interrupted(format!("Stopped after {done} of {of}"))
}

/// Returns the contents of a folder, in order of names; empty if it cannot be read.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Returns how the run of a folder differs from this one.
fn other_run(what: &str, found: &Json, expected: &Json) -> String {
    let names = |scenarios: &Json| -> Vec<String> {
        let all = scenarios.as_array().into_iter().flatten();
        all.map(|scenario| format!("`{}`", scenario["name"].as_str().unwrap_or_default())).collect()
    };
    if what == "levels" {
        return format!(
            "it has levels {found}, expected {expected}: begun with another --levels, or fewer replications"
        );
    }
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

/// The run that replications belong to. The number wanted is not part of it, so that it can grow later.
fn plan(reads: &[Read]) -> Json {
    let scenario = |read: &Read| json!({ "name": read.scenario.model.name, "fingerprint": read.provenance().fingerprint() });
    json!({
        "schema": "dormouse-unfinished",
        "version": 4,
        "program": format!("dormouse {} ({})", output::VERSION, output::COMMIT),
        "scenarios": reads.iter().map(scenario).collect::<Vec<_>>(),
    })
}

/// The fingerprint of a part of what a plan keeps, in hexadecimal.
fn fingerprint(plan: &Json, part: &str) -> String {
    sha256(format!("{plan}\n{part}"))
}
