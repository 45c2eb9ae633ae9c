//! What a run promises: ranges, recordings, target, divergence, and that it learns.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::check::{MAX_BATCH_SIZE, MAX_BUDGET};
use critical_batch::train::run::{Run, total_steps};
use critical_batch::train::spec::{
    Activation, ConfigField, Decay, OptimizerSpec, RunConfig, Sample, Sampling, Schedule,
    StopReason, TaskSpec, Warmup,
};

const DIGITS: TaskSpec = TaskSpec::Digits {
    n_hidden: 32,
    activation: Activation::Relu,
};
const SPIRALS: TaskSpec = TaskSpec::Spirals {
    n_hidden: 16,
    activation: Activation::Tanh,
};
const REGRESSION: TaskSpec = TaskSpec::LinearRegression {
    n_dims: 10,
    noise_std: 0.1,
};
const QUADRATIC: TaskSpec = TaskSpec::Quadratic { n_dims: 10 };
const SGD: OptimizerSpec = OptimizerSpec::Sgd {
    momentum: 0.0,
    dampening: 0.0,
    nesterov: false,
    weight_decay: 0.0,
};
const ADAM: OptimizerSpec = OptimizerSpec::Adam {
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weight_decay: 0.0,
};

fn config(task: TaskSpec, lr: f64, batch_size: u32, budget_examples: u64) -> RunConfig {
    RunConfig {
        task,
        optimizer: SGD,
        schedule: Schedule {
            warmup: Warmup::None,
            decay: Decay::Constant,
        },
        sampling: Sampling::WithoutReplacement,
        lr,
        batch_size,
        budget_examples,
        target_loss: None,
        stop_at_target: false,
        seed: 1,
    }
}

fn start(config: RunConfig) -> Run {
    Run::new(&config.check().unwrap())
}

fn finished(config: RunConfig) -> Run {
    let mut run = start(config);
    run.advance(u64::MAX).unwrap();
    run
}

fn last(run: &Run) -> Sample {
    *run.samples().last().unwrap()
}

