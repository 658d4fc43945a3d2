//! A plot of rows one below the other: names left, a scale of numbers or dates underneath.

use jiff::civil::Date;
use plotters::style::text_anchor::HPos;

use crate::chart::layout::axis::{NumberAxis, days_between};
use crate::chart::layout::frame::{below_plot, dates};
use crate::chart::layout::plot_area::Edges;
use crate::chart::marks::bars::small;
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::theme::{CAPTION, LABEL, THEME, Type};

/// Where rows stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    /// The sides of the plot.
    pub edges: Edges,
    /// Height of a row.
    pub height: f64,
}

/// Most room for the names of rows that have numbers behind them, and what stands free behind a name.
const MOST_NAMES: f64 = 224.0;
const NAME_GAP: f64 = 10.0;

/// The room for some names of rows: at least some, and more where they are wider.
pub(crate) fn name_room<'n>(names: impl Iterator<Item = &'n str>, least: f64) -> f64 {
    let widths = names.map(|name| font::width(name, CAPTION.size, CAPTION.bold) + NAME_GAP);
    widths.fold(least, f64::max).min(MOST_NAMES)
}

/// How much room is taken left and right of the rows.
pub(crate) struct Margins {
    /// Width of the names.
    pub left: f64,
    /// Width of what stands behind a row.
    pub right: f64,
}

/// What stands underneath.
#[derive(Clone, Copy)]
pub(crate) enum Scale<'a> {
    /// Numbers.
    Numbers(&'a NumberAxis),
    /// Dates from the first to the last.
    Dates(Date, Date),
}

impl Rows {
    /// The height that `n` rows take, each at least so high, with the scale below them.
    pub(crate) fn room(n: f64, row: f64) -> f64 {
        n.max(1.0) * row + below_plot()
    }

    /// Lays `n` rows between two heights, leaving room for the scale, and draws the scale.
    pub(crate) fn draw(
        canvas: &Canvas,
        n: f64,
        (top, foot): (f64, f64),
        margins: &Margins,
        scale: Scale,
    ) -> Self {
        let bottom = foot - below_plot();
        let left = THEME.margin + margins.left;
        let edges = Edges { left, top, right: THEME.width - THEME.margin - margins.right, bottom };
        Self::within(canvas, n, edges, scale)
    }

    /// Lays `n` rows inside a plot and draws the scale below it.
    pub(crate) fn within(canvas: &Canvas, n: f64, edges: Edges, scale: Scale) -> Self {
        let Edges { top, bottom, .. } = edges;
        let rows = Self { edges, height: (bottom - top) / n.max(1.0) };
        match scale {
            Scale::Numbers(axis) => rows.numbers(canvas, axis),
            Scale::Dates(first, last) => {
                canvas.line(&[(edges.left, bottom), (edges.right, bottom)], THEME.zero, 1.5);
                dates(canvas, edges, (first, last));
            }
        }
        rows
    }

    /// Where a number stands.
    pub(crate) fn at(&self, axis: &NumberAxis, value: f64) -> f64 {
        let share = (value - axis.bottom()) / (axis.top() - axis.bottom());
        self.edges.left + (self.edges.right - self.edges.left) * share.clamp(0.0, 1.0)
    }

    /// Where a date stands; what lies outside stands at the edge.
    pub(crate) fn on(&self, (first, last): (Date, Date), date: Date) -> f64 {
        let share = days_between(first, date) / days_between(first, last).max(1.0);
        self.edges.left + (self.edges.right - self.edges.left) * share.clamp(0.0, 1.0)
    }

    /// Top of what stands so many rows from the top.
    pub(crate) fn top(&self, row: f64) -> f64 {
        self.edges.top + self.height * row
    }

    /// Writes a name left of the plot, its middle at a height.
    pub(crate) fn name(&self, canvas: &Canvas, name: &str, middle: f64, bold: bool) {
        const LINE: f64 = 16.0;
        let look = Type { colour: THEME.text, bold, ..CAPTION };
        let lines = font::wrap(name, look, self.name_room());
        let fits = LINE * small(lines.len()) <= self.height.max(LINE) && lines.join(" ") == name;
        let lines = if fits { lines } else { vec![canvas.name(name, look, self.name_room())] };
        let mut top = middle - look.size * 0.37 - LINE * (small(lines.len()) - 1.0) / 2.0;
        for line in lines {
            canvas.text(&line, (THEME.margin, top), look);
            top += LINE;
        }
    }

    /// Width of the names left of the plot.
    pub(crate) fn name_room(&self) -> f64 {
        self.edges.left - THEME.margin - 8.0
    }

    fn numbers(&self, canvas: &Canvas, axis: &NumberAxis) {
        let Edges { top, bottom, .. } = self.edges;
        let centred = Type { anchor: HPos::Center, ..LABEL };
        for tick in &axis.ticks {
            let x = self.at(axis, tick.at);
            let (colour, width) = if tick.at == 0.0 { (THEME.zero, 1.5) } else { (THEME.grid, 1.0) };
            canvas.line(&[(x, top), (x, bottom)], colour, width);
        }
        for tick in axis.labelled(|at| self.at(axis, at)) {
            canvas.text(&tick.label, (self.at(axis, tick.at), bottom + 9.0), centred);
        }
    }
}
