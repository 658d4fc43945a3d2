//! Every scenario that ships is loaded and run, and the family of the national programme keeps its promises.

use std::path::{Path, PathBuf};

use crate::command::{Case, Workshop};
use crate::movements::watched;
use dormouse::engine::{resume, run_until, simulate};
use dormouse::model::{Day, FirmwarePolicy, Status};
use dormouse::scenario::{Override, Scenario, from_resolved, load};
use dormouse::trace::{Slots, Trace};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

fn scenario(path: &str) -> Scenario {
    scenario_with(path, &[])
}

fn scenario_with(path: &str, overrides: &[(&str, &str)]) -> Scenario {
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|(key, value)| Override { key: (*key).into(), value: (*value).into() })
        .collect();
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(path);
    load(&full, &overrides).unwrap_or_else(|problems| panic!("{path}:\n{problems}"))
}

fn all(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_scenario_runs_and_every_check_holds() {
    let mut paths = Vec::new();
    all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut paths);
    assert!(paths.len() >= 16, "{} scenarios", paths.len());
    for path in paths {
        let scenario = load(&path, &[]).unwrap_or_else(|problems| panic!("{}:\n{problems}", path.display()));
        assert!(!scenario.model.question.is_empty(), "{} asks nothing", path.display());
        assert!(
            !scenario.model.assumptions.is_empty() || path.to_string_lossy().contains("tutorial"),
            "{}",
            path.display()
        );
        let trace = simulate(&scenario.model, 0)
            .unwrap_or_else(|violation| panic!("{}: {violation}", path.display()));
        let days = scenario.model.calendar.n_days() as u64;
        assert_eq!(trace.checks.slots, days);
        assert_eq!(trace.checks.group_slots, days * scenario.model.groups.len() as u64);
        assert_eq!(trace.checks.stock, days * scenario.model.cohorts.len() as u64);
    }
}

/// The national programme has the size that was published, and the parts that were asked for.
#[test]
fn national_programme_has_its_published_size() {
    let model = scenario("smets1-2020/base.toml").model;
    let meters: f64 = model
        .stock
        .iter()
        .map(|s| f64::from(s.installations) * model.cohorts[s.cohort].meters_per_installation)
        .sum();
    assert!((15.6e6..15.8e6).contains(&meters), "{meters} meters");
    assert!((9.1e6..9.3e6).contains(&(model.installations() as f64)));
    assert!(model.cohorts.len() >= 40 && model.suppliers.len() >= 25);
    let groups: Vec<&str> = model.groups.iter().map(|g| g.name.as_str()).collect();
    assert_eq!(groups, ["IOC", "MOC (MDS)", "MOC (Secure)", "FOC"]);
}

fn national(name: &str) -> Trace {
    simulate(&scenario(&format!("smets1-2020/{name}.toml")).model, 0).unwrap()
}

#[test]
fn never_redesignated_equals_existing() {
    let (existing, never) = (national("existing"), national("never-redesignated"));
    assert_eq!(existing, never);
    assert_ne!(existing.finals, national("early").finals);
}

#[test]
fn nothing_migrates_before_its_entry_and_nothing_is_offered_on_closed_days() {
    for name in ["existing", "early", "smso-confidence-with-rework", "pooled"] {
        let scenario = scenario(&format!("smets1-2020/{name}.toml"));
        let (trace, movements) = watched(&scenario.model, 0);
        for movement in &movements {
            let cohort = trace.places[movement.place as usize].cohort;
            assert!(movement.day >= trace.cohorts[cohort].entry, "{name}: {movement:?}");
        }
        let mut excluded = 0;
        for (day, record) in trace.days.iter().enumerate() {
            let open = scenario.model.calendar.migration[day];
            assert_eq!(record.migration_day, open);
            assert!(open || record.offered == 0, "{name}: day {day}");
            let now = record.stages.iter().map(dormouse::trace::Stages::excluded).sum();
            assert!(now >= excluded, "{name}: an excluded installation came back on day {day}");
            excluded = now;
        }
    }
}

/// DMIN stands at 100 from 4 January 2021, and at what the scenario says before.
#[test]
fn dmin_changes_on_its_date() {
    let model = scenario("smets1-2020/existing.toml").model;
    let inputs = dormouse::engine::Inputs::draw(&model, 0);
    let change = model.calendar.day(jiff::civil::date(2021, 1, 4)).index().unwrap();
    assert_eq!((inputs.dmin[change - 1], inputs.dmin[change]), (50, 100));
}

