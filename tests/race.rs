//! The race: which runs it asks for, and whether two readers see the same.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use critical_batch::experiment::digest::digest_runs;
use critical_batch::experiment::known_task::{initial_noise_scale, stability_limit};
use critical_batch::experiment::race::{LaneKind, LaneSet, RaceConfig, WarmupChoice, seed_of};
use critical_batch::train::run::Run;
use critical_batch::train::spec::{
    Activation, Decay, OptimizerSpec, Sample, Sampling, StopReason, TaskSpec, Warmup,
};
use critical_batch::worker::dispatch::Dispatcher;
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{Event, JobId, Pace, Request};

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
const DIGITS: TaskSpec = TaskSpec::Digits {
    n_hidden: 32,
    activation: Activation::Relu,
};
const RULES: [LaneKind; 4] = [
    LaneKind::NoScaling,
    LaneKind::Sqrt,
    LaneKind::Linear,
    LaneKind::Theory,
];

/// A small race of everybody.
fn config() -> RaceConfig {
    RaceConfig {
        task: TaskSpec::LinearRegression {
            n_dims: 6,
            noise_std: 0.1,
        },
        optimizer: SGD,
        sampling: Sampling::WithReplacement,
        warmup: WarmupChoice::None,
        warmup_examples: 0,
        decay: Decay::Constant,
        base_batch: 4,
        base_lr: 0.02,
        batch: 32,
        noise_scale: 7.0,
        lanes: LaneSet::of(&LaneKind::ALL),
        custom_lr: 0.15,
        budget_examples: 4000,
        target_loss: 0.02,
        stop_at_target: false,
        n_seeds: 3,
        seed: 7,
    }
}

fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() <= 1e-9 * expected.abs(),
        "{value} is not {expected}"
    );
}

#[test]
fn lanes_have_the_learning_rates_of_their_rules() {
    // The pair of Goyal et al. 2017 with B_noise = 4096: the numbers of the first screen.
    let wide = RaceConfig {
        base_batch: 256,
        base_lr: 0.1,
        batch: 8192,
        noise_scale: 4096.0,
        ..config()
    };
    let lr = |config: &RaceConfig, kind| config.lane(kind).lr;
    let lrs = |config: &RaceConfig| RULES.map(|kind| lr(config, kind));
    for (batch, expected) in [
        (8192, [0.1, 0.565_685_424_949_238, 3.2, 17.0 / 15.0]),
        (512, [0.1, 0.141_421_356_237_309_5, 0.2, 0.17 / 0.9]),
    ] {
        let config = RaceConfig {
            batch,
            ..wide.clone()
        };
        lrs(&config)
            .into_iter()
            .zip(expected)
            .for_each(|(lr, expected)| near(lr, expected));
    }
    // Exponent ½ for optimisers that rescale the gradient.
    let rms = OptimizerSpec::RmsProp {
        alpha: 0.99,
        eps: 1e-8,
        momentum: 0.0,
        centered: false,
        weight_decay: 0.0,
    };
    let adam_w = OptimizerSpec::AdamW {
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weight_decay: 0.01,
    };
    for optimizer in [ADAM, rms, adam_w] {
        let config = RaceConfig {
            optimizer,
            ..wide.clone()
        };
        lrs(&config)
            .into_iter()
            .zip([
                0.1,
                0.565_685_424_949_238,
                3.2,
                0.1 * (34.0_f64 / 3.0).sqrt(),
            ])
            .for_each(|(lr, expected)| near(lr, expected));
    }
    // All rules agree at the base batch.
    let same = RaceConfig { batch: 256, ..wide };
    for kind in RULES {
        near(lr(&same, kind), 0.1);
    }
    near(lr(&same, LaneKind::Custom), 0.15);
    let base = same.lane(LaneKind::Base);
    assert_eq!((base.batch, base.lr), (256, 0.1));
}

