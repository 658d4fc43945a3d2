//! Items 1.1 to 1.3: what the model is for, what it gives, and what the study tries.

use super::super::name;
use super::{Block, Subject, list, paragraph, table};
use crate::findings::{Kpi, kpi};
use crate::report::study_record::{NOT_STATED, Varied};
use crate::wording::{headings, numbers};

pub(super) fn purpose(subject: &Subject) -> Vec<Block> {
    let study = &subject.evidence.study;
    let question = study.question().or(subject.resolved["question"].as_str()).unwrap_or(NOT_STATED);
    vec![
        paragraph(format!("Question: {question}")),
        paragraph(format!("Background and objectives: {}.", study.purpose().trim_end_matches('.'))),
        paragraph(
            "The model compares plans of a migration in which capacity is short. Each plan is simulated day by day, under the same chance.",
        ),
    ]
}

pub(super) fn outputs(_: &Subject) -> Vec<Block> {
    let main =
        [kpi::DORMANT_DAYS_LOST, kpi::DORMANT_DAYS_AVOIDED, kpi::ACTIVE_DAYS_SINCE_ENTRY, kpi::ACTIVE_LATE];
    let row = |measure: &Kpi| [headings::measure(measure), measure.definition.to_owned()];
    vec![
        paragraph(format!(
            "Dormant days lost = D(1) + D(2) + ... + D(n). D(t) is the number of Dormant installations that have neither migrated nor been removed at the end of day t, and n is the last day. Dormant days avoided = days lost in the baseline less days lost in the scenario, in the same replication. {} defines all {} measures.",
            name("measures"),
            kpi::ALL.len()
        )),
        table("The main measures", ["Measure", "Definition"], main.iter().map(row)),
        paragraph(
            "All are counted at the end of each day and summed over the run. Item 4.3 says how intervals are worked out.",
        ),
    ]
}

pub(super) fn aims(subject: &Subject) -> Vec<Block> {
    let evidence = subject.evidence;
    let resolved = evidence.of_each("resolved");
    let mut scenarios = Vec::new();
    for (at, (scenario, says)) in evidence.titles().iter().zip(resolved).enumerate() {
        let role = if at == 0 { "baseline" } else { "scenario" };
        let question = says["question"].as_str().unwrap_or(NOT_STATED);
        scenarios.push([scenario.clone(), role.to_owned(), question.to_owned()]);
    }
    let reason = |key: &str| evidence.study.reason(key).unwrap_or_else(|| NOT_STATED.to_owned());
    let mut reasons = vec![
        ("Why these scenarios", reason("scenarios")),
        ("Why so many replications", reason("replications")),
        ("Why this threshold", reason("threshold")),
    ];
    let mut tried: Vec<[String; 3]> = Vec::new();
    let mut add = |how: &str, inputs: Vec<Varied>| {
        tried.extend(inputs.into_iter().map(|input| [input.name, input.values.join(", "), how.to_owned()]));
    };
    add("every combination", evidence.study.combined());
    add("one at a time", evidence.study.one_at_a_time());
    if evidence.grid.is_some() {
        reasons.push(("Why these combinations", reason("grid")));
    }
    if evidence.sensitivity.is_some() {
        reasons.push(("Why these values one at a time", reason("sensitivity")));
    }
    let mut blocks = vec![table("Scenarios", ["Scenario", "Role", "Question of the file"], scenarios)];
    if tried.is_empty() {
        blocks.push(paragraph("The study file tries no other values."));
    } else {
        blocks.push(table("Inputs that the study varies", ["Input", "Values", "How"], tried));
    }
    blocks
        .push(list(reasons.into_iter().map(|(what, why)| format!("{what}: {}.", why.trim_end_matches('.')))));
    let n = numbers::count(evidence.results.replications());
    blocks.push(paragraph(format!(
        "Design: {n} replications of each scenario, paired by the same random draws. The study searches for no optimum."
    )));
    blocks
}
