//! The program does not come, or comes damaged, or the browser cannot run it.

use crate::harness::{DESKTOP, Feature, Page, Setup, browse};
use crate::{curves, race, sound};
use critical_batch::i18n::{Lang, strings};
use serde_json::Value;

/// Waits for a sentence about why the page does not start, in both languages, and returns it.
async fn told(page: &Page, fault: &str) -> String {
    page.wait_js(
        &format!("the fault {fault}"),
        &format!("return document.documentElement.dataset.fault === '{fault}'"),
    )
    .await;
    let shown: Vec<String> = page
        .js(
            "return [...document.querySelectorAll('#unloaded p')].filter(e => e.getClientRects().length > 0).map(e => e.innerText)",
            &[],
        )
        .await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(
        shown[0]
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{shown:?}"
    );
    // What needs no program is still there.
    let is_whole: bool = page
        .js(
            "return document.querySelector('main figure svg').getBoundingClientRect().width > 300
               && document.querySelector('h1').innerText.length > 10
               && !document.documentElement.hasAttribute('data-ready')",
            &[],
        )
        .await;
    assert!(is_whole, "the first screen is not what it was");
    shown.concat()
}

#[tokio::test]
async fn a_module_that_is_missing_or_cut_off_is_named_and_the_first_screen_stays() {
    browse(DESKTOP, async |page| {
        for folder in [&page.site.blocked, &page.site.truncated] {
            let link = format!("{folder}#/curves?v=1&b=512");
            page.open_address(&link).await;
            let said = told(page, "load").await;
            assert!(said.contains("reload"), "{said}");
            assert!(
                page.js::<String>("return location.hash", &[])
                    .await
                    .contains("b=512"),
                "the settings stay in the address"
            );
            // The browser itself tells of a missing file; there is no other error.
            let errors = page.console_errors().await;
            let is_of_it = |e: &String| e.contains("404") || e.starts_with("not loaded:");
            assert!(errors.iter().all(is_of_it), "{errors:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_panel_whose_code_is_cut_off_says_so_and_the_rest_goes_on() {
    browse(DESKTOP, async |page| {
        page.open_address(&format!("{}#/race?v=1&lr0=0.25", page.site.truncated_later))
            .await;
        page.wait_attr("fetching", "data-state", "failed").await;
        assert_eq!(
            page.text("fetching").await.lines().next(),
            Some(strings(Lang::En).shell.not_fetched)
        );
        page.click("fetch-again").await;
        page.wait_attr("fetching", "data-state", "failed").await;
        page.click("tab-curves").await;
        page.set_field("field-b", "512").await;
        page.wait_value("field-b", 512.0).await;
        sound::check(page, "a panel that did not come").await;
        // The loader names what it could not compile; there is no other error.
        let errors = page.console_errors().await;
        assert!(
            errors.iter().all(|e| e.contains("CompileError")),
            "{errors:#?}"
        );
        // The setting of the panel that did not come is still in its link.
        let link = page.attr("tab-race", "href").await.unwrap();
        assert!(link.contains("lr0=0.25"), "{link}");
    })
    .await;
}

#[tokio::test]
async fn a_module_that_is_served_with_the_wrong_type_runs() {
    browse(DESKTOP, async |page| {
        page.open_address(&format!("{}#/curves", page.site.mistyped))
            .await;
        page.wait_ready().await;
        curves::wait_rates(page, curves::expected_rates(256.0, 0.1, 8192.0, 4096.0)).await;
        page.click("tab-race").await;
        page.wait_attr("panel-race", "data-state", "idle").await;
        page.click("step").await;
        page.wait_value("race-step", 1.0).await;
        assert!(!page.is_shown("on-page").await, "the worker did not start");
        sound::check(page, "a step").await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_simd_is_told_so() {
    let without = Setup {
        is_without_simd: true,
        ..DESKTOP
    };
    browse(without, async |page| {
        page.needs(Feature::WithoutSimd);
        page.open_address(&page.site.page).await;
        let said = told(page, "simd").await;
        for word in ["SIMD", "Chrome", "Firefox", "Safari"] {
            assert!(said.contains(word), "{said}");
        }
        // Also after the module has been refused.
        crate::race::frames(page, 30).await;
        assert_eq!(told(page, "simd").await, said);
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_webassembly_is_told_so() {
    browse(DESKTOP, async |page| {
        page.before("delete window.WebAssembly").await;
        page.open_address(&page.site.page).await;
        let said = told(page, "wasm").await;
        assert!(said.contains("WebAssembly"), "{said}");
        race::frames(page, 30).await;
        assert_eq!(told(page, "wasm").await, said);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_said_of_faults_where_there_are_none() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        let shown: Value = page
            .js(
                "return [document.documentElement.dataset.fault ?? null, document.getElementById('unloaded').getClientRects().length]",
                &[],
            )
            .await;
        assert_eq!(shown, serde_json::json!([null, 0]));
    })
    .await;
}
