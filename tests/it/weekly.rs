//! The weekly loop: counts in place of the stock, what is odd in them, and what has changed since an earlier folder.

use std::collections::BTreeMap;

use dormouse::fingerprint::sha256;
use serde_json::Value as Json;

use crate::command::{Case, Workshop, rows};

const PLAN: &str = "scenarios/weekly/plan.toml";
const COUNTS: &str = "scenarios/weekly/28-september.csv";

/// This week's command, but for replications and the earlier folder.
fn this_week() -> String {
    format!("run {PLAN} --counts {COUNTS} --from 2020-09-28 -q --layer-runs 0")
}

fn last_week(workshop: &Workshop) {
    Case::new(workshop, &format!("run {PLAN} -q --replications 40 --layer-runs 0 -o results/last")).run();
}

/// The lines of a text that are to be kept.
fn lines(text: &str, keep: &dyn Fn(&str) -> bool) -> String {
    text.lines().filter(|line| keep(line)).fold(String::new(), |all, line| all + line + "\n")
}

/// What `check` warns of with a table of counts that is made from the shipped one.
fn warned(edit: impl Fn(&str) -> String, more: &str) -> String {
    let workshop = Workshop::new();
    workshop.write("counts.csv", &edit(&workshop.read(COUNTS)));
    Case::new(&workshop, &format!("check {PLAN} --counts counts.csv --from 2020-09-28 {more}")).run().1
}

#[test]
fn the_shipped_counts_go_with_the_plan() {
    let settled = "--set cohort.Alder.entry_slip_days=0";
    let said = warned(str::to_owned, settled);
    assert!(!said.contains("the counts"), "{said}");
    assert!(!said.contains("only an EPCL entry allows"), "{said}");
}

#[test]
fn oddities_in_counts_are_warned_of_with_numbers() {
    let settled = "--set cohort.Alder.entry_slip_days=0";
    let without_a_cell = |text: &str| lines(text, &|line| !line.starts_with("Birch,Dill,active"));
    let said = warned(without_a_cell, settled);
    assert!(
        said.contains("the counts leave out 1 cell that held installations: 12 active of `Birch` at `Dill`"),
        "{said}"
    );
    assert!(
        said.contains("the counts hold 350 installations where the scenario has 362: `Birch` 90 of 102"),
        "{said}"
    );
    let one_more =
        |text: &str| text.replace("Birch,Dill,active,unmigrated,,12", "Birch,Dill,active,unmigrated,,13");
    let said = warned(one_more, settled);
    assert!(
        said.contains("the counts hold 363 installations where the scenario has 362: `Birch` 103 of 102"),
        "{said}"
    );
    let one_fewer =
        |text: &str| text.replace("Birch,Dill,active,unmigrated,,12", "Birch,Dill,active,unmigrated,,11");
    assert!(warned(one_fewer, settled).contains("`Birch` 101 of 102"));
    // Removal explains a few, and says how many.
    let removal =
        format!("{settled} --set removal.active_pct_per_month=5 --set removal.dormant_pct_per_month=5");
    assert!(!warned(one_fewer, &removal).contains("the counts hold"));
    // Three weeks at 5% a month take 3.5 of 102 on average, and with three deviations fewer than twelve; at 10% more.
    let said = warned(without_a_cell, &removal);
    assert!(said.contains("`Birch` 90 of 102, of which removal takes 10 at most"), "{said}");
    assert!(!warned(without_a_cell, &removal.replace("=5", "=10")).contains("the counts hold"));
    assert!(warned(one_more, &removal).contains("of which removal takes"), "nobody comes from nowhere");
}

#[test]
fn a_slip_that_can_no_longer_come_is_warned_of() {
    let said = warned(str::to_owned, "");
    assert!(said.contains("it may come after the first day:") && said.contains("of `Alder`"), "{said}");
    assert!(!said.contains("of `Cedar`"), "its entry has no slip: {said}");
}

