//! Which examples make up a batch, and what that means for the noise of its mean gradient.
//!
//! Symbols: B batch size, N examples in the data set, S² variance between examples (divisor N − 1 for a finite
//! set). Sampling theory: Cochran 1977, Sampling Techniques, theorem 2.2.

use alloc::vec::Vec;

use crate::train::rng::{Rng, Stream};
use crate::train::spec::Sampling;

/// Variances under one way of drawing, in units of S², of a quantity that differs from example to example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawVariance {
    /// Of one example: 1, or (N − 1)/N from a finite set without replacement.
    pub of_one: f64,
    /// Of the mean over the batch: 1/B, or Σₖ nₖ(1 − nₖ/N)/B² for a batch with nₖ examples from epoch k.
    pub of_mean: f64,
}

impl DrawVariance {
    /// Of `batch_size` independent examples.
    pub fn independent(batch_size: u32) -> Self {
        Self {
            of_one: 1.0,
            of_mean: 1.0 / f64::from(batch_size.max(1)),
        }
    }

    /// Unbiased estimate of |G|² from one batch: |g_B|² without its share of noise.
    ///
    /// `norm_sq` is |g_B|², `mean_example_norm_sq` the mean of |gᵢ|² over the batch. The spread
    /// mean|gᵢ|² − |g_B|² has the expectation S²·(of_one − of_mean), the noise in |g_B|² that of S²·of_mean. For
    /// independent examples this is |g_B|² − tr(Σ̂)/B with tr(Σ̂) = (mean|gᵢ|² − |g_B|²)·B/(B − 1), the estimate of
    /// McCandlish et al. 2018 (arXiv:1812.06162, appendix A.1) with batches of 1 and B.
    /// A batch that is the whole data set has no noise, and |g_B|² is returned as it is.
    /// `None` where a batch tells nothing of its noise (B = 1, N = 1). May be negative.
    pub fn corrected_norm_sq(self, norm_sq: f64, mean_example_norm_sq: f64) -> Option<f64> {
        let scale = self.of_one - self.of_mean;
        // The smallest scale of a batch of two or more is 1/4 (N = 2, one example from each of two epochs);
        // rounding leaves about 1e-16 of a true zero.
        (scale > 1e-9).then(|| norm_sq - (mean_example_norm_sq - norm_sq) * self.of_mean / scale)
    }
}

/// Draws batches of example indices from a data set of N examples.
///
/// Without replacement the examples come in shuffled order, each once per epoch, and the next epoch is shuffled
/// anew. A batch that does not fit into the rest of an epoch takes the remainder from the next: unlike a data
/// loader with or without `drop_last`, no batch is smaller and no example is skipped, because either would change
/// what B means. B may exceed N.
#[derive(Clone, Debug)]
pub struct BatchSampler {
    sampling: Sampling,
    rng: Rng,
    order: Vec<u32>, // [N], a permutation of 0..N
    n_used: usize,   // of the current epoch
}

impl BatchSampler {
    /// A sampler over 0..`n_examples` (at least 1), from the `Batches` stream of `seed`.
    pub fn new(n_examples: u32, sampling: Sampling, seed: u64) -> Self {
        Self {
            sampling,
            rng: Rng::new(seed, Stream::Batches),
            order: (0..n_examples.max(1)).collect(),
            n_used: n_examples.max(1) as usize,
        }
    }

    /// Fills `batch` with the indices of the next batch. Allocates nothing.
    pub fn draw(&mut self, batch: &mut [u32]) -> DrawVariance {
        match self.sampling {
            Sampling::WithReplacement => {
                let n_examples = self.order.len() as u32;
                batch
                    .iter_mut()
                    .for_each(|idx| *idx = self.rng.below(n_examples));
                DrawVariance::independent(batch.len() as u32)
            }
            Sampling::WithoutReplacement => self.draw_from_epochs(batch),
        }
    }

    fn draw_from_epochs(&mut self, batch: &mut [u32]) -> DrawVariance {
        let n_examples = self.order.len();
        let mut n_filled = 0;
        let mut independent = 0.0; // Σₖ nₖ(1 − nₖ/N)
        while n_filled < batch.len() {
            if self.n_used == n_examples {
                self.rng.shuffle(&mut self.order);
                self.n_used = 0;
            }
            let n_taken = (batch.len() - n_filled).min(n_examples - self.n_used);
            batch[n_filled..n_filled + n_taken]
                .copy_from_slice(&self.order[self.n_used..self.n_used + n_taken]);
            self.n_used += n_taken;
            n_filled += n_taken;
            independent += n_taken as f64 * (1.0 - n_taken as f64 / n_examples as f64);
        }
        let batch_size = batch.len() as f64;
        DrawVariance {
            of_one: 1.0 - 1.0 / n_examples as f64,
            of_mean: independent / (batch_size * batch_size),
        }
    }
}
