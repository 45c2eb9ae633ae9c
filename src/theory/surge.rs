//! The "surge" of Adam's best learning rate: it rises with B, peaks, and may fall again.
//!
//! The update is modelled as the sign of the batch gradient; coordinate i of one example's gradient is
//! N(μ_i, σ_i²), coordinates are independent. 𝓔_i(B) = erf(√(B/2)·μ_i/σ_i) is the mean of the sign.
//! Source: Li, Zhao, Zhang et al. 2024 (arXiv:2405.14578); equation numbers are theirs. The curve here is the exact
//! eq. 9. The symmetric hump of eq. 13 ([`surge_shape`]) is its limit for B below [`SurgeModel::small_batch_bound`]
//! and wrong beyond: the true curve ends at a positive constant, and need not peak at all.

use super::dense::{DenseError, SymmetricMatrix, check_entries, dot};
use super::rules::BasePoint;
use crate::units::{BatchSize, Positive};
use alloc::vec::Vec;
use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};
use core::num::NonZeroU32;

/// Sign descent on a local quadratic with Gaussian gradient noise.
#[derive(Clone, Debug, PartialEq)]
pub struct SurgeModel(Shape);

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    General {
        mean: Vec<f64>,
        deviation: Vec<f64>,
        hessian: SymmetricMatrix,
    },
    /// All coordinates alike, in units where σ = 1 and H_ii = 1, so that μ = `snr`.
    Homogeneous { snr: f64, offdiagonal: f64 },
}

/// Smallest |μ| and σ; below, products of several underflow.
const MIN_ENTRY: f64 = 1e-12;

impl SurgeModel {
    /// Signal-to-noise ratios μ/σ of one example that [`Self::homogeneous`] accepts.
    pub const SNR_RANGE: (f64, f64) = (1e-6, 1e3);

    /// From μ and σ (length d) and H ([d, d], positive definite). Each evaluation costs O(d²).
    ///
    /// # Errors
    /// [`DenseError`] for sizes that do not fit, entries out of range, σ not positive, H not positive definite
    /// (lemma 1 needs a positive denominator), or μ all zero.
    pub fn new(
        mean: Vec<f64>,
        deviation: Vec<f64>,
        hessian: SymmetricMatrix,
    ) -> Result<Self, DenseError> {
        if mean.len() != hessian.n() || deviation.len() != hessian.n() {
            return Err(DenseError::Shape);
        }
        check_entries(&mean)?;
        check_entries(&deviation)?;
        if deviation.iter().any(|&sigma| sigma < MIN_ENTRY) {
            return Err(DenseError::DeviationNotPositive);
        }
        if mean.iter().all(|mu| mu.abs() < MIN_ENTRY) {
            return Err(DenseError::NoGradient);
        }
        if !hessian.is_positive_definite() {
            return Err(DenseError::HessianNotPositive);
        }
        Ok(Self(Shape::General {
            mean,
            deviation,
            hessian,
        }))
    }

    /// `n_dims` equal coordinates with signal-to-noise ratio `snr` = μ/σ of one example and relative coupling
    /// `correlation` = ρ = H_ij/H_ii; evaluates in O(1). Learning rates are in units of σ/H_ii.
    ///
    /// ε_opt = (μ/σ)·𝓔/(1 + (d − 1)ρ𝓔²). `snr` in [`Self::SNR_RANGE`]; ρ at most 1 and with 1 + (d − 1)ρ ≥ 1e-9,
    /// so that H has no negative direction. One dimension has no coupling; ρ is ignored then.
    ///
    /// # Errors
    /// [`DenseError::Entry`] for the ratio, [`DenseError::HessianNotPositive`] for ρ.
    pub fn homogeneous(n_dims: NonZeroU32, snr: f64, correlation: f64) -> Result<Self, DenseError> {
        if !(Self::SNR_RANGE.0..=Self::SNR_RANGE.1).contains(&snr) || !correlation.is_finite() {
            return Err(DenseError::Entry);
        }
        let others = f64::from(n_dims.get() - 1);
        let offdiagonal = if others > 0.0 {
            others * correlation
        } else {
            0.0
        };
        if offdiagonal > others || 1.0 + offdiagonal < 1e-9 {
            return Err(DenseError::HessianNotPositive);
        }
        Ok(Self(Shape::Homogeneous { snr, offdiagonal }))
    }

