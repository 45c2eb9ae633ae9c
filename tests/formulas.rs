//! Published and independently computed numbers the formulas must reproduce, to every printed digit.
//!
//! "computed" marks numbers from independent NumPy and SciPy evaluations of the cited formula.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use core::num::{NonZeroU16, NonZeroU32};
use critical_batch::theory::adam::{AdamBase, beta_same_half_life, half_life, kappa_rule};
use critical_batch::theory::crossings as cross;
use critical_batch::theory::dense::SymmetricMatrix;
use critical_batch::theory::interpolation::Interpolation;
use critical_batch::theory::linreg::IsotropicRegression;
use critical_batch::theory::measured::{BatchUnit, MEASURED_BATCHES, Measured, MeasuredTask};
use critical_batch::theory::noise::{
    self, BatchNorm, LocalQuadratic, NoNoiseScale, TwoBatchEstimate,
};
use critical_batch::theory::presets::{PRESETS, PresetId};
use critical_batch::theory::quadratic::{NoisyQuadratic, averaging_factor, log_grid};
use critical_batch::theory::rules::{BasePoint, ScalingRule, adascale_gain, optimal_lr, progress};
use critical_batch::theory::surge::{SurgeModel, sign_mean, sign_mean_approx, surge_shape};
use critical_batch::theory::tradeoff::{
    Conversion, CriticalBatchDefinition as Definition, Tradeoff, adaptive_batch_gain,
    examples_ratio, steps_ratio,
};
use critical_batch::theory::{mean_field, stability, warmup};
use critical_batch::units::{
    Alpha, BatchRatio, BatchSize, Beta, Fraction, LearningRate, NoiseScale, Positive,
};
use rand_distr::{Distribution, StandardNormal};

fn b(value: f64) -> BatchSize {
    BatchSize::new(value).unwrap()
}
fn lr(value: f64) -> LearningRate {
    LearningRate::new(value).unwrap()
}
fn scale(value: f64) -> NoiseScale {
    NoiseScale::new(value).unwrap()
}
fn pos(value: f64) -> Positive {
    Positive::new(value).unwrap()
}
fn beta(value: f64) -> Beta {
    Beta::new(value).unwrap()
}
fn frac(value: f64) -> Fraction {
    Fraction::new(value).unwrap()
}
fn ratio(value: f64) -> BatchRatio {
    BatchRatio::new(value).unwrap()
}
fn alpha(value: f64) -> Alpha {
    Alpha::new(value).unwrap()
}
fn n16(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).unwrap()
}
fn n32(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap()
}

/// Half a unit of the last printed digit; a trailing `=` says that the source's number is exact.
fn half_digit(printed: &str) -> f64 {
    if printed.ends_with('=') {
        return 0.0;
    }
    let (mantissa, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = mantissa
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len()) as i32;
    0.5 * 10_f64.powi(exponent.parse::<i32>().unwrap() - decimals)
}

/// Every row (what, computed here, printed in the source) must agree to the printed digits.
fn check<S: AsRef<str>>(source: &str, rows: &[(S, f64, &str)]) {
    assert!(!rows.is_empty(), "{source}: no rows");
    for (what, got, printed) in rows {
        let expected: f64 = printed.trim_end_matches('=').parse().unwrap();
        // The last factor forgives printed values that end in an exact half.
        let tolerance = half_digit(printed) * 1.000_001 + expected.abs() * 1e-13;
        assert!(
            (got - expected).abs() <= tolerance,
            "{source}: {}: got {got}, printed {printed}",
            what.as_ref()
        );
    }
}

fn base() -> BasePoint {
    BasePoint {
        batch: b(256.0),
        lr: lr(0.1),
    }
}

#[test]
fn the_four_rules_from_256_to_512_and_8192() {
    let theory = ScalingRule::noise_scale_sgd(scale(4096.0));
    let rules = [
        ScalingRule::Constant,
        ScalingRule::Linear,
        ScalingRule::Sqrt,
        theory,
    ];
    for (batch, printed) in [
        (8192.0, ["0.1=", "3.2=", "0.565685424949", "1.13333333333"]),
        (512.0, ["0.1=", "0.2=", "0.141421356237", "0.188888888889"]),
        (256.0, ["0.1=", "0.1=", "0.1=", "0.1="]),
    ] {
        for (rule, printed) in rules.iter().zip(printed) {
            let got = rule.scale_lr(base(), b(batch));
            check(
                "Goyal 2017 base, McCandlish 2018 eq. 2.6",
                &[(format!("{rule:?} {batch}"), got, printed)],
            );
        }
    }
    let over = ScalingRule::Linear
        .lr_ratio(theory, b(256.0), b(512.0))
        .get();
    check(
        "computed",
        &[("linear over theory at 512", over, "1.0588235")],
    );
    let transformer = BasePoint {
        batch: b(4096.0),
        lr: lr(1e-4),
    };
    let scaled = ScalingRule::Sqrt.scale_lr(transformer, b(8192.0));
    check(
        "computed",
        &[("Transformer by the square root", scaled, "1.41421e-4")],
    );
}

