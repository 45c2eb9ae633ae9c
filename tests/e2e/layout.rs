//! Narrow and wide windows, and fingers.

use crate::curves::{self, NUMBERS};
use crate::filled;
use crate::harness::{DESKTOP, Feature, PHONE, Page, Rect, Setup, browse};
use crate::shell::LANGS;
use critical_batch::i18n::Lang;
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

/// How far the page reaches beyond the window's right edge, in px, and who reaches out.
async fn overhang(page: &Page) -> (f64, Vec<String>) {
    page.js(
        "const root = document.documentElement, width = root.clientWidth;
         const isClipped = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
             if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
         const who = [...document.querySelectorAll('body *')].filter(e => { const r = e.getBoundingClientRect();
             return r.width > 0 && r.right > width + 0.5 && getComputedStyle(e).position !== 'fixed' && !isClipped(e); });
         return [root.scrollWidth - width, who.slice(0, 5).map(e => e.outerHTML.slice(0, 120))]",
        &[],
    )
    .await
}

async fn assert_fits(setup: Setup) {
    browse(setup, async |page| {
        for lang in LANGS {
            for panel in Panel::ALL {
                filled::open(page, panel, lang).await;
                for width in [320, 360, 768, 1024, 1440] {
                    page.look(Setup { width, ..setup }).await;
                    page.wait_js(
                        "the window's width",
                        &format!("return Math.abs(innerWidth - {width}) < 1 || document.documentElement.scrollWidth > {width}"),
                    )
                    .await;
                    // Charts hear of their new size in a frame, and what stands on them follows in the next.
                    crate::race::frames(page, 3).await;
                    let (over, who) = overhang(page).await;
                    assert!(over <= 0.0, "{panel:?} in {lang:?} at {width} px reaches {over} px out: {who:#?}");
                }
            }
        }
        // The widest that Curves can become.
        page.look(Setup { width: 320, ..setup }).await;
        page.open("#/curves?v=1&opt=adam&off=-&b=1048576&bc=1048576&b0=65536&bck=unknown").await;
        page.js::<Value>("document.querySelectorAll('details').forEach(d => { d.open = true; }); $('table-toggle').click()", &[]).await;
        page.wait_js("the table", "return $('samples') !== null").await;
        let (over, who) = overhang(page).await;
        assert!(over <= 0.0, "Curves unfolded reaches {over} px out: {who:#?}");
    })
    .await;
}

#[tokio::test]
async fn ac_44_no_panel_is_wider_than_the_window() {
    assert_fits(DESKTOP).await;
}

#[tokio::test]
async fn ac_44_no_panel_is_wider_than_the_window_of_a_phone() {
    assert_fits(PHONE).await;
}

/// Zoom by 200 % halves the window in CSS pixels and doubles the density; a reader may also enlarge the texts alone.
#[tokio::test]
async fn ac_44_nothing_is_lost_at_twice_the_size() {
    let zoomed = Setup {
        width: DESKTOP.width / 2,
        height: DESKTOP.height / 2,
        scale: 2.0,
        ..DESKTOP
    };
    browse(zoomed, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            let (over, who) = overhang(page).await;
            assert!(over <= 0.0, "{panel:?} at 200 % reaches {over} px out: {who:#?}");
        }
        page.look(Setup { scale: zoomed.scale, ..DESKTOP }).await;
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            page.js::<Value>("document.documentElement.style.fontSize = '200%'", &[]).await;
            crate::race::frames(page, 3).await;
            let (over, who) = overhang(page).await;
            assert!(over <= 0.0, "{panel:?} with texts of 200 % reaches {over} px out: {who:#?}");
            let cut: Vec<String> = page
                .js(
                    "return [...document.querySelectorAll('main button, main summary, main h1, main h2, main label')]
                       .filter(e => e.getClientRects().length > 0 && e.clientWidth > 2 && getComputedStyle(e).overflow !== 'visible'
                         && !e.querySelector('input') && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
                       .map(e => e.outerHTML.slice(0, 120))",
                    &[],
                )
                .await;
            assert!(cut.is_empty(), "{panel:?}: cut off with texts of 200 %: {cut:#?}");
        }
    })
    .await;
}

/// The controls that belong to the chart at the top.
const CONTROLS: &str = "const controls = document.querySelector('.main-figure').closest('.panel').querySelectorAll('.side .control');";

