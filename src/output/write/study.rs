//! The results folder of replicated scenarios: every replication, the range of outcomes, and the differences.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use crate::findings::{Findings, Population, kpi};
use crate::model::Model;
use crate::output::MachineRecord;
use crate::output::read::written_comparisons::GAIN;
use crate::output::table::csv_writer;
use crate::output::tables::days;
use crate::output::tables::days::day_cells;
use crate::output::tables::pairs;
use crate::output::tables::summary::number_cell;
use crate::output::tables::{expected_counts, inputs, layer_runs, levels, measured};
use crate::output::text::comparison::BOUND_NOTE;
use crate::output::write::folder_study::LEVEL;
use crate::output::write::manifest;
use crate::output::write::manifest::Described;
use crate::output::write::staging;
use crate::output::{
    Cell, Extra, File, OutputError, Reserved, ResultsError, Row, Sheet, Since, SourceFile, StudyLevels,
    Table, Written, carried,
};
use crate::replications::{
    Comparison, MIXED, Outcome, Programme, Record, Replications, ScenarioPair, Spread, Summary, Threshold,
    gives_percentile, summarise,
};
use crate::statistics::{DayShift, Estimate, Interval, Level, Probability, QuantileEstimate};
use crate::trace::Trace;
use crate::wording::numbers::{self, PLACES};
use crate::wording::{self, enough};

/// Everything the folder of a replicated study is made from.
#[derive(Clone, Copy, Debug)]
pub struct Study<'a> {
    /// The scenarios, the baseline first: where they came from, and their replications.
    pub scenarios: &'a [(Described<'a>, &'a Replications)],
    /// What each cohort lived through in replication 0 of each scenario, see [`crate::output::cohorts_table`].
    pub first: &'a [Table],
    /// The others against the baseline, in the same order.
    pub comparisons: &'a [Comparison],
    /// What of the baseline's days was to count as too little to matter.
    pub threshold: Threshold,
    /// Which layer of chance their ranges come from; empty where no runs were made for it.
    pub spreads: &'a [Spread],
    /// The runs that mix layers of chance, scenario by scenario, see [`crate::replications::mixtures`]; empty where none were made.
    pub mixed: &'a [Replications],
    /// What has changed since an earlier folder, where one was named.
    pub since: Option<&'a Since>,
    /// Why there are so many replications.
    pub stopped: &'a str,
    /// Which programmes they are of.
    pub levels: &'a StudyLevels,
    /// The full runs at each combination of a study, and at each value that it tries alone; 0 where all are full.
    pub tried: [u32; 2],
    /// What it comes to, as [`crate::output::answer`] begins it.
    pub answer: &'a str,
    /// Files made elsewhere, such as figures.
    pub extras: &'a [Extra],
    /// Files read for runs beside those of the scenarios, such as the values of a grid.
    pub also_read: &'a [SourceFile],
    /// The file of the study that was run, if one was.
    pub study: Option<&'a SourceFile>,
    /// The machine and the time of the run, where they are to be kept.
    pub machine: Option<&'a MachineRecord>,
}

/// Writes the folder, whole or not at all.
///
/// # Errors
/// As [`fn@crate::output::write`]; and when two scenarios share a name.
pub fn write_study(reserved: &Reserved, study: &Study) -> Result<Written, OutputError> {
    let mut files: Vec<File> = Vec::new();
    for (at, ((described, replications), first)) in study.scenarios.iter().zip(study.first).enumerate() {
        let name = staging::name(&described.model.name)?;
        files.push(File::new(format!("{name}/cohorts.csv"), first.to_csv()));
        let ranges = expected_counts::table(replications).to_csv();
        files.push(File::new(format!("{name}/{}", expected_counts::NAME), ranges));
        let every = format!("{name}/{}", crate::output::EVERY);
        files.push(staging::beside(reserved, every, |out| write_replications(replications, out))?);
        let drawn = 0..u32::try_from(replications.n()).unwrap_or(u32::MAX);
        let name_of = |file: &str| format!("{name}/{file}");
        files.push(staging::beside(reserved, name_of(inputs::NAME), |out| {
            inputs::write(described.model, drawn, out)
        })?);
        if let Some(mixed) = study.mixed.get(at) {
            let write = |out: &mut dyn Write| layer_runs::write(replications, mixed, out);
            files.push(staging::beside(reserved, name_of(layer_runs::NAME), write)?);
        }
    }
    let runs: Vec<&Replications> = study.scenarios.iter().map(|(_, replications)| *replications).collect();
    files.extend(told(&runs, study.comparisons, study.answer));
    if !study.spreads.is_empty() {
        files.push(File::new("spread.csv", crate::output::spread_table(study.spreads).to_csv()));
    }
    files.extend(study.since.map(|since| File::new("since.csv", since.table().to_csv())));
    files.extend(carried(study.extras));
    let described: Vec<&Described> = study.scenarios.iter().map(|(described, _)| described).collect();
    let layer_runs = study.spreads.first().map_or(0, |spread| MIXED * spread.parts.blocks);
    let mut body = counts(&runs, (layer_runs, study.threshold), study.since, study.stopped);
    body["levels"] = levels::to_json(&runs, study.levels, study.tried);
    body["also_read"] = study.also_read.iter().map(manifest::input).collect();
    body["layer_runs_table"] = study.mixed.first().map(|_| format!("SCENARIO/{}", layer_runs::NAME)).into();
    body["study"] = study.study.map(manifest::input).into();
    files.push(manifest::of_replications(manifest::Entries::of(&described), &body, &files));
    files.extend(study.machine.map(MachineRecord::file));
    staging::write(reserved, files)
}