#[test]
fn best_one_step_rate_of_svhn() {
    let source = "McCandlish 2018, footnote 20, computed";
    for (batch, printed) in [
        (1.0, "0.002783505155"),
        (8.0, "0.02076923077"),
        (32.0, "0.0675="),
        (96.0, "0.135="),
        (128.0, "0.1542857143"),
        (512.0, "0.2273684211"),
        (4096.0, "0.2638167939"),
    ] {
        check(
            source,
            &[(
                "α = 1",
                optimal_lr(lr(0.27), scale(96.0), alpha(1.0), b(batch)),
                printed,
            )],
        );
    }
    for (batch, printed) in [
        (8.0, "0.07488452649"),
        (96.0, "0.1909188309"),
        (1024.0, "0.2581693796"),
    ] {
        check(
            source,
            &[(
                "α = ½",
                optimal_lr(lr(0.27), scale(96.0), alpha(0.5), b(batch)),
                printed,
            )],
        );
    }
}

#[test]
fn local_exponents_at_the_noise_scale() {
    let adam = ScalingRule::NoiseScale {
        noise_scale: scale(96.0),
        alpha: alpha(0.5),
    };
    check(
        "derived from McCandlish 2018, eq. 2.6 and appendix A.2",
        &[
            (
                "SGD at B_noise",
                ScalingRule::noise_scale_sgd(scale(96.0)).local_exponent(b(96.0)),
                "0.5=",
            ),
            (
                "SGD at B_noise/3",
                ScalingRule::noise_scale_sgd(scale(96.0)).local_exponent(b(32.0)),
                "0.75=",
            ),
            ("Adam at B_noise", adam.local_exponent(b(96.0)), "0.25="),
        ],
    );
}

#[test]
fn adascale_gain_for_signal_1_and_noise_4() {
    for (kappa, printed) in [
        (1.0, "1="),
        (2.0, "1.66667"),
        (4.0, "2.5="),
        (8.0, "3.33333"),
        (64.0, "4.70588"),
    ] {
        let got = adascale_gain(pos(4.0), pos(1.0), ratio(kappa));
        check(
            "Johnson 2020, gain ratio, computed",
            &[(format!("κ = {kappa}"), got, printed)],
        );
    }
}

#[test]
fn where_the_rules_meet_and_stop() {
    // B₀/B_noise; tie, linear zero progress, square root exact again and zero progress, all over B_noise.
    for (share, tie, linear, exact, sqrt) in [
        (1.0 / 1000.0, Some("0.93872"), "1.002=", "1000=", "4006"),
        (1.0 / 64.0, Some("0.7793"), "1.03125=", "64=", "262.06"),
        (1.0 / 16.0, Some("0.60961"), "1.125=", "16=", "70.236"),
        (1.0 / 4.0, Some("0.38197"), "1.5=", "4=", "22.956"),
        (1.0, None, "3=", "1=", "13.928"),
    ] {
        let (b0, bn) = (b(1000.0), scale(1000.0 / share));
        let rows = [
            (
                "linear stops",
                cross::linear_zero_progress(b0, bn).above_base.unwrap() / bn.get(),
                linear,
            ),
            (
                "√ exact again",
                cross::sqrt_meets_theory(b0, bn) / bn.get(),
                exact,
            ),
            (
                "√ stops",
                cross::sqrt_zero_progress(b0, bn).above_base.unwrap() / bn.get(),
                sqrt,
            ),
        ];
        check("derived from McCandlish 2018, eq. 2.7, computed", &rows);
        let got = cross::rules_tie(b0, bn).map(|batch| batch / bn.get());
        assert_eq!(got.is_some(), tie.is_some(), "tie for {share}");
        if let (Some(got), Some(printed)) = (got, tie) {
            check("computed", &[("tie", got, printed)]);
        }
    }
    let (b0, bn) = (b(256.0), scale(4096.0));
    check(
        "derived, base 256 and noise scale 4096",
        &[
            (
                "linear leaves the 10 % band",
                cross::linear_leaves_band(b0, bn, frac(0.1)),
                "691.2=",
            ),
            (
                "√ meets theory again",
                cross::sqrt_meets_theory(b0, bn),
                "65536=",
            ),
            (
                "√ is shortest at",
                cross::sqrt_worst_undershoot(b0, bn).batch,
                "4096=",
            ),
            (
                "√ is short by",
                cross::sqrt_worst_undershoot(b0, bn).lr_ratio,
                "0.470588",
            ),
        ],
    );
}

#[test]
fn one_step_progress_from_a_base_at_a_sixteenth_of_the_noise_scale() {
    let theory = ScalingRule::noise_scale_sgd(scale(4096.0));
    for (kappa, linear, sqrt, none) in [
        (2.0, "0.9965", "0.9368", "0.7785"),
        (4.0, "0.9689", "0.8304", "0.5017"),
        (8.0, "0.8304", "0.7491", "0.3218"),
        (16.0, "0.2215", "0.7197", "0.2215"),
        (32.0, "-2.3253", "0.7491", "0.1687"),
        (64.0, "-12.73", "0.8304", "0.1417"),
        (256.0, "-224=", "1.0000", "0.1211"),
    ] {
        for (rule, printed) in [
            (ScalingRule::Linear, linear),
            (ScalingRule::Sqrt, sqrt),
            (ScalingRule::Constant, none),
        ] {
            let got = progress(rule.lr_ratio(theory, b(256.0), b(256.0 * kappa)));
            check(
                "McCandlish 2018, eqs. 2.5 to 2.7, computed",
                &[(format!("{rule:?} κ = {kappa}"), got, printed)],
            );
        }
    }
}

