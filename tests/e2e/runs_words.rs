//! Your runs in both languages: everything that a reader is told about a text, and no word of the other language.

use crate::harness::{DESKTOP, Page, browse};
use crate::link_and_language::{is_common, words};
use crate::runs::{items, open, paste, wait_rows};
use crate::shell::{LANGS, switch_language};
use critical_batch::experiment::sweep::column::Edge;
use critical_batch::experiment::your_runs::report::{Found, Report, SEED};
use critical_batch::experiment::your_runs::{Doubt, RunFindings};
use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::measurements::{Column, Counted, Reason, Unit, examples};
use critical_batch::units::{format_count, format_sig};

/// A table as it comes out of W&B, with everything that goes wrong there: names in groups, dashes for what is missing, a
/// crashed run, a thousands comma, a batch size as text, the edge at one batch size.
const MESSY: &str = "\"Name\",\"State\",\"Notes\",\"batch_size\",\"optim/learning_rate\",\"seed\",\"train/loss\",\"steps_to_target\"\n\
\"a-1\",\"finished\",\"-\",\"16\",\"0.05\",\"0\",\"0.31\",\"4000\"\n\
\"a-2\",\"finished\",\"-\",\"16\",\"0.1\",\"0\",\"0.30\",\"2100\"\n\
\"a-3\",\"finished\",\"-\",\"16\",\"0.2\",\"0\",\"0.30\",\"2600\"\n\
\"b-1\",\"finished\",\"-\",\"64\",\"0.1\",\"0\",\"0.31\",\"1200\"\n\
\"b-2\",\"finished\",\"-\",\"64\",\"0.2\",\"0\",\"0.31\",\"740\"\n\
\"b-3\",\"crashed\",\"-\",\"64\",\"0.4\",\"0\",\"NaN\",\"-\"\n\
\"c-1\",\"finished\",\"-\",\"256\",\"0.2\",\"0\",\"0.31\",\"520\"\n\
\"c-2\",\"finished\",\"-\",\"256\",\"0.4\",\"0\",\"0.31\",\"430\"\n\
\"d-1\",\"finished\",\"two lines,\n and a comma\",\"large\",\"0.2\",\"0\",\"0.31\",\"520\"\n\
\"d-2\",\"finished\",\"-\",\"256\",\"0.3\",\"0\",\"0.31\",\"1,430\"\n";

async fn shows(page: &Page, s: &'static Strings) {
    let bad = |line: &str, column: &str, reason: &Reason| {
        (s.runs.bad_row)(Counted::Fields, line, column, &(s.runs.reason)(reason))
    };
    let expected = [
        bad(
            "10",
            "4",
            &Reason::NotANumber {
                column: Column::Batch,
                value: "large".to_owned(),
            },
        ),
        bad(
            "12",
            "8",
            &Reason::AmbiguousComma {
                column: Column::Result,
                value: "1,430".to_owned(),
            },
        ),
    ];
    assert_eq!(items(page, "bad-rows").await, expected);
    assert_eq!(page.text("runs-status").await, (s.runs.rows)("8", "2"));
    let used = page.text("runs-used").await;
    for (column, name) in [
        (Column::Batch, "batch_size"),
        (Column::LearningRate, "optim/learning_rate"),
        (Column::Result, "steps_to_target"),
        (Column::Seed, "seed"),
    ] {
        let part = (s.runs.used)(s.runs.columns[column as usize], name);
        assert!(used.contains(&part), "{part} in {used}");
    }
    let doubts = items(page, "runs-doubts").await;
    for doubt in [
        Doubt::AtEdge {
            n: 1,
            batch: 256,
            edge: Edge::High,
        },
        Doubt::TooFewBatches { n_usable: 2 },
    ] {
        let text = (s.runs.doubt)(&doubt);
        assert!(doubts.contains(&text), "{text} in {doubts:?}");
    }
    assert_eq!(
        page.text("runs-recommended").await,
        s.runs.no_recommendation
    );
}

#[tokio::test]
async fn a_messy_table_is_explained_in_both_languages() {
    browse(DESKTOP, async |page| {
        let s = open(page).await;
        paste(page, MESSY).await;
        wait_rows(page, 8, 2).await;
        shows(page, s).await;
        let zh = switch_language(page, Lang::Zh).await;
        shows(page, zh).await;
    })
    .await;
}

#[tokio::test]
async fn the_answer_is_written_in_both_languages() {
    let Found::Ridge(ridge) = Report::of(examples::SYNTHETIC.as_bytes()).found else {
        panic!("the example holds runs");
    };
    let found = RunFindings::of(ridge, 1.0, SEED);
    let lr = found.recommend(4096.0).unwrap();
    assert!(lr.is_outside);
    browse(DESKTOP, async |page| {
        open(page).await;
        page.click("example-synthetic").await;
        wait_rows(page, 240, 0).await;
        page.set_field("field-b", "4096").await;
        page.wait_value("field-b", 4096.0).await;
        let mut english = Vec::new();
        for lang in LANGS {
            let s = if lang == Lang::En {
                strings(lang)
            } else {
                switch_language(page, lang).await
            };
            let number = |v: f64| format_sig(v, 3, s.grouping);
            let text = (s.runs.recommended)(
                &format_count(4096, s.grouping),
                &number(lr.lr),
                &number(lr.low),
                &number(lr.high),
            );
            let expected = format!("{text} {}", s.runs.is_outside);
            assert_eq!(page.text("runs-recommended").await, expected);
            let critical = found.critical_batch().unwrap();
            let value = (s.sweep.value_between)(
                &number(critical.fit.batch),
                &number(critical.low),
                &number(critical.high),
            );
            let unit = (s.runs.unit)(Unit::Examples);
            assert_eq!(page.text("runs-b-crit").await, format!("{value} {unit}"));
            let words = words(page).await;
            assert!(words.len() > 30, "{words:?}");
            if lang == Lang::En {
                english = words;
            } else {
                let kept: Vec<&String> = words
                    .iter()
                    // A symbol is the same in both.
                    .filter(|w| english.contains(w) && !is_common(w) && !w.contains("ε_max"))
                    .collect();
                assert!(kept.is_empty(), "these words stay in Chinese: {kept:#?}");
            }
        }
    })
    .await;
}
