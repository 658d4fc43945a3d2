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
        let words = "--replications 40 --layer-runs 120";
        study(&workshop, &format!("{words} --threads {threads} -o results/on-{threads}"))
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
        "fig-outcomes.csv",
        "fig-outcomes.png",
        "fig-outcomes.svg",
        "fig-outcomes.txt",
        "fig-payers.csv",
        "fig-payers.png",
        "fig-payers.svg",
        "fig-payers.txt",
        "fig-scurve.csv",
        "fig-scurve.png",
        "fig-scurve.svg",
        "fig-scurve.txt",
        "fig-timeline.csv",
        "fig-timeline.png",
        "fig-timeline.svg",
        "fig-timeline.txt",
        "fig-waterfall.csv",
        "fig-waterfall.png",
        "fig-waterfall.svg",
        "fig-waterfall.txt",
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
        if row["note"].contains("the same in all") {
            assert_eq!((row["lower"].as_str(), row["upper"].as_str()), ("", ""), "{row:?}");
            continue;
        }
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
    assert!(
        says.contains("That is fewer than the ")
            && says.contains(" that this study treats as enough to matter."),
        "{says}"
    );
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

/// The tutorial with chance in it, opened early with updates that always work, and the same with a rework in one of fifty cohorts.
fn rare(workshop: &Workshop) {
    let base = "extends = \"scenarios/tutorial/existing.toml\"\nname = \"base\"\n[firmware]\npolicy = \"early\"\n[cohort_defaults]\n\
                retry_days = 3\ngate_slip_days = { pert = { low = 0, mode = 3, high = 15 }, draw = \"for each\" }\n";
    workshop.write("base.toml", base);
    workshop.write("copy.toml", "extends = \"base.toml\"\nname = \"copy\"\nquestion = \"The same?\"\n");
    let rework = "[firmware]\nrework_tested_pct = 2\nrework_equivalence_pct = 0\n";
    workshop.write("rework.toml", &format!("extends = \"base.toml\"\nname = \"rework\"\n{rework}"));
    let certain = format!("extends = \"base.toml\"\nname = \"certain\"\n{}", rework.replace('2', "100"));
    workshop.write("certain.toml", &certain);
}

#[test]
fn what_no_replication_showed_has_no_verdict_and_does_not_stop_a_precision() {
    let workshop = Workshop::new();
    rare(&workshop);
    let run = |words: &str| Case::new(&workshop, &format!("run base.toml rework.toml {words}")).run();
    let (answer, _) = run("--replications 20 --seed 4 -q --threshold 1 -o results/unseen");
    assert!(
        answer.starts_with("Rework changes no Dormant days in any of 20 runs of the model. A different effect in up to 13.9% of runs may not have shown.\n"),
        "{answer}"
    );
    assert!(answer.contains("what strikes in up to 13.9% of replications may not have shown"), "{answer}");
    assert!(!answer.contains("no practical difference") && !answer.contains("nothing varies"), "{answer}");
    let table = rows(&workshop.read("results/unseen/difference.csv"));
    let whole = &table[0];
    assert_eq!(
        [&whole["difference"], &whole["lower"], &whole["upper"], &whole["level_pct"], &whole["verdict_id"]],
        ["0.0000", "", "", "", "not-seen"]
    );
    assert!(
        whole["note"].contains("the same in all 20 replications; may differ in up to 13.9% of others"),
        "{whole:?}"
    );
    let title = workshop.read("results/unseen/fig-difference.txt");
    assert!(title.starts_with("None of 20 replications shows rework to change Dormant days"), "{title}");
    let (_, said) = run("--precision 1 --budget 60 --seed 4 -o results/unmet");
    assert!(said.contains("Stopped after 60 replications: out of budget"), "{said}");
}

#[test]
fn a_copy_makes_no_difference_for_sure() {
    let workshop = Workshop::new();
    rare(&workshop);
    let (answer, said) = Case::new(&workshop, "run base.toml copy.toml --precision 1 -o results/copy").run();
    let sentences = "Copy changes no Dormant days compared with base.\nActive installations wait as long as under base.\n";
    assert!(answer.starts_with(sentences), "{answer}");
    assert!(said.contains("Stopped after 55 replications: half the interval is within 1"), "{said}");
    // Read back from the folder it is as certain.
    let (again, _) = Case::new(&workshop, "compare results/copy -q").run();
    assert!(again.contains(sentences), "{again}");
}

#[test]
fn the_change_of_a_chance_has_the_width_of_two_shares() {
    let workshop = Workshop::new();
    rare(&workshop);
    let words = "run base.toml certain.toml -q --replications 20 --set programme.plan_date=2020-10-23 -o results/chance";
    let (answer, _) = Case::new(&workshop, words).run();
    assert!(
        answer.contains(
            "P80 day (scenario minus baseline), from pairs:\n    Half migrated        +7 days [+6 to +7]\n"
        ),
        "{answer}"
    );
    let table = rows(&workshop.read("results/chance/difference.csv"));
    let met = table.iter().find(|row| row["kpi"] == "plan_date_met").unwrap();
    assert_eq!((met["unit"].as_str(), met["replications"].as_str()), ("percentage points", "20"));
    let width = met["upper"].parse::<f64>().unwrap() - met["lower"].parse::<f64>().unwrap();
    assert!(width > 20.0, "no share of 20 replications is known better: {met:?}");
    let shift = table.iter().find(|row| row["kpi"] == "completion_day_50_pct_p80").unwrap();
    assert_eq!(shift["unit"], "days");
    let number = |column: &str| shift[column].parse::<f64>().unwrap();
    assert!(number("lower") <= number("difference") && number("difference") <= number("upper"), "{shift:?}");
}

#[test]
fn no_interval_of_a_count_or_a_share_leaves_what_is_possible() {
    let workshop = Workshop::new();
    study(&workshop, "--replications 20 --layer-runs 0 -o results/possible");
    let mut cut = 0;
    for row in rows(&workshop.read("results/possible/summary.csv")) {
        let ends = ["mean_lower_95", "mean_upper_95"].map(|column| row[column].parse::<f64>().ok());
        let [Some(low), Some(high)] = ends else { continue };
        assert!(low >= 0.0, "{row:?}");
        assert!(row["unit"] != "%" || high <= 100.0, "{row:?}");
        cut += usize::from(low <= 0.0 || high >= 100.0);
    }
    assert!(cut > 0, "some are at the edge of what is possible");
}

/// The parts of a spread sum to it, and a layer that is switched off has none.
#[test]
fn a_spread_is_split_over_the_layers_that_are_on() {
    let workshop = Workshop::new();
    let shares = |name: &str, words: &str| {
        study(&workshop, &format!("--replications 40 --layer-runs 120 {words} -o results/{name}"));
        let rows = rows(&workshop.read(&format!("results/{name}/spread.csv")));
        let of = |layer: &str| {
            let row =
                rows.iter().find(|r| r["kpi"] == "dormant_days_avoided" && r["layer"] == layer).unwrap();
            assert_eq!(row["blocks"], "20");
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
    assert!(said.contains("found 12, expected 0 or at least 120"), "{said}");
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