#[test]
fn steps_and_examples_of_the_hyperbola() {
    let tradeoff = Tradeoff::from_minima(pos(1000.0), pos(5e5)).unwrap();
    for (batch, steps, examples) in [
        (50.0, "11000=", "5.5e5="),
        (125.0, "5000=", "6.25e5="),
        (500.0, "2000=", "1e6="),
        (5000.0, "1100=", "5.5e6="),
    ] {
        check(
            "McCandlish 2018, eq. 2.11, computed",
            &[
                ("S", tradeoff.steps(b(batch)), steps),
                ("E", tradeoff.examples(b(batch)), examples),
            ],
        );
    }
    assert!(Tradeoff::from_minima(pos(1e-20), pos(1e20)).is_err());
    check(
        "McCandlish 2018, appendix D (24/25)",
        &[(
            "γ for B_noise ∝ √s",
            adaptive_batch_gain(frac(0.5)),
            "0.96=",
        )],
    );
}

#[test]
fn definitions_of_the_critical_batch_pick_their_batch() {
    let critical = scale(1000.0);
    let at = |definition: Definition| b(definition.batch_for(critical).unwrap());
    let rows = [
        (
            "twice E",
            examples_ratio(at(Definition::TwiceTheMinima), critical),
            "2.000000",
        ),
        (
            "twice S",
            steps_ratio(at(Definition::TwiceTheMinima), critical),
            "2.000000",
        ),
        (
            "20 % overhead",
            examples_ratio(at(Definition::TwentyPercentOverhead), critical),
            "1.200000",
        ),
        (
            "5 % data",
            examples_ratio(at(Definition::ExtraData(frac(0.05))), critical),
            "1.050000",
        ),
        (
            "10 % steps",
            steps_ratio(at(Definition::StepsNearMinimum(frac(0.1))), critical),
            "1.100000",
        ),
    ];
    check("McCandlish 2018, eq. 2.11; Zhang 2024; Shallue 2019", &rows);
    let back = Definition::TwentyPercentOverhead
        .to_critical_batch(scale(200.0))
        .unwrap();
    check("inverse", &[("20 % overhead", back, "1000.000000")]);
    assert_eq!(Definition::AdamPeak.conversion(), Conversion::OwnModel(1.0));
    assert_eq!(
        Definition::BranchedLossTolerance.conversion(),
        Conversion::Empirical
    );
    assert_eq!(
        Definition::ExtraData(frac(0.0)).conversion(),
        Conversion::Never
    );
    assert_eq!(
        Definition::StepsNearMinimum(frac(0.0)).batch_for(critical),
        None
    );
}

/// μ, σ and H of a small problem with every coupling different.
fn three_dims() -> (Vec<f64>, Vec<f64>, SymmetricMatrix) {
    let hessian =
        SymmetricMatrix::new(3, vec![2.0, -0.6, 0.2, -0.6, 1.0, -0.1, 0.2, -0.1, 0.5]).unwrap();
    (vec![0.1, -0.05, 0.02], vec![1.0, 0.8, 0.5], hessian)
}

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

#[test]
fn adam_parameters_follow_the_batch_or_say_why_not() {
    let base = AdamBase {
        lr: lr(1e-4),
        beta1: beta(0.9),
        beta2: beta(0.999),
        eps: pos(1e-8),
    };
    let scaled = kappa_rule(base, ratio(4.0)).unwrap();
    check(
        "Malladi 2022, square-root rule, computed",
        &[
            ("lr", scaled.lr, "2.00000000e-4"),
            ("β₁", scaled.beta1.get(), "0.600000000"),
            ("β₂", scaled.beta2.get(), "0.996000000"),
            ("ε", scaled.eps, "5.00000000e-9"),
        ],
    );
    check(
        "computed",
        &[(
            "β₁ at κ = 9",
            kappa_rule(base, ratio(9.0)).unwrap().beta1.get(),
            "0.100000000",
        )],
    );
    for kappa in [10.0, 16.0, 500.0] {
        let error = kappa_rule(base, ratio(kappa)).unwrap_err();
        assert!(
            error.beta1.is_some() && error.beta2.is_none(),
            "κ = {kappa}"
        );
        check(
            "Malladi 2022, κ(1 − β₁) < 1",
            &[("largest κ", error.max_ratio(), "10.000000")],
        );
    }
    let error = kappa_rule(base, ratio(1000.0)).unwrap_err();
    check(
        "Malladi 2022",
        &[("β₂'s largest κ", error.beta2.unwrap().max, "1000.000000")],
    );
    // Without momentum there is nothing to scale up, but the identity and smaller batches stay possible.
    let no_momentum = AdamBase {
        beta1: beta(0.0),
        ..base
    };
    assert!(kappa_rule(no_momentum, ratio(1.5)).is_err());
    assert_eq!(
        kappa_rule(no_momentum, ratio(1.0)).unwrap().beta1.get(),
        0.0
    );
    check(
        "computed",
        &[(
            "β₁ at κ = ½",
            kappa_rule(no_momentum, ratio(0.5)).unwrap().beta1.get(),
            "0.5=",
        )],
    );
    let tiny = kappa_rule(base, ratio(1e-10)).unwrap_err();
    assert!(tiny.beta1.is_some_and(|limits| limits.min > 1e-10));
}

#[test]
fn second_moment_keeps_its_half_life() {
    check(
        "Marek 2025, computed",
        &[
            (
                "0.95 from 512 to 1",
                beta_same_half_life(beta(0.95), ratio(1.0 / 512.0)).get(),
                "0.9998998228",
            ),
            (
                "0.999 from 32 to 256",
                beta_same_half_life(beta(0.999), ratio(8.0)).get(),
                "0.99202794",
            ),
            (
                "half-life in tokens",
                half_life(beta(0.95), b(512.0 * 1024.0)),
                "7084917",
            ),
        ],
    );
    let published = beta_same_half_life(beta(0.95), ratio(1.0 / 512.0)).get();
    check("Marek 2025, GPT-2 at B = 1", &[("β₂", published, "0.9999")]);
    let malladi = critical_batch::theory::adam::scale_beta(beta(0.999), ratio(8.0))
        .unwrap()
        .get();
    check(
        "Malladi 2022, first order of the same",
        &[("0.999 from 32 to 256", malladi, "0.992000")],
    );
    assert_eq!(half_life(beta(0.0), b(64.0)), 0.0);
}

