//! Replications that are interrupted: whatever is kept is whole, nothing looks complete before it is, and going on ends with
//! the bytes of a run that was never stopped.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::command::{Case, DORMOUSE, Workshop};

const RUN: &str = "run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml -q --replications 400";

fn started(workshop: &Workshop, words: &str) -> Child {
    let mut command = workshop.command(DORMOUSE);
    command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How long a run takes that nobody stops \[milliseconds\], and its files.
fn undisturbed(workshop: &Workshop) -> (u64, Vec<(String, Vec<u8>)>) {
    let began = std::time::Instant::now();
    Case::new(workshop, &format!("{RUN} -o whole")).run();
    assert!(!workshop.path("whole.unfinished").exists(), "nothing is left behind");
    (began.elapsed().as_millis() as u64, workshop.files("whole"))
}

#[test]
fn twenty_kills_at_random_moments_cost_nothing() {
    let workshop = Workshop::new();
    let (milliseconds, whole) = undisturbed(&workshop);
    let mut dice = ChaCha8Rng::seed_from_u64(20);
    let mut went_on = 0;
    for round in 0..20 {
        let (dir, mut resume) = (format!("kill-{round}"), String::new());
        // Killed again and again, each time a little later, until it ends by itself.
        for patience in 1_u64.. {
            assert!(patience < 40, "round {round}: no run gets to its end");
            let mut child = started(&workshop, &format!("{RUN} -o {dir} {resume}"));
            std::thread::sleep(Duration::from_millis(dice.random_range(0..=milliseconds * patience / 2)));
            let ended = child.try_wait().unwrap().is_some_and(|status| status.success());
            child.kill().unwrap();
            child.wait().unwrap();
            let unfinished = workshop.path(&format!("{dir}.unfinished"));
            if workshop.path(&dir).exists() {
                // It may have been killed between its results and the end.
                assert!(workshop.files(&dir) == whole, "round {round}: a folder that is there is whole");
                break;
            }
            assert!(!ended, "round {round}: it ended well and left no results");
            let began = unfinished.join("plan.json").exists();
            went_on += u32::from(began && unfinished.join("batch-000000").exists());
            resume = if began { format!("--resume {dir}.unfinished") } else { "--force".to_owned() };
        }
    }
    assert!(went_on >= 10, "the kills struck runs that had begun: {went_on}");
}

/// What a run leaves that is killed between making its folder and writing the plan, or while it takes the folder away.
#[test]
fn a_folder_without_a_plan_is_begun_anew_and_one_with_other_files_is_let_be() {
    let workshop = Workshop::new();
    let words = RUN.replace("--replications 400", "--replications 3");
    for left in [&[][..], &[".writing-abc"], &["batch-000000", "batch-000001"]] {
        fs::create_dir(workshop.path("new.unfinished")).unwrap();
        left.iter().for_each(|name| workshop.write(&format!("new.unfinished/{name}"), "half"));
        Case::new(&workshop, &format!("{words} -o new --force")).run();
        assert!(!workshop.path("new.unfinished").exists());
    }
    fs::create_dir(workshop.path("new.unfinished")).unwrap();
    workshop.write("new.unfinished/plan.json", "{}");
    workshop.write("new.unfinished/thesis.md", "mine");
    let (_, err) = Case::new(&workshop, &format!("{words} -o new --force")).exit(2).run();
    assert!(err.contains("holds `thesis.md`, which dormouse did not write"), "{err}");
    assert_eq!(workshop.read("new.unfinished/thesis.md"), "mine");
}

#[test]
fn a_batch_cut_short_is_simulated_again() {
    let workshop = Workshop::new();
    let (_, whole) = undisturbed(&workshop);
    let mut child = started(&workshop, &format!("{RUN} -o cut"));
    let first = workshop.path("cut.unfinished/batch-000000");
    while !first.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let fewer = RUN.replace("--replications 400", "--replications 3");
    let (_, err) = Case::new(&workshop, &format!("{fewer} -o cut --resume cut.unfinished")).exit(2).run();
    assert!(err.contains("and 3 are asked for, so that the rest would be lost"), "{err}");
    let bytes = fs::read(&first).unwrap();
    fs::write(&first, &bytes[..bytes.len() - 100]).unwrap();
    let (_, err) = Case::new(&workshop, &format!("{RUN} -o cut")).exit(2).run();
    assert!(err.contains("continue with --resume cut.unfinished"), "{err}");
    let other = RUN.replace("existing.toml", "early.toml --seed 3").replacen(
        "scenarios/tutorial/early.toml -q",
        "-q",
        1,
    );
    let (_, err) = Case::new(&workshop, &format!("{other} -o cut --resume cut.unfinished")).exit(2).run();
    assert!(
        err.contains("is of another run: its scenarios are `tutorial-existing`, `tutorial-early`, expected"),
        "{err}"
    );
    let seeded = format!("{RUN} --seed 3 -o cut --resume cut.unfinished");
    let (_, err) = Case::new(&workshop, &seeded).exit(2).run();
    assert!(err.contains("but with other inputs: a changed file, seed or --set"), "{err}");
    Case::new(&workshop, &format!("{RUN} -o cut --resume cut.unfinished")).run();
    assert!(workshop.files("cut") == whole);
    assert!(!workshop.path("cut.unfinished").exists());
}

/// Ctrl-C as a terminal sends it.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_after_a_batch_and_says_how_to_go_on() {
    let workshop = Workshop::new();
    let words = RUN.replace("-q --replications 400", "--replications 4000 -o stopped");
    let mut command = workshop.command(DORMOUSE);
    command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while !workshop.path("stopped.unfinished/batch-000000").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{err}");
    assert!(err.contains("of 4,000 replications, kept in stopped.unfinished"), "{err}");
    assert!(err.contains("--replications 4000 -o stopped --resume stopped.unfinished"), "{err}");
    assert!(!workshop.path("stopped").exists());
}
