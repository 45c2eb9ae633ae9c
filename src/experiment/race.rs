//! The race: one task, one optimiser, several learning rates side by side.
//!
//! A base lane trains with the pair (B₀, η₀) that is known to work; every other lane trains with the batch B and the
//! learning rate that one rule gives for it. All lanes see equally many examples. Symbols: B₀ `base_batch`, η₀
//! `base_lr`, B `batch`, B_noise `noise_scale`, λ curvature. Sources: Goyal et al. 2017 (arXiv:1706.02677) for the
//! linear rule and its warmup, Krizhevsky 2014 (arXiv:1404.5997) for the square root, McCandlish et al. 2018
//! (arXiv:1812.06162, sections 2.2 and E.2) for the noise-scale rule and its exponent.

use super::known_task::stability_limit;
pub use super::lane_set::{LaneKind, LaneSet};
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::train::spec::{Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup};
use crate::units::{Alpha, BatchSize, LearningRate, NoiseScale};
use crate::worker::protocol::NumberedRun;
use alloc::vec::Vec;

/// How the lanes other than the base start; see [`Warmup`]. The ramp begins at the base learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarmupChoice {
    None,
    Gradual,
    Constant,
}

/// A race. May hold anything: numbers that cannot be trained are refused run by run when the job starts.
#[derive(Clone, Debug, PartialEq)]
pub struct RaceConfig {
    pub task: TaskSpec,
    pub optimizer: OptimizerSpec,
    pub sampling: Sampling,
    pub warmup: WarmupChoice,
    /// Length of the warmup, in examples.
    pub warmup_examples: u64,
    pub decay: Decay,
    /// B₀, in examples.
    pub base_batch: u32,
    /// η₀.
    pub base_lr: f64,
    /// B of every lane but the base, in examples.
    pub batch: u32,
    /// B_noise of the theory lane, in examples.
    pub noise_scale: f64,
    pub lanes: LaneSet,
    /// η of the custom lane.
    pub custom_lr: f64,
    /// Examples that every run may process.
    pub budget_examples: u64,
    /// Full training loss that counts as arrived.
    pub target_loss: f64,
    pub stop_at_target: bool,
    /// Runs per lane, at least 1; the page offers 1, 3 and 5.
    pub n_seeds: u32,
    /// Root of the runs' seeds.
    pub seed: u64,
}

/// One lane: batch and learning rate of all its runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    pub kind: LaneKind,
    /// In examples.
    pub batch: u32,
    /// Learning rate after the warmup; inside the range of [`LearningRate`].
    pub lr: f64,
}

/// A learning rate beyond what the curvature of the task allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StabilityWarning {
    /// η·λ_max.
    pub lr_times_curvature: f64,
    /// What η·λ_max would have to stay below.
    pub limit: f64,
}

impl RaceConfig {
    /// The lanes that take part, in the order of [`LaneKind::ALL`].
    ///
    /// Base values outside the ranges of `units` count as the nearest value inside.
    pub fn lanes(&self) -> Vec<Lane> {
        self.lanes.iter().map(|kind| self.lane(kind)).collect()
    }

    /// The lane of one kind, whether it takes part or not.
    pub fn lane(&self, kind: LaneKind) -> Lane {
        let base = BasePoint {
            batch: BatchSize::clamped(f64::from(self.base_batch)),
            lr: LearningRate::clamped(self.base_lr),
        };
        let batch = BatchSize::clamped(f64::from(self.batch));
        let lr = match kind {
            LaneKind::Base => {
                return Lane {
                    kind,
                    batch: self.base_batch,
                    lr: base.lr.get(),
                };
            }
            LaneKind::NoScaling => ScalingRule::Constant.scale_lr(base, batch),
            LaneKind::Sqrt => ScalingRule::Sqrt.scale_lr(base, batch),
            LaneKind::Linear => ScalingRule::Linear.scale_lr(base, batch),
            LaneKind::Theory => self.theory_rule().scale_lr(base, batch),
            LaneKind::Custom => self.custom_lr,
        };
        Lane {
            kind,
            batch: self.batch,
            lr: LearningRate::clamped(lr).get(),
        }
    }

