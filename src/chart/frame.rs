//! What every figure has around its data: title, subtitle, gridlines, axes, the plan date, the source line.

use jiff::civil::Date;
use plotters::style::text_anchor::HPos;

use super::axis::{NumberAxis, date_ticks, days_between};
use super::canvas::{Canvas, Point, Type};
use super::theme::THEME;
use super::{Caption, font};

/// The words and axes of a figure.
pub(super) struct Frame<'w> {
    /// The finding.
    pub title: &'w str,
    /// Measure, unit and scope, as `Share migrated, % of ..., Dormant`.
    pub measure: &'w str,
    /// Where it all comes from and what it does not show.
    pub caption: &'w Caption,
    /// First day shown.
    pub first: Date,
    /// Last day shown.
    pub last: Date,
    /// The plan date.
    pub plan: Option<Date>,
    /// The y axis.
    pub axis: &'w NumberAxis,
    /// What the y axis counts.
    pub unit: &'w str,
    /// Plots one above the other, on the same dates and the same y axis.
    pub panels: u8,
}

/// The sides of a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edges {
    /// Left side.
    pub left: f64,
    /// Top.
    pub top: f64,
    /// Right side.
    pub right: f64,
    /// Bottom: where zero stands.
    pub bottom: f64,
}

/// The part of a drawing in which data stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    /// Its edges.
    pub edges: Edges,
    days: f64,
    top: f64,
}

impl Plot {
    /// Where a value on a day (counted from the first) stands.
    pub(super) fn at(&self, day: f64, value: f64) -> Point {
        let Edges { left, top, right, bottom } = self.edges;
        let x = left + (right - left) * (day / self.days).clamp(0.0, 1.0);
        (x, bottom - (bottom - top) * (value / self.top).clamp(0.0, 1.0))
    }
}

const TITLE: Type = Type { size: THEME.title_size, bold: true, colour: THEME.text, anchor: HPos::Left };
const SUBTITLE: Type =
    Type { size: THEME.text_size, bold: false, colour: THEME.axis_text, anchor: HPos::Left };
const SOURCE: Type =
    Type { size: THEME.small_size, bold: false, colour: THEME.axis_text, anchor: HPos::Left };

