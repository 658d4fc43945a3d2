//! Items 3.1 to 3.4: sources, preparation, parameters and assumptions.

use serde_json::Value as Json;

use super::super::name;
use super::{Block, Subject, list, paragraph, profiles, table};
use crate::model::{Cohort, Entry, InputRow, Model, Route, Status, Stock, Supplier};
use crate::scenario;
use crate::scenario::keys::{KeySpec, TABLES, TableSpec};
use crate::wording::numbers;

pub(super) fn sources(subject: &Subject) -> Vec<Block> {
    let mut rows: Vec<[String; 3]> = Vec::new();
    for line in subject.evidence.register() {
        let of = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let public = matches!(line["quality"].as_str(), Some("documented" | "inferred"));
        if public && !of("source").is_empty() {
            rows.push([of("about"), of("quality"), of("source")]);
        }
    }
    let mut blocks = vec![paragraph(format!(
        "Every input with its source is in {}. {}",
        name("assumptions"),
        if rows.is_empty() { "None rests on a public source." } else { "These rest on a public source:" }
    ))];
    if !rows.is_empty() {
        blocks.push(table("Inputs that rest on a public source", ["Input", "Quality", "Source"], rows));
    }
    blocks
}

pub(super) fn pre_processing(subject: &Subject) -> Vec<Block> {
    let entry = &subject.evidence.of_each("scenarios")[0];
    let files = entry["inputs"].as_array().map_or(0, Vec::len);
    let overrides: Vec<String> = entry["overrides"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            format!(
                "{} = {}",
                one["key"].as_str().unwrap_or_default(),
                one["value"].as_str().unwrap_or_default()
            )
        })
        .collect();
    let rows = |key: &str| subject.resolved[key].as_array().map_or(0, Vec::len);
    let mut points = vec![
        format!("The baseline was read from {}: {} of cohorts, {} of suppliers and {} of stock.", numbers::plural(files, "file"), numbers::plural(rows("cohort"), "row"), numbers::plural(rows("supplier"), "row"), numbers::plural(rows("stock"), "row")),
        "A file that extends another replaces, adds or takes out single keys. The result is kept whole in manifest.json.".to_owned(),
        "Every key was checked against its type and range. Nothing was filled in, smoothed or left out; a key that no file says has the default of item 3.3.".to_owned(),
        "Drawn days, capacities and stocks are rounded half up to whole numbers. A monthly hazard m becomes 1 - (1 - m)^(12/365.25) a day.".to_owned(),
        "How an inferred value was worked out from its source is in the note of its line in the register.".to_owned(),
    ];
    if !overrides.is_empty() {
        points.push(format!("Changed on the command line: {}.", overrides.join("; ")));
    }
    vec![list(points)]
}

/// Tables whose keys are parameters of the whole programme or hold for all cohorts.
const OF_ALL: [&str; 9] = [
    "programme",
    "calendar",
    "uncertainty",
    "firmware",
    "allocation",
    "change_of_supplier",
    "removal",
    "commitment",
    "cohort_defaults",
];
/// Keys that say something of the file and nothing of the programme, or that only one cohort can have.
const NO_PARAMETER: [&str; 9] =
    ["area", "basis", "name", "group", "route", "gate", "entry", "confidence", "equivalent_to"];

pub(super) fn parameters(subject: &Subject) -> Vec<Block> {
    let model = &subject.model;
    let mut blocks = vec![
        paragraph(
            "Values of the baseline. Item 2.3 lists the scenarios' own. A value in brackets is the default, which no file says.",
        ),
        table("Parameters of the programme and of all cohorts", ["Key", "Value", "Meaning"], of_all(subject)),
        table(
            "Cohorts",
            ["Cohort", "Group", "Route", "Gate planned", "Entry", "Dormant", "Active"],
            cohorts(model),
        ),
        table(
            "Suppliers",
            ["Supplier", "Market share", "User from", "Obligation", "Dormant", "Active"],
            suppliers(model),
        ),
    ];
    let inputs = model.uncertain_inputs();
    if inputs.is_empty() {
        blocks.push(paragraph(
            "No input is uncertain, so no distribution is drawn from and nothing is correlated.",
        ));
        return blocks;
    }
    let row = |input: &InputRow| {
        [
            input.about.clone(),
            input.value.clone(),
            input.holds_for.clone(),
            input.draws_in_words(),
            input.moved_by_in_words(),
        ]
    };
    blocks.push(table(
        "Uncertain inputs: distribution, number of draws in a replication, and the factor that moves them",
        ["Input", "Distribution", "Holds for", "Draws", "Moved by"],
        inputs.iter().map(row),
    ));
    let factors: Vec<&str> = model.factors.iter().map(|factor| factor.name.as_str()).collect();
    blocks.push(paragraph(if factors.is_empty() {
        "Correlation: no two inputs share a factor, so all are drawn independently.".to_owned()
    } else {
        format!(
            "Correlation: inputs that share a factor ({}) are drawn at the quantile u = Phi(w F + sqrt(1 - w^2) E). F is the normal score of the factor, E the input's own, w its weight. Two inputs of weight w correlate by w squared on the normal scale.",
            numbers::list(&factors)
        )
    }));
    blocks
}

