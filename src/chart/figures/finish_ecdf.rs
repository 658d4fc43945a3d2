//! When it will finish, as curves: the share of replications that have reached a milestone by each date.

use jiff::civil::Date;

use crate::chart::data::replication_outcomes::{
    Milestone, Sampled, left_out, milestone, period, plan_in, span,
};
use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::marks::curves;
use crate::chart::marks::curves::Curves;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{STROKES, Stroke};
use crate::chart::{Caption, Figure, Ranges};
use crate::output::{Cell, Table};
use crate::replications::Extent;
use crate::statistics::{Chance, Reached};
use crate::wording::numbers;

const ID: &str = "fig-finish-ecdf";
/// Most steps of a curve that are drawn and written; smaller ones are taken together.
const STEPS: usize = 120;

/// How many of a scenario's replications have reached a milestone.
#[derive(Clone)]
struct Curve<'s> {
    of: &'s Sampled,
    n: usize,
    /// Each day on which more have, and how many then.
    steps: Vec<(Date, usize)>,
}

/// The share of replications by the date of the last milestone that the scenarios reach.
pub(crate) fn figure(sampled: &[Sampled], chosen: &Chosen, caption: &Caption) -> Figure {
    let milestone = milestone(sampled);
    let all: Vec<Curve> = sampled.iter().map(|of| curve(of, milestone)).collect();
    let curves = chosen.pick(&all);
    let caption = &caption
        .of(Ranges::Counts)
        .leaving_out(left_out(sampled))
        .drawing(curves.iter().map(|curve| curve.of.scenario.as_str()));
    let (first, last) = period(sampled);
    let (from, to) = span(sampled, milestone);
    let plan = plan_in(sampled, (first, last));
    let title = title(&all, milestone, plan_in(sampled, (from, to)));
    let measure = format!(
        "Share of replications in which {} are {}, by date{}",
        milestone.words(),
        milestone.done(),
        chosen.note()
    );
    let line = |(curve, stroke): (&Curve, Stroke)| curves::Curve {
        name: capitalised(&curve.of.title),
        outcome: curve.outcome(milestone, plan),
        stroke,
        points: curve.corners((from, to)),
    };
    let figure = Curves {
        words: Words { title: &title, measure: &measure, caption, first, last, names: &[] },
        span: (from, to),
        plan,
        axis: match Extent::of(sampled.iter().map(Sampled::n).min().unwrap_or(0)) {
            Extent::EightInTen => NumberAxis::percentiles(),
            Extent::All(_) => NumberAxis::percent(),
        },
        unit: "% of replications",
        bands: Vec::new(),
        lines: curves.iter().zip(STROKES).map(line).collect(),
        leads: None,
    };
    let description = describe(
        &curves,
        (milestone, plan),
        &format!("{}{}", caption.left_out_sentence(), chosen.sentence()),
    );
    let svg = svg::finish(&figure.draw(), ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(&all, milestone, (from, to)), description }
}

fn curve(of: &Sampled, milestone: Milestone) -> Curve<'_> {
    let days = of.days(milestone);
    let mut on: Vec<i32> = days
        .all()
        .filter_map(|day| match day {
            Reached::On(day) => Some(day),
            Reached::NotByEnd => None,
        })
        .collect();
    on.sort_unstable();
    on.dedup();
    let mut steps: Vec<(Date, usize)> = Vec::new();
    let (least, mut told, mut done) = (days.n().div_ceil(STEPS), 0, 0);
    for (at, day) in (1..).zip(&on) {
        done = replications(&days.reached_by(*day)).max(done);
        if done > told && (done - told >= least || at == on.len()) {
            steps.push((of.date(*day), done));
            told = done;
        }
    }
    Curve { of, n: days.n(), steps }
}

/// How many replications a chance is of all of them; rounded where it is corrected.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "between 0 and the number of replications"
)]
fn replications(chance: &Chance) -> usize {
    libm::round(chance.share().unwrap_or(0.0) * chance.n() as f64) as usize
}

