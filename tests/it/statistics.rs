//! How often intervals hold the truth, and how often a difference is claimed where there is none: repetitions in worlds
//! whose truth is known. The page on statistics keeps the table.

mod coverage;
mod holds;
mod national;
mod table;
mod two_levels;
mod worlds;

use std::fs;

use crate::command::{UPDATE, repository};
use coverage::rows;
use table::Row;

const PAGE: &str = "docs/reference/statistics.md";
const HEAD: &str = "| what | of | runs | repetitions | held % | promised % |\n|---|---|--:|--:|--:|---|\n";

#[test]
#[ignore = "a minute in release: cargo test --release --test it -- --ignored statistics"]
fn intervals_hold_the_truth_as_often_as_they_say_and_the_page_says_how_often() {
    let rows = rows(10_000);
    let broken: Vec<&Row> = rows.iter().filter(|row| !row.is_as_promised()).collect();
    assert!(broken.is_empty(), "{broken:#?}");

    let path = repository().join(PAGE);
    let page = fs::read_to_string(&path).unwrap();
    let (before, after) = page.split_once(HEAD).expect("the page has the table");
    let table: Vec<String> = rows.iter().map(Row::to_string).collect();
    let text: Vec<&str> = after.lines().skip_while(|line| line.starts_with('|')).collect();
    let renewed = format!("{before}{HEAD}{}\n{}\n", table.join("\n"), text.join("\n"));
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&path, &renewed).unwrap();
    } else {
        assert_eq!(page, renewed, "{UPDATE}=1 writes it anew");
    }
}

/// With few repetitions: shows a formula that is wrong and not one that is a little off.
#[test]
fn no_interval_is_far_off() {
    for row in rows(100) {
        assert!(row.may_be_as_promised(), "{row:?}");
    }
}
