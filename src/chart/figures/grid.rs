//! The days avoided under every combination of what is not published: cells by two axes, with the verdict in words; a row a combination of
//! any other number of axes.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::figures::difference_ranges::{Block, Forest, baseline, whole};
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{WIDE, Words, capitalised};
use crate::chart::layout::labels;
use crate::chart::marks::bars::small;
use crate::chart::surface::canvas::{Canvas, Point};
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ACTIVE, CAPTION, DORMANT, LABEL, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::output::{Tried, grid_table};
use crate::replications::Comparison;
use crate::statistics::{Finding, Side};
use crate::wording::{numbers, titles, verdict};

/// Dormant days avoided by each scenario under every combination of what nobody has published.
pub(crate) fn grid_forest(points: &[Tried], period: (Date, Date), caption: &Caption) -> Figure {
    let chosen = &chosen_of(points);
    let shown = &chosen.pick(points.first().map_or(&[][..], |point| &point.comparisons));
    let axes: Vec<&str> =
        points.iter().take(1).flat_map(|p| &p.values).map(|(name, _)| name.as_str()).collect();
    let title = titles::grid(&points.iter().map(|point| point.comparisons.as_slice()).collect::<Vec<_>>());
    if let Some(cells) = Cells::of(points) {
        return cells.draw(chosen, &title, period, caption);
    }
    let (axes_named, base) = (axes.join(", "), baseline(shown));
    let left = chosen.note();
    let measure = format!(
        "Mean Dormant days avoided against {base} by {axes_named}; lines: 95% intervals that hold together{left}"
    );
    let data = grid_table(&axes, points);
    let axes = axes.into_iter().map(str::to_owned).collect();
    let (id, blocks) = ("fig-grid", combinations(points, chosen));
    Forest { id, title, measure, comparisons: shown, blocks, chosen, names: axes, data, period }.draw(caption)
}

/// Those that avoid most over all.
fn chosen_of(points: &[Tried]) -> Chosen {
    let n = points.first().map_or(0, |point| point.comparisons.len());
    let avoided =
        |at: usize| points.iter().filter_map(|p| p.comparisons.get(at)).map(|c| c.avoided.value).sum();
    Chosen::of(&(0..n).map(|at| Some(avoided(at))).collect::<Vec<_>>(), LAID_OVER)
}

/// A row a combination, those that differ in the last axis only under a heading.
fn combinations(points: &[Tried], chosen: &Chosen) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for point in points {
        let Some(((name, last), others)) = point.values.split_last() else { continue };
        let others: Vec<String> = others.iter().map(|(name, of)| format!("{name}: {}", value(of))).collect();
        let heading = capitalised(&others.join("; "));
        if blocks.last().is_none_or(|block| block.heading != heading) {
            blocks.push(Block { heading, rows: Vec::new() });
        }
        let name = capitalised(&format!("{name} {}", value(last)));
        let row = whole(name, &chosen.pick(&point.comparisons));
        blocks.last_mut().into_iter().for_each(|block| block.rows.push(row.clone()));
    }
    blocks
}

/// A value of an axis as people read it.
fn value(value: &str) -> String {
    match value.parse::<Date>() {
        Ok(day) => numbers::date(day),
        Err(_) => value.to_owned(),
    }
}

/// Most values of an axis that has cells.
const MOST_VALUES: usize = 8;
/// Least width of a cell, and space between panels and around the words of a cell.
const CELL: f64 = 72.0;
const PANEL_GAP: f64 = 16.0;
const PAD: f64 = 5.0;
/// Height of a line of words in a cell, and of the line that says what is counted.
const LINE: f64 = 16.5;
const UNIT: f64 = 26.0;
/// Room for the values of the first axis.
const VALUES: f64 = 64.0;
const MOST_ROOM: f64 = 170.0;
const WORDS: Type = Type { colour: THEME.text, ..CAPTION };
/// How much of its colour a cell keeps, from the least to the most of its kind.
const TINTS: (f64, f64) = (0.10, 0.42);

