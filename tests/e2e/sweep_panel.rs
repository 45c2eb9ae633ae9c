//! The Sweep panel: cost, order, cancel, results against what is known without sampling, and the ways to Race and Curves.

use crate::harness::{DESKTOP, Feature, PHONE, Setup, browse};
use crate::sweep::{
    QUICK, best_lrs, finish, n_done, native_digest, number, root, sweep, with_cores,
};
use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::exact::expected;
use critical_batch::experiment::sweep::fit::{Quantity, fit_ridge};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::experiment::sweep::ridge::ridge;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use serde_json::{Value, json};
use thirtyfour::Key;

/// d ln η / d ln B by least squares over a range of batch sizes.
fn slope(points: &[(f64, f64)], from: f64, to: f64) -> f64 {
    let points: Vec<(f64, f64)> = points
        .iter()
        .filter(|p| (from..=to).contains(&p.0))
        .map(|p| (p.0.ln(), p.1.ln()))
        .collect();
    let n = points.len() as f64;
    assert!(n >= 3.0, "{points:?}");
    let x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let xy: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    xy / points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}

#[tokio::test]
async fn ac_26_cost_first_then_coarse_to_fine_and_cancel_keeps_what_is_done() {
    browse(DESKTOP, async |page| {
        page.open("#/sweep").await;
        page.wait("an estimate in seconds", || async {
            page.attr("sweep-cost", "data-value").await.is_some()
        })
        .await;
        assert!(page.value_of("sweep-cost").await > 0.0);
        assert_eq!(root(page, "data-state").await, "idle");
        assert_eq!(n_done(page).await, 0, "nothing is measured before Run");
        assert!(page.is_shown("sweep-empty").await);
        page.click("sweep-run").await;
        // With the first answers every fourth batch size is there and those between are not.
        page.wait("the first batch sizes", || async {
            best_lrs(page).await.len() >= 2
        })
        .await;
        let first: Vec<f64> = best_lrs(page).await.iter().map(|p| p.0).collect();
        assert!(first.contains(&1.0) && first.contains(&16.0), "{first:?}");
        page.wait("a few more runs", || async { n_done(page).await >= 12 })
            .await;
        page.click("sweep-cancel").await;
        page.wait_attr("panel-sweep", "data-state", "cancelled")
            .await;
        let kept = n_done(page).await;
        assert!(kept >= 12);
        crate::race::frames(page, 20).await;
        assert_eq!(n_done(page).await, kept, "nothing arrives after Cancel");
        // It can go on from there.
        page.click("sweep-run").await;
        page.wait("one more run", || async { n_done(page).await > kept })
            .await;
        page.click("sweep-cancel").await;
    })
    .await;
}

#[tokio::test]
async fn ac_27_the_quadratics_interval_contains_the_value_without_sampling() {
    let state = RaceState::for_task(TaskKind::Quadratic, OptimizerKind::Sgd);
    let mut config = SweepConfig::of(&state);
    config.n_seeds = 1;
    let mut exact = SweepRecord::new(config);
    exact.run_with(|run| expected(run).unwrap());
    let exact = fit_ridge(&ridge(&exact), Quantity::Steps, 0)
        .unwrap()
        .fit
        .batch;
    browse(DESKTOP, async |page| {
        sweep(page, "#/sweep?v=1&task=quadratic").await;
        let (low, high) = (
            number(page, "b-crit", "data-low").await,
            number(page, "b-crit", "data-high").await,
        );
        assert!((low..=high).contains(&exact), "{low} … {high} and {exact}");
        let found = page.value_of("b-crit").await;
        assert!((low..=high).contains(&found));
        let slope_low = number(page, "slopes", "data-low").await;
        assert!((0.8..=1.2).contains(&slope_low), "{slope_low}");
        // The noise scale is another number, and the panel says why.
        assert!(page.text("why-two").await.contains("noise scale"));
    })
    .await;
}

#[tokio::test]
async fn ac_28_the_edge_of_a_fixed_range_can_be_extended_without_running_anything_again() {
    browse(DESKTOP, async |page| {
        let fixed = format!("{QUICK}&lrs=fixed&lrmin=0.0625&lrmax=0.25");
        sweep(page, &fixed).await;
        assert!(page.is_shown("edge-high").await);
        assert!(page.text("unbracketed").await.contains("64"));
        let before = n_done(page).await;
        page.click("extend-high").await;
        page.wait("new runs", || async { n_done(page).await > before })
            .await;
        finish(page).await;
        page.wait_value("field-lrmax", 0.5).await;
        let after = n_done(page).await;
        // At most one more coarse and two more fine cells for each of 7 batch sizes and 3 seeds.
        assert!(after - before <= 3 * 7 * 3, "{before} then {after}");
        while page.is_shown("edge-high").await {
            let before = n_done(page).await;
            page.click("extend-high").await;
            page.wait("new runs", || async { n_done(page).await > before })
                .await;
            finish(page).await;
        }
        // Now it is what a sweep without bounds finds.
        let extended = best_lrs(page).await;
        page.open("#/about").await;
        sweep(page, QUICK).await;
        assert_eq!(extended, best_lrs(page).await);
    })
    .await;
}

