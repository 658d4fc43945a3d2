//! What every figure has around its data: title, subtitle, gridlines, axes, the plan date, the source line.

use jiff::civil::Date;
use plotters::style::text_anchor::HPos;

use crate::chart::layout::axis::{NumberAxis, Tick, date_ticks, days_between};
use crate::chart::layout::labels;
use crate::chart::layout::labels::Key;
use crate::chart::layout::names::Names;
use crate::chart::layout::plot_area::{Edges, Plot};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::theme::{CAPTION, LABEL, THEME, TITLE, Type};
use crate::chart::{Caption, Form};
use crate::findings::Population;
use crate::statistics::Side;
use crate::wording::numbers;

/// The words above and below a figure's data.
#[derive(Clone, Copy)]
pub(crate) struct Words<'w> {
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
    /// Names in the words beside those of the scenarios: where there is no room for all of the words, names are cut, and nothing else.
    pub names: &'w [String],
}

/// The words and axes of a figure.
pub(crate) struct Frame<'w> {
    /// Title, subtitle and source.
    pub words: Words<'w>,
    /// What the data stand over.
    pub across: Across<'w>,
    /// A place on the x axis that matters, such as the plan date.
    pub mark: Option<Mark>,
    /// What the colours are, where no label beside a plot says so.
    pub key: &'w [Key<'w>],
    /// The y axis.
    pub axis: &'w NumberAxis,
    /// What the y axis counts.
    pub unit: &'w str,
    /// Plots one above the other, on the same dates and the same y axis.
    pub panels: u8,
    /// One more below them, on the same dates.
    pub below: Option<Below<'w>>,
}

/// A plot below others with a y axis of its own.
pub(crate) struct Below<'w> {
    /// The y axis.
    pub axis: &'w NumberAxis,
    /// What it counts, without the words of the axis's factor.
    pub unit: &'w str,
}

/// An x axis.
#[derive(Clone, Copy)]
pub(crate) enum Across<'w> {
    /// Days from the first to the last.
    Dates(Date, Date),
    /// Numbers.
    Numbers(&'w NumberAxis),
}

/// A dashed upright line through all plots and what it is.
pub(crate) struct Mark {
    /// Where it stands on the x axis: a day counted from the first, or a number.
    pub at: f64,
    /// What it is.
    pub label: String,
    /// On which side of the plots it lies, where it lies beyond them.
    pub beyond: Option<Side>,
}

impl Mark {
    /// The plan date among some days; one that lies before or after them stands at the edge, where an arrow leads beyond.
    pub(crate) fn plan(plan: Option<Date>, (first, last): (Date, Date)) -> Option<Self> {
        let plan = plan?;
        let label = format!("Plan date {}", numbers::date(plan));
        let beyond = match plan {
            plan if plan < first => Some(Side::Below),
            plan if plan > last => Some(Side::Above),
            _ => None,
        };
        Some(Self { at: days_between(first, plan), label, beyond })
    }

    /// Width of its label.
    fn width(&self) -> f64 {
        font::width(&self.label, LABEL.size, false)
    }

    /// Draws it from a top to a bottom, its label at a height between two sides; where it cannot stand above its line, a piece of
    /// that line stands before it.
    pub(crate) fn draw(
        &self,
        canvas: &Canvas,
        x: f64,
        (top, bottom): (f64, f64),
        label: f64,
        free: (f64, f64),
    ) {
        if let Some(side) = self.beyond {
            return self.draw_beyond(canvas, x, (side, label), free);
        }
        canvas.dashed(x, top, bottom);
        let width = self.width();
        let left = beside(x - width / 2.0, free, width);
        if x < left {
            // A piece of its line stands for it where the label cannot stand above it.
            canvas.dashed(left - 8.0, label - 1.0, label + LABEL.size * 0.9);
        }
        canvas.text(&self.label, (left, label), Type { colour: THEME.text, ..LABEL });
    }
}

