//! The Calculator: presets, hardware, notices, language models, links.

use crate::harness::{DESKTOP, PHONE, browse, is_close};
use critical_batch::i18n::{Lang, strings};

#[tokio::test]
async fn a_preset_shows_its_published_numbers_and_their_source() {
    browse(DESKTOP, async |page| {
        page.open("#/calc").await;
        page.assert_value("calc-lr-linear", 0.2).await;
        page.choose("select-recipe", "imagenet8192").await;
        page.wait_value("calc-lr-linear", 3.2).await;
        page.assert_value("calc-lr-sqrt", 0.565_685_424_949_238)
            .await;
        page.assert_value("calc-lr-none", 0.1).await;
        page.assert_value("warmup-after", 785.0).await;
        page.assert_value("steps-after", 14_130.0).await;
        let outcomes = page.text("outcomes").await;
        for wanted in [
            "41.67 ± 0.10 %",
            "26.22 ± 0.03 %",
            "25.88 ± 0.56 %",
            "arXiv:1706.02677",
        ] {
            assert!(outcomes.contains(wanted), "{wanted} in {outcomes}");
        }
        // What was typed survives a reload and goes away with Reset.
        page.set_field("field-lr0", "0.2").await;
        page.wait_value("calc-lr-linear", 6.4).await;
        page.wait_js("the link", "return location.hash.includes('lr0=0.2')")
            .await;
        page.reload().await;
        page.wait_value("calc-lr-linear", 6.4).await;
        page.click("calc-reset").await;
        page.wait_value("calc-lr-linear", 3.2).await;
        page.click("show-on-curves").await;
        page.wait_value("field-b", 8192.0).await;
        page.assert_value("lr-linear", 3.2).await;
    })
    .await;
}

#[tokio::test]
async fn ac_12_adams_rule_says_where_it_ends() {
    browse(DESKTOP, async |page| {
        page.open("#/calc?v=1&recipe=transformer").await;
        page.assert_value("calc-beta1", 0.8).await;
        page.assert_value("calc-beta2", 0.998).await;
        page.set_field("field-b", "40960").await;
        page.wait("the notice", || async {
            page.is_shown("kappa-fails").await
        })
        .await;
        assert!(page.text("KappaBeyondAdam").await.contains("κ = 10"));
        assert!(!page.is_shown("calc-beta1").await);
        // The half-life holds at any ratio: 0.999¹⁰.
        assert!(is_close(
            page.value_of("half-life").await,
            0.999_f64.powi(10)
        ));
    })
    .await;
}

#[tokio::test]
async fn changed_devices_and_little_memory_are_one_click_each() {
    browse(DESKTOP, async |page| {
        page.open("#/calc").await;
        page.assert_value("product", 512.0).await;
        page.click("out-of-memory").await;
        page.wait_value("field-m", 16.0).await;
        page.assert_value("field-acc", 2.0).await;
        page.assert_value("product", 512.0).await;
        // One node fails: accumulation takes over its share.
        page.set_field("field-nodes", "1").await;
        page.wait_value("product", 256.0).await;
        assert!(page.text("FactorsDiffer").await.contains("256"));
        page.click("devices-changed").await;
        page.wait_value("product", 512.0).await;
        page.assert_value("field-acc", 4.0).await;
        page.assert_value("field-dev", 8.0).await;
        // Where nothing fits, the nearest totals are offered.
        page.set_field("field-b", "500").await;
        for lock in ["lock-micro", "lock-devices", "lock-nodes"] {
            page.click(lock).await;
        }
        page.wait_value("offer-0", 512.0).await;
        page.assert_value("offer-1", 384.0).await;
        page.click("offer-1").await;
        page.wait_value("field-b", 384.0).await;
        page.assert_value("product", 384.0).await;
        // A wrong number is named with its range and changes nothing.
        page.set_field("field-dev", "0").await;
        page.wait_attr("field-dev", "aria-invalid", "true").await;
        page.assert_value("product", 384.0).await;
    })
    .await;
}

#[tokio::test]
async fn notices_give_their_reasons_and_only_when_they_apply() {
    browse(DESKTOP, async |page| {
        page.open("#/calc?v=1&recipe=transformer&red=sum&uneven=yes&bn=yes")
            .await;
        for id in [
            "SumReduction",
            "UnevenMicroBatches",
            "BatchNormSeesMicroBatch",
            "CriticalUnknown",
        ] {
            assert!(page.is_shown(id).await, "{id}");
        }
        assert!(!page.is_shown("LossNotDivided").await);
        page.open("#/calc?v=1&recipe=transformer&div=no").await;
        assert!(page.text("LossNotDivided").await.contains("by 2"));
        assert!(!page.is_shown("SumReduction").await);
    })
    .await;
}

#[tokio::test]
async fn language_models_stay_in_tokens_on_a_tab_of_their_own() {
    browse(PHONE, async |page| {
        page.open("#/calc?v=1&tab=llm&lang=zh").await;
        let s = &strings(Lang::Zh).calc;
        assert!((page.value_of("llm-lr-step").await / 1.6325e-3 - 1.0).abs() < 1e-5);
        assert!((page.value_of("llm-batch-step").await / 1.10771e6 - 1.0).abs() < 1e-5);
        let text = page.text("llm").await;
        assert!(text.contains(s.column_tokens) && text.contains(s.lines_critical));
        assert!(!page.is_shown("calc-result").await, "no recipe beside it");
        page.js::<serde_json::Value>("$('tab-recipe').click(); return null", &[])
            .await;
        page.wait("the recipe", || async {
            page.is_shown("calc-result").await
        })
        .await;
        assert!(page.text("calc-result").await.contains(s.rules[2]));
    })
    .await;
}
