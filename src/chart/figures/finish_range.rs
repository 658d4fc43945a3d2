//! When it will finish, in rows: P10 to P90 of the day of a milestone by scenario, with P50 and P80.

use jiff::civil::Date;

use crate::chart::data::replication_outcomes::{
    Milestone, Sampled, left_out, milestone, period, plan_in, span,
};
use crate::chart::data::scenarios_shown::Chosen;
use crate::chart::layout::frame::{Mark, Words, capitalised};
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Key, Look, Sign, scenario_look};
use crate::chart::marks::bars::small;
use crate::chart::marks::rows::{Margins, Rows, Scale};
use crate::chart::surface::canvas::{Canvas, Marker};
use crate::chart::surface::font;
use crate::chart::surface::svg;
use crate::chart::surface::theme::{CAPTION, THEME, Type};
use crate::chart::{Caption, Figure};
use crate::output::{Cell, Table, day_cells};
use crate::replications::{Extent, gives_percentile};
use crate::statistics::{DayShift, Level, Probability, QuantileEstimate, Reached, Side, day_shift};
use crate::wording::numbers::{self, NOT_BY_END};
use crate::wording::{enough, titles};

const ID: &str = "fig-finish-range";
/// Room for the names of the rows.
const NAMES: f64 = 180.0;
/// Room for what is written behind a row.
const NOTES: f64 = 164.0;
/// Length of an arrow that leads beyond the end.
const ARROW: f64 = 12.0;
/// Height of the key, and least height of a row: its bar and the P80 above it.
const KEY: f64 = 30.0;
const ROW: f64 = 32.0;
/// Half the height of a bar.
const HALF: f64 = 5.0;

/// Percentiles that are drawn, in their order.
const SHOWN: [Probability; 4] = [Probability::P10, Probability::P50, Probability::P80, Probability::P90];
const P50: usize = 1;
const P80: usize = 2;

/// The range of one scenario.
#[derive(Clone)]
struct Range<'s> {
    of: &'s Sampled,
    /// None where nothing is to be migrated.
    days: Option<[QuantileEstimate<Reached>; SHOWN.len()]>,
    /// By how much its P80 day moves against that of the first scenario, pair by pair; none of the first.
    moved: Option<DayShift>,
}

impl Range<'_> {
    /// Its P80 day, where there are enough replications for it.
    fn p80(&self) -> Option<&QuantileEstimate<Reached>> {
        self.days.as_ref().map(|days| &days[P80]).filter(|day| gives_percentile(day.p, day.n))
    }

    /// Where its range of outcomes begins and ends.
    fn ends(&self, milestone: Milestone) -> Option<[Reached; 2]> {
        let (days, of) = (self.days.as_ref()?, self.of.days(milestone));
        match Extent::of(of.n()) {
            Extent::EightInTen => Some([days[0].value, days[SHOWN.len() - 1].value]),
            Extent::All(_) => Some([of.all().min()?, of.all().max()?]),
        }
    }

    /// On which side of no move at all the P80 day has moved, where that is known: below is sooner.
    fn side(&self) -> Option<Side> {
        let moved = self.moved.filter(|_| self.p80().is_some())?.interval;
        match (moved.low, moved.high) {
            (Some(low), _) if low > 0 => Some(Side::Above),
            (_, Some(high)) if high < 0 => Some(Side::Below),
            _ => None,
        }
    }

    /// Where a day stands; what does not come stands at the right edge.
    fn on(&self, rows: &Rows, shown: (Date, Date), day: Reached) -> f64 {
        match day {
            Reached::On(day) => rows.on(shown, self.of.date(day)),
            Reached::NotByEnd => rows.edges.right,
        }
    }
}

