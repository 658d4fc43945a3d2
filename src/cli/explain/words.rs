//! Numbers and lists as the sentences of an explained day have them.

use dormouse::output::thousands;

/// One installation in the units that credit is counted in.
const UNIT: f64 = 4_294_967_296.0;

pub(super) fn number(n: impl Into<u64>) -> String {
    thousands(&n.into().to_string())
}

/// With its sign: `+36`, `-48`.
pub(super) fn signed(n: i64) -> String {
    let sign = if n > 0 { "+" } else { "" };
    format!("{sign}{}", thousands(&n.to_string()))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 supplier`, `2 suppliers`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", number(n as u64))
}

/// Fractions of an installation, from units of 2^-32.
#[expect(clippy::cast_precision_loss, reason = "shown to a few places")]
pub(super) fn installations(units: i64) -> f64 {
    units as f64 / UNIT
}

/// So many places that two different numbers look different.
pub(super) fn places_to_tell(a: i64, b: i64) -> usize {
    let look = |units: i64, places: usize| format!("{:.places$}", installations(units));
    (2..10).find(|places| a == b || look(a, *places) != look(b, *places)).unwrap_or(10)
}

/// A fraction with so many places, and no minus before a zero.
pub(super) fn decimal(units: i64, places: usize) -> String {
    let text = format!("{:.places$}", installations(units));
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        _ => text,
    }
}

/// Fraction, credit and what they make, so rounded that they add up as they stand.
#[expect(clippy::cast_possible_truncation, reason = "a few installations in units of a few decimal places")]
pub(super) fn fraction_and_credit(fraction: i64, together: i64, places: usize) -> [String; 3] {
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let rounded = |units: i64| (installations(units) * scale).round() as i64;
    let (fraction, together) = (rounded(fraction), rounded(together));
    [fraction, together - fraction, together].map(|n| {
        #[expect(clippy::cast_precision_loss, reason = "shown to a few places")]
        let shown = n as f64 / scale;
        format!("{shown:.places$}")
    })
}

/// Lines moved to the right.
pub(super) fn indented(lines: impl IntoIterator<Item = String>, by: usize) -> Vec<String> {
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(by))).collect()
}