/// With early firmware nothing opens later than without, in the national programme as drawn.
#[test]
fn early_firmware_never_opens_later() {
    let opens = |name: &str| national(name).cohorts.iter().map(|c| c.opens).collect::<Vec<Day>>();
    let (existing, early, confidence) = (opens("existing"), opens("early"), opens("smso-confidence"));
    assert!(existing.iter().zip(&early).all(|(existing, early)| early <= existing));
    assert!(early.iter().zip(&confidence).all(|(early, confidence)| confidence <= early));
    assert_ne!(existing, early);
}

/// Stopping at the end of a random day, writing everything down and going on gives the same run.
#[test]
fn a_snapshot_goes_on_to_the_same_trace() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for (path, times) in [("smets1-2020/early-with-rework.toml", 2), ("reference/every-key.toml", 12)] {
        let model = scenario(path).model;
        let whole = simulate(&model, 3).unwrap();
        for _ in 0..times {
            let day = Day(rng.random_range(0..model.calendar.last().0));
            let snapshot = run_until(&model, 3, day).unwrap();
            let written = serde_json::to_string(&snapshot).unwrap();
            let read = serde_json::from_str(&written).unwrap();
            assert_eq!(resume(&model, read).unwrap(), whole, "{path} stopped on day {}", day.0);
        }
    }
}

/// Changing one thing leaves every other draw as it was: a cohort more does not move the days of the others.
#[test]
fn draws_follow_names_and_not_positions() {
    let before = scenario("smets1-2020/existing.toml").model;
    let mut after = before.clone();
    let mut extra = after.cohorts[5].clone();
    (extra.name, extra.key) = ("IOC-99".into(), dormouse::model::key_of("IOC-99"));
    after.cohorts.insert(0, extra);
    after.stock.iter_mut().for_each(|s| s.cohort += 1);
    after.cohorts.iter_mut().for_each(|c| c.equivalent_to = c.equivalent_to.map(|e| e + 1));
    let days =
        |model| dormouse::engine::Inputs::draw(model, 4).cohorts.iter().map(|c| c.days).collect::<Vec<_>>();
    assert_eq!(days(&before), days(&after)[1..]);
}

/// Each layer of chance can be switched off.
#[test]
fn layers_of_chance_can_be_switched_off() {
    let run = |overrides: &[(&str, &str)], replication| {
        simulate(&scenario_with("reference/every-key.toml", overrides).model, replication).unwrap()
    };
    let days = |trace: &Trace| trace.cohorts.iter().map(|c| (c.gate, c.entry)).collect::<Vec<_>>();
    let fixed = [("uncertainty.parametric", "false")];
    assert_eq!(days(&run(&fixed, 0)), days(&run(&fixed, 9)));
    assert_ne!(run(&fixed, 0).finals, run(&fixed, 9).finals);
    let neither = [("uncertainty.parametric", "false"), ("uncertainty.stochastic", "false")];
    assert_eq!(run(&neither, 0).finals, run(&neither, 9).finals);
    assert_ne!(days(&run(&[], 0)), days(&run(&[], 9)));
}

/// Overrides mean what the file would mean.
#[test]
fn overrides_are_read_like_the_file() {
    let set = [
        ("firmware.policy", "smso-confidence"),
        ("group.FOC.capacity_per_day", "1234"),
        ("cohort.IOC-01.notice_days", "3"),
        ("seed", "77"),
    ];
    let model = scenario_with("smets1-2020/existing.toml", &set).model;
    assert_eq!(model.firmware.policy, FirmwarePolicy::SmsoConfidence);
    assert_eq!(model.groups[3].capacity.steps[0].value.known(), Some(1_234.0));
    assert_eq!(model.cohorts[0].notice.known(), Some(3.0));
    assert_eq!(model.seed, 77);
}

/// The order of rows in a table never matters.
#[test]
fn row_order_of_stock_means_nothing() {
    let scenario = scenario("smets1-2020/early.toml");
    let mut shuffled = scenario.model.clone();
    shuffled.stock.reverse();
    assert_eq!(simulate(&scenario.model, 0).unwrap(), simulate(&shuffled, 0).unwrap());
}

/// The tutorial's programme can be followed by hand: 110 Dormant installations in all, and every one migrates.
#[test]
fn tutorial_is_certain() {
    let model = scenario("tutorial/existing.toml").model;
    let (first, second) = (simulate(&model, 0).unwrap(), simulate(&model, 5).unwrap());
    assert_eq!(first.days, second.days);
    let dormant = usize::from(Status::ALL[0] != Status::Dormant);
    let last = first.days.last().unwrap().stages[dormant];
    assert_eq!(last.migrated, last.total());
}

