//! One writer at a time in a folder, even where a process was killed.
//!
//! The folder holds a hidden file, which the operating system locks for as long as the process lives. A lock that a killed
//! process leaves behind is therefore free, and the next process takes it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::output::OutputError;
use crate::output::write::staging::failed;

/// Name of the file that is locked.
pub const LOCK: &str = ".lock";

/// Attempts to take a lock whose file another process removes meanwhile, before the folder counts as in use.
const ATTEMPTS: usize = 100;

/// A folder that only this process works in, until the value is dropped. Dropping it leaves the locked file where it is.
#[derive(Debug)]
pub struct FolderLock {
    folder: PathBuf,
    file: File,
}

impl FolderLock {
    /// Locks a folder, which is made if it is not there; messages call it `named`.
    ///
    /// # Errors
    /// - another process works in it;
    /// - the folder or its lock cannot be made.
    pub fn take(folder: &Path, named: &Path) -> Result<Self, OutputError> {
        let path = folder.join(LOCK);
        for _ in 0..ATTEMPTS {
            fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
            let file =
                match OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path) {
                    Ok(file) => file,
                    // The process that held it has just taken the folder away.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(failed("lock", folder)(error)),
                };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(in_use(named, &path)),
                // Some network disks have no locks. Batches of replications and files of results are whole all the same.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(failed("lock", folder)(error)),
            }
            let lock = Self { folder: folder.to_owned(), file };
            if lock.holds() {
                lock.sign().map_err(failed("write", &path))?;
                return Ok(lock);
            }
        }
        Err(in_use(named, &path))
    }

    /// Whether the file that was locked is still the one in the folder.
    #[must_use]
    pub fn holds(&self) -> bool {
        let here = self.file.try_clone().and_then(Handle::from_file);
        here.and_then(|here| Ok(here == Handle::from_path(self.folder.join(LOCK))?)).unwrap_or(false)
    }

    /// Writes into the lock which process holds it, for the message to another one.
    fn sign(&self) -> io::Result<()> {
        self.file.set_len(0)?;
        (&self.file).write_all(format!("{}\n", std::process::id()).as_bytes())
    }
}

/// That another process works in a folder, and which.
fn in_use(named: &Path, lock: &Path) -> OutputError {
    let process = fs::read_to_string(lock).ok().and_then(|text| text.trim().parse::<u32>().ok());
    OutputError::InUse {
        dir: named.to_owned(),
        process: process.map_or_else(String::new, |process| format!(" (process {process})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_once_and_free_again_when_the_lock_is_dropped() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("work");
        let first = FolderLock::take(&folder, &folder).unwrap();
        let second = FolderLock::take(&folder, &folder).unwrap_err();
        let message = format!("is writing there (process {})", std::process::id());
        assert!(second.to_string().contains(&message), "{second}");
        drop(first);
        assert!(folder.join(LOCK).exists(), "as a killed process would leave it");
        FolderLock::take(&folder, &folder).unwrap();
    }

    #[test]
    fn a_lock_whose_file_was_removed_no_longer_holds() {
        let root = tempfile::tempdir().unwrap();
        let first = FolderLock::take(root.path(), root.path()).unwrap();
        assert!(first.holds());
        fs::remove_file(root.path().join(LOCK)).unwrap();
        assert!(!first.holds());
        let second = FolderLock::take(root.path(), root.path()).unwrap();
        assert!(second.holds() && !first.holds());
    }
}
