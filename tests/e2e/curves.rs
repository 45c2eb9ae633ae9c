//! The Curves panel, by its test ids.

use crate::harness::Page;
use critical_batch::params::curves::CurvesState;
use critical_batch::params::defs::ParamId;
use critical_batch::params::slider;
use serde_json::{Value, json};

/// The rules that every optimiser has.
pub const RULES: [&str; 4] = ["none", "sqrt", "linear", "theory"];

/// Keys of the numbers that are always on screen.
pub const NUMBERS: [&str; 4] = ["b0", "lr0", "b", "bc"];

/// The handles in the picture.
pub const HANDLES: [&str; 4] = [
    "handle-bcrit",
    "handle-target",
    "handle-base-lr",
    "handle-base",
];

/// The learning rates of the four rules at the target batch, in the order of [`RULES`].
pub async fn rates(page: &Page) -> [f64; 4] {
    let mut out = [0.0; 4];
    for (rate, rule) in out.iter_mut().zip(RULES) {
        *rate = page.value_of(&format!("lr-{rule}")).await;
    }
    out
}

/// The same from their formulas: η₀, η₀√(B/B₀), η₀B/B₀ and, with the noise scale equal to B_crit, (1 + N/B₀)/(1 + N/B)·η₀.
pub fn expected_rates(base_batch: f64, base_lr: f64, batch: f64, critical: f64) -> [f64; 4] {
    let ratio = batch / base_batch;
    [
        base_lr,
        base_lr * ratio.sqrt(),
        base_lr * ratio,
        base_lr * (1.0 + critical / base_batch) / (1.0 + critical / batch),
    ]
}

pub async fn wait_rates(page: &Page, wanted: [f64; 4]) {
    for (rule, rate) in RULES.into_iter().zip(wanted) {
        page.wait_value(&format!("lr-{rule}"), rate).await;
    }
}

/// The numbers of the controls, in the order of [`NUMBERS`].
pub async fn numbers(page: &Page) -> [f64; 4] {
    let mut out = [0.0; 4];
    for (value, key) in out.iter_mut().zip(NUMBERS) {
        *value = page.value_of(&format!("field-{key}")).await;
    }
    out
}

/// Values at which a slider stops.
pub fn stops(id: ParamId) -> Vec<f64> {
    slider::stops_of::<CurvesState>(id)
}

/// How often a chart was painted.
pub async fn draws(page: &Page, chart: &str) -> u32 {
    page.attr(&format!("{chart}-canvas"), "data-draws")
        .await
        .map_or(0, |count| count.parse().unwrap())
}

/// Waits for the first picture.
pub async fn wait_drawn(page: &Page, chart: &str) {
    page.wait(&format!("{chart} to be painted"), || async {
        draws(page, chart).await > 0
    })
    .await;
}

/// Where the crosshair stands, and the words beside it.
pub async fn tooltip(page: &Page, chart: &str) -> Option<(f64, String)> {
    page.js(
        "const e = $(arguments[0]);
         if (!e || e.hidden) return null;
         return [Number(e.querySelector('.tooltip-head').dataset.value), e.innerText]",
        &[json!(format!("{chart}-tooltip"))],
    )
    .await
}

/// Counts the calls of `history.replaceState` from now on, in `window.nReplaced`.
pub async fn count_replacing(page: &Page) {
    page.js::<Value>(
        "window.nReplaced = 0;
         const original = history.replaceState.bind(history);
         history.replaceState = (...args) => { window.nReplaced++; return original(...args); }",
        &[],
    )
    .await;
}