#[tokio::test]
async fn ac_45_the_chart_of_other_panels_stays_in_view_too() {
    browse(PHONE, async |page| {
        for panel in [Panel::Race, Panel::Sweep, Panel::Noise] {
            filled::open(page, panel, Lang::En).await;
            let controls: usize = page.js(&format!("{CONTROLS} return controls.length"), &[]).await;
            assert!(controls > 2, "{panel:?}");
            for i in 0..controls {
                let (chart, control, height): ((f64, f64), f64, f64) = page
                    .js(
                        &format!("{CONTROLS} const control = controls[arguments[0]];
                         control.scrollIntoView({{ block: 'end', behavior: 'instant' }});
                         const chart = document.querySelector('.main-figure .chart').getBoundingClientRect();
                         return [[chart.top, chart.bottom], control.getBoundingClientRect().top, innerHeight]"),
                        &[json!(i)],
                    )
                    .await;
                assert!(chart.0 >= 0.0 && chart.1 <= height, "{panel:?}: the chart is at {chart:?} with control {i}");
                assert!(control >= chart.1 - 1.0, "{panel:?}: the chart covers control {i}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_45_the_chart_stays_in_view_while_controls_scroll() {
    browse(PHONE, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        for key in NUMBERS {
            page.js::<Value>(
                "$(arguments[0]).scrollIntoView({ block: 'end', behavior: 'instant' })",
                &[json!(format!("control-{key}"))],
            )
            .await;
            let control = page.rect(&format!("control-{key}")).await;
            let chart = page.rect("curves-chart-canvas").await;
            let height: f64 = page.js("return innerHeight", &[]).await;
            assert!(
                chart.y >= 0.0 && chart.y + chart.height <= height,
                "{key}: the chart is at {chart:?}"
            );
            assert!(
                control.y >= chart.y + chart.height,
                "{key}: the chart covers the control: {control:?}"
            );
        }
        assert!(
            page.js::<f64>("return scrollY", &[]).await > 100.0,
            "nothing was scrolled"
        );
    })
    .await;
}

#[tokio::test]
async fn ac_45_everything_to_press_is_44_px_high_on_a_phone() {
    browse(PHONE, async |page| {
        for panel in Panel::ALL {
            filled::open(page, panel, Lang::En).await;
            let low: Vec<String> = page
                .js(
                    "document.querySelectorAll('details').forEach(d => { d.open = true; });
                     return [...document.querySelectorAll('button, select, summary, .segment, .tab, input[type=range], .field')]
                       // A cell of the map is chosen by touching the map; the button that keys move over it takes no finger.
                       .filter(e => e.getClientRects().length > 0 && e.getBoundingClientRect().height < 43.9 && getComputedStyle(e).pointerEvents !== 'none')
                       .map(e => `${e.getBoundingClientRect().height} ${e.outerHTML.slice(0, 100)}`)",
                    &[],
                )
                .await;
            assert!(low.is_empty(), "{panel:?}: {low:#?}");
        }
    })
    .await;
}

async fn scroll_y(page: &Page) -> f64 {
    page.js("return scrollY", &[]).await
}

#[tokio::test]
async fn ac_46_a_finger_on_a_handle_drags_it_and_does_not_scroll() {
    browse(PHONE, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        for (handle, field) in [("handle-target", "field-b"), ("handle-bcrit", "field-bc")] {
            let before = page.value_of(field).await;
            let from = page.rect(handle).await.centre();
            page.swipe(from, (-60.0, -120.0)).await;
            page.wait(&format!("{handle} to move"), || async {
                page.value_of(field).await < before
            })
            .await;
            assert_eq!(scroll_y(page).await, 0.0, "{handle} scrolled the page");
        }
    })
    .await;
}

#[tokio::test]
async fn ac_46_a_finger_on_any_panels_handle_does_not_scroll() {
    browse(PHONE, async |page| {
        for panel in [Panel::Race, Panel::Sweep, Panel::Noise] {
            filled::open(page, panel, Lang::En).await;
            let handles: Vec<String> = page
                .js("return [...document.querySelectorAll('[role=slider]')].filter(e => e.getClientRects().length > 0).map(e => e.dataset.testid)", &[])
                .await;
            assert!(!handles.is_empty(), "{panel:?}");
            for handle in handles {
                page.js::<Value>(
                    "scrollTo({ top: 0, behavior: 'instant' });
                     if ($(arguments[0]).getBoundingClientRect().bottom > innerHeight - 80) $(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })",
                    &[json!(handle)],
                )
                .await;
                let (before, at) = (page.attr(&handle, "aria-valuetext").await, scroll_y(page).await);
                let from = page.rect(&handle).await.centre();
                page.swipe(from, (-45.0, 60.0)).await;
                page.wait(&format!("{handle} to move"), || async { page.attr(&handle, "aria-valuetext").await != before }).await;
                assert_eq!(scroll_y(page).await, at, "{panel:?}: {handle} scrolled the page");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_46_a_finger_on_the_charts_background_scrolls() {
    browse(PHONE, async |page| {
        page.open("").await;
        curves::wait_drawn(page, "curves-chart").await;
        let numbers = curves::numbers(page).await;
        let from = free_place(page).await;
        page.needs(Feature::Panning);
        page.swipe(from, (0.0, -160.0)).await;
        page.wait("the page to scroll", || async {
            scroll_y(page).await > 50.0
        })
        .await;
        assert_eq!(curves::numbers(page).await, numbers);
    })
    .await;
}

/// A place in the chart where the canvas, and no handle, takes the pointer.
async fn free_place(page: &Page) -> (f64, f64) {
    let chart: Rect = page.rect("curves-chart-canvas").await;
    for i in 1..20 {
        let (x, y) = (
            chart.x + chart.width * f64::from(i) / 20.0,
            chart.y + chart.height * 0.6,
        );
        let is_free: bool = page
            .js(
                "return document.elementFromPoint(arguments[0], arguments[1]) === $('curves-chart-canvas')",
                &[json!(x), json!(y)],
            )
            .await;
        if is_free {
            return (x, y);
        }
    }
    panic!("no free place in the chart");
}
