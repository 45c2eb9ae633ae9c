//! Keyboard, help, motion, and the automatic scan.

use crate::curves::{self, HANDLES, NUMBERS};
use crate::filled;
use crate::harness::{DESKTOP, PHONE, Page, Setup, browse};
use crate::shell::{self, LANGS};
use critical_batch::i18n::Lang;
use critical_batch::params::defs::ParamId;
use critical_batch::params::url::Panel;
use serde_json::{Value, json};
use std::path::Path;
use thirtyfour::Key;

#[tokio::test]
async fn ac_43_every_control_has_help_for_the_keyboard() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            let without: Vec<String> = page
                .js(
                    "// Everything to set, and the part of the page that belongs to it alone.
                     const own = e => e.closest('.control, .choices, .select, .flag, .seed-row, .field-row, .helped, .asked, .group:has(> .lane-list)') ?? e;
                     // Or a sentence on screen that the control refers to.
                     const isDescribed = e => (e.getAttribute('aria-describedby') ?? '').split(' ')
                       .some(id => (document.getElementById(id)?.innerText.trim().length ?? 0) > 8);
                     return [...document.querySelectorAll('main input, main select, main textarea')]
                       .filter(e => e.getClientRects().length > 0 && !own(e).querySelector('button.help') && !isDescribed(e))
                       .map(e => e.dataset.testid ?? e.outerHTML.slice(0, 100))",
                    &[],
                )
                .await;
            assert!(without.is_empty(), "{panel:?}: without help: {without:?}");
            let n: usize = page.js("return document.querySelectorAll('button.help').length", &[]).await;
            assert!(n > 0 || panel == Panel::About, "{panel:?} has no help at all");
            for i in 0..n {
                page.js::<Value>(&format!("document.querySelectorAll('button.help')[{i}].focus()"), &[]).await;
                page.press(Key::Enter).await;
                page.wait_js(
                    &format!("the text of question mark {i} on {panel:?}"),
                    &format!(
                        "const b = document.querySelectorAll('button.help')[{i}], id = b.getAttribute('aria-controls'), t = document.getElementById(id);
                         return document.activeElement === b && b.tabIndex === 0 && b.getAttribute('aria-expanded') === 'true'
                           && document.querySelectorAll(`[id='${{id}}']`).length === 1 && t.getClientRects().length > 0 && t.innerText.trim().length > 8"
                    ),
                )
                .await;
            }
            if n == 0 {
                continue;
            }
            page.press(Key::Enter).await;
            page.wait_js("the last text to fold away", "return document.activeElement.getAttribute('aria-expanded') === 'false'").await;
        }
    })
    .await;
}

/// Test ids in the order in which Tab visits them, from the start of the page to its end.
async fn tab_order(page: &Page) -> Vec<String> {
    let mut visited = Vec::new();
    for _ in 0..400 {
        page.tab().await;
        // WebKit goes from the end of the page to its start, past no body.
        let (is_end, id): (bool, Option<String>) = page
            .js(
                "const e = document.activeElement, stops = window.stops ??= new WeakSet();
                 const isEnd = e === document.body || e === null || stops.has(e);
                 if (e) stops.add(e);
                 return [isEnd, e?.dataset?.testid ?? null]",
                &[],
            )
            .await;
        if is_end {
            return visited;
        }
        visited.extend(id);
    }
    panic!("Tab never leaves the page: {visited:?}");
}

