//! Replications at two levels: what is said of the full programme, both sizes, the same from a folder, and one level where it has to be.

use std::fmt::Write;
use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::command::{Case, DORMOUSE, Workshop, rows};

/// A programme of fourteen suppliers in one group, with chance in its dates, updates and attempts. The first has a limit of its own.
fn programme(name: &str, policy: &str) -> String {
    let mut text = format!(
        r#"
name = "{name}"
question = "Is it quick?"
seed = 7
[programme]
first_day = 2020-09-07
last_day = 2020-12-31
plan_date = 2020-12-04
[firmware]
policy = "{policy}"
redesignation = 2020-09-11
[allocation]
dmin_per_day = 20
[[group]]
name = "IOC"
capacity_per_day = 300
firmware_capacity_per_day = 300
[cohort_defaults]
gate_slip_days = {{ uniform = {{ low = 0, high = 30 }}, draw = "for each" }}
update_days = {{ uniform = {{ low = 3, high = 9 }} }}
notice_days = 2
success_pct = [80, 50]
max_attempts = 2
retry_days = 5
"#
    );
    for (cohort, gate, entry) in
        [("Alder", "2020-09-09", "2020-09-23"), ("Birch", "2020-09-21", "2020-10-12")]
    {
        write!(
            text,
            "[[cohort]]\nname = \"{cohort}\"\ngroup = \"IOC\"\nroute = \"MT/SIT\"\ngate = {gate}\nentry = {entry}\n"
        )
        .unwrap();
    }
    for supplier in 0..14 {
        write!(text, "[[supplier]]\nname = \"S{supplier}\"\n").unwrap();
        for (cohort, status, n) in
            [("Alder", "dormant", 310), ("Alder", "active", 200), ("Birch", "dormant", 230)]
        {
            write!(
                text,
                "[[stock]]\ncohort = \"{cohort}\"\nsupplier = \"S{supplier}\"\nstatus = \"{status}\"\ninstallations = {n}\n"
            )
            .unwrap();
        }
    }
    text + "[[supplier_limit]]\nsupplier = \"S0\"\ngroup = \"IOC\"\ncovers = \"active\"\nper_day = 30\n"
}

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("existing.toml", &programme("existing", "existing"));
    workshop.write("early.toml", &programme("early", "early"));
    workshop
}

const RUN: &str = "run existing.toml early.toml --replications 110 --layer-runs 0";

/// A row of `difference.csv`.
fn avoided(workshop: &Workshop, dir: &str) -> [f64; 3] {
    let all = rows(&workshop.read(&format!("{dir}/difference.csv")));
    let row = all.iter().find(|row| row["kpi"] == "dormant_days_avoided" && row["scope_kind"] == "whole");
    ["difference", "lower", "upper"].map(|column| row.unwrap()[column].parse().unwrap())
}

