//! Figures and a whole report from results that are there: reading the folder, drawing, and every file of a figure, the PNG among
//! them. Ids are paths: what, results, kind.
//!
//! The national programme has many cohorts, suppliers and columns; the tutorial with 1,000 replications has many rows.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use dormouse::chart::Kind;
use dormouse::output::{Results, ResultsRun};
use dormouse::report::{report, to_html};

/// Runs the command and returns the folder it wrote.
fn made(root: &Path, name: &str, words: &str) -> PathBuf {
    let dir = root.join(name);
    let done = Command::new(env!("CARGO_BIN_EXE_dormouse"))
        .args(words.split(' '))
        .args(["-q", "-o"])
        .arg(&dir)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command starts");
    assert!(done.status.success(), "{words}:\n{}", String::from_utf8_lossy(&done.stderr));
    dir
}

fn charts(criterion: &mut Criterion) {
    let root = tempfile::tempdir().expect("a folder for results");
    let national = "scenarios/smets1-2020/existing.toml scenarios/smets1-2020/early.toml";
    let tutorial = "scenarios/tutorial/existing.toml scenarios/tutorial/early.toml";
    let folders = [
        ("national", made(root.path(), "national", &format!("run {national}"))),
        ("national-40", made(root.path(), "national-40", &format!("run {national} --replications 40"))),
        ("tutorial-1000", made(root.path(), "tutorial-1000", &format!("run {tutorial} --replications 1000"))),
    ];
    let mut figures = criterion.benchmark_group("chart");
    figures.sampling_mode(SamplingMode::Flat);
    for (name, dir) in &folders {
        let given = Results::open(dir).expect("a results folder");
        for kind in Kind::ALL.into_iter().filter(|kind| kind.given_by(&given)) {
            figures.bench_function(format!("{name}/{}", kind.name()), |bencher| {
                bencher.iter(|| {
                    let results = Results::open(dir).expect("a results folder");
                    let runs: Vec<&ResultsRun> = results.runs.iter().collect();
                    let drawn = kind.draw(&results, &runs).expect("the folder gives it");
                    let files: Vec<_> =
                        drawn.iter().map(|one| one.figure.files().expect("it is drawn")).collect();
                    assert!(files.iter().all(|files| files.len() == 4));
                    black_box(files)
                });
            });
        }
    }
    figures.finish();
    let mut reports = criterion.benchmark_group("report");
    reports.sampling_mode(SamplingMode::Flat);
    for (name, dir) in &folders[1..] {
        reports.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let results = Results::open(dir).expect("a results folder");
                let page = to_html(&report(&results, None, &[]).expect("the folder is whole"));
                assert!(page.contains("</html>"));
                black_box(page)
            });
        });
    }
    reports.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    targets = charts
}
criterion_main!(benches);
