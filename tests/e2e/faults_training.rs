//! Something fails while the page trains: workers, the clock, a tab that is hidden.
//! No uncaught error, no blank panel, no "NaN", nothing lost that the reader has entered.

use crate::harness::{DESKTOP, Page, browse};
use crate::noise::measured;
use crate::race::{self, SHORT, native_digest, run_to_end};
use crate::shell::{self, LANGS};
use crate::sound;
use crate::sweep::{self, QUICK, with_cores};
use critical_batch::i18n::{Lang, strings};
use serde_json::Value;

/// A measurement that is over in a second.
const NOISE: &str = "#/noise?v=1&dn=240&dm=4&dp=4";

/// Workers that cannot even be made, as in a frame with an opaque origin.
pub const NO_WORKERS: &str = "window.Worker = class { constructor() { throw new DOMException('no workers here', 'SecurityError'); } };";

#[tokio::test]
async fn where_workers_cannot_be_made_the_page_trains_and_says_so() {
    browse(DESKTOP, async |page| {
        page.before(NO_WORKERS).await;
        for (lang, tag) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
            let (digest, _) = run_to_end(page, &format!("{SHORT}&lang={tag}")).await;
            assert_eq!(digest, native_digest(5748.0));
            assert_eq!(page.text("on-page").await, strings(lang).race.on_page);
            sound::check(page, "a race on the page").await;
        }
        assert_eq!(sweep::sweep(page, QUICK).await, sweep::native_digest());
        assert!(page.is_shown("on-page").await);
        sound::check(page, "a sweep on the page").await;
        assert!(!measured(page, NOISE).await.is_empty());
        assert!(page.is_shown("on-page").await);
        page.open("#/runs?v=1").await;
        page.click("example-synthetic").await;
        page.wait_js("the critical batch", "return $('runs-b-crit') !== null")
            .await;
        sound::check(page, "reading on the page").await;
    })
    .await;
}

/// A race that lasts long enough to lose a worker in it: its slow motion takes ten seconds.
const LONG_RACE: &str = "#/race?v=1&speed=10";

#[tokio::test]
async fn ac_53_a_worker_killed_in_a_race_is_replaced_and_the_digits_are_the_same() {
    browse(DESKTOP, async |page| {
        with_cores(page, 3).await;
        page.open(LONG_RACE).await;
        race::play(page).await;
        race::wait_steps(page, 3.0).await;
        page.js::<Value>("window.workers[1].terminate(); return null", &[])
            .await;
        page.click("to-end").await;
        wait_workers(page, 3).await;
        assert_eq!(race::digest(page).await, native_digest(57_480.0));
        sound::check(page, "a race that lost a worker").await;
    })
    .await;
}

#[tokio::test]
async fn ac_53_a_worker_killed_in_a_measurement_of_noise_is_replaced() {
    const LONGER: &str = "#/noise?v=1&dn=20000&dm=4&dp=4";
    browse(DESKTOP, async |page| {
        with_cores(page, 3).await;
        page.open(LONGER).await;
        page.click("digits-run").await;
        page.wait("a first estimate", || async {
            page.attr("digits-estimate", "data-value").await.is_some()
        })
        .await;
        let step = |text: Option<String>| text.and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
        let before = step(page.attr("digits-progress", "value").await);
        page.js::<Value>("window.workers[0].terminate(); return null", &[])
            .await;
        wait_workers(page, 2).await;
        page.wait("more steps than before", || async {
            step(page.attr("digits-progress", "value").await) > before
        })
        .await;
        assert_eq!(
            page.attr("panel-noise", "data-state").await.as_deref(),
            Some("running")
        );
        sound::check(page, "a measurement that lost its worker").await;
        page.click("digits-cancel").await;
    })
    .await;
}

/// Waits until the page has made so many workers. A silent one is missed after ten seconds.
async fn wait_workers(page: &Page, n: usize) {
    page.wait_js(
        "another worker",
        &format!("return window.workers.length === {n}"),
    )
    .await;
}

/// Clocks of the page and of its workers that jump by up to an hour at every reading, also backwards.
const JUMPING: &str = "
  const jumping = () => {
    const steps = [0, 3.6e6, -3.6e6, 12, -5e4, 86400000, 1];
    let n = 0;
    const jump = () => steps[n++ % steps.length];
    const now = Performance.prototype.now, date = Date.now;
    Performance.prototype.now = function () { return now.call(this) + jump(); };
    Date.now = () => date() + jump();
  };
  jumping();
  const file = text => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const first = file(`(${jumping})()`);
  window.Worker = class extends Worker {
    constructor(address, options) {
      super(file(`import '${first}'; import '${address}';`), options);
    }
  };";

#[tokio::test]
async fn a_clock_that_jumps_changes_no_digit_and_stops_nothing() {
    browse(DESKTOP, async |page| {
        page.before(JUMPING).await;
        for thread in ["", "&nothread=1"] {
            let (digest, _) = run_to_end(page, &format!("{SHORT}{thread}")).await;
            assert_eq!(digest, native_digest(5748.0));
            sound::check(page, "a race").await;
            assert_eq!(
                sweep::sweep(page, &format!("{QUICK}{thread}")).await,
                sweep::native_digest()
            );
            sound::check(page, "a sweep").await;
            assert!(!measured(page, &format!("{NOISE}{thread}")).await.is_empty());
            sound::check(page, "a measurement").await;
        }
        // In slow motion, which is the clock's own business.
        page.open(&format!("{SHORT}&speed=1")).await;
        race::play(page).await;
        assert_eq!(race::digest(page).await, native_digest(5748.0));
        sound::check(page, "slow motion").await;
    })
    .await;
}

#[tokio::test]
async fn a_hidden_tab_loses_nothing() {
    browse(DESKTOP, async |page| {
        for lang in LANGS {
            page.open(&format!("{NOISE}&lang={}", shell::lang_key(lang)))
                .await;
            page.set_field("field-s", "3").await;
            page.click("digits-run").await;
            race::set_hidden(page, true).await;
            page.wait_attr("panel-noise", "data-state", "done").await;
            race::set_hidden(page, false).await;
            page.assert_value("field-s", 3.0).await;
            sound::check(page, "a hidden tab").await;
        }
    })
    .await;
}