#[test]
fn a_merged_programme_is_corrected_by_the_full_one_and_both_sizes_are_said() {
    let workshop = workshop();
    let (out, err) = Case::new(&workshop, &format!("{RUN} -o two --threads 1")).run();
    assert!(!err.contains("One level"), "{err}");
    assert!(
        out.contains("110 replications of the programme with its suppliers merged, corrected by"),
        "{out}"
    );
    Case::new(&workshop, &format!("{RUN} -q -o eight --threads 8")).run();
    assert!(workshop.files("two") == workshop.files("eight"), "bytes differ between threads");

    let manifest: serde_json::Value = serde_json::from_str(&workshop.read("two/manifest.json")).unwrap();
    let levels = &manifest["levels"];
    let full = levels["full"].as_u64().unwrap();
    assert_eq!((levels["levels"].as_u64(), levels["replications"].as_u64()), (Some(2), Some(110)));
    assert!((38..110).contains(&full), "{levels}");
    assert_eq!(levels["corrections"].as_array().unwrap().len(), 3, "{levels}");

    let table = rows(&workshop.read("two/early/replications.csv"));
    let of = |level: &str| table.iter().filter(|row| row["level"] == level).count() as u64;
    assert_eq!((of("merged"), of("full"), table.len() as u64), (110, full, 110 + full));
    let of_supplier = "dormant_days_lost/supplier/S3";
    assert!(table.iter().all(|row| row[of_supplier].is_empty() == (row["level"] == "merged")));

    Case::new(&workshop, &format!("{RUN} -q -o one --levels 1")).run();
    let (two, one) = (avoided(&workshop, "two"), avoided(&workshop, "one"));
    assert!(one[1] < two[0] && two[0] < one[2], "{two:?} against {one:?}");
    let width = |of: [f64; 3]| of[2] - of[1];
    assert!(width(two) < 1.3 * width(one), "{two:?} against {one:?}");

    // What the estimate is, from the table alone.
    let lost = |name: &str| {
        let all = rows(&workshop.read(&format!("two/{name}/replications.csv")));
        let of = |level: &str| -> Vec<(String, f64)> {
            let rows = all.iter().filter(|row| row["level"] == level);
            rows.map(|row| (row["replication"].clone(), row["dormant_days_lost"].parse().unwrap())).collect()
        };
        (of("merged"), of("full"))
    };
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let corrected = |name: &str| {
        let (merged, full) = lost(name);
        let above = full.iter().map(|(k, full)| full - merged.iter().find(|(of, _)| of == k).unwrap().1);
        mean(above.collect()) + mean(merged.iter().map(|(_, days)| *days).collect())
    };
    let expected = corrected("existing") - corrected("early");
    assert!((two[0] - expected).abs() < 0.01, "{} and not {expected}", two[0]);
}

