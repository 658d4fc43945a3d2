//! Numbers and dates as people and spreadsheets write them. One that may mean two things is refused; a hint describes
//! it and shows how to write it.

use jiff::civil::Date;

/// Signs that people write between groups of three digits.
const GROUPING: [char; 8] = [',', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '\u{2019}', '_'];

/// A number that was understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    /// Its value, to the nearest double.
    pub(super) value: f64,
    /// The same, exactly, if it is whole and small enough.
    pub(super) whole: Option<i64>,
}

impl Number {
    /// A double as a number.
    pub(super) fn of(value: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact ones")]
        let whole = (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64);
        Self { value, whole }
    }
}

/// The meaning of a comma or a point in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// A comma groups digits, a point is the decimal mark.
    English,
    /// Either may be the decimal mark: the table separates its cells by semicolons, as spreadsheets do if the comma is
    /// the decimal mark.
    Unclear,
}

/// Why a text is not read as a number: a hint, where it looks like one.
pub(super) type Unread = Option<String>;

/// Reads a number: digits, in groups of three if in groups at all, with a point as decimal mark.
pub(super) fn number(text: &str, marks: Marks) -> Result<Number, Unread> {
    let (sign, body) = match text.strip_prefix(['-', '+']) {
        Some(body) => (if text.starts_with('-') { "-" } else { "" }, body),
        None => ("", text),
    };
    let read = || {
        let (mantissa, exponent) = body.split_once(['e', 'E']).map_or((body, None), |(m, e)| (m, Some(e)));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let digits = if whole.is_empty() { String::new() } else { ungrouped(whole)? };
        let of_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let bare_exponent = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
        let sound = !(digits.is_empty() && fraction.unwrap_or_default().is_empty())
            && fraction.is_none_or(of_digits)
            && bare_exponent.is_none_or(|e| !e.is_empty() && of_digits(e));
        sound.then_some((digits, fraction, exponent))
    };
    let Some((digits, fraction, exponent)) = read() else { return Err(looks_like(text)) };
    if marks == Marks::Unclear
        && let Some(hint) = unclear(body)
    {
        return Err(Some(hint));
    }
    let plain = format!(
        "{sign}{digits}{}{}",
        fraction.map_or_else(String::new, |f| format!(".{f}")),
        exponent.map_or_else(String::new, |e| format!("e{e}"))
    );
    let value: f64 = plain.parse().map_err(|_| looks_like(text))?;
    let is_whole = exponent.is_none() && fraction.is_none_or(|f| f.bytes().all(|b| b == b'0'));
    let whole = if is_whole { format!("{sign}{digits}").parse().ok() } else { None };
    Ok(Number { value, whole })
}

/// Reads a count. Refuses one that a spreadsheet may have shortened, or whose point may separate groups of digits.
pub(super) fn count(text: &str, marks: Marks) -> Result<Number, Unread> {
    let read = number(text, marks)?;
    if text.contains(['e', 'E']) {
        let hint = "a spreadsheet has shortened it and may have lost digits: show the column as a number and save again";
        return Err(Some(hint.to_owned()));
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && fraction == "000"
        && whole.bytes().all(|b| b.is_ascii_digit())
        && (1..=3).contains(&whole.len())
        && whole != "0"
    {
        return Err(Some(format!("it may mean {whole} or {whole}000: write one of them")));
    }
    Ok(read)
}

/// Reads a whole number as in a table of counts: `1,200` is 1200; `12,00` and `12.000` are refused, with a hint.
///
/// # Errors
/// A text that is no whole number, or may be one of two.
pub fn whole_number(text: &str) -> Result<i64, Option<String>> {
    count(text.trim(), Marks::English)?.whole.ok_or(None)
}

/// A share in per cent from a cell that shows the sign: `12.5%` is 12.5.
pub(super) fn per_cent(text: &str, marks: Marks) -> Option<f64> {
    number(text.strip_suffix('%')?.trim_end(), marks).ok().map(|number| number.value)
}

/// Digits without the signs between their groups, if there are any.
fn ungrouped(whole: &str) -> Option<String> {
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        return Some(whole.to_owned());
    }
    let sign = whole.chars().find(|c| GROUPING.contains(c))?;
    let mut groups = whole.split(sign);
    let first = groups.next()?;
    let of_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // Nobody groups behind a nought: `0,050` is a share with a decimal comma.
    let sound = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && of_digits(first)
        && groups.all(|group| group.len() == 3 && of_digits(group));
    sound.then(|| whole.replace(sign, ""))
}

