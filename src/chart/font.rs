//! The built-in font: Inter, so that a PNG looks the same on a machine without any font.
//!
//! Owns the bytes, and how wide words are. The licence stands beside the files.

use std::sync::{LazyLock, Once};

use ab_glyph::{Font, FontRef};
use plotters::style::{FontStyle, IntoFont, register_font};

use super::theme::Type;
use crate::wording::letters::fold;

/// Family name inside the font files.
pub(super) const FAMILY: &str = "Inter";
/// Families to try in a viewer that draws the SVG itself; those after the first are no wider.
pub(super) const FAMILIES: &str = "Inter, Arial, Helvetica, 'DejaVu Sans', sans-serif";
/// Regular and bold.
pub(super) const FILES: [&[u8]; 2] =
    [include_bytes!("font/Inter-Regular.otf"), include_bytes!("font/Inter-Bold.otf")];

/// Makes the font known to the drawing library, once a process.
pub(super) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in [FontStyle::Normal, FontStyle::Bold].into_iter().zip(FILES) {
            let known = register_font(FAMILY, style, bytes).is_ok();
            assert!(known, "the built-in font is a font");
        }
    });
}

/// Whether the font has no sign for a letter, so that a PNG shows an empty box in its place.
pub(super) fn lacks(letter: char) -> bool {
    static REGULAR: LazyLock<FontRef> =
        LazyLock::new(|| FontRef::try_from_slice(FILES[0]).expect("the built-in font is a font"));
    REGULAR.glyph_id(letter).0 == 0
}

/// Width of some words \[units of the drawing\].
pub(super) fn width(words: &str, size: f64, bold: bool) -> f64 {
    // Measured large, because the library rounds widths to whole units.
    const LARGE: f64 = 1000.0;
    register();
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = (FAMILY, LARGE).into_font().style(style);
    let wide = font.box_size(words).map_or(0, |extent| extent.0);
    // The library's size counts 1.24 to the em.
    f64::from(wide) / LARGE * size * 1.24
}

/// Breaks words into lines no wider than `limit`. Nothing is left out: a word that is wider than a line goes on in the next.
pub(super) fn wrap(words: &str, look: Type, limit: f64) -> Vec<String> {
    fold(words, |line| width(line, look.size, look.bold) <= limit)
}

/// Breaks words as [`wrap`] does, into lines of about one length: none is left with a word alone.
pub(super) fn balanced(words: &str, look: Type, limit: f64) -> Vec<String> {
    let lines = wrap(words, look, limit);
    let widest = words.split_whitespace().map(|word| width(word, look.size, look.bold)).fold(0.0, f64::max);
    if lines.len() < 2 {
        return lines;
    }
    let narrower = (1..10).map(|tenth| limit * (1.0 - 0.05 * f64::from(tenth)));
    let narrower = narrower.take_while(|limit| *limit >= widest).map(|limit| wrap(words, look, limit));
    narrower.take_while(|shorter| shorter.len() == lines.len()).last().unwrap_or(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::theme::LABEL;

    #[test]
    fn lines_hold_every_letter_however_long_a_word_is() {
        let words = format!("a plan of {} and 12,345 more", "n".repeat(90));
        let lines = wrap(&words, LABEL, 200.0);
        assert!(lines.iter().all(|line| width(line, LABEL.size, false) <= 200.0), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), words.replace(' ', ""));
        assert!(lines.len() > 4 && lines.iter().any(|line| line.contains("12,345")), "{lines:?}");
    }

    #[test]
    fn a_letter_that_the_font_lacks_has_the_room_of_its_box() {
        assert!(lacks('日') && lacks('ع') && !lacks('é') && !lacks('…'));
        assert!(width("日本", 10.0, false) > 19.0, "{}", width("日本", 10.0, false));
    }
}
