//! What the Curves panel says, as claims.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::experiment::curves::{Curve, Curves, Verdict};
use critical_batch::export::csv;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::curves::{AxisSpacing, CurvesState, Family, YAxis};
use critical_batch::scenes::curves::{Domain, cost_scene, main_scene};
use critical_batch::units::BatchSize;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs()
}

fn at(state: &CurvesState, curve: Curve) -> f64 {
    let curves = Curves::new(state);
    curves.lr(curve, curves.target)
}

#[test]
fn the_first_screen_shows_the_disagreement() {
    let state = CurvesState::default();
    assert!(close(at(&state, Curve::NoScaling), 0.1));
    assert!(close(at(&state, Curve::Sqrt), 0.565_685_424_949_238));
    assert!(close(at(&state, Curve::Linear), 3.2));
    assert!(close(at(&state, Curve::Theory), 1.133_333_333_333_333_3));
    let verdicts: Vec<Verdict> = Curves::new(&state)
        .rows(BatchSize::clamped(8192.0))
        .iter()
        .map(|r| r.verdict)
        .collect();
    assert_eq!(
        verdicts,
        [
            Verdict::TooSmall,
            Verdict::TooSmall,
            Verdict::Overshoots,
            Verdict::Reference
        ]
    );
}

#[test]
fn all_rules_agree_at_the_base() {
    for family in [Family::Sgd, Family::Adam] {
        let state = CurvesState {
            batch: 256.0,
            family,
            ..CurvesState::default()
        };
        for row in Curves::new(&state).rows(BatchSize::clamped(256.0)) {
            assert!(close(row.lr, 0.1), "{row:?}");
            assert!(matches!(row.verdict, Verdict::Agrees | Verdict::Reference));
        }
    }
}

#[test]
fn linear_is_nearly_twice_the_optimum_at_the_critical_batch() {
    let state = CurvesState {
        batch: 4096.0,
        ..CurvesState::default()
    };
    let ratio = Curves::new(&state).ratio(Curve::Linear, BatchSize::clamped(4096.0));
    assert!((ratio - 1.8823529).abs() < 1e-6, "{ratio}");
}

#[test]
fn crossings_stand_where_the_formulas_put_them() {
    let curves = Curves::new(&CurvesState::default());
    assert!(close(curves.meets_again().unwrap(), 65_536.0));
    assert!(close(curves.linear_leaves().unwrap(), 691.2));
    assert_eq!(curves.cost(BatchSize::clamped(4096.0)), (2.0, 2.0));
    // At the base itself there is no second meeting to show.
    let state = CurvesState {
        critical_batch: 256.0,
        ..CurvesState::default()
    };
    assert_eq!(Curves::new(&state).meets_again(), None);
}

#[test]
fn an_unknown_critical_batch_gives_ranges_around_the_known_ratio() {
    let state = CurvesState {
        critical_known: false,
        ..CurvesState::default()
    };
    let known = Curves::new(&CurvesState::default());
    let curves = Curves::new(&state);
    for row in curves.rows(curves.target) {
        if row.curve == Curve::Theory {
            assert_eq!(row.ratio_range, None);
            continue;
        }
        let (low, high) = row.ratio_range.unwrap();
        let ratio = known.ratio(row.curve, known.target);
        assert!(low < ratio && ratio < high, "{row:?}");
    }
}

#[test]
fn adam_compares_with_the_square_root_and_says_when_its_rule_ends() {
    let state = CurvesState {
        family: Family::Adam,
        base_lr: 1e-4,
        batch: 1024.0,
        ..CurvesState::default()
    };
    let curves = Curves::new(&state);
    assert_eq!(curves.reference(), Curve::Sqrt);
    let scaled = curves.adam().unwrap();
    assert!(
        close(scaled.lr, 2e-4)
            && close(scaled.beta1.get(), 0.6)
            && close(scaled.beta2.get(), 0.996)
            && close(scaled.eps, 5e-9)
    );
    let state = CurvesState {
        batch: 2560.0,
        ..state
    };
    let why = Curves::new(&state).adam().unwrap_err();
    assert!(why.beta1.is_some() && close(why.limits.max, 10.0));
}

/// Extreme corners of every number, in every mode.
fn corners() -> Vec<CurvesState> {
    let mut all = Vec::new();
    for family in [Family::Sgd, Family::Adam] {
        for y_axis in [YAxis::Lr, YAxis::OverBase, YAxis::OverReference] {
            for spacing in [AxisSpacing::Log, AxisSpacing::Linear] {
                for critical_known in [true, false] {
                    for (base_batch, batch, critical_batch) in [
                        (1.0, 1.0, 1.0),
                        (65_536.0, 1.0, 1_048_576.0),
                        (1.0, 1_048_576.0, 1.0),
                        (256.0, 8192.0, 4096.0),
                    ] {
                        for base_lr in [1e-6, 0.1, 10.0] {
                            all.push(CurvesState {
                                family,
                                y_axis,
                                spacing,
                                critical_known,
                                base_batch,
                                batch,
                                critical_batch,
                                base_lr,
                                hidden: 0,
                                ..CurvesState::default()
                            });
                        }
                    }
                }
            }
        }
    }
    all
}

#[test]
fn scenes_hold_only_finite_numbers_in_every_corner() {
    for state in corners() {
        for lang in [Lang::En, Lang::Zh] {
            for is_narrow in [true, false] {
                let s = strings(lang);
                let domain = Domain::of(&state);
                assert!(
                    domain.x.0 < domain.x.1 && domain.y.0 < domain.y.1,
                    "{state:?}"
                );
                for scene in [
                    main_scene(&state, &domain, s, is_narrow),
                    cost_scene(&state, s, is_narrow),
                ] {
                    for series in &scene.series {
                        assert!(
                            series
                                .points
                                .iter()
                                .all(|(x, y)| x.is_finite() && y.is_finite()),
                            "{state:?}"
                        );
                    }
                    for marker in &scene.markers {
                        assert!(marker.x.is_finite() && marker.y.is_finite(), "{state:?}");
                    }
                    for (_, _, label) in &scene.labels {
                        assert!(!label.text.contains("NaN") && !label.text.contains("inf"));
                    }
                }
            }
        }
    }
}

#[test]
fn base_target_and_critical_batch_are_always_in_the_picture() {
    for state in corners() {
        let domain = Domain::of(&state);
        for b in [state.base_batch, state.batch, state.critical_batch] {
            assert!(b >= domain.x.0 && b <= domain.x.1, "{b} in {domain:?}");
        }
        if state.y_axis == YAxis::Lr {
            assert!(
                state.base_lr > domain.y.0 && state.base_lr < domain.y.1,
                "{} in {domain:?}",
                state.base_lr
            );
        }
    }
}

#[test]
fn csv_repeats_the_numbers_exactly() {
    let state = CurvesState::default();
    let text = csv::curves(&state, &[256.0, 8192.0], "https://example.org/#/curves\nx");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("# https://example.org/"));
    assert_eq!(
        lines[1],
        "batch_size [examples],lr_none,lr_sqrt,lr_linear,lr_theory,steps_over_min,examples_over_min"
    );
    let numbers: Vec<f64> = lines[3].split(',').map(|v| v.parse().unwrap()).collect();
    assert_eq!(numbers[0], 8192.0);
    assert_eq!(numbers[3].to_bits(), at(&state, Curve::Linear).to_bits());
    assert_eq!(numbers[4].to_bits(), at(&state, Curve::Theory).to_bits());
}
