//! What the Curves panel shows, as numbers: each rule's learning rate over batch sizes, compared with the reference.
//!
//! The reference is the noise-scale optimum for SGD and the square-root rule for Adam. The noise scale of the
//! formulas is taken to be the critical batch; `critical_known` false replaces it by the band B_crit/4 … 4·B_crit.

use crate::params::curves::{CurvesState, Family};
use crate::theory::adam::{AdamBase, AdamScaled, KappaRuleDoesNotApply, kappa_rule};
use crate::theory::crossings::{linear_leaves_band, sqrt_meets_theory};
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::theory::surge::SurgeModel;
use crate::theory::tradeoff::{examples_ratio, steps_ratio};
use crate::units::{
    Alpha, BatchRatio, BatchSize, Beta, Fraction, LearningRate, NoiseScale, Positive,
};
use core::num::NonZeroU32;

/// How far off an unknown critical batch may be, either way.
pub const UNKNOWN_FACTOR: f64 = 4.0;
/// Rules within this fraction of the reference count as agreeing with it.
pub const BAND: f64 = 0.10;

/// The curves in the order of `params::curves::CURVE_NAMES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    NoScaling,
    Sqrt,
    Linear,
    Theory,
    Surge,
}

impl Curve {
    /// Every curve, in the order of their bits and names.
    pub const ALL: [Curve; 5] = [
        Curve::NoScaling,
        Curve::Sqrt,
        Curve::Linear,
        Curve::Theory,
        Curve::Surge,
    ];

    /// Its bit in `CurvesState::hidden`.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// How a rule compares with the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the reference.
    Reference,
    /// Within [`BAND`].
    Agrees,
    TooSmall,
    Overshoots,
}

/// One rule at one batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub curve: Curve,
    pub lr: f64,
    /// η ÷ reference.
    pub ratio: f64,
    /// Smallest and largest ratio over the band of an unknown critical batch.
    pub ratio_range: Option<(f64, f64)>,
    pub verdict: Verdict,
}

/// The curves of one state.
#[derive(Clone, Debug)]
pub struct Curves {
    pub base: BasePoint,
    pub target: BatchSize,
    pub critical: NoiseScale,
    pub is_critical_known: bool,
    pub family: Family,
    alpha: Alpha,
    surge: SurgeModel,
    adam: AdamBase,
}

impl Curves {
    /// From the panel's state, whose numbers lie inside the registry's ranges, all of them narrower than the types'.
    pub fn new(state: &CurvesState) -> Self {
        Self {
            base: BasePoint {
                batch: BatchSize::clamped(state.base_batch),
                lr: LearningRate::clamped(state.base_lr),
            },
            target: BatchSize::clamped(state.batch),
            critical: NoiseScale::clamped(state.critical_batch),
            is_critical_known: state.critical_known,
            family: state.family,
            alpha: match state.family {
                Family::Sgd => Alpha::clamped(1.0),
                Family::Adam => Alpha::clamped(state.alpha),
            },
            surge: SurgeModel::homogeneous(
                NonZeroU32::new(state.surge_dims as u32).unwrap_or(NonZeroU32::MIN),
                state.surge_signal,
                state.surge_correlation,
            )
            .expect("the registry's ranges lie inside the model's"),
            adam: AdamBase {
                lr: LearningRate::clamped(state.base_lr),
                beta1: Beta::clamped(state.beta1),
                beta2: Beta::clamped(state.beta2),
                eps: Positive::clamped(state.eps),
            },
        }
    }

    /// The curve that the others are compared with.
    pub fn reference(&self) -> Curve {
        match self.family {
            Family::Sgd => Curve::Theory,
            Family::Adam => Curve::Sqrt,
        }
    }

    /// Whether a curve belongs to this optimiser at all.
    pub fn has(&self, curve: Curve) -> bool {
        curve != Curve::Surge || self.family == Family::Adam
    }

    /// Learning rate of a curve at a batch size; positive and finite.
    pub fn lr(&self, curve: Curve, batch: BatchSize) -> f64 {
        self.lr_with(curve, batch, self.critical)
    }

