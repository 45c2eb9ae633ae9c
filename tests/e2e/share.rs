//! The Share dialog: the link with its digest, the frame with its preview, the citation.

use crate::access::findings;
use crate::harness::{DESKTOP, PHONE, Page, browse};
use crate::race::{self, SHORT};
use crate::shell::{self, LANGS, fragment};
use critical_batch::i18n::strings;
use critical_batch::params::defs::ParamId;
use critical_batch::params::embed::Ui;
use critical_batch::params::url::{Panel, decode};
use critical_batch::units::format_count;
use serde_json::{Value, json};
use thirtyfour::Key;

async fn value(page: &Page, id: &str) -> String {
    page.js("return $(arguments[0]).value", &[json!(id)]).await
}

/// The dialog's code is fetched first, if it is not there yet.
async fn open(page: &Page) {
    page.click("share").await;
    page.wait_js("the dialog", "return $('share-dialog')?.open === true")
        .await;
}

async fn open_tab(page: &Page, tab: usize) {
    open(page).await;
    page.click(&format!("share-tab-{tab}")).await;
    page.wait_attr(&format!("share-tab-{tab}"), "aria-selected", "true")
        .await;
}

#[tokio::test]
async fn the_dialog_opens_by_key_moves_by_arrows_and_gives_the_focus_back() {
    browse(DESKTOP, async |page| {
        page.open("#/curves").await;
        page.focus("table-toggle").await;
        page.press("s").await;
        page.wait_js("the dialog", "return $('share-dialog')?.open")
            .await;
        page.focus("share-tab-0").await;
        page.press(Key::Right + "").await;
        assert_eq!(page.focused().await.as_deref(), Some("share-tab-1"));
        page.wait_js("the frame's HTML", "return $('share-embed') !== null")
            .await;
        page.press(Key::Left + "").await;
        page.press(Key::Left + "").await;
        page.wait_js("the citation", "return $('share-cite-tool') !== null")
            .await;
        // Keys of the panels rest meanwhile.
        page.press("2").await;
        page.press(Key::Escape + "").await;
        page.wait_js("the dialog to close", "return $('share-dialog') === null")
            .await;
        assert!(page.is_shown("panel-curves").await);
        assert_eq!(page.focused().await.as_deref(), Some("table-toggle"));
    })
    .await;
}

#[tokio::test]
async fn the_link_tells_its_length_and_the_digest() {
    browse(DESKTOP, async |page| {
        page.open(&format!("{SHORT}&seed=9")).await;
        open(page).await;
        let link = value(page, "share-link").await;
        assert_eq!(
            decode(link.strip_prefix(&page.site.page).unwrap())
                .0
                .race
                .seed,
            9.0
        );
        page.assert_value("share-count", link.len() as f64).await;
        assert!(!page.is_shown("share-long").await && !page.is_shown("share-digest").await);
        page.click("share-close").await;
        page.click("to-end").await;
        let digest = race::digest(page).await;
        open(page).await;
        assert_eq!(page.text("share-digest").await, digest);
        page.click("share-close").await;
        // Our own links are short enough; an address that a host gives the page may not be.
        let address = format!(
            "{}?x={}#/curves?v=1&b=512",
            page.site.page,
            "a".repeat(2000)
        );
        page.open_address(&address).await;
        page.wait_ready().await;
        open(page).await;
        page.assert_value("share-count", address.len() as f64).await;
        let s = strings(LANGS[0]);
        assert_eq!(
            page.text("share-long").await,
            (s.share.too_long)(&format_count(2000, s.grouping))
        );
    })
    .await;
}

#[tokio::test]
async fn a_refused_clipboard_leaves_the_text_selected_and_says_so() {
    browse(DESKTOP, async |page| {
        for lang in LANGS {
            page.open(&fragment(Panel::Curves, lang)).await;
            page.js::<Value>("navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))", &[])
                .await;
            open(page).await;
            page.click("copy-link").await;
            page.wait_js("a word about it", "return $('copied-link').innerText !== ''").await;
            assert_eq!(page.text("copied-link").await, strings(lang).share.refused);
            let (selected, all): (usize, usize) = page
                .js("const t = $('share-link'); return [document.activeElement === t ? t.selectionEnd - t.selectionStart : 0, t.value.length]", &[])
                .await;
            assert!(all > 0);
            assert_eq!(selected, all);
        }
    })
    .await;
}

