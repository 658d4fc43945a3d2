//! One replication of many seen whole: its row is that of the run of many, and so is what was drawn.

use std::collections::BTreeMap;

use crate::command::{Case, Workshop, rows};

const SCENARIO: &str = "scenarios/reference/every-key.toml";
const EXISTING: &str =
    "extends = \"scenarios/reference/every-key.toml\"\nname = \"existing\"\nfirmware.policy = \"existing\"\n";

fn many() -> Workshop {
    many_with("--replications 20 --layer-runs 0")
}

fn many_with(words: &str) -> Workshop {
    let workshop = Workshop::new();
    workshop.write("existing.toml", EXISTING);
    Case::new(&workshop, &format!("run existing.toml {SCENARIO} -q {words} -o many")).run();
    workshop
}

/// What a single run's summary says, as a row of a table of replications has it.
fn as_row(summary: &[BTreeMap<String, String>]) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    for measure in summary {
        let name = |what: &str| match measure["scope_kind"].as_str() {
            "whole" => what.to_owned(),
            kind => format!("{what}/{kind}/{}", measure["scope"].replace('/', "%2F")),
        };
        let kpi = &measure["kpi"];
        let value = match measure["unit"].as_str() {
            "date" => {
                let outcome = match (measure["value_date"].as_str(), measure["note"].as_str()) {
                    ("", "not by the end of the run") => "not by the end",
                    ("", reason) => reason,
                    _ => "by the end",
                };
                row.insert(name(&format!("{kpi}_outcome")), outcome.to_owned());
                measure["value_date"].clone()
            }
            "yes or no" => measure["value_flag"].clone(),
            "installations" | "installation-days" | "migration days" if kpi != "largest_credit" => {
                measure["value"].trim_end_matches(".0000").to_owned()
            }
            _ => measure["value"].clone(),
        };
        row.insert(name(kpi), value);
    }
    row
}

#[test]
fn any_replication_seen_whole_is_its_row_of_the_run_of_many() {
    let workshop = many();
    for k in [0, 7, 19] {
        let folder = format!("r{k}");
        let words = format!("run existing.toml {SCENARIO} -q --replication {k} -o {folder}");
        Case::new(&workshop, &words).run();
        Case::new(&workshop, &format!("run --of many -q --replication {k} -o of-{folder}")).run();
        assert_eq!(workshop.files(&folder), workshop.files(&format!("of-{folder}")), "from files or folder");
        for name in ["existing", "every-key"] {
            let mut row = rows(&workshop.read(&format!("many/{name}/replications.csv"))).swap_remove(k);
            assert_eq!(row.remove("replication").unwrap(), k.to_string());
            assert_eq!(row.remove("level").unwrap(), "full");
            let single = as_row(&rows(&workshop.read(&format!("{folder}/{name}/summary.csv"))));
            assert!(single.keys().eq(row.keys()), "{:?} {:?}", single.keys(), row.keys());
            for (column, value) in &single {
                let kept = &row[column];
                // A percentage has more places where it has a column of its own.
                let same = match (value.parse::<f64>(), kept.parse::<f64>()) {
                    (Ok(value), Ok(kept)) if column.contains("_pct") => (value - kept).abs() < 1e-4,
                    _ => value == kept,
                };
                assert!(same, "{k}, {name}: {column} is {value}, and {kept} in the run of many");
            }
            let drawn = &rows(&workshop.read(&format!("many/{name}/inputs.csv")))[k];
            assert_eq!(&rows(&workshop.read(&format!("{folder}/{name}/inputs.csv")))[0], drawn);
            let cohorts = workshop.read(&format!("{folder}/{name}/cohorts.csv"));
            for cohort in rows(&cohorts) {
                for what in ["gate_date", "firmware_opens_date", "epcl_entry_date", "rework_struck"] {
                    assert_eq!(cohort[what], drawn[&format!("{what}/cohort/{}", cohort["cohort"])], "{what}");
                }
            }
            assert_eq!(k == 0, cohorts == workshop.read(&format!("many/{name}/cohorts.csv")));
        }
    }
    Case::new(&workshop, "explain r7 --scenario existing --day 2020-10-05").run();
    Case::new(&workshop, "chart r7 --all --format svg -o charts").run();
    for (folder, says) in [("r7", true), ("r0", false)] {
        let words = workshop.read(&format!("{folder}/existing/fig-scurve.svg"));
        assert_eq!(words.contains("replication 7"), says, "{words}");
    }
    assert_eq!(
        workshop.read("charts/fig-scurve.svg"),
        workshop.read("r7/fig-scurve.svg"),
        "the figures of the run"
    );
}

