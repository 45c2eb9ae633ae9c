//! The plane and what follows from it for one step.

use super::{label, line};
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Band, Ink, Marker, Pattern, Rule, RuleAt, Scene, Shape, Side};
use crate::experiment::noise_lab::plane::{Plane, Vec2};
use crate::experiment::noise_lab::state::Lab;
use crate::i18n::Strings;
use crate::params::noise::{MAX_X, MAX_Y, NoiseState};
use crate::scenes::axis;
use crate::units::format_short;

/// Points around an ellipse and along a curve.
const N_POINTS: usize = 96;
/// Between two contours, in √(2L).
const CONTOUR: f64 = 0.4;
const N_CONTOURS: usize = 9;
/// Batches of the parabolas beside B, as multiples.
const GHOSTS: [(f64, &str); 3] = [(0.5, "B/2"), (2.0, "2B"), (4.0, "4B")];

fn ellipse(centre: Vec2, half: Vec2) -> Vec<(f64, f64)> {
    let turn = |i: usize| i as f64 / N_POINTS as f64 * core::f64::consts::TAU;
    (0..=N_POINTS)
        .map(|i| {
            let angle = turn(i);
            (
                centre[0] + half[0] * libm::cos(angle),
                centre[1] + half[1] * libm::sin(angle),
            )
        })
        .collect()
}

fn marker(x: f64, y: f64, shape: Shape, ink: Ink) -> Marker {
    Marker {
        x,
        y,
        shape,
        ink,
        radius: 4.0,
        label: None,
    }
}

/// Contours of the loss, the batch gradients from w against their sign (where a step goes), the true one in bold, and
/// the ellipse of one standard deviation.
pub fn fan_scene(state: &NoiseState, lab: &Lab, s: &Strings) -> Scene {
    let plane = &lab.plane;
    let mut scene = Scene::new(
        axis(Spacing::Linear, -MAX_X, MAX_X, "w₁", TickFormat::Plain),
        axis(Spacing::Linear, -MAX_Y, MAX_Y, "w₂", TickFormat::Plain),
    );
    scene.is_isometric = true;
    for i in 1..=N_CONTOURS {
        let half = plane.curvature.map(|h| CONTOUR * i as f64 / libm::sqrt(h));
        let mut contour = line(ellipse([0.0; 2], half), Ink::Muted, Pattern::Solid, 1.0);
        contour.opacity = 0.4;
        scene.series.push(contour);
    }
    let [x, y] = plane.point;
    let mut fan = Vec::with_capacity(3 * lab.gradients.len());
    for g in &lab.gradients {
        // What is not finite parts the arrows.
        fan.extend([(x, y), (x - g[0], y - g[1]), (f64::NAN, 0.0)]);
    }
    let mut fan = line(fan, Ink::Sqrt, Pattern::Solid, 1.25);
    fan.opacity = 0.45;
    scene.series.push(fan);
    let g = plane.gradient();
    let tip = [x - g[0], y - g[1]];
    let spread = plane.ellipse(state.batch);
    if spread[1] > 0.0 {
        let ring = line(ellipse(tip, spread), Ink::Theory, Pattern::Dash, 1.75);
        scene.series.push(ring);
    }
    let length = libm::hypot(g[0], g[1]);
    if length > 0.0 {
        // The head is as long as a tenth of the plot's height, less for short arrows.
        let head = (0.25 * length).min(0.16);
        let (along, across) = ([g[0] / length, g[1] / length], 0.5 * head);
        let barb = |side: f64| {
            (
                tip[0] + head * along[0] - side * across * along[1],
                tip[1] + head * along[1] + side * across * along[0],
            )
        };
        let end = (tip[0], tip[1]);
        let arrow = vec![(x, y), end, (f64::NAN, 0.0), barb(1.0), end, barb(-1.0)];
        scene
            .series
            .push(line(arrow, Ink::Text, Pattern::Solid, 2.75));
        scene.labels.push((
            tip[0],
            tip[1],
            crate::chart::scene::Label {
                text: "−G".to_owned(),
                side: if g[1] > 0.0 { Side::Below } else { Side::Above },
                ink: Ink::Text,
                bold: true,
            },
        ));
    }
    scene.markers.push(Marker {
        label: label(s.noise.minimum, Side::Below),
        ..marker(0.0, 0.0, Shape::Cross, Ink::Muted)
    });
    scene.markers.push(marker(x, y, Shape::Ring, Ink::Text));
    scene
}

/// The batches whose parabolas are drawn beside that of B, with their names; none where there is no gradient.
pub(super) fn beside(state: &NoiseState, plane: &Plane) -> Vec<(f64, &'static str)> {
    let has_gradient = plane.local().is_some();
    let batches = GHOSTS.map(|(factor, name)| (factor * state.batch, name));
    let batches = batches.into_iter();
    batches
        .filter(|(batch, _)| has_gradient && *batch >= 1.0)
        .collect()
}

/// Right end of the parabola's axis: room for the best rates of all batches. Without a gradient there is nothing but the
/// rise with the reader's own rate.
pub(super) fn largest_rate(state: &NoiseState, plane: &Plane) -> f64 {
    let widest = plane.best_lr(4.0 * state.batch);
    if widest > 0.0 {
        2.2 * widest
    } else {
        1.5 * state.lr
    }
}

