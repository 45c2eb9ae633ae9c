//! Loss of every lane: the smoothed median over the raw one, its range over seeds, and what happened where.

use super::smooth::medians;
use super::{RaceView, TEST_BIT, lane_style, round_out, x_at, x_of_examples};
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{
    Band, Ink, Label, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape, Side,
};
use crate::experiment::lane_result::{LaneCurve, Metric};
use crate::experiment::race::{Lane, LaneKind};
use crate::experiment::race_record::Standing;
use crate::scenes::axis;
use crate::units::{format_count, format_sig};

/// Losses beyond this multiple of the initial one are cut off by the plot's edge.
const HIGHEST: f64 = 12.0;

/// What the vertical axis of the loss covers, in round steps so that it changes seldom.
pub fn loss_range(view: &RaceView) -> (f64, f64) {
    let target = view.state.target_loss;
    let runs = || view.lanes().flat_map(|(i, _)| view.record.seeds(i));
    let initial = runs()
        .filter_map(|run| Some(run.samples.first()?.train_loss))
        .fold(0.0, f64::max);
    if initial <= 0.0 {
        return (
            round_out(target * 0.3, false),
            round_out(target * 30.0, true),
        );
    }
    let limit = HIGHEST * initial;
    let (low, high) = runs()
        .flat_map(|run| &run.samples)
        .map(|sample| sample.train_loss.clamp(initial * 1e-9, limit))
        .fold((target.min(initial), initial), |(low, high), loss| {
            (low.min(loss), high.max(loss))
        });
    (
        round_out(low * 0.8, false),
        round_out(high.max(target) * 1.1, true),
    )
}

/// The chart; `range` is what the vertical axis covers.
pub fn loss_scene(view: &RaceView, range: (f64, f64)) -> Scene {
    let mut scene = Scene::new(
        view.x_axis(),
        axis(Spacing::Log10, range.0, range.1, "", TickFormat::Plain),
    );
    add_warmup(&mut scene, view);
    scene.rules.push(Rule {
        at: RuleAt::Y(view.state.target_loss),
        ink: Ink::Ok,
        pattern: Pattern::Fine,
        width: 1.0,
        label: Some((view.s.race.target_label)(&format_sig(
            view.state.target_loss,
            3,
            view.s.grouping,
        ))),
    });
    let (left, right) = (scene.x.min(), scene.x.max());
    let end = budget_x(view);
    if end > left && end < right {
        scene.rules.push(Rule {
            at: RuleAt::X(end),
            ink: Ink::Muted,
            pattern: Pattern::Fine,
            width: 1.0,
            label: None,
        });
    }
    // All faint lines first, so that no lane's noise covers another lane.
    let curves: Vec<(usize, Lane, LaneCurve)> = view
        .lanes()
        .map(|(i, lane)| (i, lane, view.record.curve(i, Metric::TrainLoss)))
        .collect();
    for (_, lane, curve) in &curves {
        scene.bands.extend(view.band(curve, *lane));
        scene.series.push(Series {
            opacity: 0.3,
            pattern: Pattern::Solid,
            ..view.series(raw(view, curve, *lane), lane.kind, 1.0, false)
        });
    }
    if view.hidden & TEST_BIT == 0 {
        for (i, lane, _) in &curves {
            let curve = view.record.curve(*i, Metric::TestLoss);
            let smoothed = medians(&curve, view.state.budget);
            scene.series.push(Series {
                pattern: Pattern::Fine,
                opacity: 0.75,
                ..view.series(along(view, &curve, *lane, &smoothed), lane.kind, 1.0, false)
            });
        }
    }
    for (i, lane, curve) in &curves {
        let smoothed = medians(curve, view.state.budget);
        let points = along(view, curve, *lane, &smoothed);
        let result = view.record.result(*i, view.state.target_loss);
        let standing = view.record.standing(*i, &result);
        let is_lost = matches!(standing, Standing::Diverged { .. });
        add_changes(&mut scene, view, *i, *lane, &points);
        if let Some(hit) = result.target {
            scene.markers.push(Marker {
                x: x_at(view.state, hit.step, hit.n_examples, lane.batch),
                y: view.state.target_loss,
                shape: Shape::Flag,
                ink: lane_style(lane.kind).0,
                radius: 7.0,
                label: None,
            });
        }
        if let Standing::Diverged { step, .. } = standing {
            add_cross(&mut scene, view, *lane, step, curve);
        }
        // The name of a lane that is on its way stands at the right edge and follows its height; where a lane has
        // ended, the name stands at its end.
        if is_going(view, *i) {
            if let Some(&(x, y)) = points.last() {
                let leader = vec![(x, y), (scene.x.max(), y)];
                scene.series.push(Series {
                    opacity: 0.0,
                    pattern: Pattern::Solid,
                    ..view.series(leader, lane.kind, 1.0, !is_lost)
                });
            }
            scene
                .series
                .push(view.series(points, lane.kind, 2.0, false));
        } else {
            scene
                .series
                .push(view.series(points, lane.kind, 2.0, !is_lost));
        }
    }
    scene
}

