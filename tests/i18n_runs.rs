//! Sentences of Your runs: every reason and doubt names its values, in both languages.

use critical_batch::experiment::sweep::column::Edge;
use critical_batch::experiment::your_runs::curves::NotForCurves;
use critical_batch::experiment::your_runs::{Doubt, Fitted};
use critical_batch::i18n::{Lang, Strings, strings};
use critical_batch::measurements::{Column, Counted, Reason, Unit};

const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

fn is_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Every reason with what its sentence must contain.
fn reasons(s: &Strings) -> Vec<(Reason, Vec<&str>)> {
    let lr = s.runs.columns[Column::LearningRate as usize];
    let column = Column::LearningRate;
    let (text, number) = ("⟨x⟩".to_owned(), 0.625);
    vec![
        (Reason::Empty, vec![]),
        (Reason::NoHeader, vec!["batch_size,lr,steps_to_target"]),
        (Reason::UnknownHeader { name: text.clone() }, vec!["⟨x⟩"]),
        (Reason::MissingColumn { column }, vec![lr]),
        (Reason::PerDevice { name: text.clone() }, vec!["⟨x⟩"]),
        (
            Reason::Unfinished {
                state: text.clone(),
            },
            vec!["⟨x⟩"],
        ),
        (Reason::DuplicateHeader { name: text.clone() }, vec!["⟨x⟩"]),
        (
            Reason::MixedUnits {
                found: Unit::Tokens,
                expected: Unit::Sequences,
            },
            vec![(s.runs.unit)(Unit::Tokens), (s.runs.unit)(Unit::Sequences)],
        ),
        (
            Reason::UnknownUnit {
                value: text.clone(),
            },
            vec!["⟨x⟩", "examples", "sequences", "tokens"],
        ),
        (
            Reason::TooFewFields {
                found: 27,
                expected: 31,
            },
            vec!["27", "31"],
        ),
        (
            Reason::TooManyFields {
                found: 27,
                expected: 31,
            },
            vec!["27", "31"],
        ),
        (Reason::UnclosedQuote, vec![]),
        (Reason::Missing { column }, vec![lr]),
        (
            Reason::NotANumber {
                column,
                value: text.clone(),
            },
            vec![lr, "⟨x⟩"],
        ),
        (
            Reason::AmbiguousComma {
                column,
                value: text.clone(),
            },
            vec![lr, "⟨x⟩"],
        ),
        (Reason::NotText { column }, vec![lr, "UTF-8"]),
        (
            Reason::NotWhole {
                column,
                value: number,
            },
            vec![lr, "0.625"],
        ),
        (
            Reason::NotPositive {
                column,
                value: -number,
            },
            vec![lr, "-0.625"],
        ),
        (
            Reason::OutOfRange {
                column,
                value: 8.5,
                min: 0.125,
                max: 7.5,
            },
            vec![lr, "8.5", "0.125", "7.5"],
        ),
        (
            Reason::BatchesNotIncreasing { small: 64, big: 8 },
            vec!["64", "8"],
        ),
        (Reason::RepeatedRun { first_line: 27 }, vec!["27"]),
        (Reason::NotJson, vec!["JSON"]),
        (Reason::NotARow, vec!["{"]),
    ]
}

#[test]
fn every_reason_names_its_values() {
    for lang in LANGS {
        let s = strings(lang);
        for (reason, parts) in reasons(s) {
            let text = (s.runs.reason)(&reason);
            assert!(
                parts.iter().all(|part| text.contains(part)),
                "{lang:?} {reason:?}: {text}"
            );
            assert_eq!(is_han(&text), lang == Lang::Zh, "{text}");
        }
    }
}

