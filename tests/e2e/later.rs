//! Code of panels that is fetched after the first screen.

use crate::faults_training::NO_WORKERS;
use crate::harness::{DESKTOP, Feature, Page, browse};
use crate::offline::KEPT;
use crate::race::SHORT;
use serde_json::{Value, json};

/// Lets requests for these files fail.
async fn block(page: &Page, patterns: &[&str]) {
    page.cdp("Network.enable", json!({})).await;
    page.cdp("Network.setBlockedURLs", json!({ "urls": patterns }))
        .await;
}

#[tokio::test]
async fn a_panel_whose_code_does_not_come_says_so_and_comes_when_asked_again() {
    for (lang, text) in [("en", "could not be fetched"), ("zh", "无法获取此面板")] {
        browse(DESKTOP, async |page| {
            page.needs(Feature::DevTools);
            page.open(&format!("#/curves?v=1&b=512&lang={lang}")).await;
            page.wait_js("the rest to be fetched", "return performance.getEntriesByType('resource').filter(e => /split_/.test(e.name)).length == 4").await;
            block(page, &["*split_job*"]).await;
            page.open_address(&format!("{}#/calc?v=1&lang={lang}", page.site.page))
                .await;
            page.wait_attr("fetching", "data-state", "failed").await;
            assert!(page.text("fetching").await.contains(text));
            // What is there goes on working.
            page.click("tab-race").await;
            page.wait_attr("panel-race", "data-state", "idle").await;
            page.click("tab-calc").await;
            page.wait_attr("fetching", "data-state", "failed").await;
            block(page, &[]).await;
            page.click("fetch-again").await;
            page.wait_attr("panel-calc", "data-state", "ready").await;
            // The failed requests themselves are in the console.
            page.console_errors().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_part_that_failed_before_its_panel_was_opened_is_fetched_anew() {
    browse(DESKTOP, async |page| {
        page.needs(Feature::DevTools);
        block(page, &["*split_job*"]).await;
        page.open("#/curves?v=1&b=512").await;
        page.wait_js("the requests ahead", "return performance.getEntriesByType('resource').filter(e => /split_/.test(e.name)).length >= 4").await;
        // The browser keeps the site all the same.
        page.wait_attr("offline", "data-value", KEPT).await;
        block(page, &[]).await;
        page.click("tab-calc").await;
        page.wait_attr("panel-calc", "data-state", "ready").await;
        // The failed request itself is in the console.
        page.console_errors().await;
    })
    .await;
}

#[tokio::test]
async fn the_first_screen_does_not_wait_for_the_other_panels() {
    browse(DESKTOP, async |page| {
        block(page, &["*split_*", "*chunk_*"]).await;
        page.open("#/curves?v=1&b=512").await;
        page.assert_value("lr-linear", 0.2).await;
        page.click("tab-curves").await;
        assert!(!page.is_shown("fetching").await);
        page.wait_js("the requests to have failed", "return performance.getEntriesByType('resource').filter(e => /split_/.test(e.name)).length >= 4").await;
        page.console_errors().await;
    })
    .await;
}

/// Opens a panel where what trains cannot be fetched.
async fn open_without_trainer(page: &Page, fragment: &str) {
    page.needs(Feature::DevTools);
    block(page, &["*split_worker*"]).await;
    page.open(fragment).await;
}

#[tokio::test]
async fn a_race_whose_trainer_does_not_come_says_so_and_runs_when_asked_again() {
    // Where no worker can be made, and where none is asked for.
    for (before, threads) in [(NO_WORKERS, ""), ("", "&nothread=1")] {
        browse(DESKTOP, async |page| {
            page.before(before).await;
            open_without_trainer(page, &format!("{SHORT}{threads}")).await;
            page.click("play").await;
            page.wait_attr("panel-race", "data-state", "failed").await;
            assert!(
                page.text("race-lost")
                    .await
                    .contains("could not be fetched")
            );
            block(page, &[]).await;
            page.click("reset").await;
            page.click("play").await;
            page.wait_attr("panel-race", "data-state", "done").await;
            // The failed requests themselves are in the console.
            page.console_errors().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_program_that_does_not_come_says_so_and_comes_when_asked_again() {
    browse(DESKTOP, async |page| {
        open_without_trainer(page, "#/race?v=1").await;
        page.js::<Value>("$('code-details').open = true; return null", &[])
            .await;
        page.wait("the way to ask again", || async {
            page.is_shown("code-fetch-again").await
        })
        .await;
        assert!(
            page.text("code-missing")
                .await
                .contains("could not be fetched")
        );
        block(page, &[]).await;
        page.click("code-fetch-again").await;
        page.wait("the program", || async {
            page.text("code-text").await.contains("import torch")
        })
        .await;
        assert!(!page.is_shown("code-fetch-again").await && !page.is_shown("code-missing").await);
        page.console_errors().await;
    })
    .await;
}
