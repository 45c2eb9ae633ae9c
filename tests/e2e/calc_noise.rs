//! The Calculator and the Noise panel in both languages: what they say, what they save, what a link carries.

use crate::harness::{DESKTOP, PHONE, Page, browse};
use crate::save::{check_pictures, code, drop_file, saved, shape};
use crate::{curves, shell};
use critical_batch::experiment::calculator::calculate;
use critical_batch::experiment::calculator::notice::notices;
use critical_batch::experiment::noise_lab::state::Lab;
use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::params::calc::CalcState;
use critical_batch::params::defs::ParamId;
use critical_batch::params::noise::NoiseState;
use critical_batch::params::url::decode;
use critical_batch::scenes::noise::{best_reading, parabola_reading};
use critical_batch::units::{Grouping, format_sig};
use serde_json::{Value, json};
use thirtyfour::Key;

const LANGS: [(Lang, &str); 2] = [(Lang::En, "lang=en"), (Lang::Zh, "lang=zh")];

/// A measurement that is over in a second.
const QUICK: &str = "dn=240&dm=4&dp=4";

fn calc_of(fragment: &str) -> CalcState {
    decode(fragment).0.calc
}

/// Texts of all elements that a selector finds.
async fn texts(page: &Page, selector: &str) -> Vec<String> {
    page.js(
        "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())",
        &[json!(selector)],
    )
    .await
}

/// Raw numbers by test id.
async fn values(page: &Page, ids: &[&str]) -> Vec<f64> {
    let mut all = Vec::new();
    for id in ids {
        all.push(page.value_of(id).await);
    }
    all
}

