//! What is known of a task before anything is trained: its noise scale at the start, and the learning rates that it
//! can bear. Only linear regression and the quadratic are known so well; networks have to be measured.

use crate::theory::linreg::IsotropicRegression;
use crate::theory::stability;
use crate::train::spec::{OptimizerSpec, TaskSpec};
use crate::units::{Beta, Positive};
use core::num::NonZeroU32;

/// Exact B_noise = tr(HΣ)/(GᵀHG) at the start of training, in examples, where the task has a closed form.
///
/// Linear regression (H = I, |δ| = 1): 1 + d(1 + σ²/|δ|²). Quadratic (hᵢ = 1/i, Σ = diag(hᵢ), θᵢ² = 1):
/// Σhᵢ²/Σhᵢ³. The networks have to be measured. Source: McCandlish et al. 2018 (arXiv:1812.06162, eq. 2.8).
pub fn initial_noise_scale(task: TaskSpec) -> Option<f64> {
    match task {
        TaskSpec::Digits { .. } | TaskSpec::Spirals { .. } => None,
        TaskSpec::LinearRegression { n_dims, noise_std } => {
            let regression = IsotropicRegression::new(NonZeroU32::new(n_dims)?, noise_std).ok()?;
            Some(regression.noise_scale(Positive::clamped(1.0)))
        }
        TaskSpec::Quadratic { n_dims } => {
            let (trace, curvature) =
                (1..=n_dims.max(1)).fold((0.0, 0.0), |(trace, curvature), i| {
                    let h = 1.0 / f64::from(i);
                    (trace + h * h, curvature + h * h * h)
                });
            Some(trace / curvature)
        }
    }
}

/// Largest curvature λ_max of the task, and the bound that η·λ_max must stay below; both tasks with a Hessian that
/// is known and constant have λ_max = 1, to which weight decay adds itself. `None` for networks and for optimisers
/// that rescale the gradient, whose limit depends on their state.
///
/// Bounds: those of [`stability`], with dampening τ dividing heavy ball's by 1 − τ. Plain SGD on linear regression
/// diverges earlier, because there the gradient noise grows with the distance: E|δ'|²/|δ|² = (1−ηλ)² + η²(d+1)/B for
/// Gaussian samples, which is below 1 iff ηλ < 2/(1 + (d+1)/(Bλ²)).
pub fn stability_limit(task: TaskSpec, optimizer: OptimizerSpec, batch: u32) -> Option<(f64, f64)> {
    let OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov,
        weight_decay,
    } = optimizer
    else {
        return None;
    };
    let curvature = Positive::new(1.0 + weight_decay).ok()?;
    let beta = Beta::new(momentum).ok()?;
    let is_plain = momentum == 0.0;
    let max_lr = match (is_plain, nesterov) {
        (true, _) => stability::gradient_descent(curvature),
        (false, false) => stability::heavy_ball(curvature, beta) / (1.0 - dampening),
        (false, true) => stability::nesterov(curvature, beta),
    };
    let curvature = curvature.get();
    let limit = match task {
        TaskSpec::Digits { .. } | TaskSpec::Spirals { .. } => return None,
        TaskSpec::LinearRegression { n_dims, .. } if is_plain => {
            let noise = (f64::from(n_dims) + 1.0) / f64::from(batch.max(1));
            2.0 / (1.0 + noise / (curvature * curvature))
        }
        TaskSpec::LinearRegression { .. } | TaskSpec::Quadratic { .. } => max_lr * curvature,
    };
    (limit.is_finite() && limit > 0.0).then_some((curvature, limit))
}
