//! The Race panel, by its test ids.

use crate::harness::Page;
use critical_batch::experiment::digest::digest_runs;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::params::race::RaceState;
use critical_batch::train::run::Run;
use serde_json::{Value, json};

/// Every lane, in the order of their bits in links.
pub const LANES: [&str; 6] = ["base", "none", "sqrt", "linear", "theory", "custom"];

/// Four epochs of the default race.
pub const SHORT: &str = "#/race?v=1&ex=5748";

/// [`SHORT`] with a learning rate that no rule makes so large that it diverges.
pub const CALM: &str = "#/race?v=1&ex=5748&lr0=0.05";

/// So slow that it is still running whenever a test looks.
pub const SLOW: &str = "#/race?v=1&speed=1";

/// Digest of the default race with this budget, in examples, as this machine computes it without a browser.
pub fn native_digest(budget: f64) -> String {
    let state = RaceState {
        budget,
        ..RaceState::default()
    };
    let plan = RacePlan::of(&state);
    let runs: Vec<Run> = plan
        .runs
        .iter()
        .map(|numbered| {
            let mut run = Run::new(&numbered.config.clone().check().unwrap());
            run.advance(u64::MAX);
            run
        })
        .collect();
    let numbered = plan.runs.iter().map(|numbered| numbered.run);
    digest_runs(numbered.zip(runs.iter().map(Run::samples))).to_string()
}

/// What a lane's row says.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub lane: &'static str,
    pub status: String,
    pub steps: Option<f64>,
    pub examples: Option<f64>,
    pub loss: Option<f64>,
}

/// An attribute of the panel's root.
pub async fn root(page: &Page, name: &str) -> Option<String> {
    page.attr("panel-race", name).await
}

pub async fn state(page: &Page) -> String {
    root(page, "data-state").await.unwrap_or_default()
}

pub async fn wait_state(page: &Page, wanted: &str) {
    page.wait_attr("panel-race", "data-state", wanted).await;
}

/// Digest of a run that is done.
pub async fn digest(page: &Page) -> String {
    wait_state(page, "done").await;
    let digest = root(page, "data-digest").await.unwrap_or_default();
    assert!(!digest.is_empty(), "a finished run has a digest");
    digest
}

pub async fn job(page: &Page) -> String {
    root(page, "data-job").await.unwrap_or_default()
}

/// Steps that the race has advanced.
pub async fn steps(page: &Page) -> f64 {
    page.value_of("race-step").await
}

pub async fn wait_steps(page: &Page, least: f64) {
    page.wait(&format!("{least} steps"), || async {
        steps(page).await >= least
    })
    .await;
}

pub async fn play(page: &Page) {
    page.click("play").await;
}

/// Opens the panel and runs it to its end.
pub async fn run_to_end(page: &Page, fragment: &str) -> (String, Vec<Row>) {
    page.open(fragment).await;
    page.click("to-end").await;
    (digest(page).await, rows(page).await)
}

/// The rows of the lanes that take part.
pub async fn rows(page: &Page) -> Vec<Row> {
    let mut rows = Vec::new();
    for lane in LANES {
        let Some(status) = page.attr(&format!("lane-{lane}"), "data-status").await else {
            continue;
        };
        rows.push(Row {
            lane,
            status,
            steps: cell(page, "steps", lane).await,
            examples: cell(page, "examples", lane).await,
            loss: cell(page, "loss", lane).await,
        });
    }
    rows
}

async fn cell(page: &Page, column: &str, lane: &str) -> Option<f64> {
    page.attr(&format!("{column}-{lane}"), "data-value")
        .await
        .and_then(|v| v.parse().ok())
}

/// Lets the browser paint a few frames and the worker send what it has to send.
pub async fn frames(page: &Page, n: u32) {
    page.js_async::<Value>(
        "for (let i = 0; i < args[0]; i++) await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)))",
        &[json!(n)],
    )
    .await;
}

/// Tells the page that its tab was hidden or shown again.
pub async fn set_hidden(page: &Page, is_hidden: bool) {
    page.js::<Value>(
        "const hidden = arguments[0];
         Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
         Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => hidden ? 'hidden' : 'visible' });
         document.dispatchEvent(new Event('visibilitychange'))",
        &[json!(is_hidden)],
    )
    .await;
}
