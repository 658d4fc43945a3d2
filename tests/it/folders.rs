//! `compare` of results folders: what it says is what one command would have said of the same scenarios, and whatever would
//! break the pairs is refused.

use std::collections::BTreeMap;
use std::fs;

use dormouse::fingerprint::sha256;
use serde_json::Value as Json;

use crate::command::{Case, Workshop, rows};

const EXISTING: &str =
    "extends = \"scenarios/reference/every-key.toml\"\nname = \"existing\"\nfirmware.policy = \"existing\"\n";
const EARLY: &str = "extends = \"scenarios/reference/every-key.toml\"\nname = \"early\"\n";
const RUN: &str = "-q --replications 6 --layer-runs 0";

/// A folder of each of two scenarios, in which much is left to chance.
fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("existing.toml", EXISTING);
    workshop.write("early.toml", EARLY);
    run(&workshop, "existing.toml", "results/existing");
    run(&workshop, "early.toml", "results/early");
    workshop
}

fn run(workshop: &Workshop, words: &str, to: &str) {
    Case::new(workshop, &format!("run {words} {RUN} -o {to}")).run();
}

/// What `compare` says of folders, and on standard error.
fn compared(workshop: &Workshop, words: &str) -> (String, String) {
    Case::new(workshop, &format!("compare {words}")).run()
}

/// Changes a file of a folder so that the manifest still vouches for it.
fn change(workshop: &Workshop, folder: &str, file: &str, from: &str, to: &str) {
    let path = format!("{folder}/{file}");
    let (before, manifest) = (workshop.read(&path), format!("{folder}/manifest.json"));
    assert!(before.contains(from), "{path}: {from}");
    let after = before.replacen(from, to, 1);
    workshop.write(&path, &after);
    let listed = workshop.read(&manifest);
    workshop.write(&manifest, &listed.replace(&sha256(before), &sha256(after)));
}

#[test]
fn folders_say_what_one_command_would_have_said() {
    let workshop = workshop();
    run(&workshop, "existing.toml early.toml", "results/together");
    let (out, err) = compared(&workshop, "results/existing results/early -o results/folded");
    assert!(err.contains("Results: results/folded"), "{err}");
    assert_eq!(workshop.read("results/folded/answer.txt"), out);
    assert!(out.starts_with("scenario  read back from\n"), "{out}");
    let together = workshop.read("results/together/answer.txt");
    assert!(
        out.ends_with(together.split_once("Effect on Active installations").unwrap().1),
        "{out}\n{together}"
    );
    for file in ["difference.csv", "summary.csv"] {
        let [here, there] =
            ["folded", "together"].map(|f| rows(&workshop.read(&format!("results/{f}/{file}"))));
        assert_eq!(here.len(), there.len());
        here.iter().zip(&there).for_each(|(here, there)| assert_near(here, there));
    }
    // Written again, and with nothing written, it is the same.
    compared(&workshop, "results/existing results/early -q -o results/again");
    assert!(workshop.files("results/again") == workshop.files("results/folded"));
    let (unwritten, err) = compared(&workshop, "results/existing results/early");
    assert_eq!(unwritten, out);
    assert_eq!(err, "Nothing was simulated or written; keep it with -o DIR\n");
    // One folder of two scenarios needs no other: its threshold alone is asked anew.
    let (csv, _) = compared(&workshop, "results/together --threshold 50% -q --format csv");
    let whole = &rows(&csv)[0];
    assert_eq!(whole["verdict_id"], "no-practical-difference");
    assert_eq!(whole["difference"], rows(&workshop.read("results/together/difference.csv"))[0]["difference"]);
}

/// The same words, and numbers as near as four decimals keep them.
fn assert_near(here: &BTreeMap<String, String>, there: &BTreeMap<String, String>) {
    for (column, one) in here {
        let other = &there[column];
        match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => {
                assert!((one - other).abs() <= 2e-4 + 1e-6 * one.abs(), "{column}: {here:?}\n{there:?}");
            }
            _ => assert_eq!(one, other, "{column}: {here:?}"),
        }
    }
}

