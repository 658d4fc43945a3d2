//! Scenario files read with the one-off changes of the command line; every file's problems are found before giving up.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;

use dormouse::file_name;
use dormouse::model::Layers;
use dormouse::output::{Provenance, Results, SourceFile};
use dormouse::replications::Threshold;
use dormouse::scenario::{self, Override, Problem, Problems, Scenario};
use dormouse::shell::{FLAGS, flag, quoted_beside, quoted_path, quoted_paths};
use dormouse::wording::numbers;
use jiff::civil::Date;
use serde_json::Value as Json;

use crate::cli::args::Changes;
use crate::cli::present::failure::{Failure, Found};

/// Default threshold, as a share of the baseline's Dormant days.
pub(crate) const THRESHOLD: Threshold = Threshold::Percent(1.0);

/// A scenario that was understood, and the path it was named by.
#[derive(Debug)]
pub(crate) struct Read {
    /// The path as typed.
    pub(crate) path: String,
    /// The model that it describes.
    pub(crate) scenario: Scenario,
}

/// Warnings of all of them, each once.
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
    let help = "their difference then includes that of the stock; compare plans for the same installations"
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
    make_titles_unique(&mut read);
    if found.is_empty() { Ok(read) } else { Err(Failure::Problems(found)) }
}

/// Gives scenarios that share a title their names in its place, so that every text is clear.
fn make_titles_unique(reads: &mut [Read]) {
    let titles: Vec<String> = reads.iter().map(|read| read.scenario.model.title.clone()).collect();
    for (read, title) in reads.iter_mut().zip(&titles) {
        if titles.iter().filter(|other| *other == title).count() > 1 {
            read.scenario.model.title = read.scenario.model.name.clone();
        }
    }
}

/// Checks that compared scenarios have different names, the same draws and the same days; `seed` is the remedy for
/// different seeds.
pub(crate) fn ensure_comparable(reads: &[Read], seed: &str) -> Result<(), Failure> {
    ensure_names_differ(reads)?;
    let Some((first, others)) = reads.split_first() else { return Ok(()) };
    others.iter().try_for_each(|other| {
        let pair = [first, other].map(|read| {
            let model = &read.scenario.model;
            let named = format!("`{}`", model.name);
            let (first, last) = (model.calendar.first, model.calendar.date(model.calendar.last()));
            Paired { named, seed: model.seed, layers: model.layers, first, last }
        });
        pair[0].ensure_with(&pair[1], [seed, "make `[uncertainty]` the same in both"])
    })
}

/// The inputs that must be equal to compare two scenarios replication by replication and day by day.
pub(crate) struct Paired {
    pub(crate) named: String,
    pub(crate) seed: u64,
    pub(crate) layers: Layers,
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Paired {
    /// Refuses another with other draws or days; `seed` and `layers` are the remedies for those.
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
                "{here} runs from {days} and {there} from {other_days}: their days lost cover different days; \
                 run both over the same days, or compare a later week with `dormouse run --since`"
            ));
        }
        Ok(())
    }
}

/// Returns the layers of chance that are on, in words.
fn drawn(layers: Layers) -> &'static str {
    match (layers.parametric, layers.stochastic) {
        (true, true) => "inputs and fates",
        (true, false) => "inputs only",
        (false, true) => "fates only",
        (false, false) => "nothing",
    }
}

fn ensure_names_differ(reads: &[Read]) -> Result<(), Failure> {
    for (at, read) in reads.iter().enumerate() {
        let name = &read.scenario.model.name;
        let Some(twin) = reads[..at].iter().find(|other| file_name::same(&other.scenario.model.name, name))
        else {
            continue;
        };
        let advice = "give them different names, with `name` in the file";
        let [first, second] = [twin, read].map(|one| (&one.scenario.model.name, &one.path));
        return Err(Failure::Usage(if first.0 == second.0 {
            anyhow!("two scenarios are named `{name}`, in `{}` and `{}`; {advice}", first.1, second.1)
        } else {
            anyhow!(
                "the scenarios `{}` and `{}` differ only in capital letters, so some systems use one folder for both; {advice}",
                first.0,
                second.0
            )
        }));
    }
    Ok(())
}

