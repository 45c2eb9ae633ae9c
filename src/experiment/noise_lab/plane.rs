//! A noisy quadratic with two parameters, where every quantity of the noise scale is known.
//!
//! Symbols: w parameters, H = diag(1/κ, 1) Hessian with curvature ratio κ, L = ½wᵀHw, G = Hw, Σ = σ²H covariance of
//! one example's gradient: noise is large where the curvature is, as in the noisy quadratic model of Zhang et al. 2019
//! (arXiv:1907.04164, section 3, cᵢ = hᵢ). Formulas of the step: McCandlish et al. 2018 (arXiv:1812.06162,
//! section 2.2), in [`LocalQuadratic`].

use crate::theory::dense::DenseError;
use crate::theory::noise::{LocalQuadratic, Moments};
use crate::units::{BatchSize, LearningRate};

/// A vector of the plane.
pub type Vec2 = [f64; 2];

/// Time of gradient flow that "follow training" shows, in units of 1/h₂: the gradient along w₂ falls to e⁻⁴, 2 %.
pub const FLOW_TIME: f64 = 4.0;

/// The quadratic seen from one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// w
    pub point: Vec2,
    /// Diagonal of H.
    pub curvature: Vec2,
    /// Diagonal of Σ.
    pub variance: Vec2,
}

impl Plane {
    /// κ at least 1 (less counts as 1), σ at least 0.
    pub fn new(ratio: f64, noise: f64, point: Vec2) -> Self {
        let curvature = [1.0 / ratio.max(1.0), 1.0];
        Self {
            point,
            curvature,
            variance: curvature.map(|h| noise * noise * h),
        }
    }

    /// The same after a share (0 to 1) of [`FLOW_TIME`] of gradient flow, dw/dt = −Hw: wᵢ(t) = wᵢ(0)·exp(−hᵢt), the
    /// path of gradient descent with a small learning rate.
    pub fn followed(mut self, share: f64) -> Self {
        for (w, h) in self.point.iter_mut().zip(self.curvature) {
            *w *= libm::exp(-h * FLOW_TIME * share);
        }
        self
    }

    /// G = Hw.
    pub fn gradient(&self) -> Vec2 {
        [0, 1].map(|i| self.curvature[i] * self.point[i])
    }

    /// L = ½wᵀHw.
    pub fn loss(&self) -> f64 {
        0.5 * sum(|i| self.curvature[i] * self.point[i] * self.point[i])
    }

    /// |G|², GᵀHG, tr(HΣ), tr(Σ).
    pub fn moments(&self) -> Moments {
        let (g, h, v) = (self.gradient(), self.curvature, self.variance);
        Moments {
            grad_norm_sq: sum(|i| g[i] * g[i]),
            curvature: sum(|i| g[i] * h[i] * g[i]),
            noise_curvature: sum(|i| h[i] * v[i]),
            noise_trace: v[0] + v[1],
        }
    }

    /// The formulas of one step; `None` at the minimum, where there is no gradient and the noise scale has no bound.
    pub fn local(&self) -> Option<LocalQuadratic> {
        let local: Result<LocalQuadratic, DenseError> = LocalQuadratic::of_moments(self.moments());
        local.ok()
    }

    /// Expected change of the loss in one step, −ε|G|² + ½ε²(GᵀHG + tr(HΣ)/B) (eq. 2.5); exact here, and also at the
    /// minimum.
    pub fn change(&self, lr: f64, batch: f64) -> f64 {
        let m = self.moments();
        -lr * m.grad_norm_sq + 0.5 * lr * lr * (m.curvature + m.noise_curvature / batch)
    }

    /// ε_opt(B), where [`Self::change`] is least (eq. 2.6); 0 at the minimum.
    pub fn best_lr(&self, batch: f64) -> f64 {
        self.local()
            .map_or(0.0, |local| local.optimal_lr(BatchSize::clamped(batch)))
    }

    /// Local exponent of ε_opt(B) = ε_max/(1 + B_noise/B) (eq. 2.6): d ln ε_opt/d ln B = B_noise/(B + B_noise), from 1
    /// where the noise dominates to 0 where the curvature does; `None` at the minimum.
    pub fn slope_of_best(&self, batch: f64) -> Option<f64> {
        let scale = self.local()?.noise_scale();
        Some(scale / (scale + batch))
    }

    /// How far batch gradients lie from G, root mean square: √(tr(Σ)/B) (eq. 2.10).
    pub fn fan_radius(&self, batch: f64) -> f64 {
        libm::sqrt((self.variance[0] + self.variance[1]) / batch)
    }

    /// Half axes of the ellipse of one standard deviation of a batch gradient, √(Σᵢᵢ/B).
    pub fn ellipse(&self, batch: f64) -> Vec2 {
        self.variance.map(|v| libm::sqrt(v / batch))
    }

    /// The change at a rate as a share of the best possible with this batch, r(2 − r) with r = ε/ε_opt; 0 at the
    /// minimum. Below 0 the loss is expected to rise.
    pub fn share_of_best(&self, lr: LearningRate, batch: f64) -> f64 {
        self.local().map_or(0.0, |local| {
            let batch = BatchSize::clamped(batch);
            local.improvement_at(lr, batch) / local.improvement(batch)
        })
    }
}

fn sum(term: impl Fn(usize) -> f64) -> f64 {
    term(0) + term(1)
}
