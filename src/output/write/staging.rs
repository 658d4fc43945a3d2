//! Puts files into a results folder: whole or not at all, and never over somebody's work.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::file_name;
use crate::fingerprint::Hashing;
use crate::output::write::manifest;
use crate::output::{Beside, Content, File, Reserved};

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
    /// A name that cannot be a file or a folder on every system.
    #[error("`{name}` cannot be the name of a results file or folder: {why}")]
    BadName {
        /// The name.
        name: String,
        /// Why not.
        why: &'static str,
    },
    /// Another process writes to the place.
    #[error(
        "`{dir}` is in use: another dormouse is writing there{process}; wait until it has ended, or choose another folder with -o"
    )]
    InUse {
        /// The folder.
        dir: PathBuf,
        /// The process in brackets, where it is known.
        process: String,
    },
    /// A place such as `.` or `/`.
    #[error("`{0}` cannot be replaced by a folder of results; name a folder in it with -o")]
    NoName(PathBuf),
    /// A name that a file system cannot hold.
    #[error("the name of the results folder has {} bytes, expected at most {most}; choose another with -o: `{}`", name.len(), shortened(name))]
    LongName {
        /// The name.
        name: String,
        /// Most bytes of a name.
        most: usize,
    },
    /// An empty folder that stays where it is, such as the root of a disk.
    #[error("`{0}` cannot be moved, so no results can be put in its place; name a folder in it with -o")]
    NotMovable(PathBuf),
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

/// Writes all files beside the place, then puts them there.
pub(crate) fn write(reserved: &Reserved, files: Vec<File>) -> Result<Written, OutputError> {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.to_lowercase())) {
        return Err(OutputError::SameName(twice.clone()));
    }
    reserved.ensure_replaceable()?;
    let fresh = reserved.fresh();
    for File { name, content } in files {
        let path = fresh.join(name);
        let folder = path.parent().expect("a file of the folder lies in it");
        fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        match content {
            Content::Bytes(bytes) => fs::write(&path, bytes),
            Content::Beside(beside) => fs::rename(&beside.path, &path),
        }
        .map_err(failed("write", &path))?;
    }
    reserved.exchange()?;
    Ok(Written { dir: reserved.dir().to_owned(), files: names })
}

/// A file of a results folder that is written piece by piece and lies beside it until then.
pub(crate) fn beside(
    reserved: &Reserved,
    name: String,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<File, OutputError> {
    let path = reserved.piece();
    let mut hashing =
        Hashing::new(io::BufWriter::new(fs::File::create(&path).map_err(failed("make", &path))?));
    write(&mut hashing).and_then(|()| hashing.flush()).map_err(failed("write", &path))?;
    let (bytes, sha256) = hashing.finish();
    Ok(File { name, content: Content::Beside(Beside { path, bytes, sha256 }) })
}

/// That results may be put at a place: nothing is there, or with `force` only an earlier results folder.
pub(crate) fn ensure_replaceable(dir: &Path, force: bool) -> Result<(), OutputError> {
    let Ok(metadata) = fs::symlink_metadata(dir) else {
        return Ok(());
    };
    if !metadata.is_dir() {
        return Err(OutputError::NotAFolder(dir.to_owned()));
    }
    let mut entries = fs::read_dir(dir).map_err(failed("read", dir))?;
    if entries.next().is_none() {
        return Ok(());
    }
    if !force {
        return Err(OutputError::Exists(dir.to_owned()));
    }
    let Some(listed) = manifest::listed_files(dir) else {
        return Err(OutputError::NotOurs(dir.to_owned()));
    };
    match stranger(dir, &listed)? {
        Some(file) => Err(OutputError::Stranger { dir: dir.to_owned(), file }),
        None => Ok(()),
    }
}

/// The first file or folder in a folder that a manifest does not list, relative to it. Folders that hold no listed file are
/// not looked into.
fn stranger(dir: &Path, listed: &BTreeSet<String>) -> Result<Option<String>, OutputError> {
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(failed("read", &folder))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(failed("read", &entry.path()))?.is_dir() {
                let within = format!("{name}/");
                if !listed.iter().any(|file| file.starts_with(&within)) {
                    return Ok(Some(within));
                }
                folders.push((entry.path(), within));
            } else if !listed.contains(&name) {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

/// The folder of a scenario inside a results folder: its name, if it can be one.
pub(crate) fn name(name: &str) -> Result<&str, OutputError> {
    match file_name::fault(name) {
        None => Ok(name),
        Some(why) => Err(OutputError::BadName { name: name.to_owned(), why }),
    }
}

pub(crate) fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::Io { what, path, source }
}

/// The beginning of a long name.
fn shortened(name: &str) -> String {
    name.chars().take(40).chain(['…']).collect()
}
