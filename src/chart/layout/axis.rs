//! Where ticks stand and what they say: numbers from zero, and dates on firsts of months.

use crate::wording::numbers;
use jiff::civil::Date;

use crate::chart::surface::font;
use crate::chart::surface::theme::LABEL;

/// Least space between two labels side by side.
const TICK_GAP: f64 = 8.0;

/// A labelled place on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where, in the unit of the data.
    pub at: f64,
    /// What it says.
    pub label: String,
}

/// An axis of numbers that shows zero.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumberAxis {
    /// Its ticks from end to end; one is 0.
    pub ticks: Vec<Tick>,
    /// A power of ten in words by which the labels are divided, with a space after it; empty for 1.
    pub factor: &'static str,
}

impl NumberAxis {
    /// An axis of whole numbers from zero in about `steps` steps that ends at the first gridline not below `most`.
    pub(crate) fn up_to(most: f64, steps: u8) -> Self {
        Self::spanning(0.0, most, steps, 1.0)
    }

    /// An axis in about `steps` steps, each at least `finest`, that begins and ends at the gridlines around `least`,
    /// 0 and `most`.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    #[expect(
        clippy::allow_attributes_without_reason,
        reason = "ticks are few and small multiples of the step"
    )]
    pub(crate) fn spanning(least: f64, most: f64, steps: u8, finest: f64) -> Self {
        let (least, most) = (least.min(0.0), most.max(0.0));
        let step = round_step((most - least) / f64::from(steps) / finest).max(1.0) * finest;
        let from = (least / step).floor() as i64;
        let to = ((most / step).ceil() as i64).max(from + 1).max(i64::from(from == 0));
        let (divisor, factor) = factor_of(step * to.max(-from) as f64, 2e6);
        let places = usize::from(step < divisor) + usize::from(step * 10.0 < divisor);
        let tick = |i: i64| {
            let at = step * i as f64;
            Tick { at, label: numbers::thousands(&numbers::decimal(at / divisor, places)) }
        };
        Self { ticks: (from..=to).map(tick).collect(), factor }
    }

    /// An axis of whole numbers from zero that says only its end: the first round number not below `most`.
    pub(crate) fn ends(most: f64) -> Self {
        const ROUND: [f64; 8] = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
        let mut unit = 1.0;
        while most > 10.0 * unit {
            unit *= 10.0;
        }
        let reaches = |top: &f64| *top >= most && top.fract() == 0.0;
        let top = ROUND.map(|round| round * unit).into_iter().find(reaches).unwrap_or(10.0 * unit);
        let (divisor, factor) = factor_of(top, 1e6);
        let places = usize::from((top / divisor).fract() != 0.0);
        let tick = |at: f64| Tick { at, label: numbers::thousands(&numbers::decimal(at / divisor, places)) };
        let zero = Tick { label: "0".to_owned(), ..tick(0.0) };
        Self { ticks: vec![zero, tick(top)], factor }
    }

    /// An axis of shares, 0% to 100%.
    pub(crate) fn percent() -> Self {
        let tick = |percent: u8| Tick { at: f64::from(percent), label: format!("{percent}%") };
        Self { ticks: (0..=5).map(|i| tick(20 * i)).collect(), factor: "" }
    }

    /// The same in so few steps that it can be low.
    pub(crate) fn halves() -> Self {
        let tick = |percent: u8| Tick { at: f64::from(percent), label: format!("{percent}%") };
        Self { ticks: [0, 50, 100].map(tick).into(), factor: "" }
    }

    /// An axis of shares with the percentiles that are reported.
    pub(crate) fn percentiles() -> Self {
        let ticks =
            [(0.0, "0%"), (10.0, "P10"), (50.0, "P50"), (80.0, "P80"), (90.0, "P90"), (100.0, "100%")];
        Self { ticks: ticks.map(|(at, label)| Tick { at, label: label.to_owned() }).into(), factor: "" }
    }

    /// A value as its labels would say it, to three digits, without the words of [`Self::factor`].
    pub(crate) fn told(&self, value: f64) -> String {
        numbers::plain_three_digits(value / self.divisor())
    }

    /// The same with as many decimal places as three digits of `largest` have, or more where it would read 0.
    pub(crate) fn told_beside(&self, value: f64, largest: f64) -> String {
        let divisor = self.divisor();
        let places =
            |x: f64| numbers::plain_three_digits(x).split_once('.').map_or(0, |(_, places)| places.len());
        let words = numbers::thousands(&numbers::decimal(value / divisor, places(largest / divisor)));
        let reads_nothing = value != 0.0 && !words.contains(|c| matches!(c, '1'..='9'));
        if reads_nothing { numbers::plain_one_digit(value / divisor) } else { words }
    }

    /// What its labels are divided by.
    fn divisor(&self) -> f64 {
        FACTORS.iter().find(|(_, factor)| *factor == self.factor).map_or(1.0, |(divisor, _)| *divisor)
    }

    /// The ticks that are labelled where numbers stand at some places from left to right: all, or every second, third ... from zero, so
    /// that no label touches the next.
    pub(crate) fn labelled(&self, at: impl Fn(f64) -> f64) -> Vec<&Tick> {
        let zero = self.ticks.iter().position(|tick| tick.at == 0.0).unwrap_or(0);
        let every = |step: usize| -> Vec<&Tick> {
            let kept =
                self.ticks.iter().enumerate().filter(|(index, _)| index.abs_diff(zero).is_multiple_of(step));
            kept.map(|(_, tick)| tick).collect()
        };
        let half = |tick: &Tick| font::width(&tick.label, LABEL.size, LABEL.bold) / 2.0;
        let apart = |ticks: &[&Tick]| {
            ticks.windows(2).all(|of| at(of[1].at) - at(of[0].at) >= half(of[0]) + half(of[1]) + TICK_GAP)
        };
        (1..=self.ticks.len()).map(every).find(|ticks| apart(ticks)).unwrap_or_default()
    }

    /// The value at its beginning, 0 or below.
    pub(crate) fn bottom(&self) -> f64 {
        self.ticks.first().map_or(0.0, |tick| tick.at)
    }

    /// The value at the top of the axis.
    pub(crate) fn top(&self) -> f64 {
        self.ticks.last().map_or(1.0, |tick| tick.at)
    }
}