/// Expected change of the loss in one step against the learning rate, for B and its neighbours.
pub fn parabola_scene(state: &NoiseState, plane: &Plane, s: &Strings) -> Scene {
    let best = |batch: f64| {
        let lr = plane.best_lr(batch);
        (lr, plane.change(lr, batch))
    };
    let (widest, deepest) = best(4.0 * state.batch);
    let right = largest_rate(state, plane);
    let (low, high) = if widest > 0.0 {
        (1.12 * deepest, -0.6 * deepest)
    } else {
        (0.0, plane.change(right, state.batch).max(1e-9))
    };
    let mut scene = Scene::new(
        axis(
            Spacing::Linear,
            0.0,
            right,
            s.noise.lr_axis,
            TickFormat::Plain,
        ),
        axis(Spacing::Linear, low, high, "", TickFormat::Plain),
    );
    scene.rules.push(Rule {
        at: RuleAt::Y(0.0),
        ink: Ink::Muted,
        pattern: Pattern::Solid,
        width: 1.0,
        label: None,
    });
    let parabola = |batch: f64| {
        let at = |i: usize| right * i as f64 / N_POINTS as f64;
        (0..=N_POINTS)
            .map(|i| (at(i), plane.change(at(i), batch)))
            .collect()
    };
    for (batch, name) in beside(state, plane) {
        let mut ghost = line(parabola(batch), Ink::Muted, Pattern::Fine, 1.0);
        ghost.opacity = 0.8;
        scene.series.push(ghost);
        let (lr, change) = best(batch);
        scene.markers.push(Marker {
            label: label(name, Side::Below),
            ..marker(lr, change, Shape::Ring, Ink::Muted)
        });
    }
    let own = parabola(state.batch);
    scene
        .series
        .push(line(own, Ink::Theory, Pattern::Solid, 2.5));
    let (lr, change) = best(state.batch);
    if lr > 0.0 {
        scene.markers.push(Marker {
            radius: 5.0,
            ..marker(lr, change, Shape::Dot, Ink::Theory)
        });
    }
    let yours = plane.change(state.lr, state.batch);
    if scene.x.contains(state.lr) && scene.y.contains(yours) {
        scene.markers.push(Marker {
            radius: 6.0,
            ..marker(state.lr, yours, Shape::Diamond, Ink::Custom)
        });
    }
    scene
}

/// The best learning rate against the batch size: the curve, the batch sizes that were tried, and where it bends.
pub fn best_scene(state: &NoiseState, plane: &Plane, tried: &[f64], s: &Strings) -> Scene {
    let (first, last) = (1.0, 65_536.0);
    let (low, high) = (plane.best_lr(first), plane.best_lr(last));
    let mut scene = Scene::new(
        axis(
            Spacing::Log2,
            first,
            last,
            s.chart.batch_axis,
            TickFormat::Short,
        ),
        axis(Spacing::Log10, low / 2.0, high * 2.0, "", TickFormat::Plain),
    );
    let Some(local) = plane.local() else {
        return scene;
    };
    let points = (0..=N_POINTS)
        .map(|i| libm::exp2(16.0 * i as f64 / N_POINTS as f64))
        .map(|batch| (batch, plane.best_lr(batch)))
        .collect();
    scene
        .series
        .push(line(points, Ink::Theory, Pattern::DashDot, 2.0));
    // Left of B_noise twice the batch allows nearly twice the rate; right of it the curvature limits the step.
    let bend = local.noise_scale().clamp(first, last);
    let edge = |batch: f64| (batch, 0.0, f64::INFINITY);
    scene.bands.push(Band {
        points: vec![edge(bend), edge(last)],
        ink: Ink::Theory,
        opacity: 0.06,
    });
    // Named at the line between them, with arrows, because the left one may be narrower than its name.
    let [noisy, curved] = s.noise.regimes;
    let names = [
        (bend > first, format!("← {noisy}"), Side::BelowLeft),
        (bend < last, format!("{curved} →"), Side::BelowRight),
    ];
    for (is_there, text, side) in names {
        if is_there {
            let text = crate::chart::scene::Label {
                text,
                side,
                ink: Ink::Muted,
                bold: false,
            };
            let y = libm::exp2(0.4) * low;
            scene.labels.push((bend, y, text));
        }
    }
    for (at, text, pattern) in [
        (local.noise_scale(), "B_noise", Pattern::Fine),
        (
            local.simple_noise_scale(),
            s.noise.radius_mark,
            Pattern::Dots,
        ),
    ] {
        scene.rules.push(Rule {
            at: RuleAt::X(at),
            ink: Ink::Theory,
            pattern,
            width: 1.25,
            label: Some(text.to_owned()),
        });
    }
    let dots = tried
        .iter()
        .map(|batch| marker(*batch, plane.best_lr(*batch), Shape::Ring, Ink::Theory));
    scene.markers.extend(dots);
    scene.markers.push(Marker {
        radius: 5.0,
        label: label(&format!("B = {}", format_short(state.batch)), Side::Above),
        ..marker(
            state.batch,
            plane.best_lr(state.batch),
            Shape::Dot,
            Ink::Theory,
        )
    });
    scene
}
