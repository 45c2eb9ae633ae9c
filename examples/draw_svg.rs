//! Draws what a batch costs as SVG: `cargo run --no-default-features --example draw_svg -- dark > cost.svg`.
//! Steps and examples relative to their minima: 1 + B_crit/B and 1 + B/B_crit (arXiv:1812.06162, section 2.3).
//! The theme is `light`, `dark` or, for a page that has the tokens, `tokens`.

use critical_batch::chart::palette::{Palette, Theme};
use critical_batch::chart::scale::{Axis, Spacing, TickFormat};
use critical_batch::chart::scene::{Band, Ink, Label, Marker, Pattern, Scene, Series, Shape, Side};
use critical_batch::chart::svg::to_svg;

const CRITICAL: f64 = 4096.0;
const RANGE: (f64, f64) = (64.0, 262_144.0);

fn series(name: &str, ink: Ink, pattern: Pattern, cost: impl Fn(f64) -> f64) -> Series {
    let batches = (0..=240).map(|i| RANGE.0 * libm::exp2(f64::from(i) / 20.0));
    Series {
        points: batches.map(|batch| (batch, cost(batch))).collect(),
        ink,
        pattern,
        width: 2.0,
        opacity: 1.0,
        end_label: Some(name.to_owned()),
    }
}

fn main() {
    let axis = |(min, max), label| Axis::new(Spacing::Log2, min, max, label, TickFormat::Short);
    let axes = axis(RANGE, "batch size B (examples)").zip(axis((1.0, 16.0), ""));
    let (x, y) = axes.expect("the bounds are positive");
    let mut scene = Scene::new(x, y);
    let whole_height = |batch| (batch, f64::NEG_INFINITY, f64::INFINITY);
    scene.bands.push(Band {
        points: vec![whole_height(CRITICAL / 4.0), whole_height(CRITICAL * 4.0)],
        ink: Ink::Theory,
        opacity: 0.06,
    });
    scene.series = vec![
        series("steps", Ink::Text, Pattern::Solid, |b| 1.0 + CRITICAL / b),
        series("examples", Ink::Linear, Pattern::Dash, |b| {
            1.0 + b / CRITICAL
        }),
    ];
    scene.markers.push(Marker {
        x: CRITICAL,
        y: 2.0,
        shape: Shape::Dot,
        ink: Ink::Theory,
        radius: 4.0,
        label: Some(Label {
            text: "×2 at B_crit".to_owned(),
            side: Side::Above,
            ink: Ink::Muted,
            bold: false,
        }),
    });
    let css = include_str!("../style/tokens.css");
    let palette = match std::env::args().nth(1).as_deref() {
        Some("tokens") => Palette::tokens(),
        Some("dark") => Palette::from_css(css, Theme::Dark),
        _ => Palette::from_css(css, Theme::Light),
    };
    println!(
        "{}",
        to_svg(
            &scene,
            520.0,
            300.0,
            &palette,
            Some("What this batch costs")
        )
    );
}
