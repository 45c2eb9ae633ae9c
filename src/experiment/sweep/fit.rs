//! Two curves through a ridge, both fitted in logarithms so that every batch size counts alike:
//!
//! ```text
//! S(B) = S_min·(1 + B_crit/B)              steps to the target at the best learning rate
//! ε(B) = ε_max/(1 + B_noise/B)^α           the best learning rate itself
//! ```
//!
//! Source: McCandlish et al. 2018 (arXiv:1812.06162, eqs. 2.6 and 2.11, appendices A.3 and E.2). Both are
//! ln y = a + p·ln(1 + b/B) with p = 1 and p = −α, so one routine fits both: for every b the best a is a mean, and the
//! remaining one-dimensional problem is solved on a grid in ln b and refined.
//!
//! Intervals come from a bootstrap that draws batch sizes with replacement and, for each, seeds with replacement.
//! Drawing batch sizes brings in how badly the curve describes them, which is often more than the seeds' scatter.

use super::ridge::RidgePoint;
use crate::train::rng::{Rng, Stream};
use alloc::vec::Vec;

/// Batch sizes that a fit needs at least.
pub const MIN_BATCHES: usize = 4;
/// Resamples of a bootstrap.
pub const N_RESAMPLES: usize = 1000;
/// An interval that spans more than this factor says too little: "inconclusive".
pub const MAX_SPAN: f64 = 4.0;

/// A fitted curve y = scale·(1 + batch/B)^power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveFit {
    /// S_min or ε_max.
    pub scale: f64,
    /// B_crit or B_noise, in examples.
    pub batch: f64,
    /// p: 1, or −α.
    pub power: f64,
    /// Root mean square of the residuals in ln y.
    pub rms: f64,
    /// Whether the best b is inside the range that was searched; outside, the data do not bend.
    pub is_inside: bool,
}

/// A fit with the central 95 % of its bootstrap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub fit: CurveFit,
    /// Of [`CurveFit::batch`].
    pub low: f64,
    /// Of [`CurveFit::batch`].
    pub high: f64,
}

impl CurveFit {
    /// y at a batch size.
    pub fn at(&self, batch: f64) -> f64 {
        self.scale * libm::exp(self.power * libm::log1p(self.batch / batch))
    }
}

/// A fit with all its resamples, from which intervals of anything that follows from the curve are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    pub fit: CurveFit,
    /// (b, scale) of each resample.
    resamples: Vec<(f64, f64)>,
    /// Share of the resamples to leave out at each end.
    tail: f64,
}

impl Resampled {
    /// Of b, which is [`CurveFit::batch`].
    pub fn interval(&self) -> Interval {
        let (low, high) = self.between(|resample| resample.0, self.fit.batch);
        Interval {
            fit: self.fit,
            low,
            high,
        }
    }

    /// y at a batch size, and its interval.
    pub fn at(&self, batch: f64) -> (f64, f64, f64) {
        let at = |(b, scale)| {
            CurveFit {
                batch: b,
                scale,
                ..self.fit
            }
            .at(batch)
        };
        let value = self.fit.at(batch);
        let (low, high) = self.between(at, value);
        (value, low, high)
    }

    /// The central 95 % of a quantity over the resamples, stretched to contain the fit's own.
    fn between(&self, of: impl Fn((f64, f64)) -> f64, value: f64) -> (f64, f64) {
        let mut found: Vec<f64> = self.resamples.iter().copied().map(of).collect();
        found.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| found[(share * (found.len() - 1) as f64).round() as usize];
        (
            quantile(self.tail).min(value),
            quantile(1.0 - self.tail).max(value),
        )
    }
}

impl Interval {
    /// Whether the interval is wider than [`MAX_SPAN`], or the data do not bend at all.
    pub fn is_inconclusive(&self) -> bool {
        !self.fit.is_inside || self.high > MAX_SPAN * self.low
    }
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    /// Batch sizes whose best learning rate is known for every seed.
    pub n_usable: usize,
}

/// From more seeds than these no single ones are drawn.
pub const MANY_SEEDS: usize = 16;

/// Candidates for ln b: from 2⁻⁷ to 2²⁰ examples, four per octave.
const FIRST_OCTAVE: f64 = -7.0;
const N_NODES: usize = 109;
const PER_OCTAVE: f64 = 4.0;
/// Candidates between two that a resample looks at first. The sum of squares has one valley.
const STRIDE: usize = 6;
/// The largest candidate, in examples: an end of an interval there means that nothing bounds it.
pub const LARGEST_BATCH: f64 = 1_048_576.0;

