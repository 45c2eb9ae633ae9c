//! The two charts of the Curves panel: learning rate against batch size, and what a batch costs.

use super::axis;
use crate::chart::scale::{Spacing, TickFormat};
use crate::chart::scene::{
    Band, Ink, Label, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape, Side,
};
use crate::experiment::curves::{Curve, Curves};
use crate::i18n::Strings;
use crate::params::curves::{AxisSpacing, CurvesState, Family, YAxis};
use crate::params::measured::MeasuredPoint;
use crate::units::{BatchSize, format_sig};

/// Points per curve; log-spaced, so that the bend is smooth at any width.
const N_POINTS: usize = 160;

/// What the axes of the main chart cover. Fixed while something is dragged, so that the picture stands still.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    pub x: (f64, f64),
    pub y: (f64, f64),
}

/// Colour and pattern of each curve; the same in both panels.
pub fn curve_style(curve: Curve) -> (Ink, Pattern) {
    match curve {
        Curve::NoScaling => (Ink::NoScaling, Pattern::Dots),
        Curve::Sqrt => (Ink::Sqrt, Pattern::Dash),
        Curve::Linear => (Ink::Linear, Pattern::Solid),
        Curve::Theory => (Ink::Theory, Pattern::DashDot),
        Curve::Surge => (Ink::Custom, Pattern::Fine),
    }
}

/// Name of a curve in the reader's language.
pub fn curve_name(curve: Curve, state: &CurvesState, s: &Strings) -> String {
    match (curve, state.family) {
        (Curve::Theory, Family::Adam) => {
            (s.curves.theory_adam)(&format_sig(state.alpha, 3, s.grouping))
        }
        _ => s.curves.rules[curve as usize].to_owned(),
    }
}

impl Domain {
    /// Room for everything that the state names, in steps that rarely change.
    pub fn of(state: &CurvesState) -> Self {
        let curves = Curves::new(state);
        let batches = [state.base_batch, state.batch, state.critical_batch];
        let least = batches.into_iter().fold(f64::MAX, f64::min);
        let most = batches.into_iter().fold(0.0, f64::max);
        if state.spacing == AxisSpacing::Linear {
            let right = most * 1.5;
            let reach = [Curve::Sqrt, Curve::Theory, Curve::NoScaling]
                .into_iter()
                .map(|c| scaled(&curves, state, c, BatchSize::clamped(right)))
                .fold(
                    scaled(&curves, state, Curve::NoScaling, curves.base.batch),
                    f64::max,
                );
            return Self {
                x: (0.0, right),
                y: (0.0, reach * 1.6),
            };
        }
        let left = if least < 32.0 { 1.0 } else { 16.0 };
        let right = if most > 131_072.0 {
            4_194_304.0
        } else {
            262_144.0
        };
        let y = match state.y_axis {
            YAxis::OverReference => (0.01, 100.0),
            YAxis::Lr | YAxis::OverBase => {
                let unit = match state.y_axis {
                    YAxis::Lr => libm::pow(10.0, libm::floor(libm::log10(state.base_lr) + 1e-9)),
                    _ => 1.0,
                };
                // Half a decade of air beyond the slower curves at both ends.
                let at = |b: f64| {
                    let batch = BatchSize::clamped(b);
                    [Curve::Sqrt, Curve::Theory].map(|c| scaled(&curves, state, c, batch))
                };
                let low = at(left)[0].min(at(right)[1]);
                let high = at(right)[0].min(unit * 1e6).max(at(right)[1]);
                (
                    (unit * 0.05).min(5.0 * libm::pow(10.0, libm::floor(libm::log10(low)) - 1.0)),
                    (unit * 200.0).max(2.0 * libm::pow(10.0, libm::ceil(libm::log10(high)))),
                )
            }
        };
        Self {
            x: (left, right),
            y,
        }
    }
}

/// A curve's value on the chosen vertical axis.
pub fn scaled(curves: &Curves, state: &CurvesState, curve: Curve, batch: BatchSize) -> f64 {
    let lr = curves.lr(curve, batch);
    to_axis(curves, state, lr, batch)
}

