//! SGD on least squares that can be fitted exactly: linear scaling up to a batch, saturation beyond.
//!
//! Symbols: m batch size, β bound on ‖x‖², λ₁ ≥ … ≥ λ_k the non-zero eigenvalues of H = E(xxᵀ). The noise
//! vanishes at the optimum, hence a constant learning rate converges for every m.
//! Source: Ma, Bassily, Belkin 2018 (arXiv:1712.06559).

use crate::units::{BatchSize, Positive};

/// Spectrum of the problem with β ≥ λ₁ ≥ λ_k > 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interpolation {
    norm_bound: f64,
    lambda_max: f64,
    lambda_min: f64,
}

/// The numbers do not satisfy β ≥ λ₁ ≥ λ_k (λ₁ cannot exceed the mean of ‖x‖²).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASpectrum;

impl Interpolation {
    /// From β, λ₁ and λ_k.
    ///
    /// # Errors
    /// [`NotASpectrum`] unless β ≥ λ₁ ≥ λ_k.
    pub fn new(
        norm_bound: Positive,
        lambda_max: Positive,
        lambda_min: Positive,
    ) -> Result<Self, NotASpectrum> {
        if norm_bound >= lambda_max && lambda_max >= lambda_min {
            let (norm_bound, lambda_max, lambda_min) =
                (norm_bound.get(), lambda_max.get(), lambda_min.get());
            Ok(Self {
                norm_bound,
                lambda_max,
                lambda_min,
            })
        } else {
            Err(NotASpectrum)
        }
    }

    /// Factor of E|δ|² in one step along an eigenvector of eigenvalue λ: 1 − 2ηλ + η²(βλ + (m − 1)λ²)/m.
    ///
    /// An upper bound, attained when ‖x‖² = β for all x. `lambda` is any eigenvalue, `lr` any rate.
    pub fn contraction(&self, lambda: Positive, lr: Positive, batch: BatchSize) -> f64 {
        let (lambda, lr, m) = (lambda.get(), lr.get(), batch.get());
        1.0 - 2.0 * lr * lambda + lr * lr * lambda * (self.norm_bound + (m - 1.0) * lambda) / m
    }

    /// Rate with the fastest guaranteed contraction over all eigenvectors:
    /// m/(β + (m − 1)λ_k) up to m*, then 2m/(β + (m − 1)(λ₁ + λ_k)); the two agree at m*.
    pub fn optimal_lr(&self, batch: BatchSize) -> f64 {
        let m = batch.get();
        if (m - 1.0) * (self.lambda_max - self.lambda_min) <= self.norm_bound {
            m / (self.norm_bound + (m - 1.0) * self.lambda_min)
        } else {
            2.0 * m / (self.norm_bound + (m - 1.0) * (self.lambda_max + self.lambda_min))
        }
    }

    /// Optimal rate in the convex bound, where λ_k is unknown: m/(β + (m − 1)λ₁).
    pub fn convex_lr(&self, batch: BatchSize) -> f64 {
        batch.get() / (self.norm_bound + (batch.get() - 1.0) * self.lambda_max)
    }

    /// m* = β/(λ₁ − λ_k) + 1: the batch up to which m small steps and one step of a batch of m are nearly the same.
    ///
    /// `None` when λ₁ = λ_k: one step of a large batch then solves the problem, and more always helps.
    pub fn saturation_batch(&self) -> Option<f64> {
        let gap = self.lambda_max - self.lambda_min;
        (gap > 0.0).then(|| self.norm_bound / gap + 1.0)
    }

    /// The paper's short form of m*: β/λ₁ + 1.
    pub fn saturation_batch_approx(&self) -> f64 {
        self.norm_bound / self.lambda_max + 1.0
    }
}
