//! Lines by date, laid over each other and labelled beside the plot: the S-curves, and the curves of the days of finishing.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame;
use crate::chart::layout::frame::{Across, BELOW_GAP, Below, Frame, Mark, UNIT_HEIGHT, Words, below_plot};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Entry, Label, Sign};
use crate::chart::layout::plot_area::{Edges, Plot, band, path};
use crate::chart::marks::bars::small;
use crate::chart::marks::lead_panel::Leads;
use crate::chart::surface::canvas::{Canvas, Point};
use crate::chart::surface::theme::{Stroke, THEME};

/// Least height of a plot that stands alone, and of that of the leads and that of the shares below it.
const LEAST: f64 = 190.0;
const LEAST_LEADS: f64 = 130.0;
const LEAST_SHARES: f64 = 50.0;
/// How far labels may reach above the plots and below them.
const ABOVE: f64 = 8.0;
const BELOW: f64 = 30.0;
/// The same below a plot that stands alone.
const BELOW_ALONE: f64 = 18.0;
/// How far above the lower plot the labels of the upper one end.
const BETWEEN: f64 = 6.0;

/// One line.
pub(crate) struct Curve {
    /// What it is.
    pub name: String,
    /// What it came to, in some lines.
    pub outcome: String,
    /// How it looks.
    pub stroke: Stroke,
    /// Its points, in order of their dates.
    pub points: Vec<(Date, f64)>,
}

/// A pale range around a line: from and to on each date.
pub(crate) struct Band {
    /// Colour of its line.
    pub colour: RGBColor,
    /// Its two edges.
    pub edges: Vec<(Date, f64, f64)>,
}

/// Lines and what is around them.
pub(crate) struct Curves<'w> {
    /// Title, subtitle and source.
    pub words: Words<'w>,
    /// First and last date of the x axis.
    pub span: (Date, Date),
    /// The plan date.
    pub plan: Option<Date>,
    /// The y axis.
    pub axis: NumberAxis,
    /// What the y axis counts.
    pub unit: &'w str,
    /// Ranges, drawn under the lines.
    pub bands: Vec<Band>,
    /// The lines, the baseline first.
    pub lines: Vec<Curve>,
    /// How far the others are ahead of the baseline: that is the plot then, and the lines stand in a low one below it.
    pub leads: Option<Leads<'w>>,
}

impl Curves<'_> {
    /// Draws them, as tall as their labels need.
    pub(crate) fn draw(&self) -> String {
        let labels: Vec<Label> = self.lines.iter().map(|line| self.label(line)).collect();
        let mut raw = String::new();
        let room = UNIT_HEIGHT + self.least(&labels) + below_plot();
        let canvas = Canvas::new(&mut raw, self.words.height(room));
        match &self.leads {
            Some(leads) => self.draw_below(&canvas, leads),
            None => self.draw_alone(&canvas, labels),
        }
        canvas.finish();
        raw
    }

    /// The least height of the plots: so much that the labels beside them have room.
    fn least(&self, labels: &[Label]) -> f64 {
        let Some(leads) = &self.leads else {
            return (labels::room(labels.iter()) - ABOVE - BELOW_ALONE).max(LEAST);
        };
        let leads =
            labels::room(leads.labels().iter().map(|(label, ..)| label)) - ABOVE - BELOW_GAP + BETWEEN;
        let list = labels::ENTRY * small(self.lines.len()) - BELOW;
        frame::height_of_both(leads.max(LEAST_LEADS), list.max(LEAST_SHARES))
    }

    /// What is around the plots: of the shares alone, or of the leads with the shares below them.
    fn frame<'f>(&'f self, axis: &'f NumberAxis, unit: &'f str, below: Option<Below<'f>>) -> Frame<'f> {
        Frame {
            words: self.words,
            across: Across::Dates(self.span.0, self.span.1),
            mark: Mark::plan(self.plan, self.span),
            key: &[],
            axis,
            unit,
            panels: 1,
            below,
        }
    }

    fn draw_alone(&self, canvas: &Canvas, labels: Vec<Label>) {
        let plots = self.frame(&self.axis, self.unit, None).draw(canvas);
        let (plot, first) = (&plots[0], self.span.0);
        for Band { colour, edges } in &self.bands {
            band(canvas, (plot, first), edges, *colour);
        }
        let ends = self.draw_lines(canvas, plot);
        let labels: Vec<(Label, Point)> = labels.into_iter().zip(ends).collect();
        let Edges { top, bottom, .. } = plot.edges;
        labels::column(canvas, plot, &labels, (top - ABOVE, bottom + BELOW_ALONE));
    }

    /// How far the others are ahead, and the lines themselves in a low plot below.
    fn draw_below(&self, canvas: &Canvas, leads: &Leads) {
        let (axis, unit, shares) = (leads.axis(), leads.unit(), NumberAxis::halves());
        let below = Below { axis: &shares, unit: self.unit };
        let plots = self.frame(&axis, &unit, Some(below)).draw(canvas);
        leads.draw(canvas, (&plots[0], self.span.0), plots[1].edges.top - BETWEEN);
        self.draw_lines(canvas, &plots[1]);
        let entry = |line: &Curve| Entry {
            stroke: self.stroke(line),
            name: line.name.clone(),
            outcome: line.outcome.clone(),
        };
        let list: Vec<Entry> = self.lines.iter().map(entry).collect();
        let Edges { top, bottom, .. } = plots[1].edges;
        let height = labels::ENTRY * small(list.len());
        let top = frame::beside(top, (top - BETWEEN, bottom + BELOW), height);
        labels::list(canvas, &plots[1], &list, top);
    }

    /// Draws the lines with what stands at their ends, and says where that is.
    fn draw_lines(&self, canvas: &Canvas, plot: &Plot) -> Vec<Point> {
        let paths: Vec<Vec<Point>> =
            self.lines.iter().map(|line| path((plot, self.span.0), line.points.iter().copied())).collect();
        let (dashed, whole): (Vec<_>, Vec<_>) =
            self.lines.iter().zip(&paths).rev().partition(|(line, _)| !line.stroke.dashes.is_empty());
        for (line, path) in whole.into_iter().chain(dashed) {
            canvas.stroke(path, self.stroke(line), THEME.reference_width);
        }
        let ends: Vec<Point> = paths.iter().map(|path| path.last().copied().unwrap_or_default()).collect();
        for (line, end) in self.lines.iter().zip(&ends).rev() {
            canvas.marker(line.stroke.marker, *end, line.stroke.colour);
        }
        ends
    }

    /// What stands beside the end of a line.
    fn label(&self, line: &Curve) -> Label {
        let stroke = self.stroke(line);
        let (sign, colour) = (Sign::Stroke(stroke), stroke.colour);
        Label { sign, colour, name: line.name.clone(), outcome: line.outcome.clone() }
    }

    /// How a line looks here: one alone needs no dashes.
    fn stroke(&self, line: &Curve) -> Stroke {
        let dashes = if self.lines.len() == 1 { &[] } else { line.stroke.dashes };
        Stroke { dashes, ..line.stroke }
    }
}
