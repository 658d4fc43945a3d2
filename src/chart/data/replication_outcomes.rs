//! What each replication of a scenario came to, as the figures of replications need it: its Dormant days lost, and the days
//! on which shares of the Dormant were migrated.

use jiff::civil::Date;

use crate::chart::layout::axis::days_between;
use crate::findings::{Kpi, LeftOut, Population, Scope, kpi};
use crate::output::{EVERY, Results, ResultsError, ResultsRun, replications};
use crate::replications::{Column, Replications, told_of};
use crate::statistics::{Chance, Level, Probability, QuantileEstimate, Reached, Values};
use crate::wording::bases::{self, Portion, Whose};
use crate::wording::numbers::{self, PLACES};

/// A share of a population whose day is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Milestone {
    whose: Whose,
    kpi: Kpi,
    portion: Portion,
}

impl Milestone {
    /// Its name in files.
    pub(crate) fn id(self) -> &'static str {
        self.kpi.id
    }

    /// As in `all Dormant migrated`.
    pub(crate) fn words(self) -> String {
        self.whose.portion(self.portion)
    }

    /// What they are once it is reached: `migrated`.
    pub(crate) fn done(self) -> &'static str {
        self.whose.done()
    }
}

/// The milestones of a population, the last to come first.
const MILESTONES: [(Kpi, u64); 5] = [
    (kpi::COMPLETION_100, 100),
    (kpi::COMPLETION_99, 99),
    (kpi::COMPLETION_95, 95),
    (kpi::COMPLETION_90, 90),
    (kpi::COMPLETION_50, 50),
];

/// The replications of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sampled {
    pub scenario: String,
    /// How words call it.
    pub title: String,
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// The plan date.
    pub plan: Option<Date>,
    /// Dormant days lost, a value a replication \[installation-days\].
    pub lost: Values,
    /// The mean of the days that Active installations wait from entry on, as files hold it \[installation-days\]; none where there are none.
    pub waited: Option<f64>,
    /// Whose migration it is told by.
    told_of: Population,
    /// The day of each of [`MILESTONES`] of the Dormant, then of all, in every replication that has any, counted from the first day.
    days: [[Values<Reached>; 5]; 2],
    /// Who of the Dormant and of all cannot migrate by the end.
    left_out: [LeftOut; 2],
}

/// The populations whose days are known.
const POPULATIONS: [Population; 2] = [Population::Dormant, Population::All];

impl Sampled {
    /// Takes them from replications.
    pub(crate) fn of(run: &Replications) -> Self {
        let column = |kpi: &Kpi, scope: Scope| run.position(kpi, &scope).map(|at| run.column(at));
        let days = |population, kpi: &Kpi| match column(kpi, Scope::population(population)) {
            Some(Column::Days(days)) => days,
            _ => Values::one(Vec::new()),
        };
        let lost = match column(&kpi::DORMANT_DAYS_LOST, Scope::whole()) {
            Some(Column::Numbers(lost)) => lost,
            _ => Values::one(Vec::new()),
        };
        let waited = match column(&kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::active()) {
            Some(Column::Numbers(waited)) => waited.mean(Level::P95),
            _ => None,
        };
        let Replications { scenario, title, first, last, plan, .. } = run;
        let (first, last, plan) = (*first, *last, *plan);
        Self {
            scenario: scenario.clone(),
            title: title.clone(),
            first,
            last,
            plan,
            lost,
            waited: waited.map(|mean| numbers::as_written(mean.value, PLACES)),
            told_of: told_of(&[run]),
            days: POPULATIONS.map(|population| MILESTONES.map(|(kpi, _)| days(population, &kpi))),
            left_out: POPULATIONS.map(|population| run.left_out(population)),
        }
    }

    /// Reads them from a results folder.
    pub(crate) fn read(results: &Results, run: &ResultsRun) -> Result<Self, ResultsError> {
        let sheet = results.sheet_of(run, EVERY)?;
        Ok(Self::of(&replications(run, &sheet)?))
    }

    /// How many replications there are.
    pub(crate) fn n(&self) -> usize {
        self.lost.n()
    }