#[tokio::test]
async fn the_frame_is_made_as_chosen_and_shown_before_it_is_copied() {
    browse(DESKTOP, async |page| {
        page.open("#/race?v=1&seed=9&lang=en").await;
        shell::record_clipboard(page).await;
        open_tab(page, 1).await;
        page.wait_js("a first preview", "return document.querySelector('[data-testid=share-preview] iframe').contentDocument?.documentElement.hasAttribute('data-ready')").await;
        let steps: Value = page.js("return history.length", &[]).await;
        page.choose("share-ui", "0").await;
        page.choose("share-size", "3").await;
        page.set_field("share-width", "500").await;
        page.set_field("share-height", "9").await;
        page.wait_attr("share-height", "aria-invalid", "true").await;
        page.set_field("share-height", "600").await;
        page.choose("share-lang", "2").await;
        page.choose("share-theme", "2").await;
        page.js::<Value>("$('share-marks').open = true", &[]).await;
        page.wait_js("the controls", "return $('mark-seed') !== null").await;
        page.choose("mark-seed", "1").await;
        page.choose("mark-task", "2").await;
        page.click("copy-embed").await;
        page.wait_js("the copy", "return typeof window.copied === 'string'").await;
        // As a browser reads it.
        let frame: Value = page
            .js(
                "const box = document.createElement('template'); box.innerHTML = window.copied;
                 const f = box.content.firstElementChild;
                 return { n: box.content.childElementCount, tag: f.tagName, src: f.getAttribute('src'), loading: f.getAttribute('loading'), title: f.title,
                   allow: f.getAttribute('allow'), size: [f.width, f.height], sandbox: f.hasAttribute('sandbox') }",
                &[],
            )
            .await;
        assert_eq!((&frame["n"], &frame["tag"]), (&json!(1), &json!("IFRAME")));
        assert_eq!((&frame["loading"], &frame["allow"]), (&json!("lazy"), &json!("clipboard-write")));
        assert_eq!((&frame["size"], &frame["sandbox"]), (&json!(["500", "600"]), &json!(false)));
        let zh = strings(LANGS[1]);
        assert_eq!(frame["title"], json!((zh.share.frame_title)(zh.shell.panels[1])));
        let (link, notices) = decode(frame["src"].as_str().unwrap().strip_prefix(&page.site.page).unwrap());
        let embed = link.embed.unwrap();
        assert_eq!(notices, []);
        assert_eq!((link.panel, link.race.seed, link.lang), (Panel::Race, 9.0, Some(LANGS[1])));
        assert_eq!((embed.ui, embed.locked, embed.hidden), (Ui::Min, vec![ParamId::Seed], vec![ParamId::Task]));
        // The preview is that very frame.
        page.wait_js(
            "the preview",
            "const f = document.querySelector('[data-testid=share-preview] iframe');
             return f.getAttribute('src').includes('ui=min') && f.width === '500' && f.contentDocument?.documentElement?.hasAttribute('data-ready')",
        )
        .await;
        page.wait_js(
            "the panel in it",
            "const d = document.querySelector('[data-testid=share-preview] iframe').contentDocument;
             return d.querySelector('[data-testid=panel-race]') !== null && d.documentElement.lang === 'zh-Hans' && d.documentElement.dataset.theme === 'dark'",
        )
        .await;
        // Looking at it has changed neither the page's language nor its history.
        assert_eq!(shell::html_lang(page).await, "en");
        let stored: Value = page.js("return localStorage.getItem('critical-batch-theme')", &[]).await;
        assert_eq!(stored, json!(null));
        assert_eq!(steps, page.js::<Value>("return history.length", &[]).await);
    })
    .await;
}