/// A learning rate on the chosen vertical axis.
pub fn to_axis(curves: &Curves, state: &CurvesState, lr: f64, batch: BatchSize) -> f64 {
    match state.y_axis {
        YAxis::Lr => lr,
        YAxis::OverBase => lr / curves.base.lr.get(),
        YAxis::OverReference => lr / curves.lr(curves.reference(), batch),
    }
}

/// Batch sizes at which curves are sampled.
fn sample_batches(domain: &Domain, spacing: AxisSpacing) -> Vec<BatchSize> {
    let (min, max) = (domain.x.0.max(1.0), domain.x.1);
    (0..=N_POINTS)
        .map(|i| {
            let t = i as f64 / N_POINTS as f64;
            BatchSize::clamped(match spacing {
                AxisSpacing::Log => min * libm::pow(max / min, t),
                AxisSpacing::Linear => min + (max - min) * t,
            })
        })
        .collect()
}

fn label(text: String, side: Side, ink: Ink, bold: bool) -> Label {
    Label {
        text,
        side,
        ink,
        bold,
    }
}

/// Puts what was measured over the curves: dots with whiskers, on the axis that shows learning rates.
pub fn add_measured(scene: &mut Scene, state: &CurvesState, points: &[MeasuredPoint]) {
    if state.y_axis != YAxis::Lr {
        return;
    }
    for point in points {
        scene.series.push(Series {
            points: vec![(point.batch, point.low), (point.batch, point.high)],
            ink: Ink::Text,
            pattern: Pattern::Solid,
            width: 1.5,
            opacity: 1.0,
            end_label: None,
        });
        scene.markers.push(Marker {
            x: point.batch,
            y: point.lr,
            shape: Shape::Dot,
            ink: Ink::Text,
            radius: 4.0,
            label: None,
        });
    }
}

