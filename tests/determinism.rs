//! A run is a function of its configuration: slices, repetition and machine change nothing.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod frozen;

use critical_batch::train::run::Run;
use critical_batch::train::spec::{Decay, OptimizerSpec, RunConfig, Sampling, Schedule, Warmup};
use frozen::{FINAL_LOSSES, TASKS, config};

fn finished(config: RunConfig) -> Run {
    let mut run = Run::new(&config.check().unwrap());
    run.advance(u64::MAX).unwrap();
    run
}

fn bits(params: &[f32]) -> Vec<u32> {
    params.iter().map(|p| p.to_bits()).collect()
}

/// Samples as text with all digits: compares also what `==` on floats would let pass, such as −0 and 0.
fn text(run: &Run) -> String {
    format!("{:?} {:?} {:?}", run.samples(), run.target(), run.stop())
}

#[test]
fn slices_of_any_length_give_the_run_in_one_go() {
    let optimizers = [
        config(TASKS[0]).optimizer,
        OptimizerSpec::RmsProp {
            alpha: 0.99,
            eps: 1e-8,
            momentum: 0.5,
            centered: true,
            weight_decay: 0.0,
        },
        OptimizerSpec::Adam {
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            weight_decay: 0.0,
        },
        OptimizerSpec::AdamW {
            beta1: 0.9,
            beta2: 0.99,
            eps: 1e-8,
            weight_decay: 0.01,
        },
    ];
    for (task, optimizer) in TASKS.into_iter().zip(optimizers) {
        for sampling in [Sampling::WithoutReplacement, Sampling::WithReplacement] {
            let config = RunConfig {
                optimizer,
                sampling,
                ..config(task)
            };
            let at_once = finished(config.clone());
            for slice in [1, 7] {
                let mut run = Run::new(&config.clone().check().unwrap());
                while run.advance(slice).is_none() {}
                assert_eq!(text(&run), text(&at_once), "{task:?}");
                assert_eq!(bits(run.params()), bits(at_once.params()));
            }
            assert_eq!(at_once.step(), 125);
        }
    }
}

#[test]
fn looking_at_a_run_does_not_change_it() {
    let config = config(TASKS[1]);
    let unseen = finished(config.clone());
    let mut run = Run::new(&config.check().unwrap());
    while run.advance(1).is_none() {
        assert_eq!(run.decision_grid(9), run.decision_grid(9));
    }
    assert_eq!(text(&run), text(&unseen));
}

#[test]
fn equal_seeds_give_equal_runs_and_other_seeds_others() {
    for task in TASKS {
        let first = finished(config(task));
        assert_eq!(text(&finished(config(task))), text(&first));
        let other = finished(RunConfig {
            seed: 12,
            ..config(task)
        });
        assert_ne!(text(&other), text(&first));
        assert_ne!(bits(other.params()), bits(first.params()));
    }
}

#[test]
fn runs_of_one_seed_share_their_start_and_with_equal_batch_size_their_batches() {
    for task in TASKS {
        let start = |config: RunConfig| Run::new(&config.check().unwrap());
        let base = start(config(task));
        let other_batch = start(RunConfig {
            batch_size: 5,
            ..config(task)
        });
        assert_eq!(bits(base.params()), bits(other_batch.params()), "{task:?}");
        // At learning rate 1e-9 nothing moves, so equal batches show as equal batch losses.
        let losses = |optimizer: OptimizerSpec| -> Vec<Option<f64>> {
            let schedule = Schedule {
                warmup: Warmup::None,
                decay: Decay::Constant,
            };
            let mut run = start(RunConfig {
                lr: 1e-9,
                schedule,
                optimizer,
                ..config(task)
            });
            run.advance(16);
            run.samples()
                .iter()
                .map(|s| s.batch_loss.map(|x| (x * 1e5).round()))
                .collect()
        };
        let sgd = config(task).optimizer;
        let adam = OptimizerSpec::Adam {
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            weight_decay: 0.0,
        };
        assert_eq!(losses(sgd), losses(adam), "{task:?}");
    }
}

#[test]
fn results_are_frozen_to_the_last_bit() {
    let found = TASKS.map(|task| finished(config(task)).samples().last().unwrap().train_loss);
    assert_eq!(found, FINAL_LOSSES);
}
