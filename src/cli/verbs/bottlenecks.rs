//! `dormouse bottlenecks`: the cause that stops the next installation, and the effect of one change with the same
//! draws.

use dormouse::engine::{self, Inputs, Violation};
use dormouse::findings::{Bottleneck, BottleneckMonth, Findings, bottlenecks as months_of};
use dormouse::model::{Day, Model, OpeningStage, Status, Stock};
use dormouse::output::{Cell, Table};
use dormouse::wording::letters::{columns, fold};
use dormouse::wording::numbers;
use rayon::prelude::*;
use serde_json::json;

use crate::cli::args::BottlenecksArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::simulate;

/// One thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// So many more slots a day under some limits.
    Slots(u32, Limits),
    /// So many more firmware updates a day in a group.
    Firmware(u32, usize),
    /// Firmware opens a number of weeks earlier in a group.
    Earlier(u32, usize),
}

/// The limits on slots that are raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limits {
    Programme,
    Group(usize),
    /// A group's and the programme's.
    Both(usize),
}

/// The effect of a change in one replication: changed run minus the scenario.
#[derive(Clone, Copy, Debug)]
struct Bought {
    dormant_days_avoided: i64,
    active_days_avoided: i64,
    more_active: i64,
}

/// Says what binds, and what it would take.
pub(crate) fn bottlenecks(args: &BottlenecksArgs, terminal: &Terminal) -> Result<(), Failure> {
    let reads = scenarios::read_all(std::slice::from_ref(&args.scenario), &args.changes)?;
    for warnings in scenarios::warnings(&reads) {
        terminal.warn(&warnings);
    }
    let read = &reads[0];
    let model = &read.scenario.model;
    // A draw of the scenario, and of every change of a group, of which there are three at most.
    let at_once = (3 * model.groups.len() + 1) * args.replications as usize;
    let pool = simulate::pool(args.threads, at_once)?;
    let changes = pool.install(|| changes(model, args));
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
    let answer = Answer { model, args, draws: &draws, changes: &changes, shown: shown(&changes, &draws) };
    terminal::print(&answer.text())
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

/// Returns the changes to try: the programme's limit, then group by group. Changes without a possible effect are left
/// out: a limit that is always 0, firmware that no installation needs or that has opened by the first day.
fn changes(model: &Model, args: &BottlenecksArgs) -> Vec<Change> {
    let draws: Vec<Inputs> =
        (0..args.replications).into_par_iter().map(|replication| Inputs::draw(model, replication)).collect();
    let any = |holds: &dyn Fn(&Inputs) -> bool| draws.iter().any(holds);
    let some = |by_day: Option<&Vec<u32>>| by_day.is_some_and(|by_day| by_day.iter().any(|limit| *limit > 0));
    let programme = any(&|inputs| some(inputs.programme.as_ref()));
    let of_group = |group: usize| {
        let slots = has_stock(model, group) && any(&|inputs| some(Some(&inputs.groups[group].capacity)));
        let updates = needs_updates(model, group);
        let limited = any(&|inputs| some(inputs.groups[group].firmware.as_ref()));
        let opens_later = any(&|inputs| {
            let opened = model.cohorts.iter().zip(&inputs.cohorts);
            let mut of_group = opened.filter(|(cohort, _)| cohort.group == group);
            of_group.any(|(_, inputs)| inputs.days.opens > Day(0))
        });
        [
            slots.then_some(Change::Slots(args.more, Limits::Group(group))),
            (slots && programme).then_some(Change::Slots(args.more, Limits::Both(group))),
            (updates && limited).then_some(Change::Firmware(args.more, group)),
            (updates && opens_later).then_some(Change::Earlier(args.weeks, group)),
        ]
    };
    let of_programme = programme.then_some(Change::Slots(args.more, Limits::Programme));
    of_programme.into_iter().chain((0..model.groups.len()).flat_map(of_group).flatten()).collect()
}

/// Rows of stock in a group that may still migrate.
fn waiting(model: &Model, group: usize) -> impl Iterator<Item = &Stock> {
    let ended = |stage| {
        matches!(stage, OpeningStage::Migrated | OpeningStage::ExcludedNoWan | OpeningStage::ExcludedAttempts)
    };
    let of_group = move |row: &&Stock| model.cohorts[row.cohort].group == group;
    model.stock.iter().filter(of_group).filter(move |row| row.installations > 0 && !ended(row.stage))
}

fn has_stock(model: &Model, group: usize) -> bool {
    waiting(model, group).next().is_some()
}

/// Whether any installation of a group needs firmware from DCC, now or later.
fn needs_updates(model: &Model, group: usize) -> bool {
    let becomes_dormant =
        model.change_of_supplier.as_ref().is_some_and(|change| change.goes_dormant.known() != Some(0.0));
    waiting(model, group).any(|row| {
        let needs_none = model.cohorts[row.cohort].firmware.no_update_share.known() == Some(1.0);
        match (row.status, row.stage) {
            (
                Status::Dormant,
                OpeningStage::NeedsFirmware { .. }
                | OpeningStage::FirmwareUnderWay { .. }
                | OpeningStage::FirmwareWait { .. },
            ) => true,
            (Status::Dormant, OpeningStage::Unmigrated) => !needs_none,
            (Status::Dormant, _) => false,
            (Status::Active, _) => becomes_dormant && !needs_none,
        }
    })
}

/// Returns the changes to show: both limits together only if that gains more than the two apart.
fn shown(changes: &[Change], draws: &[Draw]) -> Vec<usize> {
    let bought = |change: Change, of: fn(&Bought) -> i64| {
        let at = changes.iter().position(|other| *other == change);
        at.map_or(0, |at| draws.iter().map(|draw| of(&draw.bought[at])).sum::<i64>())
    };
    let is_shown = |change: &Change| {
        let Change::Slots(more, Limits::Both(group)) = *change else { return true };
        let apart = [Limits::Programme, Limits::Group(group)];
        MEASURES.into_iter().any(|of| {
            let apart: i64 = apart.iter().map(|limits| bought(Change::Slots(more, *limits), of)).sum();
            bought(*change, of) > apart
        })
    };
    (0..changes.len()).filter(|at| is_shown(&changes[*at])).collect()
}

impl Change {
    fn made(self, model: &Model) -> Model {
        let mut model = model.clone();
        match self {
            Self::Slots(more, limits) => {
                if let Limits::Programme | Limits::Both(_) = limits {
                    model.capacity.iter_mut().for_each(|limit| limit.more += more);
                }
                if let Limits::Group(group) | Limits::Both(group) = limits {
                    model.groups[group].capacity.more += more;
                }
            }
            Self::Firmware(more, group) => {
                model.groups[group].firmware_capacity.iter_mut().for_each(|limit| limit.more += more);
            }
            Self::Earlier(weeks, group) => {
                let of_group = model.cohorts.iter_mut().filter(|cohort| cohort.group == group);
                of_group.for_each(|cohort| cohort.head_start += 7 * weeks);
            }
        }
        model
    }

    fn words(self) -> String {
        match self {
            Self::Slots(more, _) => format!("{} more slots a day", numbers::count(more)),
            Self::Firmware(more, _) => format!("{} more updates a day", numbers::count(more)),
            Self::Earlier(1, _) => "firmware a week earlier".to_owned(),
            Self::Earlier(weeks, _) => format!("firmware {weeks} weeks earlier"),
        }
    }

    /// The group it is made in, if in one.
    fn group(self) -> Option<usize> {
        match self {
            Self::Slots(_, Limits::Programme) => None,
            Self::Slots(_, Limits::Group(group) | Limits::Both(group))
            | Self::Firmware(_, group)
            | Self::Earlier(_, group) => Some(group),
        }
    }

    /// The kind of change, in the words of files.
    fn raises(self) -> &'static str {
        match self {
            Self::Slots(_, Limits::Programme) => "programme_limit",
            Self::Slots(_, Limits::Group(_)) => "group_limit",
            Self::Slots(_, Limits::Both(_)) => "group_limit_and_programme_limit",
            Self::Firmware(..) => "firmware_limit",
            Self::Earlier(..) => "firmware_opening",
        }
    }

    /// Returns the place of the change, for people.
    fn place(self, model: &Model) -> String {
        let name = |group: usize| model.groups[group].name.as_str();
        match self {
            Self::Slots(_, Limits::Programme) => "the programme".to_owned(),
            Self::Slots(_, Limits::Both(group)) => format!("{} and the programme", name(group)),
            Self::Slots(_, Limits::Group(group)) | Self::Firmware(_, group) | Self::Earlier(_, group) => {
                name(group).to_owned()
            }
        }
    }
}

