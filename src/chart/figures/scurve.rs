//! The S-curve: the share of the migratable that is migrated, by date, for one scenario or several.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame;
use crate::chart::layout::frame::capitalised;
use crate::chart::marks::curves::{Curve, Curves};
use crate::chart::marks::lead_panel::{Difference, FIRMWARE, Lead, Leads, firmware, is_early};
use crate::chart::surface::canvas::Marker;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{ALL, DORMANT, STROKES, Stroke};
use crate::chart::{Caption, Figure};
use crate::findings::{LeftOut, Population};
use crate::model::Model;
use crate::output::{Cell, Results, ResultsError, ResultsRun, Sheet, Table};
use crate::trace::Trace;
use crate::wording::bases::Whose;
use crate::wording::numbers;

const ID: &str = "fig-scurve";
/// Where its data hold who counts in none of its shares: excluded and removed.
const LEFT_OUT: [&str; 2] = ["excluded_installations", "removed_installations"];
/// Whose curves a run has.
const BOTH: [Population; 2] = [Population::Dormant, Population::All];

/// How far one population of one scenario came, day by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The scenario.
    pub scenario: String,
    /// How words call it.
    pub title: String,
    /// Whose curve it is.
    pub population: Population,
    /// Its first day.
    pub first: Date,
    /// Migrated at each day's end \[installations\].
    pub migrated: Vec<u64>,
    /// Neither migrated nor removed at each day's end \[installations\].
    pub left: Vec<u64>,
    /// Excluded and removed by each day's end \[installations\].
    pub left_out: Vec<[u64; 2]>,
    /// Migratable: what 100% is \[installations\].
    pub migratable: u64,
    /// The plan date.
    pub plan: Option<Date>,
    /// Whether firmware may open before EPCL entry.
    pub early_firmware: bool,
}

impl Series {
    /// Reads the curves of Dormant and of all installations off a run.
    #[must_use]
    pub fn both(model: &Model, trace: &Trace) -> [Self; 2] {
        BOTH.map(|population| Self::of(model, trace, population))
    }

    fn of(model: &Model, trace: &Trace, population: Population) -> Self {
        Self {
            scenario: model.name.clone(),
            title: model.title.clone(),
            population,
            first: model.calendar.first,
            migrated: trace.days.iter().map(|day| population.migrated(day)).collect(),
            left: trace.days.iter().map(|day| population.left(day)).collect(),
            left_out: trace
                .days
                .iter()
                .map(|day| [population.excluded(day), population.removed(day)])
                .collect(),
            migratable: population.migratable(trace),
            plan: model.plan_day.map(|day| model.calendar.date(day)),
            early_firmware: model.firmware.is_early(),
        }
    }

    /// Reads the same off a results folder.
    pub(crate) fn read(results: &Results, run: &ResultsRun) -> Result<[Self; 2], ResultsError> {
        let sheet = results.sheet_of(run, &format!("{ID}.csv"))?;
        let [dormant, all] = BOTH.map(|population| Self::of_sheet(&sheet, run, population));
        Ok([dormant?, all?])
    }