#[test]
fn surge_shape_and_mean_signs() {
    for (x, printed) in [
        (0.01, "0.1980198020"),
        (0.1, "0.5749595746"),
        (0.25, "0.8="),
        (1.0, "1="),
        (4.0, "0.8="),
        (10.0, "0.5749595746"),
        (100.0, "0.1980198020"),
    ] {
        check(
            "Li 2024, eq. 13, computed",
            &[(format!("x = {x}"), surge_shape(pos(x)), printed)],
        );
    }
    for (batch, exact, approximate) in [
        (1.0, "0.0796556746", "0.0795356878"),
        (10.0, "0.2481703660", "0.2446460703"),
        (100.0, "0.6826894921", "0.6236862430"),
        (1000.0, "0.9984345977", "0.9296476493"),
    ] {
        check(
            "Li 2024, theorem 2, computed",
            &[
                ("erf", sign_mean(pos(0.1), b(batch)), exact),
                (
                    "approximation",
                    sign_mean_approx(pos(0.1), b(batch)),
                    approximate,
                ),
            ],
        );
    }
}

/// d = 100, μ = 0.01, σ = 1, H_ii = 1, H_ij = ½: in both forms of the model.
fn coupled_hundred() -> [SurgeModel; 2] {
    let n = 100;
    let entries = (0..n * n)
        .map(|k| if k / n == k % n { 1.0 } else { 0.5 })
        .collect();
    let hessian = SymmetricMatrix::new(n, entries).unwrap();
    [
        SurgeModel::new(vec![0.01; n], vec![1.0; n], hessian).unwrap(),
        SurgeModel::homogeneous(n32(100), 0.01, 0.5).unwrap(),
    ]
}

#[test]
fn exact_surge_of_a_hundred_coupled_coordinates() {
    let source = "Li 2024, eqs. 8, 9, 14 to 17, computed";
    let batches = [1.0, 10.0, 100.0, 317.0, 1000.0, 1e4, 1e5];
    let rates = [
        "7.953649385e-5",
        "2.445668191e-4",
        "6.061712119e-4",
        "7.106571157e-4",
        "6.129733449e-4",
        "2.836241811e-4",
        "1.983179448e-4",
    ];
    let gains = [
        "3.17e-7", "3.08e-6", "2.41e-5", "5.02e-5", "7.61e-5", "9.68e-5", "9.90e-5",
    ];
    for (model, dims) in coupled_hundred().into_iter().zip([1.0, 100.0]) {
        for i in 0..batches.len() {
            check(
                source,
                &[(
                    format!("ε({})", batches[i]),
                    model.optimal_lr(b(batches[i])),
                    rates[i],
                )],
            );
            // The homogeneous form counts per dimension.
            check(
                source,
                &[(
                    format!("ΔL({})", batches[i]),
                    dims * model.improvement(b(batches[i])),
                    gains[i],
                )],
            );
        }
        check(
            source,
            &[
                (
                    "B_noise",
                    model.peak_batch_small_b().unwrap(),
                    "317.3325913",
                ),
                ("ε_max", model.peak_lr_small_b().unwrap(), "7.106690545e-4"),
                ("bound", model.small_batch_bound(), "15708"),
                ("limit", model.lr_limit(), "1.980198020e-4"),
                ("exact peak", model.peak().unwrap().get(), "320.7"),
                (
                    "exponent at the peak",
                    model.local_exponent(model.peak().unwrap()),
                    "0.000000",
                ),
            ],
        );
        let (peak, height) = (
            model.peak_batch_small_b().unwrap(),
            model.peak_lr_small_b().unwrap(),
        );
        check(
            "Li 2024, eq. 13 beyond its bound, computed",
            &[
                ("1e4", height * surge_shape(pos(1e4 / peak)), "2.454e-4"),
                ("1e5", height * surge_shape(pos(1e5 / peak)), "7.98e-5"),
            ],
        );
    }
}

#[test]
fn weakly_coupled_signs_show_no_surge() {
    let (mean, deviation, hessian) = three_dims();
    let model = SurgeModel::new(mean, deviation, hessian).unwrap();
    for (batch, printed) in [
        (1.0, "0.003164620915"),
        (16.0, "0.01210121575"),
        (64.0, "0.02129044083"),
        (256.0, "0.02972791627"),
        (1024.0, "0.03197489532"),
    ] {
        check(
            "Li 2024, eq. 9, computed",
            &[(format!("ε({batch})"), model.optimal_lr(b(batch)), printed)],
        );
    }
    check(
        "Li 2024, eqs. 14 and 17, computed",
        &[
            ("limit", model.lr_limit(), "0.03207547170"),
            (
                "a peak outside its own bound",
                model.peak_batch_small_b().unwrap(),
                "572.7",
            ),
            ("bound", model.small_batch_bound(), "157"),
        ],
    );
    assert_eq!(model.peak(), None);
    let mut last = 0.0;
    for octave in 0..=12 {
        let rate = model.optimal_lr(b(f64::from(1 << octave)));
        assert!(rate > last, "falls at 2^{octave}");
        last = rate;
    }
}

