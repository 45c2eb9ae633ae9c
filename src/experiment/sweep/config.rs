//! What a sweep is asked to measure.

use crate::experiment::race::{seed_of, theory_exponent};
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::train::spec::{Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup};
use crate::units::{BatchSize, LearningRate, NoiseScale};

/// What "best" means. The answers differ: equal examples favour small batches, equal steps favour large ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// Steps until the full training loss comes down to `target`.
    StepsToTarget { target: f64 },
    /// Full training loss after equally many examples.
    LossAtExamples,
    /// Full training loss after equally many steps.
    LossAtSteps,
}

/// No budget that a sweep sets by itself goes beyond what Race's control can hold, in examples: cells open there.
pub const MAX_BUDGET: u64 = 2_000_000;

/// Steps that even a large batch may take on its way to a target, whatever the budget in examples says.
pub const MIN_STEPS: u64 = 1000;

/// The grid's learning rates are 2^(rung/2); these are the lowest and the highest that are run,
/// 1.9·10⁻⁶ and 512.
pub const LOWEST_RUNG: i32 = -38;
/// See [`LOWEST_RUNG`].
pub const HIGHEST_RUNG: i32 = 18;

/// η = 2^(rung/2), exact for even rungs.
pub fn lr_of(rung: i32) -> f64 {
    libm::exp2(f64::from(rung) / 2.0)
}

/// A sweep. May hold anything: what cannot be trained is refused when a run of it is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepConfig {
    pub task: TaskSpec,
    pub optimizer: OptimizerSpec,
    pub sampling: Sampling,
    pub metric: Metric,
    /// Examples that a run may process; with [`Metric::StepsToTarget`] at least [`MIN_STEPS`] steps.
    pub budget_examples: u64,
    /// Steps of every run under [`Metric::LossAtSteps`].
    pub budget_steps: u64,
    /// Batch sizes are 1, 2, 4 … 2^(n_batches − 1).
    pub n_batches: u32,
    /// Runs per cell.
    pub n_seeds: u32,
    /// Root of the runs' seeds; the n-th seed of Race has the same initial weights and batches.
    pub seed: u64,
    /// A pair that is known to train, where every search starts.
    pub base: BasePoint,
    /// How the start of a search follows the batch size.
    pub noise_scale: f64,
    /// Lowest and highest rung that may be run.
    pub rungs: (i32, i32),
}

impl SweepConfig {
    /// Batch size of a row of columns.
    pub fn batch(&self, batch_idx: u32) -> u32 {
        1 << batch_idx.min(30)
    }

    /// Where the search of a batch size starts: the noise-scale rule through the base, on an even rung in the range.
    pub fn first_rung(&self, batch_idx: u32) -> i32 {
        let rule = ScalingRule::NoiseScale {
            noise_scale: NoiseScale::clamped(self.noise_scale),
            alpha: theory_exponent(self.optimizer),
        };
        let batch = BatchSize::clamped(f64::from(self.batch(batch_idx)));
        let octave = libm::round(libm::log2(rule.scale_lr(self.base, batch))) as i32;
        let (low, high) = self.rungs;
        // Even rungs alone make up the coarse grid, so the ends of the range count as the even ones inside.
        (2 * octave).clamp(low + (low & 1), (high - (high & 1)).max(low + (low & 1)))
    }

    /// The loss that ends a run, if one does.
    pub fn target(&self) -> Option<f64> {
        match self.metric {
            Metric::StepsToTarget { target } => Some(target),
            Metric::LossAtExamples | Metric::LossAtSteps => None,
        }
    }

    /// The run of one cell and seed. Equal but for the learning rate within a column: common random numbers.
    pub fn run(&self, batch_idx: u32, rung: i32, seed_idx: u32) -> RunConfig {
        let batch_size = self.batch(batch_idx);
        let examples_of = |n_steps: u64| n_steps * u64::from(batch_size);
        let budget_examples = match self.metric {
            Metric::StepsToTarget { .. } => self
                .budget_examples
                .max(examples_of(MIN_STEPS).min(MAX_BUDGET)),
            Metric::LossAtExamples => self.budget_examples.max(examples_of(1)),
            Metric::LossAtSteps => examples_of(self.budget_steps),
        };
        RunConfig {
            task: self.task,
            optimizer: self.optimizer,
            schedule: Schedule {
                warmup: Warmup::None,
                decay: Decay::Constant,
            },
            sampling: self.sampling,
            lr: LearningRate::clamped(lr_of(rung)).get(),
            batch_size,
            budget_examples,
            target_loss: None,
            stop_at_target: false,
            seed: seed_of(self.seed, seed_idx),
        }
    }
}