impl Mark {
    /// Draws its label with an arrow that leads beyond the plots.
    fn draw_beyond(&self, canvas: &Canvas, x: f64, (side, label): (Side, f64), free: (f64, f64)) {
        const ARROW: f64 = 9.0;
        let width = self.width() + ARROW + 6.0;
        let wanted = if side == Side::Below { x } else { x - width };
        let left = beside(wanted, free, width);
        let middle = label + LABEL.size * 0.42;
        let (words, from, to) = match side {
            Side::Below => (left + ARROW + 6.0, left + ARROW, left),
            Side::Above => (left, left + width - ARROW, left + width),
        };
        canvas.area(&[(from, middle - 5.0), (to, middle), (from, middle + 5.0)], THEME.baseline);
        canvas.text(&self.label, (words, label), Type { colour: THEME.text, ..LABEL });
    }
}

impl Across<'_> {
    /// How far it reaches from its beginning.
    fn length(&self) -> f64 {
        match self {
            Self::Dates(first, last) => days_between(*first, *last).max(1.0),
            Self::Numbers(axis) => axis.top(),
        }
    }
}

/// Height of the line that says what a y axis counts, and the space under it.
pub(crate) const UNIT_HEIGHT: f64 = 27.0;
/// Space between plots on one scale and the one below them, which has words of its own.
pub(crate) const BELOW_GAP: f64 = 42.0;
/// What the plots above take of the height of all.
const ABOVE: f64 = 0.68;
/// The height of two plots one below the other, and the space between them, in which the upper and the lower one have at least some.
pub(crate) fn height_of_both(upper: f64, lower: f64) -> f64 {
    (upper / ABOVE).max(lower / (1.0 - ABOVE)) + BELOW_GAP
}

/// Width of the words above and below the data.
pub(crate) const WIDE: f64 = THEME.width - 2.0 * THEME.margin;

/// Space between title and subtitle, and below the subtitle.
const TITLE_GAP: f64 = 3.0;
const HEAD_GAP: f64 = 9.0;
/// How long names stay in words that take more lines than they should \[letters\].
const SHORT: usize = 24;

impl Words<'_> {
    /// Writes them and says where the rest may stand: from, to.
    pub(crate) fn draw(&self, canvas: &Canvas) -> (f64, f64) {
        canvas.know(self.known());
        let [title, subtitle, caveat, source] = self.lines();
        let y = paragraph(canvas, &title, TITLE, THEME.margin);
        let y = paragraph(canvas, &subtitle, LABEL, y + TITLE_GAP);
        let foot = canvas.height - THEME.margin - line(CAPTION) * (count(&caveat) + count(&source)) + 3.0;
        let below = paragraph(canvas, &caveat, CAPTION, foot);
        paragraph(canvas, &source, CAPTION, below);
        (y + HEAD_GAP, foot)
    }

    /// The height of a figure whose words leave `room` between them: the usual one, or more.
    pub(crate) fn height(&self, room: f64) -> f64 {
        let [title, subtitle, caveat, source] = self.lines();
        let head = line(TITLE) * count(&title) + TITLE_GAP + line(LABEL) * count(&subtitle) + HEAD_GAP;
        let foot = line(CAPTION) * (count(&caveat) + count(&source)) - 3.0;
        (2.0 * THEME.margin + head + room + foot).ceil().max(THEME.height)
    }

    /// Title, subtitle, caveat and source in their lines: as many as they need where cutting names does not help.
    fn lines(&self) -> [Vec<String>; 4] {
        let (area, slide) = (&self.caption.area, self.caption.form == Form::Slide);
        let area = if area.is_empty() { String::new() } else { format!("{area}, ") };
        let subtitle = format!("{}, {area}{}", self.measure, numbers::period(self.first, self.last));
        let mut names = Names::default();
        names.know(self.known());
        let lines = |words: &str, look: Type, most: usize| {
            if words.is_empty() {
                return Vec::new();
            }
            let within =
                |words: &str| Some(font::balanced(words, look, WIDE)).filter(|lines| lines.len() <= most);
            let cut = || font::balanced(&names.cut_to(words, SHORT), look, WIDE);
            names.fit_text(words, within).unwrap_or_else(cut)
        };
        [
            lines(self.title, TITLE, 2),
            lines(&subtitle, LABEL, 2),
            lines(&if slide { String::new() } else { self.caption.caveat() }, CAPTION, 5),
            lines(&if slide { self.caption.short_foot() } else { self.caption.source() }, CAPTION, 3),
        ]
    }

    /// The names that its words may hold.
    fn known(&self) -> impl Iterator<Item = String> {
        let scenarios = self.caption.scenarios.iter().map(|(name, _)| name).chain(&self.caption.titles);
        let at_front = scenarios.clone().map(|name| capitalised(name));
        scenarios.chain(self.names).chain([&self.caption.area]).cloned().chain(at_front)
    }
}

