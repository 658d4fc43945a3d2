//! What is odd without being wrong: it is said, and the run goes on.

use crate::command::{Case, Workshop, rows};

/// What `check` says of the tutorial's first scenario with a change, where it finds nothing wrong.
fn said(change: impl Fn(String) -> String) -> String {
    let workshop = Workshop::new();
    workshop.write("mine.toml", &change(workshop.read("scenarios/tutorial/existing.toml")));
    Case::new(&workshop, "check mine.toml").run().1
}

#[test]
fn a_period_outside_the_run_closes_nothing() {
    let closed = "[calendar]\nclosed = [{ from = 2019-12-21, to = 2020-01-02, reason = \"freeze\" }]\n";
    let err = said(|text| text.replacen("[firmware]", &format!("{closed}\n[firmware]"), 1));
    assert!(err.contains("warning: the period lies outside the run and closes nothing"), "{err}");
    assert!(err.contains("the run goes from 2020-09-07 to 2020-10-23"), "{err}");
}

#[test]
fn early_firmware_without_a_redesignation_is_warned_of() {
    let unsaid = "warning: firmware does not open early: `redesignation` is missing";
    let early = |text: String| text.replacen("policy = \"existing\"", "policy = \"early\"", 1);
    let silent = |text: String| {
        text.lines()
            .filter(|line| !line.starts_with("redesignation"))
            .fold(String::new(), |all, line| all + line + "\n")
    };
    assert!(said(|text| silent(early(text))).contains(unsaid));
    assert!(!said(early).contains(unsaid));
    assert!(!said(silent).contains(unsaid), "the policy does not look at it");
}

#[test]
fn a_percentage_that_may_be_a_fraction_is_warned_of_once() {
    let with = |line: &str| {
        let line = format!("[cohort_defaults]\n{line}");
        said(|text| text.replacen("[cohort_defaults]", &line, 1))
    };
    let err = with("take_up_pct = 0.95");
    assert_eq!(err.matches("warning: `take_up_pct` is less than 1%").count(), 1, "{err}");
    assert!(err.contains("take_up_pct = 0.95") && err.contains("percentages are out of 100"), "{err}");
    assert!(with("success_pct = [0.9, 80]").contains("`success_pct` is less than 1%"));
    for sound in ["take_up_pct = 95", "take_up_pct = 0", "no_update_pct = 1"] {
        assert!(!with(sound).contains("less than 1%"), "{sound}");
    }
}

#[test]
fn a_plan_date_that_is_over_is_missed() {
    let err = said(|text| text.replacen("plan_date = 2020-10-09", "plan_date = 2020-09-04", 1));
    assert!(
        err.contains("warning: the plan date is before the run") && err.contains("begins on 2020-09-07"),
        "{err}"
    );
    let workshop = Workshop::new();
    let over = "--set programme.plan_date=2020-09-04";
    let (out, _) = Case::new(&workshop, &format!("run scenarios/tutorial/early.toml {over} -q -o r")).run();
    let met = out.lines().find(|line| line.starts_with("Dormant: plan date met")).unwrap();
    assert!(met.ends_with(" no"), "{out}");
}

#[test]
fn a_programme_in_which_no_installation_can_migrate_is_warned_of() {
    let of = |text: String, from: &str, to: &str| text.replace(from, to);
    let err = said(|text| of(of(text, "gate = 2020-", "gate = 2021-"), "entry = 2020-", "entry = 2021-"));
    assert!(err.contains("warning: no gate is in the run, so no installation migrates"), "{err}");
    let err = said(|text| {
        text.lines()
            .map(|line| {
                if line.starts_with("capacity_per_day") {
                    "capacity_per_day = 0\n".to_owned()
                } else {
                    format!("{line}\n")
                }
            })
            .collect()
    });
    assert!(err.contains("warning: no group has any capacity, so no installation migrates"), "{err}");
    let programme =
        |line: &str| said(|text| text.replacen("[programme]", &format!("[programme]\n{line}"), 1));
    let err = programme("capacity_factor = 0");
    assert!(err.contains("warning: no group has any capacity, so no installation migrates"), "{err}");
    let err = programme("capacity_per_day = 0");
    assert!(err.contains("warning: the programme has no capacity, so no installation migrates"), "{err}");
    assert!(!programme("capacity_factor = 0.1").contains("so nobody migrates"));
}