    /// ε_opt(B), eq. 9: the best learning rate for one sign step.
    pub fn optimal_lr(&self, batch: BatchSize) -> f64 {
        let parts = self.parts_at(batch);
        parts.gain / parts.cost
    }

    /// ΔL_opt(B), eq. 8: the expected decrease of the loss at ε_opt(B). In units of σ²/H_ii per dimension for the
    /// homogeneous form.
    pub fn improvement(&self, batch: BatchSize) -> f64 {
        let parts = self.parts_at(batch);
        0.5 * parts.gain * parts.gain / parts.cost
    }

    /// ε_opt for B → ∞, eq. 17: Σ|μ_i|/ΣΣ sign(μ_i)sign(μ_j)H_ij. A coordinate with μ_i = 0 keeps its noise.
    pub fn lr_limit(&self) -> f64 {
        let parts = self.parts(&mut |ratio| Sign {
            mean: sign(ratio),
            slope: 0.0,
        });
        parts.gain / parts.cost
    }

    /// d ln ε_opt / d ln B at `batch`; ½ for B → 0, negative beyond a peak.
    pub fn local_exponent(&self, batch: BatchSize) -> f64 {
        let parts = self.parts_at(batch);
        parts.gain_slope / parts.gain - parts.cost_slope / parts.cost
    }

    /// Learning rate at `batch` when `base.lr` is as good as ε_opt is at `base.batch`.
    pub fn scale_lr(&self, base: BasePoint, batch: BatchSize) -> f64 {
        base.lr.get() * (self.optimal_lr(batch) / self.optimal_lr(base.batch))
    }

    /// B_noise of eq. 14, π·ΣH_ii/(2·Σ_{i≠j} μ_iμ_j/(σ_iσ_j)·H_ij): where eq. 13 puts the peak.
    ///
    /// `None` when the coupling sum is not positive: then there is no peak. Where it exceeds
    /// [`Self::small_batch_bound`], the prediction contradicts its own assumption.
    pub fn peak_batch_small_b(&self) -> Option<f64> {
        let (trace, coupling) = match &self.0 {
            Shape::Homogeneous { snr, offdiagonal } => (1.0, snr * snr * offdiagonal),
            Shape::General {
                mean,
                deviation,
                hessian,
            } => {
                let ratios: Vec<f64> = mean
                    .iter()
                    .zip(deviation)
                    .map(|(mu, sigma)| mu / sigma)
                    .collect();
                let own: f64 = (0..hessian.n())
                    .map(|i| ratios[i] * ratios[i] * hessian.at(i, i))
                    .sum();
                (hessian.trace(), hessian.form(&ratios, &ratios) - own)
            }
        };
        let peak = PI * trace / (2.0 * coupling);
        // Absurdly weak coupling is none: its batch would not be a number to show.
        (coupling > 0.0 && peak < 1e100).then_some(peak)
    }

    /// ε_max of eq. 15, √(B_noise/2π)·Σ(μ_i²/σ_i)/ΣH_ii: the height of eq. 13's peak; `None` with the peak.
    pub fn peak_lr_small_b(&self) -> Option<f64> {
        let (signal, trace) = match &self.0 {
            Shape::Homogeneous { snr, .. } => (snr * snr, 1.0),
            Shape::General {
                mean,
                deviation,
                hessian,
            } => (
                mean.iter()
                    .zip(deviation)
                    .map(|(mu, sigma)| mu * mu / sigma)
                    .sum(),
                hessian.trace(),
            ),
        };
        self.peak_batch_small_b()
            .map(|peak| (peak / (2.0 * PI)).sqrt() * signal / trace)
    }

    /// min πσ_i²/(2μ_i²): eqs. 13 and 14 hold for batches well below this.
    pub fn small_batch_bound(&self) -> f64 {
        let largest = match &self.0 {
            Shape::Homogeneous { snr, .. } => *snr,
            Shape::General {
                mean, deviation, ..
            } => mean
                .iter()
                .zip(deviation)
                .map(|(mu, sigma)| (mu / sigma).abs())
                .fold(0.0, f64::max),
        };
        PI / (2.0 * largest * largest)
    }

