//! Pictures of every panel in both languages and themes, and of the article with frames, into `tests/pictures/`, and the icons of the installed site.
//!
//! Run by `make pictures`. It drives the built site with the end-to-end tests' own harness.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/e2e/harness/mod.rs"]
mod harness;
#[allow(dead_code)]
#[path = "../tests/e2e/race.rs"]
mod race;
#[allow(dead_code)]
#[path = "../tests/e2e/shell.rs"]
mod shell;
#[allow(dead_code)]
#[path = "../tests/e2e/sweep.rs"]
mod sweep;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use critical_batch::i18n::strings;
use critical_batch::params::url::Panel;
use harness::{DESKTOP, PHONE, Page, Setup, browse};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// All pictures together stay below this, so that a checkout stays small.
const MAX_BYTES: u64 = 3 << 20;

const WINDOW: Setup = Setup {
    width: 1280,
    height: 900,
    is_motion_reduced: true,
    ..DESKTOP
};

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Opens a panel and computes what it is there to show.
async fn fill(page: &Page, panel: Panel) {
    match panel {
        Panel::Race => {
            page.open("#/race").await;
            race::play(page).await;
            race::wait_state(page, "done").await;
        }
        Panel::Sweep => {
            page.open("#/sweep").await;
            page.click("sweep-run").await;
            sweep::finish(page).await;
        }
        Panel::Noise => {
            page.open("#/noise").await;
            page.bring_into_view("digits-run").await;
            page.click("digits-run").await;
            page.wait_attr("panel-noise", "data-state", "done").await;
        }
        Panel::Calc => page.open("#/calc?v=1&recipe=imagenet8192").await,
        Panel::Runs => {
            page.open("#/runs").await;
            page.click("example-digits").await;
            page.wait_attr("panel-runs", "data-state", "done").await;
        }
        _ => page.open(&format!("#/{}", panel.key())).await,
    }
}

/// What the window shows, from the top of the page.
async fn shoot(page: &Page, file: PathBuf, format: Value) -> u64 {
    page.js::<Value>(
        "document.activeElement?.blur(); scrollTo({ top: 0, behavior: 'instant' })",
        &[],
    )
    .await;
    // The mouse away from the button that it pressed.
    page.hover(1.0, f64::from(WINDOW.height) - 1.0).await;
    // Charts hear of new colours in a frame.
    race::frames(page, 4).await;
    let answer = page.cdp("Page.captureScreenshot", format).await;
    let bytes = STANDARD.decode(answer["data"].as_str().unwrap()).unwrap();
    fs::write(&file, &bytes).unwrap();
    println!("{} {} kB", file.display(), bytes.len() / 1000);
    bytes.len() as u64
}

async fn panels(setup: Setup) -> u64 {
    let folder = top().join("tests/pictures");
    browse(setup, async |page| {
        page.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        let mut total = 0;
        for panel in Panel::ALL {
            fill(page, panel).await;
            for lang in shell::LANGS {
                if shell::html_lang(page).await != strings(lang).tag {
                    shell::switch_language(page, lang).await;
                }
                for theme in ["light", "dark"] {
                    shell::choose_theme(page, theme).await;
                    let name = format!("{}-{}-{theme}.webp", panel.key(), shell::lang_key(lang));
                    total += shoot(
                        page,
                        folder.join(name),
                        json!({ "format": "webp", "quality": 82 }),
                    )
                    .await;
                }
            }
        }
        total
    })
    .await
}

/// `site/icon.svg` in the sizes that the manifest names.
async fn icons() {
    let svg = fs::read_to_string(top().join("site/icon.svg")).unwrap();
    for size in [192, 512] {
        let setup = Setup {
            width: size,
            height: size,
            ..DESKTOP
        };
        browse(setup, async |page| {
            page.open_address("about:blank").await;
            page.js::<Value>(
                "document.body.style.margin = 0; document.body.innerHTML = arguments[0]; document.querySelector('svg').style.display = 'block'",
                &[json!(svg)],
            )
            .await;
            let file = top().join(format!("site/icon-{size}.png"));
            shoot(page, file, json!({ "format": "png" })).await;
        })
        .await;
    }
}

/// The article of `examples/embed/` as a reader leaves it, from top to bottom.
async fn article() -> u64 {
    let setup = Setup {
        width: 860,
        height: 900,
        is_motion_reduced: true,
        ..DESKTOP
    };
    browse(setup, async |page| {
        page.open_address(&page.site.article).await;
        for (i, run) in [None, None, Some("play"), Some("sweep-run")].into_iter().enumerate() {
            // Frames out of view neither load nor run.
            page.js::<Value>(
                "document.querySelectorAll('iframe')[arguments[0]].scrollIntoView({ block: 'center', behavior: 'instant' })",
                &[json!(i)],
            )
            .await;
            page.driver.enter_frame(i as u16).await.unwrap();
            page.wait_ready().await;
            if let Some(run) = run {
                page.click(run).await;
                page.wait_js(
                    "the end of the run",
                    "return document.querySelector('[data-testid^=panel-]').dataset.state === 'done'",
                )
                .await;
            }
            page.driver.enter_default_frame().await.unwrap();
        }
        page.js::<Value>("scrollTo({ top: 0, behavior: 'instant' })", &[]).await;
        race::frames(page, 4).await;
        let height: f64 = page.js("return document.documentElement.scrollHeight", &[]).await;
        let file = top().join("tests/pictures/article.webp");
        let clip = json!({ "x": 0, "y": 0, "width": setup.width, "height": height, "scale": 1 });
        let format = json!({ "format": "webp", "quality": 82, "captureBeyondViewport": true, "clip": clip });
        shoot(page, file, format).await
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    fs::create_dir_all(top().join("tests/pictures")).unwrap();
    icons().await;
    let mut total = panels(WINDOW).await;
    // And one of a phone, whose layout is another one.
    let phone = Setup {
        scale: 1.5,
        is_motion_reduced: true,
        ..PHONE
    };
    total += browse(phone, async |page| {
        fill(page, Panel::Race).await;
        let file = top().join("tests/pictures/race-en-phone.webp");
        shoot(page, file, json!({ "format": "webp", "quality": 82 })).await
    })
    .await;
    total += article().await;
    println!("{} kB in all", total / 1000);
    assert!(
        total <= MAX_BYTES,
        "the pictures weigh {total} bytes, more than {MAX_BYTES}"
    );
}
