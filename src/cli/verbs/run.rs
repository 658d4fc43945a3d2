//! `dormouse run` simulates scenarios with the same draws, writes their results folder, and prints the next command.
//!
//! It reads, checks the results folder, simulates, writes and prints. It simulates nothing that it could not write.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use dormouse::engine;
use dormouse::file_name::LONGEST;
use dormouse::findings::{Difference, Findings};
use dormouse::model::FirmwarePolicy;
use dormouse::output::{self, Reserved, Table};
use dormouse::shell::{quoted_beside, quoted_path};
use dormouse::wording::numbers;
use jiff::civil::Date;
use serde_json::json;

use crate::cli::args::RunArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::input::scenarios::Read;
use crate::cli::input::snapshot_file;
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::checkpoint;
use crate::cli::runs::kept_replication::Kept;
use crate::cli::runs::memory;
use crate::cli::runs::memory::Runs;
use crate::cli::runs::progress;
use crate::cli::runs::replicate;
use crate::cli::runs::replicate::Wanted;
use crate::cli::runs::simulate;
use crate::cli::runs::simulate::{Finished, REPLICATION};

/// Runs scenarios and writes their results.
pub(crate) fn run(args: &RunArgs, terminal: &Terminal) -> Result<(), Failure> {
    let replication = args.replication.unwrap_or(REPLICATION);
    let kept = args.of.as_deref().map(|dir| Kept::open(dir, replication)).transpose()?;
    let reads = match &kept {
        Some(kept) => kept.reads()?,
        None => scenarios::read_all(&args.scenarios, &args.changes)?,
    };
    for warnings in scenarios::warnings(&reads) {
        terminal.warn(&warnings);
    }
    simulate::say_boxes(&reads, terminal);
    if let Some(until) = args.until {
        return stop(args, until, only(&reads, "--until")?, terminal);
    }
    let wanted = Wanted::of(args);
    if args.since.is_some() && wanted.is_none() {
        let message = "--since goes with --replications or --precision: one run gives no chance";
        return Err(Failure::Usage(anyhow!(message)));
    }
    if args.threshold.is_some() && wanted.is_none() {
        let message = "--threshold goes with --replications or --precision: one run has no verdict";
        return Err(Failure::Usage(anyhow!(message)));
    }
    if args.layers.levels.is_some() && wanted.is_none() {
        let message = "--levels goes with --replications or --precision: one run is of the full programme";
        return Err(Failure::Usage(anyhow!(message)));
    }
    let snapshot = match &args.resume {
        Some(path) if wanted.is_none() => Some(snapshot_file::load(path, only(&reads, "--resume")?)?),
        _ => None,
    };
    let dir = args.place.dir.clone().unwrap_or_else(|| default_dir(&reads, args.replication));
    scenarios::ensure_comparable(&reads, "give both the same with --seed")?;
    if let Some(Wanted::Until(..)) = wanted {
        replicate::need_dormant(&reads, "a precision is that of Dormant days")?;
    }
    let read: Vec<PathBuf> = args.since.iter().chain(&args.of).cloned().collect();
    scenarios::ensure_no_source(&dir, &read)?;
    let runs = if wanted.is_some() { Runs::Many } else { Runs::OneOfEach };
    memory::ensure_enough(&reads, runs, args.threads)?;
    let reserved = output::reserve(&dir, args.place.force)?;
    if let Some(wanted) = wanted {
        terminal.say(format_args!("{}, {wanted}", opening(&reads)));
        return replicate::run(args, wanted, &reads, &reserved, terminal);
    }
    let which = args.replication.map_or_else(String::new, |k| format!(", replication {k}"));
    terminal.say(format_args!("{}{which}", opening(&reads)));
    checkpoint::end_on_interrupt(&reserved);
    let bar = progress::bar(terminal, reads.len());
    let finished = match snapshot {
        Some(snapshot) => reads
            .into_iter()
            .map(|read| simulate::resume(read, snapshot.clone()))
            .collect::<Result<_, _>>()?,
        None => simulate::simulate_all(reads, replication, args.threads, &bar)?,
    };
    if let Some(kept) = &kept {
        kept.ensure_same(&finished)?;
    }
    bar.set_message("writing");
    checkpoint::ignore_interrupts();
    let written = write(&reserved, &finished);
    bar.finish_and_clear();
    written?;
    terminal::print(&answer(&finished, &dir, args.look.format))?;
    terminal.say(closing(&finished, &dir));
    Ok(())
}

/// Simulates to the end of a day and keeps the state.
fn stop(args: &RunArgs, until: Date, read: &Read, terminal: &Terminal) -> Result<(), Failure> {
    let calendar = &read.scenario.model.calendar;
    let day = calendar.day(until);
    let (first, last) = (calendar.first, calendar.date(calendar.last()));
    if until < first || until >= last {
        let message = format!(
            "--until {until} is not inside the run, expected a date from {first} to the day before {last}"
        );
        return Err(Failure::Usage(anyhow!(message)));
    }
    let name = || PathBuf::from("results").join(format!("{}-until-{until}", read.scenario.model.name));
    let dir = args.place.dir.clone().unwrap_or_else(name);
    snapshot_file::paths(&dir)
        .iter()
        .try_for_each(|path| scenarios::ensure_no_input(std::slice::from_ref(read), path))?;
    snapshot_file::ensure_free(&dir, args.place.force)?;
    let folder = output::reserve_loose(&dir, args.place.force)?;
    let state = engine::run_until(&read.scenario.model, args.replication.unwrap_or(REPLICATION), day);
    let state = state.map_err(|violation| simulate::broken(read, violation))?;
    snapshot_file::write(&folder, read, until, state)?;
    let [path, counts] = snapshot_file::paths(&dir);
    terminal.say(format_args!("Written: {}, the state at the end of {until}", path.display()));
    terminal.say(format_args!("Written: {}, the counts of that state, for --counts", counts.display()));
    terminal.say(format_args!("Next: {} --resume {}", read.command(), quoted_path(&path)));
    Ok(())
}