#[test]
fn the_answer_of_many_says_how_to_see_one_and_that_command_works() {
    let workshop = Workshop::new();
    let (_, err) = Case::new(&workshop, &format!("run {SCENARIO} --replications 20 -o many")).run();
    let command =
        err.lines().find(|line| line.contains("dormouse run --of many --replication")).unwrap().trim();
    let words = command.strip_prefix("dormouse ").unwrap();
    Case::new(&workshop, words).run();
    let lost = |row: &BTreeMap<String, String>| row["dormant_days_lost"].parse::<u64>().unwrap();
    let all = rows(&workshop.read("many/every-key/replications.csv"));
    let most = all.iter().map(lost).max().unwrap();
    let folder = words.rsplit(' ').next().unwrap();
    let summary = rows(&workshop.read(&format!("{folder}/summary.csv")));
    assert_eq!(lost(&as_row(&summary)), most);
    let (_, err) = Case::new(&workshop, "explain many --day 2020-10-05").exit(2).run();
    assert!(err.contains("dormouse run --of many --replication 0 -o many-r0"), "{err}");
}

#[test]
fn a_replication_that_is_not_there_or_is_not_what_it_was_is_refused() {
    let workshop = many();
    let refused = |words: &str| Case::new(&workshop, words).exit(2).run().1;
    let err = refused("run --of many --replication 20 -o x");
    assert!(err.contains("`many` holds replications 0 to 19, found --replication 20"), "{err}");
    let err = refused("run --of many -o x");
    assert!(err.contains("--replication"), "{err}");
    let err = refused("run --of many --replication 3 --seed 4 -o x");
    assert!(err.contains("--seed"), "{err}");
    let err = refused(&format!("run {SCENARIO} --replication 3 --replications 4 -o x"));
    assert!(err.contains("--replications"), "{err}");
    // A folder whose row is another one, as that of another version may be.
    let table = workshop.read("many/existing/replications.csv");
    let row = table.lines().nth(4).unwrap();
    let lost = row.split(',').nth(2).unwrap();
    let other = table.replacen(&format!("3,full,{lost},"), &format!("3,full,{lost}0,"), 1);
    workshop.write("many/existing/replications.csv", &other);
    let sha = |text: &str| dormouse::fingerprint::sha256(text);
    let manifest = workshop.read("many/manifest.json").replace(&sha(&table), &sha(&other));
    workshop.write("many/manifest.json", &manifest);
    let err = refused("run --of many --replication 3 -o x");
    assert!(err.contains(&format!("replication 3 gives `{lost}` in `dormant_days_lost`")), "{err}");
    assert!(!workshop.path("x").exists());
}

#[test]
fn a_run_of_another_replication_stops_and_goes_on_as_it_was() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("run {SCENARIO} -q --replication 5 -o whole")).run();
    Case::new(&workshop, &format!("run {SCENARIO} -q --replication 5 --until 2020-10-02 -o until")).run();
    Case::new(&workshop, &format!("run {SCENARIO} -q --resume until/snapshot.json -o resumed")).run();
    assert_eq!(workshop.files("whole"), workshop.files("resumed"));
}

/// The folder of a comparison of folders keeps scenarios too, some under another name.
#[test]
fn a_replication_of_gathered_scenarios_is_seen_whole_as_well() {
    let workshop = Workshop::new();
    let run = |words: &str, folder: &str| {
        Case::new(&workshop, &format!("run {SCENARIO} {words} -q --replications 4 -o {folder}")).run();
    };
    run("", "plain");
    run("--set firmware.policy=existing", "other");
    Case::new(&workshop, "compare plain other -q -o both").run();
    Case::new(&workshop, "run --of both -q --replication 3 -o r3").run();
    let kept = workshop.files("both");
    let tables: Vec<&String> =
        kept.iter().map(|(name, _)| name).filter(|name| name.contains("/replications.")).collect();
    assert_eq!(tables.len(), 2, "{tables:?}");
    for table in tables {
        let name = table.split('/').next().unwrap();
        let row = &rows(&workshop.read(&format!("both/{table}")))[3];
        let single = as_row(&rows(&workshop.read(&format!("r3/{name}/summary.csv"))));
        assert_eq!(single["dormant_days_lost"], row["dormant_days_lost"], "{name}");
    }
}

