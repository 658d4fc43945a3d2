//! Puts files into a results folder: whole or not at all, and never over somebody's work.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Beside, Content, File, manifest};
use crate::fingerprint::Hashing;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder, as the caller gave it.
    pub dir: PathBuf,
    /// Its files, relative to the folder, in the order written.
    pub files: Vec<String>,
}

/// Why results were not written. The place is then as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The folder exists and nobody said it may be replaced.
    #[error(
        "`{0}` already exists and is not empty; choose another folder with -o, or replace it with --force"
    )]
    Exists(PathBuf),
    /// The place is taken by something that is not a folder.
    #[error("`{0}` is not a folder; choose another place with -o")]
    NotAFolder(PathBuf),
    /// The folder was not written by dormouse.
    #[error(
        "`{0}` holds no dormouse manifest, so --force will not replace it; choose another folder with -o"
    )]
    NotOurs(PathBuf),
    /// The folder holds files that its manifest does not list.
    #[error("`{dir}` holds `{file}`, which dormouse did not write; move it away, then use --force again")]
    Stranger {
        /// The folder.
        dir: PathBuf,
        /// The first such file.
        file: String,
    },
    /// Two files of one folder would have the same name.
    #[error("two results would both be written to `{0}`; give the scenarios different names")]
    SameName(String),
    /// A name that cannot be a file of the folder.
    #[error("`{0}` cannot be the name of a results file or folder; use letters, digits, `-`, `_` and `.`")]
    BadName(String),
    /// A file is there with other content and nobody said it may be replaced.
    #[error("`{0}` already exists and differs; choose another place with -o, or replace it with --force")]
    Differs(PathBuf),
    /// The folder is a results folder.
    #[error("`{0}` is a results folder, which holds only what its run wrote; choose another folder with -o")]
    Results(PathBuf),
    /// The disk refused.
    #[error("cannot {what} `{path}`")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// Writes all files beside the target, then renames.
pub(super) fn write(dir: &Path, force: bool, files: Vec<File>) -> Result<Written, OutputError> {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.to_lowercase())) {
        return Err(OutputError::SameName(twice.clone()));
    }
    let staging = staging(dir, force)?;
    let fresh = staging.path().join("new");
    for File { name, content } in files {
        let path = fresh.join(name);
        let folder = path.parent().expect("a file of the folder lies in it");
        fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        match content {
            Content::Bytes(bytes) => fs::write(&path, bytes),
            Content::Beside(beside) => fs::rename(beside.path(), &path),
        }
        .map_err(failed("write", &path))?;
    }
    exchange(dir, &fresh, &staging.path().join("old"))?;
    Ok(Written { dir: dir.to_owned(), files: names })
}

/// A file of the folder at `dir` that is written piece by piece and lies beside it until then.
pub(super) fn beside(
    dir: &Path,
    name: String,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<File, OutputError> {
    let mut beside = Beside { folder: temporary(parent(dir)?)?, bytes: 0, sha256: String::new() };
    let path = beside.path();
    let mut hashing =
        Hashing::new(io::BufWriter::new(fs::File::create(&path).map_err(failed("make", &path))?));
    write(&mut hashing).and_then(|()| hashing.flush()).map_err(failed("write", &path))?;
    (beside.bytes, beside.sha256) = hashing.finish();
    Ok(File { name, content: Content::Beside(beside) })
}

fn temporary(parent: &Path) -> Result<tempfile::TempDir, OutputError> {
    let made = tempfile::Builder::new().prefix(".dormouse-").tempdir_in(parent);
    made.map_err(failed("make a temporary folder in", parent))
}

/// The folder in which a folder is to be, made if need be.
fn parent(dir: &Path) -> Result<&Path, OutputError> {
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(failed("make the folder", parent))?;
    Ok(parent)
}

/// A temporary folder beside the target, once the target may be written.
pub(super) fn staging(dir: &Path, force: bool) -> Result<tempfile::TempDir, OutputError> {
    ensure_replaceable(dir, force)?;
    temporary(parent(dir)?)
}

/// Moves what stands at `dir` aside, if anything, and the fresh folder into its place; undoes the first on failure.
fn exchange(dir: &Path, fresh: &Path, aside: &Path) -> Result<(), OutputError> {
    let was_there = dir.exists();
    if was_there {
        fs::rename(dir, aside).map_err(failed("move aside", dir))?;
    }
    fs::rename(fresh, dir).map_err(|error| {
        if was_there {
            // The first error is the one to tell; should this fail too, the old folder is in the temporary one.
            let _ = fs::rename(aside, dir);
        }
        failed("put the results at", dir)(error)
    })
}

fn ensure_replaceable(dir: &Path, force: bool) -> Result<(), OutputError> {
    let Ok(metadata) = fs::symlink_metadata(dir) else {
        return Ok(());
    };
    if !metadata.is_dir() {
        return Err(OutputError::NotAFolder(dir.to_owned()));
    }
    let present = files_under(dir)?;
    if present.is_empty() {
        return Ok(());
    }
    if !force {
        return Err(OutputError::Exists(dir.to_owned()));
    }
    let Some(listed) = manifest::listed_files(dir) else {
        return Err(OutputError::NotOurs(dir.to_owned()));
    };
    match present.into_iter().find(|file| !listed.contains(file)) {
        Some(file) => Err(OutputError::Stranger { dir: dir.to_owned(), file }),
        None => Ok(()),
    }
}

/// Everything in a folder that is not itself a folder with something in it, relative to it, sorted.
fn files_under(dir: &Path) -> Result<Vec<String>, OutputError> {
    let mut found = Vec::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed("read", &folder))? {
            let entry = entry.map_err(failed("read", &folder))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let is_dir = entry.file_type().map_err(failed("read", &entry.path()))?.is_dir();
            if is_dir {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The folder of a scenario inside a comparison: its name, if it can be one.
pub(super) fn folder_name(name: &str) -> Result<&str, OutputError> {
    ensure_plain_name(name).map(|()| name)
}

/// Refuses names that are not a plain file name on every system.
pub(super) fn ensure_plain_name(name: &str) -> Result<(), OutputError> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    if name.is_empty() || name.starts_with('.') || name.ends_with(['.', ' ']) || !name.chars().all(plain) {
        return Err(OutputError::BadName(name.to_owned()));
    }
    Ok(())
}

pub(super) fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::Io { what, path, source }
}
