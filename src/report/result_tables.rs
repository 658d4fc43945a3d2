//! The tables of a results folder as the report asks for them: by scenario, measure and what it is measured of.

use serde_json::Value as Json;

use crate::findings::{Dimension, Kpi, LeftOut, Population, kpi};
use crate::output;
use crate::output::{
    CHANGED, PAID, Results, ResultsError, ResultsRun, Row, Sheet, Tried, day_words, register,
};
use crate::replications::{Comparison, gives_percentile};
use crate::report::document::{Block, Item, Picture, Words, words};
use crate::report::study_record::StudyRecord;
use crate::statistics::{Estimate, Level, Probability};
use crate::wording::answer::{self, Against, BaselineMeans};
use crate::wording::bases::Whose;
use crate::wording::letters::capitalised;
use crate::wording::{self, numbers};

pub(super) type Blocks = Result<Vec<Block>, ResultsError>;

pub(super) const WHOLE: (&str, &str) = ("whole", "all");
pub(super) const DORMANT: (&str, &str) = ("status", "dormant");
pub(super) const ACTIVE: (&str, &str) = ("status", "active");

const AVOIDED_IN_GRID: &str = kpi::DORMANT_DAYS_AVOIDED.id;
const DAYS: &str = kpi::DORMANT_DAYS_AVOIDED.unit;
/// What the unit of a share of replications, or of a variance, begins with.
const SHARE: &str = "% of ";

/// What a folder tells.
pub(super) struct Evidence<'r> {
    pub(super) results: &'r Results,
    pub(super) summary: Sheet,
    /// None for a single scenario.
    pub(super) difference: Option<Sheet>,
    pub(super) grid: Option<Sheet>,
    pub(super) sensitivity: Option<Sheet>,
    pub(super) spread: Option<Sheet>,
    pub(super) ranking: Option<Sheet>,
    /// The scenarios against each other, the baseline left out.
    pub(super) pairs: Option<Sheet>,
    /// What changed since an earlier folder.
    pub(super) since: Option<Sheet>,
    /// The words of the study file.
    pub(super) study: StudyRecord,
    /// The others against the baseline.
    pub(super) comparisons: Vec<Comparison>,
    /// What the study tried in every combination, and one value at a time, the scenarios as their files say them first.
    pub(super) combinations: Vec<Tried>,
    pub(super) alone: Vec<Tried>,
}

/// Which estimate of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The mean of a number, or the share of replications in which something held.
    Mean,
    /// A percentile, as its column is named.
    Percentile(&'static str),
}

impl<'r> Evidence<'r> {
    pub(super) fn of(results: &'r Results) -> Result<Self, ResultsError> {
        let optional = |name: &str| results.holds(name).then(|| results.sheet(name)).transpose();
        let tried =
            |name: &str| if results.holds(name) { output::tried(results, name) } else { Ok(Vec::new()) };
        Ok(Self {
            results,
            summary: results.sheet("summary.csv")?,
            difference: optional("difference.csv")?,
            grid: optional("fig-grid.csv")?,
            sensitivity: optional("fig-sensitivity.csv")?,
            spread: optional("spread.csv")?,
            ranking: optional("ranking.csv")?,
            pairs: optional("pairs.csv")?,
            since: optional("since.csv")?,
            study: StudyRecord::of(results)?,
            comparisons: if results.holds("difference.csv") {
                output::comparisons(results)?
            } else {
                Vec::new()
            },
            combinations: tried("fig-grid.csv")?,
            alone: tried("fig-sensitivity.csv")?,
        })
    }

    /// Names of the scenarios, the baseline first.
    pub(super) fn names(&self) -> Vec<&str> {
        self.results.runs.iter().map(|run| run.name.as_str()).collect()
    }

    /// The title of a scenario, as it reads in the middle of a sentence.
    pub(super) fn title_of<'n>(&'n self, name: &'n str) -> &'n str {
        self.results.title_of(name)
    }

    /// The titles of the scenarios as they begin a cell or a sentence, the baseline first.
    pub(super) fn titles(&self) -> Vec<String> {
        self.names().into_iter().map(|name| capitalised(self.title_of(name))).collect()
    }

    /// The same without the baseline.
    pub(super) fn other_titles(&self) -> Vec<String> {
        self.titles().into_iter().skip(1).collect()
    }

    /// The title of the scenario that a row of a table is about.
    pub(super) fn scenario_of(&self, row: Row) -> Result<Words, ResultsError> {
        Ok(words(capitalised(self.title_of(row.text("scenario")?))))
    }

