//! The values of the Curves panel: rates, sentence, fields, Adam, recipes.

use crate::curves::{self, RULES, expected_rates};
use crate::harness::{DESKTOP, browse, is_close};
use crate::shell;
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::defs::ParamId;
use critical_batch::units::format_sig;
use serde_json::Value;

#[tokio::test]
async fn ac_03_another_target_changes_the_rates() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.set_field("field-b", "512").await;
        page.wait_value("lr-linear", 0.2).await;
        page.assert_value("lr-none", 0.1).await;
        page.assert_value("lr-sqrt", 0.141_421_356_237_309_5).await;
        page.assert_value("lr-theory", 0.188_888_888_888_888_9)
            .await;
        page.assert_value("ratio-linear", 1.058_823_529_411_764_7)
            .await;
        page.assert_value("ratio-theory", 1.0).await;
    })
    .await;
}

#[tokio::test]
async fn ac_04_target_equal_to_base_changes_nothing() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.set_field("field-b", "256").await;
        curves::wait_rates(page, [0.1; 4]).await;
        for rule in RULES {
            assert_eq!(page.value_of(&format!("ratio-{rule}")).await, 1.0);
        }
        assert_eq!(
            page.text("sentence").await,
            strings(Lang::En).curves.no_change
        );
        let s = shell::switch_language(page, Lang::Zh).await;
        assert_eq!(page.text("sentence").await, s.curves.no_change);
    })
    .await;
}

#[tokio::test]
async fn ac_05_a_large_batch_from_the_link_is_not_clamped_by_the_slider() {
    browse(DESKTOP, async |page| {
        page.open("#/curves?v=1&b=1000000").await;
        page.assert_value("field-b", 1e6).await;
        let field: String = page.js("return $('field-b').value", &[]).await;
        assert_eq!(digits(&field), "1000000", "the field shows {field:?}");
        let spoken = page.attr("slider-b", "aria-valuetext").await.unwrap();
        assert!(
            digits(&spoken).starts_with("1000000"),
            "the slider says {spoken:?}"
        );
        let (index, max): (String, String) = page
            .js(
                "return [$('slider-b').value, $('slider-b').getAttribute('max')]",
                &[],
            )
            .await;
        let stops = curves::stops(ParamId::Batch);
        assert_eq!(max, (stops.len() - 1).to_string());
        // The nearest stop to 1 000 000 is the last one, 2^20.
        assert_eq!(index, max);
        curves::wait_rates(page, expected_rates(256.0, 0.1, 1e6, 4096.0)).await;
    })
    .await;
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn ac_11_a_field_reads_many_notations_and_keeps_its_value_otherwise() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        for text in ["8k", "2^13", "8192", "8.192e3"] {
            page.set_field("field-b", "300").await;
            page.wait_value("lr-linear", 0.1 * 300.0 / 256.0).await;
            page.set_field("field-b", text).await;
            page.wait_value("field-b", 8192.0).await;
            page.assert_value("lr-linear", 3.2).await;
            page.wait_attr("field-b", "aria-invalid", "false").await;
        }
        page.set_field("field-b", "abc").await;
        page.wait_attr("field-b", "aria-invalid", "true").await;
        page.assert_value("field-b", 8192.0).await;
        page.assert_value("lr-linear", 3.2).await;
        assert!(page.text("error-b").await.contains("abc"));
        // Typing is never blocked: the text stays as it was typed.
        let typed: String = page.js("return $('field-b').value", &[]).await;
        assert_eq!(typed, "abc");
        page.set_field("field-b", "512").await;
        page.wait_attr("field-b", "aria-invalid", "false").await;
        page.wait_value("lr-linear", 0.2).await;
        assert_eq!(page.text("error-b").await, "");
    })
    .await;
}

#[tokio::test]
async fn ac_12_adam_suggests_its_companions_or_says_why_not() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.click("opt-adam").await;
        // κ = 4 with Adam's usual base rate: η doubles, 1 − β quadruples, ε halves.
        page.set_field("field-b", "1024").await;
        page.wait_value("adam-kappa", 4.0).await;
        page.assert_value("field-lr0", 1e-3).await;
        page.assert_value("adam-lr", 2e-3).await;
        page.assert_value("adam-beta1", 0.6).await;
        page.assert_value("adam-beta2", 0.996).await;
        page.assert_value("adam-eps", 5e-9).await;
        page.assert_value("ratio-sqrt", 1.0).await;
        // κ = 10 leaves nothing of β₁ = 0.9.
        page.set_field("field-b", "2560").await;
        page.wait("the notice", || async { page.is_shown("adam-invalid").await })
            .await;
        let s = strings(Lang::En);
        assert_eq!(page.text("adam-invalid").await, (s.curves.adam_invalid)("10", &format_sig(1e-6, 4, s.grouping), "10"));
        assert!(!page.is_shown("adam-values").await);
        let shown: Vec<String> = page
            .js("return [...document.querySelectorAll('[data-testid^=adam-]')].map(e => e.innerText)", &[])
            .await;
        assert!(shown.iter().all(|t| !t.contains("NaN") && !t.contains("inf")), "{shown:?}");
    })
    .await;
}

#[tokio::test]
async fn a_recipe_sets_base_target_and_critical_batch() {
    browse(DESKTOP, async |page| {
        page.open("").await;
        page.js::<Value>(
            "const list = $('presets'); list.value = '1'; list.dispatchEvent(new Event('change', { bubbles: true }))",
            &[],
        )
        .await;
        page.wait_value("field-bc", 15_000.0).await;
        let rates = curves::rates(page).await;
        let expected = expected_rates(256.0, 0.1, 8192.0, 15_000.0);
        for (rate, wanted) in rates.into_iter().zip(expected) {
            assert!(is_close(rate, wanted), "{rates:?} is not {expected:?}");
        }
        let s = strings(Lang::En);
        assert!(page.text("preset-note").await.contains(s.curves.preset_notes[1]));
        page.click("curves-reset").await;
        page.wait_value("field-bc", 4096.0).await;
    })
    .await;
}
