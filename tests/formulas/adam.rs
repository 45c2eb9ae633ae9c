//! Adam: hyper-parameters, the surge curve, the mean-field thresholds.

use super::*;
use critical_batch::theory::adam::{
    AdamBase, beta_same_half_life, half_life, kappa_rule, scale_beta,
};
use critical_batch::theory::mean_field;
use critical_batch::theory::surge::{SurgeModel, sign_mean, sign_mean_approx, surge_shape};

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
            &[("largest κ", error.limits.max, "10.000000")],
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
    let malladi = scale_beta(beta(0.999), ratio(8.0)).unwrap().get();
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
