//! Isotropic linear regression on fresh Gaussian samples, where B_noise is known exactly.
//!
//! x ~ N(0, I_d), y = xᵀw* + e, e ~ N(0, σ²), loss ½(xᵀw − y)², δ = w − w*. Then G = δ and
//! Σ = δδᵀ + (|δ|² + σ²)I, so that B_noise = B_simple = 1 + d(1 + σ²/|δ|²): constant d + 1 without label noise,
//! growing as the error falls with it. Derived from the fourth moments of the Gaussian
//! (E(xxᵀδδᵀxxᵀ) = |δ|²I + 2δδᵀ); definitions as in McCandlish et al. 2018 (arXiv:1812.06162), eqs. 2.8 and 2.9.

use crate::units::{BatchSize, Fraction, LearningRate, OutOfRange, Positive, Quantity};
use core::num::NonZeroU32;

/// The problem: dimension d and label noise σ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IsotropicRegression {
    dims: f64,
    label_variance: f64,
}

impl IsotropicRegression {
    /// Largest label noise σ.
    pub const MAX_NOISE_STD: f64 = 1e6;

    /// `n_dims` d, `noise_std` σ between 0 and [`Self::MAX_NOISE_STD`].
    ///
    /// # Errors
    /// [`OutOfRange`] for another σ.
    pub fn new(n_dims: NonZeroU32, noise_std: f64) -> Result<Self, OutOfRange> {
        if (0.0..=Self::MAX_NOISE_STD).contains(&noise_std) {
            Ok(Self {
                dims: f64::from(n_dims.get()),
                label_variance: noise_std * noise_std,
            })
        } else {
            let (min, max) = (0.0, Self::MAX_NOISE_STD);
            Err(OutOfRange {
                quantity: Quantity::Positive,
                value: noise_std,
                min,
                max,
            })
        }
    }

    /// tr(Σ) = (d + 1)|δ|² + dσ² at squared distance |δ|² from the optimum.
    pub fn noise_trace(&self, dist_sq: Positive) -> f64 {
        (self.dims + 1.0) * dist_sq.get() + self.dims * self.label_variance
    }

    /// B_noise = B_simple = 1 + d(1 + σ²/|δ|²), examples.
    pub fn noise_scale(&self, dist_sq: Positive) -> f64 {
        1.0 + self.dims * (1.0 + self.label_variance / dist_sq.get())
    }

    /// Best rate for the next step: 1/(1 + B_noise/B).
    pub fn optimal_lr(&self, dist_sq: Positive, batch: BatchSize) -> f64 {
        1.0 / (1.0 + self.noise_scale(dist_sq) / batch.get())
    }

    /// E|δ'|² after one step: |δ|²(1 − 2η + η²(1 + (d + 1)/B)) + η²dσ²/B.
    pub fn next_dist_sq(&self, dist_sq: Positive, lr: LearningRate, batch: BatchSize) -> f64 {
        let eta = lr.get();
        dist_sq.get() * self.contraction(lr, batch)
            + eta * eta * self.dims * self.label_variance / batch.get()
    }

    /// The rate must stay below 2/(1 + (d + 1)/B) for E|δ|² to remain bounded.
    pub fn stability_limit(&self, batch: BatchSize) -> f64 {
        2.0 / (1.0 + (self.dims + 1.0) / batch.get())
    }

    /// Where E|δ|² settles: ηdσ²/(B(2 − η(1 + (d + 1)/B))); `None` at and beyond the stability limit.
    pub fn floor(&self, lr: LearningRate, batch: BatchSize) -> Option<f64> {
        let eta = lr.get();
        let slack = 2.0 - eta * (1.0 + (self.dims + 1.0) / batch.get());
        (slack > 0.0).then(|| eta * self.dims * self.label_variance / (batch.get() * slack))
    }

    /// E|δ|² after `n_steps` steps at a constant rate: floor + (|δ₀|² − floor)·contractionⁿ; `None` if unstable.
    pub fn dist_sq_at(
        &self,
        start: Positive,
        lr: LearningRate,
        batch: BatchSize,
        n_steps: u64,
    ) -> Option<f64> {
        let floor = self.floor(lr, batch)?;
        let eta = lr.get();
        let gap = eta * (2.0 - eta * (1.0 + (self.dims + 1.0) / batch.get()));
        let shrunk = libm::exp(n_steps as f64 * libm::log1p(-gap.min(1.0)).max(-1e6));
        Some(floor + (start.get() - floor) * shrunk)
    }

    /// Without label noise: steps at the best rate until E|δ|² is `factor` of its start, ln f/ln(1 − η_opt).
    ///
    /// A real number. `None` with label noise (the best rate then changes from step to step) and for factor 0.
    pub fn steps_to_shrink(&self, factor: Fraction, batch: BatchSize) -> Option<f64> {
        if self.label_variance > 0.0 || factor.get() <= 0.0 {
            return None;
        }
        // 1 − η_opt = (d + 1)/(d + 1 + B), so −ln(1 − η_opt) = ln(1 + B/(d + 1)).
        Some(-libm::log(factor.get()) / libm::log1p(batch.get() / (self.dims + 1.0)))
    }

    fn contraction(&self, lr: LearningRate, batch: BatchSize) -> f64 {
        let eta = lr.get();
        1.0 - 2.0 * eta + eta * eta * (1.0 + (self.dims + 1.0) / batch.get())
    }
}