    /// The batch where the exact curve of eq. 9 is highest; `None` if it is highest at an end of [`BatchSize`]'s
    /// range, as for models whose rate only rises.
    ///
    /// Searches eight points per octave and refines the best by golden section; about 400 evaluations.
    pub fn peak(&self) -> Option<BatchSize> {
        let at = |octave: f64| self.optimal_lr(BatchSize::clamped(libm::exp2(octave)));
        let best = (0..=320)
            .map(|i| f64::from(i) / 8.0)
            .map(|x| (x, at(x)))
            .fold((0.0, f64::NEG_INFINITY), |best, point| {
                if point.1 > best.1 { point } else { best }
            });
        let stands_out = |end: f64| best.1 > at(end) * (1.0 + 1e-9);
        if !stands_out(0.0) || !stands_out(40.0) {
            return None;
        }
        let shrink = (5.0_f64.sqrt() - 1.0) / 2.0;
        let (mut low, mut high) = (best.0 - 0.125, best.0 + 0.125);
        for _ in 0..60 {
            let (left, right) = (high - shrink * (high - low), low + shrink * (high - low));
            if at(left) < at(right) {
                low = left
            } else {
                high = right
            }
        }
        Some(BatchSize::clamped(libm::exp2(f64::midpoint(low, high))))
    }

    fn parts_at(&self, batch: BatchSize) -> Parts {
        let root = batch.get().sqrt() * FRAC_1_SQRT_2;
        self.parts(&mut |ratio| {
            let z = root * ratio;
            // d erf(z)/d ln B = (2/√π)·exp(−z²)·z/2.
            Sign {
                mean: libm::erf(z),
                slope: 0.5 * FRAC_2_SQRT_PI * z * libm::exp(-z * z),
            }
        })
    }

    fn parts(&self, sign_of: &mut dyn FnMut(f64) -> Sign) -> Parts {
        match &self.0 {
            Shape::Homogeneous { snr, offdiagonal } => {
                let Sign { mean: e, slope } = sign_of(*snr);
                Parts {
                    gain: snr * e,
                    gain_slope: snr * slope,
                    cost: 1.0 + offdiagonal * e * e,
                    cost_slope: 2.0 * offdiagonal * e * slope,
                }
            }
            Shape::General {
                mean,
                deviation,
                hessian,
            } => {
                let signs: Vec<Sign> = mean
                    .iter()
                    .zip(deviation)
                    .map(|(mu, sigma)| sign_of(mu / sigma))
                    .collect();
                let e: Vec<f64> = signs.iter().map(|s| s.mean).collect();
                let slope: Vec<f64> = signs.iter().map(|s| s.slope).collect();
                let own = |f: &dyn Fn(usize) -> f64| -> f64 {
                    (0..hessian.n()).map(|i| f(i) * hessian.at(i, i)).sum()
                };
                Parts {
                    gain: dot(&e, mean),
                    gain_slope: dot(&slope, mean),
                    cost: own(&|i| (1.0 - e[i]) * (1.0 + e[i])) + hessian.form(&e, &e),
                    cost_slope: 2.0 * (hessian.form(&slope, &e) - own(&|i| e[i] * slope[i])),
                }
            }
        }
    }
}

/// Mean of the sign of one coordinate, and its derivative by ln B.
struct Sign {
    mean: f64,
    slope: f64,
}

/// Numerator and denominator of eq. 9, and their derivatives by ln B.
struct Parts {
    gain: f64,
    gain_slope: f64,
    cost: f64,
    cost_slope: f64,
}

/// −1, 0 or 1. Unlike `f64::signum` zero has no sign.
fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// 𝓔(B) = erf(√(B/2)·μ/σ): mean of the sign of a coordinate's batch gradient (theorem 2).
pub fn sign_mean(snr: Positive, batch: BatchSize) -> f64 {
    libm::erf((batch.get() / 2.0).sqrt() * snr.get())
}

/// The paper's approximation of [`sign_mean`]: (μ/σ)/√(π/(2B) + (μ/σ)²).
pub fn sign_mean_approx(snr: Positive, batch: BatchSize) -> f64 {
    snr.get() / (PI / (2.0 * batch.get()) + snr.get() * snr.get()).sqrt()
}

/// Eq. 13: ε/ε_max = 2/(√(B_noise/B) + √(B/B_noise)) as a function of x = B/B_noise.
///
/// A statement about B ≪ πσ²/(2μ²) only; do not draw it beyond ([`SurgeModel::small_batch_bound`]).
pub fn surge_shape(x: Positive) -> f64 {
    let root = x.get().sqrt();
    2.0 / (1.0 / root + root)
}