impl Frame<'_> {
    /// Draws the frame and says where the data go, from the top down.
    pub(crate) fn draw(&self, canvas: &Canvas) -> Vec<Plot> {
        let (unit_top, caption_top) = self.words.draw(canvas);
        let unit = capitalised(&format!("{}{}", self.axis.factor, self.unit));
        let mark = self.mark.as_ref().map_or(0.0, |mark| mark.width() + 64.0);
        let unit = canvas.line_of(&unit, LABEL, WIDE - labels::key_width(self.key).max(mark));
        canvas.text(&unit, (THEME.margin, unit_top), LABEL);
        let unit_end = THEME.margin + font::width(&unit, LABEL.size, false);
        let key_start = (THEME.width - THEME.margin - labels::key_width(self.key)).max(unit_end + 24.0);
        labels::key(canvas, self.key, (key_start, unit_top + 1.0));
        let (top, bottom) = (unit_top + UNIT_HEIGHT, caption_top - below_plot());
        let split = if self.below.is_some() { top + (bottom - top - BELOW_GAP) * ABOVE } else { bottom };
        let mut plots = self.plots(top, split);
        plots.iter().for_each(|plot| gridlines(canvas, plot, self.axis));
        if let Some(Below { axis, unit }) = self.below {
            let top = split + BELOW_GAP;
            let unit = capitalised(&format!("{}{unit}", axis.factor));
            let unit = canvas.line_of(&unit, LABEL, plots[0].edges.right - THEME.margin);
            canvas.text(&unit, (THEME.margin, top - UNIT_HEIGHT), LABEL);
            let edges = Edges { top, bottom, ..plots[0].edges };
            let plot = Plot { edges, length: plots[0].length, values: (axis.bottom(), axis.top()) };
            gridlines(canvas, &plot, axis);
            plots.push(plot);
        }
        let last = plots.last().expect("a figure has a plot");
        match self.across {
            Across::Dates(first, until) => dates(canvas, last.edges, (first, until)),
            Across::Numbers(axis) => numbers(canvas, last, axis),
        }
        self.marked(canvas, (last, split), (unit_top, top), (unit_end + 24.0, key_start));
        plots
    }

    /// The height between its words in which each of its panels, and the labels beside it, has at least some height.
    pub(crate) fn room(&self, panel: f64) -> f64 {
        let n = f64::from(self.panels.max(1));
        UNIT_HEIGHT + n * panel + (n - 1.0) * THEME.panel_gap + below_plot()
    }

    fn plots(&self, top: f64, bottom: f64) -> Vec<Plot> {
        let n = f64::from(self.panels.max(1));
        let height = (bottom - top - THEME.panel_gap * (n - 1.0)) / n;
        let (length, values) = (self.across.length(), (self.axis.bottom(), self.axis.top()));
        let right = THEME.width - THEME.margin - THEME.label_width;
        let panel = |index: u8| {
            let top = top + f64::from(index) * (height + THEME.panel_gap);
            let edges = Edges { left: THEME.margin + THEME.axis_width, top, right, bottom: top + height };
            Plot { edges, length, values }
        };
        (0..self.panels.max(1)).map(panel).collect()
    }

    /// The mark as a dashed line through all panels, with its label above them where no data are; between those on one scale and the
    /// one below, where words stand, it is broken.
    fn marked(
        &self,
        canvas: &Canvas,
        (lowest, split): (&Plot, f64),
        (label_top, top): (f64, f64),
        free: (f64, f64),
    ) {
        let Some(mark) = &self.mark else { return };
        let (x, _) = lowest.at(mark.at, 0.0);
        let gap = if self.key.is_empty() { 0.0 } else { 20.0 };
        mark.draw(canvas, x, (top - 4.0, split), label_top, (free.0, free.1 - gap));
        if self.below.is_some() && mark.beyond.is_none() {
            canvas.dashed(x, lowest.edges.top, lowest.edges.bottom);
        }
    }
}