#[tokio::test]
async fn ac_47_tab_reaches_everything_in_curves() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        let visited = tab_order(page).await;
        let mut wanted: Vec<String> = [
            "tab-curves",
            "tab-race",
            "tab-learn",
            "share",
            "tab-about",
            "lang",
            "theme",
            "opt-sgd",
            "critical-known",
            "presets",
            "curves-reset",
            "y-lr",
            "axes-log",
            "table-toggle",
            "curves-chart-svg",
            "curves-chart-csv",
            "curves-chart",
            "cost-chart",
        ]
        .map(str::to_owned)
        .to_vec();
        wanted.extend(HANDLES.map(str::to_owned));
        wanted.extend(
            NUMBERS
                .iter()
                .flat_map(|k| [format!("slider-{k}"), format!("field-{k}")]),
        );
        wanted.extend(curves::RULES.map(|r| format!("legend-{r}")));
        let missed: Vec<&String> = wanted.iter().filter(|id| !visited.contains(id)).collect();
        assert!(
            missed.is_empty(),
            "Tab does not reach {missed:?}; it visits {visited:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn ac_47_tab_reaches_everything_on_every_panel() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            page.js::<Value>(
                "document.addEventListener('focusin', event => event.target.setAttribute('data-visited', ''));
                 // From the start of the page.
                 document.querySelector('.skip').focus()",
                &[],
            )
            .await;
            tab_order(page).await;
            let missed: Vec<String> = page
                .js(
                    "const of = 'a[href], button, input, select, textarea, summary, [role=slider], [tabindex]';
                     return [...document.querySelectorAll(of)]
                       .filter(e => e.tabIndex >= 0 && !e.disabled && e.getClientRects().length > 0 && !e.hasAttribute('data-visited'))
                       // Of choices that exclude each other Tab visits the one that is chosen; arrows do the rest.
                       .filter(e => e.type !== 'radio' || e.checked)
                       .map(e => e.outerHTML.slice(0, 120))",
                    &[],
                )
                .await;
            assert!(missed.is_empty(), "{panel:?}: Tab does not reach {missed:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn ac_47_every_handle_of_every_panel_is_a_slider_that_arrows_move() {
    let all = "return [...document.querySelectorAll('[role=slider]')].filter(e => e.getClientRects().length > 0).map(e => e.dataset.testid)";
    browse(DESKTOP, async |page| {
        let mut n_handles = 0;
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            for handle in page.js::<Vec<String>>(all, &[]).await {
                n_handles += 1;
                for name in [
                    "aria-label",
                    "aria-valuetext",
                    "aria-valuenow",
                    "aria-valuemin",
                    "aria-valuemax",
                ] {
                    let text = page.attr(&handle, name).await;
                    assert!(
                        text.is_some_and(|v| !v.is_empty()),
                        "{panel:?}: {handle} has no {name}"
                    );
                }
                page.focus(&handle).await;
                // A handle in two dimensions tells of both in its text.
                let text = || page.attr(&handle, "aria-valuetext");
                let first = text().await;
                page.press(Key::Up).await;
                page.wait(&format!("{handle} to move up"), || async {
                    text().await != first
                })
                .await;
                let upper = text().await;
                page.press(Key::Down).await;
                page.wait(&format!("{handle} to move down"), || async {
                    text().await != upper
                })
                .await;
                page.press(Key::Up).await;
                page.wait(&format!("{handle} to be where it was"), || async {
                    text().await == upper
                })
                .await;
                assert_eq!(page.focused().await.as_deref(), Some(handle.as_str()));
            }
        }
        assert!(n_handles >= 10, "{n_handles} handles in all");
    })
    .await;
}

#[tokio::test]
async fn ac_47_arrows_work_sliders_and_choices() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.focus("slider-b").await;
        let stops = curves::stops(ParamId::Batch);
        let at = stops.iter().position(|s| *s == 8192.0).unwrap();
        for (key, wanted) in [
            (Key::Right, stops[at + 1]),
            (Key::Left, 8192.0),
            (Key::PageUp, stops[at + 2]),
            (Key::PageDown, 8192.0),
            (Key::Home, 1.0),
            (Key::End, 1_048_576.0),
        ] {
            page.press(key).await;
            page.wait_value("field-b", wanted).await;
        }
        page.press(Key::Shift + Key::Left).await;
        page.wait_value("field-b", 1_048_575.0).await;
        page.focus("opt-sgd").await;
        page.press(Key::Right).await;
        page.wait_js(
            "Adam",
            "return $('opt-adam').checked && document.activeElement === $('opt-adam')",
        )
        .await;
        page.press(Key::Left).await;
        page.wait_js("SGD", "return $('opt-sgd').checked").await;
        page.focus("legend-linear").await;
        page.press(" ").await;
        page.wait_attr("legend-linear", "aria-pressed", "false")
            .await;
        assert!(page.attr("lr-linear", "data-value").await.is_none());
        page.focus("table-toggle").await;
        page.press(Key::Enter).await;
        page.wait_js("the table", "return $('samples') !== null")
            .await;
    })
    .await;
}

