//! With colours that the system forces, state and meaning must not stand in colours of ours.

use crate::filled;
use crate::harness::{DESKTOP, Page, browse};
use critical_batch::i18n::Lang;
use critical_batch::params::url::Panel;
use serde_json::json;

async fn force(page: &Page) {
    page.cdp(
        "Emulation.setEmulatedMedia",
        json!({ "features": [{ "name": "forced-colors", "value": "active" }] }),
    )
    .await;
    page.wait_js(
        "forced colours",
        "return matchMedia('(forced-colors: active)').matches",
    )
    .await;
    crate::race::frames(page, 3).await;
}

/// How a control looks, without colours but with what remains when they are forced.
const LOOK: &str = "const look = e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.textDecorationLine, s.borderStyle].join(' ') };";

#[tokio::test]
async fn forced_colours_keep_what_is_chosen_and_pressed_apart() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            force(page).await;
            let (n, alike): (usize, Vec<String>) = page
                .js(
                    &format!(
                        "{LOOK}
                         const seen = e => e.getClientRects().length > 0;
                         // The visible part of a choice is the span beside its input.
                         const groups = [...document.querySelectorAll('.segments')].map(g => [...g.querySelectorAll('input')].map(i => [i.checked, i.nextElementSibling]));
                         for (const kind of ['chip', 'legend-item'])
                           groups.push([...document.querySelectorAll(`button.${{kind}}[aria-pressed]`)].map(b => [b.getAttribute('aria-pressed') === 'true', b]));
                         groups.push([...document.querySelectorAll('.tab')].map(t => [t.hasAttribute('aria-current'), t]));
                         const shown = groups.map(g => g.filter(([, e]) => seen(e))).filter(g => g.some(([on]) => on) && g.some(([on]) => !on));
                         const alike = shown.filter(g => {{
                           const on = new Set(g.filter(([on]) => on).map(([, e]) => look(e))), off = new Set(g.filter(([on]) => !on).map(([, e]) => look(e)));
                           return [...on].some(l => off.has(l));
                         }});
                         return [shown.length, alike.map(g => g[0][1].outerHTML.slice(0, 120))]"
                    ),
                    &[],
                )
                .await;
            assert!(
                n > 0 || panel == Panel::About,
                "{panel:?} shows nothing to choose"
            );
            assert!(alike.is_empty(), "{panel:?}: only colours tell apart {alike:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn forced_colours_keep_legend_and_chart_alike() {
    browse(DESKTOP, async |page| {
        for panel in [Panel::Curves, Panel::Race, Panel::Sweep] {
            filled::open(page, panel, Lang::En).await;
            force(page).await;
            // Pictures keep their own ground and inks, and so must what explains and lies on them.
            let changed: Vec<String> = page
                .js(
                    "return [...document.querySelectorAll('.swatch, .chart, .viridis, .tile, .handle')]
                       .filter(e => e.getClientRects().length > 0 && getComputedStyle(e).forcedColorAdjust !== 'none')
                       .map(e => e.outerHTML.slice(0, 120))",
                    &[],
                )
                .await;
            assert!(changed.is_empty(), "{panel:?}: {changed:#?}");
            let n_painted: usize = page
                .js(
                    "return [...document.querySelectorAll('canvas[data-draws]')].filter(c => {
                       if (c.width < 2) return false;
                       const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
                       const inks = new Set(); for (let i = 0; i < d.length; i += 4) inks.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
                       return inks.size > 3;
                     }).length",
                    &[],
                )
                .await;
            assert!(n_painted > 0, "{panel:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn forced_colours_keep_the_focus_visible() {
    browse(DESKTOP, async |page| {
        page.open("#/curves").await;
        force(page).await;
        for id in ["field-b", "slider-b", "table-toggle", "handle-target", "tab-race"] {
            page.focus(id).await;
            let outline: (String, f64) = page
                .js(
                    "const s = getComputedStyle($(arguments[0])); return [s.outlineStyle, parseFloat(s.outlineWidth)]",
                    &[json!(id)],
                )
                .await;
            assert!(outline.0 != "none" && outline.1 >= 2.0, "{id}: {outline:?}");
        }
    })
    .await;
}
