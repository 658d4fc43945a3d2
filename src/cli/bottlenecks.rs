//! `dormouse bottlenecks`: what holds the next installation back, and what one change would buy under the same draws.

use dormouse::engine::{self, Violation};
use dormouse::findings::{Bottleneck, BottleneckMonth, Findings, bottlenecks as months_of};
use dormouse::model::Model;
use dormouse::output::{Cell, Table};
use dormouse::wording::letters::{columns, fold};
use dormouse::wording::numbers;
use rayon::prelude::*;
use serde_json::json;

use super::args::BottlenecksArgs;
use super::failure::Failure;
use super::inputs::{self, Read};
use super::look::Format;
use super::simulate;
use super::terminal::{self, Terminal};

/// One thing changed in one group.
#[derive(Clone, Debug)]
struct Change {
    group: usize,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// So many more slots a day, in the group and where the programme's limit is.
    Slots(u32),
    /// So many more firmware updates a day.
    Firmware(u32),
    /// Firmware opens so many weeks earlier.
    Earlier(u32),
}

/// What a change did in one draw: changed run minus the scenario.
#[derive(Clone, Copy, Debug)]
struct Bought {
    dormant_days_avoided: i64,
    active_days_avoided: i64,
    more_active: i64,
}

/// Says what binds, and what it would take.
pub(crate) fn bottlenecks(args: &BottlenecksArgs, terminal: &Terminal) -> Result<(), Failure> {
    let reads = inputs::read_all(std::slice::from_ref(&args.scenario), &args.changes)?;
    for warnings in inputs::warnings(&reads) {
        terminal.warn(&warnings);
    }
    let read = &reads[0];
    let model = &read.scenario.model;
    let pool = simulate::pool(args.threads)?;
    let changes = changes(model, args);
    let n_runs = (changes.len() + 1) * args.replications as usize;
    terminal.say(format_args!(
        "dormouse: scenario `{}`, {n_runs} runs: {} draws of it and of {} changes",
        model.name,
        args.replications,
        changes.len()
    ));
    let draws: Result<Vec<Draw>, Violation> = pool.install(|| {
        let replications = (0..args.replications).into_par_iter();
        replications.map(|replication| draw(model, &changes, replication)).collect()
    });
    let draws = draws.map_err(|violation| simulate::broken(read, violation))?;
    terminal::print(&answer(read, args, &changes, &draws))
}

/// Everything of one draw.
struct Draw {
    months: Vec<BottleneckMonth>,
    bought: Vec<Bought>,
}

/// Runs the scenario and every change under one replication's draws.
fn draw(model: &Model, changes: &[Change], replication: u32) -> Result<Draw, Violation> {
    let trace = engine::simulate_draw(model, replication.into())?;
    let plain = Findings::of(model, &trace);
    let bought = changes.par_iter().map(|change| {
        let changed = change.made(model);
        let findings = Findings::of(&changed, &engine::simulate_draw(&changed, replication.into())?);
        let minus = |a: u64, b: u64| a.cast_signed() - b.cast_signed();
        Ok(Bought {
            dormant_days_avoided: minus(plain.dormant_days.total, findings.dormant_days.total),
            active_days_avoided: minus(plain.active.days_since_entry, findings.active.days_since_entry),
            more_active: minus(findings.active.migrated, plain.active.migrated),
        })
    });
    Ok(Draw { bought: bought.collect::<Result<_, _>>()?, months: months_of(model, &trace) })
}

/// The changes worth asking about, by group; firmware only where anybody is Dormant, updates only where they are limited.
fn changes(model: &Model, args: &BottlenecksArgs) -> Vec<Change> {
    let dormant = model.has_dormant();
    let of_group = |group: usize| {
        let limited = model.groups[group].firmware_capacity.is_some();
        let firmware = (dormant && limited).then_some(What::Firmware(args.more));
        let all = [Some(What::Slots(args.more)), firmware, dormant.then_some(What::Earlier(args.weeks))];
        all.into_iter().flatten().map(move |what| Change { group, what })
    };
    (0..model.groups.len()).flat_map(of_group).collect()
}

