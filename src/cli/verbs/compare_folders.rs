//! `dormouse compare` of results folders reads their replications back and compares them pair by pair. Nothing is
//! simulated, so any difference that would break the pairs is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use dormouse::chart::{self, Caption};
use dormouse::output::{self, Cell, Extra, Gathered, GatheredStudy, Reserved, Results, Source, Table};
use dormouse::replications::{Comparison, Replications, Threshold};
use dormouse::scenario;
use dormouse::wording::numbers;
use serde_json::json;

use crate::cli::args::CompareArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::input::scenarios::{Paired, THRESHOLD};
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::replicate;
use crate::cli::runs::simulate;

/// Compares the scenarios of folders, and writes the answer if it is to be kept.
pub(crate) fn compare(args: &CompareArgs, folders: &[PathBuf], terminal: &Terminal) -> Result<(), Failure> {
    ensure_folders(folders)?;
    refuse_flags(args, &folders[0])?;
    let dir = args.place.dir.as_deref();
    let reserved = dir.map(|dir| {
        scenarios::ensure_no_source(dir, folders)?;
        Ok::<_, Failure>(output::reserve(dir, args.place.force)?)
    });
    let reserved = reserved.transpose()?;
    let all = folders.iter().map(|dir| replicate::replicated(dir)).collect::<Result<Vec<Results>, _>>()?;
    ensure_as_many(&all)?;
    let mut scenarios = Vec::new();
    for results in &all {
        scenarios.extend(Gathered::read(results)?);
    }
    let answer = FolderAnswer::of(scenarios, folders, args)?;
    let printed = match args.look.format {
        Format::Table => answer.text(),
        Format::Csv => {
            answer.notes.iter().for_each(|note| terminal.say(note.trim_end()));
            String::from_utf8_lossy(&output::study_difference_table(&answer.comparisons).to_csv())
                .into_owned()
        }
        Format::Json => answer.json(dir),
    };
    if let Some(reserved) = &reserved {
        answer.write(reserved)?;
    }
    terminal::print(&printed)?;
    terminal.say(match dir {
        Some(dir) => format!("Results: {}; look at answer.txt", dir.display()),
        None => "Nothing was simulated or written; keep it with -o DIR".to_owned(),
    });
    Ok(())
}

/// Either one study file or results folders.
fn ensure_folders(paths: &[PathBuf]) -> Result<(), Failure> {
    let shown = |path: &PathBuf| path.display().to_string();
    let folder = paths.iter().find(|path| path.is_dir()).map(shown);
    let file = paths.iter().find(|path| path.is_file()).map(shown);
    let missing = paths.iter().find(|path| !path.exists()).map(shown);
    Err(Failure::Usage(match (missing, file, folder) {
        (None, None, _) => return Ok(()),
        (Some(path), ..) => {
            anyhow!("`{path}` is not there; expected one study file, or the results folders to compare")
        }
        (_, Some(file), Some(folder)) => anyhow!(
            "found the file `{file}` beside the folder `{folder}`; expected one study file, or results folders only: answer \
             the study first, then compare its folder"
        ),
        (_, Some(_), None) => {
            anyhow!("found {} files, expected one study file; answer studies one at a time", paths.len())
        }
    }))
}

/// A folder was simulated as it is.
fn refuse_flags(args: &CompareArgs, folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    let of_a_study = [
        ("--counts", !args.counted.counts.is_empty()),
        ("--replications", args.replications.is_some()),
        ("--layer-runs", args.layers.layer_runs.is_some()),
        ("--levels", args.layers.levels.is_some()),
        ("--since", args.since.is_some()),
        ("--resume", args.resume.is_some()),
        ("--threads", args.threads.is_some()),
    ];
    if let Some((flag, _)) = of_a_study.iter().find(|(_, given)| *given) {
        return Err(Failure::Usage(anyhow!(
            "{flag} goes with a study file; `{shown}` is a folder, of which nothing is simulated again: leave {flag} out"
        )));
    }
    if args.place.force && args.place.dir.is_none() {
        return Err(Failure::Usage(anyhow!("--force goes with -o: without it nothing is written")));
    }
    Ok(())
}

/// Pairs need a replication on either side; which of them to leave out is not ours to say.
fn ensure_as_many(all: &[Results]) -> Result<(), Failure> {
    let most = all.iter().max_by_key(|results| results.replications());
    let fewest = all.iter().min_by_key(|results| results.replications());
    let Some((most, fewest)) = most.zip(fewest) else { return Ok(()) };
    let (n, fewer) = (most.replications(), fewest.replications());
    if n == fewer {
        return Ok(());
    }
    Err(Failure::Usage(anyhow!(
        "`{}` holds {} replications and `{}` holds {}; pairs need the same number on both sides: run the smaller one again, to another \
         folder: {} -o DIR",
        fewest.dir.display(),
        numbers::count(fewer),
        most.dir.display(),
        numbers::count(n),
        scenarios::again(fewest, n)
    )))
}

