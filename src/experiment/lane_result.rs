//! What the runs of one lane add up to: curves over seeds, the row of the table, and whether a winner may be named.
//!
//! Seeds are compared position by position: runs of one lane have the same batch and record at the same steps.

use crate::experiment::lane_set::LaneKind;
use crate::few::sort_few;
use crate::train::spec::{Sample, StopReason, TargetHit};
use alloc::vec::Vec;

/// One run as the page knows it.
#[derive(Clone, Copy, Debug)]
pub struct SeedRun<'a> {
    /// Steps done, which may be more than at the last sample.
    pub step: u64,
    pub n_examples: u64,
    pub samples: &'a [Sample],
    pub target: Option<TargetHit>,
    pub stop: Option<StopReason>,
}

/// The number of a sample that a curve shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    TrainLoss,
    TestLoss,
    TestAccuracy,
    BatchLoss,
    LearningRate,
    /// |g_B|².
    BatchGradNormSq,
    /// Estimate of |G|², may be negative.
    CorrectedGradNormSq,
    /// B_simple, exact at that point of the run.
    NoiseScale,
}

impl Metric {
    /// The number in `sample`, if it has one.
    pub fn of(self, sample: &Sample) -> Option<f64> {
        match self {
            Metric::TrainLoss => Some(sample.train_loss),
            Metric::TestLoss => sample.test_loss,
            Metric::TestAccuracy => sample.test_accuracy,
            Metric::BatchLoss => sample.batch_loss,
            Metric::LearningRate => Some(sample.lr),
            Metric::BatchGradNormSq => sample.batch_grad_norm_sq,
            Metric::CorrectedGradNormSq => sample.corrected_grad_norm_sq,
            Metric::NoiseScale => sample.noise.and_then(|noise| noise.noise_scale),
        }
    }
}

/// One position of a lane's curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    pub step: u64,
    pub n_examples: u64,
    /// Of an even number of seeds, the mean of the two in the middle.
    pub median: f64,
    pub min: f64,
    pub max: f64,
    /// Seeds that count here.
    pub n_seeds: u32,
}

/// A lane's curve, in order of steps.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LaneCurve {
    pub points: Vec<CurvePoint>,
}

impl LaneCurve {
    /// Median and range of `metric` over the seeds.
    ///
    /// A position counts where every seed that got that far recorded a sample. A seed that ended (diverged, or
    /// stopped at the target) counts up to its end and drops out from there; while seeds still run, the curve ends
    /// with the slowest of them. So the median never jumps only because one seed is ahead.
    pub fn over_seeds(seeds: &[SeedRun], metric: Metric) -> Self {
        // Each run is in order already, so this merges; it is called for every lane many times a second.
        let mut samples: Vec<&Sample> = seeds.iter().flat_map(|seed| seed.samples).collect();
        samples.sort_by_key(|sample| sample.step);
        let counts_at = |seed: &&SeedRun, step: u64| {
            seed.stop.is_none() || seed.samples.last().is_some_and(|last| last.step >= step)
        };
        let mut values: Vec<f64> = Vec::with_capacity(seeds.len());
        let points = samples
            .chunk_by(|a, b| a.step == b.step)
            .filter(|at_step| {
                let step = at_step[0].step;
                at_step.len() == seeds.iter().filter(|seed| counts_at(seed, step)).count()
            })
            .filter_map(|at_step| {
                values.clear();
                values.extend(at_step.iter().filter_map(|sample| metric.of(sample)));
                values.sort_by(f64::total_cmp);
                let (&min, &max) = (values.first()?, values.last()?);
                Some(CurvePoint {
                    step: at_step[0].step,
                    n_examples: at_step[0].n_examples,
                    median: median(&values),
                    min,
                    max,
                    n_seeds: values.len() as u32,
                })
            })
            .collect();
        Self { points }
    }

    /// The medians, smoothed for display by [`ema_log`].
    pub fn smoothed_medians(&self, half_life_examples: f64) -> Vec<f64> {
        let points: Vec<(u64, f64)> = self
            .points
            .iter()
            .map(|point| (point.n_examples, point.median))
            .collect();
        ema_log(&points, half_life_examples)
    }
}

/// Exponential moving average of the logarithms, for losses that span decades.
///
/// `points` are (examples, value) in order; a value's weight halves every `half_life_examples`, so the smoothing
/// does not depend on how often samples were taken. The average starts at the first value. Values that are not
/// positive have no logarithm and pass through unchanged, without touching the average. A half-life that is not
/// positive smooths nothing. For display only: targets and winners use the values as recorded.
pub fn ema_log(points: &[(u64, f64)], half_life_examples: f64) -> Vec<f64> {
    let mut average: Option<(u64, f64)> = None;
    points
        .iter()
        .map(|&(n_examples, value)| {
            if value.is_nan() || value <= 0.0 {
                return value;
            }
            let log = libm::log(value);
            let smooth = match average {
                Some((before, smooth)) if half_life_examples > 0.0 => {
                    let kept = libm::exp2(
                        -(n_examples.saturating_sub(before) as f64) / half_life_examples,
                    );
                    log + kept * (smooth - log)
                }
                _ => log,
            };
            average = Some((n_examples, smooth));
            libm::exp(smooth)
        })
        .collect()
}