    /// The mean of the Dormant days lost, as files hold it \[installation-days\].
    pub(crate) fn mean_lost(&self) -> f64 {
        self.lost.mean(Level::P95).map_or(0.0, |mean| numbers::as_written(mean.value, PLACES))
    }

    /// The days of a milestone.
    pub(crate) fn days(&self, milestone: Milestone) -> &Values<Reached> {
        let of_population = &self.days[at(milestone.whose.population())];
        let known = MILESTONES.iter().position(|(kpi, _)| kpi.id == milestone.kpi.id);
        &of_population[known.unwrap_or(0)]
    }

    /// Who of a population cannot migrate by the end.
    pub(crate) fn left_out(&self, population: Population) -> LeftOut {
        self.left_out[at(population)]
    }

    /// A percentile of the days of a milestone; none where no replication has any of its installations.
    pub(crate) fn percentile(
        &self,
        milestone: Milestone,
        p: Probability,
        level: Level,
    ) -> Option<QuantileEstimate<Reached>> {
        self.days(milestone).day_quantile(p, level)
    }

    /// The date of a day counted from the first.
    pub(crate) fn date(&self, day: i32) -> Date {
        self.first.checked_add(jiff::Span::new().days(day)).unwrap_or(self.last)
    }

    /// How likely a milestone comes by the end.
    fn done(&self, milestone: Milestone) -> f64 {
        self.share_by(milestone, None).and_then(|chance| chance.share()).unwrap_or(1.0)
    }

    /// How likely a milestone comes by a date, or by the end; none where no replication has any of its installations.
    pub(crate) fn share_by(&self, milestone: Milestone, date: Option<Date>) -> Option<Chance> {
        #[expect(clippy::cast_possible_truncation, reason = "a run has some thousand days")]
        let day = date.map_or(i32::MAX, |date| days_between(self.first, date) as i32);
        let days = self.days(milestone);
        (!days.is_empty()).then(|| days.reached_by(day))
    }

    /// In what share of the replications a milestone did not come, in words; none where it came in all.
    pub(crate) fn share_without(&self, milestone: Milestone) -> Option<String> {
        let by_end = self.share_by(milestone, None)?;
        let without = 1.0 - by_end.share()?;
        (!by_end.is_all()).then(|| format!("{}%", numbers::percentage(100.0 * without)))
    }
}

fn at(population: Population) -> usize {
    usize::from(population == Population::All)
}

/// Whose migration scenarios are told by: that of the Dormant, unless no replication of any scenario has any.
pub(crate) fn whose(sampled: &[Sampled]) -> Whose {
    let of_dormant = sampled.iter().any(|one| one.told_of == Population::Dormant);
    let population = if of_dormant { Population::Dormant } else { Population::All };
    Whose::of(population, sampled.iter().map(|one| one.left_out(population)))
}

/// Who is left out of the shares of scenarios, in a sentence; nothing where nobody is.
pub(crate) fn left_out(sampled: &[Sampled]) -> String {
    let whose = whose(sampled);
    let scenarios = sampled.iter().map(|one| (one.title.as_str(), one.left_out(whose.population())));
    let without = |one: &&Sampled| {
        let days = &one.days[at(whose.population())][0];
        days.n() < one.n() && !one.left_out(whose.population()).is_nobody()
    };
    let replications = sampled.iter().filter(without).map(|one| {
        let n = one.n();
        bases::replications_left_out(&one.title, n - one.days[at(whose.population())][0].n(), n)
    });
    whose.left_out(scenarios, true).into_iter().chain(replications).collect::<Vec<_>>().join(" ")
}

/// The last milestone that at least four in five replications of every scenario reach, so that P80 is a day in all of them; where
/// there is none, the first to come.
pub(crate) fn milestone(sampled: &[Sampled]) -> Milestone {
    let whose = whose(sampled);
    let milestones = MILESTONES.map(|(kpi, percent)| Milestone { whose, kpi, portion: Portion::of(percent) });
    let reached = |milestone: &Milestone| {
        let enough = |one: &Sampled| 5.0 * one.done(*milestone) >= 4.0 - 1e-9;
        sampled.iter().all(enough)
    };
    let [.., first_to_come] = milestones;
    milestones.into_iter().find(reached).unwrap_or(first_to_come)
}

