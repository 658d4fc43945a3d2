//! Runs the built `dormouse` in a folder of its own, and compares what it says.
//!
//! A case reads as a sentence: `Case::new(&workshop, "check nope.toml").exit(2).stderr("...").run()`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub(crate) const DORMOUSE: &str = env!("CARGO_BIN_EXE_dormouse");
/// Set to anything to rewrite expected texts from what the program says.
pub(crate) const UPDATE: &str = "DORMOUSE_UPDATE_EXPECTED";

/// A temporary folder holding a copy of the repository's scenarios and recorded days.
pub(crate) struct Workshop(tempfile::TempDir);

impl Workshop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["scenarios", "studies", "benches/corpus"] {
            copy(&repository().join(part), &folder.path().join(part));
        }
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file of a folder with its bytes, by path, but for the record of machine and time, which differs from run to run.
    pub(crate) fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let (root, mut files) = (self.path(folder), vec![]);
        let mut left = vec![root.clone()];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    left.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().display().to_string();
                    files.push((name, fs::read(path).unwrap()));
                }
            }
        }
        files.retain(|(name, _)| name != "machine.json");
        files.sort();
        files
    }

    /// A command in this folder that sees nothing of the caller's taste in colours.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env_remove("NO_COLOR")
            .env("TERM", "xterm")
            .env("RUST_BACKTRACE", "1");
        command
    }
}

/// Rows of a CSV file as maps by column.
pub(crate) fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The repository's root.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// One call of the program and what is expected of it.
pub(crate) struct Case<'a> {
    command: Command,
    words: &'a str,
    stdin: &'a str,
    exit: i32,
    stdout: Option<&'a str>,
    stderr: Option<&'a str>,
}

impl<'a> Case<'a> {
    /// `dormouse` with these words, split at blanks.
    pub(crate) fn new(workshop: &Workshop, words: &'a str) -> Self {
        let mut command = workshop.command(DORMOUSE);
        command.args(words.split_whitespace());
        Self { command, words, stdin: "", exit: 0, stdout: None, stderr: None }
    }

    pub(crate) fn stdin(mut self, text: &'a str) -> Self {
        self.stdin = text;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn exit(mut self, code: i32) -> Self {
        self.exit = code;
        self
    }

    pub(crate) fn stdout(mut self, text: &'a str) -> Self {
        self.stdout = Some(text);
        self
    }

    pub(crate) fn stderr(mut self, text: &'a str) -> Self {
        self.stderr = Some(text);
        self
    }

    /// Runs it, compares, and gives what it printed: standard output, standard error.
    pub(crate) fn run(mut self) -> (String, String) {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // The program may well refuse before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        let words = self.words;
        assert_eq!(status.code(), Some(self.exit), "exit code of `dormouse {words}`\n{stdout}\n{stderr}");
        if let Some(expected) = self.stdout {
            assert_eq!(stdout, expected, "standard output of `dormouse {words}`");
        }
        if let Some(expected) = self.stderr {
            assert_eq!(stderr, expected, "standard error of `dormouse {words}`");
        }
        (stdout, stderr)
    }
}
