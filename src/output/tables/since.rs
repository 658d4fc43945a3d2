//! What a week has changed: the chance of the plan date in an earlier folder of replications and now, and what is counted
//! against what was expected then.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use crate::findings::{LeftOut, Population, kpi};
use crate::model::{Model, OpeningStage, Status};
use crate::output::tables::summary::number_cell;
use crate::output::tables::{days, expected_counts};
use crate::output::text::answer::told_day;
use crate::output::write::manifest;
use crate::output::{Cell, EVERY, Results, ResultsError, ResultsRun, Table, replications};
use crate::replications::{Extent, Outlook, Range, Replications, turn};
use crate::statistics::{Chance, Interval, Level, Probability};
use crate::wording::numbers::{self, PLACES};
use crate::wording::{bases::Whose, enough};

/// Percentiles that are told.
const PERCENTILES: [(&str, Probability); 2] = [("P50", Probability::P50), ("P80", Probability::P80)];
/// How many count in no chance for one reason.
type CountLeftOut = fn(&LeftOut) -> f64;
/// Who counts in no chance, in words.
const LEFT_OUT: [(&str, CountLeftOut); 2] = [("excluded", |of| of.excluded), ("removed", |of| of.removed)];
/// No value, and no interval.
const NONE: [Cell; 3] = [const { Cell::Empty }; 3];
/// No day, no interval, and no reason to say.
const NO_DATES: [Cell; 4] = [const { Cell::Empty }; 4];

/// An earlier folder, as far as a later run is held against it.
#[derive(Clone, Debug)]
pub struct Earlier {
    folder: String,
    manifest_sha256: String,
    /// A scenario of the later run each; none for one that the folder does not hold.
    scenarios: Vec<Option<EarlierScenario>>,
}

#[derive(Clone, Debug)]
struct EarlierScenario {
    outlook: Outlook,
    expected: Option<[Range; 2]>,
}

/// What has changed since an earlier folder.
#[derive(Clone, Debug)]
pub struct Since {
    folder: String,
    manifest_sha256: String,
    scenarios: Vec<ScenarioSince>,
}

#[derive(Clone, Debug)]
struct ScenarioSince {
    name: String,
    plan: Option<Date>,
    then: Outlook,
    now: Outlook,
    counted: Counted,
}

/// Who has migrated by the end of the day before the first, Dormant and Active.
#[derive(Clone, Debug)]
struct Counted {
    day: Date,
    migrated: [u64; 2],
    /// The ranges of an earlier run on that day, where its folder keeps them.
    expected: Option<[Range; 2]>,
}

