//! How many instructions a cell of a shared day costs, and how many a replication, counted by valgrind: the same on a busy
//! machine as on a quiet one. Runs itself under `cachegrind` with more and with fewer passes and takes the difference, so
//! that what is done once does not count. Beside them stand mispredicted branches, as cachegrind predicts them.
//!
//! `cargo bench --bench instructions` compares with `benches/instructions.csv` and fails where a count of instructions
//! rose by more than 1%; `-- --keep` writes the counts there. `-- made recorded` takes the workloads whose names begin so.
#![allow(clippy::print_stdout, reason = "a bench reports on the terminal")]
#![allow(clippy::cast_precision_loss, reason = "counts are below 2^53")]

#[path = "../allocate/pool.rs"]
mod pool;
#[path = "../replicate/programmes.rs"]
mod programmes;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use dormouse::allocate::{Allocator, Grants, Rules, verify};
use dormouse::engine::simulate_draw;
use dormouse::model::Rounding;
use pool::{Circumstance, Pool};

/// Set in the process that is counted: a workload and how many passes it makes.
const COUNTED: &str = "DORMOUSE_COUNTED";
const SYSTEMATIC: Rules = Rules { rounding: Rounding::Systematic, ..Rules::DEFAULT };
/// Days that are shared out again and again: a count is of a cell.
const DAYS: [&str; 9] = [
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
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|begin| name.starts_with(begin.as_str()));
    let replications = programmes::NAMES.map(|name| format!("{REPLICATE}{name}"));
    let workloads = DAYS.map(str::to_owned).into_iter().chain(replications).filter(|name| is_wanted(name));
    let counts: Vec<(String, Counts)> = workloads.map(|name| (name.clone(), counted(&name))).collect();
    let before = read_kept();
    if std::env::args().any(|arg| arg == "--keep") {
        keep(before, counts);
        return ExitCode::SUCCESS;
    }
    if compare(&before, &counts) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The workloads that are replications of a programme: a count is of a replication.
const REPLICATE: &str = "replicate/";

/// What one cell or one replication costs.
#[derive(Clone, Copy)]
struct Counts {
    instructions: f64,
    mispredicted: f64,
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
    if let Some(name) = workload.strip_prefix(REPLICATE) {
        let model = programmes::named(name);
        for replication in (0..).take(passes) {
            let draw = u32::into(replication);
            black_box(simulate_draw(&model, draw).expect("every check holds"));
        }
        return;
    }
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

/// The difference of two more passes, for each cell or replication of them.
fn counted(workload: &str) -> Counts {
    let passes = if workload.starts_with(REPLICATE) {
        1
    } else {
        let (pool, _) = days_of(workload);
        pool.cells() * pool.days.len() as u64
    };
    let ([many, many_missed], [few, few_missed]) = (cachegrind(workload, 3), cachegrind(workload, 1));
    let each = |many: u64, few: u64| (many - few) as f64 / (2 * passes) as f64;
    Counts { instructions: each(many, few), mispredicted: each(many_missed, few_missed) }
}

/// Instructions and mispredicted branches of a process.
fn cachegrind(workload: &str, passes: usize) -> [u64; 2] {
    let this = std::env::current_exe().expect("a process has a file");
    let valgrind = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--branch-sim=yes", "--cachegrind-out-file=/dev/null"])
        .arg(this)
        .env(COUNTED, format!("{workload}*{passes}"))
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&valgrind.stderr);
    assert!(valgrind.status.success(), "{workload}: {told}");
    ["refs:", "Mispredicts:"].map(|name| {
        let (_, line) = told.split_once(name).expect("cachegrind counts instructions and branches");
        let count = line.split_whitespace().next().unwrap_or_default();
        count.replace(',', "").parse().expect("a count")
    })
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.csv")
}

/// The compiler, for another one makes other instructions.
fn compiler() -> String {
    let rustc = Command::new("rustc").arg("--version").output().expect("rustc is there");
    String::from_utf8_lossy(&rustc.stdout).trim().to_owned()
}

/// The counts that are kept, and whether they are of this compiler.
struct Kept {
    counts: BTreeMap<String, Counts>,
    header: String,
    same_compiler: bool,
}

fn read_kept() -> Kept {
    let text = std::fs::read_to_string(kept()).expect("benches/instructions.csv is there");
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default().to_owned();
    let of_line = |line: &str| {
        let mut cells = line.split(',');
        let name = cells.next()?.to_owned();
        let mut number = || cells.next()?.parse().ok();
        Some((name, Counts { instructions: number()?, mispredicted: number()? }))
    };
    Kept { counts: lines.filter_map(of_line).collect(), same_compiler: header.ends_with(&compiler()), header }
}

fn keep(before: Kept, counts: Vec<(String, Counts)>) {
    let all =
        DAYS.map(str::to_owned).into_iter().chain(programmes::NAMES.map(|name| format!("{REPLICATE}{name}")));
    let mut known = before.counts;
    for (name, counts) in counts {
        println!("{name:<34} {:>14.2} {:>12.2}", counts.instructions, counts.mispredicted);
        known.insert(name, counts);
    }
    let mut text =
        format!("workload,instructions a cell or replication,mispredicted branches,{}\n", compiler());
    for name in all {
        if let Some(Counts { instructions, mispredicted }) = known.get(&name) {
            writeln!(text, "{name},{instructions:.2},{mispredicted:.2},").expect("a text grows");
        }
    }
    std::fs::write(kept(), text).expect("benches/instructions.csv can be written");
}

/// Shows both, and says whether nothing rose.
fn compare(before: &Kept, counts: &[(String, Counts)]) -> bool {
    println!("{:<34} {:>14} {:>14} {:>8}", "instructions a cell or replication", "kept", "now", "change");
    let mut rose = false;
    for (name, now) in counts {
        let now = now.instructions;
        let Some(Counts { instructions: kept, .. }) = before.counts.get(name) else {
            println!("{name:<34} {:>14} {now:>14.2}", "");
            continue;
        };
        let percent = 100.0 * (now / kept - 1.0);
        rose |= percent > TOLERATED;
        println!("{name:<34} {kept:>14.2} {now:>14.2} {percent:>+7.1}%");
    }
    if !before.same_compiler {
        println!("The kept counts are of another compiler ({}): no verdict.", before.header);
    } else if rose {
        println!(
            "A count rose by more than {TOLERATED}%. If that was worth it: cargo bench --bench instructions -- --keep"
        );
    }
    !before.same_compiler || !rose
}