    fn of_sheet(sheet: &Sheet, run: &ResultsRun, population: Population) -> Result<Self, ResultsError> {
        let (mut migrated, mut left, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        let (mut migratable, mut early_firmware) = (0, false);
        for row in sheet.rows() {
            if row.text("population")? == population.name() {
                migrated.push(row.count("migrated_installations")?);
                left.push(row.count("left_installations")?);
                left_out.push([row.count(LEFT_OUT[0])?, row.count(LEFT_OUT[1])?]);
                migratable = row.count("migratable_installations")?;
                early_firmware = is_early(row.text(FIRMWARE)?);
            }
        }
        Ok(Self {
            scenario: run.name.clone(),
            title: run.title.clone(),
            population,
            first: run.first,
            migrated,
            left,
            left_out,
            migratable,
            plan: run.plan,
            early_firmware,
        })
    }

    fn share(&self, index: usize) -> f64 {
        if self.migratable == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand steps")]
        let share = 100.0 * self.migrated[index] as f64 / self.migratable as f64;
        share
    }

    /// Its points: to completion, or to its last day.
    fn points(&self) -> Vec<(Date, f64)> {
        let end = self.complete().map_or(self.migrated.len(), |index| index + 1);
        (0..end).map(|index| (self.date(index), self.share(index))).collect()
    }

    /// How many fewer are left than in another on each day that both have \[installations\].
    fn ahead_of(&self, other: &Self) -> impl Iterator<Item = (Date, Difference)> {
        let day = |(index, &left): (usize, &u64)| {
            let date = self.date(index);
            let before = usize::try_from(date.since(other.first).ok()?.get_days()).ok()?;
            let before = *other.left.get(before)?;
            #[expect(clippy::cast_precision_loss, reason = "programmes have some million installations")]
            let apart = before as f64 - left as f64;
            Some((date, [apart; 3]))
        };
        self.left.iter().enumerate().filter_map(day)
    }

    /// Whether there is never anybody.
    fn is_nobody(&self) -> bool {
        self.left.iter().chain(&self.migrated).chain(self.left_out.iter().flatten()).all(|n| *n == 0)
    }

    /// Who counts in none of its shares.
    #[expect(clippy::cast_precision_loss, reason = "some million installations")]
    fn left_out(&self) -> LeftOut {
        let [excluded, removed] = self.left_out.last().copied().unwrap_or_default();
        LeftOut { excluded: excluded as f64, removed: removed as f64 }
    }

    fn last(&self) -> Date {
        self.date(self.migrated.len().saturating_sub(1))
    }

    fn date(&self, index: usize) -> Date {
        let days = i64::try_from(index).unwrap_or(0);
        self.first.checked_add(jiff::Span::new().days(days)).unwrap_or(self.first)
    }

    /// Position of the day on which the last one migrated.
    fn complete(&self) -> Option<usize> {
        let done = |migrated: &u64| self.migratable > 0 && *migrated >= self.migratable;
        self.migrated.iter().position(done)
    }

    /// Whose shares they are.
    fn whose(&self) -> Whose {
        Whose::of(self.population, [self.left_out()])
    }

    /// How far it came by the end.
    fn reached(&self) -> String {
        numbers::percent(self.migrated.last().copied().unwrap_or(0), self.migratable)
    }

    /// The second line of its label.
    fn outcome(&self) -> String {
        match self.complete() {
            _ if self.migratable == 0 => "nothing to migrate".to_owned(),
            Some(index) => format!("all{} by {}", self.whose().that_can(), numbers::date(self.date(index))),
            None => format!("{} by the end", self.reached()),
        }
    }

    /// The same in few letters, for a list.
    fn short_outcome(&self) -> String {
        match self.complete() {
            _ if self.migratable == 0 => "none".to_owned(),
            Some(index) => numbers::date(self.date(index)),
            None => self.reached(),
        }
    }

    /// The same in a sentence.
    fn sentence(&self, subject: &str) -> String {
        match self.complete() {
            _ if self.migratable == 0 => format!("{subject}: nothing is migratable."),
            Some(index) => {
                format!(
                    "{subject}: all{} by {}.",
                    self.whose().that_can(),
                    numbers::long_date(self.date(index))
                )
            }
            None => format!("{subject}: {} migrated by {}.", self.reached(), numbers::long_date(self.last())),
        }
    }
}

/// The S-curve of one run: Dormant installations and all of them; all alone where nobody is ever Dormant.
#[must_use]
pub fn scurve([dormant, all]: &[Series; 2], caption: &Caption) -> Figure {
    let told = if dormant.is_nobody() { all } else { dormant };
    let (one, whose) = (told.population.adjective(), told.whose());
    let title = match told.complete() {
        _ if told.migratable == 0 => format!("In this run no {one}installation can migrate"),
        Some(0) => format!("In this run every {one}installation has migrated before the second day"),
        Some(index) => {
            let (day, LeftOut { excluded, removed }) =
                (numbers::long_date(told.date(index)), told.left_out());
            if told.left_out().is_nobody() {
                format!("In this run the last {one}installation migrates on {day}")
            } else {
                let (all, but) = (told.population.installations(), numbers::whole(excluded + removed));
                format!("In this run all {all} but {but} migrate, the last on {day}")
            }
        }
        None if told.migrated.last() == Some(&0) => format!("In this run no {one}installation migrates"),
        None => format!(
            "In this run {} of {} {} by {}",
            told.reached(),
            whose.installations(),
            if whose.that_can().is_empty() { "migrate" } else { "do" },
            numbers::long_date(told.last())
        ),
    };
    let both = [all.clone(), dormant.clone()];
    let chosen = Chosen::of(&[None; 2], 2);
    let of = if dormant.is_nobody() { "" } else { ", Dormant and all" };
    let caption = &caption.leaving_out(left_out(std::slice::from_ref(told)));
    let words =
        Words { title, measure: format!("Installations migrated{of}"), caption, all: &both, chosen: &chosen };
    let solid = |colour, marker| Stroke { colour, dashes: &[], marker };
    let drawn = [
        (all, "All".to_owned(), solid(ALL, Marker::Square)),
        (dormant, "Dormant".to_owned(), solid(DORMANT, Marker::Circle)),
    ];
    draw(&words, if dormant.is_nobody() { &drawn[..1] } else { &drawn }, None)
}

/// The S-curves of several scenarios under the same chance events, of their Dormant installations or, where nobody is ever Dormant in any,
/// of all, the baseline first and dark grey, and how far the others are ahead of it.
///
/// Shows the baseline and the three that avoid most, and says so where there are more; the data hold all.
#[must_use]
pub fn scurves(both: Vec<[Series; 2]>, caption: &Caption) -> Figure {
    let nobody = both.iter().all(|[dormant, _]| dormant.is_nobody());
    let told = |[dormant, all]: [Series; 2]| if nobody { all } else { dormant };
    let series = &both.into_iter().map(told).collect::<Vec<_>>();
    let avoided = |at: usize| series[at].ahead_of(&series[0]).map(|(_, [apart, ..])| apart).sum();
    let avoided: Vec<Option<f64>> = (0..series.len()).map(|at| (at > 0).then(|| avoided(at))).collect();
    let chosen = Chosen::of(&avoided, LAID_OVER);
    let shown = chosen.pick(series);
    let population = series.first().map_or(Population::Dormant, |series| series.population);
    let whose = capitalised(population.installations());
    let words = Words {
        title: leads(series).as_ref().map_or_else(
            || format!("{whose} migrated under {} scenarios, one run each", shown.len()),
            Leads::title,
        ),
        measure: format!(
            "How far scenarios lead in {} migrated{}",
            population.installations(),
            chosen.note()
        ),
        caption: &Caption { titles: series.iter().map(|one| one.title.clone()).collect(), ..caption.clone() }
            .leaving_out(left_out(series))
            .drawing(shown.iter().map(|series| series.scenario.as_str())),
        all: series,
        chosen: &chosen,
    };
    let drawn: Vec<Drawn> = shown
        .iter()
        .zip(STROKES)
        .map(|(series, stroke)| (series, capitalised(&series.title), stroke))
        .collect();
    draw(&words, &drawn, leads(&shown))
}

/// Who counts in no share of scenarios, in a sentence; nothing where everybody does.
fn left_out(series: &[Series]) -> String {
    let population = series.first().map_or(Population::Dormant, |one| one.population);
    let whose = Whose::of(population, series.iter().map(Series::left_out));
    let scenarios = series.iter().map(|one| (one.title.as_str(), one.left_out()));
    whose.left_out(scenarios, false).unwrap_or_default()
}

/// How far the others are ahead of the first, day by day.
fn leads(series: &[Series]) -> Option<Leads<'_>> {
    let (baseline, others) = series.split_first()?;
    let leads: Vec<Lead> =
        others.iter().map(|of| Lead { scenario: &of.title, days: of.ahead_of(baseline).collect() }).collect();
    leads.first()?;
    let Series { title: baseline, population, .. } = baseline;
    Some(Leads { baseline, others: leads, replications: None, population: *population })
}

