//! One slip a file: the whole error text is the test. `DORMOUSE_UPDATE_EXPECTED=1 cargo test problems` writes the
//! texts anew, to be read before they are committed.

use std::path::Path;
use std::process::Command;

use crate::command::{DORMOUSE, UPDATE};

#[test]
fn every_mistake_has_its_whole_message_and_nothing_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/problems");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "toml") && name != "good.toml")
        .collect();
    names.sort();
    assert!(names.len() >= 60, "{} slips", names.len());
    let elsewhere = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for name in names {
        let out = elsewhere.path().join("results");
        let run = Command::new(DORMOUSE)
            .current_dir(&folder)
            .env("NO_COLOR", "1")
            .args(["run", &name, "-o"])
            .arg(&out)
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{name}: {said}");
        assert!(run.stdout.is_empty() && !out.exists(), "{name} wrote something");
        let expected = folder.join(&name).with_extension("txt");
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        let text = std::fs::read_to_string(&expected).unwrap_or_default();
        if text != said {
            wrong.push(format!("{name}: expected\n{text}\nfound\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
