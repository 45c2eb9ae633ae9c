//! Where the rules part from the noise-scale curve, meet it again and stop making progress.
//!
//! Everything is for a base learning rate that is the best one at B₀, and for SGD (α = 1) unless said otherwise.
//! Symbols: B_n = B_noise, u = √(B/B₀), r = η/η_opt. The one-step model is McCandlish et al. 2018
//! (arXiv:1812.06162), eqs. 2.5 to 2.7; the batch sizes below follow from it by solving for B:
//!
//! ```text
//! r_linear(B) = (B + B_n)/(B₀ + B_n)      r_sqrt(B) = r_linear(B)/√κ      r_constant(B) = r_linear(B)/κ
//! ```
//!
//! Results are real numbers of examples. They are finite, but may lie below one example or above the largest
//! [`BatchSize`].

use crate::units::{BatchSize, Fraction, NoiseScale};

/// Batch sizes on both sides of B₀ where a rule has r = 2: expected progress is zero, and negative beyond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZeroProgress {
    /// Below B₀, when the batch shrinks; `None` if progress stays positive.
    pub below_base: Option<f64>,
    /// Above B₀, when the batch grows; `None` if progress stays positive.
    pub above_base: Option<f64>,
}

/// Zero progress of the constant rule: B₀B_n/(B₀ + 2B_n) when the batch shrinks, never when it grows.
pub fn constant_zero_progress(base: BatchSize, noise_scale: NoiseScale) -> ZeroProgress {
    let (b0, bn) = (base.get(), noise_scale.get());
    ZeroProgress {
        below_base: Some(b0 * bn / (b0 + 2.0 * bn)),
        above_base: None,
    }
}

/// Zero progress of the linear rule: B_n + 2B₀ when the batch grows, never when it shrinks.
pub fn linear_zero_progress(base: BatchSize, noise_scale: NoiseScale) -> ZeroProgress {
    ZeroProgress {
        below_base: None,
        above_base: Some(noise_scale.get() + 2.0 * base.get()),
    }
}

/// Zero progress of the square-root rule: the two roots u of B₀u² − 2(B₀ + B_n)u + B_n = 0.
pub fn sqrt_zero_progress(base: BatchSize, noise_scale: NoiseScale) -> ZeroProgress {
    let (b0, bn) = (base.get(), noise_scale.get());
    let sum = b0 + bn;
    let u_above = (sum + (sum * sum - b0 * bn).sqrt()) / b0;
    // The product of the roots is B_n/B₀; the difference of two nearly equal numbers would lose digits.
    let u_below = bn / (b0 * u_above);
    ZeroProgress {
        below_base: Some(b0 * u_below * u_below),
        above_base: Some(b0 * u_above * u_above),
    }
}

/// Zero progress of the square-root rule where the best rate is ∝ (1 + B_s/B)^(−½), as for the sign of the
/// gradient under a diagonal Hessian: 4B₀ + 3B_s. `noise_scale` is B_s = B_simple.
///
/// Source of the best rate: McCandlish et al. 2018, appendix A.2 with α = ½.
pub fn sign_sqrt_zero_progress(base: BatchSize, noise_scale: NoiseScale) -> f64 {
    4.0 * base.get() + 3.0 * noise_scale.get()
}

/// The batch above B₀ where linear and square-root rule make equal progress: B₀·(√(1 + B_n/B₀) − 1)².
///
/// Between B₀ and there the linear rule makes more, beyond it the square root does. `None` when B_n ≤ 3B₀: the
/// local exponent at B₀ is then at most ¾, nearer to ½ than to 1, and the square root is better all the way.
/// Derived from r_linear − 1 = 1 − r_sqrt, that is (u − 1)(u² + 2u − B_n/B₀) = 0.
pub fn rules_tie(base: BatchSize, noise_scale: NoiseScale) -> Option<f64> {
    let (b0, bn) = (base.get(), noise_scale.get());
    let u = (1.0 + bn / b0).sqrt() - 1.0;
    (bn > 3.0 * b0).then_some(b0 * u * u)
}

/// Where the square-root rule equals theory a second time: B = B_n²/B₀.
///
/// Beyond B₀ when B_n > B₀, below it when B_n < B₀, and B₀ itself (the curves only touch) when they are equal.
pub fn sqrt_meets_theory(base: BatchSize, noise_scale: NoiseScale) -> f64 {
    noise_scale.get() * noise_scale.get() / base.get()
}

/// The batch where the square-root rule falls shortest of theory, and how short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Undershoot {
    /// B_noise, whatever the base.
    pub batch: f64,
    /// r there: 2√(B₀B_n)/(B₀ + B_n), at most 1.
    pub lr_ratio: f64,
}

/// Minimum of r_sqrt over all batch sizes.
pub fn sqrt_worst_undershoot(base: BatchSize, noise_scale: NoiseScale) -> Undershoot {
    let (b0, bn) = (base.get(), noise_scale.get());
    Undershoot {
        batch: bn,
        lr_ratio: 2.0 * (b0 * bn).sqrt() / (b0 + bn),
    }
}

/// The batch where the linear rule exceeds theory by the fraction `band`: B₀ + band·(B₀ + B_n).
pub fn linear_leaves_band(base: BatchSize, noise_scale: NoiseScale, band: Fraction) -> f64 {
    base.get() + band.get() * (base.get() + noise_scale.get())
}
