//! The Race panel: transport, equal digits everywhere, lanes, pausing, live changes.

use crate::curves;
use crate::harness::{DESKTOP, Page, browse, is_close};
use crate::race::{self, frames, rows, run_to_end, state, steps, wait_state, wait_steps};
use critical_batch::i18n::{Lang, strings};
use serde_json::Value;
use thirtyfour::Key;

/// Four epochs of the default race.
const SHORT: &str = "#/race?v=1&ex=5748";
/// The same with a learning rate that no rule makes so large that it diverges.
const CALM: &str = "#/race?v=1&ex=5748&lr0=0.05";
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
        let (_, rows) = run_to_end(page, CALM).await;
        assert_eq!(rows.len(), 5);
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
        // Row and cross name the same step: where the loss left for good, which shows only some steps later.
        let s = strings(Lang::En);
        let said = page.text("lane-linear").await;
        let step = (1..=at as u64)
            .find(|step| said.ends_with(&(s.race.status_diverged)(&step.to_string())))
            .unwrap_or_else(|| panic!("no step up to {at} in {said:?}"));
        let cross = (s.race.diverged_at)(s.race.lanes[3], &step.to_string());
        page.wait(
            &format!("{cross:?} in {:?}", page.chart_texts().await),
            || async { page.chart_texts().await.concat().contains(&cross) },
        )
        .await;
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
        page.wait("more steps of the lane", || async {
            page.value_of("steps-custom").await >= at + 3.0
        })
        .await;
        // The chart says what was changed to what, at a step that lies between before and now.
        let (before, after) = (strings(Lang::En).race.lr_changed)("0.05", "@")
            .split_once('@')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let mut mark = None;
        page.wait("the mark of the change", || async {
            page.chart_texts()
                .await
                .concat()
                .iter()
                .any(|t| t.starts_with(&before) && t.ends_with(&after))
        })
        .await;
        for text in page.chart_texts().await.concat() {
            if let Some(step) = text
                .strip_prefix(&before)
                .and_then(|t| t.strip_suffix(&after))
            {
                mark = step.replace('\u{2009}', "").parse::<f64>().ok();
            }
        }
        let (mark, now) = (mark.expect("the mark names its step"), steps(page).await);
        assert!(
            (at..=now).contains(&mark),
            "marked at {mark}, changed between {at} and {now}"
        );
        // What came before is still there: the curve starts at the first step.
        page.focus("race-loss").await;
        page.press(Key::Home).await;
        page.wait("the crosshair at the start", || async {
            curves::tooltip(page, "race-loss")
                .await
                .is_some_and(|(x, _)| x <= 64.0)
        })
        .await;
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
