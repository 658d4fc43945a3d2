//! A run takes about as much memory as is said before it begins. A test of its own, for it counts for all threads.

use std::fmt::Write;
use std::path::Path;

use dormouse::engine::{Memory, simulate};
use dormouse::scenario::{Override, load};

#[global_allocator]
static COUNTED: dhat::Alloc = dhat::Alloc;

/// The national programme with other tables: so many cohorts and suppliers.
fn made(cohorts: usize, suppliers: usize, more: &[(&str, &str)]) -> dormouse::model::Model {
    let folder = tempfile::tempdir().expect("a folder");
    let national = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/smets1-2020");
    for file in ["base.toml", "capacity.csv", "firmware.csv"] {
        std::fs::copy(national.join(file), folder.path().join(file)).expect("a copy");
    }
    let names: Vec<String> = ["Curlew", "Lapwing"]
        .map(str::to_owned)
        .into_iter()
        .chain((2..suppliers).map(|s| format!("S{s}")))
        .collect();
    let mut tables = [
        "name,group,route,gate\n".to_owned(),
        "name,market_share_pct\n".to_owned(),
        "cohort,supplier,status,installations\n".to_owned(),
    ];
    for cohort in 0..cohorts {
        let group = ["IOC", "MOC (MDS)", "MOC (Secure)", "FOC"][cohort % 4];
        writeln!(tables[0], "C{cohort},{group},MT/SIT,2020-0{}-01", 1 + cohort % 9).expect("memory");
        for name in &names {
            writeln!(tables[2], "C{cohort},{name},dormant,60\nC{cohort},{name},active,180").expect("memory");
        }
    }
    names.iter().for_each(|name| writeln!(tables[1], "{name},1").expect("memory"));
    for (name, table) in ["cohorts", "suppliers", "stock"].into_iter().zip(tables) {
        std::fs::write(folder.path().join(format!("{name}.csv")), table).expect("a table");
    }
    let overrides: Vec<Override> =
        more.iter().map(|(key, value)| Override { key: (*key).into(), value: (*value).into() }).collect();
    load(&folder.path().join("base.toml"), &overrides).unwrap_or_else(|problems| panic!("{problems}")).model
}

#[test]
fn a_run_takes_as_much_memory_as_is_said() {
    let longer = [("cohort_defaults.retry_days", "60"), ("cohort_defaults.notice_days", "40")];
    for (cohorts, suppliers, more) in [(60, 50, &[][..]), (20, 100, &[]), (60, 50, &longer)] {
        let model = made(cohorts, suppliers, more);
        let said = Memory::of(&model);
        let counting = dhat::Profiler::builder().testing().build();
        let trace = simulate(&model, 0).expect("every check holds");
        let (peak, kept) = (dhat::HeapStats::get().max_bytes, dhat::HeapStats::get().curr_bytes);
        drop(counting);
        let cells = 2 * trace.places.len();
        println!("{cells} cells: said {} and {}, took {peak} and {kept}", said.running, said.kept);
        assert_eq!(cells, 2 * cohorts * suppliers);
        for (what, said, took) in [("running", said.running, peak), ("kept", said.kept, kept)] {
            assert!(said >= took, "{what}: said {said} bytes, took {took}");
            assert!(said < 2 * took, "{what}: said {said} bytes, took only {took}");
        }
    }
}
