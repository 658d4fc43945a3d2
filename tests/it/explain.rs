//! An explained day agrees with the recorded one, and its parts add up.

use dormouse::allocate::verify;
use dormouse::engine::{account, simulate};
use dormouse::model::{Day, Model};
use dormouse::scenario::load;
use dormouse::trace::{Trace, allocation_fingerprint};

use crate::command::{Case, Workshop};

/// Every `step`th migration day run again: the same allocation, slot for slot, and a certificate that holds.
fn agrees(model: &Model, trace: &Trace, step: usize) {
    let days = (0..).map(Day).zip(&trace.days).filter(|(_, record)| record.migration_day);
    for (day, record) in days.step_by(step) {
        let account = account(model, 0, day).unwrap().unwrap();
        let recorded: Vec<_> = trace.movements.iter().filter(|m| m.day == day).copied().collect();
        assert_eq!(allocation_fingerprint(&account.movements), allocation_fingerprint(&recorded), "{day:?}");
        let proven = verify(&account.shape, &account.rules, &account.today.day(), &account.grants).unwrap();
        let slots: u32 = recorded.iter().map(|m| m.slots.allocated).sum();
        assert_eq!(proven.allocated, u64::from(slots), "{day:?}");
        assert_eq!(account.bound.total, record.most_possible, "{day:?}");
        let by_rule: u32 = account.grants.branches.iter().map(|b| b.dormant + b.flat + b.remainder).sum();
        assert_eq!(by_rule, slots, "{day:?}");
    }
}

#[test]
fn a_day_run_again_is_the_day_that_was_recorded() {
    for (path, step) in [
        ("scenarios/tutorial/early.toml", 1),
        ("scenarios/reference/every-key.toml", 5),
        ("scenarios/smets1-2020/early.toml", 97),
    ] {
        let model = load(path.as_ref(), &[]).unwrap().model;
        agrees(&model, &simulate(&model, 0).unwrap(), step);
    }
}

#[test]
#[ignore = "some minutes: every day of the national programme, existing and early"]
fn every_day_of_the_national_programme_agrees() {
    for path in ["scenarios/smets1-2020/existing.toml", "scenarios/smets1-2020/early.toml"] {
        let model = load(path.as_ref(), &[]).unwrap().model;
        agrees(&model, &simulate(&model, 0).unwrap(), 1);
    }
}

#[test]
fn a_closed_day_has_no_account() {
    let model = load("scenarios/tutorial/early.toml".as_ref(), &[]).unwrap().model;
    let closed = model.calendar.migration.iter().position(|open| !open).unwrap();
    assert!(account(&model, 0, Day(i32::try_from(closed).unwrap())).unwrap().is_none());
}

#[test]
fn a_name_that_the_scenario_lacks_is_told_with_those_it_has() {
    let workshop = Workshop::new();
    Case::new(&workshop, "run scenarios/tutorial/early.toml -o results").run();
    for (asked, told) in [
        ("--supplier Astre", "--supplier `Astre` is not in the scenario; did you mean `Aster`?"),
        (
            "--cohort Nobody",
            "--cohort `Nobody` is not in the scenario; expected one of `Alder`, `Birch`, `Cedar`",
        ),
    ] {
        let words = format!("explain results --day 2020-09-15 {asked}");
        let (out, err) = Case::new(&workshop, &words).exit(2).run();
        assert_eq!((out.as_str(), err.trim_end()), ("", format!("error: {told}").as_str()));
    }
}