    /// The others of a comparison, the baseline left out.
    pub(super) fn others(&self) -> Vec<&str> {
        self.names().into_iter().skip(1).collect()
    }

    /// The question; where nobody asked one, what was run.
    pub(super) fn title(&self) -> String {
        let titles: Vec<&str> = self.names().into_iter().map(|name| self.title_of(name)).collect();
        let unasked = || format!("Simulation of {}", numbers::list(&titles));
        self.study.question().map_or_else(unasked, str::to_owned)
    }

    /// What everything rests on and may be used for, line by line.
    pub(super) fn status(&self) -> Vec<String> {
        let (version, commit) = &self.results.program;
        let [n, full] = [self.results.replications(), self.results.full_replications()];
        let levels = wording::levels::of_full(n, full);
        let n = numbers::count(n);
        let print = |run: &ResultsRun| {
            format!("{} {}", run.name, run.fingerprint.chars().take(8).collect::<String>())
        };
        let prints: Vec<String> = self.results.runs.iter().map(print).collect();
        vec![
            "Simulated under assumed inputs. Not a DCC forecast, and not an actual result of the MSM. Not assured.".to_owned(),
            format!("dormouse {version} ({commit}); {n} replications{levels}; scenarios {}", prints.join(", ")),
        ]
    }

    /// Something the manifest says of all scenarios, one each.
    pub(super) fn of_each(&self, key: &str) -> &[Json] {
        self.results.manifest()[key].as_array().map_or(&[], Vec::as_slice)
    }

    /// One measure of one scenario over its replications, with the interval of the estimate.
    pub(super) fn outcome(
        &self,
        scenario: &str,
        kpi: &Kpi,
        scope: (&str, &str),
        told: Told,
    ) -> Result<Words, ResultsError> {
        match (self.measured(scenario, kpi, scope)?, told) {
            (None, _) => Ok(words("no such measure")),
            (Some(row), Told::Mean) => {
                let unit = row.text("unit")?;
                mean(row, "mean", ["mean_lower_95", "mean_upper_95"], (unit, "replications"))
            }
            (Some(row), Told::Percentile(p)) => {
                let n = usize::try_from(row.count("replications")?).unwrap_or(usize::MAX);
                let of = p.strip_prefix('p').and_then(|digits| digits.parse::<f64>().ok());
                let few = of
                    .and_then(|p| Probability::new(p / 100.0))
                    .filter(|p| n > 0 && !gives_percentile(*p, n));
                few.map_or_else(|| days(row, p), |p| Ok(words(wording::enough::needs(p))))
            }
        }
    }

    /// The mean of one measure of one scenario, where it has one.
    pub(super) fn number(
        &self,
        scenario: &str,
        kpi: &Kpi,
        scope: (&str, &str),
    ) -> Result<Option<f64>, ResultsError> {
        self.measured(scenario, kpi, scope)?.map_or(Ok(None), |row| row.number("mean"))
    }

