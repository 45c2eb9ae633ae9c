//! Batch gradients drawn in the plane, and the noise scale estimated from pairs of them.
//!
//! One example's gradient is Gaussian with mean G and covariance Σ, so the mean over a batch of B is Gaussian with
//! covariance Σ/B, exactly. The standard normals behind it depend on seed and round alone: with another batch size the
//! same fan shrinks or grows, and with another round it is drawn afresh.

use super::estimate::{Estimate, estimate};
use super::plane::{Plane, Vec2};
use crate::theory::noise::{BatchNorm, NoNoiseScale, TwoBatchEstimate, two_batch_estimate};
use crate::train::rng::{Rng, Stream};
use crate::units::BatchSize;
use alloc::vec::Vec;

/// Pairs of batches that one round adds to the estimate.
pub const PAIRS_PER_ROUND: u32 = 64;

/// Groups of pairs that are resampled; pairs of one group stay together.
const N_BLOCKS: usize = 32;

/// One batch gradient, N(G, Σ/B).
fn draw(plane: &Plane, batch: f64, rng: &mut Rng) -> Vec2 {
    let (g, spread) = (plane.gradient(), plane.ellipse(batch));
    [0, 1].map(|i| g[i] + spread[i] * rng.normal())
}

/// `n` gradients of batches of `batch` examples.
pub fn gradients(plane: &Plane, batch: f64, n: u32, seed: u64, round: u64) -> Vec<Vec2> {
    // Seeds are at most 32 bits long, so no two (seed, round) meet.
    let mut rng = Rng::new(seed | round << 32, Stream::Noise);
    (0..n).map(|_| draw(plane, batch, &mut rng)).collect()
}

/// How far the gradients lie from G, root mean square.
pub fn sampled_radius(plane: &Plane, gradients: &[Vec2]) -> f64 {
    let g = plane.gradient();
    let sum: f64 = gradients
        .iter()
        .map(|x| (x[0] - g[0]) * (x[0] - g[0]) + (x[1] - g[1]) * (x[1] - g[1]))
        .sum();
    libm::sqrt(sum / gradients.len().max(1) as f64)
}

/// What pairs of batches say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pairs {
    pub n: u32,
    /// Averages over all pairs; either may be negative.
    pub mean: TwoBatchEstimate,
    /// Their ratio with its interval, or why it is not shown.
    pub scale: Result<Estimate, NoNoiseScale>,
}

/// Estimates B_simple at a point from `n_rounds` rounds of pairs of independent batches of `small` and `big` examples.
/// `None` unless `small` is below `big`.
pub fn estimate_pairs(
    plane: &Plane,
    small: f64,
    big: f64,
    seed: u64,
    n_rounds: u32,
) -> Option<Pairs> {
    let mut rng = Rng::new(seed, Stream::Pairs);
    let n = n_rounds.max(1) * PAIRS_PER_ROUND;
    let mut blocks = Vec::from([(0.0, TwoBatchEstimate::ZERO); N_BLOCKS]);
    let mut norm = |batch: f64| {
        let [x, y] = draw(plane, batch, &mut rng);
        BatchNorm {
            batch: BatchSize::clamped(batch),
            norm_sq: x * x + y * y,
        }
    };
    for i in 0..n as usize {
        let pair = two_batch_estimate(norm(small), norm(big)).ok()?;
        let (weight, sum) = &mut blocks[i % N_BLOCKS];
        *weight += 1.0;
        sum.add(1.0, &pair);
    }
    let mut total = TwoBatchEstimate::ZERO;
    let share = 1.0 / f64::from(n);
    for (weight, sum) in &mut blocks {
        total.add(share, sum);
        let of_one = 1.0 / *weight;
        *weight = 1.0;
        *sum = sum.scaled(of_one);
    }
    Some(Pairs {
        n,
        mean: total,
        scale: estimate(total, &blocks, seed),
    })
}
