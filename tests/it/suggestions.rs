//! Commands that messages suggest: each is quoted for a shell and works when it is pasted, whatever folders, files and
//! scenarios are called.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::command::{DORMOUSE, Workshop};

/// A folder and names that a shell would break up or obey.
const FOLDER: &str = "my plans $(touch PWNED)";
const NAME: &str = "Bob's plan; touch PWNED & `touch PWNED`";

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("bin")).unwrap();
    symlink(DORMOUSE, workshop.path("bin/dormouse")).unwrap();
    fs::create_dir(workshop.path(FOLDER)).unwrap();
    let scenario = |file: &str, name: &str, of: &str| {
        let text =
            format!("extends = \"../scenarios/tutorial/{of}.toml\"\nname = {}\n", toml::Value::from(name));
        workshop.write(&format!("{FOLDER}/{file}.toml"), &text);
    };
    scenario("existing plan", NAME, "existing");
    scenario("early (1)", "early plan", "early");
    let study = "question = \"?\"\nbaseline = \"existing plan.toml\"\nscenarios = [\"early (1).toml\"]\nreplications = 4\nlayer_runs = 0\n[grid]\n";
    workshop.write(&format!("{FOLDER}/a study.toml"), study);
    workshop
}

/// What the program says on both streams.
fn said(workshop: &Workshop, words: &[&str]) -> String {
    let output = workshop.command(DORMOUSE).args(words).output().unwrap();
    String::from_utf8_lossy(&[output.stderr, b"\n".to_vec(), output.stdout].concat()).into_owned()
}

/// Every command in a text: from `dormouse VERB` to the end of its line or of its backticks, lines that go on put together.
fn commands(text: &str) -> Vec<String> {
    let text = text.replace(" \\\n    ", " ");
    let starts = text.match_indices("dormouse ").map(|(at, _)| at);
    let verbs = ["run ", "compare ", "chart ", "report ", "explain ", "check ", "record "];
    let starts = starts.filter(|at| verbs.iter().any(|verb| text[at + 9..].starts_with(verb)));
    let one = |at: usize| {
        let line = text[at..].lines().next().unwrap();
        let in_backticks = text[..at].ends_with('`');
        let mut quoted = false;
        let end = line.char_indices().find(|(at, c)| {
            quoted ^= *c == '\'' && !line[..*at].ends_with('\\');
            let ends = if in_backticks { *c == '`' } else { line[*at..].starts_with("; ") };
            ends && !quoted
        });
        line[..end.map_or(line.len(), |(at, _)| at)].to_owned()
    };
    let mut found: Vec<String> = starts.map(one).collect();
    found.dedup();
    found
}

/// Pastes a command into a shell.
fn pasted(workshop: &Workshop, command: &str) {
    let command = command.replace("--day DATE", "--day 2020-09-21").replace("-o DIR", "-o 'again again'");
    let path = format!("{}:{}", workshop.path("bin").display(), std::env::var("PATH").unwrap());
    let output = workshop.command("sh").args(["-c", &command]).env("PATH", path).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    // Where no folder is named, that of the scenario may be there from a command before.
    let taken = !command.contains(" -o ") && err.contains("already exists and is not empty");
    assert!(output.status.success() || taken, "{command}\n{err}");
    assert!(!workshop.path("PWNED").exists(), "{command}");
}

#[test]
fn every_suggested_command_works_when_it_is_pasted() {
    let workshop = workshop();
    let [existing, early, study] =
        ["existing plan.toml", "early (1).toml", "a study.toml"].map(|file| format!("{FOLDER}/{file}"));
    let (one, many, both) = ("r 'one'/", "r many", "r $(touch PWNED)");
    let cases: [(&[&str], usize); 16] = [
        (&["check", &existing], 1),
        (&["run", &existing, "-o", one], 2),
        (&["run", &existing, "--seed", "5", "--set", "allocation.dmin_per_day=5", "-o", "s"], 2),
        (&["run", &existing, "--force"], 2),
        (&["run", &existing, &early, "-o", both], 1),
        (&["run", &existing, "--replications", "3", "-o", many], 1),
        (&["run", &early, "--until", "2020-09-25", "-o", "until then"], 1),
        (&["report", &study], 1),
        (&["compare", &study, "-o", "a folder"], 1),
        (&["report", many, "-o", "a report.md", "--force"], 0),
        (&["explain", many, "--day", "2020-09-21"], 1),
        (&["chart", many, "wait"], 1),
        (&["chart", "s", "payers"], 1),
        (&["chart", one, "convergence"], 1),
        (&["report", one], 2),
        (&["init", "a new plan.toml"], 1),
    ];
    for (words, least) in cases {
        // More than one message suggests this folder.
        let _ = fs::remove_dir_all(workshop.path("r many-r0"));
        let text = said(&workshop, words);
        let found = commands(&text);
        let found: Vec<&String> =
            found.iter().filter(|one| !one.contains("run --replications` writes")).collect();
        assert!(found.len() >= least, "{words:?}: {found:?} in\n{text}");
        for command in found.into_iter().filter(|command| !command.ends_with("--replications")) {
            if !command.contains("'s folder'") {
                pasted(&workshop, command);
            }
        }
        assert!(!workshop.path("PWNED").exists(), "{words:?}");
    }
}

/// A command that is suggested keeps the changes that were made to the scenario.
#[test]
fn a_suggested_command_keeps_seed_and_changes() {
    let workshop = workshop();
    let existing = format!("{FOLDER}/existing plan.toml");
    let words = [
        "run",
        &existing,
        "--seed",
        "5",
        "--set",
        "allocation.dmin_per_day=5",
        "--replications",
        "3",
        "-o",
        "m",
    ];
    said(&workshop, &words);
    let err = said(&workshop, &["chart", "m", "wait"]);
    assert!(err.contains("--seed 5 --set allocation.dmin_per_day=5"), "{err}");
    // Of a file named by its whole path only the name is kept, and the command says so.
    let whole = workshop.path(&existing);
    said(&workshop, &["run", whole.to_str().unwrap(), "--replications", "3", "-o", "w"]);
    let err = said(&workshop, &["chart", "w", "wait"]);
    assert!(err.contains("dormouse run 'FOLDER/existing plan.toml'"), "{err}");
}

/// What an interrupted run says to go on with keeps every flag that its results depend on.
#[test]
fn how_to_go_on_keeps_every_flag() {
    let workshop = workshop();
    let (existing, early) = (format!("{FOLDER}/existing plan.toml"), format!("{FOLDER}/early (1).toml"));
    let flags = ["--seed", "3", "--threshold", "5%", "--layer-runs", "120"];
    let run = |n: &str, dir: &str, more: &[&str]| {
        let mut command = workshop.command(DORMOUSE);
        command.args(["run", &existing, &early, "--replications", n, "-q", "-o", dir]).args(flags).args(more);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    assert!(run("400", "whole one", &[]).wait().unwrap().success());
    fs::create_dir(workshop.path("an empty one")).unwrap();
    let child = run("400", "an empty one", &["--force"]);
    while !workshop.path("an empty one.unfinished/batch-000000").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{err}");
    let command = err.lines().find_map(|line| line.strip_prefix("Continue: ")).unwrap();
    assert!(
        command.contains("--threshold 5% --layer-runs 120") && command.contains("--force --resume"),
        "{command}"
    );
    pasted(&workshop, command);
    assert!(workshop.files("an empty one") == workshop.files("whole one"));
}
