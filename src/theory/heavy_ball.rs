//! The noisy quadratic under momentum: exact expected loss of heavy ball, in closed form.
//!
//! v ← mv − αg, θ ← θ + v with g = hθ + ξ, Var ξ = c/B; x = αh. Without noise (θ, v) moves by
//! A = [[1 − x, m], [−x, m]], whose eigenvalues are the roots r₁, r₂ of z² − (1 − x + m)z + m. The second moments
//! differ from their steady values by D(t) = Aᵗ·D(0)·(Aᵗ)ᵀ, and Aᵗ = f_t·A − m·f_{t−1}·I with
//! f_t = (r₁ᵗ − r₂ᵗ)/(r₁ − r₂). Stable iff x < 2(1 + m); then E θ² settles at (1 + m)αc/(hB(1 − m)(2m + 2 − x)).
//! Source: Zhang et al. 2019 (arXiv:1907.04164) for recursion and steady state. The closed form of Aᵗ stays
//! bounded over 2⁵⁰ steps and momenta up to 1 − 1e-9, where powers of rounded matrices would grow.

use super::quadratic::{MAX_STEPS, NoisyQuadratic, Unstable, ln_one_minus};
use super::stability;
use crate::units::{BatchSize, Beta, LearningRate, Positive};
use alloc::vec::Vec;

/// Heavy ball on the noisy quadratic at a stable constant rate.
#[derive(Clone, Debug, PartialEq)]
pub struct HeavyBallOnQuadratic {
    modes: Vec<Moments>,
    steady_loss: f64,
}

/// One mode: its share of the loss and how far its moments start from their steady values.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moments {
    weight: f64,   // ½h·count
    theta_sq: f64, // E θ² − steady
    v_sq: f64,     // E v² − steady
    theta_v: f64,  // E θv − steady
    response: Response,
    momentum: f64,
}

/// The best learning rate and momentum of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestHeavyBall {
    /// Learning rate outside the buffer, PyTorch's form; the effective rate is lr/(1 − m).
    pub lr: LearningRate,
    /// m.
    pub momentum: Beta,
    /// Steps to the target.
    pub steps: u64,
}

impl NoisyQuadratic {
    /// Heavy ball at a constant rate, from rest (v = 0).
    ///
    /// # Errors
    /// [`Unstable`] when α·h reaches 2(1 + m) in some direction.
    pub fn heavy_ball(
        &self,
        lr: LearningRate,
        momentum: Beta,
        batch: BatchSize,
    ) -> Result<HeavyBallOnQuadratic, Unstable> {
        let steepest = self
            .modes()
            .iter()
            .map(|mode| mode.curvature)
            .fold(0.0, f64::max);
        let m = momentum.get();
        // The same expression divides below.
        if 2.0 * m + 2.0 - lr.get() * steepest <= 0.0 {
            return Err(Unstable {
                max_lr: stability::heavy_ball(Positive::clamped(steepest), momentum),
            });
        }
        let mut steady_loss = 0.0;
        let modes = self.modes().iter().map(|mode| {
            let x = lr.get() * mode.curvature;
            let kick = lr.get() * lr.get() * mode.noise / batch.get();
            let theta_sq = (1.0 + m) * lr.get() * mode.noise
                / (mode.curvature * batch.get() * (1.0 - m) * (2.0 * m + 2.0 - x));
            // In the steady state E θ² = E(θ' − v')², hence E θv = E v²/2; the recursion of E v² gives the rest.
            let v_sq = (x * x * theta_sq + kick) / (1.0 - m * m + x * m);
            let weight = mode.loss_weight();
            steady_loss += weight * theta_sq;
            Moments {
                weight,
                theta_sq: 1.0 - theta_sq,
                v_sq: -v_sq,
                theta_v: -0.5 * v_sq,
                response: Response::new(x, m),
                momentum: m,
            }
        });
        let modes = modes.collect();
        Ok(HeavyBallOnQuadratic { modes, steady_loss })
    }

    /// The pair of `lrs` and `momenta` that reaches `target` in the fewest steps (see
    /// [`HeavyBallOnQuadratic::steps_to`]); the first among equals, momenta outermost.
    pub fn best_heavy_ball(
        &self,
        batch: BatchSize,
        target: Positive,
        lrs: &[LearningRate],
        momenta: &[Beta],
    ) -> Option<BestHeavyBall> {
        let mut best: Option<BestHeavyBall> = None;
        for &momentum in momenta {
            for &lr in lrs {
                let Ok(run) = self.heavy_ball(lr, momentum, batch) else {
                    continue;
                };
                let limit = match best {
                    Some(BestHeavyBall { steps: 0, .. }) => return best,
                    Some(found) => found.steps - 1,
                    None => MAX_STEPS,
                };
                if let Some(steps) = run.steps_within(target, limit) {
                    best = Some(BestHeavyBall {
                        lr,
                        momentum,
                        steps,
                    });
                }
            }
        }
        best
    }
}