#[test]
fn every_field_out_of_range_is_named_with_its_value_and_range() {
    let base = || config(DIGITS, 0.1, 32, 1000);
    let sgd = |momentum, dampening, nesterov, weight_decay| RunConfig {
        optimizer: OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay,
        },
        ..base()
    };
    let rms = |alpha, eps| RunConfig {
        optimizer: OptimizerSpec::RmsProp {
            alpha,
            eps,
            momentum: 0.0,
            centered: false,
            weight_decay: 0.0,
        },
        ..base()
    };
    let adam = |beta1, beta2| RunConfig {
        optimizer: OptimizerSpec::AdamW {
            beta1,
            beta2,
            eps: 1e-8,
            weight_decay: 0.0,
        },
        ..base()
    };
    let task = |task| RunConfig { task, ..base() };
    let hidden = |n_hidden| {
        task(TaskSpec::Spirals {
            n_hidden,
            activation: Activation::Relu,
        })
    };
    let regression = |n_dims, noise_std| task(TaskSpec::LinearRegression { n_dims, noise_std });
    let warmup = |start_lr, n_examples| RunConfig {
        schedule: Schedule {
            warmup: Warmup::Gradual {
                start_lr,
                n_examples,
            },
            decay: Decay::Constant,
        },
        ..base()
    };
    let decay = |decay| RunConfig {
        schedule: Schedule {
            warmup: Warmup::None,
            decay,
        },
        ..base()
    };
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let rows: Vec<(ConfigField, f64, RunConfig)> = vec![
        (
            ConfigField::LearningRate,
            0.0,
            RunConfig { lr: 0.0, ..base() },
        ),
        (
            ConfigField::LearningRate,
            2e4,
            RunConfig { lr: 2e4, ..base() },
        ),
        (
            ConfigField::LearningRate,
            nan,
            RunConfig { lr: nan, ..base() },
        ),
        (
            ConfigField::LearningRate,
            inf,
            RunConfig { lr: inf, ..base() },
        ),
        (
            ConfigField::BatchSize,
            0.0,
            RunConfig {
                batch_size: 0,
                ..base()
            },
        ),
        (
            ConfigField::BatchSize,
            65537.0,
            RunConfig {
                batch_size: 65537,
                budget_examples: MAX_BUDGET,
                ..base()
            },
        ),
        (
            ConfigField::Budget,
            31.0,
            RunConfig {
                budget_examples: 31,
                ..base()
            },
        ),
        (
            ConfigField::Budget,
            1e9 + 1.0,
            RunConfig {
                budget_examples: MAX_BUDGET + 1,
                ..base()
            },
        ),
        (
            ConfigField::TargetLoss,
            0.0,
            RunConfig {
                target_loss: Some(0.0),
                ..base()
            },
        ),
        (
            ConfigField::TargetLoss,
            nan,
            RunConfig {
                target_loss: Some(nan),
                ..base()
            },
        ),
        (ConfigField::HiddenUnits, 0.0, hidden(0)),
        (ConfigField::HiddenUnits, 513.0, hidden(513)),
        (ConfigField::Dimensions, 0.0, regression(0, 0.0)),
        (
            ConfigField::Dimensions,
            4097.0,
            task(TaskSpec::Quadratic { n_dims: 4097 }),
        ),
        (ConfigField::NoiseStd, -1.0, regression(5, -1.0)),
        (ConfigField::NoiseStd, inf, regression(5, inf)),
        (ConfigField::Momentum, 1.0, sgd(1.0, 0.0, false, 0.0)),
        (ConfigField::Dampening, -0.1, sgd(0.9, -0.1, false, 0.0)),
        (ConfigField::Dampening, 0.1, sgd(0.9, 0.1, true, 0.0)),
        (ConfigField::WeightDecay, -1.0, sgd(0.9, 0.0, false, -1.0)),
        (ConfigField::WeightDecay, nan, sgd(0.9, 0.0, false, nan)),
        (ConfigField::Alpha, 1.0, rms(1.0, 1e-8)),
        (ConfigField::Eps, 0.0, rms(0.99, 0.0)),
        (ConfigField::Beta1, 1.0, adam(1.0, 0.999)),
        (ConfigField::Beta2, -0.5, adam(0.9, -0.5)),
        (ConfigField::StartLr, -0.1, warmup(-0.1, 10)),
        (ConfigField::WarmupExamples, 2e9, warmup(0.1, 2_000_000_000)),
        (
            ConfigField::FinalFraction,
            1.5,
            decay(Decay::Cosine {
                final_fraction: 1.5,
            }),
        ),
        (
            ConfigField::DecayFactor,
            nan,
            decay(Decay::Steps { factor: nan }),
        ),
    ];
    for (field, value, config) in rows {
        let error = config.check().unwrap_err();
        assert_eq!(error.field, field);
        assert!(
            error.value == value || (error.value.is_nan() && value.is_nan()),
            "{error:?}"
        );
        assert!(!(error.min..=error.max).contains(&error.value), "{error:?}");
    }
    for config in [
        base(),
        sgd(0.0, 1.0, false, 10.0),
        sgd(0.9, 0.0, true, 0.0),
        rms(0.0, 1e-16),
        adam(0.0, 0.999_999),
        hidden(1),
        regression(4096, 100.0),
        warmup(0.0, 0),
        RunConfig {
            lr: 1e-9,
            batch_size: MAX_BATCH_SIZE,
            budget_examples: MAX_BUDGET,
            ..base()
        },
        RunConfig {
            lr: 1e4,
            batch_size: 1,
            budget_examples: 1,
            target_loss: Some(1e-12),
            ..base()
        },
    ] {
        assert!(config.check().is_ok());
    }
}

#[test]
fn no_step_exceeds_the_budget() {
    for (batch_size, budget, n_steps) in [
        (32, 1000, 31),
        (32, 1024, 32),
        (7, 7, 1),
        (1, 50, 50),
        (100, 199, 1),
    ] {
        let config = config(QUADRATIC, 0.01, batch_size, budget);
        assert_eq!(total_steps(&config), n_steps);
        let run = finished(config);
        assert_eq!(run.stop(), Some(StopReason::BudgetSpent));
        assert_eq!(
            (run.step(), run.n_examples()),
            (n_steps, n_steps * u64::from(batch_size))
        );
        assert_eq!(last(&run).step, n_steps, "the end is always recorded");
        assert_eq!(run.batch_size(), batch_size);
    }
}

