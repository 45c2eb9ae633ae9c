//! What a training job needs to know: optimiser, learning rate, schedule, batch and its factors.

use crate::experiment::race_state::RacePlan;
use crate::train::spec::{
    ConfigError, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup,
};

/// B = per device × devices × nodes × accumulation (theory.md 6.6); every factor at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchFactors {
    /// Examples that a device takes at once.
    pub per_device: u32,
    /// Devices per node.
    pub devices: u32,
    pub nodes: u32,
    /// Backward passes per optimiser step.
    pub accumulation: u32,
}

impl BatchFactors {
    /// One device that takes the whole batch at once.
    pub fn single(batch: u32) -> Self {
        Self {
            per_device: batch.max(1),
            devices: 1,
            nodes: 1,
            accumulation: 1,
        }
    }

    /// Processes of a job with one process per device.
    pub fn processes(self) -> u64 {
        u64::from(self.devices.max(1)) * u64::from(self.nodes.max(1))
    }

    /// Micro-batches on one device that make the same batch.
    pub fn accumulation_on_one(self) -> u64 {
        self.processes()
            .saturating_mul(u64::from(self.accumulation.max(1)))
    }

    /// B, in examples.
    pub fn total(self) -> u64 {
        self.accumulation_on_one()
            .saturating_mul(u64::from(self.per_device.max(1)))
    }
}

/// A training job, ready to be written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Definitions as in PyTorch.
    pub optimizer: OptimizerSpec,
    /// η after the warmup.
    pub lr: f64,
    /// Counts examples, B per step.
    pub schedule: Schedule,
    pub batch: BatchFactors,
    /// Whether η is for a loss that is summed over the batch B instead of averaged.
    pub is_summed: bool,
    /// Examples of the whole job: steps × B, or what is left over below one more step.
    pub budget_examples: u64,
    pub seed: u64,
    /// The rule that gave η, in the reader's language; written as a comment.
    pub rule: String,
    /// The address that shows it.
    pub link: String,
}

impl Recipe {
    /// The job of one lane of a race, on one device; `None` where there is no such lane.
    pub fn of_lane(plan: &RacePlan, lane_idx: usize, rule: String, link: String) -> Option<Self> {
        let run = &plan.runs.get(plan.runs_of(lane_idx).start)?.config;
        Some(Self {
            optimizer: run.optimizer,
            lr: run.lr,
            schedule: run.schedule,
            batch: BatchFactors::single(run.batch_size),
            is_summed: false,
            budget_examples: run.budget_examples,
            seed: plan.config.seed,
            rule,
            link,
        })
    }

    /// Optimiser steps: as many as fit into the budget, at least one.
    pub fn total_steps(&self) -> u64 {
        (self.budget_examples / self.batch.total()).max(1)
    }

    /// Length of the warmup in examples, 0 for none.
    pub fn warmup_examples(&self) -> u64 {
        match self.schedule.warmup {
            Warmup::None => 0,
            Warmup::Gradual { n_examples, .. } | Warmup::Constant { n_examples, .. } => n_examples,
        }
    }

    /// Steps of the warmup: those that start before its end.
    pub fn warmup_steps(&self) -> u64 {
        self.warmup_examples().div_ceil(self.batch.total())
    }

    /// Checks what a run of this site would have checked: learning rate, hyper-parameters, schedule.
    ///
    /// # Errors
    /// The first field out of range, with its value and its range; ranges are listed in `train/check.rs`.
    pub fn check(&self) -> Result<(), ConfigError> {
        RunConfig {
            // Sizes are the reader's own and have no limit here.
            task: TaskSpec::Quadratic { n_dims: 1 },
            optimizer: self.optimizer,
            schedule: match self.schedule.warmup {
                Warmup::Constant { start_lr, .. } | Warmup::Gradual { start_lr, .. } => Schedule {
                    warmup: Warmup::Constant {
                        start_lr,
                        n_examples: 1,
                    },
                    ..self.schedule
                },
                Warmup::None => self.schedule,
            },
            sampling: Sampling::WithReplacement,
            lr: self.lr,
            batch_size: 1,
            budget_examples: 1,
            target_loss: None,
            stop_at_target: false,
            seed: self.seed,
        }
        .check()
        .map(|_| ())
    }
}