#[test]
fn a_mistake_is_shown_at_its_place() {
    let workshop = Workshop::new();
    workshop.write("counts.csv", &workshop.read(COUNTS).replacen("Alder", "Aldre", 1));
    let (_, err) =
        Case::new(&workshop, &format!("run {PLAN} --counts counts.csv --from 2020-09-28")).exit(2).run();
    assert!(err.contains("--> counts.csv:2:1") && err.contains("`Alder`"), "{err}");
    workshop.write("counts.csv", "cohort,supplier,status,stages,installations\n");
    let (_, err) =
        Case::new(&workshop, &format!("run {PLAN} --counts counts.csv --from 2020-09-28")).exit(2).run();
    assert!(err.contains("--> counts.csv:1:24") && err.contains("unknown column `stages`"), "{err}");
    let (_, err) =
        Case::new(&workshop, &format!("run {PLAN} --counts none.csv --from 2020-09-28")).exit(2).run();
    assert!(err.contains("cannot read `none.csv`\n --> --set stock=none.csv:1:7\n"), "{err}");
    for half in ["--counts counts.csv", "--from 2020-09-28"] {
        Case::new(&workshop, &format!("run {PLAN} {half}")).exit(2).run();
    }
    assert!(!workshop.path("results").exists());
}

/// The counts beside a snapshot are those of its day, and a run goes on from them.
#[test]
fn counts_of_a_run_are_where_it_stands() {
    let workshop = Workshop::new();
    let plan = "scenarios/reference/every-key.toml";
    Case::new(&workshop, &format!("run {plan} -q -o results/whole")).run();
    let daily = rows(&workshop.read("results/whole/daily.csv"));
    let day = &daily[daily.len() / 3];
    let date = &day["date"];
    Case::new(&workshop, &format!("run {plan} -q --until {date} -o results/part")).run();
    let counts = rows(&workshop.read("results/part/counts.csv"));
    let stages = |status: &str, names: &[&str]| -> u64 {
        let of =
            counts.iter().filter(|row| row["status"] == status && names.contains(&row["stage"].as_str()));
        of.map(|row| row["installations"].parse::<u64>().unwrap()).sum()
    };
    for status in ["dormant", "active"] {
        for (names, columns) in [
            (&["needs-firmware", "unmigrated"][..], &["waiting_gate", "waiting_firmware"][..]),
            (&["firmware-wait"], &["firmware_wait"]),
            (&["ready"], &["ready"]),
            (&["eligible"], &["eligible"]),
            (&["retry-wait"], &["retry_wait"]),
            (&["migrated"], &["migrated"]),
            (&["excluded-no-wan"], &["excluded_no_wan"]),
            (&["excluded-attempts"], &["excluded_attempts"]),
        ] {
            let mut columns = columns.to_vec();
            // An Active installation's update is its supplier's, which a count does not see.
            if status == "active" && names.contains(&"unmigrated") {
                columns.push("firmware_under_way");
            }
            let column = |name: &&str| day[&format!("{status}_{name}_installations")].parse::<u64>().unwrap();
            assert_eq!(stages(status, names), columns.iter().map(column).sum::<u64>(), "{status} {names:?}");
        }
    }
    let next = &daily[daily.len() / 3 + 1]["date"];
    let words = format!("run {plan} -q --counts results/part/counts.csv --from {next} -o results/on");
    Case::new(&workshop, &words).run();
    let first = &rows(&workshop.read("results/on/daily.csv"))[0];
    assert_eq!(&first["date"], next);
    let (was, is) = (&day["dormant_migrated_installations"], &first["dormant_migrated_installations"]);
    assert!(was.parse::<u64>().unwrap() <= is.parse().unwrap());
}

