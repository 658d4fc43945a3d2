//! An explained day agrees with the recorded one, and its parts add up.

use dormouse::allocate::{Owed, Split, owed, verify};
use dormouse::engine::{Scope, account, accounts};
use dormouse::model::{Day, Model};
use dormouse::scenario::load;
use dormouse::trace::allocation_fingerprint;

use crate::command::{Case, Workshop, repository};
use crate::movements::watched;

/// Every `step`th migration day run again: the same allocation, slot for slot, and a certificate that holds.
fn agrees(model: &Model, step: usize) {
    let (trace, movements) = watched(model, 0);
    let days = (0..).map(Day).zip(&trace.days).filter(|(_, record)| record.migration_day);
    for (day, record) in days.step_by(step) {
        let account = account(model, 0, day).unwrap().unwrap();
        let recorded: Vec<_> = movements.iter().filter(|m| m.day == day).copied().collect();
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
        agrees(&model, step);
    }
}

#[test]
#[ignore = "some minutes: every day of the national programme, existing and early"]
fn every_day_of_the_national_programme_agrees() {
    for path in ["scenarios/smets1-2020/existing.toml", "scenarios/smets1-2020/early.toml"] {
        let model = load(path.as_ref(), &[]).unwrap().model;
        agrees(&model, 1);
    }
}

#[test]
fn a_closed_day_has_no_account() {
    let model = load("scenarios/tutorial/early.toml".as_ref(), &[]).unwrap().model;
    let closed = model.calendar.migration.iter().position(|open| !open).unwrap();
    assert!(account(&model, 0, Day(i32::try_from(closed).unwrap())).unwrap().is_none());
}

