//! Gradient noise: its scale, how to estimate it from two batch sizes, and the temperature it gives SGD.
//!
//! Symbols: G true gradient, H Hessian, Σ covariance of one example's gradient, g_B gradient of a batch of B,
//! N data-set size. Sources: McCandlish et al. 2018 (arXiv:1812.06162), section 2.2 and appendix A.1; Smith and
//! Le 2018 (arXiv:1710.06451); Smith, Kindermans, Ying, Le 2018 (arXiv:1711.00489).

use super::dense::{DenseError, SymmetricMatrix, check_entries, dot};
use crate::units::{BatchSize, Beta, LearningRate, Positive};

/// Smallest norm of a gradient that counts as one.
const MIN_GRADIENT_NORM: f64 = 1e-12;

/// The loss around one point to second order, with gradient noise.
///
/// ```text
/// E[L(θ − εg_B)] = L − ε|G|² + ½ε²(GᵀHG + tr(HΣ)/B)        (eq. 2.5)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalQuadratic(Moments);

/// What the formulas of one step need to know of G, H and Σ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// |G|²
    pub grad_norm_sq: f64,
    /// GᵀHG
    pub curvature: f64,
    /// tr(HΣ)
    pub noise_curvature: f64,
    /// tr(Σ)
    pub noise_trace: f64,
}

impl LocalQuadratic {
    /// From G (length d), H and Σ ([d, d]); H positive definite.
    ///
    /// # Errors
    /// Every [`DenseError`] but the one of deviations.
    pub fn new(
        gradient: &[f64],
        hessian: &SymmetricMatrix,
        covariance: &SymmetricMatrix,
    ) -> Result<Self, DenseError> {
        if gradient.len() != hessian.n() || hessian.n() != covariance.n() {
            return Err(DenseError::Shape);
        }
        check_entries(gradient)?;
        let moments = Moments {
            grad_norm_sq: dot(gradient, gradient),
            curvature: hessian.form(gradient, gradient),
            noise_curvature: hessian.trace_of_product(covariance),
            noise_trace: covariance.trace(),
        };
        let found = Self::of_moments(moments);
        if found != Err(DenseError::NoGradient) && !hessian.is_positive_definite() {
            return Err(DenseError::HessianNotPositive);
        }
        let has_variances = (0..covariance.n()).all(|i| covariance.at(i, i) >= 0.0);
        match found {
            Ok(_) if !has_variances => Err(DenseError::CovarianceNegative),
            found => found,
        }
    }

    /// From the four numbers that the formulas need, where they are known without matrices.
    ///
    /// # Errors
    /// [`DenseError::Entry`] for numbers that are not finite, [`DenseError::NoGradient`],
    /// [`DenseError::HessianNotPositive`] for GᵀHG ≤ 0, [`DenseError::CovarianceNegative`] for negative traces.
    pub fn of_moments(moments: Moments) -> Result<Self, DenseError> {
        let Moments {
            grad_norm_sq,
            curvature,
            noise_curvature,
            noise_trace,
        } = moments;
        if !(grad_norm_sq + curvature + noise_curvature + noise_trace).is_finite() {
            Err(DenseError::Entry)
        } else if grad_norm_sq < MIN_GRADIENT_NORM * MIN_GRADIENT_NORM {
            Err(DenseError::NoGradient)
        } else if curvature <= 0.0 {
            Err(DenseError::HessianNotPositive)
        } else if noise_curvature < 0.0 || noise_trace < 0.0 {
            Err(DenseError::CovarianceNegative)
        } else {
            Ok(Self(moments))
        }
    }

    /// ε_max = |G|²/(GᵀHG), the best rate with the exact gradient (after eq. 2.5).
    pub fn eps_max(&self) -> f64 {
        self.0.grad_norm_sq / self.0.curvature
    }

    /// B_noise = tr(HΣ)/(GᵀHG), examples (eq. 2.8).
    pub fn noise_scale(&self) -> f64 {
        self.0.noise_curvature / self.0.curvature
    }

    /// B_simple = tr(Σ)/|G|², examples (eq. 2.9); equals B_noise when H is a multiple of the identity.
    pub fn simple_noise_scale(&self) -> f64 {
        self.0.noise_trace / self.0.grad_norm_sq
    }

    /// ε_opt(B) = ε_max/(1 + B_noise/B) (eq. 2.6).
    pub fn optimal_lr(&self, batch: BatchSize) -> f64 {
        self.eps_max() / (1.0 + self.noise_scale() / batch.get())
    }

    /// ΔL_max = ½|G|⁴/(GᵀHG), the largest decrease of the loss in one step (eq. 2.7).
    pub fn max_improvement(&self) -> f64 {
        0.5 * self.0.grad_norm_sq * self.eps_max()
    }

    /// ΔL_opt(B) = ΔL_max/(1 + B_noise/B), the expected decrease at ε_opt(B) (eq. 2.7).
    pub fn improvement(&self, batch: BatchSize) -> f64 {
        self.max_improvement() / (1.0 + self.noise_scale() / batch.get())
    }

    /// Expected decrease of the loss in one step at any rate; negative when the loss is expected to rise (eq. 2.5).
    pub fn improvement_at(&self, lr: LearningRate, batch: BatchSize) -> f64 {
        let eps = lr.get();
        eps * self.0.grad_norm_sq
            - 0.5 * eps * eps * (self.0.curvature + self.0.noise_curvature / batch.get())
    }
}

