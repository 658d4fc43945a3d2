//! The values kept of a replication: every measure as a number, and the curve of migrated Dormant installations. They
//! are of the full programme in every replication, or of the merged one, with the full one beside it in some.

use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::columns::Columns;
use super::inputs::{Inputs, possible};
use crate::findings::{Dimension, Findings, Kpi, LeftOut, Population, Scope, Value, kpi};
use crate::model::Model;
use crate::statistics::{Level, Reached, Values};
use crate::trace::Trace;

/// Most points of a curve that is kept.
const POINTS: usize = 200;
/// A share of 1 in a curve; the step is a hundredth of a percentage point.
const WHOLE: u64 = 10_000;
/// Number of first days for which migrated installations are kept: ten weeks.
const COUNTED_DAYS: usize = 70;

/// One replication of one scenario, reduced.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Measures in the order of [`Findings::measures`]: a number, days from the first day, or 0 and 1 for no and yes;
    /// infinite for "not by the end", not a number where there is no value.
    pub(crate) values: Box<[f64]>,
    /// Dormant migrated at the end of each shown day \[installations\].
    pub(crate) curve: Box<[u32]>,
    /// Dormant neither migrated nor removed at the end of each shown day \[installations\].
    pub(crate) left: Box<[u32]>,
    /// Dormant migratable \[installations\].
    pub(crate) migratable: u32,
    /// Migrated at the end of each of the first days, Dormant and Active by turns \[installations\].
    pub(crate) migrated: Box<[u32]>,
}

/// The replications of one scenario, in order from 0.
#[derive(Debug)]
pub struct Replications {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title, as it reads in the middle of a sentence.
    pub title: String,
    /// First day of the run.
    pub first: Date,
    /// Last day of the run.
    pub last: Date,
    /// The plan date.
    pub plan: Option<Date>,
    measures: Vec<(Kpi, Scope)>,
    /// Their inputs, if known.
    inputs: Option<Inputs>,
    /// The daily values kept beside the measures; `None` if only measures are kept.
    days: Option<Days>,
    /// The values of every record, then its curve, what was migratable, and its migrated installations. At two levels those of the
    /// merged programme.
    kept: Columns,
    /// At two levels the records of the full programme.
    beside: Option<Beside>,
}

/// Records of the full programme beside those of the merged one.
#[derive(Debug)]
struct Beside {
    kept: Columns,
    /// The replication of each, rising.
    at: Vec<usize>,
}

/// Which programme a run is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Programme {
    /// The scenario as it is.
    Full,
    /// The same with its suppliers merged, see [`Model::merged`].
    Merged,
}

impl Programme {
    /// The word of files for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Merged => "merged",
        }
    }

    /// Returns the programme of a word; `None` for another word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Full, Self::Merged].into_iter().find(|known| known.name() == name)
    }
}

/// The daily values kept of replications.
#[derive(Clone, Copy, Debug)]
struct Days {
    /// Whether firmware may open before EPCL entry.
    early_firmware: bool,
    /// The installations of the curves.
    population: Population,
    /// Points of a curve.
    shown: usize,
    /// Number of first days for which migrated installations are kept.
    counted: usize,
}

/// The values of one measure over the replications, in order; those without a value are left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers in the unit of the measure.
    Numbers(Values),
    /// Days, counted from the first day of the run.
    Days(Values<Reached>),
    /// Whether something held.
    Flags(Values<bool>),
}

impl Record {
    /// Reduces a replication, with the curve of a population.
    #[must_use]
    pub fn of(model: &Model, trace: &Trace, population: Population) -> Self {
        let findings = Findings::of(model, trace);
        let values = findings.measures().iter().map(|m| number(m.value, findings.first)).collect();
        Self::with(values, trace, population)
    }

    /// Reduces a replication of the merged programme of a scenario with these measures. Measures of suppliers have no
    /// value.
    ///
    /// # Panics
    /// When the programme is not one of that scenario.
    #[must_use]
    pub fn of_merged(
        merged: &Model,
        trace: &Trace,
        population: Population,
        measures: &[(Kpi, Scope)],
    ) -> Self {
        let findings = Findings::of(merged, trace);
        // Both have their common measures in the same order.
        let mut found = findings.measures().into_iter();
        let value = |(kpi, scope): &(Kpi, Scope)| {
            if is_of_suppliers(kpi, scope) {
                return f64::NAN;
            }
            let same = found.find(|m| m.kpi.id == kpi.id && m.scope == *scope);
            number(same.expect("it measures what the full one does").value, findings.first)
        };
        let values = measures.iter().map(value).collect();
        Self::with(values, trace, population)
    }

