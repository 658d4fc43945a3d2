//! The place of a results folder, reserved from the first second of a run to its end: whatever can be refused is refused
//! when it is reserved, and no other process writes there meanwhile.
//!
//! The work goes on in a hidden folder beside the place, `.NAME.dormouse`. A killed process leaves it behind; the next one
//! with the same place puts back what was moved aside and clears the rest.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::output::OutputError;
use crate::output::write::folder_lock::{FolderLock, LOCK};
use crate::output::write::manifest;
use crate::output::write::staging::{ensure_replaceable, failed};

/// Most bytes in the name of a results folder, so that the names made from it fit a file system (255).
const LONGEST_NAME: usize = 240;

/// Names in the hidden folder: the new results, the old ones, folders to remove, and files written piece by piece.
const NEW: &str = "new";
const OLD: &str = "old";
const DONE: &str = "done";
const PIECES: &str = "pieces-";

/// A place that only this process writes results to, until the value is dropped.
#[derive(Debug)]
pub struct Reserved {
    dir: PathBuf,
    force: bool,
    hidden: PathBuf,
    lock: FolderLock,
    /// Folders above that were made for it, the deepest first: they go again where nothing is put into them.
    made: Vec<PathBuf>,
    /// Files written piece by piece so far.
    pieces: AtomicU32,
}

/// Removes the hidden folder of a place on an interrupt, as long as nothing has been written.
#[derive(Debug)]
pub struct Release {
    hidden: PathBuf,
}

/// Reserves the place of a results folder; with `force` an earlier results folder there may be replaced.
///
/// Makes the folders above it where they are missing.
///
/// # Errors
/// - the place cannot be that of a folder, or lies in a results folder;
/// - it is taken: by a file, by a folder that is not empty, or (with `force`) by one with files of others;
/// - another process writes there;
/// - the disk refuses.
pub fn reserve(dir: &Path, force: bool) -> Result<Reserved, OutputError> {
    let Some(name) = dir.file_name() else {
        return Err(OutputError::NoName(dir.to_owned()));
    };
    if name.len() > LONGEST_NAME {
        return Err(OutputError::LongName { name: name.to_string_lossy().into_owned(), most: LONGEST_NAME });
    }
    refuse_inside_results(dir)?;
    let parent = parent(dir);
    let made = missing(parent);
    fs::create_dir_all(parent).map_err(failed("make the folder", parent))?;
    let hidden = parent.join(format!(".{}.dormouse", name.to_string_lossy()));
    let lock = FolderLock::take(&hidden, dir)?;
    let reserved = Reserved { dir: dir.to_owned(), force, hidden, lock, made, pieces: AtomicU32::new(0) };
    reserved.put_back()?;
    reserved.clear();
    reserved.ensure_replaceable()?;
    reserved.ensure_movable()?;
    Ok(reserved)
}

impl Reserved {
    /// The place, as the caller gave it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What gives the place up again on an interrupt.
    #[must_use]
    pub fn release(&self) -> Release {
        Release { hidden: self.hidden.clone() }
    }

