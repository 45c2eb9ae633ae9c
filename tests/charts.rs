//! Charts from scene to SVG text: axes, layout, clipping, labels, and what may never appear in a picture.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::chart::compose::compose;
use critical_batch::chart::geometry::{dash, length};
use critical_batch::chart::palette::{Palette, Theme};
use critical_batch::chart::picture::{Line, Mark, Picture, TextRole};
use critical_batch::chart::place::push_apart;
use critical_batch::chart::scale::{Axis, Spacing, TickFormat};
use critical_batch::chart::scene::{
    Band, Ink, Label, Marker, Pattern, Rule, RuleAt, Scene, Series, Shape, Side,
};
use critical_batch::chart::svg::to_svg;
use proptest::prelude::*;

const CSS: &str = include_str!("../style/tokens.css");
const ENGLISH: [&str; 7] = [
    "batch size B (examples)",
    "no scaling",
    "square root",
    "linear",
    "noise-scale optimum",
    "base 256, 0.1",
    "√ is right again",
];
const CHINESE: [&str; 7] = [
    "批量大小 B（样本数）",
    "不缩放",
    "平方根",
    "线性",
    "噪声尺度最优",
    "基准 256, 0.1",
    "√ 再次吻合",
];
const SIZES: [(f64, f64); 9] = [
    (280.0, 200.0),
    (328.0, 300.0),
    (360.0, 240.0),
    (479.0, 300.0),
    (480.0, 200.0),
    (520.0, 300.0),
    (900.0, 420.0),
    (1111.5, 555.5),
    (1400.0, 700.0),
];

fn axis(spacing: Spacing, min: f64, max: f64, label: &str, format: TickFormat) -> Axis {
    Axis::new(spacing, min, max, label, format).unwrap()
}

fn light() -> Palette {
    Palette::from_css(CSS, Theme::Light)
}

fn picture(scene: &Scene, (width, height): (f64, f64)) -> Picture {
    compose(scene, &scene.layout(width, height), 1.0)
}

fn series(points: Vec<(f64, f64)>, ink: Ink, pattern: Pattern, name: Option<&str>) -> Series {
    Series {
        points,
        ink,
        pattern,
        width: 2.0,
        opacity: 1.0,
        end_label: name.map(str::to_owned),
    }
}

/// The default curves: base 256 at 0.1, target 8192, critical batch 4096.
fn curves(words: [&str; 7]) -> Scene {
    let mut scene = Scene::new(
        axis(Spacing::Log2, 16.0, 262_144.0, words[0], TickFormat::Short),
        axis(Spacing::Log10, 0.005, 20.0, "", TickFormat::Plain),
    );
    let edge = |b| (b, f64::NEG_INFINITY, f64::INFINITY);
    scene.bands.push(Band {
        points: vec![edge(4096.0), edge(262_144.0)],
        ink: Ink::Theory,
        opacity: 0.06,
    });
    type Curve<'a> = (&'a dyn Fn(f64) -> f64, Ink, Pattern);
    let rules: [Curve<'_>; 4] = [
        (&|_| 0.1, Ink::NoScaling, Pattern::Dots),
        (&|b| 0.1 * (b / 256.0).sqrt(), Ink::Sqrt, Pattern::Dash),
        (&|b| 0.1 * b / 256.0, Ink::Linear, Pattern::Solid),
        (
            &|b| 0.1 * b / 256.0 * 4352.0 / (b + 4096.0),
            Ink::Theory,
            Pattern::DashDot,
        ),
    ];
    for (i, (rule, ink, pattern)) in rules.iter().enumerate() {
        let points = (0..=240)
            .map(|k| 16.0 * libm::exp2(14.0 * f64::from(k) / 240.0))
            .map(|b| (b, rule(b)));
        scene
            .series
            .push(series(points.collect(), *ink, *pattern, Some(words[i + 1])));
        scene
            .markers
            .push(sign(8192.0, rule(8192.0), Shape::Ring, *ink, None));
    }
    let at = |x, label: Option<&str>| Rule {
        at: RuleAt::X(x),
        ink: Ink::Theory,
        pattern: Pattern::Fine,
        width: 1.0,
        label: label.map(str::to_owned),
    };
    scene.rules = vec![at(4096.0, Some("B_crit 4096")), at(8192.0, None)];
    scene
        .markers
        .push(sign(8192.0, 1.0, Shape::TriangleDown, Ink::Text, None));
    scene.markers.push(sign(
        65_536.0,
        1.6,
        Shape::Diamond,
        Ink::Sqrt,
        Some((words[6], Side::Below)),
    ));
    scene.markers.push(sign(
        256.0,
        0.1,
        Shape::Square,
        Ink::Text,
        Some((words[5], Side::AboveLeft)),
    ));
    scene
}

