//! The command as a user meets it: exit codes, streams, help, what is overwritten, and bytes that never change.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use dormouse::model::AllocationPolicy;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::command::{Case, DORMOUSE, UPDATE, Workshop, repository};
use crate::manual::HIDDEN;

const EXISTING: &str = "scenarios/tutorial/existing.toml";
const EARLY: &str = "scenarios/tutorial/early.toml";

/// The national programme cut to its first days; what draws anything draws in them.
const SHORT: &str =
    "--set calendar.closed=[] --set programme.plan_date=2020-10-01 --set programme.last_day=2020-12-31";

/// The worked example of the allocation, as the README shows it.
const ONE_DAY: &str = "allocate scenarios/reference/one-day.csv --dmin 100 --capacity";

#[test]
fn bare_call_teaches() {
    let (out, err) = Case::new(&Workshop::new(), "").run();
    assert!(
        out.starts_with("dormouse simulates") && out.contains("dormouse run") && out.contains("Verbs:"),
        "{out}"
    );
    assert_eq!(err, "");
    let listed = out.split_once("Verbs:\n").unwrap().1.lines().map_while(|line| line.strip_prefix("  "));
    let mut listed: Vec<&str> = listed.map(|line| line.split(' ').next().unwrap()).collect();
    let mut verbs = VERBS.to_vec();
    listed.sort_unstable();
    verbs.sort_unstable();
    assert_eq!(listed, verbs);
}

/// Every verb, in no order that matters.
pub(crate) const VERBS: [&str; 12] = [
    "check",
    "run",
    "compare",
    "bottlenecks",
    "explain",
    "record",
    "replay",
    "allocate",
    "chart",
    "report",
    "init",
    "schema",
];

#[test]
fn help_is_what_was_reviewed() {
    let workshop = Workshop::new();
    for verb in [""].iter().chain(&VERBS).chain(&HIDDEN) {
        let words = format!("{verb} --help");
        let (out, _) = Case::new(&workshop, &words).run();
        let name = if verb.is_empty() { "dormouse" } else { verb };
        let path = repository().join(format!("tests/it/help/{name}.txt"));
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&path, &out).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(out, expected, "{words}: set {UPDATE}=1 to take the new text after reading it");
    }
}