/// The inputs that make values of one replication a pair, and days the same days.
fn ensure_pairs(baseline: &Gathered, other: &Gathered) -> Result<(), Failure> {
    let pair = [baseline, other].map(|one| Paired {
        named: of_folder(&one.source),
        seed: one.seed,
        layers: one.layers,
        first: one.replications.first,
        last: one.replications.last,
    });
    pair[0].ensure_with(
        &pair[1],
        [
            "run one again with the other's --seed",
            "run one again with `uncertainty.parametric` and `uncertainty.stochastic` as in the other",
        ],
    )
}

/// A scenario and where it was found.
fn of_folder(source: &Source) -> String {
    format!("`{}` of `{}`", source.scenario, source.folder)
}

/// The answer of a comparison of folders, in its forms.
struct FolderAnswer {
    /// The baseline first.
    scenarios: Vec<Gathered>,
    comparisons: Vec<Comparison>,
    threshold: Threshold,
    /// Present if there are several scenarios beside the baseline.
    ranking: Option<Table>,
    /// Notes on the origin of the values, a line each.
    notes: Vec<String>,
}

impl FolderAnswer {
    fn of(found: Vec<Gathered>, folders: &[PathBuf], args: &CompareArgs) -> Result<Self, Failure> {
        let (mut scenarios, mut notes) = (Vec::<Gathered>::new(), Vec::new());
        for one in found {
            match scenarios.iter().find(|known| known.same_as(&one)) {
                Some(known) => notes.push(format!(
                    "{} is the same as {} in every replication, so it is used once.\n",
                    of_folder(&one.source),
                    of_folder(&known.source)
                )),
                None => scenarios.push(one),
            }
        }
        for one in &mut scenarios {
            // The inputs are not known if an older version wrote the folder.
            if let Ok(scenario) = scenario::from_resolved(&one.resolved, &one.source.scenario) {
                one.replications.computed_from(&scenario.model);
            }
        }
        for other in &scenarios[1..] {
            ensure_pairs(&scenarios[0], other)?;
        }
        if let [only] = scenarios.as_slice() {
            let shown = folders.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>();
            return Err(Failure::Usage(anyhow!(
                "in {} there is only the scenario `{}`, and nothing to compare it with; name a folder with another scenario",
                numbers::list(&shown),
                only.source.scenario
            )));
        }
        make_names_unique(&mut scenarios)?;
        notes.extend(plan_dates(&scenarios));
        notes.extend(programs(&scenarios));
        let threshold = args.threshold.unwrap_or(THRESHOLD);
        let (baseline, others) = (&scenarios[0].replications, &scenarios[1..]);
        let against =
            |one: &Gathered| Comparison::between(baseline, &one.replications, threshold, others.len());
        let comparisons = others.iter().map(against).collect();
        let mut answer = Self { scenarios, comparisons, threshold, ranking: None, notes };
        answer.ranking =
            (answer.scenarios.len() > 2).then(|| output::ranking_table(&answer.runs(), &answer.comparisons));
        Ok(answer)
    }

    /// Returns the number of full replications of all scenarios.
    fn full(&self) -> usize {
        let full = self.scenarios.iter().map(|one| one.replications.full_at().len());
        full.min().unwrap_or(0)
    }

    fn runs(&self) -> Vec<&Replications> {
        self.scenarios.iter().map(|one| &one.replications).collect()
    }

    /// The screen.
    fn text(&self) -> String {
        let mut from = Table::new(&[("scenario", ""), ("read back from", "")]);
        for one in &self.scenarios {
            let folder = Cell::from(one.source.folder.as_str());
            from.push(vec![one.replications.scenario.as_str().into(), folder]);
        }
        let ranking = self.ranking.as_ref().map_or_else(String::new, output::ranking_text);
        let answer = output::answer(&self.runs(), &self.comparisons, &[], [&[], &[]]);
        format!("{}{}\n{answer}{ranking}", from.to_text(), self.notes.concat())
    }

    fn json(&self, dir: Option<&Path>) -> String {
        let mut body = replicate::to_json(dir, &self.runs(), &self.comparisons, &[]);
        body["ranking"] = json!(self.ranking.as_ref().map(Table::to_json));
        body["sources"] = self.scenarios.iter().map(|one| one.source.to_json()).collect();
        body["notes"] = self.notes.iter().map(|note| note.trim_end()).collect();
        format!("{body:#}\n")
    }