fn sign(x: f64, y: f64, shape: Shape, ink: Ink, label: Option<(&str, Side)>) -> Marker {
    let label = label.map(|(text, side)| Label {
        text: text.to_owned(),
        side,
        ink: Ink::Text,
        bold: true,
    });
    Marker {
        x,
        y,
        shape,
        ink,
        radius: 5.0,
        label,
    }
}

fn labels(axis: &Axis, max_n: usize) -> String {
    axis.ticks(max_n)
        .into_iter()
        .map(|tick| tick.label)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn ticks_are_where_people_expect_them() {
    use Spacing::{Linear, Log2, Log10};
    use TickFormat::{Percent, Plain, Short};
    for (spacing, min, max, format, max_n, expected) in [
        (
            Log2,
            16.0,
            262_144.0,
            Short,
            11,
            "16 64 256 1k 4k 16k 64k 256k",
        ),
        (Log2, 16.0, 262_144.0, Short, 4, "16 256 4k 64k"),
        (Log2, 64.0, 262_144.0, Short, 5, "64 1k 16k 256k"),
        (Log2, 1.0, 16.0, Plain, 6, "1 2 4 8 16"),
        (Log2, 100.0, 150.0, Short, 6, "100 110 120 130 140 150"),
        (Log10, 0.005, 20.0, Plain, 9, "0.01 0.1 1 10"),
        (Log10, 0.01, 4.0, Plain, 9, "0.01 0.03 0.1 0.3 1 3"),
        (Log10, 100.0, 17_000.0, Short, 9, "100 300 1k 3k 10k"),
        (Log10, 1.0, 10.0, Plain, 9, "1 2 5 10"),
        (Log10, 1e-6, 1.0, Plain, 4, "1e-6 0.0001 0.01 1"),
        (Log10, 0.98, 1.02, Plain, 6, "0.98 0.99 1 1.01 1.02"),
        (
            Linear,
            0.0,
            1.0,
            Percent,
            6,
            "0\u{a0}% 20\u{a0}% 40\u{a0}% 60\u{a0}% 80\u{a0}% 100\u{a0}%",
        ),
        (Linear, -1.0, 1.0, Plain, 5, "-1 -0.5 0 0.5 1"),
        (
            Linear,
            600_000.0,
            700_000.0,
            Short,
            6,
            "600k 620k 640k 660k 680k 700k",
        ),
        (
            Linear,
            1000.0,
            1000.5,
            Plain,
            6,
            "1000 1000.1 1000.2 1000.3 1000.4 1000.5",
        ),
        (Linear, 0.9, 3.1, Plain, 2, "1 3"),
    ] {
        assert_eq!(
            labels(&axis(spacing, min, max, "", format), max_n),
            expected,
            "{spacing:?} {min}..{max}"
        );
    }
}

#[test]
fn axes_refuse_what_has_no_place_and_widen_what_is_empty() {
    let new = |spacing, min, max| Axis::new(spacing, min, max, "", TickFormat::Plain);
    for (min, max) in [
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (f64::NEG_INFINITY, 0.0),
        (1e200, 1e201),
    ] {
        assert_eq!(new(Spacing::Linear, min, max), None);
    }
    for (min, max) in [(0.0, 1.0), (-1.0, 1.0), (1.0, f64::NAN)] {
        assert_eq!(new(Spacing::Log2, min, max), None);
        assert_eq!(new(Spacing::Log10, min, max), None);
    }
    for (spacing, at, min, max) in [
        (Spacing::Linear, 0.0, -1.0, 1.0),
        (Spacing::Linear, -8.0, -12.0, -4.0),
        (Spacing::Log10, 8.0, 4.0, 16.0),
    ] {
        let widened = new(spacing, at, at).unwrap();
        assert_eq!((widened.min(), widened.max()), (min, max));
    }
    let swapped = new(Spacing::Linear, 3.0, 1.0).unwrap();
    assert_eq!((swapped.min(), swapped.max()), (1.0, 3.0));
}

#[test]
fn pixels_and_values_are_inverse() {
    let scene = curves(ENGLISH);
    let layout = scene.layout(900.0, 420.0);
    assert_eq!(layout.x_px(&scene.x, 16.0), layout.plot.left);
    assert_eq!(layout.y_px(&scene.y, 20.0), layout.plot.top);
    for value in [16.0, 17.0, 256.0, 8192.0, 262_144.0] {
        let back = layout.x_at(&scene.x, layout.x_px(&scene.x, value));
        assert!(
            (back / value - 1.0).abs() < 1e-12,
            "{value} came back as {back}"
        );
    }
    assert_eq!(layout.x_at(&scene.x, -50.0), 16.0);
    assert_eq!(layout.y_at(&scene.y, f64::NAN), 0.005);
}

#[test]
fn a_solid_line_is_one_path_and_patterns_are_cut_along_the_curve() {
    let strokes = |pattern| {
        let mut scene = Scene::new(
            axis(Spacing::Linear, 0.0, 1.0, "", TickFormat::Plain),
            axis(Spacing::Linear, 0.0, 1.0, "", TickFormat::Plain),
        );
        scene.series.push(series(
            vec![(0.0, 0.2), (0.5, 0.9), (1.0, 0.2)],
            Ink::Linear,
            pattern,
            None,
        ));
        let marks = picture(&scene, (600.0, 300.0)).series;
        let path = |mark: &Mark| match mark {
            Mark::Stroke { points, .. } => points.clone(),
            other => panic!("a series is made of strokes, not {other:?}"),
        };
        marks.iter().map(path).collect::<Vec<_>>()
    };
    let solid = strokes(Pattern::Solid);
    assert_eq!(solid.len(), 1);
    let whole = length(&solid[0]);
    for (pattern, on, period, per_period) in [
        (Pattern::Dash, 8.0, 12.0, 1.0),
        (Pattern::DashDot, 12.0, 20.0, 2.0),
        (Pattern::Dots, 2.0, 6.0, 1.0),
        (Pattern::Fine, 4.0, 8.0, 1.0),
    ] {
        let pieces = strokes(pattern);
        let drawn: f64 = pieces.iter().map(|piece| length(piece)).sum();
        assert!(
            (drawn - whole * on / period).abs() < on,
            "{pattern:?}: {drawn} of {whole}"
        );
        assert!(
            (pieces.len() as f64 - per_period * whole / period).abs() <= 2.0,
            "{pattern:?}"
        );
    }
}

#[test]
fn dashes_do_not_start_anew_at_the_points_of_a_curve() {
    let coarse = [(0.0, 0.0), (100.0, 0.0)];
    let dense: Vec<(f64, f64)> = (0..=100).map(|i| (f64::from(i), 0.0)).collect();
    let ends = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
        dash(points, Pattern::DashDot.dashes())
            .iter()
            .map(|d| (d[0].0, d[d.len() - 1].0))
            .collect()
    };
    assert_eq!(ends(&coarse).len(), ends(&dense).len());
    for (a, b) in ends(&coarse).into_iter().zip(ends(&dense)) {
        assert!(
            (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9,
            "{a:?} {b:?}"
        );
    }
    // A bent dash keeps its corner.
    assert_eq!(
        dash(&[(0.0, 0.0), (5.0, 0.0), (5.0, 9.0)], &[8.0, 4.0])[0],
        [(0.0, 0.0), (5.0, 0.0), (5.0, 3.0)]
    );
}

#[test]
fn lines_that_leave_the_plot_end_exactly_on_its_edge() {
    let scene = curves(ENGLISH);
    for size in SIZES {
        let layout = scene.layout(size.0, size.1);
        let picture = compose(&scene, &layout, 1.0);
        let mut highest = f64::INFINITY;
        for mark in &picture.series {
            let Mark::Stroke { points, .. } = mark else {
                panic!("a series is made of strokes")
            };
            for &(x, y) in points {
                assert!(
                    x >= layout.plot.left && x <= layout.plot.right,
                    "{x} is outside {:?}",
                    layout.plot
                );
                assert!(
                    y >= layout.plot.top && y <= layout.plot.bottom,
                    "{y} is outside {:?}",
                    layout.plot
                );
                highest = highest.min(y);
            }
        }
        assert_eq!(
            highest, layout.plot.top,
            "the linear rule leaves through the top"
        );
    }
}

#[test]
fn values_without_a_place_split_a_line() {
    for (hole, spacing) in [
        (f64::NAN, Spacing::Linear),
        (f64::INFINITY, Spacing::Linear),
        (0.0, Spacing::Log10),
        (-1.0, Spacing::Log10),
    ] {
        let mut scene = Scene::new(
            axis(Spacing::Linear, 0.0, 4.0, "", TickFormat::Plain),
            axis(spacing, 0.5, 2.0, "", TickFormat::Plain),
        );
        let points = vec![(0.0, 1.0), (1.0, 1.2), (2.0, hole), (3.0, 1.2), (4.0, 1.0)];
        scene
            .series
            .push(series(points, Ink::Linear, Pattern::Solid, None));
        let picture = picture(&scene, (400.0, 300.0));
        assert_eq!(picture.series.len(), 2, "{hole}");
        let layout = scene.layout(400.0, 300.0);
        let gap = (layout.x_px(&scene.x, 1.0), layout.x_px(&scene.x, 3.0));
        for mark in &picture.series {
            let Mark::Stroke { points, .. } = mark else {
                panic!("a series is made of strokes")
            };
            assert!(
                points
                    .iter()
                    .all(|p| p.0 <= gap.0 + 1e-9 || p.0 >= gap.1 - 1e-9),
                "{hole}: {points:?}"
            );
        }
    }
}

#[test]
fn no_text_is_cut_off_or_hidden_by_another() {
    for words in [ENGLISH, CHINESE] {
        let mut scene = curves(words);
        for y_title in ["", "learning rate η (per step)"] {
            scene.y.label = y_title.to_owned();
            for size in SIZES {
                let layout = scene.layout(size.0, size.1);
                let texts = compose(&scene, &layout, 1.0).texts;
                for (i, line) in texts.iter().enumerate() {
                    assert!(
                        layout.picture().holds(&line.bounds(), 0.0),
                        "{size:?}: {line:?} is cut off"
                    );
                    for other in &texts[i + 1..] {
                        assert!(
                            !line.bounds().overlaps(&other.bounds()),
                            "{size:?}: {line:?} hides {other:?}"
                        );
                    }
                }
                let n_named = texts
                    .iter()
                    .filter(|line| line.role == TextRole::End)
                    .count();
                assert_eq!(n_named, if size.0 < 480.0 { 0 } else { 4 }, "{size:?}");
            }
        }
    }
}

#[test]
fn names_at_line_ends_are_pushed_apart_and_keep_their_order() {
    let mut scene = Scene::new(
        axis(Spacing::Linear, 0.0, 1.0, "x", TickFormat::Plain),
        axis(Spacing::Linear, 0.0, 1.0, "", TickFormat::Plain),
    );
    for (i, y) in [0.5, 0.51, 0.49, 0.505, 1.0, 0.0].into_iter().enumerate() {
        let name = format!("lane {i}");
        scene.series.push(series(
            vec![(0.0, 0.3), (1.0, y)],
            Ink::Linear,
            Pattern::Solid,
            Some(&name),
        ));
    }
    let mut names: Vec<(f64, String)> = picture(&scene, (700.0, 300.0))
        .texts
        .into_iter()
        .filter(|line| line.role == TextRole::End)
        .map(|line| (line.at.1, line.text))
        .collect();
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(
        names.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 14.0),
        "{names:?}"
    );
    let order: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(
        order,
        ["lane 4", "lane 1", "lane 3", "lane 0", "lane 2", "lane 5"]
    );
    // Two that need no push stay where they are.
    assert_eq!(push_apart(&[40.0, 10.0], 14.0, 0.0, 100.0), [40.0, 10.0]);
    // Two in one place move by the same amount.
    assert_eq!(push_apart(&[50.0, 50.0], 14.0, 0.0, 100.0), [43.0, 57.0]);
    // What cannot fit is left out.
    assert_eq!(push_apart(&[5.0, 5.0, 5.0], 14.0, 0.0, 20.0).len(), 2);
}

