//! Many replications: the same bytes for any threads, each row a run of its own, and differences that add up.

use std::collections::BTreeMap;

use crate::command::{Case, Workshop, rows};

const SCENARIO: &str = "scenarios/reference/every-key.toml";
/// The same programme under the existing arrangement, so that there is a difference to split.
const EXISTING: &str =
    "extends = \"scenarios/reference/every-key.toml\"\nname = \"existing\"\nfirmware.policy = \"existing\"\n";

fn study(workshop: &Workshop, words: &str) -> String {
    workshop.write("existing.toml", EXISTING);
    Case::new(workshop, &format!("run existing.toml {SCENARIO} -q {words}")).run().0
}

#[test]
fn bytes_are_the_same_for_any_threads() {
    let workshop = Workshop::new();
    let answers = [1, 2, 8].map(|threads| {
        study(&workshop, &format!("--replications 40 --threads {threads} -o results/on-{threads}"))
    });
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    let files = [1, 2, 8].map(|threads| workshop.files(&format!("results/on-{threads}")));
    for (one, other) in files[0].iter().zip(&files[1]).chain(files[0].iter().zip(&files[2])) {
        assert!(one == other, "{} differs between threads", one.0);
    }
    let names: Vec<&str> = files[0].iter().map(|file| file.0.as_str()).collect();
    let expected = [
        "answer.txt",
        "difference.csv",
        "every-key/cohorts.csv",
        "every-key/expected.csv",
        "every-key/inputs.csv",
        "every-key/layer-runs.csv",
        "every-key/replications.csv",
        "existing/cohorts.csv",
        "existing/expected.csv",
        "existing/inputs.csv",
        "existing/layer-runs.csv",
        "existing/replications.csv",
        "fig-convergence.csv",
        "fig-convergence.png",
        "fig-convergence.svg",
        "fig-convergence.txt",
        "fig-detriment.csv",
        "fig-detriment.png",
        "fig-detriment.svg",
        "fig-detriment.txt",
        "fig-difference.csv",
        "fig-difference.png",
        "fig-difference.svg",
        "fig-difference.txt",
        "fig-finish-ecdf.csv",
        "fig-finish-ecdf.png",
        "fig-finish-ecdf.svg",
        "fig-finish-ecdf.txt",
        "fig-finish-range.csv",
        "fig-finish-range.png",
        "fig-finish-range.svg",
        "fig-finish-range.txt",
        "fig-payers.csv",
        "fig-payers.png",
        "fig-payers.svg",
        "fig-payers.txt",
        "fig-scurve.csv",
        "fig-scurve.png",
        "fig-scurve.svg",
        "fig-scurve.txt",
        "manifest.json",
        "spread.csv",
        "summary.csv",
    ];
    assert_eq!(names, expected);
    assert_eq!(workshop.read("results/on-1/answer.txt"), answers[0]);
}

#[test]
fn parts_of_the_difference_sum_to_the_whole_and_every_estimate_has_its_interval() {
    let workshop = Workshop::new();
    study(&workshop, "--replications 40 -o results/forty");
    let table = rows(&workshop.read("results/forty/difference.csv"));
    let avoided: Vec<_> = table.iter().filter(|row| row["kpi"] == "dormant_days_avoided").collect();
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let whole = number(avoided[0], "difference");
    let mut by: BTreeMap<&str, f64> = BTreeMap::new();
    for row in &avoided {
        *by.entry(row["scope_kind"].as_str()).or_default() += number(row, "difference");
        assert!(number(row, "lower") <= number(row, "difference"));
        assert!(number(row, "difference") <= number(row, "upper"));
    }
    assert_eq!(by.len(), 6, "the whole and five splits");
    assert!(by.values().all(|sum| (sum - whole).abs() < 0.01), "{by:?}");
    // By hand from the replications themselves.
    let lost = |name: &str| -> Vec<f64> {
        let table = rows(&workshop.read(&format!("results/forty/{name}/replications.csv")));
        table.iter().map(|row| number(row, "dormant_days_lost")).collect()
    };
    let sum: f64 = lost("existing").iter().zip(lost("every-key")).map(|(base, other)| base - other).sum();
    assert!((sum / 40.0 - whole).abs() < 1e-3);
}

#[test]
fn what_does_not_come_by_the_end_is_counted_and_has_no_difference_in_days() {
    let workshop = Workshop::new();
    study(&workshop, "--replications 40 -o results/forty");
    let summary = rows(&workshop.read("results/forty/summary.csv"));
    let complete = |row: &&BTreeMap<String, String>| {
        row["kpi"] == "completion_day_100_pct"
            && row["scope_kind"] == "whole"
            && row["scenario"] == "every-key"
    };
    let complete = summary.iter().find(complete).unwrap();
    assert_ne!(complete["not_by_end"], "0");
    assert_eq!(
        (complete["p80_date"].as_str(), complete["p80"].as_str(), complete["mean"].as_str()),
        ("", "", "")
    );
    assert!(complete["p80_date_note"].starts_with("not by the end"), "{complete:?}");
    let difference = rows(&workshop.read("results/forty/difference.csv"));
    let row = difference.iter().find(|row| row["kpi"] == "completion_day_100_pct").unwrap();
    assert!(row["difference"].is_empty() && row["note"].contains("not by the end in"), "{row:?}");
}

