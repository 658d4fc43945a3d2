//! Completions of shells and pages of the manual: every verb is in them, and a real bash completes by them.

use std::fs;
use std::process::Command;

use crate::command::{Case, Workshop};

/// Verbs that packages call and people do not.
pub(crate) const HIDDEN: [&str; 2] = ["completions", "manual"];

#[test]
fn completions_of_every_shell_know_every_verb_and_are_the_same_each_time() {
    let workshop = Workshop::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let words = format!("completions {shell}");
        let (script, err) = Case::new(&workshop, &words).run();
        assert!(err.is_empty() && Case::new(&workshop, &words).run().0 == script, "{shell}: {err}");
        let lacking: Vec<&str> =
            crate::cli::VERBS.into_iter().filter(|verb| !script.contains(verb)).collect();
        assert!(lacking.is_empty(), "{shell} lacks {lacking:?}");
    }
    let (_, err) = Case::new(&workshop, "completions csh").exit(2).run();
    assert!(err.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{err}");
}

/// What bash offers for the last of some words, in a folder with a file whose name has a blank.
#[cfg(unix)]
fn offered(workshop: &Workshop, words: &[&str]) -> Vec<String> {
    const SCRIPT: &str = r#"
source completions.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
compopt() { :; } # only the shell's own line editor has options of a completion
_dormouse dormouse "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;
    let output = workshop
        .command("bash")
        .args(["--noprofile", "--norc", "-c", SCRIPT, "bash", "dormouse"])
        .args(words)
        .output()
        .expect("bash is there");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{words:?}: {said}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[cfg(unix)]
fn bash_completes_verbs_flags_values_and_files_whole() {
    let workshop = Workshop::new();
    let (script, _) = Case::new(&workshop, "completions bash").run();
    workshop.write("completions.bash", &script);
    workshop.write("my plan.csv", "");
    let offered = |words: &[&str]| offered(&workshop, words);
    assert_eq!(offered(&["che"]), ["check"]);
    assert_eq!(offered(&["run", "--prec"]), ["--precision"]);
    assert_eq!(offered(&["run", "--allocation", "m"]), ["msm", "max-min"]);
    assert_eq!(offered(&["run", "--counts", "my"]), ["my plan.csv"]);
    // Numbers and dates: files would be no help, so what was typed stays.
    assert_eq!(offered(&["run", "--seed", "1"]), ["1"]);
    assert_eq!(offered(&["run", "--until", ""]), [""]);
    // Folders are left to bash, which sets a slash behind them; so are files without a flag.
    assert_eq!(offered(&["run", "--output", "sce"]), [""]);
    assert_eq!(offered(&["run", "sce"]), [""]);
}

#[test]
fn the_manual_has_a_page_for_each_verb_with_the_version_at_its_foot() {
    let workshop = Workshop::new();
    let (_, err) = Case::new(&workshop, "manual pages").run();
    let pages = workshop.files("pages");
    assert!(err.contains("Written: 13 pages to pages"), "{err}");
    let mut names: Vec<String> = crate::cli::VERBS.iter().map(|verb| format!("dormouse-{verb}.1")).collect();
    names.push("dormouse.1".to_owned());
    names.sort();
    assert_eq!(pages.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), names);
    let version = env!("CARGO_PKG_VERSION");
    for (name, bytes) in &pages {
        let page = String::from_utf8(bytes.clone()).unwrap();
        let title = name.trim_end_matches(".1");
        let head = page.lines().find(|line| line.starts_with(".TH")).unwrap();
        assert!(head.starts_with(&format!(".TH {title} 1")) && head.contains(version), "{head}");
        assert!(!HIDDEN.iter().any(|verb| page.contains(verb)), "{name} shows a hidden verb");
        let flag = page.contains("\\-\\-version");
        assert_eq!(flag, title == "dormouse", "{name}: a verb takes no --version");
    }
    Case::new(&workshop, "manual pages").run();
    assert_eq!(workshop.files("pages"), pages);
    fs::write(workshop.path("pages/dormouse.1"), "mine").unwrap();
    let (_, err) = Case::new(&workshop, "manual pages").exit(2).run();
    assert!(err.contains("dormouse.1") && err.contains("--force"), "{err}");
    assert_eq!(workshop.read("pages/dormouse.1"), "mine");
    Case::new(&workshop, "manual pages --force").run();
    assert_eq!(workshop.files("pages"), pages);
}

#[test]
#[cfg(unix)]
fn groff_sets_every_page_without_a_warning() {
    let workshop = Workshop::new();
    Case::new(&workshop, "manual pages").run();
    for (name, _) in workshop.files("pages") {
        let page = workshop.path(&format!("pages/{name}"));
        let set = Command::new("groff").args(["-man", "-ww", "-Tutf8", "-Kutf8"]).arg(&page).output();
        let set = set.expect("groff is there: Debian has it in `groff-base`");
        let said = String::from_utf8_lossy(&set.stderr).into_owned();
        assert!(set.status.success() && said.is_empty(), "{name}: {said}");
        assert!(String::from_utf8_lossy(&set.stdout).contains("dormouse"), "{name}");
    }
}
