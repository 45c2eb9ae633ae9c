//! What the lanes of a race do: equal digits everywhere, steps, divergence, a live learning rate.

use crate::curves;
use crate::harness::{DESKTOP, browse, is_close};
use crate::race::{
    self, CALM, SHORT, SLOW, rows, run_to_end, state, steps, wait_state, wait_steps,
};
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::url::decode;
use critical_batch::train::run::Run;
use thirtyfour::Key;

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
async fn ac_18_several_workers_train_to_the_same_last_digit() {
    browse(DESKTOP, async |page| {
        let one = run_to_end(page, SHORT).await;
        // As on a machine with more cores, and counting the workers that the page really starts.
        let more_cores = "
            Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 4 });
            window.startedWorkers = 0;
            window.Worker = class extends Worker {
              constructor(...given) { super(...given); window.startedWorkers += 1; }
            };";
        page.before(more_cores).await;
        let several = run_to_end(page, SHORT).await;
        let n_workers: u32 = page.js("return window.startedWorkers", &[]).await;
        assert_eq!(n_workers, 3);
        assert_eq!(several, one);
    })
    .await;
}

#[tokio::test]
async fn ac_19_the_horizontal_axis_changes_without_a_restart() {
    browse(DESKTOP, async |page| {
        page.open("#/race").await;
        page.click("step25").await;
        page.wait_value("race-step", 25.0).await;
        race::wait_state(page, "paused").await;
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

#[tokio::test]
async fn ac_21_a_lane_without_numbers_has_a_sentence_instead_of_a_picture() {
    // Weight decay of 1 turns rates of 1000 into weights that flip and grow a thousandfold at every step, once the
    // warmup is over.
    const LOST: &str = "#/race?v=1&task=spirals&act=relu&lanes=none,custom&b0=4&b=4&lr0=0.000001&lrc=1000&wd=1&warm=constant&we=1600&ex=20000&seeds=1";
    let plan = RacePlan::of(&decode(LOST).0.race);
    let lost = plan.runs.iter().map(|numbered| {
        let mut run = Run::new(&numbered.config.clone().check().unwrap());
        run.advance(u64::MAX);
        run.decision_grid(8).unwrap().class_one.is_empty()
    });
    assert_eq!(lost.collect::<Vec<_>>(), [false, true]);
    browse(DESKTOP, async |page| {
        for (lang, key) in [(Lang::En, "lang=en"), (Lang::Zh, "lang=zh")] {
            run_to_end(page, &format!("{LOST}&{key}")).await;
            page.wait("the sentence", || async {
                page.is_shown("boundary-custom-lost").await
            })
            .await;
            assert_eq!(
                page.text("boundary-custom-lost").await,
                strings(lang).race.boundary_lost
            );
            assert!(!page.is_shown("boundary-none-lost").await);
            for (lane, is_painted) in [("none", "true"), ("custom", "false")] {
                page.wait_attr(&format!("boundary-{lane}"), "data-painted", is_painted)
                    .await;
            }
        }
    })
    .await;
}
