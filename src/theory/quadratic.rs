//! The noisy quadratic: expected loss of SGD after any number of steps, in closed form.
//!
//! L = ½Σh_iθ_i², gradient h_iθ_i + ξ_i with Var ξ_i = c_i/B; x = αh^(1−p) with learning rate α and
//! preconditioner h^(−p). With s = E θ²:
//!
//! ```text
//! s(t) = s_∞ + (1 − x)^{2t}·(s(0) − s_∞),     s_∞ = α²h^(−2p)·c/(B·x(2 − x))
//! ```
//!
//! Source: Zhang, Li, Nado, Martens, Sachdeva, Dahl, Shallue, Grosse 2019 (arXiv:1907.04164).
//! Momentum is in [`super::heavy_ball`].

use crate::units::{BatchSize, Fraction, LearningRate, Positive};
use alloc::vec::Vec;
use core::num::NonZeroU16;

/// Equal directions of the quadratic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mode {
    /// h.
    pub curvature: f64,
    /// c.
    pub noise: f64,
    /// How many directions are like this.
    pub count: f64,
}

/// The quadratic of the paper: curvatures 1/i, noise c_i = h_i, and every θ_i(0)² = 1.
#[derive(Clone, Debug, PartialEq)]
pub struct NoisyQuadratic {
    modes: Vec<Mode>, // by falling curvature, the first is 1
}

/// Steps no search goes beyond; with it every count is exact in f64.
pub const MAX_STEPS: u64 = 1 << 50;

/// The learning rate is at or above the limit of mean-square stability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unstable {
    /// Rates must stay below this.
    pub max_lr: f64,
}

/// The best learning rate of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestLr {
    /// The rate; the smallest among equals if the grid rises.
    pub lr: LearningRate,
    /// Steps to the target at that rate.
    pub steps: u64,
}

impl NoisyQuadratic {
    /// h_i = 1/i for i = 1..=n_dims.
    pub fn harmonic(n_dims: NonZeroU16) -> Self {
        let modes = (1..=n_dims.get())
            .map(|i| Mode::new(1.0 / f64::from(i), 1.0))
            .collect();
        Self { modes }
    }

    /// The same with curvatures rounded down to `n_bins` (at least 2) values spaced evenly in the logarithm from 1
    /// to 1/n_dims, as the paper's published code does. Empty bins are left out.
    pub fn harmonic_in_bins(n_dims: NonZeroU16, n_bins: NonZeroU16) -> Self {
        let last_bin = f64::from(n_bins.get().max(2) - 1);
        let mut modes = Vec::new();
        let (n, mut i) = (u32::from(n_dims.get()), 1_u32);
        for bin in 0..n_bins.get().max(2) {
            let edge = libm::pow(f64::from(n), -f64::from(bin) / last_bin);
            let mut count = 0.0;
            // The tolerance keeps a curvature that equals an edge in the bin of that edge.
            while i <= n && 1.0 / f64::from(i) >= edge * (1.0 - 1e-12) {
                count += 1.0;
                i += 1;
            }
            if count > 0.0 {
                modes.push(Mode::new(edge, count));
            }
        }
        Self { modes }
    }

    pub(crate) fn modes(&self) -> &[Mode] {
        &self.modes
    }

    /// L(0) = ½Σh_i.
    pub fn initial_loss(&self) -> f64 {
        self.modes.iter().map(|mode| mode.loss_weight()).sum()
    }

    /// Number of directions.
    pub fn n_dims(&self) -> f64 {
        self.modes.iter().map(|mode| mode.count).sum()
    }

    /// SGD at a constant rate, with preconditioner h^(−p).
    ///
    /// # Errors
    /// [`Unstable`] when α·h^(1−p) reaches 2 in some direction.
    pub fn sgd(
        &self,
        lr: LearningRate,
        batch: BatchSize,
        precondition: Fraction,
    ) -> Result<SgdOnQuadratic, Unstable> {
        let power = 1.0 - precondition.get();
        let steepest = self
            .modes
            .iter()
            .map(|m| libm::pow(m.curvature, power))
            .fold(0.0, f64::max);
        if lr.get() * steepest >= 2.0 {
            return Err(Unstable {
                max_lr: 2.0 / steepest,
            });
        }
        let decays = self.modes.iter().map(|mode| {
            let x = lr.get() * libm::pow(mode.curvature, power);
            let kick = lr.get() * libm::pow(mode.curvature, -precondition.get());
            let steady = kick * kick * mode.noise / (batch.get() * x * (2.0 - x));
            let weight = mode.loss_weight();
            // |1 − x| = 1 − min(x, 2 − x).
            let ln_factor = 2.0 * ln_one_minus(x.min(2.0 - x));
            Decay {
                ln_factor,
                steady: weight * steady,
                excess: weight * (1.0 - steady),
            }
        });
        Ok(SgdOnQuadratic {
            decays: decays.collect(),
        })
    }