#[tokio::test]
async fn ac_12_every_notice_is_said_with_its_numbers_in_both_languages() {
    let recipes = [
        // κ = 10 and β₁ = 0.9; factors that make another total; several devices; nobody knows B_crit.
        "#/calc?v=1&recipe=transformer&b=40960",
        // κ too small for β₂.
        "#/calc?v=1&recipe=transformer&b0=1000000000&b=100",
        "#/calc?v=1&recipe=transformer&red=sum&uneven=yes&bn=yes&opt=momentum&damp=0.5",
        "#/calc?v=1&recipe=transformer&div=no&data=yes&n=5000&b=512&m=16&acc=8",
        "#/calc?v=1&recipe=transformer&data=yes&n=5000&bck=known&bc=100&b=8",
        "#/calc?v=1&recipe=transformer&bck=known&bc=100",
        "#/calc?v=1&recipe=imagenet8192",
        "#/calc?v=1&recipe=transformer&b=4096",
        "#/calc?v=1&recipe=custom&b=4096&data=yes&n=3000",
    ];
    browse(DESKTOP, async |page| {
        let mut kinds = Vec::new();
        let mut unknown = None;
        for (lang, key) in LANGS {
            let s = strings(lang);
            for fragment in recipes {
                page.open(&format!("{fragment}&{key}")).await;
                let state = calc_of(fragment);
                let result = calculate(&state);
                let say = |v: f64| format_sig(v, 6, Grouping::None);
                let expected: Vec<String> = notices(&state, &result)
                    .into_iter()
                    .inspect(|n| kinds.push(core::mem::discriminant(n)))
                    .map(|n| (s.calc.notice)(n, say))
                    .collect();
                let shown = texts(page, "[data-testid=calc-notices] li").await;
                assert_eq!(shown, expected, "{fragment}");
                let is_unknown = state.critical == 0;
                assert_eq!(page.is_shown("measure-runs").await, is_unknown);
                if is_unknown {
                    unknown = Some(fragment);
                }
                if let Some(Err(why)) = result.kappa {
                    let number = |v: f64| format_sig(v, 4, s.grouping);
                    assert_eq!(
                        page.text("kappa-fails").await,
                        (s.calc.kappa_fails)(&number(why.limits.min), &number(why.limits.max))
                    );
                    assert!(!page.is_shown("calc-beta1").await);
                }
            }
        }
        kinds.dedup();
        let mut seen: Vec<_> = Vec::new();
        for kind in kinds {
            if !seen.contains(&kind) {
                seen.push(kind);
            }
        }
        assert_eq!(seen.len(), 15, "every kind of notice was on screen");
        page.open(unknown.expect("one recipe knows no critical batch"))
            .await;
        page.click("measure-sweep").await;
        page.wait("Sweep", || async { page.is_shown("sweep-map").await })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_smaller_batch_has_its_interval_in_order_and_says_why() {
    browse(DESKTOP, async |page| {
        for (lang, key) in LANGS {
            let s = strings(lang);
            page.open(&format!(
                "#/calc?v=1&b0=8192&b=4096&bck=known&bc=1000&{key}"
            ))
            .await;
            let low: f64 = page
                .attr("suggestion", "data-low")
                .await
                .unwrap()
                .parse()
                .unwrap();
            let high: f64 = page
                .attr("suggestion", "data-high")
                .await
                .unwrap()
                .parse()
                .unwrap();
            assert!((low - 0.05).abs() < 1e-12 && (high - 0.1 / 2_f64.sqrt()).abs() < 1e-12);
            let optimum = page.value_of("calc-lr-theory-low").await;
            let said = page.text("suggestion").await;
            let above = (s.calc.optimum_above)(&format_sig(optimum, 4, s.grouping));
            assert!(
                said.contains(s.calc.rest_shrinks) && said.contains(&above),
                "{said}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn ac_30_the_noise_panel_in_chinese() {
    let s = strings(Lang::Zh);
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&n=256&b=4&lang=zh").await;
        let wide = page.value_of("fan-radius").await;
        page.set_field("field-b", "16").await;
        page.wait_value("field-b", 16.0).await;
        let narrow = page.value_of("fan-radius").await;
        assert!(
            (narrow / wide * 2.0 - 1.0).abs() < 0.15,
            "{wide} to {narrow}"
        );
        let local = Lab::of(&NoiseState::default()).plane.local().unwrap();
        page.assert_value("radius-mark", local.simple_noise_scale())
            .await;
        // 16 is right of B_noise, 1 is left of it.
        assert!(page.text("best-slope").await.contains(s.noise.regimes[1]));
        page.set_field("field-b", "1").await;
        page.wait_value("field-b", 1.0).await;
        assert!(page.text("best-slope").await.contains(s.noise.regimes[0]));
        page.open("#/noise?v=1&x=0&y=0&lang=zh").await;
        assert_eq!(page.text("lab-notice").await, s.noise.unbounded);
        for _ in 0..6 {
            let text = page.text("b-estimate").await;
            assert!(text.contains(s.noise.hidden), "{text}");
            assert!(page.attr("b-estimate", "data-value").await.is_none());
            page.click("sample-again").await;
        }
        page.open("#/noise?v=1&s=0&lang=zh").await;
        assert_eq!(page.text("lab-notice").await, s.noise.quiet);
    })
    .await;
}

/// The rows of a reading as the tooltip lists them.
fn lines(rows: Vec<(&'static str, String, String)>) -> Vec<String> {
    rows.into_iter()
        .map(|(_, name, value)| format!("{name} {value}"))
        .collect()
}

async fn tooltip_rows(page: &Page, chart: &str) -> Vec<String> {
    page.js(
        "return [...$(arguments[0]).querySelectorAll('dl > div')].map(d =>
           `${d.children[0].textContent} ${d.children[1].textContent}`)",
        &[json!(format!("{chart}-tooltip"))],
    )
    .await
}

#[tokio::test]
async fn the_charts_of_noise_say_their_values_by_keyboard_and_by_mouse() {
    let s: &Strings = strings(Lang::En);
    let state = NoiseState::default();
    let plane = Lab::of(&state).plane;
    browse(DESKTOP, async |page| {
        page.open("#/noise?v=1&lang=en").await;
        for chart in ["best-chart", "parabola-chart"] {
            curves::wait_drawn(page, chart).await;
            page.bring_into_view(chart).await;
            page.focus(chart).await;
            for _ in 0..5 {
                page.press(Key::Right).await;
            }
            page.wait("the crosshair", || async {
                curves::tooltip(page, chart).await.is_some()
            })
            .await;
            let (x, text) = curves::tooltip(page, chart).await.unwrap();
            let expected = if chart == "best-chart" {
                assert_eq!(x, 6.0, "1, 2, 3, 4, 6: the fifth stop");
                lines(best_reading(&plane, x, s))
            } else {
                assert!(x > 0.0 && text.contains("η"));
                lines(parabola_reading(&state, &plane, x, s))
            };
            assert_eq!(tooltip_rows(page, chart).await, expected);
            page.press(Key::Escape).await;
        }
        page.open(&format!("#/noise?v=1&{QUICK}&lang=en")).await;
        page.click("digits-run").await;
        page.wait_attr("panel-noise", "data-state", "done").await;
        for (chart, names) in [
            ("scale-chart", [s.noise.estimated, s.noise.exact_average]),
            ("norm-chart", [s.noise.raw, s.noise.corrected]),
        ] {
            page.bring_into_view(chart).await;
            let (x, y) = page.rect(chart).await.centre();
            page.hover(x, y).await;
            page.wait("the crosshair", || async {
                curves::tooltip(page, chart).await.is_some()
            })
            .await;
            let rows = tooltip_rows(page, chart).await;
            for name in names {
                assert!(
                    rows.iter().any(|row| row.starts_with(name)),
                    "{name} in {rows:?}"
                );
            }
            page.focus(chart).await;
            page.press(Key::End).await;
            page.wait("the last step", || async {
                curves::tooltip(page, chart)
                    .await
                    .is_some_and(|(x, _)| x == 240.0)
            })
            .await;
        }
        // What was measured goes to Curves, with the run as its base.
        let estimate = page.value_of("digits-estimate").await;
        page.click("digits-in-curves").await;
        page.wait("Curves", || async { page.is_shown("curves-chart").await })
            .await;
        page.assert_value("field-b0", 16.0).await;
        page.assert_value("field-lr0", 0.5).await;
        let critical = page.value_of("field-bc").await;
        assert!(
            (critical / estimate - 1.0).abs() < 0.02,
            "{critical} for {estimate}"
        );
    })
    .await;
}

const CALC_IDS: [&str; 6] = [
    "calc-ratio",
    "calc-lr-sqrt",
    "calc-lr-linear",
    "warmup-after",
    "steps-after",
    "product",
];
const NOISE_IDS: [&str; 4] = ["fan-radius", "b-noise", "b-estimate", "best-lr"];

#[tokio::test]
async fn ac_36_copied_links_of_calculator_and_noise_show_the_same_to_somebody_else() {
    for (fragment, ids, field, said) in [
        (
            "#/calc?v=1&recipe=transformer",
            &CALC_IDS[..],
            ("field-lr0", "0.0003"),
            "suggestion",
        ),
        (
            "#/noise?v=1&r=3",
            &NOISE_IDS[..],
            ("field-k", "30"),
            "best-slope",
        ),
    ] {
        for (lang, html) in [(Lang::Zh, "zh-Hans"), (Lang::En, "en")] {
            let (link, shown, sentence) = browse(DESKTOP, async |page| {
                page.open(fragment).await;
                page.set_field(field.0, field.1).await;
                page.wait_value(field.0, field.1.parse().unwrap()).await;
                // Chosen by hand, so that it is in the link.
                shell::switch_language(page, Lang::Zh).await;
                if lang == Lang::En {
                    shell::switch_language(page, Lang::En).await;
                }
                let link = shell::copied_link(page).await;
                (link, values(page, ids).await, page.text(said).await)
            })
            .await;
            browse(DESKTOP, async |page| {
                page.open_address(&link).await;
                page.wait_js("the panel", "return document.querySelector('[data-testid=panel-calc], [data-testid=panel-noise]') !== null")
                    .await;
                assert_eq!(values(page, ids).await, shown);
                assert_eq!(shell::html_lang(page).await, html);
                assert_eq!(page.text(said).await, sentence);
            })
            .await;
        }
    }
}

#[tokio::test]
async fn ac_37_the_pictures_of_noise_have_their_axes_in_the_readers_language() {
    browse(DESKTOP, async |page| {
        for (lang, key) in LANGS {
            let s = strings(lang);
            page.open(&format!("#/noise?v=1&{QUICK}&{key}")).await;
            page.click("digits-run").await;
            page.wait_attr("panel-noise", "data-state", "done").await;
            let charts = [
                "fan-chart",
                "parabola-chart",
                "best-chart",
                "scale-chart",
                "norm-chart",
            ];
            check_pictures(page, &charts, lang).await;
            for (chart, wanted) in [
                ("fan-chart", vec!["w₁", "w₂", s.noise.minimum]),
                ("parabola-chart", vec![s.noise.lr_axis]),
                (
                    "best-chart",
                    vec![
                        s.chart.batch_axis,
                        s.noise.regimes[0],
                        s.noise.regimes[1],
                        s.noise.radius_mark,
                    ],
                ),
                ("scale-chart", vec![s.race.axes[1], s.noise.estimated]),
                ("norm-chart", vec![s.race.axes[1], s.noise.corrected]),
            ] {
                let svg = saved(page, &format!("{chart}-svg")).await.text;
                for text in wanted {
                    assert!(svg.contains(text), "{text} in the picture of {chart}");
                }
                let label = (s.param)(ParamId::LabBatch).label;
                assert!(
                    svg.contains(&format!("{label} 16")),
                    "the parameters of {chart}"
                );
            }
        }
    })
    .await;
}

/// Texts of the first cell of a table's rows.
async fn row_heads(page: &Page, selector: &str) -> Vec<String> {
    texts(page, &format!("{selector} tbody th")).await
}

#[tokio::test]
async fn ac_38_the_tables_of_calculator_and_noise_have_the_rows_that_are_shown() {
    browse(DESKTOP, async |page| {
        for (_, key) in LANGS {
            page.open(&format!("#/calc?v=1&recipe=imagenet8192&{key}"))
                .await;
            let csv = saved(page, "calculation-csv").await;
            assert_eq!(csv.name, "lr-batch_calculation.csv");
            let (header, n_rows) = shape(&csv.text);
            assert!(header.starts_with(&["rule", "batch_size [examples]", "lr", "weight_decay"]));
            assert_eq!(
                n_rows,
                row_heads(page, "[data-testid=calc-result]").await.len()
            );
            let linear = csv.text.lines().find(|l| l.starts_with("linear,")).unwrap();
            let lr: f64 = linear.split(',').nth(2).unwrap().parse().unwrap();
            assert_eq!(lr, page.value_of("calc-lr-linear").await);
            page.open(&format!("#/noise?v=1&{QUICK}&{key}")).await;
            page.click("digits-run").await;
            page.wait_attr("panel-noise", "data-state", "done").await;
            page.js::<Value>("$('digits-table-details').open = true; return null", &[])
                .await;
            let csv = saved(page, "scale-chart-csv").await.text;
            let (header, n_rows) = shape(&csv);
            let column = header.iter().position(|c| *c == "exact_loss").unwrap();
            let rows = csv.lines().filter(|l| !l.starts_with('#')).skip(1);
            let n_exact = rows
                .filter(|l| !l.split(',').nth(column).unwrap().is_empty())
                .count();
            let shown = row_heads(page, "[data-testid=digits-table]").await.len();
            assert!(
                n_exact == shown && n_rows > shown && shown > 5,
                "{n_exact}, {shown}, {n_rows}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn ac_39_code_and_files_of_the_calculator_in_both_languages() {
    let formats = [
        "train.py",
        "train_ddp.py",
        "train_transformers.py",
        "deepspeed.json",
        "train_optax.py",
    ];
    browse(DESKTOP, async |page| {
        for (lang, key) in LANGS {
            let s = strings(lang);
            for (rule, id, kind) in [("sqrt", "calc-lr-sqrt", 1), ("linear", "calc-lr-linear", 2)] {
                page.open(&format!(
                    "#/calc?v=1&recipe=transformer&lr0=0.00012&rule={rule}&{key}"
                ))
                .await;
                let shown = page.text(id).await;
                let comment = s.calc.rules[kind];
                assert!(page.text("code-carries").await.contains(&shown));
                for format in formats {
                    let text = code(page, format).await;
                    for wanted in [shown.as_str(), comment, "#/calc?v=1", "8192"] {
                        assert!(text.contains(wanted), "{wanted} in {format}: {text}");
                    }
                }
            }
            // While the factors make another batch there is no code, and the page says why.
            page.set_field("field-acc", "3").await;
            page.wait("why not", || async { page.is_shown("code-missing").await })
                .await;
            assert_eq!(page.text("code-missing").await, s.calc.code_missing);
            page.click("offer-0").await;
            page.wait("the code", || async { page.is_shown("code-text").await })
                .await;
            // A saved table brings its screen back, with its language.
            page.set_field("field-b0", "2048").await;
            page.wait_value("field-b0", 2048.0).await;
            let before = values(page, &CALC_IDS).await;
            let json = saved(page, "calculation-json").await.text;
            page.open("#/curves").await;
            drop_file(page, "calculation.json", &json).await;
            page.wait("the Calculator", || async {
                page.is_shown("panel-calc").await
            })
            .await;
            page.wait_value("field-b0", 2048.0).await;
            assert_eq!(values(page, &CALC_IDS).await, before);
            assert!(page.text("calc-result").await.contains(s.calc.rules[2]));
        }
        // The same for Noise.
        page.open(&format!("#/noise?v=1&{QUICK}&b=64&k=30")).await;
        page.click("digits-run").await;
        page.wait_attr("panel-noise", "data-state", "done").await;
        let before = values(page, &NOISE_IDS).await;
        let json = saved(page, "scale-chart-json").await.text;
        page.open("#/curves").await;
        drop_file(page, "noise.json", &json).await;
        page.wait("Noise", || async { page.is_shown("panel-noise").await })
            .await;
        page.wait_value("field-b", 64.0).await;
        assert_eq!(values(page, &NOISE_IDS).await, before);
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_the_answer_stays_in_view() {
    browse(PHONE, async |page| {
        page.open("#/calc?v=1&recipe=imagenet8192").await;
        page.bring_into_view("field-b0").await;
        let (top, text): (f64, String) = page
            .js(
                "const e = document.querySelector('.calc .quick'); return [e.getBoundingClientRect().top, e.innerText]",
                &[],
            )
            .await;
        assert!((0.0..80.0).contains(&top), "{top}");
        for wanted in ["8192", "×32", "0.566", "3.2"] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_clipboard_leaves_the_text_selected() {
    let refuse =
        "navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); return null";
    let selected = "return String(getSelection())";
    browse(DESKTOP, async |page| {
        for (lang, key) in LANGS {
            let s = strings(lang);
            page.open(&format!("#/race?v=1&b=64&{key}")).await;
            page.js::<Value>(refuse, &[]).await;
            // Of a program also what is cut on screen.
            let shown = code(page, "race.py").await;
            page.click("code-copy").await;
            page.wait("a sentence", || async {
                page.is_shown("code-copied").await
            })
            .await;
            assert_eq!(page.text("code-copied").await, s.shell.copy_failed);
            page.wait_js(
                "the selection",
                "return String(getSelection()).includes('import torch')",
            )
            .await;
            let text: String = page.js(selected, &[]).await;
            // A line that is cut on screen ends so behind its 160 characters.
            let is_cut = |line: &str| line.chars().count() > 160 && line.ends_with('…');
            assert!(text.len() > shown.len() || !shown.lines().any(is_cut));
            assert!(text.len() >= shown.len());
            assert!(!text.lines().any(is_cut), "nothing is cut");
        }
        // Another format is another text.
        page.choose("code-format", "train.py").await;
        page.wait("the sentence to go", || async {
            !page.is_shown("code-copied").await
        })
        .await;
        shell::record_clipboard(page).await;
        page.click("code-copy").await;
        page.wait_js("a copy", "return window.copied?.includes('torch')")
            .await;
        page.wait("a sentence", || async {
            page.is_shown("code-copied").await
        })
        .await;
        assert_eq!(
            page.text("code-copied").await,
            strings(Lang::Zh).code.copied
        );
    })
    .await;
}
