//! The learning rate over a run, as a function of the examples processed.
//!
//! Counting examples instead of steps lets runs of different batch sizes share one schedule.
//! Symbols: n examples processed before the step, N length of the warmup, T budget, η peak learning rate, all
//! examples counted from the start of the run. Sources: Goyal et al. 2017 (arXiv:1706.02677), sections 2.2 and 5.1
//! for the warmups and the steps; Loshchilov and Hutter 2017 (arXiv:1608.03983), eq. 5, for the cosine.

use core::f64::consts::PI;

use crate::train::spec::{Decay, Schedule, Warmup};

impl Schedule {
    /// Learning rate of the step that starts after `n_examples` of `budget_examples` examples.
    ///
    /// While n < N the warmup alone decides:
    ///
    ///     gradual   start + (η − start)·n/N      constant   start
    ///
    /// so the first step has exactly `start_lr`, and the first step with n ≥ N is the first with the full rate.
    /// From n = N on the decay alone decides, with f = `final_fraction`:
    ///
    ///     cosine    η·(f + (1 − f)·(1 + cos(π·p))/2),   p = (n − N)/(T − N), at most 1
    ///     steps     η·factorᵏ,   k = how many of T/3, 2T/3, 8T/9 are ≤ n
    ///
    /// The cosine therefore runs from the end of the warmup to the end of the budget, and starts at η without a jump.
    /// The steps count the whole budget from zero, as Goyal's epochs 30, 60 and 80 of 90 include the five of
    /// warmup; a step that falls into the warmup takes effect at its end. Past the budget the rate stays at its last
    /// value, and where the warmup fills the budget, p is 1.
    /// Finite for finite arguments and parameters.
    pub fn lr(&self, peak_lr: f64, n_examples: u64, budget_examples: u64) -> f64 {
        let warmup_end = match self.warmup {
            Warmup::None => 0,
            Warmup::Gradual {
                n_examples: length, ..
            }
            | Warmup::Constant {
                n_examples: length, ..
            } => length,
        };
        if n_examples < warmup_end {
            return match self.warmup {
                Warmup::None => peak_lr,
                Warmup::Constant { start_lr, .. } => start_lr,
                Warmup::Gradual { start_lr, .. } => {
                    start_lr + (peak_lr - start_lr) * (n_examples as f64 / warmup_end as f64)
                }
            };
        }
        match self.decay {
            Decay::Constant => peak_lr,
            Decay::Cosine { final_fraction } => {
                let done = n_examples - warmup_end;
                let length = budget_examples.saturating_sub(warmup_end);
                let progress = if done < length {
                    done as f64 / length as f64
                } else {
                    1.0
                };
                peak_lr
                    * (final_fraction
                        + (1.0 - final_fraction) * 0.5 * (1.0 + libm::cos(PI * progress)))
            }
            Decay::Steps { factor } => {
                // In whole numbers, so that a step that starts exactly at 1/3 is never missed by rounding.
                let (n, budget) = (u128::from(n_examples), u128::from(budget_examples));
                [(1, 3), (2, 3), (8, 9)]
                    .into_iter()
                    .filter(|(numerator, denominator)| n * denominator >= budget * numerator)
                    .fold(peak_lr, |lr, _| lr * factor)
            }
        }
    }
}
