//! Studies: the grid of what nobody has published is what single commands would give, whatever the threads and however often
//! interrupted; and what is wrong in a study file is shown with its place.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command::{Case, DORMOUSE, Workshop};

const EXISTING: &str =
    "extends = \"scenarios/reference/every-key.toml\"\nname = \"existing\"\nfirmware.policy = \"existing\"\n";
const PLENTY: &str =
    "extends = \"scenarios/reference/every-key.toml\"\nname = \"plenty\"\nfirmware.policy = \"early\"\n";
const STUDY: &str = r#"
question = "Does it?"
baseline = "existing.toml"
scenarios = ["scenarios/reference/every-key.toml", "plenty.toml"]
replications = 6
threshold = "2%"
"#;
const GRID: &str = r#"
[grid]
replications = 4
[[grid.axis]]
name = "governance lag [days]"
key = "cohort.FOC-01.governance_lag_days"
values = [20, 60]
[[grid.axis]]
name = "re-designation"
key = "firmware.redesignation"
values = [2020-09-04, 2020-10-04]
"#;

fn workshop(grid: &str) -> Workshop {
    let workshop = Workshop::new();
    workshop.write("existing.toml", EXISTING);
    workshop.write("plenty.toml", PLENTY);
    workshop.write("study.toml", &format!("{STUDY}{grid}"));
    workshop
}

/// Rows of a CSV file, the header left out.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_point_of_the_grid_is_what_a_command_would_give() {
    let workshop = workshop(GRID);
    let (out, _) = Case::new(&workshop, "compare study.toml -q -o results/study").run();
    let grid = rows(&workshop.read("results/study/fig-grid.csv"));
    assert_eq!(grid.len(), 2 * 2 * 2, "a row a combination and scenario");
    let words = "run existing.toml scenarios/reference/every-key.toml plenty.toml -q --replications 4 -o results/one \
                 --set cohort.FOC-01.governance_lag_days=60 --set firmware.redesignation=2020-09-04 --threshold 2%";
    Case::new(&workshop, words).run();
    let difference = rows(&workshop.read("results/one/difference.csv"));
    let avoided = difference.iter().filter(|row| row[2] == "dormant_days_avoided" && row[3] == "whole");
    for alone in avoided {
        let in_grid = grid.iter().find(|row| row[0] == "60" && row[1] == "2020-09-04" && row[2] == alone[0]);
        let whole = format!("{:.0}", alone[5].parse::<f64>().unwrap());
        assert_eq!(in_grid.unwrap()[4], whole, "{alone:?}");
    }
    assert!(out.starts_with("Does it?\n\n"), "{out}");
    assert!(out.contains("The 8 intervals of days avoided hold together at 95%"), "{out}");
    let ranking = rows(&workshop.read("results/study/ranking.csv"));
    let names: Vec<&str> = ranking.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(ranking.is_sorted_by_key(|row| row[2].parse::<i64>().unwrap()), "{ranking:?}");
    assert!(workshop.read("results/study/study.toml").starts_with(STUDY));
}

