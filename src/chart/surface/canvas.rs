//! Lines, marks and words in units of the drawing, on plotters' SVG backend.
//!
//! The backend counts whole pixels, so everything is drawn ten times as large and scaled back by `svg`: every
//! coordinate then has exactly one decimal place.

use std::cell::RefCell;
use std::collections::BTreeMap;

use plotters::prelude::{
    Circle, DrawingArea, IntoDrawingArea, PathElement, Polygon, Rectangle, SVGBackend, ShapeStyle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, TextStyle};

use crate::chart::layout::names::Names;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{Stroke, THEME, Type};

/// How many times as large the drawing is drawn.
pub(crate) const SCALE: f64 = 10.0;

/// A place in the drawing, from its top left corner.
pub(crate) type Point = (f64, f64);

/// A drawing in progress.
pub(crate) struct Canvas<'a> {
    drawing: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    /// Its height.
    pub height: f64,
    /// Names that are drawn, to be told apart where they have to be cut.
    names: RefCell<Names>,
    /// What names came to in the room they had.
    cut: RefCell<BTreeMap<Room, BTreeMap<String, String>>>,
}

/// The room of a name: size of the letters, whether they are bold, and the width, both in tenths of a unit.
type Room = (i32, bool, i32);

/// The shapes that tell series apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Diamond,
    Triangle,
}

impl<'a> Canvas<'a> {
    /// An empty drawing of some height that will be written into `buffer`.
    pub(crate) fn new(buffer: &'a mut String, height: f64) -> Self {
        let size = (pixels(THEME.width).unsigned_abs(), pixels(height).unsigned_abs());
        let drawing = SVGBackend::with_string(buffer, size).into_drawing_area();
        let canvas = Self { drawing, height, names: RefCell::default(), cut: RefCell::default() };
        canvas.rect((0.0, 0.0), (THEME.width, height), THEME.background);
        canvas
    }

    /// Learns the names that may be drawn.
    pub(crate) fn know(&self, names: impl IntoIterator<Item = String>) {
        self.names.borrow_mut().know(names);
        self.cut.borrow_mut().clear();
    }

    /// A name that is no wider than `limit`, and is told apart from the others that are known where it has to be cut.
    pub(crate) fn name(&self, name: &str, look: Type, limit: f64) -> String {
        let fits = |words: &str| font::width(words, look.size, look.bold) <= limit;
        if fits(name) {
            return name.to_owned();
        }
        let mut cut = self.cut.borrow_mut();
        let forms = cut.entry((pixels(look.size), look.bold, pixels(limit))).or_default();
        if let Some(form) = forms.get(name) {
            return form.clone();
        }
        forms.extend(self.names.borrow().fitted(name, fits));
        forms.get(name).cloned().unwrap_or_default()
    }

    /// Words in one line that is no wider than `limit`; the names in them are cut where they have to be.
    pub(crate) fn line_of(&self, words: &str, look: Type, limit: f64) -> String {
        let fits = |words: &str| font::width(words, look.size, look.bold) <= limit;
        let whole = self.names.borrow().fit_text(words, |words| fits(words).then(|| words.to_owned()));
        whole.unwrap_or_else(|| font::wrap(words, look, limit).swap_remove(0))
    }

    /// A line through some points.
    pub(crate) fn line(&self, points: &[Point], colour: RGBColor, width: f64) {
        if points.len() > 1 {
            self.draw(&PathElement::new(scaled(points), stroke(colour, width)));
        }
    }

    /// A line in its dashes, each on a rim of background, so that it stands off a line under it.
    pub(crate) fn stroke(&self, points: &[Point], stroke: Stroke, width: f64) {
        if stroke.dashes.is_empty() {
            return self.line(points, stroke.colour, width);
        }
        let dashes = dashes(points, stroke.dashes);
        dashes.iter().for_each(|dash| self.line(dash, THEME.background, width + THEME.halo));
        dashes.iter().for_each(|dash| self.line(dash, stroke.colour, width));
    }

    /// A dashed upright line.
    pub(crate) fn dashed(&self, x: f64, top: f64, bottom: f64) {
        let (on, off) = THEME.dash;
        let mut y = top;
        while y < bottom {
            self.line(&[(x, y), (x, (y + on).min(bottom))], THEME.baseline, THEME.reference_width);
            y += on + off;
        }
    }

    /// A filled rectangle.
    pub(crate) fn rect(&self, from: Point, to: Point, colour: RGBColor) {
        self.draw(&Rectangle::new([pixel(from), pixel(to)], colour.filled()));
    }

    /// A shape so pale that lines and other shapes show through it.
    pub(crate) fn band(&self, corners: &[Point], colour: RGBColor) {
        self.tint(corners, colour, THEME.band);
    }

    /// A shape that keeps a share of its colour, from 0 to 1.
    pub(crate) fn tint(&self, corners: &[Point], colour: RGBColor, share: f64) {
        self.draw(&Polygon::new(scaled(corners), colour.mix(share).filled()));
    }