struct Words<'c> {
    title: String,
    measure: String,
    caption: &'c Caption,
    /// The series drawn and those left out.
    all: &'c [Series],
    chosen: &'c Chosen,
}

/// A series, what it is called in the figure, and how it looks.
type Drawn<'s> = (&'s Series, String, Stroke);

fn draw(words: &Words, drawn: &[Drawn], leads: Option<Leads>) -> Figure {
    let first = drawn.iter().map(|(series, ..)| series.first).min().unwrap_or_default();
    let last = drawn.iter().map(|(series, ..)| series.last()).max().unwrap_or_default();
    let plan = drawn.first().and_then(|(series, ..)| series.plan);
    let line = |(series, name, stroke): &Drawn| Curve {
        name: name.clone(),
        outcome: if leads.is_some() { series.short_outcome() } else { series.outcome() },
        stroke: *stroke,
        points: series.points(),
    };
    let description = describe(words, drawn, (plan, leads.as_ref()), (first, last));
    let compared = leads.is_some();
    let population = leads.as_ref().map_or(Population::All, |leads| leads.population);
    let data = data(words.all, compared);
    let curves = Curves {
        words: frame::Words {
            title: &words.title,
            measure: &words.measure,
            caption: words.caption,
            first,
            last,
            names: &[],
        },
        span: (first, last),
        plan,
        axis: NumberAxis::percent(),
        unit: &format!("% of migratable {} migrated", population.installations()),
        bands: Vec::new(),
        lines: drawn.iter().map(line).collect(),
        leads,
    };
    let svg = svg::finish(&curves.draw(), ID, &words.title, &description);
    Figure { id: ID.to_owned(), title: words.title.clone(), svg, data, description }
}

