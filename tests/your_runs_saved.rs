//! What Your runs hands on: its table, which it reads itself, the points for Curves, and what the crosshair says.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "support/small_table.rs"]
mod small_table;
#[path = "support/findings.rs"]
mod support;

use critical_batch::experiment::your_runs::curves::{ForCurves, NotForCurves};
use critical_batch::experiment::your_runs::noise::noise_of;
use critical_batch::experiment::your_runs::{Doubt, Fitted, RunFindings};
use critical_batch::export::json::{from_csv, saved_fragment};
use critical_batch::export::runs_csv;
use critical_batch::i18n::{Lang, strings};
use critical_batch::measurements::{Metric, Rows, Unit, examples, read};
use critical_batch::params::url::{Link, Panel, decode, encode};
use critical_batch::scenes::runs::{runs_reading, runs_scene, spread_text};
use critical_batch::units::{Grouping, format_sig};
use small_table::{BEST, table, tuned};
use support::findings;

fn is_close(a: f64, b: f64) -> bool {
    (a / b - 1.0).abs() < 1e-9
}

fn saved(found: &RunFindings) -> String {
    let link = encode(&Link {
        panel: Panel::Runs,
        ..Link::default()
    });
    runs_csv::runs(found, 1.0, &format!("https://host.example/{link}"))
}

/// Rows of a saved table as (name of the column, cell).
fn rows(csv: &str) -> Vec<Vec<(String, String)>> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), names.len(), "{line}");
            let pairs = names.iter().zip(cells);
            pairs.map(|(n, c)| (n.to_string(), c.to_owned())).collect()
        })
        .collect()
}

fn cell(row: &[(String, String)], name: &str) -> f64 {
    let cell = &row.iter().find(|(n, _)| n == name).unwrap().1;
    cell.parse()
        .unwrap_or_else(|_| panic!("{name} holds {cell:?}"))
}

#[test]
fn the_saved_table_holds_every_point_with_all_digits_and_the_link() {
    let found = findings(examples::SYNTHETIC);
    let csv = saved(&found);
    assert!(!csv.contains("NaN") && !csv.contains("inf"), "{csv}");
    let rows = rows(&csv);
    assert_eq!(rows.len(), found.ridge.len());
    let (steps, lr) = (
        found.fit(Fitted::Steps).unwrap(),
        found.fit(Fitted::LearningRate).unwrap(),
    );
    for (row, point) in rows.iter().zip(&found.ridge) {
        let batch = f64::from(point.batch);
        for (name, expected) in [
            ("batch_size [examples]", batch),
            ("best_lr", point.lr.mean),
            ("best_lr_low", point.lr.low),
            ("best_lr_high", point.lr.high),
            ("steps_to_target", point.score.mean),
            ("steps_to_target_low", point.score.low),
            ("steps_to_target_high", point.score.high),
            ("examples_to_target [examples]", point.score.mean * batch),
            // S_min·(1 + B_crit/B) and ε_max/(1 + B_noise/B).
            ("n_seeds", 3.0),
            ("n_seeds_at_edge", 0.0),
        ] {
            assert_eq!(cell(row, name), expected, "{name} at {batch}");
        }
        let expected = steps.fit.scale * (1.0 + steps.fit.batch / batch);
        assert!(is_close(cell(row, "fitted_steps"), expected));
        let expected = lr.fit.scale / (1.0 + lr.fit.batch / batch);
        assert!(is_close(cell(row, "fitted_lr"), expected));
    }
    let (link, notices) = decode(&saved_fragment(&csv).unwrap());
    assert_eq!((link.panel, notices), (Panel::Runs, vec![]));
    let comment = csv.lines().find(|l| l.starts_with("# critical_batch"));
    assert!(comment.unwrap().contains(" [examples] "), "{csv}");
}

#[test]
fn the_saved_table_is_read_again_and_says_the_same() {
    for text in [examples::SYNTHETIC, examples::DIGITS, examples::MNIST] {
        let found = findings(text);
        let csv = saved(&found);
        for again in [findings(&csv), findings(&from_csv(&csv))] {
            assert_eq!((again.metric, again.unit), (found.metric, found.unit));
            let usable: Vec<_> = found.ridge.iter().filter(|p| p.is_usable()).collect();
            assert_eq!(again.ridge.len(), usable.len());
            for (a, b) in again.ridge.iter().zip(usable) {
                assert_eq!((a.batch, a.lr.mean), (b.batch, b.lr.mean));
                assert!(found.metric.is_none() || a.score.mean == b.score.mean);
            }
            for what in [Fitted::Steps, Fitted::LearningRate] {
                let batch = |f: &RunFindings| f.fit(what).map(|fit| fit.fit.batch);
                match (batch(&again), batch(&found)) {
                    (Some(a), Some(b)) => assert!(is_close(a, b), "{what:?}: {a} and {b}"),
                    (a, b) => assert_eq!(a, b),
                }
            }
        }
    }
}

