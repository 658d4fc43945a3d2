//! When device cohorts pass their gate and enter, over all replications: from P10 to P90 of each day, a row a cohort.

use jiff::civil::Date;

use crate::chart::layout::axis::days_between;
use crate::chart::layout::frame::{Words, capitalised};
use crate::chart::layout::labels::{self, Key, Sign};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale, name_room};
use crate::chart::surface::canvas::{Canvas, Marker};
use crate::chart::surface::svg;
use crate::chart::surface::theme::{DORMANT, THEME};
use crate::chart::{Caption, Figure};
use crate::output::{Cell, CohortDates, Table};
use crate::replications::{Extent, OutcomeRange, gives_percentile};
use crate::statistics::{Probability, Values};
use crate::wording::{enough, numbers};

const ID: &str = "fig-timeline";
/// Most cohorts in one figure.
const MOST: usize = 14;
/// Least room for the names of the cohorts.
const NAMES: f64 = 90.0;
/// Height of the key, and least height of a row.
const KEY: f64 = 26.0;
const ROW: f64 = 19.0;
/// Half the height of a bar.
const HALF: f64 = 4.0;

/// A day of a cohort over the replications in which it comes.
struct Spread {
    first: Date,
    /// Days from the first on.
    days: Values,
}

/// A cohort.
struct Cohort<'d> {
    name: &'d str,
    gate: Option<Spread>,
    entry: Option<Spread>,
}

impl Spread {
    /// That of the days that come; none of none.
    fn of(dates: &[Option<Date>]) -> Option<Self> {
        let first = *dates.iter().flatten().min()?;
        let days = dates.iter().flatten().map(|date| days_between(first, *date)).collect();
        Some(Self { first, days: Values::one(days) })
    }

    /// The date of so many days after the first, to the nearest.
    fn date(&self, days: f64) -> Date {
        #[expect(clippy::cast_possible_truncation, reason = "a run has some thousand days")]
        let days = libm::round(days) as i32;
        self.first.checked_add(jiff::Span::new().days(days)).unwrap_or(self.first)
    }

    /// Where the range of outcomes begins and ends.
    fn range(&self) -> [Date; 2] {
        let range = OutcomeRange::of(&self.days).expect("there is at least one day");
        [range.low, range.high].map(|days| self.date(days))
    }

    /// A percentile, where there are enough replications for it.
    fn percentile(&self, p: Probability) -> Option<Date> {
        let days = self.days.percentile(p).filter(|_| gives_percentile(p, self.days.n()))?;
        Some(self.date(days))
    }

    fn width(&self) -> f64 {
        let [low, high] = self.range();
        days_between(low, high)
    }
}

impl Cohort<'_> {
    fn spreads(&self) -> impl Iterator<Item = &Spread> {
        self.gate.iter().chain(&self.entry)
    }

    /// How uncertain its entry is, or its gate where it never enters \[days\].
    fn width(&self) -> f64 {
        self.entry.as_ref().or(self.gate.as_ref()).map_or(0.0, Spread::width)
    }
}

/// The cohorts of one scenario, named and called by its title.
pub(crate) fn figure(
    (scenario, title_of): (&str, &str),
    dates: &[CohortDates],
    (first, last): (Date, Date),
    caption: &Caption,
) -> Figure {
    let all: Vec<Cohort> = dates.iter().map(cohort).collect();
    let n = dates.iter().map(|cohort| cohort.gate.len()).max().unwrap_or(0);
    let drawn = chosen(&all);
    let title = title(&all, n);
    let which = if drawn.len() < all.len() {
        format!("the {} of {} cohorts whose entry is least certain", drawn.len(), all.len())
    } else {
        format!("{} device cohorts", all.len())
    };
    let measure = format!("Gate and EPCL entry under {title_of}, {which}");
    let names: Vec<String> = drawn.iter().map(|cohort| cohort.name.to_owned()).collect();
    let caption = &caption.drawing([scenario].into_iter());
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &names };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(KEY + Rows::room(small(drawn.len()), ROW)));
    canvas.know(names.iter().cloned());
    let (top, foot) = words.draw(&canvas);
    labels::key(&canvas, &key(n), (THEME.margin, top));
    let shown = span(&drawn).unwrap_or((first, last));
    let margins = Margins { left: name_room(names.iter().map(String::as_str), NAMES), right: 24.0 };
    let rows =
        Rows::draw(&canvas, small(drawn.len()), (top + KEY, foot), &margins, Scale::Dates(shown.0, shown.1));
    for (at, cohort) in drawn.iter().enumerate() {
        let middle = rows.top(small(at) + 0.5);
        rows.name(&canvas, cohort.name, middle, false);
        for (spread, colour, marker) in
            [(&cohort.gate, THEME.idle, Marker::Circle), (&cohort.entry, DORMANT, Marker::Diamond)]
        {
            let Some(spread) = spread else { continue };
            let [low, high] = spread.range().map(|date| rows.on(shown, date));
            canvas.rect((low - 0.5, middle - HALF), (high + 0.5, middle + HALF), colour);
            if let Some(median) = spread.percentile(Probability::P50) {
                canvas.marker(marker, (rows.on(shown, median), middle), colour);
            }
        }
    }
    canvas.finish();
    let description = describe(&all, n, title_of, (first, last));
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(scenario, &all, n), description }
}