#[test]
fn an_unknown_name_is_reported_with_the_known_ones() {
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

/// Credit worked out from the sharings of a day is the credit that the next migration day begins with, and the odd slots
/// went to those who were owed most.
#[test]
fn the_credit_explained_is_the_credit_recorded() {
    let mut odd = 0;
    for (path, from, days) in [
        ("scenarios/tutorial/early.toml", 20, 12),
        ("scenarios/reference/every-key.toml", 60, 12),
        ("scenarios/smets1-2020/early.toml", 379, 4),
        ("scenarios/smets1-2020/pooled.toml", 100, 3),
        ("scenarios/reference/crossing-limits.toml", 379, 3),
    ] {
        let model = load(path.as_ref(), &[]).unwrap().model;
        let open = (from..).filter(|day| model.calendar.migration[*day as usize]).map(Day);
        let open: Vec<Day> = open.take(days).collect();
        let accounts = accounts(&model, 0, &open).unwrap();
        for pair in accounts.windows(2) {
            let [today, next] = pair else { unreachable!() };
            let certificate = &today.grants.certificate;
            let (claims, left) =
                owed(&today.shape, today.rules, &today.today.day(), &today.credits, certificate);
            assert_eq!(left, next.credits, "{path}, {:?}", today.day);
            for sharing in certificate.sharings.iter().filter(|s| s.split != Split::Equal) {
                let claims = &claims[sharing.claims.clone()];
                let least = claims.iter().filter(|o| o.odd).map(Owed::together).min();
                let most = claims.iter().filter(|o| !o.odd && o.open).map(Owed::together).max();
                assert!(least.zip(most).is_none_or(|(least, most)| least >= most), "{path}, {sharing:?}");
                odd += usize::from(least.is_some());
            }
        }
    }
    assert!(odd > 100, "only {odd} sharings had odd slots");
}

/// What `dormouse explain` says of a day of the tutorial's programme, run with these flags.
fn explained(flags: &str, words: &str) -> String {
    let workshop = Workshop::new();
    workshop.write("crossing.toml", &of_the_guide("toml"));
    let file = if flags.contains(".toml") { "" } else { "scenarios/tutorial/existing.toml " };
    Case::new(&workshop, &format!("run {file}{flags} -o results --quiet")).run();
    let (out, _) = Case::new(&workshop, &format!("explain results --day {words}")).run();
    out
}

/// The first block of a kind in the guide.
fn of_the_guide(kind: &str) -> String {
    let guide = std::fs::read_to_string(repository().join("docs/guides/explain-a-day.md")).unwrap();
    let (_, block) = guide.split_once(&format!("```{kind}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// The guide cannot write a file before its commands run, so its example of limits that cross is run here.
#[test]
fn the_guide_shows_a_day_with_crossing_limits_as_it_is() {
    let shown = of_the_guide("text");
    let (command, said) = shown.split_once('\n').unwrap();
    let words = command.strip_prefix("$ dormouse explain results/crossing --day ").unwrap();
    let now = explained("crossing.toml", words);
    assert!(said == now, "docs/guides/explain-a-day.md should say\n{now}");
}

fn says(out: &str, lines: &[&str]) {
    for line in lines {
        assert!(out.contains(line), "`{line}` is missing in\n{out}");
    }
}

#[test]
fn where_limits_cross_each_step_and_the_limit_that_stopped_it_are_shown() {
    // Dormant installations of Alder take all of its limit and most of Aster's, so that Active ones cannot use the rest of IOC.
    let costly = explained("crossing.toml", "2020-10-07");
    says(
        &costly,
        &[
            "12 slots were given, 8 fewer than the limits allow: that is the cost of Dormant first where limits cross.",
            "Used up, with demand left under it: cohort Alder (10 of 10), Aster over all groups (10 of 10).",
        ],
    );
    let out = explained("crossing.toml", "2020-10-06");
    says(
        &out,
        &[
            "20 slots were given; the limits allow no more.",
            "First sharing, by rule in order",
            "IOC    Active               6             2          2     10\n",
            "IOC gave 10 slots to Active while 10 Dormant went without: their limits were used up, cohort Alder (2) and Aster \
             over all groups (8).",
        ],
    );
    let aster = explained("crossing.toml", "2020-10-06 --supplier Aster");
    says(
        &aster,
        &["Dormant 8 + 0 shared again - 2 by exchange = 6", "Aster over all groups (10 of 10): IOC 10."],
    );
}

#[test]
fn the_programme_s_limit_is_shown_with_the_share_of_every_group_and_the_effect_of_a_higher_one() {
    let out = explained("--set programme.capacity_per_day=4", "2020-09-24");
    says(
        &out,
        &[
            "Used up, with demand left under it: the programme (4 of 4).",
            "The programme's limit withheld 26 slots that the groups' own limits allow: IOC 18, MOC 8.",
            "IOC           20  its limit   2.67   -0.33      2\n",
            "- the programme: IOC +18 and MOC +8.",
            "- IOC: +1 there, taken from MOC -1.",
        ],
    );
    // Dormant of one group takes all that the programme has: a higher limit of a group would move nothing.
    let out = explained("--set programme.capacity_per_day=4", "2020-10-06");
    says(&out, &["- IOC, MOC: no slot more for any group.", "None of them takes a slot from another group."]);
    says(
        &out,
        &["Flat allocation, up to 4 a supplier in each group: none, because nothing was left for it."],
    );
}

#[test]
fn every_policy_is_explained_in_its_own_words() {
    let out = explained("--allocation even-split --set programme.capacity_per_day=24", "2020-10-06");
    says(&out, &["12 slots were given, 8 fewer than the limits allow: they were in equal parts"]);
    says(&out, &["IOC: 24 / 2 groups = 12, within its own limit of 20; 12 / 4 suppliers = 3"]);
    assert!(!out.contains("outage") && !out.contains("flat"), "{out}");
    let out = explained("--allocation first-ready", "2020-10-06");
    says(&out, &["- IOC: slots reached those eligible since 5 October 2020, 20 of 82, pro rata over cells."]);
    assert!(!out.contains("0 slots for") && !out.contains("remainder"), "{out}");
    let out = explained("--allocation pooled", "2020-10-06 --supplier Aster");
    says(
        &out,
        &["1. Pro rata to all demand, Dormant and Active alike: 20.", "Aster in IOC got 4 of 16 Dormant"],
    );
    assert!(!out.contains("flat"), "{out}");
}

#[test]
fn the_odd_slot_is_argued_with_fraction_and_credit_of_both() {
    let out = explained("--allocation first-ready", "2020-10-06 --supplier aster --cohort birch");
    says(
        &out,
        &[
            "20 slots x 60 it could use / 82 that all could use = 14.63: 14, and none of the 3 odd slots: 0.63 + credit \
           0.00 = 0.63, and the last of them went at 0.71 (Aster, Alder, Dormant).",
        ],
    );
}

#[test]
fn an_explanation_for_programs_has_one_name_a_column_and_closed_days_too() {
    let out = explained("--set allocation.dmin_per_day=4", "2020-10-06 --format json");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let row = &json["groups"]["rows"][0];
    let read = |name: &str| row[name].as_u64().unwrap();
    assert_eq!(read("dormant_slots_installations") + read("active_slots_installations"), 20);
    assert_eq!(read("limit_installations"), 20);
    let names: Vec<&str> =
        json["groups"]["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| names.iter().filter(|other| other == &name).count() == 1), "{names:?}");
    let claims = json["sharings"][0]["claims"].as_array().unwrap();
    assert!(!claims.is_empty() && claims.iter().all(|claim| claim["credit_installations"].is_number()));
    let look = json["one_more_look"].as_array().unwrap();
    assert!(
        look.iter().any(|more| more["limit"]["group"] == "IOC" && more["raised_by_installations"] == 100)
    );
    let closed: serde_json::Value = serde_json::from_str(&explained("", "2020-10-10 --format json")).unwrap();
    assert_eq!((&closed["migration_day"], &closed["offered_installations"]), (&false.into(), &0.into()));
}

#[test]
fn a_day_on_which_all_is_met_names_who_held_themselves_back() {
    let out = explained("crossing.toml", "2020-10-08");
    says(
        &out,
        &[
            "No rule was needed: 100 of 120 went without, all of them beyond a supplier's own limit: Aster over all \
           groups (10 a day, asked 110). All else was met.",
        ],
    );
    assert!(!out.contains("flat") && !out.contains("First sharing"), "{out}");
}

#[test]
fn a_folder_of_folders_is_reported_with_those_it_holds() {
    let workshop = Workshop::new();
    Case::new(&workshop, "run scenarios/tutorial/early.toml --quiet").run();
    let (_, err) = Case::new(&workshop, "explain results --day 2020-09-15").exit(2).run();
    assert_eq!(
        err.trim_end(),
        "error: `results` is not the folder of one run; it holds `results/tutorial-early`"
    );
}

/// A higher limit of a group on a day when the programme's limit binds: what it adds there it takes elsewhere, and what
/// is told is what the allocator gives.
#[test]
fn one_more_look_is_the_day_shared_again() {
    let model = load("scenarios/smets1-2020/early.toml".as_ref(), &[]).unwrap().model;
    let day = model.calendar.day(jiff::civil::date(2021, 7, 15));
    let account = account(&model, 0, day).unwrap().unwrap();
    assert_eq!(account.shared_again(&account.today), account.grants, "with nothing raised");
    let total = |scope| {
        let moved = account.more(&model, scope, 100).moved;
        moved.iter().flatten().sum::<i64>()
    };
    assert_eq!(total(Scope::Programme), 100);
    assert_eq!(total(Scope::Group(0)), 0, "the programme's limit binds");
    let limits = account.limits(&model);
    let used_up: Vec<_> = limits.iter().filter(|l| l.is_used_up()).map(|l| l.scope).collect();
    assert_eq!(used_up, [Scope::Programme]);
}