impl Earlier {
    /// Reads what a folder of replications says of the scenarios of a later run, which are found by their names.
    ///
    /// # Errors
    /// A file of the folder is missing, not as the run wrote it, or damaged.
    pub fn read(results: &Results, models: &[&Model]) -> Result<Self, ResultsError> {
        let scenario = |model: &&Model| {
            let run = results.runs.iter().find(|run| run.name == model.name);
            run.map(|run| EarlierScenario::read(results, run, eve(model))).transpose()
        };
        Ok(Self {
            folder: results.dir.display().to_string(),
            manifest_sha256: manifest::fingerprint(&results.dir)?,
            scenarios: models.iter().map(scenario).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the folder holds any of the scenarios.
    #[must_use]
    pub fn holds_any(&self) -> bool {
        self.scenarios.iter().any(Option::is_some)
    }

    /// What has changed, scenario by scenario; those that the folder does not hold are left out.
    #[must_use]
    pub fn since(&self, models: &[&Model], runs: &[&Replications]) -> Since {
        let scenario = |((earlier, model), run): ((&Option<EarlierScenario>, &&Model), &&Replications)| {
            let EarlierScenario { outlook, expected } = earlier.clone()?;
            let migrated = Status::ALL.map(|status| migrated(model, status));
            Some(ScenarioSince {
                name: model.name.clone(),
                plan: run.plan,
                then: outlook,
                now: Outlook::of(run),
                counted: Counted { day: eve(model), migrated, expected },
            })
        };
        let scenarios = self.scenarios.iter().zip(models).zip(runs).filter_map(scenario).collect();
        Since { folder: self.folder.clone(), manifest_sha256: self.manifest_sha256.clone(), scenarios }
    }
}

impl EarlierScenario {
    fn read(results: &Results, run: &ResultsRun, eve: Date) -> Result<Self, ResultsError> {
        let outlook = Outlook::of(&replications(run, &results.sheet_of(run, EVERY)?)?);
        Ok(Self { outlook, expected: expected_counts::on(results, run, eve)? })
    }
}

/// The day at whose end the stock of a scenario stands.
fn eve(model: &Model) -> Date {
    model.calendar.date(crate::model::Day(-1))
}

/// Installations of a status that have migrated before the first day.
fn migrated(model: &Model, status: Status) -> u64 {
    let of = model.stock.iter().filter(|s| s.status == status && s.stage == OpeningStage::Migrated);
    of.map(|s| u64::from(s.installations)).sum()
}

impl Since {
    /// For people: a block a scenario.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.scenarios.iter().map(|scenario| scenario.to_text(&self.folder)).collect()
    }

    /// For spreadsheets and programs: a row a scenario and measure.
    #[must_use]
    pub fn table(&self) -> Table {
        let column = |name: String| crate::output::Column::new(name, "");
        let about = ["scenario", "measure", "of_date", "of_percentile", "unit", "spread"];
        let mut table = Table::new(&about.map(|name| (name, "")));
        for of in ["then", "now", "change"] {
            table.columns.extend(["", "_lower", "_upper"].map(|end| column(format!("{of}{end}"))));
        }
        table.columns.extend(["then", "now"].into_iter().flat_map(days::columns).map(column));
        table.columns.push(column("finding".to_owned()));
        self.scenarios.iter().for_each(|scenario| scenario.rows(&mut table));
        table
    }

    /// What the manifest says of the earlier folder.
    pub(crate) fn to_json(&self) -> Json {
        json!({ "path": manifest::portable(&self.folder), "manifest_sha256": self.manifest_sha256 })
    }
}

impl ScenarioSince {
    fn to_text(&self, folder: &str) -> String {
        let (outlooks, change, counted) = (self.outlooks(), self.change(), self.counted(folder));
        format!("{} since {folder}\n{outlooks}{change}{counted}\n", self.name)
    }

    /// The table of what is expected, then and now.
    fn outlooks(&self) -> String {
        let mut table = Table::new(&[("measure", ""), ("then", ""), ("now", "")]);
        let mut push = |title: String, of: &dyn Fn(&Outlook) -> String| {
            table.push(vec![Cell::Text(title), Cell::Text(of(&self.then)), Cell::Text(of(&self.now))]);
        };
        push("Replications".to_owned(), &|of| numbers::count(of.days.n()));
        push("First day".to_owned(), &|of| shown(of.first));
        if let Some(plan) = self.plan {
            let title =
                format!("{}: all migrated by {}, % of replications", self.whose().title(), shown(plan));
            push(title, &|of| {
                of.by(plan)
                    .map_or_else(|| "not known".to_owned(), |chance| numbers::share(chance).to_string())
            });
        }
        for (title, p) in PERCENTILES {
            push(format!("{}: all migrated, {title}", self.whose().title()), &|of| told_percentile(of, p));
        }
        for (what, of) in LEFT_OUT {
            if [self.then.left_out, self.now.left_out].iter().any(|left_out| of(left_out) > 0.0) {
                let title = format!("Dormant: {what} by the end, mean");
                push(title, &|outlook| numbers::mean_count(of(&outlook.left_out)));
            }
        }
        table.to_text()
    }

    /// Whose shares are told of.
    fn whose(&self) -> Whose {
        Whose::of(Population::Dormant, [self.then.left_out, self.now.left_out])
    }

    /// What may be said of the chance of the plan date; nothing where it is not known then and now.
    fn change(&self) -> String {
        let Some((_, then, now)) = self.chances() else { return String::new() };
        let (interval, turn) = turn(&then, &now);
        let [by, low, high] = [difference(&then, &now), interval.low, interval.high]
            .map(|share| numbers::points(100.0 * share.unwrap_or(0.0)));
        format!("Change of the chance, in points: {by} [{low} to {high}], {}.\n", turn.words())
    }

    /// What is counted against what was expected.
    fn counted(&self, folder: &str) -> String {
        let day = shown(self.counted.day);
        let Some(expected) = &self.counted.expected else {
            let few = Extent::of(self.then.days.n()) != Extent::EightInTen;
            let needs =
                if few { format!(", which {}", enough::needs(Probability::P90)) } else { String::new() };
            return format!("Counted at the end of {day}, of which {folder} keeps no range{needs}.\n");
        };
        let line = |((status, counted), range): ((&Status, &u64), &Range)| {
            let [n, p10, p90] =
                [*counted, range.p10.into(), range.p90.into()].map(|n: u64| numbers::count(n));
            let (status, place) = (titled(*status), range.place(*counted));
            format!("  {status} migrated: {n}, expected {p10} to {p90}: {place}\n")
        };
        let lines: String = Status::ALL.iter().zip(&self.counted.migrated).zip(expected).map(line).collect();
        format!("Counted at the end of {day}, and the range P10 to P90 expected of it then:\n{lines}")
    }

    /// The plan date and its chance then and now, where both are known.
    fn chances(&self) -> Option<(Date, Chance, Chance)> {
        let plan = self.plan?;
        Some((plan, self.then.by(plan)?, self.now.by(plan)?))
    }

    fn rows(&self, table: &mut Table) {
        let mut push = |about: [Cell; 5], numbers: [[Cell; 3]; 3], dates: [[Cell; 4]; 2], finding: &str| {
            let mut row = vec![Cell::from(self.name.as_str())];
            row.extend(about.into_iter().chain(numbers.into_iter().flatten()));
            row.extend(dates.into_iter().flatten());
            row.push(finding.into());
            table.push(row);
        };
        if let Some((plan, then, now)) = self.chances() {
            let (interval, turn) = turn(&then, &now);
            let of = |chance: &Chance| percents(chance.share(), &chance.interval(Level::P95));
            let about = [
                kpi::PLAN_DATE_MET.id.into(),
                plan.into(),
                Cell::Empty,
                "% of replications".into(),
                "95% interval".into(),
            ];
            let change = percents(difference(&then, &now), &interval);
            push(about, [of(&then), of(&now), change], [NO_DATES, NO_DATES], turn.words());
        }
        for (title, p) in PERCENTILES {
            let about = [kpi::COMPLETION_100.id, "", title, kpi::COMPLETION_100.unit, "95% interval"];
            let dates = [dates(&self.then, p), dates(&self.now, p)];
            push(about.map(Cell::from), [NONE, NONE, NONE], dates, "");
        }
        let Counted { day, migrated, expected } = &self.counted;
        for ((status, counted), range) in Status::ALL.iter().zip(migrated).zip(expected.iter().flatten()) {
            let measure = Cell::Text(format!("{}_migrated", status.name()));
            let about =
                [measure, (*day).into(), Cell::Empty, "installations".into(), "range P10 to P90".into()];
            let count = |n: u32| Cell::Decimal(f64::from(n), PLACES);
            let then = [range.p50, range.p10, range.p90].map(count);
            let now = [u32::try_from(*counted).map_or(Cell::Empty, count), Cell::Empty, Cell::Empty];
            push(about, [then, now, NONE], [NO_DATES, NO_DATES], range.place(*counted));
        }
    }
}

fn difference(then: &Chance, now: &Chance) -> Option<f64> {
    now.share().zip(then.share()).map(|(now, then)| now - then)
}

fn shown(date: Date) -> String {
    numbers::date(date)
}

fn titled(status: Status) -> &'static str {
    match status {
        Status::Dormant => "Dormant",
        Status::Active => "Active",
    }
}

fn percents(share: Option<f64>, interval: &Interval) -> [Cell; 3] {
    [share, interval.low, interval.high].map(|x| x.map_or(Cell::Empty, |x| number_cell(100.0 * x, "%")))
}

fn told_percentile(outlook: &Outlook, p: Probability) -> String {
    let told = |percentile| told_day(&percentile, &|day| outlook.date(day));
    outlook.percentile(p).map_or_else(|| "-".to_owned(), told)
}

fn dates(outlook: &Outlook, p: Probability) -> [Cell; 4] {
    outlook.percentile(p).map_or(NO_DATES, |found| days::day_cells(&found, |day| outlook.date(day)))
}
