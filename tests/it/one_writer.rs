//! A folder knows whose work it holds: two processes never mix theirs, a killed one leaves nothing that stops the next, and
//! batches of replications are believed for what they say and not for where they lie.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::command::{Case, DORMOUSE, Workshop};

const RUN: &str = "run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml -q --layer-runs 0";
/// More than any machine simulates while a test looks on.
const LONG: &str = "--replications 200000";

fn started(workshop: &Workshop, words: &str) -> Child {
    let mut command = workshop.command(DORMOUSE);
    command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Waits until a file is there.
fn await_file(workshop: &Workshop, name: &str) {
    let began = Instant::now();
    while !workshop.path(name).exists() {
        assert!(began.elapsed() < Duration::from_secs(120), "{name} does not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs until so many batches are kept in `DIR.unfinished`, then kills the process.
fn killed(workshop: &Workshop, words: &str, dir: &str, batches: u32) {
    let mut child = started(workshop, &format!("{RUN} {LONG} {words} -o {dir}"));
    await_file(workshop, &format!("{dir}.unfinished/batch-{batches:06}"));
    child.kill().unwrap();
    child.wait().unwrap();
    // Later batches are not looked at.
    for number in batches.. {
        if fs::remove_file(workshop.path(&format!("{dir}.unfinished/batch-{number:06}"))).is_err() {
            break;
        }
    }
}

/// Names in a folder, hidden ones too.
fn names(workshop: &Workshop, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(workshop.path(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_second_run_is_refused_while_the_first_writes_whatever_it_is_asked() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("r")).unwrap();
    let mut first = started(&workshop, &format!("{RUN} {LONG} -o r/m"));
    await_file(&workshop, "r/m.unfinished/batch-000000");
    for words in [
        format!("{RUN} {LONG} --seed 2 -o r/m"),
        format!("{RUN} {LONG} --seed 2 -o r/m --force"),
        format!("{RUN} {LONG} -o r/m --resume r/m.unfinished"),
        format!("{RUN} {LONG} -o r/other --resume r/m.unfinished"),
        "run scenarios/tutorial/early.toml -q -o r/m --force".to_owned(),
        "compare studies/tutorial.toml -q -o r/m --force".to_owned(),
    ] {
        let (_, err) = Case::new(&workshop, &words).exit(2).run();
        let process = format!("(process {})", first.id());
        assert!(
            err.contains("is in use: another dormouse is writing there") && err.contains(&process),
            "{err}"
        );
        assert!(!err.contains("--force"), "{words}: {err}");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock of a killed process is free, and what it left behind is used or cleared.
    let go_on = format!("{RUN} --replications 2 -o r/m --resume r/m.unfinished");
    let (_, err) = Case::new(&workshop, &go_on).exit(2).run();
    assert!(err.contains("are asked for, so that the rest would be lost"), "{err}");
    Case::new(&workshop, &format!("{RUN} --replications 64 -o r/m --force")).run();
    assert_eq!(names(&workshop, "r"), ["m"], "nothing else is left");
}

/// `DORMOUSE_STARTS` says how many pairs of processes are started; a few where it does not.
#[test]
fn processes_that_start_together_never_mix_their_work() {
    let pairs = std::env::var("DORMOUSE_STARTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("r")).unwrap();
    let words = |seed: u32, more: &str| format!("{RUN} --replications 40 --seed {seed} {more}");
    let whole = [1, 9].map(|seed| {
        Case::new(&workshop, &words(seed, &format!("-o whole-{seed}"))).run();
        workshop.files(&format!("whole-{seed}"))
    });
    let (mut wrong, mut both) = (0, 0);
    for pair in 0..pairs {
        let more = if pair % 2 == 0 { "-o r/m" } else { "-o r/m --force" };
        let children = [1, 9].map(|seed| started(&workshop, &words(seed, more)));
        let done = children.map(|child| child.wait_with_output().unwrap());
        let codes = done.each_ref().map(|output| output.status.code().unwrap());
        let said: Vec<_> = done.iter().map(|output| String::from_utf8_lossy(&output.stderr)).collect();
        assert!(codes.iter().all(|code| [0, 2].contains(code)) && codes.contains(&0), "{codes:?} {said:?}");
        both += u32::from(codes == [0, 0]);
        let files = workshop.files("r/m");
        // Where both ended well, one replaced the other's whole folder.
        let right = (0..2).any(|at| codes[at] == 0 && files == whole[at]);
        wrong += u32::from(!right || names(&workshop, "r") != ["m"]);
        fs::remove_dir_all(workshop.path("r/m")).unwrap();
    }
    println!("{pairs} pairs started together: {wrong} wrong folders, {both} one after the other");
    assert_eq!(wrong, 0, "of {pairs} folders");
}

#[test]
fn two_resumes_of_one_folder_give_one_right_folder() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("{RUN} --replications 96 -o whole")).run();
    for round in 0..5 {
        let dir = format!("m{round}");
        killed(&workshop, "", &dir, 2);
        let words = format!("{RUN} --replications 96 -o {dir} --resume {dir}.unfinished");
        let children = [(); 2].map(|()| started(&workshop, &words));
        let codes = children.map(|child| child.wait_with_output().unwrap().status.code().unwrap());
        assert!(codes.iter().all(|code| [0, 2].contains(code)) && codes.contains(&0), "{codes:?}");
        assert!(workshop.files(&dir) == workshop.files("whole"));
        assert!(!workshop.path(&format!("{dir}.unfinished")).exists());
    }
}

#[test]
fn a_batch_of_another_run_is_named_and_not_believed() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("{RUN} --replications 96 -o whole")).run();
    killed(&workshop, "", "mine", 3);
    killed(&workshop, "--seed 9", "theirs", 2);
    let copy = |from: &str, to: &str| fs::copy(workshop.path(from), workshop.path(to)).unwrap();
    copy("theirs.unfinished/batch-000001", "mine.unfinished/batch-000001");
    copy("mine.unfinished/batch-000000", "mine.unfinished/batch-000002");
    let go_on = format!("{RUN} --replications 96 -o mine --resume mine.unfinished");
    let (_, err) = Case::new(&workshop, &go_on).exit(2).run();
    assert!(err.contains("`mine.unfinished/batch-000001` is a batch of another run"), "{err}");
    assert!(
        err.contains("`mine.unfinished/batch-000002` is batch 0 of this run under another number"),
        "{err}"
    );
    assert!(err.contains("move them away, and continue"), "{err}");
    // As it is told: moved away, they are simulated again, and the missing one is named.
    for number in [1, 2] {
        fs::remove_file(workshop.path(&format!("mine.unfinished/batch-00000{number}"))).unwrap();
    }
    copy("mine.unfinished/batch-000000", "kept");
    fs::rename(workshop.path("kept"), workshop.path("mine.unfinished/batch-000000")).unwrap();
    Case::new(&workshop, &go_on).run();
    assert!(workshop.files("mine") == workshop.files("whole"));
}

#[test]
fn missing_and_damaged_batches_are_named_and_simulated_again() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("{RUN} --replications 96 -o whole")).run();
    killed(&workshop, "", "m", 3);
    fs::remove_file(workshop.path("m.unfinished/batch-000000")).unwrap();
    let path = workshop.path("m.unfinished/batch-000001");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let go_on = format!("{} --replications 96 -o m --resume m.unfinished", RUN.replace(" -q", ""));
    let (_, err) = Case::new(&workshop, &go_on).run();
    assert!(err.contains("batches 0 to 0 of `m.unfinished` are missing, and are simulated again"), "{err}");
    assert!(
        err.contains("`m.unfinished/batch-000001` is cut short or changed, and is simulated again"),
        "{err}"
    );
    assert!(workshop.files("m") == workshop.files("whole"));
}

#[test]
fn what_was_edited_between_kill_and_resume_is_found() {
    let workshop = Workshop::new();
    workshop.write("plan.toml", "extends = \"scenarios/tutorial/early.toml\"\nname = \"plan\"\n");
    let words = "scenarios/tutorial/existing.toml plan.toml -q --layer-runs 0";
    let mut child = started(&workshop, &format!("run {words} {LONG} -o m"));
    await_file(&workshop, "m.unfinished/batch-000001");
    child.kill().unwrap();
    child.wait().unwrap();
    workshop.write(
        "plan.toml",
        "extends = \"scenarios/tutorial/early.toml\"\nname = \"plan\"\nallocation.dmin_per_day = 9\n",
    );
    let go_on = format!("run {words} {LONG} -o m --resume m.unfinished");
    let (_, err) = Case::new(&workshop, &go_on).exit(2).run();
    assert!(
        err.contains("is of another run: of `tutorial-existing`, `plan`, but with other inputs"),
        "{err}"
    );
    // A plan made to fit does not make the batches fit.
    let other = "m2";
    let mut child = started(&workshop, &format!("run {words} {LONG} -o {other}"));
    await_file(&workshop, &format!("{other}.unfinished/batch-000000"));
    child.kill().unwrap();
    child.wait().unwrap();
    let plan = fs::read(workshop.path("m2.unfinished/plan.json")).unwrap();
    fs::write(workshop.path("m.unfinished/plan.json"), plan).unwrap();
    let (_, err) = Case::new(&workshop, &go_on).exit(2).run();
    assert!(err.contains("`m.unfinished/batch-000000` is a batch of another run"), "{err}");
}

#[test]
fn results_moved_aside_by_a_killed_process_are_put_back() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("r")).unwrap();
    Case::new(&workshop, "run scenarios/tutorial/early.toml -q -o r/m").run();
    let before = workshop.files("r/m");
    // Killed between moving the old results aside and putting the new ones in their place.
    fs::create_dir_all(workshop.path("r/.m.dormouse/new")).unwrap();
    workshop.write("r/.m.dormouse/new/half.csv", "half");
    workshop.write("r/.m.dormouse/.lock", "1\n");
    fs::rename(workshop.path("r/m"), workshop.path("r/.m.dormouse/old")).unwrap();
    let (_, err) = Case::new(&workshop, "run scenarios/tutorial/existing.toml -q -o r/m").exit(2).run();
    assert!(err.contains("`r/m` already exists and is not empty"), "{err}");
    assert!(workshop.files("r/m") == before);
    assert_eq!(names(&workshop, "r"), ["m"], "the hidden folder is gone");
}

