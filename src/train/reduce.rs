//! Sums and checks over slices of f32, accumulated in f64 with a fixed order.
//!
//! Four partial sums, each over every fourth element, added up at the end: always the same order, and one the
//! compiler can vectorise. Squares of f32 cannot overflow in f64.

/// Σ xᵢ².
pub fn sum_sq(values: &[f32]) -> f64 {
    let (blocks, rest) = values.as_chunks::<4>();
    let mut sums = [0.0_f64; 4];
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum += f64::from(*value) * f64::from(*value);
        }
    }
    for (sum, value) in sums.iter_mut().zip(rest) {
        *sum += f64::from(*value) * f64::from(*value);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Σ xᵢyᵢ over the shorter length.
pub fn dot(x: &[f32], y: &[f32]) -> f64 {
    let ((x_blocks, x_rest), (y_blocks, y_rest)) = (x.as_chunks::<4>(), y.as_chunks::<4>());
    let mut sums = [0.0_f64; 4];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += f64::from(*x) * f64::from(*y);
        }
    }
    for ((sum, x), y) in sums.iter_mut().zip(x_rest).zip(y_rest) {
        *sum += f64::from(*x) * f64::from(*y);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Whether no value is NaN or infinite. Looks at all of them without a branch, which is quicker than stopping early.
pub fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    !values.iter().fold(false, |bad, value| {
        bad | (value.to_bits() & EXPONENT == EXPONENT)
    })
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
