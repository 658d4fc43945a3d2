//! Turns the merged document into the model: defaults, names, cross-checks. It continues after a problem, so that all
//! problems are shown at once.

mod calendar;
mod cohorts;
mod counts;
mod dates;
mod parties;
mod rules;
mod stock;

use std::collections::HashMap;

use jiff::civil::Date;

use super::dated::Dates;
use super::document::Table;
use super::merged::Document;
use super::problem::Problem;
use super::uncertain::{Holds, Input};
use super::unseen::{self, unseen};
use super::value::{Desk, key};
use crate::file_name;
use crate::model::{
    Assumption, Calendar, Dated, Factor, FirmwarePolicy, Group, Layers, Model, OpeningStage, Quality, Status,
    Stock, Uncertain, key_of,
};

/// The model a document means, unless something is wrong.
pub(super) fn model(document: &Document, stem: Option<&str>, desk: &mut Desk) -> Option<Model> {
    let top = document.table("")?;
    let empty = Table::new(top.place.clone());
    let section = |name: &str| document.table(name).unwrap_or(&empty);
    let factors = factors(document, desk);
    let days = calendar::read(section("programme"), document.table("calendar").unwrap_or(&empty), desk);
    let (calendar, rest_of_last_week) = days.unzip();
    // Without days no dated value can be read. The rest is still checked, with a calendar of one day.
    let stand_in = calendar::stand_in();
    let days = calendar.as_ref().unwrap_or(&stand_in);
    let dates = Dates { calendar: days, factors: &factors };
    let programme = section("programme");
    let groups = parties::groups(document, &dates, desk);
    let scale = |desk: &mut Desk, table: &'static str| {
        let (name, range) = ("capacity_factor", (0.0, 1_000.0, 1.0));
        let (path, holds) = (format!("{table}.{name}"), Holds::Programme);
        uncertain(desk, &factors, (section(table), table, name), (&path, holds), range, 1.0)
    };
    let [factor, firmware_factor] = ["programme", "firmware"].map(|table| scale(desk, table));
    let groups: Vec<Group> =
        groups.into_iter().map(|group| group.scaled(&factor, &firmware_factor)).collect();
    let group_names: Vec<String> = groups.iter().map(|g| g.name.clone()).collect();
    let cohorts = cohorts::read(document, &dates, &group_names, desk);
    let mut suppliers = parties::suppliers(document, &dates, &group_names, desk);
    if desk.flag(section("allocation"), "allocation", "supplier_limits") == Some(false) {
        suppliers.iter_mut().for_each(|supplier| supplier.limits.clear());
    }
    let stock = stock::read(document, &cohorts, &suppliers, desk);
    let commitment = document
        .table("commitment")
        .map(|table| rules::commitment(table, &dates, rest_of_last_week.unwrap_or_default(), desk));
    let change_of_supplier =
        document.table("change_of_supplier").and_then(|t| rules::change_of_supplier(t, &dates, desk));
    if let Some(table) = document.table("change_of_supplier")
        && suppliers.iter().all(|s| s.market_share <= 0.0)
    {
        let message = "no supplier gains installations that change supplier";
        let problem = Problem::new(message, Some(&table.place), "every `market_share_pct` is 0");
        desk.problem(
            problem.help("set `market_share_pct` of the suppliers, or remove `[change_of_supplier]`"),
        );
    }
    // Words for figures, which take them from the document: here it is only seen that they are words.
    for words in ["area", "basis"] {
        desk.text(programme, "programme", words);
    }
    let uncertainty = section("uncertainty");
    let name = scenario_name(top, stem, desk);
    let model = Model {
        title: desk.text(top, "", "title").filter(|title| !title.is_empty()).unwrap_or_else(|| name.clone()),
        name,
        question: desk.text(top, "", "question").unwrap_or_default(),
        plan_day: plan_day(programme, calendar.as_ref(), desk),
        draws_before: draws_before(programme, calendar.as_ref(), desk),
        capacity: dates
            .counts(
                desk,
                (programme, "programme", "capacity_per_day"),
                ("programme.capacity_per_day", Holds::Programme),
            )
            .map(|capacity| Dated { factor, ..capacity }),
        firmware: rules::firmware(section("firmware"), &dates, desk),
        allocation: rules::allocation(section("allocation"), &dates, desk),
        removal: document.table("removal").map(|table| rules::removal(table, &dates, desk)),
        change_of_supplier,
        commitment,
        layers: Layers {
            parametric: desk.flag(uncertainty, "uncertainty", "parametric").unwrap_or(true),
            stochastic: desk.flag(uncertainty, "uncertainty", "stochastic").unwrap_or(true),
        },
        seed: desk.whole(top, "", "seed").unwrap_or(1).unsigned_abs(),
        assumptions: assumptions(document, desk),
        groups,
        cohorts,
        suppliers,
        stock,
        factors: factors.clone(),
        calendar: calendar.clone().unwrap_or(stand_in.clone()),
    };
    warn(&model, document, desk);
    if calendar.is_some() {
        dates::check(&model, document, desk);
    }
    counts::check(&model, document, desk);
    calendar.map(|_| model)
}

