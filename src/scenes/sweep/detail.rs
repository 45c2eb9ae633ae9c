//! The loss curves of one cell, one per seed.

use super::SweepView;
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Ink, Pattern, Rule, RuleAt, Scene, Series};
use crate::experiment::sweep::config::Metric;
use crate::scenes::axis;
use crate::units::format_sig;

/// Training loss against steps, as recorded.
pub fn detail_scene(view: &SweepView, batch_idx: u32, rung: i32) -> Scene {
    let columns = view.record.columns_of(batch_idx);
    let curves: Vec<Vec<(f64, f64)>> = columns
        .iter()
        .filter_map(|column| column.cell(rung))
        .map(|cell| {
            cell.run
                .curve
                .iter()
                .map(|&(step, loss)| (step as f64, loss))
                .collect()
        })
        .collect();
    let points = || curves.iter().flatten().filter(|p| p.1 > 0.0);
    let last = points().fold(1.0_f64, |last, p| last.max(p.0));
    let (low, high) = points().fold((f64::INFINITY, 0.0_f64), |(low, high), p| {
        (low.min(p.1), high.max(p.1))
    });
    let target = match view.record.config().metric {
        Metric::StepsToTarget { target } => Some(target),
        Metric::LossAtExamples | Metric::LossAtSteps => None,
    };
    let low = low.min(target.unwrap_or(low));
    let x = axis(
        Spacing::Linear,
        0.0,
        last,
        view.s.sweep.score_axes[0],
        TickFormat::Short,
    );
    let y = axis(
        Spacing::Log10,
        low / 1.2,
        high * 1.2,
        view.s.sweep.score_axes[1],
        TickFormat::Plain,
    );
    let mut scene = Scene::new(x, y);
    if let Some(target) = target {
        scene.rules.push(Rule {
            at: RuleAt::Y(target),
            ink: Ink::Muted,
            pattern: Pattern::Fine,
            width: 1.0,
            label: Some((view.s.race.target_label)(&format_sig(
                target,
                3,
                view.s.grouping,
            ))),
        });
    }
    let patterns = [
        Pattern::Solid,
        Pattern::Dash,
        Pattern::Dots,
        Pattern::DashDot,
        Pattern::Fine,
    ];
    for (points, pattern) in curves.into_iter().zip(patterns.into_iter().cycle()) {
        scene.series.push(Series {
            points,
            ink: Ink::Custom,
            pattern,
            width: 1.5,
            opacity: 1.0,
            end_label: None,
        });
    }
    scene
}