#[test]
fn a_best_that_is_only_bounded_is_not_taken_for_one_when_read_again() {
    let mut rows = tuned(&BEST);
    rows.retain(|r| !(r.0 == 16 && r.1 > 0.19));
    let found = findings(&table(&rows));
    assert_eq!(found.ridge.iter().filter(|p| p.is_usable()).count(), 4);
    let csv = saved(&found);
    assert_eq!(self::rows(&csv).len(), 5, "{csv}");
    let reading = read(csv.as_bytes());
    assert_eq!((reading.rows.len(), reading.n_blank), (4, 1));
    let again = findings(&csv);
    assert!(again.ridge.iter().all(|p| p.batch != 16));
    assert!(is_close(
        again.critical_batch().unwrap().fit.batch,
        found.critical_batch().unwrap().fit.batch
    ));
}

#[test]
fn rates_that_were_never_tuned_are_saved_as_such() {
    let csv = saved(&findings(&table(&BEST)));
    assert!(csv.contains("\nbatch_size,lr,lr_low,"), "{csv}");
    let again = findings(&csv);
    assert!(again.is_untuned() && again.unit == Unit::Unstated);
    assert_eq!(again.ridge.len(), BEST.len());
}

#[test]
fn losses_and_tokens_keep_their_names() {
    let csv = saved(&findings(
        "batch_tokens,lr,loss\n8,0.1,3\n8,0.2,2\n8,0.4,3\n",
    ));
    assert!(
        csv.contains("\nbatch_size [tokens],best_lr,best_lr_low,best_lr_high,loss,loss_low,"),
        "{csv}"
    );
    let again = read(csv.as_bytes());
    assert_eq!((again.n_bad, again.unit), (0, Unit::Tokens));
    assert!(matches!(
        again.rows,
        Rows::BestLrs {
            metric: Some(Metric::Loss),
            ..
        }
    ));
    let steps = saved(&findings(
        "batch_tokens,lr,tokens_to_target\n8,0.1,80\n8,0.2,40\n8,0.4,80\n",
    ));
    assert!(steps.contains(",tokens_to_target [tokens],"), "{steps}");
    assert_eq!(findings(&steps).ridge[0].score.mean, 5.0);
}

#[test]
fn curves_takes_the_critical_batch_the_points_and_an_anchor_among_them() {
    let found = findings(examples::SYNTHETIC);
    let given = ForCurves::of_runs(&found).unwrap();
    assert_eq!(
        given.critical_batch,
        found.critical_batch().unwrap().fit.batch
    );
    assert_eq!(given.points.len(), 10);
    for (a, b) in given.points.iter().zip(&found.ridge) {
        assert_eq!(
            (a.batch, a.lr, a.low, a.high),
            (f64::from(b.batch), b.lr.mean, b.lr.low, b.lr.high)
        );
    }
    // Of the five smaller batch sizes none is nearer to the fitted curve.
    let anchor = given.anchor.unwrap();
    let fit = found.fit(Fitted::LearningRate).unwrap().fit;
    let miss = |batch: f64, lr: f64| (lr / fit.at(batch)).ln().abs();
    assert!(given.points[..5].contains(&anchor));
    for p in &given.points[..5] {
        assert!(miss(anchor.batch, anchor.lr) <= miss(p.batch, p.lr));
    }
    // Published learning rates have a noise scale alone.
    let found = findings(examples::MNIST);
    let given = ForCurves::of_runs(&found).unwrap();
    assert!(is_close(
        given.critical_batch,
        found.noise_scale().unwrap().fit.batch
    ));
    assert_eq!(given.points.len(), 13);
}

#[test]
fn points_off_the_fits_do_not_go_to_curves() {
    // At the smallest batch size one learning rate is left of those that were tried.
    let text: String = examples::SYNTHETIC
        .lines()
        .filter(|line| !line.starts_with("4,0.0") || line.contains("4,0.003906"))
        .map(|line| line.to_owned() + "\n")
        .collect();
    let found = findings(&text);
    assert!(
        found
            .doubts
            .iter()
            .any(|d| matches!(d, Doubt::AtEdge { batch: 4, .. }))
    );
    let given = ForCurves::of_runs(&found).unwrap();
    assert_eq!(given.points.len(), found.ridge.len() - 1);
    assert!(given.points.iter().all(|p| p.batch != 4.0));
    assert_ne!(given.anchor.unwrap().batch, 4.0);
}