#[test]
fn examples_in_help_run() {
    for verb in VERBS {
        let workshop = Workshop::new();
        if verb == "chart" {
            Case::new(&workshop, &format!("run {EXISTING} {EARLY} -q -o results/existing-vs-early")).run();
        }
        for table in ["cohorts.csv", "suppliers.csv", "stock.csv"] {
            fs::copy(workshop.path("scenarios/smets1-2020").join(table), workshop.path(table)).unwrap();
        }
        if verb == "compare" {
            for (scenario, week) in [(EXISTING, "last-week"), (EARLY, "this-week")] {
                Case::new(&workshop, &format!("run {scenario} -q --replications 20 -o results/{week}")).run();
            }
        }
        if verb == "report" {
            Case::new(&workshop, "compare studies/tutorial.toml -q").run();
        }
        if verb == "explain" {
            Case::new(&workshop, "run scenarios/tutorial/existing.toml --quiet").run();
        }
        let (help, _) = Case::new(&workshop, &format!("{verb} --help")).run();
        let examples: Vec<&str> = help.split_once("Examples:\n").unwrap().1.lines().map(str::trim).collect();
        assert_eq!(examples.len(), 3, "{verb}: three examples, each on one line\n{help}");
        for example in examples {
            let path = format!(
                "{}:{}",
                fs::canonicalize(DORMOUSE).unwrap().parent().unwrap().display(),
                env!("PATH")
            );
            let ours = example.split('|').next().unwrap();
            let done = workshop.command("sh").arg("-c").arg(ours).env("PATH", path).output().unwrap();
            assert!(done.status.success(), "{example}\n{}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

#[test]
fn long_version_says_what_was_built() {
    let (out, _) = Case::new(&Workshop::new(), "--version").run();
    let line = |begin: &str| out.lines().find_map(|line| line.strip_prefix(begin)).unwrap_or_default().trim();
    assert_eq!(line("dormouse "), env!("CARGO_PKG_VERSION"));
    assert!(!line("commit:").is_empty(), "{out}");
    let manifest: toml::Table = fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap();
    let needed = manifest["bin"][0]["required-features"].as_array().unwrap();
    let mut features: Vec<&str> = needed.iter().map(|feature| feature.as_str().unwrap()).collect();
    features.sort_unstable();
    assert_eq!(line("features:"), features.join(", "), "the command is built with what it needs");
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    let workshop = Workshop::new();
    for words in ["--help", "--version", "run --help", ""] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = workshop
            .command(DORMOUSE)
            .args(words.split_whitespace())
            .stdout(full)
            .stderr(Stdio::null())
            .status();
        assert_eq!(status.unwrap().code(), Some(3), "{words}");
    }
}

#[test]
fn the_worked_example_is_shared_as_by_hand() {
    let expected = "\
supplier  status   demand  slots  not met  by rule
--------  -------  ------  -----  -------  -----------------------
Aster     dormant     300    300        0  dormant first 300
Briar     dormant     150    150        0  dormant first 150
Aster     active      900    264      636  flat 100, remainder 164
Briar     active       80     80        0  flat 80
Clover    active      420    166      254  flat 100, remainder 66
Dill      active       40     40        0  flat 40
all                 1,890  1,000      890

1. Dormant first: 450.
2. Flat allocation, up to 100 a supplier: 320.
3. Remainder, pro rata to unmet demand: 230.
Limit: 1,000 of 1,890 installations got a slot. Capacity 1,000.
";
    let words = format!("{ONE_DAY} 1000");
    Case::new(&Workshop::new(), &words).stdout(expected).stderr("").run();
}

#[test]
fn a_flat_allocation_that_does_not_fit_is_said_to_be_cut() {
    let words = format!("{ONE_DAY} 700");
    let (out, _) = Case::new(&Workshop::new(), &words).run();
    assert!(out.contains("250; it did not fit, so it was cut equally"), "{out}");
    for row in [
        "Aster     active      900     70",
        "Briar     active       80     70",
        "Dill      active       40     40",
    ] {
        assert!(out.contains(row), "{row} in\n{out}");
    }
}

#[test]
fn a_day_on_which_all_is_met_needs_no_rule() {
    let words = format!("{ONE_DAY} 1890");
    let (out, _) = Case::new(&Workshop::new(), &words).run();
    assert!(
        out.ends_with("\nNo rule was needed: all 1,890 installations fit within a capacity of 1,890.\n"),
        "{out}"
    );
}

#[test]
fn the_order_of_rows_never_matters() {
    let rows =
        ["A,IOC,dormant,10", "B,IOC,dormant,10", "C,IOC,dormant,10", "A,MOC,active,7", "B,MOC,active,9"];
    let table = |order: &[usize]| {
        let lines: Vec<&str> = order.iter().map(|row| rows[*row]).collect();
        format!("supplier,group,status,demand\n{}\n", lines.join("\n"))
    };
    let workshop = Workshop::new();
    let words = "allocate - --capacity 25 --dmin 2 --group-capacity IOC=20";
    let choices = ["carried-credit", "largest-remainder", "webster", "systematic"].map(|r| ("rounding", r));
    let choices = choices.into_iter().chain(AllocationPolicy::NAMES.iter().map(|name| ("allocation", *name)));
    for (option, choice) in choices {
        let words = format!("{words} --{option} {choice}");
        let (first, _) = Case::new(&workshop, &words).stdin(&table(&[0, 1, 2, 3, 4])).run();
        let (second, _) = Case::new(&workshop, &words).stdin(&table(&[4, 2, 0, 3, 1])).run();
        assert_eq!(first, second, "{words}");
    }
    let (first, _) = Case::new(&workshop, words).stdin(&table(&[0, 1, 2, 3, 4])).run();
    assert!(first.contains("IOC: 20 of 20.") && first.contains("MOC: 5 of 25."), "{first}");
}

#[test]
fn json_parses_whatever_is_said_beside_it() {
    let workshop = Workshop::new();
    let runs = [
        (format!("{ONE_DAY} 1000 --format json"), "dormouse-allocation", 1),
        (format!("check {EARLY} --format json"), "dormouse-check", 1),
        (format!("run {EXISTING} {EARLY} --format json"), "dormouse-run", 2),
    ];
    for (words, schema, version) in runs {
        let (out, _) = Case::new(&workshop, &words).run();
        let json: Json = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words}: {error}\n{out}"));
        assert_eq!((json["schema"].as_str(), json["version"].as_i64()), (Some(schema), Some(version)));
    }
}

#[test]
fn csv_is_a_table_with_as_many_fields_in_each_row() {
    let workshop = Workshop::new();
    let runs = [
        format!("{ONE_DAY} 1000 --format csv"),
        format!("check {EARLY} --format csv"),
        format!("run {EARLY} --format csv"),
    ];
    for words in runs {
        let (out, _) = Case::new(&workshop, &words).run();
        let rows = csv::Reader::from_reader(out.as_bytes()).into_records().collect::<Result<Vec<_>, _>>();
        assert!(rows.unwrap().len() > 5, "{words}\n{out}");
    }
}

#[test]
fn the_schema_is_one() {
    for words in ["schema", "schema study"] {
        let (out, _) = Case::new(&Workshop::new(), words).run();
        let schema: Json = serde_json::from_str(&out).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
        for unknown in ["oneOf", "prefixItems", "unevaluatedProperties", "dependentRequired", "format"] {
            assert!(!out.contains(&format!("\"{unknown}\":")), "{words}: {unknown}");
        }
    }
}

#[test]
fn check_writes_nothing() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("check {EXISTING}")).run();
    assert!(!workshop.path("results").exists());
}

