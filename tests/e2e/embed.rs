//! A panel as a frame, opened by itself: what each level shows, locked and hidden controls, the way to the playground.

use crate::access::findings;
use crate::curves;
use crate::harness::{DESKTOP, Page, Setup, browse};
use crate::race;
use crate::shell::{self, LANGS, lang_key};
use critical_batch::i18n::strings;
use critical_batch::params::url::{Panel, decode};
use serde_json::{Value, json};

/// The smallest of the sizes that the Share dialog offers.
const FRAME: Setup = Setup {
    width: 480,
    height: 420,
    ..DESKTOP
};

const LEVELS: [&str; 3] = ["min", "std", "full"];

const PANELS: [Panel; 6] = [
    Panel::Curves,
    Panel::Race,
    Panel::Sweep,
    Panel::Noise,
    Panel::Calc,
    Panel::Runs,
];

/// Controls of the panel that are on screen.
async fn n_controls(page: &Page) -> usize {
    page.js(
        "const all = document.querySelectorAll('.side :is(.control, .choices, .select, .flag, .field-row)');
         return [...all].filter(e => e.getClientRects().length > 0).length",
        &[],
    )
    .await
}

#[tokio::test]
async fn ac_33_a_frame_has_no_frame_of_its_own_but_reset_and_the_way_out() {
    browse(FRAME, async |page| {
        for (i, panel) in PANELS.into_iter().enumerate() {
            let lang = LANGS[i % 2];
            let s = strings(lang);
            let mut counts = Vec::new();
            for ui in LEVELS {
                let (key, lang) = (panel.key(), lang_key(lang));
                page.open(&format!("#/{key}?v=1&lang={lang}&embed=1&ui={ui}"))
                    .await;
                let n_headers: usize = page
                    .js("return document.querySelectorAll('body header.header, nav, footer.footer').length", &[])
                    .await;
                assert_eq!(n_headers, 0, "{key} {ui}");
                page.wait_js("the panel", &format!("return $('panel-{key}') !== null")).await;
                assert_eq!(page.text("frame-reset").await, s.frame.reset);
                assert!(page.text("playground").await.starts_with(s.frame.open));
                let is_within: bool = page
                    .js("return document.documentElement.scrollWidth <= document.documentElement.clientWidth", &[])
                    .await;
                assert!(is_within, "{key} {ui} is wider than its frame");
                counts.push(n_controls(page).await);
            }
            assert_eq!(counts[0], 1, "{panel:?}: {counts:?}");
            // The other control of Your runs stands with what it asks about.
            assert!(
                (counts[1] > 1 || panel == Panel::Runs) && counts[2] >= counts[1],
                "{panel:?}: {counts:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn ac_33_the_link_to_the_playground_carries_the_state() {
    browse(FRAME, async |page| {
        page.open("#/curves?v=1&b0=512&lang=zh&theme=dark&embed=1&ui=min&lock=b0")
            .await;
        page.set_field("field-b", "12345").await;
        page.wait_value("field-b", 12_345.0).await;
        let (href, target, rel): (String, String, String) = page
            .js(
                "const a = $('playground'); return [a.href, a.target, a.rel]",
                &[],
            )
            .await;
        assert_eq!((target.as_str(), rel.as_str()), ("_blank", "noopener"));
        let fragment = href.strip_prefix(&page.site.page).unwrap();
        let (link, notices) = decode(fragment);
        assert_eq!((link.embed, notices.len()), (None, 0), "{href}");
        assert_eq!(
            (link.curves.base_batch, link.curves.batch),
            (512.0, 12_345.0)
        );
        page.open_address(&href).await;
        page.wait_js("the playground", "return $('tab-curves') !== null")
            .await;
        page.assert_value("field-b", 12_345.0).await;
        assert_eq!(shell::html_lang(page).await, "zh-Hans");
        assert_eq!(shell::chosen_theme(page).await.as_deref(), Some("dark"));
    })
    .await;
}

#[tokio::test]
async fn ac_33_reset_returns_to_what_the_page_around_asked_for() {
    browse(FRAME, async |page| {
        page.open("#/curves?v=1&b=512&embed=1").await;
        page.set_field("field-b", "2048").await;
        page.set_field("field-bc", "99").await;
        page.wait_value("field-bc", 99.0).await;
        page.click("frame-reset").await;
        page.wait_value("field-b", 512.0).await;
        page.wait_value("field-bc", 4096.0).await;
        // A run is forgotten as well, though the settings are the same.
        page.open("#/race?v=1&ex=2000&embed=1&ui=min").await;
        race::play(page).await;
        race::wait_state(page, "done").await;
        page.click("frame-reset").await;
        race::wait_state(page, "idle").await;
    })
    .await;
}

#[tokio::test]
async fn ac_33_locked_controls_are_shown_and_stay_and_hidden_ones_are_gone() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1&embed=1&ui=full&b=2048&lock=b,b0,opt&hide=bc,eps").await;
        let is_disabled: Vec<bool> = page
            .js(
                "return ['field-b', 'slider-b', 'field-b0', 'opt-sgd', 'opt-adam', 'field-lr0'].map(id => $(id).disabled)",
                &[],
            )
            .await;
        assert_eq!(is_disabled, [true, true, true, true, true, false]);
        assert!(!page.is_shown("field-bc").await && !page.is_shown("handle-bcrit").await);
        assert_eq!(page.attr("handle-target", "aria-disabled").await.as_deref(), Some("true"));
        // Neither a handle nor a recipe nor the panel's own Reset moves what is locked.
        page.focus("handle-target").await;
        page.press(thirtyfour::Key::Right + "").await;
        page.choose("presets", "1").await;
        page.wait_value("field-lr0", 0.1).await;
        page.assert_value("field-b", 2048.0).await;
        page.assert_value("field-b0", 256.0).await;
        page.click("curves-reset").await;
        page.set_field("field-lr0", "0.2").await;
        page.wait_value("lr-linear", 1.6).await;
        page.assert_value("field-b", 2048.0).await;
        // Lanes are no ordinary control.
        page.open("#/race?v=1&embed=1&ui=std&lock=lanes,task&hide=lr0").await;
        let is_disabled: Vec<bool> = page
            .js("return ['lanes-linear', 'select-task'].map(id => $(id).disabled)", &[])
            .await;
        assert_eq!(is_disabled, [true, true]);
        assert!(!page.is_shown("field-lr0").await);
    })
    .await;
}

#[tokio::test]
async fn ac_34_a_frame_names_the_controls_that_it_does_not_know() {
    browse(FRAME, async |page| {
        for lang in LANGS {
            let s = strings(lang);
            page.open(&format!(
                "#/curves?v=1&lang={}&embed=1&ui=min&lock=b0,zap&hide=task",
                lang_key(lang)
            ))
            .await;
            assert_eq!(
                shell::notices(page).await,
                [
                    (s.notice.unknown_control)("lock", "zap"),
                    (s.notice.unknown_control)("hide", "task")
                ]
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_frame_below_its_least_size_is_a_picture_with_a_link() {
    let small = |width, height| Setup {
        width,
        height,
        ..DESKTOP
    };
    browse(small(300, 340), async |page| {
        for panel in ["curves", "race", "sweep", "noise"] {
            page.open(&format!("#/{panel}?v=1&embed=1")).await;
            let shown: Vec<String> = page
                .js(
                    "return [...document.querySelectorAll('input, select, button, [role=slider], a')]
                       .filter(e => e.getClientRects().length > 0).map(e => e.dataset.testid)",
                    &[],
                )
                .await;
            assert_eq!(shown, ["playground"], "{panel}");
            page.wait_js(
                "a picture",
                "return [...document.querySelectorAll('canvas[data-draws]')].some(c => c.getClientRects().length > 0)",
            )
            .await;
            let is_whole: bool = page
                .js("return document.documentElement.scrollHeight <= 340 && document.documentElement.scrollWidth <= 300", &[])
                .await;
            assert!(is_whole, "{panel} does not fit");
        }
        page.look(FRAME).await;
        page.wait_js("controls", "return $('frame-reset').getClientRects().length > 0").await;
    })
    .await;
}

#[tokio::test]
async fn ac_35_a_frame_keeps_its_shape_when_it_is_loaded_again() {
    browse(FRAME, async |page| {
        page.open("#/curves?v=1&embed=1&ui=min&lock=b0&height=420")
            .await;
        curves::count_replacing(page).await;
        page.set_field("field-b", "777").await;
        page.wait_js("the address", "return location.hash.includes('b=777')")
            .await;
        let hash: String = page.js("return location.hash", &[]).await;
        assert!(
            hash.ends_with("&embed=1&ui=min&lock=b0&height=420"),
            "{hash}"
        );
        page.reload().await;
        page.assert_value("field-b", 777.0).await;
        assert!(page.is_shown("frame-reset").await);
    })
    .await;
}

#[tokio::test]
async fn ac_48_a_scan_of_frames_finds_nothing_serious() {
    browse(FRAME, async |page| {
        let mut all = Vec::new();
        for (i, panel) in PANELS.into_iter().enumerate() {
            for theme in ["light", "dark"] {
                let (key, lang) = (panel.key(), lang_key(LANGS[i % 2]));
                // Noise has no `lr0` and says so.
                let lock = if i < 4 { "&lock=b,lr0" } else { "" };
                page.open(&format!(
                    "#/{key}?v=1&lang={lang}&theme={theme}&embed=1{lock}"
                ))
                .await;
                page.wait_js("the panel", &format!("return $('panel-{key}') !== null"))
                    .await;
                let found = findings(page).await;
                all.extend(found.into_iter().map(|f| format!("{key} {theme}: {f}")));
            }
        }
        assert!(all.is_empty(), "{}", all.join("\n"));
    })
    .await;
}

#[tokio::test]
async fn a_frame_leaves_the_keys_to_the_page_around() {
    browse(FRAME, async |page| {
        page.open("#/race?v=1&embed=1&lang=en").await;
        for key in [" ", "l", "d", "2", "e", "s"] {
            page.press(key).await;
        }
        race::frames(page, 5).await;
        assert_eq!(race::state(page).await, "idle");
        assert_eq!(shell::html_lang(page).await, "en");
        let theme: Value = page
            .js("return document.documentElement.dataset.theme ?? null", &[])
            .await;
        assert_eq!(theme, json!(null));
    })
    .await;
}
