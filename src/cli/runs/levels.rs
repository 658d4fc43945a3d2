//! The levels of replications: all run the merged programme and some the full one as well, or all run the full one
//! alone.

use std::ops::RangeInclusive;

use anyhow::anyhow;
use dormouse::model::Model;
use dormouse::replications::{Comparison, Replications};
use dormouse::statistics::{LevelShare, level_share};
use dormouse::wording::numbers;

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::Failure;

/// Possible numbers of levels.
pub(crate) const LEVELS: RangeInclusive<i64> = 1..=2;

/// Replications from which two levels are the default; with fewer they save little.
const FROM: u32 = 100;
/// Fewest replications of two levels, so that some are of the merged programme alone.
const LEAST: u32 = 40;
/// The first replications, of both programmes, by which the share of the others is chosen.
pub(crate) const PILOT: u32 = 32;
/// At least one in this many replications runs the full programme, which results on suppliers use.
const MOST_APART: u32 = 10;
/// The least gain of two levels; below it the full programme runs alone.
const LEAST_GAIN: f64 = 1.25;

/// The programmes that a replication runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// The full one.
    Full,
    /// The merged one.
    Merged,
    /// Both.
    Both,
}

/// The programmes that the replications of a series run, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// All run the full one.
    Full,
    /// All run the merged one.
    Merged,
    /// All run the merged one. The first ones, and then one in a number, run the full one as well.
    Two(u32, Option<u32>),
}

impl Plan {
    /// Of the replication at a place.
    pub(crate) fn of(self, at: u32) -> Runs {
        match self {
            Self::Full => Runs::Full,
            Self::Two(first, every) if at < first || every.is_some_and(|k| at.is_multiple_of(k)) => {
                Runs::Both
            }
            Self::Merged | Self::Two(..) => Runs::Merged,
        }
    }

    /// For few replications no share is chosen: a tenth of them, at least two, run both.
    pub(crate) fn of_few(n: u32) -> Self {
        Self::Two((n / MOST_APART).max(2), None)
    }

    /// Whether it has two levels.
    pub(crate) fn has_two(self) -> bool {
        matches!(self, Self::Two(..))
    }
}

/// The levels of the scenarios of a study.
#[derive(Debug)]
pub(crate) enum Levels {
    /// One level, with the reason; `None` if the user chose it.
    One(Option<String>),
    /// Two levels, with these merged programmes.
    Two(Box<Two>),
}

/// Two levels.
#[derive(Debug)]
pub(crate) struct Two {
    /// The merged programme of each scenario.
    pub(crate) merged: Vec<Model>,
    /// Cost of a merged run as a share of a full one.
    cost: f64,
    /// Whether they were asked for, so that they are kept whatever they gain.
    asked: bool,
}

impl Levels {
    /// Returns the levels for scenarios and a number of replications; `asked` are those requested.
    pub(crate) fn of(reads: &[Read], most: u32, asked: Option<u8>) -> Result<Self, Failure> {
        let is_asked = match asked {
            Some(1) => return Ok(Self::One(None)),
            other => other.is_some(),
        };
        if is_asked && most < LEAST {
            return Err(Failure::Usage(anyhow!(
                "--levels 2 takes {LEAST} replications, found {most}; ask for more, or leave out --levels"
            )));
        }
        if !is_asked && !reads.iter().any(|read| read.scenario.model.has_chance()) {
            return Ok(Self::One(None));
        }
        let merged = match merged(reads) {
            Ok(merged) => merged,
            Err(why) if is_asked => {
                return Err(Failure::Usage(anyhow!("--levels 2 is not possible: {why}; leave out --levels")));
            }
            Err(why) => return Ok(Self::One(Some(why))),
        };
        if !is_asked && most < FROM {
            return Ok(Self::One(Some(format!("fewer than {FROM} replications save little"))));
        }
        let full: f64 = reads.iter().map(|read| read.scenario.model.cost()).sum();
        let cost = merged.iter().map(Model::cost).sum::<f64>() / full;
        Ok(Self::Two(Box::new(Two { merged, cost, asked: is_asked })))
    }

    /// Returns its entry in a plan of kept replications.
    pub(crate) fn number(&self) -> u8 {
        match self {
            Self::One(_) => 1,
            Self::Two(_) => 2,
        }
    }

    /// The programmes run until a share is chosen.
    pub(crate) fn pilot(&self) -> Plan {
        match self {
            Self::One(_) => Plan::Full,
            Self::Two(_) => Plan::Two(PILOT, None),
        }
    }

    /// The merged programmes, where there are any.
    pub(crate) fn merged(&self) -> Option<&[Model]> {
        match self {
            Self::One(_) => None,
            Self::Two(two) => Some(&two.merged),
        }
    }
}

/// The merged programme of every scenario, or the first reason against.
pub(crate) fn merged(reads: &[Read]) -> Result<Vec<Model>, String> {
    let one = |read: &Read| {
        let model = &read.scenario.model;
        model.merged().map_err(|why| format!("`{}` cannot be merged, because {}", model.name, why.words()))
    };
    reads.iter().map(one).collect()
}

impl Two {
    /// Decides from the first replications, of both programmes, how often the full programme runs later, or why two
    /// levels save nothing.
    pub(crate) fn choose(&self, pilot: &[Replications]) -> Result<u32, String> {
        let headlines = Comparison::headlines(pilot);
        match level_share(&headlines, self.cost, MOST_APART) {
            None if self.asked => Ok(MOST_APART),
            None => Err(format!("Dormant days were the same in the first {PILOT} replications")),
            Some(LevelShare { every, gain }) if gain >= LEAST_GAIN || self.asked => Ok(every),
            Some(_) => {
                let follows = headlines.iter().filter_map(dormouse::statistics::Values::pair_correlation);
                let least = follows.fold(1.0, f64::min);
                Err(format!(
                    "in the first {PILOT} replications the merged programme did not follow the full one well enough (correlation {})",
                    numbers::decimal(least, 3)
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_programme_is_run_in_the_first_replications_and_in_one_of_so_many() {
        let both = |plan: Plan, n: u32| (0..n).filter(|at| plan.of(*at) == Runs::Both).count();
        let plan = Plan::Two(PILOT, Some(10));
        assert_eq!([100, 200, 1000].map(|n| both(plan, n)), [38, 48, 128]);
        assert_eq!(both(Plan::of_few(20), 20), 2);
        assert_eq!(both(Plan::of_few(50), 50), 5);
        assert_eq!((Plan::Full.of(7), Plan::Merged.of(0)), (Runs::Full, Runs::Merged));
    }
}
