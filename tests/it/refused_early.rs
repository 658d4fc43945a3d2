//! Whatever can be refused is refused before the first draw, by one rule wherever it is asked, and leaves nothing behind.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::command::{Case, DORMOUSE, Workshop};

const EARLY: &str = "scenarios/tutorial/early.toml";

/// Calls the program with these words, which may hold spaces; exit code and standard error.
fn call(workshop: &Workshop, words: &[&str]) -> (Option<i32>, String) {
    let output = workshop.command(DORMOUSE).args(words).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn refused(workshop: &Workshop, words: &[&str], says: &str) {
    let (code, err) = call(workshop, words);
    assert_eq!(code, Some(2), "{words:?}\n{err}");
    assert!(err.contains(says), "{words:?} should say {says}\n{err}");
}

/// A scenario of the tutorial under another name, by key or by file.
fn named(workshop: &Workshop, file: &str, name: Option<&str>) {
    let whole = workshop.read(EARLY).replacen("name = \"tutorial-early\"\n", "", 1);
    let whole = whole.replace("extends = \"existing.toml\"", "extends = \"base.toml\"");
    let name = name.map_or_else(String::new, |name| format!("name = {}\n", toml::Value::from(name)));
    workshop.write(file, &format!("{name}{whole}"));
    let base =
        workshop.read("scenarios/tutorial/existing.toml").replacen("name = \"tutorial-existing\"\n", "", 1);
    workshop.write("base.toml", &base);
}

#[test]
fn a_name_is_taken_or_refused_by_one_rule_in_every_verb() {
    let workshop = Workshop::new();
    let long = "n".repeat(121);
    for name in [
        "a/b",
        "a:b",
        "a\\b",
        "a?",
        "a|b",
        "<a>",
        "\"a\"",
        "a*",
        ".a",
        "-a",
        " a",
        "a.",
        "a ",
        "..",
        "CON",
        "aux",
        "Com1.plan",
        "manifest.json",
        "summary.csv",
        "fig-scurve.png",
        &long,
        "",
    ] {
        named(&workshop, "plan.toml", Some(name));
        workshop.write(
            "study.toml",
            "question = \"?\"\nbaseline = \"base.toml\"\nscenarios = [\"plan.toml\"]\nreplications = 2\n",
        );
        for words in [
            &["check", "plan.toml"][..],
            &["run", "plan.toml"],
            &["run", "plan.toml", "--replications", "1000000"],
            &["run", "base.toml", "plan.toml", "--replications", "1000000"],
            &["record", "plan.toml", "-o", "r.json"],
            &["bottlenecks", "plan.toml"],
            &["compare", "study.toml"],
        ] {
            refused(&workshop, words, "plan.toml:1:8");
        }
    }
    for left in ["results", "r.json"] {
        assert!(!workshop.path(left).exists(), "{left}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_taken_from_a_file_follows_the_same_rule() {
    let workshop = Workshop::new();
    for file in ["a:b.toml", "..toml", " .toml", ".toml", "-a.toml", "nul.toml", "answer.txt.toml"] {
        named(&workshop, file, None);
        let path = format!("./{file}");
        for words in [&["check", &path][..], &["run", &path], &["run", &path, "--replications", "1000000"]] {
            refused(&workshop, words, "the name of the file cannot name a folder of results");
        }
    }
    assert!(!workshop.path("results").exists());
    let study = "question = \"?\"\nbaseline = \"base.toml\"\nscenarios = [\"scenarios/tutorial/early.toml\"]\nreplications = 2\n[grid]\n";
    workshop.write("..toml", study);
    refused(&workshop, &["compare", "..toml"], "name another folder with -o");
}

#[test]
fn names_that_a_folder_can_have_are_kept_to_the_end() {
    let workshop = Workshop::new();
    let name = |words: &str| words.to_owned();
    for name in [name("plan (1)"), name("Bob's & co + 50%, v1.2"), name("🐭"), name("été"), "n".repeat(120)]
    {
        named(&workshop, "plan.toml", Some(&name));
        call(&workshop, &["check", "plan.toml"]);
        let words = ["run", "base.toml", "plan.toml", "--replications", "2", "-q", "-o", "r", "--force"];
        let (code, err) = call(&workshop, &words);
        assert_eq!(code, Some(0), "{name}: {err}");
        assert!(workshop.path("r").join(&name).join("replications.csv").exists(), "{name}");
        let (code, err) = call(&workshop, &["run", "base.toml", "plan.toml", "--replications", "2", "-q"]);
        assert_eq!(code, Some(0), "{name}: {err}");
        let (code, err) = call(&workshop, &["chart", "r", "--all", "-q", "-o", "charts", "--force"]);
        assert_eq!(code, Some(0), "{name}: {err}");
    }
}

#[test]
fn names_that_differ_in_capitals_only_are_refused_before_the_first_draw() {
    let workshop = Workshop::new();
    named(&workshop, "one.toml", Some("Été"));
    named(&workshop, "other.toml", Some("éTÉ"));
    for more in [&[][..], &["--replications", "1000000"]] {
        let words = [&["run", "one.toml", "other.toml"][..], more].concat();
        refused(&workshop, &words, "differ only in capital letters");
    }
    workshop.write(
        "study.toml",
        "question = \"?\"\nbaseline = \"one.toml\"\nscenarios = [\"other.toml\"]\nreplications = 1000000\n",
    );
    refused(&workshop, &["compare", "study.toml"], "differ only in capital letters");
    assert!(!workshop.path("results").exists());
}

#[test]
fn a_place_that_cannot_hold_results_is_refused_in_the_first_second() {
    let workshop = Workshop::new();
    call(&workshop, &["run", EARLY, "-q", "-o", "r"]);
    fs::create_dir(workshop.path("empty")).unwrap();
    workshop.write("file", "mine");
    let long = "n".repeat(241);
    let places = [
        (".", "`.` cannot be replaced by a folder of results; name a folder in it with -o"),
        ("..", "`..` cannot be replaced"),
        ("empty/..", "cannot be replaced"),
        ("/", "`/` cannot be replaced"),
        ("file", "`file` is not a folder"),
        ("r", "`r` already exists and is not empty"),
        ("r/sub", "`r` is a results folder"),
        ("r/a/b", "`r` is a results folder"),
        ("scenarios", "already exists and is not empty"),
        (&long, "the name of the results folder has 241 bytes, expected at most 240"),
    ];
    let before = everything(&workshop);
    for (place, says) in places {
        for words in [
            &["run", EARLY, "-o", place][..],
            &["run", EARLY, "--replications", "1000000", "-o", place],
            &["compare", "studies/tutorial.toml", "--replications", "1000000", "-o", place],
        ] {
            let began = Instant::now();
            refused(&workshop, words, says);
            assert!(began.elapsed() < Duration::from_secs(20), "{words:?}");
        }
    }
    for words in [&["chart", "r", "--all", "-o", "r/sub"][..], &["record", EARLY, "-o", "r/x.json"]] {
        refused(&workshop, words, "`r` is a results folder");
    }
    refused(&workshop, &["record", EARLY, "-o", "empty"], "`empty` is a folder, expected a file to write");
    refused(&workshop, &["chart", "r", "--all", "-o", "file"], "`file` is not a folder");
    assert_eq!(everything(&workshop), before, "nothing is left behind");
}

/// Every path of the workshop, sorted.
fn everything(workshop: &Workshop) -> Vec<String> {
    fn under(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.display().to_string());
            if path.is_dir() {
                under(&path, found);
            }
        }
    }
    let mut found = Vec::new();
    under(&workshop.path("."), &mut found);
    found.sort();
    found
}

#[test]
fn force_lists_no_more_of_a_folder_than_it_needs() {
    let workshop = Workshop::new();
    call(&workshop, &["run", EARLY, "-q", "-o", "r"]);
    fs::create_dir(workshop.path("r/empty")).unwrap();
    refused(
        &workshop,
        &["run", EARLY, "-q", "-o", "r", "--force"],
        "holds `empty/`, which dormouse did not write",
    );
    // A folder of others is not even looked through.
    refused(&workshop, &["run", EARLY, "-q", "-o", "scenarios", "--force"], "holds no dormouse manifest");
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let workshop = Workshop::new();
    fs::copy(workshop.path(EARLY), workshop.path("scenarios/tutorial/mine.toml")).unwrap();
    let mine = "scenarios/tutorial/mine.toml";
    let before = workshop.read(mine);
    for path in [mine, "./scenarios/tutorial/../tutorial/mine.toml", "scenarios/tutorial/existing.toml"] {
        refused(
            &workshop,
            &["record", mine, "-o", path, "--force"],
            "is an input of this command, and would be replaced",
        );
    }
    assert_eq!(workshop.read(mine), before);
    call(&workshop, &["run", EARLY, "--until", "2020-09-25", "-q", "-o", "until"]);
    let counts = workshop.read("until/counts.csv");
    let words = [
        "run",
        EARLY,
        "--counts",
        "until/counts.csv",
        "--from",
        "2020-09-26",
        "--until",
        "2020-09-30",
        "-o",
        "until",
        "--force",
    ];
    refused(&workshop, &words, "`until/counts.csv` is an input of this command");
    assert_eq!(workshop.read("until/counts.csv"), counts);
    call(&workshop, &["run", EARLY, "--replications", "3", "-q", "-o", "many"]);
    for more in [
        &["run", "--of", "many", "--replication", "1"][..],
        &["run", EARLY, "--replications", "3", "--since", "many"],
    ] {
        let words = [more, &["-o", "many/", "--force"]].concat();
        refused(&workshop, &words, "is one of the folders that are read");
    }
    workshop.write("stock.csv", "cohort,supplier,status,installations\nA,B,dormant,1\n");
    refused(
        &workshop,
        &["init", "stock.csv", "--from-csv", "stock.csv", "--force"],
        "is one of the input tables",
    );
}

#[test]
fn more_threads_than_can_be_busy_are_not_started() {
    let workshop = Workshop::new();
    let began = Instant::now();
    let (code, err) = call(&workshop, &["run", EARLY, "--threads", "65535", "-q", "-o", "r"]);
    assert_eq!(code, Some(0), "{err}");
    let words = ["run", EARLY, "--replications", "64", "--threads", "65535", "-q", "-o", "m"];
    assert_eq!(call(&workshop, &words).0, Some(0));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn numbers_of_flags_are_refused_in_words() {
    let workshop = Workshop::new();
    for (words, says) in [
        ("run s --seed abc", "'--seed <N>': expected a whole number, such as 7, from 0 to"),
        ("run s --seed 18446744073709551616", "from 0 to 18,446,744,073,709,551,615"),
        ("run s --seed -1", "expected a whole number, such as 7"),
        ("run s --replications 1,00", "a comma between groups comes before three digits"),
        ("run s --replications 1'00", "digits are grouped by three or not at all"),
        ("run s --replications 0", "expected a whole number, such as 100, from 1 to 1,000,000"),
        ("run s --replications 2.5", "expected a whole number"),
        ("run s --threads 0", "expected a whole number, such as 4, from 1 to 65,535"),
        ("run s --threads 65536", "from 1 to 65,535"),
        ("run s --layer-runs x", "expected a whole number"),
        ("compare s --replications 1", "from 2 to 1,000,000"),
        ("bottlenecks s --more ten", "expected a whole number, such as 100"),
        ("bottlenecks s --weeks 500", "from 1 to 499"),
        ("record s -o x --every 0", "from 1 to"),
        ("allocate d --capacity 12.000", "it may mean 12 or 12000"),
        ("allocate d --capacity 5 --dmin 1.5", "expected a whole number"),
        ("allocate d --group-capacity IOC=x", "expected a whole number"),
    ] {
        let (out, err) = Case::new(&workshop, words).exit(2).run();
        assert!(err.contains(says) && out.is_empty(), "{words}\n{err}");
        assert!(!err.contains("invalid digit"), "{err}");
    }
}

const STUDY: &str = "question = \"?\"\nbaseline = \"scenarios/tutorial/existing.toml\"\nscenarios = [\"scenarios/tutorial/early.toml\"]\nreplications = 2\n";

fn axis(name: &str, key: &str, rest: &str) -> String {
    format!("[[grid.axis]]\nname = \"{name}\"\nkey = \"{key}\"\n{rest}\n")
}

/// What whole study files are refused with: the place of the value itself, and what to do.
#[test]
fn every_refusal_of_a_study_has_the_place_of_the_value() {
    let notice = axis("notice", "cohort_defaults.notice_days", "values = [1, 5]");
    let grid = |more: &str| format!("{STUDY}[grid]\nreplications = 2\n{notice}{more}");
    let capacity = "programme.capacity_per_day";
    let cases = [
        (STUDY.replace("= 2", "= 1"), "study.toml:4:16", "is below 2, too few for an interval"),
        (STUDY.replace("= 2", "= 2.5"), "study.toml:4:16", "found the number 2.5"),
        (STUDY.replace("\"?\"", "5"), "study.toml:1:12", "expected a text in quotes"),
        (
            STUDY.replace("[\"scenarios/tutorial/early.toml\"]", "\"y.toml\""),
            "study.toml:3:13",
            "expected a list of scenario files",
        ),
        (
            STUDY.replace("scenarios/tutorial/early.toml", "z.toml"),
            "study.toml:3:14",
            "there is no such file",
        ),
        (STUDY.replace("scenarios/tutorial/early.toml", "scenarios"), "study.toml:3:14", "found a folder"),
        (
            STUDY.replace(
                "tutorial/early.toml\"]",
                "tutorial/early.toml\", \"./scenarios/tutorial/early.toml\"]",
            ),
            "study.toml:3:47",
            "is listed twice",
        ),
        (STUDY.replace("tutorial/early", "tutorial/existing"), "study.toml:3:14", "is listed twice"),
        (STUDY.replace("question = \"?\"\n", ""), "", "a study has no `question`"),
        (String::new(), "", "a study has no `scenarios`"),
        ("question = \n".to_owned(), "study.toml:1:12", "cannot be read as TOML"),
        (format!("{STUDY}budget = 5\n"), "study.toml:5:10", "without a `precision`"),
        (format!("{STUDY}threshold = true\n"), "study.toml:5:13", "such as \"5%\""),
        (format!("{STUDY}layer_runs = 3\n"), "study.toml:5:14", "expected 0 or at least"),
        (format!("{STUDY}grid = 5\n"), "study.toml:5:8", "write a line `[grid]`"),
        (format!("{STUDY}[grid]\naxis = 5\n"), "study.toml:6:8", "write `[[grid.axis]]`"),
        (
            grid(&axis("other", "cohort_defaults.notice_days", "values = [7]")),
            "study.toml:13:7",
            "two axes have the key",
        ),
        (grid(&axis("Notice", capacity, "values = [7]")), "study.toml:12:8", "two axes have the name"),
        (
            grid(&axis("c", capacity, "values = [70, 70]")),
            "study.toml:14:15",
            "the value `70` is listed twice",
        ),
        (grid(&axis("c", capacity, "values = [70, 70.0]")), "study.toml:14:15", "is listed twice"),
        (
            grid(&axis("c", capacity, "values = [70, 80]\nlabels = [\"a\", \"a\"]")),
            "study.toml:15:16",
            "the label `a` is listed twice",
        ),
        (
            grid(&axis("c", capacity, "values = [70, 80]\nlabels = [\"a\"]")),
            "study.toml:15:10",
            "found 1 labels for 2 values",
        ),
        (grid(&axis("c", capacity, "values = 70")), "study.toml:14:10", "expected a list of values to try"),
        (grid(&axis("c", capacity, "")), "study.toml:11:1", "has no `values`"),
        (grid(&axis("", capacity, "values = [70]")), "study.toml:12:8", "`name` is empty"),
        (grid(&axis("a\\u001b[31m", capacity, "values = [70]")), "study.toml:12:8", "an invisible character"),
        (grid(&axis("c", capacity, "values = [70, \"x\"]")), "study.toml:14:15", ""),
        (grid(&axis("c", "programme.capacity_per_dy", "values = [70]")), "study.toml:13:7", "similar name"),
    ];
    let workshop = Workshop::new();
    for (text, place, says) in cases {
        workshop.write("study.toml", &text);
        let (code, err) = call(&workshop, &["compare", "study.toml"]);
        assert_eq!(code, Some(2), "{text}\n{err}");
        assert!(err.contains(place) && err.contains(says), "expected {place} {says} of\n{text}\n{err}");
        for jargon in ["invalid type", "missing field", "u32", "sequence"] {
            assert!(!err.contains(jargon), "{err}");
        }
    }
    assert!(!workshop.path("results").exists());
}

#[test]
fn sets_of_values_that_come_to_the_same_scenarios_are_refused() {
    let workshop = Workshop::new();
    // The one group says its own capacity, and every cohort its notice, so that what is said for all has no effect.
    let cohorts = workshop.read("scenarios/tutorial/existing.toml").matches("[[cohort]]").count();
    let own = workshop
        .read("scenarios/tutorial/existing.toml")
        .replace("[[cohort]]\n", "[[cohort]]\nnotice_days = 3\n");
    assert!(cohorts > 1);
    workshop.write("scenarios/tutorial/existing.toml", &own);
    let notice = axis("notice", "cohort_defaults.notice_days", "values = [1, 5]");
    let slots = axis("slots", "allocation.dmin_per_day", "values = [3, 4]");
    for verb in ["compare", "check"] {
        workshop.write("study.toml", &format!("{STUDY}[grid]\nreplications = 2\n{notice}{slots}"));
        refused(&workshop, &[verb, "study.toml"], "study.toml:10:14");
        let alone = notice.replace("grid.axis", "sensitivity.axis");
        workshop.write("study.toml", &format!("{STUDY}[grid]\n[sensitivity]\nreplications = 2\n{alone}"));
        refused(&workshop, &[verb, "study.toml"], "two sets of values give the same scenarios");
    }
    let two = axis("table", "supplier", "values = [\"a.csv\", \"b.csv\"]");
    workshop.write("a.csv", "name,market_share_pct\nAster,40\n");
    workshop.write("b.csv", "name,market_share_pct\nAster,40\n");
    workshop.write("study.toml", &format!("{STUDY}[grid]\nreplications = 2\n{two}"));
    refused(&workshop, &["compare", "study.toml"], "study.toml:10:20");
    assert!(!workshop.path("results").exists());
}

/// Where the file says no grid, the usual axes are tried as far as they have an effect.
#[test]
fn a_usual_axis_without_effect_is_left_out() {
    let workshop = Workshop::new();
    let own = workshop
        .read("scenarios/tutorial/existing.toml")
        .replace("[[cohort]]\n", "[[cohort]]\ngovernance_lag_days = 12\n");
    let own = own.replace("notice_days = 2\n", "notice_days = 2\ngovernance_lag_days = 20\n");
    workshop.write("scenarios/tutorial/existing.toml", &own.replace("\nentry = ", "\n# entry = "));
    workshop.write("study.toml", STUDY);
    let (_, err) = call(&workshop, &["check", "study.toml"]);
    let (out, _) = Case::new(&workshop, "check study.toml").run();
    assert!(out.contains("combinations of re-designation,") && !out.contains("governance"), "{out}{err}");
}

/// Every study that is shipped is sound, and `check` says how much it simulates.
#[test]
fn check_reads_studies_too() {
    let workshop = Workshop::new();
    for study in fs::read_dir(workshop.path("studies")).unwrap() {
        let study = format!("studies/{}", study.unwrap().file_name().to_str().unwrap());
        let (out, err) = Case::new(&workshop, &format!("check {study}")).run();
        assert!(out.contains(": sound\n") && out.contains("simulations in all\n"), "{out}");
        assert!(err.ends_with(&format!("Next: dormouse compare {study}\n")), "{err}");
    }
    assert!(!workshop.path("results").exists());
    let (out, _) = Case::new(&workshop, "check studies/tutorial.toml --format json").run();
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["studies"][0]["understood"]["baseline"], "tutorial-existing");
    let (_, err) = Case::new(&workshop, "check studies/tutorial.toml --seed 3").exit(2).run();
    assert!(err.contains("is a study, which says its values itself"), "{err}");
    workshop.write("study.toml", &STUDY.replace("= 2", "= 1"));
    let (_, err) = Case::new(&workshop, "check no.toml study.toml").exit(2).run();
    assert!(err.contains("problem in no.toml") && err.contains("problem in study.toml"), "{err}");
}

#[test]
fn a_study_too_large_to_hold_is_refused_at_once_and_a_large_one_says_how_large() {
    let workshop = Workshop::new();
    let values: Vec<String> = (1..=1000).map(|n| n.to_string()).collect();
    let values = format!("values = [{}]", values.join(", "));
    let large = [("a", "notice_days"), ("b", "governance_lag_days"), ("c", "retry_days")]
        .map(|(name, key)| axis(name, &format!("cohort_defaults.{key}"), &values));
    let began = Instant::now();
    for (axes, says) in [
        (large[..2].concat(), "`[grid]` has 1,000,000 combinations"),
        (large.concat(), "`[grid]` has 1,000,000,000 combinations"),
        (large.concat().replace("grid.axis", "sensitivity.axis").repeat(4), "two axes have the key"),
    ] {
        workshop.write("study.toml", &format!("{STUDY}{axes}"));
        refused(&workshop, &["compare", "study.toml"], says);
    }
    refused(&workshop, &["compare", "study.toml"], "`[sensitivity]` has 12,000 values");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let few = axis("a", "cohort_defaults.notice_days", "values = [1, 2, 3]");
    workshop.write("study.toml", &format!("{STUDY}layer_runs = 0\n[grid]\nreplications = 5\n{few}"));
    let (code, err) = call(&workshop, &["compare", "study.toml"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("3 combinations of a, 5 replications each\n34 simulations in all\n"), "{err}");
}

#[test]
fn a_study_given_for_a_scenario_is_one_problem_and_the_other_way_round() {
    let workshop = Workshop::new();
    for verb in ["run", "bottlenecks"] {
        let (_, err) = Case::new(&workshop, &format!("{verb} studies/tutorial.toml")).exit(2).run();
        assert!(err.contains("this is a study, expected a scenario"), "{err}");
        assert!(
            err.contains("dormouse compare studies/tutorial.toml") && err.contains("1 problem in"),
            "{err}"
        );
    }
    let (_, err) = Case::new(&workshop, &format!("compare {EARLY}")).exit(2).run();
    assert!(
        err.contains("this is a scenario, expected a study")
            && err.contains(&format!("dormouse run {EARLY}")),
        "{err}"
    );
}

/// Scenarios of other seeds: the advice is one that the verb can take.
#[test]
fn advice_about_seeds_is_one_that_the_verb_can_take() {
    let workshop = Workshop::new();
    workshop.write("nine.toml", &format!("extends = \"{EARLY}\"\nname = \"nine\"\nseed = 9\n"));
    workshop.write("study.toml", &STUDY.replace("scenarios/tutorial/early.toml", "nine.toml"));
    let (_, err) = Case::new(&workshop, "compare study.toml").exit(2).run();
    assert!(err.contains("give both the same `seed` in their files") && !err.contains("--seed"), "{err}");
    let (_, err) = Case::new(&workshop, &format!("run {EARLY} nine.toml")).exit(2).run();
    assert!(err.contains("give both the same with --seed"), "{err}");
}