/// E|g_B|² = |G|² + tr(Σ)/B: the norm of a batch gradient falls with B although the true gradient stays.
pub fn expected_batch_norm_sq(
    grad_norm_sq: Positive,
    noise_trace: Positive,
    batch: BatchSize,
) -> f64 {
    grad_norm_sq.get() + noise_trace.get() / batch.get()
}

/// Factor of Σ in the covariance of a batch drawn without replacement: 1/B − 1/N; `None` if B > N.
///
/// Zero at B = N: the full batch has no noise. Source: McCandlish et al. 2018, footnote 6.
pub fn finite_data_noise(batch: BatchSize, n_examples: BatchSize) -> Option<f64> {
    (batch <= n_examples).then(|| 1.0 / batch.get() - 1.0 / n_examples.get())
}

/// Temperature of SGD, g = ε/(1 − m)·(N/B − 1); `None` if B > N.
///
/// ≈ εN/(B(1 − m)) for B ≪ N. Runs of equal temperature behave alike while ε is small. Sources: Smith and Le 2018;
/// Smith et al. 2018 for momentum m.
pub fn sgd_temperature(
    lr: LearningRate,
    n_examples: BatchSize,
    batch: BatchSize,
    momentum: Beta,
) -> Option<f64> {
    (batch <= n_examples)
        .then(|| lr.get() / (1.0 - momentum.get()) * (n_examples.get() / batch.get() - 1.0))
}

/// Noise scale of sign descent, ‖σ‖₁²/‖G‖₁², from the two 1-norms (Naganuma et al. 2026, arXiv:2602.03001).
pub fn sign_noise_scale(deviation_norm1: Positive, gradient_norm1: Positive) -> f64 {
    let ratio = deviation_norm1.get() / gradient_norm1.get();
    ratio * ratio
}

/// Squared norm of the mean gradient of a batch of the given size, or a mean of such squared norms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// Examples in the batch.
    pub batch: BatchSize,
    /// |g_B|².
    pub norm_sq: f64,
}

/// Unbiased estimates of |G|² and tr(Σ). Either may be negative, as unbiased estimates of small squares are.
///
/// Average each over many steps before dividing: the mean of the ratios is biased, the ratio of the means is not
/// to first order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoBatchEstimate {
    /// Estimate of |G|².
    pub grad_norm_sq: f64,
    /// Estimate of tr(Σ).
    pub noise_trace: f64,
}

/// Two gradient norms do not make an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoBatchError {
    /// The second batch must be the larger one.
    BatchesNotIncreasing,
    /// A squared norm is negative, not finite or above 1e100.
    InvalidNorm,
}

/// The estimates do not give a noise scale; average over more steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNoiseScale {
    /// The estimate of |G|² is not positive (or too small to divide by): the noise hides the gradient.
    GradientHidden,
    /// The estimate of tr(Σ) is not positive: no noise visible.
    NoiseHidden,
}

/// Splits the norms of two batch gradients into signal and noise.
///
/// ```text
/// Ĝ² = (B₂|g₂|² − B₁|g₁|²)/(B₂ − B₁)      Ŝ = (|g₁|² − |g₂|²)/(1/B₁ − 1/B₂)
/// ```
///
/// `small` has B₁ < B₂. With B₁ = 1 this is Bessel's correction. Source: McCandlish et al. 2018, eq. A.2.
///
/// # Errors
/// [`TwoBatchError`].
pub fn two_batch_estimate(
    small: BatchNorm,
    big: BatchNorm,
) -> Result<TwoBatchEstimate, TwoBatchError> {
    if small.batch >= big.batch {
        return Err(TwoBatchError::BatchesNotIncreasing);
    }
    if !(0.0..=1e100).contains(&small.norm_sq) || !(0.0..=1e100).contains(&big.norm_sq) {
        return Err(TwoBatchError::InvalidNorm);
    }
    let (b1, b2) = (small.batch.get(), big.batch.get());
    let gap = b2 - b1;
    Ok(TwoBatchEstimate {
        grad_norm_sq: (b2 * big.norm_sq - b1 * small.norm_sq) / gap,
        // 1/B₁ − 1/B₂ as (B₂ − B₁)/(B₁B₂), which cannot round to zero.
        noise_trace: (small.norm_sq - big.norm_sq) * (b1 / gap) * b2,
    })
}

impl TwoBatchEstimate {
    /// Nothing yet, for sums.
    pub const ZERO: Self = Self {
        grad_norm_sq: 0.0,
        noise_trace: 0.0,
    };

    /// Adds another, weighted: for averages, which are to be divided last.
    pub fn add(&mut self, weight: f64, other: &Self) {
        self.grad_norm_sq += weight * other.grad_norm_sq;
        self.noise_trace += weight * other.noise_trace;
    }

    /// Both times a factor.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            grad_norm_sq: factor * self.grad_norm_sq,
            noise_trace: factor * self.noise_trace,
        }
    }

    /// B_simple = tr(Σ)/|G|², examples.
    ///
    /// # Errors
    /// [`NoNoiseScale`] when one of the two is not positive, or |G|² below 1e-30 of tr(Σ).
    pub fn noise_scale(&self) -> Result<f64, NoNoiseScale> {
        // Negated comparisons, so that a NaN a caller averaged in fails too.
        if !(self.noise_trace > 0.0 && self.noise_trace.is_finite()) {
            return Err(NoNoiseScale::NoiseHidden);
        }
        if !(self.grad_norm_sq > self.noise_trace * 1e-30 && self.grad_norm_sq.is_finite()) {
            return Err(NoNoiseScale::GradientHidden);
        }
        Ok(self.noise_trace / self.grad_norm_sq)
    }
}
