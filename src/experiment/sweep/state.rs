//! From the controls to a sweep, and from a cell of it to a race.

use super::config::{HIGHEST_RUNG, LOWEST_RUNG, Metric, SweepConfig};
use crate::experiment::race::LaneKind;
use crate::experiment::race_state::{optimizer_of, task_of};
use crate::params::race::{LARGEST_BATCHES, RaceState, SweepMetric};
use crate::theory::rules::BasePoint;
use crate::train::spec::Sampling;
use crate::units::{BatchSize, LearningRate};

/// Where searches start follows the noise-scale rule with this B_noise, in examples. It costs or saves a few runs and
/// changes no result; of the order of what Digits and the quadratic turn out to have.
const START_NOISE_SCALE: f64 = 32.0;

impl SweepConfig {
    /// The sweep that the controls describe.
    ///
    /// Searches start from the task's own defaults and not from the reader's base point, which is the anchor of the
    /// rules and can be moved while a sweep is looked at.
    pub fn of(state: &RaceState) -> Self {
        let start = RaceState::for_task(state.task, state.optimizer);
        // Read as an integer: reading floats would bring the standard library's tables along.
        let largest = LARGEST_BATCHES[state.largest_batch.min(LARGEST_BATCHES.len() - 1)]
            .parse()
            .map_or(1024.0, |n: u32| f64::from(n));
        Self {
            task: task_of(state),
            optimizer: optimizer_of(state),
            // Independent examples, as the theory assumes; without replacement a batch of the whole set has no noise.
            sampling: Sampling::WithReplacement,
            metric: match state.sweep_metric {
                SweepMetric::StepsToTarget => Metric::StepsToTarget {
                    target: state.sweep_target,
                },
                SweepMetric::LossAtExamples => Metric::LossAtExamples,
                SweepMetric::LossAtSteps => Metric::LossAtSteps,
            },
            budget_examples: state.sweep_budget as u64,
            budget_steps: state.sweep_steps as u64,
            n_batches: libm::log2(largest) as u32 + 1,
            n_seeds: state.n_sweep_seeds(),
            seed: state.seed as u64,
            base: BasePoint {
                batch: BatchSize::clamped(start.base_batch),
                lr: LearningRate::clamped(start.base_lr),
            },
            noise_scale: START_NOISE_SCALE,
            rungs: if state.lr_range == 0 {
                (LOWEST_RUNG, HIGHEST_RUNG)
            } else {
                let (low, high) = (rung_near(state.lowest_lr), rung_near(state.highest_lr));
                (low.min(high), low.max(high))
            },
        }
    }

    /// Whether what was run for `self` counts for `other` too: they differ at most in the range of learning rates.
    pub fn is_same_but_range(&self, other: &Self) -> bool {
        let mut moved = self.clone();
        moved.rungs = other.rungs;
        moved == *other
    }
}

/// The rung of the coarse grid nearest to a learning rate.
pub fn rung_near(lr: f64) -> i32 {
    (2.0 * libm::round(libm::log2(lr.max(f64::MIN_POSITIVE))))
        .clamp(f64::from(LOWEST_RUNG), f64::from(HIGHEST_RUNG)) as i32
}

/// The race that repeats one cell of a sweep: in its custom lane the same batches, learning rate, seeds and schedule
/// of recordings, so the same curves; beside it what the rules give from the base point at that batch size.
pub fn race_of_cell(state: &RaceState, config: &SweepConfig, batch_idx: u32, lr: f64) -> RaceState {
    let run = config.run(batch_idx, 0, 0);
    RaceState {
        batch: f64::from(config.batch(batch_idx)),
        custom_lr: lr,
        lanes: [LaneKind::Sqrt, LaneKind::Linear, LaneKind::Custom]
            .iter()
            .fold(0, |bits, lane| bits | 1 << *lane as u32),
        sampling: 0,
        warmup: 0,
        decay: 0,
        budget: run.budget_examples as f64,
        target_loss: match config.metric {
            Metric::StepsToTarget { target } => target,
            Metric::LossAtExamples | Metric::LossAtSteps => state.target_loss,
        },
        stop_at_target: false,
        seeds: state.sweep_seeds,
        ..state.clone()
    }
}
