//! Links carry the state; the language changes every word and nothing else.

use crate::curves;
use crate::harness::{DESKTOP, Page, browse};
use crate::race::frames;
use crate::shell::{self, LANGS};
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::url::Panel;
use serde_json::Value;

#[tokio::test]
async fn ac_34_a_wrong_link_is_read_as_far_as_possible_and_says_so() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1&b=1e99&lr0=-1&opt=foo").await;
        let notices = shell::notices(page).await;
        assert_eq!(notices.len(), 3, "{notices:?}");
        for key in ["b =", "lr0 =", "opt ="] {
            assert!(
                notices.iter().any(|n| n.starts_with(key)),
                "no notice about {key}: {notices:?}"
            );
        }
        page.assert_value("field-b", 1_048_576.0).await;
        page.assert_value("field-lr0", 1e-6).await;
        let is_sgd: bool = page.js("return $('opt-sgd').checked", &[]).await;
        assert!(is_sgd);
        for rule in curves::RULES {
            assert!(page.value_of(&format!("lr-{rule}")).await.is_finite());
        }
    })
    .await;
}

#[tokio::test]
async fn ac_34_an_unknown_panel_opens_the_first_one() {
    browse(DESKTOP, async |page| {
        page.open("#/nowhere?v=9").await;
        assert!(page.is_shown("panel-curves").await);
        assert_eq!(shell::notices(page).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn ac_35_dragging_writes_the_address_seldom_and_reload_keeps_all() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        curves::count_replacing(page).await;
        page.js_async::<Value>(
            "const slider = $('slider-b');
             for (let n = 0; n < 100; n++) {
               slider.value = String(5 + n % 30);
               slider.dispatchEvent(new Event('input', { bubbles: true }));
               await new Promise(r => setTimeout(r, 50));
             }",
            &[],
        )
        .await;
        page.set_field("field-bc", "1234").await;
        page.set_field("field-lr0", "0.37").await;
        let numbers = curves::numbers(page).await;
        page.wait_js(
            "the address to be written",
            "return location.hash.includes('lr0=0.37') && location.hash.includes('bc=1234')",
        )
        .await;
        let calls: u32 = page.js("return window.nReplaced", &[]).await;
        assert!(
            (1..=15).contains(&calls),
            "the address was written {calls} times"
        );
        let rates = curves::rates(page).await;
        page.reload().await;
        assert_eq!(curves::numbers(page).await, numbers);
        assert_eq!(curves::rates(page).await, rates);
        assert!(shell::notices(page).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn ac_36_a_copied_link_shows_the_same_to_somebody_else() {
    let (link, numbers, rates, sentence) = browse(DESKTOP, async |page| {
        page.open("").await;
        for (key, text) in [
            ("b0", "300"),
            ("lr0", "0.07"),
            ("b", "12345"),
            ("bc", "777"),
        ] {
            page.set_field(&format!("field-{key}"), text).await;
            page.wait_value(&format!("field-{key}"), text.parse().unwrap())
                .await;
        }
        shell::switch_language(page, Lang::Zh).await;
        let link = shell::copied_link(page).await;
        (
            link,
            curves::numbers(page).await,
            curves::rates(page).await,
            page.text("sentence").await,
        )
    })
    .await;
    assert_eq!(numbers, [300.0, 0.07, 12_345.0, 777.0]);
    // Another reader: a fresh profile whose browser speaks English.
    browse(DESKTOP, async |page| {
        page.open_address(&link).await;
        page.wait_js("the rates", "return $('lr-linear') !== null")
            .await;
        assert_eq!(curves::numbers(page).await, numbers);
        assert_eq!(curves::rates(page).await, rates);
        assert_eq!(shell::html_lang(page).await, "zh-Hans");
        assert_eq!(page.text("sentence").await, sentence);
    })
    .await;
}

#[tokio::test]
async fn going_back_returns_to_the_panel_before() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.set_field("field-b", "512").await;
        page.wait_js(
            "the address to be written",
            "return location.hash.includes('b=512')",
        )
        .await;
        page.click("tab-about").await;
        page.wait_js("About", "return $('about') !== null").await;
        page.driver.back().await.unwrap();
        page.wait_js("Curves", "return $('panel-curves') !== null")
            .await;
        page.assert_value("field-b", 512.0).await;
    })
    .await;
}

/// Words on screen, one entry per text node, without those that are the same in every language: numbers, symbols,
/// names, citations.
pub async fn words(page: &Page) -> Vec<String> {
    page.js(
        "const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
         const found = [];
         for (let n = walker.nextNode(); n; n = walker.nextNode()) {
           const e = n.parentElement, text = n.data.trim();
           if (!text || e.closest('script, style, cite, body [lang], kbd, .brand strong, #stopped, [data-testid=offline]')) continue;
           if (e.tagName !== 'OPTION' && e.getClientRects().length === 0) continue;
           if (/[A-Za-z]{3}/.test(text) || /[\\u4e00-\\u9fff]/.test(text)) found.push(text);
         }
         for (const e of document.querySelectorAll('[aria-label], [title]'))
           for (const name of ['aria-label', 'title'])
             if (e.hasAttribute(name)) found.push(`${name}: ${e.getAttribute(name)}`);
         return found",
        &[],
    )
    .await
}

/// What stays the same in Chinese: names of optimisers, data sets, networks and formats.
const NAMES: &[&str] = &[
    "SGD",
    "Adam",
    "AdamW",
    "RMSprop",
    "Nesterov",
    "ReLU",
    "tanh",
    "PNG",
    "SVG",
    "CSV",
    "JSON",
    "Hugging Face TrainingArguments",
    "DeepSpeed JSON",
    "aria-label: w₁",
    "aria-label: w₂",
];
/// Texts that hold one of these are names or citations.
const NAMED: &[&str] = &[
    "arXiv:",
    "doi.org",
    "S/S_min",
    "B_crit",
    "B_simple",
    "B_noise",
    "B_ℓ1",
    "E/E_min",
    "ImageNet",
    "Transformer",
];

#[tokio::test]
async fn ac_41_the_language_changes_every_word_and_no_value() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            page.open(&shell::fragment(panel, Lang::En)).await;
            if panel == Panel::Sweep {
                // It changes what is written when it comes.
                page.wait("the estimate", || async {
                    page.attr("sweep-cost", "data-value").await.is_some()
                })
                .await;
            }
            page.js::<Value>("scrollTo(0, 150)", &[]).await;
            let scroll: f64 = page.js("return scrollY", &[]).await;
            let english = words(page).await;
            let values = all_values(page).await;
            let painted = chart_words(page).await;
            assert_eq!(shell::html_lang(page).await, "en");
            // By key, as a click may scroll the button into view.
            page.press("l").await;
            page.wait_js(
                "Chinese",
                "return document.documentElement.lang === 'zh-Hans'",
            )
            .await;
            let chinese = words(page).await;
            let kept: Vec<&String> = chinese
                .iter()
                .filter(|w| english.contains(w) && !is_common(w))
                .collect();
            assert!(
                kept.is_empty(),
                "{panel:?} keeps these words in Chinese: {kept:#?}"
            );
            assert_eq!(all_values(page).await, values, "{panel:?}");
            assert_eq!(
                page.js::<f64>("return scrollY", &[]).await,
                scroll,
                "{panel:?}"
            );
            if !painted.is_empty() {
                // A chart is painted in a frame after the words around it.
                page.wait("a chart to speak Chinese", || async {
                    chart_words(page)
                        .await
                        .iter()
                        .any(|w| w.chars().any(is_han))
                })
                .await;
                frames(page, 3).await;
                let left = english_left(page, &painted).await;
                assert!(left.is_empty(), "{panel:?}: charts keep {left:?}");
            }
            page.press("l").await;
            page.wait_js("English", "return document.documentElement.lang === 'en'")
                .await;
            assert_eq!(words(page).await, english, "{panel:?}");
        }
    })
    .await;
}