#[test]
fn curves_takes_nothing_that_is_not_conclusive_or_beyond_its_range() {
    let of = |text: &str| ForCurves::of_runs(&findings(text));
    assert_eq!(of(&table(&BEST)), Err(NotForCurves::Untuned));
    assert_eq!(
        of(&table(&tuned(&BEST[..3]))),
        Err(NotForCurves::Inconclusive)
    );
    // Steps and learning rates in proportion to B: no bend.
    let straight: Vec<(u32, f64, f64)> = (0..6)
        .map(|i| {
            (
                1 << i,
                0.01 * f64::from(1 << i),
                64_000.0 / f64::from(1 << i),
            )
        })
        .collect();
    assert_eq!(
        of(&table(&tuned(&straight))),
        Err(NotForCurves::Inconclusive)
    );
    let scaled = |factor: u32, unit: &str| -> String {
        examples::SYNTHETIC
            .lines()
            .map(|line| match line.split_once(',') {
                Some((batch, rest)) if batch.parse::<u32>().is_ok() => {
                    format!("{},{rest}\n", batch.parse::<u32>().unwrap() * factor)
                }
                _ => line.replace("examples", unit) + "\n",
            })
            .collect()
    };
    assert_eq!(of(&scaled(4, "tokens")), Err(NotForCurves::Tokens));
    assert!(of(&scaled(4, "sequences")).is_ok());
    let batch = 2048.0 * 1024.0;
    assert_eq!(
        of(&scaled(1024, "sequences")),
        Err(NotForCurves::BatchOutOfRange {
            batch,
            min: 1.0,
            max: 1_048_576.0
        })
    );
    let slow = examples::SYNTHETIC
        .lines()
        .map(|line| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Some(lr) = fields.get(1).and_then(|lr| lr.parse::<f64>().ok()) {
                fields[1] = (lr * 1e-7).to_string();
            }
            fields.join(",") + "\n"
        })
        .collect::<String>();
    assert!(matches!(
        of(&slow),
        Err(NotForCurves::LrOutOfRange {
            min: 1e-6,
            max: 10.0,
            ..
        })
    ));
}

#[test]
fn curves_takes_a_noise_scale_of_gradient_norms_with_a_bounded_interval() {
    let of = |text: &str| {
        let reading = read(text.as_bytes());
        let found = noise_of(&reading.rows, reading.unit, 7).unwrap().unwrap();
        (ForCurves::of_noise(&found), found)
    };
    // Ten equal pairs have an interval of width 0.
    let pairs =
        "b_small,b_big,g_small_sq,g_big_sq\n".to_owned() + &"32,512,0.041,0.0028\n".repeat(10);
    let (given, found) = of(&pairs);
    let given = given.unwrap();
    assert_eq!(given.critical_batch, found.noise_scale.unwrap());
    assert!((given.critical_batch / 5146.95 - 1.0).abs() < 1e-5);
    assert_eq!((given.anchor, given.points.len()), (None, 0));
    // One pair has no interval, and hidden gradients no scale.
    let (given, _) = of("b_small,b_big,g_small_sq,g_big_sq\n32,512,0.041,0.0028\n");
    assert_eq!(given, Err(NotForCurves::Inconclusive));
    let (given, _) = of("b_small,b_big,g_small_sq,g_big_sq\n8,64,0.13,0.01\n");
    assert_eq!(given, Err(NotForCurves::Inconclusive));
}

#[test]
fn the_crosshair_says_what_stands_at_the_nearest_batch_size() {
    let found = findings(examples::SYNTHETIC);
    for lang in [Lang::En, Lang::Zh] {
        let s = strings(lang);
        for what in [Fitted::Steps, Fitted::LearningRate] {
            // 90 is between 64 and 128, and nearer to 64 in ratio: 90/64 < 128/90.
            let (head, rows) = runs_reading(&found, s, what, 90.0).unwrap();
            assert_eq!(head, format!("B = 64 {}", (s.runs.unit)(Unit::Examples)));
            let point = found.ridge.iter().find(|p| p.batch == 64).unwrap();
            let spread = match what {
                Fitted::Steps => point.score,
                Fitted::LearningRate => point.lr,
            };
            let fitted = found.fit(what).unwrap().fit.at(64.0);
            let expected = [
                ("text", s.runs.measured, spread_text(spread, s)),
                ("theory", s.sweep.fitted, format_sig(fitted, 3, s.grouping)),
            ];
            let expected = expected.map(|(token, name, text)| (token, name.to_owned(), text));
            assert_eq!(rows, expected);
            assert!(rows[0].2.contains(&format_sig(spread.low, 3, s.grouping)));
            let scene = runs_scene(&found, s, what);
            assert_eq!(scene.x.label, (s.runs.batch_axis)(Unit::Examples));
            assert_eq!(scene.markers.len(), found.ridge.len());
        }
    }
    assert_eq!(
        runs_reading(
            &findings("batch,lr,loss\n1,1,\n"),
            strings(Lang::En),
            Fitted::Steps,
            1.0
        ),
        None
    );
    assert_eq!(
        spread_text(found.ridge[0].score, strings(Lang::En)),
        format!(
            "{} ({} … {})",
            format_sig(found.ridge[0].score.mean, 3, Grouping::Thin),
            format_sig(found.ridge[0].score.low, 3, Grouping::Thin),
            format_sig(found.ridge[0].score.high, 3, Grouping::Thin)
        )
    );
}
