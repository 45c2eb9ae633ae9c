//! exp and tanh of four lanes at a time, the same bits on every machine.
//!
//! Range reduction and polynomials are those of the Cephes library (S. L. Moshier, `expf.c` and `tanhf.c`).
//! Only additions, multiplications, divisions, comparisons and bit operations are used, each rounded on its own, so
//! native builds and browsers agree. Largest error found over a dense set of inputs, in units of the last place:
//! [`exp`] 0.98, [`tanh`] 1.32.

use wide::bytemuck::cast;
use wide::i32x4;

use crate::train::lanes::{f32x4, splat};

/// 1.5·2²³: added to a small number it leaves the nearest whole number in the last bits of the sum.
const ROUNDER: f32 = 12_582_912.0;

/// ln 2 in two parts; the product of the first with a whole number below 2¹⁴ is exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// eˣ. NaN for NaN; 0 or ∞ where the result is out of range.
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    // Beyond these limits the result is 0 or ∞ anyway. Not `clamp`, which would turn NaN into a number.
    let x = x.simd_lt(splat(-104.0)).bitselect(splat(-104.0), x);
    let x = x.simd_gt(splat(89.0)).bitselect(splat(89.0), x);
    let (y, n) = reduced_exp(x);
    // Two factors, because 2ⁿ alone may be too small or too large for a normal number.
    let half = n >> 1_u32;
    y * power_of_two(half) * power_of_two(n - half)
}

/// tanh x, never outside ±1. NaN for NaN.
#[inline(always)]
pub fn tanh(x: f32x4) -> f32x4 {
    let z = x * x;
    let p = splat(-5.704_988_7e-3);
    let p = p * z + splat(2.063_908_8e-2);
    let p = p * z + splat(-5.373_971_5e-2);
    let p = p * z + splat(1.333_144_2e-1);
    let p = p * z + splat(-3.333_328e-1);
    let near_zero = p * (z * x) + x;
    // tanh |x| = 1 − 2/(exp 2|x| + 1), which is 1 in f32 from 9.02 on.
    let magnitude = x.abs();
    let twice = magnitude + magnitude;
    let twice = twice.simd_gt(splat(20.0)).bitselect(splat(20.0), twice);
    let (y, n) = reduced_exp(twice);
    let far = splat(1.0) - splat(2.0) / (y * power_of_two(n) + splat(1.0));
    let sign = x & splat(-0.0);
    magnitude
        .simd_lt(splat(0.625))
        .bitselect(near_zero, far | sign)
}

/// (y, n) with eˣ = y·2ⁿ and 0.7 < y < 1.42, for |x| ≤ 104.
#[inline(always)]
fn reduced_exp(x: f32x4) -> (f32x4, i32x4) {
    let rounder = splat(ROUNDER);
    let shifted = x * splat(core::f32::consts::LOG2_E) + rounder;
    let n = shifted - rounder;
    let r = x - n * splat(LN_2_HIGH) - n * splat(LN_2_LOW);
    let p = splat(1.987_569_1e-4);
    let p = p * r + splat(1.398_199_9e-3);
    let p = p * r + splat(8.333_452e-3);
    let p = p * r + splat(4.166_579_6e-2);
    let p = p * r + splat(1.666_666_6e-1);
    let p = p * r + splat(0.5);
    let y = p * (r * r) + r + splat(1.0);
    (y, bits(shifted) - bits(rounder))
}

/// 2ⁿ for −126 ≤ n ≤ 127: n above the bits of 1.
#[inline(always)]
fn power_of_two(n: i32x4) -> f32x4 {
    cast((n << 23_u32) + bits(splat(1.0)))
}

#[inline(always)]
fn bits(x: f32x4) -> i32x4 {
    cast(x)
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    /// Largest error of `found` in units of the last place of the exact result, over `n` numbers from `from` up to
    /// `to` whose bits are evenly spaced, and their negatives.
    fn largest_error(
        found: fn(f32x4) -> f32x4,
        exact: fn(f64) -> f64,
        from: f32,
        to: f32,
        n: u32,
    ) -> f64 {
        let step = (to.to_bits() - from.to_bits()) / n;
        let mut largest = 0.0_f64;
        for i in 0..n {
            let x = f32::from_bits(from.to_bits() + i * step);
            let lanes = found(f32x4::new([x, -x, x, -x])).to_array();
            for (lane, x) in lanes.into_iter().zip([x, -x]) {
                let exact = exact(f64::from(x));
                let nearest = (exact.abs() as f32).max(f32::MIN_POSITIVE);
                let ulp = f64::from(f32::from_bits(nearest.to_bits() + 1)) - f64::from(nearest);
                largest = largest.max((f64::from(lane) - exact).abs() / ulp);
            }
        }
        largest
    }

    #[test]
    fn results_are_within_two_units_of_the_last_place() {
        let ranges = [(1e-30, 1e-2), (1e-2, 0.625), (0.625, 9.5), (9.5, 88.7)];
        for (from, to) in ranges {
            for (name, error) in [
                ("exp", largest_error(exp, libm::exp, from, to, 200_000)),
                ("tanh", largest_error(tanh, libm::tanh, from, to, 200_000)),
            ] {
                assert!(error < 1.5, "{name} in ±{from}..{to}: {error}");
            }
        }
    }

    #[test]
    fn subnormal_results_are_rounded_once() {
        for i in 0..10_000_u16 {
            let x = -87.0 - f32::from(i) * 1.8e-3;
            let found = exp(splat(x)).to_array()[0];
            let error = (f64::from(found) - libm::exp(f64::from(x))).abs();
            assert!(error <= 2.0 * f64::from(f32::from_bits(1)), "{x}: {found}");
        }
    }

    #[test]
    fn special_values_are_those_of_the_functions() {
        let lanes = f32x4::new([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0]);
        let [nan, infinite, zero, one] = exp(lanes).to_array();
        assert!(nan.is_nan());
        assert_eq!([infinite, zero, one], [f32::INFINITY, 0.0, 1.0]);
        assert_eq!(
            exp(f32x4::new([-104.0, -1e30, 88.8, 1e30])).to_array(),
            [0.0, 0.0, f32::INFINITY, f32::INFINITY]
        );
        let [nan, one, minus_one, zero] = tanh(lanes).to_array();
        assert!(nan.is_nan());
        assert_eq!([one, minus_one, zero], [1.0, -1.0, 0.0]);
        assert!(
            largest_error(tanh, |x| x.signum(), 9.02, 1e30, 1000) == 0.0,
            "saturated"
        );
    }
}
