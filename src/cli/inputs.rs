//! Scenario files read with the one-off changes of the command line; every file's problems are found before giving up.

use std::path::PathBuf;

use anyhow::anyhow;

use dormouse::output::{Provenance, Results, SourceFile};
use dormouse::scenario::{self, Override, Problems, Scenario};

use super::args::Changes;
use super::exit::{Failure, Found};

/// A scenario that was understood, and the path it was named by.
#[derive(Debug)]
pub(crate) struct Read {
    /// The path as typed.
    pub(crate) path: String,
    /// What it means.
    pub(crate) scenario: Scenario,
}

/// What is odd in any of them, each once.
pub(crate) fn warnings(reads: &[Read]) -> Vec<Problems> {
    let mut all: Vec<Problems> = reads.iter().map(|read| read.scenario.warnings.clone()).collect();
    all.dedup();
    all
}

/// Reads all scenarios, or gives the problems of all that have any.
pub(crate) fn read_all(paths: &[PathBuf], changes: &Changes) -> Result<Vec<Read>, Failure> {
    let overrides = overrides(changes);
    let (mut read, mut found) = (Vec::new(), Vec::new());
    for path in paths {
        let subject = path.display().to_string();
        match scenario::load(path, &overrides) {
            Ok(scenario) => read.push(Read { path: subject, scenario }),
            Err(problems) => found.push(Found { subject, problems }),
        }
    }
    if found.is_empty() { Ok(read) } else { Err(Failure::Problems(found)) }
}

/// Scenarios that are compared have names of their own.
pub(crate) fn ensure_names_differ(reads: &[Read]) -> Result<(), Failure> {
    let mut names: Vec<&str> = reads.iter().map(|read| read.scenario.model.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let message =
                "two scenarios are named `NAME`; give them different names, with `name` in the file";
            Err(Failure::Usage(anyhow!(message.replace("NAME", pair[0]))))
        }
    }
}

impl Read {
    /// What the manifest says of where the model came from.
    pub(crate) fn provenance(&self) -> Provenance {
        let scenario = &self.scenario;
        let file = |f: &scenario::InputFile| SourceFile {
            path: f.path.clone(),
            sha256: f.sha256.clone(),
            bytes: f.bytes,
        };
        Provenance {
            scenario_path: self.path.clone(),
            files: scenario.files.iter().map(file).collect(),
            resolved: scenario.resolved.clone(),
            overrides: scenario.overrides.iter().map(|o| (o.key.clone(), o.value.clone())).collect(),
            warnings: self.warnings(),
        }
    }

    /// The command that runs this scenario with the changes made to it.
    pub(crate) fn command(&self) -> String {
        self.command_without("")
    }

    /// The same without the change to one key.
    pub(crate) fn command_without(&self, key: &str) -> String {
        format!("dormouse run {}{}", quoted(&self.path), self.changes(key))
    }

    /// The changes made to it as flags, but for one key.
    fn changes(&self, but: &str) -> String {
        let kept = self.scenario.overrides.iter().filter(|o| o.key != but);
        let flags = kept.map(|o| match FLAGS.iter().find(|(_, key)| *key == o.key) {
            Some((flag, _)) => format!(" {flag} {}", quoted(&o.value)),
            None => format!(" --set {}", quoted(&format!("{}={}", o.key, o.value))),
        });
        flags.collect()
    }

    /// Whether a key stands in it, such as `firmware.policy`.
    pub(crate) fn sets(&self, key: &str) -> bool {
        !key.split('.').fold(&self.scenario.resolved, |table, name| &table[name]).is_null()
    }

    /// What is odd though not wrong, one sentence each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.scenario.warnings.problems.iter().map(|w| w.message.clone()).collect()
    }
}

/// Flags that stand for a key.
const FLAGS: [(&str, &str); 3] =
    [("--seed", "seed"), ("--firmware", "firmware.policy"), ("--allocation", "allocation.policy")];

/// The flags that change a key come first, so that `--set` has the last word.
fn overrides(changes: &Changes) -> Vec<Override> {
    let values =
        [changes.seed.map(|seed| seed.to_string()), changes.firmware.clone(), changes.allocation.clone()];
    let flags = FLAGS.iter().zip(values).filter_map(|((_, key), value)| Some(((*key).to_owned(), value?)));
    flags.chain(changes.set.iter().cloned()).map(|(key, value)| Override { key, value }).collect()
}

/// The command that runs scenarios together, with the changes made to all of them.
pub(crate) fn command(reads: &[Read]) -> String {
    format!(
        "dormouse run {}{}",
        paths(reads.iter()),
        reads.first().map_or_else(String::new, |read| read.changes(""))
    )
}

/// Scenarios as a command names them.
pub(crate) fn paths<'a>(reads: impl Iterator<Item = &'a Read>) -> String {
    reads.map(|read| quoted(&read.path)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell would need it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,+".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Single days are kept of one draw only.
pub(crate) fn ensure_days(results: &Results) -> Result<(), Failure> {
    if !results.replicated() {
        return Ok(());
    }
    let (dir, paths) = (results.dir.display(), results.paths().join(" "));
    Err(Failure::Usage(anyhow!(
        "`{dir}` holds replications, of which single days are not kept; run one draw for days: dormouse run {paths}"
    )))
}
