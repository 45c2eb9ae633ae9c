//! One training run: a checked configuration, advanced step by step, leaving samples of what was measured.
//!
//! A run is a value. Advancing it by 1 + 1 + … steps or by all at once gives the same samples and parameters bit by
//! bit, and so does any machine. Memory is allocated when it is built, none while it trains.
//!
//! A run ends at its budget, at its target if it shall stop there, or by divergence:
//! - the loss or the gradient of a batch, a parameter after an update, or the full loss is no longer finite, or
//! - the full loss was above [`DIVERGED_FACTOR`] times its initial value at [`DIVERGED_RECORDS`] recordings in a row.
//!   One such value alone is no divergence: at the edge of stability the loss may spike and yet go down
//!   (Cohen et al. 2021, arXiv:2103.00065).
//!
//! A step whose numbers are not finite leaves no sample, so the last sample is the last finite one.
//!
//! A lean run ([`Run::lean`]) takes the same steps and ends at the same one, but measures the full training loss only.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::train::check::{check, check_lr};
use crate::train::optim::Optimizer;
use crate::train::recording::{Plan, Recording, Sparse};
use crate::train::reduce::all_finite;
use crate::train::spec::{
    ConfigError, DecisionGrid, NoiseProbe, RunConfig, Sample, StopReason, TargetHit,
};
use crate::train::task::{self, BatchGradient, Evaluation, Task};

pub use crate::train::recording::total_steps;

/// A full loss above this multiple of the initial one counts towards divergence. Ten is far outside what a run that
/// still learns shows, and soon reached by one that does not.
pub const DIVERGED_FACTOR: f64 = 10.0;

/// So many recordings in a row above the limit end the run.
pub const DIVERGED_RECORDS: u32 = 3;

/// A configuration whose every field is in its range.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidRun {
    config: RunConfig,
}

impl ValidRun {
    /// What was checked.
    pub fn config(&self) -> &RunConfig {
        &self.config
    }
}

impl RunConfig {
    /// Checks every field; the ranges are listed in `check.rs`.
    ///
    /// # Errors
    /// The first field out of range, with its value and its range.
    pub fn check(self) -> Result<ValidRun, ConfigError> {
        check(&self).map(|()| ValidRun { config: self })
    }
}

/// A training run under way.
pub struct Run {
    config: RunConfig,
    task: Box<dyn Task>,
    optimizer: Optimizer,
    plan: Plan,
    sparse: Option<Sparse>,
    is_lean: bool,
    params: Vec<f32>, // [n_params], order as the task defines it
    grad: Vec<f32>,   // [n_params]
    step: u64,
    total_steps: u64,
    samples: Vec<Sample>,
    since_sample: BatchMeans,
    high: HighLoss,
    target: Option<TargetHit>,
    stop: Option<StopReason>,
}

/// Means over the steps since the last sample.
#[derive(Clone, Copy, Debug, Default)]
struct BatchMeans {
    n_steps: u32,
    norm_sq: f64,
    n_corrected: u32,
    corrected_norm_sq: f64,
}

impl BatchMeans {
    fn add(&mut self, batch: &BatchGradient) {
        self.n_steps += 1;
        self.norm_sq += batch.norm_sq;
        if let Some(corrected) = batch.corrected_norm_sq {
            self.n_corrected += 1;
            self.corrected_norm_sq += corrected;
        }
    }

    fn norm_sq(&self) -> Option<f64> {
        (self.n_steps > 0).then(|| self.norm_sq / f64::from(self.n_steps))
    }

    fn corrected_norm_sq(&self) -> Option<f64> {
        (self.n_corrected > 0).then(|| self.corrected_norm_sq / f64::from(self.n_corrected))
    }
}

/// Recordings in a row above the limit of divergence.
#[derive(Clone, Copy, Debug)]
pub struct HighLoss {
    limit: f64,
    n_in_a_row: u32,
    first_step: u64,
}

