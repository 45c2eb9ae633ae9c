//! The smaller charts: test accuracy, gradient norm, noise scale, learning rate.

use super::smooth::average;
use super::{RaceView, lane_style, log_axis, x_of_examples};
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Ink, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape};
use crate::experiment::lane_result::{LaneCurve, Metric};
use crate::experiment::race::{Lane, LaneKind};
use crate::scenes::axis;
use crate::units::{Grouping, format_sig};

/// Noise scales below this, in examples, do not stretch the axis.
const LEAST_SCALE: f64 = 0.1;
/// Points of a planned learning rate.
const N_PLANNED: usize = 120;

fn points(view: &RaceView, curve: &LaneCurve, lane: Lane) -> Vec<(f64, f64)> {
    let at = |p| (view.x(p, lane.batch), p.median);
    curve.points.iter().map(at).collect()
}

fn dot((x, y): (f64, f64), ink: Ink) -> Marker {
    Marker {
        x,
        y,
        shape: Shape::Dot,
        ink,
        radius: 2.0,
        label: None,
    }
}

/// Accuracy on the test set.
pub fn accuracy_scene(view: &RaceView) -> Scene {
    let mut scene = Scene::new(
        view.x_axis(),
        axis(Spacing::Linear, 0.0, 1.0, "", TickFormat::Percent),
    );
    let mut lowest = 1.0_f64;
    for (i, lane) in view.lanes() {
        let curve = view.record.curve(i, Metric::TestAccuracy);
        scene.bands.extend(view.band(&curve, lane));
        let values: Vec<(f64, f64)> = curve
            .points
            .iter()
            .map(|p| (p.n_examples as f64, p.median))
            .collect();
        let xs = curve.points.iter().map(|p| view.x(p, lane.batch));
        let smoothed: Vec<(f64, f64)> = xs.zip(average(&values, view.state.budget)).collect();
        lowest = smoothed.iter().map(|p| p.1).fold(lowest, f64::min);
        scene
            .series
            .push(view.series(smoothed, lane.kind, 1.75, false));
    }
    scene
}

/// The squares of a curve averaged, then made into norms by `finish`.
fn along(
    view: &RaceView,
    curve: &LaneCurve,
    lane: Lane,
    finish: impl Fn(Vec<(f64, f64)>) -> Vec<(f64, f64)>,
) -> Vec<(f64, f64)> {
    let squares: Vec<(f64, f64)> = curve
        .points
        .iter()
        .map(|p| (p.n_examples as f64, p.median))
        .collect();
    let xs = curve.points.iter().map(|p| view.x(p, lane.batch));
    finish(xs.zip(average(&squares, view.state.budget)).collect())
}

/// Norm of the gradient: of the batches as they come, with the noise taken out, and exact where it was probed.
pub fn norm_scene(view: &RaceView) -> Scene {
    let root = |v: f64| (v > 0.0).then(|| v.sqrt());
    let mut series = Vec::new();
    let mut markers = Vec::new();
    for (i, lane) in view.lanes() {
        let positive = |list: Vec<(f64, f64)>| -> Vec<(f64, f64)> {
            list.into_iter()
                .filter_map(|(x, v)| Some((x, root(v)?)))
                .collect()
        };
        let raw = view.record.curve(i, Metric::BatchGradNormSq);
        series.push(Series {
            pattern: Pattern::Solid,
            opacity: 0.4,
            ..view.series(along(view, &raw, lane, positive), lane.kind, 1.0, false)
        });
        let corrected = view.record.curve(i, Metric::CorrectedGradNormSq);
        series.push(view.series(
            along(view, &corrected, lane, positive),
            lane.kind,
            1.75,
            false,
        ));
        if let Some(run) = view.record.seeds(i).first() {
            markers.extend(run.samples.iter().filter_map(|sample| {
                let norm = root(sample.noise?.grad_norm_sq)?;
                let x = super::x_at(view.state, sample.step, sample.n_examples, lane.batch);
                Some(dot((x, norm), lane_style(lane.kind).0))
            }));
        }
    }
    let values = series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| p.1))
        .chain(markers.iter().map(|m| m.y));
    let mut scene = Scene::new(view.x_axis(), log_axis(values));
    scene.series = series;
    scene.markers = markers;
    scene
}