/// The reference workload reaches its marks on the days the other simulators do: 127, 241 and 296, within one.
#[test]
fn peers_reach_their_marks_on_the_same_days() {
    let model = scenario("reference/peer-workload.toml").model;
    for replication in 0..3 {
        let trace = simulate(&model, replication).unwrap();
        for (share, expected) in [(50, 127_usize), (90, 241), (99, 296)] {
            let migrated = |day: usize| trace.days[day].stages.iter().map(|s| s.migrated).sum::<u64>();
            let reached = (0..400).find(|day| migrated(*day) * 100 >= share * 1_000_000).unwrap();
            assert!(reached.abs_diff(expected) <= 1, "{share}% on day {reached}");
        }
    }
}

/// Counts of today take the place of the base's counts of the same cell, whatever their stage.
#[test]
fn stock_of_a_cell_is_replaced_and_not_added() {
    let folder = tempfile::tempdir().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tutorial/existing.toml");
    let text = format!(
        "extends = {base:?}\n[[stock]]\ncohort = \"Alder\"\nsupplier = \"Aster\"\nstatus = \"dormant\"\n\
         installations = 5\nstage = \"firmware-under-way\"\n[[stock]]\ncohort = \"Alder\"\nsupplier = \"Aster\"\n\
         status = \"dormant\"\ninstallations = 2\nstage = \"migrated\"\n"
    );
    let path = folder.path().join("today.toml");
    std::fs::write(&path, text).unwrap();
    let scenario = load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let cell: Vec<u32> = scenario
        .model
        .stock
        .iter()
        .filter(|s| (s.cohort, s.supplier, s.status) == (0, 0, Status::Dormant))
        .map(|s| s.installations)
        .collect();
    assert_eq!(cell, [5, 2]);
    assert!(scenario.warnings.problems.iter().any(|w| w.label.contains("(assumed)")));
    simulate(&scenario.model, 0).unwrap();
}

/// A cohort that rests on equivalence slips with the cohort that was tested, by one draw.
#[test]
fn equivalent_cohorts_share_the_slip_of_the_tested_one() {
    let model = scenario("smets1-2020/base.toml").model;
    let mut shared = 0;
    for cohort in &model.cohorts {
        if let Some(tested) = cohort.equivalent_to {
            assert_eq!(cohort.gate.slip.key, model.cohorts[tested].gate.slip.key, "{}", cohort.name);
            shared += 1;
        }
    }
    assert!(shared >= 8, "{shared}");
}

#[test]
fn every_scenario_read_again_from_its_results_is_the_same_model() {
    let mut paths = Vec::new();
    all(Path::new("scenarios"), &mut paths);
    assert!(paths.len() > 10);
    for path in paths {
        let read = load(&path, &[]).unwrap();
        let again =
            from_resolved(&read.resolved, &read.model.name).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(format!("{:?}", again.model), format!("{:?}", read.model), "{}", path.display());
        assert_eq!(again.resolved, read.resolved, "{}", path.display());
    }
}

/// A run may take each layer of chance from another replication, and nothing of a layer changes with the others.
#[test]
fn layers_of_chance_can_be_drawn_one_by_one() {
    use dormouse::engine::{Draw, Inputs, simulate_draw};
    let model = scenario("smets1-2020/early.toml").model;
    let days = |draw: Draw| Inputs::draw(&model, draw).cohorts.iter().map(|c| c.days).collect::<Vec<_>>();
    let draw = |shared, own, fates| Draw { shared, own, fates };
    let (alone, movements) = watched(&model, 5);
    let mut by_supplier = alone.supplier_days.clone();
    for m in &movements {
        let day = m.day.index().unwrap() * model.suppliers.len();
        let sum = &mut by_supplier[day + alone.places[m.place as usize].supplier][m.status as usize];
        sum.demand -= m.slots.demand;
        sum.allocated -= m.slots.allocated;
        sum.succeeded -= m.slots.succeeded;
        sum.failed -= m.slots.failed;
        sum.unused -= m.slots.unused;
    }
    assert!(by_supplier.iter().flatten().all(|left| *left == Slots::default()), "sums of the movements");
    let of_many = simulate_draw(&model, draw(5, 5, 5)).unwrap();
    assert_eq!(of_many, Trace { branch_weeks: Vec::new(), allocations: Vec::new(), ..alone });
    assert_eq!(days(draw(5, 5, 9)), days(Draw::from(5)), "fates move no date");
    let apart = [draw(5, 5, 5), draw(9, 5, 5), draw(5, 9, 5), draw(9, 9, 5)].map(days);
    for (at, one) in apart.iter().enumerate() {
        assert!(apart[at + 1..].iter().all(|other| other != one), "both layers of inputs move dates");
    }
    let [base, fates] = [draw(5, 5, 5), draw(5, 5, 9)].map(|draw| simulate_draw(&model, draw).unwrap());
    assert_ne!(base.finals, fates.finals);
}