impl Change {
    fn made(&self, model: &Model) -> Model {
        let mut model = model.clone();
        let group = &mut model.groups[self.group];
        match self.what {
            What::Slots(more) => {
                group.capacity.more += more;
                model.capacity.iter_mut().for_each(|limit| limit.more += more);
            }
            What::Firmware(more) => {
                group.firmware_capacity.iter_mut().for_each(|limit| limit.more += more);
            }
            What::Earlier(weeks) => {
                let of_group = model.cohorts.iter_mut().filter(|cohort| cohort.group == self.group);
                of_group.for_each(|cohort| cohort.head_start += 7 * weeks);
            }
        }
        model
    }

    fn words(&self) -> String {
        match self.what {
            What::Slots(more) => format!("{} more slots a day", numbers::count(more)),
            What::Firmware(more) => format!("{} more updates a day", numbers::count(more)),
            What::Earlier(1) => "firmware a week earlier".to_owned(),
            What::Earlier(weeks) => format!("firmware {weeks} weeks earlier"),
        }
    }
}

fn answer(read: &Read, args: &BottlenecksArgs, changes: &[Change], draws: &[Draw]) -> String {
    let model = &read.scenario.model;
    let (months, bought) = (months_table(&model.name, draws), bought_table(model, changes, draws));
    match args.look.format {
        Format::Table => format!(
            "{}\n{}\n{} under the same draws; a mean to three digits, and the least and most of {} draws. A limit of 0 stays 0. Not a forecast.\n",
            strips(draws, args.replications),
            bought_for_people(model, changes, draws).to_text(),
            "Each change alone,",
            args.replications
        ),
        Format::Csv => String::from_utf8_lossy(&months.to_csv()).into_owned(),
        Format::Json => {
            let body = json!({
                "schema": "dormouse-bottlenecks",
                "version": 1,
                "scenario": model.name,
                "seed": model.seed,
                "replications": args.replications,
                "spread": "range over draws; not a forecast",
                "months": months.to_json(),
                "bought": bought.to_json(),
            });
            format!("{body:#}\n")
        }
    }
}

/// Migration days by group, month and cause, over all draws.
fn total_months(draws: &[Draw]) -> Vec<BottleneckMonth> {
    let mut total = draws[0].months.clone();
    for draw in &draws[1..] {
        for (sum, month) in total.iter_mut().zip(&draw.months) {
            sum.days.iter_mut().zip(month.days).for_each(|(sum, days)| *sum += days);
        }
    }
    total
}

fn months_table(scenario: &str, draws: &[Draw]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("group", ""),
        ("month", ""),
        ("bottleneck", ""),
        ("migration_days", "migration days"),
        ("draws", ""),
    ]);
    for month in total_months(draws) {
        for (cause, days) in Bottleneck::ALL.into_iter().zip(month.days).filter(|(_, days)| *days > 0) {
            table.push(vec![
                scenario.into(),
                month.group.as_str().into(),
                month.month.strftime("%Y-%m").to_string().as_str().into(),
                cause.name().into(),
                days.into(),
                u64::try_from(draws.len()).unwrap_or(u64::MAX).into(),
            ]);
        }
    }
    table
}

/// Most columns of a terminal that the name of a group takes in a line.
const WIDEST: usize = 60;

/// One letter a month: the cause on most migration days.
fn strips(draws: &[Draw], replications: u32) -> String {
    let months = total_months(draws);
    let fold = |group: &str| fold(group, |line| columns(line) <= WIDEST);
    let names = months.iter().flat_map(|month| fold(&month.group));
    let width = names.map(|line| columns(&line)).max().unwrap_or(0);
    let named = |group: &[BottleneckMonth]| -> Vec<String> {
        let mut lines = fold(&group[0].group);
        let gap = " ".repeat(width - columns(&lines[0]));
        lines[0] = format!("{}{gap}  {}", lines[0], strip(group));
        lines
    };
    let together = if replications > 1 { format!(", {replications} draws together") } else { String::new() };
    let mut lines = vec![
        format!("What held the next installation back on most migration days of a month{together}:"),
        String::new(),
    ];
    let mut groups = months.chunk_by(|a, b| a.group == b.group);
    lines.extend(groups.clone().next().map(|first| format!("{:width$}  {}", "", years(first))));
    lines.extend(groups.by_ref().flat_map(named));
    lines.push(String::new());
    let used = |cause: &Bottleneck| months.iter().any(|month| month.most() == Some(*cause));
    let causes = Bottleneck::ALL.into_iter().filter(used);
    lines.extend(causes.map(|cause| format!("{}  {}", letter(cause), cause.words())));
    lines.join("\n") + "\n"
}