#[tokio::test]
async fn ac_47_handles_are_sliders_with_name_and_value() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        for (handle, field, param) in [
            ("handle-bcrit", "field-bc", ParamId::CriticalBatch),
            ("handle-target", "field-b", ParamId::Batch),
            ("handle-base-lr", "field-lr0", ParamId::BaseLr),
            ("handle-base", "field-b0", ParamId::BaseBatch),
        ] {
            assert_eq!(page.attr(handle, "role").await.as_deref(), Some("slider"));
            for name in [
                "aria-label",
                "aria-valuetext",
                "aria-valuenow",
                "aria-valuemin",
                "aria-valuemax",
            ] {
                assert!(
                    page.attr(handle, name).await.is_some_and(|v| !v.is_empty()),
                    "{handle} has no {name}"
                );
            }
            let before = page.value_of(field).await;
            let stops = curves::stops(param);
            let at = stops
                .iter()
                .position(|s| *s == before)
                .expect("the default is a stop");
            page.focus(handle).await;
            assert_eq!(page.focused().await.as_deref(), Some(handle));
            let spoken = page.attr(handle, "aria-valuetext").await;
            page.press(Key::Up).await;
            page.wait_value(field, stops[at + 1]).await;
            assert_ne!(page.attr(handle, "aria-valuetext").await, spoken);
            page.press(Key::Left).await;
            page.wait_value(field, before).await;
            assert_eq!(page.attr(handle, "aria-valuetext").await, spoken);
        }
    })
    .await;
}

#[tokio::test]
async fn single_keys_act_only_outside_fields() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.press("t").await;
        page.wait_js("the table", "return $('samples') !== null")
            .await;
        // About is the last of the panels.
        page.press(Panel::ALL.len().to_string()).await;
        page.wait_js("About", "return $('about') !== null").await;
        page.press("1").await;
        page.wait_js("Curves", "return $('panel-curves') !== null")
            .await;
        page.set_field("field-b", "3").await;
        page.wait_value("field-b", 3.0).await;
        assert!(page.is_shown("panel-curves").await);
    })
    .await;
}

/// Findings of axe-core that are serious or critical, one line each.
pub async fn findings(page: &Page) -> Vec<String> {
    let axe = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js"),
    )
    .expect("axe-core is installed: run `make test-tools`");
    page.js::<Value>(
        "if (!window.axe) { const e = document.createElement('script'); e.textContent = arguments[0]; document.head.append(e); }",
        &[json!(axe)],
    )
    .await;
    page.js_async(
        "const r = await axe.run(document, { resultTypes: ['violations'] });
         return r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
           .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 140)} | ${n.failureSummary.replaceAll('\\n', ' ').slice(0, 220)}`))",
        &[],
    )
    .await
}

/// What a scan finds on every panel, as it opens and with everything on screen, in both themes.
async fn scan(setup: Setup, lang: Lang) {
    browse(setup, async |page| {
        let mut all = Vec::new();
        for panel in Panel::ALL {
            for is_filled in [false, true] {
                if is_filled {
                    filled::open(page, panel, lang).await;
                } else {
                    page.open(&shell::fragment(panel, lang)).await;
                }
                for theme in ["light", "dark"] {
                    shell::choose_theme(page, theme).await;
                    for finding in findings(page).await {
                        all.push(format!("{panel:?} {theme}, filled: {is_filled}: {finding}"));
                    }
                }
            }
        }
        if setup.width >= DESKTOP.width {
            page.click("keys").await;
            page.wait_js(
                "the list of keys",
                "return document.querySelector('dialog[open]') !== null",
            )
            .await;
            all.extend(findings(page).await);
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

#[tokio::test]
async fn ac_48_scan_finds_nothing_serious_in_english() {
    scan(DESKTOP, LANGS[0]).await;
}

#[tokio::test]
async fn ac_48_scan_finds_nothing_serious_in_chinese() {
    scan(DESKTOP, LANGS[1]).await;
}

#[tokio::test]
async fn ac_48_scan_finds_nothing_serious_on_a_phone() {
    scan(PHONE, LANGS[1]).await;
}

#[tokio::test]
async fn ac_49_nothing_moves_when_motion_is_reduced() {
    let moving = "return [...document.querySelectorAll('*')].flatMap(e => ['', '::before', '::after'].map(p => [e, getComputedStyle(e, p || null)]))
        .filter(([, s]) => [s.transitionDuration, s.animationName === 'none' ? '0s' : s.animationDuration].some(d => d.split(', ').some(x => parseFloat(x) > 0)))
        .map(([e]) => e.outerHTML.slice(0, 100))";
    browse(DESKTOP, async |page| {
        page.open("").await;
        // Nothing on the page moves for anybody now; what would must be seen.
        let add = "const e = document.createElement('i'); e.style.transition = 'opacity 1s'; document.body.append(e); return null";
        page.js::<serde_json::Value>(add, &[]).await;
        let found: Vec<String> = page.js(moving, &[]).await;
        assert_eq!(found.len(), 1, "{found:?}");
    })
    .await;
    let still = Setup {
        is_motion_reduced: true,
        ..DESKTOP
    };
    browse(still, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            let found: Vec<String> = page.js(moving, &[]).await;
            assert!(found.is_empty(), "{panel:?}: {found:?}");
        }
    })
    .await;
}