#[test]
fn problems_are_drawn_in_place_and_nothing_is_run() {
    let workshop = Workshop::new();
    workshop.write(
        "bad.toml",
        "extends = \"scenarios/tutorial/early.toml\"\n[firmware]\npolcy = \"early\"\norder = \"eldest\"\n",
    );
    let expected = "\
error: unknown key `polcy` in `firmware`
 --> bad.toml:3:1
  |
3 | polcy = \"early\"
  | ^^^^^ not a key of a scenario
  |
  = help: a key with a similar name exists: `policy`
";
    let (out, err) = Case::new(&workshop, "run bad.toml").exit(2).stdout("").run();
    assert!(err.contains(expected), "{out}{err}");
    assert!(
        err.contains("bad.toml:4:9") && err.ends_with("error: 2 problems in bad.toml; nothing was run\n"),
        "{err}"
    );
    assert!(!workshop.path("results").exists());
}

#[test]
fn problems_of_all_files_come_at_once() {
    let workshop = Workshop::new();
    let (_, err) = Case::new(&workshop, &format!("run no.toml {EARLY} none.toml")).exit(2).run();
    assert!(
        err.contains("problem in no.toml; nothing was run") && err.contains("problem in none.toml"),
        "{err}"
    );
}

#[test]
fn a_table_of_demand_shows_where_it_is_wrong() {
    let expected = "\
error: `status` cannot be \"dormnt\"
 --> <stdin>:2:3
  |
2 | A,dormnt,3
  |   ^^^^^^ found `dormnt`
  |
  = help: a word with a similar name exists: \"dormant\"

error: the active demand of `A` is listed twice
 --> <stdin>:4:1
  |
3 | A,active,1
  | ---------- first here
4 | A,active,2
  | ^^^^^^^^^^ again here
  |
  = help: give the sum in one row

error: 2 problems in standard input; nothing was run
";
    let table = "supplier,status,demand\nA,dormnt,3\nA,active,1\nA,active,2\n";
    Case::new(&Workshop::new(), "allocate - --capacity 9")
        .stdin(table)
        .exit(2)
        .stdout("")
        .stderr(expected)
        .run();
}