#[test]
fn recordings_are_dense_first_then_even_and_their_number_is_bounded() {
    for (batch_size, budget) in [
        (1, 1_000_000),
        (32, 1_000_000),
        (16, 20_000),
        (500, 20_000),
        (1, 10),
    ] {
        let run = finished(config(QUADRATIC, 0.01, batch_size, budget));
        let samples = run.samples();
        let n_dense = (run.step() as usize).min(16);
        for (step, sample) in samples.iter().enumerate().take(n_dense + 1) {
            assert_eq!(sample.step, step as u64);
        }
        for pair in samples.windows(2) {
            let gap = pair[1].n_examples - pair[0].n_examples;
            let wanted = (0.06 * pair[0].n_examples as f64).min(budget as f64 / 240.0);
            let batch_size = f64::from(batch_size);
            assert!(
                gap > 0 && gap as f64 <= wanted + 2.0 * batch_size,
                "{gap} after {}",
                pair[0].n_examples
            );
        }
        assert!(samples.len() <= 600);
        let n_probes = samples.iter().filter(|s| s.noise.is_some()).count();
        assert!(samples[0].noise.is_some() && last(&run).noise.is_some());
        if run.step() > 1000 {
            assert!(
                (30..=60).contains(&n_probes),
                "{n_probes} of {}",
                samples.len()
            );
            assert!(samples.len() >= 250);
        }
    }
}

#[test]
fn the_first_sample_is_the_untrained_state() {
    for (task, loss) in [
        (DIGITS, 2.3),
        (SPIRALS, 0.7),
        (REGRESSION, 0.505),
        (QUADRATIC, 0.5 * 2.928_968),
    ] {
        let run = start(config(task, 0.1, 8, 80));
        let first = run.samples()[0];
        assert!(
            (first.train_loss / loss - 1.0).abs() < 0.1,
            "{task:?} {}",
            first.train_loss
        );
        assert_eq!(
            (first.step, first.n_examples, first.lr, first.batch_loss),
            (0, 0, 0.1, None)
        );
        assert_eq!(
            (first.batch_grad_norm_sq, first.corrected_grad_norm_sq),
            (None, None)
        );
        let has_test_set = matches!(task, TaskSpec::Digits { .. } | TaskSpec::Spirals { .. });
        assert_eq!(first.test_loss.is_some(), has_test_set);
        assert_eq!(first.test_accuracy.is_some(), has_test_set);
    }
}

#[test]
fn reaching_the_target_is_recorded_once_and_may_end_the_run() {
    let to_half = RunConfig {
        target_loss: Some(0.5),
        ..config(SPIRALS, 0.5, 16, 60_000)
    };
    let whole = finished(to_half.clone());
    let hit = whole.target().unwrap();
    let first = *whole
        .samples()
        .iter()
        .find(|s| s.train_loss <= 0.5)
        .unwrap();
    assert_eq!((hit.step, hit.n_examples), (first.step, first.n_examples));
    assert_eq!(whole.stop(), Some(StopReason::BudgetSpent));
    let short = finished(RunConfig {
        stop_at_target: true,
        ..to_half.clone()
    });
    assert_eq!(short.stop(), Some(StopReason::TargetReached));
    assert_eq!((short.target(), short.step()), (Some(hit), hit.step));
    assert_eq!(short.samples(), &whole.samples()[..short.samples().len()]);
    let never = finished(RunConfig {
        lr: 1e-6,
        stop_at_target: true,
        ..to_half.clone()
    });
    assert_eq!(
        (never.target(), never.stop()),
        (None, Some(StopReason::BudgetSpent))
    );
    let mut at_once = start(RunConfig {
        target_loss: Some(5.0),
        stop_at_target: true,
        ..to_half
    });
    assert_eq!(
        (at_once.advance(9), at_once.step()),
        (Some(StopReason::TargetReached), 0)
    );
}

#[test]
fn an_ended_run_stays_as_it_is() {
    let mut run = finished(config(REGRESSION, 0.05, 10, 200));
    let params = run.params().to_vec();
    assert_eq!(run.advance(100), Some(StopReason::BudgetSpent));
    assert_eq!((run.step(), run.params()), (20, &params[..]));
    let mut young = start(config(REGRESSION, 0.05, 10, 200));
    assert_eq!(
        (young.advance(0), young.advance(3), young.step()),
        (None, None, 3)
    );
}

#[test]
fn the_learning_rate_can_be_changed_between_steps() {
    let mut run = start(config(QUADRATIC, 0.01, 4, 400));
    run.advance(5);
    run.set_lr(0.2).unwrap();
    assert_eq!(
        run.set_lr(1e5).unwrap_err().field,
        ConfigField::LearningRate
    );
    run.advance(1);
    let rates: Vec<f64> = run.samples().iter().map(|s| s.lr).collect();
    assert_eq!(rates, [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.2]);
}

