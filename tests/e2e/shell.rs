//! The frame around the panels: tabs, language, theme, notices.

use crate::harness::Page;
use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::params::url::Panel;
use serde_json::Value;

pub const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

/// Value of `lang` in links.
pub fn lang_key(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
    }
}

/// A fragment that opens a panel in a language.
pub fn fragment(panel: Panel, lang: Lang) -> String {
    format!("#/{}?v=1&lang={}", panel.key(), lang_key(lang))
}

/// Which language the root element claims.
pub async fn html_lang(page: &Page) -> String {
    page.js("return document.documentElement.lang", &[]).await
}

/// Switches the language with the button in the header.
pub async fn switch_language(page: &Page, to: Lang) -> &'static Strings {
    let s = strings(to);
    page.click("lang").await;
    page.wait_js(
        "the other language",
        &format!("return document.documentElement.lang === '{}'", s.tag),
    )
    .await;
    s
}

/// Presses the theme button until a theme is chosen.
pub async fn choose_theme(page: &Page, wanted: &str) {
    for _ in 0..3 {
        if chosen_theme(page).await.as_deref() == Some(wanted) {
            return;
        }
        page.click("theme").await;
    }
    assert_eq!(chosen_theme(page).await.as_deref(), Some(wanted));
}

/// The theme that overrides the system's.
pub async fn chosen_theme(page: &Page) -> Option<String> {
    page.js("return document.documentElement.dataset.theme ?? null", &[])
        .await
}

/// A colour as the browser computed it.
pub async fn background(page: &Page) -> String {
    page.js(
        "return getComputedStyle(document.documentElement).backgroundColor",
        &[],
    )
    .await
}

/// What the notices about the link say.
pub async fn notices(page: &Page) -> Vec<String> {
    page.js(
        "return [...document.querySelectorAll('[data-testid=notices] li')].map(e => e.innerText)",
        &[],
    )
    .await
}

/// Records what is copied instead of asking the system's clipboard, which a browser without a screen may not have.
pub async fn record_clipboard(page: &Page) {
    page.js::<Value>(
        "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }",
        &[],
    )
    .await;
}

/// Copies the link in the Share dialog and returns what was copied.
pub async fn copied_link(page: &Page) -> String {
    record_clipboard(page).await;
    page.click("share").await;
    page.click("copy-link").await;
    page.wait_js(
        "a copied link",
        "return typeof window.copied === 'string' && $('copied-link').innerText !== ''",
    )
    .await;
    page.click("share-close").await;
    page.wait_js("the dialog to close", "return $('share-dialog') === null")
        .await;
    page.js("return window.copied", &[]).await
}