impl Curve<'_> {
    fn share(&self, done: usize) -> f64 {
        crate::chart::marks::bars::small(100 * done) / crate::chart::marks::bars::small(self.n.max(1))
    }

    /// Its corners, from 0% on the first day to the day all are done, or to the right edge; along 0% where none is.
    fn corners(&self, (from, to): (Date, Date)) -> Vec<(Date, f64)> {
        let mut corners = if self.steps.is_empty() { vec![(from, 0.0)] } else { Vec::new() };
        let mut before = 0;
        for (date, done) in &self.steps {
            corners.extend([before, *done].map(|done| (*date, self.share(done))));
            before = *done;
        }
        if before < self.n || self.n == 0 {
            corners.push((to, self.share(before)));
        }
        corners
    }

    /// What its label says it came to.
    fn outcome(&self, milestone: Milestone, plan: Option<Date>) -> String {
        let by_end = self.of.share_by(milestone, None).map(in_words_of);
        let by_plan = plan.and_then(|plan| self.of.share_by(milestone, Some(plan))).map(in_words_of);
        match (by_plan, by_end) {
            (Some(plan), Some(end)) => format!("plan {plan}, end {end}"),
            (None, Some(end)) => format!("end {end}"),
            _ => "nothing to migrate".to_owned(),
        }
    }
}

fn in_words_of(share: Chance) -> String {
    numbers::chance(share)
}

/// What was counted, by the plan date where it is shown and else by the end; no word says that scenarios differ.
fn title(curves: &[Curve], milestone: Milestone, plan: Option<Date>) -> String {
    let (what, done) = (milestone.words(), milestone.done());
    let by = if plan.is_some() { "by the plan date" } else { "by the end" };
    let of: Vec<(String, Chance)> = curves
        .iter()
        .filter_map(|curve| Some((curve.of.title.clone(), curve.of.share_by(milestone, plan)?)))
        .collect();
    match of.as_slice() {
        [] => "No installation is to be migrated".to_owned(),
        all if all.iter().all(|(_, share)| *share == all[0].1) => {
            let (by, share) = (capitalised(by), all[0].1);
            match () {
                () if share.is_none() => format!("{by} no replication has {what} {done}"),
                () if share.is_all() => format!("{by} every replication has {what} {done}"),
                () => format!("{by} {} of replications have {what} {done}", in_words_of(share)),
            }
        }
        [(base, base_share), (name, share)] => {
            let [share, base_share] = [*share, *base_share].map(in_words_of);
            let what = capitalised(&what);
            format!("{what} {done} {by}: {name} {share}, {base} {base_share}")
        }
        several => {
            let mut shares: Vec<Chance> = several.iter().map(|(_, share)| *share).collect();
            shares.sort_by(|a, b| a.share().unwrap_or(0.0).total_cmp(&b.share().unwrap_or(0.0)));
            let [least, most] = [shares[0], shares[shares.len() - 1]].map(in_words_of);
            format!("{} {done} {by}: {least} to {most} of replications", capitalised(&what))
        }
    }
}

fn describe(curves: &[Curve], (milestone, plan): (Milestone, Option<Date>), left_out: &str) -> String {
    let of = |curve: &Curve| {
        let name = capitalised(&curve.of.title);
        let (Some(end), Some((day, _))) = (curve.of.share_by(milestone, None), curve.steps.first()) else {
            let why =
                if curve.n == 0 { "nothing is to be migrated" } else { "no replication is done by the end" };
            return format!("{name}: {why}.");
        };
        let by_plan = plan.and_then(|plan| curve.of.share_by(milestone, Some(plan))).map(in_words_of);
        let by_plan = by_plan
            .map_or_else(String::new, |share| format!("{share} of replications are done by the plan date, "));
        format!(
            "{name}: {by_plan}{} by the end, the first on {}.",
            in_words_of(end),
            numbers::long_date(*day)
        )
    };
    format!(
        "Step curves of the share of replications in which {} are {}, 0% to 100%, by date. {}{}{left_out}",
        milestone.words(),
        milestone.done(),
        curves.iter().map(of).collect::<Vec<_>>().join(" "),
        plan.map_or_else(String::new, |plan| format!(" The plan date is {}.", numbers::long_date(plan))),
    )
}

/// The steps, and the curve at both ends of the axis.
fn data(curves: &[Curve], milestone: Milestone, (from, to): (Date, Date)) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("kpi", ""),
        ("date", ""),
        ("replications_done", ""),
        ("replications", ""),
        ("done_pct", "%"),
    ]);
    for curve in curves {
        let done = curve.steps.last().map_or(0, |step| step.1);
        let within = |step: &&(Date, usize)| step.0 > from && step.0 < to;
        let before = curve.steps.first().filter(|step| step.0 <= from).map_or(0, |step| step.1);
        let ends = [(from, before), (to, done)];
        let steps = curve.steps.iter().filter(within);
        for (date, done) in ends[..1].iter().chain(steps).chain(&ends[1..]) {
            table.push(vec![
                curve.of.scenario.as_str().into(),
                milestone.id().into(),
                (*date).into(),
                (*done as u64).into(),
                (curve.n as u64).into(),
                Cell::Decimal(curve.share(*done), 2),
            ]);
        }
    }
    table
}
