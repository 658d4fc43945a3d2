//! Tells the program which commit it was built from, for the manifest of every run.

use std::process::Command;

fn main() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|o| o.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|t| !t.is_empty())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=DORMOUSE_COMMIT={commit}");
    println!("cargo::rerun-if-changed=build.rs");
    // HEAD changes on a switch of branch, its log on every commit; in a worktree both lie elsewhere.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file]);
        if let Some(found) = path.filter(|p| std::path::Path::new(p).exists()) {
            println!("cargo::rerun-if-changed={found}");
        }
    }
}
