//! What of a results folder a figure is to show, and where that came from.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::{Caption, Form};
use crate::findings::{Scope, kpi};
use crate::output::{Results, ResultsError, ResultsRun, Row, Sheet};

/// What a figure is to show.
pub(crate) struct Shown<'r> {
    /// The folder.
    pub results: &'r Results,
    /// The runs, the baseline first.
    pub runs: Vec<&'r ResultsRun>,
    /// What they were chosen from.
    pub chosen: Chosen,
    /// Where it is shown.
    pub form: Form,
}

impl<'r> Shown<'r> {
    /// The runs of some for which there is room.
    pub(crate) fn of(
        results: &'r Results,
        runs: &[&'r ResultsRun],
        room: usize,
        form: Form,
    ) -> Result<Self, ResultsError> {
        let mut avoided = vec![None; runs.len()];
        let compared =
            results.holds("difference.csv").then(|| results.sheet("difference.csv")).transpose()?;
        let baseline = results.runs.first().map(|run| run.name.as_str());
        if runs.first().map(|run| run.name.as_str()) == baseline {
            for row in compared.iter().flat_map(days_avoided) {
                let row = row?;
                if row.text("scope_kind")? == Scope::whole().kind {
                    let scenario = row.text("scenario")?;
                    let at = runs.iter().position(|run| run.name == scenario);
                    let days = row.number("difference")?;
                    at.into_iter().for_each(|at| avoided[at] = days);
                }
            }
        }
        let chosen = Chosen::of(&avoided, room);
        Ok(Self { results, runs: chosen.pick(runs), chosen, form })
    }

    /// Where the figure comes from.
    pub(crate) fn caption(&self) -> Caption {
        caption(self.results, &self.runs, self.form)
    }

    /// The first and the last day of any of the runs.
    pub(crate) fn period(&self) -> (Date, Date) {
        let first = self.runs.iter().map(|run| run.first).min().unwrap_or_default();
        (first, self.runs.iter().map(|run| run.last).max().unwrap_or_default())
    }
}

/// Where figures of some runs of a folder come from.
pub(crate) fn caption(results: &Results, runs: &[&ResultsRun], form: Form) -> Caption {
    let scenarios = runs.iter().map(|run| (run.name.clone(), run.fingerprint.clone())).collect();
    let replication = results.replication().unwrap_or_default();
    let titles = results.runs.iter().map(|run| run.title.clone()).collect();
    let caption =
        Caption { program: results.program.clone(), replication, titles, form, ..Caption::new(scenarios) };
    let Some(run) = runs.first() else { return caption };
    // Inputs are counted as in the rest of the folder: those of all its scenarios.
    let basis = match results.manifest()["resolved"].as_array() {
        Some(resolved) => crate::output::basis(resolved),
        // Of single draws a figure of one counts its own, and the manifest of several says it for all of them.
        None => results.manifest()["basis"]
            .as_str()
            .filter(|_| runs.len() > 1)
            .map_or_else(|| run.basis.clone(), str::to_owned),
    };
    Caption { area: run.area.clone(), basis, ..caption }
}

/// The rows of `difference.csv` that say how many Dormant days scenarios avoid, in all and by part.
pub(crate) fn days_avoided(sheet: &Sheet) -> impl Iterator<Item = Result<Row<'_>, ResultsError>> {
    let avoided = |row: &Row<'_>| Ok(row.text("kpi")? == kpi::DORMANT_DAYS_AVOIDED.id);
    sheet.rows().filter_map(move |row| match avoided(&row) {
        Ok(true) => Some(Ok(row)),
        Ok(false) => None,
        Err(error) => Some(Err(error)),
    })
}