#[tokio::test]
async fn ac_29_a_cell_opens_in_race_with_its_learning_rate_batch_and_seed() {
    browse(DESKTOP, async |page| {
        sweep(page, &format!("{QUICK}&seed=11")).await;
        let digest = root(page, "data-digest").await;
        // By keyboard: from the cell that is reached first two to the right. Space shows its curves.
        page.focus("cell").await;
        page.press(Key::Right + Key::Right).await;
        page.press(" ").await;
        page.wait("the details", || async {
            page.is_shown("cell-detail").await
        })
        .await;
        let batch = number(page, "cell", "data-batch").await;
        let lr = number(page, "cell", "data-lr").await;
        assert_eq!(batch, 4.0);
        // From there and by Enter it is the same race, and the sweep is still there afterwards.
        for by_key in [false, true] {
            if by_key {
                page.focus("cell").await;
                page.press(Key::Enter + "").await;
            } else {
                page.click("open-in-race").await;
            }
            page.wait_attr("panel-race", "data-state", "idle").await;
            page.wait_value("field-b", batch).await;
            page.wait_value("field-lrc", lr).await;
            page.wait_value("field-seed", 11.0).await;
            assert!(page.attr("lane-custom", "data-status").await.is_some());
            page.js::<Value>("history.back(); return null", &[]).await;
            page.wait_attr("panel-sweep", "data-digest", &digest).await;
        }
    })
    .await;
}

#[tokio::test]
async fn ac_29_a_click_on_the_map_opens_the_cell_under_the_pointer() {
    browse(DESKTOP, async |page| {
        sweep(page, QUICK).await;
        page.focus("cell").await;
        page.press(Key::Right + "").await;
        let wanted = (
            number(page, "cell", "data-batch").await,
            number(page, "cell", "data-lr").await,
        );
        page.bring_into_view("cell").await;
        let (x, y) = page.rect("cell").await.centre();
        // The keyboard's frame is elsewhere, so that the map itself is clicked.
        page.press(Key::Right + Key::Right).await;
        page.hover(x, y).await;
        let tip = page.text("sweep-map-tooltip").await;
        assert!(tip.contains("B = 2") && tip.contains("seed 3"), "{tip}");
        page.click_at(x, y).await;
        page.wait_attr("panel-race", "data-state", "idle").await;
        page.wait_value("field-b", wanted.0).await;
        page.wait_value("field-lrc", wanted.1).await;
    })
    .await;
}

#[tokio::test]
async fn ac_29_a_finger_sees_the_cells_curves_before_it_opens_race() {
    browse(PHONE, async |page| {
        sweep(page, QUICK).await;
        page.bring_into_view("sweep-map").await;
        page.focus("cell").await;
        let batch = number(page, "cell", "data-batch").await;
        let place = page.rect("cell").await.centre();
        page.swipe(place, (0.0, 0.0)).await;
        page.wait("the details", || async {
            page.is_shown("cell-detail").await
        })
        .await;
        assert_eq!(root(page, "data-state").await, "done");
        page.bring_into_view("open-in-race").await;
        page.click("open-in-race").await;
        page.wait_attr("panel-race", "data-state", "idle").await;
        page.wait_value("field-b", batch).await;
    })
    .await;
}

#[tokio::test]
async fn ac_18_a_sweep_has_the_same_digits_with_one_worker_two_and_none_and_natively() {
    let native = native_digest();
    browse(DESKTOP, async |page| {
        assert_eq!(sweep(page, QUICK).await, native);
        assert_eq!(sweep(page, &format!("{QUICK}&nothread=1")).await, native);
        assert!(page.is_shown("on-page").await);
        with_cores(page, 3).await;
        // Another fragment, so that the page is loaded anew.
        page.open("#/about").await;
        assert_eq!(sweep(page, QUICK).await, native);
        let n_workers: usize = page.js("return window.workers.length", &[]).await;
        assert_eq!(n_workers, 2);
    })
    .await;
}