#[test]
fn a_command_line_that_cannot_be_is_refused_with_advice() {
    let workshop = Workshop::new();
    let cases = [
        ("run", "<SCENARIO>"),
        ("allocate scenarios/reference/one-day.csv", "--capacity"),
        ("allocate none.csv --capacity 5", "cannot read `none.csv`"),
        ("allocate scenarios/reference/one-day.csv --group-capacity IOC=5", "names `IOC`"),
        ("run scenarios/tutorial/early.toml --firmware erly", "a similar value exists: 'early'"),
        ("run scenarios/tutorial/early.toml --set seed", "expected KEY=VALUE"),
        ("run scenarios/tutorial/early.toml --until 2019-01-01", "is not inside the run"),
        (
            "run scenarios/tutorial/early.toml --until 14/04/2021",
            "if day/month/year was meant, this is 2021-04-14",
        ),
        ("run scenarios/tutorial/early.toml --replications -5", "expected a whole number, such as 100"),
        ("run scenarios/tutorial/early.toml --threshold -1", "expected a number above 0"),
        ("run scenarios/tutorial/early.toml --threshold 5%", "one run has no verdict"),
        ("run scenarios/tutorial/early.toml --set supplier=other.csv", "write supplier.NAME.KEY=VALUE"),
        ("run studies/tutorial.toml", "dormouse compare studies/tutorial.toml"),
        (
            "run scenarios/tutorial/early.toml scenarios/tutorial/existing.toml --until 2020-09-25",
            "one scenario",
        ),
        (
            "run scenarios/tutorial/early.toml scenarios/tutorial/early.toml",
            "two scenarios are named `tutorial-early`",
        ),
        ("run scenarios/tutorial/early.toml --resume scenarios/tutorial/early.toml", "not a snapshot"),
        ("init scenarios/tutorial", "already exists"),
    ];
    for (words, advice) in cases {
        let (_, err) = Case::new(&workshop, words).exit(2).stdout("").run();
        assert!(err.contains(advice), "`{words}` says\n{err}");
        assert!(!err.contains("BACKTRACE") && !err.contains("backtrace"), "{err}");
    }
    assert!(!workshop.path("results").exists());
}

#[test]
fn a_disk_that_refuses_is_reported_before_the_run() {
    let workshop = Workshop::new();
    workshop.write("file", "");
    let (_, err) = Case::new(&workshop, &format!("run {EARLY} -o file/below -q")).exit(3).stdout("").run();
    assert!(err.starts_with("error: cannot make the folder `file`\n  caused by: "), "{err}");
}

#[test]
fn a_forged_state_is_not_reported_as_a_fault_of_the_program() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("run {EXISTING} --until 2020-09-25 -o cut")).run();
    // Only a forger gets past the check that the state is as it was written, and then not past the stock.
    let text = workshop.read("cut/snapshot.json");
    let (head, state) = text.split_once("\"state\":").unwrap();
    let state = state.trim_end().strip_suffix('}').unwrap().to_owned();
    let forged = state.replacen("[30,0,0,", "[31,0,0,", 1);
    assert_ne!(forged, state);
    let sha = |text: &str| {
        Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat()
    };
    assert!(head.contains(&sha(&state)));
    workshop.write("cut/snapshot.json", &format!("{head}\"state\":{forged}}}"));
    let words = format!("run {EXISTING} --resume cut/snapshot.json -o whole");
    let (_, err) = Case::new(&workshop, &words).exit(2).run();
    assert!(err.contains("was changed after it was written"), "{err}");
    let head = head.replace(&sha(&state), &sha(&forged));
    workshop.write("cut/snapshot.json", &format!("{head}\"state\":{forged}}}"));
    let (_, err) = Case::new(&workshop, &words).exit(2).stdout("").run();
    assert!(err.contains("was changed after it was written: cohort `Birch` has 103 installations"), "{err}");
    assert!(!workshop.path("whole").exists());
}

