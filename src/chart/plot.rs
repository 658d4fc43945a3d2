//! The part of a drawing in which data stand.

use super::canvas::Point;

/// The sides of a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edges {
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
pub(super) struct Plot {
    /// Its edges.
    pub edges: Edges,
    /// Length of the x axis.
    pub length: f64,
    /// Least and greatest value of the y axis.
    pub values: (f64, f64),
}

impl Plot {
    /// Where a value on a day (counted from the first), or over a number, stands.
    pub(super) fn at(&self, along: f64, value: f64) -> Point {
        let (Edges { left, top, right, bottom }, (least, most)) = (self.edges, self.values);
        let x = left + (right - left) * (along / self.length).clamp(0.0, 1.0);
        (x, bottom - (bottom - top) * ((value - least) / (most - least)).clamp(0.0, 1.0))
    }
}
