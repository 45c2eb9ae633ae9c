//! Gradient noise and its estimate.

use super::*;
use critical_batch::theory::noise::{
    self, BatchNorm, LocalQuadratic, NoNoiseScale, TwoBatchEstimate,
};
use rand_distr::{Distribution, StandardNormal};

#[test]
fn noise_scales_of_a_three_dimensional_problem() {
    let (mean, deviation, hessian) = three_dims();
    let variances: Vec<f64> = deviation.iter().map(|s| s * s).collect();
    let covariance = SymmetricMatrix::from_diagonal(&variances).unwrap();
    let local = LocalQuadratic::new(&mean, &hessian, &covariance).unwrap();
    check(
        "McCandlish 2018, eqs. 2.5 to 2.9, computed",
        &[
            ("ε_max", local.eps_max(), "0.4343434343"),
            ("B_noise", local.noise_scale(), "93.0976431"),
            ("B_simple", local.simple_noise_scale(), "146.5116279"),
            ("ΔL_max", local.max_improvement(), "0.002801515152"),
            ("ε_opt(10)", local.optimal_lr(b(10.0)), "0.04212932724"),
            ("ΔL_opt(10)", local.improvement(b(10.0)), "0.0002717341607"),
            ("ε_opt(1000)", local.optimal_lr(b(1000.0)), "0.3973509934"),
            (
                "ΔL_opt(1000)",
                local.improvement(b(1000.0)),
                "0.002562913907",
            ),
            (
                "ΔL(ε_max) at 10",
                local.improvement_at(lr(local.eps_max()), b(10.0)),
                "-0.02327993062",
            ),
        ],
    );
}

#[test]
fn two_batch_estimates() {
    let estimate = |b1: f64, b2: f64, small: f64, big: f64| -> TwoBatchEstimate {
        let (small, big) = (
            BatchNorm {
                batch: b(b1),
                norm_sq: small,
            },
            BatchNorm {
                batch: b(b2),
                norm_sq: big,
            },
        );
        noise::two_batch_estimate(small, big).unwrap()
    };
    let first = estimate(32.0, 512.0, 0.041, 0.0028);
    let bessel = estimate(1.0, 64.0, 10.0, 1.0);
    check(
        "McCandlish 2018, eq. A.2, computed",
        &[
            ("Ĝ²", first.grad_norm_sq, "2.533333e-4"),
            ("Ŝ", first.noise_trace, "1.303893"),
            ("B̂", first.noise_scale().unwrap(), "5146.95"),
            (
                "B̂ for 5 % less",
                estimate(32.0, 512.0, 0.041, 0.00266).noise_scale().unwrap(),
                "12583.38",
            ),
            (
                "B̂ for 5 % more",
                estimate(32.0, 512.0, 0.041, 0.00294).noise_scale().unwrap(),
                "3226.28",
            ),
            ("Ĝ², B₁ = 1", bessel.grad_norm_sq, "0.857142857"),
            ("Ŝ, B₁ = 1", bessel.noise_trace, "9.142857143"),
            ("B̂, B₁ = 1", bessel.noise_scale().unwrap(), "10.66666667"),
        ],
    );
    assert_eq!(
        estimate(1.0, 2.0, 1.0, 0.4).noise_scale(),
        Err(NoNoiseScale::GradientHidden)
    );
    assert_eq!(
        estimate(1.0, 2.0, 1.0, 1.5).noise_scale(),
        Err(NoNoiseScale::NoiseHidden)
    );
    let (one, two) = (b(1.0), b(2.0));
    for (b1, n1, b2, n2, error) in [
        (
            two,
            1.0,
            two,
            1.0,
            noise::TwoBatchError::BatchesNotIncreasing,
        ),
        (one, f64::NAN, two, 1.0, noise::TwoBatchError::InvalidNorm),
        (one, 1.0, two, -1.0, noise::TwoBatchError::InvalidNorm),
    ] {
        let (small, big) = (
            BatchNorm {
                batch: b1,
                norm_sq: n1,
            },
            BatchNorm {
                batch: b2,
                norm_sq: n2,
            },
        );
        assert_eq!(noise::two_batch_estimate(small, big), Err(error));
    }
}

