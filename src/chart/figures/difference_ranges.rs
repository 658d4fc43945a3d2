//! Forests: estimates with their intervals, a row each, beside the band in which a difference does not matter. Here the days
//! avoided and their parts.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, below_plot, capitalised};
use crate::chart::layout::labels::{Heading, Key, Look, scenario_look};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{CAPTION, THEME};
use crate::chart::{Caption, Figure, Form};
use crate::findings::kpi;
use crate::output::{Cell, Table, study_difference_table};
use crate::replications::Comparison;
use crate::statistics::{Estimate, Level};
use crate::wording::{numbers, titles};

/// Room for the names of the rows: the least, the most, and what stands free behind them.
const NAMES: f64 = 120.0;
const MOST_NAMES: f64 = 330.0;
const NAME_GAP: f64 = 14.0;
/// Room right of the plot.
const RIGHT: f64 = 24.0;
/// Height of the line of unit and key.
const UNIT: f64 = 26.0;
/// Least height of a row: its words, and the whiskers in it.
const ROW: f64 = 16.0;
const WHISKER: f64 = 9.0;

/// Most rows on a slide; of more than two scenarios a row counts twice.
const SLIDE_ROWS: usize = 22;

/// Rows under a heading.
pub(crate) struct Block {
    /// The heading; nothing where there is none.
    pub heading: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// An estimate a scenario.
#[derive(Clone)]
pub(crate) struct Row {
    name: String,
    estimates: Vec<Estimate>,
    /// What a difference must be above to matter; none of a part, for which it is no bound.
    threshold: Option<f64>,
}

/// What a forest shows.
pub(crate) struct Forest<'c> {
    /// Names its files.
    pub id: &'static str,
    /// The finding.
    pub title: String,
    /// What is measured.
    pub measure: String,
    /// The scenarios drawn.
    pub comparisons: &'c [Comparison],
    /// Its rows.
    pub blocks: Vec<Block>,
    /// What they were chosen from.
    pub chosen: &'c Chosen,
    /// Names in its words beside those of the scenarios.
    pub names: Vec<String>,
    /// Its numbers.
    pub data: Table,
    /// First and last day.
    pub period: (Date, Date),
}

/// Dormant days avoided by each scenario and their parts by route, group and supplier size.
pub(crate) fn difference_forest(
    comparisons: &[Comparison],
    period: (Date, Date),
    caption: &Caption,
) -> Figure {
    let chosen = Chosen::among(comparisons, LAID_OVER);
    let shown = &chosen.pick(comparisons);
    let mut blocks = vec![Block { heading: String::new(), rows: vec![whole("In all".to_owned(), shown)] }];
    for split in shown.first().map_or(&[][..], |c| &c.splits) {
        let Some(heading) = crate::chart::figures::difference::heading(split.by.name()) else { continue };
        let of = |c: &Comparison, name: &str| {
            c.by(split.by).iter().find(|part| part.name == name).map(|part| part.avoided)
        };
        let row = |name: &String| Row {
            name: capitalised(name),
            estimates: shown.iter().filter_map(|c| of(c, name)).collect(),
            threshold: None,
        };
        let rows = split.parts.iter().map(|part| row(&part.name)).collect();
        blocks.push(Block { heading: heading.to_owned(), rows });
    }
    let title = titles::days_avoided(comparisons);
    let together = shown.iter().any(|c| c.avoided.interval.level != Level::P95);
    let intervals =
        if together { "95% intervals, of the wholes for all scenarios together" } else { "95% intervals" };
    let measure =
        format!("Mean Dormant days avoided against {}; {intervals}{}", baseline(shown), chosen.note());
    let mut data = study_difference_table(comparisons);
    let kpi = Cell::from(kpi::DORMANT_DAYS_AVOIDED.id);
    data.rows.retain(|row| row[2] == kpi);
    let (id, chosen) = ("fig-difference", &chosen);
    Forest { id, title, measure, comparisons: shown, blocks, chosen, names: Vec::new(), data, period }
        .draw(caption)
}

/// The row of the days avoided in all.
pub(crate) fn whole(name: String, shown: &[Comparison]) -> Row {
    let threshold = shown.iter().map(|c| c.threshold).reduce(f64::max);
    Row { name, estimates: shown.iter().map(|c| c.avoided).collect(), threshold }
}

/// How words call the baseline of scenarios.
pub(crate) fn baseline(comparisons: &[Comparison]) -> &str {
    comparisons.first().map_or("", titles::baseline)
}