#[test]
fn scenarios_of_one_name_take_the_names_of_their_folders_and_equal_ones_are_used_once() {
    let workshop = workshop();
    run(&workshop, "existing.toml early.toml", "results/last");
    workshop.write("early.toml", &format!("{EARLY}cohort_defaults.governance_lag_days = 60\n"));
    let plan = "--set programme.plan_date=2020-12-10";
    run(&workshop, &format!("early.toml {plan}"), "results/this");
    let (out, _) = compared(&workshop, "results/last results/existing results/this -o results/folded");
    for says in [
        "early of last  results/last\nearly of this  results/this\n",
        "`existing` of `results/existing` is the same as `existing` of `results/last` in every replication, so it is used once.\n",
        "Plan dates differ, so \"plan date met\" uses the date of each scenario: existing ",
        ", early of this 10 Dec 2020.\n",
        "Early of last avoids 402,000 Dormant days on average, 10.6% of those lost under existing.",
        "Early of this avoids ",
        "Ranking by Dormant days lost",
    ] {
        assert!(out.contains(says), "{says}\n{out}");
    }
    assert!(!out.contains("Programs differ"), "{out}");
    assert_eq!(rows(&workshop.read("results/folded/ranking.csv")).len(), 3);
    let (json, _) = compared(&workshop, "results/last results/existing results/this -q --format json");
    let json: Json = serde_json::from_str(&json).unwrap();
    assert!(json["results"].is_null());
    assert_eq!(json["sources"][2]["folder"], "results/this");
    assert_eq!(json["sources"][2]["scenario"], "early");
    assert_eq!(json["ranking"]["rows"].as_array().unwrap().len(), 3);
    assert_eq!(json["notes"].as_array().unwrap().len(), 2);
    // Folders of one name are told by the folder above.
    fs::create_dir(workshop.path("week")).unwrap();
    fs::rename(workshop.path("results/this"), workshop.path("week/last")).unwrap();
    let (out, _) = compared(&workshop, "results/last week/last -q");
    assert!(out.contains("early of results-last  results/last\nearly of week-last     week/last\n"), "{out}");
}

#[test]
fn a_folder_of_another_program_is_warned_of() {
    let workshop = workshop();
    let manifest = workshop.read("results/early/manifest.json");
    let commit = serde_json::from_str::<Json>(&manifest).unwrap()["program"]["commit"].to_string();
    let other = manifest.replacen(&commit, "\"0123456789ab\"", 1);
    workshop.write("results/early/manifest.json", &other);
    let (out, _) = compared(&workshop, "results/existing results/early -o results/folded");
    let says = "The programs differ, and may draw differently. A difference may come from the program as well as from the plan: existing by dormouse ";
    assert!(out.contains(says) && out.contains("(0123456789ab).\n"), "{out}");
    let (_, err) = compared(&workshop, "results/existing results/early --format csv");
    assert!(err.contains(says), "{err}");
    // What was folded keeps who simulated it.
    let (again, _) = compared(&workshop, "results/folded");
    assert!(again.contains(says) && again.contains("early by dormouse") && again.contains("(0123456789ab)"));
    // The same scenario of which another program made other values is another one.
    change(&workshop, "results/early", "early/replications.csv", "\n0,full,", "\n0,full,1");
    run(&workshop, "early.toml", "results/ours");
    let (out, _) = compared(&workshop, "results/early results/ours -q");
    assert!(
        out.contains("6 runs of the model are too few to say whether early of ours avoids Dormant days."),
        "{out}"
    );
}

#[test]
fn the_folder_of_a_comparison_can_be_used_like_others() {
    let workshop = workshop();
    compared(&workshop, "results/existing results/early -q -o results/folded");
    let manifest: Json = serde_json::from_str(&workshop.read("results/folded/manifest.json")).unwrap();
    for (at, name) in ["existing", "early"].iter().enumerate() {
        let (entry, folder) = (&manifest["scenarios"][at], format!("results/{name}"));
        let own: Json = serde_json::from_str(&workshop.read(&format!("{folder}/manifest.json"))).unwrap();
        assert_eq!(entry["fingerprint"], own["scenarios"][0]["fingerprint"]);
        assert_eq!(entry["source"]["folder"], folder.as_str());
        assert_eq!(entry["source"]["scenario"], *name);
        let sha = sha256(workshop.read(&format!("{folder}/manifest.json")));
        assert_eq!(entry["source"]["manifest_sha256"], sha.as_str());
        assert_eq!(entry["source"]["program"]["version"], own["program"]["version"]);
        let every = format!("{name}/replications.csv");
        assert_eq!(
            workshop.read(&format!("results/folded/{every}")),
            workshop.read(&format!("{folder}/{every}"))
        );
    }
    Case::new(&workshop, "chart results/folded --all -q -o charts").run();
    for kind in ["difference", "payers", "detriment", "finish-ecdf", "finish-range", "convergence"] {
        let figure = format!("fig-{kind}.svg");
        assert!(
            workshop.read(&format!("charts/{figure}")) == workshop.read(&format!("results/folded/{figure}"))
        );
    }
    let (_, err) = Case::new(&workshop, "chart results/folded scurve").exit(2).run();
    assert!(
        err.contains("dormouse chart results/existing scurve; dormouse chart results/early scurve"),
        "{err}"
    );
    let (_, err) = Case::new(&workshop, "explain results/folded --day 2020-10-01").exit(2).run();
    assert!(err.contains("dormouse run --of results/folded --replication 0 -o results/folded-r0"), "{err}");
    Case::new(&workshop, "report results/folded -q -o report.md").run();
    let report = workshop.read("report.md");
    assert!(
        report.contains("dormouse compare results/existing results/early -o results/folded\n"),
        "{report}"
    );
    assert!(report.contains("Simulated for results/early by dormouse"), "{report}");
    let (out, _) = compared(&workshop, "results/folded -q");
    let (of_both, _) = compared(&workshop, "results/existing results/early -q");
    let answer = |text: &str| text.split_once("\n\n").unwrap().1.to_owned();
    assert_eq!(answer(&out), answer(&of_both));
}