#[test]
fn numbers_out_of_range_become_finite_lanes() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e300] {
        let config = RaceConfig {
            base_lr: number,
            noise_scale: number,
            custom_lr: number,
            base_batch: 0,
            ..config()
        };
        assert!(
            config
                .lanes()
                .iter()
                .all(|lane| lane.lr.is_finite() && lane.lr > 0.0)
        );
        assert_eq!(config.runs().len(), 18);
    }
}

#[test]
fn lanes_are_a_set_in_fixed_order() {
    let set = LaneSet::of(&[LaneKind::Theory, LaneKind::Base, LaneKind::Theory]);
    assert_eq!(
        set.iter().collect::<Vec<_>>(),
        [LaneKind::Base, LaneKind::Theory]
    );
    assert_eq!((set.len(), set.is_empty()), (2, false));
    assert!(
        set.with(LaneKind::Base, false)
            .with(LaneKind::Theory, false)
            .is_empty()
    );
    assert!(LaneSet::of(&LaneKind::ALL).contains(LaneKind::Custom));
}

#[test]
fn runs_are_numbered_lane_by_lane() {
    let config = RaceConfig {
        lanes: LaneSet::of(&[LaneKind::Linear, LaneKind::Base]),
        ..config()
    };
    let lanes = config.lanes();
    let runs = config.runs();
    assert_eq!(runs.len(), 6);
    for (expected, numbered) in (0..).zip(&runs) {
        assert_eq!(numbered.run, expected);
        let (lane_idx, seed_idx) = config.place_of(numbered.run);
        assert_eq!(numbered.run, lane_idx as u32 * 3 + seed_idx);
        assert_eq!(
            (numbered.config.batch_size, numbered.config.lr),
            (lanes[lane_idx].batch, lanes[lane_idx].lr)
        );
        assert_eq!(numbered.config.seed, seed_of(7, seed_idx));
        assert!(numbered.config.clone().check().is_ok());
    }
}

#[test]
fn seeds_are_shared_by_lanes_and_never_coincide() {
    let seeds: BTreeSet<u64> = (0..1000).map(|i| seed_of(u64::MAX - 500, i)).collect();
    assert_eq!(seeds.len(), 1000);
    assert_eq!(
        seed_of(7, 2),
        seed_of(8, 1),
        "seed + 1 is the next reader's first"
    );
    // Digits draw their initial weights from the seed.
    let digits = RaceConfig {
        task: DIGITS,
        lanes: LaneSet::of(&RULES),
        ..config()
    };
    let losses: Vec<u64> = digits
        .runs()
        .into_iter()
        .map(|run| {
            Run::new(&run.config.check().unwrap()).samples()[0]
                .train_loss
                .to_bits()
        })
        .collect();
    for (run, loss) in losses.iter().enumerate() {
        assert_eq!(
            *loss,
            losses[run % 3],
            "lanes of equal seed start from equal weights"
        );
    }
    assert_ne!(losses[0], losses[1]);
}

#[test]
fn only_scaled_lanes_warm_up_from_the_base_learning_rate() {
    for (choice, n_examples) in [(WarmupChoice::Gradual, 640), (WarmupChoice::Constant, 64)] {
        let config = RaceConfig {
            warmup: choice,
            warmup_examples: n_examples,
            n_seeds: 1,
            ..config()
        };
        for (lane, run) in config.lanes().iter().zip(config.runs()) {
            let expected = match (lane.kind, choice) {
                (LaneKind::Base, _) => Warmup::None,
                (_, WarmupChoice::Gradual) => Warmup::Gradual {
                    start_lr: 0.02,
                    n_examples,
                },
                _ => Warmup::Constant {
                    start_lr: 0.02,
                    n_examples,
                },
            };
            assert_eq!(run.config.schedule.warmup, expected, "{:?}", lane.kind);
        }
    }
}

