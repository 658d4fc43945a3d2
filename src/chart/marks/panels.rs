//! Plots one above the other on the same dates and scale, one for each part: slot use and backlog.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Across, Frame, Mark, Words};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Key, Label, Sign};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::theme::THEME;

/// Most plots in one figure.
pub(crate) const MOST: usize = 5;

/// One plot.
pub(crate) struct Panel<'w> {
    /// What it shows.
    pub name: &'w str,
    /// What it came to.
    pub outcome: String,
    /// Its lines, those behind first.
    pub lines: Vec<Line>,
}

/// A line in pieces.
pub(crate) struct Line {
    /// Its colour.
    pub colour: RGBColor,
    /// Whether what lies between it and zero is filled.
    pub filled: bool,
    /// Runs of points without a gap: days from the first of the figure, and values.
    pub pieces: Vec<Vec<(f64, f64)>>,
}

/// What all plots share.
pub(crate) struct Panels<'w> {
    /// Title, subtitle and source.
    pub words: Words<'w>,
    /// The plan date.
    pub plan: Option<Date>,
    /// What the colours are.
    pub key: &'w [Key<'w>],
    /// What the scale counts.
    pub unit: &'w str,
    /// The plots from the top, at most [`MOST`].
    pub plots: Vec<Panel<'w>>,
}

impl Panels<'_> {
    /// Draws them, as tall as their labels need.
    pub(crate) fn draw(&self) -> String {
        let points = self.plots.iter().flat_map(|p| &p.lines).flat_map(|l| &l.pieces).flatten();
        let most = points.map(|(_, value)| *value).fold(0.0, f64::max);
        let axis = if self.plots.len() > 2 { NumberAxis::ends(most) } else { NumberAxis::up_to(most, 3) };
        let frame = Frame {
            words: self.words,
            across: Across::Dates(self.words.first, self.words.last),
            mark: Mark::plan(self.plan, (self.words.first, self.words.last)),
            key: self.key,
            axis: &axis,
            unit: self.unit,
            panels: u8::try_from(self.plots.len()).unwrap_or(u8::MAX),
            below: None,
        };
        let sign = if self.key.len() > 1 { Sign::None } else { Sign::Bar };
        let labels: Vec<Label> = self.plots.iter().map(|panel| panel.label(sign)).collect();
        let tallest = labels.iter().map(Label::height).fold(0.0, f64::max);
        let mut raw = String::new();
        let canvas = Canvas::new(&mut raw, self.words.height(frame.room(tallest - THEME.panel_gap)));
        canvas.know(self.plots.iter().map(|panel| panel.name.to_owned()));
        for ((panel, label), plot) in self.plots.iter().zip(&labels).zip(frame.draw(&canvas)) {
            for line in &panel.lines {
                for piece in &line.pieces {
                    let points: Vec<_> = piece.iter().map(|&(day, value)| plot.at(day, value)).collect();
                    if let (true, Some(first), Some(last)) = (line.filled, points.first(), points.last()) {
                        let zero = plot.edges.bottom;
                        let corners = [&points[..], &[(last.0, zero), (first.0, zero)]].concat();
                        canvas.area(&corners, line.colour);
                    } else {
                        canvas.line(&points, line.colour, THEME.reference_width);
                    }
                }
            }
            let middle = f64::midpoint(plot.edges.top, plot.edges.bottom);
            labels::draw(&canvas, &plot, label, middle - label.height() / 2.0 + 1.0);
        }
        canvas.finish();
        raw
    }
}

impl Panel<'_> {
    /// What stands beside it.
    fn label(&self, sign: Sign) -> Label {
        let colour = self.lines.first().map_or(THEME.baseline, |line| line.colour);
        Label { sign, colour, name: self.name.to_owned(), outcome: self.outcome.clone() }
    }
}

/// Values a week as steps from Monday to Monday, in pieces where a week has none.
///
/// `weeks` are days from the first of the figure to each Monday, and values.
pub(crate) fn steps(weeks: &[(f64, Option<f64>)], last: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![vec![]];
    for &(monday, value) in weeks {
        match (value, pieces.last_mut()) {
            (Some(value), Some(piece)) => {
                piece.extend([(monday, value), ((monday + 7.0).min(last), value)]);
            }
            _ => pieces.push(vec![]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