#[test]
fn mean_field_thresholds() {
    check(
        "Su 2025, kexue.fm 11301, computed",
        &[
            (
                "momentum as a batch",
                mean_field::momentum_batch_gain(beta(0.9)),
                "19.000000",
            ),
            (
                "Adam's peak over B_simple",
                mean_field::adam_peak(beta(0.9), scale(1.0)).unwrap(),
                "0.0588",
            ),
            (
                "Adam on noise",
                mean_field::adam_noise_update_rms(beta(0.9)),
                "0.229416",
            ),
        ],
    );
    assert_eq!(mean_field::adam_peak(beta(0.3), scale(1.0)), None);
    assert_eq!(mean_field::sign_peak(pos(1.0), scale(1.0)), None);
}

#[test]
fn isotropic_regression_without_label_noise() {
    let problem = IsotropicRegression::new(n32(20), 0.0).unwrap();
    for (batch, rate, steps) in [
        (1.0, "0.04545455", "148.49"),
        (4.0, "0.16=", "39.62"),
        (16.0, "0.43243243", "12.196"),
        (21.0, "0.5=", "9.966"),
        (64.0, "0.75294118", "4.941"),
        (256.0, "0.92418773", "2.678"),
    ] {
        let optimum = problem.optimal_lr(pos(1.0), b(batch));
        check(
            "closed form, computed",
            &[
                (format!("η*({batch})"), optimum, rate),
                (
                    format!("S({batch})"),
                    problem.steps_to_shrink(frac(1e-3), b(batch)).unwrap(),
                    steps,
                ),
            ],
        );
        assert!((problem.stability_limit(b(batch)) - 2.0 * optimum).abs() < 1e-12);
    }
    check(
        "B_noise = d + 1",
        &[("d = 20", problem.noise_scale(pos(1e-9)), "21.000000")],
    );
}

#[test]
fn isotropic_regression_with_label_noise() {
    let problem = IsotropicRegression::new(n32(20), 0.5).unwrap();
    check(
        "closed form, Monte-Carlo checked",
        &[("tr Σ", problem.noise_trace(pos(1.0)), "26.000000")],
    );
    // Twenty thousand samples of the per-example gradient x(xᵀδ − e) at |δ| = 1.
    let mut rng = rand_pcg::Pcg64Mcg::new(7);
    let n = 20_000;
    let mut total = 0.0;
    for _ in 0..n {
        let x: Vec<f64> = (0..20).map(|_| StandardNormal.sample(&mut rng)).collect();
        let e: f64 = StandardNormal.sample(&mut rng);
        let residual = x[0] - 0.5 * e;
        total += x.iter().map(|v| (v * residual).powi(2)).sum::<f64>();
    }
    let trace = total / f64::from(n) - 1.0;
    // E|g|² has a standard deviation of about 42 per sample here.
    assert!((trace - 26.0).abs() < 1.3, "{trace}");

    let (rate, batch) = (lr(0.1), b(4.0));
    let mut dist = 1.0;
    for step in 0..50 {
        let closed = problem.dist_sq_at(pos(1.0), rate, batch, step).unwrap();
        assert!((closed - dist).abs() < 1e-12, "step {step}");
        dist = problem.next_dist_sq(pos(dist), rate, batch);
    }
    let floor = problem.floor(rate, batch).unwrap();
    assert!((problem.next_dist_sq(pos(floor), rate, batch) - floor).abs() < 1e-15);
    assert_eq!(
        problem.floor(lr(problem.stability_limit(batch) * 1.000_001), batch),
        None
    );
    assert_eq!(problem.steps_to_shrink(frac(0.5), batch), None);
    assert!(IsotropicRegression::new(n32(1), f64::NAN).is_err());
}

#[test]
fn interpolating_least_squares_saturates_at_m_star() {
    let problem = Interpolation::new(pos(3.0), pos(1.0), pos(0.01)).unwrap();
    for (m, printed) in [
        (1.0, "0.33333333"),
        (2.0, "0.66445183"),
        (3.0, "0.99337748"),
        (4.0, "1.320132"),
        (5.0, "1.4204545"),
        (16.0, "1.7630854"),
        (1024.0, "1.9763952"),
    ] {
        check(
            "Ma 2018, computed",
            &[(format!("m = {m}"), problem.optimal_lr(b(m)), printed)],
        );
    }
    check(
        "Ma 2018, computed",
        &[
            ("m*", problem.saturation_batch().unwrap(), "4.0303"),
            ("m* in short", problem.saturation_batch_approx(), "4.000000"),
            ("convex bound at 2", problem.convex_lr(b(2.0)), "0.500000"),
        ],
    );
    assert_eq!(
        Interpolation::new(pos(3.0), pos(1.0), pos(1.0))
            .unwrap()
            .saturation_batch(),
        None
    );
    assert!(Interpolation::new(pos(0.5), pos(1.0), pos(0.1)).is_err());
}