/// The days of the last milestone that the scenarios reach.
pub(crate) fn figure(sampled: &[Sampled], chosen: &Chosen, caption: &Caption) -> Figure {
    let milestone = milestone(sampled);
    let others = sampled.len().saturating_sub(1);
    let range = |(at, of): (usize, _)| {
        let moved =
            if at == 0 { None } else { moved(&sampled[0], of, milestone, Level::P95.each_of(others)) };
        Range { of, days: percentiles(of, milestone, Level::P95), moved }
    };
    let ranges: Vec<Range> = sampled.iter().enumerate().map(range).collect();
    let drawn = chosen.pick(&ranges);
    let caption =
        &caption.leaving_out(left_out(sampled)).drawing(drawn.iter().map(|range| range.of.scenario.as_str()));
    let title = title(&ranges, milestone);
    let (first, last) = period(sampled);
    let moves = if others > 0 { "; thin lines and brackets: 95% intervals of the move of P80" } else { "" };
    let measure = format!(
        "Day on which {} are {}, percentiles of replications{moves}{}",
        milestone.words(),
        milestone.done(),
        chosen.note()
    );
    let words = Words { title: &title, measure: &measure, caption, first, last, names: &[] };
    let mut raw = String::new();
    let canvas = Canvas::new(&mut raw, words.height(KEY + Rows::room(small(drawn.len()), ROW)));
    draw(&canvas, &words, &drawn, milestone);
    canvas.finish();
    let description =
        format!("{}{}{}", describe(&drawn, milestone), caption.left_out_sentence(), chosen.sentence());
    let svg = svg::finish(&raw, ID, &title, &description);
    Figure { id: ID.to_owned(), title, svg, data: data(&ranges, milestone), description }
}

/// By how much the P80 day moves, by pairs of the full programme; none where the two have not the same number of such days.
fn moved(baseline: &Sampled, of: &Sampled, milestone: Milestone, level: Level) -> Option<DayShift> {
    let after = baseline.first.until(baseline.last.max(of.last)).map_or(0, |span| span.get_days()) + 1;
    let both = baseline.days(milestone).zip(of.days(milestone))?.full();
    let (then, now): (Vec<Reached>, Vec<Reached>) = both.into_iter().unzip();
    day_shift(&then, &now, Probability::P80, level, after)
}

fn percentiles(
    of: &Sampled,
    milestone: Milestone,
    level: Level,
) -> Option<[QuantileEstimate<Reached>; SHOWN.len()]> {
    let [a, b, c, d] = SHOWN.map(|p| of.percentile(milestone, p, level));
    Some([a?, b?, c?, d?])
}

fn draw(canvas: &Canvas, words: &Words, ranges: &[Range], milestone: Milestone) {
    let (top, foot) = words.draw(canvas);
    let n = ranges.iter().map(|range| range.of.days(milestone).n()).max().unwrap_or(0);
    let ends = match Extent::of(n) {
        Extent::EightInTen => "P10 to P90",
        Extent::All(_) => "First to last replication",
    };
    let marker = |marker, name| Key { sign: Sign::Marker(marker), colour: THEME.baseline, name };
    let mut key = vec![Key { sign: Sign::Bar, colour: THEME.idle, name: ends }];
    key.extend(gives_percentile(Probability::P50, n).then(|| marker(Marker::Circle, "P50")));
    let p80 = gives_percentile(Probability::P80, n);
    key.extend(p80.then(|| marker(Marker::Diamond, "P80: by then 4 in 5 are done")));
    labels::key(canvas, &key, (THEME.margin, top));
    let all: Vec<Sampled> = ranges.iter().map(|range| range.of.clone()).collect();
    let shown = span(&all, milestone);
    let margins = Margins { left: NAMES, right: NOTES };
    let rows =
        Rows::draw(canvas, small(ranges.len()), (top + KEY, foot), &margins, Scale::Dates(shown.0, shown.1));
    let within = period(&all);
    let mark = Mark::plan(plan_in(&all, within), shown);
    let plan = plan_in(&all, shown).map(|plan| rows.on(shown, plan));
    if let Some((mark, day)) = mark.zip(plan_in(&all, within)) {
        let x = rows.on(shown, day);
        let free = (THEME.margin + labels::key_width(&key) + 24.0, THEME.width - THEME.margin);
        mark.draw(canvas, x, (rows.edges.top - 4.0, rows.edges.bottom), top - 1.0, free);
    }
    let base_p80 = ranges.first().and_then(|base| base.p80()).map(|p80| p80.value);
    for (at_row, range) in ranges.iter().enumerate() {
        let middle = rows.top(small(at_row) + 0.5) + 6.0;
        rows.name(canvas, &capitalised(&range.of.title), middle, false);
        let left = range.of.share_without(milestone);
        match &range.days {
            Some(days) => {
                let ends = range.ends(milestone).unwrap_or([days[0].value, days[3].value]);
                let noted = left.is_some() || range.moved.is_some();
                row(canvas, &rows, shown, (range, ends, scenario_look(at_row)), (middle, plan), noted);
            }
            None => note(canvas, &rows, "nothing to migrate", middle),
        }
        if let Some(share) = left {
            note(canvas, &rows, &format!("{share} {NOT_BY_END}"), middle);
        } else if let Some(moved) = range.moved.filter(|_| range.p80().is_some()) {
            note(canvas, &rows, &moved_note(&moved), middle);
        }
        if let (Some(Reached::On(base)), Some(moved)) = (base_p80, range.moved) {
            let ends = moved.interval.low.zip(moved.interval.high).filter(|_| range.p80().is_some());
            if let Some((low, high)) = ends.filter(|(low, high)| low < high) {
                let at = |days: i32| rows.on(shown, ranges[0].of.date(base + days));
                let [low, high, below] = [at(low), at(high), middle + HALF + 5.0];
                canvas.line(&[(low, below), (high, below)], THEME.text, 1.5);
                for end in [low, high] {
                    canvas.line(&[(end, below - 2.5), (end, below + 2.5)], THEME.text, 1.5);
                }
            }
        }
    }
}

