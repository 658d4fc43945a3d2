//! `dormouse record` and `dormouse replay`: days of allocation kept with their answers, and whether a changed allocator
//! still gives them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow};
use dormouse::engine;
use dormouse::model::Day;
use dormouse::output::{self, Cell, Extra, Table};
use dormouse::recording::Recording;
use serde_json::json;

use crate::cli::args::output_options::Format;
use crate::cli::args::{RecordArgs, ReplayArgs};
use crate::cli::input::file_or_stdin;
use crate::cli::input::scenarios;
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::simulate;
use crate::cli::runs::simulate::REPLICATION;

/// Records every N-th migration day of a scenario.
pub(crate) fn record(args: &RecordArgs, terminal: &Terminal) -> Result<(), Failure> {
    let reads = scenarios::read_all(std::slice::from_ref(&args.scenario), &args.changes)?;
    for warnings in scenarios::warnings(&reads) {
        terminal.warn(&warnings);
    }
    let read = &reads[0];
    let model = &read.scenario.model;
    let open = (0..).map(Day).zip(&model.calendar.migration).filter(|(_, open)| **open).map(|(day, _)| day);
    let days: Vec<Day> = open.step_by(args.every).collect();
    if days.is_empty() {
        return Err(Failure::Usage(anyhow!("the scenario has no migration day to record")));
    }
    let (dir, name) = (args.output.parent().unwrap_or(Path::new("")), args.output.file_name());
    let Some(name) = name.and_then(|name| name.to_str()) else {
        return Err(Failure::Usage(anyhow!("`{}` does not name a file", args.output.display())));
    };
    if args.output.is_dir() {
        return Err(Failure::Usage(anyhow!(
            "`{}` is a folder, expected a file to write",
            args.output.display()
        )));
    }
    scenarios::ensure_no_input(&reads, &args.output)?;
    let folder = output::reserve_loose(dir, args.force)?;
    let accounts = engine::accounts(model, REPLICATION, &days);
    let accounts = accounts.map_err(|violation| simulate::broken(read, violation))?;
    let recording = Recording::of(model, &accounts);
    let text = recording.to_json().context("cannot write the recording as JSON").map_err(Failure::World)?;
    folder.write(&[Extra { name: name.to_owned(), bytes: text.into_bytes() }])?;
    let (n_days, shown) = (recording.days.len(), args.output.display());
    terminal.say(format_args!("Written: {shown}, {n_days} days of `{}`", model.name));
    Ok(())
}

/// The slots that moved for one supplier.
#[derive(Clone, Copy, Debug, Default)]
struct Moved {
    lost: i64,
    gained: i64,
    days: u64,
    size: Size,
}

impl Moved {
    fn net(&self) -> i64 {
        self.gained - self.lost
    }
}

/// The size of a supplier, by its share of the demand of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Size {
    /// From 5%.
    Large,
    /// From 1%.
    Medium,
    #[default]
    Small,
}

impl Size {
    fn of(demand: u64, all: u64) -> Self {
        match 100 * u128::from(demand) {
            large if large >= 5 * u128::from(all) => Self::Large,
            medium if medium >= u128::from(all) => Self::Medium,
            _ => Self::Small,
        }
    }
}

/// Replays recordings, names the suppliers whose slots moved, and fails if any slot moved.
pub(crate) fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    let mut moved: BTreeMap<(String, String), Moved> = BTreeMap::new();
    let (mut days, mut cells, mut broken) = (0, 0, Vec::new());
    for path in &args.recordings {
        let recording = load(path)?;
        let demand = recording.demand();
        let all = demand.iter().sum();
        for (day, replayed) in recording.days.iter().zip(recording.replay(recording.rules)) {
            (days, cells) = (days + 1, cells + replayed.cells);
            broken
                .extend(replayed.broken.map(|what| format!("{}, {}: {what}", recording.scenario, day.date)));
            let suppliers = recording.suppliers.iter().zip(&demand).zip(replayed.moved);
            for ((supplier, demand), change) in suppliers.filter(|(_, change)| *change != 0) {
                let of_supplier = moved.entry((recording.scenario.clone(), supplier.clone())).or_default();
                of_supplier.lost += (-change).max(0);
                of_supplier.gained += change.max(0);
                of_supplier.days += 1;
                of_supplier.size = Size::of(*demand, all);
            }
        }
    }
    let table = table(&moved);
    terminal::print(&match args.look.format {
        Format::Table if cells == 0 => format!("{days} days replayed: every slot as recorded.\n"),
        Format::Table => format!(
            "{days} days replayed: {cells} cells got other slots than recorded.\n{}",
            if moved.is_empty() {
                "No supplier's sum moved.\n".to_owned()
            } else {
                format!("{}{}\n", table.to_text(), by_size(&moved.values()))
            }
        ),
        Format::Csv => String::from_utf8_lossy(&table.to_csv()).into_owned(),
        Format::Json => {
            let body = json!({ "schema": "dormouse-replay", "version": 1, "days": days, "cells_moved": cells, "days_unproven": broken.len(), "suppliers": table.to_json() });
            format!("{body:#}\n")
        }
    })?;
    match (broken.first(), cells) {
        (Some(what), _) => Err(Failure::Missed(anyhow!(
            "the certificate of {} of {days} days does not hold; the first, {what}",
            broken.len()
        ))),
        (None, 0) => Ok(()),
        (None, _) => Err(Failure::Missed(anyhow!(
            "the allocation is not what was recorded; if you meant the change, record again with --force"
        ))),
    }
}

/// Returns the slots that moved between supplier sizes, in one line.
fn by_size<'a>(moved: &(impl Iterator<Item = &'a Moved> + Clone)) -> String {
    let net = |size: Size| moved.clone().filter(|moved| moved.size == size).map(Moved::net).sum::<i64>();
    let [large, medium, small] = [Size::Large, Size::Medium, Size::Small].map(net);
    format!(
        "Net, by share of the demand recorded: large suppliers (from 5%) {large:+}, medium (from 1%) {medium:+}, small {small:+}."
    )
}

/// Returns losses and gains by supplier, the largest net loss first.
fn table(moved: &BTreeMap<(String, String), Moved>) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("supplier", ""),
        ("lost", "installations"),
        ("gained", "installations"),
        ("net", "installations"),
        ("days", "days"),
    ]);
    let mut rows: Vec<_> = moved.iter().collect();
    rows.sort_by_key(|(_, moved)| moved.net());
    for ((scenario, supplier), moved) in rows {
        let Moved { lost, gained, days, .. } = *moved;
        let counts = [Cell::Int(lost), Cell::Int(gained), Cell::Int(moved.net()), Cell::from(days)];
        table.push(
            [Cell::from(scenario.as_str()), supplier.as_str().into()].into_iter().chain(counts).collect(),
        );
    }
    table
}

fn load(path: &Path) -> Result<Recording, Failure> {
    let recording = Recording::from_json(&file_or_stdin::read(path)?);
    recording.with_context(|| format!("cannot replay `{}`", path.display())).map_err(Failure::Usage)
}
