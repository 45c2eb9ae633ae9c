//! Measured training against closed forms: averages over many seeds with their standard errors.
//!
//! The formulas are written out here, apart from the library's own, so that agreement is a finding.
//! Every comparison states its number of seeds and its tolerance in standard errors of the mean; the seeds are
//! fixed, so a test that passes once passes always. Standard errors are also bounded from above: otherwise a
//! comparison could pass by being blunt.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::linreg::LinearRegression;
use critical_batch::train::run::Run;
use critical_batch::train::spec::{
    Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup,
};
use critical_batch::train::task::Task;

/// With some 450 comparisons in this file, fewer than one in a hundred files of right code would exceed this.
const STD_ERRORS: f64 = 4.5;

fn config(
    task: TaskSpec,
    momentum: f64,
    lr: f64,
    batch_size: u32,
    n_steps: u64,
    seed: u64,
) -> RunConfig {
    RunConfig {
        task,
        optimizer: OptimizerSpec::Sgd {
            momentum,
            dampening: 0.0,
            nesterov: false,
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
        seed,
    }
}

/// Mean and standard error of the expected loss after each of `n_steps` (at most 16) steps over `n_seeds` runs.
fn mean_losses(
    n_seeds: u64,
    n_steps: u64,
    config_of: impl Fn(u64) -> RunConfig,
) -> Vec<(f64, f64)> {
    assert!(n_steps <= 16, "only the first 16 steps are all recorded");
    let runs: Vec<Vec<f64>> = (0..n_seeds)
        .map(|seed| {
            let mut run = Run::new(&config_of(seed).check().unwrap());
            run.advance(n_steps);
            run.samples().iter().map(|s| s.train_loss).collect()
        })
        .collect();
    (0..=n_steps as usize)
        .map(|step| {
            let mean = runs.iter().map(|losses| losses[step]).sum::<f64>() / n_seeds as f64;
            let var = runs
                .iter()
                .map(|losses| (losses[step] - mean).powi(2))
                .sum::<f64>()
                / (n_seeds - 1) as f64;
            (mean, (var / n_seeds as f64).sqrt())
        })
        .collect()
}

/// Compares step by step; the last standard error must be below `sharpness` of the loss.
fn assert_follows(found: &[(f64, f64)], expected: &[f64], sharpness: f64, what: &str) {
    assert_eq!(found.len(), expected.len());
    for (step, ((mean, std_error), expected)) in found.iter().zip(expected).enumerate() {
        // Rounding of f32 parameters on top of the scatter.
        let allowed = STD_ERRORS * std_error + 1e-5 * expected;
        assert!(
            (mean - expected).abs() < allowed,
            "{what}, step {step}: {mean} ± {std_error}, theory {expected}"
        );
    }
    let (mean, std_error) = found[found.len() - 1];
    assert!(
        std_error < sharpness * mean,
        "{what}: {std_error} of {mean} is too blunt"
    );
}

#[test]
fn regression_follows_its_exact_recursion() {
    // E|δ'|² = |δ|²(1 − 2η + η²(1 + (d+1)/B)) + η²dσ²/B, from G = δ and Σ = δδᵀ + (|δ|² + σ²)I
    // (Ma, Bassily, Belkin 2018, arXiv:1712.06559, for σ = 0). 600 to 3000 seeds.
    let n_dims = 20;
    let d = f64::from(n_dims);
    for (batch_size, n_seeds) in [(1, 3000), (4, 2000), (21, 1000), (64, 600)] {
        let b = f64::from(batch_size);
        let best = 1.0 / (1.0 + (d + 1.0) / b);
        for lr in [0.3 * best, best, 1.3 * best] {
            for noise_std in [0.0, 0.5] {
                let task = TaskSpec::LinearRegression { n_dims, noise_std };
                let found = mean_losses(n_seeds, 8, |seed| {
                    config(task, 0.0, lr, batch_size, 8, seed)
                });
                let mut delta_sq = 1.0;
                let mut expected = vec![0.5 * (1.0 + noise_std * noise_std)];
                for _ in 0..8 {
                    delta_sq = delta_sq * (1.0 - 2.0 * lr + lr * lr * (1.0 + (d + 1.0) / b))
                        + lr * lr * d * noise_std * noise_std / b;
                    expected.push(0.5 * (delta_sq + noise_std * noise_std));
                }
                assert_follows(
                    &found,
                    &expected,
                    0.05,
                    &format!("B = {batch_size}, lr = {lr}, σ = {noise_std}"),
                );
            }
        }
    }
}

#[test]
fn regression_learns_fastest_at_the_rate_theory_gives() {
    // One step from |δ| = 1: loss ½(1 − 2η + η²/η*), lowest at η* = 1/(1 + (d+1)/B). The same seeds at every rate,
    // so the comparison is of pairs. 2000 seeds.
    let task = TaskSpec::LinearRegression {
        n_dims: 20,
        noise_std: 0.0,
    };
    for batch_size in [2, 16, 128] {
        let best = 1.0 / (1.0 + 21.0 / f64::from(batch_size));
        let loss_at =
            |lr: f64| mean_losses(2000, 1, |seed| config(task, 0.0, lr, batch_size, 1, seed))[1].0;
        let at_best = loss_at(best);
        assert!(
            at_best < loss_at(0.7 * best) && at_best < loss_at(1.3 * best),
            "B = {batch_size}"
        );
    }
}

#[test]
fn regression_noise_scale_measured_from_batches_is_the_dimension_plus_one() {
    // σ = 0: B_simple = d + 1 everywhere; σ > 0: 1 + d(1 + σ²/|δ|²) with |δ| = 1 at the start. Ratio of the means of
    // the two unbiased estimates, S = B(|g_B|² − Ĝ²) and Ĝ². 3000 batches of 32; a relative standard error of each
    // is about 2 %, so 6 % is three of them.
    for (n_dims, noise_std) in [(5, 0.0), (20, 0.0), (100, 0.0), (20, 0.5)] {
        let batch_size = 32;
        let mut task = LinearRegression::new(n_dims, noise_std, batch_size, 17);
        let params = task.init();
        let mut grad = vec![0.0; params.len()];
        let (mut norm_sq, mut corrected) = (0.0, 0.0);
        for _ in 0..3000 {
            let batch = task.batch_gradient(&params, &mut grad);
            norm_sq += batch.norm_sq;
            corrected += batch.corrected_norm_sq.unwrap();
        }
        let measured = f64::from(batch_size) * (norm_sq - corrected) / corrected;
        let expected = 1.0 + f64::from(n_dims) * (1.0 + noise_std * noise_std);
        assert!(
            (measured / expected - 1.0).abs() < 0.06,
            "d = {n_dims}: {measured}, theory {expected}"
        );
        let exact = task.probe(&params).noise_scale.unwrap();
        assert!((exact / expected - 1.0).abs() < 1e-6);
    }
}

#[test]
fn quadratic_follows_its_exact_recursion() {
    // s' = (1 − αh)² s + α²c/B with s = E θ², for each coordinate (Zhang et al. 2019, arXiv:1907.04164). 2000 seeds.
    let n_dims = 16;
    for batch_size in [1, 16, 1024] {
        // At B = 1 a rate near the limit would meet ten times the first loss by noise alone, and end.
        for lr in [0.1, 0.8, if batch_size == 1 { 1.2 } else { 1.7 }] {
            let task = TaskSpec::Quadratic { n_dims };
            let found = mean_losses(2000, 16, |seed| config(task, 0.0, lr, batch_size, 16, seed));
            let mut s = vec![1.0; n_dims as usize];
            let curvature = |i: usize| 1.0 / (i + 1) as f64;
            let loss = |s: &[f64]| {
                0.5 * s
                    .iter()
                    .enumerate()
                    .map(|(i, s)| curvature(i) * s)
                    .sum::<f64>()
            };
            let mut expected = vec![loss(&s)];
            for _ in 0..16 {
                for (i, s) in s.iter_mut().enumerate() {
                    let h = curvature(i);
                    *s = (1.0 - lr * h).powi(2) * *s + lr * lr * h / f64::from(batch_size);
                }
                expected.push(loss(&s));
            }
            assert_follows(
                &found,
                &expected,
                0.03,
                &format!("B = {batch_size}, lr = {lr}"),
            );
        }
    }
}

#[test]
fn quadratic_with_momentum_follows_its_exact_recursion() {
    // Heavy ball v' = mv − αg, θ' = θ + v', in the moments p = Eθ², q = Ev², r = Eθv of each coordinate; with x = αh
    // and n = α²c/B:  p' = (1−x)²p + m²q + 2(1−x)mr + n,  q' = x²p + m²q − 2xmr + n,
    // r' = −(1−x)xp + m²q + (1−2x)mr + n (Zhang et al. 2019, arXiv:1907.04164, appendix). 2000 seeds.
    let n_dims = 16;
    for (batch_size, lr, m) in [
        (1, 0.05, 0.9),
        (16, 0.1, 0.9),
        (16, 0.8, 0.5),
        (256, 2.5, 0.5),
    ] {
        let task = TaskSpec::Quadratic { n_dims };
        let found = mean_losses(2000, 16, |seed| config(task, m, lr, batch_size, 16, seed));
        let mut moments = vec![(1.0, 0.0, 0.0); n_dims as usize];
        let loss = |moments: &[(f64, f64, f64)]| {
            0.5 * moments
                .iter()
                .enumerate()
                .map(|(i, (p, ..))| p / (i + 1) as f64)
                .sum::<f64>()
        };
        let mut expected = vec![loss(&moments)];
        for _ in 0..16 {
            for (i, (p, q, r)) in moments.iter_mut().enumerate() {
                let h = 1.0 / (i + 1) as f64;
                let (x, n) = (lr * h, lr * lr * h / f64::from(batch_size));
                let (p0, q0, r0) = (*p, *q, *r);
                *p = (1.0 - x).powi(2) * p0 + m * m * q0 + 2.0 * (1.0 - x) * m * r0 + n;
                *q = x * x * p0 + m * m * q0 - 2.0 * x * m * r0 + n;
                *r = -(1.0 - x) * x * p0 + m * m * q0 + (1.0 - 2.0 * x) * m * r0 + n;
            }
            expected.push(loss(&moments));
        }
        assert_follows(
            &found,
            &expected,
            0.03,
            &format!("B = {batch_size}, lr = {lr}, m = {m}"),
        );
    }
}

#[test]
fn quadratic_settles_at_its_steady_state() {
    // E loss → Σ αc/(2B(2 − αh)) (same source). Mean over the second half of a run of 200,000 steps, in which the
    // slowest coordinate forgets within 1/(2αh) = 27 steps: thousands of independent looks, 3 % is over four
    // standard errors.
    for (batch_size, lr) in [(1, 0.3), (64, 1.2)] {
        let config = config(
            TaskSpec::Quadratic { n_dims: 16 },
            0.0,
            lr,
            batch_size,
            200_000,
            5,
        );
        let mut run = Run::new(&config.check().unwrap());
        run.advance(100_000);
        let (mut sum, mut n) = (0.0, 0.0);
        while run.advance(1).is_none() {
            sum += 0.5
                * run
                    .params()
                    .iter()
                    .enumerate()
                    .map(|(i, p)| f64::from(p * p) / (i + 1) as f64)
                    .sum::<f64>();
            n += 1.0;
        }
        let expected: f64 = (1..=16)
            .map(|i| lr / f64::from(i) / (2.0 * f64::from(batch_size) * (2.0 - lr / f64::from(i))))
            .sum();
        assert!(
            (sum / n / expected - 1.0).abs() < 0.03,
            "{} but {expected}",
            sum / n
        );
    }
}
