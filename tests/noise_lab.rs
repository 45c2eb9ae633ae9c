//! The noise lab: the plane against brute force, the estimator's statistics, the measurement on the digits.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::experiment::noise_lab::digits::{NoiseConfig, NoisePoint, NoiseRun, digest};
use critical_batch::experiment::noise_lab::estimate::estimate;
use critical_batch::experiment::noise_lab::exact::{ExactNoise, ExactPass};
use critical_batch::experiment::noise_lab::fan::{
    PAIRS_PER_ROUND, estimate_pairs, gradients, sampled_radius,
};
use critical_batch::experiment::noise_lab::plane::Plane;
use critical_batch::theory::dense::{DenseError, SymmetricMatrix};
use critical_batch::theory::noise::{
    BatchNorm, LocalQuadratic, Moments, NoNoiseScale, TwoBatchEstimate, two_batch_estimate,
};
use critical_batch::train::accumulate::MeanGradient;
use critical_batch::train::classifier::Classifier;
use critical_batch::train::data;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::train::run::Run;
use critical_batch::train::spec::{Activation, OptimizerSpec, Sampling, StopReason};
use critical_batch::train::task::Task;
use critical_batch::units::{BatchSize, LearningRate};

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{what}: {found} instead of {expected}"
    );
}

/// theory.md 2.6: μ = (.1, −.05, .02), Σ = diag(1, .64, .25), and a dense H; the four numbers written out here.
#[test]
fn four_numbers_say_what_matrices_say() {
    let g = [0.1, -0.05, 0.02];
    let v = [1.0, 0.64, 0.25];
    let h = [[2.0, -0.6, 0.2], [-0.6, 1.0, -0.1], [0.2, -0.1, 0.5]];
    let mut curvature = 0.0;
    for i in 0..3 {
        for j in 0..3 {
            curvature += g[i] * h[i][j] * g[j];
        }
    }
    let moments = Moments {
        grad_norm_sq: g.iter().map(|x| x * x).sum(),
        curvature,
        noise_curvature: (0..3).map(|i| h[i][i] * v[i]).sum(),
        noise_trace: v.iter().sum(),
    };
    let local = LocalQuadratic::of_moments(moments).unwrap();
    close(local.eps_max(), 0.434_343_434_3, 1e-9, "ε_max");
    close(local.noise_scale(), 93.097_643_1, 1e-8, "B_noise");
    close(local.simple_noise_scale(), 146.511_627_9, 1e-8, "B_simple");
    close(
        local.optimal_lr(BatchSize::clamped(10.0)),
        0.042_129_327_24,
        1e-8,
        "ε_opt(10)",
    );
    for (bad, error) in [
        (
            Moments {
                grad_norm_sq: 0.0,
                ..moments
            },
            DenseError::NoGradient,
        ),
        (
            Moments {
                curvature: 0.0,
                ..moments
            },
            DenseError::HessianNotPositive,
        ),
        (
            Moments {
                noise_trace: -1.0,
                ..moments
            },
            DenseError::CovarianceNegative,
        ),
        (
            Moments {
                noise_curvature: f64::NAN,
                ..moments
            },
            DenseError::Entry,
        ),
    ] {
        assert_eq!(LocalQuadratic::of_moments(bad), Err(error));
    }
}

#[test]
fn the_plane_is_the_general_quadratic_with_two_parameters() {
    for (ratio, noise, point) in [
        (1.0, 1.0, [1.0, 0.5]),
        (10.0, 2.0, [2.0, 1.0]),
        (100.0, 0.3, [-3.0, 0.01]),
    ] {
        let plane = Plane::new(ratio, noise, point);
        let h = [1.0 / ratio, 1.0];
        let hessian = SymmetricMatrix::from_diagonal(&h).unwrap();
        let covariance = SymmetricMatrix::from_diagonal(&h.map(|h| noise * noise * h)).unwrap();
        let g = [h[0] * point[0], point[1]];
        let dense = LocalQuadratic::new(&g, &hessian, &covariance).unwrap();
        let local = plane.local().unwrap();
        close(local.eps_max(), dense.eps_max(), 1e-12, "ε_max");
        close(local.noise_scale(), dense.noise_scale(), 1e-12, "B_noise");
        close(
            local.simple_noise_scale(),
            dense.simple_noise_scale(),
            1e-12,
            "B_simple",
        );
        for batch in [1.0, 16.0, 1000.0] {
            let best = plane.best_lr(batch);
            close(
                best,
                dense.optimal_lr(BatchSize::clamped(batch)),
                1e-12,
                "ε_opt",
            );
            // The parabola is lower there than beside, and 0 again at twice the rate.
            let at = |share: f64| plane.change(share * best, batch);
            assert!(at(1.0) < at(0.99) && at(1.0) < at(1.01));
            assert!(at(2.0).abs() < 1e-12 * at(1.0).abs());
            let lr = LearningRate::clamped(1.5 * best);
            close(plane.share_of_best(lr, batch), 0.75, 1e-9, "r(2 − r)");
        }
    }
}