#[test]
fn a_line_of_the_register_that_a_later_word_overrules_says_so() {
    let workshop = Workshop::new();
    let register = "\n[[assumption]]\nabout = \"allocation.dmin_per_day\"\nvalue = \"4 a day\"\nsource = \"a letter\"\nquality = \"documented\"\n\n[[assumption]]\nabout = \"group.*.capacity_per_day\"\nvalue = \"20 and 10\"\nsource = \"a table\"\nquality = \"inferred\"\n";
    let base = workshop.read("scenarios/tutorial/existing.toml");
    workshop.write("base.toml", &format!("{base}{register}"));
    workshop.write(
        "mine.toml",
        "extends = \"base.toml\"\nname = \"mine\"\n[[group]]\nname = \"IOC\"\ncapacity_per_day = 15\n",
    );
    Case::new(&workshop, "run mine.toml --set allocation.dmin_per_day=3 -q -o r").run();
    let lines = rows(&workshop.read("r/assumptions.csv"));
    let of = |about: &str| lines.iter().find(|line| line["about"] == about).unwrap();
    let dmin = of("allocation.dmin_per_day");
    let said = ["value", "source", "quality", "note"].map(|column| dmin[column].as_str());
    let was = "in place of 4 a day (documented: a letter)";
    assert_eq!(said, ["3", "set by the command line", "assumed", was]);
    let capacity = of("group.*.capacity_per_day");
    assert_eq!(
        (capacity["value"].as_str(), capacity["quality"].as_str()),
        ("20 and 10; group.IOC.capacity_per_day has a line of its own", "assumed")
    );
    let part = "changed later: group.IOC.capacity_per_day is 15, set by mine.toml";
    assert_eq!(capacity["note"], part);
    assert_eq!(of("everything")["note"].matches("changed later").count(), 0, "{lines:?}");
}

#[test]
fn scenarios_of_unlike_stock_are_warned_of() {
    let workshop = Workshop::new();
    let rows = "extends = \"scenarios/tutorial/existing.toml\"\nname = \"fewer\"\n[[stock]]\ncohort = \"Alder\"\nsupplier = \"Aster\"\nstatus = \"dormant\"\ninstallations = 7\n";
    workshop.write("fewer.toml", rows);
    let words = "run scenarios/tutorial/existing.toml fewer.toml -o r";
    let (_, err) = Case::new(&workshop, words).run();
    assert!(
        err.contains("`fewer` begins with 329")
            && err.contains("their difference then includes that of the stock"),
        "{err}"
    );
}

#[test]
fn unpublished_holidays_are_warned_of_until_the_scenario_sets_them() {
    let by_rule = "warning: public holidays after 2028 are by rule (assumed)";
    let later = |text: String| text.replacen("last_day", "last_day = 2029-10-23 # last_day", 1);
    assert!(said(later).contains(by_rule), "{}", said(later));
    let looked =
        |text| later(text).replacen("[firmware]", "[calendar]\nadd_holidays = [2029-06-04]\n\n[firmware]", 1);
    assert!(!said(looked).contains(by_rule));
}

#[test]
fn dates_without_effect_share_one_warning() {
    let over = |text: &str| {
        let workshop = Workshop::new();
        workshop.write(
            "over.toml",
            &format!("extends = \"scenarios/tutorial/existing.toml\"\nname = \"over\"\n{text}"),
        );
        Case::new(&workshop, "check over.toml").run().1
    };
    let cases = [
        ("[[cohort]]\nname = \"Alder\"\nentry = 2200-09-09\n", "cohort.Alder.entry 2200-09-09"),
        ("[[supplier]]\nname = \"Aster\"\nobligation = 2102-01-01\n", "supplier.Aster.obligation 2102-01-01"),
        (
            "[[group]]\nname = \"IOC\"\ncapacity_per_day = [{ from = 2020-09-07, value = 9 }, { from = 2029-09-07, value = 4 }]\n",
            "group.IOC.capacity_per_day 2029-09-07",
        ),
        ("[calendar]\nadd_holidays = [2002-09-09]\n", "calendar.add_holidays 2002-09-09"),
        ("[calendar]\nremove_holidays = [2022-12-26]\n", "calendar.remove_holidays 2022-12-26"),
    ];
    for (text, named) in cases {
        let err = over(text);
        assert!(err.contains("nothing in the run looks at a date") && err.contains(named), "{named}: {err}");
    }
    let all: String = [cases[0].0, cases[1].0, cases[3].0].concat();
    let err = over(&all);
    assert_eq!(err.matches("nothing in the run looks at").count(), 1, "{err}");
    assert!(err.contains("looks at 3 dates, the farthest 2200-09-09"), "{err}");
    for (text, said) in [
        ("[calendar]\nadd_holidays = [2020-09-12]\n", "changes nothing on 2020-09-12"),
        ("[calendar]\nremove_holidays = [2020-09-15]\n", "changes nothing on 2020-09-15"),
    ] {
        assert!(over(text).contains(said), "{}", over(text));
    }
    let ramp = "[[group]]\nname = \"IOC\"\ncapacity_per_day = [{ from = 2020-09-07, value = 9 }, { from = 2029-09-07, value = 4, ramp = true }]\n";
    assert!(!over(ramp).contains("nothing in the run looks at"), "{}", over(ramp));
}

