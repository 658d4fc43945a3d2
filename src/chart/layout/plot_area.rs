//! The part of a drawing in which data stand.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::layout::axis::days_between;
use crate::chart::surface::canvas::{Canvas, Point};

/// The sides of a plot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edges {
    /// Left side.
    pub left: f64,
    /// Top.
    pub top: f64,
    /// Right side.
    pub right: f64,
    /// Bottom: where the least value of the y axis stands, which is 0 where none is below it.
    pub bottom: f64,
}

/// The part of a drawing in which data stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    /// Its edges.
    pub edges: Edges,
    /// Length of the x axis.
    pub length: f64,
    /// Least and greatest value of the y axis.
    pub values: (f64, f64),
}

impl Plot {
    /// Where a value on a day (counted from the first), or over a number, stands.
    pub(crate) fn at(&self, along: f64, value: f64) -> Point {
        let (Edges { left, top, right, bottom }, (least, most)) = (self.edges, self.values);
        let x = left + (right - left) * (along / self.length).clamp(0.0, 1.0);
        (x, bottom - (bottom - top) * ((value - least) / (most - least)).clamp(0.0, 1.0))
    }
}

/// Where points stand in a plot whose left side is a date.
pub(crate) fn path((plot, first): (&Plot, Date), points: impl Iterator<Item = (Date, f64)>) -> Vec<Point> {
    points.map(|(date, value)| plot.at(days_between(first, date), value)).collect()
}

/// A pale range between two values on each date, its edges as thin lines: the pale colour alone is hard to see.
pub(crate) fn band(canvas: &Canvas, at: (&Plot, Date), edges: &[(Date, f64, f64)], colour: RGBColor) {
    let low = path(at, edges.iter().map(|(date, low, _)| (*date, *low)));
    let high = path(at, edges.iter().map(|(date, _, high)| (*date, *high)));
    let corners: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
    canvas.band(&corners, colour);
    [low, high].iter().for_each(|edge| canvas.line(edge, colour, 1.0));
}
