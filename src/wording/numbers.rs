//! Numbers, shares, intervals, dates and lists as people read them: one rule for each kind.

use std::fmt::{self, Display};

use jiff::civil::Date;

use crate::statistics::{Chance, Estimate, Level, Reached, unseen};

/// Decimal places with which files hold what is estimated over replications.
pub const PLACES: usize = 4;

/// The text for a day that does not come before the run ends.
pub const NOT_BY_END: &str = "not by the end";

/// Most decimal places of a percentage, and those of a column of percentages; what differs from 0 or 100 by less is a rounding error of
/// the computer.
pub const PERCENT_PLACES: usize = 9;

/// From this decimal place on numbers are written in millions.
const MILLIONS: i32 = 4;

/// Below this size no number is written in millions.
const SMALL: f64 = 5e5;

/// A number with fixed decimal places and no minus before a zero: `-0.04` to one place is `0.0`.
#[must_use]
pub fn decimal(x: f64, places: usize) -> String {
    let text = format!("{x:.places$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        _ => text,
    }
}

/// A number as a file holds it with so many decimal places.
#[must_use]
pub fn as_written(x: f64, places: usize) -> f64 {
    decimal(x, places).parse().unwrap_or(x)
}

/// A number with thousands separators: `-1234567.5` as `-1,234,567.5`.
#[must_use]
pub fn thousands(number: &str) -> String {
    let (whole, fraction) = number.find('.').map_or((number, ""), |dot| number.split_at(dot));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// A whole number of any type: `1,234,567`.
#[must_use]
pub fn count<N: TryInto<i128>>(n: N) -> String {
    thousands(&n.try_into().unwrap_or(i128::MAX).to_string())
}

/// A change with its sign: `+36`, `-48`, `0`.
#[must_use]
pub fn signed(n: i64) -> String {
    let sign = if n > 0 { "+" } else { "" };
    format!("{sign}{}", count(n))
}

/// A number rounded to the last whole one.
#[must_use]
pub fn whole(x: f64) -> String {
    thousands(&decimal(libm::round(as_written(x, PLACES)), 0))
}

/// A count and what it counts: `1 supplier`, `2 suppliers`.
#[must_use]
pub fn plural(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", count(n))
}

/// Several things in a sentence: `a, b and c`.
#[must_use]
pub fn list<S: AsRef<str>>(things: &[S]) -> String {
    let mut text = String::new();
    for (at, thing) in things.iter().enumerate() {
        text.push_str(match things.len() - at {
            _ if at == 0 => "",
            1 => " and ",
            _ => ", ",
        });
        text.push_str(thing.as_ref());
    }
    text
}

/// A date: `4 Jan 2021`.
#[must_use]
pub fn date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A period: its months, or its dates where it is shorter than three months.
#[must_use]
pub fn period(first: Date, last: Date) -> String {
    let days = first.until(last).map_or(0, |span| span.get_days());
    let words = if days < 92 { date } else { month };
    format!("{} to {}", words(first), words(last))
}

/// A date in a sentence: `4 January 2021`.
#[must_use]
pub fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A month: `Jan 2021`.
#[must_use]
pub fn month(date: Date) -> String {
    date.strftime("%b %Y").to_string()
}

/// A day that may not come, where `date_of` gives the date of a day of the run.
#[must_use]
pub fn day(day: Reached, date_of: impl Fn(i32) -> Date) -> String {
    match day {
        Reached::On(day) => date(date_of(day)),
        Reached::NotByEnd => NOT_BY_END.to_owned(),
    }
}

/// A share of a count: `48.3%`. See [`percentage`].
#[must_use]
pub fn percent<N: TryInto<u64>>(part: N, whole: N) -> String {
    let [part, whole] = [part, whole].map(|n| n.try_into().unwrap_or(u64::MAX));
    #[expect(clippy::cast_precision_loss, reason = "written with few digits")]
    let share = if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
    format!("{}%", percentage(share))
}

/// A percentage without its sign: `48.3`.
///
/// It has one decimal place, or as many more as it needs not to read 100 while something is missing, nor 0 while there is
/// something; all and nothing are `100` and `0` without a decimal place.
#[must_use]
pub fn percentage(percent: f64) -> String {
    percentage_to(percent, 1)
}

/// The same with at least so many decimal places.
fn percentage_to(percent: f64, least: usize) -> String {
    if is_all_or_nothing(percent) {
        return decimal(percent, 0);
    }
    thousands(&decimal(percent, percent_places(percent, least)))
}

fn is_all_or_nothing(percent: f64) -> bool {
    let near = |whole: f64| (percent - whole).abs() < 1e-9;
    near(0.0) || near(100.0) || near(-100.0)
}

/// Decimal places with which a percentage does not read 0 or 100 unless it is; at least `least`.
#[must_use]
pub fn percent_places(percent: f64, least: usize) -> usize {
    let reads = |places: &usize| {
        let shown = as_written(percent.abs(), *places);
        shown != 0.0 && shown.to_bits() != 100.0_f64.to_bits()
    };
    if is_all_or_nothing(percent) {
        least
    } else {
        (least..PERCENT_PLACES).find(reads).unwrap_or(PERCENT_PLACES)
    }
}

/// A number as a share of another: `1.7%`; none where the other is 0.
#[must_use]
pub fn percent_of(part: f64, whole: f64) -> Option<String> {
    let share = 100.0 * part / whole;
    share.is_finite().then(|| format!("{}%", percentage(share)))
}

/// A change of a percentage in points, to one decimal place.
#[must_use]
pub fn points(points: f64) -> String {
    decimal(points, 1)
}

/// A share of replications with its interval, without the sign of per cent: `99.97 [99.81 to 99.99]`.
#[must_use]
pub fn share(share: Chance) -> EstimateWords {
    let ends = share.interval(Level::P95);
    percent_interval(
        100.0 * share.share().unwrap_or(0.0),
        [ends.low, ends.high].map(|end| end.map(|x| 100.0 * x)),
    )
}

/// How likely something is, in per cent: `99.97%`.
#[must_use]
pub fn chance(chance: Chance) -> String {
    format!("{}%", percentage(100.0 * chance.share().unwrap_or(0.0)))
}

/// A percentage and the ends of its interval; the ends have as many decimal places as the percentage, or more.
#[must_use]
pub fn percent_interval(percent: f64, ends: [Option<f64>; 2]) -> EstimateWords {
    let places = percent_places(percent, 1);
    let end = |end: f64| percentage_to(end, places);
    EstimateWords { value: percentage(percent), ends: Ends::of(ends, end) }
}

/// The greatest share of replications in which something may strike that none of so many showed: `5.3%`.
#[must_use]
pub fn most_unseen(n: usize) -> String {
    format!("{}%", percentage(100.0 * unseen(n, Level::P95)))
}

/// A number without an error, to three digits: `18.8 million`, `48,200`, `28`.
#[must_use]
pub fn three_digits(x: f64) -> String {
    let (x, place) = to_three_digits(as_written(x, PLACES));
    format!("{}{}", rounded(x, place), million(place))
}

/// A number without an error, to two digits: `3.2 million`, `48,000`.
#[must_use]
pub fn two_digits(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let size = libm::pow(10.0, libm::floor(libm::log10(x.abs())) - 1.0);
    let rounded = libm::round(x / size) * size;
    if rounded.abs() >= 1e6 {
        format!("{} million", decimal(rounded / 1e6, usize::from(rounded.abs() < 1e7)))
    } else {
        let text = plain_three_digits(rounded);
        let is_whole = !text.contains('.');
        if is_whole { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
    }
}

/// A mean of counts: to three digits, or below 100 to one decimal place and below 1 to two, or as many more as it needs not to read 0.
#[must_use]
pub fn mean_count(x: f64) -> String {
    if x >= 99.95 || x.fract() == 0.0 {
        return three_digits(x);
    }
    percentage_to(x, if x < 1.0 { 2 } else { 1 })
}

/// A number to three digits with its sign: `+48,200`.
#[must_use]
pub fn signed_three_digits(x: f64) -> String {
    let text = three_digits(x);
    let sign = if x > 0.0 && text != "0" { "+" } else { "" };
    format!("{sign}{text}")
}

/// A number to three digits, never in millions: `0.285`, `48,200`.
#[must_use]
pub fn plain_three_digits(x: f64) -> String {
    let (x, place) = to_three_digits(x);
    thousands(&decimal(x, usize::try_from(-place).unwrap_or(0)))
}

/// A number below 1 to one digit: `0.004`.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a number's size, not below 0"
)]
pub fn plain_one_digit(x: f64) -> String {
    let places = (-libm::floor(libm::log10(x.abs()))).max(0.0) as usize;
    decimal(x, places)
}

