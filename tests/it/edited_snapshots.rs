//! Snapshots that were edited, with their fingerprint put right: found out before anything is looked up in them.

use dormouse::engine::{Snapshot, resume, run_until, simulate};
use dormouse::findings::Findings;
use dormouse::fingerprint::sha256;
use dormouse::model::{Day, Model};
use dormouse::scenario::load;
use serde_json::Value;

use crate::command::{Case, Workshop};
use crate::mutated::mutants;

fn model(text: &str) -> Model {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, text).unwrap();
    load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}")).model
}

const PLAN: &str = r#"name = "p"
question = "q"
[programme]
first_day = 2020-09-07
last_day = 2020-10-02
[[group]]
name = "G"
capacity_per_day = 20
firmware_capacity_per_day = 30
[cohort_defaults]
route = "DMCT"
update_days = 3
notice_days = 2
retry_days = 3
success_pct = 60
update_success_pct = 70
[[cohort]]
name = "Alder"
group = "G"
gate = 2020-09-01
entry = 2020-09-10
[[cohort]]
name = "Birch"
group = "G"
gate = 2020-09-09
entry = 2020-09-21
[[supplier]]
name = "Aster"
market_share_pct = 60
[[supplier]]
name = "Briar"
market_share_pct = 40
[[stock]]
cohort = "Alder"
supplier = "Aster"
status = "dormant"
installations = 60
[[stock]]
cohort = "Alder"
supplier = "Briar"
status = "active"
installations = 90
[[stock]]
cohort = "Birch"
supplier = "Briar"
status = "dormant"
installations = 50
"#;

#[test]
fn an_edited_snapshot_is_found_out_or_runs_on_and_is_never_a_panic() {
    let moving = "[change_of_supplier]\nleaving_pct_per_month = 60\ngoes_dormant_pct = 50\n[removal]\nactive_pct_per_month = 20\n";
    let more = ["", "[commitment]\n[allocation]\npolicy = \"first-ready\"\n", moving];
    let (mut found_out, mut went_on) = (0, 0);
    for more in more {
        let model = model(&format!("{PLAN}{more}"));
        let snapshot = run_until(&model, 0, Day(9)).unwrap();
        snapshot.check(&model).unwrap();
        assert_eq!(resume(&model, snapshot.clone()).unwrap(), simulate(&model, 0).unwrap());
        for mutant in mutants(&serde_json::to_value(&snapshot).unwrap()) {
            let Ok(snapshot) = serde_json::from_value::<Snapshot>(mutant.clone()) else {
                found_out += 1;
                continue;
            };
            match snapshot.check(&model) {
                Ok(()) => {
                    let ran = resume(&model, snapshot);
                    assert!(ran.is_ok(), "{ran:?}");
                    let _ = Findings::of(&model, &ran.unwrap());
                    went_on += 1;
                }
                Err(_) => found_out += 1,
            }
        }
    }
    assert!(found_out > 4 * went_on && went_on > 0, "{found_out} found out, {went_on} went on");
}

#[test]
fn every_day_of_a_run_can_be_gone_on_from() {
    for more in ["", "[commitment]\n[allocation]\npolicy = \"first-ready\"\n"] {
        let model = model(&format!("{PLAN}{more}"));
        let whole = simulate(&model, 0).unwrap();
        for day in 0..26 {
            let snapshot = run_until(&model, 0, Day(day)).unwrap();
            snapshot.check(&model).unwrap();
            assert_eq!(resume(&model, snapshot).unwrap(), whole, "from day {day}");
        }
    }
}

#[test]
fn misfits_in_an_edited_snapshot_are_reported() {
    let workshop = Workshop::new();
    workshop.write("plan.toml", PLAN);
    Case::new(&workshop, "run plan.toml --until 2020-09-18 -o stopped -q").run();
    let edit = |edit: &dyn Fn(&mut Value), said: &str| {
        let mut whole: Value = serde_json::from_str(&workshop.read("stopped/snapshot.json")).unwrap();
        let mut snapshot: Snapshot = serde_json::from_value(whole["state"].clone()).unwrap();
        let mut state = serde_json::to_value(&snapshot).unwrap();
        edit(&mut state);
        snapshot = serde_json::from_value(state).unwrap();
        let text = serde_json::to_string(&snapshot).unwrap();
        whole["state_sha256"] = sha256(text.as_bytes()).into();
        whole["state"] = serde_json::from_str(&text).unwrap();
        workshop.write("edited.json", &whole.to_string());
        let (_, err) = Case::new(&workshop, "run plan.toml --resume edited.json -o r").exit(2).run();
        assert!(err.contains("was changed after it was written") && err.contains(said), "{err}");
    };
    edit(
        &|of| of["state"]["events"]["dated"][20] = serde_json::json!([{ "Enters": 2_147_483_648_u64 }]),
        "events",
    );
    edit(&|of| drop(of["state"]["by_attempt"].as_array_mut().unwrap().pop()), "`by_attempt` has");
    edit(&|of| drop(of["credits"]["remainder"].as_array_mut().unwrap().pop()), "credits under `remainder`");
    edit(&|of| of["state"]["cells"][0][0] = 7.into(), "cohort `Alder` has");
    edit(&|of| of["trace"]["days"][3]["stages"][0]["migrated"] = 7.into(), "day 3");
}