fn raw(view: &RaceView, curve: &LaneCurve, lane: Lane) -> Vec<(f64, f64)> {
    let at = |p| view.x(p, lane.batch);
    curve.points.iter().map(|p| (at(p), p.median)).collect()
}

fn along(view: &RaceView, curve: &LaneCurve, lane: Lane, values: &[f64]) -> Vec<(f64, f64)> {
    let xs = curve.points.iter().map(|p| view.x(p, lane.batch));
    xs.zip(values.iter().copied()).collect()
}

/// Whether any seed of the lane goes on.
fn is_going(view: &RaceView, lane_idx: usize) -> bool {
    let seeds = view.record.seeds(lane_idx);
    seeds.iter().any(|run| run.stop.is_none())
}

/// Where the budget ends, on the horizontal axis.
fn budget_x(view: &RaceView) -> f64 {
    let batch = super::furthest_batch(view.state, &view.record.plan.lanes);
    x_of_examples(view.state, view.state.budget, batch)
}

/// The strip in which the scaled lanes are warming up.
fn add_warmup(scene: &mut Scene, view: &RaceView) {
    if view.state.warmup == 0
        || view
            .record
            .plan
            .lanes
            .iter()
            .all(|l| l.kind == LaneKind::Base)
    {
        return;
    }
    let batch = view.record.plan.config.batch;
    let end = x_of_examples(view.state, view.state.warmup_examples, batch);
    let start = scene.x.min();
    if end <= start {
        return;
    }
    let edge = |x: f64| (x, f64::NEG_INFINITY, f64::INFINITY);
    scene.bands.push(Band {
        points: vec![edge(start), edge(end.min(scene.x.max()))],
        ink: Ink::Muted,
        opacity: 0.1,
    });
    let middle = scene
        .x
        .from_unit(0.5 * scene.x.to_unit(end.min(scene.x.max())));
    scene.labels.push((
        middle,
        scene.y.min(),
        Label {
            text: view.s.race.warmup_label.to_owned(),
            side: Side::Above,
            ink: Ink::Muted,
            bold: false,
        },
    ));
}

/// A cross where the lane was lost, at the last loss that was still a number.
fn add_cross(scene: &mut Scene, view: &RaceView, lane: Lane, step: u64, curve: &LaneCurve) {
    let x = x_at(view.state, step, step * u64::from(lane.batch), lane.batch);
    let before = curve.points.iter().rev().find(|p| p.step <= step);
    let y = before.map_or(scene.y.max(), |p| p.median);
    scene.markers.push(Marker {
        x: x.clamp(scene.x.min(), scene.x.max()),
        y: y.clamp(scene.y.min(), scene.y.max()),
        shape: Shape::Cross,
        ink: Ink::Danger,
        radius: 6.0,
        label: Some(Label {
            text: (view.s.race.diverged_at)(
                view.name(lane.kind),
                &format_count(step, view.s.grouping),
            ),
            side: Side::Right,
            ink: Ink::Text,
            bold: true,
        }),
    });
}

/// Ticks where the reader changed the learning rate; the last one says to what.
fn add_changes(scene: &mut Scene, view: &RaceView, i: usize, lane: Lane, points: &[(f64, f64)]) {
    let Some(run) = view.record.seeds(i).first() else {
        return;
    };
    let last = run.lr_changes.len().saturating_sub(1);
    for (n, change) in run.lr_changes.iter().enumerate() {
        let n_examples = change.step * u64::from(lane.batch);
        let x = x_at(view.state, change.step, n_examples, lane.batch).max(scene.x.min());
        let y = points
            .iter()
            .find(|p| p.0 >= x)
            .or(points.last())
            .map_or(scene.y.max(), |p| p.1);
        scene.markers.push(Marker {
            x,
            y,
            shape: Shape::Tick,
            ink: lane_style(lane.kind).0,
            radius: 8.0,
            label: (n == last).then(|| Label {
                text: (view.s.race.lr_changed)(
                    &format_sig(change.lr, 3, view.s.grouping),
                    &format_count(change.step, view.s.grouping),
                ),
                side: Side::Above,
                ink: Ink::Muted,
                bold: false,
            }),
        });
    }
}
