//! Letters as people count them, how wide they are in a terminal, and words folded into lines.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The letters of some words, each with the marks that belong to it.
#[must_use]
pub fn letters(words: &str) -> Vec<&str> {
    let starts = |(at, c): (usize, char)| (at == 0 || c.width().unwrap_or(0) > 0).then_some(at);
    let mut bounds: Vec<usize> = words.char_indices().filter_map(starts).collect();
    bounds.push(words.len());
    bounds.windows(2).map(|of| &words[of[0]..of[1]]).filter(|letter| !letter.is_empty()).collect()
}

/// Words with a capital at their start.
#[must_use]
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How many columns of a terminal some words take.
#[must_use]
pub fn columns(words: &str) -> usize {
    words.width()
}

/// Words in lines each of which `fits`. Nothing is left out: a word that is wider than a line goes on in the next, and a letter that is
/// has a line of its own.
#[must_use]
pub fn fold(words: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in units(words) {
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        for piece in pieces(&word, &fits) {
            let full = std::mem::replace(&mut line, piece);
            lines.extend((!full.is_empty()).then_some(full));
        }
    }
    lines.push(line);
    lines
}

/// The words of some text, a number and the `million` behind it as one.
fn units(words: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let counts = word.trim_end_matches(|c: char| !c.is_alphabetic()) == "million";
        match units.last_mut().filter(|last| counts && last.ends_with(|c: char| c.is_ascii_digit())) {
            Some(number) => number.extend([" ", word]),
            None => units.push(word.to_owned()),
        }
    }
    units
}

/// A word in the fewest pieces that fit.
fn pieces(word: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    for letter in letters(word) {
        let longer = format!("{piece}{letter}");
        if piece.is_empty() || fits(&longer) {
            piece = longer;
        } else {
            pieces.push(std::mem::replace(&mut piece, letter.to_owned()));
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_its_letter_and_takes_no_room() {
        assert_eq!(letters("e\u{301}a"), ["e\u{301}", "a"]);
        assert_eq!(["e\u{301}a", "日本", "a"].map(columns), [2, 4, 1]);
        assert!(letters("").is_empty());
    }

    #[test]
    fn lines_hold_every_letter_however_long_a_word_is() {
        let fold = |words: &str| fold(words, |line| columns(line) <= 6);
        assert_eq!(fold("a plan of forty"), ["a plan", "of", "forty"]);
        assert_eq!(fold("of 日本語の名前"), ["of", "日本語", "の名前"]);
        assert_eq!(fold("hundredweight"), ["hundre", "dweigh", "t"]);
        assert_eq!(fold(""), [""]);
        assert_eq!(
            super::fold("at most 55 million, say", |line| columns(line) <= 12),
            ["at most", "55 million,", "say"]
        );
    }
}