impl Frame<'_> {
    /// Draws the frame and says where the data go, from the top down.
    pub(super) fn draw(&self, canvas: &Canvas) -> Vec<Plot> {
        let mut y = paragraph(canvas, self.title, TITLE, THEME.margin, 2);
        let subtitle = format!("{}, Great Britain, {}", self.measure, period(self.first, self.last));
        y = paragraph(canvas, &subtitle, SUBTITLE, y + 3.0, 2);
        let caption_top = self.caption(canvas);
        let unit_top = y + 9.0;
        let unit = capitalised(&format!("{}{}", self.axis.factor, self.unit));
        canvas.text(&unit, (THEME.margin, unit_top), SUBTITLE);
        let (top, bottom) = (unit_top + 27.0, caption_top - 14.0 - line(SUBTITLE) - 6.0);
        let plots = self.plots(top, bottom);
        for plot in &plots {
            self.gridlines(canvas, plot);
        }
        let last = plots.last().expect("a figure has a plot");
        self.dates(canvas, last);
        let unit_end = THEME.margin + font::width(&unit, SUBTITLE.size, false);
        self.plan_line(canvas, last, (unit_top, top), unit_end);
        plots
    }

    /// Writes caveat and source at the foot and returns where they begin.
    fn caption(&self, canvas: &Canvas) -> f64 {
        let source = self.caption.source();
        let lines = font::wrap(&source, SOURCE.size, false, THEME.width - 2.0 * THEME.margin, 3);
        let top = THEME.height - THEME.margin - line(SOURCE) * (1.0 + count(&lines)) + 3.0;
        let below = paragraph(canvas, &self.caption.caveat(), SOURCE, top, 1);
        paragraph(canvas, &source, SOURCE, below, 3);
        top
    }

    fn plots(&self, top: f64, bottom: f64) -> Vec<Plot> {
        let n = f64::from(self.panels.max(1));
        let height = (bottom - top - THEME.panel_gap * (n - 1.0)) / n;
        let days = days_between(self.first, self.last).max(1.0);
        let right = THEME.width - THEME.margin - THEME.label_width;
        let panel = |index: u8| {
            let top = top + f64::from(index) * (height + THEME.panel_gap);
            let edges = Edges { left: THEME.margin + THEME.axis_width, top, right, bottom: top + height };
            Plot { edges, days, top: self.axis.top() }
        };
        (0..self.panels.max(1)).map(panel).collect()
    }

    fn gridlines(&self, canvas: &Canvas, plot: &Plot) {
        for tick in &self.axis.ticks {
            let (_, y) = plot.at(0.0, tick.at);
            let (colour, width) = if tick.at > 0.0 { (THEME.grid, 1.0) } else { (THEME.zero, 1.5) };
            canvas.line(&[(plot.edges.left, y), (plot.edges.right, y)], colour, width);
            let look = Type { anchor: HPos::Right, ..SUBTITLE };
            canvas.text(&tick.label, (plot.edges.left - 8.0, y - 6.0), look);
        }
    }

    fn dates(&self, canvas: &Canvas, plot: &Plot) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of labels")]
        let most = |label: &str| {
            let room =
                (plot.edges.right - plot.edges.left) / (font::width(label, SUBTITLE.size, false) + 14.0);
            room.floor().max(2.0) as usize
        };
        let mut free_from = 0.0;
        for tick in date_ticks(self.first, self.last, most("Nov 2020"), most("20 Nov 2020")) {
            let (x, y) = plot.at(tick.at, 0.0);
            let width = font::width(&tick.label, SUBTITLE.size, false);
            let left = (x - width / 2.0).clamp(THEME.margin, THEME.width - THEME.margin - width);
            canvas.line(&[(x, y), (x, y + 5.0)], THEME.zero, 1.0);
            if left >= free_from {
                canvas.text(&tick.label, (left, y + 11.0), SUBTITLE);
                free_from = left + width + 10.0;
            }
        }
    }

    /// The plan date as a dashed line through all panels, with its label above them where no data are.
    fn plan_line(&self, canvas: &Canvas, lowest: &Plot, (label_top, top): (f64, f64), free_from: f64) {
        let Some(plan) = self.plan.filter(|&d| d >= self.first && d <= self.last) else {
            return;
        };
        let (x, bottom) = lowest.at(days_between(self.first, plan), 0.0);
        canvas.dashed(x, top - 4.0, bottom);
        let label = plan.strftime("Plan date %-d %b %Y").to_string();
        let width = font::width(&label, SUBTITLE.size, false);
        let most = THEME.width - THEME.margin - width;
        let left = (x - width / 2.0).min(most).max(free_from + 24.0);
        canvas.text(&label, (left, label_top), Type { colour: THEME.text, ..SUBTITLE });
    }
}

/// Writes words in lines from `top` and returns where the next thing may begin.
fn paragraph(canvas: &Canvas, words: &str, look: Type, top: f64, most: usize) -> f64 {
    let lines = font::wrap(words, look.size, look.bold, THEME.width - 2.0 * THEME.margin, most);
    let mut y = top;
    for words in lines {
        canvas.text(&words, (THEME.margin, y), look);
        y += line(look);
    }
    y
}

fn line(look: Type) -> f64 {
    look.size * THEME.line_height
}

#[expect(clippy::cast_precision_loss, reason = "a few lines")]
fn count(lines: &[String]) -> f64 {
    lines.len() as f64
}

/// A period in words: months, or days where it is short.
pub(super) fn period(first: Date, last: Date) -> String {
    let format = if days_between(first, last) < 92.0 { "%-d %b %Y" } else { "%b %Y" };
    format!("{} to {}", first.strftime(format), last.strftime(format))
}

/// A date in running text.
pub(super) fn in_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