#[test]
fn the_base_takes_b_over_b0_times_the_steps() {
    for budget_examples in [4000, 4001, 4031] {
        let config = RaceConfig {
            budget_examples,
            n_seeds: 1,
            ..config()
        };
        let steps: Vec<u64> = config
            .runs()
            .into_iter()
            .map(|numbered| {
                let mut run = Run::new(&numbered.config.check().unwrap());
                run.advance(u64::MAX);
                run.step()
            })
            .collect();
        for lane in 1..steps.len() {
            assert!(
                steps[0].abs_diff(8 * steps[lane]) < 8,
                "{steps:?}: less than one large step apart"
            );
        }
    }
}

#[test]
fn stability_is_judged_before_the_race() {
    let warned = |task, optimizer, batch, custom_lr| {
        let config = RaceConfig {
            task,
            optimizer,
            batch,
            custom_lr,
            ..config()
        };
        config.stability_warning(&config.lane(LaneKind::Custom))
    };
    let quadratic = TaskSpec::Quadratic { n_dims: 50 };
    assert_eq!(warned(quadratic, SGD, 8, 1.9), None);
    let warning = warned(quadratic, SGD, 8, 2.6).unwrap();
    assert_eq!((warning.lr_times_curvature, warning.limit), (2.6, 2.0));
    let momentum = |nesterov| OptimizerSpec::Sgd {
        momentum: 0.9,
        dampening: 0.0,
        nesterov,
        weight_decay: 0.0,
    };
    near(
        stability_limit(quadratic, momentum(false), 8).unwrap().1,
        3.8,
    );
    near(
        stability_limit(quadratic, momentum(true), 8).unwrap().1,
        3.8 / 2.8,
    );
    // d = 20: 2/(1 + 21/B), which is 1 at B = 21.
    near(
        stability_limit(
            TaskSpec::LinearRegression {
                n_dims: 20,
                noise_std: 0.0,
            },
            SGD,
            21,
        )
        .unwrap()
        .1,
        1.0,
    );
    assert_eq!(warned(DIGITS, SGD, 8, 1e3), None);
    assert_eq!(warned(quadratic, ADAM, 8, 1e3), None);
}

#[test]
fn the_stability_limit_is_where_runs_begin_to_diverge() {
    let regression = TaskSpec::LinearRegression {
        n_dims: 20,
        noise_std: 0.0,
    };
    let sgd = |momentum, dampening, nesterov, weight_decay| OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov,
        weight_decay,
    };
    // The quadratic's batch is large, or its noise alone would lift the loss near the limit.
    for (task, optimizer, batch, below, above) in [
        (TaskSpec::Quadratic { n_dims: 10 }, SGD, 65_536, 0.97, 1.03),
        (
            TaskSpec::Quadratic { n_dims: 10 },
            sgd(0.9, 0.0, false, 0.0),
            65_536,
            0.97,
            1.03,
        ),
        (
            TaskSpec::Quadratic { n_dims: 10 },
            sgd(0.9, 0.0, true, 0.0),
            65_536,
            0.97,
            1.03,
        ),
        (
            TaskSpec::Quadratic { n_dims: 10 },
            sgd(0.3, 0.1, false, 0.0),
            65_536,
            0.97,
            1.03,
        ),
        (
            TaskSpec::Quadratic { n_dims: 10 },
            sgd(0.5, 0.0, false, 0.5),
            65_536,
            0.97,
            1.03,
        ),
        // The mean square grows beyond the limit; a typical path does so only somewhat later.
        (regression, SGD, 8, 0.9, 1.6),
        (regression, sgd(0.0, 0.0, false, 0.5), 8, 0.9, 1.6),
    ] {
        let (curvature, limit) = stability_limit(task, optimizer, batch).unwrap();
        for (factor, is_expected) in [(below, false), (above, true)] {
            let custom_lr = factor * limit / curvature;
            let lanes = LaneSet::of(&[LaneKind::Custom]);
            let config = RaceConfig {
                task,
                optimizer,
                batch,
                custom_lr,
                lanes,
                budget_examples: 10_000 * u64::from(batch),
                ..config()
            };
            assert_eq!(
                config
                    .stability_warning(&config.lane(LaneKind::Custom))
                    .is_some(),
                is_expected
            );
            for numbered in config.runs() {
                let mut run = Run::new(&numbered.config.check().unwrap());
                let has_diverged =
                    matches!(run.advance(u64::MAX), Some(StopReason::Diverged { .. }));
                assert_eq!(
                    has_diverged, is_expected,
                    "{task:?} {optimizer:?} at {factor} of the limit"
                );
            }
        }
    }
}