    fn with(values: Box<[f64]>, trace: &Trace, population: Population) -> Self {
        let migrated = |day: usize| installations(population.migrated(&trace.days[day]));
        let left = |day: usize| installations(population.left(&trace.days[day]));
        let first_days = trace.days.iter().take(COUNTED_DAYS);
        let by_status = first_days.flat_map(|day| day.stages.map(|stages| stages.migrated));
        Self {
            values,
            curve: shown_days(trace.days.len()).map(migrated).collect(),
            left: shown_days(trace.days.len()).map(left).collect(),
            migratable: installations(population.migratable(trace)),
            migrated: by_status.map(installations).collect(),
        }
    }
}

impl Record {
    /// A replication with only the values of its measures.
    pub(crate) fn of_values(values: Vec<f64>) -> Self {
        Self { values: values.into(), curve: [].into(), left: [].into(), migratable: 0, migrated: [].into() }
    }

    /// All that is kept of it, as numbers.
    fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        let counts = self.curve.iter().chain(&self.left).chain([&self.migratable]).chain(&self.migrated);
        self.values.iter().copied().chain(counts.map(|n| f64::from(*n)))
    }

    /// The values of its measures, as they are kept.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Appends it as bytes that give the same record back, every bit of every number.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let length = |n: usize| (n as u64).to_le_bytes();
        bytes.extend(length(self.values.len()));
        self.values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        bytes.extend(length(self.curve.len()));
        self.curve.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        bytes.extend(length(self.left.len()));
        self.left.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        bytes.extend(self.migratable.to_le_bytes());
        bytes.extend(length(self.migrated.len()));
        self.migrated.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
    }

    /// Takes one record off the front of `bytes`; `None` if they do not hold one.
    pub fn decode(bytes: &mut &[u8]) -> Option<Self> {
        let values = take(bytes, f64::from_le_bytes)?;
        let curve = take(bytes, u32::from_le_bytes)?;
        let left = take(bytes, u32::from_le_bytes)?;
        let migratable = u32::from_le_bytes(bytes.split_off(..4)?.try_into().ok()?);
        let migrated = take(bytes, u32::from_le_bytes)?;
        Some(Self { values, curve, left, migratable, migrated })
    }
}

/// Takes a length, and that many numbers, off the front of `bytes`.
fn take<T, const N: usize>(bytes: &mut &[u8], number: fn([u8; N]) -> T) -> Option<Box<[T]>> {
    let n = usize::try_from(u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?)).ok()?;
    let numbers = bytes.split_off(..n.checked_mul(N)?)?;
    numbers.chunks_exact(N).map(|chunk| chunk.try_into().ok().map(number)).collect()
}

impl Replications {
    /// Starts an empty list for a scenario, with curves of a population; `measures` are those of any of its runs.
    /// Records are kept in memory or, with a folder, in a file there that is deleted with them.
    #[must_use]
    pub fn new(
        model: &Model,
        population: Population,
        measures: Vec<(Kpi, Scope)>,
        folder: Option<&Path>,
    ) -> Self {
        let n_days = model.calendar.n_days();
        let (shown, counted) = (shown_days(n_days).count(), n_days.min(COUNTED_DAYS));
        let width = measures.len() + 2 * shown + 1 + 2 * counted;
        let kept = Columns::new(width, folder.map(Path::to_owned));
        Self {
            scenario: model.name.clone(),
            title: model.title.clone(),
            first: model.calendar.first,
            last: model.calendar.date(model.calendar.last()),
            plan: model.plan_day.map(|day| model.calendar.date(day)),
            measures,
            inputs: Some(Inputs::of(model)),
            days: Some(Days { early_firmware: model.firmware.is_early(), population, shown, counted }),
            kept,
            beside: None,
        }
    }

    /// The same at two levels: an empty list of the merged programme and of the full one.
    #[must_use]
    pub fn at_two_levels(self) -> Self {
        let beside = Beside { kept: self.kept.like(), at: Vec::new() };
        Self { beside: Some(beside), ..self }
    }

    /// Starts an empty list for a scenario of a results folder, which keeps the values of measures but no days.
    pub(crate) fn of_measures(
        (scenario, title): (String, String),
        (first, last): (Date, Date),
        plan: Option<Date>,
        measures: Vec<(Kpi, Scope)>,
    ) -> Self {
        let kept = Columns::new(measures.len() + 1, None);
        Self { scenario, title, first, last, plan, measures, inputs: None, days: None, kept, beside: None }
    }

