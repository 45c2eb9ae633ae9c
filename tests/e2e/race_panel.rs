//! The Race panel: transport, equal digits everywhere, lanes, pausing, live changes.

use crate::harness::{DESKTOP, Page, browse, is_close};
use crate::race::{self, frames, rows, run_to_end, state, steps, wait_state, wait_steps};
use critical_batch::i18n::{Lang, strings};
use serde_json::Value;

/// Four epochs of the default race.
const SHORT: &str = "#/race?v=1&ex=5748";
/// So slow that it is still running whenever a test looks.
const SLOW: &str = "#/race?v=1&speed=1";

#[tokio::test]
async fn ac_15_nothing_runs_until_asked_and_space_toggles() {
    browse(DESKTOP, async |page| {
        page.open(SLOW).await;
        assert_eq!(state(page).await, "idle");
        frames(page, 10).await;
        assert_eq!(state(page).await, "idle");
        assert_eq!(steps(page).await, 0.0);
        race::play(page).await;
        wait_state(page, "running").await;
        // The button has the focus now, where Space presses it; elsewhere it is a key of the panel.
        page.js::<Value>("document.activeElement.blur()", &[]).await;
        page.press(" ").await;
        wait_state(page, "paused").await;
        page.press(" ").await;
        wait_state(page, "running").await;
        // A character of a field is no command.
        page.focus("field-seed").await;
        page.press(" ").await;
        frames(page, 5).await;
        assert_eq!(state(page).await, "running");
    })
    .await;
}