fn only<'a>(reads: &'a [Read], flag: &str) -> Result<&'a Read, Failure> {
    match reads {
        [one] => Ok(one),
        several => {
            let n = several.len();
            Err(Failure::Usage(anyhow!("{flag} goes with one scenario, found {n}; run them one at a time")))
        }
    }
}

/// Most bytes of names joined in that of a folder, so that what goes behind them fits too.
const LONGEST_PAIR: usize = 2 * LONGEST - 16;

/// `results/NAME`, or for several `results/BASELINE-vs-OTHER`, or their number where that would be long; `-rK` goes behind it for
/// a replication that was asked for.
fn default_dir(reads: &[Read], replication: Option<u32>) -> PathBuf {
    let names: Vec<&str> = reads.iter().map(|read| read.scenario.model.name.as_str()).collect();
    let joined = names.join("-vs-");
    let name = match names.as_slice() {
        [baseline, others @ ..] if others.len() > 2 || joined.len() > LONGEST_PAIR => {
            format!("{baseline}-vs-{}-others", others.len())
        }
        _ => joined,
    };
    let which = replication.map_or_else(String::new, |k| format!("-r{k}"));
    PathBuf::from("results").join(name + &which)
}

fn write(reserved: &Reserved, finished: &[Finished]) -> Result<(), Failure> {
    match finished {
        [one] => output::write(reserved, &one.as_run())?,
        several => {
            let runs: Vec<_> = several.iter().map(Finished::as_run).collect();
            output::write_comparison(reserved, &runs, &simulate::overlaid(several)?)?
        }
    };
    Ok(())
}

/// One line at once, before the work.
fn opening(reads: &[Read]) -> String {
    let model = &reads[0].scenario.model;
    let what = match reads {
        [one] => format!("scenario `{}`", one.scenario.model.name),
        several => format!("{} scenarios under the same draws", several.len()),
    };
    let installations = numbers::count(model.installations());
    format!(
        "dormouse: {what}, {installations} installations, {} days, seed {}",
        model.calendar.n_days(),
        model.seed
    )
}

fn answer(finished: &[Finished], dir: &Path, format: Format) -> String {
    let findings: Vec<&Findings> = finished.iter().map(|run| &run.findings).collect();
    match format {
        Format::Table => output::comparison(&findings),
        Format::Csv => String::from_utf8_lossy(&summaries(&findings).to_csv()).into_owned(),
        Format::Json => format!("{:#}\n", as_json(&findings, dir)),
    }
}

/// Every measure of every run in one tidy table; the scenario is its first column.
fn summaries(findings: &[&Findings]) -> Table {
    let mut tables = findings.iter().map(|findings| output::summary_table(findings));
    let mut whole = tables.next().unwrap_or_default();
    whole.rows.extend(tables.flat_map(|table| table.rows));
    whole
}

fn as_json(findings: &[&Findings], dir: &Path) -> serde_json::Value {
    let differences: Vec<Difference> =
        findings[1..].iter().map(|f| Difference::between(findings[0], f)).collect();
    json!({
        "schema": "dormouse-run",
        "version": 2,
        "results": dir.display().to_string(),
        "spread": "one draw, not a forecast; no uncertainty shown",
        "summary": summaries(findings).to_json(),
        "difference": output::difference_table(&differences).to_json(),
    })
}

/// Returns the place of the results and the next command.
fn closing(finished: &[Finished], dir: &Path) -> String {
    let (shown, explain) = (dir.display(), quoted_path(dir));
    let beside = |suffix: &dyn Display| quoted_beside(dir, suffix);
    match finished {
        [one] if !one.model().has_dormant() => {
            let command = one.read.command();
            format!(
                "Results: {shown}; look at fig-scurve.png, weekly.csv\n\
                 Who got what on a day, and why: dormouse explain {explain} --day DATE\n\
                 Next, how sure that is:\n  {command} \\\n    --replications 200 -o {}",
                beside(&200)
            )
        }
        [one] => {
            let existing = one.model().firmware.policy == FirmwarePolicy::Existing;
            let other = if existing { "early" } else { "existing" };
            let command = one.read.command_without("firmware.policy") + &one.which();
            format!(
                "Results: {shown}; look at fig-scurve.png, weekly.csv\n\
                 Who got what on a day, and why: dormouse explain {explain} --day DATE\n\
                 Next, the other firmware policy:\n  {command} \\\n    --firmware {other} -o {}",
                beside(&other)
            )
        }
        several => {
            let paths = scenarios::paths(several.iter().map(|run| &run.read));
            let changes = several[0].read.changes("seed") + &several[0].which();
            let seed = several[0].model().seed.wrapping_add(1);
            format!(
                "Results: {shown}; look at fig-scurve.png, difference.csv\n\
                 Next, another draw:\n  dormouse run {paths}{changes} \\\n    --seed {seed} -o {}",
                beside(&seed)
            )
        }
    }
}
