//! How often an unknown is drawn: what a file has to say about it, and what `check` shows.

use crate::command::{Case, Workshop};
use dormouse::engine::Inputs;
use dormouse::scenario::{Scenario, load};

/// The tutorial with three cohorts that take a slip from the defaults.
fn with_slip(workshop: &Workshop, slip: &str) -> String {
    let cohort = |name: &str| {
        format!(
            "[[cohort]]\nname = \"{name}\"\ngroup = \"IOC\"\nroute = \"MT/SIT\"\ngate = 2020-09-09\nentry = 2020-09-14\n"
        )
    };
    let names = ["Fir", "Oak", "Yew"];
    let cohorts: String = names.into_iter().map(cohort).collect();
    let defaults = format!("[cohort_defaults]\nentry_slip_days = {slip}\n");
    let factor = "[[factor]]\nname = \"board\"\n";
    workshop.write(
        "slip.toml",
        &format!(
            "extends = \"scenarios/tutorial/existing.toml\"\nname = \"slip\"\n{factor}{defaults}{cohorts}"
        ),
    );
    "slip.toml".to_owned()
}

fn read(workshop: &Workshop, file: &str) -> Scenario {
    load(&workshop.path(file), &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The distinct entry days of Fir, Oak and Yew in replication 3.
fn entry_days(scenario: &Scenario) -> usize {
    let model = &scenario.model;
    let inputs = Inputs::draw(model, 3);
    let named = |name: &str| model.cohorts.iter().position(|cohort| cohort.name == name).unwrap();
    let mut days: Vec<i32> =
        ["Fir", "Oak", "Yew"].map(|name| inputs.cohorts[named(name)].days.entry.0).into();
    days.sort_unstable();
    days.dedup();
    days.len()
}

const RANGE: &str = "uniform = { low = 0, high = 400 }";

#[test]
fn a_default_that_does_not_say_how_often_it_is_drawn_is_refused_with_both_forms() {
    let workshop = Workshop::new();
    let file = with_slip(&workshop, &format!("{{ {RANGE} }}"));
    let (_, err) = Case::new(&workshop, &format!("check {file}")).exit(2).run();
    assert!(err.contains("`entry_slip_days` does not state how often it is drawn"), "{err}");
    for word in ["for each", "for all"] {
        assert!(err.contains(&format!("`{{ {RANGE}, draw = \"{word}\" }}`")), "{err}");
    }
    assert_eq!(err.matches("how often").count(), 1, "{err}");
}

#[test]
fn one_draw_holds_for_all_or_each_has_its_own() {
    let workshop = Workshop::new();
    let of = |draw: &str| {
        let file = with_slip(&workshop, &format!("{{ {RANGE}, draw = \"{draw}\" }}"));
        entry_days(&read(&workshop, &file))
    };
    assert_eq!([of("for all"), of("for each")], [1, 3]);
}

/// Values of several entries may share a draw, each with a distribution of its own.
#[test]
fn a_cell_may_share_the_draw_of_the_others() {
    let workshop = Workshop::new();
    let own = |draw: &str| {
        let row = |name: &str, high: u32| {
            format!("{name},\"{{ uniform = {{ low = 0, high = {high} }}{draw} }}\"\n")
        };
        let rows: String = [("Fir", 400), ("Oak", 400), ("Yew", 400)].map(|(n, h)| row(n, h)).concat();
        with_slip(&workshop, "0");
        workshop.write("slips.csv", &format!("name,entry_slip_days\n{rows}"));
        workshop.write(
            "cells.toml",
            "extends = \"slip.toml\"\nname = \"cells\"\ncohort = { csv = \"slips.csv\" }\n",
        );
        entry_days(&read(&workshop, "cells.toml"))
    };
    assert_eq!([own(""), own(", draw = \"\"for all\"\""), own(", draw = \"\"for each\"\"")], [3, 1, 3]);
}

#[test]
fn a_commitment_is_drawn_for_all_suppliers_or_for_each() {
    let workshop = Workshop::new();
    let of = |draw: &str| {
        let factor = format!("{{ uniform = {{ low = 0.5, high = 1 }}{draw} }}");
        workshop.write(
            "commit.toml",
            &format!("extends = \"scenarios/tutorial/existing.toml\"\nname = \"commit\"\n[commitment]\nfactor = {factor}\n"),
        );
        let model = read(&workshop, "commit.toml").model;
        let drawn = Inputs::draw(&model, 3).suppliers;
        drawn.iter().all(|supplier| supplier.commitment.to_bits() == drawn[0].commitment.to_bits())
    };
    assert_eq!([of(", draw = \"for all\""), of(", draw = \"for each\"")], [true, false]);
    workshop.write(
        "commit.toml",
        "extends = \"scenarios/tutorial/existing.toml\"\n[commitment]\nfactor = { uniform = { low = 0.5, high = 1 } }\n",
    );
    let (_, err) = Case::new(&workshop, "check commit.toml").exit(2).run();
    assert!(err.contains("holds for every supplier that does not have its own"), "{err}");
}

#[test]
fn check_shows_how_often_each_input_is_drawn_and_what_moves_it() {
    let workshop = Workshop::new();
    let row = |draw: &str| {
        let file = with_slip(&workshop, &format!("{{ {RANGE}, {draw} }}"));
        let (out, _) = Case::new(&workshop, &format!("check {file}")).run();
        let line = out.lines().find(|line| line.contains(".entry_slip_days")).unwrap_or(&out).to_owned();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
    };
    let named = "cohort.*.entry_slip_days | 0 to 400 days, uniform";
    let cohorts = read(&workshop, &with_slip(&workshop, "0")).model.cohorts.len();
    assert_eq!(row("draw = \"for all\""), format!("{named} | {cohorts} cohorts | 1 for all"));
    assert_eq!(row("draw = \"for each\""), format!("{named} | {cohorts} cohorts | {cohorts}, one for each"));
    assert_eq!(
        row("draw = \"for each\", link = \"board\", weight = 0.7"),
        format!("{named} | {cohorts} cohorts | {cohorts}, one for each | board, weight 0.7")
    );
    assert_eq!(
        row("draw = \"for each\", link = \"board\""),
        format!("{named} | {cohorts} cohorts | 1, that of the factor | board, weight 1")
    );
}

#[test]
fn a_value_laid_over_a_linked_one_says_what_becomes_of_the_link() {
    let workshop = Workshop::new();
    with_slip(&workshop, &format!("{{ {RANGE}, draw = \"for each\", link = \"board\", weight = 0.7 }}"));
    let over = |value: &str| {
        workshop.write(
            "over.toml",
            &format!(
                "extends = \"slip.toml\"\nname = \"over\"\n[cohort_defaults]\nentry_slip_days = {value}\n"
            ),
        );
        Case::new(&workshop, "check over.toml")
    };
    let silent = "{ uniform = { low = 0, high = 9 }, draw = \"for each\" }";
    let (_, err) = over(silent).exit(2).run();
    assert!(
        err.contains("replaces a linked value")
            && err.contains(
                "link = \"board\", weight = 0.7 to keep the link, or link = \"none\" to give it up"
            ),
        "{err}"
    );
    let with =
        |more: &str| silent.replace(" }", &format!(", {more} }}")).replacen(&format!("9, {more}"), "9", 1);
    let (out, _) = over(&with("link = \"board\", weight = 0.5")).run();
    assert!(out.contains("board, weight 0.5"), "{out}");
    let (out, _) = over(&with("link = \"none\"")).run();
    assert!(!out.contains("board"), "{out}");
    // A number has no chance in it that could be linked.
    over("7").run();
    // A value of one cohort takes the place of a linked default just as well.
    workshop.write(
        "own.toml",
        "extends = \"slip.toml\"\nname = \"own\"\n[[cohort]]\nname = \"Oak\"\nentry_slip_days = { uniform = { low = 0, high = 9 } }\n",
    );
    let (_, err) = Case::new(&workshop, "check own.toml").exit(2).run();
    assert!(err.contains("replaces a linked value"), "{err}");
    let set = "{uniform={low=0,high=9},draw=\"for\u{a0}each\"}".replace('\u{a0}', " ");
    let mut command = workshop.command(crate::command::DORMOUSE);
    let set =
        command.args(["check", "slip.toml", "--set", &format!("cohort_defaults.entry_slip_days={set}")]);
    let err = String::from_utf8(set.output().unwrap().stderr).unwrap();
    assert!(err.contains("replaces a linked value"), "{err}");
}

#[test]
fn a_range_of_width_0_is_no_uncertain_input() {
    let workshop = Workshop::new();
    for value in [
        "{ pert = { low = 5, mode = 5, high = 5 } }",
        "{ uniform = { low = 5, high = 5 } }",
        "{ triangular = { low = 5, mode = 5, high = 5 } }",
        "{ lognormal = { median = 5, p90 = 5 } }",
        "{ discrete = [{ value = 5, weight = 2 }, { value = 7, weight = 0 }] }",
    ] {
        let (out, err) = Case::new(&workshop, &format!("check {}", with_slip(&workshop, value))).run();
        assert!(out.contains("no uncertain input"), "{value}: {out}");
        assert!(err.contains("no input is uncertain"), "{value}: {err}");
    }
}

#[test]
fn a_value_drawn_for_every_event_takes_neither_a_draw_nor_a_link() {
    let workshop = Workshop::new();
    let check = |keys: &str| {
        workshop.write(
            "events.toml",
            &format!("extends = \"scenarios/tutorial/existing.toml\"\nname = \"events\"\n[[factor]]\nname = \"board\"\n{keys}\n"),
        );
        Case::new(&workshop, "check events.toml").exit(2).run().1
    };
    let length = "{ uniform = { low = 1, high = 5 }";
    let outage = "[[group]]\nname = \"IOC\"\noutage_start_pct_per_day = 1\noutage_length_days =";
    let update = "[cohort_defaults]\nupdate_days =";
    for (table, events) in [(outage, "outage"), (update, "update")] {
        let err = check(&format!("{table} {length}, draw = \"for all\" }}"));
        assert!(err.contains(&format!("is drawn for every {events}")), "{err}");
        let err = check(&format!("{table} {length}, link = \"board\" }}"));
        assert!(err.contains("cannot share a factor"), "{err}");
    }
}
