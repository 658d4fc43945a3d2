//! The figures of replications: the same from the run and from its folder, their numbers those of its tables, and titles that
//! claim no more than the intervals allow.

use std::collections::BTreeMap;
use std::fs;

use crate::charts::words;
use crate::command::{Case, Workshop, rows};
use crate::legible::{collisions, faults};

/// Kinds that folders of several scenarios give, apart from the forests.
const KINDS: [&str; 6] = ["scurve", "detriment", "finish-ecdf", "finish-range", "convergence", "payers"];

/// A workshop in which scenarios with chance in them lie: `existing`, `early`, and so many copies of `existing`.
fn workshop(copies: usize) -> Workshop {
    let workshop = Workshop::new();
    let write = |name: &str, rest: &str| {
        let text = format!("extends = \"scenarios/reference/every-key.toml\"\nname = \"{name}\"\n{rest}\n");
        workshop.write(&format!("{name}.toml"), &text);
    };
    write("existing", "firmware.policy = \"existing\"");
    write("early", "firmware.policy = \"early\"");
    (1..=copies).for_each(|n| write(&format!("copy-{n}"), "firmware.policy = \"existing\""));
    workshop
}

/// The rows of a table by the name of their columns.
fn table(workshop: &Workshop, file: &str) -> Vec<BTreeMap<String, String>> {
    rows(&workshop.read(file))
}

fn title(workshop: &Workshop, figure: &str) -> String {
    workshop.read(&format!("{figure}.txt")).lines().next().unwrap().to_owned()
}

/// Refuses a figure that lacks anything, says too much in its title, or writes outside the drawing.
fn ensure_sound(workshop: &Workshop, stem: &str) {
    let drawing = workshop.read(&format!("{stem}.svg"));
    for part in ["viewBox=\"0 0 800 ", "<title id=", "<desc id=", "replications", "sha256", "Simulated"] {
        assert!(drawing.contains(part), "{stem} lacks {part}");
    }
    let text = workshop.read(&format!("{stem}.txt"));
    let (title, description) = text.split_once("\n\n").unwrap();
    assert!(title.split_whitespace().count() <= 15, "{stem}: {title}");
    assert!(description.matches(". ").count() >= 1, "{stem}: {description}");
    assert!(workshop.read(&format!("{stem}.csv")).lines().count() > 1, "{stem} has no data");
    for (words, _) in words(&drawing) {
        assert!(!words.ends_with('…'), "{stem}: `{words}` is cut");
    }
    let faults = [faults(&drawing), collisions(&drawing)].concat();
    assert!(faults.is_empty(), "{stem}: {faults:?}");
}

#[test]
fn every_figure_drawn_from_the_folder_has_the_bytes_that_the_run_wrote() {
    let workshop = workshop(0);
    workshop.write(
        "study.toml",
        "question = \"?\"\nbaseline = \"existing.toml\"\nscenarios = [\"early.toml\"]\nreplications = 37\n[grid]\nreplications = 7\n[[grid.axis]]\nname = \"notice\"\nkey = \"cohort_defaults.notice_days\"\nvalues = [7, 14]\n[sensitivity]\nreplications = 5\n[[sensitivity.axis]]\nname = \"slots\"\nkey = \"programme.capacity_factor\"\nvalues = [0.5, 2]\nlabels = [\"half\", \"twice\"]\n",
    );
    Case::new(&workshop, "compare study.toml -o r -q").run();
    Case::new(&workshop, "run early.toml --replications 33 -o alone -q").run();
    for (folder, figures) in [("r", 12), ("alone", 6)] {
        Case::new(&workshop, &format!("chart {folder} --all -o c-{folder} -q")).run();
        let mut drawn = workshop.files(&format!("c-{folder}"));
        // The timeline of one draw is not drawn by the run.
        drawn.retain(|(name, _)| !name.contains("cohorts"));
        assert_eq!(drawn.len(), 4 * figures, "{folder}");
        for (name, bytes) in drawn {
            assert!(
                bytes == fs::read(workshop.path(&format!("{folder}/{name}"))).unwrap(),
                "{folder}/{name}"
            );
        }
    }
}

