//! Products of a decimal and a count, rounded as a person would round them: from the digits that are written, not from
//! the nearest binary fraction.

/// A decimal of 0 or more: digits and a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: u64,
    exponent: i32,
}

/// Below this exponent a product with any count of fewer than 2^32 installations is below a half.
const LEAST_EXPONENT: i32 = -30;

impl Decimal {
    /// The shortest decimal that reads as `value`: 0.7 is seven tenths. A value below 0, or none, is 0.
    pub(crate) fn of(value: f64) -> Self {
        let zero = Self { digits: 0, exponent: 0 };
        if !value.is_finite() || value <= 0.0 {
            return zero;
        }
        let text = format!("{value:e}");
        let Some((mantissa, exponent)) = text.split_once('e') else { return zero };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
        match (format!("{whole}{fraction}").parse(), exponent.parse::<i32>()) {
            (Ok(digits), Ok(exponent)) => Self { digits, exponent: exponent - places },
            _ => zero,
        }
    }

    /// `count` times the decimal, over `over`, rounded half up; as much as a `u32` holds where it is more.
    pub(crate) fn times(self, count: u32, over: u32) -> u32 {
        if self.exponent < LEAST_EXPONENT {
            return 0;
        }
        let power = |exponent: i32| 10_u128.checked_pow(exponent.max(0).unsigned_abs());
        let scale = power(-self.exponent).map(|scale| scale * u128::from(over));
        let product = power(self.exponent)
            .and_then(|power| power.checked_mul(2 * u128::from(self.digits) * u128::from(count)));
        match (product, scale) {
            (Some(product), Some(scale)) if scale > 0 => {
                let rounded = product.saturating_add(scale) / (2 * scale);
                u32::try_from(rounded).unwrap_or(u32::MAX)
            }
            _ => u32::MAX,
        }
    }
}

/// Rounds half up, the rule for drawn days and capacities; a number that is too large is as large as can be.
pub(crate) fn half_up(value: f64) -> i64 {
    let whole = value.floor();
    #[expect(clippy::cast_possible_truncation, reason = "saturating is what a bounded count wants")]
    let rounded = whole as i64;
    rounded.saturating_add(i64::from(value - whole >= 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_rounded_from_the_digits_that_are_written() {
        // 0.7 x 45 / 3 is 10.5 exactly, and 0.7 x 45 is 31.5; both are below it in binary.
        assert_eq!(Decimal::of(0.7).times(45, 3), 11);
        assert_eq!(Decimal::of(0.7).times(45, 1), 32);
        assert_eq!(Decimal::of(1.1).times(5, 1), 6);
        assert_eq!(Decimal::of(0.29).times(50, 1), 15);
        assert_eq!(Decimal::of(1.005).times(100, 1), 101);
        assert_eq!(Decimal::of(1.0).times(7, 5), 1);
        assert_eq!(Decimal::of(0.0).times(7, 5), 0);
    }

    #[test]
    fn every_hundredth_of_every_count_is_rounded_half_up() {
        for hundredths in 0..=250_u32 {
            let factor = Decimal::of(f64::from(hundredths) / 100.0);
            for count in 0..400 {
                for over in 1..=7 {
                    let exact = (2 * hundredths * count + 100 * over) / (200 * over);
                    assert_eq!(factor.times(count, over), exact, "0.01 x {hundredths} x {count} / {over}");
                }
            }
        }
    }

    #[test]
    fn no_factor_and_no_count_is_too_large_or_too_small() {
        assert_eq!(Decimal::of(f64::MIN_POSITIVE).times(u32::MAX, 1), 0);
        assert_eq!(Decimal::of(1e-9).times(u32::MAX, 1), 4);
        assert_eq!(Decimal::of(0.123_456_789_012_345_67).times(u32::MAX, 7), 75_748_982);
        assert_eq!(Decimal::of(1_000.0).times(u32::MAX, 1), u32::MAX);
        assert_eq!(Decimal::of(f64::MAX).times(1, 1), u32::MAX);
        assert_eq!(Decimal::of(-1.0).times(5, 1), 0);
    }

    #[test]
    fn a_value_just_below_a_half_is_rounded_down() {
        assert_eq!(half_up(0.499_999_999_999_999_94), 0);
        assert_eq!(half_up(0.5), 1);
        assert_eq!(half_up(-0.5), 0);
        assert_eq!(half_up(-2.6), -3);
        assert_eq!(half_up(f64::INFINITY), i64::MAX);
    }
}
