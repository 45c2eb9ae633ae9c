//! What every engine must do alike: open every panel in both languages, and train to the digits of the native trainer.

use crate::harness::{DESKTOP, Page, browse};
use crate::race::{SHORT, native_digest, run_to_end};
use crate::shell::{self, LANGS};
use crate::sound;
use crate::sweep::with_cores;
use critical_batch::i18n::strings;
use critical_batch::params::url::Panel;

/// Opens a panel in both languages; it has words, charts that are painted, and nothing to complain about.
async fn opens(panel: Panel) {
    browse(DESKTOP, async |page| {
        for lang in LANGS {
            page.open(&shell::fragment(panel, lang)).await;
            let index = Panel::ALL.iter().position(|p| *p == panel).unwrap();
            let name = strings(lang).shell.panels[index];
            page.wait_js(
                "the panel's name as title",
                &format!("return document.title.startsWith('{name}')"),
            )
            .await;
            assert_eq!(shell::html_lang(page).await, strings(lang).tag);
            page.wait_js(
                "every chart to be painted",
                "return [...document.querySelectorAll('.chart canvas')].every(c => c.getClientRects().length === 0 || c.dataset.draws > 0)",
            )
            .await;
            sound::check(page, panel.key()).await;
        }
    })
    .await;
}

macro_rules! opens_in_both_languages {
    ($($name:ident: $panel:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            opens(Panel::$panel).await;
        }
    )*};
}

opens_in_both_languages! {
    curves_opens_in_both_languages: Curves,
    race_opens_in_both_languages: Race,
    sweep_opens_in_both_languages: Sweep,
    noise_opens_in_both_languages: Noise,
    calc_opens_in_both_languages: Calc,
    runs_opens_in_both_languages: Runs,
    about_opens_in_both_languages: About
}

/// The race's digest with so many cores, and how many workers the page made of them.
async fn with(page: &Page, cores: u32) -> (String, usize) {
    with_cores(page, cores).await;
    let (digest, _) = run_to_end(page, SHORT).await;
    let n_workers = page.js("return window.workers.length", &[]).await;
    (digest, n_workers)
}

#[tokio::test]
async fn ac_18_a_race_has_the_native_trainers_digits_with_one_worker_several_and_none() {
    let native = native_digest(5748.0);
    browse(DESKTOP, async |page| {
        assert_eq!(with(page, 2).await, (native.clone(), 1));
        assert_eq!(with(page, 4).await, (native.clone(), 3));
        let (without, _) = run_to_end(page, &format!("{SHORT}&nothread=1")).await;
        assert_eq!(without, native);
        assert!(page.is_shown("on-page").await);
    })
    .await;
}