/// A group's months, a space before each new year.
fn strip(months: &[BottleneckMonth]) -> String {
    let of_year = months.chunk_by(|a, b| a.month.year() == b.month.year());
    let letters = of_year.map(|year| year.iter().map(|month| month.most().map_or('.', letter)).collect());
    letters.collect::<Vec<String>>().join(" ")
}

/// Years above the strip, each where its first month stands.
fn years(months: &[BottleneckMonth]) -> String {
    let of_year = months.chunk_by(|a, b| a.month.year() == b.month.year());
    let label = |year: &[BottleneckMonth]| {
        let name = year[0].month.year().to_string();
        let shown = if year.len() < name.len() { &name[2..] } else { &name };
        format!("{shown:<width$}", width = year.len())
    };
    of_year.map(label).collect::<Vec<String>>().join(" ").trim_end().to_owned()
}

fn letter(cause: Bottleneck) -> char {
    match cause {
        Bottleneck::Outage => 'O',
        Bottleneck::GroupLimit => 'C',
        Bottleneck::ProgrammeLimit => 'P',
        Bottleneck::OtherLimit => 'L',
        Bottleneck::SupplierDemand => 'S',
        Bottleneck::Gate => 'G',
        Bottleneck::FirmwareLimit => 'F',
        Bottleneck::Firmware => 'u',
        Bottleneck::Entry => 'E',
        Bottleneck::Notice => 'N',
        Bottleneck::Retry => 'R',
        Bottleneck::NobodyLeft => '-',
    }
}

/// A count to three digits.
fn told(n: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "told to three digits")]
    let told = numbers::three_digits(n as f64);
    told
}

/// What a change is asked about: what people are told, and then the rest.
const MEASURES: [fn(&Bought) -> i64; 3] =
    [|bought| bought.dormant_days_avoided, |bought| bought.active_days_avoided, |bought| bought.more_active];

/// Mean, least and most of what one change bought over the draws.
fn spread(draws: &[Draw], at: usize, of: fn(&Bought) -> i64) -> [i64; 3] {
    let all = || draws.iter().map(|draw| of(&draw.bought[at]));
    let n = i64::try_from(draws.len()).unwrap_or(i64::MAX);
    let sum: i64 = all().sum();
    let mean = (2 * sum + n).div_euclid(2 * n);
    [mean, all().min().unwrap_or(0), all().max().unwrap_or(0)]
}

fn bought_table(model: &Model, changes: &[Change], draws: &[Draw]) -> Table {
    let mut table = Table::new(&[
        ("group", ""),
        ("change", ""),
        ("dormant_days_avoided", "installation-days"),
        ("least", "installation-days"),
        ("most", "installation-days"),
        ("active_days_avoided", "installation-days"),
        ("active_days_least", "installation-days"),
        ("active_days_most", "installation-days"),
        ("more_active_migrated", "installations"),
        ("more_active_least", "installations"),
        ("more_active_most", "installations"),
    ]);
    for (at, change) in changes.iter().enumerate() {
        let mut row =
            vec![Cell::from(model.groups[change.group].name.as_str()), Cell::from(change.words().as_str())];
        row.extend(MEASURES.into_iter().flat_map(|of| spread(draws, at, of)).map(Cell::Int));
        table.push(row);
    }
    table
}

fn bought_for_people(model: &Model, changes: &[Change], draws: &[Draw]) -> Table {
    let mut table = Table::new(&[
        ("what would buy", ""),
        ("in", ""),
        ("Dormant days avoided", "installation-days"),
        ("range over draws", ""),
        ("Active days avoided", "installation-days"),
        ("range over draws", ""),
    ]);
    for (at, change) in changes.iter().enumerate() {
        let mut row =
            vec![Cell::from(change.words().as_str()), Cell::from(model.groups[change.group].name.as_str())];
        for of in &MEASURES[..2] {
            let [mean, least, most] = spread(draws, at, *of).map(told);
            row.extend([Cell::Text(mean), Cell::Text(format!("{least} to {most}"))]);
        }
        table.push(row);
    }
    table
}