#[test]
fn files_that_dormouse_did_not_write_are_never_lost() {
    let workshop = Workshop::new();
    killed(&workshop, "", "m", 1);
    workshop.write("m.unfinished/thesis.md", "mine");
    for more in ["--force", "--resume m.unfinished"] {
        let (_, err) = Case::new(&workshop, &format!("{RUN} --replications 40 -o m {more}")).exit(2).run();
        assert!(err.contains("holds `thesis.md`, which dormouse did not write; move it away"), "{err}");
    }
    assert_eq!(workshop.read("m.unfinished/thesis.md"), "mine");
}

/// Ctrl-C during a single draw leaves nothing behind, also nothing hidden.
#[cfg(unix)]
#[test]
fn an_interrupted_draw_gives_its_place_up() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("r")).unwrap();
    let scenarios = ["existing", "early", "pooled", "early-tested-only"];
    let scenarios = scenarios.map(|name| format!("scenarios/smets1-2020/{name}.toml")).join(" ");
    let child = started(&workshop, &format!("run {scenarios} -o r/m"));
    await_file(&workshop, "r/.m.dormouse/.lock");
    std::thread::sleep(Duration::from_millis(100));
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let code = child.wait_with_output().unwrap().status.code();
    if code == Some(130) {
        assert_eq!(names(&workshop, "r"), [""; 0]);
    } else {
        assert_eq!(code, Some(0), "it was done already");
    }
}

