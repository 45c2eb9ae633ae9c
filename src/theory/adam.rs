//! How Adam's hyper-parameters follow the batch size.
//!
//! Symbols: κ = B/B₀, β₁ β₂ decay coefficients, ε the denominator's constant, λ weight decay.
//! Sources: Malladi, Lyu, Panigrahi, Arora 2022 (arXiv:2205.10287), the square-root rule of its stochastic
//! differential equation; Marek et al. 2025 (arXiv:2507.07101), the half-life of β₂ in tokens.
//! Both take the gradient noise to dominate the gradient. For the learning rate beyond that regime see
//! [`super::surge`].

use crate::units::{BatchRatio, BatchSize, Beta, LearningRate, Positive};

/// Adam's hyper-parameters at the base batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamBase {
    /// η₀.
    pub lr: LearningRate,
    /// β₁.
    pub beta1: Beta,
    /// β₂.
    pub beta2: Beta,
    /// ε, added after the square root as PyTorch does.
    pub eps: Positive,
}

/// Adam's hyper-parameters at the new batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamScaled {
    /// η₀·√κ.
    pub lr: f64,
    /// 1 − κ(1 − β₁).
    pub beta1: Beta,
    /// 1 − κ(1 − β₂).
    pub beta2: Beta,
    /// ε/√κ.
    pub eps: f64,
}

/// Batch ratios for which one decay coefficient stays one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioLimits {
    /// Smallest κ; below it the coefficient would be 1 to nine digits.
    pub min: f64,
    /// κ must stay **below** this: 1/(1 − β), where the coefficient reaches 0.
    pub max: f64,
}

/// The square-root rule has no valid decay coefficients for this batch ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KappaRuleDoesNotApply {
    /// Present if β₁ fails.
    pub beta1: Option<RatioLimits>,
    /// Present if β₂ fails.
    pub beta2: Option<RatioLimits>,
    /// Between which κ both would be valid.
    pub limits: RatioLimits,
}

impl RatioLimits {
    /// Of one coefficient.
    pub fn of(beta: Beta) -> Self {
        let forget = 1.0 - beta.get();
        Self {
            min: (1.0 - Beta::MAX) / forget,
            max: 1.0 / forget,
        }
    }

    /// Those that satisfy both.
    fn and(self, other: Self) -> Self {
        Self {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
        }
    }
}

/// Scales all of Adam's hyper-parameters: η√κ, 1 − κ(1 − β₁), 1 − κ(1 − β₂), ε/√κ; run 1/κ as many steps.
///
/// Source: Malladi et al. 2022, the square-root scaling rule.
///
/// # Errors
/// [`KappaRuleDoesNotApply`] when κ ≥ 1/(1 − β) for either coefficient (κ = 10 is too much for β₁ = 0.9), or κ
/// is so small that a coefficient would exceed [`Beta::MAX`].
pub fn kappa_rule(base: AdamBase, ratio: BatchRatio) -> Result<AdamScaled, KappaRuleDoesNotApply> {
    let root = ratio.get().sqrt();
    match (scale_beta(base.beta1, ratio), scale_beta(base.beta2, ratio)) {
        (Ok(beta1), Ok(beta2)) => Ok(AdamScaled {
            lr: base.lr.get() * root,
            beta1,
            beta2,
            eps: base.eps.get() / root,
        }),
        (beta1, beta2) => Err(KappaRuleDoesNotApply {
            beta1: beta1.err(),
            beta2: beta2.err(),
            limits: RatioLimits::of(base.beta1).and(RatioLimits::of(base.beta2)),
        }),
    }
}

/// 1 − κ(1 − β), for one coefficient (also RMSProp's).
///
/// # Errors
/// [`RatioLimits`] of the coefficient when κ is outside them.
pub fn scale_beta(beta: Beta, ratio: BatchRatio) -> Result<Beta, RatioLimits> {
    let (forget, kappa) = (1.0 - beta.get(), ratio.get());
    // This form returns β itself at κ = 1.
    let scaled = beta.get() + (1.0 - kappa) * forget;
    // 0.9 and its like are not binary fractions, so that "zero" arrives as 2e-16.
    if kappa > 1.0 && scaled < 1e-12 || scaled > Beta::MAX {
        return Err(RatioLimits::of(beta));
    }
    Ok(Beta::clamped(scaled))
}

/// AdamW's weight decay that keeps the decay per epoch under the square-root rule: λ√κ.
///
/// Derived: 1/κ as many steps, each decaying by ηλ, with η scaled by √κ.
pub fn scale_weight_decay(weight_decay: Positive, ratio: BatchRatio) -> f64 {
    weight_decay.get() * ratio.get().sqrt()
}

/// β₂^κ: keeps the half-life of the second moment, counted in examples (or tokens).
///
/// To first order in 1 − β₂ equal to 1 − κ(1 − β₂), but valid for every κ; limited to [`Beta::MAX`].
/// Source: Marek et al. 2025.
pub fn beta_same_half_life(beta: Beta, ratio: BatchRatio) -> Beta {
    Beta::clamped(libm::pow(beta.get(), ratio.get()))
}

/// Half-life of a running average in the unit of `batch`: B·ln 2/(−ln β); 0 for β = 0.
///
/// With B in tokens (sequences × length) this is Marek et al.'s token half-life.
pub fn half_life(beta: Beta, batch: BatchSize) -> f64 {
    let decay_per_step = -libm::log(beta.get());
    batch.get() * core::f64::consts::LN_2 / decay_per_step
}
