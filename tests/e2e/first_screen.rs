//! What is there before anything runs, and what is there first when it does.

use crate::curves::{self, expected_rates};
use crate::harness::{DESKTOP, Engine, Page, Setup, browse};
use crate::shell;
use critical_batch::i18n::{Lang, strings};

/// Waits until the browser has given up on the missing module.
async fn open_blocked(page: &Page, fragment: &str) {
    let address = format!("{}{fragment}", page.site.blocked);
    page.open_address(&address).await;
    page.wait_js(
        "the failed request",
        "return performance.getEntriesByType('resource').some(e => e.name.endsWith('.wasm'))",
    )
    .await;
}

#[tokio::test]
async fn ac_01_without_wasm_heading_picture_and_text_stay() {
    browse(DESKTOP, async |page| {
        open_blocked(page, "").await;
        let heading: String = page.js("return document.querySelector('h1').innerText", &[]).await;
        assert_eq!(heading, strings(Lang::En).curves.question);
        let (width, height, n_lines, words): (f64, f64, usize, String) = page
            .js(
                "const svg = document.querySelector('main figure svg');
                 if (!svg) return [0, 0, 0, ''];
                 const r = svg.getBoundingClientRect();
                 return [r.width, r.height, svg.querySelectorAll('path, polyline, line').length, svg.textContent]",
                &[],
            )
            .await;
        assert!(width > 300.0 && height > 150.0, "the picture measures {width} × {height}");
        assert!(n_lines >= 4, "the picture has {n_lines} lines");
        for rule in strings(Lang::En).curves.rules.iter().take(4) {
            assert!(words.contains(rule), "the picture does not name {rule}: {words}");
        }
        let text: String = page.js("return document.querySelector('main').innerText", &[]).await;
        assert!(text.contains("WebAssembly"), "{text}");
        assert!(!page.js::<bool>("return document.documentElement.hasAttribute('data-ready')", &[]).await);
        // The browser itself reports the missing file, and the loader that it got none; nothing else may fail.
        let errors = page.console_errors().await;
        assert!(!errors.is_empty() || page.engine == Engine::WebKit, "nothing reports the missing file");
        assert!(errors.iter().all(|line| line.contains(".wasm")), "{errors:#?}");
    })
    .await;
}

#[tokio::test]
async fn ac_02_fresh_page_shows_the_default_rates() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.assert_value("lr-none", 0.1).await;
        page.assert_value("lr-sqrt", 0.565_685_424_949_238).await;
        page.assert_value("lr-linear", 3.2).await;
        page.assert_value("lr-theory", 1.133_333_333_333_333_3)
            .await;
        assert_eq!(curves::numbers(page).await, [256.0, 0.1, 8192.0, 4096.0]);
        curves::wait_rates(page, expected_rates(256.0, 0.1, 8192.0, 4096.0)).await;
        curves::wait_drawn(page, "curves-chart").await;
        assert_eq!(shell::html_lang(page).await, "en");
    })
    .await;
}

#[tokio::test]
async fn ac_50_dark_applies_before_the_module_has_loaded() {
    let dark = Setup {
        is_dark: true,
        ..DESKTOP
    };
    browse(dark, async |page| {
        // Without the module only what comes before it can have set the colour.
        open_blocked(page, "").await;
        assert_eq!(shell::background(page).await, "rgb(17, 20, 24)");
        open_blocked(page, "#/curves?v=1&theme=light").await;
        assert_eq!(shell::background(page).await, "rgb(255, 255, 255)");
        // The missing module is this test's doing.
        let errors = page.console_errors().await;
        assert!(
            errors.iter().all(|line| line.contains(".wasm")),
            "{errors:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn ac_50_the_readers_theme_wins_over_the_systems_and_stays() {
    let dark = Setup {
        is_dark: true,
        ..DESKTOP
    };
    browse(dark, async |page| {
        page.open("").await;
        assert_eq!(shell::background(page).await, "rgb(17, 20, 24)");
        shell::choose_theme(page, "light").await;
        assert_eq!(shell::background(page).await, "rgb(255, 255, 255)");
        // Without a fragment, so that only the storage can know.
        page.open("").await;
        assert_eq!(shell::chosen_theme(page).await.as_deref(), Some("light"));
        assert_eq!(shell::background(page).await, "rgb(255, 255, 255)");
        page.reload().await;
        assert_eq!(shell::background(page).await, "rgb(255, 255, 255)");
        // The system's choice counts again where the reader leaves it to the system.
        page.click("theme").await;
        page.click("theme").await;
        assert_eq!(shell::chosen_theme(page).await, None);
        assert_eq!(shell::background(page).await, "rgb(17, 20, 24)");
    })
    .await;
}
