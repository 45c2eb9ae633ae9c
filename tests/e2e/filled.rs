//! Every panel with everything on screen that it can show: results, details, tables.

use crate::harness::Page;
use crate::{shell, sweep};
use critical_batch::i18n::Lang;
use critical_batch::params::url::Panel;
use serde_json::Value;
use thirtyfour::Key;

/// Opens a panel, lets it compute something short, and unfolds all that is folded away.
pub async fn open(page: &Page, panel: Panel, lang: Lang) {
    let key = shell::lang_key(lang);
    match panel {
        Panel::Curves => {
            page.open(&format!("#/curves?v=1&opt=adam&off=-&lang={key}"))
                .await;
            page.click("table-toggle").await;
            page.wait_js("the table", "return $('samples') !== null")
                .await;
            page.js::<Value>("if (!$('surge').checked) $('surge').click()", &[])
                .await;
            page.wait_js("the surge", "return $('surge-peak') !== null")
                .await;
        }
        Panel::Race => {
            page.open(&format!(
                "#/race?v=1&ex=5748&lanes=base,none,sqrt,linear,theory,custom&warm=gradual&lang={key}"
            ))
            .await;
            press(page, "play").await;
            page.wait_attr("panel-race", "data-state", "done").await;
        }
        Panel::Sweep => {
            page.open(&format!("{}&lang={key}", sweep::QUICK)).await;
            press(page, "sweep-run").await;
            sweep::finish(page).await;
            // Enter would open the cell in Race; Space shows its curves.
            page.focus("cell").await;
            page.press(Key::Right + Key::Right).await;
            page.press(" ").await;
            page.wait_js("the cell's curves", "return $('cell-detail') !== null")
                .await;
        }
        Panel::Noise => {
            page.open(&format!("#/noise?v=1&dn=240&dm=4&dp=4&lang={key}"))
                .await;
            press(page, "digits-run").await;
            page.wait_attr("panel-noise", "data-state", "done").await;
        }
        Panel::Runs => {
            page.open(&format!("#/runs?v=1&lang={key}")).await;
            press(page, "example-synthetic").await;
            page.wait_attr("panel-runs", "data-state", "done").await;
        }
        _ => page.open(&shell::fragment(panel, lang)).await,
    }
    page.js::<Value>(
        "document.querySelectorAll('details').forEach(d => { d.open = true; })",
        &[],
    )
    .await;
    crate::race::frames(page, 3).await;
}

/// A click that no bar at the edge of a small window can catch.
async fn press(page: &Page, id: &str) {
    page.bring_into_view(id).await;
    page.click(id).await;
}
