//! What can be saved, and the way back from a saved file.

use crate::harness::{DESKTOP, Page, browse};
use crate::race::{self, SHORT};
use crate::sweep::{QUICK, sweep};
use critical_batch::i18n::{Lang, strings};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub struct Saved {
    pub name: String,
    pub mime: String,
    pub size: f64,
    pub text: String,
}

/// Presses a button that saves, and returns the file.
pub async fn saved(page: &Page, button: &str) -> Saved {
    page.bring_into_view(button).await;
    page.js_async(
        "const real = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
         const file = await new Promise(done => {
           let blob = null;
           URL.createObjectURL = given => { blob = given; return real.call(URL, given); };
           HTMLAnchorElement.prototype.click = function () { done({ name: this.download, blob }); };
           $(args[0]).click();
         });
         URL.createObjectURL = real; HTMLAnchorElement.prototype.click = click;
         const { name, blob } = file;
         return { name, mime: blob.type, size: blob.size, text: blob.type === 'image/png' ? '' : await blob.text() };",
        &[json!(button)],
    )
    .await
}

/// Drops a file of this text on the page.
pub async fn drop_file(page: &Page, name: &str, text: &str) {
    page.js::<Value>(
        "const data = new DataTransfer();
         data.items.add(new File([arguments[1]], arguments[0]));
         for (const type of ['dragover', 'drop'])
           document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
         return null",
        &[json!(name), json!(text)],
    )
    .await;
}

pub async fn check_pictures(page: &Page, charts: &[&str], lang: Lang) {
    let batch_axis = strings(lang).chart.batch_axis;
    for chart in charts {
        let png = saved(page, &format!("{chart}-png")).await;
        assert_eq!(png.mime, "image/png");
        assert!(png.size > 10_000.0, "{chart}: {} bytes", png.size);
        assert!(
            png.name.starts_with(&format!("lr-batch_{chart}")),
            "{}",
            png.name
        );
        let svg = saved(page, &format!("{chart}-svg")).await.text;
        let heading: String = page
            .js(
                "return $(arguments[0]).closest('figure, section').querySelector('h2').innerText",
                &[json!(format!("{chart}-svg"))],
            )
            .await;
        let heading = heading.replace('&', "&amp;").replace('<', "&lt;");
        assert!(
            svg.contains(&format!("<title>{heading}</title>")),
            "{heading}: {svg}"
        );
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(svg.contains("#/"), "the link is in the picture");
        if chart.contains("curves-chart") || chart.contains("sweep") {
            assert!(svg.contains(batch_axis), "{batch_axis} in {svg}");
        }
    }
}

#[tokio::test]
async fn ac_37_every_chart_is_saved_with_title_parameters_and_link() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1&b=512&lang=zh").await;
        check_pictures(page, &["curves-chart", "cost-chart"], Lang::Zh).await;
        let svg = saved(page, "curves-chart-svg").await.text;
        let label = (strings(Lang::Zh).param)(critical_batch::params::defs::ParamId::Batch).label;
        assert!(svg.contains(&format!("{label} 512")), "{svg}");
        page.open(SHORT).await;
        page.press("e").await;
        race::digest(page).await;
        check_pictures(
            page,
            &[
                "race-loss",
                "race-accuracy",
                "race-norm",
                "race-noise",
                "race-lr",
            ],
            Lang::En,
        )
        .await;
        sweep(page, QUICK).await;
        page.focus("cell").await;
        page.press(" ").await;
        check_pictures(page, &["sweep-map", "sweep-score", "cell-curves"], Lang::En).await;
    })
    .await;
}

/// (names of the columns, number of rows) of a CSV text.
pub fn shape(csv: &str) -> (Vec<&str>, usize) {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let header = lines.next().unwrap().split(',').collect();
    (header, lines.count())
}

