//! Tells the program which commit it was built from, for the manifest of every run, and with which features.

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
    println!("cargo::rerun-if-changed=build.rs");
    // HEAD changes on a switch of branch, its log on every commit; in a worktree both lie elsewhere.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file]);
        if let Some(found) = path.filter(|p| std::path::Path::new(p).exists()) {
            println!("cargo::rerun-if-changed={found}");
        }
    }
}
