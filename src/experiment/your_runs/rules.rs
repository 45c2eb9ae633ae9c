//! How far each scaling rule is from the best learning rates that were measured.

use crate::experiment::sweep::fit::Resampled;
use crate::experiment::sweep::ridge::RidgePoint;
use crate::theory::rules::ScalingRule;
use crate::units::{Alpha, BatchSize, NoiseScale};
use alloc::vec::Vec;

/// A rule and how far it is from the measured best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    pub rule: ScalingRule,
    /// The smallest factor F ≥ 1 within which the rule, with the base learning rate that suits it best, agrees with the
    /// best learning rate at every usable batch size.
    pub factor: f64,
}

/// Constant, square root, linear, and the noise-scale rule where it could be fitted; none with fewer than two points.
///
/// With x = ln η* − ln f(B), f being the rule's factor between batch sizes, the best base learning rate lies in the
/// middle of the x, and F = exp((max x − min x)/2).
pub fn agreements(points: &[RidgePoint], fit: Option<&Resampled>, alpha: f64) -> Vec<Agreement> {
    let usable = || points.iter().filter(|p| p.is_usable());
    let Some(base) = usable()
        .next()
        .map(|p| BatchSize::clamped(f64::from(p.batch)))
    else {
        return Vec::new();
    };
    if usable().count() < 2 {
        return Vec::new();
    }
    let noise_scale = fit.map(|fit| ScalingRule::NoiseScale {
        noise_scale: NoiseScale::clamped(fit.fit.batch),
        alpha: Alpha::clamped(alpha),
    });
    let plain = [
        ScalingRule::Constant,
        ScalingRule::Sqrt,
        ScalingRule::Linear,
    ];
    let rules = plain.into_iter().chain(noise_scale);
    rules
        .map(|rule| {
            let offset = |p: &RidgePoint| {
                let factor = rule.scale_factor(base, BatchSize::clamped(f64::from(p.batch)));
                libm::log(p.lr.mean / factor)
            };
            let (low, high) = usable()
                .map(offset)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                    (low.min(x), high.max(x))
                });
            Agreement {
                rule,
                factor: libm::exp(0.5 * (high - low)),
            }
        })
        .collect()
}
