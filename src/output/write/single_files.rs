//! Puts single files into a folder that may hold others: figures drawn again, a report, a recording.

use std::fs;
use std::path::{Path, PathBuf};

use crate::output::write::folder_lock::{FolderLock, LOCK};
use crate::output::write::reserved::{missing, refuse_inside_results};
use crate::output::write::staging::failed;
use crate::output::{Extra, OutputError};

/// The folder in it in which files are written before they get their names.
pub const HIDDEN: &str = ".dormouse";
/// A file there that is being written.
const NEW: &str = ".new";

/// A folder that only this process puts files into, until the value is dropped.
#[derive(Debug)]
pub struct Loose {
    dir: PathBuf,
    force: bool,
    hidden: PathBuf,
    lock: FolderLock,
    /// Folders made for it, the deepest first: they go again where nothing is put into them.
    made: Vec<PathBuf>,
}

/// Reserves a folder to put single files into; with `force` files of the same name may be replaced.
///
/// # Errors
/// - the folder is a results folder or lies in one, which holds what its manifest says and nothing else;
/// - it is a file;
/// - another process puts files into it;
/// - the disk refuses.
pub fn reserve_loose(dir: &Path, force: bool) -> Result<Loose, OutputError> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    refuse_inside_results(&dir.join(HIDDEN))?;
    if dir.exists() && !dir.is_dir() {
        return Err(OutputError::NotAFolder(dir.to_owned()));
    }
    let made = missing(dir);
    fs::create_dir_all(dir).map_err(failed("make the folder", dir))?;
    let hidden = dir.join(HIDDEN);
    let lock = FolderLock::take(&hidden, dir)?;
    Ok(Loose { dir: dir.to_owned(), force, hidden, lock, made })
}

impl Loose {
    /// Writes each file under its name in the folder, beside its place and then renamed. Files that are there already with
    /// the same content are left alone.
    ///
    /// # Errors
    /// - one is there with other content and may not be replaced: then nothing is written;
    /// - the disk refuses.
    pub fn write(&self, files: &[Extra]) -> Result<(), OutputError> {
        let mut left: Vec<(PathBuf, &[u8])> = Vec::new();
        for file in files {
            let path = if self.dir == Path::new(".") {
                PathBuf::from(&file.name) // named as the user named it
            } else {
                self.dir.join(&file.name)
            };
            match fs::read(&path) {
                Ok(there) if there == file.bytes => {}
                Ok(_) if !self.force => return Err(OutputError::Differs(path)),
                _ => left.push((path, &file.bytes)),
            }
        }
        let beside = self.hidden.join(NEW);
        for (path, bytes) in left {
            let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(&self.dir);
            fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
            fs::write(&beside, bytes).map_err(failed("write", &path))?;
            fs::rename(&beside, &path).map_err(failed("write", &path))?;
        }
        Ok(())
    }
}

impl Drop for Loose {
    fn drop(&mut self) {
        if self.lock.holds() {
            let _ = fs::remove_file(self.hidden.join(NEW));
            let _ = fs::remove_file(self.hidden.join(LOCK));
            let _ = fs::remove_dir(&self.hidden);
            // Only folders that are empty are removed by this.
            self.made.iter().for_each(|folder| drop(fs::remove_dir(folder)));
        }
    }
}