fn gridlines(canvas: &Canvas, plot: &Plot, axis: &NumberAxis) {
    let labelled = labelled(plot, axis);
    for tick in &axis.ticks {
        let (_, y) = plot.at(0.0, tick.at);
        let (colour, width) = if tick.at == 0.0 { (THEME.zero, 1.5) } else { (THEME.grid, 1.0) };
        canvas.line(&[(plot.edges.left, y), (plot.edges.right, y)], colour, width);
        if labelled.contains(&tick) {
            let look = Type { anchor: HPos::Right, ..LABEL };
            canvas.text(&tick.label, (plot.edges.left - 8.0, y - 6.0), look);
        }
    }
}

/// Ticks whose labels fit beside a plot: zero and the ends come first, and none stands on another.
fn labelled<'t>(plot: &Plot, axis: &'t NumberAxis) -> Vec<&'t Tick> {
    let height = |tick: &Tick| plot.at(0.0, tick.at).1;
    let ends = [axis.top(), axis.bottom()];
    let mut ticks: Vec<&Tick> = axis.ticks.iter().collect();
    ticks.sort_by_key(|tick| if tick.at == 0.0 { 0 } else { 1 + u8::from(!ends.contains(&tick.at)) });
    let mut labelled: Vec<&Tick> = Vec::new();
    for tick in ticks {
        let free = |other: &&Tick| (height(other) - height(tick)).abs() >= LABEL.size * 0.85;
        if labelled.iter().all(free) {
            labelled.push(tick);
        }
    }
    labelled
}

/// Writes the numbers of an x axis under a plot.
fn numbers(canvas: &Canvas, plot: &Plot, axis: &NumberAxis) {
    let (across, y) = (|at: f64| plot.at(at, 0.0).0, plot.edges.bottom);
    for tick in &axis.ticks {
        canvas.line(&[(across(tick.at), y), (across(tick.at), y + 5.0)], THEME.zero, 1.0);
    }
    for tick in axis.labelled(across) {
        canvas.text(&tick.label, (across(tick.at), y + 11.0), Type { anchor: HPos::Center, ..LABEL });
    }
}

/// Writes dates under a plot whose left side is the first of two days and whose right side the other.
pub(crate) fn dates(canvas: &Canvas, edges: Edges, (first, last): (Date, Date)) {
    let wide = edges.right - edges.left;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of labels")]
    let most =
        |label: &str| (wide / (font::width(label, LABEL.size, false) + 11.0)).floor().max(2.0) as usize;
    let days = days_between(first, last).max(1.0);
    let mut free_from = 0.0;
    for tick in date_ticks(first, last, most("Nov 2020"), most("20 Nov 2020")) {
        let (x, y) = (edges.left + wide * tick.at / days, edges.bottom);
        let width = font::width(&tick.label, LABEL.size, false);
        let left = beside(x - width / 2.0, (THEME.margin, THEME.width - THEME.margin), width);
        canvas.line(&[(x, y), (x, y + 5.0)], THEME.zero, 1.0);
        if left >= free_from {
            canvas.text(&tick.label, (left, y + 11.0), LABEL);
            free_from = left + width + 10.0;
        }
    }
}

/// The place nearest to a wanted one from which something of some width stands between two sides; the left one where it is wider than
/// what lies between.
pub(crate) fn beside(wanted: f64, (left, right): (f64, f64), width: f64) -> f64 {
    wanted.min(right - width).max(left)
}

/// Writes lines from `top` and returns where the next thing may begin.
fn paragraph(canvas: &Canvas, lines: &[String], look: Type, top: f64) -> f64 {
    let mut y = top;
    for words in lines {
        canvas.text(words, (THEME.margin, y), look);
        y += line(look);
    }
    y
}

/// Height of what stands between a plot and the words at the foot: ticks and space.
pub(crate) fn below_plot() -> f64 {
    14.0 + line(LABEL) + 6.0
}

/// Height of a line of text.
pub(crate) fn line(look: Type) -> f64 {
    look.size * THEME.line_height
}

#[expect(clippy::cast_precision_loss, reason = "a few lines")]
fn count(lines: &[String]) -> f64 {
    lines.len() as f64
}

/// A population's installations at the head of a figure, a word that readers may not know explained.
pub(crate) fn explained(population: Population) -> String {
    let whose = capitalised(population.installations());
    match population {
        Population::Dormant => format!("{whose} (nobody operates some of their devices for the supplier)"),
        Population::All => whose,
    }
}

pub(crate) use crate::wording::letters::capitalised;
