//! The sweep as a measurement: it finds on its own what is known of its tasks without sampling.
#![allow(clippy::unwrap_used)]

#[path = "support/sweeps.rs"]
mod sweeps;

use critical_batch::experiment::sweep::config::{Metric, SweepConfig};
use critical_batch::experiment::sweep::exact::expected;
use critical_batch::experiment::sweep::fit::{Quantity, fit_curve, fit_ridge};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::experiment::sweep::ridge::{ridge, slope};
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::train::spec::TaskSpec;
use critical_batch::worker::measure::Measurement;
use sweeps::sgd_sweep;

/// The whole sweep, trained here.
fn measured(config: &SweepConfig) -> SweepRecord {
    let mut record = SweepRecord::new(config.clone());
    record.run_with(|run| Measurement::to_end(run).unwrap());
    record
}

/// Over 20 seeds, how often the interval contains the value that the formula gives on the same grid.
fn coverage(task: TaskSpec, target: f64, base_lr: f64, noise_scale: f64) -> (f64, usize) {
    let metric = Metric::StepsToTarget { target };
    let config = |seed| sgd_sweep(task, metric, base_lr, noise_scale, seed);
    let mut exact = SweepRecord::new(SweepConfig {
        n_seeds: 1,
        ..config(0)
    });
    exact.run_with(|run| expected(run).unwrap());
    let exact = fit_ridge(&ridge(&exact), Quantity::Steps, 0).unwrap().fit;
    let mut n_hits = 0;
    for seed in 0..20 {
        let found = fit_ridge(
            &ridge(&measured(&config(1000 * seed))),
            Quantity::Steps,
            seed,
        )
        .unwrap();
        let is_hit = (found.low..=found.high).contains(&exact.batch);
        n_hits += usize::from(is_hit);
        println!(
            "{task:?} seed {seed}: {:.1} ({:.1} … {:.1}), exact {:.1}: {is_hit}",
            found.fit.batch, found.low, found.high, exact.batch
        );
    }
    (exact.batch, n_hits)
}

#[test]
fn quadratic_interval_contains_the_exact_value() {
    let (_, n_hits) = coverage(TaskSpec::Quadratic { n_dims: 100 }, 0.05, 0.05, 20.0);
    assert!(n_hits >= 18, "{n_hits} of 20");
}

#[test]
fn regression_interval_contains_the_exact_value() {
    let task = TaskSpec::LinearRegression {
        n_dims: 20,
        noise_std: 0.5,
    };
    let (_, n_hits) = coverage(task, 0.15, 0.15, 26.0);
    assert!(n_hits >= 18, "{n_hits} of 20");
}

/// The sweep that the panel offers first, for one optimiser.
fn digits(optimizer: OptimizerKind) -> SweepRecord {
    measured(&SweepConfig::of(&RaceState::for_task(
        TaskKind::Digits,
        optimizer,
    )))
}

#[test]
fn digits_with_sgd_scale_linearly_and_then_not_at_all() {
    let points = ridge(&digits(OptimizerKind::Sgd));
    assert_eq!(points.iter().filter(|p| p.is_usable()).count(), 11);
    let (low, high) = (
        slope(&points, 1.0, 8.0).unwrap(),
        slope(&points, 64.0, 1024.0).unwrap(),
    );
    assert!((0.75..=1.25).contains(&low), "{low}");
    assert!((-0.15..=0.25).contains(&high), "{high}");
    let critical = fit_ridge(&points, Quantity::Steps, 7).unwrap();
    assert!(
        !critical.is_inconclusive() && (10.0..=60.0).contains(&critical.fit.batch),
        "{critical:?}"
    );
    // Race's theory lane assumes what is measured here.
    let noise = fit_ridge(&points, Quantity::LearningRate { alpha: 1.0 }, 7).unwrap();
    let assumed = RaceState::default().noise_scale;
    assert!((noise.low..=noise.high).contains(&assumed), "{noise:?}");
}

#[test]
fn digits_with_adam_scale_about_like_the_square_root() {
    let points = ridge(&digits(OptimizerKind::Adam));
    let found = slope(&points, 1.0, 32.0).unwrap();
    assert!((0.35..=0.8).contains(&found), "{found}");
}