#[test]
fn results_are_never_overwritten_without_force() {
    let workshop = Workshop::new();
    let words = format!("run {EARLY} -o out");
    Case::new(&workshop, &words).run();
    let first = workshop.files("out");
    let (_, err) = Case::new(&workshop, &words).exit(2).stdout("").run();
    assert!(err.contains("replace it with --force"), "{err}");
    Case::new(&workshop, &format!("{words} --force --seed 2")).run();
    assert_ne!(workshop.files("out"), first, "the manifest holds the seed");
    workshop.write("out/notes.txt", "mine");
    let (_, err) = Case::new(&workshop, &format!("{words} --force")).exit(2).run();
    assert!(err.contains("`notes.txt`, which dormouse did not write"), "{err}");
    assert_eq!(workshop.read("out/notes.txt"), "mine");
}

#[test]
fn init_writes_a_scenario_that_runs_and_never_overwrites() {
    let workshop = Workshop::new();
    Case::new(&workshop, "init")
        .stdout("")
        .stderr("Written: scenario.toml\nNext: dormouse check scenario.toml\n")
        .run();
    Case::new(&workshop, "run scenario.toml").run();
    workshop.write("scenario.toml", "mine");
    Case::new(&workshop, "init").exit(2).run();
    assert_eq!(workshop.read("scenario.toml"), "mine");
    Case::new(&workshop, "init --force").run();
    Case::new(&workshop, "check scenario.toml").run();
}

#[test]
fn init_from_tables_runs() {
    let workshop = Workshop::new();
    workshop.write(
        "cohorts.csv",
        "name,group,route,gate,entry\r\nAlder,IOC,MT/SIT,2020-09-09,2020-09-23\r\n\
         Birch,MOC (MDS),MT/SIT,2020-09-09,2020-09-23\r\nCedar,IOC,MT/SIT,2020-09-09,2020-09-23\r\n",
    );
    workshop.write("suppliers.csv", "name\r\nAster\r\n");
    workshop.write("stock.csv", "cohort,supplier,status,installations\r\nAlder,Aster,dormant,\"1,200\"\r\n");
    Case::new(&workshop, "init mine.toml --from-csv cohorts.csv suppliers.csv stock.csv").run();
    let (out, _) = Case::new(&workshop, "check mine.toml").run();
    assert!(out.contains("1,200 Dormant"), "{out}");
    // The groups are those that the cohorts are in, each once, and no other.
    let groups = workshop.read("mine.toml");
    assert_eq!(groups.matches("[[group]]").count(), 2, "{groups}");
    assert!(groups.contains("name = \"IOC\"") && groups.contains("name = \"MOC (MDS)\""), "{groups}");
}

#[test]
fn init_names_tables_as_seen_from_the_scenario() {
    let workshop = Workshop::new();
    let tables = [
        ("plans/cohorts.csv", "name,group,route,gate,entry\nAlder,IOC,MT/SIT,2020-09-09,2020-09-23\n"),
        ("suppliers.csv", "name\nAster\n"),
        ("plans/stock.csv", "cohort,supplier,status,installations\nAlder,Aster,dormant,12\n"),
    ];
    fs::create_dir(workshop.path("plans")).unwrap();
    tables.iter().for_each(|(name, text)| workshop.write(name, text));
    let words = "init plans/mine.toml --from-csv plans/cohorts.csv suppliers.csv plans/stock.csv";
    Case::new(&workshop, words).run();
    let text = workshop.read("plans/mine.toml");
    assert!(text.contains("\"cohorts.csv\"") && text.contains("\"../suppliers.csv\""), "{text}");
    Case::new(&workshop, "check plans/mine.toml").run();
}

