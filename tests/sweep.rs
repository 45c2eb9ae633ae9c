//! The sweep as a measurement: it finds on its own what is known of its tasks without sampling.
#![allow(clippy::unwrap_used)]

#[path = "support/sweeps.rs"]
mod sweeps;

use critical_batch::experiment::sweep::config::{Metric, SweepConfig};
use critical_batch::experiment::sweep::exact::expected;
use critical_batch::experiment::sweep::fit::{Quantity, fit_ridge};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::experiment::sweep::ridge::{ridge, slope};
use critical_batch::train::spec::{Activation, OptimizerSpec, TaskSpec};
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

#[test]
fn digits() {
    for (adam, lr, bn) in [(false, 0.3, 25.0), (true, 0.01, 25.0)] {
        let task = TaskSpec::Digits {
            n_hidden: 32,
            activation: Activation::Tanh,
        };
        let mut config = sgd_sweep(task, Metric::StepsToTarget { target: 0.2 }, lr, bn, 7);
        if adam {
            config.optimizer = OptimizerSpec::Adam {
                beta1: 0.9,
                beta2: 0.999,
                eps: 1e-8,
                weight_decay: 0.0,
            };
        }
        let t = std::time::Instant::now();
        let record = measured(&config);
        println!("{:?} {} runs", t.elapsed(), record.n_done());
        let points = ridge(&record);
        for p in &points {
            println!(
                "  B {} lr {:.4} ({:.4} {:.4}) S {:.1} {:?} {}",
                p.batch, p.lr.mean, p.lr.low, p.lr.high, p.score.mean, p.edge, p.n_censored
            );
        }
        println!("{:?}", fit_ridge(&points, Quantity::Steps, 1));
        println!(
            "{:?}",
            fit_ridge(
                &points,
                Quantity::LearningRate {
                    alpha: if adam { 0.5 } else { 1.0 }
                },
                1
            )
        );
        println!(
            "{:?} {:?} {:?}",
            slope(&points, 1.0, 8.0),
            slope(&points, 64.0, 1e9),
            slope(&points, 1.0, 32.0)
        );
    }
}