/// Refuses to write results over a folder that is read for them.
pub(crate) fn ensure_no_source(dir: &Path, folders: &[PathBuf]) -> Result<(), Failure> {
    let Ok(whole) = fs::canonicalize(dir) else { return Ok(()) };
    if folders.iter().all(|folder| fs::canonicalize(folder).is_ok_and(|folder| folder != whole)) {
        return Ok(());
    }
    let shown = dir.display();
    Err(Failure::Usage(anyhow!("-o `{shown}` is one of the folders that are read; choose another folder")))
}

/// Refuses to overwrite a file that was read for these scenarios.
pub(crate) fn ensure_no_input(reads: &[Read], path: &Path) -> Result<(), Failure> {
    let Ok(whole) = fs::canonicalize(path) else { return Ok(()) };
    let files = reads.iter().flat_map(|read| &read.scenario.files);
    let is_it = |file: &&scenario::InputFile| fs::canonicalize(&file.path).is_ok_and(|read| read == whole);
    let shown = path.display();
    match files.into_iter().find(is_it) {
        None => Ok(()),
        Some(_) => Err(Failure::Usage(anyhow!(
            "`{shown}` is an input of this command, and would be replaced; choose another name with -o"
        ))),
    }
}

impl Read {
    /// The origin of the model, for the manifest.
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
            resolved: Arc::clone(&scenario.resolved),
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
        format!("dormouse run {}{}", quoted_paths([self.path.as_str()]), self.changes(key))
    }

    /// Returns the changes made to it as flags, except one key.
    pub(crate) fn changes(&self, but: &str) -> String {
        let kept = self.scenario.overrides.iter().filter(|o| o.key != but);
        kept.map(|o| flag(&o.key, &o.value)).collect()
    }

    /// Whether it has a key, such as `firmware.policy`.
    pub(crate) fn sets(&self, key: &str) -> bool {
        !self.value(key).is_null()
    }

    /// Returns the scenario's value of a key, as `--set` names it; `None` if it has none.
    pub(crate) fn value(&self, key: &str) -> &Json {
        key.split('.').fold(&self.scenario.resolved, |table, name| match table {
            Json::Array(entries) => entries.iter().find(|entry| entry["name"] == name).unwrap_or(&Json::Null),
            _ => &table[name],
        })
    }

    /// Warnings, one sentence each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.scenario.warnings.problems.iter().map(|w| w.message.clone()).collect()
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
    quoted_paths(reads.map(|read| read.path.as_str()))
}

/// Returns the command that makes a folder of replications again with a number of them, without its destination.
pub(crate) fn again(results: &Results, replications: u64) -> String {
    let threshold = results.threshold().filter(|threshold| *threshold != THRESHOLD);
    let threshold = threshold.map_or_else(String::new, |amount| format!(" --threshold {amount}"));
    let sources = results.sources();
    if !sources.is_empty() {
        let folders = quoted_paths(sources.iter().map(|source| source.folder.as_str()));
        return format!("dormouse compare {folders}{threshold}");
    }
    let command = results.study().map_or_else(
        || results.command(),
        |study| {
            let changes: String =
                results.changes().into_iter().map(|(key, value)| flag(key, value)).collect();
            format!("dormouse compare {}{changes}", quoted_paths([study]))
        },
    );
    format!("{command} --replications {replications}{threshold}")
}

/// Single days are kept of one draw only.
pub(crate) fn ensure_days(results: &Results) -> Result<(), Failure> {
    if !results.replicated() {
        return Ok(());
    }
    let shown = results.dir.display();
    let (of, to) = (quoted_path(&results.dir), quoted_beside(&results.dir, "r0"));
    Err(Failure::Usage(anyhow!(
        "`{shown}` holds replications without their days; simulate one of them again with its days: \
         dormouse run --of {of} --replication 0 -o {to}"
    )))
}
