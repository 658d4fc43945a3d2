//! What every figure has around its data: title, subtitle, gridlines, axes, the plan date, the source line.

use jiff::civil::Date;
use plotters::style::text_anchor::HPos;

use super::axis::{NumberAxis, date_ticks, days_between};
use super::canvas::{Canvas, Point, Type};
use super::labels::Box4;
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
    /// Width kept free right of the plot.
    pub right: f64,
}

/// The part of a drawing in which data stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    /// Its edges.
    pub edges: Box4,
    /// Where the plan date stands, if it is shown.
    pub plan_x: Option<f64>,
    days: f64,
    top: f64,
}

impl Plot {
    /// Where a value on a day (counted from the first) stands.
    pub(super) fn at(&self, day: f64, value: f64) -> Point {
        let Box4(left, top, right, bottom) = self.edges;
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
    /// Draws the frame and says where the data go.
    pub(super) fn draw(&self, canvas: &Canvas) -> Plot {
        let mut y = paragraph(canvas, self.title, TITLE, THEME.margin, 2);
        let subtitle = format!("{}, Great Britain, {}", self.measure, period(self.first, self.last));
        y = paragraph(canvas, &subtitle, SUBTITLE, y + 3.0, 2);
        let source = self.caption.source();
        let lines = font::wrap(&source, SOURCE.size, false, THEME.width - 2.0 * THEME.margin, 3);
        let source_top = THEME.height - THEME.margin - line(SOURCE) * (1.0 + count(&lines)) + 3.0;
        let below = paragraph(canvas, self.caption.caveat(), SOURCE, source_top, 1);
        paragraph(canvas, &source, SOURCE, below, 3);
        let unit_top = y + 9.0;
        let edges = Box4(
            THEME.margin + THEME.axis_width,
            unit_top + 27.0,
            THEME.width - self.right,
            source_top - 14.0 - line(SUBTITLE) - 6.0,
        );
        let days = days_between(self.first, self.last).max(1.0);
        let mut plot = Plot { edges, plan_x: None, days, top: self.axis.top() };
        let unit = format!("{}{}", self.axis.factor, self.unit);
        canvas.text(&capitalised(&unit), (THEME.margin, unit_top), SUBTITLE);
        self.gridlines(canvas, &plot);
        self.dates(canvas, &plot);
        let unit_end = THEME.margin + font::width(&unit, SUBTITLE.size, false);
        plot.plan_x = self.plan_line(canvas, &plot, unit_top, unit_end);
        plot
    }

    fn gridlines(&self, canvas: &Canvas, plot: &Plot) {
        for tick in &self.axis.ticks {
            let (_, y) = plot.at(0.0, tick.at);
            let (colour, width) = if tick.at == 0.0 { (THEME.zero, 1.5) } else { (THEME.grid, 1.0) };
            canvas.line(&[(plot.edges.0, y), (plot.edges.2, y)], colour, width);
            let look = Type { anchor: HPos::Right, ..SUBTITLE };
            canvas.text(&tick.label, (plot.edges.0 - 8.0, y - 6.0), look);
        }
    }

    fn dates(&self, canvas: &Canvas, plot: &Plot) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of labels")]
        let most = |label: &str| {
            let room = (plot.edges.2 - plot.edges.0) / (font::width(label, SUBTITLE.size, false) + 14.0);
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

    /// The plan date as a dashed line, with its label above the plot where no data are.
    fn plan_line(&self, canvas: &Canvas, plot: &Plot, label_top: f64, free_from: f64) -> Option<f64> {
        let plan = self.plan.filter(|&d| d >= self.first && d <= self.last)?;
        let (x, bottom) = plot.at(days_between(self.first, plan), 0.0);
        canvas.dashed(x, plot.edges.1 - 4.0, bottom);
        let label = plan.strftime("Plan date %-d %b %Y").to_string();
        let width = font::width(&label, SUBTITLE.size, false);
        let most = THEME.width - THEME.margin - width;
        let left = (x - width / 2.0).min(most).max(free_from + 24.0);
        canvas.text(&label, (left, label_top), Type { colour: THEME.text, ..SUBTITLE });
        Some(x)
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
