//! Lessons and article: pages that can be read without the app, and lessons that can be taken with it.

use crate::access::findings;
use crate::harness::{DESKTOP, PHONE, Page, Setup, browse};
use crate::{race, shell, sweep};
use critical_batch::experiment::lessons::{EXACT_CRITICAL, Lesson};
use critical_batch::i18n::Lang;
use critical_batch::params::url::encode;
use serde_json::{Value, json};

const LANGS: [(Lang, &str); 2] = [(Lang::En, ""), (Lang::Zh, "zh/")];

fn address(lesson: Lesson, folder: &str) -> String {
    format!("{folder}learn/{}/", lesson.facts().slug)
}

/// Chooses the option with this name, or types the number.
async fn predict(page: &Page, guess: &str) {
    page.js::<Value>(
        "const field = document.querySelector('#prediction [type=text]');
         if (field) { field.value = arguments[0]; field.dispatchEvent(new Event('input', { bubbles: true })); }
         else document.querySelector(`#prediction [value='${arguments[0]}']`).click()",
        &[json!(guess)],
    )
    .await;
}

/// Presses Check; the name of the hint that appears, or `found`.
async fn check(page: &Page) -> String {
    page.js_async(
        "const outcome = document.querySelector('#outcome'), before = outcome.dataset.count;
         document.querySelector('#check-button').click();
         while (outcome.dataset.count === before) await new Promise(done => setTimeout(done, 5));
         const hints = [...outcome.querySelectorAll('[data-hint]')].filter(e => e.getClientRects().length > 0);
         const found = document.querySelector('#found').getClientRects().length > 0;
         return [...hints.map(e => e.dataset.hint), ...(found ? ['found'] : [])].join(' and ')",
        &[],
    )
    .await
}

/// Checks until the numbers of a finished run have arrived.
async fn check_until(page: &Page, wanted: &str) {
    page.wait(wanted, || async { check(page).await == wanted })
        .await;
}

async fn numbers(page: &Page) -> Vec<f64> {
    page.js(
        "return [...document.querySelectorAll('[data-number]')].sort((a, b) => a.dataset.number - b.dataset.number).map(e => Number(e.dataset.value))",
        &[],
    )
    .await
}

async fn set(page: &Page, key: &str, value: f64) {
    let field = format!("field-{key}");
    page.set_field(&field, &value.to_string()).await;
    page.wait_value(&field, value).await;
}

async fn run_race(page: &Page) {
    page.click("play").await;
    race::wait_state(page, "done").await;
}

/// Takes a lesson from prediction to explanation, with the right prediction.
async fn take(page: &Page, lesson: Lesson) {
    match lesson {
        Lesson::NoiseShrinks => {
            predict(page, "half").await;
            assert_eq!(check(page).await, "move");
            set(page, "b", 64.0).await;
            assert_eq!(check(page).await, "found");
            assert!((numbers(page).await[4] - 0.5).abs() < 0.075);
        }
        Lesson::LinearBreaks => {
            predict(page, "1.9").await;
            assert_eq!(check(page).await, "there");
            set(page, "b", 4096.0).await;
            assert_eq!(check(page).await, "found");
            assert!((numbers(page).await[1] - 32.0 / 17.0).abs() < 1e-9);
        }
        Lesson::SqrtMeetsTheory => {
            predict(page, "64k").await;
            set(page, "b", 65_536.0).await;
            assert_eq!(check(page).await, "again");
            set(page, "b0", 128.0).await;
            assert_eq!(check(page).await, "there");
            set(page, "b", 131_072.0).await;
            assert_eq!(check(page).await, "found");
        }
        Lesson::LargeBatchesCost => {
            predict(page, "twice").await;
            assert_eq!(check(page).await, "there");
            set(page, "b", 4096.0).await;
            assert_eq!(check(page).await, "found");
            assert_eq!(numbers(page).await, [4096.0, 2.0, 2.0]);
        }
        Lesson::MeasureCritical => {
            predict(page, "above").await;
            assert_eq!(check(page).await, "run");
            page.click("sweep-run").await;
            sweep::finish(page).await;
            check_until(page, "found").await;
            assert_eq!(numbers(page).await[3], EXACT_CRITICAL);
        }
        Lesson::AdamIsDifferent => {
            predict(page, "root").await;
            assert_eq!(check(page).await, "run");
            page.click("sweep-run").await;
            sweep::finish(page).await;
            check_until(page, "found").await;
        }
        Lesson::CriticalGrows => {
            predict(page, "late").await;
            assert_eq!(check(page).await, "follow");
            page.click("follow").await;
            page.wait_value("field-t", 100.0).await;
            assert_eq!(check(page).await, "found");
        }
        Lesson::WarmupRescue => {
            predict(page, "sometimes").await;
            assert_eq!(check(page).await, "run");
            run_race(page).await;
            assert_eq!(check(page).await, "first");
            page.choose("select-warm", "gradual").await;
            run_race(page).await;
            assert_eq!(check(page).await, "boundary");
            set(page, "b", 64.0).await;
            run_race(page).await;
            assert_eq!(check(page).await, "found");
            assert_eq!(numbers(page).await, [32.0, 8.0, 64.0, 16.0]);
        }
        Lesson::SumOrMean => {
            predict(page, "sgd").await;
            assert_eq!(check(page).await, "sum");
            page.js::<Value>("$('red-sum').click()", &[]).await;
            assert_eq!(check(page).await, "adam");
            page.js::<Value>("$('opt-adam').click()", &[]).await;
            assert_eq!(check(page).await, "found");
            assert_eq!(numbers(page).await, [32.0, 1.0, 32.0]);
        }
        Lesson::Accumulation => {
            predict(page, "same").await;
            assert_eq!(check(page).await, "accumulate");
            set(page, "dev", 1.0).await;
            set(page, "acc", 8.0).await;
            assert_eq!(check(page).await, "race");
            page.click("tab-race").await;
            run_race(page).await;
            assert_eq!(check(page).await, "again");
            page.click("reset").await;
            run_race(page).await;
            assert_eq!(check(page).await, "found");
        }
    }
}

