//! The corpus of recorded days: the allocator gives every slot as recorded, and a changed rule names who lost.

use std::fs;
use std::path::PathBuf;

use crate::command::{Case, Workshop, repository};

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