    /// The row of a measure in the summary.
    fn measured(
        &self,
        scenario: &str,
        kpi: &Kpi,
        scope: (&str, &str),
    ) -> Result<Option<Row<'_>>, ResultsError> {
        for row in self.summary.rows() {
            let is = row.text("scenario")? == scenario && row.text("kpi")? == kpi.id;
            if is && (row.text("scope_kind")?, row.text("scope")?) == scope {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The last day of the runs, as people read it.
    pub(super) fn last_day(&self) -> String {
        numbers::date(self.results.runs[0].last)
    }

    /// A scenario against the baseline, with what it takes to say how large that is; none of the baseline.
    pub(super) fn against(&self, scenario: &str) -> Result<Option<Against<'_>>, ResultsError> {
        let found = self.comparisons.iter().find(|one| one.scenario == scenario);
        let Some(comparison) = found else { return Ok(None) };
        let mean = |kpi: &Kpi, scope| self.number(&comparison.baseline, kpi, scope);
        let queueing = (Dimension::Cause.name(), answer::QUEUEING);
        let base = BaselineMeans {
            lost: mean(&kpi::DORMANT_DAYS_LOST, WHOLE)?,
            queueing: mean(&kpi::DORMANT_DAYS_LOST, queueing)?,
            waited: mean(&kpi::ACTIVE_DAYS_SINCE_ENTRY, ACTIVE)?,
        };
        let (combinations, alone) = (&self.combinations, &self.alone);
        Ok(Some(Against { comparison, base, family: self.comparisons.len(), combinations, alone }))
    }

    /// Whose shares are told of: the Dormant, or those of them that can migrate; and who is left out, in a sentence.
    pub(super) fn whose(&self) -> Result<(Whose, Option<String>), ResultsError> {
        let mean = |name: &str, kpi: &Kpi| Ok(self.number(name, kpi, DORMANT)?.unwrap_or(0.0));
        let left_out = |name: &&str| -> Result<LeftOut, ResultsError> {
            Ok(LeftOut { excluded: mean(name, &kpi::EXCLUDED)?, removed: mean(name, &kpi::REMOVED)? })
        };
        let names = self.names();
        let all = names.iter().map(left_out).collect::<Result<Vec<_>, _>>()?;
        let whose = Whose::of(Population::Dormant, all.iter().copied());
        Ok((whose, whose.left_out(names.into_iter().zip(all), true)))
    }

    /// One difference of a scenario against the baseline.
    pub(super) fn change(
        &self,
        scenario: &str,
        id: &str,
        scope: (&str, &str),
    ) -> Result<Option<Row<'_>>, ResultsError> {
        for row in self.difference.iter().flat_map(Sheet::rows) {
            let is = row.text("scenario")? == scenario && row.text("kpi")? == id;
            if is && (row.text("scope_kind")?, row.text("scope")?) == scope {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// What a measure is told of in the differences, of one kind, in the order of the file.
    pub(super) fn members(&self, kpi: &Kpi, kind: &str) -> Result<Vec<&str>, ResultsError> {
        let mut members: Vec<&str> = Vec::new();
        for row in self.difference.iter().flat_map(Sheet::rows) {
            let is = row.text("kpi")? == kpi.id && row.text("scope_kind")? == kind;
            if is && !members.contains(&row.text("scope")?) {
                members.push(row.text("scope")?);
            }
        }
        Ok(members)
    }

    /// The assumption registers of all scenarios, each line once.
    pub(super) fn register(&self) -> Vec<&Json> {
        register(self.of_each("resolved"))
    }

    /// What was to count as too little to matter, where scenarios are compared: a choice, and no input.
    pub(super) fn threshold(&self) -> Result<Option<String>, ResultsError> {
        let row = self.others().first().map(|name| self.avoided(name)).transpose()?.flatten();
        let Some(row) = row else { return Ok(None) };
        let lost = self.number(row.text("baseline")?, &kpi::DORMANT_DAYS_LOST, WHOLE)?;
        let Some((days, lost)) = row.number("threshold")?.zip(lost) else { return Ok(None) };
        let share = numbers::percent_of(days, lost)
            .map_or_else(String::new, |share| format!(", {share} of the baseline's"));
        Ok(Some(format!(
            "The practical threshold of the comparison is a choice and not an input: {} Dormant days lost{share}. A difference below it is said not to matter.",
            numbers::three_digits(days)
        )))
    }

    /// The days a scenario avoids.
    pub(super) fn avoided(&self, scenario: &str) -> Result<Option<Row<'_>>, ResultsError> {
        self.change(scenario, kpi::DORMANT_DAYS_AVOIDED.id, ("whole", "all"))
    }
}

impl Evidence<'_> {
    /// The scenario that avoids most; none where nothing is compared.
    pub(super) fn leading(&self) -> Option<&str> {
        let avoided = |one: &&Comparison| one.avoided.value;
        let most = self.comparisons.iter().max_by(|a, b| avoided(a).total_cmp(&avoided(b)));
        most.map(|one| one.scenario.as_str())
    }

    /// The causes of waiting, in the order of the summary.
    pub(super) fn causes(&self) -> Result<Vec<&str>, ResultsError> {
        let mut causes: Vec<&str> = Vec::new();
        for row in self.summary.rows() {
            let is = row.text("kpi")? == kpi::DORMANT_DAYS_LOST.id && row.text("scope_kind")? == "cause";
            if is && !causes.contains(&row.text("scope")?) {
                causes.push(row.text("scope")?);
            }
        }
        Ok(causes)
    }

    /// The qualities of those lines of the register that fit, each once; a dash where none does.
    pub(super) fn quality_of(&self, fits: impl Fn(&Json) -> bool) -> String {
        let mut found: Vec<&str> = Vec::new();
        for quality in
            self.register().into_iter().filter(|line| fits(line)).filter_map(|line| line["quality"].as_str())
        {
            if !found.contains(&quality) {
                found.push(quality);
            }
        }
        if found.is_empty() { "-".to_owned() } else { numbers::list(&found) }
    }

    /// A number of a pair of scenarios with its interval: the days avoided, or the days that Active installations wait longer.
    pub(super) fn in_pair(row: Row, columns: [&str; 3]) -> Result<Words, ResultsError> {
        mean(row, columns[0], [columns[1], columns[2]], (DAYS, "replications"))
    }

    /// By how much a value that was tried alone changes the days avoided.
    pub(super) fn change_of_value(row: Row) -> Result<Words, ResultsError> {
        if row.text(CHANGED[0])?.is_empty() {
            return Ok(words("-"));
        }
        mean(row, CHANGED[0], [CHANGED[1], CHANGED[2]], (DAYS, "replications"))
    }
}

/// The figures of the folder, each taken up once.
pub(super) struct Figures<'r> {
    results: &'r Results,
    taken: Vec<String>,
}