#[test]
fn scenarios_that_are_no_pairs_are_not_compared() {
    let workshop = Workshop::new();
    let refused = |change: &str, said: &str| {
        let text = workshop.read("scenarios/tutorial/existing.toml");
        let text = text.replacen("name = \"tutorial-existing\"", "name = \"other\"", 1);
        let (from, to) = change.split_once(" -> ").unwrap();
        workshop.write("other.toml", &text.replacen(from, &format!("{to}\n"), 1));
        for flags in ["", " --replications 2"] {
            let words = format!("run scenarios/tutorial/existing.toml other.toml{flags} -o r");
            let (_, err) = Case::new(&workshop, &words).exit(2).run();
            assert!(err.contains(said), "{err}");
            assert!(!workshop.path("r").exists());
        }
    };
    refused(
        "[programme] -> seed = 2\n[programme]",
        "has seed 1 and `other` has seed 2: their draws are not paired; give both",
    );
    refused(
        "[firmware] -> [uncertainty]\nstochastic = false\n[firmware]",
        "draws inputs and fates and `other` draws inputs only",
    );
    refused(
        "last_day = 2020-10-23 -> last_day = 2020-10-22",
        "from 2020-09-07 to 2020-10-22: their days lost",
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let workshop = Workshop::new();
    let mut child = workshop.command(DORMOUSE).arg("schema").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // The reader and with it the pipe are gone after the first line.
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(line, "{\n");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_as_shells_expect() {
    use std::os::unix::process::ExitStatusExt;
    // A test run started in the background inherits that interrupts are ignored, and so would the command.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    if ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & 2 != 0) {
        return;
    }
    let workshop = Workshop::new();
    let mut command = workshop.command(DORMOUSE);
    let mut child = command.args(["allocate", "-", "--capacity", "5"]).stdin(Stdio::piped()).spawn().unwrap();
    let interrupted = workshop.command("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    // A shell reports signal 2 as 130.
    assert_eq!(child.wait().unwrap().signal(), Some(2));
}

#[test]
fn colour_is_for_people_unless_asked_for() {
    let workshop = Workshop::new();
    let coloured = |words: &str, env: &str| {
        let (_, err) = Case::new(&workshop, words).env(env, "1").exit(2).run();
        err.contains('\u{1b}')
    };
    assert!(!coloured("check no.toml", "NOTHING"));
    assert!(!coloured("check no.toml --color never", "NOTHING"));
    assert!(coloured("check no.toml --color always", "NOTHING"));
    assert!(coloured("check no.toml --color always", "NO_COLOR"));
}

#[test]
fn there_is_no_progress_without_a_terminal_and_quiet_prints_nothing() {
    let workshop = Workshop::new();
    let (_, err) = Case::new(&workshop, &format!("run {EARLY}")).run();
    assert!(
        !err.contains('\r') && err.contains("seed 1") && err.contains("Results: results/tutorial-early"),
        "{err}"
    );
    Case::new(&workshop, &format!("run {EARLY} --quiet -o quiet")).stderr("").run();
}

#[test]
fn flags_become_overrides_and_are_recorded() {
    let workshop = Workshop::new();
    let words = format!(
        "run {EXISTING} --firmware early --allocation pooled --seed 7 --set allocation.dmin_per_day=5 -o out"
    );
    Case::new(&workshop, &words).run();
    let manifest: Json = serde_json::from_str(&workshop.read("out/manifest.json")).unwrap();
    assert_eq!(manifest["seed"], 7);
    let overrides = manifest["scenario"]["overrides"].as_array().unwrap();
    let keys: Vec<&str> = overrides.iter().map(|o| o["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["seed", "firmware.policy", "allocation.policy", "allocation.dmin_per_day"]);
}

#[test]
fn several_scenarios_end_with_their_difference() {
    let workshop = Workshop::new();
    let (out, _) = Case::new(&workshop, &format!("run {EXISTING} {EARLY}")).run();
    assert!(out.contains("(one draw, not a forecast):\n  in all: 520 installation-days\n"), "{out}");
    let folder = "results/tutorial-existing-vs-tutorial-early";
    for file in
        ["difference.csv", "fig-scurve.png", "tutorial-early/weekly.csv", "tutorial-existing/manifest.json"]
    {
        assert!(workshop.path(&format!("{folder}/{file}")).exists(), "{file}");
    }
}

#[test]
fn bytes_are_the_same_for_any_threads_and_twice_in_a_row() {
    let workshop = Workshop::new();
    let national = |name: &str| format!("scenarios/smets1-2020/{name}.toml");
    let scenarios = ["existing", "early", "early-tested-only", "pooled"].map(national).join(" ");
    let run = |threads: u32, folder: &str| {
        let words = format!("run {scenarios} {SHORT} --threads {threads} -o {folder}");
        let (out, _) = Case::new(&workshop, &words).run();
        (out, workshop.files(folder))
    };
    let first = run(1, "one");
    assert!(first.1.len() > 40, "{} files", first.1.len());
    for (threads, folder) in [(2, "two"), (8, "eight"), (8, "again")] {
        let other = run(threads, folder);
        for (a, b) in first.1.iter().zip(&other.1) {
            assert_eq!(a.0, b.0);
            assert!(a.1 == b.1, "{} differs with {threads} threads", a.0);
        }
        assert_eq!((first.1.len(), &first.0), (other.1.len(), &other.0));
    }
}

#[test]
fn a_run_taken_up_again_gives_the_bytes_of_one_that_was_not_stopped() {
    let workshop = Workshop::new();
    let scenario = format!("scenarios/smets1-2020/early.toml {SHORT}");
    Case::new(&workshop, &format!("run {scenario} -o whole")).run();
    for until in ["2020-07-01", "2020-11-15", "2020-12-30"] {
        Case::new(&workshop, &format!("run {scenario} --until {until} -o cut --force")).stdout("").run();
        Case::new(&workshop, &format!("run {scenario} --resume cut/snapshot.json -o resumed --force")).run();
        assert!(workshop.files("whole") == workshop.files("resumed"), "stopped on {until}");
    }
}

#[test]
fn a_snapshot_goes_on_only_under_its_own_scenario() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("run {EXISTING} --until 2020-09-25 -o cut")).run();
    for words in [format!("run {EARLY}"), format!("run {EXISTING} --seed 9")] {
        let (_, err) = Case::new(&workshop, &format!("{words} --resume cut/snapshot.json")).exit(2).run();
        assert!(err.contains("it was written for `tutorial-existing`"), "{err}");
    }
    let (_, err) = Case::new(&workshop, &format!("run {EXISTING} --until 2020-09-28 -o cut")).exit(2).run();
    assert!(err.contains("already exists"), "{err}");
}

#[test]
fn a_scenario_may_come_from_standard_input() {
    let text = fs::read_to_string(repository().join(EXISTING)).unwrap();
    let (out, _) = Case::new(&Workshop::new(), "check -").stdin(&text).run();
    assert!(out.contains("tutorial-existing"), "{out}");
}

#[test]
fn reading_is_slow_but_not_refused_when_the_reader_waits() {
    // A pipe smaller than the answer must not lose its end.
    let workshop = Workshop::new();
    let mut child = workshop.command(DORMOUSE).arg("schema").stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    let mut whole = String::new();
    child.stdout.take().unwrap().read_to_string(&mut whole).unwrap();
    assert!(serde_json::from_str::<Json>(&whole).is_ok() && child.wait().unwrap().success());
}

#[test]
fn flat_amounts_of_dormant_installations_are_shown_as_such() {
    let workshop = Workshop::new();
    let words = "allocate scenarios/reference/one-day.csv --capacity 1000 --dmin 100 --dmin-covers both --precedence flat-first";
    let (out, _) = Case::new(&workshop, words).run();
    for line in [
        "flat 100, dormant first 200",
        "flat 100, dormant first 50",
        "1. Flat allocation, up to 100 a supplier: 340.",
        "2. Dormant first: 250.",
        "3. Remainder, pro rata to unmet demand: 410.",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
}
