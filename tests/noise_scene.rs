//! Charts of the Noise panel: they show what the core computes, and nothing that is no number.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::chart::palette::Palette;
use critical_batch::chart::scene::{RuleAt, Scene, Shape};
use critical_batch::chart::svg::to_svg;
use critical_batch::experiment::noise_lab::digits::NoiseRun;
use critical_batch::experiment::noise_lab::state::{Lab, noise_config};
use critical_batch::export::noise_csv;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::noise::NoiseState;
use critical_batch::scenes::noise::{
    best_scene, fan_scene, norm_scene, parabola_scene, scale_scene,
};

fn states() -> Vec<NoiseState> {
    let base = NoiseState::default;
    vec![
        base(),
        NoiseState {
            x: 0.0,
            y: 0.0,
            ..base()
        },
        NoiseState {
            noise: 0.0,
            ..base()
        },
        NoiseState {
            batch: 1.0,
            ratio: 1.0,
            n_samples: 256.0,
            ..base()
        },
        NoiseState {
            batch: 65_536.0,
            ratio: 100.0,
            follow: 100.0,
            noise: 10.0,
            lr: 100.0,
            ..base()
        },
        NoiseState {
            x: 0.01,
            y: 0.0,
            ratio: 100.0,
            lr: 0.001,
            ..base()
        },
    ]
}

fn check_svg(scene: &Scene) {
    for (width, height) in [(450.0, 343.0), (330.0, 260.0)] {
        let svg = to_svg(scene, width, height, &Palette::tokens(), None);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn every_state_has_pictures_without_impossible_numbers() {
    for lang in [Lang::En, Lang::Zh] {
        let s = strings(lang);
        for state in states() {
            let lab = Lab::of(&state);
            check_svg(&fan_scene(&state, &lab, s));
            check_svg(&parabola_scene(&state, &lab.plane, s));
            check_svg(&best_scene(&state, &lab.plane, &[1.0, 4.0, 1024.0], s));
        }
    }
}

#[test]
fn the_fan_shows_every_gradient_from_the_point_downhill() {
    let state = NoiseState::default();
    let lab = Lab::of(&state);
    let scene = fan_scene(&state, &lab, strings(Lang::En));
    let fan = scene
        .series
        .iter()
        .find(|s| s.points.len() == 3 * 64)
        .unwrap();
    let [x, y] = lab.plane.point;
    for (arrow, g) in fan.points.chunks(3).zip(&lab.gradients) {
        assert_eq!(arrow[0], (x, y));
        assert_eq!(arrow[1], (x - g[0], y - g[1]));
        assert!(arrow[2].0.is_nan());
    }
}

#[test]
fn the_parabolas_minima_are_the_best_rates() {
    let state = NoiseState::default();
    let lab = Lab::of(&state);
    let scene = parabola_scene(&state, &lab.plane, strings(Lang::En));
    let ghosts: Vec<f64> = scene
        .markers
        .iter()
        .filter(|m| m.shape == Shape::Ring)
        .map(|m| m.x)
        .collect();
    assert_eq!(ghosts, [8.0, 32.0, 64.0].map(|b| lab.plane.best_lr(b)));
    let dot = scene
        .markers
        .iter()
        .find(|m| m.shape == Shape::Dot)
        .unwrap();
    assert_eq!(dot.x, lab.plane.best_lr(16.0));
    // No curve goes below its marker.
    let lowest = |i: usize| {
        let points = &scene.series[i].points;
        points.iter().fold(f64::INFINITY, |low, p| low.min(p.1))
    };
    let own = scene.series.len() - 1;
    assert!(lowest(own) >= dot.y - 1e-12 && lowest(own) < 0.98 * dot.y);
    // The rule of the lower chart stands where the slope is one half.
    let best = best_scene(&state, &lab.plane, &[], strings(Lang::En));
    let RuleAt::X(bend) = best.rules[0].at else {
        panic!("the first rule is vertical")
    };
    let half = (lab.plane.best_lr(1.01 * bend) / lab.plane.best_lr(bend / 1.01)).ln()
        / (2.0 * 1.01_f64.ln());
    assert!((half - 0.5).abs() < 1e-4, "slope {half}");
}

#[test]
fn the_measurements_charts_show_the_points_and_leave_gaps() {
    let state = NoiseState {
        n_steps: 200.0,
        is_adam: true,
        digits_lr: 0.007,
        ..NoiseState::default()
    };
    let config = noise_config(&state);
    let s = strings(Lang::En);
    check_svg(&norm_scene(&config, &[], s));
    check_svg(&scale_scene(&config, true, &[], s));
    let mut run = NoiseRun::new(config).unwrap();
    assert!(run.advance(u32::MAX));
    let mut points = run.points().to_vec();
    let n_exact = points.iter().filter(|p| p.exact.is_some()).count();
    let n_online = points.iter().filter(|p| p.online.is_some()).count();
    assert!(n_exact > 5 && n_online > 8);
    let csv = noise_csv::noise(&points, "https://h/#/noise?v=1\n");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "# https://h/#/noise?v=1");
    assert_eq!(lines.len(), 3 + points.len());
    for (line, point) in lines[3..].iter().zip(&points) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), lines[2].split(',').count());
        assert_eq!(cells[0], point.step.to_string());
        let scale = point.online.and_then(|o| o.scale).map(|e| e.value);
        assert_eq!(cells[3].parse().ok(), scale);
        assert_eq!(cells[8].parse().ok(), point.exact.map(|e| e.loss));
    }
    // As if the noise hid the signal for a while.
    let hidden = points.len() - 2;
    if let Some(online) = &mut points[hidden].online {
        online.scale = None;
        online.grad_norm_sq = -1.0;
    }
    let scale = scale_scene(&config, true, &points, s);
    let norm = norm_scene(&config, &points, s);
    for scene in [&scale, &norm] {
        check_svg(scene);
        for series in &scene.series {
            assert_eq!(series.points.len(), n_online);
        }
    }
    let n_gaps = |scene: &Scene| {
        let all = scene.series.iter().flat_map(|s| &s.points);
        all.filter(|p| p.1.is_nan()).count()
    };
    assert_eq!((n_gaps(&scale), n_gaps(&norm)), (1, 1));
    // Rings for B_simple and diamonds for B_ℓ1, which SGD does not show.
    assert_eq!(scale.markers.len(), 2 * n_exact);
    assert_eq!(
        scale_scene(&config, false, &points, s).markers.len(),
        n_exact
    );
}
