//! The days of the run and which of them are worked.

use jiff::civil::{Date, date};

use super::dates;
use crate::model::{Calendar, Closure, Day};
use crate::scenario::document::{Item, Node, Table};
use crate::scenario::holidays;
use crate::scenario::keys::{KeySpec, Kind};
use crate::scenario::problem::{Place, Problem};
use crate::scenario::suggest::nearest;
use crate::scenario::value::{Desk, first_place};

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Longest run \[days\].
const MOST_DAYS: i32 = 36_525;

/// A calendar of one day, so that the rest of a scenario without days can be checked: a day after all that anybody dates.
pub(super) fn stand_in() -> Calendar {
    Calendar {
        first: date(9000, 1, 1),
        migration: vec![true],
        firmware: vec![true],
        closures: vec![],
        holidays: vec![],
    }
}

/// The calendar, and whether installations would migrate on the days after the last, to the Sunday of its week.
pub(super) fn read(programme: &Table, table: &Table, desk: &mut Desk) -> Option<(Calendar, Vec<bool>)> {
    desk.require(programme, "programme", &["first_day", "last_day"]);
    let (first, last) =
        (desk.date(programme, "programme", "first_day"), desk.date(programme, "programme", "last_day"));
    let (first, last) = (first?, last?);
    let length = first.until(last).map_or(0, |span| span.get_days()) + 1;
    if !(1..=MOST_DAYS).contains(&length) {
        let message =
            if length < 1 { "the last day is before the first" } else { "the run is longer than 100 years" };
        let problem = Problem::new(message, Some(programme.place_of("last_day")), format!("found {last}"));
        let related =
            problem.related(Some(programme.place_of("first_day")), format!("the run begins on {first}"));
        desk.problem(related.help(format!("expected a day from {first} to 100 years later")));
        return None;
    }
    let empty = Calendar {
        first,
        migration: Vec::new(),
        firmware: Vec::new(),
        closures: Vec::new(),
        holidays: Vec::new(),
    };
    let sunday = length + 6 - empty.weekday(Day(length - 1));
    let week: Vec<Date> = (0..sunday).map(|day| empty.date(Day(day))).collect();
    let (days, after) = week.split_at(usize::try_from(length).unwrap_or(0));
    let mut reader = Reader { desk, table, days, after };
    let mut holidays = reader.holidays("holidays", true);
    let built_in = holidays.clone();
    let [added, removed] = ["add_holidays", "remove_holidays"].map(|key| reader.dates(key));
    holidays.extend(added.iter().map(|(day, _)| *day));
    holidays.retain(|day| removed.iter().all(|(other, _)| other != day));
    holidays.sort_unstable();
    holidays.dedup();
    let closures = reader.periods("closed");
    let mut migration = reader.worked("migration_weekdays", &WEEK[..5], &holidays, &closures);
    let open = reader.worked("migration_weekdays", &WEEK[..5], &[], &closures);
    let firmware_holidays = reader.holidays("firmware_holidays", false);
    let firmware_closed = reader.periods("firmware_closed");
    let mut firmware = reader.worked("firmware_weekdays", &WEEK, &firmware_holidays, &firmware_closed);
    let rest_of_last_week = migration.split_off(days.len());
    firmware.truncate(days.len());
    let whole = Calendar { migration: open, ..empty.clone() };
    let is_worked = |date| whole.day(date).index().is_some_and(|at| whole.migration.get(at) == Some(&true));
    dates::check_holidays(desk, &whole, [&added, &removed], &built_in, is_worked);
    if !migration.contains(&true) {
        let place = first_place(table, &["migration_weekdays", "closed"]);
        let problem =
            Problem::new("no day of the run is a migration day", Some(place), "all days are closed");
        // Counts of the last days of a plan may leave none, which is no slip.
        if programme.item("draws_from").is_some() {
            desk.warning(
                problem.help("no installation can migrate; counts of an earlier day leave migration days"),
            );
        } else {
            desk.problem(problem);
        }
    }
    let within: Vec<Day> = holidays.iter().filter(|d| days.contains(d)).map(|d| empty.day(*d)).collect();
    let in_run = |(from, to, _): &Period| *from <= last && *to >= first;
    let closures = closures.into_iter().filter(in_run).map(|(from, to, reason)| Closure {
        from: empty.day(from),
        to: empty.day(to),
        reason,
    });
    let closures = closures.collect();
    Some((Calendar { migration, firmware, closures, holidays: within, first }, rest_of_last_week))
}

struct Reader<'a> {
    desk: &'a mut Desk,
    table: &'a Table,
    days: &'a [Date],
    /// The days from the run's last to the Sunday of its week.
    after: &'a [Date],
}

type Period = (Date, Date, String);