#[test]
fn a_folder_of_two_levels_read_again_says_what_the_run_said() {
    let workshop = workshop();
    let (out, _) = Case::new(&workshop, &format!("{RUN} -q -o two")).run();
    for kind in ["scurve", "difference", "payers", "detriment", "finish-ecdf", "finish-range", "convergence"]
    {
        Case::new(&workshop, &format!("chart two {kind} -o drawn -q --force")).run();
        let [run, drawn] = [format!("two/fig-{kind}.svg"), format!("drawn/fig-{kind}.svg")];
        assert!(workshop.read(&run) == workshop.read(&drawn), "{kind}");
    }
    let lines = |text: &str, begin: &str| {
        text.lines()
            .skip_while(|line| !line.starts_with(begin))
            .take(6)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (again, _) = Case::new(&workshop, "compare two -q").run();
    let begin = "early against existing";
    assert_eq!(lines(&again, begin), lines(&out, begin));

    let table = rows(&workshop.read("two/early/replications.csv"));
    let full: Vec<&str> =
        table.iter().filter(|row| row["level"] == "full").map(|row| row["replication"].as_str()).collect();
    assert!(full.contains(&"100") && !full.contains(&"101"), "{full:?}");
    for k in ["100", "101"] {
        Case::new(&workshop, &format!("run --of two --replication {k} -q -o whole-{k}")).run();
    }
    Case::new(&workshop, "report two -q -o report.md").run();
    assert!(workshop.read("report.md").contains("110 replications (merged, corrected by"));
    let (since, _) = Case::new(&workshop, &format!("{RUN} -q -o later --since two")).run();
    assert!(since.contains("no clear change"), "{since}");
}

fn started(workshop: &Workshop, words: &str) -> Child {
    let mut command = workshop.command(DORMOUSE);
    command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn two_levels_that_are_killed_go_on_to_the_same_bytes() {
    let workshop = workshop();
    Case::new(&workshop, &format!("{RUN} -q -o whole")).run();
    for batches in [1, 2, 3] {
        let dir = format!("killed-{batches}");
        let mut child = started(&workshop, &format!("{RUN} -q -o {dir} --threads 1"));
        let last = workshop.path(&format!("{dir}.unfinished/batch-00000{}", batches - 1));
        while !last.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if workshop.path(&format!("{dir}.unfinished")).exists() {
            let other = format!("{RUN} -q -o {dir} --levels 1 --resume {dir}.unfinished");
            let (_, err) = Case::new(&workshop, &other).exit(2).run();
            assert!(err.contains("it has levels 2, expected 1"), "{err}");
            Case::new(&workshop, &format!("{RUN} -q -o {dir} --resume {dir}.unfinished")).run();
        }
        assert!(workshop.files(&dir) == workshop.files("whole"), "killed after {batches} batches");
    }
    assert!(fs::metadata(workshop.path("whole")).is_ok());
}

#[test]
fn where_nothing_can_be_merged_it_is_one_level_and_says_so() {
    let workshop = workshop();
    let (_, err) = Case::new(&workshop, &format!("{RUN} --allocation max-min -o equal")).run();
    let why = "One level, all replications of the full programme: `existing` cannot be merged, because its rule of sharing gives every \
               supplier an equal part.";
    assert!(err.contains(why), "{err}");
    let (_, err) = Case::new(&workshop, &format!("{RUN} --allocation max-min --levels 2")).exit(2).run();
    assert!(err.contains("--levels 2 is not possible: `existing` cannot be merged"), "{err}");
    let few = "run existing.toml --replications 30 --levels 2";
    let (_, err) = Case::new(&workshop, few).exit(2).run();
    assert!(err.contains("--levels 2 takes 40 replications, found 30"), "{err}");
    let (_, err) = Case::new(&workshop, "run existing.toml --levels 2").exit(2).run();
    assert!(err.contains("--levels goes with --replications or --precision"), "{err}");
    let limit = |n| {
        format!(
            "[[supplier_limit]]\nsupplier = \"S{n}\"\ngroup = \"IOC\"\ncovers = \"active\"\nper_day = 30\n"
        )
    };
    let limits = (1..14).map(limit).collect::<Vec<_>>().concat();
    workshop.write("limits.toml", &(programme("limits", "early") + &limits));
    let (_, err) = Case::new(&workshop, "run limits.toml --replications 100 --layer-runs 0 -o limits").run();
    assert!(
        err.contains("`limits` cannot be merged, because no two of its suppliers are without limits"),
        "{err}"
    );
}

const STUDY: &str = r#"
question = "Is early quicker?"
baseline = "existing.toml"
scenarios = ["early.toml"]
replications = 110
layer_runs = 0
[grid]
replications = 20
[[grid.axis]]
name = "re-designation"
key = "firmware.redesignation"
values = ["2020-09-11", "2020-09-25"]
"#;

#[test]
fn a_study_shares_runs_that_differ_in_nothing_and_they_are_those_of_a_run() {
    let workshop = workshop();
    workshop.write("study.toml", STUDY);
    let (out, _) = Case::new(&workshop, "compare study.toml -q -o study").run();
    assert!(out.contains("of the programme with its suppliers merged, corrected by"), "{out}");
    let grid = rows(&workshop.read("study/fig-grid.csv"));
    // The first value is that of the files: the point is the first twenty replications, two of them full.
    let main = workshop.read("study/early/replications.csv");
    let base = workshop.read("study/existing/replications.csv");
    let estimate = |table: &str| {
        let all = rows(table);
        let days = |level: &str, n: usize| -> Vec<f64> {
            let of = all.iter().filter(|row| row["level"] == level).take(n);
            of.map(|row| row["dormant_days_lost"].parse().unwrap()).collect()
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        mean(&days("merged", 20)) + mean(&days("full", 2)) - mean(&days("merged", 2))
    };
    let found: f64 = grid[0]["dormant_days_avoided"].parse().unwrap();
    assert!((found - (estimate(&base) - estimate(&main))).abs() < 1.0, "{found}");
    assert!(workshop.read("study/fig-grid.svg").contains("20 replications (merged, corrected by 2 full)"));
    Case::new(&workshop, "chart study grid -q -o drawn").run();
    assert!(workshop.read("study/fig-grid.svg") == workshop.read("drawn/fig-grid.svg"));

    // The other point, by itself.
    let alone = "run existing.toml early.toml -q --replications 20 --levels 1 -o alone --set firmware.redesignation=2020-09-25";
    Case::new(&workshop, alone).run();
    let one = avoided(&workshop, "alone");
    let two: f64 = grid[1]["dormant_days_avoided"].parse().unwrap();
    assert!(one[1] < two && two < one[2], "{two} and {one:?}");
}
