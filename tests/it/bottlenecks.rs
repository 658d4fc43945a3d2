//! What held the next installation back: one cause for every migration day of every group.

use dormouse::engine::simulate;
use dormouse::findings::{Bottleneck, BottleneckMonth, bottlenecks};
use dormouse::scenario;
use serde_json::Value;

use crate::command::{Case, Workshop};

#[test]
fn every_migration_day_of_every_group_has_one_cause() {
    for path in ["scenarios/tutorial/early.toml", "scenarios/smets1-2020/existing.toml"] {
        let model = scenario::load(path.as_ref(), &[]).unwrap().model;
        let trace = simulate(&model, 0).unwrap();
        let days = trace.days.iter().filter(|day| day.migration_day).count();
        for group in &model.groups {
            let months = bottlenecks(&model, &trace);
            let of_group = months.iter().filter(|month| month.group == group.name);
            assert_eq!(of_group.flat_map(|month| month.days).sum::<u32>() as usize, days, "{path}");
        }
    }
}

#[test]
fn the_tutorial_waits_for_entry_and_then_for_nothing() {
    let model = scenario::load("scenarios/tutorial/existing.toml".as_ref(), &[]).unwrap().model;
    let trace = simulate(&model, 0).unwrap();
    let most: Vec<_> = bottlenecks(&model, &trace).iter().map(BottleneckMonth::most).collect();
    let (entry, nobody) = (Some(Bottleneck::Entry), Some(Bottleneck::NobodyLeft));
    assert_eq!(most, [entry, nobody, nobody, nobody]);
}

/// A programme of two groups; `limits` are the programme's and each group's.
fn two_groups([programme, a, b]: [u32; 3]) -> String {
    let cohort = |name: &str| {
        format!(
            "[[cohort]]\nname = \"{name} smart\"\ngroup = \"Agent {name}\"\nroute = \"MT/SIT\"\ngate = 2020-09-01\n\
             entry = 2020-09-07\nno_update_pct = 100\n[[stock]]\ncohort = \"{name} smart\"\nsupplier = \"Aster\"\n\
             status = \"dormant\"\ninstallations = 1000\n"
        )
    };
    let group = |name: &str, limit: u32| {
        format!(
            "[[group]]\nname = \"Agent {name}\"\ncapacity_per_day = {limit}\nfirmware_capacity_per_day = 9\n"
        )
    };
    format!(
        "name = \"prog\"\nquestion = \"q\"\n[programme]\nfirst_day = 2020-09-07\nlast_day = 2020-12-18\n\
         capacity_per_day = {programme}\n[allocation]\npolicy = \"pooled\"\n[[supplier]]\nname = \"Aster\"\n\
         {}{}{}{}",
        group("A", a),
        group("B", b),
        cohort("A"),
        cohort("B")
    )
}

/// What each change buys in Dormant days, by what it raises and in which group.
fn bought(limits: [u32; 3]) -> Vec<(String, String, i64)> {
    let workshop = Workshop::new();
    workshop.write("prog.toml", &two_groups(limits));
    let (out, _) = Case::new(&workshop, "bottlenecks prog.toml --replications 1 --format json").run();
    let answer: Value = serde_json::from_str(&out).unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = answer["bought"]["rows"].as_array().unwrap().iter();
    rows.map(|row| (text(row, "raises"), text(row, "group"), row["dormant_days_avoided"].as_i64().unwrap()))
        .collect()
}

fn row(raises: &str, group: &str, days: i64) -> (String, String, i64) {
    (raises.to_owned(), group.to_owned(), days)
}

#[test]
fn each_limit_is_credited_with_its_own_effect() {
    let found = bought([20, 500, 500]);
    assert_eq!(found.len(), 3, "nobody needs an update, and both buy no more than each: {found:?}");
    assert_eq!((&found[0].0[..], &found[0].1[..]), ("programme_limit", ""));
    assert!(found[0].2 > 80_000, "{found:?}");
    assert_eq!(found[1..], [row("group_limit", "Agent A", 0), row("group_limit", "Agent B", 0)]);
    // The programme's limit does not bind: each group's buys something, the programme's nothing.
    let found = bought([5_000, 20, 20]);
    assert_eq!(found[0], row("programme_limit", "", 0));
    assert!(found.len() == 3 && found[1].2 > 20_000 && found[1].2 == found[2].2, "{found:?}");
}

#[test]
fn two_limits_that_bind_together_have_a_row_together() {
    let found = bought([40, 20, 20]);
    let of =
        |raises: &str| found.iter().filter(move |row| row.0 == raises).map(|row| row.2).collect::<Vec<_>>();
    assert_eq!(of("programme_limit"), [0]);
    let (alone, both) = (of("group_limit"), of("group_limit_and_programme_limit"));
    assert!(both.iter().zip(&alone).all(|(both, alone)| both > alone) && both.len() == 2, "{found:?}");
}

#[test]
fn a_row_says_in_which_limit_the_slots_are() {
    let workshop = Workshop::new();
    workshop.write("prog.toml", &two_groups([40, 20, 20]));
    let (out, _) = Case::new(&workshop, "bottlenecks prog.toml --replications 1").run();
    for place in ["  the programme  ", "  Agent A  ", "  Agent B and the programme  "] {
        assert!(out.contains(place), "{out}");
    }
    assert!(!out.contains("firmware") && !out.contains("updates"), "{out}");
}
