//! The program reads what it writes: counts beside a snapshot, of every state in which a run can stop and under every name.

use std::fs;
use std::path::{Path, PathBuf};

use dormouse::engine::{run_until, simulate};
use dormouse::model::{Day, Model, Stock};
use dormouse::output::counts_table;
use dormouse::scenario::{Override, Scenario, load};

use crate::command::{Case, Workshop, repository, rows};

/// Every scenario of the repository.
fn shipped() -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![repository().join("scenarios")]);
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn set(key: &str, value: &str) -> Override {
    Override { key: key.to_owned(), value: value.to_owned() }
}

/// The scenario from its counts at the end of a day, and those counts.
fn stopped(path: &Path, model: &Model, day: Day, seed: u64) -> (Scenario, Vec<Stock>) {
    let snapshot = run_until(model, 0, day).unwrap();
    let stock = snapshot.stock(model);
    let folder = tempfile::tempdir().unwrap();
    let counts = folder.path().join("counts.csv");
    fs::write(&counts, counts_table(model, &stock).to_csv()).unwrap();
    let next = model.calendar.date(day.plus(1)).to_string();
    let changes = [
        set("seed", &seed.to_string()),
        set("stock", counts.to_str().unwrap()),
        set("programme.first_day", &next),
    ];
    let read = load(path, &changes);
    (read.unwrap_or_else(|problems| panic!("{} from {next}:\n{problems}", path.display())), stock)
}

/// Stops every scenario so many times with one seed after another, and reads the counts of each stop.
fn stop_and_read(stops: impl Fn(&Model) -> Vec<(Day, u64)>, go_on: impl Fn(&Model) -> bool) -> usize {
    let mut read = 0;
    for path in shipped() {
        let as_written = load(&path, &[]).unwrap().model;
        for (day, seed) in stops(&as_written) {
            let model = load(&path, &[set("seed", &seed.to_string())]).unwrap().model;
            let (scenario, counted) = stopped(&path, &model, day, seed);
            let cells = |stock: &[Stock]| -> Vec<_> {
                stock.iter().map(|s| (s.cohort, s.supplier, s.status, s.stage, s.installations)).collect()
            };
            let (read_again, counted) = (cells(&scenario.model.stock), cells(&counted));
            assert!(read_again == counted, "{} after day {}", path.display(), day.0);
            if go_on(&model) {
                simulate(&scenario.model, 0).unwrap();
            }
            read += 1;
        }
    }
    read
}

/// A programme of which a stop costs little.
fn is_small(model: &Model) -> bool {
    model.installations() < 100_000
}

#[test]
fn counts_of_every_week_are_read_and_go_on_to_a_run() {
    // The large programme is stopped on fewer days, which are those of other weeks in each of its scenarios.
    let weeks = |model: &Model| {
        let (first, step) =
            if is_small(model) { (6, 7) } else { (41 + 7 * (model.name.len() as i32 % 8), 350) };
        let days = (first..model.calendar.last().0).step_by(step);
        days.map(|day| (Day(day), model.seed)).collect()
    };
    let read = stop_and_read(weeks, is_small);
    assert!(read >= 84, "{read} stops");
}

#[test]
#[ignore = "half an hour in release: cargo test --release --test it -- --ignored read_back"]
fn counts_of_a_hundred_days_and_seeds_of_every_scenario_are_read() {
    let random = |model: &Model| {
        let days = u64::try_from(model.calendar.last().0).unwrap();
        // Multiples of a number near the golden section of 2^64 are spread over the days as random ones are.
        let of = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % days;
        (1..=100).map(|n| (Day(i32::try_from(of(n)).unwrap()), 1_000 + n)).collect()
    };
    let read = stop_and_read(random, |_| true);
    println!("{read} stops read back and run on");
}

/// Updates and attempts that have failed are not forgotten: their number comes back, so that nobody gets another try.
#[test]
fn numbers_of_updates_and_attempts_come_back() {
    let workshop = Workshop::new();
    let failing = DELAY
        .replace("NAME", "Briar")
        .replace("last_day = 2020-09-25", "last_day = 2020-11-30")
        .replace("firmware_capacity_per_day = 10", "firmware_capacity_per_day = 1000")
        .replace(
            "supplier_delay_days = 5",
            "update_days = 3\nupdate_wait_days = 2\nupdate_tries = 4\nupdate_success_pct = 0",
        );
    workshop.write("failing.toml", &failing);
    let mut seen = Vec::new();
    for day in 14..=40 {
        let until = jiff::civil::date(2020, 9, 1).checked_add(jiff::Span::new().days(day - 1)).unwrap();
        Case::new(&workshop, &format!("run failing.toml -q --force --until {until} -o until")).run();
        let counts = rows(&workshop.read("until/counts.csv"));
        let dormant =
            counts.iter().find(|row| row["status"] == "dormant" && row["installations"] != "0").unwrap();
        seen.push((dormant["stage"].clone(), dormant["attempt"].clone()));
        let next = until.tomorrow().unwrap();
        let words = format!(
            "run failing.toml -q --force --counts until/counts.csv --from {next} --until {next} -o on"
        );
        Case::new(&workshop, &words).run();
        // The same place a day later has the same number or the next one.
        let on = rows(&workshop.read("on/counts.csv"));
        let number =
            |row: &std::collections::BTreeMap<String, String>| row["attempt"].parse::<u32>().unwrap_or(1);
        for row in on.iter().filter(|row| row["status"] == "dormant" && row["stage"].contains("firmware")) {
            assert!((number(dormant)..=number(dormant) + 1).contains(&number(row)), "{dormant:?}: {row:?}");
        }
    }
    seen.dedup();
    let stages: Vec<String> = seen.iter().map(|(stage, attempt)| format!("{stage} {attempt}")).collect();
    for expected in [
        "firmware-under-way ",
        "firmware-wait 2",
        "firmware-under-way 2",
        "firmware-under-way 4",
        "excluded-no-wan ",
    ] {
        assert!(stages.iter().any(|stage| stage == expected), "{expected} of {stages:?}");
    }
}

