//! The Noise panel: the fan, the extremes, following training, the link, and the measurement on the digits.

use crate::harness::{DESKTOP, Page, Setup, browse};
use critical_batch::experiment::noise_lab::digits::{NoiseRun, digest};
use critical_batch::experiment::noise_lab::state::{Lab, noise_config};
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::noise::NoiseState;
use serde_json::Value;
use thirtyfour::Key;

/// A measurement that is over in a second.
const QUICK: &str = "dn=240&dm=4&dp=4";

async fn lab_of(page: &Page) -> String {
    page.attr("panel-noise", "data-lab")
        .await
        .unwrap_or_default()
}

/// What the page says where there may be a number.
async fn estimate(page: &Page) -> (Option<String>, String) {
    let value = page.attr("b-estimate", "data-value").await;
    (value, page.text("b-estimate").await)
}

#[tokio::test]
async fn ac_30_four_times_the_batch_halves_the_fan() {
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&n=256&b=4").await;
        let wide = page.value_of("fan-radius").await;
        for batch in [16.0_f64, 64.0] {
            page.set_field("field-b", &batch.to_string()).await;
            page.wait_value("field-b", batch).await;
            let expected = wide / (batch / 4.0).sqrt();
            let found = page.value_of("fan-radius").await;
            assert!(
                (found / expected - 1.0).abs() < 0.15,
                "B = {batch}: {found} instead of {expected}"
            );
            // Also with another draw.
            page.click("sample-again").await;
            page.wait("another fan", || async {
                page.value_of("fan-radius").await != found
            })
            .await;
            let drawn = page.value_of("fan-radius").await;
            assert!(
                (drawn / expected - 1.0).abs() < 0.15,
                "B = {batch}, drawn again: {drawn} instead of {expected}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn ac_30_nothing_impossible_is_printed_at_the_extremes() {
    let s = strings(Lang::En);
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&x=0&y=0&lang=en").await;
        assert_eq!(lab_of(page).await, "unbounded");
        assert_eq!(page.text("lab-notice").await, s.noise.unbounded);
        assert_eq!(page.text("b-noise").await, "≥ 2²⁰");
        let is_disabled = page.attr("noise-in-curves", "disabled").await;
        assert!(is_disabled.is_some(), "there is no number to use");
        // Drawn again and again: the estimate of |G|² is negative about every second time, and never shown.
        for _ in 0..12 {
            let (value, text) = estimate(page).await;
            assert!(text.contains(s.noise.hidden), "{text}");
            assert_eq!(value, None);
            page.click("sample-again").await;
        }
        // Near the minimum either nothing or a positive number.
        page.open("#/noise?v=1&x=0.03&y=0.02&lang=en").await;
        for _ in 0..8 {
            let (value, text) = estimate(page).await;
            match value {
                None => assert!(text.contains(s.noise.hidden), "{text}"),
                Some(value) => assert!(value.parse::<f64>().unwrap() > 0.0),
            }
            assert!(!text.contains('−') && !text.contains("-"), "{text}");
            page.click("sample-again").await;
        }
        page.open("#/noise?v=1&s=0&lang=en").await;
        assert_eq!(lab_of(page).await, "quiet");
        assert_eq!(page.text("lab-notice").await, s.noise.quiet);
        assert_eq!(page.value_of("fan-radius").await, 0.0);
        page.open("#/noise?v=1&bs=64&bb=64&lang=en").await;
        assert_eq!(
            page.text("lab-notice").await,
            (s.noise.not_increasing)("64", "64")
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_screen_shows_what_the_core_computes() {
    let state = NoiseState::default();
    let lab = Lab::of(&state);
    let local = lab.plane.local().unwrap();
    browse(DESKTOP, async |page| {
        page.open("#/noise").await;
        assert_eq!(lab_of(page).await, "regular");
        for (id, value) in [
            ("fan-radius", lab.radius),
            ("b-simple", local.simple_noise_scale()),
            ("b-noise", local.noise_scale()),
            ("b-estimate", lab.pairs.unwrap().scale.unwrap().value),
            ("best-lr", lab.plane.best_lr(16.0)),
        ] {
            page.assert_value(id, value).await;
        }
        // The number goes to Curves, where it stands for the critical batch.
        page.click("noise-in-curves").await;
        page.wait("Curves", || async { page.is_shown("curves-chart").await })
            .await;
        let critical = page.value_of("field-bc").await;
        assert_eq!(critical, local.noise_scale().round());
    })
    .await;
}

#[tokio::test]
async fn the_point_and_the_rate_move_by_mouse_and_by_keyboard() {
    browse(DESKTOP, async |page| {
        page.open("#/noise").await;
        page.js::<Value>(
            "document.querySelectorAll('details').forEach(d => { d.open = true; })",
            &[],
        )
        .await;
        let chart = page.rect("fan-chart").await;
        let unit = (chart.width - 44.0) / 6.0;
        let to = page.drag("handle-w1", -unit, unit * 0.5).await;
        page.let_go(to).await;
        page.wait("the point to move", || async {
            let (x, y) = (
                page.value_of("field-x").await,
                page.value_of("field-y").await,
            );
            (x - 1.0).abs() < 0.06 && (y - 0.5).abs() < 0.06
        })
        .await;
        page.focus("handle-w1").await;
        page.press(Key::Right).await;
        page.press(Key::Right).await;
        page.focus("handle-w2").await;
        page.press(Key::Down).await;
        page.wait("keys to move it", || async {
            let (x, y) = (
                page.value_of("field-x").await,
                page.value_of("field-y").await,
            );
            (x - 1.2).abs() < 0.07 && (y - 0.4).abs() < 0.07
        })
        .await;
        let before = page.value_of("field-lr").await;
        page.focus("handle-lr").await;
        page.press(Key::Left).await;
        page.wait("a smaller rate", || async {
            page.value_of("field-lr").await < before
        })
        .await;
        let to = page.drag("handle-lr", -60.0, 0.0).await;
        page.press(Key::Escape).await;
        page.let_go(to).await;
        page.assert_value("field-lr", 1.0).await;
    })
    .await;
}

#[tokio::test]
async fn following_training_raises_the_noise_scale() {
    browse(DESKTOP, async |page| {
        page.open("#/noise").await;
        let before = page.value_of("b-noise").await;
        page.click("follow").await;
        page.wait("three times the noise scale", || async {
            page.value_of("b-noise").await > 3.0 * before
        })
        .await;
        page.click("follow").await;
        page.wait_attr("follow", "aria-pressed", "false").await;
    })
    .await;
}

#[tokio::test]
async fn ac_49_following_is_a_slider_when_motion_is_reduced() {
    let still = Setup {
        is_motion_reduced: true,
        ..DESKTOP
    };
    browse(still, async |page| {
        page.open("#/noise").await;
        assert!(!page.is_shown("follow").await);
        assert!(page.is_shown("slider-t").await);
        let before = page.value_of("b-noise").await;
        page.focus("slider-t").await;
        page.press(Key::End).await;
        page.wait("the end of the path", || async {
            page.value_of("b-noise").await > 3.0 * before
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn ac_35_a_reload_keeps_the_lab() {
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&b=64&k=30&x=-1.5&r=4&dopt=adam")
            .await;
        page.set_field("field-s", "3").await;
        page.wait_js("the address", "return location.hash.includes('s=3')")
            .await;
        let ids = [
            "fan-radius",
            "b-simple",
            "b-noise",
            "b-estimate",
            "best-lr",
            "field-dlr",
        ];
        let mut before = Vec::new();
        for id in ids {
            before.push(page.value_of(id).await);
        }
        page.reload().await;
        for (id, value) in ids.into_iter().zip(before) {
            page.assert_value(id, value).await;
        }
        page.assert_value("field-dlr", 0.007).await;
    })
    .await;
}

/// Runs the measurement to its end; its digest.
pub async fn measured(page: &Page, fragment: &str) -> String {
    page.open(fragment).await;
    assert_eq!(
        page.attr("panel-noise", "data-state").await.as_deref(),
        Some("idle")
    );
    page.click("digits-run").await;
    page.wait_attr("panel-noise", "data-state", "done").await;
    page.attr("panel-noise", "data-digest")
        .await
        .unwrap_or_default()
}

#[tokio::test]
async fn ac_18_worker_and_page_measure_the_same_digits() {
    let state = NoiseState {
        n_steps: 240.0,
        part_size: 4.0,
        n_parts: 4.0,
        ..NoiseState::default()
    };
    let mut run = NoiseRun::new(noise_config(&state)).unwrap();
    assert!(run.advance(u32::MAX));
    let expected = digest(run.points()).to_string();
    browse(DESKTOP, async |page| {
        let in_worker = measured(page, &format!("#/noise?v=1&{QUICK}")).await;
        assert_eq!(page.attr("panel-noise", "data-on-page").await, None);
        assert_eq!(in_worker, expected);
        let exact = page.value_of("digits-exact").await;
        let shown = page.value_of("digits-estimate").await;
        assert!(
            shown > 0.2 * exact && shown < 5.0 * exact,
            "{shown} beside {exact}"
        );
        assert!(page.value_of("digits-raw").await > 1.0);
        let on_page = measured(page, &format!("#/noise?v=1&{QUICK}&nothread=1")).await;
        assert!(page.attr("panel-noise", "data-on-page").await.is_some());
        assert_eq!(on_page, expected);
    })
    .await;
}

#[tokio::test]
async fn a_measurement_pauses_goes_on_and_is_cancelled() {
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&dn=20000").await;
        page.click("digits-run").await;
        page.wait("a first estimate", || async {
            page.attr("digits-estimate", "data-value").await.is_some()
        })
        .await;
        page.click("digits-run").await;
        page.wait_attr("panel-noise", "data-state", "paused").await;
        crate::race::frames(page, 20).await;
        let now = page.attr("digits-progress", "value").await;
        crate::race::frames(page, 20).await;
        assert_eq!(page.attr("digits-progress", "value").await, now);
        page.click("digits-run").await;
        page.wait("more steps", || async {
            page.attr("digits-progress", "value").await != now
        })
        .await;
        page.click("digits-cancel").await;
        page.wait_attr("panel-noise", "data-state", "cancelled")
            .await;
        assert!(
            page.value_of("digits-exact").await > 0.0,
            "what was found stays"
        );
        // Another setting begins anew.
        page.set_field("field-dp", "4").await;
        page.wait_attr("panel-noise", "data-state", "idle").await;
        assert!(!page.is_shown("digits-exact").await);
    })
    .await;
}