#[test]
fn other_metrics_give_other_answers() {
    let state = RaceState {
        sweep_budget: 4000.0,
        largest_batch: 1,
        ..RaceState::for_task(TaskKind::Quadratic, OptimizerKind::Sgd)
    };
    let of = |metric| {
        let points = ridge(&measured(&SweepConfig {
            metric,
            ..SweepConfig::of(&state)
        }));
        assert_eq!(points.len(), 9, "{metric:?}");
        points
    };
    // Equal examples favour small batches, equal steps large ones.
    let examples = of(Metric::LossAtExamples);
    assert!(examples[1].score.mean < examples[8].score.mean);
    let steps = of(Metric::LossAtSteps);
    assert!(steps[8].score.mean < steps[1].score.mean);
}

/// (B, best learning rate) after 100 and after 500 steps on MNIST with SGD, measured by T. Ushakova
/// (github.com/TatianaUshakova/batch-size-lr-scaling); the fits in log space are an independent least squares.
const MNIST_BATCHES: [f64; 13] = [
    4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 384.0, 512.0, 768.0, 1024.0, 1536.0, 2048.0,
];
const MNIST_100: [f64; 13] = [
    0.008018, 0.016819, 0.036145, 0.052702, 0.078764, 0.118257, 0.126246, 0.131675, 0.137642,
    0.137609, 0.138015, 0.138878, 0.141436,
];
const MNIST_500: [f64; 13] = [
    0.004895, 0.013155, 0.019188, 0.031392, 0.047595, 0.089554, 0.116044, 0.134303, 0.148962,
    0.168235, 0.155242, 0.159888, 0.178234,
];

#[test]
fn the_fit_of_learning_rates_agrees_with_an_independent_one() {
    for (lrs, lr_max, noise_scale) in [(MNIST_100, 0.15241, 61.69), (MNIST_500, 0.18177, 136.14)] {
        let points: Vec<(f64, f64)> = MNIST_BATCHES.into_iter().zip(lrs).collect();
        let fit = fit_curve(&points, -1.0).unwrap();
        assert!((fit.scale / lr_max - 1.0).abs() < 1e-4, "{fit:?}");
        assert!((fit.batch / noise_scale - 1.0).abs() < 1e-4, "{fit:?}");
    }
}

#[test]
fn the_fit_of_steps_agrees_with_an_independent_one() {
    // Best steps of the noisy quadratic with 10⁴ directions to loss 0.01 (Zhang et al. 2019, arXiv:1907.04164, setup).
    let points = [
        (4.0, 1_501_264.0),
        (16.0, 376_691.0),
        (64.0, 95_633.0),
        (128.0, 48_915.0),
        (256.0, 25_815.0),
        (512.0, 14_960.0),
        (1024.0, 10_602.0),
        (2048.0, 8_887.0),
        (4096.0, 8_082.0),
        (16_384.0, 7_385.0),
        (65_536.0, 7_125.0),
        (2_097_152.0, 6_968.0),
    ];
    let fit = fit_curve(&points, 1.0).unwrap();
    // A search over ln B_crit in steps of 10⁻⁵, apart from this library.
    assert!((fit.scale / 6644.88 - 1.0).abs() < 1e-5, "{fit:?}");
    assert!((fit.batch / 819.07 - 1.0).abs() < 1e-5, "{fit:?}");
    assert!((fit.rms - 0.07619).abs() < 1e-5, "{fit:?}");
}

#[test]
fn a_curve_without_a_bend_is_inconclusive() {
    let straight: Vec<(f64, f64)> = (0..8)
        .map(|i| (f64::from(1 << i), 1000.0 / f64::from(1 << i)))
        .collect();
    assert!(!fit_curve(&straight, 1.0).unwrap().is_inside);
    let flat: Vec<(f64, f64)> = (0..8).map(|i| (f64::from(1 << i), 0.5)).collect();
    assert!(!fit_curve(&flat, -1.0).unwrap().is_inside);
    assert_eq!(fit_curve(&[(1.0, 1.0)], 1.0), None);
}