/// Every number of a sample.
fn numbers(sample: &Sample) -> Vec<f64> {
    let noise = sample
        .noise
        .map(|n| (n.grad_norm_sq, n.noise_trace, n.noise_scale.unwrap_or(0.0)));
    let (grad_norm_sq, noise_trace, noise_scale) = noise.unwrap_or_default();
    let optional = [
        sample.batch_loss,
        sample.test_loss,
        sample.test_accuracy,
        sample.batch_grad_norm_sq,
        sample.corrected_grad_norm_sq,
    ];
    let mut all = vec![
        sample.lr,
        sample.train_loss,
        grad_norm_sq,
        noise_trace,
        noise_scale,
    ];
    all.extend(optional.into_iter().flatten());
    all
}

#[test]
fn no_sample_holds_a_number_that_is_not_finite() {
    let optimizers = [
        SGD,
        OptimizerSpec::Sgd {
            momentum: 0.99,
            dampening: 0.0,
            nesterov: true,
            weight_decay: 10.0,
        },
        OptimizerSpec::RmsProp {
            alpha: 0.9,
            eps: 1e-16,
            momentum: 0.9,
            centered: true,
            weight_decay: 0.1,
        },
        OptimizerSpec::RmsProp {
            alpha: 0.0,
            eps: 1e-8,
            momentum: 0.0,
            centered: false,
            weight_decay: 0.0,
        },
        ADAM,
        OptimizerSpec::AdamW {
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-16,
            weight_decay: 10.0,
        },
    ];
    let tanh_digits = TaskSpec::Digits {
        n_hidden: 4,
        activation: Activation::Tanh,
    };
    let relu_digits = TaskSpec::Digits {
        n_hidden: 5,
        activation: Activation::Relu,
    };
    let relu_spirals = TaskSpec::Spirals {
        n_hidden: 6,
        activation: Activation::Relu,
    };
    let mut n_diverged = 0;
    for task in [
        relu_digits,
        tanh_digits,
        SPIRALS,
        relu_spirals,
        REGRESSION,
        QUADRATIC,
    ] {
        for optimizer in optimizers {
            for lr in [1.0, 100.0, 1e4] {
                for batch_size in [1, 32, 1024] {
                    let config = RunConfig {
                        optimizer,
                        ..config(task, lr, batch_size, 20 * u64::from(batch_size))
                    };
                    let run = finished(config.clone());
                    for sample in run.samples() {
                        assert!(
                            numbers(sample).iter().all(|x| x.is_finite()),
                            "{config:?} {sample:?}"
                        );
                    }
                    if let Some(StopReason::Diverged { step }) = run.stop() {
                        n_diverged += 1;
                        assert!((1..=run.step()).contains(&step));
                    }
                }
            }
        }
    }
    assert!(n_diverged > 150, "{n_diverged}");
}

#[test]
fn loss_above_ten_times_the_first_for_three_recordings_is_divergence() {
    // θ is multiplied by 1 − 3 = −2 in the first coordinate: the loss grows fourfold, from 1.46 by way of 5.2 and ….
    let run = finished(config(QUADRATIC, 3.0, 65_536, 65_536 * 100));
    let limit = 10.0 * run.samples()[0].train_loss;
    let high: Vec<u64> = run
        .samples()
        .iter()
        .filter(|s| s.train_loss > limit)
        .map(|s| s.step)
        .collect();
    assert_eq!(high.len(), 3, "three recordings, then the end");
    assert_eq!(run.stop(), Some(StopReason::Diverged { step: high[0] }));
    assert_eq!(last(&run).step, run.step());
}

#[test]
fn a_loss_that_overflows_between_recordings_keeps_the_last_finite_sample() {
    // Late in a long run recordings are rare, so the change to a huge rate overflows before the next one.
    let mut run = start(config(QUADRATIC, 0.1, 1, 1_000_000));
    assert_eq!(run.advance(100_000), None);
    let before = last(&run);
    run.set_lr(1e4).unwrap();
    let Some(StopReason::Diverged { step }) = run.advance(1000) else {
        panic!("{:?}", run.stop())
    };
    assert!(step > 100_000 && step < 100_020 && step == run.step());
    assert_eq!(last(&run), before);
}

