//! Scenario files read with the one-off changes of the command line; every file's problems are found before giving up.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::anyhow;

use dormouse::model::Layers;
use dormouse::output::{Provenance, Results, SourceFile};
use dormouse::replications::Threshold;
use dormouse::scenario::{self, Override, Problem, Problems, Scenario};
use dormouse::wording::numbers;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::args::Changes;
use super::failure::{Failure, Found};

/// What of a baseline's dormant days does not matter in practice, unless the user says otherwise.
pub(crate) const THRESHOLD: Threshold = Threshold::Percent(1.0);

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
    let mut said = HashSet::new();
    let mut new = |read: &Read| {
        let Problems { problems, sources } = &read.scenario.warnings;
        let place = |problem: &Problem| {
            problem.place.as_ref().map(|place| (sources[place.source].path.clone(), place.span.clone()))
        };
        let is_new = |problem: &&Problem| {
            said.insert((place(problem), problem.message.clone(), problem.label.clone()))
        };
        let new = problems.iter().filter(is_new).cloned().collect();
        Problems { problems: new, sources: sources.clone() }
    };
    let each = reads.iter().map(&mut new);
    each.chain(unlike(reads)).collect()
}

/// Scenarios that do not begin with as many installations as the first: their difference is one of stock as well.
fn unlike(reads: &[Read]) -> Option<Problems> {
    let stock = |read: &Read| read.scenario.model.installations();
    let (first, others) = reads.split_first()?;
    let other = others.iter().find(|read| stock(read) != stock(first))?;
    let names = [first, other]
        .map(|read| format!("`{}` begins with {}", read.scenario.model.name, numbers::count(stock(read))));
    let message = format!("{} installations, {}", names[0], names[1]);
    let help =
        "differences between them are those of the stock as well; compare plans for the same installations"
            .to_owned();
    let problem =
        Problem { message, place: None, label: String::new(), related: Vec::new(), help: Some(help) };
    Some(Problems { problems: vec![problem], sources: Vec::new() })
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

/// Scenarios that are compared have names of their own, the same draws and the same days.
pub(crate) fn ensure_comparable(reads: &[Read]) -> Result<(), Failure> {
    ensure_names_differ(reads)?;
    let Some((first, others)) = reads.split_first() else { return Ok(()) };
    others.iter().try_for_each(|other| {
        let pair = [first, other].map(|read| {
            let model = &read.scenario.model;
            let named = format!("`{}`", model.name);
            let (first, last) = (model.calendar.first, model.calendar.date(model.calendar.last()));
            Paired { named, seed: model.seed, layers: model.layers, first, last }
        });
        pair[0].ensure_with(
            &pair[1],
            ["give both the same with --seed", "make `[uncertainty]` the same in both"],
        )
    })
}

/// What has to be alike for two scenarios to be compared replication by replication and day by day.
pub(crate) struct Paired {
    pub(crate) named: String,
    pub(crate) seed: u64,
    pub(crate) layers: Layers,
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Paired {
    /// Refuses another whose draws or days are not the same; `seed` and `layers` say what to do about those.
    pub(crate) fn ensure_with(&self, other: &Self, [seed, layers]: [&str; 2]) -> Result<(), Failure> {
        let refuse = |what: String| Err(Failure::Usage(anyhow!(what)));
        let (here, there) = (&self.named, &other.named);
        if self.seed != other.seed {
            return refuse(format!(
                "{here} has seed {} and {there} has seed {}: their draws are not paired; {seed}",
                self.seed, other.seed
            ));
        }
        if self.layers != other.layers {
            let [on, other_on] = [self, other].map(|one| drawn(one.layers));
            return refuse(format!(
                "{here} draws {on} and {there} draws {other_on}: their draws are not paired; {layers}"
            ));
        }
        if (self.first, self.last) != (other.first, other.last) {
            let [days, other_days] = [self, other].map(|one| format!("{} to {}", one.first, one.last));
            return refuse(format!(
                "{here} runs from {days} and {there} from {other_days}: days lost and \"not by the end\" are not of the same days; \
                 run both over the same, or see what a later week changed with `dormouse run --since`"
            ));
        }
        Ok(())
    }
}

/// What is left to chance, in words.
fn drawn(layers: Layers) -> &'static str {
    match (layers.parametric, layers.stochastic) {
        (true, true) => "inputs and fates",
        (true, false) => "inputs only",
        (false, true) => "fates only",
        (false, false) => "nothing",
    }
}

fn ensure_names_differ(reads: &[Read]) -> Result<(), Failure> {
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
    pub(crate) fn changes(&self, but: &str) -> String {
        let kept = self.scenario.overrides.iter().filter(|o| o.key != but);
        kept.map(|o| flag(&o.key, &o.value)).collect()
    }

    /// Whether a key stands in it, such as `firmware.policy`.
    pub(crate) fn sets(&self, key: &str) -> bool {
        !self.value(key).is_null()
    }

    /// What the scenario says for a key, as `--set` names it; nothing where it does not say.
    pub(crate) fn value(&self, key: &str) -> &Json {
        key.split('.').fold(&self.scenario.resolved, |table, name| match table {
            Json::Array(entries) => entries.iter().find(|entry| entry["name"] == name).unwrap_or(&Json::Null),
            _ => &table[name],
        })
    }

    /// What is odd though not wrong, one sentence each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.scenario.warnings.problems.iter().map(|w| w.message.clone()).collect()
    }
}

