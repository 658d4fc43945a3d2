//! `dormouse explain`: a recorded day's allocation as a person would argue it.
//!
//! Runs the recorded scenario again to that day, makes sure that it comes to what was recorded, and hands the account to
//! `argument`, which finds the words.

use std::path::Path;

use anyhow::anyhow;
use dormouse::engine;
use dormouse::output::{Again, Results};
use dormouse::scenario::{self, Scenario};
use dormouse::trace::allocation_fingerprint;
use jiff::civil::Date;

use super::args::{ExplainArgs, Format};
use super::argument::{Argument, Focus};
use super::exit::{Broken, Failure, Found};
use super::inputs::quoted;
use super::terminal;

/// A recorded run, and the scenario it is run again from.
struct Recorded {
    results: Results,
    scenario: Scenario,
    replication: u32,
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
            let known = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let help = near.map_or_else(
                || format!("expected one of {}", scenario::some_of(&known())),
                |near| format!("did you mean `{near}`?"),
            );
            Failure::Usage(anyhow!("{flag} `{name}` is not in the scenario; {help}"))
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
    /// Opens a results folder; of several scenarios, the one named.
    fn open(dir: &Path, name: Option<&str>) -> Result<Self, Failure> {
        let results = Results::open(dir)?;
        super::inputs::ensure_days(&results)?;
        let shown = dir.display();
        let run = match (name, results.runs.as_slice()) {
            (None, [_]) => 0,
            (name, runs) => {
                let at = runs.iter().position(|run| Some(run.name.as_str()) == name);
                at.ok_or_else(|| {
                    let asked = name.map_or_else(String::new, |name| format!("`{name}` is not among them; "));
                    let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
                    let list = names.join("`, `");
                    Failure::Usage(anyhow!(
                        "`{shown}` holds several scenarios; {asked}say --scenario with one of `{list}`"
                    ))
                })?
            }
        };
        let results = results.alone(run)?;
        let Some(Again { resolved, replication }) = &results.again else {
            return Err(Failure::Usage(anyhow!(
                "`{shown}` does not hold the run of one scenario; expected what `dormouse run` writes"
            )));
        };
        let scenario = scenario::from_resolved(resolved, &results.runs[0].name).map_err(|problems| {
            let subject = results.dir.join("manifest.json").display().to_string();
            Failure::Problems(vec![Found { subject, problems }])
        })?;
        let replication = *replication;
        Ok(Self { results, scenario, replication })
    }

    /// Makes sure that the day run again is the day that was recorded.
    fn agrees(&self, date: Date, fingerprint: &str) -> Result<(), Failure> {
        let daily = self.results.sheet("daily.csv")?;
        for row in daily.rows() {
            if row.date("date")? == Some(date) && row.text("allocation_fingerprint")? == fingerprint {
                return Ok(());
            }
        }
        let (version, commit) = &self.results.program;
        Err(Failure::Usage(anyhow!(
            "the day does not come to what `{}` has: that was written by dormouse {version} ({commit}), this is {} \
             ({}); run the scenario again with this version",
            self.results.dir.join("daily.csv").display(),
            dormouse::output::VERSION,
            dormouse::output::COMMIT
        )))
    }
}