#[test]
fn every_value_tried_alone_is_what_a_command_would_give() {
    let workshop = workshop(
        "[grid]\n[sensitivity]\nreplications = 4\n[[sensitivity.axis]]\nname = \"updates\"\nkey = \"firmware.capacity_factor\"\nvalues = [0.05, 2]\nlabels = [\"few\", \"twice\"]\n[[sensitivity.axis]]\nname = \"slots\"\nkey = \"programme.capacity_per_day\"\nvalues = [{ csv = \"slots.csv\", column = \"programme\" }]\nlabels = [\"150 a day\"]\n",
    );
    let slots = "from,programme\n2020-07-01,150\n";
    workshop.write("slots.csv", slots);
    let (out, _) = Case::new(&workshop, "compare study.toml -q -o results/study").run();
    assert!(out.contains("One assumption at a time, at values that the study chose"), "{out}");
    let tried = rows(&workshop.read("results/study/fig-sensitivity.csv"));
    let named: Vec<(&str, &str)> = tried.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let given = [(dormouse::output::AS_GIVEN, ""); 2].into_iter();
    let values = [("updates", "few"), ("updates", "twice"), ("slots", "150 a day")];
    let expected: Vec<_> = given.chain(values.into_iter().flat_map(|value| [value; 2])).collect();
    assert_eq!(named, expected, "a row a value and scenario");
    for (set, name) in [
        ("", ""),
        ("--set firmware.capacity_factor=0.05", "few"),
        ("--set programme.capacity_per_day=150", "150 a day"),
    ] {
        let words = format!(
            "run existing.toml scenarios/reference/every-key.toml plenty.toml -q --replications 4 -o results/one --force \
             --threshold 2% --layer-runs 0 {set}"
        );
        Case::new(&workshop, &words).run();
        let difference = rows(&workshop.read("results/one/difference.csv"));
        let avoided = difference.iter().filter(|row| row[2] == "dormant_days_avoided" && row[3] == "whole");
        for alone in avoided {
            let here = tried.iter().find(|row| row[1] == name && row[2] == alone[0]).unwrap();
            assert_eq!(here[4], format!("{:.0}", alone[5].parse::<f64>().unwrap()), "{alone:?}");
        }
    }
    // A file that only a value names is an input all the same.
    let manifest = workshop.read("results/study/manifest.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let read = manifest["also_read"].as_array().unwrap();
    assert_eq!(read.len(), 1, "{read:?}");
    assert_eq!(read[0]["path"], "slots.csv");
    assert_eq!(read[0]["sha256"], dormouse::fingerprint::sha256(slots));
}

#[test]
fn a_value_that_removes_a_difference_between_scenarios_is_reported() {
    let workshop = Workshop::new();
    let axis = |key: &str, value: &str| {
        format!("[[sensitivity.axis]]\nname = \"value of {key}\"\nkey = \"{key}\"\nvalues = [{value}]\n")
    };
    let study = "question = \"?\"\nbaseline = \"scenarios/tutorial/existing.toml\"\nscenarios = [\"scenarios/tutorial/early.toml\"]\n\
                 replications = 2\n[grid]\n[sensitivity]\nreplications = 2\n";
    let (policy, capacity) =
        (axis("firmware.policy", "\"existing\""), axis("group.IOC.capacity_per_day", "30"));
    workshop.write("study.toml", &format!("{study}{policy}{capacity}"));
    let (out, _) = Case::new(&workshop, "compare study.toml -q").run();
    let told = "\ntutorial-early differs from tutorial-existing in `firmware.policy`: values of value of firmware.policy take the \
                place of that.\n\n";
    assert!(out.contains(told), "{out}");
    assert!(!out.contains("in `group.IOC"), "{out}");
}

#[test]
fn a_study_that_says_nothing_tries_what_is_not_public() {
    let workshop = workshop("");
    let reference = "scenarios/reference/every-key.toml";
    let own = "governance_lag_days = { uniform = { low = 20, high = 60 } }";
    let text = workshop.read(reference);
    assert!(text.contains(own));
    let of_all = text.replacen(own, "", 1).replacen(
        "[cohort_defaults]",
        "[cohort_defaults]\ngovernance_lag_days = 30",
        1,
    );
    workshop.write(reference, &of_all);
    Case::new(&workshop, "compare study.toml -q -o results/study").run();
    let grid = rows(&workshop.read("results/study/fig-grid.csv"));
    assert_eq!(grid.len(), 3 * 3 * 2);
    let tried = |column: usize| {
        let mut values: Vec<&str> = grid.iter().map(|row| row[column].as_str()).collect();
        values.sort_unstable();
        values.dedup();
        values.join(" ")
    };
    assert_eq!((tried(0).as_str(), tried(1).as_str()), ("20 40 60", "2020-09-04 2020-09-11 2020-10-04"));
    let no_grid = self::workshop("[grid]\n");
    Case::new(&no_grid, "compare study.toml -q -o results/study").run();
    assert!(!no_grid.path("results/study/fig-grid.csv").exists());
}

#[test]
fn bytes_are_the_same_for_any_threads_and_after_a_kill() {
    let workshop = workshop(GRID);
    let began = Instant::now();
    Case::new(&workshop, "compare study.toml -q --threads 1 -o on-1").run();
    let took = began.elapsed();
    for threads in [2, 8] {
        Case::new(&workshop, &format!("compare study.toml -q --threads {threads} -o on-{threads}")).run();
        assert!(workshop.files(&format!("on-{threads}")) == workshop.files("on-1"), "{threads} threads");
    }
    let words = "compare study.toml -q --threads 1 -o killed";
    let mut command = workshop.command(DORMOUSE);
    command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(took.as_millis() as u64 / 2));
    child.kill().unwrap();
    child.wait().unwrap();
    if workshop.path("killed.unfinished").exists() {
        Case::new(&workshop, &format!("{words} --resume killed.unfinished")).run();
    }
    assert!(workshop.files("killed") == workshop.files("on-1"));
}