    /// Says what replications read back were computed from.
    pub fn computed_from(&mut self, model: &Model) {
        self.inputs = Some(Inputs::of(model));
    }

    /// Whether it is known that no two replications can differ.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.inputs.as_ref().is_some_and(Inputs::is_certain)
    }

    /// Whether no further replication can change the difference of these from others with the same draws.
    #[must_use]
    pub fn differs_for_sure(&self, other: &Self) -> bool {
        self.inputs
            .as_ref()
            .zip(other.inputs.as_ref())
            .is_some_and(|(one, other)| one.differs_for_sure(other))
    }

    /// Returns the least and the greatest possible mean of a measure.
    pub(super) fn possible(&self, position: usize) -> (f64, f64) {
        let (kpi, scope) = &self.measures[position];
        let seen = self.values(position).all().filter(|x| x.is_finite()).fold(0.0, f64::max);
        possible(self.inputs.as_ref(), kpi, scope, seen)
    }

    /// Whether firmware may open before EPCL entry; `None` for replications read back, which have no curves.
    #[must_use]
    pub fn early_firmware(&self) -> Option<bool> {
        self.days.map(|days| days.early_firmware)
    }

    /// Returns the installations whose curves are kept; `None` for replications read back.
    #[must_use]
    pub fn population(&self) -> Option<Population> {
        self.days.map(|days| days.population)
    }

    /// Adds the next replication: of the full programme, or at two levels of the merged one.
    ///
    /// # Errors
    /// The file in which they are kept cannot be made or written.
    ///
    /// # Panics
    /// When the record is not one of this scenario.
    pub fn push(&mut self, record: &Record) -> io::Result<()> {
        self.kept.push(record.numbers())
    }

    /// Adds the full programme in the replication that was added last, at two levels.
    ///
    /// # Errors
    /// The same as [`Self::push`].
    ///
    /// # Panics
    /// As [`Self::push`], and at one level.
    pub fn push_full(&mut self, record: &Record) -> io::Result<()> {
        let last = self.n() - 1;
        let beside = self.beside.as_mut().expect("there are two levels");
        beside.at.push(last);
        beside.kept.push(record.numbers())
    }

    /// Keeps the first `n` replications; none may be added after that.
    pub fn truncate(&mut self, n: usize) {
        self.kept.truncate(n);
        if let Some(Beside { kept, at }) = &mut self.beside {
            at.retain(|replication| *replication < n);
            kept.truncate(at.len());
        }
    }

    /// The number of replications.
    #[must_use]
    pub fn n(&self) -> usize {
        self.kept.rows()
    }

    /// Whether they are of the merged programme, with the full one beside it in some.
    #[must_use]
    pub fn has_two_levels(&self) -> bool {
        self.beside.is_some()
    }

    /// The replications of the full programme, in order.
    #[must_use]
    pub fn full_at(&self) -> Vec<usize> {
        self.beside.as_ref().map_or_else(|| (0..self.n()).collect(), |beside| beside.at.clone())
    }

    /// Returns the measures, in the order of reports.
    #[must_use]
    pub fn measures(&self) -> &[(Kpi, Scope)] {
        &self.measures
    }

    /// Returns the index of a measure in [`Replications::measures`].
    #[must_use]
    pub fn position(&self, kpi: &Kpi, scope: &Scope) -> Option<usize> {
        self.measures.iter().position(|(k, s)| k.id == kpi.id && s == scope)
    }

    /// The values of a measure by its position, those without a value left out.
    #[must_use]
    pub fn column(&self, position: usize) -> Column {
        let values = self.values(position).retain(|value| !value.is_nan());
        match self.measures[position].0.unit {
            "date" => Column::Days(values.map(reached)),
            "yes or no" => Column::Flags(values.map(|value| value > 0.0)),
            _ => Column::Numbers(values),
        }
    }

    /// Whether any replication has Dormant installations to migrate.
    fn has_dormant(&self) -> bool {
        let done = self.position(&kpi::COMPLETION_100, &Scope::population(Population::Dormant));
        done.is_some_and(|at| self.values(at).all().any(|day| !day.is_nan()))
    }

    /// Who of a population cannot migrate by the end, on average.
    #[must_use]
    pub fn left_out(&self, population: Population) -> LeftOut {
        let mean = |kpi: &Kpi| {
            let values = self.position(kpi, &Scope::population(population)).map(|at| self.values(at));
            values.and_then(|values| values.mean(Level::P95)).map_or(0.0, |mean| mean.value)
        };
        LeftOut { excluded: mean(&kpi::EXCLUDED), removed: mean(&kpi::REMOVED) }
    }

    /// Returns the number of the full replication with most Dormant days lost, or with most Active days waited if there
    /// are no Dormant installations; the first of several.
    #[must_use]
    pub fn worst(&self) -> usize {
        let (kpi, scope) = match told_of(&[self]) {
            Population::Dormant => (kpi::DORMANT_DAYS_LOST, Scope::whole()),
            Population::All => (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active()),
        };
        let days = self.position(&kpi, &scope).map_or_else(Vec::new, |at| self.values(at).full());
        let worse = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0));
        self.full_at().into_iter().zip(days).max_by(worse).map_or(0, |(at, _)| at)
    }

    /// The date of a day counted from the first.
    #[must_use]
    pub fn date(&self, day: i32) -> Date {
        self.first.checked_add(jiff::Span::new().days(day)).unwrap_or(self.last)
    }

    /// Whether any two replications have another number of a measure.
    #[must_use]
    pub fn varies(&self, position: usize) -> bool {
        let differ = |values: Vec<f64>| values.windows(2).any(|pair| pair[0].total_cmp(&pair[1]).is_ne());
        let beside = self.beside.as_ref().map(|beside| beside.kept.column(position));
        differ(self.kept.column(position)) || beside.is_some_and(differ)
    }

    /// One value a replication as it is kept, see [`Record`]. What is measured of suppliers is that of the full programme alone.
    pub(crate) fn values(&self, position: usize) -> Values {
        let (kpi, scope) = &self.measures[position];
        match &self.beside {
            Some(beside) if is_of_suppliers(kpi, scope) => Values::few(self.full_column(beside, position)),
            _ => self.kept_values(position),
        }
    }

    /// A column of the full programme, in the replications that have it.
    fn full_column(&self, beside: &Beside, column: usize) -> Vec<Option<f64>> {
        let mut full = vec![None; self.n()];
        for (at, value) in beside.at.iter().zip(beside.kept.column(column)) {
            full[*at] = Some(value);
        }
        full
    }

    /// Returns the numbers of a column.
    fn kept_values(&self, column: usize) -> Values {
        let kept = self.kept.column(column);
        match &self.beside {
            Some(beside) => Values::two(kept.into_iter().zip(self.full_column(beside, column))),
            None => Values::one(kept),
        }
    }

    /// The values of a measure in every replication as they come first: at two levels those of the merged programme.
    pub(crate) fn cheap_values(&self, position: usize) -> Vec<f64> {
        self.kept.column(position)
    }

    /// Shows the values of every replication in order, as they are kept, see [`Record`]: its number, which programme they are of, and the
    /// values. Of a replication of both programmes the merged one comes first.
    pub(crate) fn each<E>(
        &self,
        mut each: impl FnMut(usize, Programme, &[f64]) -> Result<(), E>,
    ) -> Result<(), E> {
        let width = self.measures.len();
        let first = if self.beside.is_some() { Programme::Merged } else { Programme::Full };
        let mut full: Vec<Vec<f64>> = Vec::new();
        if let Some(beside) = &self.beside {
            beside.kept.each_row(|row| {
                full.push(row[..width].to_vec());
                Ok::<(), E>(())
            })?;
        }
        let at = self.beside.as_ref().map_or(&[][..], |beside| &beside.at);
        let mut beside = at.iter().zip(&full).peekable();
        let mut replication = 0;
        self.kept.each_row(|row| {
            each(replication, first, &row[..width])?;
            if let Some((_, full)) = beside.next_if(|(at, _)| **at == replication) {
                each(replication, Programme::Full, full)?;
            }
            replication += 1;
            Ok(())
        })
    }

    /// The values of the first `n` replications, as they are kept; at two levels those of the merged programme.
    pub(crate) fn first_values(&self, n: usize) -> Vec<Vec<f64>> {
        let mut rows = Vec::with_capacity(n);
        let enough = self.kept.each_row(|row| {
            if rows.len() == n {
                return Err(());
            }
            rows.push(row[..self.measures.len()].to_vec());
            Ok(())
        });
        debug_assert!(enough.is_ok() || rows.len() == n, "it ends early only where there are enough");
        rows
    }

    /// The first days with the installations migrated at their end in each replication, Dormant and Active.
    pub fn migrated(&self) -> impl Iterator<Item = (Date, [Values; 2])> {
        let counted = self.days.map_or(0, |days| days.counted);
        let from = self.after_curve() + 1;
        (0..counted).map(move |day| {
            let of = |status| self.kept_values(from + 2 * day + status);
            (self.date(i32::try_from(day).unwrap_or(i32::MAX)), [of(0), of(1)])
        })
    }

    /// The days of the curves with the installations neither migrated nor removed at their end in each replication: of Dormant ones
    /// their sum over all days is what is lost.
    pub fn left(&self) -> impl Iterator<Item = (Date, Values)> {
        self.by_day(self.measures.len() + self.shown())
    }

    /// The days of the curves with the counts that are kept of them from a column on.
    fn by_day(&self, from: usize) -> impl Iterator<Item = (Date, Values)> {
        let n_days = days_from(self.first, self.last) + 1;
        shown_days(n_days).take(self.shown()).enumerate().map(move |(point, day)| {
            (self.date(i32::try_from(day).unwrap_or(i32::MAX)), self.kept_values(from + point))
        })
    }

    /// The share of the migratable that is migrated by the days of the curves \[%\], cut to hundredths.
    pub fn curves(&self) -> impl Iterator<Item = (Date, Values)> {
        let migratable = self.kept_values(self.after_curve());
        self.by_day(self.measures.len()).map(move |(date, migrated)| {
            let both = migrated.zip(&migratable).unwrap_or_else(|| Values::one(Vec::new()));
            (date, both.map(|(n, whole)| share(count(n), count(whole))))
        })
    }

    /// The end of the curve in a record, which is the index of the number of migratable installations.
    fn after_curve(&self) -> usize {
        self.measures.len() + 2 * self.shown()
    }

    fn shown(&self) -> usize {
        self.days.map_or(0, |days| days.shown)
    }
}

