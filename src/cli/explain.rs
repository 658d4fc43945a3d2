//! `dormouse explain`: a recorded day's allocation as a person would argue it.
//!
//! Runs the recorded scenario again to that day, makes sure that it comes to what was recorded, and hands the account to
//! `argument`, which finds the words.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use dormouse::engine;
use dormouse::scenario::{self, Scenario};
use dormouse::trace::allocation_fingerprint;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::args::{ExplainArgs, Format};
use super::argument::{Argument, Focus};
use super::exit::{Broken, Failure, Found};
use super::inputs::quoted;
use super::terminal;

/// What the manifest of a results folder says that a day can be run again from.
struct Recorded {
    folder: PathBuf,
    scenario: Scenario,
    replication: u32,
    version: String,
}

/// Explains one day.
pub(crate) fn explain(args: &ExplainArgs) -> Result<(), Failure> {
    let recorded = Recorded::open(&args.results, args.scenario.as_deref())?;
    let model = &recorded.scenario.model;
    let day = model.calendar.day(args.day);
    if day.index().is_none_or(|index| index >= model.calendar.n_days()) {
        let (first, last) = (model.calendar.first, model.calendar.date(model.calendar.last()));
        let message = format!("--day {} is not in the run, expected a date from {first} to {last}", args.day);
        return Err(Failure::Usage(anyhow!(message)));
    }
    let focus = focus(args, &recorded.scenario)?;
    let account = engine::account(model, recorded.replication, day).map_err(|violation| {
        let reproduce =
            format!("dormouse explain {} --day {}", quoted(&args.results.display().to_string()), args.day);
        Failure::Invariant(Broken { violation, date: args.day, reproduce })
    })?;
    let Some(account) = account else {
        let closed = format!("{} was no migration day: nothing was offered.\n", long(args.day));
        return terminal::print(&closed);
    };
    recorded.agrees(args.day, &allocation_fingerprint(&account.movements))?;
    let argument = Argument { model, date: args.day, account: &account, focus };
    terminal::print(&match args.look.format {
        Format::Table => argument.to_text(),
        Format::Csv => String::from_utf8_lossy(&argument.cells().to_csv()).into_owned(),
        Format::Json => format!("{:#}\n", argument.to_json()),
    })
}

/// A date as a sentence begins with it.
pub(super) fn long(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

fn focus(args: &ExplainArgs, scenario: &Scenario) -> Result<Focus, Failure> {
    let model = &scenario.model;
    let find = |flag: &str, name: &str, names: &mut dyn Iterator<Item = &String>| {
        let names: Vec<&String> = names.collect();
        let unknown = || {
            let near = scenario::nearest_name(name, names.iter().map(|known| known.as_str()));
            let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Failure::Usage(anyhow!("{flag} `{name}` is not in the scenario{help}"))
        };
        names.iter().position(|known| *known == name).ok_or_else(unknown)
    };
    if let Some(name) = &args.supplier {
        return find("--supplier", name, &mut model.suppliers.iter().map(|s| &s.name)).map(Focus::Supplier);
    }
    if let Some(name) = &args.cohort {
        return find("--cohort", name, &mut model.cohorts.iter().map(|c| &c.name)).map(Focus::Cohort);
    }
    Ok(Focus::Everybody)
}

impl Recorded {
    /// Reads the manifest of a results folder; of a folder of several scenarios, that of the one named.
    fn open(results: &Path, name: Option<&str>) -> Result<Self, Failure> {
        let top = manifest(results)?;
        let (folder, manifest) = if top["kind"] == "comparison" {
            let names: Vec<&str> = top["scenarios"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|s| s["name"].as_str())
                .collect();
            let Some(name) = name.filter(|name| names.contains(name)) else {
                let asked = name.map_or_else(String::new, |name| format!("`{name}` is not among them; "));
                let list = names.join("`, `");
                return Err(Failure::Usage(anyhow!(
                    "`{}` holds several scenarios; {asked}say --scenario with one of `{list}`",
                    results.display()
                )));
            };
            let folder = results.join(name);
            let manifest = self::manifest(&folder)?;
            (folder, manifest)
        } else {
            (results.to_path_buf(), top)
        };
        let not_ours = || {
            Failure::Usage(anyhow!(
                "`{}` does not hold the run of one scenario that this version of dormouse wrote; run it again",
                folder.display()
            ))
        };
        let replication = manifest["replication"].as_u64().and_then(|n| u32::try_from(n).ok());
        let name = manifest["scenario"]["name"].as_str();
        let (Some(replication), Some(name)) = (replication, name) else { return Err(not_ours()) };
        let subject = folder.join("manifest.json").display().to_string();
        let scenario = scenario::from_resolved(&manifest["resolved"], name)
            .map_err(|problems| Failure::Problems(vec![Found { subject, problems }]))?;
        let version = format!(
            "{} ({})",
            manifest["program"]["version"].as_str().unwrap_or("?"),
            manifest["program"]["commit"].as_str().unwrap_or("?")
        );
        Ok(Self { folder, scenario, replication, version })
    }

    /// Makes sure that the day run again is the day that was recorded.
    fn agrees(&self, date: Date, fingerprint: &str) -> Result<(), Failure> {
        let path = self.folder.join("daily.csv");
        let shown = path.display();
        let mut reader = csv::Reader::from_path(&path)
            .with_context(|| format!("cannot read `{shown}`"))
            .map_err(Failure::Usage)?;
        let column = |name: &str, header: &csv::StringRecord| header.iter().position(|field| field == name);
        let header =
            reader.headers().with_context(|| format!("`{shown}` is not CSV")).map_err(Failure::Usage)?;
        let (day, recorded) = (column("date", header), column("allocation_fingerprint", header));
        let date = date.to_string();
        let row =
            reader.records().filter_map(Result::ok).find(|row| day.and_then(|at| row.get(at)) == Some(&date));
        let recorded = row.as_ref().and_then(|row| row.get(recorded?));
        if recorded == Some(fingerprint) {
            return Ok(());
        }
        let found = recorded.unwrap_or("nothing");
        Err(Failure::Usage(anyhow!(
            "the day does not come to what was recorded: its allocation is {fingerprint}, `{shown}` has {found}; \
             the folder was written by dormouse {}, this is {} ({}): run the scenario again with this version, \
             or the folder was changed",
            self.version,
            dormouse::output::VERSION,
            dormouse::output::COMMIT
        )))
    }
}

fn manifest(folder: &Path) -> Result<Json, Failure> {
    let path = folder.join("manifest.json");
    let shown = path.display();
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("`{}` is not a results folder: cannot read `{shown}`", folder.display()));
    let json = text.and_then(|text| {
        serde_json::from_str::<Json>(&text).with_context(|| format!("`{shown}` is not JSON"))
    });
    json.map_err(Failure::Usage)
}