fn cohort(of: &CohortDates) -> Cohort<'_> {
    Cohort { name: &of.cohort, gate: Spread::of(&of.gate), entry: Spread::of(&of.entry) }
}

/// The cohorts that are drawn, by the middle of their entry: all, or those whose entry is least certain.
fn chosen<'c, 'd>(all: &'c [Cohort<'d>]) -> Vec<&'c Cohort<'d>> {
    let mut drawn: Vec<&Cohort> = all.iter().collect();
    drawn.sort_by(|a, b| b.width().total_cmp(&a.width()));
    drawn.truncate(MOST);
    let middle = |cohort: &Cohort| {
        let spread = cohort.entry.as_ref().or(cohort.gate.as_ref());
        spread.map(Spread::range)
    };
    drawn.sort_by_key(|cohort| middle(cohort));
    drawn
}

/// The days that have to be shown, with some room.
fn span(drawn: &[&Cohort]) -> Option<(Date, Date)> {
    let ends = || drawn.iter().flat_map(|cohort| cohort.spreads()).flat_map(Spread::range);
    let (from, to) = (ends().min()?, ends().max()?);
    let moved = |date: Date, days: i32| date.checked_add(jiff::Span::new().days(days)).unwrap_or(date);
    Some((moved(from, -7), moved(to, 7)))
}

fn key(n: usize) -> Vec<Key<'static>> {
    let [gate, entry] = match Extent::of(n) {
        Extent::EightInTen => ["gate, P10 to P90", "EPCL entry, P10 to P90"],
        Extent::All(_) => ["gate, least to most", "EPCL entry, least to most"],
    };
    let mut key = vec![
        Key { sign: Sign::Bar, colour: THEME.idle, name: gate },
        Key { sign: Sign::Bar, colour: DORMANT, name: entry },
    ];
    if gives_percentile(Probability::P50, n) {
        key.push(Key { sign: Sign::Marker(Marker::Circle), colour: THEME.idle, name: "median" });
        key.push(Key { sign: Sign::Marker(Marker::Diamond), colour: DORMANT, name: "median" });
    }
    key
}

/// The cohort whose entry is least certain, and from when to when it enters.
fn title(all: &[Cohort], n: usize) -> String {
    if !gives_percentile(Probability::P50, n) {
        return enough::too_few("a range of days", Probability::P50, n);
    }
    let widest =
        all.iter().filter(|cohort| cohort.entry.is_some()).max_by(|a, b| a.width().total_cmp(&b.width()));
    match widest.and_then(|cohort| Some((cohort, cohort.entry.as_ref()?))) {
        Some((cohort, entry)) if entry.width() > 0.0 => {
            let [low, high] = entry.range().map(numbers::date);
            format!("{} is least certain to enter: {low} to {high}", capitalised(cohort.name))
        }
        Some(_) => format!("The entries of all {} are certain", numbers::plural(all.len(), "cohort")),
        None => "No cohort enters".to_owned(),
    }
}

fn describe(all: &[Cohort], n: usize, title_of: &str, (first, last): (Date, Date)) -> String {
    let of = |cohort: &&Cohort| {
        let entry = cohort.entry.as_ref()?;
        let [low, high] = entry.range().map(numbers::long_date);
        Some(format!("{}: enters {low} to {high}.", cohort.name))
    };
    let mut widest: Vec<&Cohort> = all.iter().collect();
    widest.sort_by(|a, b| b.width().total_cmp(&a.width()));
    let widest: Vec<String> = widest.iter().filter_map(of).take(3).collect();
    format!(
        "Range chart of the days on which {} pass their gate and enter under {title_of}, {}, {}. {}",
        numbers::plural(all.len(), "device cohort"),
        enough::replications(Extent::of(n)),
        numbers::period(first, last),
        widest.join(" ")
    )
}

/// The days of every cohort.
fn data(scenario: &str, all: &[Cohort], n: usize) -> Table {
    let names = [
        "scenario",
        "cohort",
        "event",
        "p10_date",
        "p50_date",
        "p90_date",
        "least_date",
        "most_date",
        "replications",
    ];
    let mut table = Table::new(&names.map(|name| (name, "")));
    let percentiles = [Probability::P10, Probability::P50, Probability::P90];
    for cohort in all {
        for (event, spread) in [("gate", &cohort.gate), ("entry", &cohort.entry)] {
            let mut row: Vec<Cell> = [scenario, cohort.name, event].map(Cell::from).into();
            let date = |date: Option<Date>| date.map_or(Cell::Empty, Cell::from);
            row.extend(percentiles.map(|p| date(spread.as_ref().and_then(|spread| spread.percentile(p)))));
            let ends = spread.as_ref().and_then(|spread| {
                let (least, most) = spread.days.ends()?;
                Some([spread.date(least), spread.date(most)])
            });
            row.extend(ends.map_or([const { Cell::Empty }; 2], |ends| ends.map(Cell::from)));
            row.push(Cell::from(n as u64));
            table.push(row);
        }
    }
    table
}
