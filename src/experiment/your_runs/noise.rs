//! The noise scale from gradient norms that were logged while training.
//!
//! Every pair of norms gives Ĝ² and Ŝ, unbiased estimates of |G|² and tr(Σ); B_simple is the ratio of their averages,
//! never the average of ratios (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1). Where the average of Ĝ² is not
//! positive the noise hides the gradient and there is no estimate.
//!
//! The interval comes from a bootstrap over blocks of consecutive rows, because norms of neighbouring steps are alike
//! (Künsch 1989, The Annals of Statistics 17, 1217: moving blocks; of length n^(1/3), Hall, Horowitz and Jing 1995,
//! Biometrika 82, 561).

use crate::experiment::sweep::fit::{N_RESAMPLES, tail};
use crate::measurements::{Norm, NormPair, Rows, Unit};
use crate::theory::noise::{BatchNorm, NoNoiseScale, TwoBatchEstimate, two_batch_estimate};
use crate::train::rng::{Rng, Stream};
use crate::units::BatchSize;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Fewer pairs give an estimate without an interval.
pub const MIN_PAIRS: usize = 10;

/// What gradient norms say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseFindings {
    pub unit: Unit,
    /// Pairs that the estimate is made of.
    pub n_pairs: u32,
    /// Average of Ĝ², an estimate of |G|²; may be negative.
    pub grad_norm_sq: f64,
    /// Average of Ŝ, an estimate of tr(Σ); may be negative.
    pub noise_trace: f64,
    /// Average of the raw |g|² at the larger batch size, which is |G|² + tr(Σ)/B.
    pub raw_norm_sq: f64,
    /// B_simple; `None` where one of the averages is not positive.
    pub noise_scale: Option<f64>,
    /// Ends of the 95 % interval; the upper one is `None` where resamples say that the gradient may be hidden
    /// altogether. No interval with fewer than [`MIN_PAIRS`] pairs or without an estimate.
    pub interval: Option<(f64, Option<f64>)>,
    /// Why there is no noise scale.
    pub hidden: Option<Hidden>,
}

/// What hides what; see [`NoNoiseScale`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hidden {
    Gradient,
    Noise,
}

/// Why norms give nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoPairs {
    /// Norms at one batch size: their noise and their signal cannot be told apart.
    OneBatchSize,
    /// Norms at several batch sizes, but no two of them at the same step.
    NoCommonStep,
}

/// What norms say; `None` for rows that hold none.
pub fn noise_of(rows: &Rows, unit: Unit, seed: u64) -> Option<Result<NoiseFindings, NoPairs>> {
    match rows {
        Rows::Pairs(pairs) => Some(Ok(findings(pairs, unit, seed))),
        Rows::Norms(norms) => Some(pair_up(norms).map(|pairs| findings(&pairs, unit, seed))),
        Rows::Nothing | Rows::Runs { .. } | Rows::BestLrs { .. } => None,
    }
}

/// Of every step that has norms at two batch sizes or more, the smallest and the largest one. Several norms of a step
/// at one batch size are averaged, as squares.
fn pair_up(norms: &[Norm]) -> Result<Vec<NormPair>, NoPairs> {
    let first = norms.first().and_then(|n| n.batch);
    if norms.iter().all(|n| n.batch == first) {
        return Err(NoPairs::OneBatchSize);
    }
    let mut sorted: Vec<&Norm> = norms.iter().filter(|n| n.batch.is_some()).collect();
    sorted.sort_unstable_by_key(|n| (n.step, n.batch, n.line));
    let mean = |norms: &[&Norm]| {
        let sum: f64 = norms.iter().map(|n| n.norm_sq).sum();
        sum / norms.len() as f64
    };
    let pairs: Vec<NormPair> = (sorted.chunk_by(|a, b| a.step == b.step))
        .filter_map(|step| {
            let mut batches = step.chunk_by(|a, b| a.batch == b.batch);
            let small = batches.next()?;
            let big = batches.next_back()?;
            Some(NormPair {
                line: small[0].line,
                small: (small[0].batch?, mean(small)),
                big: (big[0].batch?, mean(big)),
            })
        })
        .collect();
    if pairs.is_empty() {
        Err(NoPairs::NoCommonStep)
    } else {
        Ok(pairs)
    }
}