#[test]
fn every_doubt_names_its_values() {
    let monotone = |what| Doubt::NotMonotone {
        what,
        from: 16,
        to: 32,
        factor: 1.75,
    };
    let doubts = [
        (Doubt::TooFewBatches { n_usable: 3 }, vec!["3", "4"]),
        (Doubt::TooManyBatches { n: 100 }, vec!["100", "64"]),
        (Doubt::Untuned, vec![]),
        (
            Doubt::AtEdge {
                n: 2,
                batch: 16,
                edge: Edge::Low,
            },
            vec!["2", "16"],
        ),
        (
            Doubt::AtEdge {
                n: 2,
                batch: 16,
                edge: Edge::High,
            },
            vec!["2", "16"],
        ),
        (Doubt::WithoutResult { n: 2, batch: 16 }, vec!["2", "16"]),
        // A single batch size is not counted.
        (
            Doubt::AtEdge {
                n: 1,
                batch: 16,
                edge: Edge::Low,
            },
            vec!["16"],
        ),
        (Doubt::WithoutResult { n: 1, batch: 16 }, vec!["16"]),
        (monotone(Fitted::Steps), vec!["16", "32", "1.8"]),
        (monotone(Fitted::LearningRate), vec!["16", "32", "1.8"]),
        (Doubt::Inconclusive(Fitted::Steps), vec![]),
        (Doubt::Inconclusive(Fitted::LearningRate), vec![]),
        (Doubt::NeedsSteps, vec![]),
    ];
    for lang in LANGS {
        let say = strings(lang).runs.doubt;
        let texts: Vec<String> = doubts.iter().map(|(doubt, _)| say(doubt)).collect();
        for (text, (doubt, parts)) in texts.iter().zip(&doubts) {
            assert!(
                parts.iter().all(|part| text.contains(part)),
                "{lang:?} {doubt:?}: {text}"
            );
            assert_eq!(is_han(text), lang == Lang::Zh, "{text}");
            assert_eq!(
                texts.iter().filter(|other| *other == text).count(),
                1,
                "{text}"
            );
        }
    }
}

#[test]
fn every_reason_against_curves_names_its_values() {
    let reasons = [
        (NotForCurves::Untuned, vec![]),
        (NotForCurves::Inconclusive, vec![]),
        (NotForCurves::Tokens, vec![]),
        (
            NotForCurves::BatchOutOfRange {
                batch: 2e6,
                min: 1.0,
                max: 1_048_576.0,
            },
            vec!["2000000", "1048576"],
        ),
        (
            NotForCurves::LrOutOfRange {
                lr: 40.0,
                min: 1e-6,
                max: 10.0,
            },
            vec!["40", "10"],
        ),
    ];
    for lang in LANGS {
        let s = &strings(lang).runs;
        let texts: Vec<String> = reasons
            .iter()
            .map(|(why, _)| (s.not_for_curves)(why))
            .collect();
        for (text, (why, parts)) in texts.iter().zip(&reasons) {
            assert!(
                parts.iter().all(|part| text.contains(part)),
                "{why:?}: {text}"
            );
            assert_eq!(is_han(text), lang == Lang::Zh, "{text}");
            assert_eq!(texts.iter().filter(|t| *t == text).count(), 1, "{text}");
        }
        let titles = [
            Unit::Unstated,
            Unit::Examples,
            Unit::Sequences,
            Unit::Tokens,
        ]
        .map(|unit| ((s.batch_axis)(unit), (s.column_consumed)(unit)));
        assert_eq!(
            titles[0], titles[1],
            "examples unless the text says otherwise"
        );
        for (i, (axis, column)) in titles.iter().enumerate().skip(1) {
            assert_eq!(is_han(axis) && is_han(column), lang == Lang::Zh);
            assert!(
                titles[..i]
                    .iter()
                    .skip(1)
                    .all(|t| t.0 != *axis && t.1 != *column)
            );
        }
        assert_eq!(titles[1].0, strings(lang).chart.batch_axis);
    }
}

#[test]
fn sentences_keep_their_values() {
    let (a, b, c, d) = ("⟨a⟩", "⟨b⟩", "⟨c⟩", "⟨d⟩");
    for lang in LANGS {
        let s = &strings(lang).runs;
        let filled = [
            ((s.too_large)(a, b), vec![a, b]),
            ((s.rows)(a, b), vec![a, b]),
            ((s.used)(a, b), vec![a, b]),
            ((s.bad_title)(a), vec![a]),
            ((s.bad_row)(Counted::Fields, a, b, c), vec![a, b, c]),
            ((s.bad_row)(Counted::Characters, a, b, c), vec![a, b, c]),
            ((s.more_bad)(a), vec![a]),
            ((s.recommended)(a, b, c, d), vec![a, b, c, d]),
            ((s.agrees)(a, b), vec![a, b]),
            ((s.pairs)(a), vec![a]),
            ((s.blank)(a), vec![a]),
            ((s.blank_lr)(a), vec![a]),
            ((s.for_curves)(a, b), vec![a, b]),
            ((s.for_curves)(a, "0"), vec![a]),
        ];
        for (text, values) in filled {
            for value in values {
                assert_eq!(text.matches(value).count(), 1, "{lang:?}: {text}");
            }
        }
        assert_ne!(
            (s.bad_row)(Counted::Fields, a, b, c),
            (s.bad_row)(Counted::Characters, a, b, c)
        );
    }
}