/// Colleagues on a shared disk read what a run writes.
#[cfg(unix)]
#[test]
fn every_file_is_written_with_the_rights_that_others_get() {
    use std::os::unix::fs::PermissionsExt;
    let workshop = Workshop::new();
    workshop.write("plain", "");
    let plain = fs::metadata(workshop.path("plain")).unwrap().permissions().mode();
    Case::new(&workshop, "run scenarios/tutorial/early.toml --until 2020-09-25 -q -o until").run();
    killed(&workshop, "", "m", 1);
    for file in
        ["until/snapshot.json", "until/counts.csv", "m.unfinished/plan.json", "m.unfinished/batch-000000"]
    {
        assert_eq!(fs::metadata(workshop.path(file)).unwrap().permissions().mode(), plain, "{file}");
    }
}

#[test]
fn a_full_disk_keeps_the_work_and_says_how_to_go_on() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("{RUN} --replications 64 -o whole")).run();
    killed(&workshop, "", "m", 1);
    // A folder in the way of the next batch stands for a disk that refuses it.
    fs::create_dir_all(workshop.path("m.unfinished/batch-000001/x")).unwrap();
    let go_on = format!("{RUN} --replications 64 -o m --resume m.unfinished");
    let (_, err) = Case::new(&workshop, &go_on).exit(2).run();
    assert!(err.contains("holds `batch-000001`, which dormouse did not write"), "{err}");
    fs::remove_dir_all(workshop.path("m.unfinished/batch-000001")).unwrap();
    // The results cannot be written: somebody has put a file into their place meanwhile.
    let child = started(&workshop, &format!("{RUN} --replications 1000 -o late"));
    await_file(&workshop, "late.unfinished/batch-000000");
    workshop.write("late", "a file in the way");
    let output = child.wait_with_output();
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(
        err.contains("`late` is not a folder")
            && err.contains("What was simulated is kept in late.unfinished"),
        "{err}"
    );
    let command = err.lines().find_map(|line| line.strip_prefix("Continue: dormouse ")).unwrap().to_owned();
    fs::remove_file(workshop.path("late")).unwrap();
    Case::new(&workshop, &command).run();
    assert!(workshop.path("late/manifest.json").exists() && !workshop.path("late.unfinished").exists());
}