    fn write(&self, reserved: &Reserved) -> Result<(), Failure> {
        let source = |one: &Gathered| (one.replications.scenario.clone(), one.fingerprint.clone());
        let caption = Caption {
            replications: self.scenarios[0].replications.n(),
            full: self.full(),
            ..Caption::new(self.scenarios.iter().map(source).collect())
        };
        let caption = caption.about(self.scenarios.iter().map(|one| &one.resolved));
        let figures = chart::of_replications(&self.runs(), &self.comparisons, Gathered::STOPPED, &caption);
        let mut extras = simulate::files(&figures)?;
        let ranking = self.ranking.as_ref().map(Table::to_csv);
        extras.extend(ranking.map(|bytes| Extra { name: "ranking.csv".to_owned(), bytes }));
        let (scenarios, comparisons, answer) = (&self.scenarios, &self.comparisons, &self.text());
        let threshold = self.threshold;
        let study = GatheredStudy { scenarios, comparisons, threshold, answer, extras: &extras };
        output::write_gathered(reserved, &study)?;
        Ok(())
    }
}

/// Names scenarios of the same name by their folders too: `early of last-week`.
fn make_names_unique(scenarios: &mut [Gathered]) -> Result<(), Failure> {
    let names: Vec<String> = scenarios.iter().map(|one| one.replications.scenario.clone()).collect();
    // `.` is shown by the folder's real name.
    let whole = |one: &Gathered| {
        let folder = Path::new(&one.source.folder);
        fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
    };
    let labels = labels(&scenarios.iter().map(whole).collect::<Vec<_>>());
    for ((one, name), label) in scenarios.iter_mut().zip(&names).zip(labels) {
        if names.iter().filter(|other| *other == name).count() > 1 {
            one.replications.scenario = format!("{name} of {label}");
            one.replications.title = format!("{} of {label}", one.replications.title);
        }
    }
    let titles: Vec<String> = scenarios.iter().map(|one| one.replications.title.clone()).collect();
    for (one, title) in scenarios.iter_mut().zip(&titles) {
        if titles.iter().filter(|other| *other == title).count() > 1 {
            one.replications.title = one.replications.scenario.clone();
        }
    }
    let mut seen = BTreeSet::new();
    match scenarios.iter().find(|one| !seen.insert(one.replications.scenario.to_lowercase())) {
        None => Ok(()),
        Some(twice) => Err(Failure::Usage(anyhow!(
            "two scenarios would be named `{}`, which also names their folders; rename a results folder",
            twice.replications.scenario
        ))),
    }
}

/// Names each folder by the fewest last parts of its path that are unique, as a plain file name.
fn labels(folders: &[PathBuf]) -> Vec<String> {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let parts = |folder: &PathBuf| -> Vec<String> {
        let steps = folder.components().map(|step| step.as_os_str().to_string_lossy().into_owned());
        steps.map(|step| step.chars().map(plain).collect()).collect()
    };
    let all: Vec<Vec<String>> = folders.iter().map(parts).collect();
    let last = |parts: &[String], n: usize| parts[parts.len().saturating_sub(n)..].join("-");
    let longest = all.iter().map(Vec::len).max().unwrap_or(1);
    let label = |one: &Vec<String>| {
        let alone = |n: &usize| all.iter().all(|other| other == one || last(other, *n) != last(one, *n));
        let n = (1..longest).find(alone).unwrap_or(longest);
        last(one, n).trim_matches(['.', ' ']).to_owned()
    };
    all.iter().map(label).collect()
}

/// Returns a note if the plan dates differ.
fn plan_dates(scenarios: &[Gathered]) -> Option<String> {
    let plans = scenarios.iter().map(|one| (&one.replications.scenario, one.replications.plan));
    let words = |plan: Option<_>| plan.map_or_else(|| "none".to_owned(), |date| Cell::from(date).display());
    let list = plans.clone().map(|(name, plan)| format!("{name} {}", words(plan)));
    let differ = plans.clone().any(|(_, plan)| plan != scenarios[0].replications.plan);
    let list = list.collect::<Vec<_>>().join(", ");
    differ
        .then(|| format!("Plan dates differ, so \"plan date met\" uses the date of each scenario: {list}.\n"))
}

/// Returns a note if different versions of the program made the folders.
fn programs(scenarios: &[Gathered]) -> Option<String> {
    let sources = scenarios.iter().map(|one| (&one.replications.scenario, &one.source.program));
    let differ = sources.clone().any(|(_, program)| *program != scenarios[0].source.program);
    let list = sources.map(|(name, (version, commit))| format!("{name} by dormouse {version} ({commit})"));
    let list = list.collect::<Vec<_>>().join(", ");
    differ.then(|| {
        format!("The programs differ, and may draw differently. A difference may come from the program as well as from the plan: {list}.\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_by_as_much_of_their_path_as_is_needed() {
        let labels = |folders: &[&str]| labels(&folders.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(labels(&["results/last", "results/this"]), ["last", "this"]);
        assert_eq!(labels(&["a/results", "b/results", "b/other"]), ["a-results", "b-results", "other"]);
        assert_eq!(labels(&["../week 40 (b)/", "x", "x"]), ["week-40--b-", "x", "x"]);
        assert_eq!(labels(&["results", "a/results"]), ["results", "a-results"]);
    }
}
