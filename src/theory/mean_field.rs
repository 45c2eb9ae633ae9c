//! Adam, sign descent and momentum averaged over the coordinates: the short formulas.
//!
//! Symbols: b = (1 + B_s/B)^(−½) with B_s = B_simple, so that 0 < b < 1; q = Σ_{i≠j} H_ij sign(g_i g_j)/ΣH_ii;
//! β₁ momentum in the form m ← β₁m + (1 − β₁)g.
//! Source: Su Jianlin 2025, kexue.fm posts 11260, 11280 and 11301. An approximation: one number stands for all
//! coordinates' signal-to-noise ratios. [`super::surge`] has the exact curve for Gaussian noise.

use crate::units::{BatchSize, Beta, NoiseScale, Positive};

/// Momentum averages over steps as a larger batch does: the factor (1 + β₁)/(1 − β₁). 19 at β₁ = 0.9.
///
/// The best rate of SGD with momentum is η_max/(1 + B_noise/(factor·B)) in the form above (post 11301).
pub fn momentum_batch_gain(beta1: Beta) -> f64 {
    (1.0 + beta1.get()) / (1.0 - beta1.get())
}

/// Root mean square of Adam's update over η where the gradient is nothing but noise: √((1 − β₁)/(1 + β₁)).
pub fn adam_noise_update_rms(beta1: Beta) -> f64 {
    ((1.0 - beta1.get()) / (1.0 + beta1.get())).sqrt()
}

/// Best rate of sign descent in units of Σ|g|/ΣH_ii: 1/(1/b + q·b), for q ≥ 0 (post 11280).
///
/// ∝ √B for small B; 1/(1 + q) for large B.
pub fn sign_optimal_lr(offdiagonal: Positive, noise_scale: NoiseScale, batch: BatchSize) -> f64 {
    let b = signal_share(noise_scale, batch);
    1.0 / (1.0 / b + offdiagonal.get() * b)
}

/// The batch where [`sign_optimal_lr`] is largest, B_s/(q − 1); `None` for q ≤ 1, where it only rises.
///
/// Derived from the condition b² = 1/q of post 11280. `None` too where q exceeds 1 by less than a billionth.
pub fn sign_peak(offdiagonal: Positive, noise_scale: NoiseScale) -> Option<f64> {
    let excess = offdiagonal.get() - 1.0;
    (excess > 1e-9).then(|| noise_scale.get() / excess)
}

/// Best rate of Adam under a diagonal Hessian, in units of Σ|g|/ΣH_ii (post 11301).
///
/// ```text
/// η* = (1 + β₁)/((1 − β₁)/b + 2β₁b)
/// ```
///
/// β₁ = 0 gives b, the rule (1 + B_s/B)^(−½).
pub fn adam_optimal_lr(beta1: Beta, noise_scale: NoiseScale, batch: BatchSize) -> f64 {
    let b = signal_share(noise_scale, batch);
    (1.0 + beta1.get()) / ((1.0 - beta1.get()) / b + 2.0 * beta1.get() * b)
}

/// The batch beyond which [`adam_optimal_lr`] falls: (1 − β₁)/(3β₁ − 1)·B_s; `None` for β₁ ≤ ⅓, where it only rises.
pub fn adam_peak(beta1: Beta, noise_scale: NoiseScale) -> Option<f64> {
    let excess = 3.0 * beta1.get() - 1.0;
    (excess > 1e-9).then(|| (1.0 - beta1.get()) / excess * noise_scale.get())
}

/// b = (1 + B_s/B)^(−½).
fn signal_share(noise_scale: NoiseScale, batch: BatchSize) -> f64 {
    1.0 / (1.0 + noise_scale.get() / batch.get()).sqrt()
}
