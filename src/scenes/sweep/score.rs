//! The best result of every batch size, with the fitted hyperbola and the critical batch on it.

use super::{SweepView, defined_batch};
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Band, Ink, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape};
use crate::scenes::axis;
use crate::units::format_sig;

/// Steps, or the loss, of the best learning rate against the batch size.
pub fn score_scene(view: &SweepView) -> Scene {
    let s = &view.s.sweep;
    let (first, last) = view.batches();
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for point in &view.findings.ridge {
        low = low.min(point.score.low);
        high = high.max(point.score.high);
    }
    let metric = view.metric() as usize;
    let x = axis(
        Spacing::Log2,
        first / 1.2,
        last * 1.2,
        view.s.chart.batch_axis,
        TickFormat::Short,
    );
    let y = axis(
        Spacing::Log10,
        low / 1.4,
        high * 1.4,
        s.score_axes[metric],
        TickFormat::Plain,
    );
    let mut scene = Scene::new(x, y);
    if let Some(Ok(interval)) = view.findings.steps {
        let n = 64;
        let at = |i: usize| {
            let batch = first * libm::exp2(i as f64 / n as f64 * libm::log2(last / first));
            (batch, interval.fit.at(batch))
        };
        scene.series.push(Series {
            points: (0..=n).map(at).collect(),
            ink: Ink::Theory,
            pattern: Pattern::Solid,
            width: 2.0,
            opacity: if interval.is_inconclusive() { 0.4 } else { 1.0 },
            end_label: Some(s.fitted.to_owned()),
        });
        if !interval.is_inconclusive()
            && let Some(batch) = defined_batch(view.state, interval.fit.batch)
        {
            let scale = batch / interval.fit.batch;
            let edge = |b: f64| (b * scale, 0.0, f64::INFINITY);
            scene.bands.push(Band {
                points: vec![edge(interval.low), edge(interval.high)],
                ink: Ink::Theory,
                opacity: 0.14,
            });
            let name = s.critical_names[view.state.definition.min(3)];
            scene.rules.push(Rule {
                at: RuleAt::X(batch),
                ink: Ink::Theory,
                pattern: Pattern::Fine,
                width: 1.5,
                label: Some(format!("{name} {}", format_sig(batch, 2, view.s.grouping))),
            });
        }
    }
    for point in &view.findings.ridge {
        let batch = f64::from(point.batch);
        scene.series.push(Series {
            points: vec![(batch, point.score.low), (batch, point.score.high)],
            ink: Ink::Text,
            pattern: Pattern::Solid,
            width: 1.5,
            opacity: 1.0,
            end_label: None,
        });
        scene.markers.push(Marker {
            x: batch,
            y: point.score.mean,
            shape: if point.is_usable() {
                Shape::Dot
            } else {
                Shape::Ring
            },
            ink: Ink::Text,
            radius: 4.0,
            label: None,
        });
    }
    scene
}