#[test]
fn the_default_curves_fit_into_the_page() {
    let svg = to_svg(
        &curves(ENGLISH),
        900.0,
        420.0,
        &Palette::tokens(),
        Some("Learning rate & batch size"),
    );
    assert!(svg.len() < 12_000, "{} bytes", svg.len());
    for expected in [
        "<title>Learning rate &amp; batch size</title>",
        "viewBox=\"0 0 14400 6720\"",
        ">batch size B (examples)</text>",
        ">noise-scale optimum</text>",
        ">64k</text>",
        "stroke=\"var(--linear)\"",
        "fill=\"var(--text)\"",
    ] {
        assert!(svg.contains(expected), "{expected} is missing in {svg}");
    }
    assert!(!svg.contains('#'), "symbolic pictures contain no colours");
    for (token, n_paths) in [("none", 1), ("sqrt", 1), ("linear", 1)] {
        let found = svg
            .matches(&format!("stroke=\"var(--{token})\" stroke-width=\"32\"/>"))
            .count();
        // The curve, and one sign: a ring or a diamond share the width.
        assert!(found > n_paths && found <= n_paths + 2, "{token}: {found}");
    }
    assert_eq!(
        svg.matches("<text ").count(),
        svg.matches("</text>").count()
    );
}

#[test]
fn texts_keep_their_size_and_colours_come_from_the_tokens() {
    let svg = to_svg(&curves(CHINESE), 520.0, 300.0, &light(), None);
    // Sixteenths of a pixel: 12 px; plotters-svg's own division by 1.24 does not reach the file.
    assert!(svg.contains("font-size=\"192\"") && svg.matches("font-size").count() == 1);
    assert!(svg.contains("stroke=\"#c44e00\"") && svg.contains("批量大小 B（样本数）"));
    let dark = Palette::from_css(CSS, Theme::Dark);
    assert_eq!(dark.rgb(Ink::Background), (0x11, 0x14, 0x18));
    assert_ne!(dark, light());
    for ink in Ink::ALL {
        assert_eq!(
            CSS.matches(&format!("--{}: #", ink.token())).count(),
            3,
            "light, dark by system, dark by choice"
        );
    }
}

