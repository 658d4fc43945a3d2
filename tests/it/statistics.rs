//! How often intervals hold the truth, and how often a difference is claimed where there is none.
//!
//! The experiment draws from distributions whose truth is known, many times over. Its table stands in
//! `docs/reference/statistics.md`; the long test makes it again and compares.

mod coverage;
mod draws;

use std::fmt::Write as _;
use std::fs;

use crate::command::{UPDATE, repository};
use coverage::{Row, rows};

/// Repetitions of each row in the table of the documentation.
const REPETITIONS: usize = 10_000;

/// What the table of the documentation must be, word for word.
#[test]
#[ignore = "a minute and more in a release build: cargo test --release --test it -- --ignored statistics"]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let rows: Vec<Row> = rows(REPETITIONS);
    let table = table(&rows);
    println!("{table}");
    let missed: Vec<&str> = rows.iter().filter(|row| !row.is_as_wanted()).map(Row::name).collect();
    assert!(missed.is_empty(), "not within what is wanted: {missed:?}");

    let page = repository().join("docs/reference/statistics.md");
    let text = fs::read_to_string(&page).unwrap();
    let start = text.find(HEAD).unwrap_or_else(|| panic!("{} shows no such table", page.display()));
    let end = start + text[start..].find("```").unwrap();
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&page, format!("{}{table}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], table);
    }
}

/// The same with few repetitions, which shows a formula that is wrong and not one that is a little off.
#[test]
fn no_formula_is_far_off() {
    for row in rows(250) {
        assert!(row.may_be_as_wanted(), "{}", row.line());
    }
}

const HEAD: &str = "                                                       runs   held %  wanted %";

fn table(rows: &[Row]) -> String {
    let mut table = format!("{HEAD}\n");
    for row in rows {
        writeln!(table, "{}", row.line()).unwrap();
    }
    table
}
