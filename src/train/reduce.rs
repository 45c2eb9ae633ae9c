//! Sums and checks over slices of f32, accumulated in f64 with a fixed order.
//!
//! Four partial sums, each over every fourth element, added up at the end: always the same order, and one that fits
//! vectors. Squares of f32 cannot overflow in f64.

use crate::train::lanes::{LANES, f32x4, f64x2, is_finite, load, n_blocks};

/// Σ xᵢ².
pub fn sum_sq(values: &[f32]) -> f64 {
    dot(values, values)
}

/// Σ xᵢyᵢ over the shorter length.
pub fn dot(x: &[f32], y: &[f32]) -> f64 {
    dot_in_place(x, y)
}

/// [`dot`] without a call, for a loop that must hold vector instructions: see `Mlp::backward`.
#[inline(always)]
pub fn dot_in_place(x: &[f32], y: &[f32]) -> f64 {
    let len = x.len().min(y.len());
    let (x, y) = (&x[..len], &y[..len]);
    let (mut low, mut high) = (f64x2::ZERO, f64x2::ZERO);
    // An incomplete block ends in zeros, which change no sum.
    for block in 0..n_blocks(len) {
        let ((x_low, x_high), (y_low, y_high)) = (widen(load(x, block)), widen(load(y, block)));
        low += x_low * y_low;
        high += x_high * y_high;
    }
    let ([a, b], [c, d]) = (low.to_array(), high.to_array());
    (a + b) + (c + d)
}

/// The first two and the last two lanes as f64.
#[inline(always)]
fn widen(lanes: f32x4) -> (f64x2, f64x2) {
    let [a, b, c, d] = lanes.to_array();
    (
        f64x2::new([f64::from(a), f64::from(b)]),
        f64x2::new([f64::from(c), f64::from(d)]),
    )
}

/// Whether no value is NaN or infinite. Looks at all of them without a branch, which is quicker than stopping early.
pub fn all_finite(values: &[f32]) -> bool {
    let (pairs, rest) = values.as_chunks::<{ 2 * LANES }>();
    let (mut even, mut odd) = (is_finite(f32x4::ZERO), is_finite(f32x4::ZERO));
    for pair in pairs {
        even &= is_finite(load(pair, 0));
        odd &= is_finite(load(pair, 1));
    }
    even &= is_finite(load(rest, 0));
    odd &= is_finite(load(rest, 1));
    (even & odd).all()
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn sums_match_whole_numbers_at_every_length() {
        for n in 0..20_u32 {
            let values: Vec<f32> = (1..=n).map(|i| i as f32).collect();
            let expected = f64::from(n * (n + 1) * (2 * n + 1) / 6);
            assert_eq!(sum_sq(&values), expected);
            assert_eq!(dot(&values, &values), expected);
        }
        assert!(sum_sq(&[f32::MAX; 9]).is_finite());
        assert_eq!(dot(&[2.0; 5], &[3.0, 3.0, 3.0, 3.0, 3.0, f32::NAN]), 30.0);
    }

    #[test]
    fn one_bad_value_is_found_anywhere() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for at in 0..13 {
                let mut values =
                    [f32::MAX, f32::MIN, 0.0, -0.0, f32::MIN_POSITIVE, 1e-45, 1.0].repeat(2);
                assert!(all_finite(&values));
                values[at] = bad;
                assert!(!all_finite(&values));
            }
        }
    }
}