#[test]
fn the_national_programme_has_no_date_in_vain() {
    let (_, err) = Case::new(&Workshop::new(), "check scenarios/smets1-2020/early.toml").run();
    assert!(!err.contains("warning"), "{err}");
}

#[test]
fn a_factor_that_may_be_a_percentage_is_warned_of_in_files_flags_and_studies() {
    let workshop = Workshop::new();
    let check = |set: &str| {
        Case::new(&workshop, &format!("check scenarios/tutorial/existing.toml --set {set}")).run().1
    };
    for set in [
        "programme.capacity_factor=95",
        "firmware.capacity_factor=70",
        "group.IOC.capacity_per_day={value=20,factor=95}",
        "commitment.factor=95",
    ] {
        let err = check(set);
        assert!(err.contains("multiplies by") && err.contains("95% is 0.95"), "{set}: {err}");
    }
    assert!(!check("programme.capacity_factor=2").contains("multiplies by"));
    assert!(check("allocation.dormant_priority={up_to_pct=0.8}").contains("less than 1%"));
    assert!(check("removal.dormant_pct_per_month=0.002").contains("less than 0.05%"));
    for flag in ["--threshold 0.01", "--precision 0.05"] {
        let run = format!(
            "run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml --replications 2 {flag}"
        );
        let run = if flag.starts_with("--precision") { run.replace(" --replications 2", "") } else { run };
        let (_, err) = Case::new(&workshop, &run).exit(2).run();
        assert!(err.contains("a share is written with its sign"), "{flag}: {err}");
    }
    let study = |threshold: &str, value: &str| {
        format!(
            "question = \"?\"\nbaseline = \"scenarios/tutorial/existing.toml\"\nscenarios = [\"scenarios/tutorial/early.toml\"]\nreplications = 2\nthreshold = {threshold}\n[grid]\nreplications = 2\n[[grid.axis]]\nname = \"a\"\nkey = \"firmware.capacity_factor\"\nvalues = [{value}]\n"
        )
    };
    workshop.write("s.toml", &study("0.01", "1"));
    let (_, err) = Case::new(&workshop, "compare s.toml -o r").exit(2).run();
    assert!(err.contains("a share is written with its sign"), "{err}");
    workshop.write("s.toml", &study("\"1%\"", "70"));
    let (_, err) = Case::new(&workshop, "compare s.toml -o r").run();
    assert!(err.contains("multiplies by 70"), "{err}");
}

#[test]
fn a_late_supplier_without_active_installations_is_warned_of() {
    let workshop = Workshop::new();
    let dormant = "extends = \"scenarios/tutorial/existing.toml\"\nname = \"late\"\n[[supplier]]\nname = \"Late\"\ndcc_user_from = 2020-09-21\n[[stock]]\ncohort = \"Alder\"\nsupplier = \"Late\"\nstatus = \"dormant\"\ninstallations = 7\n";
    workshop.write("late.toml", dormant);
    let (_, err) = Case::new(&workshop, "check late.toml").run();
    assert!(err.contains("`dcc_user_from` holds for no installation of `Late`"), "{err}");
}

#[test]
fn a_seed_is_the_seed_that_runs() {
    let workshop = Workshop::new();
    let most = "9007199254740991";
    let (_, err) =
        Case::new(&workshop, &format!("run scenarios/tutorial/existing.toml --seed {most} -q -o r")).run();
    assert!(workshop.read("r/manifest.json").contains(most), "{err}");
    for more in ["9007199254740992", "1234567890123456789", "18446744073709551615"] {
        let words = format!("check scenarios/tutorial/existing.toml --seed {more}");
        let (_, err) = Case::new(&workshop, &words).exit(2).run();
        assert!(
            err.contains(&format!("seed={more}")) && err.contains("do not keep whole numbers exactly"),
            "{err}"
        );
    }
}

#[test]
fn dates_may_be_in_quotes() {
    let workshop = Workshop::new();
    workshop.write(
        "quoted.toml",
        "extends = \"scenarios/tutorial/existing.toml\"\nname = \"quoted\"\n[programme]\nplan_date = \"2020-10-02\"\n",
    );
    let (out, _) = Case::new(&workshop, "check quoted.toml").run();
    assert!(out.contains("Plan date       2 Oct 2020"), "{out}");
}