/// d = 50, |G|² = 0.01, tr(Σ) = 1, so B_simple = 100; batches of 8 and 64. Published spread from 50,000 steps.
#[test]
fn two_batch_estimates_are_unbiased_and_spread_as_computed() {
    const DIMS: usize = 50;
    let mut rng = rand_pcg::Pcg64Mcg::new(0x5eed);
    let signal = 0.1 / (DIMS as f64).sqrt();
    let noise_std = (1.0 / (DIMS as f64 * 8.0)).sqrt();
    let norm_sq = |g: &[f64]| g.iter().map(|x| x * x).sum::<f64>();
    let (mut with_all, mut with_one) = (Vec::new(), Vec::new());
    for _ in 0..50_000 {
        let micro: Vec<Vec<f64>> = (0..8)
            .map(|_| {
                let normal = (0..DIMS).map(|_| -> f64 { StandardNormal.sample(&mut rng) });
                normal.map(|z| signal + noise_std * z).collect()
            })
            .collect();
        let mean: Vec<f64> = (0..DIMS)
            .map(|i| micro.iter().map(|g| g[i]).sum::<f64>() / 8.0)
            .collect();
        let big = BatchNorm {
            batch: b(64.0),
            norm_sq: norm_sq(&mean),
        };
        let mean_small = micro.iter().map(|g| norm_sq(g)).sum::<f64>() / 8.0;
        for (small, list) in [
            (mean_small, &mut with_all),
            (norm_sq(&micro[0]), &mut with_one),
        ] {
            let small = BatchNorm {
                batch: b(8.0),
                norm_sq: small,
            };
            list.push(noise::two_batch_estimate(small, big).unwrap());
        }
    }
    let mean = |list: &[TwoBatchEstimate]| -> TwoBatchEstimate {
        let n = list.len() as f64;
        TwoBatchEstimate {
            grad_norm_sq: list.iter().map(|e| e.grad_norm_sq).sum::<f64>() / n,
            noise_trace: list.iter().map(|e| e.noise_trace).sum::<f64>() / n,
        }
    };
    // Tolerances are four standard errors of 50,000 steps.
    for (list, deviation, negative) in [(&with_all, 0.0048, 0.012), (&with_one, 0.0061, 0.046)] {
        let average = mean(list);
        let n = list.len() as f64;
        let variance = list
            .iter()
            .map(|e| (e.grad_norm_sq - average.grad_norm_sq).powi(2))
            .sum::<f64>()
            / n;
        assert!((average.grad_norm_sq - 0.01).abs() < 1.2e-4, "{average:?}");
        assert!((average.noise_trace - 1.0).abs() < 4e-3, "{average:?}");
        assert!(
            (variance.sqrt() - deviation).abs() < 1.2e-4,
            "{}",
            variance.sqrt()
        );
        let share = list.iter().filter(|e| e.grad_norm_sq < 0.0).count() as f64 / n;
        assert!((share - negative).abs() < 4e-3, "{share}");
    }
    for (window, quantiles, tolerance) in [
        (10, [79.0, 100.0, 134.0], 2.5),
        (100, [92.9, 100.3, 109.0], 1.5),
    ] {
        let mut scales: Vec<f64> = with_all
            .chunks_exact(window)
            .map(|chunk| mean(chunk).noise_scale().unwrap())
            .collect();
        scales.sort_by(f64::total_cmp);
        for (share, expected) in [0.05, 0.5, 0.95].into_iter().zip(quantiles) {
            let got = scales[(share * scales.len() as f64) as usize];
            assert!(
                (got - expected).abs() < tolerance,
                "mean of {window}: {got} instead of {expected}"
            );
        }
    }
}

#[test]
fn temperature_and_finite_data() {
    let exact = noise::sgd_temperature(lr(0.1), b(50_000.0), b(128.0), beta(0.0)).unwrap();
    let with_momentum = noise::sgd_temperature(lr(0.1), b(50_000.0), b(128.0), beta(0.9)).unwrap();
    // The source's 390.625 is the approximation εN/(B(1 − m)); the exact form is ε/(1 − m) less.
    check(
        "Smith and Le 2018; Smith et al. 2018, computed",
        &[
            ("g", exact, "38.9625="),
            (
                "εN/(B(1 − m))",
                with_momentum + 0.1 / (1.0 - 0.9),
                "390.625000",
            ),
        ],
    );
    assert_eq!(
        noise::sgd_temperature(lr(0.1), b(64.0), b(128.0), beta(0.0)),
        None
    );
    assert_eq!(noise::finite_data_noise(b(64.0), b(64.0)), Some(0.0));
    check(
        "McCandlish 2018, footnote 6",
        &[(
            "1/32 − 1/64",
            noise::finite_data_noise(b(32.0), b(64.0)).unwrap(),
            "0.015625=",
        )],
    );
    check(
        "Naganuma 2026",
        &[(
            "‖σ‖₁²/‖G‖₁²",
            noise::sign_noise_scale(pos(30.0), pos(2.0)),
            "225=",
        )],
    );
    check(
        "McCandlish 2018, eq. A.1",
        &[(
            "E|g_B|²",
            noise::expected_batch_norm_sq(pos(0.01), pos(1.0), b(64.0)),
            "0.025625=",
        )],
    );
}
