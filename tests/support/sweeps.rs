//! The sweep that several tests start from.

use critical_batch::experiment::sweep::config::{HIGHEST_RUNG, LOWEST_RUNG, Metric, SweepConfig};
use critical_batch::theory::rules::BasePoint;
use critical_batch::train::spec::{OptimizerSpec, Sampling, TaskSpec};
use critical_batch::units::{BatchSize, LearningRate};

/// Plain SGD, three seeds, batch sizes 1 to 1024; searches start at the noise-scale rule through (4, `base_lr`).
pub fn sgd_sweep(
    task: TaskSpec,
    metric: Metric,
    base_lr: f64,
    noise_scale: f64,
    seed: u64,
) -> SweepConfig {
    SweepConfig {
        task,
        optimizer: OptimizerSpec::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        },
        sampling: Sampling::WithReplacement,
        metric,
        budget_examples: 60_000,
        budget_steps: 100,
        n_batches: 11,
        n_seeds: 3,
        seed,
        base: BasePoint {
            batch: BatchSize::clamped(4.0),
            lr: LearningRate::clamped(base_lr),
        },
        noise_scale,
        rungs: (LOWEST_RUNG, HIGHEST_RUNG),
    }
}
