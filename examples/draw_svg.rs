//! Writes the example charts as SVG: `cargo run --no-default-features --example draw_svg -- DIRECTORY`.
//! The curves are the closed forms at base 256, 0.1 with a critical batch of 4096; the race is an invented noisy decay.

use critical_batch::chart::palette::{Palette, Theme};
use critical_batch::chart::scale::{Axis, Spacing, TickFormat};
use critical_batch::chart::scene::{
    Band, Ink, Label, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape, Side,
};
use critical_batch::chart::svg::to_svg;

const CSS: &str = include_str!("../style/tokens.css");

fn axis(spacing: Spacing, min: f64, max: f64, label: &str, format: TickFormat) -> Axis {
    Axis::new(spacing, min, max, label, format).expect("the bounds are positive numbers")
}

fn series(points: Vec<(f64, f64)>, ink: Ink, pattern: Pattern, name: &str) -> Series {
    Series {
        points,
        ink,
        pattern,
        width: 2.0,
        opacity: 1.0,
        end_label: Some(name.to_owned()),
    }
}

fn note(text: &str, side: Side, ink: Ink, bold: bool) -> Label {
    Label {
        text: text.to_owned(),
        side,
        ink,
        bold,
    }
}

fn sampled(from: f64, to: f64, f: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    (0..=240)
        .map(|i| from * libm::pow(to / from, f64::from(i) / 240.0))
        .map(|x| (x, f(x)))
        .collect()
}

fn curves(words: [&str; 7]) -> Scene {
    let (base, rate, target, critical, from, to) = (256.0, 0.1, 8192.0, 4096.0, 16.0, 262_144.0);
    let x = axis(Spacing::Log2, from, to, words[0], TickFormat::Short);
    let mut scene = Scene::new(x, axis(Spacing::Log10, 0.005, 20.0, "", TickFormat::Plain));
    let rules: [(&dyn Fn(f64) -> f64, Ink, Pattern); 4] = [
        (&|_| rate, Ink::NoScaling, Pattern::Dots),
        (&|b| rate * (b / base).sqrt(), Ink::Sqrt, Pattern::Dash),
        (&|b| rate * b / base, Ink::Linear, Pattern::Solid),
        (
            &|b| rate * b / base * (base + critical) / (b + critical),
            Ink::Theory,
            Pattern::DashDot,
        ),
    ];
    let strip = vec![
        (critical, f64::NEG_INFINITY, f64::INFINITY),
        (to, f64::NEG_INFINITY, f64::INFINITY),
    ];
    scene.bands.push(Band {
        points: strip,
        ink: Ink::Theory,
        opacity: 0.06,
    });
    let at = |x, ink, pattern, width, label: Option<String>| Rule {
        at: RuleAt::X(x),
        ink,
        pattern,
        width,
        label,
    };
    scene.rules.push(at(
        critical,
        Ink::Theory,
        Pattern::Fine,
        1.0,
        Some(format!("{} 4096", words[5])),
    ));
    scene
        .rules
        .push(at(target, Ink::Text, Pattern::Solid, 1.0, None));
    let sign = |x, y, shape, ink, radius, label| Marker {
        x,
        y,
        shape,
        ink,
        radius,
        label,
    };
    for (i, (rule, ink, pattern)) in rules.iter().enumerate() {
        scene.series.push(series(
            sampled(from, to, rule),
            *ink,
            *pattern,
            words[i + 1],
        ));
        scene
            .markers
            .push(sign(target, rule(target), Shape::Ring, *ink, 4.0, None));
    }
    scene.markers.push(sign(
        target,
        20.0,
        Shape::TriangleDown,
        Ink::Text,
        7.0,
        None,
    ));
    let again = critical * critical / base;
    scene.markers.push(sign(
        again,
        rules[1].0(again),
        Shape::Diamond,
        Ink::Sqrt,
        7.0,
        Some(note(words[6], Side::Below, Ink::Muted, false)),
    ));
    let label = note("base 256, 0.1", Side::AboveLeft, Ink::Text, true);
    scene
        .markers
        .push(sign(base, rate, Shape::Square, Ink::Text, 5.0, Some(label)));
    scene
}