/// Flags that stand for a key.
const FLAGS: [(&str, &str); 5] = [
    ("--seed", "seed"),
    ("--firmware", "firmware.policy"),
    ("--allocation", "allocation.policy"),
    ("--counts", "stock"),
    ("--from", "programme.first_day"),
];

/// A change to a key as a flag, with a space before.
pub(crate) fn flag(key: &str, value: &str) -> String {
    match FLAGS.iter().find(|(_, known)| *known == key) {
        Some((flag, _)) => format!(" {flag} {}", quoted(value)),
        None => format!(" --set {}", quoted(&format!("{key}={value}"))),
    }
}

/// The flags that change a key come first, so that `--set` has the last word.
fn overrides(changes: &Changes) -> Vec<Override> {
    let Changes { seed, firmware, allocation, counted, set } = changes;
    let counts = counted.counts.iter().map(|path| path.display().to_string());
    let values: [Vec<String>; 5] = [
        seed.iter().map(u64::to_string).collect(),
        firmware.iter().cloned().collect(),
        allocation.iter().cloned().collect(),
        counts.collect(),
        counted.from.iter().map(Date::to_string).collect(),
    ];
    let of_flag = |((_, key), values): (&(&str, &str), Vec<String>)| {
        values.into_iter().map(|value| ((*key).to_owned(), value)).collect::<Vec<_>>()
    };
    let flags = FLAGS.iter().zip(values).flat_map(of_flag);
    flags.chain(set.iter().cloned()).map(|(key, value)| Override { key, value }).collect()
}

/// The command that runs scenarios together, with the changes made to all of them.
pub(crate) fn command(reads: &[Read]) -> String {
    format!("dormouse run {}{}", paths(reads.iter()), changes(reads))
}

/// The changes made to all of several scenarios as flags.
pub(crate) fn changes(reads: &[Read]) -> String {
    reads.first().map_or_else(String::new, |read| read.changes(""))
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

/// The command that makes a folder of replications again with so many of them, but for where it goes.
pub(crate) fn again(results: &Results, replications: u64) -> String {
    let threshold = results.threshold().filter(|threshold| *threshold != THRESHOLD);
    let threshold = threshold.map_or_else(String::new, |amount| format!(" --threshold {amount}"));
    let sources: Vec<String> = results.sources().into_iter().map(|source| quoted(&source.folder)).collect();
    if !sources.is_empty() {
        return format!("dormouse compare {}{threshold}", sources.join(" "));
    }
    let changes: String = results.changes().iter().map(|(key, value)| flag(key, value)).collect();
    let what = match results.study() {
        Some(study) => format!("compare {}", quoted(study)),
        None => format!("run {}", results.paths().join(" ")),
    };
    format!("dormouse {what}{changes} --replications {replications}{threshold}")
}

/// Single days are kept of one draw only.
pub(crate) fn ensure_days(results: &Results) -> Result<(), Failure> {
    if !results.replicated() {
        return Ok(());
    }
    let dir = results.dir.display().to_string();
    let (of, to) = (quoted(&dir), quoted(&format!("{dir}-r0")));
    Err(Failure::Usage(anyhow!(
        "`{dir}` holds replications, of which single days are not kept; simulate one of them again, with its days: \
         dormouse run --of {of} --replication 0 -o {to}"
    )))
}
