//! Direct labels in the column right of a plot: what a line is and what it came to, never one over another.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use crate::chart::layout::frame::WIDE;
use crate::chart::layout::plot_area::Plot;
use crate::chart::marks::bars::small;
use crate::chart::surface::canvas::{Canvas, Marker, Point};
use crate::chart::surface::font;
use crate::chart::surface::theme::{CAPTION, LABEL, Stroke, THEME, Type};

/// Height of a name.
const NAME: f64 = 19.0;
/// Height of a line under it.
const LINE: f64 = 16.0;
/// Most lines of a name.
const MOST_LINES: usize = 3;
/// Width of a piece of a line before a name.
const STROKE: f64 = 26.0;

/// A label.
pub(crate) struct Label {
    /// What tells its line apart.
    pub sign: Sign,
    /// Colour of its line.
    pub colour: RGBColor,
    /// What the line is.
    pub name: String,
    /// What it came to, in some lines; may be empty.
    pub outcome: String,
}

/// Space between a plot and the labels beside it.
const GAP: f64 = 14.0;
/// How its name and the lines under it look.
const NAMED: Type = Type { size: THEME.text_size, bold: true, colour: THEME.text, anchor: HPos::Left };
const OUTCOME: Type = Type { size: THEME.small_size, bold: false, ..NAMED };

impl Label {
    /// How tall it is.
    pub(crate) fn height(&self) -> f64 {
        NAME * small(self.names().len().max(1)) + LINE * small(self.lines().len()) + 3.0
    }

    /// Its name in lines that fit; one line, to be cut, where it takes more than there is room for.
    fn names(&self) -> Vec<String> {
        let lines = font::wrap(&self.name, NAMED, self.room());
        let whole = lines.len() <= MOST_LINES && lines.join(" ") == self.name;
        if whole { lines } else { vec![self.name.clone()] }
    }

    /// What it came to, in lines that fit: nothing of it is cut.
    fn lines(&self) -> Vec<String> {
        let wrap = |line| font::wrap(line, OUTCOME, self.room());
        self.outcome.lines().flat_map(wrap).collect()
    }

    /// Width of its words.
    fn room(&self) -> f64 {
        THEME.label_width + THEME.margin / 2.0 - GAP - self.sign.room()
    }
}

/// A sign and what it stands for, in a line above a plot.
pub(crate) struct Key<'w> {
    /// The sign.
    pub sign: Sign,
    /// Its colour.
    pub colour: RGBColor,
    /// What it stands for.
    pub name: &'w str,
}

/// How a scenario looks in every figure that shows several.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// Its colour.
    pub colour: RGBColor,
    /// Its bars.
    pub sign: Sign,
    /// Its points, which tell it apart where colour does not show.
    pub marker: Marker,
}

impl Look {
    /// The scenario's bars in a key.
    pub(crate) fn key(self, name: &str) -> Key<'_> {
        Key { sign: self.sign, colour: self.colour, name }
    }

    /// The scenario's points in a key.
    pub(crate) fn point_key(self, name: &str) -> Key<'_> {
        Key { sign: Sign::Marker(self.marker), colour: self.colour, name }
    }
}

/// How the scenario at a position looks: the baseline grey and outlined, so that it stands off without colour too.
pub(crate) fn scenario_look(index: usize) -> Look {
    const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Diamond, Marker::Triangle];
    match index.checked_sub(1) {
        None => Look { colour: THEME.baseline, sign: Sign::Outline, marker: Marker::Circle },
        Some(other) => Look {
            colour: THEME.series[other % THEME.series.len()],
            sign: Sign::Bar,
            marker: MARKERS[other % MARKERS.len()],
        },
    }
}

/// What stands before a name.
#[derive(Clone, Copy)]
pub(crate) enum Sign {
    /// The marker at the end of its line.
    Marker(Marker),
    /// A piece of the line itself.
    Line,
    /// A piece of a line in its dashes.
    Stroke(Stroke),
    /// A piece of a bar.
    Bar,
    /// A piece of an outlined bar.
    Outline,
    /// An upright stroke.
    Upright,
    /// The end of a bar that goes on.
    Arrow,
    /// Nothing: a key above the plots says it.
    None,
}

