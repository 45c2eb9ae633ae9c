//! What `index.html` shows before WebAssembly arrives equals what the page would draw.

use critical_batch::chart::palette::Palette;
use critical_batch::chart::svg::to_svg;
use critical_batch::export::first_screen::splice;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::curves::CurvesState;
use critical_batch::scenes::curves::{Domain, main_scene};

const HTML: &str = include_str!("../index.html");

#[test]
fn the_static_chart_is_the_default_chart() {
    let state = CurvesState::default();
    let s = strings(Lang::En);
    let scene = main_scene(&state, &Domain::of(&state), s, false);
    let svg = to_svg(
        &scene,
        900.0,
        420.0,
        &Palette::tokens(),
        Some(s.curves.chart_title),
    );
    assert!(svg.len() < 12_000, "the chart weighs {} bytes", svg.len());
    assert_eq!(
        splice(HTML, &svg),
        HTML,
        "run: cargo run --no-default-features --example first_chart"
    );
    assert!(HTML.contains("<svg") && HTML.contains("</svg>"));
}

#[test]
fn the_static_text_says_what_the_page_says() {
    let s = strings(Lang::En);
    assert!(HTML.contains(s.curves.question));
    assert!(HTML.contains("At 8192 the linear rule is 2.8× above the noise-scale optimum and the square root 2.0× below it"));
}
