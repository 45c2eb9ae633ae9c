//! The noisy quadratic: ½ Σ hᵢθᵢ² with Gaussian gradient noise of variance cᵢ/B, hᵢ = cᵢ = 1/i, θᵢ(0) = 1.
//!
//! Source: Zhang, Li, Nado et al. 2019 (arXiv:1907.04164, section 3), whose spectrum this is; there θ(0) is drawn
//! from N(0, 1), here it is that distribution's root mean square, which gives the same expected loss.
//! G = (hᵢθᵢ)ᵢ and tr(Σ) = Σ cᵢ, wherever θ is.

use alloc::vec;
use alloc::vec::Vec;

use crate::train::reduce::sum_sq;
use crate::train::rng::{Rng, Stream};
use crate::train::spec::NoiseProbe;
use crate::train::task::{BatchGradient, Evaluation, Task};

/// The problem and its stream of noise.
#[derive(Clone, Debug)]
pub struct Quadratic {
    curvature: Vec<f64>, // hᵢ, [d]
    noise_std: Vec<f64>, // √(cᵢ/B), [d]
    noise_trace: f64,    // Σ cᵢ
    batch_size: u32,
    noise: Rng,
}

impl Quadratic {
    /// `n_dims` d and `batch_size` B at least 1. The noise comes from the `Noise` stream.
    pub fn new(n_dims: u32, batch_size: u32, seed: u64) -> Self {
        let curvature: Vec<f64> = (1..=n_dims).map(|i| 1.0 / f64::from(i)).collect();
        let noise_std = curvature
            .iter()
            .map(|c| (c / f64::from(batch_size)).sqrt())
            .collect();
        Self {
            noise_std,
            noise_trace: curvature.iter().sum(),
            curvature,
            batch_size,
            noise: Rng::new(seed, Stream::Noise),
        }
    }

    fn loss(&self, params: &[f32]) -> f64 {
        let weighted = self.curvature.iter().zip(params);
        0.5 * weighted
            .map(|(h, theta)| h * f64::from(*theta) * f64::from(*theta))
            .sum::<f64>()
    }
}

impl Task for Quadratic {
    fn n_params(&self) -> usize {
        self.curvature.len()
    }

    fn init(&self) -> Vec<f32> {
        vec![1.0; self.curvature.len()]
    }

    /// The noise is in the gradient alone: the loss of a batch is the loss.
    /// There are no single examples to estimate tr(Σ) from, but it is known, and |g_B|² − tr(Σ)/B is unbiased.
    fn batch_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> BatchGradient {
        let coordinates = self.curvature.iter().zip(&self.noise_std).zip(params);
        for (grad, ((h, noise_std), theta)) in grad.iter_mut().zip(coordinates) {
            *grad = (h * f64::from(*theta) + noise_std * self.noise.normal()) as f32;
        }
        let norm_sq = sum_sq(grad);
        let noise_share = self.noise_trace / f64::from(self.batch_size);
        BatchGradient {
            loss: self.loss(params),
            norm_sq,
            corrected_norm_sq: (self.batch_size > 1).then_some(norm_sq - noise_share),
        }
    }

    fn evaluate(&mut self, params: &[f32]) -> Evaluation {
        Evaluation {
            train_loss: self.loss(params),
            test_loss: None,
            test_accuracy: None,
        }
    }

    fn probe(&mut self, params: &[f32]) -> NoiseProbe {
        let gradient = self
            .curvature
            .iter()
            .zip(params)
            .map(|(h, theta)| h * f64::from(*theta));
        NoiseProbe::new(gradient.map(|g| g * g).sum(), self.noise_trace)
    }
}
