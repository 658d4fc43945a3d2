//! The figures of a run: throughput and S-curve, as SVG, PNG, data and words.
//!
//! Draws what `findings` and `trace` hold; its only arithmetic is scaling and rounding. Start at [`throughput`],
//! [`scurve`], for several scenarios [`scurves`] and for replications [`fan()`].

mod axis;
mod canvas;
mod fan;
mod font;
mod frame;
mod labels;
mod png;
mod scurve;
mod svg;
mod theme;
mod throughput;

pub use fan::fan;
pub use png::PngError;
pub use scurve::{Series, scurve, scurves};
pub use throughput::throughput;

use crate::output::{Extra, Table};

/// A figure in every form it is handed out in.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Name of its files without the ending, such as `fig-scurve`.
    pub id: String,
    /// What it shows, in one sentence of at most 15 words.
    pub title: String,
    /// The drawing, 800 by 450, with its title, source and description inside.
    pub svg: String,
    /// The numbers it shows.
    pub data: Table,
    /// What it shows in two to four sentences, for those who cannot see it.
    pub description: String,
}

/// What a figure must say about where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// Scenarios shown, the baseline first: name, and fingerprint of the resolved scenario.
    pub scenarios: Vec<(String, String)>,
    /// Replications the figure rests on; 0 where it shows one draw.
    pub replications: usize,
}

impl Caption {
    /// The source line: program, and scenarios with the first digits of their fingerprints.
    fn source(&self) -> String {
        let digits = |sha: &str| sha.chars().take(8).collect::<String>();
        let of =
            |(name, sha): &(String, String)| format!("{} (sha256 {})", font::shorten(name, 24), digits(sha));
        let scenarios = self.scenarios.iter().map(of).collect::<Vec<_>>().join(", ");
        let noun = if self.scenarios.len() > 1 { "scenarios" } else { "scenario" };
        let (version, commit) = (crate::output::VERSION, crate::output::COMMIT);
        format!("Source: dormouse {version} ({commit}), {noun} {scenarios}.")
    }

    /// What the figure does not show.
    fn caveat(&self) -> String {
        let n = crate::output::thousands(&self.replications.to_string());
        match (self.replications, self.scenarios.len()) {
            (0, 0 | 1) => "One run. No uncertainty shown. Simulated, not a forecast.".to_owned(),
            (0, _) => {
                "One draw for each scenario, the same draws. No uncertainty shown. Simulated, not a forecast."
                    .to_owned()
            }
            (_, 0 | 1) => format!("{n} replications. Ranges are of outcomes. Simulated, not a forecast."),
            _ => {
                format!(
                    "{n} replications, the same draws for each. Ranges are of outcomes. Simulated, not a forecast."
                )
            }
        }
    }
}

impl Figure {
    /// The figure as a PNG of 1600 by 900, drawn from the SVG with the built-in font.
    ///
    /// # Errors
    /// When the SVG cannot be read back or the image not encoded: a mistake of ours, not of the caller.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        png::render(&self.svg)
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
            file("txt", format!("{}\n\n{}\n", self.title, self.description).into_bytes()),
        ])
    }
}
