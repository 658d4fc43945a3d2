//! Where direct labels go, so that they hide neither each other nor a line.

use super::canvas::Point;

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Box4(pub f64, pub f64, pub f64, pub f64);

impl Box4 {
    fn meets(self, other: Self) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }

    fn within(self, outer: Self) -> bool {
        self.0 >= outer.0 && self.1 >= outer.1 && self.2 <= outer.2 && self.3 <= outer.3
    }

    fn is_crossed_by(self, line: &[Point]) -> bool {
        line.windows(2).any(|w| self.is_crossed(w[0], w[1]))
    }

    /// Whether a stretch of line passes through, judged by the box around the stretch cut at this box's sides.
    fn is_crossed(self, a: Point, b: Point) -> bool {
        let (low, high) = (self.0.max(a.0.min(b.0)), self.2.min(a.0.max(b.0)));
        if low > high {
            return false;
        }
        let run = b.0 - a.0;
        let (y0, y1) = if run.abs() < 1e-9 {
            (a.1, b.1)
        } else {
            let at = |x: f64| a.1 + (b.1 - a.1) * (x - a.0) / run;
            (at(low), at(high))
        };
        y0.min(y1) < self.3 && y0.max(y1) > self.1
    }
}

/// Tops of labels in one column: as near as can be to where they would like to be, in the same order, none overlapping.
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

/// Chooses where along a line its label stands: the point's index and the label's box.
///
/// Tries every point, above and below; takes the highest point that no line over it hides and whose box is free of
/// lines and labels, or, if there is none, the one with fewest in its way.
pub(super) fn place(size: Point, own: &[Vec<Point>], around: &Around) -> Option<Spot> {
    const GAP: f64 = 9.0;
    let Around { under, over, taken, plot } = *around;
    let points = || own.iter().flatten().copied();
    let candidates = points().flat_map(|(x, y)| {
        let left = (x - size.0 / 2.0).clamp(plot.0, (plot.2 - size.0).max(plot.0));
        let tops = [y - GAP - size.1, y + GAP];
        tops.map(|top| Spot { point: (x, y), label: Box4(left, top, left + size.0, top + size.1) })
    });
    let cost = |spot: &Spot| {
        let near = Box4(spot.point.0 - GAP, spot.point.1 - 3.0, spot.point.0 + GAP, spot.point.1 + 3.0);
        let hidden = over.iter().filter(|line| near.is_crossed_by(line)).count();
        let crossed =
            own.iter().chain(under).chain(over).filter(|line| spot.label.is_crossed_by(line)).count();
        crossed + hidden + 10 * taken.iter().filter(|other| spot.label.meets(**other)).count()
    };
    let inside = candidates.filter(|spot| spot.label.within(plot)).map(|spot| (cost(&spot), spot));
    let best = inside.min_by(|a, b| a.0.cmp(&b.0).then(a.1.point.1.total_cmp(&b.1.point.1)));
    best.map(|(_, spot)| spot)
}

/// What a label must keep off.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// Lines drawn before its own.
    pub under: &'a [Vec<Point>],
    /// Lines drawn after its own, which hide it where they meet.
    pub over: &'a [Vec<Point>],
    /// Labels already placed.
    pub taken: &'a [Box4],
    /// The plot, which it must not leave.
    pub plot: Box4,
}

/// A place for a label: the point of the line it belongs to, and its box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    /// The point.
    pub point: Point,
    /// The box.
    pub label: Box4,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_collide_are_pushed_apart_inside_their_column() {
        assert_eq!(spread(&[100.0, 100.0, 101.0], 20.0, 0.0, 300.0), [100.0, 120.0, 140.0]);
        assert_eq!(spread(&[100.0, 100.0, 101.0], 20.0, 0.0, 130.0), [70.0, 90.0, 110.0]);
        assert_eq!(spread(&[-5.0], 20.0, 0.0, 130.0), [0.0]);
    }

    #[test]
    fn a_label_keeps_off_lines() {
        let flat = vec![(0.0, 50.0), (100.0, 50.0)];
        let plot = Box4(0.0, 0.0, 100.0, 100.0);
        let blocked = vec![(0.0, 35.0), (100.0, 35.0)];
        let spot =
            place((40.0, 16.0), &[flat], &Around { under: &[blocked], over: &[], taken: &[], plot }).unwrap();
        assert_eq!((spot.label.1, spot.label.3), (59.0, 75.0));
    }

    #[test]
    fn a_label_keeps_off_stretches_that_another_line_hides() {
        let own = vec![(0.0, 50.0), (100.0, 50.0), (150.0, 80.0), (250.0, 80.0)];
        let other = vec![(0.0, 50.0), (100.0, 50.0), (150.0, 20.0), (250.0, 20.0)];
        let plot = Box4(0.0, 0.0, 250.0, 100.0);
        let around = Around { under: &[], over: &[other], taken: &[], plot };
        let spot = place((40.0, 16.0), &[own], &around).unwrap();
        assert!(spot.point.1 > 79.0);
    }
}
