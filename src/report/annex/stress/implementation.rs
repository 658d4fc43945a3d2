//! Items 5.1 to 5.4 and 6.1: program, random numbers, execution, machine, and where to get the model.

use serde_json::Value as Json;

use super::super::name;
use super::{Block, Subject, list, paragraph, table};
use crate::output::Source;
use crate::report::study_record::NOT_STATED;
use crate::wording::numbers;

/// What an item says where the folder keeps no record of the machine.
const NO_RECORD: &str = "not recorded: this folder holds no machine.json";

pub(super) fn software(subject: &Subject) -> Vec<Block> {
    let results = subject.evidence.results;
    let (version, commit) = &results.program;
    let machine = results.machine();
    let of =
        |key: &str| machine.as_ref().and_then(|m| m["program"][key].as_str()).unwrap_or(NO_RECORD).to_owned();
    let mut points = vec![
        format!("dormouse {version}, commit {commit}, written in Rust."),
        format!("Compiler: {}. Target: {}.", of("rustc"), of("target")),
    ];
    for Source { folder, program: (version, commit), .. } in results.sources() {
        points.push(format!("Simulated for {folder} by dormouse {version}, commit {commit}."));
    }
    let crates =
        machine.as_ref().and_then(|m| m["program"]["crates"].as_object()).cloned().unwrap_or_default();
    let listed: Vec<String> = crates
        .iter()
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()))
        .collect();
    points.push(if listed.is_empty() {
        format!("Libraries: {NO_RECORD}.")
    } else {
        format!("Libraries: {}.", listed.join(", "))
    });
    vec![list(points)]
}

pub(super) fn sampling(subject: &Subject) -> Vec<Block> {
    let mut seeds: Vec<String> = subject.evidence.of_each("seeds").iter().map(Json::to_string).collect();
    seeds.dedup();
    let layers = subject.model.layers;
    vec![list([
        "Generator: Philox2x64, a counter-based generator (Salmon and others 2011). Inputs, outages and strikes take ten rounds, day-by-day counts seven. Where many fair coins are tossed at once, xoshiro256++ (Blackman and Vigna 2019), begun by four words of Philox.".to_owned(),
        format!("Seed {}. A draw is a function of seed, replication, purpose, entity, day and attempt. There is no stream to get out of step.", seeds.join(", ")),
        "Common random numbers: two scenarios with one seed share every draw that both need. Replications are numbered from 0 and independent of each other.".to_owned(),
        "Counts are drawn by inversion of the exact binomial distribution, so a larger number or a larger chance never gives a smaller count.".to_owned(),
        format!(
            "Layers of chance: uncertain inputs are {}, and day-by-day outcomes are {}.",
            if layers.parametric { "drawn in each replication" } else { "held at their medians" },
            if layers.stochastic { "drawn in each replication" } else { "those of replication 0" }
        ),
    ])]
}

pub(super) fn execution(subject: &Subject) -> Vec<Block> {
    let n_days = numbers::count(subject.model.calendar.n_days());
    vec![list([
        format!("Time advances by one day, {n_days} days a run. Item 2.2 gives the order of a day. Events of one day have no order beyond that."),
        "Replications run side by side on several threads. The results are the same bytes for any number of threads.".to_owned(),
        "Checks on every day of every run: offered slots = successes + failures + slots not taken up + slots left idle by the rule + slots without demand; the installations of each cohort add up; a proof of each day's sharing is verified. One failure ends the run without results.".to_owned(),
    ])]
}

pub(super) fn system(subject: &Subject) -> Vec<Block> {
    let results = subject.evidence.results;
    let Some(machine) = results.machine() else {
        return vec![paragraph(if results.sources().is_empty() {
            format!("Machine and run time: {NO_RECORD}.")
        } else {
            "This folder compares runs of other folders, which hold their own machine.json. The comparison simulates nothing.".to_owned()
        })];
    };
    let text = |part: &str, key: &str| match &machine[part][key] {
        Json::Null => "not known".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let number = |part: &str, key: &str| machine[part][key].as_f64();
    let gib = |bytes: Option<f64>| {
        bytes.map_or_else(|| "not known".to_owned(), |bytes| format!("{:.1} GiB", bytes / f64::from(1 << 30)))
    };
    let seconds = |key: &str| {
        number("run", key)
            .map_or_else(|| "not known".to_owned(), |s| format!("{} s", numbers::plain_three_digits(s)))
    };
    let resumed =
        if machine["run"]["resumed"] == true { " (of the last part of an interrupted run)" } else { "" };
    let rows = [
        ("Processor", text("system", "processor")),
        ("Cores", text("system", "cores")),
        ("Memory", gib(number("system", "memory_bytes"))),
        ("Operating system", format!("{} on {}", text("system", "os"), text("system", "architecture"))),
        ("Threads used", text("run", "threads")),
        ("Run time", format!("{}{resumed}", seconds("seconds"))),
        ("Processor time", format!("{}{resumed}", seconds("processor_seconds"))),
        ("Most memory used", gib(number("run", "peak_memory_bytes"))),
        ("Finished on", text("run", "finished")),
    ];
    vec![table("Machine and run", ["Fact", "This study"], rows.map(|(fact, value)| [fact.to_owned(), value]))]
}

pub(super) fn sharing(subject: &Subject) -> Vec<Block> {
    let from = subject.evidence.study.assurance("model_from").unwrap_or_else(|| NOT_STATED.to_owned());
    vec![paragraph(format!(
        "The program is open source, under the MIT or the Apache 2.0 licence. Where to get the model and the inputs: {}. {} holds the commands and the SHA-256 of every file that was read.",
        from.trim_end_matches('.'),
        name("again")
    ))]
}
