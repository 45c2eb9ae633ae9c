//! What a reader's runs say: known answers are found within their intervals, published fits are reproduced, and what
//! cannot be concluded is said.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "support/small_table.rs"]
mod small_table;
#[path = "support/findings.rs"]
mod support;
#[path = "support/sweeps.rs"]
mod sweeps;
#[path = "support/synthetic_runs.rs"]
mod synthetic_runs;

use critical_batch::experiment::sweep::column::Edge;
use critical_batch::experiment::sweep::config::Metric as SweepMetric;
use critical_batch::experiment::sweep::fit::{Interval, MANY_SEEDS, Quantity, fit_ridge};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::experiment::sweep::ridge::ridge;
use critical_batch::experiment::your_runs::noise::{
    Hidden, MIN_PAIRS, NoPairs, NoiseFindings, noise_of,
};
use critical_batch::experiment::your_runs::ridge::MAX_BATCHES;
use critical_batch::experiment::your_runs::{Doubt, Fitted};
use critical_batch::export::sweep_csv;
use critical_batch::measurements::{Metric, Unit, examples, read};
use critical_batch::theory::rules::ScalingRule;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::train::spec::TaskSpec;
use critical_batch::worker::measure::Measurement;
use small_table::{BEST, table, tuned};
use support::findings;
use sweeps::sgd_sweep;
use synthetic_runs::CRITICAL_BATCH;

#[test]
fn the_synthetic_file_is_what_its_generator_writes() {
    assert_eq!(examples::SYNTHETIC, synthetic_runs::text(1));
}

#[test]
fn the_critical_batch_of_the_synthetic_file_lies_in_its_interval() {
    let found = findings(examples::SYNTHETIC);
    assert_eq!(found.doubts, []);
    assert_eq!(
        (found.metric, found.unit),
        (Some(Metric::Steps), Unit::Examples)
    );
    let critical = found.critical_batch().unwrap();
    assert!(
        (critical.low..=critical.high).contains(&CRITICAL_BATCH),
        "{critical:?}"
    );
    assert!(
        !critical.is_inconclusive() && critical.high < 1.6 * critical.low,
        "{critical:?}"
    );
    assert!(
        (critical.fit.scale / 250.0 - 1.0).abs() < 0.1,
        "{critical:?}"
    );
    // η at B_crit is half of 0.4.
    for (batch, lr, is_outside) in [
        (96.0, 0.2, false),
        (1.0, 0.4 / 97.0, true),
        (2048.0, 0.4 / 1.046_875, false),
    ] {
        let found = found.recommend(batch).unwrap();
        assert!(
            (found.low..=found.high).contains(&lr) && found.high < 1.7 * found.low,
            "{batch}: {found:?}"
        );
        assert_eq!(found.is_outside, is_outside);
        assert!((found.low..=found.high).contains(&found.lr));
    }
    // The rules are right where they should be: over this range none but the noise-scale rule.
    let factors: Vec<f64> = found.agreements.iter().map(|a| a.factor).collect();
    assert!(
        factors[3] < 1.2 && factors[..3].iter().all(|&f| f > 1.6),
        "{factors:?}"
    );
}

#[test]
fn the_interval_contains_the_known_answer_for_most_seeds() {
    let (mut n_critical, mut n_lr) = (0, 0);
    for seed in 0..40 {
        let found = findings(&synthetic_runs::text(1000 + seed));
        let critical = found.critical_batch().unwrap();
        n_critical += usize::from((critical.low..=critical.high).contains(&CRITICAL_BATCH));
        let lr = found.recommend(CRITICAL_BATCH).unwrap();
        n_lr += usize::from((lr.low..=lr.high).contains(&0.2));
    }
    assert!(
        n_critical >= 36 && n_lr >= 36,
        "{n_critical} and {n_lr} of 40"
    );
}

/// B_crit of the synthetic S(B) at six batch sizes from `n_seeds` runs each, whose steps lie evenly a factor e^±0.1 up
/// and down, so that their geometric mean is exact.
fn with_seeds(n_seeds: usize) -> Interval {
    let mut text = String::from("batch,best_lr,steps\n");
    for octave in 3..9 {
        let batch = f64::from(1 << octave);
        // Off the curve by a few percent, in turn up and down: then batch sizes scatter too.
        let off = 1.0 + 0.03 * f64::from(octave % 2);
        for seed in 0..n_seeds {
            let side = if seed % 2 == 0 { 0.1_f64 } else { -0.1 };
            let steps = 250.0 * (1.0 + CRITICAL_BATCH / batch) * off * side.exp();
            text += &format!("{batch},0.1,{steps}\n");
        }
    }
    findings(&text).critical_batch().unwrap()
}

