//! The corpus of recorded days: the allocator gives every slot as recorded, and a changed rule names who lost.

use std::fs;
use std::path::PathBuf;

use dormouse::recording::Recording;
use serde_json::Value;

use crate::command::{Case, Workshop, repository};
use crate::mutated::mutants;

fn corpus() -> Vec<PathBuf> {
    let folder = fs::read_dir(repository().join("benches/corpus")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_recorded_day_is_shared_out_as_recorded() {
    let workshop = Workshop::new();
    let files: Vec<String> = corpus().iter().map(|path| path.display().to_string()).collect();
    assert!(files.len() >= 10, "each policy, two roundings and limits that cross: {files:?}");
    let words = format!("replay {}", files.join(" "));
    let (out, err) = Case::new(&workshop, &words).run();
    assert!(out.ends_with("every slot as recorded.\n"), "{out}{err}");
}

#[test]
fn a_changed_rule_names_the_suppliers_who_lost() {
    let workshop = Workshop::new();
    let recorded = fs::read_to_string(repository().join("benches/corpus/early.json")).unwrap();
    let changed = recorded.replace("\"remainder\":\"unmet-demand\"", "\"remainder\":\"whole-demand\"");
    assert_ne!(recorded, changed);
    fs::write(workshop.path("changed.json"), changed).unwrap();
    let (out, err) = Case::new(&workshop, "replay changed.json").exit(1).run();
    let largest = out.lines().nth(3).unwrap();
    assert!(largest.starts_with("early     Dunlin"), "the largest loss first:\n{out}");
    assert!(err.contains("not what was recorded"), "{err}");
    let nets: Vec<i64> =
        out.lines().skip(3).filter_map(|line| line.split_whitespace().nth(4)?.parse().ok()).collect();
    assert!(nets.len() > 5 && nets.is_sorted(), "the largest net loss first:\n{out}");
    let sizes = out.lines().last().unwrap();
    assert!(sizes.starts_with("Net, by share of the demand recorded: large suppliers"), "{out}");
    let sum: i64 = sizes
        .split_whitespace()
        .filter_map(|word| word.trim_end_matches([',', '.']).parse::<i64>().ok())
        .sum();
    assert_eq!(sum, nets.iter().sum::<i64>(), "{out}");
}

#[test]
fn what_is_no_recording_is_refused() {
    let workshop = Workshop::new();
    fs::write(workshop.path("other.json"), "{}").unwrap();
    let (_, err) = Case::new(&workshop, "replay other.json").exit(2).run();
    assert!(err.contains("cannot replay `other.json`"), "{err}");
    let (_, err) = Case::new(&workshop, "record scenarios/tutorial/early.toml -o other.json").exit(2).run();
    assert!(err.contains("`other.json` already exists"), "{err}");
}

/// Edits of the smallest recordings: the shape as a whole is looked at before anything is looked up in it.
#[test]
fn an_edited_recording_is_refused_or_replayed_and_never_a_panic() {
    let workshop = Workshop::new();
    for (name, every) in [("early", "40"), ("existing", "20")] {
        let file = format!("{name}.json");
        Case::new(&workshop, &format!("record scenarios/tutorial/{name}.toml -o {file} --every {every}"))
            .run();
        let whole: Value = serde_json::from_str(&workshop.read(&file)).unwrap();
        let (mut refused, mut replayed) = (0, 0);
        for mutant in mutants(&whole) {
            match Recording::from_json(&mutant.to_string()) {
                Ok(recording) => {
                    assert_eq!(recording.replay(recording.rules).len(), recording.days.len());
                    replayed += 1;
                }
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 100 && replayed > 100, "{refused} refused, {replayed} replayed");
    }
}

#[test]
fn misfits_in_an_edited_recording_are_reported() {
    let workshop = Workshop::new();
    Case::new(&workshop, "record scenarios/tutorial/early.toml -o early.json --every 40").run();
    let edit = |edit: &dyn Fn(&mut Value), said: &str| {
        let mut whole: Value = serde_json::from_str(&workshop.read("early.json")).unwrap();
        edit(&mut whole["recording"]);
        workshop.write("edited.json", &whole.to_string());
        let (_, err) = Case::new(&workshop, "replay edited.json").exit(2).run();
        assert!(err.contains("cannot replay `edited.json`") && err.contains(said), "{err}");
    };
    edit(&|of| of["leaves"][0][1] = 9.into(), "`leaves[0]` is of group 0, supplier 9");
    edit(&|of| drop(of["suppliers"].as_array_mut().unwrap().pop()), "suppliers");
    edit(&|of| drop(of["leaves"].as_array_mut().unwrap().pop()), "names a place beyond");
    edit(&|of| of["days"][0]["cells"][0][0] = 99.into(), "`cells` names a place beyond");
    edit(
        &|of| drop(of["days"][0]["credits"]["remainder"].as_array_mut().unwrap().pop()),
        "credits under `remainder`",
    );
    edit(&|of| of["n_cohorts"][0] = 4_294_967_296_u64.into(), "declares more cohorts");
    edit(&|of| of["leaves"][1][2] = 2_147_483_647.into(), "`leaves[1]`");
    edit(&|of| of["suppliers"][0] = "\u{1b}[31m".into(), "control character");
}