fn describe(
    words: &Words,
    drawn: &[Drawn],
    (plan, leads): (Option<Date>, Option<&Leads>),
    (first, last): (Date, Date),
) -> String {
    let of: Vec<String> = drawn.iter().map(|(series, name, _)| series.sentence(name)).collect();
    let plan = plan.map_or(String::new(), |d| format!(" The plan date is {}.", numbers::long_date(d)));
    let left_out = format!("{}{}", words.caption.left_out_sentence(), words.chosen.sentence());
    let apart = leads.map_or_else(String::new, Leads::sentences);
    format!(
        "Line chart of the cumulative share of migratable installations that are migrated, 0% to 100%, by day, {}. \
         {}{plan}{apart}{left_out}",
        numbers::period(first, last),
        of.join(" "),
    )
}

/// The series; of several scenarios with the difference from the first, which has none itself.
fn data(all: &[Series], compared: bool) -> Table {
    let mut columns = vec![
        ("scenario", ""),
        (FIRMWARE, ""),
        ("population", ""),
        ("date", ""),
        ("migrated_installations", "installations"),
        ("left_installations", "installations"),
        (LEFT_OUT[0], "installations"),
        (LEFT_OUT[1], "installations"),
        ("migratable_installations", "installations"),
        ("migrated_of_migratable_pct", "%"),
    ];
    if compared {
        columns.push(("ahead_of_baseline_installations", "installations"));
    }
    let mut table = Table::new(&columns);
    for (at, series) in all.iter().enumerate() {
        let mut ahead = all.first().filter(|_| at > 0).map(|baseline| series.ahead_of(baseline).peekable());
        for (index, &migrated) in series.migrated.iter().enumerate() {
            let date = series.date(index);
            let share =
                if series.migratable == 0 { Cell::Empty } else { Cell::Decimal(series.share(index), 4) };
            let mut row = vec![
                series.scenario.as_str().into(),
                firmware(series.early_firmware).into(),
                series.population.name().into(),
                date.into(),
                migrated.into(),
                series.left[index].into(),
                series.left_out[index][0].into(),
                series.left_out[index][1].into(),
                series.migratable.into(),
                share,
            ];
            if compared {
                let next = ahead.as_mut().and_then(|days| days.next_if(|(day, _)| *day == date));
                row.push(next.map_or(Cell::Empty, |(_, [apart, ..])| Cell::Decimal(apart, 0)));
            }
            table.push(row);
        }
    }
    table
}