/// Rows of a further table are as if they had stood in the first one, in place of those of the same cells.
#[test]
fn a_further_table_replaces_the_cells_it_names() {
    let workshop = Workshop::new();
    let whole = workshop.read(COUNTS);
    let cell = "Cedar,Briar,active";
    let changed = format!("{cell},migrated,,20\n{cell},eligible,1,30\n");
    let kept = lines(&whole, &|line| !line.starts_with(cell));
    let header = whole.lines().next().unwrap();
    workshop.write("changed.csv", &format!("{header}\n{changed}"));
    workshop.write("merged.csv", &format!("{kept}{changed}"));
    let runs = [format!("--counts {COUNTS} --counts changed.csv"), "--counts merged.csv".to_owned()];
    let days = runs.map(|counts| {
        let words = format!("run {PLAN} {counts} --from 2020-09-28 -q --force -o results/one");
        Case::new(&workshop, &words).run();
        workshop.read("results/one/daily.csv")
    });
    assert_eq!(days[0], days[1]);
    Case::new(&workshop, &format!("run {PLAN} --counts {COUNTS} --from 2020-09-28 -q -o results/other"))
        .run();
    assert_ne!(workshop.read("results/other/daily.csv"), days[0]);
}

#[test]
fn the_manifest_and_the_report_name_the_counts() {
    let workshop = Workshop::new();
    Case::new(&workshop, &format!("{} --replications 10 -o results/now", this_week())).run();
    let manifest: Json = serde_json::from_str(&workshop.read("results/now/manifest.json")).unwrap();
    let sha = sha256(workshop.read(COUNTS));
    let inputs = manifest["scenarios"][0]["inputs"].as_array().unwrap();
    assert!(
        inputs.iter().any(|input| input["path"] == COUNTS && input["sha256"] == sha.as_str()),
        "{inputs:?}"
    );
    assert_eq!(manifest["scenarios"][0]["first_day"], "2020-09-28");
    Case::new(&workshop, "report results/now -q --format md -o now.md").run();
    let report = workshop.read("now.md");
    assert!(report.contains("counts in 28-september.csv") && report.contains(&sha), "{report}");
    let again = format!("dormouse run {PLAN} --counts {COUNTS} --from 2020-09-28 --replications 10");
    assert!(report.contains(&again), "{report}");
}

#[test]
fn what_has_changed_is_what_the_two_folders_hold_whatever_the_threads() {
    let workshop = Workshop::new();
    last_week(&workshop);
    let answers = [1, 2, 8].map(|threads| {
        let to = format!("--threads {threads} -o results/on-{threads}");
        Case::new(&workshop, &format!("{} --replications 30 --since results/last {to}", this_week())).run().0
    });
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    let files = [1, 2, 8].map(|threads| workshop.files(&format!("results/on-{threads}")));
    assert!(files.iter().all(|one| one == &files[0]));
    assert_eq!(workshop.read("results/on-1/answer.txt"), answers[0]);
    let met = |folder: &str| {
        let rows = rows(&workshop.read(&format!("results/{folder}/weekly/replications.csv")));
        100.0 * rows.iter().filter(|row| row["plan_date_met/status/dormant"] == "TRUE").count() as f64
            / rows.len() as f64
    };
    let since = rows(&workshop.read("results/on-1/since.csv"));
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let chance = &since[0];
    assert_eq!((chance["measure"].as_str(), chance["of_date"].as_str()), ("plan_date_met", "2020-10-16"));
    for (column, folder) in [("then", "last"), ("now", "on-1")] {
        assert!((number(chance, column) - met(folder)).abs() < 1e-4, "{column}: {chance:?}");
        assert!(number(chance, &format!("{column}_lower")) <= met(folder));
    }
    assert!((number(chance, "change") - (met("on-1") - met("last"))).abs() < 1e-4);
    let told = number(chance, "change_lower") > 0.0 || number(chance, "change_upper") < 0.0;
    assert_eq!(told, chance["finding"] != "no clear change", "{chance:?}");
    let expected = rows(&workshop.read("results/last/weekly/expected.csv"));
    let of_day = |status: &str| {
        expected.iter().find(|row| row["date"] == "2020-09-27" && row["status"] == status).unwrap().clone()
    };
    for (status, row) in ["dormant", "active"].iter().zip(&since[3..]) {
        let range = of_day(status);
        assert_eq!(row["measure"], format!("{status}_migrated"));
        for (column, of_range) in
            [("then_lower", "migrated_p10"), ("then", "migrated_p50"), ("then_upper", "migrated_p90")]
        {
            assert_eq!(row[column], format!("{}.0000", range[of_range]), "{column}");
        }
        let (counted, low, high) = (number(row, "now"), number(row, "then_lower"), number(row, "then_upper"));
        let place = if counted < low {
            "below"
        } else if counted > high {
            "above"
        } else {
            "inside"
        };
        assert_eq!(row["finding"], place);
    }
    let manifest: Json = serde_json::from_str(&workshop.read("results/on-1/manifest.json")).unwrap();
    let sha = sha256(workshop.read("results/last/manifest.json"));
    assert_eq!(manifest["since"]["manifest_sha256"], sha.as_str());
}