/// Counts of the last days of a plan may leave closed days only: the run goes on over them, and everything reads its folder.
#[test]
fn a_run_goes_on_over_days_that_are_all_closed() {
    let workshop = Workshop::new();
    let plan = DELAY.replace("NAME", "Briar").replace("last_day = 2020-09-25", "last_day = 2020-09-27");
    workshop.write("plan.toml", &plan);
    Case::new(&workshop, "run plan.toml -q --until 2020-09-25 -o until").run();
    let counts = "--counts until/counts.csv --from 2020-09-26";
    let (_, said) = Case::new(&workshop, &format!("check plan.toml {counts}")).run();
    assert!(said.contains("no day of the run is a migration day"), "{said}");
    Case::new(&workshop, &format!("run plan.toml {counts} -q -o one")).run();
    Case::new(&workshop, &format!("run plan.toml {counts} -q --replications 4 --layer-runs 0 -o many")).run();
    for words in [
        "chart one --all -o charts-of-one",
        "chart many --all -o charts",
        "explain one --day 2020-09-26",
        "report many -o report.html",
    ] {
        Case::new(&workshop, words).run();
    }
    let (_, said) =
        Case::new(&workshop, "check plan.toml --set programme.first_day=2020-09-26").exit(2).run();
    assert!(said.contains("no day of the run is a migration day"), "{said}");
}

/// Active installations whose supplier still updates them are ready on the day on which they would have been.
#[test]
fn an_update_by_a_supplier_goes_on_for_the_days_that_were_left() {
    let workshop = Workshop::new();
    workshop.write("delay.toml", &DELAY.replace("NAME", "Briar"));
    Case::new(&workshop, "run delay.toml -q -o whole").run();
    Case::new(&workshop, "run delay.toml -q --until 2020-09-15 -o until").run();
    let counts = workshop.read("until/counts.csv");
    assert!(counts.contains("Alder,Briar,active,firmware-under-way,,50"), "{counts}");
    Case::new(&workshop, "run delay.toml -q --counts until/counts.csv --from 2020-09-16 -o on").run();
    let active = |folder: &str| -> Vec<(String, String)> {
        let daily = rows(&workshop.read(&format!("{folder}/daily.csv")));
        let migrated = "active_migrated_installations";
        daily
            .into_iter()
            .map(|mut day| (day.remove("date").unwrap(), day.remove(migrated).unwrap()))
            .collect()
    };
    let (whole, on) = (active("whole"), active("on"));
    assert_eq!(whole[whole.len() - on.len()..], on);
    assert_eq!(on.iter().find(|(_, n)| n != "0").map(|(date, _)| date.as_str()), Some("2020-09-21"));
}

#[test]
fn names_that_a_spreadsheet_would_take_for_a_formula_come_back() {
    let workshop = Workshop::new();
    for name in ["=1+1", "-1+1", "@home", "+44", "'=x", "''+x", "'quoted'", "\u{ff1d}A1"] {
        workshop.write("named.toml", &DELAY.replace("NAME", name));
        Case::new(&workshop, "run named.toml -q --force --until 2020-09-15 -o until").run();
        let words = "run named.toml -q --force --counts until/counts.csv --from 2020-09-16 -o on";
        Case::new(&workshop, words).run();
    }
}

/// Names stand in every table of a folder; charts, reports and comparisons read them there.
#[test]
fn a_folder_whose_names_look_like_formulas_is_read_by_every_verb() {
    let workshop = Workshop::new();
    let named = DELAY.replace("NAME", "=1+1").replace("Alder", "@home").replace("IOC", "+44");
    workshop.write("one.toml", &named);
    workshop.write(
        "other.toml",
        &named.replace("\"delay\"", "\"sooner\"").replace("delay_days = 5", "delay_days = 1"),
    );
    Case::new(&workshop, "run one.toml other.toml -q --replications 6 --layer-runs 0 -o many").run();
    Case::new(&workshop, "run one.toml -q -o one").run();
    let (said, _) = Case::new(&workshop, "explain one --day 2020-09-21 --supplier =1+1 --cohort @home").run();
    assert!(said.contains("=1+1") && !said.contains("'=1+1"), "{said}");
    for words in [
        "compare many -o again",
        "chart many --all -o charts",
        "chart one --all -o charts-of-one",
        "report many -o report.html",
        "report many -o report.md",
        "report many -o report.xlsx",
        "bottlenecks one.toml --replications 2",
        "record one.toml -o days.json --every 5",
        "replay days.json",
    ] {
        Case::new(&workshop, words).run();
    }
}

const DELAY: &str = r#"
name = "delay"
[programme]
first_day = 2020-09-07
last_day = 2020-09-25
plan_date = 2020-09-20
[firmware]
redesignation = 2020-09-11
[[group]]
name = "IOC"
capacity_per_day = 20
firmware_capacity_per_day = 10
[[cohort]]
name = "Alder"
group = "IOC"
route = "MT/SIT"
gate = 2020-09-09
entry = 2020-09-14
supplier_delay_days = 5
[[supplier]]
name = "Aster"
[[supplier]]
name = "NAME"
[[stock]]
cohort = "Alder"
supplier = "Aster"
status = "dormant"
installations = 40
[[stock]]
cohort = "Alder"
supplier = "NAME"
status = "active"
installations = 50
"#;