/// One step with 40,000 sampled gradients, within 4 standard errors of the parabola.
#[test]
fn sampled_steps_change_the_loss_as_the_parabola_says() {
    let plane = Plane::new(10.0, 2.0, [2.0, 1.0]);
    for (batch, lr) in [(1.0, 0.3), (16.0, 0.8), (64.0, 1.9)] {
        let steps = gradients(&plane, batch, 40_000, 5, 0);
        let changes: Vec<f64> = steps
            .iter()
            .map(|g| {
                let point = [0, 1].map(|i| plane.point[i] - lr * g[i]);
                Plane { point, ..plane }.loss() - plane.loss()
            })
            .collect();
        let n = changes.len() as f64;
        let mean = changes.iter().sum::<f64>() / n;
        let variance = changes.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / n;
        let error = (variance / n).sqrt();
        let expected = plane.change(lr, batch);
        assert!(
            (mean - expected).abs() < 4.0 * error && error < 0.02,
            "B = {batch}, ε = {lr}: {mean} ± {error} instead of {expected}"
        );
    }
}

/// AC-30: four times the batch, half the radius within 15 % with K = 256; exactly half with the same draws.
#[test]
fn four_times_the_batch_halves_the_fan() {
    let plane = Plane::new(10.0, 2.0, [2.0, 1.0]);
    for seed in 0..40 {
        for batch in [1.0, 4.0, 16.0, 1024.0] {
            let radius =
                |batch, round| sampled_radius(&plane, &gradients(&plane, batch, 256, seed, round));
            close(
                radius(batch, 0),
                plane.fan_radius(batch),
                0.15,
                "sampled radius",
            );
            close(
                radius(4.0 * batch, 0),
                0.5 * radius(batch, 0),
                1e-12,
                "same draws",
            );
            close(
                radius(4.0 * batch, 1),
                0.5 * radius(batch, 0),
                0.15,
                "new draws",
            );
        }
    }
    // The mark of the picture: at B = B_simple the radius is |G|.
    let moments = plane.moments();
    let at = plane.fan_radius(plane.local().unwrap().simple_noise_scale());
    close(at * at, moments.grad_norm_sq, 1e-12, "|G|² at B_simple");
}

/// tr(Σ)/|G|² of 1,000 examples drawn one by one, and the extremes of the panel.
#[test]
fn noise_scales_grow_along_the_path_and_have_no_bound_at_the_minimum() {
    let start = Plane::new(10.0, 2.0, [2.0, 1.0]);
    let scales: Vec<f64> = (0..=10)
        .map(|i| {
            let plane = start.followed(f64::from(i) / 10.0);
            plane.local().unwrap().noise_scale()
        })
        .collect();
    assert!(scales.windows(2).all(|w| w[1] > w[0]));
    // Lesson 7: the later value is more than three times the earlier.
    assert!(scales[10] > 3.0 * scales[0], "{scales:?}");

    // The flow itself: small steps of gradient descent lead to the same place.
    let mut walked = start;
    for _ in 0..40_000 {
        let g = walked.gradient();
        walked.point = [0, 1].map(|i| walked.point[i] - 1e-4 * g[i]);
    }
    for i in 0..2 {
        close(walked.point[i], start.followed(1.0).point[i], 1e-3, "flow");
    }

    let minimum = Plane::new(10.0, 2.0, [0.0, 0.0]);
    assert!(minimum.local().is_none());
    assert_eq!(minimum.best_lr(16.0), 0.0);
    assert!(minimum.change(0.1, 16.0) > 0.0);
    let quiet = Plane::new(10.0, 0.0, [2.0, 1.0]);
    assert_eq!(quiet.local().unwrap().noise_scale(), 0.0);
    assert_eq!(quiet.fan_radius(1.0), 0.0);
    assert_eq!(quiet.best_lr(1.0), quiet.best_lr(1024.0));
    assert_eq!(
        estimate_pairs(&quiet, 4.0, 64.0, 1, 4).unwrap().scale,
        Err(NoNoiseScale::NoiseHidden)
    );
}

