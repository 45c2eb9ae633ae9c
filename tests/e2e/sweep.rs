//! The Sweep panel, by its test ids.

use crate::harness::Page;
use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::worker::measure::Measurement;

/// Small enough to be over in a second or two.
pub const QUICK: &str = "#/sweep?v=1&task=quadratic&starget=0.3&d=20&bmax=64";

/// The state of [`QUICK`].
pub fn quick() -> RaceState {
    RaceState {
        n_dims: 20.0,
        sweep_target: 0.3,
        largest_batch: 0,
        ..RaceState::for_task(TaskKind::Quadratic, OptimizerKind::Sgd)
    }
}

/// Digest of [`QUICK`] as this machine computes it without a browser.
pub fn native_digest() -> String {
    let mut record = SweepRecord::new(SweepConfig::of(&quick()));
    record.run_with(|run| Measurement::to_end(run).unwrap());
    record.digest().to_string()
}

pub async fn root(page: &Page, name: &str) -> String {
    page.attr("panel-sweep", name).await.unwrap_or_default()
}

pub async fn n_done(page: &Page) -> usize {
    let text = page.attr("sweep-status", "data-done").await;
    text.and_then(|t| t.parse().ok()).unwrap_or(0)
}

/// Waits for the end of a sweep for as long as it makes progress.
pub async fn finish(page: &Page) {
    loop {
        let before = n_done(page).await;
        page.wait("another run or the end", || async {
            root(page, "data-state").await == "done" || n_done(page).await > before
        })
        .await;
        if root(page, "data-state").await == "done" {
            return;
        }
    }
}

/// Opens the panel, runs the sweep to its end and returns its digest.
pub async fn sweep(page: &Page, fragment: &str) -> String {
    page.open(fragment).await;
    page.click("sweep-run").await;
    finish(page).await;
    root(page, "data-digest").await
}

pub async fn number(page: &Page, id: &str, name: &str) -> f64 {
    let text = page.attr(id, name).await;
    let text = text.unwrap_or_else(|| panic!("{id} has no {name}"));
    text.parse()
        .unwrap_or_else(|_| panic!("{id}: {name} is {text:?}"))
}

/// Best learning rate by batch size, from the table.
pub async fn best_lrs(page: &Page) -> Vec<(f64, f64)> {
    page.js(
        "return [...document.querySelectorAll('[data-testid=\"sweep-table\"] tbody tr')]
           .map(row => [Number(row.dataset.testid.slice(5)), Number(row.dataset.lr)])",
        &[],
    )
    .await
}

/// A page that believes its machine has `n` cores, and that keeps the workers it starts in `window.workers`.
pub async fn with_cores(page: &Page, n: u32) {
    let source = format!(
        "Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', {{ get: () => {n} }});
         if (!window.workers) {{
           window.workers = [];
           window.Worker = class extends Worker {{
             constructor(...given) {{ super(...given); window.workers.push(this); }}
           }};
         }}"
    );
    page.before(&source).await;
}