#[test]
fn numbers_in_the_figures_are_those_of_the_tables() {
    let workshop = workshop(0);
    Case::new(&workshop, "run existing.toml early.toml --replications 40 -o r -q").run();
    let summary = table(&workshop, "r/summary.csv");
    let of = |scenario: &str, kpi: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["scenario"] == scenario
                && row["kpi"] == kpi
                && (row["scope"] == "dormant" || row["scope_kind"] == "whole")
        };
        summary.iter().find(is).unwrap()
    };
    let whole = |text: &str| format!("{:.0}", text.parse::<f64>().unwrap());
    for row in table(&workshop, "r/fig-detriment.csv") {
        let lost = of(&row["scenario"], "dormant_days_lost");
        for (column, of_summary) in [
            ("dormant_days_lost_mean", "mean"),
            ("mean_lower_95", "mean_lower_95"),
            ("dormant_days_lost_p10", "p10"),
            ("dormant_days_lost_p90", "p90"),
        ] {
            assert_eq!(row[column], whole(&lost[of_summary]), "{column}");
        }
    }
    let said: Vec<String> =
        words(&workshop.read("r/fig-finish-range.svg")).into_iter().map(|(words, _)| words).collect();
    let ecdf = table(&workshop, "r/fig-finish-ecdf.csv");
    for row in table(&workshop, "r/fig-finish-range.csv") {
        let measure = of(&row["scenario"], &row["kpi"]);
        assert_eq!(row["date"], measure[&format!("{}_date", row["percentile"])]);
        assert_eq!(row["not_by_end"], measure["not_by_end"]);
        if row["percentile"] == "p80" {
            let day: jiff::civil::Date = row["date"].parse().unwrap();
            let label = day.strftime("P80 %-d %b %Y").to_string();
            assert!(said.contains(&label), "{label} in {said:?}");
            let last = ecdf.iter().rfind(|step| step["scenario"] == row["scenario"]).unwrap();
            let done: u32 = last["replications_done"].parse().unwrap();
            assert_eq!(
                done + row["not_by_end"].parse::<u32>().unwrap(),
                40,
                "the curve ends at what is done"
            );
            let mut by_p80 =
                ecdf.iter().filter(|step| step["scenario"] == row["scenario"] && step["date"] <= row["date"]);
            assert!(by_p80.next_back().unwrap()["done_pct"].parse::<f64>().unwrap() >= 80.0);
        }
    }
    let difference = table(&workshop, "r/difference.csv");
    let avoided = difference.iter().find(|row| row["kpi"] == "dormant_days_avoided").unwrap();
    let last = table(&workshop, "r/fig-convergence.csv").pop().unwrap();
    assert_eq!(last["replications"], "40");
    for (here, there) in [("mean", "difference"), ("lower", "lower"), ("upper", "upper")] {
        assert_eq!(last[here], whole(&avoided[there]), "the last estimate is the one that is told");
    }
}

#[test]
fn awkward_folders_give_sound_figures_and_claim_nothing_that_is_not_so() {
    let workshop = workshop(5);
    let run = |words: &str, folder: &str| {
        Case::new(&workshop, &format!("run {words} -o {folder} -q")).run();
        KINDS.iter().for_each(|kind| ensure_sound(&workshop, &format!("{folder}/fig-{kind}")));
        KINDS.map(|kind| title(&workshop, &format!("{folder}/fig-{kind}")))
    };

    let [curve, lost, share, range, settled, pays] =
        run("existing.toml copy-1.toml --replications 30", "copy");
    assert_eq!(curve, "In all 30 runs copy-1 leaves as many Dormant installations as existing");
    assert_eq!(lost, "Copy-1 loses as many Dormant days as existing");
    assert_eq!(range, "The days of copy-1 and existing are the same in every replication");
    assert_eq!(settled, "Copy-1 avoids the same number of Dormant days in all 30 replications");
    assert!(!share.contains("copy-1"), "{share}");
    assert_eq!(pays, "Under copy-1 Dormant and Active installations wait as long as under existing");

    let copies: Vec<String> = (1..=5).map(|n| format!("copy-{n}.toml")).collect();
    let [_, lost, _, range, _, pays] =
        run(&format!("existing.toml {} --replications 20", copies.join(" ")), "six");
    assert_eq!(lost, "None of 5 scenarios is shown to save enough Dormant days to matter");
    assert!(range.starts_with("No scenario is shown to bring "), "{range}");
    assert_eq!(
        pays,
        "Under none of 5 scenarios are Active installations shown to wait longer than under existing"
    );
    assert_eq!(table(&workshop, "six/fig-detriment.csv").len(), 6, "every scenario has its row");
    assert!(
        workshop.read("six/fig-finish-ecdf.txt").contains("Drawn: the 3 of 5 scenarios that avoid most.")
    );

    // Too few replications for an interval of P80: nothing is claimed, however far apart they are.
    let [_, _, _, range, ..] = run("existing.toml early.toml --replications 5", "few");
    assert_eq!(range, "5 replications are too few for a P80 day; it takes 17");

    let tutorial = "scenarios/tutorial/existing.toml scenarios/tutorial/early.toml";
    let short = "--set programme.last_day=2020-09-18 --set programme.plan_date=2020-09-16";
    let [_, _, share, range, ..] = run(&format!("{tutorial} {short} --replications 20"), "nobody");
    assert_eq!(range, "In no replication are half of Dormant migrated by the end");
    assert_eq!(share, "By the plan date no replication has half of Dormant migrated");
    assert!(
        words(&workshop.read("nobody/fig-finish-range.svg")).iter().any(|w| w.0 == "100% not by the end")
    );
    assert!(words(&workshop.read("nobody/fig-finish-ecdf.svg")).iter().any(|w| w.0 == "plan 0%, end 0%"));

    let [_, _, share, range, _, pays] = run(&format!("{tutorial} --replications 20"), "same-day");
    assert_eq!(range, "All Dormant migrated sooner under early firmware: P80 8 October 2020");
    assert!(pays.starts_with("Active installations wait ") && pays.contains(" days longer"), "{pays}");
    assert_eq!(
        share,
        "All Dormant migrated by the plan date: early firmware 100%, the existing arrangement 0%"
    );
}