fn row(
    canvas: &Canvas,
    rows: &Rows,
    shown: (Date, Date),
    (range, ends, Look { colour, .. }): (&Range, [Reached; 2], Look),
    (middle, plan): (f64, Option<f64>),
    noted: bool,
) {
    let [low, high] = ends.map(|day| range.on(rows, shown, day));
    let is_open = ends[1] == Reached::NotByEnd;
    // A range of a single day is still seen.
    let (from, to) = if is_open { (low.min(rows.edges.right - 1.0), high) } else { (low - 1.0, high + 1.0) };
    canvas.rect((from, middle - HALF), (to, middle + HALF), colour);
    if is_open {
        let tip = (to + ARROW, middle);
        canvas.area(&[(to, middle - HALF * 2.0), tip, (to, middle + HALF * 2.0)], colour);
    }
    let p50 = range.days.as_ref().map(|days| &days[P50]).filter(|day| gives_percentile(day.p, day.n));
    if let Some(p50) = p50.filter(|day| day.value != Reached::NotByEnd) {
        canvas.marker(Marker::Circle, (range.on(rows, shown, p50.value), middle), colour);
    }
    let Some(day) = range.p80() else { return };
    let p80 = range.on(rows, shown, day.value);
    // Above the bar, so that it never covers P50.
    let above = middle - HALF - THEME.marker * 1.25 - 2.0;
    let told = match day.value {
        Reached::On(day) => {
            canvas.marker(Marker::Diamond, (p80, above), colour);
            format!("P80 {}", numbers::date(range.of.date(day)))
        }
        Reached::NotByEnd => format!("P80 {NOT_BY_END}"),
    };
    let look = Type { colour: THEME.text, ..CAPTION };
    let width = font::width(&told, look.size, false);
    let gap = THEME.marker * 1.25 + 5.0;
    let [right, left] = [p80 + gap, p80 - gap - width];
    // What is written behind a row keeps its place.
    let room = if is_open || noted { 0.0 } else { NOTES };
    let fits = day.value != Reached::NotByEnd && right + width <= rows.edges.right + room;
    let crosses = |from: f64| plan.is_some_and(|plan| from - 4.0 <= plan && plan <= from + width + 4.0);
    let left_is_better = crosses(right) && !crosses(left) && left >= rows.edges.left;
    let left = if fits && !left_is_better { right } else { left };
    let top = above - look.size * 0.37;
    // A patch of background keeps the plan line out of the words.
    canvas.rect((left - 2.0, top - 2.0), (left + width + 2.0, middle - HALF - 1.0), THEME.background);
    canvas.text(&told, (left, top), look);
}

