//! What the crosshair says at one place of the panel's charts: rows of colour token, name and value.

use super::plane::beside;
use crate::experiment::noise_lab::digits::{NoisePoint, Online};
use crate::experiment::noise_lab::exact::ExactNoise;
use crate::experiment::noise_lab::plane::Plane;
use crate::i18n::Strings;
use crate::params::noise::NoiseState;
use crate::units::{format_short, format_sig};

/// Colour token, name, value.
pub type Row = (&'static str, String, String);

/// Stands where there is no number.
const NONE: &str = "–";

fn row(token: &'static str, name: &str, value: Option<f64>, s: &Strings) -> Row {
    let text = value.map_or(NONE.to_owned(), |v| format_sig(v, 3, s.grouping));
    (token, name.to_owned(), text)
}

/// Best learning rate and slope at a batch size; nothing where there is no gradient.
pub fn best_reading(plane: &Plane, batch: f64, s: &Strings) -> Vec<Row> {
    let Some(slope) = plane.slope_of_best(batch) else {
        return Vec::new();
    };
    vec![
        row("theory", s.noise.best_name, Some(plane.best_lr(batch)), s),
        row("sign", s.noise.slope_name, Some(slope), s),
    ]
}

/// Expected change of the loss at a learning rate, for B and the batches beside it.
pub fn parabola_reading(state: &NoiseState, plane: &Plane, lr: f64, s: &Strings) -> Vec<Row> {
    let own = format!("B = {}", format_short(state.batch));
    let change = |batch| Some(plane.change(lr, batch));
    let mut rows = vec![row("theory", &own, change(state.batch), s)];
    rows.extend(
        beside(state, plane)
            .into_iter()
            .map(|(batch, name)| row("test", name, change(batch), s)),
    );
    rows
}

/// The last of what `pick` finds that is not beyond `step`.
fn last<T>(points: &[NoisePoint], step: f64, pick: impl Fn(&NoisePoint) -> Option<T>) -> Option<T> {
    // A cursor at a stop means that stop, whatever rounding did to it.
    let reach = step * (1.0 + 1e-9);
    let known = points.iter().rev().filter(|p| p.step as f64 <= reach);
    known.into_iter().find_map(pick)
}

fn last_online(points: &[NoisePoint], step: f64) -> Option<Online> {
    last(points, step, |p| p.online)
}

fn last_exact(points: &[NoisePoint], step: f64) -> Option<ExactNoise> {
    last(points, step, |p| p.exact)
}

/// B_simple after `step` steps: estimated with its interval, and exact; for Adam also that of sign descent.
pub fn scale_reading(points: &[NoisePoint], is_adam: bool, step: f64, s: &Strings) -> Vec<Row> {
    let n = &s.noise;
    let online = last_online(points, step);
    let exact = last_exact(points, step);
    let mut rows = Vec::new();
    if let Some(online) = online {
        let number = |v: f64| format_sig(v, 3, s.grouping);
        let text = online.scale.map_or(NONE.to_owned(), |e| {
            (s.sweep.value_between)(&number(e.value), &number(e.low), &number(e.high))
        });
        rows.push(("sqrt", n.estimated.to_owned(), text));
        rows.push(row("text", n.exact_average, online.exact_scale, s));
    }
    if let Some(exact) = exact {
        let name = format!("○ {}", n.single_step);
        rows.push(row("sign", &name, exact.noise_scale(), s));
        if is_adam {
            rows.push(row("sign", "◇ B_ℓ1", exact.sign_noise_scale(), s));
        }
    }
    rows
}

/// |G|² after `step` steps: as logged, corrected, exact.
pub fn norm_reading(points: &[NoisePoint], step: f64, s: &Strings) -> Vec<Row> {
    let n = &s.noise;
    let mut rows = Vec::new();
    if let Some(online) = last_online(points, step) {
        let corrected = Some(online.grad_norm_sq).filter(|v| *v > 0.0);
        rows.push(row("none", n.raw, Some(online.raw_norm_sq), s));
        rows.push(row("sqrt", n.corrected, corrected, s));
        rows.push(row("text", n.exact_average, Some(online.exact_norm_sq), s));
    }
    if let Some(exact) = last_exact(points, step) {
        let name = format!("○ {}", n.single_step);
        rows.push(row("sign", &name, Some(exact.grad_norm_sq), s));
    }
    rows
}

/// The steps that the arrow keys visit: those with a point.
pub fn visited_steps(points: &[NoisePoint]) -> Vec<f64> {
    points.iter().map(|p| p.step as f64).collect()
}

/// The learning rates that they visit on the parabola: forty even steps across the chart.
pub fn visited_rates(state: &NoiseState, plane: &Plane) -> Vec<f64> {
    const N: u32 = 40;
    let right = super::plane::largest_rate(state, plane);
    (0..=N)
        .map(|i| right * f64::from(i) / f64::from(N))
        .collect()
}