/// The whole answer.
struct Answer<'a> {
    model: &'a Model,
    args: &'a BottlenecksArgs,
    draws: &'a [Draw],
    changes: &'a [Change],
    /// Indices of the changes that are shown.
    shown: Vec<usize>,
}

impl Answer<'_> {
    fn text(&self) -> String {
        let Self { model, args, draws, .. } = self;
        let months = months_table(&model.name, draws);
        match args.look.format {
            Format::Table => format!(
                "{}\n{}\nEach change alone, under the same draws; a mean to three digits, and the least and most of {} draws. A limit of 0 stays 0. Not a forecast.\n{}",
                strips(draws, args.replications),
                self.bought_for_people().to_text(),
                args.replications,
                if self.shows_both() {
                    "Two limits are raised together if that gains more than raising each alone.\n"
                } else {
                    ""
                }
            ),
            Format::Csv => String::from_utf8_lossy(&months.to_csv()).into_owned(),
            Format::Json => {
                let body = json!({
                    "schema": "dormouse-bottlenecks",
                    "version": 2,
                    "scenario": model.name,
                    "seed": model.seed,
                    "replications": args.replications,
                    "spread": "range over draws; not a forecast",
                    "months": months.to_json(),
                    "bought": self.bought().to_json(),
                });
                format!("{body:#}\n")
            }
        }
    }

    fn shows_both(&self) -> bool {
        self.shown.iter().any(|at| matches!(self.changes[*at], Change::Slots(_, Limits::Both(_))))
    }

    fn bought(&self) -> Table {
        let mut table = Table::new(&[
            ("group", ""),
            ("change", ""),
            ("raises", ""),
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
        for &at in &self.shown {
            let change = self.changes[at];
            let group = change.group().map_or("", |group| self.model.groups[group].name.as_str());
            let mut row = vec![group.into(), change.words().as_str().into(), change.raises().into()];
            row.extend(MEASURES.into_iter().flat_map(|of| spread(self.draws, at, of)).map(Cell::Int));
            table.push(row);
        }
        table
    }

    fn bought_for_people(&self) -> Table {
        let mut table = Table::new(&[
            ("what would buy", ""),
            ("in", ""),
            ("Dormant days avoided", "installation-days"),
            ("range over draws", ""),
            ("Active days avoided", "installation-days"),
            ("range over draws", ""),
        ]);
        for &at in &self.shown {
            let change = self.changes[at];
            let mut row = vec![Cell::from(change.words().as_str()), change.place(self.model).as_str().into()];
            for of in &MEASURES[..2] {
                let [mean, least, most] = spread(self.draws, at, *of).map(three_digits);
                row.extend([Cell::Text(mean), Cell::Text(format!("{least} to {most}"))]);
            }
            table.push(row);
        }
        table
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
        lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
        lines
    };
    let together = if replications > 1 { format!(", {replications} draws together") } else { String::new() };
    let mut lines = vec![
        format!("The cause that stopped the next installation on most migration days of a month{together}:"),
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

/// Returns the years above the strip, each above its first month.
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
fn three_digits(n: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "rounded to three digits")]
    let text = numbers::three_digits(n as f64);
    text
}

/// The measures of a change: those shown to people, then the rest.
const MEASURES: [fn(&Bought) -> i64; 3] =
    [|bought| bought.dormant_days_avoided, |bought| bought.active_days_avoided, |bought| bought.more_active];

/// Mean, least and most effect of one change over the replications.
fn spread(draws: &[Draw], at: usize, of: fn(&Bought) -> i64) -> [i64; 3] {
    let all = || draws.iter().map(|draw| of(&draw.bought[at]));
    let n = i64::try_from(draws.len()).unwrap_or(i64::MAX);
    let sum: i64 = all().sum();
    let mean = (2 * sum + n).div_euclid(2 * n);
    [mean, all().min().unwrap_or(0), all().max().unwrap_or(0)]
}