impl<'r> Figures<'r> {
    pub(super) fn of(results: &'r Results) -> Self {
        Self { results, taken: Vec::new() }
    }

    /// A figure of the folder; none where it was not drawn, or was taken before.
    pub(super) fn take(&mut self, id: &str) -> Result<Option<Block>, ResultsError> {
        if !self.results.holds(&format!("{id}.svg")) || self.taken.iter().any(|taken| taken == id) {
            return Ok(None);
        }
        self.taken.push(id.to_owned());
        let text = |ending: &str| self.results.text(&format!("{id}.{ending}"));
        let words = text("txt")?;
        // The last part says where the numbers are beside the figure; a report says itself where it puts them.
        let mut parts = words.split("\n\n").map(|part| part.trim_end().to_owned());
        let [title, description] = [(); 2].map(|()| parts.next().unwrap_or_default());
        Picture::new(id.to_owned(), title, text("svg")?, description, text("csv")?)
            .map(Block::Figure)
            .map(Some)
    }
}

/// A difference with its interval, and nothing where there is none.
pub(super) fn difference(row: Row) -> Result<Words, ResultsError> {
    mean(row, "difference", ["lower", "upper"], (row.text("unit")?, "replications"))
}

/// A number and its interval, to the digits that its error leaves.
pub(super) fn mean(
    row: Row,
    column: &str,
    ends: [&str; 2],
    (unit, replications): (&str, &str),
) -> Result<Words, ResultsError> {
    let Some(value) = row.number(column)? else { return Ok(words("no value")) };
    let [low, high] = [row.number(ends[0])?, row.number(ends[1])?];
    let told = if unit.starts_with(SHARE) {
        numbers::percent_interval(value, [low, high])
    } else {
        let n = usize::try_from(row.count(replications)?).unwrap_or(usize::MAX);
        let level = row.level()?.unwrap_or(Level::P95);
        numbers::estimate(Estimate::told(value, low.zip(high), level, n), unit)
    };
    let exact = |end: Option<f64>, column: &str| end.map_or(Ok(""), |_| row.text(column));
    let [low, high] = [exact(low, ends[0])?, exact(high, ends[1])?];
    Ok(wording::estimate(told, [row.text(column)?, low, high]))
}

/// What the rows of a file of values tried say of each, before the scenario.
pub(super) fn tried_in(sheet: &Sheet) -> Vec<&str> {
    sheet.header().iter().map(String::as_str).take_while(|name| *name != "scenario").collect()
}

/// What Active installations pay under values that were tried.
pub(super) fn paid_in_grid(row: Row) -> Result<Words, ResultsError> {
    mean(row, PAID[0], [PAID[1], PAID[2]], (DAYS, "replications"))
}

/// Dormant days avoided under one combination of a grid.
pub(super) fn in_grid(row: Row) -> Result<Words, ResultsError> {
    mean(row, AVOIDED_IN_GRID, ["lower", "upper"], (DAYS, "replications"))
}

/// A day and its interval, as its file holds them.
fn days(row: Row, percentile: &str) -> Result<Words, ResultsError> {
    let told_of = |exact: &str| {
        let date = exact.parse::<jiff::civil::Date>();
        Item::number(date.map_or_else(|_| exact.to_owned(), numbers::date), exact)
    };
    let [exact, low, high] = day_words(row, percentile)?;
    if exact.is_empty() {
        return Ok(words("no value"));
    }
    let mut told = vec![told_of(exact)];
    if !low.is_empty() && !high.is_empty() && low != high {
        told.extend(ends_told(told_of(low), told_of(high)));
    }
    Ok(told)
}

/// The ends of an interval behind their estimate.
fn ends_told(low: Item, high: Item) -> [Item; 5] {
    [Item::words(" ["), low, Item::words(" to "), high, Item::words("]")]
}

/// A whole number of a file with its thousands set apart.
pub(super) fn count(row: Row, column: &str) -> Result<Words, ResultsError> {
    let exact = row.text(column)?;
    Ok(if exact.is_empty() { words("none") } else { vec![Item::number(numbers::thousands(exact), exact)] })
}