#[test]
fn the_threshold_decides_what_matters_and_has_to_be_an_amount() {
    let workshop = Workshop::new();
    let says = study(&workshop, "--replications 20 --threshold 90% -o results/wide");
    assert!(says.contains("under the same draws: no practical difference."), "{says}");
    let words = format!("run {SCENARIO} --replications 20 --threshold none");
    let (_, error) = Case::new(&workshop, &words).exit(2).run();
    assert!(error.contains("expected a number above 0, such as 500000, or a share, such as 5%"), "{error}");
}

#[test]
fn a_precision_ends_when_it_is_met_or_when_the_budget_is() {
    let workshop = Workshop::new();
    workshop.write("existing.toml", EXISTING);
    let run = |words: &str| Case::new(&workshop, &format!("run existing.toml {SCENARIO} {words}")).run().1;
    let met = run("--precision 90% -o results/met");
    assert!(
        met.contains("Stopped after 55 replications: half the interval is within 90%, and stayed so."),
        "{met}"
    );
    let replications = rows(&workshop.read("results/met/existing/replications.csv"));
    assert_eq!(replications.len(), 55, "a pilot of 50, then five more");
    let spent = run("--precision 1 --budget 40 -o results/spent");
    assert!(spent.contains("Stopped after 40 replications: out of budget before half"), "{spent}");
    let manifest = workshop.read("results/spent/manifest.json");
    assert!(manifest.contains("out of budget before half the interval was within 1"), "{manifest}");
}

/// The parts of a spread sum to it, and a layer that is switched off has none.
#[test]
fn a_spread_is_split_over_the_layers_that_are_on() {
    let workshop = Workshop::new();
    let shares = |name: &str, words: &str| {
        study(&workshop, &format!("--replications 30 --layer-runs 90 {words} -o results/{name}"));
        let rows = rows(&workshop.read(&format!("results/{name}/spread.csv")));
        let of = |layer: &str| {
            let row =
                rows.iter().find(|r| r["kpi"] == "dormant_days_avoided" && r["layer"] == layer).unwrap();
            assert_eq!(row["blocks"], "15");
            (row["variance"].parse::<f64>().unwrap(), row["share_pct"].parse::<f64>().unwrap())
        };
        ["shared factors", "independent factors", "day by day", "only together", "all"].map(of)
    };
    let both = shares("both", "");
    let sum: f64 = both[..4].iter().map(|part| part.0).sum();
    assert!((sum / both[4].0 - 1.0).abs() < 1e-6, "{both:?}");
    assert!((both[..4].iter().map(|part| part.1).sum::<f64>() - 100.0).abs() < 0.001, "{both:?}");
    assert!(both[0].0.abs() > 0.0 && both[1].0.abs() > 0.0 && both[2].0.abs() > 0.0, "{both:?}");
    let inputs = shares("inputs", "--set uncertainty.stochastic=false");
    assert_eq!(inputs[2], (0.0, 0.0), "no day by day: {inputs:?}");
    let fates = shares("fates", "--set uncertainty.parametric=false");
    assert_eq!((fates[0], fates[1], fates[3]), ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)), "{fates:?}");
    assert_eq!(fates[2].1.to_bits(), 100.0_f64.to_bits());
}

#[test]
fn too_few_runs_to_split_a_spread_are_refused_and_none_is_no_split() {
    let workshop = Workshop::new();
    let none = study(&workshop, "--replications 40 --layer-runs 0 -o results/none");
    assert!(!none.contains("Where the spread comes from"));
    assert!(!workshop.files("results/none").iter().any(|file| file.0 == "spread.csv"));
    let few = format!("run {SCENARIO} -q --replications 40 --layer-runs 12 -o results/few");
    let (_, said) = Case::new(&workshop, &few).exit(2).run();
    assert!(said.contains("found 12, expected 0 or at least 18"), "{said}");
}

#[test]
fn more_replications_are_suggested_unless_all_are_alike() {
    let workshop = Workshop::new();
    let (_, err) = Case::new(&workshop, "run scenarios/tutorial/early.toml --replications 3 -o alike").run();
    assert!(err.contains("All replications are alike") && !err.contains("half as wide"), "{err}");
    // Nobody is Dormant here, so no Dormant days are lost in any; the Active ones differ all the same.
    workshop.write("active.csv", "cohort,supplier,status,installations\nFOC-01,Briar,active,20000\n");
    let words = "run scenarios/reference/every-key.toml --set stock=active.csv --replications 6 --layer-runs 0 \
                 --set change_of_supplier.leaving_pct_per_month=0 -o differ";
    let (_, err) = Case::new(&workshop, words).run();
    assert!(err.contains("half as wide") && !err.contains("are alike"), "{err}");
}