impl HighLoss {
    /// For losses above `limit`.
    pub fn above(limit: f64) -> Self {
        Self {
            limit,
            n_in_a_row: 0,
            first_step: 0,
        }
    }

    /// The step of the first of [`DIVERGED_RECORDS`] high losses in a row, once there are so many.
    pub fn add(&mut self, step: u64, loss: f64) -> Option<u64> {
        if loss <= self.limit {
            self.n_in_a_row = 0;
            return None;
        }
        if self.n_in_a_row == 0 {
            self.first_step = step;
        }
        self.n_in_a_row += 1;
        (self.n_in_a_row >= DIVERGED_RECORDS).then_some(self.first_step)
    }
}

impl Run {
    /// Builds the run and records its initial sample. A target that is met at once is hit at step 0.
    pub fn new(valid: &ValidRun) -> Self {
        Self::start(valid, false)
    }

    /// As [`Run::new`], with the same parameters bit by bit, the same steps recorded, and the same target and end,
    /// but its samples hold neither test results nor norms of gradients nor noise, so that it takes less time.
    pub fn lean(valid: &ValidRun) -> Self {
        Self::start(valid, true)
    }

    /// Leaves out most recordings as long as the full loss is above `above`; see [`Sparse`]. For a run that has not
    /// begun.
    pub fn sparse_above(mut self, above: f64) -> Self {
        self.sparse = Some(Sparse::new(above));
        self
    }

    fn start(valid: &ValidRun, is_lean: bool) -> Self {
        let task = task::build(valid);
        let config = valid.config.clone();
        let params = task.init();
        let plan = Plan::new(&config);
        let mut run = Self {
            optimizer: Optimizer::new(config.optimizer, params.len()),
            grad: vec![0.0; params.len()],
            params,
            step: 0,
            total_steps: total_steps(&config),
            samples: Vec::with_capacity(1 + plan.max_records()),
            since_sample: BatchMeans::default(),
            high: HighLoss::above(f64::INFINITY),
            target: None,
            stop: None,
            plan,
            sparse: None,
            is_lean,
            task,
            config,
        };
        run.record(true, run.lr_at(0), None);
        if let Some(first) = run.samples.first() {
            run.high.limit = DIVERGED_FACTOR * first.train_loss;
        }
        run
    }

    /// Trains for at most `n_steps` further steps. `Some` when the run has ended, now or before.
    pub fn advance(&mut self, n_steps: u64) -> Option<StopReason> {
        for _ in 0..n_steps {
            if self.stop.is_some() {
                break;
            }
            self.take_step();
        }
        self.stop
    }

    fn take_step(&mut self) {
        let lr = self.lr_at(self.n_examples());
        let (loss, batch) = if self.is_lean {
            let loss = self.task.loss_gradient(&self.params, &mut self.grad);
            (loss, None)
        } else {
            let batch = self.task.batch_gradient(&self.params, &mut self.grad);
            (batch.loss, Some(batch))
        };
        if !loss.is_finite() {
            return self.diverge(self.step);
        }
        if !self.optimizer.step(lr, &mut self.params, &self.grad) {
            // Either the gradient was not finite, or only the update went too far.
            self.step += u64::from(all_finite(&self.grad));
            return self.diverge(self.step);
        }
        self.step += 1;
        if let Some(batch) = &batch {
            self.since_sample.add(batch);
        }
        let recording = self.plan.after(self.step);
        if recording != Recording::Nothing && self.keeps_recording() {
            self.record(recording == Recording::LossAndNoise, lr, Some(loss));
        }
        if self.step == self.total_steps && self.stop.is_none() {
            self.stop = Some(StopReason::BudgetSpent);
        }
    }

    fn keeps_recording(&mut self) -> bool {
        let last_loss = self.samples.last().map_or(f64::INFINITY, |s| s.train_loss);
        let is_last = self.step == self.total_steps;
        self.sparse
            .as_mut()
            .is_none_or(|sparse| sparse.keeps(last_loss))
            || is_last
    }

