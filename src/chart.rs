//! The figures of a run or of several side by side, as SVG, PNG, data and words.
//!
//! Draws series and rows, taken from a finished run or read back from its results folder; its only arithmetic is
//! scaling, rounding and sums over weeks, and means and percentiles of replications come from `statistics`.
//! [`Kind::draw`] draws any figure from a folder; `run` draws [`throughput`], [`scurve`] and, for several scenarios,
//! [`scurves`], for replications [`of_replications`], [`of_grid`] and [`of_sensitivity`], and the bytes are the same.

mod data;
mod figures;
mod kind;
mod layout;
mod marks;
mod surface;

pub use data::of_replications::{of_cohort_dates, of_grid, of_replications, of_sensitivity};
pub use figures::scurve::{Series, scurve, scurves};
pub use figures::throughput::{Flow, Week, throughput};
pub use kind::{ChartError, Drawn, Kind};
pub use surface::png::PngError;

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthChar;

use crate::output::{Extra, Table};
use crate::replications::{Comparison, Extent, gives_percentile};
use crate::statistics::Probability;
use crate::wording::{enough, levels, numbers};

/// A figure in every form it is handed out in.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Name of its files without the ending, such as `fig-scurve`.
    pub id: String,
    /// What it shows, in one sentence of at most 15 words; the names in it are whole, though the drawing may cut them.
    pub title: String,
    /// The drawing, 800 by 450 or taller where its rows need it, with its title, source and description inside.
    pub svg: String,
    /// The numbers it shows.
    pub data: Table,
    /// What it shows in two to four sentences, for those who cannot see it.
    pub description: String,
}

/// Where a figure is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a document, with all that has to be said of it at its foot.
    Page,
    /// On a slide of 16 by 9: few words at its foot, and few enough rows that its letters can be read.
    Slide,
}

/// What a figure must say about where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// Version and commit of the program that made the results.
    pub program: (String, String),
    /// Scenarios shown, the baseline first: name, and fingerprint of the resolved scenario.
    pub scenarios: Vec<(String, String)>,
    /// How words call scenarios, where that is not their name; all of those of the folder.
    pub titles: Vec<String>,
    /// Where the figure is shown.
    pub form: Form,
    /// Replications the figure rests on; 0 where it shows one draw.
    pub replications: usize,
    /// How many of them are of the full programme; the others of the merged one.
    pub full: usize,
    /// Which replication a figure of one draw shows; the first, 0, is not named.
    pub replication: u32,
    /// What its ranges are of, where it shows replications.
    pub ranges: Ranges,
    /// Where the programme is; nothing where its scenario does not say.
    pub area: String,
    /// What its inputs rest on, in a sentence; nothing where its scenario does not say.
    pub basis: String,
    /// How many more scenarios there are that the figure has no room for.
    pub not_drawn: usize,
    /// Who counts in none of its shares, in a sentence; nothing where everybody does, or where it shows no shares.
    pub left_out: String,
}

/// Which spread of replications is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// What may happen.
    Outcomes,
    /// How well a mean is known.
    Means,
    /// Neither: the middle of the replications alone is shown.
    Medians,
    /// Neither: replications are counted.
    Counts,
}

impl Ranges {
    fn words(self, replications: usize) -> &'static str {
        match self {
            Self::Outcomes => enough::foot(Extent::of(replications)),
            Self::Means => "Intervals are of means, not of outcomes.",
            Self::Medians if gives_percentile(Probability::P50, replications) => "Medians alone, no ranges.",
            Self::Medians => "Means alone, no ranges.",
            Self::Counts => "Shares are counts of replications.",
        }
    }
}

impl Caption {
    /// Results of this program.
    #[must_use]
    pub fn new(scenarios: Vec<(String, String)>) -> Self {
        let program = (crate::output::VERSION.to_owned(), crate::output::COMMIT.to_owned());
        let (area, basis) = (String::new(), String::new());
        Self {
            program,
            scenarios,
            titles: Vec::new(),
            form: Form::Page,
            replications: 0,
            full: 0,
            replication: 0,
            ranges: Ranges::Outcomes,
            area,
            basis,
            not_drawn: 0,
            left_out: String::new(),
        }
    }