/// Estimates of consecutive rows, added up: [n + 1].
struct Sums(Vec<(f64, f64)>);

impl Sums {
    fn between(&self, from: usize, to: usize) -> (f64, f64) {
        let (a, b) = (self.0[from], self.0[to]);
        (b.0 - a.0, b.1 - a.1)
    }
}

fn findings(pairs: &[NormPair], unit: Unit, seed: u64) -> NoiseFindings {
    let mut sums = Sums(Vec::with_capacity(pairs.len() + 1));
    let mut total = (0.0, 0.0);
    let mut raw = 0.0;
    sums.0.push(total);
    for pair in pairs {
        let norm = |(batch, norm_sq): (u32, f64)| BatchNorm {
            batch: BatchSize::clamped(f64::from(batch)),
            norm_sq,
        };
        if let Ok(estimate) = two_batch_estimate(norm(pair.small), norm(pair.big)) {
            total.0 += estimate.grad_norm_sq;
            total.1 += estimate.noise_trace;
            raw += pair.big.1;
            sums.0.push(total);
        }
    }
    let n = sums.0.len() - 1;
    let mean = |sum: f64| sum / (n.max(1) as f64);
    let estimate = TwoBatchEstimate {
        grad_norm_sq: mean(total.0),
        noise_trace: mean(total.1),
    };
    let noise_scale = estimate.noise_scale();
    NoiseFindings {
        unit,
        n_pairs: n as u32,
        grad_norm_sq: estimate.grad_norm_sq,
        noise_trace: estimate.noise_trace,
        raw_norm_sq: mean(raw),
        noise_scale: noise_scale.ok(),
        interval: (noise_scale.ok().filter(|_| n >= MIN_PAIRS))
            .map(|value| interval(&sums, n, value, seed)),
        hidden: noise_scale.err().map(|why| match why {
            NoNoiseScale::GradientHidden => Hidden::Gradient,
            NoNoiseScale::NoiseHidden => Hidden::Noise,
        }),
    }
}

/// The central 95 % of the resampled ratios, stretched to contain `value`. A resample that hides the gradient counts as
/// infinite, one that hides the noise as 0.
fn interval(sums: &Sums, n: usize, value: f64, seed: u64) -> (f64, Option<f64>) {
    let length = (libm::round(libm::cbrt(n as f64)) as usize).max(1);
    let n_blocks = n.div_ceil(length);
    let mut rng = Rng::new(seed, Stream::Bootstrap);
    let mut found: Vec<f64> = (0..N_RESAMPLES)
        .map(|_| {
            let (mut signal, mut noise) = (0.0, 0.0);
            for _ in 0..n_blocks {
                let from = rng.below((n - length + 1) as u32) as usize;
                let block = sums.between(from, from + length);
                signal += block.0;
                noise += block.1;
            }
            let estimate = TwoBatchEstimate {
                grad_norm_sq: signal,
                noise_trace: noise,
            };
            match estimate.noise_scale() {
                Ok(ratio) => ratio,
                Err(NoNoiseScale::GradientHidden) => f64::INFINITY,
                Err(NoNoiseScale::NoiseHidden) => 0.0,
            }
        })
        .collect();
    found.sort_unstable_by(f64::total_cmp);
    // One parameter, the ratio, is spent on n_blocks independent values.
    let tail = tail(n_blocks.max(3), 1);
    let quantile = |share: f64| found[(share * (found.len() - 1) as f64).round() as usize];
    let high = quantile(1.0 - tail).max(value);
    (quantile(tail).min(value), high.is_finite().then_some(high))
}
