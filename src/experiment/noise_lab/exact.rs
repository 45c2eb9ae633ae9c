//! Exact gradient noise of a network on its training set, from every example's own gradient, in pieces.
//!
//! Symbols: gᵢ gradient of example i, G = (1/N)Σgᵢ, Σ covariance with divisor N. Besides |G|² and tr(Σ) (McCandlish et
//! al. 2018, arXiv:1812.06162, eq. 2.9) this needs every coordinate's deviation, for the noise scale of sign descent
//! (Naganuma et al. 2026, arXiv:2602.03001), so the gradients are formed one by one.

use crate::theory::noise::sign_noise_scale;
use crate::train::accumulate::MeanGradient;
use crate::units::Positive;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// What a pass finds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExactNoise {
    /// Mean loss of the training set.
    pub loss: f64,
    /// |G|²
    pub grad_norm_sq: f64,
    /// tr(Σ)
    pub noise_trace: f64,
    /// ‖G‖₁
    pub grad_norm1: f64,
    /// ‖σ‖₁, sum of the coordinates' standard deviations.
    pub deviation_norm1: f64,
}

impl ExactNoise {
    /// B_simple = tr(Σ)/|G|², examples; `None` where the gradient vanishes.
    pub fn noise_scale(&self) -> Option<f64> {
        let ratio = self.noise_trace / self.grad_norm_sq;
        ratio.is_finite().then_some(ratio)
    }

    /// B_ℓ1 = ‖σ‖₁²/‖G‖₁², examples: the noise scale of sign descent, which Adam resembles.
    pub fn sign_noise_scale(&self) -> Option<f64> {
        let gradient = Positive::new(self.grad_norm1).ok()?;
        let deviation = Positive::new(self.deviation_norm1).ok()?;
        Some(sign_noise_scale(deviation, gradient))
    }

    /// Whether every number is one.
    pub fn is_finite(&self) -> bool {
        (self.loss + self.grad_norm_sq + self.noise_trace).is_finite()
    }
}

/// A pass under way.
#[derive(Clone, Debug, Default)]
pub struct ExactPass {
    n_done: u32,
    loss: f64,
    sum: Vec<f64>,    // [n_params], Σ gᵢ
    sum_sq: Vec<f64>, // [n_params], Σ gᵢ²
}

impl ExactPass {
    /// A pass that has seen nothing.
    pub fn new(n_params: usize) -> Self {
        Self {
            n_done: 0,
            loss: 0.0,
            sum: vec![0.0; n_params],
            sum_sq: vec![0.0; n_params],
        }
    }

    /// Takes in at most `n` of the `n_examples` examples, and returns what was found after the last. `grad` [n_params]
    /// is room to work in.
    pub fn advance(
        &mut self,
        task: &mut impl MeanGradient,
        params: &[f32],
        n: u32,
        n_examples: u32,
        grad: &mut [f32],
    ) -> Option<ExactNoise> {
        let end = n_examples.min(self.n_done.saturating_add(n));
        for example in self.n_done..end {
            self.loss += task.mean_gradient(params, &[example], grad);
            let sums = self.sum.iter_mut().zip(&mut self.sum_sq);
            for ((sum, sum_sq), g) in sums.zip(&*grad) {
                let g = f64::from(*g);
                *sum += g;
                *sum_sq += g * g;
            }
        }
        self.n_done = end;
        (end == n_examples).then(|| self.result(f64::from(n_examples)))
    }

    fn result(&self, n: f64) -> ExactNoise {
        let mut found = ExactNoise {
            loss: self.loss / n,
            grad_norm_sq: 0.0,
            noise_trace: 0.0,
            grad_norm1: 0.0,
            deviation_norm1: 0.0,
        };
        for (sum, sum_sq) in self.sum.iter().zip(&self.sum_sq) {
            let mean = sum / n;
            // Rounding may leave a hair less than nothing where all gradients are equal.
            let variance = (sum_sq / n - mean * mean).max(0.0);
            found.grad_norm_sq += mean * mean;
            found.noise_trace += variance;
            found.grad_norm1 += mean.abs();
            found.deviation_norm1 += libm::sqrt(variance);
        }
        found
    }
}
