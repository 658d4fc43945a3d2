//! Bars from zero, one group of bars a row, a bar a series: the shape of the wait by cause and of the difference.

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::{Heading, Key, Look, Sign};
use crate::chart::marks::rows::{Margins, Rows, Scale, name_room};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::theme::{CAPTION, THEME, Type};
use crate::wording::numbers;

/// Least room for the names of the rows.
const NAMES: f64 = 166.0;
/// Least room for the numbers behind the bars, and what stands free around them.
const NUMBERS: f64 = 150.0;
const NUMBER_GAP: f64 = 10.0;
/// Height of the line of unit and key.
const UNIT: f64 = 26.0;
/// Least height of a row: its words.
const ROW: f64 = 16.0;
/// How a number looks.
const NUMBER: Type = Type { colour: THEME.text, ..CAPTION };

/// Bars to be drawn.
pub(crate) struct Bars<'w> {
    /// Name and look of each series, in the order of its bars.
    pub series: Vec<(&'w str, Look)>,
    /// Blocks of rows, each under its heading, which may be empty.
    pub blocks: Vec<Block<'w>>,
    /// What the numbers count.
    pub unit: &'w str,
}

/// Some rows under a heading.
pub(crate) struct Block<'w> {
    /// The heading; empty for none.
    pub heading: &'w str,
    /// Rows from the top.
    pub rows: Vec<BarRow<'w>>,
}

/// One group of bars.
pub(crate) struct BarRow<'w> {
    /// What it is about.
    pub name: &'w str,
    /// A value a series.
    pub values: Vec<i64>,
    /// What follows the number of each value, such as a share; one a series, or none.
    pub notes: Vec<String>,
}

impl Bars<'_> {
    /// Draws them under some words, as tall as the rows need.
    pub(crate) fn draw(&self, words: &Words) -> String {
        let values = || self.blocks.iter().flat_map(|b| &b.rows).flat_map(|r| &r.values).map(|v| float(*v));
        let axis = NumberAxis::spanning(values().fold(0.0, f64::min), values().fold(0.0, f64::max), 4, 1.0);
        let unit = capitalised(&format!("{}{}", axis.factor, self.unit));
        let mut key: Vec<Key> = self.series.iter().map(|(name, look)| look.key(name)).collect();
        key.truncate(if key.len() > 1 { key.len() } else { 0 });
        let heading = Heading { unit, key: &key };
        let above = UNIT + heading.more();
        let headings = self.blocks.iter().filter(|b| !b.heading.is_empty()).count();
        let n = small(self.blocks.iter().map(|b| b.rows.len()).sum::<usize>() + headings);
        let mut raw = String::new();
        let canvas = Canvas::new(&mut raw, words.height(above + Rows::room(n, ROW)));
        canvas.know(self.blocks.iter().flat_map(|b| &b.rows).map(|row| row.name.to_owned()));
        let (top, foot) = words.draw(&canvas);
        heading.draw(&canvas, top);
        let told = self
            .blocks
            .iter()
            .flat_map(|b| &b.rows)
            .flat_map(|row| (0..row.values.len()).map(|at| row.told(at)));
        let widest = told.map(|words| font::width(&words, NUMBER.size, NUMBER.bold)).fold(0.0, f64::max);
        let names = self.blocks.iter().flat_map(|b| &b.rows).map(|row| row.name);
        let margins = Margins { left: name_room(names, NAMES), right: NUMBERS.max(widest + NUMBER_GAP) };
        let rows = Rows::draw(&canvas, n, (top + above, foot), &margins, Scale::Numbers(&axis));
        let mut at = 0.0;
        for block in &self.blocks {
            if !block.heading.is_empty() {
                rows.name(&canvas, block.heading, rows.top(at + 0.6), true);
                at += 1.0;
            }
            for row in &block.rows {
                self.row(&canvas, &rows, &axis, row, at);
                at += 1.0;
            }
        }
        canvas.finish();
        raw
    }

    fn row(&self, canvas: &Canvas, rows: &Rows, axis: &NumberAxis, row: &BarRow, at: f64) {
        rows.name(canvas, row.name, rows.top(at + 0.5), false);
        let (zero, bar) = (rows.at(axis, 0.0), rows.height * 0.85 / small(self.series.len()));
        for (index, ((_, look), &value)) in self.series.iter().zip(&row.values).enumerate() {
            let top = rows.top(at + 0.075) + bar * small(index);
            let end = rows.at(axis, float(value));
            let (from, to) = ((zero.min(end), top + bar * 0.05), (zero.max(end), top + bar * 0.95));
            match look.sign {
                _ if value == 0 => {}
                Sign::Outline => canvas.outlined(from, to, look.colour),
                _ => canvas.rect(from, to, look.colour),
            }
            if bar >= THEME.small_size * 0.9 {
                let (words, look) = (row.told(index), NUMBER);
                let middle = top + bar / 2.0 - look.size * 0.37;
                // A patch of background keeps gridlines out of the words.
                let width = font::width(&words, look.size, false);
                let patch = ((to.0 + 4.0, middle - 1.0), (to.0 + width + 9.0, middle + look.size));
                canvas.rect(patch.0, patch.1, THEME.background);
                canvas.text(&words, (to.0 + 6.0, middle), look);
            }
        }
    }
}

impl BarRow<'_> {
    /// The number behind a bar.
    fn told(&self, at: usize) -> String {
        let note = self.notes.get(at).map_or("", String::as_str);
        format!("{}{note}", numbers::count(self.values[at]))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar is some hundred units long")]
fn float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a figure has some dozen rows")]
pub(crate) fn small(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Caption;
    use crate::chart::layout::labels::scenario_look;
    use jiff::civil::date;

    #[test]
    fn a_bar_is_as_long_as_its_value_on_either_side_of_zero() {
        let caption = Caption::new(vec![("a".to_owned(), String::new())]);
        let (first, last) = (date(2021, 1, 1), date(2021, 2, 1));
        let words = Words { title: "t", measure: "m", caption: &caption, first, last, names: &[] };
        let row = |name, value| BarRow { name, values: vec![value], notes: vec![] };
        let rows = vec![row("more", 40), row("less", -20)];
        let blocks = vec![Block { heading: "", rows }];
        let raw = Bars { series: vec![("a", scenario_look(1))], blocks, unit: "days" }.draw(&words);
        let blue = format!("fill=\"#{:02X}{:02X}{:02X}\"", 0x12, 0x43, 0x6D);
        let width = |line: &&str| -> f64 {
            line.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        let widths: Vec<f64> = raw.lines().filter(|line| line.contains(&blue)).map(|l| width(&l)).collect();
        assert_eq!(widths.len(), 2, "{raw}");
        assert!((widths[0] / widths[1] - 2.0).abs() < 0.01, "{widths:?}");
    }
}
