//! What a batch is made of, the noise of its mean, and one batch in several parts.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::accumulate::{
    MeanGradient, grad_accumulated, grad_data_parallel, split_evenly,
};
use critical_batch::train::batch::{BatchSampler, DrawVariance};
use critical_batch::train::classifier::Classifier;
use critical_batch::train::data::digits;
use critical_batch::train::spec::{Activation, Sampling};
use critical_batch::train::task::Task;

#[test]
fn every_example_comes_exactly_once_per_epoch() {
    for (n_examples, batch_size) in [
        (10, 1),
        (10, 5),
        (10, 3),
        (10, 10),
        (10, 23),
        (1, 4),
        (1437, 64),
    ] {
        let mut sampler = BatchSampler::new(n_examples, Sampling::WithoutReplacement, 1);
        let n_epochs = 7;
        let mut batch = vec![u32::MAX; batch_size];
        let mut drawn: Vec<u32> = Vec::new();
        while drawn.len() < n_epochs * n_examples as usize {
            sampler.draw(&mut batch);
            drawn.extend(&batch);
        }
        let epochs: Vec<&[u32]> = drawn
            .chunks_exact(n_examples as usize)
            .take(n_epochs)
            .collect();
        for epoch in &epochs {
            let mut sorted = epoch.to_vec();
            sorted.sort_unstable();
            assert!(
                sorted.into_iter().eq(0..n_examples),
                "N = {n_examples}, B = {batch_size}"
            );
        }
        if n_examples >= 10 {
            assert!(
                epochs.windows(2).all(|pair| pair[0] != pair[1]),
                "every epoch has an order of its own"
            );
        }
    }
}

#[test]
fn draws_with_replacement_favour_no_example() {
    let (n_examples, n_batches) = (50, 4000);
    let mut sampler = BatchSampler::new(n_examples, Sampling::WithReplacement, 2);
    let mut batch = [0; 100]; // more than N: repeats are certain
    let mut counts = vec![0_u32; n_examples as usize];
    for _ in 0..n_batches {
        sampler.draw(&mut batch);
        batch.iter().for_each(|idx| counts[*idx as usize] += 1);
    }
    // χ² with 49 degrees of freedom: mean 49, standard deviation 9.9.
    let expected = f64::from(n_batches * 100) / f64::from(n_examples);
    let chi_sq: f64 = counts
        .iter()
        .map(|n| (f64::from(*n) - expected).powi(2) / expected)
        .sum();
    assert!((49.0 - 40.0..49.0 + 45.0).contains(&chi_sq), "{chi_sq}");
}

/// Means of |g_B|² and of its corrected form over `n_batches` batches from seven fixed vectors in the plane,
/// with the standard error of the second, and the true |G|².
fn norms_of_small_population(
    sampling: Sampling,
    batch_size: usize,
) -> (f64, Option<(f64, f64)>, f64) {
    let vectors = [
        [1.0, 0.2],
        [2.0, -1.0],
        [-0.5, 0.3],
        [0.7, 2.2],
        [1.1, -0.4],
        [3.0, 0.0],
        [-2.0, 1.5],
    ];
    let mean_of = |chosen: &[u32]| {
        let mut mean = [0.0, 0.0];
        for idx in chosen {
            mean[0] += vectors[*idx as usize][0] / chosen.len() as f64;
            mean[1] += vectors[*idx as usize][1] / chosen.len() as f64;
        }
        mean[0] * mean[0] + mean[1] * mean[1]
    };
    let mut sampler = BatchSampler::new(7, sampling, 3);
    let mut batch = vec![0; batch_size];
    let n_batches = 40_000;
    let (mut raw, mut corrected) = (0.0, Vec::new());
    for _ in 0..n_batches {
        let variance: DrawVariance = sampler.draw(&mut batch);
        let norm_sq = mean_of(&batch);
        let mean_example_norm_sq =
            batch.iter().map(|idx| mean_of(&[*idx])).sum::<f64>() / batch_size as f64;
        raw += norm_sq / f64::from(n_batches);
        corrected.extend(variance.corrected_norm_sq(norm_sq, mean_example_norm_sq));
    }
    let mean = corrected.iter().sum::<f64>() / corrected.len() as f64;
    let var = corrected.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / corrected.len() as f64;
    let estimate = (!corrected.is_empty()).then_some((mean, (var / f64::from(n_batches)).sqrt()));
    (raw, estimate, mean_of(&[0, 1, 2, 3, 4, 5, 6]))
}