#[tokio::test]
async fn ac_16_steps_count_exactly() {
    browse(DESKTOP, async |page| {
        page.open("#/race").await;
        let mut wanted = 0.0;
        for (button, more) in [
            ("step", 1.0),
            ("step", 1.0),
            ("step25", 25.0),
            ("step", 1.0),
        ] {
            page.click(button).await;
            wanted += more;
            page.wait_value("race-step", wanted).await;
            frames(page, 10).await;
            assert_eq!(steps(page).await, wanted);
            for lane in ["none", "sqrt", "linear", "theory"] {
                page.wait_value(&format!("steps-{lane}"), wanted).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_17_reset_starts_over_and_the_seed_decides_everything() {
    browse(DESKTOP, async |page| {
        page.open(SHORT).await;
        let at_start = rows(page).await;
        page.click("to-end").await;
        let first = race::digest(page).await;
        let first_rows = rows(page).await;
        assert_ne!(first_rows, at_start);
        page.click("reset").await;
        wait_state(page, "idle").await;
        assert_eq!(steps(page).await, 0.0);
        assert_eq!(rows(page).await, at_start);
        page.click("to-end").await;
        assert_eq!(race::digest(page).await, first);
        assert_eq!(rows(page).await, first_rows);
        let (other, _) = run_to_end(page, "#/race?v=1&ex=5748&seed=8").await;
        assert_ne!(other, first);
    })
    .await;
}

#[tokio::test]
async fn ac_18_worker_and_page_train_to_the_same_last_digit() {
    browse(DESKTOP, async |page| {
        let (with_worker, worker_rows) = run_to_end(page, SHORT).await;
        assert_eq!(worker_rows.len(), 5);
        let (without, page_rows) = run_to_end(page, &format!("{SHORT}&nothread=1")).await;
        assert_eq!(without, with_worker);
        assert_eq!(page_rows, worker_rows);
    })
    .await;
}

#[tokio::test]
async fn ac_19_the_horizontal_axis_changes_without_a_restart() {
    browse(DESKTOP, async |page| {
        page.open("#/race").await;
        page.click("step25").await;
        page.wait_value("race-step", 25.0).await;
        let (job, before) = (race::job(page).await, rows(page).await);
        let mut seen: Vec<Vec<String>> = Vec::new();
        for (axis, i) in [("x-examples", 0), ("x-steps", 1), ("x-time", 2)] {
            page.click(axis).await;
            let unit = strings(Lang::En).race.axes[i];
            page.wait(&format!("the unit {unit:?}"), || async {
                page.chart_texts()
                    .await
                    .iter()
                    .any(|texts| texts.iter().any(|t| t.contains(unit)))
            })
            .await;
            let texts = page
                .chart_texts()
                .await
                .into_iter()
                .find(|t| t.iter().any(|t| t.contains(unit)))
                .unwrap();
            assert!(!seen.contains(&texts), "{axis}: the ticks did not change");
            seen.push(texts);
        }
        assert_eq!(race::job(page).await, job);
        assert_eq!(steps(page).await, 25.0);
        assert_eq!(rows(page).await, before);
    })
    .await;
}

#[tokio::test]
async fn ac_20_the_base_lane_takes_as_many_more_steps_as_its_batch_is_smaller() {
    browse(DESKTOP, async |page| {
        // B/B₀ = 8 with the defaults.
        let (_, rows) = run_to_end(page, SHORT).await;
        let base = rows.iter().find(|r| r.lane == "base").unwrap();
        for lane in rows.iter().filter(|r| r.lane != "base") {
            let (own, of_base) = (lane.steps.unwrap(), base.steps.unwrap());
            assert!(own > 100.0);
            // Budgets are whole numbers of examples, batches are not always a divisor: one step of the larger batch.
            assert!(
                (of_base - 8.0 * own).abs() <= 8.0,
                "{of_base} steps of base, {own} of {}",
                lane.lane
            );
            assert!((of_base / 8.0 - own).abs() <= 1.0);
            assert!((base.examples.unwrap() - lane.examples.unwrap()).abs() <= 32.0);
        }
    })
    .await;
}

/// On the quadratic with λ_max = 1 every η above 2 diverges; the linear lane gets 16 × 0.5.
const DIVERGING: &str = "#/race?v=1&task=quadratic&lr0=0.5";

#[tokio::test]
async fn ac_21_a_lane_that_diverges_says_so_and_the_others_go_on() {
    browse(DESKTOP, async |page| {
        page.open(DIVERGING).await;
        page.click("to-end").await;
        wait_state(page, "done").await;
        let rows = rows(page).await;
        let linear = rows.iter().find(|r| r.lane == "linear").unwrap();
        assert_eq!(linear.status, "diverged");
        let at = linear.steps.unwrap();
        assert!((1.0..200.0).contains(&at), "it diverged at {at}");
        let base = rows.iter().find(|r| r.lane == "base").unwrap();
        assert!(
            ["reached", "missed"].contains(&base.status.as_str()),
            "{base:?}"
        );
        let none = rows.iter().find(|r| r.lane == "none").unwrap();
        assert!(
            ["reached", "missed"].contains(&none.status.as_str()),
            "{none:?}"
        );
        assert!(none.steps.unwrap() > at, "the others stopped too");
        // The row names the step.
        let said = page.text("lane-linear").await;
        assert!(said.contains(&format!("{at}")), "{said}");
        let all: String = page.js("return document.body.innerText", &[]).await;
        let drawn = page.chart_texts().await.concat().join(" ");
        for text in [&all, &drawn] {
            for word in ["NaN", "Infinity", "inf", "∞"] {
                assert!(
                    !text
                        .split(|c: char| !c.is_alphanumeric() && c != '∞')
                        .any(|w| w == word),
                    "says {word}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ac_22_the_run_ends_by_itself() {
    browse(DESKTOP, async |page| {
        page.open(SHORT).await;
        race::play(page).await;
        wait_state(page, "done").await;
        let rows = rows(page).await;
        assert_eq!(rows.len(), 5);
        for row in &rows {
            assert!(
                ["reached", "missed", "diverged"].contains(&row.status.as_str()),
                "{row:?}"
            );
            assert!(row.examples.unwrap() <= 5748.0, "{row:?}");
        }
        frames(page, 10).await;
        assert_eq!(self::rows(page).await, rows);
    })
    .await;
}

#[tokio::test]
async fn ac_22_the_run_ends_when_every_lane_has_reached_its_target() {
    browse(DESKTOP, async |page| {
        page.open("#/race?v=1&stop=on&target=2&lanes=base,none")
            .await;
        race::play(page).await;
        wait_state(page, "done").await;
        for row in rows(page).await {
            assert_eq!(row.status, "reached");
            assert!(row.examples.unwrap() < 57_480.0, "{row:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn ac_23_a_hidden_tab_pauses_and_does_not_resume() {
    browse(DESKTOP, async |page| {
        page.open(SLOW).await;
        race::play(page).await;
        wait_steps(page, 3.0).await;
        race::set_hidden(page, true).await;
        wait_state(page, "paused").await;
        // One slice may be on its way.
        frames(page, 10).await;
        let at = steps(page).await;
        race::set_hidden(page, false).await;
        frames(page, 20).await;
        assert_eq!(state(page).await, "paused");
        assert_eq!(steps(page).await, at);
        race::play(page).await;
        wait_steps(page, at + 2.0).await;
    })
    .await;
}

#[tokio::test]
async fn ac_24_a_new_custom_rate_keeps_the_history_and_is_marked() {
    browse(DESKTOP, async |page| {
        page.open(&format!("{SLOW}&lanes=none,custom")).await;
        race::play(page).await;
        wait_steps(page, 5.0).await;
        let job = race::job(page).await;
        let at = steps(page).await;
        page.set_field("field-lrc", "0.05").await;
        page.wait_value("eta-custom", 0.05).await;
        wait_steps(page, at + 3.0).await;
        assert_eq!(state(page).await, "running");
        assert_eq!(race::job(page).await, job);
        assert!(page.value_of("steps-custom").await >= at + 3.0);
        assert!(marks(page).await > 0, "the change is not marked");
    })
    .await;
}

/// Marks of changed learning rates on the loss chart.
async fn marks(page: &Page) -> usize {
    page.js(
        "return document.querySelectorAll('[data-testid^=lr-mark]').length",
        &[],
    )
    .await
}

#[tokio::test]
async fn ac_25_another_batch_cancels_the_run_for_good() {
    browse(DESKTOP, async |page| {
        page.open(SLOW).await;
        race::play(page).await;
        wait_steps(page, 3.0).await;
        let old = race::job(page).await;
        page.set_field("field-b", "64").await;
        page.wait("another job", || async { race::job(page).await != old })
            .await;
        wait_state(page, "idle").await;
        let new = race::job(page).await;
        for _ in 0..10 {
            frames(page, 3).await;
            assert_eq!(race::job(page).await, new);
            assert_eq!(steps(page).await, 0.0);
            assert_eq!(state(page).await, "idle");
        }
    })
    .await;
}

#[tokio::test]
async fn ac_10_the_page_answers_while_it_trains() {
    browse(DESKTOP, async |page| {
        page.open("#/race?v=1&ex=2000000").await;
        race::play(page).await;
        wait_steps(page, 50.0).await;
        page.js::<Value>("document.activeElement.blur()", &[]).await;
        page.press("l").await;
        page.wait_js(
            "Chinese",
            "return document.documentElement.lang === 'zh-Hans'",
        )
        .await;
        page.click("x-steps").await;
        page.wait_js("the other axis", "return $('x-steps').checked")
            .await;
        assert_eq!(state(page).await, "running");
        let at = steps(page).await;
        wait_steps(page, at + 20.0).await;
        page.click("play").await;
        wait_state(page, "paused").await;
    })
    .await;
}

#[tokio::test]
async fn the_default_race_teaches_the_digits() {
    browse(DESKTOP, async |page| {
        let (_, rows) = run_to_end(page, "#/race").await;
        assert_eq!(rows.len(), 5);
        let base = rows.iter().find(|r| r.lane == "base").unwrap();
        assert_eq!(base.status, "reached");
        // Without scaling, an eighth of the steps at the same rate gets less far.
        let none = rows.iter().find(|r| r.lane == "none").unwrap();
        assert!(none.loss.unwrap() > base.loss.unwrap(), "{rows:?}");
        assert!(!is_close(none.loss.unwrap(), base.loss.unwrap()));
    })
    .await;
}
