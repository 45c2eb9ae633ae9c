//! The best of every batch size with its spread over seeds, the curve fitted to it, and where that bends.

use super::axis;
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{Band, Ink, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape};
use crate::experiment::sweep::fit::CurveFit;
use crate::experiment::sweep::ridge::{RidgePoint, Spread};

/// What is drawn.
pub(super) struct Best<'a> {
    pub ridge: &'a [RidgePoint],
    /// The quantity: the score or the learning rate.
    pub of: fn(&RidgePoint) -> Spread,
    /// (smallest, largest) batch size.
    pub batches: (f64, f64),
    pub x_title: &'a str,
    pub y_title: &'a str,
    /// The curve, its name, and whether it says too little.
    pub fit: Option<(CurveFit, &'a str, bool)>,
    /// A batch size with its interval and name.
    pub bend: Option<(f64, f64, f64, String)>,
}

pub(super) fn best_scene(best: Best) -> Scene {
    let (first, last) = best.batches;
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for point in best.ridge {
        let spread = (best.of)(point);
        low = low.min(spread.low);
        high = high.max(spread.high);
    }
    let x = axis(
        Spacing::Log2,
        first / 1.2,
        last * 1.2,
        best.x_title,
        TickFormat::Short,
    );
    let y = axis(
        Spacing::Log10,
        low / 1.4,
        high * 1.4,
        best.y_title,
        TickFormat::Plain,
    );
    let mut scene = Scene::new(x, y);
    if let Some((fit, name, is_vague)) = best.fit {
        let n = 64;
        let at = |i: usize| {
            let batch = first * libm::exp2(i as f64 / n as f64 * libm::log2(last / first));
            (batch, fit.at(batch))
        };
        scene.series.push(Series {
            points: (0..=n).map(at).collect(),
            ink: Ink::Theory,
            pattern: Pattern::Solid,
            width: 2.0,
            opacity: if is_vague { 0.4 } else { 1.0 },
            end_label: Some(name.to_owned()),
        });
    }
    if let Some((from, at, to, label)) = best.bend {
        let edge = |b: f64| (b, 0.0, f64::INFINITY);
        scene.bands.push(Band {
            points: vec![edge(from), edge(to)],
            ink: Ink::Theory,
            opacity: 0.14,
        });
        scene.rules.push(Rule {
            at: RuleAt::X(at),
            ink: Ink::Theory,
            pattern: Pattern::Fine,
            width: 1.5,
            label: Some(label),
        });
    }
    for point in best.ridge {
        let batch = f64::from(point.batch);
        let spread = (best.of)(point);
        scene.series.push(Series {
            points: vec![(batch, spread.low), (batch, spread.high)],
            ink: Ink::Text,
            pattern: Pattern::Solid,
            width: 1.5,
            opacity: 1.0,
            end_label: None,
        });
        scene.markers.push(Marker {
            x: batch,
            y: spread.mean,
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