    /// Removes a folder that was only needed until the results were written. It is gone at once, also if this process
    /// is killed.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn discard(&self, folder: &Path) -> Result<(), OutputError> {
        // A folder on another disk cannot be moved, only removed.
        fs::rename(folder, self.hidden.join(DONE))
            .or_else(|_| fs::remove_dir_all(folder))
            .map_err(failed("remove", folder))
    }

    /// Where the new results are gathered.
    pub(crate) fn fresh(&self) -> PathBuf {
        self.hidden.join(NEW)
    }

    /// Where another file can be written piece by piece.
    pub(crate) fn piece(&self) -> PathBuf {
        self.hidden.join(format!("{PIECES}{}", self.pieces.fetch_add(1, Ordering::Relaxed)))
    }

    /// That the place is still this process's, and still free.
    pub(crate) fn ensure_replaceable(&self) -> Result<(), OutputError> {
        if !self.lock.holds() {
            return Err(OutputError::InUse { dir: self.dir.clone(), process: String::new() });
        }
        ensure_replaceable(&self.dir, self.force)
    }

    /// Moves the old results aside, if there are any, and the new ones into their place; undoes the first on failure.
    pub(crate) fn exchange(&self) -> Result<(), OutputError> {
        let (dir, aside) = (&self.dir, self.hidden.join(OLD));
        let was_there = dir.exists();
        if was_there {
            fs::rename(dir, &aside).map_err(failed("move aside", dir))?;
        }
        fs::rename(self.fresh(), dir).map_err(|error| {
            if was_there {
                // Should this fail too, the next run with this place puts the old results back.
                let _ = fs::rename(&aside, dir);
            }
            failed("put the results at", dir)(error)
        })
    }

    /// Puts results back that a process had moved aside when it was killed.
    fn put_back(&self) -> Result<(), OutputError> {
        let aside = self.hidden.join(OLD);
        if aside.exists() && !self.dir.exists() {
            fs::rename(&aside, &self.dir).map_err(failed("put back", &self.dir))?;
        }
        Ok(())
    }

    /// An empty folder that cannot be moved, such as the root of a disk, cannot be replaced by one with results.
    fn ensure_movable(&self) -> Result<(), OutputError> {
        if !self.dir.exists() || !is_empty(&self.dir) {
            return Ok(());
        }
        let aside = self.hidden.join(OLD);
        fs::rename(&self.dir, &aside).map_err(|_| OutputError::NotMovable(self.dir.clone()))?;
        fs::rename(&aside, &self.dir).map_err(failed("put back", &self.dir))
    }

    /// Removes what this program leaves in the hidden folder, and nothing else.
    fn clear(&self) {
        let entries = fs::read_dir(&self.hidden).into_iter().flatten().filter_map(Result::ok);
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // What cannot be removed now is tried again by the next process with this place.
            if [NEW, OLD, DONE].contains(&name.as_ref()) {
                let _ = fs::remove_dir_all(entry.path());
            } else if name.starts_with(PIECES) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if self.lock.holds() {
            // Old results go only once others stand in their place.
            let _ = self.put_back();
            self.clear();
            self.release().now();
            // Only folders that are empty are removed by this.
            self.made.iter().for_each(|folder| drop(fs::remove_dir(folder)));
        }
    }
}

impl Release {
    /// Removes the lock and, if nothing else lies there, the hidden folder.
    pub fn now(self) {
        let _ = fs::remove_file(self.hidden.join(LOCK));
        let _ = fs::remove_dir(&self.hidden);
    }
}

/// The folder in which a folder is to be.
pub(crate) fn parent(dir: &Path) -> &Path {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Folders that are not there, from a folder upwards.
pub(crate) fn missing(dir: &Path) -> Vec<PathBuf> {
    let above = dir.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    above.take_while(|folder| !folder.exists()).map(Path::to_owned).collect()
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}

/// Refuses a place inside a results folder, which holds only what its run wrote.
pub(crate) fn refuse_inside_results(dir: &Path) -> Result<(), OutputError> {
    let above = parent(dir);
    let there = above.ancestors().find(|folder| folder.as_os_str().is_empty() || folder.exists());
    let there = there.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(whole) = fs::canonicalize(there) else { return Ok(()) };
    let results = whole.ancestors().find(|folder| manifest::read(folder).is_some());
    results.map_or(Ok(()), |results| Err(OutputError::Results(shown(results))))
}

/// A folder as it is seen from the working directory, where it lies in that.
fn shown(whole: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    let relative = here.ok().and_then(|here| whole.strip_prefix(here).ok().map(Path::to_owned));
    match relative {
        Some(path) if path.as_os_str().is_empty() => PathBuf::from("."),
        Some(path) => path,
        None => whole.to_owned(),
    }
}