/// What labels are divided by, the largest first, and the words for it.
const FACTORS: [(f64, &str); 4] =
    [(1e12, "trillion "), (1e9, "billion "), (1e6, "million "), (1e3, "thousand ")];

/// The factor of an axis that reaches so far; millions from `millions` on.
fn factor_of(far: f64, millions: f64) -> (f64, &'static str) {
    let from = [2e12, 2e9, millions, 1e5];
    FACTORS.into_iter().zip(from).find(|(_, from)| far >= *from).map_or((1.0, ""), |(factor, _)| factor)
}

/// The least of 1, 2, 5, 10, 20, ... that is not below `least`.
pub(crate) fn round_step(least: f64) -> f64 {
    let mut decade = 1.0;
    while decade < 1e15 {
        for factor in [1.0, 2.0, 5.0] {
            if decade * factor >= least {
                return decade * factor;
            }
        }
        decade *= 10.0;
    }
    decade
}

/// Days from `first` on firsts of months (`Jan 2021`), or single days where the span is short (`4 Jan 2021`).
///
/// At most `most_months` of the first kind or `most_days` of the second.
pub(crate) fn date_ticks(first: Date, last: Date, most_months: usize, most_days: usize) -> Vec<Tick> {
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600].map(|step| month_ticks(first, last, step));
    match months.into_iter().find(|ticks| ticks.len() <= most_months) {
        Some(ticks) if ticks.len() >= 3 => ticks,
        _ => day_ticks(first, last, most_days),
    }
}

fn month_ticks(first: Date, last: Date, step: i32) -> Vec<Tick> {
    let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    let date = |month: i32| {
        let year = i16::try_from(month.div_euclid(12)).ok()?;
        Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()
    };
    (month(first)..=month(last))
        .filter(|m| m % step == 0)
        .filter_map(date)
        .filter(|&d| d >= first && d <= last)
        .map(|d| Tick { at: days_between(first, d), label: numbers::month(d) })
        .collect()
}