#[test]
fn many_seeds_are_drawn_as_the_few_are() {
    // Resampled one by one up to 16 seeds, from 17 on as one normal mean: between 16 and 18 nothing may jump.
    let (few, many) = (with_seeds(MANY_SEEDS), with_seeds(MANY_SEEDS + 2));
    assert!((few.fit.batch / many.fit.batch - 1.0).abs() < 1e-6);
    for (a, b) in [(few.low, many.low), (few.high, many.high)] {
        assert!((a / b - 1.0).abs() < 0.05, "{few:?} {many:?}");
    }
    // And seeds count: four times as many halve their share, here most of the width.
    let width = |i: Interval| (i.high / i.low).ln();
    let ratio = width(with_seeds(4)) / width(many);
    assert!((1.3..=2.3).contains(&ratio), "{ratio}");
}

/// Least squares of y = a/(1 + b/B) without logarithms, by Gauss and Newton.
fn unweighted(points: &[(f64, f64)]) -> (f64, f64) {
    let (mut a, mut b) = (0.15, 60.0);
    for _ in 0..100 {
        let (mut aa, mut ab, mut bb, mut ar, mut br) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(x, y) in points {
            let shape = 1.0 / (1.0 + b / x);
            let (da, db, r) = (shape, -a * shape * shape / x, y - a * shape);
            (aa, ab, bb) = (aa + da * da, ab + da * db, bb + db * db);
            (ar, br) = (ar + da * r, br + db * r);
        }
        let determinant = aa * bb - ab * ab;
        a += (bb * ar - ab * br) / determinant;
        b += (aa * br - ab * ar) / determinant;
    }
    (a, b)
}

#[test]
fn the_published_learning_rates_give_the_published_fits() {
    let found = findings(examples::MNIST);
    assert_eq!((found.metric, found.steps.is_none()), (None, true));
    let points: Vec<(f64, f64)> = found
        .ridge
        .iter()
        .map(|p| (f64::from(p.batch), p.lr.mean))
        .collect();
    assert_eq!(points.len(), 13);
    // In logarithms, as everything here is fitted.
    let fit = found.lr.as_ref().unwrap().as_ref().unwrap().interval();
    assert!((fit.fit.scale / 0.15241 - 1.0).abs() < 1e-4, "{fit:?}");
    assert!((fit.fit.batch / 61.69 - 1.0).abs() < 1e-4, "{fit:?}");
    assert!(fit.low < 61.69 && fit.high > 61.69 && !fit.is_inconclusive());
    // The authors' own fit, without logarithms: 0.147526 ± 0.002403 and 49.789 ± 4.288.
    let (eps_max, noise_scale) = unweighted(&points);
    assert!(
        (eps_max - 0.147_526).abs() < 1e-6 && (noise_scale - 49.789).abs() < 1e-3,
        "{eps_max} {noise_scale}"
    );
    assert!((fit.low..=fit.high).contains(&noise_scale));
    assert!(matches!(
        found.agreements[3].rule,
        ScalingRule::NoiseScale { .. }
    ));
    assert_eq!(found.doubts, []);
}

#[test]
fn what_the_ray_program_wrote_is_read_and_its_edges_are_named() {
    let found = findings(include_str!("exports/output/ray_sweep.csv"));
    assert_eq!(found.ridge.len(), 7);
    assert_eq!(
        (found.metric, found.unit),
        (Some(Metric::Steps), Unit::Examples)
    );
    // That sweep was kept short: from batch 2 on its largest learning rate is the best one.
    let edge = Doubt::AtEdge {
        n: 6,
        batch: 2,
        edge: Edge::High,
    };
    assert!(found.doubts.contains(&edge), "{:?}", found.doubts);
    assert!(found.doubts.contains(&Doubt::TooFewBatches { n_usable: 1 }));
}