#[test]
fn both_dark_token_blocks_say_the_same() {
    let block = |selector: &str| -> Vec<&str> {
        let rest = &CSS[CSS.find(selector).unwrap()..];
        let inside = &rest[rest.find('{').unwrap() + 1..rest.find('}').unwrap()];
        inside
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect()
    };
    assert_eq!(
        block(":root:not([data-theme=light])"),
        block("\n[data-theme=dark]")
    );
}

/// Linear light of an sRGB colour.
fn linear_light((r, g, b): (u8, u8, u8)) -> [f64; 3] {
    [r, g, b].map(|c| f64::from(c) / 255.0).map(|c| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            libm::pow((c + 0.055) / 1.055, 2.4)
        }
    })
}

/// CIE L*a*b* for the white of sRGB.
fn lab(light: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = light.map(|c| c.clamp(0.0, 1.0));
    let xyz = [
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    ];
    let [x, y, z] = xyz.map(|t| {
        if t > 0.008_856 {
            libm::cbrt(t)
        } else {
            7.787 * t + 16.0 / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Full-severity simulations of Machado, Oliveira and Fernandes 2009: none, protan, deutan, tritan.
const SIGHTS: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
];

#[test]
fn series_colours_stay_apart_for_every_sight_and_stand_out_from_the_background() {
    let lines = [
        Ink::Linear,
        Ink::Sqrt,
        Ink::Theory,
        Ink::NoScaling,
        Ink::Custom,
        Ink::Text,
    ];
    for theme in [Theme::Light, Theme::Dark] {
        let palette = Palette::from_css(CSS, theme);
        let luminance = |ink| {
            let [r, g, b] = linear_light(palette.rgb(ink));
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let contrast = |ink| {
            let (a, b) = (luminance(ink), luminance(Ink::Background));
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        };
        for ink in lines {
            assert!(contrast(ink) >= 3.0, "{theme:?} {ink:?}: {}", contrast(ink));
        }
        for ink in [Ink::Text, Ink::Muted, Ink::Danger, Ink::Ok] {
            assert!(contrast(ink) >= 4.5, "{theme:?} {ink:?}: {}", contrast(ink));
        }
        for sight in SIGHTS {
            let seen = lines.map(|ink| {
                let light = linear_light(palette.rgb(ink));
                lab(sight.map(|row| row.iter().zip(light).map(|(weight, c)| weight * c).sum()))
            });
            for (i, a) in seen.iter().enumerate() {
                for (j, b) in seen.iter().enumerate().skip(i + 1) {
                    let distance = a
                        .iter()
                        .zip(b)
                        .map(|(p, q)| (p - q) * (p - q))
                        .sum::<f64>()
                        .sqrt();
                    assert!(
                        distance > 23.0,
                        "{theme:?} {:?} and {:?}: {distance}",
                        lines[i],
                        lines[j]
                    );
                }
            }
        }
    }
}

#[test]
fn special_characters_survive_and_controls_do_not() {
    let mut scene = curves(ENGLISH);
    scene.x.label = "a < b & \"c\"\nd".to_owned();
    let svg = to_svg(&scene, 900.0, 420.0, &light(), Some("x < y"));
    assert!(
        svg.contains(">a &lt; b &amp; &quot;c&quot; d</text>"),
        "{svg}"
    );
    assert!(svg.contains("<title>x &lt; y</title>"));
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let draw = || to_svg(&curves(ENGLISH), 700.0, 333.0, &light(), None);
    assert_eq!(draw(), draw());
}

#[test]
fn a_long_noisy_curve_stays_small() {
    let mut scene = curves(ENGLISH);
    let wave = |i: i32| {
        (
            16.0 + f64::from(i) * 8.0,
            if i % 2 == 0 { 0.006 } else { 19.0 },
        )
    };
    scene.series = vec![series(
        (0..32_000).map(wave).collect(),
        Ink::Sqrt,
        Pattern::Dots,
        None,
    )];
    let svg = to_svg(&scene, 900.0, 420.0, &light(), None);
    assert!(svg.len() < 80_000, "{} bytes", svg.len());
}

/// Numbers that break naive charts, among ordinary ones.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0_f64,
        4 => (-12.0..12.0_f64).prop_map(libm::exp10),
        1 => prop_oneof![
            Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(0.0), Just(-0.0),
            Just(f64::MAX), Just(f64::MIN), Just(f64::MIN_POSITIVE), Just(1e300), Just(-1e-300)
        ],
    ]
}

fn any_axis() -> impl Strategy<Value = Axis> {
    let spacing = prop_oneof![
        Just(Spacing::Linear),
        Just(Spacing::Log2),
        Just(Spacing::Log10)
    ];
    let format = prop_oneof![
        Just(TickFormat::Short),
        Just(TickFormat::Plain),
        Just(TickFormat::Percent)
    ];
    (
        spacing,
        number(),
        number(),
        format,
        prop_oneof![Just(""), Just("步数（样本）"), Just("x")],
    )
        .prop_filter_map("not an axis", |(spacing, min, max, format, label)| {
            Axis::new(spacing, min, max, label, format)
        })
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        Just(Pattern::Solid),
        Just(Pattern::Dash),
        Just(Pattern::DashDot),
        Just(Pattern::Dots),
        Just(Pattern::Fine)
    ]
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Square),
        Just(Shape::Ring),
        Just(Shape::Dot),
        Just(Shape::Diamond),
        Just(Shape::Cross),
        Just(Shape::TriangleDown),
        Just(Shape::Flag),
        Just(Shape::Tick)
    ]
}