/// Learning rate against batch size. `is_narrow` leaves out the notes that would crowd a phone.
pub fn main_scene(state: &CurvesState, domain: &Domain, s: &Strings, is_narrow: bool) -> Scene {
    let curves = Curves::new(state);
    let (x_spacing, y_spacing) = match state.spacing {
        AxisSpacing::Log => (Spacing::Log2, Spacing::Log10),
        AxisSpacing::Linear => (Spacing::Linear, Spacing::Linear),
    };
    let batches = sample_batches(domain, state.spacing);
    let shown = |curve: Curve| curves.has(curve) && state.hidden & curve.bit() == 0;
    let number = |v: f64| format_sig(v, 4, s.grouping);

    let mut scene = Scene {
        x: axis(
            x_spacing,
            domain.x.0,
            domain.x.1,
            s.chart.batch_axis,
            TickFormat::Short,
        ),
        y: axis(y_spacing, domain.y.0, domain.y.1, "", TickFormat::Plain),
        is_isometric: false,
        tiles: Vec::new(),
        bands: Vec::new(),
        rules: Vec::new(),
        series: Vec::new(),
        markers: Vec::new(),
        labels: Vec::new(),
    };

    // Beyond the critical batch a larger batch buys little.
    let strip = |from: f64, to: f64, opacity: f64| Band {
        points: vec![
            (from, f64::NEG_INFINITY, f64::INFINITY),
            (to, f64::NEG_INFINITY, f64::INFINITY),
        ],
        ink: Ink::Theory,
        opacity,
    };
    scene
        .bands
        .push(strip(state.critical_batch, domain.x.1, 0.06));
    if !state.critical_known && shown(Curve::Theory) {
        let points = batches
            .iter()
            .map(|b| {
                let (low, high) = curves.theory_band(*b);
                (
                    b.get(),
                    to_axis(&curves, state, low, *b),
                    to_axis(&curves, state, high, *b),
                )
            })
            .collect();
        scene.bands.push(Band {
            points,
            ink: Ink::Theory,
            opacity: 0.16,
        });
    }
    scene.rules.push(Rule {
        at: RuleAt::X(state.critical_batch),
        ink: Ink::Theory,
        pattern: Pattern::Fine,
        width: 1.25,
        label: Some((s.curves.critical_label)(&number(state.critical_batch))),
    });
    scene.rules.push(Rule {
        at: RuleAt::X(state.batch),
        ink: Ink::Text,
        pattern: Pattern::Solid,
        width: 1.25,
        label: None,
    });

    for curve in Curve::ALL.into_iter().filter(|c| shown(*c)) {
        let (ink, pattern) = curve_style(curve);
        scene.series.push(Series {
            points: batches
                .iter()
                .map(|b| (b.get(), scaled(&curves, state, curve, *b)))
                .collect(),
            ink,
            pattern,
            width: 2.0,
            opacity: 1.0,
            end_label: Some(curve_name(curve, state, s)),
        });
    }
    if !is_narrow && state.spacing == AxisSpacing::Log && state.y_axis != YAxis::OverReference {
        add_slopes(&mut scene, &curves, state, s, &shown);
    }
    if let Some(b) = curves
        .linear_leaves()
        .filter(|_| !is_narrow && shown(Curve::Linear) && state.base_batch <= state.critical_batch)
    {
        scene.markers.push(Marker {
            x: b,
            y: scaled(&curves, state, Curve::Linear, BatchSize::clamped(b)),
            shape: Shape::Tick,
            ink: Ink::Linear,
            radius: 5.0,
            label: Some(label(
                (s.curves.leaves_band)(&number(libm::round(b))),
                Side::Left,
                Ink::Muted,
                false,
            )),
        });
    }
    if let Some(b) = curves
        .meets_again()
        .filter(|b| scene.x.contains(*b) && shown(Curve::Sqrt))
    {
        scene.markers.push(Marker {
            x: b,
            y: scaled(&curves, state, Curve::Sqrt, BatchSize::clamped(b)),
            shape: Shape::Diamond,
            ink: Ink::Sqrt,
            radius: 6.0,
            label: (!is_narrow).then(|| {
                label(
                    s.curves.meets_again.to_owned(),
                    Side::Below,
                    Ink::Muted,
                    false,
                )
            }),
        });
    }
    scene.markers.push(Marker {
        x: state.base_batch,
        y: scaled(&curves, state, Curve::NoScaling, curves.base.batch),
        shape: Shape::Square,
        ink: Ink::Text,
        radius: 5.0,
        label: Some(label(
            (s.curves.base_label)(&number(state.base_batch), &number(state.base_lr)),
            Side::AboveLeft,
            Ink::Text,
            true,
        )),
    });
    scene.markers.push(Marker {
        x: state.batch,
        y: domain.y.1,
        shape: Shape::TriangleDown,
        ink: Ink::Text,
        radius: 6.0,
        label: None,
    });
    for curve in Curve::ALL.into_iter().filter(|c| shown(*c)) {
        let (ink, _) = curve_style(curve);
        scene.markers.push(Marker {
            x: state.batch,
            y: scaled(&curves, state, curve, curves.target),
            shape: Shape::Ring,
            ink,
            radius: 4.0,
            label: None,
        });
    }
    scene
}

/// Triangles that show the slopes 1 and ½ on logarithmic axes, and a word for slope 0, left of the base.
fn add_slopes(
    scene: &mut Scene,
    curves: &Curves,
    state: &CurvesState,
    s: &Strings,
    shown: &impl Fn(Curve) -> bool,
) {
    // From half a decade below the base leftwards, as far as the axis goes.
    let (right, left) = (state.base_batch / 2.0, state.base_batch / 8.0);
    if left <= scene.x.from_unit(0.0) {
        return;
    }
    for (curve, slope) in [
        (Curve::Linear, "1"),
        (Curve::Sqrt, "½"),
        (Curve::NoScaling, "0"),
    ] {
        if !shown(curve) {
            continue;
        }
        let y = |b: f64| scaled(curves, state, curve, BatchSize::clamped(b));
        let text = label(
            (s.curves.slope)(slope),
            if curve == Curve::Linear {
                Side::Right
            } else {
                Side::Above
            },
            Ink::Muted,
            false,
        );
        if curve == Curve::Linear {
            // Below the line: along, then up.
            scene.series.push(Series {
                points: vec![(left, y(left)), (right, y(left)), (right, y(right))],
                ink: Ink::Muted,
                pattern: Pattern::Solid,
                width: 1.0,
                opacity: 0.7,
                end_label: None,
            });
            scene
                .labels
                .push((right, libm::sqrt(y(left) * y(right)), text));
        } else if curve == Curve::Sqrt {
            // Above the line: up, then along.
            scene.series.push(Series {
                points: vec![(left, y(left)), (left, y(right)), (right, y(right))],
                ink: Ink::Muted,
                pattern: Pattern::Solid,
                width: 1.0,
                opacity: 0.7,
                end_label: None,
            });
            scene
                .labels
                .push((libm::sqrt(left * right), y(right), text));
        } else {
            scene.labels.push((libm::sqrt(left * right), y(left), text));
        }
    }
}

