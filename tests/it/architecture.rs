//! The modules use each other as `docs/architecture.md` says, and in no other way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::command::repository;

type Uses = BTreeMap<String, BTreeSet<String>>;

/// The modules that each module uses by the table of the page; those of `cli` are not listed one by one.
fn documented() -> Uses {
    let page = fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_matches('|').split(" | ").collect::<Vec<_>>());
    cells
        .filter(|cells| cells.len() == 3)
        .map(|cells| (quoted(cells[0]).pop_first().unwrap(), quoted(cells[2])))
        .collect()
}

/// The modules that the code of each module names, its unit tests left out.
fn imported() -> Uses {
    let mut uses = Uses::new();
    let src = repository().join("src");
    visit(&src, &src, &mut uses);
    uses
}

fn visit(src: &Path, folder: &Path, uses: &mut Uses) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(src, &path, uses);
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let module = path.strip_prefix(src).unwrap().components().next().unwrap();
        let module = module.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let of = uses.entry(module.clone()).or_default();
        of.extend(code.split("crate::").skip(1).map(first_word).filter(|word| is_module(src, word)));
        of.remove(&module);
    }
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn is_module(src: &Path, word: &str) -> bool {
    src.join(format!("{word}.rs")).exists()
}

#[test]
fn modules_use_what_the_page_says() {
    let (mut documented, mut imported) = (documented(), imported());
    // The binary names the library from outside.
    assert!(documented.remove("cli").is_some() && imported.remove("cli").is_some());
    assert!(documented.len() > 15, "the table was found");
    assert_eq!(imported, documented);
}

#[test]
fn no_module_uses_one_that_uses_it() {
    let imported = imported();
    // An engine writes traces, and a trace names the layers of the draw that made it.
    let known = ["engine", "trace"];
    for (module, uses) in &imported {
        for used in uses {
            let back = imported.get(used).is_some_and(|of| of.contains(module));
            let is_known = known.contains(&module.as_str()) && known.contains(&used.as_str());
            assert!(!back || is_known, "{module} and {used} use each other");
        }
    }
}
