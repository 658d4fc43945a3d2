//! Scenarios gathered from results folders: their replications read back, so that they can be compared without simulating
//! again, and the folder of such a comparison.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::findings::{Kpi, Scope, kpi};
use crate::model::Layers;
use crate::output::tables::measured;
use crate::output::tables::measured::MeasureColumn;
use crate::output::tables::{expected_counts, inputs, levels};
use crate::output::write::study;
use crate::output::write::{manifest, staging};
use crate::output::{
    Extra, File, OutputError, Reserved, Results, ResultsError, ResultsRun, Row, Sheet, Written,
};
use crate::replications::{Comparison, Programme, Record, Replications, Threshold, is_of_suppliers};

/// The table of every replication in the folder of a scenario.
pub const EVERY: &str = "replications.csv";
/// Its column that says which programme a row is of.
pub(crate) const LEVEL: &str = "level";
/// What else lies there and goes along.
const BESIDE: [&str; 3] = ["cohorts.csv", inputs::NAME, expected_counts::NAME];

/// A scenario of a results folder, with its replications.
#[derive(Debug)]
pub struct Gathered {
    /// The values of its measures, as the folder keeps them; the days behind them it does not keep.
    pub replications: Replications,
    /// Where it was found.
    pub source: Source,
    /// Fingerprint of the resolved scenario.
    pub fingerprint: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Which layers of chance were drawn.
    pub layers: Layers,
    /// What the manifest of its folder says of it.
    entry: Json,
    /// The resolved scenario.
    pub resolved: Json,
    /// Files of its own folder by their names there.
    files: BTreeMap<&'static str, String>,
}

/// Where a scenario was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The results folder, as the caller gave it.
    pub folder: String,
    /// SHA-256 of its manifest, in hexadecimal.
    pub manifest_sha256: String,
    /// Name of the scenario there.
    pub scenario: String,
    /// Version and commit of the program that simulated it.
    pub program: (String, String),
}

/// Everything the folder of a comparison of results folders is made from.
#[derive(Clone, Copy, Debug)]
pub struct GatheredStudy<'a> {
    /// The scenarios, the baseline first.
    pub scenarios: &'a [Gathered],
    /// The others against the baseline, in the same order.
    pub comparisons: &'a [Comparison],
    /// What of the baseline's days was to count as too little to matter.
    pub threshold: Threshold,
    /// What it comes to.
    pub answer: &'a str,
    /// Files made elsewhere, such as figures.
    pub extras: &'a [Extra],
}

impl Gathered {
    /// Why there are so many replications.
    pub const STOPPED: &'static str = "as many as the folders hold";

    /// Reads every scenario of a folder of replications.
    ///
    /// # Errors
    /// A file of the folder is missing, not as the run wrote it, or damaged; a measure is one that this version does not know.
    pub fn read(results: &Results) -> Result<Vec<Self>, ResultsError> {
        let manifest_sha256 = manifest::fingerprint(&results.dir)?;
        let one = |(at, run): (usize, &ResultsRun)| {
            let of = |key: &str| &results.manifest()[key][at];
            let missing = |what| ResultsError::Damaged { dir: results.dir.clone(), what };
            let layer = |name: &str| of("layers")[name].as_bool().ok_or_else(|| missing("layers"));
            let entry = of("scenarios").clone();
            let mut files = BTreeMap::from([(EVERY, results.text(&within(run, EVERY))?)]);
            for name in BESIDE {
                if results.holds(&within(run, name)) {
                    files.insert(name, results.text(&within(run, name))?);
                }
            }
            let sheet = Sheet::parse(&within(run, EVERY), files[EVERY].as_bytes())?;
            let replications = replications(run, &sheet)?;
            if replications.n() == 0 || replications.n() as u64 != results.replications() {
                return Err(missing("number of replications that is in its replications.csv"));
            }
            Ok(Self {
                source: Source {
                    folder: results.dir.display().to_string(),
                    manifest_sha256: manifest_sha256.clone(),
                    scenario: run.name.clone(),
                    program: Source::read(&entry).map_or_else(|| results.program.clone(), |s| s.program),
                },
                fingerprint: run.fingerprint.clone(),
                seed: of("seeds").as_u64().ok_or_else(|| missing("seeds"))?,
                layers: Layers { parametric: layer("parametric")?, stochastic: layer("stochastic")? },
                resolved: of("resolved").clone(),
                replications,
                entry,
                files,
            })
        };
        results.runs.iter().enumerate().map(one).collect()
    }

    /// Whether both are the same scenario with the same value in every replication.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
            && self.replications.scenario == other.replications.scenario
            && self.files[EVERY] == other.files[EVERY]
    }

    /// What the manifest of a comparison says of it: the entry of its own folder under the name it has here, and where it was found.
    fn entry(&self) -> Json {
        let mut entry = self.entry.clone();
        entry["name"] = json!(self.replications.scenario);
        entry["title"] = json!(self.replications.title);
        entry["source"] = self.source.to_json();
        entry
    }
}

impl Source {
    /// What a manifest or an answer says of it.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let Self { folder, manifest_sha256, scenario, program: (version, commit) } = self;
        json!({
            "folder": manifest::portable(folder),
            "manifest_sha256": manifest_sha256,
            "scenario": scenario,
            "program": { "version": version, "commit": commit },
        })
    }

    /// That of a scenario in a manifest; none where it was simulated for that folder.
    pub(crate) fn read(entry: &Json) -> Option<Self> {
        let source = &entry["source"];
        let word = |of: &Json| of.as_str().map(str::to_owned);
        Some(Self {
            folder: word(&source["folder"])?,
            manifest_sha256: word(&source["manifest_sha256"])?,
            scenario: word(&source["scenario"])?,
            program: (word(&source["program"]["version"])?, word(&source["program"]["commit"])?),
        })
    }
}

