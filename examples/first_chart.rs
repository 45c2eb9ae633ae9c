//! Writes the chart of the first screen into `index.html`, so that it is there before any WebAssembly is.
//!
//! `cargo run --no-default-features --example first_chart` rewrites the file; `tests/first_screen.rs` fails on drift.

use critical_batch::chart::palette::Palette;
use critical_batch::chart::svg::to_svg;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::curves::CurvesState;
use critical_batch::scenes::curves::{Domain, main_scene};

fn main() -> std::io::Result<()> {
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
    let html = std::fs::read_to_string("index.html")?;
    std::fs::write(
        "index.html",
        critical_batch::export::first_screen::splice(&html, &svg),
    )
}
