//! Words that a spreadsheet would take for a formula: made safe where tables are written, and the same words again where
//! tables are read.

use std::borrow::Cow;

/// Beginnings of a formula in the plain and the full-width form, and the blanks that a spreadsheet passes over before it.
const BEGINNINGS: [char; 10] =
    ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// The words with an apostrophe before them, where a spreadsheet would take them for a formula. Words that have one already
/// get another, so that [`unguarded`] gives back each of them.
#[must_use]
pub(crate) fn guarded(words: &str) -> Cow<'_, str> {
    if is_taken(words) { Cow::Owned(format!("'{words}")) } else { Cow::Borrowed(words) }
}

/// The words without the apostrophe of [`guarded`].
#[must_use]
pub(crate) fn unguarded(words: &str) -> &str {
    words.strip_prefix('\'').filter(|rest| is_taken(rest)).unwrap_or(words)
}

fn is_taken(words: &str) -> bool {
    words.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back() {
        for words in ["=1+1", "+44", "-1", "@home", "'=x", "''@x", "'quoted'", "'", "", "Aster", "\u{ff1d}1"]
        {
            assert_eq!(unguarded(&guarded(words)), words, "{words}");
        }
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("O'Brien"), "O'Brien");
    }
}
