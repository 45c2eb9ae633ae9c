//! What a measurement on the digits has found so far.

use super::line;
use crate::chart::scale::{Axis, Spacing, TickFormat};
use crate::chart::scene::{Band, Ink, Marker, Pattern, Rule, RuleAt, Scene, Shape};
use crate::experiment::noise_lab::digits::{NoiseConfig, NoisePoint, Online};
use crate::experiment::noise_lab::exact::ExactNoise;
use crate::i18n::Strings;
use crate::scenes::axis;

type Points = Vec<(f64, f64)>;

fn online(points: &[NoisePoint], pick: impl Fn(&Online) -> Option<f64>) -> Points {
    let found = points.iter().filter_map(|p| Some((p.step, p.online?)));
    found
        // A gap where there is no number.
        .map(|(step, online)| (step as f64, pick(&online).unwrap_or(f64::NAN)))
        .collect()
}

fn exact(points: &[NoisePoint], pick: impl Fn(&ExactNoise) -> Option<f64>) -> Points {
    let found = points.iter().filter_map(|p| Some((p.step, p.exact?)));
    found
        .filter_map(|(step, exact)| Some((step as f64, pick(&exact)?)))
        .collect()
}

fn steps(config: &NoiseConfig, s: &Strings) -> Axis {
    let last = config.n_steps as f64;
    axis(
        Spacing::Linear,
        0.0,
        last,
        s.race.axes[1],
        TickFormat::Short,
    )
}

/// A logarithmic axis around everything positive.
fn around<'a>(all: impl Iterator<Item = &'a (f64, f64)>) -> Axis {
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for (_, y) in all.filter(|p| p.1 > 0.0) {
        low = low.min(*y);
        high = high.max(*y);
    }
    axis(Spacing::Log10, low / 1.4, high * 1.4, "", TickFormat::Plain)
}

fn add(scene: &mut Scene, points: Points, ink: Ink, pattern: Pattern, name: &str) {
    let mut series = line(points, ink, pattern, 2.0);
    series.end_label = Some(name.to_owned());
    scene.series.push(series);
}

fn add_dots(scene: &mut Scene, points: Points, shape: Shape, ink: Ink) {
    scene
        .markers
        .extend(points.into_iter().map(|(x, y)| Marker {
            x,
            y,
            shape,
            ink,
            radius: 3.0,
            label: None,
        }));
}

/// |G|²: as logged, corrected, and exact.
pub fn norm_scene(config: &NoiseConfig, points: &[NoisePoint], s: &Strings) -> Scene {
    let raw = online(points, |o| Some(o.raw_norm_sq));
    let corrected = online(points, |o| (o.grad_norm_sq > 0.0).then_some(o.grad_norm_sq));
    let average = online(points, |o| Some(o.exact_norm_sq));
    let single = exact(points, |e| Some(e.grad_norm_sq));
    let all = [&raw, &corrected, &average, &single];
    let mut scene = Scene::new(steps(config, s), around(all.into_iter().flatten()));
    add(&mut scene, raw, Ink::NoScaling, Pattern::Dots, s.noise.raw);
    add(
        &mut scene,
        corrected,
        Ink::Sqrt,
        Pattern::Dash,
        s.noise.corrected,
    );
    add(
        &mut scene,
        average,
        Ink::Text,
        Pattern::Solid,
        s.noise.exact_average,
    );
    add_dots(&mut scene, single, Shape::Ring, Ink::Muted);
    scene
}

/// B_simple: estimated with its band, exact, and for Adam the noise scale of sign descent.
pub fn scale_scene(
    config: &NoiseConfig,
    is_adam: bool,
    points: &[NoisePoint],
    s: &Strings,
) -> Scene {
    let estimate = online(points, |o| o.scale.map(|e| e.value));
    let average = online(points, |o| o.exact_scale);
    let single = exact(points, ExactNoise::noise_scale);
    let sign = exact(points, |e| e.sign_noise_scale().filter(|_| is_adam));
    let batch = f64::from(config.batch_size());
    let own = [(0.0, batch)];
    let all = [&estimate, &average, &single, &sign];
    let all = all.into_iter().flatten().chain(&own);
    let mut scene = Scene::new(steps(config, s), around(all));
    let edges = points.iter().filter_map(|p| Some((p.step, p.online?)));
    scene.bands.push(Band {
        points: edges
            .map(|(step, online)| {
                let (low, high) = online
                    .scale
                    .map_or((f64::NAN, f64::NAN), |e| (e.low, e.high));
                (step as f64, low, high)
            })
            .collect(),
        ink: Ink::Sqrt,
        opacity: 0.18,
    });
    scene.rules.push(Rule {
        at: RuleAt::Y(batch),
        ink: Ink::Muted,
        pattern: Pattern::Fine,
        width: 1.0,
        label: Some("B".to_owned()),
    });
    add(
        &mut scene,
        estimate,
        Ink::Sqrt,
        Pattern::Dash,
        s.noise.estimated,
    );
    add(
        &mut scene,
        average,
        Ink::Text,
        Pattern::Solid,
        s.noise.exact_average,
    );
    add_dots(&mut scene, single, Shape::Ring, Ink::Muted);
    add_dots(&mut scene, sign, Shape::Diamond, Ink::Theory);
    scene
}
