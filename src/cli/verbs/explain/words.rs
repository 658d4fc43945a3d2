//! Numbers and lists as the sentences of an explained day have them.

use dormouse::wording::numbers;

/// One installation in the units that credit is counted in.
const UNIT: f64 = 4_294_967_296.0;

/// Fractions of an installation, from units of 2^-32.
#[expect(clippy::cast_precision_loss, reason = "shown to a few places")]
pub(super) fn installations(units: i64) -> f64 {
    units as f64 / UNIT
}

/// So many places that two different numbers look different.
pub(super) fn places_to_show(a: i64, b: i64) -> usize {
    let look = |units: i64, places: usize| fraction(units, places);
    (2..10).find(|places| a == b || look(a, *places) != look(b, *places)).unwrap_or(10)
}

/// Returns a fraction of an installation with a number of decimal places.
pub(super) fn fraction(units: i64, places: usize) -> String {
    numbers::decimal(installations(units), places)
}

/// Returns fraction, credit and their sum, rounded so that they add up.
#[expect(clippy::cast_possible_truncation, reason = "a few installations in units of a few decimal places")]
pub(super) fn fraction_and_credit(fraction: i64, together: i64, places: usize) -> [String; 3] {
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let rounded = |units: i64| (installations(units) * scale).round() as i64;
    let (fraction, together) = (rounded(fraction), rounded(together));
    [fraction, together - fraction, together].map(|n| {
        #[expect(clippy::cast_precision_loss, reason = "shown to a few places")]
        let shown = n as f64 / scale;
        numbers::decimal(shown, places)
    })
}

/// Lines moved to the right.
pub(super) fn indented(lines: impl IntoIterator<Item = String>, by: usize) -> Vec<String> {
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(by))).collect()
}
