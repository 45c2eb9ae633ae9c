//! Parts that need a real browser but not the built site: the wasm build itself, painting, the worker's shape.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

mod frozen;

use critical_batch::chart::canvas;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::curves::CurvesState;
use critical_batch::scenes::curves::{Domain, main_scene};
use critical_batch::train::run::Run;
use frozen::{FINAL_LOSSES, TASKS, config};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_trainer_is_compiled_with_simd() {
    assert!(
        cfg!(target_feature = "simd128"),
        "RUSTFLAGS replaced .cargo/config.toml"
    );
    assert!(
        !cfg!(target_feature = "relaxed-simd"),
        "relaxed SIMD differs between browsers"
    );
}

fn canvas_of(width: u32, height: u32) -> web_sys::HtmlCanvasElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let element: web_sys::HtmlCanvasElement = document
        .create_element("canvas")
        .unwrap()
        .dyn_into()
        .unwrap();
    element
        .set_attribute(
            "style",
            &format!("width:{width}px;height:{height}px;display:block"),
        )
        .unwrap();
    document.body().unwrap().append_child(&element).unwrap();
    element
}

/// How many pixels are not the background.
fn ink(canvas: &web_sys::HtmlCanvasElement) -> usize {
    let context: web_sys::CanvasRenderingContext2d = canvas
        .get_context("2d")
        .unwrap()
        .unwrap()
        .dyn_into()
        .unwrap();
    let data = context
        .get_image_data(
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        )
        .unwrap()
        .data();
    let first: Vec<u8> = data[..4].to_vec();
    data.chunks_exact(4)
        .filter(|pixel| **pixel != first[..])
        .count()
}

#[wasm_bindgen_test]
fn a_chart_is_painted_at_the_resolution_of_the_screen() {
    let element = canvas_of(600, 300);
    let state = CurvesState::default();
    let scene = main_scene(&state, &Domain::of(&state), strings(Lang::Zh), false);
    let palette = canvas::palette_from(&element);
    canvas::paint(&element, &scene, &palette);
    let dpr = web_sys::window().unwrap().device_pixel_ratio();
    assert_eq!(f64::from(element.width()), (600.0 * dpr).round());
    assert_eq!(f64::from(element.height()), (300.0 * dpr).round());
    assert!(
        ink(&element) > 1000,
        "only {} pixels are drawn",
        ink(&element)
    );
    assert_eq!(element.get_attribute("data-draws").as_deref(), Some("1"));
    // Painting leaves nothing behind in the page, as measuring text through the DOM would.
    let document = web_sys::window().unwrap().document().unwrap();
    assert!(document.query_selector("body > span").unwrap().is_none());
}

#[wasm_bindgen_test]
fn runs_give_the_same_digits_as_natively() {
    let found = TASKS.map(|task| {
        let mut run = Run::new(&config(task).check().unwrap());
        while run.advance(1000).is_none() {}
        run.samples().last().unwrap().train_loss
    });
    assert_eq!(found, FINAL_LOSSES);
}