    /// Runs per lane.
    pub fn n_seeds(&self) -> u32 {
        self.n_seeds.max(1)
    }

    /// All runs, lane by lane: run = lane_idx × n_seeds + seed_idx.
    pub fn runs(&self) -> Vec<NumberedRun> {
        let n_seeds = self.n_seeds();
        self.lanes()
            .iter()
            .flat_map(|&lane| (0..n_seeds).map(move |seed_idx| (lane, seed_idx)))
            .zip(0..)
            .map(|((lane, seed_idx), run)| NumberedRun {
                run,
                config: self.run_config(lane, seed_idx),
            })
            .collect()
    }

    /// Lane index and seed index of a run number.
    pub fn place_of(&self, run: u32) -> (usize, u32) {
        ((run / self.n_seeds()) as usize, run % self.n_seeds())
    }

    /// Whether `lane` is expected to diverge, judged before it runs; see [`stability_limit`].
    pub fn stability_warning(&self, lane: &Lane) -> Option<StabilityWarning> {
        let (curvature, limit) = stability_limit(self.task, self.optimizer, lane.batch)?;
        let lr_times_curvature = lane.lr * curvature;
        (lr_times_curvature >= limit).then_some(StabilityWarning {
            lr_times_curvature,
            limit,
        })
    }

    /// The noise-scale rule with the exponent of the optimiser's family.
    fn theory_rule(&self) -> ScalingRule {
        ScalingRule::NoiseScale {
            noise_scale: NoiseScale::clamped(self.noise_scale),
            alpha: theory_exponent(self.optimizer),
        }
    }

    fn run_config(&self, lane: Lane, seed_idx: u32) -> RunConfig {
        // The ramp starts at the learning rate that is known to work; the base lane already has it.
        let start_lr = LearningRate::clamped(self.base_lr).get();
        let n_examples = self.warmup_examples;
        let warmup = match (lane.kind, self.warmup) {
            (LaneKind::Base, _) | (_, WarmupChoice::None) => Warmup::None,
            (_, WarmupChoice::Gradual) => Warmup::Gradual {
                start_lr,
                n_examples,
            },
            (_, WarmupChoice::Constant) => Warmup::Constant {
                start_lr,
                n_examples,
            },
        };
        RunConfig {
            task: self.task,
            optimizer: self.optimizer,
            schedule: Schedule {
                warmup,
                decay: self.decay,
            },
            sampling: self.sampling,
            lr: lane.lr,
            batch_size: lane.batch,
            budget_examples: self.budget_examples,
            target_loss: Some(self.target_loss),
            stop_at_target: self.stop_at_target,
            seed: seed_of(self.seed, seed_idx),
        }
    }
}

/// α of the noise-scale rule: 1 for SGD with or without momentum, ½ for RMSprop, Adam and AdamW.
///
/// Source: McCandlish et al. 2018 (arXiv:1812.06162, section E.2), where ½ is the limit of sign-like updates.
pub fn theory_exponent(optimizer: OptimizerSpec) -> Alpha {
    match optimizer {
        OptimizerSpec::Sgd { .. } => Alpha::clamped(1.0),
        OptimizerSpec::RmsProp { .. }
        | OptimizerSpec::Adam { .. }
        | OptimizerSpec::AdamW { .. } => Alpha::clamped(0.5),
    }
}

/// Seed of the `seed_idx`-th run of a lane, the same in every lane.
///
/// The successive seeds `root`, `root` + 1, … pass through the finaliser of SplitMix64 (Steele, Lea and Flood 2014),
/// which maps 64 bits one to one: seeds of one race never coincide, and near roots give seeds far apart.
pub fn seed_of(root: u64, seed_idx: u32) -> u64 {
    let mut z = root.wrapping_add(u64::from(seed_idx));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