/// The lesson is taken, praised, explained, kept in the link and on the device.
async fn complete(page: &Page, lesson: Lesson, folder: &str) {
    page.open(&address(lesson, folder)).await;
    let is_open = "return document.querySelector('#explain').open";
    assert!(
        !page.js::<bool>(is_open, &[]).await,
        "the explanation is shown at once"
    );
    take(page, lesson).await;
    let shown: Vec<String> = page
        .js(
            "return [...document.querySelectorAll('#right, #wrong, [data-why]')].filter(e => !e.hidden).map(e => e.id)",
            &[],
        )
        .await;
    assert_eq!(shown, ["right"]);
    assert!(page.js::<bool>(is_open, &[]).await);
    let unfilled: bool = page
        .js(
            "return /[…{]|NaN|inf/.test(document.querySelector('#found').innerText)",
            &[],
        )
        .await;
    assert!(!unfilled);
    let slug = lesson.facts().slug;
    assert_eq!(
        page.js::<String>("return localStorage.getItem('critical-batch-lessons')", &[])
            .await,
        slug
    );
    let dot = format!(
        "return document.querySelector('.dot[data-slug={slug}]').hasAttribute('data-done')"
    );
    page.wait_js(
        "the address to say it is done",
        "return location.hash.includes('done=1')",
    )
    .await;
    page.reload().await;
    assert!(
        page.js::<bool>(is_open, &[]).await,
        "the link forgot that it is done"
    );
    assert!(
        page.js::<bool>(&dot, &[]).await,
        "the device forgot that it is done"
    );
    let kept: bool = page
        .js(
            "const i = document.querySelector('#prediction :checked') ?? document.querySelector('#prediction [type=text]'); return !!i?.value",
            &[],
        )
        .await;
    assert!(kept, "the link forgot the prediction");
}

#[tokio::test]
async fn lessons_1_to_4_can_be_taken() {
    for lesson in &Lesson::ALL[..4] {
        browse(DESKTOP, async |page| complete(page, *lesson, "").await).await;
    }
}

#[tokio::test]
async fn lessons_5_to_7_can_be_taken() {
    for lesson in &Lesson::ALL[4..7] {
        browse(DESKTOP, async |page| complete(page, *lesson, "").await).await;
    }
}

#[tokio::test]
async fn lessons_8_to_10_can_be_taken() {
    for lesson in &Lesson::ALL[7..] {
        browse(DESKTOP, async |page| complete(page, *lesson, "").await).await;
    }
}

