//! Text of a reader's own runs: malformed files lose exactly their bad rows, which are named by line and column with a
//! reason; every way to write the same table reads the same.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::export::json::from_csv;
use critical_batch::measurements::{
    BadRow, Column, Counted, MAX_NAMED, Metric, Norm, NormPair, Reading, Reason, Rows, Run, Unit,
    examples, read,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn string(text: &str) -> String {
    text.to_owned()
}

type BadFile = (&'static str, usize, Vec<(u32, u32, Reason)>);

/// File in `tests/data/bad`, rows that are kept, and (line, column, reason) of each that is not.
#[rustfmt::skip]
fn bad_files() -> Vec<BadFile> {
    use Column as C;
    use Reason as R;
    let nan = |column, value| R::NotANumber { column, value: string(value) };
    let comma = |column, value| R::AmbiguousComma { column, value: string(value) };
    let low = |column, value| R::NotPositive { column, value };
    vec![
        ("empty.csv", 0, vec![(1, 1, R::Empty)]),
        ("only_comments.csv", 0, vec![(1, 1, R::Empty)]),
        ("only_a_header.csv", 0, vec![(1, 1, R::Empty)]),
        ("no_header.csv", 0, vec![(1, 1, R::NoHeader)]),
        ("unknown_header.csv", 0, vec![(1, 1, R::UnknownHeader { name: string("foo") })]),
        ("missing_lr.csv", 0, vec![(1, 3, R::MissingColumn { column: C::LearningRate })]),
        ("missing_batch.tsv", 0, vec![(1, 3, R::MissingColumn { column: C::Batch })]),
        ("missing_result.csv", 0, vec![(3, 4, R::MissingColumn { column: C::Result })]),
        ("duplicate_header.csv", 2, vec![(1, 3, R::DuplicateHeader { name: string("learning_rate") })]),
        ("per_device.csv", 0, vec![(1, 2, R::PerDevice { name: string("per_device_train_batch_size") })]),
        ("unfinished.csv", 4, vec![
            (3, 2, R::Unfinished { state: string("crashed") }),
            (5, 2, R::Unfinished { state: string("Running") }),
        ]),
        ("mixed_unit_header.csv", 0, vec![(1, 3, R::MixedUnits { found: Unit::Tokens, expected: Unit::Sequences })]),
        ("mixed_unit_rows.csv", 3, vec![(4, 2, R::MixedUnits { found: Unit::Sequences, expected: Unit::Tokens })]),
        ("unknown_unit.csv", 1, vec![(3, 2, R::UnknownUnit { value: string("bananas") })]),
        ("not_a_number.csv", 3, vec![(4, 2, nan(C::LearningRate, "fast"))]),
        ("overflow.csv", 1, vec![(2, 3, nan(C::Result, "1e999"))]),
        ("hex.csv", 1, vec![(2, 1, nan(C::Batch, "0x10"))]),
        ("nan_batch.csv", 1, vec![(2, 1, nan(C::Batch, "nan"))]),
        ("blank_lr.csv", 1, vec![(2, 2, R::Missing { column: C::LearningRate })]),
        ("negative_lr.csv", 2, vec![(3, 2, low(C::LearningRate, -0.2))]),
        ("zero_lr.csv", 1, vec![(2, 2, low(C::LearningRate, 0.0))]),
        ("zero_batch.csv", 1, vec![(2, 1, low(C::Batch, 0.0))]),
        ("negative_steps.csv", 1, vec![(2, 3, low(C::Result, -300.0))]),
        ("zero_loss.csv", 1, vec![(2, 3, low(C::Result, 0.0))]),
        ("fractional_batch.csv", 1, vec![(3, 1, R::NotWhole { column: C::Batch, value: 12.5 })]),
        ("fractional_seed.csv", 1, vec![(2, 4, R::NotWhole { column: C::Seed, value: 1.5 })]),
        ("negative_seed.csv", 1, vec![(2, 4, R::OutOfRange { column: C::Seed, value: -1.0, min: 0.0, max: 9_007_199_254_740_992.0 })]),
        ("huge_batch.csv", 1, vec![(3, 1, R::OutOfRange { column: C::Batch, value: 1e12, min: 1.0, max: 4_294_967_295.0 })]),
        ("huge_lr.csv", 2, vec![(3, 2, R::OutOfRange { column: C::LearningRate, value: 1e7, min: 1e-12, max: 1e6 })]),
        ("too_few.csv", 2, vec![(3, 3, R::TooFewFields { found: 2, expected: 3 })]),
        ("too_many.csv", 2, vec![(3, 4, R::TooManyFields { found: 4, expected: 3 })]),
        ("spaces.txt", 2, vec![(3, 3, R::TooFewFields { found: 2, expected: 3 })]),
        ("unclosed_quote.csv", 3, vec![(3, 2, R::UnclosedQuote)]),
        ("unclosed_quotes.csv", 3, vec![(2, 1, R::UnclosedQuote), (4, 1, R::UnclosedQuote)]),
        ("unclosed_at_end.csv", 1, vec![(3, 3, R::UnclosedQuote)]),
        // Ten lines are more than a quoted field may have, so its lines are rows of their own, and no good ones.
        ("quote_over_nine_lines.csv", 1, {
            let mut bad = vec![(2, 4, R::UnclosedQuote)];
            bad.extend((3..=11).map(|line| (line, 2, R::TooFewFields { found: 1, expected: 4 })));
            bad
        }),
        ("after_long_note.csv", 2, vec![(4, 2, nan(C::LearningRate, "oops"))]),
        ("repeated_run.csv", 3, vec![(5, 1, R::RepeatedRun { first_line: 2 })]),
        ("not_utf8.csv", 2, vec![(3, 2, R::NotText { column: C::LearningRate })]),
        ("latin1_note.csv", 1, vec![(3, 2, R::NotText { column: C::LearningRate })]),
        ("ambiguous_comma.csv", 2, vec![(3, 3, comma(C::Result, "1,200"))]),
        ("two_commas.csv", 2, vec![(3, 2, comma(C::LearningRate, "0,2,1"))]),
        ("point_among_commas.csv", 2, vec![(3, 3, comma(C::Result, "1.200,5"))]),
        ("pairs_not_increasing.csv", 1, vec![(3, 2, R::BatchesNotIncreasing { small: 64, big: 8 })]),
        ("pairs_negative.csv", 1, vec![(3, 3, R::OutOfRange { column: C::SmallNorm, value: -0.13, min: 0.0, max: 1e60 })]),
        ("pairs_without_batches.csv", 0, vec![(1, 3, R::MissingColumn { column: C::SmallBatch }), (1, 3, R::MissingColumn { column: C::BigBatch })]),
        ("norms_bad_step.csv", 2, vec![(4, 1, nan(C::Step, "last"))]),
        ("norms_huge.csv", 1, vec![(3, 3, R::OutOfRange { column: C::Norm, value: 1e61, min: 0.0, max: 1e60 })]),
        ("crlf.csv", 2, vec![(5, 2, nan(C::LearningRate, "zero"))]),
        ("cr.csv", 2, vec![(4, 2, nan(C::LearningRate, "zero"))]),
        ("utf16.csv", 1, vec![(3, 2, nan(C::LearningRate, "zero"))]),
        ("markdown.md", 1, vec![(4, 1, nan(C::Batch, "eight"))]),
        ("page.html", 0, vec![(1, 1, R::UnknownHeader { name: string("<!DOCTYPE") })]),
        ("picture.png", 0, vec![(1, 1, R::UnknownHeader { name: string("\u{fffd}PNG") })]),
        ("truncated.json", 1, vec![(2, 22, R::NotJson)]),
        ("broken_row.json", 2, vec![(2, 18, R::NotJson)]),
        ("missing_brace.json", 1, vec![(2, 2, R::NotJson)]),
        ("not_a_row.json", 2, vec![(2, 2, R::NotARow)]),
        ("word_for_number.json", 1, vec![(2, 18, nan(C::LearningRate, "fast"))]),
        ("missing_member.json", 1, vec![(2, 2, R::Missing { column: C::LearningRate })]),
        ("ragged_columns.json", 2, vec![(2, 15, R::Missing { column: C::LearningRate })]),
        ("bad_cell.json", 2, vec![(2, 12, low(C::LearningRate, -0.2))]),
        ("numbers.json", 0, vec![(1, 1, R::NotARow)]),
        ("lists.json", 2, vec![
            (3, 4, R::TooFewFields { found: 2, expected: 3 }),
            (4, 9, nan(C::LearningRate, "fast")),
            (6, 4, R::TooManyFields { found: 4, expected: 3 }),
            (7, 13, R::NotJson),
        ]),
        ("lines.jsonl", 3, vec![(4, 25, low(C::Batch, 0.0))]),
    ]
}

#[test]
fn every_malformed_file_loses_its_bad_rows_and_no_other() {
    let mut failures = Vec::new();
    for (name, n_kept, expected) in bad_files() {
        let reading = read(&std::fs::read(format!("tests/data/bad/{name}")).unwrap());
        let found: Vec<(u32, u32, Reason)> = reading
            .bad
            .iter()
            .map(|b| (b.line, b.column, b.reason.clone()))
            .collect();
        if found != expected
            || reading.rows.len() != n_kept
            || reading.n_bad as usize != expected.len()
        {
            failures.push(format!("{name}: {found:?}, kept {:?}", reading.rows));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_table_names_every_malformed_file() {
    let files: BTreeSet<String> = (std::fs::read_dir("tests/data/bad").unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let named: BTreeSet<String> = bad_files().iter().map(|row| string(row.0)).collect();
    assert_eq!(files, named);
    assert!(files.len() >= 25);
}

/// The runs of a text of which every row must be good.
fn runs(text: impl AsRef<[u8]>) -> Vec<Run> {
    let reading = read(text.as_ref());
    assert_eq!(
        reading.n_bad,
        0,
        "{:?}",
        &reading.bad[..reading.bad.len().min(3)]
    );
    match reading.rows {
        Rows::Runs { runs, .. } | Rows::BestLrs { runs, .. } => runs,
        other => panic!("{other:?}"),
    }
}

/// Runs without the lines they stood in.
fn values(text: impl AsRef<[u8]>) -> Vec<(u32, f64, Option<f64>, u64)> {
    runs(text)
        .iter()
        .map(|r| (r.batch, r.lr, r.result, r.seed))
        .collect()
}

const PLAIN: &str = "batch_size,lr,steps_to_target\n8,0.125,1200\n16,0.25,700.5\n32,3e-1,\n";
const EXPECTED: [(u32, f64, Option<f64>, u64); 3] = [
    (8, 0.125, Some(1200.0), 0),
    (16, 0.25, Some(700.5), 0),
    (32, 0.3, None, 0),
];

#[test]
fn all_ways_to_write_a_table_read_the_same() {
    let utf16 = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let mut bytes = mark.to_vec();
        bytes.extend(PLAIN.encode_utf16().flat_map(to));
        bytes
    };
    let quoted = "\"batch_size\",\"lr\",\"steps_to_target\"\n\"8\",\"0.125\",\"1200\"\n\"16\",0.25,\"700.5\"\n32,\"3e-1\",\"\"\n";
    let commas = PLAIN.replace(',', ";").replace('.', ",");
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("plain", PLAIN.into()),
        ("without an end", PLAIN.trim_end().into()),
        ("tabs", PLAIN.replace(',', "\t").into()),
        ("semicolons", PLAIN.replace(',', ";").into()),
        ("pipes", PLAIN.replace(',', " | ").into()),
        ("Markdown", "| batch size | lr | steps to target |\n|---|:-:|--:|\n| 8 | 0.125 | 1200 |\n| 16 | 0.25 | 700.5 |\n| 32 | 3e-1 | |\n".into()),
        ("spaces", "  batch_size lr   steps_to_target\n8\t 0.125  1200\n  16 0.25 700.5\n32 3e-1 nan".into()),
        ("decimal commas", commas.clone().into()),
        ("decimal commas after tabs", commas.replace(';', "\t").into()),
        ("spreadsheet's first line", format!("sep=;\n{commas}").into()),
        ("CRLF", PLAIN.replace('\n', "\r\n").into()),
        ("CR", PLAIN.replace('\n', "\r").into()),
        ("blank lines", PLAIN.replace('\n', "\n\n \n").into()),
        ("comments", format!("# made by hand\n{}", PLAIN.replace('\n', "\n# and,so,on\n")).into()),
        ("NumPy's header", format!("# {}", PLAIN.replace(",\n", ",nan\n")).into()),
        ("quotes", quoted.into()),
        ("UTF-8 mark", [b"\xef\xbb\xbf", PLAIN.as_bytes()].concat()),
        ("UTF-16, little end", utf16(u16::to_le_bytes, [0xff, 0xfe])),
        ("UTF-16, big end", utf16(u16::to_be_bytes, [0xfe, 0xff])),
        ("spaces around", "batch size , Learning Rate , steps-to-target \n 8 , .125 , 1_200 \n16,+0.25,700.5\n 32,0.30,NaN\n".into()),
        ("more columns", "name,lr,BATCH,steps_to_target,note\na,0.125,8,1200,\"x, y\"\nb,0.25,16,700.5,\nc,0.3,32,inf,\"\"\"z\"\"\"\n".into()),
        ("empty fields behind", PLAIN.replace('\n', ",,\n").replace("target,,", "target").into()),
        ("examples instead of steps", "batch,lr,examples_to_target\n8,0.125,9600\n16,0.25,11208\n32,0.3,\n".into()),
        ("JSON rows", r#"[{"batch_size":8,"lr":0.125,"steps_to_target":1200},{"batch_size":16,"lr":"0.25","steps_to_target":700.5},{"batch_size":32,"lr":3e-1,"steps_to_target":null}]"#.into()),
        ("JSON lines", "{\"batch_size\":8,\"lr\":0.125,\"steps_to_target\":1200}\n{\"steps_to_target\":700.5,\"lr\":0.25,\"batch_size\":16}\n{\"batch_size\":32,\"lr\":0.3}\n".into()),
        ("Python's JSON", r#"[{"batch_size":8,"lr":0.125,"steps_to_target":1200},{"batch_size":16,"lr":0.25,"steps_to_target":700.5},{"batch_size":32,"lr":0.3,"steps_to_target":NaN}]"#.into()),
        ("JSON columns", r#"{"name":"mine","batch_size":[8,16,32],"lr":[0.125,0.25,0.3],"steps_to_target":[1200,700.5,Infinity]}"#.into()),
        ("pandas", r#"{"batch_size":{"0":8,"1":16,"2":32},"lr":{"0":0.125,"1":0.25,"2":0.3},"steps_to_target":{"0":1200,"1":700.5,"2":null}}"#.into()),
        ("wrapped JSON", r#"{"count":3,"runs":[{"batch_size":8,"lr":0.125,"steps_to_target":1200,"tags":["a"]},{"batch_size":16,"lr":0.25,"steps_to_target":700.5},{"batch_size":32,"lr":0.3,"steps_to_target":-Infinity}],"next":1}"#.into()),
        ("pandas' split table", r#"{"columns":["batch_size","lr","steps_to_target"],"index":[0,1,2],"data":[[8,0.125,1200],[16,0.25,700.5],[32,0.3,null]]}"#.into()),
        ("W&B's table", "{\"ncols\": 4, \"columns\": [\"batch_size\", \"tags\", \"lr\", \"steps_to_target\"],\n \"data\": [[8, [\"a\", [1]], 0.125, 1200],\n [16, {}, \"0.25\", 700.5],\n [32, null, 3e-1, NaN]]}".into()),
        ("this page's JSON", from_csv(&format!("# https://host.example/#/runs?v=1\n{PLAIN}")).into()),
        ("Ray Tune", "{\"config\":{\"batch_size\":8,\"lr\":0.125},\"steps_to_target\":1200}\n{\"config\":{\"batch_size\":16,\"lr\":0.25},\"steps_to_target\":700.5}\n{\"config\":{\"batch_size\":32,\"lr\":0.3},\"steps_to_target\":null}".into()),
        ("Ray Tune's table", "trial_id,steps_to_target,config/batch_size,config/lr\na,1200,8,0.125\nb,700.5,16,0.25\nc,,32,0.3\n".into()),
    ];
    for (way, text) in texts {
        assert_eq!(values(&text), EXPECTED, "{way}");
    }
}

#[test]
fn lines_are_those_of_the_text() {
    for text in [
        PLAIN.to_owned(),
        PLAIN.replace('\n', "\r\n"),
        PLAIN.replace('\n', "\r"),
    ] {
        let lines: Vec<u32> = runs(text).iter().map(|r| r.line).collect();
        assert_eq!(lines, [2, 3, 4]);
    }
    let note = "batch,lr,loss,note\n8,0.1,0.5,\"one\r\n\r\ntwo\"\n16,0.2,0.4,x\n";
    let lines: Vec<u32> = runs(note).iter().map(|r| r.line).collect();
    assert_eq!(
        lines,
        [2, 5],
        "a quoted field may have several lines, blank ones among them"
    );
}

#[test]
fn the_names_of_weights_and_biases_and_others_are_known() {
    let wandb = "\"Name\",\"State\",\"Notes\",\"Created\",\"batch_size\",\"learning_rate\",\"seed\",\"val/loss\",\"train/loss\"\n\
        \"vivid-sun-3\",\"finished\",\"-\",\"2024-05-01T10:00:00.000Z\",\"256\",\"0.003\",\"1\",\"2.31\",\"2.1\"\n\
        \"calm-sea-4\",\"crashed\",\"-\",\"2024-05-01T11:00:00.000Z\",\"256\",\"0.03\",\"1\",\"NaN\",\"\"\n";
    assert_eq!(
        values(wandb),
        [(256, 0.003, Some(2.31), 1), (256, 0.03, None, 1)]
    );
    let reading = read(wandb.as_bytes());
    assert!(matches!(
        reading.rows,
        Rows::Runs {
            metric: Metric::Loss,
            ..
        }
    ));
    let used = [
        (Column::Batch, "batch_size"),
        (Column::LearningRate, "learning_rate"),
        (Column::Result, "val/loss"),
        (Column::Seed, "seed"),
        (Column::State, "State"),
    ];
    assert_eq!(
        reading.used,
        used.map(|(column, name)| (column, string(name))),
        "held-out loss before training loss"
    );

    // Curves of two charts, and of one: gradient norms with and without a batch size.
    let chart = "\"Step\",\"big - train/grad_norm\",\"big - train/grad_norm__MIN\",\"big - train/grad_norm__MAX\"\n\"0\",\"3\",\"3\",\"3\"\n\"10\",\"2\",\"2\",\"2\"\n\"20\",\"\",\"\",\"\"\n";
    let reading = read(chart.as_bytes());
    let norm = |line, step, norm_sq| Norm {
        line,
        step,
        batch: None,
        norm_sq,
    };
    assert_eq!(
        reading.rows,
        Rows::Norms(vec![norm(2, 0, 9.0), norm(3, 10, 4.0)])
    );
    assert_eq!((reading.n_blank, reading.n_bad), (1, 0));
    let tensorboard = read(b"Wall time,Step,Value\n1714557600.1,0,3\n1714557601.2,10,2\n");
    assert_eq!(tensorboard.rows, reading.rows);
    // Of a learning rate that was set and the one that its schedule has come to, the one that was set; a last step and
    // gradient norm make no log of a table of runs.
    let trainer = "Name,train/learning_rate,learning_rate,train_batch_size,eval/loss,train/loss,train/grad_norm,train/global_step\n\
        a,0,0.003,64,2.5,2.4,0.7,1000\nb,0,0.001,64,2.6,2.5,0.9,1000\n";
    assert_eq!(
        values(trainer),
        [(64, 0.001, Some(2.6), 0), (64, 0.003, Some(2.5), 0)]
    );
    // A crashed run may have met its target before.
    assert_eq!(
        values("State,batch,lr,steps_to_target\ncrashed,8,0.1,100\n"),
        [(8, 0.1, Some(100.0), 0)]
    );
    let hparams = "trial_id,batch_size,lr,loss\n1,64,0.1,0.5\n";
    assert_eq!(values(hparams), [(64, 0.1, Some(0.5), 0)]);
}

#[test]
fn the_columns_that_the_empty_panel_names_are_read() {
    for (header, row, is_expected) in [
        (
            "batch_size, lr, seed, steps_to_target",
            "8,0.1,0,100",
            (|rows| matches!(rows, Rows::Runs { .. })) as fn(&Rows) -> bool,
        ),
        (
            "batch_size, best_lr, steps_to_target",
            "8,0.1,100",
            |rows| {
                matches!(
                    rows,
                    Rows::BestLrs {
                        metric: Some(_),
                        ..
                    }
                )
            },
        ),
        (
            "b_small, b_big, g_small_sq, g_big_sq",
            "8,64,0.1,0.01",
            |rows| matches!(rows, Rows::Pairs(_)),
        ),
        ("step, batch_size, grad_norm", "0,8,0.1", |rows| {
            matches!(rows, Rows::Norms(_))
        }),
    ] {
        let panel = include_str!("../src/ui/panels/runs/results.rs");
        assert!(panel.contains(header), "{header}");
        let reading = read(format!("{header}\n{row}\n").as_bytes());
        assert!(
            reading.n_bad == 0 && is_expected(&reading.rows),
            "{header}: {reading:?}"
        );
    }
}

#[test]
fn of_several_results_the_one_that_says_most_is_used() {
    let metric =
        |names: &str| match read(format!("batch,lr,{names}\n8,0.1,1,2,3\n").as_bytes()).rows {
            Rows::Runs { metric, runs } => (metric, runs[0].result.unwrap()),
            other => panic!("{other:?}"),
        };
    assert_eq!(
        metric("steps,loss,note"),
        (Metric::Loss, 2.0),
        "steps beside a loss are the length of a run"
    );
    assert_eq!(metric("steps,note,remark"), (Metric::Steps, 1.0));
    assert_eq!(metric("loss,steps_to_target,steps"), (Metric::Steps, 2.0));
    assert_eq!(metric("train_loss,loss,val_loss"), (Metric::Loss, 3.0));
    assert_eq!(
        metric("loss_at_equal_steps,val_loss,final_train_loss"),
        (Metric::Loss, 1.0)
    );
    assert_eq!(
        metric("examples_to_target,loss,steps"),
        (Metric::Steps, 0.125)
    );
}

#[test]
fn norms_are_squared_where_they_are_not_yet() {
    let pair = |line| NormPair {
        line,
        small: (8, 0.25),
        big: (64, 0.0625),
    };
    for header in [
        "b_small,b_big,|g_small|^2,|g_big|^2",
        "small_batch,big_batch,|G_small|²,|G_big|²",
        "batch_size_small,batch_size_large,grad_norm_sq_small,grad_norm_sq_large",
        "small batch size,large batch size,small_grad_norm_squared,large_grad_norm_squared",
    ] {
        let reading = read(format!("{header}\n8,64,0.25,0.0625\n").as_bytes());
        assert_eq!(reading.rows, Rows::Pairs(vec![pair(2)]), "{header}");
    }
    let reading =
        read(b"step,grad_norm_small,b_small,grad_norm_big,b_big\n0,0.5,8,0.25,64\n1,,8,0.25,64\n");
    assert_eq!(
        (reading.rows, reading.n_blank),
        (Rows::Pairs(vec![pair(2)]), 1)
    );
}

#[test]
fn units_are_read_from_names_brackets_and_a_column() {
    let row = |header: &str| read(format!("{header}\n512,0.1,0.5\n").as_bytes()).unit;
    assert_eq!(row("batch_size,lr,loss"), Unit::Unstated);
    assert_eq!(row("batch_size [examples],lr,loss"), Unit::Examples);
    assert_eq!(row("Batch size (sequences),lr,loss"), Unit::Sequences);
    assert_eq!(row("batch_tokens,lr,loss"), Unit::Tokens);
    assert_eq!(row("tokens_per_batch,lr,loss"), Unit::Tokens);
    let reading = read(b"batch,units,lr,loss\n8,Sequences,0.1,0.5\n16,sequences,0.2,0.4\n");
    assert_eq!((reading.unit, reading.rows.len()), (Unit::Sequences, 2));
}

#[test]
fn batch_sizes_may_be_written_as_they_are_spoken_of() {
    let found = values("batch,lr,loss\n8k,1e-3,0.5\n2^13,2e-3,0.5\n0.5M,1e-3,0.5\n");
    let batches: Vec<u32> = found.iter().map(|r| r.0).collect();
    assert_eq!(batches, [8192, 8192, 500_000]);
}

#[test]
fn runs_without_seeds_are_numbered() {
    let found = values("batch,lr,loss\n8,0.1,0.5\n4,0.1,0.7\n8,0.1,0.6\n8,0.2,0.4\n");
    let expected = [
        (4, 0.1, Some(0.7), 0),
        (8, 0.1, Some(0.5), 0),
        (8, 0.1, Some(0.6), 1),
        (8, 0.2, Some(0.4), 0),
    ];
    assert_eq!(found, expected);
}

#[test]
fn columns_count_fields_in_tables_and_characters_in_json() {
    assert_eq!(read(PLAIN.as_bytes()).counted, Counted::Fields);
    // Two characters of three and four bytes stand before the bad value.
    let reading = read("[{\"μ∞\":1,\"batch\":0,\"lr\":1,\"loss\":1}]".as_bytes());
    assert_eq!(reading.counted, Counted::Characters);
    assert_eq!((reading.bad[0].line, reading.bad[0].column), (1, 18));
}

#[test]
fn a_hundred_thousand_rows_are_read_whatever_the_quotes() {
    let mut text = String::from("batch_size,lr,seed,loss,note\n");
    for i in 0..100_000_u32 {
        text.push_str(&format!(
            "{},{},{i},1.{i},\"run {i}, \"\"fine\"\"\"\n",
            1 << (i % 11),
            f64::from(i % 7 + 1) / 8.0
        ));
    }
    let all = runs(&text);
    assert_eq!(all.len(), 100_000);
    assert!(all.is_sorted_by_key(|r| (r.batch, (r.lr * 8.0) as u32, r.seed)));
    // Every row opens a quote that is never closed.
    let open = text.replace("\"\"\"\n", "\n");
    let reading = read(open.as_bytes());
    assert_eq!(
        (reading.rows.len(), reading.n_bad, reading.bad.len()),
        (0, 100_000, MAX_NAMED)
    );
    assert!(
        reading
            .bad
            .iter()
            .all(|bad| bad.reason == Reason::UnclosedQuote && bad.column == 5)
    );
    // One line of JSON, and one that breaks at every row.
    let rows: Vec<String> = all
        .iter()
        .map(|r| {
            format!(
                "{{\"batch\":{},\"lr\":{},\"seed\":{},\"loss\":1}}",
                r.batch, r.lr, r.seed
            )
        })
        .collect();
    assert_eq!(runs(format!("[{}]", rows.join(","))).len(), 100_000);
    let broken = format!(
        "[{}]",
        rows.join(",").replace(",\"loss\":1}", ",\"loss\":}")
    );
    assert_eq!(read(broken.as_bytes()).n_bad, 100_000);
}

#[test]
fn the_examples_are_good_to_the_last_row() {
    for (text, n_rows) in [(examples::SYNTHETIC, 240), (examples::MNIST, 13)] {
        assert_eq!(runs(text).len(), n_rows);
        assert_eq!(read(text.as_bytes()).unit, Unit::Examples);
    }
    let digits = runs(examples::DIGITS);
    assert!(digits.len() == 351 && digits.iter().any(|r| r.result.is_none()));
}

/// What must hold of any reading.
fn check(text: &[u8]) -> Result<Reading, TestCaseError> {
    let reading = read(text);
    let n_lines = text.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u32 + 1;
    prop_assert!(
        reading
            .bad
            .iter()
            .all(|bad| (1..=n_lines).contains(&bad.line) && bad.column >= 1)
    );
    prop_assert!(reading.bad.is_sorted_by_key(|bad| (bad.line, bad.column)));
    prop_assert!(reading.bad.len() == (reading.n_bad as usize).min(MAX_NAMED));
    prop_assert!(reading.n_bad > 0 || !reading.rows.is_empty() || reading.n_blank > 0);
    if let Rows::Runs { runs, .. } | Rows::BestLrs { runs, .. } = &reading.rows {
        for run in runs {
            prop_assert!(run.batch >= 1 && (1e-12..=1e6).contains(&run.lr));
            prop_assert!(run.result.is_none_or(|r| r > 0.0 && r.is_finite()));
        }
    }
    Ok(reading)
}

/// Pieces that texts of this kind are made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9.,;|\t \"#\r\n{}\\[\\]:eE+-]{1,4}",
        Just(string("batch_size")),
        Just(string("lr")),
        Just(string("loss")),
        Just(string("\"batch\":8")),
        Just(string("\"lr\":0.1")),
        Just(string("NaN")),
        Just(string("grad_norm")),
        Just(string("step")),
        Just(string(PLAIN)),
        "\\PC{0,3}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_give_a_reading(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes)?;
    }

    #[test]
    fn any_text_gives_a_reading(pieces in proptest::collection::vec(piece(), 0..40)) {
        check(pieces.concat().as_bytes())?;
    }

    #[test]
    fn a_damaged_file_gives_a_reading(at in 0.0..1.0_f64, with in "\\PC{0,2}|[\"\r\n,{}]", which in 0..4_usize) {
        let text = [PLAIN, r#"{"columns":["batch","lr","loss"],"data":[[4,0.1,0.5],[8,0.2,0.4]]}"#, r#"[{"batch":4,"lr":0.1,"loss":0.5},{"batch":8,"lr":0.2,"loss":0.4}]"#, r#"{"batch":[4,8],"lr":[0.1,0.2],"loss":[0.5,0.4]}"#][which];
        let i = (at * text.len() as f64) as usize;
        check([&text[..i], &with, &text[i + 1..]].concat().as_bytes())?;
    }

    /// Whatever stands in the bad rows, and wherever they are, all good ones are kept and all bad ones named.
    #[test]
    fn no_good_row_is_lost(
        rows in proptest::collection::vec((1..5000_u32, 1..1000_u32, 0..8_usize), 1..60),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let mut text = format!("name,batch,lr,loss{end}");
        let (mut good, mut bad) = (0, Vec::new());
        for (i, &(batch, lr, kind)) in rows.iter().enumerate() {
            let lr = f64::from(lr) / 1000.0;
            let row = match kind {
                0 => format!("\"open,{batch},{lr},1"),
                1 => format!("a,{batch},{lr}"),
                2 => format!("a,{batch},{lr},1,2"),
                3 => format!("\"a\",{batch},-{lr},\"1\""),
                4 => format!("a,\"{batch},{lr},1"),
                5 => format!("\"a, \"\"b\"\"\",{batch},\"{lr}\",1"),
                _ => format!("a,{batch},{lr},0.5"),
            };
            if kind < 5 {
                bad.push(i as u32 + 2);
            } else {
                good += 1;
            }
            text.push_str(&row);
            text.push_str(end);
        }
        let reading = check(text.as_bytes())?;
        prop_assert_eq!(reading.rows.len(), good);
        let lines: Vec<u32> = reading.bad.iter().map(|b: &BadRow| b.line).collect();
        prop_assert_eq!(lines, bad);
    }
}
