//! What a browser may refuse: storage, clipboard, canvas.
//! No uncaught error, no blank panel, no "NaN", nothing lost that the reader has entered.

use crate::harness::{DESKTOP, Page, browse};
use crate::race::{self, SHORT, native_digest, run_to_end};
use crate::{curves, shell, sound};
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

/// Breaks the program off as a panic does: (func (export "f") unreachable).
pub async fn trap(page: &Page) {
    page.js::<Value>(
        // In a script of the page, because Firefox keeps the errors of a test's own script to itself.
        "const script = document.createElement('script');
         script.textContent = 'const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);'
           + 'setTimeout(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f)';
         document.head.append(script); return null",
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_program_that_stops_says_so_and_a_reload_goes_on() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1").await;
        page.set_field("field-b", "1024").await;
        page.wait_js("the address", "return location.hash.includes('b=1024')").await;
        trap(page).await;
        page.wait_js(
            "the sentence in both languages",
            "const e = document.querySelector('#stopped');
             return e.getClientRects().length > 0 && e.innerText.includes('reload to go on') && e.innerText.includes('重新加载即可继续')",
        )
        .await;
        page.reload().await;
        assert!(
            !page
                .js::<bool>("return 'stopped' in document.documentElement.dataset", &[])
                .await
        );
        page.assert_value("field-b", 1024.0).await;
        // The trap itself is in the console.
        page.console_errors().await;
    })
    .await;
}

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