impl HeavyBallOnQuadratic {
    /// Expected loss after `step` steps.
    pub fn loss_at(&self, step: u64) -> f64 {
        let excess: f64 = self
            .modes
            .iter()
            .map(|mode| {
                let (a, f) = mode.response.at(step);
                let b = mode.momentum * f;
                mode.weight
                    * (a * a * mode.theta_sq + 2.0 * a * b * mode.theta_v + b * b * mode.v_sq)
            })
            .sum();
        self.steady_loss + excess
    }

    /// Expected loss after infinitely many steps: Σ (1 + m)αc/(2B(1 − m)(2m + 2 − αh)).
    pub fn steady_loss(&self) -> f64 {
        self.steady_loss
    }

    /// A step whose expected loss is below `target` while that of the step before is not; `None` if the steady loss
    /// is not below, or beyond [`MAX_STEPS`].
    ///
    /// With momentum the loss may swing and pass the target several times. As in the paper's published code, the
    /// interval from the last power of two that is above to the first that is below is bisected.
    pub fn steps_to(&self, target: Positive) -> Option<u64> {
        self.steps_within(target, MAX_STEPS)
    }

    /// As [`Self::steps_to`], or `None` if that takes more than `limit` steps.
    fn steps_within(&self, target: Positive, limit: u64) -> Option<u64> {
        let is_below = |loss: f64| loss < target.get();
        if is_below(self.loss_at(0)) {
            return Some(0);
        }
        if !is_below(self.steady_loss) {
            return None;
        }
        let (mut above, mut below) = (0, 1);
        while !is_below(self.loss_at(below)) {
            if below >= limit {
                return None;
            }
            (above, below) = (below, below * 2);
        }
        while below - above > 1 {
            let middle = u64::midpoint(above, below);
            if is_below(self.loss_at(middle)) {
                below = middle
            } else {
                above = middle
            }
        }
        (below <= limit).then_some(below)
    }
}

/// θ and f of one mode after t steps from θ = 1, v = 0 without noise.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Response {
    /// r₁ and r₂ real, of equal sign, |r₁| ≥ |r₂|.
    Overdamped {
        r1: f64,
        ln_r1: f64,
        /// r₂ − m.
        lag: f64,
        /// 1 − r₂/r₁.
        delta: f64,
        ln_ratio: f64,
    },
    /// r₁ and r₂ conjugate: √m·e^(±iφ).
    Oscillating {
        ln_radius: f64,
        phi: f64,
        /// |r₁ − r₂|.
        split: f64,
        /// (1 − m − x)/|r₁ − r₂|.
        tilt: f64,
    },
}

impl Response {
    fn new(x: f64, m: f64) -> Self {
        let sum = 1.0 - x + m;
        // (1 − x + m)² − 4m without subtracting nearly equal numbers when x is small.
        let discriminant = (1.0 - m) * (1.0 - m) - x * (2.0 * (1.0 + m) - x);
        let split = discriminant.abs().sqrt();
        if discriminant < 0.0 {
            let (ln_radius, phi) = (0.5 * libm::log(m), libm::atan2(split, sum));
            return Self::Oscillating {
                ln_radius,
                phi,
                split,
                tilt: (1.0 - m - x) / split,
            };
        }
        // 1 − |r₁| from the product (1 ∓ r₁)(1 ∓ r₂), which is known without rounding.
        let (r1, gap, lag) = if sum >= 0.0 {
            let gap = 2.0 * x / (1.0 + x - m + split);
            let r1 = 1.0 - gap;
            // r₂ − m = m·(1 − r₁)/r₁ without cancellation; where r₁ is tiny all of them are.
            let lag = if r1 > 1e-8 {
                m * gap / r1
            } else {
                0.5 * (sum - split) - m
            };
            (r1, gap, lag)
        } else {
            let r2 = 0.5 * (sum + split);
            let gap = (2.0 + 2.0 * m - x) / (1.0 + r2);
            (gap - 1.0, gap, r2 - m)
        };
        let delta = (split / r1.abs().max(f64::MIN_POSITIVE)).min(1.0);
        Self::Overdamped {
            r1,
            ln_r1: ln_one_minus(gap.min(1.0)),
            lag,
            delta,
            ln_ratio: ln_one_minus(delta),
        }
    }

    /// (θ_t, f_t): the first row of Aᵗ is (θ_t, m·f_t).
    fn at(&self, step: u64) -> (f64, f64) {
        if step == 0 {
            return (1.0, 0.0);
        }
        let t = step as f64;
        match *self {
            Self::Overdamped {
                r1,
                ln_r1,
                lag,
                delta,
                ln_ratio,
            } => {
                let size = libm::exp((t - 1.0) * ln_r1);
                // r₁^(t−1): a negative root alternates.
                let power = if r1 < 0.0 && step.is_multiple_of(2) {
                    -size
                } else {
                    size
                };
                let terms = if delta > 0.0 {
                    -libm::expm1(t * ln_ratio) / delta
                } else {
                    t
                };
                let f = power * terms;
                (r1 * power + lag * f, f)
            }
            Self::Oscillating {
                ln_radius,
                phi,
                split,
                tilt,
            } => {
                let size = libm::exp(t * ln_radius);
                let sine = libm::sin(t * phi);
                (
                    size * (libm::cos(t * phi) + tilt * sine),
                    2.0 * size * sine / split,
                )
            }
        }
    }
}