/// B_simple, exact, with the two batch sizes of the race for comparison.
pub fn noise_scene(view: &RaceView) -> Scene {
    let config = &view.record.plan.config;
    let batches = [f64::from(config.base_batch), f64::from(config.batch)];
    let mut series = Vec::new();
    let mut markers = Vec::new();
    for (i, lane) in view.lanes() {
        let curve = view.record.curve(i, Metric::NoiseScale);
        let line = points(view, &curve, lane);
        markers.extend(line.iter().map(|p| dot(*p, lane_style(lane.kind).0)));
        series.push(view.series(line, lane.kind, 1.5, false));
    }
    let values = series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| p.1))
        // What a diverging lane has need not be seen to the end.
        .filter(|scale| *scale > LEAST_SCALE)
        .chain(batches);
    let mut scene = Scene::new(view.x_axis(), log_axis(values));
    scene.series = series;
    scene.markers = markers;
    for (batch, symbol) in batches.into_iter().zip(["B₀", "B"]) {
        scene.rules.push(Rule {
            at: RuleAt::Y(batch),
            ink: Ink::Muted,
            pattern: Pattern::Fine,
            width: 1.0,
            label: Some(format!(
                "{symbol} = {}",
                format_sig(batch, 6, Grouping::None)
            )),
        });
    }
    scene
}

/// Learning rate over the run: as planned before it starts, as it was afterwards.
pub fn lr_scene(view: &RaceView) -> Scene {
    let mut series = Vec::new();
    let mut markers = Vec::new();
    for (i, lane) in view.lanes() {
        let curve = view.record.curve(i, Metric::LearningRate);
        let line = if view.record.has_steps() {
            points(view, &curve, lane)
        } else {
            planned(view, i, lane)
        };
        if let Some(run) = view.record.seeds(i).first() {
            markers.extend(run.lr_changes.iter().map(|change| {
                let n_examples = change.step * u64::from(lane.batch);
                let x = super::x_at(view.state, change.step, n_examples, lane.batch);
                Marker {
                    shape: Shape::Tick,
                    radius: 6.0,
                    ..dot((x, change.lr), lane_style(lane.kind).0)
                }
            }));
        }
        series.push(view.series(line, lane.kind, 1.75, false));
    }
    let values = series.iter().flat_map(|s| s.points.iter().map(|p| p.1));
    // A decay to zero would stretch the axis without end.
    let highest = values.clone().fold(0.0, f64::max);
    let custom = view
        .lanes()
        .any(|(_, lane)| lane.kind == LaneKind::Custom)
        .then_some(view.state.custom_lr);
    let y = log_axis(values.filter(|v| *v > highest * 1e-4).chain(custom));
    let mut scene = Scene::new(view.x_axis(), y);
    scene.series = series;
    scene.markers = markers;
    scene
}

fn planned(view: &RaceView, lane_idx: usize, lane: Lane) -> Vec<(f64, f64)> {
    let plan = &view.record.plan;
    let Some(run) = plan.runs.get(plan.runs_of(lane_idx).start) else {
        return Vec::new();
    };
    let lr = match lane.kind {
        LaneKind::Custom => view.state.custom_lr,
        _ => lane.lr,
    };
    let batch = f64::from(lane.batch.max(1));
    let budget = run.config.budget_examples;
    (0..=N_PLANNED)
        .map(|k| {
            // From the first step's end to the budget, closer at the start.
            let t = k as f64 / N_PLANNED as f64;
            let n = batch * libm::pow((budget as f64 / batch).max(1.0), t);
            let lr = run.config.schedule.lr(lr, n as u64, budget);
            (x_of_examples(view.state, n, lane.batch), lr)
        })
        .collect()
}