impl Reader<'_> {
    /// Which days are worked, those after the run's last among them.
    fn worked(&mut self, key: &str, default: &[&str], holidays: &[Date], closed: &[Period]) -> Vec<bool> {
        let week = self.weekdays(key, default);
        let is_worked = |day: &Date| {
            week[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
                && !holidays.contains(day)
                && !closed.iter().any(|(from, to, _)| (from..=to).contains(&day))
        };
        self.days.iter().chain(self.after).map(is_worked).collect()
    }

    fn weekdays(&mut self, name: &str, default: &[&str]) -> [bool; 7] {
        if self.table.item(name).is_none() {
            return WEEK.map(|day| default.contains(&day));
        }
        let named = self.desk.list(self.table, "calendar", name, weekday);
        WEEK.map(|day| named.contains(&day))
    }

    /// Built-in holidays of the years of the run.
    fn holidays(&mut self, name: &str, by_default: bool) -> Vec<Date> {
        let built_in =
            self.desk.choice(self.table, "calendar", name).map_or(by_default, |choice| choice == 0);
        if !built_in {
            return Vec::new();
        }
        let (first, last) = (self.days[0].year(), self.days[self.days.len() - 1].year());
        let (from, to) = holidays::YEARS.into_inner();
        if first < from || last > to {
            let message = "the built-in holidays end before the run does, or begin after it";
            let label = format!("the run covers {first} to {last}; holidays are built in for {from} to {to}");
            let help = format!("write {name} = \"none\" in `[calendar]` and list the days in `add_holidays`");
            self.desk.problem(Problem::new(message, Some(self.table.place_of(name)), label).help(help));
            return Vec::new();
        }
        let adjusted = ["add_holidays", "remove_holidays"].iter().any(|key| self.table.item(key).is_some());
        if last > holidays::PUBLISHED_TO && !adjusted {
            let message = format!("public holidays after {} are by rule (assumed)", holidays::PUBLISHED_TO);
            let help = "use `add_holidays` and `remove_holidays` of `[calendar]` for days that were added or moved since";
            self.desk.warning(Problem::new(message, Some(self.table.place_of(name)), "").help(help));
        }
        let sunday = self.after.last().map_or(last, |day| day.year());
        (first..=sunday.min(to)).flat_map(holidays::of).collect()
    }

    fn dates(&mut self, name: &str) -> Vec<(Date, Place)> {
        self.desk.list(self.table, "calendar", name, |desk, key, item| {
            Some((desk.date_of(&KeySpec { kind: Kind::Date, ..*key }, item)?, item.place.clone()))
        })
    }

    fn periods(&mut self, name: &str) -> Vec<Period> {
        let (first, last) = (self.days[0], self.days[self.days.len() - 1]);
        let sunday = self.after.last().copied().unwrap_or(last);
        self.desk.list(self.table, "calendar", name, |desk, key, item| {
            period(desk, key, item, (first, last), sunday)
        })
    }
}

fn weekday(desk: &mut Desk, key: &'static KeySpec, item: &Item) -> Option<&'static str> {
    let (Node::Text(name) | Node::Cell(name)) = &item.node else {
        desk.unfit(key, item, None);
        return None;
    };
    let known = WEEK.iter().copied().find(|day| day == name);
    if known.is_none() {
        let lower = name.to_lowercase();
        let near = WEEK.iter().copied().find(|day| lower.starts_with(day)).or_else(|| nearest(name, WEEK));
        let help = near.map_or_else(|| WEEK.join(", "), |near| format!("write \"{near}\""));
        desk.problem(Problem::new("not a day of the week", Some(&item.place), item.found()).help(help));
    }
    known
}

/// A closed period; one that lies outside the run closes nothing, unless it lies in the rest of its last week.
fn period(
    desk: &mut Desk,
    key: &'static KeySpec,
    item: &Item,
    (first, last): (Date, Date),
    sunday: Date,
) -> Option<Period> {
    let Some(table) = item.as_table() else {
        desk.unfit(key, item, None);
        return None;
    };
    let known = ["from", "to", "reason"];
    if let Some(entry) = table.entries.iter().find(|e| !known.contains(&e.key.as_str())) {
        let message = format!("unknown key `{}` in `{}`", entry.key, key.name);
        desk.problem(Problem::new(message, Some(&entry.place), "expected `from`, `to` and `reason`"));
    }
    let (Some(from), Some(to)) = (table.item("from"), table.item("to")) else {
        let message = format!("a period of `{}` needs `from` and `to`", key.name);
        desk.problem(Problem::new(message, Some(&table.place), "one of them is missing here"));
        return None;
    };
    let dated = |name| KeySpec { name, kind: Kind::Date, ..*key };
    let (from_date, to_date) = (desk.date_of(&dated("from"), from), desk.date_of(&dated("to"), to));
    let (from_date, to_date) = (from_date?, to_date?);
    if to_date < from_date {
        let problem =
            Problem::new("the period ends before it begins", Some(&to.place), format!("found {to_date}"));
        desk.problem(
            problem
                .related(Some(&from.place), format!("it begins on {from_date}"))
                .help("exchange the two dates"),
        );
        return None;
    }
    if to_date < first || from_date > sunday {
        let label = format!("{from_date} to {to_date}");
        let warning =
            Problem::new("the period lies outside the run and closes nothing", Some(&table.place), label);
        desk.warning(warning.help(format!(
            "the run goes from {first} to {last}; if it should close a day, correct its year"
        )));
        return None;
    }
    Some((from_date, to_date, table.text("reason").unwrap_or_default().to_string()))
}

/// The Monday-to-Sunday step days of a weekly step: the first day and each Monday.
pub(super) fn steps(calendar: &Calendar, weekly: bool) -> Vec<usize> {
    let is_step = |day: &usize| {
        let at = Day(i32::try_from(*day).unwrap_or(i32::MAX));
        !weekly || *day == 0 || calendar.weekday(at) == 0
    };
    (0..calendar.n_days()).filter(is_step).collect()
}