    /// Measures the full loss and records a sample, then looks for the target and for divergence.
    fn record(&mut self, is_probed: bool, lr: f64, batch_loss: Option<f64>) {
        let found = if self.is_lean {
            Evaluation {
                train_loss: self.task.train_loss(&self.params),
                test_loss: None,
                test_accuracy: None,
            }
        } else {
            self.task.evaluate(&self.params)
        };
        if !found.train_loss.is_finite() {
            return self.diverge(self.step);
        }
        let is_finite = |p: &NoiseProbe| p.grad_norm_sq.is_finite() && p.noise_trace.is_finite();
        let means = core::mem::take(&mut self.since_sample);
        self.samples.push(Sample {
            step: self.step,
            n_examples: self.n_examples(),
            lr,
            batch_loss,
            train_loss: found.train_loss,
            test_loss: found.test_loss.filter(|x| x.is_finite()),
            test_accuracy: found.test_accuracy,
            batch_grad_norm_sq: means.norm_sq(),
            corrected_grad_norm_sq: means.corrected_norm_sq().filter(|x| x.is_finite()),
            noise: (is_probed && !self.is_lean)
                .then(|| self.task.probe(&self.params))
                .filter(is_finite),
        });
        let is_at_target = self
            .config
            .target_loss
            .is_some_and(|t| found.train_loss <= t);
        if is_at_target && self.target.is_none() {
            self.target = Some(TargetHit {
                step: self.step,
                n_examples: self.n_examples(),
            });
        }
        if is_at_target && self.config.stop_at_target {
            self.stop = Some(StopReason::TargetReached);
        } else if let Some(step) = self.high.add(self.step, found.train_loss) {
            self.diverge(step);
        }
    }

    fn diverge(&mut self, step: u64) {
        self.stop = Some(StopReason::Diverged { step });
    }

    fn lr_at(&self, n_examples: u64) -> f64 {
        self.config
            .schedule
            .lr(self.config.lr, n_examples, self.config.budget_examples)
    }

    /// Optimiser steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Examples processed: steps × B.
    pub fn n_examples(&self) -> u64 {
        self.step * u64::from(self.config.batch_size)
    }

    /// Examples per step, B.
    pub fn batch_size(&self) -> u32 {
        self.config.batch_size
    }

    /// What was recorded so far, at the steps that `recording.rs` lists; at least the initial sample.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The first recording whose full training loss was at or below the target. No finer than the recordings are.
    pub fn target(&self) -> Option<TargetHit> {
        self.target
    }

    /// Why the run ended, once it has.
    pub fn stop(&self) -> Option<StopReason> {
        self.stop
    }

    /// Changes the learning rate (before schedule) from the next step on.
    ///
    /// # Errors
    /// `LearningRate` out of range; the run keeps its own.
    pub fn set_lr(&mut self, lr: f64) -> Result<(), ConfigError> {
        check_lr(lr)?;
        self.config.lr = lr;
        Ok(())
    }

    /// The parameters, [n_params] in the order of the task. After divergence some may not be finite.
    pub fn params(&self) -> &[f32] {
        &self.params
    }