/// By how much the P80 day moves, with its interval: `-18 days [-25 to -12]`.
fn moved_note(moved: &DayShift) -> String {
    let Some(days) = moved.days else { return String::new() };
    let signed = |days: i32| numbers::signed(i64::from(days));
    let ends = moved.interval.low.zip(moved.interval.high);
    let ends = ends.map_or_else(String::new, |(low, high)| format!(" [{} to {}]", signed(low), signed(high)));
    format!("{} days{ends}", signed(days))
}

/// Words behind a row.
fn note(canvas: &Canvas, rows: &Rows, words: &str, middle: f64) {
    let look = Type { colour: THEME.text, ..CAPTION };
    canvas.text(words, (rows.edges.right + ARROW + 8.0, middle - look.size * 0.37), look);
}

/// What the intervals of the P80 days allow to say.
fn title(ranges: &[Range], milestone: Milestone) -> String {
    let (what, done) = (milestone.words(), milestone.done());
    let Some((baseline, others)) = ranges.split_first() else { return String::new() };
    if ranges.iter().all(|range| range.days.is_none()) {
        return "No installation is to be migrated".to_owned();
    }
    if ranges.iter().all(|range| range.of.share_by(milestone, None).is_none_or(|share| share.is_none())) {
        return format!("In no replication are {what} {done} by the end");
    }
    let n = ranges.iter().map(|range| range.of.days(milestone).n()).min().unwrap_or(0);
    if !gives_percentile(Probability::P80, n) {
        return enough::too_few("a P80 day", Probability::P80, n);
    }
    match others {
        [] => {
            if let Some(Reached::On(day)) = baseline.p80().map(|p80| p80.value) {
                let day = numbers::long_date(baseline.of.date(day));
                return format!("{} are {done} by {day} in 80% of replications", capitalised(&what));
            }
            let share = baseline.of.share_without(milestone).unwrap_or_default();
            format!("In {share} of replications {what} are not {done} by the end")
        }
        [other] => of_two(baseline, other, milestone),
        others => {
            let all = others.len();
            let on = |side: Side| others.iter().filter(move |other| other.side() == Some(side));
            let (n, later) = (on(Side::Below).count(), on(Side::Above).count());
            let but = if later > 0 { format!("; {later} later") } else { String::new() };
            let days = |of: &&Range| of.moved.and_then(|moved| moved.days).map(i32::abs);
            let sooner: Vec<i32> = on(Side::Below).filter_map(|of| days(&of)).collect();
            let by = match (sooner.iter().min(), sooner.iter().max()) {
                (Some(least), Some(most)) if least == most => format!(" by {least} days"),
                (Some(least), Some(most)) => format!(" by {least} to {most} days"),
                _ => String::new(),
            };
            match n {
                0 => format!("No scenario is shown to bring {what} forward{but}"),
                n if n == all => {
                    capitalised(&format!("{} bring {what} forward{by}", titles::all_scenarios(all)))
                }
                1 => format!("1 of {all} scenarios brings {what} forward{by}{but}"),
                n => format!("{n} of {all} scenarios bring {what} forward{by}{but}"),
            }
        }
    }
}

fn of_two(baseline: &Range, other: &Range, milestone: Milestone) -> String {
    let [base, name] = [baseline, other].map(|range| &range.of.title);
    let (what, done) = (milestone.words(), milestone.done());
    let day = match other.p80().map(|p80| p80.value) {
        Some(Reached::On(day)) => Some(numbers::long_date(other.of.date(day))),
        _ => None,
    };
    let [base_days, days] = [baseline, other].map(|range| range.of.days(milestone));
    match day {
        _ if base_days == days => {
            format!("The days of {name} and {base} are the same in every replication")
        }
        Some(day) if other.side() == Some(Side::Below) => {
            capitalised(&format!("{what} {done} sooner under {name}: P80 {day}"))
        }
        Some(day) if other.side() == Some(Side::Above) => {
            capitalised(&format!("{what} {done} later under {name}: P80 {day}"))
        }
        None if other.side() == Some(Side::Above) => {
            capitalised(&format!("{what} {done} later under {name}: P80 {NOT_BY_END}"))
        }
        _ => format!("Whether {what} are {done} sooner under {name} is not settled"),
    }
}