/// What replications come to: the screen, the range of outcomes and the differences.
pub(crate) fn told(runs: &[&Replications], comparisons: &[Comparison], answer: &str) -> Vec<File> {
    let mut files = vec![
        File::new("answer.txt", answer.to_owned().into_bytes()),
        File::new("summary.csv", study_summary_table(runs).to_csv()),
    ];
    if !comparisons.is_empty() {
        files.push(File::new("difference.csv", study_difference_table(comparisons).to_csv()));
    }
    if let [first, _, ..] = comparisons {
        let found = ScenarioPair::all(runs, first.threshold);
        files.push(File::new(pairs::NAME, pairs::table(&found, first.threshold).to_csv()));
    }
    files
}

/// What the manifest says of the replications.
pub(crate) fn counts(
    runs: &[&Replications],
    (layer_runs, threshold): (usize, Threshold),
    since: Option<&Since>,
    stopped: &str,
) -> Json {
    json!({
        "replications": runs.first().map_or(0, |r| r.n()),
        "layer_runs": layer_runs,
        "since": since.map(Since::to_json),
        "threshold": threshold.to_string(),
        "stopped": stopped,
        "spread": "range of outcomes: P10 to P90 over replications; intervals: 95%, of an estimate",
    })
}

/// The columns of a replication before its measures: its number, and which programme it is of.
const FIRST: [&str; 2] = ["replication", LEVEL];

/// One row a replication and programme, and the columns of every measure. Written row by row, because there may be very many.
fn write_replications(replications: &Replications, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv_writer(out);
    rows.write_record(FIRST.map(str::to_owned).into_iter().chain(measured::header(replications)))?;
    replications.each(|replication, programme, values| {
        let first = [replication.to_string(), programme.name().to_owned()];
        rows.write_record(first.into_iter().chain(measured::cells(replications, values)))
    })?;
    rows.flush()
}

/// The columns of a run in such a table, by name, and what it has there.
#[must_use]
pub fn replication_row(model: &Model, trace: &Trace) -> Vec<(String, String)> {
    let population = Population::told_of([model]);
    let none = Replications::new(model, population, Findings::of(model, trace).measured(), None);
    row_of(&none, &Record::of(model, trace, population))
}

/// The same of a run of the merged programme of a model, of which `full` is a run of the full one.
#[must_use]
pub fn merged_row(model: &Model, full: &Trace, merged: &Model, trace: &Trace) -> Vec<(String, String)> {
    let population = Population::told_of([model]);
    let none = Replications::new(model, population, Findings::of(model, full).measured(), None);
    row_of(&none, &Record::of_merged(merged, trace, population, none.measures()))
}

fn row_of(none: &Replications, record: &Record) -> Vec<(String, String)> {
    measured::header(none).zip(measured::cells(none, record.values())).collect()
}

