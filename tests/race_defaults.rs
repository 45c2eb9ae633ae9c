//! Where Race starts is measured, not guessed.
//!
//! At the base batch every task and optimiser reaches its target with the default learning rate, on the median of the
//! seeds, within the budget and in at most [`TOLERANCE`] times the steps of the best learning rate of a ×√2 grid. The
//! median, because on the spirals some seeds get stuck at any learning rate. `-- --nocapture` prints all.
#![allow(clippy::unwrap_used)]

use critical_batch::experiment::sweep::column::Column;
use critical_batch::experiment::sweep::config::{Metric, SweepConfig, lr_of};
use critical_batch::experiment::sweep::outcome::Outcome;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::train::spec::RunConfig;
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::CellRun;

const TOLERANCE: f64 = 2.0;
const SEEDS: u32 = 3;

fn check(task: TaskKind) {
    use OptimizerKind as O;
    for optimizer in [
        O::Sgd,
        O::Momentum,
        O::Nesterov,
        O::RmsProp,
        O::Adam,
        O::AdamW,
    ] {
        let state = RaceState::for_task(task, optimizer);
        let metric = Metric::StepsToTarget {
            target: state.target_loss,
        };
        let config = SweepConfig {
            metric,
            budget_examples: state.budget as u64,
            ..SweepConfig::of(&state)
        };
        let batch_idx = state.base_batch.log2() as u32;
        let measure = |config: RunConfig, max_steps| {
            let request = CellRun {
                cell: 0,
                config,
                target: Some(state.target_loss),
                max_steps,
            };
            Measurement::to_end(&request).unwrap()
        };
        let mut found = Vec::new();
        for seed_idx in 0..SEEDS {
            let mut column = Column::new(config.first_rung(batch_idx), config.rungs);
            loop {
                let round = column.take_round();
                if round.is_empty() {
                    break;
                }
                for wanted in round {
                    let run = measure(
                        config.run(batch_idx, wanted.rung, seed_idx),
                        wanted.max_steps,
                    );
                    column.take(wanted.rung, Outcome::of(&run, metric), run);
                }
            }
            let best = column
                .best()
                .unwrap_or_else(|| panic!("{task:?} {optimizer:?}: no learning rate arrives"));
            let run = measure(
                RunConfig {
                    lr: state.base_lr,
                    ..config.run(batch_idx, best.rung, seed_idx)
                },
                None,
            );
            let own = Outcome::of(&run, metric).score().unwrap_or(f64::INFINITY);
            found.push((own / best.score, own, lr_of(best.rung), best.score));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!(
            "{task:?} {optimizer:?}, η = {}: (×best, steps, best η, its steps) {found:.4?}",
            state.base_lr
        );
        let (median, ..) = found[found.len() / 2];
        assert!(median <= TOLERANCE, "{task:?} {optimizer:?}: ×{median}");
    }
}

#[test]
fn digits_start_near_their_best_learning_rate() {
    check(TaskKind::Digits);
}

#[test]
fn spirals_start_near_their_best_learning_rate() {
    check(TaskKind::Spirals);
}

#[test]
fn exact_tasks_start_near_their_best_learning_rate() {
    check(TaskKind::LinearRegression);
    check(TaskKind::Quadratic);
}
