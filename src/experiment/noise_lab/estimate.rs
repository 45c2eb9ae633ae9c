//! A noise scale as the ratio of two averages, with the interval in which resampling finds it, or nothing where the
//! noise hides the signal.
//!
//! The averages Ĝ² and Ŝ are unbiased for |G|² and tr(Σ) (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1);
//! the mean of their ratios is not, and a ratio whose denominator may be 0 has no interval at all. So the averages are
//! divided, never the parts, and where more than the tail of the resamples has Ĝ² ≤ 0 nothing is shown.

use crate::theory::noise::{NoNoiseScale, TwoBatchEstimate};
use crate::train::rng::{Rng, Stream};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Resamples of an interval.
const N_RESAMPLES: usize = 300;
/// Share of the resamples left out at either end of an interval of 95 %.
const TAIL: f64 = 0.025;
/// Fewer blocks than this do not make an interval.
pub const MIN_BLOCKS: usize = 8;

/// A noise scale in examples and the central 95 % of its resamples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// The ratio of `total`, with an interval from drawing the (weight, mean) of `blocks` with replacement.
///
/// Blocks of neighbouring steps keep together what depends on each other (block bootstrap; Davison and Hinkley 1997,
/// Bootstrap Methods, section 8.2.3).
///
/// # Errors
/// `NoiseHidden` when no noise is visible; `GradientHidden` when Ĝ² is not positive, or is not in more than the tail
/// of the resamples, or there are fewer than [`MIN_BLOCKS`] blocks to tell.
pub fn estimate(
    total: TwoBatchEstimate,
    blocks: &[(f64, TwoBatchEstimate)],
    seed: u64,
) -> Result<Estimate, NoNoiseScale> {
    let value = total.noise_scale()?;
    if blocks.len() < MIN_BLOCKS {
        return Err(NoNoiseScale::GradientHidden);
    }
    let mut rng = Rng::new(seed, Stream::Bootstrap);
    let mut found: Vec<f64> = (0..N_RESAMPLES)
        .map(|_| {
            let mut sum = TwoBatchEstimate::ZERO;
            for _ in 0..blocks.len() {
                let (weight, mean) = &blocks[rng.below(blocks.len() as u32) as usize];
                sum.add(*weight, mean);
            }
            match sum.noise_scale() {
                Ok(scale) => scale,
                Err(NoNoiseScale::NoiseHidden) => 0.0,
                Err(NoNoiseScale::GradientHidden) => f64::INFINITY,
            }
        })
        .collect();
    found.sort_unstable_by(f64::total_cmp);
    let quantile = |share: f64| found[(share * (N_RESAMPLES - 1) as f64).round() as usize];
    let (low, high) = (quantile(TAIL).min(value), quantile(1.0 - TAIL).max(value));
    if high.is_finite() {
        Ok(Estimate { value, low, high })
    } else {
        Err(NoNoiseScale::GradientHidden)
    }
}
