//! Stability limits, warmups, and the published recipes.

use super::*;
use critical_batch::theory::measured::{BatchUnit, MEASURED_BATCHES, Measured, MeasuredTask};
use critical_batch::theory::presets::{PRESETS, PresetId};
use critical_batch::theory::rules::ScalingRule;
use critical_batch::theory::{stability, warmup};

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
            ("1", goyal(1), "0.10397435897"),
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
