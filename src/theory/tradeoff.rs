//! What a batch size costs: steps against examples, and what "critical batch size" means.
//!
//! Symbols: S steps and E = B·S examples to reach a target with a tuned learning rate; S_min, E_min their
//! infima; B_crit = E_min/S_min. Source: McCandlish et al. 2018 (arXiv:1812.06162), eqs. 2.11 and 2.12,
//! appendix D. The hyperbola is a model: measured curves follow it within some ten percent.

use crate::units::{BatchSize, Fraction, NoiseScale, OutOfRange, Positive};

/// S/S_min = 1 + B_crit/B: steps relative to what an infinite batch would need. 2 at B = B_crit.
pub fn steps_ratio(batch: BatchSize, critical_batch: NoiseScale) -> f64 {
    1.0 + critical_batch.get() / batch.get()
}

/// E/E_min = 1 + B/B_crit: examples relative to what a vanishing batch would need. 2 at B = B_crit.
pub fn examples_ratio(batch: BatchSize, critical_batch: NoiseScale) -> f64 {
    1.0 + batch.get() / critical_batch.get()
}

/// The hyperbola (S/S_min − 1)(E/E_min − 1) = 1 in absolute numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tradeoff {
    /// S_min, optimiser steps.
    pub min_steps: Positive,
    /// B_crit, examples.
    pub critical_batch: NoiseScale,
}

impl Tradeoff {
    /// From the two infima: B_crit = E_min/S_min (eq. 2.12).
    ///
    /// # Errors
    /// [`OutOfRange`] when the quotient is no [`NoiseScale`].
    pub fn from_minima(min_steps: Positive, min_examples: Positive) -> Result<Self, OutOfRange> {
        let critical_batch = NoiseScale::new(min_examples.get() / min_steps.get())?;
        Ok(Self {
            min_steps,
            critical_batch,
        })
    }

    /// E_min = S_min·B_crit, examples.
    pub fn min_examples(self) -> f64 {
        self.min_steps.get() * self.critical_batch.get()
    }

    /// S(B) = S_min·(1 + B_crit/B), steps.
    pub fn steps(self, batch: BatchSize) -> f64 {
        self.min_steps.get() * steps_ratio(batch, self.critical_batch)
    }

    /// E(B) = B·S(B) = E_min + S_min·B, examples.
    pub fn examples(self, batch: BatchSize) -> f64 {
        self.min_examples() + self.min_steps.get() * batch.get()
    }
}

/// What different authors call the critical batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CriticalBatchDefinition {
    /// Twice the least steps and twice the least examples (McCandlish et al. 2018, eq. 2.11).
    TwiceTheMinima,
    /// 20 % more examples than under perfect scaling (Zhang et al. 2024, arXiv:2410.21676).
    TwentyPercentOverhead,
    /// So much more data than the minimum, as a fraction.
    ExtraData(Fraction),
    /// Steps within this fraction of their minimum: the practical end of saving steps (compare Shallue et al.
    /// 2019, arXiv:1811.03600, "maximal data parallelism").
    StepsNearMinimum(Fraction),
    /// Largest batch that loses at most 0.01 of loss in a branched run (Merrill et al. 2025, arXiv:2505.23971).
    BranchedLossTolerance,
    /// Batch with the largest best learning rate under Adam (Li et al. 2024, arXiv:2405.14578, theorem 5).
    AdamPeak,
}

/// How a definition relates to B_crit = E_min/S_min.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conversion {
    /// The defined batch is this multiple of B_crit wherever the hyperbola holds.
    Hyperbola(f64),
    /// The defined batch is this multiple of B_crit only under the defining paper's own model of the optimiser.
    OwnModel(f64),
    /// Measured; no formula leads to B_crit.
    Empirical,
    /// The criterion is met at no batch size (no extra data, or no extra steps, at all).
    Never,
}

impl CriticalBatchDefinition {
    /// The multiple of B_crit this definition picks out.
    ///
    /// From [`examples_ratio`] = 1 + x at B = x·B_crit and [`steps_ratio`] = 1 + x at B = B_crit/x.
    pub fn conversion(self) -> Conversion {
        match self {
            Self::TwiceTheMinima => Conversion::Hyperbola(1.0),
            Self::TwentyPercentOverhead => Conversion::Hyperbola(0.2),
            Self::ExtraData(share) if share.get() >= SMALLEST_SHARE => {
                Conversion::Hyperbola(share.get())
            }
            Self::StepsNearMinimum(share) if share.get() >= SMALLEST_SHARE => {
                Conversion::Hyperbola(1.0 / share.get())
            }
            Self::ExtraData(_) | Self::StepsNearMinimum(_) => Conversion::Never,
            Self::BranchedLossTolerance => Conversion::Empirical,
            Self::AdamPeak => Conversion::OwnModel(1.0),
        }
    }

    /// The batch this definition names, given B_crit; `None` where no formula leads there.
    pub fn batch_for(self, critical_batch: NoiseScale) -> Option<f64> {
        self.conversion()
            .factor()
            .map(|factor| factor * critical_batch.get())
    }

    /// B_crit, given the batch this definition names; `None` where no formula leads there.
    pub fn to_critical_batch(self, defined: NoiseScale) -> Option<f64> {
        self.conversion()
            .factor()
            .map(|factor| defined.get() / factor)
    }
}

/// Shares below a billionth are taken as none, so that their reciprocal stays a sensible number.
const SMALLEST_SHARE: f64 = 1e-9;

impl Conversion {
    /// The multiple of B_crit, if there is one.
    pub fn factor(self) -> Option<f64> {
        match self {
            Self::Hyperbola(factor) | Self::OwnModel(factor) => Some(factor),
            Self::Empirical | Self::Never => None,
        }
    }
}

/// γ of the front (S/S_min − 1)(E/E_min − 1) = γ when the batch follows the noise scale B_noise ∝ s^q over the run.
///
/// ```text
/// γ = (∫√B_noise ds)² / (S_min·E_min) = (q + 1)/(q/2 + 1)²
/// ```
///
/// `power` q between 0 and 1; γ = 1 for a constant noise scale, and an adaptive batch B(s) ∝ √B_noise(s) saves
/// the fraction 1 − γ of the extra cost. Source: McCandlish et al. 2018, appendix D (q = ½ for SVHN).
pub fn adaptive_batch_gain(power: Fraction) -> f64 {
    let q = power.get();
    (q + 1.0) / ((q / 2.0 + 1.0) * (q / 2.0 + 1.0))
}