/// The ranges kept for a later week are those of the single days of each replication.
#[test]
fn expected_counts_are_those_of_the_days() {
    let workshop = Workshop::new();
    Case::new(&workshop, "run scenarios/tutorial/early.toml -q --replications 40 -o results/many").run();
    Case::new(&workshop, "run scenarios/tutorial/early.toml -q -o results/one").run();
    let days = rows(&workshop.read("results/one/daily.csv"));
    let expected = rows(&workshop.read("results/many/tutorial-early/expected.csv"));
    assert_eq!(expected.len(), 2 * days.len(), "47 days are fewer than the ten weeks that are kept");
    for (row, of_day) in expected.iter().enumerate().map(|(at, row)| (row, &days[at / 2])) {
        let migrated = &of_day[&format!("{}_migrated_installations", row["status"])];
        assert_eq!(row["date"], of_day["date"]);
        // Nothing is left to chance there, so all percentiles are the one draw.
        for column in ["migrated_p10", "migrated_p50", "migrated_p90"] {
            assert_eq!(&row[column], migrated, "{row:?}");
        }
    }
}

#[test]
fn an_earlier_folder_without_a_chance_is_refused_before_the_run() {
    let workshop = Workshop::new();
    last_week(&workshop);
    let one_draw = format!("{} --since results/last -o results/now", this_week());
    let (_, err) = Case::new(&workshop, &one_draw).exit(2).run();
    assert!(err.contains("--since goes with --replications"), "{err}");
    let many = |since: &str| format!("{} --replications 5 --since {since} -o results/now", this_week());
    Case::new(&workshop, "run scenarios/tutorial/early.toml -q --replications 5 -o results/others").run();
    let (_, err) = Case::new(&workshop, &many("results/others")).exit(2).run();
    assert!(err.contains("holds none of these scenarios; it holds tutorial-early"), "{err}");
    Case::new(&workshop, "run scenarios/tutorial/early.toml -q -o results/single").run();
    let (_, err) = Case::new(&workshop, &many("results/single")).exit(2).run();
    assert!(err.contains("holds single draws"), "{err}");
    let path = "results/last/weekly/replications.csv";
    workshop.write(path, &workshop.read(path).replace("not by the end", "2020-10-01"));
    let (_, err) = Case::new(&workshop, &many("results/last")).exit(2).run();
    assert!(err.contains("is not as the run wrote it"), "{err}");
    assert!(!workshop.path("results/now").exists() && !workshop.path("results/now.unfinished").exists());
}

/// A closed period that is over by the day of the counts is no slip of the pen; one that the plan never had is.
#[test]
fn closed_periods_that_are_over_are_left_out() {
    let workshop = Workshop::new();
    let plan = |year: u32| {
        let period = format!("{{ from = {year}-09-14, to = {year}-09-15, reason = \"over\" }}");
        format!("extends = \"{PLAN}\"\n[calendar]\nclosed = [{period}]\n")
    };
    workshop.write("plan.toml", &plan(2020));
    let words = format!("run plan.toml --counts {COUNTS} --from 2020-09-28 -q -o results/now");
    let (_, err) = Case::new(&workshop, &words.replace(" -q", "")).run();
    assert!(!err.contains("closes nothing"), "it did, before the counts: {err}");
    // What was resolved is sound by itself: the day is run again from it.
    Case::new(&workshop, "explain results/now --day 2020-09-28").run();
    workshop.write("plan.toml", &plan(2019));
    let (_, err) = Case::new(&workshop, &format!("{} --force", words.replace(" -q", ""))).run();
    assert!(err.contains("warning: the period lies outside the run and closes nothing"), "{err}");
}