impl Sign {
    /// How far the words stand behind its left.
    fn room(self) -> f64 {
        if matches!(self, Self::Stroke(_)) { STROKE + THEME.marker + 6.0 } else { 18.0 }
    }

    /// Draws it, its left at a place in the middle of a line of text.
    fn draw(self, canvas: &Canvas, (left, middle): Point, colour: RGBColor) {
        let (from, to) = ((left, middle - 5.0), (left + 12.0, middle + 5.0));
        match self {
            Self::Marker(marker) => canvas.marker(marker, (left + 6.0, middle), colour),
            Self::Line => canvas.line(&[(left, middle), (left + 12.0, middle)], colour, THEME.line_width),
            Self::Bar => canvas.rect(from, to, colour),
            Self::Outline => canvas.outlined(from, to, colour),
            Self::Stroke(stroke) => {
                canvas.stroke(&[(left, middle), (left + STROKE, middle)], stroke, THEME.line_width);
                canvas.marker(stroke.marker, (left + STROKE, middle), stroke.colour);
            }
            Self::Arrow => {
                canvas.area(
                    &[(left, from.1), (left + 6.0, from.1), (to.0, middle), (left + 6.0, to.1), (left, to.1)],
                    colour,
                );
            }
            Self::None => {}
            Self::Upright => {
                canvas.line(
                    &[(left + 6.0, from.1 - 1.0), (left + 6.0, to.1 + 1.0)],
                    colour,
                    THEME.line_width,
                );
            }
        }
    }
}

/// Width of a sign in a key and the space behind it.
const KEY_SIGN: f64 = 17.0;
/// Space between two signs of a key.
const KEY_GAP: f64 = 14.0;

/// Height of a line of a key.
pub(crate) const KEY_LINE: f64 = 22.0;
/// Most width of a name in a key that has several lines.
const KEY_NAME: f64 = WIDE / 2.0 - KEY_SIGN - KEY_GAP;

/// How wide a key in one line is, its names whole.
pub(crate) fn key_width(key: &[Key]) -> f64 {
    let names = key.iter().map(|key| KEY_SIGN + font::width(key.name, CAPTION.size, false) + KEY_GAP);
    (names.sum::<f64>() - KEY_GAP).max(0.0)
}

/// Writes a key in one line from a place to the right.
pub(crate) fn key(canvas: &Canvas, key: &[Key], (left, top): Point) {
    let mut left = left;
    let look = Type { colour: THEME.text, ..CAPTION };
    let middle = top + THEME.small_size * 0.37;
    for Key { sign, colour, name } in key {
        sign.draw(canvas, (left, middle), *colour);
        let name = canvas.name(name, look, KEY_NAME);
        canvas.text(&name, (left + KEY_SIGN, top), look);
        left += KEY_SIGN + font::width(&name, look.size, false) + KEY_GAP;
    }
}

/// The signs of a key in lines as wide as the drawing; a name has half of one at most.
pub(crate) fn key_lines<'k, 'w>(key: &'k [Key<'w>]) -> Vec<&'k [Key<'w>]> {
    let (mut lines, mut from, mut wide) = (Vec::new(), 0, 0.0);
    for (at, Key { name, .. }) in key.iter().enumerate() {
        let this = KEY_SIGN + font::width(name, CAPTION.size, false).min(KEY_NAME) + KEY_GAP;
        if at > from && wide + this - KEY_GAP > WIDE {
            lines.push(&key[from..at]);
            (from, wide) = (at, 0.0);
        }
        wide += this;
    }
    lines.extend((from < key.len()).then(|| &key[from..]));
    lines
}

/// What an axis counts, and what the colours are: beside it where there is room, else below it.
pub(crate) struct Heading<'k, 'w> {
    /// What the axis counts.
    pub unit: String,
    /// What the colours are; nothing where there is only one.
    pub key: &'k [Key<'w>],
}