/// How a lane stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneStatus {
    /// At least one seed goes on, and none has diverged.
    Running,
    /// Every seed ended at its budget or at the target.
    Ended,
    /// `n_seeds` seeds diverged, the first of them at `step`; the others may still run.
    Diverged { step: u64, n_seeds: u32 },
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneResult {
    pub kind: LaneKind,
    /// Median over the seeds.
    pub steps: u64,
    /// Median over the seeds.
    pub n_examples: u64,
    /// Median over the seeds of the last full training loss; `None` before the first sample.
    pub loss: Option<f64>,
    /// Median over the seeds, where a seed that never arrives counts as later than all others; `None` if that is the
    /// median, or while a seed is on its way that could still change it.
    pub target: Option<TargetHit>,
    /// Where each seed met the target, in seed order.
    pub targets: Vec<Option<TargetHit>>,
    /// Seeds that met the target.
    pub n_reached: u32,
    /// Every seed has met the target or ended, so `target` and `targets` are final.
    pub is_settled: bool,
    pub status: LaneStatus,
}

impl LaneResult {
    /// Sums up the runs of one lane, in seed order.
    pub fn of(kind: LaneKind, seeds: &[SeedRun]) -> Self {
        let mut positions: Vec<(u64, u64)> = seeds
            .iter()
            .map(|seed| (seed.step, seed.n_examples))
            .collect();
        positions.sort_unstable();
        let (steps, n_examples) = positions
            .get(positions.len() / 2)
            .copied()
            .unwrap_or_default();
        let mut losses: Vec<f64> = seeds
            .iter()
            .filter_map(|seed| Some(seed.samples.last()?.train_loss))
            .collect();
        losses.sort_by(f64::total_cmp);

        let targets: Vec<Option<TargetHit>> = seeds.iter().map(|seed| seed.target).collect();
        let mut hits: Vec<TargetHit> = targets.iter().copied().flatten().collect();
        sort_few(&mut hits, |a, b| a.n_examples < b.n_examples);
        let is_settled = seeds
            .iter()
            .all(|seed| seed.target.is_some() || seed.stop.is_some());
        let target = if is_settled {
            hits.get(seeds.len() / 2).copied()
        } else {
            None
        };

        let diverged: Vec<u64> = seeds
            .iter()
            .filter_map(|seed| match seed.stop {
                Some(StopReason::Diverged { step }) => Some(step),
                _ => None,
            })
            .collect();
        let status = match diverged.iter().min() {
            Some(&step) => LaneStatus::Diverged {
                step,
                n_seeds: diverged.len() as u32,
            },
            None if seeds.iter().all(|seed| seed.stop.is_some()) => LaneStatus::Ended,
            None => LaneStatus::Running,
        };
        Self {
            kind,
            steps,
            n_examples,
            loss: if losses.is_empty() {
                None
            } else {
                Some(median(&losses))
            },
            target,
            n_reached: hits.len() as u32,
            targets,
            is_settled,
            status,
        }
    }
}

/// Seeds below which nobody is called the winner: with fewer, the order of two lanes is mostly luck.
pub const MIN_SEEDS_FOR_WINNER: usize = 3;

/// The lane that met the target first in examples, if that can be said.
///
/// It can from [`MIN_SEEDS_FOR_WINNER`] seeds on, once every seed of every lane has met the target or ended, and only
/// if one lane met it on all its seeds and was, seed by seed, strictly ahead of every other. Seeds are paired because
/// equal seeds start from equal weights. The base lane neither wins nor prevents: its batch is smaller, so it hardly
/// ever needs more examples; it is what the others are measured against.
pub fn winner(lanes: &[LaneResult]) -> Option<usize> {
    let rivals = || {
        lanes
            .iter()
            .enumerate()
            .filter(|(_, lane)| lane.kind != LaneKind::Base)
    };
    let is_open = |lane: &LaneResult| lane.targets.len() < MIN_SEEDS_FOR_WINNER || !lane.is_settled;
    if rivals().any(|(_, lane)| is_open(lane)) {
        return None;
    }
    let examples = |lane: &LaneResult, seed_idx: usize| {
        lane.targets
            .get(seed_idx)
            .copied()
            .flatten()
            .map_or(u64::MAX, |hit| hit.n_examples)
    };
    let is_ahead = |candidate: usize, lane: &LaneResult| {
        (0..lane.targets.len()).all(|seed_idx| {
            let own = examples(lane, seed_idx);
            own < u64::MAX
                && rivals().all(|(i, rival)| i == candidate || own < examples(rival, seed_idx))
        })
    };
    rivals()
        .find(|&(i, lane)| is_ahead(i, lane))
        .map(|(i, _)| i)
}

/// Of sorted values; of an even number, the mean of the two in the middle. 0 for none.
fn median(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    match n {
        0 => 0.0,
        _ if n % 2 == 1 => sorted[n / 2],
        // Halved first: the sum of two large finite numbers may overflow.
        _ => 0.5 * sorted[n / 2 - 1] + 0.5 * sorted[n / 2],
    }
}