#[test]
fn losses_of_the_four_dimensional_quadratic() {
    let problem = NoisyQuadratic::harmonic(n16(4));
    let run = |batch: f64| problem.sgd(lr(0.1), b(batch), frac(0.0)).unwrap();
    let ball = |m: f64| problem.heavy_ball(lr(0.1), beta(m), b(16.0)).unwrap();
    check(
        "Zhang 2019, exact recursion, computed",
        &[
            ("B 16, 0", run(16.0).loss_at(0), "1.04166666667"),
            ("B 16, 1", run(16.0).loss_at(1), "0.905638744213"),
            ("B 16, 10", run(16.0).loss_at(10), "0.312725119599"),
            ("B 16, 100", run(16.0).loss_at(100), "0.00435657743264"),
            ("B 16, 1000", run(16.0).loss_at(1000), "0.00337124953059"),
            ("B 16, steady", run(16.0).steady_loss(), "0.00337124953059"),
            ("B 1, 1", run(1.0).loss_at(1), "0.912311921296"),
            ("B 1, 10", run(1.0).loss_at(10), "0.348376677408"),
            ("B 1, 100", run(1.0).loss_at(100), "0.0548783564644"),
            ("B 1, steady", run(1.0).steady_loss(), "0.0539399924894"),
            ("m .9, 1", ball(0.9).loss_at(1), "0.905638744213"),
            ("m .9, 10", ball(0.9).loss_at(10), "0.223316134061"),
            ("m .9, 100", ball(0.9).loss_at(100), "0.0331664545453"),
            ("m .9, steady", ball(0.9).steady_loss(), "0.033150507948"),
            ("m .5, 1", ball(0.5).loss_at(1), "0.905638744213"),
            ("m .5, 10", ball(0.5).loss_at(10), "0.132144330162"),
            ("m .5, 100", ball(0.5).loss_at(100), "0.00666564012411"),
            ("m .5, steady", ball(0.5).steady_loss(), "0.0066629275841"),
        ],
    );
}

#[test]
fn best_rates_of_the_sixteen_dimensional_quadratic() {
    let problem = NoisyQuadratic::harmonic(n16(16));
    check(
        "Zhang 2019, computed",
        &[("L(0)", problem.initial_loss(), "1.6903644966")],
    );
    let grid = log_grid(lr(1e-4), lr(1.9), n16(400));
    let steps = [3436, 1722, 865, 436, 222, 115, 61, 35, 23, 17, 14, 13, 13];
    for (octave, expected) in steps.into_iter().enumerate() {
        let best = problem
            .best_sgd(b(f64::from(1 << octave)), frac(0.0), pos(0.01), &grid)
            .unwrap();
        assert_eq!(best.steps, expected, "B = 2^{octave}");
        let printed = match octave {
            0 => "0.00988",
            4 => "0.1457",
            7 => "0.841",
            _ => continue,
        };
        check(
            "Zhang 2019, computed",
            &[(format!("lr* at 2^{octave}"), best.lr.get(), printed)],
        );
    }
}

/// The paper's problem, with its published code's 100 bins.
fn paper_quadratic() -> NoisyQuadratic {
    NoisyQuadratic::harmonic_in_bins(n16(10_000), n16(100))
}

#[test]
fn steps_and_rates_of_the_paper_quadratic() {
    let problem = paper_quadratic();
    assert_eq!(problem.n_dims(), 10_000.0);
    let grid = log_grid(lr(1e-5), lr(10_f64.sqrt()), n16(1000));
    let best: Vec<_> = (2..22)
        .map(|octave| f64::from(1 << octave))
        .map(|batch| {
            (
                batch,
                problem
                    .best_sgd(b(batch), frac(0.0), pos(0.01), &grid)
                    .unwrap(),
            )
        })
        .collect();
    for (batch, steps, rate) in [
        (4.0, 1_501_264, "0.014098"),
        (16.0, 376_691, "0.056137"),
        (64.0, 95_633, "0.220721"),
        (128.0, 48_915, "0.426707"),
        (256.0, 25_815, "0.804277"),
        (512.0, 14_960, "1.30201"),
        (1024.0, 10_602, "1.65661"),
        (2048.0, 8_887, "1.78753"),
        (4096.0, 8_082, "1.85682"),
        (16_384.0, 7_385, "1.92879"),
        (65_536.0, 7_125, "1.97832"),
        (2_097_152.0, 6_968, "1.97832"),
    ] {
        let (_, found) = best.iter().find(|(at, _)| *at == batch).unwrap();
        assert_eq!(found.steps, steps, "B = {batch}");
        check(
            "Zhang 2019, figure setup, computed",
            &[(format!("lr* at {batch}"), found.lr.get(), rate)],
        );
    }
    let slope = (best[4].1.lr.get() / best[0].1.lr.get()).ln() / 16_f64.ln();
    check("computed", &[("slope of lr* up to 64", slope, "0.992")]);

    // The published fits are least squares in the logarithm: their residual, and no better neighbour.
    let rms = |model: &dyn Fn(f64) -> f64, of: &dyn Fn(usize) -> f64| -> f64 {
        let sum: f64 = (0..best.len())
            .map(|i| (model(best[i].0) / of(i)).ln().powi(2))
            .sum();
        (sum / best.len() as f64).sqrt()
    };
    let steps = |s_min: f64, critical: f64| {
        let model = move |batch: f64| {
            Tradeoff {
                min_steps: pos(s_min),
                critical_batch: scale(critical),
            }
            .steps(b(batch))
        };
        rms(&model, &|i| best[i].1.steps as f64)
    };
    let rates = |eps_max: f64, noise: f64| {
        let model = move |batch: f64| optimal_lr(lr(eps_max), scale(noise), alpha(1.0), b(batch));
        rms(&model, &|i| best[i].1.lr.get())
    };
    check(
        "computed",
        &[
            ("steps", steps(6819.5, 813.0), "0.066"),
            ("rates", rates(2.07, 526.0), "0.095"),
        ],
    );
    for (u, v) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
        assert!(
            steps(6819.5 * u, 813.0 * v) > steps(6819.5, 813.0),
            "steps {u} {v}"
        );
        assert!(
            rates(2.07 * u, 526.0 * v) > rates(2.07, 526.0),
            "rates {u} {v}"
        );
    }
}

