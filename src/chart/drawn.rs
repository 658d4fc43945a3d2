//! How each kind of figure is drawn from a results folder.

use super::chosen::LAID_OVER;
use super::shown::{Shown, caption};
use super::{Caption, ChartError, Figure, Flow, Kind, Series};
use super::{backlog, cohorts, difference, fairness, replicated, scurve, scurves, slots, throughput, wait};
use crate::output::{Results, ResultsError, ResultsRun};

/// A figure and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Folder of the run it shows, as in the results folder; empty where it shows all that are asked for.
    pub folder: String,
    /// The figure.
    pub figure: Figure,
}

impl Kind {
    /// Draws the figures of this kind: one that lays the chosen runs over each other, or one a run.
    ///
    /// `runs` are some of the folder's, in its order. Of more than four the baseline and the three that avoid most are laid over each
    /// other, and the figure says so.
    ///
    /// # Errors
    /// The folder does not give this kind, lacks a file, or holds one that the run did not write so; there is nothing to compare.
    pub fn draw(self, results: &Results, runs: &[&ResultsRun]) -> Result<Vec<Drawn>, ChartError> {
        if !self.given_by(results) {
            return Err(self.not_given(results));
        }
        let one = |run: &ResultsRun, figure| Drawn { folder: run.folder.clone(), figure };
        let each = |draw: fn(&Results, &ResultsRun, &Caption) -> Result<Figure, ResultsError>| {
            let caption = |run: &ResultsRun| caption(results, &[run]);
            let drawn = runs.iter().map(|run| Ok(one(run, draw(results, run, &caption(run))?)));
            drawn.collect::<Result<Vec<_>, ChartError>>()
        };
        let over = |figure| {
            let alone = runs.len() == 1 && !(results.replicated() && results.runs.len() == 1);
            let folder = if alone { runs[0].folder.clone() } else { String::new() };
            vec![Drawn { folder, figure }]
        };
        if results.replicated() && self != Self::Cohorts {
            return Ok(over(replicated::draw(self, results, runs)?));
        }
        match self {
            Self::Throughput => {
                each(|results, run, caption| Ok(throughput(&Flow::read(results, run)?, caption)))
            }
            Self::Slots => each(slots::figure),
            Self::Backlog => each(backlog::figure),
            Self::Scurve => Ok(over(share_migrated(results, runs)?)),
            Self::Cohorts => Ok(over(cohorts::figure(&Shown::of(results, runs, 2)?)?)),
            Self::Wait => Ok(over(wait::figure(&Shown::of(results, runs, LAID_OVER)?)?)),
            Self::Fairness => Ok(over(fairness::figure(&Shown::of(results, runs, LAID_OVER)?)?)),
            Self::Difference => Ok(over(difference::figure(&Shown::of(results, runs, LAID_OVER)?)?)),
            Self::Payers
            | Self::Detriment
            | Self::FinishEcdf
            | Self::FinishRange
            | Self::Convergence
            | Self::Grid
            | Self::Sensitivity => Err(self.not_given(results)),
        }
    }
}

fn share_migrated(results: &Results, runs: &[&ResultsRun]) -> Result<Figure, ResultsError> {
    let caption = caption(results, runs);
    if let [run] = runs {
        return Ok(scurve(&Series::read(results, run)?, &caption));
    }
    let curves: Result<Vec<_>, _> = runs.iter().map(|run| Series::read(results, run)).collect();
    Ok(scurves(curves?, &caption))
}