#[test]
fn the_exact_noise_scale_is_what_the_run_measures() {
    let regression = TaskSpec::LinearRegression {
        n_dims: 6,
        noise_std: 2.0,
    };
    near(initial_noise_scale(regression).unwrap(), 31.0);
    // Isotropic curvature: B_noise = B_simple, which the run probes at its start.
    let config = RaceConfig {
        task: regression,
        ..config()
    };
    let run = Run::new(&config.runs()[0].config.clone().check().unwrap());
    let probed = run.samples()[0].noise.unwrap().noise_scale.unwrap();
    assert!((probed - 31.0).abs() < 1e-3, "{probed}");
    // 1 + 1/4 + 1/9 over 1 + 1/8 + 1/27.
    near(
        initial_noise_scale(TaskSpec::Quadratic { n_dims: 3 }).unwrap(),
        (49.0 / 36.0) / (251.0 / 216.0),
    );
    assert_eq!(initial_noise_scale(DIGITS), None);
}

/// All samples of a race over so many workers.
fn race(config: &RaceConfig, n_workers: usize) -> BTreeMap<u32, Vec<Sample>> {
    let job = JobId(1);
    let mut dispatcher = Dispatcher::new(n_workers);
    let engine = |_| {
        let ms = Cell::new(0.0);
        Engine::new(move || ms.replace(ms.get() + 1.5))
    };
    let mut engines: Vec<Engine> = (0..n_workers).map(engine).collect();
    let mut heard = Vec::new();
    for request in [
        Request::Start {
            job,
            runs: config.runs(),
        },
        Request::Play {
            job,
            pace: Pace::Max,
        },
    ] {
        for (worker, request) in dispatcher.send(request).requests {
            let events = engines[worker].handle(request);
            heard.extend(dispatcher.receive(worker, engines[worker].reply(events)));
        }
    }
    while dispatcher.is_busy() {
        for (worker, engine) in engines.iter_mut().enumerate() {
            let events = engine.work(10.0);
            heard.extend(dispatcher.receive(worker, engine.reply(events)));
        }
    }
    let mut samples = BTreeMap::<u32, Vec<Sample>>::new();
    for event in heard {
        if let Event::Progress { updates, .. } = event {
            for update in updates {
                samples
                    .entry(update.run)
                    .or_default()
                    .extend(update.samples);
            }
        }
    }
    samples
}

#[test]
fn the_digest_is_the_same_for_everybody() {
    let task = TaskSpec::Spirals {
        n_hidden: 4,
        activation: Activation::Tanh,
    };
    let config = RaceConfig {
        task,
        budget_examples: 1500,
        ..config()
    };
    let digest = |config: &RaceConfig, n_workers| {
        let samples = race(config, n_workers);
        assert_eq!(samples.len(), config.runs().len());
        digest_runs(
            samples
                .iter()
                .map(|(&run, samples)| (run, samples.as_slice())),
        )
        .to_string()
    };
    let one = digest(&config, 1);
    assert_eq!(one.len(), 6);
    assert!(one.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(digest(&config, 1), one, "repeated");
    assert_eq!(digest(&config, 3), one, "three workers");
    assert_eq!(digest(&config, 8), one, "eight workers");
    assert_ne!(
        digest(
            &RaceConfig {
                seed: 8,
                ..config.clone()
            },
            1
        ),
        one
    );
    assert_ne!(
        digest(
            &RaceConfig {
                custom_lr: 0.150_000_000_001,
                ..config
            },
            1
        ),
        one
    );
}
