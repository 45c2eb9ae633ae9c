//! Addresses as nobody writes them.

use crate::harness::{DESKTOP, browse};
use crate::{shell, sound};
use critical_batch::i18n::{Lang, strings};
use serde_json::{Value, json};

#[path = "../support/fragments.rs"]
mod fragments;

#[tokio::test]
async fn a_fragment_of_100_kb_is_read_to_its_limit() {
    browse(DESKTOP, async |page| {
        let long = format!("#/curves?v=1&b=512&{}", "x".repeat(100_000));
        page.open(&long).await;
        page.assert_value("field-b", 512.0).await;
        let s = strings(Lang::En);
        assert!(
            shell::notices(page)
                .await
                .contains(&s.notice.too_long.to_owned()),
            "{:?}",
            shell::notices(page).await
        );
        sound::check(page, "a long fragment").await;
        // Also in a page that is open already; and the next change leaves a link of ordinary length.
        page.open("#/race?v=1").await;
        page.js::<Value>("location.hash = arguments[0]; return null", &[json!(long)])
            .await;
        page.wait_js("Curves", "return $('panel-curves') !== null")
            .await;
        page.set_field("field-b", "1024").await;
        page.wait_js(
            "a short link",
            "return location.hash.includes('b=1024') && location.hash.length < 200",
        )
        .await;
        sound::check(page, "a long fragment in an open page").await;
    })
    .await;
}

#[tokio::test]
async fn three_hundred_random_fragments_break_nothing() {
    browse(DESKTOP, async |page| {
        // With the code of every panel at hand, so that each is there as soon as it is asked for.
        page.open("#/race").await;
        page.click("tab-about").await;
        page.wait_js("About", "return $('about') !== null").await;
        sound::install(page).await;
        let all: Vec<String> = (0..300).map(fragments::fragment).collect();
        for (part, texts) in all.chunks(50).enumerate() {
            let found: Vec<(usize, Vec<String>)> = page
                .js_async(
                    "const found = [];
                     for (const [i, text] of args[0].entries()) {
                       location.hash = text;
                       // Until the panel is there and its charts are painted.
                       for (let n = 0; n < 3; n++) await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)));
                       const wrong = window.unsound();
                       if (wrong.length > 0) found.push([i, wrong]);
                     }
                     return found",
                    &[json!(texts)],
                )
                .await;
            let named: Vec<String> = found
                .iter()
                .map(|(i, wrong)| format!("{}: {wrong:?}", texts[*i]))
                .collect();
            assert!(named.is_empty(), "part {part}: {named:#?}");
            page.assert_quiet().await;
        }
    })
    .await;
}