#[tokio::test]
async fn ac_38_tables_have_the_rows_that_are_shown() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.click("table-toggle").await;
        let csv = saved(page, "curves-chart-csv").await.text;
        let (header, n_rows) = shape(&csv);
        assert_eq!(header[0], "batch_size [examples]");
        let table: (usize, usize) = page
            .js(
                "const t = $('samples'); return [t.tHead.rows[0].cells.length, t.tBodies[0].rows.length]",
                &[],
            )
            .await;
        assert_eq!((header.len(), n_rows), table);
        let json: Value = serde_json::from_str(&saved(page, "curves-chart-json").await.text).unwrap();
        assert_eq!(json["columns"], json!(header));
        assert_eq!(json["rows"].as_array().unwrap().len(), n_rows);
        page.open(SHORT).await;
        page.press("e").await;
        let digest = race::digest(page).await;
        let json: Value = serde_json::from_str(&saved(page, "race-loss-json").await.text).unwrap();
        assert_eq!(json["digest"], digest);
        let csv = saved(page, "race-loss-csv").await.text;
        assert_eq!(shape(&csv).1, json["rows"].as_array().unwrap().len());
    })
    .await;
}

#[tokio::test]
async fn ac_39_a_saved_file_dropped_on_the_page_restores_its_screen() {
    browse(DESKTOP, async |page| {
        page.open("#/race?v=1&opt=adam&b=64&seed=11&ex=5748").await;
        page.press("e").await;
        let digest = race::digest(page).await;
        let json = saved(page, "race-loss-json").await.text;
        page.open("#/curves?v=1&b=512").await;
        let (csv, svg) = (
            saved(page, "curves-chart-csv").await.text,
            saved(page, "curves-chart-svg").await.text,
        );
        drop_file(page, "race.json", &json).await;
        page.wait_attr("panel-race", "data-state", "idle").await;
        page.wait_value("field-b", 64.0).await;
        page.wait_value("field-seed", 11.0).await;
        page.press("e").await;
        assert_eq!(
            race::digest(page).await,
            digest,
            "the same race, to the last digit"
        );
        for text in [csv, svg] {
            drop_file(page, "curves", &text).await;
            page.wait("Curves", || async { page.is_shown("panel-curves").await })
                .await;
            page.wait_value("field-b", 512.0).await;
            page.open("#/about").await;
        }
        // Any other file changes nothing and is named.
        page.open("#/curves?v=1&b=512").await;
        drop_file(page, "notes.txt", "nothing of ours").await;
        page.wait("a sentence", || async { page.is_shown("notices").await })
            .await;
        assert!(page.text("notices").await.contains("notes.txt"));
        page.assert_value("field-b", 512.0).await;
    })
    .await;
}

/// Opens the code of a panel in a format and returns its text.
pub async fn code(page: &Page, format: &str) -> String {
    page.js::<Value>("$('code-details').open = true; return null", &[])
        .await;
    page.choose("code-format", format).await;
    page.wait("the code", || async { page.is_shown("code-text").await })
        .await;
    page.text("code-text").await
}

#[tokio::test]
async fn ac_39_the_code_carries_the_learning_rate_on_screen() {
    browse(DESKTOP, async |page| {
        page.open("#/calc?v=1&recipe=transformer&rule=sqrt").await;
        let shown = page.text("calc-lr-sqrt").await;
        assert_eq!(shown, "0.0001414");
        for format in [
            "train.py",
            "train_ddp.py",
            "train_transformers.py",
            "train_optax.py",
        ] {
            let text = code(page, format).await;
            assert!(
                text.replace('.', "").contains("1414") && text.contains("#/calc?v=1"),
                "{format}: {text}"
            );
        }
        let json: Value = serde_json::from_str(&code(page, "deepspeed.json").await).unwrap();
        assert_eq!(json["train_batch_size"], 8192);
        let file = saved(page, "code-save").await;
        assert_eq!(file.name, "deepspeed.json");
        // A race as a whole, and one of its lanes.
        page.open("#/race?v=1&b=64").await;
        let program = code(page, "race.py").await;
        assert!(
            program.contains("import torch") && program.contains("#/race"),
            "{program}"
        );
        page.choose("code-job", "2").await;
        // The square root of 64/4 times 0.3.
        let lane = code(page, "train.py").await;
        assert!(lane.contains("1.2"), "{lane}");
        // The sweep for a bigger machine, and what it measured.
        sweep(page, QUICK).await;
        page.js::<Value>("$('code-details').open = true; return null", &[])
            .await;
        page.wait("why not", || async { page.is_shown("code-missing").await })
            .await;
        assert!(code(page, "train.py").await.contains("torch"));
        page.open("#/sweep").await;
        assert!(code(page, "sweep.py").await.contains("ray"));
    })
    .await;
}