impl Heading<'_, '_> {
    /// Height of the lines below the one that says what the axis counts.
    pub(crate) fn more(&self) -> f64 {
        if self.fits() { 0.0 } else { KEY_LINE * small(key_lines(self.key).len()) }
    }

    /// Draws it.
    pub(crate) fn draw(&self, canvas: &Canvas, top: f64) {
        canvas.text(&canvas.line_of(&self.unit, LABEL, WIDE), (THEME.margin, top), LABEL);
        if self.fits() {
            return key(canvas, self.key, (self.beside(), top + 1.0));
        }
        for (at, line) in (1..).map(f64::from).zip(key_lines(self.key)) {
            key(canvas, line, (THEME.margin, top + KEY_LINE * at));
        }
    }

    fn beside(&self) -> f64 {
        THEME.margin + font::width(&self.unit, LABEL.size, false) + 22.0
    }

    fn fits(&self) -> bool {
        self.beside() + key_width(self.key) <= THEME.width - THEME.margin
    }
}

/// Draws a label whose top stands at `top`, in the column right of a plot.
pub(crate) fn draw(canvas: &Canvas, plot: &Plot, label: &Label, top: f64) {
    let left = plot.edges.right + GAP;
    let words = left + label.sign.room();
    label.sign.draw(canvas, (left, top + THEME.text_size * 0.37), label.colour);
    let mut y = top;
    for line in label.names() {
        canvas.text(&canvas.name(&line, NAMED, label.room()), (words, y), NAMED);
        y += NAME;
    }
    for line in label.lines() {
        canvas.text(&line, (words, y), OUTCOME);
        y += LINE;
    }
}

/// Draws labels in the column right of a plot, each as near as can be to the end of its line, and a thin line from there where
/// the line ends at the plot's side.
pub(crate) fn column(canvas: &Canvas, plot: &Plot, labels: &[(Label, Point)], (top, bottom): (f64, f64)) {
    let mut order: Vec<&(Label, Point)> = labels.iter().collect();
    // From the top down; of lines that end level, the one that ends last is nearest to the labels and goes first.
    order.sort_by(|(_, a), (_, b)| a.1.total_cmp(&b.1).then(b.0.total_cmp(&a.0)));
    let wanted: Vec<(f64, f64)> =
        order.iter().map(|(label, end)| (end.1 - THEME.text_size * 0.37, label.height())).collect();
    for ((label, end), top) in order.into_iter().zip(spread(&wanted, top, bottom)) {
        if end.0 >= plot.edges.right - 0.5 {
            let to = (plot.edges.right + 11.0, top + THEME.text_size * 0.37);
            canvas.line(&[(end.0 + 3.0, end.1), to], THEME.zero, 1.0);
        }
        draw(canvas, plot, label, top);
    }
}

/// Height of two lines of names above columns.
pub(crate) const TWO_LINES: f64 = 2.0 * LINE + 6.0;

/// A name above a column, in two lines at most; one line, cut, where it takes more.
pub(crate) fn column_name(canvas: &Canvas, name: &str, look: Type, wide: f64) -> Vec<String> {
    let lines = font::wrap(name, look, wide);
    let whole = lines.len() <= 2 && lines.join(" ") == name;
    if whole { lines } else { vec![canvas.name(name, look, wide)] }
}

/// Writes such a name from a height downwards.
pub(crate) fn write_column_name(canvas: &Canvas, lines: &[String], look: Type, (left, top): Point) {
    for (at, line) in lines.iter().enumerate() {
        canvas.text(line, (left, top + LINE * small(at)), look);
    }
}

/// Height that names above columns take.
pub(crate) fn column_names_height(names: &[Vec<String>]) -> f64 {
    LINE * small(names.iter().map(Vec::len).max().unwrap_or(0)) + 6.0
}

