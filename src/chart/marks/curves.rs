//! Lines by date, laid over each other and labelled beside the plot: the S-curves, and the curves of the days of finishing.

use jiff::civil::Date;
use plotters::style::RGBColor;

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame;
use crate::chart::layout::frame::{Across, BELOW_GAP, Below, Frame, Mark, UNIT_HEIGHT, Words, below_plot};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Label, Sign};
use crate::chart::layout::plot_area::{Edges, band, path};
use crate::chart::marks::lead_panel::{ABOVE as ABOVE_LEADS, BELOW as BELOW_LEADS, Leads};
use crate::chart::surface::canvas::{Canvas, Point};
use crate::chart::surface::theme::{Stroke, THEME};

/// Least height of all plots together.
const LEAST: f64 = 190.0;
/// How far labels may reach above the plots and below them.
const ABOVE: f64 = 8.0;
const BELOW: f64 = 30.0;
/// The same below a plot that stands alone.
const BELOW_ALONE: f64 = 18.0;
/// How far above the lower plot those of the upper one end, where the lower one has labels of its own.
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
    /// How far the others are ahead of the baseline, in a plot below.
    pub leads: Option<Leads<'w>>,
}

impl Curves<'_> {
    /// Draws them, as tall as their labels need.
    pub(crate) fn draw(&self) -> String {
        let labels: Vec<Label> = self.lines.iter().map(|line| self.label(line)).collect();
        let mut raw = String::new();
        let room = UNIT_HEIGHT + self.least(&labels) + below_plot();
        let canvas = Canvas::new(&mut raw, self.words.height(room));
        self.draw_on(&canvas, labels);
        canvas.finish();
        raw
    }

    /// The least height of the plots: so much that the labels beside them have room.
    fn least(&self, labels: &[Label]) -> f64 {
        let these = labels::room(labels.iter()) - ABOVE;
        let needed = match &self.leads {
            None => these - BELOW_ALONE,
            Some(leads) if leads.others.len() == 1 => {
                let below =
                    labels::room(leads.labels().iter().map(|(label, ..)| label)) - ABOVE_LEADS - BELOW_LEADS;
                frame::height_of_both(these - BELOW_GAP + BETWEEN, below)
            }
            Some(_) => these - BELOW,
        };
        needed.max(LEAST)
    }

    fn draw_on(&self, canvas: &Canvas, labels: Vec<Label>) {
        let below = self.leads.as_ref().map(|leads| (leads.axis(), leads.unit()));
        let frame = Frame {
            words: self.words,
            across: Across::Dates(self.span.0, self.span.1),
            mark: Mark::plan(self.plan, self.span),
            key: &[],
            axis: &self.axis,
            unit: self.unit,
            panels: 1,
            below: below.as_ref().map(|(axis, unit)| Below { axis, unit }),
        };
        let plots = frame.draw(canvas);
        let (plot, first) = (&plots[0], self.span.0);
        for Band { colour, edges } in &self.bands {
            band(canvas, (plot, first), edges, *colour);
        }
        let paths: Vec<Vec<Point>> =
            self.lines.iter().map(|line| path((plot, first), line.points.iter().copied())).collect();
        let (dashed, whole): (Vec<_>, Vec<_>) =
            self.lines.iter().zip(&paths).rev().partition(|(line, _)| !line.stroke.dashes.is_empty());
        for (line, path) in whole.into_iter().chain(dashed) {
            canvas.stroke(path, self.stroke(line), THEME.reference_width);
        }
        let ends = paths.iter().map(|path| path.last().copied().unwrap_or_default());
        let labels: Vec<(Label, Point)> = labels.into_iter().zip(ends).collect();
        let Edges { top, bottom, .. } = plot.edges;
        let until = match (&self.leads, plots.get(1)) {
            (Some(leads), Some(below)) if leads.others.len() == 1 => below.edges.top - BETWEEN,
            (_, Some(below)) => below.edges.bottom + BELOW,
            _ => bottom + BELOW_ALONE,
        };
        labels::column(canvas, plot, &labels, (top - ABOVE, until));
        if let (Some(leads), Some(below)) = (&self.leads, plots.get(1)) {
            leads.draw(canvas, (below, first));
        }
    }

    /// What stands beside the end of a line.
    fn label(&self, line: &Curve) -> Label {
        let stroke = self.stroke(line);
        let (sign, colour) = (Sign::Stroke(stroke), stroke.colour);
        let beside = self.leads.as_ref().map_or_else(String::new, |leads| leads.beside(&line.name));
        let outcome = format!("{}{beside}", line.outcome);
        Label { sign, colour, name: line.name.clone(), outcome }
    }

    /// How a line looks here: one alone needs no dashes.
    fn stroke(&self, line: &Curve) -> Stroke {
        let dashes = if self.lines.len() == 1 { &[] } else { line.stroke.dashes };
        Stroke { dashes, ..line.stroke }
    }
}