/// A number rounded to three digits, and the decimal place of its last one as a power of ten; whole numbers below 1,000 end at 1.
#[expect(clippy::cast_possible_truncation, reason = "the size of a number's size")]
fn to_three_digits(x: f64) -> (f64, i32) {
    if x.abs() < 1000.0 && x.fract() == 0.0 {
        return (x + 0.0, 0);
    }
    let place_of = |x: f64| libm::floor(libm::log10(x.abs())) as i32 - 2;
    let to = |place: i32| {
        let size = libm::pow(10.0, place.abs().into());
        if place < 0 { libm::round(x * size) / size } else { libm::round(x / size) * size }
    };
    // What rounds up to the next power of ten has a digit more.
    let place = place_of(to(place_of(x)));
    (to(place), place)
}

/// A number whose differences matter more than its size: whole, or to tenths of millions.
#[must_use]
pub fn whole_or_tenths_of_millions(x: f64) -> String {
    let place = MILLIONS + 1;
    if x.abs() < SMALL { whole(x) } else { format!("{}{}", rounded(x, place), million(place)) }
}

/// How many times, with the digits that mean something.
#[must_use]
pub fn times(x: f64) -> String {
    if x < 100.0 { decimal(x, 1) } else { whole(x) }
}

/// The level of an interval in per cent: `95`, `98.33`.
#[must_use]
pub fn level(level: Level) -> String {
    let text = decimal(100.0 * level.get(), 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An estimate and the ends of its interval, each to the digits that its error leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstimateWords {
    /// The estimate.
    pub value: String,
    /// Its interval.
    pub ends: Ends,
}

/// The ends of an interval in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// So few replications give no interval.
    Unknown,
    /// Every replication gave the same, and has to.
    Same,
    /// So many replications gave the same, and others need not.
    SameIn(usize),
    /// From one to the other.
    Between([String; 2]),
}

impl Ends {
    fn of(ends: [Option<f64>; 2], words: impl Fn(f64) -> String) -> Self {
        match ends {
            [Some(low), Some(high)] if low < high => Self::Between([words(low), words(high)]),
            [Some(_), Some(_)] => Self::Same,
            _ => Self::Unknown,
        }
    }

    /// The ends of an estimate.
    fn of_estimate(of: &Estimate, words: impl Fn(f64) -> String) -> Self {
        match Self::of([of.interval.low, of.interval.high], words) {
            Self::Unknown if of.is_constant() => Self::SameIn(of.n),
            ends => ends,
        }
    }
}

impl Display for EstimateWords {
    /// `31.0 million [29.3 to 32.8 million]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.value, self.ends)
    }
}

