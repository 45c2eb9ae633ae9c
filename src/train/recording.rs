//! When a run is measured: at which steps the full loss is recorded, and at which the exact noise as well.
//!
//! Both depend on the configuration alone, never on how a run is cut into slices. The loss is recorded
//! - before the first step,
//! - after each of the first 16 steps,
//! - then at the first step that reaches the next threshold on a grid of examples, which grows by 6 % or by 1/240 of
//!   the budget, whichever is less: geometric at first, so that logarithmic charts are smooth, then linear,
//! - at the end of the budget.
//!
//! The noise is probed at those recordings that reach the next threshold of a coarser grid (growing by one half or by
//! 1/20 of the budget), before the first step, and at the end of the budget: some 40 times.

use crate::train::spec::RunConfig;

/// Every step up to this one is recorded.
const N_DENSE_STEPS: u64 = 16;
const RECORD_GROWTH: f64 = 0.06;
const RECORDS_PER_BUDGET: f64 = 240.0;
const PROBE_GROWTH: f64 = 0.5;
const PROBES_PER_BUDGET: f64 = 20.0;

/// Optimiser steps of a whole run: ⌊budget / B⌋, because no step may exceed the budget. B = 0 counts as 1.
pub fn total_steps(config: &RunConfig) -> u64 {
    config.budget_examples / u64::from(config.batch_size.max(1))
}

/// What is measured after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    Nothing,
    Loss,
    LossAndNoise,
}

/// So many recordings become one where they matter little.
const SPARSE_EVERY: u32 = 4;

/// Leaves out most recordings while the loss is far above what matters. A full loss costs as much as dozens of steps
/// of a small batch, and most of a run's recordings are made before it comes near its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sparse {
    above: f64,
    n_due: u32,
}

impl Sparse {
    /// Every fourth recording while the last recorded loss is above `above`, all of them after that.
    pub fn new(above: f64) -> Self {
        Self { above, n_due: 0 }
    }

    /// Whether a recording that is due is made.
    pub fn keeps(&mut self, last_loss: f64) -> bool {
        self.n_due += 1;
        last_loss <= self.above || self.n_due.is_multiple_of(SPARSE_EVERY)
    }
}

/// The measurements of one run, to be asked after every step in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    batch_size: u64,
    total_steps: u64,
    records: Thresholds,
    probes: Thresholds,
}

impl Plan {
    /// The plan of a checked configuration, after its initial recording.
    pub fn new(config: &RunConfig) -> Self {
        let batch_size = u64::from(config.batch_size);
        let budget = config.budget_examples as f64;
        Self {
            batch_size,
            total_steps: total_steps(config),
            records: Thresholds {
                next: (N_DENSE_STEPS * batch_size) as f64,
                growth: RECORD_GROWTH,
                max_gap: budget / RECORDS_PER_BUDGET,
            },
            probes: Thresholds {
                next: batch_size as f64,
                growth: PROBE_GROWTH,
                max_gap: budget / PROBES_PER_BUDGET,
            },
        }
    }

    /// What to measure after step `step`, counted from 1.
    pub fn after(&mut self, step: u64) -> Recording {
        let n_examples = step * self.batch_size;
        let is_last = step == self.total_steps;
        // Always asked, so that the grid keeps up with the run.
        let is_due = self.records.reached(n_examples);
        if !(is_due || is_last || step <= N_DENSE_STEPS) {
            Recording::Nothing
        } else if self.probes.reached(n_examples) || is_last {
            Recording::LossAndNoise
        } else {
            Recording::Loss
        }
    }

    /// The most recordings this plan can still ask for.
    pub fn max_records(&self) -> usize {
        let mut records = self.records;
        let mut n = N_DENSE_STEPS + 1;
        while records.next <= (self.total_steps * self.batch_size) as f64 {
            records.advance();
            n += 1;
        }
        n.min(self.total_steps) as usize
    }
}

/// A grid of numbers of examples whose gaps grow in proportion up to a largest gap.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Thresholds {
    next: f64,
    growth: f64,
    max_gap: f64,
}

impl Thresholds {
    fn advance(&mut self) {
        self.next += (self.next * self.growth).min(self.max_gap);
    }

    /// Whether `n_examples` has reached the next threshold; if so, moves on to the first one beyond.
    fn reached(&mut self, n_examples: u64) -> bool {
        let n_examples = n_examples as f64;
        let is_reached = n_examples >= self.next;
        while n_examples >= self.next {
            self.advance();
        }
        is_reached
    }
}
