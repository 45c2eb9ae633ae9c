//! Your runs: text in by every way, findings out, bad rows by name, in both languages.

use crate::harness::{DESKTOP, Page, browse};
use crate::shell::{fragment, switch_language};
use critical_batch::experiment::your_runs::Doubt;
use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::measurements::{Column, Counted, Reason};
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

pub async fn open(page: &Page) -> &'static Strings {
    page.open(&fragment(Panel::Runs, Lang::En)).await;
    strings(Lang::En)
}

/// Puts a text into the box, as pasting does.
pub async fn paste(page: &Page, text: &str) {
    page.js::<Value>(
        "const box = $('runs-text');
         box.value = arguments[0];
         box.dispatchEvent(new Event('input', { bubbles: true }))",
        &[json!(text)],
    )
    .await;
}

/// Waits for so many good and bad rows.
pub async fn wait_rows(page: &Page, good: usize, bad: usize) {
    page.wait_attr("runs-status", "data-rows", &good.to_string())
        .await;
    page.wait_attr("runs-status", "data-bad", &bad.to_string())
        .await;
    page.wait_attr("panel-runs", "data-state", "done").await;
}

pub async fn items(page: &Page, id: &str) -> Vec<String> {
    page.js(
        "return [...$(arguments[0]).children].map(e => e.innerText.trim())",
        &[json!(id)],
    )
    .await
}

#[tokio::test]
async fn an_example_shows_its_known_answer() {
    browse(DESKTOP, async |page| {
        open(page).await;
        assert_eq!(
            page.attr("panel-runs", "data-state").await.as_deref(),
            Some("empty")
        );
        assert!(page.is_shown("runs-kinds").await);
        page.click("example-synthetic").await;
        wait_rows(page, 240, 0).await;
        assert!(!page.is_shown("runs-kinds").await);
        let critical = page.value_of("runs-b-crit").await;
        assert!((80.0..=115.0).contains(&critical), "{critical}");
        assert!(page.is_shown("runs-score").await && page.is_shown("runs-lr").await);
        page.set_field("field-b", "96").await;
        page.wait("a learning rate for 96", || async {
            let lr = page.attr("runs-recommended", "data-lr").await;
            lr.and_then(|lr| lr.parse().ok())
                .is_some_and(|lr: f64| (0.16..=0.24).contains(&lr))
        })
        .await;
        // What makes no sense is named, and the answer stays.
        let answer = page.text("runs-recommended").await;
        page.set_field("field-b", "many").await;
        page.wait_attr("field-b", "aria-invalid", "true").await;
        assert!(page.text("error-b").await.contains("many"));
        assert_eq!(page.text("runs-recommended").await, answer);
        // Published learning rates have no steps, and so no critical batch.
        page.click("example-mnist").await;
        wait_rows(page, 13, 0).await;
        let noise = page.value_of("runs-b-noise").await;
        assert!((noise / 61.69 - 1.0).abs() < 1e-3, "{noise}");
        assert!(!page.is_shown("runs-b-crit").await && !page.is_shown("runs-score").await);
        page.click("example-digits").await;
        page.wait_js("the sweep of Digits", "return $('runs-b-crit') !== null")
            .await;
        // It stays while the reader looks elsewhere.
        page.click("tab-about").await;
        page.click("tab-runs").await;
        page.wait_js("what was there", "return $('runs-b-crit') !== null")
            .await;
        page.click("runs-clear").await;
        page.wait_attr("panel-runs", "data-state", "empty").await;
        assert!(!page.is_shown("runs-b-crit").await);
    })
    .await;
}

#[tokio::test]
async fn a_bad_row_is_named_in_both_languages_and_the_others_are_kept() {
    browse(DESKTOP, async |page| {
        let s = open(page).await;
        paste(
            page,
            "batch,lr,steps\n8,0.1,1000\n16,fast,600\n32,0.3,\n64,0.4,300\n",
        )
        .await;
        wait_rows(page, 3, 1).await;
        let reason = Reason::NotANumber {
            column: Column::LearningRate,
            value: "fast".to_owned(),
        };
        let named =
            |s: &Strings| (s.runs.bad_row)(Counted::Fields, "3", "2", &(s.runs.reason)(&reason));
        assert_eq!(items(page, "bad-rows").await, [named(s)]);
        let doubts = items(page, "runs-doubts").await;
        assert!(
            doubts.contains(&(s.runs.doubt)(&Doubt::Untuned)),
            "{doubts:?}"
        );
        let zh = switch_language(page, Lang::Zh).await;
        assert_eq!(items(page, "bad-rows").await, [named(zh)]);
        assert!(
            items(page, "runs-doubts")
                .await
                .contains(&(zh.runs.doubt)(&Doubt::Untuned))
        );
    })
    .await;
}