#[test]
fn what_would_break_the_pairs_is_refused_with_what_to_do() {
    let workshop = workshop();
    for (words, to) in [
        ("early.toml --seed 9", "seed"),
        ("early.toml --set uncertainty.parametric=false", "layers"),
        ("early.toml --set programme.last_day=2021-01-30", "longer"),
    ] {
        run(&workshop, words, &format!("results/{to}"));
    }
    Case::new(&workshop, "run early.toml --seed 1 -q --replications 4 -o results/four").run();
    Case::new(&workshop, "run early.toml -q -o results/single").run();
    let refusals = [
        ("results/existing results/single", "`results/single` holds single draws; expected replications"),
        ("results/single results/existing", "dormouse run early.toml --replications 100"),
        (
            "results/existing results/four",
            "`results/four` holds 4 replications and `results/existing` holds 6; pairs need the same number on both sides: run the \
             smaller one again, to another folder: dormouse run early.toml --seed 1 --replications 6 -o DIR",
        ),
        (
            "results/existing results/seed",
            "`existing` of `results/existing` has seed 1 and `early` of `results/seed` has seed 9",
        ),
        (
            "results/existing results/layers",
            "`existing` of `results/existing` draws inputs and fates and `early` of `results/layers` draws fates only",
        ),
        ("results/existing results/longer", "to 2021-01-30: their days lost cover different days"),
        (
            "results/existing results/existing",
            "in `results/existing` and `results/existing` there is only the scenario `existing`",
        ),
        ("results/existing", "in `results/existing` there is only the scenario `existing`"),
        ("results/existing scenarios", "`scenarios` is not a results folder of dormouse"),
        (
            "results/existing nowhere",
            "`nowhere` is not there; expected one study file, or the results folders",
        ),
        (
            "studies/tutorial.toml results/existing",
            "found the file `studies/tutorial.toml` beside the folder `results/existing`; expected one study file, or",
        ),
        ("studies/tutorial.toml studies/early-firmware.toml", "found 2 files, expected one study file"),
        ("results/existing results/early --force", "--force goes with -o"),
        (
            "results/existing results/early --force -o results/early",
            "-o `results/early` is one of the folders that are read",
        ),
        ("results/existing results/early -o results/seed", "`results/seed` already exists and is not empty"),
    ];
    for (words, says) in refusals {
        let (out, err) = Case::new(&workshop, &format!("compare {words}")).exit(2).run();
        assert!(err.contains(says) && out.is_empty(), "{words}\n{err}");
    }
    for flag in [
        "--replications 6",
        "--layer-runs 0",
        "--threads 1",
        "--resume x",
        "--since results/four",
        "--counts x.csv --from 2020-09-01",
    ] {
        let words = format!("compare results/existing results/early {flag}");
        let (_, err) = Case::new(&workshop, &words).exit(2).run();
        let name = flag.split(' ').next().unwrap();
        assert!(
            err.contains(&format!("{name} goes with a study file; `results/existing` is a folder")),
            "{err}"
        );
    }
}

#[test]
fn a_table_of_replications_that_is_not_whole_is_refused_with_its_place() {
    for (from, to, says) in [
        (
            "replication,level,dormant_days_lost,",
            "replication,level,dormant_days_gone,",
            ":1: found `dormant_days_gone` in column",
        ),
        ("\n0,full,", "\n0,full,x", ":2: found `x"),
        ("\n2,full,", "\n2,half,", ":4: found `half` in column `level`, expected full or merged"),
        (
            "\n2,full,",
            "\n2,merged,",
            ":4: found `merged` in column `level`, expected the level of the first row",
        ),
        ("\n0,", "\n0,,", "a row of CSV"),
        (",not by the end", ",never", "the reason in the column whose name has `_outcome`"),
        ("\n3,", "\n4,", ":5: found `4` in column `replication`, expected the rows numbered from 0"),
    ] {
        let workshop = workshop();
        change(&workshop, "results/early", "early/replications.csv", from, to);
        let (_, err) = Case::new(&workshop, "compare results/existing results/early").exit(2).run();
        assert!(err.contains(says), "{to}: {err}");
    }
    let workshop = workshop();
    let path = "results/early/early/replications.csv";
    let text = workshop.read(path);
    workshop.write(path, &text.replacen("\n0,", "\n0,1", 1));
    let (_, err) = Case::new(&workshop, "compare results/existing results/early").exit(2).run();
    assert!(err.contains("is not as the run wrote it"), "{err}");
    workshop.write(path, &text);
    let last = text.trim_end().rsplit_once('\n').unwrap().1.to_owned() + "\r\n";
    change(&workshop, "results/early", "early/replications.csv", &last, "");
    let (_, err) = Case::new(&workshop, "compare results/existing results/early").exit(2).run();
    assert!(err.contains("has no `number of replications that is in its replications.csv`"), "{err}");
}