#[test]
fn digits_are_learnt_by_sgd_and_adam() {
    for (optimizer, lr) in [(SGD, 0.5), (ADAM, 0.003)] {
        for activation in [Activation::Relu, Activation::Tanh] {
            let task = TaskSpec::Digits {
                n_hidden: 16,
                activation,
            };
            let run = finished(RunConfig {
                optimizer,
                ..config(task, lr, 32, 20 * 1437)
            });
            assert!(
                last(&run).test_accuracy.unwrap() > 0.9,
                "{optimizer:?} {activation:?} {:?}",
                last(&run)
            );
            assert!(last(&run).train_loss < 0.1);
        }
    }
}

#[test]
fn spirals_are_learnt_and_the_picture_shows_it() {
    let run = finished(RunConfig {
        optimizer: ADAM,
        ..config(SPIRALS, 0.01, 32, 300 * 512)
    });
    assert!(last(&run).test_accuracy.unwrap() > 0.95, "{:?}", last(&run));
    let n_side = 49;
    let grid = run.decision_grid(n_side).unwrap();
    assert_eq!((grid.n_side, grid.class_one.len()), (n_side, 49 * 49));
    // Cell of a training point: the square is ±1.2, rows from the top.
    let spirals = critical_batch::train::data::spirals();
    let cell = |x: f32| (((x + 1.2) / 2.4) * n_side as f32) as usize;
    let n_right = (0..spirals.train.n_examples())
        .filter(|idx| {
            let point = spirals.train.example(*idx);
            let shown = grid.class_one[cell(-point[1]) * n_side as usize + cell(point[0])];
            (shown > 127) == (spirals.train.labels[*idx] == 1)
        })
        .count();
    assert!(
        n_right as f64 > 0.95 * spirals.train.n_examples() as f64,
        "{n_right}"
    );
    assert!(start(config(DIGITS, 0.1, 1, 1)).decision_grid(4).is_none());
    assert!(
        start(config(SPIRALS, 0.1, 1, 1))
            .decision_grid(0)
            .unwrap()
            .class_one
            .is_empty()
    );
}

#[test]
fn a_network_without_numbers_has_no_picture() {
    // Weight decay flips and multiplies the weights at every step, once the warmup is over and losses are looked at
    // seldom enough not to notice before.
    let run = finished(RunConfig {
        optimizer: OptimizerSpec::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 1.0,
        },
        schedule: Schedule {
            warmup: Warmup::Constant {
                start_lr: 1e-6,
                n_examples: 400 * 4,
            },
            decay: Decay::Constant,
        },
        ..config(
            TaskSpec::Spirals {
                n_hidden: 16,
                activation: Activation::Relu,
            },
            1e3,
            4,
            5000 * 4,
        )
    });
    assert!(matches!(run.stop(), Some(StopReason::Diverged { .. })));
    let grid = run.decision_grid(9).unwrap();
    assert!(grid.class_one.is_empty(), "{grid:?}");
}

#[test]
fn corrected_batch_norms_average_to_the_exact_norm() {
    let small_digits = TaskSpec::Digits {
        n_hidden: 8,
        activation: Activation::Relu,
    };
    // At learning rate 1e-9 the parameters stay, so every step estimates the same |G|², which the probe knows.
    for (task, batch_size) in [
        (small_digits, 8),
        (small_digits, 150),
        (SPIRALS, 8),
        (REGRESSION, 8),
        (QUADRATIC, 8),
    ] {
        for sampling in [Sampling::WithoutReplacement, Sampling::WithReplacement] {
            let n_steps = if batch_size > 100 { 600 } else { 2000 };
            let budget = n_steps * u64::from(batch_size);
            let run = finished(RunConfig {
                sampling,
                ..config(task, 1e-9, batch_size, budget)
            });
            let exact = run.samples()[0].noise.unwrap();
            let mut previous = 0;
            let (mut raw, mut corrected) = (0.0, 0.0);
            for sample in &run.samples()[1..] {
                let weight = (sample.step - previous) as f64 / n_steps as f64;
                raw += weight * sample.batch_grad_norm_sq.unwrap();
                corrected += weight * sample.corrected_grad_norm_sq.unwrap();
                previous = sample.step;
            }
            let noise = exact.noise_trace / f64::from(batch_size);
            let error = corrected - exact.grad_norm_sq;
            assert!(
                error.abs() < 0.1 * noise,
                "{task:?} {sampling:?} {corrected} {exact:?}"
            );
            assert!(
                raw - exact.grad_norm_sq > 0.7 * noise,
                "{task:?} {sampling:?}"
            );
        }
    }
}
