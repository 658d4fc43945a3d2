//! When a population is done: the first day on which a share of the migratable is migrated.

use jiff::civil::Date;

use super::Value;
use crate::model::{Day, Model};
use crate::trace::{DayRecord, Stages, Trace};

/// Shares of migratable installations for which the day is reported \[%\].
pub const SHARES: [u64; 5] = [50, 90, 95, 99, 100];

/// Why there is no day of completion.
pub const NOTHING_MIGRATABLE: &str = "nothing is migratable";

/// The installations whose completion is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// Installations that are Dormant.
    Dormant,
    /// Dormant and Active together.
    All,
}

/// Installations that cannot migrate by the end of a run, or on average over replications, and so count in no share of completion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeftOut {
    /// No WAN before migration, or attempts exhausted \[installations\].
    pub excluded: f64,
    /// Left the programme \[installations\].
    pub removed: f64,
}

impl LeftOut {
    /// Whether every installation counts.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.excluded + self.removed == 0.0
    }
}

/// The completion of a population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Migrated at the end, whenever they migrated \[installations\].
    pub migrated: u64,
    /// Migrated before the first day, for stock that starts so \[installations\].
    pub migrated_before: u64,
    /// Migratable: migrated or still to migrate at the end \[installations\].
    pub migratable: u64,
    /// Excluded at the end \[installations\].
    pub excluded: u64,
    /// Removed by the end \[installations\].
    pub removed: u64,
    /// First day of each share in [`SHARES`]; not by the end, or no value where nothing is migratable.
    pub days: [Value; 5],
    /// Whether every migratable installation was migrated by the plan date.
    pub plan_met: Value,
}

impl Population {
    /// The headline population of scenarios: Dormant installations, or all if no scenario has Dormant installations or
    /// can get them.
    #[must_use]
    pub fn told_of<'m>(models: impl IntoIterator<Item = &'m Model>) -> Self {
        if models.into_iter().any(Model::has_dormant) { Self::Dormant } else { Self::All }
    }

    /// The population of a name in files.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Dormant, Self::All].into_iter().find(|population| population.name() == name)
    }

    /// In words, as in `Dormant installations`.
    #[must_use]
    pub fn installations(self) -> &'static str {
        match self {
            Self::Dormant => "Dormant installations",
            Self::All => "installations",
        }
    }

    /// Returns its name, as written before a colon.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Dormant => "Dormant",
            Self::All => "All",
        }
    }

    /// Returns the adjective for its installations; empty for all.
    #[must_use]
    pub fn adjective(self) -> &'static str {
        match self {
            Self::Dormant => "Dormant ",
            Self::All => "",
        }
    }

    /// The word used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dormant => "dormant",
            Self::All => "all",
        }
    }

    /// Migrated at a day's end \[installations\].
    #[must_use]
    pub fn migrated(self, day: &DayRecord) -> u64 {
        self.sum(day, |stages| stages.migrated)
    }

    /// Neither migrated nor removed at a day's end, excluded ones counted \[installations\].
    #[must_use]
    pub fn left(self, day: &DayRecord) -> u64 {
        self.sum(day, |stages| stages.unmigrated() + stages.excluded())
    }

    /// Migratable, fixed at the end: neither removed, excluded nor gone \[installations\].
    #[must_use]
    pub fn migratable(self, trace: &Trace) -> u64 {
        trace.days.last().map_or(0, |day| self.migrated(day) + self.sum(day, Stages::unmigrated))
    }

    /// Excluded at a day's end \[installations\].
    #[must_use]
    pub fn excluded(self, day: &DayRecord) -> u64 {
        self.sum(day, Stages::excluded)
    }

    /// Removed by a day's end \[installations\].
    #[must_use]
    pub fn removed(self, day: &DayRecord) -> u64 {
        self.sum(day, |stages| stages.removed)
    }

    fn sum(self, day: &DayRecord, count: fn(&Stages) -> u64) -> u64 {
        match self {
            Self::Dormant => count(&day.stages[0]),
            Self::All => day.stages.iter().map(count).sum(),
        }
    }
}

impl Completion {
    /// Reads the completion of a population off a run.
    #[must_use]
    pub(super) fn of(model: &Model, trace: &Trace, population: Population) -> Self {
        let migratable = population.migratable(trace);
        let migrated = trace.days.last().map_or(0, |day| population.migrated(day));
        let in_run: u64 = trace
            .group_days
            .iter()
            .map(|g| match population {
                Population::Dormant => u64::from(g.slots[0].succeeded),
                Population::All => g.slots.iter().map(|s| u64::from(s.succeeded)).sum(),
            })
            .sum();
        let days = SHARES.map(|share| first_day(model, trace, population, migratable, share));
        Self {
            migrated,
            migrated_before: migrated.saturating_sub(in_run),
            migratable,
            excluded: trace.days.last().map_or(0, |day| population.excluded(day)),
            removed: trace.days.last().map_or(0, |day| population.removed(day)),
            plan_met: plan_met(model, days[4]),
            days,
        }
    }

    /// Who counts in no share of it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "some million installations")]
    pub fn left_out(&self) -> LeftOut {
        LeftOut { excluded: self.excluded as f64, removed: self.removed as f64 }
    }

    /// The day on which the last migratable installation migrated, if it came.
    #[must_use]
    pub fn complete(&self) -> Option<Date> {
        match self.days[4] {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }
}

fn first_day(model: &Model, trace: &Trace, population: Population, migratable: u64, share: u64) -> Value {
    if migratable == 0 {
        return Value::None(NOTHING_MIGRATABLE);
    }
    let enough = |day: &DayRecord| {
        100 * u128::from(population.migrated(day)) >= u128::from(share) * u128::from(migratable)
    };
    let found = trace.days.iter().position(enough).and_then(|index| i32::try_from(index).ok());
    found.map_or(Value::NotByEnd, |index| Value::Date(model.calendar.date(Day(index))))
}

fn plan_met(model: &Model, complete: Value) -> Value {
    match (model.plan_day, complete) {
        (None, _) => Value::None("the scenario has no plan date"),
        (Some(_), Value::None(reason)) => Value::None(reason),
        (Some(plan), Value::Date(date)) => Value::Flag(model.calendar.day(date) <= plan),
        (Some(plan), _) if plan > model.calendar.last() => Value::None("the plan date is after the run"),
        (Some(_), _) => Value::Flag(false),
    }
}
