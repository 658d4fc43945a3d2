//! The built-in font: Inter, so that a PNG looks the same on a machine without any font.
//!
//! Owns the bytes, where each sign of a line of words stands, and its outline. Words are measured and drawn by the same
//! rule. The licence stands beside the files.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::sync::{LazyLock, OnceLock};

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{GlyphId, OutlineBuilder};
use unicode_normalization::char::compose;
use unicode_width::UnicodeWidthChar;

use crate::chart::surface::theme::Type;
use crate::wording::letters::fold;

/// Family name inside the font files.
pub(crate) const FAMILY: &str = "Inter";
/// Families to try in a viewer that draws the SVG itself; those after the first are no wider.
pub(crate) const FAMILIES: &str = "Inter, Arial, Helvetica, 'DejaVu Sans', sans-serif";
/// Regular and bold.
const FILES: [&[u8]; 2] = [include_bytes!("font/Inter-Regular.otf"), include_bytes!("font/Inter-Bold.otf")];

/// The sign of letters that the font lacks.
const BOX: GlyphId = GlyphId(0);

/// Letters whose signs and pairs are looked up once a process: most of what figures say, measured again and again.
const COMMON: RangeInclusive<char> = ' '..='~';

/// One of the files, and what has been read from it.
struct Face {
    file: ttf_parser::Face<'static>,
    /// How pairs of signs are moved. The built-in font has one list of them, and moves signs for no other reason.
    kerning: Vec<PairAdjustment<'static>>,
    /// The sign of each common letter and its width.
    signs: Vec<Sign>,
    /// How much each common letter moves towards each one before it.
    pairs: Vec<Vec<i32>>,
    /// The outlines of signs that were drawn.
    outlines: Vec<OnceLock<String>>,
}

/// A sign of the font and the room it takes \[units of the font\].
#[derive(Clone, Copy)]
struct Sign {
    glyph: GlyphId,
    width: i32,
}

/// The face that is plain or bold.
fn face(bold: bool) -> &'static Face {
    static FACES: [LazyLock<Face>; 2] =
        [LazyLock::new(|| Face::read(FILES[0])), LazyLock::new(|| Face::read(FILES[1]))];
    &FACES[usize::from(bold)]
}

impl Face {
    fn read(bytes: &'static [u8]) -> Self {
        let file = ttf_parser::Face::parse(bytes, 0).expect("the built-in font is a font");
        let lookups = file.tables().gpos.map(|table| table.lookups).into_iter().flatten();
        let pairs =
            lookups.flat_map(|lookup| lookup.subtables.into_iter()).filter_map(|subtable| match subtable {
                PositioningSubtable::Pair(pairs) => Some(pairs),
                _ => None,
            });
        let kerning = pairs.collect();
        let outlines = (0..file.number_of_glyphs()).map(|_| OnceLock::new()).collect();
        let mut face = Self { file, kerning, signs: Vec::new(), pairs: Vec::new(), outlines };
        let signs: Vec<Sign> = COMMON.map(|letter| face.sign(letter)).collect();
        let after = |left: &Sign| signs.iter().map(|right| face.kerning(left.glyph, right.glyph)).collect();
        face.pairs = signs.iter().map(after).collect();
        face.signs = signs;
        face
    }

    /// The sign of a letter; every blank is a space.
    fn sign(&self, letter: char) -> Sign {
        if let Some(sign) = common(letter).and_then(|at| self.signs.get(at)) {
            return *sign;
        }
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        let glyph = self.file.glyph_index(letter).unwrap_or(BOX);
        Sign { glyph, width: i32::from(self.file.glyph_hor_advance(glyph).unwrap_or(0)) }
    }

    /// How much closer or further two signs stand than their widths say.
    fn kerning(&self, left: GlyphId, right: GlyphId) -> i32 {
        let moved = self.kerning.iter().find_map(|pairs| match pairs {
            PairAdjustment::Format1 { coverage, sets } => sets.get(coverage.get(left)?)?.get(right),
            PairAdjustment::Format2 { coverage, classes, matrix } => {
                coverage.get(left)?;
                matrix.get((classes.0.get(left), classes.1.get(right)))
            }
        });
        moved.map_or(0, |(left, _)| i32::from(left.x_advance))
    }