/// Returns the possible meanings of a number whose comma or point may be a decimal mark or separate groups.
fn unclear(body: &str) -> Option<String> {
    let (whole, rest) = body.split_once([',', '.'])?;
    let of_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let either = of_digits(whole) && (1..=3).contains(&whole.len()) && whole != "0";
    (either && rest.len() == 3 && of_digits(rest)).then(|| {
        format!(
            "in a table with semicolons it may mean {whole}{rest} or {whole}.{rest}: save the table with commas between its cells, or as a workbook"
        )
    })
}

/// Describes a text that is not a number, and how to write it.
fn looks_like(text: &str) -> Unread {
    let of_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    if ["-", "\u{2013}", "\u{2014}", "\u{2212}"].contains(&text) {
        return Some("a dash is no number: write 0, or leave the cell empty".to_owned());
    }
    if text.starts_with(['\u{2013}', '\u{2014}', '\u{2212}']) {
        return Some("write the minus as `-`".to_owned());
    }
    if text.ends_with('%') {
        let bare = text.trim_end_matches('%').trim();
        let factor =
            bare.parse::<f64>().map_or_else(|_| String::new(), |n| format!(", {} as a factor", n / 100.0));
        return Some(format!("write it without the sign: {bare} where per cent are asked for{factor}"));
    }
    if let Some((whole, rest)) = body.split_once(',') {
        let points = whole.split('.');
        if of_digits(rest) && whole.split('.').all(of_digits) && points.count() > 1 {
            return Some(format!("a point is the decimal mark: write {}.{rest}", whole.replace('.', "")));
        }
        if of_digits(whole) && of_digits(rest) {
            return Some(format!(
                "if the comma is a decimal mark, write {whole}.{rest}; a comma between groups comes before three digits"
            ));
        }
    }
    let digits_and_signs = |c: char| c.is_ascii_digit() || c == '.' || GROUPING.contains(&c);
    if body.contains(|c: char| c.is_ascii_digit()) && body.chars().all(digits_and_signs) {
        return Some(
            "digits are grouped by three or not at all: write it without the signs between them".to_owned(),
        );
    }
    if date(text).is_ok() {
        return Some("it is a date, perhaps made one by a spreadsheet: show the cell as a number".to_owned());
    }
    if body.chars().any(char::is_numeric) {
        return Some("write the number alone, in the digits 0 to 9".to_owned());
    }
    None
}

/// Reads a date: `2020-09-01`, also with a midnight after it.
pub(super) fn date(text: &str) -> Result<Date, Unread> {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let read = Some(day).filter(|day| day.len() == 10).and_then(|day| day.parse::<Date>().ok());
    let is_midnight = |time: &str| {
        let time = time.trim_end_matches('Z');
        time.len() >= 4 && time.chars().all(|c| "0:.".contains(c)) && time.contains(':')
    };
    match (read, time) {
        (Some(date), None) => Ok(date),
        (Some(date), Some(time)) if is_midnight(time) => Ok(date),
        (Some(date), Some(_)) => Err(Some(format!("a day has no time of the day: write {date}"))),
        (None, _) => Err(date_meant(text)),
    }
}

/// Describes a text that is not a date, and how to write that day.
#[must_use]
pub fn date_meant(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(hint) = impossible_day(text) {
        return Some(hint);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let date: Date = text.parse().ok()?;
        return Some(format!("dates are written with dashes: {date}"));
    }
    if let Some(date) = by_day_number(text) {
        return Some(format!(
            "if it is a spreadsheet's number of a day, that is {date}: show the column as dates and save again, or write that"
        ));
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts[..] else { return None };
    let of = |year: &str, month: i8, day: &str| {
        let year: i16 = match year.len() {
            2 => year.parse::<i16>().ok()? + 2000,
            4 => year.parse().ok()?,
            _ => return None,
        };
        Date::new(year, month, day.parse().ok()?).ok()
    };
    if let (Some(month), _) | (None, Some(month)) = (month_named(b), month_named(a)) {
        let date = if month_named(b).is_none() {
            of(c, month, b)
        } else if a.len() == 4 {
            of(a, month, c)
        } else {
            of(c, month, a)
        };
        return date.map(|date| format!("dates are written year-month-day: {date}"));
    }
    if a.len() == 4 {
        return of(a, b.parse().ok()?, c).map(|date| format!("dates are written year-month-day: {date}"));
    }
    let meant = |order: &str, date: Date| {
        format!("dates are written year-month-day; if {order} was meant, this is {date}")
    };
    let british = b.parse().ok().and_then(|month| of(c, month, a));
    let american = || a.parse().ok().and_then(|month| of(c, month, b));
    british
        .map(|date| meant("day/month/year", date))
        .or_else(|| american().map(|date| meant("month/day/year", date)))
}

/// Why a date in the right form is no day.
fn impossible_day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] {
        return None;
    }
    let (year, month, day): (i16, i8, i8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let Ok(first) = Date::new(year, month, 1) else { return Some("there are twelve months".to_owned()) };
    let last = first.last_of_month();
    let named = first.strftime("%B %Y");
    (day < 1 || day > last.day()).then(|| format!("{named} ends on {last}"))
}

