//! Texts that a user names: a file, or standard input as `-`.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, anyhow};

use crate::cli::present::failure::Failure;

/// The text of a file, which has to be UTF-8.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let shown = shown(path);
    let bytes = bytes(path).with_context(|| format!("cannot read `{shown}`")).map_err(Failure::Usage)?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = String::from_utf8_lossy(good).matches('\n').count() + 1;
        let remedy = "save the file as UTF-8; in a spreadsheet, as `CSV UTF-8 (comma delimited)`";
        Failure::Usage(anyhow!("`{shown}` is not UTF-8 on line {line}; {remedy}"))
    })
}

/// Returns the name of a path in messages.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path != Path::new("-") {
        return fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
}