impl Forest<'_> {
    /// Draws it.
    pub(crate) fn draw(mut self, caption: &Caption) -> Figure {
        if caption.form == Form::Slide {
            self.keep_rows(SLIDE_ROWS);
        }
        let (first, last) = self.period;
        let drawn = self.comparisons.iter().map(|c| c.scenario.as_str());
        let caption = &caption.drawing_compared(self.comparisons, drawn);
        let names = self.names.as_slice();
        let words = Words { title: &self.title, measure: &self.measure, caption, first, last, names };
        let headings = self.blocks.iter().filter(|block| !block.heading.is_empty()).count();
        let n = small(self.rows().count() + headings);
        let threshold = self.rows().filter_map(|row| row.threshold).fold(0.0, f64::max);
        let spans = || self.estimates().flat_map(ends);
        let least = spans().fold(-threshold, f64::min);
        let axis = NumberAxis::spanning(least, spans().fold(threshold, f64::max), 5, 1.0);
        let unit = capitalised(&format!("{}installation-days; grey: too few to matter", axis.factor));
        let looks: Vec<Look> = (1..).map(scenario_look).take(self.comparisons.len()).collect();
        let names_of: Vec<String> =
            self.comparisons.iter().map(|c| capitalised(titles::scenario(c))).collect();
        let key: Vec<Key> = looks.iter().zip(&names_of).map(|(look, name)| look.point_key(name)).collect();
        let heading = Heading { unit, key: if looks.len() > 1 { &key } else { &[] } };
        let above = UNIT + heading.more();
        let row = ROW.max(4.0 + WHISKER * small(looks.len()));
        let mut raw = String::new();
        let canvas = Canvas::new(&mut raw, words.height(above + n * row + below_plot()));
        let all = self.blocks.iter().flat_map(|block| {
            [&block.heading].into_iter().chain(block.rows.iter().map(|row| &row.name)).cloned()
        });
        canvas.know(all);
        let (top, foot) = words.draw(&canvas);
        heading.draw(&canvas, top);
        let of_rows = self.rows().map(|row| font::width(&row.name, CAPTION.size, false));
        let of_blocks = self.blocks.iter().map(|block| font::width(&block.heading, CAPTION.size, true));
        let names = of_rows.chain(of_blocks).map(|width| width + NAME_GAP).fold(NAMES, f64::max);
        let margins = Margins { left: names.min(MOST_NAMES), right: RIGHT };
        let rows = Rows::draw(&canvas, n, (top + above, foot), &margins, Scale::Numbers(&axis));
        let mut at = 0.0;
        for block in &self.blocks {
            if !block.heading.is_empty() {
                rows.name(&canvas, &block.heading, rows.top(at + 0.5), true);
                at += 1.0;
            }
            for Row { name, estimates, threshold } in &block.rows {
                if let Some(threshold) = threshold {
                    let [from, to] = [-threshold, *threshold].map(|x| rows.at(&axis, x));
                    let (top, bottom) = (rows.top(at), rows.top(at + 1.0));
                    canvas.band(&[(from, top), (to, top), (to, bottom), (from, bottom)], THEME.idle);
                }
                rows.name(&canvas, name, rows.top(at + 0.5), false);
                for (index, (estimate, look)) in estimates.iter().zip(&looks).enumerate() {
                    let share = (small(index) + 0.5) / small(estimates.len());
                    whisker(&canvas, &rows, &axis, estimate, *look, rows.top(at + 0.1 + 0.8 * share));
                }
                at += 1.0;
            }
        }
        canvas.finish();
        let description = self.describe();
        let svg = svg::finish(&raw, self.id, &self.title, &description);
        Figure { id: self.id.to_owned(), title: self.title, svg, data: self.data, description }
    }

    /// Keeps so many rows, those of the blocks that come first; the data have all.
    fn keep_rows(&mut self, most: usize) {
        let tall = if self.comparisons.len() > 2 { 2 } else { 1 };
        while self.blocks.len() > 1 && tall * self.rows().count() + self.blocks.len() > most {
            self.blocks.pop();
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.blocks.iter().flat_map(|block| &block.rows)
    }

    fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        self.rows().flat_map(|row| &row.estimates)
    }

    fn describe(&self) -> String {
        let (first, last) = self.period;
        let names: Vec<&str> = self.comparisons.iter().map(titles::scenario).collect();
        let values = self.estimates().map(|e| e.value);
        let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        format!(
            "Forest of means and their intervals: Dormant days avoided by {} against {}, {}. The means run from {} to {} \
             installation-days.{}",
            names.join(", "),
            baseline(self.comparisons),
            numbers::period(first, last),
            numbers::whole(least),
            numbers::whole(most),
            self.chosen.sentence()
        )
    }
}

/// From where to where an estimate reaches, with its interval.
pub(crate) fn ends(estimate: &Estimate) -> [f64; 2] {
    [estimate.interval.low, estimate.interval.high].map(|end| end.unwrap_or(estimate.value))
}

/// A mean as a marker on the line of its interval.
pub(crate) fn whisker(
    canvas: &Canvas,
    rows: &Rows,
    axis: &NumberAxis,
    estimate: &Estimate,
    look: Look,
    height: f64,
) {
    if let (Some(low), Some(high)) = (estimate.interval.low, estimate.interval.high) {
        canvas.line(
            &[(rows.at(axis, low), height), (rows.at(axis, high), height)],
            look.colour,
            THEME.reference_width,
        );
    }
    canvas.small_marker(look.marker, (rows.at(axis, estimate.value), height), look.colour);
}