/// The first and the last day of any of them.
pub(crate) fn period(sampled: &[Sampled]) -> (Date, Date) {
    let first = sampled.iter().map(|one| one.first).min().unwrap_or_default();
    (first, sampled.iter().map(|one| one.last).max().unwrap_or_default())
}

/// The plan date that a figure shows: that of the first scenario, where it lies in the period.
pub(crate) fn plan_in(sampled: &[Sampled], (first, last): (Date, Date)) -> Option<Date> {
    sampled.first().and_then(|one| one.plan).filter(|plan| (first..=last).contains(plan))
}

/// The days that a figure of a milestone has to show: those on which it comes, the end where it does not come in all, and some room on
/// both sides. A plan date beyond them is named at the edge, and takes no room.
pub(crate) fn span(sampled: &[Sampled], milestone: Milestone) -> (Date, Date) {
    let (first, last) = period(sampled);
    let day = |one: &Sampled, day: Reached| match day {
        Reached::On(day) => one.date(day),
        Reached::NotByEnd => one.last,
    };
    let shown = || sampled.iter().flat_map(|one| one.days(milestone).all().map(move |of| day(one, of)));
    let (Some(from), Some(to)) = (shown().min(), shown().max()) else { return (first, last) };
    #[expect(clippy::cast_possible_truncation, reason = "a run has some thousand days")]
    let room = (days_between(from, to) * 0.08).max(7.0) as i32;
    let moved = |day: Date, days: i32| day.checked_add(jiff::Span::new().days(days));
    (
        moved(from, -room).map_or(first, |day| day.max(first)),
        moved(to, room).map_or(last, |day| day.min(last)),
    )
}

#[cfg(test)]
mod tests {
    use super::Reached::{NotByEnd, On};
    use super::*;
    use jiff::civil::date;

    fn sampled(days: [Vec<Reached>; 5]) -> Sampled {
        let days = days.map(Values::one);
        Sampled {
            scenario: "a".to_owned(),
            title: "a".to_owned(),
            first: date(2021, 1, 1),
            last: date(2021, 12, 31),
            plan: None,
            lost: Values::one(vec![0.0; 5]),
            waited: None,
            told_of: Population::Dormant,
            days: [days.clone(), days],
            left_out: [LeftOut::default(); 2],
        }
    }

    #[test]
    fn the_milestone_is_the_last_that_four_in_five_reach() {
        let never = || vec![NotByEnd; 5];
        let four = vec![On(3), On(4), NotByEnd, On(9), On(2)];
        let three = vec![On(3), NotByEnd, NotByEnd, On(9), On(2)];
        let of = |days| milestone(&[sampled(days)]).words();
        assert_eq!(of([never(), never(), four.clone(), four.clone(), four.clone()]), "95% of Dormant");
        assert_eq!(of([never(), never(), three.clone(), four.clone(), four.clone()]), "90% of Dormant");
        assert_eq!(of([never(), never(), never(), never(), three.clone()]), "half of Dormant");
        let both =
            [four.clone(), three].map(|at_95| sampled([never(), never(), at_95, four.clone(), four.clone()]));
        assert_eq!(milestone(&both).words(), "90% of Dormant", "both have to reach it");
    }

    #[test]
    fn a_span_has_room_inside_the_period_and_goes_to_the_end_where_something_does_not_come() {
        let empty = || [const { Vec::new() }; 5];
        let with = |days: Vec<Reached>| {
            let mut all = empty();
            all[0].clone_from(&days);
            [sampled(all)]
        };
        let all = milestone(&with(vec![On(1)]));
        assert_eq!(span(&with(vec![]), all), (date(2021, 1, 1), date(2021, 12, 31)));
        assert_eq!(span(&with(vec![On(100); 3]), all), (date(2021, 4, 4), date(2021, 4, 18)));
        assert_eq!(span(&with(vec![On(2), On(20)]), all), (date(2021, 1, 1), date(2021, 1, 28)));
        assert_eq!(span(&with(vec![On(100), NotByEnd]), all).1, date(2021, 12, 31));
    }
}
