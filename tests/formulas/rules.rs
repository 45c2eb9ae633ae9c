//! The rules, where they meet theory, and what a batch costs.

use super::*;
use critical_batch::theory::crossings as cross;
use critical_batch::theory::rules::{BasePoint, ScalingRule, adascale_gain, optimal_lr, progress};
use critical_batch::theory::tradeoff::{
    Conversion, CriticalBatchDefinition as Definition, Tradeoff, adaptive_batch_gain,
    examples_ratio, steps_ratio,
};

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
