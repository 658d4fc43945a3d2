//! The facts of a build that a results folder keeps: its commit, its features, its compiler, its target and its libraries.

use std::process::Command;

fn main() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|o| o.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|t| !t.is_empty())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=DORMOUSE_COMMIT={commit}");
    let features =
        std::env::vars().filter_map(|(name, _)| name.strip_prefix("CARGO_FEATURE_").map(str::to_lowercase));
    let mut features: Vec<String> = features.filter(|feature| feature != "default").collect();
    features.sort();
    println!("cargo::rustc-env=DORMOUSE_FEATURES={}", features.join(", "));
    let rustc =
        Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())).arg("--version").output();
    let rustc = rustc.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    println!("cargo::rustc-env=DORMOUSE_RUSTC={}", rustc.trim());
    println!("cargo::rustc-env=DORMOUSE_TARGET={}", std::env::var("TARGET").unwrap_or_default());
    println!("cargo::rustc-env=DORMOUSE_CRATES={}", crates());
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-changed=build.rs");
    // HEAD changes on a switch of branch, its log on every commit; in a worktree both lie elsewhere.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file]);
        if let Some(found) = path.filter(|p| std::path::Path::new(p).exists()) {
            println!("cargo::rerun-if-changed={found}");
        }
    }
}

/// The libraries that Cargo.toml names, with their versions of Cargo.lock: `clap 4.6.0, csv 1.4.0`. The tests' own are left out.
fn crates() -> String {
    let [toml, lock] =
        ["Cargo.toml", "Cargo.lock"].map(|file| std::fs::read_to_string(file).unwrap_or_default());
    let ours =
        toml.split("\n[dependencies]\n").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
    let names = ours.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let mut found: Vec<String> = Vec::new();
    for (name, said) in names {
        // Of several versions of a library, ours begins as Cargo.toml says.
        let wanted =
            said.split('"').find(|part| part.starts_with(|c: char| c.is_ascii_digit())).unwrap_or_default();
        let entry = format!("name = \"{name}\"\nversion = \"{wanted}");
        let version = lock.split(&entry).nth(1).and_then(|rest| rest.split('"').next());
        found.extend(version.map(|rest| format!("{name} {wanted}{rest}")));
    }
    found.sort();
    found.join(", ")
}
