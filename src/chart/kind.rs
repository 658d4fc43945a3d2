//! The kinds of figure: their names, the folders that give them, and the functions that draw them.

use std::path::Path;

use crate::chart::data::figure_source::{Shown, caption};
use crate::chart::data::of_replications;
use crate::chart::data::scenarios_shown::LAID_OVER;
use crate::chart::figures::{backlog, cohorts, difference, fairness, scurve, slots, throughput, wait};
use crate::chart::{Caption, Figure, Flow, Form, Series};
use crate::output::{Results, ResultsError, ResultsRun};
use crate::shell::quoted_path;

/// A kind of figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Share migrated by date.
    Scurve,
    /// What each cohort lived through: gate, firmware, EPCL entry, migration.
    Cohorts,
    /// Dormant days lost by cause.
    Wait,
    /// Dormant days avoided by route, group and supplier size.
    Difference,
    /// Slots to demand by supplier.
    Fairness,
    /// Migrations against the capacity offered.
    Throughput,
    /// What became of the slots offered.
    Slots,
    /// Installations left by group.
    Backlog,
    /// What is changed for Dormant and for Active installations.
    Payers,
    /// How the Dormant days lost change by cause.
    Waterfall,
    /// How many Dormant days single replications avoid.
    Outcomes,
    /// The days on which cohorts pass their gate and enter, over replications.
    Timeline,
    /// Dormant days lost over replications.
    Detriment,
    /// Share of replications that have finished, by date.
    FinishEcdf,
    /// Percentiles of the day on which they finish.
    FinishRange,
    /// How the headline settled with the number of replications.
    Convergence,
    /// Dormant days avoided under every combination of what nobody has published.
    Grid,
    /// Dormant days avoided with one assumption changed at a time.
    Sensitivity,
}

/// A figure and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Folder of the run it shows, as in the results folder; empty where it shows all that are asked for.
    pub folder: String,
    /// The figure.
    pub figure: Figure,
}

/// Why a figure was not drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The folder does not give what is needed.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The kind compares, and there is nothing to compare with.
    #[error("a chart of kind `{0}` needs the baseline `{1}` and another scenario, run together")]
    NothingToCompare(&'static str, String),
    /// The folder holds something else.
    #[error("{holds}: it gives {gives}, not `{kind}`; for `{kind}` {instead}")]
    NotGiven {
        /// The kind.
        kind: &'static str,
        /// What the folder holds.
        holds: String,
        /// The kinds that can be drawn from it.
        gives: String,
        /// What to do for this one.
        instead: String,
    },
}

impl Kind {
    /// Every kind, in the order of the reference.
    pub const ALL: [Self; 18] = [
        Self::Scurve,
        Self::Cohorts,
        Self::Wait,
        Self::Difference,
        Self::Fairness,
        Self::Throughput,
        Self::Slots,
        Self::Backlog,
        Self::Payers,
        Self::Waterfall,
        Self::Outcomes,
        Self::Timeline,
        Self::Detriment,
        Self::FinishEcdf,
        Self::FinishRange,
        Self::Convergence,
        Self::Grid,
        Self::Sensitivity,
    ];
    /// Their names.
    pub const NAMES: [&'static str; 18] = [
        "scurve",
        "cohorts",
        "wait",
        "difference",
        "fairness",
        "throughput",
        "slots",
        "backlog",
        "payers",
        "waterfall",
        "outcomes",
        "timeline",
        "detriment",
        "finish-ecdf",
        "finish-range",
        "convergence",
        "grid",
        "sensitivity",
    ];

    /// The kind of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether a folder gives it: single days, replications, or either.
    #[must_use]
    pub fn given_by(self, results: &Results) -> bool {
        match self {
            Self::Cohorts | Self::Difference => true,
            Self::Scurve => !results.replicated() || results.holds("fig-scurve.csv"),
            Self::Wait | Self::Fairness | Self::Throughput | Self::Slots | Self::Backlog => {
                !results.replicated()
            }
            Self::Payers
            | Self::Waterfall
            | Self::Outcomes
            | Self::Timeline
            | Self::Detriment
            | Self::FinishEcdf
            | Self::FinishRange
            | Self::Convergence => results.replicated(),
            Self::Grid => results.holds("fig-grid.csv"),
            Self::Sensitivity => results.holds("fig-sensitivity.csv"),
        }
    }

    /// Whether it is a figure of one run, so that of several runs there are as many figures.
    #[must_use]
    pub fn is_of_one_run(self) -> bool {
        matches!(self, Self::Throughput | Self::Slots | Self::Backlog)
    }

