//! Your runs: what is saved and comes back, what a link carries, what Curves takes over, exact values in the charts, and
//! that reading never holds up the page.

use crate::harness::{DESKTOP, Page, Setup, browse};
use crate::runs::{drop_file, open, paste, wait_rows};
use crate::save::{self, check_pictures, saved, shape};
use crate::shell::{self, fragment};
use critical_batch::i18n::{Lang, strings};
use critical_batch::measurements::Unit;
use critical_batch::params::defs::ParamId;
use critical_batch::params::url::Panel;
use critical_batch::units::{format_count, round_sig};
use serde_json::{Value, json};
use thirtyfour::Key;

const N_POINTS: usize = 10;

/// The example with a known answer: 240 rows, [`N_POINTS`] batch sizes.
async fn synthetic(page: &Page) {
    page.click("example-synthetic").await;
    wait_rows(page, 240, 0).await;
    page.wait_js("the answer", "return $('runs-b-crit') !== null")
        .await;
}

async fn recommended(page: &Page) -> f64 {
    let text = page.attr("runs-recommended", "data-lr").await;
    text.and_then(|text| text.parse().ok())
        .expect("a learning rate is recommended")
}

/// Chooses Adam.
async fn choose_adam(page: &Page) {
    page.js::<Value>("$('opt-adam').click()", &[]).await;
    page.wait_js("Adam", "return $('opt-adam').checked").await;
}

#[tokio::test]
async fn ac_36_a_link_carries_what_is_asked_and_never_the_measurements() {
    let (link, before) = browse(DESKTOP, async |page| {
        open(page).await;
        synthetic(page).await;
        page.set_field("field-b", "512").await;
        choose_adam(page).await;
        page.wait_js(
            "the address",
            "return location.hash === '#/runs?v=1&opt=adam&b=512&lang=en'",
        )
        .await;
        let lr = recommended(page).await;
        page.reload().await;
        page.wait_value("field-b", 512.0).await;
        assert!(page.js::<bool>("return $('opt-adam').checked", &[]).await);
        assert_eq!(
            page.attr("panel-runs", "data-state").await.as_deref(),
            Some("empty")
        );
        synthetic(page).await;
        assert_eq!(recommended(page).await, lr);
        shell::switch_language(page, Lang::Zh).await;
        (shell::copied_link(page).await, lr)
    })
    .await;
    browse(DESKTOP, async |page| {
        page.open_address(&link).await;
        page.wait_js("the panel", "return $('panel-runs') !== null")
            .await;
        assert_eq!(shell::html_lang(page).await, "zh-Hans");
        page.assert_value("field-b", 512.0).await;
        synthetic(page).await;
        assert_eq!(recommended(page).await, before);
        // Wrong links are read as far as possible.
        page.open("#/runs?v=1&b=-3&opt=lion").await;
        page.assert_value("field-b", 1.0).await;
        assert!(page.js::<bool>("return $('opt-sgd').checked", &[]).await);
        let notices = shell::notices(page).await;
        assert_eq!(notices.len(), 2, "{notices:?}");
    })
    .await;
}

