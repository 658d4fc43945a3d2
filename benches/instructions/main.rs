//! How many instructions a cell costs, counted by valgrind: the same on a busy machine as on a quiet one. Runs itself
//! under `cachegrind` with more and with fewer passes over the same days and takes the difference, so that what is done
//! once does not count.
//!
//! `cargo bench --bench instructions` compares with `benches/instructions.csv` and fails where a count rose by more than
//! 1%; `-- --keep` writes the counts there.
#![allow(clippy::print_stdout, reason = "a bench reports on the terminal")]
#![allow(clippy::cast_precision_loss, reason = "counts are below 2^53")]

#[path = "../allocate/pool.rs"]
mod pool;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use dormouse::allocate::{Allocator, Grants, Rules, verify};
use dormouse::model::Rounding;
use pool::{Circumstance, Pool};

/// Set in the process that is counted: a workload and how often it goes over its days.
const COUNTED: &str = "DORMOUSE_COUNTED";
const SYSTEMATIC: Rules = Rules { rounding: Rounding::Systematic, ..Rules::DEFAULT };
const WORKLOADS: [&str; 9] = [
    "made/contested",
    "made/scarce",
    "made/plenty",
    "made/every-limit",
    "made/systematic",
    "verify/contested",
    "recorded/existing",
    "recorded/early",
    "recorded/crossing-limits",
];

/// A rise by more than this many hundredths fails.
const TOLERATED: f64 = 1.0;

fn main() -> ExitCode {
    if let Ok(counted) = std::env::var(COUNTED) {
        let (workload, passes) = counted.split_once('*').expect("a workload and its passes");
        go_over(workload, passes.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    // A runner that lists what there is, or asks for tests, starts nothing: this bench has no tests.
    if std::env::args().any(|arg| arg == "--list") {
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not installed: no instructions counted");
        return ExitCode::SUCCESS;
    }
    let counts: Vec<(&str, f64)> = WORKLOADS.iter().map(|workload| (*workload, per_cell(workload))).collect();
    if std::env::args().any(|arg| arg == "--keep") {
        keep(&counts);
        return ExitCode::SUCCESS;
    }
    if compare(&counts) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn days_of(workload: &str) -> (Pool, Rules) {
    match workload.split_once('/').expect("a path") {
        ("recorded", name) => Pool::recorded(name),
        (_, "systematic") => (Pool::made(Circumstance::Contested, 4_096), SYSTEMATIC),
        (_, name) => {
            let (_, kind) =
                Circumstance::ALL.into_iter().find(|(id, _)| *id == name).expect("a circumstance");
            (Pool::made(kind, 4_096), Rules::DEFAULT)
        }
    }
}

fn go_over(workload: &str, passes: usize) {
    let (pool, rules) = days_of(workload);
    let (mut allocator, mut grants) = (Allocator::new(pool.shape.clone(), rules), Grants::default());
    if workload.starts_with("verify/") {
        let day = pool.days[0].day();
        allocator.allocate(&day, &mut grants);
        for _ in 0..passes * pool.days.len() {
            black_box(verify(&pool.shape, &rules, &day, &grants).expect("the certificate holds"));
        }
        return;
    }
    for _ in 0..passes {
        for owned in &pool.days {
            allocator.allocate(&owned.day(), &mut grants);
            black_box(&grants);
        }
    }
}

/// Instructions a cell of a day.
fn per_cell(workload: &str) -> f64 {
    let (pool, _) = days_of(workload);
    let cells = pool.cells() * pool.days.len() as u64;
    (instructions(workload, 3) - instructions(workload, 1)) as f64 / (2 * cells) as f64
}

fn instructions(workload: &str, passes: usize) -> u64 {
    let this = std::env::current_exe().expect("a process has a file");
    let valgrind = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(this)
        .env(COUNTED, format!("{workload}*{passes}"))
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&valgrind.stderr);
    assert!(valgrind.status.success(), "{workload}: {told}");
    let line = told.lines().find_map(|line| line.split_once("I ").filter(|(_, rest)| rest.contains("refs:")));
    let (_, count) = line.and_then(|(_, rest)| rest.split_once(':')).expect("cachegrind counts instructions");
    count.trim().replace(',', "").parse().expect("a count")
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.csv")
}

/// The compiler, for another one makes other instructions.
fn compiler() -> String {
    let rustc = Command::new("rustc").arg("--version").output().expect("rustc is there");
    String::from_utf8_lossy(&rustc.stdout).trim().to_owned()
}

fn keep(counts: &[(&str, f64)]) {
    let mut text = format!("workload,instructions per cell,{}\n", compiler());
    for (workload, count) in counts {
        writeln!(text, "{workload},{count:.2},").expect("a text grows");
        println!("{workload:<28} {count:>8.2}");
    }
    std::fs::write(kept(), text).expect("benches/instructions.csv can be written");
}

/// Shows both, and says whether nothing rose.
fn compare(counts: &[(&str, f64)]) -> bool {
    let text = std::fs::read_to_string(kept()).expect("benches/instructions.csv is there");
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let same_compiler = header.ends_with(&compiler());
    let before: BTreeMap<&str, f64> = lines
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some((cells.next()?, cells.next()?.parse().ok()?))
        })
        .collect();
    println!("{:<28} {:>8} {:>8} {:>8}", "instructions per cell", "kept", "now", "change");
    let mut rose = false;
    for (workload, now) in counts {
        let Some(kept) = before.get(workload) else {
            println!("{workload:<28} {:>8} {now:>8.2}", "");
            continue;
        };
        let percent = 100.0 * (now / kept - 1.0);
        rose |= percent > TOLERATED;
        println!("{workload:<28} {kept:>8.2} {now:>8.2} {percent:>+7.1}%");
    }
    if !same_compiler {
        println!("The kept counts are of another compiler ({header}): no verdict.");
    } else if rose {
        println!(
            "A count rose by more than {TOLERATED}%. If that was worth it: cargo bench --bench instructions -- --keep"
        );
    }
    !same_compiler || !rose
}