/// theory.md 2.7: d = 50, |G|² = .01, tr(Σ) = 1, batches of 8 and 64, seed 11.
#[test]
fn the_two_batch_estimator_scatters_as_computed() {
    const D: usize = 50;
    let mut rng = Rng::new(11, Stream::Pairs);
    let norm = |batch: f64, norm_sq: f64| BatchNorm {
        batch: BatchSize::clamped(batch),
        norm_sq,
    };
    let norm_of = |g: &[f64; D]| g.iter().map(|x| x * x).sum::<f64>();
    let mut step = |n_small_used: usize| {
        // |G|² = .01 along the first coordinate, variance 1/50 in each.
        let mut big = [0.0; D];
        let mut small = 0.0;
        for part in 0..8 {
            let mut g = [0.0; D];
            for (i, x) in g.iter_mut().enumerate() {
                let mean = if i == 0 { 0.1 } else { 0.0 };
                *x = mean + (1.0 / 50.0_f64 / 8.0).sqrt() * rng.normal();
                big[i] += *x / 8.0;
            }
            if part < n_small_used {
                small += norm_of(&g) / n_small_used as f64;
            }
        }
        two_batch_estimate(norm(8.0, small), norm(64.0, norm_of(&big))).unwrap()
    };
    let n = 20_000;
    for (n_used, spread, negative) in [(8, 0.0048, 0.012), (1, 0.0061, 0.046)] {
        let steps: Vec<f64> = (0..n).map(|_| step(n_used).grad_norm_sq).collect();
        let mean = steps.iter().sum::<f64>() / f64::from(n);
        let sd = (steps.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n)).sqrt();
        let share = steps.iter().filter(|x| **x < 0.0).count() as f64 / f64::from(n);
        close(mean, 0.01, 0.02, "E[Ĝ²]");
        close(sd, spread, 0.03, "sd(Ĝ²)");
        close(share, negative, 0.2, "share of negative Ĝ²");
    }
    // B̂ at 5, 50 and 95 % after so many steps, rounded as printed.
    for (n_steps, n_repeats, expected) in [
        (10, 2000, [79.0, 100.0, 134.0]),
        (100, 600, [92.9, 100.3, 109.0]),
        (1000, 120, [97.8, 100.2, 103.0]),
    ] {
        let mut scales: Vec<f64> = (0..n_repeats)
            .map(|_| {
                let mut total = TwoBatchEstimate::ZERO;
                (0..n_steps).for_each(|_| total.add(1.0 / f64::from(n_steps), &step(8)));
                total.noise_scale().unwrap()
            })
            .collect();
        scales.sort_by(f64::total_cmp);
        for (share, expected) in [0.05, 0.5, 0.95].into_iter().zip(expected) {
            let found = scales[(share * f64::from(n_repeats - 1)) as usize];
            close(found, expected, 0.03, &format!("B̂ after {n_steps} steps"));
        }
    }
}

