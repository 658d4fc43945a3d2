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
fn early_firmware_without_a_redesignation_is_told() {
    let unsaid = "warning: firmware does not open early: `redesignation` is not said";
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
fn a_percentage_that_may_be_a_fraction_is_told_once() {
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
fn a_programme_in_which_nobody_can_migrate_is_told() {
    let of = |text: String, from: &str, to: &str| text.replace(from, to);
    let err = said(|text| of(of(text, "gate = 2020-", "gate = 2021-"), "entry = 2020-", "entry = 2021-"));
    assert!(err.contains("warning: no gate lies in the run, so nobody migrates"), "{err}");
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
    assert!(err.contains("warning: no group has any capacity, so nobody migrates"), "{err}");
    let programme =
        |line: &str| said(|text| text.replacen("[programme]", &format!("[programme]\n{line}"), 1));
    let err = programme("capacity_factor = 0");
    assert!(err.contains("warning: no group has any capacity, so nobody migrates"), "{err}");
    let err = programme("capacity_per_day = 0");
    assert!(err.contains("warning: the programme has no capacity, so nobody migrates"), "{err}");
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
    let part = "not as said here: group.IOC.capacity_per_day is 15, set by mine.toml";
    assert_eq!(capacity["note"], part);
    assert_eq!(of("everything")["note"].matches("not as said").count(), 0, "{lines:?}");
}

#[test]
fn scenarios_of_unlike_stock_are_told() {
    let workshop = Workshop::new();
    let rows = "extends = \"scenarios/tutorial/existing.toml\"\nname = \"fewer\"\n[[stock]]\ncohort = \"Alder\"\nsupplier = \"Aster\"\nstatus = \"dormant\"\ninstallations = 7\n";
    workshop.write("fewer.toml", rows);
    let words = "run scenarios/tutorial/existing.toml fewer.toml -o r";
    let (_, err) = Case::new(&workshop, words).run();
    assert!(
        err.contains("`fewer` begins with 329")
            && err.contains("differences between them are those of the stock"),
        "{err}"
    );
}

#[test]
fn holidays_that_are_not_yet_published_are_told_until_somebody_has_looked() {
    let by_rule = "warning: public holidays after 2028 are by rule (assumed)";
    let later = |text: String| text.replacen("last_day", "last_day = 2029-10-23 # last_day", 1);
    assert!(said(later).contains(by_rule), "{}", said(later));
    let looked =
        |text| later(text).replacen("[firmware]", "[calendar]\nadd_holidays = [2029-06-04]\n\n[firmware]", 1);
    assert!(!said(looked).contains(by_rule));
}
