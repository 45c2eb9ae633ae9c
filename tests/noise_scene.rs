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
    best_reading, best_scene, fan_scene, norm_reading, norm_scene, parabola_reading,
    parabola_scene, scale_reading, scale_scene, visited_rates, visited_steps,
};
use critical_batch::units::{Grouping, format_sig};

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
fn a_unit_of_the_plane_is_as_long_along_both_axes_in_every_picture() {
    let state = NoiseState::default();
    let scene = fan_scene(&state, &Lab::of(&state), strings(Lang::En));
    // As saved, on a desktop, on a phone, and in shapes that nobody wants.
    for size in [
        (900.0, 460.0),
        (450.0, 343.0),
        (328.0, 262.0),
        (200.0, 800.0),
        (800.0, 150.0),
    ] {
        let layout = scene.layout(size.0, size.1);
        let along_x = layout.x_px(&scene.x, 1.0) - layout.x_px(&scene.x, 0.0);
        let along_y = layout.y_px(&scene.y, 0.0) - layout.y_px(&scene.y, 1.0);
        assert!(
            (along_x / along_y - 1.0).abs() < 1e-12,
            "{size:?}: {along_x}, {along_y}"
        );
        assert!(layout.picture().holds(&layout.plot, 0.0));
        // And it is as large as the picture allows: one pair of margins is as small as elsewhere.
        let (across, down) = (size.0 - layout.plot.width(), size.1 - layout.plot.height());
        assert!(across < 60.0 || down < 80.0, "{size:?}: {across}, {down}");
    }
    // Other charts fill their pictures.
    let best = best_scene(&state, &Lab::of(&state).plane, &[], strings(Lang::En));
    assert!(best.layout(900.0, 460.0).plot.width() > 800.0);
}

#[test]
fn the_regimes_part_at_the_noise_scale() {
    for lang in [Lang::En, Lang::Zh] {
        let s = strings(lang);
        let state = NoiseState::default();
        let plane = Lab::of(&state).plane;
        let local = plane.local().unwrap();
        let scene = best_scene(&state, &plane, &[], s);
        let bend = local.noise_scale();
        assert_eq!(scene.bands[0].points.map_x(), [bend, 65_536.0]);
        let named: Vec<(bool, &str)> = scene
            .labels
            .iter()
            .map(|(x, _, label)| (x.to_bits() == bend.to_bits(), label.text.as_str()))
            .collect();
        let [noisy, curved] = s.noise.regimes;
        let [noisy, curved] = [format!("← {noisy}"), format!("{curved} →")];
        assert_eq!(named, [(true, noisy.as_str()), (true, curved.as_str())]);
        let mark = scene
            .rules
            .iter()
            .find(|r| r.label.as_deref() == Some(s.noise.radius_mark));
        assert_eq!(mark.unwrap().at, RuleAt::X(local.simple_noise_scale()));
        // There the fan is as wide as the gradient is long.
        let radius = plane.fan_radius(local.simple_noise_scale());
        assert!((radius * radius / plane.moments().grad_norm_sq - 1.0).abs() < 1e-12);
    }
    // Without noise, or with so much that the chart does not reach its scale, one of them is left.
    for (noise, regime) in [(0.0, 1), (1000.0, 0)] {
        let state = NoiseState {
            noise,
            ..NoiseState::default()
        };
        let s = strings(Lang::En);
        let scene = best_scene(&state, &Lab::of(&state).plane, &[], s);
        assert_eq!(scene.labels.len(), 1, "{noise}");
        assert!(scene.labels[0].2.text.contains(s.noise.regimes[regime]));
    }
}

trait Xs {
    fn map_x(&self) -> Vec<f64>;
}

impl Xs for Vec<(f64, f64, f64)> {
    fn map_x(&self) -> Vec<f64> {
        self.iter().map(|p| p.0).collect()
    }
}

#[test]
fn the_crosshair_says_the_value_under_it() {
    let s = strings(Lang::En);
    let shown = |v: f64| format_sig(v, 3, Grouping::Thin);
    let state = NoiseState::default();
    let lab = Lab::of(&state);
    for batch in [1.0, 16.0, 1000.0] {
        let rows = best_reading(&lab.plane, batch, s);
        let slope = lab.plane.slope_of_best(batch).unwrap();
        // Against a difference of the curve itself.
        let rise = (lab.plane.best_lr(1.001 * batch) / lab.plane.best_lr(batch / 1.001)).ln();
        let by_difference = if batch > 1.0 {
            rise / (2.0 * 1.001_f64.ln())
        } else {
            slope
        };
        assert!((slope - by_difference).abs() < 1e-5);
        let values: Vec<&str> = rows.iter().map(|r| r.2.as_str()).collect();
        assert_eq!(values, [shown(lab.plane.best_lr(batch)), shown(slope)]);
    }
    let rates = visited_rates(&state, &lab.plane);
    assert!(rates.len() == 41 && rates[0] == 0.0 && rates.is_sorted());
    for lr in [0.0, rates[7], rates[40]] {
        let rows = parabola_reading(&state, &lab.plane, lr, s);
        let batches = [16.0, 8.0, 32.0, 64.0];
        assert_eq!(rows.len(), 4);
        for (row, batch) in rows.iter().zip(batches) {
            assert_eq!(row.2, shown(lab.plane.change(lr, batch)), "{row:?}");
        }
    }
    // At the minimum there is nothing to read, and of one example no half.
    let still = NoiseState {
        x: 0.0,
        y: 0.0,
        batch: 1.0,
        ..state
    };
    let plane = Lab::of(&still).plane;
    assert!(best_reading(&plane, 16.0, s).is_empty());
    assert_eq!(parabola_reading(&still, &plane, 1.0, s).len(), 1);
    let rates = visited_rates(&still, &plane);
    assert!(rates[40] > 0.0 && rates.iter().all(|r| r.is_finite()));
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
    // What the crosshair says: the last value not beyond it, and a dash where the noise hides the signal.
    assert_eq!(visited_steps(&points).len(), points.len());
    assert!(scale_reading(&points, true, -1.0, s).is_empty());
    let early = scale_reading(&points, true, 50.0, s);
    assert_eq!(early.len(), 2, "exact alone before the warm-up: {early:?}");
    for (i, point) in points.iter().enumerate() {
        let Some(online) = point.online else { continue };
        let at = point.step as f64 + 0.5;
        let (scale, norm) = (
            scale_reading(&points, true, at, s),
            norm_reading(&points, at, s),
        );
        assert_eq!((scale.len(), norm.len()), (4, 4));
        let shown = |v: f64| format_sig(v, 3, Grouping::Thin);
        assert_eq!(norm[0].2, shown(online.raw_norm_sq));
        assert_eq!(norm[2].2, shown(online.exact_norm_sq));
        match online.scale {
            Some(e) => assert!(scale[0].2.contains(&shown(e.low)), "{scale:?}"),
            None => assert_eq!(
                (i, scale[0].2.as_str(), norm[1].2.as_str()),
                (hidden, "–", "–")
            ),
        }
        if let Some(exact) = point.exact {
            assert_eq!(norm[3].2, shown(exact.grad_norm_sq));
            assert_eq!(scale[2].2, shown(exact.noise_scale().unwrap()));
        }
    }
    assert_eq!(
        scale_reading(&points, false, 200.0, s).len(),
        3,
        "SGD has no B_ℓ1"
    );
    // Rings for B_simple and diamonds for B_ℓ1, which SGD does not show.
    assert_eq!(scale.markers.len(), 2 * n_exact);
    assert_eq!(
        scale_scene(&config, false, &points, s).markers.len(),
        n_exact
    );
}