fn within(run: &ResultsRun, name: &str) -> String {
    format!("{}/{name}", run.folder)
}

/// The replications of a scenario as its table, [`EVERY`], has them.
///
/// # Errors
/// When a column is no measure, or a value none of its kind.
pub fn replications(run: &ResultsRun, sheet: &Sheet) -> Result<Replications, ResultsError> {
    let has_level = sheet.header().get(1).is_some_and(|name| name == LEVEL);
    let skipped = if has_level { 2 } else { 1 };
    let names = sheet.header().iter().skip(skipped);
    let columns: Option<Vec<MeasureColumn>> = names.clone().map(|name| MeasureColumn::named(name)).collect();
    let headline = MeasureColumn::Value(kpi::DORMANT_DAYS_LOST, Scope::whole());
    let Some(columns) = columns.filter(|all| all.contains(&headline)) else {
        let stranger = names.clone().find(|name| MeasureColumn::named(name).is_none());
        return Err(ResultsError::Cell {
            file: within(run, EVERY),
            line: 1,
            column: stranger.map_or(kpi::DORMANT_DAYS_LOST.id, String::as_str).to_owned(),
            found: stranger.map_or("no such column", String::as_str).to_owned(),
            expected: "a measure that this version of dormouse knows; run its scenarios again",
        });
    };
    // Of each measure where its values stand, and where the outcomes do if it is a day.
    let outcome_of = |kpi: &Kpi, scope: &Scope| {
        columns.iter().position(|column| *column == MeasureColumn::Outcome(*kpi, scope.clone()))
    };
    let places: Vec<(Kpi, Scope, usize, Option<usize>)> = (0..)
        .zip(&columns)
        .filter_map(|(at, column)| match column {
            MeasureColumn::Value(kpi, scope) => Some((*kpi, scope.clone(), at, outcome_of(kpi, scope))),
            MeasureColumn::Outcome(..) => None,
        })
        .collect();
    let measures = places.iter().map(|(kpi, scope, ..)| (*kpi, scope.clone())).collect();
    let period = (run.first, run.last);
    // A folder of a version without levels holds full programmes.
    let programme = |row: &Row| {
        let name = if has_level { row.text(LEVEL)? } else { Programme::Full.name() };
        Programme::named(name).ok_or_else(|| row.wrong(LEVEL, name, "full or merged"))
    };
    let mut replications =
        Replications::of_measures((run.name.clone(), run.title.clone()), period, run.plan, measures);
    if let Some(first) = sheet.rows().next()
        && programme(&first)? == Programme::Merged
    {
        replications = replications.at_two_levels();
    }
    let mut full = None;
    for row in sheet.rows() {
        let n = replications.n() as u64;
        let is_beside = replications.has_two_levels() && programme(&row)? == Programme::Full;
        let expected = if is_beside { n.wrapping_sub(1) } else { n };
        let is_twice = is_beside && full == Some(expected);
        full = if is_beside { Some(expected) } else { full };
        if is_twice || row.count("replication")? != expected {
            return Err(row.wrong("replication", row.text("replication")?, "the rows numbered from 0"));
        }
        if !is_beside && (programme(&row)? == Programme::Merged) != replications.has_two_levels() {
            return Err(row.wrong(LEVEL, row.text(LEVEL)?, "the level of the first row"));
        }
        let cells = &row.cells()[skipped..];
        let is_merged = replications.has_two_levels() && !is_beside;
        let values = places.iter().map(|(kpi, scope, at, outcome)| {
            let (text, outcome) = (&cells[*at], outcome.map_or("", |at| cells[at].as_str()));
            if is_merged && text.is_empty() && is_of_suppliers(kpi, scope) {
                return Ok(f64::NAN);
            }
            let value = measured::value(kpi, text, outcome, period);
            value.ok_or_else(|| row.wrong(&sheet.header()[at + skipped], text, measured::expected(kpi)))
        });
        let record = Record::of_values(values.collect::<Result<_, _>>()?);
        let pushed = if is_beside { replications.push_full(&record) } else { replications.push(&record) };
        pushed.map_err(|source| ResultsError::Io { path: run.folder.clone().into(), source })?;
    }
    Ok(replications)
}

/// Writes the folder of a comparison of results folders, whole or not at all: of each scenario what its own folder holds of
/// the replications, and what sets the scenarios apart.
///
/// # Errors
/// As [`fn@crate::output::write`]; and when two scenarios share a name.
pub fn write_gathered(reserved: &Reserved, study: &GatheredStudy) -> Result<Written, OutputError> {
    let mut files: Vec<File> = Vec::new();
    for one in study.scenarios {
        let name = staging::name(&one.replications.scenario)?;
        let carried = one.files.iter();
        files.extend(
            carried.map(|(file, text)| File::new(format!("{name}/{file}"), text.clone().into_bytes())),
        );
    }
    let runs: Vec<&Replications> = study.scenarios.iter().map(|one| &one.replications).collect();
    files.extend(study::told(&runs, study.comparisons, study.answer));
    files.extend(crate::output::carried(study.extras));
    let entries = manifest::Entries {
        scenarios: study.scenarios.iter().map(Gathered::entry).collect(),
        seeds: study.scenarios.iter().map(|one| json!(one.seed)).collect(),
        layers: study.scenarios.iter().map(|one| json!(one.layers)).collect(),
        resolved: study.scenarios.iter().map(|one| one.resolved.clone()).collect(),
    };
    let mut body = study::counts(&runs, (0, study.threshold), None, Gathered::STOPPED);
    body["levels"] = levels::of_folders(&runs);
    files.push(manifest::of_replications(entries, &body, &files));
    staging::write(reserved, files)
}