fn any_side() -> impl Strategy<Value = Side> {
    prop_oneof![
        Just(Side::Left),
        Just(Side::Right),
        Just(Side::Above),
        Just(Side::Below),
        Just(Side::AboveLeft),
        Just(Side::AboveRight),
        Just(Side::BelowLeft),
        Just(Side::BelowRight)
    ]
}

prop_compose! {
    fn any_scene()(
        x in any_axis(),
        y in any_axis(),
        lines in prop::collection::vec((prop::collection::vec((number(), number()), 0..20), any_pattern(), number(), number()), 0..6),
        bands in prop::collection::vec(prop::collection::vec((number(), number(), number()), 0..8), 0..3),
        rules in prop::collection::vec((number(), any::<bool>(), any_pattern(), number()), 0..3),
        signs in prop::collection::vec((number(), number(), any_shape(), any_side(), number()), 0..6),
    ) -> Scene {
        let mut scene = Scene::new(x, y);
        for (i, (points, pattern, width, opacity)) in lines.into_iter().enumerate() {
            let end_label = Some(format!("系列 {i} with a rather long name"));
            scene.series.push(Series { points, ink: Ink::ALL[i], pattern, width, opacity, end_label });
        }
        scene.bands = bands.into_iter().map(|points| Band { points, ink: Ink::Ok, opacity: 0.2 }).collect();
        for (at, is_x, pattern, width) in rules {
            let at = if is_x { RuleAt::X(at) } else { RuleAt::Y(at) };
            scene.rules.push(Rule { at, ink: Ink::Danger, pattern, width, label: Some("rule".to_owned()) });
        }
        for (x, y, shape, side, radius) in signs {
            let label = Label { text: format!("{shape:?} 标签"), side, ink: Ink::Text, bold: false };
            scene.labels.push((y, x, label.clone()));
            scene.markers.push(Marker { x, y, shape, ink: Ink::Theory, radius, label: Some(label) });
        }
        scene
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_range_has_readable_ticks(
        kind in 0..3_u8, start in -15.0..15.0_f64, decades in 0.004_33..30.0_f64, max_n in 2..15_usize
    ) {
        let spacing = [Spacing::Linear, Spacing::Log2, Spacing::Log10][usize::from(kind)];
        let min = libm::exp10(start);
        let axis = axis(spacing, min, min * libm::exp10(decades), "", TickFormat::Short);
        let ticks = axis.ticks(max_n);
        prop_assert!(ticks.len() >= 2 && ticks.len() <= max_n, "{:?}", ticks);
        for pair in ticks.windows(2) {
            prop_assert!(pair[0].value < pair[1].value && pair[0].label != pair[1].label, "{:?}", ticks);
        }
        prop_assert!(ticks.iter().all(|tick| axis.contains(tick.value)));
    }

    #[test]
    fn linear_ranges_of_either_sign_have_ticks(min in -1e6..1e6_f64, span in 1e-3..1e7_f64, max_n in 2..15_usize) {
        let axis = axis(Spacing::Linear, min, min + span, "", TickFormat::Plain);
        let ticks = axis.ticks(max_n);
        prop_assert!(ticks.len() >= 2 && ticks.len() <= max_n, "{:?}", ticks);
        prop_assert!(ticks.windows(2).all(|pair| pair[0].label != pair[1].label), "{:?}", ticks);
    }

    #[test]
    fn positions_are_always_numbers(axis in any_axis(), value in number(), t in number()) {
        prop_assert!(axis.to_unit(value).is_finite());
        prop_assert!(axis.contains(axis.from_unit(t)));
        for max_n in [0, 1, 2, 7, usize::MAX] {
            prop_assert!(axis.ticks(max_n).iter().all(|tick| axis.contains(tick.value)));
            prop_assert!(axis.ticks(max_n).len() <= max_n);
        }
    }

    #[test]
    fn no_scene_breaks_the_picture(scene in any_scene(), width in 1.0..1500.0_f64, height in 1.0..800.0_f64) {
        let layout = scene.layout(width, height);
        let picture = compose(&scene, &layout, 1.5);
        let plot = layout.plot;
        prop_assert!(plot.width() > 0.0 && plot.height() > 0.0 && layout.picture().holds(&plot, 1.0));
        for mark in &picture.series {
            let Mark::Stroke { points, opacity, width, .. } = mark else { panic!("a series is made of strokes") };
            prop_assert!(opacity.is_finite() && width.is_finite());
            for p in points {
                prop_assert!(p.0 >= plot.left && p.0 <= plot.right && p.1 >= plot.top && p.1 <= plot.bottom);
            }
        }
        for (i, line) in picture.texts.iter().enumerate() {
            if width >= 280.0 && height >= 200.0 {
                prop_assert!(layout.picture().holds(&line.bounds(), 0.01), "{:?}", line);
            }
            let is_note = |line: &Line| matches!(line.role, TextRole::Note | TextRole::End);
            for other in picture.texts[i + 1..].iter().filter(|other| is_note(other)) {
                prop_assert!(!line.bounds().overlaps(&other.bounds()), "{:?} {:?}", line, other);
            }
        }
        let svg = to_svg(&scene, width, height, &light(), None);
        prop_assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        let lower = svg.to_lowercase();
        prop_assert!(!lower.contains("nan") && !lower.contains("inf"), "{}", svg);
    }
}