    /// The decision picture with `n_side` points along each side; `None` unless the task is the spirals.
    pub fn decision_grid(&self, n_side: u32) -> Option<DecisionGrid> {
        self.task.decision_grid(&self.params, n_side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::spec::{
        Activation, Decay, OptimizerSpec, Sampling, Schedule, TaskSpec, Warmup,
    };

    const TASKS: [TaskSpec; 4] = [
        TaskSpec::Digits {
            n_hidden: 4,
            activation: Activation::Relu,
        },
        TaskSpec::Spirals {
            n_hidden: 4,
            activation: Activation::Tanh,
        },
        TaskSpec::LinearRegression {
            n_dims: 5,
            noise_std: 0.1,
        },
        TaskSpec::Quadratic { n_dims: 5 },
    ];

    fn config(task: TaskSpec, lr: f64, batch_size: u32, n_steps: u64) -> RunConfig {
        RunConfig {
            task,
            optimizer: OptimizerSpec::Sgd {
                momentum: 0.9,
                dampening: 0.0,
                nesterov: true,
                weight_decay: 0.0,
            },
            schedule: Schedule {
                warmup: Warmup::None,
                decay: Decay::Constant,
            },
            sampling: Sampling::WithReplacement,
            lr,
            batch_size,
            budget_examples: n_steps * u64::from(batch_size),
            target_loss: None,
            stop_at_target: false,
            seed: 3,
        }
    }

    #[test]
    fn memory_is_allocated_once() {
        for task in TASKS {
            for (batch_size, n_steps) in [(1, 5000), (300, 40), (7, 1), (16, 16), (16, 17)] {
                let mut run = Run::new(&ValidRun {
                    config: config(task, 1e-3, batch_size, n_steps),
                });
                let places = |run: &Run| {
                    (
                        run.samples.as_ptr() as usize,
                        run.params.as_ptr() as usize,
                        run.grad.as_ptr() as usize,
                    )
                };
                let (before, capacity) = (places(&run), run.samples.capacity());
                assert_eq!(run.advance(n_steps), Some(StopReason::BudgetSpent));
                assert_eq!((places(&run), run.samples.capacity()), (before, capacity));
            }
        }
    }

    #[test]
    fn lean_runs_take_the_same_steps_and_end_alike() {
        for task in TASKS {
            for (lr, target, stop_at_target) in [
                (0.05, Some(0.69), true),
                (0.05, Some(0.69), false),
                (3.0, None, false),
                (1e6, None, false),
                (1e30, None, false),
            ] {
                for batch_size in [1, 24, 300] {
                    let valid = ValidRun {
                        config: RunConfig {
                            target_loss: target,
                            stop_at_target,
                            ..config(task, lr, batch_size, 90)
                        },
                    };
                    let (mut full, mut lean) = (Run::new(&valid), Run::lean(&valid));
                    assert_eq!(
                        full.advance(u64::MAX),
                        lean.advance(u64::MAX),
                        "{task:?} {lr}"
                    );
                    assert_eq!((full.step(), full.target()), (lean.step(), lean.target()));
                    let bits = |run: &Run| -> Vec<u32> {
                        run.params().iter().map(|p| p.to_bits()).collect()
                    };
                    assert_eq!(bits(&full), bits(&lean));
                    let reduced: Vec<Sample> = full
                        .samples()
                        .iter()
                        .map(|sample| Sample {
                            test_loss: None,
                            test_accuracy: None,
                            batch_grad_norm_sq: None,
                            corrected_grad_norm_sq: None,
                            noise: None,
                            ..*sample
                        })
                        .collect();
                    assert_eq!(lean.samples(), reduced);
                }
            }
        }
    }

    #[test]
    fn rates_far_beyond_the_allowed_ones_leave_finite_samples() {
        for task in TASKS {
            for lr in [1e5, 1e6, 1e30] {
                for batch_size in [1, 64, 1024] {
                    let mut run = Run::new(&ValidRun {
                        config: config(task, lr, batch_size, 30),
                    });
                    assert!(run.advance(u64::MAX).is_some());
                    for sample in run.samples() {
                        let text = alloc::format!("{sample:?}");
                        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn one_high_loss_is_a_spike_and_three_in_a_row_are_divergence() {
        let losses = [
            (1, 11.0, None),
            (2, 11.0, None),
            (3, 10.0, None),
            (4, 12.0, None),
            (5, 13.0, None),
            (6, 99.0, Some(4)),
        ];
        let mut high = HighLoss::above(10.0);
        for (step, loss, expected) in losses {
            assert_eq!(high.add(step, loss), expected, "step {step}");
        }
    }
}