#[tokio::test]
async fn lessons_can_be_taken_in_chinese_and_on_a_phone() {
    for lesson in [
        Lesson::NoiseShrinks,
        Lesson::LinearBreaks,
        Lesson::MeasureCritical,
    ] {
        browse(PHONE, async |page| complete(page, lesson, "zh/").await).await;
    }
}

#[tokio::test]
async fn lessons_can_be_taken_with_a_teachers_link() {
    for lesson in Lesson::ALL {
        browse(DESKTOP, async |page| {
            let start = encode(&lesson.link("").0);
            let separator = if start.contains('?') { '&' } else { '?' };
            page.open(&format!("{}{start}{separator}lock=1", address(lesson, "")))
                .await;
            assert!(
                page.js::<bool>("return $('locked').getClientRects().length > 0", &[])
                    .await
            );
            take(page, lesson).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_lesson_is_passed_on_with_its_settings_and_without_answers() {
    browse(DESKTOP, async |page| {
        for folder in ["", "zh/"] {
            page.open(&address(Lesson::LinearBreaks, folder)).await;
            shell::record_clipboard(page).await;
            predict(page, "3").await;
            set(page, "bc", 2000.0).await;
            page.click("copy-lesson").await;
            page.wait_js("the copy", "return typeof window.copied === 'string'")
                .await;
            let link: String = page.js("return window.copied", &[]).await;
            assert!(link.starts_with(&format!(
                "{}{}#",
                page.site.page,
                address(Lesson::LinearBreaks, folder)
            )));
            page.open_address("about:blank").await;
            page.open_address(&link).await;
            page.wait_ready().await;
            page.assert_value("field-bc", 2000.0).await;
            let guess: String = page
                .js(
                    "return document.querySelector('#prediction [type=text]').value",
                    &[],
                )
                .await;
            assert_eq!(guess, "");
            // What the lesson moves is free, everything else is locked, also against what changes many controls at once.
            let disabled: Value = page
                .js("return ['field-b', 'field-b0', 'field-bc', 'field-lr0'].map(id => $(id).disabled)", &[])
                .await;
            assert_eq!(disabled, json!([false, true, true, true]));
            page.js::<Value>(
                "const list = $('presets'); list.selectedIndex = list.length - 1; list.dispatchEvent(new Event('change'))",
                &[],
            )
            .await;
            set(page, "b", 1024.0).await;
            page.assert_value("field-bc", 2000.0).await;
            let has_other_language: bool = page
                .js("return document.querySelector('.other-language').getClientRects().length > 0", &[])
                .await;
            assert!(!has_other_language);
            page.wait_js("the address", "return location.hash.includes('b=1024') && location.hash.includes('lock=1')").await;
            page.js::<Value>("document.querySelector('#again').click()", &[]).await;
            page.wait_js("the beginning", "return $('field-b')?.value === '512' && $('field-bc').value !== '' && $('field-bc').disabled").await;
            page.assert_value("field-bc", 2000.0).await;
        }
        // Where the clipboard is refused, the link is there to be copied by hand.
        page.js::<Value>(
            "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError')); return null",
            &[],
        )
        .await;
        page.click("copy-lesson").await;
        page.wait_js(
            "the selected link",
            "return $('lesson-link').innerText.includes('&bc=') && String(getSelection()).trim() === $('lesson-link').innerText",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_prediction_is_answered_with_the_reason() {
    let shown = "return [...document.querySelectorAll('#right, #wrong, [data-why]')].filter(e => !e.hidden).map(e => e.id || e.dataset.why)";
    browse(DESKTOP, async |page| {
        page.open(&address(Lesson::NoiseShrinks, "")).await;
        predict(page, "quarter").await;
        set(page, "b", 16.0).await;
        assert_eq!(check(page).await, "found");
        assert_eq!(
            page.js::<Vec<String>>(shown, &[]).await,
            ["wrong", "quarter"]
        );
        predict(page, "half").await;
        assert_eq!(check(page).await, "found");
        assert_eq!(page.js::<Vec<String>>(shown, &[]).await, ["right"]);
        // A number.
        page.open(&address(Lesson::LinearBreaks, "")).await;
        set(page, "b", 4096.0).await;
        for (guess, wanted) in [
            ("1", vec!["wrong", "low"]),
            ("4", vec!["wrong", "high"]),
            ("2", vec!["right"]),
        ] {
            predict(page, guess).await;
            assert_eq!(check(page).await, "found");
            assert_eq!(page.js::<Vec<String>>(shown, &[]).await, wanted, "{guess}");
        }
        // What is no number is said so, and no prediction is judged.
        predict(page, "many").await;
        let is_told =
            "return document.querySelector('[data-hint=unreadable]').getClientRects().length > 0";
        assert!(page.js::<bool>(is_told, &[]).await);
        assert_eq!(check(page).await, "found");
        assert!(page.js::<Vec<String>>(shown, &[]).await.is_empty());
        assert_eq!(
            page.js::<String>(
                "return document.querySelector('#prediction [type=text]').value",
                &[]
            )
            .await,
            "many",
            "what was typed is lost"
        );
    })
    .await;
}

#[tokio::test]
async fn a_check_whose_code_does_not_come_says_so() {
    browse(DESKTOP, async |page| {
        page.cdp("Network.enable", json!({})).await;
        let block = async |patterns: &[&str]| {
            page.cdp("Network.setBlockedURLs", json!({ "urls": patterns }))
                .await;
        };
        block(&["*split_job*"]).await;
        page.open(&address(Lesson::LinearBreaks, "")).await;
        assert_eq!(check(page).await, "lost");
        block(&[]).await;
        assert_eq!(check(page).await, "there");
        // The failed request itself is in the console.
        page.console_errors().await;
    })
    .await;
}

/// The words of the static page, without the ones that the app puts in its place.
const WORDS: &str = "return document.querySelector('main').textContent.replace(/\\s+/g, ' ')";

#[tokio::test]
async fn without_javascript_the_text_is_there() {
    browse(DESKTOP, async |page| {
        for (lang, folder) in LANGS {
            for lesson in Lesson::ALL {
                page.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
                page.open_address(&format!("{}{}", page.site.page, address(lesson, folder))).await;
                page.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
                let words: String = page.js(WORDS, &[]).await;
                assert!(words.chars().count() > 500, "{lesson:?} {lang:?}: {words}");
                let formulas: usize = page.js("return document.querySelectorAll('main math').length", &[]).await;
                assert!(formulas >= 1, "{lesson:?}");
                assert!(!page.js::<bool>("return document.documentElement.hasAttribute('data-ready')", &[]).await);
                // It can be unfolded, and says why there is no panel.
                let (is_open, n_radios): (bool, usize) = page
                    .js(
                        "document.querySelector('#explain summary').click();
                         return [document.querySelector('#explain').open, document.querySelectorAll('#prediction input').length]",
                        &[],
                    )
                    .await;
                assert!(is_open && n_radios >= 1);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn links_of_the_app_lead_to_the_pages() {
    browse(DESKTOP, async |page| {
        let ends = async |wanted: &str| {
            let wanted = format!("return location.pathname.endsWith('/b/{wanted}')");
            page.wait_js("the page", &wanted).await;
        };
        page.open("").await;
        page.click("tab-learn").await;
        ends("learn/").await;
        for (fragment, wanted) in [
            ("#/learn", "learn/"),
            ("#/learn/warmup-rescue", "learn/warmup-rescue/"),
            (
                "#/learn/warmup-rescue?v=1&lang=zh",
                "zh/learn/warmup-rescue/",
            ),
            ("#/article?lang=en", "article/"),
        ] {
            page.open_address(&format!("{}{fragment}", page.site.page))
                .await;
            ends(wanted).await;
        }
        // Edited in the address bar while the app is open.
        page.open("#/curves?v=1&lang=zh").await;
        page.js::<Value>("location.hash = '#/learn?lang=zh'", &[])
            .await;
        ends("zh/learn/").await;
        // The way to the other language keeps the settings.
        page.open("learn/linear-breaks/#/curves?v=1&b=1024").await;
        page.js::<Value>("document.querySelector('.other-language').click()", &[])
            .await;
        ends("zh/learn/linear-breaks/").await;
        page.wait_js(
            "the panel",
            "return document.documentElement.hasAttribute('data-ready')",
        )
        .await;
        page.wait_value("field-b", 1024.0).await;
        assert_eq!(
            page.js::<String>("return document.documentElement.lang", &[])
                .await,
            "zh-Hans"
        );
    })
    .await;
}

#[tokio::test]
async fn the_article_opens_its_panels_when_asked() {
    browse(DESKTOP, async |page| {
        page.open_address(&format!("{}article/", page.site.page)).await;
        let loaded = "return [...document.querySelectorAll('iframe')].filter(f => f.contentDocument?.documentElement.hasAttribute('data-ready')).length";
        let n_frames: usize = page.js("return document.querySelectorAll('.claim iframe').length", &[]).await;
        assert_eq!(n_frames, 30);
        assert_eq!(page.js::<usize>(loaded, &[]).await, 0, "nothing loads unasked");
        page.js::<Value>(
            "const d = document.querySelector('#statement-5 details'); d.querySelector('summary').click(); d.scrollIntoView()",
            &[],
        )
        .await;
        page.wait("the panel", || async { page.js::<usize>(loaded, &[]).await == 1 }).await;
        page.wait_js(
            "all of it to be seen",
            "const f = document.querySelector('#statement-5 iframe'); return f.contentDocument.documentElement.scrollHeight <= f.clientHeight",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_articles_panels_have_their_controls_on_the_smallest_phone() {
    for width in [320, 360] {
        browse(Setup { width, ..PHONE }, async |page| {
            page.open_address(&format!("{}zh/article/", page.site.page)).await;
            // A phone's scroll bar takes no room.
            let bar: u32 = page.js("return innerWidth - document.documentElement.clientWidth", &[]).await;
            if bar > 0 {
                page.look(Setup { width: width + bar, ..PHONE }).await;
            }
            page.js::<Value>("const d = document.querySelector('#statement-5 details'); d.querySelector('summary').click(); d.scrollIntoView()", &[])
                .await;
            // A narrower frame would be a picture.
            page.wait_js(
                "a field in the panel",
                "return document.querySelector('#statement-5 iframe').contentDocument?.querySelector('[data-testid=field-b]')?.getClientRects().length > 0",
            )
            .await;
            let is_within: bool = page
                .js("return document.documentElement.scrollWidth <= document.documentElement.clientWidth", &[])
                .await;
            assert!(is_within, "{width}");
            // From edge to edge, with nothing of it cut off by the card.
            let is_whole: bool = page
                .js(
                    "const frame = document.querySelector('#statement-5 iframe'), { left, right } = frame.getBoundingClientRect();
                     frame.scrollIntoView({ block: 'center', behavior: 'instant' });
                     return [left + 1, right - 2].every(x => document.elementFromPoint(x, innerHeight / 2) === frame)",
                    &[],
                )
                .await;
            assert!(is_whole, "{width}");
        })
        .await;
    }
}

fn all_pages() -> Vec<String> {
    let mut pages = Vec::new();
    for (_, folder) in LANGS {
        pages.extend(["learn/", "article/"].map(|p| format!("{folder}{p}")));
        pages.extend(Lesson::ALL.map(|l| address(l, folder)));
    }
    pages
}

/// Opens a page and waits for its panel if it has one.
async fn open(page: &Page, path: &str) {
    if path.ends_with("learn/") || path.ends_with("article/") {
        page.open_address(&format!("{}{path}", page.site.page))
            .await;
    } else {
        page.open(path).await;
    }
}

#[tokio::test]
async fn ac_44_the_pages_fit_every_width() {
    for width in [320, 360, 768, 1024, 1440] {
        let setup = Setup { width, ..DESKTOP };
        browse(setup, async |page| {
            for path in all_pages() {
                open(page, &path).await;
                page.js::<Value>("document.querySelectorAll('details').forEach(d => { if (!d.querySelector('iframe')) d.open = true; })", &[]).await;
                let (scroll, client): (f64, f64) = page
                    .js("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]", &[])
                    .await;
                assert!(scroll <= client, "{path} at {width}: {scroll} > {client}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn ac_48_scan_finds_nothing_serious_on_the_pages() {
    for is_dark in [false, true] {
        browse(Setup { is_dark, ..DESKTOP }, async |page| {
            let mut all = Vec::new();
            for path in all_pages() {
                open(page, &path).await;
                page.js::<Value>(
                    "const e = document.querySelector('#explain'); if (e) e.open = true",
                    &[],
                )
                .await;
                for finding in findings(page).await {
                    all.push(format!("{path} dark {is_dark}: {finding}"));
                }
            }
            assert!(
                all.is_empty(),
                "{} findings:\n{}",
                all.len(),
                all.join("\n")
            );
        })
        .await;
    }
}