/// The drawn values are those of the distributions in the scenario's units, and one that several cohorts share comes once.
#[test]
fn what_was_drawn_is_kept_in_the_units_of_the_scenario() {
    let workshop = Workshop::new();
    workshop.write(
        "drawn.toml",
        "extends = \"scenarios/tutorial/early.toml\"\nname = \"drawn\"\n\
         [programme]\ncapacity_factor = { uniform = { low = 0.8, high = 1.2 } }\n\
         [[factor]]\nname = \"board\"\n\
         [[cohort]]\nname = \"Alder\"\nsuccess_pct = [{ uniform = { low = 60, high = 70 } }, 80]\n\
         gate_slip_days = { uniform = { low = 0, high = 20 }, link = \"board\", weight = 1 }\n",
    );
    Case::new(&workshop, "run drawn.toml -q --replications 30 --threads 1 -o one").run();
    Case::new(&workshop, "run drawn.toml -q --replications 30 --threads 2 -o two").run();
    let text = workshop.read("one/drawn/inputs.csv");
    assert_eq!(text, workshop.read("two/drawn/inputs.csv"));
    let names: Vec<&str> = text.lines().next().unwrap().split(',').take(5).collect();
    assert_eq!(
        names,
        [
            "replication",
            "score/factor/board",
            "programme.capacity_factor",
            "gate_slip_days/cohort/Alder",
            "success_pct.0/cohort/Alder"
        ]
    );
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
    let table = rows(&text);
    assert_eq!(table.len(), 30);
    for row in &table {
        assert!((0.8..=1.2).contains(&number(row, "programme.capacity_factor")), "{row:?}");
        assert!((60.0..=70.0).contains(&number(row, "success_pct.0/cohort/Alder")), "{row:?}");
        // Linked with weight 1, the slip is the factor's score by the distribution of the slip.
        let slip = number(row, "gate_slip_days/cohort/Alder");
        let expected = 20.0 * dormouse::random::normal_cdf(number(row, "score/factor/board"));
        assert!((slip - expected).abs() < 1e-4, "{slip}, {expected}");
        let gate: jiff::civil::Date = row["gate_date/cohort/Alder"].parse().unwrap();
        let planned: jiff::civil::Date = "2020-09-09".parse().unwrap();
        let days = f64::from(planned.until(gate).unwrap().get_days());
        assert!((days - (slip + 0.5).floor()).abs() < 1e-9, "{slip} moves the gate by {days}");
    }
}

/// A reviewer can compute the split of a spread from the folder alone.
#[test]
fn the_runs_behind_a_spread_are_kept() {
    const BLOCKS: usize = 20;
    let workshop = many_with("--replications 40 --layer-runs 120");
    let manifest = workshop.read("many/manifest.json");
    assert!(manifest.contains("\"layer_runs_table\": \"SCENARIO/layer-runs.csv\""), "{manifest}");
    let runs = rows(&workshop.read("many/existing/layer-runs.csv"));
    let other = rows(&workshop.read("many/every-key/layer-runs.csv"));
    assert_eq!(runs.len(), 8 * BLOCKS, "blocks of eight");
    let replications = rows(&workshop.read("many/existing/replications.csv"));
    for (at, run) in runs.iter().enumerate() {
        assert_eq!(
            (run["block"].as_str(), run["run"].as_str()),
            ((at / 8).to_string().as_str(), (at % 8).to_string().as_str())
        );
        let from = ["shared_factors", "independent_factors", "day_by_day"]
            .map(|layer| run[&format!("{layer}_replication")].parse::<usize>().unwrap());
        assert!(from.iter().all(|replication| replication / 2 == at / 8), "{from:?}");
        if from.iter().all(|replication| *replication == from[0]) {
            assert_eq!(run["dormant_days_lost"], replications[from[0]]["dormant_days_lost"]);
        }
    }
    // The whole variance by the formula of components, from these rows alone.
    let avoided = |at: usize| {
        let lost = |rows: &[BTreeMap<String, String>]| rows[at]["dormant_days_lost"].parse::<f64>().unwrap();
        lost(&runs) - lost(&other)
    };
    let total: f64 = (0..BLOCKS)
        .map(|block| {
            let squares: Vec<f64> = (0..8usize)
                .map(|set| {
                    let sum: f64 = (0..8usize)
                        .map(|run| {
                            let sign = if (run & set).count_ones() % 2 == 1 { -1.0 } else { 1.0 };
                            sign * avoided(8 * block + run)
                        })
                        .sum();
                    sum * sum / 8.0
                })
                .collect();
            let variance = |set: usize| {
                let signed =
                    |w: usize| if (w ^ set).count_ones() % 2 == 1 { -squares[w] } else { squares[w] };
                let sum: f64 = (1..8).filter(|w| w & set == set).map(signed).sum();
                sum * (f64::from(set.count_ones()) - 3.0).exp2()
            };
            (1..8).map(variance).sum::<f64>()
        })
        .sum();
    let spread = rows(&workshop.read("many/spread.csv"));
    let all =
        spread.iter().find(|row| row["kpi"] == "dormant_days_avoided" && row["layer"] == "all").unwrap();
    let told: f64 = all["variance"].parse().unwrap();
    assert!((total / BLOCKS as f64 / told - 1.0).abs() < 1e-6, "{total} {told}");
}
