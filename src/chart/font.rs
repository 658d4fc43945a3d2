//! The built-in font: Inter, so that a PNG looks the same on a machine without any font.
//!
//! Owns the bytes, and how wide words are. The licence stands beside the files.

use std::sync::Once;

use plotters::style::{FontStyle, IntoFont, register_font};

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

/// Breaks words into lines no wider than `limit`, at most `most`; what does not fit ends in an ellipsis.
pub(super) fn wrap(words: &str, size: f64, bold: bool, limit: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in words.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || width(&longer, size, bold) <= limit {
            *line = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(rest);
    }
    lines.into_iter().map(|line| fit(&line, size, bold, limit)).collect()
}

/// Breaks words as [`wrap`] does, into lines of about one length: none is left with a word alone.
pub(super) fn balanced(words: &str, size: f64, bold: bool, limit: f64, most: usize) -> Vec<String> {
    let lines = wrap(words, size, bold, limit, most);
    if lines.len() < 2 || lines.iter().any(|line| line.ends_with('…')) {
        return lines;
    }
    let narrower =
        (1..10).map(|tenth| wrap(words, size, bold, limit * (1.0 - 0.05 * f64::from(tenth)), most));
    let fits =
        |shorter: &Vec<String>| shorter.len() == lines.len() && shorter.iter().all(|l| !l.ends_with('…'));
    narrower.take_while(fits).last().unwrap_or(lines)
}

/// Cuts words that are wider than `limit`, with an ellipsis at the end.
pub(super) fn fit(words: &str, size: f64, bold: bool, limit: f64) -> String {
    let cut = |keep: usize| {
        let kept: String = words.chars().take(keep.saturating_sub(1)).collect();
        format!("{}…", kept.trim_end())
    };
    fit_by(words, size, bold, limit, cut)
}

/// Cuts a name that is wider than `limit`, so that it is told apart from others: with an ellipsis inside, or around what sets
/// it apart from those that would be cut to the same.
pub(super) fn fit_name(name: &str, others: &[String], size: f64, bold: bool, limit: f64) -> String {
    let cut = |keep: usize| {
        let plain = shorten(name, keep);
        let alike = |other: &&String| *other != name && shorten(other, keep) == plain;
        let alike: Vec<&String> = others.iter().filter(alike).collect();
        if alike.is_empty() { plain } else { around(name, &alike, keep) }
    };
    fit_by(name, size, bold, limit, cut)
}

/// So many characters of a name from the word on in which it first differs from others.
fn around(name: &str, others: &[&String], keep: usize) -> String {
    let shared = |other: &&String| name.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let differs = others.iter().map(shared).min().unwrap_or(0);
    let before: Vec<char> = name.chars().take(differs).collect();
    let from = before.iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
    let rest: Vec<char> = name.chars().skip(from).collect();
    let head = if from > 0 { "…" } else { "" };
    let kept: String = rest.iter().take(keep.saturating_sub(2)).collect();
    let tail = if rest.len() > keep.saturating_sub(2) { "…" } else { "" };
    format!("{head}{}{tail}", kept.trim_end())
}

fn fit_by(words: &str, size: f64, bold: bool, limit: f64, cut: impl Fn(usize) -> String) -> String {
    if width(words, size, bold) <= limit {
        return words.to_owned();
    }
    let n = words.chars().count();
    (1..n).rev().map(cut).find(|cut| width(cut, size, bold) <= limit).unwrap_or_else(|| "…".to_owned())
}

/// Cuts a name longer than so many characters, with an ellipsis inside.
pub(super) fn shorten(name: &str, most: usize) -> String {
    let n = name.chars().count();
    if n <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let head: String = name.chars().take(kept.div_ceil(2)).collect();
    let tail: String = name.chars().skip(n - kept / 2).collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_cut_are_still_told_apart() {
        let names = [
            "base",
            "South capacity of 1 hundred a day",
            "South capacity of 2 hundred a day",
            "a very long name of its own",
        ];
        let names = names.map(str::to_owned);
        let cut = |name: &str| fit_name(name, &names, 14.0, false, 100.0);
        let all: Vec<String> = names.iter().map(|name| cut(name)).collect();
        assert_eq!(all[0], "base");
        assert!(all[1].starts_with("…1 h") && all[2].starts_with("…2 h"), "{all:?}");
        assert!(all[3].starts_with("a very") && all[3].ends_with("own"), "{all:?}");
        assert!(all.iter().all(|name| width(name, 14.0, false) <= 100.0), "{all:?}");
    }
}