/// Each key of the tables that hold for all, with its value or its default.
fn of_all(subject: &Subject) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for spec in TABLES.iter().filter(|spec| OF_ALL.contains(&spec.name)) {
        let said = &subject.resolved[spec.name];
        // A table that no file says switches nothing on.
        if said.is_null() && matches!(spec.name, "change_of_supplier" | "removal" | "commitment") {
            rows.push([spec.name.to_owned(), "[not used]".to_owned(), spec.doc.to_owned()]);
            continue;
        }
        rows.extend(keys_of(spec, said, &subject.model));
    }
    rows
}

fn keys_of(spec: &TableSpec, said: &Json, model: &Model) -> Vec<[String; 3]> {
    let dated = |key: &str| match (spec.name, key) {
        ("programme", "capacity_per_day") => model.capacity.as_ref(),
        ("allocation", "dmin_per_day") => Some(&model.allocation.dmin),
        _ => None,
    };
    let row = |key: &KeySpec| {
        let value = match &said[key.name] {
            Json::Null => format!("[{}]", key.default.trim_matches('"')),
            value => dated(key.name).map_or_else(
                || scenario::value_in_words(value),
                |dated| profiles::profile(dated, &model.calendar),
            ),
        };
        [format!("{}.{}", spec.name, key.name), value, key.doc.to_owned()]
    };
    spec.keys.iter().filter(|key| !NO_PARAMETER.contains(&key.name)).map(row).collect()
}

fn stock_of(model: &Model, fits: impl Fn(&Stock) -> bool) -> [String; 2] {
    Status::ALL.map(|status| {
        let rows = model.stock.iter().filter(|row| row.status == status && fits(row));
        numbers::count(rows.map(|row| u64::from(row.installations)).sum::<u64>())
    })
}

fn cohorts(model: &Model) -> Vec<[String; 7]> {
    let day = |day| numbers::date(model.calendar.date(day));
    let row = |(at, cohort): (usize, &Cohort)| {
        let route = match (cohort.route, cohort.equivalent_to) {
            (Route::MtSit, _) => "MT/SIT".to_owned(),
            (Route::Dmct, None) => "DMCT".to_owned(),
            (Route::Dmct, Some(other)) => format!("DMCT, on {}", model.cohorts[other].name),
        };
        let entry = match &cohort.entry {
            Entry::On(planned) => day(planned.day),
            Entry::AfterGate(lag) => format!("{} after the gate", lag.distribution.in_words(1.0, " days")),
        };
        let [dormant, active] = stock_of(model, |row| row.cohort == at);
        [
            cohort.name.clone(),
            model.groups[cohort.group].name.clone(),
            route,
            day(cohort.gate.day),
            entry,
            dormant,
            active,
        ]
    };
    model.cohorts.iter().enumerate().map(row).collect()
}

fn suppliers(model: &Model) -> Vec<[String; 6]> {
    let day = |day| numbers::date(model.calendar.date(day));
    let row = |(at, supplier): (usize, &Supplier)| {
        let [dormant, active] = stock_of(model, |row| row.supplier == at);
        [
            supplier.name.clone(),
            supplier.market_share.to_string(),
            supplier
                .dcc_user_from
                .as_ref()
                .map_or_else(|| "the start".to_owned(), |planned| day(planned.day)),
            supplier.obligation.map_or_else(|| "none".to_owned(), day),
            dormant,
            active,
        ]
    };
    model.suppliers.iter().enumerate().map(row).collect()
}

pub(super) fn assumptions(subject: &Subject) -> Vec<Block> {
    let register = subject.evidence.register();
    let of = |quality: &str| register.iter().filter(|line| line["quality"] == quality).count();
    vec![
        paragraph(format!(
            "The register of all scenarios has {}: {} documented, {} inferred, {} assumed. {} lists them, those first that move the answer most.",
            numbers::plural(register.len(), "line"),
            of("documented"),
            of("inferred"),
            of("assumed"),
            name("assumptions")
        )),
        paragraph("Assumptions of the model itself:"),
        list([
            "Installations of a cell and stage are alike, and independent of each other given the drawn inputs.",
            "A chance of success depends on the number of the attempt, not on the reason of earlier failures.",
            "Nobody changes a plan because it is late, and no supplier reacts to another.",
            "An installation has one supplier and migrates as a whole.",
            "Capacity that is not used on a day is lost.",
        ]),
    ]
}
