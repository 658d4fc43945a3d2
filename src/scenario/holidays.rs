//! Bank holidays of England and Wales, 2000 to 2099: by rule, with the changes that were proclaimed so far.

use std::ops::RangeInclusive;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Years for which the holidays are built in.
pub(super) const YEARS: RangeInclusive<i16> = 2000..=2099;

/// The last year that is published; days may yet be moved or added in later ones.
pub(super) const PUBLISHED_TO: i16 = 2028;

/// The holidays of a year, in order.
pub(super) fn of(year: i16) -> Vec<Date> {
    let easter = easter(year);
    let mut days = vec![
        first_workday(date(year, 1, 1)),
        easter.saturating_sub(2.days()),
        easter.saturating_add(1.day()),
        monday_from(date(year, 5, 1)),
        monday_from(date(year, 5, 25)),
        monday_from(date(year, 8, 25)),
    ];
    let christmas = first_workday(date(year, 12, 25));
    let boxing = first_workday(date(year, 12, 26));
    days.extend([christmas, if boxing == christmas { boxing.saturating_add(1.day()) } else { boxing }]);
    proclaimed(year, &mut days);
    days.sort_unstable();
    days
}

/// Moved and extra days: the Golden Jubilee 2002, a royal wedding 2011, the Diamond Jubilee 2012, VE Day 2020, the Platinum Jubilee and the
/// state funeral 2022, the coronation 2023.
fn proclaimed(year: i16, days: &mut Vec<Date>) {
    match year {
        2002 => {
            days[4] = date(2002, 6, 4);
            days.push(date(2002, 6, 3));
        }
        2011 => days.push(date(2011, 4, 29)),
        2012 => {
            days[4] = date(2012, 6, 4);
            days.push(date(2012, 6, 5));
        }
        2020 => days[3] = date(2020, 5, 8),
        2022 => {
            days[4] = date(2022, 6, 2);
            days.extend([date(2022, 6, 3), date(2022, 9, 19)]);
        }
        2023 => days.push(date(2023, 5, 8)),
        _ => {}
    }
}

/// The day, or the Monday after a weekend; a Boxing Day on Sunday gives way to Christmas Day's Monday.
fn first_workday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday if day.day() == 26 => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

/// The first Monday on or after a day.
fn monday_from(day: Date) -> Date {
    let ahead = (7 - i64::from(day.weekday().to_monday_zero_offset())) % 7;
    day.saturating_add(ahead.days())
}

/// Easter Sunday by the Gregorian computus of the "anonymous" algorithm (Nature, 1876).
fn easter(year: i16) -> Date {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    let narrow = |n: i16| i8::try_from(n).expect("months and days are small");
    date(year, narrow(month), narrow(day))
}

#[cfg(test)]
mod tests {
    use super::of;

    /// Holidays as proclaimed and published, month and day.
    const PUBLISHED: [(i16, &str); 13] = [
        (2002, "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26"),
        (2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        (2019, "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ];

    /// Holidays as the Python package `holidays` 0.109 gives them.
    const BY_RULE: [(i16, &str); 4] = [
        (2033, "01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27"),
        (2038, "01-01 04-23 04-26 05-03 05-31 08-30 12-27 12-28"),
        (2050, "01-03 04-08 04-11 05-02 05-30 08-29 12-26 12-27"),
        (2099, "01-01 04-10 04-13 05-04 05-25 08-31 12-25 12-28"),
    ];

    #[test]
    fn holidays_are_those_published_or_worked_out_elsewhere() {
        for (year, expected) in PUBLISHED.into_iter().chain(BY_RULE) {
            let days: Vec<String> = of(year).iter().map(|d| d.to_string()[5..].to_string()).collect();
            assert_eq!(days.join(" "), expected, "{year}");
        }
    }
}
