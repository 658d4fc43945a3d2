//! Invisible characters: control characters, marks of writing direction, spaces without width. With them two different
//! names can look alike, and printed text can be hidden or changed.

use super::document::{Item, Node, Table, read_toml};
use super::problem::{Place, Problem};

/// Returns the first invisible character of a text, with its place \[bytes\].
#[must_use]
pub(super) fn unseen(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, c)| is_unseen(*c))
}

/// Notes every text and every key of a table that holds an invisible character.
pub(super) fn check(table: &Table, problems: &mut Vec<Problem>) {
    for entry in &table.entries {
        check_text(&entry.key, &entry.place, problems);
        check_item(&entry.item, problems);
    }
}

fn check_item(item: &Item, problems: &mut Vec<Problem>) {
    match &item.node {
        Node::Text(text) | Node::Cell(text) => check_text(text, &item.place, problems),
        Node::List(items) => items.iter().for_each(|item| check_item(item, problems)),
        Node::Table(table) => check(table, problems),
        _ => {}
    }
}

fn check_text(text: &str, place: &Place, problems: &mut Vec<Problem>) {
    problems.extend(unseen(text).map(|(_, c)| refused("a text", c, place)));
}

/// Returns the problem of an invisible character.
pub(super) fn refused(what: &str, c: char, place: &Place) -> Problem {
    let help = if c == '\n' {
        "write it in one line; between `\"\"\"` a backslash at the end of a line joins it to the next"
    } else {
        "write it again without it"
    };
    let message = format!("{what} holds an invisible character");
    Problem::new(message, Some(place), format!("it holds {}", described(c))).help(help)
}

/// Returns the problems of invisible characters in a TOML file; their places are in the first text. Empty if it is not
/// TOML.
#[must_use]
pub fn unseen_in_toml(text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Ok(table) = read_toml(text, &|span| Place { source: 0, span }) {
        check(&table, &mut problems);
    }
    problems
}

/// Returns the name of an invisible character.
#[must_use]
pub(super) fn described(c: char) -> String {
    let what = match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break",
        '\t' => "a tab",
        '\u{1b}' => "an escape",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a mark of writing direction"
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "a character without width",
        '\u{ad}' => "a soft hyphen",
        c if c.is_control() => "a control character",
        _ => "an invisible character",
    };
    format!("{what}, U+{:04X}", u32::from(c))
}

/// The text with signs that can be seen in place of characters that cannot.
pub(super) fn made_seen(text: &str) -> String {
    let seen = |c: char| match c {
        '\0'..='\u{1f}' => char::from_u32(u32::from(c) + 0x2400).unwrap_or(char::REPLACEMENT_CHARACTER),
        c if is_unseen(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(seen).collect()
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_found_and_ordinary_ones_are_not() {
        let hidden = [
            "A\u{1b}[31m",
            "A\u{7}",
            "A\nB",
            "A\tB",
            "A\u{200b}ster",
            "\u{202e}abc",
            "A\u{9b}31m",
            "\u{feff}A",
            "A\u{e0041}",
        ];
        for text in hidden {
            assert!(unseen(text).is_some(), "{text:?}");
        }
        for text in ["Aster & Co. (Scotland)", "Śląsk", "日本", "شركة", "🐭", "café", "A\u{a0}B", "❤\u{fe0f}"]
        {
            assert_eq!(unseen(text), None, "{text:?}");
        }
        assert_eq!(described('\u{1b}'), "an escape, U+001B");
        assert_eq!(made_seen("a\u{1b}b\u{202e}"), "a\u{241b}b\u{fffd}");
    }
}