pub fn is_common(text: &str) -> bool {
    let bare = text
        .trim_start_matches("aria-label: ")
        .trim_start_matches("title: ");
    NAMES.contains(&bare) || NAMED.iter().any(|n| bare.contains(n))
}

/// Every raw number on screen, but for whether the site is kept for use without a network, which changes by itself.
async fn all_values(page: &Page) -> Vec<(String, String)> {
    page.js(
        "return [...document.querySelectorAll('[data-testid][data-value]:not([data-testid=offline])')].map(e => [e.dataset.testid, e.dataset.value])",
        &[],
    )
    .await
}

/// Words in the latest pictures of all charts.
async fn chart_words(page: &Page) -> Vec<String> {
    let mut words = Vec::new();
    for texts in page.chart_texts().await {
        words.extend(texts.into_iter().filter(|t| {
            t.chars().filter(char::is_ascii_alphabetic).count() >= 3 || t.chars().any(is_han)
        }));
    }
    words
}

/// Words of the English pictures that are still there and are no names.
async fn english_left(page: &Page, english: &[String]) -> Vec<String> {
    let mut words = chart_words(page).await;
    words.retain(|w| english.contains(w) && !is_common(w));
    words
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[tokio::test]
async fn ac_42_no_text_is_missing() {
    browse(DESKTOP, async |page| {
        for lang in LANGS {
            for panel in Panel::ALL {
                page.open(&shell::fragment(panel, lang)).await;
                let empty: Vec<String> = page
                    .js(
                        "return [...document.querySelectorAll('button, a, label, legend, h1, h2, summary, option, th, figcaption, [role=slider], input, select')]
                           .filter(e => e.getClientRects().length > 0 || e.tagName === 'OPTION')
                           .filter(e => !(e.innerText || '').trim() && !e.getAttribute('aria-label') && !e.labels?.length && !e.textContent.trim())
                           .map(e => e.outerHTML.slice(0, 160))",
                        &[],
                    )
                    .await;
                assert!(empty.is_empty(), "{panel:?} in {lang:?}: without text: {empty:#?}");
                let blank: Vec<String> = page
                    .js(
                        "return [...document.querySelectorAll('[aria-label=\"\"], [title=\"\"]')].map(e => e.outerHTML.slice(0, 160))",
                        &[],
                    )
                    .await;
                assert!(blank.is_empty(), "{panel:?} in {lang:?}: empty attributes: {blank:#?}");
                let all: String = page
                    .js(
                        "return document.documentElement.innerText + [...document.querySelectorAll('[aria-label], [title], [aria-valuetext]')]
                           .map(e => [e.ariaLabel, e.title, e.ariaValueText].join(' ')).join(' ')",
                        &[],
                    )
                    .await;
                for placeholder in ["undefined", "null", "NaN", "TODO", "FIXME", "{}", "{{", "[object"] {
                    assert!(!all.contains(placeholder), "{panel:?} in {lang:?} says {placeholder:?}");
                }
                let s = strings(lang);
                let title = page.driver.title().await.unwrap();
                let index = Panel::ALL.iter().position(|p| *p == panel).unwrap();
                assert!(title.contains(s.shell.panels[index]), "{title}");
            }
        }
    })
    .await;
}