/// 200 seeds each: the interval of 95 % holds the truth for at least 88 %, and what is hidden is not shown.
#[test]
fn the_interval_holds_the_truth_or_nothing_is_shown() {
    let plane = Plane::new(10.0, 2.0, [2.0, 1.0]);
    let truth = plane.local().unwrap().simple_noise_scale();
    for n_rounds in [1, 4, 16] {
        let held = (0..200)
            .filter(|seed| {
                let pairs = estimate_pairs(&plane, 4.0, 64.0, *seed, n_rounds).unwrap();
                assert_eq!(pairs.n, n_rounds * PAIRS_PER_ROUND);
                let scale = pairs.scale.unwrap();
                scale.low <= truth && truth <= scale.high
            })
            .count();
        assert!(held >= 176, "{held} of 200 with {n_rounds} rounds");
    }
    // Where B_simple is far above the large batch the signal drowns; no number, and never a negative one.
    let near = Plane::new(10.0, 2.0, [0.02, 0.01]);
    let mut n_hidden = 0;
    let mut n_negative = 0;
    for seed in 0..200 {
        let pairs = estimate_pairs(&near, 4.0, 64.0, seed, 1).unwrap();
        n_negative += usize::from(pairs.mean.grad_norm_sq <= 0.0);
        match pairs.scale {
            Err(NoNoiseScale::GradientHidden) => n_hidden += 1,
            Err(NoNoiseScale::NoiseHidden) => panic!("the noise is plain to see"),
            Ok(scale) => assert!(scale.low > 0.0 && scale.high.is_finite()),
        }
    }
    assert!(
        n_negative > 60,
        "the raw average went below 0 only {n_negative} times"
    );
    assert!(n_hidden >= 180, "{n_hidden} of 200 hidden");
    assert_eq!(estimate_pairs(&plane, 64.0, 64.0, 0, 1), None);
    // Too few blocks cannot tell.
    let one = TwoBatchEstimate {
        grad_norm_sq: 1.0,
        noise_trace: 1.0,
    };
    assert_eq!(
        estimate(one, &[(1.0, one); 7], 0),
        Err(NoNoiseScale::GradientHidden)
    );
    assert_eq!(estimate(one, &[(1.0, one); 8], 0).unwrap().high, 1.0);
}

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

fn config(optimizer: OptimizerSpec, lr: f64, n_steps: u64) -> NoiseConfig {
    NoiseConfig {
        optimizer,
        lr,
        part_size: 8,
        n_parts: 8,
        n_steps,
        seed: 1,
    }
}

fn finished(config: NoiseConfig) -> NoiseRun {
    let mut run = NoiseRun::new(config).unwrap();
    assert!(run.advance(u32::MAX));
    run
}

fn exact_points(points: &[NoisePoint]) -> Vec<(u64, ExactNoise)> {
    points
        .iter()
        .filter_map(|p| p.exact.map(|e| (p.step, e)))
        .collect()
}

#[test]
fn exact_noise_on_the_digits_is_that_of_every_gradient_by_itself() {
    let split = data::digits();
    let n = split.train.n_examples();
    let mut task = Classifier::new(
        split,
        &[8],
        Activation::Tanh,
        4,
        Sampling::WithReplacement,
        3,
    );
    let params = task.init();
    let n_params = params.len();
    let mut grad = vec![0.0; n_params];
    let mut pass = ExactPass::new(n_params);
    let mut found = None;
    while found.is_none() {
        found = pass.advance(&mut task, &params, 100, n as u32, &mut grad);
    }
    let found = found.unwrap();

    // Brute force: all gradients at once, two passes, the deviations from the mean squared.
    let all: Vec<Vec<f64>> = (0..n as u32)
        .map(|i| {
            task.mean_gradient(&params, &[i], &mut grad);
            grad.iter().map(|g| f64::from(*g)).collect()
        })
        .collect();
    let mean: Vec<f64> = (0..n_params)
        .map(|j| all.iter().map(|g| g[j]).sum::<f64>() / n as f64)
        .collect();
    let deviation: Vec<f64> = (0..n_params)
        .map(|j| {
            let squares = all.iter().map(|g| (g[j] - mean[j]) * (g[j] - mean[j]));
            (squares.sum::<f64>() / n as f64).sqrt()
        })
        .collect();
    let trace: f64 = deviation.iter().map(|s| s * s).sum();
    let norm_sq: f64 = mean.iter().map(|g| g * g).sum();
    let norm1: f64 = mean.iter().map(|g| g.abs()).sum();
    let deviation1: f64 = deviation.iter().sum();
    close(found.noise_trace, trace, 1e-9, "tr(Σ)");
    close(found.grad_norm_sq, norm_sq, 1e-9, "|G|²");
    close(found.grad_norm1, norm1, 1e-9, "‖G‖₁");
    close(found.deviation_norm1, deviation1, 1e-9, "‖σ‖₁");
    close(
        found.noise_scale().unwrap(),
        trace / norm_sq,
        1e-9,
        "B_simple",
    );
    let ratio = deviation1 / norm1;
    close(
        found.sign_noise_scale().unwrap(),
        ratio * ratio,
        1e-9,
        "B_ℓ1",
    );

    // The trick with norms of layers, which the trainer's own probe uses.
    let probe = task.probe(&params);
    close(found.grad_norm_sq, probe.grad_norm_sq, 1e-5, "probe's |G|²");
    close(found.noise_trace, probe.noise_trace, 1e-5, "probe's tr(Σ)");
    close(found.loss, task.train_loss(&params), 1e-5, "loss");
}