#[tokio::test]
async fn ac_53_a_worker_killed_in_a_sweep_is_replaced_and_the_result_is_the_same() {
    browse(DESKTOP, async |page| {
        let whole = sweep(page, "#/sweep?v=1&task=quadratic&bmax=256").await;
        with_cores(page, 3).await;
        page.open("#/about").await;
        page.open("#/sweep?v=1&task=quadratic&bmax=256").await;
        page.click("sweep-run").await;
        page.wait("some runs", || async { n_done(page).await >= 10 })
            .await;
        // As soon as it has been given its next run, so that one is lost.
        page.js::<Value>(
            "const worker = window.workers[1];
             worker.postMessage = (...given) => { delete worker.postMessage; worker.postMessage(...given); worker.terminate(); };
             return null",
            &[],
        )
        .await;
        finish(page).await;
        assert_eq!(root(page, "data-digest").await, whole);
        let n_workers: usize = page.js("return window.workers.length", &[]).await;
        assert_eq!(n_workers, 3, "a third one took the place of the second");
    })
    .await;
}

#[tokio::test]
async fn digits_with_sgd_scale_linearly_and_then_not_at_all() {
    browse(DESKTOP, async |page| {
        sweep(page, "#/sweep").await;
        let points = best_lrs(page).await;
        assert_eq!(points.len(), 11);
        let (low, high) = (
            slope(&points, 1.0, 8.0),
            slope(&points, 64.0, f64::INFINITY),
        );
        assert!((0.75..=1.25).contains(&low), "{low} of {points:?}");
        assert!((-0.15..=0.25).contains(&high), "{high} of {points:?}");
        let critical = page.value_of("b-crit").await;
        assert!((10.0..=60.0).contains(&critical), "{critical}");
        // The way on to Curves, and back to the same sweep.
        let digest = root(page, "data-digest").await;
        page.click("use-in-curves").await;
        page.wait("Curves", || async { page.is_shown("drop-measured").await })
            .await;
        let shown = page.value_of("field-bc").await;
        assert!(
            (shown / critical - 1.0).abs() < 0.01,
            "{shown} and {critical}"
        );
        page.wait_value("field-b0", 4.0).await;
        // What was measured is part of the screen: it survives a reload, and another reader of the link sees it.
        let link: String = page
            .js(
                "return new Promise(done => {
                   const look = () => location.hash.includes('pts=1:') ? done(location.hash) : setTimeout(look, 50);
                   look();
                 })",
                &[],
            )
            .await;
        assert_eq!(link.matches(':').count(), 3 * points.len(), "{link}");
        page.js::<Value>("history.back(); return null", &[]).await;
        page.wait_attr("panel-sweep", "data-digest", &digest).await;
        page.open(&link).await;
        page.wait("the points", || async { page.is_shown("drop-measured").await })
            .await;
        page.click("drop-measured").await;
        page.wait_js("a link without them", "return !location.hash.includes('pts=')")
            .await;
        page.reload().await;
        assert!(!page.is_shown("drop-measured").await);
    })
    .await;
}

#[tokio::test]
async fn digits_with_adam_scale_about_like_the_square_root() {
    browse(DESKTOP, async |page| {
        // One click away from the first screen.
        page.open("#/sweep").await;
        page.js::<Value>("$('opt-adam').click(); return null", &[])
            .await;
        page.click("sweep-run").await;
        finish(page).await;
        let points = best_lrs(page).await;
        let found = slope(&points, 1.0, 32.0);
        assert!((0.35..=0.8).contains(&found), "{found} of {points:?}");
    })
    .await;
}

/// Everything to itself, because it measures.
const ALONE: Setup = Setup {
    is_alone: true,
    ..DESKTOP
};

#[tokio::test]
async fn memory_stays_flat_over_ten_sweeps() {
    browse(ALONE, async |page| {
        let source = "for (const name of ['instantiate', 'instantiateStreaming']) {
             const real = WebAssembly[name];
             WebAssembly[name] = async (...given) => {
               const made = await real.apply(WebAssembly, given);
               // The parts that come later share the memory of the first.
               window.wasmMemory ??= (made.instance ?? made).exports.memory;
               return made;
             };
           }";
        page.needs(Feature::HeapSize);
        page.before(source).await;
        page.open(QUICK).await;
        let mut sizes = Vec::new();
        for _ in 0..11 {
            page.click("sweep-run").await;
            finish(page).await;
            page.cdp("HeapProfiler.collectGarbage", json!({})).await;
            let size: f64 = page
                .js("return window.wasmMemory.buffer.byteLength + performance.memory.usedJSHeapSize", &[])
                .await;
            sizes.push(size / 1e6);
        }
        // The first sweep allocates what all of them use.
        let growth = sizes[10] - sizes[0];
        assert!(growth < 20.0, "{growth} MB more after ten further sweeps: {sizes:?}");
    })
    .await;
}