    fn lr_with(&self, curve: Curve, batch: BatchSize, noise_scale: NoiseScale) -> f64 {
        let rule = match curve {
            Curve::NoScaling => ScalingRule::Constant,
            Curve::Sqrt => ScalingRule::Sqrt,
            Curve::Linear => ScalingRule::Linear,
            Curve::Theory => ScalingRule::NoiseScale {
                noise_scale,
                alpha: self.alpha,
            },
            Curve::Surge => return self.surge.scale_lr(self.base, batch),
        };
        rule.scale_lr(self.base, batch)
    }

    /// The two ends of the band of an unknown critical batch, at most the type's range.
    pub fn critical_band(&self) -> (NoiseScale, NoiseScale) {
        let critical = self.critical.get();
        (
            NoiseScale::clamped(critical / UNKNOWN_FACTOR),
            NoiseScale::clamped(critical * UNKNOWN_FACTOR),
        )
    }

    /// Lowest and highest theory rate over that band.
    pub fn theory_band(&self, batch: BatchSize) -> (f64, f64) {
        let (low, high) = self.critical_band();
        let (a, b) = (
            self.lr_with(Curve::Theory, batch, low),
            self.lr_with(Curve::Theory, batch, high),
        );
        (a.min(b), a.max(b))
    }

    /// η ÷ reference of a curve at a batch size.
    pub fn ratio(&self, curve: Curve, batch: BatchSize) -> f64 {
        self.lr(curve, batch) / self.lr(self.reference(), batch)
    }

    /// Every curve of this optimiser at a batch size.
    pub fn rows(&self, batch: BatchSize) -> Vec<Row> {
        Curve::ALL
            .into_iter()
            .filter(|c| self.has(*c))
            .map(|curve| self.row(curve, batch))
            .collect()
    }

    fn row(&self, curve: Curve, batch: BatchSize) -> Row {
        let lr = self.lr(curve, batch);
        let ratio = self.ratio(curve, batch);
        let is_reference = curve == self.reference();
        let depends_on_critical = (self.family == Family::Sgd) != (curve == Curve::Theory);
        let ratio_range = (!self.is_critical_known && depends_on_critical).then(|| {
            let (low, high) = self.theory_band(batch);
            match self.family {
                Family::Sgd => (lr / high, lr / low),
                Family::Adam => {
                    let reference = self.lr(self.reference(), batch);
                    (low / reference, high / reference)
                }
            }
        });
        let (least, most) = ratio_range.unwrap_or((ratio, ratio));
        let verdict = if is_reference {
            Verdict::Reference
        } else if most < 1.0 - BAND {
            Verdict::TooSmall
        } else if least > 1.0 + BAND {
            Verdict::Overshoots
        } else {
            Verdict::Agrees
        };
        Row {
            curve,
            lr,
            ratio,
            ratio_range,
            verdict,
        }
    }

    /// Where the square-root rule meets the noise-scale optimum again: B_crit²/B₀. Only for SGD, and only away
    /// from the base.
    pub fn meets_again(&self) -> Option<f64> {
        let meets = sqrt_meets_theory(self.base.batch, self.critical);
        let is_apart = (libm::log(meets) - libm::log(self.base.batch.get())).abs() > 1e-9;
        (self.family == Family::Sgd && self.is_critical_known && is_apart).then_some(meets)
    }

    /// Where the linear rule leaves the band of 10 % above the optimum. Only for SGD.
    pub fn linear_leaves(&self) -> Option<f64> {
        (self.family == Family::Sgd && self.is_critical_known)
            .then(|| linear_leaves_band(self.base.batch, self.critical, Fraction::clamped(BAND)))
    }

    /// Batch size at which the surge model's learning rate is largest, if it ever falls.
    pub fn surge_peak(&self) -> Option<f64> {
        self.surge.peak().map(BatchSize::get)
    }

    /// (S/S_min, E/E_min) at a batch size.
    pub fn cost(&self, batch: BatchSize) -> (f64, f64) {
        (
            steps_ratio(batch, self.critical),
            examples_ratio(batch, self.critical),
        )
    }

    /// Adam's hyper-parameters at the target by the square-root rule, or why they do not exist.
    pub fn adam(&self) -> Result<AdamScaled, KappaRuleDoesNotApply> {
        kappa_rule(
            self.adam,
            BatchRatio::clamped(self.target.get() / self.base.batch.get()),
        )
    }
}