#[tokio::test]
async fn citations_are_bibtex_of_the_tool_and_of_the_sources() {
    browse(DESKTOP, async |page| {
        page.open("#/noise").await;
        open_tab(page, 2).await;
        let tool = value(page, "share-cite-tool").await;
        assert!(
            tool.starts_with("@software{") && tool.contains(&page.site.page),
            "{tool}"
        );
        let sources = value(page, "share-cite-sources").await;
        for id in ["1812.06162", "2602.03001"] {
            assert!(sources.contains(&format!("eprint = {{{id}}}")), "{sources}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_dialog_fits_on_a_phone_in_both_languages() {
    browse(PHONE, async |page| {
        for lang in LANGS {
            page.open(&fragment(Panel::Race, lang)).await;
            for tab in 0..3 {
                open_tab(page, tab).await;
                let is_within: bool = page
                    .js("const d = $('share-dialog'); return d.scrollWidth <= d.clientWidth && d.getBoundingClientRect().width <= innerWidth", &[])
                    .await;
                assert!(is_within, "{lang:?} {tab}");
                page.click("share-close").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_48_a_scan_of_the_dialog_finds_nothing_serious() {
    browse(DESKTOP, async |page| {
        let mut all = Vec::new();
        for (lang, theme) in [
            (LANGS[0], "light"),
            (LANGS[0], "dark"),
            (LANGS[1], "light"),
            (LANGS[1], "dark"),
        ] {
            page.open(&format!("{}&theme={theme}", fragment(Panel::Curves, lang)))
                .await;
            for tab in 0..3 {
                open_tab(page, tab).await;
                if tab == 1 {
                    page.js::<Value>("$('share-marks').open = true", &[]).await;
                    page.wait_js("the controls", "return $('mark-b') !== null")
                        .await;
                }
                let found = findings(page).await;
                all.extend(
                    found
                        .into_iter()
                        .map(|f| format!("{lang:?} {theme} {tab}: {f}")),
                );
                page.click("share-close").await;
            }
        }
        assert!(all.is_empty(), "{}", all.join("\n"));
    })
    .await;
}

/// Everything a panel says in numbers.
async fn outputs(page: &Page) -> Vec<(String, String)> {
    page.js(
        "return [...document.querySelectorAll('main [data-value]')].filter(e => !e.closest('[hidden]')).map(e => [e.dataset.testid ?? '', e.dataset.value])",
        &[],
    )
    .await
}

#[tokio::test]
async fn ac_36_a_copied_link_gives_the_same_numbers_of_every_panel() {
    // (link with unusual settings, test id of what runs it, panel that carries state and digest)
    let cases = [
        (
            "#/race?v=1&ex=3000&seed=77&b=48&lr0=0.07&opt=adam&lanes=base,sqrt,custom&lrc=0.011&lang=zh",
            Some(("to-end", "panel-race")),
        ),
        (
            "#/sweep?v=1&task=quadratic&starget=0.3&d=20&bmax=64&sseeds=1&seed=5&lang=zh",
            Some(("sweep-run", "panel-sweep")),
        ),
        (
            "#/noise?v=1&b=24&s=3&k=4&lr=0.7&x=-1.5&seed=6&dopt=adam&dn=200&lang=zh",
            Some(("digits-run", "panel-noise")),
        ),
        ("#/calc?v=1&b=4096&b0=300&lr0=0.03&dev=8&lang=zh", None),
    ];
    for (fragment, run) in cases {
        let look = async |page: &Page| {
            if let Some((button, panel)) = run {
                page.bring_into_view(button).await;
                page.click(button).await;
                page.wait_attr(panel, "data-state", "done").await;
            }
            let digest = match run {
                Some((_, panel)) => page.attr(panel, "data-digest").await,
                None => None,
            };
            (digest, outputs(page).await, shell::html_lang(page).await)
        };
        let (link, seen) = browse(DESKTOP, async |page| {
            page.open(fragment).await;
            assert!(
                shell::notices(page).await.is_empty(),
                "{fragment}: {:?}",
                shell::notices(page).await
            );
            let link = shell::copied_link(page).await;
            (link, look(page).await)
        })
        .await;
        assert!(seen.1.len() > 3, "{fragment}: {seen:?}");
        let again = browse(DESKTOP, async |page| {
            page.open_address(&link).await;
            page.wait_ready().await;
            look(page).await
        })
        .await;
        let is_output = |(id, _): &&(String, String)| id != "sweep-cost";
        let kept =
            |all: &[(String, String)]| all.iter().filter(is_output).cloned().collect::<Vec<_>>();
        assert_eq!(
            (kept(&again.1), again.0, again.2),
            (kept(&seen.1), seen.0, seen.2),
            "{link}"
        );
    }
}
