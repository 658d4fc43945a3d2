//! Every command shown in README and docs is run, and what is shown of its answer must be what it says.
//!
//! A ```` ```console ```` block holds commands after `$ ` and their answers. Those that begin with `dormouse`, or with
//! `cargo run --release --`, are run in a copy of the repository's scenarios, in order within a page. `# exits 2` after a
//! command states its exit code. A line `...` stands for any lines.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::command::{DORMOUSE, UPDATE, Workshop, repository};

/// A command in a page and the lines shown below it.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    command: String,
    exit: i32,
    /// Line numbers of the answer in the page, from 0.
    lines: std::ops::Range<usize>,
}

#[test]
fn every_command_in_readme_and_docs_runs_and_says_what_is_shown() {
    let mut pages = vec![repository().join("README.md")];
    pages.extend(pages_under(&repository().join("docs")));
    pages.sort();
    let failures: Vec<String> = pages.iter().flat_map(|page| failures_of(page)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_page_is_read_as_its_reader_would() {
    let page = "text\n```console\n$ dormouse check a.toml # exits 2\nerror\n...\n$ ls\nb\n$ cargo run --release -- \\\n    run a\n```\n$ dormouse no\n";
    let shown = shown_in(page);
    let expected = [("dormouse check a.toml ", 2, 3..5), ("dormouse run a", 0, 9..9)];
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
    for (shown, (command, exit, lines)) in shown.iter().zip(expected) {
        assert_eq!((shown.command.as_str(), shown.exit, &shown.lines), (command, exit, &lines));
    }
}

#[test]
fn dots_match_any_lines_and_nothing_else_does() {
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(matches(&["...", "d"], &["d"]));
    assert!(!matches(&["a", "d"], &["a", "b", "d"]));
    assert!(!matches(&["a", "..."], &["b"]));
}

fn pages_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let pages = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.chain(folders.iter().flat_map(|folder| pages_under(folder))).collect()
}

fn failures_of(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let workshop = Workshop::new();
    let (mut failures, mut renewed, mut at) = (vec![], String::new(), 0);
    for shown in shown_in(&text) {
        let (exit, said) = answer(&workshop, &shown.command);
        let expected = &lines[shown.lines.clone()];
        let said: Vec<&str> = said.lines().map(str::trim_end).collect();
        let right = expected.is_empty() || matches(expected, &said);
        let keep = if right { shown.lines.end } else { shown.lines.start };
        lines[at..keep].iter().for_each(|line| renewed.extend([line, "\n"]));
        if !right {
            for line in &said {
                renewed.extend([*line, "\n"]);
            }
        }
        at = shown.lines.end;
        if exit != shown.exit || !right {
            let place = format!("{}:{}", page.display(), shown.lines.start);
            failures.push(format!("{place}: `{}` exits {exit} and says\n{}", shown.command, said.join("\n")));
        }
    }
    if std::env::var_os(UPDATE).is_some() && !failures.is_empty() {
        lines[at..].iter().for_each(|line| renewed.extend([line, "\n"]));
        fs::write(page, renewed).unwrap();
    }
    failures
}

/// The commands of ours in a page.
fn shown_in(page: &str) -> Vec<Shown> {
    let lines: Vec<&str> = page.lines().collect();
    let (mut shown, mut inside, mut at) = (vec![], false, 0);
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if line.starts_with("```") {
            inside = line == "```console";
            continue;
        }
        let Some(mut command) = line.strip_prefix("$ ").filter(|_| inside).map(str::to_owned) else {
            continue;
        };
        while command.ends_with('\\') {
            command.truncate(command.len() - 1);
            command.push_str(lines[at].trim_start());
            at += 1;
        }
        let ends = |line: &&str| line.starts_with("$ ") || line.starts_with("```");
        let end = lines[at..].iter().position(ends).map_or(lines.len(), |n| at + n);
        let command = command.replace("cargo run --release -- ", "dormouse ");
        let (command, exit) = command.split_once("# exits ").unwrap_or((&command, "0"));
        if command.starts_with("dormouse") {
            shown.push(Shown {
                command: command.to_owned(),
                exit: exit.trim().parse().unwrap(),
                lines: at..end,
            });
        }
    }
    shown
}

/// What a terminal would show, and the exit code.
fn answer(workshop: &Workshop, command: &str) -> (i32, String) {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let folder = Path::new(DORMOUSE).parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = workshop.command("sh");
    shell.arg("-c").arg(command).env("PATH", path).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = shell.spawn().unwrap();
    // Our ends of the pipe live in the builder; the reader would wait for them.
    drop(shell);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code().unwrap_or(-1), said)
}

fn matches(expected: &[&str], said: &[&str]) -> bool {
    match expected {
        [] => said.is_empty(),
        ["...", rest @ ..] => (0..=said.len()).any(|skipped| matches(rest, &said[skipped..])),
        [line, rest @ ..] => {
            said.first().is_some_and(|first| first == &line.trim_end()) && matches(rest, &said[1..])
        }
    }
}
