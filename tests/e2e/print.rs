//! On paper: light, in one column, with settings, charts and tables, without what only a screen can use.

use crate::filled;
use crate::harness::{DESKTOP, Page, browse};
use crate::shell;
use critical_batch::i18n::Lang;
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

/// As the browser announces that it prints. `Page.printToPDF` does so too, but answers with a PDF only.
async fn announce(page: &Page, event: &str, media: &str) {
    page.js::<Value>("dispatchEvent(new Event(arguments[0]))", &[json!(event)])
        .await;
    page.cdp("Emulation.setEmulatedMedia", json!({ "media": media }))
        .await;
}

/// Colour of the first pixel of every painted canvas.
async fn grounds(page: &Page) -> Vec<Vec<u8>> {
    page.js(
        "return [...document.querySelectorAll('canvas[data-draws]')].filter(c => c.width > 2 && c.getClientRects().length > 0)
           .map(c => [...c.getContext('2d').getImageData(0, 0, 1, 1).data].slice(0, 3))",
        &[],
    )
    .await
}

#[tokio::test]
async fn paper_is_light_and_has_no_buttons() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            shell::choose_theme(page, "dark").await;
            crate::race::frames(page, 3).await;
            let dark = grounds(page).await;
            assert!(dark.iter().all(|c| c[0] < 64), "{panel:?}: {dark:?}");
            announce(page, "beforeprint", "print").await;
            // At once: the browser does not wait for a frame.
            let light = grounds(page).await;
            assert_eq!(light.len(), dark.len(), "{panel:?}");
            assert!(light.iter().all(|c| c[0] > 224), "{panel:?}: {light:?}");
            assert_eq!(shell::background(page).await, "rgb(255, 255, 255)");
            let (useless, over): (Vec<String>, f64) = page
                .js(
                    "return [[...document.querySelectorAll('button, .tabs, [role=slider], input[type=range], .skip, .tooltip')]
                       .filter(e => e.getClientRects().length > 0).map(e => e.outerHTML.slice(0, 100)),
                       document.documentElement.scrollWidth - document.documentElement.clientWidth]",
                    &[],
                )
                .await;
            assert!(useless.is_empty(), "{panel:?}: {useless:#?}");
            assert!(over <= 0.0, "{panel:?} reaches {over} px out");
            announce(page, "afterprint", "").await;
            crate::race::frames(page, 3).await;
            assert_eq!(grounds(page).await, dark, "{panel:?} afterwards");
            assert_eq!(shell::chosen_theme(page).await.as_deref(), Some("dark"));
        }
    })
    .await;
}

#[tokio::test]
async fn every_panel_prints() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            let pdf = page
                .cdp(
                    "Page.printToPDF",
                    json!({ "paperWidth": 8.27, "paperHeight": 11.69 }),
                )
                .await;
            let bytes = pdf["data"].as_str().unwrap().len() * 3 / 4;
            assert!(bytes > 20_000, "{panel:?}: {bytes} bytes");
        }
    })
    .await;
}