#[tokio::test]
async fn ac_37_both_charts_are_saved_with_titles_and_settings_in_both_languages() {
    browse(DESKTOP, async |page| {
        for lang in shell::LANGS {
            let s = strings(lang);
            page.open(&format!("{}&b=512", fragment(Panel::Runs, lang)))
                .await;
            synthetic(page).await;
            check_pictures(page, &["runs-score", "runs-lr"], lang).await;
            for (chart, y_title) in [
                ("runs-score", s.runs.steps_axis),
                ("runs-lr", s.sweep.lr_axis),
            ] {
                let svg = saved(page, &format!("{chart}-svg")).await.text;
                let asked = (s.param)(ParamId::AskedBatch).label;
                let optimizer = (s.param)(ParamId::RunsOptimizer).label;
                for part in [
                    (s.runs.batch_axis)(Unit::Examples),
                    y_title,
                    &format!("{asked} 512"),
                    &format!("{optimizer} SGD"),
                    s.runs.legend[0],
                    "#/runs?v=1&amp;b=512",
                ] {
                    assert!(svg.contains(part), "{part} in {svg}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_38_the_saved_table_has_the_rows_on_screen_and_is_read_again() {
    browse(DESKTOP, async |page| {
        open(page).await;
        synthetic(page).await;
        page.js::<Value>("$('runs-table-details').open = true", &[])
            .await;
        let csv = saved(page, "runs-lr-csv").await;
        assert_eq!(csv.name, "lr-batch_runs-lr.csv");
        let csv = csv.text;
        let (header, n_rows) = shape(&csv);
        let shown: Vec<(f64, f64)> = page
            .js(
                "return [...$('runs-table').tBodies[0].rows].map(r => [Number(r.dataset.lr), Number(r.dataset.score)])",
                &[],
            )
            .await;
        assert_eq!((n_rows, shown.len()), (N_POINTS, N_POINTS));
        assert_eq!(&header[..2], ["batch_size [examples]", "best_lr"]);
        let column = |name: &str| header.iter().position(|h| *h == name).unwrap();
        let (lr, steps) = (column("best_lr"), column("steps_to_target"));
        let rows = csv.lines().filter(|l| !l.starts_with('#')).skip(1);
        for (row, shown) in rows.zip(&shown) {
            let cells: Vec<&str> = row.split(',').collect();
            let number = |i: usize| cells[i].parse::<f64>().unwrap();
            assert_eq!((number(lr), number(steps)), *shown);
        }
        // The table names its units.
        let heads: Vec<String> = page
            .js(
                "return [...$('runs-table').tHead.rows[0].cells].map(c => c.innerText)",
                &[],
            )
            .await;
        let s = strings(Lang::En);
        for head in [
            (s.runs.batch_axis)(Unit::Examples),
            s.sweep.column_lr,
            s.runs.column_steps,
            (s.runs.column_consumed)(Unit::Examples),
        ] {
            assert!(heads.iter().any(|h| h == head), "{head} in {heads:?}");
        }
        let json: Value = serde_json::from_str(&saved(page, "runs-score-json").await.text).unwrap();
        assert_eq!(json["columns"], json!(header));
        assert_eq!(json["rows"].as_array().unwrap().len(), N_POINTS);
        let critical = page.value_of("runs-b-crit").await;
        for text in [csv.clone(), json.to_string()] {
            page.click("runs-clear").await;
            page.wait_attr("panel-runs", "data-state", "empty").await;
            paste(page, &text).await;
            wait_rows(page, N_POINTS, 0).await;
            page.wait_js("the answer", "return $('runs-b-crit') !== null")
                .await;
            let again = page.value_of("runs-b-crit").await;
            assert!((again / critical - 1.0).abs() < 1e-9, "{again} and {critical}");
        }
    })
    .await;
}

#[tokio::test]
async fn ac_39_a_saved_file_restores_the_screen_and_in_the_box_gives_its_rows() {
    browse(DESKTOP, async |page| {
        page.open("#/runs?v=1&b=512&opt=adam&lang=zh").await;
        synthetic(page).await;
        let json = saved(page, "runs-lr-json").await.text;
        let svg = saved(page, "runs-score-svg").await.text;
        for text in [&json, &svg] {
            page.open("#/curves?v=1&lang=en").await;
            save::drop_file(page, "saved", text).await;
            page.wait("Your runs", || async { page.is_shown("panel-runs").await })
                .await;
            page.wait_value("field-b", 512.0).await;
            assert!(page.js::<bool>("return $('opt-adam').checked", &[]).await);
            assert_eq!(shell::html_lang(page).await, "zh-Hans");
            assert_eq!(
                page.attr("panel-runs", "data-state").await.as_deref(),
                Some("empty")
            );
        }
        // On the panel itself, beside the box, likewise; into the box it is a table like any other.
        let parts = format!("return [{}]", json!(json));
        drop_file(page, "runs-clear", &parts).await;
        wait_rows(page, N_POINTS, 0).await;
        page.set_field("field-b", "64").await;
        page.wait_value("field-b", 64.0).await;
        page.click("runs-clear").await;
        page.wait_attr("panel-runs", "data-state", "empty").await;
        drop_file(page, "runs-clear", &parts).await;
        wait_rows(page, N_POINTS, 0).await;
        page.assert_value("field-b", 64.0).await;
        drop_file(page, "runs-status", &parts).await;
        page.wait_value("field-b", 512.0).await;
        wait_rows(page, N_POINTS, 0).await;
    })
    .await;
}

#[tokio::test]
async fn curves_takes_over_what_was_measured_or_says_why_not() {
    browse(DESKTOP, async |page| {
        let s = open(page).await;
        paste(
            page,
            "batch,lr,steps\n8,0.1,1000\n16,0.2,600\n32,0.3,400\n64,0.4,300\n",
        )
        .await;
        wait_rows(page, 4, 0).await;
        assert!(
            page.js::<bool>("return $('runs-in-curves').disabled", &[])
                .await
        );
        let why = critical_batch::experiment::your_runs::curves::NotForCurves::Untuned;
        assert_eq!(
            page.text("runs-curves-note").await,
            (s.runs.not_for_curves)(&why)
        );
        synthetic(page).await;
        let critical = page.value_of("runs-b-crit").await;
        page.bring_into_view("runs-in-curves").await;
        page.click("runs-in-curves").await;
        page.wait("Curves", || async { page.is_shown("panel-curves").await })
            .await;
        // A whole number, as Curves takes it.
        page.assert_value("field-bc", round_sig(critical, 3).round())
            .await;
        page.assert_value("field-b", 2048.0).await;
        assert!(page.is_shown("drop-measured").await);
        let (base, lr) = (
            page.value_of("field-b0").await,
            page.value_of("field-lr0").await,
        );
        page.wait_js(
            "the points in the address",
            "return location.hash.includes('pts=')",
        )
        .await;
        // The base is one of the points, and they all are there after a reload.
        let hash: String = page.js("return location.hash", &[]).await;
        let points = hash
            .split("pts=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        assert_eq!(points.split(',').count(), N_POINTS);
        let anchor = format!("{base}:{lr}:");
        assert!(
            points.split(',').any(|p| p.starts_with(&anchor)),
            "{anchor} in {points}"
        );
        page.reload().await;
        assert!(page.is_shown("drop-measured").await);
        // Gradient norms give a noise scale and leave the rest of Curves as it is.
        page.click("tab-runs").await;
        page.wait_js("the panel's code", "return $('runs-text') !== null")
            .await;
        let pairs = "32,512,0.041,0.0028\n".repeat(12);
        paste(page, &format!("b_small,b_big,g_small_sq,g_big_sq\n{pairs}")).await;
        wait_rows(page, 12, 0).await;
        page.wait_js("the button", "return !$('runs-in-curves').disabled")
            .await;
        page.bring_into_view("runs-in-curves").await;
        page.click("runs-in-curves").await;
        page.wait_value("field-bc", 5150.0).await;
        page.assert_value("field-b0", base).await;
        assert!(!page.is_shown("drop-measured").await);
    })
    .await;
}

#[tokio::test]
async fn the_crosshair_names_exact_values_by_mouse_and_by_keyboard() {
    browse(DESKTOP, async |page| {
        let s = open(page).await;
        synthetic(page).await;
        for chart in ["runs-score", "runs-lr"] {
            page.bring_into_view(chart).await;
            let (x, y) = page.rect(chart).await.centre();
            page.hover(x, y).await;
            let tooltip = format!("{chart}-tooltip");
            page.wait("the tooltip", || async { page.is_shown(&tooltip).await })
                .await;
            let text = page.text(&tooltip).await;
            assert!(
                text.contains(s.runs.measured) && text.contains(s.sweep.fitted),
                "{text}"
            );
            page.hover(x, 0.0).await;
            page.focus(chart).await;
            page.press(Key::Right + Key::Right).await;
            let unit = (s.runs.unit)(Unit::Examples);
            let head = format!("B = {} {unit}", format_count(8, s.grouping));
            page.wait("the second batch size", || async {
                page.text(&tooltip).await.starts_with(&head)
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_rows_never_hold_up_the_page() {
    let alone = Setup {
        is_alone: true,
        ..DESKTOP
    };
    browse(alone, async |page| {
        open(page).await;
        // A first text starts the worker and compiles the module, which is not what is looked at.
        synthetic(page).await;
        let long: Vec<f64> = page
            .js_async(
                // Eleven batch sizes, thirteen learning rates, seven hundred seeds: steps on the local quadratic model with
                // B_crit = 96, an even scatter, and one bad row.
                "let text = 'batch_size,lr,seed,steps_to_target\\n';
                 for (let octave = 0; octave < 11; octave++) {
                   const batch = 2 ** octave, bend = 1 + 96 / batch;
                   for (let rung = -6; rung < 7; rung++) {
                     const r = 2 ** (rung / 3), steps = r < 2 ? 250 * bend / (r * (2 - r)) : NaN;
                     for (let seed = 0; seed < 700; seed++)
                       text += `${batch},${0.4 / bend * r},${seed},${steps * (1 + 0.1 * Math.sin(seed * 12.9898 + octave))}\\n`;
                   }
                 }
                 const file = new File([text + '8,zero,1,1\\n'], 'runs.csv');
                 // Making it was a long task itself.
                 await new Promise(done => setTimeout(done, 200));
                 const long = [];
                 const observer = new PerformanceObserver(list => long.push(...list.getEntries().map(e => e.duration)));
                 observer.observe({ type: 'longtask' });
                 const data = new DataTransfer();
                 data.items.add(file);
                 $('drop').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
                 await new Promise(done => {
                   const look = () => $('runs-status').dataset.rows === '100100' ? done() : setTimeout(look, 5);
                   look();
                 });
                 await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(r, 100))));
                 long.push(...observer.takeRecords().map(e => e.duration));
                 observer.disconnect();
                 return long",
                &[],
            )
            .await;
        assert!(long.is_empty(), "tasks of {long:?} ms");
        wait_rows(page, 100_100, 1).await;
        let critical = page.value_of("runs-b-crit").await;
        assert!((80.0..=115.0).contains(&critical), "{critical}");
    })
    .await;
}