fn describe(ranges: &[Range], milestone: Milestone) -> String {
    let all: Vec<Sampled> = ranges.iter().map(|range| range.of.clone()).collect();
    let of = |range: &Range| {
        let name = capitalised(&range.of.title);
        let Some(days) = &range.days else { return format!("{name}: nothing is to be migrated.") };
        let words = |day: Reached| match day {
            Reached::On(day) => numbers::long_date(range.of.date(day)),
            Reached::NotByEnd => NOT_BY_END.to_owned(),
        };
        let named = ["P10", "P50", "P80", "P90"].into_iter().zip(days);
        let known = named.filter(|(_, day)| gives_percentile(day.p, day.n));
        let mut told: Vec<String> = known.map(|(p, day)| format!("{p} {}", words(day.value))).collect();
        if let (Extent::All(n), Some(ends)) =
            (Extent::of(range.of.days(milestone).n()), range.ends(milestone))
        {
            let [low, high] = ends.map(words);
            told.insert(0, format!("{low} to {high} {}", enough::replications(Extent::All(n))));
        }
        let open = range.of.share_without(milestone);
        let open =
            open.map_or_else(String::new, |share| format!(", {NOT_BY_END} in {share} of replications"));
        let moved = range.moved.filter(|_| range.p80().is_some());
        let moved = moved.map_or_else(String::new, |moved| moved_words(&moved));
        format!("{name}: {}{open}{moved}.", told.join(", "))
    };
    let plan = plan_in(&all, period(&all));
    format!(
        "Range chart of the day on which {} are {}, a row a scenario, from {} of replications; an arrow leads beyond the end. \
         {}{}",
        milestone.words(),
        milestone.done(),
        enough::ends(Extent::of(all.iter().map(|one| one.days(milestone).n()).max().unwrap_or(0))),
        ranges.iter().map(of).collect::<Vec<_>>().join(" "),
        plan.map_or_else(String::new, |plan| format!(" The plan date is {}.", numbers::long_date(plan))),
    )
}

/// By how many days a P80 day moves, behind the words about a range.
fn moved_words(moved: &DayShift) -> String {
    let Some(days) = moved.days else { return String::new() };
    let [low, high] = [moved.interval.low, moved.interval.high].map(|end| end.map(i64::from));
    let ends = low.zip(high).map_or_else(String::new, |(low, high)| {
        format!(" [{} to {}]", numbers::signed(low), numbers::signed(high))
    });
    format!(", its P80 {} days from that of the first{ends}", numbers::signed(days.into()))
}

fn data(ranges: &[Range], milestone: Milestone) -> Table {
    let names = [
        "scenario",
        "kpi",
        "percentile",
        "date",
        "date_lower",
        "date_upper",
        "date_note",
        "level_pct",
        "replications",
        "not_by_end",
        "shift_days",
        "shift_lower",
        "shift_upper",
        "shift_level_pct",
    ];
    let mut table = Table::new(&names.map(|name| (name, "")));
    for range in ranges {
        let days = range.of.days(milestone);
        let open = days.not_by_end();
        for (name, day) in ["p10", "p50", "p80", "p90"].iter().zip(range.days.iter().flatten()) {
            let names = [range.of.scenario.as_str(), milestone.id(), name];
            let mut row: Vec<Cell> = names.map(Cell::from).into();
            row.extend(day_cells(day, |day| range.of.date(day)));
            row.extend([
                Cell::Decimal(100.0 * day.interval.level.get(), 3),
                (days.n() as u64).into(),
                (open as u64).into(),
            ]);
            let shift = range.moved.filter(|_| *name == "p80");
            let whole = |days: Option<i32>| days.map_or(Cell::Empty, |days| Cell::Int(days.into()));
            row.extend(shift.map_or(
                [const { Cell::Empty }; 4],
                |DayShift { days: by, interval, .. }| {
                    let level = Cell::Decimal(100.0 * interval.level.get(), 3);
                    [whole(by), whole(interval.low), whole(interval.high), level]
                },
            ));
            table.push(row);
        }
    }
    table
}