/// A grid of two axes.
struct Cells<'p> {
    points: &'p [Tried],
    /// Names of the axes, the one that goes down first.
    axes: [&'p str; 2],
    /// Their values in the order in which they were tried.
    values: [Vec<&'p str>; 2],
}

impl<'p> Cells<'p> {
    /// The cells of what was tried; none where there are not two axes, or too many values for cells.
    fn of(points: &'p [Tried]) -> Option<Self> {
        let [(down, _), (across, _)] = points.first()?.values.as_slice() else { return None };
        let values = [0, 1].map(|axis| {
            let mut values: Vec<&str> = Vec::new();
            for (_, value) in points.iter().filter_map(|point| point.values.get(axis)) {
                if !values.contains(&value.as_str()) {
                    values.push(value);
                }
            }
            values
        });
        let few = values.iter().all(|values| (1..=MOST_VALUES).contains(&values.len()));
        few.then_some(Self { points, axes: [down, across], values })
    }

    fn at(&self, down: &str, across: &str) -> Option<&Tried> {
        self.points.iter().find(|point| point.values[0].1 == down && point.values[1].1 == across)
    }

    /// Draws a panel a scenario that is chosen.
    fn draw(&self, chosen: &Chosen, title: &str, (first, last): (Date, Date), caption: &Caption) -> Figure {
        let shown = chosen.pick(&(0..self.points[0].comparisons.len()).collect::<Vec<_>>());
        let base = baseline(&self.points[0].comparisons);
        let scenario = |at: &usize| titles::scenario(&self.points[0].comparisons[*at]);
        let names = shown.iter().map(|at| self.points[0].comparisons[*at].scenario.as_str());
        let caption = &caption.drawing_compared(&self.points[0].comparisons, names);
        let [down, across] = self.axes;
        let measure = format!(
            "Mean Dormant days avoided against {base}: {down} downwards, {across} across{}",
            chosen.note()
        );
        let names: Vec<String> = self.axes.map(str::to_owned).into();
        let words = Words { title, measure: &measure, caption, first, last, names: &names };
        let axis = self.scale(&shown);
        let values = self.values[0].iter().map(|one| font::width(&value(one), WORDS.size, false) + 10.0);
        let left = THEME.margin + values.fold(VALUES, f64::max).min(MOST_ROOM);
        let beside = self.panels_beside(shown.len(), left);
        let wide = (THEME.width - THEME.margin - left + PANEL_GAP) / small(beside) - PANEL_GAP;
        let cell = wide / small(self.values[1].len());
        let heads: Vec<Vec<String>> =
            self.values[1].iter().map(|one| font::wrap(&value(one), WORDS, cell - PAD)).collect();
        let head = LINE * small(heads.iter().map(Vec::len).max().unwrap_or(1)) + 4.0;
        let words_of = |at: usize, point: &Tried| texts(&axis, &point.comparisons[at], cell);
        let lines = shown.iter().flat_map(|at| self.points.iter().map(move |point| (*at, point)));
        let lines = lines.map(|(at, point)| words_of(at, point).len()).max().unwrap_or(2);
        let least = LINE * small(lines) + 2.0 * PAD;
        let rows = small(shown.len().div_ceil(beside));
        let panel = labels::TWO_LINES + head + least * small(self.values[0].len());
        let mut raw = String::new();
        let canvas =
            Canvas::new(&mut raw, words.height(UNIT + rows * panel + (rows - 1.0) * PANEL_GAP + 12.0));
        canvas.know(self.values.iter().flatten().map(|one| value(one)));
        let (top, foot) = words.draw(&canvas);
        let bold = Type { bold: true, ..WORDS };
        let name_of = |at: &usize| labels::column_name(&canvas, &capitalised(scenario(at)), bold, wide);
        let panel_names: Vec<Vec<String>> = shown.iter().map(name_of).collect();
        let name_height = labels::column_names_height(&panel_names);
        let unit = format!(
            "{}days; blue: enough to matter; grey: too few or perhaps too few; orange: days added",
            axis.factor
        );
        canvas.text(&canvas.line_of(&capitalised(&unit), LABEL, WIDE), (THEME.margin, top), LABEL);
        let panel = (foot - 12.0 - top - UNIT - (rows - 1.0) * PANEL_GAP) / rows;
        let tall = (panel - name_height - head) / small(self.values[0].len());
        for (nth, at) in shown.iter().enumerate() {
            let (column, row) = (nth % beside, nth / beside);
            let left_of = left + small(column) * (wide + PANEL_GAP);
            let top = top + UNIT + small(row) * (panel + PANEL_GAP);
            labels::write_column_name(&canvas, &panel_names[nth], bold, (left_of, top));
            for (index, lines) in heads.iter().enumerate() {
                for (line, words) in lines.iter().enumerate() {
                    let place = (left_of + cell * small(index) + PAD, top + name_height + LINE * small(line));
                    canvas.text(words, place, CAPTION);
                }
            }
            for (of, down) in self.values[0].iter().enumerate() {
                let top = top + name_height + head + tall * small(of);
                if column == 0 {
                    let name = canvas.name(&value(down), WORDS, left - THEME.margin - 8.0);
                    canvas.text(&name, (THEME.margin, top + tall / 2.0 - WORDS.size * 0.4), WORDS);
                }
                for (index, across) in self.values[1].iter().enumerate() {
                    let Some(point) = self.at(down, across) else { continue };
                    let from = (left_of + cell * small(index), top);
                    let of = &point.comparisons[*at];
                    self.cell(&canvas, of, (from, (cell, tall)), &words_of(*at, point));
                }
            }
        }
        canvas.finish();
        let description = self.describe(&shown, base, (first, last), chosen);
        let id = "fig-grid";
        let svg = svg::finish(&raw, id, title, &description);
        let data = grid_table(&self.axes, self.points);
        Figure { id: id.to_owned(), title: title.to_owned(), svg, data, description }
    }

    /// How many panels stand beside each other so that a cell has room for its words.
    fn panels_beside(&self, n: usize, left: f64) -> usize {
        let room = THEME.width - THEME.margin - left + PANEL_GAP;
        let fits = |beside: &usize| (room / small(*beside) - PANEL_GAP) / small(self.values[1].len()) >= CELL;
        (1..=n).rev().find(fits).unwrap_or(1)
    }

    /// What the numbers are counted in.
    fn scale(&self, shown: &[usize]) -> NumberAxis {
        let all = || self.points.iter().flat_map(|p| shown.iter().map(|at| p.comparisons[*at].avoided.value));
        NumberAxis::spanning(all().fold(0.0, f64::min), all().fold(0.0, f64::max), 4, 1.0)
    }

    fn cell(
        &self,
        canvas: &Canvas,
        of: &Comparison,
        ((x, y), (wide, tall)): (Point, (f64, f64)),
        lines: &[String],
    ) {
        let colour = match of.verdict.finding {
            Finding::Differs(Side::Above) => DORMANT,
            Finding::Differs(Side::Below) | Finding::DiffersPerhapsTooLittle(Side::Below) => ACTIVE,
            _ => THEME.idle,
        };
        let most = self.points.iter().flat_map(|p| &p.comparisons).map(|c| c.avoided.value.abs());
        let part = of.avoided.value.abs() / most.fold(f64::MIN_POSITIVE, f64::max);
        let share = TINTS.0 + (TINTS.1 - TINTS.0) * part;
        let (right, bottom) = (x + wide - 1.5, y + tall - 1.5);
        canvas.tint(&[(x, y), (right, y), (right, bottom), (x, bottom)], colour, share);
        let mut top = y + (tall - LINE * small(lines.len())) / 2.0 + 1.0;
        for (at, line) in lines.iter().enumerate() {
            let look = Type { bold: at == 0, ..WORDS };
            canvas.text(line, (x + PAD, top), look);
            top += LINE;
        }
    }

    fn describe(&self, shown: &[usize], base: &str, (first, last): (Date, Date), chosen: &Chosen) -> String {
        let of = |at: &usize| {
            let all = || self.points.iter().map(|point| &point.comparisons[*at]);
            let values = || all().map(|one| one.avoided.value);
            let enough = all().filter(|one| titles::avoids_enough(one)).count();
            format!(
                "{}: {} to {} days avoided, enough to matter in {enough} of {}.",
                capitalised(titles::scenario(&self.points[0].comparisons[*at])),
                numbers::three_digits(values().fold(f64::INFINITY, f64::min)),
                numbers::three_digits(values().fold(f64::NEG_INFINITY, f64::max)),
                self.points.len()
            )
        };
        format!(
            "Cells of the Dormant days avoided against {base} by {} and {}, {}. {}{}",
            self.axes[0],
            self.axes[1],
            numbers::period(first, last),
            shown.iter().map(of).collect::<Vec<_>>().join(" "),
            chosen.sentence()
        )
    }
}

/// The lines of a cell: the days avoided, and the verdict on them.
fn texts(axis: &NumberAxis, of: &Comparison, cell: f64) -> Vec<String> {
    let mut lines = vec![axis.told(of.avoided.value)];
    lines.extend(font::wrap(verdict::short(of.verdict.finding), WORDS, cell - 2.0 * PAD));
    lines
}