#[test]
fn what_is_wrong_in_a_study_is_shown_with_its_place() {
    for (from, to, says) in [
        ("threshold = \"2%\"", "treshold = \"2%\"", "study.toml:6:1"),
        ("threshold = \"2%\"", "threshold = \"much\"", "study.toml:6:13"),
        (
            "replications = 6",
            "replications = 6\nprecision = \"5%\"",
            "`precision` and `replications` are both set",
        ),
        ("replications = 6", "replications = 1", "below 2"),
        ("replications = 6", "", "add one, or use --replications"),
        ("plenty.toml", "nowhere.toml", "nowhere.toml"),
        ("plenty.toml", "existing.toml", "is listed twice"),
        ("governance_lag_days", "governance_lag_day", "study.toml:12:7"),
        ("replications = 4", "replications = 0", "study.toml:9:16"),
        ("replications = 6", "replications = \"six\"", "expected a whole number"),
        ("values = [20, 60]", "values = []", "has no values"),
    ] {
        let workshop = workshop(GRID);
        let study = workshop.read("study.toml");
        assert!(study.contains(from), "{from}");
        workshop.write("study.toml", &study.replacen(from, to, 1));
        let (_, err) = Case::new(&workshop, "compare study.toml -q -o results/study").exit(2).run();
        assert!(err.contains(says), "{to}: {err}");
        assert!(!workshop.path("results").exists(), "{to}: nothing is left behind");
    }
}

#[test]
fn all_problems_of_a_study_are_shown_at_once() {
    let workshop = workshop(GRID);
    let study = workshop.read("study.toml");
    let slips = [
        ("threshold = ", "treshold = ", "a key with a similar name exists: `threshold`"),
        ("replications = 6", "replications = 1", "below 2"),
        ("values = ", "vals = [1]\nvalues = ", "unknown key `vals` in an axis of `grid`"),
        ("replications = 4", "replications = 0", "study.toml:9:16"),
    ];
    workshop.write("study.toml", &slips.iter().fold(study, |text, (from, to, _)| text.replacen(from, to, 1)));
    let (_, err) = Case::new(&workshop, "compare study.toml -q -o results/study").exit(2).run();
    for (_, _, says) in slips {
        assert!(err.contains(says), "{says}: {err}");
    }
    assert!(err.contains("4 problems in study.toml; nothing was run"), "{err}");
    let (_, err) = Case::new(&workshop, "compare scenarios/smets1-2020/early.toml").exit(2).run();
    assert!(err.contains("this is a scenario, expected a study") && err.contains("1 problem in"), "{err}");
}