impl Display for Ends {
    /// What stands behind an estimate, a space first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str(" [unknown]"),
            Self::Same => f.write_str(" [the same in all]"),
            Self::SameIn(n) => write!(f, " [the same in all {}]", count(*n)),
            Self::Between([low, high]) => write!(f, " [{low} to {high}]"),
        }
    }
}

/// An estimate of a unit, to one digit of its standard error; percentages by the rule of [`percentage`].
#[must_use]
pub fn estimate(of: Estimate, unit: &str) -> EstimateWords {
    let place = place_of(&of);
    if unit.starts_with('%') {
        let places = usize::try_from(-place).unwrap_or(0);
        let words = |x: f64| percentage_to(x, places);
        return EstimateWords { value: words(of.value), ends: Ends::of_estimate(&of, words) };
    }
    let with_million = |text: String| format!("{text}{}", million(place));
    let ends = match Ends::of_estimate(&of, |x| end(x, place)) {
        Ends::Between([low, high]) => Ends::Between([low, with_million(high)]),
        other => other,
    };
    EstimateWords { value: with_million(rounded(of.value, place)), ends }
}

/// The decimal place to which an estimate is written, as a power of ten: one digit of the standard error.
#[expect(clippy::cast_possible_truncation, reason = "the size of a number's size")]
fn place_of(estimate: &Estimate) -> i32 {
    let place = match estimate.standard_error {
        Some(error) if error > 0.0 => (libm::floor(libm::log10(error)) as i32).max(-2),
        _ => 0,
    };
    // What is far below a million is not written in millions.
    let ends = [estimate.interval.low, estimate.interval.high].into_iter().flatten();
    let size = ends.fold(estimate.value.abs(), |most, end| most.max(end.abs()));
    if size < SMALL { place.min(MILLIONS - 1) } else { place }
}

