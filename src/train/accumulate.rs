//! One big batch in several parts: gradient accumulation and data-parallel workers.
//!
//! The gradient of a batch is a mean over its examples, so parts must be weighted by their size:
//! g = Σₖ (nₖ/B)·gₖ. Adding the parts' means without that weight multiplies the gradient, and so the learning rate,
//! by the number of parts; averaging the means of unequal parts favours the examples of the small ones.

use alloc::vec;
use alloc::vec::Vec;

/// A function with a mean gradient over any choice of examples.
pub trait MeanGradient {
    /// Number of parameters.
    fn n_params(&self) -> usize;

    /// Writes the mean gradient over `examples` (indices, at least one) to `grad` [n_params]; returns the mean loss.
    fn mean_gradient(&mut self, params: &[f32], examples: &[u32], grad: &mut [f32]) -> f64;
}

/// Cuts `batch` into `n_parts` pieces (at least 1) whose sizes differ by at most one, the larger ones first.
/// Fewer pieces when there are fewer examples; none is empty.
pub fn split_evenly(batch: &[u32], n_parts: usize) -> Vec<&[u32]> {
    let n_parts = n_parts.clamp(1, batch.len().max(1));
    let (size, n_larger) = (batch.len() / n_parts, batch.len() % n_parts);
    let mut rest = batch;
    (0..n_parts)
        .map(|part| {
            let (head, tail) = rest.split_at(size + usize::from(part < n_larger));
            rest = tail;
            head
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Gradient accumulation: one micro-batch after the other is added to the same buffer, weighted by nₖ/B.
/// Writes the gradient of all micro-batches together to `grad` and returns their mean loss.
pub fn grad_accumulated(
    task: &mut impl MeanGradient,
    params: &[f32],
    micro_batches: &[&[u32]],
    grad: &mut [f32],
) -> f64 {
    let batch_size: usize = micro_batches.iter().map(|part| part.len()).sum();
    let mut part_grad = vec![0.0; task.n_params()];
    let mut loss = 0.0;
    grad.fill(0.0);
    for part in micro_batches.iter().filter(|part| !part.is_empty()) {
        let weight = part.len() as f64 / batch_size as f64;
        loss += weight * task.mean_gradient(params, part, &mut part_grad);
        for (sum, value) in grad.iter_mut().zip(&part_grad) {
            *sum += weight as f32 * value;
        }
    }
    loss
}

/// Data parallelism: every worker computes the mean gradient of its shard, then pairs of workers combine theirs,
/// weighted by the number of examples behind each, until one is left (a tree all-reduce).
/// Writes the gradient of all shards together to `grad` and returns their mean loss.
pub fn grad_data_parallel(
    task: &mut impl MeanGradient,
    params: &[f32],
    shards: &[&[u32]],
    grad: &mut [f32],
) -> f64 {
    struct Partial {
        n_examples: usize,
        loss: f64,
        grad: Vec<f32>,
    }
    let mut partials: Vec<Partial> = Vec::with_capacity(shards.len());
    for shard in shards.iter().filter(|shard| !shard.is_empty()) {
        let mut grad = vec![0.0; task.n_params()];
        let loss = task.mean_gradient(params, shard, &mut grad);
        partials.push(Partial {
            n_examples: shard.len(),
            loss,
            grad,
        });
    }
    let mut distance = 1;
    while distance < partials.len() {
        for first in (0..partials.len() - distance).step_by(2 * distance) {
            let (left, right) = partials.split_at_mut(first + distance);
            let (into, from) = (&mut left[first], &right[0]);
            let n_examples = into.n_examples + from.n_examples;
            let weight = from.n_examples as f64 / n_examples as f64;
            into.loss += weight * (from.loss - into.loss);
            for (mean, value) in into.grad.iter_mut().zip(&from.grad) {
                *mean += weight as f32 * (value - *mean);
            }
            into.n_examples = n_examples;
        }
        distance *= 2;
    }
    grad.fill(0.0);
    partials.first().map_or(0.0, |all| {
        grad.copy_from_slice(&all.grad);
        all.loss
    })
}