/// A line of a list in the column right of a plot: its sign, its name, and what it came to.
pub(crate) struct Entry {
    /// How its line looks.
    pub stroke: Stroke,
    /// What the line is.
    pub name: String,
    /// What it came to.
    pub outcome: String,
}

/// Height of a line of such a list.
pub(crate) const ENTRY: f64 = 18.0;

/// Writes a list in the column right of a plot, from a height downwards; names are cut where they have no room.
pub(crate) fn list(canvas: &Canvas, plot: &Plot, entries: &[Entry], top: f64) {
    let left = plot.edges.right + GAP;
    for (at, Entry { stroke, name, outcome }) in (0..).map(f64::from).zip(entries) {
        let (top, sign) = (top + ENTRY * at, Sign::Stroke(*stroke));
        sign.draw(canvas, (left, top + OUTCOME.size * 0.37), stroke.colour);
        let words = left + sign.room();
        let told = font::width(outcome, OUTCOME.size, false);
        let name = canvas.name(name, OUTCOME, THEME.width - 8.0 - words - told - 6.0);
        canvas.text(&name, (words, top), OUTCOME);
        canvas.text(outcome, (words + font::width(&name, OUTCOME.size, false) + 6.0, top), OUTCOME);
    }
}

/// The least height of a column of labels.
pub(crate) fn room<'l>(labels: impl Iterator<Item = &'l Label>) -> f64 {
    labels.map(Label::height).sum()
}

/// Tops of labels in one column: as near as can be to where they would like to be, in the same order, none
/// overlapping where all have room.
///
/// `wanted` are the tops they would like, in rising order, and their heights.
fn spread(wanted: &[(f64, f64)], top: f64, bottom: f64) -> Vec<f64> {
    let mut tops: Vec<f64> = Vec::new();
    let mut least = top;
    for (wish, height) in wanted {
        tops.push(wish.max(least));
        least = tops[tops.len() - 1] + height;
    }
    let mut most = bottom;
    for (y, (_, height)) in tops.iter_mut().zip(wanted).rev() {
        *y = y.min(most - height);
        most = *y;
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_too_wide_for_a_line_goes_on_in_the_next() {
        let name = "n".repeat(30);
        let sign = |name| Key { sign: Sign::Bar, colour: THEME.text, name };
        let key: Vec<Key> = std::iter::repeat_with(|| sign(name.as_str())).take(5).collect();
        assert_eq!(key_lines(&key).into_iter().map(<[Key]>::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert!(key_lines(&[]).is_empty());
        let heading = |key| Heading { unit: "Slots".to_owned(), key };
        assert_eq!([&key[..], &key[..1]].map(|key| heading(key).more().to_string()), ["66", "0"]);
    }

    #[test]
    fn what_a_label_says_wraps_and_makes_it_taller() {
        let label = |outcome: &str| Label {
            sign: Sign::Line,
            colour: THEME.text,
            name: "all".to_owned(),
            outcome: outcome.to_owned(),
        };
        let long = label("12,345,678,901 to 12,345,678,999\n75% by the end");
        assert_eq!(long.lines(), ["12,345,678,901 to", "12,345,678,999", "75% by the end"]);
        assert_eq!(long.height().to_string(), (label("").height() + 3.0 * LINE).to_string());
    }

    #[test]
    fn labels_that_would_collide_are_pushed_apart_inside_their_column() {
        let same = |wanted: &[f64]| wanted.iter().map(|wish| (*wish, 20.0)).collect::<Vec<_>>();
        assert_eq!(spread(&same(&[100.0, 100.0, 101.0]), 0.0, 300.0), [100.0, 120.0, 140.0]);
        assert_eq!(spread(&same(&[100.0, 100.0, 101.0]), 0.0, 130.0), [70.0, 90.0, 110.0]);
        assert_eq!(spread(&same(&[-5.0]), 0.0, 130.0), [0.0]);
        assert_eq!(spread(&[(100.0, 50.0), (101.0, 10.0)], 0.0, 130.0), [70.0, 120.0]);
    }
}
