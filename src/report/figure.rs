//! Rates and averages, to one decimal. They are rounded from whole numbers, so two that are equal read the same.

use crate::base::clock::MINUTE;

/// Parts of a hundred, to one decimal, half a tenth upwards; 0 of nothing.
pub type Percent = f64;
/// Minutes to one decimal, half a tenth upwards.
pub type Minutes = f64;

/// `part` of `whole`.
pub(super) fn percent(part: i64, whole: i64) -> Percent {
    tenths(part, 100, whole).unwrap_or_default()
}

/// The mean of so many durations that add up to `ms`; none of none.
pub(super) fn mean_minutes(ms: i64, count: i64) -> Option<Minutes> {
    tenths(ms, 1, count.saturating_mul(MINUTE))
}

fn tenths(value: i64, factor: i128, divisor: i64) -> Option<f64> {
    let (value, divisor) = (i128::from(value) * factor * 10, i128::from(divisor));
    let tenths = (2 * value + divisor).checked_div_euclid(2 * divisor)?;
    #[allow(clippy::cast_precision_loss, reason = "tenths of a percent or a minute are far below 2^53")]
    let tenths = tenths as f64;
    Some(tenths / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_one_decimal() {
        for (part, whole, expected) in [(72, 84, 85.7), (1, 3, 33.3), (2, 3, 66.7), (1, 2_000, 0.1), (0, 0, 0.0)] {
            assert_eq!(format!("{:?}", percent(part, whole)), format!("{expected:?}"));
        }
    }

    #[test]
    fn an_average_is_in_minutes_or_none() {
        assert_eq!(mean_minutes(2_310_000, 1), Some(38.5));
        assert_eq!(mean_minutes(312 * 60_000 * 3, 3), Some(312.0));
        assert_eq!(mean_minutes(3_000, 1), Some(0.1));
        assert_eq!(mean_minutes(2_999, 1), Some(0.0));
        assert_eq!(mean_minutes(0, 0), None);
        assert_eq!(mean_minutes(i64::MAX, 1).map(f64::is_finite), Some(true));
    }
}