/// The date of a spreadsheet's day number, as counted from the end of 1899.
fn by_day_number(text: &str) -> Option<Date> {
    const PLAUSIBLE: std::ops::RangeInclusive<i32> = 36_526..=73_415;
    let number: i32 = text.strip_suffix(".0").unwrap_or(text).parse().ok()?;
    let day = |number| jiff::Span::new().try_days(number).ok();
    PLAUSIBLE
        .contains(&number)
        .then(|| day(number))
        .flatten()
        .and_then(|span| Date::new(1899, 12, 30).ok()?.checked_add(span).ok())
}

/// The number of a month by its English name or the first letters of it.
fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let known = |month: &&str| {
        word.len() >= 3 && month.starts_with(&word) || word == "sept" && month.starts_with("sept")
    };
    (1..).zip(MONTHS).find(|(_, month)| known(month)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_a_spreadsheet_shows_them() {
        let whole = |text: &str| number(text, Marks::English).unwrap().whole;
        for text in [
            "1,234,567",
            "1 234 567",
            "1\u{a0}234\u{a0}567",
            "1'234'567",
            "1_234_567",
            "1234567",
            "1234567.0",
        ] {
            assert_eq!(whole(text), Some(1_234_567), "{text}");
        }
        assert_eq!(whole("-7"), Some(-7));
        assert_eq!(whole("9007199254740993"), Some(9_007_199_254_740_993), "no double holds it");
        assert_eq!(
            number("12,345,678.5", Marks::English).unwrap().value.to_bits(),
            12_345_678.5_f64.to_bits()
        );
        assert_eq!(number(".5", Marks::English).unwrap().value.to_bits(), 0.5_f64.to_bits());
    }

    #[test]
    fn what_may_mean_two_things_is_not_read() {
        let not = [
            "12,00",
            "1,2",
            "12,34,567",
            "1,,200",
            ",5",
            "5,",
            "1,000 000",
            "1.234,5",
            "1.234.567",
            "",
            "-",
            "nan",
            "inf",
            "ten",
            "#N/A",
            "~900",
            "£1,200",
            "1e",
            "0x10",
            "--5",
            "+-5",
            "1 2",
            "0,050",
            "١٢",
        ];
        for text in not {
            assert!(number(text, Marks::English).is_err(), "{text}");
        }
        for text in ["1,070", "1.070", "12.000"] {
            assert!(number(text, Marks::Unclear).is_err(), "{text}");
        }
        for text in ["1,070,000", "1070", "0.125", "12.5"] {
            assert!(number(text, Marks::Unclear).is_ok(), "{text}");
        }
        for text in ["12.000", "1.07E+05"] {
            assert!(count(text, Marks::English).is_err(), "{text}");
        }
        assert_eq!(count("12.00", Marks::English).unwrap().whole, Some(12));
    }

    #[test]
    fn an_unreadable_number_comes_with_how_to_write_it() {
        let hint = |text: &str| number(text, Marks::English).unwrap_err().unwrap_or_default();
        assert!(hint("12,00").contains("write 12.00"));
        assert!(hint("1.234,5").contains("write 1234.5"));
        assert!(hint("12,34,567").contains("grouped by three"));
        assert!(hint("12.5%").contains("12.5 where"));
        assert!(hint("-").contains("write 0"));
        assert!(hint("~900").contains("the number alone"));
    }

    #[test]
    fn dates_are_read_in_one_form_and_the_others_are_translated() {
        for text in ["2020-09-01", "2020-09-01T00:00:00", "2020-09-01 00:00", "2020-09-01T00:00:00.000Z"] {
            assert_eq!(date(text).unwrap().to_string(), "2020-09-01", "{text}");
        }
        let translated = [
            ("04/09/2020", "if day/month/year was meant, this is 2020-09-04"),
            ("04/09/20", "if day/month/year was meant, this is 2020-09-04"),
            ("09/25/2020", "if month/day/year was meant, this is 2020-09-25"),
            ("01-Sep-20", "2020-09-01"),
            ("1 September 2020", "2020-09-01"),
            ("Sept 1, 2020", "2020-09-01"),
            ("2020/09/04", "2020-09-04"),
            ("20200901", "2020-09-01"),
            ("44075", "2020-09-01"),
            ("2020-02-30", "February 2020 ends on 2020-02-29"),
            ("2020-13-01", "twelve months"),
            ("2020-09-01T08:30:00", "write 2020-09-01"),
        ];
        for (text, hint) in translated {
            assert!(date(text).unwrap_err().unwrap().contains(hint), "{text}");
        }
        assert_eq!(date("soon"), Err(None));
    }
}
