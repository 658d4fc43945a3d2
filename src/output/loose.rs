//! Puts single files into a folder that may hold others: figures drawn again.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::failed;
use super::{Extra, OutputError, manifest};

/// Writes what is not there yet, each file beside its place and then renamed.
pub(super) fn write(dir: &Path, force: bool, files: &[Extra]) -> Result<(), OutputError> {
    if let Some(results) = dir.ancestors().find(|folder| manifest::read(folder).is_some()) {
        return Err(OutputError::Results(results.to_owned()));
    }
    let mut left: Vec<(PathBuf, &[u8])> = Vec::new();
    for file in files {
        let path = dir.join(&file.name);
        match fs::read(&path) {
            Ok(there) if there == file.bytes => {}
            Ok(_) if !force => return Err(OutputError::Differs(path)),
            _ => left.push((path, &file.bytes)),
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(dir).map_err(failed("make the folder", dir))?;
    let staging = tempfile::Builder::new().prefix(".dormouse-").tempdir_in(dir);
    let staging = staging.map_err(failed("make a temporary folder in", dir))?;
    let beside = staging.path().join("new");
    for (path, bytes) in left {
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        fs::write(&beside, bytes).map_err(failed("write", &path))?;
        fs::rename(&beside, &path).map_err(failed("write", &path))?;
    }
    Ok(())
}