/// A closed tap shares nothing out: demand waits, and yet no rule decided who waits.
#[test]
fn a_day_without_capacity_needs_no_rule() {
    let dry = [("group.IOC.capacity_per_day", "0"), ("group.MOC.capacity_per_day", "0")];
    let trace = simulate(&scenario_with("tutorial/existing.toml", &dry).model, 0).unwrap();
    assert!(trace.days.iter().any(|day| day.migration_day && day.stages[0].eligible > 0));
    assert!(trace.days.iter().all(|day| day.offered == 0 && !day.rule_needed));
    let scarce = [("group.IOC.capacity_per_day", "1"), ("group.MOC.capacity_per_day", "1")];
    let trace = simulate(&scenario_with("tutorial/existing.toml", &scarce).model, 0).unwrap();
    assert!(trace.days.iter().any(|day| day.rule_needed));
}

#[test]
fn a_factor_of_capacities_does_what_other_capacities_would() {
    let movements = |overrides: &[(&str, &str)]| {
        let model = scenario_with("tutorial/existing.toml", overrides).model;
        watched(&model, 0).1
    };
    let slots = [("group.IOC.capacity_per_day", "10"), ("group.MOC.capacity_per_day", "5")];
    let updates =
        [("group.IOC.firmware_capacity_per_day", "5"), ("group.MOC.firmware_capacity_per_day", "5")];
    let as_said = movements(&[]);
    for (factor, capacities) in [("programme.capacity_factor", slots), ("firmware.capacity_factor", updates)]
    {
        let halved = movements(&[(factor, "0.5")]);
        assert!(halved == movements(&capacities), "{factor}");
        assert!(halved != as_said, "{factor} changes something");
    }
    let programme = ("programme.capacity_per_day", "24");
    let halved = movements(&[programme, ("programme.capacity_factor", "0.5")]);
    assert!(halved == movements(&[slots[0], slots[1], ("programme.capacity_per_day", "12")]));
}

#[test]
fn without_supplier_limits_no_supplier_is_stopped_by_one() {
    let limits = |overrides: &[(&str, &str)]| -> usize {
        let model = scenario_with("smets1-2020/existing.toml", overrides).model;
        model.suppliers.iter().map(|supplier| supplier.limits.len()).sum()
    };
    assert!(limits(&[]) > 0);
    assert_eq!(limits(&[("allocation.supplier_limits", "false")]), 0);
}

#[test]
fn tables_named_on_the_command_line_are_laid_over_those_of_the_file() {
    let workshop = Workshop::new();
    workshop.write("suppliers.csv", "name,dcc_user_from\nBriar,2020-10-01\n");
    workshop.write("slots.csv", "from,all\n2020-09-07,24\n2020-09-28,6\n");
    let base = "extends = \"scenarios/tutorial/existing.toml\"\n";
    workshop.write("base.toml", base);
    let tables = "supplier = { csv = \"suppliers.csv\" }\n[programme]\ncapacity_per_day = { csv = \"slots.csv\", column = \"all\" }\n";
    workshop.write("mine.toml", &format!("{base}{tables}"));
    Case::new(&workshop, "run mine.toml -q -o in-file").run();
    let set =
        "--set supplier=suppliers.csv --set programme.capacity_per_day={csv=\"slots.csv\",column=\"all\"}";
    Case::new(&workshop, &format!("run base.toml {set} -q -o set")).run();
    Case::new(&workshop, "run base.toml -q -o as-it-is").run();
    for file in ["daily.csv", "suppliers.csv", "cohorts.csv"] {
        let of = |folder: &str| workshop.read(&format!("{folder}/{file}"));
        assert_eq!(of("set"), of("in-file"), "{file}");
        assert_ne!(of("set"), of("as-it-is"), "{file}");
    }
    let manifest = workshop.read("set/manifest.json");
    assert!(manifest.contains("\"suppliers.csv\"") && manifest.contains("\"slots.csv\""), "{manifest}");
    let (_, err) = Case::new(&workshop, "run base.toml --set supplier=nowhere.csv -q -o none").exit(2).run();
    assert!(err.contains("cannot read `nowhere.csv`") && err.contains("supplier.NAME.KEY=VALUE"), "{err}");
    let column = "run base.toml --set programme.capacity_per_day={csv=\"no.csv\",column=\"all\"} -q -o none";
    let (_, err) = Case::new(&workshop, column).exit(2).run();
    assert!(err.contains("cannot read `no.csv`") && !err.contains("NAME.KEY"), "{err}");
    let (_, err) = Case::new(&workshop, "run set -o none").exit(2).run();
    assert!(
        err.contains("cannot read `set`") && err.contains("a folder of results is for `dormouse chart`"),
        "{err}"
    );
}