    /// The rate of `lrs` that reaches `target` in the fewest steps; `None` if no stable one reaches it.
    pub fn best_sgd(
        &self,
        batch: BatchSize,
        precondition: Fraction,
        target: Positive,
        lrs: &[LearningRate],
    ) -> Option<BestLr> {
        let mut best: Option<BestLr> = None;
        for &lr in lrs {
            let Ok(run) = self.sgd(lr, batch, precondition) else {
                continue;
            };
            // Only fewer steps than the best so far matter: most rates are dismissed by one evaluation.
            let limit = match best {
                Some(BestLr { steps: 0, .. }) => break,
                Some(found) => found.steps - 1,
                None => MAX_STEPS,
            };
            if let Some(steps) = run.steps_within(target, limit) {
                best = Some(BestLr { lr, steps });
            }
        }
        best
    }

    /// Lower bound on the steps of perfect preconditioning (p = 1) at small batches: d/(2CB), C the target.
    pub fn preconditioned_steps_bound(&self, batch: BatchSize, target: Positive) -> f64 {
        self.n_dims() / (2.0 * target.get() * batch.get())
    }
}

impl Mode {
    fn new(curvature: f64, count: f64) -> Self {
        Self {
            curvature,
            noise: curvature,
            count,
        }
    }

    /// ½h·count: loss per unit of E θ².
    pub(crate) fn loss_weight(&self) -> f64 {
        0.5 * self.curvature * self.count
    }
}

/// SGD on the noisy quadratic at a stable constant rate.
#[derive(Clone, Debug, PartialEq)]
pub struct SgdOnQuadratic {
    decays: Vec<Decay>,
}

/// Contribution of one mode to the loss: steady + excess·factorᵗ with factor (1 − x)².
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decay {
    ln_factor: f64,
    steady: f64,
    excess: f64,
}

impl SgdOnQuadratic {
    /// Expected loss after `step` steps.
    pub fn loss_at(&self, step: u64) -> f64 {
        let t = step as f64;
        self.decays
            .iter()
            .map(|d| d.steady + d.excess * libm::exp(d.ln_factor * t))
            .sum()
    }

    /// Expected loss after infinitely many steps: Σ αc·h^(−p)/(2B(2 − αh^(1−p))).
    pub fn steady_loss(&self) -> f64 {
        self.decays.iter().map(|d| d.steady).sum()
    }

    /// First step whose expected loss is below `target`; `None` if the steady loss is not, or beyond [`MAX_STEPS`].
    ///
    /// The expected loss passes a target above its steady value once, so bisection finds the first time.
    pub fn steps_to(&self, target: Positive) -> Option<u64> {
        self.steps_within(target, MAX_STEPS)
    }

    /// As [`Self::steps_to`], or `None` if that takes more than `limit` steps.
    fn steps_within(&self, target: Positive, limit: u64) -> Option<u64> {
        let is_below = |loss: f64| loss < target.get();
        if is_below(self.loss_at(0)) {
            return Some(0);
        }
        if !is_below(self.steady_loss()) || !is_below(self.loss_at(limit)) {
            return None;
        }
        let (mut above, mut below) = (0, limit);
        while below - above > 1 {
            let middle = u64::midpoint(above, below);
            if is_below(self.loss_at(middle)) {
                below = middle
            } else {
                above = middle
            }
        }
        Some(below)
    }
}

/// ln(1 − gap) for a gap from 0 to 1, without rounding 1 − gap first; finite at 1, where e^1e6 stands for ∞.
pub(crate) fn ln_one_minus(gap: f64) -> f64 {
    libm::log1p(-gap).max(-1e6)
}

/// Factor of the steady loss of one direction when the iterates are averaged with decay γ.
///
/// ```text
/// (1 − γ)(1 + aγ)/((1 + γ)(1 − aγ)),   a = 1 − αh
/// ```
///
/// `x` is αh, below 2. The rate of convergence is unchanged while γ < a. Source: Zhang et al. 2019.
pub fn averaging_factor(x: Fraction, decay: Fraction) -> f64 {
    let (a, g) = (1.0 - x.get(), decay.get());
    // x = 0 with γ = 1 is a frozen average of a frozen iterate.
    if a * g >= 1.0 {
        1.0
    } else {
        (1.0 - g) * (1.0 + a * g) / ((1.0 + g) * (1.0 - a * g))
    }
}

/// `n` learning rates from `first` to `last`, evenly spaced in the logarithm; one rate is `first` alone.
pub fn log_grid(first: LearningRate, last: LearningRate, n: NonZeroU16) -> Vec<LearningRate> {
    let (start, end) = (libm::log10(first.get()), libm::log10(last.get()));
    let gaps = f64::from(n.get().max(2) - 1);
    (0..n.get())
        .map(|i| {
            LearningRate::clamped(libm::pow(10.0, start + (end - start) * f64::from(i) / gaps))
        })
        .collect()
}
