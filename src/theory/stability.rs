//! The largest learning rates a quadratic of curvature λ tolerates.
//!
//! Symbols: λ the largest Hessian eigenvalue, β momentum, x = ηλ. Each limit is the exact border for a constant
//! quadratic without gradient noise; in networks the loss turns non-monotone there and may still fall over longer
//! horizons (Cohen et al. 2021, arXiv:2103.00065). Mean-square limits with noise: [`super::linreg`],
//! [`super::quadratic`].

use crate::units::{Beta, LearningRate, Positive};

/// Gradient descent: 2/λ.
pub fn gradient_descent(curvature: Positive) -> f64 {
    2.0 / curvature.get()
}

/// Heavy ball with the learning rate outside the buffer (PyTorch's SGD): 2(1 + β)/λ; 3.8/λ at β = 0.9.
///
/// Source: Zhang et al. 2019 (arXiv:1907.04164); Cohen et al. 2021.
pub fn heavy_ball(curvature: Positive, momentum: Beta) -> f64 {
    2.0 * (1.0 + momentum.get()) / curvature.get()
}

/// Momentum as an average, m ← βm + (1 − β)g: 2(1 + β)/((1 − β)λ); 38/λ at β = 0.9.
pub fn averaged_momentum(curvature: Positive, momentum: Beta) -> f64 {
    heavy_ball(curvature, momentum) / (1.0 - momentum.get())
}

/// Nesterov's momentum as PyTorch writes it: 2(1 + β)/((1 + 2β)λ); 1.357/λ at β = 0.9.
///
/// Derived. b' = βb + λθ, θ' = θ − η(λθ + βb') has trace 1 + β − x(1 + β) and determinant β(1 − x), so that an
/// eigenvalue leaves the unit circle through −1 when 2 + 2β − x(1 + 2β) = 0, before the determinant reaches −1.
pub fn nesterov(curvature: Positive, momentum: Beta) -> f64 {
    heavy_ball(curvature, momentum) / (1.0 + 2.0 * momentum.get())
}

/// Adam with a frozen preconditioner P: largest stable eigenvalue of P⁻¹H, (2 + 2β₁)/((1 − β₁)η); 38/η at 0.9.
///
/// Source: Cohen et al. 2022 (arXiv:2207.14484).
pub fn adam_preconditioned_curvature(lr: LearningRate, beta1: Beta) -> f64 {
    (2.0 + 2.0 * beta1.get()) / ((1.0 - beta1.get()) * lr.get())
}

/// The two plateaus of batch sharpness of SGD with momentum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StochasticEdge {
    /// 2(1 − β)/η.
    pub small_batch: f64,
    /// 2(1 + β)/η.
    pub large_batch: f64,
}

/// Where batch sharpness settles for small and for large batches.
///
/// Source: Andreyev et al. 2026 (arXiv:2604.14108), abstract.
pub fn stochastic_edge(lr: LearningRate, momentum: Beta) -> StochasticEdge {
    StochasticEdge {
        small_batch: 2.0 * (1.0 - momentum.get()) / lr.get(),
        large_batch: 2.0 * (1.0 + momentum.get()) / lr.get(),
    }
}

/// The usable ceiling: the smaller of 2·ε_opt(B), where expected progress ends, and the heavy-ball limit.
///
/// `optimal_lr` is the best heavy-ball rate at the batch in question.
pub fn usable_ceiling(optimal_lr: Positive, curvature: Positive, momentum: Beta) -> f64 {
    (2.0 * optimal_lr.get()).min(heavy_ball(curvature, momentum))
}