/// Steps and examples to a fixed loss, as multiples of their minimum.
pub fn cost_scene(state: &CurvesState, s: &Strings, is_narrow: bool) -> Scene {
    let curves = Curves::new(state);
    let critical = state.critical_batch;
    // Three octaves of zone on either side of the trade-off, and room for the target.
    let (min, max) = (
        (critical / 64.0).min(state.batch / 2.0).max(1.0),
        (critical * 64.0).max(state.batch * 2.0),
    );
    let points = |f: fn((f64, f64)) -> f64| -> Vec<(f64, f64)> {
        (0..=N_POINTS)
            .map(|i| min * libm::pow(max / min, i as f64 / N_POINTS as f64))
            .map(|b| (b, f(curves.cost(BatchSize::clamped(b)))))
            .collect()
    };
    let series = |points, ink, pattern, name: &str| Series {
        points,
        ink,
        pattern,
        width: 2.0,
        opacity: 1.0,
        end_label: Some(name.to_owned()),
    };
    let target = curves.cost(curves.target);
    let ring = |y| Marker {
        x: state.batch,
        y,
        shape: Shape::Ring,
        ink: Ink::Text,
        radius: 4.0,
        label: None,
    };
    let zone = |from: f64, to: f64, text: &str| {
        (
            libm::sqrt(from.max(min) * to.min(max)),
            16.0,
            label(text.to_owned(), Side::Below, Ink::Muted, false),
        )
    };
    Scene {
        x: axis(
            Spacing::Log2,
            min,
            max,
            s.curves.cost_axis,
            TickFormat::Short,
        ),
        y: axis(Spacing::Log2, 1.0, 16.0, "", TickFormat::Plain),
        is_isometric: false,
        tiles: Vec::new(),
        bands: vec![Band {
            points: vec![
                (critical / 4.0, f64::NEG_INFINITY, f64::INFINITY),
                (critical * 4.0, f64::NEG_INFINITY, f64::INFINITY),
            ],
            ink: Ink::Theory,
            opacity: 0.06,
        }],
        rules: vec![Rule {
            at: RuleAt::X(state.batch),
            ink: Ink::Text,
            pattern: Pattern::Solid,
            width: 1.0,
            label: None,
        }],
        series: vec![
            series(points(|c| c.0), Ink::Text, Pattern::Solid, s.curves.steps),
            series(
                points(|c| c.1),
                Ink::Linear,
                Pattern::Dash,
                s.curves.examples,
            ),
        ],
        markers: vec![
            ring(target.0),
            ring(target.1),
            Marker {
                x: critical,
                y: 2.0,
                shape: Shape::Dot,
                ink: Ink::Theory,
                radius: 4.5,
                label: Some(label(
                    s.curves.both_double.to_owned(),
                    Side::Below,
                    Ink::Muted,
                    false,
                )),
            },
        ],
        labels: if is_narrow {
            Vec::new()
        } else {
            vec![
                zone(min, critical / 4.0, s.curves.zones[0]),
                zone(critical / 4.0, critical * 4.0, s.curves.zones[1]),
                zone(critical * 4.0, max, s.curves.zones[2]),
            ]
        },
    }
}