/// Returns the headline population: Dormant installations, or all if no replication has any.
#[must_use]
pub fn told_of(runs: &[&Replications]) -> Population {
    if runs.iter().any(|run| run.has_dormant()) { Population::Dormant } else { Population::All }
}

/// Whether a measure is of single suppliers, of supplier sizes, or of the credit of each: the merged programme does not
/// have these.
pub(crate) fn is_of_suppliers(kpi: &Kpi, scope: &Scope) -> bool {
    let kinds = [Dimension::Supplier, Dimension::SupplierSize].map(Dimension::name);
    kinds.contains(&scope.kind) || kpi.id == kpi::LARGEST_CREDIT.id
}

/// Returns a share \[%\], cut to hundredths, so that 100 means all.
fn share(part: u32, whole: u32) -> f64 {
    let hundredths = (u64::from(part) * WHOLE).checked_div(whole.into()).unwrap_or(0);
    f64::from(u32::try_from(hundredths).unwrap_or(u32::MAX)) / 100.0
}

/// A count as it is kept.
fn installations(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns the days whose state is kept: evenly spaced, with the last day.
fn shown_days(n_days: usize) -> impl Iterator<Item = usize> {
    let step = n_days.div_ceil(POINTS).max(1);
    (0..n_days).rev().step_by(step).collect::<Vec<_>>().into_iter().rev()
}

fn days_from(first: Date, last: Date) -> usize {
    let days = first.until(last).map_or(0, |span| span.get_days());
    usize::try_from(days).unwrap_or(0)
}

fn number(value: Value, first: Date) -> f64 {
    match value {
        Value::Date(date) => f64::from(first.until(date).map_or(0, |span| span.get_days())),
        Value::Flag(flag) => f64::from(u8::from(flag)),
        Value::NotByEnd => f64::INFINITY,
        Value::None(_) => f64::NAN,
        Value::Count(_) | Value::Quotient { .. } => value.number().unwrap_or(f64::NAN),
    }
}

/// A kept day as what it means.
#[expect(clippy::cast_possible_truncation, reason = "a whole number of days of a run")]
pub(crate) fn reached(day: f64) -> Reached {
    if day.is_finite() { Reached::On(day as i32) } else { Reached::NotByEnd }
}

/// A kept count as what it is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a count when it was kept"
)]
fn count(kept: f64) -> u32 {
    kept as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_the_same_after_bytes_and_back() {
        let record = Record {
            values: [0.1, -0.0, f64::INFINITY, 1e300].into(),
            curve: [0, 9_999, u32::MAX].into(),
            left: [7, 0].into(),
            migratable: 70_000,
            migrated: [0, u32::MAX].into(),
        };
        let mut bytes = Vec::new();
        record.encode(&mut bytes);
        record.encode(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(Record::decode(&mut rest), Some(record.clone()));
        assert_eq!(Record::decode(&mut rest), Some(record));
        assert_eq!(Record::decode(&mut rest), None);
        for cut in 0..bytes.len() / 2 {
            assert_eq!(Record::decode(&mut &bytes[..cut]), None, "cut at {cut}");
        }
    }
}