#[test]
fn a_sweep_that_is_exported_and_read_has_the_same_ridge() {
    let task = TaskSpec::Quadratic { n_dims: 100 };
    for metric in [
        SweepMetric::StepsToTarget { target: 0.05 },
        SweepMetric::LossAtSteps,
    ] {
        let mut record = SweepRecord::new(sgd_sweep(task, metric, 0.05, 20.0, 3));
        record.run_with(|run| Measurement::to_end(run).unwrap());
        let expected = ridge(&record);
        let found = findings(&sweep_csv::sweep(&record, "link"));
        assert_eq!(found.ridge.len(), expected.len());
        for (a, b) in found.ridge.iter().zip(&expected) {
            let is_close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
            assert_eq!(
                (a.batch, a.n_censored, a.n_unbracketed, a.edge),
                (b.batch, b.n_censored, b.n_unbracketed, b.edge)
            );
            assert!(
                is_close(a.lr.mean, b.lr.mean) && is_close(a.score.mean, b.score.mean),
                "{a:?} {b:?}"
            );
        }
        if let SweepMetric::StepsToTarget { .. } = metric {
            let expected = fit_ridge(&expected, Quantity::Steps, 7).unwrap();
            let found = found.critical_batch().unwrap();
            assert!((found.fit.batch / expected.fit.batch - 1.0).abs() < 1e-6);
            assert!((found.high / expected.high - 1.0).abs() < 1e-6);
        } else {
            assert!(found.doubts.contains(&Doubt::NeedsSteps) && found.steps.is_none());
        }
    }
}

#[test]
fn tokens_are_fitted_like_examples() {
    let factor = 1 << 18;
    let in_tokens: String = (examples::SYNTHETIC.lines())
        .map(|line| match line.split_once(',') {
            Some((batch, rest)) if batch.parse::<u32>().is_ok() => {
                format!("{},{rest}\n", batch.parse::<u32>().unwrap() * factor)
            }
            _ => line.replace("examples", "tokens") + "\n",
        })
        .collect();
    let (a, b) = (findings(examples::SYNTHETIC), findings(&in_tokens));
    assert_eq!(b.unit, Unit::Tokens);
    let (a, b) = (a.critical_batch().unwrap(), b.critical_batch().unwrap());
    for (a, b) in [(a.fit.batch, b.fit.batch), (a.low, b.low), (a.high, b.high)] {
        assert!((b / a / f64::from(factor) - 1.0).abs() < 0.02, "{a} {b}");
    }
    assert!(!b.is_inconclusive());
}

#[test]
fn three_batch_sizes_are_too_few() {
    let found = findings(&table(&tuned(&BEST[..3])));
    assert_eq!(found.doubts, [Doubt::TooFewBatches { n_usable: 3 }]);
    assert!(found.critical_batch().is_none() && found.recommend(16.0).is_none());
    assert!(found.exponent.is_some(), "three points have a slope");
    let found = findings(&table(&tuned(&BEST)));
    assert!(
        found.critical_batch().is_some()
            && !found
                .doubts
                .iter()
                .any(|d| matches!(d, Doubt::TooFewBatches { .. }))
    );
}

#[test]
fn one_learning_rate_per_batch_size_is_untuned() {
    let found = findings(&table(&BEST));
    assert!(found.doubts.contains(&Doubt::Untuned));
    // Steps are fitted all the same, learning rates are the reader's own.
    assert!(found.critical_batch().is_some() && found.lr.is_none() && found.exponent.is_none());
    assert!(found.agreements.is_empty() && found.recommend(16.0).is_none());
    let mut mixed = tuned(&BEST[1..]);
    mixed.push(BEST[0]);
    let found = findings(&table(&mixed));
    assert_eq!(
        found.doubts,
        [Doubt::AtEdge {
            n: 1,
            batch: 8,
            edge: Edge::Low
        }]
    );
}

#[test]
fn a_best_learning_rate_at_the_edge_only_bounds() {
    let mut rows = tuned(&BEST);
    rows.retain(|r| !(r.0 == 16 && r.1 > 0.19));
    rows.retain(|r| !(r.0 == 64 && r.1 > 0.45));
    let found = findings(&table(&rows));
    assert!(found.doubts.contains(&Doubt::AtEdge {
        n: 2,
        batch: 16,
        edge: Edge::High
    }));
    assert!(found.doubts.contains(&Doubt::TooFewBatches { n_usable: 3 }));
    // A run that diverged is worse, so it closes the search.
    let closed = table(&rows) + "16,0.38,\n64,0.9,nan\n";
    let found = findings(&closed);
    assert!(
        found.critical_batch().is_some()
            && !found
                .doubts
                .iter()
                .any(|d| matches!(d, Doubt::AtEdge { .. }))
    );
}