#[test]
fn preconditioning_helps_the_paper_quadratic_at_every_batch() {
    let problem = paper_quadratic();
    let grid = log_grid(lr(1e-5), lr(10_f64.sqrt()), n16(400));
    for (power, steps) in [
        (0.25, [590_162, 36_972, 2_412, 814, 755]),
        (0.5, [345_117, 21_574, 1_354, 107, 86]),
        (0.75, [260_334, 16_278, 1_018, 64, 11]),
    ] {
        for (octave, expected) in [2, 6, 10, 14, 18].into_iter().zip(steps) {
            let batch = b(f64::from(1 << octave));
            let best = problem
                .best_sgd(batch, frac(power), pos(0.01), &grid)
                .unwrap();
            assert_eq!(best.steps, expected, "p = {power}, B = 2^{octave}");
        }
    }
    check(
        "Zhang 2019, computed",
        &[(
            "bound at 4",
            problem.preconditioned_steps_bound(b(4.0), pos(0.01)),
            "125000=",
        )],
    );
}

#[test]
fn momentum_extends_perfect_scaling_of_the_paper_quadratic() {
    let problem = paper_quadratic();
    let lrs = log_grid(lr(1e-8), lr(10.0), n16(100));
    let mut momenta = vec![beta(0.0)];
    momenta.extend((0..19).map(|i| beta(1.0 - 10_f64.powf(-5.0 + 5.0 * f64::from(i) / 19.0))));
    for (octave, steps) in [
        (2, 1_333_443),
        (6, 83_187),
        (8, 20_970),
        (10, 5_204),
        (12, 1_281),
        (14, 348),
        (16, 209),
        (20, 179),
    ] {
        let best = problem
            .best_heavy_ball(b(f64::from(1 << octave)), pos(0.01), &lrs, &momenta)
            .unwrap();
        assert_eq!(best.steps, steps, "B = 2^{octave}");
    }
}

#[test]
fn averaged_iterates_have_the_published_steady_state() {
    for (x, decay) in [(0.1, 0.5), (0.5, 0.9), (1.0, 0.99), (0.01, 0.9)] {
        // Second moments of θ ← (1 − x)θ + ξ and its average, to convergence.
        let (mut own, mut both, mut average) = (0.0, 0.0, 0.0);
        for _ in 0..20_000 {
            let new_own = (1.0 - x) * (1.0 - x) * own + 1.0;
            let kept = (1.0 - x) * both;
            average = decay * decay * average
                + 2.0 * decay * (1.0 - decay) * kept
                + (1.0 - decay) * (1.0 - decay) * new_own;
            both = decay * kept + (1.0 - decay) * new_own;
            own = new_own;
        }
        let got = averaging_factor(frac(x), frac(decay));
        assert!(
            (got - average / own).abs() < 1e-12,
            "{x} {decay}: {got} {}",
            average / own
        );
    }
}

#[test]
fn stability_limits_at_momentum_nine_tenths() {
    let (curvature, momentum) = (pos(1.0), beta(0.9));
    check(
        "Cohen 2021, 2022; Andreyev 2026",
        &[
            (
                "gradient descent",
                stability::gradient_descent(pos(4.0)),
                "0.5=",
            ),
            (
                "heavy ball",
                stability::heavy_ball(curvature, momentum),
                "3.800000",
            ),
            (
                "averaged",
                stability::averaged_momentum(curvature, momentum),
                "38.000000",
            ),
            (
                "Nesterov",
                stability::nesterov(curvature, momentum),
                "1.357",
            ),
            (
                "Adam",
                stability::adam_preconditioned_curvature(lr(1.0), momentum),
                "38.000000",
            ),
            (
                "small batches",
                stability::stochastic_edge(lr(0.1), momentum).small_batch,
                "2.000000",
            ),
            (
                "large batches",
                stability::stochastic_edge(lr(0.1), momentum).large_batch,
                "38.000000",
            ),
            (
                "ceiling by noise",
                stability::usable_ceiling(pos(0.3), curvature, momentum),
                "0.6=",
            ),
            (
                "ceiling by curvature",
                stability::usable_ceiling(pos(3.0), curvature, momentum),
                "3.800000",
            ),
        ],
    );
}

#[test]
fn each_stability_limit_is_where_the_iteration_starts_to_grow() {
    type Limit = fn(Positive, Beta) -> f64;
    /// One step of (θ, buffer) at rate η, curvature λ and momentum β.
    type Step = fn(f64, f64, f64, f64, f64) -> (f64, f64);
    let cases: [(&str, Limit, Step); 5] = [
        (
            "gradient descent",
            |l, _| stability::gradient_descent(l),
            |t, v, eta, l, _| (t - eta * l * t, v),
        ),
        ("heavy ball", stability::heavy_ball, |t, v, eta, l, m| {
            let v = m * v + l * t;
            (t - eta * v, v)
        }),
        (
            "averaged",
            stability::averaged_momentum,
            |t, v, eta, l, m| {
                let v = m * v + (1.0 - m) * l * t;
                (t - eta * v, v)
            },
        ),
        ("Nesterov", stability::nesterov, |t, v, eta, l, m| {
            let v = m * v + l * t;
            (t - eta * (l * t + m * v), v)
        }),
        // Adam with v frozen at 1: the first moment is an average of gradients, P⁻¹H = λ.
        (
            "Adam",
            |l, m| stability::adam_preconditioned_curvature(lr(1.0), m) / l.get(),
            |t, v, eta, l, m| {
                let v = m * v + (1.0 - m) * l * t;
                (t - eta * v, v)
            },
        ),
    ];
    for (name, limit, step) in cases {
        for momentum in [0.0, 0.3, 0.9, 0.99] {
            for curvature in [0.5, 7.0] {
                let limit = limit(pos(curvature), beta(momentum));
                let size_after = |eta: f64| {
                    let (mut theta, mut buffer) = (1.0_f64, 0.0);
                    for _ in 0..60_000 {
                        (theta, buffer) = step(theta, buffer, eta, curvature, momentum);
                        if theta.abs() > 1e6 {
                            break;
                        }
                    }
                    theta.abs()
                };
                assert!(
                    size_after(0.99 * limit) < 1e-2,
                    "{name} {momentum} shrinks below"
                );
                assert!(
                    size_after(1.01 * limit) > 1e2,
                    "{name} {momentum} grows above"
                );
            }
        }
    }
}