#[test]
fn a_study_says_what_changed_since_an_earlier_folder_as_a_run_does() {
    let workshop = workshop("[grid]\n");
    let scenarios = "existing.toml scenarios/reference/every-key.toml plenty.toml";
    Case::new(&workshop, &format!("run {scenarios} -q --replications 6 --seed 7 -o results/last")).run();
    let more = "-q --layer-runs 0 --since results/last --threshold 3%";
    let (study, _) = Case::new(&workshop, &format!("compare study.toml {more} -o results/study")).run();
    let (run, _) =
        Case::new(&workshop, &format!("run {scenarios} --replications 6 {more} -o results/run")).run();
    assert!(run.starts_with("existing since results/last\n"), "{run}");
    assert!(study.contains(&run), "{study}\n{run}");
    assert_eq!(workshop.read("results/study/since.csv"), workshop.read("results/run/since.csv"));
    assert_eq!(workshop.read("results/study/difference.csv"), workshop.read("results/run/difference.csv"));
    let (json, _) =
        Case::new(&workshop, &format!("compare study.toml {more} -o results/json --format json")).run();
    assert!(json.contains("\"since\": {"), "{json}");
    let wrong = "compare study.toml -q --since scenarios -o results/none";
    let (_, err) = Case::new(&workshop, wrong).exit(2).run();
    assert!(err.contains("`scenarios` is not a results folder of dormouse"), "{err}");
}

/// The words of `[assurance]` and `[rationale]` reach the report; what is wrong in them is said with its place, all at once.
#[test]
fn a_study_says_who_answers_for_it() {
    let workshop = Workshop::new();
    let study = |more: &str| {
        format!(
            "question = \"?\"\npurpose = \"To decide on an early start.\"\ndecision = \"Choose a plan.\"\nbaseline = \"scenarios/tutorial/existing.toml\"\n\
             scenarios = [\"scenarios/tutorial/early.toml\"]\nreplications = 8\n[grid]\n{more}"
        )
    };
    workshop.write(
        "study.toml",
        &study(
            "[rationale]\nreplications = \"eight are enough to try this\"\n[assurance]\nanalyst = \"A. Nalyst <unit>\"\nstatus = \"draft\"\n\
             date = 2026-12-01\nsunset = \"2027-06-30\"\nmodel_from = \"the shared drive\"\n",
        ),
    );
    Case::new(&workshop, "compare study.toml -q -o r").run();
    Case::new(&workshop, "report r -q -o report.html").run();
    let page = workshop.read("report.html");
    for (said, stated) in [
        ("Analyst", "A. Nalyst &lt;unit&gt;"),
        ("Status", "draft"),
        ("Date of the assurance", "1 December 2026"),
        ("Not to be used after", "30 June 2027"),
        ("Assurer", "not stated by the study"),
    ] {
        assert!(page.contains(&format!("<th scope=\"row\">{said}</th><td>{stated}</td>")), "{said}");
    }
    for said in [
        "Asked of you: Choose a plan.",
        "Background and objectives: To decide on an early start.",
        "Why so many: eight are enough to try this.",
        "Why this threshold: not stated by the study.",
        "get the model and the inputs: the shared drive.",
        "The study names no commissioner and no assurer.",
    ] {
        assert!(page.contains(said), "{said}");
    }
    workshop.write(
        "wrong.toml",
        &study("[assurance]\nasurer = \"x\"\ndate = \"soon\"\nversion = 2\n[rationale]\ngrid = \"\"\n"),
    );
    let (_, said) = Case::new(&workshop, "check wrong.toml").exit(2).run();
    for problem in [
        "unknown key `asurer` in `assurance`",
        "a key with a similar name exists: `assurer`",
        "`date` is not a date",
        "expected a date such as 2027-01-31",
        "`version` is not a text",
        "`grid` is empty",
    ] {
        assert!(said.contains(problem), "{problem}: {said}");
    }
    workshop.write("late.toml", &study("[assurance]\ndate = 2027-01-02\nsunset = 2027-01-01\n"));
    let (_, said) = Case::new(&workshop, "check late.toml").exit(2).run();
    assert!(said.contains("`sunset` is before `date`"), "{said}");
}