#[test]
fn seeds_without_a_result_are_counted() {
    let mut text = String::from("batch,lr,seed,steps\n");
    for (batch, lr, steps) in tuned(&BEST) {
        text += &format!("{batch},{lr},0,{steps}\n");
        let other = if batch == 32 {
            String::new()
        } else {
            (1.1 * steps).to_string()
        };
        text += &format!("{batch},{lr},1,{other}\n");
    }
    let found = findings(&text);
    assert!(
        found
            .doubts
            .contains(&Doubt::WithoutResult { n: 1, batch: 32 })
    );
    assert_eq!(found.ridge[2].n_censored, 1);
}

#[test]
fn what_runs_against_the_model_is_named() {
    let mut best = BEST;
    best[3].2 = 500.0;
    best[4].1 = 0.2;
    let found = findings(&table(&tuned(&best)));
    let named: Vec<(Fitted, u32, u32, f64)> = (found.doubts.iter())
        .filter_map(|d| match *d {
            Doubt::NotMonotone {
                what,
                from,
                to,
                factor,
            } => Some((what, from, to, factor)),
            _ => None,
        })
        .collect();
    assert_eq!(named.len(), 2, "{:?}", found.doubts);
    assert_eq!(
        (named[0].0, named[0].1, named[0].2),
        (Fitted::Steps, 32, 64)
    );
    assert!((named[0].3 - 500.0 / 340.0).abs() < 1e-9);
    assert_eq!(
        (named[1].0, named[1].1, named[1].2),
        (Fitted::LearningRate, 64, 128)
    );
    assert!((named[1].3 - 0.45 / 0.2).abs() < 1e-9);
}