#[test]
fn warmup_values() {
    let goyal = |step| warmup::gradual(lr(0.1), lr(3.2), step, 780);
    check(
        "Goyal 2017, section 2.2, computed",
        &[
            ("0", goyal(0), "0.1="),
            ("1=", goyal(1), "0.10397435897"),
            ("390", goyal(390), "1.65="),
            ("780", goyal(780), "3.2="),
            ("after", goyal(10_000), "3.2="),
            ("no warmup", warmup::gradual(lr(0.1), lr(3.2), 0, 0), "3.2="),
        ],
    );
    assert_eq!(warmup::epoch_steps(5, b(1_281_167.0), b(8192.0)), 785);
    check(
        "linear from zero",
        &[
            ("0", warmup::from_zero(lr(0.4), 0, 100), "0"),
            ("25", warmup::from_zero(lr(0.4), 25, 100), "0.1="),
            ("100", warmup::from_zero(lr(0.4), 100, 100), "0.4="),
        ],
    );
    // 512^-½·4000^-½ at the peak; half of it at a half of the way up and at four times the way.
    let peak = 1.0 / (512.0_f64 * 4000.0).sqrt();
    for (step, share) in [(4000, 1.0), (2000, 0.5), (16_000, 0.5)] {
        assert!(
            (warmup::noam(pos(512.0), step, 4000) - share * peak).abs() < 1e-15,
            "Noam at {step}"
        );
    }
    check(
        "Ma and Yarats 2019",
        &[(
            "β₂ = 0.999",
            warmup::untuned_steps(beta(0.999)),
            "2000.000000",
        )],
    );
}

#[test]
fn presets_are_the_published_recipes() {
    for (id, rule, printed) in [
        (PresetId::ImageNet512, ScalingRule::Linear, "0.2="),
        (PresetId::ImageNet8192, ScalingRule::Linear, "3.2="),
        (PresetId::ImageNet8192, ScalingRule::Sqrt, "0.5657"),
        (PresetId::Transformer8192, ScalingRule::Sqrt, "1.41421e-4"),
    ] {
        let preset = PRESETS.iter().find(|preset| preset.id == id).unwrap();
        check(
            "recipe",
            &[(
                format!("{id:?}"),
                rule.scale_lr(preset.base, preset.target_batch),
                printed,
            )],
        );
    }
    let large = PRESETS
        .iter()
        .find(|preset| preset.id == PresetId::ImageNet8192)
        .unwrap();
    let error_at = |rate: f64| {
        let at_target = large
            .outcomes
            .iter()
            .filter(|o| o.batch == large.target_batch);
        at_target
            .filter(|o| (o.lr.get() - rate).abs() < 1e-9)
            .map(|o| o.error_percent)
            .fold(100.0, f64::min)
    };
    // Every published result at 8192 sits on a rule: linear beats the square root beats no scaling.
    let rate = |rule: ScalingRule| rule.scale_lr(large.base, large.target_batch);
    let (linear, sqrt, none) = (
        rate(ScalingRule::Linear),
        rate(ScalingRule::Sqrt),
        rate(ScalingRule::Constant),
    );
    let found = [error_at(linear), error_at(sqrt), error_at(none)];
    assert_eq!(found, [23.74, 26.22, 41.67], "Goyal 2017");
}

#[test]
fn measured_batches_are_table_1() {
    let row = |task| {
        MEASURED_BATCHES
            .iter()
            .find(|row| row.task == task)
            .unwrap()
    };
    // The table's own span: B_simple/B_crit from 0.05 (autoencoder) to 8 (SVHN).
    let quotients: Vec<f64> = MEASURED_BATCHES
        .iter()
        .filter_map(|row| match (row.simple_average, row.critical_end) {
            (Measured::Value(simple), Measured::Value(critical)) => Some(simple / critical),
            _ => None,
        })
        .collect();
    assert_eq!(quotients.len(), 8);
    assert_eq!(
        quotients.iter().copied().fold(f64::INFINITY, f64::min),
        0.05
    );
    assert_eq!(quotients.iter().copied().fold(0.0, f64::max), 8.0);
    let imagenet = row(MeasuredTask::ImageNet);
    let band = PRESETS[0].critical_batch.unwrap();
    assert_eq!(imagenet.critical_early, Measured::Value(band.early.get()));
    assert_eq!(imagenet.critical_end, Measured::Value(band.end.get()));
    assert_eq!(row(MeasuredTask::BillionWord).unit, BatchUnit::Tokens);
    assert_eq!(row(MeasuredTask::Dota5v5).critical_early, Measured::Absent);
}
