//! Direct labels in the column right of a plot: what a line is and what it came to, never one over another.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::canvas::{Canvas, Marker, Point};
use super::font;
use super::plot::Plot;
use super::theme::{CAPTION, Stroke, THEME, Type};

/// Height of a label: its name and the line under it.
pub(super) const HEIGHT: f64 = 42.0;
/// Height of a name.
const NAME: f64 = 19.0;
/// Height of a line under it.
const LINE: f64 = 16.0;
/// Width of a piece of a line before a name.
const STROKE: f64 = 20.0;

/// A label.
pub(super) struct Label {
    /// What tells its line apart.
    pub sign: Sign,
    /// Colour of its line.
    pub colour: RGBColor,
    /// What the line is.
    pub name: String,
    /// What it came to, in some lines; may be empty.
    pub outcome: String,
}

impl Label {
    /// How tall it is.
    fn height(&self) -> f64 {
        self.outcome.lines().fold(NAME, |height, _| height + LINE) + 3.0
    }
}

/// A sign and what it stands for, in a line above a plot.
pub(super) struct Key<'w> {
    /// The sign.
    pub sign: Sign,
    /// Its colour.
    pub colour: RGBColor,
    /// What it stands for.
    pub name: &'w str,
}

/// How a scenario looks in every figure that shows several.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Its colour.
    pub colour: RGBColor,
    /// Its bars.
    pub sign: Sign,
}

impl Look {
    /// The scenario's bars in a key.
    pub(super) fn key(self, name: &str) -> Key<'_> {
        Key { sign: self.sign, colour: self.colour, name }
    }
}

/// How the scenario at a position looks: the baseline grey and outlined, so that it stands off without colour too.
pub(super) fn scenario_look(index: usize) -> Look {
    match index.checked_sub(1) {
        None => Look { colour: THEME.baseline, sign: Sign::Outline },
        Some(other) => Look { colour: THEME.series[other % THEME.series.len()], sign: Sign::Bar },
    }
}

/// What stands before a name.
#[derive(Clone, Copy)]
pub(super) enum Sign {
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
        if matches!(self, Self::Stroke(_)) { STROKE + 7.0 } else { 18.0 }
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

/// How wide a key is.
pub(super) fn key_width(key: &[Key]) -> f64 {
    let names = key.iter().map(|key| KEY_SIGN + font::width(key.name, CAPTION.size, false) + KEY_GAP);
    (names.sum::<f64>() - KEY_GAP).max(0.0)
}

/// Writes a key from a place to the right; where its names would not fit into the drawing, the longest are cut until they do.
pub(super) fn key(canvas: &Canvas, key: &[Key], (left, top): Point) {
    let mut left = left;
    let look = Type { colour: THEME.text, ..CAPTION };
    let widths = || key.iter().map(|key| font::width(key.name, look.size, false));
    let room = THEME.width - THEME.margin / 2.0 - left - (key_width(key) - widths().sum::<f64>());
    let limit = level(&widths().collect::<Vec<_>>(), room);
    let middle = top + THEME.small_size * 0.37;
    for Key { sign, colour, name } in key {
        sign.draw(canvas, (left, middle), *colour);
        let name = canvas.name(name, look.size, false, limit);
        canvas.text(&name, (left + KEY_SIGN, top), look);
        left += KEY_SIGN + font::width(&name, look.size, false) + KEY_GAP;
    }
}

/// The width to which the widest have to be cut so that all together are no wider than `room`.
fn level(widths: &[f64], room: f64) -> f64 {
    let mut rising = widths.to_vec();
    rising.sort_by(f64::total_cmp);
    let (mut left, mut others) = (room, widths.len());
    for width in rising {
        #[expect(clippy::cast_precision_loss, reason = "a key has a handful of names")]
        let each = left / others as f64;
        if width > each {
            return each.max(0.0);
        }
        (left, others) = (left - width, others - 1);
    }
    f64::INFINITY
}

/// Draws a label whose top stands at `top`, in the column right of a plot.
pub(super) fn draw(canvas: &Canvas, plot: &Plot, label: &Label, top: f64) {
    let left = plot.edges.right + 14.0;
    let words = left + label.sign.room();
    let room = THEME.width - THEME.margin / 2.0 - words;
    let middle = top + THEME.text_size * 0.37;
    label.sign.draw(canvas, (left, middle), label.colour);
    let name = Type { size: THEME.text_size, bold: true, colour: THEME.text, anchor: HPos::Left };
    canvas.text(&canvas.name(&label.name, name.size, true, room), (words, top), name);
    let outcome = Type { size: THEME.small_size, bold: false, ..name };
    let mut below = top + NAME;
    for line in label.outcome.lines() {
        canvas.text(&font::fit(line, outcome.size, false, room), (words, below), outcome);
        below += LINE;
    }
}

/// Draws labels in the column right of a plot, each as near as can be to the end of its line, and a thin line from there where
/// the line ends at the plot's side.
pub(super) fn column(canvas: &Canvas, plot: &Plot, labels: &[(Label, Point)], (top, bottom): (f64, f64)) {
    let mut order: Vec<&(Label, Point)> = labels.iter().collect();
    // From the top down; of lines that end level, the one that ends last is nearest to the labels and goes first.
    order.sort_by(|(_, a), (_, b)| a.1.total_cmp(&b.1).then(b.0.total_cmp(&a.0)));
    let height = tallest(labels.iter().map(|(label, _)| label));
    let wanted: Vec<f64> = order.iter().map(|(_, end)| end.1 - THEME.text_size * 0.37).collect();
    for ((label, end), top) in order.into_iter().zip(spread(&wanted, height, top, bottom)) {
        if end.0 >= plot.edges.right - 0.5 {
            let to = (plot.edges.right + 11.0, top + THEME.text_size * 0.37);
            canvas.line(&[(end.0 + 3.0, end.1), to], THEME.zero, 1.0);
        }
        draw(canvas, plot, label, top);
    }
}

/// The least height of a column of labels.
pub(super) fn room<'l>(labels: impl ExactSizeIterator<Item = &'l Label>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure has a handful of labels")]
    let n = labels.len() as f64;
    n * tallest(labels)
}

fn tallest<'l>(labels: impl Iterator<Item = &'l Label>) -> f64 {
    labels.map(Label::height).fold(0.0, f64::max)
}

/// Tops of labels in one column: as near as can be to where they would like to be, in the same order, none
/// overlapping.
///
/// `wanted` are the tops they would like, in rising order; each is `height` tall.
pub(super) fn spread(wanted: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut tops: Vec<f64> = wanted.to_vec();
    let mut least = top;
    for y in &mut tops {
        *y = y.max(least);
        least = *y + height;
    }
    let mut most = bottom - height;
    for y in tops.iter_mut().rev() {
        *y = y.min(most).max(top);
        most = *y - height;
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_names_of_a_key_are_cut_until_all_fit() {
        let levels = [200.0, 120.0, 90.0].map(|room| level(&[40.0, 10.0, 90.0], room));
        assert_eq!(levels.map(|level| level.to_string()), ["inf", "70", "40"]);
    }

    #[test]
    fn labels_that_would_collide_are_pushed_apart_inside_their_column() {
        assert_eq!(spread(&[100.0, 100.0, 101.0], 20.0, 0.0, 300.0), [100.0, 120.0, 140.0]);
        assert_eq!(spread(&[100.0, 100.0, 101.0], 20.0, 0.0, 130.0), [70.0, 90.0, 110.0]);
        assert_eq!(spread(&[-5.0], 20.0, 0.0, 130.0), [0.0]);
    }
}