#[test]
fn curves_without_a_bend_are_inconclusive() {
    let straight: Vec<(u32, f64, f64)> = (0..6)
        .map(|i| {
            (
                1 << i,
                0.01 * f64::from(1 << i),
                64_000.0 / f64::from(1 << i),
            )
        })
        .collect();
    let found = findings(&table(&tuned(&straight)));
    assert!(found.doubts.contains(&Doubt::Inconclusive(Fitted::Steps)));
    assert!(
        found
            .doubts
            .contains(&Doubt::Inconclusive(Fitted::LearningRate))
    );
    // Still: linear scaling is what these runs show, and a learning rate in between follows.
    let linear = found
        .agreements
        .iter()
        .find(|a| a.rule == ScalingRule::Linear)
        .unwrap();
    assert!((linear.factor - 1.0).abs() < 1e-6, "{linear:?}");
    let lr = found.recommend(12.0).unwrap();
    assert!((lr.lr / 0.12 - 1.0).abs() < 0.01, "{lr:?}");
    assert!((found.exponent.unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn what_is_no_batch_size_is_refused() {
    let rows: Vec<(u32, f64, f64)> = (1..=100).map(|i| (i, 0.1, 100.0)).collect();
    let found = findings(&table(&rows));
    assert!(found.doubts.contains(&Doubt::TooManyBatches { n: 100 }) && found.ridge.is_empty());
    assert_eq!(MAX_BATCHES, 64);
}

#[test]
fn best_learning_rates_may_come_with_their_steps() {
    let text = BEST
        .iter()
        .map(|(batch, lr, steps)| format!("{batch},{lr},{steps}\n"))
        .collect::<String>();
    let found = findings(&format!("batch,best_lr,steps\n{text}"));
    assert!(found.critical_batch().is_some() && found.recommend(16.0).is_some());
    assert!(!found.doubts.contains(&Doubt::Untuned));
    // One without steps: then learning rates are all that is fitted.
    let found = findings(&format!("batch,best_lr,steps\n{text}256,0.7,\n"));
    assert!(found.steps.is_none() && found.recommend(16.0).is_some() && found.ridge.len() == 6);
}

/// Rows of pairs: norms of Gaussian batch gradients in 50 dimensions with |G|² = 0.01 and tr(Σ) = 1, so B_simple = 100.
fn pairs(n: usize, grad_norm_sq: f64, seed: u64) -> String {
    const N_DIMS: usize = 50;
    let mut rng = Rng::new(seed, Stream::Noise);
    let mut text = String::from("step,b_small,b_big,|g_small|^2,|g_big|^2\n");
    for step in 0..n {
        let mut norm_sq = |batch: f64| -> f64 {
            let deviation = (1.0 / N_DIMS as f64 / batch).sqrt();
            let mean = (grad_norm_sq / N_DIMS as f64).sqrt();
            (0..N_DIMS)
                .map(|_| (mean + deviation * rng.normal()).powi(2))
                .sum()
        };
        text += &format!("{step},8,64,{},{}\n", norm_sq(8.0), norm_sq(64.0));
    }
    text
}

fn noise(text: &str) -> Result<NoiseFindings, NoPairs> {
    let reading = read(text.as_bytes());
    assert_eq!(reading.n_bad, 0, "{:?}", reading.bad);
    noise_of(&reading.rows, reading.unit, 7).unwrap()
}

#[test]
fn one_pair_gives_the_estimate_of_the_formula() {
    // McCandlish et al. 2018, eq. A.2, as in `tests/formulas/noise.rs`.
    for (big, expected) in [(0.0028, 5146.95), (0.00266, 12_583.38), (0.00294, 3226.28)] {
        let found = noise(&format!(
            "b_small,b_big,g_small_sq,g_big_sq\n32,512,0.041,{big}\n"
        ))
        .unwrap();
        assert!(
            (found.noise_scale.unwrap() / expected - 1.0).abs() < 1e-5,
            "{found:?}"
        );
        assert_eq!((found.interval, found.n_pairs), (None, 1));
    }
}

#[test]
fn the_noise_scale_is_a_ratio_of_averages_with_an_interval() {
    let found = noise(&pairs(1000, 0.01, 1)).unwrap();
    let scale = found.noise_scale.unwrap();
    // 5 % to 95 % of what 1000 steps give are 97.8 and 102.3 with all eight small batches; here there is one.
    assert!((85.0..=117.0).contains(&scale), "{found:?}");
    assert!((found.noise_scale.unwrap() - found.noise_trace / found.grad_norm_sq).abs() < 1e-9);
    // The raw norm is |G|² + tr(Σ)/64 and so two and a half times too large.
    assert!(
        (found.raw_norm_sq / 0.025_625 - 1.0).abs() < 0.05,
        "{found:?}"
    );
    let mut n_hits = 0;
    for seed in 0..100 {
        let found = noise(&pairs(200, 0.01, 100 + seed)).unwrap();
        let (low, high) = found.interval.unwrap();
        assert!(
            low <= found.noise_scale.unwrap()
                && high.is_none_or(|h| h >= found.noise_scale.unwrap())
        );
        n_hits += usize::from(low <= 100.0 && high.is_none_or(|h| h >= 100.0));
    }
    // 95 % of 100 within three standard errors.
    assert!(n_hits >= 88, "{n_hits} of 100");
}

#[test]
fn a_hidden_gradient_gives_no_number() {
    let found =
        noise("b_small,b_big,g_small_sq,g_big_sq\n8,64,0.13,0.01\n8,64,0.12,0.011\n").unwrap();
    assert_eq!(
        (found.noise_scale, found.interval, found.hidden),
        (None, None, Some(Hidden::Gradient))
    );
    let found = noise("b_small,b_big,g_small_sq,g_big_sq\n8,64,0.1,0.2\n").unwrap();
    assert_eq!(
        (found.noise_scale, found.hidden),
        (None, Some(Hidden::Noise))
    );
    // A signal so weak that some resamples lose it has no upper bound.
    let found = noise(&pairs(40, 1e-4, 5)).unwrap();
    assert!(
        found.noise_scale.is_none() || found.interval.unwrap().1.is_none(),
        "{found:?}"
    );
    assert!(
        noise(&pairs(MIN_PAIRS - 1, 0.04, 1))
            .unwrap()
            .interval
            .is_none()
    );
    assert!(
        noise(&pairs(MIN_PAIRS, 0.04, 1))
            .unwrap()
            .interval
            .is_some()
    );
}

#[test]
fn a_log_of_norms_is_paired_by_its_steps() {
    let log = "step,batch_size,grad_norm_sq\n0,32,0.041\n0,512,0.0028\n1,32,0.041\n2,512,0.0028\n2,64,1\n2,32,0.03\n2,32,0.052\n";
    let found = noise(log).unwrap();
    assert_eq!(found.n_pairs, 2);
    assert!(
        (found.noise_scale.unwrap() / 5146.95 - 1.0).abs() < 1e-5,
        "{found:?}"
    );
    assert_eq!(
        noise("step,grad_norm\n0,1\n1,2\n"),
        Err(NoPairs::OneBatchSize)
    );
    assert_eq!(
        noise("step,batch,grad_norm\n0,8,1\n1,8,2\n"),
        Err(NoPairs::OneBatchSize)
    );
    assert_eq!(
        noise("step,batch,grad_norm\n0,8,1\n1,64,2\n"),
        Err(NoPairs::NoCommonStep)
    );
}