/// Drops a file that the page itself makes, a function body that returns its parts, on the element with a test id.
pub async fn drop_file(page: &Page, target: &str, parts: &str) {
    page.js::<Value>(
        &format!(
            "const data = new DataTransfer();
             data.items.add(new File((() => {{ {parts} }})(), 'runs.csv'));
             $(arguments[0]).dispatchEvent(new DragEvent('drop', {{ bubbles: true, cancelable: true, dataTransfer: data }}))"
        ),
        &[json!(target)],
    )
    .await;
}

#[tokio::test]
async fn files_are_dropped_small_and_large() {
    browse(DESKTOP, async |page| {
        open(page).await;
        // UTF-16, as spreadsheets write it.
        drop_file(
            page,
            "drop",
            "const text = '\\ufeffbatch;lr;loss\\n8;0,1;0,5\\n16;0,2;0,4\\n';
             return [Uint16Array.from([...text].map(c => c.charCodeAt(0)))]",
        )
        .await;
        wait_rows(page, 2, 0).await;
        // Beside the box too.
        drop_file(
            page,
            "runs-status",
            "let text = 'batch_size,lr,seed,loss\\n';
             for (let i = 0; i < 100000; i++) text += `${1 << i % 11},${(i % 7 + 1) / 8},${i},${1 + i % 13}\\n`;
             return [text + '8,zero,1,1\\n']",
        )
        .await;
        wait_rows(page, 100_000, 1).await;
    })
    .await;
}

#[tokio::test]
async fn numbers_are_typed_into_a_table() {
    browse(DESKTOP, async |page| {
        open(page).await;
        page.js::<Value>("$('runs-grid').open = true", &[]).await;
        for (row, cells) in [["8", "0,1", "1000"], ["16", "0,2", "600"]]
            .into_iter()
            .enumerate()
        {
            for (column, text) in cells.into_iter().enumerate() {
                page.set_field(&format!("cell-{row}-{column}"), text).await;
            }
        }
        wait_rows(page, 2, 0).await;
        page.click("add-row").await;
        page.set_field("cell-4-0", "32").await;
        wait_rows(page, 2, 1).await;
        assert_eq!(
            page.js::<String>("return $('cell-1-1').value", &[]).await,
            "0,2",
            "what was typed stays"
        );
    })
    .await;
}

#[tokio::test]
async fn a_hidden_gradient_shows_no_number_and_one_batch_size_says_why() {
    browse(DESKTOP, async |page| {
        let s = open(page).await;
        paste(
            page,
            "b_small,b_big,g_small_sq,g_big_sq\n8,64,0.13,0.01\n8,64,0.12,0.011\n",
        )
        .await;
        wait_rows(page, 2, 0).await;
        assert!(
            items(page, "runs-notes")
                .await
                .contains(&s.runs.gradient_hidden.to_owned())
        );
        assert!(!page.is_shown("runs-b-simple").await && page.is_shown("runs-raw-norm").await);
        paste(
            page,
            "b_small,b_big,g_small_sq,g_big_sq\n32,512,0.041,0.0028\n",
        )
        .await;
        wait_rows(page, 1, 0).await;
        page.wait_js("an estimate", "return $('runs-b-simple') !== null")
            .await;
        assert!((page.value_of("runs-b-simple").await / 5146.95 - 1.0).abs() < 1e-5);
        paste(page, "step,grad_norm\n0,1\n1,2\n2,3\n").await;
        wait_rows(page, 3, 0).await;
        assert_eq!(items(page, "runs-notes").await, [s.runs.one_batch_size]);
    })
    .await;
}

#[tokio::test]
async fn without_workers_the_page_reads() {
    browse(DESKTOP, async |page| {
        page.open("#/runs?v=1&lang=en&nothread=1").await;
        page.click("example-synthetic").await;
        wait_rows(page, 240, 0).await;
        assert!(page.is_shown("runs-b-crit").await);
    })
    .await;
}