/// Fits `power` through (B, y), all positive. `None` with fewer than two points.
pub fn fit_curve(points: &[(f64, f64)], power: f64) -> Option<CurveFit> {
    if points.len() < 2 {
        return None;
    }
    let bend = |b: f64, batch: f64| power * libm::log1p(b / batch);
    let residual = |log_b: f64| {
        let b = libm::exp(log_b);
        let n = points.len() as f64;
        let level = points
            .iter()
            .map(|&(x, y)| libm::log(y) - bend(b, x))
            .sum::<f64>()
            / n;
        let sum_sq = points
            .iter()
            .map(|&(x, y)| {
                let r = libm::log(y) - bend(b, x) - level;
                r * r
            })
            .sum::<f64>();
        (sum_sq, level)
    };
    let node = |i: usize| (FIRST_OCTAVE + i as f64 / PER_OCTAVE) * core::f64::consts::LN_2;
    let best = (0..N_NODES)
        .map(|i| (i, residual(node(i)).0))
        .reduce(|a, b| if b.1 < a.1 { b } else { a })?
        .0;
    let is_inside = best > 0 && best + 1 < N_NODES;
    let log_b = if is_inside {
        golden_section(node(best - 1), node(best + 1), |u| residual(u).0)
    } else {
        node(best)
    };
    let (sum_sq, level) = residual(log_b);
    Some(CurveFit {
        scale: libm::exp(level),
        batch: libm::exp(log_b),
        power,
        rms: libm::sqrt(sum_sq / points.len() as f64),
        is_inside,
    })
}

/// Where `f` is least between `low` and `high`, to a billionth, if it has one minimum there.
fn golden_section(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let mut left = high - RATIO * (high - low);
    let mut right = low + RATIO * (high - low);
    let (mut f_left, mut f_right) = (f(left), f(right));
    while high - low > 1e-9 {
        if f_left <= f_right {
            (high, right, f_right) = (right, left, f_left);
            left = high - RATIO * (high - low);
            f_left = f(left);
        } else {
            (low, left, f_left) = (left, right, f_right);
            right = low + RATIO * (high - low);
            f_right = f(right);
        }
    }
    0.5 * (low + high)
}

/// Which of a ridge's two quantities is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Steps to the target, p = 1.
    Steps,
    /// The best learning rate, p = −α.
    LearningRate { alpha: f64 },
}

/// Fits a ridge over its usable points, with a bootstrap interval.
///
/// # Errors
/// [`TooFew`] with fewer than [`MIN_BATCHES`] usable batch sizes.
pub fn fit_ridge(ridge: &[RidgePoint], quantity: Quantity, seed: u64) -> Result<Interval, TooFew> {
    resample_ridge(ridge, quantity, 1.0, seed).map(|fit| fit.interval())
}

/// As [`fit_ridge`], with the resamples. b is searched from 2⁻⁷ to 2²⁰ times `unit`, for batch sizes far from those of
/// a small sweep, such as tokens.
///
/// # Errors
/// [`TooFew`] with fewer than [`MIN_BATCHES`] usable batch sizes.
pub fn resample_ridge(
    ridge: &[RidgePoint],
    quantity: Quantity,
    unit: f64,
    seed: u64,
) -> Result<Resampled, TooFew> {
    let power = match quantity {
        Quantity::Steps => 1.0,
        Quantity::LearningRate { alpha } => -alpha,
    };
    let usable: Vec<&RidgePoint> = ridge.iter().filter(|p| p.is_usable()).collect();
    let too_few = TooFew {
        n_usable: usable.len(),
    };
    if usable.len() < MIN_BATCHES {
        return Err(too_few);
    }
    let points: Vec<(f64, f64)> = usable
        .iter()
        .map(|p| {
            let spread = match quantity {
                Quantity::Steps => p.score,
                Quantity::LearningRate { .. } => p.lr,
            };
            (f64::from(p.batch) / unit, spread.mean)
        })
        .collect();
    let fit = fit_curve(&points, power).ok_or(too_few)?;
    let logs: Vec<Vec<f64>> = usable
        .iter()
        .map(|p| {
            let values: Vec<f64> = match quantity {
                Quantity::Steps => p.scores.clone(),
                Quantity::LearningRate { .. } => p.optima.iter().flatten().map(|o| o.lr).collect(),
            };
            values.into_iter().map(libm::log).collect()
        })
        .collect();
    let batches: Vec<f64> = points.iter().map(|p| p.0).collect();
    let mut resamples = bootstrap(&batches, &logs, power, seed);
    resamples.iter_mut().for_each(|r| r.0 *= unit);
    Ok(Resampled {
        fit: CurveFit {
            batch: fit.batch * unit,
            ..fit
        },
        resamples,
        tail: tail(usable.len(), 2),
    })
}

/// Share of the resamples to leave out at each end for an interval of 95 % from `n` values, more than the
/// `n_parameters` fitted to them.
///
/// The plain percentiles, 2.5 %, are too narrow for few points: resampling shows (n − 1)/n of the variance, and a
/// normal quantile stands where Student's belongs. So the share is Φ(−t·√(n/ν)) with t the quantile of Student's
/// distribution with ν = n − p degrees of freedom, p being spent on what is fitted, two on a curve (Hesterberg 2015,
/// "What teachers should know about the bootstrap", The American Statistician 69, section 5.3, expanded percentiles).
pub fn tail(n: usize, n_parameters: usize) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    let nu = (n - n_parameters) as f64;
    // Student's quantile from the normal one, within 1 % from ν = 2 on (Fisher and Cornish 1960).
    let (z3, z5) = (Z * Z * Z, Z * Z * Z * Z * Z);
    let t = Z
        + (z3 + Z) / (4.0 * nu)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * Z) / (96.0 * nu * nu)
        + (3.0 * z5 * Z * Z + 19.0 * z5 + 17.0 * z3 - 15.0 * Z) / (384.0 * nu * nu * nu);
    0.5 * libm::erfc(t * libm::sqrt(n as f64 / nu) / core::f64::consts::SQRT_2)
}