/// The outages of a date are those that the plan has for it, whichever week it is simulated from.
#[test]
fn a_date_has_the_same_draws_from_counts_as_in_the_plan() {
    let workshop = Workshop::new();
    let plan = format!(
        "extends = \"{PLAN}\"\n[[group]]\nname = \"IOC\"\noutage_start_pct_per_day = 20\noutage_length_days = 1\n"
    );
    workshop.write("plan.toml", &plan);
    Case::new(&workshop, "run plan.toml -q -o whole").run();
    Case::new(&workshop, &format!("run plan.toml --counts {COUNTS} --from 2020-09-28 -q -o late")).run();
    let outages = |folder: &str| -> Vec<(String, String)> {
        let rows = crate::command::rows(&workshop.read(&format!("{folder}/daily_groups.csv")));
        let late =
            rows.into_iter().filter(|row| row["group"] == "IOC" && row["date"].as_str() >= "2020-09-28");
        late.map(|row| (row["date"].clone(), row["outage"].clone())).collect()
    };
    let [whole, late] = [outages("whole"), outages("late")];
    assert!(late.iter().any(|(_, outage)| outage == "TRUE"), "{late:?}");
    assert_eq!(whole, late);
    // The day is run again from the resolved scenario alone.
    Case::new(&workshop, "explain late --day 2020-09-29").run();
}

/// Days before the plan's first are numbered from the first of the run, as in any other.
#[test]
fn counts_of_a_day_before_the_plan_are_run_from_that_day() {
    let workshop = Workshop::new();
    let words = format!("run {PLAN} --counts {COUNTS} --from 2020-08-31 -q -o early");
    Case::new(&workshop, &words).run();
}

/// Counts of the first day itself have no day before it that an earlier run could have expected.
#[test]
fn a_day_without_a_kept_range_is_reported() {
    let workshop = Workshop::new();
    last_week(&workshop);
    let words =
        format!("run {PLAN} -q --replications 5 --layer-runs 0 --since results/last -o results/again");
    let (out, _) = Case::new(&workshop, &words).run();
    assert!(
        out.contains("Counted at the end of 6 Sep 2020, of which results/last keeps no range.\n"),
        "{out}"
    );
    assert!(out.contains("no clear change."), "the same plan and the same draws: {out}");
}

#[test]
fn a_study_starts_from_counts_too() {
    let workshop = Workshop::new();
    workshop.write(
        "other.toml",
        &format!("extends = \"{PLAN}\"\nname = \"other\"\nfirmware.policy = \"existing\"\n"),
    );
    let study = format!(
        "question = \"Does it?\"\nbaseline = \"other.toml\"\nscenarios = [\"{PLAN}\"]\nreplications = 4\nlayer_runs = 0\n\
         [grid]\nreplications = 2\n[[grid.axis]]\nname = \"notice\"\nkey = \"cohort_defaults.notice_days\"\nvalues = [1, 3]\n"
    );
    workshop.write("study.toml", &study);
    let counted = format!("--counts {COUNTS} --from 2020-09-28 -q");
    Case::new(&workshop, &format!("compare study.toml {counted} -o results/study")).run();
    let words = format!("run other.toml {PLAN} {counted} --replications 4 --layer-runs 0 -o results/run");
    Case::new(&workshop, &words).run();
    for file in ["summary.csv", "difference.csv", "weekly/replications.csv"] {
        assert_eq!(
            workshop.read(&format!("results/study/{file}")),
            workshop.read(&format!("results/run/{file}"))
        );
    }
    let grid = rows(&workshop.read("results/study/fig-grid.csv"));
    assert_eq!(grid.len(), 2);
}
