//! What a browser may refuse: storage, clipboard, canvas.
//! No uncaught error, no blank panel, no "NaN", nothing lost that the reader has entered.

use crate::harness::{DESKTOP, Page, browse};
use crate::race::{self, SHORT, native_digest, run_to_end};
use crate::{curves, shell, sound};
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

#[tokio::test]
async fn a_storage_that_throws_costs_nothing_but_the_memory_of_choices() {
    const REFUSED: &str = "
        for (const name of ['localStorage', 'sessionStorage'])
          Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } });";
    const FULL: &str = "
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";
    for stub in [REFUSED, FULL] {
        browse(DESKTOP, async |page| {
            page.before(stub).await;
            page.open("#/curves?v=1&b=512").await;
            shell::choose_theme(page, "dark").await;
            shell::switch_language(page, Lang::Zh).await;
            page.assert_value("field-b", 512.0).await;
            for panel in Panel::ALL {
                page.click(&format!("tab-{}", panel.key())).await;
                race::frames(page, 3).await;
                sound::check(page, panel.key()).await;
            }
            // The link remembers instead.
            page.wait_js(
                "the link",
                "return location.hash.includes('lang=zh') && location.hash.includes('theme=dark')",
            )
            .await;
            page.reload().await;
            assert_eq!(shell::html_lang(page).await, "zh-Hans");
            assert_eq!(shell::chosen_theme(page).await.as_deref(), Some("dark"));
        })
        .await;
    }
}

#[tokio::test]
async fn a_clipboard_that_refuses_is_named_and_the_text_can_be_copied_by_hand() {
    const DENIED: &str = "
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) } });";
    const MISSING: &str = "Object.defineProperty(navigator, 'clipboard', { value: undefined });";
    for stub in [DENIED, MISSING] {
        browse(DESKTOP, async |page| {
            page.before(stub).await;
            let s = strings(Lang::En);
            page.open("#/calc?v=1&lang=en").await;
            page.click("share").await;
            page.click("copy-link").await;
            page.wait_js(
                "the refusal",
                &format!(
                    "return $('copied-link').innerText === {}",
                    json!(s.share.refused)
                ),
            )
            .await;
            page.wait_js(
                "the link, selected",
                "const t = $('share-link'); return t.value === location.href && t.selectionStart === 0 && t.selectionEnd === t.value.length",
            )
            .await;
            page.click("share-close").await;
            page.js::<Value>("$('code-details').open = true; return null", &[])
                .await;
            page.wait_js("the code", "return $('code-text').innerText.length > 100")
                .await;
            page.click("code-copy").await;
            page.wait_js(
                "the code, selected",
                &format!(
                    "return getSelection().toString().length > 100 && $('code-details').innerText.includes({})",
                    json!(s.shell.copy_failed)
                ),
            )
            .await;
            sound::check(page, "a refused copy").await;
        })
        .await;
    }
}

/// Test ids of the charts on screen that show an image in place of the canvas.
async fn images(page: &Page) -> (usize, usize) {
    page.js(
        "const charts = [...document.querySelectorAll('.chart')].filter(e => e.getClientRects().length > 0);
         const shown = charts.filter(e => { const i = e.querySelector('img.instead'); return i?.complete && i.naturalWidth > 50; });
         return [charts.length, shown.length]",
        &[],
    )
    .await
}

#[tokio::test]
async fn where_the_browser_gives_no_canvas_charts_are_images() {
    browse(DESKTOP, async |page| {
        page.before("HTMLCanvasElement.prototype.getContext = () => null;")
            .await;
        let mut n_charts = 0;
        for panel in Panel::ALL {
            page.open(&shell::fragment(panel, Lang::En)).await;
            page.wait(&format!("images on {panel:?}"), || async {
                let (n, n_shown) = images(page).await;
                n == n_shown
            })
            .await;
            n_charts += images(page).await.0;
            sound::check(page, panel.key()).await;
        }
        assert!(n_charts >= 4, "{n_charts} charts");
        let (digest, _) = run_to_end(page, SHORT).await;
        assert_eq!(digest, native_digest(5748.0));
        // The image follows what it shows.
        page.open("").await;
        let source = "return $('curves-chart-image')?.src ?? ''";
        page.wait_js("the image", "return $('curves-chart-image') !== null")
            .await;
        let before: String = page.js(source, &[]).await;
        page.set_field("field-bc", "64").await;
        page.wait("another image", || async {
            page.js::<String>(source, &[]).await != before
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_canvas_that_was_lost_is_painted_again() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        let ink = "const c = $('curves-chart-canvas');
             return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v, i) => i % 4 === 3 && v > 0)";
        // What losing a surface does: the picture goes, the browser says so, and later that there is a new one.
        let is_blank: bool = page
            .js(
                &format!(
                    "const canvas = $('curves-chart-canvas');
                     canvas.dispatchEvent(new Event('contextlost', {{ cancelable: true }}));
                     canvas.width = canvas.width;
                     return !(() => {{ {ink} }})()"
                ),
                &[],
            )
            .await;
        assert!(is_blank);
        page.js::<Value>(
            "$('curves-chart-canvas').dispatchEvent(new Event('contextrestored')); return null",
            &[],
        )
        .await;
        page.wait_js("the picture", ink).await;
        sound::check(page, "a lost canvas").await;
    })
    .await;
}
