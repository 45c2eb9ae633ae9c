//! The controls of a race: transport, reset, pausing, cancelling.

use crate::harness::{DESKTOP, Page, browse};
use crate::race::{
    self, CALM, SHORT, SLOW, frames, rows, run_to_end, state, steps, wait_state, wait_steps,
};
use serde_json::Value;

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
        page.open(CALM).await;
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
        // Before anything was asked for nothing is computed; afterwards the initial losses are there at once.
        page.click("step").await;
        wait_state(page, "paused").await;
        let at_start = reset(page).await;
        assert!(
            at_start
                .iter()
                .all(|r| r.status == "ready" && r.steps == Some(0.0)),
            "{at_start:?}"
        );
        page.click("to-end").await;
        let first = race::digest(page).await;
        let first_rows = rows(page).await;
        assert_ne!(first_rows, at_start);
        assert_eq!(reset(page).await, at_start);
        page.click("to-end").await;
        assert_eq!(race::digest(page).await, first);
        assert_eq!(rows(page).await, first_rows);
        let (other, _) = run_to_end(page, "#/race?v=1&ex=5748&seed=8").await;
        assert_ne!(other, first);
    })
    .await;
}

/// Resets, and waits for the initial losses.
async fn reset(page: &Page) -> Vec<race::Row> {
    page.click("reset").await;
    wait_state(page, "idle").await;
    page.wait("the initial losses", || async {
        rows(page).await.iter().all(|r| r.loss.is_some())
    })
    .await;
    assert_eq!(steps(page).await, 0.0);
    assert_eq!(race::root(page, "data-digest").await, None);
    rows(page).await
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