/// The row that a table of replications has of one of them and of a programme; none where it has none.
///
/// # Errors
/// The table is not one of replications.
pub fn row_of_programme(
    sheet: &Sheet,
    replication: u32,
    programme: Programme,
) -> Result<Option<Row<'_>>, ResultsError> {
    for row in sheet.rows() {
        let level = if row.has(LEVEL) { row.text(LEVEL)? } else { Programme::Full.name() };
        if row.count(FIRST[0])? == u64::from(replication) && level == programme.name() {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

const BOUNDS: [&str; 2] = ["lower_95", "upper_95"];
/// The percentiles of an outcome, as columns name them.
const PERCENTILES: [&str; 4] = ["p10", "p50", "p80", "p90"];

/// Every measure of every scenario over its replications, in one tidy table.
#[must_use]
pub fn study_summary_table(runs: &[&Replications]) -> Table {
    let mut table =
        Table::new(&["scenario", "kpi", "scope_kind", "scope", "unit", "better"].map(|n| (n, "")));
    let column = |name: String| crate::output::Column::new(name, "");
    for estimate in std::iter::once("mean").chain(PERCENTILES) {
        table.columns.push(column(estimate.to_owned()));
        table.columns.extend(BOUNDS.map(|bound| column(format!("{estimate}_{bound}"))));
    }
    table.columns.extend(["replications", "not_by_end", "note"].map(|name| column(name.to_owned())));
    table.columns.extend(PERCENTILES.iter().flat_map(|name| days::columns(name)).map(column));
    for run in runs {
        for summary in summarise(run) {
            table.push(summary_row(run, &summary));
        }
    }
    table
}

fn summary_row(run: &Replications, summary: &Summary) -> Vec<Cell> {
    let share = matches!(summary.outcome, Outcome::Share(_));
    let mut row: Vec<Cell> =
        [run.scenario.as_str(), summary.kpi.id, summary.scope.kind, summary.scope.member.as_str()]
            .map(Cell::from)
            .into();
    row.push(if share { "% of replications" } else { summary.kpi.unit }.into());
    row.push(summary.kpi.better.name().into());
    let (mut not_by_end, mut note) = (0, String::new());
    let mut dates = vec![Cell::Empty; 4 * PERCENTILES.len()];
    match &summary.outcome {
        Outcome::Numbers { mean, percentiles, .. } => {
            let number = |x: &f64| number_cell(*x, summary.kpi.unit);
            row.extend(three(&mean.value, &mean.interval, number));
            row.extend(percentiles.iter().flat_map(|p| percentile_cells(p, number)));
            let notes = [unseen_note(mean).unwrap_or_default(), needs(percentiles)];
            note = notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; ");
        }
        Outcome::Days { not_by_end: n, percentiles } => {
            not_by_end = *n;
            row.extend(vec![Cell::Empty; 15]);
            dates = percentiles.iter().flat_map(|day| day_cells(day, |day| run.date(day))).collect();
        }
        Outcome::Share(chance) => {
            let interval = chance.interval(Level::P95);
            let percent = |share: &f64| number_cell(100.0 * share, "%");
            row.extend(three(&chance.share().unwrap_or(0.0), &interval, percent));
            row.extend(vec![Cell::Empty; 12]);
        }
        Outcome::Nothing => {
            row.extend(vec![Cell::Empty; 15]);
            "no value in any replication".clone_into(&mut note);
        }
    }
    row.extend([Cell::from(summary.n as u64), Cell::from(not_by_end as u64), note.as_str().into()]);
    row.extend(dates);
    row
}

/// A percentile and both ends of its interval; nothing where there are too few replications for it.
fn percentile_cells<T>(of: &QuantileEstimate<T>, cell: impl Fn(&T) -> Cell) -> Vec<Cell> {
    if gives_percentile(of.p, of.n) { three(&of.value, &of.interval, cell) } else { vec![Cell::Empty; 3] }
}

/// What has to be known of percentiles that are left out; nothing where all are there.
fn needs<T>(percentiles: &[QuantileEstimate<T>]) -> String {
    let missing = percentiles.iter().filter(|of| !gives_percentile(of.p, of.n));
    let of = |p: Probability| format!("p{:.0} {}", 100.0 * p.get(), enough::needs(p));
    numbers::list(&missing.map(|missing| of(missing.p)).collect::<Vec<_>>())
}

/// An estimate and both ends of its interval.
pub(crate) fn three<T>(value: &T, interval: &Interval<T>, cell: impl Fn(&T) -> Cell) -> Vec<Cell> {
    let bound = |end: &Option<T>| end.as_ref().map_or(Cell::Empty, &cell);
    vec![cell(value), bound(&interval.low), bound(&interval.high)]
}

/// What stands behind the name of a day where it is its P80 that changes.
const P80: &str = "_p80";

/// What sets the scenarios apart, as a tidy table: the avoided days and their parts, then every other measure.
#[must_use]
pub fn study_difference_table(comparisons: &[Comparison]) -> Table {
    let names = [
        "scenario",
        "baseline",
        "kpi",
        "scope_kind",
        "scope",
        "difference",
        "lower",
        "upper",
        "level_pct",
        "unit",
        "replications",
        "verdict",
        "threshold",
        "note",
        "verdict_id",
        "range_low",
        "range_high",
        "range",
    ];
    let mut table = Table::new(&names.map(|name| (name, "")));
    for comparison in comparisons {
        difference_rows(comparison, &mut table);
    }
    table
}

fn difference_rows(comparison: &Comparison, table: &mut Table) {
    let first = table.rows.len();
    let mut push =
        |id: &str, kind: &str, member: &str, found: Option<&Estimate>, unit: &str, words: [&str; 2]| {
            let [verdict, note] = words;
            let unseen = found.and_then(unseen_note);
            let note = unseen.map_or_else(|| note.to_owned(), |unseen| format!("{note}; {unseen}"));
            let [verdict, note] = [verdict, note.as_str()].map(Cell::from);
            // Only what has a verdict has something to be measured against.
            let threshold = if verdict == Cell::Empty {
                Cell::Empty
            } else {
                Cell::Decimal(comparison.threshold, PLACES)
            };
            let mut row: Vec<Cell> =
                [&comparison.scenario, &comparison.baseline, id, kind, member].map(Cell::from).into();
            row.extend(estimate_cells(found));
            row.insert(9, unit.into());
            row.extend([verdict, threshold, note]);
            row.extend(vec![Cell::Empty; 4]);
            table.push(row);
        };
    let avoided = kpi::DORMANT_DAYS_AVOIDED;
    let sense = "baseline minus scenario";
    let verdict = wording::verdict::of(comparison);
    push(avoided.id, "whole", "all", Some(&comparison.avoided), avoided.unit, [&verdict, sense]);
    if let Some(bound) = comparison.bound {
        let interval = Interval::open(Level::P95);
        let bound = Estimate { value: bound, standard_error: None, interval, n: comparison.avoided.n };
        let unit = kpi::AVOIDED_BOUND.unit;
        push(kpi::AVOIDED_BOUND.id, "whole", "all", Some(&bound), unit, ["", BOUND_NOTE]);
    }
    for split in &comparison.splits {
        for part in &split.parts {
            push(avoided.id, split.by.name(), &part.name, Some(&part.avoided), avoided.unit, ["", sense]);
        }
    }
    if let Some(pairing) = &comparison.pairing {
        let note = "variance of independent sampling over that of pairs";
        push(GAIN, "whole", "all", Some(&pairing.gain), "ratio", ["", note]);
    }
    for measure in &comparison.measures {
        let unit = match measure.kpi.unit {
            "date" => "days",
            "%" | "yes or no" => "percentage points",
            unit => unit,
        };
        let ends = format!("scenario minus baseline; not by the end in {} pairs", measure.not_by_end);
        let note = if measure.not_by_end > 0 { ends.as_str() } else { "scenario minus baseline" };
        let (kind, member) = (measure.scope.kind, measure.scope.member.as_str());
        push(measure.kpi.id, kind, member, measure.change.as_ref(), unit, ["", note]);
        if let Some(shift) = &measure.p80 {
            let change = shift_estimate(shift);
            let id = format!("{}{P80}", measure.kpi.id);
            let note = match change {
                Some(_) => "scenario minus baseline, of the P80 day",
                None => "the P80 day is not by the end in one of the two, or in both",
            };
            push(&id, kind, member, change.as_ref(), unit, ["", note]);
        }
    }
    // What is said of the days avoided in all stands behind the first row of a scenario.
    table.rows[first].splice(VERDICT_ID.., verdict_cells(comparison));
}

/// Position of the name of the verdict, the first of the columns that only the days avoided in all fill.
const VERDICT_ID: usize = 14;

/// The name of the verdict, and what single replications come to.
fn verdict_cells(comparison: &Comparison) -> [Cell; 4] {
    let days = |days: f64| Cell::Decimal(days, PLACES);
    let id = wording::verdict::id(comparison.verdict.finding).into();
    match comparison.outcomes {
        Some(range) => [id, days(range.low), days(range.high), wording::enough::ends(range.extent).into()],
        None => [id, Cell::Empty, Cell::Empty, Cell::Empty],
    }
}

/// The shift of a P80 day; none where it is "not by the end" in one of the two.
fn shift_estimate(shift: &DayShift) -> Option<Estimate> {
    let Interval { low, high, level } = shift.interval;
    let interval = Interval { low: low.map(f64::from), high: high.map(f64::from), level };
    shift.days.map(|days| Estimate { value: days.into(), standard_error: None, interval, n: shift.n })
}

fn estimate_cells(found: Option<&Estimate>) -> Vec<Cell> {
    let Some(estimate) = found else { return vec![Cell::Empty; 5] };
    let mut cells = three(&estimate.value, &estimate.interval, |x| Cell::Decimal(*x, PLACES));
    let level = Cell::Decimal(100.0 * estimate.interval.level.get(), 3);
    cells.push(if estimate.interval.low.is_some() { level } else { Cell::Empty });
    cells.push(Cell::from(estimate.n as u64));
    cells
}

/// What has to be known of an estimate that was the same in every replication, and need not be in others; nothing of others.
fn unseen_note(estimate: &Estimate) -> Option<String> {
    let open = estimate.is_constant() && estimate.interval.half_width().is_none();
    let (n, most) = (numbers::count(estimate.n), numbers::most_unseen(estimate.n));
    open.then(|| format!("the same in all {n} replications; may differ in up to {most} of others"))
}
