//! Closed-form values of the common warmups.
//!
//! Steps are counted from 0 (the first update uses step 0) except in Noam's formula, which starts at 1 as
//! published. A warmup of no steps is over before it starts.

use crate::units::{BatchSize, Beta, LearningRate, Positive};

/// Linear ramp from `start` to `full` over `n_steps` steps: start + (full − start)·step/n_steps, then `full`.
///
/// Source: Goyal et al. 2017 (arXiv:1706.02677), section 2.2; there `start` is the base rate, `full` is κ times it.
pub fn gradual(start: LearningRate, full: LearningRate, step: u64, n_steps: u64) -> f64 {
    if step >= n_steps {
        return full.get();
    }
    start.get() + (full.get() - start.get()) * (step as f64 / n_steps as f64)
}

/// Linear ramp from zero: full·min(1, step/n_steps). The update at step 0 does not move.
pub fn from_zero(full: LearningRate, step: u64, n_steps: u64) -> f64 {
    if step >= n_steps {
        full.get()
    } else {
        full.get() * (step as f64 / n_steps as f64)
    }
}

/// Steps in `n_epochs` epochs of `n_examples`: n_epochs·⌈N/B⌉, the last batch of an epoch being a smaller one.
///
/// Goyal et al. 2017 warm up for 5 epochs.
pub fn epoch_steps(n_epochs: u32, n_examples: BatchSize, batch: BatchSize) -> u64 {
    u64::from(n_epochs) * (n_examples.get() / batch.get()).ceil() as u64
}

/// Noam's schedule without its overall factor: d^(−½)·min(s^(−½), s·w^(−3/2)), s = step counted from 1.
///
/// Rises linearly until s = w, then falls as 1/√s. `n_steps` w and `step` s of 0 are taken as 1. `width` is the
/// model dimension d. Source: Vaswani et al. 2017 (arXiv:1706.03762), eq. 3.
pub fn noam(width: Positive, step: u64, n_steps: u64) -> f64 {
    let (s, w) = (step.max(1) as f64, n_steps.max(1) as f64);
    (1.0 / s.sqrt()).min(s / (w * w.sqrt())) / width.get().sqrt()
}

/// Length of the untuned linear warmup for Adam: 2/(1 − β₂) steps; 2000 at β₂ = 0.999.
///
/// Source: Ma and Yarats 2019 (arXiv:1910.04209).
pub fn untuned_steps(beta2: Beta) -> f64 {
    2.0 / (1.0 - beta2.get())
}