/// The run that is watched is the trainer's own, up to the rounding of adding the parts.
#[test]
fn watching_does_not_change_the_run() {
    for (optimizer, lr) in [(SGD, 0.3), (ADAM, 0.007)] {
        let config = config(optimizer, lr, 60);
        let watched = finished(config);
        let mut plain = Run::new(&config.run().check().unwrap());
        plain.advance(u64::MAX);
        assert_eq!(plain.step(), watched.step());
        let exact = exact_points(watched.points());
        let mut n_compared = 0;
        for (step, exact) in &exact {
            let sample = plain.samples().iter().find(|s| s.step == *step).unwrap();
            close(exact.loss, sample.train_loss, 1e-3, "loss");
            let noise = sample.noise.unwrap();
            close(exact.noise_trace, noise.noise_trace, 1e-2, "tr(Σ)");
            n_compared += 1;
        }
        assert!(n_compared > 8, "{n_compared}");
    }
}

/// SGD and Adam over 1,500 steps at B = 64, after the warm-up: the band holds the exact average at most points, the
/// corrected norm is right and the raw one is too large by what the noise adds.
#[test]
fn the_online_estimate_follows_the_exact_average() {
    for (optimizer, lr) in [(SGD, 0.5), (ADAM, 0.007)] {
        let run = finished(config(optimizer, lr, 1500));
        assert_eq!(run.stop(), Some(StopReason::BudgetSpent));
        let online: Vec<_> = run.points().iter().filter_map(|p| p.online).collect();
        assert!(online.len() >= 140, "{}", online.len());
        let mut n_held = 0;
        let (mut raw, mut corrected) = (0.0, 0.0);
        for now in &online {
            let exact = now.exact_scale.unwrap();
            let scale = now.scale.unwrap();
            assert!(0.0 < scale.low && scale.low <= scale.value && scale.value <= scale.high);
            n_held += usize::from(scale.low <= exact && exact <= scale.high);
            raw += (now.raw_norm_sq / now.exact_norm_sq / (1.0 + exact / 64.0)).ln();
            corrected += (now.grad_norm_sq / now.exact_norm_sq).ln();
            assert!(now.raw_norm_sq > now.exact_norm_sq);
        }
        let n = online.len() as f64;
        assert!(n_held as f64 > 0.85 * n, "{n_held} of {n}");
        // Mean of the logarithms, 15 averages long.
        assert!((raw / n).abs() < 0.1, "raw over expected: {}", raw / n);
        assert!((corrected / n).abs() < 0.15, "corrected: {}", corrected / n);
        let first = exact_points(run.points())[0].1.noise_scale().unwrap();
        let last = online.last().unwrap().exact_scale.unwrap();
        assert!(last > 3.0 * first, "from {first} to {last}");
    }
}

#[test]
fn slices_change_no_digit() {
    let config = config(SGD, 0.5, 130);
    let whole = finished(config);
    let mut cut = NoiseRun::new(config).unwrap();
    while !cut.advance(7) {}
    assert_eq!(whole.points(), cut.points());
    assert_eq!(whole.params(), cut.params());
    let text = digest(whole.points()).to_string();
    assert_eq!(text, digest(cut.points()).to_string());
    let other = finished(NoiseConfig { seed: 2, ..config });
    assert_ne!(text, digest(other.points()).to_string());
}

#[test]
fn impossible_measurements_are_refused_and_wild_ones_end() {
    for bad in [
        NoiseConfig {
            lr: f64::NAN,
            ..config(SGD, 0.5, 10)
        },
        NoiseConfig {
            n_parts: 1,
            ..config(SGD, 0.5, 10)
        },
        NoiseConfig {
            n_steps: 0,
            ..config(SGD, 0.5, 10)
        },
        NoiseConfig {
            part_size: u32::MAX,
            ..config(SGD, 0.5, 10)
        },
    ] {
        assert!(NoiseRun::new(bad).is_err(), "{bad:?}");
    }
    let run = finished(config(SGD, 1e4, 2000));
    let text = format!("{:?}", run.points());
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    assert!(
        matches!(run.stop(), Some(StopReason::Diverged { .. })) && run.step() < 2000,
        "{:?}",
        run.stop()
    );
}
