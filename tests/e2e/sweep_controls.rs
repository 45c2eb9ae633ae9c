//! The Sweep panel's controls: pause, extension, definitions, metrics, the anchor, what it hands over, hidden tabs.

use crate::harness::{DESKTOP, Page, browse, is_close};
use crate::race::{frames, set_hidden};
use crate::save::saved;
use crate::sweep::{QUICK, best_lrs, finish, n_done, number, root, sweep, with_cores};
use serde_json::Value;
use thirtyfour::Key;

/// Long enough to be looked at while it runs.
const LONGER: &str = "#/sweep?v=1&task=quadratic&sseeds=5";

async fn start(page: &Page, fragment: &str, n_runs: usize) {
    page.open(fragment).await;
    page.click("sweep-run").await;
    page.wait("some runs", || async { n_done(page).await >= n_runs })
        .await;
}

/// Waits until runs that were under way have come in.
async fn settled(page: &Page) -> usize {
    let mut n = n_done(page).await;
    loop {
        frames(page, 20).await;
        let now = n_done(page).await;
        if now == n {
            return n;
        }
        n = now;
    }
}

#[tokio::test]
async fn pause_and_resume_change_no_digit() {
    browse(DESKTOP, async |page| {
        let whole = sweep(page, LONGER).await;
        page.open("#/about").await;
        start(page, LONGER, 10).await;
        page.click("sweep-run").await;
        page.wait_attr("panel-sweep", "data-state", "paused").await;
        let n = settled(page).await;
        frames(page, 30).await;
        assert_eq!(n_done(page).await, n, "a paused sweep stands still");
        page.click("sweep-run").await;
        page.wait("more runs", || async { n_done(page).await > n })
            .await;
        // The key does the same.
        page.js::<Value>("document.activeElement.blur(); return null", &[])
            .await;
        page.press(" ").await;
        page.wait_attr("panel-sweep", "data-state", "paused").await;
        page.press(" ").await;
        finish(page).await;
        assert_eq!(root(page, "data-digest").await, whole);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_extended_while_paused_goes_on_to_the_same_end() {
    browse(DESKTOP, async |page| {
        sweep(page, &format!("{LONGER}&lrs=fixed&lrmin=0.03125&lrmax=1")).await;
        let whole = best_lrs(page).await;
        page.open("#/about").await;
        start(
            page,
            &format!("{LONGER}&lrs=fixed&lrmin=0.03125&lrmax=0.5"),
            10,
        )
        .await;
        page.click("sweep-run").await;
        page.wait_attr("panel-sweep", "data-state", "paused").await;
        let kept = settled(page).await;
        page.set_field("field-lrmax", "1").await;
        frames(page, 5).await;
        assert_eq!(
            n_done(page).await,
            kept,
            "nothing that was measured is lost"
        );
        page.click("sweep-run").await;
        finish(page).await;
        // It may have looked more closely below the old edge, and finds the same.
        assert_eq!(best_lrs(page).await, whole);
    })
    .await;
}

#[tokio::test]
async fn a_definition_names_its_own_batch_size() {
    browse(DESKTOP, async |page| {
        sweep(page, QUICK).await;
        let critical = page.value_of("b-crit").await;
        let (low, high) = (
            number(page, "b-crit", "data-low").await,
            number(page, "b-crit", "data-high").await,
        );
        let digest = root(page, "data-digest").await;
        for (definition, factor) in [("overhead20", 0.2), ("steps10", 10.0), ("adam-peak", 1.0)] {
            page.choose("select-def", definition).await;
            page.wait_value("b-crit", critical * factor).await;
            assert!(is_close(
                number(page, "b-crit", "data-low").await,
                low * factor
            ));
            assert!(is_close(
                number(page, "b-crit", "data-high").await,
                high * factor
            ));
        }
        // Another word for the same measurement: nothing is run again.
        assert_eq!(root(page, "data-digest").await, digest);
        let noise = page.value_of("b-noise").await;
        page.choose("select-def", "twice").await;
        page.wait_value("b-crit", critical).await;
        assert_eq!(
            page.value_of("b-noise").await,
            noise,
            "the noise scale has one definition"
        );
    })
    .await;
}

/// (header, rows) without the comments.
fn rows(csv: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let header = lines.next().unwrap().split(',').collect();
    (
        header,
        lines.map(|line| line.split(',').collect()).collect(),
    )
}

#[tokio::test]
async fn ac_38_the_csv_holds_every_run_with_steps_and_examples() {
    browse(DESKTOP, async |page| {
        let digest = sweep(page, QUICK).await;
        let csv = saved(page, "sweep-map-csv").await.text;
        let mut comments = csv.lines().filter_map(|line| line.strip_prefix("# "));
        assert!(
            comments
                .next()
                .unwrap()
                .contains("#/sweep?v=1&task=quadratic")
        );
        assert_eq!(comments.next(), Some(&*format!("digest {digest}")));
        let (header, rows) = rows(&csv);
        assert_eq!(
            header,
            [
                "batch_size [examples]",
                "seed_index",
                "lr",
                "outcome",
                "steps_to_target",
                "examples_to_target [examples]",
                "steps_done",
                "final_train_loss",
            ]
        );
        assert_eq!(rows.len(), n_done(page).await);
        for row in &rows {
            assert_eq!(row.len(), header.len(), "{row:?}");
            let number = |i: usize| row[i].parse::<f64>();
            if row[3] == "scored" {
                let product = number(4).unwrap() * number(0).unwrap();
                assert!(is_close(number(5).unwrap(), product), "{row:?}");
            } else {
                assert_eq!((row[4], row[5]), ("", ""), "{row:?}");
            }
        }
        // The table says the same of the best: examples are steps times batch size.
        page.click("sweep-table-details").await;
        let cells: Vec<String> = page
            .js(
                "return [...$('best-64').cells].map(cell => cell.innerText)",
                &[],
            )
            .await;
        let score = number(page, "best-64", "data-score").await;
        let examples: f64 = cells[3]
            .replace(['\u{202f}', '\u{2009}', ' '], "")
            .parse()
            .unwrap();
        assert!(
            (examples / (64.0 * score) - 1.0).abs() < 0.01,
            "{cells:?} and {score}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_other_metrics_say_what_they_compare_and_fit_no_critical_batch() {
    browse(DESKTOP, async |page| {
        page.open(QUICK).await;
        let title =
            "return document.querySelector('[data-testid=\"panel-sweep\"] figure h2').innerText";
        let mut titles: Vec<String> = vec![page.js(title, &[]).await];
        for (metric, column) in [
            ("examples", "loss_at_equal_examples"),
            ("equal-steps", "loss_at_equal_steps"),
        ] {
            page.choose("select-metric", metric).await;
            titles.push(page.js(title, &[]).await);
            let budget = if metric == "examples" {
                ("field-sex", "2048")
            } else {
                ("field-ssteps", "64")
            };
            page.set_field(budget.0, budget.1).await;
            page.click("sweep-run").await;
            finish(page).await;
            assert!(!page.is_shown("b-crit").await);
            assert!(page.text("no-fit").await.contains("steps to a target"));
            let csv = saved(page, "sweep-map-csv").await.text;
            let (header, rows) = rows(&csv);
            assert_eq!(header[4], column);
            assert!(
                rows.iter()
                    .any(|row| row[4].parse::<f64>().is_ok_and(|loss| loss > 0.0))
            );
            // Equal examples means so: fewer steps at larger batches, but at equal steps as many.
            let steps = |batch: &str| {
                let of = rows.iter().filter(|r| r[0] == batch && r[3] == "scored");
                of.map(|r| r[5].parse::<f64>().unwrap()).fold(0.0, f64::max)
            };
            let ratio = steps("1") / steps("64");
            assert_eq!(ratio, if metric == "examples" { 64.0 } else { 1.0 });
        }
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), 3, "{titles:?}");
    })
    .await;
}

#[tokio::test]
async fn the_anchor_is_dragged_from_cell_to_cell_and_nothing_runs_again() {
    browse(DESKTOP, async |page| {
        sweep(page, QUICK).await;
        let digest = root(page, "data-digest").await;
        page.bring_into_view("handle-anchor").await;
        let misses = page.text("misses").await;
        let place = page.attr("handle-anchor", "aria-valuetext").await;
        // A cell is an octave of batch sizes wide.
        let (width, height) = {
            let cell = page.rect("cell").await;
            (cell.width, cell.height)
        };
        let to = page.drag("handle-anchor", 2.0 * width, -2.0 * height).await;
        page.wait("another place", || async {
            page.attr("handle-anchor", "aria-valuetext").await != place
        })
        .await;
        page.press(Key::Escape + "").await;
        page.wait_attr("handle-anchor", "aria-valuetext", place.as_deref().unwrap())
            .await;
        page.let_go(to).await;
        let to = page.drag("handle-anchor", 2.0 * width, -2.0 * height).await;
        page.let_go(to).await;
        page.wait("other factors", || async {
            page.text("misses").await != misses
        })
        .await;
        // Now at four times the batch size; one arrow key doubles the learning rate.
        let moved = page.attr("handle-anchor", "aria-valuetext").await.unwrap();
        assert!(moved.contains("B = 16"), "{moved}");
        let before = number(page, "handle-anchor", "aria-valuenow").await;
        page.focus("handle-anchor").await;
        page.press(Key::Up + "").await;
        page.wait("twice the learning rate", || async {
            is_close(
                number(page, "handle-anchor", "aria-valuenow").await,
                2.0 * before,
            )
        })
        .await;
        assert_eq!(root(page, "data-digest").await, digest);
        assert_eq!(root(page, "data-state").await, "done");
    })
    .await;
}

#[tokio::test]
async fn a_hidden_tab_goes_on_with_one_worker() {
    browse(DESKTOP, async |page| {
        let whole = sweep(page, LONGER).await;
        with_cores(page, 3).await;
        page.open("#/about").await;
        start(page, LONGER, 8).await;
        set_hidden(page, true).await;
        // What the second worker had in hand comes in first; then it is asked nothing.
        let before = n_done(page).await;
        page.wait("its last answers", || async {
            n_done(page).await >= before + 6
        })
        .await;
        page.js::<Value>(
            "for (const worker of window.workers) {
               worker.n = 0;
               const post = worker.postMessage.bind(worker);
               worker.postMessage = (...given) => { worker.n += 1; post(...given); };
             }
             return null",
            &[],
        )
        .await;
        let before = n_done(page).await;
        page.wait("further runs", || async {
            n_done(page).await >= before + 6
        })
        .await;
        let asked: Vec<usize> = page.js("return window.workers.map(w => w.n)", &[]).await;
        assert!(asked[0] > 0 && asked[1] == 0, "{asked:?}");
        assert_eq!(root(page, "data-state").await, "running");
        set_hidden(page, false).await;
        page.wait("both again", || async {
            let asked: Vec<usize> = page.js("return window.workers.map(w => w.n)", &[]).await;
            asked[1] > 0
        })
        .await;
        finish(page).await;
        assert_eq!(root(page, "data-digest").await, whole);
    })
    .await;
}

#[tokio::test]
async fn a_target_above_the_first_loss_is_named_with_the_loss() {
    browse(DESKTOP, async |page| {
        page.open(&format!("{QUICK}&starget=9")).await;
        page.click("sweep-run").await;
        finish(page).await;
        let text = page.text("target-too-high").await;
        assert!(
            text.contains("The target loss 9 ") && text.contains("Choose a target below"),
            "{text}"
        );
        assert!(!page.is_shown("censored").await, "nothing was missed");
        // The reader's number stays where it was typed; a lower one is measured.
        page.wait_value("field-starget", 9.0).await;
        page.set_field("field-starget", "0.3").await;
        page.click("sweep-run").await;
        finish(page).await;
        assert!(!page.is_shown("target-too-high").await);
        assert_eq!(best_lrs(page).await.len(), 7);
    })
    .await;
}