/// The word behind a number written to a place.
fn million(place: i32) -> &'static str {
    if place >= MILLIONS { " million" } else { "" }
}

/// A number written to a place, in millions where that place is far from 1; see [`million`]. What is written is what the files hold, so
/// that a report, which reads them, says the same.
fn rounded(value: f64, place: i32) -> String {
    let held = as_written(value, PLACES);
    in_units(libm::round(held / libm::pow(10.0, place.into())), place)
}

/// The end of an interval written to a place; one that is not 0 is written so finely that its side of 0 is seen.
fn end(value: f64, place: i32) -> String {
    let finer = (place - 3..=place).rev().filter(|finer| million(*finer) == million(place));
    let seen = |finer: &i32| value == 0.0 || libm::round(value / libm::pow(10.0, f64::from(*finer))) != 0.0;
    rounded(value, finer.into_iter().find(seen).unwrap_or(place))
}

fn in_units(units: f64, place: i32) -> String {
    let places = if place >= MILLIONS { 6 - place } else { -place };
    let places = usize::try_from(places).unwrap_or(0);
    let size =
        if place >= MILLIONS { libm::pow(10.0, f64::from(place - 6)) } else { libm::pow(10.0, place.into()) };
    thousands(&decimal(units * size, places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Proportion;

    #[test]
    fn thousands_are_separated_from_the_point_leftwards() {
        let cases = [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-123456.75", "-123,456.75"), ("", "")];
        for (plain, separated) in cases {
            assert_eq!(thousands(plain), separated);
        }
    }

    #[test]
    fn no_minus_stands_before_a_zero() {
        assert_eq!([decimal(-0.04, 1), whole(-0.4), three_digits(-0.0)], ["0.0", "0", "0"]);
        assert_eq!(
            (signed(0), signed(36), signed(-48)),
            ("0".to_owned(), "+36".to_owned(), "-48".to_owned())
        );
        assert_eq!(percent_of(-0.0, 5.0).as_deref(), Some("0%"));
    }

    #[test]
    fn things_are_counted_and_listed_as_in_a_sentence() {
        assert_eq!(
            [plural(1, "day"), plural(0, "day"), plural(1_200, "day")],
            ["1 day", "0 days", "1,200 days"]
        );
        assert_eq!(
            [list::<&str>(&[]), list(&["a"]), list(&["a", "b"]), list(&["a", "b", "c"])],
            ["", "a", "a and b", "a, b and c"]
        );
    }

    #[test]
    fn a_share_is_100_only_when_nothing_is_missing_and_0_only_when_there_is_nothing() {
        let cases = [
            ((0, 7), "0%"),
            ((7, 7), "100%"),
            ((0, 0), "0%"),
            ((1, 2), "50.0%"),
            ((48_287, 100_000), "48.3%"),
            ((1, 1_000_000), "0.0001%"),
            ((999_999, 1_000_000), "99.9999%"),
            ((2_999, 3_000), "99.97%"),
            ((1, 3_000), "0.03%"),
            ((31_000_000 - 1, 31_000_000), "99.999997%"),
            ((12_345, 100), "12,345.0%"),
        ];
        for ((part, base), words) in cases {
            assert_eq!(percent(part, base), words);
        }
        for n in 2..2_000 {
            for part in [1, n / 2, n - 1] {
                let words = percent(part, n);
                assert!(
                    words != "0%" && words != "100%" && !words.starts_with("100."),
                    "{part} of {n}: {words}"
                );
            }
        }
    }

    #[test]
    fn the_ends_of_a_share_stay_possible_and_as_fine_as_the_share() {
        let of = |held, n| share(Chance::Counted(Proportion::new(held, n).unwrap())).to_string();
        assert_eq!(of(50, 50), "100 [92.9 to 100]");
        assert_eq!(of(0, 50), "0 [0 to 7.1]");
        assert_eq!(of(2_999, 3_000), "99.97 [99.81 to 99.99]");
        assert_eq!(of(1, 3_000), "0.03 [0.01 to 0.19]");
        assert_eq!(of(17, 50), "34.0 [22.4 to 47.8]");
    }

    fn estimated(value: f64, low: f64, high: f64) -> Estimate {
        Estimate::told(value, Some((low, high)), Level::P95, 100)
    }

    #[test]
    fn an_estimate_has_the_digits_that_its_error_leaves() {
        let of = |value, low, high| estimate(estimated(value, low, high), "installation-days").to_string();
        assert_eq!(of(31_046_000.0, 29_280_000.0, 32_810_000.0), "31.0 million [29.3 to 32.8 million]");
        assert_eq!(of(489.6, 468.2, 511.0), "490 [470 to 510]");
        assert_eq!(of(7.0, 7.0, 7.0), "7 [the same in all]");
        let single = Estimate::told(7.0, None, Level::P95, 1);
        assert_eq!(estimate(single, "installations").to_string(), "7 [unknown]");
        let unseen = Estimate::told(0.0, None, Level::P95, 1055);
        assert_eq!(estimate(unseen, "installations").to_string(), "0 [the same in all 1,055]");
        assert_eq!([55, 1000].map(most_unseen), ["5.3%", "0.3%"]);
        assert_eq!(
            estimate(estimated(99.9999, 99.9997, 99.999_99), "%").to_string(),
            "99.9999 [99.9997 to 99.99999]"
        );
        assert_eq!(estimate(estimated(100.0, 100.0, 100.0), "%").to_string(), "100 [the same in all]");
    }

    #[test]
    fn what_is_written_is_what_a_report_reads_from_the_files() {
        for value in [-0.025, 0.125, 2.5, -1_234_500.0] {
            for beside in [-1e-13, 0.0, 1e-13] {
                let value = value * (1.0 + beside);
                for place in [-2, 0, 2, 3, 5] {
                    let from_a_file = rounded(as_written(value, PLACES), place);
                    assert_eq!(rounded(value, place), from_a_file, "{value} to {place}");
                }
            }
        }
        assert_eq!(rounded(-0.024_999_999_999_999, -2), "-0.03");
    }

    #[test]
    fn numbers_are_written_to_their_place() {
        assert_eq!(rounded(41.96, -1), "42.0");
        assert_eq!([end(-192.0, 3), end(11_378.0, 3), end(0.0, 3)], ["-200", "11,000", "0"]);
        assert_eq!(rounded(-0.2, 0), "0");
        assert_eq!((rounded(31_046_000.0, 5).as_str(), million(5)), ("31.0", " million"));
        assert_eq!(rounded(1_877_400_000.0, 6), "1,877");
        let shares = [percent_of(-0.01, 100.0), percent_of(31.0, 1_877.0), percent_of(0.0, 0.0)];
        assert_eq!(shares.map(Option::unwrap_or_default), ["-0.01%", "1.7%", ""]);
    }

    #[test]
    fn two_digits_are_two_digits() {
        let said = [3_217_000.0, 31_046_000.0, 48_167.0, 999.0, 0.285_4, 0.0].map(two_digits);
        assert_eq!(said, ["3.2 million", "31 million", "48,000", "1,000", "0.29", "0"]);
    }

    #[test]
    fn three_digits_are_three_digits() {
        let cases = [
            (610_362_305.0, "610 million"),
            (18_771_721.0, "18.8 million"),
            (9_996_000.0, "10.0 million"),
            (48_167.0, "48,200"),
            (999.6, "1,000"),
            (99.96, "100"),
            (28.0, "28"),
            (28.04, "28.0"),
            (999.0, "999"),
            (0.285_4, "0.285"),
            (0.0, "0"),
        ];
        for (x, words) in cases {
            assert_eq!(three_digits(x), words);
        }
        assert_eq!(
            [0.0, 999.0, 48_167.0, -1_234.0].map(signed_three_digits),
            ["0", "+999", "+48,200", "-1,230"]
        );
        assert_eq!([18_771_721.0, 0.285_4].map(plain_three_digits), ["18,800,000", "0.285"]);
        let means = [3_597.4, 200.06, 12.175, 3.0, 1.0 / 3.0, 0.001, 0.0].map(mean_count);
        assert_eq!(means, ["3,600", "200", "12.2", "3", "0.33", "0.001", "0"]);
    }
}