#[test]
fn of_many_scenarios_those_that_avoid_most_are_drawn_and_the_title_speaks_of_all() {
    let workshop = workshop(4);
    let scenarios = "existing.toml copy-1.toml copy-2.toml copy-3.toml copy-4.toml early.toml";
    Case::new(&workshop, &format!("run {scenarios} --replications 20 -o r -q")).run();
    for kind in ["scurve", "difference", "payers", "finish-ecdf", "convergence"] {
        let n = if ["scurve", "finish-ecdf", "payers"].contains(&kind) { 3 } else { 4 };
        let note = format!("the {n} of 5 scenarios that avoid most");
        let drawn: Vec<String> =
            words(&workshop.read(&format!("r/fig-{kind}.svg"))).into_iter().map(|w| w.0).collect();
        assert!(drawn.join(" ").contains(&note), "{kind}: {drawn:?}");
        let told = workshop.read(&format!("r/fig-{kind}.txt"));
        assert!(told.contains(&format!("Drawn: {note}.")), "{told}");
        assert!(
            told.to_lowercase().contains("early"),
            "{kind} draws the scenario that avoids most, the last of six: {told}"
        );
        let rows = table(&workshop, &format!("r/fig-{kind}.csv"));
        let held = |name: &str| rows.iter().any(|row| row["scenario"] == name);
        assert!(["copy-1", "copy-2", "copy-3", "copy-4", "early"].into_iter().all(held), "{kind}");
    }
    let curve = title(&workshop, "r/fig-scurve");
    assert!(curve.starts_with("One of 5 ends with "), "{curve}");
    assert!(curve.ends_with(" fewer Dormant installations left than existing"), "{curve}");
    Case::new(&workshop, "chart r scurve --scenario copy-3 -o last -q").run();
    assert!(title(&workshop, "last/copy-3/fig-scurve").contains("by the end"));
    Case::new(&workshop, "run existing.toml copy-1.toml copy-2.toml copy-3.toml early.toml -o one -q").run();
    assert!(workshop.read("one/fig-scurve.txt").contains("Early against existing"));
    let (out, _) = Case::new(&workshop, "chart one wait -o one-wait").run();
    assert!(out.contains("every scenario drawn"), "{out}");
}

#[test]
fn one_scenario_of_several_and_kinds_that_a_folder_does_not_give() {
    let workshop = workshop(4);
    let all = "existing.toml early.toml copy-1.toml copy-2.toml copy-3.toml";
    Case::new(&workshop, &format!("run {all} --replications 20 -o r -q")).run();
    let (out, err) = Case::new(&workshop, "chart r --all --scenario early -o alone").run();
    let range = out.lines().find(|line| line.contains("alone/early/fig-finish-range.svg: ")).unwrap();
    assert!(range.ends_with(" in 80% of replications"), "{out}");
    assert!(err.contains("Left out: difference, which compares scenarios"), "{err}");
    Case::new(&workshop, "chart r difference --scenario existing --scenario early -o pair -q").run();
    let drawing = workshop.read("pair/fig-difference.svg");
    assert!(drawing.contains("together"), "four were compared, so the interval is still one of four");
    let refused = |words: &str, parts: &[&str]| {
        let (_, err) = Case::new(&workshop, words).exit(2).run();
        parts.iter().for_each(|part| assert!(err.contains(part), "{words}: lacks `{part}`\n{err}"));
    };
    refused(
        "chart r wait",
        &[
            "`r` holds replications",
            "gives scurve, cohorts, difference, payers, waterfall, outcomes, timeline, detriment",
            "not `wait`",
            "run one draw: dormouse run existing.toml early.toml",
        ],
    );
    refused("chart r grid", &["not `grid`", "dormouse compare STUDY"]);
    refused("chart r difference --scenario early", &["needs the baseline `existing`"]);
    let csv = workshop.read("r/early/replications.csv");
    workshop.write("r/early/replications.csv", &csv.replace("2020", "2021"));
    refused("chart r finish-range", &["early/replications.csv` is not as the run wrote it"]);
}
