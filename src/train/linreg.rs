//! Linear regression on fresh Gaussian samples, with every quantity of interest in closed form.
//!
//! x ~ N(0, I_d), y = xᵀw* + e, e ~ N(0, σ²); the loss of one example is ½(xᵀw − y)². With δ = w − w* the expected
//! loss is ½(|δ|² + σ²), its gradient G = δ, and the covariance of one example's gradient
//! Σ = δδᵀ + (|δ|² + σ²)·I (by Isserlis' theorem), so tr(Σ) = |δ|² + d(|δ|² + σ²) and
//! B_simple = 1 + d(1 + σ²/|δ|²). w starts at 0 and w* is a random direction of length 1.
//! The setting of Ma, Bassily and Belkin 2018 (arXiv:1712.06559) for σ = 0.

use alloc::vec;
use alloc::vec::Vec;

use crate::train::batch::DrawVariance;
use crate::train::reduce::{dot, sum_sq};
use crate::train::rng::{Rng, Stream};
use crate::train::spec::NoiseProbe;
use crate::train::task::{BatchGradient, Evaluation, Task};

/// The problem, its streams and its buffers.
#[derive(Clone, Debug)]
pub struct LinearRegression {
    noise_std: f64,
    batch_size: u32,
    inputs: Rng,
    noise: Rng,
    optimum: Vec<f32>,  // w*, [d]
    delta: Vec<f32>,    // w − w*, [d]
    x: Vec<f32>,        // one example, [d]
    grad_sum: Vec<f64>, // [d]
}

impl LinearRegression {
    /// `n_dims` d at least 1, `noise_std` σ at least 0. w* comes from the `Init` stream, inputs from `Data`,
    /// label noise from `Noise`.
    pub fn new(n_dims: u32, noise_std: f64, batch_size: u32, seed: u64) -> Self {
        let n_dims = n_dims as usize;
        Self {
            noise_std,
            batch_size,
            inputs: Rng::new(seed, Stream::Data),
            noise: Rng::new(seed, Stream::Noise),
            optimum: random_direction(n_dims, &mut Rng::new(seed, Stream::Init)),
            delta: vec![0.0; n_dims],
            x: vec![0.0; n_dims],
            grad_sum: vec![0.0; n_dims],
        }
    }

    /// The parameters w* [d] that were to be found.
    pub fn optimum(&self) -> &[f32] {
        &self.optimum
    }

    fn delta_norm_sq(&mut self, params: &[f32]) -> f64 {
        for ((delta, w), optimum) in self.delta.iter_mut().zip(params).zip(&self.optimum) {
            *delta = w - optimum;
        }
        sum_sq(&self.delta)
    }
}

/// A point on the unit sphere, each equally likely.
fn random_direction(n_dims: usize, rng: &mut Rng) -> Vec<f32> {
    loop {
        let normals: Vec<f64> = (0..n_dims).map(|_| rng.normal()).collect();
        let norm = normals.iter().map(|z| z * z).sum::<f64>().sqrt();
        // Practically never repeated; guards the division.
        if norm > 1e-6 {
            return normals.iter().map(|z| (z / norm) as f32).collect();
        }
    }
}

impl Task for LinearRegression {
    fn n_params(&self) -> usize {
        self.optimum.len()
    }

    fn init(&self) -> Vec<f32> {
        vec![0.0; self.optimum.len()]
    }

    /// Examples are made one by one, so memory does not grow with the batch.
    fn batch_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> BatchGradient {
        self.delta_norm_sq(params);
        self.grad_sum.fill(0.0);
        let (mut residual_sq, mut example_norm_sq) = (0.0, 0.0);
        for _ in 0..self.batch_size {
            for x in &mut self.x {
                *x = self.inputs.normal() as f32;
            }
            let residual = dot(&self.x, &self.delta) - self.noise_std * self.noise.normal();
            for (sum, x) in self.grad_sum.iter_mut().zip(&self.x) {
                *sum += residual * f64::from(*x);
            }
            residual_sq += residual * residual;
            example_norm_sq += residual * residual * sum_sq(&self.x);
        }
        let batch_size = f64::from(self.batch_size);
        for (grad, sum) in grad.iter_mut().zip(&self.grad_sum) {
            *grad = (sum / batch_size) as f32;
        }
        let norm_sq = sum_sq(grad);
        BatchGradient {
            loss: 0.5 * residual_sq / batch_size,
            norm_sq,
            corrected_norm_sq: DrawVariance::independent(self.batch_size)
                .corrected_norm_sq(norm_sq, example_norm_sq / batch_size),
        }
    }

    fn evaluate(&mut self, params: &[f32]) -> Evaluation {
        let delta_norm_sq = self.delta_norm_sq(params);
        Evaluation {
            train_loss: 0.5 * (delta_norm_sq + self.noise_std * self.noise_std),
            test_loss: None,
            test_accuracy: None,
        }
    }

    fn probe(&mut self, params: &[f32]) -> NoiseProbe {
        let delta_norm_sq = self.delta_norm_sq(params);
        let residual_var = delta_norm_sq + self.noise_std * self.noise_std;
        let noise_trace = delta_norm_sq + self.optimum.len() as f64 * residual_var;
        NoiseProbe::new(delta_norm_sq, noise_trace)
    }
}
