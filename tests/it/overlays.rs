//! What a file that extends others can say: keys and entries taken out, several bases in order, and the register that follows.

use crate::command::{Case, Workshop, rows};
use dormouse::scenario::{Override, Scenario, load};

const BASE: &str = "extends = \"scenarios/tutorial/existing.toml\"\nname = \"over\"\n";

fn over(workshop: &Workshop, text: &str) -> Scenario {
    workshop.write("over.toml", &format!("{BASE}{text}"));
    load(&workshop.path("over.toml"), &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn set(workshop: &Workshop, key: &str, value: &str) -> Scenario {
    let one = Override { key: key.to_owned(), value: value.to_owned() };
    let file = workshop.path("scenarios/tutorial/existing.toml");
    load(&file, &[one]).unwrap_or_else(|problems| panic!("{key}={value}: {problems}"))
}

#[test]
fn a_key_an_entry_and_a_table_can_be_taken_out() {
    let workshop = Workshop::new();
    assert!(over(&workshop, "").model.plan_day.is_some());
    for scenario in [
        over(&workshop, "[programme]\nplan_date = \"unset\"\n"),
        set(&workshop, "programme.plan_date", "unset"),
    ] {
        assert_eq!(scenario.model.plan_day, None);
        let lines = &scenario.model.assumptions;
        let line = lines.iter().find(|line| line.about == "programme.plan_date").unwrap();
        assert!(line.note.contains("in place of 2020-10-09"), "{line:?}");
    }
    let suppliers = |scenario: &Scenario| scenario.model.suppliers.len();
    let out = "[[supplier]]\nname = \"Extra\"\n";
    workshop.write("more.toml", &format!("{BASE}{out}"));
    workshop.write("less.toml", "extends = \"more.toml\"\n[[supplier]]\nname = \"Extra\"\nunset = true\n");
    let [more, less] =
        ["more.toml", "less.toml"].map(|file| suppliers(&load(&workshop.path(file), &[]).unwrap()));
    assert_eq!(more, less + 1);
    let one = [Override { key: "supplier.Extra".into(), value: "unset".into() }];
    assert_eq!(suppliers(&load(&workshop.path("more.toml"), &one).unwrap()), less);
    let removal = "[removal]\ndormant_pct_per_month = 2\n";
    workshop.write("removal.toml", &format!("{BASE}{removal}"));
    for scenario in [
        {
            workshop.write("none.toml", "extends = \"removal.toml\"\nremoval = \"unset\"\n");
            load(&workshop.path("none.toml"), &[]).unwrap()
        },
        load(&workshop.path("removal.toml"), &[Override { key: "removal".into(), value: "unset".into() }])
            .unwrap(),
    ] {
        assert!(scenario.model.removal.is_none());
    }
}

#[test]
fn an_entry_that_is_not_there_cannot_be_taken_out() {
    let workshop = Workshop::new();
    workshop.write("over.toml", &format!("{BASE}[[cohort]]\nname = \"Aldr\"\nunset = true\n"));
    let (_, err) = Case::new(&workshop, "check over.toml").exit(2).run();
    assert!(err.contains("there is no cohort `Aldr` to remove") && err.contains("`Alder`"), "{err}");
    let (_, err) = Case::new(&workshop, "check scenarios/tutorial/existing.toml --set programme.plan_date=")
        .exit(2)
        .run();
    assert!(err.contains("programme.plan_date=unset"), "{err}");
}

#[test]
fn an_empty_list_empties() {
    let workshop = Workshop::new();
    workshop.write("empty.toml", &format!("stock = []\n{BASE}"));
    let (_, err) = Case::new(&workshop, "check empty.toml").exit(2).run();
    assert!(err.contains("the population is empty"), "{err}");
    let (_, err) =
        Case::new(&workshop, "check scenarios/tutorial/existing.toml --set stock=[]").exit(2).run();
    assert!(err.contains("the population is empty"), "{err}");
    workshop.write("register.toml", &format!("assumption = []\n{BASE}"));
    let (_, err) = Case::new(&workshop, "check register.toml").run();
    assert!(err.contains("the assumption register is empty"), "{err}");
}

#[test]
fn several_bases_are_laid_in_order_each_once() {
    let workshop = Workshop::new();
    let base = "extends = \"scenarios/tutorial/existing.toml\"\n";
    workshop.write("policy.toml", &format!("{base}[firmware]\npolicy = \"early\"\n"));
    workshop.write("slots.toml", &format!("{base}[[group]]\nname = \"IOC\"\ncapacity_per_day = 7\n"));
    workshop.write("fewer.toml", "[[group]]\nname = \"IOC\"\ncapacity_per_day = 5\n");
    let capacity = |bases: &str| {
        workshop.write("both.toml", &format!("extends = {bases}\nname = \"both\"\n"));
        let model = load(&workshop.path("both.toml"), &[]).unwrap_or_else(|p| panic!("{p}")).model;
        (model.firmware.policy, model.groups[0].capacity.steps[0].value.known().unwrap())
    };
    let early = dormouse::model::FirmwarePolicy::Early;
    assert_eq!(capacity("[\"policy.toml\", \"slots.toml\"]"), (early, 7.0));
    assert_eq!(capacity("[\"slots.toml\", \"fewer.toml\", \"policy.toml\"]"), (early, 5.0));
}

#[test]
fn a_chain_of_files_that_is_too_long_ends_in_a_message() {
    let workshop = Workshop::new();
    workshop.write("f0.toml", &workshop.read("scenarios/tutorial/existing.toml"));
    for at in 1..=150 {
        workshop.write(&format!("f{at}.toml"), &format!("extends = \"f{}.toml\"\n", at - 1));
    }
    let (_, err) = Case::new(&workshop, "check f150.toml").exit(2).run();
    assert!(err.contains("more than 100 files extend each other"), "{err}");
    Case::new(&workshop, "check f99.toml").run();
}

#[test]
fn a_question_is_that_of_the_file_that_asks_it() {
    let workshop = Workshop::new();
    assert_eq!(over(&workshop, "").model.question, "");
    workshop.write("same.toml", "extends = \"scenarios/tutorial/existing.toml\"\n");
    assert!(!load(&workshop.path("same.toml"), &[]).unwrap().model.question.is_empty());
}

#[test]
fn after_an_overlay_a_problem_shows_the_file_that_has_the_last_word() {
    let workshop = Workshop::new();
    let limit = "supplier_limit = [{ supplier = \"Aster\", covers = \"both\", per_day = 10 }]\n";
    workshop.write("lim.toml", &format!("{limit}{BASE}"));
    workshop.write(
        "mix.toml",
        "extends = \"lim.toml\"\nname = \"mix\"\nsupplier_limit = [{ supplier = \"Aster\", covers = \"active\", per_day = 9 }, { supplier = \"Aster\", group = \"IOC\", covers = \"both\", per_day = 5 }]\n",
    );
    let (_, err) = Case::new(&workshop, "check mix.toml").exit(2).run();
    assert!(err.contains("cannot hold together") && !err.contains("lim.toml:1"), "{err}");
}

#[test]
fn an_override_names_one_entry_or_is_refused() {
    let workshop = Workshop::new();
    let limits = "supplier_limit = [{ supplier = \"Aster\", per_day = 10 }, { supplier = \"Aster\", group = \"IOC\", per_day = 8 }, { supplier = \"Briar\", group = \"IOC\", per_day = 6 }, { supplier = \"Briar\", group = \"MOC\", per_day = 6 }]\n";
    workshop.write("lim.toml", &format!("{limits}{BASE}"));
    let of = |key: &str| {
        let one = [Override { key: key.to_owned(), value: "3".to_owned() }];
        let model = load(&workshop.path("lim.toml"), &one).map(|scenario| scenario.model);
        model.map(|model| {
            let limits = model.suppliers.into_iter().flat_map(|supplier| supplier.limits);
            limits.map(|limit| limit.per_day.steps[0].value.known().unwrap()).collect::<Vec<_>>()
        })
    };
    assert_eq!(of("supplier_limit.Aster.per_day").unwrap(), [3.0, 8.0, 6.0, 6.0]);
    assert_eq!(of("supplier_limit.Aster.IOC.per_day").unwrap(), [10.0, 3.0, 6.0, 6.0]);
    let ambiguous = of("supplier_limit.Briar.per_day").unwrap_err().to_string();
    assert!(ambiguous.contains("2 entries of `supplier_limit` are named `Briar`"), "{ambiguous}");
}

#[test]
fn every_input_that_moves_the_answer_has_a_line_in_words() {
    let workshop = Workshop::new();
    workshop.write(
        "base.toml",
        &format!("{BASE}[firmware]\ncapacity_factor = {{ uniform = {{ low = 0.5, high = 1.5 }} }}\n"),
    );
    workshop
        .write("early.toml", "extends = \"base.toml\"\nname = \"early\"\n[firmware]\npolicy = \"early\"\n");
    let run = "run base.toml early.toml --replications 20 -q -o r --set group.IOC.capacity_per_day=12";
    Case::new(&workshop, run).run();
    let (page, _) = Case::new(&workshop, "report r --format md -o page.md").run();
    let page = if page.contains("capacity_factor") { page } else { workshop.read("page.md") };
    for line in [
        "firmware.capacity\\_factor | 0.5 to 1.5, uniform | assumed | set by base.toml | in place of 1",
        "firmware.policy | early | assumed | set by early.toml | in place of existing",
        "group.IOC.capacity\\_per\\_day | 12 | assumed | set by the command line | in place of 20",
    ] {
        let plain = page.replace('\\', "");
        assert!(plain.contains(&line.replace('\\', "")), "{line}\n{page}");
    }
    assert!(!page.contains("{\"uniform\""), "{page}");
}

#[test]
fn the_same_value_again_is_no_change() {
    let workshop = Workshop::new();
    let lines = |changes: &str| {
        Case::new(&workshop, &format!("run scenarios/smets1-2020/early.toml{changes} -q -o r --force")).run();
        workshop.read("r/assumptions.csv")
    };
    let as_it_is = lines("");
    for same in [
        "firmware.redesignation=2020-09-11",
        "programme.capacity_factor=1.0",
        "calendar.firmware_holidays=none",
    ] {
        assert_eq!(lines(&format!(" --set {same}")), as_it_is, "{same}");
    }
    let later = lines(" --set firmware.redesignation=2020-10-04");
    let line = rows(&later).into_iter().find(|line| line["about"] == "firmware.redesignation").unwrap();
    assert_eq!((line["value"].as_str(), line["quality"].as_str()), ("2020-10-04", "assumed"));
}

#[test]
fn what_a_study_tries_is_registered_and_counted_alike_everywhere() {
    let workshop = Workshop::new();
    workshop.write(
        "study.toml",
        "question = \"Which?\"\nbaseline = \"scenarios/tutorial/existing.toml\"\nscenarios = [\"scenarios/tutorial/early.toml\"]\nreplications = 4\n[grid]\nreplications = 2\n[[grid.axis]]\nname = \"slots\"\nkey = \"group.IOC.capacity_per_day\"\nvalues = [12, 20]\n",
    );
    Case::new(&workshop, "compare study.toml -q -o r").run();
    Case::new(&workshop, "report r --format md -o page.md").run();
    let page = workshop.read("page.md").replace('\\', "");
    assert!(page.contains("| slots | 12, 20 | every combination |"), "{page}");
    let manifest: serde_json::Value = serde_json::from_str(&workshop.read("r/manifest.json")).unwrap();
    let mut lines: Vec<&serde_json::Value> = Vec::new();
    for line in
        manifest["resolved"].as_array().unwrap().iter().flat_map(|one| one["assumption"].as_array().unwrap())
    {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let n = lines.len();
    assert!(page.contains(&format!("of the {n} inputs")), "{n}: {page}");
    let figure = workshop.read("r/fig-finish-range.svg");
    assert!(figure.contains(&format!("Of {n} registered inputs")), "{n}: {figure}");
}

#[test]
fn what_no_file_registers_gets_a_line() {
    let workshop = Workshop::new();
    let scenario = over(
        &workshop,
        "[[factor]]\nname = \"board\"\n[cohort_defaults]\ntake_up_pct = { uniform = { low = 80, high = 99 }, draw = \"for all\", link = \"board\", weight = 0.5 }\n",
    );
    let lines = &scenario.model.assumptions;
    let take_up = lines.iter().find(|line| line.about.contains("take_up_pct")).unwrap();
    assert!(take_up.value.starts_with("80 to 99, uniform, moved by board with weight 0.5"), "{take_up:?}");
    let factor = lines.iter().find(|line| line.about == "factor.board").unwrap();
    assert_eq!(factor.value, "moves cohort.*.take_up_pct (weight 0.5)");
    let starter = Case::new(&workshop, "init mine.toml");
    starter.run();
    let mine = load(&workshop.path("mine.toml"), &[]).unwrap();
    let lag = mine.model.assumptions.iter().find(|line| line.about.contains("governance_lag_days")).unwrap();
    assert!(
        lag.value == "20 to 60 days, uniform" && lag.note.contains("draws in a replication: 1"),
        "{lag:?}"
    );
}