/// (b, scale) of [`N_RESAMPLES`] resamples. `logs` [n_batches, n_seeds] holds ln y.
///
/// The curve's bend at every candidate is tabulated, so that a resample costs additions alone; between candidates the
/// minimum is that of a parabola. Seeds' deviations from their mean are stretched by √(n/(n − 1)), because resampling
/// n values shows only (n − 1)/n of their variance (Davison and Hinkley 1997, Bootstrap Methods, section 2.3). The mean
/// of more than [`MANY_SEEDS`] is drawn at once from the normal distribution with that variance, which it approaches
/// (central limit theorem), so that thousands of a reader's own runs take no longer.
fn bootstrap(batches: &[f64], logs: &[Vec<f64>], power: f64, seed: u64) -> Vec<(f64, f64)> {
    let n = batches.len();
    let node = |i: usize| (FIRST_OCTAVE + i as f64 / PER_OCTAVE) * core::f64::consts::LN_2;
    // [N_NODES, n]
    let bends: Vec<f64> = (0..N_NODES)
        .flat_map(|i| {
            let b = libm::exp(node(i));
            batches
                .iter()
                .map(move |batch| power * libm::log1p(b / batch))
        })
        .collect();
    let means: Vec<f64> = logs
        .iter()
        .map(|l| l.iter().sum::<f64>() / l.len() as f64)
        .collect();
    // Of their means, from the variance between seeds.
    let standard_errors: Vec<f64> = logs
        .iter()
        .zip(&means)
        .map(|(values, mean)| {
            let n = values.len() as f64;
            let sum_sq: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
            libm::sqrt(sum_sq / (n * (n - 1.0).max(1.0)))
        })
        .collect();
    let mut rng = Rng::new(seed, Stream::Bootstrap);
    let mut drawn: Vec<(usize, f64)> = Vec::with_capacity(n);
    (0..N_RESAMPLES)
        .map(|_| {
            loop {
                drawn.clear();
                drawn.extend((0..n).map(|_| (rng.below(n as u32) as usize, 0.0)));
                let mut is_drawn = [false; 32];
                drawn.iter().for_each(|&(i, _)| is_drawn[i.min(31)] = true);
                // Two points fit any curve.
                if is_drawn.iter().filter(|&&d| d).count() >= 3 {
                    break;
                }
            }
            for (i, y) in &mut drawn {
                let values = &logs[*i];
                let n_seeds = values.len();
                if n_seeds > MANY_SEEDS {
                    *y = means[*i] + standard_errors[*i] * rng.normal();
                    continue;
                }
                let sum: f64 = (0..n_seeds)
                    .map(|_| values[rng.below(n_seeds as u32) as usize])
                    .sum();
                let stretch = if n_seeds > 1 {
                    libm::sqrt(n_seeds as f64 / (n_seeds - 1) as f64)
                } else {
                    0.0
                };
                *y = means[*i] + stretch * (sum / n_seeds as f64 - means[*i]);
            }
            let sum_sq_at = |node: usize| {
                let bend = &bends[node * n..][..n];
                let (mut sum, mut square) = (0.0, 0.0);
                for &(i, y) in &drawn {
                    let r = y - bend[i];
                    sum += r;
                    square += r * r;
                }
                square - sum * sum / n as f64
            };
            // Every few candidates first, then all around the best of those.
            let coarse = least((0..N_NODES).step_by(STRIDE), sum_sq_at).0;
            let around = coarse.saturating_sub(STRIDE)..=(coarse + STRIDE).min(N_NODES - 1);
            let (best, sum_sq) = least(around, sum_sq_at);
            let mut at = best as f64;
            if best > 0 && best + 1 < N_NODES {
                let (below, above) = (sum_sq_at(best - 1) - sum_sq, sum_sq_at(best + 1) - sum_sq);
                at += (below - above) / (2.0 * (below + above)).max(f64::MIN_POSITIVE);
            }
            let b = libm::exp((FIRST_OCTAVE + at / PER_OCTAVE) * core::f64::consts::LN_2);
            let level = |&(i, y): &(usize, f64)| y - power * libm::log1p(b / batches[i]);
            (
                b,
                libm::exp(drawn.iter().map(level).sum::<f64>() / n as f64),
            )
        })
        .collect()
}

/// The candidate with the least value, and that value; of equals the first.
fn least(candidates: impl Iterator<Item = usize>, f: impl Fn(usize) -> f64) -> (usize, f64) {
    candidates.fold((0, f64::INFINITY), |best, node| {
        let value = f(node);
        if value < best.1 { (node, value) } else { best }
    })
}
