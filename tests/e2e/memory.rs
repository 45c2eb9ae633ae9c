//! An hour of use leaves nothing behind: every panel again and again, races, sweeps, measurements, sliders.
//!
//! The rule: what a browser holds after 2·N rounds may not exceed what it holds after N, garbage collected both times.
//! Nodes and listeners are counted exactly. Bytes get an allowance far below what one forgotten chart, worker or result
//! per round would take, and far above what engines move about by themselves.

use crate::harness::{DESKTOP, Feature, Page, Setup, browse};
use crate::race::{self, frames};
use crate::sweep;
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

/// A reader does something every ten seconds or so; an hour is 360 deeds, and a round has twenty.
const ROUNDS: usize = 9;

/// Bytes that 9 rounds may add: 64 kB each, which is less than the record of one race.
const ALLOWANCE: f64 = 64.0 * 1024.0 * ROUNDS as f64;

/// Keeps the module's memory and the workers within reach.
const WATCH: &str = "
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      // The parts that come later share the memory of the first.
      window.wasmMemory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
  window.livingWorkers = 0;
  window.Worker = class extends Worker {
    constructor(...given) { super(...given); window.livingWorkers += 1; }
    terminate() { window.livingWorkers -= 1; super.terminate(); }
  };";

/// What the browser holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    nodes: f64,
    listeners: f64,
    heap: f64,
    wasm: f64,
    workers: f64,
}

async fn held(page: &Page) -> Held {
    // Timers that are still to fire hold what they were given.
    frames(page, 40).await;
    for _ in 0..2 {
        page.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }
    let counted = page.cdp("Memory.getDOMCounters", json!({})).await;
    let (heap, wasm, workers) = page
        .js(
            "return [performance.memory.usedJSHeapSize, window.wasmMemory.buffer.byteLength, window.livingWorkers]",
            &[],
        )
        .await;
    Held {
        nodes: counted["nodes"].as_f64().unwrap(),
        listeners: counted["jsEventListeners"].as_f64().unwrap(),
        heap,
        wasm,
        workers,
    }
}

/// Clicks without the driver, which would keep every element that it has been asked for, and with it the panel around.
async fn click(page: &Page, id: &str) {
    page.js::<Value>("$(arguments[0]).click(); return null", &[json!(id)])
        .await;
}

/// Twenty deeds.
async fn round(page: &Page) {
    for panel in Panel::ALL {
        click(page, &format!("tab-{}", panel.key())).await;
        frames(page, 2).await;
        match panel {
            Panel::Curves => {
                page.js::<Value>(
                    "for (const key of ['b', 'bc', 'lr0', 'b0'])
                       for (let n = 0; n < 12; n++) {
                         const slider = $('slider-' + key);
                         slider.value = String(Number(slider.min) + (n * 7) % (Number(slider.max) - Number(slider.min)));
                         slider.dispatchEvent(new Event('input', { bubbles: true }));
                       }
                     $('curves-reset').click();
                     $('table-toggle').click();
                     return null",
                    &[],
                )
                .await;
                frames(page, 2).await;
                click(page, "table-toggle").await;
                for id in ["lang", "lang", "theme", "theme", "theme"] {
                    click(page, id).await;
                }
            }
            Panel::Race => {
                click(page, "reset").await;
                click(page, "to-end").await;
                race::wait_state(page, "done").await;
            }
            Panel::Sweep => {
                click(page, "sweep-run").await;
                sweep::finish(page).await;
            }
            Panel::Noise => {
                click(page, "sample-again").await;
                click(page, "digits-run").await;
                page.wait_attr("panel-noise", "data-state", "done").await;
            }
            Panel::Runs => {
                click(page, "example-synthetic").await;
                page.wait_js("the findings", "return $('runs-b-crit') !== null")
                    .await;
                page.js::<Value>("$('runs-clear')?.click(); return null", &[])
                    .await;
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn an_hour_of_use_leaves_nothing_behind() {
    let alone = Setup {
        is_alone: true,
        ..DESKTOP
    };
    browse(alone, async |page| {
        page.needs(Feature::HeapSize);
        page.before(WATCH).await;
        // One link sets all panels to jobs that are over soon.
        page.open("#/noise?v=1&dn=240&dm=4&dp=4").await;
        for fragment in [
            "#/race?v=1&task=quadratic&d=20&ex=2000",
            "#/sweep?v=1&task=quadratic&starget=0.3&d=20&bmax=64&ex=2000",
            "#/curves?v=1",
        ] {
            page.js::<Value>(
                "location.hash = arguments[0]; return null",
                &[json!(fragment)],
            )
            .await;
            frames(page, 3).await;
        }
        // What is made once and kept, such as the last results of each panel.
        round(page).await;
        round(page).await;
        let mut all = Vec::new();
        for _ in 0..2 {
            for _ in 0..ROUNDS {
                round(page).await;
            }
            all.push(held(page).await);
        }
        let (first, second) = (all[0], all[1]);
        assert!(second.nodes <= first.nodes, "nodes: {all:#?}");
        assert!(second.listeners <= first.listeners, "listeners: {all:#?}");
        assert!(second.workers <= first.workers, "workers: {all:#?}");
        let grown = (second.heap - first.heap) + (second.wasm - first.wasm);
        assert!(grown <= ALLOWANCE, "{grown} bytes more: {all:#?}");
    })
    .await;
}