fn cost() -> Scene {
    let x = axis(
        Spacing::Log2,
        64.0,
        262_144.0,
        "batch size B",
        TickFormat::Short,
    );
    let mut scene = Scene::new(x, axis(Spacing::Log2, 1.0, 16.0, "", TickFormat::Plain));
    let strip = [1024.0, 16384.0]
        .map(|b| (b, f64::NEG_INFINITY, f64::INFINITY))
        .to_vec();
    scene.bands.push(Band {
        points: strip,
        ink: Ink::Theory,
        opacity: 0.06,
    });
    let (steps, examples) = (
        sampled(64.0, 262_144.0, |b| 1.0 + 4096.0 / b),
        sampled(64.0, 262_144.0, |b| 1.0 + b / 4096.0),
    );
    scene
        .series
        .push(series(steps, Ink::Text, Pattern::Solid, "steps"));
    scene
        .series
        .push(series(examples, Ink::Linear, Pattern::Dash, "examples"));
    let label = Some(note("×2 at B_crit", Side::Above, Ink::Muted, false));
    scene.markers.push(Marker {
        x: 4096.0,
        y: 2.0,
        shape: Shape::Dot,
        ink: Ink::Theory,
        radius: 4.0,
        label,
    });
    scene
}

fn race() -> Scene {
    let x = axis(
        Spacing::Log10,
        100.0,
        17_000.0,
        "examples processed",
        TickFormat::Short,
    );
    let mut scene = Scene::new(x, axis(Spacing::Log10, 0.01, 4.0, "", TickFormat::Plain));
    let mut state = 7_u64;
    let mut noise = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(u32::MAX >> 1) - 0.5
    };
    let lanes = [
        (Ink::Text, Pattern::Solid, "base", 4.0, 1.1),
        (Ink::NoScaling, Pattern::Dots, "no scaling", 128.0, 0.45),
        (Ink::Sqrt, Pattern::Dash, "square root", 128.0, 0.95),
        (
            Ink::Theory,
            Pattern::DashDot,
            "noise-scale optimum",
            128.0,
            0.93,
        ),
    ];
    for (ink, pattern, name, batch, speed) in lanes {
        let raw: Vec<(f64, f64)> = (0..)
            .map(|i| 110.0 + batch * f64::from(i))
            .take_while(|&x| x <= 17_000.0)
            .map(|x| {
                (
                    x,
                    2.4 * libm::pow(1.0 + x / 600.0, -speed)
                        * libm::exp(0.9 * noise() * (x / 17_000.0).sqrt()),
                )
            })
            .collect();
        let mut smooth = raw[0].1;
        let mean = raw
            .iter()
            .map(|&(x, y)| {
                smooth += 0.1 * (y - smooth);
                (x, smooth)
            })
            .collect();
        scene.series.push(Series {
            opacity: 0.25,
            width: 1.0,
            end_label: None,
            ..series(raw, ink, Pattern::Solid, "")
        });
        scene.series.push(series(mean, ink, pattern, name));
    }
    scene.series.push(series(
        vec![(128.0, 2.3), (256.0, 3.4)],
        Ink::Linear,
        Pattern::Solid,
        "",
    ));
    scene.series[8].end_label = None;
    let label = Some(note(
        "linear: diverged at step 2",
        Side::Right,
        Ink::Text,
        true,
    ));
    scene.markers.push(Marker {
        x: 256.0,
        y: 3.4,
        shape: Shape::Cross,
        ink: Ink::Danger,
        radius: 5.0,
        label,
    });
    let label = Some("target loss 0.1 ↕".to_owned());
    scene.rules.push(Rule {
        at: RuleAt::Y(0.1),
        ink: Ink::Ok,
        pattern: Pattern::Fine,
        width: 1.0,
        label,
    });
    scene
}

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let english = [
        "batch size B (examples)",
        "no scaling",
        "square root",
        "linear",
        "noise-scale optimum",
        "B_crit",
        "√ is right again",
    ];
    let chinese = [
        "批量大小 B（样本数）",
        "不缩放",
        "平方根",
        "线性",
        "噪声尺度最优",
        "临界批量",
        "√ 再次吻合",
    ];
    let scenes = [
        ("curves", curves(english)),
        ("curves_zh", curves(chinese)),
        ("cost", cost()),
        ("race", race()),
    ];
    for (name, scene) in &scenes {
        for (theme, suffix) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            for (width, height) in [(900.0, 420.0), (520.0, 300.0), (328.0, 300.0)] {
                let svg = to_svg(
                    scene,
                    width,
                    height,
                    &Palette::from_css(CSS, theme),
                    Some(name),
                );
                std::fs::write(format!("{directory}/{name}_{width}_{suffix}.svg"), svg)?;
            }
        }
    }
    std::fs::write(
        format!("{directory}/skeleton.svg"),
        to_svg(
            &scenes[0].1,
            900.0,
            420.0,
            &Palette::tokens(),
            Some("curves"),
        ),
    )
}