    /// The same for a programme as its resolved scenarios describe it, the baseline first.
    #[must_use]
    pub fn about<'r>(self, resolved: impl IntoIterator<Item = &'r serde_json::Value> + Clone) -> Self {
        let first = resolved.clone().into_iter().next();
        let area = first.and_then(|first| first["programme"]["area"].as_str()).unwrap_or_default();
        Self { area: area.to_owned(), basis: crate::output::basis(resolved), ..self }
    }

    /// The same for a figure whose ranges are of this kind.
    fn of(&self, ranges: Ranges) -> Self {
        Self { ranges, ..self.clone() }
    }

    /// The same for a figure that draws only some of the scenarios.
    fn drawing<'n>(&self, names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.collect();
        let mut scenarios = self.scenarios.clone();
        scenarios.retain(|(name, _)| names.contains(&name.as_str()));
        Self { not_drawn: self.scenarios.len() - scenarios.len(), scenarios, ..self.clone() }
    }

    /// The same for some scenarios of those compared with a baseline, and the baseline.
    fn drawing_compared<'n>(&self, of: &'n [Comparison], names: impl Iterator<Item = &'n str>) -> Self {
        self.drawing(of.first().map(|one| one.baseline.as_str()).into_iter().chain(names))
    }

    /// The source line: program, and scenarios with the first digits of their fingerprints.
    fn source(&self) -> String {
        let digits = |sha: &str| sha.chars().take(8).collect::<String>();
        let of = |(name, sha): &(String, String)| format!("{name} {}", digits(sha));
        let scenarios = self.scenarios.iter().map(of).collect::<Vec<_>>().join(", ");
        let noun = if self.scenarios.len() > 1 { "scenarios" } else { "scenario" };
        let (version, commit) = &self.program;
        let others = match self.not_drawn {
            0 => String::new(),
            n => format!("; {n} more not drawn"),
        };
        format!("Source: dormouse {version} ({commit}), {noun} (sha256) {scenarios}{others}.")
    }

    /// The foot of a slide.
    fn short_foot(&self) -> String {
        let (version, commit) = &self.program;
        let runs = match self.replications {
            0 => "One run. ".to_owned(),
            n => format!("{}. ", numbers::plural(n, "replication")),
        };
        format!("{runs}Simulated, not a forecast. Source: dormouse {version} ({commit}).")
    }

    /// What the figure does not show, and what its numbers rest on.
    fn caveat(&self) -> String {
        let Self { left_out, basis, .. } = self;
        let all = [self.shows_not(), left_out.clone(), basis.clone()];
        all.iter().filter(|one| !one.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    /// The same for a figure of shares, in which somebody may not count.
    fn leaving_out(&self, left_out: String) -> Self {
        Self { left_out, ..self.clone() }
    }

    /// Who counts in none of its shares, behind other sentences.
    fn left_out_sentence(&self) -> String {
        if self.left_out.is_empty() { String::new() } else { format!(" {}", self.left_out) }
    }

    fn shows_not(&self) -> String {
        let (n, ranges) = (numbers::count(self.replications), self.ranges.words(self.replications));
        let full = levels::of_full(self.replications as u64, self.full as u64);
        let which = match self.replication {
            0 => String::new(),
            k => format!(", replication {}", numbers::count(k)),
        };
        match (self.replications, self.scenarios.len()) {
            (0, 0 | 1) => format!("One run{which}. No uncertainty shown. Simulated, not a forecast."),
            (0, _) => {
                format!(
                    "One run of each scenario{which}, the same chance events in each. No uncertainty shown. Simulated, not a forecast."
                )
            }
            (_, 0 | 1) => format!("{n} replications{full}. {ranges} Simulated, not a forecast."),
            _ => {
                format!(
                    "{n} replications{full}, same chance events in each. {ranges} Simulated, not a forecast."
                )
            }
        }
    }
}

/// The letters of some words that the built-in font lacks, so that a PNG shows an empty box for each; marks are part of their letter.
#[must_use]
pub fn boxes(words: &str) -> BTreeSet<char> {
    let lacks =
        |letter: &char| letter.width().is_some_and(|width| width > 0) && surface::font::lacks(*letter);
    surface::svg::holdable(words).chars().filter(lacks).collect()
}

impl Figure {
    /// The figure as a PNG of two pixels to one unit of the drawing, drawn from the SVG with the built-in font.
    ///
    /// # Errors
    /// When the SVG cannot be read back or the image not encoded: a mistake of ours, not of the caller.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        surface::png::render(&self.svg)
    }

    /// The same on a slide of 16 by 9, named `slide-...`.
    #[must_use]
    pub fn on_slide(self) -> Self {
        let id = self.id.replacen("fig-", "slide-", 1);
        Self { svg: surface::svg::on_slide(&self.svg), id, ..self }
    }

    /// The letters in its drawing that the built-in font lacks; the PNG shows an empty box for each.
    #[must_use]
    pub fn boxes(&self) -> BTreeSet<char> {
        boxes(self.svg.split_once("</desc>").map_or("", |(_, drawn)| drawn))
    }

    /// Title, description and where the numbers are, with an empty line between them.
    fn text(&self) -> String {
        let Self { id, title, description, .. } = self;
        format!("{title}\n\n{description}\n\nThe numbers are in {id}.csv.\n")
    }

    /// The four files of the figure: SVG, PNG, data as CSV, description.
    ///
    /// # Errors
    /// As [`Figure::png`].
    pub fn files(&self) -> Result<Vec<Extra>, PngError> {
        let file = |ending: &str, bytes: Vec<u8>| Extra { name: format!("{}.{ending}", self.id), bytes };
        Ok(vec![
            file("svg", self.svg.clone().into_bytes()),
            file("png", self.png()?),
            file("csv", self.data.to_csv()),
            file("txt", self.text().into_bytes()),
        ])
    }
}