    /// Sets words as signs in a line: `place` gets each with its distance from the start. Returns the width of the line
    /// \[units of the font\].
    fn set(&self, words: &str, mut place: impl FnMut(GlyphId, i32)) -> i32 {
        let (mut at, mut before) = (0, None::<(char, GlyphId)>);
        for letter in composed(words) {
            let Sign { glyph, width } = self.sign(letter);
            if glyph == BOX && letter.width().unwrap_or(0) == 0 {
                continue;
            }
            if let Some((left, sign)) = before {
                at += match common(left).zip(common(letter)) {
                    Some((left, right)) => self.pairs[left][right],
                    None => self.kerning(sign, glyph),
                };
            }
            place(glyph, at);
            at += width;
            before = Some((letter, glyph));
        }
        at
    }

    /// The outline of a sign, each point relative to the one before and the first to the place of the sign.
    fn outline(&self, glyph: GlyphId) -> &str {
        self.outlines[usize::from(glyph.0)].get_or_init(|| {
            let mut path = Path::default();
            self.file.outline_glyph(glyph, &mut path);
            path.commands
        })
    }
}

/// The place of a letter among the common ones.
fn common(letter: char) -> Option<usize> {
    COMMON.contains(&letter).then(|| letter as usize - *COMMON.start() as usize)
}

/// The letters of some words, a letter and its mark as one where one letter means both.
fn composed(words: &str) -> impl Iterator<Item = char> {
    let mut letters = words.chars().peekable();
    std::iter::from_fn(move || {
        let mut letter = letters.next()?;
        while let Some(both) =
            letters.peek().filter(|mark| !mark.is_ascii()).and_then(|mark| compose(letter, *mark))
        {
            letter = both;
            letters.next();
        }
        Some(letter)
    })
}

/// Whether the font has no sign for a letter, so that a PNG shows an empty box in its place.
pub(crate) fn lacks(letter: char) -> bool {
    face(false).sign(letter).glyph == BOX
}

/// Width of some words \[units of the drawing\].
pub(crate) fn width(words: &str, size: f64, bold: bool) -> f64 {
    f64::from(face(bold).set(words, |_, _| ())) / units(bold) * size
}

/// The outline of some words in the path language of SVG, from the start of their line \[units of the font, upwards\].
pub(crate) fn outline(words: &str, bold: bool) -> String {
    let (face, mut path) = (face(bold), String::new());
    face.set(words, |glyph, at| {
        write!(path, "M{at} 0{}", face.outline(glyph)).expect("memory takes words");
    });
    path
}

/// How many units of the font make one em.
pub(crate) fn units(bold: bool) -> f64 {
    f64::from(face(bold).file.units_per_em())
}

/// The outline of a sign as it is read.
#[derive(Default)]
struct Path {
    commands: String,
    /// Where it has come to.
    at: (f32, f32),
    /// Where the part that is drawn began.
    start: (f32, f32),
}

impl Path {
    /// Goes on to the last of some points.
    fn go(&mut self, command: char, points: &[(f32, f32)]) {
        self.commands.push(command);
        for (x, y) in points {
            write!(self.commands, "{} {} ", x - self.at.0, y - self.at.1).expect("memory takes words");
        }
        self.at = points.last().copied().unwrap_or(self.at);
    }
}

impl OutlineBuilder for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.go('m', &[(x, y)]);
        self.start = (x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.go('l', &[(x, y)]);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.go('q', &[(x1, y1), (x, y)]);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.go('c', &[(x1, y1), (x2, y2), (x, y)]);
    }
    fn close(&mut self) {
        self.go('z', &[]);
        self.at = self.start;
    }
}

/// Breaks words into lines no wider than `limit`. Nothing is left out: a word that is wider than a line goes on in the next.
pub(crate) fn wrap(words: &str, look: Type, limit: f64) -> Vec<String> {
    fold(words, |line| width(line, look.size, look.bold) <= limit)
}

/// Breaks words as [`wrap`] does, into lines of about one length: none is left with a word alone.
pub(crate) fn balanced(words: &str, look: Type, limit: f64) -> Vec<String> {
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
    use crate::chart::surface::theme::LABEL;

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
