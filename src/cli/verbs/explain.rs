//! `dormouse explain`: a recorded day's allocation as a person would argue it.
//!
//! Runs the recorded scenario again to that day, checks that the result is the one recorded, and passes the account to
//! `explanation`, which orders the parts.

mod binding_limits;
mod claim;
mod crossing;
mod explanation;
mod first_ready;
mod json;
mod names;
mod one_claimant;
mod recorded;
mod steps;
mod tables;
mod words;

use anyhow::anyhow;
use dormouse::engine;
use dormouse::model::Model;
use dormouse::scenario;
use dormouse::shell::quoted_path;
use dormouse::trace::allocation_fingerprint;
use jiff::civil::Date;

use crate::cli::args::ExplainArgs;
use crate::cli::args::output_options::Format;
use crate::cli::present::failure::{Broken, Failure};
use crate::cli::present::terminal;
use explanation::{Argument, Focus};
use recorded::Recorded;

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
    let focus = focus(args, model)?;
    let account = engine::account(model, recorded.replication, day).map_err(|violation| {
        let reproduce = format!("dormouse explain {} --day {}", quoted_path(&args.results), args.day);
        Failure::Invariant(Broken { violation, date: args.day, reproduce })
    })?;
    let Some(account) = account else {
        return terminal::print(&closed(model, args));
    };
    recorded.agrees(args.day, &allocation_fingerprint(&account.movements))?;
    let argument = Argument::new(model, args.day, &account, focus);
    terminal::print(&match args.look.format {
        Format::Table => argument.to_text(),
        Format::Csv => csv(&argument.cells()),
        Format::Json => format!("{:#}\n", argument.to_json()),
    })
}

/// A day on which nothing was offered, in the form asked for.
fn closed(model: &Model, args: &ExplainArgs) -> String {
    match args.look.format {
        Format::Table => format!("{} was no migration day: nothing was offered.\n", long(args.day)),
        Format::Csv => csv(&tables::no_cells()),
        Format::Json => format!("{:#}\n", json::closed(model, args.day)),
    }
}

fn csv(table: &dormouse::output::Table) -> String {
    String::from_utf8_lossy(&table.to_csv()).into_owned()
}

/// A date as a sentence begins with it.
fn long(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

fn focus(args: &ExplainArgs, model: &Model) -> Result<Focus, Failure> {
    let suppliers: Vec<&str> = model.suppliers.iter().map(|supplier| supplier.name.as_str()).collect();
    let cohorts: Vec<&str> = model.cohorts.iter().map(|cohort| cohort.name.as_str()).collect();
    let supplier = args.supplier.as_deref().map(|name| named("--supplier", name, &suppliers));
    let cohort = args.cohort.as_deref().map(|name| named("--cohort", name, &cohorts));
    Ok(Focus { supplier: supplier.transpose()?, cohort: cohort.transpose()? })
}

/// The position of a name, whatever its case where that is no other's.
fn named(flag: &str, name: &str, names: &[&str]) -> Result<usize, Failure> {
    let at = |same: &dyn Fn(&str) -> bool| names.iter().position(|known| same(known));
    let found =
        at(&|known| known == name).or_else(|| at(&|known| known.to_lowercase() == name.to_lowercase()));
    found.ok_or_else(|| {
        let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let help = scenario::nearest_name(name, names.iter().copied()).map_or_else(
            || format!("expected one of {}", scenario::some_of(&known)),
            |near| format!("did you mean `{near}`?"),
        );
        Failure::Usage(anyhow!("{flag} `{name}` is not in the scenario; {help}"))
    })
}
