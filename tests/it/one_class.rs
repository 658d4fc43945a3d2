//! Programmes in which nobody is Dormant: told by all installations, never by the Dormant days that nobody loses.

use crate::command::{Case, Workshop};

const SLOW: &str = r#"name = "slow"
question = "When do all trains have the new radio?"
group = [{ name = "depot", capacity_per_day = 8 }]
cohort = [{ name = "sprinters", group = "depot", gate = 2027-01-11, gate_slip_days = { uniform = { low = 0, high = 20 } } }]
supplier = [{ name = "north" }, { name = "south" }]
stock = [
    { cohort = "sprinters", supplier = "north", status = "active", installations = 300 },
    { cohort = "sprinters", supplier = "south", status = "active", installations = 100 },
]

[programme]
first_day = 2027-01-04
last_day = 2027-07-30
plan_date = 2027-04-30

[cohort_defaults]
route = "MT/SIT"
governance_lag_days = 10
success_pct = 90
"#;
const QUICK: &str =
    "extends = \"slow.toml\"\nname = \"quick\"\n\n[[group]]\nname = \"depot\"\ncapacity_per_day = 10\n";

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("slow.toml", SLOW);
    workshop.write("quick.toml", QUICK);
    let study = "question = \"Does it pay?\"\nbaseline = \"slow.toml\"\nscenarios = [\"quick.toml\"]\nreplications = 20\n";
    workshop.write("study.toml", study);
    workshop
}

fn title(workshop: &Workshop, figure: &str) -> String {
    workshop.read(figure).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn one_run_shows_all_installations() {
    let workshop = workshop();
    let (out, err) = Case::new(&workshop, "run slow.toml -o one").run();
    assert!(err.contains("warning: no installation is Dormant"), "{err}");
    assert!(!out.contains("Dormant") && out.contains("All: all migrated on"), "{out}");
    assert!(out.contains("Active days waited since entry [installation-days]"), "{out}");
    let curve = title(&workshop, "one/fig-scurve.txt");
    assert!(curve.starts_with("In this run the last installation migrates on"), "{curve}");

    let (out, _) = Case::new(&workshop, "run slow.toml quick.toml -o two").run();
    assert!(!out.contains("Dormant"), "{out}");
    let curve = title(&workshop, "two/fig-scurve.txt");
    assert!(
        curve.starts_with("In this run quick leads slow by up to") && curve.ends_with(" installations"),
        "{curve}"
    );
    assert!(!curve.contains("Dormant"), "{curve}");
    redrawn(&workshop, "two", "scurve");
}

#[test]
fn replications_show_all_installations_and_the_wait_of_active_ones() {
    let workshop = workshop();
    let (out, _) =
        Case::new(&workshop, "run slow.toml quick.toml --replications 40 --layer-runs 120 -o many").run();
    assert!(out.contains("No installation is Dormant, so there are no Dormant days to avoid."), "{out}");
    assert!(
        out.contains("Effect on Active installations (scenario minus baseline):")
            && !out.contains("Dormant days lost"),
        "{out}"
    );
    assert!(
        out.lines()
            .any(|line| line.starts_with("All") && line.contains(": plan date met, % of replications"))
            && out.contains("slow: Half migrated on"),
        "{out}"
    );
    let files: Vec<String> = workshop.files("many").into_iter().map(|(name, _)| name).collect();
    for figure in ["fig-detriment", "fig-convergence", "fig-difference"] {
        assert!(!files.iter().any(|name| name.starts_with(figure)), "{figure} would be empty");
    }
    for kind in ["scurve", "finish-range", "finish-ecdf", "payers"] {
        let title = title(&workshop, &format!("many/fig-{kind}.txt"));
        assert!(!title.contains("Dormant"), "{kind}: {title}");
        redrawn(&workshop, "many", kind);
    }
    let pays = title(&workshop, "many/fig-payers.txt");
    assert!(pays.starts_with("Active installations wait ") && pays.contains(" days less"), "{pays}");
}

/// A figure drawn again from the folder is the one the run drew.
fn redrawn(workshop: &Workshop, folder: &str, kind: &str) {
    Case::new(workshop, &format!("chart {folder} {kind} -o again --force")).run();
    let svg = format!("fig-{kind}.svg");
    assert_eq!(workshop.read(&format!("{folder}/{svg}")), workshop.read(&format!("again/{svg}")), "{kind}");
}

#[test]
fn what_is_about_dormant_days_is_refused() {
    let workshop = workshop();
    let advice =
        "there are no Dormant installations; with only one class, set `status = \"dormant\"` for all of it";
    Case::new(&workshop, "run slow.toml quick.toml --replications 20 -o many").run();
    for words in ["compare study.toml", "report many", "run slow.toml quick.toml --precision 5% -o precise"] {
        let (_, err) = Case::new(&workshop, words).exit(2).run();
        assert!(err.contains(advice), "{words}: {err}");
    }
    assert!(!workshop.path("results").exists() && !workshop.path("precise").exists());
    assert!(!workshop.path("precise.unfinished").exists());
    workshop.write(
        "slow.toml",
        &SLOW.replace("\"active\"", "\"dormant\"").replace("success_pct", "no_update_pct = 100\nsuccess_pct"),
    );
    let (out, _) = Case::new(&workshop, "compare study.toml").run();
    assert!(out.contains("Dormant days avoided, each range by its name:"), "{out}");
}

#[test]
fn one_class_has_its_flat_allocation_shown() {
    let workshop = workshop();
    let flat = "[allocation]\ndmin_per_day = 2\ndmin_covers = \"both\"\nprecedence = \"flat-first\"\n\n[cohort_defaults]\nno_update_pct = 100";
    let one = SLOW.replace("\"active\"", "\"dormant\"").replace("[cohort_defaults]", flat);
    workshop.write("one.toml", &one);
    Case::new(&workshop, "run one.toml -q -o one").run();
    let (out, _) = Case::new(&workshop, "explain one --day 2027-03-09").run();
    assert!(out.contains("Flat allocation, up to 2 a supplier: 4, all of them for Dormant."), "{out}");
    assert!(out.contains("Dormant first: 4 of ") && out.contains(" still asked."), "{out}");
}