/// Returns the scenario's name, which is also that of its results folder: its `name`, or the name of its file.
fn scenario_name(top: &Table, stem: Option<&str>, desk: &mut Desk) -> String {
    let said = desk.text(top, "", "name");
    if said.is_none() && top.item("name").is_some() {
        return String::new();
    }
    let (name, of_file) = match (said, stem) {
        (Some(name), _) => (name, false),
        (None, Some(stem)) => (stem.to_owned(), true),
        (None, None) => return "scenario".to_owned(),
    };
    let hidden = unseen(&name);
    if let (Some((_, c)), true) = (hidden, of_file) {
        let problem = unseen::refused("the name of the file, which is that of the scenario,", c, &top.place);
        desk.problem(problem.help("set `name` in the file, or give the file another name"));
    } else if let (Some(why), None) = (file_name::fault_of_scenario(&name), hidden) {
        let problem = if of_file {
            Problem::new("the name of the file cannot name a folder of results", None, "")
                .help(format!("{why}; set `name = \"...\"` in the file, or rename it: {}", file_name::RULE))
        } else {
            let place = Some(top.place_of("name"));
            Problem::new("`name` cannot name a folder of results", place, why).help(file_name::RULE)
        };
        desk.problem(problem);
    }
    name
}

/// Reads one uncertain input of a table; `default` if it is missing.
fn uncertain(
    desk: &mut Desk,
    factors: &[Factor],
    (table, spec, name): (&Table, &str, &str),
    (path, holds): (&str, Holds<'_>),
    (low, high, unit): (f64, f64, f64),
    default: f64,
) -> Uncertain {
    let read = table.item(name).and_then(|item| {
        let input = Input { key: key(spec, name), path, range: (low, high), unit, factors, holds };
        desk.uncertain(&input, item)
    });
    read.unwrap_or_else(|| Uncertain::fixed(default * unit))
}

/// The ends of a share in per cent, and what it is worth.
const PCT: (f64, f64, f64) = (0.0, 100.0, 0.01);
/// The ends of a delay in days.
const DELAY: (f64, f64, f64) = (0.0, 36_500.0, 1.0);
/// The ends of a wait in days.
const WAIT: (f64, f64, f64) = (1.0, 36_500.0, 1.0);
/// The ends of a slip in days.
const SLIP: (f64, f64, f64) = (-36_500.0, 36_500.0, 1.0);

/// Days from the one from which draws are numbered to the first.
fn draws_before(programme: &Table, calendar: Option<&Calendar>, desk: &mut Desk) -> u16 {
    // So many that day and run together can be numbered.
    const MOST: i32 = 30_000;
    let date = desk.date(programme, "programme", "draws_from");
    let Some((date, calendar)) = date.zip(calendar) else { return 0 };
    let before = -calendar.day(date).0;
    if !(0..=MOST).contains(&before) {
        let message = "the draws are numbered from a day that is not before the run";
        let problem = Problem::new(message, Some(programme.place_of("draws_from")), format!("found {date}"));
        desk.problem(problem.help(format!("expected {} or up to {MOST} days before it", calendar.first)));
    }
    u16::try_from(before).unwrap_or(0)
}

fn plan_day(programme: &Table, calendar: Option<&Calendar>, desk: &mut Desk) -> Option<crate::model::Day> {
    let date = desk.date(programme, "programme", "plan_date")?;
    let calendar = calendar?;
    let day = calendar.day(date);
    if day.0 < 0 {
        let message = "the plan date is before the run, so nothing that is left can meet it";
        let warning = Problem::new(message, Some(programme.place_of("plan_date")), format!("found {date}"));
        desk.warning(warning.help(format!(
            "the run begins on {}; move `plan_date`, or accept that it is missed",
            calendar.first
        )));
    }
    if day > calendar.last() {
        let (first, last) = (calendar.first, calendar.date(calendar.last()));
        let problem = Problem::new(
            "the plan date is outside the run",
            Some(programme.place_of("plan_date")),
            format!("found {date}"),
        );
        desk.problem(problem.help(format!(
            "expected a day from {first} to {last}; extend the run with `last_day`, or remove it"
        )));
        return None;
    }
    Some(day)
}

fn factors(document: &Document, desk: &mut Desk) -> Vec<Factor> {
    named(document, "factor", desk).into_iter().map(|(name, _)| Factor { key: key_of(&name), name }).collect()
}

/// The entries of a list with their names; a missing name or one that is listed twice is a problem.
fn named<'d>(document: &'d Document, list: &str, desk: &mut Desk) -> Vec<(String, &'d Table)> {
    let mut seen: Vec<(String, &'d Table)> = Vec::new();
    let mut known: HashMap<String, &'d Table> = HashMap::new();
    for table in document.list(list) {
        desk.require(table, list, &["name"]);
        let Some(name) = desk.text(table, list, "name") else { continue };
        if name.trim().is_empty() {
            desk.problem(Problem::new(
                format!("a {list} has an empty name"),
                Some(table.place_of("name")),
                "found nothing",
            ));
        } else if let Some(first) = known.get(&name) {
            let message = format!("the {list} `{name}` is listed twice");
            let problem = Problem::new(message, Some(table.place_of("name")), "again here");
            desk.problem(
                problem.related(Some(first.place_of("name")), "first here").help("give each its own name"),
            );
        } else {
            known.insert(name.clone(), table);
            seen.push((name, table));
        }
    }
    seen
}

fn assumptions(document: &Document, desk: &mut Desk) -> Vec<Assumption> {
    let mut register = Vec::new();
    for table in document.list("assumption") {
        desk.require(table, "assumption", &["about", "value", "source", "quality"]);
        let mut text = |name: &str| desk.text(table, "assumption", name).unwrap_or_default();
        let (about, value, source, note) = (text("about"), text("value"), text("source"), text("note"));
        let quality = match desk.choice(table, "assumption", "quality") {
            Some(0) => Quality::Documented,
            Some(1) => Quality::Inferred,
            _ => Quality::Assumed,
        };
        register.push(Assumption { about, value, source, quality, note });
    }
    register
}

/// Warnings.
fn warn(model: &Model, document: &Document, desk: &mut Desk) {
    if model.layers.parametric && model.uncertain_inputs().is_empty() {
        let message = "no input is uncertain";
        desk.warning(
            Problem::new(message, None, "").help(
                "chance day by day averages out over many installations: give slips, success rates or capacities a distribution",
            ),
        );
    }
    let policy = model.firmware.policy;
    let unsaid = document.table("firmware").is_none_or(|table| table.item("redesignation").is_none());
    if policy != FirmwarePolicy::Existing && unsaid {
        let message = "firmware does not open early: `redesignation` is missing";
        let help =
            "set `redesignation` in `[firmware]`: the day from which firmware may open early, or \"never\"";
        desk.warning(Problem::new(message, None, "").help(help));
    }
    // How long an update of Active installations lasts follows from the entry, so it has no age.
    let aged = |stock: &&Stock| {
        use OpeningStage::{FirmwareUnderWay, FirmwareWait, Ready, RetryWait};
        match stock.stage {
            FirmwareUnderWay { .. } => stock.status == Status::Dormant,
            stage => matches!(stage, FirmwareWait { .. } | Ready { .. } | RetryWait { .. }),
        }
    };
    let aged: Vec<&str> = model.stock.iter().filter(aged).map(|s| s.stage.name()).collect();
    let by_dates = |stock: &Table| {
        stock.text("status") == Some(Status::Active.name())
            && stock.text("stage") == Some("firmware-under-way")
    };
    let is_aged =
        |stock: &&Table| stock.text("stage").is_some_and(|stage| aged.contains(&stage)) && !by_dates(stock);
    if let Some(stock) = document.list("stock").iter().find(is_aged) {
        let message = "some opening stock is in the middle of an update, a wait or a notice";
        let label = "the time already spent is unknown; it is spread evenly over the length (assumed)";
        desk.warning(Problem::new(message, Some(stock.place_of("stage")), label));
    }
    let last = model.calendar.last();
    if !model.cohorts.is_empty()
        && model
            .cohorts
            .iter()
            .all(|c| c.gate.day > last && c.gate.slip.known().is_some_and(|slip| slip >= 0.0))
    {
        let help = format!("the run ends on {}; are the gates of another year?", model.calendar.date(last));
        desk.warning(Problem::new("no gate is in the run, so no installation migrates", None, "").help(help));
    }
    if !model.groups.is_empty() && model.groups.iter().all(|group| group.capacity.is_nothing()) {
        let help = "give `capacity_per_day` in `[[group]]` what the group can migrate in a day, and `capacity_factor` in `[programme]` more than 0";
        desk.warning(
            Problem::new("no group has any capacity, so no installation migrates", None, "").help(help),
        );
    }
    if model.capacity.as_ref().is_some_and(Dated::is_nothing) {
        let help = "give `capacity_per_day` in `[programme]` what the programme can migrate in a day, or leave it out";
        desk.warning(
            Problem::new("the programme has no capacity, so no installation migrates", None, "").help(help),
        );
    }
    if !model.stock.is_empty() && !model.has_dormant() {
        let message = "no installation is Dormant: tables and figures show all installations, and no Dormant days are lost";
        let help = "where there is only one class, `status = \"dormant\"` for all of it has its days waited counted, compared and drawn";
        desk.warning(Problem::new(message, None, "").help(help));
    }
    if model.assumptions.is_empty() {
        let help = "add an `[[assumption]]` for each value that no document states";
        desk.warning(Problem::new("the assumption register is empty", None, "").help(help));
    }
    if model.plan_day.is_none() && document.table("programme").is_some_and(|p| p.item("plan_date").is_none())
    {
        let help = "set `plan_date` in `[programme]` to compare the results with it";
        desk.warning(Problem::new("there is no plan date", None, "").help(help));
    }
}

/// A planned date as a day, with its slip.
fn planned(
    desk: &mut Desk,
    dates: &Dates<'_>,
    (table, spec): (&Table, &str),
    (name, slip): (&str, &str),
    drawn: (&str, Holds<'_>),
    range: (f64, f64, f64),
) -> Option<crate::model::Planned> {
    let date: Date = desk.date(table, spec, name)?;
    let slip = uncertain(desk, dates.factors, (table, spec, slip), drawn, range, 0.0);
    Some(crate::model::Planned { day: dates.calendar.day(date), slip })
}
