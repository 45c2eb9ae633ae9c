//! How the learning rate should follow the batch size: the rules people use and the curve they approximate.
//!
//! Symbols: B batch size, B₀ and η₀ the base point, κ = B/B₀, B_noise the gradient noise scale, α its exponent.
//! Sources: Krizhevsky 2014 (arXiv:1404.5997), Goyal et al. 2017 (arXiv:1706.02677), McCandlish, Kaplan,
//! Amodei et al. 2018 (arXiv:1812.06162), Johnson et al. 2020 (arXiv:2007.05105).
//!
//! The noise-scale curve rises like the linear rule while B ≪ B_noise and is flat once B ≫ B_noise. At
//! B = B_noise its slope in a log-log picture is exactly ½. So "linear" and "square root" are two tangents of
//! one curve, and the question "which one?" is the question "where are you on it?".

use crate::units::{Alpha, BatchRatio, BatchSize, LearningRate, LrRatio, NoiseScale, Positive};

/// A batch size whose learning rate is known to be good. Every rule inherits its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BasePoint {
    /// B₀ in examples.
    pub batch: BatchSize,
    /// η₀, tuned at B₀.
    pub lr: LearningRate,
}

/// How a learning rate tuned at B₀ is carried over to another batch size B.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalingRule {
    /// η = η₀: the batch size changes alone.
    Constant,
    /// η = η₀·B/B₀ keeps the distance travelled per example (Goyal et al. 2017, section 2.1).
    Linear,
    /// η = η₀·√(B/B₀) keeps the noise variance η²Σ/B of one step (Krizhevsky 2014).
    Sqrt,
    /// η = η₀·((1 + B_noise/B₀)/(1 + B_noise/B))^α keeps η at the same multiple of the best one-step learning
    /// rate (McCandlish et al. 2018, eq. 2.6 for α = 1; appendix A.2 for Adam's α < 1).
    NoiseScale {
        /// B_noise in examples.
        noise_scale: NoiseScale,
        /// Exponent α.
        alpha: Alpha,
    },
}

impl ScalingRule {
    /// The noise-scale rule of SGD, α = 1.
    pub fn noise_scale_sgd(noise_scale: NoiseScale) -> Self {
        Self::NoiseScale {
            noise_scale,
            alpha: Alpha::clamped(1.0),
        }
    }

    /// Learning rate at `batch` by this rule; η₀ exactly at B = B₀.
    ///
    /// Assumes mean reduction of the loss. Limits of the noise-scale rule with α = 1: linear for
    /// B, B₀ ≪ B_noise; η₀·(1 + B_noise/B₀) for B ≫ B_noise.
    pub fn scale_lr(self, base: BasePoint, batch: BatchSize) -> f64 {
        base.lr.get() * self.scale_factor(base.batch, batch)
    }

    /// η/η₀ between two batch sizes; exactly 1 when they are equal, and positive.
    pub fn scale_factor(self, base: BatchSize, batch: BatchSize) -> f64 {
        let kappa = batch.get() / base.get();
        match self {
            Self::Constant => 1.0,
            Self::Linear => kappa,
            Self::Sqrt => kappa.sqrt(),
            Self::NoiseScale { noise_scale, alpha } => {
                let b_noise = noise_scale.get();
                let sgd = kappa * ((base.get() + b_noise) / (batch.get() + b_noise));
                libm::pow(sgd, alpha.get())
            }
        }
    }

    /// Slope d ln η / d ln B of the rule at `batch`: the exponent p for which η ∝ B^p nearby.
    ///
    /// 0, 1 and ½ for the power rules; α·B_noise/(B + B_noise) for the noise-scale rule, hence α at B → 0,
    /// α/2 at B_noise and 0 at B → ∞.
    pub fn local_exponent(self, batch: BatchSize) -> f64 {
        match self {
            Self::Constant => 0.0,
            Self::Linear => 1.0,
            Self::Sqrt => 0.5,
            Self::NoiseScale { noise_scale, alpha } => {
                alpha.get() * noise_scale.get() / (batch.get() + noise_scale.get())
            }
        }
    }

    /// r: the learning rate of this rule over that of `reference`, both anchored at `base`.
    ///
    /// With the true noise-scale rule as reference and a tuned base this is η/η_opt, the argument of [`progress`].
    pub fn lr_ratio(self, reference: Self, base: BatchSize, batch: BatchSize) -> LrRatio {
        LrRatio::clamped(self.scale_factor(base, batch) / reference.scale_factor(base, batch))
    }
}

/// Best learning rate for one step, without an anchor.
///
/// ```text
/// ε_opt(B) = ε_max / (1 + B_noise/B)^α
/// ```
///
/// `eps_max` is the best rate with the exact gradient. Source: McCandlish et al. 2018, eq. 2.6 (α = 1),
/// appendix A.2 (α between ½ and 1 for Adam and RMSProp).
pub fn optimal_lr(
    eps_max: LearningRate,
    noise_scale: NoiseScale,
    alpha: Alpha,
    batch: BatchSize,
) -> f64 {
    eps_max.get() / libm::pow(1.0 + noise_scale.get() / batch.get(), alpha.get())
}

/// Expected decrease of the loss in one step, as a fraction of what the best learning rate achieves.
///
/// ```text
/// f(r) = r·(2 − r),   r = η/η_opt
/// ```
///
/// 1 at r = 1, 0 at r = 0 and r = 2, negative beyond: the step is expected to raise the loss. The same parabola
/// for any optimiser whose expected loss is quadratic in η. Source: McCandlish et al. 2018, eqs. 2.5 to 2.7.
pub fn progress(ratio: LrRatio) -> f64 {
    ratio.get() * (2.0 - ratio.get())
}

/// AdaScale's gain: by how much to multiply the learning rate when the batch grows by κ.
///
/// ```text
/// r(κ) = (σ² + μ²) / (σ²/κ + μ²)
/// ```
///
/// `noise` σ² = tr(Σ)/B₀ is the variance of the base-batch gradient, `signal` μ² = |G|². Equal to the
/// noise-scale rule with B_noise = B_simple. Between 1 and κ. Source: Johnson et al. 2020.
pub fn adascale_gain(noise: Positive, signal: Positive, ratio: BatchRatio) -> f64 {
    (noise.get() + signal.get()) / (noise.get() / ratio.get() + signal.get())
}