#[test]
fn corrected_norms_are_unbiased_however_the_batch_is_drawn() {
    for sampling in [Sampling::WithReplacement, Sampling::WithoutReplacement] {
        for batch_size in [2, 3, 5, 9, 16] {
            let (raw, estimate, truth) = norms_of_small_population(sampling, batch_size);
            let (mean, std_error) = estimate.unwrap();
            assert!(
                (mean - truth).abs() < 4.0 * std_error,
                "{sampling:?} B = {batch_size}: {mean} ± {std_error}, {truth}"
            );
            if batch_size < 7 {
                assert!(
                    raw - truth > 20.0 * std_error,
                    "the raw norm is visibly too large"
                );
            }
        }
    }
}

#[test]
fn one_example_tells_nothing_of_its_noise_and_a_whole_epoch_has_none() {
    for sampling in [Sampling::WithReplacement, Sampling::WithoutReplacement] {
        assert!(norms_of_small_population(sampling, 1).1.is_none());
    }
    for batch_size in [7, 14] {
        let (raw, estimate, truth) =
            norms_of_small_population(Sampling::WithoutReplacement, batch_size);
        assert!((raw - truth).abs() < 1e-9 && (estimate.unwrap().0 - truth).abs() < 1e-9);
    }
}

/// A task, parameters, and a batch with its gradient in one piece.
fn whole_batch() -> (Classifier, Vec<f32>, Vec<u32>, Vec<f32>, f64) {
    let mut task = Classifier::new(
        digits(),
        &[16],
        Activation::Tanh,
        8,
        Sampling::WithoutReplacement,
        4,
    );
    let params = task.init();
    let mut batch = vec![0; 331];
    BatchSampler::new(1437, Sampling::WithoutReplacement, 5).draw(&mut batch);
    let mut grad = vec![0.0; params.len()];
    let loss = task.mean_gradient(&params, &batch, &mut grad);
    (task, params, batch, grad, loss)
}

/// |a − b| / |b|.
fn relative_distance(a: &[f32], b: &[f32]) -> f64 {
    let square = |x: f32| f64::from(x) * f64::from(x);
    let apart: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
    (apart / b.iter().map(|b| square(*b)).sum::<f64>()).sqrt()
}

#[test]
fn parts_of_any_size_give_the_gradient_of_the_whole_batch() {
    let (mut task, params, batch, whole, whole_loss) = whole_batch();
    let mut partitions: Vec<Vec<&[u32]>> = [1, 2, 3, 5, 8, 331, 1000]
        .iter()
        .map(|n| split_evenly(&batch, *n))
        .collect();
    partitions.push(vec![&batch[..300], &batch[300..301], &[], &batch[301..]]);
    for parts in partitions {
        assert_eq!(parts.concat(), batch);
        let mut grad = vec![1.0; params.len()];
        let loss = grad_accumulated(&mut task, &params, &parts, &mut grad);
        assert!(relative_distance(&grad, &whole) < 2e-6 && (loss - whole_loss).abs() < 1e-6);
        grad.fill(1.0);
        let loss = grad_data_parallel(&mut task, &params, &parts, &mut grad);
        assert!(relative_distance(&grad, &whole) < 2e-6 && (loss - whole_loss).abs() < 1e-6);
    }
}

#[test]
fn parts_without_weights_are_visibly_wrong() {
    let (mut task, params, batch, whole, _) = whole_batch();
    let mut sum_of_means = |parts: &[&[u32]]| {
        let mut sum = vec![0.0; params.len()];
        let mut grad = vec![0.0; params.len()];
        for part in parts {
            task.mean_gradient(&params, part, &mut grad);
            sum.iter_mut().zip(&grad).for_each(|(sum, g)| *sum += g);
        }
        sum
    };
    // Forgetting to divide by the number of micro-batches: four times the gradient, three times its length away.
    let four = sum_of_means(&split_evenly(&batch, 4));
    assert!((relative_distance(&four, &whole) - 3.0).abs() < 0.1);
    // The mean of the means of unequal parts: the small part counts too much.
    let unequal = [&batch[..320], &batch[320..]];
    let mean: Vec<f32> = sum_of_means(&unequal).iter().map(|g| g / 2.0).collect();
    assert!(relative_distance(&mean, &whole) > 0.05);
}

#[test]
fn even_splits_differ_by_at_most_one_example() {
    let batch: Vec<u32> = (0..33).collect();
    for n_parts in [0, 1, 2, 4, 5, 32, 33, 34, 100] {
        let parts = split_evenly(&batch, n_parts);
        assert_eq!(parts.len(), n_parts.clamp(1, 33));
        let sizes = || parts.iter().map(|part| part.len());
        assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 1 && sizes().all(|n| n > 0));
    }
    assert!(split_evenly(&[], 3).is_empty());
}