    /// Why a folder does not give it, what it gives, and what to do.
    pub(super) fn not_given(self, results: &Results) -> ChartError {
        let (dir, run) = (results.dir.display(), results.command());
        let gives: Vec<&str> =
            Self::ALL.into_iter().filter(|kind| kind.given_by(results)).map(Self::name).collect();
        let holds = if self == Self::Scurve {
            format!("`{dir}` holds replications read back from folders, which keep no curve of each")
        } else if results.replicated() {
            format!("`{dir}` holds replications, of which single days are not kept")
        } else {
            format!("`{dir}` holds one draw of each scenario")
        };
        let instead = match self {
            Self::Grid => "answer a study: dormouse compare STUDY".to_owned(),
            Self::Sensitivity => "answer a study with a `[sensitivity]`: dormouse compare STUDY".to_owned(),
            Self::Scurve => {
                let folders = results.sources().into_iter().map(|source| source.folder);
                let each = folders
                    .map(|folder| format!("dormouse chart {} scurve", quoted_path(Path::new(&folder))));
                let each = each.collect::<Vec<_>>();
                format!("draw it of each folder that was compared: {}", each.join("; "))
            }
            _ if results.replicated() => format!("run one draw: {run}"),
            _ => format!("replicate: {run} --replications 100"),
        };
        ChartError::NotGiven { kind: self.name(), holds, gives: gives.join(", "), instead }
    }
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
        self.draw_for(results, runs, Form::Page)
    }

    /// The same for where it is shown.
    ///
    /// # Errors
    /// As [`Kind::draw`].
    pub fn draw_for(
        self,
        results: &Results,
        runs: &[&ResultsRun],
        form: Form,
    ) -> Result<Vec<Drawn>, ChartError> {
        let drawn = self.drawn(results, runs, form)?;
        if form == Form::Page {
            return Ok(drawn);
        }
        let on_slide = |drawn: Drawn| Drawn { figure: drawn.figure.on_slide(), ..drawn };
        Ok(drawn.into_iter().map(on_slide).collect())
    }

    fn drawn(self, results: &Results, runs: &[&ResultsRun], form: Form) -> Result<Vec<Drawn>, ChartError> {
        if !self.given_by(results) {
            return Err(self.not_given(results));
        }
        let one = |run: &ResultsRun, figure| Drawn { folder: run.folder.clone(), figure };
        let each = |draw: fn(&Results, &ResultsRun, &Caption) -> Result<Figure, ResultsError>| {
            let caption = |run: &ResultsRun| caption(results, &[run], form);
            let drawn = runs.iter().map(|run| Ok(one(run, draw(results, run, &caption(run))?)));
            drawn.collect::<Result<Vec<_>, ChartError>>()
        };
        let over = |figure| {
            let alone = runs.len() == 1 && !(results.replicated() && results.runs.len() == 1);
            let folder = if alone { runs[0].folder.clone() } else { String::new() };
            vec![Drawn { folder, figure }]
        };
        if results.replicated() && self != Self::Cohorts {
            return Ok(over(of_replications::draw(self, results, runs, form)?));
        }
        match self {
            Self::Throughput => {
                each(|results, run, caption| Ok(throughput::throughput(&Flow::read(results, run)?, caption)))
            }
            Self::Slots => each(slots::figure),
            Self::Backlog => each(backlog::figure),
            Self::Scurve => Ok(over(share_migrated(results, runs, form)?)),
            Self::Cohorts => Ok(over(cohorts::figure(&Shown::of(results, runs, 2, form)?)?)),
            Self::Wait => Ok(over(wait::figure(&Shown::of(results, runs, LAID_OVER, form)?)?)),
            Self::Fairness => Ok(over(fairness::figure(&Shown::of(results, runs, LAID_OVER, form)?)?)),
            Self::Difference => Ok(over(difference::figure(&Shown::of(results, runs, LAID_OVER, form)?)?)),
            Self::Payers
            | Self::Waterfall
            | Self::Outcomes
            | Self::Timeline
            | Self::Detriment
            | Self::FinishEcdf
            | Self::FinishRange
            | Self::Convergence
            | Self::Grid
            | Self::Sensitivity => Err(self.not_given(results)),
        }
    }
}

fn share_migrated(results: &Results, runs: &[&ResultsRun], form: Form) -> Result<Figure, ResultsError> {
    let caption = caption(results, runs, form);
    if let [run] = runs {
        return Ok(scurve::scurve(&Series::read(results, run)?, &caption));
    }
    let curves: Result<Vec<_>, _> = runs.iter().map(|run| Series::read(results, run)).collect();
    Ok(scurve::scurves(curves?, &caption))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_name() {
        let kinds = Kind::NAMES.map(|name| Kind::named(name).unwrap());
        assert_eq!(kinds, Kind::ALL);
    }
}