    /// A rectangle of background with a thin rim inside it, at least as wide as its rims.
    pub(crate) fn outlined(&self, from: Point, to: Point, colour: RGBColor) {
        const RIM: f64 = 1.5;
        self.rect(from, (to.0.max(from.0 + RIM), to.1), colour);
        if to.0 - from.0 > 2.0 * RIM {
            self.rect((from.0 + RIM, from.1 + RIM), (to.0 - RIM, to.1 - RIM), THEME.background);
        }
    }

    /// A filled shape with these corners.
    pub(crate) fn area(&self, corners: &[Point], colour: RGBColor) {
        self.draw(&Polygon::new(scaled(corners), colour.filled()));
    }

    /// A marker with a thin rim of background, so that it stands off a line under it.
    pub(crate) fn marker(&self, marker: Marker, at: Point, colour: RGBColor) {
        self.shape(marker, at, THEME.marker + 1.5, THEME.background);
        self.shape(marker, at, THEME.marker, colour);
    }

    /// A marker for rows that are close to each other, without a rim.
    pub(crate) fn small_marker(&self, marker: Marker, at: Point, colour: RGBColor) {
        self.shape(marker, at, THEME.small_marker, colour);
    }

    /// Words whose top stands at a place, all of them inside the drawing.
    pub(crate) fn text(&self, words: &str, at: Point, look: Type) {
        debug_assert!(self.holds(words, at, look), "`{words}` at {at:?} is not inside the drawing");
        let style = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
        // The backend divides sizes by 1.24.
        let font = (font::FAMILY, look.size * SCALE * 1.24).into_font().style(style);
        let style = TextStyle::from(font).color(&look.colour).pos(Pos::new(look.anchor, VPos::Top));
        self.draw(&Text::new(svg::holdable(words), pixel(at), style));
    }

    /// Finishes the drawing.
    pub(crate) fn finish(self) {
        self.drawing.present().expect("memory takes a drawing");
    }

    /// Whether words stand inside the drawing, by their true width.
    fn holds(&self, words: &str, (x, y): Point, look: Type) -> bool {
        let width = font::width(words, look.size, look.bold);
        let left = match look.anchor {
            HPos::Left => x,
            HPos::Center => x - width / 2.0,
            HPos::Right => x - width,
        };
        left >= 0.0 && left + width <= THEME.width && y >= 0.0 && y + look.size <= self.height
    }

    fn shape(&self, marker: Marker, (x, y): Point, r: f64, colour: RGBColor) {
        let fill = colour.filled();
        let polygon = |corners: &[Point]| self.area(corners, colour);
        match marker {
            Marker::Circle => self.draw(&Circle::new(pixel((x, y)), pixels(r), fill)),
            Marker::Square => {
                let r = r * 0.9;
                self.rect((x - r, y - r), (x + r, y + r), colour);
            }
            Marker::Diamond => {
                let r = r * 1.25;
                polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)]);
            }
            Marker::Triangle => {
                let r = r * 1.2;
                polygon(&[(x, y - r), (x + r, y + 0.75 * r), (x - r, y + 0.75 * r)]);
            }
        }
    }

    fn draw<'b, E>(&self, element: &'b E)
    where
        &'b E: plotters::element::PointCollection<'b, (i32, i32)>,
        E: plotters::element::Drawable<SVGBackend<'a>>,
    {
        self.drawing.draw(element).expect("memory takes a drawing");
    }
}

/// The pieces of a line that are drawn, where lengths are drawn and left out by turns.
fn dashes(points: &[Point], lengths: &[f64]) -> Vec<Vec<Point>> {
    let mut turns = lengths.iter().copied().zip([true, false].into_iter().cycle()).cycle();
    let (mut dashes, mut dash) = (Vec::new(), points.first().copied().into_iter().collect::<Vec<_>>());
    let Some((mut left, mut drawn)) = turns.next() else { return Vec::new() };
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            length -= left;
            if drawn {
                dash.push(from);
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![from];
            }
            (left, drawn) = turns.next().unwrap_or((f64::INFINITY, true));
        }
        left -= length;
        if drawn {
            dash.push(to);
        }
    }
    if drawn {
        dashes.push(dash);
    }
    dashes
}

fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    colour.stroke_width(pixels(width).unsigned_abs())
}

fn scaled(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().copied().map(pixel).collect()
}

fn pixel((x, y): Point) -> (i32, i32) {
    (pixels(x), pixels(y))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a drawing has some thousand pixels a side; the cast saturates"
)]
fn pixels(length: f64) -> i32 {
    (length * SCALE).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_follow_a_line_round_its_corners() {
        let line = [(0.0, 0.0), (6.0, 0.0), (6.0, 9.0)];
        let drawn =
            [vec![(0.0, 0.0), (4.0, 0.0)], vec![(6.0, 1.0), (6.0, 5.0)], vec![(6.0, 8.0), (6.0, 9.0)]];
        assert_eq!(dashes(&line, &[4.0, 3.0]), drawn);
        assert_eq!(dashes(&line[..1], &[4.0, 3.0]), [vec![(0.0, 0.0)]]);
    }
}