fn day_ticks(first: Date, last: Date, most: usize) -> Vec<Tick> {
    let n_days = whole_days(first, last);
    let fits = |step: &&i32| usize::try_from(n_days / **step).is_ok_and(|n| n < most);
    let step = *[1, 2, 7, 14, 28, 56, 112].iter().find(fits).unwrap_or(&365);
    let dates = first.series(jiff::Span::new().days(step)).take_while(|d| *d <= last);
    dates.map(|d| Tick { at: days_between(first, d), label: numbers::date(d) }).collect()
}

/// Days from one date to another.
pub(crate) fn days_between(from: Date, to: Date) -> f64 {
    f64::from(whole_days(from, to))
}

fn whole_days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.label.as_str()).collect()
    }

    #[test]
    fn numbers_end_on_the_next_round_gridline() {
        assert_eq!(
            labels(&NumberAxis::up_to(4_100.0, 6).ticks),
            ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]
        );
        assert_eq!(labels(&NumberAxis::up_to(0.0, 6).ticks), ["0", "1"]);
        assert_eq!(labels(&NumberAxis::up_to(3.0, 6).ticks), ["0", "1", "2", "3"]);
        let millions = NumberAxis::up_to(2.3e6, 6);
        assert_eq!((millions.factor, labels(&millions.ticks)[1]), ("million ", "0.5"));
        let ends = |most| NumberAxis::ends(most);
        assert_eq!(labels(&ends(25_030.0).ticks), ["0", "30,000"]);
        assert_eq!((ends(4.21e6).factor, labels(&ends(4.21e6).ticks)[1]), ("million ", "5"));
        assert_eq!((ends(1.1e6).factor, labels(&ends(1.1e6).ticks)[1]), ("million ", "1.5"));
        for (most, top) in [(0.0, "1"), (1.2, "2"), (7.0, "8"), (99.0, "100"), (99_000.0, "100")] {
            assert_eq!(labels(&ends(most).ticks)[1], top, "{most}");
        }
        let around = NumberAxis::spanning(-30.0, 70.0, 4, 1.0);
        assert_eq!(labels(&around.ticks), ["-50", "0", "50", "100"]);
        assert_eq!(labels(&NumberAxis::spanning(-90.0, 0.0, 2, 1.0).ticks), ["-100", "-50", "0"]);
        let tenths = NumberAxis::spanning(0.0, 1.32, 6, 0.1);
        assert_eq!(labels(&tenths.ticks), ["0.0", "0.5", "1.0", "1.5"]);
        for most in [1.0, 7.0, 99.0, 12_345.0, 4.2e9] {
            assert!(NumberAxis::up_to(most, 6).ticks.len() <= 8 && NumberAxis::up_to(most, 6).top() >= most);
        }
    }

    #[test]
    fn labels_that_would_touch_are_left_out_evenly_and_zero_never() {
        let axis = NumberAxis::spanning(-20_000.0, 40_000.0, 4, 1.0);
        let told = |wide: f64| {
            let (from, to) = (axis.bottom(), axis.top());
            let ticks = axis.labelled(|at| wide * (at - from) / (to - from));
            ticks.into_iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(told(800.0), ["-20,000", "0", "20,000", "40,000"]);
        assert_eq!(told(120.0), ["0", "40,000"]);
        assert_eq!(told(1.0), ["0"]);
        let far = NumberAxis::up_to(9.3e13, 4);
        assert_eq!((far.factor, far.told(9.3e13).as_str()), ("trillion ", "93"));
    }

    #[test]
    fn dates_stand_on_firsts_of_months_and_stay_few() {
        let date = |y, m, d| Date::new(y, m, d).unwrap();
        let long = date_ticks(date(2020, 7, 1), date(2022, 12, 31), 7, 5);
        assert_eq!(labels(&long), ["Jul 2020", "Jan 2021", "Jul 2021", "Jan 2022", "Jul 2022"]);
        let short = date_ticks(date(2021, 1, 4), date(2021, 1, 23), 7, 5);
        assert_eq!(labels(&short), ["4 Jan 2021", "11 Jan 2021", "18 Jan 2021"]);
        assert_eq!(date_ticks(date(2021, 1, 4), date(2021, 1, 4), 7, 5).len(), 1);
        assert!(date_ticks(date(1990, 1, 1), date(2190, 1, 1), 7, 5).len() <= 7);
    }
}
